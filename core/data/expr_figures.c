// SPDX-License-Identifier: Apache-2.0
/* Evaluation over figures: scalars are tables of one row without keys; keyed operands meet by key.
 */
#include "data/expr_impl.h"

#include "base/str.h"

#include <string.h>

enum { OVERFLOW = -2, LOST = -3 };

typedef struct table {
    int keyed;
    int64_t n;
    jb_value *values;
    const char *const *const *keys; /* [key][row] */
    uint32_t n_keys;
    const jb_fig
        *figure; /* set while the table is still one figure's rows: its names belong to it */
} table;

typedef struct eval {
    const jb_figures_env *env;
    jb_arena *arena;
} eval;

static int run(eval *, const jb_ex *, table *);

static jb_value *rows(eval *ev, int64_t n)
{
    return jb_arena_alloc(ev->arena, (size_t)(n > 0 ? n : 1) * sizeof(jb_value));
}

static int scalar(eval *ev, table *t)
{
    memset(t, 0, sizeof *t);
    t->n = 1;
    t->values = rows(ev, 1);
    return 0;
}

static void keys_of(const jb_fig *f, table *t)
{
    t->keyed = f->n_keys > 0;
    t->n_keys = f->n_keys;
    t->n = f->n_rows;
    t->keys = (const char *const *const *)f->keys;
}

static int run_name(eval *ev, const jb_ex *x, table *t)
{
    if (x->derived) {
        scalar(ev, t);
        return ev->env->field &&
                       ev->env->field(ev->env->data, x->name,
                                      x->op == JB_EX_FIELD ? x->name2 : NULL, &t->values[0]) == 0
                   ? 0
                   : LOST;
    }
    const jb_fig *f = jb_figure_find(ev->env->figures, x->name);
    if (!f || f->flags & JB_FIG_LOST) {
        return LOST;
    }
    if (f->flags & JB_FIG_SHAPE || (f->n_keys == 0 && f->n_rows < 1)) {
        if (f->n_keys) {
            keys_of(f, t);
            t->n = 0;
            return 0;
        }
        return scalar(ev, t);
    }
    memset(t, 0, sizeof *t);
    keys_of(f, t);
    t->values = f->values;
    if (x->op == JB_EX_NAME) {
        t->figure = f;
        return 0;
    }
    for (uint32_t i = 0; i < f->n_fields; i++) {
        if (strcmp(f->fields[i].name, x->name2) == 0) {
            t->values = f->fields[i].values;
            return 0;
        }
    }
    for (uint32_t i = 0; i < f->n_keys; i++) {
        if (strcmp(f->key_names[i], x->name2) == 0) {
            t->values = rows(ev, t->n);
            for (int64_t r = 0; r < t->n; r++) {
                t->values[r].kind = f->keys[i][r] ? JB_K_TEXT : JB_K_NULL;
                t->values[r].text = f->keys[i][r];
            }
            return 0;
        }
    }
    return LOST;
}

/* One text for the keys of a row; no key text holds U+0001, which stands before NULL and between
 * parts. */
static const char *joined(eval *ev, const table *t, int64_t row)
{
    size_t n = 1;
    for (uint32_t k = 0; k < t->n_keys; k++) {
        n += 2 + (t->keys[k][row] ? strlen(t->keys[k][row]) : 0);
    }
    char *text = jb_arena_alloc(ev->arena, n), *p = text;
    for (uint32_t k = 0; k < t->n_keys; k++) {
        const char *key = t->keys[k][row];
        size_t len = key ? strlen(key) : 0;
        *p++ = key ? '\x02' : '\x01';
        if (len) {
            memcpy(p, key, len);
        }
        p += len;
    }
    *p = '\0';
    return text;
}

static int same_keys(const table *a, const table *b)
{
    if (a->n != b->n || a->n_keys != b->n_keys) {
        return 0;
    }
    for (uint32_t k = 0; k < a->n_keys; k++) {
        for (int64_t r = 0; r < a->n; r++) {
            const char *x = a->keys[k][r], *y = b->keys[k][r];
            if (x != y && (!x || !y || strcmp(x, y) != 0)) {
                return 0;
            }
        }
    }
    return 1;
}

/* Rows of every keyed operand in the rows of the result: the first one's keys in their order, then
 * those that only later ones have. at[i] NULL: the rows are the same (or the operand is a scalar).
 */
