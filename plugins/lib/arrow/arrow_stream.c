// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrow_stream.h"

typedef struct stream {
    const jb_stream_ops *ops;
    void *self;
    const char **names; /* one block with the texts behind it */
    jb_type *types;
    uint64_t n;
    jb_status failed;
    int ended;
} stream;

static int stream_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    stream *st = s->private_data;
    return jb_struct_schema(st->names, st->types, st->n, out) != 0 ? JB_E_MEMORY : JB_OK;
}

static int stream_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    stream *st = s->private_data;
    memset(out, 0, sizeof *out);
    if (st->failed != JB_OK || st->ended)
        return st->failed;
    st->failed = st->ops->next(st->self, out);
    if (st->failed == JB_OK && out->release == NULL)
        st->ended = 1;
    return st->failed;
}

static const char *stream_error(struct ArrowArrayStream *s)
{
    stream *st = s->private_data;
    return st->failed != JB_OK ? "reported through the host" : NULL;
}

static void stream_free(stream *st)
{
    free(st->names);
    free(st->types);
    free(st);
}

static void stream_release(struct ArrowArrayStream *s)
{
    stream *st = s->private_data;
    st->ops->drop(st->self);
    stream_free(st);
    s->release = NULL;
}

static int copy_names(stream *st, const char *const *names)
{
    size_t total = (st->n + 1) * sizeof *st->names;
    uint64_t i;
    char *at;
    for (i = 0; i < st->n; i++)
        total += strlen(names[i]) + 1;
    st->names = malloc(total);
    if (st->names == NULL)
        return -1;
    at = (char *)(st->names + st->n + 1);
    for (i = 0; i < st->n; i++) {
        size_t len = strlen(names[i]) + 1;
        memcpy(at, names[i], len);
        st->names[i] = at;
        at += len;
    }
    return 0;
}

int jb_stream_make(struct ArrowArrayStream *out, const jb_stream_ops *ops, void *self,
                   const char *const *names, const jb_type *types, uint64_t n)
{
    stream *st = calloc(1, sizeof *st);
    if (st == NULL)
        return -1;
    st->ops = ops;
    st->self = self;
    st->n = n;
    st->types = malloc((size_t)(n + 1) * sizeof *st->types);
    if (st->types == NULL || copy_names(st, names) != 0)
        return stream_free(st), -1;
    if (n > 0)
        memcpy(st->types, types, (size_t)n * sizeof *types);
    memset(out, 0, sizeof *out);
    out->get_schema = stream_schema;
    out->get_next = stream_next;
    out->get_last_error = stream_error;
    out->release = stream_release;
    out->private_data = st;
    return 0;
}
