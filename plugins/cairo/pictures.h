// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_PICTURES_H
#define JB_CAIRO_PICTURES_H

#include "jianbao/plugin.h"

/* The renderers `svg` and `png`: a file a page, or one file of one chart. */
extern const jb_component jb_cairo_svg, jb_cairo_png;

/* Given to the plugin at init. */
const jb_host *jb_cairo_host(void);

/* Kinds of blocks every renderer of this plugin knows. */
enum { JB_CAIRO_KINDS = 14 };
extern const char *const jb_cairo_kinds[JB_CAIRO_KINDS];

#endif
