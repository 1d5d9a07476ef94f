// SPDX-License-Identifier: Apache-2.0
#include "cells.h"

#include <glib.h>
#include <string.h>

static bool is_closing(uint8_t cls)
{
    return cls == JB_TS_STOP || cls == JB_TS_PAUSE || cls == JB_TS_CLOSE;
}

/* A blank of nearly half an em is meant to be half an em. */
static double usable_blank(double blank, double size)
{
    if (blank >= 0.42 * size)
        return 0.5 * size;
    return blank > 0.05 * size ? blank - 0.05 * size : 0;
}

static void set_wide(jb_ts_cell *cell, const jb_ts_style *style, size_t chars)
{
    double width = (style->cell > 0 ? style->cell : style->size) * (double)chars;
    double natural = 0;
    for (size_t i = 0; i < cell->n_glyphs; i++)
        natural += (double)cell->glyphs[i].advance * style->size;
    cell->advance = width;
    double slack = width - natural;
    if (cell->c.cls == JB_TS_OPEN)
        cell->dx = slack;
    else if (!is_closing(cell->c.cls))
        cell->dx = slack / 2;
    if (cell->n_glyphs != 1)
        return;
    const jb_ts_shaped_glyph *g = &cell->glyphs[0];
    if (cell->c.cls == JB_TS_OPEN)
        cell->lead = usable_blank(cell->dx + (double)g->ink_left * style->size, style->size);
    if (is_closing(cell->c.cls))
        cell->trail =
            usable_blank(width - cell->dx - (double)g->ink_right * style->size, style->size);
}

static double digit_width(jb_ts_fonts *fonts, const jb_ts_style *style)
{
    double widest = 0;
    for (char d = '0'; d <= '9'; d++) {
        bool missing;
        size_t n;
        jb_ts_face *face =
            jb_ts_fonts_face_for(fonts, style->role, !style->own_latin, (uint32_t)d, &missing);
        if (!face)
            return 0;
        const jb_ts_shaped_glyph *g = jb_ts_shape(face, &d, 1, &n);
        if (n == 1 && (double)g->advance * style->size > widest)
            widest = (double)g->advance * style->size;
    }
    return widest;
}

static void set_digit(jb_ts_cell *cell, double width)
{
    if (width > 0 && cell->n_glyphs == 1) {
        cell->dx = (width - cell->advance) / 2;
        cell->advance = width;
    }
}

/* Gives the glyphs of a shaped string to the characters they show. */
static void spread_glyphs(jb_ts_cell *cells, size_t first, size_t last,
                          const jb_ts_shaped_glyph *glyphs, size_t n, double size)
{
    uint32_t at = cells[first].c.offset;
    size_t i = first;
    for (size_t g = 0; g < n;) {
        size_t end = g + 1;
        while (end < n && glyphs[end].bytes == 0)
            end++;
        while (i < last && cells[i].c.offset < at)
            cells[i++].joined = true;
        if (i >= last)
            break;
        cells[i].glyphs = &glyphs[g];
        cells[i].n_glyphs = end - g;
        for (size_t k = g; k < end; k++)
            cells[i].advance += (double)glyphs[k].advance * size;
        at += glyphs[g].bytes;
        i++;
        g = end;
    }
    while (i < last)
        cells[i++].joined = true;
}

static bool is_pair(const jb_ts_cell *a, const jb_ts_cell *b)
{
    return a->c.cls == JB_TS_DASH && a->c.ch == b->c.ch && a->run == b->run && a->face == b->face;
}

/* How many characters from i are shaped as one string. */
static size_t string_end(const jb_ts_cells *cells, size_t i)
{
    const jb_ts_cell *first = &cells->cells[i];
    size_t end = i + 1;
    if (first->c.wide) {
        if (end < cells->n && is_pair(first, &cells->cells[end]))
            end++;
        return end;
    }
    /* A digit stands alone: some fonts kern 11, and columns of digits would not align. */
    if (first->c.cls == JB_TS_DIGIT)
        return end;
    while (end < cells->n) {
        const jb_ts_cell *c = &cells->cells[end];
        if (c->c.wide || c->c.cls == JB_TS_DIGIT || c->run != first->run ||
            c->face != first->face || c->c.cls == JB_TS_SPACE || first->c.cls == JB_TS_SPACE ||
            c->c.cls == JB_TS_BREAK)
            break;
        end++;
    }
    return end;
}

static void shape_cells(jb_ts_fonts *fonts, jb_ts_cells *cells, const jb_ts_run *runs)
{
    double digits = 0;
    for (size_t i = 0; i < cells->n;) {
        jb_ts_cell *cell = &cells->cells[i];
        const jb_ts_style *style = runs[cell->run].style;
        size_t end = string_end(cells, i);
        if (cell->c.cls == JB_TS_BREAK || !cell->face) {
            i = end;
            continue;
        }
        uint32_t from = cell->c.offset;
        uint32_t to = end < cells->n ? cells->cells[end].c.offset : (uint32_t)cells->text_len;
        size_t n;
        const jb_ts_shaped_glyph *glyphs =
            jb_ts_shape(cell->face, cells->text + from, to - from, &n);
        spread_glyphs(cells->cells, i, end, glyphs, n, style->size);
        for (; i < end; i++) {
            jb_ts_cell *c = &cells->cells[i];
            c->size = style->size;
            if (c->joined)
                continue;
            if (c->c.wide)
                set_wide(c, style, end - i == 2 && c[1].joined ? 2 : 1);
            else if (style->tabular && c->c.ch >= '0' && c->c.ch <= '9')
                set_digit(c, digits > 0 ? digits : (digits = digit_width(fonts, style)));
        }
    }
}

