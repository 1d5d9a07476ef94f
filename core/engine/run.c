// SPDX-License-Identifier: Apache-2.0
/* Computing figures: which aggregates in which periods are needed, one scan for each source, then
 * what derives from them. A shift of a derived figure travels down to the aggregates below it:
 * figures of one chain of shifts form a context of their own. */
#include "engine/run.h"

#include "engine/bytes.h"
#include "engine/dates.h"
#include "engine/derive.h"
#include "engine/issue.h"
#include "engine/pushdown.h"

#include <stdlib.h>
#include <string.h>

static jb_period shifted(const jb_runner *r, const jb_metric_model *metric, const jb_context *c)
{
    jb_period p = jb_period_at(&metric->period, r->model->as_of);
    for (size_t i = 0; i < c->n; i++) {
        p = jb_period_shift(p, c->shifts[i]);
    }
    return p;
}

static size_t child_context(jb_runner *r, size_t from, uint32_t shift)
{
    const jb_context *c = &r->contexts[from];
    for (size_t i = 0; i < r->n_contexts; i++) {
        const jb_context *d = &r->contexts[i];
        if (d->n == c->n + 1 && d->shifts[c->n] == shift &&
            (c->n == 0 || memcmp(d->shifts, c->shifts, c->n * sizeof *c->shifts) == 0)) {
            return i;
        }
    }
    jb_context *more = jb_arena_alloc(r->arena, (r->n_contexts + 1) * sizeof *more);
    memcpy(more, r->contexts, r->n_contexts * sizeof *more);
    jb_context *made = &more[r->n_contexts];
    made->n = more[from].n + 1;
    made->shifts = jb_arena_alloc(r->arena, made->n * sizeof *made->shifts);
    if (more[from].n > 0) {
        memcpy(made->shifts, more[from].shifts, more[from].n * sizeof *made->shifts);
    }
    made->shifts[made->n - 1] = shift;
    made->variants = jb_arena_alloc(r->arena, (r->model->n_metrics + 1) * sizeof(jb_variant *));
    made->wanted = jb_arena_alloc(r->arena, r->model->n_metrics + 1);
    made->set = jb_figure_set_new();
    r->contexts = more;
    return r->n_contexts++;
}

/* ---- demand ---- */

static jb_source_plan *plan_of(jb_runner *r, jb_msource *source)
{
    size_t i = (size_t)(source - r->model->sources);
    if (!r->plans[i]) {
        r->plans[i] = jb_plan_source(r->arena, source, r->probe);
    }
    return r->plans[i];
}

static void demand_names(jb_runner *r, const jb_expr *e, size_t context)
{
    const char *const *names;
    size_t n = jb_expr_names(e, &names);
    for (size_t i = 0; i < n; i++) {
        jb_metric_model *operand = jb_model_metric(r->model, names[i]);
        if (operand) {
            jb_runner_demand(r, operand, context);
        }
    }
}

void jb_runner_demand(jb_runner *r, jb_metric_model *metric, size_t context)
{
    context = metric->dated ? context : 0; /* nothing to shift: one value for all periods */
    if (!metric->shape || r->contexts[context].wanted[metric->index]) {
        return;
    }
    r->contexts[context].wanted[metric->index] = 1;
    if (r->skip[metric->index]) {
        return;
    }
    if (metric->agg) {
        jb_source_plan *plan = plan_of(r, metric->source);
        jb_period period = shifted(r, metric, &r->contexts[context]);
        r->contexts[context].variants[metric->index] = jb_plan_add(r->arena, plan, metric, period);
        return;
    }
    for (size_t i = 0; i < metric->n_inputs; i++) {
        demand_names(r, metric->inputs[i].expr, context);
    }
    for (size_t i = 0; i < metric->n_asks; i++) {
        if (metric->asks[i].shift == JB_SHIFT_LAST_ISSUE) {
            continue; /* printed already */
        }
        size_t there =
            metric->asks[i].shift ? child_context(r, context, metric->asks[i].shift) : context;
        demand_names(r, metric->inputs[metric->asks[i].input].expr, there);
    }
}

/* ---- values ---- */

static jb_fig *lost(const jb_runner *r, const jb_metric_model *metric)
{
    jb_fig *f = jb_arena_alloc(r->out, sizeof *f);
    *f = *metric->shape;
    f->flags = (f->flags & ~JB_FIG_SHAPE) | JB_FIG_LOST;
    f->n_rows = 0;
    return f;
}

