// SPDX-License-Identifier: Apache-2.0
/* A metric over figures: its inputs, what it asks for in other periods, its signature. */
#include "engine/derive.h"
#include "engine/issue.h"

#include <string.h>

struct jb_plan {
    jb_model *model;
    jb_metric_model *metric;
};

static int input_is_dated(const jb_model *m, const jb_minput *input)
{
    const char *const *names;
    size_t n = jb_expr_names(input->expr, &names);
    for (size_t i = 0; i < n; i++) {
        const jb_metric_model *operand = jb_model_metric(m, names[i]);
        if (operand && operand->dated) {
            return 1;
        }
    }
    return 0;
}

static jb_status ask(jb_ctx *ctx, jb_plan *plan, const char *key, uint32_t shift)
{
    jb_model *m = plan->model;
    jb_metric_model *metric = plan->metric;
    jb_place place = jb_args_place(metric->instance->args, key, 0);
    size_t found = 0;
    if (shift == JB_SHIFT_LAST_ISSUE && !metric->issue) {
        metric->issue = jb_issue_source(m, metric, ctx->diags);
        if (!metric->issue) {
            ctx->failed = 1;
            return JB_E_CONFIG;
        }
    }
    if (shift > JB_SHIFT_LAST_ISSUE) {
        ctx->failed = 1;
        jb_diag(ctx->diags, "E0372", &metric->place, metric->name, key);
        return JB_E_INTERNAL;
    }
    for (size_t i = 0; i < metric->n_inputs; i++) {
        if (strcmp(metric->inputs[i].setting->param->key, key) != 0) {
            continue;
        }
        found++;
        if (shift == JB_SHIFT_LAST_ISSUE &&
            !jb_expr_is_name(metric->inputs[i].expr, &(const char *){NULL})) {
            ctx->failed = 1;
            jb_diag(ctx->diags, "E1278", &place, jb_expr_text(metric->inputs[i].expr));
            return JB_E_CONFIG;
        }
        if (shift != 0 && shift != JB_SHIFT_LAST_ISSUE && !input_is_dated(m, &metric->inputs[i])) {
            ctx->failed = 1;
            jb_diag(ctx->diags, "E0289", &place, jb_expr_text(metric->inputs[i].expr));
            return JB_E_CONFIG;
        }
        jb_mask *more = jb_arena_alloc(m->arena, (metric->n_asks + 1) * sizeof *more);
        for (size_t k = 0; k < metric->n_asks; k++) {
            more[k] = metric->asks[k];
        }
        more[metric->n_asks++] = (jb_mask){i, shift};
        metric->asks = more;
    }
    if (!found) {
        ctx->failed = 1;
        jb_diag(ctx->diags, "E0372", &metric->place, metric->name, key);
        return JB_E_INTERNAL;
    }
    return JB_OK;
}

const jb_plan_api jb_model_plan_api = {.size = sizeof(jb_plan_api), .ask = ask};

/* Parses the inputs and types what they name; -1: reported, here or there. */
static int read_inputs(jb_model *m, jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    size_t cap = 0;
    int failed = 0;
    for (size_t i = 0; i < jb_args_count(args); i++) {
        const jb_setting *s = jb_args_at(args, i);
        cap += s->param->type == JB_T_FIGURE ? s->n_items : 0;
    }
    metric->inputs = jb_arena_alloc(m->arena, (cap + 1) * sizeof *metric->inputs);
    for (size_t i = 0; i < jb_args_count(args); i++) {
        const jb_setting *s = jb_args_at(args, i);
        for (size_t k = 0; s->param->type == JB_T_FIGURE && k < s->n_items; k++) {
            jb_minput *input = &metric->inputs[metric->n_inputs];
            *input = (jb_minput){s, k, jb_model_parse(m, args, s, k)};
            failed |= input->expr == NULL;
            metric->n_inputs += input->expr != NULL;
        }
    }
    return failed ? -1 : 0;
}

