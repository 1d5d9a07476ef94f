// SPDX-License-Identifier: Apache-2.0
/* A bump allocator per worker: what one batch needs is taken from it and given back at once, so
 * that after the first batches nothing is allocated any more. Private to core/data. */
#ifndef JB_DATA_SCRATCH_H
#define JB_DATA_SCRATCH_H

#include "data/expr.h"

/* 16-aligned, not zeroed. */
void *jb_scratch_take(jb_scratch *, size_t n) __attribute__((returns_nonnull));
/* count × each, with a check of the product; ends the process when no memory can hold it. */
void *jb_scratch_array(jb_scratch *, uint64_t count, size_t each) __attribute__((returns_nonnull));
/* Sets ->bits of a BOOL vector that has none. */
void jb_vector_pack(jb_vector *, int64_t rows, jb_scratch *);
#endif
