// SPDX-License-Identifier: Apache-2.0
/* What plugins give, as text: two results are equal when their texts are. */
#include "kit/kit_impl.h"

#include <stdlib.h>
#include <string.h>

static void print_value(const jb_vector *v, int64_t row, jb_buf *b)
{
    char text[400];
    jb_value value = {.kind = (uint8_t)v->kind, .scale = v->scale};
    if (v->valid && !(v->valid[row >> 3] >> (row & 7) & 1)) {
        jb_buf_char(b, '-');
        return;
    }
    switch (v->kind) {
    case JB_K_TEXT:
        jb_buf_add(b, v->bytes ? v->bytes + v->offsets[row] : "",
                   (size_t)(v->offsets[row + 1] - v->offsets[row]));
        return;
    case JB_K_FLOAT:
        value.f = ((const double *)v->data)[row];
        break;
    case JB_K_BOOL:
        value.num = ((const uint8_t *)v->data)[row];
        break;
    case JB_K_DATE:
        value.num = ((const int32_t *)v->data)[row];
        break;
    default:
        if (v->wide) {
            memcpy(&value.num, (const char *)v->data + row * 16, 16);
        } else {
            value.num = ((const int64_t *)v->data)[row];
        }
        break;
    }
    jb_value_print(&value, text, sizeof text);
    jb_buf_str(b, text);
}

void kit_print_column(const struct ArrowSchema *s, const struct ArrowArray *a, jb_buf *b)
{
    jb_coltype type;
    const char *hint = NULL;
    jb_vector v;
    int64_t bad = 0;
    jb_scratch *scratch = jb_scratch_new();
    if (jb_coltype_of(s, &type, &hint) != 0 ||
        jb_vector_from_arrow(s, a, &type, scratch, &v, &bad) != 0) {
        jb_buf_str(b, "?\n");
    } else {
        for (int64_t i = 0; i < a->length; i++) {
            print_value(&v, i, b);
            jb_buf_char(b, '\n');
        }
    }
    jb_scratch_free(scratch);
}

void kit_print_rows(const struct ArrowSchema *s, const struct ArrowArray *a, jb_buf *b)
{
    jb_scratch *scratch = jb_scratch_new();
    jb_vector *v = jb_alloc(((size_t)s->n_children + 1) * sizeof *v);
    char *known = jb_alloc((size_t)s->n_children + 1);
    for (int64_t c = 0; c < s->n_children; c++) {
        jb_coltype type;
        const char *hint = NULL;
        int64_t bad = 0;
        struct ArrowArray child = jb_array_child(a, c);
        known[c] = jb_coltype_of(s->children[c], &type, &hint) == 0 &&
                   jb_vector_from_arrow(s->children[c], &child, &type, scratch, &v[c], &bad) == 0;
    }
    for (int64_t i = 0; i < a->length; i++) {
        for (int64_t c = 0; c < s->n_children; c++) {
            if (known[c]) {
                print_value(&v[c], i, b);
            }
            jb_buf_str(b, known[c] ? "|" : "?|");
        }
        jb_buf_char(b, '\n');
    }
    free(known);
    free(v);
    jb_scratch_free(scratch);
}

void kit_print_schema(const struct ArrowSchema *s, jb_buf *b)
{
    jb_buf_fmt(b, "%s \"%s\"\n", s->format ? s->format : "NULL", s->name ? s->name : "");
    for (int64_t i = 0; i < s->n_children; i++) {
        kit_print_schema(s->children[i], b);
    }
}

void kit_print_fig(const jb_fig *f, jb_buf *b)
{
    char text[400];
    for (int64_t i = 0; i < f->n_rows; i++) {
        for (uint32_t k = 0; k < f->n_keys; k++) {
            jb_buf_fmt(b, "%s|", f->keys[k][i] ? f->keys[k][i] : "-");
        }
        for (uint32_t c = 0; c <= f->n_fields; c++) {
            const jb_value *v = c ? &f->fields[c - 1].values[i] : &f->values[i];
            if (v->kind == JB_K_TEXT) {
                jb_buf_fmt(b, "%s|", v->text);
            } else {
                jb_value_print(v, text, sizeof text);
                jb_buf_fmt(b, "%s|", v->kind == JB_K_NULL ? "-" : text);
            }
        }
        jb_buf_char(b, '\n');
    }
}
