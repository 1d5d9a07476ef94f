// SPDX-License-Identifier: Apache-2.0
#ifndef JB_DOCX_BUF_H
#define JB_DOCX_BUF_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that grow. When memory is gone nothing more is added and `failed` says so: one look at the
 * end is enough. Zeroed: empty. */
typedef struct docx_buf {
    char *p;
    size_t n, cap;
    int failed;
} docx_buf;

void docx_put(docx_buf *b, const void *bytes, size_t n);
void docx_raw(docx_buf *b, const char *text);
/* Like printf; at most 511 bytes. For numbers and names of our own: nothing is escaped. */
void docx_fmt(docx_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void docx_insert(docx_buf *b, size_t at, const char *text);
void docx_drop(docx_buf *b);

/* Little-endian, as EMF wants it. */
void docx_u32(docx_buf *b, uint32_t v);
void docx_u16(docx_buf *b, uint32_t v);

/* The next character of UTF-8; what is no character XML can hold (a control character, a broken
 * sequence, U+FFFE) is given as U+FFFD. Never passes the closing NUL. */
uint32_t docx_next(const char **p);
void docx_char(docx_buf *b, uint32_t cp);

/* Text for an attribute or an element, escaped; a line break is a blank. */
void docx_esc(docx_buf *b, const char *text);
/* Text as what a run holds: w:t, with w:br and w:tab for breaks and tabs. */
void docx_run_text(docx_buf *b, const char *text);

/* Width of a text in thousandths of its size: full-width characters 1000, others 500. */
long docx_width(const char *text);

#endif
