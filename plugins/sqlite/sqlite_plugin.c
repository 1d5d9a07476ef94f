// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#include <stdio.h>

const jb_host *sq_host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    sq_host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    sq_source *src = calloc(1, sizeof *src);
    if (src == NULL)
        return jb_fail_code(sq_host, ctx, JB_E_MEMORY, "E0657", NULL, NULL, NULL, NULL);
    src->host = sq_host;
    src->rows = rows;
    sq_host->get_str(args, "path", &src->path);
    sq_host->get_str(args, "table", &src->table);
    sq_host->get_str(args, "query", &src->query);
    if ((src->table == NULL) == (src->query == NULL)) {
        int both = src->table != NULL;
        free(src);
        return jb_fail_code(sq_host, ctx, JB_E_CONFIG, "E0653", both ? "query" : NULL, NULL, NULL,
                            NULL);
    }
    *self = src;
    return JB_OK;
}

static void destroy(void *self)
{
    sq_source *src = self;
    uint64_t i;
    sq_detach(src);
    for (i = 0; src->names != NULL && i < src->n_columns; i++)
        free(src->names[i]);
    free(src->names);
    free(src->types);
    sqlite3_free(src->from);
    sqlite3_free(src->pushed);
    free(src->native);
    dbt_nulls_free(&src->nulls);
    free(src);
}

/* A column asked for. DBT_NO_COLUMN and DBT_SEVERAL are reported. */
static jb_status want(const sq_source *src, jb_ctx *ctx, const jb_column *c, dbt_want *w)
{
    int how = dbt_want_of((const char *const *)src->names, src->types, src->n_columns, c, w);
    if (how == DBT_FOUND)
        return JB_OK;
    return sq_fail(src, ctx, JB_E_CONFIG, how == DBT_NO_COLUMN ? "E0665" : "E0666", NULL, c->name,
                   NULL);
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    sq_source *src = self;
    sqlite3 *db;
    uint32_t i, column;
    jb_status st = sq_attach(src, ctx);
    if (st == JB_OK)
        st = sq_open(src, ctx, &db);
    if (st != JB_OK)
        return st;
    sqlite3_free(src->pushed);
    src->pushed = NULL;
    dbt_nulls_free(&src->nulls);
    st = dbt_nulls_init(&src->nulls, scan) == 0 ? sq_resolve(src, ctx, db) : sq_no_memory(src, ctx);
    if (st == JB_OK)
        st = sq_describe(src, ctx, db);
    if (st == JB_OK)
        st = sq_find_native(src, ctx, db);
    sq_close(src, db);
    for (i = 0; st == JB_OK && i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        dbt_want w;
        if (dbt_find((const char *const *)src->names, src->n_columns, c->name, &column) == 0)
            continue; /* the host names the line of the configuration */
        st = want(src, ctx, c, &w);
        if (st == JB_OK && w.declared)
            src->types[w.column] = w.type;
    }
    src->wide = 0;
    for (i = 0; st == JB_OK && i < src->n_columns; i++)
        src->wide |= (src->types[i].kind == 'd' || src->types[i].kind == 'h') &&
                     src->types[i].precision > 15;
    if (st == JB_OK && sq_make_pushed(src) != 0)
        st = sq_no_memory(src, ctx);
    if (st == JB_OK &&
        jb_struct_schema((const char *const *)src->names, src->types, src->n_columns, out) != 0)
        st = sq_no_memory(src, ctx);
    return st;
}

jb_status sq_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const sq_source *src = self;
    uint32_t i;
    int *at, by = 0;
    dbt_want *wants;
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    char *sql = NULL;
    jb_status st = JB_OK;
    if (src->names == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "scan() needs schema() before it");
    at = calloc((size_t)scan->n_columns + 1, sizeof *at);
    wants = calloc((size_t)scan->n_columns + 1, sizeof *wants);
    if (at == NULL || wants == NULL)
        st = sq_no_memory(src, ctx);
    for (i = 0; st == JB_OK && i < scan->n_columns; i++) {
        st = want(src, ctx, dbt_column(scan, i), &wants[i]);
        at[i] = src->query != NULL ? (int)wants[i].column : (int)i;
    }
    if (st == JB_OK) {
        if (JB_HAS(jb_scan, scan, where))
            sql = sq_select_where(src, wants, scan->n_columns, scan->where);
        by = sql != NULL;
        if (sql == NULL)
            sql = sq_select(src, wants, scan->n_columns);
        st = sql != NULL ? sq_open(src, ctx, &db) : sq_no_memory(src, ctx);
    }
    if (st == JB_OK)
        st = sq_prepare(src, ctx, db, sql, src->query != NULL ? "query" : "table", &stmt);
    if (st == JB_OK && by && sq_bind(stmt, scan->values, scan->n_values) != SQLITE_OK) {
        st = sq_fail_db(src, ctx, db);
        sqlite3_finalize(stmt);
    }
    if (st == JB_OK)
        st = sq_stream(src, ctx, db, stmt, wants, at, scan->n_columns, scan, NULL, out);
    else if (db != NULL)
        sq_close(src, db);
    sqlite3_free(sql);
    free(at);
    free(wants);
    return st;
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    sq_source *src = self;
    jb_status st = sq_attach(src, ctx);
    *out = st == JB_OK ? sq_version(src) : NULL;
    return st;
}

static const jb_source source = {sizeof(jb_source), 0, schema, NULL, sq_scan, version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}, {JB_SOURCE_SQL, &sq_sql}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_PATH, JB_P_REQUIRED, 0, "path", NULL, NULL,
     "The database file; it is opened read-only.", "数据库文件，只读打开。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "table", NULL, NULL,
     "A table or view; either this or query.", "表或视图；与 query 二选一。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "query", NULL, NULL,
     "A SELECT that gives the table; either this or table.",
     "给出数据的 SELECT 语句；与 table 二选一。"},
};

static const jb_component component = {sizeof(jb_component),
                                       JB_C_REENTRANT,
                                       "source",
                                       "sqlite",
                                       "SQLite",
                                       "SQLite 数据库",
                                       "A table, view or SELECT of an SQLite database file.",
                                       "SQLite 数据库中的表、视图或查询。",
                                       params,
                                       sizeof params / sizeof *params,
                                       sizeof *params,
                                       ifaces,
                                       sizeof ifaces / sizeof *ifaces,
                                       create,
                                       destroy};
static const jb_component *const components[] = {&component};

const jb_plugin jb_plugin_v1 = {JB_MAGIC,
                                sizeof(jb_plugin),
                                JB_ABI_MAJOR,
                                JB_ABI_MINOR,
                                "sqlite",
                                "0.1.0",
                                "Apache-2.0",
                                "",
                                components,
                                sizeof components / sizeof *components,
                                sq_messages,
                                SQ_N_MESSAGES,
                                sizeof(jb_message),
                                init,
                                NULL};
