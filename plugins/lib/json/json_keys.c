// SPDX-License-Identifier: Apache-2.0
/* Names of open objects in one table. Objects close in the reverse order of opening, so the names
 * added last leave first, and open addressing stays whole without tombstones. */
#include "json/json_rows.h"

struct jb_json_key {
    uint64_t object, hash;
    size_t at, n;
};

void jb_json_keys_free(jb_json_keys *k)
{
    free(k->keys);
    free(k->slots);
    free(k->text);
    memset(k, 0, sizeof *k);
}

static uint64_t hash_key(uint64_t object, const char *s, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u ^ (object * 0x9e3779b97f4a7c15u);
    size_t i;
    for (i = 0; i < n; i++)
        h = (h ^ (uint8_t)s[i]) * 0x100000001b3u;
    return h ^ (h >> 29);
}

static uint32_t slot_of(const jb_json_keys *k, const struct jb_json_key *key, const char *name)
{
    uint32_t i = (uint32_t)key->hash & (k->n_slots - 1);
    while (k->slots[i] != 0) {
        const struct jb_json_key *o = &k->keys[k->slots[i] - 1];
        if (o->hash == key->hash && o->object == key->object && o->n == key->n &&
            memcmp(k->text + o->at, name, key->n) == 0)
            break;
        i = (i + 1) & (k->n_slots - 1);
    }
    return i;
}

static int grow(jb_json_keys *k)
{
    uint32_t n_slots = k->n_slots > 0 ? k->n_slots * 2 : 128, i;
    struct jb_json_key *keys = realloc(k->keys, (size_t)(n_slots / 2) * sizeof *keys);
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (keys != NULL)
        k->keys = keys;
    if (keys == NULL || slots == NULL)
        return free(slots), -1;
    free(k->slots);
    k->slots = slots;
    k->n_slots = n_slots;
    k->cap = n_slots / 2;
    for (i = 0; i < k->n; i++) /* in their order, so that they can leave in reverse */
        slots[slot_of(k, &k->keys[i], k->text + k->keys[i].at)] = i + 1;
    return 0;
}

int jb_json_keys_add(jb_json_keys *k, uint64_t object, const char *name, size_t n)
{
    struct jb_json_key key = {object, hash_key(object, name, n), k->n_text, n};
    uint32_t slot;
    if (k->n >= JB_JSON_KEYS_MAX || n > JB_JSON_RECORD_MAX || k->n_text > 4 * JB_JSON_RECORD_MAX)
        return -2;
    if (k->n == k->cap && grow(k) != 0)
        return -1;
    if (k->cap_text - k->n_text < n + 1) {
        size_t cap = (k->cap_text + n + 64) * 2;
        char *p = realloc(k->text, cap);
        if (p == NULL)
            return -1;
        k->text = p;
        k->cap_text = cap;
    }
    slot = slot_of(k, &key, name);
    if (k->slots[slot] != 0)
        return 1;
    memcpy(k->text + k->n_text, name, n);
    k->n_text += n;
    k->keys[k->n++] = key;
    k->slots[slot] = k->n;
    return 0;
}

void jb_json_keys_cut(jb_json_keys *k, uint32_t n)
{
    while (k->n > n) {
        const struct jb_json_key *key = &k->keys[k->n - 1];
        k->slots[slot_of(k, key, k->text + key->at)] = 0;
        k->n_text = key->at;
        k->n--;
    }
}
