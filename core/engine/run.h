// SPDX-License-Identifier: Apache-2.0
/* One computation in progress. Private to core/engine. */
#ifndef JB_ENGINE_RUN_H
#define JB_ENGINE_RUN_H

#include "engine/plan.h"

typedef struct jb_context { /* figures after a chain of shifts, outermost first; context 0 has none
                             */
    uint32_t *shifts;
    size_t n;
    char *wanted;          /* by metric */
    jb_variant **variants; /* by metric: aggregates to be computed */
    jb_figure_set *set;    /* what is computed */
} jb_context;

typedef struct jb_runner {
    jb_model *model;
    jb_arena *arena; /* plans */
    jb_arena *out;   /* figures */
    jb_diags *diags;
    char *skip; /* by metric: lost */
    int probe;
    jb_source_plan **plans; /* by source; NULL: not read */
    jb_context *contexts;
    size_t n_contexts;
} jb_runner;

int jb_runner_start(jb_runner *, jb_model *, jb_arena *out, jb_diags *);
void jb_runner_stop(jb_runner *);
void jb_runner_demand(jb_runner *, jb_metric_model *, size_t context);
void jb_runner_demand_all(jb_runner *, const char *const *names, size_t n); /* NULL: all */
int jb_runner_fetch(jb_runner *, jb_metric_model *, size_t context);
int jb_runner_keys(jb_runner *);
/* pushdown = require: what cannot be pushed is reported before anything runs. */
void jb_push_check_required(jb_model *, jb_diags *);
/* versions.c: the source's word for the state of its data, "" when it has none; into the set, of all
 * that were read. */
const char *jb_source_version(jb_msource *, jb_arena *);
void jb_versions_note(const jb_model *, jb_figure_set *);
/* Fills k->values from its source (keys_scan.c). 0 ok, -1 reported. */
int jb_keys_collect(jb_model *, jb_mkeys *, jb_diags *);

#endif
