// SPDX-License-Identifier: Apache-2.0
#include "chart_paint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const uint32_t chart_palette[CHART_MAX_SERIES] = {0x1f4e79ffu, 0xcf7a1fffu, 0x2a1515ffu,
                                                  0x6f6f6fffu};
const uint32_t chart_text_palette[CHART_MAX_SERIES] = {0x1f4e79ffu, 0x97520cffu, 0x2a1515ffu,
                                                       0x595959ffu};

static double linear(uint32_t channel)
{
    double v = (double)(channel & 0xff) / 255;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

double chart_luminance(uint32_t color)
{
    return 0.2126 * linear(color >> 24) + 0.7152 * linear(color >> 16) +
           0.0722 * linear(color >> 8);
}

uint32_t chart_ink_on(uint32_t fill)
{
    double y = chart_luminance(fill) + 0.05;
    return 1.05 / y >= y / (chart_luminance(CHART_INK) + 0.05) ? 0xffffffffu : CHART_INK;
}

void chart_line_to(const jb_canvas *c, double x0, double y0, double x1, double y1, uint32_t color,
                   double width)
{
    double xy[4] = {x0, y0, x1, y1};
    c->path(c->self, "ML", xy, 4);
    c->paint(c->self, 0, color, width, NULL, 0);
}

void chart_rect(const jb_canvas *c, double x, double y, double w, double h, uint32_t fill)
{
    double xy[8] = {x, y, x + w, y, x + w, y + h, x, y + h};
    c->path(c->self, "MLLLZ", xy, 8);
    c->paint(c->self, fill, 0, 0, NULL, 0);
}

void chart_text(const jb_canvas *c, double x, double y, uint32_t anchor, const char *style,
                uint32_t color, const char *text)
{
    c->text(c->self, x, y, anchor, style, color, text);
}

double chart_text_width(const jb_canvas *c, const char *style, const char *text)
{
    double w = 0, a = 0, d = 0;
    c->measure(c->self, style, text, &w, &a, &d);
    return w;
}

void chart_text_height(const jb_canvas *c, const char *style, double *ascent, double *descent)
{
    double w = 0;
    c->measure(c->self, style, "国8", &w, ascent, descent);
}

/* Start of the last character before byte n. */
static size_t previous_char(const char *s, size_t n)
{
    while (n > 0 && ((unsigned char)s[--n] & 0xc0) == 0x80)
        ;
    return n;
}

int chart_fit(const jb_canvas *c, const char *style, const char *text, double width, char *out,
              size_t cap)
{
    size_t n = strlen(text);
    if (n < cap && chart_text_width(c, style, text) <= width) {
        memcpy(out, text, n + 1);
        return 0;
    }
    if (n > cap - 4)
        n = cap - 4;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    for (;;) {
        memcpy(out, text, n);
        memcpy(out + n, "\xe2\x80\xa6", 4);
        if (n == 0 || chart_text_width(c, style, out) <= width)
            return 1;
        n = previous_char(text, n);
    }
}

chart_box chart_text_box(const jb_canvas *c, double x, double y, uint32_t anchor, const char *style,
                         const char *text)
{
    double w = 0, a = 0, d = 0, left;
    chart_box box;
    c->measure(c->self, style, text, &w, &a, &d);
    left = anchor == JB_ANCHOR_START ? x : anchor == JB_ANCHOR_END ? x - w : x - w / 2;
    box.x0 = left;
    box.x1 = left + w;
    box.y0 = y - a;
    box.y1 = y + d;
    return box;
}

int chart_boxes_free_at(const chart_boxes *b, const chart_box *box)
{
    size_t i;
    for (i = 0; i < b->n; i++)
        if (box->x0 < b->at[i].x1 && b->at[i].x0 < box->x1 && box->y0 < b->at[i].y1 &&
            b->at[i].y0 < box->y1)
            return 0;
    return 1;
}

int chart_boxes_add(chart_boxes *b, const chart_box *box)
{
    if (b->n == b->cap) {
        size_t cap = b->cap == 0 ? 64 : b->cap * 2;
        chart_box *more = (chart_box *)realloc(b->at, cap * sizeof *more);
        if (more == NULL)
            return -1;
        b->at = more;
        b->cap = cap;
    }
    b->at[b->n++] = *box;
    return 0;
}

int chart_spread(double *at, const double *size, size_t n, double lo, double hi)
{
    double need = 0, edge = lo;
    size_t i;
    for (i = 0; i < n; i++)
        need += size[i];
    if (need > hi - lo)
        return 0;
    for (i = 0; i < n; i++) { /* away from the left neighbour, then back from the right end */
        at[i] = fmax(at[i], edge + size[i] / 2);
        edge = at[i] + size[i] / 2;
    }
    for (i = n, edge = hi; i > 0; i--) {
        at[i - 1] = fmin(at[i - 1], edge - size[i - 1] / 2);
        edge = at[i - 1] - size[i - 1] / 2;
    }
    return 1;
}

double chart_head(const jb_canvas *c, double width, const chart_head_words *words)
{
    double ascent, descent, x, line;
    char text[96], fitted[96];
    size_t s;
    chart_text_height(c, "label", &ascent, &descent);
    line = ascent + descent + 2;
    x = 0;
    if (words->unit[0] != '\0') {
        snprintf(text, sizeof text, "单位：%s", words->unit);
        chart_fit(c, "label", text, width, fitted, sizeof fitted);
        chart_text(c, 0, ascent, JB_ANCHOR_START, "label", CHART_SOFT, fitted);
        x = chart_text_width(c, "label", fitted) + 16;
    }
    for (s = 0; s < words->n_legend; s++) {
        char name[128];
        double room = (width - x) / (double)(words->n_legend - s) - 24;
        if (words->legend[s] == NULL)
            continue;
        chart_fit(c, "label", words->legend[s], room, name, sizeof name);
        if (x + 12 + chart_text_width(c, "label", name) > width)
            break;
        if (words->mark != NULL)
            words->mark(c, x + 4, ascent - 3, s);
        else
            chart_rect(c, x, ascent - 7, 8, 8, chart_palette[s % CHART_MAX_SERIES]);
        chart_text(c, x + 12, ascent, JB_ANCHOR_START, "label", CHART_INK, name);
        x += 24 + chart_text_width(c, "label", name);
    }
    return x > 0 ? line + 4 : 0;
}
