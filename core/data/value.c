// SPDX-License-Identifier: Apache-2.0
#include "data/value.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shortest decimal digits of a finite double: `digits` (at most 17) × 10^exponent. */
static size_t double_digits(double f, char digits[20], int *exponent)
{
    char text[40];
    /* 15 digits survive decimal → double → decimal; so if they round-trip, trimmed they are the
     * shortest. */
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, fabs(f));
        if (strtod(text, NULL) == fabs(f)) {
            break;
        }
    }
    size_t n = 0;
    const char *p = text;
    for (; *p && *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9') {
            digits[n++] = *p;
        }
    }
    long e = *p == 'e' ? strtol(p + 1, NULL, 10) : 0;
    *exponent = (int)e - (int)n + 1;
    while (n > 1 && digits[n - 1] == '0') {
        n--;
        (*exponent)++;
    }
    digits[n] = '\0';
    return n;
}

static size_t put(char *out, size_t cap, size_t len, char c)
{
    if (len + 1 < cap) {
        out[len] = c;
        out[len + 1] = '\0';
        return len + 1;
    }
    return len;
}

static size_t print_double(double f, char *out, size_t cap)
{
    char digits[20];
    int exponent;
    size_t len = 0;
    if (!isfinite(f)) {
        return 0;
    }
    size_t n = double_digits(f, digits, &exponent);
    if (f < 0) {
        len = put(out, cap, len, '-');
    }
    int point = (int)n + exponent; /* digits before the decimal point */
    if (point <= 0) {
        len = put(out, cap, len, '0');
        len = put(out, cap, len, '.');
        for (int i = point; i < 0; i++) {
            len = put(out, cap, len, '0');
        }
    }
    for (int i = 0; i < (int)n; i++) {
        if (i > 0 && i == point) {
            len = put(out, cap, len, '.');
        }
        len = put(out, cap, len, digits[i]);
    }
    for (int i = (int)n; i < point; i++) {
        len = put(out, cap, len, '0');
    }
    return len;
}

static size_t copy(char *out, size_t cap, const char *text)
{
    int n = snprintf(out, cap, "%s", text);
    return n < 0 ? 0 : (size_t)n < cap ? (size_t)n : cap - 1;
}

size_t jb_value_print(const jb_value *v, char *out, size_t cap)
{
    char text[48];
    if (cap == 0) {
        return 0;
    }
    out[0] = '\0';
    switch (v->kind) {
    case JB_K_BOOL:
        return copy(out, cap, v->num ? "true" : "false");
    case JB_K_INT:
    case JB_K_DEC:
        jb_dec_text(v->num, v->kind == JB_K_DEC ? v->scale : 0, text);
        return copy(out, cap, text);
    case JB_K_FLOAT:
        return print_double(v->f == 0 ? 0 : v->f, out, cap);
    case JB_K_DATE:
        jb_date_print((int32_t)v->num, text);
        return copy(out, cap, text);
    default:
        return 0;
    }
}

double jb_value_double(const jb_value *v)
{
    static const double TENS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const jb_i128 exact = (jb_i128)1 << 53;
    int32_t scale = v->kind == JB_K_DEC ? v->scale : 0;
    if (v->kind == JB_K_FLOAT) {
        return v->f;
    }
    /* Both operands are exact doubles, so the one rounding of the division is the right one. */
    if (v->num <= exact && v->num >= -exact && scale <= 22) {
        return (double)(int64_t)v->num / TENS[scale];
    }
    char text[48];
    jb_dec_text(v->num, scale, text);
    return strtod(text, NULL);
}

int jb_double_to_dec(double f, int32_t scale, jb_i128 *out)
{
    char digits[20];
    int exponent;
    if (!isfinite(f)) {
        return -1;
    }
    if (fabs(f) < 9007199254740992.0 && (double)(int64_t)f == f) {
        return jb_dec_rescale((jb_i128)(int64_t)f, 0, scale, out) ? -2 : 0;
    }
    size_t n = double_digits(f, digits, &exponent);
    jb_i128 v = 0;
    for (size_t i = 0; i < n; i++) {
        v = v * 10 + (digits[i] - '0');
    }
    return jb_dec_rescale(f < 0 ? -v : v, -exponent, scale, out) ? -2 : 0;
}

