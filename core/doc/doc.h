// SPDX-License-Identifier: Apache-2.0
/* The document: a tree of blocks with runs of text and figures (docs/document.md). No fonts, no
 * lengths. Everything lives until jb_doc_free. [main] */
#ifndef JB_DOC_DOC_H
#define JB_DOC_DOC_H

#include "base/arena.h"
#include "base/buf.h"
#include "data/figure.h"
#include "jianbao/plugin.h"

jb_doc *jb_doc_new(void);
void jb_doc_free(jb_doc *);
jb_arena *jb_doc_arena(jb_doc *);
jb_node *jb_doc_root(jb_doc *); /* kind "document" */

jb_node *jb_node_add(jb_node *parent, const char *kind);
void jb_node_set(jb_node *, const char *attr, const char *text);
void jb_node_run(jb_node *, const jb_run *);
void jb_node_data(jb_node *, const jb_fig *);
void jb_node_clear(jb_node *); /* children, runs, data, attributes but "name" */
const char *jb_node_kind(const jb_node *);
const char *jb_node_attr(const jb_node *, const char *);
jb_node *jb_node_first(const jb_node *);
jb_node *jb_node_next(const jb_node *);
size_t jb_node_n_runs(const jb_node *);
const jb_run *jb_node_get_run(const jb_node *, size_t i);
size_t jb_node_n_data(const jb_node *);
const jb_fig *jb_node_get_data(const jb_node *, size_t i);
void jb_node_set_drawer(jb_node *, void *instance);
void *jb_node_drawer(const jb_node *);
/* Plain text of the node and all below it (built once, kept). */
const char *jb_node_plain(const jb_node *);
/* Which plugin instance is writing: blocks outside `within` are refused to it. */
int jb_node_is_below(const jb_node *, const jb_node *within);

/* Heading numbers 一、（一）1.（1）, figure numbers 图 1, table numbers; the last step before
 * rendering. */
void jb_doc_number(jb_doc *);
/* Canonical JSON of the whole tree (golden tests). */
void jb_doc_json(const jb_doc *, jb_buf *);
#endif
