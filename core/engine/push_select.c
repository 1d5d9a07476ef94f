// SPDX-License-Identifier: Apache-2.0
#include "engine/push_select.h"

#include "engine/group_by.h"

#include <string.h>

enum { MOST_ORED = 4 };

static void *grown(jb_arena *a, const void *items, size_t n, size_t each)
{
    char *more = jb_arena_alloc(a, (n + 1) * each);
    if (n > 0) {
        memcpy(more, items, n * each);
    }
    return more;
}

void jb_push_start(jb_push_builder *b, const jb_push_view *view, const jb_source_plan *plan,
                   jb_arena *a)
{
    memset(b, 0, sizeof *b);
    b->plan = plan;
    b->arena = a;
    jb_printer_start(&b->printer, view, a);
}

void jb_push_branch_start(jb_push_builder *b, jb_push_branch *br)
{
    memset(br, 0, sizeof *br);
    br->list = "";
    b->n_selects++;
}

int jb_push_is_distinct(const jb_variant *v)
{
    const jb_metric_partial *p = v->metric->partial;
    return p && p->n_partials == 1 && p->partials[0].op == JB_PARTIAL_DISTINCT;
}

/* ---- inner columns ---- */

static const char *find_item(const jb_push_branch *br, const char *key)
{
    for (size_t i = 0; i < br->n_items; i++) {
        if (strcmp(br->items[i].key, key) == 0) {
            return br->items[i].name;
        }
    }
    return NULL;
}

static const char *add_item(jb_push_builder *b, jb_push_branch *br, const char *key, char letter,
                            const char *text)
{
    if (!text) {
        return NULL;
    }
    const char *name = jb_arena_fmt(b->arena, "%c%zu", letter, br->n_items);
    br->items = grown(b->arena, br->items, br->n_items, sizeof *br->items);
    br->items[br->n_items++] = (jb_push_item){key, name};
    br->list = jb_arena_fmt(b->arena, "%s%s%s AS %s", br->list, *br->list ? ", " : "", text, name);
    return name;
}

/* ---- slots ---- */

static int same_type(const jb_coltype *a, const jb_coltype *b)
{
    /* Width too: 64-bit and 128-bit decimals are read differently. */
    return a->kind == b->kind && a->scale == b->scale && a->precision == b->precision &&
           a->wide == b->wide;
}

/* The slot where the branch gives `text`; slots of other branches are shared where types allow. */
static size_t take_slot(jb_push_builder *b, jb_push_branch *br, jb_coltype type, const char *text)
{
    size_t at = 0;
    for (; at < br->n_texts; at++) {
        if (br->texts[at] && strcmp(br->texts[at], text) == 0 && same_type(&b->slots[at], &type)) {
            return at;
        }
    }
    for (at = 0; at < b->n_slots; at++) {
        int taken = at < br->n_texts && br->texts[at];
        if (!taken && same_type(&b->slots[at], &type)) {
            break;
        }
    }
    if (at == b->n_slots) {
        b->slots = grown(b->arena, b->slots, b->n_slots, sizeof *b->slots);
        b->slots[b->n_slots++] = type;
    }
    if (at >= br->n_texts) {
        const char **more = jb_arena_alloc(b->arena, (at + 1) * sizeof *more);
        if (br->n_texts > 0) {
            memcpy(more, br->texts, br->n_texts * sizeof *more);
        }
        br->texts = more;
        br->n_texts = at + 1;
    }
    br->texts[at] = text;
    return at;
}

static size_t take_aggregate(jb_push_builder *b, jb_push_branch *br, jb_coltype type,
                             const char *op, const char *name)
{
    size_t before = b->n_slots, used = 0, after = 0;
    for (size_t i = 0; i < br->n_texts; i++) {
        used += br->texts[i] != NULL;
    }
    const char *text = jb_printer_fill(&b->printer, op, name, "");
    if (!text) {
        return SIZE_MAX;
    }
    size_t at = take_slot(b, br, type, text);
    for (size_t i = 0; i < br->n_texts; i++) {
        after += br->texts[i] != NULL;
    }
    b->n_aggregates += after > used || b->n_slots > before;
    return at;
}

