// SPDX-License-Identifier: Apache-2.0
/* One partition of a source as batches of vectors in the columns' own types: the checking proxy
 * around what a plugin streams. Private to core/engine. */
#ifndef JB_ENGINE_STREAM_H
#define JB_ENGINE_STREAM_H

#include "engine/batch.h"
#include "engine/rows_service.h"

typedef struct jb_stream {
    jb_msource *source;
    const int *columns; /* asked for: indices of the source's columns */
    size_t n_columns;
    jb_diags *diags;
    jb_rows_task task;
    jb_ctx ctx; /* of scan(); lives until the stream is closed */
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array; /* at hand */
    int64_t at;              /* rows of it already given */
    int64_t rows;            /* rows given before */
    uint8_t *drop;           /* bit per row of the batch at hand that was refused here */
    int any_dropped, open;
    int64_t delivered, bytes; /* so far */
    int coded; /* texts may stay codes into a dictionary (jb_vector.codes) */
} jb_stream;

/* Describes what to read; memory from the arena. */
void jb_scan_describe(jb_arena *, const jb_msource *, const int *columns, size_t n, jb_scan *out);
/* 0 ok, -1 reported. jb_stream_close in either case. */
int jb_stream_open(jb_stream *, jb_msource *, const jb_scan *, const int *columns, size_t n,
                   jb_diags *);
/* Next rows (at most JB_ENGINE_BATCH) into w->columns. Rows, 0 at the end, -1 reported or
 * cancelled. */
int64_t jb_stream_next(jb_stream *, jb_worker *);
void jb_stream_close(jb_stream *);

#endif
