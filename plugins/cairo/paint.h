// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_PAINT_H
#define JB_CAIRO_PAINT_H

#include <cairo.h>

#include "outline.h"
#include "smallfonts.h"
#include "typeset/page.h"

/* Draws the items of a page on a Cairo context whose unit is the point, text as filled outlines:
 * for pictures. Errors are those of the context. */
void jb_cairo_paint_page(cairo_t *cr, const jb_ts_page *page, jb_outlines *outlines);

/* The same for a PDF surface: with structure elements, destinations, and links to those of `dests`
 * (from jb_cairo_dests): Cairo refuses a document with a link that leads nowhere. */
void jb_cairo_paint_tagged(cairo_t *cr, const jb_ts_page *page, const jb_small_fonts *fonts,
                           void *dests);

/* The set of destinations on all pages; free with g_hash_table_destroy. */
void *jb_cairo_dests(const jb_ts_pages *pages);

#endif
