// SPDX-License-Identifier: Apache-2.0
/* Sources: host keys of [source], the schema as the plugin gives it, columns under our names with
 * types and units. */
#include "engine/model.h"

#include <stdlib.h>
#include <string.h>

static const jb_param host_params[] = {
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
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "pushdown", "auto", "auto|off|require",
     "Whether the database aggregates.", "是否由数据库完成汇总。"},
};
const jb_param_table jb_source_keys = {host_params, sizeof host_params / sizeof host_params[0],
                                       sizeof(jb_param)};
static const char *const skipped[] = {"inherit", "and", "enabled", "doc"};

static jb_place keyed_place(const jb_msource *s, const char *family, const char *rest)
{
    size_t n = strlen(family) + strlen(rest) + 2;
    char *key = jb_alloc(n);
    memcpy(key, family, strlen(family));
    key[strlen(family)] = '.';
    memcpy(key + strlen(family) + 1, rest, strlen(rest) + 1);
    const jb_value_cfg *v = jb_section_get(s->section, key);
    free(key);
    return v ? v->place : s->place;
}

/* The heading meant by our name, before the schema is known. */
static const char *heading_of(const jb_msource *s, const char *ours)
{
    const jb_pair *names;
    uint64_t n;
    if (!jb_args_get_keyed(s->instance->args, "name", &names, &n)) {
        return ours;
    }
    for (uint64_t i = 0; i < n; i++) {
        if (strcmp(names[i].key, ours) == 0) {
            return names[i].value;
        }
    }
    return ours;
}

static int same_heading(const jb_msource *s, const char *a, const char *b)
{
    if (!s->sql) {
        return strcmp(a, b) == 0;
    }
    for (; *a && *b; a++, b++) { /* databases fold ASCII letters in their own ways */
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : *a, y = *b >= 'A' && *b <= 'Z' ? *b + 32 : *b;
        if (x != y) {
            return 0;
        }
    }
    return *a == *b;
}

/* `#N`, or -1. */
static int column_number(const jb_msource *s, const char *text)
{
    char *end;
    if (text[0] != '#' || text[1] < '1' || text[1] > '9') {
        return -1;
    }
    unsigned long n = strtoul(text + 1, &end, 10);
    return *end == '\0' && n <= s->n_columns ? (int)n - 1 : -1;
}

static int find_heading(const jb_msource *s, const char *heading)
{
    int at = column_number(s, heading);
    for (size_t i = 0; at < 0 && i < s->n_columns; i++) {
        if (strcmp(s->columns[i].heading, heading) == 0) {
            return (int)i;
        }
    }
    for (size_t i = 0; at < 0 && i < s->n_columns; i++) {
        if (same_heading(s, s->columns[i].heading, heading)) {
            return (int)i;
        }
    }
    return at;
}

int jb_source_column(const jb_msource *s, const char *name)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        if (strcmp(s->columns[i].name, name) == 0) {
            return (int)i;
        }
    }
    for (size_t i = 0; s->sql && i < s->n_columns; i++) {
        if (same_heading(s, s->columns[i].name, name)) {
            return (int)i;
        }
    }
    return column_number(s, name);
}

/* ---- before the schema ---- */

static const char *declared_format(jb_model *m, jb_msource *s, const jb_pair *pair)
{
    jb_coltype type;
    char format[40];
    if (jb_coltype_parse(pair->value, &type) != 0) {
        jb_place place = keyed_place(s, "type", pair->key);
        jb_diag(m->diags, "E0271", &place, pair->value);
        return NULL;
    }
    jb_coltype_format(&type, format);
    return jb_arena_strdup(m->arena, format);
}

static uint32_t declared_columns(jb_model *m, jb_msource *s, jb_column **out)
{
    const jb_pair *types;
    uint64_t n = 0;
    uint32_t kept = 0;
    if (!jb_args_get_keyed(s->instance->args, "type", &types, &n)) {
        n = 0;
    }
    jb_column *columns = jb_arena_alloc(m->arena, (n + 1) * sizeof *columns);
    for (uint64_t i = 0; i < n; i++) {
        const char *format = declared_format(m, s, &types[i]);
        if (format) {
            columns[kept++] = (jb_column){
                .size = sizeof(jb_column), .name = heading_of(s, types[i].key), .format = format};
        } else {
            s->broken = 1;
        }
    }
    *out = columns;
    return kept;
}

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

/* ---- after the schema ---- */

static void list_columns(jb_model *m, jb_msource *s)
{
    s->n_columns = (size_t)s->schema.n_children;
    s->columns = jb_arena_alloc(m->arena, (s->n_columns + 1) * sizeof *s->columns);
    s->names = jb_arena_alloc(m->arena, (s->n_columns + 1) * sizeof *s->names);
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct ArrowSchema *child = s->schema.children[i];
        jb_mcolumn *c = &s->columns[i];
        c->heading = c->name = c->ask = child->name ? child->name : "";
        c->unit.num = c->unit.den = 1;
        c->unit.text = "";
        if (jb_coltype_of(child, &c->type, &c->refused) != 0) {
            c->refused = c->refused ? c->refused : child->format;
        } else {
            c->refused = NULL;
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(s->columns[k].heading, c->heading) == 0) {
                c->ask = jb_arena_fmt(m->arena, "#%zu", i + 1);
            }
        }
    }
}

