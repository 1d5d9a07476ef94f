// SPDX-License-Identifier: Apache-2.0
/* Sources: host keys of [source], the schema as the plugin gives it, columns under our names with
 * types and units. */
#include "engine/issue.h"
#include "engine/member.h"

#include <stdlib.h>
#include <string.h>

static const jb_param host_params[] = {
    {sizeof(jb_param), JB_T_STR, 0, 0, "title", NULL, NULL,
     "What the report calls this source (数据来源); its name when not set.",
     "文中“数据来源”怎样称呼它；不写时用节名。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "where", NULL, NULL,
     "Only rows for which this holds are read by any metric.", "只有符合此条件的行才参加统计。"},
    {sizeof(jb_param), JB_T_STR, JB_P_KEYED, 0, "type", NULL, NULL,
     "Type of a column: text, int, decimal(p,s), float, date, bool.",
     "列的类型：text、int、decimal(p,s)、float、date、bool。"},
    {sizeof(jb_param), JB_T_STR, JB_P_KEYED, 0, "unit", NULL, NULL, "Unit of a column.",
     "列的计量单位。"},
    {sizeof(jb_param), JB_T_STR, JB_P_KEYED, 0, "name", NULL, NULL,
     "Our name for a column = its heading there.", "我们的列名 = 表头原文。"},
    {sizeof(jb_param), JB_T_STR, JB_P_LIST, 0, "null", NULL, NULL, "Cell texts that mean no value.",
     "表示空值的单元格内容。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "on_error", "stop", "stop|skip|null",
     "What a row or cell that cannot be read does.", "遇到读不了的行或单元格时如何处理。"},
    {sizeof(jb_param), JB_T_DATE, 0, 0, "as_of", NULL, NULL,
     "The day this table is of; another day than the report's as_of is warned of.",
     "这份数据截至哪一天；与报告的 as_of 不同就提醒。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "pushdown", "auto", "auto|off|require",
     "Whether the database aggregates.", "是否由数据库完成汇总。"},
};
const jb_param_table jb_source_keys = {host_params, sizeof host_params / sizeof host_params[0],
                                       sizeof(jb_param)};
static const char *const skipped[] = {"inherit", "and", "enabled", "doc"};

const char *jb_source_title(const jb_msource *s)
{
    const jb_setting *title = jb_args_get(s->instance->args, "title");
    return title && title->text && title->text[0] ? title->text : s->name;
}

/* ---- opening ---- */

static int read_schema(jb_msource *s, const jb_column *columns, uint32_t n, jb_diags *diags)
{
    jb_ctx ctx;
    jb_scan scan = {.size = sizeof scan,
                    .columns = columns,
                    .n_columns = n,
                    .column_stride = sizeof(jb_column),
                    .batch_rows = JB_ENGINE_BATCH,
                    .null_texts = s->nulls,
                    .n_null_texts = s->n_nulls};
    memset(&s->schema, 0, sizeof s->schema);
    jb_ctx_begin(&ctx, s->instance, "schema", diags, NULL);
    jb_status status = s->iface->schema(&ctx, s->instance->self, &scan, &s->schema);
    if (jb_ctx_end(&ctx, status) != JB_OK) {
        return -1;
    }
    const struct ArrowSchema *schema = &s->schema;
    if (!schema->release || !schema->format || strcmp(schema->format, "+s") != 0) {
        jb_diag(diags, "E0360", &s->place, s->name);
        return -1;
    }
    return 0;
}

static void read_where(jb_model *m, jb_msource *s)
{
    const jb_setting *where = jb_args_get(s->instance->args, "where");
    if (where) {
        jb_origin origin = jb_model_origin(s->instance->args, where, 0);
        s->where = jb_model_condition(m, s, where->text, &origin, 0);
        s->broken |= s->where == NULL;
    }
    for (size_t i = 0; i < jb_section_n_and(s->section); i++) {
        const jb_value_cfg *v = jb_section_and(s->section, i);
        const char *text = jb_value_text(m->config, v, 0, m->diags);
        jb_origin origin = jb_origin_of_value(v, 0);
        jb_expr *e = text ? jb_model_condition(m, s, text, &origin, 0) : NULL;
        s->broken |= e == NULL;
        s->where = e ? jb_expr_and(m->arena, s->where, e) : s->where;
    }
}

/* A plugin may learn its dialect only from the opened database: then the instance has forms and costs
 * of its own. */
