// SPDX-License-Identifier: Apache-2.0
#include "face.h"

#include <string.h>

typedef struct {
    size_t n;
    jb_ts_shaped_glyph glyphs[];
} shaped;

static float em(int pango_units)
{
    return (float)((double)pango_units / (JB_TS_REF_SIZE * PANGO_SCALE));
}

static void set_ink(const jb_ts_face *face, jb_ts_shaped_glyph *g)
{
    hb_glyph_extents_t box;
    int x_scale, y_scale;
    hb_font_get_scale(face->hb, &x_scale, &y_scale);
    if (x_scale == 0 || !hb_font_get_glyph_extents(face->hb, g->glyph, &box))
        return;
    g->ink_left = (float)box.x_bearing / (float)x_scale;
    g->ink_right = g->ink_left + (float)box.width / (float)x_scale;
}

static shaped *shape_now(jb_ts_face *face, const char *text, size_t len)
{
    PangoAnalysis analysis = {.font = face->font, .language = pango_language_from_string("zh-cn")};
    analysis.script = (guint8)g_unichar_get_script(g_utf8_get_char(text));
    PangoGlyphString *glyphs = pango_glyph_string_new();
    pango_shape_full(text, (int)len, text, (int)len, &analysis, glyphs);
    size_t n = (size_t)glyphs->num_glyphs;
    shaped *out = g_malloc0(sizeof *out + n * sizeof out->glyphs[0]);
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        const PangoGlyphInfo *info = &glyphs->glyphs[i];
        jb_ts_shaped_glyph *g = &out->glyphs[i];
        bool unknown = (info->glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0;
        g->glyph = unknown ? 0 : info->glyph == PANGO_GLYPH_EMPTY ? UINT32_MAX : info->glyph;
        g->advance = unknown ? 1.0F : em(info->geometry.width);
        g->dx = em(info->geometry.x_offset);
        g->dy = em(info->geometry.y_offset);
        int from = glyphs->log_clusters[i];
        if (i == 0 || from != glyphs->log_clusters[i - 1]) {
            size_t next = i + 1;
            while (next < n && glyphs->log_clusters[next] == from)
                next++;
            int to = next < n ? glyphs->log_clusters[next] : (int)len;
            g->bytes = (uint16_t)(to > from ? to - from : 0);
        }
        if (g->glyph != UINT32_MAX)
            set_ink(face, g);
    }
    pango_glyph_string_free(glyphs);
    return out;
}

const jb_ts_shaped_glyph *jb_ts_shape(jb_ts_face *face, const char *text, size_t len, size_t *n_out)
{
    shaped *s;
    if ((size_t)(g_utf8_next_char(text) - text) == len) {
        gpointer key = GUINT_TO_POINTER(g_utf8_get_char(text));
        s = g_hash_table_lookup(face->chars, key);
        if (!s) {
            s = shape_now(face, text, len);
            g_hash_table_insert(face->chars, key, s);
        }
    } else {
        char *key = g_strndup(text, len);
        s = g_hash_table_lookup(face->shaped, key);
        if (!s) {
            s = shape_now(face, text, len);
            g_hash_table_insert(face->shaped, key, s);
        } else {
            g_free(key);
        }
    }
    *n_out = s->n;
    return s->glyphs;
}
