// SPDX-License-Identifier: Apache-2.0
/* Entry of vectorised evaluation, and its logic: and/or look only at rows that the operands before
 * left open. */
#include "data/expr_rows.h"

#include <string.h>

uint8_t *jb_rows_bytes(jb_rows_eval *ev)
{
    return jb_scratch_array(ev->scratch, (uint64_t)ev->env->rows + 1, 1);
}

/* want >= 0: rows with this value; else rows without not_want. */
jb_rows_sel jb_rows_pick(jb_rows_eval *ev, const uint8_t *tri, const jb_rows_sel *sel, int want,
                         int not_want)
{
    uint32_t *at = jb_scratch_array(ev->scratch, sel->n + 1, sizeof *at);
    uint64_t n = 0;
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        at[n] = row;
        n += want >= 0 ? tri[row] == want : tri[row] != not_want;
    }
    return (jb_rows_sel){at, n};
}

static int logic(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    const uint8_t winner = x->op == JB_EX_OR;
    int status = jb_rows_tri(ev, x->kids[0], sel, out);
    if (status) {
        return status;
    }
    jb_rows_sel open = *sel;
    uint8_t *next = x->n > 1 ? jb_rows_bytes(ev) : NULL;
    for (uint32_t i = 1; i < x->n; i++) {
        open = jb_rows_pick(ev, out, &open, -1, winner);
        if (open.n == 0) {
            return 0;
        }
        status = jb_rows_tri(ev, x->kids[i], &open, next);
        if (status) {
            return status;
        }
        for (uint64_t k = 0; k < open.n; k++) {
            uint32_t row = open.at[k];
            out[row] = next[row] == winner || next[row] == JB_UNKNOWN ? next[row] : out[row];
        }
    }
    return 0;
}

static int in_list(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    jb_operand first, item;
    int status = jb_rows_value(ev, x->kids[0], sel, &first);
    uint8_t *one = jb_rows_bytes(ev);
    for (uint64_t k = 0; k < sel->n; k++) {
        out[jb_row_at(sel, k)] = 0;
    }
    jb_rows_sel open = *sel;
    for (uint32_t i = 1; !status && i < x->n && open.n; i++) {
        status = jb_rows_value(ev, x->kids[i], &open, &item);
        status = status ? status : jb_rows_compare(ev, JB_EX_EQ, &first, &item, &open, one);
        for (uint64_t k = 0; !status && k < open.n; k++) {
            uint32_t row = jb_row_at(&open, k);
            out[row] = one[row] && out[row] != 1 ? one[row] : out[row];
        }
        if (!status && x->n > 3) {
            open = jb_rows_pick(ev, out, &open, -1, 1);
        }
    }
    return status;
}

static int between(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    jb_operand v, lo, hi;
    uint8_t *upper = jb_rows_bytes(ev);
    int status = jb_rows_value(ev, x->kids[0], sel, &v);
    status = status ? status : jb_rows_value(ev, x->kids[1], sel, &lo);
    status = status ? status : jb_rows_value(ev, x->kids[2], sel, &hi);
    status = status ? status : jb_rows_compare(ev, JB_EX_GE, &v, &lo, sel, out);
    status = status ? status : jb_rows_compare(ev, JB_EX_LE, &v, &hi, sel, upper);
    for (uint64_t k = 0; !status && k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        out[row] = !out[row] || !upper[row] ? 0 : out[row] == 1 ? upper[row] : JB_UNKNOWN;
    }
    return status;
}

/* is null, like, in_period: one operand, a byte for each row. */
static int test(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    jb_operand v;
    int status = jb_rows_value(ev, x->kids[0], sel, &v);
    if (status) {
        return status;
    }
    const jb_period *p = &ev->env->period;
    const char *pattern = x->op == JB_EX_LIKE ? x->kids[1]->value.text : NULL;
    size_t m = pattern ? strlen(pattern) : 0;
    int no_pattern = x->op == JB_EX_LIKE && x->kids[1]->kind == JB_K_NULL;
    if (x->op == JB_EX_PERIOD && p->set && v.step && v.v.kind == JB_K_DATE && !sel->at) {
        const int32_t *day = v.v.data;
        for (size_t row = 0; row < sel->n; row++) {
            out[row] = (uint8_t)((day[row] >= p->from) & (day[row] <= p->to));
        }
        for (size_t row = 0; v.v.valid && row < sel->n; row++) {
            out[row] = v.v.valid[row >> 3] >> (row & 7) & 1 ? out[row] : JB_UNKNOWN;
        }
        return 0;
    }
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        int valid = jb_operand_valid(&v, row);
        if (x->op == JB_EX_ISNULL) {
            out[row] = (uint8_t)!valid;
        } else if (!valid || no_pattern) {
            out[row] = JB_UNKNOWN;
        } else if (x->op == JB_EX_LIKE) {
            size_t n;
            const char *text = jb_operand_text(&v, row, &n);
            out[row] = (uint8_t)jb_ex_like(text, n, pattern, m);
        } else {
            jb_i128 day = jb_operand_int(&v, row);
            out[row] = (uint8_t)(!p->set || (day >= p->from && day <= p->to));
        }
    }
    return 0;
}

