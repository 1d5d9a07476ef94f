// SPDX-License-Identifier: Apache-2.0
/* A worker: a forked process that answers requests over a pipe, watched by breadcrumbs. Whatever a plugin does in
 * it (crash, loop, eat memory, print, exit) ends as a jb_death that names the plugin. The supervisor that starts
 * workers has no thread, plugin or font of its own, so it may fork at any time. [main] */
#ifndef JB_CLI_WORKER_H
#define JB_CLI_WORKER_H

#include "base/buf.h"
#include "plugin/instance.h"

typedef struct jb_worker jb_worker;

typedef struct jb_job {
    void *(*start)(void *arg); /* in the worker, before the first request */
    void (*serve)(void *state, uint32_t op, jb_unpack *request, jb_buf *reply);
    void (*stop)(void *state);
    void *arg;
    int64_t limit_ms; /* of one call into a plugin whose [plugin] sets none, but for sources, which may wait for a
                         database as long as it takes; 0: none. Memory: half of the machine's, if none is set. */
    int in_process;   /* no fork: for a debugger */
    int progress;     /* JB_PROGRESS_*: what a wait shows on a terminal */
} jb_job;

typedef enum jb_cause { JB_CAUSE_SIGNAL, JB_CAUSE_EXIT, JB_CAUSE_TIME, JB_CAUSE_MEMORY, JB_CAUSE_FAULT } jb_cause;

typedef struct jb_death {
    jb_cause cause;
    int number;      /* of the signal, or the exit status */
    int in_plugin;   /* crumb is filled */
    jb_crumb crumb;  /* the innermost call that was running */
} jb_death;

enum { JB_ANSWERED, JB_DIED, JB_INTERRUPTED };

/* Never NULL; a failed fork shows as JB_DIED at the first wait. */
jb_worker *jb_worker_start(const jb_job *);
void jb_worker_ask(jb_worker *, uint32_t op, const jb_buf *request);
/* Waits for the answer to the last ask. JB_DIED: `death` says how, the worker is reaped; end it and start another. */
int jb_worker_wait(jb_worker *, jb_buf *reply, jb_death *death);
/* Nothing more will be asked of it: it stops while the caller does something else. NULL ok. */
void jb_worker_dismiss(jb_worker *);
/* Lets it stop (at most 2 s) and frees. NULL ok. */
void jb_worker_end(jb_worker *);
/* Cancels what it does and ends it (after 0.2 s by force): nothing of it is wanted any more. NULL ok. */
void jb_worker_kill(jb_worker *);

/* SIGINT, SIGTERM, SIGHUP set a flag that waits see; the signal's number or 0. */
void jb_signals_install(void);
int jb_signals_got(void);

/* Blobs inside requests and replies. */
void jb_pack_blob(jb_buf *, const void *bytes, size_t n);
const void *jb_unpack_blob(jb_unpack *, size_t *n); /* NULL: failed */

#endif
