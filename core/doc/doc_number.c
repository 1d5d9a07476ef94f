// SPDX-License-Identifier: Apache-2.0
/* Numbers are given last, so that what is hidden, empty or placed elsewhere leaves no gap. */
#include "doc/doc_impl.h"
#include "doc/format.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

typedef struct numbering {
    jb_map *names; /* block name → number */
    int tables, figures;
} numbering;

static int is(const jb_node *node, const char *kind)
{
    return strcmp(node->kind, kind) == 0;
}

static int ends_with_mark(const jb_node *node)
{
    static const char *const marks[] = {"。", "！", "？", "；", "：", "…", ".", "!", "?"};
    const char *text;
    size_t i, n, m;
    if (node->n_runs == 0)
        return 0;
    text = node->runs[node->n_runs - 1].run.text;
    n = strlen(text);
    for (i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        m = strlen(marks[i]);
        if (n >= m && strcmp(text + n - m, marks[i]) == 0)
            return 1;
    }
    return 0;
}

static void heading_number(jb_node *heading, int level, int n)
{
    char text[160], cn[96], decimal[16];
    const char *place = jb_node_attr(heading, "place");
    jb_run stop = {.size = (uint32_t)sizeof stop, .kind = JB_RUN_TEXT, .text = "。", .style = ""};
    jb_format_cn_int(n, cn, sizeof cn);
    if (level <= 1)
        snprintf(text, sizeof text, "%s、", cn);
    else if (level == 2)
        snprintf(text, sizeof text, "（%s）", cn);
    else if (level == 3)
        snprintf(text, sizeof text, "%d.", n);
    else
        snprintf(text, sizeof text, "（%d）", n);
    snprintf(decimal, sizeof decimal, "%d", level > 4 ? 4 : level);
    jb_node_set(heading, "level", decimal);
    jb_node_set(heading, "number", text);
    if (place != NULL && strcmp(place, "run-in") == 0 && !ends_with_mark(heading))
        jb_node_run(heading, &stop);
}

/* 一是 before an item; n counts from 1. */
static void lead(jb_node *item, int n)
{
    char text[112], decimal[16];
    jb_format_cn_int(n, text, sizeof text - 4);
    memcpy(text + strlen(text), "是", sizeof "是");
    snprintf(decimal, sizeof decimal, "%d", n);
    jb_node_set(item, "n", decimal);
    if (item->n_runs == 0 || strcmp(item->runs[0].run.style, "lead") != 0)
        jb_node_run_first(item, text, "lead");
}

static void captioned(numbering *s, jb_node *node)
{
    char text[32];
    const char *name = jb_node_attr(node, "name");
    if (node->n_runs == 0)
        return;
    if (is(node, "table"))
        snprintf(text, sizeof text, "表%d", ++s->tables);
    else
        snprintf(text, sizeof text, "图%d", ++s->figures);
    jb_node_set(node, "number", text);
    if (name != NULL)
        jb_map_put(s->names, name, (void *)(uintptr_t)jb_node_attr(node, "number"));
}

/* level: that of headings among the children; *count: how many there have been. */
static void number_below(numbering *s, jb_node *node, int level, int *count)
{
    jb_node *n;
    int items = 0, deeper;
    for (n = node->first; n != NULL; n = n->next) {
        if (!is(n, "item"))
            items = 0;
        if (is(n, "item")) {
            lead(n, ++items);
        } else if (is(n, "table") || is(n, "chart")) {
            captioned(s, n);
        } else if (is(n, "section")) {
            deeper = 0;
            if (n->first != NULL && is(n->first, "heading")) {
                heading_number(n->first, level, ++*count);
                if (jb_node_attr(n, "name") != NULL)
                    jb_map_put(s->names, jb_node_attr(n, "name"),
                               (void *)(uintptr_t)jb_node_attr(n->first, "number"));
                number_below(s, n, level + 1, &deeper);
            } else {
                number_below(s, n, level, count);
            }
        }
    }
}

static void fill_refs(const numbering *s, jb_node *node)
{
    jb_node *n;
    const char *number;
    size_t i;
    for (i = 0; i < node->n_runs; i++) {
        if (node->runs[i].run.kind != JB_RUN_REF || node->runs[i].run.text[0] != '\0')
            continue;
        number = jb_map_get(s->names, node->runs[i].run.target);
        jb_node_run_text(node, i, number != NULL ? number : node->runs[i].run.target);
    }
    for (n = node->first; n != NULL; n = n->next)
        fill_refs(s, n);
}

void jb_doc_number(jb_doc *doc)
{
    numbering s = {.names = jb_map_new()};
    int count = 0;
    number_below(&s, doc->root, 1, &count);
    fill_refs(&s, doc->root);
    jb_map_free(s.names);
}
