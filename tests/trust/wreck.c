// SPDX-License-Identifier: Apache-2.0
/* Test plugin: a source, metrics, a section, chart and renderer that go wrong in the way `how` names. */
#define _DEFAULT_SOURCE
#include <jianbao/plugin_util.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static const jb_host *host;

typedef struct wreck {
    char how[24], when[12];
} wreck;

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static int is(const wreck *w, const char *how)
{
    return strcmp(w->how, how) == 0;
}

static int deeper(volatile char *above, int n)
{
    volatile char room[4096];
    room[0] = *above;
    return n == 0 ? room[0] : deeper(room, n + 1) + room[0];
}

static void eat(void)
{
    for (;;) {
        volatile char *p = malloc(4 << 20);
        for (size_t i = 0; p != NULL && i < 4 << 20; i += 4096)
            p[i] = 1;
        usleep(1000);
    }
}

static void corrupt_heap(void)
{
    size_t *volatile p = malloc(64), *volatile q = malloc(64);
    for (int i = -2; i < 16; i++)
        p[i] = (size_t)0x4141414141414141u;
    free(p);
    free(q);
    free(p);
}

static jb_status go_wrong(jb_ctx *ctx, const wreck *w)
{
    volatile uintptr_t nowhere = 8;
    volatile char start = 1;
    jb_fault stub;
    if (is(w, "segfault"))
        *(volatile int *)nowhere = 1;
    if (is(w, "call_null"))
        ((void (*)(void))(nowhere - 8))();
    if (is(w, "abort"))
        abort();
    if (is(w, "exit"))
        exit(0);
    if (is(w, "quick_exit"))
        _exit(7);
    if (is(w, "loop"))
        for (volatile unsigned i = 0;; i++) {
        }
    if (is(w, "sleep"))
        for (;;)
            pause();
    if (is(w, "eat"))
        eat();
    if (is(w, "overflow"))
        (void)deeper(&start, 1);
    if (is(w, "divide")) /* by zero, on machines where that traps */
        raise(SIGFPE);
    if (is(w, "trap"))
        __builtin_trap();
    if (is(w, "heap"))
        corrupt_heap();
    if (is(w, "kill"))
        (void)syscall(SYS_tgkill, getpid(), getpid(), SIGKILL);
    if (is(w, "terminate"))
        raise(SIGALRM);
    if (is(w, "close_all"))
        for (int fd = 0; fd < 64; fd++)
            close(fd);
    if (is(w, "chatter"))
        for (int i = 0; i < 3 && write(4, "nonsense", 8) == 8; i++) {
        }
    if (is(w, "silent"))
        return JB_E_INTERNAL;
    if (is(w, "odd_status"))
        return 12345;
    if (is(w, "refuse"))
        return jb_fail_text(host, ctx, JB_E_CONFIG, "how", "told to refuse");
    if (is(w, "fail"))
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "told to fail");
    if (is(w, "no_memory"))
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "told to run out");
    if (is(w, "liar")) {
        (void)jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "told to lie");
        return JB_OK;
    }
    if (is(w, "stub")) {
        memset(&stub, 0, sizeof stub);
        stub.size = 4;
        return host->fail(ctx, &stub);
    }
    return JB_OK;
}

static int now(const wreck *w, const char *call)
{
    return strcmp(w->when, call) == 0;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    wreck *w = calloc(1, sizeof *w);
    const char *how = "", *at = "";
    if (w == NULL)
        return JB_E_MEMORY;
    if (host->get_str(args, "how", &how))
        snprintf(w->how, sizeof w->how, "%s", how);
    if (host->get_str(args, "call", &at))
        snprintf(w->when, sizeof w->when, "%s", at);
    if (now(w, "create")) {
        jb_status st = go_wrong(ctx, w);
        if (st != JB_OK) {
            free(w);
            return st;
        }
    }
    *self = w;
    return JB_OK;
}

static void destroy(void *self)
{
    free(self);
}

