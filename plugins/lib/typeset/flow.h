// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_FLOW_H
#define JB_TYPESET_FLOW_H

#include "page.h"

/*
 * The flow takes blocks in order and puts them on pages. Every block takes whole grid lines. Blocks
 * are made of atoms: a text line, a table row, a picture. Pages break only between atoms that allow
 * it, so widows, headings and signatures are a matter of flags, not of special cases.
 */

enum { JB_TS_NUMBER_OUTER, JB_TS_NUMBER_CENTER, JB_TS_NUMBER_NONE };

typedef struct {
    double width, height; /* paper */
    double left, top;     /* type area */
    double measure;
    double pitch;   /* baseline to baseline */
    double em;      /* height of a line's em box: the last line needs no gap below */
    unsigned lines; /* grid lines of a page */
    int number;     /* JB_TS_NUMBER_* */
    const jb_ts_style *number_style;
    const jb_ts_line *watermark; /* under every page, in its middle; NULL: none */
} jb_ts_sheet;

/* GB/T 9704: A4, 28 × 22. `number_style` is left NULL. */
jb_ts_sheet jb_ts_sheet_gbt9704(void);

typedef struct {
    double height;           /* content, points */
    const jb_ts_item *items; /* relative to the type area's left edge and the atom's top */
    size_t n_items;
    bool break_before; /* a page may begin with this atom */
    bool grid;         /* a text line: its advance is the pitch, its height the em */
    bool blank;        /* vanishes at the top of a page */
    bool row;          /* a table row begins: counted when placed */
} jb_ts_atom;

typedef struct {
    const jb_ts_atom *atoms;
    size_t n;
    const char *tag;          /* structure element around the atoms of each page; NULL: none */
    unsigned keep_next;       /* this many grid lines of what follows stay with the block */
    unsigned keep_previous;   /* this many lines of what came before stay with the block */
    bool page_before;         /* begins a page */
    const jb_ts_atom *repeat; /* printed again at the top of each further page: table heads */
    size_t n_repeat;
    const jb_ts_atom *close; /* drawn below the last atom where a page ends inside the block */
    unsigned outline_level;  /* 0: not in the outline */
    const char *outline_text;
    const char *dest; /* NULL: none */
} jb_ts_block;

typedef struct jb_ts_flow jb_ts_flow;

jb_ts_flow *jb_ts_flow_new(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_sheet *sheet);
void jb_ts_flow_free(jb_ts_flow *flow);

/* Adds a block; `block` is copied, what it points to stays where it is (in the arena). */
void jb_ts_flow_add(jb_ts_flow *flow, const jb_ts_block *block);

/* Blank grid lines. `keep`: they stay at the top of a page too. */
void jb_ts_flow_blank(jb_ts_flow *flow, unsigned lines, bool keep);

/* The next block begins a page. */
void jb_ts_flow_page_break(jb_ts_flow *flow);

/* Text of ordinary line height: one atom a line, no single line at a page's top or bottom. `whole`
 * keeps all lines together. Fills atoms and n of *block. */
void jb_ts_block_text(jb_ts_arena *arena, const jb_ts_sheet *sheet, const jb_ts_lines *lines,
                      bool whole, jb_ts_block *block);

/* Large text, such as a title: lines at their own pitch, whole grid lines together. */
void jb_ts_block_display(jb_ts_arena *arena, const jb_ts_sheet *sheet, const jb_ts_lines *lines,
                         double line_pitch, jb_ts_block *block);

/* Height left on the last page if nothing followed, in points: for what can be made to fit. */
double jb_ts_flow_room(const jb_ts_flow *flow);

/* Breaks into pages. Everything returned is in the arena. */
jb_ts_pages jb_ts_flow_finish(jb_ts_flow *flow);

#endif
