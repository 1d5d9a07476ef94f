// SPDX-License-Identifier: Apache-2.0
/* Inside of vectorised evaluation. Private to core/data.
 *
 * Every node is evaluated for a whole batch at a time, for the rows of a selection only. Conditions
 * become one byte per row: 0 false, 1 true, 2 unknown. Numbers computed from decimals are 128 bits
 * wide; plain columns stay as they are, and comparisons read them in place. */
#ifndef JB_DATA_EXPR_ROWS_H
#define JB_DATA_EXPR_ROWS_H

#include "data/expr_impl.h"
#include "data/scratch.h"

enum { JB_ROWS_OVERFLOW = -2, JB_UNKNOWN = 2 };

typedef struct jb_rows_eval {
    const jb_rows_env *env;
    jb_scratch *scratch;
    int64_t *row; /* where it failed */
} jb_rows_eval;

/* Rows to look at. */
typedef struct jb_rows_sel {
    const uint32_t *at; /* NULL: 0 … n-1 */
    uint64_t n;
} jb_rows_sel;

static inline uint32_t jb_row_at(const jb_rows_sel *s, uint64_t k)
{
    return s->at ? s->at[k] : (uint32_t)k;
}

/* An operand: a column, or one value for all rows (step 0). */
typedef struct jb_operand {
    jb_vector v;
    size_t step; /* 1, or 0 for a constant */
    int null;    /* constant NULL */
    union {
        uint8_t bit;
        int32_t day;
        int64_t small;
        double f;
        jb_i128 wide;
    } room; /* of a constant's value */
} jb_operand;

static inline int jb_operand_valid(const jb_operand *o, uint32_t row)
{
    return o->step ? !o->v.valid || (o->v.valid[row >> 3] >> (row & 7) & 1) : !o->null;
}

/* INT, DEC, DATE, BOOL as an integer. */
static inline jb_i128 jb_operand_int(const jb_operand *o, uint32_t row)
{
    size_t i = o->step * row;
    if (o->v.kind == JB_K_DATE) {
        return ((const int32_t *)o->v.data)[i];
    }
    if (o->v.kind == JB_K_BOOL) {
        return ((const uint8_t *)o->v.data)[i];
    }
    if (o->v.wide) {
        jb_i128 wide;
        memcpy(&wide, (const char *)o->v.data + i * sizeof wide, sizeof wide);
        return wide;
    }
    return ((const int64_t *)o->v.data)[i];
}

static inline const char *jb_operand_text(const jb_operand *o, uint32_t row, size_t *n)
{
    size_t i = o->v.codes ? (size_t)o->v.codes[row] : o->step * row;
    *n = (size_t)(o->v.offsets[i + 1] - o->v.offsets[i]);
    return o->v.bytes + o->v.offsets[i];
}

double jb_operand_double(const jb_operand *, uint32_t row);

int jb_rows_value(jb_rows_eval *, const jb_ex *, const jb_rows_sel *, jb_operand *out);
int jb_rows_tri(jb_rows_eval *, const jb_ex *, const jb_rows_sel *, uint8_t *out);
int jb_rows_compare(jb_rows_eval *, jb_ex_op, const jb_operand *, const jb_operand *,
                    const jb_rows_sel *, uint8_t *out);
/* out[row] for the rows where tri[row] == want. */
jb_rows_sel jb_rows_pick(jb_rows_eval *, const uint8_t *tri, const jb_rows_sel *, int want,
                         int not_want);
uint8_t *jb_rows_bytes(jb_rows_eval *); /* one per row of the batch */
#endif
