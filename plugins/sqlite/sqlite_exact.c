// SPDX-License-Identifier: Apache-2.0
/* Functions for pushed-down queries, because SQLite has neither decimals nor our rules for cells:
 *   jb_cell(x, format) x as a stream would deliver it in that format: NULL texts, dates in all
 * their forms jb_decimal(x, s)   x at scale s, rounded as a streamed cell is; a text that is no
 * number is an error jb_sum(x)         exact sum, as decimal text; in binary only where a value has
 * no short decimal form */
#include "sqlite_source.h"

#include <stdio.h>

#define SUM_SCALE 12
#define EXACT_MAX 1000000000000000 /* 15 digits: what a binary number keeps */

static void decimal(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    sq_cell c = sq_cell_of(args[0]);
    int scale = sqlite3_value_int(args[1]);
    jb_col col;
    jb_type type;
    int64_t v = 0;
    int how;
    (void)n;
    if (c.storage == SQLITE_NULL || c.storage == SQLITE_INTEGER) {
        sqlite3_result_value(ctx, args[0]);
        return;
    }
    jb_type_make('d', 18, scale < 0 || scale > 18 ? 18 : scale, &type);
    jb_col_init(&col, &type);
    how = jb_col_reserve(&col, 1) != 0 ? -1 : sq_push(&col, &c);
    if (how == JB_CELL_OK)
        memcpy(&v, col.values, sizeof v);
    if (how == JB_CELL_OK && col.nulls > 0)
        sqlite3_result_null(ctx);
    else if (how == JB_CELL_OK && v < EXACT_MAX && v > -EXACT_MAX)
        sqlite3_result_double(ctx, (double)v / (double)jb_pow10(type.scale));
    else
        sqlite3_result_error(ctx, "a value that is no exact decimal (try pushdown = off)", -1);
    jb_col_free(&col);
}

/* The only cell of a column as a result. */
static void give(sqlite3_context *ctx, const jb_col *col)
{
    int64_t i = 0;
    int32_t days = 0, y, m, d;
    double g;
    char text[40];
    switch (col->nulls > 0 ? '\0' : col->type.kind) {
    case '\0':
        sqlite3_result_null(ctx);
        break;
    case 'l':
        memcpy(&i, col->values, sizeof i);
        sqlite3_result_int64(ctx, i);
        break;
    case 'b':
        sqlite3_result_int(ctx, col->values[0] & 1);
        break;
    case 'g':
        memcpy(&g, col->values, sizeof g);
        sqlite3_result_double(ctx, g);
        break;
    case 'D':
        memcpy(&days, col->values, sizeof days);
        jb_civil_from_days(days, &y, &m, &d);
        snprintf(text, sizeof text, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
        sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
        break;
    default:
        sqlite3_result_text(ctx, col->bytes != NULL ? (const char *)col->bytes : "",
                            (int)col->n_bytes, SQLITE_TRANSIENT);
    }
}

static void cell(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    const sq_source *src = sqlite3_user_data(ctx);
    sq_cell c = sq_cell_of(args[0]);
    const char *format = (const char *)sqlite3_value_text(args[1]);
    jb_col col;
    jb_type type;
    (void)n;
    if (sq_is_null(&src->nulls, &c)) {
        sqlite3_result_null(ctx);
        return;
    }
    if (format == NULL || jb_type_parse(format, &type) != 0) {
        sqlite3_result_error(ctx, "jb_cell: no such format", -1);
        return;
    }
    if (type.kind == 'd' || type.kind == 'h') { /* jb_decimal stands around every use of it */
        sqlite3_result_value(ctx, args[0]);
        return;
    }
    jb_col_init(&col, &type);
    if (jb_col_reserve(&col, 1) != 0)
        sqlite3_result_error_nomem(ctx);
    else if (sq_push(&col, &c) == JB_CELL_OK)
        give(ctx, &col);
    else
        sqlite3_result_error(ctx, "a value that does not fit its column (try pushdown = off)", -1);
    jb_col_free(&col);
}

typedef struct total {
    uint8_t exact[sizeof(jb_i128)]; /* bytes: SQLite aligns its memory to 8 only */
    double binary;
    int rows, inexact, overflow;
} total;

/* Adds a number of at most 15 digits exactly. 0, or -1: it has no short decimal form. */
static int add_text(total *t, const char *s, size_t n)
{
    jb_i128 v, sum;
    int32_t scale;
    int zeros;
    if (jb_parse_number(s, n, &v, &scale, &zeros) != 0 || scale > SUM_SCALE)
        return -1;
    memcpy(&sum, t->exact, sizeof sum);
    if (jb_dec_rescale(v, scale, SUM_SCALE, &v) != 0 || jb_dec_add(sum, v, &sum) != 0)
        t->overflow = 1;
    memcpy(t->exact, &sum, sizeof sum);
    return 0;
}

static void sum_step(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    total *t = sqlite3_aggregate_context(ctx, (int)sizeof *t);
    char text[40];
    size_t len;
    const char *s;
    sq_cell c = sq_cell_of(args[0]);
    (void)n;
    if (t == NULL) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    if (c.storage == SQLITE_NULL)
        return;
    if (c.storage == SQLITE_FLOAT) {
        sqlite3_snprintf((int)sizeof text, text, "%.15g", c.r);
        s = text;
        len = strlen(text);
        t->binary += c.r;
    } else {
        s = sq_cell_text(&c, text, &len);
        t->binary += sqlite3_value_double(args[0]);
    }
    t->rows = 1;
    if (c.storage != SQLITE_BLOB && add_text(t, s, len) == 0)
        return;
    if (c.storage == SQLITE_FLOAT)
        t->inexact = 1;
    else
        sqlite3_result_error(ctx, "a sum of what is not a number", -1);
}

static void sum_end(sqlite3_context *ctx)
{
    total *t = sqlite3_aggregate_context(ctx, 0);
    char text[48];
    jb_i128 sum;
    size_t n;
    if (t == NULL || !t->rows) {
        sqlite3_result_null(ctx);
    } else if (t->overflow && !t->inexact) {
        sqlite3_result_error(ctx, "a sum over 38 digits", -1);
    } else if (t->inexact) {
        sqlite3_result_double(ctx, t->binary);
    } else {
        memcpy(&sum, t->exact, sizeof sum);
        n = jb_dec_text(sum, SUM_SCALE, text);
        while (n > 0 && text[n - 1] == '0')
            n--;
        n -= text[n - 1] == '.';
        sqlite3_result_text(ctx, text, (int)n, SQLITE_TRANSIENT);
    }
}

int sq_add_functions(const sq_source *src, sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    void *data = (void *)(uintptr_t)src;
    int st = sqlite3_create_function(db, "jb_decimal", 2, flags, NULL, decimal, NULL, NULL);
    if (st == SQLITE_OK)
        st = sqlite3_create_function(db, "jb_cell", 2, flags, data, cell, NULL, NULL);
    if (st == SQLITE_OK)
        st = sqlite3_create_function(db, "jb_sum", 1, flags, NULL, NULL, sum_step, sum_end);
    return st;
}
