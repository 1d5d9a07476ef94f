// SPDX-License-Identifier: Apache-2.0
#include "engine/finish.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN = 5 };
#define ROWS_MAX ((size_t)5000000) /* a product of declared keys beyond this is a mistake */

size_t jb_keys_rank(const jb_mkeys *k, const char *text)
{
    const char **at = k->ranks ? jb_map_get(k->ranks, text) : NULL;
    return at ? (size_t)(at - k->values) : SIZE_MAX;
}

/* ---- unknown keys ---- */

static int report_unknown(const jb_result *r, const jb_mgroup *g, const jb_rowset *rows, size_t key,
                          jb_arena *a, jb_diags *diags)
{
    const char *list = "", **seen = jb_arena_alloc(a, (rows->n + 1) * sizeof *seen);
    size_t n = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const char *text = rows->keys[i * rows->n_keys + key];
        size_t k = 0;
        if (!text || jb_keys_rank(g->declared, text) != SIZE_MAX) {
            continue;
        }
        while (k < n && strcmp(seen[k], text) != 0) {
            k++;
        }
        if (k < n) {
            continue;
        }
        seen[n] = text;
        if (n < SHOWN) {
            list = jb_arena_fmt(a, "%s%s%s", list, n ? "、" : "", text);
        }
        n++;
    }
    if (n == 0) {
        return 0;
    }
    const char *near = jb_nearest(seen[0], g->declared->values, g->declared->n);
    jb_diag(diags, "E0375", &g->declared->place, r->plan->source->name, g->name, list,
            jb_arena_fmt(a, "%zu", n),
            near             ? near
            : g->declared->n ? g->declared->values[0]
                             : "");
    return -1;
}

/* ---- order ---- */

typedef struct order_row {
    const jb_keyset *keyset;
    const char **keys;
    const size_t *ranks; /* SIZE_MAX: not declared */
    uint32_t group;
} order_row;

static int compare_rows(const void *x, const void *y)
{
    const order_row *a = x, *b = y;
    for (size_t k = 0; k < a->keyset->n_groups; k++) {
        if (!a->keys[k] || !b->keys[k]) { /* NULL is last */
            if (a->keys[k] != b->keys[k]) {
                return a->keys[k] ? -1 : 1;
            }
            continue;
        }
        if (a->ranks[k] != b->ranks[k]) {
            return a->ranks[k] < b->ranks[k] ? -1 : 1;
        }
        int c = strcmp(a->keys[k], b->keys[k]); /* UTF-8 bytes order as code points do */
        if (c != 0) {
            return c;
        }
    }
    return 0;
}

static void sort_rows(const jb_keyset *keyset, jb_arena *a, jb_rowset *rows)
{
    size_t n_keys = rows->n_keys;
    order_row *list = jb_alloc((rows->n + 1) * sizeof *list);
    size_t *ranks = jb_alloc((rows->n * n_keys + 1) * sizeof *ranks);
    for (size_t i = 0; i < rows->n; i++) {
        for (size_t k = 0; k < n_keys; k++) {
            const jb_mkeys *declared = keyset->groups[k].declared;
            const char *text = rows->keys[i * n_keys + k];
            ranks[i * n_keys + k] = declared && text ? jb_keys_rank(declared, text) : SIZE_MAX;
        }
        list[i] = (order_row){keyset, &rows->keys[i * n_keys], &ranks[i * n_keys], rows->group[i]};
    }
    qsort(list, rows->n, sizeof *list, compare_rows);
    const char **keys = jb_arena_alloc(a, (rows->n * n_keys + 1) * sizeof *keys);
    for (size_t i = 0; i < rows->n; i++) {
        memcpy(&keys[i * n_keys], list[i].keys, n_keys * sizeof *keys);
        rows->group[i] = list[i].group;
    }
    rows->keys = keys;
    free(list);
    free(ranks);
}

/* ---- completion ---- */

static void pack_row(jb_buf *b, const char *const *keys, size_t n)
{
    jb_buf_clear(b);
    for (size_t k = 0; k < n; k++) {
        uint32_t len = keys[k] ? (uint32_t)strlen(keys[k]) : 0;
        jb_buf_char(b, keys[k] != NULL);
        jb_buf_add(b, &len, 4);
        jb_buf_add(b, keys[k] ? keys[k] : "", len);
    }
}

