// SPDX-License-Identifier: Apache-2.0
/* What is laid over the files: a profile, --set and the dates of the command line; and how far a
 * drop-in may reach. */
#include "config/config_impl.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jb_tree_profile(jb_config *c, const char *profile, jb_diags *d)
{
    jb_section_cfg *s = jb_tree_section(c, "profile", profile);
    if (!s) {
        jb_buf names;
        jb_buf_init(&names, JB_BUF_MAX_TEXT);
        for (size_t i = 0; i < jb_config_count(c, "profile"); i++) {
            jb_buf_fmt(&names, "%s%s", i ? "、" : "", jb_config_at(c, "profile", i)->name);
        }
        jb_place at = {.file = c->file};
        jb_diag(d, "E0132", &at, profile, jb_buf_text(&names));
        jb_buf_free(&names);
        return;
    }
    const jb_node_cfg *include = jb_map_get(s->values, "include");
    if (include) {
        jb_tree_read_list(c, include->v.raw, jb_path_folder(c->arena, include->v.place.file),
                          &include->v.place, include->dropin, 1, d);
    }
}

/* ---- --set -------------------------------------------------------------------------------------
 */

typedef struct setting {
    const char *kind, *name, *key, *value;
    jb_place place;
} setting;

static int refuse_set(const char *text, const jb_place *at, jb_diags *d)
{
    jb_diag(d, "E0130", at, text);
    return 0;
}

/* KIND.KEY=V or KIND.NAME.KEY=V; names hold no dot, keys may. */
static int parse_set(jb_config *c, const char *text, setting *out, jb_diags *d)
{
    const char *equals = strchr(text, '='), *dot = strchr(text, '.');
    size_t offset = 0;
    char hex[8];
    int before = equals && dot && dot < equals;
    out->place =
        (jb_place){.file = jb_arena_fmt(c->arena, "--set %.*s",
                                        equals ? (int)(equals - text) : (int)strlen(text), text)};
    const char *fault = jb_text_fault(text, strlen(text), &offset, hex);
    if (fault || !before) {
        return refuse_set(fault ? "…" : text, &out->place, d);
    }
    out->kind = jb_arena_strndup(c->arena, text, (size_t)(dot - text));
    out->name = "";
    const char *key = dot + 1;
    int known = 0;
    for (size_t i = 0; jb_ini_kinds[i]; i++) {
        known = known || strcmp(jb_ini_kinds[i], out->kind) == 0;
    }
    if (!known) {
        return refuse_set(text, &out->place, d);
    }
    if (jb_ini_kind_named(out->kind)) {
        const char *second = strchr(key, '.');
        if (!second || second > equals) {
            return refuse_set(text, &out->place, d);
        }
        out->name = jb_arena_strndup(c->arena, key, (size_t)(second - key));
        key = second + 1;
        if (!jb_ini_check_name(out->name, strlen(out->name), &out->place, d)) {
            return 0;
        }
    }
    out->key = jb_arena_strndup(c->arena, key, (size_t)(equals - key));
    out->value = equals + 1;
    return jb_ini_check_key(out->key, &out->place, d);
}

/* The form a value has when it comes from a file: no blanks at its ends, lines after the first
 * indented. */
static const char *as_from_file(jb_arena *a, const char *text)
{
    jb_buf b;
    jb_buf_init(&b, JB_INI_FILE_MAX);
    text += jb_indent(text, strlen(text));
    for (int first = 1; *text; first = 0) {
        size_t n = strcspn(text, "\n"), kept = n;
        while (kept && (text[kept - 1] == ' ' || text[kept - 1] == '\t')) {
            kept--;
        }
        jb_buf_str(&b, first ? "" : "\n");
        jb_buf_str(&b, !first && kept && !jb_indent(text, n) ? "    " : "");
        jb_buf_add(&b, text, kept);
        text += n + (text[n] == '\n');
    }
    size_t n = b.len;
    while (n && b.data[n - 1] == '\n') {
        n--;
    }
    const char *out = jb_arena_strndup(a, jb_buf_text(&b), n);
    jb_buf_free(&b);
    return out;
}

static void apply_one(jb_config *c, const setting *s, jb_diags *d)
{
    jb_ini_value v = {.key = s->key,
                      .raw = as_from_file(c->arena, s->value),
                      .place = s->place,
                      .key_place = s->place};
    jb_ini_section section = {
        .kind = s->kind, .name = s->name, .place = s->place, .values = &v, .n = 1};
    jb_layer layer = {c->cwd, 0};
    jb_tree_apply(c, &section, &layer, d);
}

