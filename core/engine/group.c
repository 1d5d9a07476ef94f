// SPDX-License-Identifier: Apache-2.0
#include "engine/group.h"

#include <stdlib.h>
#include <string.h>

/* ---- tuples ---- */

static void rehash(jb_groups *g)
{
    size_t n_slots = g->n_slots == 0 ? 64 : g->n_slots * 2;
    uint32_t *slots = jb_alloc(n_slots * sizeof *slots);
    memset(slots, 0, n_slots * sizeof *slots);
    for (size_t i = 0; i < g->n; i++) {
        size_t k = (size_t)g->hashes[i] & (n_slots - 1);
        while (slots[k] != 0) {
            k = (k + 1) & (n_slots - 1);
        }
        slots[k] = (uint32_t)i + 1;
    }
    free(g->slots);
    g->slots = slots;
    g->n_slots = n_slots;
}

static uint32_t add(jb_groups *g, size_t slot, uint64_t hash, const char *packed, size_t n)
{
    if (g->n >= JB_GROUPS_MAX) {
        return UINT32_MAX;
    }
    if (g->n == g->cap) {
        g->cap = g->cap == 0 ? 32 : g->cap * 2;
        g->hashes = jb_realloc(g->hashes, g->cap * sizeof *g->hashes);
        g->at = jb_realloc(g->at, (g->cap + 1) * sizeof *g->at);
        g->at[0] = 0;
    }
    size_t start = g->at[g->n];
    if (start + n > g->cap_bytes) {
        g->cap_bytes = (start + n) * 2;
        g->bytes = jb_realloc(g->bytes, g->cap_bytes);
    }
    if (n > 0) {
        memcpy(g->bytes + start, packed, n);
    }
    g->hashes[g->n] = hash;
    g->at[g->n + 1] = start + n;
    g->slots[slot] = (uint32_t)++g->n;
    return (uint32_t)g->n - 1;
}

uint32_t jb_groups_find(jb_groups *g, const char *packed, size_t n)
{
    uint64_t hash = jb_hash_bytes(packed, n);
    if (g->n * 2 >= g->n_slots) {
        rehash(g);
    }
    size_t k = (size_t)hash & (g->n_slots - 1);
    for (; g->slots[k] != 0; k = (k + 1) & (g->n_slots - 1)) {
        uint32_t i = g->slots[k] - 1;
        if (g->hashes[i] == hash && g->at[i + 1] - g->at[i] == n &&
            (n == 0 || memcmp(g->bytes + g->at[i], packed, n) == 0)) {
            return i;
        }
    }
    return add(g, k, hash, packed, n);
}

const char *jb_groups_key(const jb_groups *g, uint32_t group, size_t *n)
{
    *n = g->at[group + 1] - g->at[group];
    return *n > 0 ? g->bytes + g->at[group] : "";
}

const char *jb_groups_text(const char *packed, size_t k, jb_arena *a)
{
    uint32_t len;
    for (;; k--) {
        memcpy(&len, packed + 1, 4);
        if (k == 0) {
            return packed[0] ? jb_arena_strndup(a, packed + 5, len) : NULL;
        }
        packed += 5 + len;
    }
}

void jb_groups_free(jb_groups *g)
{
    free(g->slots);
    free(g->hashes);
    free(g->at);
    free(g->bytes);
}

/* ---- results ---- */

static void *zeroed(size_t n, size_t each)
{
    void *p = jb_alloc(n * each + 1);
    memset(p, 0, n * each + 1);
    return p;
}

/* Grows an array of `each` bytes to hold `n`, new ones zero. */
static void *widen(void *items, size_t *cap, size_t n, size_t each)
{
    if (n <= *cap) {
        return items;
    }
    size_t more = *cap == 0 ? 8 : *cap * 2;
    more = more < n ? n : more;
    char *p = jb_realloc(items, more * each);
    memset(p + *cap * each, 0, (more - *cap) * each);
    *cap = more;
    return p;
}

