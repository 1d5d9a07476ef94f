// SPDX-License-Identifier: Apache-2.0
/* The host as plugins see it inside the kit. Sections get the page worker's own services. */
#include "kit/kit_impl.h"

#include "doc/doc.h"
#include "doc/doc_impl.h"
#include "page/page.h"
#include "plugin/host_api.h"

#include <stdio.h>
#include <string.h>

static jb_status refuse(jb_ctx *ctx, const char *what)
{
    ctx->failed = 1;
    jb_diag(ctx->diags, "E0765", NULL, ctx->instance->type->plugin->id, what, ctx->phase);
    return JB_E_INTERNAL;
}

/* ---- jb.host.rows/1: rows are not refused in silence ---- */

static int32_t rows_refuse(jb_ctx *ctx, const jb_fault *f)
{
    (void)jb_host_table()->fail(ctx, f);
    return JB_ROW_STOP;
}

static const jb_rows_api rows_api = {.size = sizeof(jb_rows_api), .refuse = rows_refuse};

/* ---- jb.host.plan/1 ---- */

static jb_status plan_ask(jb_ctx *ctx, jb_plan *plan, const char *key, uint32_t shift)
{
    const jb_setting *s = jb_args_get(plan->args, key);
    if (!s || s->param->type != JB_T_FIGURE ||
        plan->n == sizeof plan->asks / sizeof plan->asks[0]) {
        return refuse(ctx, "plan.ask");
    }
    snprintf(plan->asks[plan->n].key, sizeof plan->asks[0].key, "%s", key);
    plan->asks[plan->n++].shift = shift;
    return JB_OK;
}

static const jb_plan_api plan_api = {.size = sizeof(jb_plan_api), .ask = plan_ask};

/* ---- jb.host.figures/1 for renderers ---- */

static kit *kit_of(const jb_ctx *ctx)
{
    const kit_files *files = ctx->task;
    return files ? files->k : NULL;
}

static jb_status figures_get(jb_ctx *ctx, const char *key, uint64_t item, jb_figure *out)
{
    (void)key;
    (void)item;
    (void)out;
    return refuse(ctx, "figures.get");
}

static jb_status figures_keys(jb_ctx *ctx, const char *key, const char *const **out, uint64_t *n)
{
    static const char *const none[] = {NULL};
    (void)ctx;
    (void)key;
    *out = none;
    *n = 0;
    return JB_E_CONFIG;
}

static jb_status figures_at(jb_ctx *ctx, uint64_t i, jb_figure *out)
{
    kit *k = kit_of(ctx);
    if (!k) {
        return refuse(ctx, "figures.at");
    }
    if (i >= KIT_FIGURES) {
        return JB_E_UNSUPPORTED;
    }
    jb_fig *f = kit_fig(k->arena, kit_figure_name((int)i, 0), i != 1, i == 1 ? 1 : 5, i > 1 ? 2 : 0,
                        "个", KIT_MIXED);
    jb_fig_view(f, k->arena, out);
    return JB_OK;
}

static jb_status figures_find(jb_ctx *ctx, const char *name, jb_figure *out)
{
    for (uint64_t i = 0; i < KIT_FIGURES; i++) {
        if (strcmp(kit_figure_name((int)i, 0), name) == 0) {
            return figures_at(ctx, i, out);
        }
    }
    return JB_E_CONFIG;
}

static const jb_figures_api figures_api = {.size = sizeof(jb_figures_api),
                                           .get = figures_get,
                                           .keys = figures_keys,
                                           .find = figures_find,
                                           .at = figures_at};

/* ---- jb.host.doc/1 for charts and renderers: they read ---- */

static jb_node *doc_add(jb_ctx *ctx, jb_node *parent, const char *kind)
{
    (void)parent;
    (void)kind;
    (void)refuse(ctx, "doc.add");
    return NULL;
}

