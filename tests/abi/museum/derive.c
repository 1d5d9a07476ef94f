// SPDX-License-Identifier: Apache-2.0
/* A sound derived metric: a figure's values doubled. Frozen as an author of version 1.0 may have written it. */
#include "util.h"

static const jb_host *host;

static jb_status eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n, jb_derived *out)
{
    const struct ArrowArray *from = in[0].array;
    const struct ArrowSchema *types = in[0].schema;
    int64_t rows = from->length, keys = (int64_t)in[0].n_keys;
    int32_t precision, scale;
    char kind = jb_format_kind(types->children[keys]->format, &precision, &scale);
    char format[32] = "d:38,0";
    (void)self;
    (void)n;
    format[5] = (char)('0' + scale % 10);
    if (kind != 'l' && kind != 'd' && kind != 'h')
        return jb_fail_text(host, ctx, JB_E_CONFIG, "of", "not a number");
    out->n_keys = in[0].n_keys;
    if (jb_schema_make(&out->schema, "+s", "", keys + 1) != 0 ||
        jb_array_make(&out->array, rows, 1, (const size_t[]){0}, keys + 1) != 0 ||
        jb_schema_make(out->schema.children[keys], format, "value", 0) != 0 ||
        jb_column_make(out->array.children[keys], rows, 16) != 0)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    for (int64_t k = 0; k < keys; k++) {
        const char **texts = (const char **)calloc((size_t)rows + 1, sizeof *texts);
        char (*held)[64] = (char (*)[64])calloc((size_t)rows + 1, 64);
        for (int64_t i = 0; texts != NULL && held != NULL && i < rows; i++) {
            size_t len = 0;
            const char *cell = jb_utf8_cell(from->children[k], i, &len);
            memcpy(held[i], cell, len < 63 ? len : 63);
            texts[i] = jb_is_null(from->children[k], i) ? NULL : held[i];
        }
        (void)jb_schema_make(out->schema.children[k], "u", types->children[k]->name, 0);
        (void)jb_column_utf8(out->array.children[k], rows, texts);
        free(held);
        free(texts);
    }
    for (int64_t i = 0; i < rows && i < from->length; i++) {
        jb_i128 v;
        if (jb_is_null(from->children[keys], i))
            continue;
        v = 2 * jb_int_cell(from->children[keys], kind, i);
        jb_set_cell(out->array.children[keys], i, &v, 16);
    }
    return JB_OK;
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_derive derive = {.size = sizeof(jb_derive), .flags = JB_DERIVE_UNIT_OF_INPUT, .eval = eval};
static const jb_iface ifaces[] = {{JB_DERIVE, &derive}};
static const jb_param params[] = {{.size = sizeof(jb_param), .type = JB_T_FIGURE, .flags = JB_P_REQUIRED, .key = "of",
                                   .help = "What is doubled.", .help_zh = "加倍的指标。"}};
static const jb_component component = {.size = sizeof(jb_component), .kind = "metric", .name = "museum_double",
                                       .title = "double", .title_zh = "加倍", .help = "Twice.", .help_zh = "加倍。",
                                       .params = params, .n_params = 1, .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces, .n_ifaces = 1};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR,
                                          .id = "test.museum.derive", .version = "1.0", .license = "Apache-2.0", .url = "",
                                          .components = components, .n_components = 1, .init = init};
