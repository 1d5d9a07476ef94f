// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrow_parse.h"

#include <jianbao/utf8.h>

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

/* Length of the sequence at p (up to `left` bytes), 0 malformed, -1 cut off by the end. */
static int sequence(const uint8_t *p, size_t left)
{
    uint8_t lead = p[0], low = 0x80, high = 0xbf;
    int len, i;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    for (i = 1; i < len; i++) {
        if ((size_t)i >= left)
            return -1;
        if (p[i] < low || p[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return len;
}

size_t jb_utf8_check(const uint8_t *p, size_t n, int *why)
{
    size_t i = jb_utf8_sound(p, n);
    *why = JB_TEXT_OK;
    while (i < n) {
        uint64_t w;
        int len;
        if (n - i >= 8) {
            memcpy(&w, p + i, 8);
            if (((w | ((w - ONES) & ~w)) & HIGHS) == 0) { /* eight ASCII bytes, none of them NUL */
                i += 8;
                continue;
            }
        }
        if (n - i >= 4 && (p[i] & 0xf0) == 0xe0 && p[i] != 0xe0 && p[i] != 0xed) {
            uint32_t t; /* the usual Han character */
            memcpy(&t, p + i, 4);
            if ((t & 0x00c0c000u) == 0x00808000u) {
                i += 3;
                continue;
            }
        }
        if (p[i] < 0x80) {
            if (p[i] == 0)
                return *why = JB_TEXT_NUL, i;
            i++;
            continue;
        }
        len = sequence(p + i, n - i);
        if (len <= 0)
            return *why = len < 0 ? JB_TEXT_CUT : JB_TEXT_BAD, i;
        i += (size_t)len;
    }
    return i;
}

size_t jb_blank_at(const char *p, size_t n)
{
    if (n == 0)
        return 0;
    if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
        return 1;
    if (n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    if (n >= 3 && (memcmp(p, "\xe3\x80\x80", 3) == 0 || memcmp(p, "\xef\xbb\xbf", 3) == 0))
        return 3;
    return 0;
}

size_t jb_blank_before(const char *p, size_t n)
{
    size_t k;
    for (k = 1; k <= 3 && k <= n; k++)
        if (jb_blank_at(p + n - k, k) == k)
            return k;
    return 0;
}

void jb_trim(const char **p, size_t *n)
{
    size_t k;
    while ((k = jb_blank_at(*p, *n)) > 0) {
        *p += k;
        *n -= k;
    }
    while ((k = jb_blank_before(*p, *n)) > 0)
        *n -= k;
}
