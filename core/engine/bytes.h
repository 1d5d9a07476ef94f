// SPDX-License-Identifier: Apache-2.0
/* How much came over: what is counted of each source, so that it can be shown that groups crossed
 * and not rows. Private to core/engine. */
#ifndef JB_ENGINE_BYTES_H
#define JB_ENGINE_BYTES_H

#include "engine/model.h"

/* Bytes of the buffers behind one array: values, offsets, validity; of its slice only. */
int64_t jb_array_bytes(const struct ArrowSchema *, const struct ArrowArray *);
/* Adds to the source's count; [main] or one taker at a time. */
void jb_source_tell(jb_msource *, int64_t rows, int64_t bytes);
/* One line of log for each source that gave something. */
void jb_model_tell(const jb_model *);

#endif
