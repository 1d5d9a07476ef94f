// SPDX-License-Identifier: Apache-2.0
/* Cells of a member on their way into a composite: cast to the type it wants, converted to its
 * unit, and gathered into arrays that own their memory. */
#include "engine/batch.h"
#include "engine/member.h"

#include <math.h>
#include <string.h>

static int32_t digits_of(jb_i128 v)
{
    int32_t n = 0;
    for (; v > 0; v /= 10) {
        n++;
    }
    return n;
}

jb_coltype jb_member_converted_type(const jb_coltype *from, jb_i128 num, jb_i128 den)
{
    jb_coltype to = *from;
    int32_t extra = 0, whole;
    if (from->kind == JB_K_FLOAT || (from->kind == JB_K_INT && den == 1)) {
        return to;
    }
    while (extra < 18 && jb_pow10(extra) % den != 0) {
        extra++;
    }
    to.kind = JB_K_DEC;
    if (jb_pow10(extra) % den == 0) {
        to.scale = from->scale + extra;
    } else { /* 亩 in 公顷 never ends */
        to.scale = from->scale > JB_SCALE_QUOTIENT ? from->scale : JB_SCALE_QUOTIENT;
    }
    to.scale = to.scale < JB_DEC_DIGITS ? to.scale : JB_DEC_DIGITS;
    whole = (from->kind == JB_K_INT ? 19 : from->precision - from->scale) + digits_of(num) -
            digits_of(den) + 1;
    to.precision = (whole > 0 ? whole : 0) + to.scale;
    to.precision = to.precision < 1               ? 1
                   : to.precision > JB_DEC_DIGITS ? JB_DEC_DIGITS
                                                  : to.precision;
    to.wide = to.precision > 18;
    return to;
}

/* ---- one column ---- */

static int scaled(const jb_member_column *c, const jb_value *v, jb_value *out)
{
    const jb_coltype *t = &c->type;
    jb_i128 whole = v->num;
    out->kind = (uint8_t)t->kind;
    out->scale = t->scale;
    if (v->kind == JB_K_FLOAT || t->kind == JB_K_FLOAT) {
        double f = jb_value_double(v) * (double)c->num / (double)c->den;
        out->f = f;
        if (t->kind == JB_K_FLOAT) {
            return isfinite(f) ? 0 : -1;
        }
        if (jb_double_to_dec(f, t->scale, &out->num) != 0) {
            return -1;
        }
    } else if (jb_dec_mul(whole, c->num, &whole) != 0 ||
               (c->den == 1 ? jb_dec_rescale(whole, v->scale, t->scale, &out->num)
                            : jb_dec_divide(whole, v->scale, c->den, 0, t->scale, &out->num))) {
        return -1;
    }
    if (t->kind == JB_K_INT) {
        return out->num <= INT64_MAX && out->num >= INT64_MIN ? 0 : -1;
    }
    jb_i128 bound = jb_pow10(t->precision);
    return out->num < bound && out->num > -bound ? 0 : -1;
}

static void store(const jb_member_cast *c, int64_t row, const jb_value *v)
{
    const jb_coltype *t = &c->column->type;
    if (t->kind == JB_K_FLOAT) {
        ((double *)c->room)[row] = v->f;
    } else if (t->kind == JB_K_DEC && t->wide) {
        ((jb_i128 *)c->room)[row] = v->num;
    } else {
        ((int64_t *)c->room)[row] = (int64_t)v->num;
    }
}

/* 0: told, go on without the cell or the row; -1 stop. */
static int refused(const jb_member_cast *c, int64_t row)
{
    int answer = c->refuse(c->data, c->column, row);
    if (answer == JB_ROW_SKIP) {
        c->drop[row >> 3] = (uint8_t)(c->drop[row >> 3] | 1u << (row & 7));
        *c->any_dropped = 1;
    }
    return answer == JB_ROW_STOP ? -1 : 0;
}

static void take_bits(const jb_member_cast *c, const jb_vector *in, int64_t rows)
{
    if (in->valid) {
        memcpy(c->bits, in->valid, (size_t)(rows + 7) / 8);
    } else {
        memset(c->bits, 0xff, (size_t)(rows + 7) / 8);
    }
}

static void clear_bit(const jb_member_cast *c, int64_t row)
{
    c->bits[row >> 3] = (uint8_t)(c->bits[row >> 3] & ~(1u << (row & 7)));
}

static int scale_all(const jb_member_cast *c, const jb_vector *in, int64_t rows, jb_vector *out)
{
    jb_value v, to;
    take_bits(c, in, rows);
    for (int64_t i = 0; i < rows; i++) {
        memset(&to, 0, sizeof to);
        jb_vector_cell(in, (uint32_t)i, &v);
        if (v.kind != JB_K_NULL && scaled(c->column, &v, &to) != 0) {
            if (refused(c, i) != 0) {
                return -1;
            }
            clear_bit(c, i);
        }
        store(c, i, &to);
    }
    *out = (jb_vector){.kind = c->column->type.kind,
                       .scale = c->column->type.kind == JB_K_DEC ? c->column->type.scale : 0,
                       .wide = c->column->type.wide,
                       .valid = c->bits,
                       .data = c->room};
    return 0;
}

