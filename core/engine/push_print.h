// SPDX-License-Identifier: Apache-2.0
/* Typed trees in the spelling of one source: its forms filled in, literals bound, identifiers
 * quoted as found. Private to core/engine. */
#ifndef JB_ENGINE_PUSH_PRINT_H
#define JB_ENGINE_PUSH_PRINT_H

#include "engine/pushdown.h"

typedef struct jb_printer {
    const jb_push_view *view;
    const jb_source_sql *sql;
    jb_arena *arena;
    jb_sql_out out; /* the values bound so far, in order of the text */
    int own;        /* 1: expressions over the view's own source, not over view->over */
} jb_printer;

void jb_printer_start(jb_printer *, const jb_push_view *, jb_arena *);
/* NULL: the source has no such operation. */
const char *jb_printer_form(const jb_printer *, const char *op);
/* A form with $1 and $2 replaced; NULL when it is absent. */
const char *jb_printer_fill(const jb_printer *, const char *op, const char *one, const char *two);
/* An expression; NULL: it has no spelling there (nothing is bound then). */
const char *jb_printer_expr(jb_printer *, const jb_expr *, jb_period);
/* The same for what is grouped or aggregated: decimals at their scale. */
const char *jb_printer_value(jb_printer *, const jb_expr *, jb_period);
/* Texts joined by the form of `op`, "and" or "or"; either may be NULL. */
const char *jb_printer_join(const jb_printer *, const char *op, const char *one, const char *two);
/* The conditions of the source (and of the union it belongs to) on all rows; *failed when one has
 * no spelling. NULL: none. */
const char *jb_printer_base(jb_printer *, int *failed);
/* A NULL of a column type; NULL when that cannot be said. */
const char *jb_printer_null(const jb_printer *, const jb_coltype *);
/* 1 when the expression is the column that holds the member's name. */
int jb_printer_is_label(const jb_printer *, const jb_expr *);

#endif
