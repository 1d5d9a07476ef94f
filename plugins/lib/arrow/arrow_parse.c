// SPDX-License-Identifier: Apache-2.0
/* One cell's text to a value. Each type has a fast way for the plain form; everything else goes
 * through `normalise`, which knows full-width digits and thousands separators. */
#include "arrow/arrow_parse.h"

#define PLAIN_MAX 64u /* longer texts are no numbers */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Full-width forms U+FF01..U+FF5E to ASCII, other bytes as they are. -1: too long. */
static int to_ascii(const char *s, size_t n, char *out, size_t *len)
{
    size_t i = 0;
    *len = 0;
    while (i < n) {
        const unsigned char *p = (const unsigned char *)s + i;
        if (*len == PLAIN_MAX)
            return -1;
        if (n - i >= 3 && p[0] == 0xef &&
            ((p[1] == 0xbc && p[2] >= 0x81) || (p[1] == 0xbd && p[2] <= 0x9e))) {
            out[(*len)++] = (char)(p[1] == 0xbc ? p[2] - 0x80 + 0x20 : p[2] - 0x80 + 0x60);
            i += 3;
        } else {
            out[(*len)++] = s[i++];
        }
    }
    return 0;
}

/* Takes out thousands separators; they must part groups of three before the point. -1: they do not.
 */
static int ungroup(char *s, size_t *n)
{
    size_t i = 0, out, group, groups = 0;
    int grouped = memchr(s, ',', *n) != NULL;
    if (!grouped)
        return 0;
    if (i < *n && (s[i] == '+' || s[i] == '-'))
        i++;
    for (out = i, group = 0; i < *n && s[i] != '.'; i++) {
        if (s[i] == ',') {
            if (group == 0 || group > 3 || (groups > 0 && group != 3))
                return -1;
            groups++;
            group = 0;
        } else {
            s[out++] = s[i];
            group++;
        }
    }
    if (group != 3)
        return -1;
    for (; i < *n; i++) {
        if (s[i] == ',')
            return -1;
        s[out++] = s[i];
    }
    *n = out;
    return 0;
}

int jb_parse_number(const char *s, size_t n, jb_i128 *value, int32_t *scale, int *zeros)
{
    char plain[PLAIN_MAX + 1];
    size_t i;
    if (to_ascii(s, n, plain, &n) != 0 || ungroup(plain, &n) != 0)
        return -1;
    i = n > 0 && (plain[0] == '+' || plain[0] == '-');
    *zeros = n > i + 1 && plain[i] == '0' && is_digit(plain[i + 1]);
    return jb_dec_parse(plain, n, value, scale);
}

/* [+-]digits[.digits] of up to 18 digits; *frac is the number of decimals. 0, or -1 for the slow
 * way. */
static int fast_number(const char *s, size_t n, int64_t *value, size_t *frac)
{
    size_t i = 0, digits = 0, point = 0;
    int negative = 0, seen = 0;
    uint64_t v = 0; /* twenty digits may wrap; over eighteen are not taken */
    if (n == 0 || n > 20)
        return -1;
    if (s[0] == '-' || s[0] == '+')
        negative = s[i++] == '-';
    for (; i < n; i++) {
        unsigned d = (unsigned)(unsigned char)s[i] - '0';
        if (d > 9) {
            if (s[i] != '.' || seen)
                return -1;
            seen = 1;
            point = i + 1;
            continue;
        }
        v = v * 10 + d;
        digits++;
    }
    if (digits == 0 || digits > 18 || (seen && point == n))
        return -1;
    *value = negative ? -(int64_t)v : (int64_t)v;
    *frac = seen ? n - point : 0;
    return 0;
}

static const int64_t pow10_64[19] = {1,
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     10000000000,
                                     100000000000,
                                     1000000000000,
                                     10000000000000,
                                     100000000000000,
                                     1000000000000000,
                                     10000000000000000,
                                     100000000000000000,
                                     1000000000000000000};

int jb_parse_int(const char *s, size_t n, int64_t *out)
{
    jb_i128 v;
    int32_t scale;
    size_t frac;
    int zeros, st;
    int64_t plain;
    if (fast_number(s, n, &plain, &frac) == 0 && frac == 0)
        return *out = plain, JB_CELL_OK;
    st = jb_parse_number(s, n, &v, &scale, &zeros);
    if (st != 0)
        return st == -2 ? JB_CELL_RANGE : JB_CELL_BAD;
    if (scale > 0) { /* 12.0 is the integer 12 */
        jb_i128 p = jb_pow10(scale);
        if (v % p != 0)
            return JB_CELL_BAD;
        v /= p;
    }
    if (v > INT64_MAX || v < INT64_MIN)
        return JB_CELL_RANGE;
    *out = (int64_t)v;
    return JB_CELL_OK;
}

