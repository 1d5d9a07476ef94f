// SPDX-License-Identifier: Apache-2.0
/* Arithmetic that fails where SQLite would go over to binary floats, LIKE by code points and case,
 * and the order of decimals that are kept as text. */
#include "sqlite_source.h"

typedef struct number {
    jb_i128 v;
    int32_t scale;
    int is_int, is_text;
} number;

/* 0, 1: NULL, -1: not exact. */
static int number_of(sqlite3_value *value, number *out)
{
    sq_cell c = sq_cell_of(value);
    char text[40];
    memset(out, 0, sizeof *out);
    switch (c.storage) {
    case SQLITE_NULL:
        return 1;
    case SQLITE_INTEGER:
        out->v = c.i;
        out->is_int = 1;
        return 0;
    case SQLITE_FLOAT:
        dbt_double_text(c.r, text);
        return jb_dec_parse(text, strlen(text), &out->v, &out->scale);
    case SQLITE_TEXT:
        out->is_text = 1;
        return c.text == NULL ? -1 : jb_dec_parse(c.text, c.n, &out->v, &out->scale);
    default:
        return -1;
    }
}

static int compute(char op, number a, number b, number *out)
{
    int32_t scale = a.scale > b.scale ? a.scale : b.scale;
    if (op == '*') {
        out->scale = a.scale + b.scale;
        return jb_dec_mul(a.v, b.v, &out->v);
    }
    out->scale = scale;
    if (jb_dec_rescale(a.v, a.scale, scale, &a.v) != 0 ||
        jb_dec_rescale(b.v, b.scale, scale, &b.v) != 0)
        return -1;
    return jb_dec_add(a.v, op == '-' ? -b.v : b.v, &out->v);
}

static void arithmetic(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    static const char overflow[] = "a number left its range (try pushdown = off)";
    char op = *(const char *)sqlite3_user_data(ctx), text[48];
    number a, b, r;
    int one = number_of(args[0], &a), two = number_of(args[1], &b);
    size_t len;
    (void)n;
    memset(&r, 0, sizeof r);
    if (one < 0 || two < 0) {
        sqlite3_result_error(ctx, overflow, -1);
    } else if (one > 0 || two > 0) {
        sqlite3_result_null(ctx);
    } else if (compute(op, a, b, &r) != 0) {
        sqlite3_result_error(ctx, overflow, -1);
    } else if (a.is_int && b.is_int) {
        if (r.v > INT64_MAX || r.v < INT64_MIN)
            sqlite3_result_error(ctx, overflow, -1);
        else
            sqlite3_result_int64(ctx, (int64_t)r.v);
    } else if (a.is_text || b.is_text || r.v >= 1000000000000000 || r.v <= -1000000000000000) {
        len = jb_dec_text(r.v, r.scale, text); /* jb_decimal and jb_wide read it */
        sqlite3_result_text(ctx, text, (int)len, SQLITE_TRANSIENT);
    } else {
        jb_dec_text(r.v, r.scale, text);
        sqlite3_result_double(ctx, strtod(text, NULL));
    }
}

/* One character further; bytes that are no UTF-8 count one each. */
static const unsigned char *next_char(const unsigned char *p)
{
    p++;
    while ((*p & 0xc0) == 0x80)
        p++;
    return p;
}

static int same_char(const unsigned char *a, const unsigned char *b)
{
    size_t n = (size_t)(next_char(a) - a);
    return n == (size_t)(next_char(b) - b) && memcmp(a, b, n) == 0;
}

/* % any run, _ one character. Goes back to the last % only, so it is linear times the pattern. */
static int is_like(const unsigned char *s, const unsigned char *p)
{
    const unsigned char *again = NULL, *star = NULL;
    while (*s != '\0') {
        if (*p == '%') {
            star = ++p;
            again = s;
        } else if (*p != '\0' && (*p == '_' || same_char(s, p))) {
            s = next_char(s);
            p = next_char(p);
        } else if (star != NULL) {
            again = next_char(again);
            s = again;
            p = star;
        } else {
            return 0;
        }
    }
    while (*p == '%')
        p++;
    return *p == '\0';
}

static void like(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    const unsigned char *s = sqlite3_value_text(args[0]), *p = sqlite3_value_text(args[1]);
    (void)n;
    if (s != NULL && p != NULL)
        sqlite3_result_int(ctx, is_like(s, p));
    else
        sqlite3_result_null(ctx);
}

/* Decimal texts by value; what is none comes first, by its bytes. */
static int compare(void *unused, int n, const void *a, int m, const void *b)
{
    jb_i128 x = 0, y = 0;
    int32_t sx = 0, sy = 0;
    int one = jb_dec_parse(a, (size_t)n, &x, &sx), two = jb_dec_parse(b, (size_t)m, &y, &sy);
    (void)unused;
    if (one != 0 || two != 0) {
        int order = memcmp(a, b, (size_t)(n < m ? n : m));
        return one == 0 ? 1 : two == 0 ? -1 : order != 0 ? order : n - m;
    }
    if (sx < sy && jb_dec_rescale(x, sx, sy, &x) != 0)
        return x < 0 ? -1 : 1;
    if (sy < sx && jb_dec_rescale(y, sy, sx, &y) != 0)
        return y < 0 ? 1 : -1;
    return x < y ? -1 : x > y;
}

int sq_add_arithmetic(sqlite3 *db)
{
    static const struct {
        const char *name, *op;
    } list[] = {{"jb_add", "+"}, {"jb_sub", "-"}, {"jb_mul", "*"}};
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, st = SQLITE_OK;
    size_t i;
    for (i = 0; st == SQLITE_OK && i < sizeof list / sizeof *list; i++)
        st = sqlite3_create_function(db, list[i].name, 2, flags, (void *)(uintptr_t)list[i].op,
                                     arithmetic, NULL, NULL);
    if (st == SQLITE_OK)
        st = sqlite3_create_function(db, "jb_like", 2, flags, NULL, like, NULL, NULL);
    return st == SQLITE_OK ? sqlite3_create_collation(db, "jb_dec", SQLITE_UTF8, NULL, compare)
                           : st;
}
