// SPDX-License-Identifier: Apache-2.0
/* section chart: places a chart; what it looks like is the business of the chart component it
 * names. */
#include "jianbao/plugin_util.h"

static const jb_host *host;

typedef struct chart {
    const jb_args *args;
    const char *caption, *subtitle, *source;
    const char *const *metrics;
    uint64_t n_metrics;
} chart;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    chart *c = calloc(1, sizeof *c);
    if (c == NULL)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    c->args = args;
    host->get_str(args, "caption", &c->caption);
    host->get_str(args, "subtitle", &c->subtitle);
    host->get_str(args, "source", &c->source);
    host->get_list(args, "metric", &c->metrics, &c->n_metrics);
    *self = c;
    return JB_OK;
}

typedef struct line { /* a text that grows, within bounds */
    char text[2048];
    size_t n;
} line;

static void add(line *l, const char *text)
{
    size_t n = strlen(text);
    if (l->n + n + 1 > sizeof l->text)
        return; /* a source line of that length says nothing more */
    memcpy(l->text + l->n, text, n + 1);
    l->n += n;
}

static int has_part(const char *list, const char *part)
{
    size_t n = strlen(part);
    const char *at = list;
    while ((at = strstr(at, part)) != NULL) {
        int begins = at == list || (at >= list + 3 && memcmp(at - 3, "、", 3) == 0);
        if (begins && (at[n] == '\0' || strncmp(at + n, "、", 3) == 0))
            return 1;
        at += n;
    }
    return 0;
}

/* Sources of several figures, each once. */
static void add_sources(line *l, const char *sources)
{
    char part[256];
    while (*sources != '\0') {
        const char *end = strstr(sources, "、");
        size_t n = end != NULL ? (size_t)(end - sources) : strlen(sources);
        if (n < sizeof part) {
            memcpy(part, sources, n);
            part[n] = '\0';
            if (!has_part(l->text, part)) {
                if (l->n > 0)
                    add(l, "、");
                add(l, part);
            }
        }
        sources += n + (end != NULL ? 3 : 0);
    }
}

/* What charts of this plugin's family hold their figures against; their data travel with the chart. */
static const char *const second_keys[] = {"target", "versus"};
enum { N_SECOND = sizeof second_keys / sizeof *second_keys };

/* The items of a second key in order; JB_E_UNSUPPORTED past the last, and when the chart has no such key. */
static jb_status attach_second(jb_ctx *ctx, const jb_figures_api *figures, const jb_doc_api *doc,
                               jb_node *node, const char *key)
{
    uint64_t i;
    for (i = 0;; i++) {
        jb_figure f;
        jb_status status = figures->get(ctx, key, i, &f);
        if (status == JB_OK)
            status = doc->attach(ctx, node, key, i);
        if (status != JB_OK)
            return status == JB_E_UNSUPPORTED ? JB_OK : status;
    }
}

static void note_figure(const jb_figure *f, line *sources, int *dated)
{
    add_sources(sources, f->source != NULL ? f->source : "");
    *dated |= f->as_of != NULL && f->as_of[0] != '\0';
}

/* 数据来源：…；截至… from where the figures come from. */
static jb_status provenance(jb_ctx *ctx, const chart *c, const jb_figures_api *figures,
                            const jb_text_api *text, line *out)
{
    line sources = {.n = 0};
    const char *printed = NULL;
    jb_figure f;
    uint64_t i;
    size_t k;
    jb_status status = JB_OK;
    int dated = 0;
    for (i = 0; i < c->n_metrics && status == JB_OK; i++) {
        status = figures->get(ctx, "metric", i, &f);
        if (status != JB_OK)
            return status;
        note_figure(&f, &sources, &dated);
    }
    for (k = 0; k < N_SECOND; k++)
        for (i = 0; figures->get(ctx, second_keys[k], i, &f) == JB_OK; i++)
            note_figure(&f, &sources, &dated);
    if (sources.n > 0) {
        add(out, "数据来源：");
        add(out, sources.text);
    }
    if (!dated)
        return JB_OK;
    status = text->format(ctx, NULL, 0, "{as_of | date | or \"\"}", NULL, 0, &printed);
    if (status == JB_OK && printed[0] != '\0') {
        add(out, out->n > 0 ? "；截至" : "截至");
        add(out, printed);
    }
    return status;
}

