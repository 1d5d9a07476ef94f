// SPDX-License-Identifier: Apache-2.0
#include "engine/issue.h"

#include "engine/group_by.h"

#include <string.h>

static const jb_source_issue *issue_of(const jb_msource *s)
{
    const jb_source_issue *i =
        s->instance ? jb_type_iface(s->instance->type, JB_SOURCE_ISSUE) : NULL;
    return i && i->choose && i->figure ? i : NULL;
}

jb_msource *jb_issue_source(jb_model *m, const jb_metric_model *metric, jb_diags *diags)
{
    const jb_setting *named = jb_args_get(metric->instance->args, "issue");
    jb_place place = jb_args_place(metric->instance->args, named ? "issue" : "versus", 0);
    jb_msource *found = NULL;
    if (named) {
        found = jb_model_source(m, named->text);
        if (found && found->instance && !issue_of(found)) {
            jb_diag(diags, "E1273", &place, found->name, found->type);
            return NULL;
        }
        return found; /* a name that is none is told by whoever reads REF parameters */
    }
    for (size_t i = 0; i < m->n_sources; i++) {
        if (issue_of(&m->sources[i])) {
            if (found) {
                jb_diag(diags, "E1274", &place, found->name, m->sources[i].name);
                return NULL;
            }
            found = &m->sources[i];
        }
    }
    if (!found) {
        jb_diag(diags, "E1272", &place, metric->name);
    }
    return found;
}

