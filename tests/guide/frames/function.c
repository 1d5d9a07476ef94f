// SPDX-License-Identifier: Apache-2.0
/* A fragment that is made of statements: what every function of a plugin has at hand. */
#include <jianbao/plugin_util.h>

#include <stdio.h>

static const jb_host *host;

static jb_status function(jb_ctx *ctx, const jb_args *args, void *self, jb_node *parent, const jb_batch *b,
                          jb_metric_shape *shape)
{
    const struct ArrowArray *column = &b->columns[0];
    int64_t row = 0;
@BLOCK@
    return JB_OK;
}
