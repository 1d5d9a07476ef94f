// SPDX-License-Identifier: Apache-2.0
/* median and quantile: linear interpolation between neighbours (percentile_cont), exact on scaled
 * integers. A state keeps value and count pairs, so memory grows with distinct values, not with
 * rows. */
#include "metrics.h"

#include <math.h>

typedef struct pair {
    jb_i128 value; /* floats: their bits, mapped so that integers order as the numbers do */
    int64_t count, reserved;
} pair;

typedef struct q_state {
    pair *pairs;
    uint64_t n, cap, sorted; /* the first `sorted` pairs are in order and distinct */
    int64_t values;
} q_state;

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(q_state));
}

static void state_drop(const void *self, void *state)
{
    (void)self;
    free(((q_state *)state)->pairs);
}

static jb_i128 of_double(double f)
{
    int64_t bits;
    memcpy(&bits, &f, 8);
    return bits >= 0 ? bits : (jb_i128)INT64_MIN - bits;
}

static double to_double(jb_i128 v)
{
    int64_t bits = v >= 0 ? (int64_t)v : (int64_t)((jb_i128)INT64_MIN - v);
    double f;
    memcpy(&f, &bits, 8);
    return f;
}

static int by_value(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Sorts and joins equal values. */
static void compact(q_state *st)
{
    uint64_t kept = 0;
    if (st->sorted == st->n)
        return;
    qsort(st->pairs, st->n, sizeof *st->pairs, by_value);
    for (uint64_t i = 0; i < st->n; i++) {
        if (kept > 0 && st->pairs[kept - 1].value == st->pairs[i].value)
            st->pairs[kept - 1].count += st->pairs[i].count;
        else
            st->pairs[kept++] = st->pairs[i];
    }
    st->n = st->sorted = kept;
}

static int add(q_state *st, jb_i128 value, int64_t count)
{
    if (st->n == st->cap) {
        compact(st);
        if (st->n * 2 > st->cap || st->cap == 0) {
            uint64_t cap = st->cap == 0 ? 16 : st->cap * 2;
            pair *grown = realloc(st->pairs, cap * sizeof *grown);
            if (grown == NULL)
                return -1;
            st->pairs = grown;
            st->cap = cap;
        }
    }
    st->pairs[st->n].value = value;
    st->pairs[st->n].count = count;
    st->pairs[st->n++].reserved = 0;
    st->values += count;
    return 0;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const m_self *s = self;
    const struct ArrowArray *column = &b->columns[0];
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        jb_i128 v;
        if (jb_is_null(column, row))
            continue;
        if (s->kind == 'g') {
            double f = ((const double *)column->buffers[1])[column->offset + row];
            if (isnan(f))
                continue;
            v = of_double(f);
        } else {
            v = jb_int_cell(column, s->kind, row);
        }
        if (add(m_state(b, i), v, 1) != 0)
            return m_fail_memory(ctx);
    }
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    const q_state *b = from;
    (void)self;
    for (uint64_t i = 0; i < b->n; i++) {
        if (add(into, b->pairs[i].value, b->pairs[i].count) != 0)
            return m_fail_memory(ctx);
    }
    return JB_OK;
}

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    m_self *s = self;
    jb_status status = m_bind_column(ctx, s, in, 1);
    if (status != JB_OK)
        return status;
    m_shape(shape, JB_UNIT_OF_COLUMN, sizeof(q_state));
    return m_out_value(ctx, out, s->kind == 'g' ? "g" : "d:38,6");
}

/* The value at 0-based place `at` of the sorted values. */
static jb_i128 nth(const q_state *st, jb_i128 at)
{
    for (uint64_t i = 0; i < st->n; i++) {
        if (at < st->pairs[i].count)
            return st->pairs[i].value;
        at -= st->pairs[i].count;
    }
    return st->pairs[st->n - 1].value;
}

/* low + (high - low) × rest/one at 6 decimals, rounded once. 0 ok, -1 overflow. */
static int between(const m_self *s, jb_i128 low, jb_i128 high, jb_i128 rest, jb_i128 one,
                   jb_i128 *out)
{
    jb_i128 step, part, whole;
    if (rest == 0)
        return jb_dec_rescale(low, s->scale, 6, out);
    if (__builtin_sub_overflow(high, low, &step) || jb_dec_mul(step, rest, &part) != 0 ||
        jb_dec_mul(low, one, &whole) != 0 || jb_dec_add(whole, part, &whole) != 0)
        return -1;
    return jb_dec_rescale(whole, s->scale + s->q_scale, 6, out);
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    const m_self *s = self;
    struct ArrowArray *value;
    jb_i128 one = jb_pow10(s->q_scale);
    (void)rows_of;
    jb_status status = m_out_column(ctx, out, n, s->kind == 'g' ? 8 : 16, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        q_state *st = state[i];
        if (st->values == 0)
            continue;
        compact(st);
        jb_i128 place = s->q * (st->values - 1), rest = place % one, v = 0;
        jb_i128 low = nth(st, place / one), high = rest == 0 ? low : nth(st, place / one + 1);
        if (s->kind == 'g') {
            double a = to_double(low), b = to_double(high);
            double f = a + (b - a) * ((double)rest / (double)one);
            jb_set_cell(value, (int64_t)i, &f, 8);
        } else if (between(s, low, high, rest, one, &v) == 0) {
            jb_set_cell(value, (int64_t)i, &v, 16);
        } else {
            out->release(out);
            return m_fail_overflow(ctx);
        }
    }
    return status;
}

static jb_status create_median(jb_ctx *ctx, const jb_args *args, void **self)
{
    jb_status status = m_create(ctx, args, self);
    if (status == JB_OK) {
        ((m_self *)*self)->q = 5;
        ((m_self *)*self)->q_scale = 1;
    }
    return status;
}

static jb_status create_quantile(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *q = "";
    jb_status status = m_create(ctx, args, self);
    if (status != JB_OK)
        return status;
    m_self *s = *self;
    m_host->get_str(args, "q", &q);
    if (jb_dec_parse(q, strlen(q), &s->q, &s->q_scale) != 0 || s->q_scale > 12) {
        free(s);
        return jb_fail_code(m_host, ctx, JB_E_CONFIG, "E0563", "q", NULL, NULL, NULL);
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
    .state_drop = state_drop,
};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", NULL, NULL,
     "The column, or an expression over the row.", "列名，或由列构成的算式。"},
    {sizeof(jb_param), JB_T_NUM, JB_P_REQUIRED, 0, "q", NULL, "0..1",
     "Which quantile, such as 0.9.", "分位，例如 0.9。"},
};

const jb_component m_component_median = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "median",
    .title = "Median",
    .title_zh = "中位数",
    .help = "The middle of the non-NULL values, interpolated linearly, to 6 decimals.",
    .help_zh = "非空值的中位数，线性插值，保留 6 位小数。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .create = create_median,
    .destroy = m_destroy,
    .ifaces = ifaces,
    .n_ifaces = M_COUNT(ifaces),
};

const jb_component m_component_quantile = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "quantile",
    .title = "Quantile",
    .title_zh = "分位数",
    .help = "The value below which a share q lies, interpolated linearly, to 6 decimals.",
    .help_zh = "给定分位上的值，线性插值，保留 6 位小数。",
    .params = params,
    .n_params = 2,
    .param_stride = sizeof(jb_param),
    .create = create_quantile,
    .destroy = m_destroy,
    .ifaces = ifaces,
    .n_ifaces = M_COUNT(ifaces),
};
