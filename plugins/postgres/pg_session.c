// SPDX-License-Identifier: Apache-2.0
/* Servers and their connections. The list below is the per-run cache: a server lives from the first
 * schema() on it until its last source is destroyed, and its snapshot as long. */
#include "pg_source.h"

#include <stdatomic.h>
#include <stdio.h>

#define LOCK_MS 10000 /* somebody waits for a lock that only the end of this run gives back */

typedef struct alias {
    struct alias *next;
    char *settings;
} alias;

struct pg_server {
    pg_server *next;
    char *key;      /* host, port, database, user */
    alias *aliases; /* settings that lead here */
    char *snapshot; /* as pg_export_snapshot names it */
    char *token;
    pg_conn *idle; /* the first connection in front */
    int refs, serials;
    atomic_flag busy; /* guards idle and serials, for a few instructions at a time */
};

static pg_server *servers; /* [main] only */

static void lock(pg_server *s)
{
    while (atomic_flag_test_and_set_explicit(&s->busy, memory_order_acquire))
        ;
}

static void unlock(pg_server *s)
{
    atomic_flag_clear_explicit(&s->busy, memory_order_release);
}

/* What every session is told: text as UTF-8, numbers in full, reading only, one state. */
static const char session[] =
    "SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
    "SET bytea_output = 'hex'; SET extra_float_digits = 3; SET standard_conforming_strings = on;"
    "SET default_transaction_read_only = on; SET synchronize_seqscans = off;"
    "SET idle_in_transaction_session_timeout = 0;"
    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/* A statement of ours without answer. */
static int run(PGconn *pq, const char *sql)
{
    PGresult *res = PQexec(pq, sql);
    ExecStatusType st = PQresultStatus(res);
    PQclear(res);
    return st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK ? 0 : -1;
}

static void close_conn(pg_conn *c)
{
    PQfinish(c->pq);
    free(c);
}

static pg_conn *open_conn(const pg_source *src, jb_ctx *ctx)
{
    pg_conn *c = calloc(1, sizeof *c);
    if (c == NULL) {
        pg_no_memory(src, ctx);
        return NULL;
    }
    c->mode = -1;
    c->timeout_ms = -1;
    c->pq = pg_connect(src, ctx);
    if (c->pq == NULL) {
        free(c);
        return NULL;
    }
    if (run(c->pq, session) != 0) {
        pg_fail_result(src, ctx, c->pq, NULL, NULL);
        close_conn(c);
        return NULL;
    }
    PQsetErrorVerbosity(c->pq, PQERRORS_DEFAULT);
    return c;
}

static char *key_of(PGconn *pq)
{
    dbt_sql s = {0};
    const char *host = PQhost(pq), *port = PQport(pq);
    dbt_put(&s, host != NULL ? host : "");
    dbt_put(&s, "\x1f");
    dbt_put(&s, port != NULL ? port : "");
    dbt_put(&s, "\x1f");
    dbt_put(&s, PQdb(pq));
    dbt_put(&s, "\x1f");
    dbt_put(&s, PQuser(pq));
    return dbt_sql_take(&s);
}

static jb_status join(const pg_source *src, jb_ctx *ctx, const char *snapshot, pg_conn *c)
{
    char sql[160], text[256];
    snprintf(sql, sizeof sql, "SET TRANSACTION SNAPSHOT '%s'", snapshot);
    if (run(c->pq, sql) == 0)
        return JB_OK;
    pg_clean(src, c->pq, PQerrorMessage(c->pq), text, sizeof text);
    return pg_fail(src, ctx, JB_E_DATA, "E1078", NULL, text, NULL);
}

static void free_server(pg_server *s)
{
    while (s->idle != NULL) {
        pg_conn *c = s->idle;
        s->idle = c->next;
        close_conn(c);
    }
    while (s->aliases != NULL) {
        alias *a = s->aliases;
        s->aliases = a->next;
        free(a->settings);
        free(a);
    }
    free(s->key);
    free(s->snapshot);
    free(s->token);
    free(s);
}

