// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrow_column.h"

#include "arrow/arrow_dict.h"

#include <stdio.h>

int jb_type_parse(const char *format, jb_type *out)
{
    int32_t p, s;
    char kind = jb_format_kind(format, &p, &s);
    if (kind == '\0')
        return -1;
    if (kind == 'd' || kind == 'h') {
        const char *comma = strchr(format, ',');
        int explicit128 = kind == 'h' && comma != NULL && strchr(comma + 1, ',') != NULL;
        if (p < 1 || p > JB_DEC_DIGITS || s < 0 || s > p || (kind == 'd' && p > 18))
            return -1;
        jb_type_make(explicit128 ? 'h' : 'd', p, s, out);
        return 0;
    }
    jb_type_make(kind, 0, 0, out);
    return 0;
}

void jb_type_make(char kind, int32_t precision, int32_t scale, jb_type *out)
{
    memset(out, 0, sizeof *out);
    if (kind == 'd' && precision > 18)
        kind = 'h';
    out->kind = kind;
    out->precision = precision;
    out->scale = scale;
    if (kind == 'd' || kind == 'h')
        snprintf(out->format, sizeof out->format, "d:%d,%d,%d", (int)precision, (int)scale,
                 kind == 'd' ? 64 : 128);
    else
        snprintf(out->format, sizeof out->format, kind == 'D' ? "tdD" : "%c",
                 kind == 'x' ? 'i' : kind);
}

static size_t type_width(char kind)
{
    switch (kind) {
    case 'b':
        return 0;
    case 'D':
    case 'u':
    case 'x':
        return 4;
    case 'h':
        return 16;
    default:
        return 8;
    }
}

void jb_col_init(jb_col *c, const jb_type *type)
{
    memset(c, 0, sizeof *c);
    c->type = *type;
    c->width = type_width(type->kind);
}

void jb_col_free(jb_col *c)
{
    jb_type type = c->type;
    struct jb_dict *dict = c->dict;
    free(c->valid);
    free(c->values);
    free(c->bytes);
    jb_col_init(c, &type);
    c->dict = dict;
}

static size_t values_size(const jb_col *c, int64_t rows)
{
    if (c->type.kind == 'b')
        return (size_t)rows / 8 + 1;
    return ((size_t)rows + (c->type.kind == 'u')) * c->width;
}

int jb_col_reserve(jb_col *c, int64_t rows)
{
    int64_t need = c->length + rows, cap = c->capacity > 0 ? c->capacity : 256;
    uint8_t *p;
    if (need <= c->capacity)
        return 0;
    while (cap < need)
        cap *= 2;
    p = realloc(c->valid, (size_t)cap / 8 + 1);
    if (p == NULL)
        return -1;
    c->valid = p;
    p = realloc(c->values, values_size(c, cap));
    if (p == NULL)
        return -1;
    if (c->type.kind == 'u' && c->capacity == 0)
        memset(p, 0, 4);
    c->values = p;
    c->capacity = cap;
    return 0;
}

int jb_col_grow_bytes(jb_col *c, size_t n)
{
    size_t need, cap = c->cap_bytes > 0 ? c->cap_bytes : 4096;
    uint8_t *p;
    if (n > (size_t)INT32_MAX - c->n_bytes)
        return -1;
    need = c->n_bytes + n;
    while (cap < need)
        cap *= 2;
    p = realloc(c->bytes, cap);
    if (p == NULL)
        return -1;
    c->bytes = p;
    c->cap_bytes = cap;
    return 0;
}

void jb_col_truncate(jb_col *c, int64_t length)
{
    int64_t i;
    int32_t end;
    if (length >= c->length)
        return;
    for (i = length; i < c->length; i++)
        c->nulls -= !((c->valid[i >> 3] >> (i & 7)) & 1);
    c->length = length;
    if (c->type.kind == 'u') {
        memcpy(&end, c->values + length * 4, 4);
        c->n_bytes = (size_t)end;
    }
}

int jb_col_finish(jb_col *c, struct ArrowArray *out)
{
    int64_t n_buffers = c->type.kind == 'u' ? 3 : 2;
    static const size_t none[3] = {0, 0, 0};
    const void **b;
    if (jb_col_reserve(c, 1) != 0) /* an empty column, too, has buffers to point to */
        return -1;
    if (c->type.kind == 'u' && c->bytes == NULL && jb_col_grow_bytes(c, 1) != 0)
        return -1;
    if (jb_array_make(out, c->length, n_buffers, none, 0) != 0)
        return -1;
    if (c->type.kind == 'x') {
        out->dictionary = calloc(1, sizeof *out->dictionary);
        if (out->dictionary == NULL || jb_dict_array(c->dict, out->dictionary) != 0)
            return jb_array_release(out), -1;
    }
    out->null_count = c->nulls;
    b = out->buffers;
    if (c->nulls > 0)
        b[0] = c->valid;
    else
        free(c->valid);
    b[1] = c->values;
    if (n_buffers == 3)
        b[2] = c->bytes;
    c->valid = c->values = c->bytes = NULL;
    jb_col_free(c);
    return 0;
}

int jb_struct_finish(jb_col *cols, uint64_t n, int64_t length, struct ArrowArray *out)
{
    static const size_t none[1] = {0};
    uint64_t i;
    if (jb_array_make(out, length, 1, none, (int64_t)n) != 0)
        return -1;
    out->null_count = 0;
    for (i = 0; i < n; i++)
        if (jb_col_finish(&cols[i], out->children[i]) != 0)
            return jb_array_release(out), -1;
    return 0;
}

int jb_struct_schema(const char *const *names, const jb_type *types, uint64_t n,
                     struct ArrowSchema *out)
{
    uint64_t i;
    if (jb_schema_make(out, "+s", "", (int64_t)n) != 0)
        return -1;
    for (i = 0; i < n; i++) {
        struct ArrowSchema *s = out->children[i];
        if (jb_schema_make(s, types[i].format, names[i], 0) != 0)
            return jb_schema_release(out), -1;
        if (types[i].kind != 'x')
            continue;
        s->dictionary = calloc(1, sizeof *s->dictionary);
        if (s->dictionary == NULL || jb_schema_make(s->dictionary, "u", "", 0) != 0)
            return jb_schema_release(out), -1;
    }
    return 0;
}
