// SPDX-License-Identifier: Apache-2.0
/* A sound chart: a frame, a bar for each row, the first key. Each BAD_… switches one mistake on. */
#include <jianbao/plugin_util.h>

static const jb_host *host;

static jb_status draw(jb_ctx *ctx, void *self, const jb_node *node, double w, double h,
                      const jb_canvas *c)
{
    const jb_doc_api *doc = (const jb_doc_api *)host->query(JB_HOST_DOC);
    const double frame[] = {0, 0, w, 0, w, h, 0, h};
    jb_figure f;
    jb_status status = doc->data(node, 0, &f);
    (void)self;
    if (status != JB_OK)
        return jb_fail_text(host, ctx, JB_E_RENDER, NULL, "no data");
    c->group(c->self, "a chart");
    c->path(c->self, "MLLLZ", frame, 8);
    c->paint(c->self, 0, 0x000000ffu, 1, NULL, 0);
    for (int64_t i = 0; i < f.array->length; i++) {
        double x = w * (double)i / (double)f.array->length, step = w / (double)f.array->length;
        const double bar[] = {x, h / 2, x + step / 2, h / 2, x + step / 2, h - 1, x, h - 1};
#ifdef BAD_MISSING
        if (jb_is_null(f.array->children[f.n_keys], i))
            abort();
#endif
        c->path(c->self, "MLLLZ", bar, 8);
        c->paint(c->self, 0x3366aaffu, 0, 0, NULL, 0);
    }
#ifdef BAD_NO_ROWS
    if (f.array->length == 0)
        return JB_E_RENDER;
#endif
    c->text(c->self, 4, 14, JB_ANCHOR_START, "label", 0x000000ffu, "题");
#ifdef BAD_OVERLAP
    c->text(c->self, 6, 14, JB_ANCHOR_START, "label", 0x000000ffu, "压住的字");
#endif
#ifdef BAD_BOX
    c->text(c->self, w, 14, JB_ANCHOR_START, "label", 0x000000ffu, "框外的字");
#endif
#ifdef BAD_PATH
    c->path(c->self, "ML", frame, 2);
#endif
#ifndef BAD_GROUPS
    c->end_group(c->self);
#endif
    return JB_OK;
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_chart chart = {.size = sizeof(jb_chart), .draw = draw};
static const jb_iface ifaces[] = {{JB_CHART, &chart}};
static const jb_component component = {.size = sizeof(jb_component),
                                       .kind = "chart",
                                       .name = "kit_bars",
                                       .title = "bars",
                                       .title_zh = "小柱",
                                       .help = "Bars.",
                                       .help_zh = "小柱图。",
                                       .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces,
                                       .n_ifaces = 1};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.kit.chart",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 1,
                                          .init = init};
