// SPDX-License-Identifier: Apache-2.0
/* Row after row of the sheet; the parser pauses behind each. */
#include "xlsx.h"

#include <stdio.h>

/* ---- places and texts ---- */

static jb_status damaged(xlsx_rows *r, const char *code, const char *arg)
{
    char text[256];
    jb_fault at;
    xlsx_place(r->file, r->row, r->col, NULL, text, sizeof text, &at);
    return jb_grid_fail(&r->src->env, r->ctx, JB_E_DATA, code, &at, arg, NULL);
}

static jb_status append(xlsx_rows *r, const char *s, size_t n)
{
    if (r->cap_text - r->n_text < n) {
        size_t cap = (r->n_text + n) * 2 + 1024;
        char *p;
        if (r->n_text + n > XLSX_ROW_MAX)
            return damaged(r, "E1048", "16 MiB");
        p = realloc(r->text, cap);
        if (p == NULL)
            return jb_grid_no_memory(&r->src->env, r->ctx);
        r->text = p;
        r->cap_text = cap;
    }
    if (n > 0)
        memcpy(r->text + r->n_text, s, n);
    r->n_text += n;
    return JB_OK;
}

static int is_kept(const xlsx_rows *r)
{
    return r->col >= r->first && r->col <= r->last;
}

/* ---- beginnings ---- */

static jb_status begin_row(xlsx_rows *r, const char **attrs)
{
    const char *ref = xlsx_attr(attrs, "r");
    uint32_t row = r->row + 1;
    if (ref != NULL && (xlsx_number_parse(ref, &row) != 0 || row <= r->row))
        return damaged(r, "E1045", ref);
    if (row > XLSX_ROWS_MAX)
        return damaged(r, "E1045", ref);
    r->row = row;
    r->col = 0;
    r->n_text = 0;
    r->any = 0;
    memset(r->cells, 0, (size_t)(r->last - r->first + 1) * sizeof *r->cells);
    return JB_OK;
}

static jb_status begin_cell(xlsx_rows *r, const char **attrs)
{
    const char *ref = xlsx_attr(attrs, "r"), *type = xlsx_attr(attrs, "t");
    const char *style = xlsx_attr(attrs, "s");
    uint32_t col = r->col + 1, row = r->row;
    if (ref != NULL && (xlsx_cell_parse(ref, &col, &row) != 0 || row != r->row || col <= r->col))
        return damaged(r, "E1045", ref);
    if (col > XLSX_COLUMNS_MAX || r->row == 0)
        return damaged(r, "E1045", ref != NULL ? ref : "c");
    r->col = col;
    r->type = type == NULL                     ? 'n'
              : strcmp(type, "s") == 0         ? 's'
              : strcmp(type, "str") == 0       ? 't'
              : strcmp(type, "inlineStr") == 0 ? 'i'
              : strcmp(type, "b") == 0         ? 'b'
              : strcmp(type, "e") == 0         ? 'e'
              : strcmp(type, "d") == 0         ? 'd'
                                               : 'n';
    r->style = 0;
    if (style != NULL)
        xlsx_number_parse(style, &r->style);
    r->value = r->n_text;
    r->has_formula = r->in_phonetic = r->in_value = r->in_text = 0;
    return JB_OK;
}

static jb_status on_start(void *self, const char *name, const char **attrs)
{
    xlsx_rows *r = self;
    if (strcmp(name, "c") == 0)
        return begin_cell(r, attrs);
    if (strcmp(name, "row") == 0)
        return begin_row(r, attrs);
    if (r->col == 0)
        return JB_OK;
    if (strcmp(name, "v") == 0)
        r->in_value = r->type != 'i';
    else if (strcmp(name, "f") == 0)
        r->has_formula = 1;
    else if (strcmp(name, "rPh") == 0)
        r->in_phonetic = 1;
    else if (strcmp(name, "t") == 0)
        r->in_text = r->type == 'i' && !r->in_phonetic;
    return JB_OK;
}

static jb_status on_text(void *self, const char *s, size_t n)
{
    xlsx_rows *r = self;
    return (r->in_value || r->in_text) && is_kept(r) ? append(r, s, n) : JB_OK;
}

/* ---- the end of a cell: what it means ---- */

static jb_status shared(xlsx_rows *r, xlsx_cell *c)
{
    char index[12];
    uint32_t k;
    uint64_t from;
    size_t n = r->n_text - r->value;
    if (n >= sizeof index)
        n = sizeof index - 1;
    memcpy(index, r->text + r->value, n);
    index[n] = '\0';
    if (xlsx_number_parse(index, &k) != 0 || k >= r->strings->n)
        return damaged(r, "E1046", index);
    from = k > 0 ? r->strings->ends[k - 1] : 0;
    r->n_text = r->value;
    c->kind = JB_V_TEXT;
    return append(r, r->strings->bytes + from, (size_t)(r->strings->ends[k] - from));
}

