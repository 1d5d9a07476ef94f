// SPDX-License-Identifier: Apache-2.0
/* The text language for every section's own templates. */
#include "page/page_impl.h"

#include <string.h>

static jb_place constant_place(const void *data, size_t offset, size_t n)
{
    (void)offset;
    (void)n;
    return *(const jb_place *)data;
}

/* Where a template of parameter `key` came from: its own characters when it is the whole value or
 * an item, else the item. */
static jb_origin origin_of(jb_page_item *item, const char *key, uint64_t index, const char *text)
{
    const jb_setting *set = key != NULL ? jb_args_get(item->instance->args, key) : NULL;
    jb_origin origin = {0};
    jb_place *place;
    if (set != NULL && set->value != NULL) {
        if (index == 0 && set->text != NULL && strcmp(set->text, text) == 0)
            return jb_origin_of_value(set->value, 0);
        if (index > 0 && index <= set->n_items && strcmp(set->items[index - 1], text) == 0)
            return jb_origin_of_value(set->value,
                                      set->offsets != NULL ? set->offsets[index - 1] : 0);
    }
    place = jb_arena_alloc(item->page->arena, sizeof *place);
    *place = jb_args_place(item->instance->args, key, (size_t)index);
    origin.place = constant_place;
    origin.data = place;
    return origin;
}

/* Rows that the caller binds, as figures of ours. NULL: a bind is no figure, reported. */
static jb_tbind *binds_of(jb_ctx *ctx, jb_page_item *item, const jb_bind *binds, uint64_t n)
{
    jb_tbind *out = jb_arena_alloc(item->page->arena, (size_t)(n + 1) * sizeof *out);
    jb_place place = jb_ctx_place(ctx, NULL, 0);
    uint64_t i;
    for (i = 0; i < n; i++) {
        const jb_fig *fig = binds[i].name != NULL && binds[i].figure != NULL
                                ? jb_page_fig_of(item->page, binds[i].figure)
                                : NULL;
        if (fig == NULL) {
            jb_diag(ctx->diags, "E0766", &place, item->instance->type->plugin->id, "text",
                    binds[i].name != NULL ? binds[i].name : "jb_bind");
            ctx->failed = 1;
            return NULL;
        }
        out[i].name = binds[i].name;
        out[i].figure = fig;
        out[i].row = (int64_t)binds[i].row;
    }
    return out;
}

static int same_binds(const jb_page_text *t, const jb_tbind *binds, uint64_t n)
{
    size_t i;
    if (t->n_binds != n)
        return 0;
    for (i = 0; i < n; i++)
        if (t->binds[i] != binds[i].figure)
            return 0;
    return 1;
}

static void keep(jb_page_item *item, const char *key, const char *text, jb_template *parsed,
                 const jb_tbind *binds, uint64_t n)
{
    jb_arena *arena = item->page->arena;
    jb_page_text *t = jb_arena_alloc(arena, sizeof *t);
    size_t i;
    t->key = key != NULL ? jb_arena_strdup(arena, key) : "";
    t->text = jb_arena_strdup(arena, text);
    t->parsed = parsed;
    t->n_binds = (size_t)n;
    t->binds = jb_arena_alloc(arena, (t->n_binds + 1) * sizeof *t->binds);
    for (i = 0; i < n; i++)
        t->binds[i] = binds[i].figure;
    t->next = item->texts;
    item->texts = t;
}

static int names_lost(const jb_page *page, const jb_template *t)
{
    const char *const *names;
    size_t n = jb_template_names(t, &names), i;
    for (i = 0; i < n; i++)
        if (jb_page_is_lost(page, names[i]))
            return page->figures != page->signatures;
    return 0;
}

/* The template, checked against the figures of this phase. A text met before with the same rows is
 * not parsed again. */
static jb_template *ready(jb_ctx *ctx, jb_page_item *item, const char *key, uint64_t index,
                          const char *text, int one_line, const jb_tscope *scope)
{
    jb_page *page = item->page;
    jb_page_text *t;
    jb_template *parsed;
    jb_origin origin;
    jb_diags *said;
    int sound;
    for (t = item->texts; t != NULL; t = t->next)
        if (strcmp(t->text, text) == 0 && strcmp(t->key, key != NULL ? key : "") == 0 &&
            same_binds(t, scope->binds, scope->n_binds))
            return t->parsed;
    origin = origin_of(item, key, index, text);
    parsed = jb_template_parse(page->arena, text, strlen(text), one_line, &origin, ctx->diags);
    said = jb_diags_new();
    sound = parsed != NULL && jb_template_check(parsed, scope, said) == 0;
    if (!sound && parsed != NULL && names_lost(page, parsed)) {
        item->lost = 1; /* whatever was said of it rests on a figure that has no type */
    } else {
        jb_diags_join(ctx->diags, said);
        ctx->failed |= !sound;
    }
    jb_diags_free(said);
    if (!sound)
        return NULL;
    if (page->figures == page->signatures)
        jb_page_reads_template(page, parsed);
    keep(item, key, text, parsed, scope->binds, scope->n_binds);
    return parsed;
}