jb_result *jb_result_new(const jb_source_plan *plan)
{
    jb_result *r = zeroed(1, sizeof *r);
    r->plan = plan;
    r->groups = zeroed(plan->n_keysets, sizeof *r->groups);
    r->counts = zeroed(plan->n_pairs, sizeof *r->counts);
    r->cap_counts = zeroed(plan->n_pairs, sizeof *r->cap_counts);
    r->states = zeroed(plan->n_variants, sizeof *r->states);
    r->names = zeroed(plan->n_collectors, sizeof *r->names);
    r->cap_names = zeroed(plan->n_collectors, sizeof *r->cap_names);
    return r;
}

static void free_names(jb_name_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->items[i].name);
        if (list->items[i].by.kind == JB_K_TEXT) {
            free((void *)(uintptr_t)list->items[i].by.text);
        }
    }
    free(list->items);
}

static void free_states(const jb_metric_model *metric, jb_states *s)
{
    for (size_t g = 0; g < s->cap; g++) {
        if (s->state[g] && metric->agg->state_drop) {
            metric->agg->state_drop(metric->instance->self, s->state[g]);
        }
    }
    for (size_t i = 0; i < s->n_slabs; i++) {
        free(s->slabs[i]);
    }
    free(s->slabs);
    free(s->state);
}

void jb_result_free(jb_result *r)
{
    if (!r) {
        return;
    }
    for (size_t i = 0; i < r->plan->n_keysets; i++) {
        jb_groups_free(&r->groups[i]);
    }
    for (size_t i = 0; i < r->plan->n_pairs; i++) {
        free(r->counts[i]);
    }
    for (size_t i = 0; i < r->plan->n_variants; i++) {
        free_states(r->plan->variants[i]->metric, &r->states[i]);
    }
    for (size_t i = 0; i < r->plan->n_collectors; i++) {
        for (size_t g = 0; g < r->cap_names[i]; g++) {
            free_names(&r->names[i][g]);
        }
        free(r->names[i]);
    }
    free(r->groups);
    free(r->counts);
    free(r->cap_counts);
    free(r->states);
    free(r->names);
    free(r->cap_names);
    free(r);
}

void **jb_result_states(jb_result *r, size_t variant, size_t n_groups)
{
    jb_states *s = &r->states[variant];
    s->state = widen(s->state, &s->cap, n_groups, sizeof *s->state);
    return s->state;
}

void *jb_result_state(jb_result *r, size_t variant, uint32_t group)
{
    const jb_metric_model *metric = r->plan->variants[variant]->metric;
    jb_states *s = &r->states[variant];
    jb_result_states(r, variant, (size_t)group + 1);
    if (s->state[group]) {
        return s->state[group];
    }
    size_t each = ((size_t)metric->state_size + 15) / 16 * 16;
    each = each == 0 ? 16 : each;
    if (s->used == s->room) { /* slabs double up to 256 states: one state costs one state */
        s->room = s->n_slabs == 0 ? 1 : s->room < 256 ? s->room * 2 : s->room;
        s->used = 0;
        s->slabs = jb_realloc(s->slabs, (s->n_slabs + 1) * sizeof *s->slabs);
        s->slabs[s->n_slabs++] = jb_alloc(s->room * each);
    }
    s->state[group] = s->slabs[s->n_slabs - 1] + s->used++ * each;
    metric->agg->state_init(metric->instance->self, s->state[group]);
    return s->state[group];
}

int64_t *jb_result_counts(jb_result *r, size_t pair, size_t n_groups)
{
    r->counts[pair] = widen(r->counts[pair], &r->cap_counts[pair], n_groups, sizeof(int64_t));
    return r->counts[pair];
}

static char *copy_text(const char *text, size_t n)
{
    char *copy = jb_alloc(n + 1);
    if (n > 0) {
        memcpy(copy, text, n);
    }
    copy[n] = '\0';
    return copy;
}

static void push_name(jb_result *r, size_t collector, uint32_t group, const jb_name *name)
{
    r->names[collector] =
        widen(r->names[collector], &r->cap_names[collector], (size_t)group + 1, sizeof **r->names);
    jb_name_list *list = &r->names[collector][group];
    if (list->n == list->cap) {
        list->cap = list->cap == 0 ? 8 : list->cap * 2;
        list->items = jb_realloc(list->items, list->cap * sizeof *list->items);
    }
    list->items[list->n++] = *name;
}