static jb_status number(xlsx_rows *r, xlsx_cell *c)
{
    char out[JB_PLAIN_MAX];
    const char *s = r->text + r->value;
    size_t n = r->n_text - r->value, len;
    int date = r->style < r->file->n_dates && r->file->dates[r->style];
    c->kind = JB_V_NUMBER;
    if (date && xlsx_date_text(s, n, r->file->is_1904, out, &len) == 0)
        c->kind = JB_V_DATE;
    else if (xlsx_number_text(s, n, out, &len) != 0)
        return JB_OK; /* as it stands: it will not fit a number, and is refused there */
    r->n_text = r->value;
    return append(r, out, len);
}

static jb_status boolean(xlsx_rows *r, xlsx_cell *c)
{
    int yes = r->text[r->value] == '1' || r->text[r->value] == 't';
    r->n_text = r->value;
    c->kind = JB_V_BOOL;
    return append(r, yes ? "TRUE" : "FALSE", yes ? 4 : 5);
}

/* t="d": an ISO date, perhaps with a time. */
static void iso_date(xlsx_rows *r, xlsx_cell *c)
{
    int32_t days;
    int compact;
    size_t n = r->n_text - r->value;
    if (n > 10 && (r->text[r->value + 10] == 'T' || r->text[r->value + 10] == ' '))
        n = 10;
    c->kind = JB_V_TEXT;
    if (jb_parse_date(r->text + r->value, n, &days, &compact) == JB_CELL_OK) {
        r->n_text = r->value + n;
        c->kind = JB_V_DATE;
    }
}

static jb_status end_cell(xlsx_rows *r)
{
    xlsx_cell *c;
    jb_status st = JB_OK;
    if (!is_kept(r))
        return JB_OK;
    c = &r->cells[r->col - r->first];
    c->at = r->value;
    if (r->n_text == r->value) {
        if (r->has_formula && r->type == 'n') /* written by a program that computes nothing */
            c->kind = JB_V_UNKNOWN;
        else if (r->src->keep_empty && (r->type == 'i' || r->type == 't'))
            c->kind = JB_V_TEXT;
        r->any |= c->kind != JB_V_NULL;
        return JB_OK;
    }
    switch (r->type) {
    case 's':
        st = shared(r, c);
        break;
    case 't':
    case 'i':
        c->kind = JB_V_TEXT;
        r->n_text = r->value + xlsx_unescape(r->text + r->value, r->n_text - r->value);
        break;
    case 'b':
        st = boolean(r, c);
        break;
    case 'e':
        c->kind = JB_V_ERROR;
        break;
    case 'd':
        iso_date(r, c);
        break;
    default:
        st = number(r, c);
    }
    c->n = r->n_text - r->value;
    /* "" is what a spreadsheet shows of an empty cell, and writes to CSV */
    if (c->n == 0 && !(r->src->keep_empty && c->kind == JB_V_TEXT))
        c->kind = JB_V_NULL;
    r->any |= c->kind != JB_V_NULL;
    return st;
}

static jb_status on_end(void *self, const char *name)
{
    xlsx_rows *r = self;
    jb_status st = JB_OK;
    if (strcmp(name, "c") == 0) {
        st = end_cell(r);
        r->in_value = r->in_text = r->in_phonetic = 0;
    } else if (strcmp(name, "row") == 0) {
        r->has_row = 1;
        r->col = 0;
        xlsx_xml_pause(&r->xml);
    } else if (strcmp(name, "v") == 0) {
        r->in_value = 0;
    } else if (strcmp(name, "t") == 0) {
        r->in_text = 0;
    } else if (strcmp(name, "rPh") == 0) {
        r->in_phonetic = 0;
    }
    return st;
}

/* ---- */

jb_status xlsx_rows_open(xlsx_rows *r, const xlsx_source *src, jb_ctx *ctx, const xlsx_file *f,
                         uint32_t first, uint32_t last)
{
    jb_status st;
    memset(r, 0, sizeof *r);
    r->src = src;
    r->file = f;
    r->ctx = ctx;
    r->first = first;
    r->last = last;
    r->cells = calloc((size_t)(last - first + 1), sizeof *r->cells);
    r->text = malloc(1024);
    r->cap_text = 1024;
    if (r->cells == NULL || r->text == NULL)
        return jb_grid_no_memory(&src->env, ctx);
    st = xlsx_zip_open(src, ctx, f->file, &r->zip);
    r->strings = f->is_kept ? &f->kept : &r->own;
    if (st == JB_OK && f->strings != NULL && !f->is_kept)
        st = xlsx_strings_read(&r->zip, f->strings, &r->own);
    if (st != JB_OK)
        return st;
    r->xml = (xlsx_xml){.start = on_start, .end = on_end, .text = on_text, .self = r};
    return xlsx_xml_open(&r->xml, &r->zip, f->part, XLSX_SHEET_MAX);
}

void xlsx_rows_close(xlsx_rows *r)
{
    xlsx_xml_close(&r->xml);
    xlsx_strings_free(&r->own);
    if (r->zip.zip != NULL)
        xlsx_zip_close(&r->zip);
    free(r->cells);
    free(r->text);
    r->cells = NULL;
    r->text = NULL;
}

jb_status xlsx_rows_next(xlsx_rows *r, int *more)
{
    jb_status st = JB_OK;
    r->has_row = 0;
    while (st == JB_OK && !r->has_row && !r->xml.ended)
        st = xlsx_xml_run(&r->xml);
    *more = r->has_row;
    return st;
}
