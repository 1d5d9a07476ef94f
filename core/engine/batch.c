// SPDX-License-Identifier: Apache-2.0
#include "engine/batch.h"

#include "engine/group_rows.h"

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
    w->code = jb_alloc(JB_ENGINE_BATCH * sizeof *w->code);
    w->selected = jb_alloc((plan->n_selections + 1) * sizeof *w->selected);
    w->kept = jb_alloc((plan->n_selections + 1) * sizeof *w->kept);
    for (size_t i = 0; i <= plan->n_selections; i++) { /* the last is spare */
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
    free(w->code);
    jb_month_table_free(w->months);
    free(w->selected);
    free(w->kept);
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

/* Rows that the source's own `where` keeps: sel NULL when that is all of them. */
static int select_base(jb_worker *w, int64_t rows, const uint8_t *drop, jb_diags *diags)
{
    int64_t row;
    w->whole = (jb_kept){NULL, (uint64_t)rows};
    if (drop) {
        uint64_t n = 0;
        for (int64_t i = 0; i < rows; i++) {
            w->base[n] = (uint32_t)i;
            n += !(drop[i >> 3] >> (i & 7) & 1);
        }
        w->whole = (jb_kept){w->base, n};
    }
    if (!w->plan->source->where) {
        return 0;
    }
    jb_rows_env env = {.columns = w->columns, .rows = rows, .sel = w->whole.sel, .n = w->whole.n};
    int64_t left = jb_expr_select(w->plan->source->where, &env, w->scratch, w->base, &row);
    if (left < 0) {
        return overflow(w, w->plan->source->where, diags);
    }
    w->whole = (jb_kept){left == rows ? NULL : w->base, (uint64_t)left};
    return 0;
}

static int select_all(jb_worker *w, int64_t rows, jb_diags *diags)
{
    int64_t row;
    for (size_t i = 0; i < w->plan->n_selections; i++) {
        const jb_selection *s = &w->plan->selections[i];
        w->kept[i] = w->whole;
        if (!s->cond || w->whole.n == 0) {
            continue;
        }
        jb_rows_env env = {.columns = w->columns,
                           .rows = rows,
                           .sel = w->whole.sel,
                           .n = w->whole.n,
                           .period = s->period};
        int64_t n = jb_expr_select(s->cond, &env, w->scratch, w->selected[i], &row);
        if (n < 0) {
            return overflow(w, s->cond, diags);
        }
        w->kept[i] = (jb_kept){n == rows ? NULL : w->selected[i], (uint64_t)n};
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
                               .sel = w->kept[v->selection].sel,
                               .n = w->kept[v->selection].n,
                               .period = v->period};
            if (jb_expr_eval_rows(v->expr, &env, w->scratch, &w->values[i], &row) != 0) {
                return overflow(w, v->expr, diags);
            }
        }
        if (jb_vector_plain(&w->values[i], rows, w->scratch) != 0) {
            return overflow(w, v->expr, diags);
        }
        jb_vector_to_arrow(&w->values[i], rows, &w->buffers[i * 3], &w->arrays[i]);
    }
    return 0;
}

/* ---- cells ---- */

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
        row = v->codes ? (uint32_t)v->codes[row] : row;
        out->text = v->bytes ? v->bytes + v->offsets[row] : "";
        out->num = v->offsets[row + 1] - v->offsets[row];
        break;
    default:
        out->kind = JB_K_NULL;
    }
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
                  .sel = w->kept[p->selection].sel,
                  .n = w->kept[p->selection].n,
                  .group = group,
                  .state = jb_result_states(r, variant, n_groups)};
    jb_ctx_begin(&ctx, v->metric->instance, "update", diags, NULL);
    jb_status status = v->metric->agg->update(&ctx, v->metric->instance->self, &b);
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

static void meet_group(jb_result *r, const jb_pair_plan *p, uint32_t group, const int64_t *count)
{
    for (size_t v = 0; *count == 0 && v < p->n_variants; v++) {
        jb_result_state(r, p->variants[v], group);
    }
}

/* Counts the kept rows of each group and makes the states of groups seen for the first time. */
static void meet_groups(jb_worker *w, jb_result *r, size_t pair, size_t n_groups)
{
    const jb_pair_plan *p = &w->plan->pairs[pair];
    const jb_kept *kept = &w->kept[p->selection];
    int64_t *counts = jb_result_counts(r, pair, n_groups);
    uint64_t i = 0;
    if (w->plan->keysets[p->keyset].n_groups == 0) { /* one group of all */
        meet_group(r, p, 0, &counts[0]);
        counts[0] += (int64_t)kept->n;
        return;
    }
    for (; i < kept->n; i++) {
        uint32_t g = w->row_group[kept->sel ? kept->sel[i] : i];
        w->group[i] = g;
        if (counts[g] == 0) {
            meet_group(r, p, g, &counts[g]);
        }
        counts[g]++;
    }
}

static void collect(jb_worker *w, jb_result *r, size_t collector, const uint32_t *group)
{
    const jb_collector *c = &w->plan->collectors[collector];
    size_t selection = w->plan->pairs[c->pair].selection;
    const jb_kept *kept = &w->kept[selection];
    char text[400];
    jb_value name, by;
    for (uint64_t i = 0; i < kept->n; i++) {
        uint32_t row = kept->sel ? kept->sel[i] : (uint32_t)i;
        jb_vector_cell(&w->values[c->name], row, &name);
        memset(&by, 0, sizeof by);
        if (c->by) {
            jb_vector_cell(&w->values[c->by - 1], row, &by);
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
    if (w->kept[p->selection].n == 0) {
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

static void note_latest(const jb_worker *w, jb_result *r)
{
    jb_value v;
    for (size_t c = 0; c < w->plan->n_projected; c++) {
        const jb_vector *column = &w->columns[w->plan->projected[c]];
        for (uint64_t i = 0; column->kind == JB_K_DATE && i < w->whole.n; i++) {
            jb_vector_cell(column, w->whole.sel ? w->whole.sel[i] : (uint32_t)i, &v);
            if (v.kind == JB_K_DATE) {
                note_date(r, (int32_t)v.num, w->plan->as_of);
            }
        }
    }
}

int jb_batch_run(jb_worker *w, jb_result *r, int64_t rows, const uint8_t *drop, jb_diags *diags)
{
    if (select_base(w, rows, drop, diags) != 0 || select_all(w, rows, diags) != 0 ||
        compute_values(w, rows, diags) != 0) {
        return -1;
    }
    r->rows += rows;
    r->kept += (int64_t)w->whole.n;
    if (w->plan->probe) {
        note_latest(w, r);
    }
    for (size_t k = 0; k < w->plan->n_keysets; k++) {
        if (jb_group_rows(w, r, k, rows, w->whole.sel, w->whole.n, diags) != 0) {
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
