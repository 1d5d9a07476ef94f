// SPDX-License-Identifier: Apache-2.0
#include "engine/stream.h"

#include "engine/bytes.h"
#include "plugin/host_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jb_scan_describe(jb_arena *a, const jb_msource *s, const int *columns, size_t n, jb_scan *out)
{
    jb_column *list = jb_arena_alloc(a, (n + 1) * sizeof *list);
    for (size_t i = 0; i < n; i++) {
        const jb_mcolumn *c = &s->columns[columns[i]];
        list[i] = (jb_column){.size = sizeof(jb_column), .name = c->ask, .format = c->format};
    }
    *out = (jb_scan){.size = sizeof *out,
                     .columns = list,
                     .n_columns = (uint32_t)n,
                     .column_stride = sizeof(jb_column),
                     .batch_rows = JB_ENGINE_BATCH,
                     .null_texts = s->nulls,
                     .n_null_texts = s->n_nulls};
}

/* The breadcrumb is only held while the source itself runs: between its calls metrics do. */
static void enter(jb_stream *s)
{
    s->ctx.slot = jb_crumb_take(s->source->instance->card, "scan");
}

static void leave(jb_stream *s)
{
    jb_crumb_give(s->ctx.slot);
    s->ctx.slot = -1;
}

/* A call of the stream failed; the plugin may have reported why. */
static int failed(jb_stream *s, int status)
{
    if (s->ctx.failed && status == JB_E_INTERNAL) { /* its own fault, told already */
        jb_instance_blame(s->source->instance, "scan", s->diags);
    }
    if (!s->ctx.failed && !jb_cancel_is_set()) {
        const char *text = s->stream.get_last_error ? s->stream.get_last_error(&s->stream) : NULL;
        s->ctx.failed = 1;
        jb_diag(s->diags, "E0364", &s->source->place, s->source->name, text ? text : "");
        if (!text || !*text) {
            jb_instance_blame(s->source->instance, "scan", s->diags);
        }
    }
    return -1;
}

static int refuse_shape(jb_stream *s, const char *why)
{
    if (!s->ctx.failed) {
        jb_diag(s->diags, "E0365", &s->source->place, s->source->name, why);
        jb_instance_blame(s->source->instance, "scan", s->diags);
    }
    s->ctx.failed = 1;
    return -1;
}

int jb_stream_open(jb_stream *s, jb_msource *source, const jb_scan *scan, const int *columns,
                   size_t n, jb_diags *diags)
{
    memset(s, 0, sizeof *s);
    s->source = source;
    s->columns = columns;
    s->n_columns = n;
    s->diags = diags;
    s->task.on_error = source->on_error;
    s->open = 1;
    jb_ctx_begin(&s->ctx, source->instance, "scan", diags, &s->task);
    jb_status status = source->iface->scan(&s->ctx, source->instance->self, scan, &s->stream);
    if (status != JB_OK || !s->stream.get_schema) {
        if (!s->ctx.failed && status != JB_E_CANCELLED) {
            refuse_shape(s, "no stream");
        }
        leave(s);
        return -1;
    }
    status = s->stream.get_schema(&s->stream, &s->schema);
    leave(s);
    if (status != 0) {
        return failed(s, status);
    }
    if (s->schema.n_children != (int64_t)n || !s->schema.format ||
        strcmp(s->schema.format, "+s") != 0) {
        return refuse_shape(s, "not the columns asked for");
    }
    return 0;
}

void jb_stream_close(jb_stream *s)
{
    if (!s->open) {
        return;
    }
    s->open = 0;
    enter(s); /* releasing is the plugin's code as well */
    if (s->array.release) {
        s->array.release(&s->array);
    }
    if (s->schema.release) {
        s->schema.release(&s->schema);
    }
    if (s->stream.release) {
        s->stream.release(&s->stream);
    }
    leave(s);
    free(s->drop);
}

static int has_nulls(const struct ArrowArray *a)
{
    const uint8_t *bits = a->n_buffers > 0 ? a->buffers[0] : NULL;
    for (int64_t i = 0; bits && a->null_count != 0 && i < a->length; i++) {
        if (jb_is_null(a, i)) {
            return 1;
        }
    }
    return 0;
}

