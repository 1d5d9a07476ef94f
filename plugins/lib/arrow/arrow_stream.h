// SPDX-License-Identifier: Apache-2.0
/* An ArrowArrayStream over three functions of a plugin. */
#ifndef JB_LIB_ARROW_STREAM_H
#define JB_LIB_ARROW_STREAM_H

#include "arrow/arrow_column.h"

typedef struct jb_stream_ops {
    /* The next batch; out->release stays NULL at the end. Failures are already reported. */
    jb_status (*next)(void *self, struct ArrowArray *out);
    void (*drop)(void *self);
} jb_stream_ops;

/* Makes the stream; on success it owns self, on -1 (out of memory) the caller still does.
 * get_next returns the jb_status of `next`, and goes on returning it once it has failed. */
int jb_stream_make(struct ArrowArrayStream *out, const jb_stream_ops *, void *self,
                   const char *const *names, const jb_type *types, uint64_t n);

#endif
