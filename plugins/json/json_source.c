// SPDX-License-Identifier: Apache-2.0
#include "json_source.h"

#include "json/json_look.h"

#include <stdio.h>
#include <unistd.h>

/* One file being read; a jb_grid over it. */
typedef struct reader {
    const json_source *src;
    jb_ctx *ctx; /* of the call or stream that reads */
    const jb_file *file;
    int fd;
    jb_json *json;
    uint64_t record, line;
} reader;

static jb_status read_bytes(void *self, void *to, size_t room, size_t *got)
{
    reader *r = self;
    if (r->src->env.host->cancelled(r->ctx))
        return JB_E_CANCELLED;
    return jb_file_read(&r->src->env, r->ctx, r->file, r->fd, to, room, got);
}

static void reader_close(void *self)
{
    reader *r = self;
    jb_json_close(r->json);
    if (r->fd >= 0)
        close(r->fd);
    free(r);
}

static jb_status reader_open(const json_source *src, jb_ctx *ctx, const jb_file *file, reader **out)
{
    reader *r = calloc(1, sizeof *r);
    jb_json_input in;
    jb_status st;
    if (r == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    r->src = src;
    r->ctx = ctx;
    r->file = file;
    st = jb_file_open(&src->env, ctx, file, &r->fd);
    in.self = r;
    in.read = read_bytes;
    if (st == JB_OK) {
        r->json = jb_json_open(&in, src->rows);
        st = r->json != NULL ? JB_OK : jb_grid_no_memory(&src->env, ctx);
    }
    if (st != JB_OK) {
        reader_close(r);
        return st;
    }
    *out = r;
    return JB_OK;
}

static jb_status next_record(reader *r, const jb_json_row **row, int *more)
{
    int got = jb_json_next(r->json, row);
    *more = got > 0;
    if (got < 0)
        return jb_json_report(r->json, &r->src->env, r->ctx, r->file->path, "rows");
    if (got > 0) {
        r->record = (*row)->record;
        r->line = (*row)->line;
    }
    return JB_OK;
}

static void reader_place(void *self, uint32_t column, jb_fault *f)
{
    const reader *r = self;
    f->file = r->file->path;
    f->line = r->line;
    f->row = r->record;
    f->column = column < r->src->columns.n ? r->src->columns.names[column] : NULL;
}

static jb_status reader_next(void *self, jb_ctx *ctx, jb_value *out, int *more)
{
    reader *r = self;
    const jb_json_row *row = NULL;
    for (;;) {
        jb_fault at;
        jb_status st = next_record(r, &row, more);
        if (st != JB_OK || !*more)
            return st;
        if (row->odd == NULL)
            break;
        memset(&at, 0, sizeof at);
        reader_place(r, UINT32_MAX, &at);
        if (jb_grid_refuse(&r->src->env, ctx, row->odd, &at, row->arg1, row->arg2) == JB_ROW_STOP)
            return JB_E_DATA;
    }
    jb_json_spread(&r->src->columns, row, out);
    return JB_OK;
}

/* ---- columns and types ---- */

static jb_status look_at_file(jb_json_look *l, const json_source *src, const jb_file *file)
{
    const jb_json_row *row = NULL;
    reader *r = NULL;
    uint64_t n;
    int more = 1;
    jb_status st = reader_open(src, l->ctx, file, &r);
    for (n = 0; st == JB_OK && n < JB_GRID_LOOK; n++) {
        st = next_record(r, &row, &more);
        if (st != JB_OK || !more)
            break;
        st = jb_json_look_at(l, row);
    }
    if (r != NULL)
        reader_close(r);
    return st;
}

void json_forget(json_source *src)
{
    jb_files_free(&src->files);
    jb_json_columns_free(&src->columns);
    free(src->types);
    src->types = NULL;
    src->typed = 0;
}

jb_status json_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    json_source *src = self;
    jb_json_look l = {&src->env, ctx, scan, &src->columns, NULL, 0};
    uint64_t i;
    jb_status st;
    json_forget(src);
    st = jb_files_find(&src->env, ctx, src->path, &src->files);
    for (i = 0; st == JB_OK && i < src->files.n; i++)
        st = look_at_file(&l, src, &src->files.files[i]);
    if (st == JB_OK && src->columns.n == 0)
        st = jb_json_look_at_none(&l);
    if (st == JB_OK)
        st = jb_json_look_types(&l, &src->types);
    src->typed = st == JB_OK;
    jb_json_look_free(&l);
    if (st == JB_OK && jb_struct_schema((const char *const *)src->columns.names, src->types,
                                        src->columns.n, out) != 0)
        st = jb_grid_no_memory(&src->env, ctx);
    return st;
}

/* ---- parts, streams, version ---- */

jb_status json_parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    const json_source *src = self;
    (void)ctx;
    (void)scan;
    *n = src->files.n > 0 ? src->files.n : 1;
    return JB_OK;
}

jb_status json_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const json_source *src = self;
    jb_grid grid = {NULL, src->columns.n, reader_next, reader_place, reader_close};
    reader *r = NULL;
    jb_status st;
    if (!src->typed || scan->part >= src->files.n)
        return jb_fail_text(src->env.host, ctx, JB_E_INTERNAL, NULL,
                            "scan() needs schema() before it");
    st = reader_open(src, ctx, &src->files.files[scan->part], &r);
    if (st != JB_OK)
        return st;
    grid.self = r;
    return jb_grid_stream(&src->env, ctx, &grid, scan, (const char *const *)src->columns.names,
                          src->types, out);
}

jb_status json_version(jb_ctx *ctx, void *self, const char **out)
{
    json_source *src = self;
    jb_status st = JB_OK;
    if (src->files.n == 0)
        st = jb_files_find(&src->env, ctx, src->path, &src->files);
    if (st == JB_OK && src->files.version[0] == '\0')
        st = jb_files_hash(&src->env, ctx, &src->files);
    *out = src->files.version;
    return st;
}
