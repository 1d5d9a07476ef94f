// SPDX-License-Identifier: Apache-2.0
/* Bars from zero: horizontal when names are many or long, columns otherwise. */
#include "chart_paint.h"
#include "chart_scale.h"
#include "charts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 7      /* more categories than this become horizontal bars */
#define NAME_SHARE 0.34    /* most of the width that category names may take */
#define COLUMN_CHART_HEIGHT 190.0

typedef struct bar_chart {
    const jb_canvas *c;
    chart_data d;
    chart_scale s;
    double w, h, top;        /* top: below unit and legend */
    double ascent, descent;  /* of "value" text */
    double x0, x1, y0, y1;   /* the plot */
} bar_chart;

static void value_text(const bar_chart *b, size_t series, size_t i, char *out)
{
    if (!b->d.series[series].present[i])
        memcpy(out, "\xe2\x80\x93", 4); /* missing is not zero */
    else
        chart_number(b->d.series[series].value[i] / b->s.divisor, b->s.decimals, out);
}

static double widest_value(const bar_chart *b)
{
    char text[64];
    double most = 0;
    size_t s, i;
    for (s = 0; s < b->d.n_series; s++) {
        for (i = 0; i < b->d.n; i++) {
            value_text(b, s, i, text);
            most = fmax(most, chart_text_width(b->c, "value", text));
        }
    }
    return most;
}

static double widest_name(const bar_chart *b)
{
    double most = 0;
    size_t i;
    for (i = 0; i < b->d.n; i++)
        most = fmax(most, chart_text_width(b->c, "label", b->d.category[i]));
    return most;
}

static double at_x(const bar_chart *b, double v)
{
    return b->x0 + (v - b->s.lo) / (b->s.hi - b->s.lo) * (b->x1 - b->x0);
}

static double at_y(const bar_chart *b, double v)
{
    return b->y1 - (v - b->s.lo) / (b->s.hi - b->s.lo) * (b->y1 - b->y0);
}

static int has_negative(const bar_chart *b)
{
    return b->s.lo < 0;
}

/* Gridlines and tick labels along the value axis; labels that would touch are left out. */
static void value_axis(const bar_chart *b, int horizontal)
{
    chart_boxes placed = {0};
    size_t i, n = chart_scale_ticks(&b->s);
    char text[64];
    for (i = 0; i < n; i++) {
        double v = b->s.lo + (double)i * b->s.step;
        int zero = fabs(v) < b->s.step / 1e6;
        chart_box box;
        double x, y;
        if (zero)
            continue;
        if (horizontal)
            chart_line_to(b->c, at_x(b, v), b->y0, at_x(b, v), b->y1, CHART_GRID, 0.5);
        else
            chart_line_to(b->c, b->x0, at_y(b, v), b->x1, at_y(b, v), CHART_GRID, 0.5);
        chart_number(v / b->s.divisor, b->s.tick_decimals, text);
        x = horizontal ? at_x(b, v) : b->x0 - 4;
        y = horizontal ? b->y1 + b->ascent + 3 : at_y(b, v) + b->ascent / 2 - 1;
        box = chart_text_box(b->c, x, y, horizontal ? JB_ANCHOR_MIDDLE : JB_ANCHOR_END, "axis", text);
        if (box.x0 < 0 || box.x1 > b->w || !chart_boxes_free_at(&placed, &box) ||
            chart_boxes_add(&placed, &box) != 0)
            continue;
        chart_text(b->c, x, y, horizontal ? JB_ANCHOR_MIDDLE : JB_ANCHOR_END, "axis", CHART_SOFT, text);
    }
    free(placed.at);
}

static void one_bar(const bar_chart *b, size_t s, size_t i, double y, double thick)
{
    char text[64];
    const chart_series *series = &b->d.series[s];
    double v = series->present[i] ? series->value[i] : 0;
    double zero = at_x(b, 0), end = at_x(b, v);
    double mid = y + thick / 2 + (b->ascent - b->descent) / 2;
    if (series->present[i])
        chart_rect(b->c, fmin(zero, end), y, fabs(end - zero), thick, chart_palette[s]);
    value_text(b, s, i, text);
    if (v < 0)
        chart_text(b->c, end - 3, mid, JB_ANCHOR_END, "value", CHART_INK, text);
    else
        chart_text(b->c, end + 3, mid, JB_ANCHOR_START, "value", CHART_INK, text);
}

static double row_height(const bar_chart *b)
{
    return (b->ascent + b->descent + 1) * (double)b->d.n_series + 5;
}

