// SPDX-License-Identifier: Apache-2.0
/* The workbook: sheets, formats, cells. Every failure of the library is told once. */
#include "xlsxout.h"

#include <stdio.h>
#include <strings.h>

jb_status xo_fail(xo_book *b, const char *code, const char *a1, const char *a2)
{
    if (b->status == JB_OK)
        b->status = jb_fail_code(b->host, b->ctx, JB_E_RENDER, code, NULL, a1, a2, NULL);
    return b->status;
}

static void checked(xo_book *b, lxw_error error)
{
    if (error != LXW_NO_ERROR)
        xo_fail(b, "E0990", lxw_strerror(error), NULL);
}

/* ---- formats ---- */

static void dress(lxw_format *f, int look)
{
    int base = look & 15;
    format_set_font_name(f, base == XO_HEAD || base == XO_TITLE ? "黑体" : "宋体");
    format_set_font_size(f, base == XO_TITLE ? 14 : base == XO_SMALL ? 9 : 11);
    format_set_font_charset(f, 134);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if ((look & 48) == XO_CENTER)
        format_set_align(f, LXW_ALIGN_CENTER);
    else if ((look & 48) == XO_RIGHT)
        format_set_align(f, LXW_ALIGN_RIGHT);
    if (base == XO_HEAD) {
        format_set_bg_color(f, 0xDDEBF7);
        format_set_text_wrap(f);
    }
    if (base == XO_HEAD || base == XO_PLAIN || base == XO_TOTAL) {
        format_set_border(f, LXW_BORDER_THIN);
        format_set_border_color(f, 0xBFBFBF);
    }
    if (base == XO_TOTAL)
        format_set_bold(f);
}

static lxw_format *format_of(xo_book *b, int look, const char *number)
{
    size_t i;
    for (i = 0; i < b->n_formats; i++)
        if (b->formats[i].look == look && strcmp(b->formats[i].number, number) == 0)
            return b->formats[i].format;
    if (b->n_formats == b->cap_formats) {
        size_t cap = b->cap_formats > 0 ? 2 * b->cap_formats : 16;
        xo_format *p = realloc(b->formats, cap * sizeof *p);
        if (p == NULL)
            return NULL;
        b->formats = p;
        b->cap_formats = cap;
    }
    b->formats[i].look = look;
    snprintf(b->formats[i].number, XO_LABEL, "%s", number);
    b->formats[i].format = workbook_add_format(b->book);
    if (b->formats[i].format == NULL)
        return NULL;
    dress(b->formats[i].format, look);
    if (number[0] != '\0')
        format_set_num_format(b->formats[i].format, number);
    b->n_formats++;
    return b->formats[i].format;
}

/* ---- sheets ---- */

static int is_taken(const xo_book *b, const char *name)
{
    const lxw_worksheet *s;
    STAILQ_FOREACH(s, b->book->worksheets, list_pointers)
    if (strcasecmp(s->name, name) == 0)
        return 1;
    return 0;
}

