// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_SMALLFONTS_H
#define JB_CAIRO_SMALLFONTS_H

#include <cairo.h>

#include "typeset/page.h"

/*
 * Cairo copies a font's whole outline table several times to embed a few hundred glyphs of it, and
 * Chinese fonts are 5 to 25 MB. So the pages' glyphs are cut out first, under their own numbers,
 * and Cairo is given the small font.
 */
typedef struct jb_small_fonts jb_small_fonts;

/* Cuts the fonts of all pages. Never fails: a font that cannot be cut is used whole. */
jb_small_fonts *jb_small_fonts_new(const jb_ts_pages *pages);
void jb_small_fonts_free(jb_small_fonts *fonts);

/* The font to draw a face with; belongs to `fonts` (or to the face when it was not cut). */
cairo_font_face_t *jb_small_font(const jb_small_fonts *fonts, const jb_ts_face *face);

#endif
