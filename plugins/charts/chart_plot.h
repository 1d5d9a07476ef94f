// SPDX-License-Identifier: Apache-2.0
/* The plot of a chart: where values lie, gridlines and their labels, and rows with names at their
 * left. */
#ifndef CHART_PLOT_H
#define CHART_PLOT_H

#include "chart_paint.h"
#include "chart_scale.h"

typedef struct chart_plot {
    const jb_canvas *c;
    chart_data d;
    chart_scale s;
    double w, h, top;       /* top: below unit and legend */
    double ascent, descent; /* of "value" text */
    double x0, x1, y0, y1;  /* where values lie */
    /* rows */
    double names, slot; /* room for names; height of a row */
    size_t shown;       /* rows that are drawn; the rest is told in a note */
    int shortened;      /* some name was */
} chart_plot;

#define CHART_NAME_SHARE 0.34 /* most of the width that names of rows may take */
#define CHART_ROW_GAP 7.0

/* Loads the data (and orders them), measures the text. 0, or -1 out of memory. With no categories
 * 无数据 is written and p->d.n is 0. Ends with chart_plot_end. */
int chart_plot_begin(chart_plot *, const jb_canvas *, const jb_node *, size_t second, double w,
                     double h);
void chart_plot_end(chart_plot *);

double chart_x(const chart_plot *, double value);
double chart_y(const chart_plot *, double value);
double chart_baseline(const chart_plot *, double middle); /* of text centred there */
/* Gridlines and tick labels along an axis of values; labels that would touch are left out. A zero
 * line or, where the axis does not start at zero, a break mark is drawn by chart_zero_*, above the
 * data. */
void chart_grid_x(const chart_plot *);
void chart_grid_y(const chart_plot *);
void chart_zero_x(const chart_plot *);
void chart_zero_y(const chart_plot *);
double chart_tick_room(const chart_plot *); /* of labels left of a vertical axis */

/* Height wanted for rows of `lines` lines of text each; names too long for one line take two. Needs
 * no canvas. */
double chart_rows_height(const chart_data *, double width, double lines, double extra);
/* Lays rows out: `left` and `right` are kept free beside the plot for values, `foot` below it. Rows
 * that cannot be `least` high are left out. */
void chart_rows_lay(chart_plot *, double left, double right, double foot, double least);
double chart_row_y(const chart_plot *, size_t i); /* upper edge */
void chart_row_name(chart_plot *, size_t i);
/* What was left out or shortened, at the foot. */
void chart_rows_note(const chart_plot *);
/* Widest value label of series [from, to). */
double chart_widest_value(const chart_plot *, size_t from, size_t to);
double chart_widest_name(const chart_plot *);

#endif
