// SPDX-License-Identifier: Apache-2.0
/* Parsed tree → typed tree. Each function makes a node of its own, so a text can be checked again
 * in another scope. NULL: reported. */
#include "data/expr_impl.h"

#include "data/unit_table.h"

#include <string.h>

static jb_ex *copy(jb_ex_check *c, const jb_ex *parsed, jb_ex_op op)
{
    return jb_ex_node(c->e->arena, op, parsed->n, parsed->at, parsed->len);
}

/* ---- kinds ---- */

static int kinds_differ(jb_ex_check *c, const jb_ex *node, const jb_ex *a, const jb_ex *b)
{
    JB_EX_FAIL(c->e, c->diags, node->at, node->len, "E0252", jb_kind_name((jb_kind)a->kind),
               jb_kind_name((jb_kind)b->kind), jb_ex_op_text((jb_ex_op)node->op));
    return -1;
}

static int text_as_date(jb_ex_check *c, jb_ex *x)
{
    int32_t days;
    if (x->op != JB_EX_LIT || x->kind != JB_K_TEXT) {
        return 1;
    }
    if (jb_date_parse(x->value.text, strlen(x->value.text), &days)) {
        JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0255", x->value.text);
        return -1;
    }
    memset(&x->value, 0, sizeof x->value);
    x->value.kind = x->kind = JB_K_DATE;
    x->value.num = days;
    return 0;
}

int jb_ex_same_kind(jb_ex_check *c, jb_ex *node, jb_ex **a, jb_ex **b)
{
    int ka = (*a)->kind, kb = (*b)->kind;
    if (ka == JB_K_NULL || kb == JB_K_NULL || ka == kb ||
        (jb_kind_is_number(ka) && jb_kind_is_number(kb))) {
        return 0;
    }
    jb_ex *text = ka == JB_K_DATE ? *b : kb == JB_K_DATE ? *a : NULL;
    int status = text ? text_as_date(c, text) : 1;
    return status == 1 ? kinds_differ(c, node, *a, *b) : status;
}

int jb_ex_inherit(jb_ex_check *c, jb_ex *x)
{
    x->literal = 1;
    for (uint32_t i = 0; i < x->n; i++) {
        const jb_ex *k = x->kids[i];
        x->literal = x->literal && k->literal;
        x->divides = x->divides || k->divides;
        if (!k->keyed) {
            continue;
        }
        const jb_fig *f = k->figure, *first = x->figure;
        int same = !first || f->n_keys == first->n_keys;
        for (uint32_t j = 0; first && same && j < f->n_keys; j++) {
            same = strcmp(f->key_names[j], first->key_names[j]) == 0;
        }
        if (!same) {
            JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0258", first->key_names[0],
                       f->key_names[0]);
            return -1;
        }
        x->keyed = 1;
        x->figure = first ? first : f;
    }
    return 0;
}

static jb_ex *finish(jb_ex_check *c, jb_ex *x)
{
    return jb_ex_inherit(c, x) ? NULL : jb_ex_fold(c, x);
}

static jb_ex *with_kids(jb_ex_check *c, const jb_ex *p, jb_ex_op op)
{
    jb_ex *x = copy(c, p, op);
    for (uint32_t i = 0; i < p->n; i++) {
        x->kids[i] = jb_ex_type(c, p->kids[i]);
        if (!x->kids[i]) {
            return NULL;
        }
    }
    return x;
}

static int want_kind(jb_ex_check *c, const jb_ex *x, int ok, const char *want)
{
    if (!ok && x->kind != JB_K_NULL) {
        JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0251", want, jb_kind_name((jb_kind)x->kind));
        return -1;
    }
    return 0;
}

static jb_ex *type_logic(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = with_kids(c, p, (jb_ex_op)p->op);
    for (uint32_t i = 0; x && i < x->n; i++) {
        if (want_kind(c, x->kids[i], x->kids[i]->kind == JB_K_BOOL, "bool")) {
            return NULL;
        }
    }
    if (x) {
        x->kind = JB_K_BOOL;
    }
    return x ? finish(c, x) : NULL;
}

static int not_null_literal(jb_ex_check *c, const jb_ex *x)
{
    if (x->op == JB_EX_LIT && x->kind == JB_K_NULL) {
        JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0254", "");
        return -1;
    }
    return 0;
}

