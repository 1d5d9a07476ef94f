// SPDX-License-Identifier: Apache-2.0
#include "data/figure.h"

#include <stdlib.h>
#include <string.h>

jb_figure_set *jb_figure_set_new(void)
{
    jb_figure_set *set = jb_alloc(sizeof *set);
    memset(set, 0, sizeof *set);
    set->arena = jb_arena_new();
    set->as_of = set->date = set->period = "";
    return set;
}

void jb_figure_set_free(jb_figure_set *set)
{
    if (set) {
        jb_arena_free(set->arena);
        free(set->figs);
        free(set);
    }
}

void jb_figure_set_add(jb_figure_set *set, jb_fig *fig)
{
    set->figs = jb_grow(set->figs, set->n, &set->cap, sizeof *set->figs);
    set->figs[set->n++] = fig;
}

const jb_fig *jb_figure_find(const jb_figure_set *set, const char *name)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->figs[i]->name && strcmp(set->figs[i]->name, name) == 0) {
            return set->figs[i];
        }
    }
    return NULL;
}

static int same_key(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

uint32_t jb_fig_printed_fields(const jb_fig *f)
{
    uint32_t n = 0;
    while (n < f->n_fields && f->fields[n].name[0] != '.') {
        n++;
    }
    return n;
}

int64_t jb_fig_row(const jb_fig *f, const char *const *keys)
{
    for (int64_t row = 0; row < f->n_rows; row++) {
        uint32_t k = 0;
        while (k < f->n_keys && same_key(f->keys[k][row], keys[k])) {
            k++;
        }
        if (k == f->n_keys) {
            return row;
        }
    }
    return -1;
}

/* Types whose value is one of the data's own numbers, or a sum of them: all their digits mean
 * something. */
static int keeps_scale(const jb_fig *f)
{
    static const char *const types[] = {"count", "count_distinct", "sum", "min", "max",
                                        "top",   "given"};
    for (size_t i = 0; f->type && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(f->type, types[i]) == 0) {
            return 1;
        }
    }
    return !f->type && !(f->flags & JB_FIG_QUOTIENT);
}

const char *jb_fig_value_text(const jb_fig *f, const jb_value *v, char *out)
{
    if (v->kind == JB_K_NULL) {
        return NULL;
    }
    if (v->kind == JB_K_TEXT) {
        return v->text;
    }
    size_t n = jb_value_print(v, out, 400);
    if (v->kind == JB_K_DEC && v->scale > 0 && !keeps_scale(f)) {
        while (n > 0 && out[n - 1] == '0') {
            out[--n] = '\0';
        }
        if (n > 0 && out[n - 1] == '.') {
            out[--n] = '\0';
        }
    }
    return out;
}
