// SPDX-License-Identifier: Apache-2.0
#include "fontdirs.h"

#include <glib.h>

static void add_if_there(GPtrArray *dirs, char *dir)
{
    if (g_file_test(dir, G_FILE_TEST_IS_DIR))
        g_ptr_array_add(dirs, dir);
    else
        g_free(dir);
}

char **jb_font_dirs(const char *of_layout)
{
    static const char *const of_program[] = {"fonts", "share/fonts", "../share/jianbao/fonts"};
    GPtrArray *dirs = g_ptr_array_new();
    char **listed = g_strsplit(of_layout ? of_layout : "", "\n", -1);
    for (char **p = listed; *p; p++)
        if (**p)
            add_if_there(dirs, g_strdup(*p));
    g_strfreev(listed);
    char *exe = g_file_read_link("/proc/self/exe", NULL);
    char *folder = exe ? g_path_get_dirname(exe) : NULL;
    for (size_t i = 0; folder && i < G_N_ELEMENTS(of_program); i++)
        add_if_there(dirs, g_build_filename(folder, of_program[i], NULL));
    g_free(folder);
    g_free(exe);
    g_ptr_array_add(dirs, NULL);
    return (char **)g_ptr_array_free(dirs, FALSE);
}
