// SPDX-License-Identifier: Apache-2.0
/* jb.host.rows/1: what happens to a row or cell a source cannot take. Private to core/engine. */
#ifndef JB_ENGINE_ROWS_SERVICE_H
#define JB_ENGINE_ROWS_SERVICE_H

#include "engine/model.h"

/* jb_ctx.task of every call into a source. */
typedef struct jb_rows_task {
    int on_error;            /* JB_ROW_* */
    int64_t skipped, nulled; /* rows left out, cells made NULL */
} jb_rows_task;

extern const jb_rows_api jb_rows_service;

#endif
