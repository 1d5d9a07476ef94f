// SPDX-License-Identifier: Apache-2.0
/* min and max of numbers, dates and text (by code point). */
#include "metrics.h"

#include <math.h>

typedef struct mm_state {
    jb_i128 num;
    double f;
    char *text; /* owned */
    size_t len, cap;
    int64_t set;
} mm_state;

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(mm_state));
}

static void state_drop(const void *self, void *state)
{
    (void)self;
    free(((mm_state *)state)->text);
}

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    m_self *s = self;
    jb_status status = m_bind_column(ctx, s, in, 0);
    if (status != JB_OK)
        return status;
    if (s->kind == 'b')
        return m_fail_type(ctx, "column", "bool");
    m_shape(shape, JB_UNIT_OF_COLUMN, sizeof(mm_state));
    return m_out_value(ctx, out, s->format);
}

static int keep_text(mm_state *st, const char *text, size_t n)
{
    if (n + 1 > st->cap) {
        size_t cap = n + 1 < 32 ? 32 : n + 1;
        char *grown = realloc(st->text, cap);
        if (grown == NULL)
            return -1;
        st->text = grown;
        st->cap = cap;
    }
    memcpy(st->text, text, n);
    st->text[n] = '\0';
    st->len = n;
    return 0;
}

/* UTF-8 compares by code point when compared by unsigned bytes. */
static int compare_text(const char *a, size_t na, const char *b, size_t nb)
{
    int c = memcmp(a, b, na < nb ? na : nb);
    return c != 0 ? c : (na > nb) - (na < nb);
}

/* direction: 1 keeps the larger, -1 the smaller. */
static int offer(const m_self *s, int direction, mm_state *st, const struct ArrowArray *column,
                 int64_t row)
{
    if (s->kind == 'u') {
        size_t n;
        const char *text = jb_utf8_cell(column, row, &n);
        if (!st->set || compare_text(text, n, st->text, st->len) * direction > 0) {
            st->set = 1;
            return keep_text(st, text, n);
        }
        return 0;
    }
    if (s->kind == 'g') {
        double f = ((const double *)column->buffers[1])[column->offset + row];
        if (!isnan(f) && (!st->set || (direction > 0 ? f > st->f : f < st->f))) {
            st->f = f;
            st->set = 1;
        }
        return 0;
    }
    jb_i128 v = jb_int_cell(column, s->kind, row);
    if (!st->set || (direction > 0 ? v > st->num : v < st->num)) {
        st->num = v;
        st->set = 1;
    }
    return 0;
}

static jb_status update(jb_ctx *ctx, const m_self *s, int direction, const jb_batch *b)
{
    const struct ArrowArray *column = &b->columns[0];
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        if (!jb_is_null(column, row) && offer(s, direction, m_state(b, i), column, row) != 0)
            return m_fail_memory(ctx);
    }
    return JB_OK;
}

static jb_status update_min(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    return update(ctx, self, -1, b);
}

static jb_status update_max(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    return update(ctx, self, 1, b);
}

static jb_status merge(jb_ctx *ctx, const m_self *s, int direction, mm_state *a, const mm_state *b)
{
    int better;
    if (!b->set)
        return JB_OK;
    if (!a->set)
        better = 1;
    else if (s->kind == 'u')
        better = compare_text(b->text, b->len, a->text, a->len) * direction > 0;
    else if (s->kind == 'g')
        better = direction > 0 ? b->f > a->f : b->f < a->f;
    else
        better = direction > 0 ? b->num > a->num : b->num < a->num;
    if (!better)
        return JB_OK;
    a->set = 1;
    a->num = b->num;
    a->f = b->f;
    if (s->kind == 'u' && keep_text(a, b->text, b->len) != 0)
        return m_fail_memory(ctx);
    return JB_OK;
}

static jb_status merge_min(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    return merge(ctx, self, -1, into, from);
}

static jb_status merge_max(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    return merge(ctx, self, 1, into, from);
}

