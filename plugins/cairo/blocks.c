// SPDX-License-Identifier: Apache-2.0
/* Blocks that are no running text: tables, charts, signature, placeholder. */
#include "book.h"

#include "typeset/canvas.h"
#include "typeset/table.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define BLACK 0x000000FFU
#define CHART_HEIGHT 200.0

static const jb_ts_style caption_style = {
    .role = JB_TS_ROLE_HEADING1, .size = 12, .color = BLACK, .own_latin = true};
static const jb_ts_style small_style = {.role = JB_TS_ROLE_SONG, .size = 9, .color = BLACK};

static GArray *new_runs(void)
{
    return g_array_new(FALSE, FALSE, sizeof(jb_ts_run));
}

/* `number`, a full-width blank, the caption; NULL when the block has neither. */
static const char *caption_of(jb_book *book, const jb_node *node)
{
    const char *number = jb_book_attr(book, node, "number");
    GString *text = g_string_new(number);
    uint64_t n = book->doc->n_runs(node);
    if (n > 0 && number)
        g_string_append(text, "　");
    for (uint64_t i = 0; i < n; i++) {
        const jb_run *run = book->doc->get_run(node, i);
        g_string_append(text, run->kind == JB_RUN_BREAK ? " " : run->text);
    }
    char *kept = text->len ? jb_ts_strndup(book->arena, text->str, text->len) : NULL;
    g_string_free(text, TRUE);
    return kept;
}

static uint8_t align_of(const char *name)
{
    if (!name)
        return JB_TS_CELL_AUTO;
    return strcmp(name, "decimal") == 0  ? JB_TS_CELL_DECIMAL
           : strcmp(name, "right") == 0  ? JB_TS_CELL_RIGHT
           : strcmp(name, "center") == 0 ? JB_TS_CELL_CENTER
                                         : JB_TS_CELL_LEFT;
}

static bool role_is(const jb_book *book, const jb_node *row, const char *role)
{
    const char *is = jb_book_attr(book, row, "role");
    return is && strcmp(is, role) == 0;
}

static jb_ts_table_cell read_cell(jb_book *book, const jb_node *cell)
{
    static const jb_ts_run dash = {.text = "—", .len = 3};
    GArray *runs = new_runs();
    jb_book_runs(book, cell, NULL, runs);
    const char *kind = jb_book_attr(book, cell, "kind");
    if (runs->len == 0 && kind && strcmp(kind, "missing") == 0)
        g_array_append_val(runs, dash);
    jb_ts_run *kept = jb_ts_alloc(book->arena, runs->len * sizeof *kept);
    if (runs->len > 0)
        memcpy(kept, runs->data, runs->len * sizeof *kept);
    jb_ts_table_cell out = {.runs = kept, .n_runs = runs->len};
    g_array_free(runs, TRUE);
    return out;
}

static void read_row(jb_book *book, const jb_node *row, size_t columns, GArray *cells)
{
    const jb_node *cell = book->doc->first(row);
    for (size_t c = 0; c < columns; c++) {
        jb_ts_table_cell empty = {0};
        jb_ts_table_cell out = cell ? read_cell(book, cell) : empty;
        g_array_append_val(cells, out);
        if (cell)
            cell = book->doc->next(cell);
    }
}

static void read_table(jb_book *book, const jb_node *node, jb_ts_table *t, GArray *cells,
                       GArray *aligns)
{
    for (const jb_node *n = book->doc->first(node); n; n = book->doc->next(n)) {
        if (strcmp(book->doc->kind(n), "column") == 0) {
            uint8_t align = align_of(jb_book_attr(book, n, "align"));
            g_array_append_val(aligns, align);
        } else if (strcmp(book->doc->kind(n), "row") == 0) {
            read_row(book, n, aligns->len, cells);
            t->n_rows++;
            t->n_head += role_is(book, n, "head") && t->n_head + 1 == t->n_rows;
            t->n_total += role_is(book, n, "total");
        }
    }
    t->n_cols = aligns->len;
    t->cells = (const jb_ts_table_cell *)(const void *)cells->data;
    t->align = (const uint8_t *)aligns->data;
}

