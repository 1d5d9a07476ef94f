// SPDX-License-Identifier: Apache-2.0
/* Which files are read, and in what order: an included file before the one that includes it,
 * patterns in byte order, no file twice. */
#include "config/config_impl.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST = 8 };

static int order_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int was_read(jb_config *c, const char *file)
{
    struct stat st;
    if (stat(file, &st) != 0) {
        return 0;
    }
    for (size_t i = 0; i < c->n_files; i++) {
        if (c->files[i].dev == st.st_dev && c->files[i].ino == st.st_ino) {
            return 1;
        }
    }
    c->files = jb_arena_more(c->arena, c->files, c->n_files, &c->cap_files, sizeof *c->files);
    c->files[c->n_files++] = (jb_read_file){st.st_dev, st.st_ino};
    return 0;
}

static void refuse_file(const char *code, const char *file, int error, const jb_place *from,
                        jb_diags *d)
{
    jb_place whole = {.file = file, .line = 1, .col = 1};
    if (strcmp(code, "E0102") == 0) {
        jb_diag(d, code, &whole, file);
        if (from) {
            jb_diag_note_at(d, "E0191", from, "");
        }
        return;
    }
    jb_diag(d, code, from ? from : NULL, file, strerror(error));
}

int jb_tree_read(jb_config *c, const char *file, int dropin, int depth, const jb_place *from,
                 jb_diags *d)
{
    char *bytes = NULL;
    size_t n = 0;
    if (depth > DEEPEST) {
        jb_diag0(d, "E0126", from);
        return 0;
    }
    if (was_read(c, file)) {
        refuse_file("E0127", file, 0, from, d);
        return 0;
    }
    int error = jb_read_whole(file, JB_INI_FILE_MAX, &bytes, &n);
    if (error) {
        refuse_file(error < 0 ? "E0102" : "E0101", file, error, from, d);
        return 0;
    }
    jb_ini_file *f = jb_ini_read(c->arena, file, bytes, n, d);
    jb_wipe(bytes, n);
    free(bytes);
    for (size_t i = 0; i < f->n; i++) {
        const jb_ini_section *s = &f->sections[i];
        /* A drop-in that may not touch [report] has no say in what is read. */
        int may = strcmp(s->kind, "report") == 0 && (!dropin || c->dropins_may_change);
        for (size_t k = 0; may && k < s->n; k++) {
            if (strcmp(s->values[k].key, "include") == 0) {
                jb_tree_read_list(c, s->values[k].raw, jb_path_folder(c->arena, file),
                                  &s->values[k].place, dropin, depth + 1, d);
            }
        }
    }
    jb_layer layer = {jb_path_absolute_folder(c->arena, c->cwd, file), dropin};
    for (size_t i = 0; i < f->n; i++) {
        jb_tree_apply(c, &f->sections[i], &layer, d);
    }
    return 1;
}

static int is_pattern(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

/* The folder of the including file stands in front of a pattern and must mean itself. */
static const char *escaped(jb_arena *a, const char *folder)
{
    char *out = jb_arena_alloc(a, strlen(folder) * 2 + 1), *p = out;
    for (; *folder; folder++) {
        if (strchr("*?[\\", *folder)) {
            *p++ = '\\';
        }
        *p++ = *folder;
    }
    return out;
}

/* One file of a list. A drop-in reads below its own folder only. */
static void read_listed(jb_config *c, const char *file, const char *folder, const jb_place *at,
                        int dropin, int depth, jb_diags *d)
{
    const char *real = dropin ? jb_path_real(c->arena, file) : NULL;
    const char *own = dropin ? jb_path_real(c->arena, *folder ? folder : ".") : NULL;
    size_t n = own ? strlen(own) : 0;
    if (real && own && !(strncmp(real, own, n) == 0 && real[n] == '/')) {
        jb_diag(d, "E0142", at, file);
        return;
    }
    jb_tree_read(c, file, dropin, depth, at, d);
}

static void read_pattern(jb_config *c, const char *pattern, const char *folder, const jb_place *at,
                         int dropin, int depth, jb_diags *d)
{
    glob_t g = {0};
    const char *full = jb_path_join(c->arena, escaped(c->arena, folder), pattern);
    /* glob's own order is the locale's. */
    if (glob(full, GLOB_NOSORT, NULL, &g) == 0) {
        qsort(g.gl_pathv, g.gl_pathc, sizeof *g.gl_pathv, order_names);
        for (size_t i = 0; i < g.gl_pathc; i++) {
            read_listed(c, jb_arena_strdup(c->arena, g.gl_pathv[i]), folder, at, dropin, depth, d);
        }
    }
    globfree(&g);
}

void jb_tree_read_list(jb_config *c, const char *list, const char *folder, const jb_place *at,
                       int dropin, int depth, jb_diags *d)
{
    const char *const *items;
    const size_t *offsets;
    if (strstr(list, "${")) {
        jb_diag0(d, "E0128", at);
        return;
    }
    size_t n = jb_list_split(c->arena, list, &items, &offsets);
    for (size_t i = 0; i < n; i++) {
        if (is_pattern(items[i])) {
            read_pattern(c, items[i], folder, at, dropin, depth, d);
        } else {
            read_listed(c, jb_path_join(c->arena, folder, items[i]), folder, at, dropin, depth, d);
        }
    }
}

void jb_tree_read_dropins(jb_config *c, const char *file, jb_diags *d)
{
    const char *folder = jb_arena_fmt(c->arena, "%s.d", file);
    DIR *dir = opendir(folder);
    if (!dir) {
        if (errno != ENOENT && errno != ENOTDIR) {
            refuse_file("E0101", folder, errno, NULL, d);
        }
        return;
    }
    const char **names = NULL;
    size_t n = 0, cap = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        size_t len = strlen(e->d_name);
        if (e->d_name[0] != '.' && len > 4 && strcmp(e->d_name + len - 4, ".ini") == 0) {
            names = jb_arena_more(c->arena, names, n, &cap, sizeof *names);
            names[n++] = jb_path_join(c->arena, folder, jb_arena_strdup(c->arena, e->d_name));
        }
    }
    closedir(dir);
    if (n) {
        qsort(names, n, sizeof *names, order_names);
    }
    for (size_t i = 0; i < n; i++) {
        jb_tree_read(c, names[i], 1, 0, NULL, d);
    }
}
