// SPDX-License-Identifier: Apache-2.0
/* One self-contained page: the tree as HTML, charts as SVG inside it, no script, nothing fetched.
 */
#ifndef JB_HTML_H
#define JB_HTML_H

#include "jianbao/plugin_util.h"

enum { HTML_BUFFER = 1 << 14, HTML_MAX_COLUMNS = 64 };

/* A named block and where it stands; what REF runs lead to. */
typedef struct html_anchor {
    const char *name; /* the document's */
    const jb_node *owner;
} html_anchor;

/* One rendering. [main] */
typedef struct html {
    const jb_host *host;
    jb_ctx *ctx;
    const jb_doc_api *doc;
    const jb_chart_api *charts;    /* NULL: the host draws none */
    const jb_figures_api *figures; /* NULL: figures have a name only */
    jb_sink sink;
    jb_status status; /* the first failure; nothing is written after it */
    html_anchor *anchors;
    size_t n_anchors, cap_anchors;
    unsigned clips; /* clip paths so far: their ids are unique on the page */
    size_t n;
    char buffer[HTML_BUFFER];
} html;

/* ---- writing (html_write.c) ---- */

void html_flush(html *h);
void html_bytes(html *h, const char *bytes, size_t n);
/* Markup of ours, as it is. */
void html_raw(html *h, const char *markup);
/* Text from outside, for element content and for attribute values in double quotes: & < > " ' are
 * escaped, control characters and noncharacters dropped, bytes that are no UTF-8 become U+FFFD. */
void html_text(html *h, const char *text);
/* The same; parts joined by U+001F are printed with 、 between them. */
void html_parts(html *h, const char *text);
/* A whole number. */
void html_count(html *h, size_t value);
/* At most two decimals, without needless zeros; not a number gives 0. */
void html_number(html *h, double value);

/* One code point; *p moves on, never past the end of the text. Bytes that are no UTF-8 give U+FFFD,
 * one at a time. */
uint32_t html_next_char(const char **p);

/* ---- parts of the page ---- */

extern const char *const html_style[]; /* the style sheet in pieces, NULL at the end */

void html_page(html *h, const jb_doc *doc); /* html_page.c */
const char *html_attr(const html *h, const jb_node *,
                      const char *attr); /* NULL when empty or not set */
int html_attr_is(const html *h, const jb_node *, const char *attr, const char *value);
int html_is(const html *h, const jb_node *, const char *kind);

/* id="…" for the block that stands for a name; nothing for others. */
void html_id(html *h, const jb_node *node);
void html_anchors(html *h, const jb_node *first); /* collects, before anything is written */
void html_link(html *h, const jb_run *run);

void html_runs(html *h, const jb_node *node);  /* html_runs.c */
void html_table(html *h, const jb_node *node); /* html_table.c */
void html_chart(html *h, const jb_node *node); /* html_chart.c */

/* ---- canvas (html_svg.c, html_measure.c) ---- */

/* Draws the chart of `node` at `width` as one <svg> of class `name`, described by the chart itself.
 */
jb_status html_svg(html *h, const jb_node *node, double width, const char *name);
/* Advance of the text in em of no font in particular: an estimate from above, for the page is shown
 * with fonts nobody knows here. */
double html_measure(const char *utf8);

#endif
