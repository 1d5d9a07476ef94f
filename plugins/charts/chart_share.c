// SPDX-License-Identifier: Apache-2.0
/* Parts of a whole: sorted bars, each with its share; a donut where it was asked for and can be
 * read. */
#include "chart_plot.h"
#include "charts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MAX_SLICES 5
#define LEAST_SLICE 0.02 /* thinner ones cannot be told from a line */
#define NEAR 0.02        /* shares nearer than this look alike as angles */
#define DONUT_HEIGHT 190.0
#define PI 3.14159265358979323846

int charts_no_negatives(jb_ctx *ctx, const chart_data *d, const char *code)
{
    size_t i;
    for (i = 0; d->n_series > 0 && i < d->n; i++) {
        if (d->series[0].present[i] && d->series[0].exact[i] < 0) {
            const char *args[1] = {d->category[i]};
            jb_fault f = {.size = (uint32_t)sizeof f,
                          .code = code,
                          .args = args,
                          .n_args = 1,
                          .key = "metric"};
            if (charts_host()->warn != NULL)
                charts_host()->warn(ctx, &f);
            return 0;
        }
    }
    return 1;
}

static jb_i128 whole_of(const chart_data *d)
{
    jb_i128 sum = 0;
    size_t i;
    for (i = 0; i < d->n; i++)
        sum += d->series[0].present[i] ? d->series[0].exact[i] : 0;
    return sum;
}

static void share_text(const chart_plot *p, size_t i, jb_i128 whole, char *percent)
{
    if (p->d.series[0].present[i])
        chart_percent(p->d.series[0].exact[i], whole, percent);
    else
        memcpy(percent, "\xe2\x80\x93", 4);
}

/* Why these parts make no donut; NULL: they do. */
static const char *no_donut(const chart_data *d)
{
    double whole = (double)whole_of(d);
    size_t i;
    if (d->n > MAX_SLICES || d->n < 2)
        return "E0796";
    for (i = 0; i < d->n; i++) {
        double part = (double)d->series[0].exact[i] / (whole > 0 ? whole : 1);
        if (!d->series[0].present[i] || part < LEAST_SLICE)
            return "E0796";
        if (i > 0 && fabs((double)d->series[0].exact[i - 1] / whole - part) < NEAR)
            return "E0796";
    }
    return NULL;
}

/* ---- the donut ---- */

/* An arc as Bézier curves of at most a quarter turn; ops and xy grow. */
static size_t arc(double cx, double cy, double r, double from, double to, int move, char *ops,
                  double *xy, size_t *n_ops)
{
    int pieces = (int)ceil(fabs(to - from) / (PI / 2)), k;
    double step = (to - from) / (pieces > 0 ? pieces : 1), bend = 4.0 / 3.0 * tan(step / 4);
    size_t n = 0;
    ops[(*n_ops)++] = move ? 'M' : 'L';
    xy[n++] = cx + r * sin(from);
    xy[n++] = cy - r * cos(from);
    for (k = 0; k < pieces; k++) {
        double a = from + step * k, b = a + step;
        ops[(*n_ops)++] = 'C';
        xy[n++] = cx + r * (sin(a) + bend * cos(a));
        xy[n++] = cy - r * (cos(a) - bend * sin(a));
        xy[n++] = cx + r * (sin(b) - bend * cos(b));
        xy[n++] = cy - r * (cos(b) + bend * sin(b));
        xy[n++] = cx + r * sin(b);
        xy[n++] = cy - r * cos(b);
    }
    return n;
}

static void slice(const jb_canvas *c, double cx, double cy, double r, double from, double to,
                  uint32_t color)
{
    char ops[24];
    double xy[128];
    size_t n_ops = 0, n;
    n = arc(cx, cy, r, from, to, 1, ops, xy, &n_ops);
    n += arc(cx, cy, r * 0.58, to, from, 0, ops, xy + n, &n_ops);
    ops[n_ops++] = 'Z';
    ops[n_ops] = '\0';
    c->path(c->self, ops, xy, n);
    c->paint(c->self, color, 0xffffffffu, 1.2, NULL, 0);
}

