// SPDX-License-Identifier: Apache-2.0
#include "engine/derive.h"

#include "engine/group_by.h"

#include <string.h>

/* "projects", "projects、leads": sources of all operands, each once. */
static const char *join_sources(jb_arena *a, const char *one, const char *two)
{
    if (!*one || !*two || strcmp(one, two) == 0) {
        return *one ? one : two;
    }
    size_t n = strlen(two);
    for (const char *p = strstr(one, two); p; p = strstr(p + 1, two)) {
        int begins = p == one || (p - one >= 3 && memcmp(p - 3, "、", 3) == 0);
        int ends = p[n] == '\0' || strncmp(p + n, "、", 3) == 0;
        if (begins && ends) {
            return one;
        }
    }
    return jb_arena_fmt(a, "%s、%s", one, two);
}

static void inherit_origin(jb_arena *a, jb_fig *to, const jb_fig *from)
{
    to->source = join_sources(a, to->source, from->source);
    if (!*to->period) {
        to->period = from->period;
    }
    if (!*to->as_of) {
        to->as_of = from->as_of;
    }
}

/* A quotient that is a figure has 6 decimals (DESIGN 7), whatever the intermediate one had. */
static void round_quotient(const jb_expr *e, jb_fig *f)
{
    if (f->kind != JB_K_DEC || f->scale <= JB_SCALE_RESULT || !jb_expr_divides(e)) {
        return;
    }
    for (int64_t i = 0; i < f->n_rows; i++) {
        if (f->values[i].kind == JB_K_DEC) {
            jb_dec_rescale(f->values[i].num, f->values[i].scale, JB_SCALE_RESULT,
                           &f->values[i].num);
            f->values[i].scale = JB_SCALE_RESULT;
        }
    }
    f->scale = JB_SCALE_RESULT;
}

jb_fig *jb_derive_input(jb_model *m, const jb_metric_model *metric, const jb_expr *e,
                        const jb_figure_set *set, jb_arena *a, jb_diags *diags, int *why)
{
    const char *name, *const *names;
    jb_figures_env env = {.figures = set};
    jb_fig *f = NULL;
    (void)m;
    if (jb_expr_is_name(e, &name)) {
        const jb_fig *named = jb_figure_find(set, name);
        if (named) {
            f = jb_arena_alloc(a, sizeof *f);
            *f = *named;
            *why = f->flags & JB_FIG_LOST ? JB_DERIVE_LOST : 0;
            return *why ? NULL : f;
        }
    }
    int status = jb_expr_eval_figures(e, &env, a, &f);
    if (status != 0) {
        if (status != JB_DERIVE_LOST) {
            jb_diag(diags, "E0370", &metric->place, metric->name, jb_expr_text(e));
        }
        *why = status == JB_DERIVE_LOST ? JB_DERIVE_LOST : JB_DERIVE_FAILED;
        return NULL;
    }
    f->name = jb_expr_text(e);
    f->type = "";
    f->kind = jb_expr_kind(e);
    f->scale = f->kind == JB_K_DEC && f->n_rows > 0 && f->values[0].kind == JB_K_DEC
                   ? f->values[0].scale
                   : jb_expr_scale(e);
    f->unit = jb_expr_unit(e)->text;
    f->period = f->as_of = f->source = "";
    f->definition = jb_expr_text(e);
    f->flags |= JB_FIG_EXPR;
    size_t n = jb_expr_names(e, &names);
    for (size_t i = 0; i < n; i++) {
        const jb_fig *operand = jb_figure_find(set, names[i]);
        if (operand) {
            inherit_origin(a, f, operand);
        }
    }
    round_quotient(e, f);
    *why = 0;
    return f;
}

/* ---- alignment ---- */

static int same_keys(const jb_fig *a, const jb_fig *b)
{
    int same = a->n_keys == b->n_keys;
    for (uint32_t k = 0; same && k < a->n_keys; k++) {
        same = strcmp(a->key_names[k], b->key_names[k]) == 0;
    }
    return same;
}

