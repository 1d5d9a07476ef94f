// SPDX-License-Identifier: Apache-2.0
/* Instances of sections and renderers from the configuration. */
#include "page/page_impl.h"

#include <string.h>

#define P(key, type, def, range, en, zh)                                                           \
    {                                                                                              \
        sizeof(jb_param), JB_T_##type, 0, 0, (key), (def), (range), (en), (zh)                     \
    }

static const jb_param section_keys[] = {
    P("title", TEMPLATE, NULL, NULL, "Heading of the section; without one it has no number.",
      "小标题；没有就不编号。"),
    P("in", STR, NULL, NULL, "The section it belongs to.", "属于哪一节。"),
    P("after", STR, NULL, NULL, "The section it follows.", "排在哪一节之后。"),
    P("when", FIGURE, NULL, NULL, "Printed only when this holds.", "条件成立才印。"),
    P("heading", ENUM, "own-line", "own-line|run-in",
      "A heading on its own line, or at the beginning of the text.",
      "小标题独占一行，或接排正文。"),
    P("enabled", BOOL, "yes", NULL, "no: left out.", "no 表示不要这一节。"),
    P("page", ENUM, "portrait", "portrait|landscape", "Position of its pages.", "纸张方向。"),
    P("doc", STR, NULL, NULL, "Note for readers of the configuration; never printed.",
      "给维护人看的说明，不印出。"),
};
static const jb_param renderer_keys[] = {
    {sizeof(jb_param), JB_T_STR, JB_P_REQUIRED, 0, "path", NULL, NULL,
     "The file to write, below the output directory.", "输出文件，相对于输出目录。"},
    P("enabled", BOOL, "yes", NULL, "no: not written.", "no 表示不输出。"),
    P("doc", STR, NULL, NULL, "Note for readers of the configuration; never printed.",
      "给维护人看的说明，不印出。"),
};
static const char *const also[] = {"inherit"};

jb_param_table jb_page_keys(const char *kind)
{
    jb_param_table t = {.stride = sizeof(jb_param)};
    if (strcmp(kind, "section") == 0) {
        t.params = section_keys;
        t.n = sizeof section_keys / sizeof section_keys[0];
    } else if (strcmp(kind, "renderer") == 0) {
        t.params = renderer_keys;
        t.n = sizeof renderer_keys / sizeof renderer_keys[0];
    }
    return t;
}

static int is_listed(const char *const *list, size_t n, const char *name)
{
    size_t i;
    for (i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0)
            return 1;
    return 0;
}

static int is_failed(const jb_page *page, const char *kind, const char *name)
{
    const jb_page_options *o = &page->options;
    return strcmp(kind, "renderer") == 0 ? is_listed(o->unwritten, o->n_unwritten, name)
                                         : is_listed(o->failed, o->n_failed, name);
}

jb_page_item *jb_page_find(const jb_page *page, const char *section)
{
    size_t i;
    for (i = 0; i < page->n_items; i++)
        if (strcmp(page->items[i]->name, section) == 0)
            return page->items[i];
    return NULL;
}

/* A section that is switched off is not looked at any further: its type may not even be installed.
 */
static int switched_off(jb_page *page, const jb_section_cfg *cfg, jb_diags *diags)
{
    const jb_value_cfg *v = jb_section_get(cfg, "enabled");
    const char *text = v != NULL ? jb_value_text(page->config, v, 0, diags) : NULL;
    return text != NULL &&
           (strcmp(text, "no") == 0 || strcmp(text, "false") == 0 || strcmp(text, "0") == 0);
}

static void make_parts(jb_page_item *item, jb_diags *diags)
{
    const jb_component *c = item->instance->type->component;
    uint32_t i;
    for (i = 0; i < c->n_params && item->n_parts < 8; i++) {
        const jb_param *p =
            (const jb_param *)(const void *)((const char *)c->params + (size_t)i * c->param_stride);
        jb_page_part *part = &item->parts[item->n_parts];
        if (p->type != JB_T_COMPONENT || jb_args_get(item->instance->args, p->key) == NULL)
            continue;
        part->key = p->key;
        part->instance = jb_instance_make_part(item->page->registry, item->instance, p->key, diags);
        if (part->instance == NULL) {
            item->broken = 1;
            continue;
        }
        part->instance->user = item;
        item->n_parts++;
        if (!item->failed && jb_instance_create(part->instance, diags) != 0)
            item->broken = 1;
    }
}

