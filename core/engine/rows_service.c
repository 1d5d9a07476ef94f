// SPDX-License-Identifier: Apache-2.0
#include "engine/rows_service.h"

#include "plugin/host_api.h"

/* The first few are shown one by one; the rest only in the count at the end. */
enum { SHOWN = 3 };

static int32_t refuse(jb_ctx *ctx, const jb_fault *fault)
{
    jb_rows_task *task = ctx ? ctx->task : NULL;
    jb_fault copy;
    if (!fault || fault->size < sizeof copy) {
        jb_host_table()->fail(ctx, fault);
        return JB_ROW_STOP;
    }
    copy = *fault;
    copy.size = sizeof copy;
    copy.status = JB_E_DATA;
    if (!task || task->on_error == JB_ROW_STOP) {
        jb_host_table()->fail(ctx, &copy);
        return JB_ROW_STOP;
    }
    if (task->skipped + task->nulled < SHOWN) {
        jb_host_table()->warn(ctx, &copy);
    }
    if (task->on_error == JB_ROW_NULL && copy.column) {
        task->nulled++;
        return JB_ROW_NULL;
    }
    task->skipped++;
    return JB_ROW_SKIP;
}

const jb_rows_api jb_rows_service = {.size = sizeof(jb_rows_api), .refuse = refuse};
