// SPDX-License-Identifier: MIT-0
/* renderer template_name: the document as Markdown. Kinds and attributes of blocks:
 * docs/document.md. To make it yours: `block`. Kinds that are not in `kinds` reach it through
 * plain(), and the run says so. */
#include <jianbao/plugin_util.h>

static const jb_host *host;

/* One file being written. After the first failure nothing more is written. */
typedef struct file {
    const jb_doc_api *doc;
    const jb_chart_api *charts;
    jb_ctx *ctx;
    jb_sink sink;
    jb_status status;
} file;

static void put(file *f, const char *text)
{
    size_t n = strlen(text);
    if (f->status == JB_OK && n > 0)
        f->status = f->sink.write(f->sink.self, text, n);
}

static int is(const file *f, const jb_node *node, const char *kind)
{
    return strcmp(f->doc->kind(node), kind) == 0;
}

static void attr(file *f, const jb_node *node, const char *name)
{
    const char *text = f->doc->attr(node, name);
    put(f, text != NULL ? text : "");
}

static void heading(file *f, const jb_node *node)
{
    const char *level = f->doc->attr(node, "level");
    int n = level != NULL && level[0] >= '1' && level[0] <= '4' ? level[0] - '0' : 1;
    while (n-- >= 0)
        put(f, "#");
    put(f, " ");
    put(f, f->doc->plain(node));
    put(f, "\n\n");
}

static void row(file *f, const jb_node *node)
{
    const char *role = f->doc->attr(node, "role");
    uint64_t n = 0;
    for (const jb_node *cell = f->doc->first(node); cell != NULL; cell = f->doc->next(cell), n++) {
        put(f, "| ");
        put(f, f->doc->plain(cell));
        put(f, " ");
    }
    put(f, "|\n");
    if (role != NULL && strcmp(role, "head") == 0) {
        while (n-- > 0)
            put(f, "| --- ");
        put(f, "|\n");
    }
}

static void table(file *f, const jb_node *node)
{
    for (const jb_node *n = f->doc->first(node); n != NULL; n = f->doc->next(n)) {
        if (is(f, n, "row"))
            row(f, n);
    }
    put(f, "\n");
}

/* A chart draws itself on a canvas; without one, its sentence. */
static void chart(file *f, const jb_node *node)
{
    const char *sentence = NULL;
    jb_status status =
        f->charts != NULL ? f->charts->describe(f->ctx, node, &sentence) : JB_E_UNSUPPORTED;
    if (status == JB_OK && sentence != NULL) {
        put(f, sentence);
        put(f, "\n\n");
    } else if (status != JB_OK && status != JB_E_UNSUPPORTED) {
        f->status = status;
    }
}

static void block(file *f, const jb_node *node)
{
    if (is(f, node, "section")) {
        for (const jb_node *n = f->doc->first(node); n != NULL; n = f->doc->next(n))
            block(f, n);
    } else if (is(f, node, "heading")) {
        heading(f, node);
    } else if (is(f, node, "table")) {
        table(f, node);
    } else if (is(f, node, "chart")) {
        chart(f, node);
    } else {
        put(f, is(f, node, "item") ? "- " : "");
        put(f, f->doc->plain(node));
        put(f, "\n\n");
    }
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    const jb_out_api *out = host->query(JB_HOST_OUT);
    file f = {.doc = host->query(JB_HOST_DOC), .charts = host->query(JB_HOST_CHART), .ctx = ctx};
    const jb_node *root;
    (void)self;
    if (out == NULL || f.doc == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    f.status = out->open(ctx, NULL, &f.sink);
    if (f.status != JB_OK)
        return f.status;
    root = f.doc->root(doc);
    put(&f, "# ");
    attr(&f, root, "title");
    put(&f, "\n\n");
    for (const jb_node *n = f.doc->first(root); n != NULL; n = f.doc->next(n))
        block(&f, n);
    return f.status;
}

static const char *const kinds[] = {"section", "heading",   "para",        "item", "table",
                                    "chart",   "signature", "placeholder", "note"};
static const jb_renderer renderer = {.size = sizeof(jb_renderer),
                                     .kinds = kinds,
                                     .n_kinds = sizeof kinds / sizeof kinds[0],
                                     .render = render};
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "renderer",
    .name = "template_name",
    .title = "Markdown",
    .title_zh = "Markdown",
    .help = "The document as Markdown.",
    .help_zh = "把文稿写成 Markdown。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
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
    .abi_needs = 0, /* N once a member marked "since 1.N" must be there */
    .id = "local.template_name",
    .version = "0.1.0",
    .license = "MIT-0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .init = init,
};
