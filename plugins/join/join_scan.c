// SPDX-License-Identifier: Apache-2.0
/* The left source's partitions, each row beside its partner on the right. */
#include "join.h"

typedef struct jn_stream {
    const jn_source *j;
    jb_ctx *ctx;
    const jn_table *table;
    uint32_t n;       /* columns asked for */
    uint64_t *column; /* of the join, by column asked for */
    uint32_t *inner;  /* of the left stream, likewise; left ones only */
    jb_column *asked; /* of the left source: those, then the keys */
    uint32_t n_asked;
    jb_scan scan;
    struct ArrowArrayStream left;
    struct ArrowSchema schema;
    jb_col *cols;
    jb_type *types;
    jn_cells cells;
    jn_bytes key;
    struct ArrowArray batch; /* of the left source, at hand */
    int64_t at;              /* row of it that comes next */
    uint32_t partner;        /* of that row, when some of its partners were given already */
    int64_t *rows;           /* pairs to be given: row of the batch, row of the table */
    uint32_t *partners;
    jb_status failed;
    int ended;
} jn_stream;

enum { MOST_ROWS = 65536 };

static jb_status ask(jn_stream *s, const jb_scan *scan)
{
    const jn_source *j = s->j;
    uint64_t k;
    uint32_t i;
    s->n = scan->n_columns;
    s->column = calloc((size_t)s->n + 1, sizeof *s->column);
    s->inner = calloc((size_t)s->n + 1, sizeof *s->inner);
    s->asked = calloc((size_t)s->n + (size_t)j->n_keys + 1, sizeof *s->asked);
    if (s->column == NULL || s->inner == NULL || s->asked == NULL)
        return jn_no_memory(j, s->ctx);
    for (i = 0; i < s->n; i++) {
        const jb_column *wanted = jn_asked(scan, i);
        int64_t at = jn_find(j, wanted->name);
        if (at < 0)
            return jn_fail(j, s->ctx, JB_E_CONFIG, "E1018", NULL, 0, &wanted->name, 1);
        s->column[i] = (uint64_t)at;
        if (j->columns[at].side == JN_LEFT) {
            s->asked[s->n_asked].name = j->columns[at].name;
            s->asked[s->n_asked].format = wanted->format;
            s->inner[i] = s->n_asked++;
        }
    }
    for (k = 0; k < j->n_keys; k++)
        s->asked[s->n_asked++].name = j->keys[k].name[JN_LEFT];
    for (i = 0; i < s->n_asked; i++)
        s->asked[i].size = (uint32_t)sizeof *s->asked;
    s->scan = *scan;
    s->scan.size = (uint32_t)sizeof s->scan;
    s->scan.columns = s->asked;
    s->scan.n_columns = s->n_asked;
    s->scan.column_stride = (uint32_t)sizeof *s->asked;
    s->scan.where = NULL;
    s->scan.values = NULL;
    s->scan.n_values = 0;
    if (s->scan.batch_rows < 1 || s->scan.batch_rows > MOST_ROWS)
        s->scan.batch_rows = MOST_ROWS;
    return JB_OK;
}

static void drop(jn_stream *s)
{
    uint32_t i;
    for (i = 0; s->cols != NULL && i < s->n; i++)
        jb_col_free(&s->cols[i]);
    if (s->batch.release != NULL)
        s->batch.release(&s->batch);
    if (s->schema.release != NULL)
        s->schema.release(&s->schema);
    if (s->left.release != NULL)
        s->left.release(&s->left);
    free(s->column);
    free(s->inner);
    free(s->asked);
    free(s->cols);
    free(s->types);
    free(s->key.at);
    free(s->rows);
    free(s->partners);
    free(s);
}

jb_status jn_parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    jn_source *j = self;
    jn_stream *s = calloc(1, sizeof *s);
    jb_status st;
    if (s == NULL)
        return jn_no_memory(j, ctx);
    s->j = j;
    s->ctx = ctx;
    st = ask(s, scan);
    if (st == JB_OK)
        st = j->api->parts(ctx, "left", 0, &s->scan, n);
    drop(s);
    return st == JB_OK ? jn_table_need(j, ctx, scan) : st;
}

/* ---- pairs ---- */

static int fetch(jn_stream *s)
{
    uint64_t k;
    if (s->batch.release != NULL)
        s->batch.release(&s->batch);
    memset(&s->batch, 0, sizeof s->batch);
    s->at = 0;
    s->partner = JN_NONE;
    s->failed = s->left.get_next(&s->left, &s->batch);
    if (s->failed != JB_OK || s->batch.release == NULL)
        return 0;
    for (k = 0; k < s->cells.n; k++)
        s->cells.column[k] = s->batch.children[(uint64_t)s->n_asked - s->j->n_keys + k];
    s->cells.offset = s->batch.offset;
    return 1;
}

/* Pairs of the batch at hand, at most batch_rows; *whole: each of its rows once, in order. */
static int64_t pair(jn_stream *s, int *whole)
{
    int64_t n = 0, most = s->scan.batch_rows;
    *whole = s->at == 0 && s->partner == JN_NONE;
    while (s->at < s->batch.length && n < most) {
        uint32_t partner = s->partner;
        if (partner == JN_NONE) {
            int got = jn_encode(&s->cells, s->at, &s->key);
            if (got < 0) {
                s->failed = jn_no_memory(s->j, s->ctx);
                return -1;
            }
            partner = got ? jn_table_find(s->table, s->key.at, s->key.n) : JN_NONE;
        }
        s->partner = partner != JN_NONE ? s->table->more[partner] : JN_NONE;
        if (partner != JN_NONE || !s->j->matched) {
            *whole &= n == s->at;
            s->rows[n] = s->at;
            s->partners[n++] = partner;
        }
        s->at += s->partner == JN_NONE;
    }
    *whole &= n == s->batch.length && s->at == n;
    return n;
}

