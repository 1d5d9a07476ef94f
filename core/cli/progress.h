// SPDX-License-Identifier: Apache-2.0
/* One line on a terminal's stderr while a worker works for longer than a second: which call is running, how far it
 * says it is, and since when. Rewritten in place, cleared at the end; whatever is not a terminal gets nothing. */
#ifndef JB_CLI_PROGRESS_H
#define JB_CLI_PROGRESS_H

#include "cli/options.h"
#include "plugin/instance.h"

enum { JB_PROGRESS_NONE, JB_PROGRESS_EN, JB_PROGRESS_ZH };

typedef struct jb_progress {
    int how;          /* JB_PROGRESS_* */
    int64_t since_ms; /* when the work was asked for; a clock that does not jump */
    int64_t drawn_ms; /* when the line was last drawn; 0: it is not there */
    size_t width;     /* display columns of the line that is there */
} jb_progress;

/* JB_PROGRESS_*: none with --quiet, --log-format json, --verbose (whose lines it would cut), or without a terminal. */
int jb_progress_wanted(const jb_options *);
/* `crumbs`: JB_CRUMB_SLOTS of them, which the worker goes on writing; NULL ok. */
void jb_progress_show(jb_progress *, const jb_crumb *crumbs, int64_t now_ms);
void jb_progress_clear(jb_progress *);

#endif
