// SPDX-License-Identifier: Apache-2.0
/* Which rows, and in which order. Rows in are rows out: keys that no list declares are printed too.
 */
#include "table.h"

static int same_key(const jb_figure *f, int64_t row, const char *key)
{
    const struct ArrowArray *keys = f->array->children[0];
    size_t n;
    const char *cell;
    if (jb_is_null(keys, row))
        return key == NULL;
    cell = jb_utf8_cell(keys, row, &n);
    return key != NULL && strlen(key) == n && memcmp(cell, key, n) == 0;
}

int64_t table_find_row(const jb_figure *f, const char *key, int64_t guess)
{
    int64_t row;
    if (guess >= 0 && guess < f->array->length && same_key(f, guess, key))
        return guess; /* figures of one key mostly have their rows in one order */
    for (row = 0; row < f->array->length; row++)
        if (same_key(f, row, key))
            return row;
    return -1;
}

typedef struct list {
    table_row *at;
    size_t n, cap;
} list;

static int add(list *l, const char *key, int64_t row)
{
    if (l->n == l->cap) {
        size_t cap = l->cap == 0 ? 64 : l->cap * 2;
        table_row *wider = realloc(l->at, cap * sizeof *wider);
        if (wider == NULL)
            return -1;
        l->at = wider;
        l->cap = cap;
    }
    memset(&l->at[l->n], 0, sizeof l->at[l->n]);
    l->at[l->n].key = key;
    l->at[l->n].row = row;
    l->at[l->n].order = (int64_t)l->n;
    l->n++;
    return 0;
}

/* Whether any figure of the table has a row for this key; a list may hold keys of other figures. */
static int used(const table *t, const char *key, int64_t guess)
{
    size_t i, figures = 0;
    for (i = 0; i < t->n_columns; i++) {
        if (t->columns[i].what != TABLE_FIGURE)
            continue;
        figures++;
        if (table_find_row(&t->columns[i].figure, key, guess) >= 0)
            return 1;
    }
    return key != NULL && figures == 0;
}

static jb_status key_rows(table_call *c, list *l)
{
    const char *const *keys = NULL;
    uint64_t n = 0, i;
    int failed = 0;
    if (c->figures->keys(c->ctx, c->t->rows, &keys, &n) != JB_OK)
        return table_fail(c, "rows", 0, "E0776", c->t->rows);
    for (i = 0; i < n; i++)
        if (used(c->t, keys[i], (int64_t)i))
            failed |= add(l, keys[i], -1);
    if (used(c->t, NULL, -1))
        failed |= add(l, NULL, -1);
    return failed ? jb_fail_text(c->host, c->ctx, JB_E_MEMORY, NULL, "out of memory") : JB_OK;
}

static jb_status of_rows(table_call *c, list *l)
{
    int64_t row;
    for (row = 0; row < c->of.array->length; row++)
        if (add(l, NULL, row) != 0)
            return jb_fail_text(c->host, c->ctx, JB_E_MEMORY, NULL, "out of memory");
    return JB_OK;
}

int64_t table_find_key(const jb_figure *f, const jb_figure *from, int64_t from_row)
{
    const struct ArrowArray *keys = from->array->children[0];
    int64_t row;
    size_t n = 0, m;
    const char *cell = jb_is_null(keys, from_row) ? NULL : jb_utf8_cell(keys, from_row, &n), *other;
    for (row = 0; row < f->array->length; row++) {
        if (jb_is_null(f->array->children[0], row)) {
            if (cell == NULL)
                return row;
            continue;
        }
        other = jb_utf8_cell(f->array->children[0], row, &m);
        if (cell != NULL && n == m && memcmp(cell, other, n) == 0)
            return row;
    }
    return -1;
}

/* The row of `f` that belongs to a printed row. */
static int64_t row_in(const table_call *c, const jb_figure *f, const table_row *r)
{
    return c->t->has_of ? table_find_key(f, &c->of, r->row) : table_find_row(f, r->key, r->order);
}

static int ascending(const void *a, const void *b)
{
    const table_row *x = a, *y = b;
    if (x->known != y->known)
        return x->known ? -1 : 1; /* the missing last */
    if (x->known && x->exact != y->exact)
        return x->exact < y->exact ? -1 : 1;
    if (x->known && (x->number < y->number || x->number > y->number))
        return x->number < y->number ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int descending(const void *a, const void *b)
{
    const table_row *x = a, *y = b;
    if (x->known && y->known &&
        (x->exact != y->exact || x->number < y->number || x->number > y->number))
        return -ascending(a, b);
    return ascending(a, b);
}

static jb_status sort_rows(table_call *c, list *l)
{
    jb_figure by;
    int32_t precision, scale, order = 1;
    size_t i;
    char kind;
    jb_status status = c->figures->get(c->ctx, "sort", 0, &by);
    if (status != JB_OK)
        return status;
    kind = jb_format_kind(by.schema->children[by.n_keys]->format, &precision, &scale);
    for (i = 0; i < l->n; i++) {
        const struct ArrowArray *values = by.array->children[by.n_keys];
        int64_t row = row_in(c, &by, &l->at[i]);
        if (row < 0 || jb_is_null(values, row))
            continue;
        l->at[i].known = 1;
        if (kind == 'g')
            l->at[i].number = ((const double *)values->buffers[1])[values->offset + row];
        else
            l->at[i].exact = jb_int_cell(values, kind, row);
    }
    c->host->get_order(c->t->args, "sort", &order);
    qsort(l->at, l->n, sizeof *l->at, order < 0 ? descending : ascending);
    return JB_OK;
}

jb_status table_rows(table_call *c, table_row **rows, size_t *n)
{
    list l = {0};
    jb_status status = c->t->has_of ? of_rows(c, &l) : key_rows(c, &l);
    if (status == JB_OK && c->t->has_sort && l.n > 0)
        status = sort_rows(c, &l);
    if (status != JB_OK) {
        free(l.at);
        return status;
    }
    *rows = l.at;
    *n = l.n;
    return JB_OK;
}
