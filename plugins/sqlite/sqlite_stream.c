// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#include <stdio.h>

#define BATCH_ROWS 8192
#define BATCH_TEXT_MAX ((size_t)64 << 20)
#define POLL_ROWS 1024

typedef struct stream {
    const sq_source *src;
    jb_ctx *ctx;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    sq_want *wants;
    jb_col *cols;
    uint64_t n;
    sq_ahead ahead;
    uint64_t row; /* rows taken so far */
    int64_t batch_rows, length;
    sq_nulls nulls;
    int ended;
} stream;

void sq_ahead_free(sq_ahead *a)
{
    uint64_t i;
    for (i = 0; a->values != NULL && i < a->n_rows * a->n_columns; i++)
        sqlite3_value_free(a->values[i]);
    free(a->values);
    memset(a, 0, sizeof *a);
}

static void stream_drop(void *self)
{
    stream *s = self;
    uint64_t i;
    for (i = 0; s->cols != NULL && i < s->n; i++)
        jb_col_free(&s->cols[i]);
    sq_ahead_free(&s->ahead);
    free(s->cols);
    free(s->wants);
    sq_nulls_free(&s->nulls);
    sqlite3_finalize(s->stmt);
    sqlite3_close(s->db);
    free(s);
}

static const char *code_of(const sq_want *w, int how)
{
    if (how == SQ_CELL_BLOB)
        return "E0667";
    if (how == SQ_CELL_TEXT)
        return "E0668";
    if (how == JB_CELL_SCALE)
        return "E0662";
    if (how == JB_CELL_RANGE)
        return "E0663";
    return w->declared ? "E0661" : "E0664";
}

/* 1: the row stays, 0: it is left out, -1: stop. */
static int refuse(const stream *s, const sq_want *w, const sq_cell *c, int how)
{
    char own[40], type[32];
    size_t n = 0;
    const char *text = c->storage == SQLITE_BLOB ? "" : sq_cell_text(c, own, &n);
    int32_t answer;
    jb_type_text(&w->type, type, sizeof type);
    answer = sq_refuse(s->src, s->ctx, code_of(w, how), s->row, w->name, text, n, type);
    return answer == JB_ROW_STOP ? -1 : answer == JB_ROW_NULL;
}

/* Adds the current row; on failure of a cell asks the host. */
static jb_status take_row(stream *s, uint64_t ahead_row, int from_ahead)
{
    uint64_t k, done;
    for (k = 0; k < s->n; k++) {
        const sq_want *w = &s->wants[k];
        sq_cell c =
            from_ahead
                ? sq_cell_of(s->ahead.values[ahead_row * s->ahead.n_columns + (uint64_t)w->at])
                : sq_cell_at(s->stmt, w->at);
        int how, keep;
        if (jb_col_reserve(&s->cols[k], 1) != 0)
            return sq_no_memory(s->src, s->ctx);
        if (sq_nulls_has(&s->nulls, &c))
            c.storage = SQLITE_NULL;
        how = sq_push(&s->cols[k], &c);
        if (how == JB_CELL_OK)
            continue;
        if (how < 0)
            return sq_no_memory(s->src, s->ctx);
        keep = refuse(s, w, &c, how);
        if (keep < 0)
            return JB_E_DATA;
        if (keep) {
            jb_col_null(&s->cols[k]);
            continue;
        }
        for (done = 0; done < k; done++)
            jb_col_truncate(&s->cols[done], s->length);
        return JB_OK;
    }
    s->length++;
    return JB_OK;
}

static jb_status next_row(stream *s)
{
    int step;
    if (s->row < s->ahead.n_rows)
        return take_row(s, s->row++, 1);
    if (s->ahead.ended) {
        s->ended = 1;
        return JB_OK;
    }
    step = sqlite3_step(s->stmt);
    if (step == SQLITE_ROW) {
        s->row++;
        return take_row(s, 0, 0);
    }
    s->ended = 1;
    return step == SQLITE_DONE ? JB_OK : sq_fail_db(s->src, s->ctx, s->db);
}

static int is_full(const stream *s)
{
    uint64_t k;
    for (k = 0; k < s->n; k++)
        if (s->cols[k].n_bytes > BATCH_TEXT_MAX)
            return 1;
    return s->length >= s->batch_rows;
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    s->length = 0;
    while (!s->ended && !is_full(s)) {
        jb_status st;
        if (s->row % POLL_ROWS == 0 && s->src->host->cancelled(s->ctx))
            return JB_E_CANCELLED;
        st = next_row(s);
        if (st != JB_OK)
            return st;
    }
    if (s->length == 0)
        return JB_OK;
    if (jb_struct_finish(s->cols, s->n, s->length, out) != 0)
        return sq_no_memory(s->src, s->ctx);
    return JB_OK;
}

static int fill(stream *s, const sq_want *wants, const char **names, jb_type *types)
{
    uint64_t k;
    s->wants = malloc((size_t)(s->n + 1) * sizeof *s->wants);
    s->cols = calloc((size_t)s->n + 1, sizeof *s->cols);
    if (s->wants == NULL || s->cols == NULL || names == NULL || types == NULL)
        return -1;
    for (k = 0; k < s->n; k++) {
        s->wants[k] = wants[k];
        jb_col_init(&s->cols[k], &wants[k].type);
        names[k] = wants[k].name;
        types[k] = wants[k].type;
    }
    return 0;
}

jb_status sq_stream(const sq_source *src, jb_ctx *ctx, sqlite3 *db, sqlite3_stmt *stmt,
                    const sq_want *wants, uint64_t n, const jb_scan *scan, sq_ahead *ahead,
                    struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    const char **names = calloc((size_t)n + 1, sizeof *names);
    jb_type *types = calloc((size_t)n + 1, sizeof *types);
    stream *s = calloc(1, sizeof *s);
    jb_status st = JB_OK;
    if (s == NULL) {
        if (ahead != NULL)
            sq_ahead_free(ahead);
        sqlite3_finalize(stmt);
        sqlite3_close(db);
        st = sq_no_memory(src, ctx);
    } else {
        s->src = src;
        s->ctx = ctx;
        s->db = db;
        s->stmt = stmt;
        s->n = n;
        s->batch_rows = scan != NULL && scan->batch_rows > 0 ? scan->batch_rows : BATCH_ROWS;
        if (ahead != NULL)
            s->ahead = *ahead;
        if (fill(s, wants, names, types) != 0 || sq_nulls_init(&s->nulls, scan) != 0 ||
            jb_stream_make(out, &ops, s, names, types, n) != 0) {
            st = sq_no_memory(src, ctx);
            stream_drop(s);
        }
    }
    free(names);
    free(types);
    return st;
}
