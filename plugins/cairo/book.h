// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_BOOK_H
#define JB_CAIRO_BOOK_H

#include "jianbao/plugin.h"
#include "typeset/flow.h"

#include <glib.h>

/* Things of one kind about fonts, collected while setting and told once. */
typedef struct {
    GString *text; /* NULL: none */
    size_t n;
} jb_book_list;

/*
 * A document set in type: the walk over the tree fills a flow, the flow becomes pages. The same
 * book serves every paginating renderer. One book per render call; [main].
 */
typedef struct {
    const jb_host *host;
    jb_ctx *ctx;
    const jb_doc_api *doc;
    const jb_node *root;
    jb_ts_arena *arena;
    jb_ts_fonts *fonts;
    jb_ts_flow *flow;
    jb_ts_sheet sheet;
    void *dests;      /* names of blocks -> destination, see book.c */
    size_t rows;      /* table rows given */
    jb_status status; /* first failure */
    bool strict;
    bool own_latin_choice; /* latin_font is not set in the layout */
    bool draft_notes; /* the first note of a draft has been set */
    jb_book_list substituted, borrowed, missing; /* fonts; characters of other fonts; of none */
    jb_ts_pages pages;
} jb_book;

/* Styles used by more than one block. */
extern const jb_ts_style jb_book_body, jb_book_heading1, jb_book_heading2, jb_book_song;

/* Sets the whole document. On failure everything is freed and reported. */
jb_status jb_book_make(jb_book *book, const jb_host *host, jb_ctx *ctx, const jb_doc *doc);
/* Sets nothing but the chart called `name`, with its caption, on one page `width` points wide and as
 * high as it needs. `key` is the parameter to blame when there is no such chart. */
jb_status jb_book_make_picture(jb_book *book, const jb_host *host, jb_ctx *ctx, const jb_doc *doc,
                               const char *name, double width, const char *key);
void jb_book_free(jb_book *book);

/* ---- for the files that set single kinds of blocks (internal) ---- */

/* The part of making a book that comes before anything is set: services, root, fonts. */
jb_status jb_book_open(jb_book *book, const jb_host *host, jb_ctx *ctx, const jb_doc *doc);
/* Opens the fonts of the layout; they are found when first used, and reported then. */
jb_status jb_book_open_fonts(jb_book *book);
/* Warns (fails when strict) of what was collected about fonts. */
void jb_book_tell_fonts(jb_book *book);
void jb_book_free_fonts(jb_book *book);

/* Attribute or NULL; empty counts as not set. */
const char *jb_book_attr(const jb_book *book, const jb_node *node, const char *name);

/* Runs of a node in `style` appended to `array` (GArray of jb_ts_run). */
void jb_book_runs(jb_book *book, const jb_node *node, const jb_ts_style *style, void *array);

/* The destination to be set at `node` for `name`; NULL if another block stands for that name. */
const char *jb_book_dest_here(const jb_book *book, const jb_node *node, const char *name);

void jb_book_add_para(jb_book *book, const jb_node *node, const jb_ts_run *runs, size_t n_runs,
                      double first_indent, const char *tag);
void jb_book_add_table(jb_book *book, const jb_node *node);
void jb_book_add_chart(jb_book *book, const jb_node *node);
/* The drawing alone, as wide as the measure, at the origin of `items`. */
void jb_book_draw_chart(jb_book *book, const jb_node *node, const jb_chart_api *charts,
                        jb_ts_items *items, double height);
/* Caption, subtitle and source from y on; returns the height they take. */
double jb_book_chart_captions(jb_book *book, const jb_node *node, jb_ts_items *items, double y);
void jb_book_add_signature(jb_book *book, const jb_node *node);
void jb_book_add_placeholder(jb_book *book, const jb_node *node);

/* Reports with a message of the plugin; up to three arguments. */
jb_status jb_book_fail(jb_book *book, jb_status status, const char *code, const char *a1,
                       const char *a2, const char *a3);
void jb_book_warn(jb_book *book, const char *code, const char *a1, const char *a2, const char *a3);

#endif
