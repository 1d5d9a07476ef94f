// SPDX-License-Identifier: Apache-2.0
#include "grid/grid.h"

#include <stdio.h>

#define BATCH_ROWS 8192
#define BATCH_TEXT_MAX ((size_t)64 << 20) /* a batch ends early rather than grow past this */
#define VALUE_MAX 240u                    /* the host shortens further */
#define POLL_ROWS 4096u

typedef struct want {
    uint32_t column;
    int declared;
    jb_type type;
} want;

typedef struct stream {
    jb_grid_env env;
    jb_ctx *ctx;
    jb_grid grid;
    want *wants;
    jb_col *cols;
    jb_value *row;
    uint64_t n;
    int64_t batch_rows, length;
    char **nulls;
    uint64_t n_nulls;
    int ended;
} stream;

/* ---- failures ---- */

jb_status jb_grid_no_memory(const jb_grid_env *env, jb_ctx *ctx)
{
    return jb_grid_fail(env, ctx, JB_E_MEMORY, env->codes->memory, NULL, NULL, NULL);
}

static void fill(jb_fault *f, const char **args, jb_status status, const char *code,
                 const jb_fault *at, const char *arg1, const char *arg2)
{
    if (at != NULL)
        *f = *at;
    else
        memset(f, 0, sizeof *f);
    args[0] = arg1;
    args[1] = arg2;
    f->size = (uint32_t)sizeof *f;
    f->status = status;
    f->code = code;
    f->args = args;
    f->n_args = arg1 == NULL ? 0u : arg2 == NULL ? 1u : 2u;
}

jb_status jb_grid_fail(const jb_grid_env *env, jb_ctx *ctx, jb_status status, const char *code,
                       const jb_fault *at, const char *arg1, const char *arg2)
{
    const char *args[2];
    jb_fault f;
    fill(&f, args, status, code, at, arg1, arg2);
    return env->host->fail(ctx, &f);
}

int32_t jb_grid_refuse(const jb_grid_env *env, jb_ctx *ctx, const char *code, const jb_fault *at,
                       const char *arg1, const char *arg2)
{
    const char *args[2];
    jb_fault f;
    fill(&f, args, JB_E_DATA, code, at, arg1, arg2);
    if (env->rows == NULL) { /* a host without the service: the strictest answer */
        env->host->fail(ctx, &f);
        return JB_ROW_STOP;
    }
    return env->rows->refuse(ctx, &f);
}

/* ---- NULL texts ---- */

static int same_text(const char *text, const jb_value *v)
{
    const char *a = text, *b = v->s;
    size_t n = strlen(text), m = v->n;
    jb_trim(&a, &n);
    jb_trim(&b, &m);
    return m > 0 && m == n && memcmp(a, b, n) == 0;
}

int jb_grid_is_null_text(const jb_scan *scan, const jb_value *v)
{
    uint64_t i;
    for (i = 0; v->kind != JB_V_NULL && i < scan->n_null_texts; i++)
        if (same_text(scan->null_texts[i], v))
            return 1;
    return 0;
}

static int is_null(const stream *s, const jb_value *v)
{
    uint64_t i;
    if (v->kind == JB_V_NULL)
        return 1;
    for (i = 0; i < s->n_nulls; i++)
        if (same_text(s->nulls[i], v))
            return 1;
    return 0;
}

/* ---- cells ---- */

#define CELL_LIST 20
#define CELL_ERROR 21
#define CELL_UNKNOWN 22

static int push_number(jb_col *col, const jb_value *v)
{
    char plain[JB_PLAIN_MAX];
    size_t n;
    int st;
    if (col->type.kind == 'u' || col->type.kind == 'g')
        return col->type.kind == 'u' ? jb_col_text(col, v->s, v->n) : jb_col_parse(col, v->s, v->n);
    if (memchr(v->s, 'e', v->n) == NULL && memchr(v->s, 'E', v->n) == NULL)
        return jb_col_parse(col, v->s, v->n);
    st = jb_number_plain(v->s, v->n, plain, &n);
    return st != 0 ? st == -2 ? JB_CELL_RANGE : JB_CELL_BAD : jb_col_parse(col, plain, n);
}

/* "2022-08-16T10:30:00" in a date column: the date as stored. */
static int push_text(jb_col *col, const jb_value *v)
{
    int how;
    if (col->type.kind == 'u')
        return jb_col_text(col, v->s, v->n);
    how = jb_col_parse(col, v->s, v->n);
    if (how == JB_CELL_OK || col->type.kind != 'D' || v->n < 11 ||
        (v->s[10] != ' ' && v->s[10] != 'T'))
        return how;
    return jb_col_parse(col, v->s, 10);
}

