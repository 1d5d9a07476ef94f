// SPDX-License-Identifier: Apache-2.0
/* One operation over values: the meaning of the language. Constants, figures and the tests of the
 * vectorised kernels go through here. */
#include "data/expr_impl.h"

#include "base/str.h"

#include <math.h>
#include <string.h>

enum { OVERFLOW = -2 };

static int set_bool(jb_value *out, int b)
{
    memset(out, 0, sizeof *out);
    out->kind = JB_K_BOOL;
    out->num = b;
    return 0;
}

static int set_int(jb_value *out, jb_i128 v)
{
    memset(out, 0, sizeof *out);
    out->kind = JB_K_INT;
    out->num = v;
    return v > INT64_MAX || v < INT64_MIN ? OVERFLOW : 0;
}

static int set_dec(jb_value *out, jb_i128 v, int32_t scale)
{
    memset(out, 0, sizeof *out);
    out->kind = JB_K_DEC;
    out->num = v;
    out->scale = scale;
    return jb_dec_fits(v) ? 0 : OVERFLOW;
}

static int set_float(jb_value *out, double f)
{
    memset(out, 0, sizeof *out);
    out->kind = isnan(f) ? JB_K_NULL : JB_K_FLOAT;
    out->f = isnan(f) ? 0 : f;
    return isinf(f) ? OVERFLOW : 0;
}

static int set_date(jb_value *out, jb_i128 days)
{
    memset(out, 0, sizeof *out);
    out->kind = JB_K_DATE;
    out->num = days;
    return days < jb_days_from_civil(1, 1, 1) || days > jb_days_from_civil(9999, 12, 31) ? OVERFLOW
                                                                                         : 0;
}

static int set_null(jb_value *out)
{
    memset(out, 0, sizeof *out);
    return 0;
}

static int32_t scale_of(const jb_value *v)
{
    return v->kind == JB_K_DEC ? v->scale : 0;
}

/* a × b ÷ 10^drop, half away from zero, through 256 bits. */
int jb_dec_mul_round(jb_i128 a, jb_i128 b, int32_t drop, jb_i128 *out)
{
    if (drop <= 0) {
        return jb_dec_mul(a, b, out);
    }
    int negative = (a < 0) != (b < 0);
    jb_u128 x = (jb_u128)(a < 0 ? -a : a), y = (jb_u128)(b < 0 ? -b : b);
    uint64_t w[4] = {0, 0, 0, 0};
    const uint64_t xs[2] = {(uint64_t)x, (uint64_t)(x >> 64)},
                   ys[2] = {(uint64_t)y, (uint64_t)(y >> 64)};
    for (int i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 2; j++) {
            jb_u128 t = (jb_u128)xs[i] * ys[j] + w[i + j] + carry;
            w[i + j] = (uint64_t)t;
            carry = (uint64_t)(t >> 64);
        }
        w[i + 2] += carry;
    }
    uint64_t digit = 0;
    for (int32_t k = 0; k < drop; k++) { /* the last digit dropped decides the rounding */
        digit = 0;
        for (int i = 3; i >= 0; i--) {
            jb_u128 t = (jb_u128)digit << 64 | w[i];
            w[i] = (uint64_t)(t / 10);
            digit = (uint64_t)(t % 10);
        }
    }
    if (w[3] || w[2] || w[1] >> 63) {
        return OVERFLOW;
    }
    jb_i128 v = (jb_i128)((jb_u128)w[1] << 64 | w[0]) + (digit >= 5);
    *out = negative ? -v : v;
    return jb_dec_fits(v) ? 0 : OVERFLOW;
}

int jb_ex_cast(const jb_value *v, int kind, int32_t scale, jb_value *out)
{
    jb_i128 n;
    jb_value copy = *v;
    if (v->kind == JB_K_NULL || v->kind == kind) {
        *out = copy;
        if (v->kind != JB_K_DEC || v->scale == scale) {
            return 0;
        }
    }
    if (kind == JB_K_FLOAT && jb_kind_is_number(v->kind)) {
        return set_float(out, jb_value_double(&copy));
    }
    if (kind == JB_K_DEC && v->kind == JB_K_FLOAT) {
        return jb_double_to_dec(v->f, scale, &n) ? OVERFLOW : set_dec(out, n, scale);
    }
    if (kind == JB_K_DEC && jb_kind_is_number(v->kind)) {
        return jb_dec_rescale(v->num, scale_of(&copy), scale, &n) ? OVERFLOW
                                                                  : set_dec(out, n, scale);
    }
    if (kind == JB_K_INT && v->kind == JB_K_DEC) {
        return jb_dec_rescale(v->num, v->scale, 0, &n) ? OVERFLOW : set_int(out, n);
    }
    *out = copy;
    return 0;
}

