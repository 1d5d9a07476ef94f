// SPDX-License-Identifier: Apache-2.0
/* Figures: values or keyed tables of values with identity, unit, as-of date and provenance. A set of them is what
 * crosses from the data worker to the page worker, as one serialised block (docs/figures-block.md). */
#ifndef JB_DATA_FIGURE_H
#define JB_DATA_FIGURE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "data/value.h"
#include "jianbao/plugin.h"

typedef struct jb_fig_field {
    const char *name;
    jb_kind kind;
    int32_t scale;
    const char *unit;
    jb_value *values; /* n_rows */
} jb_fig_field;

#define JB_FIG_QUOTIENT 256u /* host only: an expression with a division in it; printed without trailing zeros */

typedef struct jb_fig {
    const char *name; /* metric; NULL for the value of an expression */
    const char *type; /* metric type: "count", "ratio" … */
    const char *unit; /* "" none */
    jb_kind kind;
    int32_t scale;
    uint32_t flags;    /* JB_FIG_* */
    uint32_t n_keys;
    const char **key_names;
    int64_t n_rows;     /* of a signature (JB_FIG_SHAPE): those that [keys] declare, without values */
    const char ***keys; /* [key][row]; NULL text: the NULL group */
    jb_value *values;   /* [row] */
    uint32_t n_fields;
    jb_fig_field *fields; /* of `top`: its columns */
    /* names = …: example names of each row, in their order, all of them */
    const char *const **names; /* [row][i]; NULL when the metric has none */
    uint32_t *n_names;
    /* provenance */
    const char *period, *as_of, *source, *definition; /* definition: canonical where */
    jb_place place;                                   /* of the section header */
    int64_t *rows_counted;                            /* source rows behind each row; NULL unknown */
} jb_fig;

typedef struct jb_fig_source { /* a source that was read, and the state it was in */
    const char *name, *type;
    const char *version; /* as the source calls that state; "" when it does not */
} jb_fig_source;

typedef struct jb_figure_set {
    jb_arena *arena; /* owns everything below */
    jb_fig **figs;   /* file order */
    size_t n, cap;
    const char *as_of, *date, *period; /* of the report; "" when not set */
    jb_fig_source *sources;            /* in file order */
    size_t n_sources;
} jb_figure_set;

jb_figure_set *jb_figure_set_new(void);
void jb_figure_set_free(jb_figure_set *);
void jb_figure_set_add(jb_figure_set *, jb_fig *);
const jb_fig *jb_figure_find(const jb_figure_set *, const char *name);
/* How many of the fields are printed: those before the first whose name begins with ".". */
uint32_t jb_fig_printed_fields(const jb_fig *);
/* Row with these keys, -1 when absent. NULL key text matches the NULL group. */
int64_t jb_fig_row(const jb_fig *, const char *const *keys);

void jb_figure_set_write(const jb_figure_set *, jb_buf *);
/* NULL when the bytes are not a whole, consistent block of this version. */
jb_figure_set *jb_figure_set_read(const void *bytes, size_t n);

/* The contract of `figures --json` (DESIGN 12). names NULL: all. "sources" is left out when there are none. */
void jb_figure_set_json(const jb_figure_set *, const char *const *names, size_t n, jb_buf *);
/* A value as JSON and tables print it: exact decimal text, derived ones without trailing zeros; NULL when missing.
 * out >= 400 bytes. */
const char *jb_fig_value_text(const jb_fig *, const jb_value *, char *out);

/* As a plugin sees it: builds Arrow arrays in the arena; `out` points into it. */
void jb_fig_view(const jb_fig *, jb_arena *, jb_figure *out);
/* From a plugin's schema and array (checked; children: n_keys keys, "value", fields); reports what is wrong in
 * `why`. NULL on failure. Does not release them. */
jb_fig *jb_fig_from_arrow(jb_arena *, const struct ArrowSchema *, const struct ArrowArray *, uint32_t n_keys,
                          char *why, size_t why_size);
#endif
