// SPDX-License-Identifier: Apache-2.0
#include "fontfind.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_SFNT_NAMES_H
#include FT_TRUETYPE_IDS_H
#include <glib.h>
#include <limits.h>
#include <string.h>

enum { MAX_DEPTH = 3, MAX_FILES = 4000, MAX_FACES = 32 };

typedef struct {
    char *file;
    int index;
    bool regular;
    GPtrArray *families;
    GPtrArray *full_names; /* full and PostScript names */
} entry;

struct jb_ts_finder {
    GPtrArray *dirs;
    GPtrArray *entries; /* of the folders; NULL until first asked */
    FcConfig *host;     /* NULL until first asked */
    bool use_host;
};

static void entry_free(gpointer data)
{
    entry *e = data;
    g_free(e->file);
    g_ptr_array_free(e->families, TRUE);
    g_ptr_array_free(e->full_names, TRUE);
    g_free(e);
}

jb_ts_finder *jb_ts_finder_new(const char *const *dirs, size_t n_dirs, bool use_host)
{
    jb_ts_finder *finder = g_new0(jb_ts_finder, 1);
    finder->dirs = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < n_dirs; i++)
        g_ptr_array_add(finder->dirs, g_strdup(dirs[i]));
    finder->use_host = use_host;
    return finder;
}

void jb_ts_finder_free(jb_ts_finder *finder)
{
    if (!finder)
        return;
    g_ptr_array_free(finder->dirs, TRUE);
    if (finder->entries)
        g_ptr_array_free(finder->entries, TRUE);
    if (finder->host)
        FcConfigDestroy(finder->host);
    g_free(finder);
}

static bool has_font_suffix(const char *name)
{
    static const char *const suffixes[] = {".otf", ".ttf", ".ttc", ".otc"};
    size_t n = strlen(name);
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (n > 4 && g_ascii_strcasecmp(name + n - 4, suffixes[i]) == 0)
            return true;
    return false;
}

static void add_name(GPtrArray *names, char *name)
{
    if (!name)
        return;
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0) {
            g_free(name);
            return;
        }
    g_ptr_array_add(names, name);
}

/* Offices write 仿宋_GB2312, not FangSong_GB2312: the localised names count too. */
static void read_sfnt_names(FT_Face face, entry *e)
{
    FT_UInt n = FT_Get_Sfnt_Name_Count(face);
    for (FT_UInt i = 0; i < n && i < 400; i++) {
        FT_SfntName name;
        if (FT_Get_Sfnt_Name(face, i, &name) || name.platform_id != TT_PLATFORM_MICROSOFT)
            continue;
        bool family =
            name.name_id == TT_NAME_ID_FONT_FAMILY || name.name_id == TT_NAME_ID_TYPOGRAPHIC_FAMILY;
        bool full = name.name_id == TT_NAME_ID_FULL_NAME || name.name_id == TT_NAME_ID_PS_NAME;
        if (!family && !full)
            continue;
        char *text = g_convert((const char *)name.string, (gssize)name.string_len, "UTF-8",
                               "UTF-16BE", NULL, NULL, NULL);
        add_name(family ? e->families : e->full_names, text);
    }
}

static entry *read_face(FT_Face face, const char *path, int index)
{
    entry *e = g_new0(entry, 1);
    e->file = g_strdup(path);
    e->index = index;
    e->families = g_ptr_array_new_with_free_func(g_free);
    e->full_names = g_ptr_array_new_with_free_func(g_free);
    add_name(e->families, g_strdup(face->family_name));
    add_name(e->full_names, g_strdup(FT_Get_Postscript_Name(face)));
    if (face->family_name && face->style_name)
        add_name(e->full_names, g_strconcat(face->family_name, " ", face->style_name, NULL));
    read_sfnt_names(face, e);
    char *base = g_path_get_basename(path);
    e->regular = !(face->style_flags & (FT_STYLE_FLAG_BOLD | FT_STYLE_FLAG_ITALIC)) &&
                 !strstr(base, "Bold") && !strstr(base, "bold");
    g_free(base);
    return e;
}

static void scan_file(FT_Library ft, GPtrArray *entries, const char *path)
{
    long faces = 1;
    for (long i = 0; i < faces && i < MAX_FACES && entries->len < MAX_FILES; i++) {
        FT_Face face;
        if (FT_New_Face(ft, path, i, &face))
            return;
        faces = face->num_faces;
        g_ptr_array_add(entries, read_face(face, path, (int)i));
        FT_Done_Face(face);
    }
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void scan_dir(FT_Library ft, GPtrArray *entries, const char *path, int depth)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    if (!dir)
        return;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
        g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    g_ptr_array_sort(names, by_name); /* the order of a folder is the kernel's, not ours */
    for (guint i = 0; i < names->len; i++) {
        char *full = g_build_filename(path, names->pdata[i], NULL);
        if (has_font_suffix(full))
            scan_file(ft, entries, full);
        else if (depth < MAX_DEPTH && g_file_test(full, G_FILE_TEST_IS_DIR))
            scan_dir(ft, entries, full, depth + 1);
        g_free(full);
    }
    g_ptr_array_free(names, TRUE);
}

