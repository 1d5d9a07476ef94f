// SPDX-License-Identifier: Apache-2.0
/* Building the figure that eval returns. */
#include "derived.h"

#include <stdio.h>

static size_t cell_bytes(char kind)
{
    return kind == 'D' ? 4 : kind == 'h' ? 16 : 8;
}

/* Deep copy of one column; also of those not starting at offset 0. */
static int copy_column(const struct ArrowSchema *schema, const struct ArrowArray *from,
                       int64_t rows, struct ArrowArray *to)
{
    int32_t precision, scale;
    char kind = jb_format_kind(schema->format, &precision, &scale);
    if (kind == 'u') {
        size_t total = 0, n;
        for (int64_t i = 0; i < rows; i++)
            total += jb_is_null(from, i) ? 0 : (jb_utf8_cell(from, i, &n), n);
        size_t sizes[3] = {(size_t)rows / 8 + 1, ((size_t)rows + 1) * 4, total + 1};
        if (total > INT32_MAX || jb_array_make(to, rows, 3, sizes, 0) != 0)
            return -1;
        int32_t *offsets = (int32_t *)(uintptr_t)to->buffers[1];
        char *bytes = (char *)(uintptr_t)to->buffers[2];
        for (int64_t i = 0; i < rows; i++) {
            offsets[i + 1] = offsets[i];
            if (jb_is_null(from, i))
                continue;
            const char *text = jb_utf8_cell(from, i, &n);
            if (n > 0)
                memcpy(bytes + offsets[i], text, n);
            offsets[i + 1] += (int32_t)n;
            jb_set_valid(to, i);
        }
        return 0;
    }
    size_t each = cell_bytes(kind);
    if (kind == '\0' || jb_column_make(to, rows, each) != 0)
        return -1;
    for (int64_t i = 0; i < rows; i++) {
        if (jb_is_null(from, i))
            continue;
        if (kind == 'b') {
            uint8_t *bits = (uint8_t *)(uintptr_t)to->buffers[1];
            bits[i >> 3] = (uint8_t)(bits[i >> 3] | (jb_bool_cell(from, i) ? 1u << (i & 7) : 0u));
            jb_set_valid(to, i);
        } else {
            jb_set_cell(to, i, (const char *)from->buffers[1] + (size_t)(from->offset + i) * each,
                        each);
        }
    }
    return 0;
}

void d_drop(jb_derived *out)
{
    if (out->schema.release != NULL)
        out->schema.release(&out->schema);
    if (out->array.release != NULL)
        out->array.release(&out->array);
}

/* The first n_copied children of f and, with a format, a "value" child after the keys; then n_more
 * that the caller describes. */
static int make(const jb_figure *f, int64_t n_copied, const char *format, int64_t n_more,
                jb_derived *out, int64_t rows)
{
    int64_t children = n_copied + (format != NULL) + n_more;
    const size_t none[1] = {0};
    memset(&out->schema, 0, sizeof out->schema);
    memset(&out->array, 0, sizeof out->array);
    out->n_keys = f == NULL ? 0 : f->n_keys;
    if (jb_schema_make(&out->schema, "+s", "", children) != 0 ||
        jb_array_make(&out->array, rows, 1, none, children) != 0)
        return -1;
    out->array.null_count = 0;
    for (int64_t c = 0; c < n_copied; c++) {
        const struct ArrowSchema *child = f->schema->children[c];
        if (jb_schema_make(out->schema.children[c], child->format, child->name, 0) != 0 ||
            copy_column(child, f->array != NULL ? f->array->children[c] : NULL, rows,
                        out->array.children[c]) != 0)
            return -1;
    }
    return format == NULL ? 0 : jb_schema_make(out->schema.children[n_copied], format, "value", 0);
}

static int number_column(struct ArrowArray *column, const char *format, int64_t rows)
{
    int32_t precision, scale;
    return jb_column_make(column, rows, cell_bytes(jb_format_kind(format, &precision, &scale)));
}

jb_status d_result_fields(jb_ctx *ctx, const jb_figure *keys, const char *format,
                          const d_field *fields, int64_t n, jb_derived *out,
                          struct ArrowArray **value, int64_t *rows)
{
    int64_t at;
    *rows = keys == NULL ? 1 : d_rows(keys);
    int failed = make(keys, keys == NULL ? 0 : keys->n_keys, format, n, out, *rows) != 0 ||
                 number_column(out->array.children[out->n_keys], format, *rows) != 0;
    for (int64_t i = 0; i < n && !failed; i++) {
        at = (int64_t)out->n_keys + 1 + i;
        failed = jb_schema_make(out->schema.children[at], fields[i].format, fields[i].name, 0) ||
                 number_column(out->array.children[at], fields[i].format, *rows);
    }
    if (failed) {
        d_drop(out);
        return d_fail_memory(ctx);
    }
    *value = out->array.children[out->n_keys];
    return JB_OK;
}

jb_status d_result(jb_ctx *ctx, const jb_figure *keys, const char *format, jb_derived *out,
                   struct ArrowArray **value, int64_t *rows)
{
    return d_result_fields(ctx, keys, format, NULL, 0, out, value, rows);
}

jb_status d_result_copy(jb_ctx *ctx, const jb_figure *f, jb_derived *out)
{
    if (make(f, f->schema->n_children, NULL, 0, out, d_rows(f)) != 0) {
        d_drop(out);
        return d_fail_memory(ctx);
    }
    out->flags = (f->flags & JB_FIG_ADDITIVE) != 0 ? JB_ADDITIVE : 0;
    return JB_OK;
}

const char *d_quotient_format(const jb_figure *a, const jb_figure *b)
{
    return d_value_kind(a) == 'g' || d_value_kind(b) == 'g' ? "g" : "d:38,6";
}

void d_own_format(const jb_figure *f, char *out, size_t cap)
{
    d_difference_format(f, f, out, cap);
}

void d_difference_format(const jb_figure *a, const jb_figure *b, char *out, size_t cap)
{
    int32_t precision, sa, sb;
    jb_format_kind(d_value_schema(a)->format, &precision, &sa);
    jb_format_kind(d_value_schema(b)->format, &precision, &sb);
    if (d_value_kind(a) == 'g' || d_value_kind(b) == 'g')
        snprintf(out, cap, "g");
    else
        snprintf(out, cap, "d:%d,%d", JB_DEC_DIGITS, (int)(sa > sb ? sa : sb));
}

void d_store(struct ArrowArray *value, int64_t row, d_number n)
{
    if (n.set && n.is_float)
        jb_set_cell(value, row, &n.f, 8);
    else if (n.set)
        jb_set_cell(value, row, &n.num, 16);
}
