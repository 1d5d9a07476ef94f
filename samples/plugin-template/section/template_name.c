// SPDX-License-Identifier: MIT-0
/* section template_name: a paragraph, then an item for each row of a figure. Words and numbers go
 * through the host's text language, so {…}, filters and unit checks work in it as everywhere. To
 * make it yours: `write_section`, and the parameters. Kinds of blocks: docs/document.md. */
#include <jianbao/plugin_util.h>

static const jb_host *host;

/* One instance: its settings. Texts live as long as it does. */
typedef struct template_name {
    const char *intro, *item;
} template_name;

/* What every call needs of the host. */
typedef struct services {
    const jb_doc_api *doc;
    const jb_text_api *text;
    jb_figure figure;
} services;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    template_name *me = calloc(1, sizeof *me);
    if (me == NULL)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    host->get_str(args, "intro", &me->intro);
    host->get_str(args, "item", &me->item); /* required: the host has seen to it */
    *self = me;
    return JB_OK;
}

static jb_status find_services(jb_ctx *ctx, services *s)
{
    const jb_figures_api *figures = host->query(JB_HOST_FIGURES);
    s->doc = host->query(JB_HOST_DOC);
    s->text = host->query(JB_HOST_TEXT);
    if (figures == NULL || s->doc == NULL || s->text == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    return figures->get(ctx, "of", 0, &s->figure);
}

/* `jianbao check` asks before any data is read: the figure has a shape, but no rows. */
static jb_status check(jb_ctx *ctx, void *self)
{
    const template_name *me = self;
    services s;
    jb_status status = find_services(ctx, &s);
    jb_bind bind = {.size = sizeof bind, .name = "r", .figure = &s.figure};
    if (status == JB_OK && me->intro != NULL)
        status = s.text->check(ctx, "intro", 0, me->intro, NULL, 0);
    if (status == JB_OK)
        status = s.text->check(ctx, "item", 0, me->item, &bind, 1);
    return status;
}

static jb_status add(jb_ctx *ctx, const services *s, jb_node *parent, const char *kind,
                     const char *key, const char *text, const jb_bind *bind)
{
    jb_node *node = s->doc->add(ctx, parent, kind);
    if (node == NULL)
        return JB_E_INTERNAL; /* the host has said why */
    return s->text->emit(ctx, node, key, 0, text, bind, bind != NULL ? 1 : 0);
}

/* The heading is there already; write below `parent`. */
static jb_status write_section(jb_ctx *ctx, void *self, jb_node *parent)
{
    const template_name *me = self;
    services s;
    jb_status status = find_services(ctx, &s);
    if (status == JB_OK && me->intro != NULL)
        status = add(ctx, &s, parent, "para", "intro", me->intro, NULL);
    for (int64_t row = 0; status == JB_OK && row < s.figure.array->length; row++) {
        jb_bind bind = {
            .size = sizeof bind, .name = "r", .figure = &s.figure, .row = (uint64_t)row};
        status = add(ctx, &s, parent, "item", "item", me->item, &bind);
    }
    return status;
}

static const jb_section section = {
    .size = sizeof(jb_section), .check = check, .write = write_section};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};

static const jb_param params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_FIGURE,
     .flags = JB_P_REQUIRED,
     .key = "of",
     .help = "The figure whose rows are listed.",
     .help_zh = "逐行列出的指标。"},
    {.size = sizeof(jb_param),
     .type = JB_T_TEMPLATE,
     .key = "intro",
     .help = "A paragraph before the list.",
     .help_zh = "前面的一段话。"},
    {.size = sizeof(jb_param),
     .type = JB_T_TEMPLATE,
     .flags = JB_P_REQUIRED,
     .key = "item",
     .help = "What is printed of a row r: {r.district}, {r}.",
     .help_zh = "每一行 r 怎么写，如 {r.district}：{r}。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "section",
    .name = "template_name",
    .title = "List",
    .title_zh = "清单",
    .help = "A paragraph and an item for each row of a figure.",
    .help_zh = "一段话，然后逐行列出一个指标。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
    .create = create,
    .destroy = free,
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