static bool is_western(const jb_ts_cell *c)
{
    return !c->c.wide && c->c.cls != JB_TS_SPACE;
}

static bool takes_gap(const jb_ts_cell *a, const jb_ts_cell *b)
{
    if (b->joined || b->c.cls == JB_TS_SPACE || (is_western(a) && is_western(b)))
        return false;
    if (a->c.cls == JB_TS_DASH || b->c.cls == JB_TS_DASH)
        return false;
    return a->c.ch != 0xFF0F && b->c.ch != 0xFF0F && a->c.ch != '/' && b->c.ch != '/';
}

/* Adjacent marks: two ems become one and a half; what remains may be given when a line is tight. */
static void set_gaps(jb_ts_cells *cells)
{
    for (size_t i = 1; i < cells->n; i++) {
        jb_ts_cell *a = &cells->cells[i - 1], *b = &cells->cells[i];
        b->gap = takes_gap(a, b);
        b->word = a->c.cls == JB_TS_SPACE && b->gap;
        if (b->c.must_break)
            continue;
        bool marks = a->c.wide && b->c.wide;
        if (marks && is_closing(a->c.cls) && (is_closing(b->c.cls) || b->c.cls == JB_TS_OPEN))
            b->tight = a->trail;
        else if (marks && a->c.cls == JB_TS_OPEN && b->c.cls == JB_TS_OPEN)
            b->tight = b->lead;
        /* A full stop closes a thought: it keeps half of its blank. */
        double trail = a->c.cls == JB_TS_STOP ? a->trail / 2 : a->trail;
        b->give = MAX(trail + b->lead - b->tight, 0.0);
    }
}

static void set_faces(jb_ts_fonts *fonts, jb_ts_cells *cells, const jb_ts_run *runs)
{
    for (size_t i = 0; i < cells->n; i++) {
        jb_ts_cell *c = &cells->cells[i];
        bool missing = false;
        const jb_ts_style *style = runs[c->run].style;
        if (c->c.cls == JB_TS_BREAK)
            continue;
        /* A mark that joins a letter is shown by the letter's font. */
        if (i > 0 && !c->c.cluster && cells->cells[i - 1].face && c->c.cls >= JB_TS_LATIN &&
            c->c.cls != JB_TS_SPACE && cells->cells[i - 1].run == c->run) {
            c->face = cells->cells[i - 1].face;
            continue;
        }
        uint32_t ch = c->c.cls == JB_TS_SPACE ? ' ' : c->c.ch;
        c->face = jb_ts_fonts_face_for(fonts, style->role, !style->own_latin, ch, &missing);
    }
}

/* The text of all runs; figure marks and run numbers per byte are kept beside it. */
static void join_runs(jb_ts_arena *arena, jb_ts_cells *cells, const jb_ts_run *runs, size_t n_runs)
{
    size_t len = 0;
    for (size_t r = 0; r < n_runs; r++)
        len += runs[r].kind == JB_TS_LINE_BREAK ? 1 : runs[r].len;
    char *text = jb_ts_alloc(arena, len + 1);
    size_t at = 0;
    for (size_t r = 0; r < n_runs; r++) {
        size_t part = runs[r].kind == JB_TS_LINE_BREAK ? 1 : runs[r].len;
        memcpy(text + at, runs[r].kind == JB_TS_LINE_BREAK ? "\n" : runs[r].text, part);
        at += part;
    }
    cells->text = text;
    cells->text_len = len;
}

jb_ts_cells jb_ts_make_cells(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_run *runs,
                             size_t n_runs, bool phrases)
{
    jb_ts_cells out = {0};
    join_runs(arena, &out, runs, n_runs);
    if (out.text_len == 0)
        return out;
    jb_ts_char *chars = g_new0(jb_ts_char, out.text_len);
    out.n = jb_ts_classify(out.text, out.text_len, chars);
    out.cells = jb_ts_alloc(arena, out.n * sizeof *out.cells);
    size_t i = 0, end = 0;
    for (size_t r = 0; r < n_runs; r++) {
        end += runs[r].kind == JB_TS_LINE_BREAK ? 1 : runs[r].len;
        for (; i < out.n && chars[i].offset < end; i++) {
            out.cells[i].run = (uint16_t)r;
            chars[i].figure = runs[r].kind == JB_TS_FIGURE;
            chars[i].unit = runs[r].kind == JB_TS_UNIT;
        }
        if (i > 0 && runs[r].kind == JB_TS_FIGURE && runs[r].len > 0)
            chars[i - 1].figure_end = true;
    }
    jb_ts_find_breaks(out.text, out.text_len, chars, out.n);
    if (phrases)
        jb_ts_keep_phrases(chars, out.n);
    for (i = 0; i < out.n; i++)
        out.cells[i].c = chars[i];
    g_free(chars);
    set_faces(fonts, &out, runs);
    shape_cells(fonts, &out, runs);
    set_gaps(&out);
    return out;
}

size_t jb_ts_trim_end(const jb_ts_cells *cells, size_t first, size_t last)
{
    while (last > first && (cells->cells[last - 1].c.cls == JB_TS_SPACE ||
                            cells->cells[last - 1].c.cls == JB_TS_BREAK))
        last--;
    return last;
}

double jb_ts_natural_width(const jb_ts_cells *cells, size_t first, size_t last)
{
    double width = 0;
    for (size_t i = first; i < last; i++)
        width += cells->cells[i].advance - (i > first ? cells->cells[i].tight : 0);
    return width;
}
