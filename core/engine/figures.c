// SPDX-License-Identifier: Apache-2.0
/* Small work on figures that several parts of the engine share. */
#include "engine/model.h"

#include <string.h>

void jb_fig_declare_rows(jb_arena *a, jb_fig *f, const char ***keys, int64_t n_rows)
{
    size_t rows = (size_t)n_rows;
    f->keys = keys;
    f->n_rows = n_rows;
    f->values = jb_arena_alloc(a, (rows + 1) * sizeof *f->values);
    for (uint32_t i = 0; i < f->n_fields; i++) {
        f->fields[i].values = jb_arena_alloc(a, (rows + 1) * sizeof(jb_value));
    }
    if (f->names) {
        f->names = jb_arena_alloc(a, (rows + 1) * sizeof *f->names);
        f->n_names = jb_arena_alloc(a, (rows + 1) * sizeof *f->n_names);
    }
    f->rows_counted = NULL;
}

jb_fig *jb_fig_new(jb_arena *a, uint32_t n_keys, int64_t n_rows, uint32_t n_fields)
{
    jb_fig *f = jb_arena_alloc(a, sizeof *f);
    size_t rows = (size_t)n_rows + 1;
    f->unit = f->period = f->as_of = f->source = f->definition = f->type = "";
    f->n_keys = n_keys;
    f->n_rows = n_rows;
    f->n_fields = n_fields;
    f->key_names = jb_arena_alloc(a, (n_keys + 1) * sizeof *f->key_names);
    f->keys = jb_arena_alloc(a, (n_keys + 1) * sizeof *f->keys);
    for (uint32_t i = 0; i < n_keys; i++) {
        f->keys[i] = jb_arena_alloc(a, rows * sizeof **f->keys);
    }
    f->values = jb_arena_alloc(a, rows * sizeof *f->values);
    f->fields = jb_arena_alloc(a, (n_fields + 1) * sizeof *f->fields);
    for (uint32_t i = 0; i < n_fields; i++) {
        f->fields[i].values = jb_arena_alloc(a, rows * sizeof(jb_value));
        f->fields[i].unit = "";
        f->fields[i].name = "";
    }
    return f;
}

static int convert_value(jb_value *v, const jb_unit *from, const jb_unit *to, int32_t to_scale)
{
    if (v->kind == JB_K_FLOAT) {
        v->f = v->f * ((double)from->num / (double)from->den) * ((double)to->den / (double)to->num);
        return 0;
    }
    if (v->kind != JB_K_INT && v->kind != JB_K_DEC) {
        return 0;
    }
    int32_t scale = v->kind == JB_K_DEC ? v->scale : 0;
    if (jb_unit_convert(from, to, v->num, scale, to_scale, &v->num) != 0) {
        return -2;
    }
    v->kind = JB_K_DEC;
    v->scale = to_scale;
    return 0;
}

int jb_fig_convert(jb_fig *f, const jb_unit *from, const jb_unit *to, int32_t to_scale)
{
    for (int64_t i = 0; i < f->n_rows; i++) {
        if (convert_value(&f->values[i], from, to, to_scale) != 0) {
            return -2;
        }
    }
    f->kind = f->kind == JB_K_FLOAT ? JB_K_FLOAT : JB_K_DEC;
    f->scale = f->kind == JB_K_DEC ? to_scale : 0;
    f->unit = to->text;
    return 0;
}
