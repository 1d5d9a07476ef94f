// SPDX-License-Identifier: Apache-2.0
#include "pg_source.h"

#include <stdio.h>

int pg_split_name(const char *text, char parts[3][256], int quoted[3])
{
    int n = 0;
    while (n < 3) {
        size_t len = 0;
        quoted[n] = *text == '"';
        if (quoted[n])
            text++;
        for (; *text != '\0'; text++) {
            if (quoted[n] && *text == '"') {
                if (text[1] != '"')
                    break;
                text++;
            } else if (!quoted[n] && *text == '.') {
                break;
            }
            if (len == 255)
                return -1;
            parts[n][len++] = *text;
        }
        parts[n][len] = '\0';
        if (len == 0 || (quoted[n] && *text++ != '"'))
            return -1;
        n++;
        if (*text == '\0')
            return n;
        if (*text++ != '.')
            return -1;
    }
    return -1;
}

static jb_sql_value text_value(const char *text)
{
    return (jb_sql_value){.size = sizeof(jb_sql_value), .format = "u", .text = text};
}

/* Tables whose name is that but for case, best first: spelled exactly, in the search path. */
static const char find_sql[] =
    "SELECT n.nspname::text, c.relname::text, c.relkind::text,"
    " ((c.relname::text = $1)::int * 4 + (n.nspname::text = $2 OR $2 = '')::int * 2"
    "  + pg_catalog.pg_table_is_visible(c.oid)::int)::text AS fit"
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND (c.relname::text = $1 OR ($3 = '' AND pg_catalog.lower(c.relname::text COLLATE \"C\") ="
    "      pg_catalog.lower($1 COLLATE \"C\")))"
    " AND CASE WHEN $2 = '' THEN pg_catalog.pg_table_is_visible(c.oid)"
    "     WHEN $4 <> '' THEN n.nspname::text = $2"
    "     ELSE pg_catalog.lower(n.nspname::text COLLATE \"C\") = pg_catalog.lower($2 COLLATE \"C\")"
    "     END"
    " ORDER BY fit DESC, 1, 2 LIMIT 2";

static jb_status ask_table(const pg_source *src, jb_ctx *ctx, pg_conn *c, PGresult **out)
{
    char parts[3][256];
    int quoted[3], n = pg_split_name(src->table, parts, quoted), last = n - 1;
    jb_sql_value values[4];
    if (n == 3 && strcmp(parts[0], PQdb(c->pq)) != 0)
        n = -1; /* of another database */
    values[0] = text_value(n > 0 ? parts[last] : src->table);
    values[1] = text_value(n > 1 ? parts[last - 1] : "");
    values[2] = text_value(n > 0 && quoted[last] ? "q" : "");
    values[3] = text_value(n > 1 && quoted[last - 1] ? "q" : "");
    return pg_ask(src, ctx, c, "table", find_sql, values, 4, out);
}

static jb_status take_table(pg_source *src, jb_ctx *ctx, pg_conn *c, const PGresult *r)
{
    dbt_sql s = {0};
    char both[300];
    int rows = PQntuples(r);
    if (rows == 0) /* the name alone, not the table: a place that does not exist helps nobody */
        return pg_fail(src, ctx, JB_E_DATA, "E1068", "table", src->table, PQdb(c->pq));
    if (rows > 1 && strcmp(PQgetvalue(r, 0, 3), PQgetvalue(r, 1, 3)) == 0) {
        snprintf(both, sizeof both, "%.60s.%.60s, %.60s.%.60s", PQgetvalue(r, 0, 0),
                 PQgetvalue(r, 0, 1), PQgetvalue(r, 1, 0), PQgetvalue(r, 1, 1));
        return pg_fail(src, ctx, JB_E_DATA, "E1069", "table", src->table, both);
    }
    dbt_put_ident(&s, PQgetvalue(r, 0, 0), "\"\"");
    dbt_put(&s, ".");
    dbt_put_ident(&s, PQgetvalue(r, 0, 1), "\"\"");
    src->is_table = strchr("rpm", PQgetvalue(r, 0, 2)[0]) != NULL;
    src->base = dbt_sql_take(&s);
    return src->base != NULL ? JB_OK : pg_no_memory(src, ctx);
}

static void forget(pg_source *src)
{
    uint64_t i;
    for (i = 0; src->names != NULL && i < src->n_columns; i++)
        free(src->names[i]);
    free(src->names);
    free(src->types);
    free(src->fields);
    free(src->declared);
    src->names = NULL;
    src->types = NULL;
    src->fields = NULL;
    src->declared = NULL;
    src->n_columns = 0;
}

static jb_status take_columns(pg_source *src, jb_ctx *ctx, const PGresult *r)
{
    size_t n = (size_t)PQnfields(r);
    forget(src);
    src->names = calloc(n + 1, sizeof *src->names);
    src->types = calloc(n + 1, sizeof *src->types);
    src->fields = calloc(n + 1, sizeof *src->fields);
    src->declared = calloc(n + 1, 1);
    if (src->names == NULL || src->types == NULL || src->fields == NULL || src->declared == NULL)
        return pg_no_memory(src, ctx);
    src->has_float = src->has_bool = 0;
    for (; src->n_columns < n; src->n_columns++) {
        int k = (int)src->n_columns;
        src->names[k] = strdup(PQfname(r, k));
        if (src->names[k] == NULL)
            return pg_no_memory(src, ctx);
        pg_type_of(PQftype(r, k), PQfmod(r, k), &src->fields[k], &src->types[k]);
        src->has_float |= src->types[k].kind == 'g';
        src->has_bool |= src->types[k].kind == 'b';
    }
    return JB_OK;
}

/* Behind FROM from now on: a query's columns are called c1, c2 …, for its own names may be doubled.
 */
static jb_status name_query(pg_source *src, jb_ctx *ctx)
{
    dbt_sql s = {0};
    char name[24];
    uint64_t i;
    dbt_put_subquery(&s, src->query);
    dbt_put(&s, src->n_columns > 0 ? " AS t(" : " AS t");
    for (i = 0; i < src->n_columns; i++) {
        snprintf(name, sizeof name, "%sc%u", i > 0 ? ", " : "", (unsigned)i + 1);
        dbt_put(&s, name);
    }
    if (src->n_columns > 0)
        dbt_put(&s, ")");
    src->base = dbt_sql_take(&s);
    return src->base != NULL ? JB_OK : pg_no_memory(src, ctx);
}

/* A table that was rewritten (ALTER, TRUNCATE) after the run's snapshot looks empty in it. From now
 * on our lock forbids it, so one look is enough. */
static jb_status check_rewritten(const pg_source *src, jb_ctx *ctx, pg_conn *c)
{
    static const char sql[] =
        "SELECT c.relname::text FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c"
        " ON c.oid = l.relation WHERE l.locktype = 'relation' AND l.pid = "
        "pg_catalog.pg_backend_pid()"
        " AND c.relkind IN ('r', 'm') AND c.relfilenode <> 0"
        " AND c.relfilenode <> pg_catalog.pg_relation_filenode(c.oid) LIMIT 1";
    PGresult *r;
    jb_status st = pg_ask(src, ctx, c, NULL, sql, NULL, 0, &r);
    if (st == JB_OK && PQntuples(r) > 0)
        st = pg_fail(src, ctx, JB_E_DATA, "E1076", NULL, PQgetvalue(r, 0, 0), NULL);
    PQclear(r);
    return st;
}

static jb_status describe(pg_source *src, jb_ctx *ctx, pg_conn *c)
{
    dbt_sql s = {0};
    PGresult *r = NULL;
    char *sql;
    jb_status st;
    dbt_put(&s, "SELECT * FROM ");
    if (src->table != NULL) {
        dbt_put(&s, src->base);
    } else {
        dbt_put_subquery(&s, src->query);
        dbt_put(&s, " AS t");
    }
    dbt_put(&s, " LIMIT 0");
    sql = dbt_sql_take(&s);
    if (sql == NULL)
        return pg_no_memory(src, ctx);
    st = pg_ask(src, ctx, c, src->table != NULL ? "table" : "query", sql, NULL, 0, &r);
    free(sql);
    if (st == JB_OK)
        st = take_columns(src, ctx, r);
    PQclear(r);
    return st;
}

static jb_status set_place(pg_source *src, jb_ctx *ctx, PGconn *pq)
{
    dbt_sql s = {0};
    free(src->place);
    dbt_put(&s, PQdb(pq));
    if (src->table != NULL) {
        dbt_put(&s, ":");
        dbt_put(&s, src->table);
    }
    src->place = dbt_sql_take(&s);
    return src->place != NULL ? JB_OK : pg_no_memory(src, ctx);
}

jb_status pg_resolve(pg_source *src, jb_ctx *ctx, pg_conn *c)
{
    PGresult *r;
    jb_status st;
    free(src->base);
    src->base = NULL;
    src->is_table = 0;
    st = set_place(src, ctx, c->pq);
    if (st != JB_OK)
        return st;
    if (src->table != NULL) {
        st = ask_table(src, ctx, c, &r);
        if (st == JB_OK)
            st = take_table(src, ctx, c, r);
        PQclear(r);
    } else if (!dbt_is_select(src->query)) {
        st = pg_fail(src, ctx, JB_E_CONFIG, "E1072", "query", src->query, NULL);
    }
    if (st == JB_OK)
        st = describe(src, ctx, c);
    if (st == JB_OK)
        st = check_rewritten(src, ctx, c);
    if (st == JB_OK && src->query != NULL)
        st = name_query(src, ctx);
    return st;
}
