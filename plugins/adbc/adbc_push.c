// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1 for DuckDB. FROM is a derived table whose cells are what a streamed cell would be
 * at the host: declared types, NULL texts, whole days, 64-bit integers. A declaration that DuckDB
 * would read otherwise than the host (numbers in texts) is not sent: such a source is streamed. */
#include "adbc_source.h"

#include <stdio.h>

static const jb_sql_form duckdb_forms[] = {
    {"ident", "\"\""},
    {"param", "$#"},
    {"and", "($1 AND $2)"},
    {"or", "($1 OR $2)"},
    {"not", "(NOT $1)"},
    {"=", "($1 = $2)"},
    {"<>", "($1 <> $2)"},
    {"<", "($1 < $2)"},
    {"<=", "($1 <= $2)"},
    {">", "($1 > $2)"},
    {">=", "($1 >= $2)"},
    {"+", "($1 + $2)"},
    {"-", "($1 - $2)"},
    {"*", "($1 * $2)"},
    {"in", "($1 IN ($2))"},
    {"between", "($1 BETWEEN $2 AND $3)"},
    {"is_null", "($1 IS NULL)"},
    {"like", "($1 LIKE $2)"},
    {"year", "year($1)"},
    {"quarter", "quarter($1)"},
    {"month", "month($1)"},
    {"decimal", "CAST($1 AS DECIMAL(38, $2))"},
    {"case", "(CASE WHEN $1 THEN $2 END)"},
    {"count", "COUNT($1)"},
    {"sum", "SUM($1)"},
    {"min", "MIN($1)"},
    {"max", "MAX($1)"},
    {"distinct", "DISTINCT $1"},
    {"null", "NULL"},
    {"grouping_sets", "GROUPING SETS ($1)"},
    {"grouping", "GROUPING($1)"},
};

/* Processor time over a million rows of 11 columns in DuckDB 1.5.6, see docs/scale.md. */
static const jb_sql_cost duckdb_cost = {.size = sizeof(jb_sql_cost),
                                        .query = 1.5e6,
                                        .row = 1,
                                        .aggregate = 5,
                                        .group = 5,
                                        .distinct = 320,
                                        .deliver = 5,
                                        .cell = 14};

#define BLANKS " \t\r\n\xc2\xa0\xe3\x80\x80\xef\xbb\xbf"

static void put_text(dbt_sql *s, const char *text, size_t n)
{
    size_t i;
    dbt_put(s, "'");
    for (i = 0; i < n; i++)
        dbt_put_n(s, text[i] == '\'' ? "''" : text + i, text[i] == '\'' ? 2 : 1);
    dbt_put(s, "'");
}

/* ---- a column of the derived table ---- */

typedef struct shape { /* what a format means to the host */
    char kind; /* 'l' int, 'g' float, 'd' decimal, 'D' date, 'b' bool, 'u' text; 0: it is refused */
    int wide, zoned; /* an int of other than 64 bits; an instant */
    int32_t scale;
} shape;

static shape shape_of(const char *f)
{
    shape s = {0, 0, 0, 0};
    int32_t p;
    char kind = jb_format_kind(f, &p, &s.scale);
    if (strcmp(f, "dictionary") == 0 || strcmp(f, "U") == 0)
        s.kind = 'u';
    else if (f[0] != '\0' && f[1] == '\0' && strchr("cCsSiIL", f[0]) != NULL)
        s.kind = 'l';
    else if (strcmp(f, "f") == 0)
        s.kind = 'g';
    else if (strncmp(f, "ts", 2) == 0 || strcmp(f, "tdm") == 0)
        s.kind = 'D';
    else if (strncmp(f, "d:", 2) == 0)
        s.kind = 'd';
    else
        s.kind = kind;
    s.wide = s.kind == 'l' && f[0] != 'l';
    s.zoned = strncmp(f, "ts", 2) == 0 && f[2] != '\0' && f[3] == ':' && f[4] != '\0';
    return s;
}

