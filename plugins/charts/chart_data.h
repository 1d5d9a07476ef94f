// SPDX-License-Identifier: Apache-2.0
/* Figures of a chart node as series over shared categories. */
#ifndef CHART_DATA_H
#define CHART_DATA_H

#include "jianbao/plugin_util.h"

#include <stddef.h>

#define CHART_MAX_SERIES 4   /* more colours cannot be told apart: refused at check */
#define CHART_MAX_FIGURES 40 /* figures of one value each: one bar each */
#define CHART_MAX_CATEGORIES 400

typedef struct chart_series {
    const char *name, *unit; /* name "": the values are figures of their own */
    double *value;           /* [category]; for geometry */
    jb_i128 *exact;          /* the same × 10^scale; for what is printed */
    unsigned char *present;  /* 0: missing */
    int scale;               /* decimals of `exact` */
    int additive;            /* values of the categories add up: a total, not a rate */
} chart_series;

typedef struct chart_data {
    size_t n_series, n; /* n: categories */
    size_t n_second;    /* the last so many series are what the others are held against */
    chart_series series[CHART_MAX_SERIES * 2];
    char **category; /* key texts; "（空）" for the NULL group */
    int natural;     /* categories are periods or stages: their order says something */
} chart_data;

/* Reads all data of a node, of which the last `second` figures are targets or earlier values.
 * Figures of one value each become the categories of one series. 0 ok; -1 out of memory; a figure
 * that is LOST or has no rows gives n == 0. */
int chart_data_load(const jb_doc_api *, const jb_node *, size_t second, chart_data *);
void chart_data_free(chart_data *);
/* Order of categories by the first series, largest first, missing last, ties in given order; 其他
 * after all others when `rest_last`. */
void chart_data_sort(chart_data *, int rest_last);
/* 1 when text is a year, month or quarter key. */
int chart_is_period(const char *text);
/* A period key as people write it: 2022年3月, 2022年3季度, 2022年; other keys as they are.
 * with_year 0 leaves the year out where a month or quarter remains. */
void chart_key_text(const char *key, int with_year, char *out, size_t cap);
/* Category with the largest (sign 1) or smallest (-1) value of a series; d->n when all are missing.
 */
size_t chart_data_extreme(const chart_data *, size_t series, int sign);

#endif
