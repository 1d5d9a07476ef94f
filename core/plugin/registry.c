// SPDX-License-Identifier: Apache-2.0
#include "plugin/registry_impl.h"

#include "base/str.h"
#include "plugin/host_api.h"
#include "plugin/instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

jb_registry *jb_registry_new(const jb_registry_options *options, jb_diags *diags)
{
    char path[JB_PATH_MAX];
    jb_registry *reg = jb_alloc(sizeof *reg);
    *reg = (jb_registry){.arena = jb_arena_new(),
                         .config = options->config,
                         .safe = options->safe,
                         .scouted = options->scouted,
                         .kinds = options->kinds,
                         .scouting = options->scouting};
    reg->refused = jb_diags_new();
    if (jb_home_plugins(path) == 0) {
        reg->dirs = jb_grow(reg->dirs, reg->n_dirs, &reg->cap_dirs, sizeof *reg->dirs);
        reg->dirs[reg->n_dirs++] = (jb_plugin_dir){.path = jb_arena_strdup(reg->arena, path), .installed = 1};
    }
    if (reg->config) {
        jb_registry_configure(reg, diags);
    }
    return reg;
}

void jb_registry_free(jb_registry *reg)
{
    if (!reg) {
        return;
    }
    for (size_t i = reg->n_plugins; i-- > 0;) {
        const jb_plugin *p = reg->plugins[i]->plugin;
        if (p->deinit && reg->plugins[i]->ready == 1) {
            jb_crumb_load(reg->plugins[i]->file, "deinit", "", NULL);
            p->deinit();
            jb_crumb_loaded();
        }
    }
    jb_host_forget();
    jb_policy_free(&reg->policy);
    jb_diags_free(reg->refused);
    for (size_t i = 0; i < reg->n_tried; i++) {
        free(reg->tried[i]);
    }
    free(reg->tried);
    free(reg->dirs);
    free(reg->plugins);
    free(reg->types);
    jb_arena_free(reg->arena);
    free(reg);
}

void jb_registry_offer(jb_registry *reg, const char *id, const void *table)
{
    (void)reg;
    (void)jb_host_offer(id, table);
}

static int already_tried(jb_registry *reg, const char *path)
{
    for (size_t i = 0; i < reg->n_tried; i++) {
        if (strcmp(reg->tried[i], path) == 0) {
            return 1;
        }
    }
    reg->tried = jb_grow(reg->tried, reg->n_tried, &reg->cap_tried, sizeof *reg->tried);
    char *copy = jb_alloc(strlen(path) + 1);
    memcpy(copy, path, strlen(path) + 1);
    reg->tried[reg->n_tried++] = copy;
    return 0;
}

static void add_types(jb_registry *reg, const jb_plugin_entry *e)
{
    for (uint64_t i = 0; i < e->plugin->n_components; i++) {
        jb_type *t = jb_arena_alloc(reg->arena, sizeof *t);
        *t = (jb_type){.component = e->plugin->components[i],
                       .plugin = e->plugin,
                       .file = e->file,
                       .named = e->named,
                       .limit_ms = e->limit_ms,
                       .limit_bytes = e->limit_bytes,
                       .installed = e->installed};
        reg->types = jb_grow(reg->types, reg->n_types, &reg->cap_types, sizeof(jb_type *));
        reg->types[reg->n_types++] = t;
    }
}

/* 0 new; 1 the same file is there under another name; -1 another file has this id, reported. */
static int is_known(jb_registry *reg, const jb_loaded *l, const jb_place *place, jb_diags *diags)
{
    for (size_t i = 0; i < reg->n_plugins; i++) {
        const jb_plugin_entry *e = reg->plugins[i];
        if (e->device == l->device && e->inode == l->inode) {
            return 1;
        }
        if (strcmp(e->plugin->id, l->plugin->id) == 0) {
            jb_diag(diags, "E0523", place, l->file, l->plugin->id, e->file);
            return -1;
        }
    }
    return 0;
}

/* Calls init once, when the first of its types is asked for: by then the modules have offered their services,
 * and a listing runs no code of a plugin. 0 ready, -1 failed (reported the first time). */
static int make_ready(jb_plugin_entry *e, const jb_component *wanted, const jb_place *place, jb_diags *diags)
{
    char text[16], component[80];
    if (e->ready != 0) {
        return e->ready > 0 ? 0 : -1;
    }
    e->ready = 1;
    if (!e->plugin->init) {
        return 0;
    }
    snprintf(component, sizeof component, "%.20s/%.50s", wanted->kind, wanted->name);
    jb_crumb_load(e->file, "init", component, place);
    jb_status status = e->plugin->init(jb_host_table());
    jb_crumb_loaded();
    if (status != JB_OK) {
        snprintf(text, sizeof text, "%d", status);
        jb_diag(diags, "E0522", place, e->file, text);
        e->ready = -1;
    }
    return e->ready > 0 ? 0 : -1;
}