/* JB_CELL_*, CELL_*, or -1 out of memory. */
static int push(jb_col *col, const jb_value *v)
{
    switch (v->kind) {
    case JB_V_LIST:
        return CELL_LIST;
    case JB_V_ERROR:
        return CELL_ERROR;
    case JB_V_UNKNOWN:
        return CELL_UNKNOWN;
    case JB_V_NUMBER:
        return push_number(col, v);
    case JB_V_BOOL:
        if (col->type.kind == 'u')
            return jb_col_text(col, v->s, v->n);
        return col->type.kind == 'b' ? jb_col_parse(col, v->s, v->n) : JB_CELL_BAD;
    case JB_V_DATE:
        if (col->type.kind == 'u')
            return jb_col_text(col, v->s, v->n);
        return col->type.kind == 'D' ? jb_col_parse(col, v->s, v->n) : JB_CELL_BAD;
    default:
        return push_text(col, v);
    }
}

static const char *code_of(const jb_grid_codes *k, const want *w, int how)
{
    if (how == CELL_LIST)
        return k->list;
    if (how == CELL_ERROR || how == CELL_UNKNOWN)
        return how == CELL_ERROR ? k->error : k->unknown;
    if (!w->declared)
        return k->misfit;
    return how == JB_CELL_SCALE ? k->scale : how == JB_CELL_RANGE ? k->range : k->type;
}

static int32_t refuse(stream *s, const want *w, const jb_value *v, int how)
{
    char type[32], value[VALUE_MAX];
    size_t n = v->n < VALUE_MAX - 1 ? v->n : VALUE_MAX - 1;
    jb_fault at;
    memset(&at, 0, sizeof at);
    while (n < v->n && n > 0 && ((unsigned char)v->s[n] & 0xc0) == 0x80)
        n--;
    if (n > 0)
        memcpy(value, v->s, n);
    value[n] = '\0';
    jb_type_text(&w->type, type, sizeof type);
    s->grid.place(s->grid.self, w->column, &at);
    at.value = how == CELL_LIST || how == CELL_UNKNOWN ? NULL : value;
    return jb_grid_refuse(&s->env, s->ctx, code_of(s->env.codes, w, how), &at,
                          how == CELL_ERROR ? value : type, NULL);
}

/* The row at hand into the columns, or none of it. */
static jb_status take_row(stream *s)
{
    uint64_t k;
    for (k = 0; k < s->n; k++) {
        const want *w = &s->wants[k];
        const jb_value *v = &s->row[w->column];
        int how = JB_CELL_OK;
        int32_t answer;
        if (is_null(s, v))
            jb_col_null(&s->cols[k]);
        else
            how = push(&s->cols[k], v);
        if (how == JB_CELL_OK)
            continue;
        if (how < 0)
            return jb_grid_no_memory(&s->env, s->ctx);
        answer = refuse(s, w, v, how);
        if (answer == JB_ROW_STOP)
            return JB_E_DATA;
        if (answer == JB_ROW_SKIP) {
            for (k = 0; k < s->n; k++)
                jb_col_truncate(&s->cols[k], s->length);
            return JB_OK;
        }
        jb_col_null(&s->cols[k]);
    }
    s->length++;
    return JB_OK;
}

/* ---- the stream ---- */

static void stream_drop(void *self)
{
    stream *s = self;
    uint64_t i;
    for (i = 0; s->cols != NULL && i < s->n; i++)
        jb_col_free(&s->cols[i]);
    for (i = 0; s->nulls != NULL && i < s->n_nulls; i++)
        free(s->nulls[i]);
    s->grid.drop(s->grid.self);
    free(s->nulls);
    free(s->cols);
    free(s->wants);
    free(s->row);
    free(s);
}

static int is_full(const stream *s)
{
    uint64_t k;
    if (s->length >= s->batch_rows)
        return 1;
    for (k = 0; (s->length & 63) == 0 && k < s->n; k++)
        if (s->cols[k].n_bytes > BATCH_TEXT_MAX)
            return 1;
    return 0;
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    jb_status st = JB_OK;
    uint64_t taken = 0, k;
    s->length = 0;
    for (k = 0; k < s->n; k++)
        if (jb_col_reserve(&s->cols[k], s->batch_rows) != 0)
            return jb_grid_no_memory(&s->env, s->ctx);
    while (!s->ended && !is_full(s)) {
        int more = 0;
        if (taken++ % POLL_ROWS == 0 && s->env.host->cancelled(s->ctx))
            return JB_E_CANCELLED;
        st = s->grid.next(s->grid.self, s->ctx, s->row, &more);
        if (st == JB_OK && more)
            st = take_row(s);
        if (st != JB_OK)
            return st;
        s->ended = !more;
    }
    if (s->length == 0)
        return JB_OK;
    return jb_struct_finish(s->cols, s->n, s->length, out) == 0
               ? JB_OK
               : jb_grid_no_memory(&s->env, s->ctx);
}

/* ---- columns by name ---- */

static int same_but_case(const char *a, const char *b)
{
    for (;; a++, b++) {
        char x = (char)(*a >= 'A' && *a <= 'Z' ? *a + ('a' - 'A') : *a);
        char y = (char)(*b >= 'A' && *b <= 'Z' ? *b + ('a' - 'A') : *b);
        if (x != y)
            return 0;
        if (x == '\0')
            return 1;
    }
}

