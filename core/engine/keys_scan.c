// SPDX-License-Identifier: Apache-2.0
/* Keys that a source holds: the distinct values of its column, in the source's order. */
#include "engine/run.h"
#include "engine/stream.h"

#include <string.h>

/* Values of one batch, added to those seen. */
static void add_batch(jb_worker *w, const jb_mkeys *k, int64_t rows, jb_groups *seen)
{
    jb_value v;
    jb_vector column;
    int64_t row;
    uint32_t kept[JB_ENGINE_BATCH];
    uint64_t n = 0;
    jb_rows_env env = {.columns = w->columns, .rows = rows};
    if (k->source->where) {
        int64_t left = jb_expr_select(k->source->where, &env, w->scratch, kept, &row);
        n = left > 0 ? (uint64_t)left : 0;
    } else {
        for (; n < (uint64_t)rows; n++) {
            kept[n] = (uint32_t)n;
        }
    }
    env.sel = kept;
    env.n = n;
    if (jb_expr_eval_rows(k->column, &env, w->scratch, &column, &row) != 0) {
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        char text[400];
        jb_vector_cell(&column, kept[i], &v);
        if (v.kind == JB_K_TEXT) {
            jb_groups_find(seen, v.text, (size_t)v.num);
        } else if (v.kind != JB_K_NULL) {
            size_t len = jb_value_print(&v, text, sizeof text);
            jb_groups_find(seen, text, len);
        }
    }
}

static int collect_part(jb_source_plan *plan, const jb_scan *ask, const jb_mkeys *k,
                        jb_groups *seen, jb_diags *diags)
{
    jb_worker *w = jb_worker_new(plan);
    jb_stream stream;
    int64_t n = 0;
    int status = jb_stream_open(&stream, k->source, ask, plan->projected, plan->n_projected, diags);
    while (status == 0 && (n = jb_stream_next(&stream, w)) > 0) {
        add_batch(w, k, n, seen);
    }
    jb_stream_close(&stream);
    jb_worker_free(w);
    return status != 0 || n < 0 ? -1 : 0;
}

int jb_keys_collect(jb_model *m, jb_mkeys *k, jb_diags *diags)
{
    jb_source_plan *plan = jb_plan_source(m->arena, k->source, 0);
    jb_groups seen = {0};
    jb_scan ask;
    uint64_t n_parts = 1;
    size_t len;
    int status = 0;
    const char *const *names;
    plan->projected =
        jb_arena_alloc(m->arena, (k->source->n_columns + 1) * sizeof *plan->projected);
    for (size_t c = 0; c < k->source->n_columns; c++) {
        const jb_expr *both[] = {k->column, k->source->where};
        int used = 0;
        for (int e = 0; e < 2; e++) {
            size_t n = both[e] ? jb_expr_names(both[e], &names) : 0;
            for (size_t i = 0; i < n; i++) {
                used |= jb_source_column(k->source, names[i]) == (int)c;
            }
        }
        if (used) {
            plan->projected[plan->n_projected++] = (int)c;
        }
    }
    jb_scan_describe(m->arena, k->source, plan->projected, plan->n_projected, &ask);
    if (JB_HAS(jb_source, k->source->iface, parts)) {
        jb_ctx ctx;
        jb_ctx_begin(&ctx, k->source->instance, "parts", diags, NULL);
        jb_status got = k->source->iface->parts(&ctx, k->source->instance->self, &ask, &n_parts);
        status = jb_ctx_end(&ctx, got) == JB_OK ? 0 : -1;
    }
    for (; status == 0 && ask.part < n_parts; ask.part++) {
        status = collect_part(plan, &ask, k, &seen, diags);
    }
    k->values = jb_arena_alloc(m->arena, (seen.n + 1) * sizeof *k->values);
    for (uint32_t i = 0; i < seen.n; i++) {
        const char *text = jb_groups_key(&seen, i, &len);
        jb_keys_add(k, jb_arena_strndup(m->arena, text, len));
    }
    jb_groups_free(&seen);
    return status;
}