static jb_plugin_entry *entry_of(const jb_registry *reg, const jb_plugin *plugin)
{
    for (size_t i = 0; i < reg->n_plugins; i++) {
        if (reg->plugins[i]->plugin == plugin) {
            return reg->plugins[i];
        }
    }
    return NULL;
}

/* 1: to be opened here. 0: it offers nothing this process needs. -1: refused already, and told. */
static int is_for_us(const jb_registry *reg, const char *path, jb_diags *diags)
{
    const jb_diags *why;
    int kinds = jb_scouted_kinds(reg->scouted, path, &why);
    if (why) {
        jb_diags_join(diags, why);
        return -1;
    }
    return kinds < 0 ? reg->kinds == JB_KINDS_PAGE : (kinds & (int)reg->kinds) != 0;
}

static int load_new(jb_registry *reg, const char *path, const jb_plugin_entry *as, const char *sha256,
                    const jb_place *place, jb_diags *diags)
{
    jb_loaded loaded;
    const jb_claim claim = {.policy = as->installed ? NULL : &reg->policy, .sha256 = sha256, .foreign = as->foreign};
    if (jb_plugin_open_as(path, &claim, place, &loaded, diags) != 0) {
        return -1;
    }
    int known = is_known(reg, &loaded, place, diags);
    if (known != 0) {
        return known < 0 ? -1 : 0;
    }
    jb_plugin_entry *e = jb_arena_alloc(reg->arena, sizeof *e);
    *e = *as;
    e->plugin = loaded.plugin;
    e->file = jb_arena_strdup(reg->arena, loaded.file);
    e->device = loaded.device;
    e->inode = loaded.inode;
    reg->plugins = jb_grow(reg->plugins, reg->n_plugins, &reg->cap_plugins, sizeof(jb_plugin_entry *));
    reg->plugins[reg->n_plugins++] = e;
    add_types(reg, e);
    if (reg->scouting && !e->installed) {
        jb_scouted_add(reg->scouting, path, e->plugin, NULL);
    }
    return 0;
}

int jb_registry_load(jb_registry *reg, const char *path, const jb_plugin_entry *as, const char *sha256,
                     const jb_place *place, jb_diags *diags)
{
    if (already_tried(reg, path)) {
        return 0;
    }
    int ours = reg->scouted && !as->installed ? is_for_us(reg, path, diags) : 1;
    if (ours <= 0) {
        return ours;
    }
    jb_diags *said = jb_diags_new();
    int bad = load_new(reg, path, as, sha256, place, said);
    if (bad && reg->scouting && !as->installed) {
        jb_scouted_add(reg->scouting, path, NULL, said);
    }
    jb_diags_join(diags, said);
    jb_diags_free(said);
    return bad;
}

/* `word` of "word/name" is the plugin's id, its file's name without .so, or x of [plugin "x"]. */
static int is_called(const jb_type *t, const char *word, size_t n)
{
    const char *file = strrchr(t->file, '/');
    file = file ? file + 1 : t->file;
    size_t stem = strlen(file) > 3 ? strlen(file) - 3 : 0;
    return (strlen(t->plugin->id) == n && memcmp(t->plugin->id, word, n) == 0) ||
           (stem == n && memcmp(file, word, n) == 0) ||
           (t->named && strlen(t->named) == n && memcmp(t->named, word, n) == 0);
}

static size_t matches(const jb_registry *reg, const char *kind, const char *name, const char *plugin,
                      size_t n_plugin, const jb_type **first, jb_buf *all)
{
    size_t n = 0;
    for (size_t i = 0; i < reg->n_types; i++) {
        const jb_type *t = reg->types[i];
        if (strcmp(t->component->kind, kind) != 0 || strcmp(t->component->name, name) != 0 ||
            (plugin && !is_called(t, plugin, n_plugin))) {
            continue;
        }
        if (n++ == 0) {
            *first = t;
        }
        jb_buf_fmt(all, "%s%s/%s", all->len ? ", " : "", t->plugin->id, name);
    }
    return n;
}

static const char *nearest_type(const jb_registry *reg, const char *kind, const char *name)
{
    const char **names = jb_alloc((reg->n_types + 1) * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < reg->n_types; i++) {
        if (strcmp(reg->types[i]->component->kind, kind) == 0) {
            names[n++] = reg->types[i]->component->name;
        }
    }
    const char *near = jb_nearest(name, names, n);
    free(names);
    return near;
}

