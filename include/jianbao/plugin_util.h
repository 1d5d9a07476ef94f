// SPDX-License-Identifier: MIT-0
/* Comfort for plugin authors: static-inline, source not ABI, free to change between releases.
 *   faults     jb_fail*, jb_failf-like helpers that fill a jb_fault
 *   decimals   exact scaled integers on 128 bits
 *   dates      days since 1970-01-01
 *   columns    reading the cells of an ArrowArray, building a small struct array
 * Nothing here keeps state; all functions are [any]. */
#ifndef JIANBAO_PLUGIN_UTIL_H
#define JIANBAO_PLUGIN_UTIL_H

#include "plugin.h"

#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__)
__extension__ typedef __int128 jb_i128;
__extension__ typedef unsigned __int128 jb_u128;
#define JB_UNUSED __attribute__((unused))
#else
#error "a compiler with 128-bit integers is needed"
#endif
#define JB_FN static inline JB_UNUSED

/* ---- faults ---------------------------------------------------------------------------------------- */

/* Fails with one sentence of the plugin's own, blaming parameter `key` (NULL: the section). */
JB_FN jb_status jb_fail_text(const jb_host *host, jb_ctx *ctx, jb_status status, const char *key,
                             const char *text)
{
    const char *args[1];
    jb_fault f;
    memset(&f, 0, sizeof f);
    args[0] = text;
    f.size = (uint32_t)sizeof f;
    f.status = status;
    f.args = args;
    f.n_args = 1;
    f.key = key;
    return (host->fail)(ctx, &f); /* parenthesised: test frameworks define a macro fail() */
}

/* Fails with a message of the plugin (jb_plugin.messages) and up to three arguments (NULL ends them). */
JB_FN jb_status jb_fail_code(const jb_host *host, jb_ctx *ctx, jb_status status, const char *code,
                             const char *key, const char *a1, const char *a2, const char *a3)
{
    const char *args[3];
    jb_fault f;
    memset(&f, 0, sizeof f);
    args[0] = a1;
    args[1] = a2;
    args[2] = a3;
    f.size = (uint32_t)sizeof f;
    f.status = status;
    f.code = code;
    f.args = args;
    f.n_args = a1 == NULL ? 0u : a2 == NULL ? 1u : a3 == NULL ? 2u : 3u;
    f.key = key;
    return (host->fail)(ctx, &f); /* parenthesised: test frameworks define a macro fail() */
}

/* ---- decimals: value × 10^-scale, |value| < 10^38 ------------------------------------------------------ */

#define JB_DEC_DIGITS 38

