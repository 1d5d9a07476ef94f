// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700 /* realpath */
#include "config/config_impl.h"

#include <stdlib.h>
#include <string.h>

const char *jb_path_folder(jb_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? "" : slash == path ? "/" : jb_arena_strndup(a, path, (size_t)(slash - path));
}

const char *jb_path_join(jb_arena *a, const char *folder, const char *path)
{
    if (!*folder || *path == '/') {
        return path;
    }
    int slash = folder[strlen(folder) - 1] == '/';
    return jb_arena_fmt(a, "%s%s%s", folder, slash ? "" : "/", path);
}

const char *jb_path_real(jb_arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    const char *out = real ? jb_arena_strdup(a, real) : NULL;
    free(real);
    return out;
}

const char *jb_path_absolute_folder(jb_arena *a, const char *cwd, const char *file)
{
    const char *folder = jb_path_folder(a, file);
    const char *real = jb_path_real(a, *folder ? folder : ".");
    return real ? real : jb_path_join(a, cwd, folder);
}
