// SPDX-License-Identifier: Apache-2.0
/* One statement for all that is pushed to one source: an inner SELECT that gives each row its keys,
 * marks and values, an outer one that counts and adds them up. Several key sets are grouping sets,
 * a UNION ALL with a number in front, or, where the source has neither, a statement each. */
#include "engine/push_select.h"

#include <string.h>

enum { MOST_VALUES = 20000, MOST_BYTES = 1 << 20, MOST_KEYS = 60 };

const char *jb_push_reason(jb_arena *a, const char *code, const char *what)
{
    jb_buf text;
    const char *args[] = {what};
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    jb_catalog_format(jb_catalog_find(code), jb_lang_zh(), args, 1, &text);
    const char *copy = jb_arena_strdup(a, jb_buf_text(&text));
    jb_buf_free(&text);
    return copy;
}

/* ---- what may go ---- */

static int aggregates_kind(const jb_expr *e, uint32_t op)
{
    const char *name;
    switch (jb_expr_kind(e)) {
    case JB_K_INT:
    case JB_K_DEC:
        return 1;
    case JB_K_DATE:
    case JB_K_TEXT:
        return op != JB_PARTIAL_SUM;
    case JB_K_BOOL: /* engines have no least truth */
        return op == JB_PARTIAL_COUNT || (op == JB_PARTIAL_DISTINCT && jb_expr_is_name(e, &name));
    default: /* the sum of floats depends on their order, the order of floats on NaN */
        return op == JB_PARTIAL_COUNT;
    }
}

static int has_partial(jb_printer *p, const jb_variant *v, const jb_partial *partial)
{
    static const char *const ops[] = {"", "count", "sum", "min", "max", "distinct"};
    const jb_metric_model *metric = v->metric;
    if (partial->op == 0 || partial->op > JB_PARTIAL_DISTINCT ||
        !jb_printer_form(p, ops[partial->op])) {
        return 0;
    }
    if (partial->op == JB_PARTIAL_DISTINCT && metric->partial->n_partials != 1) {
        return 0;
    }
    if (partial->column < 0) {
        return partial->op == JB_PARTIAL_COUNT;
    }
    return (size_t)partial->column < metric->n_columns &&
           aggregates_kind(metric->columns[partial->column], partial->op) &&
           jb_printer_value(p, metric->columns[partial->column], v->period) != NULL;
}

static const char *refused_key(jb_printer *p, const jb_keyset *keyset)
{
    for (size_t i = 0; i < keyset->n_groups; i++) {
        if (!jb_push_has_key(p, &keyset->groups[i])) {
            return keyset->groups[i].name;
        }
    }
    return NULL;
}

const char *jb_push_refuses(const jb_push_view *view, const jb_source_plan *plan, size_t variant,
                            jb_arena *a)
{
    const jb_variant *v = plan->variants[variant];
    const jb_pair_plan *pair = &plan->pairs[v->pair];
    const jb_selection *selection = &plan->selections[pair->selection];
    jb_printer p;
    int failed = 0;
    jb_printer_start(&p, view, a);
    if (v->metric->names || !v->metric->partial) {
        return jb_push_reason(a, v->metric->names ? "E0380" : "E0381", v->metric->name);
    }
    if (!p.sql || !jb_printer_form(&p, "count")) {
        return jb_push_reason(a, "E0383", view->source->name);
    }
    const char *key = refused_key(&p, &plan->keysets[pair->keyset]);
    if (key) {
        return jb_push_reason(a, "E0384", key);
    }
    for (uint64_t k = 0; k < v->metric->partial->n_partials; k++) {
        if (!has_partial(&p, v, &v->metric->partial->partials[k])) {
            return jb_push_reason(a, "E0382", v->metric->name);
        }
    }
    if (selection->cond && !jb_printer_expr(&p, selection->cond, selection->period)) {
        return jb_push_reason(a, "E0385", jb_expr_text(selection->cond));
    }
    jb_printer_base(&p, &failed);
    if (failed) {
        const jb_expr *where = view->source->where ? view->source->where : view->over->where;
        return jb_push_reason(a, "E0385", jb_expr_text(where));
    }
    return NULL;
}

