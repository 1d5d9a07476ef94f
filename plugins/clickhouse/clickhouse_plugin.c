// SPDX-License-Identifier: Apache-2.0
#include "clickhouse.h"

#include <stdio.h>
#include <strings.h>

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return jb_web_start() == 0 ? JB_OK : JB_E_MEMORY;
}

/* sales.projects without a database of its own is a table of another database. */
static char *base_of(const ch_source *src)
{
    dbt_sql sql = {0};
    const char *dot = src->table != NULL && src->database == NULL ? strchr(src->table, '.') : NULL;
    if (src->query != NULL) {
        dbt_put_subquery(&sql, src->query);
    } else if (dot != NULL && dot != src->table && dot[1] != '\0') {
        char *database = malloc((size_t)(dot - src->table) + 1);
        if (database == NULL)
            return NULL;
        memcpy(database, src->table, (size_t)(dot - src->table));
        database[dot - src->table] = '\0';
        ch_put_name(&sql, database);
        dbt_put(&sql, ".");
        ch_put_name(&sql, dot + 1);
        free(database);
    } else {
        ch_put_name(&sql, src->table);
    }
    return dbt_sql_take(&sql);
}

static void destroy(void *self)
{
    ch_source *src = self;
    ch_forget(src);
    free(src->base);
    free(src->from_text);
    free(src);
}

static jb_status check(ch_source *src, jb_ctx *ctx)
{
    jb_web_fault why;
    int kind = jb_web_check_url(src->url, &why);
    jb_web_place(src->url, src->place, sizeof src->place);
    if (kind != JB_WEB_OK)
        return ch_fail_web(src, ctx, &why, "url");
    if ((src->table == NULL) == (src->query == NULL))
        return ch_fail(src, ctx, JB_E_CONFIG, "E1150", src->table != NULL ? "query" : NULL, NULL,
                       NULL);
    src->base = base_of(src);
    return src->base != NULL ? JB_OK : ch_no_memory(src, ctx);
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    ch_source *src = calloc(1, sizeof *src);
    jb_status st;
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1166", NULL, NULL, NULL, NULL);
    src->host = host;
    src->rows = rows;
    host->get_str(args, "url", &src->url);
    host->get_str(args, "database", &src->database);
    host->get_str(args, "user", &src->user);
    host->get_str(args, "password", &src->password);
    host->get_str(args, "table", &src->table);
    host->get_str(args, "query", &src->query);
    host->get_str(args, "ca", &src->ca);
    host->get_str(args, "proxy", &src->proxy);
    host->get_i64(args, "timeout", &src->timeout_ms);
    host->get_i64(args, "connect_timeout", &src->connect_ms);
    st = check(src, ctx);
    if (st != JB_OK) {
        destroy(src);
        return st;
    }
    *self = src;
    return JB_OK;
}

/* Old servers tell columns of a block by their names alone, and name a literal or a call by its
 * text: beside a column called NULL, 1 or sum(x) a condition would read that column instead. */
static int like_an_expression(const char *name)
{
    static const char *const words[] = {"null", "true", "false", "inf", "nan"};
    size_t n = strlen(name), i;
    for (i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(name, words[i]) == 0)
            return 1;
    i = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && (strchr("0123456789'-+.[(", name[0]) != NULL ||
                     (i > 0 && name[i] == '(' && name[n - 1] == ')'));
}

