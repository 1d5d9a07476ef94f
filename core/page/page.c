// SPDX-License-Identifier: Apache-2.0
/* From figures to files. */
#include "page/page_impl.h"

#include <string.h>

/* Rules that do not hold, at the end of a draft. The document is Chinese whatever language messages
 * are in. */
static void draft_notes(jb_page *page, const jb_diags *notes)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .style = ""};
    jb_diag_view v;
    jb_node *node;
    size_t i;
    for (i = 0; notes != NULL && jb_diags_at(notes, i, &v); i++) {
        if (i == 0) {
            node = jb_node_add(jb_doc_root(page->doc), "note");
            jb_node_set(node, "role", "draft");
            run.text = "草稿：下列核对规则未通过，不得印发。";
            jb_node_run(node, &run);
        }
        node = jb_node_add(jb_doc_root(page->doc), "note");
        jb_node_set(node, "role", "draft");
        run.text = v.text[1];
        jb_node_run(node, &run);
    }
}

/* Kinds that only carry others, or that every renderer reads with their parent. */
static int is_structure(const char *kind)
{
    static const char *const kinds[] = {"document", "section", "column", "row", "cell"};
    size_t i;
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], kind) == 0)
            return 1;
    return 0;
}

static int knows(const jb_renderer *r, const char *kind)
{
    uint64_t i;
    for (i = 0; i < r->n_kinds; i++)
        if (strcmp(r->kinds[i], kind) == 0)
            return 1;
    return r->kinds == NULL || is_structure(kind);
}

/* Blocks a renderer does not know reach it as plain text: said once per kind. */
static void report_unknown(const jb_page_item *item, const jb_node *node, jb_map *told,
                           jb_diags *diags)
{
    const jb_node *n;
    jb_place place = jb_section_place(item->cfg);
    for (n = node->first; n != NULL; n = n->next) {
        if (!knows(item->renderer, n->kind)) {
            if (jb_map_get(told, n->kind) == NULL)
                jb_diag(diags, "E0758", &place, item->name, n->kind);
            jb_map_put(told, n->kind, told);
        } else {
            report_unknown(item, n, told, diags);
        }
    }
}

static jb_status render(jb_page_item *item, const char *out_dir, jb_diags *diags)
{
    jb_page_files *files = jb_page_files_begin(item, out_dir);
    jb_map *told = jb_map_new();
    jb_ctx ctx;
    jb_status status;
    report_unknown(item, jb_doc_root(item->page->doc), told, diags);
    jb_map_free(told);
    jb_ctx_begin(&ctx, item->instance, "render", diags, item->page);
    status = jb_ctx_end(&ctx, item->renderer->render(&ctx, item->instance->self, item->page->doc));
    if (jb_page_files_end(files, status == JB_OK, diags) != 0 && status == JB_OK)
        status = JB_E_RENDER;
    return status;
}

static void forget_item(jb_page_item *item)
{
    jb_page_text **t = &item->texts;
    size_t k;
    for (k = 0; k < item->n_exprs; k++)
        item->exprs[k].value = NULL;
    while (*t != NULL) {
        if ((*t)->n_binds > 0)
            *t = (*t)->next;
        else
            t = &(*t)->next;
    }
}

/* What was kept of an earlier set of figures: their addresses may come again for others. */
static void forget(jb_page *page)
{
    size_t i;
    page->views = NULL;
    jb_tcache_free(page->cache);
    page->cache = jb_tcache_new();
    for (i = 0; i < page->n_items; i++)
        forget_item(page->items[i]);
    for (i = 0; i < page->n_renderers; i++)
        forget_item(page->renderers[i]);
}

int jb_page_run(jb_page *page, const jb_figure_set *figures, const char *out_dir,
                const jb_diags *notes, const jb_output **outputs, size_t *n, jb_diags *diags)
{
    jb_status status = JB_OK, one;
    size_t i;
    *outputs = NULL;
    *n = 0;
    page->figures = figures;
    page->n_outputs = 0;
    page->placeholders = 0;
    jb_doc_free(page->doc);
    page->doc = jb_doc_new();
    forget(page);
    if (jb_page_write(page, diags) != 0)
        return JB_E_DATA;
    draft_notes(page, notes);
    jb_doc_number(page->doc);
    for (i = 0; i < page->n_renderers; i++) {
        jb_page_item *item = page->renderers[i];
        if (item->broken || item->failed || item->path == NULL)
            continue;
        one = render(item, out_dir, diags);
        status = status == JB_OK ? one : status;
    }
    if (status != JB_OK) {
        jb_page_discard(page); /* all files of an issue or none */
        return status;
    }
    *outputs = page->outputs;
    *n = page->n_outputs;
    return JB_OK;
}

size_t jb_page_placeholders(const jb_page *page)
{
    return page->placeholders;
}

const jb_doc *jb_page_doc(const jb_page *page)
{
    return page->doc;
}

void jb_page_json(const jb_page *page, struct jb_buf *out)
{
    if (page->doc != NULL)
        jb_doc_json(page->doc, out);
}
