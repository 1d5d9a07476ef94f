// SPDX-License-Identifier: Apache-2.0
/* Metrics as a whole: instances, order of typing, units, signatures. What is particular to metrics
 * over a source or over figures is in model_aggregate.c and model_derive.c. */
#include "engine/model.h"

#include <string.h>

#define HOST_PARAM(type, flags, key, range, en, zh)                                                \
    {                                                                                              \
        sizeof(jb_param), type, flags, 0, key, NULL, range, en, zh                                 \
    }

static const jb_param aggregate_params[] = {
    HOST_PARAM(JB_T_REF, JB_P_REQUIRED, "source", "source", "The source its rows come from.",
               "数据来自哪个数据源。"),
    HOST_PARAM(JB_T_STR, 0, "where", NULL, "Which rows count.", "哪些行参加统计。"),
    HOST_PARAM(JB_T_STR, JB_P_LIST, "group_by", NULL,
               "One value for each of these: columns, year(d), quarter(d), month(d).",
               "按这些列分组：列名，或 year(日期)、quarter(日期)、month(日期)。"),
    HOST_PARAM(JB_T_STR, 0, "at", NULL, "The date that places a row in time.",
               "据以归入时期的日期列。"),
    HOST_PARAM(JB_T_STR, 0, "period", NULL,
               "A..B, year_to_date, quarter, month, week, last N days or all.",
               "A..B、year_to_date、quarter、month、week、last N days 或 all。"),
    HOST_PARAM(JB_T_STR, 0, "names", NULL, "Example names: COLUMN [by COLUMN [asc|desc]].",
               "举例的名称：列 [by 列 [asc|desc]]。"),
    HOST_PARAM(JB_T_STR, 0, "unit", NULL, "Unit of the value.", "计量单位。"),
    HOST_PARAM(JB_T_ENUM, 0, "scope", "all", "all: not narrowed to the copy in a batch.",
               "all：分发时不按份收窄。"),
};
static const jb_param derived_params[] = {
    HOST_PARAM(JB_T_STR, 0, "unit", NULL, "Unit of the value.", "计量单位。"),
};
static const jb_param_table aggregate_keys = {
    aggregate_params, sizeof aggregate_params / sizeof aggregate_params[0], sizeof(jb_param)};
static const jb_param_table derived_keys = {derived_params, 1, sizeof(jb_param)};
static const char *const skipped[] = {"inherit", "and", "enabled", "doc"};

jb_param_table jb_engine_keys(const char *kind)
{
    static const jb_param_table none;
    return strcmp(kind, "source") == 0           ? jb_source_keys
           : strcmp(kind, "metric") == 0         ? aggregate_keys
           : strcmp(kind, "metric/derived") == 0 ? derived_keys
                                                 : none;
}

/* Is the component computed from a source or from figures? Found first, since the host's own keys
 * differ. */
static const jb_type *type_of(jb_model *m, const jb_section_cfg *section)
{
    const jb_value_cfg *v = jb_section_get(section, "type");
    const char *name = v ? jb_value_text(m->config, v, 0, m->diags) : NULL;
    jb_place place = v ? v->place : jb_section_place(section);
    if (!v && !jb_section_damaged(section)) {
        jb_diag(m->diags, "E0504", &place, "metric", jb_section_name(section));
    }
    return name ? jb_registry_find(m->registry, "metric", name, &place, m->diags) : NULL;
}

