// SPDX-License-Identifier: Apache-2.0
/* An exact set of byte strings. Its table is ordered by the high bits of the hash, so that one set
 * is poured into another in the order of both tables: memory is walked through, not jumped about
 * in. */
#ifndef JB_METRICS_SET_H
#define JB_METRICS_SET_H

#include <stddef.h>
#include <stdint.h>

typedef struct m_set_entry {
    uint64_t hash; /* 0: free */
    uint64_t at;   /* of the text in bytes: its length in four bytes, then itself */
} m_set_entry;

typedef struct m_set { /* zeroed: empty */
    m_set_entry *table;
    uint64_t capacity, count; /* capacity: a power of two, or 0 */
    uint32_t shift;           /* hash >> shift is where to begin to look */
    uint32_t reserved;
    char *bytes;
    uint64_t n_bytes, cap_bytes;
} m_set;

void m_set_free(m_set *);
/* Adds n bytes if they are not there. 0 ok, -1 out of memory, or over 4 GiB in one value. */
int m_set_insert(m_set *, const char *p, size_t n);
/* Adds everything of `from`. 0 or -1. */
int m_set_merge(m_set *into, const m_set *from);

#endif
