// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_OUTLINE_H
#define JB_CAIRO_OUTLINE_H

#include <hb.h>

#include "typeset/fonts.h"

/* Faces as outlines in their own units, for pictures: SVG keeps them as paths, PNG fills them.
 * Taken from HarfBuzz and not from Cairo's fonts, which keep every glyph they drew until the
 * process ends. */
typedef struct jb_outlines jb_outlines;

jb_outlines *jb_outlines_new(void);
void jb_outlines_free(jb_outlines *outlines);

/* The face at one unit per unit of its em, y upwards; belongs to `outlines`. *upem: units in an em.
 */
hb_font_t *jb_outlines_font(jb_outlines *outlines, const jb_ts_face *face, double *upem);

#endif
