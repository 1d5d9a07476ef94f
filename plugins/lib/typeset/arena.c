// SPDX-License-Identifier: Apache-2.0
#include "arena.h"

#include <glib.h>
#include <stdalign.h>
#include <string.h>

enum { FIRST_BLOCK = 4 * 1024, BLOCK = 64 * 1024 };

typedef struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
} block;

struct jb_ts_arena {
    block *blocks;
};

jb_ts_arena *jb_ts_arena_new(void)
{
    return g_new0(jb_ts_arena, 1);
}

void jb_ts_arena_free(jb_ts_arena *arena)
{
    if (!arena)
        return;
    for (block *b = arena->blocks; b;) {
        block *next = b->next;
        g_free(b);
        b = next;
    }
    g_free(arena);
}

void *jb_ts_alloc(jb_ts_arena *arena, size_t bytes)
{
    bytes = (bytes + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    block *b = arena->blocks;
    if (!b || b->size - b->used < bytes) {
        size_t usual = !b ? FIRST_BLOCK : b->size < BLOCK ? MIN(b->size * 2, BLOCK) : BLOCK;
        size_t size = bytes > usual ? bytes : usual;
        b = g_malloc0(sizeof *b + size);
        b->size = size;
        b->next = arena->blocks;
        arena->blocks = b;
    }
    void *p = b->bytes + b->used;
    b->used += bytes;
    return p;
}

char *jb_ts_strndup(jb_ts_arena *arena, const char *text, size_t len)
{
    char *copy = jb_ts_alloc(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}
