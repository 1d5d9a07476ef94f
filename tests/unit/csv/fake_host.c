// SPDX-License-Identifier: Apache-2.0
#include "fake_host.h"

#include <stdio.h>

struct jb_ctx {
    fake *f;
};
struct jb_args {
    fake *f;
};

static struct jb_ctx the_ctx;

jb_ctx *fake_ctx(fake *f)
{
    the_ctx.f = f;
    return &the_ctx;
}

static void keep(char *to, size_t room, const char *text)
{
    snprintf(to, room, "%s", text != NULL ? text : "");
}

/* A code that is not among the plugin's messages is a fault of the plugin. */
static int known(const char *code)
{
    const char *at = (const char *)jb_plugin_v1.messages;
    uint32_t i;
    for (i = 0; i < jb_plugin_v1.n_messages; i++, at += jb_plugin_v1.message_stride)
        if (strcmp(((const jb_message *)(const void *)at)->code, code) == 0)
            return 1;
    return 0;
}

static fake_fault *note(jb_ctx *ctx, const jb_fault *f)
{
    fake *h = ctx->f;
    fake_fault *k = &h->faults[h->n_faults < FAKE_FAULTS ? h->n_faults : FAKE_FAULTS - 1];
    h->n_faults++;
    memset(k, 0, sizeof *k);
    keep(k->code, sizeof k->code, f->code == NULL ? "" : known(f->code) ? f->code : "unknown");
    keep(k->file, sizeof k->file, f->file);
    keep(k->column, sizeof k->column, f->column);
    keep(k->value, sizeof k->value, f->value);
    keep(k->arg1, sizeof k->arg1, f->n_args > 0 ? f->args[0] : "");
    keep(k->key, sizeof k->key, f->key);
    k->status = f->status;
    k->line = f->line;
    k->row = f->row;
    return k;
}

static jb_status host_fail(jb_ctx *ctx, const jb_fault *f)
{
    note(ctx, f);
    return f->status;
}

static void host_warn(jb_ctx *ctx, const jb_fault *f)
{
    note(ctx, f)->warning = 1;
}

static int32_t host_refuse(jb_ctx *ctx, const jb_fault *f)
{
    note(ctx, f)->refused = 1;
    return ctx->f->on_error;
}

static const jb_rows_api rows_api = {sizeof(jb_rows_api), 0, host_refuse};

static const void *host_query(const char *id)
{
    return strcmp(id, JB_HOST_ROWS) == 0 ? &rows_api : NULL;
}

static void host_log(jb_ctx *ctx, int32_t level, const char *text)
{
    (void)ctx;
    (void)level;
    (void)text;
}

static int32_t host_cancelled(const jb_ctx *ctx)
{
    (void)ctx;
    return 0;
}

static void host_progress(jb_ctx *ctx, double fraction, const char *text)
{
    (void)ctx;
    (void)fraction;
    (void)text;
}

static const char *setting(const jb_args *args, const char *key)
{
    const jb_component *c = jb_plugin_v1.components[0];
    const jb_pair *p;
    uint32_t i;
    for (p = args->f->settings; p->key != NULL; p++)
        if (strcmp(p->key, key) == 0)
            return p->value;
    for (i = 0; i < c->n_params; i++)
        if (strcmp(c->params[i].key, key) == 0)
            return c->params[i].def;
    return NULL;
}

static int32_t host_str(const jb_args *args, const char *key, const char **out)
{
    const char *v = setting(args, key);
    if (v != NULL)
        *out = v;
    return v != NULL;
}

static int32_t host_i64(const jb_args *args, const char *key, int64_t *out)
{
    const char *v = setting(args, key);
    if (v != NULL)
        *out = strtoll(v, NULL, 10);
    return v != NULL;
}

static const jb_host host = {sizeof(jb_host), JB_ABI_MINOR, "test",         host_query,    host_log,
                             host_fail,       host_warn,    host_cancelled, host_progress, host_str,
                             host_i64,        NULL,         NULL,           NULL,          NULL};