static jb_status doc_set(jb_ctx *ctx, jb_node *node, const char *attr, const char *text)
{
    (void)node;
    (void)attr;
    (void)text;
    return refuse(ctx, "doc.set");
}

static jb_status doc_run(jb_ctx *ctx, jb_node *node, const jb_run *run)
{
    (void)node;
    (void)run;
    return refuse(ctx, "doc.run");
}

static jb_status doc_attach(jb_ctx *ctx, jb_node *node, const char *key, uint64_t item)
{
    (void)node;
    (void)key;
    (void)item;
    return refuse(ctx, "doc.attach");
}

static jb_status doc_draw_with(jb_ctx *ctx, jb_node *node, const char *key)
{
    (void)node;
    (void)key;
    return refuse(ctx, "doc.draw_with");
}

static const jb_node *doc_root(const jb_doc *doc)
{
    return jb_doc_root((jb_doc *)(uintptr_t)doc);
}

static const jb_node *doc_first(const jb_node *n)
{
    return jb_node_first(n);
}

static const jb_node *doc_next(const jb_node *n)
{
    return jb_node_next(n);
}

static uint64_t doc_n_runs(const jb_node *n)
{
    return jb_node_n_runs(n);
}

static const jb_run *doc_get_run(const jb_node *n, uint64_t i)
{
    return jb_node_get_run(n, (size_t)i);
}

static uint64_t doc_n_data(const jb_node *n)
{
    return jb_node_n_data(n);
}

static jb_status doc_data(const jb_node *n, uint64_t i, jb_figure *out)
{
    const jb_fig *f = jb_node_get_data(n, (size_t)i);
    if (!f) {
        return JB_E_UNSUPPORTED;
    }
    jb_fig_view(f, jb_doc_arena(n->doc), out);
    return JB_OK;
}

static const jb_doc_api doc_api = {.size = sizeof(jb_doc_api),
                                   .add = doc_add,
                                   .set = doc_set,
                                   .run = doc_run,
                                   .attach = doc_attach,
                                   .draw_with = doc_draw_with,
                                   .root = doc_root,
                                   .first = doc_first,
                                   .next = doc_next,
                                   .kind = jb_node_kind,
                                   .attr = jb_node_attr,
                                   .n_runs = doc_n_runs,
                                   .get_run = doc_get_run,
                                   .plain = jb_node_plain,
                                   .n_data = doc_n_data,
                                   .data = doc_data};

/* ---- jb.host.chart/1: a drawing of three bars ---- */

static jb_status chart_height(jb_ctx *ctx, const jb_node *n, double width, double *out)
{
    (void)ctx;
    (void)n;
    *out = width / 2;
    return JB_OK;
}

static jb_status chart_draw(jb_ctx *ctx, const jb_node *n, double width, double height,
                            const jb_canvas *c)
{
    (void)ctx;
    (void)n;
    c->group(c->self, "三个区的数");
    for (int i = 0; i < 3; i++) {
        double x = width * (0.1 + 0.3 * i), y = height * (0.2 + 0.2 * i);
        const double box[] = {x,           y, x + width * 0.2, y, x + width * 0.2,
                              height - 12, x, height - 12};
        c->path(c->self, "MLLLZ", box, 8);
        c->paint(c->self, 0x3366aaffu, 0, 0, NULL, 0);
        c->text(c->self, x + width * 0.1, height - 2, JB_ANCHOR_MIDDLE, "label", 0x000000ffu,
                i ? "乙区" : "甲区");
    }
    c->end_group(c->self);
    return JB_OK;
}

static jb_status chart_describe(jb_ctx *ctx, const jb_node *n, const char **out)
{
    (void)ctx;
    (void)n;
    *out = "三个区的数。";
    return JB_OK;
}

static const jb_chart_api chart_api = {.size = sizeof(jb_chart_api),
                                       .height = chart_height,
                                       .draw = chart_draw,
                                       .describe = chart_describe};

/* ---- jb.host.text/1 for renderers: what a number looks like makes no difference to them ---- */

