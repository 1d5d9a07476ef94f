// SPDX-License-Identifier: Apache-2.0
#include "adbc_source.h"

#include <stdio.h>
#include <sys/stat.h>

static const jb_host *host;

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static void destroy(void *self)
{
    ad_source *src = self;
    uint64_t i;
    ad_session_leave(src);
    ad_forget(src);
    for (i = 0; i < src->n_options; i++)
        free(src->options[i].key);
    free(src->options);
    free(src->library);
    free(src);
}

static int add_option(ad_source *src, const jb_pair *pair, int secret)
{
    ad_option *o = &src->options[src->n_options];
    size_t n = strlen(pair->key) + 1, m = strlen(pair->value) + 1;
    o->key = malloc(n + m);
    if (o->key == NULL)
        return -1;
    memcpy(o->key, pair->key, n);
    o->value = o->key + n;
    memcpy(o->value, pair->value, m);
    o->secret = secret || ad_is_secret_name(pair->key);
    src->n_options++;
    return 0;
}

static jb_status take_options(ad_source *src, jb_ctx *ctx, const jb_args *args)
{
    static const char *const families[] = {"option", "secret"};
    const jb_pair *pairs[2];
    uint64_t n[2] = {0, 0}, i;
    int k;
    for (k = 0; k < 2; k++)
        if (!host->get_keyed(args, families[k], &pairs[k], &n[k]))
            n[k] = 0;
    src->options = calloc((size_t)(n[0] + n[1]) + 1, sizeof *src->options);
    if (src->options == NULL)
        return ad_no_memory(src, ctx);
    for (k = 0; k < 2; k++)
        for (i = 0; i < n[k]; i++)
            if (add_option(src, &pairs[k][i], k == 1) != 0)
                return ad_no_memory(src, ctx);
    return JB_OK;
}

/* A password where it may be shown, by `config dump` or by an error of the same line. */
static void warn_of_secrets(const ad_source *src, jb_ctx *ctx, const jb_args *args)
{
    const jb_pair *pairs;
    uint64_t n = 0, i;
    if (!host->get_keyed(args, "option", &pairs, &n))
        return;
    for (i = 0; i < n; i++) {
        const char *arg[1] = {pairs[i].key};
        jb_fault f = {.size = sizeof f, .code = "E1142", .args = arg, .n_args = 1, .key = "option"};
        if (ad_is_secret_name(pairs[i].key))
            src->host->warn(ctx, &f);
    }
}