/* 10^n, 0 <= n <= 38. */
JB_FN jb_i128 jb_pow10(int32_t n)
{
    jb_i128 p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

/* 1 when the value has at most 38 digits. */
JB_FN int jb_dec_fits(jb_i128 v)
{
    jb_i128 bound = jb_pow10(JB_DEC_DIGITS);
    return v < bound && v > -bound;
}

JB_FN int jb_dec_add(jb_i128 a, jb_i128 b, jb_i128 *out) /* 0 ok, -1 overflow */
{
    return __builtin_add_overflow(a, b, out) || !jb_dec_fits(*out) ? -1 : 0;
}

JB_FN int jb_dec_mul(jb_i128 a, jb_i128 b, jb_i128 *out)
{
    return __builtin_mul_overflow(a, b, out) || !jb_dec_fits(*out) ? -1 : 0;
}

/* a ÷ b rounded half away from zero (四舍五入). b != 0. */
JB_FN jb_i128 jb_dec_div_round(jb_i128 a, jb_i128 b)
{
    jb_i128 q = a / b, r = a % b;
    jb_i128 twice = r < 0 ? -r : r, bb = b < 0 ? -b : b;
    if (twice >= bb - twice)
        q += ((a < 0) == (b < 0)) ? 1 : -1;
    return q;
}

/* Value at another scale, rounded half away from zero when digits are lost. -1: overflow. */
JB_FN int jb_dec_rescale(jb_i128 v, int32_t from, int32_t to, jb_i128 *out)
{
    if (to >= from) {
        if (to - from > JB_DEC_DIGITS)
            return v == 0 ? (*out = 0, 0) : -1;
        return jb_dec_mul(v, jb_pow10(to - from), out);
    }
    if (from - to > JB_DEC_DIGITS)
        *out = 0;
    else
        *out = jb_dec_div_round(v, jb_pow10(from - to));
    return 0;
}

/* num/10^ns ÷ den/10^ds at `scale` digits, half away from zero. -1: division by zero, -2: overflow.
 * Long division, so no intermediate leaves 128 bits. */
JB_FN int jb_dec_divide(jb_i128 num, int32_t ns, jb_i128 den, int32_t ds, int32_t scale,
                        jb_i128 *out)
{
    jb_u128 n, d, q, r;
    int32_t shift = scale + ds - ns;
    int negative = (num < 0) != (den < 0);
    jb_u128 limit = (jb_u128)jb_pow10(JB_DEC_DIGITS);
    if (den == 0)
        return -1;
    n = (jb_u128)(num < 0 ? -num : num);
    d = (jb_u128)(den < 0 ? -den : den);
    while (shift < 0) { /* den grows instead of num shrinking: no digit is lost */
        if (d > limit / 10)
            return *out = 0, 0; /* quotient below half of the last place */
        d *= 10;
        shift++;
    }
    q = n / d;
    r = n % d;
    while (shift-- > 0) {
        if (q >= limit / 10)
            return -2;
        q *= 10;
        /* r < d < 10^38, so r * 10 may pass 2^128: subtract in ten steps' worth of additions */
        {
            jb_u128 acc = 0;
            int i;
            unsigned int carry = 0;
            for (i = 0; i < 10; i++) {
                if (acc >= d - r) {
                    acc -= d - r;
                    carry++;
                } else {
                    acc += r;
                }
            }
            q += carry;
            r = acc;
        }
    }
    if (r >= d - r)
        q++;
    if (q >= limit)
        return -2;
    *out = negative ? -(jb_i128)q : (jb_i128)q;
    return 0;
}

/* Exact text, such as "-12.30"; out holds at least 48 bytes. Returns the length. */
JB_FN size_t jb_dec_text(jb_i128 v, int32_t scale, char *out)
{
    char digits[48];
    size_t n = 0, len = 0;
    jb_u128 u = v < 0 ? (jb_u128)0 - (jb_u128)v : (jb_u128)v;
    do {
        digits[n++] = (char)('0' + (int)(u % 10));
        u /= 10;
    } while (u != 0 && n < 40);
    while ((int32_t)n <= scale && n < 40)
        digits[n++] = '0';
    if (v < 0)
        out[len++] = '-';
    while (n > 0) {
        out[len++] = digits[--n];
        if ((int32_t)n == scale && n > 0)
            out[len++] = '.';
    }
    out[len] = '\0';
    return len;
}

/* Parses [+-]digits[.digits]; scale is that of the text. 0 ok, -1 not a number, -2 too many digits. */
JB_FN int jb_dec_parse(const char *s, size_t n, jb_i128 *value, int32_t *scale)
{
    size_t i = 0, digits = 0, significant = 0;
    int negative = 0, point = 0;
    jb_i128 v = 0;
    int32_t sc = 0;
    if (i < n && (s[i] == '+' || s[i] == '-'))
        negative = s[i++] == '-';
    for (; i < n; i++) {
        if (s[i] == '.' && !point) {
            point = 1;
            continue;
        }
        if (s[i] < '0' || s[i] > '9')
            return -1;
        if (significant > 0 || s[i] != '0')
            significant++;
        if (significant > JB_DEC_DIGITS)
            return -2;
        v = v * 10 + (s[i] - '0');
        digits++;
        sc += point;
    }
    if (digits == 0 || (point && sc == 0))
        return -1;
    *value = negative ? -v : v;
    *scale = sc;
    return 0;
}

/* ---- dates: days since 1970-01-01 in the proleptic Gregorian calendar --------------------------------- */

JB_FN int32_t jb_days_from_civil(int32_t y, int32_t m, int32_t d)
{
    int32_t era, yoe, doy, doe;
    y -= m <= 2;
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

JB_FN void jb_civil_from_days(int32_t days, int32_t *y, int32_t *m, int32_t *d)
{
    int32_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int32_t doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *d = doy - (153 * mp + 2) / 5 + 1;
    *m = mp + (mp < 10 ? 3 : -9);
    *y = yoe + era * 400 + (*m <= 2);
}

JB_FN int32_t jb_days_in_month(int32_t y, int32_t m)
{
    return m == 2 ? 28 + ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0)
                  : 30 + ((m + (m > 7)) & 1);
}

/* ---- reading columns ------------------------------------------------------------------------------------ */

JB_FN int jb_is_null(const struct ArrowArray *a, int64_t row)
{
    const uint8_t *bits = a->n_buffers > 0 ? (const uint8_t *)a->buffers[0] : NULL;
    int64_t i = a->offset + row;
    return bits != NULL && !((bits[i >> 3] >> (i & 7)) & 1);
}

/* Bytes of a "u" cell; not NUL-terminated. */
JB_FN const char *jb_utf8_cell(const struct ArrowArray *a, int64_t row, size_t *n)
{
    const int32_t *off = (const int32_t *)a->buffers[1] + a->offset + row;
    *n = (size_t)(off[1] - off[0]);
    return a->buffers[2] == NULL ? "" : (const char *)a->buffers[2] + off[0];
}

/* The shape of a number column: 'b' bool, 'l' int64, 'g' float64, 'D' date32, 'u' utf8, 'd' 64-bit
 * decimal, 'h' 128-bit decimal, 0 anything else; *scale for decimals. */
JB_FN char jb_format_kind(const char *format, int32_t *precision, int32_t *scale)
{
    *precision = 0;
    *scale = 0;
    if (format[0] != '\0' && format[1] == '\0')
        return strchr("blgu", format[0]) != NULL ? format[0] : '\0';
    if (strcmp(format, "tdD") == 0)
        return 'D';
    if (format[0] == 'd' && format[1] == ':') {
        const char *p = format + 2;
        int32_t bits = 128, v = 0;
        while (*p >= '0' && *p <= '9')
            v = v * 10 + (*p++ - '0');
        *precision = v;
        if (*p++ != ',')
            return '\0';
        for (v = 0; *p >= '0' && *p <= '9'; p++)
            v = v * 10 + (*p - '0');
        *scale = v;
        if (*p == ',') {
            for (p++, bits = 0; *p >= '0' && *p <= '9'; p++)
                bits = bits * 10 + (*p - '0');
        }
        return *p != '\0' ? '\0' : bits == 64 ? 'd' : bits == 128 ? 'h' : '\0';
    }
    return '\0';
}

/* A cell of an int64, date32 or decimal column as a scaled integer. */
JB_FN jb_i128 jb_int_cell(const struct ArrowArray *a, char kind, int64_t row)
{
    int64_t i = a->offset + row;
    jb_i128 wide;
    if (kind == 'D')
        return ((const int32_t *)a->buffers[1])[i];
    if (kind == 'h') {
        memcpy(&wide, (const char *)a->buffers[1] + i * 16, 16);
        return wide;
    }
    return ((const int64_t *)a->buffers[1])[i];
}

JB_FN int jb_bool_cell(const struct ArrowArray *a, int64_t row)
{
    int64_t i = a->offset + row;
    return (((const uint8_t *)a->buffers[1])[i >> 3] >> (i & 7)) & 1;
}

/* ---- building schemas and small arrays ------------------------------------------------------------------ */

JB_FN void jb_schema_release(struct ArrowSchema *s)
{
    int64_t i;
    for (i = 0; i < s->n_children; i++) {
        if (s->children[i]->release != NULL)
            s->children[i]->release(s->children[i]);
        free(s->children[i]);
    }
    free(s->children);
    if (s->dictionary != NULL && s->dictionary->release != NULL)
        s->dictionary->release(s->dictionary);
    free(s->dictionary);
    free(s->private_data); /* format and name in one block */
    s->release = NULL;
}

/* A schema with copies of format and name and `n` empty children to fill. 0 ok, -1 out of memory. */
JB_FN int jb_schema_make(struct ArrowSchema *s, const char *format, const char *name, int64_t n)
{
    size_t nf = strlen(format) + 1, nn = strlen(name) + 1;
    char *block = (char *)malloc(nf + nn);
    int64_t i;
    memset(s, 0, sizeof *s);
    if (block == NULL)
        return -1;
    memcpy(block, format, nf);
    memcpy(block + nf, name, nn);
    s->format = block;
    s->name = block + nf;
    s->flags = ARROW_FLAG_NULLABLE;
    s->private_data = block;
    s->release = jb_schema_release;
    if (n > 0) {
        s->children = (struct ArrowSchema **)calloc((size_t)n, sizeof *s->children);
        for (i = 0; s->children != NULL && i < n; i++, s->n_children++) {
            s->children[i] = (struct ArrowSchema *)calloc(1, sizeof **s->children);
            if (s->children[i] == NULL)
                break;
        }
        if (s->n_children < n) {
            jb_schema_release(s);
            return -1;
        }
    }
    return 0;
}

/* The value of `key` in a schema's metadata, *n bytes, not NUL-terminated; NULL: absent. */
JB_FN const char *jb_schema_get(const struct ArrowSchema *s, const char *key, size_t *n)
{
    const char *p = s->metadata;
    size_t nk = strlen(key);
    int32_t pairs = 0, len[2];
    if (p != NULL)
        memcpy(&pairs, p, 4);
    for (p = p != NULL ? p + 4 : p; pairs > 0; pairs--) {
        const char *name;
        memcpy(&len[0], p, 4);
        name = p + 4;
        if (len[0] < 0)
            return NULL;
        p = name + len[0];
        memcpy(&len[1], p, 4);
        if (len[1] < 0)
            return NULL;
        p += 4;
        if ((size_t)len[0] == nk && memcmp(name, key, nk) == 0)
            return *n = (size_t)len[1], p;
        p += len[1];
    }
    return NULL;
}

/* Adds a pair to the metadata of a schema from jb_schema_make. 0 ok, -1 out of memory or too long. */
JB_FN int jb_schema_put(struct ArrowSchema *s, const char *key, const char *value)
{
    size_t nf = strlen(s->format) + 1, nn = strlen(s->name) + 1, nk = strlen(key), nv = strlen(value);
    size_t held = 4, i;
    int32_t pairs = 0, len;
    const char *p = s->metadata;
    char *block, *at;
    if (p != NULL)
        memcpy(&pairs, p, 4);
    for (i = 0; i < (size_t)pairs * 2; i++) {
        memcpy(&len, p + held, 4);
        held += 4 + (size_t)len;
    }
    if (nk > 1u << 20 || nv > 1u << 20)
        return -1;
    block = (char *)malloc(nf + nn + held + 8 + nk + nv);
    if (block == NULL)
        return -1;
    memcpy(block, s->format, nf);
    memcpy(block + nf, s->name, nn);
    at = block + nf + nn;
    if (p != NULL)
        memcpy(at, p, held);
    pairs++;
    memcpy(at, &pairs, 4);
    at += held;
    len = (int32_t)nk;
    memcpy(at, &len, 4);
    memcpy(at + 4, key, nk);
    len = (int32_t)nv;
    memcpy(at + 4 + nk, &len, 4);
    memcpy(at + 8 + nk, value, nv);
    free(s->private_data);
    s->private_data = block;
    s->format = block;
    s->name = block + nf;
    s->metadata = block + nf + nn;
    return 0;
}

JB_FN void jb_array_release(struct ArrowArray *a)
{
    int64_t i;
    for (i = 0; i < a->n_children; i++) {
        if (a->children[i]->release != NULL)
            a->children[i]->release(a->children[i]);
        free(a->children[i]);
    }
    free(a->children);
    if (a->dictionary != NULL && a->dictionary->release != NULL)
        a->dictionary->release(a->dictionary);
    free(a->dictionary);
    for (i = 0; i < a->n_buffers; i++)
        free((void *)(uintptr_t)a->buffers[i]);
    free((void *)(uintptr_t)a->buffers);
    a->release = NULL;
}

/* An array of `length` with `n_buffers` zeroed buffers of the sizes given (0: NULL) and `n` empty children. */
JB_FN int jb_array_make(struct ArrowArray *a, int64_t length, int64_t n_buffers,
                        const size_t *sizes, int64_t n)
{
    int64_t i;
    memset(a, 0, sizeof *a);
    a->length = length;
    a->null_count = -1;
    a->release = jb_array_release;
    if (n_buffers > 0) {
        const void **buffers = (const void **)calloc((size_t)n_buffers, sizeof *buffers);
        if (buffers == NULL)
            return a->release = NULL, -1;
        a->buffers = buffers;
        a->n_buffers = n_buffers;
        for (i = 0; i < n_buffers; i++) {
            if (sizes[i] == 0)
                continue;
            buffers[i] = calloc(1, sizes[i]);
            if (buffers[i] == NULL)
                return jb_array_release(a), -1;
        }
    }
    if (n > 0) {
        a->children = (struct ArrowArray **)calloc((size_t)n, sizeof *a->children);
        for (i = 0; a->children != NULL && i < n; i++, a->n_children++) {
            a->children[i] = (struct ArrowArray *)calloc(1, sizeof **a->children);
            if (a->children[i] == NULL)
                break;
        }
        if (a->n_children < n)
            return jb_array_release(a), -1;
    }
    return 0;
}

/* A fixed-width column (bytes each: 4, 8 or 16) with a validity buffer, all NULL; set cells with jb_set_cell. */
JB_FN int jb_column_make(struct ArrowArray *a, int64_t length, size_t each)
{
    size_t sizes[2];
    sizes[0] = (size_t)length / 8 + 1;
    sizes[1] = (size_t)(length > 0 ? length : 1) * each;
    return jb_array_make(a, length, 2, sizes, 0);
}

JB_FN void jb_set_valid(struct ArrowArray *a, int64_t row)
{
    uint8_t *bits = (uint8_t *)(uintptr_t)a->buffers[0];
    bits[row >> 3] = (uint8_t)(bits[row >> 3] | (1u << (row & 7)));
}

/* Stores `n` bytes of a fixed-width cell and marks it valid. */
JB_FN void jb_set_cell(struct ArrowArray *a, int64_t row, const void *bytes, size_t n)
{
    memcpy((char *)(uintptr_t)a->buffers[1] + (size_t)row * n, bytes, n);
    jb_set_valid(a, row);
}

/* A "u" column from texts (NULL: NULL cell). */
JB_FN int jb_column_utf8(struct ArrowArray *a, int64_t length, const char *const *texts)
{
    size_t sizes[3], total = 0;
    int64_t i;
    int32_t *off;
    for (i = 0; i < length; i++)
        total += texts[i] != NULL ? strlen(texts[i]) : 0;
    if (total > (size_t)INT32_MAX)
        return -1;
    sizes[0] = (size_t)length / 8 + 1;
    sizes[1] = ((size_t)length + 1) * 4;
    sizes[2] = total + 1;
    if (jb_array_make(a, length, 3, sizes, 0) != 0)
        return -1;
    off = (int32_t *)(uintptr_t)a->buffers[1];
    for (i = 0; i < length; i++) {
        size_t n = texts[i] != NULL ? strlen(texts[i]) : 0;
        memcpy((char *)(uintptr_t)a->buffers[2] + off[i], texts[i] != NULL ? texts[i] : "", n);
        off[i + 1] = off[i] + (int32_t)n;
        if (texts[i] != NULL)
            jb_set_valid(a, i);
    }
    return 0;
}

#endif
