// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_COMPOSE_H
#define JB_TYPESET_COMPOSE_H

#include "arena.h"
#include "fonts.h"

/* GB/T 9704: 28 cells of 156 mm, 22 lines of 225 mm with gaps of 7/8 cell between them. */
#define JB_TS_MM (72.0 / 25.4)
#define JB_TS_CELL (156.0 / 28.0 * JB_TS_MM)
#define JB_TS_PITCH ((225.0 - 156.0 / 28.0) / 21.0 * JB_TS_MM)
/* From the top of the em box to the baseline, in em. */
#define JB_TS_ASCENT 0.88

typedef struct {
    uint8_t role;   /* JB_TS_ROLE_* */
    double size;    /* points per em */
    double cell;    /* advance of a full-width character; 0 = size */
    uint32_t color; /* 0xRRGGBBAA */
    bool tabular;   /* all digits equally wide */
    bool own_latin; /* digits and letters from the role's own font, not from the Latin one */
} jb_ts_style;

enum {
    JB_TS_TEXT,
    JB_TS_FIGURE, /* never broken inside, keeps the unit after it */
    JB_TS_UNIT,   /* glued to what is before it */
    JB_TS_LINE_BREAK
};

/* A stretch of text in one style. The text must be valid UTF-8 and outlive the composing call. */
typedef struct {
    const char *text;
    size_t len;
    const jb_ts_style *style;
    uint8_t kind;       /* JB_TS_TEXT … */
    const char *target; /* REF: name of a destination, kept by pointer; NULL = none */
} jb_ts_run;

enum { JB_TS_JUSTIFY, JB_TS_LEFT, JB_TS_CENTER, JB_TS_RIGHT };

typedef struct {
    const jb_ts_run *runs;
    size_t n_runs;
    double measure;      /* points */
    double first_indent; /* of the first line, added to `indent` */
    double indent;       /* of every line */
    double right_indent;
    uint8_t align;
    bool phrases;      /* a title: break by phrase, lines of like length */
    const void *place; /* for font findings */
} jb_ts_para;

typedef struct {
    uint32_t glyph; /* UINT32_MAX never occurs: blanks have no glyph but keep their cluster */
    float x, y;     /* from the run's origin: x to the right, y downwards */
} jb_ts_glyph;

typedef struct {
    uint16_t bytes;
    uint16_t glyphs;
} jb_ts_cluster;

/* Glyphs of one face, size and colour on one baseline, with the text they show. */
typedef struct {
    jb_ts_face *face;
    double size;
    uint32_t color;
    double x; /* of the first glyph, from the left edge of the measure */
    double width;
    const char *text; /* UTF-8, not NUL-terminated */
    uint32_t text_len;
    uint32_t n_glyphs;
    uint32_t n_clusters;
    const jb_ts_glyph *glyphs;
    const jb_ts_cluster *clusters;
    const char *target;
} jb_ts_glyphs;

typedef struct {
    const jb_ts_glyphs *runs;
    size_t n_runs;
    double x, width; /* the em boxes of the line, from the left edge of the measure */
    double size;     /* largest em of the line */
    double trimmed;  /* blank taken off a closing mark at the end: its em box passes the measure */
    bool full;       /* justified: reaches the right edge */
    uint32_t first, last; /* bytes of the paragraph's text [first, last) */
} jb_ts_line;

typedef struct {
    const jb_ts_line *lines;
    size_t n;
    const char *text; /* the whole text of the paragraph */
    size_t text_len;
} jb_ts_lines;

/* Breaks a paragraph into lines. Everything returned lives in `arena`. Never fails: text wider than
 * the measure without any break is broken between characters. An empty paragraph gives no line. */
jb_ts_lines jb_ts_compose(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_para *para);

/* One line without breaking: for labels. x counts from 0. */
jb_ts_line jb_ts_compose_line(jb_ts_fonts *fonts, jb_ts_arena *arena, const char *text, size_t len,
                              const jb_ts_style *style);

/* Natural width of the text and the width of its widest unbreakable part. */
void jb_ts_measure(jb_ts_fonts *fonts, const jb_ts_run *runs, size_t n_runs, double *natural,
                   double *least);

#endif
