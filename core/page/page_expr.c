// SPDX-License-Identifier: Apache-2.0
/* Expressions over figures and texts of parameters: checked against shapes, then evaluated. */
#include "page/page_impl.h"

#include <string.h>

/* ---- names in expressions ---- */

static int find(void *data, const char *name, jb_symbol *out)
{
    jb_page *page = data;
    const jb_fig *fig = jb_figure_find(page->figures, name);
    if (fig == NULL) {
        page->named_lost |= jb_page_is_lost(page, name);
        return 0;
    }
    memset(out, 0, sizeof *out);
    out->kind = fig->kind;
    out->scale = fig->kind == JB_K_DEC ? fig->scale : 0;
    out->column = -1;
    out->figure = fig;
    out->unit.num = out->unit.den = 1;
    out->unit.text = "";
    if (fig->unit != NULL && fig->unit[0] != '\0')
        (void)jb_unit_parse(page->units, fig->unit, strlen(fig->unit), &out->unit, NULL);
    jb_page_read(page, name);
    return 1;
}

static size_t names(void *data, const char *const **out)
{
    jb_page *page = data;
    const char **list =
        jb_arena_alloc(page->arena, (page->figures->n + page->n_metrics + 1) * sizeof *list);
    size_t i, n = 0;
    for (i = 0; i < page->n_metrics; i++)
        list[n++] = page->metrics[i];
    for (i = 0; i < page->figures->n; i++)
        if (page->figures->figs[i]->name != NULL)
            list[n++] = page->figures->figs[i]->name;
    *out = list;
    return n;
}

static jb_scope scope_of(jb_page *page)
{
    jb_scope s;
    memset(&s, 0, sizeof s);
    s.over_figures = 1;
    s.units = page->units;
    s.data = page;
    s.find = find;
    s.names = names;
    return s;
}

static jb_expr *parse_item(jb_page *page, const jb_setting *set, size_t item, jb_diags *diags)
{
    jb_scope scope = scope_of(page);
    jb_origin origin = {0};
    jb_expr *e;
    if (set->value != NULL)
        origin = jb_origin_of_value(set->value, set->offsets != NULL ? set->offsets[item] : 0);
    e = jb_expr_parse(page->arena, set->items[item], strlen(set->items[item]), &origin, diags);
    if (e == NULL || jb_expr_check_names(e, &scope, diags) != 0 ||
        jb_expr_check(e, &scope, diags) != 0)
        return NULL;
    return e;
}

/* The shape of an expression that is more than a name: keyed as its first keyed operand is. */
static const jb_fig *shape_of(jb_page *page, const jb_expr *e)
{
    jb_fig *fig = jb_arena_alloc(page->arena, sizeof *fig);
    const char *const *read;
    size_t n = jb_expr_names(e, &read), i;
    fig->name = jb_arena_strdup(page->arena, jb_expr_text(e));
    fig->unit = jb_expr_unit(e)->text;
    fig->kind = jb_expr_kind(e);
    fig->scale = jb_expr_scale(e);
    fig->flags = JB_FIG_SHAPE | JB_FIG_EXPR;
    fig->type = "";
    fig->period = fig->as_of = fig->source = fig->definition = "";
    for (i = 0; i < n && fig->n_keys == 0; i++) {
        const jb_fig *operand = jb_figure_find(page->signatures, read[i]);
        if (operand == NULL || operand->n_keys == 0)
            continue;
        fig->n_keys = operand->n_keys;
        fig->key_names = operand->key_names;
        fig->keys = jb_arena_alloc(page->arena, operand->n_keys * sizeof *fig->keys);
    }
    return fig;
}

static size_t figure_items(const jb_args *args)
{
    size_t n = 0, i, count = jb_args_count(args);
    for (i = 0; i < count; i++)
        if (jb_args_at(args, i)->param->type == JB_T_FIGURE)
            n += jb_args_at(args, i)->n_items;
    return n;
}

