// SPDX-License-Identifier: Apache-2.0
#include "metrics.h"

#include <stdio.h>

jb_status m_fail_memory(jb_ctx *ctx)
{
    return jb_fail_code(m_host, ctx, JB_E_MEMORY, "E0560", NULL, NULL, NULL, NULL);
}

jb_status m_fail_overflow(jb_ctx *ctx)
{
    return jb_fail_code(m_host, ctx, JB_E_OVERFLOW, "E0561", NULL, NULL, NULL, NULL);
}

jb_status m_fail_type(jb_ctx *ctx, const char *key, const char *type)
{
    return jb_fail_code(m_host, ctx, JB_E_CONFIG, "E0562", key, type, NULL, NULL);
}

jb_status m_create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)args;
    *self = calloc(1, sizeof(m_self));
    return *self != NULL ? JB_OK : m_fail_memory(ctx);
}

void m_destroy(void *self)
{
    free(self);
}

static const char *type_name(char kind)
{
    switch (kind) {
    case 'b':
        return "bool";
    case 'D':
        return "date";
    case 'u':
        return "text";
    default:
        return "?";
    }
}

jb_status m_bind_column(jb_ctx *ctx, m_self *self, const struct ArrowSchema *in, int numbers)
{
    const struct ArrowSchema *column = in->children[0];
    self->kind = jb_format_kind(column->format, &self->precision, &self->scale);
    snprintf(self->format, sizeof self->format, "%s", column->format);
    if (self->kind == '\0')
        return m_fail_type(ctx, "column", column->format);
    if (numbers && strchr("ldhg", self->kind) == NULL)
        return m_fail_type(ctx, "column", type_name(self->kind));
    return JB_OK;
}

jb_status m_out_value(jb_ctx *ctx, struct ArrowSchema *out, const char *format)
{
    if (jb_schema_make(out, "+s", "", 1) != 0)
        return m_fail_memory(ctx);
    if (jb_schema_make(out->children[0], format, "value", 0) != 0) {
        out->release(out);
        return m_fail_memory(ctx);
    }
    return JB_OK;
}

void m_shape(jb_metric_shape *shape, uint32_t flags, uint64_t state_size)
{
    shape->flags = flags;
    shape->state_size = state_size;
    shape->unit_column = 0;
}

jb_status m_out_struct(jb_ctx *ctx, struct ArrowArray *out, uint64_t n, int64_t n_children)
{
    const size_t none[1] = {0};
    if (jb_array_make(out, (int64_t)n, 1, none, n_children) != 0)
        return m_fail_memory(ctx);
    out->null_count = 0;
    return JB_OK;
}

jb_status m_out_column(jb_ctx *ctx, struct ArrowArray *out, uint64_t n, size_t each,
                       struct ArrowArray **value)
{
    jb_status status = m_out_struct(ctx, out, n, 1);
    if (status != JB_OK)
        return status;
    if (jb_column_make(out->children[0], (int64_t)n, each) != 0) {
        out->release(out);
        return m_fail_memory(ctx);
    }
    *value = out->children[0];
    return JB_OK;
}