static int arithmetic(const jb_ex *x, const jb_value *a, const jb_value *b, jb_value *out)
{
    jb_i128 p, q;
    if (x->kind == JB_K_FLOAT) {
        double f = jb_value_double(a), g = jb_value_double(b);
        return set_float(out, x->op == JB_EX_ADD ? f + g : x->op == JB_EX_SUB ? f - g : f * g);
    }
    int32_t as = scale_of(a), bs = scale_of(b), scale = as > bs ? as : bs;
    if (x->op == JB_EX_MUL) {
        int32_t drop = as + bs > x->scale ? as + bs - x->scale : 0;
        if (jb_dec_mul_round(a->num, b->num, drop, &p)) {
            return OVERFLOW;
        }
        return x->kind == JB_K_INT ? set_int(out, p) : set_dec(out, p, as + bs - drop);
    }
    if (jb_dec_rescale(a->num, as, scale, &p) || jb_dec_rescale(b->num, bs, scale, &q) ||
        jb_dec_add(p, x->op == JB_EX_SUB ? -q : q, &p)) {
        return OVERFLOW;
    }
    return x->kind == JB_K_INT ? set_int(out, p) : set_dec(out, p, scale);
}

static int divide(const jb_ex *x, const jb_value *a, const jb_value *b, jb_value *out)
{
    jb_i128 q;
    if (x->kind == JB_K_FLOAT) {
        double g = jb_value_double(b);
        return g == 0 ? set_null(out) : set_float(out, jb_value_double(a) / g);
    }
    int status = jb_dec_divide(a->num, scale_of(a), b->num, scale_of(b), JB_SCALE_QUOTIENT, &q);
    return status == -1 ? set_null(out) : status ? OVERFLOW : set_dec(out, q, JB_SCALE_QUOTIENT);
}

static int scaled(const jb_ex *x, const jb_value *a, jb_value *out)
{
    jb_i128 v;
    if (a->kind == JB_K_FLOAT) {
        /* column: how many digits the exact factor moved to the scale */
        jb_value tens = {.kind = JB_K_DEC, .scale = x->column, .num = x->factor_num};
        return set_float(out, a->f * jb_value_double(&tens) / (double)x->factor_den);
    }
    if (jb_dec_mul(a->num, x->factor_num, &v)) {
        return OVERFLOW;
    }
    if (x->factor_den == 1) {
        return x->kind == JB_K_INT ? set_int(out, v) : set_dec(out, v, scale_of(a) + x->column);
    }
    return jb_dec_divide(v, scale_of(a) + x->column, x->factor_den, 0, JB_SCALE_QUOTIENT, &v)
               ? OVERFLOW
               : set_dec(out, v, JB_SCALE_QUOTIENT);
}

static int rounded(const jb_ex *x, const jb_value *a, jb_value *out)
{
    if (a->kind == JB_K_FLOAT) {
        return jb_ex_cast(a, JB_K_DEC, x->column, out);
    }
    if (a->kind == JB_K_INT || a->scale <= x->column) {
        *out = *a;
        return 0;
    }
    return jb_ex_cast(a, JB_K_DEC, x->column, out);
}

static int compared(jb_ex_op op, const jb_value *a, const jb_value *b)
{
    int c = jb_value_compare(a, b);
    switch (op) {
    case JB_EX_EQ:
        return c == 0;
    case JB_EX_NE:
        return c != 0;
    case JB_EX_LT:
        return c < 0;
    case JB_EX_LE:
        return c <= 0;
    case JB_EX_GT:
        return c > 0;
    default:
        return c >= 0;
    }
}

int jb_ex_like(const char *s, size_t n, const char *p, size_t m)
{
    /* One place to go back to is enough: a later % can match whatever an earlier one could. */
    size_t i = 0, j = 0, star = SIZE_MAX, from = 0;
    while (i < n) {
        if (j < m && p[j] == '%') {
            star = ++j;
            from = i;
            continue;
        }
        if (j < m && (p[j] == '_' || p[j] == s[i])) {
            int any = p[j++] == '_';
            i++;
            while (any && i < n && ((unsigned char)s[i] & 0xc0) == 0x80) {
                i++;
            }
            continue;
        }
        if (star == SIZE_MAX) {
            return 0;
        }
        j = star;
        from++;
        while (from < n && ((unsigned char)s[from] & 0xc0) == 0x80) {
            from++;
        }
        i = from;
    }
    while (j < m && p[j] == '%') {
        j++;
    }
    return j == m;
}

static int in_list(const jb_value *args, uint32_t n, jb_value *out)
{
    int unknown = 0;
    if (args[0].kind == JB_K_NULL) {
        return set_null(out);
    }
    for (uint32_t i = 1; i < n; i++) {
        if (args[i].kind == JB_K_NULL) {
            unknown = 1;
        } else if (jb_value_compare(&args[0], &args[i]) == 0) {
            return set_bool(out, 1);
        }
    }
    return unknown ? set_null(out) : set_bool(out, 0);
}

