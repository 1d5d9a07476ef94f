// SPDX-License-Identifier: Apache-2.0
/* Which files a fenced worker may read: those of the system, and those its configuration names. */
#define _GNU_SOURCE /* glob, realpath, secure_getenv */
#include "plugin/sandbox.h"

#include "base/arena.h"
#include "plugin/search.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONF_MAX = 64 << 10, GLOB_MAX = 4096 };

static void home_read(jb_sandbox *s, const char *below)
{
    char path[JB_PATH_MAX];
    const char *home = secure_getenv("HOME");
    if (home && *home == '/' && snprintf(path, sizeof path, "%s/%s", home, below) < (int)sizeof path) {
        jb_sandbox_read(s, path);
    }
}

/* <dir>…</dir> of the host's fontconfig files: folders an office added for its own fonts. */
static void font_folders(jb_sandbox *s, const char *conf)
{
    static const char open[] = "<dir>", close[] = "</dir>";
    char *text = jb_alloc(CONF_MAX);
    FILE *f = fopen(conf, "rb");
    size_t n = f ? fread(text, 1, CONF_MAX - 1, f) : 0;
    if (f) {
        fclose(f);
    }
    text[n] = '\0';
    for (char *p = text; (p = strstr(p, open)) != NULL;) {
        p += sizeof open - 1;
        char *end = strstr(p, close);
        if (!end) {
            break;
        }
        *end = '\0';
        if (*p == '/') {
            jb_sandbox_read(s, p);
        } else if (p[0] == '~' && p[1] == '/') {
            home_read(s, p + 2);
        }
        p = end + 1;
    }
    free(text);
}

void jb_sandbox_system(jb_sandbox *s)
{
    static const char *const paths[] = {
        "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/etc/ld.so.cache",
        "/usr/share", "/usr/local/share", "/etc/fonts", "/var/cache/fontconfig", "/etc/localtime", "/dev/urandom",
        "/dev/null", "/sys/devices/system/cpu/online"};
    static const char *const at_home[] = {".fonts", ".local/share/fonts", ".config/fontconfig", ".cache/fontconfig"};
    /* A folder that is a link is a place of its own. */
    static const char *const beside_program[] = {"/../fonts", "/../share", "/../share/fonts"};
    char path[JB_PATH_MAX], more[JB_PATH_MAX + 16];
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        jb_sandbox_read(s, paths[i]);
    }
    for (size_t i = 0; i < sizeof at_home / sizeof *at_home; i++) {
        home_read(s, at_home[i]);
    }
    font_folders(s, "/etc/fonts/fonts.conf");
    font_folders(s, "/etc/fonts/local.conf");
    if (jb_home_share(path) == 0) {
        jb_sandbox_read(s, path);
    }
    if (jb_home_plugins(path) == 0) { /* a build tree keeps fonts beside its plugins */
        jb_sandbox_read(s, path);
        for (size_t i = 0; i < sizeof beside_program / sizeof *beside_program; i++) {
            snprintf(more, sizeof more, "%s%s", path, beside_program[i]);
            if (strstr(more, "/lib/") == NULL) {
                jb_sandbox_read(s, more);
            }
        }
    }
}

/* ---- what values name ---- */

static int is_below(const char *dir, const char *real)
{
    size_t n = strlen(dir);
    return strncmp(dir, real, n) == 0 && real[n] == '/';
}

static void read_path(jb_sandbox *s, const jb_value_cfg *v, const char *path, int around)
{
    char real[PATH_MAX], dir[PATH_MAX];
    if (access(path, F_OK) != 0 || !realpath(path, real)) { /* most words are no files: one call tells */
        return;
    }
    if (jb_value_is_dropin(v) && (!realpath(jb_value_dir(v), dir) || !is_below(dir, real))) {
        return;
    }
    jb_sandbox_read(s, real);
    if (!around) {
        return;
    }
    static const char *const beside[] = {"-wal", "-shm", "-journal"}; /* what a database keeps beside its file */
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        if (snprintf(dir, sizeof dir, "%s%s", real, beside[i]) < (int)sizeof dir && access(dir, F_OK) == 0) {
            jb_sandbox_read(s, dir);
        }
    }
}

