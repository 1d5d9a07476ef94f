// SPDX-License-Identifier: Apache-2.0
/* The page: its head, and the tree in order. */
#include "html.h"

const char *html_attr(const html *h, const jb_node *node, const char *attr)
{
    const char *value = h->doc->attr(node, attr);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

int html_attr_is(const html *h, const jb_node *node, const char *attr, const char *value)
{
    const char *is = h->doc->attr(node, attr);
    return is != NULL && strcmp(is, value) == 0;
}

int html_is(const html *h, const jb_node *node, const char *kind)
{
    return strcmp(h->doc->kind(node), kind) == 0;
}

/* ---- anchors ---- */

static const html_anchor *anchor_of(const html *h, const char *name)
{
    for (size_t i = 0; name != NULL && i < h->n_anchors; i++)
        if (strcmp(h->anchors[i].name, name) == 0)
            return &h->anchors[i];
    return NULL;
}

static void add_anchor(html *h, const jb_node *node, const char *name)
{
    if (h->n_anchors == h->cap_anchors) {
        size_t cap = h->cap_anchors == 0 ? 64 : h->cap_anchors * 2;
        html_anchor *more = realloc(h->anchors, cap * sizeof *more);
        if (more == NULL) {
            if (h->status == JB_OK)
                h->status = jb_fail_text(h->host, h->ctx, JB_E_MEMORY, NULL, "out of memory");
            return;
        }
        h->anchors = more;
        h->cap_anchors = cap;
    }
    h->anchors[h->n_anchors].name = name;
    h->anchors[h->n_anchors++].owner = node;
}

/* A table or chart of a name stands for it rather than the section around it. */
void html_anchors(html *h, const jb_node *node)
{
    for (; node != NULL; node = h->doc->next(node)) {
        const char *name = html_attr(h, node, "name");
        const html_anchor *known = anchor_of(h, name);
        int block = html_is(h, node, "table") || html_is(h, node, "chart");
        if (known != NULL && block && html_is(h, known->owner, "section"))
            h->anchors[known - h->anchors].owner = node;
        else if (name != NULL && known == NULL && (block || html_is(h, node, "section")))
            add_anchor(h, node, name);
        html_anchors(h, h->doc->first(node));
    }
}

void html_id(html *h, const jb_node *node)
{
    const html_anchor *a = anchor_of(h, html_attr(h, node, "name"));
    if (a == NULL || a->owner != node)
        return;
    html_raw(h, " id=\"b");
    html_count(h, (size_t)(a - h->anchors) + 1);
    html_raw(h, "\"");
}

void html_link(html *h, const jb_run *run)
{
    const html_anchor *a = anchor_of(h, run->target);
    if (a != NULL) {
        html_raw(h, "<a href=\"#b");
        html_count(h, (size_t)(a - h->anchors) + 1);
        html_raw(h, "\">");
    }
    html_text(h, run->text);
    if (a != NULL)
        html_raw(h, "</a>");
}

/* ---- blocks ---- */

static void block_runs(html *h, const jb_node *node, const char *opened, const char *closed)
{
    html_raw(h, opened);
    html_runs(h, node);
    html_raw(h, closed);
}

static char level_of(const html *h, const jb_node *node)
{
    const char *level = html_attr(h, node, "level");
    long n = level != NULL ? strtol(level, NULL, 10) : 1;
    return (char)('1' + (n < 1 ? 1 : n > 4 ? 4 : n));
}

/* The report's title is the h1, so 一、 is an h2 and （1） an h5. */
static void heading(html *h, const jb_node *node)
{
    char opened[] = "<h0>", closed[] = "</h0>\n";
    opened[2] = closed[3] = level_of(h, node);
    html_raw(h, opened);
    html_text(h, html_attr(h, node, "number"));
    block_runs(h, node, "", closed);
}

static int runs_in(const html *h, const jb_node *node)
{
    const jb_node *next = h->doc->next(node);
    return html_attr_is(h, node, "place", "run-in") && next != NULL && html_is(h, next, "para");
}

static void signature(html *h, const jb_node *node)
{
    static const char *const parts[] = {"issuer", "date"};
    html_raw(h, "<div class=\"signature\">");
    for (size_t i = 0; i < 2; i++) {
        if (html_attr(h, node, parts[i]) == NULL)
            continue;
        html_raw(h, "<p>");
        html_text(h, html_attr(h, node, parts[i]));
        html_raw(h, "</p>");
    }
    html_raw(h, "</div>\n");
}

/* A kind of a later time or of a stranger: its words, a paragraph a line. */
static void unknown(html *h, const jb_node *node)
{
    const char *line = h->doc->plain(node);
    while (line != NULL && *line != '\0') {
        const char *end = strchr(line, '\n');
        size_t n = end != NULL ? (size_t)(end - line) : strlen(line);
        char *copy = malloc(n + 1);
        if (copy == NULL) {
            if (h->status == JB_OK)
                h->status = jb_fail_text(h->host, h->ctx, JB_E_MEMORY, NULL, "out of memory");
            return;
        }
        memcpy(copy, line, n);
        copy[n] = '\0';
        html_raw(h, "<p>");
        html_text(h, copy);
        html_raw(h, "</p>\n");
        free(copy);
        line = end != NULL ? end + 1 : NULL;
    }
}

static void children(html *h, const jb_node *parent);

static void section(html *h, const jb_node *node)
{
    html_raw(h, html_attr_is(h, node, "page", "landscape") ? "<section class=\"landscape\""
                                                           : "<section");
    html_id(h, node);
    html_raw(h, ">\n");
    children(h, node);
    html_raw(h, "</section>\n");
}

/* Items that follow each other are one list. Returns the last of them. */
static const jb_node *items(html *h, const jb_node *node)
{
    const jb_node *last = node;
    html_raw(h, "<ul>\n");
    for (; node != NULL && html_is(h, node, "item"); node = h->doc->next(node)) {
        block_runs(h, node, "<li>", "</li>\n");
        last = node;
    }
    html_raw(h, "</ul>\n");
    return last;
}

/* Writes a block; returns the last node it used. */
static const jb_node *block(html *h, const jb_node *node)
{
    if (html_is(h, node, "section")) {
        section(h, node);
    } else if (html_is(h, node, "heading")) {
        if (!runs_in(h, node)) {
            heading(h, node);
            return node;
        }
        html_raw(h, "<div class=\"run-in\">");
        heading(h, node);
        node = h->doc->next(node);
        block_runs(h, node, "<p>", "</p></div>\n");
    } else if (html_is(h, node, "para")) {
        block_runs(h, node, "<p>", "</p>\n");
    } else if (html_is(h, node, "item")) {
        return items(h, node);
    } else if (html_is(h, node, "table")) {
        html_table(h, node);
    } else if (html_is(h, node, "chart")) {
        html_chart(h, node);
    } else if (html_is(h, node, "note")) {
        block_runs(h, node, "<p class=\"small\">", "</p>\n");
    } else if (html_is(h, node, "signature")) {
        signature(h, node);
    } else if (html_is(h, node, "placeholder")) {
        block_runs(h, node, "<p class=\"hole\">", "</p>\n");
    } else if (html_is(h, node, "pagebreak")) {
        html_raw(h, "<hr>\n");
    } else {
        unknown(h, node);
    }
    return node;
}

static void children(html *h, const jb_node *parent)
{
    for (const jb_node *n = h->doc->first(parent); n != NULL && h->status == JB_OK;
         n = h->doc->next(n))
        n = block(h, n);
}

/* ---- the page ---- */

static void meta(html *h, const char *name, const char *content)
{
    if (content == NULL)
        return;
    html_raw(h, "<meta name=\"");
    html_raw(h, name);
    html_raw(h, "\" content=\"");
    html_text(h, content);
    html_raw(h, "\">\n");
}

static void head(html *h, const jb_node *root)
{
    const char *title = html_attr(h, root, "title");
    html_raw(h,
             "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    html_text(h, title != NULL ? title : "简报");
    html_raw(h, "</title>\n");
    meta(h, "author", html_attr(h, root, "issuer"));
    meta(h, "dcterms.date", html_attr(h, root, "date"));
    meta(h, "generator", html_attr(h, root, "generator"));
    html_raw(h, "<style>\n");
    for (size_t i = 0; html_style[i] != NULL; i++)
        html_raw(h, html_style[i]);
    html_raw(h, "</style>\n</head>\n");
}

void html_page(html *h, const jb_doc *doc)
{
    const jb_node *root = h->doc->root(doc);
    const char *title = html_attr(h, root, "title");
    int draft = html_attr(h, root, "draft") != NULL;
    html_anchors(h, h->doc->first(root));
    head(h, root);
    html_raw(h, draft ? "<body class=\"draft\">\n<main>\n" : "<body>\n<main>\n");
    if (draft)
        html_raw(h, "<p class=\"mark\">【草稿】</p>\n");
    if (title != NULL) {
        html_raw(h, "<h1>");
        html_text(h, title);
        html_raw(h, "</h1>\n");
    }
    children(h, root);
    html_raw(h, "</main>\n</body>\n</html>\n");
    html_flush(h);
}
