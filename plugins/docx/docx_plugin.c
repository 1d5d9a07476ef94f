// SPDX-License-Identifier: Apache-2.0
/* The plugin: renderer `docx`. */
#include "docx.h"
#include "jianbao/plugin_util.h"

/* The one writable datum a plugin keeps: the host, given once before anything else is called. */
static const jb_host *the_host;

static jb_status init(const jb_host *host)
{
    the_host = host;
    return JB_OK;
}

/* An instance: whether computed figures are shaded. */
typedef struct settings {
    int marked;
} settings;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    settings *s = calloc(1, sizeof *s);
    const char *figures = NULL;
    if (s == NULL)
        return jb_fail_text(the_host, ctx, JB_E_MEMORY, NULL, "out of memory");
    if (the_host->get_str(args, "figures", &figures))
        s->marked = strcmp(figures, "marked") == 0;
    *self = s;
    return JB_OK;
}

void docx_warn(docx *d, const char *code, const char *arg)
{
    const char *args[1];
    jb_fault f;
    memset(&f, 0, sizeof f);
    args[0] = arg != NULL ? arg : "";
    f.size = (uint32_t)sizeof f;
    f.code = code;
    f.args = args;
    f.n_args = 1;
    d->host->warn(d->ctx, &f);
}

static void drop(docx *d)
{
    size_t i;
    for (i = 0; i < d->n_pictures; i++)
        docx_drop(&d->pictures[i]);
    free(d->pictures);
    free(d->names);
    docx_drop(&d->body);
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    const jb_out_api *out = the_host->query(JB_HOST_OUT);
    docx d;
    jb_sink sink;
    jb_status status;
    memset(&d, 0, sizeof d);
    d.host = the_host;
    d.ctx = ctx;
    d.doc = the_host->query(JB_HOST_DOC);
    d.charts = the_host->query(JB_HOST_CHART);
    d.marked = self != NULL && ((const settings *)self)->marked;
    if (out == NULL || d.doc == NULL)
        return jb_fail_code(the_host, ctx, JB_E_INTERNAL, "E0983", NULL,
                            out == NULL ? JB_HOST_OUT : JB_HOST_DOC, NULL, NULL);
    status = out->open(ctx, NULL, &sink);
    if (status != JB_OK)
        return status;
    d.root = d.doc->root(doc);
    docx_walk(&d);
    status = d.status == JB_OK ? docx_pack(&d, &sink) : d.status;
    drop(&d);
    return status;
}

static const char *const kinds[] = {"document", "section",   "heading",     "para",     "item",
                                    "table",    "column",    "row",         "cell",     "chart",
                                    "note",     "signature", "placeholder", "pagebreak"};
static const jb_renderer renderer = {.size = sizeof renderer,
                                     .kinds = kinds,
                                     .n_kinds = sizeof kinds / sizeof kinds[0],
                                     .render = render};
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};

static const jb_param params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_ENUM,
     .key = "figures",
     .def = "plain",
     .range = "plain|marked",
     .help =
         "plain: computed numbers look like the text; marked: they are shaded, for those who check",
     .help_zh = "plain：计算得出的数字与正文同样；marked：加底色，便于核对"},
};

static const jb_component component = {
    .size = sizeof component,
    .kind = "renderer",
    .name = "docx",
    .title = "Word document (DOCX)",
    .title_zh = "Word 文档（DOCX）",
    .help =
        "A file to mark up in Word, WPS or LibreOffice: GB/T 9704 page, styles, outline, tables "
        "with "
        "repeated heads, charts as vector pictures. Fonts and page numbers are keys of the layout.",
    .help_zh = "可在 Word、WPS、LibreOffice 中批改的文档：GB/T 9704 版面，标题、正文等用样式，"
               "表头跨页重复，图为矢量图。字体与页码在 [layout] 中设置。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
    .create = create,
    .destroy = free,
};
static const jb_component *const components[] = {&component};

#define MESSAGE(code_, en_, zh_, hint_en_, hint_zh_)                                               \
    {                                                                                              \
        .size = sizeof(jb_message), .code = code_, .en = en_, .zh = zh_, .hint_en = hint_en_,      \
        .hint_zh = hint_zh_                                                                        \
    }

static const jb_message messages[] = {
    MESSAGE("E0980", "the DOCX could not be packed: {1}", "无法打包 DOCX：{1}",
            "check the free memory", "请检查可用内存"),
    MESSAGE("E0981", "blocks of kind \"{1}\" are unknown here; their text was printed",
            "不认识“{1}”类内容，已按纯文字输出", NULL, NULL),
    MESSAGE("E0982",
            "table \"{1}\" has no columns, or more than the 63 that Word can hold; its rows were "
            "printed as text",
            "表格“{1}”没有列，或超过 Word 允许的63列，各行已按文字输出",
            "give it at most 63 columns", "请减到63列以内"),
    MESSAGE("E0983", "the host does not offer {1}", "宿主程序没有提供 {1}", NULL, NULL),
    MESSAGE("E0984", "there are more than 512 charts; \"{1}\" was described in words",
            "图超过512幅，“{1}”改用一句话说明", NULL, NULL),
};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof jb_plugin_v1,
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.docx",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .messages = messages,
    .n_messages = sizeof messages / sizeof messages[0],
    .message_stride = sizeof(jb_message),
    .init = init,
};
