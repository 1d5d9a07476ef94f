// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jb_buf_init(jb_buf *b, size_t max)
{
    *b = (jb_buf){.max = max};
}

void jb_buf_free(jb_buf *b)
{
    free(b->data);
    *b = (jb_buf){.max = b->max};
}

void jb_buf_clear(jb_buf *b)
{
    b->len = 0;
    b->failed = 0;
    if (b->data) {
        b->data[0] = 0;
    }
}

static int reserve(jb_buf *b, size_t n)
{
    if (b->failed || n > b->max || b->len > b->max - n) {
        b->failed = 1;
        return 0;
    }
    size_t need = b->len + n + 1;
    if (need <= b->cap) {
        return 1;
    }
    size_t cap = b->cap < 32 ? 64 : b->cap * 2;
    if (cap < need) {
        cap = need;
    }
    char *p = realloc(b->data, cap);
    if (!p) {
        b->failed = 1;
        return 0;
    }
    b->data = p;
    b->cap = cap;
    return 1;
}

void jb_buf_add(jb_buf *b, const void *bytes, size_t n)
{
    if (!reserve(b, n)) {
        return;
    }
    if (n) {
        memcpy(b->data + b->len, bytes, n);
    }
    b->len += n;
    b->data[b->len] = 0;
}

void jb_buf_str(jb_buf *b, const char *text)
{
    jb_buf_add(b, text, strlen(text));
}

void jb_buf_char(jb_buf *b, char c)
{
    jb_buf_add(b, &c, 1);
}

void jb_buf_fmt(jb_buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        b->failed = 1;
    } else if (reserve(b, (size_t)n)) {
        (void)vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void jb_buf_json(jb_buf *b, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    size_t n = strlen(text);
    jb_buf_char(b, '"');
    for (size_t i = 0; i < n;) {
        /* Runs of plain bytes are copied at once; a byte that is not UTF-8 becomes U+FFFD. */
        size_t run = jb_utf8_invalid(text + i, n - i);
        for (size_t k = i; k < i + run; k++) {
            unsigned char c = (unsigned char)text[k];
            if (c == '"' || c == '\\') {
                jb_buf_char(b, '\\');
                jb_buf_char(b, (char)c);
            } else if (c == '\n') {
                jb_buf_str(b, "\\n");
            } else if (c == '\t') {
                jb_buf_str(b, "\\t");
            } else if (c < 0x20 || c == 0x7f) {
                char esc[7] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15], 0};
                jb_buf_str(b, esc);
            } else {
                jb_buf_char(b, (char)c);
            }
        }
        i += run;
        if (i < n) {
            jb_buf_str(b, "\\ufffd");
            i++;
        }
    }
    jb_buf_char(b, '"');
}

const char *jb_buf_text(const jb_buf *b)
{
    return b->data ? b->data : "";
}

void jb_pack_u64(jb_buf *b, uint64_t v)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(v >> (8 * i));
    }
    jb_buf_add(b, bytes, sizeof bytes);
}

/* Length plus one (0: NULL), the bytes, a NUL, so that a reader can point into the block. */
void jb_pack_str(jb_buf *b, const char *text)
{
    if (!text) {
        jb_pack_u64(b, 0);
        return;
    }
    size_t n = strlen(text);
    jb_pack_u64(b, (uint64_t)n + 1);
    jb_buf_add(b, text, n + 1);
}

uint64_t jb_unpack_u64(jb_unpack *u)
{
    if (u->failed || u->end - u->at < 8) {
        u->failed = 1;
        return 0;
    }
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) {
        v |= (uint64_t)u->at[i] << (8 * i);
    }
    u->at += 8;
    return v;
}

const char *jb_unpack_str(jb_unpack *u)
{
    uint64_t n = jb_unpack_u64(u);
    if (u->failed || n == 0) {
        return NULL;
    }
    if (n > (uint64_t)(u->end - u->at) || memchr(u->at, 0, (size_t)n) != u->at + n - 1) {
        u->failed = 1;
        return NULL;
    }
    const char *text = (const char *)u->at;
    u->at += n;
    return text;
}