const void *fake_iface(const char *id)
{
    const jb_component *c = jb_plugin_v1.components[0];
    uint64_t i;
    for (i = 0; i < c->n_ifaces; i++)
        if (strcmp(c->ifaces[i].id, id) == 0)
            return c->ifaces[i].table;
    return NULL;
}

const jb_source *fake_source(void)
{
    return fake_iface(JB_SOURCE);
}

static void append(fake *f, const char *s, size_t n)
{
    if (f->n_rows + n + 1 > f->cap_rows) {
        f->cap_rows = (f->n_rows + n + 1) * 2;
        f->rows = realloc(f->rows, f->cap_rows);
        if (f->rows == NULL)
            abort();
    }
    memcpy(f->rows + f->n_rows, s, n);
    f->n_rows += n;
    f->rows[f->n_rows] = '\0';
}

static void append_cell(fake *f, const struct ArrowArray *a, const char *format, int64_t row)
{
    char text[64];
    int32_t p, s, y, m, d;
    char kind = jb_format_kind(format, &p, &s);
    size_t n;
    const char *u;
    double g;
    if (jb_is_null(a, row)) {
        append(f, "\\N", 2);
        return;
    }
    switch (kind) {
    case 'u':
        u = jb_utf8_cell(a, row, &n);
        append(f, u, n);
        return;
    case 'D':
        jb_civil_from_days((int32_t)jb_int_cell(a, kind, row), &y, &m, &d);
        n = (size_t)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
        break;
    case 'b':
        n = (size_t)snprintf(text, sizeof text, "%s", jb_bool_cell(a, row) ? "true" : "false");
        break;
    case 'g':
        memcpy(&g, (const char *)a->buffers[1] + row * 8, 8);
        n = (size_t)snprintf(text, sizeof text, "%.17g", g);
        break;
    default:
        n = jb_dec_text(jb_int_cell(a, kind, row), s, text);
    }
    append(f, text, n);
}

/* A cell of a plain column, or the text that a dictionary column means. */
static void append_any(fake *f, const struct ArrowArray *a, const struct ArrowSchema *s,
                       int64_t row)
{
    int32_t code;
    if (s->dictionary == NULL || jb_is_null(a, row)) {
        append_cell(f, a, s->dictionary != NULL ? "u" : s->format, row);
        return;
    }
    memcpy(&code, (const char *)a->buffers[1] + row * 4, 4);
    if (code < 0 || code >= a->dictionary->length)
        abort();
    append_cell(f, a->dictionary, s->dictionary->format, code);
}

jb_status fake_drain(fake *f, struct ArrowArrayStream *stream)
{
    struct ArrowSchema schema;
    struct ArrowArray batch;
    int st = stream->get_schema(stream, &schema);
    if (st != 0)
        abort();
    while ((st = stream->get_next(stream, &batch)) == 0 && batch.release != NULL) {
        int64_t r, c;
        f->n_batches++;
        if (batch.length <= 0 || batch.length > f->batch_rows ||
            batch.n_children != schema.n_children)
            abort();
        for (r = 0; r < batch.length; r++) {
            for (c = 0; c < batch.n_children; c++) {
                if (batch.children[c]->length != batch.length)
                    abort();
                append_any(f, batch.children[c], schema.children[c], r);
                append(f, c + 1 < batch.n_children ? "\x1f" : "\x1e", 1);
            }
            f->count++;
        }
        batch.release(&batch);
    }
    if (st != 0 && stream->get_next(stream, &batch) != st) /* a failed stream stays failed */
        abort();
    schema.release(&schema);
    stream->release(stream);
    return st;
}

static void keep_schema(fake *f, const struct ArrowSchema *s)
{
    size_t room = 1, n = 0;
    int64_t i;
    for (i = 0; i < s->n_children; i++)
        room += strlen(s->children[i]->name) + strlen(s->children[i]->format) + 2;
    free(f->schema);
    f->schema = calloc(1, room);
    if (f->schema == NULL)
        abort();
    for (i = 0; i < s->n_children; i++) {
        const struct ArrowSchema *c = s->children[i];
        n += (size_t)snprintf(f->schema + n, room - n, "%s%s:%s", i > 0 ? "\n" : "", c->name,
                              c->format);
    }
}

