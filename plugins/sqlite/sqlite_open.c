// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#include <errno.h>
#include <sys/stat.h>

#define BUSY_MS 5000

jb_status sq_open_file(const sq_source *src, jb_ctx *ctx, int flags, sqlite3 **db)
{
    struct stat st;
    jb_status r;
    *db = NULL;
    if (stat(src->path, &st) != 0)
        return sq_fail(src, ctx, JB_E_DATA, errno == EACCES ? "E0659" : "E0650", "path", src->path,
                       NULL);
    if (!S_ISREG(st.st_mode))
        return sq_fail(src, ctx, JB_E_DATA, "E0651", "path", src->path, NULL);
    if (st.st_size == 0) /* SQLite takes it for a database without tables */
        return sq_fail(src, ctx, JB_E_DATA, "E0652", "path", NULL, NULL);
    if (sqlite3_open_v2(src->path, db, SQLITE_OPEN_READONLY | flags, NULL) != SQLITE_OK) {
        int denied = *db != NULL && (sqlite3_errcode(*db) & 0xff) == SQLITE_CANTOPEN;
        r = *db == NULL ? sq_no_memory(src, ctx)
            : denied    ? sq_fail(src, ctx, JB_E_DATA, "E0659", "path", src->path, NULL)
                        : sq_fail_db(src, ctx, *db);
        sqlite3_close(*db);
        *db = NULL;
        return r;
    }
    sqlite3_busy_timeout(*db, BUSY_MS);
    /* Whoever made the file is not trusted: its views may not call functions with effects. */
    sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* A quoted name that does not exist is an error, not a text. */
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    if (sq_add_functions(*db) == SQLITE_OK)
        return JB_OK;
    r = sq_no_memory(src, ctx);
    sqlite3_close(*db);
    *db = NULL;
    return r;
}