static void apply_settings(jb_config *c, const setting *sets, size_t n, jb_diags *d)
{
    /* `type` first: it clears the section for the keys set beside it. */
    for (int types = 1; types >= 0; types--) {
        for (size_t i = 0; i < n; i++) {
            const setting *s = &sets[i];
            if ((strcmp(s->key, "type") == 0) != types) {
                continue;
            }
            if (!types && *s->name && !jb_tree_section(c, s->kind, s->name)) {
                jb_diag(d, "E0131", &s->place, jb_ini_header_text(c->arena, s->kind, s->name),
                        jb_tree_near(c, s->kind, s->name));
                continue;
            }
            apply_one(c, s, d);
        }
    }
}

void jb_tree_set(jb_config *c, const jb_load_options *o, jb_diags *d)
{
    setting *sets = jb_arena_alloc(c->arena, (o->n_set + 2) * sizeof *sets);
    size_t n = 0;
    for (size_t i = 0; i < o->n_set; i++) {
        n += (size_t)parse_set(c, o->set[i], &sets[n], d);
    }
    if (o->as_of) {
        sets[n++] = (setting){"report", "", "as_of", o->as_of, {.file = "--as-of"}};
    }
    if (o->date) {
        sets[n++] = (setting){"report", "", "date", o->date, {.file = "--date"}};
    }
    apply_settings(c, sets, n, d);
}

/* ---- drop-ins ----------------------------------------------------------------------------------
 */

/* True when `name` is one of the columns of a group_by. */
static int lists(const jb_config *c, const char *text, const char *name)
{
    const char *const *items;
    const size_t *offsets;
    size_t n = jb_list_split(c->arena, text, &items, &offsets);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(items[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A value of the city's that a new section of a drop-in would change the meaning of. */
static const jb_node_cfg *reached(const jb_config *c, const jb_section_cfg *s)
{
    static const char *const by_keys[] = {"group_by", "rows", "by"};
    int keys = strcmp(s->kind, "keys") == 0, layout = strcmp(s->kind, "layout") == 0;
    for (size_t i = 0; i < jb_map_count(c->sections); i++) {
        const jb_section_cfg *other = jb_map_value(c->sections, i);
        const jb_node_cfg *n = NULL;
        for (size_t k = 0; keys && k < 3; k++) {
            n = jb_map_get(other->values, by_keys[k]);
            if (n && !n->dropin && lists(c, n->v.raw, s->name)) {
                return n;
            }
        }
        n = layout && strcmp(other->kind, "report") == 0
                ? jb_map_get(other->values, *s->name ? "layout" : "title")
                : NULL;
        if (n && !n->dropin && (!*s->name || strcmp(n->v.raw, s->name) == 0)) {
            return n;
        }
    }
    return NULL;
}

static void check_inherited_source(const jb_config *c, const jb_section_cfg *s, jb_diags *d)
{
    const jb_node_cfg *n = jb_map_get(s->values, "inherit");
    const jb_section_cfg *parent = n ? jb_tree_section(c, "source", n->v.raw) : NULL;
    /* It would inherit the password and choose the server to send it to. */
    if (parent && !parent->dropin) {
        jb_diag(d, "E0145", &n->v.place, parent->name);
        jb_diag_note_at(d, "E0192", &parent->place, "");
    }
}

void jb_tree_check_dropins(jb_config *c, jb_diags *d)
{
    for (size_t i = 0; i < jb_map_count(c->sections) && !c->dropins_may_change; i++) {
        const jb_section_cfg *s = jb_map_value(c->sections, i);
        if (!s->dropin) {
            continue;
        }
        if (strcmp(s->kind, "source") == 0) {
            check_inherited_source(c, s, d);
        }
        const jb_section_cfg *rule =
            strcmp(s->kind, "accept") == 0 ? jb_tree_section(c, "rule", s->name) : NULL;
        const jb_node_cfg *n = reached(c, s);
        if ((rule && !rule->dropin) || n) {
            jb_diag(d, "E0144", &s->place, s->header);
            jb_diag_note_at(d, "E0195", rule ? &rule->place : &n->v.place, "");
        }
    }
}
