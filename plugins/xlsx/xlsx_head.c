// SPDX-License-Identifier: Apache-2.0
/* Headings of one or several rows. A heading merged over columns belongs to all of them when there
 * are rows below it to tell them apart: 总投资 over 计划 and 实际 gives 总投资/计划, 总投资/实际.
 */
#include "xlsx.h"

#include <stdio.h>

#define KEPT_ROWS_MAX 64u

typedef struct table {
    const xlsx_file *file;
    uint32_t low, high, head1; /* sheet rows kept; first row of the headings */
    uint32_t n;                /* columns */
    char **texts;              /* (high - low + 1) * n; NULL: empty */
} table;

static char **text_at(const table *t, uint32_t row, uint32_t col)
{
    return &t->texts[(size_t)(row - t->low) * t->n + (col - t->file->used.col1)];
}

/* Blanks cut at both ends, line breaks taken out. NULL: out of memory. */
static char *clean(const char *s, size_t n)
{
    char *out = malloc(n + 1);
    size_t i, k = 0;
    if (out == NULL)
        return NULL;
    jb_trim(&s, &n);
    for (i = 0; i < n; i++)
        if (s[i] != '\n' && s[i] != '\r')
            out[k++] = s[i];
    out[k] = '\0';
    return out;
}

static int touches_heads(const table *t, const xlsx_range *m)
{
    return m->row2 >= t->head1 && m->row1 <= t->high;
}

/* Rows to look at: those of the headings, and where a cell merged into them begins. */
static void find_rows(table *t)
{
    uint32_t i;
    t->low = t->head1;
    for (i = 0; i < t->file->n_merges; i++) {
        const xlsx_range *m = &t->file->merges[i];
        if (touches_heads(t, m) && m->row1 < t->low)
            t->low = m->row1;
    }
    if (t->high - t->low >= KEPT_ROWS_MAX)
        t->low = t->high - KEPT_ROWS_MAX + 1;
}

static jb_status keep_row(const xlsx_source *src, jb_ctx *ctx, const table *t, const xlsx_rows *r)
{
    uint32_t c;
    for (c = 0; c < t->n; c++) {
        const xlsx_cell *cell = &r->cells[c];
        char **to = text_at(t, r->row, t->file->used.col1 + c);
        if (cell->kind == JB_V_NULL || cell->kind == JB_V_UNKNOWN)
            continue;
        *to = clean(r->text + cell->at, cell->n);
        if (*to == NULL)
            return jb_grid_no_memory(&src->env, ctx);
    }
    return JB_OK;
}

static jb_status read_texts(const xlsx_source *src, jb_ctx *ctx, const table *t)
{
    xlsx_rows r;
    int more = 1;
    jb_status st = xlsx_rows_open(&r, src, ctx, t->file, t->file->used.col1, t->file->used.col2);
    while (st == JB_OK && more && r.row < t->high) {
        st = xlsx_rows_next(&r, &more);
        if (st == JB_OK && more && r.row >= t->low && r.row <= t->high)
            st = keep_row(src, ctx, t, &r);
    }
    xlsx_rows_close(&r);
    return st;
}

/* The text of a heading cell: its own, or that of the merger it belongs to. */
static const char *part_of(const table *t, uint32_t row, uint32_t col)
{
    const char *own = *text_at(t, row, col);
    uint32_t i;
    if (own != NULL)
        return own;
    for (i = 0; i < t->file->n_merges; i++) {
        const xlsx_range *m = &t->file->merges[i];
        if (row < m->row1 || row > m->row2 || col < m->col1 || col > m->col2)
            continue;
        if (m->row1 < t->low || m->col1 < t->file->used.col1 || m->col1 > t->file->used.col2)
            return NULL;
        if (t->head1 == t->high && col != m->col1) /* nothing below tells the columns apart */
            return NULL;
        return *text_at(t, m->row1, m->col1);
    }
    return NULL;
}

/* Parts from top to bottom joined by "/", a part that repeats the one above left out. */
static char *join(const table *t, uint32_t col)
{
    const char *last = NULL;
    char *out = NULL, *p;
    size_t n = 0;
    uint32_t row;
    for (row = t->head1; row <= t->high; row++) {
        const char *part = part_of(t, row, col);
        size_t len = part != NULL ? strlen(part) : 0;
        if (len == 0 || (last != NULL && strcmp(last, part) == 0))
            continue;
        p = realloc(out, n + len + 2);
        if (p == NULL)
            return free(out), NULL;
        out = p;
        if (n > 0)
            out[n++] = '/';
        memcpy(out + n, part, len + 1);
        n += len;
        last = part;
    }
    return out != NULL ? out : strdup("");
}

