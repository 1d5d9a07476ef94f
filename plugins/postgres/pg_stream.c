// SPDX-License-Identifier: Apache-2.0
/* Rows as they arrive: COPY … (FORMAT binary) for a whole table, single rows where parameters are
 * bound (COPY takes none). Neither side ever holds the table. */
#include "pg_source.h"

#include <stdio.h>

#define POLL_ROWS 4096
#define GRACE_MS 15000 /* as in pg_run.c */
#define COPY_HEAD 11   /* "PGCOPY\n\377\r\n\0" */

typedef struct stream {
    const pg_source *src;
    pg_conn *conn;
    pg_field *fields;
    dbt_batch batch;
    PGresult *row;    /* single rows: the next one */
    int64_t deadline; /* of the silence now; 0: something came last */
    int copy, begun, ended;
} stream;

static void stream_drop(void *self)
{
    stream *s = self;
    PQclear(s->row);
    pg_return(s->src, s->conn);
    dbt_batch_free(&s->batch);
    free(s->fields);
    free(s);
}

static jb_status take_cell(stream *s, uint64_t k, const uint8_t *p, size_t n)
{
    dbt_batch *b = &s->batch;
    char own[64];
    const char *text;
    size_t len;
    int how;
    if (b->nulls.n > 0) {
        text = pg_cell_text(&s->fields[k], p, n, own, &len);
        if (dbt_nulls_has(&b->nulls, text, len)) {
            jb_col_null(&b->cols[k]);
            return JB_OK;
        }
    }
    how = pg_push(&b->cols[k], &s->fields[k], p, n);
    if (how == JB_CELL_OK)
        return JB_OK;
    text = how < 0 ? "" : pg_cell_text(&s->fields[k], p, n, own, &len);
    return dbt_cell_done(b, k, how, how == PG_CELL_SPECIAL ? "E1082" : NULL, text,
                         how < 0 ? 0 : len);
}

static jb_status changed(const stream *s)
{
    return pg_fail(s->src, s->batch.ctx, JB_E_DATA, "E1085", NULL, NULL, NULL);
}

static uint32_t big32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* One tuple at *p; -1 fields is the trailer. */
static jb_status take_tuple(stream *s, const uint8_t **p, const uint8_t *end)
{
    uint64_t k;
    jb_status st;
    uint32_t fields;
    if (end - *p < 2)
        return changed(s);
    fields = (uint32_t)(*p)[0] << 8 | (*p)[1];
    *p += 2;
    if (fields == 0xffff) {
        *p = end;
        return JB_OK;
    }
    if (fields != s->batch.n)
        return changed(s);
    st = dbt_row_begin(&s->batch);
    for (k = 0; st == JB_OK && k < fields; k++) {
        uint32_t n;
        if (end - *p < 4)
            return changed(s);
        n = big32(*p);
        *p += 4;
        if (n == UINT32_MAX) {
            if (!s->batch.skipped)
                jb_col_null(&s->batch.cols[k]);
            continue;
        }
        if ((size_t)(end - *p) < n)
            return changed(s);
        if (!s->batch.skipped)
            st = take_cell(s, k, *p, n);
        *p += n;
    }
    if (st == JB_OK)
        dbt_row_end(&s->batch);
    return st;
}

static jb_status take_copy(stream *s, const uint8_t *p, size_t n)
{
    const uint8_t *end = p + n;
    jb_status st = JB_OK;
    if (!s->begun) {
        if (n < COPY_HEAD + 8 || memcmp(p, "PGCOPY\n\377\r\n", COPY_HEAD) != 0 ||
            big32(p + COPY_HEAD + 4) > n - COPY_HEAD - 8)
            return changed(s);
        p += COPY_HEAD + 8 + big32(p + COPY_HEAD + 4);
        s->begun = 1;
    }
    while (st == JB_OK && p < end)
        st = take_tuple(s, &p, end);
    return st;
}

static jb_status finish(stream *s)
{
    PGresult *r = NULL;
    jb_status st =
        pg_next(s->src, s->batch.ctx, s->conn, s->src->query != NULL ? "query" : NULL, &r);
    PQclear(r);
    s->ended = 1;
    return st;
}

/* Waits for more of a COPY. */
static jb_status more(stream *s)
{
    jb_status st;
    if (s->deadline == 0 && s->src->timeout_ms > 0)
        s->deadline = pg_now() + s->src->timeout_ms + GRACE_MS;
    st = pg_wait(s->src, s->batch.ctx, s->conn->pq, s->deadline);
    if (st == JB_E_DATA) {
        s->conn->silent = 1;
        return pg_fail(s->src, s->batch.ctx, JB_E_DATA, "E1074", "timeout", "no answer", NULL);
    }
    if (st == JB_OK && !PQconsumeInput(s->conn->pq))
        return pg_fail_result(s->src, s->batch.ctx, s->conn->pq, NULL, NULL);
    return st;
}

