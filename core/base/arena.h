// SPDX-License-Identifier: Apache-2.0
/* Allocation that lives as long as one thing does (a configuration, a plan, a document) and is freed at
 * once. Out of memory ends the process with a message and exit 1: there is nothing to save at that point,
 * outputs are only ever renamed into place when complete. Not thread-safe. */
#ifndef JB_BASE_ARENA_H
#define JB_BASE_ARENA_H

#include <stddef.h>

typedef struct jb_arena jb_arena;
jb_arena *jb_arena_new(void);
void jb_arena_free(jb_arena *);
void *jb_arena_alloc(jb_arena *, size_t n) __attribute__((returns_nonnull)); /* zeroed, 16-aligned */
char *jb_arena_strdup(jb_arena *, const char *) __attribute__((returns_nonnull));
char *jb_arena_strndup(jb_arena *, const char *, size_t n) __attribute__((returns_nonnull));
char *jb_arena_fmt(jb_arena *, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));

/* malloc family that never returns NULL (ends the process as above). */
void *jb_alloc(size_t n) __attribute__((returns_nonnull));
void *jb_realloc(void *, size_t n) __attribute__((returns_nonnull));
/* Grows *items (of size each) so that one more fits; *cap is kept by it. */
void *jb_grow(void *items, size_t n, size_t *cap, size_t each) __attribute__((returns_nonnull));
#endif
