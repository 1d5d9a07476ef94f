// SPDX-License-Identifier: Apache-2.0
/* One partition of a member as a stream for the composite that reads it. */
#include "engine/member.h"
#include "engine/stream.h"

#include "plugin/host_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is asked for ---- */

static jb_status misuse(jb_ctx *ctx, const char *what)
{
    jb_place place = jb_ctx_place(ctx, NULL, 0);
    jb_diag(ctx->diags, "E1025", &place, what);
    ctx->failed = 1;
    return JB_E_INTERNAL;
}

static const jb_column *column_at(const jb_scan *scan, uint32_t i)
{
    size_t stride = scan->column_stride ? scan->column_stride : sizeof(jb_column);
    return (const jb_column *)(const void *)((const char *)scan->columns + i * stride);
}

/* The wanted unit as one of the members' columns has it: parsing would change the table of units,
 * and this may be a worker. NULL: none has it. */
static const jb_mcolumn *column_with_unit(const jb_msource *s, const char *name, const char *unit,
                                          const jb_msource **at)
{
    for (int any = 0; any < 2; any++) {
        for (size_t i = 0; i < s->n_members; i++) {
            const jb_msource *m = s->members[i].source;
            for (size_t k = 0; m && k < m->n_columns; k++) {
                if (strcmp(m->columns[k].unit.text, unit) == 0 &&
                    (any || strcmp(m->columns[k].name, name) == 0)) {
                    *at = m;
                    return &m->columns[k];
                }
            }
        }
    }
    return NULL;
}

static jb_status unlike(jb_ctx *ctx, const jb_msource *m, const jb_mcolumn *c, const char *unit,
                        const jb_msource *other)
{
    static const char *const none = "—";
    jb_place place = jb_source_keyed_place(m, "unit", c->name);
    jb_diag(ctx->diags, "E1021", &place, c->name, m->name, *c->unit.text ? c->unit.text : none,
            *unit ? unit : none);
    if (other) {
        place = jb_source_keyed_place(other, "unit", c->name);
        jb_diag_note_at(ctx->diags, "E1028", &place, other->name, *unit ? unit : none);
    }
    ctx->failed = 1;
    return JB_E_CONFIG;
}

static jb_status want_unit(jb_ctx *ctx, const jb_msource *m, const jb_mcolumn *c, const char *unit,
                           jb_member_column *out)
{
    const jb_msource *other = NULL;
    if (!unit || strcmp(unit, c->unit.text) == 0) {
        return JB_OK;
    }
    const jb_mcolumn *like = column_with_unit(ctx->instance->user, c->name, unit, &other);
    int number = c->type.kind == JB_K_INT || c->type.kind == JB_K_DEC || c->type.kind == JB_K_FLOAT;
    if (!like && *unit) {
        return misuse(ctx, unit);
    }
    const jb_unit none = {.num = 1, .den = 1, .text = ""};
    const jb_unit *to = like ? &like->unit : &none;
    if (!number || !jb_unit_same_dimension(&c->unit, to) ||
        jb_unit_factor(&c->unit, to, &out->num, &out->den) != 0) {
        return unlike(ctx, m, c, unit, other);
    }
    out->unit = to->text;
    out->converts = out->num != out->den;
    return JB_OK;
}

static int reads(const jb_expr *e, const jb_msource *s, int column)
{
    const char *const *names;
    size_t n = e ? jb_expr_names(e, &names) : 0;
    for (size_t i = 0; i < n; i++) {
        if (jb_source_column(s, names[i]) == column) {
            return 1;
        }
    }
    return 0;
}

/* The type wanted of a column. Where nothing stands against it, the member's own source is asked to
 * deliver just that: then it parses its cells once, by the type that counts. */
static jb_status want_type(jb_ctx *ctx, jb_member_ask *ask, const char *format,
                           jb_member_column *out)
{
    jb_mcolumn *c = &ask->view.columns[out->index];
    const char *hint;
    out->type = out->converts ? jb_member_converted_type(&c->type, out->num, out->den) : c->type;
    if (format) {
        const struct ArrowSchema s = {.format = format};
        if (jb_coltype_of(&s, &out->type, &hint) != 0) {
            return misuse(ctx, format);
        }
        jb_coltype_format(&out->type, out->format);
        if (!c->format && !out->converts &&
            !reads(ask->member->source->where, ask->member->source, out->index)) {
            c->type = out->type;
            c->format = jb_arena_strdup(ask->arena, out->format);
        }
    }
    jb_coltype_format(&out->type, out->format);
    return JB_OK;
}

