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

/* A binary number as a scaled integer, half away from zero on its 15 digits, so that 0.285 is 0.29
 * as people read it. These are the steps of the "decimal" form in sqlite_sql.c, with SQLite's own
 * printf: a streamed column and a pushed-down sum agree. */
static int scale_real(double r, int32_t scale, int64_t *out)
{
    char digits[40];
    double x, p = 1;
    int32_t k;
    for (k = 0; k < scale; k++)
        p *= 10;
    sqlite3_snprintf((int)sizeof digits, digits, "%.15g", r * p);
    x = strtod(digits, NULL);
    if (!(x > -9.2e18 && x < 9.2e18))
        return JB_CELL_RANGE;
    if (x >= -4503599627370496.0 && x <= 4503599627370496.0)
        *out = (int64_t)(x + (x < 0 ? -0.5 : 0.5));
    else
        *out = (int64_t)x;
    return JB_CELL_OK;
}

static int push_decimal(jb_col *col, const sq_cell *c)
{
    const jb_type *t = &col->type;
    jb_i128 v, bound = jb_pow10(t->precision);
    int64_t small;
    if (c->storage == SQLITE_FLOAT) {
        int how = scale_real(c->r, t->scale, &small);
        if (how != JB_CELL_OK)
            return how;
        v = small;
    } else if (jb_dec_rescale(c->i, 0, t->scale, &v) != 0) {
        return JB_CELL_RANGE;
    }
    if (v >= bound || v <= -bound)
        return JB_CELL_RANGE;
    if (t->kind == 'd')
        jb_col_i64(col, (int64_t)v);
    else
        jb_col_i128(col, v);
    return JB_CELL_OK;
}

/* INTEGER and REAL cells. */
static int push_number(jb_col *col, const sq_cell *c)
{
    int64_t i = c->i;
    char own[40];
    size_t n;
    const char *s;
    switch (col->type.kind) {
    case 'd':
    case 'h':
        return push_decimal(col, c);
    case 'g':
        jb_col_f64(col, c->storage == SQLITE_FLOAT ? c->r : (double)c->i);
        return JB_CELL_OK;
    case 'l':
        if (c->storage == SQLITE_FLOAT) {
            if (!(c->r >= -9007199254740992.0 && c->r <= 9007199254740992.0))
                return JB_CELL_RANGE;
            i = (int64_t)c->r;
            if ((double)i != c->r)
                return JB_CELL_BAD;
        }
        jb_col_i64(col, i);
        return JB_CELL_OK;
    default:
        s = sq_cell_text(c, own, &n);
        if (col->type.kind == 'u')
            return jb_col_text(col, s, n);
        return c->storage == SQLITE_FLOAT ? JB_CELL_BAD : jb_col_parse(col, s, n);
    }
}

/* "2022-08-16 10:30:00" in a date column: the date as stored. */
static int push_date(jb_col *col, const sq_cell *c)
{
    int how = jb_col_parse(col, c->text, c->n);
    if (how == JB_CELL_OK || c->n < 11 || (c->text[10] != ' ' && c->text[10] != 'T'))
        return how;
    return jb_col_parse(col, c->text, 10);
}

int sq_push(jb_col *col, const sq_cell *c)
{
    int why;
    switch (c->storage) {
    case SQLITE_NULL:
        jb_col_null(col);
        return JB_CELL_OK;
    case SQLITE_BLOB:
        return SQ_CELL_BLOB;
    case SQLITE_TEXT:
        if (c->text == NULL)
            return -1;
        if (jb_utf8_check((const uint8_t *)c->text, c->n, &why) != c->n)
            return SQ_CELL_TEXT;
        if (col->type.kind == 'u')
            return jb_col_text(col, c->text, c->n);
        return col->type.kind == 'D' ? push_date(col, c) : jb_col_parse(col, c->text, c->n);
    default:
        return push_number(col, c);
    }
}

int sq_nulls_init(sq_nulls *z, const jb_scan *scan)
{
    size_t total = 1;
    uint64_t i, n = scan != NULL ? scan->n_null_texts : 0;
    const char **list;
    char *at;
    for (i = 0; i < n; i++)
        total += strlen(scan->null_texts[i]) + 1;
    z->block = malloc((size_t)n * sizeof *list + total);
    if (z->block == NULL)
        return -1;
    list = (const char **)(void *)z->block;
    at = z->block + (size_t)n * sizeof *list;
    for (i = 0; i < n; i++) {
        const char *text = scan->null_texts[i];
        size_t len = strlen(text);
        jb_trim(&text, &len);
        memcpy(at, text, len);
        at[len] = '\0';
        list[i] = at;
        at += len + 1;
    }
    z->texts = list;
    z->n = n;
    return 0;
}

void sq_nulls_free(sq_nulls *z)
{
    free(z->block);
    memset(z, 0, sizeof *z);
}

int sq_nulls_has(const sq_nulls *z, const sq_cell *c)
{
    char own[40];
    const char *p;
    size_t n;
    uint64_t i;
    if (z->n == 0 || c->storage == SQLITE_NULL || c->storage == SQLITE_BLOB)
        return 0;
    p = sq_cell_text(c, own, &n);
    if (p == NULL)
        return 0;
    jb_trim(&p, &n);
    for (i = 0; i < z->n; i++)
        if (n > 0 && strlen(z->texts[i]) == n && memcmp(z->texts[i], p, n) == 0)
            return 1;
    return 0;
}
