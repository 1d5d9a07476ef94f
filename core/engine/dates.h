// SPDX-License-Identifier: Apache-2.0
/* Sources that are not of one day: warned of, never an error. Private to core/engine. */
#ifndef JB_ENGINE_DATES_H
#define JB_ENGINE_DATES_H

#include "engine/plan.h"

/* Declared days (`as_of` of a source) against the report's, or against each other. */
void jb_dates_declared(const jb_model *, jb_diags *);

typedef struct jb_dates_found { /* by `check --data`, of one source */
    const jb_msource *source;
    int has_dates, has_newest;
    int32_t oldest, newest; /* newest: not after as_of */
} jb_dates_found;
/* All dates of a source lie after as_of; or its newest are older than another source's by more than
 * the report's period (366 days without one). */
void jb_dates_compare(const jb_model *, const jb_dates_found *, size_t n, jb_diags *);

#endif
