// SPDX-License-Identifier: Apache-2.0
/* Typing of the leaves: literals with their units, columns, figures, fields and rows of figures. */
#include "data/expr_impl.h"

#include "base/str.h"

#include <string.h>

static jb_ex *copy(jb_ex_check *c, const jb_ex *parsed, jb_ex_op op)
{
    return jb_ex_node(c->e->arena, op, parsed->n, parsed->at, parsed->len);
}

/* ---- literals ---- */

jb_ex *jb_ex_type_literal(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = copy(c, p, JB_EX_LIT);
    x->value = p->value;
    x->kind = p->kind;
    x->scale = p->scale;
    x->literal = 1;
    if (!p->name) {
        return x;
    }
    size_t n = strlen(p->name);
    const char *near = NULL;
    if (!c->scope->units || jb_unit_parse(c->scope->units, p->name, n, &x->unit, &near)) {
        if (!near) { /* a name that begins with a digit, without its braces */
            near = jb_arena_fmt(c->e->arena, "{%.*s}", (int)p->len, c->e->text + p->at);
        }
        JB_EX_FAIL(c->e, c->diags, p->at, p->len, "E0253", p->name, near);
        return NULL;
    }
    jb_unit none = x->unit;
    none.num = none.den = 1;
    none.text = "";
    if (jb_unit_same_dimension(&none, &(jb_unit){.num = 1, .den = 1})) {
        return jb_ex_scaled(c, x, x->unit.num, x->unit.den, &none); /* 10亿, 2倍 */
    }
    return x;
}

/* ---- names ---- */

static jb_ex *unknown_name(jb_ex_check *c, const jb_ex *p)
{
    const char *const *names = NULL;
    size_t n = c->scope->names ? c->scope->names(c->scope->data, &names) : 0;
    const char *near = jb_nearest(p->name, names, n);
    if (!near && !c->scope->over_figures) {
        near = jb_arena_fmt(c->e->arena, "\"%s\"", p->name); /* text without its quotes */
    }
    JB_EX_FAIL(c->e, c->diags, p->at, p->len, c->scope->over_figures ? "E0412" : "E0301", p->name,
               near ? near : "");
    if (!c->scope->over_figures && n) {
        jb_diag_note_at(c->diags, "E0302", NULL, jb_ex_words(c->e->arena, names, n, 40));
    }
    return NULL;
}

static const jb_ex *node_of(const jb_ex *x, const char *name)
{
    if (x->op == JB_EX_NAME) {
        return strcmp(x->name, name) == 0 ? x : NULL;
    }
    for (uint32_t i = 0; i < x->n; i++) {
        const jb_ex *found = node_of(x->kids[i], name);
        if (found) {
            return found;
        }
    }
    return NULL;
}

int jb_expr_check_names(jb_expr *e, const jb_scope *scope, jb_diags *diags)
{
    jb_ex_check c = {e, scope, diags};
    int status = 0;
    for (size_t i = 0; i < e->n_names; i++) {
        jb_symbol s;
        const jb_ex *at = node_of(e->parsed, e->names[i]);
        memset(&s, 0, sizeof s);
        if (!at || (scope->find_field && scope->find_field(scope->data, e->names[i], NULL, &s)) ||
            (scope->find && scope->find(scope->data, e->names[i], &s))) {
            continue;
        }
        unknown_name(&c, at);
        status = -1;
    }
    return status;
}

static void take_symbol(jb_ex *x, const jb_symbol *s)
{
    x->kind = (uint8_t)s->kind;
    x->scale = s->kind == JB_K_DEC ? s->scale : 0;
    x->unit = s->unit;
    if (!x->unit.text || x->unit.den == 0) {
        memset(&x->unit, 0, sizeof x->unit);
        x->unit.num = x->unit.den = 1;
        x->unit.text = "";
    }
    x->column = s->column;
    x->figure = s->figure;
    x->keyed = s->figure && s->figure->n_keys > 0;
}

jb_ex *jb_ex_type_name(jb_ex_check *c, const jb_ex *p)
{
    jb_symbol s;
    jb_ex *x = copy(c, p, JB_EX_NAME);
    x->name = p->name;
    memset(&s, 0, sizeof s);
    if (c->scope->find_field && c->scope->find_field(c->scope->data, p->name, NULL, &s)) {
        take_symbol(x, &s); /* the row of a loop hides a figure of the same name */
        x->figure = NULL;
        x->keyed = 0;
        x->derived = 1;
        return x;
    }
    memset(&s, 0, sizeof s);
    if (!c->scope->find || !c->scope->find(c->scope->data, p->name, &s)) {
        return unknown_name(c, p);
    }
    take_symbol(x, &s);
    x->derived = c->scope->over_figures && !s.figure;
    return x;
}

static jb_ex *no_field(jb_ex_check *c, const jb_ex *p, const jb_fig *fig)
{
    const char *near = NULL, **names = NULL;
    size_t n = 0;
    if (fig) {
        names = jb_arena_alloc(c->e->arena, (fig->n_fields + fig->n_keys + 1) * sizeof *names);
        for (uint32_t i = 0; i < fig->n_fields; i++) {
            names[n++] = fig->fields[i].name;
        }
        for (uint32_t i = 0; i < fig->n_keys; i++) {
            names[n++] = fig->key_names[i];
        }
        near = jb_nearest(p->name2, names, n);
    }
    JB_EX_FAIL(c->e, c->diags, p->at, p->len, "E0261", p->name2, near ? near : "");
    if (n) {
        jb_diag_note_at(c->diags, "E0303", NULL, jb_ex_words(c->e->arena, names, n, 40));
    }
    return NULL;
}

