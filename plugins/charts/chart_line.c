// SPDX-License-Identifier: Apache-2.0
/* Lines over ordered categories: gaps where a value is missing, names at the lines' ends, a break
 * mark where the axis does not start at zero. */
#include "chart_paint.h"
#include "chart_scale.h"
#include "charts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_CHART_HEIGHT 190.0
#define NAME_SHARE 0.22

typedef struct line_chart {
    const jb_canvas *c;
    chart_data d;
    chart_scale s;
    double w, h, top, ascent, descent;
    double x0, x1, y0, y1;
    chart_boxes placed;
} line_chart;

static double at_x(const line_chart *l, size_t i)
{
    if (l->d.n == 1)
        return (l->x0 + l->x1) / 2;
    return l->x0 + 18 + (l->x1 - l->x0 - 36) * (double)i / (double)(l->d.n - 1);
}

static double at_y(const line_chart *l, double v)
{
    return l->y1 - (v - l->s.lo) / (l->s.hi - l->s.lo) * (l->y1 - l->y0);
}

/* Puts text there if it touches nothing and stays inside; shifts sideways at the edges. 1 when
 * placed. */
static int place(line_chart *l, double x, double y, uint32_t anchor, const char *style,
                 uint32_t color, const char *text)
{
    chart_box box = chart_text_box(l->c, x, y, anchor, style, text);
    double shift = box.x0 < 0 ? -box.x0 : box.x1 > l->w ? l->w - box.x1 : 0;
    box.x0 += shift;
    box.x1 += shift;
    if (box.x0 < 0 || box.y0 < 0 || box.y1 > l->h || !chart_boxes_free_at(&l->placed, &box) ||
        chart_boxes_add(&l->placed, &box) != 0)
        return 0;
    chart_text(l->c, x + shift, y, anchor, style, color, text);
    return 1;
}

static void period_label(const line_chart *l, size_t i, size_t before, char *out, size_t cap)
{
    const char *t = l->d.category[i];
    int new_year = i == 0 || strncmp(l->d.category[before], t, 4) != 0;
    chart_key_text(t, new_year || !l->d.natural, out, cap);
}

/* Every k-th label, the smallest k at which none touch; never rotated. */
static void category_axis(line_chart *l)
{
    char text[160];
    size_t step, i;
    double y = l->h - l->descent - 1;
    for (step = 1; step < l->d.n; step++) {
        double right = -1e9;
        int fits = 1;
        for (i = 0; i < l->d.n && fits; i += step) {
            chart_box box;
            period_label(l, i, i >= step ? i - step : 0, text, sizeof text);
            box = chart_text_box(l->c, at_x(l, i), y, JB_ANCHOR_MIDDLE, "axis", text);
            fits = fmax(box.x0, 0) >= right + 3;
            right = box.x0 < 0 ? box.x1 - box.x0 : box.x1;
        }
        if (fits)
            break;
    }
    for (i = 0; i < l->d.n; i += step) {
        char fitted[160];
        period_label(l, i, i >= step ? i - step : 0, text, sizeof text);
        chart_fit(l->c, "axis", text, l->w / 2, fitted, sizeof fitted);
        chart_line_to(l->c, at_x(l, i), l->y1, at_x(l, i), l->y1 + 2.5, CHART_BASE, 0.6);
        place(l, at_x(l, i), y, JB_ANCHOR_MIDDLE, "axis", CHART_INK, fitted);
    }
}

static void value_axis(line_chart *l)
{
    char text[64];
    size_t i, n = chart_scale_ticks(&l->s);
    for (i = 0; i < n; i++) {
        double v = l->s.lo + (double)i * l->s.step, y = at_y(l, v);
        int base = l->s.broken ? i == 0 : fabs(v) < l->s.step / 1e6;
        chart_line_to(l->c, l->x0, y, l->x1, y, base ? CHART_BASE : CHART_GRID, base ? 0.8 : 0.5);
        chart_number(v / l->s.divisor, l->s.tick_decimals, text);
        place(l, l->x0 - 4, y + l->ascent / 2 - 1, JB_ANCHOR_END, "axis", CHART_SOFT, text);
    }
    if (l->s.broken) { /* the axis does not start at zero */
        double xy[8] = {l->x0, l->y1, l->x0 + 3, l->y1 - 3, l->x0 - 3, l->y1 - 6, l->x0, l->y1 - 9};
        l->c->path(l->c->self, "MLLL", xy, 8);
        l->c->paint(l->c->self, 0, CHART_BASE, 0.8, NULL, 0);
    }
}

