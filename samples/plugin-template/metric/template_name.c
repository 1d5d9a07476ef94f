// SPDX-License-Identifier: MIT-0
/* metric template_name: the largest value of a column less the smallest. Exact on integers and
 * decimals; NULL is skipped; a group without a value is missing. To make it yours: the state,
 * `take`, `merge` and `finish`. */
#include <jianbao/plugin_util.h>

#include <stdio.h>

static const jb_host *host;

/* One instance: what `bind` found out. Constant afterwards, for several threads share it. */
typedef struct template_name {
    char kind;       /* of the column: jb_format_kind */
    char format[16]; /* of the value */
} template_name;

/* What is kept for one group of rows; the host owns the memory and zeroes nothing. */
typedef struct template_name_state {
    jb_i128 lo, hi;
    int64_t n;
} template_name_state;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)args;
    *self = calloc(1, sizeof(template_name));
    return *self != NULL ? JB_OK : jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
}

/* The column's type is known: refuse what does not fit, say what comes out. */
static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    template_name *me = self;
    int32_t precision, scale;
    me->kind = jb_format_kind(in->children[0]->format, &precision, &scale);
    if (me->kind != 'l' && me->kind != 'd' && me->kind != 'h')
        return jb_fail_text(host, ctx, JB_E_CONFIG, "column",
                            "the column must be an integer or a decimal");
    if (me->kind == 'l')
        snprintf(me->format, sizeof me->format, "l");
    else /* a difference may have a digit more than the column */
        snprintf(me->format, sizeof me->format, "d:38,%d", (int)scale);
    if (jb_schema_make(out, "+s", "", 1) != 0)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    if (jb_schema_make(out->children[0], me->format, "value", 0) != 0) {
        out->release(out);
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    }
    shape->state_size = sizeof(template_name_state);
    shape->flags = JB_UNIT_OF_COLUMN;
    return JB_OK;
}

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(template_name_state));
}

static void take(template_name_state *s, jb_i128 lo, jb_i128 hi, int64_t n)
{
    s->lo = s->n == 0 || lo < s->lo ? lo : s->lo;
    s->hi = s->n == 0 || hi > s->hi ? hi : s->hi;
    s->n += n;
}

/* A batch of rows: `sel` are those that `where` kept, `group` says whose state each belongs to. */
static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const template_name *me = self;
    const struct ArrowArray *column = &b->columns[0];
    (void)ctx;
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = b->sel != NULL ? (int64_t)b->sel[i] : (int64_t)i;
        if (jb_is_null(column, row))
            continue;
        jb_i128 v = jb_int_cell(column, me->kind, row);
        take(b->state[b->group != NULL ? b->group[i] : 0], v, v, 1);
    }
    return JB_OK;
}

/* Parts of the source are read by several threads, each with states of its own. */
static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    const template_name_state *s = from;
    (void)ctx;
    (void)self;
    if (s->n > 0)
        take(into, s->lo, s->hi, s->n);
    return JB_OK;
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    const template_name *me = self;
    const size_t none[1] = {0};
    size_t each = me->kind == 'l' ? sizeof(int64_t) : sizeof(jb_i128);
    (void)rows_of;
    if (jb_array_make(out, (int64_t)n, 1, none, 1) != 0)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    if (jb_column_make(out->children[0], (int64_t)n, each) != 0) {
        out->release(out);
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    }
    for (uint64_t i = 0; i < n; i++) {
        const template_name_state *s = state[i];
        jb_i128 v;
        if (s->n == 0)
            continue; /* a cell that is never set is missing */
        if (__builtin_sub_overflow(s->hi, s->lo, &v) || !jb_dec_fits(v) ||
            (me->kind == 'l' && v > INT64_MAX)) {
            out->release(out);
            return jb_fail_text(host, ctx, JB_E_OVERFLOW, "column",
                                "the difference leaves the range of numbers");
        }
        jb_set_cell(out->children[0], (int64_t)i, &v,
                    each); /* little-endian: the low bytes are the narrow value */
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
static const jb_iface ifaces[] = {{JB_METRIC, &metric}};

static const jb_param params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_COLUMN,
     .flags = JB_P_REQUIRED,
     .key = "column",
     .help = "The column, or an expression over the row.",
     .help_zh = "列名，或由列构成的算式。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "template_name",
    .title = "Spread",
    .title_zh = "极差",
    .help = "Largest less smallest.",
    .help_zh = "最大值减最小值。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
    .create = create,
    .destroy = free,
};
static const jb_component *const components[] = {&component};

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0, /* N once a member marked "since 1.N" must be there */
    .id = "local.template_name",
    .version = "0.1.0",
    .license = "MIT-0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .init = init,
};
