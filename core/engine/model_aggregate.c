// SPDX-License-Identifier: Apache-2.0
/* A metric over one source: its condition and period, columns, bind, unit, signature. */
#include "engine/model.h"

#include "engine/group_by.h"

#include <stdlib.h>
#include <string.h>

static int has_period(const jb_model *m, const jb_metric_model *metric)
{
    return m->has_period || jb_args_get(metric->instance->args, "period") != NULL;
}

/* where, the `and`s of the chain of inherit, then the row's place in time. */
static int read_conditions(jb_model *m, jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    const jb_setting *where = jb_args_get(args, "where");
    int period = has_period(m, metric), failed = 0;
    if (where) {
        jb_origin origin = jb_model_origin(args, where, 0);
        metric->cond = jb_model_condition(m, metric->source, where->text, &origin, period);
        failed |= metric->cond == NULL;
    }
    for (size_t i = 0; i < jb_section_n_and(metric->section); i++) {
        const jb_value_cfg *v = jb_section_and(metric->section, i);
        const char *text = jb_value_text(m->config, v, 0, m->diags);
        jb_origin origin = jb_origin_of_value(v, 0);
        jb_expr *e = text ? jb_model_condition(m, metric->source, text, &origin, period) : NULL;
        failed |= e == NULL;
        metric->cond = e ? jb_expr_and(m->arena, metric->cond, e) : metric->cond;
    }
    return failed ? -1 : 0;
}

static int read_period(jb_model *m, jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    const jb_setting *own = jb_args_get(args, "period");
    jb_place place = jb_args_place(args, "period", 0);
    metric->period = m->period; /* `all` without one in the report */
    if (own) {
        int status = jb_period_parse(own->text, &metric->period);
        if (status != 0) {
            jb_diag(m->diags, status == -2 ? "E0279" : "E0278", &place, own->text);
            return -1;
        }
    }
    return 0;
}

/* Only who needs the cut-off date asks for it; for the report's own period that is said once. */
static int need_as_of(jb_model *m, const jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    const jb_setting *own = jb_args_get(args, "period");
    if (!metric->dated || !jb_period_is_relative(&metric->period) || m->has_as_of) {
        return 0;
    }
    if (own || !m->told_as_of) {
        jb_place place = own ? jb_args_place(args, "period", 0) : m->period_place;
        jb_diag(m->diags, "E0280", &place, own ? own->text : m->period_text);
        m->told_as_of |= own == NULL;
    }
    return -1;
}

/* `at` becomes a condition of its own, so that selection has one rule only. */
static int read_at(jb_model *m, jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    const jb_setting *at = jb_args_get(args, "at");
    if (!at) {
        return 0;
    }
    jb_origin origin = jb_model_origin(args, at, 0);
    jb_expr *date = jb_model_row_expr(m, metric->source, at->text, strlen(at->text), &origin, 0);
    if (!date) {
        return -1;
    }
    if (jb_expr_kind(date) != JB_K_DATE) {
        jb_place place = jb_args_place(args, "at", 0);
        jb_diag(m->diags, "E0281", &place, at->text);
        return -1;
    }
    if (metric->period.kind == JB_PERIOD_ALL) {
        return 0;
    }
    const char *text = jb_arena_fmt(m->arena, "in_period(%s)", at->text);
    jb_origin none = {0};
    jb_expr *e = jb_model_condition(m, metric->source, text, &none, 1);
    if (!e) {
        return -1;
    }
    metric->cond = jb_expr_and(m->arena, metric->cond, e);
    metric->dated = 1;
    return 0;
}

/* ---- columns ---- */

static void add_column(jb_model *m, jb_metric_model *metric, jb_expr *e)
{
    jb_expr **more = jb_arena_alloc(m->arena, (metric->n_columns + 1) * sizeof *more);
    for (size_t i = 0; i < metric->n_columns; i++) {
        more[i] = metric->columns[i];
    }
    more[metric->n_columns++] = e;
    metric->columns = more;
}

