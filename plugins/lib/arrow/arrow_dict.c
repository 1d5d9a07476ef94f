// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrow_dict.h"

void jb_dict_init(jb_dict *d)
{
    memset(d, 0, sizeof *d);
}

void jb_dict_free(jb_dict *d)
{
    free(d->entries);
    free(d->slots);
    free(d->bytes);
    jb_dict_init(d);
}

void jb_dict_clear(jb_dict *d)
{
    d->n = 0;
    d->n_bytes = 0;
    if (d->n_slots > 0)
        memset(d->slots, 0, d->n_slots * sizeof *d->slots);
}

static uint64_t hash_of(const jb_dict_entry *e)
{
    uint64_t hash = (e->head ^ (e->tail * 0x9fb21c651e98df25u) ^ e->n) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 32);
}

static void put(jb_dict *d, uint64_t hash, uint32_t number)
{
    uint32_t k = (uint32_t)hash & (d->n_slots - 1);
    while (d->slots[k] != 0)
        k = (k + 1) & (d->n_slots - 1);
    d->slots[k] = number + 1;
}

static int grow(jb_dict *d)
{
    uint32_t cap = d->cap > 0 ? d->cap * 2 : 64, i;
    jb_dict_entry *entries = realloc(d->entries, cap * sizeof *entries);
    uint32_t *slots;
    if (entries == NULL)
        return -1;
    d->entries = entries;
    slots = calloc((size_t)cap * 4, sizeof *slots);
    if (slots == NULL)
        return -1;
    free(d->slots);
    d->slots = slots;
    d->n_slots = cap * 4;
    d->cap = cap;
    for (i = 0; i < d->n; i++)
        put(d, hash_of(&d->entries[i]), i);
    return 0;
}

int32_t jb_dict_add(jb_dict *d, const char *s, size_t n, uint64_t head, uint64_t tail,
                    uint64_t hash)
{
    if (d->n == d->cap && (d->cap >= (uint32_t)1 << 28 || grow(d) != 0))
        return -1;
    if (n > (size_t)INT32_MAX - d->n_bytes)
        return -1;
    if (d->n_bytes + n > d->cap_bytes) {
        size_t cap = (d->n_bytes + n) * 2;
        char *bytes = realloc(d->bytes, cap);
        if (bytes == NULL)
            return -1;
        d->bytes = bytes;
        d->cap_bytes = cap;
    }
    if (n > 0)
        memcpy(d->bytes + d->n_bytes, s, n);
    d->entries[d->n] = (jb_dict_entry){head, tail, (uint32_t)d->n_bytes, (uint32_t)n};
    d->n_bytes += n;
    put(d, hash, d->n);
    return (int32_t)d->n++;
}

int jb_dict_array(const jb_dict *d, struct ArrowArray *out)
{
    const size_t sizes[] = {0, ((size_t)d->n + 1) * 4, d->n_bytes + 1};
    int32_t *offsets;
    uint32_t i;
    if (jb_array_make(out, d->n, 3, sizes, 0) != 0)
        return -1;
    out->null_count = 0;
    offsets = (int32_t *)(uintptr_t)out->buffers[1];
    for (i = 0; i < d->n; i++)
        offsets[i + 1] = (int32_t)(d->entries[i].at + d->entries[i].n);
    if (d->n_bytes > 0)
        memcpy((void *)(uintptr_t)out->buffers[2], d->bytes, d->n_bytes);
    return 0;
}
