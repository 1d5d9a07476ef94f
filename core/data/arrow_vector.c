// SPDX-License-Identifier: Apache-2.0
/* Normalisation: what a source gave, as the few types that metrics and expressions see. Columns
 * that already are so are borrowed; others are cast a row at a time. */
#include "data/arrow_impl.h"
#include "data/scratch.h"

#include <math.h>
#include <stdlib.h>

typedef struct source {
    const struct ArrowSchema *s;
    const struct ArrowArray *a;
    jb_coltype have;
    const jb_coltype *want;
    jb_scratch *scratch;
} source;

/* A cell; a text is not NUL-terminated. */
typedef struct cell {
    jb_value v;
    const char *text;
    size_t n;
} cell;

void jb_vector_pack(jb_vector *v, int64_t rows, jb_scratch *scratch)
{
    if (v->kind != JB_K_BOOL || v->bits) {
        return;
    }
    size_t n = (size_t)rows / 8 + 1;
    uint8_t *bits = jb_scratch_take(scratch, n);
    const uint8_t *bytes = v->data;
    memset(bits, 0, n);
    for (int64_t i = 0; i < rows; i++) {
        bits[i >> 3] = (uint8_t)(bits[i >> 3] | (bytes[i] != 0) << (i & 7));
    }
    v->bits = bits;
}

const uint8_t *jb_array_validity(const struct ArrowArray *a, jb_scratch *scratch)
{
    if (a->null_count == 0 || !a->buffers[0] || a->length == 0) {
        return NULL;
    }
    int64_t known = 0;
    size_t n = (size_t)a->length / 8;
    uint8_t last = (uint8_t)((1u << (a->length & 7)) - 1);
    const uint8_t *from = (const uint8_t *)a->buffers[0] + (a->offset >> 3);
    if ((a->offset & 7) != 0) {
        uint8_t *bits = jb_scratch_take(scratch, n + 1);
        memset(bits, 0, n + 1);
        for (int64_t i = 0; i < a->length; i++) {
            int valid = jb_buffer_bit(a->buffers[0], a->offset + i);
            bits[i >> 3] = (uint8_t)(bits[i >> 3] | valid << (i & 7));
        }
        from = bits;
    }
    for (size_t i = 0; i < n; i++) {
        known += __builtin_popcount(from[i]);
    }
    known += last ? __builtin_popcount(from[n] & last) : 0;
    return known < a->length ? from : NULL;
}

static void read_text(const source *src, const struct ArrowSchema *s, const struct ArrowArray *a,
                      int64_t row, cell *c)
{
    if (s->dictionary) {
        int64_t index = (int64_t)jb_buffer_int(s->format, a->buffers[1], a->offset + row);
        if (!jb_array_valid(a->dictionary, index)) {
            c->v.kind = JB_K_NULL;
            return;
        }
        read_text(src, s->dictionary, a->dictionary, index, c);
        return;
    }
    int large = s->format[0] == 'U';
    int64_t from = jb_buffer_offset(a->buffers[1], large, a->offset + row);
    c->n = (size_t)(jb_buffer_offset(a->buffers[1], large, a->offset + row + 1) - from);
    c->text = c->n ? (const char *)a->buffers[2] + from : "";
    c->v.kind = JB_K_TEXT;
}

static jb_i128 floor_div(jb_i128 a, jb_i128 b)
{
    return a / b - (a % b < 0);
}

static jb_i128 days_of(const char *format, jb_i128 v)
{
    switch (format[2]) { /* tdD tdm tss: tsm: tsu: tsn: */
    case 'D':
        return v;
    case 's':
        return floor_div(v, 86400);
    case 'm':
        return floor_div(v, 86400000);
    case 'u':
        return floor_div(v, 86400000000);
    default:
        return floor_div(v, 86400000000000);
    }
}

static cell read_cell(const source *src, int64_t row)
{
    const struct ArrowArray *a = src->a;
    const char *format = src->s->format;
    cell c;
    memset(&c, 0, sizeof c);
    if (!jb_array_valid(a, row)) {
        return c;
    }
    int64_t i = a->offset + row;
    c.v.kind = (uint8_t)src->have.kind;
    c.v.scale = src->have.scale;
    switch (src->have.kind) {
    case JB_K_TEXT:
        read_text(src, src->s, a, row, &c);
        break;
    case JB_K_BOOL:
        c.v.num = jb_buffer_bit(a->buffers[1], i);
        break;
    case JB_K_FLOAT:
        if (*format == 'f') {
            float f;
            memcpy(&f, (const char *)a->buffers[1] + i * 4, 4);
            c.v.f = (double)f;
        } else {
            memcpy(&c.v.f, (const char *)a->buffers[1] + i * 8, 8);
        }
        c.v.kind = isnan(c.v.f) ? JB_K_NULL : JB_K_FLOAT;
        break;
    case JB_K_DATE:
        c.v.num = days_of(format, jb_buffer_int(format, a->buffers[1], i));
        break;
    default:
        c.v.num = jb_buffer_int(format, a->buffers[1], i);
    }
    return c;
}

