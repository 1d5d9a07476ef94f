// SPDX-License-Identifier: Apache-2.0
#include "fonts.h"

#include "face.h"
#include "fontfind.h"

#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <glib.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <stdio.h>
#include <string.h>

enum { PAGE = 256, PAGES = 0x110000 / PAGE, MAX_CHAIN = 24, NO_FACE = 255 };

/* An entry of a role's list: looked for only when reached. */
typedef struct {
    char *name;
    jb_ts_face *face;
    bool tried;
} choice;

typedef struct {
    choice chain[MAX_CHAIN];
    unsigned n;
    int first;             /* index of the role's own font, -1 until known, -2 = none */
    uint8_t *pages[PAGES]; /* code point -> 1 + chain index; 0 = not asked, NO_FACE = missing */
} role;

struct jb_ts_fonts {
    jb_ts_finder *finder;
    PangoFontMap *map;
    PangoContext *context;
    GPtrArray *faces;
    role roles[JB_TS_ROLES];
    const void *place;
    void (*report)(void *data, const jb_ts_font_event *event);
    void *report_data;
};

static const char *const default_families[JB_TS_ROLES] = {
    [JB_TS_ROLE_BODY] =
        "仿宋_GB2312, FangSong_GB2312, 仿宋, FangSong, 方正仿宋_GBK, FandolFang-Regular, "
        "Zhuque Fangsong, Noto Serif CJK SC, Noto Sans CJK SC",
    [JB_TS_ROLE_TITLE] =
        "方正小标宋简体, FZXiaoBiaoSong-B05S, 方正小标宋_GBK, 小标宋, FandolSong-Bold, "
        "Noto Serif CJK SC Bold, Noto Serif CJK SC, Noto Sans CJK SC",
    [JB_TS_ROLE_HEADING1] = "黑体, SimHei, 方正黑体_GBK, FandolHei-Regular, Noto Sans CJK SC, "
                            "WenQuanYi Zen Hei, Noto Serif CJK SC",
    [JB_TS_ROLE_HEADING2] =
        "楷体_GB2312, KaiTi_GB2312, 楷体, KaiTi, 方正楷体_GBK, FandolKai-Regular, "
        "LXGW WenKai, AR PL KaitiM GB, Noto Serif CJK SC, Noto Sans CJK SC",
    [JB_TS_ROLE_SONG] = "宋体, SimSun, 方正书宋_GBK, FandolSong-Regular, Noto Serif CJK SC, "
                        "Noto Sans CJK SC",
    [JB_TS_ROLE_LATIN] = "",
};

static void set_chain(role *r, const char *list)
{
    r->first = -1;
    char **names = g_regex_split_simple("[,，、\n]", list, 0, 0);
    for (char **p = names; *p && r->n < MAX_CHAIN; p++) {
        g_strstrip(*p);
        if (**p)
            r->chain[r->n++].name = g_strdup(*p);
    }
    g_strfreev(names);
}

static bool make_context(jb_ts_fonts *fonts)
{
    fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    if (!fonts->map)
        return false;
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map), 72.0);
    fonts->context = pango_font_map_create_context(fonts->map);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(fonts->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(fonts->context, FALSE);
    pango_context_set_language(fonts->context, pango_language_from_string("zh-cn"));
    return true;
}

jb_ts_fonts *jb_ts_fonts_new(const jb_ts_fonts_config *config)
{
    jb_ts_fonts *fonts = g_new0(jb_ts_fonts, 1);
    fonts->faces = g_ptr_array_new();
    fonts->report = config->report;
    fonts->report_data = config->report_data;
    fonts->finder = jb_ts_finder_new(config->dirs, config->n_dirs, !config->no_host);
    for (int r = 0; r < JB_TS_ROLES; r++)
        set_chain(&fonts->roles[r],
                  config->families[r] ? config->families[r] : default_families[r]);
    if (!make_context(fonts)) {
        jb_ts_fonts_free(fonts);
        return NULL;
    }
    return fonts;
}

static void face_free(jb_ts_face *face)
{
    g_hash_table_destroy(face->shaped);
    g_hash_table_destroy(face->chars);
    g_clear_object(&face->font);
    g_free(face->file);
    g_free(face);
}

