// SPDX-License-Identifier: Apache-2.0
/* The text language of DESIGN 8: {EXPR | filters}, {if}, {for}, items, {block NAME}. Parsed and checked once
 * against figure signatures, then written into the document. [main] */
#ifndef JB_DOC_TEMPLATE_H
#define JB_DOC_TEMPLATE_H

#include "data/expr.h"
#include "doc/doc.h"

typedef struct jb_template jb_template;

/* A loop or row name that a section binds. */
typedef struct jb_tbind {
    const char *name;
    const jb_fig *figure;
    int64_t row;
} jb_tbind;

typedef struct jb_tscope {
    const jb_figure_set *figures; /* signatures while checking, values while writing */
    jb_units *units;
    const char *as_of, *date, *period, *issuer; /* texts of {as_of} …; NULL: not set */
    const jb_tbind *binds;
    size_t n_binds;
    /* 1 when a block (table, chart section) of that name exists; NULL: {block} is not allowed here */
    int (*has_block)(void *data, const char *name);
    void *data;
} jb_tscope;

/* one_line: no items, no {block}. Reports with places through origin; NULL on failure. */
jb_template *jb_template_parse(jb_arena *, const char *text, size_t n, int one_line, const jb_origin *,
                               jb_diags *);
/* Names, types, units, the unit-agreement rule, missing figures known at check. 0 ok. */
int jb_template_check(jb_template *, const jb_tscope *, jb_diags *);
/* Figure names it reads. */
size_t jb_template_names(const jb_template *, const char *const **out);
/* Writes blocks below parent (paragraphs, items, block places), or runs into node (one_line). A missing figure without
 * `or` is reported (exit 4) and -1 returned. */
int jb_template_write(jb_template *, const jb_tscope *, jb_node *, jb_diags *);
#endif