/* ---- section ---- */

static jb_status section_write(jb_ctx *ctx, void *self, jb_node *parent)
{
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    jb_node *para = doc->add(ctx, parent, "para");
    jb_run run;
    memset(&run, 0, sizeof run);
    run.size = (uint32_t)sizeof run;
    run.kind = JB_RUN_TEXT;
    run.text = is(self, "bad_text") ? "\xff\xfe bytes" : "half a paragraph";
    run.style = run.target = run.key = "";
    if (is(self, "bad_block"))
        return doc->add(ctx, NULL, NULL) != NULL ? JB_OK : JB_E_INTERNAL;
    jb_status st = para == NULL ? JB_E_INTERNAL : doc->run(ctx, para, &run);
    return st != JB_OK || !now(self, "work") ? st : go_wrong(ctx, self);
}

static const jb_section section_table = {.size = sizeof section_table, .write = section_write};
static const jb_iface section_ifaces[] = {{JB_SECTION, &section_table}};

/* ---- metric: counts rows ---- */

static jb_status metric_bind(jb_ctx *ctx, void *self, const struct ArrowSchema *in, struct ArrowSchema *out,
                             jb_metric_shape *shape)
{
    jb_status st = now(self, "bind") ? go_wrong(ctx, self) : JB_OK;
    (void)in;
    if (st != JB_OK || is(self, "no_schema"))
        return st;
    if (jb_schema_make(out, "+s", "", 1) != 0 ||
        jb_schema_make(out->children[0], is(self, "odd_format") ? "nonsense" : "l", "value", 0) != 0)
        return JB_E_MEMORY;
    shape->state_size = is(self, "huge_state") ? (uint64_t)1 << 50 : sizeof(int64_t);
    return JB_OK;
}

static void metric_init(const void *self, void *state)
{
    (void)self;
    *(int64_t *)state = 0;
}

static jb_status metric_update(jb_ctx *ctx, const void *self, const jb_batch *b)
{
    for (uint64_t i = 0; i < b->n; i++)
        ++*(int64_t *)b->state[b->group != NULL ? b->group[i] : 0];
    return now(self, "work") ? go_wrong(ctx, self) : JB_OK;
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
    int64_t rows = (int64_t)n + (is(self, "too_many_rows") ? 5 : 0);
    (void)ctx;
    (void)rows_of;
    if (is(self, "no_array"))
        return JB_OK;
    if (jb_array_make(out, rows, 1, (const size_t[]){0}, is(self, "no_children") ? 0 : 1) != 0)
        return JB_E_MEMORY;
    if (is(self, "no_children"))
        return JB_OK;
    if (jb_column_make(out->children[0], is(self, "short_column") ? 0 : rows, 8) != 0)
        return JB_E_MEMORY;
    for (uint64_t i = 0; i < n && !is(self, "short_column"); i++)
        jb_set_cell(out->children[0], (int64_t)i, state[i], 8);
    if (is(self, "no_buffers"))
        out->children[0]->n_buffers = 0;
    if (is(self, "no_values"))
        out->children[0]->buffers[1] = NULL;
    if (is(self, "minus_length"))
        out->length = out->children[0]->length = -1;
    return JB_OK;
}

static const jb_metric metric_table = {.size = sizeof metric_table,
                                       .bind = metric_bind,
                                       .state_init = metric_init,
                                       .update = metric_update,
                                       .merge = metric_merge,
                                       .finish = metric_finish};
static const jb_iface metric_ifaces[] = {{JB_METRIC, &metric_table}};

/* ---- derived metric: the figure as it is ---- */

static jb_status derive_plan(jb_ctx *ctx, void *self, jb_plan *plan)
{
    (void)plan;
    return now(self, "plan") ? go_wrong(ctx, self) : JB_OK;
}

