// SPDX-License-Identifier: Apache-2.0
/* Any bytes as an expression, over rows and over figures: parsed, typed, printed, parsed again,
 * evaluated. The first byte chooses the scope. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "data/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 9, N_COLUMNS = 6 };

typedef struct scope_data {
    jb_units *units;
    jb_figure_set *set;
} scope_data;

static const struct {
    const char *name, *unit;
    jb_kind kind;
    int32_t scale;
} COLUMNS[N_COLUMNS] = {{"a", "万元", JB_K_DEC, 2}, {"n", "", JB_K_INT, 0},
                        {"d", "", JB_K_DATE, 0},    {"t", "", JB_K_TEXT, 0},
                        {"v", "", JB_K_BOOL, 0},    {"p", "%", JB_K_DEC, 1}};

static int find(void *data, const char *name, jb_symbol *out)
{
    scope_data *s = data;
    if (s->set) {
        const jb_fig *f = jb_figure_find(s->set, name);
        if (!f) {
            return 0;
        }
        out->kind = f->kind;
        out->scale = f->scale;
        out->figure = f;
        return jb_unit_parse(s->units, f->unit, strlen(f->unit), &out->unit, NULL) == 0;
    }
    for (int32_t i = 0; i < N_COLUMNS; i++) {
        if (strcmp(COLUMNS[i].name, name) == 0) {
            out->kind = COLUMNS[i].kind;
            out->scale = COLUMNS[i].scale;
            out->column = i;
            return jb_unit_parse(s->units, COLUMNS[i].unit, strlen(COLUMNS[i].unit), &out->unit,
                                 NULL) == 0;
        }
    }
    return 0;
}

static jb_figure_set *figures(void)
{
    static const char *keys[2] = {"x", NULL};
    static const char **key_columns[1] = {keys};
    static const char *key_names[1] = {"district"};
    jb_figure_set *set = jb_figure_set_new();
    for (int i = 0; i < N_COLUMNS; i++) {
        jb_fig *f = jb_arena_alloc(set->arena, sizeof *f);
        f->name = COLUMNS[i].name;
        f->type = "sum";
        f->unit = COLUMNS[i].unit;
        f->kind = COLUMNS[i].kind;
        f->scale = COLUMNS[i].scale;
        f->n_rows = i % 2 ? 2 : 1;
        f->n_keys = i % 2 ? 1 : 0;
        f->key_names = key_names;
        f->keys = key_columns;
        f->values = jb_arena_alloc(set->arena, 2 * sizeof *f->values);
        f->values[0] =
            (jb_value){.kind = (uint8_t)f->kind, .scale = f->scale, .num = 1 + i, .text = "x"};
        jb_figure_set_add(set, f);
    }
    return set;
}

static void evaluate_rows(const jb_expr *e)
{
    static const int64_t small[ROWS] = {0, 1, -1, INT64_MAX, INT64_MIN, 20220816, 100, 5, 7};
    static const int32_t days[ROWS] = {0, 19220, -1, 1, 2, 3, 4, 5, 6},
                         offsets[ROWS + 1] = {0, 0, 1, 2, 3, 3, 3, 3, 3, 3};
    static const uint8_t bools[ROWS] = {0, 1, 1}, valid[2] = {0xf7, 0xff};
    jb_vector columns[N_COLUMNS];
    memset(columns, 0, sizeof columns);
    for (int i = 0; i < N_COLUMNS; i++) {
        columns[i].kind = COLUMNS[i].kind;
        columns[i].scale = COLUMNS[i].scale;
        columns[i].valid = i % 2 ? valid : NULL;
        columns[i].data = small;
    }
    columns[2].data = days;
    columns[3].offsets = offsets;
    columns[3].bytes = "abc";
    columns[4].data = bools;
    jb_rows_env env = {.columns = columns, .rows = ROWS, .period = {0, 20000, 1}};
    jb_scratch *s = jb_scratch_new();
    jb_vector v;
    int64_t row;
    uint32_t sel[ROWS];
    jb_expr_eval_rows(e, &env, s, &v, &row);
    if (jb_expr_kind(e) == JB_K_BOOL) {
        jb_expr_select(e, &env, s, sel, &row);
    }
    jb_scratch_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 20000) {
        return 0;
    }
    jb_arena *arena = jb_arena_new();
    jb_diags *diags = jb_diags_new();
    scope_data d = {jb_units_new(NULL, diags), data[0] & 1 ? figures() : NULL};
    jb_scope scope = {
        .over_figures = d.set != NULL, .has_period = 1, .units = d.units, .data = &d, .find = find};
    jb_expr *e = jb_expr_parse(arena, (const char *)data + 1, size - 1, NULL, diags);
    if (e && jb_expr_check(e, &scope, diags) == 0) {
        /* The canonical text is read like any other; a composed unit in it has no literal. */
        const char *text = jb_expr_canonical(e);
        jb_expr *again = jb_expr_parse(arena, text, strlen(text), NULL, diags);
        if (again && jb_expr_check(again, &scope, diags) == 0) {
            jb_kind a = jb_expr_kind(again), b = jb_expr_kind(e);
            int whole = (a == JB_K_INT || a == JB_K_DEC) && (b == JB_K_INT || b == JB_K_DEC);
            if (a != b && !whole) {
                abort();
            }
        }
        if (d.set) {
            jb_figures_env env = {.figures = d.set};
            jb_fig *out;
            jb_expr_eval_figures(e, &env, arena, &out);
        } else {
            evaluate_rows(e);
        }
    } else if (jb_diags_errors(diags) == 0) {
        abort(); /* refused without a word */
    }
    jb_figure_set_free(d.set);
    jb_units_free(d.units);
    jb_diags_free(diags);
    jb_arena_free(arena);
    return 0;
}
