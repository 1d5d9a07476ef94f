// SPDX-License-Identifier: Apache-2.0
/* Values of whole columns: arithmetic, dates, if, coalesce. Overflow is looked for only in rows
 * that are selected and not NULL: what lies below a NULL is anything. */
#include "data/expr_rows.h"

#include "base/str.h"

#include <math.h>
#include <string.h>

static int fail_at(jb_rows_eval *ev, uint32_t row)
{
    *ev->row = row;
    return JB_ROWS_OVERFLOW;
}

/* ---- constants and columns ---- */

static void constant(const jb_rows_eval *ev, const jb_ex *x, jb_operand *o)
{
    memset(o, 0, sizeof *o);
    const jb_value *v = &x->value;
    o->v.kind = (jb_kind)x->kind;
    o->v.scale = v->kind == JB_K_DEC ? v->scale : 0;
    o->null = v->kind == JB_K_NULL;
    o->v.data = &o->room;
    switch (v->kind) {
    case JB_K_TEXT: {
        size_t n = strlen(v->text);
        int32_t *offsets = jb_scratch_array(ev->scratch, 2, sizeof *offsets);
        offsets[0] = 0;
        offsets[1] = (int32_t)n;
        o->v.offsets = offsets;
        o->v.bytes = v->text;
        break;
    }
    case JB_K_BOOL:
        o->room.bit = v->num != 0;
        break;
    case JB_K_DATE:
        o->room.day = (int32_t)v->num;
        break;
    case JB_K_FLOAT:
        o->room.f = v->f;
        break;
    default:
        o->v.wide = v->num > INT64_MAX || v->num < INT64_MIN;
        if (o->v.wide) {
            o->room.wide = v->num;
        } else {
            o->room.small = (int64_t)v->num;
        }
    }
}

/* An operand's constant lives in itself: after a copy its data must follow. */
static void settle(jb_operand *o)
{
    if (!o->step) {
        o->v.data = &o->room;
    }
}

/* ---- results ---- */

typedef struct result {
    jb_operand *o;
    uint8_t *valid; /* NULL: all valid so far */
    void *data;
} result;

static result start(jb_rows_eval *ev, const jb_ex *x, jb_operand *o)
{
    static const size_t sizes[] = {8, 1, 8, 16, 8, 4, 0};
    memset(o, 0, sizeof *o);
    o->v.kind = (jb_kind)x->kind;
    o->v.scale = x->kind == JB_K_DEC ? x->scale : 0;
    o->v.wide = x->kind == JB_K_DEC;
    o->step = 1;
    result r = {o, NULL,
                jb_scratch_array(ev->scratch, (uint64_t)ev->env->rows + 1,
                                 sizes[x->kind] + !sizes[x->kind])};
    o->v.data = r.data;
    return r;
}

static void need_valid(jb_rows_eval *ev, result *r, uint8_t fill)
{
    if (!r->valid) {
        size_t n = (size_t)ev->env->rows / 8 + 1;
        r->valid = jb_scratch_take(ev->scratch, n);
        memset(r->valid, fill, n);
        r->o->v.valid = r->valid;
    }
}

static void set_null(jb_rows_eval *ev, result *r, uint32_t row)
{
    need_valid(ev, r, 0xff);
    r->valid[row >> 3] = (uint8_t)(r->valid[row >> 3] & ~(1u << (row & 7)));
}

/* NULL where an operand is. */
static void meet_valid(jb_rows_eval *ev, result *r, const jb_operand *a)
{
    size_t n = (size_t)ev->env->rows / 8 + 1;
    if (!a->step) {
        if (a->null) {
            need_valid(ev, r, 0xff);
            memset(r->valid, 0, n);
        }
    } else if (a->v.valid) {
        need_valid(ev, r, 0xff);
        size_t bytes = ((size_t)ev->env->rows + 7) / 8;
        for (size_t i = 0; i < bytes; i++) {
            r->valid[i] = (uint8_t)(r->valid[i] & a->v.valid[i]);
        }
    }
}

static int is_valid(const result *r, uint32_t row)
{
    return !r->valid || (r->valid[row >> 3] >> (row & 7) & 1);
}

/* ---- arithmetic ---- */

/* Two 64-bit operands whose scales differ by at most 18: nothing can leave 128 bits. */
static int small_enough(const jb_operand *o, int32_t to)
{
    return (o->v.kind == JB_K_INT || (o->v.kind == JB_K_DEC && !o->v.wide)) &&
           to - o->v.scale >= 0 && to - o->v.scale <= 18;
}

