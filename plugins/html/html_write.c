// SPDX-License-Identifier: Apache-2.0
#include "html.h"

#include <math.h>
#include <stdio.h>

void html_flush(html *h)
{
    if (h->status == JB_OK && h->n > 0)
        h->status = h->sink.write(h->sink.self, h->buffer, h->n);
    h->n = 0;
}

void html_bytes(html *h, const char *bytes, size_t n)
{
    while (n > 0) {
        size_t room = sizeof h->buffer - h->n, part = n < room ? n : room;
        memcpy(h->buffer + h->n, bytes, part);
        h->n += part;
        bytes += part;
        n -= part;
        if (h->n == sizeof h->buffer)
            html_flush(h);
    }
}

void html_raw(html *h, const char *markup)
{
    html_bytes(h, markup, strlen(markup));
}

/* Length of the sequence at s and its code point; 0 when it is none, too long for its value, a
 * surrogate. */
static int decode(const unsigned char *s, uint32_t *out)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    int n = s[0] < 0x80   ? 1
            : s[0] < 0xc2 ? 0
            : s[0] < 0xe0 ? 2
            : s[0] < 0xf0 ? 3
            : s[0] < 0xf5 ? 4
                          : 0;
    uint32_t cp = n == 1 ? s[0] : n == 2 ? s[0] & 0x1fu : n == 3 ? s[0] & 0x0fu : s[0] & 0x07u;
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (s[i] & 0x3fu);
    }
    if (n == 0 || cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    *out = cp;
    return n;
}

uint32_t html_next_char(const char **p)
{
    uint32_t cp = 0xfffd;
    int n = decode((const unsigned char *)*p, &cp);
    *p += n > 0 ? n : 1;
    return n > 0 ? cp : 0xfffd;
}

static int dropped(uint32_t cp)
{
    return (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) ||
           (cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef);
}

static const char *escape_of(uint32_t cp)
{
    return cp == '&'    ? "&amp;"
           : cp == '<'  ? "&lt;"
           : cp == '>'  ? "&gt;"
           : cp == '"'  ? "&quot;"
           : cp == '\'' ? "&#39;"
                        : NULL;
}

static void text_with(html *h, const char *text, const char *separator)
{
    if (text == NULL)
        return;
    while (*text != '\0') {
        const char *start = text;
        uint32_t cp = html_next_char(&text);
        const char *escape = escape_of(cp);
        if (separator != NULL && cp == 0x1f)
            html_raw(h, separator);
        else if (escape != NULL)
            html_raw(h, escape);
        else if (cp == 0xfffd)
            html_raw(h, "\xef\xbf\xbd");
        else if (!dropped(cp))
            html_bytes(h, start, (size_t)(text - start));
    }
}

void html_text(html *h, const char *text)
{
    text_with(h, text, NULL);
}

void html_parts(html *h, const char *text)
{
    text_with(h, text, "、");
}

void html_count(html *h, size_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", value);
    html_raw(h, text);
}

void html_number(html *h, double value)
{
    char text[48];
    int n;
    if (!isfinite(value) || fabs(value) < 0.005)
        value = 0;
    n = snprintf(text, sizeof text, "%.2f", fmin(fmax(value, -1e9), 1e9));
    while (n > 0 && text[n - 1] == '0')
        n--;
    if (n > 0 && text[n - 1] == '.')
        n--;
    html_bytes(h, text, (size_t)n);
}