int jb_issue_choose(jb_model *m, jb_msource *s, jb_diags *diags)
{
    const jb_source_issue *iface = issue_of(s);
    jb_ctx ctx;
    if (!iface) {
        return 0;
    }
    jb_ctx_begin(&ctx, s->instance, "choose", diags, NULL);
    jb_status status =
        iface->choose(&ctx, s->instance->self, m->options.as_of ? m->options.as_of : "");
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

/* ---- as today's figure has it ---- */

/* What the issue lacks: today's keys, no values. */
static jb_fig *missing(const jb_fig *now, jb_arena *a)
{
    jb_fig *f = jb_fig_new(a, now->n_keys, now->n_keys > 0 ? 0 : 1, 0);
    for (uint32_t k = 0; k < now->n_keys; k++) {
        f->key_names[k] = now->key_names[k];
    }
    f->kind = now->kind;
    f->scale = now->scale;
    f->unit = now->unit;
    f->period = f->as_of = f->source = "";
    return f;
}

static int fits(const jb_fig *f, int32_t scale)
{
    jb_i128 n;
    for (int64_t i = 0; i < f->n_rows; i++) {
        const jb_value *v = &f->values[i];
        int32_t have = v->kind == JB_K_DEC ? v->scale : 0;
        if (v->kind != JB_K_NULL && (jb_dec_rescale(v->num, have, scale, &n) != 0 ||
                                     jb_dec_compare(n, scale, v->num, have) != 0)) {
            return 0;
        }
    }
    return 1;
}

/* An issue may write 12 for what is 12.00 today: the same number in today's type, where it fits. */
static void meet_type(jb_fig *f, const jb_fig *now)
{
    int32_t scale = now->kind == JB_K_DEC ? now->scale : 0;
    int numbers = (f->kind == JB_K_INT || f->kind == JB_K_DEC) &&
                  (now->kind == JB_K_INT || now->kind == JB_K_DEC);
    if (!numbers || (f->kind == now->kind && f->scale == now->scale) || !fits(f, scale)) {
        return;
    }
    for (int64_t i = 0; i < f->n_rows; i++) {
        jb_value *v = &f->values[i];
        if (v->kind != JB_K_NULL) {
            jb_dec_rescale(v->num, v->kind == JB_K_DEC ? v->scale : 0, scale, &v->num);
            v->kind = (uint8_t)now->kind;
            v->scale = scale;
        }
    }
    f->kind = now->kind;
    f->scale = scale;
}

static int meet_unit(jb_model *m, const jb_metric_model *metric, const jb_msource *s, jb_fig *f,
                     const jb_fig *now, jb_diags *diags)
{
    jb_unit from, to;
    const char *near;
    if (strcmp(f->unit, now->unit) == 0 || !*f->unit || !*now->unit) {
        f->unit = now->unit;
        return 0;
    }
    if (jb_unit_parse(m->units, f->unit, strlen(f->unit), &from, &near) != 0 ||
        jb_unit_parse(m->units, now->unit, strlen(now->unit), &to, &near) != 0 ||
        !jb_unit_same_dimension(&from, &to)) {
        jb_diag(diags, "E1275", &metric->place, now->name, f->unit, now->unit, s->name);
        return -1;
    }
    int32_t scale = f->kind == JB_K_DEC ? f->scale : 0;
    if (from.num * to.den != from.den * to.num &&
        jb_fig_convert(f, &from, &to, jb_unit_scale(&from, &to, scale)) != 0) {
        jb_diag(diags, "E0370", &metric->place, metric->name, now->name);
        return -1;
    }
    f->unit = now->unit;
    return 0;
}

static int same_keys(const jb_fig *f, const jb_fig *now)
{
    int same = f->n_keys == now->n_keys;
    for (uint32_t k = 0; same && k < f->n_keys; k++) {
        same = strcmp(f->key_names[k], now->key_names[k]) == 0;
    }
    return same;
}

static void drop(jb_derived *out)
{
    if (out->schema.release) {
        out->schema.release(&out->schema);
    }
    if (out->array.release) {
        out->array.release(&out->array);
    }
}

static jb_fig *take(jb_model *m, const jb_metric_model *metric, const jb_msource *s,
                    const jb_derived *out, const jb_fig *now, jb_arena *a, jb_diags *diags)
{
    char why[200] = "";
    jb_fig *f = jb_fig_from_arrow(a, &out->schema, &out->array, out->n_keys, why, sizeof why);
    if (!f) {
        jb_diag(diags, "E0365", &s->place, s->name, why);
        jb_instance_blame(s->instance, "figure", diags);
        return NULL;
    }
    if (!same_keys(f, now)) {
        jb_diag(diags, "E1276", &metric->place, s->name, now->name);
        return missing(now, a);
    }
    f->unit = jb_arena_strdup(a, out->unit ? out->unit : "");
    if (meet_unit(m, metric, s, f, now, diags) != 0) {
        return NULL;
    }
    meet_type(f, now);
    return f;
}

jb_fig *jb_issue_figure(jb_model *m, const jb_metric_model *metric, size_t input, const jb_fig *now,
                        jb_arena *a, jb_diags *diags)
{
    jb_msource *s = metric->issue;
    const char *name;
    jb_derived out = {.size = sizeof out};
    jb_fig *f = NULL;
    jb_ctx ctx;
    if (!s || jb_source_open(m, s, diags) != 0 ||
        !jb_expr_is_name(metric->inputs[input].expr, &name)) {
        return NULL;
    }
    s->was_read = 1;
    jb_ctx_begin(&ctx, s->instance, "figure", diags, NULL);
    jb_status status = issue_of(s)->figure(&ctx, s->instance->self, name, &out);
    if (status == JB_E_UNSUPPORTED && !ctx.failed) {
        jb_ctx_end(&ctx, JB_OK);
        jb_diag(diags, "E1277", &metric->place, s->name, name);
        f = missing(now, a);
    } else if (jb_ctx_end(&ctx, status) == JB_OK) {
        f = take(m, metric, s, &out, now, a, diags);
    }
    drop(&out);
    if (f) {
        f->name = now->name;
        f->type = now->type;
        f->period = f->as_of = "";
        f->source = jb_source_title(s);
        f->definition = "last_issue";
        f->place = now->place;
    }
    return f;
}
