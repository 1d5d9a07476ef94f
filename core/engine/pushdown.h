// SPDX-License-Identifier: Apache-2.0
/* Push-down: one query of partials for each pair of selection and key set, absorbed by the metrics,
 * so that groups cross the wire and never rows. Averages, divisions and rounding stay here. Private
 * to core/engine. */
#ifndef JB_ENGINE_PUSHDOWN_H
#define JB_ENGINE_PUSHDOWN_H

#include "engine/plan.h"

typedef struct jb_push_query {
    const char *sql;
    const jb_sql_value *values;
    size_t n_values;
} jb_push_query;

/* The query of one pair. 0 ok; -1 it cannot be pushed, *why is the reason (in the language of
 * messages). */
int jb_push_sql(jb_model *, const jb_source_plan *, size_t pair, jb_arena *, jb_push_query *out,
                const char **why, jb_diags *);
/* Fills every variant's result from the database. 0 ok, -1 reported. */
int jb_push_run(jb_model *, jb_source_plan *, jb_arena *out, jb_diags *);

#endif
