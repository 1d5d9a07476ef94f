// SPDX-License-Identifier: Apache-2.0
/* Partitions are those of the members, one member after another. */
#include "union.h"

#include <stdio.h>

enum { FROM_MEMBER, LABEL, ABSENT };

typedef struct un_out { /* one column that is asked for */
    int from;
    uint32_t inner; /* FROM_MEMBER: index among the columns asked of the member */
    const char *name;
    char format[UN_FORMAT];
} un_out;

typedef struct un_ask { /* a scan of the union as a scan of one member */
    un_out *outs;
    uint32_t n_outs;
    jb_column *columns;
    jb_scan scan;
} un_ask;

typedef struct un_stream {
    const un_source *u;
    jb_ctx *ctx;
    uint64_t member;
    un_ask ask;
    struct ArrowArrayStream inner;
    struct ArrowSchema schema; /* of the member's stream */
    jb_status failed;
    int ended;
} un_stream;

static const jb_column *column_at(const jb_scan *scan, uint32_t i)
{
    return (const jb_column *)(const void *)((const char *)scan->columns +
                                             (size_t)i * scan->column_stride);
}

/* Index of a column of the schema; n_columns is the label; -1 none. */
static int64_t find_column(const un_source *u, const char *name)
{
    uint64_t i;
    for (i = 0; i < u->n_columns; i++)
        if (strcmp(u->columns[i].name, name) == 0)
            return (int64_t)i;
    if (strcmp(name, u->label) == 0)
        return (int64_t)u->n_columns;
    if (name[0] == '#' && name[1] >= '1' && name[1] <= '9') {
        char *end;
        unsigned long n = strtoul(name + 1, &end, 10);
        if (*end == '\0' && n <= u->n_columns + 1)
            return (int64_t)n - 1;
    }
    return -1;
}

static void ask_free(un_ask *a)
{
    free(a->outs);
    free(a->columns);
}

static jb_status ask_make(const un_source *u, jb_ctx *ctx, const jb_scan *scan, uint64_t member,
                          un_ask *a)
{
    uint32_t i, n = 0;
    memset(a, 0, sizeof *a);
    a->n_outs = scan->n_columns;
    a->outs = calloc((size_t)scan->n_columns + 1, sizeof *a->outs);
    a->columns = calloc((size_t)scan->n_columns + 1, sizeof *a->columns);
    if (a->outs == NULL || a->columns == NULL)
        return un_no_memory(u, ctx);
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *wanted = column_at(scan, i);
        int64_t at = find_column(u, wanted->name);
        const un_column *c = at >= 0 && (uint64_t)at < u->n_columns ? &u->columns[at] : NULL;
        un_out *out = &a->outs[i];
        if (at < 0)
            return un_fail(u, ctx, JB_E_CONFIG, "E1005", NULL, 0, wanted->name, NULL);
        out->name = c != NULL ? c->name : u->label;
        out->from = c == NULL ? LABEL : c->has[member] ? FROM_MEMBER : ABSENT;
        memcpy(out->format, c != NULL ? c->format : "u", c != NULL ? UN_FORMAT : 2);
        if (out->from == FROM_MEMBER) {
            jb_column *ask = &a->columns[n];
            ask->size = (uint32_t)sizeof *ask;
            ask->name = c->name;
            ask->format = wanted->format != NULL ? wanted->format : c->format;
            ask->unit = c->unit;
            out->inner = n++;
        }
    }
    a->scan = *scan;
    a->scan.size = (uint32_t)sizeof a->scan;
    a->scan.columns = a->columns;
    a->scan.n_columns = n;
    a->scan.column_stride = (uint32_t)sizeof *a->columns;
    a->scan.part = 0;
    a->scan.where = NULL;
    a->scan.values = NULL;
    a->scan.n_values = 0;
    return JB_OK;
}

jb_status un_parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    un_source *u = self;
    uint64_t m, *parts = calloc((size_t)u->n_members + 1, sizeof *parts);
    jb_status st = parts != NULL ? JB_OK : un_no_memory(u, ctx);
    *n = 0;
    for (m = 0; st == JB_OK && m < u->n_members; m++) {
        un_ask ask;
        st = ask_make(u, ctx, scan, m, &ask);
        parts[m] = 1;
        if (st == JB_OK)
            st = u->api->parts(ctx, "members", m, &ask.scan, &parts[m]);
        ask_free(&ask);
        *n += parts[m];
    }
    if (st != JB_OK) {
        free(parts);
        return st;
    }
    free(u->parts);
    u->parts = parts;
    return JB_OK;
}

/* ---- one partition ---- */

static int stream_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    const un_stream *st = s->private_data;
    uint32_t i;
    int bad = jb_schema_make(out, "+s", "", (int64_t)st->ask.n_outs);
    for (i = 0; !bad && i < st->ask.n_outs; i++) {
        const un_out *o = &st->ask.outs[i];
        bad = jb_schema_make(
            out->children[i],
            o->from == FROM_MEMBER ? st->schema.children[o->inner]->format : o->format, o->name, 0);
        if (bad)
            jb_schema_release(out);
    }
    return bad ? JB_E_MEMORY : JB_OK;
}