static void align(eval *ev, table *in, uint32_t n, table *out, int64_t **at)
{
    table *first = NULL;
    int same = 1;
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < n; i++) {
        if (in[i].keyed) {
            same = same && (!first || same_keys(first, &in[i]));
            first = first ? first : &in[i];
        }
    }
    out->n = 1;
    if (!first) {
        return;
    }
    *out = *first;
    out->values = NULL;
    out->figure = NULL;
    if (same) {
        return;
    }
    jb_map *index = jb_map_new();
    size_t cap = 0;
    for (uint32_t i = 0; i < n; i++) {
        cap += in[i].keyed ? (size_t)in[i].n : 0;
    }
    const char ***keys = jb_arena_alloc(ev->arena, out->n_keys * sizeof *keys);
    for (uint32_t k = 0; k < out->n_keys; k++) {
        keys[k] = jb_arena_alloc(ev->arena, (cap + 1) * sizeof **keys);
    }
    int64_t total = 0;
    int64_t **where = jb_arena_alloc(ev->arena, n * sizeof *where);
    for (uint32_t i = 0; i < n; i++) {
        if (!in[i].keyed) {
            continue;
        }
        where[i] = jb_arena_alloc(ev->arena, ((size_t)in[i].n + 1) * sizeof **where);
        for (int64_t r = 0; r < in[i].n; r++) {
            const char *key = joined(ev, &in[i], r);
            uintptr_t found = (uintptr_t)jb_map_get(index, key);
            if (!found) {
                for (uint32_t k = 0; k < out->n_keys; k++) {
                    keys[k][total] = in[i].keys[k][r];
                }
                found = (uintptr_t)++total;
                jb_map_put(index, key, (void *)found); /* row + 1 */
            }
            where[i][r] = (int64_t)found - 1;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!in[i].keyed) {
            continue;
        }
        at[i] = jb_arena_alloc(ev->arena, ((size_t)total + 1) * sizeof **at);
        for (int64_t r = 0; r < total; r++) {
            at[i][r] = -1;
        }
        for (int64_t r = 0; r < in[i].n; r++) {
            at[i][where[i][r]] = r;
        }
    }
    jb_map_free(index);
    out->n = total;
    out->keys = (const char *const *const *)keys;
}

static int elementwise(eval *ev, const jb_ex *x, table *t)
{
    table *in = jb_arena_alloc(ev->arena, (x->n + 1) * sizeof *in);
    int64_t **at = jb_arena_alloc(ev->arena, (x->n + 1) * sizeof *at);
    jb_value *args = jb_arena_alloc(ev->arena, (x->n + 1) * sizeof *args);
    for (uint32_t i = 0; i < x->n; i++) {
        int status = run(ev, x->kids[i], &in[i]);
        if (status) {
            return status;
        }
    }
    align(ev, in, x->n, t, at);
    t->values = rows(ev, t->n);
    for (int64_t r = 0; r < t->n; r++) {
        for (uint32_t i = 0; i < x->n; i++) {
            int64_t from = !in[i].keyed ? 0 : at[i] ? at[i][r] : r;
            if (from < 0) {
                memset(&args[i], 0, sizeof args[i]);
            } else {
                args[i] = in[i].values[from];
            }
        }
        int status = jb_ex_apply(x, args, NULL, &t->values[r]);
        if (status) {
            return status;
        }
    }
    return 0;
}

static int run_index(eval *ev, const jb_ex *x, table *t)
{
    table base, part;
    int status = run(ev, x->kids[0], &base);
    const char **keys = jb_arena_alloc(ev->arena, x->n * sizeof *keys);
    for (uint32_t i = 1; !status && i < x->n; i++) {
        status = run(ev, x->kids[i], &part);
        if (!status && part.n > 0) {
            char text[48];
            const jb_value *v = &part.values[0];
            jb_value_print(v, text, sizeof text);
            keys[i - 1] = v->kind == JB_K_TEXT   ? v->text
                          : v->kind == JB_K_NULL ? NULL
                                                 : jb_arena_strdup(ev->arena, text);
        }
    }
    if (status) {
        return status;
    }
    scalar(ev, t);
    for (int64_t r = 0; r < base.n; r++) {
        uint32_t k = 0;
        while (k < base.n_keys &&
               (keys[k] == base.keys[k][r] ||
                (keys[k] && base.keys[k][r] && strcmp(keys[k], base.keys[k][r]) == 0))) {
            k++;
        }
        if (k == base.n_keys) {
            t->values[0] = base.values[r];
            break;
        }
    }
    return 0;
}

static int sum_of(const table *in, const jb_ex *x, jb_value *out)
{
    jb_ex add = {.op = JB_EX_ADD, .kind = x->kind, .scale = x->scale, .n = 2};
    int any = 0;
    for (int64_t r = 0; r < in->n; r++) {
        jb_value pair[2] = {*out, in->values[r]};
        if (pair[1].kind == JB_K_NULL) {
            continue;
        }
        if (!any) {
            *out = pair[1];
        } else if (jb_ex_apply(&add, pair, NULL, out)) {
            return OVERFLOW;
        }
        any = 1;
    }
    if (!any && in->n == 0) {
        out->kind = x->kind;
        out->scale = x->scale;
    }
    return 0;
}