static void find_iface(jb_page_item *item, const char *kind, jb_diags *diags)
{
    const char *id = strcmp(kind, "section") == 0 ? JB_SECTION : JB_RENDERER;
    const void *table = jb_type_iface(item->instance->type, id);
    jb_place place = jb_section_place(item->cfg);
    if (table == NULL) {
        jb_diag(diags, "E0757", &place, item->instance->type->component->name, id);
        item->broken = 1;
    } else if (strcmp(kind, "section") == 0) {
        item->section = table;
    } else {
        item->renderer = table;
    }
}

static const char *text_of(const jb_page_item *item, const char *key)
{
    const char *text = NULL;
    return jb_args_get_str(item->instance->args, key, &text) ? text : NULL;
}

static jb_page_item *make_item(jb_page *page, const char *kind, const jb_section_cfg *cfg,
                               jb_diags *diags)
{
    jb_page_item *item = jb_arena_alloc(page->arena, sizeof *item);
    jb_param_table keys = jb_page_keys(kind);
    item->page = page;
    item->cfg = cfg;
    item->name = jb_section_name(cfg);
    item->failed = is_failed(page, kind, item->name);
    item->instance =
        jb_instance_make(page->registry, page->config, cfg, NULL, &keys, also, 1, diags);
    if (item->instance == NULL) {
        item->broken = 1;
        return item;
    }
    item->instance->user = item;
    find_iface(item, kind, diags);
    if (item->broken)
        return item;
    if (!item->failed && jb_instance_create(item->instance, diags) != 0)
        item->broken = 1;
    make_parts(item, diags);
    item->in = text_of(item, "in");
    item->after = text_of(item, "after");
    return item;
}

static size_t make_items(jb_page *page, const char *kind, jb_page_item ***out, jb_diags *diags)
{
    size_t count = jb_config_count(page->config, kind), i, n = 0;
    *out = jb_arena_alloc(page->arena, (count + 1) * sizeof **out);
    for (i = 0; i < count; i++) {
        const jb_section_cfg *cfg = jb_config_at(page->config, kind, i);
        if (!switched_off(page, cfg, diags))
            (*out)[n++] = make_item(page, kind, cfg, diags);
    }
    return n;
}

/* [report] title and issuer are templates too. */
static jb_template *parse_report_text(jb_page *page, const char *key, jb_diags *diags)
{
    const jb_section_cfg *report = jb_config_find(page->config, "report", NULL);
    const jb_value_cfg *v = report != NULL ? jb_section_get(report, key) : NULL;
    const char *text = v != NULL ? jb_value_text(page->config, v, 0, diags) : NULL;
    jb_tscope scope = jb_page_scope(page);
    jb_origin origin;
    jb_template *t;
    if (text == NULL || strchr(text, '\n') != NULL) /* lines: told where the section was checked */
        return NULL;
    origin = jb_origin_of_value(v, 0);
    t = jb_template_parse(page->arena, text, strlen(text), 1, &origin, diags);
    scope.has_block = NULL;
    if (t == NULL || jb_template_check(t, &scope, diags) != 0)
        return NULL;
    jb_page_reads_template(page, t);
    if (strcmp(key, "issuer") == 0 && strchr(text, '{') == NULL)
        page->issuer_text = text;
    return t;
}

static jb_template *report_text(jb_page *page, const char *key, int *lost, jb_diags *diags)
{
    jb_diags *mine = jb_diags_new();
    jb_template *t;
    page->named_lost = 0;
    t = parse_report_text(page, key, mine);
    *lost = page->named_lost;
    jb_page_forgive(page, mine);
    jb_diags_join(diags, mine);
    jb_diags_free(mine);
    return t;
}

