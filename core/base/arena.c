// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 4096, BIGGEST_CHUNK = 1 << 20 };

typedef struct chunk {
    struct chunk *next;
    size_t used, size;
    size_t reserved; /* keeps `bytes` 16-aligned */
    unsigned char bytes[];
} chunk;

struct jb_arena {
    chunk *head;
    size_t next_size;
};

static _Noreturn void out_of_memory(void)
{
    fputs("jianbao: 内存不足 / out of memory\n", stderr);
    exit(1);
}

void *jb_alloc(size_t n)
{
    void *p = calloc(1, n ? n : 1);
    if (!p) {
        out_of_memory();
    }
    return p;
}

void *jb_realloc(void *old, size_t n)
{
    void *p = realloc(old, n ? n : 1);
    if (!p) {
        out_of_memory();
    }
    return p;
}

void *jb_grow(void *items, size_t n, size_t *cap, size_t each)
{
    if (items && n < *cap) {
        return items;
    }
    size_t want = *cap ? *cap * 2 : 8;
    while (want <= n) {
        want *= 2;
    }
    if (want > SIZE_MAX / 2 / (each ? each : 1)) {
        out_of_memory();
    }
    items = jb_realloc(items, want * each);
    *cap = want;
    return items;
}

jb_arena *jb_arena_new(void)
{
    jb_arena *a = jb_alloc(sizeof *a);
    a->next_size = FIRST_CHUNK;
    return a;
}

void jb_arena_free(jb_arena *a)
{
    if (!a) {
        return;
    }
    for (chunk *c = a->head; c;) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
    free(a);
}

static chunk *add_chunk(jb_arena *a, size_t n)
{
    if (n > SIZE_MAX / 2) {
        out_of_memory();
    }
    size_t size = n > a->next_size ? n : a->next_size;
    chunk *c = jb_alloc(sizeof *c + size);
    c->size = size;
    if (a->head && size == n && n > a->next_size) {
        /* A single big thing goes behind the head, so that the head's free space is not lost. */
        c->next = a->head->next;
        a->head->next = c;
    } else {
        c->next = a->head;
        a->head = c;
    }
    if (a->next_size < BIGGEST_CHUNK) {
        a->next_size *= 2;
    }
    return c;
}

void *jb_arena_alloc(jb_arena *a, size_t n)
{
    if (n > SIZE_MAX / 2) {
        out_of_memory();
    }
    size_t need = ((n ? n : 1) + 15) & ~(size_t)15;
    chunk *c = a->head;
    if (!c || c->size - c->used < need) {
        c = add_chunk(a, need);
    }
    void *p = c->bytes + c->used;
    c->used += need;
    return p;
}

char *jb_arena_strndup(jb_arena *a, const char *text, size_t n)
{
    char *p = jb_arena_alloc(a, n + 1);
    if (n) {
        memcpy(p, text, n);
    }
    return p;
}

char *jb_arena_strdup(jb_arena *a, const char *text)
{
    return jb_arena_strndup(a, text, strlen(text));
}

char *jb_arena_fmt(jb_arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size_t size = n < 0 ? 1 : (size_t)n + 1;
    char *p = jb_arena_alloc(a, size);
    if (n > 0) {
        (void)vsnprintf(p, size, format, again);
    }
    va_end(again);
    return p;
}