/* f with the rows of `keys`; those it lacks are missing. */
static jb_fig *align_rows(jb_arena *a, const jb_fig *f, const jb_fig *keys)
{
    const char *row[16];
    jb_fig *out = jb_fig_new(a, keys->n_keys, keys->n_rows, 0);
    uint32_t n_keys = keys->n_keys < 16 ? keys->n_keys : 16;
    const char **key_names = out->key_names, ***held = out->keys;
    jb_value *values = out->values;
    *out = *f;
    out->key_names = key_names;
    out->keys = held;
    out->values = values;
    out->n_rows = keys->n_rows;
    out->n_fields = 0;
    out->names = NULL;
    out->n_names = NULL;
    out->rows_counted = NULL;
    for (uint32_t k = 0; k < keys->n_keys; k++) {
        key_names[k] = keys->key_names[k];
    }
    for (int64_t i = 0; i < keys->n_rows; i++) {
        for (uint32_t k = 0; k < n_keys; k++) {
            row[k] = held[k][i] = keys->keys[k][i];
        }
        int64_t at = jb_fig_row(f, row);
        if (at >= 0) {
            values[i] = f->values[at];
        }
    }
    return out;
}

static int meet_unit(jb_model *m, jb_arena *a, jb_fig **f, const char *wanted)
{
    jb_unit from, to;
    const char *near;
    if (!*wanted || !*(*f)->unit || strcmp((*f)->unit, wanted) == 0 ||
        jb_unit_parse(m->units, (*f)->unit, strlen((*f)->unit), &from, &near) != 0 ||
        jb_unit_parse(m->units, wanted, strlen(wanted), &to, &near) != 0 ||
        !jb_unit_same_dimension(&from, &to)) {
        return 0;
    }
    jb_fig *copy = jb_arena_alloc(a, sizeof *copy);
    *copy = **f;
    copy->values = jb_arena_alloc(a, ((size_t)copy->n_rows + 1) * sizeof *copy->values);
    if (copy->n_rows > 0) {
        memcpy(copy->values, (*f)->values, (size_t)copy->n_rows * sizeof *copy->values);
    }
    *f = copy;
    if (from.num * to.den == from.den * to.num) { /* counters: another word only */
        copy->unit = wanted;
        return 0;
    }
    int32_t scale = copy->kind == JB_K_DEC ? copy->scale : 0;
    int status = jb_fig_convert(copy, &from, &to, jb_unit_scale(&from, &to, scale));
    copy->unit = wanted;
    return status;
}

/* Rows of the first grouped input, units of the first input. 0 ok, -1 reported. */
static int align(jb_model *m, const jb_metric_model *metric, jb_arena *a, jb_fig **in, size_t n,
                 jb_diags *diags)
{
    const jb_fig *keys = NULL;
    for (size_t i = 0; i < n; i++) {
        keys = !keys && in[i]->n_keys > 0 ? in[i] : keys;
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && meet_unit(m, a, &in[i], in[0]->unit) != 0) {
            jb_diag(diags, "E0370", &metric->place, metric->name, in[i]->name);
            return -1;
        }
        if (in[i]->n_keys == 0 || in[i] == keys) {
            continue;
        }
        if (!same_keys(in[i], keys)) {
            jb_diag(diags, "E0288", &metric->place, metric->name, keys->name, in[i]->name);
            return -1;
        }
        in[i] = align_rows(a, in[i], keys);
    }
    return 0;
}

/* ---- the call ---- */

static int call(jb_metric_model *metric, const jb_figure *in, size_t n, jb_derived *out,
                jb_diags *diags)
{
    jb_ctx ctx;
    jb_ctx_begin(&ctx, metric->instance, "eval", diags, NULL);
    jb_status status = metric->derive->eval(&ctx, metric->instance->self, in, n, out);
    return jb_ctx_end(&ctx, status) == JB_OK ? 0 : -1;
}

/* A field "names" is the list of names of a row, not a column to print. */
static void take_names(jb_arena *a, jb_fig *f)
{
    uint32_t i = 0;
    while (i < f->n_fields && strcmp(f->fields[i].name, "names") != 0) {
        i++;
    }
    if (f->names || i == f->n_fields || f->fields[i].kind != JB_K_TEXT) {
        return;
    }
    const char *const **rows = jb_arena_alloc(a, ((size_t)f->n_rows + 1) * sizeof *rows);
    f->n_names = jb_arena_alloc(a, ((size_t)f->n_rows + 1) * sizeof *f->n_names);
    for (int64_t r = 0; r < f->n_rows; r++) {
        const char *text =
            f->fields[i].values[r].kind == JB_K_TEXT ? f->fields[i].values[r].text : "";
        uint32_t n = 0, cap = 1;
        for (const char *p = text; *p; p++) {
            cap += *p == '\x1f';
        }
        const char **items = jb_arena_alloc(a, (cap + 1) * sizeof *items);
        while (*text) {
            size_t len = strcspn(text, "\x1f");
            items[n++] = jb_arena_strndup(a, text, len);
            text += len + (text[len] != '\0');
        }
        rows[r] = items;
        f->n_names[r] = n;
    }
    f->names = rows;
    for (; i + 1 < f->n_fields; i++) {
        f->fields[i] = f->fields[i + 1];
    }
    f->n_fields--;
}

