// SPDX-License-Identifier: Apache-2.0
/* One INI section brought to life by one component: settings, self, the state machine
 * (made → created → destroyed; failed), and calls into it with an error slot and a breadcrumb. */
#ifndef JB_PLUGIN_INSTANCE_H
#define JB_PLUGIN_INSTANCE_H

#include "config/args.h"
#include "plugin/registry.h"

typedef struct jb_instance {
    const jb_type *type;
    jb_args *args; /* owned */
    void *self;
    int state; /* JB_INST_* */
    void *user; /* whatever the module that made it wants its services to find */
    int part;                    /* made by jb_instance_make_part: args belong to the whole */
    const struct jb_crumb *card; /* what a breadcrumb of this instance says; owned */
} jb_instance;

enum { JB_INST_MADE, JB_INST_CREATED, JB_INST_FAILED, JB_INST_DESTROYED };

/* Finds the type of `section`, checks its settings against the host's keys of the kind plus the component's
 * (COMPONENT parameters splice theirs in). Reports; NULL on failure. Lives until jb_instance_free. */
jb_instance *jb_instance_make(jb_registry *, const jb_config *, const jb_section_cfg *,
                              const char *default_type, const jb_param_table *host_keys,
                              const char *const *also, size_t n_also, jb_diags *);
/* A second instance in the same section for its COMPONENT parameter `key` (a chart in a chart section);
 * shares the settings. */
jb_instance *jb_instance_make_part(jb_registry *, const jb_instance *whole, const char *key, jb_diags *);
int jb_instance_create(jb_instance *, jb_diags *); /* 0 ok; calls create once */
void jb_instance_free(jb_instance *);              /* destroys when created */

/* A call in flight. Begin before, end after every call into a plugin: sets the breadcrumb (instance, phase) in
 * the shared page, collects faults, checks that a failing call reported. */
struct jb_ctx {
    jb_instance *instance;
    const char *phase; /* "create" "schema" "scan" "bind" "update" "merge" "finish" "check" "write" "draw" "render" */
    jb_diags *diags;   /* where faults go; the task's own in worker threads */
    void *task;        /* for services: the caller's data */
    int failed;        /* a fault was reported in this call */
    int slot;          /* thread's breadcrumb slot */
};
void jb_ctx_begin(jb_ctx *, jb_instance *, const char *phase, jb_diags *, void *task);
/* Returns status; a status != 0 without a fault, or a fault with status 0, is reported as the plugin's error. */
jb_status jb_ctx_end(jb_ctx *, jb_status);
/* A call that ended with JB_E_INTERNAL or JB_E_MEMORY is the plugin's own failure, as good as a crash: the first such
 * since the last take. 1: filled. */
int jb_failure_take(struct jb_crumb *);
/* What the instance gave breaks the contract, as the message just added to `diags` says: adds a note that names the
 * plugin and the phase, and remembers the failure for jb_failure_take. */
void jb_instance_blame(const jb_instance *, const char *phase, jb_diags *);
/* The place a fault of this ctx blames. */
jb_place jb_ctx_place(const jb_ctx *, const char *key, uint64_t item);

/* Breadcrumbs: a page shared between supervisor and worker. A call takes a free slot and gives it back, so the
 * calls of one thread nest (a renderer that has a chart drawn holds two); the one with the highest `order` of a
 * thread is the innermost. */
typedef struct jb_crumb {
    char instance[160]; /* `section "名称"`: kind and name; "" while a file is being loaded */
    char phase[16];
    char plugin[160];
    char component[80]; /* kind/name, "metric/count"; "" while a file is being loaded */
    uint32_t line, busy; /* of the section header; busy: inside a call */
    char file[320];
    uint32_t thread, order; /* kernel's thread id; counts calls */
    uint32_t culprit;       /* set by the signal handler: this call was on the stack that crashed */
    uint32_t permille;      /* host->progress: 0 … 1000; 1001 unknown */
    uint32_t explained;     /* of a failure: the plugin said itself what is wrong */
    uint32_t reserved;
    int64_t limit_ms;       /* [plugin] limit.time; 0: the supervisor's own */
    int64_t limit_bytes;    /* [plugin] limit.memory; 0: none */
} jb_crumb;
#define JB_CRUMB_SLOTS 16
void jb_crumbs_attach(jb_crumb *slots); /* JB_CRUMB_SLOTS of them; NULL: none kept */
int jb_crumb_take(const jb_crumb *card, const char *phase); /* slot, -1 when none is kept or free */
void jb_crumb_give(int slot);
/* Around dlopen ("load"), a plugin's init and deinit, which no instance is to blame for. `component` and `place`:
 * for whose sake; "" and NULL: none. [main] */
void jb_crumb_load(const char *path, const char *phase, const char *component, const jb_place *place);
void jb_crumb_loaded(void);
void jb_crumb_progress(int slot, uint32_t permille);
/* Async-signal-safe: marks the innermost call of the calling thread. */
void jb_crumb_blame(void);

/* Cancel flag behind host->cancelled, set by signals. */
void jb_cancel_set(void);
int jb_cancel_is_set(void);

#endif