void jb_book_add_table(jb_book *book, const jb_node *node)
{
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(jb_ts_table_cell));
    GArray *aligns = g_array_new(FALSE, FALSE, sizeof(uint8_t));
    jb_ts_table table = {
        .title = caption_of(book, node), .note = jb_book_attr(book, node, "source"), .place = node};
    const char *number = jb_book_attr(book, node, "number");
    if (number) {
        char *again = g_strconcat("续", number, NULL);
        table.continued = jb_ts_strndup(book->arena, again, strlen(again));
        g_free(again);
    }
    read_table(book, node, &table, cells, aligns);
    jb_ts_table_report report;
    jb_ts_block block = {.dest = jb_book_dest_here(book, node, jb_book_attr(book, node, "name"))};
    int made = jb_ts_table_block(book->fonts, book->arena, &book->sheet, &table, &block, &report);
    if (made == JB_TS_TABLE_OK) {
        book->rows += report.rows_in;
        jb_ts_flow_add(book->flow, &block);
    } else if (book->status == JB_OK) {
        const char *name = jb_book_attr(book, node, "name");
        const char *code = made == JB_TS_TABLE_WIDE ? "E0965" : "E0969";
        jb_book_fail(book, JB_E_RENDER, code, name ? name : "", NULL, NULL);
    }
    g_array_free(cells, TRUE);
    g_array_free(aligns, TRUE);
}

/* Lines of centred small text below a drawing; returns the height they take. */
static double add_line_below(jb_book *book, const jb_node *node, jb_ts_items *items, double y,
                             const char *text, const jb_ts_style *style)
{
    if (!text)
        return 0;
    jb_ts_run run = {.text = text, .len = strlen(text), .style = style};
    jb_ts_para para = {.runs = &run,
                       .n_runs = 1,
                       .measure = book->sheet.measure,
                       .align = JB_TS_CENTER,
                       .place = node};
    jb_ts_lines lines = jb_ts_compose(book->fonts, book->arena, &para);
    double pitch = style->size * 1.5;
    jb_ts_items_tag(items, "Caption", NULL);
    for (size_t i = 0; i < lines.n; i++)
        jb_ts_items_line(items, &lines.lines[i], 0,
                         y + pitch * ((double)i + 0.5) + (JB_TS_ASCENT - 0.5) * style->size);
    jb_ts_items_end(items, JB_TS_ITEM_END_TAG);
    return pitch * (double)lines.n;
}

double jb_book_chart_captions(jb_book *book, const jb_node *node, jb_ts_items *items, double y)
{
    double top = y;
    y += add_line_below(book, node, items, y, caption_of(book, node), &caption_style);
    y += add_line_below(book, node, items, y, jb_book_attr(book, node, "subtitle"), &small_style);
    y += add_line_below(book, node, items, y, jb_book_attr(book, node, "source"), &small_style);
    return y - top;
}

/* A drawing gives up to this part of its height rather than leave a hole at the foot of a page. */
#define LEAST_HEIGHT 0.75

/* The drawing takes what is left of the grid lines that the whole block takes. */
static double chart_height(jb_book *book, const jb_node *node, const jb_chart_api *charts,
                           double below)
{
    const jb_ts_sheet *sheet = &book->sheet;
    double gap = sheet->pitch - sheet->em, want = 0;
    double most = sheet->lines * sheet->pitch - gap;
    if (charts->height(book->ctx, node, sheet->measure, &want) != JB_OK || !(want > 0))
        want = CHART_HEIGHT;
    double block = ceil((want + below + gap) / sheet->pitch) * sheet->pitch - gap;
    double room = jb_ts_flow_room(book->flow);
    if (room < block && room - below >= LEAST_HEIGHT * want)
        block = room;
    return MIN(block, most) - below;
}

void jb_book_draw_chart(jb_book *book, const jb_node *node, const jb_chart_api *charts,
                        jb_ts_items *items, double height)
{
    const char *alt = NULL;
    if (charts->describe(book->ctx, node, &alt) != JB_OK)
        alt = NULL;
    jb_ts_fonts_set_place(book->fonts, node);
    jb_ts_canvas *canvas = jb_ts_canvas_new(book->fonts, book->arena, items, 0, 0);
    const jb_canvas *verbs = jb_ts_canvas_verbs(canvas);
    verbs->group(verbs->self, alt ? alt : "");
    jb_status status = charts->draw(book->ctx, node, book->sheet.measure, height, verbs);
    jb_ts_canvas_free(canvas);
    if (status != JB_OK && book->status == JB_OK)
        book->status = status;
}

void jb_book_add_chart(jb_book *book, const jb_node *node)
{
    const jb_chart_api *charts = book->host->query(JB_HOST_CHART);
    if (!charts) {
        jb_book_fail(book, JB_E_INTERNAL, "E0967", JB_HOST_CHART, NULL, NULL);
        return;
    }
    jb_ts_items *items = jb_ts_items_new(), *below = jb_ts_items_new();
    double below_height = jb_book_chart_captions(book, node, below, 0);
    double height = chart_height(book, node, charts, below_height);
    jb_book_draw_chart(book, node, charts, items, height);
    jb_ts_items_append(items, below, 0, height);
    jb_ts_atom *atom = jb_ts_alloc(book->arena, sizeof *atom);
    *atom = (jb_ts_atom){.height = height + below_height, .break_before = true};
    atom->items = jb_ts_items_keep(items, book->arena, &atom->n_items);
    jb_ts_block block = {.atoms = atom,
                         .n = 1,
                         .dest = jb_book_dest_here(book, node, jb_book_attr(book, node, "name"))};
    jb_ts_flow_add(book->flow, &block);
    jb_ts_items_free(items);
    jb_ts_items_free(below);
}

