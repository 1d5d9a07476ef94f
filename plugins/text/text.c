// SPDX-License-Identifier: Apache-2.0
/* section text: paragraphs and items from a TEXT in the language of docs/text.md. */
#include "jianbao/plugin_util.h"

static const jb_host *host;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *text = NULL;
    (void)ctx;
    host->get_str(args, "text", &text);
    *self = (void *)(uintptr_t)
        text; /* lives as long as the instance; NULL: a heading with nothing below it */
    return JB_OK;
}

static jb_status write_text(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_text_api *text = host->query(JB_HOST_TEXT);
    if (self == NULL)
        return JB_OK;
    if (text == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "jb.host.text/1 is not offered");
    return text->emit_blocks(ctx, parent, "text", self);
}

static const jb_section section = {.size = sizeof(jb_section), .write = write_text};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_TEXT, 0, 0, "text", NULL, NULL,
     "A paragraph a line; {figure | filter}, {if}, {for}, + and - items, {block NAME}.",
     "一行一段；可用 {指标 | 过滤器}、{if}、{for}，行首 + 或 - 为分条，{block 名称} 放表或图。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "section",
    .name = "text",
    .title = "Text",
    .title_zh = "正文",
    .help = "Paragraphs with figures in them.",
    .help_zh = "带指标的段落。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
    .create = create,
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
    .id = "jianbao.text",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
