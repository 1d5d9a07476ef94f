// SPDX-License-Identifier: Apache-2.0
/* The driver's stream as the host's: batches pass as they are, and only what the driver says of a
 * failure is put into words. */
#include "adbc_source.h"

#include <stdio.h>

typedef struct stream {
    const ad_source *src;
    jb_ctx *ctx;
    ad_conn *conn;
    adbc_handle statement;
    struct ArrowArrayStream inner;
    struct ArrowSchema schema; /* of inner, when columns are looked at or picked */
    const char *key;
    uint32_t *pick; /* NULL: all, in order */
    char *blank;    /* of each delivered column: texts of nothing but blanks are NULL */
    uint64_t n;
    int regroup;            /* batches are taken apart */
    int64_t batch_rows, at; /* rows a batch; of `held`, the next */
    ad_held *held;          /* a batch longer than that */
    jb_status failed;
    int ended;
} stream;

static void close_stream(stream *s)
{
    adbc_error error = {0};
    if (s->held != NULL)
        ad_held_drop(s->held);
    if (s->inner.release != NULL)
        s->inner.release(&s->inner);
    if (s->schema.release != NULL)
        s->schema.release(&s->schema);
    if (s->statement.private_data != NULL)
        (void)s->src->session->driver.statement_release(&s->statement, &error);
    ad_error_drop(&error);
    if (s->conn != NULL)
        ad_conn_give(s->src, s->conn, s->failed != JB_OK);
    free(s->pick);
    free(s->blank);
    free(s);
}

static jb_status broken(stream *s, const char *code)
{
    const char *why = s->inner.get_last_error != NULL ? s->inner.get_last_error(&s->inner) : NULL;
    char text[1024];
    ad_scrub(s->src, why != NULL ? why : "", text, sizeof text);
    return ad_fail(s->src, s->ctx, JB_E_DATA, code, s->key, text, NULL);
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    stream *s = self->private_data;
    struct ArrowSchema whole = {0};
    memset(out, 0, sizeof *out);
    if (s->inner.get_schema(&s->inner, &whole) != 0)
        return s->failed = broken(s, "E1133");
    if (!s->regroup) {
        *out = whole;
        return JB_OK;
    }
    if (ad_schema_pick(&whole, s->pick, s->n, out) != 0)
        s->failed = ad_no_memory(s->src, s->ctx);
    whole.release(&whole);
    return s->failed;
}

static jb_status masks(stream *s, struct ArrowArray *out)
{
    uint64_t i;
    if (s->blank == NULL)
        return JB_OK;
    for (i = 0; i < s->n; i++) {
        const struct ArrowSchema *c = s->schema.children[s->pick != NULL ? s->pick[i] : i];
        if ((s->blank[i] || s->src->n_nulls > 0) &&
            ad_mask(c, out->children[i], s->src->nulls, s->src->n_nulls, s->blank[i]) != 0)
            return ad_no_memory(s->src, s->ctx);
    }
    return JB_OK;
}

/* The next piece of the batch at hand. */
static jb_status next_piece(stream *s, struct ArrowArray *out)
{
    int64_t left = ad_held_rows(s->held) - s->at;
    int64_t rows = s->batch_rows > 0 && left > s->batch_rows ? s->batch_rows : left;
    jb_status st = JB_OK;
    if (ad_held_piece(s->held, s->at, rows, s->pick, s->n, out) != 0)
        return ad_no_memory(s->src, s->ctx);
    s->at += rows;
    if (rows == left) {
        ad_held_drop(s->held);
        s->held = NULL;
    }
    st = masks(s, out);
    if (st != JB_OK)
        out->release(out);
    return st;
}

static jb_status next(stream *s, struct ArrowArray *out)
{
    struct ArrowArray whole = {0};
    if (s->src->host->cancelled(s->ctx))
        return JB_E_CANCELLED;
    if (s->held != NULL)
        return next_piece(s, out);
    if (s->inner.get_next(&s->inner, &whole) != 0)
        return s->src->host->cancelled(s->ctx) ? JB_E_CANCELLED : broken(s, "E1133");
    if (whole.release == NULL ||
        (!s->regroup && (s->batch_rows <= 0 || whole.length <= s->batch_rows))) {
        *out = whole;
        return JB_OK;
    }
    if (whole.n_children != s->schema.n_children || whole.children == NULL) {
        whole.release(&whole);
        return ad_fail(s->src, s->ctx, JB_E_DATA, "E1134", s->key, NULL, NULL);
    }
    s->held = ad_hold(&whole);
    s->at = 0;
    if (s->held != NULL)
        return next_piece(s, out);
    whole.release(&whole);
    return ad_no_memory(s->src, s->ctx);
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    stream *s = self->private_data;
    memset(out, 0, sizeof *out);
    if (s->failed != JB_OK || s->ended)
        return s->failed;
    s->failed = next(s, out);
    s->ended = s->failed == JB_OK && out->release == NULL;
    return s->failed;
}

static const char *get_last_error(struct ArrowArrayStream *self)
{
    const stream *s = self->private_data;
    return s->failed != JB_OK ? "reported through the host" : NULL;
}

static void release(struct ArrowArrayStream *self)
{
    close_stream(self->private_data);
    self->release = NULL;
}

/* ---- opening ---- */

