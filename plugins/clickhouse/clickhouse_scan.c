// SPDX-License-Identifier: Apache-2.0
/* The table as a stream: SELECT … FORMAT RowBinary, rows taken as the bytes come in. */
#include "clickhouse.h"

#include <stdio.h>

#define POLL_ROWS 4096
#define ROW_MAX ((size_t)256 << 20)

typedef struct stream {
    const ch_source *src;
    dbt_batch batch;
    ch_type *types;
    jb_web *web;
    ch_stop stop;
    const uint8_t *at; /* bytes not taken yet, in the web's buffer or in rest */
    size_t n;
    uint8_t *rest; /* the beginning of a row whose end is still to come */
    size_t n_rest, cap_rest;
    int ended;
    char token[160]; /* the table's state before the scan; "": unknown */
} stream;

static void stream_drop(void *self)
{
    stream *s = self;
    jb_web_close(s->web);
    dbt_batch_free(&s->batch);
    free(s->types);
    free(s->rest);
    free(s);
}

/* What could not be a row: the server's last words, or damage. */
static jb_status broken(const stream *s)
{
    char said[1024], row[24];
    if (ch_last_words(s->at, s->n, said, sizeof said) != NULL)
        return ch_fail_said(s->src, s->batch.ctx, said, s->src->query != NULL ? "query" : NULL);
    snprintf(row, sizeof row, "%llu", (unsigned long long)s->batch.row + 1);
    return ch_fail(s->src, s->batch.ctx, JB_E_DATA, "E1176", NULL, row, NULL);
}

/* Room for n bytes in rest, with what is left of the bytes at its beginning. */
static int keep(stream *s, size_t n)
{
    uint8_t *p = s->rest;
    if (n > s->cap_rest) {
        p = malloc(n + n / 2);
        if (p == NULL)
            return -1;
        s->cap_rest = n + n / 2;
    }
    if (s->n > 0 && s->at != p)
        memmove(p, s->at, s->n);
    if (p != s->rest)
        free(s->rest);
    s->rest = p;
    s->at = p;
    return 0;
}

/* More bytes; s->ended at the end of the answer. The web's buffer lives until the next read only.
 */
static jb_status fill(stream *s)
{
    const uint8_t *p;
    size_t n;
    jb_web_fault why;
    if (s->n > ROW_MAX)
        return broken(s);
    if (s->n > 0 && keep(s, s->n) != 0)
        return ch_no_memory(s->src, s->batch.ctx);
    if (jb_web_read(s->web, &p, &n, &why) != JB_WEB_OK) {
        char said[1024];
        if (why.kind == JB_WEB_CUT && ch_last_words(s->at, s->n, said, sizeof said) != NULL)
            return ch_fail_said(s->src, s->batch.ctx, said, NULL);
        return ch_fail_web(s->src, s->batch.ctx, &why, NULL);
    }
    s->ended = n == 0;
    if (s->n == 0) {
        s->at = p;
        s->n = n;
    } else if (n > 0) {
        if (keep(s, s->n + n) != 0)
            return ch_no_memory(s->src, s->batch.ctx);
        memcpy(s->rest + s->n, p, n);
        s->n += n;
    }
    return JB_OK;
}

/* The table must still be as it was when the scan began. */
static void look_again(const stream *s)
{
    char now[160];
    jb_fault f;
    if (s->token[0] == '\0' || ch_token(s->src, s->batch.ctx, now, sizeof now) != JB_OK ||
        strcmp(now, s->token) == 0)
        return;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.code = "E1177";
    f.status = JB_E_DATA;
    f.file = s->src->place;
    s->src->host->warn(s->batch.ctx, &f);
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    jb_status st = JB_OK;
    while (st == JB_OK && !dbt_batch_full(&s->batch)) {
        size_t size;
        if (s->batch.row % POLL_ROWS == 0 && s->src->host->cancelled(s->batch.ctx))
            return JB_E_CANCELLED;
        size = s->n > 0 ? ch_row_size(s->types, s->batch.n, s->at, s->n) : 0;
        if (size == SIZE_MAX || (size == 0 && s->ended && s->n > 0)) {
            if (s->ended)
                return broken(s);
            st = fill(s); /* the last words may still be on their way */
            continue;
        }
        if (size == 0 && s->ended)
            break;
        if (size == 0) {
            st = fill(s);
            if (st == JB_OK && s->src->host->cancelled(s->batch.ctx))
                st = JB_E_CANCELLED;
            continue;
        }
        st = ch_row_take(&s->batch, s->types, s->at);
        s->at += size;
        s->n -= size;
    }
    if (st == JB_OK && s->batch.length == 0 && s->ended)
        look_again(s);
    return st == JB_OK ? dbt_batch_finish(&s->batch, out) : st;
}

