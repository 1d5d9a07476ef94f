// SPDX-License-Identifier: Apache-2.0
#include "set.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD = 12 }; /* entries looked at before their turn, so that memory can be fetched */

void m_set_free(m_set *s)
{
    free(s->table);
    free(s->bytes);
    memset(s, 0, sizeof *s);
}

/* ---- hash: the same on every machine, nothing depends on a seed ---- */

static inline uint64_t word(const char *p)
{
    uint64_t w;
    memcpy(&w, p, 8);
    return w;
}

static inline uint64_t half(const char *p)
{
    uint32_t w;
    memcpy(&w, p, 4);
    return w;
}

__extension__ typedef unsigned __int128 wide;

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_of(const char *p, size_t n)
{
    const uint64_t k0 = 0x9e3779b97f4a7c15u, k1 = 0xc2b2ae3d27d4eb4fu, k2 = 0x165667b19e3779f9u;
    uint64_t h = k2 ^ n, a, b;
    for (; n > 16; p += 16, n -= 16)
        h = mix(word(p) ^ k0 ^ h, word(p + 8) ^ k1);
    if (n >= 8) {
        a = word(p);
        b = word(p + n - 8);
    } else if (n >= 4) {
        a = half(p);
        b = half(p + n - 4);
    } else {
        a = n > 0 ? (uint64_t)(uint8_t)p[0] << 16 | (uint64_t)(uint8_t)p[n / 2] << 8 |
                        (uint8_t)p[n - 1]
                  : 0;
        b = 0;
    }
    h = mix(a ^ k0 ^ h, b ^ k1 ^ h);
    h = mix(h ^ k2, k1);
    return h != 0 ? h : 1;
}

/* ---- table ---- */

static inline uint64_t slot_of(const m_set *s, uint64_t hash)
{
    return hash >> s->shift;
}

/* Room for `count` entries, a quarter free. */
static int reserve(m_set *s, uint64_t count)
{
    uint64_t capacity = s->capacity > 0 ? s->capacity : 16, i;
    m_set_entry *old = s->table;
    m_set fresh = *s;
    if (s->capacity > 0 && count <= s->capacity / 4 * 3)
        return 0;
    while (count > capacity / 4 * 3)
        capacity *= 2;
    fresh.table = calloc(capacity, sizeof *fresh.table);
    if (fresh.table == NULL)
        return -1;
    fresh.capacity = capacity;
    fresh.shift = 64u - (uint32_t)__builtin_ctzll(capacity);
    for (i = 0; i < s->capacity; i++) {
        uint64_t k;
        if (old[i].hash == 0)
            continue;
        for (k = slot_of(&fresh, old[i].hash); fresh.table[k].hash != 0;)
            k = (k + 1) & (capacity - 1);
        fresh.table[k] = old[i];
    }
    free(old);
    *s = fresh;
    return 0;
}

static int keep_bytes(m_set *s, const char *p, uint32_t n, uint64_t *at)
{
    if (s->n_bytes + n + 4 > s->cap_bytes) {
        uint64_t cap = s->cap_bytes == 0 ? 256 : s->cap_bytes * 2;
        char *grown;
        while (cap < s->n_bytes + n + 4)
            cap *= 2;
        grown = realloc(s->bytes, cap);
        if (grown == NULL)
            return -1;
        s->bytes = grown;
        s->cap_bytes = cap;
    }
    *at = s->n_bytes;
    memcpy(s->bytes + s->n_bytes, &n, 4);
    memcpy(s->bytes + s->n_bytes + 4, p, n);
    s->n_bytes += (uint64_t)n + 4;
    return 0;
}

static inline int same(const m_set *s, const m_set_entry *e, const char *p, uint32_t n)
{
    const char *text = s->bytes + e->at;
    uint32_t len;
    memcpy(&len, text, 4);
    return len == n && memcmp(text + 4, p, n) == 0;
}

static int put(m_set *s, uint64_t hash, const char *p, uint32_t n)
{
    uint64_t k = slot_of(s, hash);
    for (; s->table[k].hash != 0; k = (k + 1) & (s->capacity - 1))
        if (s->table[k].hash == hash && same(s, &s->table[k], p, n))
            return 0;
    if (keep_bytes(s, p, n, &s->table[k].at) != 0)
        return -1;
    s->table[k].hash = hash;
    s->count++;
    return 0;
}

int m_set_insert(m_set *s, const char *p, size_t n)
{
    if (n > UINT32_MAX || reserve(s, s->count + 1) != 0)
        return -1;
    return put(s, hash_of(p, n), p, (uint32_t)n);
}

int m_set_merge(m_set *into, const m_set *from)
{
    uint64_t i, next = 0;
    if (from->count == 0)
        return 0;
    if (reserve(into, into->count + from->count) != 0)
        return -1;
    for (i = 0; i < from->capacity; i++) {
        const m_set_entry *e = &from->table[i];
        uint32_t n;
        for (; next < from->capacity && next < i + AHEAD; next++) {
            const m_set_entry *later = &from->table[next];
            if (later->hash != 0) {
                const m_set_entry *there = &into->table[slot_of(into, later->hash)];
                __builtin_prefetch(from->bytes + later->at);
                if (there->hash == later->hash)
                    __builtin_prefetch(into->bytes + there->at);
            }
        }
        if (e->hash == 0)
            continue;
        memcpy(&n, from->bytes + e->at, 4);
        if (put(into, e->hash, from->bytes + e->at + 4, n) != 0)
            return -1;
    }
    return 0;
}
