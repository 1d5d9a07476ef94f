// SPDX-License-Identifier: Apache-2.0
#include "derived.h"

#include <math.h>

const struct ArrowSchema *d_value_schema(const jb_figure *f)
{
    return f->schema->children[f->n_keys];
}

char d_value_kind(const jb_figure *f)
{
    int32_t precision, scale;
    return jb_format_kind(d_value_schema(f)->format, &precision, &scale);
}

int d_is_number(const jb_figure *f)
{
    char kind = d_value_kind(f);
    return kind != '\0' && strchr("ldhg", kind) != NULL;
}

int64_t d_rows(const jb_figure *f)
{
    return (f->flags & JB_FIG_SHAPE) != 0 || f->array == NULL ? 0 : f->array->length;
}

d_number d_value(const jb_figure *f, int64_t row)
{
    d_number n;
    int32_t precision;
    const struct ArrowArray *column = f->array->children[f->n_keys];
    char kind = jb_format_kind(d_value_schema(f)->format, &precision, &n.scale);
    memset(&n, 0, sizeof n);
    jb_format_kind(d_value_schema(f)->format, &precision, &n.scale);
    if (f->n_keys == 0)
        row = 0;
    if (row >= d_rows(f) || jb_is_null(column, row))
        return n;
    n.set = 1;
    n.is_float = kind == 'g';
    if (n.is_float)
        n.f = ((const double *)column->buffers[1])[column->offset + row];
    else
        n.num = jb_int_cell(column, kind, row);
    return n;
}

static double as_double(d_number n)
{
    return n.is_float ? n.f : (double)n.num / pow(10, n.scale);
}

int d_percent(d_number a, d_number b, d_number *out)
{
    memset(out, 0, sizeof *out);
    if (!a.set || !b.set || (b.is_float ? b.f == 0 : b.num == 0))
        return 0;
    out->set = 1;
    if (a.is_float || b.is_float) {
        out->is_float = 1;
        out->f = as_double(a) / as_double(b) * 100;
        return isfinite(out->f) ? 0 : -1;
    }
    out->scale = D_SCALE;
    /* × 100 is two digits of scale: nothing is rounded before the last step */
    return jb_dec_divide(a.num, a.scale, b.num, b.scale + 2, D_SCALE, &out->num) == 0 ? 0 : -1;
}

/* Both at the finer scale. */
static int align(d_number *a, d_number *b)
{
    int32_t scale = a->scale > b->scale ? a->scale : b->scale;
    if (jb_dec_rescale(a->num, a->scale, scale, &a->num) != 0 ||
        jb_dec_rescale(b->num, b->scale, scale, &b->num) != 0)
        return -1;
    a->scale = b->scale = scale;
    return 0;
}

static int combine(d_number a, d_number b, int sign, d_number *out)
{
    memset(out, 0, sizeof *out);
    out->set = 1;
    if (a.is_float || b.is_float) {
        out->is_float = 1;
        out->f = as_double(a) + sign * as_double(b);
        return isfinite(out->f) ? 0 : -1;
    }
    if (align(&a, &b) != 0)
        return -1;
    out->scale = a.scale;
    return jb_dec_add(a.num, sign * b.num, &out->num);
}

int d_subtract(d_number a, d_number b, d_number *out)
{
    if (a.set && b.set)
        return combine(a, b, -1, out);
    memset(out, 0, sizeof *out);
    return 0;
}

int d_add(d_number a, d_number b, d_number *out)
{
    if (a.set && b.set)
        return combine(a, b, 1, out);
    *out = a.set ? a : b;
    return 0;
}

d_number d_absolute(d_number n)
{
    if (n.num < 0)
        n.num = -n.num;
    n.f = fabs(n.f);
    return n;
}

int d_compare(d_number a, d_number b)
{
    if (!a.is_float && !b.is_float && align(&a, &b) == 0)
        return (a.num > b.num) - (a.num < b.num);
    double x = as_double(a), y = as_double(b);
    return (x > y) - (x < y);
}

jb_status d_fail_memory(jb_ctx *ctx)
{
    return jb_fail_code(d_host, ctx, JB_E_MEMORY, "E0570", NULL, NULL, NULL, NULL);
}

jb_status d_fail_overflow(jb_ctx *ctx)
{
    return jb_fail_code(d_host, ctx, JB_E_OVERFLOW, "E0571", NULL, NULL, NULL, NULL);
}

jb_status d_need_number(jb_ctx *ctx, const char *key, const jb_figure *f)
{
    if (d_is_number(f))
        return JB_OK;
    return jb_fail_code(d_host, ctx, JB_E_CONFIG, "E0572", key, f->name, NULL, NULL);
}

jb_status d_need_same_unit(jb_ctx *ctx, const char *key, const jb_figure *a, const jb_figure *b)
{
    if (a->unit[0] == '\0' || b->unit[0] == '\0' || strcmp(a->unit, b->unit) == 0)
        return JB_OK;
    return jb_fail_code(d_host, ctx, JB_E_CONFIG, "E0573", key, a->name, a->unit, b->unit);
}