static int of_value(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    jb_operand v;
    int status = jb_rows_value(ev, x, sel, &v);
    for (uint64_t k = 0; !status && k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        out[row] = !jb_operand_valid(&v, row) ? JB_UNKNOWN : jb_operand_int(&v, row) != 0;
    }
    return status;
}

/* The one column that x reads; -1: none, -2: several. */
static int32_t only_column(const jb_ex *x)
{
    int32_t column = x->op == JB_EX_NAME ? x->column : -1;
    for (uint32_t i = 0; i < x->n && column != -2; i++) {
        int32_t other = only_column(x->kids[i]);
        column = other == -1 || other == column ? column : column == -1 ? other : -2;
    }
    return column;
}

/* A condition over one column of few texts: worked out for each text and for NULL, then looked up.
 * 1: done; 0: not such a one, or a text that no row here may have cannot be worked out. */
static int by_texts(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    int32_t c = only_column(x);
    const jb_vector *v = c >= 0 ? &ev->env->columns[c] : NULL;
    if (!v || !v->codes || (uint64_t)v->n_texts >= sel->n) {
        return 0;
    }
    size_t n = (size_t)v->n_texts;
    jb_vector *columns = jb_scratch_array(ev->scratch, (uint64_t)c + 1, sizeof *columns);
    int32_t *offsets = jb_scratch_array(ev->scratch, n + 2, sizeof *offsets);
    uint8_t *valid = jb_scratch_take(ev->scratch, n / 8 + 1);
    memset(columns, 0, ((size_t)c + 1) * sizeof *columns);
    memcpy(offsets, v->offsets, (n + 1) * sizeof *offsets);
    offsets[n + 1] = offsets[n];
    memset(valid, 0xff, n / 8 + 1);
    valid[n >> 3] = (uint8_t)(valid[n >> 3] & ~(1u << (n & 7)));
    columns[c] =
        (jb_vector){.kind = JB_K_TEXT, .valid = valid, .offsets = offsets, .bytes = v->bytes};
    jb_rows_env env = {.columns = columns, .rows = (int64_t)n + 1, .period = ev->env->period};
    jb_rows_eval texts = {&env, ev->scratch, ev->row};
    jb_rows_sel all = {NULL, n + 1};
    uint8_t *tri = jb_rows_bytes(&texts);
    if (jb_rows_tri(&texts, x, &all, tri) != 0) {
        return 0;
    }
    for (uint64_t k = 0; k < sel->n; k++) {
        uint32_t row = jb_row_at(sel, k);
        int known = !v->valid || (v->valid[row >> 3] >> (row & 7) & 1);
        out[row] = tri[known ? (size_t)v->codes[row] : n];
    }
    return 1;
}

int jb_rows_tri(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint8_t *out)
{
    jb_operand a, b;
    int status;
    if (by_texts(ev, x, sel, out)) {
        return 0;
    }
    switch (x->op) {
    case JB_EX_AND:
    case JB_EX_OR:
        return logic(ev, x, sel, out);
    case JB_EX_NOT:
        status = jb_rows_tri(ev, x->kids[0], sel, out);
        for (uint64_t k = 0; !status && k < sel->n; k++) {
            uint32_t row = jb_row_at(sel, k);
            out[row] = out[row] == JB_UNKNOWN ? JB_UNKNOWN : !out[row];
        }
        return status;
    case JB_EX_EQ:
    case JB_EX_NE:
    case JB_EX_LT:
    case JB_EX_LE:
    case JB_EX_GT:
    case JB_EX_GE:
        status = jb_rows_value(ev, x->kids[0], sel, &a);
        status = status ? status : jb_rows_value(ev, x->kids[1], sel, &b);
        return status ? status : jb_rows_compare(ev, (jb_ex_op)x->op, &a, &b, sel, out);
    case JB_EX_IN:
        return in_list(ev, x, sel, out);
    case JB_EX_BETWEEN:
        return between(ev, x, sel, out);
    case JB_EX_ISNULL:
    case JB_EX_LIKE:
    case JB_EX_PERIOD:
        return test(ev, x, sel, out);
    default:
        return of_value(ev, x, sel, out);
    }
}

