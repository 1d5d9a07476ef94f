// SPDX-License-Identifier: Apache-2.0
/* Plugins found, checked and loaded; components by kind and type. One registry per worker process.
 * [main] only. */
#ifndef JB_PLUGIN_REGISTRY_H
#define JB_PLUGIN_REGISTRY_H

#include "base/diag.h"
#include "config/config.h"
#include "jianbao/plugin.h"

typedef struct jb_registry jb_registry;

/* A component of a loaded plugin. */
typedef struct jb_type {
    const jb_component *component;
    const jb_plugin *plugin;
    const char *file; /* real path of the .so */
    const char *named;               /* x of [plugin "x"] that named the file; NULL */
    int64_t limit_ms, limit_bytes; /* that section's limit.time, limit.memory; 0: none */
    int installed;                   /* from the build tree's or installation's own directory */
} jb_type;

typedef struct jb_registry_options {
    const jb_config *config; /* [host] plugins, allow; [plugin "x"] path …; may be NULL */
    int safe;                /* --safe: only the installation's directory */
    /* What is known of strangers' files (scout.h): only those that offer one of `kinds` (JB_KINDS_*) are opened.
     * Outlives the registry. NULL: all are. */
    const struct jb_scouted *scouted;
    unsigned kinds;
    struct jb_scouted *scouting; /* takes down what each of strangers' files offers; NULL: no */
} jb_registry_options;

/* Finds directories: the build tree's or installation's (from /proc/self/exe), then [host] plugins. Loads
 * nothing but what [plugin] names; everything else is loaded when first asked for (the index file written at
 * build is a hint; a stale or absent index means loading in order of name). */
jb_registry *jb_registry_new(const jb_registry_options *, jb_diags *);
void jb_registry_free(jb_registry *);

/* The component for `type = NAME` or `PLUGIN/NAME` of a kind; reports (with nearest spelling and every place
 * tried) at `place` and returns NULL when there is none or several. */
const jb_type *jb_registry_find(jb_registry *, const char *kind, const char *name,
                                const jb_place *place, jb_diags *);
/* Loads the file that the index names for a type, if there is one; says nothing, calls nothing of it. */
void jb_registry_load_ahead(jb_registry *, const char *kind, const char *name);
/* Loads everything there is; then types can be listed, sorted by kind and name. */
void jb_registry_load_all(jb_registry *, jb_diags *);
size_t jb_registry_count(const jb_registry *);
const jb_type *jb_registry_at(const jb_registry *, size_t i);
/* The index file's text for what is loaded (`jianbao plugins index`): the hint that keeps start-up lazy. */
struct jb_buf;
void jb_registry_index(const jb_registry *, struct jb_buf *);
/* A message of any loaded plugin, for `explain`; *plugin is its id. */
const jb_message *jb_registry_message(const jb_registry *, const char *code, const char **plugin);

/* An interface of a component, NULL when it does not offer it. */
const void *jb_type_iface(const jb_type *, const char *id);
const jb_message *jb_type_message(const jb_type *, const char *code);

/* Services behind jb_host.query: each core module offers its tables before the first plugin is loaded.
 * The tables live as long as the registry. */
void jb_registry_offer(jb_registry *, const char *id, const void *table);

#endif