static jb_status derive_eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n, jb_derived *out)
{
    int64_t rows = in[0].flags & JB_FIG_SHAPE ? 0 : 1, one = 1;
    jb_status st = now(self, rows ? "work" : "bind") ? go_wrong(ctx, self) : JB_OK;
    (void)n;
    if (st != JB_OK || is(self, rows ? "no_array" : "no_schema"))
        return st;
    if (jb_schema_make(&out->schema, "+s", "", 1) != 0 ||
        jb_schema_make(out->schema.children[0], is(self, "odd_format") ? "nonsense" : "l", "value", 0) != 0 ||
        jb_array_make(&out->array, rows, 1, (const size_t[]){0}, 1) != 0 || jb_column_make(out->array.children[0], rows, 8) != 0)
        return JB_E_MEMORY;
    if (rows)
        jb_set_cell(out->array.children[0], 0, &one, 8);
    return JB_OK;
}

static const jb_derive derive_table = {.size = sizeof derive_table, .plan = derive_plan, .eval = derive_eval};
static const jb_iface derive_ifaces[] = {{JB_DERIVE, &derive_table}};

/* ---- source: one column, three rows ---- */

static jb_status source_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    (void)ctx;
    (void)scan;
    if (is(self, "no_schema"))
        return JB_OK;
    if (jb_schema_make(out, is(self, "odd_root") ? "l" : "+s", "", 1) != 0 ||
        jb_schema_make(out->children[0], is(self, "odd_format") ? "nonsense" : "l", "amount", 0) != 0)
        return JB_E_MEMORY;
    return JB_OK;
}

typedef struct stream {
    const wreck *w;
    jb_ctx *ctx;
    int given;
    uint32_t n;
} stream;

static int get_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    stream *st = s->private_data;
    if (jb_schema_make(out, "+s", "", st->n) != 0 || (st->n > 0 && jb_schema_make(out->children[0], "l", "amount", 0) != 0))
        return JB_E_MEMORY;
    return 0;
}

static int get_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    stream *st = s->private_data;
    memset(out, 0, sizeof *out);
    jb_status bad = go_wrong(st->ctx, st->w);
    if (bad != JB_OK)
        return bad;
    if (st->given++ && !is(st->w, "endless"))
        return 0;
    if (jb_array_make(out, 3, 1, (const size_t[]){0}, st->n) != 0)
        return JB_E_MEMORY;
    for (uint32_t k = 0; k < st->n; k++) {
        int64_t one = 1;
        if (jb_column_make(out->children[k], 3, 8) != 0)
            return JB_E_MEMORY;
        for (int i = 0; i < 3; i++)
            jb_set_cell(out->children[k], i, &one, 8);
        if (is(st->w, "short_column"))
            out->children[k]->length = 1;
        if (is(st->w, "no_values"))
            out->children[k]->buffers[1] = NULL;
        if (is(st->w, "minus_length"))
            out->children[k]->length = -7;
    }
    if (is(st->w, "too_many_children"))
        out->n_children = (int64_t)st->n + 1000;
    return 0;
}

static const char *last_error(struct ArrowArrayStream *s)
{
    (void)s;
    return NULL;
}

static void release(struct ArrowArrayStream *s)
{
    free(s->private_data);
    s->release = NULL;
}

static jb_status source_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    stream *st = calloc(1, sizeof *st);
    if (is(self, "no_stream")) {
        free(st);
        return JB_OK;
    }
    if (st == NULL)
        return JB_E_MEMORY;
    *st = (stream){.w = self, .ctx = ctx, .n = scan->n_columns};
    *out = (struct ArrowArrayStream){get_schema, get_next, last_error, release, st};
    return JB_OK;
}

static const jb_source source_table = {.size = sizeof source_table, .schema = source_schema, .scan = source_scan};
static const jb_iface source_ifaces[] = {{JB_SOURCE, &source_table}};

/* ---- chart, renderer ---- */

