// SPDX-License-Identifier: Apache-2.0
/* What of a source's plan is pushed and what is scanned. `require` and `off` say it; `auto` asks
 * what can be, and what costs less. */
#include "engine/push_print.h"

#include <string.h>

typedef struct chooser {
    jb_model *model;
    jb_source_plan *plan;
    jb_arena *arena;
    jb_push_choice *out;
    jb_diags *diags;
    const char **refused; /* by variant; NULL: it can be pushed */
    size_t n_pushable;
} chooser;

static const char *say(const chooser *c, const char *code)
{
    return jb_push_reason(c->arena, code, c->plan->source->name);
}

/* ---- the parts ---- */

static jb_source_plan *part_of(chooser *c, int pushed)
{
    jb_source_plan *part = jb_plan_source(c->arena, c->plan->source, c->plan->probe);
    jb_push_choice *o = c->out;
    for (size_t i = 0; i < c->plan->n_variants; i++) {
        jb_variant *v = c->plan->variants[i];
        if ((c->refused[i] == NULL) == pushed) {
            o->from[o->n_variants] = jb_plan_add(c->arena, part, v->metric, v->period);
            o->to[o->n_variants++] = v;
        }
    }
    jb_plan_close(c->arena, part);
    return part;
}

void jb_push_gather(const jb_push_choice *o)
{
    for (size_t i = 0; i < o->n_variants; i++) {
        o->to[i]->result = o->from[i]->result;
    }
}

static void list_left(chooser *c)
{
    jb_push_choice *o = c->out;
    o->left = jb_arena_alloc(c->arena, (c->plan->n_variants + 1) * sizeof *o->left);
    for (size_t i = 0; i < c->plan->n_variants; i++) {
        const char *name = c->plan->variants[i]->metric->name;
        int told = c->refused[i] == NULL;
        for (size_t k = 0; k < o->n_left && !told; k++) {
            told = strcmp(o->left[k].metric, name) == 0;
        }
        if (!told) {
            o->left[o->n_left++] = (jb_push_left){name, c->refused[i]};
        }
    }
}

/* ---- choosing ---- */

static void scan_all(chooser *c, const char *why)
{
    jb_push_choice *o = c->out;
    o->pushed = NULL;
    o->scanned = c->plan;
    o->n_variants = 0;
    o->why = why;
}

static int refuse(chooser *c, const char *why)
{
    const jb_msource *s = c->plan->source;
    scan_all(c, why);
    c->out->refused = 1;
    jb_diag(c->diags, "E0377", &s->place, s->name, why);
    return -1;
}

/* Every view can do it, or the first reason why not. */
static void ask_views(chooser *c)
{
    const jb_push_choice *o = c->out;
    c->refused = jb_arena_alloc(c->arena, (c->plan->n_variants + 1) * sizeof *c->refused);
    for (size_t i = 0; i < c->plan->n_variants; i++) {
        for (size_t v = 0; v < o->n_views && !c->refused[i]; v++) {
            c->refused[i] = jb_push_refuses(&o->views[v], c->plan, i, c->arena);
        }
        c->n_pushable += c->refused[i] == NULL;
    }
}

static int print_views(chooser *c, const jb_source_plan *plan, const char **why)
{
    jb_push_choice *o = c->out;
    o->lists = jb_arena_alloc(c->arena, (o->n_views + 1) * sizeof *o->lists);
    for (size_t v = 0; v < o->n_views; v++) {
        jb_diags *told = jb_diags_new();
        int failed = jb_push_print(&o->views[v], plan, c->arena, &o->lists[v], why, told) != 0;
        jb_diags_free(told);
        if (failed) {
            return -1;
        }
    }
    return 0;
}

/* Rows of one view by the engine's statistics, -1 unknown. */
static int64_t estimate(const jb_push_view *view)
{
    const jb_source_sql *sql = view->source->sql;
    int64_t rows = -1;
    jb_ctx ctx;
    if (!JB_HAS(jb_source_sql, sql, estimate) || !JB_HAS(jb_source_sql, sql, cost)) {
        return -1;
    }
    jb_diags *quiet = jb_diags_new();
    jb_ctx_begin(&ctx, view->source->instance, "estimate", quiet, NULL);
    jb_status status = sql->estimate(&ctx, view->source->instance->self, &rows);
    ctx.failed |= status != JB_OK; /* not telling is no fault */
    status = jb_ctx_end(&ctx, status);
    jb_diags_free(quiet);
    return status == JB_OK && rows >= 0 ? rows : -1;
}

/* 1: pushing is cheaper, 0: it is not, -1: it cannot be told. */
static int compare_costs(chooser *c, const jb_source_plan *rest)
{
    jb_push_choice *o = c->out;
    o->rows = 0;
    for (size_t v = 0; v < o->n_views; v++) {
        int64_t rows = estimate(&o->views[v]);
        if (rows < 0) {
            o->rows = -1;
            o->cost_push = o->cost_scan = 0;
            return -1;
        }
        const jb_sql_cost *cost = o->views[v].source->sql->cost;
        o->rows += rows;
        o->cost_scan += jb_cost_scan(c->plan, rows, cost);
        o->cost_push += jb_cost_push(&o->lists[v], rows, cost);
        o->cost_push += rest ? jb_cost_scan(rest, rows, cost) : 0;
    }
    return o->cost_push < o->cost_scan;
}

