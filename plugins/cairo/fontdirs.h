// SPDX-License-Identifier: Apache-2.0
#ifndef JB_CAIRO_FONTDIRS_H
#define JB_CAIRO_FONTDIRS_H

/* Folders to look for fonts in, before the host's own fonts: those of the layout (one a line, or
 * NULL), then the program's: EXE/fonts, EXE/share/fonts, EXE/../share/jianbao/fonts, where EXE is
 * the folder of the running program. Only folders that exist. Free with g_strfreev. */
char **jb_font_dirs(const char *of_layout);

#endif