static void read_pattern(jb_sandbox *s, const jb_value_cfg *v, const char *pattern)
{
    glob_t found;
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc && i < GLOB_MAX; i++) {
            read_path(s, v, found.gl_pathv[i], 1);
        }
        globfree(&found);
    }
}

/* The folder of a pattern has to be listed for the pattern to match. */
static void read_folder(jb_sandbox *s, const jb_value_cfg *v, const char *pattern)
{
    char folder[PATH_MAX];
    size_t n = strcspn(pattern, "*?[");
    while (n > 0 && pattern[n - 1] != '/') {
        n--;
    }
    if (n > 0 && n < sizeof folder) {
        memcpy(folder, pattern, n);
        folder[n] = '\0';
        read_path(s, v, folder, 0);
    }
}

static void read_word(jb_sandbox *s, const jb_value_cfg *v, const char *word, size_t n, int data)
{
    char path[PATH_MAX];
    int len = word[0] == '/' ? snprintf(path, sizeof path, "%.*s", (int)n, word)
                             : snprintf(path, sizeof path, "%s/%.*s", jb_value_dir(v), (int)n, word);
    if (len <= 0 || len >= (int)sizeof path) {
        return;
    }
    if (data && strcspn(path, "*?[") < (size_t)len) {
        read_pattern(s, v, path);
        read_folder(s, v, path);
    } else {
        read_path(s, v, path, data);
    }
}

/* Sentences are no paths; a path has a dot or a slash and is short. */
static int may_be_path(const char *word, size_t n)
{
    return n > 0 && n < 1024 && (memchr(word, '/', n) || memchr(word, '.', n)) &&
           !(n == 1 && *word == '/') && !memchr(word, '\n', n);
}

static void read_references(jb_sandbox *s, const jb_value_cfg *v)
{
    static const char mark[] = "${file:";
    for (const char *p = v->raw; (p = strstr(p, mark)) != NULL;) {
        p += sizeof mark - 1;
        size_t n = strcspn(p, "}\n");
        read_word(s, v, p, n, 0);
    }
}

static void read_value(jb_sandbox *s, const jb_config *config, const jb_value_cfg *v, int data)
{
    const char *const *items;
    const size_t *offsets;
    const char *text = v->text ? v->text : v->raw;
    read_references(s, v);
    if (may_be_path(text, strlen(text))) {
        read_word(s, v, text, strlen(text), data);
    }
    if (strlen(text) < 4096 && strpbrk(text, "\n,") && strpbrk(text, "/.")) {
        size_t n = jb_value_list(config, text, &items, &offsets);
        for (size_t i = 0; i < n; i++) {
            if (may_be_path(items[i], strlen(items[i]))) {
                read_word(s, v, items[i], strlen(items[i]), data);
            }
        }
    }
}

/* A plugin may have libraries beside it. */
static void read_plugin(jb_sandbox *s, const jb_value_cfg *path)
{
    char real[PATH_MAX], joined[PATH_MAX];
    const char *text = path->text ? path->text : path->raw;
    int len = text[0] == '/' ? snprintf(joined, sizeof joined, "%s", text)
                             : snprintf(joined, sizeof joined, "%s/%s", jb_value_dir(path), text);
    char *slash;
    if (len > 0 && len < (int)sizeof joined && realpath(joined, real) && (slash = strrchr(real, '/')) != NULL) {
        jb_sandbox_read(s, real);
        if (snprintf(joined, sizeof joined, "%s.sig", real) < (int)sizeof joined) {
            jb_sandbox_read(s, joined);
        }
        if (!jb_value_is_dropin(path)) {
            *slash = '\0';
            jb_sandbox_read(s, *real ? real : "/lib");
        }
    }
}