/* ---- statements ---- */

typedef struct maker {
    const jb_push_view *view;
    const jb_source_plan *plan;
    jb_arena *arena;
    const char *from;
    jb_push_list *out;
    const size_t *pairs; /* taken together */
    size_t n_pairs;
} maker;

static jb_push_stmt *add_stmt(maker *m)
{
    jb_push_stmt *more = jb_arena_alloc(m->arena, (m->out->n + 1) * sizeof *more);
    if (m->out->n > 0) {
        memcpy(more, m->out->items, m->out->n * sizeof *more);
    }
    m->out->items = more;
    return &more[m->out->n++];
}

/* Seals a statement: it is whole, and short enough for any engine. */
static int seal(maker *m, jb_push_builder *b, const char *sql, int mode)
{
    if (!sql || strlen(sql) > MOST_BYTES || b->printer.out.n_values > MOST_VALUES) {
        return -1;
    }
    jb_push_stmt *s = add_stmt(m);
    *s = (jb_push_stmt){.sql = sql,
                        .values = b->printer.out.values,
                        .n_values = b->printer.out.n_values,
                        .mode = mode,
                        .slots = b->slots,
                        .n_slots = b->n_slots,
                        .sets = b->sets,
                        .n_sets = b->n_sets,
                        .n_selects = b->n_selects,
                        .n_aggregates = b->n_aggregates,
                        .n_keyed = b->n_keyed};
    s->lead = mode == JB_PUSH_UNION ? 1 : mode == JB_PUSH_SETS ? b->n_keys : 0;
    return 0;
}

static size_t pairs_of(const maker *m, size_t keyset, size_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_pairs; i++) {
        if (m->plan->pairs[m->pairs[i]].keyset == keyset) {
            out[n++] = m->pairs[i];
        }
    }
    return n;
}

static const char *list_texts(const jb_push_branch *br, size_t n_slots, const jb_push_builder *b,
                              jb_arena *a)
{
    const char *list = "";
    for (size_t i = 0; i < n_slots; i++) {
        const char *text = i < br->n_texts && br->texts[i]
                               ? br->texts[i]
                               : jb_printer_null(&b->printer, &b->slots[i]);
        if (!text) {
            return NULL;
        }
        list = jb_arena_fmt(a, "%s%s%s", list, i ? ", " : "", text);
    }
    return list;
}

static const char *group_by(const jb_push_branch *br, jb_arena *a)
{
    const char *list = "";
    for (size_t i = 0; i < br->n_keys; i++) {
        list = jb_arena_fmt(a, "%s%s%s", list, i ? ", " : " GROUP BY ", br->keys[i]);
    }
    return list;
}

/* SELECT … FROM (SELECT …) AS q GROUP BY …, a statement for one key set. */
static int make_one(maker *m, size_t keyset)
{
    size_t *pairs = jb_arena_alloc(m->arena, (m->n_pairs + 1) * sizeof *pairs);
    size_t n = pairs_of(m, keyset, pairs);
    jb_push_builder b;
    jb_push_branch br;
    jb_push_start(&b, m->view, m->plan, m->arena);
    jb_push_branch_start(&b, &br);
    if (jb_push_keys(&b, &br, keyset) != 0 || jb_push_pairs(&b, &br, pairs, n) != 0) {
        return -1;
    }
    const char *inner = jb_push_inner(&b, &br, m->from, pairs, n);
    const char *list = inner ? list_texts(&br, b.n_slots, &b, m->arena) : NULL;
    return list ? seal(m, &b,
                       jb_arena_fmt(m->arena, "SELECT %s FROM (%s) AS q%s", list, inner,
                                    group_by(&br, m->arena)),
                       JB_PUSH_ONE)
                : -1;
}