/* Up to four parts in four colours; with five the largest stands out and the rest are grey. */
static uint32_t slice_color(const chart_data *d, size_t i)
{
    if (d->n <= CHART_MAX_SERIES)
        return chart_palette[i];
    return i == 0 ? chart_palette[0] : i % 2 ? 0x8c8c8cffu : 0x6f6f6fffu;
}

/* Where labels of one side go: beside their slices, moved apart. 0: no room. */
static int side_labels(const chart_plot *p, double cx, double cy, double r, const double *mid,
                       int right, jb_i128 whole, int draw)
{
    double at[MAX_SLICES] = {0}, size[MAX_SLICES] = {0}, line = p->ascent + p->descent;
    size_t who[MAX_SLICES], n = 0, i, k;
    for (k = 0; k < p->d.n; k++) { /* from the top: clockwise at the right, back at the left */
        i = right ? k : p->d.n - 1 - k;
        if ((sin(mid[i]) >= 0) != right)
            continue;
        who[n] = i;
        size[n] = line + 3;
        at[n++] = cy - (r + 8) * cos(mid[i]);
    }
    if (!chart_spread(at, size, n, p->top, p->h))
        return 0;
    for (k = 0; k < n; k++) {
        char percent[64], text[400], value[64], name[200];
        double x = right ? cx + r + 22 : cx - r - 22, room = right ? p->w - x : x;
        i = who[k];
        share_text(p, i, whole, percent);
        chart_value_text(&p->d, 0, i, &p->s, value);
        chart_key_text(p->d.category[i], 1, name, sizeof name);
        snprintf(text, sizeof text, "%s %s（%s）", name, percent, value);
        if (chart_text_width(p->c, "label", text) > room)
            return 0;
        if (!draw)
            continue;
        {
            double sx = cx + (r + 1) * sin(mid[i]), sy = cy - (r + 1) * cos(mid[i]);
            double knee = right ? cx + r + 12 : cx - r - 12;
            double xy[6] = {sx, sy, knee, at[k], right ? x - 3 : x + 3, at[k]};
            p->c->path(p->c->self, "MLL", xy, 6);
            p->c->paint(p->c->self, 0, CHART_BASE, 0.4, NULL, 0);
        }
        chart_text(p->c, x, chart_baseline(p, at[k]), right ? JB_ANCHOR_START : JB_ANCHOR_END,
                   "label", CHART_INK, text);
    }
    return 1;
}

static int donut(const chart_plot *p)
{
    jb_i128 whole = whole_of(&p->d);
    double cx = p->w / 2, cy = p->top + (p->h - p->top) / 2, r = (p->h - p->top) / 2 - 8, from = 0;
    double mid[MAX_SLICES], end[MAX_SLICES];
    char total[64];
    size_t i;
    r = fmin(r, p->w * 0.19);
    for (i = 0; i < p->d.n; i++) {
        end[i] = from + 2 * PI * (double)p->d.series[0].exact[i] / (double)whole;
        mid[i] = (from + end[i]) / 2;
        from = end[i];
    }
    chart_exact_number(whole, p->d.series[0].scale, &p->s, total);
    if (r < 24 || chart_text_width(p->c, "value", total) > r ||
        !side_labels(p, cx, cy, r, mid, 1, whole, 0) ||
        !side_labels(p, cx, cy, r, mid, 0, whole, 0))
        return 0;
    for (i = 0; i < p->d.n; i++)
        slice(p->c, cx, cy, r, i > 0 ? end[i - 1] : 0, end[i], slice_color(&p->d, i));
    side_labels(p, cx, cy, r, mid, 1, whole, 1);
    side_labels(p, cx, cy, r, mid, 0, whole, 1);
    chart_text(p->c, cx, cy - p->descent - 1, JB_ANCHOR_MIDDLE, "axis", CHART_SOFT, "合计");
    chart_text(p->c, cx, cy + p->ascent + 1, JB_ANCHOR_MIDDLE, "value", CHART_INK, total);
    return 1;
}

/* ---- the bars ---- */

