// SPDX-License-Identifier: Apache-2.0
#include "smallfonts.h"

#include <cairo-ft.h>
#include <glib.h>
#include <hb-subset.h>
#include <pango/pangocairo.h>

/* What a cut font needs for as long as Cairo holds on to it, which may be longer than we do. */
typedef struct {
    FT_Library library;
    FT_Face face;
    hb_blob_t *blob;
} cut_font;

typedef struct {
    hb_set_t *glyphs;
    cairo_font_face_t *cairo; /* NULL: not cut */
} small_font;

struct jb_small_fonts {
    GHashTable *fonts; /* jb_ts_face -> small_font */
};

static void cut_font_free(void *data)
{
    cut_font *font = data;
    if (font->face)
        FT_Done_Face(font->face);
    if (font->library)
        FT_Done_FreeType(font->library);
    hb_blob_destroy(font->blob);
    g_free(font);
}

static void small_font_free(gpointer data)
{
    small_font *font = data;
    if (font->cairo)
        cairo_font_face_destroy(font->cairo);
    hb_set_destroy(font->glyphs);
    g_free(font);
}

static void collect(GHashTable *fonts, const jb_ts_glyphs *run)
{
    small_font *font = g_hash_table_lookup(fonts, run->face);
    if (!font) {
        font = g_new0(small_font, 1);
        font->glyphs = hb_set_create();
        g_hash_table_insert(fonts, run->face, font);
    }
    for (uint32_t i = 0; i < run->n_glyphs; i++)
        hb_set_add(font->glyphs, run->glyphs[i].glyph);
}

static hb_face_t *cut(hb_face_t *face, const hb_set_t *glyphs)
{
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    if (!input)
        return NULL;
    hb_set_union(hb_subset_input_glyph_set(input), glyphs);
    hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_RETAIN_GIDS | HB_SUBSET_FLAGS_NO_HINTING |
                                         HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
    /* Positions are decided; layout tables would only be cut for nothing. */
    hb_set_t *drop = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);
    hb_set_add(drop, HB_TAG('G', 'S', 'U', 'B'));
    hb_set_add(drop, HB_TAG('G', 'P', 'O', 'S'));
    hb_set_add(drop, HB_TAG('G', 'D', 'E', 'F'));
    hb_set_add(drop, HB_TAG('V', 'O', 'R', 'G'));
    hb_set_add(drop, HB_TAG('v', 'h', 'e', 'a'));
    hb_set_add(drop, HB_TAG('v', 'm', 't', 'x'));
    hb_face_t *small = hb_subset_or_fail(face, input);
    hb_subset_input_destroy(input);
    return small;
}

static cairo_font_face_t *cairo_font(hb_face_t *small)
{
    static const cairo_user_data_key_t key;
    unsigned len = 0;
    cut_font *font = g_new0(cut_font, 1);
    font->blob = hb_face_reference_blob(small);
    const char *data = hb_blob_get_data(font->blob, &len);
    if (FT_Init_FreeType(&font->library) ||
        FT_New_Memory_Face(font->library, (const FT_Byte *)data, (FT_Long)len, 0, &font->face)) {
        cut_font_free(font);
        return NULL;
    }
    cairo_font_face_t *face = cairo_ft_font_face_create_for_ft_face(font->face, FT_LOAD_NO_HINTING);
    if (cairo_font_face_set_user_data(face, &key, font, cut_font_free) != CAIRO_STATUS_SUCCESS) {
        cairo_font_face_destroy(face);
        cut_font_free(font);
        return NULL;
    }
    return face;
}

static void make_small(const jb_ts_face *face, small_font *font)
{
    hb_face_t *whole = hb_font_get_face(pango_font_get_hb_font(jb_ts_face_pango(face)));
    hb_face_t *small = cut(whole, font->glyphs);
    if (!small)
        return;
    font->cairo = cairo_font(small);
    hb_face_destroy(small);
}

jb_small_fonts *jb_small_fonts_new(const jb_ts_pages *pages)
{
    jb_small_fonts *fonts = g_new0(jb_small_fonts, 1);
    fonts->fonts = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, small_font_free);
    for (size_t p = 0; p < pages->n_pages; p++)
        for (size_t i = 0; i < pages->pages[p].n_items; i++)
            if (pages->pages[p].items[i].type == JB_TS_ITEM_GLYPHS)
                collect(fonts->fonts, pages->pages[p].items[i].glyphs);
    GHashTableIter iter;
    gpointer face, font;
    g_hash_table_iter_init(&iter, fonts->fonts);
    while (g_hash_table_iter_next(&iter, &face, &font))
        make_small(face, font);
    return fonts;
}

void jb_small_fonts_free(jb_small_fonts *fonts)
{
    if (!fonts)
        return;
    g_hash_table_destroy(fonts->fonts);
    g_free(fonts);
}

cairo_font_face_t *jb_small_font(const jb_small_fonts *fonts, const jb_ts_face *face)
{
    const small_font *font = fonts ? g_hash_table_lookup(fonts->fonts, face) : NULL;
    if (font && font->cairo)
        return font->cairo;
    return cairo_scaled_font_get_font_face(
        pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(jb_ts_face_pango(face))));
}
