// SPDX-License-Identifier: Apache-2.0
/* The plugin: renderer `html`. */
#include "html.h"

static const jb_host *host; /* given once, before anything else is called */

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    const jb_out_api *out = host->query(JB_HOST_OUT);
    html *h = calloc(1, sizeof *h);
    jb_status status;
    (void)self;
    if (h == NULL)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    h->host = host;
    h->ctx = ctx;
    h->doc = host->query(JB_HOST_DOC);
    h->charts = host->query(JB_HOST_CHART);
    h->figures = host->query(JB_HOST_FIGURES);
    if (out == NULL || h->doc == NULL)
        status = jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    else
        status = out->open(ctx, NULL, &h->sink);
    if (status == JB_OK) {
        html_page(h, doc);
        status = h->status;
    }
    free(h->anchors);
    free(h);
    return status;
}

static const char *const kinds[] = {"document", "section",   "heading",     "para",     "item",
                                    "table",    "column",    "row",         "cell",     "chart",
                                    "note",     "signature", "placeholder", "pagebreak"};
static const jb_renderer renderer = {.size = sizeof(jb_renderer),
                                     .kinds = kinds,
                                     .n_kinds = sizeof kinds / sizeof kinds[0],
                                     .render = render};
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};
static const jb_component component = {
    .size = sizeof(jb_component),
    .kind = "renderer",
    .name = "html",
    .title = "Web page",
    .title_zh = "网页",
    .help =
        "One self-contained HTML file without scripts: charts as SVG, figures that show where they "
        "come from, for screens of any width and for printing on A4.",
    .help_zh = "单个 HTML 文件，不含脚本，不引用外部文件：图为 "
               "SVG，指着数字可看出处，宽窄屏幕都能读，可打印到 A4。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
};
static const jb_component *const components[] = {&component};

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.html",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
