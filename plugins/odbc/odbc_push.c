// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1 for PostgreSQL (and what descends from it) behind ODBC. FROM is a derived table
 * whose cells are what a streamed cell would be; a cell that a stream refuses makes the statement
 * fail. What this engine would read otherwise than the host is not sent: such a source is streamed,
 * and so are all other engines, whose collations and sums nobody has looked at. */
#include "odbc_source.h"

#include <stdio.h>

#define BINARY(op)                                                                                 \
    {                                                                                              \
        op, "($1 " op " $2)"                                                                       \
    }

static const jb_sql_form postgres_forms[] = {
    {"ident", "\"\""},
    {"param", "?"},
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
    {"year", "CAST(extract(year FROM $1) AS int)"},
    {"quarter", "CAST(extract(quarter FROM $1) AS int)"},
    {"month", "CAST(extract(month FROM $1) AS int)"},
    {"case", "CASE WHEN $1 THEN $2 END"},
    {"count", "COUNT($1)"},
    {"sum", "SUM($1)"},
    {"min", "MIN($1)"},
    {"max", "MAX($1)"},
    {"distinct", "DISTINCT $1"},
    {"decimal", "round(CAST($1 AS numeric), $2)"},
    {"null", "NULL"},
    {"null_int", "CAST(NULL AS int8)"},
    {"null_decimal", "CAST(NULL AS numeric)"},
    {"null_text", "CAST(NULL AS text)"},
    {"null_date", "CAST(NULL AS date)"},
    {"null_bool", "CAST(NULL AS bool)"},
    {"grouping_sets", "GROUPING SETS ($1)"},
    {"grouping", "GROUPING($1)"},
};

/* Measured on a million rows; see tests/e2e-odbc/bench.py. Streaming costs more than through libpq.
 */
static const jb_sql_cost postgres_cost = {.size = sizeof(jb_sql_cost),
                                          .query = 2e6,
                                          .row = 150,
                                          .aggregate = 150,
                                          .group = 100,
                                          .distinct = 900,
                                          .deliver = 400,
                                          .cell = 200};

/* ---- the derived table ---- */

#define ELSE_FAIL(type) " WHEN $ IS NOT NULL THEN CAST(CAST($ AS text) || '!' AS " type ") END"
#define BLANKS "' \t\r\n\xc2\xa0\xe3\x80\x80\xef\xbb\xbf'"

/* `text` with $ for the column, @ for its decimal's digits "(p,s)" and % for the scale. */
static void put(const od_source *src, dbt_sql *s, uint64_t i, const char *text)
{
    char digits[32];
    for (; *text != '\0'; text++) {
        if (*text == '$') {
            od_put_name(src, s, src->names[i]);
        } else if (*text == '@') {
            snprintf(digits, sizeof digits, "(%d,%d)", (int)src->types[i].precision,
                     (int)src->types[i].scale);
            dbt_put(s, digits);
        } else if (*text == '%') {
            snprintf(digits, sizeof digits, "%d", (int)src->types[i].scale);
            dbt_put(s, digits);
        } else {
            dbt_put_n(s, text, 1);
        }
    }
}

/* NULL: only a stream reads it as the host does. */
static const char *form_of(const od_source *src, uint64_t i)
{
    const od_field *f = &src->fields[i];
    int decimal = f->sql_type == SQL_DECIMAL || f->sql_type == SQL_NUMERIC;
    int integer = f->c_type == SQL_C_SBIGINT, real = f->c_type == SQL_C_DOUBLE;
    int bit = f->sql_type == SQL_BIT, day = 0, text;
    day = f->sql_type == SQL_TYPE_DATE || f->sql_type == SQL_TYPE_TIMESTAMP ||
          f->sql_type == SQL_DATE || f->sql_type == SQL_TIMESTAMP;
    text = !decimal && !integer && !real && !bit && !day && !f->binary;
    switch (src->types[i].kind) {
    case 'u':
        return text || integer || decimal ? "CAST($ AS text) COLLATE \"C\"" : NULL;
    case 'l':
        return integer ? "CAST($ AS int8)" : NULL;
    case 'd':
    case 'h':
        if (decimal)
            return "CASE WHEN $ = trunc($, %) AND $ < 'Infinity'::numeric AND $ > "
                   "'-Infinity'::numeric THEN CAST($ AS numeric@)" ELSE_FAIL("numeric");
        return integer ? "CAST($ AS numeric@)"
               : real  ? "CASE WHEN $ - $ = 0 THEN CAST(round(CAST(CAST(CAST($ AS float8) AS text) "
                         "AS numeric), %) AS numeric@)" ELSE_FAIL("numeric")
                       : NULL;
    case 'g':
        return real ? "CASE WHEN $ - $ = 0 THEN CAST($ AS float8)" ELSE_FAIL("float8") : NULL;
    case 'D':
        return day ? "CASE WHEN CAST($ AS date) BETWEEN '0001-01-01' AND '9999-12-31' THEN "
                     "CAST($ AS date)" ELSE_FAIL("date")
                   : NULL;
    case 'b':
        return bit ? "$" : NULL;
    default:
        return NULL;
    }
}

