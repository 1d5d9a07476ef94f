// SPDX-License-Identifier: Apache-2.0
/* The canvas that writes SVG. Its unit is the point of the chart; the page decides how large one
 * is. */
#include "html.h"

#include <math.h>

enum { MAX_DEPTH = 72, MAX_POINTS = 1 << 20 };

typedef struct canvas {
    html *h;
    char *ops; /* the path so far, one letter each, and its numbers */
    double *xy;
    size_t n_ops, cap_ops, n_xy, cap_xy;
    unsigned open[MAX_DEPTH]; /* elements to close at the end of each group */
    int depth; /* groups open; those deeper than MAX_DEPTH are counted, not written */
} canvas;

typedef struct text_style {
    const char *id;
    double size;
} text_style;

static const text_style styles[] = {{"label", 9},  {"axis", 8},     {"value", 9},
                                    {"title", 12}, {"subtitle", 9}, {"source", 8}};
#define ASCENT 0.88 /* of the em box, as on paper */

static const text_style *style_of(const char *id)
{
    for (size_t i = 0; id != NULL && i < sizeof styles / sizeof styles[0]; i++)
        if (strcmp(styles[i].id, id) == 0)
            return &styles[i];
    return &styles[0];
}

/* ---- paths ---- */

static int room(canvas *c, void **at, size_t *cap, size_t want, size_t each)
{
    void *more;
    size_t size = *cap == 0 ? 64 : *cap;
    if (want <= *cap)
        return 0;
    while (size < want)
        size *= 2;
    more = want > MAX_POINTS ? NULL : realloc(*at, size * each);
    if (more == NULL) {
        if (c->h->status == JB_OK)
            c->h->status = jb_fail_text(c->h->host, c->h->ctx, JB_E_MEMORY, NULL, "out of memory");
        return -1;
    }
    *at = more;
    *cap = size;
    return 0;
}

static void on_path(void *self, const char *ops, const double *xy, uint64_t n_xy)
{
    canvas *c = self;
    void *held_ops = c->ops, *held_xy = c->xy;
    size_t n = strlen(ops), need = 0;
    for (size_t i = 0; i < n; i++) {
        if (strchr("MLCZ", ops[i]) == NULL)
            return;
        need += ops[i] == 'C' ? 6 : ops[i] == 'Z' ? 0 : 2;
    }
    if (need != n_xy)
        return;
    if (room(c, &held_ops, &c->cap_ops, c->n_ops + n, 1) == 0) {
        c->ops = held_ops;
        if (room(c, &held_xy, &c->cap_xy, c->n_xy + need, sizeof *xy) == 0) {
            c->xy = held_xy;
            memcpy(c->ops + c->n_ops, ops, n);
            if (need > 0)
                memcpy(c->xy + c->n_xy, xy, need * sizeof *xy);
            c->n_ops += n;
            c->n_xy += need;
        }
    }
}

static void put_color(html *h, const char *attr, uint32_t rgba)
{
    static const char digits[] = "0123456789abcdef";
    char hex[8] = "#";
    for (int i = 0; i < 6; i++)
        hex[i + 1] = digits[rgba >> (28 - 4 * i) & 15u];
    html_raw(h, " ");
    html_raw(h, attr);
    html_raw(h, "=\"");
    html_bytes(h, hex, 7);
    html_raw(h, "\"");
    if ((rgba & 0xff) == 0xff)
        return;
    html_raw(h, " ");
    html_raw(h, attr);
    html_raw(h, "-opacity=\"");
    html_number(h, (double)(rgba & 0xff) / 255);
    html_raw(h, "\"");
}

static void put_path(const canvas *c)
{
    const double *p = c->xy;
    for (size_t i = 0; i < c->n_ops; i++) {
        size_t n = c->ops[i] == 'C' ? 6 : c->ops[i] == 'Z' ? 0 : 2;
        html_bytes(c->h, &c->ops[i], 1);
        for (size_t k = 0; k < n; k++) {
            if (k > 0)
                html_raw(c->h, " ");
            html_number(c->h, *p++);
        }
    }
}

static void put_dashes(html *h, const double *dash, uint64_t n)
{
    html_raw(h, " stroke-dasharray=\"");
    for (uint64_t i = 0; i < n; i++) {
        if (i > 0)
            html_raw(h, " ");
        html_number(h, fmax(dash[i], 0));
    }
    html_raw(h, "\"");
}

static void on_paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                     uint64_t n_dash)
{
    canvas *c = self;
    html *h = c->h;
    if (c->n_ops > 0 && ((fill | stroke) & 0xff) != 0) {
        html_raw(h, "<path d=\"");
        put_path(c);
        html_raw(h, "\"");
        if ((fill & 0xff) != 0)
            put_color(h, "fill", fill);
        else
            html_raw(h, " fill=\"none\"");
        if ((stroke & 0xff) != 0) {
            put_color(h, "stroke", stroke);
            html_raw(h, " stroke-width=\"");
            html_number(h, width);
            html_raw(h, "\"");
            if (n_dash > 0)
                put_dashes(h, dash, n_dash);
        }
        html_raw(h, "/>\n");
    }
    c->n_ops = c->n_xy = 0;
}