void jb_result_add_name(jb_result *r, size_t collector, uint32_t group, const char *text, size_t n,
                        const jb_value *by)
{
    jb_name name = {copy_text(text, n), *by};
    if (by->kind == JB_K_TEXT) { /* text with its length in num, not terminated */
        name.by.text = copy_text(by->text, (size_t)by->num);
    }
    push_name(r, collector, group, &name);
}

/* ---- merging ---- */

static int merge_variant(jb_result *into, const jb_result *from, size_t v, const uint32_t *map,
                         size_t n, jb_diags *diags)
{
    const jb_metric_model *metric = into->plan->variants[v]->metric;
    const jb_states *s = &from->states[v];
    jb_status status = JB_OK;
    jb_ctx ctx;
    jb_ctx_begin(&ctx, metric->instance, "merge", diags, NULL);
    for (size_t g = 0; status == JB_OK && g < n && g < s->cap; g++) {
        if (s->state[g]) {
            void *to = jb_result_state(into, v, map[g]);
            status = metric->agg->merge(&ctx, metric->instance->self, to, s->state[g]);
        }
    }
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

static void merge_names(jb_result *into, jb_result *from, size_t c, const uint32_t *map)
{
    for (size_t g = 0; g < from->cap_names[c]; g++) {
        jb_name_list *list = &from->names[c][g];
        for (size_t i = 0; i < list->n; i++) {
            push_name(into, c, map[g], &list->items[i]);
        }
        list->n = 0; /* moved */
    }
}

static void merge_totals(jb_result *into, const jb_result *from)
{
    int had_dates = into->has_latest;
    into->rows += from->rows;
    into->kept += from->kept;
    into->skipped += from->skipped;
    into->nulled += from->nulled;
    into->delivered += from->delivered;
    into->bytes += from->bytes;
    if (from->has_latest && (!into->has_latest || from->latest > into->latest)) {
        into->latest = from->latest;
        into->has_latest = 1;
    }
    if (from->has_latest && (!had_dates || from->oldest < into->oldest)) {
        into->oldest = from->oldest;
    }
    if (from->has_newest && (!into->has_newest || from->newest > into->newest)) {
        into->newest = from->newest;
        into->has_newest = 1;
    }
}

static int merge_pair(jb_result *into, jb_result *from, size_t pair, const uint32_t *map, size_t n,
                      jb_diags *diags)
{
    const jb_pair_plan *p = &into->plan->pairs[pair];
    for (size_t g = 0; g < n && g < from->cap_counts[pair]; g++) {
        if (from->counts[pair][g] > 0) {
            jb_result_counts(into, pair, (size_t)map[g] + 1)[map[g]] += from->counts[pair][g];
        }
    }
    for (size_t i = 0; i < p->n_collectors; i++) {
        merge_names(into, from, p->collectors[i], map);
    }
    for (size_t i = 0; i < p->n_variants; i++) {
        if (merge_variant(into, from, p->variants[i], map, n, diags) != 0) {
            return -1;
        }
    }
    return 0;
}

int jb_result_merge(jb_result *into, jb_result *from, jb_diags *diags)
{
    const jb_source_plan *plan = into->plan;
    int status = 0;
    for (size_t k = 0; status == 0 && k < plan->n_keysets; k++) {
        size_t n = from->groups[k].n, len;
        uint32_t *map = jb_alloc((n + 1) * sizeof *map);
        for (uint32_t g = 0; g < n && status == 0; g++) {
            const char *key = jb_groups_key(&from->groups[k], g, &len);
            map[g] = jb_groups_find(&into->groups[k], key, len);
            if (map[g] == UINT32_MAX) {
                jb_diag(diags, "E0373", &plan->source->place, plan->source->name);
                status = -1;
            }
        }
        for (size_t p = 0; status == 0 && p < plan->n_pairs; p++) {
            if (plan->pairs[p].keyset == k) {
                status = merge_pair(into, from, p, map, n, diags);
            }
        }
        free(map);
    }
    merge_totals(into, from);
    return status;
}
