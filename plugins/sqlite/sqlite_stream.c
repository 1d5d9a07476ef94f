// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#define POLL_ROWS 1024

typedef struct stream {
    const sq_source *src;
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int *at; /* the number of each column in the statement */
    dbt_batch batch;
    sq_ahead ahead;
    int ended;
} stream;

static const dbt_codes codes = {"E0661", "E0664", "E0662", "E0663", "E0668", "E0657"};

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
    dbt_batch_free(&s->batch);
    sq_ahead_free(&s->ahead);
    free(s->at);
    sqlite3_finalize(s->stmt);
    sq_close(s->src, s->db);
    free(s);
}

static jb_status take_cell(stream *s, uint64_t k, const sq_cell *c)
{
    jb_col *col = &s->batch.cols[k];
    char own[40];
    size_t n = 0;
    const char *text;
    int how;
    if (sq_is_null(&s->batch.nulls, c)) {
        jb_col_null(col);
        return JB_OK;
    }
    how = sq_push(col, c);
    if (how == JB_CELL_OK)
        return JB_OK;
    text = c->storage == SQLITE_BLOB || how < 0 ? "" : sq_cell_text(c, own, &n);
    return dbt_cell_done(&s->batch, k, how, how == SQ_CELL_BLOB ? "E0667" : NULL, text, n);
}

/* Adds a row: the given one of those ahead, or (NULL) the statement's current one. */
static jb_status take_row(stream *s, sqlite3_value **ahead)
{
    uint64_t k;
    jb_status st = dbt_row_begin(&s->batch);
    for (k = 0; st == JB_OK && !s->batch.skipped && k < s->batch.n; k++) {
        sq_cell c = ahead != NULL ? sq_cell_of(ahead[s->at[k]]) : sq_cell_at(s->stmt, s->at[k]);
        st = take_cell(s, k, &c);
    }
    if (st == JB_OK)
        dbt_row_end(&s->batch);
    return st;
}

static jb_status next_row(stream *s)
{
    int step;
    if (s->batch.row < s->ahead.n_rows)
        return take_row(s, s->ahead.values + s->batch.row * s->ahead.n_columns);
    if (s->ahead.ended) {
        s->ended = 1;
        return JB_OK;
    }
    step = sqlite3_step(s->stmt);
    if (step == SQLITE_ROW)
        return take_row(s, NULL);
    s->ended = 1;
    return step == SQLITE_DONE ? JB_OK : sq_fail_db(s->src, s->batch.ctx, s->db);
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    while (!s->ended && !dbt_batch_full(&s->batch)) {
        jb_status st;
        if (s->batch.row % POLL_ROWS == 0 && s->src->host->cancelled(s->batch.ctx))
            return JB_E_CANCELLED;
        st = next_row(s);
        if (st != JB_OK)
            return st;
    }
    return dbt_batch_finish(&s->batch, out);
}

static int fill(stream *s, jb_ctx *ctx, const dbt_want *wants, const int *at, uint64_t n,
                const jb_scan *scan)
{
    s->batch.host = s->src->host;
    s->batch.rows = s->src->rows;
    s->batch.ctx = ctx;
    s->batch.codes = &codes;
    s->batch.place = s->src->table != NULL ? s->src->table : s->src->path;
    s->at = malloc(((size_t)n + 1) * sizeof *s->at);
    if (s->at == NULL)
        return -1;
    if (n > 0)
        memcpy(s->at, at, (size_t)n * sizeof *s->at);
    return dbt_batch_init(&s->batch, wants, n, scan);
}

jb_status sq_stream(const sq_source *src, jb_ctx *ctx, sqlite3 *db, sqlite3_stmt *stmt,
                    const dbt_want *wants, const int *at, uint64_t n, const jb_scan *scan,
                    sq_ahead *ahead, struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    stream *s = calloc(1, sizeof *s);
    if (s == NULL) {
        if (ahead != NULL)
            sq_ahead_free(ahead);
        sqlite3_finalize(stmt);
        sq_close(src, db);
        return sq_no_memory(src, ctx);
    }
    s->src = src;
    s->db = db;
    s->stmt = stmt;
    if (ahead != NULL)
        s->ahead = *ahead;
    if (fill(s, ctx, wants, at, n, scan) == 0 && dbt_stream_make(out, &ops, s, wants, n) == 0)
        return JB_OK;
    stream_drop(s);
    return sq_no_memory(src, ctx);
}
