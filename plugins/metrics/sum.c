// SPDX-License-Identifier: Apache-2.0
/* sum and mean: exact on 128 bits for integers and decimals, in double only for float columns. */
#include "metrics.h"

#include <math.h>
#include <stdio.h>

typedef struct sum_state {
    jb_i128 sum;
    double f;
    int64_t rows, values; /* rows kept; those that are not NULL */
} sum_state;

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(sum_state));
}

static jb_status bind_sum(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                          struct ArrowSchema *out, jb_metric_shape *shape)
{
    m_self *s = self;
    char format[32];
    jb_status status = m_bind_column(ctx, s, in, 1);
    if (status != JB_OK)
        return status;
    m_shape(shape, JB_ADDITIVE | JB_UNIT_OF_COLUMN, sizeof(sum_state));
    snprintf(format, sizeof format, "d:%d,%d", JB_DEC_DIGITS, (int)s->scale);
    return m_out_value(ctx, out, s->kind == 'g' ? "g" : format);
}

static jb_status bind_mean(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                           struct ArrowSchema *out, jb_metric_shape *shape)
{
    m_self *s = self;
    jb_status status = m_bind_column(ctx, s, in, 1);
    if (status != JB_OK)
        return status;
    m_shape(shape, JB_UNIT_OF_COLUMN, sizeof(sum_state));
    return m_out_value(ctx, out, s->kind == 'g' ? "g" : "d:38,6");
}

/* All rows of a batch into one state. Halves of 32 bits are added up in 64: no batch is long enough
 * to overflow them, and the loop becomes vector instructions. */
static void add_whole(const jb_batch *b, const int64_t *cells)
{
    int64_t high = 0;
    uint64_t low = 0;
    sum_state *st = m_state(b, 0);
    for (uint64_t i = 0; i < b->n; i++) {
        high += cells[i] >> 32;
        low += (uint32_t)cells[i];
    }
    st->rows += (int64_t)b->n;
    st->values += (int64_t)b->n;
    st->sum += (jb_i128)high * ((jb_i128)1 << 32) + low;
}

/* 64-bit cells cannot leave 128 bits in fewer than 2^63 rows, so only 128-bit cells are checked. */
static void add_narrow(const jb_batch *b)
{
    const struct ArrowArray *column = &b->columns[0];
    const int64_t *cells = (const int64_t *)column->buffers[1];
    int nulls = column->buffers[0] != NULL;
    if (!nulls && b->sel == NULL && b->group == NULL && b->n > 0 && b->n < UINT32_MAX) {
        add_whole(b, cells);
        return;
    }
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        sum_state *st = m_state(b, i);
        st->rows++;
        if (nulls && jb_is_null(column, row))
            continue;
        st->values++;
        st->sum += cells[row];
    }
}

static int add_wide(const jb_batch *b)
{
    const struct ArrowArray *column = &b->columns[0];
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        sum_state *st = m_state(b, i);
        st->rows++;
        if (jb_is_null(column, row))
            continue;
        st->values++;
        if (__builtin_add_overflow(st->sum, jb_int_cell(column, 'h', row), &st->sum))
            return -1;
    }
    return 0;
}

static void add_float(const jb_batch *b)
{
    const struct ArrowArray *column = &b->columns[0];
    const double *cells = (const double *)column->buffers[1];
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        sum_state *st = m_state(b, i);
        st->rows++;
        if (jb_is_null(column, row))
            continue;
        st->values++;
        st->f += cells[row];
    }
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const m_self *s = self;
    if (s->kind == 'g')
        add_float(b);
    else if (s->kind != 'h')
        add_narrow(b);
    else if (add_wide(b) != 0)
        return m_fail_overflow(ctx);
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    sum_state *a = into;
    const sum_state *b = from;
    (void)self;
    a->rows += b->rows;
    a->values += b->values;
    a->f += b->f;
    if (__builtin_add_overflow(a->sum, b->sum, &a->sum))
        return m_fail_overflow(ctx);
    return JB_OK;
}

