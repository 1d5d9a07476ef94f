// SPDX-License-Identifier: Apache-2.0
/* The document: every section below its heading, then numbers, then files. */
#include "page/page_impl.h"

#include <string.h>

typedef struct writing {
    jb_page *page;
    jb_diags *diags;
    int failed;
} writing;

static void write_item(writing *w, jb_page_item *item, jb_node *parent, jb_node *place);

/* ---- placeholders ---- */

static void placeholder(writing *w, jb_page_item *item, const char *reason)
{
    jb_place place = jb_section_place(item->cfg);
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .style = ""};
    jb_node *heading = item->node->first, *node;
    /* what was written so far goes, but for the heading: its number stays */
    if (heading != NULL && strcmp(heading->kind, "heading") != 0)
        heading = NULL;
    while ((node = heading != NULL ? heading->next : item->node->first) != NULL)
        jb_node_remove(node);
    node = jb_node_add(item->node, "placeholder");
    jb_node_set(node, "name", item->name);
    jb_node_set(node, "reason", reason);
    run.text = jb_arena_fmt(w->page->arena, "【此处内容未能生成：%s】", item->name);
    jb_node_run(node, &run);
    w->page->placeholders++;
    if (strcmp(reason, "lost") != 0)
        return; /* a failed plugin was reported by the process that saw it fail */
    if (w->page->options.strict) {
        jb_diag(w->diags, "E0760", &place, item->name);
        w->failed = 1;
    } else {
        jb_diag(w->diags, "E0759", &place, item->name);
    }
}

/* ---- one section ---- */

/* 1 print it, 0 not, -1 its condition is lost. */
static int wanted(writing *w, jb_page_item *item)
{
    jb_place place;
    int holds;
    if (item->when == NULL)
        return 1;
    place = jb_args_place(item->instance->args, "when", 0);
    holds = jb_page_holds(w->page, item->when, &place, w->diags);
    if (holds == -2) {
        w->failed = 1;
        return 0;
    }
    return holds == -3 ? -1 : holds;
}

static int write_template(writing *w, jb_page_item *item, jb_template *t, jb_node *node)
{
    jb_tscope scope = jb_page_scope(w->page);
    int status;
    scope.has_block = NULL;
    status = jb_template_write(t, &scope, node, w->diags);
    if (status == -3)
        item->lost = 1;
    else if (status != 0)
        w->failed = 1;
    return status;
}

static void write_heading(writing *w, jb_page_item *item)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .style = ""};
    jb_node *heading;
    const char *place = NULL;
    int status;
    if ((item->title == NULL && !item->title_lost) || item->placed)
        return;
    heading = jb_node_add(item->node, "heading");
    if (jb_args_get_str(item->instance->args, "heading", &place))
        jb_node_set(heading, "place", place);
    status = item->title != NULL ? write_template(w, item, item->title, heading) : -3;
    if (status == 0 && heading->n_runs == 0)
        jb_node_remove(heading);
    if (status != -3)
        return;
    heading->n_runs = 0; /* its number stays: the section's own name stands for what cannot be said */
    run.text = item->name;
    jb_node_run(heading, &run);
}

/* A block placed in a text has no heading; its title then stands as the caption, unless it has one
 * of its own. */
static void caption_placed(writing *w, jb_page_item *item)
{
    jb_node *n;
    if (!item->placed || item->title == NULL ||
        jb_args_get(item->instance->args, "caption") != NULL)
        return;
    for (n = item->node->first; n != NULL; n = n->next) {
        if (strcmp(n->kind, "table") != 0 && strcmp(n->kind, "chart") != 0)
            continue;
        n->n_runs = 0;
        (void)write_template(w, item, item->title, n);
        return;
    }
}

static void call_section(writing *w, jb_page_item *item)
{
    jb_ctx ctx;
    jb_status status;
    jb_ctx_begin(&ctx, item->instance, "write", w->diags, w->page);
    status = item->section->write(&ctx, item->instance->self, item->node);
    if (item->lost)
        status = JB_E_CANCELLED; /* said by the placeholder */
    if (jb_ctx_end(&ctx, status) != JB_OK && !item->lost)
        w->failed = 1;
}

