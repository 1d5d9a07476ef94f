// SPDX-License-Identifier: Apache-2.0
/* count: the rows kept. */
#include "metrics.h"

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    (void)self;
    (void)in;
    m_shape(shape, JB_ADDITIVE, sizeof(int64_t));
    return m_out_value(ctx, out, "l");
}

static void state_init(const void *self, void *state)
{
    (void)self;
    *(int64_t *)state = 0;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    (void)ctx;
    (void)self;
    if (b->group == NULL) {
        if (b->n > 0)
            *(int64_t *)b->state[0] += (int64_t)b->n;
        return JB_OK;
    }
    for (uint64_t i = 0; i < b->n; i++)
        ++*(int64_t *)b->state[b->group[i]];
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    (void)ctx;
    (void)self;
    *(int64_t *)into += *(const int64_t *)from;
    return JB_OK;
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    struct ArrowArray *value;
    (void)self;
    (void)rows_of;
    jb_status status = m_out_column(ctx, out, n, 8, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++)
        jb_set_cell(value, (int64_t)i, state[i], 8);
    return status;
}

/* Column 0 holds the rows another engine counted for each group. */
static jb_status absorb(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    (void)ctx;
    (void)self;
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        if (!jb_is_null(&b->columns[0], row))
            *(int64_t *)m_state(b, i) += (int64_t)jb_int_cell(&b->columns[0], 'l', row);
    }
    return JB_OK;
}

static const jb_metric metric = {
    .size = sizeof(jb_metric),
    .bind = bind,
    .state_init = state_init,
    .update = update,
    .merge = merge,
    .finish = finish,
};
static const jb_partial partials[] = {{JB_PARTIAL_COUNT, -1}};
static const jb_metric_partial partial = {
    .size = sizeof(jb_metric_partial),
    .partials = partials,
    .n_partials = 1,
    .absorb = absorb,
};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}, {JB_METRIC_PARTIAL, &partial}};

const jb_component m_component_count = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "count",
    .title = "Count of rows",
    .title_zh = "计数",
    .help = "How many rows of the source satisfy the condition.",
    .help_zh = "符合条件的行数。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = M_COUNT(ifaces),
};
