// SPDX-License-Identifier: Apache-2.0
#include "dbtable/dbtable.h"

#include <stdio.h>

#define EXACT_MAX 1e15 /* up to here a decimal text and its double stand for each other */

static const double pow10_exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The shortest digits that read back as v: v = *digits * 10^*exponent. */
static void shortest(double v, int64_t *digits, int *exponent)
{
    char text[40], *p = text;
    int precision, negative;
    for (precision = 14; precision < 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, v);
        if (strtod(text, NULL) == v)
            break;
    }
    if (precision == 16)
        snprintf(text, sizeof text, "%.16e", v);
    *digits = 0;
    *exponent = 0;
    negative = *p == '-';
    for (p += negative; *p != '\0' && *p != 'e'; p++) {
        if (*p == '.')
            continue;
        *digits = *digits * 10 + (*p - '0');
        if (p > text + negative)
            --*exponent;
    }
    if (*p == 'e')
        *exponent += (int)strtol(p + 1, NULL, 10);
    while (*digits != 0 && *digits % 10 == 0) {
        *digits /= 10;
        ++*exponent;
    }
    if (*digits == 0)
        *exponent = 0;
    if (negative)
        *digits = -*digits;
}

size_t dbt_double_text(double v, char out[40])
{
    int64_t digits;
    int exponent;
    if (v - v != 0)
        return (size_t)snprintf(out, 40, "%s", v != v ? "NaN" : v < 0 ? "-Infinity" : "Infinity");
    shortest(v, &digits, &exponent);
    if (exponent >= 0 && v < EXACT_MAX && v > -EXACT_MAX)
        return (size_t)snprintf(out, 40, "%.0f", v);
    if (exponent < 0 && exponent > -20) {
        char text[48];
        jb_dec_text(digits, -exponent, text);
        return (size_t)snprintf(out, 40, "%s", text);
    }
    return (size_t)snprintf(out, 40, "%llde%d", (long long)digits, exponent);
}

static int push_scaled(jb_col *col, jb_i128 v)
{
    jb_i128 bound = jb_pow10(col->type.precision);
    if (v >= bound || v <= -bound)
        return JB_CELL_RANGE;
    if (col->type.kind == 'd')
        jb_col_i64(col, (int64_t)v);
    else
        jb_col_i128(col, v);
    return JB_CELL_OK;
}

static int push_rounded(jb_col *col, double v)
{
    int32_t scale = col->type.scale;
    int64_t digits;
    jb_i128 wide;
    int exponent;
    if (scale <= 22) {
        double x = v * pow10_exact[scale];
        if (x > -EXACT_MAX && x < EXACT_MAX) {
            int64_t k = (int64_t)(x + (x < 0 ? -0.5 : 0.5));
            if ((double)k / pow10_exact[scale] == v) /* no more decimals than the column has */
                return push_scaled(col, k);
        }
    }
    shortest(v, &digits, &exponent);
    if (exponent >= 0) {
        if (exponent > 38 || jb_dec_rescale(digits, 0, exponent, &wide) != 0 ||
            jb_dec_rescale(wide, 0, scale, &wide) != 0)
            return JB_CELL_RANGE;
    } else if (-exponent - scale > 20) {
        wide = 0;
    } else if (jb_dec_rescale(digits, -exponent, scale, &wide) != 0) {
        return JB_CELL_RANGE;
    }
    return push_scaled(col, wide);
}

int dbt_push_double(jb_col *col, double v)
{
    char text[40];
    if (v - v != 0)
        return JB_CELL_BAD;
    switch (col->type.kind) {
    case 'g':
        jb_col_f64(col, v);
        return JB_CELL_OK;
    case 'd':
    case 'h':
        return push_rounded(col, v);
    case 'l':
        if (!(v >= -9007199254740992.0 && v <= 9007199254740992.0))
            return JB_CELL_RANGE;
        if ((double)(int64_t)v != v)
            return JB_CELL_BAD;
        jb_col_i64(col, (int64_t)v);
        return JB_CELL_OK;
    case 'u': {
        size_t n = dbt_double_text(v, text);
        return jb_col_text(col, text, n);
    }
    default:
        return JB_CELL_BAD;
    }
}

int dbt_push_int(jb_col *col, int64_t v)
{
    char text[24];
    jb_i128 wide;
    switch (col->type.kind) {
    case 'l':
        jb_col_i64(col, v);
        return JB_CELL_OK;
    case 'g':
        jb_col_f64(col, (double)v);
        return JB_CELL_OK;
    case 'd':
    case 'h':
        return jb_dec_rescale(v, 0, col->type.scale, &wide) != 0 ? JB_CELL_RANGE
                                                                 : push_scaled(col, wide);
    default: {
        size_t n = (size_t)snprintf(text, sizeof text, "%lld", (long long)v);
        return col->type.kind == 'u' ? jb_col_text(col, text, n) : jb_col_parse(col, text, n);
    }
    }
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "2022-08-16 10:30:00+08" and with a T: the date part. */
static int push_date(jb_col *col, const char *s, size_t n)
{
    if (n > 12 && (s[10] == ' ' || s[10] == 'T') && is_digit(s[11]) && s[n - 1] != 'C')
        n = 10;
    return jb_col_parse(col, s, n);
}

static int push_float_text(jb_col *col, const char *s, size_t n)
{
    char plain[64], *end;
    double v;
    jb_trim(&s, &n);
    if (n == 0)
        return jb_col_parse(col, s, n);
    if (n >= sizeof plain || !(is_digit(s[0]) || s[0] == '-' || s[0] == '+' || s[0] == '.'))
        return JB_CELL_BAD;
    memcpy(plain, s, n);
    plain[n] = '\0';
    v = strtod(plain, &end);
    return *end != '\0' ? JB_CELL_BAD : dbt_push_double(col, v);
}

int dbt_push_text(jb_col *col, const char *s, size_t n, uint32_t flags)
{
    char kind = col->type.kind;
    int why;
    if ((flags & DBT_PADDED) != 0)
        while (n > 0 && s[n - 1] == ' ')
            n--;
    if (kind == 'u') {
        if (jb_utf8_check((const uint8_t *)s, n, &why) != n)
            return DBT_CELL_TEXT;
        return jb_col_text(col, s, n);
    }
    if (kind == 'D')
        return push_date(col, s, n);
    if ((flags & DBT_FLOAT) != 0 && (kind == 'd' || kind == 'h' || kind == 'l'))
        return push_float_text(col, s, n);
    if (kind == 'b' && n == 1 && (*s == 't' || *s == 'f')) {
        jb_col_bool(col, *s == 't');
        return JB_CELL_OK;
    }
    return jb_col_parse(col, s, n);
}
