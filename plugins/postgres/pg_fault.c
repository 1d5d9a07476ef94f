// SPDX-License-Identifier: Apache-2.0
#include "pg_source.h"

#include <stdio.h>

#define TEXT_MAX 512

jb_status pg_fail(const pg_source *src, jb_ctx *ctx, jb_status status, const char *code,
                  const char *key, const char *arg1, const char *arg2)
{
    const char *args[2] = {arg1, arg2};
    jb_fault f;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = status;
    f.code = code;
    f.args = args;
    f.n_args = arg1 == NULL ? 0u : arg2 == NULL ? 1u : 2u;
    f.key = key;
    f.file = src->place;
    return (src->host->fail)(ctx, &f);
}

jb_status pg_no_memory(const pg_source *src, jb_ctx *ctx)
{
    return pg_fail(src, ctx, JB_E_MEMORY, "E1060", NULL, NULL, NULL);
}

/* Every occurrence of `secret` becomes ***. */
static void hide(char *text, size_t room, const char *secret)
{
    size_t n = secret != NULL ? strlen(secret) : 0;
    char *at = text;
    if (n == 0)
        return;
    while ((at = strstr(at, secret)) != NULL) {
        size_t tail = strlen(at + n);
        if ((size_t)(at - text) + 3 + tail + 1 > room)
            tail = room - (size_t)(at - text) - 4;
        memmove(at + 3, at + n, tail);
        memcpy(at, "***", 3);
        at[3 + tail] = '\0';
        at += 3;
    }
}

void pg_clean(const pg_source *src, PGconn *pq, const char *text, char *out, size_t room)
{
    char line[2 * TEXT_MAX];
    size_t n;
    int why;
    if (text == NULL)
        text = "";
    n = strcspn(text, "\r\n");
    if (n >= sizeof line)
        n = sizeof line - 1;
    memcpy(line, text, n);
    line[n] = '\0';
    hide(line, sizeof line, src->password);
    hide(line, sizeof line, pq != NULL ? PQpass(pq) : NULL);
    n = strlen(line);
    if (n >= room)
        n = room - 1;
    n = jb_utf8_check((const uint8_t *)line, n, &why);
    memcpy(out, line, n);
    out[n] = '\0';
}

/* "FATAL:  3D000: database …" (verbosity is verbose): the state, and the text behind it. */
static const char *split_state(const char *text, char state[6])
{
    const char *at = text;
    state[0] = '\0';
    while (at != NULL && (at = strstr(at, ":  ")) != NULL) {
        size_t k;
        at += 3;
        for (k = 0; k < 5 && ((at[k] >= '0' && at[k] <= '9') || (at[k] >= 'A' && at[k] <= 'Z'));
             k++)
            ;
        if (k == 5 && at[5] == ':' && at[6] == ' ') {
            memcpy(state, at, 5);
            state[5] = '\0';
            return at + 7;
        }
    }
    return text;
}

jb_status pg_fail_connect(const pg_source *src, jb_ctx *ctx, PGconn *pq)
{
    char text[TEXT_MAX], state[6];
    const char *said = split_state(PQerrorMessage(pq), state), *code = "E1064", *key = NULL;
    if (strncmp(state, "28", 2) == 0 || PQconnectionNeedsPassword(pq)) {
        code = "E1065";
        key = src->password != NULL ? "password" : NULL;
    } else if (strcmp(state, "3D000") == 0) {
        code = "E1066";
    } else if (strcmp(state, "42501") == 0) {
        code = "E1067";
    } else {
        key = src->service != NULL ? "service" : "conninfo";
    }
    pg_clean(src, pq, said, text, sizeof text);
    return pg_fail(src, ctx, JB_E_DATA, code, key, text, NULL);
}

static jb_status timed_out(const pg_source *src, jb_ctx *ctx)
{
    char seconds[32];
    snprintf(seconds, sizeof seconds, "%.6g", (double)src->timeout_ms / 1000);
    return pg_fail(src, ctx, JB_E_DATA, "E1075", "timeout", seconds, NULL);
}

jb_status pg_fail_result(const pg_source *src, jb_ctx *ctx, PGconn *pq, const PGresult *res,
                         const char *key)
{
    const char *state = res != NULL ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *said = res != NULL ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    char text[TEXT_MAX];
    if (state == NULL)
        state = "";
    pg_clean(src, pq, said != NULL ? said : PQerrorMessage(pq), text, sizeof text);
    if (src->host->cancelled(ctx))
        return JB_E_CANCELLED;
    if (strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0 ||
        PQstatus(pq) != CONNECTION_OK)
        return pg_fail(src, ctx, JB_E_DATA, "E1074", NULL, text, NULL);
    if (strcmp(state, "57014") == 0)
        return timed_out(src, ctx);
    if (strcmp(state, "55P03") == 0)
        return pg_fail(src, ctx, JB_E_DATA, "E1077", NULL, text, NULL);
    if (strcmp(state, "42501") == 0)
        return pg_fail(src, ctx, JB_E_DATA, "E1067", key, text, NULL);
    if (key != NULL && strcmp(key, "pushdown") == 0 && strncmp(state, "22", 2) == 0)
        return pg_fail(src, ctx, JB_E_DATA, "E1084", NULL, text, NULL);
    if (strcmp(state, "22021") == 0 || strcmp(state, "22P05") == 0)
        return pg_fail(src, ctx, JB_E_DATA, "E1083", NULL, NULL, NULL);
    return pg_fail(src, ctx, JB_E_DATA, "E1073", key, text, NULL);
}