/* ---- casts: 0 ok, -1 the cell does not fit ---- */

static int text_is(const cell *c, const char *word)
{
    return c->n == strlen(word) && memcmp(c->text, word, c->n) == 0;
}

static int to_bool(const cell *c, jb_value *out)
{
    static const char *const yes[] = {"1", "true", "TRUE", "是"}, *const no[] = {"0", "false",
                                                                                 "FALSE", "否"};
    if (c->v.kind == JB_K_TEXT) {
        for (size_t i = 0; i < 4; i++) {
            if (text_is(c, yes[i]) || text_is(c, no[i])) {
                out->num = text_is(c, yes[i]);
                return 0;
            }
        }
        return -1;
    }
    out->num = c->v.kind == JB_K_FLOAT ? c->v.f != 0 : c->v.num != 0;
    return c->v.kind == JB_K_FLOAT          ? (c->v.f != 0 && c->v.f != 1 ? -1 : 0)
           : c->v.num == 0 || c->v.num == 1 ? 0
                                            : -1;
}

static int text_number(const cell *c, jb_i128 *v, int32_t *scale)
{
    size_t n = c->n;
    const char *p = c->text;
    while (n && *p == ' ') {
        p++;
        n--;
    }
    while (n && p[n - 1] == ' ') {
        n--;
    }
    return jb_dec_parse(p, n, v, scale) ? -1 : 0;
}

static int to_date(const cell *c, jb_value *out)
{
    int32_t days;
    char digits[48];
    if (c->v.kind == JB_K_TEXT) {
        size_t n = c->n > 10 && (c->text[10] == ' ' || c->text[10] == 'T') ? 10 : c->n;
        if (jb_date_parse(c->text, n, &days)) {
            return -1;
        }
        out->num = days;
        return 0;
    }
    if (c->v.kind == JB_K_INT) { /* 20220816 */
        size_t n = jb_dec_text(c->v.num, 0, digits);
        if (n != 8 || jb_date_parse(digits, n, &days)) {
            return -1;
        }
        out->num = days;
        return 0;
    }
    out->num = c->v.num;
    return c->v.kind == JB_K_DATE && c->v.num >= jb_days_from_civil(1, 1, 1) &&
                   c->v.num <= jb_days_from_civil(9999, 12, 31)
               ? 0
               : -1;
}

/* A number as a scaled integer; *scale is its own. Floats go by their shortest text, at `digits`.
 */
static int to_number(const cell *c, int32_t digits, jb_i128 *v, int32_t *scale)
{
    *scale = c->v.kind == JB_K_DEC ? c->v.scale : 0;
    *v = c->v.num;
    if (c->v.kind == JB_K_TEXT) {
        return text_number(c, v, scale);
    }
    if (c->v.kind == JB_K_FLOAT) {
        *scale = digits;
        return jb_double_to_dec(c->v.f, digits, v) ? -1 : 0;
    }
    return c->v.kind == JB_K_DATE ? -1 : 0;
}

static int to_decimal(const cell *c, const jb_coltype *want, jb_value *out)
{
    int32_t scale;
    jb_i128 v;
    if (to_number(c, want->scale, &v, &scale) || jb_dec_rescale(v, scale, want->scale, &out->num)) {
        return -1;
    }
    jb_i128 bound = jb_pow10(want->precision);
    return out->num < bound && out->num > -bound ? 0 : -1;
}

static int to_int(const cell *c, jb_value *out)
{
    int32_t scale;
    jb_i128 v;
    if ((c->v.kind == JB_K_FLOAT && c->v.f != floor(c->v.f)) || to_number(c, 0, &v, &scale) ||
        jb_dec_rescale(v, scale, 0, &out->num) || jb_dec_compare(v, scale, out->num, 0) != 0) {
        return -1; /* 3.00 is an int, 3.5 is not */
    }
    return out->num <= INT64_MAX && out->num >= INT64_MIN ? 0 : -1;
}

