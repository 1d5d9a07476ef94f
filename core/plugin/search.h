// SPDX-License-Identifier: Apache-2.0
/* Where plugins and shared files live, and which files may be loaded at all. [main] */
#ifndef JB_PLUGIN_SEARCH_H
#define JB_PLUGIN_SEARCH_H

#include "base/diag.h"

#include <stddef.h>

enum { JB_PATH_MAX = 4096 };

/* The program's own two layouts, found from /proc/self/exe and from nothing else:
 *   build tree    B/jianbao    B/plugins                   B/share
 *   installation  P/bin/jianbao  P/lib/jianbao/plugins     P/share/jianbao
 * 0 ok; -1 when /proc is not there or the path is too long. */
int jb_home_plugins(char out[JB_PATH_MAX]);
int jb_home_share(char out[JB_PATH_MAX]);

/* Checks that `path` may be loaded: it leads to a regular file, owned by root or by the user who runs the
 * program, that nobody else may write to, in a directory of which the same is true. 0: `real` is its real
 * path; -1: reported (E0510, E0511). */
int jb_path_trusted(const char *path, const jb_place *, char real[JB_PATH_MAX], jb_diags *);

/* The names of the *.so files of a directory, sorted bytewise; count, or -1 when it cannot be read (errno).
 * Free with jb_dir_free. */
int jb_dir_plugins(const char *dir, char ***names);
void jb_dir_free(char **names, int n);

#endif
