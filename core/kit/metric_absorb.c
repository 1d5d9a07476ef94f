// SPDX-License-Identifier: Apache-2.0
/* What a database would answer to the partials a metric declares: one row a group, or a row for
 * each distinct value. */
#include "kit/metric.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const jb_value *at(const kit_cells *c, int32_t column, int64_t row)
{
    return &c->v[(int64_t)column * c->n + row];
}

static jb_value fold_cell(uint32_t op, const jb_value *have, const jb_value *v)
{
    jb_value out = *have;
    int order;
    if (v->kind == JB_K_NULL) {
        return out;
    }
    if (have->kind == JB_K_NULL) {
        return *v;
    }
    switch (op) {
    case JB_PARTIAL_SUM:
        out.num += v->num;
        out.f += v->f;
        return out;
    case JB_PARTIAL_MIN:
    case JB_PARTIAL_MAX:
        order = v->kind == JB_K_FLOAT  ? (v->f > have->f) - (v->f < have->f)
                : v->kind == JB_K_TEXT ? strcmp(v->text, have->text)
                                       : (v->num > have->num) - (v->num < have->num);
        return (op == JB_PARTIAL_MAX) == (order > 0) && order ? *v : out;
    default:
        return out;
    }
}

/* The type in which the partial arrives: counts as int64, sums of decimals on 128 bits. */
static const char *format_of(const kit_bound *b, const jb_partial *p)
{
    int32_t precision, scale;
    if (p->op == JB_PARTIAL_COUNT) {
        return "l";
    }
    const char *f = b->formats[p->column];
    char kind = jb_format_kind(f, &precision, &scale);
    if (p->op != JB_PARTIAL_SUM || kind == 'g') {
        return f;
    }
    return jb_arena_fmt(b->k->arena, "d:38,%d", (int)scale);
}

static jb_value of_group(const kit_cells *c, const kit_cut *cut, const jb_partial *p,
                         uint32_t group)
{
    jb_value v = {.kind = JB_K_NULL};
    if (p->op == JB_PARTIAL_COUNT) {
        v.kind = JB_K_INT;
    }
    for (int64_t row = 0; row < c->n; row++) {
        if (cut->group && cut->group[row] != group) {
            continue;
        }
        if (p->op == JB_PARTIAL_COUNT) {
            v.num += p->column < 0 || at(c, p->column, row)->kind != JB_K_NULL;
        } else {
            v = fold_cell(p->op, &v, at(c, p->column, row));
        }
    }
    return v;
}

/* Rows whose value of `column` is the first of its kind in the group. */
static int64_t distinct_rows(const kit_cells *c, const kit_cut *cut, int32_t column, uint32_t *rows)
{
    int64_t n = 0;
    char text[400];
    jb_map *seen = jb_map_new();
    jb_arena *a = jb_arena_new();
    for (int64_t row = 0; row < c->n; row++) {
        const jb_value *v = at(c, column, row);
        uint32_t g = cut->group ? cut->group[row] : 0;
        if (g == UINT32_MAX) {
            continue;
        }
        jb_value_print(v, text, sizeof text);
        char *key = jb_arena_fmt(a, "%u %d %s", g, v->kind, v->kind == JB_K_TEXT ? v->text : text);
        if (!jb_map_get(seen, key)) {
            jb_map_put(seen, key, key);
            rows[n++] = (uint32_t)row;
        }
    }
    jb_map_free(seen);
    jb_arena_free(a);
    return n;
}

int kit_absorb(kit_bound *b, const kit_cells *c, const kit_cut *cut, void **states)
{
    uint32_t n_partials = (uint32_t)b->partial->n_partials;
    const char **formats = jb_alloc((n_partials + 1) * sizeof *formats);
    uint32_t *rows = jb_alloc(((size_t)c->n + cut->n_groups + 1) * sizeof *rows);
    int64_t n = cut->n_groups;
    int32_t distinct = -1;
    for (uint32_t i = 0; i < n_partials; i++) {
        const jb_partial *p = &b->partial->partials[i];
        if (p->column >= (int32_t)b->n_cols || (p->column < 0 && p->op != JB_PARTIAL_COUNT)) {
            free(formats);
            free(rows);
            return kit_fail(b->k, "声明的分部 %u 没有这一列",
                            "partial %u is of a column it does not have", i);
        }
        formats[i] = format_of(b, p);
        distinct = p->op == JB_PARTIAL_DISTINCT ? p->column : distinct;
    }
    if (distinct >= 0) {
        n = distinct_rows(c, cut, distinct, rows);
    }
    kit_cells answer = {.n = n, .n_cols = n_partials, .formats = formats};
    answer.v = jb_alloc(((size_t)n * n_partials + 1) * sizeof *answer.v);
    kit_mem *mem = b->mem;
    uint32_t *group = kit_mem_get(mem, ((size_t)n + 1) * 4);
    struct ArrowArray *columns = kit_mem_get(mem, (n_partials + 1) * sizeof *columns);
    for (int64_t i = 0; i < n; i++) {
        group[i] = distinct < 0 ? (uint32_t)i : cut->group ? cut->group[rows[i]] : 0;
        for (uint32_t p = 0; p < n_partials; p++) {
            const jb_partial *d = &b->partial->partials[p];
            answer.v[(int64_t)p * n + i] = distinct >= 0 && d->op == JB_PARTIAL_DISTINCT
                                               ? *at(c, distinct, rows[i])
                                               : of_group(c, cut, d, group[i]);
        }
    }
    for (int64_t i = 0; i < n; i++) {
        rows[i] = (uint32_t)i;
    }
    for (uint32_t p = 0; p < n_partials; p++) {
        kit_column(mem, &answer, p, rows, n, &columns[p]);
    }
    jb_batch batch = {.size = sizeof batch,
                      .columns = columns,
                      .n_columns = n_partials,
                      .rows = n,
                      .n = (uint64_t)n,
                      .group = group,
                      .state = states};
    jb_ctx ctx;
    kit_mem_seal(mem);
    jb_ctx_begin(&ctx, b->inst, "absorb", b->k->diags, NULL);
    int status = jb_ctx_end(&ctx, b->partial->absorb(&ctx, b->inst->self, &batch));
    kit_mem_close(mem);
    free(answer.v);
    free(rows);
    free(formats);
    return status;
}
