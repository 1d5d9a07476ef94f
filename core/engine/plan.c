// SPDX-License-Identifier: Apache-2.0
#include "engine/plan.h"

#include "engine/group_by.h"

#include <string.h>

/* Arrays of the plan grow in the arena by copying: plans have tens of entries, and are made once.
 */
static void *grown(jb_arena *a, const void *items, size_t n, size_t each)
{
    char *more = jb_arena_alloc(a, (n + 1) * each);
    if (n > 0) {
        memcpy(more, items, n * each);
    }
    return more;
}

static const char *period_key(jb_arena *a, const jb_expr *e, jb_period p)
{
    return e && jb_expr_uses_period(e) ? jb_arena_fmt(a, "@%d %d..%d", p.set, p.from, p.to) : "";
}

static const char *expr_key(jb_arena *a, const jb_expr *e, jb_period p)
{
    return e ? jb_arena_fmt(a, "%s%s", jb_expr_canonical(e), period_key(a, e, p)) : "";
}

static size_t add_selection(jb_arena *a, jb_source_plan *p, jb_expr *cond, jb_period period)
{
    const char *key = expr_key(a, cond, period);
    for (size_t i = 0; i < p->n_selections; i++) {
        if (strcmp(p->selections[i].key, key) == 0) {
            return i;
        }
    }
    p->selections = grown(a, p->selections, p->n_selections, sizeof *p->selections);
    p->selections[p->n_selections] = (jb_selection){cond, period, key};
    return p->n_selections++;
}

static size_t add_keyset(jb_arena *a, jb_source_plan *p, const jb_metric_model *metric)
{
    const char *key = "";
    for (size_t i = 0; i < metric->n_groups; i++) {
        const jb_mgroup *g = &metric->groups[i];
        key = jb_arena_fmt(a, "%s|%s %c%s", key, g->name, g->part ? g->part : '-',
                           jb_expr_canonical(g->expr));
    }
    for (size_t i = 0; i < p->n_keysets; i++) {
        if (strcmp(p->keysets[i].key, key) == 0) {
            return i;
        }
    }
    p->keysets = grown(a, p->keysets, p->n_keysets, sizeof *p->keysets);
    p->keysets[p->n_keysets] = (jb_keyset){metric->groups, metric->n_groups, key};
    return p->n_keysets++;
}

static size_t add_pair(jb_arena *a, jb_source_plan *p, size_t selection, size_t keyset)
{
    for (size_t i = 0; i < p->n_pairs; i++) {
        if (p->pairs[i].selection == selection && p->pairs[i].keyset == keyset) {
            return i;
        }
    }
    p->pairs = grown(a, p->pairs, p->n_pairs, sizeof *p->pairs);
    p->pairs[p->n_pairs] = (jb_pair_plan){.selection = selection, .keyset = keyset};
    return p->n_pairs++;
}

static size_t add_value(jb_arena *a, jb_source_plan *p, jb_expr *e, jb_period period,
                        size_t selection)
{
    const char *name, *key;
    int column = -1;
    if (jb_expr_is_name(e, &name)) {
        column = jb_source_column(p->source, name);
        key = jb_arena_fmt(a, "column %d", column);
    } else {
        key = jb_arena_fmt(a, "%zu %s", selection, expr_key(a, e, period));
    }
    for (size_t i = 0; i < p->n_values; i++) {
        if (strcmp(p->values[i].key, key) == 0) {
            return i;
        }
    }
    p->values = grown(a, p->values, p->n_values, sizeof *p->values);
    p->values[p->n_values] =
        (jb_row_value){e, jb_row_expr_type(p->source, e), period, selection, column, key};
    return p->n_values++;
}

