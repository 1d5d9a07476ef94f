// SPDX-License-Identifier: Apache-2.0
#include "xlsx.h"

#include <stdio.h>

/* A merged cell that reaches the row at hand, with the value it was given. */
typedef struct spread {
    xlsx_range area;
    uint32_t kind;
    char *text;
    size_t n;
} spread;

/* One sheet being read; a jb_grid over it. */
typedef struct reader {
    xlsx_rows rows;
    const xlsx_source *src;
    const xlsx_file *file;
    uint32_t merge; /* next one to come */
    spread *open;
    uint32_t n_open, cap_open;
    uint64_t given;
    char place[256];
} reader;

static void reader_close(void *self)
{
    reader *r = self;
    uint32_t i;
    for (i = 0; i < r->n_open; i++)
        free(r->open[i].text);
    free(r->open);
    xlsx_rows_close(&r->rows);
    free(r);
}

static jb_status reader_open(const xlsx_source *src, jb_ctx *ctx, const xlsx_file *f, reader **out)
{
    reader *r = calloc(1, sizeof *r);
    jb_status st;
    if (r == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    r->src = src;
    r->file = f;
    st = xlsx_rows_open(&r->rows, src, ctx, f, f->used.col1, f->used.col2);
    if (st != JB_OK) {
        reader_close(r);
        return st;
    }
    *out = r;
    return JB_OK;
}

/* ---- merged cells ---- */

static int is_spread(const reader *r, uint32_t kind)
{
    if (r->src->merged == XLSX_MERGED_FIRST)
        return 0;
    return r->src->merged == XLSX_MERGED_ALL || kind == JB_V_TEXT || kind == JB_V_DATE;
}

static int open_spread(reader *r, const xlsx_range *m)
{
    const xlsx_cell *c;
    spread *s;
    if (m->col1 < r->rows.first || m->col1 > r->rows.last)
        return 0;
    c = &r->rows.cells[m->col1 - r->rows.first];
    if (c->kind == JB_V_NULL || !is_spread(r, c->kind))
        return 0;
    if (r->n_open == r->cap_open) {
        uint32_t cap = r->cap_open > 0 ? r->cap_open * 2 : 8;
        spread *p = realloc(r->open, cap * sizeof *p);
        if (p == NULL)
            return -1;
        r->open = p;
        r->cap_open = cap;
    }
    s = &r->open[r->n_open];
    s->area = *m;
    s->kind = c->kind;
    s->n = c->n;
    s->text = malloc(c->n + 1);
    if (s->text == NULL)
        return -1;
    memcpy(s->text, r->rows.text + c->at, c->n);
    r->n_open++;
    return 0;
}

/* Lets go of those above the row, and takes up those that begin in it. 0 or -1. */
static int move_spreads(reader *r)
{
    const xlsx_file *f = r->file;
    uint32_t i, kept = 0, row = r->rows.row;
    for (i = 0; i < r->n_open; i++) {
        if (r->open[i].area.row2 >= row)
            r->open[kept++] = r->open[i];
        else
            free(r->open[i].text);
    }
    r->n_open = kept;
    for (; r->merge < f->n_merges && f->merges[r->merge].row1 <= row; r->merge++)
        if (f->merges[r->merge].row1 == row && open_spread(r, &f->merges[r->merge]) != 0)
            return -1;
    return 0;
}

/* The value of an empty cell that belongs to a merged one. */
static void fill_cell(const reader *r, uint32_t col, jb_value *v)
{
    uint32_t i;
    for (i = 0; i < r->n_open; i++) {
        const spread *s = &r->open[i];
        if (col >= s->area.col1 && col <= s->area.col2) {
            *v = (jb_value){s->kind, s->text, s->n};
            return;
        }
    }
}

/* ---- rows ---- */

static jb_status reader_next(void *self, jb_ctx *ctx, jb_value *out, int *more)
{
    reader *r = self;
    const xlsx_file *f = r->file;
    uint32_t c, n = r->src->files[0].n_heads;
    do { /* rows without a value are no records */
        jb_status st = xlsx_rows_next(&r->rows, more);
        if (st != JB_OK || !*more)
            return st;
        if (r->rows.row > f->used.row2) {
            *more = 0;
            return JB_OK;
        }
        if (r->rows.row >= f->data_row && f->n_merges > 0 && move_spreads(r) != 0)
            return jb_grid_no_memory(&r->src->env, ctx);
    } while (r->rows.row < f->data_row || !r->rows.any);
    for (c = 0; c < n; c++) {
        const xlsx_cell *cell = &r->rows.cells[f->column_of[c]];
        out[c] = (jb_value){cell->kind, r->rows.text + cell->at, cell->n};
        if (cell->kind == JB_V_NULL && r->n_open > 0)
            fill_cell(r, f->used.col1 + f->column_of[c], &out[c]);
    }
    r->given++;
    return JB_OK;
}

static void reader_place(void *self, uint32_t column, jb_fault *f)
{
    reader *r = self;
    xlsx_place(r->file, r->rows.row, r->file->used.col1 + r->file->column_of[column],
               r->src->files[0].heads[column], r->place, sizeof r->place, f);
}

/* ---- opening ---- */

static void file_free(xlsx_file *f)
{
    uint32_t i;
    for (i = 0; i < f->n_heads; i++)
        free(f->heads[i]);
    free(f->heads);
    free(f->column_of);
    free(f->merges);
    free(f->dates);
    free(f->strings);
    xlsx_strings_free(&f->kept);
    free(f->part);
    free(f->sheet);
}

void xlsx_forget(xlsx_source *src)
{
    uint64_t i;
    for (i = 0; i < src->n_files; i++)
        file_free(&src->files[i]);
    free(src->files);
    free(src->types);
    jb_files_free(&src->found);
    src->files = NULL;
    src->types = NULL;
    src->n_files = 0;
    src->kept_bytes = 0;
    src->typed = 0;
}

/* Shared texts are read once when they are few; else every reader reads them anew. */
static jb_status keep_strings(xlsx_source *src, const xlsx_zip *z, xlsx_file *f)
{
    uint64_t bytes;
    jb_status st;
    if (f->strings == NULL)
        return JB_OK;
    st = xlsx_strings_read(z, f->strings, &f->kept);
    bytes = f->kept.cap_bytes + f->kept.cap * sizeof *f->kept.ends;
    f->is_kept = st == JB_OK && src->kept_bytes + bytes <= XLSX_KEPT_MAX;
    if (f->is_kept)
        src->kept_bytes += bytes;
    else
        xlsx_strings_free(&f->kept);
    return st;
}

static jb_status look_at(xlsx_source *src, jb_ctx *ctx, xlsx_file *f)
{
    xlsx_zip z;
    jb_status st = xlsx_zip_open(src, ctx, f->file, &z);
    if (st != JB_OK)
        return st;
    st = xlsx_book_read(src, &z, f);
    if (st == JB_OK)
        st = keep_strings(src, &z, f);
    if (st == JB_OK)
        st = xlsx_survey(src, &z, f);
    xlsx_zip_close(&z);
    return st == JB_OK ? xlsx_head_read(src, ctx, f) : st;
}

static jb_status open_all(xlsx_source *src, jb_ctx *ctx)
{
    jb_status st;
    uint64_t i;
    xlsx_forget(src);
    st = jb_files_find(&src->env, ctx, src->path, &src->found);
    if (st != JB_OK)
        return st;
    src->files = calloc((size_t)src->found.n, sizeof *src->files);
    if (src->files == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    for (i = 0; st == JB_OK && i < src->found.n; i++) {
        src->files[i].file = &src->found.files[i];
        src->n_files++;
        st = look_at(src, ctx, &src->files[i]);
    }
    return st == JB_OK ? xlsx_heads_match(src, ctx) : st;
}

/* Types from the first file that has a row. */
static jb_status infer(xlsx_source *src, jb_ctx *ctx, const jb_scan *scan, const jb_type *declared)
{
    jb_grid grid = {NULL, src->files[0].n_heads, reader_next, reader_place, reader_close};
    jb_status st = JB_OK;
    uint64_t i, given = 0;
    for (i = 0; st == JB_OK && given == 0 && i < src->n_files; i++) {
        reader *r = NULL;
        st = reader_open(src, ctx, &src->files[i], &r);
        if (st != JB_OK)
            break;
        grid.self = r;
        st = jb_grid_infer(&src->env, ctx, &grid, scan, JB_GRID_LOOK, declared, src->types);
        given = r->given;
        reader_close(r);
    }
    return st;
}

jb_status xlsx_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    xlsx_source *src = self;
    const char *const *names;
    jb_type *declared;
    uint32_t n;
    jb_status st = open_all(src, ctx);
    if (st != JB_OK)
        return st;
    n = src->files[0].n_heads;
    names = (const char *const *)src->files[0].heads;
    declared = calloc((size_t)n + 1, sizeof *declared);
    src->types = calloc((size_t)n + 1, sizeof *src->types);
    if (declared == NULL || src->types == NULL)
        st = jb_grid_no_memory(&src->env, ctx);
    if (st == JB_OK)
        st = jb_grid_declare(&src->env, ctx, scan, names, n, declared);
    if (st == JB_OK)
        st = infer(src, ctx, scan, declared);
    free(declared);
    src->typed = st == JB_OK;
    if (st == JB_OK && jb_struct_schema(names, src->types, n, out) != 0)
        st = jb_grid_no_memory(&src->env, ctx);
    return st;
}

/* ---- parts, streams, version ---- */

jb_status xlsx_parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    const xlsx_source *src = self;
    (void)ctx;
    (void)scan;
    *n = src->n_files > 0 ? src->n_files : 1;
    return JB_OK;
}

jb_status xlsx_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const xlsx_source *src = self;
    jb_grid grid = {NULL, 0, reader_next, reader_place, reader_close};
    reader *r = NULL;
    jb_status st;
    if (!src->typed || scan->part >= src->n_files)
        return jb_fail_text(src->env.host, ctx, JB_E_INTERNAL, NULL,
                            "scan() needs schema() before it");
    st = reader_open(src, ctx, &src->files[scan->part], &r);
    if (st != JB_OK)
        return st;
    grid.self = r;
    grid.n_columns = src->files[0].n_heads;
    return jb_grid_stream(&src->env, ctx, &grid, scan, (const char *const *)src->files[0].heads,
                          src->types, out);
}

jb_status xlsx_version(jb_ctx *ctx, void *self, const char **out)
{
    xlsx_source *src = self;
    jb_status st = JB_OK;
    if (src->found.n == 0)
        st = jb_files_find(&src->env, ctx, src->path, &src->found);
    if (st == JB_OK && src->found.version[0] == '\0')
        st = jb_files_hash(&src->env, ctx, &src->found);
    *out = src->found.version;
    return st;
}
