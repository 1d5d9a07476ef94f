// SPDX-License-Identifier: Apache-2.0
/* Metrics that tests need and nobody else: one that depends on the order of rows, and ones that
 * break the contract in ways a stranger's plugin might. */
#include "odd.h"

static const jb_host *host;

void odd_use(const jb_host *h)
{
    host = h;
}

/* ---- last: the value of the last row that has one, in source order ---- */

typedef struct last_state {
    int64_t value, set;
} last_state;

static jb_status last_bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                           struct ArrowSchema *out, jb_metric_shape *shape)
{
    (void)ctx;
    (void)self;
    (void)in;
    shape->state_size = sizeof(last_state);
    return jb_schema_make(out, "+s", "", 1) || jb_schema_make(out->children[0], "l", "value", 0)
               ? JB_E_MEMORY
               : JB_OK;
}

static void last_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(last_state));
}

static jb_status last_update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    (void)ctx;
    (void)self;
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = b->sel != NULL ? (int64_t)b->sel[i] : (int64_t)i;
        last_state *s = b->state[b->group != NULL ? b->group[i] : 0];
        if (!jb_is_null(&b->columns[0], row)) {
            s->value = (int64_t)jb_int_cell(&b->columns[0], 'l', row);
            s->set = 1;
        }
    }
    return JB_OK;
}

static jb_status last_finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                             struct ArrowArray *out, uint64_t *rows_of)
{
    const size_t none[1] = {0};
    (void)ctx;
    (void)self;
    (void)rows_of;
    if (jb_array_make(out, (int64_t)n, 1, none, 1) != 0 ||
        jb_column_make(out->children[0], (int64_t)n, 8) != 0)
        return JB_E_MEMORY;
    for (uint64_t i = 0; i < n; i++) {
        if (((const last_state *)state[i])->set)
            jb_set_cell(out->children[0], (int64_t)i, &((const last_state *)state[i])->value, 8);
    }
    return JB_OK;
}

static const jb_metric last_metric = {.size = sizeof(jb_metric),
                                      .flags = JB_M_ORDERED,
                                      .bind = last_bind,
                                      .state_init = last_init,
                                      .update = last_update,
                                      .finish = last_finish};

/* ---- wrong: breaks the contract as `how` says ---- */

typedef struct wrong {
    const char *how;
} wrong;

static jb_status wrong_create(jb_ctx *ctx, const jb_args *args, void **self)
{
    wrong *w = calloc(1, sizeof *w);
    (void)ctx;
    host->get_str(args, "how", &w->how);
    *self = w;
    return JB_OK;
}

static int is(const void *self, const char *how)
{
    return strcmp(((const wrong *)self)->how, how) == 0;
}

static jb_status wrong_bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                            struct ArrowSchema *out, jb_metric_shape *shape)
{
    jb_status status = last_bind(ctx, self, in, out, shape);
    if (is(self, "no value")) {
        out->release(out);
        status =
            jb_schema_make(out, "+s", "", 1) || jb_schema_make(out->children[0], "l", "result", 0);
    }
    if (is(self, "huge state"))
        shape->state_size = (uint64_t)1 << 40;
    if (is(self, "no schema")) {
        out->release(out);
        memset(out, 0, sizeof *out);
    }
    return status;
}

static jb_status wrong_update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    if (is(self, "silent failure"))
        return JB_E_DATA;
    if (is(self, "told and fine")) {
        jb_fail_text(host, ctx, JB_E_DATA, NULL, "something is wrong");
        return JB_OK;
    }
    return last_update(ctx, self, b);
}

static jb_status wrong_merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    (void)ctx;
    (void)self;
    if (((const last_state *)from)->set)
        *(last_state *)into = *(const last_state *)from;
    return JB_OK;
}

static jb_status wrong_finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                              struct ArrowArray *out, uint64_t *rows_of)
{
    jb_status status = last_finish(ctx, self, state, n, out, rows_of);
    if (is(self, "one row more"))
        out->length++;
    if (is(self, "short column"))
        out->children[0]->length = 0;
    if (is(self, "nothing"))
        out->release(out);
    return status;
}

static const jb_metric wrong_metric = {.size = sizeof(jb_metric),
                                       .bind = wrong_bind,
                                       .state_init = last_init,
                                       .update = wrong_update,
                                       .merge = wrong_merge,
                                       .finish = wrong_finish};

/* ---- wrong_derive: likewise for derived metrics ---- */

static jb_status derive_eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n,
                             jb_derived *out)
{
    const size_t none[1] = {0};
    int64_t rows = is(self, "rows") && !(in[0].flags & JB_FIG_SHAPE) ? 3 : 1;
    (void)ctx;
    (void)n;
    if (is(self, "nothing"))
        return JB_OK;
    if (is(self, "keys"))
        out->n_keys = 4;
    jb_schema_make(&out->schema, "+s", "", 1);
    jb_schema_make(out->schema.children[0], is(self, "type") ? "z" : "l", "value", 0);
    jb_array_make(&out->array, rows, 1, none, 1);
    out->array.null_count = 0;
    jb_column_make(out->array.children[0], is(self, "short") ? 0 : rows, 8);
    return JB_OK;
}

static const jb_derive wrong_derive = {.size = sizeof(jb_derive), .eval = derive_eval};

static const jb_iface last_ifaces[] = {{JB_METRIC, &last_metric}};
static const jb_iface wrong_ifaces[] = {{JB_METRIC, &wrong_metric}};
static const jb_iface derive_ifaces[] = {{JB_DERIVE, &wrong_derive}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", NULL, NULL, "A column.", "列。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "how", "not", NULL, "What is wrong.", "错在哪里。"},
};
static const jb_param derive_params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "A figure.", "指标。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "how", "not", NULL, "What is wrong.", "错在哪里。"},
};

#define ODD(variable, type, table, list, make, drop)                                               \
    const jb_component variable = {.size = sizeof(jb_component),                                   \
                                   .kind = "metric",                                               \
                                   .name = type,                                                   \
                                   .title = type,                                                  \
                                   .title_zh = type,                                               \
                                   .help = "For tests.",                                           \
                                   .help_zh = "测试用。",                                          \
                                   .params = list,                                                 \
                                   .n_params = 2,                                                  \
                                   .param_stride = sizeof(jb_param),                               \
                                   .ifaces = table,                                                \
                                   .n_ifaces = 1,                                                  \
                                   .create = make,                                                 \
                                   .destroy = drop}
ODD(odd_last, "last", last_ifaces, params, NULL, NULL);
ODD(odd_wrong, "wrong", wrong_ifaces, params, wrong_create, free);
ODD(odd_wrong_derive, "wrong_derive", derive_ifaces, derive_params, wrong_create, free);