/* ---- keys ---- */

static const char *const part_ops[] = {"year", "quarter", "month"};

/* Which of part_ops make the text of a key: bits; 0: the value itself. */
static int parts_of(const jb_mgroup *g)
{
    return g->part == 0 ? 0 : g->part == 'y' ? 1 : g->part == 'q' ? 3 : 5;
}

int jb_push_has_key(jb_printer *p, const jb_mgroup *g)
{
    const char *name;
    if (jb_printer_is_label(p, g->expr)) {
        return 1;
    }
    if (!jb_printer_value(p, g->expr, (jb_period){0}) ||
        (jb_expr_kind(g->expr) == JB_K_BOOL && !jb_expr_is_name(g->expr, &name))) {
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        if ((parts_of(g) >> i & 1) && !jb_printer_form(p, part_ops[i])) {
            return 0;
        }
    }
    return 1;
}

static void add_key_slot(jb_push_set *set, size_t slot, size_t *n, jb_arena *a)
{
    set->keys = grown(a, set->keys, *n, sizeof *set->keys);
    ((size_t *)(uintptr_t)set->keys)[(*n)++] = slot;
}

static int is_grouped(const jb_push_branch *br, const char *name)
{
    for (size_t i = 0; i < br->n_keys; i++) {
        if (strcmp(br->keys[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int add_key(jb_push_builder *b, jb_push_branch *br, jb_push_set *set, size_t *n,
                   const jb_mgroup *g, int part)
{
    jb_coltype type = {.kind = JB_K_INT};
    const char *op = part < 0 ? "" : part_ops[part];
    const char *key = jb_arena_fmt(b->arena, "k%s|%s", op, jb_expr_canonical(g->expr));
    const char *name = find_item(br, key);
    if (!name) {
        const char *text = jb_printer_value(&b->printer, g->expr, (jb_period){0});
        text = text && part >= 0 ? jb_printer_fill(&b->printer, op, text, "") : text;
        name = add_item(b, br, key, 'k', text);
    }
    if (!name) {
        return -1;
    }
    if (part < 0) {
        type = jb_row_expr_type(b->plan->source, g->expr);
    }
    if (!is_grouped(br, name)) {
        const char **keys = jb_arena_alloc(b->arena, (br->n_keys + 1) * sizeof *keys);
        if (br->n_keys > 0) {
            memcpy(keys, br->keys, br->n_keys * sizeof *keys);
        }
        keys[br->n_keys++] = name;
        br->keys = keys;
    }
    add_key_slot(set, take_slot(b, br, type, name), n, b->arena);
    return 0;
}

int jb_push_keys(jb_push_builder *b, jb_push_branch *br, size_t keyset)
{
    const jb_keyset *k = &b->plan->keysets[keyset];
    b->sets = grown(b->arena, b->sets, b->n_sets, sizeof *b->sets);
    jb_push_set *set = &b->sets[b->n_sets++];
    size_t n = 0;
    *set = (jb_push_set){.keyset = keyset};
    for (size_t i = 0; i < k->n_groups; i++) {
        const jb_mgroup *g = &k->groups[i];
        int parts = parts_of(g), failed = 0;
        if (jb_printer_is_label(&b->printer, g->expr)) {
            add_key_slot(set, JB_PUSH_CONSTANT, &n, b->arena);
            continue;
        }
        failed |= parts == 0 && add_key(b, br, set, &n, g, -1) != 0;
        for (int p = 0; p < 3; p++) {
            failed |= (parts >> p & 1) && add_key(b, br, set, &n, g, p) != 0;
        }
        if (failed) {
            return -1;
        }
    }
    set->grouped = n; /* how many, until the sets are marked */
    b->n_keyed += k->n_groups > 0;
    return 0;
}

void jb_push_mark_sets(jb_push_builder *b)
{
    b->n_keys = b->n_slots;
    for (size_t i = 0; i < b->n_sets; i++) {
        size_t n = (size_t)b->sets[i].grouped;
        uint64_t lacks = b->n_keys < 64 ? (UINT64_C(1) << b->n_keys) - 1 : 0;
        for (size_t k = 0; k < n; k++) {
            if (b->sets[i].keys[k] < 64) {
                lacks &= ~(UINT64_C(1) << b->sets[i].keys[k]);
            }
        }
        b->sets[i].grouped = lacks;
    }
}

/* ---- conditions: what the rows share, and what each selection wants besides ---- */

static int same_condition(const jb_expr *a, jb_period p, const jb_expr *b, jb_period q)
{
    if (strcmp(jb_expr_canonical(a), jb_expr_canonical(b)) != 0) {
        return 0;
    }
    return !jb_expr_uses_period(a) || (p.set == q.set && p.from == q.from && p.to == q.to);
}

static int holds(jb_expr *const *list, size_t n, jb_period of, const jb_expr *e, jb_period period)
{
    for (size_t i = 0; i < n; i++) {
        if (same_condition(list[i], of, e, period)) {
            return 1;
        }
    }
    return 0;
}

static void ground(jb_push_builder *b, jb_push_branch *br, const size_t *pairs, size_t n)
{
    const jb_source_plan *plan = b->plan;
    size_t first = SIZE_MAX;
    if (br->grounded) {
        return;
    }
    br->grounded = 1;
    br->rest = (jb_expr ***)jb_arena_alloc(b->arena, (plan->n_selections + 1) * sizeof *br->rest);
    br->n_rest = jb_arena_alloc(b->arena, (plan->n_selections + 1) * sizeof *br->n_rest);
    for (size_t i = 0; i < n; i++) {
        size_t s = plan->pairs[pairs[i]].selection;
        first = first == SIZE_MAX ? s : first;
        if (!br->rest[s]) {
            br->n_rest[s] = jb_expr_conjuncts(b->arena, plan->selections[s].cond, &br->rest[s]);
        }
    }
    if (first == SIZE_MAX) {
        return;
    }
    jb_period period = plan->selections[first].period;
    br->common = (jb_expr **)jb_arena_alloc(b->arena, (br->n_rest[first] + 1) * sizeof *br->common);
    br->common_period = jb_arena_alloc(b->arena, sizeof *br->common_period);
    *br->common_period = period;
    for (size_t c = 0; c < br->n_rest[first]; c++) {
        jb_expr *e = br->rest[first][c];
        int all = 1;
        for (size_t i = 0; i < n && all; i++) {
            size_t s = plan->pairs[pairs[i]].selection;
            all = holds(br->rest[s], br->n_rest[s], plan->selections[s].period, e, period);
        }
        if (all) {
            br->common[br->n_common++] = e;
        }
    }
    for (size_t s = 0; s < plan->n_selections; s++) {
        size_t kept = 0;
        for (size_t c = 0; c < br->n_rest[s]; c++) {
            if (!holds(br->common, br->n_common, period, br->rest[s][c],
                       plan->selections[s].period)) {
                br->rest[s][kept++] = br->rest[s][c];
            }
        }
        br->n_rest[s] = kept;
    }
}

static const char *print_all(jb_push_builder *b, jb_expr *const *list, size_t n, jb_period period)
{
    const char *text = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *one = jb_printer_expr(&b->printer, list[i], period);
        text = one ? jb_printer_join(&b->printer, "and", text, one) : NULL;
        if (!text) {
            return NULL;
        }
    }
    return text;
}

/* ---- counts and partials ---- */

/* `what` where the selection's own condition holds, else NULL. It is printed behind the condition,
 * as its values are bound behind the condition's. */
static const char *masked(jb_push_builder *b, const jb_push_branch *br, size_t s, const jb_expr *e,
                          jb_period period)
{
    const char *cond = NULL;
    if (br->n_rest[s] > 0) {
        cond = print_all(b, br->rest[s], br->n_rest[s], b->plan->selections[s].period);
        if (!cond) {
            return NULL;
        }
    }
    const char *what = e ? jb_printer_value(&b->printer, e, period) : "1";
    return !what || !cond ? what : jb_printer_fill(&b->printer, "case", cond, what);
}

static size_t take_count(jb_push_builder *b, jb_push_branch *br, size_t s)
{
    jb_coltype type = {.kind = JB_K_INT};
    const char *name = "*";
    if (br->n_rest[s] > 0) {
        const char *key = jb_arena_fmt(b->arena, "n|%zu", s);
        name = find_item(br, key);
        name = name ? name : add_item(b, br, key, 'n', masked(b, br, s, NULL, (jb_period){0}));
    }
    return name ? take_aggregate(b, br, type, "count", name) : SIZE_MAX;
}

static const char *value_name(jb_push_builder *b, jb_push_branch *br, size_t s, const jb_variant *v,
                              const jb_expr *e)
{
    const char *period = "";
    if (jb_expr_uses_period(e)) {
        period = jb_arena_fmt(b->arena, "@%d %d..%d", v->period.set, v->period.from, v->period.to);
    }
    const char *of = br->n_rest[s] > 0 ? jb_arena_fmt(b->arena, "%zu", s) : "";
    const char *key = jb_arena_fmt(b->arena, "v%s|%s%s", of, jb_expr_canonical(e), period);
    const char *name = find_item(br, key);
    return name ? name : add_item(b, br, key, 'v', masked(b, br, s, e, v->period));
}

static jb_coltype partial_type(const jb_variant *v, const jb_partial *p)
{
    jb_coltype t = {.kind = JB_K_INT};
    if (p->column >= 0 && p->op != JB_PARTIAL_COUNT) {
        t = jb_row_expr_type(v->metric->source, v->metric->columns[p->column]);
        if (p->op == JB_PARTIAL_SUM) {
            t = (jb_coltype){JB_K_DEC, JB_DEC_DIGITS, t.scale, 1};
        }
    }
    return t;
}

static size_t take_partial(jb_push_builder *b, jb_push_branch *br, size_t s, const jb_variant *v,
                           const jb_partial *p)
{
    static const char *const ops[] = {"", "count", "sum", "min", "max"};
    if (p->op == 0 || p->op >= sizeof ops / sizeof ops[0]) {
        return SIZE_MAX;
    }
    if (p->column < 0) {
        return take_count(b, br, s);
    }
    const char *name = value_name(b, br, s, v, v->metric->columns[p->column]);
    return name ? take_aggregate(b, br, partial_type(v, p), ops[p->op], name) : SIZE_MAX;
}

static jb_push_set *set_of(jb_push_builder *b, size_t keyset)
{
    for (size_t i = 0; i < b->n_sets; i++) {
        if (b->sets[i].keyset == keyset) {
            return &b->sets[i];
        }
    }
    return NULL;
}

static int add_pair(jb_push_builder *b, jb_push_branch *br, size_t pair)
{
    const jb_pair_plan *p = &b->plan->pairs[pair];
    jb_push_set *set = set_of(b, p->keyset);
    jb_push_pair made = {.pair = pair, .count = take_count(b, br, p->selection)};
    size_t *variants = jb_arena_alloc(b->arena, (p->n_variants + 1) * sizeof *variants);
    size_t **partials = (size_t **)jb_arena_alloc(b->arena, (p->n_variants + 1) * sizeof *partials);
    for (size_t i = 0; i < p->n_variants && made.count != SIZE_MAX; i++) {
        const jb_variant *v = b->plan->variants[p->variants[i]];
        const jb_metric_partial *need = v->metric->partial;
        if (jb_push_is_distinct(v)) {
            continue;
        }
        size_t *slots = jb_arena_alloc(b->arena, (need->n_partials + 1) * sizeof *slots);
        for (uint64_t k = 0; k < need->n_partials; k++) {
            slots[k] = take_partial(b, br, p->selection, v, &need->partials[k]);
            if (slots[k] == SIZE_MAX) {
                return -1;
            }
        }
        variants[made.n_variants] = p->variants[i];
        partials[made.n_variants++] = slots;
    }
    made.variants = variants;
    made.partials = (const size_t *const *)partials;
    if (!set || made.count == SIZE_MAX) {
        return -1;
    }
    set->pairs = grown(b->arena, set->pairs, set->n_pairs, sizeof *set->pairs);
    set->pairs[set->n_pairs++] = made;
    return 0;
}

int jb_push_pairs(jb_push_builder *b, jb_push_branch *br, const size_t *pairs, size_t n)
{
    ground(b, br, pairs, n);
    for (size_t i = 0; i < n; i++) {
        if (add_pair(b, br, pairs[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

int jb_push_distinct(jb_push_builder *b, jb_push_branch *br, size_t variant)
{
    const jb_variant *v = b->plan->variants[variant];
    size_t pair = v->pair, s = b->plan->pairs[pair].selection;
    size_t *variants = jb_arena_alloc(b->arena, sizeof *variants);
    size_t *slots = jb_arena_alloc(b->arena, sizeof *slots);
    size_t **partials = (size_t **)jb_arena_alloc(b->arena, sizeof *partials);
    jb_push_set *set = &b->sets[0];
    ground(b, br, &pair, 1);
    const jb_partial *p = &v->metric->partial->partials[0];
    if (p->column < 0 || (size_t)p->column >= v->metric->n_columns) {
        return -1;
    }
    const jb_expr *e = v->metric->columns[p->column];
    const char *name = add_item(b, br, "v", 'v', masked(b, br, s, e, v->period));
    if (!name) {
        return -1;
    }
    *variants = variant;
    slots[0] = take_slot(b, br, partial_type(v, p), name);
    partials[0] = slots;
    set->pairs = jb_arena_alloc(b->arena, sizeof *set->pairs);
    set->pairs[set->n_pairs++] =
        (jb_push_pair){pair, SIZE_MAX, variants, (const size_t *const *)partials, 1};
    return 0;
}

/* ---- the inner SELECT ---- */

/* Any of the selections, when each has a condition of its own and they are few: rows nobody wants
 * need not be grouped. */
static const char *any_of(jb_push_builder *b, const jb_push_branch *br, const size_t *pairs,
                          size_t n)
{
    size_t used[MOST_ORED + 1], n_used = 0;
    const char *text = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t s = b->plan->pairs[pairs[i]].selection, k = 0;
        while (k < n_used && used[k] != s) {
            k++;
        }
        if (br->n_rest[s] == 0 || (k == n_used && n_used == MOST_ORED)) {
            return NULL;
        }
        used[k] = s;
        n_used += k == n_used;
    }
    size_t before = b->printer.out.n_values;
    for (size_t k = 0; n_used > 1 && k < n_used; k++) {
        const char *one = print_all(b, br->rest[used[k]], br->n_rest[used[k]],
                                    b->plan->selections[used[k]].period);
        text = one ? jb_printer_join(&b->printer, "or", text, one) : NULL;
        if (!text) {
            b->printer.out.n_values = before;
            return NULL;
        }
    }
    return text;
}

const char *jb_push_inner(jb_push_builder *b, jb_push_branch *br, const char *from,
                          const size_t *pairs, size_t n)
{
    int failed = 0;
    ground(b, br, pairs, n);
    const char *where = jb_printer_base(&b->printer, &failed);
    if (br->n_common > 0) {
        const char *shared = print_all(b, br->common, br->n_common, *br->common_period);
        failed |= !shared;
        where = jb_printer_join(&b->printer, "and", where, shared);
    }
    const char *any = any_of(b, br, pairs, n);
    where = jb_printer_join(&b->printer, "and", where, any);
    if (failed || ((br->n_common > 0 || any) && !where)) {
        return NULL;
    }
    return jb_arena_fmt(b->arena, "SELECT %s FROM %s%s%s", *br->list ? br->list : "1 AS n0", from,
                        where ? " WHERE " : "", where ? where : "");
}
