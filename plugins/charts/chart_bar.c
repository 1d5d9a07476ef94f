// SPDX-License-Identifier: Apache-2.0
/* Bars from zero: horizontal when names are many or long, columns otherwise; side by side or
 * stacked. */
#include "chart_bar.h"
#include "charts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_COLUMNS 7 /* more categories than this become horizontal bars */
#define COLUMN_CHART_HEIGHT 190.0

const char *bar_series_name(const chart_bar *b, size_t s)
{
    return b->p.d.series[s].name != NULL ? b->p.d.series[s].name : "";
}

double bar_widest_series(const chart_bar *b)
{
    double most = 0;
    size_t s;
    for (s = 0; s < b->p.d.n_series; s++)
        most = fmax(most, chart_text_width(b->p.c, "label", bar_series_name(b, s)));
    return most;
}

void bar_total_text(const chart_bar *b, size_t i, char *out)
{
    const chart_data *d = &b->p.d;
    jb_i128 total = 0, v;
    int scale = 0;
    size_t s, missing = 0;
    for (s = 0; s < d->n_series; s++)
        scale = d->series[s].scale > scale ? d->series[s].scale : scale;
    for (s = 0; s < d->n_series; s++) {
        missing += !d->series[s].present[i];
        if (d->series[s].present[i] &&
            jb_dec_rescale(d->series[s].exact[i], d->series[s].scale, scale, &v) == 0)
            total += v;
    }
    if (missing == d->n_series)
        memcpy(out, "\xe2\x80\x93", 4);
    else if (missing > 0) /* a sum of some parts is not the total */
        snprintf(out, 64, "缺%zu项", missing);
    else
        chart_exact_number(total, scale, &b->p.s, out);
}

double bar_widest_total(const chart_bar *b)
{
    char text[64];
    double most = 0;
    size_t i;
    for (i = 0; i < b->p.d.n; i++) {
        bar_total_text(b, i, text);
        most = fmax(most, chart_text_width(b->p.c, "value", text));
    }
    return most;
}

void bar_reach(const chart_bar *b, size_t i, double *below, double *above)
{
    size_t s;
    *below = *above = 0;
    for (s = 0; s < b->p.d.n_series; s++) {
        double v = b->p.d.series[s].present[i] ? b->p.d.series[s].value[i] : 0;
        if (b->stacked)
            *(v < 0 ? below : above) += v;
        else
            *(v < 0 ? below : above) = v < 0 ? fmin(*below, v) : fmax(*above, v);
    }
}

static void make_scale(chart_bar *b)
{
    double lo = 0, hi = 0, below, above;
    size_t i;
    for (i = 0; i < b->p.d.n; i++) {
        bar_reach(b, i, &below, &above);
        lo = fmin(lo, below);
        hi = fmax(hi, above);
    }
    chart_scale_range(&b->p.d, lo, hi, 1, &b->p.s);
}

/* ---- rows ---- */

static void one_row_bar(chart_bar *b, size_t s, size_t i, double y, double thick, int named)
{
    const chart_plot *p = &b->p;
    const chart_series *series = &p->d.series[s];
    double v = series->present[i] ? series->value[i] : 0, zero = chart_x(p, 0), end = chart_x(p, v);
    double base = chart_baseline(p, y + thick / 2);
    char text[64];
    if (series->present[i])
        chart_rect(p->c, fmin(zero, end), y, fabs(end - zero), thick, chart_palette[s]);
    chart_value_text(&p->d, s, i, &p->s, text);
    if (v < 0) {
        chart_text(p->c, end - 3, base, JB_ANCHOR_END, "value", CHART_INK, text);
        return;
    }
    chart_text(p->c, end + 3, base, JB_ANCHOR_START, "value",
               series->present[i] ? CHART_INK : CHART_SOFT, text);
    if (named)
        chart_text(p->c, end + 9 + chart_text_width(p->c, "value", text), base, JB_ANCHOR_START,
                   "label", chart_text_palette[s], bar_series_name(b, s));
}

static void grouped_row(chart_bar *b, size_t i, int named)
{
    size_t s, n = b->p.d.n_series;
    double line = b->p.ascent + b->p.descent, gap = fmin(CHART_ROW_GAP, b->p.slot * 0.3), thick;
    gap = fmax(fmin(gap, b->p.slot - (line + 0.6) * (double)n), 1);
    thick = (b->p.slot - gap) / (double)n;
    for (s = 0; s < n; s++)
        one_row_bar(b, s, i, chart_row_y(&b->p, i) + gap / 2 + thick * (double)s,
                    thick - (n > 1 ? 0.6 : 0), named);
}

static void stacked_row(chart_bar *b, size_t i)
{
    const chart_plot *p = &b->p;
    double below = 0, above = 0, gap = fmin(CHART_ROW_GAP, p->slot * 0.3);
    double y = chart_row_y(p, i) + gap / 2, thick = p->slot - gap,
           base = chart_baseline(p, y + thick / 2);
    char text[64];
    size_t s;
    for (s = 0; s < p->d.n_series; s++) {
        double v = p->d.series[s].present[i] ? p->d.series[s].value[i] : 0;
        double from = v < 0 ? below : above, x0 = chart_x(p, fmin(from, from + v)),
               x1 = chart_x(p, fmax(from, from + v));
        *(v < 0 ? &below : &above) = from + v;
        if (x1 - x0 <= 0)
            continue;
        chart_rect(p->c, x0, y, fmax(x1 - x0 - 0.6, 0.1), thick, chart_palette[s]);
        chart_value_text(&p->d, s, i, &p->s, text);
        if (chart_text_width(p->c, "value", text) + 5 <= x1 - x0)
            chart_text(p->c, (x0 + x1) / 2, base, JB_ANCHOR_MIDDLE, "value",
                       chart_ink_on(chart_palette[s]), text);
    }
    bar_total_text(b, i, text);
    chart_text(p->c, chart_x(p, above) + 3, base, JB_ANCHOR_START, "value", CHART_INK, text);
}