static int dialect_of(const char *name)
{
    static const char *const names[] = {"auto", "none", "ansi", "duckdb", "postgres", "sqlite"};
    int i;
    for (i = 0; i < 6; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return AD_AUTO;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    ad_source *src = calloc(1, sizeof *src);
    const char *dialect = "auto";
    jb_status st;
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1139", NULL, NULL, NULL, NULL);
    src->host = host;
    src->folder = ".";
    host->get_str(args, "driver", &src->driver);
    host->get_str(args, "entrypoint", &src->entry);
    host->get_str(args, "folder", &src->folder);
    host->get_str(args, "table", &src->table);
    host->get_str(args, "query", &src->query);
    host->get_str(args, "dialect", &dialect);
    src->dialect = dialect_of(dialect);
    st = take_options(src, ctx, args);
    if (st == JB_OK && (src->table == NULL) == (src->query == NULL))
        st = ad_fail(src, ctx, JB_E_CONFIG, "E1138", src->table != NULL ? "query" : NULL, NULL,
                     NULL);
    if (st != JB_OK) {
        destroy(src);
        return st;
    }
    warn_of_secrets(src, ctx, args);
    *self = src;
    return JB_OK;
}

/* ---- columns asked for ---- */

static jb_status find_column(const ad_source *src, jb_ctx *ctx, const char *name, uint32_t *out)
{
    uint32_t n = dbt_find((const char *const *)src->names, src->n_columns, name, out);
    if (n == 1)
        return JB_OK;
    return ad_fail(src, ctx, JB_E_CONFIG, n == 0 ? "E1137" : "E1136", NULL, name, NULL);
}

/* A name that is there twice cannot be told apart in SQL, whichever number was asked for. */
static jb_status check_names(const ad_source *src, jb_ctx *ctx, const uint32_t *columns, uint64_t n)
{
    uint64_t i;
    uint32_t at;
    for (i = 0; i < n && src->session->dialect != AD_NONE; i++)
        if (dbt_find((const char *const *)src->names, src->n_columns, src->names[columns[i]], &at) >
            1)
            return ad_fail(src, ctx, JB_E_CONFIG, "E1136", NULL, src->names[columns[i]], NULL);
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    ad_source *src = self;
    struct ArrowArrayStream stream;
    char *sql;
    jb_status st = ad_session_join(src, ctx);
    if (st == JB_OK)
        st = ad_describe(src, ctx, scan);
    if (st == JB_OK)
        st = ad_push_from(src, ctx);
    if (st != JB_OK)
        return st;
    sql = ad_select(src, NULL, src->n_columns, "1 = 0");
    if (sql == NULL)
        return ad_no_memory(src, ctx);
    st = ad_query(src, ctx, sql, NULL, 0, src->query != NULL ? "query" : "table", NULL, &stream);
    free(sql);
    if (st != JB_OK)
        return st;
    st = stream.get_schema(&stream, out);
    stream.release(&stream);
    return st;
}

/* The statement of a scan. With a condition it reads the derived table, which has the columns as
 * the condition means them. */
static char *scan_sql(const ad_source *src, const uint32_t *columns, uint64_t n, const char *where)
{
    dbt_sql s = {0};
    uint64_t i;
    if (where == NULL || src->pushed == NULL)
        return ad_select(src, columns, n, NULL);
    dbt_put(&s, n > 0 ? "SELECT " : "SELECT 1");
    for (i = 0; i < n; i++) {
        dbt_put(&s, i > 0 ? ", " : "");
        dbt_put_ident(&s, src->names[columns[i]], "\"\"");
    }
    dbt_put(&s, " FROM ");
    dbt_put(&s, src->pushed);
    dbt_put(&s, " WHERE ");
    dbt_put(&s, where);
    return dbt_sql_take(&s);
}

static jb_status scan_columns(const ad_source *src, jb_ctx *ctx, const jb_scan *scan,
                              uint32_t *columns, ad_want *wants)
{
    int converted = JB_HAS(jb_scan, scan, where) && src->pushed != NULL;
    uint32_t i, k;
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        jb_status st = find_column(src, ctx, c->name, &columns[i]);
        if (st != JB_OK)
            return st;
        for (k = 0; k < i && src->session->dialect == AD_NONE; k++)
            if (columns[k] == columns[i])
                return ad_fail(src, ctx, JB_E_CONFIG, "E1136", NULL, c->name, NULL);
        wants[i].name = src->names[columns[i]];
        wants[i].format = converted ? NULL : src->formats[columns[i]];
        wants[i].text_to_value = c->format != NULL && strcmp(c->format, "u") != 0 &&
                                 strchr("uUd", src->formats[columns[i]][0]) != NULL &&
                                 src->formats[columns[i]][1] != ':';
    }
    return check_names(src, ctx, columns, scan->n_columns);
}