static jb_status next_copy(stream *s)
{
    char *bytes = NULL;
    int n = PQgetCopyData(s->conn->pq, &bytes, 1);
    jb_status st;
    if (n == 0)
        return more(s);
    s->deadline = 0;
    if (n == -1)
        return finish(s);
    if (n < 0)
        return pg_fail_result(s->src, s->batch.ctx, s->conn->pq, NULL, NULL);
    st = take_copy(s, (const uint8_t *)bytes, (size_t)n);
    PQfreemem(bytes);
    return st;
}

static jb_status next_single(stream *s)
{
    jb_status st = JB_OK;
    int i, n;
    uint64_t k;
    if (s->row == NULL)
        st = pg_next(s->src, s->batch.ctx, s->conn, NULL, &s->row);
    if (st != JB_OK)
        return st;
    if (s->row == NULL) {
        s->ended = 1;
        return JB_OK;
    }
    n = PQntuples(s->row);
    for (i = 0; st == JB_OK && i < n; i++) {
        st = dbt_row_begin(&s->batch);
        for (k = 0; st == JB_OK && k < s->batch.n && !s->batch.skipped; k++) {
            if (PQgetisnull(s->row, i, (int)k))
                jb_col_null(&s->batch.cols[k]);
            else
                st = take_cell(s, k, (const uint8_t *)PQgetvalue(s->row, i, (int)k),
                               (size_t)PQgetlength(s->row, i, (int)k));
        }
        if (st == JB_OK)
            dbt_row_end(&s->batch);
    }
    PQclear(s->row);
    s->row = NULL;
    return st;
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    uint64_t polled = s->batch.row;
    while (!s->ended && !dbt_batch_full(&s->batch)) {
        jb_status st = s->copy ? next_copy(s) : next_single(s);
        if (st == JB_OK && s->batch.row - polled >= POLL_ROWS) {
            polled = s->batch.row;
            if (s->src->host->cancelled(s->batch.ctx))
                st = JB_E_CANCELLED;
        }
        if (st != JB_OK) {
            s->conn->rollback = 1;
            return st;
        }
    }
    return dbt_batch_finish(&s->batch, out);
}

static jb_status make(const pg_source *src, jb_ctx *ctx, pg_conn *c, PGresult *first, int copy,
                      const dbt_want *wants, const pg_field *fields, uint64_t n,
                      const jb_scan *scan, struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    stream *s = calloc(1, sizeof *s);
    if (s == NULL) {
        PQclear(first);
        pg_return(src, c);
        return pg_no_memory(src, ctx);
    }
    s->src = src;
    s->conn = c;
    s->row = first;
    s->copy = copy;
    s->batch.host = src->host;
    s->batch.rows = src->rows;
    s->batch.ctx = ctx;
    s->batch.codes = &pg_codes;
    s->batch.place = src->place;
    s->fields = malloc(((size_t)n + 1) * sizeof *s->fields);
    if (s->fields != NULL && n > 0)
        memcpy(s->fields, fields, (size_t)n * sizeof *fields);
    if (s->fields != NULL && dbt_batch_init(&s->batch, wants, n, scan) == 0 &&
        dbt_stream_make(out, &ops, s, wants, n) == 0)
        return JB_OK;
    stream_drop(s);
    return pg_no_memory(src, ctx);
}

jb_status pg_stream_rows(const pg_source *src, jb_ctx *ctx, pg_conn *c, PGresult *first,
                         const dbt_want *wants, const pg_field *fields, uint64_t n,
                         const jb_scan *scan, struct ArrowArrayStream *out)
{
    return make(src, ctx, c, first, 0, wants, fields, n, scan, out);
}

/* ---- scan() ---- */

/* Names for the raw columns beside the converted ones, which bear the headings. */
static const char *raw_prefix(const pg_source *src)
{
    static const char *const tries[] = {"jb raw ", "jb raw column ", "jb raw column number "};
    size_t k;
    uint64_t i;
    for (k = 0; k < 2; k++) {
        for (i = 0; i < src->n_columns; i++)
            if (strncmp(src->names[i], tries[k], strlen(tries[k])) == 0)
                break;
        if (i == src->n_columns)
            break;
    }
    return tries[k];
}

