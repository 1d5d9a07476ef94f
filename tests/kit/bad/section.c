// SPDX-License-Identifier: Apache-2.0
/* A sound section: a figure's rows as a table and a paragraph. Each BAD_… switches one mistake on.
 */
#include <jianbao/plugin_util.h>

#include <stdio.h>
#include <unistd.h>

static const jb_host *host;

static jb_status words(jb_ctx *ctx, const jb_doc_api *doc, jb_node *n, const char *text)
{
    jb_run run;
    memset(&run, 0, sizeof run);
    run.size = (uint32_t)sizeof run;
    run.kind = JB_RUN_TEXT;
    run.text = text;
    run.style = "";
    return n == NULL ? JB_E_INTERNAL : doc->run(ctx, n, &run);
}

static jb_status table(jb_ctx *ctx, const jb_doc_api *doc, jb_node *parent, const jb_figure *f)
{
    jb_node *t = doc->add(ctx, parent, "table"), *row;
    jb_status status = t == NULL ? JB_E_INTERNAL : JB_OK;
    for (int64_t i = -1; status == JB_OK && i < f->array->length; i++) {
        const struct ArrowArray *keys = f->array->children[0];
        char text[64] = "县区";
        size_t n = 0;
        const char *key =
            i < 0 || f->n_keys == 0 || jb_is_null(keys, i) ? "" : jb_utf8_cell(keys, i, &n);
        if (i < 0 && doc->add(ctx, t, "column") == NULL)
            return JB_E_INTERNAL;
        if (i >= 0)
            snprintf(text, sizeof text, "%.*s", (int)(n < 60 ? n : 60), key);
        row = doc->add(ctx, t, "row");
        status = row == NULL ? JB_E_INTERNAL : doc->set(ctx, row, "role", i < 0 ? "head" : "body");
        if (status == JB_OK)
            status = words(ctx, doc, doc->add(ctx, row, "cell"), text);
#ifdef BAD_CELLS
        if (status == JB_OK)
            status = words(ctx, doc, doc->add(ctx, row, "cell"), "one too many");
#endif
    }
    return status;
}

static jb_status write_section(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_doc_api *doc = (const jb_doc_api *)host->query(JB_HOST_DOC);
    const jb_figures_api *figures = (const jb_figures_api *)host->query(JB_HOST_FIGURES);
    jb_figure f;
    char text[64];
    jb_status status = figures->get(ctx, "of", 0, &f);
    (void)self;
    if (status != JB_OK)
        return status;
    snprintf(text, sizeof text, "共 %d 行", (int)f.array->length);
#ifdef BAD_RANDOM
    snprintf(text, sizeof text, "进程 %d", (int)getpid());
#endif
#ifdef BAD_UTF8
    memcpy(text, "\xff\xfe", 3);
#endif
#ifdef BAD_CONTROL
    memcpy(text, "a\001b", 4);
#endif
#ifdef BAD_LEAK
    *(void *volatile *)&(void *){NULL} = malloc(100);
#endif
#ifdef BAD_PRINTS
    puts("writing");
#endif
#ifdef BAD_MISSING
    if (jb_is_null(f.array->children[f.n_keys], 0))
        abort();
#endif
    status = words(ctx, doc, doc->add(ctx, parent, "para"), text);
    return status == JB_OK ? table(ctx, doc, parent, &f) : status;
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_section section = {.size = sizeof(jb_section), .write = write_section};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
static const jb_param params[] = {{.size = sizeof(jb_param),
                                   .type = JB_T_FIGURE,
                                   .flags = JB_P_REQUIRED,
                                   .key = "of",
                                   .help = "What is shown.",
                                   .help_zh = "列出的指标。"}};
static const jb_component component = {.size = sizeof(jb_component),
                                       .kind = "section",
                                       .name = "kit_rows",
                                       .title = "rows",
                                       .title_zh = "各行",
                                       .help = "Rows.",
                                       .help_zh = "各行。",
                                       .params = params,
                                       .n_params = 1,
                                       .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces,
                                       .n_ifaces = 1};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.kit.section",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 1,
                                          .init = init};
