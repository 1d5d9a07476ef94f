// SPDX-License-Identifier: Apache-2.0
/* The distinct texts of a column with few of them, numbered in order of appearance. */
#ifndef JB_LIB_ARROW_DICT_H
#define JB_LIB_ARROW_DICT_H

#include "arrow/arrow_column.h"

typedef struct jb_dict_entry {
    uint64_t head, tail; /* first and last eight bytes: up to 16 bytes that is all of it */
    uint32_t at, n;
} jb_dict_entry;

typedef struct jb_dict {
    jb_dict_entry *entries;
    uint32_t *slots; /* open addressing; number + 1, 0 free */
    uint32_t n, cap, n_slots;
    char *bytes;
    size_t n_bytes, cap_bytes;
} jb_dict;

void jb_dict_init(jb_dict *);
void jb_dict_free(jb_dict *);  /* may be called twice */
void jb_dict_clear(jb_dict *); /* keeps its memory */
/* Adds a text that is not there; -1: out of memory. */
int32_t jb_dict_add(jb_dict *, const char *s, size_t n, uint64_t head, uint64_t tail, uint64_t hash);
/* The texts as an array of "u" in memory of its own. 0 or -1. */
int jb_dict_array(const jb_dict *, struct ArrowArray *out);

JB_FN uint64_t jb_dict_word(const char *s)
{
    uint64_t w;
    memcpy(&w, s, 8);
    return w;
}

/* Number of the text, added when new; -1: out of memory. Eight bytes from s on must be readable,
 * whatever n is. */
JB_FN int32_t jb_dict_code(jb_dict *d, const char *s, size_t n)
{
    uint64_t head = n == 0 ? 0 : jb_dict_word(s) << (n < 8 ? 64 - 8 * n : 0);
    uint64_t tail = n > 8 ? jb_dict_word(s + n - 8) : 0;
    uint64_t hash = (head ^ (tail * 0x9fb21c651e98df25u) ^ n) * 0x9e3779b97f4a7c15u;
    uint32_t k;
    hash ^= hash >> 32;
    for (k = (uint32_t)hash & (d->n_slots - 1); d->n_slots != 0 && d->slots[k] != 0;
         k = (k + 1) & (d->n_slots - 1)) {
        const jb_dict_entry *e = &d->entries[d->slots[k] - 1];
        if (e->head == head && e->tail == tail && e->n == n &&
            (n <= 16 || memcmp(d->bytes + e->at, s, n) == 0))
            return (int32_t)d->slots[k] - 1;
    }
    return jb_dict_add(d, s, n, head, tail, hash);
}

#endif
