// SPDX-License-Identifier: Apache-2.0
/* Functions for pushed-down queries, because SQLite has neither decimals nor our rules for cells:
 *   jb_cell(x, format, nulls, wide)  x as a stream would deliver it in that format: NULL texts
 *       (joined by U+001F), dates in all their forms; a cell that a stream refuses is an error
 *   jb_decimal(x, s)  x at scale s, half away from zero, as a number of at most 15 digits
 *   jb_wide(x, s)     the same of up to 38 digits, as text; compared by the collation jb_dec
 *   jb_sum(x)         exact sum, as decimal text; in binary only where a value has no short form
 * Decimals of a column come as one storage class, so that they compare with each other. */
#include "sqlite_source.h"

#include <stdio.h>

#define EXACT_MAX 1000000000000000 /* 15 digits: what a binary number keeps */

static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* 1 when r has no more than `scale` decimals and under 10^digits is its scaled value. */
static int is_at_scale(double r, int32_t scale, int32_t digits)
{
    double x, bound = powers[digits < 15 ? digits : 15];
    int64_t k;
    if (scale > 15)
        return 0;
    x = r * powers[scale];
    if (!(x < bound && x > -bound))
        return 0;
    k = (int64_t)(x + (x < 0 ? -0.5 : 0.5));
    return (double)k / powers[scale] == r && k < (int64_t)bound && k > -(int64_t)bound;
}

/* What a column's cells are made into; parsed once a statement. */
typedef struct conversion {
    jb_type type;
    int wide;
    dbt_nulls nulls;
} conversion;

static void drop(void *p)
{
    conversion *v = p;
    dbt_nulls_free(&v->nulls);
    sqlite3_free(v);
}

static int split_nulls(dbt_nulls *z, const char *text, size_t n)
{
    const char *texts[64];
    char *copy = sqlite3_mprintf("%.*s", (int)n, text), *at = copy;
    jb_scan scan;
    int st;
    memset(&scan, 0, sizeof scan);
    scan.null_texts = texts;
    while (at != NULL && *at != '\0' && scan.n_null_texts < 64) {
        char *end = strchr(at, '\x1f');
        texts[scan.n_null_texts++] = at;
        if (end != NULL)
            *end++ = '\0';
        at = end;
    }
    st = copy == NULL ? -1 : dbt_nulls_init(z, &scan);
    sqlite3_free(copy);
    return st;
}

static const conversion *conversion_of(sqlite3_context *ctx, sqlite3_value **args)
{
    conversion *v = sqlite3_get_auxdata(ctx, 1);
    const char *format = (const char *)sqlite3_value_text(args[1]);
    const char *nulls = (const char *)sqlite3_value_text(args[2]);
    if (v != NULL)
        return v;
    v = sqlite3_malloc((int)sizeof *v);
    if (v == NULL)
        return NULL;
    memset(v, 0, sizeof *v);
    v->wide = sqlite3_value_int(args[3]);
    if (format == NULL || jb_type_parse(format, &v->type) != 0 ||
        split_nulls(&v->nulls, nulls, (size_t)sqlite3_value_bytes(args[2])) != 0) {
        sqlite3_free(v);
        return NULL;
    }
    sqlite3_set_auxdata(ctx, 1, v, drop);
    return sqlite3_get_auxdata(ctx, 1);
}

static void give_decimal(sqlite3_context *ctx, jb_i128 v, int32_t scale, int wide)
{
    char text[48];
    if (wide) {
        jb_dec_text(v, scale, text);
        sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
    } else {
        sqlite3_result_double(ctx, (double)v / powers[scale]);
    }
}