int jb_parse_dec128(const char *s, size_t n, const jb_type *t, jb_i128 *out)
{
    jb_i128 v, bound = jb_pow10(t->precision);
    int32_t scale;
    int zeros, st = jb_parse_number(s, n, &v, &scale, &zeros);
    if (st != 0)
        return st == -2 ? JB_CELL_RANGE : JB_CELL_BAD;
    if (scale > t->scale) {
        jb_i128 p = jb_pow10(scale - t->scale);
        if (v % p != 0)
            return JB_CELL_SCALE;
        v /= p;
    } else if (jb_dec_rescale(v, scale, t->scale, &v) != 0) {
        return JB_CELL_RANGE;
    }
    if (v >= bound || v <= -bound)
        return JB_CELL_RANGE;
    *out = v;
    return JB_CELL_OK;
}

int jb_parse_dec64(const char *s, size_t n, const jb_type *t, int64_t *out)
{
    jb_i128 wide;
    size_t frac;
    int64_t v;
    int st;
    if (fast_number(s, n, &v, &frac) == 0 && frac <= (size_t)t->scale &&
        !__builtin_mul_overflow(v, pow10_64[(size_t)t->scale - frac], &v) &&
        v < pow10_64[t->precision] && v > -pow10_64[t->precision]) {
        *out = v;
        return JB_CELL_OK;
    }
    st = jb_parse_dec128(s, n, t, &wide);
    if (st == JB_CELL_OK)
        *out = (int64_t)wide;
    return st;
}

/* The forms of a decimal number, or one with an exponent; nothing else that strtod would take. */
int jb_parse_float(const char *s, size_t n, double *out)
{
    char plain[PLAIN_MAX + 1], *end;
    size_t i, digits = 0;
    if (to_ascii(s, n, plain, &n) != 0 || ungroup(plain, &n) != 0)
        return JB_CELL_BAD;
    for (i = 0; i < n; i++) {
        digits += (size_t)is_digit(plain[i]);
        if (!is_digit(plain[i]) && memchr("+-.eE", plain[i], 5) == NULL)
            return JB_CELL_BAD;
    }
    plain[n] = '\0';
    if (digits == 0)
        return JB_CELL_BAD;
    *out = strtod(plain, &end);
    if (*end != '\0')
        return JB_CELL_BAD;
    return *out - *out == 0 ? JB_CELL_OK : JB_CELL_RANGE;
}

static int same(const char *s, size_t n, const char *word)
{
    size_t i;
    if (n != strlen(word))
        return 0;
    for (i = 0; i < n; i++)
        if ((s[i] >= 'A' && s[i] <= 'Z' ? s[i] + ('a' - 'A') : s[i]) != word[i])
            return 0;
    return 1;
}

int jb_parse_bool(const char *s, size_t n, int *out)
{
    if (same(s, n, "1") || same(s, n, "true") || same(s, n, "是")) {
        *out = 1;
        return JB_CELL_OK;
    }
    *out = 0;
    return same(s, n, "0") || same(s, n, "false") || same(s, n, "否") ? JB_CELL_OK : JB_CELL_BAD;
}

static int make_date(int32_t y, int32_t m, int32_t d, int32_t *days)
{
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > jb_days_in_month(y, m))
        return JB_CELL_BAD;
    *days = jb_days_from_civil(y, m, d);
    return JB_CELL_OK;
}

/* Up to `max` digits at *s; -1: none. */
static int32_t number(const char **s, const char *end, int max)
{
    int32_t v = -1;
    for (; max > 0 && *s < end && is_digit(**s); max--, ++*s)
        v = (v < 0 ? 0 : v * 10) + (**s - '0');
    return v;
}

static int skip(const char **s, const char *end, const char *mark)
{
    size_t n = strlen(mark);
    if ((size_t)(end - *s) < n || memcmp(*s, mark, n) != 0)
        return 0;
    *s += n;
    return 1;
}

int jb_parse_date(const char *s, size_t n, int32_t *days, int *compact)
{
    char plain[PLAIN_MAX + 1];
    const char *p = plain, *end;
    const char *mark;
    int32_t y, m, d;
    size_t i;
    *compact = 0;
    if (n < 8 || to_ascii(s, n, plain, &n) != 0)
        return JB_CELL_BAD;
    end = plain + n;
    for (i = 0; i < n && is_digit(plain[i]); i++)
        ;
    if (i == 8 && n == 8) {
        *compact = 1;
        y = number(&p, end, 4);
        m = number(&p, end, 2);
        d = number(&p, end, 2);
        return make_date(y, m, d, days);
    }
    if (i != 4)
        return JB_CELL_BAD;
    y = number(&p, end, 4);
    mark = *p == '-' ? "-" : *p == '.' ? "." : *p == '/' ? "/" : "年";
    if (!skip(&p, end, mark))
        return JB_CELL_BAD;
    m = number(&p, end, 2);
    if (!skip(&p, end, mark[1] == '\0' ? mark : "月"))
        return JB_CELL_BAD;
    d = number(&p, end, 2);
    if (mark[1] != '\0' && !skip(&p, end, "日"))
        return JB_CELL_BAD;
    if (p != end)
        return JB_CELL_BAD;
    return make_date(y, m, d, days);
}
