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
static int begin(call *c, jb_ctx *outer, const jb_node *node, const char *phase)
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
    jb_ctx_begin(&c->ctx, c->instance, phase, outer->diags, item->page);
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

/* What the chart gave cannot be used: its own failure, as good as a crash. */
static jb_status garbage(call *c, const char *verb, const char *what)
{
    jb_place place = jb_ctx_place(&c->ctx, NULL, 0);
    jb_diag(c->ctx.diags, "E0766", &place, c->instance->type->plugin->id, verb, what);
    jb_instance_blame(c->instance, c->ctx.phase, c->ctx.diags);
    c->ctx.failed = 1;
    return JB_E_INTERNAL;
}

static jb_status chart_height(jb_ctx *ctx, const jb_node *node, double width, double *out)
{
    call c;
    jb_status status = JB_E_UNSUPPORTED;
    if (!begin(&c, ctx, node, "height"))
        return JB_E_INTERNAL;
    if (JB_HAS(jb_chart, c.chart, height))
        status = c.chart->height(&c.ctx, c.instance->self, node, width, out);
    if (status == JB_OK && !jb_page_is_length(*out)) {
        *out = 0;
        status = garbage(&c, "height", "NaN, <= 0");
    }
    return end(&c, status);
}

static jb_status chart_draw(jb_ctx *ctx, const jb_node *node, double width, double height,
                            const jb_canvas *canvas)
{
    call c;
    jb_page_canvas checked;
    jb_status status;
    if (!begin(&c, ctx, node, "draw"))
        return JB_E_INTERNAL;
    jb_page_canvas_begin(&checked, canvas);
    status = c.chart->draw(&c.ctx, c.instance->self, node, width, height, &checked.face);
    jb_page_canvas_end(&checked);
    if (status == JB_OK && checked.verb != NULL)
        status = garbage(&c, checked.verb, checked.what);
    return end(&c, status);
}

static jb_status chart_describe(jb_ctx *ctx, const jb_node *node, const char **out)
{
    call c;
    jb_status status = JB_E_UNSUPPORTED;
    *out = "";
    if (!begin(&c, ctx, node, "describe"))
        return JB_E_INTERNAL;
    if (JB_HAS(jb_chart, c.chart, describe))
        status = c.chart->describe(&c.ctx, c.instance->self, node, out);
    if (status == JB_OK && (*out == NULL || jb_utf8_invalid(*out, strlen(*out)) < strlen(*out))) {
        *out = "";
        status = garbage(&c, "describe", "UTF-8");
    }
    return end(&c, status);
}

const jb_chart_api jb_page_chart_api = {.size = sizeof(jb_chart_api),
                                        .height = chart_height,
                                        .draw = chart_draw,
                                        .describe = chart_describe};