static const char *nearest_heading(const jb_msource *s, const char *wanted)
{
    const char **headings = jb_alloc((s->n_columns + 1) * sizeof *headings);
    for (size_t i = 0; i < s->n_columns; i++) {
        headings[i] = s->columns[i].heading;
    }
    const char *near = jb_nearest(wanted, headings, s->n_columns);
    free(headings);
    return near ? near : "";
}

static void rename_columns(jb_model *m, jb_msource *s)
{
    const jb_pair *names;
    uint64_t n;
    if (!jb_args_get_keyed(s->instance->args, "name", &names, &n)) {
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        int at = find_heading(s, names[i].value);
        if (at < 0) {
            jb_place place = keyed_place(s, "name", names[i].key);
            jb_diag(m->diags, "E0272", &place, s->name, names[i].value,
                    nearest_heading(s, names[i].value));
            s->broken = 1;
        } else {
            s->columns[at].name = jb_arena_strdup(m->arena, names[i].key);
        }
    }
}

/* Index for the REST of `type.REST` or `unit.REST`; reports. */
static int keyed_column(jb_model *m, jb_msource *s, const char *family, const char *rest)
{
    int at = jb_source_column(s, rest);
    if (at < 0 && heading_of(s, rest) != rest) {
        return -1; /* `name.` of it is what is wrong, and said */
    }
    if (at < 0) {
        const char *near = jb_nearest(rest, s->names, s->n_columns);
        jb_place place = keyed_place(s, family, rest);
        jb_diag(m->diags, "E0273", &place, s->name, rest, near ? near : "");
        s->broken = 1;
    }
    return at;
}

static void apply_types(jb_model *m, jb_msource *s)
{
    const jb_pair *types;
    uint64_t n;
    char format[40];
    if (!jb_args_get_keyed(s->instance->args, "type", &types, &n)) {
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        int at = keyed_column(m, s, "type", types[i].key);
        if (at >= 0 && jb_coltype_parse(types[i].value, &s->columns[at].type) == 0) {
            jb_coltype_format(&s->columns[at].type, format);
            s->columns[at].format = jb_arena_strdup(m->arena, format);
        }
    }
}

/* A column with a unit holds numbers. Where the source found none to tell by (a table without rows
 * yet, one bad cell), it is read as numbers all the same: then an empty table gives zeros, and the
 * bad cell is named. */
static void imply_number(jb_model *m, jb_mcolumn *c)
{
    char format[40];
    if (c->type.kind != JB_K_TEXT || c->format || c->refused) {
        return;
    }
    c->type = (jb_coltype){.kind = JB_K_DEC, .precision = 18, .scale = JB_SCALE_RESULT};
    jb_coltype_format(&c->type, format);
    c->format = jb_arena_strdup(m->arena, format);
}

static void apply_units(jb_model *m, jb_msource *s)
{
    const jb_pair *units;
    uint64_t n;
    if (!jb_args_get_keyed(s->instance->args, "unit", &units, &n)) {
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        const char *near = NULL;
        jb_place place = keyed_place(s, "unit", units[i].key);
        int at = keyed_column(m, s, "unit", units[i].key);
        if (at < 0) {
            continue;
        }
        imply_number(m, &s->columns[at]);
        jb_kind kind = s->columns[at].type.kind;
        if (kind != JB_K_INT && kind != JB_K_DEC && kind != JB_K_FLOAT) {
            jb_diag(m->diags, "E0275", &place, s->columns[at].name);
            s->broken = 1;
        } else if (jb_unit_parse(m->units, units[i].value, strlen(units[i].value),
                                 &s->columns[at].unit, &near) != 0) {
            jb_diag(m->diags, "E0274", &place, units[i].value, near ? near : "");
            s->broken = 1;
        }
    }
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

static void name_columns(jb_model *m, jb_msource *s)
{
    list_columns(m, s);
    rename_columns(m, s);
    for (size_t i = 0; i < s->n_columns; i++) {
        s->names[i] = s->columns[i].name;
    }
    apply_types(m, s);
}

/* The source refused to tell its schema. When that is because a declared column is not there, the
 * line that names it says so better: so the headings alone are asked for, and held against our
 * names. */
static void blame_names(jb_model *m, jb_msource *s, const jb_diags *told)
{
    jb_diags *quiet = jb_diags_new();
    size_t before = jb_diags_errors(m->diags);
    if (read_schema(s, NULL, 0, quiet) == 0) {
        name_columns(m, s);
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
    uint32_t n = declared_columns(m, s, &columns);
    if (s->broken || jb_instance_create(s->instance, m->diags) != 0) {
        s->broken = 1;
        return;
    }
    jb_diags *told = jb_diags_new();
    if (read_schema(s, columns, n, told) != 0) {
        blame_names(m, s, told);
    } else {
        jb_diags_join(m->diags, told);
        name_columns(m, s);
        apply_units(m, s);
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
        s->opened = 1;
        m->diags = diags;
        open_source(m, s);
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
