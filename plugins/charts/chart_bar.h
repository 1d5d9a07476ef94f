// SPDX-License-Identifier: Apache-2.0
/* Bars: what rows and columns share. */
#ifndef CHART_BAR_H
#define CHART_BAR_H

#include "chart_plot.h"

typedef struct chart_bar {
    chart_plot p;
    int stacked;
    int direct; /* out: the series are named in the plot, no legend is needed */
} chart_bar;

/* Total of a category's known parts as it is printed: 缺1项 when some are missing. out holds 64
 * bytes. */
void bar_total_text(const chart_bar *, size_t i, char *out);
/* Ends of the bars of a category above and below zero. */
void bar_reach(const chart_bar *, size_t i, double *below, double *above);
const char *bar_series_name(const chart_bar *, size_t s);
double bar_widest_series(const chart_bar *);
double bar_widest_total(const chart_bar *);

/* Whether upright columns have room for their names and values; p.s and p.top are set. */
int columns_fit(const chart_bar *);
void columns_draw(chart_bar *);
void bar_rows_draw(chart_bar *);

#endif
