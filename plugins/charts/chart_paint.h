// SPDX-License-Identifier: Apache-2.0
/* Canvas comfort: lines, rectangles, texts that fit, boxes that must not overlap. */
#ifndef CHART_PAINT_H
#define CHART_PAINT_H

#include "chart_data.h"

/* Blue, orange, green, grey: distinct lightness, so they stay apart in greyscale and for colour-blind readers;
 * each at least 3:1 against white. */
extern const uint32_t chart_palette[CHART_MAX_SERIES];
#define CHART_INK 0x262626ffu
#define CHART_SOFT 0x595959ffu
#define CHART_GRID 0xd9d9d9ffu
#define CHART_BASE 0x737373ffu

typedef struct chart_box {
    double x0, y0, x1, y1;
} chart_box;

typedef struct chart_boxes {
    chart_box *at;
    size_t n, cap;
} chart_boxes;

void chart_line_to(const jb_canvas *, double x0, double y0, double x1, double y1, uint32_t color,
                   double width);
void chart_rect(const jb_canvas *, double x, double y, double w, double h, uint32_t fill);
void chart_text(const jb_canvas *, double x, double y, uint32_t anchor, const char *style,
                uint32_t color, const char *text);
double chart_text_width(const jb_canvas *, const char *style, const char *text);
void chart_text_height(const jb_canvas *, const char *style, double *ascent, double *descent);
/* Shortens text with … until it is at most `width` wide; out holds cap bytes. 1 when it was shortened. */
int chart_fit(const jb_canvas *, const char *style, const char *text, double width, char *out,
              size_t cap);
/* The box of a text as chart_text would set it. */
chart_box chart_text_box(const jb_canvas *, double x, double y, uint32_t anchor, const char *style,
                         const char *text);
int chart_boxes_free_at(const chart_boxes *, const chart_box *); /* 1: touches none */
int chart_boxes_add(chart_boxes *, const chart_box *);           /* 0 ok, -1 no memory */
/* Unit at the top left and, for several series, the legend beside it. Returns the height used. */
double chart_head(const jb_canvas *, double width, const chart_data *, const char *unit, int legend);

#endif
