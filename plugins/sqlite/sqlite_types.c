// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#define LOOK_ROWS 1000 /* rows that decide where no declaration does */

static int has(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (; *text != '\0'; text++)
        if (sqlite3_strnicmp(text, word, (int)n) == 0)
            return 1;
    return 0;
}

static int starts(const char *text, const char *word)
{
    return sqlite3_strnicmp(text, word, (int)strlen(word)) == 0;
}

/* "(14,2)" behind a decimal's name. */
static int digits(const char *text, int32_t *p, int32_t *s)
{
    const char *at = strchr(text, '(');
    char *end;
    long v;
    *s = 0;
    if (at == NULL)
        return -1;
    v = strtol(at + 1, &end, 10);
    if (v < 1 || v > JB_DEC_DIGITS)
        return -1;
    *p = (int32_t)v;
    while (*end == ' ')
        end++;
    if (*end == ',') {
        v = strtol(end + 1, &end, 10);
        if (v < 0 || v > *p)
            return -1;
        *s = (int32_t)v;
        while (*end == ' ')
            end++;
    }
    return *end == ')' ? 0 : -1;
}

int sq_declared_type(const char *decl, jb_type *out)
{
    int32_t p, s;
    char kind;
    if (decl == NULL)
        return -1;
    if (starts(decl, "DECIMAL") || starts(decl, "NUMERIC") || starts(decl, "NUMBER")) {
        if (digits(decl, &p, &s) != 0)
            return -1;
        jb_type_make('d', p, s, out);
        return 0;
    }
    if (has(decl, "INT"))
        kind = 'l';
    else if (has(decl, "CHAR") || has(decl, "CLOB") || has(decl, "TEXT"))
        kind = 'u';
    else if (has(decl, "REAL") || has(decl, "FLOA") || has(decl, "DOUB"))
        kind = 'g';
    else if (starts(decl, "DATE") || starts(decl, "TIMESTAMP"))
        kind = 'D';
    else if (starts(decl, "BOOL"))
        kind = 'b';
    else
        return -1;
    jb_type_make(kind, 0, 0, out);
    return 0;
}

void sq_guess_value(sq_guess *g, int storage, const char *text, size_t n)
{
    int32_t days;
    int compact;
    if (storage == SQLITE_INTEGER)
        g->ints++;
    else if (storage == SQLITE_FLOAT)
        g->reals++;
    else if (storage == SQLITE_TEXT || storage == SQLITE_BLOB)
        g->texts++;
    if (storage == SQLITE_TEXT && jb_parse_date(text, n, &days, &compact) == JB_CELL_OK)
        g->dates++;
}

void sq_guess_type(const sq_guess *g, char empty, jb_type *out)
{
    char kind = empty;
    if (g->texts > 0)
        kind = g->dates == g->texts && g->ints + g->reals == 0 ? 'D' : 'u';
    else if (g->reals > 0)
        kind = 'g';
    else if (g->ints > 0)
        kind = 'l';
    jb_type_make(kind, 0, 0, out);
}

static void forget(sq_source *src)
{
    uint64_t i;
    for (i = 0; src->names != NULL && i < src->n_columns; i++)
        free(src->names[i]);
    free(src->names);
    free(src->types);
    src->names = NULL;
    src->types = NULL;
    src->n_columns = 0;
}

static jb_status look_at_rows(sq_source *src, jb_ctx *ctx, sqlite3 *db, sqlite3_stmt *stmt,
                              sq_guess *g)
{
    uint64_t i;
    int row, step = SQLITE_ROW;
    for (row = 0; row < LOOK_ROWS && (step = sqlite3_step(stmt)) == SQLITE_ROW; row++) {
        for (i = 0; i < src->n_columns; i++) {
            int storage = sqlite3_column_type(stmt, (int)i);
            const char *text = NULL;
            if (src->types[i].kind != '\0')
                continue;
            if (storage == SQLITE_TEXT)
                text = (const char *)sqlite3_column_text(stmt, (int)i);
            sq_guess_value(&g[i], storage, text,
                           text != NULL ? (size_t)sqlite3_column_bytes(stmt, (int)i) : 0);
        }
    }
    return step == SQLITE_ROW || step == SQLITE_DONE ? JB_OK : sq_fail_db(src, ctx, db);
}

static jb_status describe(sq_source *src, jb_ctx *ctx, sqlite3 *db, sqlite3_stmt *stmt)
{
    uint64_t n = (uint64_t)sqlite3_column_count(stmt), i;
    sq_guess *g;
    int unknown = 0;
    jb_status st = JB_OK;
    forget(src);
    src->names = calloc(n, sizeof *src->names);
    src->types = calloc(n, sizeof *src->types);
    if (src->names == NULL || src->types == NULL)
        return sq_no_memory(src, ctx);
    for (; src->n_columns < n; src->n_columns++) {
        const char *name = sqlite3_column_name(stmt, (int)src->n_columns);
        char *copy = name != NULL ? strdup(name) : NULL;
        if (copy == NULL)
            return sq_no_memory(src, ctx);
        src->names[src->n_columns] = copy;
        if (sq_declared_type(sqlite3_column_decltype(stmt, (int)src->n_columns),
                             &src->types[src->n_columns]) != 0)
            unknown = 1;
    }
    if (!unknown)
        return JB_OK;
    g = calloc(n, sizeof *g);
    if (g == NULL)
        return sq_no_memory(src, ctx);
    st = look_at_rows(src, ctx, db, stmt, g);
    for (i = 0; i < n; i++)
        if (src->types[i].kind == '\0')
            sq_guess_type(&g[i], 'u', &src->types[i]);
    free(g);
    return st;
}

jb_status sq_describe(sq_source *src, jb_ctx *ctx, sqlite3 *db)
{
    char *sql = sq_select(src, NULL, 0);
    sqlite3_stmt *stmt;
    jb_status st;
    if (sql == NULL)
        return sq_no_memory(src, ctx);
    st = sq_prepare(src, ctx, db, sql, src->query != NULL ? "query" : "table", &stmt);
    sqlite3_free(sql);
    if (st != JB_OK)
        return st;
    st = describe(src, ctx, db, stmt);
    sqlite3_finalize(stmt);
    if (st != JB_OK)
        forget(src);
    return st;
}
