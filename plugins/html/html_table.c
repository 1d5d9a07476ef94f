// SPDX-License-Identifier: Apache-2.0
/* Tables: caption, head cells with their scope, a foot for totals. A table wider than the window
 * scrolls in a box of its own, never the page. */
#include "html.h"

#include <stdio.h>

enum { LEFT, RIGHT, CENTER, DECIMAL };

typedef struct grid {
    size_t n;
    int align[HTML_MAX_COLUMNS];
    size_t decimals[HTML_MAX_COLUMNS];
} grid;

static int align_of(const html *h, const jb_node *column)
{
    return html_attr_is(h, column, "align", "decimal")  ? DECIMAL
           : html_attr_is(h, column, "align", "right")  ? RIGHT
           : html_attr_is(h, column, "align", "center") ? CENTER
                                                        : LEFT;
}

static void read_columns(const html *h, const jb_node *table, grid *g)
{
    memset(g, 0, sizeof *g);
    for (const jb_node *n = h->doc->first(table); n != NULL; n = h->doc->next(n)) {
        const char *decimals = html_attr(h, n, "decimals");
        if (!html_is(h, n, "column") || g->n == HTML_MAX_COLUMNS)
            continue;
        g->align[g->n] = align_of(h, n);
        g->decimals[g->n] = decimals != NULL ? (size_t)strtoul(decimals, NULL, 10) % 40 : 0;
        g->n++;
    }
}

/* ---- cells ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Half digits that a number lacks behind its last one, so that the points stand in one line; -1: no
 * number. */
static int tail(const char *text, size_t decimals)
{
    const char *p = *text == '-' || *text == '+' ? text + 1 : text;
    size_t have = 0;
    if (!is_digit(*p))
        return -1;
    while (is_digit(*p) || (*p == ',' && is_digit(p[1])))
        p++;
    if (*p == '.')
        for (p++; is_digit(*p); p++)
            have++;
    if (have >= decimals)
        return 0;
    return (int)(2 * (decimals - have)) + (have == 0 ? 1 : 0);
}

static void open_decimal(html *h, const char *text, size_t decimals)
{
    char style[80];
    int missing = tail(text, decimals);
    if (missing < 0)
        html_raw(h, text[0] != '\0' ? "<td class=\"c\">" : "<td>");
    if (missing == 0)
        html_raw(h, "<td class=\"n\">");
    if (missing <= 0)
        return;
    (void)snprintf(style, sizeof style,
                   "<td class=\"n\" style=\"padding-right:calc(.7em + %d.%dch)\">", missing / 2,
                   missing % 2 * 5);
    html_raw(h, style);
}

static void body_cell(html *h, const jb_node *cell, const grid *g, size_t i)
{
    static const char *const opened[] = {"<td>", "<td class=\"n\">", "<td class=\"c\">"};
    int align = i < g->n ? g->align[i] : LEFT;
    int names_row = i == 0 && align == LEFT && h->doc->n_runs(cell) > 0;
    if (names_row)
        html_raw(h, "<th scope=\"row\">");
    else if (align == DECIMAL)
        open_decimal(h, h->doc->plain(cell), g->decimals[i]);
    else
        html_raw(h, opened[align]);
    html_runs(h, cell);
    if (h->doc->n_runs(cell) == 0 && html_attr_is(h, cell, "kind", "missing"))
        html_raw(h, "—");
    html_raw(h, names_row ? "</th>" : "</td>");
}

static void row(html *h, const jb_node *node, const grid *g, int head)
{
    size_t i = 0;
    html_raw(h, "<tr>");
    for (const jb_node *cell = h->doc->first(node); cell != NULL; cell = h->doc->next(cell), i++) {
        if (!head) {
            body_cell(h, cell, g, i);
            continue;
        }
        html_raw(h, "<th scope=\"col\">");
        html_runs(h, cell);
        html_raw(h, "</th>");
    }
    html_raw(h, "</tr>\n");
}

/* ---- the table ---- */

static void caption(html *h, const jb_node *node)
{
    const char *number = html_attr(h, node, "number");
    if (h->doc->n_runs(node) == 0)
        return;
    html_raw(h, "<caption>");
    html_text(h, number);
    if (number != NULL)
        html_raw(h, "　");
    html_runs(h, node);
    html_raw(h, "</caption>\n");
}

static int role_is(const html *h, const jb_node *node, const char *role)
{
    return html_is(h, node, "row") && html_attr_is(h, node, "role", role);
}

/* The first of the totals that end the table; NULL: it has none. A total with rows after it stays
 * among them. */
static const jb_node *foot_of(const html *h, const jb_node *table)
{
    const jb_node *foot = NULL;
    for (const jb_node *n = h->doc->first(table); n != NULL; n = h->doc->next(n)) {
        if (!html_is(h, n, "row"))
            continue;
        if (!role_is(h, n, "total"))
            foot = NULL;
        else if (foot == NULL)
            foot = n;
    }
    return foot;
}

static void rows(html *h, const jb_node *table, const grid *g)
{
    static const char *const opened[] = {"<thead>\n", "<tbody>\n", "<tfoot>\n"};
    static const char *const closed[] = {"</thead>\n", "</tbody>\n", "</tfoot>\n"};
    const jb_node *foot = foot_of(h, table);
    int part = -1;
    for (const jb_node *n = h->doc->first(table); n != NULL; n = h->doc->next(n)) {
        int now;
        if (!html_is(h, n, "row"))
            continue;
        now = part < 1 && role_is(h, n, "head") ? 0 : n == foot || part == 2 ? 2 : 1;
        if (now != part) {
            if (part >= 0)
                html_raw(h, closed[part]);
            html_raw(h, opened[now]);
        }
        part = now;
        row(h, n, g, now == 0);
    }
    if (part >= 0)
        html_raw(h, closed[part]);
}

void html_table(html *h, const jb_node *node)
{
    const char *source = html_attr(h, node, "source");
    grid g;
    read_columns(h, node, &g);
    html_raw(h, "<div class=\"scroll\"");
    html_id(h, node);
    html_raw(h, " tabindex=\"0\" role=\"group\" aria-label=\"表格\">\n<table>\n");
    caption(h, node);
    rows(h, node, &g);
    html_raw(h, "</table>\n</div>\n");
    if (source == NULL)
        return;
    html_raw(h, "<p class=\"small source\">");
    html_text(h, source);
    html_raw(h, "</p>\n");
}