static int fetch_names(jb_runner *r, const jb_expr *e, size_t context)
{
    const char *const *names;
    size_t n = jb_expr_names(e, &names);
    for (size_t i = 0; i < n; i++) {
        jb_metric_model *operand = jb_model_metric(r->model, names[i]);
        if (operand && jb_runner_fetch(r, operand, context) != 0) {
            return -1;
        }
    }
    return 0;
}

static jb_fig *input(jb_runner *r, jb_metric_model *metric, size_t i, size_t context, int *why)
{
    const jb_expr *e = metric->inputs[i].expr;
    if (fetch_names(r, e, context) != 0) {
        *why = JB_DERIVE_FAILED;
        return NULL;
    }
    return jb_derive_input(r->model, metric, e, r->contexts[context].set, r->out, r->diags, why);
}

static jb_fig *derive(jb_runner *r, jb_metric_model *metric, size_t context)
{
    size_t n = metric->n_inputs + metric->n_asks;
    jb_fig **in = jb_arena_alloc(r->out, (n + 1) * sizeof(jb_fig *));
    int why = 0;
    for (size_t i = 0; i < n; i++) {
        const jb_mask *ask = i < metric->n_inputs ? NULL : &metric->asks[i - metric->n_inputs];
        if (ask && ask->shift == JB_SHIFT_LAST_ISSUE) {
            in[i] = jb_issue_figure(r->model, metric, ask->input, in[ask->input], r->out, r->diags);
        } else {
            size_t there = ask && ask->shift ? child_context(r, context, ask->shift) : context;
            in[i] = input(r, metric, ask ? ask->input : i, there, &why);
        }
        if (!in[i]) {
            return why == JB_DERIVE_LOST ? lost(r, metric) : NULL;
        }
    }
    jb_fig *f = jb_derive_eval(r->model, metric, in, n, 0, r->out, r->diags);
    if (f && metric->n_asks && metric->n_asks == metric->n_inputs &&
        (metric->derive->flags & JB_DERIVE_RAW)) {
        f->period = in[metric->n_inputs]->period; /* a shift is a figure of that earlier period */
    }
    return f;
}

int jb_runner_fetch(jb_runner *r, jb_metric_model *metric, size_t context)
{
    size_t home = metric->dated ? context : 0;
    jb_fig *f = (jb_fig *)(uintptr_t)jb_figure_find(r->contexts[home].set, metric->name);
    if (!f && metric->shape) {
        if (r->skip[metric->index]) {
            f = lost(r, metric);
        } else if (metric->agg) {
            f = r->contexts[home].variants[metric->index]->result;
        } else {
            f = derive(r, metric, home);
        }
        if (!f) {
            return -1;
        }
        jb_figure_set_add(r->contexts[home].set, f);
    }
    if (f && home != context && !jb_figure_find(r->contexts[context].set, metric->name)) {
        jb_figure_set_add(r->contexts[context].set, f);
    }
    return f ? 0 : -1;
}

/* ---- the whole ---- */

int jb_runner_start(jb_runner *r, jb_model *m, jb_arena *out, jb_diags *diags)
{
    memset(r, 0, sizeof *r);
    r->model = m;
    r->arena = jb_arena_new();
    r->out = out;
    r->diags = diags;
    r->skip = jb_arena_alloc(r->arena, m->n_metrics + 1);
    r->plans = jb_arena_alloc(r->arena, (m->n_sources + 1) * sizeof(jb_source_plan *));
    r->contexts = jb_arena_alloc(r->arena, sizeof *r->contexts);
    r->contexts[0].variants = jb_arena_alloc(r->arena, (m->n_metrics + 1) * sizeof(jb_variant *));
    r->contexts[0].wanted = jb_arena_alloc(r->arena, m->n_metrics + 1);
    r->contexts[0].set = jb_figure_set_new();
    r->n_contexts = 1;
    return 0;
}

void jb_runner_stop(jb_runner *r)
{
    for (size_t i = 0; i < r->n_contexts; i++) {
        jb_figure_set_free(r->contexts[i].set);
    }
    jb_arena_free(r->arena);
}

/* [keys] whose values a source holds: its distinct values, in the source's order. */
int jb_runner_keys(jb_runner *r)
{
    jb_model *m = r->model;
    for (size_t i = 0; i < m->n_keys; i++) {
        jb_mkeys *k = &m->keys[i];
        if (k->column && !k->values && jb_keys_collect(m, k, r->diags) != 0) {
            return -1;
        }
    }
    return 0;
}

