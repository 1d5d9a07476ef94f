// SPDX-License-Identifier: Apache-2.0
/* From configuration to figures: what is to be computed (model), how (plan), and doing it (run).
 * [main]; run starts and joins the pool's threads itself. */
#ifndef JB_ENGINE_ENGINE_H
#define JB_ENGINE_ENGINE_H

#include "config/args.h"
#include "config/config.h"
#include "data/figure.h"
#include "data/unit.h"
#include "plugin/registry.h"

typedef struct jb_model jb_model;

typedef struct jb_engine_options {
    int threads;       /* >= 1 */
    const char *as_of; /* resolved as-of date, NULL: none */
    const char *date;
    int in_check; /* `check`: schemas are read, no data */
    int verify;   /* what is pushed down is computed from rows as well, and compared */
    /* Metrics whose plugin failed before their types were agreed: never called, their shape is unknown.
     * What is computed from them is lost as well, rules over them are unchecked. */
    const char *const *lost;
    size_t n_lost;
} jb_engine_options;

/* Sources opened for their schema, metrics and rules typed, DAG ordered. Reports; NULL only when
 * nothing can be said. Lives until jb_model_free; keeps pointers to config and registry. */
jb_model *jb_model_make(const jb_config *, jb_registry *, const jb_engine_options *, jb_diags *);
void jb_model_free(jb_model *);
/* Signatures of all metrics that could be typed (JB_FIG_SHAPE), in file order; those that are lost
 * also have JB_FIG_LOST, and no type, unit or keys. Caller frees. */
jb_figure_set *jb_model_signatures(const jb_model *);
jb_units *jb_model_units(const jb_model *);

/* The host's own keys of a kind, for help and the reference: "source", "metric" (over a source) and
 * "metric/derived" (over figures). n is 0 for other words. */
jb_param_table jb_engine_keys(const char *kind);

/* What will run: sources, columns read, scans, SQL pushed down, rules. Text in a language, or JSON.
 */
void jb_model_plan(const jb_model *, jb_buf *, int json, int zh);

/* Computes the named figures and what they need (names NULL: all). `skip`: metric names whose
 * plugin failed earlier (their figures are LOST). NULL on failure, reported. */
jb_figure_set *jb_model_run(jb_model *, const char *const *names, size_t n, const char *const *skip,
                            size_t n_skip, jb_diags *);
/* `check --data`: opens and reads every source once; one line each: rows, refused cells, unknown
 * and missing keys. */
void jb_model_probe(jb_model *, jb_buf *, int json, int zh, jb_diags *);

/* Rules (勾稽关系) over figures: each broken one is reported with both values and their origins.
 * Accepted warns become notes. */
typedef struct jb_rules_result {
    size_t checked, broken_errors, broken_warnings, accepted, unchecked;
} jb_rules_result;
void jb_model_rules(const jb_model *, const jb_figure_set *, jb_rules_result *, jb_diags *);

#endif
