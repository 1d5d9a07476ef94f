// SPDX-License-Identifier: Apache-2.0
/* Typing of functions. */
#include "data/expr_impl.h"

#include "base/str.h"

#include <string.h>

static int want(jb_ex_check *c, const jb_ex *x, int ok, const char *kind)
{
    if (!ok) {
        JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0251", kind, jb_kind_name((jb_kind)x->kind));
    }
    return !ok;
}

static int is_number(const jb_ex *x)
{
    return jb_kind_is_number(x->kind);
}

/* Branches of if and coalesce: one kind, one unit, the widest scale. `from`: first branch. */
static int unify(jb_ex_check *c, jb_ex *x, uint32_t from)
{
    uint32_t lead = from;
    for (uint32_t i = from; i < x->n;
         i++) { /* the unit is that of the first branch that is no literal */
        const jb_ex *k = x->kids[i];
        if (x->kids[lead]->kind == JB_K_NULL || (x->kids[lead]->literal && !k->literal)) {
            lead = i;
        }
    }
    x->kind = x->kids[lead]->kind;
    x->unit = x->kids[lead]->unit;
    for (uint32_t i = from; i < x->n; i++) {
        jb_unit unit;
        if (i != lead && x->kids[i]->kind != JB_K_NULL &&
            (jb_ex_same_kind(c, x, &x->kids[lead], &x->kids[i]) ||
             (is_number(x->kids[i]) && jb_ex_meet(c, x, &x->kids[lead], &x->kids[i], 0, &unit)))) {
            return -1;
        }
        const jb_ex *k = x->kids[i];
        if (i != lead && k->kind == JB_K_DATE) {
            x->kind = JB_K_DATE;
        }
        if (is_number(k) &&
            (k->kind == JB_K_FLOAT || (k->kind == JB_K_DEC && x->kind == JB_K_INT))) {
            x->kind = k->kind;
        }
        if (k->kind == JB_K_DEC && k->scale > x->scale) {
            x->scale = k->scale;
        }
    }
    x->unit = x->kids[lead]->unit;
    if (x->kind != JB_K_DEC) {
        x->scale = 0;
    }
    return 0;
}

static int digits_of(jb_ex_check *c, jb_ex *x, int32_t *digits)
{
    *digits = 0;
    if (x->n == 2) {
        const jb_ex *d = x->kids[1];
        if (want(c, d,
                 d->op == JB_EX_LIT && d->kind == JB_K_INT && d->value.num >= 0 &&
                     d->value.num <= 12,
                 "0–12")) {
            return -1;
        }
        *digits = (int32_t)d->value.num;
        x->n = 1;
    }
    return 0;
}

/* convert(x, rate): the rate has a unit such as 元/美元, or none: then a foreign currency becomes
 * 元 in the same multiple (万美元 → 万元). */
static int convert_unit(jb_ex_check *c, const jb_ex *x, jb_unit *unit)
{
    const jb_unit *from = &x->kids[0]->unit, *rate = &x->kids[1]->unit;
    jb_unit yuan, foreign = *from;
    memset(unit, 0, sizeof *unit);
    if (!c->scope->units || !jb_unit_is_money(from) ||
        jb_unit_parse(c->scope->units, "元", strlen("元"), &yuan, NULL)) {
        return -1;
    }
    if (!jb_unit_is_none(rate)) {
        jb_unit_multiply(c->scope->units, from, rate, unit);
        if (!jb_unit_is_money(unit) || unit->num == 0 || jb_unit_same_dimension(unit, from)) {
            return -1;
        }
    } else if (jb_unit_same_dimension(from, &yuan)) {
        return -1;
    } else {
        *unit = yuan;
    }
    for (int i = 0, found = 0; i < JB_UNIT_DIMS;
         i++) { /* plain currencies only: one dimension, power 1 */
        found += foreign.dim[i] != 0;
        if (foreign.dim[i] > 1 || foreign.dim[i] < 0 || found > 1) {
            return -1;
        }
    }
    /* 万美元 → 万元: keep the multiple when the unit has that name. */
    for (size_t at = 0; from->text[at]; at++) {
        char name[64];
        size_t base = strlen(unit->text);
        if (at + base < sizeof name && from->num > from->den) {
            jb_unit named;
            memcpy(name, from->text, at);
            memcpy(name + at, unit->text, base + 1);
            if (jb_unit_parse(c->scope->units, name, at + base, &named, NULL) == 0 &&
                jb_unit_same_dimension(&named, unit) && named.num == from->num &&
                named.den == from->den) {
                *unit = named;
                break;
            }
        }
    }
    return 0;
}

static jb_ex *type_convert(jb_ex_check *c, jb_ex *x)
{
    jb_unit unit;
    jb_ex *a = x->kids[0], *rate = x->kids[1];
    if (want(c, a, is_number(a), "int / decimal") ||
        want(c, rate, is_number(rate), "int / decimal")) {
        return NULL;
    }
    if (convert_unit(c, x, &unit)) {
        JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0257", a->unit.text, rate->unit.text);
        return NULL;
    }
    /* a·A × r·(元/美元) in `unit`: the numbers multiply, the rest is one exact factor. */
    jb_unit per = rate->unit;
    jb_i128 num, den;
    if (jb_unit_is_none(&per)) {
        per.num = per.den = 1;
    }
    jb_unit product;
    if (jb_unit_factor(&a->unit, &(jb_unit){.num = per.den, .den = per.num}, &product.num,
                       &product.den) ||
        jb_unit_factor(&product, &unit, &num, &den)) {
        JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0260", "");
        return NULL;
    }
    x->op = JB_EX_MUL;
    x->unit = unit;
    x->kind = a->kind == JB_K_FLOAT || rate->kind == JB_K_FLOAT ? JB_K_FLOAT
              : a->kind == JB_K_DEC || rate->kind == JB_K_DEC   ? JB_K_DEC
                                                                : JB_K_INT;
    if (x->kind == JB_K_DEC) {
        int32_t exact =
            (a->kind == JB_K_DEC ? a->scale : 0) + (rate->kind == JB_K_DEC ? rate->scale : 0);
        x->scale = exact < 2 * JB_SCALE_QUOTIENT ? exact : 2 * JB_SCALE_QUOTIENT;
    }
    x = jb_ex_inherit(c, x) ? NULL : jb_ex_fold(c, x);
    return x && num != den ? jb_ex_scaled(c, x, num, den, &unit) : x;
}

