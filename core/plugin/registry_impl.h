// SPDX-License-Identifier: Apache-2.0
/* What registry.c, configure.c and index.c share; not for other modules. */
#ifndef JB_PLUGIN_REGISTRY_IMPL_H
#define JB_PLUGIN_REGISTRY_IMPL_H

#include "base/arena.h"
#include "base/buf.h"
#include "config/args.h"
#include "plugin/loader.h"
#include "plugin/policy.h"
#include "plugin/registry.h"
#include "plugin/scout.h"

/* A directory whose plugins may be used; `loaded`: all its files have been tried. */
typedef struct jb_plugin_dir {
    const char *path;
    jb_place place; /* of the setting that names it */
    int installed, loaded, missing;
    const char *index; /* the index file when it was found fresh; NULL: not asked, or of no use */
} jb_plugin_dir;

/* One accepted plugin. */
typedef struct jb_plugin_entry {
    const jb_plugin *plugin;
    const char *file, *named;
    uint64_t device, inode;
    int64_t limit_ms, limit_bytes;
    int installed;
    int foreign; /* its [plugin] is of a drop-in */
    int ready;   /* init: 0 not called yet, 1 done, -1 failed and reported */
} jb_plugin_entry;

struct jb_registry {
    jb_arena *arena;
    const jb_config *config;
    int safe;
    jb_plugin_dir *dirs;
    size_t n_dirs, cap_dirs;
    jb_plugin_entry **plugins;
    size_t n_plugins, cap_plugins;
    jb_type **types;
    size_t n_types, cap_types;
    char **tried; /* files that were refused, so that each is reported once */
    size_t n_tried, cap_tried;
    jb_diags *refused;  /* why */
    jb_policy policy;   /* [host] require, keys */
    const jb_scouted *scouted; /* as in jb_registry_options */
    unsigned kinds;
    jb_scouted *scouting;
};

/* Loads one file, runs its init and adds its types. `named`: the [plugin] section that asks for it, else NULL;
 * then `sha256` may be set. 0 ok or already there; -1 reported into diags. */
int jb_registry_load(jb_registry *, const char *path, const jb_plugin_entry *as, const char *sha256,
                     const jb_place *, jb_diags *);
/* Reads [host] plugins, require and every [plugin "x"]. */
void jb_registry_configure(jb_registry *, jb_diags *);
/* 1: `type` is off and [host] allow does not name it. */
int jb_registry_is_off(const jb_registry *, const jb_type *);

/* Loads from `dir` what its index says offers kind/name; without a fresh index, everything in it. */
void jb_dir_load_for(jb_registry *, jb_plugin_dir *, const char *kind, const char *name);
void jb_dir_load_all(jb_registry *, jb_plugin_dir *);
/* Takes down what its files offer: from a fresh index, else by opening them. */
void jb_dir_scout(jb_registry *, jb_plugin_dir *);

/* scout.c, while scouting: a file that was opened (why NULL) or refused; a file and a kind as an index has them. */
void jb_scouted_add(jb_scouted *, const char *path, const jb_plugin *, const jb_diags *why);
void jb_scouted_claim(jb_scouted *, const char *path, const char *kind);

#endif