static int decimal_sum(jb_rows_eval *ev, const jb_ex *x, const jb_operand *a, const jb_operand *b,
                       const jb_rows_sel *sel, result *r)
{
    jb_i128 *out = r->data;
    int minus = x->op == JB_EX_SUB;
    if (small_enough(a, x->scale) && small_enough(b, x->scale)) {
        const int64_t *p = a->v.data, *q = b->v.data;
        const jb_i128 fa = jb_pow10(x->scale - a->v.scale),
                      fb = jb_pow10(x->scale - b->v.scale) * (minus ? -1 : 1);
        for (uint64_t k = 0; k < sel->n; k++) {
            uint32_t row = jb_row_at(sel, k);
            out[row] = p[row * a->step] * fa + q[row * b->step] * fb;
        }
        return 0;
    }
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        jb_i128 p, q;
        if (is_valid(r, row) && (jb_dec_rescale(jb_operand_int(a, row), a->v.scale, x->scale, &p) ||
                                 jb_dec_rescale(jb_operand_int(b, row), b->v.scale, x->scale, &q) ||
                                 jb_dec_add(p, minus ? -q : q, &out[row]))) {
            return fail_at(ev, row);
        }
    }
    return 0;
}

static int decimal_product(jb_rows_eval *ev, const jb_ex *x, const jb_operand *a,
                           const jb_operand *b, const jb_rows_sel *sel, result *r)
{
    jb_i128 *out = r->data;
    int32_t drop = a->v.scale + b->v.scale - x->scale;
    if (drop == 0 && small_enough(a, a->v.scale) && small_enough(b, b->v.scale)) {
        const int64_t *p = a->v.data, *q = b->v.data;
        for (uint64_t k = 0; k < sel->n; k++) {
            uint32_t row = jb_row_at(sel, k);
            out[row] = (jb_i128)p[row * a->step] * q[row * b->step];
        }
        return 0;
    }
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        if (is_valid(r, row) &&
            jb_dec_mul_round(jb_operand_int(a, row), jb_operand_int(b, row), drop, &out[row])) {
            return fail_at(ev, row);
        }
    }
    return 0;
}

static int quotient(jb_rows_eval *ev, const jb_operand *a, const jb_operand *b,
                    const jb_rows_sel *sel, result *r)
{
    jb_i128 *out = r->data;
    int32_t shift = JB_SCALE_QUOTIENT + b->v.scale - a->v.scale;
    jb_i128 factor = shift >= 0 && shift <= JB_DEC_DIGITS ? jb_pow10(shift) : 0;
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        if (!is_valid(r, row)) {
            continue;
        }
        jb_i128 p = jb_operand_int(a, row), q = jb_operand_int(b, row), wide;
        if (q == 0) {
            set_null(ev, r, row);
        } else if (factor && !__builtin_mul_overflow(p, factor, &wide)) {
            out[row] = jb_dec_div_round(wide, q);
            if (!jb_dec_fits(out[row])) {
                return fail_at(ev, row);
            }
        } else if (jb_dec_divide(p, a->v.scale, q, b->v.scale, JB_SCALE_QUOTIENT, &out[row])) {
            return fail_at(ev, row);
        }
    }
    return 0;
}

static int floating(jb_rows_eval *ev, const jb_ex *x, const jb_operand *a, const jb_operand *b,
                    const jb_rows_sel *sel, result *r)
{
    double *out = r->data;
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        if (!is_valid(r, row)) {
            continue;
        }
        double p = jb_operand_double(a, row), q = jb_operand_double(b, row);
        double f = x->op == JB_EX_ADD   ? p + q
                   : x->op == JB_EX_SUB ? p - q
                   : x->op == JB_EX_MUL ? p * q
                                        : 0;
        if (x->op == JB_EX_DIV) {
            if (q == 0) {
                set_null(ev, r, row);
                continue;
            }
            f = p / q;
        }
        if (isinf(f)) {
            return fail_at(ev, row);
        }
        if (isnan(f)) {
            set_null(ev, r, row);
        }
        out[row] = f;
    }
    return 0;
}

static int integers(jb_rows_eval *ev, const jb_ex *x, const jb_operand *a, const jb_operand *b,
                    const jb_rows_sel *sel, result *r)
{
    int64_t *out = r->data;
    const int64_t *p = a->v.data, *q = b->v.data;
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        int64_t m = p[row * a->step], n = q[row * b->step];
        int bad = x->op == JB_EX_ADD   ? __builtin_add_overflow(m, n, &out[row])
                  : x->op == JB_EX_SUB ? __builtin_sub_overflow(m, n, &out[row])
                                       : __builtin_mul_overflow(m, n, &out[row]);
        if (bad && is_valid(r, row)) {
            return fail_at(ev, row);
        }
    }
    return 0;
}

