// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1: how PostgreSQL spells the host's typed trees, and queries with bound values.
 * Text compares by code point: every text column comes out of from() with COLLATE "C". */
#include "pg_source.h"

#include <stdio.h>

#define BINARY(op)                                                                                 \
    {                                                                                              \
        op, "($1 " op " $2)"                                                                       \
    }

static const jb_sql_form forms[] = {
    {"ident", "\"\""},
    {"param", "$#"},
    {"and", "($1 AND $2)"},
    {"or", "($1 OR $2)"},
    {"not", "(NOT $1)"},
    BINARY("="),
    BINARY("<>"),
    BINARY("<"),
    BINARY("<="),
    BINARY(">"),
    BINARY(">="),
    BINARY("+"),
    BINARY("-"),
    BINARY("*"),
    {"in", "($1 IN ($2))"},
    {"between", "($1 BETWEEN $2 AND $3)"},
    {"is_null", "($1 IS NULL)"},
    {"like", "($1 LIKE $2 ESCAPE '')"},
    {"year", "extract(year FROM $1)::int"},
    {"quarter", "extract(quarter FROM $1)::int"},
    {"month", "extract(month FROM $1)::int"},
    {"case", "CASE WHEN $1 THEN $2 END"},
    {"count", "COUNT($1)"},
    {"count_if", "COUNT(CASE WHEN $1 THEN 1 END)"},
    {"sum", "SUM($1)"},
    {"min", "MIN($1)"},
    {"max", "MAX($1)"},
    {"distinct", "DISTINCT $1"},
    {"decimal", "round(($1)::numeric, $2)"},
    {"null", "NULL"},
    {"null_int", "NULL::int8"},
    {"null_decimal", "NULL::numeric"},
    {"null_text", "NULL::text"},
    {"null_date", "NULL::date"},
    {"null_bool", "NULL::bool"},
    {"grouping_sets", "GROUPING SETS ($1)"},
    {"grouping", "GROUPING($1)"},
};

static jb_status from(jb_ctx *ctx, void *self, const char **out)
{
    pg_source *src = self;
    dbt_sql s = {0};
    int how;
    if (src->base == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "from() needs schema() before it");
    if (src->pushed == NULL) {
        dbt_put(&s, "(SELECT ");
        how = pg_put_converted(src, &s);
        dbt_put(&s, " FROM ");
        dbt_put(&s, src->base);
        dbt_put(&s, ") AS t");
        if (how > 0) { /* a column whose declared type this engine would read otherwise */
            dbt_sql_free(&s);
            return JB_E_UNSUPPORTED;
        }
        src->pushed = dbt_sql_take(&s);
    }
    *out = src->pushed;
    return src->pushed != NULL ? JB_OK : pg_no_memory(src, ctx);
}

/* Result columns by their types; a numeric without digits comes as its text. */
static jb_status describe(const pg_source *src, jb_ctx *ctx, const PGresult *r, dbt_want **wants,
                          pg_field **fields)
{
    int n = PQnfields(r), i;
    *wants = calloc((size_t)n + 1, sizeof **wants);
    *fields = calloc((size_t)n + 1, sizeof **fields);
    if (*wants == NULL || *fields == NULL)
        return pg_no_memory(src, ctx);
    for (i = 0; i < n; i++) {
        (*wants)[i].name = PQfname(r, i);
        (*wants)[i].column = (uint32_t)i;
        pg_type_of(PQftype(r, i), PQfmod(r, i), &(*fields)[i], &(*wants)[i].type);
        if ((*fields)[i].wire == PG_OTHER)
            (*fields)[i].wire = PG_TEXT;
    }
    return JB_OK;
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    const pg_source *src = self;
    dbt_want *wants = NULL;
    pg_field *fields = NULL;
    PGresult *first = NULL;
    jb_status st;
    pg_conn *c;
    if (src->server == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL,
                            "query() needs schema() before it");
    /* Workers of the server add floats up in an order of their own. */
    c = pg_borrow(src, ctx, src->has_float ? PG_MODE_QUERY : PG_MODE_PUSH, &st);
    if (c == NULL)
        return st;
    st = pg_send(src, ctx, c, sql, values, n_values);
    if (st == JB_OK)
        PQsetSingleRowMode(c->pq);
    if (st == JB_OK)
        st = pg_next(src, ctx, c, "pushdown", &first);
    if (st == JB_OK)
        st = describe(src, ctx, first, &wants, &fields);
    if (st == JB_OK) { /* takes over c and first, also when it fails */
        st = pg_stream_rows(src, ctx, c, first, wants, fields, (uint64_t)PQnfields(first), NULL,
                            out);
    } else {
        PQclear(first);
        c->rollback = 1;
        pg_return(src, c);
    }
    free(wants);
    free(fields);
    return st;
}

/* The planner's guess: it knows the table's size on disk and its statistics, and reads no row. */
static jb_status estimate(jb_ctx *ctx, void *self, int64_t *rows)
{
    pg_source *src = self;
    dbt_sql s = {0};
    PGresult *r = NULL;
    const char *at;
    char *sql;
    jb_status st;
    pg_conn *c;
    if (src->server == NULL || src->base == NULL)
        return JB_E_UNSUPPORTED;
    dbt_put(&s, "EXPLAIN SELECT 1 FROM ");
    dbt_put(&s, src->base);
    sql = dbt_sql_take(&s);
    if (sql == NULL)
        return pg_no_memory(src, ctx);
    c = pg_borrow(src, ctx, PG_MODE_QUERY, &st);
    if (c != NULL)
        st = pg_ask(src, ctx, c, NULL, sql, NULL, 0, &r);
    if (st == JB_OK) {
        at = PQntuples(r) > 0 ? strstr(PQgetvalue(r, 0, 0), " rows=") : NULL;
        if (at != NULL)
            *rows = strtoll(at + 6, NULL, 10);
        else
            st = JB_E_UNSUPPORTED;
    }
    PQclear(r);
    pg_return(src, c);
    free(sql);
    return st;
}

/* Processor time of server and client over a million rows of 11 columns, see docs/scale.md. */
static const jb_sql_cost cost = {.size = sizeof(jb_sql_cost),
                                 .query = 1.5e6,
                                 .row = 80,
                                 .aggregate = 50,
                                 .group = 75,
                                 .distinct = 900,
                                 .deliver = 100,
                                 .cell = 70};

const jb_source_sql pg_sql = {.size = sizeof(jb_source_sql),
                              .forms = forms,
                              .n_forms = sizeof forms / sizeof *forms,
                              .from = from,
                              .query = query,
                              .estimate = estimate,
                              .cost = &cost};
