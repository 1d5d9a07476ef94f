// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_CANVAS_H
#define JB_TYPESET_CANVAS_H

#include "jianbao/plugin.h"
#include "page.h"

/*
 * The canvas charts draw on: verbs become items of the page model. Text is set by the same composer
 * and fonts as the pages. Style ids: title 12, subtitle 9, label 9, value 9, axis 8, source 8
 * points; an unknown id is set as a label.
 */
typedef struct jb_ts_canvas jb_ts_canvas;

/* Draws into `items`, moved right by dx and down by dy. */
jb_ts_canvas *jb_ts_canvas_new(jb_ts_fonts *fonts, jb_ts_arena *arena, jb_ts_items *items,
                               double dx, double dy);
/* The verbs to hand to a chart; valid until jb_ts_canvas_free. */
const jb_canvas *jb_ts_canvas_verbs(jb_ts_canvas *canvas);
/* Closes groups left open. */
void jb_ts_canvas_free(jb_ts_canvas *canvas);

#endif
