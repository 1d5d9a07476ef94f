// SPDX-License-Identifier: Apache-2.0
/* count_distinct: how many different non-NULL values, exact. A set of byte strings, one entry each.
 */
#include "metrics.h"

#include "set.h"

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(m_set));
}

static void state_drop(const void *self, void *state)
{
    (void)self;
    m_set_free(state);
}

static int insert_cell(const m_self *s, m_set *st, const struct ArrowArray *column, int64_t row)
{
    if (s->kind == 'u') {
        size_t n;
        const char *text = jb_utf8_cell(column, row, &n);
        return m_set_insert(st, text, n);
    }
    if (s->kind == 'g') {
        double f = ((const double *)column->buffers[1])[column->offset + row];
        f = f == 0 ? 0 : f; /* -0 and 0 are one value */
        return m_set_insert(st, (const char *)&f, 8);
    }
    jb_i128 v = s->kind == 'b' ? jb_bool_cell(column, row) : jb_int_cell(column, s->kind, row);
    size_t n = s->kind == 'h' ? 16 : 8;
    return m_set_insert(st, (const char *)&v, n);
}

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    jb_status status = m_bind_column(ctx, self, in, 0);
    if (status != JB_OK)
        return status;
    m_shape(shape, 0, sizeof(m_set));
    return m_out_value(ctx, out, "l");
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const struct ArrowArray *column = &b->columns[0];
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        if (!jb_is_null(column, row) && insert_cell(self, m_state(b, i), column, row) != 0)
            return m_fail_memory(ctx);
    }
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    (void)self;
    return m_set_merge(into, from) != 0 ? m_fail_memory(ctx) : JB_OK;
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    struct ArrowArray *value;
    (void)self;
    (void)rows_of;
    jb_status status = m_out_column(ctx, out, n, 8, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        int64_t count = (int64_t)((const m_set *)state[i])->count;
        jb_set_cell(value, (int64_t)i, &count, 8);
    }
    return status;
}

static const jb_metric metric = {
    .size = sizeof(jb_metric),
    .bind = bind,
    .state_init = state_init,
    .update = update,
    .merge = merge,
    .finish = finish,
    .state_drop = state_drop,
};
static const jb_partial partials[] = {{JB_PARTIAL_DISTINCT, 0}};
static const jb_metric_partial partial = {
    .size = sizeof(jb_metric_partial),
    .partials = partials,
    .n_partials = 1,
    .absorb = update, /* one row per distinct value: the same work */
};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}, {JB_METRIC_PARTIAL, &partial}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", NULL, NULL,
     "The column, or an expression over the row.", "列名，或由列构成的算式。"},
};

const jb_component m_component_count_distinct = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "count_distinct",
    .title = "Count of distinct values",
    .title_zh = "去重计数",
    .help = "How many different non-NULL values a column has, exactly.",
    .help_zh = "某列不同的非空值的个数，精确。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .create = m_create,
    .destroy = m_destroy,
    .ifaces = ifaces,
    .n_ifaces = M_COUNT(ifaces),
};