static int cast_all(const jb_member_cast *c, const jb_vector *in, int64_t rows, jb_vector *out)
{
    char format[40];
    const void *buffers[3];
    struct ArrowArray a;
    struct ArrowSchema s = {.format = format, .name = ""};
    int64_t row = 0;
    jb_coltype_format(&c->from->type, format);
    jb_vector_to_arrow(in, rows, buffers, &a);
    int status = jb_vector_from_arrow(&s, &a, &c->column->type, c->scratch, out, &row);
    if (status != 0) {
        take_bits(c, in, rows);
        buffers[0] = c->bits;
        a.null_count = -1;
    }
    while (status != 0) {
        if (refused(c, row) != 0) {
            return -1;
        }
        clear_bit(c, row);
        status = jb_vector_from_arrow(&s, &a, &c->column->type, c->scratch, out, &row);
    }
    return 0;
}

static int same_type(const jb_coltype *a, const jb_coltype *b)
{
    return a->kind == b->kind &&
           (a->kind != JB_K_DEC ||
            (a->scale == b->scale && a->precision <= b->precision && a->wide == b->wide));
}

int jb_member_convert(const jb_member_cast *c, const jb_vector *in, int64_t rows, jb_vector *out)
{
    if (c->column->converts) {
        return scale_all(c, in, rows, out);
    }
    if (same_type(&c->from->type, &c->column->type)) {
        *out = *in;
        return 0;
    }
    return cast_all(c, in, rows, out);
}

/* ---- arrays that own their memory ---- */

static int is_valid(const jb_vector *v, uint32_t row)
{
    return !v->valid || (v->valid[row >> 3] >> (row & 7) & 1);
}

/* sel NULL: the first n rows, which are then copied at once. */
static uint32_t row_of(const uint32_t *sel, uint64_t i)
{
    return sel ? sel[i] : (uint32_t)i;
}

static void gather_validity(const jb_vector *v, const uint32_t *sel, uint64_t n,
                            struct ArrowArray *out)
{
    out->null_count = v->valid ? -1 : 0;
    if (v->valid && !sel) {
        memcpy((uint8_t *)(uintptr_t)out->buffers[0], v->valid, (size_t)(n + 7) / 8);
        return;
    }
    for (uint64_t i = 0; v->valid && i < n; i++) {
        if (is_valid(v, sel[i])) {
            jb_set_valid(out, (int64_t)i);
        }
    }
}

static void must(int status)
{
    if (status != 0) {
        (void)jb_alloc(SIZE_MAX / 2); /* out of memory: ends the process with its message */
    }
}

/* Bytes of a text; a NULL cell has none. */
static size_t text_length(const jb_vector *v, uint32_t row)
{
    return is_valid(v, row) ? (size_t)(v->offsets[row + 1] - v->offsets[row]) : 0;
}

static int gather_texts(const jb_vector *v, const uint32_t *sel, uint64_t n, struct ArrowArray *out)
{
    size_t total = 0;
    for (uint64_t i = 0; i < n; i++) {
        total += text_length(v, row_of(sel, i));
    }
    if (total > INT32_MAX) {
        return -1;
    }
    const size_t sizes[] = {v->valid ? n / 8 + 1 : 0, (n + 1) * sizeof(int32_t), total + 1};
    must(jb_array_make(out, (int64_t)n, 3, sizes, 0));
    int32_t *offsets = (int32_t *)(uintptr_t)out->buffers[1];
    char *bytes = (char *)(uintptr_t)out->buffers[2];
    for (uint64_t i = 0; i < n; i++) {
        uint32_t row = row_of(sel, i);
        size_t len = text_length(v, row);
        if (len > 0) {
            memcpy(bytes + offsets[i], v->bytes + v->offsets[row], len);
        }
        offsets[i + 1] = offsets[i] + (int32_t)len;
    }
    gather_validity(v, sel, n, out);
    return 0;
}

static void gather_bools(const jb_vector *v, const uint32_t *sel, uint64_t n,
                         struct ArrowArray *out)
{
    const size_t sizes[] = {v->valid ? n / 8 + 1 : 0, n / 8 + 1};
    must(jb_array_make(out, (int64_t)n, 2, sizes, 0));
    uint8_t *bits = (uint8_t *)(uintptr_t)out->buffers[1];
    for (uint64_t i = 0; i < n; i++) {
        if (((const uint8_t *)v->data)[row_of(sel, i)]) {
            bits[i >> 3] = (uint8_t)(bits[i >> 3] | 1u << (i & 7));
        }
    }
    gather_validity(v, sel, n, out);
}

static void gather_fixed(const jb_vector *v, size_t width, const uint32_t *sel, uint64_t n,
                         struct ArrowArray *out)
{
    const size_t sizes[] = {v->valid ? n / 8 + 1 : 0, (n + 1) * width};
    must(jb_array_make(out, (int64_t)n, 2, sizes, 0));
    char *to = (char *)(uintptr_t)out->buffers[1];
    const char *from = v->data;
    if (!sel && n > 0) {
        memcpy(to, from, (size_t)n * width);
    }
    for (uint64_t i = 0; sel && i < n; i++) {
        memcpy(to + i * width, from + sel[i] * width, width);
    }
    gather_validity(v, sel, n, out);
}

int jb_member_gather(const jb_vector *v, const uint32_t *sel, uint64_t n, struct ArrowArray *out)
{
    if (v->kind == JB_K_TEXT) {
        return gather_texts(v, sel, n, out);
    }
    if (v->kind == JB_K_BOOL) {
        gather_bools(v, sel, n, out);
    } else {
        gather_fixed(v,
                     v->kind == JB_K_DATE             ? 4
                     : v->kind == JB_K_DEC && v->wide ? 16
                                                      : 8,
                     sel, n, out);
    }
    return 0;
}
