// SPDX-License-Identifier: Apache-2.0
#include "pg_source.h"

#define GRACE_MS 15000 /* the server's own timeout comes first, unless the network is gone */

/* pg_type oids are fixed for built-in types. */
static Oid oid_of(const char *format)
{
    int32_t p, s;
    switch (jb_format_kind(format, &p, &s)) {
    case 'l':
        return 20;
    case 'g':
        return 701;
    case 'D':
        return 1082;
    case 'd':
    case 'h':
        return 1700;
    case 'b':
        return 16;
    default:
        return format[0] == 'd' && format[1] == ':' ? 1700 : 25;
    }
}

/* 1 and 0 may stand for true and false: beside a bool the server takes them so, if it may choose.
 */
static int is_bit(const jb_sql_value *v)
{
    return v->text != NULL && v->format[0] == 'l' && (v->text[0] == '0' || v->text[0] == '1') &&
           v->text[1] == '\0';
}

jb_status pg_send(const pg_source *src, jb_ctx *ctx, pg_conn *c, const char *sql,
                  const jb_sql_value *values, uint64_t n)
{
    Oid *types = calloc((size_t)n + 1, sizeof *types);
    const char **texts = calloc((size_t)n + 1, sizeof *texts), *at = (const char *)values;
    uint64_t i;
    int sent = 0;
    if (types == NULL || texts == NULL) {
        free(types);
        free(texts);
        return pg_no_memory(src, ctx);
    }
    for (i = 0; i < n; i++) {
        const jb_sql_value *v = (const jb_sql_value *)(const void *)at;
        types[i] = src->has_bool && is_bit(v) ? 0 : oid_of(v->format);
        texts[i] = v->text;
        at += v->size;
    }
    sent = PQsendQueryParams(c->pq, sql, (int)n, types, texts, NULL, NULL, 1);
    free(types);
    free(texts);
    return sent ? JB_OK : pg_fail_result(src, ctx, c->pq, NULL, NULL);
}

static jb_status silent(const pg_source *src, jb_ctx *ctx, pg_conn *c)
{
    c->silent = 1;
    return pg_fail(src, ctx, JB_E_DATA, "E1074", "timeout", "no answer", NULL);
}

jb_status pg_next(const pg_source *src, jb_ctx *ctx, pg_conn *c, const char *key, PGresult **out)
{
    int64_t deadline = src->timeout_ms > 0 ? pg_now() + src->timeout_ms + GRACE_MS : 0;
    jb_status st;
    *out = NULL;
    while (PQisBusy(c->pq)) {
        st = pg_wait(src, ctx, c->pq, deadline);
        if (st != JB_OK)
            return st == JB_E_DATA ? silent(src, ctx, c) : st;
        if (!PQconsumeInput(c->pq))
            return pg_fail_result(src, ctx, c->pq, NULL, key);
    }
    *out = PQgetResult(c->pq);
    switch (PQresultStatus(*out)) {
    case PGRES_FATAL_ERROR:
        if (*out == NULL)
            return JB_OK;
        break;
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
        break;
    default:
        return JB_OK;
    }
    st = pg_fail_result(src, ctx, c->pq, *out, key);
    PQclear(*out);
    *out = NULL;
    c->rollback = 1;
    return st;
}

jb_status pg_ask(const pg_source *src, jb_ctx *ctx, pg_conn *c, const char *key, const char *sql,
                 const jb_sql_value *values, uint64_t n, PGresult **out)
{
    PGresult *end = NULL;
    jb_status st = pg_send(src, ctx, c, sql, values, n);
    *out = NULL;
    if (st == JB_OK)
        st = pg_next(src, ctx, c, key, out);
    if (st == JB_OK && *out != NULL)
        st = pg_next(src, ctx, c, key, &end);
    PQclear(end);
    if (st != JB_OK) {
        PQclear(*out);
        *out = NULL;
    } else if (*out == NULL) {
        st = pg_fail_result(src, ctx, c->pq, NULL, key);
    }
    return st;
}
