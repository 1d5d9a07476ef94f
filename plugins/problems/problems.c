// SPDX-License-Identifier: Apache-2.0
/* section problems: what lags behind, proposed from progress figures, as 一是 … 二是 …. */
#include "jianbao/plugin_util.h"

static const jb_host *host;

typedef struct problems {
    const jb_args *args;
    const char *text; /* NULL: made from the figure's name */
    const char *intro, *none;
    jb_i128 below;
    int32_t below_scale;
} problems;

static const char default_scalar[] = "{r.name}为{r | % 1}。";

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *below = "100";
    problems *p = calloc(1, sizeof *p);
    if (p == NULL)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    p->args = args;
    host->get_str(args, "text", &p->text);
    host->get_str(args, "intro", &p->intro);
    host->get_str(args, "none", &p->none);
    host->get_str(args, "below", &below);
    if (jb_dec_parse(below, strlen(below), &p->below, &p->below_scale) != 0 ||
        p->below_scale > 12) {
        free(p);
        return jb_fail_text(host, ctx, JB_E_CONFIG, "below",
                            "a decimal number with at most 12 digits after the point");
    }
    *self = p;
    return JB_OK;
}

/* The template of a row: the user's, or one that names the row by its first key. NULL: out of
 * memory. */
static char *row_text(const problems *p, const jb_figure *f)
{
    const char *key = f->n_keys > 0 ? f->schema->children[0]->name : NULL;
    const char *text = p->text != NULL ? p->text : default_scalar;
    size_t n = strlen(text) + 1;
    char *out;
    if (p->text == NULL && key != NULL) {
        static const char head[] = "{r.", tail[] = "}";
        n += sizeof head + strlen(key) + sizeof tail;
        out = malloc(n);
        if (out == NULL)
            return NULL;
        memcpy(out, head, sizeof head - 1);
        memcpy(out + sizeof head - 1, key, strlen(key));
        memcpy(out + sizeof head - 1 + strlen(key), tail, sizeof tail - 1);
        memcpy(out + sizeof head - 1 + strlen(key) + sizeof tail - 1, text, strlen(text) + 1);
        return out;
    }
    out = malloc(n);
    if (out != NULL)
        memcpy(out, text, n);
    return out;
}

/* The value column and its kind; 0 when it holds no numbers. */
static char value_kind(const jb_figure *f, int32_t *scale)
{
    int32_t precision;
    char kind = jb_format_kind(f->schema->children[f->n_keys]->format, &precision, scale);
    return kind == 'l' || kind == 'g' || kind == 'd' || kind == 'h' ? kind : '\0';
}

static int lags(const problems *p, const jb_figure *f, char kind, int32_t scale, int64_t row)
{
    const struct ArrowArray *a = f->array->children[f->n_keys];
    jb_i128 value, bound;
    int32_t wide = scale > p->below_scale ? scale : p->below_scale;
    if (jb_is_null(a, row))
        return 0; /* unknown is not behind */
    if (kind == 'g') {
        double bound_g = (double)p->below / (double)jb_pow10(p->below_scale);
        return ((const double *)a->buffers[1])[a->offset + row] < bound_g;
    }
    if (jb_dec_rescale(jb_int_cell(a, kind, row), scale, wide, &value) != 0)
        return 0; /* as large as that is not below */
    return jb_dec_rescale(p->below, p->below_scale, wide, &bound) == 0 && value < bound;
}

typedef struct call {
    jb_ctx *ctx;
    const problems *p;
    const jb_doc_api *doc;
    const jb_text_api *text;
    jb_node *parent;
    uint64_t printed;
} call;

static jb_status paragraph(call *c, const char *kind, const char *key, const char *text,
                           const jb_bind *bind)
{
    jb_node *node = c->doc->add(c->ctx, c->parent, kind);
    if (node == NULL)
        return JB_E_INTERNAL;
    return c->text->emit(c->ctx, node, key, 0, text, bind, bind != NULL ? 1 : 0);
}

static jb_status write_row(call *c, const jb_figure *f, const char *text, int64_t row)
{
    jb_bind bind = {.size = (uint32_t)sizeof bind, .name = "r", .figure = f, .row = (uint64_t)row};
    jb_status status = JB_OK;
    if (c->printed == 0 && c->p->intro != NULL)
        status = paragraph(c, "para", "intro", c->p->intro, NULL);
    c->printed++;
    return status == JB_OK ? paragraph(c, "item", "text", text, &bind) : status;
}

