// SPDX-License-Identifier: Apache-2.0
#ifndef JB_XLSXOUT_H
#define JB_XLSXOUT_H

#include "jianbao/plugin_util.h"

#include <xlsxwriter.h>

enum {
    XO_ROWS_MAX = 1048576, /* what a sheet can have */
    XO_COLUMNS_MAX = 16384,
    XO_TEXT_MAX = 32767, /* characters of a cell */
    XO_LABEL = 64
};

/* How a number is shown: decimals, thousands' commas, the words behind it. */
typedef struct xo_number {
    double value;
    char format[XO_LABEL];
} xo_number;

typedef struct xo_format {
    char number[XO_LABEL]; /* "" none */
    int look;
    lxw_format *format;
} xo_format;

enum { XO_PLAIN, XO_HEAD, XO_TITLE, XO_TOTAL, XO_SMALL, XO_LOOKS };
enum { XO_LEFT = 0, XO_CENTER = 16, XO_RIGHT = 32 }; /* added to a look */

/* A workbook on its way; [main]. */
typedef struct xo_book {
    const jb_host *host;
    jb_ctx *ctx;
    const jb_doc_api *doc;
    const jb_text_api *text;
    const jb_figures_api *figures;
    const jb_node *root;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    uint16_t *widths; /* of the sheet's columns, in half-width characters */
    uint32_t n_columns;
    xo_format *formats;
    size_t n_formats, cap_formats;
    jb_status status; /* first failure, reported */
} xo_book;

/* 1: the text is a number that a binary double holds to the last digit: [+-]digits[.digits] with at
 * most 15 of them and none before that is a mere 0, and, if `suffix`, words without digits behind.
 */
int xo_parse(const char *text, int suffix, xo_number *out);

/* Half-width characters. */
size_t xo_width(const char *text);

/* Opens a workbook that is written to `file`. */
int xo_open(xo_book *b, const char *file);
/* A new sheet with `columns` columns; its name is made fit and unique. */
void xo_sheet(xo_book *b, const char *name, uint32_t columns);
/* Sets the widths of the sheet's columns by what has been written. */
void xo_end_sheet(xo_book *b);
/* One cell. Rows come in order: what is behind is written already. */
void xo_text(xo_book *b, uint32_t row, uint32_t column, int look, const char *text);
void xo_value(xo_book *b, uint32_t row, uint32_t column, int look, const char *text,
              const xo_number *number);
jb_status xo_fail(xo_book *b, const char *code, const char *a1, const char *a2);

void xo_figures(xo_book *b);
void xo_tables(xo_book *b, const jb_node *node);

#endif
