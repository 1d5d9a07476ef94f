// SPDX-License-Identifier: Apache-2.0
#include "odbc_source.h"

#include <stdio.h>

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static void destroy(void *self)
{
    od_source *src = self;
    od_session_leave(src);
    od_forget(src);
    free(src);
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    od_source *src = calloc(1, sizeof *src);
    jb_status st = JB_OK;
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1110", NULL, NULL, NULL, NULL);
    src->host = host;
    src->rows = rows;
    src->fetch_rows = 1000;
    host->get_str(args, "dsn", &src->dsn);
    host->get_str(args, "connection", &src->connection);
    host->get_str(args, "user", &src->user);
    host->get_str(args, "password", &src->password);
    host->get_str(args, "table", &src->table);
    host->get_str(args, "query", &src->query);
    host->get_i64(args, "timeout", &src->timeout_ms);
    host->get_i64(args, "fetch_rows", &src->fetch_rows);
    if ((src->dsn == NULL) == (src->connection == NULL))
        st = od_fail(src, ctx, JB_E_CONFIG, "E1090", src->dsn != NULL ? "connection" : NULL, NULL,
                     NULL);
    else if ((src->table == NULL) == (src->query == NULL))
        st = od_fail(src, ctx, JB_E_CONFIG, "E1098", src->table != NULL ? "query" : NULL, NULL,
                     NULL);
    if (st != JB_OK) {
        free(src);
        return st;
    }
    *self = src;
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    od_source *src = self;
    jb_status st = od_session_join(src, ctx);
    if (st == JB_OK)
        st = od_describe(src, ctx, scan);
    if (st == JB_OK)
        st = od_push_from(src, ctx);
    if (st == JB_OK &&
        jb_struct_schema((const char *const *)src->names, src->types, src->n_columns, out) != 0)
        st = od_no_memory(src, ctx);
    return st;
}

static jb_status wants_of(const od_source *src, jb_ctx *ctx, const jb_scan *ask, dbt_want *wants)
{
    uint32_t i, at;
    for (i = 0; i < ask->n_columns; i++) {
        const jb_column *c = dbt_column(ask, i);
        int how =
            dbt_want_of((const char *const *)src->names, src->types, src->n_columns, c, &wants[i]);
        /* #N of two columns of one name: SQL cannot tell them apart */
        if (how == DBT_FOUND &&
            dbt_find((const char *const *)src->names, src->n_columns, wants[i].name, &at) > 1)
            how = DBT_SEVERAL;
        if (how != DBT_FOUND)
            return od_fail(src, ctx, JB_E_CONFIG, how == DBT_NO_COLUMN ? "E1100" : "E1101", NULL,
                           c->name, NULL);
    }
    return JB_OK;
}

/* Raw columns; with a condition they are still the raw ones, of a table that has both. */
static char *select_sql(const od_source *src, const dbt_want *wants, uint64_t n, const char *where)
{
    dbt_sql t = {0};
    uint64_t i;
    dbt_put(&t, n > 0 ? "SELECT " : "SELECT 1");
    for (i = 0; i < n; i++) {
        dbt_put(&t, i > 0 ? ", " : "");
        od_put_name(src, &t, wants[i].name);
    }
    dbt_put(&t, " FROM ");
    dbt_put(&t, src->from);
    if (where != NULL) {
        dbt_put(&t, " WHERE ");
        dbt_put(&t, where);
    }
    return dbt_sql_take(&t);
}

static jb_status scan(jb_ctx *ctx, void *self, const jb_scan *ask, struct ArrowArrayStream *out)
{
    const od_source *src = self;
    dbt_want *wants;
    od_plan plan;
    char *sql = NULL;
    jb_status st;
    memset(&plan, 0, sizeof plan);
    if (src->names == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "scan() needs schema() before it");
    wants = calloc((size_t)ask->n_columns + 1, sizeof *wants);
    st = wants != NULL ? wants_of(src, ctx, ask, wants) : od_no_memory(src, ctx);
    if (st == JB_OK) {
        sql = select_sql(src, wants, ask->n_columns, NULL);
        plan = (od_plan){.sql = sql,
                         .key = src->query != NULL ? "query" : "table",
                         .scan = ask,
                         .wants = wants,
                         .n = ask->n_columns};
        st = sql != NULL ? od_query(src, ctx, &plan, out) : od_no_memory(src, ctx);
    }
    free(sql);
    free(wants);
    return st;
}

static const jb_source source = {sizeof(jb_source), 0, schema, NULL, scan, NULL};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}, {JB_SOURCE_SQL, &od_sql}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_STR, 0, 0, "dsn", NULL, NULL,
     "A data source of odbc.ini; either this or connection.",
     "odbc.ini 中的数据源；与 connection 二选一。"},
    {sizeof(jb_param), JB_T_SECRET, 0, 0, "connection", NULL, NULL,
     "A connection string, such as Driver=…;Server=…; it is never shown.",
     "连接字符串，如 Driver=…;Server=…；不会显示。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "user", NULL, NULL, "The user to connect as.",
     "登录的用户。"},
    {sizeof(jb_param), JB_T_SECRET, 0, 0, "password", NULL, NULL, "Its password.", "口令。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "table", NULL, NULL,
     "A table or view, with its schema before a dot; either this or query.",
     "表或视图，可写 模式.表；与 query 二选一。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "query", NULL, NULL,
     "A SELECT that gives the table; either this or table.",
     "给出数据的 SELECT 语句；与 table 二选一。"},
    {sizeof(jb_param), JB_T_DURATION, 0, 0, "timeout", "60s", NULL,
     "How long connecting and one statement may take; 0s: as long as they like.",
     "连接和每条语句的最长等待时间；0s 表示不限。"},
    {sizeof(jb_param), JB_T_INT, 0, 0, "fetch_rows", "1000", "1..100000",
     "Rows fetched at a time; 1 for drivers that cannot fetch blocks.",
     "每次取多少行；不支持成批取数的驱动写 1。"},
};

static const jb_component component = {
    sizeof(jb_component),
    JB_C_REENTRANT,
    "source",
    "odbc",
    "ODBC",
    "ODBC 数据库",
    "A table or SELECT of any database that has an ODBC driver.",
    "任何有 ODBC 驱动的数据库（如达梦、金仓）中的表、视图或查询。",
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
                                "odbc",
                                "0.1.0",
                                "Apache-2.0",
                                "",
                                components,
                                sizeof components / sizeof *components,
                                od_messages,
                                OD_N_MESSAGES,
                                sizeof(jb_message),
                                init,
                                NULL};
