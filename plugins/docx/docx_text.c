// SPDX-License-Identifier: Apache-2.0
/* Paragraphs and runs. */
#include "docx.h"

#include <stdlib.h>
#include <string.h>

const char *docx_attr(const docx *d, const jb_node *node, const char *name)
{
    const char *value = d->doc->attr(node, name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

int docx_is(const docx *d, const jb_node *node, const char *kind)
{
    return strcmp(d->doc->kind(node), kind) == 0;
}

void docx_p(docx *d, const char *style, const char *ppr)
{
    docx_fmt(&d->body, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>", style);
    d->keep_at = d->body.n;
    if (d->page_before)
        docx_raw(&d->body, "<w:pageBreakBefore/>");
    d->page_before = 0;
    /* Word's own default, written all the same, and not in the style: LibreOffice takes it for its
     * opposite, but only here. Without it LibreOffice hangs a mark into the margin even at the end
     * of a page, where it draws none. */
    if (strcmp(style, "JbBody") == 0)
        docx_raw(&d->body, "<w:overflowPunct w:val=\"1\"/>");
    docx_raw(&d->body, ppr);
    docx_raw(&d->body, "</w:pPr>");
}

void docx_p_end(docx *d)
{
    docx_raw(&d->body, "</w:p>\n");
}

/* The hint gives quotation marks, dashes and dots to the Chinese font, where Word is in doubt. */
static void open_run(docx *d, const char *style)
{
    docx_raw(&d->body, "<w:r><w:rPr>");
    if (style != NULL)
        docx_fmt(&d->body, "<w:rStyle w:val=\"%s\"/>", style);
    docx_raw(&d->body, "<w:rFonts w:hint=\"eastAsia\"/></w:rPr>");
}

void docx_words(docx *d, const char *style, const char *text)
{
    if (text[0] == '\0')
        return;
    open_run(d, style);
    docx_run_text(&d->body, text);
    docx_raw(&d->body, "</w:r>");
}

/* ---- bookmarks ---- */

/* Number of a name from 1; 0: no block has it. */
static size_t number_of(const docx *d, const char *name)
{
    size_t i;
    for (i = 0; i < d->n_names; i++)
        if (strcmp(d->names[i].name, name) == 0)
            return i + 1;
    return 0;
}

static void add_name(docx *d, const char *name)
{
    if (name == NULL || number_of(d, name) != 0)
        return;
    if (d->n_names == d->cap_names) {
        size_t cap = d->cap_names > 0 ? 2 * d->cap_names : 32;
        docx_name *p = realloc(d->names, cap * sizeof *p);
        if (p == NULL) {
            d->body.failed = 1;
            return;
        }
        d->names = p;
        d->cap_names = cap;
    }
    d->names[d->n_names].set = 0;
    d->names[d->n_names++].name = name;
}

static void collect(docx *d, const jb_node *node)
{
    for (; node != NULL; node = d->doc->next(node)) {
        const jb_node *first = d->doc->first(node);
        if (docx_is(d, node, "table") || docx_is(d, node, "chart")) {
            add_name(d, docx_attr(d, node, "name"));
        } else if (docx_is(d, node, "section")) {
            collect(d, first);
            if (first != NULL && docx_is(d, first, "heading"))
                add_name(d, docx_attr(d, node, "name"));
        }
    }
}

void docx_names(docx *d)
{
    collect(d, d->doc->first(d->root));
}

void docx_bookmark(docx *d, const char *name)
{
    size_t n = name != NULL ? number_of(d, name) : 0;
    if (n == 0 || d->names[n - 1].set)
        return;
    d->names[n - 1].set = 1;
    docx_fmt(&d->body,
             "<w:bookmarkStart w:id=\"%zu\" w:name=\"b%zu\"/><w:bookmarkEnd w:id=\"%zu\"/>", n, n,
             n);
}

/* ---- runs ---- */

static void reference(docx *d, const jb_run *run, const char *style)
{
    size_t n = number_of(d, run->target);
    if (n == 0) {
        docx_words(d, style, run->text);
        return;
    }
    docx_fmt(&d->body, "<w:hyperlink w:anchor=\"b%zu\" w:history=\"1\">", n);
    docx_words(d, style, run->text);
    docx_raw(&d->body, "</w:hyperlink>");
}

void docx_runs(docx *d, const jb_node *node, const char *style)
{
    uint64_t i, n = d->doc->n_runs(node);
    for (i = 0; i < n; i++) {
        const jb_run *run = d->doc->get_run(node, i);
        const char *text = run->text != NULL ? run->text : "";
        if (run->kind == JB_RUN_BREAK)
            docx_raw(&d->body, "<w:r><w:br/></w:r>");
        else if (run->kind == JB_RUN_FIGURE)
            docx_words(d, "JbFigure", text);
        else if (run->kind == JB_RUN_REF)
            reference(d, run, style);
        else if (style == NULL && strcmp(run->style, "strong") == 0)
            docx_words(d, "JbStrong", text);
        else if (style == NULL && strcmp(run->style, "lead") == 0)
            docx_words(d, "JbLead", text);
        else
            docx_words(d, style, text);
    }
}

void docx_line(docx *d, const char *style, const char *text)
{
    docx_p(d, style, "");
    docx_words(d, NULL, text);
    docx_p_end(d);
}

int docx_caption(docx *d, const jb_node *node, const char *style)
{
    const char *number = docx_attr(d, node, "number");
    if (number == NULL && d->doc->n_runs(node) == 0)
        return 0;
    docx_p(d, style, "");
    docx_bookmark(d, docx_attr(d, node, "name"));
    if (number != NULL)
        docx_words(d, NULL, number);
    if (number != NULL && d->doc->n_runs(node) > 0)
        docx_words(d, NULL, "\u3000");
    docx_runs(d, node, NULL);
    docx_p_end(d);
    return 1;
}