/* (SELECT raw columns, converted columns FROM base) AS t WHERE …; 1: no such form. */
static int put_filtered(const pg_source *src, dbt_sql *s, const jb_scan *scan)
{
    char name[64];
    uint64_t i;
    int how;
    dbt_put(s, "(SELECT ");
    for (i = 0; i < src->n_columns; i++) {
        snprintf(name, sizeof name, " AS \"%s%u\", ", raw_prefix(src), (unsigned)i + 1);
        pg_put_column(src, s, i);
        dbt_put(s, name);
    }
    how = pg_put_converted(src, s);
    dbt_put(s, " FROM ");
    dbt_put(s, src->base);
    dbt_put(s, ") AS t WHERE ");
    dbt_put(s, scan->where);
    return how;
}

static void put_items(const pg_source *src, dbt_sql *s, const dbt_want *wants, pg_field *fields,
                      uint64_t n, int filtered)
{
    char name[64];
    uint64_t i;
    for (i = 0; i < n; i++) {
        fields[i] = src->fields[wants[i].column];
        dbt_put(s, i > 0 ? ", " : "");
        if (filtered) {
            snprintf(name, sizeof name, "\"%s%u\"", raw_prefix(src), (unsigned)wants[i].column + 1);
            dbt_put(s, name);
        } else {
            pg_put_column(src, s, wants[i].column);
        }
        dbt_put(s, pg_cast_for(&wants[i].type, &fields[i]));
    }
}

static char *select_text(const pg_source *src, const dbt_want *wants, pg_field *fields,
                         const jb_scan *scan, int *filtered)
{
    dbt_sql s = {0}, from = {0};
    *filtered = JB_HAS(jb_scan, scan, where) && put_filtered(src, &from, scan) == 0;
    dbt_put(&s, *filtered ? "SELECT " : "COPY (SELECT ");
    put_items(src, &s, wants, fields, scan->n_columns, *filtered);
    dbt_put(&s, " FROM ");
    dbt_put(&s, *filtered ? from.text : src->base);
    if (!*filtered)
        dbt_put(&s, ") TO STDOUT (FORMAT binary)");
    dbt_sql_free(&from);
    return dbt_sql_take(&s);
}

static jb_status begin(const pg_source *src, jb_ctx *ctx, pg_conn *c, const char *sql,
                       const jb_scan *scan, int filtered, PGresult **first)
{
    jb_status st =
        pg_send(src, ctx, c, sql, filtered ? scan->values : NULL, filtered ? scan->n_values : 0);
    if (st == JB_OK && filtered)
        PQsetSingleRowMode(c->pq);
    if (st == JB_OK)
        st = pg_next(src, ctx, c, src->query != NULL ? "query" : "table", first);
    if (st != JB_OK || filtered)
        return st;
    if (PQresultStatus(*first) != PGRES_COPY_OUT)
        st = pg_fail_result(src, ctx, c->pq, *first, NULL);
    PQclear(*first);
    *first = NULL;
    return st;
}

static jb_status wanted(const pg_source *src, jb_ctx *ctx, const jb_scan *scan, dbt_want *wants)
{
    uint32_t i;
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        int how =
            dbt_want_of((const char *const *)src->names, src->types, src->n_columns, c, &wants[i]);
        if (how != DBT_FOUND)
            return pg_fail(src, ctx, JB_E_CONFIG, how == DBT_NO_COLUMN ? "E1070" : "E1071", NULL,
                           c->name, NULL);
    }
    return JB_OK;
}

jb_status pg_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const pg_source *src = self;
    dbt_want *wants = calloc((size_t)scan->n_columns + 1, sizeof *wants);
    pg_field *fields = calloc((size_t)scan->n_columns + 1, sizeof *fields);
    PGresult *first = NULL;
    pg_conn *c = NULL;
    char *sql = NULL;
    int filtered = 0;
    jb_status st = src->names == NULL ? jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL,
                                                     "scan() needs schema() before it")
                   : wants == NULL || fields == NULL ? pg_no_memory(src, ctx)
                                                     : wanted(src, ctx, scan, wants);
    if (st == JB_OK) {
        sql = select_text(src, wants, fields, scan, &filtered);
        if (sql == NULL)
            st = pg_no_memory(src, ctx);
    }
    if (st == JB_OK)
        c = pg_borrow(src, ctx, src->is_table ? PG_MODE_TABLE : PG_MODE_QUERY, &st);
    if (st == JB_OK)
        st = begin(src, ctx, c, sql, scan, filtered, &first);
    if (st == JB_OK)
        st = make(src, ctx, c, first, !filtered, wants, fields, scan->n_columns, scan, out);
    else if (c != NULL) {
        c->rollback = 1;
        pg_return(src, c);
    }
    free(sql);
    free(wants);
    free(fields);
    return st;
}