static jb_status want(jb_ctx *ctx, jb_member_ask *ask, const jb_column *wanted,
                      jb_member_column *out)
{
    const jb_msource *m = ask->member->source;
    const char *name = wanted->name ? wanted->name : "";
    out->index = jb_source_column(m, name);
    if (out->index < 0 || m->columns[out->index].refused) {
        return misuse(ctx, jb_arena_fmt(ask->arena, "%s.%s", m->name, name));
    }
    const jb_mcolumn *c = &m->columns[out->index];
    out->name = c->name;
    out->unit = c->unit.text;
    jb_status status =
        want_unit(ctx, m, c, JB_HAS(jb_column, wanted, unit) ? wanted->unit : NULL, out);
    return status == JB_OK
               ? want_type(ctx, ask, JB_HAS(jb_column, wanted, format) ? wanted->format : NULL, out)
               : status;
}

/* Columns to be read: those wanted, those of `where`, and never none. */
static void project(jb_member_ask *ask)
{
    const jb_msource *m = ask->member->source;
    char *used = jb_arena_alloc(ask->arena, m->n_columns + 1);
    ask->projected = jb_arena_alloc(ask->arena, (m->n_columns + 1) * sizeof(int));
    for (size_t i = 0; i < ask->n_out; i++) {
        used[ask->out[i].index] = 1;
    }
    for (size_t i = 0; i < m->n_columns; i++) {
        used[i] = (char)(used[i] || reads(m->where, m, (int)i));
    }
    if (m->n_columns > 0 && !memchr(used, 1, m->n_columns)) {
        size_t i = 0;
        while (i + 1 < m->n_columns && m->columns[i].type.kind != JB_K_TEXT) {
            i++;
        }
        used[i] = m->columns[i].refused == NULL;
    }
    for (size_t i = 0; i < m->n_columns; i++) {
        if (used[i]) {
            ask->projected[ask->n_projected++] = (int)i;
        }
    }
}

static void add_nulls(jb_member_ask *ask, const jb_scan *scan)
{
    size_t n = scan->null_texts ? (size_t)scan->n_null_texts : 0;
    const char **all = jb_arena_alloc(ask->arena, (ask->view.n_nulls + n + 1) * sizeof *all);
    for (size_t i = 0; i < ask->view.n_nulls; i++) {
        all[i] = ask->view.nulls[i];
    }
    for (size_t i = 0; i < n; i++) {
        all[ask->view.n_nulls + i] = jb_arena_strdup(ask->arena, scan->null_texts[i]);
    }
    ask->view.nulls = all;
    ask->view.n_nulls += n;
}

jb_status jb_member_ask_make(jb_ctx *ctx, jb_member *member, const jb_scan *scan, jb_arena *arena,
                             jb_member_ask *ask)
{
    const jb_msource *m = member->source;
    jb_status status = JB_OK;
    *ask = (jb_member_ask){.arena = arena, .member = member, .view = *m, .n_out = scan->n_columns};
    ask->view.columns = jb_arena_alloc(arena, (m->n_columns + 1) * sizeof *ask->view.columns);
    if (m->n_columns > 0) {
        memcpy(ask->view.columns, m->columns, m->n_columns * sizeof *m->columns);
    }
    ask->out = jb_arena_alloc(arena, (ask->n_out + 1) * sizeof *ask->out);
    for (uint32_t i = 0; i < scan->n_columns && status == JB_OK; i++) {
        status = want(ctx, ask, column_at(scan, i), &ask->out[i]);
    }
    if (status != JB_OK) {
        return status;
    }
    project(ask);
    add_nulls(ask, scan);
    jb_scan_describe(arena, &ask->view, ask->projected, ask->n_projected, &ask->scan);
    ask->scan.part = scan->part;
    if (scan->batch_rows > 0 && scan->batch_rows < ask->scan.batch_rows) {
        ask->scan.batch_rows = scan->batch_rows;
    }
    return JB_OK;
}