static void make_paths(jb_page *page, jb_diags *diags)
{
    size_t i, k;
    page->paths = jb_arena_alloc(page->arena, (page->n_renderers + 1) * sizeof *page->paths);
    for (i = 0; i < page->n_renderers; i++) {
        jb_page_item *item = page->renderers[i];
        jb_place place = jb_section_place(item->cfg);
        if (item->instance == NULL || (item->path = jb_page_path(item, diags)) == NULL)
            continue;
        for (k = 0; k < page->n_paths; k++)
            if (strcmp(page->paths[k].path, item->path) == 0)
                jb_diag(diags, "E0754", &place, item->name, page->paths[k].renderer, item->path);
        page->paths[page->n_paths].renderer = item->name;
        page->paths[page->n_paths++].path = item->path;
    }
}

static void check_chart(jb_page_item *item, jb_page_part *part, jb_diags *diags)
{
    const jb_chart *chart = jb_type_iface(part->instance->type, JB_CHART);
    jb_figure data[64];
    size_t n = 0, i;
    jb_ctx ctx;
    if (chart == NULL || chart->check == NULL)
        return;
    for (i = 0; i < item->n_exprs && n < 64; i++)
        if (strcmp(item->exprs[i].key, "when") != 0 && item->exprs[i].sig != NULL)
            data[n++] = *jb_page_view_of(item->page, item->exprs[i].sig);
    jb_ctx_begin(&ctx, part->instance, "check", diags, item->page);
    if (jb_ctx_end(&ctx, chart->check(&ctx, part->instance->self, data, n)) != JB_OK)
        item->broken = 1;
}

/* The section's own check comes last: its parameters are then known to be sound. */
static void check_plugin(jb_page_item *item, jb_diags *diags)
{
    size_t i;
    jb_ctx ctx;
    for (i = 0; i < item->n_parts; i++)
        check_chart(item, &item->parts[i], diags);
    if (item->section == NULL || !JB_HAS(jb_section, item->section, check))
        return;
    jb_ctx_begin(&ctx, item->instance, "check", diags, item->page);
    if (jb_ctx_end(&ctx, item->section->check(&ctx, item->instance->self)) != JB_OK)
        item->broken = 1;
}

static void check_item(jb_page_item *item, jb_diags *diags)
{
    jb_page *page = item->page;
    jb_diags *mine;
    if (item->broken || item->skipped)
        return;
    mine = jb_diags_new();
    page->named_lost = 0;
    jb_page_bind(item, mine);
    item->bereft = item->section != NULL && page->named_lost;
    jb_page_forgive(page, mine);
    item->broken = jb_diags_errors(mine) > 0;
    jb_diags_join(diags, mine);
    jb_diags_free(mine);
    if (item->broken || item->failed || item->bereft)
        return;
    mine = jb_diags_new();
    page->named_lost = 0;
    check_plugin(item, mine);
    if (item->broken && item->section != NULL && page->named_lost) {
        item->bereft = 1; /* what it said in its own words rests on that */
        item->broken = 0;
    } else {
        jb_diags_join(diags, mine);
    }
    jb_diags_free(mine);
}

static void skip_others(jb_page *page, jb_diags *diags)
{
    jb_page_item *only = jb_page_find(page, page->options.only), *up;
    size_t i;
    const char **names;
    if (only == NULL) {
        names = jb_arena_alloc(page->arena, (page->n_items + 1) * sizeof *names);
        for (i = 0; i < page->n_items; i++)
            names[i] = page->items[i]->name;
        const char *near = jb_nearest(page->options.only, names, page->n_items);
        jb_diag(diags, "E0750", NULL, "--only", page->options.only, near != NULL ? near : "");
        return;
    }
    for (i = 0; i < page->n_items; i++) {
        for (up = page->items[i]; up != NULL && up != only; up = up->parent) {
        }
        page->items[i]->skipped |= up == NULL;
    }
}

/* Keeps what the caller may free before the page is done. */
static void copy_options(jb_page *page, const jb_page_options *o)
{
    const char **failed = jb_arena_alloc(page->arena, (o->n_failed + 1) * sizeof *failed);
    const char **unwritten = jb_arena_alloc(page->arena, (o->n_unwritten + 1) * sizeof *unwritten);
    size_t i;
    page->options = *o;
    for (i = 0; i < o->n_failed; i++)
        failed[i] = jb_arena_strdup(page->arena, o->failed[i]);
    for (i = 0; i < o->n_unwritten; i++)
        unwritten[i] = jb_arena_strdup(page->arena, o->unwritten[i]);
    page->options.failed = failed;
    page->options.unwritten = unwritten;
    page->options.only = o->only != NULL ? jb_arena_strdup(page->arena, o->only) : NULL;
    page->options.as_of = o->as_of != NULL ? jb_arena_strdup(page->arena, o->as_of) : NULL;
    page->options.date = o->date != NULL ? jb_arena_strdup(page->arena, o->date) : NULL;
    page->options.period = o->period != NULL ? jb_arena_strdup(page->arena, o->period) : NULL;
}

