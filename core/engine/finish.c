// SPDX-License-Identifier: Apache-2.0
#include "engine/finish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ---- */

static jb_value cell(const struct ArrowSchema *schema, const struct ArrowArray *column, int64_t row,
                     jb_arena *a)
{
    jb_value v;
    int32_t precision, scale;
    char kind = jb_format_kind(schema->format, &precision, &scale);
    memset(&v, 0, sizeof v);
    if (kind == '\0' || jb_is_null(column, row)) {
        return v;
    }
    if (kind == 'u') {
        size_t n;
        const char *text = jb_utf8_cell(column, row, &n);
        v.kind = JB_K_TEXT;
        v.text = jb_arena_strndup(a, text, n);
    } else if (kind == 'g') {
        v.kind = JB_K_FLOAT;
        v.f = ((const double *)column->buffers[1])[column->offset + row];
    } else if (kind == 'b') {
        v.kind = JB_K_BOOL;
        v.num = jb_bool_cell(column, row);
    } else {
        v.kind = kind == 'D' ? JB_K_DATE : kind == 'l' ? JB_K_INT : JB_K_DEC;
        v.scale = scale;
        v.num = jb_int_cell(column, kind, row);
    }
    return v;
}

/* ---- names ---- */

typedef struct name_order {
    const jb_name *name;
    size_t seq;
    int order;
} name_order;

static int compare_names(const void *x, const void *y)
{
    const name_order *a = x, *b = y;
    const jb_value *p = &a->name->by, *q = &b->name->by;
    if (p->kind == JB_K_NULL || q->kind == JB_K_NULL) { /* without a value: last either way */
        if (p->kind != q->kind) {
            return p->kind == JB_K_NULL ? 1 : -1;
        }
    } else {
        int c = jb_value_compare(p, q) * a->order;
        if (c != 0) {
            return c;
        }
    }
    int c = strcmp(a->name->name, b->name->name);
    return c != 0 ? c : (a->seq > b->seq) - (a->seq < b->seq);
}

static const char *const *sorted_names(const jb_name_list *list, int order, jb_arena *a)
{
    const char **out = jb_arena_alloc(a, (list->n + 1) * sizeof *out);
    name_order *items = jb_alloc((list->n + 1) * sizeof *items);
    for (size_t i = 0; i < list->n; i++) {
        items[i] = (name_order){&list->items[i], i, order};
    }
    if (order != 0 && list->n > 1) {
        qsort(items, list->n, sizeof *items, compare_names);
    }
    for (size_t i = 0; i < list->n; i++) {
        out[i] = jb_arena_strdup(a, items[i].name->name);
    }
    free(items);
    return out;
}

static void add_names(const jb_result *r, size_t collector, const jb_rowset *rows, jb_fig *f,
                      jb_arena *a)
{
    static const jb_name_list none;
    size_t n_rows = (size_t)f->n_rows;
    const char *const **names = jb_arena_alloc(a, (n_rows + 1) * sizeof *names);
    f->n_names = jb_arena_alloc(a, (n_rows + 1) * sizeof *f->n_names);
    for (size_t i = 0; i < n_rows && i < rows->n; i++) {
        uint32_t g = rows->group[i];
        const jb_name_list *list = g < r->cap_names[collector] ? &r->names[collector][g] : &none;
        names[i] = sorted_names(list, r->plan->collectors[collector].order, a);
        f->n_names[i] = (uint32_t)list->n;
    }
    f->names = names;
}

/* ---- one figure ---- */

typedef struct finished {
    struct ArrowArray array;
    uint64_t *rows_of; /* NULL: one each */
} finished;

static const char *check_array(const jb_metric_model *metric, const struct ArrowArray *array,
                               uint64_t wanted)
{
    if (!array->release || array->n_children != metric->out.n_children) {
        return "no array, or one of another shape";
    }
    for (int64_t i = 0; i < array->n_children; i++) {
        if (!array->children[i] || array->children[i]->length < array->length) {
            return "a column that is shorter than the array";
        }
    }
    if (array->length != (int64_t)wanted) {
        return "another number of rows";
    }
    return jb_array_check(&metric->out, array, 1);
}

/* States of the rows in order; groups no row was met for get an empty state of their own in
 * `spare`. */
static int call_finish(jb_result *r, size_t variant, const jb_rowset *rows, finished *out,
                       jb_diags *diags)
{
    const jb_metric_model *metric = r->plan->variants[variant]->metric;
    int many = (metric->agg->flags & JB_M_ROWS) != 0;
    uint32_t spare = (uint32_t)r->groups[r->plan->pairs[r->plan->variants[variant]->pair].keyset].n;
    void **states = jb_alloc((rows->n + 1) * sizeof *states);
    uint64_t total = 0;
    jb_ctx ctx;
    for (size_t i = 0; i < rows->n; i++) {
        states[i] =
            jb_result_state(r, variant, rows->group[i] == UINT32_MAX ? spare : rows->group[i]);
    }
    memset(&out->array, 0, sizeof out->array);
    out->rows_of = many ? jb_alloc((rows->n + 1) * sizeof *out->rows_of) : NULL;
    jb_ctx_begin(&ctx, metric->instance, "finish", diags, NULL);
    jb_status status = metric->agg->finish(&ctx, metric->instance->self, states, rows->n,
                                           &out->array, out->rows_of);
    status = jb_ctx_end(&ctx, status);
    free(states);
    for (size_t i = 0; i < rows->n; i++) {
        total += many ? (status == JB_OK ? out->rows_of[i] : 0) : 1;
    }
    const char *why = status == JB_OK ? check_array(metric, &out->array, total) : NULL;
    if (why) {
        jb_diag(diags, "E0371", &metric->place, metric->name, why);
        jb_instance_blame(metric->instance, "finish", diags);
        status = JB_E_INTERNAL;
    }
    if (status != JB_OK && out->array.release) {
        out->array.release(&out->array);
    }
    if (status != JB_OK) {
        free(out->rows_of);
        out->rows_of = NULL;
    }
    return status == JB_OK ? 0 : -1;
}