static void put_nulls(const od_source *src, dbt_sql *s, uint64_t i)
{
    uint64_t k;
    put(src, s, i,
        src->fields[i].sql_type == SQL_TYPE_TIMESTAMP
            ? "CASE WHEN btrim(CAST(CAST($ AS date) AS text), " BLANKS ") IN ("
            : "CASE WHEN btrim(CAST($ AS text), " BLANKS ") IN (");
    for (k = 0; k < src->nulls.n; k++) {
        dbt_put(s, k > 0 ? ", " : "");
        dbt_put_ident(s, src->nulls.texts[k], "''");
    }
    put(src, s, i, ") AND btrim(CAST($ AS text), " BLANKS ") <> '' THEN NULL ELSE ");
}

jb_status od_push_from(od_source *src, jb_ctx *ctx)
{
    dbt_sql s = {0};
    uint64_t i;
    uint32_t at;
    free(src->pushed);
    src->pushed = NULL;
    if (src->session->engine != OD_POSTGRES || src->n_columns == 0)
        return JB_OK;
    for (i = 0; i < src->n_columns; i++) {
        const char *form = form_of(src, i);
        if (form == NULL ||
            dbt_find((const char *const *)src->names, src->n_columns, src->names[i], &at) > 1) {
            dbt_sql_free(&s);
            return JB_OK;
        }
        dbt_put(&s, i > 0 ? ", " : "(SELECT ");
        if (src->nulls.n > 0)
            put_nulls(src, &s, i);
        put(src, &s, i, form);
        dbt_put(&s, src->nulls.n > 0 ? " END AS " : " AS ");
        od_put_name(src, &s, src->names[i]);
    }
    dbt_put(&s, " FROM ");
    dbt_put(&s, src->from);
    dbt_put(&s, ") AS t");
    src->pushed = dbt_sql_take(&s);
    return src->pushed != NULL ? JB_OK : od_no_memory(src, ctx);
}

/* ---- parameters ---- */

void od_bound_free(od_bound *b)
{
    uint64_t i;
    for (i = 0; b->texts != NULL && i < b->n; i++)
        free(b->texts[i]);
    free(b->texts);
    free(b->lengths);
    memset(b, 0, sizeof *b);
}

static SQLSMALLINT type_of(const char *format, int wide, SQLULEN *size, SQLSMALLINT *digits)
{
    int32_t p, s;
    char kind = jb_format_kind(format, &p, &s);
    *size = 0;
    *digits = 0;
    if (kind == 'd' || kind == 'h') {
        *size = (SQLULEN)p;
        *digits = (SQLSMALLINT)s;
        return SQL_NUMERIC;
    }
    if (kind == 'D')
        *size = 10;
    return kind == 'l'   ? SQL_BIGINT
           : kind == 'g' ? SQL_DOUBLE
           : kind == 'D' ? SQL_TYPE_DATE
           : wide        ? SQL_WVARCHAR
                         : SQL_VARCHAR;
}

/* Bytes of the text, without its end mark; *out is malloc'ed, NULL: out of memory. */
static size_t text_of(const jb_sql_value *v, int wide, void **out)
{
    const char *text = v->text != NULL ? v->text : "";
    const SQLWCHAR *units;
    size_t n = 0;
    if (!wide) {
        *out = strdup(text);
        return strlen(text);
    }
    *out = od_wide(text);
    for (units = *out; units != NULL && units[n] != 0; n++)
        ;
    return n * sizeof *units;
}

