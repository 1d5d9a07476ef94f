// SPDX-License-Identifier: Apache-2.0
#include "xlsx.h"

#include <stdio.h>

#define SHOWN_DIGITS 15u /* what a spreadsheet shows and keeps of a number that is typed */

static int hex4(const char *s, uint32_t *out)
{
    int i;
    *out = 0;
    for (i = 0; i < 4; i++) {
        char c = s[i];
        if (c >= '0' && c <= '9')
            *out = *out << 4 | (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            *out = *out << 4 | (uint32_t)((c | 32) - 'a' + 10);
        else
            return -1;
    }
    return 0;
}

/* UTF-8 of a character below U+10000, which is never longer than _xHHHH_. */
static size_t put_utf8(uint32_t c, char *to)
{
    if (c < 0x80)
        return to[0] = (char)c, 1;
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    to[0] = (char)(0xe0 | c >> 12);
    to[1] = (char)(0x80 | (c >> 6 & 63));
    to[2] = (char)(0x80 | (c & 63));
    return 3;
}

size_t xlsx_unescape(char *s, size_t n)
{
    size_t i = 0, out = 0;
    if (n < 7 || memchr(s, '_', n) == NULL)
        return n;
    while (i < n) {
        uint32_t c;
        if (n - i >= 7 && s[i] == '_' && s[i + 1] == 'x' && s[i + 6] == '_' &&
            hex4(s + i + 2, &c) == 0 && c != 0 && (c < 0xd800 || c > 0xdfff)) {
            out += put_utf8(c, s + out);
            i += 7;
        } else {
            s[out++] = s[i++];
        }
    }
    return out;
}

/* Rounds plain digits to 15 significant ones, half away from zero; drops the zeros this leaves
 * behind the point. One digit may be added in front. */
static void round_plain(char *s, size_t *len)
{
    size_t n = *len, i, seen = 0, cut = 0, first = s[0] == '-';
    char *point = memchr(s, '.', n);
    int up;
    for (i = first; i < n && cut == 0; i++) {
        if (s[i] == '.' || (seen == 0 && s[i] == '0'))
            continue;
        if (++seen > SHOWN_DIGITS)
            cut = i;
    }
    if (cut != 0) {
        up = s[cut] >= '5';
        for (i = cut; i < n; i++)
            if (s[i] != '.')
                s[i] = '0';
        for (i = cut; up && i-- > first;) {
            if (s[i] == '.')
                continue;
            up = s[i] == '9';
            s[i] = (char)(up ? '0' : s[i] + 1);
        }
        if (up && n + 1 < JB_PLAIN_MAX) { /* 99.99… became 100 */
            memmove(s + first + 1, s + first, n - first);
            s[first] = '1';
            n++;
            point = memchr(s, '.', n);
        }
    }
    if (point != NULL) {
        while (s[n - 1] == '0')
            n--;
        if (s[n - 1] == '.')
            n--;
    }
    *len = n;
}

int xlsx_number_text(const char *s, size_t n, char *out, size_t *len)
{
    jb_trim(&s, &n);
    if (n == 0 || jb_number_plain(s, n, out, len) != 0)
        return -1;
    if (memchr(s, '.', n) != NULL || memchr(s, 'e', n) != NULL || memchr(s, 'E', n) != NULL)
        round_plain(out, len);
    if (*len == 2 && out[0] == '-' && out[1] == '0')
        out[0] = '0', *len = 1;
    return 0;
}

int xlsx_date_text(const char *s, size_t n, int is_1904, char *out, size_t *len)
{
    char plain[JB_PLAIN_MAX];
    size_t i, digits;
    int64_t serial = 0;
    int32_t y, m, d, days;
    if (jb_number_plain(s, n, plain, &digits) != 0 || plain[0] == '-')
        return -1;
    for (i = 0; i < digits && plain[i] != '.'; i++) {
        serial = serial * 10 + (plain[i] - '0');
        if (serial > 2958465) /* 9999-12-31 */
            return -1;
    }
    if (is_1904) {
        days = jb_days_from_civil(1904, 1, 1) + (int32_t)serial;
    } else {
        if (serial < 1 || serial == 60) /* 60 is 29 February 1900, which never was */
            return -1;
        days = jb_days_from_civil(1899, 12, serial < 60 ? 31 : 30) + (int32_t)serial;
    }
    jb_civil_from_days(days, &y, &m, &d);
    *len = (size_t)snprintf(out, 16, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
    return 0;
}
