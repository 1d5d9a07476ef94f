// SPDX-License-Identifier: Apache-2.0
/* A plugin that misbehaves on demand: a source, a metric, a section and a chart, each with `how =`. */
#include <jianbao/plugin_util.h>

#include <stdlib.h>
#include <unistd.h>

static const jb_host *host;

typedef struct crash {
    char how[16];
} crash;

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    crash *c = calloc(1, sizeof *c);
    const char *how = NULL;
    (void)ctx;
    if (c == NULL)
        return JB_E_MEMORY;
    if (host->get_str(args, "how", &how) && strlen(how) < sizeof c->how)
        memcpy(c->how, how, strlen(how) + 1);
    *self = c;
    return JB_OK;
}

static void fall(void)
{
    volatile uintptr_t nowhere = 0; /* volatile: the compiler must not reason about the fault */
    *(volatile int *)nowhere = 1;
}

static jb_status misbehave(jb_ctx *ctx, const char *how)
{
    if (strcmp(how, "segfault") == 0)
        fall();
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "exit") == 0)
        _exit(0);
    if (strcmp(how, "hang") == 0)
        for (;;)
            pause();
    if (strcmp(how, "fail") == 0)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, "how", "told to fail");
    return JB_OK;
}

/* ---- section --------------------------------------------------------------------------------------- */

static jb_status section_write(jb_ctx *ctx, void *self, jb_node *parent)
{
    const crash *c = self;
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    jb_run run;
    jb_node *para;
    jb_status st;
    if (doc == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host has no document");
    para = doc->add(ctx, parent, "para");
    if (para == NULL)
        return JB_E_INTERNAL;
    memset(&run, 0, sizeof run);
    run.size = (uint32_t)sizeof run;
    run.kind = JB_RUN_TEXT;
    run.text = "half a paragraph of the crashing section";
    run.style = run.target = run.key = "";
    st = doc->run(ctx, para, &run);
    return st != JB_OK ? st : misbehave(ctx, c->how);
}

static const jb_section section_table = {.size = sizeof section_table, .write = section_write};
static const jb_iface section_ifaces[] = {{JB_SECTION, &section_table}};

/* ---- metric: counts rows until it falls --------------------------------------------------------------- */

static jb_status metric_bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in, struct ArrowSchema *out,
                             jb_metric_shape *shape)
{
    (void)ctx;
    (void)self;
    (void)in;
    if (jb_schema_make(out, "+s", "", 1) != 0 || jb_schema_make(out->children[0], "l", "value", 0) != 0)
        return JB_E_MEMORY;
    shape->state_size = sizeof(int64_t);
    return JB_OK;
}

static void metric_init(const void *self, void *state)
{
    (void)self;
    *(int64_t *)state = 0;
}

static jb_status metric_update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    const crash *c = self;
    for (uint64_t i = 0; i < b->n; i++)
        ++*(int64_t *)b->state[b->group != NULL ? b->group[i] : 0];
    return misbehave(ctx, c->how);
}

static jb_status metric_merge(jb_ctx *ctx, const void *self, void *into, const void *from)
{
    (void)ctx;
    (void)self;
    *(int64_t *)into += *(const int64_t *)from;
    return JB_OK;
}

static jb_status metric_finish(jb_ctx *ctx, const void *self, void *const *state, uint64_t n, struct ArrowArray *out,
                               uint64_t *rows_of)
{
    (void)ctx;
    (void)self;
    (void)rows_of;
    if (jb_array_make(out, (int64_t)n, 1, (const size_t[]){0}, 1) != 0 ||
        jb_column_make(out->children[0], (int64_t)n, 8) != 0)
        return JB_E_MEMORY;
    for (uint64_t i = 0; i < n; i++)
        jb_set_cell(out->children[0], (int64_t)i, state[i], 8);
    return JB_OK;
}

static const jb_metric metric_table = {.size = sizeof metric_table,
                                       .bind = metric_bind,
                                       .state_init = metric_init,
                                       .update = metric_update,
                                       .merge = metric_merge,
                                       .finish = metric_finish};
static const jb_iface metric_ifaces[] = {{JB_METRIC, &metric_table}};

/* ---- source: one column, no rows, and that only if it lives so long ---------------------------------------- */

static jb_status source_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    (void)ctx;
    (void)self;
    (void)scan;
    if (jb_schema_make(out, "+s", "", 1) != 0 || jb_schema_make(out->children[0], "l", "amount", 0) != 0)
        return JB_E_MEMORY;
    return JB_OK;
}

static jb_status source_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const crash *c = self;
    jb_status st = misbehave(ctx, c->how);
    (void)scan;
    (void)out;
    return st != JB_OK ? st : jb_fail_text(host, ctx, JB_E_DATA, NULL, "this source has no rows");
}

static const jb_source source_table = {.size = sizeof source_table, .schema = source_schema, .scan = source_scan};
static const jb_iface source_ifaces[] = {{JB_SOURCE, &source_table}};

/* ---- chart ----------------------------------------------------------------------------------------------------- */

static jb_status chart_draw(jb_ctx *ctx, void *self, const jb_node *node, double width, double height,
                            const jb_canvas *canvas)
{
    const crash *c = self;
    const double box[] = {0, 0, width, 0, width, height, 0, height};
    (void)node;
    canvas->path(canvas->self, "MLLLZ", box, 8);
    canvas->paint(canvas->self, 0, 0x000000ff, 1, NULL, 0);
    return misbehave(ctx, c->how);
}

static jb_status chart_describe(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    (void)ctx;
    (void)self;
    (void)node;
    *out = "a box";
    return JB_OK;
}

static const jb_chart chart_table = {.size = sizeof chart_table, .draw = chart_draw, .describe = chart_describe};
static const jb_iface chart_ifaces[] = {{JB_CHART, &chart_table}};

/* ---- the object --------------------------------------------------------------------------------------------------- */

#define HOW                                                                                                    \
    {                                                                                                          \
        .size = sizeof(jb_param), .type = JB_T_ENUM, .key = "how", .def = "no",                                \
        .range = "no|segfault|abort|exit|hang|fail", .help = "How to misbehave.", .help_zh = "怎样捣乱。"      \
    }
static const jb_param params[] = {HOW};

#define COMPONENT(KIND)                                                                                        \
    static const jb_component KIND##_type = {                                                                  \
        .size = sizeof(jb_component), .kind = #KIND, .name = "crash", .title = "Crash", .title_zh = "捣乱",    \
        .help = "Misbehaves.", .help_zh = "捣乱。", .params = params, .n_params = 1,                           \
        .param_stride = sizeof(jb_param), .ifaces = KIND##_ifaces, .n_ifaces = 1, .create = create,            \
        .destroy = free}
COMPONENT(section);
COMPONENT(metric);
COMPONENT(source);
COMPONENT(chart);
static const jb_component *const components[] = {&section_type, &metric_type, &source_type, &chart_type};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.crash",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 4,
                                          .init = init};
