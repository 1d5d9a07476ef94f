// SPDX-License-Identifier: Apache-2.0
/* One shared object from path to accepted plugin: trust, dlopen, handshake, checks of everything it declares.
 * Nothing is ever unloaded. [main] */
#ifndef JB_PLUGIN_LOADER_H
#define JB_PLUGIN_LOADER_H

#include "base/diag.h"
#include "jianbao/plugin.h"
#include "plugin/policy.h"
#include "plugin/search.h"

typedef struct jb_loaded {
    const jb_plugin *plugin;
    char file[JB_PATH_MAX]; /* real path */
    uint64_t device, inode; /* the same file under two names is loaded once */
} jb_loaded;

/* Loads and checks; does not call init. `path` holds a slash. 0 ok; -1 reported with one message (E051x, E052x)
 * that names the file and the cause. */
int jb_plugin_open(const char *path, const jb_place *, jb_loaded *out, jb_diags *);
/* The same; a claim that matters (policy.h) is checked on the very bytes that are loaded. NULL: none. */
int jb_plugin_open_as(const char *path, const jb_claim *, const jb_place *, jb_loaded *out, jb_diags *);

/* The checks on the declared data alone: names, duplicates, parameters, defaults, interfaces and their required
 * functions. 0 ok; -1 reported (E0521). `st_size` is the size of the object as the file declares it. */
int jb_plugin_verify(const jb_plugin *, size_t st_size, const char *file, const jb_place *, jb_diags *);

/* Element i of an array whose elements may be longer than this host knows. */
const jb_param *jb_component_param(const jb_component *, uint32_t i);
const jb_message *jb_plugin_message(const jb_plugin *, uint32_t i);

#endif
