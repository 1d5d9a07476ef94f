// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_PAGE_H
#define JB_TYPESET_PAGE_H

#include "compose.h"

/*
 * Pages of positioned things, in points from the top left corner of the paper, y downwards. Nothing
 * in them belongs to Cairo: a PDF, SVG, PNG or OFD writer walks the items of a page in order.
 */
enum {
    JB_TS_ITEM_GLYPHS, /* glyphs; (x, y) is the baseline's origin */
    JB_TS_ITEM_RECT,   /* filled rectangle x, y, w, h: rules, backgrounds */
    JB_TS_ITEM_PATH,   /* path; its coordinates are relative to (x, y) */
    JB_TS_ITEM_CLIP,   /* clip to the rectangle until the matching RESTORE */
    JB_TS_ITEM_SAVE,   /* begins what RESTORE ends */
    JB_TS_ITEM_RESTORE,
    JB_TS_ITEM_TAG, /* structure element `name` begins; `alt` describes a Figure */
    JB_TS_ITEM_END_TAG,
    JB_TS_ITEM_LINK, /* the rectangle x, y, w, h leads to destination `name` */
    JB_TS_ITEM_DEST  /* `name` is here */
};

typedef struct {
    const char *ops; /* M L C Z, one letter each */
    const double *xy;
    size_t n_xy;
    uint32_t fill, stroke; /* 0xRRGGBBAA; alpha 0 paints nothing */
    double width;
    const double *dash;
    size_t n_dash;
} jb_ts_path;

typedef struct {
    uint8_t type;
    double x, y, w, h;
    uint32_t color;
    const jb_ts_glyphs *glyphs;
    const jb_ts_path *path;
    const char *name; /* TAG, LINK, DEST */
    const char *alt;
} jb_ts_item;

typedef struct {
    const jb_ts_item *items;
    size_t n_items;
    double width, height;
    unsigned number; /* as printed, from 1 */
} jb_ts_page;

/* An entry of the outline: equals a heading. */
typedef struct {
    const char *text;
    const char *dest;
    unsigned level; /* from 1 */
    unsigned page;  /* index from 0 */
    double y;
} jb_ts_outline;

typedef struct {
    const jb_ts_page *pages;
    size_t n_pages;
    const jb_ts_outline *outline;
    size_t n_outline;
    size_t n_rows; /* table rows that were really placed, heads not counted */
} jb_ts_pages;

/* A growing list of items; (x, y) of items are relative to an origin given when they are placed. */
typedef struct jb_ts_items jb_ts_items;

jb_ts_items *jb_ts_items_new(void);
void jb_ts_items_free(jb_ts_items *items);
void jb_ts_items_add(jb_ts_items *items, const jb_ts_item *item);
/* Copies into the arena and empties the list. */
const jb_ts_item *jb_ts_items_keep(jb_ts_items *items, jb_ts_arena *arena, size_t *n);
/* Appends the items of `from`, moved; `from` is emptied. */
void jb_ts_items_append(jb_ts_items *items, jb_ts_items *from, double dx, double dy);

/* The glyph runs of a line, its baseline at y; a link over every stretch that has a target. */
void jb_ts_items_line(jb_ts_items *items, const jb_ts_line *line, double x, double y);
void jb_ts_items_rect(jb_ts_items *items, double x, double y, double w, double h, uint32_t color);
void jb_ts_items_tag(jb_ts_items *items, const char *name, const char *alt);
void jb_ts_items_end(jb_ts_items *items, int type);

#endif
