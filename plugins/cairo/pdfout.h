// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_PDFOUT_H
#define JB_CAIRO_PDFOUT_H

#include <cairo.h>

#include "typeset/page.h"

typedef struct {
    const char *title;
    const char *author;  /* issuer */
    const char *subject; /* NULL: none */
    const char *date;    /* YYYY-MM-DD: creation date, the only date in the file; NULL: 1970-01-01,
                            for Cairo would take the clock */
} jb_pdf_meta;

/* Writes pages as PDF 1.5 with outline, page labels, structure and metadata. Same pages, same
 * bytes. Returns CAIRO_STATUS_SUCCESS or what went wrong (a failed write is
 * CAIRO_STATUS_WRITE_ERROR). */
cairo_status_t jb_pdf_write(const jb_ts_pages *pages, const jb_pdf_meta *meta,
                            cairo_write_func_t write, void *closure);

#endif
