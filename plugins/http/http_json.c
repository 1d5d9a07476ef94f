// SPDX-License-Identifier: Apache-2.0
/* Records of the pages, one page after another, as if they were one list. */
#include "http.h"

#include "json/json_look.h"

#include <stdio.h>

typedef struct reader {
    const http_source *src;
    jb_ctx *ctx;
    size_t page, n_pages; /* the one being read; behind the last */
    uint64_t at, end;
    jb_json *json;
    uint64_t record, line;
} reader;

static jb_status read_bytes(void *self, void *to, size_t room, size_t *got)
{
    reader *r = self;
    uint64_t left = r->end - r->at;
    if (r->src->env.host->cancelled(r->ctx))
        return JB_E_CANCELLED;
    if (csv_pread(r->src->spool.fd, to, left < room ? (size_t)left : room, r->at, got) != 0)
        return http_fail(r->src, r->ctx, JB_E_DATA, "E1195", NULL, r->src->pages[r->page].place,
                         "pread", NULL);
    r->at += *got;
    return JB_OK;
}

static void reader_close(void *self)
{
    reader *r = self;
    jb_json_close(r->json);
    free(r);
}

static jb_status page_open(reader *r, uint64_t at, uint64_t size)
{
    jb_json_input in = {r, read_bytes};
    jb_json_close(r->json);
    r->at = at;
    r->end = at + size;
    r->json = jb_json_open(&in, r->src->rows);
    return r->json != NULL ? JB_OK : http_no_memory(r->src, r->ctx);
}

static jb_status reader_open(const http_source *src, jb_ctx *ctx, reader **out)
{
    reader *r = calloc(1, sizeof *r);
    jb_status st;
    if (r == NULL)
        return http_no_memory(src, ctx);
    r->src = src;
    r->ctx = ctx;
    r->n_pages = src->n_pages;
    st = page_open(r, src->pages[0].at, src->pages[0].size);
    if (st != JB_OK) {
        reader_close(r);
        return st;
    }
    *out = r;
    return JB_OK;
}

static jb_status next_record(reader *r, const jb_json_row **row, int *more)
{
    for (;;) {
        int got = jb_json_next(r->json, row);
        const http_page *next;
        jb_status st;
        *more = got > 0;
        if (got < 0)
            return jb_json_report(r->json, &r->src->env, r->ctx, r->src->pages[r->page].place,
                                  "rows");
        if (got > 0) {
            r->record++;
            r->line = (*row)->line;
            return JB_OK;
        }
        if (r->page + 1 >= r->n_pages)
            return JB_OK;
        next = &r->src->pages[++r->page];
        st = page_open(r, next->at, next->size);
        if (st != JB_OK)
            return st;
    }
}

jb_status http_json_count(const http_source *src, jb_ctx *ctx, uint64_t at, uint64_t size,
                          uint64_t *n)
{
    reader r = {.src = src, .ctx = ctx, .page = src->n_pages - 1, .n_pages = src->n_pages};
    const jb_json_row *row = NULL;
    int more = 1;
    jb_status st = page_open(&r, at, size);
    for (*n = 0; st == JB_OK && more; *n += (uint64_t)more)
        st = next_record(&r, &row, &more);
    jb_json_close(r.json);
    return st;
}

static void reader_place(void *self, uint32_t column, jb_fault *f)
{
    const reader *r = self;
    f->file = r->src->pages[r->page].place;
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

static jb_status look_at_rows(jb_json_look *l, const http_source *src)
{
    reader *r = NULL;
    const jb_json_row *row = NULL;
    uint64_t n;
    int more = 1;
    jb_status st = reader_open(src, l->ctx, &r);
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

jb_status http_json_schema(http_source *src, jb_ctx *ctx, const jb_scan *scan,
                           struct ArrowSchema *out)
{
    jb_json_look l = {&src->env, ctx, scan, &src->columns, NULL, 0};
    jb_type *types = NULL;
    jb_status st;
    jb_json_columns_free(&src->columns);
    memset(&src->columns, 0, sizeof src->columns);
    st = look_at_rows(&l, src);
    if (st == JB_OK && src->columns.n == 0)
        st = jb_json_look_at_none(&l);
    if (st == JB_OK)
        st = jb_json_look_types(&l, &types);
    jb_json_look_free(&l);
    free(src->types);
    src->types = types;
    src->typed = st == JB_OK;
    if (st == JB_OK && jb_struct_schema((const char *const *)src->columns.names, src->types,
                                        src->columns.n, out) != 0)
        st = http_no_memory(src, ctx);
    return st;
}

jb_status http_json_scan(const http_source *src, jb_ctx *ctx, const jb_scan *scan,
                         struct ArrowArrayStream *out)
{
    jb_grid grid = {NULL, src->columns.n, reader_next, reader_place, reader_close};
    reader *r = NULL;
    jb_status st = reader_open(src, ctx, &r);
    if (st != JB_OK)
        return st;
    grid.self = r;
    return jb_grid_stream(&src->env, ctx, &grid, scan, (const char *const *)src->columns.names,
                          src->types, out);
}
