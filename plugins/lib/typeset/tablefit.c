// SPDX-License-Identifier: Apache-2.0
#include "tablefit.h"

#include <glib.h>
#include <string.h>

/* A column of words should not be narrower than this, if its words need it. */
#define COMFORT 6.0

enum { MAX_UNIT = 5 }; /* characters: 万平方公里 */

typedef struct {
    double body, body_least, head, head_least;
} extent;

static bool is_absent_char(uint32_t ch)
{
    return ch == 0x2014 || ch == 0x2013 || ch == '-' || ch == 0x2026 || ch == '/' || ch == ' ';
}

bool jb_ts_is_absent(const char *text, size_t len)
{
    for (const char *p = text; p < text + len; p = g_utf8_next_char(p))
        if (!is_absent_char(g_utf8_get_char(p)))
            return false;
    return true;
}

bool jb_ts_is_number(const char *text, size_t len)
{
    const char *p = text, *end = text + len;
    bool digits = false;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    else if (len >= 3 && memcmp(p, "−", 3) == 0)
        p += 3;
    for (; p < end && (g_ascii_isdigit(*p) || *p == ',' || *p == '.' || *p == '*'); p++)
        digits = digits || *p != ',';
    if (p < end && *p == '%')
        p++;
    else if (end - p == 3 && memcmp(p, "‰", 3) == 0)
        p += 3;
    for (int unit = 0; unit < MAX_UNIT && p < end; unit++) {
        if (g_unichar_get_script(g_utf8_get_char(p)) != G_UNICODE_SCRIPT_HAN)
            break;
        p = g_utf8_next_char(p);
    }
    return digits && p == end;
}

size_t jb_ts_whole_part(const char *text, size_t len)
{
    size_t i = 0;
    if (len >= 3 && memcmp(text, "−", 3) == 0)
        i = 3;
    while (i < len && (g_ascii_isdigit(text[i]) || strchr("+-,*", text[i])))
        i++;
    return i;
}

const char *jb_ts_cell_text(jb_ts_arena *arena, const jb_ts_table_cell *cell, size_t *len)
{
    size_t n = 0;
    for (size_t r = 0; r < cell->n_runs; r++)
        n += cell->runs[r].len;
    char *text = jb_ts_alloc(arena, n + 1);
    *len = n;
    n = 0;
    for (size_t r = 0; r < cell->n_runs; r++) {
        if (cell->runs[r].len > 0)
            memcpy(text + n, cell->runs[r].text, cell->runs[r].len);
        n += cell->runs[r].len;
    }
    return text;
}

const jb_ts_run *jb_ts_cell_runs(jb_ts_arena *arena, const jb_ts_table_cell *cell,
                                 const jb_ts_style *style, bool head, size_t *n)
{
    jb_ts_run *runs = jb_ts_alloc(arena, (2 * cell->n_runs + 1) * sizeof *runs);
    *n = 0;
    for (size_t r = 0; r < cell->n_runs; r++) {
        jb_ts_run run = cell->runs[r];
        run.style = style;
        const char *unit =
            head && run.len > 3 ? g_strstr_len(run.text, (gssize)run.len, "（") : NULL;
        if (unit && unit > run.text) {
            jb_ts_run name = run;
            name.len = (size_t)(unit - run.text);
            runs[(*n)++] = name;
            run.text = unit;
            run.len -= name.len;
        }
        if (unit)
            run.kind = JB_TS_FIGURE;
        runs[(*n)++] = run;
    }
    return runs;
}

static const jb_ts_table_cell *cell_at(const jb_ts_table *t, size_t row, size_t column)
{
    return &t->cells[row * t->n_cols + column];
}

/* Numbers only, and at least one: aligned on the point; serial numbers centred; words left. */
static uint8_t guess_align(jb_ts_arena *arena, const jb_ts_table *t, size_t column)
{
    bool numbers = false, others = false;
    for (size_t r = t->n_head; r < t->n_rows; r++) {
        size_t len;
        const char *text = jb_ts_cell_text(arena, cell_at(t, r, column), &len);
        bool number = jb_ts_is_number(text, len);
        numbers = numbers || number;
        others = others || (!number && !jb_ts_is_absent(text, len) && r + t->n_total < t->n_rows);
    }
    return numbers && !others ? JB_TS_CELL_DECIMAL : JB_TS_CELL_LEFT;
}

static double text_width(jb_ts_fonts *fonts, const char *text, size_t len, const jb_ts_style *style)
{
    double natural, least;
    jb_ts_run run = {.text = text, .len = len, .style = style};
    jb_ts_measure(fonts, &run, 1, &natural, &least);
    return natural;
}

