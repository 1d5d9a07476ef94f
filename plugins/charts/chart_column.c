// SPDX-License-Identifier: Apache-2.0
/* Upright bars, for few categories with short names. */
#include "chart_bar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_ROOM 0.25 /* of the width, beside stacked columns */
#define MOST_THICK 42.0

static void category_text(const chart_plot *p, size_t i, char *out, size_t cap)
{
    int year = i == 0 || !p->d.natural || strncmp(p->d.category[i], p->d.category[i - 1], 4) != 0;
    chart_key_text(p->d.category[i], year, out, cap);
}

/* Room at the right for names of stacked series; 0 when they go into the legend. */
static double side_names(const chart_bar *b)
{
    const chart_plot *p = &b->p;
    double room = bar_widest_series(b) + 12, need = 0;
    size_t s, last = p->d.n - 1;
    for (s = 0; s < p->d.n_series; s++) {
        if (!p->d.series[s].present[last] || p->d.series[s].value[last] <= 0)
            return 0;
        need += p->ascent + p->descent;
    }
    return room <= p->w * NAME_ROOM && need < (p->h - p->top) / 2 ? room : 0;
}

static double right_room(const chart_bar *b)
{
    return b->stacked && b->p.d.n_series > 1 ? side_names(b) : 0;
}

int columns_fit(const chart_bar *b)
{
    const chart_plot *p = &b->p;
    double slot = (p->w - chart_tick_room(p) - right_room(b)) / (double)p->d.n;
    double value = b->stacked ? bar_widest_total(b) : chart_widest_value(p, 0, p->d.n_series);
    double each = slot * 0.8 / (double)(b->stacked ? 1 : p->d.n_series);
    return chart_widest_name(p) <= slot - 6 && value <= each - 2 &&
           p->h - p->top >= 6 * (p->ascent + p->descent);
}

typedef struct frame {
    double slot, each, thick, push; /* push: of a group, to the middle of its slot */
    chart_boxes taken;              /* bars and value texts */
} frame;

static double left_of(const chart_bar *b, const frame *f, size_t s, size_t i)
{
    double k = b->stacked ? 0 : (double)s;
    return b->p.x0 + f->slot * ((double)i + 0.1) + f->push + f->each * k + (f->each - f->thick) / 2;
}

static void take(frame *f, double x0, double y0, double x1, double y1)
{
    chart_box box = {x0, y0, x1, y1};
    (void)chart_boxes_add(&f->taken, &box); /* without it a name may be dropped into the legend */
}

static void value_at(const chart_plot *p, frame *f, double x, double y, const char *text)
{
    chart_box box = chart_text_box(p->c, x, y, JB_ANCHOR_MIDDLE, "value", text);
    chart_text(p->c, x, y, JB_ANCHOR_MIDDLE, "value", CHART_INK, text);
    (void)chart_boxes_add(&f->taken, &box);
}

static void grouped_column(chart_bar *b, frame *f, size_t i)
{
    const chart_plot *p = &b->p;
    char text[64];
    size_t s;
    for (s = 0; s < p->d.n_series; s++) {
        const chart_series *series = &p->d.series[s];
        double v = series->present[i] ? series->value[i] : 0, x = left_of(b, f, s, i);
        double y = chart_y(p, v), zero = chart_y(p, 0);
        if (series->present[i]) {
            chart_rect(p->c, x, fmin(y, zero), f->thick, fabs(zero - y), chart_palette[s]);
            take(f, x, fmin(y, zero), x + f->thick, fmax(y, zero));
        }
        chart_value_text(&p->d, s, i, &p->s, text);
        value_at(p, f, x + f->thick / 2, v < 0 ? y + p->ascent + 2 : y - p->descent - 1, text);
    }
}

static void stacked_column(chart_bar *b, frame *f, size_t i)
{
    const chart_plot *p = &b->p;
    double below = 0, above = 0, x = left_of(b, f, 0, i), line = p->ascent + p->descent;
    char text[64];
    size_t s;
    for (s = 0; s < p->d.n_series; s++) {
        double v = p->d.series[s].present[i] ? p->d.series[s].value[i] : 0,
               from = v < 0 ? below : above;
        double y0 = chart_y(p, fmax(from, from + v)), y1 = chart_y(p, fmin(from, from + v));
        *(v < 0 ? &below : &above) = from + v;
        if (y1 - y0 <= 0)
            continue;
        chart_rect(p->c, x, y0, f->thick, fmax(y1 - y0 - 0.6, 0.1), chart_palette[s]);
        chart_value_text(&p->d, s, i, &p->s, text);
        if (y1 - y0 >= line + 2 && chart_text_width(p->c, "value", text) <= f->thick - 2)
            chart_text(p->c, x + f->thick / 2, chart_baseline(p, (y0 + y1) / 2), JB_ANCHOR_MIDDLE,
                       "value", chart_ink_on(chart_palette[s]), text);
    }
    bar_total_text(b, i, text);
    value_at(p, f, x + f->thick / 2, chart_y(p, above) - p->descent - 1, text);
}

