// SPDX-License-Identifier: Apache-2.0
#include "engine/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

jb_worker *jb_worker_new(const jb_source_plan *plan)
{
    jb_worker *w = jb_alloc(sizeof *w);
    size_t most = 1;
    memset(w, 0, sizeof *w);
    for (size_t i = 0; i < plan->n_variants; i++) {
        size_t n = plan->variants[i]->metric->n_columns;
        most = n > most ? n : most;
    }
    w->plan = plan;
    w->scratch = jb_scratch_new();
    w->columns = jb_alloc((plan->source->n_columns + 1) * sizeof *w->columns);
    memset(w->columns, 0, (plan->source->n_columns + 1) * sizeof *w->columns);
    w->base = jb_alloc(JB_ENGINE_BATCH * sizeof *w->base);
    w->row_group = jb_alloc(JB_ENGINE_BATCH * sizeof *w->row_group);
    w->group = jb_alloc(JB_ENGINE_BATCH * sizeof *w->group);
    w->selected = jb_alloc((plan->n_selections + 1) * sizeof *w->selected);
    w->n_selected = jb_alloc((plan->n_selections + 1) * sizeof *w->n_selected);
    for (size_t i = 0; i <= plan->n_selections;
         i++) { /* the last is for the source's own `where` */
        w->selected[i] = jb_alloc(JB_ENGINE_BATCH * sizeof **w->selected);
    }
    w->values = jb_alloc((plan->n_values + 1) * sizeof *w->values);
    w->arrays = jb_alloc((plan->n_values + 1) * sizeof *w->arrays);
    w->buffers = jb_alloc((plan->n_values + 1) * 3 * sizeof *w->buffers);
    w->arguments = jb_alloc(most * sizeof *w->arguments);
    jb_buf_init(&w->packed, JB_BUF_MAX_TEXT);
    return w;
}

void jb_worker_free(jb_worker *w)
{
    if (!w) {
        return;
    }
    for (size_t i = 0; i <= w->plan->n_selections; i++) {
        free(w->selected[i]);
    }
    jb_scratch_free(w->scratch);
    free(w->columns);
    free(w->base);
    free(w->row_group);
    free(w->group);
    free(w->selected);
    free(w->n_selected);
    free(w->values);
    free(w->arrays);
    free(w->buffers);
    free(w->arguments);
    jb_buf_free(&w->packed);
    free(w);
}

static int overflow(const jb_worker *w, const jb_expr *e, jb_diags *diags)
{
    jb_diag(diags, "E0374", &w->plan->source->place, w->plan->source->name, jb_expr_text(e));
    return -1;
}

/* ---- selection ---- */

static int select_base(jb_worker *w, int64_t rows, const uint8_t *drop, uint64_t *n,
                       jb_diags *diags)
{
    uint64_t kept = 0;
    uint32_t *spare = w->selected[w->plan->n_selections];
    int64_t row;
    for (int64_t i = 0; i < rows; i++) {
        if (!drop || !(drop[i >> 3] >> (i & 7) & 1)) {
            w->base[kept++] = (uint32_t)i;
        }
    }
    *n = kept;
    if (!w->plan->source->where) {
        return 0;
    }
    jb_rows_env env = {.columns = w->columns, .rows = rows, .sel = w->base, .n = kept};
    int64_t left = jb_expr_select(w->plan->source->where, &env, w->scratch, spare, &row);
    if (left < 0) {
        return overflow(w, w->plan->source->where, diags);
    }
    memcpy(w->base, spare, (size_t)left * sizeof *w->base);
    *n = (uint64_t)left;
    return 0;
}

static int select_all(jb_worker *w, int64_t rows, uint64_t n_base, jb_diags *diags)
{
    int64_t row;
    for (size_t i = 0; i < w->plan->n_selections; i++) {
        const jb_selection *s = &w->plan->selections[i];
        if (!s->cond) {
            memcpy(w->selected[i], w->base, n_base * sizeof *w->base);
            w->n_selected[i] = n_base;
            continue;
        }
        jb_rows_env env = {
            .columns = w->columns, .rows = rows, .sel = w->base, .n = n_base, .period = s->period};
        int64_t n = n_base ? jb_expr_select(s->cond, &env, w->scratch, w->selected[i], &row) : 0;
        if (n < 0) {
            return overflow(w, s->cond, diags);
        }
        w->n_selected[i] = (uint64_t)n;
    }
    return 0;
}

static int compute_values(jb_worker *w, int64_t rows, jb_diags *diags)
{
    int64_t row;
    for (size_t i = 0; i < w->plan->n_values; i++) {
        const jb_row_value *v = &w->plan->values[i];
        if (v->column >= 0) {
            w->values[i] = w->columns[v->column];
        } else {
            jb_rows_env env = {.columns = w->columns,
                               .rows = rows,
                               .sel = w->selected[v->selection],
                               .n = w->n_selected[v->selection],
                               .period = v->period};
            if (jb_expr_eval_rows(v->expr, &env, w->scratch, &w->values[i], &row) != 0) {
                return overflow(w, v->expr, diags);
            }
        }
        jb_vector_to_arrow(&w->values[i], rows, &w->buffers[i * 3], &w->arrays[i]);
    }
    return 0;
}