/* The first connection names the state that all others will see. */
static pg_server *new_server(const pg_source *src, jb_ctx *ctx, pg_conn *c, const char *key)
{
    pg_server *s = calloc(1, sizeof *s);
    char text[256];
    PGresult *res;
    if (s == NULL || (s->key = strdup(key)) == NULL) {
        free(s);
        pg_no_memory(src, ctx);
        return NULL;
    }
    atomic_flag_clear(&s->busy);
    res = PQexec(c->pq, "SELECT pg_catalog.pg_export_snapshot()");
    if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1 &&
        strspn(PQgetvalue(res, 0, 0), "0123456789ABCDEFabcdef-") == (size_t)PQgetlength(res, 0, 0))
        s->snapshot = strdup(PQgetvalue(res, 0, 0));
    PQclear(res);
    if (s->snapshot == NULL) {
        pg_clean(src, c->pq, PQerrorMessage(c->pq), text, sizeof text);
        pg_fail(src, ctx, JB_E_DATA, "E1078", NULL, text, NULL);
        free_server(s);
        return NULL;
    }
    return s;
}

/* All that decides where a source connects to; NULL: out of memory. */
static char *settings_of(const pg_source *src)
{
    const char *parts[] = {src->service, src->conninfo, src->user, src->password};
    dbt_sql s = {0};
    size_t i;
    for (i = 0; i < sizeof parts / sizeof *parts; i++) {
        dbt_put(&s, parts[i] != NULL ? "+" : "-");
        dbt_put(&s, parts[i] != NULL ? parts[i] : "");
        dbt_put(&s, "\x1f");
    }
    return dbt_sql_take(&s);
}

static pg_server *known(const char *settings)
{
    pg_server *s;
    const alias *a;
    for (s = servers; s != NULL; s = s->next)
        for (a = s->aliases; a != NULL; a = a->next)
            if (strcmp(a->settings, settings) == 0)
                return s;
    return NULL;
}

/* Connects, and finds out whether another source is there already. */
static pg_server *reach(const pg_source *src, jb_ctx *ctx)
{
    pg_conn *c = open_conn(src, ctx);
    char *key = c != NULL ? key_of(c->pq) : NULL;
    pg_server *s = NULL;
    if (c == NULL)
        return NULL;
    if (key == NULL)
        pg_no_memory(src, ctx);
    for (s = servers; key != NULL && s != NULL && strcmp(s->key, key) != 0; s = s->next)
        ;
    if (s == NULL && key != NULL) {
        s = new_server(src, ctx, c, key);
        if (s != NULL) {
            s->idle = c;
            s->next = servers;
            servers = s;
            c = NULL;
        }
    }
    if (c != NULL)
        close_conn(c);
    free(key);
    return s;
}

jb_status pg_attach(pg_source *src, jb_ctx *ctx)
{
    pg_server *s;
    alias *a;
    char *settings;
    if (src->server != NULL)
        return JB_OK;
    settings = settings_of(src);
    if (settings == NULL)
        return pg_no_memory(src, ctx);
    s = known(settings);
    if (s == NULL) {
        s = reach(src, ctx);
        a = s != NULL ? calloc(1, sizeof *a) : NULL;
        if (a != NULL) {
            a->settings = settings;
            a->next = s->aliases;
            s->aliases = a;
            settings = NULL;
        }
    }
    free(settings);
    if (s == NULL)
        return src->host->cancelled(ctx) ? JB_E_CANCELLED : JB_E_DATA;
    s->refs++;
    src->server = s;
    return JB_OK;
}

void pg_detach(pg_source *src)
{
    pg_server *s = src->server, **at = &servers;
    src->server = NULL;
    if (s == NULL || --s->refs > 0)
        return;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    free_server(s);
}

