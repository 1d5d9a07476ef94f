// SPDX-License-Identifier: Apache-2.0
/* [keys "c"]: all the values a group key has, in the order they are printed. They are listed, or
 * are the values of a column of a source (`values = SOURCE.COLUMN`, or `source =` and `column =`),
 * in that source's order. */
#include "engine/model.h"

#include <string.h>

static void from_source(jb_model *m, jb_mkeys *k, const char *source, const char *column,
                        const jb_place *place)
{
    jb_origin origin = {0};
    k->source = jb_model_source(m, source);
    if (!k->source) {
        const char **names = jb_arena_alloc(m->arena, (m->n_sources + 1) * sizeof *names);
        for (size_t i = 0; i < m->n_sources; i++) {
            names[i] = m->sources[i].name;
        }
        const char *near = jb_nearest(source, names, m->n_sources);
        jb_diag(m->diags, "E0460", place, source, near ? near : "");
        return;
    }
    if (jb_source_open(m, k->source, m->diags) != 0) {
        return;
    }
    int at = jb_source_column(k->source, column);
    if (at < 0) {
        const char *near = jb_nearest(column, k->source->names, k->source->n_columns);
        jb_diag(m->diags, "E0273", place, source, column, near ? near : "");
        return;
    }
    const char *text = jb_arena_fmt(m->arena, "{%s}", column);
    k->column = jb_model_row_expr(m, k->source, text, strlen(text), &origin, 0);
}

void jb_keys_add(jb_mkeys *k, const char *value)
{
    if (!k->ranks) {
        k->ranks = jb_map_new();
    }
    k->values[k->n] = value;
    jb_map_put(k->ranks, value, &k->values[k->n]);
    k->n++;
}

static void list_values(jb_model *m, jb_mkeys *k, const jb_args *args, const jb_setting *values)
{
    k->values = jb_arena_alloc(m->arena, (values->n_items + 1) * sizeof *k->values);
    for (size_t i = 0; i < values->n_items; i++) {
        if (k->ranks && jb_map_get(k->ranks, values->items[i])) {
            jb_place place = jb_args_place(args, "values", i + 1);
            jb_diag(m->diags, "E0276", &place, values->items[i]);
        } else {
            jb_keys_add(k, jb_arena_strdup(m->arena, values->items[i]));
        }
    }
}

static void make_keys(jb_model *m, jb_mkeys *k, const jb_section_cfg *section)
{
    jb_args *args = jb_model_settings(m, section);
    const jb_setting *values = jb_args_get(args, "values");
    const char *source = NULL, *column = NULL, *unknown = NULL;
    jb_args_get_str(args, "unknown", &unknown);
    k->keep = unknown && strcmp(unknown, "keep") == 0;
    jb_args_get_str(args, "source", &source);
    jb_args_get_str(args, "column", &column);
    const char *dot = values && values->n_items == 1 ? strchr(values->items[0], '.') : NULL;
    if (source) {
        jb_place place = jb_args_place(args, "source", 0);
        from_source(m, k, source, column ? column : k->name, &place);
    } else if (dot) {
        jb_place place = jb_args_place(args, "values", 0);
        from_source(m, k,
                    jb_arena_strndup(m->arena, values->items[0], (size_t)(dot - values->items[0])),
                    jb_arena_strdup(m->arena, dot + 1), &place);
    } else if (values) {
        list_values(m, k, args, values);
    } else {
        jb_diag(m->diags, "E0277", &k->place, k->name);
    }
    jb_args_free(args);
}

void jb_model_keys(jb_model *m)
{
    m->n_keys = jb_config_count(m->config, "keys");
    m->keys = jb_arena_alloc(m->arena, (m->n_keys + 1) * sizeof *m->keys);
    for (size_t i = 0; i < m->n_keys; i++) {
        const jb_section_cfg *section = jb_config_at(m->config, "keys", i);
        jb_mkeys *k = &m->keys[i];
        k->place = jb_section_place(section);
        k->name = jb_section_name(section);
        make_keys(m, k, section);
    }
}

jb_mkeys *jb_model_keys_find(const jb_model *m, const char *name)
{
    for (size_t i = 0; i < m->n_keys; i++) {
        if (strcmp(m->keys[i].name, name) == 0) {
            return &m->keys[i];
        }
    }
    return NULL;
}