static int read_columns(jb_model *m, jb_metric_model *metric)
{
    const jb_args *args = metric->instance->args;
    int failed = 0;
    for (size_t i = 0; i < jb_args_count(args); i++) {
        const jb_setting *s = jb_args_at(args, i);
        for (size_t k = 0; s->param->type == JB_T_COLUMN && k < s->n_items; k++) {
            jb_origin origin = jb_model_origin(args, s, k);
            jb_expr *e = jb_model_row_expr(m, metric->source, s->items[k], strlen(s->items[k]),
                                           &origin, has_period(m, metric));
            if (e && jb_expr_kind(e) == JB_K_NULL) {
                jb_place place = jb_args_place(args, s->param->key, k + 1);
                jb_diag(m->diags, "E0282", &place, s->items[k]);
                e = NULL;
            }
            failed |= e == NULL;
            if (e) {
                metric->dated |= jb_expr_uses_period(e) && metric->period.kind != JB_PERIOD_ALL;
                add_column(m, metric, e);
            }
        }
    }
    return failed ? -1 : 0;
}

jb_coltype jb_row_expr_type(const jb_msource *source, const jb_expr *e)
{
    const char *name;
    jb_coltype type = {.kind = jb_expr_kind(e), .scale = jb_expr_scale(e)};
    if (jb_expr_is_name(e, &name)) {
        int at = jb_source_column(source, name);
        if (at >= 0) {
            return source->columns[at].type;
        }
    }
    if (type.kind == JB_K_DEC) {
        type.precision = jb_expr_is_wide(e) ? JB_DEC_DIGITS : 18;
        type.wide = (uint8_t)jb_expr_is_wide(e);
    }
    return type;
}

/* ---- bind ---- */

static int input_schema(const jb_metric_model *metric, struct ArrowSchema *in)
{
    char format[40];
    if (jb_schema_make(in, "+s", "", (int64_t)metric->n_columns) != 0) {
        return -1;
    }
    for (size_t i = 0; i < metric->n_columns; i++) {
        jb_coltype type = jb_row_expr_type(metric->source, metric->columns[i]);
        jb_coltype_format(&type, format);
        if (jb_schema_make(in->children[i], format, jb_expr_text(metric->columns[i]), 0) != 0) {
            in->release(in);
            return -1;
        }
    }
    return 0;
}

/* What bind answered must be a struct of readable columns, "value" first. */
static int check_output(jb_model *m, jb_metric_model *metric)
{
    const struct ArrowSchema *out = &metric->out;
    const char *hint;
    jb_coltype type;
    int ok = out->release && out->format && strcmp(out->format, "+s") == 0 &&
             out->n_children >= 1 && out->children[0]->name &&
             strcmp(out->children[0]->name, "value") == 0 && metric->state_size <= (1u << 20);
    for (int64_t i = 0; ok && i < out->n_children; i++) {
        ok = out->children[i]->name && jb_coltype_of(out->children[i], &type, &hint) == 0;
    }
    if (!ok) {
        jb_diag(m->diags, "E0283", &metric->place, metric->name);
        jb_instance_blame(metric->instance, "bind", m->diags);
        return -1;
    }
    return 0;
}

static int call_bind(jb_model *m, jb_metric_model *metric, uint32_t *unit_column)
{
    struct ArrowSchema in;
    jb_metric_shape shape = {.size = sizeof shape};
    jb_ctx ctx;
    if (input_schema(metric, &in) != 0) {
        return -1;
    }
    jb_ctx_begin(&ctx, metric->instance, "bind", m->diags, NULL);
    jb_status status = metric->agg->bind(&ctx, metric->instance->self, &in, &metric->out, &shape);
    status = jb_ctx_end(&ctx, status);
    in.release(&in);
    if (status != JB_OK) {
        memset(&metric->out, 0, sizeof metric->out);
        return -1;
    }
    metric->state_size = shape.state_size;
    metric->shape_flags = shape.flags;
    *unit_column = shape.unit_column < metric->n_columns ? shape.unit_column : 0;
    return check_output(m, metric);
}

/* ---- unit and signature ---- */

