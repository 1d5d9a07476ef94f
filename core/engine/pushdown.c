// SPDX-License-Identifier: Apache-2.0
#include "engine/pushdown.h"

#include "engine/finish.h"
#include "engine/group_by.h"
#include "engine/rows_service.h"
#include "engine/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the answer: for each key its parts, the row count, the partials of each metric. */
typedef struct answer {
    jb_coltype *types;
    jb_vector *vectors;
    size_t n, count; /* count: index of the row count */
} answer;

static void add_type(answer *x, jb_coltype t)
{
    x->types[x->n++] = t;
}

static jb_coltype partial_type(const jb_variant *v, const jb_partial *p)
{
    jb_coltype t = {.kind = JB_K_INT};
    if (p->column >= 0 && p->op != JB_PARTIAL_COUNT) {
        t = jb_row_expr_type(v->metric->source, v->metric->columns[p->column]);
        if (p->op == JB_PARTIAL_SUM && t.kind != JB_K_FLOAT) {
            t = (jb_coltype){JB_K_DEC, JB_DEC_DIGITS, t.scale, 1};
        }
    }
    return t;
}

static void describe(const jb_source_plan *plan, size_t pair, jb_arena *a, answer *x)
{
    const jb_keyset *keyset = &plan->keysets[plan->pairs[pair].keyset];
    size_t most = 1 + keyset->n_groups * 2;
    for (size_t i = 0; i < plan->pairs[pair].n_variants; i++) {
        most += plan->variants[plan->pairs[pair].variants[i]]->metric->partial->n_partials;
    }
    memset(x, 0, sizeof *x);
    x->types = jb_arena_alloc(a, most * sizeof *x->types);
    x->vectors = jb_arena_alloc(a, most * sizeof *x->vectors);
    for (size_t i = 0; i < keyset->n_groups; i++) {
        const jb_mgroup *g = &keyset->groups[i];
        if (!g->part) {
            add_type(x, jb_row_expr_type(plan->source, g->expr));
            continue;
        }
        add_type(x, (jb_coltype){.kind = JB_K_INT});
        if (g->part != 'y') {
            add_type(x, (jb_coltype){.kind = JB_K_INT});
        }
    }
    x->count = x->n;
    add_type(x, (jb_coltype){.kind = JB_K_INT});
    for (size_t i = 0; i < plan->pairs[pair].n_variants; i++) {
        const jb_variant *v = plan->variants[plan->pairs[pair].variants[i]];
        for (uint64_t k = 0; k < v->metric->partial->n_partials; k++) {
            add_type(x, partial_type(v, &v->metric->partial->partials[k]));
        }
    }
}

/* ---- keys of an answer row ---- */

static void pack_key(const answer *x, const jb_mgroup *g, size_t *at, uint32_t row, jb_buf *b)
{
    char text[400];
    const char *p = text;
    uint32_t n = 0;
    jb_value v, second;
    jb_vector_cell(&x->vectors[(*at)++], row, &v);
    int null = v.kind == JB_K_NULL;
    if (g->part && g->part != 'y') {
        jb_vector_cell(&x->vectors[(*at)++], row, &second);
        n = null ? 0
                 : (uint32_t)snprintf(text, sizeof text, g->part == 'q' ? "%04d-Q%d" : "%04d-%02d",
                                      (int)v.num, (int)second.num);
    } else if (g->part && !null) {
        n = (uint32_t)snprintf(text, sizeof text, "%04d", (int)v.num);
    } else if (v.kind == JB_K_TEXT) {
        p = v.text;
        n = (uint32_t)v.num;
    } else if (!null) {
        n = (uint32_t)jb_value_print(&v, text, sizeof text);
    }
    jb_buf_char(b, !null);
    jb_buf_add(b, &n, 4);
    jb_buf_add(b, p, n);
}

/* ---- absorbing ---- */

static int absorb(jb_result *r, size_t pair, const answer *x, const uint32_t *groups, int64_t rows,
                  jb_diags *diags)
{
    const jb_source_plan *plan = r->plan;
    size_t at = x->count + 1, n_groups = r->groups[plan->pairs[pair].keyset].n;
    int status = 0;
    for (size_t i = 0; i < plan->pairs[pair].n_variants && status == 0; i++) {
        size_t variant = plan->pairs[pair].variants[i];
        const jb_metric_model *metric = plan->variants[variant]->metric;
        size_t n = (size_t)metric->partial->n_partials;
        struct ArrowArray *columns = jb_alloc((n + 1) * sizeof *columns);
        const void **buffers = jb_alloc((n + 1) * 3 * sizeof *buffers);
        jb_ctx ctx;
        for (size_t k = 0; k < n; k++) {
            jb_vector_to_arrow(&x->vectors[at + k], rows, &buffers[k * 3], &columns[k]);
        }
        for (int64_t row = 0; row < rows; row++) {
            jb_result_state(r, variant, groups[row]);
        }
        jb_batch b = {.size = sizeof b,
                      .columns = columns,
                      .n_columns = n,
                      .rows = rows,
                      .n = (uint64_t)rows,
                      .group = groups,
                      .state = jb_result_states(r, variant, n_groups)};
        jb_ctx_begin(&ctx, metric->instance, "absorb", diags, NULL);
        jb_status got = metric->partial->absorb(&ctx, metric->instance->self, &b);
        status = jb_ctx_end(&ctx, got) == JB_OK ? 0 : -1;
        free(columns);
        free(buffers);
        at += n;
    }
    return status;
}