/* and: false wins over unknown; or: true does. */
static int logic(const jb_value *args, uint32_t n, int winner, jb_value *out)
{
    int unknown = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (args[i].kind == JB_K_NULL) {
            unknown = 1;
        } else if ((args[i].num != 0) == winner) {
            return set_bool(out, winner);
        }
    }
    return unknown ? set_null(out) : set_bool(out, !winner);
}

static int between(const jb_value *args, jb_value *out)
{
    jb_value sides[2];
    for (int i = 0; i < 2; i++) {
        if (args[0].kind == JB_K_NULL || args[i + 1].kind == JB_K_NULL) {
            set_null(&sides[i]);
        } else {
            set_bool(&sides[i], compared(i == 0 ? JB_EX_GE : JB_EX_LE, &args[0], &args[i + 1]));
        }
    }
    return logic(sides, 2, 0, out);
}

static int of_date(jb_ex_op op, const jb_value *a, jb_value *out)
{
    int32_t y, m, d;
    jb_civil_from_days((int32_t)a->num, &y, &m, &d);
    return set_int(out, op == JB_EX_YEAR      ? y
                        : op == JB_EX_QUARTER ? (m + 2) / 3
                        : op == JB_EX_MONTH   ? m
                                              : d);
}

/* Operations that look at NULLs themselves. 1: not one of them. */
static int lenient(const jb_ex *x, const jb_value *args, jb_value *out)
{
    switch (x->op) {
    case JB_EX_AND:
        return logic(args, x->n, 0, out);
    case JB_EX_OR:
        return logic(args, x->n, 1, out);
    case JB_EX_IN:
        return in_list(args, x->n, out);
    case JB_EX_BETWEEN:
        return between(args, out);
    case JB_EX_ISNULL:
        return set_bool(out, args[0].kind == JB_K_NULL);
    case JB_EX_IF:
        return jb_ex_cast(args[0].kind != JB_K_NULL && args[0].num ? &args[1] : &args[2], x->kind,
                          x->scale, out);
    case JB_EX_COALESCE:
        for (uint32_t i = 0; i < x->n; i++) {
            if (args[i].kind != JB_K_NULL) {
                return jb_ex_cast(&args[i], x->kind, x->scale, out);
            }
        }
        return set_null(out);
    default:
        return 1;
    }
}

static int strict(const jb_ex *x, const jb_value *a, const jb_period *period, jb_value *out)
{
    switch (x->op) {
    case JB_EX_NOT:
        return set_bool(out, !a[0].num);
    case JB_EX_LIKE:
        return set_bool(out,
                        jb_ex_like(a[0].text, strlen(a[0].text), a[1].text, strlen(a[1].text)));
    case JB_EX_ADD:
    case JB_EX_SUB:
    case JB_EX_MUL:
        return arithmetic(x, &a[0], &a[1], out);
    case JB_EX_DIV:
        return divide(x, &a[0], &a[1], out);
    case JB_EX_NEG:
    case JB_EX_ABS:
        *out = a[0];
        if (x->op == JB_EX_NEG || a[0].num < 0) {
            out->num = -a[0].num;
        }
        out->f = x->op == JB_EX_NEG ? -a[0].f : fabs(a[0].f);
        return out->kind == JB_K_INT ? set_int(out, out->num) : 0;
    case JB_EX_SCALE:
        return scaled(x, &a[0], out);
    case JB_EX_ROUND:
        return rounded(x, &a[0], out);
    case JB_EX_DATEDIFF:
        return set_int(out, a[0].num - a[1].num);
    case JB_EX_DATEADD:
        return set_date(out, a[0].num + a[1].num);
    case JB_EX_YEAR:
    case JB_EX_QUARTER:
    case JB_EX_MONTH:
    case JB_EX_DAY:
        return of_date((jb_ex_op)x->op, &a[0], out);
    case JB_EX_LENGTH:
        return set_int(out, (jb_i128)jb_utf8_count(a[0].text, strlen(a[0].text)));
    case JB_EX_PERIOD:
        return set_bool(out, !period || !period->set ||
                                 (a[0].num >= period->from && a[0].num <= period->to));
    default:
        return set_bool(out, compared((jb_ex_op)x->op, &a[0], &a[1]));
    }
}

int jb_ex_apply(const jb_ex *x, const jb_value *args, const jb_period *period, jb_value *out)
{
    int status = lenient(x, args, out);
    if (status != 1) {
        return status;
    }
    for (uint32_t i = 0; i < x->n; i++) {
        if (args[i].kind == JB_K_NULL) {
            return set_null(out);
        }
    }
    return strict(x, args, period, out);
}