int jb_dec_compare(jb_i128 a, int32_t as, jb_i128 b, int32_t bs)
{
    if (as > bs) {
        return -jb_dec_compare(b, bs, a, as);
    }
    jb_i128 wide = 0;
    int32_t up = bs - as;
    if (a != 0 && (up > JB_DEC_DIGITS || __builtin_mul_overflow(a, jb_pow10(up), &wide))) {
        return a < 0 ? -1 : 1; /* beyond 128 bits, so beyond b */
    }
    return wide < b ? -1 : wide > b;
}

int jb_value_compare(const jb_value *a, const jb_value *b)
{
    if (a->kind == JB_K_TEXT) {
        int c = strcmp(a->text, b->text);
        return c < 0 ? -1 : c > 0;
    }
    if (a->kind == JB_K_FLOAT || b->kind == JB_K_FLOAT) {
        double x = jb_value_double(a), y = jb_value_double(b);
        return x < y ? -1 : x > y;
    }
    return jb_dec_compare(a->num, a->kind == JB_K_DEC ? a->scale : 0, b->num,
                          b->kind == JB_K_DEC ? b->scale : 0);
}

/* ---- dates ---- */

static size_t number(const char *s, size_t n, size_t least, size_t most, int32_t *out)
{
    size_t i = 0;
    int32_t v = 0;
    while (i < n && i < most && s[i] >= '0' && s[i] <= '9') {
        v = v * 10 + (s[i++] - '0');
    }
    *out = v;
    return i >= least ? i : 0;
}

static int starts(const char *s, size_t n, const char *word)
{
    size_t len = strlen(word);
    return n >= len && memcmp(s, word, len) == 0 ? (int)len : 0;
}

int jb_date_parse(const char *s, size_t n, int32_t *days)
{
    static const char *const forms[][3] = {
        {"-", "-", ""}, {".", ".", ""}, {"/", "/", ""}, {"年", "月", "日"}, {"", "", ""}};
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        int32_t part[3];
        size_t at = 0, i = 0;
        int plain = !*forms[f][0];
        for (; i < 3; i++) {
            size_t digits = number(s + at, n - at,
                                   i == 0  ? 4
                                   : plain ? 2
                                           : 1,
                                   i == 0 ? 4 : 2, &part[i]);
            size_t mark = strlen(forms[f][i]);
            at += digits;
            if (!digits || (mark && !starts(s + at, n - at, forms[f][i]))) {
                break;
            }
            at += mark;
        }
        if (i < 3 || at != n) {
            continue;
        }
        if (part[0] < 1 || part[1] < 1 || part[1] > 12 || part[2] < 1 ||
            part[2] > jb_days_in_month(part[0], part[1])) {
            return -1;
        }
        *days = jb_days_from_civil(part[0], part[1], part[2]);
        return 0;
    }
    return -1;
}

void jb_date_print(int32_t days, char out[11])
{
    int32_t y, m, d;
    jb_civil_from_days(days, &y, &m, &d);
    y = y < 0 ? 0 : y > 9999 ? 9999 : y;
    for (int i = 3; i >= 0; i--, y /= 10) {
        out[i] = (char)('0' + y % 10);
    }
    out[4] = out[7] = '-';
    out[5] = (char)('0' + m / 10);
    out[6] = (char)('0' + m % 10);
    out[8] = (char)('0' + d / 10);
    out[9] = (char)('0' + d % 10);
    out[10] = '\0';
}

int32_t jb_date_add_months(int32_t days, int32_t months)
{
    int32_t y, m, d;
    jb_civil_from_days(days, &y, &m, &d);
    int64_t total = (int64_t)y * 12 + (m - 1) + months;
    int32_t year = (int32_t)(total >= 0 ? total / 12 : (total - 11) / 12);
    int32_t month = (int32_t)(total - (int64_t)year * 12) + 1;
    int32_t last = jb_days_in_month(year, month);
    return jb_days_from_civil(year, month, d > last ? last : d);
}