static int fill(jn_stream *s, uint32_t i, int64_t n)
{
    const jn_column *c = &s->j->columns[s->column[i]];
    jb_col *out = &s->cols[i];
    int64_t r;
    int bad = jb_col_reserve(out, n);
    for (r = 0; !bad && r < n; r++) {
        if (c->side == JN_LEFT)
            bad = jn_push(out, s->batch.children[s->inner[i]], s->rows[r] + s->batch.offset);
        else if (s->partners[r] == JN_NONE)
            bad = jn_push_null(out);
        else
            bad = jn_push_stored(out, &s->table->cols[s->column[i]], s->partners[r]);
    }
    return bad;
}

/* Left columns that are needed just as they are move over without a copy. */
static int deliver(jn_stream *s, int64_t n, int whole, struct ArrowArray *out)
{
    static const size_t none[1] = {0};
    uint32_t i;
    if (jb_array_make(out, n, 1, none, (int64_t)s->n) != 0)
        return -1;
    out->null_count = 0;
    for (i = 0; i < s->n; i++) {
        struct ArrowArray *child = whole && s->j->columns[s->column[i]].side == JN_LEFT
                                       ? s->batch.children[s->inner[i]]
                                       : NULL;
        if (child != NULL && s->batch.offset == 0 && child->length == n) {
            *out->children[i] = *child;
            child->release = NULL;
        } else if (fill(s, i, n) != 0 || jb_col_finish(&s->cols[i], out->children[i]) != 0) {
            jb_array_release(out);
            return -1;
        }
    }
    return 0;
}

/* ---- the stream ---- */

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const jn_stream *s = stream->private_data;
    uint32_t i;
    int bad = jb_schema_make(out, "+s", "", (int64_t)s->n);
    for (i = 0; !bad && i < s->n; i++) {
        const jn_column *c = &s->j->columns[s->column[i]];
        bad = jb_schema_make(out->children[i], s->types[i].format, c->name, 0);
        if (bad)
            jb_schema_release(out);
    }
    return bad ? JB_E_MEMORY : JB_OK;
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    jn_stream *s = stream->private_data;
    int64_t n = 0;
    int whole = 0;
    memset(out, 0, sizeof *out);
    while (s->failed == JB_OK && !s->ended && n == 0) {
        if ((s->batch.release == NULL || s->at >= s->batch.length) && !fetch(s)) {
            s->ended = 1;
            break;
        }
        n = pair(s, &whole);
    }
    if (s->failed == JB_OK && n > 0 && deliver(s, n, whole, out) != 0)
        s->failed = jn_no_memory(s->j, s->ctx);
    return s->failed;
}

static const char *stream_error(struct ArrowArrayStream *stream)
{
    const jn_stream *s = stream->private_data;
    return s->failed != JB_OK ? "reported through the host" : NULL;
}

static void stream_release(struct ArrowArrayStream *stream)
{
    drop(stream->private_data);
    stream->release = NULL;
}

static jb_status open_left(jn_stream *s)
{
    const jn_source *j = s->j;
    jb_status st = j->api->scan(s->ctx, "left", 0, &s->scan, &s->left);
    uint64_t k;
    uint32_t i;
    if (st == JB_OK)
        st = s->left.get_schema(&s->left, &s->schema);
    if (st != JB_OK)
        return st;
    s->cells.n = j->n_keys;
    for (k = 0; k < j->n_keys; k++) {
        const struct ArrowSchema *c = s->schema.children[(uint64_t)s->n_asked - j->n_keys + k];
        int32_t precision;
        s->cells.kind[k] = jb_format_kind(c->format, &precision, &s->cells.scale[k]);
    }
    s->cols = calloc((size_t)s->n + 1, sizeof *s->cols);
    s->types = calloc((size_t)s->n + 1, sizeof *s->types);
    s->rows = calloc((size_t)s->scan.batch_rows, sizeof *s->rows);
    s->partners = calloc((size_t)s->scan.batch_rows, sizeof *s->partners);
    if (s->cols == NULL || s->types == NULL || s->rows == NULL || s->partners == NULL)
        return jn_no_memory(j, s->ctx);
    for (i = 0; i < s->n; i++) {
        const jn_column *c = &j->columns[s->column[i]];
        const char *format =
            c->side == JN_LEFT ? s->schema.children[s->inner[i]]->format : c->format;
        if (jb_type_parse(format, &s->types[i]) != 0)
            return jb_fail_text(j->host, s->ctx, JB_E_INTERNAL, NULL, format);
        jb_col_init(&s->cols[i], &s->types[i]);
    }
    return JB_OK;
}

jb_status jn_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const jn_source *j = self;
    jn_stream *s = calloc(1, sizeof *s);
    jb_status st;
    if (s == NULL)
        return jn_no_memory(j, ctx);
    s->j = j;
    s->ctx = ctx;
    s->table = jn_table_for(j, scan);
    st = s->table != NULL
             ? ask(s, scan)
             : jb_fail_text(j->host, ctx, JB_E_INTERNAL, NULL, "scan() needs parts() before it");
    if (st == JB_OK)
        st = open_left(s);
    if (st != JB_OK) {
        drop(s);
        return st;
    }
    memset(out, 0, sizeof *out);
    out->get_schema = stream_schema;
    out->get_next = stream_next;
    out->get_last_error = stream_error;
    out->release = stream_release;
    out->private_data = s;
    return JB_OK;
}