static int arithmetic(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    jb_operand a, b;
    int status = jb_rows_value(ev, x->kids[0], sel, &a);
    status = status ? status : jb_rows_value(ev, x->kids[1], sel, &b);
    if (status) {
        return status;
    }
    settle(&a);
    settle(&b);
    result r = start(ev, x, o);
    meet_valid(ev, &r, &a);
    meet_valid(ev, &r, &b);
    if (a.null || b.null) {
        return 0;
    }
    if (x->kind == JB_K_FLOAT) {
        return floating(ev, x, &a, &b, sel, &r);
    }
    if (x->op == JB_EX_DIV) {
        return quotient(ev, &a, &b, sel, &r);
    }
    if (x->kind == JB_K_INT) {
        return integers(ev, x, &a, &b, sel, &r);
    }
    return x->op == JB_EX_MUL ? decimal_product(ev, x, &a, &b, sel, &r)
                              : decimal_sum(ev, x, &a, &b, sel, &r);
}

/* ---- everything else a row at a time, through the one definition of the language ---- */

static void store(result *r, uint32_t row, const jb_value *v)
{
    switch (r->o->v.kind) {
    case JB_K_BOOL:
        ((uint8_t *)r->data)[row] = v->num != 0;
        break;
    case JB_K_INT:
        ((int64_t *)r->data)[row] = (int64_t)v->num;
        break;
    case JB_K_DEC:
        ((jb_i128 *)r->data)[row] = v->num;
        break;
    case JB_K_FLOAT:
        ((double *)r->data)[row] = v->f;
        break;
    case JB_K_DATE:
        ((int32_t *)r->data)[row] = (int32_t)v->num;
        break;
    default:
        break;
    }
}

static jb_value load(const jb_operand *a, uint32_t row)
{
    jb_value v = {.kind = JB_K_NULL};
    if (!jb_operand_valid(a, row)) {
        return v;
    }
    v.kind = (uint8_t)a->v.kind;
    v.scale = a->v.scale;
    if (a->v.kind == JB_K_FLOAT) {
        v.f = jb_operand_double(a, row);
    } else if (a->v.kind != JB_K_TEXT) {
        v.num = jb_operand_int(a, row);
    }
    return v;
}

static int length(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    jb_operand a;
    int status = jb_rows_value(ev, x->kids[0], sel, &a);
    if (status) {
        return status;
    }
    result r = start(ev, x, o);
    meet_valid(ev, &r, &a);
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        size_t n;
        if (is_valid(&r, row)) {
            const char *text = jb_operand_text(&a, row, &n);
            ((int64_t *)r.data)[row] = (int64_t)jb_utf8_count(text, n);
        }
    }
    return 0;
}

static int row_by_row(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    jb_operand in[2];
    for (uint32_t i = 0; i < x->n; i++) {
        int status = jb_rows_value(ev, x->kids[i], sel, &in[i]);
        if (status) {
            return status;
        }
        settle(&in[i]);
    }
    result r = start(ev, x, o);
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        jb_value args[2], v;
        for (uint32_t i = 0; i < x->n; i++) {
            args[i] = load(&in[i], row);
        }
        int status = jb_ex_apply(x, args, NULL, &v);
        status = status ? status : jb_ex_cast(&v, x->kind, x->scale, &v);
        if (status) {
            return fail_at(ev, row);
        }
        if (v.kind == JB_K_NULL) {
            set_null(ev, &r, row);
        } else {
            store(&r, row, &v);
        }
    }
    return 0;
}

static int condition(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    result r = start(ev, x, o);
    uint8_t *tri = r.data;
    int status = jb_rows_tri(ev, x, sel, tri);
    for (uint64_t k = 0; !status && k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        if (tri[row] == JB_UNKNOWN) {
            set_null(ev, &r, row);
            tri[row] = 0;
        }
    }
    return status;
}

/* ---- if, coalesce: each row takes its value from one of several operands ---- */

typedef struct texts {
    const char **at;
    int32_t *n;
} texts;

