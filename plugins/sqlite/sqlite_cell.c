// SPDX-License-Identifier: Apache-2.0
#include "sqlite_source.h"

#include <stdio.h>

sq_cell sq_cell_at(sqlite3_stmt *stmt, int column)
{
    sq_cell c = {.storage = sqlite3_column_type(stmt, column)};
    if (c.storage == SQLITE_INTEGER) {
        c.i = sqlite3_column_int64(stmt, column);
    } else if (c.storage == SQLITE_FLOAT) {
        c.r = sqlite3_column_double(stmt, column);
    } else if (c.storage == SQLITE_TEXT) {
        c.text = (const char *)sqlite3_column_text(stmt, column);
        c.n = (size_t)sqlite3_column_bytes(stmt, column);
    }
    return c;
}

sq_cell sq_cell_of(sqlite3_value *v)
{
    sq_cell c = {.storage = sqlite3_value_type(v)};
    if (c.storage == SQLITE_INTEGER) {
        c.i = sqlite3_value_int64(v);
    } else if (c.storage == SQLITE_FLOAT) {
        c.r = sqlite3_value_double(v);
    } else if (c.storage == SQLITE_TEXT) {
        c.text = (const char *)sqlite3_value_text(v);
        c.n = (size_t)sqlite3_value_bytes(v);
    }
    return c;
}

const char *sq_cell_text(const sq_cell *c, char own[40], size_t *n)
{
    if (c->storage == SQLITE_TEXT) {
        *n = c->n;
        return c->text;
    }
    own[0] = '\0';
    if (c->storage == SQLITE_INTEGER)
        snprintf(own, 40, "%lld", (long long)c->i);
    else if (c->storage == SQLITE_FLOAT)
        sqlite3_snprintf(40, own, "%!.15g", c->r); /* as SQLite prints it */
    *n = strlen(own);
    return own;
}

/* INTEGER and REAL cells. */
static int push_number(jb_col *col, const sq_cell *c)
{
    char own[40];
    size_t n;
    const char *s;
    if (c->storage == SQLITE_INTEGER)
        return dbt_push_int(col, c->i);
    if (col->type.kind != 'u')
        return dbt_push_double(col, c->r);
    s = sq_cell_text(c, own, &n);
    return jb_col_text(col, s, n);
}

int sq_push(jb_col *col, const sq_cell *c)
{
    switch (c->storage) {
    case SQLITE_NULL:
        jb_col_null(col);
        return JB_CELL_OK;
    case SQLITE_BLOB:
        return SQ_CELL_BLOB;
    case SQLITE_TEXT:
        return c->text == NULL ? -1 : dbt_push_text(col, c->text, c->n, 0);
    default:
        return push_number(col, c);
    }
}

int sq_is_null(const dbt_nulls *z, const sq_cell *c)
{
    char own[40];
    const char *p;
    size_t n;
    if (c->storage == SQLITE_NULL)
        return 1;
    if (z->n == 0 || c->storage == SQLITE_BLOB)
        return 0;
    p = sq_cell_text(c, own, &n);
    return dbt_nulls_has(z, p, n);
}
