// SPDX-License-Identifier: Apache-2.0
#include "cells.h"

#include <glib.h>
#include <math.h>

/* Costs of a line. One em of stretch over a full line costs 40, half an em 10. */
#define STRETCH_COST 25000.0
#define TRIM_COST 3.0        /* a closing mark at the end set half wide */
#define SQUEEZE_COST 9.0     /* marks inside the line give, for each em and for giving all */
#define STRANDED_COST 90.0   /* a last line of a single character */
#define UNDERFULL_COST 150.0 /* the next character would have fitted: lines keep their cells */
#define FORCED_COST 1e6      /* no break at all: between any two characters */
#define LOOSE 0.75           /* lines emptier than this are tried only when nothing else fits */
#define EPSILON 0.02

typedef struct {
    const jb_ts_cells *cells;
    const jb_ts_para *para;
    double *pos;  /* natural position of every cell */
    double *give; /* running sums */
    uint32_t *gaps;
    double *best; /* cost of the best way to begin a line at i */
    size_t *from; /* where the line before begins */
    double em;
} breaker;

static double measure_of(const breaker *b, size_t first)
{
    const jb_ts_para *p = b->para;
    return p->measure - p->indent - p->right_indent - (first == 0 ? p->first_indent : 0);
}

static bool is_end(const breaker *b, size_t i)
{
    return i >= b->cells->n || b->cells->cells[i].c.must_break;
}

static double line_width(const breaker *b, size_t first, size_t seen)
{
    if (seen == first)
        return 0;
    return b->pos[seen - 1] + b->cells->cells[seen - 1].advance - b->pos[first];
}

/* Whether the Han character that would begin the next line had room on this one. */
static bool fits_one_more(const breaker *b, size_t last, double slack)
{
    const jb_ts_cell *next = &b->cells->cells[last];
    return next->c.cls == JB_TS_HAN && next->advance <= slack + EPSILON &&
           (is_end(b, last + 1) || b->cells->cells[last + 1].c.break_before);
}

/* What taking [first, last) as one line costs; negative: it does not fit. */
static double line_cost(const breaker *b, size_t first, size_t last, size_t seen, double width)
{
    double slack = measure_of(b, first) - width;
    if (slack < -EPSILON) {
        double trim = b->cells->cells[seen - 1].trail;
        double give = b->give[seen - 1] - b->give[first];
        double need = -slack;
        if (need > trim + give + EPSILON)
            return -1;
        double cost = TRIM_COST * MIN(need, trim) / b->em;
        need -= MIN(need, trim);
        if (need > EPSILON)
            cost += SQUEEZE_COST * (need / b->em + 1.5 * need / give * need / give);
        return cost;
    }
    if (is_end(b, last)) {
        bool whole = first == 0 || b->cells->cells[first].c.must_break;
        return !whole && width < 2.2 * b->em && width > 0 ? STRANDED_COST : 0;
    }
    double cost = fits_one_more(b, last, slack) ? UNDERFULL_COST : 0;
    uint32_t gaps = b->gaps[seen - 1] - b->gaps[first];
    double each = slack / b->em / (double)MAX(gaps, 1U);
    return cost + STRETCH_COST * each * each;
}

static void offer(breaker *b, size_t first, size_t last, double cost)
{
    double total = b->best[first] + cost;
    if (total < b->best[last]) {
        b->best[last] = total;
        b->from[last] = first;
    }
}

/* Offers every line that begins at `first`. Returns whether one could be offered. */
static bool offer_lines(breaker *b, size_t first, bool loose)
{
    double room = measure_of(b, first);
    bool offered = false;
    for (size_t last = first + 1; last <= b->cells->n; last++) {
        bool end = is_end(b, last);
        if (!end && !b->cells->cells[last].c.break_before)
            continue;
        size_t seen = jb_ts_trim_end(b->cells, first, last);
        double width = line_width(b, first, seen);
        if (!end && !loose && width < LOOSE * room)
            continue;
        if (width > 2 * room + 4 * b->em)
            break;
        double cost = seen > first ? line_cost(b, first, last, seen, width) : 0;
        if (cost >= 0) {
            offer(b, first, last, cost);
            offered = true;
        }
        if (end)
            break;
    }
    return offered;
}

/* Nothing breaks: as many whole characters as fit, at least one. */
static void offer_forced(breaker *b, size_t first)
{
    double room = measure_of(b, first);
    size_t last = first + 1;
    while (last < b->cells->n && !is_end(b, last) &&
           (b->cells->cells[last].joined || !b->cells->cells[last].c.cluster ||
            line_width(b, first, last + 1) <= room + EPSILON))
        last++;
    offer(b, first, last, FORCED_COST);
}

static void prepare(breaker *b)
{
    double at = 0, give = 0;
    uint32_t gaps = 0;
    for (size_t i = 0; i < b->cells->n; i++) {
        const jb_ts_cell *c = &b->cells->cells[i];
        at -= c->tight;
        give += c->give;
        gaps += c->gap;
        b->pos[i] = at;
        b->give[i] = give;
        b->gaps[i] = gaps;
        at += c->advance;
        b->em = MAX(b->em, c->size);
    }
    if (b->em <= 0)
        b->em = 1;
    for (size_t i = 1; i <= b->cells->n; i++)
        b->best[i] = HUGE_VAL;
}

