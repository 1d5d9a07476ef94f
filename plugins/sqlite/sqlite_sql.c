// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1: how SQLite spells the host's typed trees, and queries with bound values.
 *
 * Cells come out of from() through functions of sqlite_exact.c, whose results compare by bytes
 * whatever collation a column declares. Decimals come at their scale by the same steps as a
 * streamed cell, and sums exact, as decimal text. */
#include "sqlite_source.h"

#define AHEAD_ROWS 256

#define BINARY(op)                                                                                 \
    {                                                                                              \
        op, "($1 " op " $2)"                                                                       \
    }

#define COMMON                                                                                     \
    {"ident", "\"\""}, {"param", "?#"}, {"and", "($1 AND $2)"}, {"or", "($1 OR $2)"},              \
        {"not", "(NOT $1)"}, BINARY("="), BINARY("<>"), BINARY("<"), BINARY("<="), BINARY(">"),    \
        BINARY(">="), {"+", "jb_add($1, $2)"}, {"-", "jb_sub($1, $2)"}, {"*", "jb_mul($1, $2)"},   \
        {"in", "($1 IN ($2))"}, {"between", "($1 BETWEEN $2 AND $3)"},                             \
        {"like", "jb_like($1, $2)"}, {"case", "CASE WHEN $1 THEN $2 END"}, {"null", "NULL"},       \
        {"is_null", "($1 IS NULL)"}, {"year", "CAST(strftime('%Y', $1) AS INTEGER)"},              \
        {"quarter", "((CAST(strftime('%m', $1) AS INTEGER) + 2) / 3)"},                            \
        {"month", "CAST(strftime('%m', $1) AS INTEGER)"}, {"case", "CASE WHEN $1 THEN $2 END"},    \
        {"count", "COUNT($1)"}, {"count_if", "COUNT(CASE WHEN $1 THEN 1 END)"},                    \
        {"sum", "jb_sum($1)"}, {"min", "MIN($1)"}, {"max", "MAX($1)"},                             \
    {                                                                                              \
        "distinct", "DISTINCT $1"                                                                  \
    }

/* Decimals as numbers of 15 digits, which compare fast. */
static const jb_sql_form forms[] = {COMMON, {"decimal", "jb_decimal($1, $2)"}};
/* Decimals as text, where some column has more digits. */
static const jb_sql_form wide_forms[] = {COMMON, {"decimal", "(jb_wide($1, $2) COLLATE jb_dec)"}};

/* Two columns of one name cannot be told apart in SQL, and a derived table gives one called "true"
 * another name. */
static int names_differ(const sq_source *src)
{
    uint64_t i, k;
    for (i = 0; i < src->n_columns; i++)
        if (sqlite3_stricmp(src->names[i], "true") == 0 ||
            sqlite3_stricmp(src->names[i], "false") == 0)
            return 0;
    for (i = 0; i < src->n_columns; i++)
        for (k = 0; k < i; k++)
            if (sqlite3_stricmp(src->names[i], src->names[k]) == 0)
                return 0;
    return src->n_columns > 0;
}

static void put_nulls(const sq_source *src, sqlite3_str *s)
{
    uint64_t i;
    sqlite3_str_appendall(s, "'");
    for (i = 0; i < src->nulls.n; i++)
        sqlite3_str_appendf(s, "%s%q", i > 0 ? "\x1f" : "", src->nulls.texts[i]);
    sqlite3_str_appendall(s, "'");
}

static void put_column(const sq_source *src, sqlite3_str *s, uint64_t i)
{
    char kind = src->types[i].kind;
    int is_decimal = kind == 'd' || kind == 'h';
    if (src->native != NULL && src->native[i] && kind == 'l' && src->nulls.n == 0) {
        sqlite3_str_appendf(s, "\"%w\" AS \"%w\"", src->names[i], src->names[i]);
        return;
    }
    sqlite3_str_appendf(s, "jb_cell(\"%w\", '%s', ", src->names[i], src->types[i].format);
    put_nulls(src, s);
    sqlite3_str_appendf(s, ", %d)%s AS \"%w\"", src->wide && is_decimal,
                        src->wide && is_decimal ? " COLLATE jb_dec" : "", src->names[i]);
}

/* The table with every cell as a stream would deliver it, so that conditions, keys and sums over
 * there see what they would see here. SQLite flattens it: columns that are not used cost nothing,
 * and an integer key still finds its index. */
int sq_make_pushed(sq_source *src)
{
    sqlite3_str *s;
    uint64_t i;
    sqlite3_free(src->pushed);
    src->pushed = NULL;
    if (!names_differ(src) || src->nulls.n > 64)
        return 0;
    s = sqlite3_str_new(NULL);
    for (i = 0; i < src->n_columns; i++) {
        sqlite3_str_appendall(s, i > 0 ? ", " : "(SELECT ");
        put_column(src, s, i);
    }
    sqlite3_str_appendf(s, " FROM %s) AS t", src->from);
    src->pushed = sqlite3_str_finish(s);
    return src->pushed != NULL ? 0 : -1;
}

