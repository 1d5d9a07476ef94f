// SPDX-License-Identifier: Apache-2.0
#include "pg_source.h"

#include <stdio.h>

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static jb_status check(jb_ctx *ctx, const pg_source *src)
{
    if ((src->table == NULL) == (src->query == NULL))
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E1061", src->table != NULL ? "query" : NULL,
                            NULL, NULL, NULL);
    if ((src->service == NULL) == (src->conninfo == NULL))
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E1062",
                            src->service != NULL ? "conninfo" : NULL, NULL, NULL, NULL);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    pg_source *src = calloc(1, sizeof *src);
    jb_status st;
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1060", NULL, NULL, NULL, NULL);
    src->host = host;
    src->rows = rows;
    host->get_str(args, "service", &src->service);
    host->get_str(args, "conninfo", &src->conninfo);
    host->get_str(args, "user", &src->user);
    host->get_str(args, "password", &src->password);
    host->get_str(args, "table", &src->table);
    host->get_str(args, "query", &src->query);
    host->get_i64(args, "timeout", &src->timeout_ms);
    host->get_i64(args, "connect_timeout", &src->connect_ms);
    st = check(ctx, src);
    if (st != JB_OK)
        free(src);
    else
        *self = src;
    return st;
}

static void destroy(void *self)
{
    pg_source *src = self;
    uint64_t i;
    pg_detach(src);
    for (i = 0; src->names != NULL && i < src->n_columns; i++)
        free(src->names[i]);
    free(src->names);
    free(src->types);
    free(src->fields);
    free(src->declared);
    free(src->base);
    free(src->place);
    free(src->pushed);
    dbt_nulls_free(&src->nulls);
    free(src);
}

static jb_status declare(pg_source *src, jb_ctx *ctx, const jb_scan *scan)
{
    uint32_t i, at;
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        const char *const *names = (const char *const *)src->names;
        dbt_want w;
        uint32_t n = dbt_find(names, src->n_columns, c->name, &at);
        if (n == 0)
            continue; /* the host names the line of the configuration */
        if (n > 1)
            return pg_fail(src, ctx, JB_E_CONFIG, "E1071", NULL, c->name, NULL);
        dbt_want_of(names, src->types, src->n_columns, c, &w);
        if (w.declared && strcmp(w.type.format, src->types[at].format) != 0) {
            src->types[at] = w.type;
            src->declared[at] = 1;
            src->has_float |= w.type.kind == 'g';
        }
    }
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    pg_source *src = self;
    pg_conn *c = NULL;
    jb_status st;
    free(src->pushed);
    src->pushed = NULL;
    dbt_nulls_free(&src->nulls);
    st = dbt_nulls_init(&src->nulls, scan) == 0 ? pg_attach(src, ctx) : pg_no_memory(src, ctx);
    if (st == JB_OK)
        c = pg_borrow(src, ctx, PG_MODE_QUERY, &st);
    if (st == JB_OK)
        st = pg_resolve(src, ctx, c);
    if (c != NULL && st != JB_OK)
        c->rollback = 1;
    if (c != NULL)
        pg_return(src, c);
    if (st == JB_OK)
        st = declare(src, ctx, scan);
    if (st == JB_OK &&
        jb_struct_schema((const char *const *)src->names, src->types, src->n_columns, out) != 0)
        st = pg_no_memory(src, ctx);
    return st;
}

/* "snapshot …" of the cluster the data was read in: it changes with every transaction that writes,
 * there or in another database of the server. The list of transactions under way is folded. */