/* [host] plugins, [layout] font_dirs: folders, whatever their names look like. */
static void read_folders(jb_sandbox *s, const jb_config *config, const jb_section_cfg *section)
{
    const char *kind = jb_section_kind(section);
    const jb_value_cfg *v = strcmp(kind, "host") == 0     ? jb_section_get(section, "plugins")
                            : strcmp(kind, "layout") == 0 ? jb_section_get(section, "font_dirs")
                                                          : NULL;
    const char *const *items;
    const size_t *offsets;
    size_t n = v ? jb_value_list(config, v->text ? v->text : v->raw, &items, &offsets) : 0;
    for (size_t i = 0; i < n; i++) {
        read_word(s, v, items[i], strlen(items[i]), 0);
    }
}

void jb_sandbox_declared(jb_sandbox *s, const jb_config *config, int data)
{
    static const char *const kinds[] = {"section", "renderer", "layout", "report", "vars", "host", "plugin", "source"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds - !data; k++) {
        size_t n = jb_config_count(config, kinds[k]);
        int of_source = strcmp(kinds[k], "source") == 0;
        for (size_t i = 0; i < n; i++) {
            const jb_section_cfg *section = jb_config_at(config, kinds[k], i);
            for (size_t v = 0; v < jb_section_n_values(section); v++) {
                read_value(s, config, jb_section_value(section, v), of_source);
            }
            read_folders(s, config, section);
            const jb_value_cfg *path = strcmp(kinds[k], "plugin") == 0 ? jb_section_get(section, "path") : NULL;
            if (path) {
                read_plugin(s, path);
            }
        }
    }
}

/* ---- what is wanted ---- */

static const char *word_of(const jb_section_cfg *s, const char *key)
{
    const jb_value_cfg *v = s ? jb_section_get(s, key) : NULL;
    return v ? v->text : NULL;
}

int jb_sandbox_wanted(const jb_config *config)
{
    const char *word = word_of(jb_config_find(config, "host", ""), "sandbox");
    return word && strcmp(word, "off") == 0 ? JB_SANDBOX_OFF
           : word && strcmp(word, "require") == 0 ? JB_SANDBOX_REQUIRE : JB_SANDBOX_AUTO;
}

static int says_yes(const char *word)
{
    return word && (strcmp(word, "yes") == 0 || strcmp(word, "true") == 0 || strcmp(word, "1") == 0 ||
                    strcmp(word, "是") == 0);
}

static const jb_section_cfg *who_asked(const jb_config *config)
{
    size_t n = jb_config_count(config, "plugin");
    for (size_t i = 0; i < n; i++) {
        const jb_section_cfg *s = jb_config_at(config, "plugin", i);
        if (says_yes(word_of(s, "sandbox"))) {
            return s;
        }
    }
    return NULL;
}

int jb_sandbox_asked(const jb_config *config)
{
    return who_asked(config) != NULL;
}

void jb_sandbox_report(const jb_config *config, unsigned holds, jb_diags *diags)
{
    const jb_section_cfg *s = who_asked(config), *host = jb_config_find(config, "host", "");
    int wanted = jb_sandbox_wanted(config);
    const char *lacks = !(holds & JB_SANDBOX_FILES) && !(holds & JB_SANDBOX_CALLS) ? "Landlock, seccomp"
                        : !(holds & JB_SANDBOX_FILES)                              ? "Landlock"
                                                                                   : "seccomp";
    if (holds == (JB_SANDBOX_FILES | JB_SANDBOX_CALLS)) {
        return;
    }
    if (wanted == JB_SANDBOX_REQUIRE) {
        jb_place place = jb_section_get(host, "sandbox")->place;
        jb_diag(diags, "E0571", &place, lacks);
    } else if (s) {
        jb_place place = jb_section_get(s, "sandbox")->place;
        jb_diag(diags, "E0570", &place, jb_section_name(s), lacks);
    }
}