static jb_scan base_scan(const fake *f)
{
    jb_scan scan;
    memset(&scan, 0, sizeof scan);
    scan.size = (uint32_t)sizeof scan;
    scan.columns = f->columns;
    scan.n_columns = f->columns != NULL ? f->n_columns : 0;
    scan.column_stride = (uint32_t)sizeof(jb_column);
    scan.batch_rows = f->batch_rows;
    scan.null_texts = f->nulls;
    scan.n_null_texts = f->n_nulls;
    return scan;
}

jb_status fake_open(fake *f, void **self)
{
    struct jb_args args = {f};
    struct ArrowSchema schema;
    jb_column declared[64];
    jb_scan scan;
    uint32_t i;
    const jb_component *c = jb_plugin_v1.components[0];
    *self = NULL;
    if (f->batch_rows == 0)
        f->batch_rows = 1000;
    jb_plugin_v1.init(&host);
    f->status = c->create(fake_ctx(f), &args, self);
    if (f->status != JB_OK)
        return f->status;
    if (f->tune != NULL)
        f->tune(f, *self);
    scan = base_scan(f); /* schema() is told the declared columns only */
    for (i = 0, scan.n_columns = 0; f->columns != NULL && i < f->n_columns; i++)
        if (f->columns[i].format != NULL)
            declared[scan.n_columns++] = f->columns[i];
    scan.columns = declared;
    f->status = fake_source()->schema(fake_ctx(f), *self, &scan, &schema);
    if (f->status == JB_OK) {
        keep_schema(f, &schema);
        schema.release(&schema);
    }
    return f->status;
}

void fake_destroy(fake *f, void *self)
{
    const jb_component *c = jb_plugin_v1.components[0];
    (void)f;
    if (self != NULL)
        c->destroy(self);
    if (jb_plugin_v1.deinit != NULL)
        jb_plugin_v1.deinit();
}

/* All columns of the schema as "#1", "#2" …, types as the source has them. */
static jb_column *all_columns(const char *schema, uint32_t *n)
{
    uint32_t i;
    const char *p;
    jb_column *out;
    for (*n = 1, p = schema; *p != '\0'; p++)
        *n += *p == '\n';
    out = calloc(*n, sizeof *out + 16);
    if (out == NULL)
        abort();
    for (i = 0; i < *n; i++) {
        char *name = (char *)(out + *n) + 16 * i;
        snprintf(name, 16, "#%u", (unsigned)(i + 1));
        out[i].size = (uint32_t)sizeof *out;
        out[i].name = name;
    }
    return out;
}

jb_status fake_run(fake *f)
{
    void *self;
    jb_column *all = NULL;
    jb_scan scan;
    const char *version = NULL;
    const jb_source *source = fake_source();
    if (fake_open(f, &self) == JB_OK) {
        scan = base_scan(f);
        if (f->columns == NULL)
            scan.columns = all = all_columns(f->schema, &scan.n_columns);
        f->n_parts = 1;
        if (source->parts != NULL)
            f->status = source->parts(fake_ctx(f), self, &scan, &f->n_parts);
        for (scan.part = 0; f->status == JB_OK && scan.part < f->n_parts; scan.part++) {
            struct ArrowArrayStream stream;
            f->status = source->scan(fake_ctx(f), self, &scan, &stream);
            if (f->status == JB_OK)
                f->status = fake_drain(f, &stream);
        }
        if (f->status == JB_OK && source->version != NULL)
            f->status = source->version(fake_ctx(f), self, &version);
        keep(f->version, sizeof f->version, version);
    }
    free(all);
    fake_destroy(f, self);
    return f->status;
}

void fake_clear(fake *f)
{
    free(f->schema);
    free(f->rows);
    f->schema = f->rows = NULL;
    f->n_rows = f->cap_rows = 0;
    f->count = f->n_faults = f->n_batches = 0;
}

const fake_fault *fake_first(const fake *f)
{
    uint64_t i;
    for (i = 0; i < f->n_faults && i < FAKE_FAULTS; i++)
        if (!f->faults[i].warning)
            return &f->faults[i];
    return NULL;
}
