// SPDX-License-Identifier: Apache-2.0
/* section signature: who issues the document, and its date. */
#include "jianbao/plugin_util.h"

static const jb_host *host;

static jb_status write_signature(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    const jb_text_api *text = host->query(JB_HOST_TEXT);
    const jb_args *args = self;
    const char *own = NULL, *printed;
    jb_node *node;
    jb_status status;
    if (doc == NULL || text == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "jb.host.doc/1 is not offered");
    node = doc->add(ctx, parent, "signature");
    if (node == NULL)
        return JB_E_INTERNAL;
    if (!host->get_str(args, "text", &own))
        own = "{issuer}";
    status = text->format(ctx, "text", 0, own, NULL, 0, &printed);
    if (status == JB_OK)
        status = doc->set(ctx, node, "issuer", printed);
    if (status == JB_OK)
        status = text->format(ctx, NULL, 0, "{date | date}", NULL, 0, &printed);
    return status == JB_OK ? doc->set(ctx, node, "date", printed) : status;
}

/* What is not set in [report] is told before anything is computed. */
static jb_status check(jb_ctx *ctx, void *self)
{
    const jb_text_api *text = host->query(JB_HOST_TEXT);
    const char *own = NULL;
    jb_status status;
    if (text == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "jb.host.text/1 is not offered");
    if (!host->get_str(self, "text", &own))
        own = "{issuer}";
    status = text->check(ctx, "text", 0, own, NULL, 0);
    return status == JB_OK ? text->check(ctx, NULL, 0, "{date | date}", NULL, 0) : status;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)ctx;
    *self = (void *)(uintptr_t)args; /* valid as long as the instance */
    return JB_OK;
}

static const jb_section section = {
    .size = sizeof(jb_section), .check = check, .write = write_signature};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "text", NULL, NULL,
     "Who signs; the report's issuer when not set.", "署名；不写则用 [report] 的 issuer。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "section",
    .name = "signature",
    .title = "Signature",
    .title_zh = "落款",
    .help = "Issuer and date; printed last unless told otherwise.",
    .help_zh = "署名和成文日期，默认排在最后。",
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
    .id = "jianbao.signature",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
