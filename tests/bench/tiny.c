// SPDX-License-Identifier: Apache-2.0
/* One of many small metric plugins; N makes each a file, an id and a type of its own. */
#include "jianbao/plugin_util.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)ctx;
    (void)args;
    *self = NULL;
    return JB_OK;
}

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in, struct ArrowSchema *out,
                      jb_metric_shape *shape)
{
    (void)ctx;
    (void)self;
    (void)in;
    shape->state_size = sizeof(int64_t);
    shape->flags = JB_ADDITIVE;
    return jb_schema_make(out, "+s", "", 1) != 0 || jb_schema_make(out->children[0], "l", "value", 0) != 0
               ? JB_E_MEMORY
               : JB_OK;
}

static void state_init(const void *self, void *state)
{
    (void)self;
    *(int64_t *)state = 0;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    uint64_t i;
    (void)ctx;
    (void)self;
    for (i = 0; i < b->n; i++)
        ++*(int64_t *)b->state[b->group != NULL ? b->group[i] : 0];
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
    const size_t none = 0;
    uint64_t i;
    (void)ctx;
    (void)self;
    (void)rows_of;
    if (jb_array_make(out, (int64_t)n, 1, &none, 1) != 0 ||
        jb_column_make(out->children[0], (int64_t)n, 8) != 0)
        return JB_E_MEMORY;
    for (i = 0; i < n; i++)
        jb_set_cell(out->children[0], (int64_t)i, state[i], 8);
    return JB_OK;
}

static const jb_metric table = {.size = sizeof table, .bind = bind, .state_init = state_init,
                                .update = update, .merge = merge, .finish = finish};
static const jb_iface ifaces[] = {{JB_METRIC, &table}};
static const jb_component type = {
    .size = sizeof type, .kind = "metric", .name = "tiny" TEXT(N), .title = "Rows", .title_zh = "行数",
    .help = "Counts rows.", .help_zh = "数行。", .param_stride = sizeof(jb_param),
    .ifaces = ifaces, .n_ifaces = 1, .create = create};
static const jb_component *const components[] = {&type};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR, .id = "bench.tiny" TEXT(N),
    .version = "1.0", .license = "Apache-2.0", .url = "", .components = components, .n_components = 1};
