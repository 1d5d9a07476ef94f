// SPDX-License-Identifier: Apache-2.0
/* top: the first rows in order, kept in a bounded heap whose root is the worst row kept. */
#include "metrics.h"

#include <math.h>

typedef struct cell {
    jb_i128 num;
    double f;
    char *text; /* owned */
    size_t len;
    int64_t set;
} cell;

typedef struct top_self {
    m_self *columns; /* types: by, columns …, ties … */
    uint64_t n_columns, n_fields, n_ties;
    int64_t limit;
    int32_t direction, reserved; /* -1: largest first */
} top_self;

typedef struct row {
    cell *cells;  /* n_columns */
    uint64_t seq; /* order of arrival: the last tie-breaker */
} row;

typedef struct top_state {
    row *rows; /* a heap while updating */
    uint64_t n, cap, seq;
} top_state;

static void free_row(const top_self *s, row *r)
{
    for (uint64_t c = 0; r->cells != NULL && c < s->n_columns; c++)
        free(r->cells[c].text);
    free(r->cells);
    r->cells = NULL;
}

static void state_init(const void *self, void *state)
{
    (void)self;
    memset(state, 0, sizeof(top_state));
}

static void state_drop(const void *self, void *state)
{
    top_state *st = state;
    for (uint64_t i = 0; i < st->n; i++)
        free_row(self, &st->rows[i]);
    free(st->rows);
}

static int compare_text(const char *a, size_t na, const char *b, size_t nb)
{
    size_t n = na < nb ? na : nb;
    int c = n == 0 ? 0 : memcmp(a, b, n);
    return c != 0 ? (c > 0) - (c < 0) : (na > nb) - (na < nb);
}

/* NULL sorts after everything. */
static int compare_cells(char kind, const cell *a, const cell *b)
{
    if (!a->set || !b->set)
        return (int)(b->set - a->set);
    if (kind == 'u')
        return compare_text(a->text, a->len, b->text, b->len);
    if (kind == 'g')
        return (a->f > b->f) - (a->f < b->f);
    return (a->num > b->num) - (a->num < b->num);
}

/* Negative: a comes before b in the result. */
static int compare_rows(const top_self *s, const row *a, const row *b)
{
    int c = compare_cells(s->columns[0].kind, &a->cells[0], &b->cells[0]) * s->direction;
    for (uint64_t t = 0; c == 0 && t < s->n_ties; t++) {
        uint64_t i = 1 + s->n_fields + t;
        c = compare_cells(s->columns[i].kind, &a->cells[i], &b->cells[i]);
    }
    return c != 0 ? c : (a->seq > b->seq) - (a->seq < b->seq);
}

static void sift_down(const top_self *s, row *rows, uint64_t n, uint64_t i)
{
    for (;;) {
        uint64_t worst = i, left = 2 * i + 1;
        if (left < n && compare_rows(s, &rows[left], &rows[worst]) > 0)
            worst = left;
        if (left + 1 < n && compare_rows(s, &rows[left + 1], &rows[worst]) > 0)
            worst = left + 1;
        if (worst == i)
            return;
        row held = rows[i];
        rows[i] = rows[worst];
        rows[worst] = held;
        i = worst;
    }
}

static void sift_up(const top_self *s, row *rows, uint64_t i)
{
    while (i > 0 && compare_rows(s, &rows[i], &rows[(i - 1) / 2]) > 0) {
        row held = rows[i];
        rows[i] = rows[(i - 1) / 2];
        rows[(i - 1) / 2] = held;
        i = (i - 1) / 2;
    }
}

static void read_cell(char kind, const struct ArrowArray *column, int64_t at, cell *out)
{
    memset(out, 0, sizeof *out);
    if (jb_is_null(column, at))
        return;
    out->set = 1;
    if (kind == 'u')
        out->text = (char *)(uintptr_t)jb_utf8_cell(column, at, &out->len);
    else if (kind == 'g')
        out->f = ((const double *)column->buffers[1])[column->offset + at];
    else if (kind == 'b')
        out->num = jb_bool_cell(column, at);
    else
        out->num = jb_int_cell(column, kind, at);
    if (kind == 'g' && isnan(out->f))
        out->set = 0;
}

/* Deep copy of borrowed cells; 0 ok. */
static int copy_row(const top_self *s, const row *from, row *to)
{
    to->seq = from->seq;
    to->cells = calloc(s->n_columns, sizeof *to->cells);
    if (to->cells == NULL)
        return -1;
    for (uint64_t c = 0; c < s->n_columns; c++) {
        to->cells[c] = from->cells[c];
        to->cells[c].text = NULL;
        if (s->columns[c].kind != 'u' || !from->cells[c].set)
            continue;
        char *text = malloc(from->cells[c].len + 1);
        if (text == NULL) {
            free_row(s, to);
            return -1;
        }
        if (from->cells[c].len > 0)
            memcpy(text, from->cells[c].text, from->cells[c].len);
        text[from->cells[c].len] = '\0';
        to->cells[c].text = text;
    }
    return 0;
}