/* ---- keys ---- */

void jb_vector_cell(const jb_vector *v, uint32_t row, jb_value *out)
{
    memset(out, 0, sizeof *out);
    if (v->valid && !(v->valid[row >> 3] >> (row & 7) & 1)) {
        return;
    }
    out->kind = (uint8_t)v->kind;
    out->scale = v->scale;
    switch (v->kind) {
    case JB_K_BOOL:
        out->num = ((const uint8_t *)v->data)[row] != 0;
        break;
    case JB_K_INT:
        out->num = ((const int64_t *)v->data)[row];
        break;
    case JB_K_DEC:
        out->num = v->wide ? ((const jb_i128 *)v->data)[row] : ((const int64_t *)v->data)[row];
        break;
    case JB_K_FLOAT:
        out->f = ((const double *)v->data)[row];
        break;
    case JB_K_DATE:
        out->num = ((const int32_t *)v->data)[row];
        break;
    case JB_K_TEXT: /* not terminated: the length is in num */
        out->text = v->bytes ? v->bytes + v->offsets[row] : "";
        out->num = v->offsets[row + 1] - v->offsets[row];
        break;
    default:
        out->kind = JB_K_NULL;
    }
}

static size_t date_part_text(char part, int32_t days, char *out, size_t cap)
{
    char date[11];
    int32_t y, m, d;
    jb_date_print(days, date);
    if (part == 'y' || part == 'm') {
        size_t n = part == 'y' ? strlen(date) - 6 : strlen(date) - 3;
        memcpy(out, date, n);
        return n;
    }
    jb_civil_from_days(days, &y, &m, &d);
    int n = snprintf(out, cap, "%04d-Q%d", (int)y, (int)((m - 1) / 3 + 1));
    return n > 0 ? (size_t)n : 0;
}

static void pack(jb_buf *b, const jb_mgroup *g, const jb_value *v)
{
    char text[64];
    const char *p = text;
    uint32_t n = 0;
    if (v->kind == JB_K_TEXT) {
        p = v->text;
        n = (uint32_t)v->num;
    } else if (v->kind != JB_K_NULL && g->part) {
        n = (uint32_t)date_part_text(g->part, (int32_t)v->num, text, sizeof text);
    } else if (v->kind != JB_K_NULL) {
        n = (uint32_t)jb_value_print(v, text, sizeof text);
    }
    jb_buf_char(b, v->kind != JB_K_NULL);
    jb_buf_add(b, &n, 4);
    jb_buf_add(b, p, n);
}

/* row_group for every row of `sel`. */
static int number_groups(jb_worker *w, jb_result *r, size_t k, int64_t rows, const uint32_t *sel,
                         uint64_t n, jb_diags *diags)
{
    const jb_keyset *keyset = &w->plan->keysets[k];
    jb_vector *keys = jb_alloc((keyset->n_groups + 1) * sizeof *keys);
    jb_rows_env env = {.columns = w->columns, .rows = rows, .sel = sel, .n = n};
    int64_t row;
    int status = 0;
    jb_value v;
    if (keyset->n_groups == 0) {
        jb_groups_find(&r->groups[k], "", 0);
        memset(w->row_group, 0, (size_t)rows * sizeof *w->row_group);
        n = 0;
    }
    for (size_t i = 0; i < keyset->n_groups && status == 0; i++) {
        if (jb_expr_eval_rows(keyset->groups[i].expr, &env, w->scratch, &keys[i], &row) != 0) {
            status = overflow(w, keyset->groups[i].expr, diags);
        }
    }
    for (uint64_t i = 0; i < n && status == 0; i++) {
        jb_buf_clear(&w->packed);
        for (size_t g = 0; g < keyset->n_groups; g++) {
            jb_vector_cell(&keys[g], sel[i], &v);
            pack(&w->packed, &keyset->groups[g], &v);
        }
        uint32_t group = jb_groups_find(&r->groups[k], jb_buf_text(&w->packed), w->packed.len);
        if (group == UINT32_MAX || w->packed.failed) {
            jb_diag(diags, "E0373", &w->plan->source->place, w->plan->source->name);
            status = -1;
        }
        w->row_group[sel[i]] = group;
    }
    free(keys);
    return status;
}

/* ---- feeding ---- */

