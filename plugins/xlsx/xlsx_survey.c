// SPDX-License-Identifier: Apache-2.0
/* One look at the whole sheet before it is read: merged cells stand behind the rows, and the used
 * range that a file declares may be wrong. Finds every damage before a figure is computed. */
#include "xlsx.h"

typedef struct survey {
    const xlsx_source *src;
    const xlsx_zip *zip;
    xlsx_file *file;
    uint32_t row, col, last_col, last_row, cap;
    int in_cell;
} survey;

static jb_status on_start(void *self, const char *name, const char **attrs)
{
    survey *s = self;
    xlsx_file *f = s->file;
    const char *ref;
    if (strcmp(name, "row") == 0) {
        ref = xlsx_attr(attrs, "r");
        s->row++;
        s->col = 0;
        if (ref != NULL)
            xlsx_number_parse(ref, &s->row);
        return JB_OK;
    }
    if (strcmp(name, "c") == 0) {
        uint32_t row;
        ref = xlsx_attr(attrs, "r");
        s->col++;
        if (ref != NULL)
            xlsx_cell_parse(ref, &s->col, &row);
        s->in_cell = 1;
        return JB_OK;
    }
    if (s->in_cell &&
        (strcmp(name, "v") == 0 || strcmp(name, "is") == 0 || strcmp(name, "f") == 0)) {
        if (s->col > s->last_col)
            s->last_col = s->col;
        s->last_row = s->row;
        return JB_OK;
    }
    if (strcmp(name, "mergeCell") != 0)
        return JB_OK;
    ref = xlsx_attr(attrs, "ref");
    if (f->n_merges == XLSX_MERGES_MAX)
        return xlsx_zip_fail(s->zip, "E1045", "mergeCells", NULL);
    if (f->n_merges == s->cap) {
        uint32_t cap = s->cap > 0 ? s->cap * 2 : 64;
        xlsx_range *p = realloc(f->merges, cap * sizeof *p);
        if (p == NULL)
            return jb_grid_no_memory(&s->src->env, s->zip->ctx);
        f->merges = p;
        s->cap = cap;
    }
    if (ref == NULL || xlsx_range_parse(ref, &f->merges[f->n_merges]) != 0 ||
        f->merges[f->n_merges].col1 == 0 || f->merges[f->n_merges].row1 == 0)
        return xlsx_zip_fail(s->zip, "E1045", ref != NULL ? ref : "mergeCell", NULL);
    if (f->merges[f->n_merges].col2 != 0 && f->merges[f->n_merges].row2 != 0)
        f->n_merges++; /* one cell alone is no merger */
    return JB_OK;
}

static jb_status on_end(void *self, const char *name)
{
    survey *s = self;
    if (strcmp(name, "c") == 0)
        s->in_cell = 0;
    return JB_OK;
}

static int by_place(const void *a, const void *b)
{
    const xlsx_range *x = a, *y = b;
    if (x->row1 != y->row1)
        return x->row1 < y->row1 ? -1 : 1;
    if (x->col1 != y->col1)
        return x->col1 < y->col1 ? -1 : 1;
    return x->row2 != y->row2 ? (x->row2 < y->row2 ? -1 : 1) : 0;
}

jb_status xlsx_survey(const xlsx_source *src, const xlsx_zip *z, xlsx_file *f)
{
    survey s = {.src = src, .zip = z, .file = f};
    xlsx_xml x = {.start = on_start, .end = on_end, .self = &s};
    jb_status st = xlsx_xml_all(&x, z, f->part, XLSX_SHEET_MAX);
    if (st != JB_OK)
        return st;
    if (f->n_merges > 0)
        qsort(f->merges, f->n_merges, sizeof *f->merges, by_place);
    f->used.row1 = src->range.row1 > 0 ? src->range.row1 : 1;
    f->used.col1 = src->range.col1 > 0 ? src->range.col1 : 1;
    f->used.row2 = src->range.row2 > 0 ? src->range.row2 : s.last_row;
    f->used.col2 = src->range.col2 > 0 ? src->range.col2 : s.last_col;
    return JB_OK;
}
