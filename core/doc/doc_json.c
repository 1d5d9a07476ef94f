// SPDX-License-Identifier: Apache-2.0
/* Canonical JSON of the tree: equal trees, equal bytes. */
#include "doc/doc_impl.h"

#include <string.h>

static void field(jb_buf *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    jb_buf_fmt(out, ",\"%s\":", name);
    jb_buf_json(out, text);
}

static void run_json(const jb_run *run, jb_buf *out)
{
    static const char *const kinds[] = {"?", "text", "figure", "ref", "break"};
    if (run->kind == JB_RUN_TEXT && run->style[0] == '\0') {
        jb_buf_json(out, run->text);
        return;
    }
    jb_buf_fmt(out, "{\"kind\":\"%s\"", kinds[run->kind <= JB_RUN_BREAK ? run->kind : 0]);
    field(out, "text", run->text);
    field(out, "style", run->style);
    field(out, "target", run->target);
    field(out, "key", run->key);
    field(out, "value", run->value);
    jb_buf_char(out, '}');
}

static void node_json(const jb_node *node, int depth, jb_buf *out)
{
    const jb_attr *a;
    const jb_node *n;
    size_t i;
    jb_buf_fmt(out, "%*s{\"kind\":", depth, "");
    jb_buf_json(out, node->kind);
    if (node->attrs != NULL)
        jb_buf_str(out, ",\"attrs\":{");
    for (a = node->attrs; a != NULL; a = a->next) {
        if (a != node->attrs)
            jb_buf_char(out, ',');
        jb_buf_json(out, a->name);
        jb_buf_char(out, ':');
        jb_buf_json(out, a->text);
    }
    if (node->attrs != NULL)
        jb_buf_char(out, '}');
    for (i = 0; i < node->n_runs; i++) {
        jb_buf_str(out, i == 0 ? ",\"runs\":[" : ",");
        run_json(&node->runs[i].run, out);
    }
    if (node->n_runs > 0)
        jb_buf_char(out, ']');
    for (i = 0; i < node->n_data; i++) {
        jb_buf_str(out, i == 0 ? ",\"data\":[" : ",");
        jb_buf_json(out, node->data[i]->name != NULL ? node->data[i]->name : "");
    }
    if (node->n_data > 0)
        jb_buf_char(out, ']');
    for (n = node->first; n != NULL; n = n->next) {
        jb_buf_str(out, n == node->first ? ",\"children\":[\n" : ",\n");
        node_json(n, depth + 1, out);
    }
    jb_buf_str(out, node->first != NULL ? "]}" : "}");
}

void jb_doc_json(const jb_doc *doc, jb_buf *out)
{
    node_json(doc->root, 0, out);
    jb_buf_char(out, '\n');
}
