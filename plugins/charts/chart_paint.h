// SPDX-License-Identifier: Apache-2.0
/* Canvas comfort: lines, rectangles, texts that fit, boxes that must not overlap. */
#ifndef CHART_PAINT_H
#define CHART_PAINT_H

#include "chart_data.h"

/* Blue, ochre, near-black, grey. Lightness 32, 59, 10, 47: apart in print without colour and for
 * every kind of colour blindness (a test simulates both); each at least 3:1 against the page. The
 * text colours are the same hues at 4.5:1 or more. */
extern const uint32_t chart_palette[CHART_MAX_SERIES];
extern const uint32_t chart_text_palette[CHART_MAX_SERIES];
#define CHART_INK 0x262626ffu
#define CHART_SOFT 0x595959ffu
#define CHART_GRID 0xd9d9d9ffu
#define CHART_BASE 0x737373ffu
#define CHART_PALE 0xc9d6e3ffu /* what stands back beside the first colour */

double chart_luminance(uint32_t color); /* relative, 0 to 1 */
uint32_t chart_ink_on(uint32_t fill);   /* white or ink, whichever reads better on it */

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
/* Shortens text with … until it is at most `width` wide; out holds cap bytes. 1 when it was
 * shortened. */
int chart_fit(const jb_canvas *, const char *style, const char *text, double width, char *out,
              size_t cap);
/* The box of a text as chart_text would set it. */
chart_box chart_text_box(const jb_canvas *, double x, double y, uint32_t anchor, const char *style,
                         const char *text);
int chart_boxes_free_at(const chart_boxes *, const chart_box *); /* 1: touches none */
int chart_boxes_add(chart_boxes *, const chart_box *);           /* 0 ok, -1 no memory */
/* Moves centres `at` (ascending) as little as it takes so that neighbours of these sizes do not
 * touch and all lie in lo..hi. 0: there is no room. */
int chart_spread(double *at, const double *size, size_t n, double lo, double hi);

typedef struct chart_head_words {
    const char *unit;
    const char *legend[CHART_MAX_SERIES * 2]; /* in data order; NULL: none for this one */
    size_t n_legend;                          /* 0: all is labelled directly */
    void (*mark)(const jb_canvas *, double x, double y,
                 size_t i); /* NULL: a square of the i-th colour */
} chart_head_words;
/* Unit at the top left and, where direct labels found no place, the legend beside it. Returns the
 * height used. */
double chart_head(const jb_canvas *, double width, const chart_head_words *);

/* ---- placing labels (chart_labels.c) ---- */

#define CHART_CANDIDATES 10

typedef struct chart_label {
    char text[96];
    const char *style;
    uint32_t color;
    int priority; /* higher ones choose first; equal ones in their order */
    double x[CHART_CANDIDATES], y[CHART_CANDIDATES];
    uint32_t anchor[CHART_CANDIDATES];
    size_t n; /* candidates, best first */
    size_t
        leader_from; /* candidates from this one on are joined to (to_x, to_y) by a line; 0: none */
    double to_x, to_y;
    int placed; /* out: candidate + 1; 0: dropped */
} chart_label;

/* Chooses a candidate for each label so that no text touches another, an obstacle or the edge of
 * (0, 0, w, h). A label that finds none makes one of its blockers of no higher priority move;
 * failing that it is dropped. Returns how many were dropped; -1 out of memory. Nothing is drawn. */
int chart_labels_solve(const jb_canvas *, chart_label *, size_t n, const chart_boxes *obstacles,
                       double w, double h);
void chart_labels_draw(const jb_canvas *, const chart_label *, size_t n);

#endif