/* The column by its name, as the type the host sees when nothing is declared. */
static void put_plain(dbt_sql *s, const char *name, const char *format, const shape *have)
{
    const char *before = "", *after = "";
    int day = have->kind == 'D' && strcmp(format, "tdD") != 0;
    if (have->kind == 'u' && strcmp(format, "dictionary") == 0) { /* an ENUM orders by position */
        before = "CAST(";
        after = " AS VARCHAR)";
    } else if (have->wide) {
        before = "CAST(";
        after = " AS BIGINT)";
    } else if (have->kind == 'g') { /* the host takes NaN for no value */
        dbt_put(s, "CASE WHEN isnan(");
        dbt_put_ident(s, name, "\"\"");
        before = ") THEN NULL ELSE CAST(";
        after = " AS DOUBLE) END";
    } else if (day) { /* as stored: no zone of the session may move it */
        before = have->zoned ? "CAST(make_timestamp(epoch_us(" : "CAST(";
        after = have->zoned ? ")) AS DATE)" : " AS DATE)";
    }
    dbt_put(s, before);
    dbt_put_ident(s, name, "\"\"");
    dbt_put(s, after);
}

#define REFUSED "error('a value that does not fit its column (try pushdown = off)')"

/* The same as `type`; -1: only the host reads it so. */
static int put_declared(dbt_sql *s, const char *plain, const shape *have, const jb_type *type)
{
    char end[40];
    char to = type->kind == 'h' ? 'd' : type->kind, from = have->kind;
    if (to == 'd')
        snprintf(end, sizeof end, " AS DECIMAL(%d, %d))", (int)type->precision, (int)type->scale);
    else
        snprintf(end, sizeof end, " AS %s)",
                 to == 'g'   ? "DOUBLE"
                 : to == 'l' ? "BIGINT"
                             : "VARCHAR");
    if (to == from && to != 'd') {
        dbt_put(s, plain);
        return 0;
    }
    if (to == 'd' && from == 'g') { /* by its shortest text */
        dbt_put(s, "CAST(CAST(");
        dbt_put(s, plain);
        dbt_put(s, " AS VARCHAR)");
        dbt_put(s, end);
        return 0;
    }
    if ((to == 'd' && (from == 'l' || from == 'd')) ||
        (to == 'g' && (from == 'l' || from == 'd')) ||
        (to == 'u' && (from == 'l' || from == 'd' || from == 'D'))) {
        dbt_put(s, "CAST(");
        dbt_put(s, plain);
        dbt_put(s, end);
        return 0;
    }
    if (to == 'l' && (from == 'd' || from == 'g')) { /* 3.00 is an int, 3.5 is not */
        dbt_put(s, "CASE WHEN ");
        dbt_put(s, plain);
        dbt_put(s, " <> trunc(");
        dbt_put(s, plain);
        dbt_put(s, ") THEN " REFUSED " ELSE CAST(");
        dbt_put(s, plain);
        dbt_put(s, " AS BIGINT) END");
        return 0;
    }
    if (to == 'b' && from == 'l') {
        dbt_put(s, "CASE ");
        dbt_put(s, plain);
        dbt_put(s, " WHEN 1 THEN true WHEN 0 THEN false ELSE CASE WHEN ");
        dbt_put(s, plain);
        dbt_put(s, " IS NOT NULL THEN " REFUSED " END END");
        return 0;
    }
    return -1;
}

/* NULL texts around an expression; floats have no one text. */
static void put_nulls(const ad_source *src, dbt_sql *s, const char *name, const char *expr,
                      const shape *have)
{
    uint64_t i;
    if (src->n_nulls == 0 || have->kind == 'g' || have->kind == 'b') {
        dbt_put(s, expr);
        return;
    }
    dbt_put(s, "CASE WHEN trim(CAST(");
    dbt_put_ident(s, name, "\"\"");
    dbt_put(s, have->kind == 'D' ? " AS DATE) ::VARCHAR, '" BLANKS "') IN ("
                                 : " AS VARCHAR), '" BLANKS "') IN (");
    for (i = 0; i < src->n_nulls; i++) {
        const char *text = src->nulls[i];
        size_t n = strlen(text);
        jb_trim(&text, &n);
        dbt_put(s, i > 0 ? ", " : "");
        put_text(s, text, n);
    }
    dbt_put(s, ") AND trim(CAST(");
    dbt_put_ident(s, name, "\"\"");
    dbt_put(s, " AS VARCHAR), '" BLANKS "') <> '' THEN NULL ELSE ");
    dbt_put(s, expr);
    dbt_put(s, " END");
}

