// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_SVGOUT_H
#define JB_CAIRO_SVGOUT_H

#include <glib.h>

#include "outline.h"
#include "typeset/page.h"

/* Appends a page as one SVG file to `out`. Glyphs are outlines, each once, so the file needs no
 * font and looks the same everywhere; the words of every run stand beside them as its label.
 * `title`: of the file, NULL for none. Same page, same bytes: Cairo's own SVG numbers its parts by
 * a counter of the whole process. */
void jb_svg_write(GString *out, const jb_ts_page *page, jb_outlines *outlines, const char *title);

#endif
