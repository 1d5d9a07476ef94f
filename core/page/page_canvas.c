// SPDX-License-Identifier: Apache-2.0
/* The canvas a chart is given: what it draws is looked at before the renderer's own canvas gets it. A number that is
 * none, or text that is no UTF-8, would otherwise come up in the renderer, where somebody else is to blame. */
#include "page/page_impl.h"

#include <math.h>
#include <string.h>

enum { MOST_DASHES = 16, MOST_GROUPS = 64 };
static const double FAR = 1e6; /* points; a page is 600 */

static int is_number(double v)
{
    return isfinite(v) && fabs(v) <= FAR;
}

static int are_numbers(const double *v, uint64_t n)
{
    uint64_t i;
    for (i = 0; i < n; i++)
        if (!is_number(v[i]))
            return 0;
    return 1;
}

static int is_text(const char *text)
{
    return text != NULL && jb_utf8_invalid(text, strlen(text)) == strlen(text);
}

static void wrong(jb_page_canvas *c, const char *verb, const char *what)
{
    if (c->verb == NULL) {
        c->verb = verb;
        c->what = what;
    }
}

static void put_path(void *self, const char *ops, const double *xy, uint64_t n)
{
    jb_page_canvas *c = self;
    uint64_t want = 0;
    const char *p;
    for (p = ops; p != NULL && *p != '\0'; p++) {
        if (strchr("MLCZ", *p) == NULL) {
            wrong(c, "canvas.path", "ops");
            return;
        }
        want += *p == 'C' ? 6 : *p == 'Z' ? 0 : 2;
    }
    if (ops == NULL || want != n || (n > 0 && xy == NULL))
        wrong(c, "canvas.path", "n_xy");
    else if (!are_numbers(xy, n))
        wrong(c, "canvas.path", "xy");
    else
        c->real->path(c->real->self, ops, xy, n);
}

static void put_paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                      uint64_t n_dash)
{
    jb_page_canvas *c = self;
    if (!is_number(width) || width < 0)
        wrong(c, "canvas.paint", "width");
    else if (n_dash > MOST_DASHES || (n_dash > 0 && dash == NULL) || !are_numbers(dash, n_dash))
        wrong(c, "canvas.paint", "dash");
    else
        c->real->paint(c->real->self, fill, stroke, width, dash, n_dash);
}

static void put_text(void *self, double x, double y, uint32_t anchor, const char *style,
                     uint32_t color, const char *utf8)
{
    jb_page_canvas *c = self;
    if (!is_number(x) || !is_number(y))
        wrong(c, "canvas.text", "x, y");
    else if (!is_text(utf8) || !is_text(style))
        wrong(c, "canvas.text", "UTF-8");
    else
        c->real->text(c->real->self, x, y, anchor, style, color, utf8);
}

static void measure(void *self, const char *style, const char *utf8, double *width, double *ascent,
                    double *descent)
{
    jb_page_canvas *c = self;
    if (is_text(utf8) && is_text(style)) {
        c->real->measure(c->real->self, style, utf8, width, ascent, descent);
        return;
    }
    wrong(c, "canvas.measure", "UTF-8");
    if (width != NULL)
        *width = 0;
    if (ascent != NULL)
        *ascent = 0;
    if (descent != NULL)
        *descent = 0;
}

static void put_clip(void *self, double x, double y, double w, double h)
{
    jb_page_canvas *c = self;
    const double box[] = {x, y, w, h};
    if (!are_numbers(box, 4))
        wrong(c, "canvas.clip", "x, y, w, h");
    else
        c->real->clip(c->real->self, x, y, w, h);
}

static void begin_group(void *self, const char *alt)
{
    jb_page_canvas *c = self;
    int sound = alt == NULL || is_text(alt);
    if (!sound)
        wrong(c, "canvas.group", "UTF-8");
    if (c->depth == MOST_GROUPS) {
        wrong(c, "canvas.group", "depth");
        return;
    }
    c->depth++;
    c->real->group(c->real->self, sound ? alt : NULL);
}

static void end_group(void *self)
{
    jb_page_canvas *c = self;
    if (c->depth == 0) {
        wrong(c, "canvas.end_group", "group");
        return;
    }
    c->depth--;
    c->real->end_group(c->real->self);
}

void jb_page_canvas_begin(jb_page_canvas *c, const jb_canvas *real)
{
    *c = (jb_page_canvas){.real = real};
    c->face = (jb_canvas){.size = (uint32_t)sizeof c->face,
                          .self = c,
                          .path = put_path,
                          .paint = put_paint,
                          .text = put_text,
                          .measure = measure,
                          .clip = put_clip,
                          .group = begin_group,
                          .end_group = end_group};
}

void jb_page_canvas_end(jb_page_canvas *c)
{
    if (c->depth > 0)
        wrong(c, "canvas.group", "end_group");
    for (; c->depth > 0; c->depth--)
        c->real->end_group(c->real->self);
}

int jb_page_is_length(double v)
{
    return is_number(v) && v > 0;
}
