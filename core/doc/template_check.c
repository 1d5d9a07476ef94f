// SPDX-License-Identifier: Apache-2.0
/* Everything that can be known of a text before there are numbers. */
#include "doc/template_impl.h"

#include "base/str.h"

#include <string.h>

static int check_list(jb_tenv *env, jb_tnode *node);

size_t jb_t_unit_prefix(jb_units *units, const jb_unit *unit, const char *text)
{
    jb_unit found;
    size_t n, skip = 0;
    size_t own = unit->text != NULL ? strlen(unit->text) : 0;
    int point = own > 0 && strcmp(unit->text, "百分点") == 0;
    if (point && strncmp(text, "个百分点", sizeof "个百分点" - 1) == 0)
        skip = sizeof "个" - 1;
    n = jb_unit_prefix(units, text + skip, strlen(text + skip), &found);
    if (n == 0)
        return own > 0 && strncmp(text, unit->text, own) == 0 && !jb_unit_is_scaled(unit) ? own : 0;
    if (jb_unit_is_none(unit))
        return jb_unit_is_counter(&found) ? n : 0;
    if (jb_unit_is_counter(unit))
        return n == own && strncmp(text, unit->text, own) == 0 ? n : 0;
    if (!jb_unit_same_dimension(unit, &found) || unit->num * found.den != found.num * unit->den)
        return 0;
    return skip + n;
}

/* Whether whatever is printed after a place begins with the unit, on every way the text can take.
 */
typedef struct follow {
    jb_tenv *env;
    const jb_unit *unit;
} follow;

static int begins(const follow *f, const jb_tnode *list, const jb_tnode *parent, int depth);

/* After the end of a list: what comes after the tag it is in; in a loop also the separator or the
 * next round. */
static int after(const follow *f, const jb_tnode *parent, int depth)
{
    if (parent == NULL || depth > 2 * JB_T_MAX_DEPTH)
        return 0;
    if (parent->kind == JB_TN_FOR && parent->loop->limit != 1) {
        const char *sep = parent->loop->sep;
        if (sep != NULL && sep[0] != '\0') {
            if (jb_t_unit_prefix(f->env->scope->units, f->unit, sep) == 0)
                return 0;
        } else {
            return 0; /* the next round begins with something else than the unit, or it would not be
                         a loop */
        }
    }
    return begins(f, parent->next, parent->parent, depth + 1);
}

static int begins(const follow *f, const jb_tnode *node, const jb_tnode *parent, int depth)
{
    const jb_tbranch *b;
    int has_else = 0;
    if (node == NULL)
        return after(f, parent, depth + 1);
    if (depth > 2 * JB_T_MAX_DEPTH)
        return 0;
    if (node->kind == JB_TN_TEXT)
        return jb_t_unit_prefix(f->env->scope->units, f->unit, node->text) > 0;
    if (node->kind != JB_TN_IF)
        return 0;
    for (b = node->branches; b != NULL; b = b->next) {
        has_else |= b->cond == NULL;
        if (!(b->body != NULL ? begins(f, b->body, node, depth + 1)
                              : begins(f, node->next, node->parent, depth + 1)))
            return 0;
    }
    return has_else || begins(f, node->next, node->parent, depth + 1);
}

/* ---- expressions ---- */

static const jb_fig *figure_of(const jb_tenv *env, const jb_texpr *e)
{
    const jb_tframe *f = e->form != JB_TF_EXPR ? jb_t_frame(env, e->name) : NULL;
    if (e->form == JB_TF_EXPR || e->form == JB_TF_FIELD)
        return NULL;
    return f != NULL ? f->figure : jb_figure_find(env->scope->figures, e->name);
}

/* 0 ok; reports unknown names, wrong units and what is not set. */
static int check_expr(jb_tenv *env, jb_texpr *e)
{
    jb_scope scope;
    jb_t_scope(env, &scope);
    env->unset = NULL;
    if (jb_expr_check_names(e->expr, &scope, env->diags) != 0)
        return -1;
    env->unset = NULL;
    if (jb_expr_check(e->expr, &scope, env->diags) != 0)
        return -1;
    if (env->unset == NULL)
        return 0;
    return 1;
}

static int check_print(jb_tenv *env, jb_tnode *node)
{
    jb_texpr *e = node->expr;
    jb_tspec *spec = node->spec;
    jb_template *t = env->t;
    const jb_fig *fig;
    const jb_unit *needed;
    follow f;
    int status = check_expr(env, e);
    if (status < 0)
        return -1;
    if (status > 0 && spec->or_text == NULL) {
        JB_T_FAIL(t, env->diags, e->at, e->len, "E0711", env->unset);
        return -1;
    }
    fig = figure_of(env, e);
    if (fig != NULL && e->form == JB_TF_NAME && fig->n_keys > 0 &&
        jb_t_frame(env, e->name) == NULL && !spec->names) {
        JB_T_FAIL(t, env->diags, e->at, e->len, "E0713", e->text, fig->key_names[0]);
        return -1;
    }
    if (jb_t_spec_check(env, e, spec, status > 0 ? JB_K_NULL : jb_expr_kind(e->expr),
                        jb_expr_unit(e->expr), fig) != 0)
        return -1;
    needed = jb_t_spec_unit(spec, jb_expr_kind(e->expr), jb_expr_unit(e->expr));
    if (needed == NULL)
        return 0;
    f.env = env;
    f.unit = needed;
    if (begins(&f, node->next, node->parent, 0))
        return 0;
    JB_T_FAIL(t, env->diags, node->at, node->len, "E0716", e->text, needed->text);
    return -1;
}