static void fold(char *out, size_t room, const char *system, const char *database,
                 const char *snapshot)
{
    uint64_t hash = 1469598103934665603u;
    const char *list = strrchr(snapshot, ':');
    size_t n = list != NULL ? (size_t)(list - snapshot) : strlen(snapshot);
    const char *p;
    if (list == NULL || list[1] == '\0') {
        snprintf(out, room, "pg %s/%s %.*s", system, database, (int)n, snapshot);
        return;
    }
    for (p = list + 1; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    snprintf(out, room, "pg %s/%s %.*s+%016llx", system, database, (int)n, snapshot,
             (unsigned long long)hash);
}

static jb_status ask_version(pg_source *src, jb_ctx *ctx, pg_conn *c)
{
    static const char now[] =
        "SELECT pg_catalog.pg_current_snapshot()::text, d.oid::text,"
        " pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute')::text"
        " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";
    PGresult *r = NULL, *id = NULL;
    jb_status st = pg_ask(src, ctx, c, NULL, now, NULL, 0, &r);
    if (st == JB_OK && PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 2), "true") == 0)
        st = pg_ask(src, ctx, c, NULL,
                    "SELECT system_identifier::text FROM pg_catalog.pg_control_system()", NULL, 0,
                    &id);
    if (st == JB_OK && PQntuples(r) == 1) {
        fold(src->version, sizeof src->version,
             id != NULL && PQntuples(id) == 1 ? PQgetvalue(id, 0, 0) : "-", PQgetvalue(r, 0, 1),
             PQgetvalue(r, 0, 0));
        pg_server_set_token(src, src->version);
    }
    PQclear(r);
    PQclear(id);
    return st;
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    pg_source *src = self;
    jb_status st = pg_attach(src, ctx);
    pg_conn *c;
    if (st == JB_OK && pg_server_token(src) == NULL) {
        c = pg_borrow(src, ctx, PG_MODE_QUERY, &st);
        if (c != NULL) {
            st = ask_version(src, ctx, c);
            pg_return(src, c);
        }
    }
    *out = st == JB_OK ? pg_server_token(src) : NULL;
    return st;
}

static const jb_source source = {sizeof(jb_source), 0, schema, NULL, pg_scan, version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}, {JB_SOURCE_SQL, &pg_sql}};

#define P(type, key, def, help, zh)                                                                \
    {                                                                                              \
        sizeof(jb_param), type, 0, 0, key, def, NULL, help, zh                                     \
    }

static const jb_param params[] = {
    P(JB_T_STR, "service", NULL,
      "A service of ~/.pg_service.conf or the system's; either this or conninfo.",
      "~/.pg_service.conf 或系统中定义的服务名；与 conninfo 二选一。"),
    P(JB_T_SECRET, "conninfo", NULL,
      "A libpq connection string, such as host=db.example dbname=report sslmode=verify-full.",
      "libpq 连接串，如 host=db.example dbname=report sslmode=verify-full。"),
    P(JB_T_STR, "user", NULL, "The user; before that of service or conninfo.",
      "用户；优先于 service 或 conninfo 中的用户。"),
    P(JB_T_SECRET, "password", NULL, "The password; better in a passfile or ${env:NAME}.",
      "密码；宜放在 passfile 中或写 ${env:名称}。"),
    P(JB_T_STR, "table", NULL, "A table or view, also schema.table; either this or query.",
      "表或视图，可写 模式.表名；与 query 二选一。"),
    P(JB_T_STR, "query", NULL, "A SELECT that gives the table; either this or table.",
      "给出数据的 SELECT 语句；与 table 二选一。"),
    P(JB_T_DURATION, "timeout", "10m", "The longest that one statement may take; 0s: no limit.",
      "一条语句最多用多长时间；0s 为不限。"),
    P(JB_T_DURATION, "connect_timeout", "10s", "The longest that connecting may take.",
      "连接最多用多长时间。"),
};

static const jb_component component = {sizeof(jb_component),
                                       JB_C_REENTRANT,
                                       "source",
                                       "postgres",
                                       "PostgreSQL",
                                       "PostgreSQL 数据库",
                                       "A table, view or SELECT of a PostgreSQL database.",
                                       "PostgreSQL 数据库中的表、视图或查询。",
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
                                "postgres",
                                "0.1.0",
                                "Apache-2.0",
                                "",
                                components,
                                sizeof components / sizeof *components,
                                pg_messages,
                                PG_N_MESSAGES,
                                sizeof(jb_message),
                                init,
                                NULL};
