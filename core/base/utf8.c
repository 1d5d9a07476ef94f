// SPDX-License-Identifier: Apache-2.0
#include "base/str.h"

#include "jianbao/utf8.h"

size_t jb_utf8_invalid(const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = jb_utf8_sound(s, n);
    while (i < n) {
        unsigned char c = s[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        size_t more = c >= 0xc2 && c <= 0xdf   ? 1
                      : (c & 0xf0) == 0xe0     ? 2
                      : c >= 0xf0 && c <= 0xf4 ? 3
                                               : 0;
        if (!more || n - i <= more) {
            return i;
        }
        /* The second byte excludes overlong forms, surrogates and what lies above U+10FFFF. */
        unsigned char lo = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        unsigned char hi = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if (s[i + 1] < lo || s[i + 1] > hi) {
            return i;
        }
        for (size_t k = 2; k <= more; k++) {
            if ((s[i + k] & 0xc0) != 0x80) {
                return i;
            }
        }
        i += more + 1;
    }
    return n;
}

uint32_t jb_utf8_next(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    uint32_t c = s[0];
    if (c == 0) {
        return 0;
    }
    size_t more = c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    uint32_t cp = more == 0 ? c : c & (0x3fu >> more);
    size_t k = 1;
    /* Stops at a missing continuation byte, so that a cut text is never read past its end. */
    for (; k <= more && (s[k] & 0xc0) == 0x80; k++) {
        cp = cp << 6 | (s[k] & 0x3fu);
    }
    *p += k;
    return cp;
}

size_t jb_utf8_count(const char *text, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return n;
}

size_t jb_utf8_put(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xc0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xe0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        out[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (cp >> 18 & 7));
    out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    out[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

typedef struct range {
    uint32_t from, to;
} range;

static int within(uint32_t cp, const range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (cp >= ranges[i].from && cp <= ranges[i].to) {
            return 1;
        }
    }
    return 0;
}

#define WITHIN(cp, ranges) within((cp), (ranges), sizeof(ranges) / sizeof((ranges)[0]))

/* East Asian Wide and Fullwidth of UAX #11, as blocks; ambiguous characters count 1, as terminals
 * do. */
static const range WIDE[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26a1, 0x26a1},
    {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},
    {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static const range NO_WIDTH[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

static const range HAN[] = {
    {0x3005, 0x3005}, {0x3007, 0x3007}, {0x3021, 0x3029},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff}, {0xf900, 0xfaff}, {0x20000, 0x323af},
};

int jb_utf8_width(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
        return 0;
    }
    if (cp < 0x300) {
        return 1;
    }
    return WITHIN(cp, NO_WIDTH) ? 0 : WITHIN(cp, WIDE) ? 2 : 1;
}

size_t jb_utf8_display_width(const char *text, size_t bytes)
{
    size_t width = 0;
    for (const char *p = text; p < text + bytes && *p;) {
        width += (size_t)jb_utf8_width(jb_utf8_next(&p));
    }
    return width;
}

int jb_utf8_is_han(uint32_t cp)
{
    return WITHIN(cp, HAN);
}

size_t jb_indent(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n) {
        if (text[i] == ' ' || text[i] == '\t') {
            i++;
        } else if (n - i >= 3 && (unsigned char)text[i] == 0xe3 &&
                   (unsigned char)text[i + 1] == 0x80 && (unsigned char)text[i + 2] == 0x80) {
            i += 3;
        } else {
            break;
        }
    }
    return i;
}

uint32_t jb_fold_fullwidth(uint32_t cp)
{
    if (cp == 0x201c || cp == 0x201d) {
        return '"';
    }
    if (cp < 0xff01 || cp > 0xff5e) {
        return cp;
    }
    uint32_t twin = cp - 0xfee0;
    /* Letters and digits stay: they are part of names. */
    int word = (twin >= '0' && twin <= '9') || (twin >= 'A' && twin <= 'Z') ||
               (twin >= 'a' && twin <= 'z');
    return word ? cp : twin;
}