void jb_ts_fonts_free(jb_ts_fonts *fonts)
{
    if (!fonts)
        return;
    for (guint i = 0; i < fonts->faces->len; i++)
        face_free(fonts->faces->pdata[i]);
    g_ptr_array_free(fonts->faces, TRUE);
    for (int r = 0; r < JB_TS_ROLES; r++) {
        for (unsigned i = 0; i < fonts->roles[r].n; i++)
            g_free(fonts->roles[r].chain[i].name);
        for (size_t p = 0; p < PAGES; p++)
            g_free(fonts->roles[r].pages[p]);
    }
    g_clear_object(&fonts->context);
    if (fonts->map) /* it does not give up its configuration by itself */
        pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), NULL);
    g_clear_object(&fonts->map);
    jb_ts_finder_free(fonts->finder);
    g_free(fonts);
}

void jb_ts_fonts_set_place(jb_ts_fonts *fonts, const void *place)
{
    fonts->place = place;
}

static const char *font_format(const char *file)
{
    char magic[4] = {0};
    FILE *f = fopen(file, "rb");
    if (f) {
        if (fread(magic, 1, sizeof magic, f) != sizeof magic)
            memset(magic, 0, sizeof magic);
        fclose(f);
    }
    return memcmp(magic, "OTTO", 4) == 0 ? "CFF" : "TrueType";
}

/*
 * Fontconfig's own scan of a 20 MB collection reads every character map in it. We know which file
 * we want, so we describe it ourselves. What it covers we ask HarfBuzz, so the character set is
 * only for form's sake.
 */
static FcPattern *describe_face(const jb_ts_face *face, const char *family)
{
    FcPattern *p = FcPatternCreate();
    FcCharSet *chars = FcCharSetCreate();
    FcCharSetAddChar(chars, 'a');
    FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)family);
    FcPatternAddString(p, FC_STYLE, (const FcChar8 *)"Regular");
    FcPatternAddString(p, FC_FILE, (const FcChar8 *)face->file);
    FcPatternAddInteger(p, FC_INDEX, face->index);
    FcPatternAddInteger(p, FC_WEIGHT, FC_WEIGHT_REGULAR);
    FcPatternAddInteger(p, FC_SLANT, FC_SLANT_ROMAN);
    FcPatternAddInteger(p, FC_WIDTH, FC_WIDTH_NORMAL);
    FcPatternAddBool(p, FC_OUTLINE, FcTrue);
    FcPatternAddBool(p, FC_SCALABLE, FcTrue);
    FcPatternAddString(p, FC_FONTFORMAT, (const FcChar8 *)font_format(face->file));
    FcPatternAddCharSet(p, FC_CHARSET, chars);
    FcCharSetDestroy(chars);
    return p;
}

/*
 * A private configuration for each face: Pango looks fonts up in threads of its own, so one that is
 * in use must not be added to. The only public way to a fresh font set of a configuration is to ask
 * it to add a file that has no fonts.
 */
static bool use_only(jb_ts_fonts *fonts, FcPattern *pattern)
{
    FcConfig *config = FcConfigCreate();
    FcFontSet *set = NULL;
    if (config) {
        FcConfigAppFontAddFile(config, (const FcChar8 *)"/dev/null");
        set = FcConfigGetFonts(config, FcSetApplication);
    }
    if (set) {
        FcFontSetAdd(set, pattern); /* the set owns it now */
        pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), config);
    } else {
        FcPatternDestroy(pattern);
    }
    if (config)
        FcConfigDestroy(config);
    return set != NULL;
}

static PangoFont *load_font(jb_ts_fonts *fonts, const jb_ts_face *face)
{
    char family[32];
    snprintf(family, sizeof family, "jb%u", face->id);
    if (!use_only(fonts, describe_face(face, family)))
        return NULL;
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family(d, family);
    pango_font_description_set_absolute_size(d, JB_TS_REF_SIZE * PANGO_SCALE);
    PangoFont *font = pango_font_map_load_font(fonts->map, fonts->context, d);
    pango_font_description_free(d);
    return font;
}