int32_t jb_unit_scale(const jb_unit *from, const jb_unit *to, int32_t scale)
{
    jb_i128 num = from->num * to->den, den = from->den * to->num;
    for (int32_t more = 0; more <= 12; more++, num *= 10) {
        if (num % den == 0) {
            return scale + more;
        }
    }
    return scale > JB_SCALE_RESULT ? scale : JB_SCALE_RESULT;
}

/* Unit of the value: that of the column, under the declared one if that is given. */
static int settle_unit(jb_model *m, jb_metric_model *metric, uint32_t unit_column, jb_fig *shape)
{
    int declared = jb_model_declared_unit(m, metric, &metric->unit_to);
    if (declared < 0) {
        return -1;
    }
    int number = shape->kind == JB_K_INT || shape->kind == JB_K_DEC || shape->kind == JB_K_FLOAT;
    metric->unit = metric->unit_to;
    if (declared && metric->n_columns == 0 && !jb_unit_is_none(&metric->unit_to) &&
        !jb_unit_is_counter(&metric->unit_to)) { /* rows are counted: 43公斤 measures nothing */
        jb_place place = jb_args_place(metric->instance->args, "unit", 0);
        jb_diag(m->diags, "E0295", &place, metric->unit_to.text, metric->name);
        return -1;
    }
    if (metric->n_columns == 0 || (metric->shape_flags & JB_UNIT_OF_COLUMN) == 0 || !number) {
        return 0;
    }
    metric->unit_from = *jb_expr_unit(metric->columns[unit_column]);
    if (!declared || jb_unit_is_none(&metric->unit_from)) {
        metric->unit = declared ? metric->unit_to : metric->unit_from;
        return 0;
    }
    if (!jb_unit_same_dimension(&metric->unit_from, &metric->unit_to)) {
        jb_place place = jb_args_place(metric->instance->args, "unit", 0);
        jb_diag(m->diags, "E0284", &place, metric->unit_to.text, metric->unit_from.text);
        return -1;
    }
    metric->converts =
        metric->unit_from.num * metric->unit_to.den != metric->unit_from.den * metric->unit_to.num;
    if (metric->converts) {
        shape->scale = jb_unit_scale(&metric->unit_from, &metric->unit_to, shape->scale);
        shape->kind = shape->kind == JB_K_FLOAT ? JB_K_FLOAT : JB_K_DEC;
        metric->scale_to = shape->scale;
    }
    return 0;
}

static const char *field_unit(const jb_metric_model *metric, const char *name)
{
    for (size_t i = 0; i < metric->n_columns; i++) {
        if (strcmp(jb_expr_text(metric->columns[i]), name) == 0) {
            return jb_expr_unit(metric->columns[i])->text;
        }
    }
    return "";
}

static const char *definition(jb_model *m, const jb_metric_model *metric)
{
    const char *where = metric->source->where ? jb_expr_canonical(metric->source->where) : NULL;
    const char *cond = metric->cond ? jb_expr_canonical(metric->cond) : NULL;
    if (where && cond) {
        return jb_arena_fmt(m->arena, "(%s) and (%s)", where, cond);
    }
    return where ? where : cond ? cond : "";
}

/* Rows that are known before there is data: every combination of declared keys, in order. What the
 * configuration asks for by key can then be checked. */
static void declare_rows(jb_model *m, const jb_metric_model *metric, jb_fig *shape)
{
    enum { MOST = 10000 };
    size_t rows = metric->n_groups > 0 && shape->n_keys == metric->n_groups, each = 1;
    for (size_t i = 0; i < metric->n_groups && rows > 0; i++) {
        const jb_mkeys *k = metric->groups[i].declared;
        rows = k && !k->keep && !k->source && k->n <= MOST / rows ? rows * k->n : 0;
    }
    if (rows == 0) {
        return;
    }
    const char ***keys = (const char ***)jb_arena_alloc(m->arena, metric->n_groups * sizeof *keys);
    for (size_t i = metric->n_groups; i-- > 0;) {
        const jb_mkeys *k = metric->groups[i].declared;
        keys[i] = jb_arena_alloc(m->arena, rows * sizeof **keys);
        for (size_t r = 0; r < rows; r++) {
            keys[i][r] = k->values[r / each % k->n];
        }
        each *= k->n;
    }
    jb_fig_declare_rows(m->arena, shape, keys, (int64_t)rows);
}