static int take_batch(jb_result *r, size_t pair, answer *x, int64_t rows, jb_diags *diags)
{
    const jb_keyset *keyset = &r->plan->keysets[r->plan->pairs[pair].keyset];
    uint32_t *groups = jb_alloc(((size_t)rows + 1) * sizeof *groups);
    jb_value count;
    jb_buf packed;
    jb_buf_init(&packed, JB_BUF_MAX_TEXT);
    for (int64_t row = 0; row < rows; row++) {
        size_t at = 0;
        jb_buf_clear(&packed);
        for (size_t k = 0; k < keyset->n_groups; k++) {
            pack_key(x, &keyset->groups[k], &at, (uint32_t)row, &packed);
        }
        uint32_t g = jb_groups_find(&r->groups[r->plan->pairs[pair].keyset], jb_buf_text(&packed),
                                    packed.len);
        jb_vector_cell(&x->vectors[x->count], (uint32_t)row, &count);
        jb_result_counts(r, pair, (size_t)g + 1)[g] += (int64_t)count.num;
        r->kept += (int64_t)count.num;
        groups[row] = g;
    }
    int status = absorb(r, pair, x, groups, rows, diags);
    jb_buf_free(&packed);
    free(groups);
    return status;
}

/* ---- the query ---- */

static int bad_answer(const jb_source_plan *plan, jb_ctx *ctx, const char *why, jb_diags *diags)
{
    if (!ctx->failed) {
        jb_diag(diags, "E0364", &plan->source->place, plan->source->name, why ? why : "");
    }
    ctx->failed = 1;
    return -1;
}

static int read_answer(jb_result *r, size_t pair, answer *x, struct ArrowArrayStream *stream,
                       jb_ctx *ctx, jb_diags *diags)
{
    struct ArrowSchema schema = {0};
    jb_scratch *scratch = jb_scratch_new();
    int status = stream->get_schema(stream, &schema);
    if (status != 0 || schema.n_children != (int64_t)x->n) {
        status = bad_answer(r->plan, ctx, stream->get_last_error(stream), diags);
    }
    while (status == 0) {
        struct ArrowArray array = {0};
        int64_t row;
        if (stream->get_next(stream, &array) != 0) {
            status = bad_answer(r->plan, ctx, stream->get_last_error(stream), diags);
        }
        if (status != 0 || !array.release) {
            break;
        }
        const char *why = jb_array_check(&schema, &array, 1);
        jb_scratch_reset(scratch);
        for (size_t c = 0; c < x->n && !why; c++) {
            struct ArrowArray part = *array.children[c];
            part.offset += array.offset;
            part.length = array.length;
            if (jb_vector_from_arrow(schema.children[c], &part, &x->types[c], scratch,
                                     &x->vectors[c], &row) != 0) {
                why = "a value that does not fit its type";
            }
        }
        status = why ? bad_answer(r->plan, ctx, why, diags)
                     : take_batch(r, pair, x, array.length, diags);
        array.release(&array);
    }
    if (schema.release) {
        schema.release(&schema);
    }
    jb_scratch_free(scratch);
    return status;
}

static int run_query(jb_model *m, jb_result *r, size_t pair, jb_arena *a, jb_diags *diags)
{
    const jb_msource *source = r->plan->source;
    struct ArrowArrayStream stream = {0};
    jb_rows_task task = {.on_error = JB_ROW_STOP};
    jb_push_query query;
    const char *why = NULL;
    answer x;
    jb_ctx ctx;
    if (jb_push_sql(m, r->plan, pair, a, &query, &why, diags) != 0) {
        jb_diag(diags, "E0377", &source->place, source->name, why);
        return -1;
    }
    describe(r->plan, pair, a, &x);
    jb_ctx_begin(&ctx, source->instance, "query", diags, &task);
    jb_status status = source->sql->query(&ctx, source->instance->self, query.sql, query.values,
                                          query.n_values, &stream);
    int failed = status != JB_OK;
    if (!failed) {
        failed = read_answer(r, pair, &x, &stream, &ctx, diags) != 0;
    }
    if (stream.release) {
        stream.release(&stream);
    }
    ctx.failed = status != JB_OK ? ctx.failed : 0; /* what the stream refused is reported already */
    return jb_ctx_end(&ctx, status) != JB_OK || failed ? -1 : 0;
}

int jb_push_run(jb_model *m, jb_source_plan *plan, jb_arena *out, jb_diags *diags)
{
    jb_result *r = jb_result_new(plan);
    int status = 0;
    for (size_t p = 0; p < plan->n_pairs && status == 0; p++) {
        status = run_query(m, r, p, out, diags);
    }
    if (status == 0) {
        status = jb_finish(m, r, out, diags);
    }
    jb_result_free(r);
    return status;
}
