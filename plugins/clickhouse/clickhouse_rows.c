// SPDX-License-Identifier: Apache-2.0
/* RowBinary: cells one behind the other, little-endian. A row is measured before it is taken, so
 * that taking needs no bounds and never has to be undone. */
#include "clickhouse.h"

#include <stdio.h>

#define TEXT_MAX ((uint64_t)1 << 30)

/* A length: seven bits a byte. Bytes used; 0: not all there; SIZE_MAX: too large. */
static size_t read_length(const uint8_t *p, size_t have, uint64_t *out)
{
    size_t i;
    uint64_t v = 0;
    for (i = 0; i < have && i < 5; i++) {
        v |= (uint64_t)(p[i] & 0x7f) << (7 * i);
        if ((p[i] & 0x80) == 0) {
            *out = v;
            return v > TEXT_MAX ? SIZE_MAX : i + 1;
        }
    }
    return i < 5 ? 0 : SIZE_MAX;
}

size_t ch_row_size(const ch_type *types, uint64_t n, const uint8_t *p, size_t have)
{
    size_t at = 0;
    uint32_t mark;
    uint64_t k, len;
    for (k = 0; k < n; k++) {
        const ch_type *t = &types[k];
        if (t->nullable) {
            if (at >= have)
                return 0;
            if (p[at] > 1)
                return SIZE_MAX;
            if (p[at++] == 1)
                continue;
        }
        if (t->kind == CH_STRING) {
            size_t used = read_length(p + at, have - at, &len);
            if (used == 0 || used == SIZE_MAX)
                return used;
            at += used;
        } else {
            len = t->width;
        }
        if (len > have - at)
            return 0;
        at += (size_t)len;
    }
    if (have - at < sizeof mark)
        return 0;
    memcpy(&mark, p + at, sizeof mark);
    return mark == CH_ROW_END ? at + sizeof mark : SIZE_MAX;
}

static int64_t read_int(const uint8_t *p, uint32_t width)
{
    int8_t a;
    int16_t b;
    int32_t c;
    int64_t d;
    switch (width) {
    case 1:
        memcpy(&a, p, 1);
        return a;
    case 2:
        memcpy(&b, p, 2);
        return b;
    case 4:
        memcpy(&c, p, 4);
        return c;
    default:
        memcpy(&d, p, 8);
        return d;
    }
}

static uint64_t read_uint(const uint8_t *p, uint32_t width)
{
    uint64_t v = 0;
    memcpy(&v, p, width);
    return v;
}

static double read_float(const uint8_t *p, uint32_t width)
{
    float f;
    double d;
    if (width == 4) {
        char text[32];
        memcpy(&f, p, 4);
        if (f - f != 0)
            return (double)f;
        snprintf(text, sizeof text, "%.9g", (double)f); /* 0.1f is 0.1, not 0.100000001490116 */
        for (int digits = 6; digits < 9; digits++) {
            char shorter[32];
            snprintf(shorter, sizeof shorter, "%.*g", digits, (double)f);
            if (strtof(shorter, NULL) == f)
                return strtod(shorter, NULL);
        }
        return strtod(text, NULL);
    }
    memcpy(&d, p, 8);
    return d;
}

static jb_i128 read_decimal(const uint8_t *p, uint32_t width)
{
    jb_i128 v;
    if (width < 16)
        return read_int(p, width);
    memcpy(&v, p, 16);
    return v;
}

static int32_t read_days(const uint8_t *p, uint32_t width)
{
    return width == 2 ? (int32_t)read_uint(p, 2) : (int32_t)read_int(p, 4);
}

