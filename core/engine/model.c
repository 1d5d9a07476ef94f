// SPDX-License-Identifier: Apache-2.0
#include "engine/model.h"

#include "engine/member.h"
#include "engine/run.h"
#include "engine/rows_service.h"

#include <stdlib.h>
#include <string.h>

static void read_report(jb_model *m)
{
    const jb_section_cfg *report = jb_config_find(m->config, "report", NULL);
    const jb_value_cfg *v = report ? jb_section_get(report, "period") : NULL;
    m->period_text = v ? jb_value_text(m->config, v, 0, m->diags) : NULL;
    if (m->options.as_of &&
        jb_date_parse(m->options.as_of, strlen(m->options.as_of), &m->as_of) == 0) {
        m->has_as_of = 1;
    }
    if (m->period_text) {
        int status = jb_period_parse(m->period_text, &m->period);
        if (status != 0) {
            jb_diag(m->diags, status == -2 ? "E0279" : "E0278", &v->place, m->period_text);
            m->period.kind = JB_PERIOD_ALL;
        }
        m->has_period = 1; /* also when it is wrong: one message is enough */
        m->period_place = v->place;
    }
}

static jb_period report_period(const jb_model *m)
{
    if (!m->has_period || (jb_period_is_relative(&m->period) && !m->has_as_of)) {
        return (jb_period){0};
    }
    return jb_period_at(&m->period, m->as_of);
}

static void describe(const jb_model *m, jb_figure_set *set)
{
    char text[32];
    jb_period_print(report_period(m), text);
    set->as_of = jb_arena_strdup(set->arena, m->options.as_of ? m->options.as_of : "");
    set->date = jb_arena_strdup(set->arena, m->options.date ? m->options.date : "");
    set->period = jb_arena_strdup(set->arena, text);
}

jb_model *jb_model_make(const jb_config *config, jb_registry *registry,
                        const jb_engine_options *options, jb_diags *diags)
{
    jb_arena *arena = jb_arena_new();
    jb_model *m = jb_arena_alloc(arena, sizeof *m);
    m->arena = arena;
    m->config = config;
    m->registry = registry;
    m->options = *options;
    m->diags = diags;
    m->shapes = jb_figure_set_new();
    m->blanks = jb_figure_set_new();
    jb_registry_offer(registry, JB_HOST_PLAN, &jb_model_plan_api);
    jb_registry_offer(registry, JB_HOST_ROWS, &jb_rows_service);
    jb_registry_offer(registry, JB_HOST_SOURCE, &jb_member_service);
    m->units = jb_units_new(config, diags);
    read_report(m);
    jb_model_sources(m);
    for (size_t i = 0; options->in_check && i < m->n_sources; i++) {
        jb_source_open(m, &m->sources[i], diags);
    }
    jb_model_keys(m);
    jb_model_metrics(m);
    jb_model_make_rules(m);
    describe(m, m->shapes);
    jb_push_check_required(m, diags);
    return m;
}

void jb_model_free(jb_model *m)
{
    if (!m) {
        return;
    }
    for (size_t i = 0; i < m->n_metrics; i++) {
        if (m->metrics[i].out.release) {
            m->metrics[i].out.release(&m->metrics[i].out);
        }
        jb_instance_free(m->metrics[i].instance);
    }
    for (size_t i = 0; i < m->n_sources; i++) {
        if (m->sources[i].schema.release) {
            m->sources[i].schema.release(&m->sources[i].schema);
        }
        jb_instance_free(m->sources[i].instance);
    }
    for (size_t i = 0; i < m->n_keys; i++) {
        if (m->keys[i].ranks) {
            jb_map_free(m->keys[i].ranks);
        }
    }
    if (m->by_name) {
        jb_map_free(m->by_name);
    }
    jb_figure_set_free(m->shapes);
    jb_figure_set_free(m->blanks);
    jb_units_free(m->units);
    jb_arena_free(m->arena);
}

/* The signatures point into the model; the caller's set owns a copy that outlives it. */
jb_figure_set *jb_model_signatures(const jb_model *m)
{
    jb_figure_set *all = jb_figure_set_new();
    jb_buf block;
    for (size_t i = 0; i < m->n_metrics; i++) {
        const jb_metric_model *metric = &m->metrics[i];
        jb_fig *f = metric->shape;
        if (metric->lost) {
            f = jb_model_lost_figure(all->arena, metric);
            f->flags |= JB_FIG_SHAPE;
        }
        if (f) {
            jb_figure_set_add(all, f);
        }
    }
    describe(m, all);
    jb_buf_init(&block, JB_BUF_MAX_BLOCK);
    jb_figure_set_write(all, &block);
    jb_figure_set *copy = jb_figure_set_read(jb_buf_text(&block), block.len);
    jb_buf_free(&block);
    jb_figure_set_free(all);
    return copy;
}

jb_units *jb_model_units(const jb_model *m)
{
    return m->units;
}