static int is_lost(const jb_model *m, const char *name)
{
    for (size_t i = 0; i < m->options.n_lost; i++) {
        if (strcmp(m->options.lost[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

int jb_model_reads_lost(const jb_model *m, const jb_expr *e)
{
    const char *const *names;
    size_t n = jb_expr_names(e, &names);
    for (size_t i = 0; i < n; i++) {
        const jb_metric_model *operand = jb_model_metric(m, names[i]);
        if (operand && operand->lost) {
            return 1;
        }
    }
    return 0;
}

jb_fig *jb_model_lost_figure(jb_arena *a, const jb_metric_model *metric)
{
    jb_fig *f = jb_fig_new(a, 0, 0, 0);
    const char *type = jb_section_type(metric->section);
    f->name = metric->name;
    f->type = type ? type : "";
    f->place = metric->place;
    f->unit = f->period = f->as_of = f->source = f->definition = "";
    f->flags = JB_FIG_LOST;
    return f;
}

/* A type that lists rows has no example names. Inherited ones are another metric's, and passed over. */
static int refuse_names(jb_model *m, jb_metric_model *metric)
{
    const jb_value_cfg *v = jb_section_get(metric->section, "names");
    if (!metric->agg || !(metric->agg->flags & JB_M_ROWS) || !v || jb_section_get(metric->section, "inherit")) {
        return 0;
    }
    jb_diag(m->diags, "E1299", &v->key_place, metric->name, metric->type);
    return -1;
}

static void make_metric(jb_model *m, jb_metric_model *metric)
{
    metric->lost = is_lost(m, metric->name);
    if (metric->lost) { /* its plugin is not even asked for */
        metric->broken = 1;
        return;
    }
    const jb_type *type = type_of(m, metric->section);
    metric->broken = 1;
    if (!type) {
        return;
    }
    metric->type = type->component->name;
    metric->agg = jb_type_iface(type, JB_METRIC);
    metric->partial = jb_type_iface(type, JB_METRIC_PARTIAL);
    metric->derive = jb_type_iface(type, JB_DERIVE);
    if (!metric->agg == !metric->derive) {
        jb_diag(m->diags, "E0362", &metric->place, metric->type, JB_METRIC " / " JB_DERIVE);
        return;
    }
    metric->instance = jb_instance_make(m->registry, m->config, metric->section, NULL,
                                        metric->agg ? &aggregate_keys : &derived_keys, skipped,
                                        sizeof skipped / sizeof skipped[0], m->diags);
    if (metric->instance && refuse_names(m, metric) == 0 && jb_instance_create(metric->instance, m->diags) == 0) {
        metric->instance->user = metric;
        metric->broken = 0;
    }
}

int jb_model_declared_unit(jb_model *m, const jb_metric_model *metric, jb_unit *out)
{
    const char *near = NULL;
    const jb_setting *unit = jb_args_get(metric->instance->args, "unit");
    memset(out, 0, sizeof *out);
    out->num = out->den = 1;
    out->text = "";
    if (!unit) {
        return 0;
    }
    if (jb_unit_parse(m->units, unit->text, strlen(unit->text), out, &near) == 0) {
        return 1;
    }
    jb_place place = jb_args_place(metric->instance->args, "unit", 0);
    jb_diag(m->diags, "E0274", &place, unit->text, near ? near : "");
    return -1;
}

void jb_model_add_shape(jb_model *m, jb_metric_model *metric, jb_fig *shape)
{
    jb_fig *blank = jb_arena_alloc(m->arena, sizeof *blank);
    shape->name = metric->name;
    shape->type = metric->type;
    shape->place = metric->place;
    shape->flags |= JB_FIG_SHAPE;
    shape->n_rows = 0;
    metric->shape = shape;
    *blank = *shape;
    if (shape->n_keys == 0) {
        blank->n_rows = 1;
        blank->values = jb_arena_alloc(m->arena, sizeof *blank->values);
        blank->fields = jb_arena_alloc(m->arena, (shape->n_fields + 1) * sizeof *blank->fields);
        for (uint32_t i = 0; i < shape->n_fields; i++) {
            blank->fields[i] = shape->fields[i];
            blank->fields[i].values = jb_arena_alloc(m->arena, sizeof(jb_value));
        }
    }
    blank->flags &= ~JB_FIG_SHAPE;
    jb_figure_set_add(m->blanks, blank);
}

const char *jb_model_cycle(jb_model *m, const jb_metric_model *at)
{
    const char *chain = "";
    size_t i = 0;
    while (i < m->n_stack && m->stack[i] != at) {
        i++;
    }
    for (; i < m->n_stack; i++) {
        chain = jb_arena_fmt(m->arena, "%s%s → ", chain, m->stack[i]->name);
    }
    return jb_arena_fmt(m->arena, "%s%s", chain, at->name);
}

void jb_model_type_metric(jb_model *m, jb_metric_model *metric)
{
    if (metric->state != 0) {
        return;
    }
    metric->state = 1;
    m->stack[m->n_stack++] = metric;
    if (!metric->broken) {
        if (metric->agg) {
            jb_model_aggregate(m, metric);
        } else {
            jb_model_derive(m, metric);
        }
    }
    m->n_stack--;
    metric->state = 2;
}

jb_metric_model *jb_model_metric(const jb_model *m, const char *name)
{
    return jb_map_get(m->by_name, name);
}

void jb_model_metrics(jb_model *m)
{
    m->n_metrics = jb_config_count(m->config, "metric");
    m->metrics = jb_arena_alloc(m->arena, (m->n_metrics + 1) * sizeof *m->metrics);
    m->metric_names = jb_arena_alloc(m->arena, (m->n_metrics + 1) * sizeof *m->metric_names);
    m->stack = jb_arena_alloc(m->arena, (m->n_metrics + 1) * sizeof *m->stack);
    m->by_name = jb_map_new();
    for (size_t i = 0; i < m->n_metrics; i++) {
        jb_metric_model *metric = &m->metrics[i];
        metric->section = jb_config_at(m->config, "metric", i);
        metric->name = m->metric_names[i] = jb_section_name(metric->section);
        metric->type = "";
        metric->place = jb_section_place(metric->section);
        metric->index = i;
        metric->unit.num = metric->unit.den = 1;
        metric->unit.text = "";
        make_metric(m, metric);
        jb_map_put(m->by_name, metric->name, metric);
    }
    for (size_t i = 0; i < m->n_metrics; i++) {
        jb_model_type_metric(m, &m->metrics[i]);
    }
    for (size_t i = 0; i < m->n_metrics; i++) {
        if (m->metrics[i].shape) {
            jb_figure_set_add(m->shapes, m->metrics[i].shape);
        }
    }
}