/* Types the configuration declares; what stands between them and the server's is noted for SQL. */
static jb_status declare(ch_source *src, jb_ctx *ctx, const jb_scan *scan)
{
    uint32_t i, column;
    src->converts = scan->n_null_texts > 0;
    src->pushable = scan->n_null_texts == 0;
    for (i = 0; i < src->n_columns; i++) {
        src->converts |= src->found[i].cast != NULL || src->found[i].kind == CH_FIXED;
        src->pushable &= !like_an_expression(src->names[i]);
    }
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        const jb_type *had;
        dbt_want w;
        if (dbt_find((const char *const *)src->names, src->n_columns, c->name, &column) == 0)
            continue; /* the host names the line of the configuration */
        if (dbt_want_of((const char *const *)src->names, src->types, src->n_columns, c, &w) !=
            DBT_FOUND)
            return ch_fail(src, ctx, JB_E_CONFIG, "E1179", NULL, c->name, NULL);
        if (!w.declared)
            continue;
        had = &src->types[w.column];
        if (w.type.kind != had->kind || w.type.scale != had->scale ||
            w.type.precision < had->precision) {
            int widens =
                (src->found[w.column].kind == CH_DECIMAL || src->found[w.column].kind == CH_INT) &&
                (w.type.kind == 'd' || w.type.kind == 'h') && w.type.scale >= had->scale &&
                w.type.precision - w.type.scale >=
                    (had->kind == 'l' ? 18 : had->precision - had->scale);
            int truth =
                (src->found[w.column].kind == CH_INT || src->found[w.column].kind == CH_UINT) &&
                w.type.kind == 'b';
            src->converts = 1;
            src->pushable &=
                widens || truth; /* anything else rounds or refuses, which only a stream does */
        }
        src->types[w.column] = w.type;
    }
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    ch_source *src = self;
    jb_status st = ch_probe(src, ctx);
    free(src->from_text);
    src->from_text = NULL;
    if (st == JB_OK)
        st = ch_describe(src, ctx);
    if (st == JB_OK)
        st = ch_token(src, ctx, src->token, sizeof src->token);
    if (st == JB_OK)
        st = declare(src, ctx, scan);
    if (st == JB_OK &&
        jb_struct_schema((const char *const *)src->names, src->types, src->n_columns, out) != 0)
        st = ch_no_memory(src, ctx);
    return st;
}

static const jb_source source = {sizeof(jb_source), 0, schema, NULL, ch_scan, ch_version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}, {JB_SOURCE_SQL, &ch_sql}};

#define P(type, flags, key, def, range, en, zh)                                                    \
    {                                                                                              \
        sizeof(jb_param), type, flags, 0, key, def, range, en, zh                                  \
    }

static const jb_param params[] = {
    P(JB_T_STR, JB_P_REQUIRED, "url", NULL, NULL,
      "The server's HTTP address, such as http://host:8123.",
      "服务器的 HTTP 地址，如 http://主机:8123。"),
    P(JB_T_STR, 0, "database", NULL, NULL, "The database; else the user's own.",
      "数据库；不写则用该用户的默认库。"),
    P(JB_T_STR, 0, "user", NULL, NULL, "The user; else default.", "用户；不写则用 default。"),
    P(JB_T_SECRET, 0, "password", NULL, NULL,
      "The user's password; sent in a header, never in the URL.",
      "口令；放在请求头里传送，不进网址。"),
    P(JB_T_STR, 0, "table", NULL, NULL, "A table or view; either this or query.",
      "表或视图；与 query 二选一。"),
    P(JB_T_STR, 0, "query", NULL, NULL, "A SELECT that gives the table; either this or table.",
      "给出数据的 SELECT 语句；与 table 二选一。"),
    P(JB_T_DURATION, 0, "timeout", "300s", NULL, "How long one statement may take.",
      "一条语句最多用多长时间。"),
    P(JB_T_DURATION, 0, "connect_timeout", "10s", NULL, "How long to wait for a connection.",
      "等待连接的时间。"),
    P(JB_T_PATH, 0, "ca", NULL, NULL, "A file of certificates to trust in place of the system's.",
      "可信证书文件，代替系统自带的。"),
    P(JB_T_STR, 0, "proxy", NULL, NULL,
      "A proxy, such as http://host:3128; those of the environment are ignored.",
      "代理，如 http://主机:3128；不理会环境变量里的代理。"),
};

static const jb_component component = {sizeof(jb_component),
                                       JB_C_REENTRANT,
                                       "source",
                                       "clickhouse",
                                       "ClickHouse",
                                       "ClickHouse 数据库",
                                       "A table, view or SELECT of a ClickHouse server over HTTP.",
                                       "ClickHouse 服务器中的表、视图或查询，走 HTTP。",
                                       params,
                                       sizeof params / sizeof *params,
                                       sizeof *params,
                                       ifaces,
                                       sizeof ifaces / sizeof *ifaces,
                                       create,
                                       destroy};
static const jb_component *const components[] = {&component};

const jb_plugin jb_plugin_v1 = {JB_MAGIC,           sizeof(jb_plugin),
                                JB_ABI_MAJOR,       JB_ABI_MINOR,
                                "clickhouse",       "0.1.0",
                                "Apache-2.0",       "",
                                components,         sizeof components / sizeof *components,
                                ch_messages,        CH_N_MESSAGES,
                                sizeof(jb_message), init,
                                jb_web_stop};