/* How many columns a name means: by exact spelling, else without regard to ASCII case, or "#N". */
static uint32_t count_columns(const char *const *names, uint32_t n, const char *name, uint32_t *out)
{
    uint32_t pass, i, found = 0;
    if (name[0] == '#' && name[1] >= '1' && name[1] <= '9') {
        char *end;
        unsigned long k = strtoul(name + 1, &end, 10);
        if (*end == '\0' && k <= n)
            return *out = (uint32_t)k - 1, 1;
    }
    for (pass = 0; pass < 2 && found == 0; pass++) {
        for (i = 0; i < n; i++) {
            if (pass == 0 ? strcmp(names[i], name) == 0 : same_but_case(names[i], name)) {
                *out = i;
                found++;
            }
        }
    }
    return found;
}

int jb_grid_known(const char *const *names, uint32_t n, const char *name)
{
    uint32_t at = 0;
    return count_columns(names, n, name, &at) > 0;
}

static jb_status find_column(const jb_grid_env *env, jb_ctx *ctx, const char *const *names,
                             uint32_t n, const char *name, uint32_t *out)
{
    uint32_t found = count_columns(names, n, name, out);
    char total[16];
    if (found == 1)
        return JB_OK;
    snprintf(total, sizeof total, "%u", (unsigned)(found == 0 ? n : found));
    return jb_grid_fail(env, ctx, JB_E_CONFIG, found == 0 ? "E0627" : "E0628", NULL, name, total);
}

static const jb_column *column_at(const jb_scan *scan, uint32_t i)
{
    const char *at = (const char *)scan->columns + (size_t)i * scan->column_stride;
    return (const jb_column *)(const void *)at;
}

jb_status jb_grid_declare(const jb_grid_env *env, jb_ctx *ctx, const jb_scan *scan,
                          const char *const *names, uint32_t n, jb_type *declared)
{
    uint32_t k, column = 0;
    for (k = 0; k < scan->n_columns; k++) {
        const jb_column *c = column_at(scan, k);
        jb_status st;
        if (c->format == NULL || count_columns(names, n, c->name, &column) == 0)
            continue; /* the host names the line of the configuration */
        st = find_column(env, ctx, names, n, c->name, &column);
        if (st != JB_OK)
            return st;
        if (jb_type_parse(c->format, &declared[column]) != 0)
            declared[column].kind = '\0';
    }
    return JB_OK;
}

static jb_status find_wants(stream *s, const jb_scan *scan, const char *const *names,
                            const jb_type *types, const char **out_names, jb_type *out_types)
{
    uint32_t k;
    for (k = 0; k < s->n; k++) {
        const jb_column *c = column_at(scan, k);
        want *w = &s->wants[k];
        jb_status st = find_column(&s->env, s->ctx, names, s->grid.n_columns, c->name, &w->column);
        if (st != JB_OK)
            return st;
        w->declared = c->format != NULL && jb_type_parse(c->format, &w->type) == 0;
        if (!w->declared)
            w->type = types[w->column];
        jb_col_init(&s->cols[k], &w->type);
        out_names[k] = names[w->column];
        out_types[k] = w->type;
    }
    return JB_OK;
}

static int copy_nulls(stream *s, const jb_scan *scan)
{
    uint64_t i;
    s->nulls = calloc((size_t)scan->n_null_texts + 1, sizeof *s->nulls);
    for (i = 0; s->nulls != NULL && i < scan->n_null_texts; i++) {
        s->nulls[i] = strdup(scan->null_texts[i]);
        if (s->nulls[i] == NULL)
            return -1;
        s->n_nulls++;
    }
    return s->nulls != NULL ? 0 : -1;
}

jb_status jb_grid_stream(const jb_grid_env *env, jb_ctx *ctx, const jb_grid *grid,
                         const jb_scan *scan, const char *const *names, const jb_type *types,
                         struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    stream *s = calloc(1, sizeof *s);
    const char **out_names = calloc((size_t)scan->n_columns + 1, sizeof *out_names);
    jb_type *out_types = calloc((size_t)scan->n_columns + 1, sizeof *out_types);
    jb_status st = JB_OK;
    if (s == NULL) {
        grid->drop(grid->self);
        free(out_names);
        free(out_types);
        return jb_grid_no_memory(env, ctx);
    }
    s->env = *env;
    s->ctx = ctx;
    s->grid = *grid;
    s->n = scan->n_columns;
    s->batch_rows = scan->batch_rows > 0 ? scan->batch_rows : BATCH_ROWS;
    s->wants = calloc((size_t)s->n + 1, sizeof *s->wants);
    s->cols = calloc((size_t)s->n + 1, sizeof *s->cols);
    s->row = calloc((size_t)grid->n_columns + 1, sizeof *s->row);
    if (s->wants == NULL || s->cols == NULL || s->row == NULL || out_names == NULL ||
        out_types == NULL || copy_nulls(s, scan) != 0)
        st = jb_grid_no_memory(env, ctx);
    if (st == JB_OK)
        st = find_wants(s, scan, names, types, out_names, out_types);
    if (st == JB_OK && jb_stream_make(out, &ops, s, out_names, out_types, s->n) != 0)
        st = jb_grid_no_memory(env, ctx);
    free(out_names);
    free(out_types);
    if (st != JB_OK)
        stream_drop(s);
    return st;
}