jb_status od_bind(const od_source *src, jb_ctx *ctx, SQLHSTMT stmt, const jb_sql_value *values,
                  uint64_t n, od_bound *keep)
{
    const char *at = (const char *)values;
    int wide = src->session->wide_text;
    uint64_t i;
    keep->lengths = calloc((size_t)n + 1, sizeof *keep->lengths);
    keep->texts = calloc((size_t)n + 1, sizeof *keep->texts);
    if (keep->lengths == NULL || keep->texts == NULL)
        return od_no_memory(src, ctx);
    keep->n = n;
    for (i = 0; i < n; i++) {
        const jb_sql_value *v = (const jb_sql_value *)(const void *)at;
        SQLULEN size;
        SQLSMALLINT digits, type = type_of(v->format, wide, &size, &digits);
        size_t bytes = text_of(v, wide, &keep->texts[i]);
        if (keep->texts[i] == NULL)
            return od_no_memory(src, ctx);
        keep->lengths[i] = v->text != NULL ? (SQLLEN)bytes : SQL_NULL_DATA;
        if (!SQL_SUCCEEDED(SQLBindParameter(stmt, (SQLUSMALLINT)(i + 1), SQL_PARAM_INPUT,
                                            wide ? SQL_C_WCHAR : SQL_C_CHAR, type,
                                            size > 0 ? size : bytes + 1, digits, keep->texts[i],
                                            (SQLLEN)bytes, &keep->lengths[i])))
            return od_fail_handle(src, ctx, SQL_HANDLE_STMT, stmt, "E1096", NULL);
        at += v->size;
    }
    return JB_OK;
}

/* ---- the interface ---- */

static jb_status from(jb_ctx *ctx, void *self, const char **out)
{
    const od_source *src = self;
    (void)ctx;
    *out = src->pushed;
    return src->pushed != NULL ? JB_OK : JB_E_UNSUPPORTED;
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    od_plan plan = {.sql = sql, .values = values, .n_values = n_values};
    return od_query(self, ctx, &plan, out);
}

/* Rows only still means a database, whose headings bind without regard to case: "ident" alone. */
static jb_status dialect(jb_ctx *ctx, void *self, const jb_sql_form **forms, uint64_t *n,
                         const jb_sql_cost **cost)
{
    const od_source *src = self;
    (void)ctx;
    *forms = postgres_forms;
    *n = src->pushed != NULL ? sizeof postgres_forms / sizeof *postgres_forms : 1;
    *cost = &postgres_cost;
    return JB_OK;
}

/* The planner's guess stands in the first line of EXPLAIN; no row is read for it. */
static jb_status estimate(jb_ctx *ctx, void *self, int64_t *rows)
{
    od_source *src = self;
    struct ArrowArrayStream stream;
    struct ArrowArray a = {0};
    dbt_sql s = {0};
    od_plan plan = {0};
    char line[256], *sql;
    const char *cell, *found = NULL;
    size_t n;
    jb_status st;
    if (src->session == NULL || src->pushed == NULL)
        return JB_E_UNSUPPORTED;
    dbt_put(&s, "EXPLAIN SELECT 1 FROM ");
    dbt_put(&s, src->from);
    sql = dbt_sql_take(&s);
    plan.sql = sql;
    st = sql != NULL ? od_query(src, ctx, &plan, &stream) : od_no_memory(src, ctx);
    free(sql);
    if (st != JB_OK)
        return st;
    if (stream.get_next(&stream, &a) == 0 && a.release != NULL) {
        if (a.length > 0 && a.n_children == 1 && a.children[0]->n_buffers == 3) {
            cell = jb_utf8_cell(a.children[0], 0, &n);
            snprintf(line, sizeof line, "%.*s", (int)(n < 255 ? n : 255), cell);
            found = strstr(line, " rows=");
            if (found != NULL)
                *rows = strtoll(found + 6, NULL, 10);
        }
        a.release(&a);
    }
    stream.release(&stream);
    return found != NULL ? JB_OK : JB_E_UNSUPPORTED;
}

const jb_source_sql od_sql = {.size = sizeof(jb_source_sql),
                              .forms = postgres_forms,
                              .n_forms = sizeof postgres_forms / sizeof *postgres_forms,
                              .from = from,
                              .query = query,
                              .estimate = estimate,
                              .cost = &postgres_cost,
                              .dialect = dialect};