static int feed(jb_worker *w, jb_result *r, size_t variant, size_t pair, int64_t rows,
                const uint32_t *group, size_t n_groups, jb_diags *diags)
{
    const jb_variant *v = w->plan->variants[variant];
    const jb_pair_plan *p = &w->plan->pairs[pair];
    jb_ctx ctx;
    for (size_t i = 0; i < v->metric->n_columns; i++) {
        w->arguments[i] = w->arrays[v->values[i]];
    }
    jb_batch b = {.size = sizeof b,
                  .columns = w->arguments,
                  .n_columns = v->metric->n_columns,
                  .rows = rows,
                  .sel = w->selected[p->selection],
                  .n = w->n_selected[p->selection],
                  .group = group,
                  .state = jb_result_states(r, variant, n_groups)};
    jb_ctx_begin(&ctx, v->metric->instance, "update", diags, NULL);
    jb_status status = v->metric->agg->update(&ctx, v->metric->instance->self, &b);
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

/* Counts the kept rows of each group and makes the states of groups seen for the first time. */
static void meet_groups(jb_worker *w, jb_result *r, size_t pair, size_t n_groups)
{
    const jb_pair_plan *p = &w->plan->pairs[pair];
    const uint32_t *sel = w->selected[p->selection];
    int64_t *counts = jb_result_counts(r, pair, n_groups);
    for (uint64_t i = 0; i < w->n_selected[p->selection]; i++) {
        uint32_t g = w->row_group[sel[i]];
        w->group[i] = g;
        if (counts[g]++ == 0) {
            for (size_t v = 0; v < p->n_variants; v++) {
                jb_result_state(r, p->variants[v], g);
            }
        }
    }
}

static void collect(jb_worker *w, jb_result *r, size_t collector, const uint32_t *group)
{
    const jb_collector *c = &w->plan->collectors[collector];
    size_t selection = w->plan->pairs[c->pair].selection;
    const uint32_t *sel = w->selected[selection];
    char text[400];
    jb_value name, by;
    for (uint64_t i = 0; i < w->n_selected[selection]; i++) {
        jb_vector_cell(&w->values[c->name], sel[i], &name);
        memset(&by, 0, sizeof by);
        if (c->by) {
            jb_vector_cell(&w->values[c->by - 1], sel[i], &by);
        }
        const char *p = text;
        size_t n = 0;
        if (name.kind == JB_K_TEXT) {
            p = name.text;
            n = (size_t)name.num;
        } else if (name.kind != JB_K_NULL) {
            n = jb_value_print(&name, text, sizeof text);
        } else {
            continue;
        }
        jb_result_add_name(r, collector, group ? group[i] : 0, p, n, &by);
    }
}

static int run_pair(jb_worker *w, jb_result *r, size_t pair, int64_t rows, jb_diags *diags)
{
    const jb_pair_plan *p = &w->plan->pairs[pair];
    size_t n_groups = r->groups[p->keyset].n;
    int grouped = w->plan->keysets[p->keyset].n_groups > 0, status = 0;
    if (w->n_selected[p->selection] == 0) {
        return 0;
    }
    meet_groups(w, r, pair, n_groups);
    for (size_t i = 0; i < p->n_variants && status == 0; i++) {
        status = feed(w, r, p->variants[i], pair, rows, grouped ? w->group : NULL, n_groups, diags);
    }
    for (size_t i = 0; i < p->n_collectors && status == 0; i++) {
        collect(w, r, p->collectors[i], grouped ? w->group : NULL);
    }
    return status;
}

static void note_date(jb_result *r, int32_t day, int32_t as_of)
{
    r->oldest = !r->has_latest || day < r->oldest ? day : r->oldest;
    r->latest = !r->has_latest || day > r->latest ? day : r->latest;
    r->has_latest = 1;
    if (day <= as_of) {
        r->newest = !r->has_newest || day > r->newest ? day : r->newest;
        r->has_newest = 1;
    }
}

static void note_latest(const jb_worker *w, jb_result *r, uint64_t n)
{
    jb_value v;
    for (size_t c = 0; c < w->plan->n_projected; c++) {
        const jb_vector *column = &w->columns[w->plan->projected[c]];
        for (uint64_t i = 0; column->kind == JB_K_DATE && i < n; i++) {
            jb_vector_cell(column, w->base[i], &v);
            if (v.kind == JB_K_DATE) {
                note_date(r, (int32_t)v.num, w->plan->as_of);
            }
        }
    }
}

int jb_batch_run(jb_worker *w, jb_result *r, int64_t rows, const uint8_t *drop, jb_diags *diags)
{
    uint64_t n_base = 0;
    if (select_base(w, rows, drop, &n_base, diags) != 0 ||
        select_all(w, rows, n_base, diags) != 0 || compute_values(w, rows, diags) != 0) {
        return -1;
    }
    r->rows += rows;
    r->kept += (int64_t)n_base;
    if (w->plan->probe) {
        note_latest(w, r, n_base);
    }
    for (size_t k = 0; k < w->plan->n_keysets; k++) {
        if (number_groups(w, r, k, rows, w->base, n_base, diags) != 0) {
            return -1;
        }
        for (size_t p = 0; p < w->plan->n_pairs; p++) {
            if (w->plan->pairs[p].keyset == k && run_pair(w, r, p, rows, diags) != 0) {
                return -1;
            }
        }
    }
    return 0;
}
