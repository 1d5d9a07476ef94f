// SPDX-License-Identifier: Apache-2.0
/* Columns of a source under our names: `name.`, `type.` and `unit.` of [source] held against the
 * schema the plugin gave. */
#include "engine/model.h"

#include <stdlib.h>
#include <string.h>

jb_place jb_source_keyed_place(const jb_msource *s, const char *family, const char *rest)
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
    if (!s->is_database) {
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
    for (size_t i = 0; s->is_database && i < s->n_columns; i++) {
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
        jb_place place = jb_source_keyed_place(s, "type", pair->key);
        jb_diag(m->diags, "E0271", &place, pair->value);
        return NULL;
    }
    jb_coltype_format(&type, format);
    return jb_arena_strdup(m->arena, format);
}

uint32_t jb_source_declared(jb_model *m, jb_msource *s, jb_column **out)
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
            jb_place place = jb_source_keyed_place(s, "name", names[i].key);
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
        const jb_value_cfg *v =
            jb_section_get(s->section, jb_arena_fmt(m->arena, "%s.%s", family, rest));
        jb_place place = v ? v->key_place : s->place; /* the column stands in the key */
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
    c->implied = 1;
}

/* Units that the source itself gives, in the metadata of its schema. */
static void take_units(jb_model *m, jb_msource *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_columns; i++) {
        jb_mcolumn *c = &s->columns[i];
        const char *text = jb_schema_get(s->schema.children[i], "unit", &n), *near = NULL;
        if (text && n > 0 && jb_unit_parse(m->units, text, n, &c->unit, &near) != 0) {
            jb_diag(m->diags, "E1026", &s->place, s->name, c->name,
                    jb_arena_strndup(m->arena, text, n));
            s->broken = 1;
        }
    }
}

/* A unit that the source gives may only be called by another name for the same. */
static void check_given(jb_model *m, jb_msource *s, int at, const jb_unit *given, const jb_place *place)
{
    const jb_unit *u = &s->columns[at].unit;
    jb_i128 num, den;
    if (!given->text || !*given->text ||
        (jb_unit_same_dimension(given, u) && jb_unit_factor(given, u, &num, &den) == 0 &&
         num == den)) {
        return;
    }
    jb_diag(m->diags, "E1022", place, s->name, s->columns[at].name, given->text, u->text);
    s->broken = 1;
}

void jb_source_apply_units(jb_model *m, jb_msource *s)
{
    const jb_pair *units;
    uint64_t n;
    take_units(m, s);
    if (!jb_args_get_keyed(s->instance->args, "unit", &units, &n)) {
        return;
    }
    for (uint64_t i = 0; i < n; i++) {
        const char *near = NULL;
        jb_place place = jb_source_keyed_place(s, "unit", units[i].key);
        int at = keyed_column(m, s, "unit", units[i].key);
        if (at < 0) {
            continue;
        }
        imply_number(m, &s->columns[at]);
        jb_kind kind = s->columns[at].type.kind;
        jb_unit given = s->columns[at].unit;
        if (kind != JB_K_INT && kind != JB_K_DEC && kind != JB_K_FLOAT) {
            jb_diag(m->diags, "E0275", &place, s->columns[at].name);
            s->broken = 1;
        } else if (jb_unit_parse(m->units, units[i].value, strlen(units[i].value),
                                 &s->columns[at].unit, &near) != 0) {
            jb_diag(m->diags, "E0274", &place, units[i].value, near ? near : "");
            s->broken = 1;
        } else {
            check_given(m, s, at, &given, &place);
        }
    }
}

void jb_source_name_columns(jb_model *m, jb_msource *s)
{
    list_columns(m, s);
    rename_columns(m, s);
    for (size_t i = 0; i < s->n_columns; i++) {
        s->names[i] = s->columns[i].name;
    }
    apply_types(m, s);
}