static void marker(const line_chart *l, size_t s, double x, double y)
{
    double r = 2;
    if (s % 2 == 0) {
        chart_rect(l->c, x - r, y - r, 2 * r, 2 * r, chart_palette[s]);
    } else {
        double xy[8] = {x, y - r - 1, x + r + 1, y, x, y + r + 1, x - r - 1, y};
        l->c->path(l->c->self, "MLLLZ", xy, 8);
        l->c->paint(l->c->self, chart_palette[s], 0, 0, NULL, 0);
    }
}

/* The polyline in runs between gaps; a dash pattern of its own beside the colour. */
static void one_line(const line_chart *l, size_t s)
{
    static const double dashes[CHART_MAX_SERIES][2] = {{0, 0}, {6, 3}, {2, 2}, {8, 2}};
    const chart_series *series = &l->d.series[s];
    size_t i, start;
    for (start = 0; start < l->d.n; start = i + 1) {
        double *xy;
        char *ops;
        size_t n;
        for (i = start; i < l->d.n && series->present[i]; i++)
            marker(l, s, at_x(l, i), at_y(l, series->value[i]));
        n = i - start;
        if (n < 2)
            continue;
        xy = (double *)malloc(n * 2 * sizeof *xy);
        ops = (char *)malloc(n + 1);
        if (xy != NULL && ops != NULL) {
            size_t k;
            for (k = 0; k < n; k++) {
                ops[k] = k == 0 ? 'M' : 'L';
                xy[2 * k] = at_x(l, start + k);
                xy[2 * k + 1] = at_y(l, series->value[start + k]);
            }
            ops[n] = '\0';
            l->c->path(l->c->self, ops, xy, n * 2);
            l->c->paint(l->c->self, 0, chart_palette[s], 1.4, dashes[s], s == 0 ? 0 : 2);
        }
        free(xy);
        free(ops);
    }
}

/* 1 when the segment touches the box: its part between the box's left and right edge passes its
 * height. */
static int segment_hits(double x0, double y0, double x1, double y1, const chart_box *b)
{
    double lo = fmax(x0, b->x0), hi = fmin(x1, b->x1), a, z;
    if (lo > hi)
        return 0;
    a = x1 > x0 ? y0 + (y1 - y0) * (lo - x0) / (x1 - x0) : y0;
    z = x1 > x0 ? y0 + (y1 - y0) * (hi - x0) / (x1 - x0) : y1;
    return fmin(a, z) <= b->y1 && fmax(a, z) >= b->y0;
}

static int crosses_a_line(const line_chart *l, const chart_box *box)
{
    size_t s, i;
    for (s = 0; s < l->d.n_series; s++) {
        const chart_series *series = &l->d.series[s];
        for (i = 0; i + 1 < l->d.n; i++)
            if (series->present[i] && series->present[i + 1] &&
                segment_hits(at_x(l, i), at_y(l, series->value[i]), at_x(l, i + 1),
                             at_y(l, series->value[i + 1]), box))
                return 1;
    }
    return 0;
}

/* Above, below, then beside the point: the first place where the text touches neither text nor
 * line; failing that, for one that must be told, the first where it touches no text. */
static void value_label(line_chart *l, size_t s, size_t i, int must)
{
    static const double side[6] = {0, 0, 0.7, -0.7, 0.7, -0.7};
    char text[64];
    double x = at_x(l, i), y = at_y(l, l->d.series[s].value[i]), width;
    int strict, k;
    chart_value_text(&l->d, s, i, &l->s, text);
    width = chart_text_width(l->c, "value", text);
    for (strict = 1; strict >= !must; strict--) {
        for (k = 0; k < 6; k++) {
            int above = k == 0 || k == 2 || k == 3;
            double tx = x + side[k] * width, ty = above ? y - l->descent - 4 : y + l->ascent + 4;
            chart_box box = chart_text_box(l->c, tx, ty, JB_ANCHOR_MIDDLE, "value", text);
            if (strict &&
                (box.x0 < 0 || box.x1 > l->w || box.y1 > l->y1 || crosses_a_line(l, &box)))
                continue;
            if (place(l, tx, ty, JB_ANCHOR_MIDDLE, "value", chart_text_palette[s], text))
                return;
        }
    }
}