void ch_put_column(dbt_sql *sql, const char *name, const ch_type *t)
{
    const char *p = t->cast != NULL ? t->cast : "$";
    for (; *p != '\0'; p++) {
        if (*p == '$')
            ch_put_name(sql, name);
        else
            dbt_put_n(sql, p, 1);
    }
}

/* SELECT of the columns wanted. A condition is passed on where the table's own columns are what
 * from() gives; elsewhere it is left to the host. */
static jb_status statement(const ch_source *src, jb_ctx *ctx, const jb_scan *scan,
                           const dbt_want *wants, char **out)
{
    dbt_sql sql = {0}, where = {0};
    uint32_t i;
    dbt_put(&sql, "SELECT ");
    for (i = 0; i < scan->n_columns; i++) {
        ch_put_column(&sql, src->names[wants[i].column], &src->found[wants[i].column]);
        dbt_put(&sql, ", ");
    }
    dbt_put(&sql, CH_ROW_END_SQL " FROM ");
    dbt_put(&sql, src->base);
    if (JB_HAS(jb_scan, scan, where) && !src->converts &&
        ch_put_statement(&where, scan->where, NULL, scan->values, scan->n_values) == 0 &&
        where.text != NULL) {
        dbt_put(&sql, " WHERE ");
        dbt_put(&sql, where.text);
    }
    dbt_put(&sql, " FORMAT RowBinary");
    dbt_sql_free(&where);
    *out = dbt_sql_take(&sql);
    return *out != NULL ? JB_OK : ch_no_memory(src, ctx);
}

static jb_status want(const ch_source *src, jb_ctx *ctx, const jb_column *c, dbt_want *w)
{
    switch (dbt_want_of((const char *const *)src->names, src->types, src->n_columns, c, w)) {
    case DBT_FOUND:
        return JB_OK;
    case DBT_NO_COLUMN:
        return ch_fail(src, ctx, JB_E_CONFIG, "E1178", NULL, c->name, NULL);
    default:
        return ch_fail(src, ctx, JB_E_CONFIG, "E1179", NULL, c->name, NULL);
    }
}

static stream *stream_new(const ch_source *src, jb_ctx *ctx, const jb_scan *scan,
                          const dbt_want *wants)
{
    stream *s = calloc(1, sizeof *s);
    uint32_t i;
    if (s == NULL)
        return NULL;
    s->src = src;
    s->batch.host = src->host;
    s->batch.rows = src->rows;
    s->batch.ctx = ctx;
    s->batch.codes = &ch_codes;
    s->batch.place = src->table != NULL ? src->table : src->place;
    s->types = calloc((size_t)scan->n_columns + 1, sizeof *s->types);
    if (dbt_batch_init(&s->batch, wants, scan->n_columns, scan) != 0 || s->types == NULL) {
        stream_drop(s);
        return NULL;
    }
    for (i = 0; i < scan->n_columns; i++)
        s->types[i] = src->found[wants[i].column];
    return s;
}

jb_status ch_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    const ch_source *src = self;
    dbt_want *wants = calloc((size_t)scan->n_columns + 1, sizeof *wants);
    stream *s = NULL;
    char *sql = NULL;
    uint32_t i;
    jb_status st = wants != NULL ? JB_OK : ch_no_memory(src, ctx);
    if (st == JB_OK && src->names == NULL)
        st = jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "scan() needs schema() before it");
    for (i = 0; st == JB_OK && i < scan->n_columns; i++)
        st = want(src, ctx, dbt_column(scan, i), &wants[i]);
    if (st == JB_OK)
        st = statement(src, ctx, scan, wants, &sql);
    if (st == JB_OK && (s = stream_new(src, ctx, scan, wants)) == NULL)
        st = ch_no_memory(src, ctx);
    if (st == JB_OK)
        snprintf(s->token, sizeof s->token, "%s", src->token);
    if (st == JB_OK)
        st = ch_open(src, ctx, sql, CH_SINGLE, src->query != NULL ? "query" : NULL, &s->web);
    if (st == JB_OK) {
        s->stop = (ch_stop){src->host, ctx};
        jb_web_poll_with(s->web, ch_cancelled, &s->stop);
    }
    if (st == JB_OK && dbt_stream_make(out, &ops, s, wants, scan->n_columns) != 0)
        st = ch_no_memory(src, ctx);
    if (st != JB_OK && s != NULL)
        stream_drop(s);
    free(sql);
    free(wants);
    return st;
}
