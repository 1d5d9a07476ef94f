// SPDX-License-Identifier: Apache-2.0
/* What the derived metrics share: reading numbers of figures, exact quotients, building the result.
 */
#ifndef JB_DERIVED_H
#define JB_DERIVED_H

#include "jianbao/plugin_util.h"

#define D_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define D_SCALE 6 /* decimals of a quotient that is a figure */

extern const jb_host *d_host; /* stored by init before anything else is called */

extern const jb_component d_component_ratio, d_component_share, d_component_progress,
    d_component_growth, d_component_shift, d_component_rank, d_component_formula, d_component_given;

/* ---- numbers: missing, exact, or a double where the source had nothing better ---- */
typedef struct d_number {
    jb_i128 num;
    double f;
    int32_t scale;
    uint8_t set, is_float, reserved[2];
} d_number;

/* The "value" child of a figure. */
const struct ArrowSchema *d_value_schema(const jb_figure *);
char d_value_kind(const jb_figure *); /* as jb_format_kind */
int d_is_number(const jb_figure *);
/* Row of an aligned figure: scalars have one row for all. */
d_number d_value(const jb_figure *, int64_t row);
int64_t d_rows(const jb_figure *);

/* a ÷ b × 100 at D_SCALE, rounded once; missing when either is missing or b is zero. 0 ok, -1
 * overflow. */
int d_percent(d_number a, d_number b, d_number *out);
int d_subtract(d_number a, d_number b, d_number *out); /* 0 ok, -1 overflow */
int d_add(d_number a, d_number b, d_number *out);      /* missing + x = x */
d_number d_absolute(d_number);
int d_compare(d_number a, d_number b); /* both set: -1 0 1 */

/* ---- faults: codes are in plugin.c ---- */
jb_status d_fail_memory(jb_ctx *);
jb_status d_fail_overflow(jb_ctx *);
jb_status d_need_number(jb_ctx *, const char *key, const jb_figure *);
/* Both of one unit, or one of them without a unit. */
jb_status d_need_same_unit(jb_ctx *, const char *key, const jb_figure *, const jb_figure *);

/* ---- results ---- */
/* Schema and array with the keys of `keys` (rows and all) and an empty child "value"; *value is
 * that child, NULL on failure. `rows`: as in the figure (0 while checking). */
jb_status d_result(jb_ctx *, const jb_figure *keys, const char *format, jb_derived *out,
                   struct ArrowArray **value, int64_t *rows);
/* The same with fields after the value, each empty: children n_keys + 1 … of the array. */
typedef struct d_field {
    const char *name, *format;
} d_field;
jb_status d_result_fields(jb_ctx *, const jb_figure *keys, const char *format, const d_field *,
                          int64_t n, jb_derived *out, struct ArrowArray **value, int64_t *rows);
/* A whole figure again. */
jb_status d_result_copy(jb_ctx *, const jb_figure *, jb_derived *out);
void d_drop(jb_derived *);
/* Format of the result of quotients ("d:38,6" or "g") and of differences (scale of the finer
 * operand). */
const char *d_quotient_format(const jb_figure *a, const jb_figure *b);
void d_difference_format(const jb_figure *a, const jb_figure *b, char *out, size_t cap);
void d_own_format(const jb_figure *, char *out, size_t cap); /* of the figure's value again */
/* The number as a cell of `value`, whose format d_result was given; missing stays NULL. */
void d_store(struct ArrowArray *value, int64_t row, d_number n);

#endif