static jb_status bind_values(stream *s, const jb_sql_value *values, uint64_t n)
{
    const adbc_driver *d = &s->src->session->driver;
    struct ArrowSchema schema = {0};
    struct ArrowArray array = {0};
    adbc_error error = {0};
    char number[24];
    adbc_status done;
    int64_t bad;
    if (d->statement_prepare == NULL || d->statement_bind == NULL)
        return ad_fail(s->src, s->ctx, JB_E_DATA, "E1126", "driver", s->src->library,
                       "StatementBind");
    if (d->statement_prepare(&s->statement, &error) != ADBC_OK)
        return ad_fail_driver(s->src, s->ctx, JB_E_DATA, "E1132", s->key, NULL, &error);
    ad_error_drop(&error);
    bad = ad_values(values, n, &schema, &array);
    if (bad < 0)
        return ad_no_memory(s->src, s->ctx);
    if (bad > 0) {
        snprintf(number, sizeof number, "%lld", (long long)bad);
        return ad_fail(s->src, s->ctx, JB_E_INTERNAL, "E1140", NULL, number, NULL);
    }
    done = d->statement_bind(&s->statement, &array, &schema, &error);
    if (array.release != NULL) /* the driver takes them; some copy instead */
        array.release(&array);
    if (schema.release != NULL)
        schema.release(&schema);
    if (done != ADBC_OK)
        return ad_fail_driver(s->src, s->ctx, JB_E_DATA, "E1132", s->key, NULL, &error);
    ad_error_drop(&error);
    return JB_OK;
}

static jb_status execute(stream *s, const char *sql, const jb_sql_value *values, uint64_t n)
{
    const adbc_driver *d = &s->src->session->driver;
    adbc_error error = {0};
    int64_t rows = -1;
    jb_status st = JB_OK;
    s->statement.driver = s->conn->handle.driver;
    if (d->statement_new(&s->conn->handle, &s->statement, &error) != ADBC_OK ||
        d->statement_set_sql_query(&s->statement, sql, &error) != ADBC_OK)
        return ad_fail_driver(s->src, s->ctx, JB_E_DATA, "E1132", s->key, NULL, &error);
    ad_error_drop(&error);
    if (n > 0)
        st = bind_values(s, values, n);
    if (st != JB_OK)
        return st;
    if (d->statement_execute_query(&s->statement, &s->inner, &rows, &error) != ADBC_OK) {
        s->inner.release = NULL;
        return ad_fail_driver(s->src, s->ctx, JB_E_DATA, "E1132", s->key, NULL, &error);
    }
    ad_error_drop(&error);
    if (s->inner.release == NULL || s->inner.get_schema == NULL || s->inner.get_next == NULL)
        return ad_fail(s->src, s->ctx, JB_E_DATA, "E1134", s->key, NULL, NULL);
    return JB_OK;
}

/* What came is what schema() told of. */
static jb_status compare(stream *s, const ad_want *wants)
{
    uint64_t i;
    for (i = 0; i < s->n; i++) {
        uint64_t at = s->pick != NULL ? s->pick[i] : i;
        const struct ArrowSchema *c =
            at < (uint64_t)s->schema.n_children ? s->schema.children[at] : NULL;
        const char *format = c == NULL ? "" : c->dictionary != NULL ? "dictionary" : c->format;
        if (c == NULL || c->name == NULL || strcmp(c->name, wants[i].name) != 0 ||
            (wants[i].format != NULL && strcmp(format, wants[i].format) != 0))
            return ad_fail(s->src, s->ctx, JB_E_DATA, "E1135", s->key, wants[i].name, NULL);
    }
    return JB_OK;
}

static jb_status prepare(stream *s, const ad_shape *shape)
{
    const uint32_t *pick = shape->pick;
    const ad_want *wants = shape->wants;
    uint64_t i, n = shape->n;
    int masks_any = 0;
    s->n = n;
    s->batch_rows = shape->batch_rows;
    s->regroup = pick != NULL || n == 0;
    s->blank = calloc((size_t)n + 1, 1);
    s->pick = pick != NULL ? malloc(((size_t)n + 1) * sizeof *pick) : NULL;
    if (s->blank == NULL || (pick != NULL && s->pick == NULL))
        return ad_no_memory(s->src, s->ctx);
    for (i = 0; i < n; i++) {
        s->blank[i] = (char)wants[i].text_to_value;
        masks_any |= s->blank[i] || s->src->n_nulls > 0;
        if (pick != NULL)
            s->pick[i] = pick[i];
    }
    s->regroup |= masks_any;
    if (!masks_any) {
        free(s->blank);
        s->blank = NULL;
    }
    if (s->inner.get_schema(&s->inner, &s->schema) != 0)
        return broken(s, "E1133");
    return compare(s, wants);
}

jb_status ad_query(const ad_source *src, jb_ctx *ctx, const char *sql, const jb_sql_value *values,
                   uint64_t n_values, const char *key, const ad_shape *shape,
                   struct ArrowArrayStream *out)
{
    stream *s = calloc(1, sizeof *s);
    jb_status st;
    memset(out, 0, sizeof *out);
    if (s == NULL)
        return ad_no_memory(src, ctx);
    s->src = src;
    s->ctx = ctx;
    s->key = key;
    st = ad_conn_take(src, ctx, &s->conn);
    if (st == JB_OK)
        st = execute(s, sql, values, n_values);
    if (st == JB_OK && shape != NULL)
        st = prepare(s, shape);
    if (st != JB_OK) {
        s->failed = st;
        close_stream(s);
        return st;
    }
    out->get_schema = get_schema;
    out->get_next = get_next;
    out->get_last_error = get_last_error;
    out->release = release;
    out->private_data = s;
    return JB_OK;
}
