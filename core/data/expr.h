// SPDX-License-Identifier: Apache-2.0
/* The one expression language (DESIGN 7): parsed once, typed at check time with units, evaluated over rows in
 * batches or over figures, or printed as SQL. A checked jb_expr is immutable; evaluation is [any]. */
#ifndef JB_DATA_EXPR_H
#define JB_DATA_EXPR_H

#include "base/arena.h"
#include "base/diag.h"
#include "data/figure.h"
#include "data/unit.h"
#include "data/value.h"

typedef struct jb_expr jb_expr;

/* Where byte `offset` of the text stands in a file. */
typedef jb_place (*jb_place_fn)(const void *origin, size_t offset, size_t n);
typedef struct jb_origin {
    jb_place_fn place;
    const void *data; /* e.g. a jb_value_cfg with jb_origin_of_value */
    size_t base;      /* added to offsets */
} jb_origin;
jb_origin jb_origin_of_value(const jb_value_cfg *, size_t base);

/* Parses n bytes; reports with a caret and returns NULL on failure. Full-width punctuation is folded. */
jb_expr *jb_expr_parse(jb_arena *, const char *text, size_t n, const jb_origin *, jb_diags *);

/* What a name stands for. */
typedef struct jb_symbol {
    jb_kind kind;
    int32_t scale;   /* DEC */
    jb_unit unit;
    int32_t column;  /* rows: index the evaluator's batch uses */
    const jb_fig *figure; /* figures: its signature */
} jb_symbol;

/* Names in scope. find returns 1 and fills `out`, or 0. names() lists what exists, for nearest spellings. */
typedef struct jb_scope {
    int over_figures; /* 0: rows */
    int has_period;   /* in_period() allowed */
    jb_units *units;
    void *data;
    int (*find)(void *data, const char *name, jb_symbol *out);
    size_t (*names)(void *data, const char *const **out);
    /* figures: a bound loop row {r.district}: fields of `r`; `field` NULL: the
     * row's value. symbol.figure is the row's figure, to name its fields by. NULL when there are no binds. */
    int (*find_field)(void *data, const char *bind, const char *field, jb_symbol *out);
} jb_scope;

/* Types the tree: names, kinds, units, arity; literals converted to the unit they meet. 0 ok, -1 reported. */
int jb_expr_check(jb_expr *, const jb_scope *, jb_diags *);

/* The same, and the whole must be bool (where, and, rules, if). */
int jb_expr_check_condition(jb_expr *, const jb_scope *, jb_diags *);

/* Names only: every one that is not in scope is reported. For when an operand is known but cannot be typed. 0 ok, -1. */
int jb_expr_check_names(jb_expr *, const jb_scope *, jb_diags *);

jb_kind jb_expr_kind(const jb_expr *);
int32_t jb_expr_scale(const jb_expr *);
const jb_unit *jb_expr_unit(const jb_expr *);
int jb_expr_divides(const jb_expr *); /* a division is in it: final value has 6 decimals */
int jb_expr_keyed(const jb_expr *);   /* over figures: the result may have several rows */
/* Over rows: a computed decimal arrives as 128-bit vectors whatever its columns are; a plain column as it is. */
int jb_expr_is_wide(const jb_expr *);
const char *jb_expr_text(const jb_expr *);
/* Distinct names it reads, in order of appearance. Before check too. */
size_t jb_expr_names(const jb_expr *, const char *const **out);
/* 1 when the whole expression is one plain name (then *name). */
int jb_expr_is_name(const jb_expr *, const char **name);
int jb_expr_uses_period(const jb_expr *);
/* Canonical text: equal for equal typed trees (whitespace, folding, literal spelling do not matter). Lives in the arena. */
const char *jb_expr_canonical(const jb_expr *);
/* a and b (NULL: the other) as one typed `and`. */
jb_expr *jb_expr_and(jb_arena *, jb_expr *a, jb_expr *b);
/* The parts of a typed condition that are joined by `and`, in order, each an expression with a canonical text of its own;
 * of anything else itself. How many; NULL has none. */
size_t jb_expr_conjuncts(jb_arena *, jb_expr *, jb_expr ***out);

/* ---- over rows ---- */
/* A column of values. Owned buffers live in the jb_rows evaluation scratch until the next batch. */
typedef struct jb_vector {
    jb_kind kind;
    int32_t scale;
    uint8_t wide;         /* DEC: 128-bit values, else 64 */
    const uint8_t *valid; /* bit per row, NULL: all valid */
    const void *data;     /* BOOL: uint8 per row; INT/DEC64: int64; DEC128: jb_i128; FLOAT double; DATE int32 */
    const int32_t *offsets; /* TEXT */
    const char *bytes;
    /* TEXT with few values: row i holds text codes[i] of the n_texts that offsets and bytes give (0 where NULL). NULL: a
     * text for each row. Only what came from jb_vector_coded has codes; jb_vector_plain takes them away. */
    const int32_t *codes;
    int32_t n_texts;
    const uint8_t *bits; /* BOOL: the same as Arrow has it, a bit per row; set by whoever makes a vector */
} jb_vector;

typedef struct jb_period { /* inclusive; from > to: empty */
    int32_t from, to;
    int set; /* 0: all */
} jb_period;

typedef struct jb_rows_env {
    const jb_vector *columns; /* by jb_symbol.column */
    int64_t rows;
    const uint32_t *sel; /* evaluate only these rows (NULL: all); other rows of the result are undefined */
    uint64_t n;
    jb_period period;    /* of in_period() */
} jb_rows_env;

typedef struct jb_scratch jb_scratch; /* per worker; reused between batches */
jb_scratch *jb_scratch_new(void);
void jb_scratch_free(jb_scratch *);
void jb_scratch_reset(jb_scratch *);
/* 0 ok, -2 overflow (the failing row in *row). The vector lives until the scratch is reset. */
int jb_expr_eval_rows(const jb_expr *, const jb_rows_env *, jb_scratch *, jb_vector *out, int64_t *row);
/* Rows where the condition is true, ascending, into sel (capacity n). Returns how many, or -2. */
int64_t jb_expr_select(const jb_expr *, const jb_rows_env *, jb_scratch *, uint32_t *sel, int64_t *row);

/* ---- over figures ---- */
typedef struct jb_figures_env {
    const jb_figure_set *figures;
    /* value of a bound row's field; NULL name of field: the value itself */
    void *data;
    int (*field)(void *data, const char *bind, const char *field, jb_value *out);
} jb_figures_env;
/* Result as a figure in `arena`: keyed if any keyed figure is in it (absent keys missing), else one row. A boolean result
 * has kind BOOL. 0 ok, -2 overflow, -3 lost (an operand's plugin failed). */
int jb_expr_eval_figures(const jb_expr *, const jb_figures_env *, jb_arena *, jb_fig **out);

/* ---- as SQL ---- */
struct jb_source_sql;
typedef struct jb_sql_out {
    struct jb_buf *text;
    jb_arena *arena;
    jb_sql_value *values; /* bound literals in order */
    size_t n_values, cap_values;
    /* heading as the database spells it; NULL: it has no such column */
    const char *(*column)(void *data, int32_t column);
    /* a text that the column holds in every row, bound instead of it; NULL, or NULL returned: none */
    const char *(*constant)(void *data, int32_t column);
    void *data;
    jb_period period;
} jb_sql_out;
/* 0 ok, -1 when an operation has no form there (nothing usable written). A plain decimal column is printed bare: whoever
 * aggregates it gives it its scale (form "decimal"); inside comparisons that has been done. */
int jb_expr_sql(const jb_expr *, const jb_source_sql *, jb_sql_out *);
#endif