static jb_ex *type_comparison(jb_ex_check *c, const jb_ex *p)
{
    jb_unit unit;
    jb_ex *x = with_kids(c, p, (jb_ex_op)p->op);
    if (!x || not_null_literal(c, x->kids[0]) || not_null_literal(c, x->kids[1]) ||
        jb_ex_same_kind(c, x, &x->kids[0], &x->kids[1])) {
        return NULL;
    }
    if (jb_kind_is_number(x->kids[0]->kind) &&
        jb_ex_meet(c, x, &x->kids[0], &x->kids[1], 1, &unit)) {
        return NULL;
    }
    x->kind = JB_K_BOOL;
    return finish(c, x);
}

/* `in` and `between` keep their form when every item can be written in the unit of the first
 * operand; else they are the comparisons that they stand for, which are exact in any unit. */
static jb_ex *as_comparisons(jb_ex_check *c, const jb_ex *p)
{
    int in = p->op == JB_EX_IN;
    jb_ex *all = jb_ex_node(c->e->arena, in ? JB_EX_OR : JB_EX_AND, p->n - 1, p->at, p->len);
    for (uint32_t i = 1; i < p->n; i++) {
        jb_ex *one = jb_ex_node(c->e->arena,
                                in       ? JB_EX_EQ
                                : i == 1 ? JB_EX_GE
                                         : JB_EX_LE,
                                2, p->at, p->len);
        one->kids[0] = p->kids[0];
        one->kids[1] = p->kids[i];
        all->kids[i - 1] = one;
    }
    return p->n == 2 ? jb_ex_type(c, all->kids[0]) : jb_ex_type(c, all);
}

static jb_ex *type_range(jb_ex_check *c, const jb_ex *p)
{
    jb_unit unit;
    jb_ex *x = with_kids(c, p, (jb_ex_op)p->op);
    if (!x || not_null_literal(c, x->kids[0])) {
        return NULL;
    }
    for (uint32_t i = 1; i < x->n; i++) {
        const jb_ex *first = x->kids[0], *item = x->kids[i];
        int number = jb_kind_is_number(first->kind) && jb_kind_is_number(item->kind);
        if (number && (first->literal || !item->literal) &&
            (first->unit.num != item->unit.num || first->unit.den != item->unit.den)) {
            return as_comparisons(c, p);
        }
        if (jb_ex_same_kind(c, x, &x->kids[0], &x->kids[i])) {
            return NULL;
        }
        jb_ex *before = x->kids[0];
        if (number && jb_ex_meet(c, x, &x->kids[0], &x->kids[i], 1, &unit)) {
            return NULL;
        }
        if (x->kids[0] != before) {
            return as_comparisons(c, p);
        }
    }
    x->kind = JB_K_BOOL;
    return finish(c, x);
}

static jb_ex *type_like(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = with_kids(c, p, JB_EX_LIKE);
    if (!x || want_kind(c, x->kids[0], x->kids[0]->kind == JB_K_TEXT, "text") ||
        want_kind(c, x->kids[1], x->kids[1]->kind == JB_K_TEXT && x->kids[1]->op == JB_EX_LIT,
                  "\"text\"")) {
        return NULL;
    }
    x->kind = JB_K_BOOL;
    return finish(c, x);
}

/* ---- arithmetic ---- */

static uint8_t number_kind(const jb_ex *a, const jb_ex *b)
{
    int ka = a->kind, kb = b->kind;
    if (ka == JB_K_NULL || kb == JB_K_NULL) {
        return (uint8_t)(ka == JB_K_NULL ? kb : ka);
    }
    return ka == JB_K_FLOAT || kb == JB_K_FLOAT ? JB_K_FLOAT
           : ka == JB_K_DEC || kb == JB_K_DEC   ? JB_K_DEC
                                                : JB_K_INT;
}

