// SPDX-License-Identifier: MIT-0
/* metric template_name, derived from a figure: how far each row is behind the largest. Exact; a
 * missing row stays missing. To make it yours: `answer`, and the parameters. */
#include <jianbao/plugin_util.h>

#include <stdio.h>

static const jb_host *host;

/* A column of a figure: its n_keys key columns come first, then "value". */
typedef struct numbers {
    const struct ArrowArray *array; /* NULL while checking */
    char kind;                      /* jb_format_kind */
    int32_t scale;
} numbers;

static jb_status no_memory(jb_ctx *ctx)
{
    return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
}

static jb_status value_of(jb_ctx *ctx, const jb_figure *f, numbers *out)
{
    int32_t precision;
    out->kind = jb_format_kind(f->schema->children[f->n_keys]->format, &precision, &out->scale);
    out->array = (f->flags & JB_FIG_SHAPE) != 0 ? NULL : f->array->children[f->n_keys];
    if (out->kind != 'l' && out->kind != 'd' && out->kind != 'h')
        return jb_fail_text(host, ctx, JB_E_CONFIG, "of",
                            "the figure's values must be integers or decimals");
    return JB_OK;
}

/* Key texts of one column, copied: the input is ours for this call only. */
static int copy_keys(const struct ArrowArray *from, int64_t rows, struct ArrowArray *to)
{
    size_t n, total = 0;
    for (int64_t i = 0; i < rows; i++)
        total += jb_is_null(from, i) ? 0 : (jb_utf8_cell(from, i, &n), n);
    const size_t sizes[3] = {(size_t)rows / 8 + 1, ((size_t)rows + 1) * sizeof(int32_t), total + 1};
    if (total > INT32_MAX || jb_array_make(to, rows, 3, sizes, 0) != 0)
        return -1;
    int32_t *offsets = (int32_t *)(uintptr_t)to->buffers[1];
    for (int64_t i = 0; i < rows; i++) {
        offsets[i + 1] = offsets[i];
        if (jb_is_null(from, i))
            continue;
        const char *text = jb_utf8_cell(from, i, &n);
        memcpy((char *)(uintptr_t)to->buffers[2] + offsets[i], text, n);
        offsets[i + 1] += (int32_t)n;
        jb_set_valid(to, i);
    }
    return 0;
}

/* Schema and rows of the result: the keys of `f`, then "value". */
static int shape(const jb_figure *f, const char *format, int64_t rows, jb_derived *out)
{
    const size_t none[1] = {0};
    int64_t n = (int64_t)f->n_keys + 1;
    if (jb_schema_make(&out->schema, "+s", "", n) != 0 ||
        jb_array_make(&out->array, rows, 1, none, n) != 0)
        return -1;
    for (int64_t k = 0; k < n - 1; k++) {
        const struct ArrowSchema *key = f->schema->children[k];
        const struct ArrowArray empty = {0};
        if (jb_schema_make(out->schema.children[k], key->format, key->name, 0) != 0 ||
            copy_keys(rows > 0 ? f->array->children[k] : &empty, rows, out->array.children[k]) != 0)
            return -1;
    }
    out->n_keys = f->n_keys;
    return jb_schema_make(out->schema.children[n - 1], format, "value", 0) != 0 ||
                   jb_column_make(out->array.children[n - 1], rows, sizeof(jb_i128)) != 0
               ? -1
               : 0;
}

static jb_status answer(jb_ctx *ctx, const numbers *in, int64_t rows, struct ArrowArray *value)
{
    jb_i128 most = 0, v;
    int any = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (jb_is_null(in->array, i))
            continue;
        v = jb_int_cell(in->array, in->kind, i);
        most = !any || v > most ? v : most;
        any = 1;
    }
    for (int64_t i = 0; i < rows; i++) {
        if (jb_is_null(in->array, i))
            continue; /* a cell that is never set is missing */
        if (jb_dec_add(most, -jb_int_cell(in->array, in->kind, i), &v) != 0)
            return jb_fail_text(host, ctx, JB_E_OVERFLOW, "of",
                                "the difference leaves the range of numbers");
        jb_set_cell(value, i, &v, sizeof v);
    }
    return JB_OK;
}

/* in[0] is the figure of parameter `of`. With JB_FIG_SHAPE this is a check: types and unit, no
 * rows. */
static jb_status eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n, jb_derived *out)
{
    numbers values;
    char format[16];
    jb_status status = value_of(ctx, &in[0], &values);
    (void)self;
    (void)n;
    if (status != JB_OK)
        return status;
    int64_t rows = values.array != NULL ? values.array->length : 0;
    snprintf(format, sizeof format, "d:38,%d", (int)values.scale);
    if (shape(&in[0], format, rows, out) != 0)
        status = no_memory(ctx);
    else if (rows > 0)
        status = answer(ctx, &values, rows, out->array.children[out->n_keys]);
    if (status != JB_OK) { /* what is not given to the host stays ours */
        if (out->schema.release != NULL)
            out->schema.release(&out->schema);
        if (out->array.release != NULL)
            out->array.release(&out->array);
    }
    return status;
}

static const jb_derive derive = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_UNIT_OF_INPUT, .eval = eval};
static const jb_iface ifaces[] = {{JB_DERIVE, &derive}};

static const jb_param params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_FIGURE,
     .flags = JB_P_REQUIRED,
     .key = "of",
     .help = "The figure whose rows are compared.",
     .help_zh = "拿来比较的指标。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "metric",
    .name = "template_name",
    .title = "Behind the largest",
    .title_zh = "与最大者的差距",
    .help = "The largest row less each row.",
    .help_zh = "最大一行减去每一行。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
};
static const jb_component *const components[] = {&component};

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0, /* N once a member marked "since 1.N" must be there */
    .id = "local.template_name",
    .version = "0.1.0",
    .license = "MIT-0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .init = init,
};
