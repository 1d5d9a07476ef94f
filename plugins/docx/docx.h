// SPDX-License-Identifier: Apache-2.0
#ifndef JB_DOCX_H
#define JB_DOCX_H

#include "docx_buf.h"
#include "jianbao/plugin.h"

/* Lengths of a GB/T 9704 page in twips (twentieths of a point). Word puts a line of fixed pitch
 * into the middle of it, so the margins are half a gap (2.44 mm) less than the type area's. */
enum {
    DOCX_PAGE_W = 11906,
    DOCX_PAGE_H = 16838,
    DOCX_TOP = 1960,
    DOCX_BOTTOM = 1846,
    DOCX_LEFT = 1587,
    DOCX_RIGHT = 1469,
    DOCX_MEASURE = DOCX_PAGE_W - DOCX_LEFT - DOCX_RIGHT, /* 156 mm */
    DOCX_FOOTER = 1304,
    DOCX_PITCH = 592, /* 22 lines on a page */
    DOCX_CELL = 316   /* 28 on a line: size 16 less 0.2 points */
};

enum { DOCX_CHARTS_MAX = 512 };

typedef struct docx_name {
    const char *name;
    int set; /* its bookmark has been written */
} docx_name;

/* One document on its way; [main]. */
typedef struct docx {
    const jb_host *host;
    jb_ctx *ctx;
    const jb_doc_api *doc;
    const jb_chart_api *charts; /* NULL: none */
    const jb_node *root;
    docx_buf body;      /* word/document.xml */
    docx_buf *pictures; /* word/media/chartN.emf, from 1 */
    size_t n_pictures, cap_pictures;
    docx_name *names; /* of blocks that can be pointed at; bookmarks b1, b2 … */
    size_t n_names, cap_names;
    const char *section; /* name of the section being written, NULL: none */
    size_t keep_at;  /* where keepNext of the last text paragraph would go; 0: has it, or none */
    int page_before; /* the next paragraph begins a page */
    int draft_notes; /* the list of a draft has begun */
    int landscape, want; /* direction of the pages so far; of the block that comes */
    int marked;          /* computed figures are shaded */
    jb_status status;
} docx;

/* Attribute or NULL; empty counts as not set. */
const char *docx_attr(const docx *d, const jb_node *node, const char *name);
int docx_is(const docx *d, const jb_node *node, const char *kind);
void docx_warn(docx *d, const char *code, const char *arg);

/* ---- docx_text.c ---- */

/* <w:p> in a paragraph style; `ppr` is more of its properties, from w:spacing on, "" for none. */
void docx_p(docx *d, const char *style, const char *ppr);
void docx_p_end(docx *d);
/* Plain words in a character style (NULL: that of the paragraph). */
void docx_words(docx *d, const char *style, const char *text);
void docx_runs(docx *d, const jb_node *node, const char *style);
/* A paragraph of plain words. */
void docx_line(docx *d, const char *style, const char *text);
/* `number`, a full-width blank, the caption; 0 when the block has neither. */
int docx_caption(docx *d, const jb_node *node, const char *style);
/* The bookmark of a name, where it is written first. */
void docx_bookmark(docx *d, const char *name);
/* Collects the names of tables and charts, and of sections that have a heading and neither. */
void docx_names(docx *d);

/* ---- blocks ---- */
void docx_table(docx *d, const jb_node *node);
void docx_chart(docx *d, const jb_node *node);
void docx_walk(docx *d);

/* ---- the other parts ---- */
void docx_styles(const docx *d, docx_buf *out);
void docx_font_table(const docx *d, docx_buf *out);
/* w:sectPr of the pages so far. */
void docx_section(docx *d, int landscape);
/* Packs everything and hands it over. */
jb_status docx_pack(docx *d, const jb_sink *sink);
/* The family by which Word knows a role of the layout ("body", "latin_font" …), at most `room`
 * bytes. */
void docx_font(const docx *d, const char *role, char *out, size_t room);

/* ---- docx_emf.c: a canvas that records an enhanced metafile ---- */
typedef struct docx_emf docx_emf;
/* `han`: the face of everything but ASCII, which is set in Arial. NULL: no memory. */
docx_emf *docx_emf_new(double width, double height, const char *han);
const jb_canvas *docx_emf_canvas(docx_emf *emf);
/* The whole file; also when nothing was drawn. Frees the canvas. */
docx_buf docx_emf_finish(docx_emf *emf);

#endif