static jb_status from(jb_ctx *ctx, void *self, const char **out)
{
    const sq_source *src = self;
    if (src->from == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "from() needs schema() before it");
    *out = src->pushed;
    return src->pushed != NULL ? JB_OK : JB_E_UNSUPPORTED;
}

/* A decimal text of at most 15 digits, for which its double stands. */
static int is_short(const char *text)
{
    jb_i128 v;
    int32_t scale;
    int zeros;
    return jb_parse_number(text, strlen(text), &v, &scale, &zeros) == 0 &&
           v < (jb_i128)1000000000000000 && v > -(jb_i128)1000000000000000;
}

/* Numbers are bound as numbers, so that no affinity is needed to compare them; the rest as text,
 * decimals too: jb_decimal stands around them. */
static int bind(sqlite3_stmt *stmt, int at, const jb_sql_value *v)
{
    int32_t p, s;
    char kind = jb_format_kind(v->format, &p, &s);
    int64_t i;
    if (v->text == NULL)
        return sqlite3_bind_null(stmt, at);
    if (kind == 'l' && jb_parse_int(v->text, strlen(v->text), &i) == JB_CELL_OK)
        return sqlite3_bind_int64(stmt, at, i);
    if (kind == 'b')
        return sqlite3_bind_int(stmt, at,
                                strcmp(v->text, "1") == 0 || strcmp(v->text, "true") == 0);
    if ((kind == 'd' || kind == 'h' || v->format[0] == 'd') && is_short(v->text))
        return sqlite3_bind_double(stmt, at, strtod(v->text, NULL));
    if (kind == 'g')
        return sqlite3_bind_double(stmt, at, strtod(v->text, NULL));
    return sqlite3_bind_text(stmt, at, v->text, -1, SQLITE_TRANSIENT);
}

int sq_bind(sqlite3_stmt *stmt, const jb_sql_value *values, uint64_t n)
{
    const char *at = (const char *)values;
    uint64_t i;
    int st = SQLITE_OK;
    for (i = 0; st == SQLITE_OK && i < n; i++) {
        const jb_sql_value *v = (const jb_sql_value *)(const void *)at;
        st = bind(stmt, (int)i + 1, v);
        at += v->size;
    }
    return st;
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
        sq_guess_type(&g[i], 'u', &wants[i].type);
        if (wants[i].type.kind == 'D')
            jb_type_make('u', 0, 0, &wants[i].type);
    }
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    const sq_source *src = self;
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    sq_ahead ahead = {NULL, 0, 0, 0};
    dbt_want *wants = NULL;
    int *places = NULL;
    sq_guess *g = NULL;
    jb_status st = src->file != NULL ? sq_open(src, ctx, &db)
                                     : jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL,
                                                    "query() needs schema() before it");
    if (st != JB_OK)
        return st;
    st = sq_prepare(src, ctx, db, sql, NULL, &stmt);
    if (st == JB_OK && sq_bind(stmt, values, n_values) != SQLITE_OK)
        st = sq_fail_db(src, ctx, db);
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
        sq_close(src, db);
    }
    free(wants);
    free(places);
    free(g);
    return st;
}

/* What ANALYZE counted, else the largest rowid; neither reads the table. */
static jb_status estimate(jb_ctx *ctx, void *self, int64_t *rows)
{
    static const char *const ways[] = {
        "SELECT stat + 0 FROM sqlite_stat1 WHERE tbl = %Q COLLATE NOCASE LIMIT 1",
        "SELECT max(rowid) FROM \"%w\""};
    const sq_source *src = self;
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db;
    size_t i;
    jb_status st;
    if (src->table == NULL || !src->whole_scan)
        return JB_E_UNSUPPORTED;
    st = sq_open(src, ctx, &db);
    if (st != JB_OK)
        return st;
    st = JB_E_UNSUPPORTED;
    for (i = 0; i < 2 && st != JB_OK; i++) {
        char *sql = sqlite3_mprintf(ways[i], src->table);
        if (sql != NULL && sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
            sqlite3_step(stmt) == SQLITE_ROW) {
            *rows = sqlite3_column_int64(stmt, 0);
            st = JB_OK;
        }
        sqlite3_finalize(stmt);
        stmt = NULL;
        sqlite3_free(sql);
    }
    sq_close(src, db);
    return st;
}

static const jb_sql_cost cost = {.size = sizeof(jb_sql_cost),
                                 .query = 1e5,
                                 .row = 60,
                                 .aggregate = 90,
                                 .group = 340,
                                 .distinct = 2300,
                                 .deliver = 20,
                                 .cell = 60};

static jb_status dialect(jb_ctx *ctx, void *self, const jb_sql_form **out, uint64_t *n,
                         const jb_sql_cost **costs)
{
    const sq_source *src = self;
    (void)ctx;
    *out = src->wide ? wide_forms : forms;
    *n = sizeof forms / sizeof *forms;
    *costs = &cost;
    return JB_OK;
}

const jb_source_sql sq_sql = {.size = sizeof(jb_source_sql),
                              .forms = forms,
                              .n_forms = sizeof forms / sizeof *forms,
                              .from = from,
                              .query = query,
                              .estimate = estimate,
                              .cost = &cost,
                              .dialect = dialect};