static void bind_figures(jb_page_item *item, const jb_setting *set, jb_diags *diags)
{
    jb_page *page = item->page;
    size_t i;
    for (i = 0; i < set->n_items; i++) {
        jb_page_expr *x = &item->exprs[item->n_exprs++];
        x->key = set->param->key;
        x->item = i;
        x->expr = parse_item(page, set, i, diags);
        if (x->expr == NULL)
            continue;
        if (jb_expr_is_name(x->expr, &x->name))
            x->sig = jb_figure_find(page->signatures, x->name);
        else
            x->sig = shape_of(page, x->expr);
    }
}

/* Templates the host can judge alone: TEXT always, TEMPLATE when the section has no check of its
 * own. */
static void bind_text(jb_page_item *item, const jb_setting *set, jb_diags *diags)
{
    jb_page *page = item->page;
    int one_line = set->param->type == JB_T_TEMPLATE;
    jb_origin origin = {0};
    jb_page_text *t;
    jb_tscope scope = jb_page_scope(page);
    int own_check = item->section != NULL && JB_HAS(jb_section, item->section, check);
    if (set->value != NULL)
        origin = jb_origin_of_value(set->value, 0);
    t = jb_arena_alloc(page->arena, sizeof *t);
    t->key = set->param->key;
    t->text = set->text;
    t->parsed =
        jb_template_parse(page->arena, set->text, strlen(set->text), one_line, &origin, diags);
    if (t->parsed == NULL || (one_line && own_check && strcmp(t->key, "title") != 0))
        return;
    if (one_line)
        scope.has_block = NULL;
    if (jb_template_check(t->parsed, &scope, diags) != 0) {
        if (!page->named_lost)
            return;
        if (strcmp(t->key, "title") == 0) {
            item->title_lost = 1;
            return;
        }
        t->next = item->texts; /* the blocks it would have placed stand nowhere else */
        item->texts = t;
        return;
    }
    jb_page_reads_template(page, t->parsed);
    if (strcmp(t->key, "title") == 0) {
        item->title = set->text[0] != '\0' ? t->parsed : NULL;
        return;
    }
    t->next = item->texts;
    item->texts = t;
}

static void find_placed(jb_page_item *item)
{
    const jb_page_text *t;
    const char *const *blocks;
    size_t n, i;
    for (t = item->texts; t != NULL; t = t->next) {
        n = jb_template_blocks(t->parsed, &blocks);
        for (i = 0; i < n; i++) {
            jb_page_item *placed = jb_page_find(item->page, blocks[i]);
            if (placed != NULL)
                placed->placed = 1;
        }
    }
}

void jb_page_bind(jb_page_item *item, jb_diags *diags)
{
    const jb_args *args = item->instance->args;
    size_t i, count = jb_args_count(args);
    const jb_setting *when = item->section != NULL ? jb_args_get(args, "when") : NULL;
    item->exprs = jb_arena_alloc(item->page->arena, (figure_items(args) + 1) * sizeof *item->exprs);
    for (i = 0; i < count; i++) {
        const jb_setting *set = jb_args_at(args, i);
        if (set->text == NULL || (set->param->flags & JB_P_KEYED) != 0)
            continue;
        if (set == when)
            item->when = jb_page_condition(item->page, set, diags);
        else if (set->param->type == JB_T_FIGURE)
            bind_figures(item, set, diags);
        else if ((set->param->type == JB_T_TEXT || set->param->type == JB_T_TEMPLATE) &&
                 (set->param->flags & JB_P_LIST) == 0)
            bind_text(item, set, diags);
    }
    find_placed(item);
}

jb_expr *jb_page_condition(jb_page *page, const jb_setting *set, jb_diags *diags)
{
    jb_expr *e = parse_item(page, set, 0, diags);
    const char *name;
    jb_place place;
    if (e == NULL || jb_expr_kind(e) == JB_K_BOOL || jb_expr_is_name(e, &name))
        return e;
    place = set->value != NULL ? set->value->place : (jb_place){0};
    jb_diag(diags, "E0761", &place, set->text);
    return NULL;
}

