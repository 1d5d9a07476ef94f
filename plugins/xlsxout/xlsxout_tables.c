// SPDX-License-Identifier: Apache-2.0
/* One sheet a table of the document: its rows as printed, its numbers as numbers. */
#include "xlsxout.h"

#include <stdio.h>

static int attr_is(const xo_book *b, const jb_node *node, const char *name, const char *value)
{
    const char *a = b->doc->attr(node, name);
    return a != NULL && strcmp(a, value) == 0;
}

static int is(const xo_book *b, const jb_node *node, const char *kind)
{
    return strcmp(b->doc->kind(node), kind) == 0;
}

/* The widest row or the declared columns, whichever is more. */
static uint32_t columns_of(const xo_book *b, const jb_node *table)
{
    const jb_node *n, *cell;
    uint32_t declared = 0, most = 0, k;
    for (n = b->doc->first(table); n != NULL; n = b->doc->next(n)) {
        declared += is(b, n, "column") ? 1u : 0u;
        for (k = 0, cell = is(b, n, "row") ? b->doc->first(n) : NULL; cell != NULL;
             cell = b->doc->next(cell))
            k++;
        most = k > most ? k : most;
    }
    return most > declared ? most : declared;
}

/* A cell that prints a computed number; names and words that belong to a figure are no numbers. */
static int prints_number(const xo_book *b, const jb_node *cell)
{
    uint64_t i;
    for (i = 0; i < b->doc->n_runs(cell); i++) {
        const jb_run *run = b->doc->get_run(cell, i);
        if (run->kind == JB_RUN_FIGURE && run->style[0] == '\0')
            return 1;
    }
    return 0;
}

static int align_of(const xo_book *b, const jb_node *column)
{
    if (column == NULL)
        return XO_LEFT;
    return attr_is(b, column, "align", "center")    ? XO_CENTER
           : attr_is(b, column, "align", "right")   ? XO_RIGHT
           : attr_is(b, column, "align", "decimal") ? XO_RIGHT
                                                    : XO_LEFT;
}

static void cell(xo_book *b, uint32_t row, uint32_t column, int look, const jb_node *node)
{
    const char *text = b->doc->plain(node);
    xo_number number;
    if (b->doc->n_runs(node) == 0 && attr_is(b, node, "kind", "missing"))
        text = "—";
    if ((look & 15) != XO_HEAD && prints_number(b, node) && xo_parse(text, 1, &number))
        xo_value(b, row, column, (look & 15) | XO_RIGHT, text, &number);
    else
        xo_text(b, row, column, look, text);
}

static void one_row(xo_book *b, const jb_node *table, const jb_node *node, uint32_t row)
{
    int base = attr_is(b, node, "role", "head")    ? XO_HEAD
               : attr_is(b, node, "role", "total") ? XO_TOTAL
                                                   : XO_PLAIN;
    const jb_node *column = b->doc->first(table), *n;
    uint32_t c = 0;
    for (n = b->doc->first(node); n != NULL; n = b->doc->next(n), c++) {
        while (column != NULL && !is(b, column, "column"))
            column = b->doc->next(column);
        cell(b, row, c, base | (base == XO_HEAD ? XO_CENTER : align_of(b, column)), n);
        column = column != NULL ? b->doc->next(column) : NULL;
    }
    for (; c < b->n_columns; c++)
        xo_text(b, row, c, base, "");
}

static char *caption_of(const xo_book *b, const jb_node *table)
{
    const char *number = b->doc->attr(table, "number");
    size_t size = 8 + (number != NULL ? strlen(number) : 0);
    uint64_t i, n = b->doc->n_runs(table);
    char *text;
    for (i = 0; i < n; i++)
        size += strlen(b->doc->get_run(table, i)->text);
    text = calloc(size, 1);
    if (text == NULL)
        return NULL;
    size = 0;
    if (number != NULL) {
        snprintf(text, 8 + strlen(number), "%s%s", number, n > 0 ? "\u3000" : "");
        size = strlen(text);
    }
    for (i = 0; i < n; i++) {
        const jb_run *run = b->doc->get_run(table, i);
        const char *part = run->kind == JB_RUN_BREAK ? " " : run->text;
        memcpy(text + size, part, strlen(part));
        size += strlen(part);
    }
    return text;
}

static void table(xo_book *b, const jb_node *node)
{
    const char *name = b->doc->attr(node, "name"), *number = b->doc->attr(node, "number");
    const char *source = b->doc->attr(node, "source");
    char label[200], *caption = caption_of(b, node);
    const jb_node *n;
    uint32_t row = 0, heads = 0, columns = columns_of(b, node);
    snprintf(label, sizeof label, "%s%s%.*s", number != NULL ? number : "",
             number != NULL ? " " : "", 120, name != NULL ? name : "");
    xo_sheet(b, label, columns > 0 ? columns : 1);
    if (caption == NULL)
        xo_fail(b, "E0990", "malloc", NULL);
    else if (caption[0] != '\0')
        xo_text(b, row++, 0, XO_TITLE, caption);
    free(caption);
    for (n = b->doc->first(node); n != NULL && b->status == JB_OK; n = b->doc->next(n)) {
        if (!is(b, n, "row"))
            continue;
        one_row(b, node, n, row++);
        if (attr_is(b, n, "role", "head"))
            heads = row;
    }
    if (source != NULL)
        xo_text(b, row, 0, XO_SMALL, source);
    if (b->status == JB_OK && heads > 0) {
        worksheet_freeze_panes(b->sheet, heads, 1);
        worksheet_repeat_rows(b->sheet, 0, heads - 1);
    }
    xo_end_sheet(b);
}

void xo_tables(xo_book *b, const jb_node *node)
{
    for (; node != NULL && b->status == JB_OK; node = b->doc->next(node)) {
        if (is(b, node, "table"))
            table(b, node);
        else
            xo_tables(b, b->doc->first(node));
    }
}