void jb_member_schema(const jb_member_column *columns, size_t n, struct ArrowSchema *out)
{
    int bad = jb_schema_make(out, "+s", "", (int64_t)n);
    for (size_t i = 0; i < n && !bad; i++) {
        bad = jb_schema_make(out->children[i], columns[i].format, columns[i].name, 0);
        if (!bad && columns[i].unit && *columns[i].unit) {
            bad = jb_schema_put(out->children[i], "unit", columns[i].unit);
        }
        if (!bad && columns[i].implied) {
            bad = jb_schema_put(out->children[i], "implied", "1");
        }
    }
    if (bad) {
        (void)jb_alloc(SIZE_MAX / 2); /* out of memory: ends the process with its message */
    }
}

/* ---- the stream ---- */

typedef struct reader {
    jb_member_ask ask;
    jb_ctx *parent; /* of the composite's call; faults go where its go */
    jb_source_plan plan;
    jb_worker *worker;
    jb_stream stream;
    int opened, ended;
    jb_status failed;
    jb_vector *vectors; /* by column wanted */
    void **rooms;
    uint8_t **bits, drop[JB_ENGINE_BATCH / 8 + 1];
    int64_t batch; /* rows of the batch at hand */
} reader;

static int refuse(void *data, const jb_member_column *column, int64_t row)
{
    static const char *const kinds[] = {"null", "bool", "int", "decimal", "float", "date", "text"};
    reader *r = data;
    char type[40];
    snprintf(type, sizeof type, "%s", kinds[column->type.kind]);
    if (column->type.kind == JB_K_DEC) {
        snprintf(type, sizeof type, "decimal(%d,%d)", (int)column->type.precision,
                 (int)column->type.scale);
    }
    const char *args[] = {column->name, type};
    jb_fault f = {.size = sizeof f,
                  .status = JB_E_DATA,
                  .code = r->stream.task.on_error == JB_ROW_STOP ? "E0366" : "E0368",
                  .args = args,
                  .n_args = 2,
                  .row = (uint64_t)(r->stream.rows - r->batch + row + 1),
                  .column = r->ask.view.columns[column->index].heading};
    return jb_rows_service.refuse(&r->stream.ctx, &f);
}

