// SPDX-License-Identifier: Apache-2.0
/* The parts of a statement while it is made: inner SELECTs, slots of the answer, who finds what
 * where. Private to core/engine. */
#ifndef JB_ENGINE_PUSH_SELECT_H
#define JB_ENGINE_PUSH_SELECT_H

#include "engine/push_print.h"

typedef struct jb_push_builder {
    const jb_source_plan *plan;
    jb_arena *arena;
    jb_printer printer;
    jb_coltype *slots;      /* of the answer, behind what leads it */
    size_t n_slots, n_keys; /* grouping sets: the first n_keys are the keys */
    jb_push_set *sets;
    size_t n_sets;
    size_t n_selects, n_aggregates, n_keyed;
} jb_push_builder;

typedef struct jb_push_item { /* a column of an inner SELECT */
    const char *key, *name;
} jb_push_item;

typedef struct jb_push_branch { /* one SELECT */
    jb_push_item *items;
    size_t n_items;
    const char *list;   /* the inner select list */
    const char **texts; /* by slot: the outer expression; NULL: none */
    size_t n_texts;
    const char **keys; /* what is grouped by */
    size_t n_keys;
    jb_expr ***rest; /* [selection]: what of its condition the WHERE does not hold */
    size_t *n_rest;
    jb_expr **common; /* what all its selections share */
    jb_period *common_period;
    size_t n_common;
    int grounded; /* common and rest are known */
} jb_push_branch;

void jb_push_start(jb_push_builder *, const jb_push_view *, const jb_source_plan *, jb_arena *);
void jb_push_branch_start(jb_push_builder *, jb_push_branch *);
/* Adds a set for the key set, with its keys. 0 ok, -1 no spelling. */
int jb_push_keys(jb_push_builder *, jb_push_branch *, size_t keyset);
/* Counts and partials of the pairs, each in the set of its key set. */
int jb_push_pairs(jb_push_builder *, jb_push_branch *, const size_t *pairs, size_t n);
/* The value of a variant whose partial is a distinct set. */
int jb_push_distinct(jb_push_builder *, jb_push_branch *, size_t variant);
/* SELECT list FROM from WHERE …; the pairs say whose rows are wanted. NULL: no spelling. */
const char *jb_push_inner(jb_push_builder *, jb_push_branch *, const char *from,
                          const size_t *pairs, size_t n);
/* After all keys: which of them each set lacks. */
void jb_push_mark_sets(jb_push_builder *);

int jb_push_has_key(jb_printer *, const jb_mgroup *);
int jb_push_is_distinct(const jb_variant *);

#endif
