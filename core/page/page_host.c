// SPDX-License-Identifier: Apache-2.0
/* What plugins may ask the page worker for: figures, and the document. */
#include "page/page_impl.h"

#include <string.h>

jb_page_item *jb_page_caller(const jb_ctx *ctx)
{
    jb_page_item *item = ctx != NULL && ctx->instance != NULL ? ctx->instance->user : NULL;
    return item != NULL && ctx->task == item->page ? item : NULL;
}

static jb_status refuse(jb_ctx *ctx, const char *code, const char *a1, const char *a2)
{
    jb_place place = jb_ctx_place(ctx, NULL, 0);
    const char *id = ctx->instance != NULL ? ctx->instance->type->plugin->id : "?";
    jb_diag(ctx->diags, code, &place, id, a1, a2);
    ctx->failed = 1;
    return JB_E_INTERNAL;
}

/* ---- figures ---- */

const jb_figure *jb_page_view_of(jb_page *page, const jb_fig *fig)
{
    jb_page_view *v;
    for (v = page->views; v != NULL; v = v->next)
        if (v->fig == fig)
            return &v->view;
    v = jb_arena_alloc(page->arena, sizeof *v);
    v->fig = fig;
    jb_fig_view(fig, page->arena, &v->view);
    v->next = page->views;
    page->views = v;
    return &v->view;
}

const jb_fig *jb_page_fig_of(jb_page *page, const jb_figure *figure)
{
    jb_page_view *v;
    jb_fig *fig;
    char why[200];
    for (v = page->views; v != NULL; v = v->next)
        if (v->view.schema == figure->schema && v->view.array == figure->array)
            return v->fig;
    if (figure->schema == NULL || figure->array == NULL)
        return NULL;
    fig = jb_fig_from_arrow(page->arena, figure->schema, figure->array, figure->n_keys, why,
                            sizeof why);
    if (fig == NULL)
        return NULL;
    fig->name = jb_arena_strdup(page->arena, figure->name != NULL ? figure->name : "");
    fig->unit = jb_arena_strdup(page->arena, figure->unit != NULL ? figure->unit : "");
    fig->flags |= JB_FIG_EXPR;
    return fig;
}

/* A section that asks for a lost figure while it writes becomes a placeholder, whatever it does
 * next. */
static void mark_lost(const jb_ctx *ctx, jb_page_item *item, const jb_fig *fig)
{
    if ((fig->flags & JB_FIG_LOST) != 0 && strcmp(ctx->phase, "write") == 0)
        item->lost = 1;
}

static jb_status figures_get(jb_ctx *ctx, const char *key, uint64_t index, jb_figure *out)
{
    jb_page_item *item = jb_page_caller(ctx);
    const jb_fig *fig;
    size_t before;
    if (item == NULL)
        return refuse(ctx, "E0765", "figures.get", "create");
    before = jb_diags_errors(ctx->diags);
    fig = jb_page_figure(item, key, (size_t)index, ctx->diags);
    if (fig == NULL) {
        if (jb_diags_errors(ctx->diags) == before)
            return JB_E_UNSUPPORTED;
        ctx->failed = 1;
        return JB_E_OVERFLOW;
    }
    mark_lost(ctx, item, fig);
    *out = *jb_page_view_of(item->page, fig);
    return JB_OK;
}

static const char *const *declared_keys(jb_page *page, const char *key, size_t *n)
{
    const jb_section_cfg *cfg = jb_config_find(page->config, "keys", key);
    const jb_value_cfg *v = cfg != NULL ? jb_section_get(cfg, "values") : NULL;
    const char *const *items;
    const size_t *offsets;
    *n = 0;
    if (v == NULL || v->text == NULL)
        return NULL;
    *n = jb_value_list(page->config, v->text, &items, &offsets);
    /* one item with a point in it: source.column, whose keys stand in the figures themselves */
    if (*n == 1 && strchr(items[0], '.') != NULL)
        *n = 0;
    return *n > 0 ? items : NULL;
}