/* A row beside whose bars the series can be named: all present, none below zero. p->shown: none. */
static size_t naming_row(const chart_bar *b)
{
    size_t i, s, good;
    for (i = 0; i < b->p.shown; i++) {
        for (s = 0, good = 0; s < b->p.d.n_series; s++)
            good += b->p.d.series[s].present[i] && b->p.d.series[s].value[i] >= 0;
        if (good == b->p.d.n_series)
            break;
    }
    return i;
}

/* Names of stacked series over the first row, each over its part; 0 when they find no room. */
static int name_parts(const chart_bar *b, int draw)
{
    const chart_plot *p = &b->p;
    double at[CHART_MAX_SERIES] = {0}, size[CHART_MAX_SERIES] = {0}, mid[CHART_MAX_SERIES] = {0},
           from = 0;
    size_t s, n = p->d.n_series;
    for (s = 0; s < n; s++) {
        double v = p->d.series[s].value[0];
        if (!p->d.series[s].present[0] || v <= 0)
            return 0;
        at[s] = mid[s] = (chart_x(p, from) + chart_x(p, from + v)) / 2;
        size[s] = chart_text_width(p->c, "label", bar_series_name(b, s)) + 8;
        from += v;
    }
    if (!chart_spread(at, size, n, 0, p->w))
        return 0;
    for (s = 0; s < n; s++)
        if (fabs(at[s] - mid[s]) > fmax(size[s], 40))
            return 0;
    for (s = 0; draw && s < n; s++) {
        chart_line_to(p->c, at[s], p->y0 - 2, mid[s], p->y0 + 2, chart_palette[s], 0.6);
        chart_text(p->c, at[s], p->y0 - 3 - p->descent, JB_ANCHOR_MIDDLE, "label",
                   chart_text_palette[s], bar_series_name(b, s));
    }
    return 1;
}

void bar_rows_draw(chart_bar *b)
{
    chart_plot *p = &b->p;
    int many = p->d.n_series > 1;
    double line = p->ascent + p->descent, right, left, name = many ? bar_widest_series(b) + 8 : 0;
    double least = b->stacked ? line + 3 : (line + 1) * (double)p->d.n_series + 3;
    size_t i, named;
    right = (b->stacked ? bar_widest_total(b) : chart_widest_value(p, 0, p->d.n_series)) + 5;
    left = p->s.lo < 0 && !b->stacked ? chart_widest_value(p, 0, p->d.n_series) + 5 : 0;
    if (b->stacked && many)
        p->top += line + 4;
    chart_rows_lay(p, left, right, line + 5, least);
    named = many && !b->stacked ? naming_row(b) : p->shown;
    if (named < p->shown && p->x1 - name - p->x0 >= p->w * 0.3)
        chart_rows_lay(p, left, right + name, line + 5, least);
    else
        named = p->shown;
    b->direct = !many || named < p->shown || (b->stacked && name_parts(b, 0));
    chart_grid_x(p);
    for (i = 0; i < p->shown; i++) {
        chart_row_name(p, i);
        if (b->stacked)
            stacked_row(b, i);
        else
            grouped_row(b, i, i == named);
    }
    if (many && b->stacked && b->direct)
        name_parts(b, 1);
    chart_zero_x(p);
    chart_rows_note(p);
}

/* ---- both ---- */

static void order(const chart_self *self, chart_data *d)
{
    if (self->order == CHART_ORDER_VALUE || (self->order == CHART_ORDER_AUTO && !d->natural))
        chart_data_sort(d, 0);
}

jb_status bar_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    const chart_self *me = (const chart_self *)self;
    chart_data d;
    double lines;
    (void)ctx;
    if (chart_data_load(charts_doc(), node, 0, &d) != 0)
        return JB_E_MEMORY;
    lines = me->stacked ? 1 : (double)(d.n_series > 0 ? d.n_series : 1);
    *out = chart_rows_height(&d, width, lines, 40);
    if (d.n <= MAX_COLUMNS)
        *out = fmax(*out, COLUMN_CHART_HEIGHT);
    chart_data_free(&d);
    return JB_OK;
}

jb_status bar_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                   const jb_canvas *c)
{
    const chart_self *me = (const chart_self *)self;
    chart_bar b;
    (void)ctx;
    memset(&b, 0, sizeof b);
    if (chart_plot_begin(&b.p, c, node, 0, w, h) != 0)
        return JB_E_MEMORY;
    if (b.p.d.n > 0) {
        chart_head_words words = {.unit = b.p.s.unit};
        size_t s;
        order(me, &b.p.d);
        b.stacked = me->stacked && b.p.d.n_series > 1;
        make_scale(&b);
        b.p.top = b.p.s.unit[0] != '\0' || b.p.d.n_series > 1 ? b.p.ascent + b.p.descent + 6 : 0;
        if (b.p.d.n <= MAX_COLUMNS && columns_fit(&b))
            columns_draw(&b);
        else
            bar_rows_draw(&b);
        for (s = 0; !b.direct && s < b.p.d.n_series; s++)
            words.legend[words.n_legend++] = bar_series_name(&b, s);
        chart_head(c, w, &words);
    }
    chart_plot_end(&b.p);
    return JB_OK;
}