static int choose_auto(chooser *c)
{
    jb_push_choice *o = c->out;
    const char *why = NULL;
    if (c->n_pushable == 0) {
        scan_all(c, say(c, "E1263"));
        return 0;
    }
    o->pushed = c->n_pushable == c->plan->n_variants ? c->plan : part_of(c, 1);
    o->scanned = o->pushed == c->plan ? NULL : part_of(c, 0);
    if (print_views(c, o->pushed, &why) != 0) {
        scan_all(c, why);
        return 0;
    }
    int cheaper = compare_costs(c, o->scanned);
    if (cheaper > 0) {
        o->why = say(c, "E1264");
    } else {
        scan_all(c, say(c, cheaper < 0 ? "E1265" : "E1266"));
    }
    return 0;
}

static int choose_required(chooser *c)
{
    const char *why = NULL;
    if (c->out->n_left > 0) {
        return refuse(c, c->out->left[0].why);
    }
    c->out->pushed = c->plan;
    if (print_views(c, c->plan, &why) != 0) {
        return refuse(c, why);
    }
    c->out->why = say(c, "E1267");
    return 0;
}

static void add_filter(chooser *c)
{
    jb_push_choice *o = c->out;
    jb_scan scan = {0};
    if (o->scanned) {
        jb_push_filter(o->scanned, c->arena, &scan);
        o->filter = scan.where;
        o->n_filter_values = (size_t)scan.n_values;
    }
}

int jb_push_choose(jb_model *m, jb_source_plan *plan, jb_arena *a, jb_push_choice *out,
                   jb_diags *diags)
{
    chooser c = {.model = m, .plan = plan, .arena = a, .out = out, .diags = diags};
    jb_msource *s = plan->source;
    const char *why = NULL;
    int required = s->pushdown == JB_PUSH_REQUIRE, status = 0;
    memset(out, 0, sizeof *out);
    out->rows = -1;
    out->from = (jb_variant **)jb_arena_alloc(a, (plan->n_variants + 1) * sizeof *out->from);
    out->to = (jb_variant **)jb_arena_alloc(a, (plan->n_variants + 1) * sizeof *out->to);
    jb_plan_close(a, plan);
    if (plan->probe || s->pushdown == JB_PUSH_OFF) {
        scan_all(&c, say(&c, "E1268"));
        return 0;
    }
    if (jb_push_views(m, s, a, &out->views, &out->n_views, &why, diags) != 0) {
        out->n_views = 0;
        status = required ? refuse(&c, why) : 0;
        scan_all(&c, why);
        out->refused = required;
    } else {
        ask_views(&c);
        list_left(&c);
        status = required ? choose_required(&c) : choose_auto(&c);
    }
    add_filter(&c);
    return status;
}

/* ---- the filter of a scan ---- */

static void add_condition(jb_printer *p, jb_expr *e, jb_period period, const char **where)
{
    jb_expr **parts;
    size_t n = jb_expr_conjuncts(p->arena, e, &parts);
    for (size_t i = 0; i < n; i++) {
        size_t before = p->out.n_values;
        const char *one = jb_printer_expr(p, parts[i], period);
        const char *both = one ? jb_printer_join(p, "and", *where, one) : NULL;
        if (both) {
            *where = both;
        } else { /* less is asked, so more rows come: the host drops them */
            p->out.n_values = before;
        }
    }
}

/* What every selection of the plan asks for; only of one selection all of it is that. */
static jb_expr *shared_condition(const jb_source_plan *plan, jb_arena *a)
{
    jb_expr *first = plan->n_selections > 0 ? plan->selections[0].cond : NULL, **parts, *all = NULL;
    size_t n = jb_expr_conjuncts(a, first, &parts);
    for (size_t i = 0; i < n; i++) {
        const char *text = jb_expr_canonical(parts[i]);
        jb_period p = plan->selections[0].period;
        int shared = 1;
        for (size_t s = 1; s < plan->n_selections && shared; s++) {
            jb_expr **other;
            jb_period q = plan->selections[s].period;
            size_t m = jb_expr_conjuncts(a, plan->selections[s].cond, &other), k = 0;
            while (k < m && strcmp(jb_expr_canonical(other[k]), text) != 0) {
                k++;
            }
            int same = p.set == q.set && p.from == q.from && p.to == q.to;
            shared = k < m && (same || !jb_expr_uses_period(parts[i]));
        }
        all = shared ? jb_expr_and(a, all, parts[i]) : all;
    }
    return all;
}

void jb_push_filter(const jb_source_plan *plan, jb_arena *a, jb_scan *scan)
{
    jb_msource *s = plan->source;
    jb_push_view view = {.source = s, .over = s};
    const char *where = NULL;
    jb_printer p;
    if (!s->sql || s->on_error != JB_ROW_STOP || s->pushdown == JB_PUSH_OFF || plan->probe ||
        plan->unfiltered) {
        return;
    }
    jb_printer_start(&p, &view, a);
    add_condition(&p, s->where, (jb_period){0}, &where);
    jb_expr *shared = shared_condition(plan, a);
    if (shared) {
        add_condition(&p, shared, plan->selections[0].period, &where);
    }
    scan->where = where;
    scan->values = p.out.values;
    scan->n_values = where ? p.out.n_values : 0;
}