static int64_t select_rows(jb_rows_eval *ev, const jb_ex *x, const jb_rows_sel *sel, uint32_t *out)
{
    if (x->op == JB_EX_AND) { /* a row that one operand does not make true is out */
        jb_rows_sel open = *sel;
        for (uint32_t i = 0; i < x->n; i++) {
            int64_t n = select_rows(ev, x->kids[i], &open, out);
            if (n <= 0) {
                return n;
            }
            open = (jb_rows_sel){out, (uint64_t)n};
        }
        return (int64_t)open.n;
    }
    uint8_t *tri = jb_rows_bytes(ev);
    int status = jb_rows_tri(ev, x, sel, tri);
    if (status) {
        return status;
    }
    uint64_t n = 0;
    for (uint64_t k = 0; k < sel->n; k++) { /* without a branch: `out` may be `sel` itself */
        uint32_t row = jb_row_at(sel, k);
        out[n] = row;
        n += tri[row] == 1;
    }
    return (int64_t)n;
}

int64_t jb_expr_select(const jb_expr *e, const jb_rows_env *env, jb_scratch *scratch, uint32_t *sel,
                       int64_t *row)
{
    jb_rows_eval ev = {env, scratch, row};
    jb_rows_sel all = {env->sel, env->sel ? env->n : (uint64_t)env->rows};
    return select_rows(&ev, e->typed, &all, sel);
}

/* A constant as a column; a computed decimal is wide. */
static int spread(jb_rows_eval *ev, jb_operand *o, jb_vector *out)
{
    uint64_t rows = (uint64_t)ev->env->rows;
    if (o->v.kind == JB_K_DEC && !o->v.wide) {
        o->room.wide = o->room.small;
        o->v.wide = 1;
    }
    size_t each = o->v.kind == JB_K_BOOL ? 1 : o->v.kind == JB_K_DATE ? 4 : o->v.wide ? 16 : 8;
    *out = o->v;
    if (o->null) {
        uint8_t *valid = jb_scratch_array(ev->scratch, rows / 8 + 1, 1);
        memset(valid, 0, rows / 8 + 1);
        out->valid = valid;
    }
    if (o->v.kind == JB_K_TEXT) {
        int64_t n = o->null ? 0 : o->v.offsets[1];
        if (n * ev->env->rows > INT32_MAX) {
            *ev->row = 0;
            return JB_ROWS_OVERFLOW;
        }
        int32_t *offsets = jb_scratch_array(ev->scratch, rows + 1, sizeof *offsets);
        char *bytes = jb_scratch_array(ev->scratch, rows * (uint64_t)n + 1, 1);
        for (uint64_t i = 0; i <= rows; i++) {
            offsets[i] = (int32_t)((int64_t)i * n);
            if (i < rows && n) {
                memcpy(bytes + offsets[i], o->v.bytes, (size_t)n);
            }
        }
        out->offsets = offsets;
        out->bytes = bytes;
        return 0;
    }
    char *data = jb_scratch_array(ev->scratch, rows + 1, each);
    for (uint64_t i = 0; i < rows; i++) {
        memcpy(data + i * each, o->v.data, each);
    }
    out->data = data;
    return 0;
}

int jb_expr_eval_rows(const jb_expr *e, const jb_rows_env *env, jb_scratch *scratch, jb_vector *out,
                      int64_t *row)
{
    jb_rows_eval ev = {env, scratch, row};
    jb_rows_sel all = {env->sel, env->sel ? env->n : (uint64_t)env->rows};
    jb_operand o;
    int status = jb_rows_value(&ev, e->typed, &all, &o);
    if (status) {
        return status;
    }
    if (!o.step) {
        status = spread(&ev, &o, out);
    } else {
        *out = o.v;
    }
    jb_vector_pack(out, env->rows, scratch);
    return status;
}
