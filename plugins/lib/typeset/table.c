// SPDX-License-Identifier: Apache-2.0
#include "tablefit.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define THICK 1.0
#define THIN 0.5
#define LINE_PITCH 1.3 /* of the type size, inside a cell */
#define PAD 0.3        /* of the type size, above and below a row's lines */
#define BLACK 0x000000FFU

typedef struct {
    jb_ts_fonts *fonts;
    jb_ts_arena *arena;
    const jb_ts_sheet *sheet;
    const jb_ts_table *table;
    jb_ts_fit fit;
    jb_ts_items *items;
    GArray *atoms;
    double page_room; /* for rows on a page that repeats the head */
    jb_ts_table_report *report;
} maker;

/* A row composed: the lines of every cell. */
typedef struct {
    jb_ts_lines *cells;
    double *shift; /* of a cell's lines to the right */
    size_t lines;  /* of its tallest cell */
} row;

static double size_of(const maker *m)
{
    return m->fit.body.size;
}

static double row_height(const maker *m, size_t lines)
{
    return size_of(m) * (LINE_PITCH * (double)lines + 2 * PAD);
}

/* Where a number's text begins so that its point stands on the column's point. */
static double decimal_shift(maker *m, const jb_ts_column *c, const char *text, size_t len)
{
    double natural, least;
    jb_ts_run whole = {.text = text, .len = jb_ts_whole_part(text, len), .style = &m->fit.body};
    jb_ts_measure(m->fonts, &whole, 1, &natural, &least);
    return (c->width - c->whole - c->part) / 2 + c->whole - natural;
}

static jb_ts_lines compose_cell(maker *m, size_t r, size_t c, double *shift)
{
    const jb_ts_table *t = m->table;
    const jb_ts_table_cell *cell = &t->cells[r * t->n_cols + c];
    const jb_ts_column *column = &m->fit.columns[c];
    bool head = r < t->n_head;
    jb_ts_para para = {.measure = column->width, .place = t->place};
    para.runs =
        jb_ts_cell_runs(m->arena, cell, head ? &m->fit.head : &m->fit.body, head, &para.n_runs);
    size_t len;
    const char *text = jb_ts_cell_text(m->arena, cell, &len);
    uint8_t align = column->align;
    *shift = 0;
    if (head) {
        align = align == JB_TS_CELL_LEFT ? JB_TS_CELL_LEFT : JB_TS_CELL_CENTER;
    } else if (align == JB_TS_CELL_DECIMAL && jb_ts_is_number(text, len)) {
        *shift = decimal_shift(m, column, text, len);
        align = JB_TS_CELL_LEFT;
    } else if (align == JB_TS_CELL_DECIMAL) {
        align = JB_TS_CELL_CENTER;
    }
    para.align = align == JB_TS_CELL_LEFT     ? JB_TS_LEFT
                 : align == JB_TS_CELL_CENTER ? JB_TS_CENTER
                                              : JB_TS_RIGHT;
    if (*shift > 0) /* the shifted number still has the whole column to its right */
        para.measure += *shift;
    return jb_ts_compose(m->fonts, m->arena, &para);
}

static row compose_row(maker *m, size_t r)
{
    size_t n = m->table->n_cols;
    row out = {.cells = jb_ts_alloc(m->arena, n * sizeof(jb_ts_lines)),
               .shift = jb_ts_alloc(m->arena, n * sizeof(double)),
               .lines = 1};
    for (size_t c = 0; c < n; c++) {
        out.cells[c] = compose_cell(m, r, c, &out.shift[c]);
        out.lines = MAX(out.lines, out.cells[c].n);
    }
    return out;
}

/* Lines [from, to) of every cell; a cell with fewer lines stands in the middle of the row. */
static void put_cells(maker *m, const row *row_, bool head, size_t from, size_t to, bool whole)
{
    double size = size_of(m);
    for (size_t c = 0; c < m->table->n_cols; c++) {
        const jb_ts_lines *lines = &row_->cells[c];
        double spare = whole ? (double)(to - from - MIN(lines->n, to - from)) / 2 : 0;
        jb_ts_items_tag(m->items, head ? "TH" : "TD", NULL);
        for (size_t i = from; i < to && i < lines->n; i++) {
            double y = size * (PAD + LINE_PITCH * ((double)(i - from) + spare) +
                               (LINE_PITCH - 1) / 2 + JB_TS_ASCENT);
            jb_ts_items_line(m->items, &lines->lines[i], m->fit.columns[c].x + row_->shift[c], y);
        }
        jb_ts_items_end(m->items, JB_TS_ITEM_END_TAG);
    }
}

static void put_rule(maker *m, double y, double thickness)
{
    jb_ts_items_tag(m->items, "Artifact", NULL);
    jb_ts_items_rect(m->items, 0, y - thickness / 2, m->sheet->measure, thickness, BLACK);
    jb_ts_items_end(m->items, JB_TS_ITEM_END_TAG);
}

static jb_ts_atom row_atom(maker *m, const row *r, bool head, size_t from, size_t to)
{
    jb_ts_items_tag(m->items, "TR", NULL);
    put_cells(m, r, head, from, to, from == 0 && to == r->lines);
    jb_ts_items_end(m->items, JB_TS_ITEM_END_TAG);
    return (jb_ts_atom){.height = row_height(m, to - from)};
}

static void finish_atom(maker *m, jb_ts_atom *atom, GArray *into)
{
    atom->items = jb_ts_items_keep(m->items, m->arena, &atom->n_items);
    g_array_append_vals(into, atom, 1);
}