static int make_union(maker *m, const size_t *keysets, size_t n_keysets)
{
    size_t *pairs = jb_arena_alloc(m->arena, (m->n_pairs + 1) * sizeof *pairs);
    jb_push_branch *branches = jb_arena_alloc(m->arena, n_keysets * sizeof *branches);
    const char **inner = jb_arena_alloc(m->arena, n_keysets * sizeof *inner), *sql = "";
    jb_push_builder b;
    jb_push_start(&b, m->view, m->plan, m->arena);
    for (size_t i = 0; i < n_keysets; i++) {
        size_t n = pairs_of(m, keysets[i], pairs);
        jb_push_branch_start(&b, &branches[i]);
        if (jb_push_keys(&b, &branches[i], keysets[i]) != 0 ||
            jb_push_pairs(&b, &branches[i], pairs, n) != 0) {
            return -1;
        }
        inner[i] = jb_push_inner(&b, &branches[i], m->from, pairs, n);
        if (!inner[i]) {
            return -1;
        }
    }
    for (size_t i = 0; i < n_keysets; i++) {
        const char *list = list_texts(&branches[i], b.n_slots, &b, m->arena);
        if (!list) {
            return -1;
        }
        sql = jb_arena_fmt(m->arena, "%s%sSELECT %zu AS t, %s FROM (%s) AS q%s", sql,
                           i ? " UNION ALL " : "", i, list, inner[i],
                           group_by(&branches[i], m->arena));
    }
    return seal(m, &b, sql, JB_PUSH_UNION);
}

static int tells_apart(const jb_push_builder *b)
{
    for (size_t i = 0; i < b->n_sets; i++) {
        for (size_t k = 0; k < i; k++) {
            if (b->sets[k].grouped == b->sets[i].grouped) {
                return 0;
            }
        }
    }
    return b->n_keys > 0 && b->n_keys <= MOST_KEYS;
}

static const char *set_list(const jb_push_builder *b, const jb_push_branch *br, jb_arena *a)
{
    const char *list = "";
    for (size_t i = 0; i < b->n_sets; i++) {
        int first = 1;
        list = jb_arena_fmt(a, "%s%s(", list, i ? ", " : "");
        for (size_t k = 0; k < b->n_keys; k++) {
            if (!(b->sets[i].grouped >> k & 1)) {
                list = jb_arena_fmt(a, "%s%s%s", list, first ? "" : ", ", br->texts[k]);
                first = 0;
            }
        }
        list = jb_arena_fmt(a, "%s)", list);
    }
    return list;
}

static int make_sets(maker *m, const size_t *keysets, size_t n_keysets)
{
    jb_push_builder b;
    jb_push_branch br;
    const char *lead = "";
    jb_push_start(&b, m->view, m->plan, m->arena);
    jb_push_branch_start(&b, &br);
    for (size_t i = 0; i < n_keysets; i++) {
        if (jb_push_keys(&b, &br, keysets[i]) != 0) {
            return -1;
        }
    }
    jb_push_mark_sets(&b);
    if (!jb_printer_form(&b.printer, "grouping_sets") || !jb_printer_form(&b.printer, "grouping") ||
        !tells_apart(&b) || jb_push_pairs(&b, &br, m->pairs, m->n_pairs) != 0) {
        return -1;
    }
    b.n_aggregates *= n_keysets;
    b.n_keyed = n_keysets;
    for (size_t k = 0; k < b.n_keys; k++) {
        lead = jb_arena_fmt(m->arena, "%s%s, ", lead,
                            jb_printer_fill(&b.printer, "grouping", br.texts[k], ""));
    }
    const char *inner = jb_push_inner(&b, &br, m->from, m->pairs, m->n_pairs);
    const char *list = inner ? list_texts(&br, b.n_slots, &b, m->arena) : NULL;
    const char *sets =
        jb_printer_fill(&b.printer, "grouping_sets", set_list(&b, &br, m->arena), "");
    return list ? seal(m, &b,
                       jb_arena_fmt(m->arena, "SELECT %s%s FROM (%s) AS q GROUP BY %s", lead, list,
                                    inner, sets),
                       JB_PUSH_SETS)
                : -1;
}

