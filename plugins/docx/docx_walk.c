// SPDX-License-Identifier: Apache-2.0
/* The walk over the tree: what becomes of each kind of block. */
#include "docx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int attr_is(const docx *d, const jb_node *node, const char *name, const char *value)
{
    const char *a = docx_attr(d, node, name);
    return a != NULL && strcmp(a, value) == 0;
}

static int level_of(const docx *d, const jb_node *node)
{
    const char *text = docx_attr(d, node, "level");
    unsigned long level = text != NULL ? strtoul(text, NULL, 10) : 1;
    return level < 1 ? 1 : level > 4 ? 4 : (int)level;
}

/* What the signature may not be torn from. LibreOffice does not split a paragraph that is kept with
 * the next one, so a long one would leave a hole on its page: those trust that two lines go over
 * with their last. */
#define KEPT_WIDTH (5 * 28 * 1000L)

/* A table or chart beside this heading carries the section's name: references lead there. */
static int has_own(const docx *d, const jb_node *heading)
{
    const jb_node *n;
    for (n = heading; n != NULL && d->section != NULL; n = d->doc->next(n))
        if ((docx_is(d, n, "table") || docx_is(d, n, "chart")) && attr_is(d, n, "name", d->section))
            return 1;
    return 0;
}

/* The heading, and the paragraph it runs into if there is one. Returns the last node it used. A
 * run-in heading stays in the outline: its paragraph has the level, its words the look. */
static const jb_node *heading(docx *d, const jb_node *node)
{
    const char *number = docx_attr(d, node, "number");
    const jb_node *next = d->doc->next(node);
    int level = level_of(d, node), run_in;
    char style[32], ppr[64];
    run_in = attr_is(d, node, "place", "run-in") && next != NULL && docx_is(d, next, "para");
    snprintf(ppr, sizeof ppr, "<w:outlineLvl w:val=\"%d\"/>", level - 1);
    snprintf(style, sizeof style, run_in ? "Heading%dChar" : "Heading%d", level);
    docx_p(d, run_in ? "JbBody" : style, run_in ? ppr : "");
    if (!has_own(d, node))
        docx_bookmark(d, d->section);
    if (number != NULL)
        docx_words(d, run_in ? style : NULL, number);
    docx_runs(d, node, run_in ? style : NULL);
    if (run_in)
        docx_runs(d, next, NULL);
    docx_p_end(d);
    if (!run_in || docx_width(d->doc->plain(next)) > KEPT_WIDTH)
        d->keep_at = 0; /* a heading's style keeps it already */
    return run_in ? next : node;
}

static void text(docx *d, const jb_node *node, const char *style)
{
    docx_p(d, style, "");
    docx_runs(d, node, NULL);
    docx_p_end(d);
    if (docx_width(d->doc->plain(node)) > KEPT_WIDTH)
        d->keep_at = 0;
}

static void note(docx *d, const jb_node *node)
{
    int draft = attr_is(d, node, "role", "draft");
    if (draft && !d->draft_notes)
        d->page_before = d->draft_notes = 1;
    text(d, node, draft ? "JbBody" : "JbNote");
}

/* 7.3.5.2, without a seal: the issuer two cells from the right, the date beginning two cells right
 * of the issuer; the longer of both decides. */
static void signature(docx *d, const jb_node *node)
{
    const char *lines[2] = {docx_attr(d, node, "issuer"), docx_attr(d, node, "date")};
    long width[2], right[2] = {2 * DOCX_CELL, 2 * DOCX_CELL}, i, first = 1;
    char ppr[96];
    for (i = 0; i < 2; i++)
        width[i] = lines[i] != NULL ? docx_width(lines[i]) * DOCX_CELL / 1000 : 0;
    if (lines[0] != NULL && width[1] > width[0])
        right[0] = 2 * DOCX_CELL + width[1] - width[0] + 2 * DOCX_CELL;
    else if (lines[0] != NULL)
        right[1] = width[0] - width[1];
    if (d->keep_at > 0)
        docx_insert(&d->body, d->keep_at, "<w:keepNext/>");
    for (i = 0; i < 2; i++) {
        if (lines[i] == NULL)
            continue;
        snprintf(ppr, sizeof ppr, "%s<w:ind w:right=\"%ld\"/>",
                 first ? "<w:spacing w:before=\"592\"/>" : "", right[i] > 0 ? right[i] : 0);
        docx_p(d, i == 0 && lines[1] != NULL ? "JbSignatureKeep" : "JbSignature", ppr);
        docx_words(d, NULL, lines[i]);
        docx_p_end(d);
        first = 0;
    }
    d->keep_at = 0;
}

