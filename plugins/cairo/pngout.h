// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_PNGOUT_H
#define JB_CAIRO_PNGOUT_H

#include <cairo.h>
#include <glib.h>

#include "outline.h"
#include "typeset/page.h"

/* Appends a page as a PNG of `dpi` dots an inch, on white, its resolution noted in the file. Same
 * page, same bytes. What goes wrong is Cairo's status; then `out` holds no picture. */
cairo_status_t jb_png_write(GByteArray *out, const jb_ts_page *page, jb_outlines *outlines,
                            double dpi);

#endif
