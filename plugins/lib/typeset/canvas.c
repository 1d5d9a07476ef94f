// SPDX-License-Identifier: Apache-2.0
#include "canvas.h"

#include <glib.h>
#include <math.h>
#include <string.h>

enum { MAX_GROUPS = 32, MAX_POINTS = 1 << 20 };

struct jb_ts_canvas {
    jb_canvas verbs;
    jb_ts_fonts *fonts;
    jb_ts_arena *arena;
    jb_ts_items *items;
    double dx, dy;
    GString *ops;
    GArray *xy;
    bool tagged[MAX_GROUPS];
    int depth; /* may pass MAX_GROUPS: deeper groups are counted, not drawn */
};

typedef struct {
    const char *id;
    double size;
} text_style;

static const text_style styles[] = {{"label", 9},  {"axis", 8},     {"value", 9},
                                    {"title", 12}, {"subtitle", 9}, {"source", 8}};

static jb_ts_style style_of(const char *id, uint32_t color)
{
    double size = styles[0].size;
    for (size_t i = 0; id && i < G_N_ELEMENTS(styles); i++)
        if (strcmp(styles[i].id, id) == 0)
            size = styles[i].size;
    return (jb_ts_style){.role = JB_TS_ROLE_HEADING1,
                         .size = size,
                         .color = color,
                         .tabular = true,
                         .own_latin = true};
}

static size_t points_of(char op)
{
    return op == 'C' ? 6 : op == 'M' || op == 'L' ? 2 : 0;
}

/* A chart that divides by zero must not put "nan" into a file. */
static bool all_finite(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i]))
            return false;
    return true;
}

static void on_path(void *self, const char *ops, const double *xy, uint64_t n_xy)
{
    jb_ts_canvas *c = self;
    uint64_t at = 0;
    for (; *ops; ops++) {
        size_t need = points_of(*ops);
        if ((need == 0 && *ops != 'Z') || at + need > n_xy || c->xy->len + need > MAX_POINTS ||
            !all_finite(xy + at, need))
            return;
        g_string_append_c(c->ops, *ops);
        for (size_t i = 0; i < need; i += 2) {
            double point[2] = {xy[at + i] + c->dx, xy[at + i + 1] + c->dy};
            g_array_append_vals(c->xy, point, 2);
        }
        at += need;
    }
}

static void on_paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                     uint64_t n_dash)
{
    jb_ts_canvas *c = self;
    if (c->ops->len > 0 && ((fill | stroke) & 0xFF) && isfinite(width) &&
        all_finite(dash, (size_t)n_dash)) {
        jb_ts_path *path = jb_ts_alloc(c->arena, sizeof *path);
        double *xy = jb_ts_alloc(c->arena, c->xy->len * sizeof *xy);
        double *dashes = jb_ts_alloc(c->arena, (size_t)n_dash * sizeof *dashes + 1);
        if (c->xy->len > 0)
            memcpy(xy, c->xy->data, c->xy->len * sizeof *xy);
        if (n_dash > 0)
            memcpy(dashes, dash, (size_t)n_dash * sizeof *dashes);
        *path = (jb_ts_path){.ops = jb_ts_strndup(c->arena, c->ops->str, c->ops->len),
                             .xy = xy,
                             .n_xy = c->xy->len,
                             .fill = fill,
                             .stroke = stroke,
                             .width = width,
                             .dash = dashes,
                             .n_dash = (size_t)n_dash};
        jb_ts_item item = {.type = JB_TS_ITEM_PATH, .path = path};
        jb_ts_items_add(c->items, &item);
    }
    g_string_truncate(c->ops, 0);
    g_array_set_size(c->xy, 0);
}

