// SPDX-License-Identifier: Apache-2.0
/* Areas shaded by class of a rate: round limits, every area named, missing ones hatched. */
#include "chart_geo.h"
#include "chart_plot.h"
#include "charts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CLASSES 5
#define LEGEND_WIDTH 84.0
#define PI 3.14159265358979323846

static const uint32_t shade[MAX_CLASSES] = {0xdce8f3ffu, 0xa9c6e0ffu, 0x6f9fcaffu, 0x3b74a8ffu,
                                            0x1f4e79ffu};

typedef struct map_chart {
    chart_plot p;
    const chart_map *m;
    double lo, step; /* limits of the classes: lo + i × step */
    size_t classes;
    double scale, dx, dy, squeeze; /* longitude and latitude to points */
    long *row;                     /* category of each area; -1: none */
    uint32_t *fill;                /* of each area; 0: hatched */
    chart_label *label;
    int missing;
} map_chart;

/* Round limits for four or five classes; fewer where the values are alike. */
static void make_classes(map_chart *c)
{
    static const double nice[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    const chart_data *d = &c->p.d;
    size_t most = chart_data_extreme(d, 0, 1), least = chart_data_extreme(d, 0, -1), i;
    double lo, hi, power;
    if (most == d->n)
        return;
    lo = d->series[0].value[least];
    hi = d->series[0].value[most];
    power = hi > lo ? pow(10, floor(log10((hi - lo) / MAX_CLASSES))) : 1;
    for (i = 0; i < sizeof nice / sizeof *nice; i++) {
        c->step = nice[i] * power;
        c->lo = floor(lo / c->step + 1e-9) * c->step;
        c->classes = (size_t)(floor((hi - c->lo) / c->step + 1e-9)) + 1;
        if (c->classes <= MAX_CLASSES)
            break;
    }
    c->classes = c->classes > MAX_CLASSES ? MAX_CLASSES : c->classes;
}

static size_t class_of(const map_chart *c, double v)
{
    double k = floor((v - c->lo) / c->step + 1e-9);
    return k < 0 ? 0 : k >= (double)c->classes ? c->classes - 1 : (size_t)k;
}

/* The last class is the darkest, however many there are. */
static uint32_t shade_of(const map_chart *c, size_t k)
{
    return shade[MAX_CLASSES - c->classes + k];
}

static double px(const map_chart *c, size_t i)
{
    return c->dx + (c->m->xy[2 * i] - c->m->x0) * c->squeeze * c->scale;
}

static double py(const map_chart *c, size_t i)
{
    return c->dy + (c->m->y1 - c->m->xy[2 * i + 1]) * c->scale;
}

/* Twice the signed area of a ring on the page, and its centre. */
static double ring_area(const map_chart *c, const geo_ring *g, double *cx, double *cy)
{
    double sum = 0, x = 0, y = 0, ox = px(c, g->first), oy = py(c, g->first);
    size_t i;
    for (i = g->first; i + 1 < g->first + g->n; i++) {
        double ax = px(c, i) - ox, ay = py(c, i) - oy, bx = px(c, i + 1) - ox,
               by = py(c, i + 1) - oy;
        double cross = ax * by - bx * ay;
        sum += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    *cx = ox + (fabs(sum) > 1e-9 ? x / (3 * sum) : 0);
    *cy = oy + (fabs(sum) > 1e-9 ? y / (3 * sum) : 0);
    return sum;
}

/* Adds the rings of an area to the path; outer ones one way round, holes the other. Points nearer
 * than a third of a point say nothing on paper. */
static int area_path(const map_chart *c, const geo_area *a)
{
    size_t k, i, need = 0, n = 0, ops_n = 0;
    double *xy, cx, cy;
    char *ops;
    for (k = 0; k < a->n; k++)
        need += c->m->ring[a->first + k].n + 1;
    xy = (double *)malloc(need * 2 * sizeof *xy);
    ops = (char *)malloc(need + a->n + 1);
    for (k = 0; xy != NULL && ops != NULL && k < a->n; k++) {
        const geo_ring *g = &c->m->ring[a->first + k];
        int backwards = (ring_area(c, g, &cx, &cy) < 0) != g->hole;
        for (i = 0; i + 1 < g->n; i++) {
            size_t at = g->first + (backwards ? g->n - 1 - i : i);
            double x = px(c, at), y = py(c, at);
            if (i > 0 && hypot(x - xy[2 * n - 2], y - xy[2 * n - 1]) < 0.33)
                continue;
            xy[2 * n] = x;
            xy[2 * n++ + 1] = y;
            ops[ops_n++] = i == 0 ? 'M' : 'L';
        }
        ops[ops_n++] = 'Z';
    }
    if (xy != NULL && ops != NULL) {
        ops[ops_n] = '\0';
        c->p.c->path(c->p.c->self, ops, xy, 2 * n);
    }
    free(xy);
    free(ops);
    return ops_n > 0 ? 0 : -1;
}

/* ---- hatching: parts of slanted lines that lie inside, by even and odd crossings ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static size_t crossings(const map_chart *c, const geo_area *a, double at, double *out, size_t cap)
{
    size_t k, i, n = 0;
    for (k = 0; k < a->n; k++) {
        const geo_ring *g = &c->m->ring[a->first + k];
        for (i = g->first; i + 1 < g->first + g->n && n < cap; i++) {
            double u0 = px(c, i) + py(c, i), u1 = px(c, i + 1) + py(c, i + 1), t;
            if ((u0 <= at) == (u1 <= at))
                continue;
            t = (at - u0) / (u1 - u0);
            out[n++] = px(c, i) + t * (px(c, i + 1) - px(c, i));
        }
    }
    qsort(out, n, sizeof *out, ascending);
    return n;
}

static void hatch(const map_chart *c, const geo_area *a)
{
    double lo = 1e9, hi = -1e9, at, x[64];
    size_t k, i, n;
    for (k = 0; k < a->n; k++) {
        const geo_ring *g = &c->m->ring[a->first + k];
        for (i = g->first; i < g->first + g->n; i++) {
            lo = fmin(lo, px(c, i) + py(c, i));
            hi = fmax(hi, px(c, i) + py(c, i));
        }
    }
    for (at = ceil(lo / 5) * 5; at < hi; at += 5) {
        n = crossings(c, a, at, x, 64);
        for (i = 0; i + 1 < n; i += 2)
            chart_line_to(c->p.c, x[i], at - x[i], x[i + 1], at - x[i + 1], 0x999999ffu, 0.4);
    }
}

/* ---- labels ---- */

/* In the middle of the largest outer ring, beside it, then further off with a line to it. */
static void make_label(map_chart *c, size_t i)
{
    static const double around[CHART_CANDIDATES][2] = {{0, 0},  {0, -1}, {0, 1}, {0, -2},  {0, 2},
                                                       {3, -3}, {-3, 3}, {3, 3}, {-3, -3}, {0, 5}};
    const geo_area *a = &c->m->area[i];
    chart_label *l = &c->label[i];
    double most = -1, x = 0, y = 0, cx, cy, line = c->p.ascent + c->p.descent;
    char value[64], name[64];
    size_t k;
    for (k = 0; k < a->n; k++) {
        double size = fabs(ring_area(c, &c->m->ring[a->first + k], &cx, &cy));
        if (c->m->ring[a->first + k].hole || size <= most)
            continue;
        most = size;
        x = cx;
        y = cy;
    }
    memcpy(value, "\xe2\x80\x93", 4);
    if (c->row[i] >= 0)
        chart_value_text(&c->p.d, 0, (size_t)c->row[i], &c->p.s, value);
    chart_fit(c->p.c, "label", a->name, c->p.w * 0.25, name, sizeof name);
    snprintf(l->text, sizeof l->text, "%s %.30s", name, value);
    l->style = "label";
    l->color = CHART_INK;
    l->priority = most > 8000 ? 2 : most > 2000 ? 1 : 0;
    l->to_x = x;
    l->to_y = y;
    l->leader_from = 3;
    for (k = 0; k < CHART_CANDIDATES; k++) {
        l->x[k] = x + around[k][0] * line * 1.6;
        l->y[k] = chart_baseline(&c->p, y + around[k][1] * line * 1.05);
        l->anchor[k] = JB_ANCHOR_MIDDLE;
    }
    l->n = CHART_CANDIDATES;
}

/* ---- legend and list at the right ---- */

static double legend(const map_chart *c, double x)
{
    double line = c->p.ascent + c->p.descent + 4, y = c->p.top + 2;
    int decimals = 0;
    size_t k;
    while (decimals < 4 && fabs(c->step / c->p.s.divisor * pow(10, decimals) -
                                floor(c->step / c->p.s.divisor * pow(10, decimals) + 0.5)) > 1e-6)
        decimals++;
    for (k = c->classes; k > 0; k--, y += line) {
        double from = (c->lo + (double)(k - 1) * c->step) / c->p.s.divisor;
        char lower[64], upper[64], text[140];
        chart_number(from, decimals, lower);
        chart_number(from + c->step / c->p.s.divisor, decimals, upper);
        snprintf(text, sizeof text, "%s～%s", lower,
                 upper); /* the upper limit belongs to the next class */
        chart_rect(c->p.c, x, y, 14, line - 3, shade_of(c, k - 1));
        chart_fit(c->p.c, "axis", text, c->p.w - x - 18, lower, sizeof lower);
        chart_text(c->p.c, x + 18, y + c->p.ascent, JB_ANCHOR_START, "axis", CHART_INK, lower);
    }
    if (c->missing) {
        double h;
        for (h = 2; h < 14; h += 4)
            chart_line_to(c->p.c, x + h, y + line - 3, fmin(x + h + 6, x + 14), y + 1, 0x999999ffu,
                          0.4);
        chart_text(c->p.c, x + 18, y + c->p.ascent, JB_ANCHOR_START, "axis", CHART_INK, "缺数");
        y += line;
    }
    return y + 6;
}

/* What found no place in the map, and what the figure has that the map has not. */
static void list_rest(const map_chart *c, double x, double y)
{
    double line = c->p.ascent + c->p.descent + 1;
    size_t i, a, left = 0;
    char text[200], value[64], fitted[200];
    for (i = 0; i < c->m->n_areas + c->p.d.n; i++) {
        if (i < c->m->n_areas) {
            if (c->label[i].placed)
                continue;
            snprintf(text, sizeof text, "%s", c->label[i].text);
        } else {
            for (a = 0; a < c->m->n_areas && c->row[a] != (long)(i - c->m->n_areas); a++)
                ;
            if (a < c->m->n_areas)
                continue;
            chart_value_text(&c->p.d, 0, i - c->m->n_areas, &c->p.s, value);
            snprintf(text, sizeof text, "%.100s %s", c->p.d.category[i - c->m->n_areas], value);
        }
        if (y + 2 * line > c->p.h) {
            left++;
            continue;
        }
        chart_fit(c->p.c, "axis", text, c->p.w - x, fitted, sizeof fitted);
        chart_text(c->p.c, x, y + c->p.ascent, JB_ANCHOR_START, "axis", CHART_INK, fitted);
        y += line;
    }
    if (left > 0) {
        snprintf(text, sizeof text, "另有%zu项未列出", left);
        chart_fit(c->p.c, "axis", text, c->p.w - x, fitted, sizeof fitted);
        chart_text(c->p.c, x, c->p.h - c->p.descent, JB_ANCHOR_START, "axis", CHART_SOFT, fitted);
    }
}

/* ---- the chart ---- */

static jb_status need_map(jb_ctx *ctx, chart_self *me)
{
    return me->map != NULL ? JB_OK : chart_map_read(ctx, me->path, me->key, &me->map);
}

jb_status map_check(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    chart_self *me = (chart_self *)self;
    jb_status status;
    if (n > 0 && (data[0].flags & JB_FIG_ADDITIVE) != 0 && charts_host()->warn != NULL) {
        const char *args[1] = {data[0].name};
        jb_fault f = {.size = (uint32_t)sizeof f,
                      .code = "E1390",
                      .args = args,
                      .n_args = 1,
                      .key = "metric"};
        charts_host()->warn(ctx, &f);
    }
    status = need_map(ctx, me);
    return status;
}

jb_status map_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    chart_self *me = (chart_self *)self;
    jb_status status = need_map(ctx, me);
    (void)node;
    if (status != JB_OK)
        return status;
    {
        const chart_map *m = me->map;
        double wide = (m->x1 - m->x0) * cos((m->y0 + m->y1) / 2 * PI / 180), high = m->y1 - m->y0;
        double most = (width - LEGEND_WIDTH - 8) * (wide > 0 ? high / wide : 1) + 24;
        *out = fmin(fmax(most, 160), 330);
    }
    return JB_OK;
}

static void fit_map(map_chart *c)
{
    const chart_map *m = c->m;
    double room_x = fmax(c->p.w - LEGEND_WIDTH - 8, 40), room_y = fmax(c->p.h - c->p.top - 2, 20),
           wide, high;
    c->squeeze = cos((m->y0 + m->y1) / 2 * PI / 180);
    wide = fmax((m->x1 - m->x0) * c->squeeze, 1e-6);
    high = fmax(m->y1 - m->y0, 1e-6);
    c->scale = fmin(room_x / wide, room_y / high);
    c->dx = (room_x - wide * c->scale) / 2;
    c->dy = c->p.top + (room_y - high * c->scale) / 2;
}

static void draw_areas(map_chart *c)
{
    size_t i;
    for (i = 0; i < c->m->n_areas; i++) {
        const chart_series *s = &c->p.d.series[0];
        int present = c->row[i] >= 0 && s->present[c->row[i]];
        if (area_path(c, &c->m->area[i]) != 0)
            continue;
        if (present)
            c->fill[i] = shade_of(c, class_of(c, s->value[c->row[i]]));
        c->p.c->paint(c->p.c->self, present ? c->fill[i] : 0xffffffffu, CHART_BASE, 0.5, NULL, 0);
        if (!present)
            hatch(c, &c->m->area[i]);
        c->missing |= !present;
    }
}

static int has_point(const map_chart *c, const geo_area *a, double x, double y)
{
    size_t k, i;
    int inside = 0;
    for (k = 0; k < a->n; k++) {
        const geo_ring *g = &c->m->ring[a->first + k];
        for (i = g->first; i + 1 < g->first + g->n; i++)
            if ((py(c, i) <= y) != (py(c, i + 1) <= y) &&
                x < px(c, i) +
                        (y - py(c, i)) / (py(c, i + 1) - py(c, i)) * (px(c, i + 1) - px(c, i)))
                inside = !inside;
    }
    return inside;
}

/* Corners and points of the upper and lower edge: near enough for a line of text. */
static int lies_inside(const map_chart *c, const geo_area *a, const chart_box *b)
{
    int k;
    for (k = 0; k <= 8; k++) {
        double x = b->x0 + (b->x1 - b->x0) * k / 8;
        if (!has_point(c, a, x, b->y0) || !has_point(c, a, x, b->y1))
            return 0;
    }
    return 1;
}

static void draw_labels(map_chart *c)
{
    chart_box head = {0, 0, c->p.w, c->p.top - 1};
    const chart_boxes taken = {&head, 1, 1};
    size_t i;
    for (i = 0; i < c->m->n_areas; i++)
        make_label(c, i);
    if (chart_labels_solve(c->p.c, c->label, c->m->n_areas, &taken, c->p.w - LEGEND_WIDTH - 6,
                           c->p.h) < 0)
        return;
    for (i = 0; i < c->m->n_areas; i++) {
        chart_label *l = &c->label[i];
        chart_box b;
        if (!l->placed)
            continue;
        b = chart_text_box(c->p.c, l->x[l->placed - 1], l->y[l->placed - 1], JB_ANCHOR_MIDDLE,
                           l->style, l->text);
        if (c->fill[i] != 0 && lies_inside(c, &c->m->area[i], &b))
            l->color = chart_ink_on(c->fill[i]);
        else /* a pale ground, so that it reads on the shades and hatches of several */
            chart_rect(c->p.c, b.x0, b.y0, b.x1 - b.x0, b.y1 - b.y0, 0xffffffc8u);
    }
    chart_labels_draw(c->p.c, c->label, c->m->n_areas);
}

static void draw_all(map_chart *c)
{
    chart_head_words words = {.n_legend = 0};
    double x = c->p.w - LEGEND_WIDTH;
    size_t i, k;
    chart_scale_make(&c->p.d, 0, &c->p.s);
    words.unit = c->p.s.unit;
    c->p.top = chart_head(c->p.c, c->p.w, &words);
    make_classes(c);
    fit_map(c);
    for (i = 0; i < c->m->n_areas; i++) {
        c->row[i] = -1;
        for (k = 0; k < c->p.d.n; k++)
            if (strcmp(c->p.d.category[k], c->m->area[i].name) == 0)
                c->row[i] = (long)k;
    }
    draw_areas(c);
    draw_labels(c);
    list_rest(c, x, legend(c, x));
}

jb_status map_draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                   const jb_canvas *canvas)
{
    chart_self *me = (chart_self *)self;
    map_chart c;
    jb_status status = need_map(ctx, me);
    if (status != JB_OK)
        return status;
    memset(&c, 0, sizeof c);
    c.m = me->map;
    if (chart_plot_begin(&c.p, canvas, node, 0, w, h) != 0)
        return JB_E_MEMORY;
    c.row = (long *)calloc(c.m->n_areas, sizeof *c.row);
    c.fill = (uint32_t *)calloc(c.m->n_areas, sizeof *c.fill);
    c.label = (chart_label *)calloc(c.m->n_areas, sizeof *c.label);
    if (c.row == NULL || c.label == NULL || c.fill == NULL)
        status = jb_fail_text(charts_host(), ctx, JB_E_MEMORY, NULL, "out of memory");
    else if (c.p.d.n > 0)
        draw_all(&c);
    free(c.row);
    free(c.fill);
    free(c.label);
    chart_plot_end(&c.p);
    return status;
}
