// SPDX-License-Identifier: Apache-2.0
/* Comparison of whole columns. The common cases (a scaled integer of at most 18 digits or a date
 * against a constant) are plain loops over machine integers. */
#include "data/expr_rows.h"

#include <string.h>

double jb_operand_double(const jb_operand *o, uint32_t row)
{
    if (o->v.kind == JB_K_FLOAT) {
        return ((const double *)o->v.data)[o->step * row];
    }
    jb_value v = {.kind = (uint8_t)o->v.kind, .scale = o->v.scale, .num = jb_operand_int(o, row)};
    return jb_value_double(&v);
}

/* All rows: a loop that compilers turn into vector instructions. */
#define LOOP(TEST)                                                                                 \
    if (!sel->at) {                                                                                \
        for (size_t row = 0; row < sel->n; row++) {                                                \
            out[row] = (uint8_t)(TEST);                                                            \
        }                                                                                          \
        break;                                                                                     \
    }                                                                                              \
    for (uint64_t k = 0; k < sel->n; k++) {                                                        \
        size_t row = sel->at[k];                                                                   \
        out[row] = (uint8_t)(TEST);                                                                \
    }                                                                                              \
    break

#define COMPARE(A, B)                                                                              \
    switch (op) {                                                                                  \
    case JB_EX_EQ:                                                                                 \
        LOOP((A) == (B));                                                                          \
    case JB_EX_NE:                                                                                 \
        LOOP((A) != (B));                                                                          \
    case JB_EX_LT:                                                                                 \
        LOOP((A) < (B));                                                                           \
    case JB_EX_LE:                                                                                 \
        LOOP((A) <= (B));                                                                          \
    case JB_EX_GT:                                                                                 \
        LOOP((A) > (B));                                                                           \
    default:                                                                                       \
        LOOP((A) >= (B));                                                                          \
    }

static void compare64(jb_ex_op op, const int64_t *a, size_t as, const int64_t *b, size_t bs,
                      const jb_rows_sel *sel, uint8_t *out)
{
    if (as && !bs) { /* column against constant */
        const int64_t c = *b;
        COMPARE(a[row], c)
        return;
    }
    COMPARE(a[row * as], b[row * bs])
}

static void compare32(jb_ex_op op, const int32_t *a, size_t as, const int32_t *b, size_t bs,
                      const jb_rows_sel *sel, uint8_t *out)
{
    if (as && !bs) {
        const int32_t c = *b;
        COMPARE(a[row], c)
        return;
    }
    COMPARE(a[row * as], b[row * bs])
}

static int order(jb_ex_op op, int c)
{
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

static void compare_text(jb_ex_op op, const jb_operand *a, const jb_operand *b,
                         const jb_rows_sel *sel, uint8_t *out)
{
    int equality = op == JB_EX_EQ || op == JB_EX_NE;
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        size_t n, m;
        const char *x = jb_operand_text(a, row, &n), *y = jb_operand_text(b, row, &m);
        if (equality && n != m) {
            out[row] = op == JB_EX_NE;
            continue;
        }
        size_t least = n < m ? n : m;
        int c = least ? memcmp(x, y, least) : 0;
        out[row] = (uint8_t)order(op, c ? c : n < m ? -1 : n > m);
    }
}

static void compare_any(jb_ex_op op, const jb_operand *a, const jb_operand *b,
                        const jb_rows_sel *sel, uint8_t *out)
{
    int floating = a->v.kind == JB_K_FLOAT || b->v.kind == JB_K_FLOAT;
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        if (!jb_operand_valid(a, row) || !jb_operand_valid(b, row)) {
            continue;
        }
        int c;
        if (floating) {
            double x = jb_operand_double(a, row), y = jb_operand_double(b, row);
            c = x < y ? -1 : x > y;
        } else {
            c = jb_dec_compare(jb_operand_int(a, row), a->v.scale, jb_operand_int(b, row),
                               b->v.scale);
        }
        out[row] = (uint8_t)order(op, c);
    }
}

static int narrow(const jb_operand *o)
{
    return o->v.kind == JB_K_INT || (o->v.kind == JB_K_DEC && !o->v.wide);
}

/* A constant at the other side's scale, when that is exact and fits 64 bits. */
static int bring(jb_operand *constant, const jb_operand *column)
{
    jb_i128 v;
    if (constant->step || !jb_kind_is_number((int)constant->v.kind) ||
        constant->v.kind == JB_K_FLOAT) {
        return 0;
    }
    jb_i128 have = jb_operand_int(constant, 0);
    if (jb_dec_rescale(have, constant->v.scale, column->v.scale, &v) || v > INT64_MAX ||
        v < INT64_MIN || jb_dec_compare(v, column->v.scale, have, constant->v.scale) != 0) {
        return 0;
    }
    constant->room.small = (int64_t)v;
    constant->v.kind = JB_K_DEC;
    constant->v.scale = column->v.scale;
    constant->v.wide = 0;
    constant->v.data = &constant->room;
    return 1;
}

/* Rows where a side is NULL are unknown. */
static void blank(const jb_operand *o, const jb_rows_sel *sel, uint8_t *out)
{
    if (o->step ? !o->v.valid : !o->null) {
        return;
    }
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        out[row] = jb_operand_valid(o, row) ? out[row] : JB_UNKNOWN;
    }
}

int jb_rows_compare(jb_rows_eval *ev, jb_ex_op op, const jb_operand *a, const jb_operand *b,
                    const jb_rows_sel *sel, uint8_t *out)
{
    jb_operand x = *a, y = *b;
    (void)ev;
    if (!a->step) { /* a constant lives in its operand */
        x.v.data = &x.room;
    }
    if (!b->step) {
        y.v.data = &y.room;
    }
    if (x.null || y.null) {
        for (uint64_t k = 0; k < sel->n; k++) {
            out[jb_row_at(sel, k)] = JB_UNKNOWN;
        }
        return 0;
    }
    if (x.v.kind == JB_K_TEXT) {
        compare_text(op, &x, &y, sel, out);
    } else if (x.v.kind == JB_K_DATE && y.v.kind == JB_K_DATE) {
        compare32(op, x.v.data, x.step, y.v.data, y.step, sel, out);
    } else {
        if (narrow(&x)) {
            bring(&y, &x);
        }
        if (narrow(&y)) {
            bring(&x, &y);
        }
        if (narrow(&x) && narrow(&y) && x.v.scale == y.v.scale) {
            compare64(op, x.v.data, x.step, y.v.data, y.step, sel, out);
        } else {
            compare_any(op, &x, &y, sel, out);
        }
    }
    blank(&x, sel, out);
    blank(&y, sel, out);
    return 0;
}