static size_t add_collector(jb_arena *a, jb_source_plan *p, const jb_metric_model *metric,
                            jb_period period, size_t pair)
{
    size_t selection = p->pairs[pair].selection;
    size_t name = add_value(a, p, metric->names, period, selection);
    size_t by = metric->names_by ? add_value(a, p, metric->names_by, period, selection) + 1 : 0;
    const char *key = jb_arena_fmt(a, "%zu %zu %zu %d", pair, name, by, metric->names_order);
    for (size_t i = 0; i < p->n_collectors; i++) {
        if (strcmp(p->collectors[i].key, key) == 0) {
            return i;
        }
    }
    p->collectors = grown(a, p->collectors, p->n_collectors, sizeof *p->collectors);
    p->collectors[p->n_collectors] = (jb_collector){pair, name, by, metric->names_order, key};
    jb_pair_plan *pp = &p->pairs[pair];
    pp->collectors = grown(a, pp->collectors, pp->n_collectors, sizeof *pp->collectors);
    pp->collectors[pp->n_collectors++] = p->n_collectors;
    return p->n_collectors++;
}

jb_source_plan *jb_plan_source(jb_arena *a, jb_msource *source, int probe)
{
    jb_source_plan *p = jb_arena_alloc(a, sizeof *p);
    p->source = source;
    p->probe = probe;
    return p;
}

jb_variant *jb_plan_add(jb_arena *a, jb_source_plan *p, jb_metric_model *metric, jb_period period)
{
    for (size_t i = 0; i < p->n_variants; i++) {
        jb_variant *v = p->variants[i];
        if (v->metric == metric && v->period.set == period.set && v->period.from == period.from &&
            v->period.to == period.to) {
            return v;
        }
    }
    jb_variant *v = jb_arena_alloc(a, sizeof *v);
    v->metric = metric;
    v->period = period;
    size_t selection = add_selection(a, p, metric->cond, period);
    v->pair = add_pair(a, p, selection, add_keyset(a, p, metric));
    v->values = jb_arena_alloc(a, (metric->n_columns + 1) * sizeof *v->values);
    for (size_t i = 0; i < metric->n_columns; i++) {
        v->values[i] = add_value(a, p, metric->columns[i], period, selection);
    }
    if (metric->names) {
        v->collects = add_collector(a, p, metric, period, v->pair) + 1;
    }
    p->ordered |= (metric->agg->flags & JB_M_ORDERED) != 0;
    p->variants = grown(a, p->variants, p->n_variants, sizeof(jb_variant *));
    p->variants[p->n_variants] = v;
    jb_pair_plan *pp = &p->pairs[v->pair];
    pp->variants = grown(a, pp->variants, pp->n_variants, sizeof *pp->variants);
    pp->variants[pp->n_variants++] = p->n_variants++;
    return v;
}

static void mark(const jb_source_plan *p, char *used, const jb_expr *e)
{
    const char *const *names;
    size_t n = e ? jb_expr_names(e, &names) : 0;
    for (size_t i = 0; i < n; i++) {
        int at = jb_source_column(p->source, names[i]);
        if (at >= 0) {
            used[at] = 1;
        }
    }
}

void jb_plan_close(jb_arena *a, jb_source_plan *p)
{
    size_t n = p->source->n_columns;
    char *used = jb_arena_alloc(a, n + 1);
    p->n_projected = 0;
    mark(p, used, p->source->where);
    for (size_t i = 0; i < p->n_selections; i++) {
        mark(p, used, p->selections[i].cond);
    }
    for (size_t i = 0; i < p->n_keysets; i++) {
        for (size_t k = 0; k < p->keysets[i].n_groups; k++) {
            mark(p, used, p->keysets[i].groups[k].expr);
        }
    }
    for (size_t i = 0; i < p->n_values; i++) {
        mark(p, used, p->values[i].expr);
    }
    if (n > 0 &&
        !memchr(used, 1, n)) { /* rows cannot be counted without any column: a text is cheapest */
        size_t i = 0;
        while (i + 1 < n && p->source->columns[i].type.kind != JB_K_TEXT) {
            i++;
        }
        used[i] = p->source->columns[i].refused == NULL;
    }
    p->projected = jb_arena_alloc(a, (n + 1) * sizeof *p->projected);
    for (size_t i = 0; i < n; i++) {
        if (used[i]) {
            p->projected[p->n_projected++] = (int)i;
        }
    }
}