/* -1: this source is streamed. */
static int put_column(const ad_source *src, dbt_sql *s, uint64_t i)
{
    shape have = shape_of(src->formats[i]);
    dbt_sql plain = {0}, expr = {0};
    jb_type type;
    int how = 0;
    if (have.kind == '\0') { /* the host refuses it when it is read */
        dbt_put_ident(s, src->names[i], "\"\"");
        return 0;
    }
    if (src->cast[i]) {
        dbt_put(&plain, "CAST(");
        dbt_put_ident(&plain, src->names[i], "\"\"");
        dbt_put(&plain, " AS VARCHAR)");
    } else {
        put_plain(&plain, src->names[i], src->formats[i], &have);
    }
    if (src->declared[i] == NULL || jb_type_parse(src->declared[i], &type) != 0)
        dbt_put(&expr, plain.text != NULL ? plain.text : "");
    else
        how = put_declared(&expr, plain.text != NULL ? plain.text : "", &have, &type);
    if (how == 0) {
        put_nulls(src, s, src->names[i], expr.text != NULL ? expr.text : "", &have);
        dbt_put(s, " AS ");
        dbt_put_ident(s, src->names[i], "\"\"");
    }
    s->failed |= plain.failed || expr.failed;
    dbt_sql_free(&plain);
    dbt_sql_free(&expr);
    return how;
}

jb_status ad_push_from(ad_source *src, jb_ctx *ctx)
{
    dbt_sql s = {0};
    uint64_t i;
    uint32_t at;
    free(src->pushed);
    src->pushed = NULL;
    if (src->session->dialect != AD_DUCKDB || src->n_columns == 0)
        return JB_OK;
    for (i = 0; i < src->n_columns; i++) {
        dbt_put(&s, i > 0 ? ", " : "(SELECT ");
        if (dbt_find((const char *const *)src->names, src->n_columns, src->names[i], &at) > 1 ||
            put_column(src, &s, i) != 0) {
            dbt_sql_free(&s);
            return JB_OK;
        }
    }
    dbt_put(&s, " FROM ");
    dbt_put(&s, src->from);
    dbt_put(&s, ") AS t");
    src->pushed = dbt_sql_take(&s);
    return src->pushed != NULL ? JB_OK : ad_no_memory(src, ctx);
}

/* ---- the interface ---- */

static jb_status from(jb_ctx *ctx, void *self, const char **out)
{
    const ad_source *src = self;
    (void)ctx;
    *out = src->pushed;
    return src->pushed != NULL ? JB_OK : JB_E_UNSUPPORTED;
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    const ad_source *src = self;
    return ad_query(src, ctx, sql, values, n_values, src->query != NULL ? "query" : "table", NULL,
                    out);
}

/* Rows only still means a database, whose headings bind without regard to case: "ident" alone. */
static jb_status dialect(jb_ctx *ctx, void *self, const jb_sql_form **forms, uint64_t *n,
                         const jb_sql_cost **cost)
{
    const ad_source *src = self;
    (void)ctx;
    *forms = duckdb_forms;
    *n = src->pushed != NULL ? sizeof duckdb_forms / sizeof *duckdb_forms : 1;
    *cost = &duckdb_cost;
    return JB_OK;
}