/* Keys of a figure's key column in its order, each once. */
static void add_keys(const jb_fig *fig, const char *key, jb_map *seen)
{
    uint32_t k;
    int64_t row;
    for (k = 0; k < fig->n_keys; k++) {
        if (strcmp(fig->key_names[k], key) != 0 || fig->keys == NULL)
            continue;
        for (row = 0; row < fig->n_rows; row++)
            if (fig->keys[k][row] != NULL && jb_map_get(seen, fig->keys[k][row]) == NULL)
                jb_map_put(seen, fig->keys[k][row], seen);
    }
}

static jb_status figures_keys(jb_ctx *ctx, const char *key, const char *const **out, uint64_t *n)
{
    jb_page_item *item = jb_page_caller(ctx);
    jb_map *seen;
    const char *const *declared;
    const char **list;
    size_t count, i;
    int known = 0;
    if (item == NULL)
        return refuse(ctx, "E0765", "figures.keys", "create");
    seen = jb_map_new();
    declared = declared_keys(item->page, key, &count);
    for (i = 0; i < count; i++)
        jb_map_put(seen, declared[i], seen);
    for (i = 0; i < item->page->figures->n; i++) {
        const jb_fig *fig = item->page->figures->figs[i];
        uint32_t k;
        for (k = 0; k < fig->n_keys; k++)
            known |= strcmp(fig->key_names[k], key) == 0;
        add_keys(fig, key, seen); /* those no list declares come after it */
    }
    list = jb_arena_alloc(item->page->arena, (jb_map_count(seen) + 1) * sizeof *list);
    for (i = 0; i < jb_map_count(seen); i++)
        list[i] = jb_map_key(seen, i);
    *n = i;
    *out = list;
    jb_map_free(seen);
    return known || declared != NULL ? JB_OK : JB_E_CONFIG;
}

static jb_status figures_find(jb_ctx *ctx, const char *name, jb_figure *out)
{
    jb_page_item *item = jb_page_caller(ctx);
    const jb_fig *fig;
    if (item == NULL)
        return refuse(ctx, "E0765", "figures.find", "create");
    fig = jb_figure_find(item->page->figures, name);
    if (fig == NULL) {
        item->page->named_lost |= jb_page_is_lost(item->page, name);
        return JB_E_CONFIG;
    }
    if (strcmp(ctx->phase, "check") == 0)
        jb_page_read(item->page, name);
    mark_lost(ctx, item, fig);
    *out = *jb_page_view_of(item->page, fig);
    return JB_OK;
}

static jb_status figures_at(jb_ctx *ctx, uint64_t i, jb_figure *out)
{
    jb_page_item *item = jb_page_caller(ctx);
    if (item == NULL)
        return refuse(ctx, "E0765", "figures.at", "create");
    if (i >= item->page->figures->n)
        return JB_E_UNSUPPORTED;
    *out = *jb_page_view_of(item->page, item->page->figures->figs[i]);
    return JB_OK;
}

static const jb_figures_api figures_api = {.size = sizeof(jb_figures_api),
                                           .get = figures_get,
                                           .keys = figures_keys,
                                           .find = figures_find,
                                           .at = figures_at};

/* ---- the document ---- */

/* The caller's item when it may write to `node`; otherwise reported. */
static jb_page_item *writer_of(jb_ctx *ctx, const jb_node *node, const char *what)
{
    jb_page_item *item = jb_page_caller(ctx);
    if (item != NULL && item->node != NULL && node != NULL && strcmp(ctx->phase, "write") == 0 &&
        jb_node_is_below(node, item->node))
        return item;
    (void)refuse(ctx, "E0765", what, ctx->phase);
    return NULL;
}

static int valid(const char *text)
{
    return text == NULL || jb_utf8_invalid(text, strlen(text)) == strlen(text);
}

static jb_node *doc_add(jb_ctx *ctx, jb_node *parent, const char *kind)
{
    if (writer_of(ctx, parent, "doc.add") == NULL)
        return NULL;
    if (kind == NULL || kind[0] == '\0' || !valid(kind)) {
        (void)refuse(ctx, "E0766", "doc.add", kind != NULL ? kind : "NULL");
        return NULL;
    }
    return jb_node_add(parent, kind);
}

