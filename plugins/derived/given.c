// SPDX-License-Identifier: Apache-2.0
/* given: a number known by hand, or the number of items in a list known by hand. */
#include "derived.h"

#include <stdio.h>

typedef struct given {
    jb_i128 value;
    int32_t scale, has_items;
    char *names; /* items joined by U+001F; owned */
    int64_t n;
} given;

static void destroy(void *self)
{
    free(((given *)self)->names);
    free(self);
}

static char *join(const char *const *items, uint64_t n)
{
    size_t total = 1, at = 0;
    for (uint64_t i = 0; i < n; i++)
        total += strlen(items[i]) + 1;
    char *text = calloc(1, total);
    for (uint64_t i = 0; text != NULL && i < n; i++) {
        size_t len = strlen(items[i]);
        if (i > 0)
            text[at++] = '\x1f';
        memcpy(text + at, items[i], len);
        at += len;
    }
    return text;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *text, *const *items;
    uint64_t n;
    int has_value = d_host->get_str(args, "value", &text);
    int has_items = d_host->get_list(args, "items", &items, &n);
    if (has_value == has_items)
        return jb_fail_code(d_host, ctx, JB_E_CONFIG, "E0575", NULL, NULL, NULL, NULL);
    given *g = calloc(1, sizeof *g);
    if (g == NULL)
        return d_fail_memory(ctx);
    g->has_items = has_items;
    if (has_items) {
        g->value = (jb_i128)n;
        g->names = join(items, n);
    } else if (jb_dec_parse(text, strlen(text), &g->value, &g->scale) != 0) {
        free(g);
        return jb_fail_code(d_host, ctx, JB_E_CONFIG, "E0576", "value", text, NULL, NULL);
    }
    if (has_items && g->names == NULL) {
        free(g);
        return d_fail_memory(ctx);
    }
    *self = g;
    return JB_OK;
}

static int build(const given *g, jb_derived *out)
{
    const size_t none[1] = {0};
    const char *texts[1];
    char format[32];
    int64_t children = g->has_items ? 2 : 1;
    memset(&out->schema, 0, sizeof out->schema);
    memset(&out->array, 0, sizeof out->array);
    texts[0] = g->names;
    snprintf(format, sizeof format, "d:%d,%d", JB_DEC_DIGITS, (int)g->scale);
    if (jb_schema_make(&out->schema, "+s", "", children) != 0 ||
        jb_array_make(&out->array, 1, 1, none, children) != 0 ||
        jb_schema_make(out->schema.children[0], format, "value", 0) != 0 ||
        jb_column_make(out->array.children[0], 1, 16) != 0)
        return -1;
    out->array.null_count = 0;
    jb_set_cell(out->array.children[0], 0, &g->value, 16);
    if (!g->has_items)
        return 0;
    if (jb_schema_make(out->schema.children[1], "u", "names", 0) != 0)
        return -1;
    return jb_column_utf8(out->array.children[1], 1, texts);
}

static jb_status eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n, jb_derived *out)
{
    (void)in;
    (void)n;
    if (build(self, out) != 0) {
        d_drop(out);
        return d_fail_memory(ctx);
    }
    return JB_OK;
}

static const jb_derive derive = {.size = sizeof(jb_derive), .eval = eval};
static const jb_iface ifaces[] = {{JB_DERIVE, &derive}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_NUM, 0, 0, "value", NULL, NULL, "The number.", "数。"},
    {sizeof(jb_param), JB_T_STR, JB_P_LIST, 0, "items", NULL, NULL,
     "A list; the value is how many items it has, `names` prints them.",
     "名单；值为项数，names 可打印各项。"},
    {sizeof(jb_param), JB_T_STR, JB_P_REQUIRED, 0, "from", NULL, NULL,
     "Where it is known from: document, person, day.", "出处：文件、何人何日提供。"},
};

const jb_component d_component_given = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "given",
    .title = "Given by hand",
    .title_zh = "手工给定",
    .help = "A number known by hand, traced to where it is known from.",
    .help_zh = "手工给定的数，记明出处。",
    .params = params,
    .n_params = D_COUNT(params),
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};
