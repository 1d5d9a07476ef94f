// SPDX-License-Identifier: Apache-2.0
/* Names and types of columns, as the driver describes them. */
#include "odbc_source.h"

#define DIGITS_MAX JB_DEC_DIGITS

void od_free_names(char **names, uint64_t n)
{
    uint64_t i;
    for (i = 0; names != NULL && i < n; i++)
        free(names[i]);
    free(names);
}

static void forget_columns(od_source *src)
{
    od_free_names(src->names, src->n_columns);
    free(src->types);
    free(src->declared);
    free(src->fields);
    src->names = NULL;
    src->types = NULL;
    src->declared = NULL;
    src->fields = NULL;
    src->n_columns = 0;
}

void od_forget(od_source *src)
{
    forget_columns(src);
    dbt_nulls_free(&src->nulls);
    free(src->from);
    free(src->pushed);
    src->from = src->pushed = NULL;
}

void od_put_name(const od_source *src, dbt_sql *t, const char *name)
{
    const char *marks = src->session->quote;
    char close[2] = {marks[1], '\0'}, open[2] = {marks[0], '\0'};
    if (marks[0] == '\0') {
        dbt_put(t, name);
    } else if (marks[0] == marks[1]) {
        dbt_put_ident(t, name, marks);
    } else { /* [name] */
        dbt_put(t, open);
        for (; *name != '\0'; name++) {
            dbt_put_n(t, name, 1);
            if (*name == marks[1])
                dbt_put_n(t, name, 1);
        }
        dbt_put(t, close);
    }
}

/* ---- types ---- */

static void decimal_type(const od_field *f, int answer, jb_type *type)
{
    int32_t p = (int32_t)(f->size > DIGITS_MAX ? 0 : f->size), s = f->digits;
    if (answer || p < 1 || s < 0 || s > p) /* as its exact text: nobody knows how many digits */
        jb_type_make('u', 0, 0, type);
    else
        jb_type_make('d', p, s, type);
}

static void type_of(const od_session *s, od_field *f, int answer, jb_type *type)
{
    char kind = 'u';
    f->c_type = s->wide_data ? SQL_C_WCHAR : SQL_C_CHAR;
    f->flags = 0;
    f->binary = 0;
    switch (f->sql_type) {
    case SQL_DECIMAL:
    case SQL_NUMERIC:
        f->c_type = SQL_C_CHAR; /* exact; digits are the same bytes everywhere */
        decimal_type(f, answer, type);
        return;
    case SQL_BIGINT:
    case SQL_INTEGER:
    case SQL_SMALLINT:
    case SQL_TINYINT:
        f->c_type = SQL_C_SBIGINT;
        kind = 'l';
        break;
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
        f->c_type = SQL_C_DOUBLE;
        kind = 'g';
        break;
    case SQL_BIT:
        f->c_type = SQL_C_CHAR;
        kind = 'b';
        break;
    case SQL_TYPE_DATE:
    case SQL_TYPE_TIMESTAMP:
    case SQL_DATE:
    case SQL_TIMESTAMP:
        f->c_type = SQL_C_CHAR; /* the date part, as it stands there */
        kind = 'D';
        break;
    case SQL_CHAR:
    case SQL_WCHAR:
        f->flags = DBT_PADDED;
        break;
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
        f->binary = 1;
        break;
    default:
        break;
    }
    jb_type_make(kind, 0, 0, type);
}

/* ---- describing ---- */

static SQLRETURN describe_column(const od_session *s, SQLHSTMT stmt, SQLUSMALLINT at, char *name,
                                 size_t room, od_field *f)
{
    SQLWCHAR wide[OD_NAME_MAX] = {0};
    SQLSMALLINT n = 0, nullable = 0;
    SQLRETURN r;
    size_t length = 0;
    if (!s->wide_text) {
        r = SQLDescribeCol(stmt, at, (SQLCHAR *)name, (SQLSMALLINT)room, &n, &f->sql_type, &f->size,
                           &f->digits, &nullable);
        name[room - 1] = '\0';
        return r;
    }
    r = SQLDescribeColW(stmt, at, wide, (SQLSMALLINT)OD_NAME_MAX, &n, &f->sql_type, &f->size,
                        &f->digits, &nullable);
    while (length < OD_NAME_MAX - 1 && wide[length] != 0)
        length++;
    od_narrow(wide, length, name, room);
    return r;
}

jb_status od_columns(const od_source *src, jb_ctx *ctx, SQLHSTMT stmt, int answer, char ***names,
                     jb_type **types, od_field **fields, uint64_t *n)
{
    SQLSMALLINT count = 0, i;
    char name[OD_NAME_MAX * 3];
    *n = 0;
    if (!SQL_SUCCEEDED(SQLNumResultCols(stmt, &count)))
        return od_fail_handle(src, ctx, SQL_HANDLE_STMT, stmt, "E1096", NULL);
    *names = calloc((size_t)count + 1, sizeof **names);
    *types = calloc((size_t)count + 1, sizeof **types);
    *fields = calloc((size_t)count + 1, sizeof **fields);
    if (*names == NULL || *types == NULL || *fields == NULL)
        return od_no_memory(src, ctx);
    for (i = 0; i < count; i++) {
        if (!SQL_SUCCEEDED(describe_column(src->session, stmt, (SQLUSMALLINT)(i + 1), name,
                                           sizeof name, &(*fields)[i])))
            return od_fail_handle(src, ctx, SQL_HANDLE_STMT, stmt, "E1096", NULL);
        type_of(src->session, &(*fields)[i], answer, &(*types)[i]);
        (*names)[i] = strdup(name);
        if ((*names)[i] == NULL)
            return od_no_memory(src, ctx);
        *n = (uint64_t)i + 1;
    }
    return JB_OK;
}