/* At most 27 characters, none that Excel refuses in a name; "" becomes 表. */
static void fit_name(const char *name, char *out, size_t room)
{
    size_t n = 0, chars = 0;
    while (*name != '\0' && chars < 27) {
        size_t len = 1;
        while (((unsigned char)name[len] & 0xc0u) == 0x80u)
            len++;
        if (n + len + 1 > room)
            break;
        if ((unsigned char)*name < 0x20 || strchr("[]:*?/\\'", *name) != NULL)
            out[n++] = ' ';
        else
            memcpy(out + n, name, len), n += len;
        name += len;
        chars += len == 4 ? 2 : 1;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    if (n == 0 || strcasecmp(out, "history") == 0)
        snprintf(out, room, "表");
}

void xo_sheet(xo_book *b, const char *name, uint32_t columns)
{
    char base[120], full[140];
    unsigned k;
    if (b->status != JB_OK)
        return;
    fit_name(name, base, sizeof base);
    snprintf(full, sizeof full, "%s", base);
    for (k = 2; is_taken(b, full) && k < 1000; k++)
        snprintf(full, sizeof full, "%s~%u", base, k);
    if (columns > XO_COLUMNS_MAX) {
        xo_fail(b, "E0992", name, NULL);
        return;
    }
    b->sheet = workbook_add_worksheet(b->book, full);
    b->widths = calloc(columns + 1, sizeof *b->widths);
    b->n_columns = columns;
    if (b->sheet == NULL || b->widths == NULL) {
        xo_fail(b, "E0990", lxw_strerror(LXW_ERROR_MEMORY_MALLOC_FAILED), NULL);
        return;
    }
    worksheet_set_paper(b->sheet, 9);
    worksheet_set_landscape(b->sheet);
    worksheet_fit_to_pages(b->sheet, 1, 0);
}

void xo_end_sheet(xo_book *b)
{
    uint32_t c;
    for (c = 0; b->status == JB_OK && c < b->n_columns; c++) {
        double w = b->widths[c] < 8 ? 8 : b->widths[c] > 60 ? 60 : b->widths[c];
        checked(b, worksheet_set_column(b->sheet, (lxw_col_t)c, (lxw_col_t)c, w + 2, NULL));
    }
    free(b->widths);
    b->widths = NULL;
    b->n_columns = 0;
}

static void widen(xo_book *b, uint32_t column, int look, const char *text)
{
    size_t w = xo_width(text);
    if ((look & 15) != XO_TITLE && (look & 15) != XO_SMALL && column < b->n_columns &&
        w > b->widths[column])
        b->widths[column] = (uint16_t)(w > 200 ? 200 : w);
}

static int has_room(xo_book *b, uint32_t row, const char *text)
{
    char number[24];
    if (b->status != JB_OK)
        return 0;
    if (row >= XO_ROWS_MAX)
        return xo_fail(b, "E0993", b->sheet->name, NULL), 0;
    if (strlen(text) > XO_TEXT_MAX && lxw_utf8_strlen(text) > XO_TEXT_MAX) {
        snprintf(number, sizeof number, "%u", (unsigned)row + 1);
        return xo_fail(b, "E0991", b->sheet->name, number), 0;
    }
    return 1;
}

void xo_text(xo_book *b, uint32_t row, uint32_t column, int look, const char *text)
{
    lxw_format *f;
    if (!has_room(b, row, text))
        return;
    f = format_of(b, look, "");
    widen(b, column, look, text);
    if (f == NULL)
        xo_fail(b, "E0990", lxw_strerror(LXW_ERROR_MEMORY_MALLOC_FAILED), NULL);
    else if (text[0] == '\0')
        checked(b, worksheet_write_blank(b->sheet, row, (lxw_col_t)column, f));
    else
        checked(b, worksheet_write_string(b->sheet, row, (lxw_col_t)column, text, f));
}

void xo_value(xo_book *b, uint32_t row, uint32_t column, int look, const char *text,
              const xo_number *number)
{
    lxw_format *f;
    if (!has_room(b, row, text))
        return;
    f = format_of(b, look, number->format);
    widen(b, column, look, text);
    if (f == NULL)
        xo_fail(b, "E0990", lxw_strerror(LXW_ERROR_MEMORY_MALLOC_FAILED), NULL);
    else
        checked(b, worksheet_write_number(b->sheet, row, (lxw_col_t)column, number->value, f));
}

/* ---- the book ---- */

/* Seconds since 1970 of 2022-08-19; 1980-01-01 for a report without a date: never the clock. */
static time_t day_of(const char *date)
{
    int y, m, d;
    long days;
    char end;
    if (date == NULL || sscanf(date, "%4d-%2d-%2d%c", &y, &m, &d, &end) != 3) {
        y = 1980;
        m = d = 1;
    }
    y -= m <= 2;
    days = 365L * y + y / 4 - y / 100 + y / 400 + (153L * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    return (time_t)(days - 719468) * 86400;
}

static char *words(const jb_doc_api *doc, const jb_node *root, const char *attr)
{
    return (char *)(uintptr_t)doc->attr(root, attr); /* the library copies it */
}

int xo_open(xo_book *b, const char *file)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    lxw_doc_properties p;
    b->book = workbook_new_opt(file, &options);
    if (b->book == NULL)
        return 0;
    memset(&p, 0, sizeof p);
    p.title = words(b->doc, b->root, "title");
    p.author = words(b->doc, b->root, "issuer");
    p.company = p.author;
    p.comments = words(b->doc, b->root, "generator");
    p.created = day_of(b->doc->attr(b->root, "date"));
    checked(b, workbook_set_properties(b->book, &p));
    return 1;
}
