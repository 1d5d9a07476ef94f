// SPDX-License-Identifier: Apache-2.0
#include "data/scratch.h"

#include <stdlib.h>

enum { FIRST = 1 << 16 };

typedef struct chunk {
    struct chunk *before;
    size_t size, used;
} chunk;

struct jb_scratch {
    chunk *last;
    size_t total;
};

/* What follows the header stays 16-aligned. */
#define HEADER ((sizeof(chunk) + 15) & ~(size_t)15)

jb_scratch *jb_scratch_new(void)
{
    jb_scratch *s = jb_alloc(sizeof *s);
    s->last = NULL;
    s->total = 0;
    return s;
}

static void drop(jb_scratch *s)
{
    while (s->last) {
        chunk *before = s->last->before;
        free(s->last);
        s->last = before;
    }
}

void jb_scratch_free(jb_scratch *s)
{
    if (s) {
        drop(s);
        free(s);
    }
}

static void add_chunk(jb_scratch *s, size_t size)
{
    chunk *c = jb_alloc(HEADER + size);
    c->before = s->last;
    c->size = size;
    c->used = 0;
    s->last = c;
    s->total += size;
}

void jb_scratch_reset(jb_scratch *s)
{
    if (s->last && s->last->before) { /* one piece next time */
        size_t total = s->total;
        drop(s);
        s->total = 0;
        add_chunk(s, total);
    }
    if (s->last) {
        s->last->used = 0;
    }
}

void *jb_scratch_take(jb_scratch *s, size_t n)
{
    if (n > SIZE_MAX - 64) {
        return jb_alloc(n); /* no machine has this: ends the process with its message */
    }
    n = (n + 15) & ~(size_t)15;
    if (!s->last || s->last->size - s->last->used < n) {
        size_t size = s->total > FIRST ? s->total : FIRST;
        add_chunk(s, n > size ? n : size);
    }
    void *p = (char *)s->last + HEADER + s->last->used;
    s->last->used += n;
    return p;
}

void *jb_scratch_array(jb_scratch *s, uint64_t count, size_t each)
{
    size_t n;
    if (__builtin_mul_overflow(count, each, &n)) {
        n = SIZE_MAX;
    }
    return jb_scratch_take(s, n);
}