static jb_page_item *caller(jb_ctx *ctx, const char *what, const char *text)
{
    jb_page_item *item = jb_page_caller(ctx);
    jb_place place = jb_ctx_place(ctx, NULL, 0);
    const char *id = ctx->instance != NULL ? ctx->instance->type->plugin->id : "?";
    if (item != NULL && text != NULL && jb_utf8_invalid(text, strlen(text)) == strlen(text))
        return item;
    jb_diag(ctx->diags, "E0766", &place, id, what, text != NULL ? "UTF-8" : "NULL");
    ctx->failed = 1;
    return NULL;
}

static jb_status text_check(jb_ctx *ctx, const char *key, uint64_t index, const char *text,
                            const jb_bind *binds, uint64_t n)
{
    jb_page_item *item = caller(ctx, "text.check", text);
    jb_tscope scope;
    if (item == NULL)
        return JB_E_INTERNAL;
    scope = jb_page_scope(item->page);
    scope.binds = binds_of(ctx, item, binds, n);
    scope.n_binds = (size_t)n;
    scope.cell = 1;
    if (scope.binds == NULL)
        return JB_E_INTERNAL;
    return ready(ctx, item, key, index, text, 1, &scope) != NULL ? JB_OK : JB_E_CONFIG;
}

/* Writes one template; a lost figure marks the section. */
static jb_status write_text(jb_ctx *ctx, jb_page_item *item, jb_template *t, const jb_tscope *scope,
                            jb_node *node)
{
    switch (jb_template_write(t, scope, node, ctx->diags)) {
    case 0:
        return JB_OK;
    case -3:
        item->lost = 1;
        return JB_E_CANCELLED;
    default:
        ctx->failed = 1;
        return JB_E_DATA;
    }
}

static jb_status emit_to(jb_ctx *ctx, jb_page_item *item, jb_node *node, const char *key,
                         uint64_t index, const char *text, const jb_bind *binds, uint64_t n)
{
    jb_tscope scope = jb_page_scope(item->page);
    jb_template *t;
    scope.binds = binds_of(ctx, item, binds, n);
    scope.n_binds = (size_t)n;
    scope.cell = strcmp(jb_node_kind(node), "cell") == 0;
    if (scope.binds == NULL)
        return JB_E_INTERNAL;
    t = ready(ctx, item, key, index, text, 1, &scope);
    return t != NULL ? write_text(ctx, item, t, &scope, node) : JB_E_CONFIG;
}

static int may_write(jb_ctx *ctx, const jb_page_item *item, const jb_node *node, const char *what)
{
    jb_place place = jb_ctx_place(ctx, NULL, 0);
    if (node != NULL && item->node != NULL && strcmp(ctx->phase, "write") == 0 &&
        jb_node_is_below(node, item->node))
        return 1;
    jb_diag(ctx->diags, "E0765", &place, item->instance->type->plugin->id, what, ctx->phase);
    ctx->failed = 1;
    return 0;
}

static jb_status text_emit(jb_ctx *ctx, jb_node *node, const char *key, uint64_t index,
                           const char *text, const jb_bind *binds, uint64_t n)
{
    jb_page_item *item = caller(ctx, "text.emit", text);
    if (item == NULL || !may_write(ctx, item, node, "text.emit"))
        return JB_E_INTERNAL;
    return emit_to(ctx, item, node, key, index, text, binds, n);
}

static jb_status text_emit_blocks(jb_ctx *ctx, jb_node *parent, const char *key, const char *text)
{
    jb_page_item *item = caller(ctx, "text.emit_blocks", text);
    jb_tscope scope;
    jb_template *t;
    if (item == NULL || !may_write(ctx, item, parent, "text.emit_blocks"))
        return JB_E_INTERNAL;
    scope = jb_page_scope(item->page);
    t = ready(ctx, item, key, 0, text, 0, &scope);
    return t != NULL ? write_text(ctx, item, t, &scope, parent) : JB_E_CONFIG;
}

static jb_status text_format(jb_ctx *ctx, const char *key, uint64_t index, const char *text,
                             const jb_bind *binds, uint64_t n, const char **out)
{
    jb_page_item *item = caller(ctx, "text.format", text);
    jb_doc *scratch;
    jb_node *cell;
    jb_status status;
    *out = "";
    if (item == NULL)
        return JB_E_INTERNAL;
    scratch = jb_doc_new();
    cell = jb_node_add(jb_doc_root(scratch), "cell");
    status = emit_to(ctx, item, cell, key, index, text, binds, n);
    if (status == JB_OK) {
        jb_buf_clear(&item->page->formatted);
        jb_buf_str(&item->page->formatted, jb_node_plain(cell));
        *out = jb_buf_text(&item->page->formatted);
    }
    jb_doc_free(scratch);
    return status;
}

const jb_text_api jb_page_text_api = {.size = sizeof(jb_text_api),
                                      .check = text_check,
                                      .emit = text_emit,
                                      .emit_blocks = text_emit_blocks,
                                      .format = text_format};
