// SPDX-License-Identifier: Apache-2.0
/* Shared by the tests of core/data: cmocka, a scope of columns, a scope of figures. */
#ifndef JB_TEST_DATA_HELP_H
#define JB_TEST_DATA_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "data/expr.h"

typedef struct column {
    const char *name;
    jb_kind kind;
    int32_t scale;
    const char *unit;
} column;

typedef struct world {
    jb_arena *arena;
    jb_diags *diags;
    jb_units *units;
    const column *columns;
    size_t n_columns;
    jb_figure_set *figures; /* NULL: over rows */
    const char *names[64];
    size_t n_names;
    jb_scope scope;
} world;

static inline int world_find(void *data, const char *name, jb_symbol *out)
{
    world *w = data;
    for (size_t i = 0; i < w->n_columns; i++) {
        if (strcmp(w->columns[i].name, name) == 0) {
            out->kind = w->columns[i].kind;
            out->scale = w->columns[i].scale;
            out->column = (int32_t)i;
            const char *unit = w->columns[i].unit ? w->columns[i].unit : "";
            return jb_unit_parse(w->units, unit, strlen(unit), &out->unit, NULL) == 0;
        }
    }
    const jb_fig *f = w->figures ? jb_figure_find(w->figures, name) : NULL;
    if (!f) {
        return 0;
    }
    out->kind = f->kind;
    out->scale = f->scale;
    out->figure = f;
    return jb_unit_parse(w->units, f->unit, strlen(f->unit), &out->unit, NULL) == 0;
}

static inline size_t world_names(void *data, const char *const **out)
{
    world *w = data;
    w->n_names = 0;
    for (size_t i = 0; i < w->n_columns && w->n_names < 64; i++) {
        w->names[w->n_names++] = w->columns[i].name;
    }
    for (size_t i = 0; w->figures && i < w->figures->n && w->n_names < 64; i++) {
        w->names[w->n_names++] = w->figures->figs[i]->name;
    }
    *out = w->names;
    return w->n_names;
}

static inline void world_open(world *w, const column *columns, size_t n, int over_figures)
{
    memset(w, 0, sizeof *w);
    w->arena = jb_arena_new();
    w->diags = jb_diags_new();
    w->units = jb_units_new(NULL, w->diags);
    w->columns = columns;
    w->n_columns = n;
    w->figures = over_figures ? jb_figure_set_new() : NULL;
    w->scope.over_figures = over_figures;
    w->scope.has_period = 1;
    w->scope.units = w->units;
    w->scope.data = w;
    w->scope.find = world_find;
    w->scope.names = world_names;
}

static inline void world_close(world *w)
{
    jb_figure_set_free(w->figures);
    jb_units_free(w->units);
    jb_diags_free(w->diags);
    jb_arena_free(w->arena);
}

/* Columns count characters of the text, as a user's editor does. */
static inline jb_place place_in_text(const void *text, size_t offset, size_t n)
{
    jb_place p = {"t.ini", 1, 0, 0, 0};
    p.col = (uint32_t)jb_utf8_count(text, offset) + 1;
    p.end_col = p.col + (uint32_t)jb_utf8_count((const char *)text + offset, n);
    return p;
}

/* Parsed and checked; NULL when refused. */
static inline jb_expr *world_expr(world *w, const char *text)
{
    jb_origin origin = {place_in_text, text, 0};
    jb_expr *e = jb_expr_parse(w->arena, text, strlen(text), &origin, w->diags);
    return e && jb_expr_check(e, &w->scope, w->diags) == 0 ? e : NULL;
}

static inline jb_expr *must(world *w, const char *text)
{
    jb_expr *e = world_expr(w, text);
    if (!e) {
        jb_diags_print(w->diags, stderr, 1, 0);
        fail_msg("refused: %s", text);
    }
    return e;
}

/* The text is refused with this code at this column. col 0: not looked at. */
static inline void refused(world *w, const char *text, const char *code, uint32_t col)
{
    jb_diag_view v;
    size_t before = jb_diags_count(w->diags);
    if (world_expr(w, text)) {
        fail_msg("accepted: %s", text);
    }
    if (!jb_diags_at(w->diags, before, &v)) {
        fail_msg("refused without a report: %s", text);
    }
    if (strcmp(v.code, code) != 0 || (col && v.place.col != col)) {
        fail_msg("%s: %s at %u, wanted %s at %u", text, v.code, v.place.col, code, col);
    }
}
#endif
