// SPDX-License-Identifier: Apache-2.0
/* What a scan accumulates: groups by key, states by group, row counts, example names. One of these
 * per partition; they are merged in partition order. Private to core/engine. */
#ifndef JB_ENGINE_GROUP_H
#define JB_ENGINE_GROUP_H

#include "engine/plan.h"

/* Distinct key tuples, numbered in order of appearance. A tuple is packed as one text: for each key
 * a byte (0 NULL, 1 not), four bytes of length, the bytes. */
typedef struct jb_groups {
    uint32_t *slots; /* open addressing; number + 1, 0 free */
    size_t n_slots;
    uint64_t *hashes;
    size_t *at; /* offsets into bytes; n + 1 of them */
    size_t n, cap;
    char *bytes;
    size_t cap_bytes;
} jb_groups;

#define JB_GROUPS_MAX 50000000u
/* Number of the tuple, added when new; UINT32_MAX when there would be too many. */
uint32_t jb_groups_find(jb_groups *, const char *packed, size_t n);
const char *jb_groups_key(const jb_groups *, uint32_t group, size_t *n);
/* Text of key `k` of a packed tuple, in the arena; NULL for the NULL group. */
const char *jb_groups_text(const char *packed, size_t k, jb_arena *);
void jb_groups_free(jb_groups *);

typedef struct jb_name {
    char *name;  /* owned */
    jb_value by; /* TEXT owned */
} jb_name;

typedef struct jb_name_list {
    jb_name *items;
    size_t n, cap;
} jb_name_list;

typedef struct jb_states { /* of one variant */
    void **state;          /* [group]; NULL: no row yet */
    size_t cap;
    char **slabs;               /* states never move */
    size_t n_slabs, used, room; /* of the last slab */
} jb_states;

typedef struct jb_result {
    const jb_source_plan *plan;
    jb_groups *groups; /* by keyset */
    int64_t **counts;  /* by pair: kept rows of each group */
    size_t *cap_counts;
    jb_states *states;    /* by variant */
    jb_name_list **names; /* by collector: [group] */
    size_t *cap_names;
    int64_t rows, kept, skipped, nulled;
    int64_t delivered, bytes; /* what the source gave: rows, and bytes of their buffers */
    int32_t latest;
    int has_latest;
    int32_t newest, oldest; /* dates: the last one not after as_of, the first one (probe only) */
    int has_newest;
} jb_result;

jb_result *jb_result_new(const jb_source_plan *);
void jb_result_free(jb_result *);
/* The state of a group, made on first use. */
void *jb_result_state(jb_result *, size_t variant, uint32_t group);
/* The table of states of a variant, long enough for all groups of its keyset. */
void **jb_result_states(jb_result *, size_t variant, size_t n_groups);
int64_t *jb_result_counts(jb_result *, size_t pair, size_t n_groups);
void jb_result_add_name(jb_result *, size_t collector, uint32_t group, const char *text, size_t n,
                        const jb_value *by);
/* Adds `from` (of the following partition) to `into`; leaves `from` empty of names. 0 ok, -1
 * reported. */
int jb_result_merge(jb_result *into, jb_result *from, jb_diags *);

#endif