/* Settings for this use, and a savepoint: a statement that fails may not end the transaction. */
static int prepare(const pg_source *src, pg_conn *c, int mode)
{
    char sql[512];
    int64_t wait = src->timeout_ms * 2 / 3; /* before the statement's own end, to say why */
    if (wait <= 0 || wait > LOCK_MS)
        wait = LOCK_MS;
    if (c->mode == mode && c->timeout_ms == src->timeout_ms)
        return run(c->pq, "SAVEPOINT jianbao");
    snprintf(sql, sizeof sql,
             "SET statement_timeout = %lld; SET lock_timeout = %lld;"
             "SET enable_indexscan = %s; SET enable_indexonlyscan = %s; %s; SAVEPOINT jianbao",
             (long long)src->timeout_ms, (long long)wait, mode == PG_MODE_TABLE ? "off" : "on",
             mode == PG_MODE_TABLE ? "off" : "on",
             mode == PG_MODE_PUSH ? "RESET max_parallel_workers_per_gather"
                                  : "SET max_parallel_workers_per_gather = 0");
    c->mode = mode;
    c->timeout_ms = src->timeout_ms;
    return run(c->pq, sql);
}

pg_conn *pg_borrow(const pg_source *src, jb_ctx *ctx, int mode, jb_status *st)
{
    pg_server *s = src->server;
    pg_conn *c;
    lock(s);
    c = s->idle;
    if (c != NULL)
        s->idle = c->next;
    unlock(s);
    if (c == NULL) {
        c = open_conn(src, ctx);
        *st = src->host->cancelled(ctx) ? JB_E_CANCELLED : JB_E_DATA;
        if (c == NULL)
            return NULL;
        lock(s);
        c->serial = ++s->serials;
        unlock(s);
        *st = join(src, ctx, s->snapshot, c);
        if (*st != JB_OK) {
            close_conn(c);
            return NULL;
        }
    }
    c->next = NULL;
    c->rollback = 0;
    *st = JB_OK;
    if (prepare(src, c, mode) == 0)
        return c;
    *st = pg_fail_result(src, ctx, c->pq, NULL, NULL);
    c->rollback = 1;
    pg_return(src, c);
    return NULL;
}

/* Ends what is still running. */
static void drain(pg_conn *c)
{
    PGcancel *cancel;
    PGresult *res;
    char text[256], *row;
    int running = PQtransactionStatus(c->pq) == PQTRANS_ACTIVE;
    if (running && (cancel = PQgetCancel(c->pq)) != NULL) {
        PQcancel(cancel, text, (int)sizeof text);
        PQfreeCancel(cancel);
        c->rollback = 1;
    }
    while ((res = PQgetResult(c->pq)) != NULL) {
        ExecStatusType how = PQresultStatus(res);
        PQclear(res);
        if (how == PGRES_COPY_OUT) {
            while (PQgetCopyData(c->pq, &row, 0) > 0)
                PQfreemem(row);
        }
        if (PQstatus(c->pq) != CONNECTION_OK)
            break;
    }
}

void pg_return(const pg_source *src, pg_conn *c)
{
    pg_server *s = src->server;
    pg_conn **at;
    if (c == NULL)
        return;
    if (c->silent) { /* libpq would wait for its answers without end */
        close_conn(c);
        return;
    }
    if (PQstatus(c->pq) == CONNECTION_OK) {
        drain(c);
        if (PQtransactionStatus(c->pq) == PQTRANS_INERROR)
            c->rollback = 1;
    }
    if (PQstatus(c->pq) != CONNECTION_OK ||
        run(c->pq, c->rollback ? "ROLLBACK TO SAVEPOINT jianbao" : "RELEASE SAVEPOINT jianbao") !=
            0) {
        close_conn(c);
        return;
    }
    if (c->rollback) /* what was set before the savepoint failed may not hold */
        c->mode = -1;
    lock(s);
    for (at = &s->idle; *at != NULL && (*at)->serial < c->serial; at = &(*at)->next)
        ;
    c->next = *at;
    *at = c;
    unlock(s);
}

const char *pg_server_token(const pg_source *src)
{
    return src->server->token;
}

void pg_server_set_token(const pg_source *src, const char *token)
{
    free(src->server->token);
    src->server->token = strdup(token);
}