static int32_t scale_in(const jb_ex *x)
{
    return x->kind == JB_K_DEC ? x->scale : 0;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static jb_ex *of_dates(jb_ex_check *c, jb_ex *x)
{
    jb_ex *a = x->kids[0], *b = x->kids[1];
    if (x->op == JB_EX_SUB && (a->kind == JB_K_DATE || b->kind == JB_K_DATE) &&
        b->kind != JB_K_INT) {
        if (jb_ex_same_kind(c, x, &x->kids[0], &x->kids[1])) {
            return NULL;
        }
        x->op = JB_EX_DATEDIFF;
        x->kind = JB_K_INT;
        return finish(c, x);
    }
    if (a->kind != JB_K_DATE || b->kind != JB_K_INT) {
        kinds_differ(c, x, a, b);
        return NULL;
    }
    if (x->op == JB_EX_SUB) {
        jb_ex *minus = jb_ex_node(c->e->arena, JB_EX_NEG, 1, b->at, b->len);
        minus->kids[0] = b;
        minus->kind = JB_K_INT;
        x->kids[1] = finish(c, minus);
    }
    x->op = JB_EX_DATEADD;
    x->kind = JB_K_DATE;
    return x->kids[1] ? finish(c, x) : NULL;
}

/* % - % is 百分点; % ± 百分点 is %. Both are hundredths, so only the name changes. */
static void points(const jb_ex *x, jb_ex *a, jb_ex *b, jb_unit *result, int *named)
{
    jb_unit point = {.num = 1, .den = 100, .text = "百分点"};
    int pa = jb_unit_is_percent(&a->unit), pb = jb_unit_is_percent(&b->unit);
    point.dim[JB_DIM_POINT] = 1;
    if (pa && jb_unit_is_point(&b->unit)) {
        *result = a->unit;
        b->unit.dim[JB_DIM_PERCENT] = 1;
        b->unit.dim[JB_DIM_POINT] = 0;
        *named = 1;
    } else if (pb && jb_unit_is_point(&a->unit) && x->op == JB_EX_ADD) {
        *result = b->unit;
        a->unit.dim[JB_DIM_PERCENT] = 1;
        a->unit.dim[JB_DIM_POINT] = 0;
        *named = 1;
    } else if (x->op == JB_EX_SUB && (pa || pb) && !(a->literal && b->literal)) {
        *result = point;
        *named = 1;
    }
}

static jb_ex *type_sum(jb_ex_check *c, const jb_ex *p)
{
    jb_unit unit, named_unit;
    int named = 0;
    jb_ex *x = with_kids(c, p, (jb_ex_op)p->op);
    if (!x) {
        return NULL;
    }
    if (x->kids[0]->kind == JB_K_DATE || x->kids[1]->kind == JB_K_DATE) {
        return of_dates(c, x);
    }
    if (want_kind(c, x->kids[0], jb_kind_is_number(x->kids[0]->kind), "int / decimal") ||
        want_kind(c, x->kids[1], jb_kind_is_number(x->kids[1]->kind), "int / decimal")) {
        return NULL;
    }
    points(x, x->kids[0], x->kids[1], &named_unit, &named);
    if (jb_ex_meet(c, x, &x->kids[0], &x->kids[1], 0, &unit)) {
        return NULL;
    }
    x->unit = unit;
    if (named && (jb_unit_is_percent(&unit) || jb_unit_is_point(&unit)) && unit.den == 100) {
        x->unit = named_unit;
    }
    x->kind = number_kind(x->kids[0], x->kids[1]);
    x->scale = x->kind == JB_K_DEC ? larger(scale_in(x->kids[0]), scale_in(x->kids[1])) : 0;
    return finish(c, x);
}

static jb_ex *type_product(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = with_kids(c, p, (jb_ex_op)p->op);
    if (!x || want_kind(c, x->kids[0], jb_kind_is_number(x->kids[0]->kind), "int / decimal") ||
        want_kind(c, x->kids[1], jb_kind_is_number(x->kids[1]->kind), "int / decimal")) {
        return NULL;
    }
    jb_ex *a = x->kids[0], *b = x->kids[1];
    jb_unit unit = {.num = 1, .den = 1, .text = ""}, none = unit;
    jb_i128 num = 1, den = 1;
    int divides = p->op == JB_EX_DIV;
    if (c->scope->units && !(jb_unit_is_none(&a->unit) && jb_unit_is_none(&b->unit))) {
        jb_unit ratio;
        (divides ? jb_unit_divide : jb_unit_multiply)(c->scope->units, &a->unit, &b->unit, &unit);
        /* value(a)·a ∘ value(b)·b = v·unit, so v takes a ∘ b ÷ unit */
        jb_unit other = b->unit;
        if (divides) {
            other.num = b->unit.den;
            other.den = b->unit.num;
        }
        if (unit.num == 0 || jb_unit_factor(&a->unit, &unit, &ratio.num, &ratio.den) ||
            jb_unit_factor(&ratio, &(jb_unit){.num = other.den, .den = other.num}, &num, &den)) {
            JB_EX_FAIL(c->e, c->diags, p->at, p->len, "E0260", "");
            return NULL;
        }
    }
    /* The factor goes to the dividend before the division, where no digit is lost yet. */
    if (divides && num != den) {
        x->kids[0] = a = jb_ex_scaled(c, a, num, den, &none);
        if (!a) {
            return NULL;
        }
        num = den = 1;
    }
    x->kind = number_kind(a, b);
    if (divides && x->kind != JB_K_FLOAT) {
        x->kind = JB_K_DEC;
    }
    x->divides = (uint8_t)divides;
    if (x->kind == JB_K_DEC) {
        int32_t exact = scale_in(a) + scale_in(b);
        int32_t most = a->divides || b->divides
                           ? larger(JB_SCALE_QUOTIENT, larger(scale_in(a), scale_in(b)))
                           : 2 * JB_SCALE_QUOTIENT;
        x->scale = divides ? JB_SCALE_QUOTIENT : exact < most ? exact : most;
    }
    x->unit = unit;
    x = finish(c, x);
    return x && num != den ? jb_ex_scaled(c, x, num, den, &unit) : x;
}

static jb_ex *type_negative(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = with_kids(c, p, JB_EX_NEG);
    if (!x || want_kind(c, x->kids[0], jb_kind_is_number(x->kids[0]->kind), "int / decimal")) {
        return NULL;
    }
    x->kind = x->kids[0]->kind;
    x->scale = x->kids[0]->scale;
    x->unit = x->kids[0]->unit;
    return finish(c, x);
}

static jb_ex *type_is_null(jb_ex_check *c, const jb_ex *p)
{
    jb_ex *x = with_kids(c, p, JB_EX_ISNULL);
    if (x) {
        x->kind = JB_K_BOOL;
    }
    return x ? finish(c, x) : NULL;
}

jb_ex *jb_ex_type(jb_ex_check *c, const jb_ex *p)
{
    switch (p->op) {
    case JB_EX_LIT:
        return jb_ex_type_literal(c, p);
    case JB_EX_NAME:
        return jb_ex_type_name(c, p);
    case JB_EX_FIELD:
        return jb_ex_type_field(c, p);
    case JB_EX_INDEX:
        return jb_ex_type_index(c, p);
    case JB_EX_CALL:
        return jb_ex_type_call(c, p);
    case JB_EX_AND:
    case JB_EX_OR:
    case JB_EX_NOT:
        return type_logic(c, p);
    case JB_EX_IN:
    case JB_EX_BETWEEN:
        return type_range(c, p);
    case JB_EX_ISNULL:
        return type_is_null(c, p);
    case JB_EX_LIKE:
        return type_like(c, p);
    case JB_EX_ADD:
    case JB_EX_SUB:
        return type_sum(c, p);
    case JB_EX_MUL:
    case JB_EX_DIV:
        return type_product(c, p);
    case JB_EX_NEG:
        return type_negative(c, p);
    default:
        return type_comparison(c, p);
    }
}

int jb_expr_check(jb_expr *e, const jb_scope *scope, jb_diags *diags)
{
    jb_ex_check c = {e, scope, diags};
    e->canonical = NULL;
    e->typed = jb_ex_type(&c, e->parsed);
    if (!e->typed) {
        return -1;
    }
    /* A final quotient keeps 6 digits; inside, and in a column that is still to be added up, 12. */
    jb_ex *x = e->typed;
    if (scope->over_figures && x->divides && x->kind == JB_K_DEC && x->scale > JB_SCALE_RESULT) {
        jb_ex *r = jb_ex_node(e->arena, JB_EX_ROUND, 1, x->at, x->len);
        r->kids[0] = x;
        r->kind = JB_K_DEC;
        r->scale = r->column = JB_SCALE_RESULT;
        r->unit = x->unit;
        r->divides = 1;
        r->keyed = x->keyed;
        r->figure = x->figure;
        e->typed = r;
    }
    jb_ex_canonise(e);
    return 0;
}

int jb_expr_check_condition(jb_expr *e, const jb_scope *scope, jb_diags *diags)
{
    if (jb_expr_check(e, scope, diags)) {
        return -1;
    }
    if (e->typed->kind != JB_K_BOOL) {
        JB_EX_FAIL(e, diags, 0, e->n, "E0256", jb_kind_name((jb_kind)e->typed->kind));
        e->typed = NULL;
        return -1;
    }
    return 0;
}
