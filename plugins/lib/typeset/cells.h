// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_CELLS_H
#define JB_TYPESET_CELLS_H

#include "compose.h"
#include "kinsoku.h"

/* One character of a paragraph with its glyphs and widths, in points. Internal to the composer. */
typedef struct {
    jb_ts_char c;
    uint16_t run;
    bool joined; /* its glyphs belong to the cell before */
    bool gap;    /* the gap before it may grow when a line is justified */
    bool word;   /* a Western space: its gap grows first */
    jb_ts_face *face;
    const jb_ts_shaped_glyph *glyphs;
    size_t n_glyphs;
    double size;
    double advance;
    double dx;          /* of the glyphs inside the cell */
    double lead, trail; /* blank that an opening mark has on its left, a closing one on its right */
    double tight;       /* always taken off the gap before it: adjacent marks */
    double give;        /* may be taken off that gap besides */
} jb_ts_cell;

typedef struct {
    jb_ts_cell *cells;
    size_t n;
    char *text;
    size_t text_len;
} jb_ts_cells;

/* Joins the runs, classifies, finds breaks, shapes. Lives in `arena`. */
jb_ts_cells jb_ts_make_cells(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_run *runs,
                             size_t n_runs, bool phrases);

/* Last cell of [first, last) that is seen, plus one: blanks at a line's end take no room. */
size_t jb_ts_trim_end(const jb_ts_cells *cells, size_t first, size_t last);

/* A line's natural width, and how much it can give. */
double jb_ts_natural_width(const jb_ts_cells *cells, size_t first, size_t last);

/* Positions the cells of one line; `extra` > 0 stretches its gaps, < 0 squeezes its marks. */
jb_ts_line jb_ts_place_line(jb_ts_arena *arena, const jb_ts_cells *cells, const jb_ts_run *runs,
                            size_t first, size_t last, double x, double extra);

#endif