jb_ex *jb_ex_type_field(jb_ex_check *c, const jb_ex *p)
{
    const jb_ex *base = p->kids[0];
    jb_symbol s;
    memset(&s, 0, sizeof s);
    if (base->op == JB_EX_INDEX) { /* F[k].f is F.f[k] */
        jb_ex *field = jb_ex_node(c->e->arena, JB_EX_FIELD, 1, p->at, p->len);
        field->kids[0] = base->kids[0];
        field->name2 = p->name2;
        jb_ex *index = jb_ex_node(c->e->arena, JB_EX_INDEX, base->n, p->at, p->len);
        memcpy(index->kids, base->kids, base->n * sizeof *base->kids);
        index->kids[0] = field;
        return jb_ex_type_index(c, index);
    }
    jb_ex *x = copy(c, p, JB_EX_FIELD);
    x->n = 0;
    x->name2 = p->name2;
    if (base->op != JB_EX_NAME) {
        return no_field(c, p, NULL);
    }
    x->name = base->name;
    if (c->scope->find_field && c->scope->find_field(c->scope->data, base->name, p->name2, &s)) {
        take_symbol(x, &s);
        x->figure = NULL;
        x->keyed = 0;
        x->derived = 1;
        return x;
    }
    memset(&s, 0, sizeof s);
    if (c->scope->find_field && c->scope->find_field(c->scope->data, base->name, NULL, &s)) {
        return no_field(c, p, s.figure); /* a row, which lacks this field: no metric is meant */
    }
    if (!c->scope->over_figures || !c->scope->find ||
        !c->scope->find(c->scope->data, base->name, &s)) {
        return c->scope->over_figures ? unknown_name(c, base) : no_field(c, p, NULL);
    }
    const jb_fig *fig = s.figure;
    take_symbol(x, &s);
    for (uint32_t i = 0; fig && i < fig->n_fields; i++) {
        const jb_fig_field *f = &fig->fields[i];
        if (strcmp(f->name, p->name2) == 0) {
            jb_unit none = {.num = 1, .den = 1, .text = ""};
            x->kind = (uint8_t)f->kind;
            x->scale = f->kind == JB_K_DEC ? f->scale : 0;
            x->unit = none;
            if (f->unit && *f->unit && c->scope->units) {
                if (jb_unit_parse(c->scope->units, f->unit, strlen(f->unit), &x->unit, NULL)) {
                    x->unit = none;
                }
            }
            return x;
        }
    }
    for (uint32_t i = 0; fig && i < fig->n_keys; i++) {
        if (strcmp(fig->key_names[i], p->name2) == 0) {
            jb_unit none = {.num = 1, .den = 1, .text = ""};
            x->kind = JB_K_TEXT;
            x->unit = none;
            return x;
        }
    }
    return no_field(c, p, fig);
}

/* A signature whose rows are declared lists them: a key that is none of them is a slip. 0 ok. */
static int check_key(jb_ex_check *c, const jb_fig *f, uint32_t k, const jb_ex *key)
{
    if (!(f->flags & JB_FIG_SHAPE) || f->n_rows == 0 || key->op != JB_EX_LIT ||
        key->kind != JB_K_TEXT) {
        return 0;
    }
    const char **known = jb_arena_alloc(c->e->arena, (size_t)f->n_rows * sizeof *known);
    size_t n = 0;
    for (int64_t r = 0; r < f->n_rows; r++) {
        const char *text = f->keys[k][r];
        if (text && strcmp(text, key->value.text) == 0) {
            return 0;
        }
        if (text && (n == 0 || strcmp(known[n - 1], text) != 0)) {
            known[n++] = text;
        }
    }
    const char *near = jb_nearest(key->value.text, known, n);
    JB_EX_FAIL(c->e, c->diags, key->at, key->len, "E0262", f->name ? f->name : "", key->value.text,
               near ? near : "", jb_ex_words(c->e->arena, known, n, 40));
    return -1;
}

jb_ex *jb_ex_type_index(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = copy(c, p, JB_EX_INDEX);
    for (uint32_t i = 0; i < p->n; i++) {
        x->kids[i] = jb_ex_type(c, p->kids[i]);
        if (!x->kids[i]) {
            return NULL;
        }
    }
    jb_ex *base = x->kids[0];
    uint32_t n_keys = base->keyed && base->figure ? base->figure->n_keys : 0;
    if (n_keys != p->n - 1) {
        const char *have = jb_arena_fmt(c->e->arena, "%u", p->n - 1);
        const char *want = jb_arena_fmt(c->e->arena, "%u", n_keys);
        JB_EX_FAIL(c->e, c->diags, p->at, p->len, "E0259", base->name ? base->name : "", want,
                   have);
        return NULL;
    }
    for (uint32_t i = 1; i < p->n; i++) {
        jb_ex *k = x->kids[i];
        if (k->keyed || (k->kind != JB_K_TEXT && k->kind != JB_K_INT && k->kind != JB_K_NULL)) {
            JB_EX_FAIL(c->e, c->diags, k->at, k->len, "E0251", "text",
                       jb_kind_name((jb_kind)k->kind));
            return NULL;
        }
        if (check_key(c, base->figure, i - 1, k)) {
            return NULL;
        }
    }
    x->kind = base->kind;
    x->scale = base->scale;
    x->unit = base->unit;
    x->divides = base->divides;
    return x;
}