static jb_status write_figure(call *c, const jb_figure *f)
{
    int32_t scale = 0;
    char kind = value_kind(f, &scale);
    char *text = row_text(c->p, f);
    jb_status status = JB_OK;
    int64_t row;
    if (text == NULL)
        return jb_fail_text(host, c->ctx, JB_E_MEMORY, NULL, "out of memory");
    for (row = 0; row < f->array->length && status == JB_OK; row++)
        if (lags(c->p, f, kind, scale, row))
            status = write_row(c, f, text, row);
    free(text);
    return status;
}

static jb_status services(call *c, jb_ctx *ctx, const problems *p, const jb_figures_api **figures)
{
    c->ctx = ctx;
    c->p = p;
    c->doc = host->query(JB_HOST_DOC);
    c->text = host->query(JB_HOST_TEXT);
    *figures = host->query(JB_HOST_FIGURES);
    if (c->doc == NULL || c->text == NULL || *figures == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    return JB_OK;
}

static jb_status write_problems(jb_ctx *ctx, void *self, jb_node *parent)
{
    const problems *p = self;
    const jb_figures_api *figures;
    call c = {.parent = parent};
    jb_figure f;
    uint64_t i, n = 0;
    const char *const *items;
    jb_status status = services(&c, ctx, p, &figures);
    host->get_list(p->args, "of", &items, &n);
    for (i = 0; i < n && status == JB_OK; i++) {
        status = figures->get(ctx, "of", i, &f);
        if (status == JB_OK && (f.flags & JB_FIG_LOST) == 0)
            status = write_figure(&c, &f);
    }
    if (status != JB_OK || c.printed > 0)
        return status;
    if (p->none != NULL)
        return paragraph(&c, "para", "none", p->none, NULL);
    return c.doc->set(ctx, parent, "hide", "yes");
}

static jb_status check(jb_ctx *ctx, void *self)
{
    const problems *p = self;
    const jb_figures_api *figures;
    call c;
    jb_figure f;
    uint64_t i, n = 0;
    int32_t scale;
    const char *const *items;
    jb_status status = services(&c, ctx, p, &figures);
    host->get_list(p->args, "of", &items, &n);
    for (i = 0; i < n && status == JB_OK; i++) {
        jb_bind bind = {.size = (uint32_t)sizeof bind, .name = "r", .figure = &f};
        char *text;
        status = figures->get(ctx, "of", i, &f);
        if (status != JB_OK)
            break;
        if (value_kind(&f, &scale) == '\0')
            return jb_fail_text(host, ctx, JB_E_CONFIG, "of", "a figure with numbers is needed");
        text = row_text(p, &f);
        if (text == NULL)
            return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
        status = c.text->check(ctx, "text", 0, text, &bind, 1);
        free(text);
    }
    if (status == JB_OK && p->intro != NULL)
        status = c.text->check(ctx, "intro", 0, p->intro, NULL, 0);
    if (status == JB_OK && p->none != NULL)
        status = c.text->check(ctx, "none", 0, p->none, NULL, 0);
    return status;
}

static const jb_section section = {
    .size = sizeof(jb_section), .check = check, .write = write_problems};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED | JB_P_LIST, 0, "of", NULL, NULL,
     "Progress figures; every row of them is looked at.", "进度类指标，逐行检查。"},
    {sizeof(jb_param), JB_T_NUM, 0, 0, "below", "100", NULL, "A row below this is a problem.",
     "低于此数即为问题。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "text", NULL, NULL,
     "What is printed of a row r: {r.district}, {r | % 1}, {r.name}.",
     "每一行 r 怎么写，如 {r.district}完成{r | % 1}；{r.name} 是指标名。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "intro", NULL, NULL, "A paragraph before them.",
     "前面的一段话。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "none", NULL, NULL,
     "Printed when there is no problem; without it the section is left out.",
     "没有问题时印什么；不写则整节不印。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "section",
    .name = "problems",
    .title = "Problems",
    .title_zh = "存在问题",
    .help = "Rows of progress figures that lag behind, one item each.",
    .help_zh = "进度落后的各行，逐条列出。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
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
    .id = "jianbao.problems",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