static void sign(jb_model *m, jb_metric_model *metric, uint32_t unit_column)
{
    int rows = (metric->agg->flags & JB_M_ROWS) != 0;
    uint32_t n_fields = (uint32_t)metric->out.n_children - 1;
    jb_fig *f = jb_fig_new(m->arena, (uint32_t)metric->n_groups + (rows ? 1u : 0u), 0, n_fields);
    jb_coltype type = {0};
    const char *hint;
    char text[32];
    jb_coltype_of(metric->out.children[0], &type, &hint);
    f->kind = type.kind;
    f->scale = type.scale;
    metric->scale_from = type.scale;
    f->flags =
        (rows ? JB_FIG_ROWS : 0u) | (metric->shape_flags & JB_ADDITIVE ? JB_FIG_ADDITIVE : 0u);
    if (settle_unit(m, metric, unit_column, f) != 0) {
        metric->broken = 1;
        return;
    }
    for (size_t i = 0; i < metric->n_groups; i++) {
        f->key_names[i] = metric->groups[i].name;
    }
    if (rows) {
        f->key_names[metric->n_groups] = "rank";
    }
    for (uint32_t i = 0; i < n_fields; i++) {
        const struct ArrowSchema *child = metric->out.children[i + 1];
        jb_coltype_of(child, &type, &hint);
        f->fields[i].name = jb_arena_strdup(m->arena, child->name);
        f->fields[i].kind = type.kind;
        f->fields[i].scale = type.scale;
        f->fields[i].unit = field_unit(metric, child->name);
    }
    f->unit = metric->unit.text;
    jb_period_print(metric->dated ? jb_period_at(&metric->period, m->as_of) : (jb_period){0}, text);
    f->period = jb_arena_strdup(m->arena, text);
    f->as_of = m->options.as_of ? m->options.as_of : "";
    f->source = jb_source_title(metric->source);
    f->definition = definition(m, metric);
    if (metric->names) { /* that there are some is known, which ones is not */
        f->names = jb_arena_alloc(m->arena, 2 * sizeof *f->names);
        f->n_names = jb_arena_alloc(m->arena, 2 * sizeof *f->n_names);
    }
    jb_model_add_shape(m, metric, f);
    declare_rows(m, metric, f);
}

void jb_model_aggregate(jb_model *m, jb_metric_model *metric)
{
    uint32_t unit_column = 0;
    const jb_setting *source = jb_args_get(metric->instance->args, "source");
    metric->source = source ? jb_model_source(m, source->text) : NULL;
    metric->broken = 1;
    if (!metric->source || jb_source_open(m, metric->source, m->diags) != 0) {
        return; /* reported by whoever found the name missing, or the source broken */
    }
    int failed = read_period(m, metric) != 0;
    failed |= read_conditions(m, metric) != 0;
    if (failed) {
        return;
    }
    metric->dated =
        metric->cond && jb_expr_uses_period(metric->cond) && metric->period.kind != JB_PERIOD_ALL;
    failed |= read_at(m, metric) != 0;
    failed |= read_columns(m, metric) != 0;
    failed |= jb_group_by_read(m, metric) != 0;
    failed |= jb_names_read(m, metric) != 0;
    failed |= need_as_of(m, metric) != 0;
    if (failed || call_bind(m, metric, &unit_column) != 0) {
        return;
    }
    if (jb_args_get(metric->instance->args, "period") && !metric->dated &&
        metric->period.kind != JB_PERIOD_ALL) {
        jb_place place = jb_args_place(metric->instance->args, "period", 0);
        jb_diag(m->diags, "E0285", &place, metric->name);
    }
    metric->broken = 0;
    sign(m, metric, unit_column);
}
