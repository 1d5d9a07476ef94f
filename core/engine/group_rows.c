// SPDX-License-Identifier: Apache-2.0
/* The text of a key tuple names a group (group.h), but few rows are spelled out: where a batch has
 * few different values in a key column, each gets a small number, and a table over the numbers of
 * all keys remembers the group. */
#include "engine/group_rows.h"

#include "data/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TABLE_MAX = 1 << 16, /* entries of the table over all keys of a set */
    SPAN_MAX = 4096,     /* values of an integer or day key that are numbered by their distance */
};

/* ---- days to months ---- */

#define FIRST_DAY (-25567) /* 1900-01-01 */
#define LAST_DAY 84005     /* 2199-12-31 */

struct jb_month_table {
    uint16_t of[LAST_DAY - FIRST_DAY + 1]; /* months since 1900-01, plus 1; 0: not worked out yet */
};

void jb_month_table_free(jb_month_table *t)
{
    free(t);
}

/* Months since 1900-01 of a day between FIRST_DAY and LAST_DAY. */
static uint32_t month_of(jb_worker *w, int32_t day)
{
    if (!w->months) {
        w->months = jb_alloc(sizeof *w->months);
        memset(w->months, 0, sizeof *w->months);
    }
    uint16_t *at = &w->months->of[day - FIRST_DAY];
    if (*at == 0) {
        int32_t y, m, d;
        jb_civil_from_days(day, &y, &m, &d);
        *at = (uint16_t)((y - 1900) * 12 + m);
    }
    return *at - 1u;
}

/* ---- spelling a tuple out ---- */

static size_t date_part_text(char part, int32_t days, char *out, size_t cap)
{
    char date[11];
    int32_t y, m, d;
    jb_date_print(days, date);
    if (part == 'y' || part == 'm') {
        size_t n = part == 'y' ? strlen(date) - 6 : strlen(date) - 3;
        memcpy(out, date, n);
        return n;
    }
    jb_civil_from_days(days, &y, &m, &d);
    int n = snprintf(out, cap, "%04d-Q%d", (int)y, (int)((m - 1) / 3 + 1));
    return n > 0 ? (size_t)n : 0;
}

static void pack(jb_buf *b, const jb_mgroup *g, const jb_value *v)
{
    char text[64];
    const char *p = text;
    uint32_t n = 0;
    if (v->kind == JB_K_TEXT) {
        p = v->text;
        n = (uint32_t)v->num;
    } else if (v->kind != JB_K_NULL && g->part) {
        n = (uint32_t)date_part_text(g->part, (int32_t)v->num, text, sizeof text);
    } else if (v->kind != JB_K_NULL) {
        n = (uint32_t)jb_value_print(v, text, sizeof text);
    }
    jb_buf_char(b, v->kind != JB_K_NULL);
    jb_buf_add(b, &n, 4);
    jb_buf_add(b, p, n);
}

/* The group of one row; UINT32_MAX: too many, or a key that is too long. */
static uint32_t spelled(jb_worker *w, jb_groups *groups, const jb_keyset *keyset,
                        const jb_vector *keys, uint32_t row)
{
    jb_value v;
    jb_buf_clear(&w->packed);
    for (size_t g = 0; g < keyset->n_groups; g++) {
        jb_vector_cell(&keys[g], row, &v);
        pack(&w->packed, &keyset->groups[g], &v);
    }
    uint32_t group = jb_groups_find(groups, jb_buf_text(&w->packed), w->packed.len);
    return w->packed.failed ? UINT32_MAX : group;
}

/* ---- small numbers for the values of a key ---- */

typedef struct rows {
    const uint32_t *sel;
    uint64_t n;
} rows;

static inline uint32_t row_at(const rows *s, uint64_t i)
{
    return s->sel ? s->sel[i] : (uint32_t)i;
}

static inline int known(const jb_vector *v, uint32_t row)
{
    return !v->valid || (v->valid[row >> 3] >> (row & 7) & 1);
}

/* An integer for the value of a row such that equal keys have equal integers. 0: cannot say. */
static inline int number_of(jb_worker *w, const jb_mgroup *g, const jb_vector *v, uint32_t row,
                            int64_t *out)
{
    if (v->kind == JB_K_INT) {
        *out = ((const int64_t *)v->data)[row];
        return 1;
    }
    int32_t day = ((const int32_t *)v->data)[row];
    if (!g->part) {
        *out = day;
        return 1;
    }
    if (day < FIRST_DAY || day > LAST_DAY) {
        return 0;
    }
    uint32_t month = month_of(w, day);
    *out = g->part == 'y' ? month / 12 : g->part == 'q' ? month / 3 : month;
    return 1;
}

/* code[i] of the i-th row: 0 NULL, else from 1. Returns how many codes there may be; 0: too many.
 */