/* First word of a statement, past blanks and comments. */
static const char *first_word(const char *s)
{
    for (;;) {
        while (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
            s++;
        if (s[0] == '-' && s[1] == '-') {
            s += strcspn(s, "\n");
        } else if (s[0] == '/' && s[1] == '*') {
            s = strstr(s, "*/");
            if (s == NULL)
                return "";
            s += 2;
        } else {
            return s;
        }
    }
}

static int is_select(const char *sql)
{
    const char *s = first_word(sql);
    return sqlite3_strnicmp(s, "select", 6) == 0 || sqlite3_strnicmp(s, "with", 4) == 0 ||
           sqlite3_strnicmp(s, "values", 6) == 0;
}

jb_status sq_prepare(const sq_source *src, jb_ctx *ctx, sqlite3 *db, const char *sql,
                     const char *key, sqlite3_stmt **stmt)
{
    const char *tail;
    *stmt = NULL;
    if (!is_select(sql))
        return sq_fail(src, ctx, JB_E_CONFIG, "E0656", key, sql, NULL);
    if (sqlite3_prepare_v2(db, sql, -1, stmt, &tail) != SQLITE_OK)
        return sq_fail_db(src, ctx, db);
    tail = first_word(tail);
    while (*tail == ';')
        tail = first_word(tail + 1);
    if (*tail == '\0' && *stmt != NULL && sqlite3_stmt_readonly(*stmt) &&
        sqlite3_column_count(*stmt) > 0)
        return JB_OK;
    sqlite3_finalize(*stmt);
    *stmt = NULL;
    return sq_fail(src, ctx, JB_E_CONFIG, "E0656", key, sql, NULL);
}

static char *as_subquery(const char *query)
{
    dbt_sql s = {0};
    char *copy;
    dbt_put_subquery(&s, query);
    dbt_put(&s, " AS t");
    copy = s.failed ? NULL : sqlite3_mprintf("%s", s.text);
    dbt_sql_free(&s);
    return copy;
}

static jb_status resolve_table(sq_source *src, jb_ctx *ctx, sqlite3 *db)
{
    static const char sql[] = "SELECT name, type FROM sqlite_schema WHERE type IN ('table','view') "
                              "AND name = ?1 COLLATE NOCASE ORDER BY name <> ?1, name";
    sqlite3_stmt *stmt = NULL;
    jb_status st = JB_OK;
    int step;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return sq_fail_db(src, ctx, db);
    sqlite3_bind_text(stmt, 1, src->table, -1, SQLITE_STATIC);
    step = sqlite3_step(stmt);
    if (step == SQLITE_ROW) {
        src->from = sqlite3_mprintf("\"%w\"", (const char *)sqlite3_column_text(stmt, 0));
        src->whole_scan = strcmp((const char *)sqlite3_column_text(stmt, 1), "table") == 0;
        if (src->from == NULL)
            st = sq_no_memory(src, ctx);
    } else if (step == SQLITE_DONE) {
        st = sq_fail(src, ctx, JB_E_DATA, "E0654", "table", src->table, NULL);
    } else {
        st = sq_fail_db(src, ctx, db);
    }
    sqlite3_finalize(stmt);
    return st;
}

jb_status sq_resolve(sq_source *src, jb_ctx *ctx, sqlite3 *db)
{
    sqlite3_stmt *stmt;
    jb_status st;
    sqlite3_free(src->from);
    src->from = NULL;
    src->whole_scan = 0;
    if (src->table != NULL)
        return resolve_table(src, ctx, db);
    st = sq_prepare(src, ctx, db, src->query, "query", &stmt);
    if (st != JB_OK)
        return st;
    sqlite3_finalize(stmt);
    src->from = as_subquery(src->query);
    return src->from != NULL ? JB_OK : sq_no_memory(src, ctx);
}

/* A rowid by another name, and INTEGER columns of STRICT tables: nothing else holds integers only.
 */
jb_status sq_find_native(sq_source *src, jb_ctx *ctx, sqlite3 *db)
{
    static const char sql[] =
        "SELECT x.name FROM pragma_table_list(?1) l, pragma_table_xinfo(?1) x"
        " WHERE l.schema = 'main' AND l.type = 'table' AND ((l.strict AND x.type IN ('INT', "
        "'INTEGER')) OR (l.wr = 0 AND x.pk = 1 AND upper(x.type) = 'INTEGER'"
        " AND NOT EXISTS (SELECT 1 FROM pragma_index_list(?1) i WHERE i.origin = 'pk')"
        " AND (SELECT count(*) FROM pragma_table_xinfo(?1) WHERE pk > 0) = 1))";
    sqlite3_stmt *stmt = NULL;
    uint64_t i;
    free(src->native);
    src->native = calloc((size_t)src->n_columns + 1, 1);
    if (src->native == NULL)
        return sq_no_memory(src, ctx);
    if (src->table == NULL || !src->whole_scan ||
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return JB_OK; /* an older library: everything is converted */
    sqlite3_bind_text(stmt, 1, src->table, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        for (i = 0; name != NULL && i < src->n_columns; i++)
            src->native[i] = (char)(src->native[i] | (strcmp(src->names[i], name) == 0));
    }
    sqlite3_finalize(stmt);
    return JB_OK;
}

/* The condition stands over the converted columns; beside them are the raw ones, as "jb raw N". */
static char *filtered(const sq_source *src, const dbt_want *wants, uint64_t n, const char *where)
{
    sqlite3_str *s = sqlite3_str_new(NULL);
    const char *inner = src->pushed + strlen("(SELECT ");
    uint64_t i;
    sqlite3_str_appendall(s, "SELECT ");
    for (i = 0; i < n; i++)
        sqlite3_str_appendf(s, "%s\"jb raw %u\"", i > 0 ? ", " : "", (unsigned)wants[i].column);
    if (n == 0)
        sqlite3_str_appendall(s, "1");
    sqlite3_str_appendall(s, " FROM (SELECT ");
    for (i = 0; i < src->n_columns; i++)
        sqlite3_str_appendf(s, "\"%w\" AS \"jb raw %u\", ", src->names[i], (unsigned)i);
    sqlite3_str_appendf(s, "%s WHERE %s", inner, where);
    return sqlite3_str_finish(s);
}

char *sq_select_where(const sq_source *src, const dbt_want *wants, uint64_t n, const char *where)
{
    uint64_t i;
    for (i = 0; i < src->n_columns; i++)
        if (sqlite3_strnicmp(src->names[i], "jb raw ", 7) == 0)
            return NULL;
    return src->query != NULL || src->pushed == NULL ? NULL : filtered(src, wants, n, where);
}

char *sq_select(const sq_source *src, const dbt_want *wants, uint64_t n)
{
    sqlite3_str *s;
    uint64_t i;
    if (src->query != NULL) /* its columns are taken by number: their names may be doubled */
        return sqlite3_mprintf("%s", src->query);
    s = sqlite3_str_new(NULL);
    sqlite3_str_appendall(s, "SELECT ");
    for (i = 0; wants != NULL && i < n; i++)
        sqlite3_str_appendf(s, "%s\"%w\"", i > 0 ? ", " : "", wants[i].name);
    if (wants == NULL)
        sqlite3_str_appendall(s, "*");
    else if (n == 0)
        sqlite3_str_appendall(s, "1");
    sqlite3_str_appendf(s, " FROM %s%s", src->from, src->whole_scan ? " NOT INDEXED" : "");
    return sqlite3_str_finish(s);
}
