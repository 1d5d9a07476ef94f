// SPDX-License-Identifier: Apache-2.0
/* `inherit = NAME` copies what the section does not say itself; `and` adds a condition to the
 * inherited ones. */
#include "config/config_impl.h"

#include "base/buf.h"

#include <string.h>

static int one_of(const char *kind, const char *const *kinds)
{
    for (; *kinds; kinds++) {
        if (strcmp(kind, *kinds) == 0) {
            return 1;
        }
    }
    return 0;
}

static int allowed(const jb_section_cfg *s, const jb_node_cfg *n, const char *const *kinds,
                   jb_diags *d)
{
    if (!n || one_of(s->kind, kinds)) {
        return 1;
    }
    jb_diag(d, "E0152", &n->v.key_place, s->kind, n->v.key);
    return 0;
}

static void add_and(jb_config *c, jb_section_cfg *s, jb_node_cfg *n)
{
    s->ands = jb_arena_more(c->arena, s->ands, s->n_ands, &s->cap_ands, sizeof *s->ands);
    s->ands[s->n_ands++] = n;
}

static void keep_own(jb_config *c, jb_section_cfg *s)
{
    s->n_own = jb_map_count(s->values);
    s->own = jb_arena_alloc(c->arena, (s->n_own + 1) * sizeof *s->own);
    for (size_t i = 0; i < s->n_own; i++) {
        s->own[i] = jb_map_value(s->values, i);
    }
}

/* The parent's keys in the parent's order, each as the child has it if it does, then the child's
 * others. */
static void merge(jb_config *c, jb_section_cfg *s, const jb_section_cfg *parent)
{
    static const char *const never[] = {"inherit", "and", "enabled", NULL};
    jb_map *all = jb_map_new();
    for (size_t i = 0; i < jb_map_count(parent->values); i++) {
        const char *key = jb_map_key(parent->values, i);
        if (!one_of(key, never)) {
            jb_node_cfg *own = jb_map_get(s->values, key);
            jb_map_put(all, key, own ? own : jb_map_value(parent->values, i));
        }
    }
    for (size_t i = 0; i < jb_map_count(s->values); i++) {
        jb_map_put(all, jb_map_key(s->values, i), jb_map_value(s->values, i));
    }
    /* A `where` of its own replaces the whole inherited condition. */
    for (size_t i = 0; i < parent->n_ands && !jb_map_get(s->values, "where"); i++) {
        add_and(c, s, parent->ands[i]);
    }
    jb_map_free(s->values);
    s->values = all;
    s->damaged = s->damaged || parent->damaged;
}

static void report_circle(const jb_config *c, const jb_section_cfg *s, const jb_node_cfg *n,
                          jb_diags *d)
{
    jb_buf names;
    jb_buf_init(&names, JB_BUF_MAX_TEXT);
    const jb_section_cfg *at = s;
    do {
        jb_buf_fmt(&names, "%s → ", at->name);
        const jb_node_cfg *up = jb_map_get(at->values, "inherit");
        at = up ? jb_tree_section(c, s->kind, up->v.raw) : NULL;
    } while (at && at != s && names.len < 1000);
    jb_buf_str(&names, s->name);
    jb_diag(d, "E0151", &n->v.place, jb_buf_text(&names));
    jb_buf_free(&names);
}

static jb_section_cfg *parent_of(jb_config *c, jb_section_cfg *s, jb_diags *d)
{
    static const char *const may[] = {"source",   "metric", "section", "rule",
                                      "renderer", "layout", NULL};
    const jb_node_cfg *n = jb_map_get(s->values, "inherit");
    if (!n || !allowed(s, n, may, d)) {
        return NULL;
    }
    jb_section_cfg *parent = strstr(n->v.raw, "${") ? NULL : jb_tree_section(c, s->kind, n->v.raw);
    s->damaged |= !parent || parent->inherit_state == 1;
    if (strstr(n->v.raw, "${")) {
        jb_diag0(d, "E0128", &n->v.place);
        return NULL;
    }
    if (!parent) {
        jb_diag(d, "E0150", &n->v.place, jb_ini_header_text(c->arena, s->kind, n->v.raw),
                jb_tree_near(c, s->kind, n->v.raw));
        return NULL;
    }
    if (parent->inherit_state == 1) {
        report_circle(c, s, n, d);
        return NULL;
    }
    return parent;
}

static void finish(jb_config *c, jb_section_cfg *s, const jb_section_cfg *parent, jb_diags *d)
{
    static const char *const may[] = {"metric", "source", NULL};
    jb_node_cfg *condition = jb_map_get(s->values, "and");
    if (parent) {
        merge(c, s, parent);
    }
    if (condition && allowed(s, condition, may, d)) {
        add_and(c, s, condition);
    }
    s->inherit_state = 2;
}

void jb_tree_inherit(jb_config *c, jb_diags *d)
{
    size_t n = jb_map_count(c->sections), depth = 0;
    /* A stack of our own: a chain may be as long as the file allows. */
    jb_section_cfg **stack = jb_arena_alloc(c->arena, (n + 1) * sizeof *stack);
    for (size_t i = 0; i < n; i++) {
        keep_own(c, jb_map_value(c->sections, i));
    }
    for (size_t i = 0; i < n; i++) {
        stack[0] = jb_map_value(c->sections, i);
        depth = stack[0]->inherit_state == 2 ? 0 : 1;
        while (depth) {
            jb_section_cfg *s = stack[depth - 1], *parent = NULL;
            if (s->inherit_state == 0) {
                s->inherit_state = 1;
                parent = parent_of(c, s, d);
                if (parent && parent->inherit_state == 0) {
                    stack[depth++] = parent;
                    continue;
                }
            } else {
                const jb_node_cfg *up = jb_map_get(s->values, "inherit");
                parent = jb_tree_section(c, s->kind, up->v.raw);
            }
            finish(c, s, parent, d);
            depth--;
        }
    }
}
