// SPDX-License-Identifier: Apache-2.0
#include "grid/grid.h"

/* The exponent behind e or E, clamped; -1: not one. */
static int read_exponent(const char *s, size_t n, int32_t *out)
{
    size_t i = 0;
    int negative = 0;
    int32_t v = 0;
    if (i < n && (s[i] == '+' || s[i] == '-'))
        negative = s[i++] == '-';
    if (i == n)
        return -1;
    for (; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        if (v < 100000)
            v = v * 10 + (s[i] - '0');
    }
    *out = negative ? -v : v;
    return 0;
}

/* Digits of the mantissa without leading zeros; *point: how many of them stand before the point. */
static int read_mantissa(const char *s, size_t n, char *digits, size_t *n_digits, int32_t *point)
{
    size_t i, seen = 0;
    int behind = 0;
    *n_digits = 0;
    *point = 0;
    for (i = 0; i < n; i++) {
        if (s[i] == '.' && !behind) {
            behind = 1;
            continue;
        }
        if (s[i] < '0' || s[i] > '9')
            return -1;
        seen++;
        if (*n_digits == 0 && s[i] == '0') {
            *point -= behind;
            continue;
        }
        if (*n_digits == JB_PLAIN_MAX - 8)
            return -2;
        digits[(*n_digits)++] = s[i];
        *point += !behind;
    }
    return seen > 0 ? 0 : -1;
}

int jb_number_plain(const char *s, size_t n, char *out, size_t *len)
{
    char digits[JB_PLAIN_MAX];
    size_t n_digits, i = 0, e, at = 0;
    int32_t point, exponent = 0, k;
    int negative = 0, st;
    if (n > 0 && (s[0] == '+' || s[0] == '-'))
        negative = s[i++] == '-';
    for (e = i; e < n && s[e] != 'e' && s[e] != 'E'; e++)
        ;
    if (e < n && read_exponent(s + e + 1, n - e - 1, &exponent) != 0)
        return -1;
    st = read_mantissa(s + i, e - i, digits, &n_digits, &point);
    if (st != 0)
        return st;
    while (n_digits > 0 && e < n && digits[n_digits - 1] == '0' && (int32_t)n_digits > point)
        n_digits--; /* 1.50e1 has the digits 15: an exponent promises no scale */
    point += exponent;
    if (n_digits == 0)
        return out[0] = '0', *len = 1, 0;
    if (point > (int32_t)JB_PLAIN_MAX - 8 || point < -(int32_t)JB_PLAIN_MAX + 8 ||
        (int32_t)n_digits - point > (int32_t)JB_PLAIN_MAX - 8)
        return -2;
    if (negative)
        out[at++] = '-';
    if (point <= 0)
        out[at++] = '0';
    for (k = 0; k < point; k++)
        out[at++] = k < (int32_t)n_digits ? digits[k] : '0';
    if ((int32_t)n_digits > point) {
        out[at++] = '.';
        for (k = point; k < (int32_t)n_digits; k++)
            out[at++] = k < 0 ? '0' : digits[k];
    }
    *len = at;
    return 0;
}
