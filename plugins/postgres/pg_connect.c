// SPDX-License-Identifier: Apache-2.0
#include "pg_source.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>

#define POLL_MS 200 /* how soon a cancelled run is noticed */

int64_t pg_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until the socket is ready. *quiet (NULL: wait on): nothing came for POLL_MS. */
static jb_status wait_for(const pg_source *src, jb_ctx *ctx, PGconn *pq, int events,
                          int64_t deadline, int *quiet)
{
    struct pollfd p = {.fd = PQsocket(pq), .events = (short)events};
    if (p.fd < 0)
        return JB_OK; /* libpq says what happened */
    for (;;) {
        int ready = poll(&p, 1, POLL_MS);
        if (ready > 0)
            return JB_OK;
        if (src->host->cancelled(ctx))
            return JB_E_CANCELLED;
        if (deadline > 0 && pg_now() > deadline)
            return JB_E_DATA;
        if (quiet != NULL)
            return *quiet = 1, JB_OK;
    }
}

jb_status pg_wait(const pg_source *src, jb_ctx *ctx, PGconn *pq, int64_t deadline)
{
    int quiet = 0; /* look all the same: TLS may hold bytes that the socket no longer has */
    return wait_for(src, ctx, pq, POLLIN, deadline, &quiet);
}

static int is_connection_string(const char *text)
{
    char *said = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &said); /* `said` may hold a password */
    PQfreemem(said);
    PQconninfoFree(options);
    return options != NULL;
}

static PGconn *start(const pg_source *src)
{
    const char *keys[8], *values[8];
    int n = 0;
    if (src->conninfo != NULL) { /* first: what follows it wins */
        keys[n] = "dbname";
        values[n++] = src->conninfo;
    } else {
        keys[n] = "service";
        values[n++] = src->service;
    }
    if (src->user != NULL) {
        keys[n] = "user";
        values[n++] = src->user;
    }
    if (src->password != NULL) {
        keys[n] = "password";
        values[n++] = src->password;
    }
    keys[n] = "client_encoding";
    values[n++] = "UTF8";
    keys[n] = "fallback_application_name";
    values[n++] = "jianbao";
    keys[n] = values[n] = NULL;
    return PQconnectStartParams(keys, values, 1);
}

static jb_status too_late(const pg_source *src, jb_ctx *ctx)
{
    char text[64];
    snprintf(text, sizeof text, "> %.6g s (connect_timeout)", (double)src->connect_ms / 1000);
    return pg_fail(src, ctx, JB_E_DATA, "E1064", "connect_timeout", text, NULL);
}

static jb_status finish(const pg_source *src, jb_ctx *ctx, PGconn *pq)
{
    int64_t deadline = pg_now() + src->connect_ms;
    PostgresPollingStatusType want = PGRES_POLLING_WRITING;
    while (PQstatus(pq) != CONNECTION_BAD) {
        int events = want == PGRES_POLLING_WRITING ? POLLOUT : POLLIN;
        jb_status st = wait_for(src, ctx, pq, events, deadline, NULL);
        if (st != JB_OK)
            return st == JB_E_DATA ? too_late(src, ctx) : st;
        want = PQconnectPoll(pq);
        if (want == PGRES_POLLING_OK)
            return JB_OK;
        if (want == PGRES_POLLING_FAILED)
            break;
    }
    return pg_fail_connect(src, ctx, pq);
}

PGconn *pg_connect(const pg_source *src, jb_ctx *ctx)
{
    PGconn *pq;
    if (src->conninfo != NULL && !is_connection_string(src->conninfo)) {
        pg_fail(src, ctx, JB_E_CONFIG, "E1063", "conninfo", NULL, NULL);
        return NULL;
    }
    pq = start(src);
    if (pq == NULL) {
        pg_no_memory(src, ctx);
        return NULL;
    }
    PQsetErrorVerbosity(pq, PQERRORS_VERBOSE); /* the only way to an SQLSTATE before the session */
    if (finish(src, ctx, pq) == JB_OK)
        return pq;
    PQfinish(pq);
    return NULL;
}
