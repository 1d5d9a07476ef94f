// SPDX-License-Identifier: Apache-2.0
/* The value axis: round ticks, one scale word, equal decimals; numbers as they are printed. */
#ifndef CHART_SCALE_H
#define CHART_SCALE_H

#include "chart_data.h"

typedef struct chart_scale {
    double lo, hi, step; /* in the unit of the data */
    int broken;          /* the axis does not start at zero */
    double divisor;      /* shown value = value / divisor */
    int power;           /* divisor = 10^power */
    int decimals;        /* of value labels */
    int tick_decimals;
    char unit[64]; /* of shown values: "亿元" */
} chart_scale;

/* zero: the scale must contain zero (bars). 3 to 6 ticks at 1, 2, 2.5, 5 × 10ⁿ. */
void chart_scale_make(const chart_data *, int zero, chart_scale *);
/* The same for bounds of the caller's, such as those of sums. */
void chart_scale_range(const chart_data *, double lo, double hi, int zero, chart_scale *);
size_t chart_scale_ticks(const chart_scale *); /* tick i is lo + i × step */
/* Number with thousands separators and a real minus sign; out holds 64 bytes. */
void chart_number(double shown, int decimals, char *out);
/* v × 10^-scale as value labels of this scale show it, rounded half away from zero; out holds 64
 * bytes. */
void chart_exact_number(jb_i128 v, int scale, const chart_scale *, char *out);
/* A value of the data likewise; – when it is missing. */
void chart_value_text(const chart_data *, size_t series, size_t i, const chart_scale *, char *out);
/* part ÷ whole, of equal scales, as "34.5%"; – when whole is 0. */
void chart_percent(jb_i128 part, jb_i128 whole, char *out);

#endif
