// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700 /* realpath */
#include "plugin/search.h"

#include "base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int own_directory(char out[JB_PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", out, JB_PATH_MAX - 1);
    if (n <= 0 || n >= JB_PATH_MAX - 1) {
        return -1;
    }
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    if (!slash) {
        return -1;
    }
    *slash = '\0';
    return 0;
}

/* A build tree is told from an installation by CMake's cache, which no installation has. */
static int in_build_tree(const char *dir)
{
    char path[JB_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/CMakeCache.txt", dir);
    return n > 0 && n < (int)sizeof path && access(path, F_OK) == 0;
}

static int home(char out[JB_PATH_MAX], const char *built, const char *installed)
{
    char dir[JB_PATH_MAX];
    if (own_directory(dir) != 0) {
        return -1;
    }
    int n = snprintf(out, JB_PATH_MAX, "%s/%s", dir, in_build_tree(dir) ? built : installed);
    if (n < 0 || n >= JB_PATH_MAX) {
        return -1;
    }
    char *real = realpath(out, NULL);
    if (real && strlen(real) < JB_PATH_MAX) {
        memcpy(out, real, strlen(real) + 1);
    }
    free(real);
    return 0;
}

/* From the program's folder; a packager who puts plugins elsewhere below the prefix says so to CMake. */
#ifndef JB_INSTALLED_PLUGINS
#define JB_INSTALLED_PLUGINS "../lib/jianbao/plugins"
#endif

int jb_home_plugins(char out[JB_PATH_MAX])
{
    return home(out, "plugins", JB_INSTALLED_PLUGINS);
}

int jb_home_share(char out[JB_PATH_MAX])
{
    return home(out, "share", "../share/jianbao");
}

static int distrust(const char *path, const char *why_en, const char *why_zh, const jb_place *place,
                    jb_diags *diags)
{
    jb_diag(diags, "E0511", place, path, jb_lang_zh() ? why_zh : why_en);
    return -1;
}

static int check_owner(const char *path, const struct stat *st, const jb_place *place, jb_diags *diags)
{
    if (st->st_uid != 0 && st->st_uid != geteuid()) {
        return distrust(path, "it belongs neither to root nor to you", "属主既不是 root 也不是你本人", place,
                        diags);
    }
    if (st->st_mode & (S_IWGRP | S_IWOTH)) {
        return distrust(path, "others may write to it", "其他用户可以改写它", place, diags);
    }
    return 0;
}

int jb_path_trusted(const char *path, const jb_place *place, char real[JB_PATH_MAX], jb_diags *diags)
{
    struct stat st;
    char *resolved = realpath(path, NULL);
    if (!resolved || strlen(resolved) >= JB_PATH_MAX) {
        jb_diag(diags, "E0510", place, path, resolved ? "path too long" : strerror(errno));
        free(resolved);
        return -1;
    }
    memcpy(real, resolved, strlen(resolved) + 1);
    free(resolved);
    if (stat(real, &st) != 0) {
        jb_diag(diags, "E0510", place, path, strerror(errno));
        return -1;
    }
    if (!S_ISREG(st.st_mode)) {
        return distrust(path, "it is not a regular file", "不是普通文件", place, diags);
    }
    if (check_owner(real, &st, place, diags) != 0) {
        return -1;
    }
    char dir[JB_PATH_MAX];
    memcpy(dir, real, strlen(real) + 1);
    *strrchr(dir, '/') = '\0';
    if (stat(*dir ? dir : "/", &st) != 0) {
        jb_diag(diags, "E0510", place, dir, strerror(errno));
        return -1;
    }
    return check_owner(*dir ? dir : "/", &st, place, diags);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int jb_dir_plugins(const char *dir, char ***names)
{
    DIR *d = opendir(dir);
    size_t n = 0, cap = 0;
    *names = NULL;
    if (!d) {
        return -1;
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t len = strlen(e->d_name);
        if (len <= 3 || e->d_name[0] == '.' || strcmp(e->d_name + len - 3, ".so") != 0) {
            continue;
        }
        *names = jb_grow(*names, n, &cap, sizeof **names);
        char *copy = jb_alloc(len + 1);
        memcpy(copy, e->d_name, len + 1);
        (*names)[n++] = copy;
    }
    closedir(d);
    if (n > 1) {
        qsort(*names, n, sizeof **names, by_name);
    }
    return (int)n;
}

void jb_dir_free(char **names, int n)
{
    for (int i = 0; i < n; i++) {
        free(names[i]);
    }
    free(names);
}