static int push(jb_arena *a, jb_rowset *rows, size_t *cap, const char *const *keys, uint32_t group)
{
    if (rows->n == *cap) {
        size_t more = *cap * 2 + 16;
        const char **held = jb_arena_alloc(a, (more * rows->n_keys + 1) * sizeof *held);
        uint32_t *groups = jb_arena_alloc(a, more * sizeof *groups);
        if (rows->n > 0) {
            memcpy(held, rows->keys, rows->n * rows->n_keys * sizeof *held);
            memcpy(groups, rows->group, rows->n * sizeof *groups);
        }
        rows->keys = held;
        rows->group = groups;
        *cap = more;
    }
    memcpy(&rows->keys[rows->n * rows->n_keys], keys, rows->n_keys * sizeof *keys);
    rows->group[rows->n++] = group;
    return rows->n < ROWS_MAX ? 0 : -1;
}

/* All declared values of key k and on, around what row `base` has in the keys that are not
 * declared. */
static int product(const jb_keyset *keyset, jb_arena *a, jb_rowset *rows, size_t *cap,
                   const char **base, size_t k, jb_groups *seen, jb_buf *b)
{
    if (k == keyset->n_groups) {
        size_t before = seen->n;
        pack_row(b, base, rows->n_keys);
        jb_groups_find(seen, jb_buf_text(b), b->len);
        return seen->n > before ? push(a, rows, cap, base, UINT32_MAX) : 0;
    }
    const jb_mkeys *declared = keyset->groups[k].declared;
    const char *held = base[k];
    int status = 0;
    if (!declared) {
        return product(keyset, a, rows, cap, base, k + 1, seen, b);
    }
    for (size_t i = 0; i < declared->n && status == 0; i++) {
        base[k] = declared->values[i];
        status = product(keyset, a, rows, cap, base, k + 1, seen, b);
    }
    base[k] = held;
    return status;
}

static int complete(const jb_keyset *keyset, jb_arena *a, jb_rowset *rows, size_t *cap)
{
    jb_groups seen = {0}, rest = {0};
    size_t found = rows->n, declared = 0;
    int status = 0;
    jb_buf b;
    const char *base[JB_ENGINE_KEYS + 1];
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (size_t k = 0; k < keyset->n_groups; k++) {
        declared += keyset->groups[k].declared != NULL;
    }
    for (size_t i = 0; declared > 0 && i < found; i++) {
        pack_row(&b, &rows->keys[i * rows->n_keys], rows->n_keys);
        jb_groups_find(&seen, jb_buf_text(&b), b.len);
    }
    /* without any row the undeclared keys have no value, unless all are declared */
    size_t rounds = declared == 0 ? 0 : found > 0 ? found : declared == keyset->n_groups;
    for (size_t i = 0; i < rounds && status == 0; i++) {
        for (size_t k = 0; k < rows->n_keys; k++) {
            base[k] =
                found == 0 || keyset->groups[k].declared ? "" : rows->keys[i * rows->n_keys + k];
        }
        size_t before = rest.n;
        pack_row(&b, base, rows->n_keys);
        jb_groups_find(&rest, jb_buf_text(&b), b.len);
        if (rest.n > before) {
            status = product(keyset, a, rows, cap, base, 0, &seen, &b);
        }
    }
    jb_buf_free(&b);
    jb_groups_free(&seen);
    jb_groups_free(&rest);
    return status;
}

int jb_finish_rows(const jb_result *r, size_t pair, jb_arena *a, jb_rowset *rows, jb_diags *report)
{
    const jb_pair_plan *p = &r->plan->pairs[pair];
    const jb_keyset *keyset = &r->plan->keysets[p->keyset];
    const jb_groups *groups = &r->groups[p->keyset];
    size_t cap = 0, len;
    const char *keys[JB_ENGINE_KEYS + 1];
    int status = 0;
    memset(rows, 0, sizeof *rows);
    rows->n_keys = keyset->n_groups;
    if (keyset->n_groups == 0) {
        keys[0] = "";
        return push(a, rows, &cap, keys, 0);
    }
    for (uint32_t g = 0; g < groups->n && g < r->cap_counts[pair] && status == 0; g++) {
        if (r->counts[pair][g] == 0) {
            continue;
        }
        const char *packed = jb_groups_key(groups, g, &len);
        for (size_t k = 0; k < keyset->n_groups; k++) {
            keys[k] = jb_groups_text(packed, k, a);
        }
        status = push(a, rows, &cap, keys, g);
    }
    for (size_t k = 0; k < keyset->n_groups && report; k++) {
        const jb_mgroup *g = &keyset->groups[k];
        if (g->declared && !g->declared->keep && report_unknown(r, g, rows, k, a, report) != 0) {
            return -1;
        }
    }
    if (status != 0 || complete(keyset, a, rows, &cap) != 0) {
        if (report) {
            jb_diag(report, "E0373", &r->plan->source->place, r->plan->source->name);
        }
        return -1;
    }
    sort_rows(keyset, a, rows);
    return 0;
}
