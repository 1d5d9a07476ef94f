// SPDX-License-Identifier: Apache-2.0
/* The index file beside plugins: which file offers which type, so that a run loads only what it uses. A hint:
 * it is believed only when it lists exactly the files that are there and is no older than any of them, and what a
 * file really offers is known from the file alone. */
#include "plugin/registry_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char FIRST_LINE[] = "jianbao-plugin-index 1\n";
enum { INDEX_MAX = 1 << 20 };

void jb_registry_index(const jb_registry *reg, jb_buf *out)
{
    jb_buf_str(out, FIRST_LINE);
    for (size_t i = 0; i < reg->n_plugins; i++) {
        const char *name = strrchr(reg->plugins[i]->file, '/') + 1;
        if (reg->plugins[i]->plugin->n_components == 0) {
            jb_buf_fmt(out, "%s - -\n", name);
        }
        for (uint64_t k = 0; k < reg->plugins[i]->plugin->n_components; k++) {
            const jb_component *c = reg->plugins[i]->plugin->components[k];
            jb_buf_fmt(out, "%s %s %s\n", name, c->kind, c->name);
        }
    }
}

static char *read_index(const char *dir, struct stat *st)
{
    char path[JB_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/index", dir);
    FILE *f = n > 0 && n < (int)sizeof path ? fopen(path, "rb") : NULL;
    char *text = NULL;
    if (!f) {
        return NULL;
    }
    if (fstat(fileno(f), st) == 0 && st->st_size > 0 && st->st_size < INDEX_MAX) {
        text = jb_alloc((size_t)st->st_size + 1);
        size_t got = fread(text, 1, (size_t)st->st_size, f);
        text[got] = '\0';
    }
    fclose(f);
    if (text && strncmp(text, FIRST_LINE, sizeof FIRST_LINE - 1) != 0) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Does some line of the index begin with "NAME "? */
static int mentions(const char *index, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = index; p; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (strncmp(p, name, n) == 0 && p[n] == ' ') {
            return 1;
        }
    }
    return 0;
}

static int older(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec < b->st_mtim.tv_sec
                                                  : a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

static int is_fresh(const char *dir, const char *index, const struct stat *index_stat)
{
    char **names, path[JB_PATH_MAX];
    int n = jb_dir_plugins(dir, &names), fresh = n >= 0;
    for (int i = 0; i < n && fresh; i++) {
        struct stat st;
        int len = snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        fresh = len > 0 && len < (int)sizeof path && stat(path, &st) == 0 && !older(index_stat, &st) &&
                mentions(index, names[i]);
    }
    if (n >= 0) {
        jb_dir_free(names, n);
    }
    return fresh;
}

static void load_file(jb_registry *reg, const jb_plugin_dir *dir, const char *name)
{
    char path[JB_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", dir->path, name);
    const jb_plugin_entry as = {.installed = dir->installed};
    if (n > 0 && n < (int)sizeof path) {
        (void)jb_registry_load(reg, path, &as, NULL, &dir->place, reg->refused);
    }
}

void jb_dir_load_all(jb_registry *reg, jb_plugin_dir *dir)
{
    char **names;
    if (dir->loaded) {
        return;
    }
    dir->loaded = 1;
    int n = jb_dir_plugins(dir->path, &names);
    dir->missing = n < 0;
    for (int i = 0; i < n; i++) {
        load_file(reg, dir, names[i]);
    }
    if (n >= 0) {
        jb_dir_free(names, n);
    }
}

/* Reads and checks the index once; after that it is either kept or everything is loaded. */
static const char *fresh_index(jb_registry *reg, jb_plugin_dir *dir)
{
    struct stat st;
    if (dir->index || dir->loaded) {
        return dir->index;
    }
    char *text = read_index(dir->path, &st);
    if (text && is_fresh(dir->path, text, &st)) {
        dir->index = jb_arena_strdup(reg->arena, text);
    } else {
        jb_dir_load_all(reg, dir);
    }
    free(text);
    return dir->index;
}

void jb_dir_scout(jb_registry *reg, jb_plugin_dir *dir)
{
    for (const char *line = fresh_index(reg, dir); line && *line;) {
        char file[256], kind[80], path[JB_PATH_MAX];
        if (sscanf(line, "%255s %79s", file, kind) == 2 && strcmp(kind, "1") != 0 && !strchr(file, '/')) {
            int n = snprintf(path, sizeof path, "%s/%s", dir->path, file);
            if (n > 0 && n < (int)sizeof path) {
                jb_scouted_claim(reg->scouting, path, kind);
            }
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
}

void jb_dir_load_for(jb_registry *reg, jb_plugin_dir *dir, const char *kind, const char *name)
{
    for (const char *line = fresh_index(reg, dir); line && *line;) {
        char file[256], k[80], t[80];
        if (sscanf(line, "%255s %79s %79s", file, k, t) == 3 && !strchr(file, '/') && strcmp(k, kind) == 0 &&
            strcmp(t, name) == 0) {
            load_file(reg, dir, file);
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
}