/* What may be pushed is asked of the database, the rest is read: all variants have results then. */
static int read_source(jb_runner *r, jb_source_plan *plan)
{
    jb_push_choice choice;
    int status = jb_push_choose(r->model, plan, r->arena, &choice, r->diags);
    if (status == 0 && choice.pushed) {
        status = jb_push_run(r->model, &choice, r->out, r->diags);
    }
    if (status == 0 && choice.scanned) {
        status = jb_scan_run(r->model, choice.scanned, r->out, r->diags, NULL);
    }
    if (status == 0 && choice.pushed && r->model->options.verify) {
        status = jb_push_verify(r->model, &choice, r->diags);
    }
    if (status == 0) {
        jb_push_gather(&choice);
    }
    return status;
}

static int scan_all(jb_runner *r)
{
    int status = jb_runner_keys(r);
    for (size_t i = 0; i < r->model->n_sources && status == 0; i++) {
        jb_source_plan *plan = r->plans[i];
        if (!plan) {
            continue;
        }
        status = read_source(r, plan);
    }
    return status;
}

void jb_push_check_required(jb_model *m, jb_diags *diags)
{
    int required = 0;
    for (size_t i = 0; i < m->n_sources; i++) {
        required |= m->sources[i].pushdown == JB_PUSH_REQUIRE && !m->sources[i].broken;
    }
    if (!required) {
        return;
    }
    jb_figure_set *set = jb_figure_set_new();
    jb_runner r;
    jb_runner_start(&r, m, set->arena, diags);
    jb_runner_demand_all(&r, NULL, 0);
    for (size_t i = 0; i < m->n_sources; i++) {
        jb_push_choice choice;
        if (r.plans[i] && m->sources[i].pushdown == JB_PUSH_REQUIRE && !m->sources[i].broken) {
            jb_push_choose(m, r.plans[i], r.arena, &choice, diags);
        }
    }
    jb_runner_stop(&r);
    jb_figure_set_free(set);
}

static void add_all(jb_runner *r, jb_figure_set *set)
{
    for (size_t i = 0; i < r->model->n_metrics; i++) {
        const jb_fig *f = jb_figure_find(r->contexts[0].set, r->model->metrics[i].name);
        if (f) {
            jb_figure_set_add(set, (jb_fig *)(uintptr_t)f);
        } else if (r->model->metrics[i].lost) {
            jb_figure_set_add(set, jb_model_lost_figure(set->arena, &r->model->metrics[i]));
        }
    }
    set->as_of = r->model->shapes->as_of;
    set->date = r->model->shapes->date;
    set->period = r->model->shapes->period;
}

/* Figures point into the model; what is handed out owns all it has. */
static jb_figure_set *own(const jb_figure_set *set)
{
    jb_buf block;
    jb_buf_init(&block, JB_BUF_MAX_BLOCK);
    jb_figure_set_write(set, &block);
    jb_figure_set *copy = block.failed ? NULL : jb_figure_set_read(jb_buf_text(&block), block.len);
    jb_buf_free(&block);
    return copy;
}

void jb_runner_demand_all(jb_runner *r, const char *const *names, size_t n)
{
    for (size_t i = 0; names && i < n; i++) {
        jb_metric_model *metric = jb_model_metric(r->model, names[i]);
        if (metric) {
            jb_runner_demand(r, metric, 0);
        }
    }
    for (size_t i = 0; !names && i < r->model->n_metrics; i++) {
        jb_runner_demand(r, &r->model->metrics[i], 0);
    }
}

static int compute(jb_runner *r)
{
    int status = scan_all(r);
    for (size_t i = 0; i < r->model->n_metrics && status == 0; i++) {
        if (r->contexts[0].wanted[i]) {
            status = jb_runner_fetch(r, &r->model->metrics[i], 0);
        }
    }
    return status;
}

jb_figure_set *jb_model_run(jb_model *m, const char *const *names, size_t n,
                            const char *const *skip, size_t n_skip, jb_diags *diags)
{
    jb_runner r;
    jb_figure_set *set = jb_figure_set_new(), *result = NULL;
    jb_runner_start(&r, m, set->arena, diags);
    for (size_t i = 0; i < n_skip; i++) {
        const jb_metric_model *metric = jb_model_metric(m, skip[i]);
        if (metric) {
            r.skip[metric->index] = 1;
        }
    }
    for (size_t i = 0; i < m->n_sources; i++) {
        m->sources[i].was_read = 0;
        m->sources[i].rows = m->sources[i].bytes = 0;
    }
    jb_runner_demand_all(&r, names, n);
    if (compute(&r) == 0) {
        add_all(&r, set);
        jb_versions_note(m, set);
        jb_dates_declared(m, diags);
        jb_model_tell(m);
        result = own(set);
        if (!result) {
            jb_diag0(diags, "E0376", NULL);
        }
    }
    jb_runner_stop(&r);
    jb_figure_set_free(set);
    return result;
}