/* A cell as text; own has room for anything but strings. */
static const char *cell_text(const ch_type *t, const uint8_t *p, size_t len, char own[64],
                             size_t *n)
{
    int32_t y, m, d;
    *n = len;
    switch (t->kind) {
    case CH_STRING:
        return (const char *)p;
    case CH_FIXED:
        while (*n > 0 && p[*n - 1] == 0)
            --*n;
        return (const char *)p;
    case CH_INT:
        snprintf(own, 64, "%lld", (long long)read_int(p, t->width));
        break;
    case CH_UINT:
    case CH_BOOL:
        snprintf(own, 64, "%llu", (unsigned long long)read_uint(p, t->width));
        break;
    case CH_FLOAT:
        (void)dbt_double_text(read_float(p, t->width), own);
        break;
    case CH_DECIMAL:
        jb_dec_text(read_decimal(p, t->width), t->scale, own);
        break;
    default:
        jb_civil_from_days(read_days(p, t->width), &y, &m, &d);
        snprintf(own, 64, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
    }
    *n = strlen(own);
    return own;
}

/* The straight ways, for columns delivered as the server has them. -2: none of them. */
static int push_straight(jb_col *col, const ch_type *t, const uint8_t *p)
{
    switch (t->kind) {
    case CH_INT:
        return dbt_push_int(col, read_int(p, t->width));
    case CH_UINT: {
        uint64_t v = read_uint(p, t->width);
        return v <= INT64_MAX ? dbt_push_int(col, (int64_t)v) : -2;
    }
    case CH_FLOAT:
        return dbt_push_double(col, read_float(p, t->width));
    case CH_DECIMAL: {
        jb_i128 v = read_decimal(p, t->width), bound = jb_pow10(t->precision);
        if (col->type.scale != t->scale || col->type.precision < t->precision || v >= bound ||
            v <= -bound)
            return -2;
        if (col->type.kind == 'd')
            jb_col_i64(col, (int64_t)v);
        else if (col->type.kind == 'h')
            jb_col_i128(col, v);
        else
            return -2;
        return JB_CELL_OK;
    }
    case CH_DATE:
        if (col->type.kind != 'D')
            return -2;
        jb_col_date(col, read_days(p, t->width));
        return JB_CELL_OK;
    default:
        return -2;
    }
}

static jb_status take_cell(dbt_batch *b, uint64_t k, const ch_type *t, const uint8_t *p, size_t len)
{
    char own[64];
    const char *text;
    size_t n;
    int how = b->nulls.n == 0 ? push_straight(&b->cols[k], t, p) : -2;
    if (how == JB_CELL_OK)
        return JB_OK;
    text = cell_text(t, p, len, own, &n);
    if (how == -2)
        return dbt_cell(b, k, text, n, t->kind == CH_FLOAT ? DBT_FLOAT : 0);
    return dbt_cell_done(b, k, how, NULL, text, n);
}

jb_status ch_row_take(dbt_batch *b, const ch_type *types, const uint8_t *p)
{
    uint64_t k, len;
    jb_status st = dbt_row_begin(b);
    for (k = 0; st == JB_OK && k < b->n && !b->skipped; k++) {
        const ch_type *t = &types[k];
        if (t->nullable && *p++ == 1) {
            jb_col_null(&b->cols[k]);
            continue;
        }
        len = t->width;
        if (t->kind == CH_STRING)
            p += read_length(p, 5, &len);
        st =
            t->kind == CH_NOTHING ? dbt_cell(b, k, NULL, 0, 0) : take_cell(b, k, t, p, (size_t)len);
        p += len;
    }
    if (st == JB_OK)
        dbt_row_end(b);
    return st;
}

const char *ch_last_words(const uint8_t *p, size_t n, char *out, size_t room)
{
    static const char begin[] = "Code: ", proof[] = "DB::Exception";
    size_t i, len;
    for (i = n; i-- > 0;) {
        if (n - i < sizeof begin - 1 || memcmp(p + i, begin, sizeof begin - 1) != 0)
            continue;
        len = n - i < room - 1 ? n - i : room - 1;
        memcpy(out, p + i, len);
        out[len] = '\0';
        if (strlen(out) == len && strstr(out, proof) != NULL)
            return out;
    }
    return NULL;
}
