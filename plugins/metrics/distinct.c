// SPDX-License-Identifier: Apache-2.0
/* count_distinct: how many different non-NULL values, exact. A set of byte strings, one entry each.
 */
#include "metrics.h"

typedef struct set_entry {
    uint64_t hash;
    uint64_t at; /* offset of the bytes */
    uint32_t len, used;
} set_entry;

typedef struct set_state {
    set_entry *table; /* capacity a power of two; NULL while empty */
    uint64_t capacity, count;
    char *bytes;
    uint64_t n_bytes, cap_bytes;
} set_state;

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(set_state));
}

static void state_drop(const void *self, void *state)
{
    set_state *st = state;
    (void)self;
    free(st->table);
    free(st->bytes);
}

/* Fixed mixing of 8 bytes at a time: equal on every machine, so nothing depends on a seed. */
static uint64_t hash_bytes(const char *p, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ n;
    while (n > 0) {
        uint64_t word = 0;
        size_t take = n < 8 ? n : 8;
        memcpy(&word, p, take);
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
        p += take;
        n -= take;
    }
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 29);
}

static int grow_table(set_state *st)
{
    uint64_t capacity = st->capacity == 0 ? 16 : st->capacity * 2;
    set_entry *table = calloc(capacity, sizeof *table);
    if (table == NULL)
        return -1;
    for (uint64_t i = 0; i < st->capacity; i++) {
        if (!st->table[i].used)
            continue;
        uint64_t k = st->table[i].hash & (capacity - 1);
        while (table[k].used)
            k = (k + 1) & (capacity - 1);
        table[k] = st->table[i];
    }
    free(st->table);
    st->table = table;
    st->capacity = capacity;
    return 0;
}

static int keep_bytes(set_state *st, const char *p, size_t n, uint64_t *at)
{
    if (st->n_bytes + n > st->cap_bytes) {
        uint64_t cap = st->cap_bytes == 0 ? 256 : st->cap_bytes * 2;
        while (cap < st->n_bytes + n)
            cap *= 2;
        char *grown = realloc(st->bytes, cap);
        if (grown == NULL)
            return -1;
        st->bytes = grown;
        st->cap_bytes = cap;
    }
    *at = st->n_bytes;
    if (n > 0)
        memcpy(st->bytes + st->n_bytes, p, n);
    st->n_bytes += n;
    return 0;
}

static int insert(set_state *st, const char *p, size_t n, uint64_t hash)
{
    if (st->count * 4 >= st->capacity * 3 && grow_table(st) != 0)
        return -1;
    uint64_t k = hash & (st->capacity - 1);
    for (; st->table[k].used; k = (k + 1) & (st->capacity - 1)) {
        const set_entry *e = &st->table[k];
        if (e->hash == hash && e->len == n && (n == 0 || memcmp(st->bytes + e->at, p, n) == 0))
            return 0;
    }
    set_entry *e = &st->table[k];
    if (n > UINT32_MAX || keep_bytes(st, p, n, &e->at) != 0)
        return -1;
    e->hash = hash;
    e->len = (uint32_t)n;
    e->used = 1;
    st->count++;
    return 0;
}

static int insert_cell(const m_self *s, set_state *st, const struct ArrowArray *column, int64_t row)
{
    if (s->kind == 'u') {
        size_t n;
        const char *text = jb_utf8_cell(column, row, &n);
        return insert(st, text, n, hash_bytes(text, n));
    }
    if (s->kind == 'g') {
        double f = ((const double *)column->buffers[1])[column->offset + row];
        f = f == 0 ? 0 : f; /* -0 and 0 are one value */
        return insert(st, (const char *)&f, 8, hash_bytes((const char *)&f, 8));
    }
    jb_i128 v = s->kind == 'b' ? jb_bool_cell(column, row) : jb_int_cell(column, s->kind, row);
    size_t n = s->kind == 'h' ? 16 : 8;
    return insert(st, (const char *)&v, n, hash_bytes((const char *)&v, n));
}

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    jb_status status = m_bind_column(ctx, self, in, 0);
    if (status != JB_OK)
        return status;
    m_shape(shape, 0, sizeof(set_state));
    return m_out_value(ctx, out, "l");
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const struct ArrowArray *column = &b->columns[0];
    for (uint64_t i = 0; i < b->n; i++) {
        int64_t row = m_row(b, i);
        if (!jb_is_null(column, row) && insert_cell(self, m_state(b, i), column, row) != 0)
            return m_fail_memory(ctx);
    }
    return JB_OK;
}

static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    const set_state *b = from;
    (void)self;
    for (uint64_t i = 0; i < b->capacity; i++) {
        const set_entry *e = &b->table[i];
        if (e->used && insert(into, e->len > 0 ? b->bytes + e->at : "", e->len, e->hash) != 0)
            return m_fail_memory(ctx);
    }
    return JB_OK;
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    struct ArrowArray *value;
    (void)self;
    (void)rows_of;
    jb_status status = m_out_column(ctx, out, n, 8, &value);
    for (uint64_t i = 0; status == JB_OK && i < n; i++) {
        int64_t count = (int64_t)((const set_state *)state[i])->count;
        jb_set_cell(value, (int64_t)i, &count, 8);
    }
    return status;
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
static const jb_partial partials[] = {{JB_PARTIAL_DISTINCT, 0}};
static const jb_metric_partial partial = {
    .size = sizeof(jb_metric_partial),
    .partials = partials,
    .n_partials = 1,
    .absorb = update, /* one row per distinct value: the same work */
};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}, {JB_METRIC_PARTIAL, &partial}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "column", NULL, NULL,
     "The column, or an expression over the row.", "列名，或由列构成的算式。"},
};

const jb_component m_component_count_distinct = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "count_distinct",
    .title = "Count of distinct values",
    .title_zh = "去重计数",
    .help = "How many different non-NULL values a column has, exactly.",
    .help_zh = "某列不同的非空值的个数，精确。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .create = m_create,
    .destroy = m_destroy,
    .ifaces = ifaces,
    .n_ifaces = M_COUNT(ifaces),
};
