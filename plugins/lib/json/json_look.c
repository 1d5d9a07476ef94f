// SPDX-License-Identifier: Apache-2.0
#include "json/json_look.h"

#include <stdio.h>

static jb_status add_columns(jb_json_look *l, const jb_json_row *row)
{
    int st = jb_json_columns_add(l->columns, row);
    char limit[16];
    if (st == -2) {
        snprintf(limit, sizeof limit, "%u", JB_GRID_COLUMNS_MAX);
        return jb_grid_fail(l->env, l->ctx, JB_E_DATA, "E1224", NULL, limit, NULL);
    }
    if (st == 0 && l->columns->n > l->n) {
        jb_guess *g = realloc(l->guesses, (size_t)l->columns->n * sizeof *g);
        if (g == NULL)
            return jb_grid_no_memory(l->env, l->ctx);
        l->guesses = g;
        while (l->n < l->columns->n)
            jb_guess_init(&g[l->n++]);
    }
    return st == 0 ? JB_OK : jb_grid_no_memory(l->env, l->ctx);
}

jb_status jb_json_look_at(jb_json_look *l, const jb_json_row *row)
{
    jb_status st = add_columns(l, row);
    uint32_t i;
    for (i = 0; st == JB_OK && i < row->n; i++) {
        const jb_json_field *f = &row->fields[i];
        int64_t k = jb_json_columns_find(l->columns, f->name, f->n_name);
        if (!jb_grid_is_null_text(l->scan, &f->value))
            jb_guess_look(&l->guesses[k], &f->value, l->env->text_numbers);
    }
    return st;
}

jb_status jb_json_look_at_none(jb_json_look *l)
{
    const char *at = (const char *)l->scan->columns;
    uint32_t i;
    for (i = 0; i < l->scan->n_columns; i++, at += l->scan->column_stride) {
        const jb_column *c = (const jb_column *)(const void *)at;
        jb_json_field field = {.name = c->name, .n_name = strlen(c->name)};
        jb_json_row row = {.fields = &field, .n = 1};
        jb_status st = c->name[0] == '#' ? JB_OK : add_columns(l, &row);
        if (st != JB_OK)
            return st;
    }
    return JB_OK;
}

jb_status jb_json_look_types(const jb_json_look *l, jb_type **types)
{
    uint32_t n = l->columns->n, c;
    jb_status st;
    *types = calloc((size_t)n + 1, sizeof **types);
    if (*types == NULL)
        return jb_grid_no_memory(l->env, l->ctx);
    st =
        jb_grid_declare(l->env, l->ctx, l->scan, (const char *const *)l->columns->names, n, *types);
    for (c = 0; st == JB_OK && c < n; c++)
        if ((*types)[c].kind == '\0')
            jb_guess_conclude(&l->guesses[c], &(*types)[c]);
    return st;
}

void jb_json_look_free(jb_json_look *l)
{
    free(l->guesses);
    l->guesses = NULL;
    l->n = 0;
}