static jb_ts_face *open_face(jb_ts_fonts *fonts, const char *name)
{
    char *file = NULL;
    int index = 0;
    if (!jb_ts_finder_find(fonts->finder, name, &file, &index))
        return NULL;
    for (guint i = 0; i < fonts->faces->len; i++) {
        jb_ts_face *known = fonts->faces->pdata[i];
        if (known->index == index && strcmp(known->file, file) == 0) {
            g_free(file);
            return known;
        }
    }
    jb_ts_face *face = g_new0(jb_ts_face, 1);
    face->file = file;
    face->index = index;
    face->id = fonts->faces->len;
    face->shaped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    face->chars = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    face->font = load_font(fonts, face);
    if (face->font)
        face->hb = pango_font_get_hb_font(face->font);
    if (!face->hb || hb_face_get_glyph_count(hb_font_get_face(face->hb)) == 0) {
        face_free(face);
        return NULL;
    }
    g_ptr_array_add(fonts->faces, face);
    return face;
}

static jb_ts_face *chain_face(jb_ts_fonts *fonts, role *r, unsigned i)
{
    choice *c = &r->chain[i];
    if (!c->tried) {
        c->tried = true;
        c->face = open_face(fonts, c->name);
    }
    return c->face;
}

static void report(jb_ts_fonts *fonts, int kind, int r, const char *wanted, const char *used,
                   uint32_t ch)
{
    if (!fonts->report)
        return;
    jb_ts_font_event event = {
        .kind = kind, .role = r, .wanted = wanted, .used = used, .ch = ch, .place = fonts->place};
    fonts->report(fonts->report_data, &event);
}

/* The role's own font: the first of its list that opens. */
static int first_of(jb_ts_fonts *fonts, int which)
{
    role *r = &fonts->roles[which];
    if (r->first != -1)
        return r->first;
    r->first = -2;
    for (unsigned i = 0; i < r->n && r->first < 0; i++)
        if (chain_face(fonts, r, i))
            r->first = (int)i;
    if (r->n > 0 && r->first != 0)
        report(fonts, JB_TS_FONT_SUBSTITUTED, which, r->chain[0].name,
               r->first > 0 ? r->chain[r->first].name : NULL, 0);
    return r->first;
}

static uint8_t look_up(jb_ts_fonts *fonts, int which, uint32_t ch)
{
    role *r = &fonts->roles[which];
    int first = first_of(fonts, which);
    if (first < 0)
        return NO_FACE;
    for (unsigned i = (unsigned)first; i < r->n; i++) {
        jb_ts_face *face = chain_face(fonts, r, i);
        hb_codepoint_t glyph;
        if (!face || !hb_font_get_nominal_glyph(face->hb, ch, &glyph))
            continue;
        if (i != (unsigned)first)
            report(fonts, JB_TS_FONT_FALLBACK, which, r->chain[first].name, r->chain[i].name, ch);
        return (uint8_t)(i + 1);
    }
    /* What the Latin font lacks is looked for in the text's own fonts next. */
    if (which != JB_TS_ROLE_LATIN && ch >= 0x20 && ch != 0x7F && !g_unichar_iszerowidth(ch))
        report(fonts, JB_TS_FONT_MISSING, which, r->chain[first].name, NULL, ch);
    return NO_FACE;
}

static bool is_latin(uint32_t ch)
{
    return (ch > 0x20 && ch < 0x7F) || (ch >= 0xC0 && ch < 0x250 && ch != 0xD7 && ch != 0xF7);
}

jb_ts_face *jb_ts_fonts_face_for(jb_ts_fonts *fonts, int which, bool latin, uint32_t ch,
                                 bool *missing)
{
    if (latin && fonts->roles[JB_TS_ROLE_LATIN].n > 0 && is_latin(ch) &&
        first_of(fonts, JB_TS_ROLE_LATIN) >= 0) {
        bool lacks = false;
        jb_ts_face *face = jb_ts_fonts_face_for(fonts, JB_TS_ROLE_LATIN, false, ch, &lacks);
        if (face && !lacks)
            return face;
    }
    *missing = false;
    role *r = &fonts->roles[which];
    if (ch >= 0x110000)
        ch = 0xFFFD;
    uint8_t **page = &r->pages[ch / PAGE];
    if (!*page)
        *page = g_malloc0(PAGE);
    uint8_t *slot = &(*page)[ch % PAGE];
    if (*slot == 0)
        *slot = look_up(fonts, which, ch);
    if (*slot != NO_FACE)
        return r->chain[*slot - 1].face;
    *missing = true;
    return r->first >= 0 ? r->chain[r->first].face : NULL;
}

const char *jb_ts_face_file(const jb_ts_face *face)
{
    return face->file;
}

PangoFont *jb_ts_face_pango(const jb_ts_face *face)
{
    return face->font;
}