static jb_ex *type_date(jb_ex_check *c, jb_ex *x)
{
    jb_ex *t = x->kids[0];
    int32_t days;
    if (t->kind == JB_K_DATE) {
        return t;
    }
    if (want(c, t, t->op == JB_EX_LIT && t->kind == JB_K_TEXT, "\"2022-08-16\"")) {
        return NULL;
    }
    if (jb_date_parse(t->value.text, strlen(t->value.text), &days)) {
        JB_EX_FAIL(c->e, c->diags, t->at, t->len, "E0255", t->value.text);
        return NULL;
    }
    memset(&t->value, 0, sizeof t->value);
    t->value.kind = t->kind = JB_K_DATE;
    t->value.num = days;
    return t;
}

static int type_aggregate(jb_ex_check *c, jb_ex *x)
{
    jb_ex *a = x->kids[0];
    if (x->op == JB_EX_ANY || x->op == JB_EX_ALL) {
        x->kind = JB_K_BOOL;
        return want(c, a, a->kind == JB_K_BOOL, "bool");
    }
    if (x->op == JB_EX_COUNT) {
        x->kind = JB_K_INT;
        return 0;
    }
    int fits =
        is_number(a) || (x->op != JB_EX_SUM && (a->kind == JB_K_DATE || a->kind == JB_K_TEXT));
    x->kind = a->kind;
    x->scale = a->scale;
    x->unit = a->unit;
    return want(c, a, fits, "int / decimal");
}

static int type_one(jb_ex_check *c, jb_ex *x)
{
    jb_ex *a = x->kids[0];
    switch (x->op) {
    case JB_EX_ABS:
    case JB_EX_ROUND:
        if (want(c, a, is_number(a), "int / decimal") ||
            (x->op == JB_EX_ROUND && digits_of(c, x, &x->column))) {
            return -1;
        }
        x->kind = a->kind;
        x->scale = a->scale;
        x->unit = a->unit;
        if (x->op == JB_EX_ROUND && a->kind != JB_K_INT) {
            x->scale = a->kind == JB_K_FLOAT || a->scale > x->column ? x->column : a->scale;
            x->kind = JB_K_DEC;
        }
        return 0;
    case JB_EX_LENGTH:
        x->kind = JB_K_INT;
        return want(c, a, a->kind == JB_K_TEXT, "text");
    case JB_EX_PERIOD:
        x->kind = JB_K_BOOL;
        if (!c->scope->has_period) {
            JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0268", "");
            return -1;
        }
        return want(c, a, a->kind == JB_K_DATE, "date");
    default: /* year quarter month day */
        x->kind = JB_K_INT;
        return want(c, a, a->kind == JB_K_DATE, "date");
    }
}

/* An aggregate of a keyed figure is one value, whatever its operand's keys are. */
static jb_ex *finish(jb_ex_check *c, jb_ex *x, int aggregate)
{
    if (jb_ex_inherit(c, x)) {
        return NULL;
    }
    if (aggregate) {
        x->keyed = x->literal = 0;
        x->figure = NULL;
    }
    if (x->op == JB_EX_ROUND || x->op == JB_EX_COUNT) {
        x->divides = 0; /* rounded as the author wished */
    }
    return x->op == JB_EX_PERIOD ? x : jb_ex_fold(c, x);
}

jb_ex *jb_ex_type_call(jb_ex_check *c, const jb_ex *p)
{
    const jb_ex_fn *fn = jb_ex_function(p->name);
    int here = c->scope->over_figures ? JB_FN_FIGURES : JB_FN_ROWS;
    if (!(fn->where & here)) {
        JB_EX_FAIL(c->e, c->diags, p->at, p->len, here == JB_FN_ROWS ? "E0269" : "E0270", p->name);
        return NULL;
    }
    jb_ex *x = jb_ex_node(c->e->arena, fn->op, p->n, p->at, p->len);
    for (uint32_t i = 0; i < p->n; i++) {
        x->kids[i] = jb_ex_type(c, p->kids[i]);
        if (!x->kids[i]) {
            return NULL;
        }
    }
    int aggregate = 0, status = 0;
    switch (fn->op) {
    case JB_EX_DATE:
        return type_date(c, x);
    case JB_EX_IF:
        status = want(c, x->kids[0], x->kids[0]->kind == JB_K_BOOL, "bool") || unify(c, x, 1);
        break;
    case JB_EX_COALESCE:
        status = unify(c, x, 0);
        break;
    case JB_EX_CONVERT:
        return type_convert(c, x);
    case JB_EX_SUM:
    case JB_EX_MIN:
    case JB_EX_MAX:
    case JB_EX_COUNT:
    case JB_EX_ANY:
    case JB_EX_ALL:
        aggregate = 1;
        status = type_aggregate(c, x);
        break;
    default:
        status = type_one(c, x);
    }
    return status ? NULL : finish(c, x, aggregate);
}
