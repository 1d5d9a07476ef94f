// SPDX-License-Identifier: Apache-2.0
#include "doc/doc_impl.h"

#include <string.h>

jb_doc *jb_doc_new(void)
{
    jb_arena *arena = jb_arena_new();
    jb_doc *doc = jb_arena_alloc(arena, sizeof *doc);
    doc->arena = arena;
    doc->root = jb_arena_alloc(arena, sizeof *doc->root);
    doc->root->doc = doc;
    doc->root->kind = "document";
    return doc;
}

void jb_doc_free(jb_doc *doc)
{
    if (doc != NULL)
        jb_arena_free(doc->arena);
}

jb_arena *jb_doc_arena(jb_doc *doc)
{
    return doc->arena;
}

jb_node *jb_doc_root(jb_doc *doc)
{
    return doc->root;
}

static void forget_plain(jb_node *node)
{
    for (; node != NULL; node = node->parent)
        node->plain = NULL;
}

jb_node *jb_node_add(jb_node *parent, const char *kind)
{
    jb_node *node = jb_arena_alloc(parent->doc->arena, sizeof *node);
    node->doc = parent->doc;
    node->kind = jb_arena_strdup(parent->doc->arena, kind);
    node->parent = parent;
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    forget_plain(parent);
    return node;
}

void jb_node_remove(jb_node *node)
{
    jb_node *parent = node->parent, *before = NULL, *n;
    if (parent == NULL)
        return;
    for (n = parent->first; n != NULL && n != node; n = n->next)
        before = n;
    if (before != NULL)
        before->next = node->next;
    else
        parent->first = node->next;
    if (parent->last == node)
        parent->last = before;
    node->parent = node->next = NULL;
    forget_plain(parent);
}

void jb_node_set(jb_node *node, const char *attr, const char *text)
{
    jb_arena *arena = node->doc->arena;
    jb_attr **at = &node->attrs, *a;
    int order = -1;
    while (*at != NULL && (order = strcmp((*at)->name, attr)) < 0)
        at = &(*at)->next;
    forget_plain(node);
    if (*at != NULL && order == 0) {
        if (text != NULL)
            (*at)->text = jb_arena_strdup(arena, text);
        else
            *at = (*at)->next;
        return;
    }
    if (text == NULL)
        return;
    a = jb_arena_alloc(arena, sizeof *a);
    a->name = jb_arena_strdup(arena, attr);
    a->text = jb_arena_strdup(arena, text);
    a->next = *at;
    *at = a;
}

const char *jb_node_attr(const jb_node *node, const char *attr)
{
    const jb_attr *a;
    for (a = node->attrs; a != NULL; a = a->next)
        if (strcmp(a->name, attr) == 0)
            return a->text;
    return NULL;
}

/* Room for one more in an array that lives in the arena: the old one is left behind. */
static void *grown(jb_arena *arena, void *items, size_t n, size_t *cap, size_t each)
{
    void *wider;
    if (n < *cap)
        return items;
    *cap = *cap == 0 ? 4 : *cap * 2;
    wider = jb_arena_alloc(arena, *cap * each);
    if (n > 0)
        memcpy(wider, items, n * each);
    return wider;
}

static void append_text(jb_arena *arena, jb_run_slot *slot, const char *text)
{
    size_t n = strlen(text);
    char *room;
    if (slot->len + n + 1 > slot->cap) {
        slot->cap = (slot->len + n + 1) * 2;
        room = jb_arena_alloc(arena, slot->cap);
        memcpy(room, slot->run.text, slot->len);
    } else {
        room = (char *)(uintptr_t)slot->run.text; /* our own copy, made with room to grow */
    }
    memcpy(room + slot->len, text, n + 1);
    slot->run.text = room;
    slot->len += n;
}

static const char *copy(jb_arena *arena, const char *text)
{
    return text == NULL || text[0] == '\0' ? "" : jb_arena_strdup(arena, text);
}

void jb_node_run(jb_node *node, const jb_run *run)
{
    jb_arena *arena = node->doc->arena;
    const char *text = run->text != NULL ? run->text : "";
    const char *style = run->style != NULL ? run->style : "";
    jb_run_slot *slot;
    forget_plain(node);
    if (run->kind == JB_RUN_TEXT && text[0] == '\0')
        return;
    if (run->kind == JB_RUN_TEXT && node->n_runs > 0) {
        slot = &node->runs[node->n_runs - 1];
        if (slot->run.kind == JB_RUN_TEXT && strcmp(slot->run.style, style) == 0) {
            append_text(arena, slot, text);
            return;
        }
    }
    node->runs = grown(arena, node->runs, node->n_runs, &node->cap_runs, sizeof *node->runs);
    slot = &node->runs[node->n_runs++];
    memset(slot, 0, sizeof *slot);
    slot->run.size = (uint32_t)sizeof slot->run;
    slot->run.kind = run->kind;
    slot->run.text = copy(arena, text);
    slot->run.style = copy(arena, style);
    slot->run.target = copy(arena, run->target);
    slot->run.key = copy(arena, run->key);
    slot->run.value = run->value != NULL ? jb_arena_strdup(arena, run->value) : NULL;
    slot->len = strlen(text);
    slot->cap = 0; /* the first append makes room */
}

void jb_node_run_first(jb_node *node, const char *text, const char *style)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_BREAK, .text = text, .style = style};
    jb_run_slot last;
    jb_node_run(node, &run);
    last = node->runs[node->n_runs - 1];
    last.run.kind = JB_RUN_TEXT;
    memmove(node->runs + 1, node->runs, (node->n_runs - 1) * sizeof *node->runs);
    node->runs[0] = last;
}

void jb_node_run_text(jb_node *node, size_t i, const char *text)
{
    node->runs[i].run.text = jb_arena_strdup(node->doc->arena, text);
    node->runs[i].len = strlen(text);
    node->runs[i].cap = 0;
    forget_plain(node);
}

void jb_node_data(jb_node *node, const jb_fig *fig)
{
    node->data =
        grown(node->doc->arena, node->data, node->n_data, &node->cap_data, sizeof *node->data);
    node->data[node->n_data++] = fig;
}

void jb_node_clear(jb_node *node)
{
    const char *name = jb_node_attr(node, "name");
    node->first = node->last = NULL;
    node->n_runs = 0;
    node->n_data = 0;
    node->attrs = NULL;
    node->drawer = NULL;
    forget_plain(node);
    if (name != NULL)
        jb_node_set(node, "name", name);
}

const char *jb_node_kind(const jb_node *node)
{
    return node->kind;
}

jb_node *jb_node_first(const jb_node *node)
{
    return node->first;
}

jb_node *jb_node_next(const jb_node *node)
{
    return node->next;
}

size_t jb_node_n_runs(const jb_node *node)
{
    return node->n_runs;
}

const jb_run *jb_node_get_run(const jb_node *node, size_t i)
{
    return i < node->n_runs ? &node->runs[i].run : NULL;
}

size_t jb_node_n_data(const jb_node *node)
{
    return node->n_data;
}

const jb_fig *jb_node_get_data(const jb_node *node, size_t i)
{
    return i < node->n_data ? node->data[i] : NULL;
}

void jb_node_set_drawer(jb_node *node, void *instance)
{
    node->drawer = instance;
}

void *jb_node_drawer(const jb_node *node)
{
    return node->drawer;
}

int jb_node_is_below(const jb_node *node, const jb_node *within)
{
    for (; node != NULL; node = node->parent)
        if (node == within)
            return 1;
    return 0;
}
