// SPDX-License-Identifier: Apache-2.0
/* What one scan of one source computes: columns read, distinct selections, distinct key sets, and
 * the metrics fed by each pair of them. Private to core/engine. */
#ifndef JB_ENGINE_PLAN_H
#define JB_ENGINE_PLAN_H

#include "engine/model.h"

typedef struct jb_variant { /* an aggregate metric in one period */
    jb_metric_model *metric;
    jb_period period;
    size_t pair;
    size_t *values;  /* of metric->columns: indices into jb_source_plan.values */
    size_t collects; /* index into collectors + 1; 0: no names */
    jb_fig *result;
} jb_variant;

typedef struct jb_selection {
    jb_expr *cond; /* NULL: all rows of the source */
    jb_period period;
    const char *key;
} jb_selection;

typedef struct jb_keyset { /* n_groups 0: one group of all */
    const jb_mgroup *groups;
    size_t n_groups;
    const char *key;
} jb_keyset;

typedef struct jb_pair_plan {
    size_t selection, keyset;
    size_t *variants, n_variants;
    size_t *collectors, n_collectors;
} jb_pair_plan;

typedef struct jb_row_value { /* a COLUMN expression, evaluated on the rows of a selection */
    jb_expr *expr;
    jb_coltype type;
    jb_period period;
    size_t selection;
    int column; /* of the source when it is a plain one, else -1 */
    const char *key;
} jb_row_value;

typedef struct jb_collector { /* names = … */
    size_t pair, name, by;    /* by: index + 1 into values, 0 none */
    int order;
    const char *key;
} jb_collector;

typedef struct jb_source_plan {
    jb_msource *source;
    int *projected; /* columns of the source that are read, ascending */
    size_t n_projected;
    jb_variant **variants;
    size_t n_variants;
    jb_selection *selections;
    size_t n_selections;
    jb_keyset *keysets;
    size_t n_keysets;
    jb_pair_plan *pairs;
    size_t n_pairs;
    jb_row_value *values;
    size_t n_values;
    jb_collector *collectors;
    size_t n_collectors;
    int ordered; /* a metric needs rows in source order: one task reads all partitions */
    int probe;   /* also note the latest date of each column */
    int32_t as_of; /* probe: dates after it are not data yet */
    int unfiltered; /* all rows are read, whatever filter the source would take */
} jb_source_plan;

/* Everything that lives in the plan comes from `arena`. */
jb_source_plan *jb_plan_source(jb_arena *, jb_msource *, int probe);
/* Adds a metric in a period; equal ones are shared. */
jb_variant *jb_plan_add(jb_arena *, jb_source_plan *, jb_metric_model *, jb_period);
/* After the last jb_plan_add: the columns read. */
void jb_plan_close(jb_arena *, jb_source_plan *);

/* scan.c: reads the source once and fills each variant's `result` (in `out`). `totals` may be NULL.
 * 0 ok; -1 reported. */
typedef struct jb_scan_totals {
    int64_t rows, kept, skipped, nulled;
    int32_t latest, oldest; /* dates, with has_latest (probe only) */
    int has_latest;
    int32_t newest; /* the last date not after as_of */
    int has_newest;
    const char **unknown, **missing; /* texts "key: value, value", probe only */
    size_t n_unknown, n_missing;
} jb_scan_totals;
int jb_scan_run(jb_model *, jb_source_plan *, jb_arena *out, jb_diags *, jb_scan_totals *);

#endif
