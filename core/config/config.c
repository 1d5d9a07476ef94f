// SPDX-License-Identifier: Apache-2.0
#include "config/config_impl.h"
#include "config/schema.h"

#include <stdlib.h>
#include <string.h>

static const char *current_folder(jb_arena *a)
{
    const char *cwd = jb_path_real(a, ".");
    return cwd ? cwd : "/";
}

static int may_change(const jb_config *c)
{
    const jb_section_cfg *host = jb_tree_section(c, "host", "");
    const jb_node_cfg *n = host ? jb_map_get(host->values, "dropins") : NULL;
    return n && strcmp(n->v.raw, "change") == 0;
}

jb_config *jb_config_load(const jb_load_options *o, jb_diags *d)
{
    jb_config *c = jb_alloc(sizeof *c);
    c->arena = jb_arena_new();
    c->sections = jb_map_new();
    c->uses = jb_map_new();
    c->file = jb_arena_strdup(c->arena, o->file);
    c->cwd = current_folder(c->arena);
    jb_place named = {.file = c->file};
    if (!jb_tree_read(c, c->file, 0, 0, &named, d)) {
        return c;
    }
    c->dropins_may_change = may_change(c);
    jb_tree_read_dropins(c, c->file, d);
    if (o->profile) {
        jb_tree_profile(c, o->profile, d);
    }
    for (size_t i = 0; i < o->n_with; i++) {
        jb_place with = {.file = "--with"};
        jb_tree_read(c, jb_arena_strdup(c->arena, o->with[i]), 0, 0, &with, d);
    }
    jb_tree_set(c, o, d);
    jb_tree_check_dropins(c, d);
    jb_tree_inherit(c, d);
    jb_tree_interpolate(c, d);
    jb_config_check(c, d);
    return c;
}

static void wipe(const char *text)
{
    /* Through volatile, so that it is not optimised away before the memory is freed. */
    for (volatile char *p = (volatile char *)(uintptr_t)text; p && *p; p++) {
        *p = 0;
    }
}

static void wipe_node(jb_node_cfg *n)
{
    if (n->v.text != n->v.raw) {
        wipe(n->v.text);
    }
    wipe(n->v.raw);
    for (jb_lost *l = n->lost; l; l = l->next) {
        wipe(l->raw);
    }
    if (n->as_text) {
        wipe_node(n->as_text);
    }
}

static void free_section(jb_section_cfg *s)
{
    for (size_t k = 0; k < s->n_own; k++) {
        if (s->own[k]->secret) {
            wipe_node(s->own[k]);
        }
    }
    jb_map_free(s->values);
}

void jb_config_free(jb_config *c)
{
    if (!c) {
        return;
    }
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        free_section(jb_map_value(c->sections, i));
    }
    jb_map_free(c->sections);
    jb_map_free(c->uses);
    jb_arena_free(c->arena);
    free(c);
}

void jb_config_wipe_kind(jb_config *c, const char *kind)
{
    jb_map *kept = jb_map_new();
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        jb_section_cfg *s = jb_map_value(c->sections, i);
        if (strcmp(s->kind, kind) != 0) {
            jb_map_put(kept, s->header, s);
            continue;
        }
        for (size_t k = 0; k < s->n_own; k++) {
            wipe_node(s->own[k]);
        }
        for (jb_lost *l = s->dropped; l; l = l->next) {
            wipe(l->raw);
        }
        jb_map_free(s->values);
    }
    jb_map_free(c->sections);
    c->sections = kept;
}

size_t jb_config_count(const jb_config *c, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        n += strcmp(((const jb_section_cfg *)jb_map_value(c->sections, i))->kind, kind) == 0;
    }
    return n;
}

const jb_section_cfg *jb_config_at(const jb_config *c, const char *kind, size_t i)
{
    for (size_t k = 0; k < jb_map_count(c->sections); k++) {
        const jb_section_cfg *s = jb_map_value(c->sections, k);
        if (strcmp(s->kind, kind) == 0 && i-- == 0) {
            return s;
        }
    }
    return NULL;
}

const jb_section_cfg *jb_config_find(const jb_config *c, const char *kind, const char *name)
{
    return jb_tree_section(c, kind, name);
}

const char *jb_section_kind(const jb_section_cfg *s)
{
    return s->kind;
}

const char *jb_section_name(const jb_section_cfg *s)
{
    return s->name;
}

const char *jb_section_type(const jb_section_cfg *s)
{
    const jb_node_cfg *n = jb_map_get(s->values, "type");
    return n ? n->v.text ? n->v.text : n->v.raw : NULL;
}

jb_place jb_section_place(const jb_section_cfg *s)
{
    return s->place;
}

int jb_section_damaged(const jb_section_cfg *s)
{
    return s->damaged;
}

int jb_section_is_dropin(const jb_section_cfg *s)
{
    return s->dropin;
}

const jb_value_cfg *jb_section_get(const jb_section_cfg *s, const char *key)
{
    const jb_node_cfg *n = jb_map_get(s->values, key);
    return n ? &n->v : NULL;
}

size_t jb_section_n_values(const jb_section_cfg *s)
{
    return jb_map_count(s->values);
}

const jb_value_cfg *jb_section_value(const jb_section_cfg *s, size_t i)
{
    const jb_node_cfg *n = jb_map_value(s->values, i);
    return n ? &n->v : NULL;
}

size_t jb_section_n_and(const jb_section_cfg *s)
{
    return s->n_ands;
}

const jb_value_cfg *jb_section_and(const jb_section_cfg *s, size_t i)
{
    return i < s->n_ands ? &s->ands[i]->v : NULL;
}

const jb_value_cfg *jb_value_as_text(const jb_value_cfg *v)
{
    const jb_node_cfg *n = jb_node_of(v);
    return n->as_text ? &n->as_text->v : v;
}

int jb_value_is_dropin(const jb_value_cfg *v)
{
    return jb_node_of(v)->dropin;
}

size_t jb_value_list(const jb_config *c, const char *text, const char *const **items,
                     const size_t **offsets)
{
    return jb_list_split(c->arena, text, items, offsets);
}

const char *jb_value_dir(const jb_value_cfg *v)
{
    return jb_node_of(v)->dir;
}

const char *jb_config_file(const jb_config *c)
{
    return c->file;
}
