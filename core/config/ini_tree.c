// SPDX-License-Identifier: Apache-2.0
/* Layers become one tree: a later one wins key by key, or replaces a section whose `type` it sets.
 */
#include "config/config_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

jb_section_cfg *jb_tree_section(const jb_config *c, const char *kind, const char *name)
{
    char small[256];
    size_t size = strlen(kind) + (name ? strlen(name) : 0) + 8;
    /* Not in the arena: this is called by readers, at the same time. */
    char *text = size <= sizeof small ? small : jb_alloc(size);
    if (name && *name) {
        (void)snprintf(text, size, "[%s \"%s\"]", kind, name);
    } else {
        (void)snprintf(text, size, "[%s]", kind);
    }
    jb_section_cfg *s = jb_map_get(c->sections, text);
    if (text != small) {
        free(text);
    }
    return s;
}

static jb_node_cfg *make_node(jb_config *c, const jb_section_cfg *s, const jb_ini_value *v,
                              const jb_layer *layer)
{
    jb_node_cfg *n = jb_arena_alloc(c->arena, sizeof *n);
    *n = (jb_node_cfg){
        .v = {.key = v->key, .raw = v->raw, .place = v->place, .key_place = v->key_place},
        .section = s,
        .lines = v->lines,
        .n_lines = v->n_lines,
        .dir = layer->dir,
        .dropin = layer->dropin};
    n->v.impl = n;
    return n;
}

/* `text` of a section keeps its ; lines for the text language, which parks them. Elsewhere they are
 * comments, but a plugin's own TEXT parameter may still ask for them. */
static jb_node_cfg *add_node(jb_config *c, const jb_section_cfg *s, const jb_ini_value *v,
                             const jb_layer *layer)
{
    jb_node_cfg *n = make_node(c, s, v, layer);
    if (v->has_comments && !(strcmp(s->kind, "section") == 0 && strcmp(v->key, "text") == 0)) {
        n->as_text = make_node(c, s, v, layer);
        n->v.raw = jb_ini_blank_comments(c->arena, v->raw);
    }
    return n;
}

static jb_lost *lose(jb_config *c, const jb_node_cfg *old, jb_lost *next)
{
    jb_lost *l = jb_arena_alloc(c->arena, sizeof *l);
    *l = (jb_lost){next, old->v.key, old->v.raw, old->v.place, old->secret};
    return l;
}

static jb_section_cfg *new_section(jb_config *c, const jb_ini_section *from, const jb_layer *layer)
{
    jb_section_cfg *s = jb_arena_alloc(c->arena, sizeof *s);
    *s = (jb_section_cfg){.kind = from->kind,
                          .name = from->name,
                          .header = jb_ini_header_text(c->arena, from->kind, from->name),
                          .place = from->place,
                          .values = jb_map_new(),
                          .dropin = layer->dropin};
    jb_map_put(c->sections, s->header, s);
    return s;
}

/* 0: this drop-in section must not be applied. */
static int dropin_may(jb_config *c, const jb_ini_section *from, const jb_section_cfg *old,
                      jb_diags *d)
{
    if (strcmp(from->kind, "host") == 0 || strcmp(from->kind, "batch") == 0) {
        jb_diag(d, "E0143", &from->place, from->kind);
        return 0;
    }
    if (old && !c->dropins_may_change) {
        jb_diag(d, "E0140", &from->place, old->header);
        jb_diag_note_at(d, "E0192", &old->place, "");
        return 0;
    }
    return 1;
}

static int sets_type(const jb_ini_section *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->values[i].key, "type") == 0) {
            return 1;
        }
    }
    return 0;
}

void jb_tree_apply(jb_config *c, const jb_ini_section *from, const jb_layer *layer, jb_diags *d)
{
    jb_section_cfg *s = jb_tree_section(c, from->kind, from->name);
    if (layer->dropin && !dropin_may(c, from, s, d)) {
        return;
    }
    jb_map *before = NULL;
    if (!s) {
        s = new_section(c, from, layer);
    } else if (sets_type(from)) {
        before = s->values;
        s->values = jb_map_new();
        s->place = from->place;
        s->dropin = layer->dropin;
    }
    s->damaged = s->damaged || from->damaged;
    for (size_t i = 0; i < from->n; i++) {
        const jb_ini_value *v = &from->values[i];
        jb_node_cfg *old = jb_map_get(before ? before : s->values, v->key);
        jb_node_cfg *n = add_node(c, s, v, layer);
        n->lost = old ? lose(c, old, old->lost) : NULL;
        jb_map_put(s->values, n->v.key, n);
    }
    if (!before) {
        return;
    }
    for (size_t i = jb_map_count(before); i > 0; i--) {
        jb_node_cfg *old = jb_map_value(before, i - 1);
        if (!jb_map_get(s->values, old->v.key)) {
            s->dropped = lose(c, old, s->dropped);
        }
    }
    jb_map_free(before);
}

const char *jb_tree_near(const jb_config *c, const char *kind, const char *name)
{
    const char *best = NULL;
    size_t n = jb_map_count(c->sections), k = 0;
    const char **names = jb_alloc((n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++) {
        const jb_section_cfg *s = jb_map_value(c->sections, i);
        if (strcmp(s->kind, kind) == 0) {
            names[k++] = s->name;
        }
    }
    best = jb_nearest(name, names, k);
    free(names);
    return best ? best : "";
}
