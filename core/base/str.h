// SPDX-License-Identifier: Apache-2.0
/* UTF-8 text: validity, width, similarity, maps from names. */
#ifndef JB_BASE_STR_H
#define JB_BASE_STR_H

#include <stddef.h>
#include <stdint.h>

/* Offset of the first invalid byte (overlong, surrogate, > U+10FFFF), or n when all is valid. */
size_t jb_utf8_invalid(const char *, size_t n);
/* Next code point at *p (advances); 0 at the end. Text must be valid. */
uint32_t jb_utf8_next(const char **p);
size_t jb_utf8_count(const char *, size_t bytes);         /* characters in the first `bytes` */
int jb_utf8_width(uint32_t cp);                           /* display columns: 0, 1 or 2 */
size_t jb_utf8_display_width(const char *, size_t bytes);
int jb_utf8_is_han(uint32_t cp);
/* Encodes into out (4 bytes), returns the length. */
size_t jb_utf8_put(uint32_t cp, char *out);
/* Blanks that count as indentation: space, tab, U+3000. Length in bytes of those at the beginning. */
size_t jb_indent(const char *, size_t n);
/* The entry of names nearest to `wanted` by edit distance in characters, NULL when none is near enough. */
const char *jb_nearest(const char *wanted, const char *const *names, size_t n);
/* Full-width ｛｝（），“”＝＞＜≥≤≠［］：； to ASCII: the ASCII twin of a code point, else itself (≥ is not folded). */
uint32_t jb_fold_fullwidth(uint32_t cp);

/* `words` in Chinese when they are strerror's for some errno: a usual one in words, another as 错误 N (in `number`);
 * otherwise `words` themselves. */
enum { JB_ERRNO_TEXT = 32 };
const char *jb_errno_zh(const char *words, char number[JB_ERRNO_TEXT]);

/* Map from text to pointer; iteration in insertion order, so nothing depends on hashes. Keys are not copied. */
typedef struct jb_map jb_map;
jb_map *jb_map_new(void);
void jb_map_free(jb_map *);
void *jb_map_get(const jb_map *, const char *key); /* NULL: absent */
void jb_map_put(jb_map *, const char *key, void *value); /* replaces */
size_t jb_map_count(const jb_map *);
const char *jb_map_key(const jb_map *, size_t i);
void *jb_map_value(const jb_map *, size_t i);
uint64_t jb_hash_bytes(const void *, size_t n); /* 64 bits, fixed across runs and machines */
#endif