static void on_text(void *self, double x, double y, uint32_t anchor, const char *style,
                    uint32_t color, const char *utf8)
{
    jb_ts_canvas *c = self;
    size_t len = strlen(utf8);
    if (!all_finite((double[]){x, y}, 2) || !g_utf8_validate(utf8, (gssize)len, NULL))
        return;
    jb_ts_style s = style_of(style, color);
    jb_ts_line *line = jb_ts_alloc(c->arena, sizeof *line);
    *line = jb_ts_compose_line(c->fonts, c->arena, jb_ts_strndup(c->arena, utf8, len), len, &s);
    double shift = anchor == JB_ANCHOR_MIDDLE ? line->width / 2
                   : anchor == JB_ANCHOR_END  ? line->width
                                              : 0;
    jb_ts_items_line(c->items, line, x + c->dx - shift, y + c->dy);
}

static void on_measure(void *self, const char *style, const char *utf8, double *width,
                       double *ascent, double *descent)
{
    jb_ts_canvas *c = self;
    jb_ts_style s = style_of(style, 0xFF);
    jb_ts_run run = {.text = utf8, .len = strlen(utf8), .style = &s};
    double least, natural = 0;
    if (g_utf8_validate(utf8, (gssize)run.len, NULL))
        jb_ts_measure(c->fonts, &run, 1, &natural, &least);
    if (width)
        *width = natural;
    if (ascent)
        *ascent = JB_TS_ASCENT * s.size;
    if (descent)
        *descent = (1 - JB_TS_ASCENT) * s.size;
}

static void on_clip(void *self, double x, double y, double w, double h)
{
    jb_ts_canvas *c = self;
    jb_ts_item item = {.type = JB_TS_ITEM_CLIP, .x = x + c->dx, .y = y + c->dy, .w = w, .h = h};
    if (!all_finite((double[]){x, y, w, h}, 4))
        return;
    if (c->depth > 0 && c->depth <= MAX_GROUPS) /* nothing would ever end a clip outside a group */
        jb_ts_items_add(c->items, &item);
}

static void on_group(void *self, const char *alt)
{
    jb_ts_canvas *c = self;
    if (c->depth++ >= MAX_GROUPS)
        return;
    /* One Figure for the whole drawing: structure inside it would be lost to most readers. */
    c->tagged[c->depth - 1] = alt != NULL && c->depth == 1;
    if (c->tagged[c->depth - 1])
        jb_ts_items_tag(c->items, "Figure", jb_ts_strndup(c->arena, alt, strlen(alt)));
    jb_ts_items_end(c->items, JB_TS_ITEM_SAVE);
}

static void on_end_group(void *self)
{
    jb_ts_canvas *c = self;
    if (c->depth == 0 || --c->depth >= MAX_GROUPS)
        return;
    jb_ts_items_end(c->items, JB_TS_ITEM_RESTORE);
    if (c->tagged[c->depth])
        jb_ts_items_end(c->items, JB_TS_ITEM_END_TAG);
}

jb_ts_canvas *jb_ts_canvas_new(jb_ts_fonts *fonts, jb_ts_arena *arena, jb_ts_items *items,
                               double dx, double dy)
{
    jb_ts_canvas *c = g_new0(jb_ts_canvas, 1);
    c->verbs = (jb_canvas){.size = sizeof c->verbs,
                           .self = c,
                           .path = on_path,
                           .paint = on_paint,
                           .text = on_text,
                           .measure = on_measure,
                           .clip = on_clip,
                           .group = on_group,
                           .end_group = on_end_group};
    c->fonts = fonts;
    c->arena = arena;
    c->items = items;
    c->dx = dx;
    c->dy = dy;
    c->ops = g_string_new(NULL);
    c->xy = g_array_new(FALSE, FALSE, sizeof(double));
    return c;
}

const jb_canvas *jb_ts_canvas_verbs(jb_ts_canvas *canvas)
{
    return &canvas->verbs;
}

void jb_ts_canvas_free(jb_ts_canvas *canvas)
{
    if (!canvas)
        return;
    while (canvas->depth > 0)
        on_end_group(canvas);
    g_string_free(canvas->ops, TRUE);
    g_array_free(canvas->xy, TRUE);
    g_free(canvas);
}