static int check_if(jb_tenv *env, jb_tnode *node)
{
    jb_tbranch *b;
    int failed = 0;
    for (b = node->branches; b != NULL; b = b->next) {
        if (b->cond != NULL && check_expr(env, b->cond) < 0)
            failed = 1;
        failed |= check_list(env, b->body) != 0;
    }
    return failed ? -1 : 0;
}

static int check_sort(jb_tenv *env, const jb_tloop *loop, const jb_fig *fig)
{
    jb_value value;
    jb_kind kind;
    int32_t scale;
    const char *unit, *near;
    const char **list;
    uint32_t i, n = 0;
    if (loop->sort == NULL || jb_t_field(fig, -1, loop->sort, &value, &kind, &scale, &unit))
        return 0;
    list = jb_arena_alloc(env->scratch, (fig->n_keys + fig->n_fields + 1) * sizeof *list);
    for (i = 0; i < fig->n_keys; i++)
        list[n++] = fig->key_names[i];
    for (i = 0; i < fig->n_fields; i++)
        list[n++] = fig->fields[i].name;
    list[n++] = "value";
    near = jb_nearest(loop->sort, list, n);
    JB_T_FAIL(env->t, env->diags, loop->sort_at, loop->sort_len, "E0721", loop->figure, loop->sort,
              near != NULL ? near : "value");
    return -1;
}

static int check_for(jb_tenv *env, jb_tnode *node)
{
    jb_tloop *loop = node->loop;
    jb_tframe frame = {.name = loop->bind, .row = -1, .up = env->top};
    jb_texpr probe = {.at = loop->figure_at, .len = loop->figure_len};
    jb_origin origin = env->t->origin;
    int failed = 0;
    origin.base += loop->figure_at;
    /* as an expression, so that an unknown name is told the way it is everywhere */
    probe.expr = jb_expr_parse(env->t->arena, env->t->text + loop->figure_at, loop->figure_len,
                               &origin, env->diags);
    if (probe.expr == NULL || check_expr(env, &probe) < 0)
        return -1;
    frame.figure = jb_figure_find(env->scope->figures, loop->figure);
    if (frame.figure == NULL || frame.figure->n_keys == 0 ||
        jb_t_frame(env, loop->figure) != NULL) {
        JB_T_FAIL(env->t, env->diags, loop->figure_at, loop->figure_len, "E0720", loop->figure);
        return -1;
    }
    if (jb_figure_find(env->scope->figures, loop->bind) != NULL ||
        jb_t_frame(env, loop->bind) != NULL) {
        JB_T_FAIL(env->t, env->diags, loop->bind_at, loop->bind_len, "E0719", loop->bind);
        return -1;
    }
    failed |= check_sort(env, loop, frame.figure) != 0;
    env->top = &frame;
    if (loop->where != NULL) {
        if (check_expr(env, loop->where) < 0) {
            failed = 1;
        } else if (jb_expr_kind(loop->where->expr) != JB_K_BOOL) {
            JB_T_FAIL(env->t, env->diags, loop->where->at, loop->where->len, "E0722",
                      loop->where->text);
            failed = 1;
        }
    }
    failed |= check_list(env, loop->body) != 0;
    env->top = frame.up;
    return failed ? -1 : 0;
}

static int check_block(jb_tenv *env, jb_tnode *node)
{
    jb_template *t = env->t;
    if (env->scope->has_block == NULL || !env->scope->has_block(env->scope->data, node->text)) {
        JB_T_FAIL(t, env->diags, node->at, node->len, "E0723", node->text);
        return -1;
    }
    if (node->kind == JB_TN_REF)
        return 0;
    if (t->n_blocks == t->cap_blocks) {
        const char **wider;
        t->cap_blocks = t->cap_blocks == 0 ? 4 : t->cap_blocks * 2;
        wider = jb_arena_alloc(t->arena, t->cap_blocks * sizeof *wider);
        if (t->n_blocks > 0)
            memcpy(wider, t->blocks, t->n_blocks * sizeof *wider);
        t->blocks = wider;
    }
    t->blocks[t->n_blocks++] = node->text;
    return 0;
}

static int check_list(jb_tenv *env, jb_tnode *node)
{
    int failed = 0;
    for (; node != NULL; node = node->next) {
        switch (node->kind) {
        case JB_TN_PRINT:
            failed |= check_print(env, node) != 0;
            break;
        case JB_TN_IF:
            failed |= check_if(env, node) != 0;
            break;
        case JB_TN_FOR:
            failed |= check_for(env, node) != 0;
            break;
        case JB_TN_BLOCK:
        case JB_TN_REF:
            failed |= check_block(env, node) != 0;
            break;
        case JB_TN_LINE:
        case JB_TN_TEXT:
            break;
        }
    }
    return failed ? -1 : 0;
}

int jb_template_check(jb_template *t, const jb_tscope *scope, jb_diags *diags)
{
    jb_tenv env = {.t = t, .scope = scope, .diags = diags};
    jb_tframe *frames;
    size_t i;
    int status;
    env.scratch = jb_arena_new();
    frames = jb_arena_alloc(env.scratch, (scope->n_binds + 1) * sizeof *frames);
    for (i = 0; i < scope->n_binds; i++) {
        frames[i].name = scope->binds[i].name;
        frames[i].figure = scope->binds[i].figure;
        frames[i].row = -1;
        frames[i].up = env.top;
        env.top = &frames[i];
    }
    t->n_blocks = 0;
    status = check_list(&env, t->first);
    jb_arena_free(env.scratch);
    return status;
}