/* Value and share stand in two columns at the right, so that they can be read down. */
static void rows(chart_plot *p, int parts)
{
    jb_i128 whole = whole_of(&p->d);
    double value = chart_widest_value(p, 0, 1), share, line = p->ascent + p->descent;
    char text[64];
    size_t i, known = 0; /* parts that are: of an incomplete whole the shares are told as such */
    for (i = 0; i < p->d.n; i++)
        known += p->d.series[0].present[i];
    share = parts ? chart_text_width(p->c, "value", "100.0%") : 0;
    p->top += line + 3; /* heads of the columns */
    value = fmax(value, chart_text_width(p->c, "axis", "数值"));
    chart_rows_lay(p, p->s.lo < 0 ? 4 : 0, value + share + (parts ? 22 : 10), 2, line + 2);
    chart_text(p->c, p->w - share - (parts ? 12 : 0), p->y0 - p->descent - 2, JB_ANCHOR_END, "axis",
               CHART_SOFT, "数值");
    if (parts)
        chart_text(p->c, p->w, p->y0 - p->descent - 2, JB_ANCHOR_END, "axis", CHART_SOFT,
                   known == p->d.n ? "占比" : "占已有");
    for (i = 0; i < p->shown; i++) {
        const chart_series *s = &p->d.series[0];
        double v = s->present[i] ? s->value[i] : 0, gap = fmin(CHART_ROW_GAP, p->slot * 0.3);
        double y = chart_row_y(p, i), base = chart_baseline(p, y + p->slot / 2);
        chart_row_name(p, i);
        if (s->present[i])
            chart_rect(p->c, fmin(chart_x(p, 0), chart_x(p, v)), y + gap / 2,
                       fabs(chart_x(p, v) - chart_x(p, 0)), p->slot - gap, chart_palette[0]);
        chart_value_text(&p->d, 0, i, &p->s, text);
        chart_text(p->c, p->w - share - (parts ? 12 : 0), base, JB_ANCHOR_END, "value", CHART_INK,
                   text);
        share_text(p, i, whole, text);
        if (parts)
            chart_text(p->c, p->w, base, JB_ANCHOR_END, "value", CHART_INK, text);
    }
    chart_zero_x(p);
    chart_rows_note(p);
}

jb_status share_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    const chart_self *me = (const chart_self *)self;
    chart_data d;
    (void)ctx;
    if (chart_data_load(charts_doc(), node, 0, &d) != 0)
        return JB_E_MEMORY;
    *out = chart_rows_height(&d, width, 1, 36);
    if (me->donut && d.n <= MAX_SLICES)
        *out = DONUT_HEIGHT;
    chart_data_free(&d);
    return JB_OK;
}

jb_status share_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                     const jb_canvas *c)
{
    const chart_self *me = (const chart_self *)self;
    chart_plot p;
    if (chart_plot_begin(&p, c, node, 0, w, h) != 0)
        return JB_E_MEMORY;
    if (p.d.n > 0) {
        chart_head_words words = {.unit = p.s.unit};
        const char *refused;
        int parts = charts_no_negatives(ctx, &p.d, "E0797");
        if (!p.d.natural)
            chart_data_sort(&p.d, 1);
        chart_scale_make(&p.d, 1, &p.s);
        p.top = chart_head(c, w, &words);
        refused = me->donut && parts ? no_donut(&p.d) : NULL;
        if (refused == NULL && me->donut && parts && donut(&p)) {
            chart_plot_end(&p);
            return JB_OK;
        }
        if (refused != NULL && charts_host()->warn != NULL) {
            jb_fault f = {.size = (uint32_t)sizeof f, .code = refused, .key = "style"};
            charts_host()->warn(ctx, &f);
        }
        /* the largest bar fills its room: there is no axis to round up for */
        p.s.hi = chart_data_extreme(&p.d, 0, 1) < p.d.n
                     ? fmax(p.d.series[0].value[chart_data_extreme(&p.d, 0, 1)], 0)
                     : 0;
        p.s.hi = p.s.hi > p.s.lo ? p.s.hi : p.s.lo + 1;
        rows(&p, parts);
    }
    chart_plot_end(&p);
    return JB_OK;
}
