// SPDX-License-Identifier: Apache-2.0
/* Tables: widths from the words in them, numbers in line at the point, heads repeated on every
 * page. */
#include "docx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 63, PAD = 70, LEAST = 400 }; /* 63 columns is what Word takes; twips */

typedef struct column {
    const jb_node *node;
    long natural, width; /* thousandths of the type size; twips */
    long whole, part;    /* decimal: widths before the point, and from it on */
    int decimal;
    size_t decimals;
} column;

typedef struct grid {
    column c[MAX_COLUMNS];
    size_t n;
    long half_points; /* type size */
} grid;

static int align_is(const docx *d, const jb_node *of, const char *align)
{
    const char *a = of != NULL ? docx_attr(d, of, "align") : NULL;
    return a != NULL && strcmp(a, align) == 0;
}

static int role_is(const docx *d, const jb_node *row, const char *role)
{
    const char *is = docx_attr(d, row, "role");
    return is != NULL && strcmp(is, role) == 0;
}

static const char *cell_text(const docx *d, const jb_node *cell)
{
    const char *kind = docx_attr(d, cell, "kind");
    if (d->doc->n_runs(cell) == 0 && kind != NULL && strcmp(kind, "missing") == 0)
        return "—";
    return d->doc->plain(cell);
}

/* Widths of a number before its point and from there on; 0: the text is no number. */
static int split(const char *text, size_t decimals, long *whole, long *part)
{
    const char *p = text;
    size_t fraction = 0;
    *whole = 0;
    if (*p == '-')
        p++;
    if (*p < '0' || *p > '9')
        return 0;
    while ((*p >= '0' && *p <= '9') || *p == ',')
        p++;
    *whole = (long)(p - text) * 500;
    if (*p == '.')
        while (p[1 + fraction] >= '0' && p[1 + fraction] <= '9')
            fraction++;
    if (fraction > 0)
        p += 1 + fraction;
    /* where digits are missing the room of theirs is kept: a point is a quarter em wide */
    if (fraction < decimals)
        fraction = decimals;
    *part = (fraction > 0 ? 250 + (long)fraction * 500 : 0) + docx_width(p);
    return 1;
}

static size_t number_attr(const docx *d, const jb_node *node, const char *name)
{
    const char *text = docx_attr(d, node, name);
    return text != NULL ? (size_t)strtoul(text, NULL, 10) % 64 : 0;
}

/* 0: more columns than a table of Word can have. */
static int measure(const docx *d, const jb_node *table, grid *g)
{
    const jb_node *n, *cell;
    size_t i;
    memset(g, 0, sizeof *g);
    for (n = d->doc->first(table); n != NULL; n = d->doc->next(n)) {
        if (docx_is(d, n, "column")) {
            if (g->n == MAX_COLUMNS)
                return 0;
            g->c[g->n].node = n;
            g->c[g->n].decimal = align_is(d, n, "decimal");
            g->c[g->n++].decimals = number_attr(d, n, "decimals");
        }
    }
    for (n = d->doc->first(table); n != NULL; n = d->doc->next(n)) {
        if (!docx_is(d, n, "row"))
            continue;
        for (i = 0, cell = d->doc->first(n); cell != NULL; cell = d->doc->next(cell), i++) {
            const char *text = cell_text(d, cell);
            long w = docx_width(text), whole, part;
            if (i == MAX_COLUMNS)
                return 0;
            if (i == g->n)
                g->n++; /* a row longer than its table says: nothing is lost */
            if (g->c[i].decimal && !role_is(d, n, "head") &&
                split(text, g->c[i].decimals, &whole, &part)) {
                g->c[i].whole = whole > g->c[i].whole ? whole : g->c[i].whole;
                g->c[i].part = part > g->c[i].part ? part : g->c[i].part;
                w = g->c[i].whole + g->c[i].part;
            }
            g->c[i].natural = w > g->c[i].natural ? w : g->c[i].natural;
        }
    }
    return g->n > 0;
}

/* Twips of a width in thousandths of the size. */
static long twips(const grid *g, long thousandths)
{
    return thousandths * g->half_points / 100;
}

static long total(const grid *g)
{
    long sum = 0;
    size_t i;
    for (i = 0; i < g->n; i++)
        sum += twips(g, g->c[i].natural) + 2 * PAD;
    return sum;
}

