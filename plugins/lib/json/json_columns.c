// SPDX-License-Identifier: Apache-2.0
#include "json/json_rows.h"

void jb_json_columns_free(jb_json_columns *c)
{
    uint32_t i;
    for (i = 0; i < c->n; i++)
        free(c->names[i]);
    free(c->names);
    free(c->slots);
    memset(c, 0, sizeof *c);
}

static uint32_t slot_of(const jb_json_columns *c, const char *name, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;
    uint32_t i;
    size_t k;
    for (k = 0; k < n; k++)
        h = (h ^ (uint8_t)name[k]) * 0x100000001b3u;
    for (i = (uint32_t)(h ^ h >> 32) & (c->n_slots - 1); c->slots[i] != 0;
         i = (i + 1) & (c->n_slots - 1)) {
        const char *have = c->names[c->slots[i] - 1];
        if (strncmp(have, name, n) == 0 && have[n] == '\0')
            break;
    }
    return i;
}

int64_t jb_json_columns_find(const jb_json_columns *c, const char *name, size_t n)
{
    return c->n == 0 ? -1 : (int64_t)c->slots[slot_of(c, name, n)] - 1;
}

static int grow(jb_json_columns *c)
{
    uint32_t n_slots = c->n_slots > 0 ? c->n_slots * 2 : 64, i;
    char **names = realloc(c->names, (size_t)(n_slots / 2) * sizeof *names);
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (names != NULL)
        c->names = names;
    if (names == NULL || slots == NULL)
        return free(slots), -1;
    free(c->slots);
    c->slots = slots;
    c->n_slots = n_slots;
    c->cap = n_slots / 2;
    for (i = 0; i < c->n; i++)
        slots[slot_of(c, names[i], strlen(names[i]))] = i + 1;
    return 0;
}

int jb_json_columns_add(jb_json_columns *c, const jb_json_row *row)
{
    uint32_t i, slot;
    for (i = 0; i < row->n; i++) {
        const jb_json_field *f = &row->fields[i];
        if (c->n == c->cap && grow(c) != 0)
            return -1;
        slot = slot_of(c, f->name, f->n_name);
        if (c->slots[slot] != 0)
            continue;
        if (c->n == JB_GRID_COLUMNS_MAX)
            return -2;
        c->names[c->n] = strndup(f->name, f->n_name);
        if (c->names[c->n] == NULL)
            return -1;
        c->slots[slot] = ++c->n;
    }
    return 0;
}

void jb_json_spread(const jb_json_columns *c, const jb_json_row *row, jb_value *out)
{
    uint32_t i;
    for (i = 0; i < c->n; i++)
        out[i] = (jb_value){JB_V_NULL, "", 0};
    for (i = 0; i < row->n; i++) {
        const jb_json_field *f = &row->fields[i];
        int64_t k = i < c->n && strcmp(c->names[i], f->name) == 0
                        ? (int64_t)i /* the usual record has the first one's order */
                        : jb_json_columns_find(c, f->name, f->n_name);
        if (k >= 0)
            out[k] = f->value;
    }
}
