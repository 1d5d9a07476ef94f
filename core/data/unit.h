// SPDX-License-Identifier: Apache-2.0
/* 计量单位: dimension × scale. Counters (个 家 名 …) are labels of one dimension. */
#ifndef JB_DATA_UNIT_H
#define JB_DATA_UNIT_H

#include "config/config.h"
#include "data/value.h"

typedef struct jb_units jb_units; /* the built-in units and those of [unit "x"] is = … */

/* A unit as powers of base dimensions (enum jb_dimension, then one per declared base) and a rational scale. */
#define JB_UNIT_DIMS 32
typedef struct jb_unit {
    int8_t dim[JB_UNIT_DIMS];
    jb_i128 num, den;   /* 1 of this = num/den of the base */
    const char *text;   /* as written: "万元/亩"; "" for a pure number */
} jb_unit;

jb_units *jb_units_new(const jb_config *, jb_diags *);
void jb_units_free(jb_units *);
/* 0 ok; -1 unknown (nearest spelling in *near, may be NULL). Texts live as long as the jb_units. */
int jb_unit_parse(jb_units *, const char *text, size_t n, jb_unit *out, const char **near);
int jb_unit_same_dimension(const jb_unit *, const jb_unit *);
int jb_unit_is_scaled(const jb_unit *); /* money, area, %, 百分点: the printed number needs its unit */
int jb_unit_is_counter(const jb_unit *);
int jb_unit_is_none(const jb_unit *);
/* % alone, 百分点 alone. % - % is 百分点; % ± 百分点 is %. */
int jb_unit_is_percent(const jb_unit *);
int jb_unit_is_point(const jb_unit *);
int jb_unit_is_money(const jb_unit *); /* a currency, or a quotient with one */
/* from = num/den × to (same dimension, reduced). 0 ok, -2 out of range. */
int jb_unit_factor(const jb_unit *from, const jb_unit *to, jb_i128 *num, jb_i128 *den);
/* x of `from` in `to`, exactly if possible, else at `scale` digits. 0 ok, -2 overflow. */
int jb_unit_convert(const jb_unit *from, const jb_unit *to, jb_i128 v, int32_t scale, int32_t to_scale,
                    jb_i128 *out);
/* Units of products and quotients; text made: "万元/亩"; like ÷ like gives none; % behaves as a number.
 * The result is the nearest unit that has a name, so the value takes the factor a·b/out (a÷b/out) of the scales.
 * num is 0 when the scale leaves its range. */
void jb_unit_multiply(jb_units *, const jb_unit *, const jb_unit *, jb_unit *out);
void jb_unit_divide(jb_units *, const jb_unit *, const jb_unit *, jb_unit *out);
/* Longest unit word at the beginning of text (for `1亿元` and for the agreement check of {x}亿元): bytes, 0 none. */
size_t jb_unit_prefix(jb_units *, const char *text, size_t n, jb_unit *out);
#endif
