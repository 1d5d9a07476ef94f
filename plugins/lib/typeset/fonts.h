// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_FONTS_H
#define JB_TYPESET_FONTS_H

#include <pango/pango.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Fonts by role. Each role has an ordered list of names; the first that is installed is the role's
 * font, the rest are tried in order for characters it lacks. Every font is one file, loaded into a
 * private fontconfig under a name of our own, so no rule and no font of the host can leak in.
 *
 * One jb_ts_fonts belongs to one thread: Pango's font maps corrupt the heap when shared.
 */
typedef struct jb_ts_fonts jb_ts_fonts;

/* One font file and face index, loaded. Owned by its jb_ts_fonts. */
typedef struct jb_ts_face jb_ts_face;

enum {
    JB_TS_ROLE_BODY,     /* 仿宋 */
    JB_TS_ROLE_TITLE,    /* 小标宋 */
    JB_TS_ROLE_HEADING1, /* 黑体, also charts and table heads */
    JB_TS_ROLE_HEADING2, /* 楷体 */
    JB_TS_ROLE_SONG,     /* 宋体: page numbers, tables */
    JB_TS_ROLE_LATIN,    /* digits and Latin letters of all roles, when configured */
    JB_TS_ROLES
};

enum {
    JB_TS_FONT_SUBSTITUTED, /* wanted = first name of the list, used = name found */
    JB_TS_FONT_FALLBACK,    /* ch came from `used` because `wanted` lacks it */
    JB_TS_FONT_MISSING      /* no font of the list has ch; used is NULL */
};

/* A finding about fonts. Strings live as long as the call. */
typedef struct {
    int kind;
    int role;
    const char *wanted;
    const char *used;
    uint32_t ch;       /* 0 for JB_TS_FONT_SUBSTITUTED */
    const void *place; /* what jb_ts_fonts_set_place was given, may be NULL */
} jb_ts_font_event;

typedef struct {
    const char *const *dirs; /* folders to look in first, in order; sub-folders three deep */
    size_t n_dirs;
    const char *families[JB_TS_ROLES]; /* lists separated by ',' '，' '、'; NULL = a list of what
                                          offices own first and free fonts after,
                                          "" for JB_TS_ROLE_LATIN = no separate Latin font */
    bool no_host;                      /* do not ask the host's fontconfig for files */
    void (*report)(void *data, const jb_ts_font_event *event);
    void *report_data;
} jb_ts_fonts_config;

/* Copies what it needs from `config` (the report pointer is kept). NULL only when fontconfig or
 * Pango cannot be set up. Fonts are found and opened when first used. */
jb_ts_fonts *jb_ts_fonts_new(const jb_ts_fonts_config *config);
void jb_ts_fonts_free(jb_ts_fonts *fonts);

/* Names the place that later findings carry; `place` is passed through, never read. */
void jb_ts_fonts_set_place(jb_ts_fonts *fonts, const void *place);

/* The face that shows `ch` in `role`; digits and letters come from the Latin role if `latin`. Never
 * NULL unless no font at all could be opened. Sets *missing when even the last resort lacks it.
 * Reports fallbacks once per role and character. */
jb_ts_face *jb_ts_fonts_face_for(jb_ts_fonts *fonts, int role, bool latin, uint32_t ch,
                                 bool *missing);

/* The file it was loaded from. */
const char *jb_ts_face_file(const jb_ts_face *face);

/* The Pango font at JB_TS_REF_SIZE units per em; metrics are scaled from it. */
#define JB_TS_REF_SIZE 1000.0
PangoFont *jb_ts_face_pango(const jb_ts_face *face);

/* One glyph in em units (1.0 = the font size). */
typedef struct {
    uint32_t glyph;
    uint16_t bytes; /* UTF-8 bytes of the cluster this glyph begins; 0 = continues a cluster */
    float advance;
    float dx, dy;   /* offset of the glyph from the pen */
    float ink_left; /* ink box; both 0 for blank glyphs */
    float ink_right;
} jb_ts_shaped_glyph;

/* Shapes `text` with one face. The result is kept with the face, so a string is shaped once.
 * *n_out glyphs. Language zh-cn, no hinting, positions not rounded. */
const jb_ts_shaped_glyph *jb_ts_shape(jb_ts_face *face, const char *text, size_t len,
                                      size_t *n_out);

#endif