/* Sections that the text just written asks for are written where it asks. */
static void fill_places(writing *w, jb_node *node)
{
    jb_node *n, *next;
    const char *name;
    jb_page_item *item;
    for (n = node->first; n != NULL; n = next) {
        next = n->next;
        if (strcmp(n->kind, "section") != 0 || jb_node_attr(n, "placed") == NULL)
            continue;
        name = jb_node_attr(n, "name");
        jb_node_set(n, "placed", NULL);
        item = jb_page_find(w->page, name);
        if (item == NULL || item->broken || item->skipped || item->written) {
            jb_node_remove(n);
            continue;
        }
        write_item(w, item, node, n);
    }
}

static void write_children(writing *w, jb_page_item *item)
{
    jb_page_item *child;
    for (child = item->first; child != NULL; child = child->next)
        if (!child->placed)
            write_item(w, child, item->node, NULL);
}

static int has_blocks(const jb_node *section)
{
    const jb_node *n;
    for (n = section->first; n != NULL; n = n->next)
        if (strcmp(n->kind, "heading") != 0)
            return 1;
    return 0;
}

/* A section that says it has nothing to print, and has nothing, leaves no heading behind. */
static void drop_hidden(jb_page_item *item)
{
    int hide = jb_node_attr(item->node, "hide") != NULL;
    jb_node_set(item->node, "hide", NULL);
    if (hide && !has_blocks(item->node)) {
        jb_node_remove(item->node);
        item->node = NULL;
    }
}

/* place: the empty section node of a {block}; NULL: one is made below parent. */
static void write_item(writing *w, jb_page_item *item, jb_node *parent, jb_node *place)
{
    const char *landscape = NULL;
    int want = item->broken || item->skipped ? 0 : wanted(w, item);
    if (want == 0) {
        if (place != NULL)
            jb_node_remove(place);
        return;
    }
    item->written = 1;
    item->lost = want < 0 || item->bereft;
    item->node = place != NULL ? place : jb_node_add(parent, "section");
    jb_node_set(item->node, "name", item->name);
    jb_node_set(item->node, "type", item->instance->type->component->name);
    if (jb_args_get_str(item->instance->args, "page", &landscape) &&
        strcmp(landscape, "landscape") == 0)
        jb_node_set(item->node, "page", "landscape");
    write_heading(w, item);
    if (!item->failed && !item->lost)
        call_section(w, item);
    if (item->failed || item->lost) {
        placeholder(w, item, item->failed ? "failed" : "lost");
    } else {
        fill_places(w, item->node);
        caption_placed(w, item);
    }
    write_children(w, item);
    drop_hidden(item);
}

static void set_levels(jb_node *node, int level)
{
    jb_node *n;
    const char *text;
    jb_buf b;
    for (n = node->first; n != NULL; n = n->next) {
        if (strcmp(n->kind, "section") != 0)
            continue;
        jb_buf_init(&b, 64);
        jb_buf_fmt(&b, "%d", level);
        text = jb_buf_text(&b);
        jb_node_set(n, "level", text);
        jb_buf_free(&b);
        set_levels(n, level + 1);
    }
}

static void write_only(writing *w, jb_page_item *list, const char *only, jb_node *root)
{
    for (; list != NULL; list = list->next) {
        if (strcmp(list->name, only) == 0)
            write_item(w, list, root, NULL);
        else
            write_only(w, list->first, only, root);
    }
}

int jb_page_write(jb_page *page, jb_diags *diags)
{
    writing w = {.page = page, .diags = diags};
    jb_node *root = jb_doc_root(page->doc);
    jb_page_item *item;
    size_t errors = jb_diags_errors(diags), i;
    for (i = 0; i < page->n_items; i++) {
        page->items[i]->node = NULL;
        page->items[i]->written = 0;
        page->items[i]->lost = 0;
    }
    jb_page_root(page, root, diags);
    if (page->options.only != NULL) {
        write_only(&w, page->first, page->options.only, root);
    } else {
        for (item = page->first; item != NULL; item = item->next)
            if (!item->placed)
                write_item(&w, item, root, NULL);
    }
    set_levels(root, 1);
    return w.failed || jb_diags_errors(diags) > errors ? -1 : 0;
}
