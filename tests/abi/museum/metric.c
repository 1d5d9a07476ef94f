// SPDX-License-Identifier: Apache-2.0
/* A sound metric: the sum of an int64 column. Frozen as an author of version 1.0 may have written it. */
#include "util.h"

#include <stdio.h>

static const jb_host *host;

typedef struct state {
    int64_t sum, n;
    const int64_t *kept;
    void *more;
} state;

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in, struct ArrowSchema *out,
                      jb_metric_shape *shape)
{
    (void)self;
    if (strcmp(in->children[0]->format, "l") != 0) {
        return jb_fail_text(host, ctx, JB_E_CONFIG, "column", "only whole numbers can be summed here");
    }
    shape->state_size = sizeof(state);
    if (jb_schema_make(out, "+s", "", 1) != 0 || jb_schema_make(out->children[0], "l", "value", 0) != 0)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    return JB_OK;
}

static void state_init(const void *self, void *at)
{
    (void)self;
    memset(at, 0, 16);
    ((state *)at)->kept = NULL;
    ((state *)at)->more = NULL;
}

static jb_status add(jb_ctx *ctx, state *s, int64_t v)
{
    s->n++;
    if (__builtin_add_overflow(s->sum, v, &s->sum))
        return jb_fail_text(host, ctx, JB_E_OVERFLOW, "column", "the sum leaves the range of int64");
    (void)ctx;
    return JB_OK;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const struct ArrowArray *c = &b->columns[0];
    uint64_t i;
    (void)self;
    for (i = 0; i < b->n; i++) {
        int64_t row = b->sel != NULL ? (int64_t)b->sel[i] : (int64_t)i;
        state *s = (state *)b->state[b->group != NULL ? b->group[i] : 0];
        if (!jb_is_null(c, row)) {
            jb_status status = add(ctx, s, (int64_t)jb_int_cell(c, 'l', row));
            if (status != JB_OK)
                return status;
        }
    }
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    state *a = (state *)into;
    const state *b = (const state *)from;
    jb_status status;
    (void)self;
    status = add(ctx, a, b->sum);
    a->n += b->n - 1;
    return status;
}


static jb_status finish(jb_ctx *ctx, const void *self, void *const *states, uint64_t n, struct ArrowArray *out,
                        uint64_t *rows_of)
{
    uint64_t i;
    (void)self;
    (void)rows_of;
    if (jb_array_make(out, (int64_t)n, 1, (const size_t[]){0}, 1) != 0 ||
        jb_column_make(out->children[0], (int64_t)n, 8) != 0)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    for (i = 0; i < n; i++) {
        state *s = (state *)states[i];
        int64_t v = s->sum;
        if (s->n > 0)
            jb_set_cell(out->children[0], (int64_t)i, &v, 8);
    }
    return JB_OK;
}

static void state_drop(const void *self, void *at)
{
    (void)self;
    (void)at;
}

/* count of values and their sum */
static jb_status absorb(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    uint64_t i;
    (void)self;
    for (i = 0; i < b->n; i++) {
        state *s = (state *)b->state[b->group != NULL ? b->group[i] : 0];
        int64_t count = (int64_t)jb_int_cell(&b->columns[0], 'l', (int64_t)i);
        if (count > 0) {
            jb_i128 sum = jb_int_cell(&b->columns[1], 'h', (int64_t)i);
            if (sum > INT64_MAX || sum < INT64_MIN)
                return jb_fail_text(host, ctx, JB_E_OVERFLOW, "column", "the sum leaves the range of int64");
            (void)add(ctx, s, (int64_t)sum);
            s->n += count - 1;
        }
    }
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)args;
    (void)ctx;
    *self = NULL;
    return JB_OK;
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_metric metric = {.size = sizeof(jb_metric), .bind = bind, .state_init = state_init, .update = update,
                                 .merge = merge, .finish = finish, .state_drop = state_drop};
static const jb_partial partials[] = {{JB_PARTIAL_COUNT, 0}, {JB_PARTIAL_SUM, 0}};
static const jb_metric_partial partial = {.size = sizeof(jb_metric_partial), .partials = partials, .n_partials = 2,
                                          .absorb = absorb};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}, {JB_METRIC_PARTIAL, &partial}};
static const jb_param params[] = {{.size = sizeof(jb_param), .type = JB_T_COLUMN, .flags = JB_P_REQUIRED, .key = "column",
                                   .help = "What is summed.",
                                   .help_zh = "求和的列。"
}};
static const jb_component component = {.size = sizeof(jb_component), .kind = "metric", .name = "museum_sum",
                                       .title = "sum", .title_zh = "合计", .help = "A sum.", .help_zh = "合计。",
                                       .params = params, .n_params = 1, .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces, .n_ifaces = 2, .create = create};
static const jb_component *const components[] = {&component};


JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR,
                                          .id = "test.museum.metric", .version = "1.0", .license = "Apache-2.0", .url = "",
                                          .components = components, .n_components = 1, .init = init};
