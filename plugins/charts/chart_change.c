// SPDX-License-Identifier: Apache-2.0
/* Then and now: a hollow and a full dot joined by a line, sorted by now; values outside of the two.
 */
#include "chart_plot.h"
#include "charts.h"

#include <math.h>
#include <string.h>

#define RADIUS 3.2

jb_status change_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    const chart_self *me = (const chart_self *)self;
    chart_data d;
    (void)ctx;
    if (chart_data_load(charts_doc(), node, me->second > 0 ? me->second : 1, &d) != 0)
        return JB_E_MEMORY;
    *out = fmax(chart_rows_height(&d, width, 1.1, 52), 80);
    chart_data_free(&d);
    return JB_OK;
}

static void dot(const jb_canvas *c, double x, double y, int full)
{
    const double r = RADIUS, k = RADIUS * 0.5523;
    double xy[26] = {x,     y - r, x + k, y - r, x + r, y - k, x + r, y,     x + r,
                     y + k, x + k, y + r, x,     y + r, x - k, y + r, x - r, y + k,
                     x - r, y,     x - r, y - k, x - k, y - r, x,     y - r};
    c->path(c->self, "MCCCCZ", xy, 26);
    c->paint(c->self, full ? chart_palette[0] : 0xffffffffu, chart_palette[0], 1.2, NULL, 0);
}

static void legend_mark(const jb_canvas *c, double x, double y, size_t i)
{
    dot(c, x, y, i == 0);
}

static void one_row(chart_plot *p, size_t i)
{
    const chart_series *now = &p->d.series[0], *then = &p->d.series[1];
    double y = chart_row_y(p, i) + p->slot / 2, base = chart_baseline(p, y), a, b;
    char first[64], second[64];
    size_t lower;
    chart_row_name(p, i);
    chart_value_text(&p->d, 0, i, &p->s, first);
    chart_value_text(&p->d, 1, i, &p->s, second);
    if (!now->present[i] && !then->present[i]) {
        chart_text(p->c, p->x0 + 4, base, JB_ANCHOR_START, "value", CHART_SOFT, first);
        return;
    }
    if (!now->present[i] ||
        !then->present[i]) { /* one is missing: the other with a dash in place of it */
        size_t k = now->present[i] ? 0 : 1;
        a = chart_x(p, p->d.series[k].value[i]);
        dot(p->c, a, y, k == 0);
        chart_text(p->c, a + RADIUS + 4, base, JB_ANCHOR_START, "value", CHART_INK,
                   k == 0 ? first : second);
        chart_text(p->c, a - RADIUS - 4, base, JB_ANCHOR_END, "value", CHART_SOFT, "\xe2\x80\x93");
        return;
    }
    a = chart_x(p, then->value[i]);
    b = chart_x(p, now->value[i]);
    if (fabs(a - b) > 2 * RADIUS)
        chart_line_to(p->c, a + (b > a ? RADIUS : -RADIUS), y, b, y, chart_palette[0], 1.6);
    dot(p->c, a, y, 0);
    dot(p->c, b, y, 1);
    lower = now->value[i] < then->value[i] ? 0 : 1;
    chart_text(p->c, fmin(a, b) - RADIUS - 4, base, JB_ANCHOR_END, "value",
               lower == 0 ? CHART_INK : CHART_SOFT, lower == 0 ? first : second);
    chart_text(p->c, fmax(a, b) + RADIUS + 4, base, JB_ANCHOR_START, "value",
               lower == 0 ? CHART_SOFT : CHART_INK, lower == 0 ? second : first);
}

/* Names of the two over the dots of the first row; 0: they do not fit there. */
static int name_dots(const chart_plot *p, int draw)
{
    double at[2], size[2], y = p->y0 - p->descent - 1;
    const chart_series *s = p->d.series;
    size_t left, k;
    if (!s[0].present[0] || !s[1].present[0] || s[0].name[0] == '\0' || s[1].name[0] == '\0')
        return 0;
    left = s[0].value[0] < s[1].value[0] ? 0 : 1;
    for (k = 0; k < 2; k++) {
        const chart_series *one = &s[k == 0 ? left : 1 - left];
        at[k] = chart_x(p, one->value[0]);
        size[k] = chart_text_width(p->c, "label", one->name) + 10;
    }
    if (!chart_spread(at, size, 2, 0, p->w + 5))
        return 0;
    for (k = 0; draw && k < 2; k++) {
        size_t who = k == 0 ? left : 1 - left;
        double x = chart_x(p, s[who].value[0]);
        chart_line_to(p->c, at[k], y + p->descent + 1, x,
                      chart_row_y(p, 0) + p->slot / 2 - RADIUS - 1, CHART_BASE, 0.4);
        chart_text(p->c, at[k], y, JB_ANCHOR_MIDDLE, "label",
                   who == 0 ? chart_text_palette[0] : CHART_SOFT, s[who].name);
    }
    return 1;
}

/* Values of the two that stand at the ends of the plot: it is made small enough for both. */
static void lay(chart_plot *p, double top)
{
    double line = p->ascent + p->descent, room = chart_widest_value(p, 0, 2) + RADIUS + 6;
    p->top = top + line + 4;
    chart_rows_lay(p, room, room, line + 6, line + 3);
}

jb_status change_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                      const jb_canvas *c)
{
    const chart_self *me = (const chart_self *)self;
    chart_plot p;
    size_t i;
    (void)ctx;
    if (chart_plot_begin(&p, c, node, me->second > 0 ? me->second : 1, w, h) != 0)
        return JB_E_MEMORY;
    if (p.d.n > 0 && p.d.n_series < 2) { /* the earlier values were lost */
        chart_plot_end(&p);
        return bar_draw(ctx, self, node, w, h, c);
    }
    if (p.d.n > 0) {
        chart_head_words words = {.unit = p.s.unit, .mark = legend_mark};
        if (!p.d.natural)
            chart_data_sort(&p.d, 0);
        chart_scale_make(&p.d, 0, &p.s);
        lay(&p, p.ascent + p.descent + 6);
        if (!name_dots(&p, 0)) {
            words.n_legend = 2;
            words.legend[0] = p.d.series[0].name[0] != '\0' ? p.d.series[0].name : "本期";
            words.legend[1] = p.d.series[1].name[0] != '\0' ? p.d.series[1].name : "上期";
        }
        chart_head(c, w, &words);
        chart_grid_x(&p);
        for (i = 0; i < p.shown; i++)
            chart_line_to(c, p.x0, chart_row_y(&p, i) + p.slot / 2, p.x1,
                          chart_row_y(&p, i) + p.slot / 2, 0xecececffu, 0.4);
        if (p.s.broken || p.s.lo < 0)
            chart_zero_x(&p);
        for (i = 0; i < p.shown; i++)
            one_row(&p, i);
        if (words.n_legend == 0)
            name_dots(&p, 1);
        chart_rows_note(&p);
    }
    chart_plot_end(&p);
    return JB_OK;
}