static int aggregate(eval *ev, const jb_ex *x, table *t)
{
    table in;
    int status = run(ev, x->kids[0], &in);
    if (status) {
        return status;
    }
    scalar(ev, t);
    jb_value *out = &t->values[0];
    int64_t with_value = 0, known = 0, yes = 0;
    for (int64_t r = 0; r < in.n; r++) {
        const jb_value *v = &in.values[r];
        with_value += v->kind != JB_K_NULL;
        known += v->kind == JB_K_BOOL;
        yes += v->kind == JB_K_BOOL && v->num;
        if ((x->op == JB_EX_MIN || x->op == JB_EX_MAX) && v->kind != JB_K_NULL) {
            int c = out->kind == JB_K_NULL ? 0 : jb_value_compare(v, out);
            if (out->kind == JB_K_NULL || (x->op == JB_EX_MIN ? c < 0 : c > 0)) {
                *out = *v;
            }
        }
    }
    if (x->op == JB_EX_SUM) {
        return sum_of(&in, x, out);
    }
    if (x->op == JB_EX_COUNT) {
        const jb_fig *f = in.figure;
        out->kind = JB_K_INT;
        out->num = f && !f->n_keys && f->names && f->n_names ? (jb_i128)f->n_names[0] : with_value;
    } else if (x->op == JB_EX_ANY || x->op == JB_EX_ALL) {
        int any = x->op == JB_EX_ANY;
        int settled = any ? yes > 0 : known > yes;
        out->kind = !settled && known < in.n ? JB_K_NULL : JB_K_BOOL;
        out->num = out->kind == JB_K_BOOL && (any ? yes > 0 : !settled);
    }
    return 0;
}

static int run(eval *ev, const jb_ex *x, table *t)
{
    switch (x->op) {
    case JB_EX_LIT:
        scalar(ev, t);
        t->values[0] = x->value;
        return 0;
    case JB_EX_NAME:
    case JB_EX_FIELD:
        return run_name(ev, x, t);
    case JB_EX_INDEX:
        return run_index(ev, x, t);
    case JB_EX_SUM:
    case JB_EX_MIN:
    case JB_EX_MAX:
    case JB_EX_COUNT:
    case JB_EX_ANY:
    case JB_EX_ALL:
        return aggregate(ev, x, t);
    default:
        return elementwise(ev, x, t);
    }
}

int jb_expr_eval_figures(const jb_expr *e, const jb_figures_env *env, jb_arena *arena, jb_fig **out)
{
    eval ev = {env, arena};
    table t;
    const jb_ex *x = e->typed;
    int status = run(&ev, x, &t);
    if (status) {
        return status;
    }
    jb_fig *f = jb_arena_alloc(arena, sizeof *f);
    f->unit = x->unit.text;
    f->kind = (jb_kind)x->kind;
    f->scale = x->kind == JB_K_DEC ? x->scale : 0;
    f->flags = JB_FIG_EXPR | (x->divides ? JB_FIG_QUOTIENT : 0);
    f->period = f->as_of = f->source = "";
    f->definition = jb_expr_canonical(e);
    f->n_rows = t.n;
    f->values = rows(&ev, t.n);
    for (int64_t r = 0; r < t.n; r++) {
        if (jb_ex_cast(&t.values[r], (int)f->kind, f->scale, &f->values[r])) {
            return OVERFLOW;
        }
    }
    if (t.keyed) {
        f->n_keys = t.n_keys;
        f->keys = (const char ***)jb_arena_alloc(arena, t.n_keys * sizeof *f->keys);
        f->key_names = (const char **)jb_arena_alloc(arena, t.n_keys * sizeof *f->key_names);
        for (uint32_t k = 0; k < t.n_keys; k++) {
            f->key_names[k] = x->figure ? x->figure->key_names[k] : "key";
            f->keys[k] = (const char **)jb_arena_alloc(arena, (size_t)(t.n + 1) * sizeof **f->keys);
            memcpy(f->keys[k], t.keys[k], (size_t)t.n * sizeof **f->keys);
        }
    }
    if (t.figure) { /* the whole expression is one figure: its names and origin stay with it */
        const jb_fig *src = t.figure;
        f->names = src->names;
        f->n_names = src->n_names;
        f->n_fields = src->n_fields;
        f->fields = src->fields;
        f->rows_counted = src->rows_counted;
        f->period = src->period;
        f->as_of = src->as_of;
        f->source = src->source;
        f->type = src->type;
        f->flags |= src->flags & JB_FIG_ROWS;
    }
    *out = f;
    return 0;
}