static void measure_decimal(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_table *t,
                            size_t column, const jb_ts_style *style, jb_ts_column *out)
{
    out->whole = out->part = 0;
    for (size_t r = t->n_head; r < t->n_rows; r++) {
        size_t len;
        const char *text = jb_ts_cell_text(arena, cell_at(t, r, column), &len);
        if (!jb_ts_is_number(text, len))
            continue;
        size_t whole = jb_ts_whole_part(text, len);
        out->whole = MAX(out->whole, text_width(fonts, text, whole, style));
        out->part = MAX(out->part, text_width(fonts, text + whole, len - whole, style));
    }
}

static extent measure_column(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_table *t,
                             size_t column, jb_ts_fit *fit)
{
    extent e = {0};
    for (size_t r = 0; r < t->n_rows; r++) {
        const jb_ts_table_cell *cell = cell_at(t, r, column);
        bool head = r < t->n_head;
        double natural, least;
        size_t n_runs;
        const jb_ts_run *runs =
            jb_ts_cell_runs(arena, cell, head ? &fit->head : &fit->body, head, &n_runs);
        jb_ts_measure(fonts, runs, n_runs, &natural, &least);
        double *n = head ? &e.head : &e.body, *l = head ? &e.head_least : &e.body_least;
        *n = MAX(*n, natural);
        *l = MAX(*l, least);
    }
    jb_ts_column *c = &fit->columns[column];
    if (c->align == JB_TS_CELL_DECIMAL) {
        measure_decimal(fonts, arena, t, column, &fit->body, c);
        e.body = e.body_least = MAX(e.body_least, c->whole + c->part);
    }
    return e;
}

/* What a column needs without looking cramped: a heading may take two lines, words wrap. */
static double comfortable(const extent *e, double size)
{
    double head = MAX(e->head_least, MIN(e->head, e->head / 2 + size));
    double body = MAX(e->body_least, MIN(e->body, COMFORT * size));
    return MAX(head, body);
}

static double sum(const double *values, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += values[i];
    return total;
}

/* Room beyond the base widths goes first to columns that would wrap, then to all alike. */
static void share_room(double *width, const double *want, size_t n, double room)
{
    double lack = 0;
    for (size_t i = 0; i < n; i++)
        lack += MAX(want[i] - width[i], 0.0);
    double given = MIN(room, lack);
    for (size_t i = 0; i < n && lack > 0; i++)
        width[i] += MAX(want[i] - width[i], 0.0) * given / lack;
    for (size_t i = 0; i < n; i++)
        width[i] += (room - given) / (double)n;
}

static void set_size(jb_ts_fit *fit, double size)
{
    fit->body =
        (jb_ts_style){.role = JB_TS_ROLE_SONG, .size = size, .color = 0xFF, .tabular = true};
    fit->head =
        (jb_ts_style){.role = JB_TS_ROLE_HEADING1, .size = size, .color = 0xFF, .own_latin = true};
    fit->pad = size * 0.4;
}

static void place_columns(jb_ts_fit *fit, const double *width, size_t n)
{
    double x = 0;
    for (size_t c = 0; c < n; c++) {
        fit->columns[c].x = x + fit->pad;
        fit->columns[c].width = width[c];
        x += width[c] + 2 * fit->pad;
    }
}

int jb_ts_fit_columns(jb_ts_fonts *fonts, const jb_ts_table *t, double measure, jb_ts_fit *fit)
{
    static const double sizes[] = {12, 10.5, 9, 7.5};
    if (t->n_cols == 0 || t->n_cols > JB_TS_MAX_COLUMNS)
        return JB_TS_TABLE_COLUMNS;
    jb_ts_arena *arena = jb_ts_arena_new();
    double width[JB_TS_MAX_COLUMNS], want[JB_TS_MAX_COLUMNS];
    for (size_t c = 0; c < t->n_cols; c++) {
        uint8_t align = t->align ? t->align[c] : JB_TS_CELL_AUTO;
        fit->columns[c].align = align == JB_TS_CELL_AUTO ? guess_align(arena, t, c) : align;
    }
    double room = -1;
    for (size_t s = 0; s < G_N_ELEMENTS(sizes) && room < 0; s++) {
        set_size(fit, sizes[s]);
        double all = measure - 2 * fit->pad * (double)t->n_cols;
        for (size_t c = 0; c < t->n_cols; c++) {
            extent e = measure_column(fonts, arena, t, c, fit);
            want[c] = MAX(e.body, e.head);
            width[c] = s < 2 ? comfortable(&e, sizes[s]) : MAX(e.body_least, e.head_least);
        }
        /* The larger size only when nothing has to wrap; then wrapping, then small type. */
        room = all - (s == 0 ? sum(want, t->n_cols) : sum(width, t->n_cols));
        if (s == 0)
            memcpy(width, want, sizeof width);
    }
    jb_ts_arena_free(arena);
    if (room < 0)
        return JB_TS_TABLE_WIDE;
    share_room(width, want, t->n_cols, room);
    place_columns(fit, width, t->n_cols);
    return JB_TS_TABLE_OK;
}
