// SPDX-License-Identifier: Apache-2.0
/* Columns that grow cell by cell and are handed over as Arrow arrays without a copy.
 *
 * Kinds are those of jb_format_kind: 'b' bool, 'l' int64, 'g' float64, 'D' date32, 'u' utf8,
 * 'd' 64-bit decimal, 'h' 128-bit decimal; and 'x', texts as numbers into a dictionary (arrow_dict.h).
 * Not thread-safe; one owner per column. */
#ifndef JB_LIB_ARROW_COLUMN_H
#define JB_LIB_ARROW_COLUMN_H

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define JB_FORMAT_MAX 32u /* bytes of the longest format text, with its NUL */

/* What a column delivers. format is the Arrow format text that belongs to the other members. */
typedef struct jb_type {
    char kind;
    char format[JB_FORMAT_MAX];
    int32_t precision, scale;
} jb_type;

/* Parses a wanted format. Decimals of up to 18 digits become 64-bit unless 128 is written out.
 * 0 ok, -1 a format these columns cannot hold. */
int jb_type_parse(const char *format, jb_type *out);
/* A type by kind; precision and scale for 'd' and 'h' only (p > 18 gives 'h'). */
void jb_type_make(char kind, int32_t precision, int32_t scale, jb_type *out);

struct jb_dict;

typedef struct jb_col {
    jb_type type;
    struct jb_dict *dict; /* of 'x': the caller's, copied into each finished array */
    uint8_t *valid;  /* bitmap; bits past length are undefined */
    uint8_t *values; /* fixed-width cells, bool bitmap, or int32 offsets for 'u' */
    uint8_t *bytes;  /* text of 'u' */
    size_t width;    /* bytes a cell; 0 for 'b' */
    size_t n_bytes, cap_bytes;
    int64_t length, capacity, nulls;
} jb_col;

void jb_col_init(jb_col *, const jb_type *);
void jb_col_free(jb_col *); /* may be called twice, and after jb_col_finish */
/* Room for `rows` further cells. 0 ok, -1 out of memory. */
int jb_col_reserve(jb_col *, int64_t rows);
/* Forgets all cells from `length` on. */
void jb_col_truncate(jb_col *, int64_t length);
/* Moves the cells into an array; the column is empty afterwards and may grow again. 0 or -1. */
int jb_col_finish(jb_col *, struct ArrowArray *out);

/* Struct array of n finished columns, all of `length`. On -1 everything is released. */
int jb_struct_finish(jb_col *cols, uint64_t n, int64_t length, struct ArrowArray *out);
/* Struct schema; names[i] and types[i] are copied. 0 or -1. */
int jb_struct_schema(const char *const *names, const jb_type *types, uint64_t n,
                     struct ArrowSchema *out);

/* The push functions need room (jb_col_reserve). */
JB_FN void jb_col_mark(jb_col *c, int valid)
{
    int64_t i = c->length;
    uint8_t bit = (uint8_t)(1u << (i & 7));
    if (valid) {
        c->valid[i >> 3] = (uint8_t)(c->valid[i >> 3] | bit);
    } else {
        c->valid[i >> 3] = (uint8_t)(c->valid[i >> 3] & ~bit);
        c->nulls++;
    }
    c->length++;
}

JB_FN void jb_col_i64(jb_col *c, int64_t v) /* 'l' and 'd' */
{
    memcpy(c->values + c->length * 8, &v, 8);
    jb_col_mark(c, 1);
}

JB_FN void jb_col_f64(jb_col *c, double v)
{
    memcpy(c->values + c->length * 8, &v, 8);
    jb_col_mark(c, 1);
}

JB_FN void jb_col_date(jb_col *c, int32_t days)
{
    memcpy(c->values + c->length * 4, &days, 4);
    jb_col_mark(c, 1);
}

JB_FN void jb_col_code(jb_col *c, int32_t code) /* 'x' */
{
    memcpy(c->values + c->length * 4, &code, 4);
    jb_col_mark(c, 1);
}

JB_FN void jb_col_i128(jb_col *c, jb_i128 v)
{
    memcpy(c->values + c->length * 16, &v, 16);
    jb_col_mark(c, 1);
}

JB_FN void jb_col_bool(jb_col *c, int v)
{
    uint8_t *p = c->values + (c->length >> 3);
    uint8_t bit = (uint8_t)(1u << (c->length & 7));
    *p = (uint8_t)(v ? *p | bit : *p & ~bit);
    jb_col_mark(c, 1);
}

/* Text may need memory of its own: 0 ok, -1 out of memory or over 2 GiB in one column. */
int jb_col_grow_bytes(jb_col *, size_t n);

JB_FN int jb_col_text(jb_col *c, const char *s, size_t n)
{
    int32_t end;
    if (n > c->cap_bytes - c->n_bytes && jb_col_grow_bytes(c, n) != 0)
        return -1;
    if (n > 0)
        memcpy(c->bytes + c->n_bytes, s, n);
    c->n_bytes += n;
    end = (int32_t)c->n_bytes;
    memcpy(c->values + (c->length + 1) * 4, &end, 4);
    jb_col_mark(c, 1);
    return 0;
}

JB_FN void jb_col_null(jb_col *c)
{
    if (c->type.kind == 'b')
        c->values[c->length >> 3] = (uint8_t)(c->values[c->length >> 3] & ~(1u << (c->length & 7)));
    else if (c->type.kind == 'u') {
        int32_t end = (int32_t)c->n_bytes;
        memcpy(c->values + (c->length + 1) * 4, &end, 4);
    } else {
        memset(c->values + (size_t)c->length * c->width, 0, c->width);
    }
    jb_col_mark(c, 0);
}

#endif