static int to_float(const cell *c, jb_value *out)
{
    char text[128], *end;
    if (c->v.kind == JB_K_TEXT) {
        if (c->n == 0 || c->n >= sizeof text || strspn(c->text, "+-.0123456789eE") < c->n) {
            return -1;
        }
        memcpy(text, c->text, c->n);
        text[c->n] = '\0';
        out->f = strtod(text, &end);
        return *end || !isfinite(out->f) ? -1 : 0;
    }
    out->f = jb_value_double(&c->v);
    return c->v.kind == JB_K_DATE || c->v.kind == JB_K_BOOL || !isfinite(out->f) ? -1 : 0;
}

static int cast(const cell *c, const jb_coltype *want, jb_value *out)
{
    memset(out, 0, sizeof *out);
    out->kind = (uint8_t)want->kind;
    out->scale = want->scale;
    switch (want->kind) {
    case JB_K_BOOL:
        return to_bool(c, out);
    case JB_K_INT:
        return to_int(c, out);
    case JB_K_DEC:
        return to_decimal(c, want, out);
    case JB_K_FLOAT:
        return to_float(c, out);
    case JB_K_DATE:
        return to_date(c, out);
    default:
        return 0;
    }
}

/* ---- texts ---- */

static int texts(const source *src, jb_vector *out, uint8_t *valid, int64_t *row)
{
    int64_t rows = src->a->length, total = 0;
    int32_t *offsets = jb_scratch_array(src->scratch, (uint64_t)rows + 1, sizeof *offsets);
    size_t cap = 1024, used = 0;
    char *bytes = jb_scratch_take(src->scratch, cap);
    for (int64_t i = 0; i < rows; i++) {
        char printed[400];
        cell c = read_cell(src, i);
        offsets[i] = (int32_t)total;
        if (c.v.kind == JB_K_NULL) {
            valid[i >> 3] = (uint8_t)(valid[i >> 3] & ~(1u << (i & 7)));
            out->valid = valid;
            continue;
        }
        if (c.v.kind != JB_K_TEXT) {
            c.n = jb_value_print(&c.v, printed, sizeof printed);
            c.text = printed;
        }
        total += (int64_t)c.n;
        if (total > INT32_MAX) {
            *row = i;
            return -1;
        }
        if ((size_t)total > cap) {
            cap = (size_t)total * 2;
            char *more = jb_scratch_take(src->scratch, cap);
            memcpy(more, bytes, used);
            bytes = more;
        }
        memcpy(bytes + used, c.text, c.n);
        used += c.n;
    }
    offsets[rows] = (int32_t)total;
    out->offsets = offsets;
    out->bytes = bytes;
    return 0;
}

static int borrow_texts(const source *src, jb_vector *out)
{
    static const int32_t none[1] = {0};
    const struct ArrowArray *a = src->a;
    if (src->s->dictionary || src->s->format[0] != 'u' || src->have.kind != JB_K_TEXT) {
        return 0;
    }
    if (a->length == 0) {
        out->offsets = none;
        out->bytes = "";
        return 1;
    }
    const char *offsets = (const char *)a->buffers[1] + a->offset * 4;
    if ((uintptr_t)offsets % sizeof(int32_t)) {
        return 0;
    }
    out->offsets = (const int32_t *)(const void *)offsets;
    out->bytes = a->buffers[2] ? a->buffers[2] : "";
    return 1;
}

/* ---- numbers, dates, bools ---- */

static size_t width_of(const jb_coltype *t)
{
    return t->kind == JB_K_BOOL             ? 1
           : t->kind == JB_K_DATE           ? 4
           : t->kind == JB_K_DEC && t->wide ? 16
                                            : 8;
}

/* Is every value that is not NULL within the bounds of its type? Below NULLs lies anything, so only
 * when something is out of bounds is it asked which. */
static int in_range(const source *src, const jb_coltype *w, const char *data)
{
    int64_t n = src->a->length;
    int decimal = w->kind == JB_K_DEC, odd = 0;
    jb_i128 hi = decimal ? jb_pow10(w->precision) - 1 : jb_days_from_civil(9999, 12, 31);
    jb_i128 lo = decimal ? -hi : jb_days_from_civil(1, 1, 1);
    if (!decimal) {
        const int32_t *v = (const int32_t *)(const void *)data, from = (int32_t)lo,
                      to = (int32_t)hi;
        for (int64_t i = 0; i < n; i++) {
            odd |= (v[i] < from) | (v[i] > to);
        }
    } else if (!w->wide) {
        const int64_t *v = (const int64_t *)(const void *)data, from = (int64_t)lo,
                      to = (int64_t)hi;
        for (int64_t i = 0; i < n; i++) {
            odd |= (v[i] < from) | (v[i] > to);
        }
    } else {
        odd = 1;
    }
    for (int64_t i = 0; odd && i < n; i++) {
        jb_i128 v = jb_buffer_int(src->s->format, data, i);
        if ((v < lo || v > hi) && jb_array_valid(src->a, i)) {
            return 0;
        }
    }
    return 1;
}

