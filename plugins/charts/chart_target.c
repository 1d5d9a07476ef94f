// SPDX-License-Identifier: Apache-2.0
/* Actual against target: a bar, a mark where the target is, and, when asked for, bands that are
 * parts of the target. */
#include "chart_plot.h"
#include "charts.h"

#include <math.h>
#include <string.h>

static const uint32_t band_color[4] = {0xd9d9d9ffu, 0xe4e4e4ffu, 0xeeeeeeffu, 0xf5f5f5ffu};

jb_status target_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    const chart_self *me = (const chart_self *)self;
    chart_data d;
    (void)ctx;
    if (chart_data_load(charts_doc(), node, me->second > 0 ? me->second : 1, &d) != 0)
        return JB_E_MEMORY;
    *out = fmax(chart_rows_height(&d, width, 1.3, 52), 80);
    chart_data_free(&d);
    return JB_OK;
}

/* The texts at the right: actual, target, how much of it. */
typedef struct columns {
    double actual, target, rate; /* widths; below 0: left out, there is no room */
} columns;

static void rate_text(const chart_plot *p, size_t i, char *out)
{
    const chart_series *a = &p->d.series[0], *t = &p->d.series[1];
    int32_t scale = a->scale > t->scale ? a->scale : t->scale;
    jb_i128 x, y;
    memcpy(out, "\xe2\x80\x93", 4);
    if (a->present[i] && t->present[i] && t->exact[i] > 0 &&
        jb_dec_rescale(a->exact[i], a->scale, scale, &x) == 0 &&
        jb_dec_rescale(t->exact[i], t->scale, scale, &y) == 0)
        chart_percent(x, y, out);
}

static void measure_columns(const chart_plot *p, columns *k)
{
    char text[64];
    size_t i;
    k->actual = fmax(chart_widest_value(p, 0, 1), chart_text_width(p->c, "axis", "完成"));
    k->target = fmax(chart_widest_value(p, 1, 2), chart_text_width(p->c, "axis", "目标"));
    k->rate = chart_text_width(p->c, "axis", "完成率");
    for (i = 0; i < p->d.n; i++) {
        rate_text(p, i, text);
        k->rate = fmax(k->rate, chart_text_width(p->c, "value", text));
    }
    if (k->actual + k->target + k->rate > p->w * 0.6) /* the axis still tells the target */
        k->target = -10;
    if (k->actual + k->rate > p->w * 0.7)
        k->rate = -10;
}

static void row_texts(const chart_plot *p, const columns *k, const char *actual, const char *target,
                      const char *rate, const char *style, uint32_t color, double base)
{
    double x = p->w;
    if (k->rate >= 0)
        chart_text(p->c, x, base, JB_ANCHOR_END, style, color, rate);
    x -= k->rate + 10;
    if (k->target >= 0)
        chart_text(p->c, x, base, JB_ANCHOR_END, style, color, target);
    x -= k->target + 10;
    chart_text(p->c, x, base, JB_ANCHOR_END, style, color, actual);
}

static void bands(const chart_plot *p, const chart_self *me, double target, double y, double thick)
{
    double from = 0;
    size_t k;
    for (k = 0; k < me->n_bands; k++) {
        double to = fmin(me->band[k] * target, p->s.hi);
        if (to > from)
            chart_rect(p->c, chart_x(p, from), y, chart_x(p, to) - chart_x(p, from), thick,
                       band_color[k]);
        from = fmax(from, to);
    }
}

static void one_row(chart_plot *p, const chart_self *me, const columns *k, size_t i)
{
    const chart_series *a = &p->d.series[0], *t = &p->d.series[1];
    double gap = fmin(CHART_ROW_GAP, p->slot * 0.3), y = chart_row_y(p, i) + gap / 2,
           thick = p->slot - gap;
    char actual[64], target[64], rate[64];
    chart_row_name(p, i);
    if (t->present[i] && t->value[i] > 0)
        bands(p, me, t->value[i], y, thick);
    if (a->present[i])
        chart_rect(p->c, fmin(chart_x(p, 0), chart_x(p, a->value[i])), y + thick * 0.25,
                   fabs(chart_x(p, a->value[i]) - chart_x(p, 0)), thick * 0.5, chart_palette[0]);
    if (t->present[i])
        chart_line_to(p->c, chart_x(p, t->value[i]), y, chart_x(p, t->value[i]), y + thick,
                      CHART_INK, 2);
    chart_value_text(&p->d, 0, i, &p->s, actual);
    chart_value_text(&p->d, 1, i, &p->s, target);
    rate_text(p, i, rate);
    row_texts(p, k, actual, target, rate, "value", CHART_INK, chart_baseline(p, y + thick / 2));
}

jb_status target_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                      const jb_canvas *c)
{
    const chart_self *me = (const chart_self *)self;
    chart_plot p;
    columns k;
    size_t i;
    (void)ctx;
    if (chart_plot_begin(&p, c, node, me->second > 0 ? me->second : 1, w, h) != 0)
        return JB_E_MEMORY;
    if (p.d.n > 0 && p.d.n_series < 2) { /* the target was lost: what there is */
        chart_plot_end(&p);
        return bar_draw(ctx, self, node, w, h, c);
    }
    if (p.d.n > 0) {
        double line = p.ascent + p.descent;
        chart_head_words words = {.unit = p.s.unit};
        if (!p.d.natural)
            chart_data_sort(&p.d, 0);
        chart_scale_make(&p.d, 1, &p.s);
        p.top = chart_head(c, w, &words) + line + 3;
        measure_columns(&p, &k);
        chart_rows_lay(&p, 0, k.actual + k.target + k.rate + 34, line + 5, line + 3);
        row_texts(&p, &k, "完成", "目标", "完成率", "axis", CHART_SOFT, p.y0 - p.descent - 2);
        chart_grid_x(&p);
        for (i = 0; i < p.shown; i++)
            one_row(&p, me, &k, i);
        chart_zero_x(&p);
        chart_rows_note(&p);
    }
    chart_plot_end(&p);
    return JB_OK;
}