static void add_text_line(maker *m, const char *text, const jb_ts_style *style, uint8_t align,
                          GArray *into)
{
    jb_ts_run run = {.text = text, .len = strlen(text), .style = style};
    jb_ts_para para = {.runs = &run,
                       .n_runs = 1,
                       .measure = m->sheet->measure,
                       .align = align,
                       .place = m->table->place};
    jb_ts_lines lines = jb_ts_compose(m->fonts, m->arena, &para);
    for (size_t i = 0; i < lines.n; i++) {
        jb_ts_atom atom = {.height = style->size * 1.6, .break_before = into->len == 0};
        jb_ts_items_tag(m->items, "Caption", NULL);
        jb_ts_items_line(m->items, &lines.lines[i], 0, (0.8 + JB_TS_ASCENT - 0.5) * style->size);
        jb_ts_items_end(m->items, JB_TS_ITEM_END_TAG);
        finish_atom(m, &atom, into);
    }
}

static void add_head(maker *m, GArray *into)
{
    for (size_t r = 0; r < m->table->n_head; r++) {
        row composed = compose_row(m, r);
        if (r == 0)
            put_rule(m, 0, THICK);
        jb_ts_atom atom = row_atom(m, &composed, true, 0, composed.lines);
        if (r + 1 == m->table->n_head)
            put_rule(m, atom.height, THIN);
        atom.break_before = into->len == 0;
        finish_atom(m, &atom, into);
    }
}

static void add_body_row(maker *m, size_t r)
{
    const jb_ts_table *t = m->table;
    size_t body = t->n_rows - t->n_head, k = r - t->n_head;
    row composed = compose_row(m, r);
    size_t most = (size_t)MAX(1.0, floor((m->page_room / size_of(m) - 2 * PAD) / LINE_PITCH));
    for (size_t from = 0; from < composed.lines; from += most) {
        size_t to = MIN(from + most, composed.lines);
        if (r == t->n_head && t->n_head == 0 && from == 0)
            put_rule(m, 0, THICK);
        if (k > 0 && k + t->n_total == body && from == 0)
            put_rule(m, 0, THIN);
        jb_ts_atom atom = row_atom(m, &composed, false, from, to);
        if (r + 1 == t->n_rows && to == composed.lines)
            put_rule(m, atom.height, THICK);
        atom.row = from == 0;
        atom.break_before =
            from > 0 || (k >= 2 && body - k >= 2 && body - k > t->n_total) || m->atoms->len == 0;
        finish_atom(m, &atom, m->atoms);
    }
    m->report->split_rows += composed.lines > most;
    m->report->rows_out++;
}

static double heights(const GArray *atoms)
{
    double total = 0;
    for (guint i = 0; i < atoms->len; i++)
        total += g_array_index(atoms, jb_ts_atom, i).height;
    return total;
}

/* A table that fits on a page is not split. */
static void keep_whole(const maker *m)
{
    double limit = (m->sheet->lines - 1) * m->sheet->pitch;
    if (heights(m->atoms) > limit)
        return;
    for (guint i = 1; i < m->atoms->len; i++)
        g_array_index(m->atoms, jb_ts_atom, i).break_before = false;
}

static const jb_ts_atom *keep_atoms(maker *m, GArray *atoms, size_t *n)
{
    jb_ts_atom *kept = jb_ts_alloc(m->arena, atoms->len * sizeof *kept);
    *n = atoms->len;
    if (atoms->len > 0)
        memcpy(kept, atoms->data, atoms->len * sizeof *kept);
    g_array_free(atoms, TRUE);
    return kept;
}

static void build(maker *m, jb_ts_block *block)
{
    const jb_ts_table *t = m->table;
    jb_ts_style caption = {
        .role = JB_TS_ROLE_HEADING1, .size = 12, .color = BLACK, .own_latin = true};
    jb_ts_style small = {.role = JB_TS_ROLE_SONG, .size = 9, .color = BLACK};
    GArray *repeat = g_array_new(FALSE, FALSE, sizeof(jb_ts_atom));
    m->atoms = g_array_new(FALSE, FALSE, sizeof(jb_ts_atom));
    m->items = jb_ts_items_new();
    if (t->title)
        add_text_line(m, t->title, &caption, JB_TS_CENTER, m->atoms);
    if (t->continued)
        add_text_line(m, t->continued, &small, JB_TS_RIGHT, repeat);
    add_head(m, m->atoms);
    add_head(m, repeat);
    m->page_room = (m->sheet->lines - 1) * m->sheet->pitch + m->sheet->em - heights(repeat) - 2;
    for (size_t r = t->n_head; r < t->n_rows; r++)
        add_body_row(m, r);
    if (t->note)
        add_text_line(m, t->note, &small, JB_TS_LEFT, m->atoms);
    keep_whole(m);
    put_rule(m, 0, THICK);
    jb_ts_atom *close = jb_ts_alloc(m->arena, sizeof *close);
    close->items = jb_ts_items_keep(m->items, m->arena, &close->n_items);
    block->close = close;
    block->tag = "Table";
    block->repeat = keep_atoms(m, repeat, &block->n_repeat);
    block->atoms = keep_atoms(m, m->atoms, &block->n);
    jb_ts_items_free(m->items);
}

int jb_ts_table_block(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_sheet *sheet,
                      const jb_ts_table *table, jb_ts_block *block, jb_ts_table_report *report)
{
    maker m = {.fonts = fonts, .arena = arena, .sheet = sheet, .table = table, .report = report};
    *report = (jb_ts_table_report){.rows_in = table->n_rows - table->n_head};
    jb_ts_fonts_set_place(fonts, table->place);
    int status = jb_ts_fit_columns(fonts, table, sheet->measure, &m.fit);
    if (status != JB_TS_TABLE_OK)
        return status;
    report->font_size = m.fit.body.size;
    build(&m, block);
    return JB_TS_TABLE_OK;
}