/* Values that are stored just so are read where they are; each is still looked at where a value out
 * of range could harm (decimals, dates, floats). */
static int borrow_values(const source *src, jb_vector *out)
{
    const jb_coltype *h = &src->have, *w = src->want;
    const char *f = src->s->format;
    size_t width = width_of(w);
    if (src->s->dictionary || h->kind != w->kind || w->kind == JB_K_BOOL || w->kind == JB_K_FLOAT ||
        jb_format_width(f) != width || *f == 'L' ||
        (w->kind == JB_K_DATE && strcmp(f, "tdD") != 0) ||
        (w->kind == JB_K_DEC && h->scale != w->scale) || src->a->length == 0) {
        return 0;
    }
    const char *data = (const char *)src->a->buffers[1] + (size_t)src->a->offset * width;
    if ((uintptr_t)data % width) {
        return 0;
    }
    if (w->kind != JB_K_INT && !in_range(src, w, data)) {
        return 0; /* the slow way names the row */
    }
    out->data = data;
    return 1;
}

static void store(jb_vector *out, void *data, int64_t i, const jb_value *v)
{
    switch (out->kind) {
    case JB_K_BOOL:
        ((uint8_t *)data)[i] = (uint8_t)v->num;
        break;
    case JB_K_DATE:
        ((int32_t *)data)[i] = (int32_t)v->num;
        break;
    case JB_K_FLOAT:
        ((double *)data)[i] = v->f;
        break;
    default:
        if (out->wide) {
            ((jb_i128 *)data)[i] = v->num;
        } else {
            ((int64_t *)data)[i] = (int64_t)v->num;
        }
    }
}

static int values(const source *src, jb_vector *out, uint8_t *valid, int64_t *row)
{
    int64_t rows = src->a->length;
    void *data = jb_scratch_array(src->scratch, (uint64_t)rows + 1, width_of(src->want));
    for (int64_t i = 0; i < rows; i++) {
        cell c = read_cell(src, i);
        jb_value v = {.kind = JB_K_NULL};
        if (c.v.kind == JB_K_NULL) {
            valid[i >> 3] = (uint8_t)(valid[i >> 3] & ~(1u << (i & 7)));
            out->valid = valid;
        } else if (cast(&c, src->want, &v)) {
            *row = i;
            return -1;
        }
        store(out, data, i, &v);
    }
    out->data = data;
    return 0;
}

int jb_vector_from_arrow(const struct ArrowSchema *s, const struct ArrowArray *a,
                         const jb_coltype *want, jb_scratch *scratch, jb_vector *out, int64_t *row)
{
    const char *hint;
    source src = {.s = s, .a = a, .want = want, .scratch = scratch};
    memset(out, 0, sizeof *out);
    *row = 0;
    if (jb_coltype_of(s, &src.have, &hint)) {
        return -1;
    }
    out->kind = want->kind;
    out->scale = want->kind == JB_K_DEC ? want->scale : 0;
    out->wide = want->kind == JB_K_DEC && want->wide;
    if (want->kind == JB_K_TEXT ? borrow_texts(&src, out) : borrow_values(&src, out)) {
        out->valid = jb_array_validity(a, scratch);
        return 0;
    }
    size_t n = (size_t)a->length / 8 + 1;
    uint8_t *valid = jb_scratch_take(scratch, n);
    memset(valid, 0xff, n);
    int status =
        want->kind == JB_K_TEXT ? texts(&src, out, valid, row) : values(&src, out, valid, row);
    jb_vector_pack(out, status ? 0 : a->length, scratch);
    return status;
}

void jb_vector_to_arrow(const jb_vector *v, int64_t rows, const void **buffers,
                        struct ArrowArray *out)
{
    memset(out, 0, sizeof *out);
    out->length = rows;
    out->null_count = v->valid ? -1 : 0;
    out->n_buffers = v->kind == JB_K_TEXT ? 3 : 2;
    out->buffers = buffers;
    buffers[0] = v->valid;
    buffers[1] = v->kind == JB_K_TEXT   ? (const void *)v->offsets
                 : v->kind == JB_K_BOOL ? v->bits
                                        : v->data;
    buffers[2] = v->kind == JB_K_TEXT ? v->bytes : NULL;
}