static jb_status chart_draw(jb_ctx *ctx, void *self, const jb_node *node, double width, double height, const jb_canvas *canvas)
{
    const double box[] = {0, 0, is(self, "not_a_number") ? (double)NAN : width, 0, width, height, 0, is(self, "far_off") ? 1e300 : height};
    (void)node;
    if (is(self, "bad_letters"))
        canvas->text(canvas->self, 1, 1, JB_ANCHOR_START, "label", 0x000000ff, "\xff\xfe");
    if (is(self, "short_path"))
        canvas->path(canvas->self, "MLLLLLLLZ", box, 3);
    if (is(self, "open_group"))
        canvas->group(canvas->self, NULL);
    if (is(self, "end_group"))
        canvas->end_group(canvas->self);
    canvas->path(canvas->self, "MLLLZ", box, 8);
    canvas->paint(canvas->self, 0, 0x000000ff, 1, NULL, 0);
    return now(self, "work") ? go_wrong(ctx, self) : JB_OK;
}

static jb_status chart_describe(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    (void)node;
    *out = is(self, "no_sentence") ? NULL : is(self, "bad_sentence") ? "\xff\xfe" : "a box";
    return now(self, "describe") ? go_wrong(ctx, self) : JB_OK;
}

static jb_status chart_check(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    (void)data;
    (void)n;
    return now(self, "check") ? go_wrong(ctx, self) : JB_OK;
}

static jb_status chart_height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    (void)node;
    *out = is(self, "no_height") ? (double)NAN : is(self, "minus_height") ? -width : width / 2;
    return now(self, "height") ? go_wrong(ctx, self) : JB_OK;
}

static const jb_chart chart_table = {.size = sizeof chart_table,
                                     .check = chart_check,
                                     .height = chart_height,
                                     .draw = chart_draw,
                                     .describe = chart_describe};
static const jb_iface chart_ifaces[] = {{JB_CHART, &chart_table}};

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    const jb_out_api *api = host->query(JB_HOST_OUT);
    jb_sink sink;
    (void)doc;
    jb_status st = api->open(ctx, NULL, &sink);
    if (st == JB_OK)
        st = sink.write(sink.self, "half a file", 11);
    return st != JB_OK || !now(self, "work") ? st : go_wrong(ctx, self);
}

static const jb_renderer renderer_table = {.size = sizeof renderer_table, .render = render};
static const jb_iface renderer_ifaces[] = {{JB_RENDERER, &renderer_table}};

/* ---- the object ---- */

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_STR, 0, 0, "how", "not", NULL, "how it goes wrong", "怎样出错"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "call", "work", "work|create|bind|plan|check|height|describe", "in which call", "在哪次调用里"},
};

#define COMPONENT(KIND)                                                                                                 \
    static const jb_component KIND##_type = {                                                                           \
        .size = sizeof(jb_component), .kind = #KIND, .name = "wreck", .title = "Wreck", .params = params, .n_params = 2, \
        .param_stride = sizeof(jb_param), .ifaces = KIND##_ifaces, .n_ifaces = 1, .create = create, .destroy = destroy}
COMPONENT(section);
COMPONENT(metric);
COMPONENT(source);
COMPONENT(chart);
COMPONENT(renderer);
static const jb_param derive_params[] = {
    {sizeof(jb_param), JB_T_STR, 0, 0, "how", "not", NULL, "how it goes wrong", "怎样出错"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "call", "work", "work|create|bind|plan", "in which call", "在哪次调用里"},
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "the figure", "哪个指标"},
};
static const jb_component derive_type = {
    .size = sizeof(jb_component), .kind = "metric", .name = "wreck_of", .title = "Wreck", .params = derive_params, .n_params = 3,
    .param_stride = sizeof(jb_param), .ifaces = derive_ifaces, .n_ifaces = 1, .create = create, .destroy = destroy};
static const jb_component *const components[] = {&section_type, &metric_type, &source_type, &chart_type, &renderer_type,
                                                 &derive_type};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.wreck",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 6,
                                          .init = init};