static jb_status text_check(jb_ctx *ctx, const char *key, uint64_t item, const char *text,
                            const jb_bind *binds, uint64_t n)
{
    (void)ctx;
    (void)key;
    (void)item;
    (void)text;
    (void)binds;
    (void)n;
    return JB_OK;
}

static jb_status text_emit(jb_ctx *ctx, jb_node *node, const char *key, uint64_t item,
                           const char *text, const jb_bind *binds, uint64_t n)
{
    (void)node;
    (void)key;
    (void)item;
    (void)text;
    (void)binds;
    (void)n;
    return refuse(ctx, "text.emit");
}

static jb_status text_blocks(jb_ctx *ctx, jb_node *node, const char *key, const char *text)
{
    (void)node;
    (void)key;
    (void)text;
    return refuse(ctx, "text.emit_blocks");
}

static jb_status text_format(jb_ctx *ctx, const char *key, uint64_t item, const char *text,
                             const jb_bind *binds, uint64_t n, const char **out)
{
    *out = "1234.50";
    return text_check(ctx, key, item, text, binds, n);
}

static const jb_text_api text_api = {.size = sizeof(jb_text_api),
                                     .check = text_check,
                                     .emit = text_emit,
                                     .emit_blocks = text_blocks,
                                     .format = text_format};

/* ---- jb.host.out/1: into memory ---- */

typedef struct writer {
    kit_files *files;
    kit_sink *sink;
} writer;

static jb_status sink_write(void *self, const void *bytes, uint64_t n)
{
    writer *w = self;
    if (w->files->room >= 0 && (uint64_t)w->files->room < n) {
        return JB_E_RENDER;
    }
    w->files->room -= w->files->room >= 0 ? (int64_t)n : 0;
    jb_buf_add(&w->sink->bytes, bytes, (size_t)n);
    return JB_OK;
}

static jb_status out_open(jb_ctx *ctx, const char *suffix, jb_sink *out)
{
    kit_files *files = ctx->task;
    suffix = suffix ? suffix : "";
    for (size_t i = 0; files && i < files->n; i++) {
        if (strcmp(files->sink[i].suffix, suffix) == 0) {
            return refuse(ctx, "out.open");
        }
    }
    if (!files || files->n == KIT_SINKS || strchr(suffix, '/') ||
        strlen(suffix) >= sizeof files->sink[0].suffix) {
        return refuse(ctx, "out.open");
    }
    writer *w = jb_arena_alloc(files->k->arena, sizeof *w);
    *w = (writer){files, &files->sink[files->n++]};
    snprintf(w->sink->suffix, sizeof w->sink->suffix, "%s", suffix);
    jb_buf_init(&w->sink->bytes, JB_BUF_MAX_BLOCK);
    *out = (jb_sink){.size = sizeof *out, .self = w, .write = sink_write};
    return JB_OK;
}

static const jb_out_api out_api = {.size = sizeof(jb_out_api), .open = out_open};

void kit_files_free(kit_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        jb_buf_free(&files->sink[i].bytes);
    }
    files->n = 0;
}

void kit_offer(const char *kind)
{
    jb_page_offer(NULL);
    (void)jb_host_offer(JB_HOST_ROWS, &rows_api);
    (void)jb_host_offer(JB_HOST_PLAN, &plan_api);
    (void)jb_host_offer(JB_HOST_SOURCE, &kit_members);
    if (strcmp(kind, "renderer") == 0 || strcmp(kind, "chart") == 0) {
        (void)jb_host_offer(JB_HOST_FIGURES, &figures_api);
        (void)jb_host_offer(JB_HOST_DOC, &doc_api);
        (void)jb_host_offer(JB_HOST_TEXT, &text_api);
        (void)jb_host_offer(JB_HOST_CHART, &chart_api);
        (void)jb_host_offer(JB_HOST_OUT, &out_api);
    }
}
