// SPDX-License-Identifier: Apache-2.0
/* Figures for people: one line a scalar, a small table for each keyed figure. */
#include "cli/listing.h"

#include "base/arena.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 32, CELL_BYTES = 400 };

static const char *shown(const char *text, int zh)
{
    return text ? text : zh ? "（空）" : "(null)";
}

static const char *value_of(const jb_fig *f, int64_t row, int zh, char *buf)
{
    const char *text = jb_fig_value_text(f, &f->values[row], buf);
    return text ? text : zh ? "缺" : "missing";
}

/* A field prints as a value of its own kind. */
static const char *field_of(const jb_fig_field *field, int64_t row, char *buf)
{
    const jb_value *v = &field->values[row];
    if (v->kind == JB_K_NULL) {
        return "";
    }
    if (v->kind == JB_K_TEXT) {
        return v->text;
    }
    (void)jb_value_print(v, buf, CELL_BYTES);
    return buf;
}

static void put_scalar(const jb_fig *f, int zh, jb_buf *out)
{
    char buf[CELL_BYTES];
    jb_buf_pad(out, f->name, NAME_WIDTH, 0);
    jb_buf_str(out, "  ");
    if (f->flags & JB_FIG_LOST || f->n_rows < 1) {
        jb_buf_str(out, f->flags & JB_FIG_LOST ? (zh ? "（插件出错，没有了）" : "(lost: its plugin failed)") : "");
    } else {
        jb_buf_pad(out, value_of(f, 0, zh, buf), 12, 1);
        jb_buf_fmt(out, " %s", f->unit);
    }
    jb_buf_char(out, '\n');
}

typedef struct grid {
    size_t n_columns, n_rows;
    char **cells; /* [row * n_columns + column] */
} grid;

static void set_cell(grid *g, size_t row, size_t column, const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = jb_alloc(n);
    memcpy(copy, text, n);
    g->cells[row * g->n_columns + column] = copy;
}

static void fill(const jb_fig *f, int zh, grid *g)
{
    char buf[CELL_BYTES];
    size_t value = f->n_keys;
    for (uint32_t k = 0; k < f->n_keys; k++) {
        set_cell(g, 0, k, f->key_names[k]);
    }
    set_cell(g, 0, value, *f->unit ? f->unit : zh ? "值" : "value");
    for (uint32_t c = 0; c < jb_fig_printed_fields(f); c++) {
        set_cell(g, 0, value + 1 + c, f->fields[c].name);
    }
    for (int64_t r = 0; r < f->n_rows; r++) {
        size_t row = (size_t)r + 1;
        for (uint32_t k = 0; k < f->n_keys; k++) {
            set_cell(g, row, k, shown(f->keys[k][r], zh));
        }
        set_cell(g, row, value, value_of(f, r, zh, buf));
        for (uint32_t c = 0; c < jb_fig_printed_fields(f); c++) {
            set_cell(g, row, value + 1 + c, field_of(&f->fields[c], r, buf));
        }
    }
}

static void put_keyed(const jb_fig *f, int zh, jb_buf *out)
{
    grid g = {.n_columns = f->n_keys + 1 + jb_fig_printed_fields(f), .n_rows = (size_t)f->n_rows + 1};
    g.cells = jb_alloc(g.n_columns * g.n_rows * sizeof *g.cells);
    size_t *widths = jb_alloc(g.n_columns * sizeof *widths);
    fill(f, zh, &g);
    for (size_t c = 0; c < g.n_columns; c++) {
        widths[c] = 0;
        for (size_t r = 0; r < g.n_rows; r++) {
            const char *text = g.cells[r * g.n_columns + c];
            size_t w = jb_utf8_display_width(text, strlen(text));
            widths[c] = w > widths[c] ? w : widths[c];
        }
    }
    jb_buf_fmt(out, "%s\n", f->name);
    for (size_t r = 0; r < g.n_rows; r++) {
        for (size_t c = 0; c < g.n_columns; c++) {
            int right = c == f->n_keys;
            int last = c + 1 == g.n_columns && !right;
            jb_buf_str(out, "  ");
            jb_buf_pad(out, g.cells[r * g.n_columns + c], last ? 0 : widths[c], right);
        }
        jb_buf_char(out, '\n');
    }
    for (size_t i = 0; i < g.n_columns * g.n_rows; i++) {
        free(g.cells[i]);
    }
    free(g.cells);
    free(widths);
}

static int wanted(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return 1;
        }
    }
    return names == NULL || n == 0;
}

void jb_figures_table(const jb_figure_set *set, const char *const *names, size_t n, int zh, jb_buf *out)
{
    for (size_t i = 0; i < set->n; i++) {
        const jb_fig *f = set->figs[i];
        if (!wanted(f->name, names, n)) {
            continue;
        }
        if (f->n_keys == 0 || f->flags & JB_FIG_LOST) {
            put_scalar(f, zh, out);
        } else {
            put_keyed(f, zh, out);
        }
    }
}
