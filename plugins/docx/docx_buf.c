// SPDX-License-Identifier: Apache-2.0
/* Bytes, characters and the little of XML that writing needs. */
#include "docx_buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int room(docx_buf *b, size_t n)
{
    size_t cap = b->cap < 4096 ? 4096 : b->cap;
    char *p;
    if (b->failed || n > SIZE_MAX / 4 - b->n)
        return !(b->failed = 1);
    if (b->n + n + 1 <= b->cap)
        return 1;
    while (cap < b->n + n + 1)
        cap *= 2;
    p = realloc(b->p, cap);
    if (p == NULL)
        return !(b->failed = 1);
    b->p = p;
    b->cap = cap;
    return 1;
}

void docx_put(docx_buf *b, const void *bytes, size_t n)
{
    if (n == 0 || !room(b, n))
        return;
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void docx_raw(docx_buf *b, const char *text)
{
    docx_put(b, text, strlen(text));
}

void docx_fmt(docx_buf *b, const char *format, ...)
{
    char line[512];
    va_list args;
    int n;
    va_start(args, format);
    n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line)
        b->failed = 1;
    else
        docx_put(b, line, (size_t)n);
}

void docx_insert(docx_buf *b, size_t at, const char *text)
{
    size_t n = strlen(text);
    if (!room(b, n))
        return;
    memmove(b->p + at + n, b->p + at, b->n - at + 1);
    memcpy(b->p + at, text, n);
    b->n += n;
}

void docx_drop(docx_buf *b)
{
    free(b->p);
    memset(b, 0, sizeof *b);
}

void docx_u32(docx_buf *b, uint32_t v)
{
    unsigned char bytes[4] = {(unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
                              (unsigned char)(v >> 24)};
    docx_put(b, bytes, 4);
}

void docx_u16(docx_buf *b, uint32_t v)
{
    unsigned char bytes[2] = {(unsigned char)v, (unsigned char)(v >> 8)};
    docx_put(b, bytes, 2);
}

#define REPLACEMENT 0xfffdu

static int is_xml_char(uint32_t cp)
{
    return cp == '\t' || cp == '\n' || cp == '\r' || (cp >= 0x20 && cp != 0x7f && cp < 0xd800) ||
           (cp >= 0xe000 && cp < 0xfffe) || (cp >= 0x10000 && cp <= 0x10ffff);
}

uint32_t docx_next(const char **p)
{
    static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)*p;
    uint32_t cp = s[0];
    int n = cp >= 0xf0 ? 3 : cp >= 0xe0 ? 2 : cp >= 0xc0 ? 1 : 0, i;
    if (cp < 0x80) {
        *p += 1;
        return is_xml_char(cp) ? cp : REPLACEMENT;
    }
    cp = n == 3 ? cp & 7u : n == 2 ? cp & 15u : cp & 31u;
    for (i = 1; i <= n && (s[i] & 0xc0u) == 0x80u; i++)
        cp = cp << 6 | (s[i] & 0x3fu);
    *p += i;
    return n > 0 && i == n + 1 && cp >= least[n] && is_xml_char(cp) ? cp : REPLACEMENT;
}

void docx_char(docx_buf *b, uint32_t cp)
{
    unsigned char u[4];
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4, i;
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (i = n; i-- > 1; cp >>= 6)
        u[i] = (unsigned char)(0x80u | (cp & 0x3fu));
    u[0] = (unsigned char)(n == 1 ? cp : lead[n] | cp);
    docx_put(b, u, n);
}

static void escaped(docx_buf *b, uint32_t cp)
{
    if (cp == '&')
        docx_raw(b, "&amp;");
    else if (cp == '<')
        docx_raw(b, "&lt;");
    else if (cp == '>')
        docx_raw(b, "&gt;");
    else if (cp == '"')
        docx_raw(b, "&quot;");
    else
        docx_char(b, cp);
}

void docx_esc(docx_buf *b, const char *text)
{
    while (*text != '\0') {
        uint32_t cp = docx_next(&text);
        escaped(b, cp == '\n' || cp == '\r' || cp == '\t' ? ' ' : cp);
    }
}

void docx_run_text(docx_buf *b, const char *text)
{
    docx_raw(b, "<w:t xml:space=\"preserve\">");
    while (*text != '\0') {
        uint32_t cp = docx_next(&text);
        if (cp == '\n' || cp == '\t') {
            docx_raw(b, cp == '\n' ? "</w:t><w:br/>" : "</w:t><w:tab/>");
            docx_raw(b, "<w:t xml:space=\"preserve\">");
        } else if (cp != '\r') {
            escaped(b, cp);
        }
    }
    docx_raw(b, "</w:t>");
}

long docx_width(const char *text)
{
    long w = 0;
    while (*text != '\0') {
        uint32_t cp = docx_next(&text);
        int wide = (cp >= 0x2e80 && cp <= 0xa4cf) || (cp >= 0xac00 && cp <= 0xd7a3) ||
                   (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0xfe30 && cp <= 0xfe6f) ||
                   (cp >= 0xff01 && cp <= 0xff60) || (cp >= 0xffe0 && cp <= 0xffe6) ||
                   (cp >= 0x20000 && cp <= 0x3fffd) || cp == 0x2014 || cp == 0x2026 ||
                   (cp >= 0x2018 && cp <= 0x201d);
        w += wide ? 1000 : 500;
    }
    return w;
}