static jb_status finish_text(jb_ctx *ctx, void *const *state, uint64_t n, struct ArrowArray *out)
{
    const char **texts = calloc(n + 1, sizeof *texts);
    jb_status status = texts == NULL ? m_fail_memory(ctx) : m_out_struct(ctx, out, n, 1);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        const mm_state *st = state[i];
        texts[i] = st->set ? st->text : NULL;
    }
    if (status == JB_OK && jb_column_utf8(out->children[0], (int64_t)n, texts) != 0) {
        out->release(out);
        status = m_fail_memory(ctx);
    }
    free(texts);
    return status;
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    const m_self *s = self;
    size_t each = s->kind == 'D' ? 4 : s->kind == 'h' ? 16 : 8;
    struct ArrowArray *value;
    jb_status status;
    (void)rows_of;
    if (s->kind == 'u')
        return finish_text(ctx, state, n, out);
    status = m_out_column(ctx, out, n, each, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        const mm_state *st = state[i];
        if (!st->set)
            continue;
        if (s->kind == 'g') {
            jb_set_cell(value, (int64_t)i, &st->f, 8);
        } else { /* little-endian: the low bytes of the 128-bit value are the narrow value */
            jb_set_cell(value, (int64_t)i, &st->num, each);
        }
    }
    return status;
}

static jb_status absorb_min(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    return update(ctx, self, -1, b);
}

static jb_status absorb_max(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    return update(ctx, self, 1, b);
}

static const jb_metric min_metric = {
    .size = sizeof(jb_metric),
    .bind = bind,
    .state_init = state_init,
    .update = update_min,
    .merge = merge_min,
    .finish = finish,
    .state_drop = state_drop,
};
static const jb_metric max_metric = {
    .size = sizeof(jb_metric),
    .bind = bind,
    .state_init = state_init,
    .update = update_max,
    .merge = merge_max,
    .finish = finish,
    .state_drop = state_drop,
};
static const jb_partial min_partials[] = {{JB_PARTIAL_MIN, 0}};
static const jb_partial max_partials[] = {{JB_PARTIAL_MAX, 0}};
static const jb_metric_partial min_partial = {
    .size = sizeof(jb_metric_partial),
    .partials = min_partials,
    .n_partials = 1,
    .absorb = absorb_min,
};
static const jb_metric_partial max_partial = {
    .size = sizeof(jb_metric_partial),
    .partials = max_partials,
    .n_partials = 1,
    .absorb = absorb_max,
};
static const jb_iface min_ifaces[] = {{JB_METRIC, &min_metric}, {JB_METRIC_PARTIAL, &min_partial}};
static const jb_iface max_ifaces[] = {{JB_METRIC, &max_metric}, {JB_METRIC_PARTIAL, &max_partial}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", NULL, NULL,
     "The column, or an expression over the row.", "列名，或由列构成的算式。"},
};

#define MM_COMPONENT(variable, type, en, zh, explain, explain_zh, table)                           \
    const jb_component variable = {                                                                \
        .size = sizeof(jb_component),                                                              \
        .flags = JB_C_REENTRANT,                                                                   \
        .kind = "metric",                                                                          \
        .name = type,                                                                              \
        .title = en,                                                                               \
        .title_zh = zh,                                                                            \
        .help = explain,                                                                           \
        .help_zh = explain_zh,                                                                     \
        .params = params,                                                                          \
        .n_params = 1,                                                                             \
        .param_stride = sizeof(jb_param),                                                          \
        .create = m_create,                                                                        \
        .destroy = m_destroy,                                                                      \
        .ifaces = table,                                                                           \
        .n_ifaces = M_COUNT(table),                                                                \
    }

MM_COMPONENT(m_component_min, "min", "Minimum", "最小值",
             "Smallest number, earliest date or first text.", "最小的数、最早的日期或最前的文字。",
             min_ifaces);
MM_COMPONENT(m_component_max, "max", "Maximum", "最大值",
             "Largest number, latest date or last text.", "最大的数、最晚的日期或最后的文字。",
             max_ifaces);
