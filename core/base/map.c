// SPDX-License-Identifier: Apache-2.0
#include "base/str.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    const char *key;
    void *value;
    uint64_t hash;
} entry;

/* Entries in order of insertion; slots hold entry numbers + 1, found by linear probing. */
struct jb_map {
    entry *entries;
    size_t n, cap;
    uint32_t *slots;
    size_t n_slots;
};

static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
}

uint64_t jb_hash_bytes(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t h = 0x9e3779b97f4a7c15u ^ (uint64_t)n * 0x2127599bf4325c37u;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        h = (h ^ mix(word)) * 0x880355f21e6d1965u;
    }
    uint64_t tail = 0;
    for (size_t i = 0; i < n; i++) {
        tail |= (uint64_t)p[i] << (8 * i);
    }
    return mix((h ^ mix(tail)) * 0x880355f21e6d1965u);
}

jb_map *jb_map_new(void)
{
    return jb_alloc(sizeof(jb_map));
}

void jb_map_free(jb_map *m)
{
    if (m) {
        free(m->entries);
        free(m->slots);
        free(m);
    }
}

/* The slot of `key`, or the free slot where it would go. */
static size_t probe(const jb_map *m, const char *key, uint64_t hash)
{
    size_t mask = m->n_slots - 1;
    size_t i = (size_t)hash & mask;
    while (m->slots[i]) {
        const entry *e = &m->entries[m->slots[i] - 1];
        if (e->hash == hash && strcmp(e->key, key) == 0) {
            break;
        }
        i = (i + 1) & mask;
    }
    return i;
}

static void rehash(jb_map *m)
{
    size_t n_slots = m->n_slots ? m->n_slots * 2 : 16;
    free(m->slots);
    m->slots = jb_alloc(n_slots * sizeof *m->slots);
    m->n_slots = n_slots;
    for (size_t i = 0; i < m->n; i++) {
        m->slots[probe(m, m->entries[i].key, m->entries[i].hash)] = (uint32_t)i + 1;
    }
}

void *jb_map_get(const jb_map *m, const char *key)
{
    if (!m->n) {
        return NULL;
    }
    uint32_t slot = m->slots[probe(m, key, jb_hash_bytes(key, strlen(key)))];
    return slot ? m->entries[slot - 1].value : NULL;
}

void jb_map_put(jb_map *m, const char *key, void *value)
{
    if ((m->n + 1) * 4 > m->n_slots * 3) {
        rehash(m);
    }
    uint64_t hash = jb_hash_bytes(key, strlen(key));
    size_t slot = probe(m, key, hash);
    if (m->slots[slot]) {
        m->entries[m->slots[slot] - 1].value = value;
        return;
    }
    m->entries = jb_grow(m->entries, m->n, &m->cap, sizeof *m->entries);
    m->entries[m->n++] = (entry){key, value, hash};
    m->slots[slot] = (uint32_t)m->n;
}

size_t jb_map_count(const jb_map *m)
{
    return m->n;
}

const char *jb_map_key(const jb_map *m, size_t i)
{
    return i < m->n ? m->entries[i].key : NULL;
}

void *jb_map_value(const jb_map *m, size_t i)
{
    return i < m->n ? m->entries[i].value : NULL;
}
