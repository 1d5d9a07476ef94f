// SPDX-License-Identifier: Apache-2.0
/* A sound source: ten rows of a number and a text. Frozen as an author of version 1.0 may have written it. */
#include "util.h"

#include <errno.h>
#include <stdio.h>

enum { ROWS = 10 };
static const jb_host *host;

typedef struct table {
    int at, times;
    char version[24];
} table;

typedef struct stream {
    table *t;
    jb_ctx *ctx;
    int which[2], n; /* columns asked for: 0 number, 1 text */
    int64_t at, batch;
} stream;

static int make_schema(struct ArrowSchema *s, const int *which, int n, const char *number)
{
    if (jb_schema_make(s, "+s", "", n) != 0)
        return -1;
    for (int i = 0; i < n; i++)
        if (jb_schema_make(s->children[i], which[i] ? "u" : number, which[i] ? "名称" : "数", 0) != 0)
            return -1;
    return 0;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    static const int both[] = {0, 1};
    (void)self;
    (void)scan;
    return make_schema(out, both, 2, "l") == 0 ? JB_OK : jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
}

static int get_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    const stream *st = (const stream *)s->private_data;
    return make_schema(out, st->which, st->n, "l") == 0 ? 0 : ENOMEM;
}


static int get_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    stream *st = (stream *)s->private_data;
    int64_t n = ROWS - st->at < st->batch ? ROWS - st->at : st->batch;
    memset(out, 0, sizeof *out);
    if (host->cancelled(st->ctx))
        return ECANCELED;
    if (n == 0)
        return 0;
    if (jb_array_make(out, n, 1, (const size_t[]){0}, st->n) != 0)
        return ENOMEM;
    for (int c = 0; c < st->n; c++) {
        if (st->which[c]) {
            const char *texts[ROWS];
            static const char *const all[] = {"甲", "", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
            for (int64_t i = 0; i < n; i++)
                texts[i] = st->at + i == 1 ? NULL : all[st->at + i];
            jb_column_utf8(out->children[c], n, texts);
        } else {
            jb_column_make(out->children[c], n, 8);
            for (int64_t i = 0; i < n; i++) {
                int64_t v = (st->at + i) * 7;
                jb_set_cell(out->children[c], i, &v, 8);
            }
        }
    }
    st->at += n;
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

static jb_status scan(jb_ctx *ctx, void *self, const jb_scan *what, struct ArrowArrayStream *out)
{
    stream *st = (stream *)calloc(1, sizeof *st);
    if (st == NULL)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    st->t = (table *)self;
    st->ctx = ctx;
    st->batch = what->batch_rows;
    st->n = (int)what->n_columns;
    for (int i = 0; i < st->n; i++) {
        const char *name =
            ((const jb_column *)(const void *)((const char *)what->columns + (size_t)i * what->column_stride))->name;
        st->which[i] = strcmp(name, "名称") == 0 || strcmp(name, "#2") == 0;
    }
    *out = (struct ArrowArrayStream){get_schema, get_next, last_error, release, st};
    return JB_OK;
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    table *t = (table *)self;
    (void)ctx;
    snprintf(t->version, sizeof t->version, "v%d", t->times);
    *out = t->version;
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)args;
    *self = calloc(1, sizeof(table));
    return *self != NULL ? JB_OK : jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
}

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

static const jb_source source = {.size = sizeof(jb_source), .schema = schema, .scan = scan, .version = version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};
static const jb_component component = {.size = sizeof(jb_component), .kind = "source", .name = "museum_table",
                                       .title = "table", .title_zh = "小表", .help = "Ten rows.", .help_zh = "十行。",
                                       .param_stride = sizeof(jb_param), .ifaces = ifaces, .n_ifaces = 1,
                                       .create = create, .destroy = free};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR,
                                          .id = "test.museum.source", .version = "1.0", .license = "Apache-2.0", .url = "",
                                          .components = components, .n_components = 1, .init = init};
