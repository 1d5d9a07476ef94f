// SPDX-License-Identifier: Apache-2.0
#include "outline.h"

#include <glib.h>

struct jb_outlines {
    GHashTable *fonts; /* jb_ts_face -> hb_font_t */
};

static void font_free(gpointer font)
{
    hb_font_destroy(font);
}

jb_outlines *jb_outlines_new(void)
{
    jb_outlines *outlines = g_new0(jb_outlines, 1);
    outlines->fonts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, font_free);
    return outlines;
}

void jb_outlines_free(jb_outlines *outlines)
{
    if (!outlines)
        return;
    g_hash_table_destroy(outlines->fonts);
    g_free(outlines);
}

hb_font_t *jb_outlines_font(jb_outlines *outlines, const jb_ts_face *face, double *upem)
{
    hb_font_t *font = g_hash_table_lookup(outlines->fonts, face);
    if (!font) {
        hb_face_t *whole = hb_font_get_face(pango_font_get_hb_font(jb_ts_face_pango(face)));
        int units = (int)hb_face_get_upem(whole);
        font = hb_font_create(whole); /* the shaper's own is at another scale */
        hb_font_set_scale(font, units, units);
        g_hash_table_insert(outlines->fonts, (gpointer)(uintptr_t)face, font);
    }
    *upem = (double)hb_face_get_upem(hb_font_get_face(font));
    return font;
}