static void set_keys(jb_fig *f, int64_t row, const jb_rowset *rows, size_t i, size_t rank,
                     jb_arena *a)
{
    for (size_t k = 0; k < rows->n_keys; k++) {
        f->keys[k][row] = rows->keys[i * rows->n_keys + k];
    }
    if (f->flags & JB_FIG_ROWS) {
        f->keys[rows->n_keys][row] = jb_arena_fmt(a, "%zu", rank);
    }
}

static void set_cells(const jb_metric_model *metric, const struct ArrowArray *array, jb_fig *f,
                      jb_arena *a)
{
    for (int64_t row = 0; row < f->n_rows; row++) {
        int64_t at = array->offset + row;
        f->values[row] = cell(metric->out.children[0], array->children[0], at, a);
        for (uint32_t c = 0; c < f->n_fields; c++) {
            f->fields[c].values[row] =
                cell(metric->out.children[c + 1], array->children[c + 1], at, a);
        }
    }
}

static const char *period_text(const jb_variant *v, jb_arena *a)
{
    char text[32];
    jb_period_print(v->metric->dated ? v->period : (jb_period){0}, text);
    return jb_arena_strdup(a, text);
}

static jb_fig *figure_of(const jb_variant *v, int64_t n_rows, jb_arena *a)
{
    const jb_fig *shape = v->metric->shape;
    jb_fig *f = jb_fig_new(a, shape->n_keys, n_rows, shape->n_fields);
    f->name = shape->name;
    f->type = shape->type;
    f->unit = shape->unit;
    f->kind = shape->kind;
    f->scale = shape->scale;
    f->flags = shape->flags & ~JB_FIG_SHAPE;
    f->place = shape->place;
    f->as_of = shape->as_of;
    f->source = shape->source;
    f->definition = shape->definition;
    f->period = period_text(v, a);
    for (uint32_t k = 0; k < f->n_keys; k++) {
        f->key_names[k] = shape->key_names[k];
    }
    for (uint32_t c = 0; c < f->n_fields; c++) {
        f->fields[c].name = shape->fields[c].name;
        f->fields[c].kind = shape->fields[c].kind;
        f->fields[c].scale = shape->fields[c].scale;
        f->fields[c].unit = shape->fields[c].unit;
    }
    return f;
}

static jb_fig *make_figure(jb_result *r, size_t variant, const jb_rowset *rows,
                           const finished *done, jb_arena *a)
{
    jb_variant *v = r->plan->variants[variant];
    jb_fig *f = figure_of(v, done->array.length, a);
    int64_t row = 0;
    f->rows_counted = jb_arena_alloc(a, ((size_t)f->n_rows + 1) * sizeof *f->rows_counted);
    for (size_t i = 0; i < rows->n; i++) {
        uint64_t n = done->rows_of ? done->rows_of[i] : 1;
        uint32_t g = rows->group[i];
        for (uint64_t k = 0; k < n; k++, row++) {
            set_keys(f, row, rows, i, (size_t)k + 1, a);
            f->rows_counted[row] = done->rows_of                ? 1
                                   : g < r->cap_counts[v->pair] ? r->counts[v->pair][g]
                                                                : 0;
        }
    }
    set_cells(v->metric, &done->array, f, a);
    if (v->collects && !done->rows_of) {
        add_names(r, v->collects - 1, rows, f, a);
    }
    return f;
}

static int finish_variant(jb_result *r, size_t variant, const jb_rowset *rows, jb_arena *a,
                          jb_diags *diags)
{
    jb_variant *v = r->plan->variants[variant];
    const jb_metric_model *metric = v->metric;
    finished done;
    if (call_finish(r, variant, rows, &done, diags) != 0) {
        return -1;
    }
    v->result = make_figure(r, variant, rows, &done, a);
    done.array.release(&done.array);
    free(done.rows_of);
    if (metric->converts &&
        jb_fig_convert(v->result, &metric->unit_from, &metric->unit_to, metric->scale_to) != 0) {
        jb_diag(diags, "E0370", &metric->place, metric->name, metric->unit_to.text);
        return -1;
    }
    return 0;
}

int jb_finish(jb_model *m, jb_result *r, jb_arena *a, jb_diags *diags)
{
    int status = 0;
    (void)m;
    for (size_t p = 0; p < r->plan->n_pairs; p++) {
        const jb_pair_plan *pair = &r->plan->pairs[p];
        jb_rowset rows;
        if (jb_finish_rows(r, p, a, &rows, diags) != 0) {
            status = -1;
            continue;
        }
        for (size_t i = 0; i < pair->n_variants; i++) {
            if (finish_variant(r, pair->variants[i], &rows, a, diags) != 0) {
                status = -1;
            }
        }
    }
    return status;
}
