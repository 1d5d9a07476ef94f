// SPDX-License-Identifier: Apache-2.0
/* Test plugin: a source that needs a password and gives rows whose texts nobody else should see. */
#include <jianbao/plugin_util.h>

#include <stdlib.h>

static const jb_host *host;

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

typedef struct vault {
    const char *password, *row;
} vault;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    vault *v = calloc(1, sizeof *v);
    if (v == NULL)
        return JB_E_MEMORY;
    (void)host->get_str(args, "password", &v->password);
    (void)host->get_str(args, "row", &v->row);
    if (strlen(v->password) < 8) {
        free(v);
        return jb_fail_text(host, ctx, JB_E_CONFIG, "password", "the password is too short");
    }
    *self = v;
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    (void)ctx;
    (void)self;
    (void)scan;
    return jb_schema_make(out, "+s", "", 1) != 0 || jb_schema_make(out->children[0], "u", "name", 0) != 0 ? JB_E_MEMORY : JB_OK;
}

typedef struct stream {
    const vault *v;
    int given;
    uint32_t n;
} stream;

static int get_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    stream *st = s->private_data;
    if (jb_schema_make(out, "+s", "", st->n) != 0)
        return JB_E_MEMORY;
    return st->n > 0 && jb_schema_make(out->children[0], "u", "name", 0) != 0 ? JB_E_MEMORY : 0;
}

static int get_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    enum { ROWS = 1000 };
    stream *st = s->private_data;
    size_t len = strlen(st->v->row);
    const size_t bytes[] = {ROWS / 8 + 1, (ROWS + 1) * 4, ROWS * len};
    memset(out, 0, sizeof *out);
    if (st->given++)
        return 0;
    if (jb_array_make(out, ROWS, 1, (const size_t[]){0}, st->n) != 0)
        return JB_E_MEMORY;
    if (st->n == 0)
        return 0;
    if (jb_array_make(out->children[0], ROWS, 3, bytes, 0) != 0)
        return JB_E_MEMORY;
    memset((void *)(uintptr_t)out->children[0]->buffers[0], 0xff, bytes[0]);
    for (int32_t i = 0; i <= ROWS; i++) {
        int32_t at = i * (int32_t)len;
        memcpy((char *)(uintptr_t)out->children[0]->buffers[1] + 4 * i, &at, 4);
        if (i < ROWS)
            memcpy((char *)(uintptr_t)out->children[0]->buffers[2] + at, st->v->row, len);
    }
    return 0;
}

static const char *last_error(struct ArrowArrayStream *s)
{
    (void)s;
    return NULL;
}

static void release(struct ArrowArrayStream *s)
{
    free(s->private_data);
    s->release = NULL;
}

static jb_status scan_it(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    stream *st = calloc(1, sizeof *st);
    (void)ctx;
    if (st == NULL)
        return JB_E_MEMORY;
    *st = (stream){.v = self, .n = scan->n_columns};
    *out = (struct ArrowArrayStream){get_schema, get_next, last_error, release, st};
    return JB_OK;
}

static const jb_source source = {.size = sizeof source, .schema = schema, .scan = scan_it};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_SECRET, JB_P_REQUIRED, 0, "password", NULL, NULL, "a password", "口令"},
    {sizeof(jb_param), JB_T_STR, JB_P_REQUIRED, 0, "row", NULL, NULL, "text of every row", "每行的内容"},
};
static const jb_component component = {.size = sizeof component,
                                       .kind = "source",
                                       .name = "vault",
                                       .title = "Vault",
                                       .params = params,
                                       .n_params = 2,
                                       .param_stride = sizeof(jb_param),
                                       .ifaces = ifaces,
                                       .n_ifaces = 1,
                                       .create = create,
                                       .destroy = free};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .id = "test.vault",
                                          .version = "1.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = 1,
                                          .init = init};
