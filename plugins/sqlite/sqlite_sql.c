// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1: how SQLite spells the host's typed trees, and queries with bound values.
 *
 * Text compares by bytes whatever collation a column declares. LIKE is absent: SQLite's ignores the
 * case of ASCII letters. "decimal" and "sum" are functions of sqlite_exact.c: a value comes at its
 * scale by the same steps as a streamed cell, and sums come exact, as decimal text. */
#include "sqlite_source.h"

#define AHEAD_ROWS 256

#define BINARY(op)                                                                                 \
    {                                                                                              \
        op, "($1 " op " $2 COLLATE BINARY)"                                                        \
    }

static const jb_sql_form forms[] = {
    {"ident", "\"\""},
    {"param", "?#"},
    {"and", "($1 AND $2)"},
    {"or", "($1 OR $2)"},
    {"not", "(NOT $1)"},
    BINARY("="),
    BINARY("<>"),
    BINARY("<"),
    BINARY("<="),
    BINARY(">"),
    BINARY(">="),
    {"+", "($1 + $2)"},
    {"-", "($1 - $2)"},
    {"*", "($1 * $2)"},
    {"in", "($1 COLLATE BINARY IN ($2))"},
    {"between", "($1 COLLATE BINARY BETWEEN $2 AND $3)"},
    {"is_null", "($1 IS NULL)"},
    {"year", "CAST(strftime('%Y', $1) AS INTEGER)"},
    {"quarter", "((CAST(strftime('%m', $1) AS INTEGER) + 2) / 3)"},
    {"month", "CAST(strftime('%m', $1) AS INTEGER)"},
    {"case", "CASE WHEN $1 THEN $2 END"},
    {"count", "COUNT($1)"},
    {"count_if", "COUNT(CASE WHEN $1 THEN 1 END)"},
    {"sum", "jb_sum($1)"},
    {"min", "MIN($1)"},
    {"max", "MAX($1)"},
    {"distinct", "DISTINCT $1"},
    {"decimal", "jb_decimal($1, $2)"},
};

/* Two columns of one name cannot be told apart in SQL. */
static int names_differ(const sq_source *src)
{
    uint64_t i, k;
    for (i = 0; i < src->n_columns; i++)
        for (k = 0; k < i; k++)
            if (sqlite3_stricmp(src->names[i], src->names[k]) == 0)
                return 0;
    return src->n_columns > 0;
}

/* The table with every cell as a stream would deliver it, so that conditions, keys and sums over
 * there see what they would see here. SQLite flattens it: columns that are not used cost nothing.
 */
static jb_status from(jb_ctx *ctx, void *self, const char **out)
{
    sq_source *src = self;
    sqlite3_str *s;
    uint64_t i;
    if (src->from == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "from() needs schema() before it");
    *out = src->from;
    if (!names_differ(src))
        return JB_OK;
    if (src->pushed == NULL) {
        s = sqlite3_str_new(NULL);
        for (i = 0; i < src->n_columns; i++)
            sqlite3_str_appendf(s, "%s jb_cell(\"%w\", '%s') AS \"%w\"", i > 0 ? "," : "(SELECT",
                                src->names[i], src->types[i].format, src->names[i]);
        sqlite3_str_appendf(s, " FROM %s) AS t", src->from);
        src->pushed = sqlite3_str_finish(s);
    }
    *out = src->pushed;
    return src->pushed != NULL ? JB_OK : sq_no_memory(src, ctx);
}

/* Numbers are bound as numbers, so that no affinity is needed to compare them; the rest as text. */
static int bind(sqlite3_stmt *stmt, int at, const jb_sql_value *v)
{
    int32_t p, s;
    char kind = jb_format_kind(v->format, &p, &s);
    int64_t i;
    if (v->text == NULL)
        return sqlite3_bind_null(stmt, at);
    if ((kind == 'l' || kind == 'd' || kind == 'h') &&
        jb_parse_int(v->text, strlen(v->text), &i) == JB_CELL_OK)
        return sqlite3_bind_int64(stmt, at, i);
    if (kind == 'b')
        return sqlite3_bind_int(stmt, at,
                                strcmp(v->text, "1") == 0 || strcmp(v->text, "true") == 0);
    if (kind == 'd' || kind == 'h' || kind == 'g')
        return sqlite3_bind_double(stmt, at, strtod(v->text, NULL));
    return sqlite3_bind_text(stmt, at, v->text, -1, SQLITE_TRANSIENT);
}

