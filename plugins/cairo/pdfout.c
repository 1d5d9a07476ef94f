// SPDX-License-Identifier: Apache-2.0
#include "pdfout.h"

#include "paint.h"

#include <cairo-pdf.h>
#include <glib.h>
#include <stdio.h>

enum { MAX_LEVELS = 8 };

static void set_meta(cairo_surface_t *surface, const jb_pdf_meta *meta)
{
    char date[40];
    snprintf(date, sizeof date, "%.10sT00:00:00Z", meta->date ? meta->date : "1970-01-01");
    if (meta->title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, meta->title);
    if (meta->author)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, meta->author);
    if (meta->subject)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, meta->subject);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "jianbao");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, date);
}

static void add_outline(cairo_surface_t *surface, const jb_ts_pages *pages)
{
    int parents[MAX_LEVELS + 1] = {CAIRO_PDF_OUTLINE_ROOT};
    for (size_t i = 0; i < pages->n_outline; i++) {
        const jb_ts_outline *o = &pages->outline[i];
        unsigned level = CLAMP(o->level, 1U, (unsigned)MAX_LEVELS);
        char y[G_ASCII_DTOSTR_BUF_SIZE], where[128];
        g_ascii_formatd(y, sizeof y, "%.2f", o->y);
        snprintf(where, sizeof where, "page=%u pos=[0 %s]", o->page + 1, y);
        int id = cairo_pdf_surface_add_outline(surface, parents[level - 1], o->text, where,
                                               CAIRO_PDF_OUTLINE_FLAG_OPEN);
        for (unsigned k = level; k <= MAX_LEVELS; k++)
            parents[k] = id;
    }
}

cairo_status_t jb_pdf_write(const jb_ts_pages *pages, const jb_pdf_meta *meta,
                            cairo_write_func_t write, void *closure)
{
    const jb_ts_page *first = &pages->pages[0];
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write, closure, first->width, first->height);
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5);
    set_meta(surface, meta);
    cairo_t *cr = cairo_create(surface);
    void *dests = jb_cairo_dests(pages);
    jb_small_fonts *fonts = jb_small_fonts_new(pages);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
    for (size_t i = 0; i < pages->n_pages; i++) {
        const jb_ts_page *page = &pages->pages[i];
        char label[24];
        cairo_pdf_surface_set_size(surface, page->width, page->height);
        snprintf(label, sizeof label, "%u", page->number);
        cairo_pdf_surface_set_page_label(surface, label);
        if (i == 0)
            cairo_tag_begin(cr, "Document", NULL);
        jb_cairo_paint_tagged(cr, page, fonts, dests);
        if (i + 1 == pages->n_pages)
            cairo_tag_end(cr, "Document");
        cairo_show_page(cr);
    }
    g_hash_table_destroy(dests);
    add_outline(surface, pages);
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    jb_small_fonts_free(fonts);
    return status;
}