/* Series named over a bar of theirs: over the first group if it has room, else over a later one. */
static int name_over_bars(chart_bar *b, const frame *f)
{
    const chart_plot *p = &b->p;
    chart_label *label = (chart_label *)calloc(CHART_MAX_SERIES, sizeof *label);
    size_t s, i, n = p->d.n_series;
    int dropped = -1;
    for (s = 0; label != NULL && s < n; s++) {
        chart_label *l = &label[s];
        double width = chart_text_width(p->c, "label", bar_series_name(b, s));
        l->style = "label";
        l->color = chart_text_palette[s];
        if (chart_fit(p->c, "label", bar_series_name(b, s), p->w, l->text, sizeof l->text))
            break;
        for (i = 0; i < p->d.n && l->n + 3 <= CHART_CANDIDATES; i++) {
            double x = left_of(b, f, s, i), mid = x + f->thick / 2;
            double y =
                chart_y(p, fmax(p->d.series[s].value[i], 0)) - p->ascent - 2 * p->descent - 2;
            if (!p->d.series[s].present[i] || p->d.series[s].value[i] < 0)
                continue;
            l->x[l->n] = fmin(fmax(mid, p->x0 + width / 2), p->w - width / 2);
            l->anchor[l->n] = JB_ANCHOR_MIDDLE;
            l->y[l->n++] = y;
            l->x[l->n] = s == 0 ? x + f->thick : x;
            l->anchor[l->n] = s == 0 ? JB_ANCHOR_END : JB_ANCHOR_START;
            l->y[l->n++] = y;
        }
    }
    if (label != NULL && s == n)
        dropped = chart_labels_solve(p->c, label, n, &f->taken, p->w, p->h);
    if (dropped == 0)
        chart_labels_draw(p->c, label, n);
    free(label);
    return dropped == 0;
}

/* Names beside the parts of the last column, moved apart where the parts are thin. */
static int name_beside_parts(const chart_bar *b, double x)
{
    const chart_plot *p = &b->p;
    double at[CHART_MAX_SERIES] = {0}, size[CHART_MAX_SERIES] = {0}, mid[CHART_MAX_SERIES] = {0},
           above = 0;
    double line = p->ascent + p->descent;
    size_t s, k, n = p->d.n_series, last = p->d.n - 1;
    for (s = 0; s < n; s++) {
        double v = p->d.series[s].value[last];
        k = n - 1 - s; /* from the top */
        at[k] = mid[k] = (chart_y(p, above) + chart_y(p, above + v)) / 2;
        size[k] = line;
        above += v;
    }
    if (!chart_spread(at, size, n, p->top, p->y1))
        return 0;
    for (k = 0; k < n; k++) {
        chart_line_to(p->c, x + 1, mid[k], x + 7, at[k], CHART_BASE, 0.4);
        chart_text(p->c, x + 9, chart_baseline(p, at[k]), JB_ANCHOR_START, "label",
                   chart_text_palette[n - 1 - k], bar_series_name(b, n - 1 - k));
    }
    return 1;
}

void columns_draw(chart_bar *b)
{
    chart_plot *p = &b->p;
    double line = p->ascent + p->descent, side = right_room(b);
    int many = p->d.n_series > 1;
    char text[200];
    frame f;
    size_t i;
    memset(&f, 0, sizeof f);
    p->x0 = chart_tick_room(p);
    p->x1 = p->w - side;
    p->y0 = p->top + (line + 2) * (many && !b->stacked ? 2 : 1);
    p->y1 = p->h - line - 5 - (p->s.lo < 0 ? line + 2 : 0);
    f.slot = (p->x1 - p->x0) / (double)p->d.n;
    f.each = f.slot * 0.8 / (double)(b->stacked ? 1 : p->d.n_series);
    f.thick = fmin(f.each - 1, MOST_THICK);
    if (!b->stacked) { /* bars of a group stand together, as far as their values allow */
        f.each = fmin(f.each, fmax(f.thick + 1, chart_widest_value(p, 0, p->d.n_series) + 3));
        f.push = (f.slot * 0.8 - f.each * (double)p->d.n_series) / 2;
    }
    chart_grid_y(p);
    for (i = 0; i < p->d.n; i++) {
        if (b->stacked)
            stacked_column(b, &f, i);
        else
            grouped_column(b, &f, i);
        category_text(p, i, text, sizeof text);
        chart_text(p->c, p->x0 + f.slot * ((double)i + 0.5), p->h - p->descent - 1,
                   JB_ANCHOR_MIDDLE, "label", CHART_INK, text);
    }
    chart_zero_y(p);
    b->direct = 1;
    if (many && b->stacked) {
        b->direct = side > 0 && name_beside_parts(b, left_of(b, &f, 0, p->d.n - 1) + f.thick);
    } else if (many) {
        b->direct = name_over_bars(b, &f);
    }
    free(f.taken.at);
}