/* Lines of like length for a title: stretching is not meant, evenness is. */
static size_t title_break(const breaker *b, size_t first, size_t lines_left)
{
    double rest = line_width(b, first, b->cells->n);
    double want = rest / (double)lines_left, best_cost = HUGE_VAL;
    size_t best = b->cells->n;
    jb_ts_char *chars = g_new(jb_ts_char, b->cells->n);
    for (size_t i = 0; i < b->cells->n; i++)
        chars[i] = b->cells->cells[i].c;
    for (size_t i = first + 1; i < b->cells->n; i++) {
        double width = line_width(b, first, i);
        if (chars[i].must_break) {
            best = i;
            break;
        }
        if (!chars[i].break_before || width > measure_of(b, first) + EPSILON)
            continue;
        double off = (width - want) / b->em;
        double cost = 4 * off * off + jb_ts_phrase_cost(chars, b->cells->n, i);
        if (cost < best_cost) {
            best_cost = cost;
            best = i;
        }
    }
    g_free(chars);
    return best;
}

static size_t break_title(breaker *b, size_t *starts, size_t max)
{
    size_t n = 0, first = 0;
    while (first < b->cells->n && n + 1 < max) {
        starts[n++] = first;
        double rest = line_width(b, first, b->cells->n);
        bool forced = false;
        for (size_t i = first + 1; i < b->cells->n; i++)
            forced = forced || b->cells->cells[i].c.must_break;
        if (rest <= measure_of(b, first) + EPSILON && !forced)
            break;
        size_t left = (size_t)ceil(rest / measure_of(b, first));
        size_t next = title_break(b, first, MAX(left, 2));
        if (next >= b->cells->n)
            break;
        first = next;
    }
    return n;
}

static size_t break_text(breaker *b, size_t *starts)
{
    for (size_t i = 0; i < b->cells->n; i++) {
        if (b->best[i] >= HUGE_VAL)
            continue;
        if (!offer_lines(b, i, false) && !offer_lines(b, i, true))
            offer_forced(b, i);
    }
    size_t n = 0;
    for (size_t at = b->cells->n; at > 0; at = b->from[at])
        starts[n++] = b->from[at];
    for (size_t i = 0; i < n / 2; i++) {
        size_t t = starts[i];
        starts[i] = starts[n - 1 - i];
        starts[n - 1 - i] = t;
    }
    return n;
}

static jb_ts_line place(const breaker *b, jb_ts_arena *arena, size_t first, size_t last)
{
    const jb_ts_para *p = b->para;
    size_t seen = jb_ts_trim_end(b->cells, first, last);
    double width = line_width(b, first, seen), room = measure_of(b, first);
    double slack = room - width, x = p->indent + (first == 0 ? p->first_indent : 0);
    bool end = is_end(b, last);
    double extra = slack < -EPSILON ? slack : 0;
    if (p->align == JB_TS_JUSTIFY && !end && slack > 0)
        extra = slack;
    else if (p->align == JB_TS_CENTER && slack > 0)
        x += slack / 2;
    else if (p->align == JB_TS_RIGHT && slack > 0)
        x += slack;
    jb_ts_line line = jb_ts_place_line(arena, b->cells, p->runs, first, last, x, extra);
    line.full = fabs(line.x + line.width - line.trimmed - (p->measure - p->right_indent)) < 0.05;
    return line;
}

jb_ts_lines jb_ts_compose(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_para *para)
{
    jb_ts_lines out = {0};
    jb_ts_fonts_set_place(fonts, para->place);
    jb_ts_cells cells = jb_ts_make_cells(fonts, arena, para->runs, para->n_runs, para->phrases);
    out.text = cells.text;
    out.text_len = cells.text_len;
    if (cells.n == 0)
        return out;
    breaker b = {.cells = &cells, .para = para};
    b.pos = g_new0(double, cells.n);
    b.give = g_new0(double, cells.n);
    b.gaps = g_new0(uint32_t, cells.n);
    b.best = g_new0(double, cells.n + 1);
    b.from = g_new0(size_t, cells.n + 1);
    size_t *starts = g_new0(size_t, cells.n + 1);
    prepare(&b);
    out.n = para->phrases ? break_title(&b, starts, cells.n + 1) : break_text(&b, starts);
    jb_ts_line *lines = jb_ts_alloc(arena, out.n * sizeof *lines);
    for (size_t i = 0; i < out.n; i++)
        lines[i] = place(&b, arena, starts[i], i + 1 < out.n ? starts[i + 1] : cells.n);
    out.lines = lines;
    g_free(b.pos);
    g_free(b.give);
    g_free(b.gaps);
    g_free(b.best);
    g_free(b.from);
    g_free(starts);
    return out;
}

jb_ts_line jb_ts_compose_line(jb_ts_fonts *fonts, jb_ts_arena *arena, const char *text, size_t len,
                              const jb_ts_style *style)
{
    jb_ts_run run = {.text = text, .len = len, .style = style};
    jb_ts_cells cells = jb_ts_make_cells(fonts, arena, &run, 1, false);
    jb_ts_line empty = {0};
    return cells.n ? jb_ts_place_line(arena, &cells, &run, 0, cells.n, 0, 0) : empty;
}

void jb_ts_measure(jb_ts_fonts *fonts, const jb_ts_run *runs, size_t n_runs, double *natural,
                   double *least)
{
    jb_ts_arena *arena = jb_ts_arena_new();
    jb_ts_cells cells = jb_ts_make_cells(fonts, arena, runs, n_runs, false);
    *natural = *least = 0;
    size_t line = 0, part = 0;
    for (size_t i = 1; i <= cells.n; i++) {
        bool end = i == cells.n || cells.cells[i].c.must_break;
        if (!end && !cells.cells[i].c.break_before)
            continue;
        double width = jb_ts_natural_width(&cells, part, jb_ts_trim_end(&cells, part, i));
        *least = MAX(*least, width);
        part = i;
        if (!end)
            continue;
        width = jb_ts_natural_width(&cells, line, jb_ts_trim_end(&cells, line, i));
        *natural = MAX(*natural, width);
        line = i;
    }
    jb_ts_arena_free(arena);
}