static jb_status make_heads(const xlsx_source *src, jb_ctx *ctx, const table *t, xlsx_file *f)
{
    char text[256];
    jb_fault at;
    uint32_t c;
    int any = 0;
    f->heads = calloc(t->n, sizeof *f->heads);
    if (f->heads == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    for (c = 0; c < t->n; c++) {
        f->heads[c] = join(t, f->used.col1 + c);
        if (f->heads[c] == NULL)
            return jb_grid_no_memory(&src->env, ctx);
        f->n_heads++;
        any |= f->heads[c][0] != '\0';
    }
    if (any)
        return JB_OK;
    xlsx_place(f, t->head1, 0, NULL, text, sizeof text, &at);
    at.key = "header";
    return jb_grid_fail(&src->env, ctx, JB_E_DATA, "E1044", &at, NULL, NULL);
}

jb_status xlsx_head_read(const xlsx_source *src, jb_ctx *ctx, xlsx_file *f)
{
    table t = {.file = f};
    char text[256], limit[16];
    jb_fault at;
    size_t i;
    jb_status st;
    t.head1 = f->used.row1 + src->head1 - 1;
    t.high = f->used.row1 + src->head2 - 1;
    f->data_row = t.high + 1;
    xlsx_place(f, t.head1, 0, NULL, text, sizeof text, &at);
    at.key = "header";
    if (t.high > f->used.row2 || f->used.col2 < f->used.col1)
        return jb_grid_fail(&src->env, ctx, JB_E_DATA, "E1044", &at, NULL, NULL);
    t.n = f->used.col2 - f->used.col1 + 1;
    snprintf(limit, sizeof limit, "%u", JB_GRID_COLUMNS_MAX);
    at.key = "range";
    if (t.n > JB_GRID_COLUMNS_MAX)
        return jb_grid_fail(&src->env, ctx, JB_E_DATA, "E1047", &at, limit, NULL);
    find_rows(&t);
    t.texts = calloc((size_t)(t.high - t.low + 1) * t.n, sizeof *t.texts);
    if (t.texts == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    st = read_texts(src, ctx, &t);
    if (st == JB_OK)
        st = make_heads(src, ctx, &t, f);
    for (i = 0; i < (size_t)(t.high - t.low + 1) * t.n; i++)
        free(t.texts[i]);
    free(t.texts);
    return st;
}

/* ---- several files ---- */

static int same_heads(const xlsx_file *a, const xlsx_file *b)
{
    uint32_t i;
    for (i = 0; a->n_heads == b->n_heads && i < a->n_heads; i++)
        if (strcmp(a->heads[i], b->heads[i]) != 0)
            return 0;
    return a->n_heads == b->n_heads;
}

static uint32_t count_head(const xlsx_file *f, const char *head, uint32_t *where)
{
    uint32_t i, n = 0;
    for (i = 0; i < f->n_heads; i++) {
        if (strcmp(f->heads[i], head) == 0) {
            *where = i;
            n++;
        }
    }
    return n;
}

static jb_status mismatch(const xlsx_source *src, jb_ctx *ctx, const xlsx_file *f, const char *code,
                          const char *head)
{
    char text[256];
    jb_fault at;
    xlsx_place(f, f->data_row - 1, 0, NULL, text, sizeof text, &at);
    return jb_grid_fail(&src->env, ctx, JB_E_DATA, code, &at, head, src->files[0].file->path);
}

/* Headings in another order are found by name, so every name must be there once in both. */
static jb_status match(const xlsx_source *src, jb_ctx *ctx, const xlsx_file *first, xlsx_file *f)
{
    uint32_t i, other = 0;
    for (i = 0; i < first->n_heads; i++) {
        const char *head = first->heads[i];
        uint32_t n = count_head(f, head, &f->column_of[i]);
        if (n == 0)
            return mismatch(src, ctx, f, "E0625", head);
        if (n > 1 || count_head(first, head, &other) > 1)
            return mismatch(src, ctx, f, "E0640", head);
    }
    for (i = 0; i < f->n_heads; i++)
        if (count_head(first, f->heads[i], &other) == 0)
            return mismatch(src, ctx, f, "E0626", f->heads[i]);
    return JB_OK;
}

jb_status xlsx_heads_match(xlsx_source *src, jb_ctx *ctx)
{
    const xlsx_file *first = &src->files[0];
    uint64_t k;
    uint32_t i;
    for (k = 0; k < src->n_files; k++) {
        xlsx_file *f = &src->files[k];
        jb_status st;
        f->column_of = calloc((size_t)first->n_heads + 1, sizeof *f->column_of);
        if (f->column_of == NULL)
            return jb_grid_no_memory(&src->env, ctx);
        if (same_heads(first, f)) {
            for (i = 0; i < first->n_heads; i++)
                f->column_of[i] = i;
            continue;
        }
        st = match(src, ctx, first, f);
        if (st != JB_OK)
            return st;
    }
    return JB_OK;
}
