// SPDX-License-Identifier: Apache-2.0
/* Expressions of settings: parsed, then typed over a source's row or over figures. */
#include "engine/member.h"

#include "config/schema.h"

#include <string.h>

jb_args *jb_model_settings(jb_model *m, const jb_section_cfg *section)
{
    static const char *const also[] = {"inherit", "enabled", "doc"};
    jb_param_table table = jb_config_schema(jb_section_kind(section));
    jb_diags *told = jb_diags_new();
    jb_args *args = jb_args_make(m->config, section, &table, 1, also, 3, told);
    jb_diags_free(told);
    return args;
}

/* A value that comes from a default has no place of its own: the section header is blamed. */
static jb_place place_of_section(const void *data, size_t offset, size_t n)
{
    (void)offset;
    (void)n;
    return jb_section_place(jb_args_section(data));
}

jb_origin jb_model_origin(const jb_args *args, const jb_setting *setting, size_t item)
{
    if (setting->value) {
        return jb_origin_of_value(setting->value, setting->offsets ? setting->offsets[item] : 0);
    }
    return (jb_origin){place_of_section, args, 0};
}

jb_expr *jb_model_parse(jb_model *m, const jb_args *args, const jb_setting *setting, size_t item)
{
    jb_origin origin = jb_model_origin(args, setting, item);
    const char *text = setting->n_items ? setting->items[item] : setting->text;
    return jb_expr_parse(m->arena, text, strlen(text), &origin, m->diags);
}

/* ---- over rows ---- */

typedef struct row_scope {
    jb_model *model;
    jb_msource *source;
    jb_origin origin;
    size_t n;
    int failed;
} row_scope;

static int find_column(void *data, const char *name, jb_symbol *out)
{
    row_scope *s = data;
    int i = jb_source_column(s->source, name);
    if (i < 0) {
        jb_place at = s->origin.place ? s->origin.place(s->origin.data, s->origin.base, s->n)
                                      : s->source->place;
        int missing = jb_members_missing(s->source, name, &at, s->model->diags);
        memset(out, 0, sizeof *out); /* of kind NULL: no second message */
        s->failed |= missing;
        return missing;
    }
    const jb_mcolumn *c = &s->source->columns[i];
    memset(out, 0, sizeof *out);
    out->kind = c->refused ? JB_K_NULL : c->type.kind;
    out->scale = c->type.scale;
    out->unit = c->unit;
    out->column = i;
    if (c->refused) {
        jb_place place = s->origin.place ? s->origin.place(s->origin.data, s->origin.base, s->n)
                                         : s->source->place;
        jb_diag(s->model->diags, "E0361", &place, c->name, s->source->name, c->refused);
        s->failed = 1;
    }
    return 1;
}

static size_t column_names(void *data, const char *const **out)
{
    const row_scope *s = data;
    *out = s->source->names;
    return s->source->n_columns;
}

jb_expr *jb_model_row_expr(jb_model *m, jb_msource *source, const char *text, size_t n,
                           const jb_origin *origin, int has_period)
{
    row_scope data = {m, source, *origin, n, 0};
    jb_scope scope = {.has_period = has_period,
                      .units = m->units,
                      .data = &data,
                      .find = find_column,
                      .names = column_names};
    jb_expr *e = jb_expr_parse(m->arena, text, n, origin, m->diags);
    if (!e || jb_expr_check(e, &scope, m->diags) != 0 || data.failed) {
        return NULL;
    }
    return e;
}

jb_expr *jb_model_condition(jb_model *m, jb_msource *source, const char *text,
                            const jb_origin *origin, int has_period)
{
    jb_expr *e = jb_model_row_expr(m, source, text, strlen(text), origin, has_period);
    if (e && jb_expr_kind(e) != JB_K_BOOL && jb_expr_kind(e) != JB_K_NULL) {
        jb_place place = origin->place(origin->data, origin->base, strlen(text));
        jb_diag(m->diags, "E0294", &place, text);
        return NULL;
    }
    return e;
}

/* ---- over figures ---- */

static int find_figure(void *data, const char *name, jb_symbol *out)
{
    jb_model *m = data;
    const jb_metric_model *metric = jb_model_metric(m, name);
    if (!metric || !metric->shape) {
        return 0;
    }
    memset(out, 0, sizeof *out);
    out->kind = metric->shape->kind;
    out->scale = metric->shape->scale;
    out->unit = metric->unit;
    out->figure = metric->shape;
    return 1;
}

static size_t figure_names(void *data, const char *const **out)
{
    const jb_model *m = data;
    *out = m->metric_names;
    return m->n_metrics;
}

/* Any metric of the configuration, typed or not. */
static int find_configured(void *data, const char *name, jb_symbol *out)
{
    memset(out, 0, sizeof *out);
    return jb_model_metric(data, name) != NULL;
}

int jb_model_check_figures(jb_model *m, jb_expr *e, int *broken)
{
    jb_scope scope = {.over_figures = 1,
                      .units = m->units,
                      .data = m,
                      .find = find_figure,
                      .names = figure_names};
    jb_scope configured = scope;
    const char *const *names;
    size_t n = jb_expr_names(e, &names);
    configured.find = find_configured;
    *broken = 0;
    if (jb_expr_check_names(e, &configured, m->diags) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        jb_metric_model *operand = jb_model_metric(m, names[i]);
        *broken |= operand && operand->broken; /* told already where it is broken */
    }
    return *broken || jb_expr_check(e, &scope, m->diags) != 0 ? -1 : 0;
}
