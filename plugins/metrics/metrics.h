// SPDX-License-Identifier: Apache-2.0
/* What the aggregate metrics share. Every state lives in memory of the host; what it points to is
 * the plugin's and is freed by state_drop. */
#ifndef JB_METRICS_H
#define JB_METRICS_H

#include "jianbao/plugin_util.h"

#define M_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The host, stored by init before anything else is called. */
extern const jb_host *m_host;

extern const jb_component m_component_count, m_component_count_distinct, m_component_sum,
    m_component_mean, m_component_min, m_component_max, m_component_median, m_component_quantile,
    m_component_top;

/* Settings and the type of the one column that most metrics read; const after bind. */
typedef struct m_self {
    char kind; /* as jb_format_kind; 0 before bind */
    int32_t precision, scale;
    char format[32]; /* of the column */
    jb_i128 q;       /* quantile: q × 10^q_scale */
    int32_t q_scale;
} m_self;

/* ---- faults: codes are in plugin.c ---- */
jb_status m_fail_memory(jb_ctx *);
jb_status m_fail_overflow(jb_ctx *);
jb_status m_fail_type(jb_ctx *, const char *key, const char *type);

/* ---- create, bind ---- */
jb_status m_create(jb_ctx *, const jb_args *, void **self);
void m_destroy(void *self);
/* Reads the type of column 0 into self; numbers: only int64, decimals, float64. */
jb_status m_bind_column(jb_ctx *, m_self *, const struct ArrowSchema *in, int numbers);
/* Output schema of one child "value". */
jb_status m_out_value(jb_ctx *, struct ArrowSchema *out, const char *format);
void m_shape(jb_metric_shape *, uint32_t flags, uint64_t state_size);

/* ---- rows of a batch ---- */
JB_FN int64_t m_row(const jb_batch *b, uint64_t i)
{
    return b->sel != NULL ? (int64_t)b->sel[i] : (int64_t)i;
}

JB_FN void *m_state(const jb_batch *b, uint64_t i)
{
    return b->state[b->group != NULL ? b->group[i] : 0];
}

/* ---- results ---- */
/* A struct array of n rows with `n_children` empty children. */
jb_status m_out_struct(jb_ctx *, struct ArrowArray *out, uint64_t n, int64_t n_children);
/* The same with one fixed-width child of `each` bytes, all NULL; *value points at it. */
jb_status m_out_column(jb_ctx *, struct ArrowArray *out, uint64_t n, size_t each,
                       struct ArrowArray **value);

#endif