static jb_status look_ahead(const sq_source *src, jb_ctx *ctx, sqlite3 *db, sqlite3_stmt *stmt,
                            sq_ahead *a, sq_guess *g)
{
    uint64_t n = a->n_columns, i;
    int step = SQLITE_DONE;
    a->values = calloc((size_t)(AHEAD_ROWS * n), sizeof *a->values);
    if (a->values == NULL)
        return sq_no_memory(src, ctx);
    while (a->n_rows < AHEAD_ROWS && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        sqlite3_value **row = a->values + a->n_rows++ * n;
        for (i = 0; i < n; i++) {
            sq_cell c;
            row[i] = sqlite3_value_dup(sqlite3_column_value(stmt, (int)i));
            if (row[i] == NULL)
                return sq_no_memory(src, ctx);
            c = sq_cell_of(row[i]);
            sq_guess_value(&g[i], c.storage, c.text, c.n);
        }
    }
    a->ended = step == SQLITE_DONE;
    return step == SQLITE_ROW || a->ended ? JB_OK : sq_fail_db(src, ctx, db);
}

/* Columns of the result: declared columns by their declaration, computed ones by the first rows.
 * Text that looks like a date stays text unless the column says DATE. */
static void describe(sqlite3_stmt *stmt, dbt_want *wants, int *at, const sq_guess *g, uint64_t n)
{
    uint64_t i;
    for (i = 0; i < n; i++) {
        const char *name = sqlite3_column_name(stmt, (int)i);
        wants[i].name = name != NULL ? name : "";
        at[i] = (int)i;
        if (sq_declared_type(sqlite3_column_decltype(stmt, (int)i), &wants[i].type) == 0)
            continue;
        sq_guess_type(&g[i], 'l', &wants[i].type);
        if (wants[i].type.kind == 'D')
            jb_type_make('u', 0, 0, &wants[i].type);
    }
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    const sq_source *src = self;
    const char *at = (const char *)values;
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    sq_ahead ahead = {NULL, 0, 0, 0};
    dbt_want *wants = NULL;
    int *places = NULL;
    sq_guess *g = NULL;
    uint64_t i;
    jb_status st = sq_open(src, ctx, &db);
    if (st != JB_OK)
        return st;
    st = sq_add_functions(src, db) != SQLITE_OK ? sq_fail_db(src, ctx, db)
                                                : sq_prepare(src, ctx, db, sql, NULL, &stmt);
    for (i = 0; st == JB_OK && i < n_values; i++) {
        const jb_sql_value *v = (const jb_sql_value *)(const void *)at;
        if (bind(stmt, (int)i + 1, v) != SQLITE_OK)
            st = sq_fail_db(src, ctx, db);
        at += v->size;
    }
    if (st == JB_OK) {
        ahead.n_columns = (uint64_t)sqlite3_column_count(stmt);
        wants = calloc((size_t)ahead.n_columns, sizeof *wants);
        places = calloc((size_t)ahead.n_columns, sizeof *places);
        g = calloc((size_t)ahead.n_columns, sizeof *g);
        st = wants == NULL || places == NULL || g == NULL
                 ? sq_no_memory(src, ctx)
                 : look_ahead(src, ctx, db, stmt, &ahead, g);
    }
    if (st == JB_OK) {
        describe(stmt, wants, places, g, ahead.n_columns);
        st = sq_stream(src, ctx, db, stmt, wants, places, ahead.n_columns, NULL, &ahead, out);
    } else {
        sq_ahead_free(&ahead);
        sqlite3_finalize(stmt);
        sqlite3_close(db);
    }
    free(wants);
    free(places);
    free(g);
    return st;
}

const jb_source_sql sq_sql = {.size = sizeof(jb_source_sql),
                              .forms = forms,
                              .n_forms = sizeof forms / sizeof *forms,
                              .from = from,
                              .query = query};