static void note_places(const jb_registry *reg, jb_diags *diags)
{
    int zh = jb_lang_zh();
    jb_buf b;
    jb_diag_view v;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (size_t i = 0; i < reg->n_dirs; i++) {
        jb_buf_clear(&b);
        jb_buf_fmt(&b, reg->dirs[i].missing ? (zh ? "找过 %s：目录不存在或读不了" : "looked in %s: no such directory, or unreadable")
                                            : (zh ? "找过 %s" : "looked in %s"),
                   reg->dirs[i].path);
        jb_diag_note(diags, reg->dirs[i].place.file ? &reg->dirs[i].place : NULL, jb_buf_text(&b));
    }
    for (size_t i = 0; jb_diags_at(reg->refused, i, &v); i++) {
        jb_buf_clear(&b);
        jb_buf_fmt(&b, "%s: %s", v.code, v.text[zh]);
        jb_diag_note(diags, NULL, jb_buf_text(&b));
    }
    jb_buf_free(&b);
}

static const jb_type *not_found(const jb_registry *reg, const char *kind, const char *name, size_t n,
                                const char *all, const jb_place *place, jb_diags *diags)
{
    if (n > 1) {
        jb_diag(diags, "E0502", place, kind, name, all);
    } else {
        jb_diag(diags, "E0501", place, kind, name, nearest_type(reg, kind, name));
        note_places(reg, diags);
    }
    return NULL;
}

const jb_type *jb_registry_find(jb_registry *reg, const char *kind, const char *wanted, const jb_place *place,
                                jb_diags *diags)
{
    const char *slash = strrchr(wanted, '/'), *name = slash ? slash + 1 : wanted;
    const char *plugin = slash ? wanted : NULL;
    size_t n_plugin = slash ? (size_t)(slash - wanted) : 0;
    const jb_type *type = NULL;
    jb_buf all;
    jb_buf_init(&all, JB_BUF_MAX_TEXT);
    for (size_t i = 0; i < reg->n_dirs; i++) {
        jb_dir_load_for(reg, &reg->dirs[i], kind, name);
    }
    size_t n = matches(reg, kind, name, plugin, n_plugin, &type, &all);
    if (n == 0) { /* what the index says may be wrong */
        for (size_t i = 0; i < reg->n_dirs; i++) {
            jb_dir_load_all(reg, &reg->dirs[i]);
        }
        n = matches(reg, kind, name, plugin, n_plugin, &type, &all);
    }
    if (n != 1) {
        type = not_found(reg, kind, wanted, n, jb_buf_text(&all), place, diags);
    } else if (jb_registry_is_off(reg, type)) {
        jb_diag(diags, "E0505", place, kind, name);
        type = NULL;
    } else if (make_ready(entry_of(reg, type->plugin), type->component, place, diags) != 0) {
        type = NULL;
    }
    jb_buf_free(&all);
    return type;
}

void jb_registry_load_ahead(jb_registry *reg, const char *kind, const char *name)
{
    for (size_t i = 0; i < reg->n_dirs && !strchr(name, '/'); i++) {
        jb_dir_load_for(reg, &reg->dirs[i], kind, name);
    }
}

static int by_kind_and_name(const void *a, const void *b)
{
    const jb_type *x = *(jb_type *const *)a, *y = *(jb_type *const *)b;
    int c = strcmp(x->component->kind, y->component->kind);
    c = c ? c : strcmp(x->component->name, y->component->name);
    return c ? c : strcmp(x->file, y->file);
}

void jb_registry_load_all(jb_registry *reg, jb_diags *diags)
{
    for (size_t i = 0; i < reg->n_dirs; i++) {
        jb_dir_load_all(reg, &reg->dirs[i]);
    }
    if (reg->n_types > 1) {
        qsort(reg->types, reg->n_types, sizeof(jb_type *), by_kind_and_name);
    }
    jb_diags_join(diags, reg->refused);
}

size_t jb_registry_count(const jb_registry *reg)
{
    return reg->n_types;
}

const jb_type *jb_registry_at(const jb_registry *reg, size_t i)
{
    return i < reg->n_types ? reg->types[i] : NULL;
}

const void *jb_type_iface(const jb_type *type, const char *id)
{
    for (uint64_t i = 0; i < type->component->n_ifaces; i++) {
        if (strcmp(type->component->ifaces[i].id, id) == 0) {
            return type->component->ifaces[i].table;
        }
    }
    return NULL;
}

const jb_message *jb_type_message(const jb_type *type, const char *code)
{
    for (uint32_t i = 0; i < type->plugin->n_messages; i++) {
        const jb_message *m = jb_plugin_message(type->plugin, i);
        if (strcmp(m->code, code) == 0) {
            return m;
        }
    }
    return NULL;
}

const jb_message *jb_registry_message(const jb_registry *reg, const char *code, const char **plugin)
{
    for (size_t i = 0; i < reg->n_types; i++) {
        const jb_message *m = jb_type_message(reg->types[i], code);
        if (m) {
            *plugin = reg->types[i]->plugin->id;
            return m;
        }
    }
    return NULL;
}