/* The caption: the user's words, or the names of the metrics. */
static jb_status caption(jb_ctx *ctx, const chart *c, const jb_doc_api *doc,
                         const jb_text_api *text, jb_node *node)
{
    line names = {.n = 0};
    jb_run run = {
        .size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .text = names.text, .style = ""};
    uint64_t i;
    if (c->caption != NULL)
        return text->emit(ctx, node, "caption", 0, c->caption, NULL, 0);
    for (i = 0; i < c->n_metrics; i++) {
        if (i > 0)
            add(&names, "、");
        add(&names, c->metrics[i]);
    }
    return doc->run(ctx, node, &run);
}

static jb_status write_chart(jb_ctx *ctx, void *self, jb_node *parent)
{
    const chart *c = self;
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    const jb_text_api *text = host->query(JB_HOST_TEXT);
    const jb_figures_api *figures = host->query(JB_HOST_FIGURES);
    const char *printed = NULL, *component = NULL, *name = NULL;
    line source = {.n = 0};
    jb_node *node;
    jb_status status;
    uint64_t i;
    if (doc == NULL || text == NULL || figures == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    node = doc->add(ctx, parent, "chart");
    if (node == NULL)
        return JB_E_INTERNAL;
    status = doc->draw_with(ctx, node, "chart");
    for (i = 0; i < c->n_metrics && status == JB_OK; i++)
        status = doc->attach(ctx, node, "metric", i);
    for (i = 0; i < N_SECOND && status == JB_OK; i++)
        status = attach_second(ctx, figures, doc, node, second_keys[i]);
    if (status == JB_OK && host->get_str(c->args, "chart", &component))
        status = doc->set(ctx, node, "chart", component);
    name = doc->attr(parent, "name");
    if (status == JB_OK && name != NULL)
        status = doc->set(ctx, node, "name", name);
    if (status == JB_OK)
        status = caption(ctx, c, doc, text, node);
    if (status == JB_OK && c->subtitle != NULL) {
        status = text->format(ctx, "subtitle", 0, c->subtitle, NULL, 0, &printed);
        if (status == JB_OK)
            status = doc->set(ctx, node, "subtitle", printed);
    }
    if (status != JB_OK)
        return status;
    if (c->source == NULL) {
        status = provenance(ctx, c, figures, text, &source);
        return status == JB_OK && source.n > 0 ? doc->set(ctx, node, "source", source.text)
                                               : status;
    }
    status = text->format(ctx, "source", 0, c->source, NULL, 0, &printed);
    return status == JB_OK && printed[0] != '\0' ? doc->set(ctx, node, "source", printed) : status;
}

static const jb_section section = {.size = sizeof(jb_section), .write = write_chart};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_COMPONENT, JB_P_REQUIRED, 0, "chart", NULL, "chart",
     "The kind of chart, such as bar or line.", "图的种类，如 bar、line。"},
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED | JB_P_LIST, 0, "metric", NULL, NULL,
     "Figures it shows, at most four.", "所用指标，至多四个。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "caption", NULL, NULL,
     "What the chart says; the metrics' names when not set.", "图题；不写则用指标名。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "subtitle", NULL, NULL, "What, where, when.", "副题。"},
    {sizeof(jb_param), JB_T_TEMPLATE, 0, 0, "source", NULL, NULL,
     "Source line; made from the figures' sources when not set.",
     "资料来源行；不写则按指标的数据源生成。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "section",
    .name = "chart",
    .title = "Chart",
    .title_zh = "图",
    .help = "A chart of one to four figures, numbered, with its source.",
    .help_zh = "一至四个指标的图，带图号和资料来源。",
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
    .id = "jianbao.chart",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
