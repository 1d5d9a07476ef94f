// SPDX-License-Identifier: Apache-2.0
/* A growing byte string with a stated maximum. The bytes are always followed by NUL. When the maximum or
 * memory is exhausted the buffer becomes `failed`, keeps what it has and ignores further writes; check once
 * at the end. */
#ifndef JB_BASE_BUF_H
#define JB_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct jb_buf {
    char *data; /* NULL or NUL-terminated */
    size_t len, cap, max;
    int failed;
} jb_buf;

#define JB_BUF_MAX_TEXT ((size_t)64 << 20)  /* texts, listings, JSON */
#define JB_BUF_MAX_BLOCK ((size_t)1 << 30)  /* blocks that cross a process border */

void jb_buf_init(jb_buf *, size_t max);
void jb_buf_free(jb_buf *);
void jb_buf_clear(jb_buf *);
void jb_buf_add(jb_buf *, const void *bytes, size_t n);
void jb_buf_str(jb_buf *, const char *text);
void jb_buf_char(jb_buf *, char c);
void jb_buf_fmt(jb_buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* JSON string with quotes and escapes. */
void jb_buf_json(jb_buf *, const char *text);
/* The text; "" when nothing was written. Valid until the next write. */
const char *jb_buf_text(const jb_buf *);

/* Little-endian blocks: a length or number, then bytes. */
void jb_pack_u64(jb_buf *, uint64_t);
void jb_pack_str(jb_buf *, const char *text); /* NULL is kept apart from "" */

typedef struct jb_unpack {
    const unsigned char *at, *end;
    int failed; /* set at the first short or malformed item; everything after it reads as 0 / NULL */
} jb_unpack;
uint64_t jb_unpack_u64(jb_unpack *);
const char *jb_unpack_str(jb_unpack *); /* points into the block; NULL for NULL or failure */
#endif
