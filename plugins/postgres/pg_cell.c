// SPDX-License-Identifier: Apache-2.0
/* Cells of PostgreSQL's binary format: big-endian integers, IEEE floats, numerics as digits of base
 * 10000, dates as days and timestamps as microseconds since 2000-01-01. */
#include "pg_source.h"

#include <stdio.h>

#define EPOCH_DAYS 10957  /* 2000-01-01 */
#define FIRST_DAY -719162 /* 0001-01-01 */
#define LAST_DAY 2932896  /* 9999-12-31 */
#define DAY_US 86400000000

static uint64_t big(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    size_t i;
    for (i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static int32_t int16_at(const uint8_t *p)
{
    return (int16_t)(uint16_t)big(p, 2);
}

typedef struct numeric {
    int32_t n, weight, dscale;
    uint32_t sign;
    const uint8_t *digits;
} numeric;

static int read_numeric(const uint8_t *p, size_t n, numeric *out)
{
    if (n < 8)
        return -1;
    out->n = int16_at(p);
    out->weight = int16_at(p + 2);
    out->sign = (uint32_t)big(p + 4, 2);
    out->dscale = int16_at(p + 6);
    out->digits = p + 8;
    return out->n < 0 || n != 8 + (size_t)out->n * 2 ? -1 : 0;
}

/* v = v * by + add within 38 digits; 0 or -1. */
static int grow(jb_i128 *v, int32_t by, int32_t add)
{
    return __builtin_mul_overflow(*v, (jb_i128)by, v) || __builtin_add_overflow(*v, (jb_i128)add, v)
               ? -1
               : 0;
}

/* The value times 10^scale, exactly. JB_CELL_*. */
static int scaled(const numeric *x, int32_t scale, jb_i128 *out)
{
    int32_t have = 4 * (x->n - 1 - x->weight), i; /* decimals of the digits given */
    jb_i128 v = 0, p;
    for (i = 0; i < x->n; i++) {
        int32_t d = int16_at(x->digits + 2 * i);
        if (i == x->n - 1 && have > scale &&
            have - scale < 4) { /* its end may lie past the scale */
            int32_t cut = have - scale == 1 ? 10 : have - scale == 2 ? 100 : 1000;
            if (d % cut != 0)
                return JB_CELL_SCALE;
            if (grow(&v, 10000 / cut, d / cut) != 0)
                return JB_CELL_RANGE;
            have = scale;
        } else if (grow(&v, 10000, d) != 0) {
            return JB_CELL_RANGE;
        }
    }
    if (x->n == 0)
        have = scale;
    if (have > scale) { /* digits are not ended by zeros, so something is lost */
        p = have - scale > JB_DEC_DIGITS ? 0 : jb_pow10(have - scale);
        if (p == 0 || v % p != 0)
            return JB_CELL_SCALE;
        v /= p;
    } else if (scale - have > JB_DEC_DIGITS ||
               __builtin_mul_overflow(v, jb_pow10(scale - have), &v)) {
        return JB_CELL_RANGE;
    }
    *out = x->sign == 0x4000 ? -v : v;
    return JB_CELL_OK;
}

static int push_numeric(jb_col *col, const uint8_t *p, size_t n)
{
    numeric x;
    jb_i128 v, bound;
    int how;
    if (read_numeric(p, n, &x) != 0)
        return JB_CELL_BAD;
    if (x.sign != 0 && x.sign != 0x4000)
        return PG_CELL_SPECIAL;
    how = scaled(&x, col->type.kind == 'l' ? 0 : col->type.scale, &v);
    if (how != JB_CELL_OK)
        return col->type.kind == 'l' && how == JB_CELL_SCALE ? JB_CELL_BAD : how;
    if (col->type.kind == 'l') {
        if (v > INT64_MAX || v < INT64_MIN)
            return JB_CELL_RANGE;
        jb_col_i64(col, (int64_t)v);
        return JB_CELL_OK;
    }
    bound = jb_pow10(col->type.precision);
    if (v >= bound || v <= -bound)
        return JB_CELL_RANGE;
    if (col->type.kind == 'd')
        jb_col_i64(col, (int64_t)v);
    else
        jb_col_i128(col, v);
    return JB_CELL_OK;
}

/* A float4 stands for its own shortest text: 0.1, not 0.10000000149. */
static double float4_value(const uint8_t *p)
{
    uint32_t bits = (uint32_t)big(p, 4);
    char text[40];
    float f;
    int precision;
    memcpy(&f, &bits, 4);
    if (f - f != 0)
        return (double)f;
    for (precision = 6; precision < 9; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, (double)f);
        if (strtof(text, NULL) == f)
            break;
    }
    snprintf(text, sizeof text, "%.*g", precision, (double)f);
    return strtod(text, NULL);
}

static double float8_value(const uint8_t *p)
{
    uint64_t bits = big(p, 8);
    double v;
    memcpy(&v, &bits, 8);
    return v;
}

static int push_float(jb_col *col, double v)
{
    return v - v != 0 ? PG_CELL_SPECIAL : dbt_push_double(col, v);
}

/* Days since 1970, or INT64_MAX when they are no date of ours. */
static int64_t days_of(const pg_field *f, const uint8_t *p)
{
    int64_t v, days;
    if (f->wire == PG_DATE) {
        v = (int32_t)(uint32_t)big(p, 4);
        days = v + EPOCH_DAYS;
    } else {
        v = (int64_t)big(p, 8);
        days = v / DAY_US - (v % DAY_US < 0) + EPOCH_DAYS;
    }
    return days < FIRST_DAY || days > LAST_DAY ? INT64_MAX : days;
}

static size_t width_of(char wire)
{
    switch (wire) {
    case PG_BOOL:
        return 1;
    case PG_INT2:
        return 2;
    case PG_INT4:
    case PG_FLOAT4:
    case PG_DATE:
        return 4;
    case PG_INT8:
    case PG_FLOAT8:
    case PG_STAMP:
        return 8;
    default:
        return 0;
    }
}

static size_t numeric_text(const uint8_t *p, size_t n, char own[64])
{
    numeric x;
    jb_i128 v;
    if (read_numeric(p, n, &x) != 0)
        return 0;
    if (x.sign != 0 && x.sign != 0x4000)
        return (size_t)snprintf(own, 64, "%s",
                                x.sign == 0xc000   ? "NaN"
                                : x.sign == 0xd000 ? "Infinity"
                                                   : "-Infinity");
    if (x.dscale > JB_DEC_DIGITS || scaled(&x, x.dscale, &v) != JB_CELL_OK)
        return (size_t)snprintf(own, 64, "numeric(…)");
    return jb_dec_text(v, x.dscale, own);
}

static int push_numeric_text(jb_col *col, const uint8_t *p, size_t n)
{
    char own[64];
    size_t len = numeric_text(p, n, own);
    if (len == 0 || own[0] == 'n')
        return JB_CELL_RANGE;
    if (own[len - 1] == 'N' || own[len - 1] == 'y')
        return PG_CELL_SPECIAL;
    return jb_col_text(col, own, len);
}

int pg_push(jb_col *col, const pg_field *f, const uint8_t *p, size_t n)
{
    int64_t days;
    if (f->wire == PG_TEXT)
        return dbt_push_text(col, (const char *)p, n, f->flags);
    if (f->wire == PG_NUMERIC)
        return col->type.kind == 'u' ? push_numeric_text(col, p, n) : push_numeric(col, p, n);
    if (n != width_of(f->wire))
        return JB_CELL_BAD;
    switch (f->wire) {
    case PG_BOOL:
        if (col->type.kind == 'b') {
            jb_col_bool(col, *p != 0);
            return JB_CELL_OK;
        }
        return dbt_push_int(col, *p != 0);
    case PG_INT2:
        return dbt_push_int(col, int16_at(p));
    case PG_INT4:
        return dbt_push_int(col, (int32_t)(uint32_t)big(p, 4));
    case PG_INT8:
        return dbt_push_int(col, (int64_t)big(p, 8));
    case PG_FLOAT4:
        return push_float(col, float4_value(p));
    case PG_FLOAT8:
        return push_float(col, float8_value(p));
    default:
        days = days_of(f, p);
        if (days == INT64_MAX)
            return PG_CELL_SPECIAL;
        jb_col_date(col, (int32_t)days);
        return JB_CELL_OK;
    }
}

const char *pg_cell_text(const pg_field *f, const uint8_t *p, size_t n, char own[64], size_t *len)
{
    int64_t v;
    int32_t y, m, d;
    if (f->wire == PG_TEXT) {
        *len = n;
        return (const char *)p;
    }
    *len = 0;
    own[0] = '\0';
    if (f->wire == PG_NUMERIC) {
        *len = numeric_text(p, n, own);
        return own;
    }
    if (n != width_of(f->wire))
        return own;
    switch (f->wire) {
    case PG_BOOL:
        *len = (size_t)snprintf(own, 64, "%s", *p != 0 ? "true" : "false");
        break;
    case PG_FLOAT4:
        *len = dbt_double_text(float4_value(p), own);
        break;
    case PG_FLOAT8:
        *len = dbt_double_text(float8_value(p), own);
        break;
    case PG_DATE:
    case PG_STAMP:
        v = days_of(f, p);
        if (v == INT64_MAX) {
            *len = (size_t)snprintf(own, 64, "infinity / BC / > 9999");
            break;
        }
        jb_civil_from_days((int32_t)v, &y, &m, &d);
        *len = (size_t)snprintf(own, 64, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
        break;
    default:
        v = f->wire == PG_INT2   ? int16_at(p)
            : f->wire == PG_INT4 ? (int32_t)(uint32_t)big(p, 4)
                                 : (int64_t)big(p, 8);
        *len = (size_t)snprintf(own, 64, "%lld", (long long)v);
    }
    return own;
}
