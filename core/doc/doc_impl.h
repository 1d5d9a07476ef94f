// SPDX-License-Identifier: Apache-2.0
/* What the files of the document tree share; not for other modules. */
#ifndef JB_DOC_DOC_IMPL_H
#define JB_DOC_DOC_IMPL_H

#include "doc/doc.h"

typedef struct jb_attr {
    const char *name, *text;
    struct jb_attr *next; /* in order of name */
} jb_attr;

/* A run and how much room its text has: words are appended to it again and again. */
typedef struct jb_run_slot {
    jb_run run;
    size_t len, cap;
} jb_run_slot;

struct jb_node {
    jb_doc *doc;
    const char *kind;
    jb_node *parent, *first, *last, *next;
    jb_attr *attrs;
    jb_run_slot *runs;
    size_t n_runs, cap_runs;
    const jb_fig **data;
    size_t n_data, cap_data;
    void *drawer;
    const char *plain; /* built when asked for, forgotten when anything below changes */
};

struct jb_doc {
    jb_arena *arena;
    jb_node *root;
};

/* Takes a node out of its parent; it stays readable until the document is freed. */
void jb_node_remove(jb_node *);
/* Puts a TEXT run before all others. */
void jb_node_run_first(jb_node *, const char *text, const char *style);
/* Changes the printed text of a run. */
void jb_node_run_text(jb_node *, size_t i, const char *text);
#endif
