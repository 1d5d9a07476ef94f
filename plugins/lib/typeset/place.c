// SPDX-License-Identifier: Apache-2.0
#include "cells.h"

#include <glib.h>
#include <string.h>

/* Western spaces grow by at most this part of an em before other gaps do. */
#define WORD_GROWTH 0.25
/* A gap that would grow beyond this part of an em is left alone: the line stays ragged. */
#define MAX_GROWTH 0.35

typedef struct {
    double end_trim;   /* off the closing mark at the end */
    double give_share; /* part of every gap's `give` */
    double word;       /* added to gaps after Western spaces */
    double gap;        /* added to every gap */
} fit;

static fit squeeze(const jb_ts_cells *cells, size_t first, size_t last, double need)
{
    fit f = {0};
    double give = 0;
    for (size_t i = first + 1; i < last; i++)
        give += cells->cells[i].give;
    f.end_trim = MIN(need, cells->cells[last - 1].trail);
    need -= f.end_trim;
    if (need > 0 && give > 0)
        f.give_share = MIN(1.0, need / give);
    return f;
}

static fit stretch(const jb_ts_cells *cells, size_t first, size_t last, double extra)
{
    fit f = {0};
    size_t words = 0, gaps = 0;
    for (size_t i = first + 1; i < last; i++) {
        words += cells->cells[i].word;
        gaps += cells->cells[i].gap;
    }
    double size = cells->cells[first].size;
    if (gaps == 0 || extra / (double)gaps > MAX_GROWTH * size)
        return f;
    if (words > 0) {
        f.word = MIN(extra / (double)words, WORD_GROWTH * size);
        extra -= f.word * (double)words;
    }
    f.gap = extra / (double)gaps;
    return f;
}

static double gap_before(const jb_ts_cell *c, const fit *f)
{
    return (c->gap ? f->gap : 0) + (c->word ? f->word : 0) - c->tight - c->give * f->give_share;
}

typedef struct {
    GArray *runs, *glyphs, *clusters;
} output;

static bool same_run(const jb_ts_cells *cells, size_t a, size_t b)
{
    return cells->cells[a].run == cells->cells[b].run &&
           cells->cells[a].face == cells->cells[b].face;
}

static void put_cell(output *out, const jb_ts_cells *cells, size_t i, double x)
{
    const jb_ts_cell *c = &cells->cells[i];
    size_t next = i + 1;
    while (next < cells->n && cells->cells[next].joined)
        next++;
    uint32_t to = next < cells->n ? cells->cells[next].c.offset : (uint32_t)cells->text_len;
    jb_ts_cluster cluster = {.bytes = (uint16_t)(to - c->c.offset)};
    double pen = x + c->dx;
    for (size_t g = 0; g < c->n_glyphs; g++) {
        const jb_ts_shaped_glyph *s = &c->glyphs[g];
        if (s->glyph != UINT32_MAX) {
            jb_ts_glyph glyph = {.glyph = s->glyph,
                                 .x = (float)(pen + (double)s->dx * c->size),
                                 .y = (float)((double)s->dy * c->size)};
            g_array_append_val(out->glyphs, glyph);
            cluster.glyphs++;
        }
        pen += (double)s->advance * c->size;
    }
    g_array_append_val(out->clusters, cluster);
}

static void *keep(jb_ts_arena *arena, GArray *array, size_t each)
{
    void *copy = jb_ts_alloc(arena, array->len * each);
    if (array->len > 0)
        memcpy(copy, array->data, array->len * each);
    g_array_set_size(array, 0);
    return copy;
}

static void end_run(jb_ts_arena *arena, output *out, const jb_ts_cells *cells,
                    const jb_ts_run *runs, size_t first, size_t last, double x0, double x1)
{
    const jb_ts_cell *c = &cells->cells[first];
    uint32_t to = last < cells->n ? cells->cells[last].c.offset : (uint32_t)cells->text_len;
    jb_ts_glyphs run = {.face = c->face,
                        .size = c->size,
                        .color = runs[c->run].style->color,
                        .x = x0,
                        .width = x1 - x0,
                        .text = cells->text + c->c.offset,
                        .text_len = to - c->c.offset,
                        .n_glyphs = out->glyphs->len,
                        .n_clusters = out->clusters->len,
                        .target = runs[c->run].target};
    run.glyphs = keep(arena, out->glyphs, sizeof(jb_ts_glyph));
    run.clusters = keep(arena, out->clusters, sizeof(jb_ts_cluster));
    if (c->face)
        g_array_append_val(out->runs, run);
}

jb_ts_line jb_ts_place_line(jb_ts_arena *arena, const jb_ts_cells *cells, const jb_ts_run *runs,
                            size_t first, size_t last, double x, double extra)
{
    jb_ts_line line = {.x = x, .first = first < cells->n ? cells->cells[first].c.offset : 0};
    line.last = last < cells->n ? cells->cells[last].c.offset : (uint32_t)cells->text_len;
    last = jb_ts_trim_end(cells, first, last);
    if (last == first)
        return line;
    fit f = extra < 0 ? squeeze(cells, first, last, -extra) : stretch(cells, first, last, extra);
    line.trimmed = f.end_trim;
    output out = {g_array_new(FALSE, FALSE, sizeof(jb_ts_glyphs)),
                  g_array_new(FALSE, FALSE, sizeof(jb_ts_glyph)),
                  g_array_new(FALSE, FALSE, sizeof(jb_ts_cluster))};
    double at = x, start = x;
    size_t run_first = first;
    for (size_t i = first; i < last; i++) {
        const jb_ts_cell *c = &cells->cells[i];
        if (i > first)
            at += gap_before(c, &f);
        if (i > first && !same_run(cells, i - 1, i)) {
            end_run(arena, &out, cells, runs, run_first, i, start, at);
            run_first = i;
        }
        if (i == run_first)
            start = at;
        if (!c->joined)
            put_cell(&out, cells, i, at - start);
        at += c->advance;
        line.size = MAX(line.size, c->size);
    }
    end_run(arena, &out, cells, runs, run_first, last, start, at);
    line.width = at - x;
    line.n_runs = out.runs->len;
    line.runs = keep(arena, out.runs, sizeof(jb_ts_glyphs));
    g_array_free(out.runs, TRUE);
    g_array_free(out.glyphs, TRUE);
    g_array_free(out.clusters, TRUE);
    return line;
}