/* ---- values ---- */

static int no_binds(void *data, const char *bind, const char *field, jb_value *out)
{
    (void)data;
    (void)bind;
    (void)field;
    (void)out;
    return -1;
}

static int evaluate(jb_page *page, const jb_expr *e, jb_fig **out)
{
    jb_figures_env env = {.figures = page->figures, .data = page, .field = no_binds};
    return jb_expr_eval_figures(e, &env, page->arena, out);
}

int jb_page_holds(jb_page *page, const jb_expr *e, const jb_place *place, jb_diags *diags)
{
    jb_fig *fig = NULL;
    int status = evaluate(page, e, &fig);
    int64_t i;
    if (status == -2)
        jb_diag(diags, "E0725", place, jb_expr_text(e));
    if (status != 0)
        return status;
    /* a grouped statement holds when it holds for every row; a bare figure when it is known */
    for (i = 0; i < fig->n_rows; i++)
        if (fig->values[i].kind == JB_K_NULL ||
            (fig->values[i].kind == JB_K_BOOL && fig->values[i].num == 0))
            return 0;
    return fig->n_rows > 0;
}

const jb_fig *jb_page_figure(jb_page_item *item, const char *key, size_t index, jb_diags *diags)
{
    jb_page *page = item->page;
    jb_page_expr *x = NULL;
    jb_fig *fig = NULL;
    jb_place place;
    size_t i;
    for (i = 0; i < item->n_exprs && x == NULL; i++)
        if (strcmp(item->exprs[i].key, key) == 0 && item->exprs[i].item == index)
            x = &item->exprs[i];
    if (x == NULL || x->sig == NULL)
        return NULL;
    if (page->figures == page->signatures)
        return x->sig;
    if (x->value != NULL)
        return x->value;
    if (x->name != NULL)
        return x->value = jb_figure_find(page->figures, x->name);
    place = jb_args_place(item->instance->args, key, index + 1);
    switch (evaluate(page, x->expr, &fig)) {
    case 0:
        fig->name = x->sig->name;
        fig->flags |= JB_FIG_EXPR;
        break;
    case -3:
        fig = jb_arena_alloc(page->arena, sizeof *fig);
        *fig = *x->sig;
        fig->flags = JB_FIG_LOST | JB_FIG_EXPR;
        break;
    default:
        jb_diag(diags, "E0725", &place, jb_expr_text(x->expr));
        return NULL;
    }
    return x->value = fig;
}

/* What {block} may place: sections without texts of their own, so that no text can place itself. */
static int has_block(void *data, const char *name)
{
    const jb_page_item *item = jb_page_find(data, name);
    const jb_component *c;
    uint32_t i;
    if (item == NULL || item->instance == NULL)
        return item != NULL;
    c = item->instance->type->component;
    for (i = 0; i < c->n_params; i++) {
        const char *at = (const char *)c->params + (size_t)i * c->param_stride;
        if (((const jb_param *)(const void *)at)->type == JB_T_TEXT)
            return 0;
    }
    return 1;
}

static void missing(void *data, const char *name)
{
    jb_page *page = data;
    page->named_lost |= jb_page_is_lost(page, name);
}

jb_tscope jb_page_scope(jb_page *page)
{
    jb_tscope s;
    memset(&s, 0, sizeof s);
    s.figures = page->figures;
    s.known = page->metrics;
    s.n_known = page->n_metrics;
    s.units = page->units;
    s.as_of = page->options.as_of;
    s.date = page->options.date;
    s.period = page->options.period;
    s.issuer = page->issuer_text;
    s.has_block = has_block;
    s.data = page;
    s.cache = page->cache;
    s.missing = missing;
    return s;
}
