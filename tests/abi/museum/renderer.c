// SPDX-License-Identifier: Apache-2.0
/* A sound renderer: the document as plain text. Frozen as an author of version 1.0 may have written it. */
#include "util.h"

#include <stdio.h>

static const jb_host *host;


static jb_status render(jb_ctx *ctx, void *self, const jb_doc *d)
{
    const jb_doc_api *doc = (const jb_doc_api *)host->query(JB_HOST_DOC);
    const jb_out_api *out = (const jb_out_api *)host->query(JB_HOST_OUT);
    const jb_node *root = doc->root(d);
    const char *text = doc->plain(root), *title = doc->attr(root, "title");
    jb_sink sink;
    jb_status status = out->open(ctx, NULL, &sink);
    (void)self;
    if (status != JB_OK)
        return status;
    status = title != NULL ? sink.write(sink.self, title, strlen(title)) : JB_OK;
    if (status == JB_OK)
        status = sink.write(sink.self, text, strlen(text));
    return status;
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_renderer renderer = {.size = sizeof(jb_renderer), .render = render};
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};
static const jb_component component = {.size = sizeof(jb_component), .kind = "renderer", .name = "museum_plain",
                                       .title = "plain", .title_zh = "纯文", .help = "Plain text.", .help_zh = "纯文本。",
                                       .param_stride = sizeof(jb_param), .ifaces = ifaces, .n_ifaces = 1};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR,
                                          .id = "test.museum.renderer", .version = "1.0", .license = "Apache-2.0", .url = "",
                                          .components = components, .n_components = 1, .init = init};