static jb_status doc_set(jb_ctx *ctx, jb_node *node, const char *attr, const char *text)
{
    jb_page_item *item = writer_of(ctx, node, "doc.set");
    if (item == NULL)
        return JB_E_INTERNAL;
    /* of the section's own node it may only say that it has nothing to print */
    if (attr == NULL || !valid(attr) || !valid(text) ||
        (node == item->node && strcmp(attr, "hide") != 0))
        return refuse(ctx, "E0766", "doc.set", attr != NULL ? attr : "NULL");
    jb_node_set(node, attr, text);
    return JB_OK;
}

static jb_status doc_run(jb_ctx *ctx, jb_node *node, const jb_run *run)
{
    if (writer_of(ctx, node, "doc.run") == NULL)
        return JB_E_INTERNAL;
    if (run == NULL || run->size < sizeof *run || run->kind < JB_RUN_TEXT ||
        run->kind > JB_RUN_BREAK || !valid(run->text) || !valid(run->style) ||
        !valid(run->target) || !valid(run->key) || !valid(run->value))
        return refuse(ctx, "E0766", "doc.run", "jb_run");
    jb_node_run(node, run);
    return JB_OK;
}

static jb_status doc_attach(jb_ctx *ctx, jb_node *node, const char *key, uint64_t index)
{
    jb_page_item *item = writer_of(ctx, node, "doc.attach");
    const jb_fig *fig;
    if (item == NULL)
        return JB_E_INTERNAL;
    fig = jb_page_figure(item, key, (size_t)index, ctx->diags);
    if (fig == NULL)
        return refuse(ctx, "E0766", "doc.attach", key);
    mark_lost(ctx, item, fig);
    jb_node_data(node, fig);
    return JB_OK;
}

static jb_status doc_draw_with(jb_ctx *ctx, jb_node *node, const char *key)
{
    jb_page_item *item = writer_of(ctx, node, "doc.draw_with");
    size_t i;
    if (item == NULL)
        return JB_E_INTERNAL;
    for (i = 0; i < item->n_parts; i++) {
        if (strcmp(item->parts[i].key, key) != 0)
            continue;
        jb_node_set_drawer(node, item->parts[i].instance);
        return JB_OK;
    }
    return refuse(ctx, "E0766", "doc.draw_with", key);
}

static const jb_node *doc_root(const jb_doc *doc)
{
    return doc->root;
}

static const jb_node *doc_first(const jb_node *node)
{
    return jb_node_first(node);
}

static const jb_node *doc_next(const jb_node *node)
{
    return jb_node_next(node);
}

static uint64_t doc_n_runs(const jb_node *node)
{
    return jb_node_n_runs(node);
}

static const jb_run *doc_get_run(const jb_node *node, uint64_t i)
{
    return jb_node_get_run(node, (size_t)i);
}

static uint64_t doc_n_data(const jb_node *node)
{
    return jb_node_n_data(node);
}

/* Views are kept by the page whose document this is; a node without a page (a test's) has a view
 * made for it. */
static jb_status doc_data(const jb_node *node, uint64_t i, jb_figure *out)
{
    const jb_fig *fig = jb_node_get_data(node, (size_t)i);
    if (fig == NULL)
        return JB_E_UNSUPPORTED;
    jb_fig_view(fig, node->doc->arena, out);
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

void jb_page_offer(jb_registry *registry)
{
    jb_registry_offer(registry, JB_HOST_FIGURES, &figures_api);
    jb_registry_offer(registry, JB_HOST_DOC, &doc_api);
    jb_registry_offer(registry, JB_HOST_TEXT, &jb_page_text_api);
    jb_registry_offer(registry, JB_HOST_CHART, &jb_page_chart_api);
    jb_registry_offer(registry, JB_HOST_OUT, &jb_page_out_api);
}