/* Vectors of the wanted columns. 0 ok, -1 reported. */
static int convert(reader *r, int64_t n, int *dropped)
{
    for (size_t i = 0; i < r->ask.n_out; i++) {
        const jb_member_column *c = &r->ask.out[i];
        if (!r->rooms[i] && c->converts) {
            r->rooms[i] = jb_arena_alloc(r->ask.arena, JB_ENGINE_BATCH * sizeof(jb_i128));
        }
        if (!r->bits[i]) {
            r->bits[i] = jb_arena_alloc(r->ask.arena, JB_ENGINE_BATCH / 8 + 1);
        }
        const jb_member_cast cast = {.column = c,
                                     .from = &r->ask.view.columns[c->index],
                                     .scratch = r->worker->scratch,
                                     .room = r->rooms[i],
                                     .bits = r->bits[i],
                                     .drop = r->drop,
                                     .any_dropped = dropped,
                                     .data = r,
                                     .refuse = refuse};
        if (jb_member_convert(&cast, &r->worker->columns[c->index], n, &r->vectors[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Rows of the batch that the member keeps, into worker->base. -1: reported. */
static int64_t keep(reader *r, int64_t n)
{
    const jb_expr *where = r->ask.member->source->where;
    uint64_t kept = 0;
    int64_t row;
    for (int64_t i = 0; i < n; i++) {
        if (!(r->drop[i >> 3] >> (i & 7) & 1)) {
            r->worker->base[kept++] = (uint32_t)i;
        }
    }
    if (!where || kept == 0) {
        return (int64_t)kept;
    }
    jb_rows_env env = {.columns = r->worker->columns, .rows = n, .sel = r->worker->base, .n = kept};
    int64_t left = jb_expr_select(where, &env, r->worker->scratch, r->worker->selected[0], &row);
    if (left < 0) {
        jb_diag(r->parent->diags, "E0374", &r->ask.view.place, r->ask.view.name,
                jb_expr_text(where));
        return -1;
    }
    memcpy(r->worker->base, r->worker->selected[0], (size_t)left * sizeof *r->worker->base);
    return left;
}

static int gather(reader *r, uint64_t n, struct ArrowArray *out)
{
    static const size_t none[1] = {0};
    if (jb_array_make(out, (int64_t)n, 1, none, (int64_t)r->ask.n_out) != 0) {
        (void)jb_alloc(SIZE_MAX / 2);
    }
    out->null_count = 0;
    const uint32_t *sel = n == (uint64_t)r->batch ? NULL : r->worker->base;
    for (size_t i = 0; i < r->ask.n_out; i++) {
        if (jb_member_gather(&r->vectors[i], sel, n, out->children[i]) != 0) {
            out->release(out);
            jb_diag(r->parent->diags, "E0364", &r->ask.view.place, r->ask.view.name, "2 GiB");
            return -1;
        }
    }
    return 0;
}

/* 1 a batch, 0 the end, -1 failed. */
static int next_kept(reader *r, struct ArrowArray *out)
{
    int64_t n, kept = 0;
    while (kept == 0) {
        int dropped = 0;
        n = jb_stream_next(&r->stream, r->worker);
        if (n <= 0) {
            return (int)n;
        }
        r->batch = n;
        memset(r->drop, 0, sizeof r->drop);
        if (r->stream.any_dropped) {
            memcpy(r->drop, r->stream.drop, sizeof r->drop);
        }
        if (convert(r, n, &dropped) != 0) {
            return -1;
        }
        kept = keep(r, n);
        if (kept < 0) {
            return -1;
        }
        r->ask.member->rows += n;
        r->ask.member->kept += kept;
    }
    return gather(r, (uint64_t)kept, out) == 0 ? 1 : -1;
}

static int reader_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    const reader *r = s->private_data;
    jb_member_schema(r->ask.out, r->ask.n_out, out);
    return 0;
}

static int reader_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    reader *r = s->private_data;
    int got = 0;
    memset(out, 0, sizeof *out);
    if (r->failed != JB_OK || r->ended) {
        return r->failed;
    }
    if (!r->opened) {
        r->opened = 1;
        r->worker = jb_worker_new(&r->plan);
        got = jb_stream_open(&r->stream, &r->ask.view, &r->ask.scan, r->ask.projected,
                             r->ask.n_projected, r->parent->diags);
    }
    got = got == 0 ? next_kept(r, out) : got;
    r->ended = got == 0;
    if (got < 0 && jb_cancel_is_set()) {
        r->failed = JB_E_CANCELLED;
    } else if (got < 0) {
        r->failed = JB_E_DATA;
        r->parent->failed = 1;
    }
    return r->failed;
}

static const char *reader_error(struct ArrowArrayStream *s)
{
    const reader *r = s->private_data;
    return r->failed != JB_OK ? "reported through the host" : NULL;
}

static void reader_release(struct ArrowArrayStream *s)
{
    reader *r = s->private_data;
    if (r->opened) {
        r->ask.member->skipped += r->stream.task.skipped;
        r->ask.member->nulled += r->stream.task.nulled;
        jb_stream_close(&r->stream);
        jb_worker_free(r->worker);
    }
    s->release = NULL;
    jb_arena_free(r->ask.arena);
}

void jb_member_stream(jb_ctx *ctx, const jb_member_ask *ask, struct ArrowArrayStream *out)
{
    reader *r = jb_arena_alloc(ask->arena, sizeof *r);
    r->ask = *ask;
    r->parent = ctx;
    r->plan.source = &r->ask.view;
    r->vectors = jb_arena_alloc(ask->arena, (ask->n_out + 1) * sizeof *r->vectors);
    r->rooms = jb_arena_alloc(ask->arena, (ask->n_out + 1) * sizeof *r->rooms);
    r->bits = jb_arena_alloc(ask->arena, (ask->n_out + 1) * sizeof *r->bits);
    *out = (struct ArrowArrayStream){.get_schema = reader_schema,
                                     .get_next = reader_next,
                                     .get_last_error = reader_error,
                                     .release = reader_release,
                                     .private_data = r};
}
