// SPDX-License-Identifier: Apache-2.0
/* Which group each row of a batch belongs to. Private to core/engine. */
#ifndef JB_ENGINE_GROUP_ROWS_H
#define JB_ENGINE_GROUP_ROWS_H

#include "engine/batch.h"

/* Fills w->row_group for the rows of `sel` (NULL: the first n) by key set `k`, adding groups to the
 * result. 0 ok, -1 reported. [worker] */
int jb_group_rows(jb_worker *, jb_result *, size_t k, int64_t rows, const uint32_t *sel, uint64_t n,
                  jb_diags *);

/* What a thread remembers of dates: the month each day lies in. */
typedef struct jb_month_table jb_month_table;
void jb_month_table_free(jb_month_table *);

#endif