/* Values at the points, most telling first: last, largest, smallest, then the rest where there is
 * room. */
static void value_labels(line_chart *l, size_t s)
{
    const chart_series *series = &l->d.series[s];
    size_t i, last = l->d.n, most = l->d.n, least = l->d.n;
    for (i = 0; i < l->d.n; i++) {
        if (!series->present[i])
            continue;
        last = i;
        if (most == l->d.n || series->value[i] > series->value[most])
            most = i;
        if (least == l->d.n || series->value[i] < series->value[least])
            least = i;
    }
    if (last == l->d.n)
        return;
    value_label(l, s, last, 1);
    if (most != last)
        value_label(l, s, most, 1);
    if (least != last && least != most)
        value_label(l, s, least, 1);
    for (i = 0; i < l->d.n; i++)
        if (series->present[i] && i != last && i != most && i != least)
            value_label(l, s, i, 0);
}

/* Names at the right end, moved down or up until they do not touch. */
static void end_names(line_chart *l, double room)
{
    char name[160];
    size_t s, i;
    double line = l->ascent + l->descent;
    for (s = 0; s < l->d.n_series; s++) {
        const chart_series *series = &l->d.series[s];
        double y = l->y0;
        int k;
        for (i = 0; i < l->d.n; i++)
            if (series->present[i])
                y = at_y(l, series->value[i]);
        chart_fit(l->c, "label", series->name != NULL ? series->name : "", room - 6, name,
                  sizeof name);
        for (k = 0; k < 24; k++) {
            double shift = (k % 2 ? 1 : -1) * line / 2 * (double)((k + 1) / 2);
            double at = fmin(fmax(y + shift, l->y0), l->y1) + l->ascent / 2;
            if (place(l, l->x1 + 4, at, JB_ANCHOR_START, "label", chart_text_palette[s], name))
                break;
        }
    }
}

static void draw(line_chart *l)
{
    double room = 0, ticks = 0, line = l->ascent + l->descent;
    char text[64];
    chart_head_words words = {.n_legend = 0};
    size_t s, i, n;
    chart_scale_make(&l->d, 0, &l->s);
    words.unit = l->s.unit;
    l->top = chart_head(l->c, l->w, &words);
    for (s = 0; l->d.n_series > 1 && s < l->d.n_series; s++)
        room = fmax(room, chart_text_width(l->c, "label",
                                           l->d.series[s].name != NULL ? l->d.series[s].name : ""));
    room = room > 0 ? fmin(room, l->w * NAME_SHARE) + 10 : 0;
    for (i = 0, n = chart_scale_ticks(&l->s); i < n; i++) {
        chart_number((l->s.lo + (double)i * l->s.step) / l->s.divisor, l->s.tick_decimals, text);
        ticks = fmax(ticks, chart_text_width(l->c, "axis", text));
    }
    l->x0 = ticks + 8;
    l->x1 = l->w - room;
    l->y0 = l->top + line + 4;
    l->y1 = l->h - line - 6;
    value_axis(l);
    category_axis(l);
    for (s = 0; s < l->d.n_series; s++)
        one_line(l, s);
    if (room > 0)
        end_names(l, room);
    for (s = 0; s < l->d.n_series; s++)
        value_labels(l, s);
}

jb_status line_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    (void)ctx;
    (void)self;
    (void)node;
    (void)width;
    *out = LINE_CHART_HEIGHT;
    return JB_OK;
}

jb_status line_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                    const jb_canvas *c)
{
    line_chart l;
    (void)ctx;
    (void)self;
    memset(&l, 0, sizeof l);
    l.c = c;
    l.w = w;
    l.h = h > 60 ? h - 4 : h; /* air above the caption */
    if (chart_data_load(charts_doc(), node, 0, &l.d) != 0)
        return JB_E_MEMORY;
    chart_text_height(c, "value", &l.ascent, &l.descent);
    if (l.d.n == 0 || l.d.n_series == 0)
        chart_text(c, w / 2, h / 2, JB_ANCHOR_MIDDLE, "label", CHART_SOFT, "无数据");
    else
        draw(&l);
    free(l.placed.at);
    chart_data_free(&l.d);
    return JB_OK;
}
