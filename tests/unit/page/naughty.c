// SPDX-License-Identifier: Apache-2.0
/* A section plugin that does what `do =` says, most of it forbidden. */
#include "jianbao/plugin_util.h"

static const jb_host *host;
static jb_node *kept; /* from an earlier section: not its own any more */

static jb_status write_naughty(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    const jb_text_api *text = host->query(JB_HOST_TEXT);
    const jb_out_api *out = host->query(JB_HOST_OUT);
    const char *what = self;
    jb_node *node;
    jb_sink sink;
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .text = "\xff", .style = ""};
    if (strcmp(what, "keep") == 0) {
        kept = doc->add(ctx, parent, "para");
        run.text = "留";
        return doc->run(ctx, kept, &run);
    }
    if (strcmp(what, "elsewhere") == 0)
        return doc->add(ctx, kept, "para") == NULL ? JB_E_INTERNAL : JB_OK;
    if (strcmp(what, "bytes") == 0)
        return doc->run(ctx, doc->add(ctx, parent, "para"), &run);
    if (strcmp(what, "own") == 0)
        return doc->set(ctx, parent, "name", "别人");
    if (strcmp(what, "out") == 0)
        return out->open(ctx, "x", &sink);
    if (strcmp(what, "silent") == 0)
        return JB_E_DATA;
    if (strcmp(what, "unit") == 0)
        return text->emit(ctx, doc->add(ctx, parent, "para"), NULL, 0, "{新签约额}亿元", NULL, 0);
    if (strcmp(what, "cell") == 0)
        return text->emit(ctx, doc->add(ctx, parent, "para"), NULL, 0, "{新签约额 | cell}", NULL,
                          0);
    node = doc->add(ctx, parent, "org.example.card"); /* a kind no renderer of ours knows */
    return node != NULL ? text->emit(ctx, node, NULL, 0, "卡片{新项目}个", NULL, 0) : JB_E_INTERNAL;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *what = "";
    (void)ctx;
    host->get_str(args, "do", &what);
    *self = (void *)(uintptr_t)what;
    return JB_OK;
}

static const jb_section section = {.size = sizeof(jb_section), .write = write_naughty};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_STR, 0, 0, "do", NULL, NULL, "What to do.", "做什么。"}};
static const jb_component component = {.size = sizeof(jb_component),
                                       .kind = "section",
                                       .name = "naughty",
                                       .title = "Naughty",
                                       .title_zh = "不规矩",
                                       .help = "For tests.",
                                       .help_zh = "测试用。",
                                       .params = params,
                                       .n_params = 1,
                                       .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces,
                                       .n_ifaces = 1,
                                       .create = create};
static const jb_component *const components[] = {&component};

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.naughty",
                                          .version = "1",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 1,
                                          .init = init};
