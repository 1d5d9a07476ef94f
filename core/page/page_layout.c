// SPDX-License-Identifier: Apache-2.0
/* Attributes of the document's root: what the report says of itself, and the keys of its layout. */
#include "config/schema.h"
#include "page/page_impl.h"

#include <string.h>

#ifndef JB_VERSION
#define JB_VERSION "0"
#endif

static void set_text(jb_node *root, const char *attr, const char *text)
{
    if (text != NULL && text[0] != '\0')
        jb_node_set(root, attr, text);
}

/* A template of [report] as plain text. */
static void set_lost(jb_page *page, jb_node *root, const char *attr)
{
    set_text(root, attr, jb_arena_fmt(page->arena, "【此处内容未能生成：%s】", attr));
    page->placeholders++;
}

static void set_template(jb_page *page, jb_node *root, const char *attr, jb_template *t, int lost,
                         jb_diags *diags)
{
    jb_tscope scope = jb_page_scope(page);
    jb_doc *scratch;
    jb_node *line;
    if (lost)
        set_lost(page, root, attr);
    if (t == NULL)
        return;
    scope.has_block = NULL;
    scratch = jb_doc_new();
    line = jb_node_add(jb_doc_root(scratch), "para");
    switch (jb_template_write(t, &scope, line, diags)) {
    case 0:
        set_text(root, attr, jb_node_plain(line));
        break;
    case -3: /* a figure in it was lost */
        set_lost(page, root, attr);
        break;
    default: /* reported */
        break;
    }
    jb_doc_free(scratch);
}

/* LIST values as one text: items joined by ", ", folders by newlines. */
static const char *joined(jb_page *page, const jb_setting *set)
{
    const char *sep = set->param->type == JB_T_PATH ? "\n" : ", ", *text = "";
    size_t i;
    for (i = 0; i < set->n_items; i++)
        text = jb_arena_fmt(page->arena, "%s%s%s", text, i > 0 ? sep : "", set->items[i]);
    return text;
}

static void set_layout(jb_page *page, jb_node *root, const char *name)
{
    const jb_section_cfg *cfg = jb_config_find(page->config, "layout", name);
    jb_param_table table = jb_config_schema("layout");
    static const char *const also[] = {"inherit"};
    jb_diags *told; /* the section was checked with the rest of the configuration */
    jb_args *args;
    size_t i;
    jb_node_set(root, "layout", name);
    if (cfg == NULL)
        return;
    told = jb_diags_new();
    args = jb_args_make(page->config, cfg, &table, 1, also, 1, told);
    for (i = 0; i < jb_args_count(args); i++) {
        const jb_setting *set = jb_args_at(args, i);
        const char *attr = jb_arena_fmt(page->arena, "layout.%s", set->param->key);
        if (strcmp(set->param->key, "doc") == 0 || set->text == NULL)
            continue;
        if ((set->param->flags & JB_P_LIST) != 0)
            set_text(root, attr, joined(page, set));
        else
            set_text(root, attr, set->text);
    }
    jb_args_free(args);
    jb_diags_free(told);
}

void jb_page_root(jb_page *page, jb_node *root, jb_diags *diags)
{
    const jb_section_cfg *report = jb_config_find(page->config, "report", NULL);
    const jb_value_cfg *layout = report != NULL ? jb_section_get(report, "layout") : NULL;
    const char *name = layout != NULL ? jb_value_text(page->config, layout, 0, diags) : NULL;
    set_template(page, root, "title", page->title, page->title_lost, diags);
    set_template(page, root, "issuer", page->issuer, page->issuer_lost, diags);
    set_text(root, "date", page->options.date);
    set_text(root, "as_of", page->options.as_of);
    set_text(root, "period", page->options.period);
    jb_node_set(root, "generator", "jianbao " JB_VERSION);
    jb_node_set(root, "draft", page->options.draft ? "yes" : NULL);
    jb_node_set(root, "strict", page->options.strict ? "yes" : NULL);
    set_layout(page, root, name != NULL && name[0] != '\0' ? name : "gbt9704");
}
