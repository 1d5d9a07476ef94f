// SPDX-License-Identifier: Apache-2.0
/* How operands come to one unit: exactly, or not at all. */
#include "data/expr_impl.h"

#include <string.h>

/* The smallest k <= 18 with den | 10^k, -1 when the fraction never ends. */
static int32_t ends_after(jb_i128 den)
{
    jb_i128 p = 1;
    for (int32_t k = 0; k <= 18; k++, p *= 10) {
        if (p % den == 0) {
            return k;
        }
    }
    return -1;
}

static int too_large(jb_ex_check *c, const jb_ex *x)
{
    JB_EX_FAIL(c->e, c->diags, x->at, x->len, "E0260", "");
    return -1;
}

jb_ex *jb_ex_scaled(jb_ex_check *c, jb_ex *x, jb_i128 num, jb_i128 den, const jb_unit *unit)
{
    if (num == den) {
        x->unit = *unit; /* the node is ours: the checker copies what it types */
        return x;
    }
    int32_t digits = ends_after(den);
    jb_ex *s = jb_ex_node(c->e->arena, JB_EX_SCALE, 1, x->at, x->len);
    s->kids[0] = x;
    s->unit = *unit;
    s->literal = x->literal;
    s->keyed = x->keyed;
    s->figure = x->figure;
    s->divides = (uint8_t)(x->divides || digits < 0);
    s->factor_num = num;
    s->factor_den = den;
    if (digits >= 0) {
        s->factor_num = num * (jb_pow10(digits) / den);
        s->factor_den = 1;
        s->column = digits;
    }
    int32_t from = x->kind == JB_K_DEC ? x->scale : 0;
    s->kind = x->kind == JB_K_INT && (digits != 0) ? JB_K_DEC : x->kind;
    s->scale = s->kind != JB_K_DEC ? 0 : digits >= 0 ? from + digits : JB_SCALE_QUOTIENT;
    if (s->scale > JB_DEC_DIGITS || num > jb_pow10(30)) {
        too_large(c, x);
        return NULL;
    }
    return jb_ex_fold(c, s);
}

static jb_ex *to_unit(jb_ex_check *c, jb_ex *x, const jb_unit *unit)
{
    jb_i128 num, den;
    if (jb_unit_factor(&x->unit, unit, &num, &den)) {
        too_large(c, x);
        return NULL;
    }
    return jb_ex_scaled(c, x, num, den, unit);
}

static int ends_in(const jb_unit *from, const jb_unit *to)
{
    jb_i128 num, den;
    return jb_unit_factor(from, to, &num, &den) == 0 && ends_after(den) >= 0;
}

static int bare(const jb_ex *x)
{
    return x->literal && jb_unit_is_none(&x->unit);
}

static int mixed(jb_ex_check *c, const jb_ex *node, const jb_ex *a, const jb_ex *b)
{
    int no_unit = jb_unit_is_none(&a->unit) || jb_unit_is_none(&b->unit);
    int points = (jb_unit_is_percent(&a->unit) && jb_unit_is_point(&b->unit)) ||
                 (jb_unit_is_point(&a->unit) && jb_unit_is_percent(&b->unit));
    int money = jb_unit_is_money(&a->unit) && jb_unit_is_money(&b->unit);
    const char *sign = jb_ex_op_text((jb_ex_op)node->op);
    if (no_unit) {
        const jb_unit *has = jb_unit_is_none(&a->unit) ? &b->unit : &a->unit;
        JB_EX_FAIL(c->e, c->diags, node->at, node->len, "E0266", has->text, sign);
        return -1;
    }
    JB_EX_FAIL(c->e, c->diags, node->at, node->len,
               points  ? "E0265"
               : money ? "E0207"
                       : "E0267",
               a->unit.text, b->unit.text, sign);
    return -1;
}

/* Counters and pure numbers are one thing when they are added or compared: 11 个 > 10, 家 <= 名. */
static int countable(const jb_unit *u)
{
    return jb_unit_is_counter(u) || jb_unit_is_none(u);
}

static int meet_scales(jb_ex_check *c, jb_ex **a, jb_ex **b, int exact, jb_unit *unit)
{
    int literal_first = (*a)->literal && !(*b)->literal;
    jb_i128 num, den;
    if (exact && !ends_in(literal_first ? &(*a)->unit : &(*b)->unit,
                          literal_first ? &(*b)->unit : &(*a)->unit)) {
        if (jb_unit_factor(&(*a)->unit, &(*b)->unit, &num, &den)) {
            return too_large(c, *a);
        }
        *unit = (*a)->unit;
        *a = jb_ex_scaled(c, *a, num, 1, unit);
        *b = jb_ex_scaled(c, *b, den, 1, unit);
        return *a && *b ? 0 : -1;
    }
    if (literal_first) {
        *unit = (*b)->unit;
        *a = to_unit(c, *a, unit);
        return *a ? 0 : -1;
    }
    *unit = (*a)->unit;
    *b = to_unit(c, *b, unit);
    return *b ? 0 : -1;
}

int jb_ex_meet(jb_ex_check *c, jb_ex *node, jb_ex **a, jb_ex **b, int exact, jb_unit *unit)
{
    jb_unit *ua = &(*a)->unit, *ub = &(*b)->unit;
    *unit = *ua;
    if (bare(*a) && !bare(*b)) {
        *unit = *ua = *ub;
        return 0;
    }
    if (bare(*b)) {
        *ub = *ua;
        return 0;
    }
    if (jb_unit_same_dimension(ua, ub)) {
        return ua->num == ub->num && ua->den == ub->den ? 0 : meet_scales(c, a, b, exact, unit);
    }
    if (countable(ua) && countable(ub)) {
        const jb_unit *label = jb_unit_is_counter(ua) ? ua : ub;
        jb_unit plain = *label;
        plain.num = plain.den = 1;
        *unit = *label;
        if (jb_unit_is_none(ua)) {
            *ua = plain;
        } else {
            *ub = plain;
        }
        return label->num == label->den ? 0 : meet_scales(c, a, b, exact, unit);
    }
    /* A written 5% beside a pure number is 0.05; nothing else changes its meaning silently. */
    jb_ex **percent = jb_unit_is_percent(ua) ? a : b, **number = percent == a ? b : a;
    if (jb_unit_is_percent(&(*percent)->unit) && (*percent)->literal &&
        jb_unit_is_none(&(*number)->unit)) {
        *unit = (*number)->unit;
        *percent = jb_ex_scaled(c, *percent, (*percent)->unit.num, (*percent)->unit.den, unit);
        return *percent ? 0 : -1;
    }
    return mixed(c, node, *a, *b);
}

jb_ex *jb_ex_fold(jb_ex_check *c, jb_ex *x)
{
    if (!x->literal) {
        return x;
    }
    jb_value *args = jb_arena_alloc(c->e->arena, (x->n + 1) * sizeof *args);
    for (uint32_t i = 0; i < x->n; i++) {
        if (x->kids[i]->op != JB_EX_LIT) {
            return x;
        }
        args[i] = x->kids[i]->value;
    }
    jb_ex *lit = jb_ex_node(c->e->arena, JB_EX_LIT, 0, x->at, x->len);
    if (jb_ex_apply(x, args, NULL, &lit->value)) {
        too_large(c, x);
        return NULL;
    }
    lit->kind = lit->value.kind;
    lit->scale = lit->value.scale;
    lit->unit = x->unit;
    lit->divides = x->divides;
    lit->literal = 1;
    return lit;
}