static jb_status finish_sum(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                            struct ArrowArray *out, uint64_t *rows_of)
{
    const m_self *s = self;
    struct ArrowArray *value;
    (void)rows_of;
    jb_status status = m_out_column(ctx, out, n, s->kind == 'g' ? 8 : 16, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        const sum_state *st = state[i];
        if (st->rows > 0 && st->values == 0)
            continue; /* only NULLs: missing; no rows at all: zero */
        if (s->kind == 'g' ? !isfinite(st->f) : !jb_dec_fits(st->sum)) {
            out->release(out);
            return m_fail_overflow(ctx);
        }
        if (s->kind == 'g')
            jb_set_cell(value, (int64_t)i, &st->f, 8);
        else
            jb_set_cell(value, (int64_t)i, &st->sum, 16);
    }
    return status;
}

static jb_status finish_mean(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                             struct ArrowArray *out, uint64_t *rows_of)
{
    const m_self *s = self;
    struct ArrowArray *value;
    (void)rows_of;
    jb_status status = m_out_column(ctx, out, n, s->kind == 'g' ? 8 : 16, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        const sum_state *st = state[i];
        if (st->values == 0)
            continue;
        double f = st->f / (double)st->values;
        jb_i128 mean = 0;
        if (s->kind == 'g' ? !isfinite(f)
                           : !jb_dec_fits(st->sum) ||
                                 jb_dec_divide(st->sum, s->scale, st->values, 0, 6, &mean) != 0) {
            out->release(out);
            return m_fail_overflow(ctx);
        }
        if (s->kind == 'g')
            jb_set_cell(value, (int64_t)i, &f, 8);
        else
            jb_set_cell(value, (int64_t)i, &mean, 16);
    }
    return status;
}

/* Columns: sum, non-NULL values, rows. Another engine gives the sum as a decimal or a double. */
static jb_status absorb(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const m_self *s = self;
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        sum_state *st = m_state(b, i);
        st->rows += (int64_t)jb_int_cell(&b->columns[2], 'l', row);
        st->values += (int64_t)jb_int_cell(&b->columns[1], 'l', row);
        if (jb_is_null(&b->columns[0], row))
            continue;
        if (s->kind == 'g')
            st->f += ((const double *)b->columns[0].buffers[1])[row];
        else if (__builtin_add_overflow(st->sum, jb_int_cell(&b->columns[0], 'h', row), &st->sum))
            return m_fail_overflow(ctx);
    }
    return JB_OK;
}

static const jb_metric sum_metric = {
    .size = sizeof(jb_metric),
    .bind = bind_sum,
    .state_init = state_init,
    .update = update,
    .merge = merge,
    .finish = finish_sum,
};
static const jb_metric mean_metric = {
    .size = sizeof(jb_metric),
    .bind = bind_mean,
    .state_init = state_init,
    .update = update,
    .merge = merge,
    .finish = finish_mean,
};
static const jb_partial partials[] = {
    {JB_PARTIAL_SUM, 0}, {JB_PARTIAL_COUNT, 0}, {JB_PARTIAL_COUNT, -1}};
static const jb_metric_partial partial = {
    .size = sizeof(jb_metric_partial),
    .partials = partials,
    .n_partials = M_COUNT(partials),
    .absorb = absorb,
};
static const jb_iface sum_ifaces[] = {{JB_METRIC, &sum_metric}, {JB_METRIC_PARTIAL, &partial}};
/* The mean is divided here, never in the database: only its sum and count are asked for. */
static const jb_iface mean_ifaces[] = {{JB_METRIC, &mean_metric}, {JB_METRIC_PARTIAL, &partial}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", NULL, NULL,
     "The column, or an expression over the row.", "列名，或由列构成的算式。"},
};

const jb_component m_component_sum = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "sum",
    .title = "Sum",
    .title_zh = "合计",
    .help = "Exact sum of a column; 0 without rows, missing when all values are NULL.",
    .help_zh = "某列的精确合计；没有行时为 0，全部为空值时缺值。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .create = m_create,
    .destroy = m_destroy,
    .ifaces = sum_ifaces,
    .n_ifaces = M_COUNT(sum_ifaces),
};

const jb_component m_component_mean = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "mean",
    .title = "Mean",
    .title_zh = "平均值",
    .help = "Arithmetic mean of the non-NULL values, rounded half up to 6 decimals.",
    .help_zh = "非空值的算术平均，四舍五入保留 6 位小数。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .create = m_create,
    .destroy = m_destroy,
    .ifaces = mean_ifaces,
    .n_ifaces = M_COUNT(mean_ifaces),
};
