// SPDX-License-Identifier: Apache-2.0
/* Stages of a process, each bar as wide as what is left; what part went on to the next stage stands
 * beside. */
#include "chart_plot.h"
#include "charts.h"

#include <math.h>
#include <string.h>

jb_status funnel_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    chart_data d;
    (void)ctx;
    (void)self;
    if (chart_data_load(charts_doc(), node, 0, &d) != 0)
        return JB_E_MEMORY;
    *out = fmax(chart_rows_height(&d, width, 1.5, 40), 110);
    chart_data_free(&d);
    return JB_OK;
}

/* The slope between two stages, in a pale tone. */
static void slope(const chart_plot *p, double mid, double w0, double y0, double w1, double y1)
{
    double xy[8] = {mid - w0 / 2, y0, mid + w0 / 2, y0, mid + w1 / 2, y1, mid - w1 / 2, y1};
    p->c->path(p->c->self, "MLLLZ", xy, 8);
    p->c->paint(p->c->self, CHART_PALE, 0, 0, NULL, 0);
}

static double width_of(const chart_plot *p, size_t i)
{
    const chart_series *s = &p->d.series[0];
    return s->present[i] ? s->value[i] / p->s.hi * (p->x1 - p->x0) : 0;
}

static void stage(chart_plot *p, size_t i, double rate)
{
    const chart_series *s = &p->d.series[0];
    double mid = (p->x0 + p->x1) / 2, gap = fmin(CHART_ROW_GAP + 2, p->slot * 0.35),
           y = chart_row_y(p, i) + gap / 2;
    double thick = p->slot - gap, base = chart_baseline(p, y + thick / 2), wide = width_of(p, i);
    char text[64];
    chart_row_name(p, i);
    if (s->present[i])
        chart_rect(p->c, mid - wide / 2, y, wide, thick, chart_palette[0]);
    chart_value_text(&p->d, 0, i, &p->s, text);
    chart_text(p->c, p->w - rate - 12, base, JB_ANCHOR_END, "value", CHART_INK, text);
    if (i == 0)
        return;
    if (s->present[i] && s->present[i - 1]) {
        slope(p, mid, width_of(p, i - 1), y - gap, wide, y);
        chart_percent(s->exact[i], s->exact[i - 1], text);
    } else {
        memcpy(text, "\xe2\x80\x93", 4);
    }
    if (rate > 0)
        chart_text(p->c, p->w, base, JB_ANCHOR_END, "value", CHART_SOFT, text);
}

static double widest_rate(const chart_plot *p)
{
    const chart_series *s = &p->d.series[0];
    double most = chart_text_width(p->c, "axis", "较上一环节");
    char text[64];
    size_t i;
    for (i = 1; i < p->d.n; i++) {
        if (!s->present[i] || !s->present[i - 1])
            continue;
        chart_percent(s->exact[i], s->exact[i - 1], text);
        most = fmax(most, chart_text_width(p->c, "value", text));
    }
    return most;
}

jb_status funnel_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                      const jb_canvas *c)
{
    chart_plot p;
    size_t i;
    (void)self;
    if (chart_plot_begin(&p, c, node, 0, w, h) != 0)
        return JB_E_MEMORY;
    if (p.d.n > 0 && !charts_no_negatives(ctx, &p.d, "E0798")) {
        chart_plot_end(&p); /* a bar below zero is no stage: plain bars say what there is */
        return bar_draw(ctx, self, node, w, h, c);
    }
    if (p.d.n > 0) {
        double line = p.ascent + p.descent, rate = widest_rate(&p), value;
        size_t most = chart_data_extreme(&p.d, 0, 1);
        chart_head_words words = {.unit = p.s.unit};
        chart_scale_make(&p.d, 1, &p.s);
        p.top = chart_head(c, w, &words) + line + 3;
        p.s.lo = 0;
        p.s.hi = most < p.d.n && p.d.series[0].value[most] > 0 ? p.d.series[0].value[most] : 1;
        value = fmax(chart_widest_value(&p, 0, 1), chart_text_width(c, "axis", "数值"));
        if (value + rate > w * 0.6) /* no room for both: the values */
            rate = -12;
        chart_rows_lay(&p, 0, value + rate + 24, 2, line + 4);
        chart_text(c, w - rate - 12, p.y0 - p.descent - 2, JB_ANCHOR_END, "axis", CHART_SOFT,
                   "数值");
        if (rate > 0)
            chart_text(c, w, p.y0 - p.descent - 2, JB_ANCHOR_END, "axis", CHART_SOFT, "较上一环节");
        for (i = 0; i < p.shown; i++)
            stage(&p, i, rate);
        chart_rows_note(&p);
    }
    chart_plot_end(&p);
    return JB_OK;
}
