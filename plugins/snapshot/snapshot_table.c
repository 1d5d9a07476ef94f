// SPDX-License-Identifier: Apache-2.0
/* The issue as a table: one figure with its keys and fields, or all of them, a value a row. */
#include "snapshot.h"

#include <inttypes.h>
#include <stdio.h>

/* A jb_grid over the cells in memory. */
typedef struct reader {
    const snap_source *src;
    uint64_t row;
} reader;

static jb_status reader_next(void *self, jb_ctx *ctx, jb_value *out, int *more)
{
    reader *r = self;
    const snap_source *src = r->src;
    uint64_t n_rows = src->table != NULL ? src->table->n_rows : src->n_rows;
    const char *const *cells =
        (const char *const *)(src->table != NULL ? src->table->cells : src->cells);
    uint32_t c;
    (void)ctx;
    *more = r->row < n_rows;
    for (c = 0; *more && c < src->n_columns; c++) {
        const char *s = cells[r->row * src->n_columns + c];
        out[c] = (jb_value){s == NULL ? JB_V_NULL : JB_V_TEXT, s == NULL ? "" : s,
                            s == NULL ? 0 : strlen(s)};
    }
    r->row += *more != 0;
    return JB_OK;
}

static void reader_place(void *self, uint32_t column, jb_fault *f)
{
    const reader *r = self;
    f->file = r->src->file->path;
    f->row = r->row;
    f->column = column < r->src->n_columns ? r->src->columns[column] : NULL;
}

/* ---- columns ---- */

static jb_status one_figure(snap_source *src, jb_ctx *ctx)
{
    const snap_figure *f = snap_find(&src->issue, src->figure);
    char names[400] = "";
    size_t n = 0;
    uint64_t i;
    uint32_t c;
    if (f == NULL) {
        for (i = 0; i < src->issue.n && n + strlen(src->issue.figures[i].name) + 8 < sizeof names;
             i++)
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i > 0 ? "、" : "",
                                  src->issue.figures[i].name);
        return snap_fail(src, ctx, "E1233", src->file->path, src->figure, names);
    }
    src->table = f;
    src->n_columns = f->n_names;
    for (c = 0; c < f->n_names; c++) {
        src->columns[c] = f->names[c];
        snap_type(f, c, &src->types[c]);
    }
    return JB_OK;
}

/* Key values joined by "/"; "" for a scalar's is NULL. */
static int joined_key(snap_source *src, const snap_figure *f, uint64_t row, const char **out)
{
    char key[1024];
    size_t n = 0;
    uint32_t k;
    *out = NULL;
    if (f->n_keys == 0)
        return 0;
    for (k = 0; k < f->n_keys; k++) {
        const char *s = f->cells[row * f->n_names + k];
        size_t len = s != NULL ? strlen(s) : 0;
        if (n + len + 2 > sizeof key)
            break;
        if (k > 0)
            key[n++] = '/';
        if (len > 0)
            memcpy(key + n, s, len);
        n += len;
    }
    *out = snap_text(&src->issue, key, n);
    return *out != NULL ? 0 : -1;
}

