// SPDX-License-Identifier: Apache-2.0
/* Drawing for renderers: the node's own chart instance is called in their stead. */
#include "page/page_impl.h"

#include <string.h>

typedef struct call {
    jb_instance *instance;
    const jb_chart *chart;
    jb_ctx ctx;
    jb_ctx *outer;
} call;

/* The chart behind a node; reported when it has none. */
static int begin(call *c, jb_ctx *outer, const jb_node *node)
{
    jb_page_item *item = jb_page_caller(outer);
    jb_place place = jb_ctx_place(outer, NULL, 0);
    c->outer = outer;
    c->instance = node != NULL ? jb_node_drawer(node) : NULL;
    c->chart = c->instance != NULL ? jb_type_iface(c->instance->type, JB_CHART) : NULL;
    if (item == NULL || c->chart == NULL) {
        jb_diag(outer->diags, "E0766", &place, outer->instance->type->plugin->id, "chart",
                node != NULL ? jb_node_kind(node) : "NULL");
        outer->failed = 1;
        return 0;
    }
    jb_ctx_begin(&c->ctx, c->instance, "draw", outer->diags, item->page);
    return 1;
}

/* What the chart reported counts as reported by the renderer that called for it. */
static jb_status end(call *c, jb_status status)
{
    status = jb_ctx_end(&c->ctx, status);
    if (status != JB_OK && status != JB_E_UNSUPPORTED)
        c->outer->failed = 1;
    return status;
}

static jb_status chart_height(jb_ctx *ctx, const jb_node *node, double width, double *out)
{
    call c;
    if (!begin(&c, ctx, node))
        return JB_E_INTERNAL;
    return end(&c, JB_HAS(jb_chart, c.chart, height)
                       ? c.chart->height(&c.ctx, c.instance->self, node, width, out)
                       : JB_E_UNSUPPORTED);
}

static jb_status chart_draw(jb_ctx *ctx, const jb_node *node, double width, double height,
                            const jb_canvas *canvas)
{
    call c;
    if (!begin(&c, ctx, node))
        return JB_E_INTERNAL;
    return end(&c, c.chart->draw(&c.ctx, c.instance->self, node, width, height, canvas));
}

static jb_status chart_describe(jb_ctx *ctx, const jb_node *node, const char **out)
{
    call c;
    *out = "";
    if (!begin(&c, ctx, node))
        return JB_E_INTERNAL;
    return end(&c, JB_HAS(jb_chart, c.chart, describe)
                       ? c.chart->describe(&c.ctx, c.instance->self, node, out)
                       : JB_E_UNSUPPORTED);
}

const jb_chart_api jb_page_chart_api = {.size = sizeof(jb_chart_api),
                                        .height = chart_height,
                                        .draw = chart_draw,
                                        .describe = chart_describe};
