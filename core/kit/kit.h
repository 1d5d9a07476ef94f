// SPDX-License-Identifier: Apache-2.0
/* The conformance kit behind `jianbao plugins test FILE.so`: what a plugin promises by its header,
 * asked of it. Every check runs in a process of its own, which the caller makes; a crash or a hang
 * is then a verdict on one check and the end of nothing. [main] */
#ifndef JB_KIT_KIT_H
#define JB_KIT_KIT_H

#include "base/buf.h"

enum { JB_KIT_OK, JB_KIT_FAIL, JB_KIT_SKIP };

typedef struct jb_kit_check {
    const char *id;
    const char *zh, *en; /* what it demands */
    int again;           /* run it in two processes: they must give the same digest */
} jb_kit_check;

/* Check i of components of a kind ("file": of the whole file; "derive": metrics over figures); NULL
 * past the last. */
const jb_kit_check *jb_kit_check_at(const char *kind, size_t i);

typedef struct jb_kit_ask {
    const char *file;                /* real path of the plugin */
    const char *dir;                 /* an empty folder for what a check needs to write */
    const char *ini;                 /* sections to use instead of generated ones; NULL: none */
    const char *kind, *name, *check; /* NULL in jb_kit_list */
    int zh;
    int shake; /* everything at other addresses than without */
} jb_kit_ask;

/* Loads the plugin. Packs 1, the number of components and for each its kind ("derive" for a metric
 * over figures) and name; or 0 and a text that says why it was refused. */
void jb_kit_list(const jb_kit_ask *, jb_buf *reply);
/* Runs one check. Packs the verdict (JB_KIT_*), a text in the language asked for (why, or a remark;
 * may be "") and a digest of all that the plugin gave. */
void jb_kit_run(const jb_kit_ask *, jb_buf *reply);

#endif