static jb_status all_figures(snap_source *src, jb_ctx *ctx)
{
    static const char *const names[] = {"figure", "unit", "key", "value"};
    jb_guess g;
    uint64_t i, row, at = 0;
    uint32_t c;
    for (i = 0; i < src->issue.n; i++)
        src->n_rows += src->issue.figures[i].n_rows;
    src->cells = calloc((size_t)src->n_rows * 4 + 1, sizeof *src->cells);
    if (src->cells == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    jb_guess_init(&g);
    for (i = 0; i < src->issue.n; i++) {
        const snap_figure *f = &src->issue.figures[i];
        for (row = 0; row < f->n_rows; row++, at += 4) {
            const char *s = f->cells[row * f->n_names + f->n_keys];
            jb_value v = {s == NULL ? JB_V_NULL : JB_V_TEXT, s, s == NULL ? 0 : strlen(s)};
            src->cells[at] = f->name;
            src->cells[at + 1] = f->unit;
            src->cells[at + 3] = s;
            if (joined_key(src, f, row, &src->cells[at + 2]) != 0)
                return jb_grid_no_memory(&src->env, ctx);
            jb_guess_look(&g, &v, 1);
        }
    }
    src->n_columns = 4;
    for (c = 0; c < 4; c++) {
        src->columns[c] = names[c];
        jb_type_make('u', 0, 0, &src->types[c]);
    }
    jb_guess_conclude(&g, &src->types[3]);
    return JB_OK;
}

/* The unit as metadata of the column: one pair, as the Arrow C data interface writes it. */
static int set_unit(struct ArrowSchema *s, const char *unit)
{
    size_t nf = strlen(s->format) + 1, nn = strlen(s->name) + 1, nu = strlen(unit);
    size_t pad = (nf + nn + 7) & ~(size_t)7;
    char *block = malloc(pad + 12 + 4 + nu), *p;
    int32_t n = 1;
    if (block == NULL)
        return -1;
    memcpy(block, s->format, nf);
    memcpy(block + nf, s->name, nn);
    p = block + pad;
    memcpy(p, &n, 4);
    n = 4;
    memcpy(p + 4, &n, 4);
    memcpy(p + 8, "unit", 4);
    n = (int32_t)nu;
    memcpy(p + 12, &n, 4);
    memcpy(p + 16, unit, nu);
    free(
        s->private_data); /* format and name in one block; the release frees the new one likewise */
    s->format = block;
    s->name = block + nf;
    s->metadata = p;
    s->private_data = block;
    return 0;
}

jb_status snap_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    snap_source *src = self;
    jb_type declared[SNAP_NAMES_MAX];
    uint32_t c;
    jb_status st = src->chosen ? JB_OK : snap_choose(ctx, src, "");
    if (st != JB_OK)
        return st;
    free(src->cells);
    src->cells = NULL;
    src->table = NULL;
    src->n_rows = 0;
    st = src->figure != NULL ? one_figure(src, ctx) : all_figures(src, ctx);
    memset(declared, 0, sizeof declared);
    if (st == JB_OK)
        st = jb_grid_declare(&src->env, ctx, scan, src->columns, src->n_columns, declared);
    for (c = 0; st == JB_OK && c < src->n_columns; c++)
        if (declared[c].kind != '\0')
            src->types[c] = declared[c];
    if (st != JB_OK)
        return st;
    if (jb_struct_schema(src->columns, src->types, src->n_columns, out) != 0)
        return jb_grid_no_memory(&src->env, ctx);
    if (src->table != NULL && src->table->unit[0] != '\0' &&
        set_unit(out->children[src->table->n_keys], src->table->unit) != 0) {
        out->release(out);
        return jb_grid_no_memory(&src->env, ctx);
    }
    return JB_OK;
}

jb_status snap_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const snap_source *src = self;
    jb_grid grid = {NULL, src->n_columns, reader_next, reader_place, free};
    reader *r;
    if (!src->chosen || src->n_columns == 0)
        return jb_fail_text(src->env.host, ctx, JB_E_INTERNAL, NULL,
                            "scan() needs schema() before it");
    r = calloc(1, sizeof *r);
    if (r == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    r->src = src;
    grid.self = r;
    return jb_grid_stream(&src->env, ctx, &grid, scan, src->columns, src->types, out);
}

/* The issue by its day, and its bytes. */
jb_status snap_version(jb_ctx *ctx, void *self, const char **out)
{
    snap_source *src = self;
    jb_status st = src->chosen ? JB_OK : snap_choose(ctx, src, "");
    if (st == JB_OK && src->version[0] == '\0') {
        jb_files one = {.files = (jb_file *)(uintptr_t)src->file, .n = 1};
        st = jb_files_hash(&src->env, ctx, &one);
        snprintf(src->version, sizeof src->version, "%.10s %s",
                 src->issue.as_of[0] != '\0' ? src->issue.as_of : src->issue.date, one.version);
    }
    *out = src->version;
    return st;
}
