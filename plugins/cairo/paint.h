// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_PAINT_H
#define JB_CAIRO_PAINT_H

#include <cairo.h>

#include "typeset/page.h"

/* Draws the items of a page on a Cairo context whose unit is the point. `tagged` writes structure
 * elements, links and destinations (PDF only). Errors are those of the context. */
void jb_cairo_paint_page(cairo_t *cr, const jb_ts_page *page, bool tagged);

#endif
