// SPDX-License-Identifier: Apache-2.0
/* One batch of rows through all selections, key sets and metrics of a plan. Private to core/engine.
 */
#ifndef JB_ENGINE_BATCH_H
#define JB_ENGINE_BATCH_H

#include "engine/group.h"

/* Rows of a batch that a condition keeps. */
typedef struct jb_kept {
    const uint32_t *sel; /* ascending; NULL: the first n */
    uint64_t n;
} jb_kept;

/* What one thread reuses from batch to batch. */
typedef struct jb_worker {
    const jb_source_plan *plan;
    jb_scratch *scratch;
    jb_vector *columns;  /* by column of the source */
    jb_kept whole;       /* rows that the source's `where` keeps */
    jb_kept *kept;       /* by selection: of those, the ones that it keeps */
    uint32_t *base;      /* room for their numbers */
    uint32_t **selected; /* likewise, and one spare */
    uint32_t *row_group; /* group of each row, for the key set at hand */
    uint32_t *group;     /* of the kept rows of the pair at hand */
    uint32_t *code;
    struct jb_month_table *months; /* made when first asked */
    jb_vector *values;   /* by value */
    struct ArrowArray *arrays;
    const void **buffers;         /* 3 for each value */
    struct ArrowArray *arguments; /* columns of the metric at hand */
    jb_buf packed;
} jb_worker;

jb_worker *jb_worker_new(const jb_source_plan *);
void jb_worker_free(jb_worker *);
/* Rows in w->columns; `drop`: bit per row to leave out (NULL: none). 0 ok, -1 reported. */
int jb_batch_run(jb_worker *, jb_result *, int64_t rows, const uint8_t *drop, jb_diags *);
/* One cell; TEXT is not terminated, its length is in num. */
void jb_vector_cell(const jb_vector *, uint32_t row, jb_value *out);

#endif