static uint32_t code_numbers(jb_worker *w, const jb_mgroup *g, const jb_vector *v, const rows *s,
                             uint32_t *code)
{
    int64_t least = INT64_MAX, most = INT64_MIN, number = 0;
    for (uint64_t i = 0; i < s->n; i++) {
        uint32_t row = row_at(s, i);
        if (known(v, row)) {
            if (!number_of(w, g, v, row, &number)) {
                return 0;
            }
            least = number < least ? number : least;
            most = number > most ? number : most;
        }
    }
    if (least <= most && (uint64_t)most - (uint64_t)least >= SPAN_MAX) {
        return 0;
    }
    for (uint64_t i = 0; i < s->n; i++) {
        uint32_t row = row_at(s, i);
        code[i] = 0;
        if (known(v, row)) {
            number_of(w, g, v, row, &number);
            code[i] = (uint32_t)((uint64_t)number - (uint64_t)least) + 1;
        }
    }
    return least <= most ? (uint32_t)((uint64_t)most - (uint64_t)least) + 2 : 1;
}

static uint32_t code_column(jb_worker *w, const jb_mgroup *g, const jb_vector *v, const rows *s,
                            uint32_t *code)
{
    if (v->kind == JB_K_TEXT && v->codes && v->n_texts < TABLE_MAX) {
        for (uint64_t i = 0; i < s->n; i++) {
            uint32_t row = row_at(s, i);
            code[i] = known(v, row) ? (uint32_t)v->codes[row] + 1 : 0;
        }
        return (uint32_t)v->n_texts + 1;
    }
    if (v->kind == JB_K_BOOL) {
        for (uint64_t i = 0; i < s->n; i++) {
            uint32_t row = row_at(s, i);
            code[i] = known(v, row) ? 1u + (((const uint8_t *)v->data)[row] != 0) : 0;
        }
        return 3;
    }
    return v->kind == JB_K_INT || v->kind == JB_K_DATE ? code_numbers(w, g, v, s, code) : 0;
}

/* One code for the whole tuple, in w->group; how many there may be, 0: too many. */
static uint32_t code_tuples(jb_worker *w, const jb_keyset *keyset, const jb_vector *keys,
                            const rows *s)
{
    uint32_t *code = w->group, *next = w->code;
    uint64_t total = 1;
    for (size_t k = 0; k < keyset->n_groups; k++) {
        uint32_t n = code_column(w, &keyset->groups[k], &keys[k], s, k == 0 ? code : next);
        total *= n;
        if (total == 0 || total > TABLE_MAX) {
            return 0;
        }
        for (uint64_t i = 0; k > 0 && i < s->n; i++) {
            code[i] = code[i] * n + next[i];
        }
    }
    return (uint32_t)total;
}

/* ---- all rows ---- */

static int by_table(jb_worker *w, jb_groups *groups, const jb_keyset *keyset, const jb_vector *keys,
                    const rows *s, uint32_t n_codes)
{
    uint32_t *table = jb_scratch_array(w->scratch, n_codes, sizeof *table); /* group + 1 */
    memset(table, 0, n_codes * sizeof *table);
    for (uint64_t i = 0; i < s->n; i++) {
        uint32_t row = row_at(s, i), *at = &table[w->group[i]];
        if (*at == 0) {
            uint32_t group = spelled(w, groups, keyset, keys, row);
            if (group == UINT32_MAX) {
                return -1;
            }
            *at = group + 1;
        }
        w->row_group[row] = *at - 1;
    }
    return 0;
}

static int one_by_one(jb_worker *w, jb_groups *groups, const jb_keyset *keyset,
                      const jb_vector *keys, const rows *s)
{
    for (uint64_t i = 0; i < s->n; i++) {
        uint32_t row = row_at(s, i);
        w->row_group[row] = spelled(w, groups, keyset, keys, row);
        if (w->row_group[row] == UINT32_MAX) {
            return -1;
        }
    }
    return 0;
}

int jb_group_rows(jb_worker *w, jb_result *r, size_t k, int64_t n_rows, const uint32_t *sel,
                  uint64_t n, jb_diags *diags)
{
    const jb_keyset *keyset = &w->plan->keysets[k];
    const jb_source_plan *plan = w->plan;
    jb_vector keys[JB_ENGINE_KEYS];
    jb_rows_env env = {.columns = w->columns, .rows = n_rows, .sel = sel, .n = n};
    rows s = {sel, n};
    int64_t row;
    if (keyset->n_groups == 0) { /* one group of all: nobody asks which */
        jb_groups_find(&r->groups[k], "", 0);
        return 0;
    }
    for (size_t i = 0; i < keyset->n_groups; i++) {
        const jb_expr *e = keyset->groups[i].expr;
        if (jb_expr_eval_rows(e, &env, w->scratch, &keys[i], &row) != 0) {
            jb_diag(diags, "E0374", &plan->source->place, plan->source->name, jb_expr_text(e));
            return -1;
        }
    }
    uint32_t n_codes = code_tuples(w, keyset, keys, &s);
    int status = n_codes ? by_table(w, &r->groups[k], keyset, keys, &s, n_codes)
                         : one_by_one(w, &r->groups[k], keyset, keys, &s);
    if (status != 0) {
        jb_diag(diags, "E0373", &plan->source->place, plan->source->name);
    }
    return status;
}
