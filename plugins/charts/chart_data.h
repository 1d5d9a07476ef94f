// SPDX-License-Identifier: Apache-2.0
/* Figures of a chart node as series over shared categories. */
#ifndef CHART_DATA_H
#define CHART_DATA_H

#include "jianbao/plugin.h"

#include <stddef.h>

#define CHART_MAX_SERIES 4     /* more colours cannot be told apart: refused at check */
#define CHART_MAX_CATEGORIES 400

typedef struct chart_series {
    const char *name, *unit;
    double *value;           /* [category] */
    unsigned char *present;  /* 0: missing */
    int scale;               /* decimals of the figure's values */
} chart_series;

typedef struct chart_data {
    size_t n_series, n; /* n: categories */
    chart_series series[CHART_MAX_SERIES];
    char **category;    /* key texts; "（空）" for the NULL group */
    int natural;        /* categories are periods: 2022, 2022-08, 2022-Q3 */
    void *block;        /* all memory */
} chart_data;

/* Reads all data of a node. 0 ok; -1 out of memory; a figure that is LOST or has no rows gives n == 0. */
int chart_data_load(const jb_doc_api *, const jb_node *, chart_data *);
void chart_data_free(chart_data *);
/* Order of categories by the first series, largest first, missing last, ties in given order. */
void chart_data_sort(chart_data *);
/* 1 when text is a year, month or quarter key. */
int chart_is_period(const char *text);
/* A period key as people write it: 2022年3月, 2022年3季度, 2022年; other keys as they are. with_year 0 leaves the year
 * out where a month or quarter remains. */
void chart_key_text(const char *key, int with_year, char *out, size_t cap);

#endif