static jb_ts_line signed_line(jb_book *book, const char *text)
{
    jb_ts_line none = {0};
    return text ? jb_ts_compose_line(book->fonts, book->arena, text, strlen(text), &jb_book_body)
                : none;
}

/* 7.3.5.2, without a seal: the issuer two cells from the right, the date beginning two cells right
 * of the issuer; the longer of both decides. */
void jb_book_add_signature(jb_book *book, const jb_node *node)
{
    const double cell = JB_TS_CELL;
    jb_ts_fonts_set_place(book->fonts, node);
    jb_ts_line lines[2] = {signed_line(book, jb_book_attr(book, node, "issuer")),
                           signed_line(book, jb_book_attr(book, node, "date"))};
    double right = book->sheet.measure - 2 * cell;
    double issuer = right - lines[0].width, date = issuer + 2 * cell;
    if (lines[0].n_runs == 0) {
        date = right - lines[1].width;
    } else if (lines[1].width > lines[0].width) {
        date = right - lines[1].width;
        issuer = date - 2 * cell;
    }
    jb_ts_atom *atoms = jb_ts_alloc(book->arena, 2 * sizeof *atoms);
    jb_ts_items *items = jb_ts_items_new();
    size_t n = 0;
    for (size_t i = 0; i < 2; i++) {
        if (lines[i].n_runs == 0)
            continue;
        jb_ts_items_line(items, &lines[i], MAX(i == 0 ? issuer : date, 0.0),
                         JB_TS_ASCENT * book->sheet.em);
        atoms[n] = (jb_ts_atom){.grid = true, .height = book->sheet.em, .break_before = n == 0};
        atoms[n].items = jb_ts_items_keep(items, book->arena, &atoms[n].n_items);
        n++;
    }
    jb_ts_items_free(items);
    if (n == 0)
        return;
    jb_ts_block block = {.atoms = atoms, .n = n, .tag = "P", .keep_previous = 2};
    jb_ts_flow_blank(book->flow, 1, true);
    jb_ts_flow_add(book->flow, &block);
}

static void add_box(jb_book *book, jb_ts_items *items, double height)
{
    static const double dash[] = {4, 3};
    double w = book->sheet.measure;
    double xy[8] = {0.5, 0.5, w - 0.5, 0.5, w - 0.5, height - 0.5, 0.5, height - 0.5};
    jb_ts_canvas *canvas = jb_ts_canvas_new(book->fonts, book->arena, items, 0, 0);
    const jb_canvas *verbs = jb_ts_canvas_verbs(canvas);
    verbs->path(verbs->self, "MLLLZ", xy, 8);
    verbs->paint(verbs->self, 0xF4F4F4FF, 0x666666FF, 0.75, dash, 2);
    jb_ts_canvas_free(canvas);
}

void jb_book_add_placeholder(jb_book *book, const jb_node *node)
{
    GArray *runs = new_runs();
    jb_book_runs(book, node, &jb_book_heading1, runs);
    jb_ts_para para = {.runs = (const jb_ts_run *)(const void *)runs->data,
                       .n_runs = runs->len,
                       .measure = book->sheet.measure,
                       .indent = JB_TS_CELL,
                       .right_indent = JB_TS_CELL,
                       .align = JB_TS_CENTER,
                       .place = node};
    jb_ts_lines lines = jb_ts_compose(book->fonts, book->arena, &para);
    const jb_ts_sheet *sheet = &book->sheet;
    double height = ((double)lines.n + 1) * sheet->pitch + sheet->em;
    jb_ts_items *items = jb_ts_items_new();
    add_box(book, items, height);
    for (size_t i = 0; i < lines.n; i++)
        jb_ts_items_line(items, &lines.lines[i], 0,
                         ((double)i + 1) * sheet->pitch + JB_TS_ASCENT * sheet->em);
    jb_ts_atom *atom = jb_ts_alloc(book->arena, sizeof *atom);
    *atom = (jb_ts_atom){.height = height, .break_before = true};
    atom->items = jb_ts_items_keep(items, book->arena, &atom->n_items);
    jb_ts_block block = {.atoms = atom, .n = 1, .tag = "P"};
    jb_ts_flow_add(book->flow, &block);
    jb_ts_items_free(items);
    g_array_free(runs, TRUE);
}