/* The size is 五号, smaller down to 小六 when that makes the words fit; what room is left over or
 * wanting is shared by the columns' own widths. */
static void fit(grid *g, long measure_width)
{
    static const long sizes[] = {21, 18, 15, 13};
    long sum, given = 0;
    size_t i, s = 0;
    g->half_points = sizes[0];
    while (total(g) > measure_width && s + 1 < sizeof sizes / sizeof sizes[0])
        g->half_points = sizes[++s];
    sum = total(g);
    for (i = 0; i < g->n; i++) {
        long own = twips(g, g->c[i].natural) + 2 * PAD;
        if (own > sum - 1 && sum > 0)
            own = sum;
        g->c[i].width = (long)((double)own * (double)measure_width / (double)(sum > 0 ? sum : 1));
        if (g->c[i].width < LEAST && (long)g->n * LEAST < measure_width)
            g->c[i].width = LEAST;
        given += g->c[i].width;
    }
    for (i = 0; given > measure_width && i < g->n; i++) { /* paid for by the widest */
        size_t k, widest = 0;
        for (k = 1; k < g->n; k++)
            widest = g->c[k].width > g->c[widest].width ? k : widest;
        given -= g->c[widest].width;
        g->c[widest].width -= given + g->c[widest].width - measure_width;
        g->c[widest].width = g->c[widest].width < LEAST ? LEAST : g->c[widest].width;
        given += g->c[widest].width;
    }
    g->c[g->n - 1].width += given < measure_width ? measure_width - given : 0;
}

/* A number stands at the right, moved left by what its column leaves on both sides. */
static void number_cell(docx *d, const grid *g, const column *c, const char *style,
                        const char *text)
{
    char ppr[96];
    docx_buf b = {0};
    long whole, part, own, spare;
    split(text, c->decimals, &whole, &part);
    own = docx_width(text);
    {
        const char *dot = strchr(text, '.');
        own -= dot != NULL ? 250 : 0;
    }
    spare = (c->width - 2 * PAD - twips(g, c->whole + c->part)) / 2;
    spare = (spare > 0 ? spare : 0) + twips(g, whole + c->part - own);
    docx_fmt(&b, "<w:ind w:right=\"%ld\"/><w:jc w:val=\"right\"/>", spare > 0 ? spare : 0);
    if (b.failed || b.n >= sizeof ppr) {
        d->body.failed |= b.failed;
        ppr[0] = '\0';
    } else {
        memcpy(ppr, b.p, b.n + 1);
    }
    docx_drop(&b);
    docx_p(d, style, ppr);
}

/* The line below the head and the one above the totals; those around the table are its style's. */
static const char *lines_of(int head, int last_head, int first_total)
{
    if (head)
        return last_head ? "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"0\" "
                           "w:color=\"000000\"/></w:tcBorders>"
                         : "";
    return first_total ? "<w:tcBorders><w:top w:val=\"single\" w:sz=\"4\" w:space=\"0\" "
                         "w:color=\"000000\"/></w:tcBorders>"
                       : "";
}

static void cell(docx *d, const grid *g, size_t at, const jb_node *node, int head,
                 const char *lines)
{
    const column *c = &g->c[at];
    char style[32];
    const char *text = node != NULL ? cell_text(d, node) : "";
    long whole, part;
    snprintf(style, sizeof style, "JbTable%s%ld", head ? "Head" : "Text", g->half_points);
    docx_fmt(&d->body, "<w:tc><w:tcPr><w:tcW w:w=\"%ld\" w:type=\"dxa\"/>%s</w:tcPr>", c->width,
             lines);
    if (!head && c->decimal && split(text, c->decimals, &whole, &part))
        number_cell(d, g, c, style, text);
    else if (head || c->decimal || align_is(d, c->node, "center"))
        docx_p(d, style, "<w:jc w:val=\"center\"/>");
    else
        docx_p(d, style, align_is(d, c->node, "right") ? "<w:jc w:val=\"right\"/>" : "");
    if (node != NULL && d->doc->n_runs(node) > 0)
        docx_runs(d, node, NULL);
    else
        docx_words(d, NULL, text);
    docx_p_end(d);
    docx_raw(&d->body, "</w:tc>");
}