static int fetch(jb_stream *s)
{
    s->at = 0;
    if (s->array.release) {
        enter(s);
        s->array.release(&s->array);
        leave(s);
    }
    memset(&s->array, 0, sizeof s->array);
    if (jb_cancel_is_set()) {
        return -1;
    }
    enter(s);
    int status = s->stream.get_next(&s->stream, &s->array);
    leave(s);
    if (status != 0) {
        return failed(s, status);
    }
    if (!s->array.release) {
        return 0;
    }
    const char *why = jb_array_check(&s->schema, &s->array, 1);
    if (why || has_nulls(&s->array)) {
        return refuse_shape(s, why ? why : "rows that are NULL as a whole");
    }
    s->delivered += s->array.length;
    s->bytes += jb_array_bytes(&s->schema, &s->array);
    return 1;
}

/* ---- casting, with on_error ---- */

static int report_cell(jb_stream *s, size_t c, int64_t row)
{
    static const char *const kinds[] = {"null", "bool", "int", "decimal", "float", "date", "text"};
    const jb_mcolumn *column = &s->source->columns[s->columns[c]];
    char type[40];
    snprintf(type, sizeof type, "%s", kinds[column->type.kind]);
    if (column->type.kind == JB_K_DEC) {
        snprintf(type, sizeof type, "decimal(%d,%d)", (int)column->type.precision,
                 (int)column->type.scale);
    }
    const char *args[] = {column->name, type};
    jb_fault f = {.size = sizeof f,
                  .status = JB_E_DATA,
                  .code = s->task.on_error == JB_ROW_STOP ? "E0366" : "E0368",
                  .args = args,
                  .n_args = 2,
                  .row = (uint64_t)(s->rows + row + 1),
                  .column = column->heading};
    enter(s);
    int answer = jb_rows_service.refuse(&s->ctx, &f);
    leave(s);
    return answer;
}

static void mark_drop(jb_stream *s, int64_t row)
{
    if (!s->drop) {
        s->drop = jb_alloc(JB_ENGINE_BATCH / 8 + 1);
    }
    if (!s->any_dropped) {
        memset(s->drop, 0, JB_ENGINE_BATCH / 8 + 1);
    }
    s->any_dropped = 1;
    s->drop[row >> 3] = (uint8_t)(s->drop[row >> 3] | 1u << (row & 7));
}

/* The part of child c at hand; a cell that does not fit is refused and read again as NULL. */
static int convert(jb_stream *s, size_t c, int64_t n, jb_worker *w)
{
    const jb_mcolumn *column = &s->source->columns[s->columns[c]];
    struct ArrowArray part = *s->array.children[c];
    uint8_t *valid = NULL;
    const void *buffers[3] = {0};
    int64_t row = 0, start = s->array.offset + s->at + part.offset;
    part.offset = start;
    part.length = n;
    part.null_count = -1;
    if (s->coded && column->type.kind == JB_K_TEXT &&
        jb_vector_coded(s->schema.children[c], &part, w->scratch, &w->columns[s->columns[c]])) {
        return 0;
    }
    int status = jb_vector_from_arrow(s->schema.children[c], &part, &column->type, w->scratch,
                                      &w->columns[s->columns[c]], &row);
    while (status != 0) {
        int answer = report_cell(s, c, row);
        if (answer == JB_ROW_STOP) {
            break;
        }
        if (answer == JB_ROW_SKIP) {
            mark_drop(s, row);
        }
        if (!valid) { /* a copy of the validity bits in which refused cells can be NULL */
            size_t bytes = (size_t)(start + n) / 8 + 1;
            valid = jb_alloc(bytes);
            memset(valid, 0xff, bytes);
            if (part.buffers[0]) {
                memcpy(valid, part.buffers[0], (size_t)(start + n + 7) / 8);
            }
            memcpy(buffers, part.buffers,
                   (size_t)(part.n_buffers < 3 ? part.n_buffers : 3) * sizeof *buffers);
            buffers[0] = valid;
            part.buffers = buffers;
        }
        valid[(start + row) >> 3] =
            (uint8_t)(valid[(start + row) >> 3] & ~(1u << ((start + row) & 7)));
        status = jb_vector_from_arrow(s->schema.children[c], &part, &column->type, w->scratch,
                                      &w->columns[s->columns[c]], &row);
    }
    free(valid);
    return status;
}

int64_t jb_stream_next(jb_stream *s, jb_worker *w)
{
    while (!s->array.release || s->at >= s->array.length) {
        int got = fetch(s);
        if (got <= 0) {
            return got;
        }
    }
    int64_t n = s->array.length - s->at;
    n = n < JB_ENGINE_BATCH ? n : JB_ENGINE_BATCH;
    s->any_dropped = 0;
    jb_scratch_reset(w->scratch);
    for (size_t c = 0; c < s->n_columns; c++) {
        if (convert(s, c, n, w) != 0) {
            return -1;
        }
    }
    s->at += n;
    s->rows += n;
    return n;
}