static int type_operands(jb_model *m, jb_metric_model *metric, const jb_minput *input)
{
    const char *const *names;
    size_t n = jb_expr_names(input->expr, &names);
    for (size_t i = 0; i < n; i++) {
        jb_metric_model *operand = jb_model_metric(m, names[i]);
        if (operand && operand->state == 1) {
            jb_place place =
                jb_args_place(metric->instance->args, input->setting->param->key, input->item + 1);
            jb_diag(m->diags, "E0461", &place, jb_model_cycle(m, operand));
            return -1;
        }
        if (operand) {
            jb_model_type_metric(m, operand);
        }
    }
    return 0;
}

static int call_plan(jb_model *m, jb_metric_model *metric)
{
    jb_plan plan = {m, metric};
    jb_ctx ctx;
    if (!metric->derive->plan) {
        return 0;
    }
    jb_ctx_begin(&ctx, metric->instance, "plan", m->diags, NULL);
    jb_status status = metric->derive->plan(&ctx, metric->instance->self, &plan);
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

/* The operand whose declared rows are those of the result; NULL: they are not known before there is
 * data. Operands that meet by the same declared keys have the same rows. */
static const jb_fig *declared_rows(const jb_model *m, const jb_metric_model *metric)
{
    const jb_fig *found = NULL;
    const char *const *names;
    for (size_t i = 0; i < metric->n_inputs; i++) {
        const jb_expr *e = metric->inputs[i].expr;
        size_t n = jb_expr_keyed(e) ? jb_expr_names(e, &names) : 0;
        for (size_t k = 0; k < n; k++) {
            const jb_metric_model *operand = jb_model_metric(m, names[k]);
            if (!operand || !operand->shape || operand->shape->n_keys == 0) {
                continue;
            }
            if (operand->shape->n_rows == 0 || (found && found->n_rows != operand->shape->n_rows)) {
                return NULL;
            }
            found = found ? found : operand->shape;
        }
    }
    return found;
}

static void keep_rows(const jb_model *m, const jb_metric_model *metric, jb_fig *f)
{
    const jb_fig *from =
        metric->derive->flags & JB_DERIVE_KEEPS_KEYS ? declared_rows(m, metric) : NULL;
    if (from && f->n_keys == from->n_keys) {
        jb_fig_declare_rows(m->arena, f, from->keys, from->n_rows);
    }
}

static void sign(jb_model *m, jb_metric_model *metric)
{
    size_t n = metric->n_inputs + metric->n_asks;
    jb_fig **in = jb_arena_alloc(m->arena, (n + 1) * sizeof(jb_fig *));
    int why = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = i < metric->n_inputs ? i : metric->asks[i - metric->n_inputs].input;
        in[i] = jb_derive_input(m, metric, metric->inputs[at].expr, m->blanks, m->arena, m->diags,
                                &why);
        if (!in[i]) {
            return;
        }
    }
    jb_fig *f = jb_derive_eval(m, metric, in, n, 1, m->arena, m->diags);
    if (f) {
        metric->broken = 0;
        jb_model_add_shape(m, metric, f);
        keep_rows(m, metric, f);
    }
}

void jb_model_derive(jb_model *m, jb_metric_model *metric)
{
    int failed = read_inputs(m, metric) != 0, broken = 0;
    metric->broken = 1;
    for (size_t i = 0; i < metric->n_inputs; i++) {
        failed |= type_operands(m, metric, &metric->inputs[i]) != 0;
    }
    for (size_t i = 0; i < metric->n_inputs; i++) { /* each of them, so that all is told at once */
        metric->lost |= jb_model_reads_lost(m, metric->inputs[i].expr);
        failed |= jb_model_check_figures(m, metric->inputs[i].expr, &broken) != 0;
        metric->dated |= input_is_dated(m, &metric->inputs[i]);
    }
    if (!failed && call_plan(m, metric) == 0) {
        sign(m, metric);
    }
}