static void draw_horizontal(bar_chart *b)
{
    char name[256], note[64];
    double room = widest_value(b) + 5, names = fmin(widest_name(b), b->w * NAME_SHARE);
    double axis = b->ascent + b->descent + 5, slot;
    size_t i, s, shown = b->d.n;
    b->x0 = names + 8 + (has_negative(b) ? room : 0);
    b->x1 = fmax(b->x0 + 20, b->w - room);
    b->y0 = b->top;
    b->y1 = b->h - axis;
    if (row_height(b) * (double)shown > b->y1 - b->y0) { /* too many for the height given */
        double fit = floor((b->y1 - b->y0 - axis) / row_height(b));
        shown = fit < 1 ? 1 : (size_t)fit;
        b->y1 -= axis;
    }
    slot = (b->y1 - b->y0) / (double)shown;
    slot = fmin(slot, row_height(b) * 1.6);
    b->y1 = b->y0 + slot * (double)shown;
    value_axis(b, 1);
    for (i = 0; i < shown; i++) {
        double y = b->y0 + slot * (double)i, thick = (slot - 5) / (double)b->d.n_series;
        chart_fit(b->c, "label", b->d.category[i], names, name, sizeof name);
        chart_text(b->c, names, y + slot / 2 + (b->ascent - b->descent) / 2, JB_ANCHOR_END, "label",
                   CHART_INK, name);
        for (s = 0; s < b->d.n_series; s++)
            one_bar(b, s, i, y + 2.5 + thick * (double)s, thick - (b->d.n_series > 1 ? 0.5 : 0));
    }
    chart_line_to(b->c, at_x(b, 0), b->y0, at_x(b, 0), b->y1, CHART_BASE, 0.8);
    if (shown < b->d.n) {
        snprintf(note, sizeof note, "另有%zu项未列出", b->d.n - shown);
        chart_text(b->c, 0, b->h - b->descent, JB_ANCHOR_START, "axis", CHART_SOFT, note);
    }
}

static double tick_room(const bar_chart *b)
{
    char text[64];
    double most = 0;
    size_t i, n = chart_scale_ticks(&b->s);
    for (i = 0; i < n; i++) {
        chart_number((b->s.lo + (double)i * b->s.step) / b->s.divisor, b->s.tick_decimals, text);
        most = fmax(most, chart_text_width(b->c, "axis", text));
    }
    return most + 6;
}

static int columns_fit(const bar_chart *b)
{
    double slot = (b->w - tick_room(b)) / (double)b->d.n;
    return b->d.n <= MAX_COLUMNS && widest_name(b) <= slot - 6 &&
           widest_value(b) <= slot * 0.8 / (double)b->d.n_series - 2;
}

static void draw_columns(bar_chart *b)
{
    double line = b->ascent + b->descent, slot;
    size_t i, s;
    b->x0 = tick_room(b);
    b->x1 = b->w;
    b->y0 = b->top + line + 2;
    b->y1 = b->h - line - 5 - (has_negative(b) ? line + 2 : 0);
    slot = (b->x1 - b->x0) / (double)b->d.n;
    value_axis(b, 0);
    for (i = 0; i < b->d.n; i++) {
        double left = b->x0 + slot * ((double)i + 0.1), each = slot * 0.8 / (double)b->d.n_series;
        for (s = 0; s < b->d.n_series; s++) {
            const chart_series *series = &b->d.series[s];
            double v = series->present[i] ? series->value[i] : 0, thick = fmin(each - 1, 42);
            double x = left + each * (double)s + (each - thick) / 2, y = at_y(b, v);
            char text[64];
            if (series->present[i])
                chart_rect(b->c, x, fmin(y, at_y(b, 0)), thick, fabs(at_y(b, 0) - y), chart_palette[s]);
            value_text(b, s, i, text);
            chart_text(b->c, x + thick / 2, v < 0 ? y + b->ascent + 2 : y - b->descent - 1,
                       JB_ANCHOR_MIDDLE, "value", CHART_INK, text);
        }
        chart_text(b->c, b->x0 + slot * ((double)i + 0.5), b->h - b->descent - 1, JB_ANCHOR_MIDDLE,
                   "label", CHART_INK, b->d.category[i]);
    }
    chart_line_to(b->c, b->x0, at_y(b, 0), b->x1, at_y(b, 0), CHART_BASE, 0.8);
}

static int load(bar_chart *b, const chart_self *self, const jb_node *node)
{
    if (chart_data_load(charts_doc(), node, &b->d) != 0)
        return -1;
    if (self->order == CHART_ORDER_VALUE || (self->order == CHART_ORDER_AUTO && !b->d.natural))
        chart_data_sort(&b->d);
    return 0;
}

jb_status bar_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    bar_chart b;
    double per;
    (void)ctx;
    (void)width;
    memset(&b, 0, sizeof b);
    if (load(&b, (const chart_self *)self, node) != 0)
        return JB_E_MEMORY;
    /* Text of about 9 points; draw() makes do with what it is given. */
    per = 13.0 * (double)b.d.n_series + 5;
    *out = b.d.n <= MAX_COLUMNS ? COLUMN_CHART_HEIGHT : 40 + per * (double)b.d.n;
    chart_data_free(&b.d);
    return JB_OK;
}

jb_status bar_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                   const jb_canvas *c)
{
    bar_chart b;
    (void)ctx;
    memset(&b, 0, sizeof b);
    b.c = c;
    b.w = w;
    b.h = h;
    if (load(&b, (const chart_self *)self, node) != 0)
        return JB_E_MEMORY;
    chart_text_height(c, "value", &b.ascent, &b.descent);
    if (b.d.n == 0) {
        chart_text(c, w / 2, h / 2, JB_ANCHOR_MIDDLE, "label", CHART_SOFT, "无数据");
    } else {
        chart_scale_make(&b.d, 1, &b.s);
        b.top = chart_head(c, w, &b.d, b.s.unit, b.d.n_series > 1);
        if (columns_fit(&b))
            draw_columns(&b);
        else
            draw_horizontal(&b);
    }
    chart_data_free(&b.d);
    return JB_OK;
}