/* SELECT DISTINCT keys, value of the rows one metric keeps. */
static int make_distinct(maker *m, size_t variant)
{
    const jb_variant *v = m->plan->variants[variant];
    size_t pair = v->pair;
    jb_push_builder b;
    jb_push_branch br;
    jb_push_start(&b, m->view, m->plan, m->arena);
    jb_push_branch_start(&b, &br);
    if (jb_push_keys(&b, &br, m->plan->pairs[pair].keyset) != 0 ||
        jb_push_distinct(&b, &br, variant) != 0) {
        return -1;
    }
    const char *value = br.texts[b.n_slots - 1];
    const char *inner = jb_push_inner(&b, &br, m->from, &pair, 1);
    const char *list = inner ? list_texts(&br, b.n_slots, &b, m->arena) : NULL;
    const char *what = list ? jb_printer_fill(&b.printer, "distinct", list, "") : NULL;
    const char *null = jb_printer_fill(&b.printer, "is_null", value, "");
    const char *kept = null ? jb_printer_fill(&b.printer, "not", null, "") : NULL;
    return what ? seal(m, &b,
                       jb_arena_fmt(m->arena, "SELECT %s FROM (%s) AS q%s%s", what, inner,
                                    kept ? " WHERE " : "", kept ? kept : ""),
                       JB_PUSH_DISTINCT)
                : -1;
}

/* All pairs of `m` in as few statements as the source's forms allow. Of two ways that work, the one
 * with less to compute: grouping sets read the rows once, but compute everything for every set. */
static int make_group(maker *m)
{
    size_t n = 0, *keysets = jb_arena_alloc(m->arena, (m->plan->n_keysets + 1) * sizeof *keysets);
    const jb_source_sql *sql = m->view->source->sql;
    const jb_sql_cost *cost = JB_HAS(jb_source_sql, sql, cost) ? sql->cost : NULL;
    size_t *pairs = jb_arena_alloc(m->arena, (m->n_pairs + 1) * sizeof *pairs);
    for (size_t k = 0; k < m->plan->n_keysets; k++) {
        if (pairs_of(m, k, pairs) > 0) {
            keysets[n++] = k;
        }
    }
    jb_push_list sets = {0}, each = {0}, *held = m->out;
    int has_sets = 0, has_union = 0;
    if (n > 1) {
        m->out = &sets;
        has_sets = make_sets(m, keysets, n) == 0;
        m->out = &each;
        has_union = make_union(m, keysets, n) == 0;
        m->out = held;
    }
    if (has_sets && has_union && cost) {
        has_sets = jb_cost_push(&sets, 1000000, cost) <= jb_cost_push(&each, 1000000, cost);
    }
    if (has_sets || has_union) {
        *add_stmt(m) = has_sets ? sets.items[0] : each.items[0];
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (make_one(m, keysets[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

static int make_all(maker *m)
{
    const jb_source_plan *plan = m->plan;
    size_t *pairs = jb_arena_alloc(m->arena, (plan->n_pairs + 1) * sizeof *pairs);
    jb_printer p;
    jb_printer_start(&p, m->view, m->arena);
    int together = jb_printer_form(&p, "case") != NULL;
    m->pairs = pairs;
    for (size_t s = 0; s < (together ? 1 : plan->n_selections); s++) {
        m->n_pairs = 0;
        for (size_t i = 0; i < plan->n_pairs; i++) {
            if (together || plan->pairs[i].selection == s) {
                pairs[m->n_pairs++] = i;
            }
        }
        if (make_group(m) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < plan->n_variants; i++) {
        if (jb_push_is_distinct(plan->variants[i]) && make_distinct(m, i) != 0) {
            return -1;
        }
    }
    return 0;
}

int jb_push_print(const jb_push_view *view, const jb_source_plan *plan, jb_arena *a,
                  jb_push_list *out, const char **why, jb_diags *diags)
{
    maker m = {.view = view, .plan = plan, .arena = a, .out = out};
    jb_ctx ctx;
    memset(out, 0, sizeof *out);
    jb_ctx_begin(&ctx, view->source->instance, "from", diags, NULL);
    jb_status status = view->source->sql->from(&ctx, view->source->instance->self, &m.from);
    ctx.failed |= status == JB_E_UNSUPPORTED; /* it says that it cannot, which is no fault */
    if (jb_ctx_end(&ctx, status) != JB_OK || !m.from) {
        *why = jb_push_reason(a, "E0383", view->source->name);
        return -1;
    }
    if (make_all(&m) != 0) {
        *why = jb_push_reason(a, "E1260", view->source->name);
        return -1;
    }
    return 0;
}