static jb_status scan(jb_ctx *ctx, void *self, const jb_scan *ask, struct ArrowArrayStream *out)
{
    const ad_source *src = self;
    const char *where = JB_HAS(jb_scan, ask, where) ? ask->where : NULL;
    uint32_t *columns;
    ad_want *wants;
    ad_shape shape;
    char *sql = NULL;
    jb_status st;
    if (src->names == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "scan() needs schema() before it");
    columns = calloc((size_t)ask->n_columns + 1, sizeof *columns);
    wants = calloc((size_t)ask->n_columns + 1, sizeof *wants);
    st = columns != NULL && wants != NULL ? scan_columns(src, ctx, ask, columns, wants)
                                          : ad_no_memory(src, ctx);
    if (st == JB_OK) {
        shape = (ad_shape){.pick = src->session->dialect == AD_NONE ? columns : NULL,
                           .wants = wants,
                           .n = ask->n_columns,
                           .batch_rows = ask->batch_rows};
        sql = scan_sql(src, columns, ask->n_columns, where);
        st = sql != NULL ? ad_query(src, ctx, sql, ask->values,
                                    where != NULL && src->pushed != NULL ? ask->n_values : 0,
                                    src->query != NULL ? "query" : "table", &shape, out)
                         : ad_no_memory(src, ctx);
    }
    free(sql);
    free(columns);
    free(wants);
    return st;
}

/* Of the database file, when there is one: nobody can write to it without changing one of these. */
static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    ad_source *src = self;
    char path[AD_PATH_MAX];
    struct stat st;
    (void)ctx;
    if (!ad_file_path(src, "path", path, sizeof path) || stat(path, &st) != 0) {
        *out = NULL;
        return JB_OK;
    }
    snprintf(src->version, sizeof src->version, "size %lld, modified %lld.%09ld",
             (long long)st.st_size, (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec);
    *out = src->version;
    return JB_OK;
}

static const jb_source source = {sizeof(jb_source), 0, schema, NULL, scan, version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}, {JB_SOURCE_SQL, &ad_sql}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_STR, JB_P_REQUIRED, 0, "driver", NULL, NULL,
     "The ADBC driver: a path, or the bare name of a library in the system's folders.",
     "ADBC 驱动：路径，或系统文件夹中库的名字。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "entrypoint", NULL, NULL,
     "The driver's first function; AdbcDriverInit, or duckdb_adbc_init, when not set.",
     "驱动的入口函数；不写时为 AdbcDriverInit 或 duckdb_adbc_init。"},
    {sizeof(jb_param), JB_T_STR, JB_P_KEYED, 0, "option", NULL, NULL,
     "An option of the driver, such as option.path or option.uri.",
     "驱动的选项，如 option.path、option.uri。"},
    {sizeof(jb_param), JB_T_SECRET, JB_P_KEYED, 0, "secret", NULL, NULL,
     "An option of the driver that is never shown, such as secret.password.",
     "不得显示的驱动选项，如 secret.password。"},
    {sizeof(jb_param), JB_T_PATH, 0, 0, "folder", ".", NULL,
     "Where relative paths in driver, option.path and the query begin; the file's own folder when "
     "not set.",
     "driver、option.path 和查询中的相对路径从这里算起；不写时为配置文件所在的文件夹。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "table", NULL, NULL,
     "A table or view (or what else the engine reads by name); either this or query.",
     "表或视图（或数据库能按名字读的其他东西）；与 query 二选一。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "query", NULL, NULL,
     "A SELECT that gives the table; either this or table.",
     "给出数据的 SELECT 语句；与 table 二选一。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "dialect", "auto", "auto|none|ansi|duckdb|postgres|sqlite",
     "The engine's SQL; none: the query is sent as it stands.",
     "数据库的 SQL 方言；none 表示原样发送查询。"},
};

static const jb_component component = {sizeof(jb_component),
                                       JB_C_REENTRANT,
                                       "source",
                                       "adbc",
                                       "ADBC",
                                       "ADBC 数据库",
                                       "A table or SELECT of any engine that has an ADBC driver.",
                                       "任何有 ADBC 驱动的数据库中的表、视图或查询。",
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
                                "adbc",
                                "0.1.0",
                                "Apache-2.0",
                                "",
                                components,
                                sizeof components / sizeof *components,
                                ad_messages,
                                AD_N_MESSAGES,
                                sizeof(jb_message),
                                init,
                                NULL};