/* The only cell of an answer. */
static int one_number(struct ArrowArrayStream *stream, int64_t *out)
{
    struct ArrowArray a = {0};
    int found = 0;
    if (stream->get_next(stream, &a) == 0 && a.release != NULL) {
        if (a.length == 1 && a.n_children == 1 && a.children[0]->n_buffers == 2 &&
            !jb_is_null(a.children[0], a.offset)) {
            *out = ((const int64_t *)a.children[0]->buffers[1])[a.children[0]->offset + a.offset];
            found = 1;
        }
        a.release(&a);
    }
    stream->release(stream);
    return found;
}

/* The number behind the last "Estimated Cardinality" of a plan, which is that of its root. */
static int planned_rows(const char *text, size_t n, int64_t *out)
{
    static const char word[] = "\"Estimated Cardinality\": \"";
    const size_t len = sizeof word - 1;
    size_t i, digits;
    for (i = n < len ? 0 : n - len + 1; i > 0; i--) {
        if (memcmp(text + i - 1, word, len) != 0)
            continue;
        text += i - 1 + len;
        n -= i - 1 + len;
        for (digits = 0; digits < n && text[digits] >= '0' && text[digits] <= '9'; digits++)
            ;
        return jb_parse_int(text, digits, out) == JB_CELL_OK;
    }
    return 0;
}

/* What EXPLAIN says: one row, its name and the plan as JSON. */
static int explained(struct ArrowArrayStream *stream, int64_t *out)
{
    struct ArrowSchema schema = {0};
    struct ArrowArray a = {0};
    int found = stream->get_schema(stream, &schema) == 0 && schema.n_children == 2 &&
                strcmp(schema.children[1]->format, "u") == 0;
    if (found && stream->get_next(stream, &a) == 0 && a.release != NULL) {
        const struct ArrowArray *text = a.children[1];
        found = a.length > 0 && !jb_is_null(text, text->offset + a.offset);
        if (found) {
            const int32_t *at = (const int32_t *)text->buffers[1] + text->offset + a.offset;
            found = planned_rows((const char *)text->buffers[2] + at[0], (size_t)(at[1] - at[0]),
                                 out);
        }
        a.release(&a);
    } else {
        found = 0;
    }
    if (schema.release != NULL)
        schema.release(&schema);
    stream->release(stream);
    return found;
}

/* DuckDB counts the rows of its own tables; of a file or query its planner says what it expects. */
static jb_status estimate(jb_ctx *ctx, void *self, int64_t *rows)
{
    const ad_source *src = self;
    const char *dot = src->table != NULL ? strrchr(src->table, '.') : NULL;
    struct ArrowArrayStream stream;
    jb_sql_value value = {.size = sizeof value, .format = "u"};
    dbt_sql s = {0};
    char *sql;
    int found;
    if (src->pushed == NULL || src->session->dialect != AD_DUCKDB)
        return JB_E_UNSUPPORTED;
    if (src->table != NULL) {
        value.text = dot != NULL ? dot + 1 : src->table;
        if (ad_query(src, ctx,
                     "SELECT CAST(max(estimated_size) AS BIGINT) FROM duckdb_tables() "
                     "WHERE lower(table_name) = lower($1)",
                     &value, 1, "table", NULL, &stream) != JB_OK)
            return JB_E_DATA;
        if (one_number(&stream, rows))
            return JB_OK;
    }
    dbt_put(&s, "EXPLAIN (FORMAT json) SELECT * FROM ");
    dbt_put(&s, src->pushed);
    sql = dbt_sql_take(&s);
    if (sql == NULL)
        return ad_no_memory(src, ctx);
    found = ad_query(src, ctx, sql, NULL, 0, src->query != NULL ? "query" : "table", NULL,
                     &stream) == JB_OK &&
            explained(&stream, rows);
    free(sql);
    return found ? JB_OK : JB_E_UNSUPPORTED;
}

const jb_source_sql ad_sql = {.size = sizeof(jb_source_sql),
                              .forms = duckdb_forms,
                              .n_forms = sizeof duckdb_forms / sizeof *duckdb_forms,
                              .from = from,
                              .query = query,
                              .estimate = estimate,
                              .cost = &duckdb_cost,
                              .dialect = dialect};