/* The member's name n times. */
static int fill_label(const char *name, int64_t n, struct ArrowArray *out)
{
    size_t len = strlen(name), sizes[3];
    int32_t *offsets;
    int64_t i;
    sizes[0] = 0;
    sizes[1] = ((size_t)n + 1) * sizeof *offsets;
    sizes[2] = (size_t)n * len + 1;
    if (len > 0 && (size_t)n > (size_t)INT32_MAX / len)
        return -1;
    if (jb_array_make(out, n, 3, sizes, 0) != 0)
        return -1;
    out->null_count = 0;
    offsets = (int32_t *)(uintptr_t)out->buffers[1];
    for (i = 0; i < n; i++) {
        memcpy((char *)(uintptr_t)out->buffers[2] + (size_t)i * len, name, len);
        offsets[i + 1] = (int32_t)((size_t)(i + 1) * len);
    }
    return 0;
}

/* A column without any value. */
static int fill_nulls(const char *format, int64_t n, struct ArrowArray *out)
{
    un_type t = un_type_of(format);
    size_t width = t.kind == 'b'                       ? 0
                   : t.kind == 'D' || t.kind == 'u'    ? 4
                   : t.kind == 'd' && t.precision > 18 ? 16
                                                       : 8;
    size_t sizes[3];
    sizes[0] = (size_t)n / 8 + 1;
    sizes[1] = width > 0 ? ((size_t)n + 1) * width : sizes[0];
    sizes[2] = 1;
    return jb_array_make(out, n, t.kind == 'u' ? 3 : 2, sizes, 0);
}

/* Children move from the member's batch: no cell is copied. */
static int pass_on(un_stream *st, struct ArrowArray *a, struct ArrowArray *out)
{
    static const size_t none[1] = {0};
    uint32_t i;
    if (jb_array_make(out, a->length, 1, none, (int64_t)st->ask.n_outs) != 0)
        return -1;
    out->null_count = 0;
    for (i = 0; i < st->ask.n_outs; i++) {
        const un_out *o = &st->ask.outs[i];
        struct ArrowArray *child = out->children[i];
        int bad = 0;
        if (o->from == LABEL) {
            bad = fill_label(st->u->members[st->member], a->length, child);
        } else if (o->from == ABSENT) {
            bad = fill_nulls(o->format, a->length, child);
        } else {
            *child = *a->children[o->inner];
            a->children[o->inner]->release = NULL;
            if (a->offset != 0 || child->length != a->length) {
                child->offset += a->offset;
                child->length = a->length;
                child->null_count = -1;
            }
        }
        if (bad) {
            jb_array_release(out);
            return -1;
        }
    }
    return 0;
}

static int stream_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    un_stream *st = s->private_data;
    struct ArrowArray a;
    memset(out, 0, sizeof *out);
    memset(&a, 0, sizeof a);
    if (st->failed != JB_OK || st->ended)
        return st->failed;
    st->failed = st->inner.get_next(&st->inner, &a);
    if (st->failed == JB_OK && a.release == NULL) {
        st->ended = 1;
    } else if (st->failed == JB_OK) {
        if (pass_on(st, &a, out) != 0)
            st->failed = un_no_memory(st->u, st->ctx);
        a.release(&a);
    }
    return st->failed;
}

static const char *stream_error(struct ArrowArrayStream *s)
{
    const un_stream *st = s->private_data;
    return st->failed != JB_OK ? "reported through the host" : NULL;
}

static void drop(un_stream *st)
{
    if (st->schema.release != NULL)
        st->schema.release(&st->schema);
    if (st->inner.release != NULL)
        st->inner.release(&st->inner);
    ask_free(&st->ask);
    free(st);
}

static void stream_release(struct ArrowArrayStream *s)
{
    drop(s->private_data);
    s->release = NULL;
}

jb_status un_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const un_source *u = self;
    un_stream *st = calloc(1, sizeof *st);
    uint64_t part = scan->part;
    jb_status status;
    if (st == NULL)
        return un_no_memory(u, ctx);
    st->u = u;
    st->ctx = ctx;
    while (st->member + 1 < u->n_members && part >= (u->parts != NULL ? u->parts[st->member] : 1)) {
        part -= u->parts != NULL ? u->parts[st->member] : 1;
        st->member++;
    }
    status = ask_make(u, ctx, scan, st->member, &st->ask);
    st->ask.scan.part = part;
    if (status == JB_OK)
        status = u->api->scan(ctx, "members", st->member, &st->ask.scan, &st->inner);
    if (status == JB_OK)
        status = st->inner.get_schema(&st->inner, &st->schema);
    if (status != JB_OK) {
        drop(st);
        return status;
    }
    memset(out, 0, sizeof *out);
    out->get_schema = stream_schema;
    out->get_next = stream_next;
    out->get_last_error = stream_error;
    out->release = stream_release;
    out->private_data = st;
    return JB_OK;
}

static uint64_t fold(uint64_t h, const char *text)
{
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return (h ^ 0xff) * 0x100000001b3u; /* 0xff is in no UTF-8: it parts the texts */
}

/* What the members' versions come to, in short; none when a member has none. */
jb_status un_version(jb_ctx *ctx, void *self, const char **out)
{
    un_source *u = self;
    uint64_t m, h = 0xcbf29ce484222325u;
    *out = NULL;
    for (m = 0; m < u->n_members; m++) {
        const char *one = NULL;
        jb_status st = u->api->version(ctx, "members", m, &one);
        if (st != JB_OK || one == NULL || one[0] == '\0')
            return st;
        h = fold(fold(h, u->members[m]), one);
    }
    (void)snprintf(u->version, sizeof u->version, "%llu members %016llx",
                   (unsigned long long)u->n_members, (unsigned long long)h);
    *out = u->version;
    return JB_OK;
}