/* The only cell of a column as a result. */
static void give(sqlite3_context *ctx, const jb_col *col, int wide)
{
    int64_t i = 0;
    int32_t days = 0, y, m, d;
    double g;
    jb_i128 v = 0;
    char text[40];
    switch (col->nulls > 0 ? '\0' : col->type.kind) {
    case '\0':
        sqlite3_result_null(ctx);
        break;
    case 'l':
        memcpy(&i, col->values, sizeof i);
        sqlite3_result_int64(ctx, i);
        break;
    case 'd':
        memcpy(&i, col->values, sizeof i);
        give_decimal(ctx, i, col->type.scale, wide);
        break;
    case 'h':
        memcpy(&v, col->values, sizeof v);
        give_decimal(ctx, v, col->type.scale, wide);
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

static int is_plain_date(const char *s, size_t n)
{
    int32_t days;
    int compact;
    return n == 10 && s[4] == '-' && s[7] == '-' &&
           jb_parse_date(s, n, &days, &compact) == JB_CELL_OK;
}

/* 1: the value is already what a stream would deliver. */
static int is_plain(const conversion *v, const sq_cell *c)
{
    int why;
    switch (v->type.kind) {
    case 'u':
        return c->storage == SQLITE_TEXT && c->text != NULL &&
               jb_utf8_check((const uint8_t *)c->text, c->n, &why) == c->n;
    case 'l':
        return c->storage == SQLITE_INTEGER;
    case 'g':
        return c->storage == SQLITE_FLOAT;
    case 'D':
        return c->storage == SQLITE_TEXT && c->text != NULL && is_plain_date(c->text, c->n);
    case 'd':
        return !v->wide && c->storage == SQLITE_FLOAT &&
               is_at_scale(c->r, v->type.scale, v->type.precision);
    default:
        return 0;
    }
}

static void cell(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    const conversion *v = conversion_of(ctx, args);
    sq_cell c = sq_cell_of(args[0]);
    jb_col col;
    (void)n;
    if (v == NULL) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    if (sq_is_null(&v->nulls, &c)) {
        sqlite3_result_null(ctx);
        return;
    }
    if (is_plain(v, &c)) {
        sqlite3_result_value(ctx, args[0]);
        return;
    }
    jb_col_init(&col, &v->type);
    if (jb_col_reserve(&col, 1) != 0)
        sqlite3_result_error_nomem(ctx);
    else if (sq_push(&col, &c) == JB_CELL_OK)
        give(ctx, &col, v->wide);
    else
        sqlite3_result_error(ctx, "a value that does not fit its column (try pushdown = off)", -1);
    jb_col_free(&col);
}

/* x rounded to a scale; 0, -1: no number, -2: too large. */
static int rounded(const sq_cell *c, int32_t scale, jb_i128 *out)
{
    jb_type type;
    jb_col col;
    int32_t own;
    int how, zeros;
    if (c->storage == SQLITE_TEXT) {
        how = c->text != NULL ? jb_parse_number(c->text, c->n, out, &own, &zeros) : -1;
        return how != 0 ? how : jb_dec_rescale(*out, own, scale, out) == 0 ? 0 : -2;
    }
    jb_type_make('h', JB_DEC_DIGITS, scale, &type);
    jb_col_init(&col, &type);
    how = jb_col_reserve(&col, 1) != 0 ? -1 : sq_push(&col, c);
    if (how == JB_CELL_OK)
        memcpy(out, col.values, sizeof *out);
    jb_col_free(&col);
    return how == JB_CELL_OK ? 0 : how == JB_CELL_RANGE ? -2 : -1;
}

static void decimal(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    sq_cell c = sq_cell_of(args[0]);
    int32_t scale = sqlite3_value_int(args[1]);
    jb_i128 v = 0;
    int how;
    (void)n;
    if (c.storage == SQLITE_NULL || (c.storage == SQLITE_FLOAT && is_at_scale(c.r, scale, 15))) {
        sqlite3_result_value(ctx, args[0]);
        return;
    }
    how = rounded(&c, scale, &v);
    if (how == -1)
        sqlite3_result_error(ctx, "a value that is no decimal (try pushdown = off)", -1);
    else if (how == 0 && scale <= 15 && v < EXACT_MAX && v > -EXACT_MAX)
        give_decimal(ctx, v, scale, 0);
    else /* no column holds so much: a literal, which is more than all of them */
        sqlite3_result_double(ctx, sqlite3_value_double(args[0]));
}

static void wide(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    sq_cell c = sq_cell_of(args[0]);
    int32_t scale = sqlite3_value_int(args[1]);
    jb_i128 v = 0;
    (void)n;
    if (c.storage == SQLITE_NULL)
        sqlite3_result_null(ctx);
    else if (rounded(&c, scale, &v) == 0)
        give_decimal(ctx, v, scale, 1);
    else
        sqlite3_result_error(ctx, "a decimal of over 38 digits", -1);
}

typedef struct total {
    uint8_t exact[sizeof(jb_i128)]; /* bytes: SQLite aligns its memory to 8 only */
    double binary;
    int32_t scale; /* the largest so far */
    int rows, inexact, overflow;
    int floats; /* some value was no short decimal: no exactness is promised */
} total;

static void add(total *t, jb_i128 v, int32_t scale)
{
    jb_i128 sum;
    memcpy(&sum, t->exact, sizeof sum);
    if (scale > t->scale) {
        t->overflow |= jb_dec_rescale(sum, t->scale, scale, &sum) != 0;
        t->scale = scale;
    } else if (scale < t->scale) {
        t->overflow |= jb_dec_rescale(v, scale, t->scale, &v) != 0;
    }
    t->overflow |= jb_dec_add(sum, v, &sum) != 0;
    memcpy(t->exact, &sum, sizeof sum);
}

/* Adds a number exactly. 0, or -1: it has no short decimal form. */
static int add_text(total *t, const char *s, size_t n)
{
    jb_i128 v;
    int32_t scale;
    int zeros;
    if (jb_parse_number(s, n, &v, &scale, &zeros) != 0)
        return -1;
    add(t, v, scale);
    return 0;
}

/* A double that stands for a decimal of few places, as jb_decimal makes them. */
static int add_real(total *t, double r)
{
    int32_t scale;
    for (scale = 0; scale <= 6; scale += 2) {
        if (is_at_scale(r, scale, 15)) {
            double x = r * powers[scale];
            add(t, (int64_t)(x + (x < 0 ? -0.5 : 0.5)), scale);
            return 0;
        }
    }
    return -1;
}

static void sum_step(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    total *t = sqlite3_aggregate_context(ctx, (int)sizeof *t);
    char text[40];
    sq_cell c = sq_cell_of(args[0]);
    (void)n;
    if (t == NULL) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    if (c.storage == SQLITE_NULL)
        return;
    t->rows = 1;
    if (c.storage == SQLITE_INTEGER) {
        t->binary += (double)c.i;
        add(t, c.i, 0);
    } else if (c.storage == SQLITE_FLOAT) {
        t->binary += c.r;
        if (add_real(t, c.r) == 0)
            return;
        t->floats = 1;
        sqlite3_snprintf((int)sizeof text, text, "%.15g", c.r);
        if (add_text(t, text, strlen(text)) != 0)
            t->inexact = 1;
    } else if (c.storage != SQLITE_TEXT || add_text(t, c.text, c.n) != 0) {
        sqlite3_result_error(ctx, "a sum of what is not a number", -1);
    }
}

static void sum_end(sqlite3_context *ctx)
{
    total *t = sqlite3_aggregate_context(ctx, 0);
    char text[48];
    jb_i128 sum;
    size_t n;
    if (t == NULL || !t->rows) {
        sqlite3_result_null(ctx);
    } else if (t->overflow && !t->floats) {
        sqlite3_result_error(ctx, "a sum over 38 digits", -1);
    } else if (t->inexact || t->overflow) {
        sqlite3_result_double(ctx, t->binary);
    } else {
        memcpy(&sum, t->exact, sizeof sum);
        n = jb_dec_text(sum, t->scale, text);
        while (t->scale > 0 && n > 0 && text[n - 1] == '0')
            n--;
        n -= text[n - 1] == '.';
        sqlite3_result_text(ctx, text, (int)n, SQLITE_TRANSIENT);
    }
}

int sq_add_functions(sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int st = sqlite3_create_function(db, "jb_decimal", 2, flags, NULL, decimal, NULL, NULL);
    if (st == SQLITE_OK)
        st = sqlite3_create_function(db, "jb_wide", 2, flags, NULL, wide, NULL, NULL);
    if (st == SQLITE_OK)
        st = sqlite3_create_function(db, "jb_cell", 4, flags, NULL, cell, NULL, NULL);
    if (st == SQLITE_OK)
        st = sqlite3_create_function(db, "jb_sum", 1, flags, NULL, NULL, sum_step, sum_end);
    return st == SQLITE_OK ? sq_add_arithmetic(db) : st;
}
