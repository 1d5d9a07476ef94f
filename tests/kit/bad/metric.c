// SPDX-License-Identifier: Apache-2.0
/* A sound metric: the sum of an int64 column. Each BAD_… switches one mistake on. */
#include <jianbao/plugin_util.h>

#include <stdio.h>
#include <unistd.h>

static const jb_host *host;

typedef struct state {
    int64_t sum, n;
    const int64_t *kept;
    void *more;
} state;

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    (void)self;
    if (strcmp(in->children[0]->format, "l") != 0) {
#ifdef BAD_SILENT
        return JB_E_CONFIG;
#else
        return jb_fail_text(host, ctx, JB_E_CONFIG, "column",
                            "only whole numbers can be summed here");
#endif
    }
    shape->state_size = sizeof(state);
#ifdef BAD_OUTSIDE
    shape->state_size = 16;
#endif
    if (jb_schema_make(out, "+s", "", 1) != 0 ||
        jb_schema_make(out->children[0], "l", "value", 0) != 0)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    return JB_OK;
}

static void state_init(const void *self, void *at)
{
    (void)self;
#ifndef BAD_INIT
    memset(at, 0, 16);
#endif
#ifndef BAD_OUTSIDE
    ((state *)at)->kept = NULL;
    ((state *)at)->more = NULL;
#endif
#ifdef BAD_LEAK
    ((state *)at)->more = malloc(40);
#endif
}

static jb_status add(jb_ctx *ctx, state *s, int64_t v)
{
    s->n++;
#ifdef BAD_WRAP
    s->sum = (int64_t)((uint64_t)s->sum + (uint64_t)v);
#else
    if (__builtin_add_overflow(s->sum, v, &s->sum))
        return jb_fail_text(host, ctx, JB_E_OVERFLOW, "column",
                            "the sum leaves the range of int64");
#endif
    (void)ctx;
    return JB_OK;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const struct ArrowArray *c = &b->columns[0];
    uint64_t i;
    (void)self;
#ifdef BAD_PRINTS
    printf("adding %d rows\n", (int)b->n);
#endif
#ifdef BAD_CANCEL
    usleep(400000);
#endif
#ifdef BAD_HANG
    for (;;)
        usleep(1000000);
#endif
#ifdef BAD_ABORT
    abort();
#endif
#ifdef BAD_EXIT
    exit(0);
#endif
    for (i = 0; i < b->n; i++) {
        int64_t row = b->sel != NULL ? (int64_t)b->sel[i] : (int64_t)i;
        state *s = (state *)b->state[b->group != NULL ? b->group[i] : 0];
#ifdef BAD_SEL
        row = (int64_t)i;
#endif
#ifdef BAD_GROUP
        s = (state *)b->state[0];
#endif
#ifdef BAD_KEEPS
        s->kept = (const int64_t *)c->buffers[1];
#endif
#ifdef BAD_OUTSIDE
        ((int64_t *)s)[2] = row;
#endif
#ifdef BAD_WRITES
        ((int64_t *)(uintptr_t)c->buffers[1])[row] = 0;
#endif
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
#ifdef BAD_MERGE
    if (a->n > 0)
        return JB_OK;
#endif
    status = add(ctx, a, b->sum);
    a->n += b->n - 1;
    return status;
}

#ifdef BAD_DOUBLE
static void release_and_forget(struct ArrowArray *a)
{
    jb_array_release(a);
    a->release = release_and_forget;
}
#endif

static jb_status finish(jb_ctx *ctx, const void *self, void *const *states, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
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
#ifdef BAD_NULLS
        *(volatile int64_t *)&v /= s->n;
#endif
#ifdef BAD_KEEPS
        v += s->kept != NULL && *(const volatile int64_t *)s->kept == 42 ? 1 : 0;
#endif
#ifdef BAD_RANDOM
        v += (int64_t)getpid();
#endif
#ifdef BAD_FINISH
        s->sum += 1;
#endif
        if (s->n > 0)
            jb_set_cell(out->children[0], (int64_t)i, &v, 8);
    }
#ifdef BAD_GARBAGE
    out->children[0]->length = (int64_t)n + 100;
    out->children[0]->null_count = (int64_t)n + 200;
#endif
#ifdef BAD_DOUBLE
    out->release = release_and_forget;
#endif
    return JB_OK;
}

static void state_drop(const void *self, void *at)
{
    (void)self;
    (void)at;
#ifdef BAD_FREE
    free(at);
#endif
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
                return jb_fail_text(host, ctx, JB_E_OVERFLOW, "column",
                                    "the sum leaves the range of int64");
            (void)add(ctx, s, (int64_t)sum);
            s->n += count - 1;
#ifdef BAD_PARTIAL
            s->sum = count;
#endif
        }
    }
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)args;
    (void)ctx;
    *self = NULL;
#ifdef BAD_CREATE
    static int times;
    if (times++ > 0)
        return jb_fail_text(host, ctx, JB_E_CONFIG, NULL, "there is one already");
#endif
    return JB_OK;
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_metric metric = {.size = sizeof(jb_metric),
                                 .bind = bind,
                                 .state_init = state_init,
                                 .update = update,
                                 .merge = merge,
                                 .finish = finish,
                                 .state_drop = state_drop};
static const jb_partial partials[] = {{JB_PARTIAL_COUNT, 0}, {JB_PARTIAL_SUM, 0}};
static const jb_metric_partial partial = {
    .size = sizeof(jb_metric_partial), .partials = partials, .n_partials = 2, .absorb = absorb};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}, {JB_METRIC_PARTIAL, &partial}};
static const jb_param params[] = {{.size = sizeof(jb_param),
                                   .type = JB_T_COLUMN,
                                   .flags = JB_P_REQUIRED,
                                   .key = "column",
                                   .help = "What is summed.",
#ifndef BAD_HELP
                                   .help_zh = "求和的列。"
#endif
}};
static const jb_component component = {.size = sizeof(jb_component),
                                       .kind = "metric",
                                       .name = "kit_sum",
                                       .title = "sum",
                                       .title_zh = "合计",
                                       .help = "A sum.",
                                       .help_zh = "合计。",
                                       .params = params,
                                       .n_params = 1,
                                       .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces,
                                       .n_ifaces = 2,
                                       .create = create};
static const jb_component *const components[] = {&component};

#ifdef BAD_EXPORTS
JB_EXPORT int kit_helper(void);
int kit_helper(void)
{
    return 1;
}
#endif

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.kit.metric",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 1,
                                          .init = init};