/* A kind of a later time, or of a stranger: its words are printed, and it is said so. */
static void unknown(docx *d, const jb_node *node)
{
    const char *plain = d->doc->plain(node), *end;
    docx_warn(d, "E0981", d->doc->kind(node));
    while (plain != NULL && *plain != '\0') {
        docx_buf line = {0};
        end = strchr(plain, '\n');
        docx_put(&line, plain, end != NULL ? (size_t)(end - plain) : strlen(plain));
        if (line.n > 0)
            docx_line(d, "JbBody", line.p);
        d->body.failed |= line.failed;
        docx_drop(&line);
        plain = end != NULL ? end + 1 : NULL;
    }
}

static void children(docx *d, const jb_node *parent);

/* Pages of another direction: what came before is closed as a section of its own. */
static void turn(docx *d)
{
    if (d->landscape == d->want)
        return;
    docx_raw(&d->body, "<w:p><w:pPr><w:pStyle w:val=\"JbGap\"/>");
    docx_section(d, d->landscape);
    docx_raw(&d->body, "</w:pPr></w:p>\n");
    d->landscape = d->want;
    d->page_before = 0;
    d->keep_at = 0;
}

static void section(docx *d, const jb_node *node)
{
    const char *outer = d->section;
    int before = d->want;
    if (attr_is(d, node, "page", "landscape"))
        d->want = 1;
    d->section = docx_attr(d, node, "name");
    children(d, node);
    d->section = outer;
    d->want = before;
}

static const jb_node *block(docx *d, const jb_node *node)
{
    if (docx_is(d, node, "section")) {
        section(d, node);
        return node;
    }
    turn(d);
    if (docx_is(d, node, "heading"))
        return heading(d, node);
    else if (docx_is(d, node, "para") || docx_is(d, node, "item"))
        text(d, node, "JbBody");
    else if (docx_is(d, node, "table"))
        docx_table(d, node);
    else if (docx_is(d, node, "chart"))
        docx_chart(d, node);
    else if (docx_is(d, node, "note"))
        note(d, node);
    else if (docx_is(d, node, "signature"))
        signature(d, node);
    else if (docx_is(d, node, "placeholder"))
        text(d, node, "JbPlaceholder");
    else if (docx_is(d, node, "pagebreak"))
        d->page_before = 1;
    else
        unknown(d, node);
    return node;
}

static void children(docx *d, const jb_node *parent)
{
    const jb_node *node;
    for (node = d->doc->first(parent); node != NULL && d->status == JB_OK;
         node = d->doc->next(node)) {
        if (d->host->cancelled(d->ctx))
            d->status = JB_E_CANCELLED;
        else
            node = block(d, node);
    }
}

void docx_walk(docx *d)
{
    const char *title = docx_attr(d, d->root, "title");
    docx_names(d);
    docx_raw(&d->body,
             "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document "
             "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
             "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" ");
    docx_raw(&d->body,
             "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
             "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
             "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\n<w:body>\n");
    if (docx_attr(d, d->root, "draft") != NULL)
        docx_line(d, "JbDraft", "【草稿】");
    if (title != NULL)
        docx_line(d, "Title", title);
    children(d, d->root);
    docx_section(d, d->landscape);
    docx_raw(&d->body, "\n</w:body></w:document>\n");
}