/* Takes a row whose cells are borrowed, if it is good enough. */
static int offer(const top_self *s, top_state *st, const row *candidate)
{
    row kept;
    if (st->n == (uint64_t)s->limit) {
        if (st->n == 0 || compare_rows(s, candidate, &st->rows[0]) > 0)
            return 0;
        if (copy_row(s, candidate, &kept) != 0)
            return -1;
        free_row(s, &st->rows[0]);
        st->rows[0] = kept;
        sift_down(s, st->rows, st->n, 0);
        return 0;
    }
    if (st->n == st->cap) {
        uint64_t cap = st->cap == 0 ? 8 : st->cap * 2;
        row *grown = realloc(st->rows, cap * sizeof *grown);
        if (grown == NULL)
            return -1;
        st->rows = grown;
        st->cap = cap;
    }
    if (copy_row(s, candidate, &kept) != 0)
        return -1;
    st->rows[st->n] = kept;
    sift_up(s, st->rows, st->n++);
    return 0;
}

static jb_status update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const top_self *s = self;
    row candidate = {calloc(s->n_columns, sizeof(cell)), 0};
    jb_status status = candidate.cells == NULL ? m_fail_memory(ctx) : JB_OK;
    for (uint64_t i = 0; status == JB_OK && i < b->n; i++) {
        int64_t at = m_row(b, i);
        top_state *st = m_state(b, i);
        candidate.seq = st->seq++;
        read_cell(s->columns[0].kind, &b->columns[0], at, &candidate.cells[0]);
        if (!candidate.cells[0].set)
            continue;
        for (uint64_t c = 1; c < s->n_columns; c++)
            read_cell(s->columns[c].kind, &b->columns[c], at, &candidate.cells[c]);
        if (offer(s, st, &candidate) != 0)
            status = m_fail_memory(ctx);
    }
    free(candidate.cells);
    return status;
}

/* Rows of `from` arrived after all of `into`. */
static jb_status merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    const top_state *b = from;
    top_state *a = into;
    uint64_t base = a->seq;
    for (uint64_t i = 0; i < b->n; i++) {
        row candidate = {b->rows[i].cells, base + b->rows[i].seq};
        if (offer(self, a, &candidate) != 0)
            return m_fail_memory(ctx);
    }
    a->seq = base + b->seq;
    return JB_OK;
}

static jb_status bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in,
                      struct ArrowSchema *out, jb_metric_shape *shape)
{
    top_self *s = self;
    int failed = 0;
    for (uint64_t c = 0; c < s->n_columns; c++) {
        m_self *column = &s->columns[c];
        column->kind = jb_format_kind(in->children[c]->format, &column->precision, &column->scale);
        if (column->kind == '\0')
            return m_fail_type(ctx, "columns", in->children[c]->format);
    }
    if (jb_schema_make(out, "+s", "", (int64_t)(1 + s->n_fields)) != 0)
        return m_fail_memory(ctx);
    for (uint64_t c = 0; c <= s->n_fields && !failed; c++)
        failed = jb_schema_make(out->children[c], in->children[c]->format,
                                c == 0 ? "value" : in->children[c]->name, 0);
    if (failed) {
        out->release(out);
        return m_fail_memory(ctx);
    }
    m_shape(shape, JB_UNIT_OF_COLUMN, sizeof(top_state));
    return JB_OK;
}

static jb_status fill_column(jb_ctx *ctx, char kind, const row *const *rows, uint64_t n, uint64_t c,
                             struct ArrowArray *out)
{
    if (kind == 'u') {
        const char **texts = calloc(n + 1, sizeof *texts);
        if (texts == NULL)
            return m_fail_memory(ctx);
        for (uint64_t i = 0; i < n; i++)
            texts[i] = rows[i]->cells[c].set ? rows[i]->cells[c].text : NULL;
        int failed = jb_column_utf8(out, (int64_t)n, texts);
        free(texts);
        return failed ? m_fail_memory(ctx) : JB_OK;
    }
    size_t each = kind == 'D' ? 4 : kind == 'h' ? 16 : 8;
    if (jb_column_make(out, (int64_t)n, each) != 0)
        return m_fail_memory(ctx);
    for (uint64_t i = 0; i < n; i++) {
        const cell *v = &rows[i]->cells[c];
        if (!v->set)
            continue;
        if (kind == 'b') {
            uint8_t *bits = (uint8_t *)(uintptr_t)out->buffers[1];
            bits[i >> 3] = (uint8_t)(bits[i >> 3] | ((v->num != 0 ? 1u : 0u) << (i & 7)));
            jb_set_valid(out, (int64_t)i);
        } else {
            jb_set_cell(out, (int64_t)i, kind == 'g' ? (const void *)&v->f : &v->num, each);
        }
    }
    return JB_OK;
}

