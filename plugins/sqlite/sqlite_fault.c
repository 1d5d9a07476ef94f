// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#define VALUE_MAX 240u

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

int32_t sq_refuse(const sq_source *src, jb_ctx *ctx, const char *code, uint64_t row,
                  const char *column, const char *value, size_t n_value, const char *arg1)
{
    const char *args[1] = {arg1};
    char text[VALUE_MAX + 1];
    jb_fault f;
    memset(&f, 0, sizeof f);
    if (n_value > VALUE_MAX)
        for (n_value = VALUE_MAX; n_value > 0 && ((unsigned char)value[n_value] & 0xc0) == 0x80;
             n_value--)
            ;
    if (n_value > 0)
        memcpy(text, value, n_value);
    text[n_value] = '\0';
    f.size = (uint32_t)sizeof f;
    f.status = JB_E_DATA;
    f.code = code;
    f.args = args;
    f.n_args = arg1 != NULL;
    f.file = src->table != NULL ? src->table : src->path;
    f.row = row;
    f.column = column;
    f.value = text;
    if (src->rows == NULL) { /* a host without the service: the strictest answer */
        src->host->fail(ctx, &f);
        return JB_ROW_STOP;
    }
    return src->rows->refuse(ctx, &f);
}