static void scan_dirs(jb_ts_finder *finder)
{
    finder->entries = g_ptr_array_new_with_free_func(entry_free);
    FT_Library ft;
    if (finder->dirs->len == 0 || FT_Init_FreeType(&ft))
        return;
    for (guint i = 0; i < finder->dirs->len; i++)
        scan_dir(ft, finder->entries, finder->dirs->pdata[i], 0);
    FT_Done_FreeType(ft);
}

static bool names_hold(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (g_ascii_strcasecmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

static const entry *find_in_dirs(const jb_ts_finder *finder, const char *name)
{
    const entry *other_style = NULL;
    for (guint i = 0; i < finder->entries->len; i++) {
        const entry *e = finder->entries->pdata[i];
        if (names_hold(e->full_names, name))
            return e;
        if (!names_hold(e->families, name))
            continue;
        if (e->regular)
            return e;
        if (!other_style)
            other_style = e;
    }
    return other_style;
}

/* How far a pattern is from regular upright; the file name decides between equals. */
static int style_distance(const FcPattern *p)
{
    int weight = FC_WEIGHT_REGULAR, slant = 0, width = FC_WIDTH_NORMAL;
    FcPatternGetInteger(p, FC_WEIGHT, 0, &weight);
    FcPatternGetInteger(p, FC_SLANT, 0, &slant);
    FcPatternGetInteger(p, FC_WIDTH, 0, &width);
    FcChar8 *file = NULL;
    FcPatternGetString(p, FC_FILE, 0, &file);
    int bold_file =
        file && strstr(strrchr((char *)file, '/') ? strrchr((char *)file, '/') : (char *)file,
                       "Bold")
            ? 500
            : 0;
    return ABS(weight - FC_WEIGHT_REGULAR) + slant * 3 + ABS(width - FC_WIDTH_NORMAL) * 2 +
           bold_file;
}

static bool find_by_property(FcConfig *host, const char *property, const char *name, char **file,
                             int *index)
{
    FcPattern *pattern = FcPatternCreate();
    FcPatternAddString(pattern, property, (const FcChar8 *)name);
    FcObjectSet *objects =
        FcObjectSetBuild(FC_FILE, FC_INDEX, FC_WEIGHT, FC_SLANT, FC_WIDTH, FC_VARIABLE, (char *)0);
    FcFontSet *set = FcFontList(host, pattern, objects);
    FcChar8 *best = NULL;
    int best_index = 0, best_distance = INT_MAX;
    for (int i = 0; set && i < set->nfont; i++) {
        FcChar8 *f = NULL;
        int ix = 0;
        FcBool variable = FcFalse;
        FcPatternGetBool(set->fonts[i], FC_VARIABLE, 0, &variable);
        if (variable || FcPatternGetString(set->fonts[i], FC_FILE, 0, &f) != FcResultMatch ||
            !has_font_suffix((const char *)f))
            continue;
        FcPatternGetInteger(set->fonts[i], FC_INDEX, 0, &ix);
        int d = style_distance(set->fonts[i]);
        int order = best ? strcmp((const char *)f, (const char *)best) : -1;
        if (d < best_distance ||
            (d == best_distance && (order < 0 || (!order && ix < best_index)))) {
            best = f;
            best_index = ix;
            best_distance = d;
        }
    }
    if (best) {
        *file = g_strdup((const char *)best);
        *index = best_index;
    }
    if (set)
        FcFontSetDestroy(set);
    FcObjectSetDestroy(objects);
    FcPatternDestroy(pattern);
    return best != NULL;
}

static bool find_on_host(jb_ts_finder *finder, const char *name, char **file, int *index)
{
    if (!finder->use_host)
        return false;
    if (!finder->host)
        finder->host = FcInitLoadConfigAndFonts();
    if (!finder->host)
        return false;
    return find_by_property(finder->host, FC_FAMILY, name, file, index) ||
           find_by_property(finder->host, FC_FULLNAME, name, file, index) ||
           find_by_property(finder->host, FC_POSTSCRIPT_NAME, name, file, index);
}

bool jb_ts_finder_find(jb_ts_finder *finder, const char *name, char **file, int *index)
{
    if (strchr(name, '/')) {
        if (!has_font_suffix(name) || !g_file_test(name, G_FILE_TEST_IS_REGULAR))
            return false;
        *file = g_strdup(name);
        *index = 0;
        return true;
    }
    if (!finder->entries)
        scan_dirs(finder);
    const entry *e = find_in_dirs(finder, name);
    if (e) {
        *file = g_strdup(e->file);
        *index = e->index;
        return true;
    }
    return find_on_host(finder, name, file, index);
}
