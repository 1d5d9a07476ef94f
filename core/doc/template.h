// SPDX-License-Identifier: Apache-2.0
/* The text language of DESIGN 8: {EXPR | filters}, {if}, {for}, items, {block NAME}. Parsed and
 * checked once against figure signatures, then written into the document. [main] */
#ifndef JB_DOC_TEMPLATE_H
#define JB_DOC_TEMPLATE_H

#include "data/expr.h"
#include "doc/doc.h"

typedef struct jb_template jb_template;

/* What printing works out once: parts of shares balanced to 100. One per document; NULL is allowed.
 */
typedef struct jb_tcache jb_tcache;
jb_tcache *jb_tcache_new(void);
void jb_tcache_free(jb_tcache *);

/* A loop or row name that a section binds. */
typedef struct jb_tbind {
    const char *name;
    const jb_fig *figure;
    int64_t row;
} jb_tbind;

typedef struct jb_tscope {
    const jb_figure_set *figures; /* signatures while checking, values while writing */
    const char *const *known; /* all metrics of the configuration, for nearest spellings; those that
                                 could not be typed have no figure */
    size_t n_known;
    jb_units *units;
    const char *as_of, *date, *period, *issuer; /* texts of {as_of} …; NULL: not set */
    const jb_tbind *binds;
    size_t n_binds;
    /* 1 when a block (table, chart section) of that name exists; NULL: {block} is not allowed here
     */
    int (*has_block)(void *data, const char *name);
    void *data;
    void (*missing)(void *data, const char *name); /* told of a name that is nothing; NULL ok */
    int cell; /* 1: inside a table, where the `cell` filter may leave the unit to the column's head
               */
    jb_tcache *cache;
} jb_tscope;

/* one_line: no items, no {block}. Reports with places through origin; NULL on failure. */
jb_template *jb_template_parse(jb_arena *, const char *text, size_t n, int one_line,
                               const jb_origin *, jb_diags *);
/* Names, types, units, the unit-agreement rule, missing figures known at check. 0 ok. */
int jb_template_check(jb_template *, const jb_tscope *, jb_diags *);
/* Figure names it reads, and blocks it places; after jb_template_check. */
size_t jb_template_names(const jb_template *, const char *const **out);
size_t jb_template_blocks(const jb_template *, const char *const **out);
/* Writes blocks below parent (paragraphs, items; {block NAME} as an empty `section` of that name),
 * or runs into node (one_line). A missing figure without `or` is reported (exit 4) and -1 returned;
 * a figure that its plugin lost gives -3, unreported: the caller puts a placeholder where the text
 * would stand. */
int jb_template_write(jb_template *, const jb_tscope *, jb_node *, jb_diags *);
#endif
