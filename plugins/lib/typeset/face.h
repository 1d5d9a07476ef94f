// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_FACE_H
#define JB_TYPESET_FACE_H

#include "fonts.h"

#include <glib.h>
#include <hb.h>

/* A loaded face with what has been shaped with it. Internal to fonts.c and shape.c. */
struct jb_ts_face {
    char *file;
    int index;
    unsigned id;
    PangoFont *font;
    hb_font_t *hb;      /* owned by font */
    GHashTable *shaped; /* by string */
    GHashTable *chars;  /* single characters, by code point */
};

#endif
