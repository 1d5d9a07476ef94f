// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_FONTFIND_H
#define JB_TYPESET_FONTFIND_H

#include <stdbool.h>
#include <stddef.h>

/* Finds font FILES by name; it never loads a font for drawing. */
typedef struct jb_ts_finder jb_ts_finder;

jb_ts_finder *jb_ts_finder_new(const char *const *dirs, size_t n_dirs, bool use_host);
void jb_ts_finder_free(jb_ts_finder *finder);

/*
 * Looks up a family name, a full name ("Noto Serif CJK SC Bold"), a PostScript name
 * ("FandolSong-Bold") or a path: first in the folders, then on the host. Among several styles of a
 * family the regular upright one is taken; a file whose own name says Bold is never regular,
 * whatever weight it declares (Fandol's bold files claim to be regular). On success *file is a new
 * string (g_free) and *index the face in it.
 */
bool jb_ts_finder_find(jb_ts_finder *finder, const char *name, char **file, int *index);

#endif