/* Insertion order of the heap is lost here: rows are sorted in place, best first. */
static void sort_rows(const top_self *s, top_state *st)
{
    for (uint64_t n = st->n; n > 1; n--) {
        row held = st->rows[0];
        st->rows[0] = st->rows[n - 1];
        st->rows[n - 1] = held;
        sift_down(s, st->rows, n - 1, 0);
    }
}

static void reheap(const top_self *s, top_state *st)
{
    for (uint64_t i = st->n / 2; i-- > 0;)
        sift_down(s, st->rows, st->n, i);
}

static jb_status finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n,
                        struct ArrowArray *out, uint64_t *rows_of)
{
    const top_self *s = self;
    uint64_t total = 0, k = 0;
    for (uint64_t i = 0; i < n; i++)
        total += rows_of[i] = ((const top_state *)state[i])->n;
    const row **rows = calloc(total + 1, sizeof *rows);
    jb_status status = rows == NULL ? m_fail_memory(ctx)
                                    : m_out_struct(ctx, out, total, (int64_t)(1 + s->n_fields));
    if (status != JB_OK) {
        free(rows);
        return status;
    }
    for (uint64_t i = 0; i < n; i++) {
        top_state *st = state[i];
        sort_rows(s, st);
        for (uint64_t r = 0; r < st->n; r++)
            rows[k++] = &st->rows[r];
    }
    for (uint64_t c = 0; status == JB_OK && c <= s->n_fields; c++)
        status = fill_column(ctx, s->columns[c].kind, rows, total, c, out->children[c]);
    if (status != JB_OK)
        out->release(out);
    for (uint64_t i = 0; i < n; i++)
        reheap(s, state[i]); /* states stay usable */
    free(rows);
    return status;
}

static void destroy(void *self)
{
    free(((top_self *)self)->columns);
    free(self);
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *const *items;
    const char *order = "desc";
    uint64_t n;
    top_self *s = calloc(1, sizeof *s);
    if (s == NULL)
        return m_fail_memory(ctx);
    s->limit = 10;
    m_host->get_i64(args, "limit", &s->limit);
    m_host->get_str(args, "order", &order);
    s->direction = strcmp(order, "asc") == 0 ? 1 : -1;
    s->n_fields = m_host->get_list(args, "columns", &items, &n) ? n : 0;
    s->n_ties = m_host->get_list(args, "tie", &items, &n) ? n : 0;
    s->n_columns = 1 + s->n_fields + s->n_ties;
    s->columns = calloc(s->n_columns, sizeof *s->columns);
    if (s->columns == NULL) {
        free(s);
        return m_fail_memory(ctx);
    }
    *self = s;
    return JB_OK;
}

static const jb_metric metric = {
    .size = sizeof(jb_metric),
    .flags = JB_M_ROWS,
    .bind = bind,
    .state_init = state_init,
    .update = update,
    .merge = merge,
    .finish = finish,
    .state_drop = state_drop,
};
static const jb_iface ifaces[] = {{JB_METRIC, &metric}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COLUMN, JB_P_REQUIRED, 0, "by", NULL, NULL,
     "What rows are ordered by; it is the figure's value. Rows where it is NULL never enter.",
     "排序所依据的列，也是指标的值；该列为空的行不进入。"},
    {sizeof(jb_param), JB_T_COLUMN, JB_P_LIST, 0, "columns", NULL, NULL,
     "Columns kept with each row.", "随每行保留的列。"},
    {sizeof(jb_param), JB_T_COLUMN, JB_P_LIST, 0, "tie", NULL, NULL,
     "Columns that break ties, ascending; without them the order of the source.",
     "并列时依次按这些列升序；不写则按数据源中的次序。"},
    {sizeof(jb_param), JB_T_INT, 0, 0, "limit", "10", "1..1000000", "How many rows at most.",
     "最多多少行。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "order", "desc", "asc|desc",
     "desc: largest first; asc: smallest first.", "desc 从大到小，asc 从小到大。"},
};

const jb_component m_component_top = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "top",
    .title = "First rows",
    .title_zh = "前几名",
    .help = "The first rows of the source in an order, with chosen columns.",
    .help_zh = "按某列排序后的前若干行，连同所选的列。",
    .params = params,
    .n_params = M_COUNT(params),
    .param_stride = sizeof(jb_param),
    .create = create,
    .destroy = destroy,
    .ifaces = ifaces,
    .n_ifaces = M_COUNT(ifaces),
};
