// SPDX-License-Identifier: Apache-2.0
/* What strangers' plugin files offer, found out by a process that holds nothing worth having. Opening a file runs its
 * constructors, so a worker opens only files that offer what it needs: then a section's plugin is never in the process
 * that has the passwords. [main] */
#ifndef JB_PLUGIN_SCOUT_H
#define JB_PLUGIN_SCOUT_H

#include "base/buf.h"
#include "base/diag.h"
#include "config/config.h"

#define JB_KINDS_DATA 1u /* source, metric */
#define JB_KINDS_PAGE 2u /* section, chart, renderer */

typedef struct jb_scouted jb_scouted;

/* 1: the configuration names plugin files or folders of its own. */
int jb_scout_wanted(const jb_config *, int safe);
/* In the scouting process: opens every [plugin] file and every file of [host] plugins, but for folders whose index is
 * fresh, which is believed; appends what was found as one block. */
void jb_scout(const jb_config *, int safe, jb_buf *out);

/* NULL when the bytes are not such a block. */
jb_scouted *jb_scouted_read(const void *bytes, size_t n);
void jb_scouted_free(jb_scouted *); /* NULL ok */
/* JB_KINDS_* that the file offers; 0 and *why set: it was refused; -1: it was not seen. */
int jb_scouted_kinds(const jb_scouted *, const char *path, const jb_diags **why);

#endif