static int take(jb_rows_eval *ev, const jb_ex *x, const jb_operand *from, const jb_rows_sel *sel,
                result *r, texts *t)
{
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        if (!jb_operand_valid(from, row)) {
            set_null(ev, r, row);
            continue;
        }
        if (t->at) {
            size_t n;
            t->at[row] = jb_operand_text(from, row, &n);
            t->n[row] = (int32_t)n;
            continue;
        }
        jb_value v = load(from, row);
        if (jb_ex_cast(&v, x->kind, x->scale, &v)) {
            return fail_at(ev, row);
        }
        store(r, row, &v);
    }
    return 0;
}

static int join_texts(jb_rows_eval *ev, const texts *t, result *r)
{
    int64_t total = 0, rows = ev->env->rows;
    int32_t *offsets = jb_scratch_array(ev->scratch, (uint64_t)rows + 1, sizeof *offsets);
    for (int64_t i = 0; i < rows; i++) {
        offsets[i] = (int32_t)total;
        total += t->n[i];
        if (total > INT32_MAX) {
            return fail_at(ev, (uint32_t)i);
        }
    }
    offsets[rows] = (int32_t)total;
    char *bytes = jb_scratch_take(ev->scratch, (size_t)total + 1);
    for (int64_t i = 0; i < rows; i++) {
        if (t->n[i]) {
            memcpy(bytes + offsets[i], t->at[i], (size_t)t->n[i]);
        }
    }
    r->o->v.offsets = offsets;
    r->o->v.bytes = bytes;
    return 0;
}

static texts start_texts(jb_rows_eval *ev, const jb_ex *x)
{
    texts t = {NULL, NULL};
    if (x->kind == JB_K_TEXT) {
        size_t rows = (size_t)ev->env->rows + 1;
        t.at = jb_scratch_array(ev->scratch, rows, sizeof *t.at);
        t.n = jb_scratch_array(ev->scratch, rows, sizeof *t.n);
        memset(t.n, 0, rows * sizeof *t.n);
    }
    return t;
}

static int branches(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    jb_operand from;
    uint8_t *tri = jb_rows_bytes(ev);
    result r = start(ev, x, o);
    texts t = start_texts(ev, x);
    int status = jb_rows_tri(ev, x->kids[0], sel, tri);
    for (uint32_t i = 1; !status && i < 3; i++) {
        jb_rows_sel part =
            i == 1 ? jb_rows_pick(ev, tri, sel, 1, 0) : jb_rows_pick(ev, tri, sel, -1, 1);
        status = jb_rows_value(ev, x->kids[i], &part, &from);
        if (!status) {
            settle(&from);
            status = take(ev, x, &from, &part, &r, &t);
        }
    }
    return status || !t.at ? status : join_texts(ev, &t, &r);
}

static int first_known(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    jb_operand from;
    uint8_t *known = jb_rows_bytes(ev);
    result r = start(ev, x, o);
    texts t = start_texts(ev, x);
    jb_rows_sel open = *sel;
    for (uint32_t i = 0; i < x->n && open.n; i++) {
        int status = jb_rows_value(ev, x->kids[i], &open, &from);
        if (status) {
            return status;
        }
        settle(&from);
        for (uint64_t k = 0; k < open.n; k++) {
            uint32_t row = jb_row_at(&open, k);
            known[row] = (uint8_t)jb_operand_valid(&from, row);
        }
        jb_rows_sel found = jb_rows_pick(ev, known, &open, 1, 0);
        open = jb_rows_pick(ev, known, &open, 0, 0);
        status = take(ev, x, &from, &found, &r, &t);
        if (status) {
            return status;
        }
    }
    for (uint64_t k = 0; k < open.n; k++) {
        set_null(ev, &r, jb_row_at(&open, k));
    }
    return t.at ? join_texts(ev, &t, &r) : 0;
}

int jb_rows_value(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, jb_operand *o)
{
    switch (x->op) {
    case JB_EX_LIT:
        constant(ev, x, o);
        return 0;
    case JB_EX_NAME:
        memset(o, 0, sizeof *o);
        o->v = ev->env->columns[x->column];
        o->step = 1;
        return 0;
    case JB_EX_ADD:
    case JB_EX_SUB:
    case JB_EX_MUL:
    case JB_EX_DIV:
        return arithmetic(ev, x, sel, o);
    case JB_EX_IF:
        return branches(ev, x, sel, o);
    case JB_EX_COALESCE:
        return first_known(ev, x, sel, o);
    case JB_EX_LENGTH:
        return length(ev, x, sel, o);
    default:
        return x->kind == JB_K_BOOL ? condition(ev, x, sel, o) : row_by_row(ev, x, sel, o);
    }
}