static void list_metrics(jb_page *page)
{
    size_t i;
    page->n_metrics = jb_config_count(page->config, "metric");
    page->metrics = jb_arena_alloc(page->arena, (page->n_metrics + 1) * sizeof *page->metrics);
    for (i = 0; i < page->n_metrics; i++)
        page->metrics[i] = jb_section_name(jb_config_at(page->config, "metric", i));
}

jb_page *jb_page_make(const jb_config *config, jb_registry *registry,
                      const jb_figure_set *signatures, const jb_page_options *options,
                      jb_diags *diags)
{
    jb_arena *arena = jb_arena_new();
    jb_page *page = jb_arena_alloc(arena, sizeof *page);
    jb_diags *told = jb_diags_new(); /* what is wrong with units is told where figures are made */
    size_t i;
    page->arena = arena;
    page->config = config;
    page->registry = registry;
    jb_page_part_lost(page, signatures);
    page->figures = page->signatures;
    page->names = jb_map_new();
    page->cache = jb_tcache_new();
    page->units = jb_units_new(config, told);
    jb_diags_free(told);
    jb_buf_init(&page->formatted, JB_BUF_MAX_TEXT);
    list_metrics(page);
    copy_options(page, options);
    jb_page_offer(registry);
    page->n_items = make_items(page, "section", &page->items, diags);
    page->n_renderers = make_items(page, "renderer", &page->renderers, diags);
    jb_page_order(page, diags);
    if (options->only != NULL)
        skip_others(page, diags);
    page->issuer = report_text(page, "issuer", &page->issuer_lost, diags);
    page->title = report_text(page, "title", &page->title_lost, diags);
    for (i = 0; i < page->n_items; i++)
        check_item(page->items[i], diags);
    for (i = 0; i < page->n_renderers; i++)
        check_item(page->renderers[i], diags);
    make_paths(page, diags);
    return page;
}

static void free_item(jb_page_item *item)
{
    size_t i;
    for (i = item->n_parts; i > 0; i--)
        jb_instance_free(item->parts[i - 1].instance);
    jb_instance_free(item->instance);
}

void jb_page_free(jb_page *page)
{
    size_t i;
    if (page == NULL)
        return;
    for (i = page->n_renderers; i > 0; i--)
        free_item(page->renderers[i - 1]);
    for (i = page->n_items; i > 0; i--)
        free_item(page->items[i - 1]);
    jb_doc_free(page->doc);
    jb_tcache_free(page->cache);
    jb_units_free(page->units);
    jb_map_free(page->names);
    jb_buf_free(&page->formatted);
    jb_arena_free(page->arena);
}

void jb_page_read(jb_page *page, const char *figure)
{
    const jb_fig *fig = jb_figure_find(page->signatures, figure);
    if (fig != NULL && jb_map_get(page->names, figure) == NULL)
        jb_map_put(page->names, fig->name, (void *)(uintptr_t)fig);
}

void jb_page_reads_template(jb_page *page, const jb_template *t)
{
    const char *const *names;
    size_t n = jb_template_names(t, &names), i;
    for (i = 0; i < n; i++)
        jb_page_read(page, names[i]);
}

size_t jb_page_figures(const jb_page *page, const char *const **out)
{
    size_t n = jb_map_count(page->names), i;
    const char **list = jb_arena_alloc(page->arena, (n + 1) * sizeof *list);
    for (i = 0; i < n; i++)
        list[i] = jb_map_key(page->names, i);
    *out = list;
    return n;
}

size_t jb_page_paths(const jb_page *page, const jb_output **out)
{
    *out = page->paths;
    return page->n_paths;
}
