// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

jb_status sq_fail(const sq_source *src, jb_ctx *ctx, jb_status status, const char *code,
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
    f.file = src->path;
    return src->host->fail(ctx, &f);
}

jb_status sq_no_memory(const sq_source *src, jb_ctx *ctx)
{
    return sq_fail(src, ctx, JB_E_MEMORY, "E0657", NULL, NULL, NULL);
}

jb_status sq_fail_db(const sq_source *src, jb_ctx *ctx, sqlite3 *db)
{
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_INTERRUPT:
        return JB_E_CANCELLED;
    case SQLITE_NOMEM:
        return sq_no_memory(src, ctx);
    case SQLITE_NOTADB:
        return sq_fail(src, ctx, JB_E_DATA, "E0652", "path", NULL, NULL);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return sq_fail(src, ctx, JB_E_DATA, "E0658", NULL, NULL, NULL);
    default:
        return sq_fail(src, ctx, JB_E_DATA, "E0655", src->query != NULL ? "query" : NULL,
                       sqlite3_errmsg(db), NULL);
    }
}