/* Columns of what stands behind FROM. */
static jb_status describe_from(od_source *src, jb_ctx *ctx, const char *key)
{
    dbt_sql t = {0};
    SQLHSTMT stmt = SQL_NULL_HSTMT;
    od_conn *c;
    char *sql;
    jb_status st;
    dbt_put(&t, "SELECT * FROM ");
    dbt_put(&t, src->from);
    dbt_put(&t, " WHERE 1 = 0");
    sql = dbt_sql_take(&t);
    st = sql != NULL ? od_conn_take(src, ctx, &c) : od_no_memory(src, ctx);
    if (st != JB_OK) {
        free(sql);
        return st;
    }
    st = od_statement(src, ctx, c, &stmt);
    if (st == JB_OK && !SQL_SUCCEEDED(od_execute(stmt, sql, src->session->wide_text)))
        st = od_fail_handle(src, ctx, SQL_HANDLE_STMT, stmt, "E1096", key);
    if (st == JB_OK) {
        forget_columns(src);
        st = od_columns(src, ctx, stmt, 0, &src->names, &src->types, &src->fields, &src->n_columns);
    }
    if (stmt != SQL_NULL_HSTMT)
        (void)SQLFreeHandle(SQL_HANDLE_STMT, stmt);
    od_conn_give(src, c, st != JB_OK);
    free(sql);
    if (st == JB_OK && src->table != NULL && src->session->engine == OD_SQLITE)
        st = od_sqlite_types(src, ctx);
    if (st == JB_OK && src->n_columns == 0)
        st = od_fail(src, ctx, JB_E_DATA, "E1112", key, src->table != NULL ? src->table : "", NULL);
    return st;
}

/* Attempts: the name as it stands, its parts between dots, these in capitals, these in small
 * letters. *none: no such attempt. */
static char *table_name(const od_source *src, int attempt, int *none)
{
    dbt_sql t = {0};
    const char *s = src->table;
    char part[OD_NAME_MAX];
    size_t n = 0;
    *none = *s == '\0' || (attempt == 1 && strchr(s, '.') == NULL);
    if (*none)
        return NULL;
    if (attempt == 0) {
        od_put_name(src, &t, s);
        return dbt_sql_take(&t);
    }
    for (;; s++) {
        char c = *s;
        if (c == '.' || c == '\0' || n == sizeof part - 1) {
            part[n] = '\0';
            od_put_name(src, &t, part);
            n = 0;
            if (c != '.')
                break;
            dbt_put(&t, ".");
            continue;
        }
        if (attempt == 2 && c >= 'a' && c <= 'z')
            c = (char)(c & ~0x20);
        if (attempt == 3 && c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        part[n++] = c;
    }
    return dbt_sql_take(&t);
}

static jb_status silent(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    return f->status;
}

/* When none of the attempts finds the table, the engine's word on the first is told. */
static jb_status describe_table(od_source *src, jb_ctx *ctx)
{
    const jb_host *host = src->host;
    jb_host quiet;
    jb_status st = JB_E_DATA;
    int attempt, none = 0;
    memset(&quiet, 0, sizeof quiet);
    memcpy(&quiet, host, host->size < sizeof quiet ? host->size : sizeof quiet);
    quiet.fail = silent;
    for (attempt = 0; attempt <= 3 && st != JB_OK && st != JB_E_MEMORY; attempt++) {
        char *from = table_name(src, attempt, &none);
        if (none)
            continue;
        free(src->from);
        src->from = from;
        src->host = &quiet;
        st = from != NULL ? describe_from(src, ctx, "table") : JB_E_MEMORY;
        src->host = host;
    }
    if (st == JB_OK)
        return st;
    free(src->from);
    src->from = table_name(src, strchr(src->table, '.') != NULL ? 1 : 0, &none);
    return src->from != NULL ? describe_from(src, ctx, "table") : od_no_memory(src, ctx);
}

static jb_status take_declared(od_source *src, jb_ctx *ctx, const jb_scan *scan)
{
    uint32_t i, at;
    src->declared = calloc((size_t)src->n_columns + 1, 1);
    if (src->declared == NULL)
        return od_no_memory(src, ctx);
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        jb_type type;
        uint32_t n = dbt_find((const char *const *)src->names, src->n_columns, c->name, &at);
        if (n > 1)
            return od_fail(src, ctx, JB_E_CONFIG, "E1101", NULL, c->name, NULL);
        if (n == 0 || c->format == NULL || jb_type_parse(c->format, &type) != 0)
            continue; /* the host names the line of the configuration */
        src->types[at] = type;
        src->declared[at] = 1;
    }
    return JB_OK;
}

jb_status od_describe(od_source *src, jb_ctx *ctx, const jb_scan *scan)
{
    dbt_sql t = {0};
    jb_status st;
    od_forget(src);
    if (dbt_nulls_init(&src->nulls, scan) != 0)
        return od_no_memory(src, ctx);
    if (src->table != NULL) {
        st = describe_table(src, ctx);
    } else {
        if (!dbt_is_select(src->query))
            return od_fail(src, ctx, JB_E_CONFIG, "E1099", "query", src->query, NULL);
        dbt_put_subquery(&t, src->query);
        dbt_put(&t, " t"); /* DM and Oracle know no AS there */
        src->from = dbt_sql_take(&t);
        st = src->from != NULL ? describe_from(src, ctx, "query") : od_no_memory(src, ctx);
    }
    return st == JB_OK ? take_declared(src, ctx, scan) : st;
}
