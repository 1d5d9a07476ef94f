// SPDX-License-Identifier: Apache-2.0
/* The plain text of blocks: what is left of a document where nothing but text can be shown. */
#include "doc/doc_impl.h"

#include <string.h>

static void runs(const jb_node *node, jb_buf *out)
{
    size_t i;
    for (i = 0; i < node->n_runs; i++) {
        if (node->runs[i].run.kind == JB_RUN_BREAK)
            jb_buf_char(out, '\n');
        else
            jb_buf_str(out, node->runs[i].run.text);
    }
}

static void caption(const jb_node *node, jb_buf *out)
{
    const char *number = jb_node_attr(node, "number");
    if (number != NULL) {
        jb_buf_str(out, number);
        jb_buf_str(out, "\u3000");
    }
    runs(node, out);
}

static void line(jb_buf *out, size_t start)
{
    if (out->len > start)
        jb_buf_char(out, '\n');
}

static void row(const jb_node *node, jb_buf *out)
{
    const jb_node *cell;
    for (cell = node->first; cell != NULL; cell = cell->next) {
        if (cell != node->first)
            jb_buf_str(out, "  ");
        runs(cell, out);
    }
}

static void block(const jb_node *node, jb_buf *out);

/* Children, a line each; a run-in heading shares the line of the paragraph after it. */
static void children(const jb_node *node, jb_buf *out)
{
    const jb_node *n;
    const char *place;
    size_t start;
    for (n = node->first; n != NULL; n = n->next) {
        start = out->len;
        block(n, out);
        place = strcmp(n->kind, "heading") == 0 ? jb_node_attr(n, "place") : NULL;
        if (place != NULL && strcmp(place, "run-in") == 0 && n->next != NULL &&
            strcmp(n->next->kind, "para") == 0)
            continue;
        if (out->len > start && out->data[out->len - 1] != '\n')
            line(out, start);
    }
}

static void table(const jb_node *node, jb_buf *out)
{
    const jb_node *n;
    size_t start = out->len;
    const char *source = jb_node_attr(node, "source");
    caption(node, out);
    line(out, start);
    for (n = node->first; n != NULL; n = n->next) {
        if (strcmp(n->kind, "row") != 0)
            continue;
        start = out->len;
        row(n, out);
        line(out, start);
    }
    if (source != NULL)
        jb_buf_str(out, source);
}

static void block(const jb_node *node, jb_buf *out)
{
    const char *number = jb_node_attr(node, "number");
    size_t start = out->len;
    const char *a;
    if (strcmp(node->kind, "table") == 0) {
        table(node, out);
    } else if (strcmp(node->kind, "row") == 0) {
        row(node, out);
    } else if (strcmp(node->kind, "chart") == 0) {
        caption(node, out);
        a = jb_node_attr(node, "source");
        if (a != NULL) {
            line(out, start);
            jb_buf_str(out, a);
        }
    } else if (strcmp(node->kind, "signature") == 0) {
        a = jb_node_attr(node, "issuer");
        jb_buf_str(out, a != NULL ? a : "");
        line(out, start);
        a = jb_node_attr(node, "date");
        jb_buf_str(out, a != NULL ? a : "");
    } else {
        if (number != NULL)
            jb_buf_str(out, number);
        runs(node, out);
        if (node->first != NULL && out->len > start)
            jb_buf_char(out, '\n');
        children(node, out);
    }
}

const char *jb_node_plain(const jb_node *node)
{
    jb_node *n = (jb_node *)(uintptr_t)node; /* the text is kept in the node */
    jb_buf out;
    if (n->plain != NULL)
        return n->plain;
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    block(node, &out);
    while (out.len > 0 && out.data[out.len - 1] == '\n')
        out.data[--out.len] = '\0';
    n->plain = jb_arena_strdup(n->doc->arena, jb_buf_text(&out));
    jb_buf_free(&out);
    return n->plain;
}
