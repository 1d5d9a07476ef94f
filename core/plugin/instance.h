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
/* The place a fault of this ctx blames. */
jb_place jb_ctx_place(const jb_ctx *, const char *key, uint64_t item);

/* Breadcrumbs: a page shared between supervisor and worker. */
typedef struct jb_crumb {
    char instance[160]; /* `section "名称"`: kind and name */
    char phase[16];
    char plugin[160];
    uint32_t line, busy; /* of the section header; busy: inside a call */
    char file[320];
} jb_crumb;
#define JB_CRUMB_SLOTS 16
void jb_crumbs_attach(jb_crumb *slots); /* JB_CRUMB_SLOTS of them; NULL: none kept */

/* Cancel flag behind host->cancelled, set by signals. */
void jb_cancel_set(void);
int jb_cancel_is_set(void);

#endif