/* ---- text ---- */

static void on_text(void *self, double x, double y, uint32_t anchor, const char *id, uint32_t color,
                    const char *utf8)
{
    html *h = ((canvas *)self)->h;
    html_raw(h, "<text x=\"");
    html_number(h, x);
    html_raw(h, "\" y=\"");
    html_number(h, y);
    html_raw(h, "\" font-size=\"");
    html_number(h, style_of(id)->size);
    html_raw(h, "\"");
    if (anchor == JB_ANCHOR_MIDDLE)
        html_raw(h, " text-anchor=\"middle\"");
    else if (anchor == JB_ANCHOR_END)
        html_raw(h, " text-anchor=\"end\"");
    put_color(h, "fill", color);
    html_raw(h, ">");
    html_text(h, utf8);
    html_raw(h, "</text>\n");
}

static void on_measure(void *self, const char *id, const char *utf8, double *width, double *ascent,
                       double *descent)
{
    double size = style_of(id)->size;
    (void)self;
    if (width != NULL)
        *width = html_measure(utf8) * size;
    if (ascent != NULL)
        *ascent = ASCENT * size;
    if (descent != NULL)
        *descent = (1 - ASCENT) * size;
}

/* ---- groups ---- */

static void on_group(void *self, const char *alt)
{
    canvas *c = self;
    if (c->depth++ >= MAX_DEPTH)
        return;
    c->open[c->depth - 1] = 1;
    html_raw(c->h, "<g>");
    if (alt == NULL || alt[0] == '\0')
        return;
    html_raw(c->h, "<title>");
    html_text(c->h, alt);
    html_raw(c->h, "</title>\n");
}

static void on_end_group(void *self)
{
    canvas *c = self;
    if (c->depth == 0 || --c->depth >= MAX_DEPTH)
        return;
    while (c->open[c->depth]-- > 0)
        html_raw(c->h, "</g>");
    html_raw(c->h, "\n");
}

/* A clip holds until its group ends, so it is a group within; outside of groups nothing would end
 * it. */
static void on_clip(void *self, double x, double y, double w, double height)
{
    canvas *c = self;
    html *h = c->h;
    const double box[4] = {x, y, fmax(w, 0), fmax(height, 0)};
    static const char *const names[4] = {"x", "y", "width", "height"};
    if (c->depth == 0 || c->depth > MAX_DEPTH)
        return;
    h->clips++;
    html_raw(h, "<clipPath id=\"c");
    html_count(h, h->clips);
    html_raw(h, "\"><rect");
    for (int i = 0; i < 4; i++) {
        html_raw(h, " ");
        html_raw(h, names[i]);
        html_raw(h, "=\"");
        html_number(h, box[i]);
        html_raw(h, "\"");
    }
    html_raw(h, "/></clipPath><g clip-path=\"url(#c");
    html_count(h, h->clips);
    html_raw(h, ")\">");
    c->open[c->depth - 1]++;
}

/* ---- the drawing ---- */

/* What it shows in a sentence; its own words when the chart has none. */
static const char *sentence(html *h, const jb_node *node)
{
    const char *alt = NULL;
    jb_status status = h->charts->describe(h->ctx, node, &alt);
    if (status != JB_OK && status != JB_E_UNSUPPORTED && h->status == JB_OK)
        h->status = status;
    return status == JB_OK && alt != NULL && alt[0] != '\0' ? alt : h->doc->plain(node);
}

static void put_root(html *h, const jb_node *node, double width, double height, const char *name)
{
    html_raw(h, "<svg class=\"");
    html_raw(h, name);
    html_raw(h, "\" viewBox=\"0 0 ");
    html_number(h, width);
    html_raw(h, " ");
    html_number(h, height);
    html_raw(h, "\" role=\"img\" aria-label=\"");
    html_text(h, sentence(h, node));
    html_raw(h, "\">\n");
}

jb_status html_svg(html *h, const jb_node *node, double width, const char *name)
{
    canvas c = {.h = h};
    jb_canvas verbs = {.size = (uint32_t)sizeof verbs,
                       .self = &c,
                       .path = on_path,
                       .paint = on_paint,
                       .text = on_text,
                       .measure = on_measure,
                       .clip = on_clip,
                       .group = on_group,
                       .end_group = on_end_group};
    double height = 0;
    jb_status status;
    if (h->charts->height(h->ctx, node, width, &height) != JB_OK || !(height > 0) || height > 20000)
        height = width * 0.45;
    put_root(h, node, width, height, name);
    status = h->charts->draw(h->ctx, node, width, height, &verbs);
    while (c.depth > 0)
        on_end_group(&c);
    html_raw(h, "</svg>\n");
    free(c.ops);
    free(c.xy);
    return status;
}