static void learn_dialect(jb_model *m, jb_msource *s)
{
    const jb_sql_form *forms = NULL;
    const jb_sql_cost *cost = NULL;
    uint64_t n = 0;
    jb_ctx ctx;
    if (!s->sql || !JB_HAS(jb_source_sql, s->sql, dialect)) {
        return;
    }
    jb_ctx_begin(&ctx, s->instance, "dialect", m->diags, NULL);
    jb_status status = s->sql->dialect(&ctx, s->instance->self, &forms, &n, &cost);
    s->broken |= jb_ctx_end(&ctx, status) != JB_OK;
    jb_source_sql *own = jb_arena_alloc(m->arena, sizeof *own);
    memcpy(own, s->sql, s->sql->size < sizeof *own ? s->sql->size : sizeof *own);
    own->size = (uint32_t)sizeof *own;
    own->forms = forms;
    own->n_forms = n;
    own->cost = cost;
    s->sql = n > 0 && status == JB_OK ? own : NULL;
}

/* The source refused to tell its schema. When that is because a declared column is not there, the
 * line that names it says so better: so the headings alone are asked for, and held against our
 * names. */
static void blame_names(jb_model *m, jb_msource *s, const jb_diags *told)
{
    jb_diags *quiet = jb_diags_new();
    size_t before = jb_diags_errors(m->diags);
    if (jb_diags_exit(told) == 2 && read_schema(s, NULL, 0, quiet) == 0) {
        jb_source_name_columns(m, s);
    }
    if (jb_diags_errors(m->diags) == before) {
        jb_diags_join(m->diags, told);
    }
    jb_diags_free(quiet);
    s->broken = 1;
}

static void open_source(jb_model *m, jb_msource *s)
{
    jb_column *columns;
    uint32_t n = jb_source_declared(m, s, &columns);
    if (s->broken || jb_instance_create(s->instance, m->diags) != 0) {
        s->broken = 1;
        return;
    }
    if (jb_issue_choose(m, s, m->diags) != 0) {
        s->broken = 1;
        return;
    }
    jb_diags *told = jb_diags_new();
    if (read_schema(s, columns, n, told) != 0) {
        blame_names(m, s, told);
    } else {
        jb_diags_join(m->diags, told);
        learn_dialect(m, s);
        jb_source_name_columns(m, s);
        jb_source_apply_units(m, s);
        jb_source_imply_dates(m, s);
        if (!s->broken) {
            read_where(m, s);
        }
    }
    jb_diags_free(told);
}

int jb_source_open(jb_model *m, jb_msource *s, jb_diags *diags)
{
    jb_diags *held = m->diags;
    if (!s->opened && !s->broken) {
        s->opened = s->opening = 1;
        m->diags = diags;
        open_source(m, s);
        jb_members_weigh(s, diags);
        s->opening = 0;
        m->diags = held;
    }
    return s->broken ? -1 : 0;
}

static int word_index(const char *word, const char *const *words, int n)
{
    for (int i = 0; i < n; i++) {
        if (word && strcmp(word, words[i]) == 0) {
            return i;
        }
    }
    return 0;
}

static void make_source(jb_model *m, jb_msource *s)
{
    static const char *const errors[] = {"stop", "skip", "null"}; /* JB_ROW_* in order */
    static const char *const pushes[] = {"auto", "off", "require"};
    const char *text = NULL;
    uint64_t n = 0;
    s->instance = jb_instance_make(m->registry, m->config, s->section, NULL, &jb_source_keys,
                                   skipped, sizeof skipped / sizeof skipped[0], m->diags);
    if (!s->instance) {
        s->broken = 1;
        return;
    }
    s->instance->user = s;
    s->iface = jb_type_iface(s->instance->type, JB_SOURCE);
    s->sql = jb_type_iface(s->instance->type, JB_SOURCE_SQL);
    s->is_database = s->sql != NULL;
    jb_args_get_str(s->instance->args, "on_error", &text);
    s->on_error = word_index(text, errors, 3);
    text = NULL;
    jb_args_get_str(s->instance->args, "pushdown", &text);
    s->pushdown = word_index(text, pushes, 3);
    if (jb_args_get_list(s->instance->args, "null", &s->nulls, &n)) {
        s->n_nulls = (size_t)n;
    }
    if (!s->iface || !s->iface->schema || !s->iface->scan) {
        jb_diag(m->diags, "E0362", &s->place, s->instance->type->component->name, JB_SOURCE);
        s->broken = 1;
    }
}

void jb_model_sources(jb_model *m)
{
    m->n_sources = jb_config_count(m->config, "source");
    m->sources = jb_arena_alloc(m->arena, (m->n_sources + 1) * sizeof *m->sources);
    for (size_t i = 0; i < m->n_sources; i++) {
        jb_msource *s = &m->sources[i];
        s->section = jb_config_at(m->config, "source", i);
        s->name = jb_section_name(s->section);
        s->type = jb_section_type(s->section) ? jb_section_type(s->section) : "";
        s->place = jb_section_place(s->section);
        make_source(m, s);
    }
    jb_members_link(m);
}

jb_msource *jb_model_source(const jb_model *m, const char *name)
{
    for (size_t i = 0; i < m->n_sources; i++) {
        if (strcmp(m->sources[i].name, name) == 0) {
            return &m->sources[i];
        }
    }
    return NULL;
}