static const char *definition(jb_arena *a, const jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    const char *text = metric->type;
    for (size_t i = 0; i < jb_args_count(args); i++) {
        const jb_setting *s = jb_args_at(args, i);
        if (s->text && strcmp(s->param->key, "unit") != 0 && s->param->type != JB_T_SECRET) {
            text =
                jb_arena_fmt(a, "%s%s %s = %s", text, i == 0 ? ":" : ";", s->param->key, s->text);
        }
    }
    return text;
}

/* The unit the plugin gave, under the declared one. */
static int settle_unit(jb_model *m, jb_metric_model *metric, jb_fig *f, const char *given,
                       jb_diags *diags)
{
    jb_unit from, to;
    const char *near = NULL;
    int declared = jb_model_declared_unit(m, metric, &to);
    if (declared < 0) {
        return -1;
    }
    if (jb_unit_parse(m->units, given, strlen(given), &from, &near) != 0) {
        memset(&from, 0, sizeof from);
        from.num = from.den = 1;
        from.text = given;
    }
    metric->unit = declared ? to : from;
    f->unit = metric->unit.text;
    if (!declared || !*given || jb_unit_is_none(&from)) {
        return 0;
    }
    if (!jb_unit_same_dimension(&from, &to)) {
        jb_place place = jb_args_place(metric->instance->args, "unit", 0);
        jb_diag(diags, "E0284", &place, to.text, from.text);
        return -1;
    }
    if (from.num * to.den == from.den * to.num) {
        return 0;
    }
    int32_t scale = f->kind == JB_K_DEC ? f->scale : 0;
    if (jb_fig_convert(f, &from, &to, jb_unit_scale(&from, &to, scale)) != 0) {
        jb_diag(diags, "E0370", &metric->place, metric->name, f->unit);
        return -1;
    }
    return 0;
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

static jb_fig *finish(jb_model *m, jb_metric_model *metric, const jb_derived *out, jb_fig **in,
                      size_t n, jb_arena *a, jb_diags *diags)
{
    char why[200] = "";
    const char *unit = out->unit;
    jb_fig *f = jb_fig_from_arrow(a, &out->schema, &out->array, out->n_keys, why, sizeof why);
    if (!f) {
        jb_diag(diags, "E0371", &metric->place, metric->name, why);
        jb_instance_blame(metric->instance, "eval", diags);
        return NULL;
    }
    take_names(a, f);
    if (!unit) {
        unit = n > 0 && (metric->derive->flags & JB_DERIVE_UNIT_OF_INPUT) ? in[0]->unit : "";
    }
    unit = jb_arena_strdup(a, unit);
    f->name = metric->name;
    f->type = metric->type;
    f->place = metric->place;
    f->period = f->as_of = f->source = "";
    f->definition = definition(a, metric);
    f->flags = out->flags & JB_ADDITIVE ? JB_FIG_ADDITIVE : 0u;
    for (size_t i = 0; i < n; i++) {
        inherit_origin(a, f, in[i]);
    }
    return settle_unit(m, metric, f, unit, diags) == 0 ? f : NULL;
}

jb_fig *jb_derive_eval(jb_model *m, jb_metric_model *metric, jb_fig **in, size_t n, int shape,
                       jb_arena *a, jb_diags *diags)
{
    jb_diags *held = m->diags;
    jb_figure *views = jb_arena_alloc(a, (n + 1) * sizeof *views);
    jb_derived out;
    jb_fig *f = NULL;
    memset(&out, 0, sizeof out);
    out.size = sizeof out;
    if (!(metric->derive->flags & JB_DERIVE_RAW) && align(m, metric, a, in, n, diags) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        jb_fig view = *in[i];
        if (shape) {
            view.n_rows = 0;
            view.flags |= JB_FIG_SHAPE;
        }
        jb_fig_view(&view, a, &views[i]);
    }
    m->diags = diags;
    if (call(metric, views, n, &out, diags) == 0) {
        f = finish(m, metric, &out, in, n, a, diags);
    }
    m->diags = held;
    drop(&out);
    return f;
}