static const jb_node *next_row(const docx *d, const jb_node *node)
{
    do
        node = d->doc->next(node);
    while (node != NULL && !docx_is(d, node, "row"));
    return node;
}

/* after_body: the first row of the totals. */
static void row(docx *d, const grid *g, const jb_node *node, int head, int after_body)
{
    const jb_node *n = d->doc->first(node), *next = next_row(d, node);
    const char *lines = lines_of(head, next == NULL || !role_is(d, next, "head"), after_body);
    size_t i;
    docx_raw(&d->body, "<w:tr><w:trPr><w:cantSplit/>");
    docx_raw(&d->body, head ? "<w:tblHeader/>" : "");
    docx_raw(&d->body, "<w:jc w:val=\"center\"/></w:trPr>");
    for (i = 0; i < g->n; i++) {
        cell(d, g, i, n, head, lines);
        n = n != NULL ? d->doc->next(n) : NULL;
    }
    docx_raw(&d->body, "</w:tr>\n");
}

static void open_table(docx *d, const grid *g, const jb_node *node)
{
    const char *name = docx_attr(d, node, "name");
    long sum = 0;
    size_t i;
    for (i = 0; i < g->n; i++)
        sum += g->c[i].width;
    docx_raw(&d->body, "<w:tbl><w:tblPr><w:tblStyle w:val=\"JbTable\"/>");
    docx_fmt(&d->body, "<w:tblW w:w=\"%ld\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>", sum);
    docx_raw(&d->body, "<w:tblLayout w:type=\"fixed\"/>"
                       "<w:tblLook w:val=\"0420\" w:firstRow=\"1\" w:lastRow=\"0\" "
                       "w:firstColumn=\"0\" w:lastColumn=\"0\" w:noHBand=\"0\" w:noVBand=\"1\"/>");
    if (name != NULL) {
        docx_raw(&d->body, "<w:tblCaption w:val=\"");
        docx_esc(&d->body, name);
        docx_raw(&d->body, "\"/>");
    }
    docx_raw(&d->body, "</w:tblPr><w:tblGrid>");
    for (i = 0; i < g->n; i++)
        docx_fmt(&d->body, "<w:gridCol w:w=\"%ld\"/>", g->c[i].width);
    docx_raw(&d->body, "</w:tblGrid>\n");
}

/* A table Word cannot hold: one paragraph a row, cells apart by a full-width blank. */
static void as_text(docx *d, const jb_node *table)
{
    const jb_node *n, *c;
    for (n = d->doc->first(table); n != NULL; n = d->doc->next(n)) {
        if (!docx_is(d, n, "row"))
            continue;
        docx_p(d, "JbTableText21", "");
        for (c = d->doc->first(n); c != NULL; c = d->doc->next(c)) {
            docx_words(d, NULL, c != d->doc->first(n) ? "\u3000" : "");
            if (d->doc->n_runs(c) > 0)
                docx_runs(d, c, NULL);
            else
                docx_words(d, NULL, cell_text(d, c));
        }
        docx_p_end(d);
    }
}

void docx_table(docx *d, const jb_node *node)
{
    const char *source = docx_attr(d, node, "source"), *name = docx_attr(d, node, "name");
    const jb_node *n;
    grid g;
    int heads = 1, rows = 0, totals = 0, fits = measure(d, node, &g);
    if (!docx_caption(d, node, "JbTableCaption")) {
        docx_p(d, "JbGap", "");
        docx_bookmark(d, name);
        docx_p_end(d);
    }
    if (!fits) {
        docx_warn(d, "E0982", name != NULL ? name : "");
        as_text(d, node);
    } else {
        fit(&g, d->landscape ? DOCX_PAGE_H - DOCX_TOP - DOCX_BOTTOM : DOCX_MEASURE);
        for (n = d->doc->first(node); n != NULL; n = d->doc->next(n)) {
            if (!docx_is(d, n, "row"))
                continue;
            if (rows++ == 0)
                open_table(d, &g, node);
            heads = heads && role_is(d, n, "head");
            totals += role_is(d, n, "total");
            row(d, &g, n, heads, totals == 1 && role_is(d, n, "total"));
        }
        if (rows > 0)
            docx_raw(&d->body, "</w:tbl>\n");
    }
    d->keep_at = 0;
    if (source != NULL)
        docx_line(d, "JbSource", source);
    else
        docx_line(d, "JbGap", "");
}
