// SPDX-License-Identifier: Apache-2.0
/* `jianbao new`: a plugin project out of share/plugin-template. The template is a project as it stands, called
 * template_name; what is in common/, data/ and the kind's own folder is copied with that word replaced. All of it is
 * written beside the target and then renamed: the folder is there whole or not at all. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "cli/commands.h"
#include "cli/output.h"

#include "base/arena.h"
#include "base/str.h"
#include "plugin/search.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_CHARS = 40, FILE_MAX = 1 << 20 };

static const char NAME_WORD[] = "template_name", KIND_WORD[] = "template_kind";
static const char *const KINDS[] = {"source", "metric", "derive", "section", "chart", "renderer"};
enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };
/* Names of targets that CMake makes itself; the project has a target of the plugin's name. */
static const char *const TAKEN[] = {"all", "clean", "depend", "help", "install", "package", "preinstall", "test"};

typedef struct project {
    const char *kind, *name;
    char share[JB_PATH_MAX];  /* the template */
    char target[JB_PATH_MAX]; /* DIR/NAME */
    char temp[JB_PATH_MAX];   /* where it is written first */
    jb_diags *diags;
} project;

static int path_join(char out[JB_PATH_MAX], const char *dir, const char *name)
{
    int n = snprintf(out, JB_PATH_MAX, "%s/%s", dir, name);
    return n < 0 || n >= JB_PATH_MAX ? ENAMETOOLONG : 0;
}

static int cannot_write(project *p, const char *path, int error)
{
    jb_diag(p->diags, "E0808", NULL, path, strerror(error));
    return -1;
}

static int template_missing(project *p, const char *path, int error)
{
    jb_diag(p->diags, "E0816", NULL, path, strerror(error));
    return -1;
}

/* ---- what is asked for ---- */

static int check_kind(project *p)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        if (strcmp(KINDS[i], p->kind) == 0) {
            return 0;
        }
    }
    jb_diag(p->diags, "E0830", NULL, p->kind, jb_nearest(p->kind, KINDS, N_KINDS));
    return -1;
}

static int check_name(project *p)
{
    const char *name = p->name;
    size_t n = strlen(name);
    int taken = 0;
    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN[0]; i++) {
        taken |= strcmp(TAKEN[i], name) == 0;
    }
    if (n == 0 || n > NAME_MAX_CHARS || name[0] < 'a' || name[0] > 'z' ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != n) {
        jb_diag(p->diags, "E0831", NULL, name);
        return -1;
    }
    if (taken || strcmp(name, NAME_WORD) == 0 || strcmp(name, KIND_WORD) == 0) {
        jb_diag(p->diags, "E0832", NULL, name);
        return -1;
    }
    return 0;
}

/* A built-in type of the same kind and name would make `type = NAME` ambiguous. The index file says which there are;
 * without it nothing is known, and the program says so when the plugin is first used. */
static int check_type(project *p)
{
    const char *kind = strcmp(p->kind, "derive") == 0 ? "metric" : p->kind;
    char path[JB_PATH_MAX], line[256], k[80], t[80];
    int found = 0;
    FILE *f = NULL;
    if (jb_home_plugins(path) == 0 && strlen(path) + sizeof "/index" <= sizeof path) {
        memcpy(path + strlen(path), "/index", sizeof "/index");
        f = fopen(path, "r");
    }
    while (f && !found && fgets(line, sizeof line, f)) {
        found = sscanf(line, "%*s %79s %79s", k, t) == 2 && strcmp(k, kind) == 0 && strcmp(t, p->name) == 0;
    }
    if (f) {
        fclose(f);
    }
    if (found) {
        jb_diag(p->diags, "E0833", NULL, kind, p->name);
    }
    return found ? -1 : 0;
}

/* DIR is made if need be; DIR/NAME must not be there in any form. */
static int check_target(project *p, const char *dir)
{
    struct stat st;
    int error = strcmp(dir, ".") == 0 && snprintf(p->target, sizeof p->target, "%s", p->name) > 0
                    ? 0
                    : path_join(p->target, dir, p->name);
    if (error) {
        return cannot_write(p, dir, error);
    }
    if (lstat(p->target, &st) == 0) {
        jb_diag(p->diags, "E0834", NULL, p->target, p->name);
        return -1;
    }
    if (jb_home_share(p->share) != 0 || strlen(p->share) + sizeof "/plugin-template" > sizeof p->share) {
        return template_missing(p, "share/plugin-template", ENOENT);
    }
    memcpy(p->share + strlen(p->share), "/plugin-template", sizeof "/plugin-template");
    error = jb_make_dirs(dir, 1);
    return error ? cannot_write(p, dir, error) : 0;
}

/* ---- copying ---- */

static void fill_in(const project *p, const char *text, jb_buf *out)
{
    while (*text) {
        const char *name = strstr(text, NAME_WORD), *kind = strstr(text, KIND_WORD);
        int is_kind = kind && (!name || kind < name);
        const char *at = is_kind ? kind : name;
        jb_buf_add(out, text, at ? (size_t)(at - text) : strlen(text));
        if (!at) {
            return;
        }
        jb_buf_str(out, is_kind ? p->kind : p->name);
        text = at + strlen(is_kind ? KIND_WORD : NAME_WORD);
    }
}

static int read_text(project *p, const char *path, jb_buf *out)
{
    char block[8192];
    size_t n;
    FILE *f = fopen(path, "r");
    if (!f) {
        return template_missing(p, path, errno);
    }
    while ((n = fread(block, 1, sizeof block, f)) > 0) {
        jb_buf_add(out, block, n);
    }
    int bad = ferror(f) || out->failed;
    fclose(f);
    return bad ? template_missing(p, path, EIO) : 0;
}

static int copy_file(project *p, const char *from, const char *to)
{
    jb_buf text, filled;
    jb_buf_init(&text, FILE_MAX);
    jb_buf_init(&filled, JB_BUF_MAX_TEXT);
    int bad = read_text(p, from, &text);
    if (bad == 0) {
        fill_in(p, jb_buf_text(&text), &filled);
        FILE *f = fopen(to, "wx");
        int failed = !f || fwrite(jb_buf_text(&filled), 1, filled.len, f) != filled.len;
        failed |= f && fclose(f) != 0;
        bad = failed ? cannot_write(p, to, errno ? errno : EIO) : 0;
    }
    jb_buf_free(&text);
    jb_buf_free(&filled);
    return bad;
}

static int copy_folder(project *p, const char *from, const char *to);

static int copy_entry(project *p, const char *from, const char *to, const char *name)
{
    char source[JB_PATH_MAX], target[JB_PATH_MAX];
    struct stat st;
    jb_buf filled;
    jb_buf_init(&filled, FILE_MAX);
    fill_in(p, name, &filled);
    int error = path_join(source, from, name);
    error = error ? error : path_join(target, to, jb_buf_text(&filled));
    jb_buf_free(&filled);
    if (error == 0 && stat(source, &st) != 0) {
        error = errno;
    }
    if (error) {
        return template_missing(p, from, error);
    }
    if (!S_ISDIR(st.st_mode)) {
        return copy_file(p, source, target);
    }
    if (mkdir(target, 0777) != 0 && errno != EEXIST) {
        return cannot_write(p, target, errno);
    }
    return copy_folder(p, source, target);
}

static int copy_folder(project *p, const char *from, const char *to)
{
    DIR *d = opendir(from);
    int bad = d ? 0 : template_missing(p, from, errno);
    for (struct dirent *e; bad == 0 && (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            bad = copy_entry(p, from, to, e->d_name);
        }
    }
    if (d) {
        closedir(d);
    }
    return bad;
}

static int copy_template(project *p, const char *folder)
{
    char from[JB_PATH_MAX];
    int error = path_join(from, p->share, folder);
    return error ? template_missing(p, p->share, error) : copy_folder(p, from, p->temp);
}

static int write_project(project *p, const char *dir)
{
    int error = path_join(p->temp, dir, ".jianbao-new-XXXXXX");
    if (error || !mkdtemp(p->temp)) {
        return cannot_write(p, dir, error ? error : errno);
    }
    mode_t mask = umask(0); /* plugins are not loaded from folders that others may write to */
    umask(mask);
    int reads_csv = strcmp(p->kind, "source") != 0; /* a source brings data of its own form */
    int bad = copy_template(p, "common") != 0 || (reads_csv && copy_template(p, "data") != 0) ||
              copy_template(p, p->kind) != 0;
    if (!bad && (chmod(p->temp, 0755 & ~mask) != 0 || rename(p->temp, p->target) != 0)) {
        bad = cannot_write(p, p->target, errno);
    }
    if (bad) {
        size_t n = strlen(p->temp) + 1;
        char *gone = jb_alloc(n);
        memcpy(gone, p->temp, n);
        jb_temp_dir_remove(gone, -1);
    }
    return bad ? -1 : 0;
}

/* What to type, and where the guide lies: an installation has it beside share/jianbao. */
static void say_next(const jb_options *o)
{
    const char *name = o->zh ? "plugin-guide.zh-CN.md" : "plugin-guide.md";
    char share[JB_PATH_MAX], dir[JB_PATH_MAX], *slash = NULL;
    jb_buf guide, zh, en;
    jb_buf_init(&guide, JB_BUF_MAX_TEXT);
    jb_buf_init(&zh, JB_BUF_MAX_TEXT);
    jb_buf_init(&en, JB_BUF_MAX_TEXT);
    if (jb_home_share(share) == 0 && realpath(share, dir)) {
        slash = strrchr(dir, '/');
    }
    if (slash) {
        jb_buf_add(&guide, dir, (size_t)(slash - dir));
        jb_buf_fmt(&guide, "/doc/jianbao/%s", name);
    }
    if (!slash || access(jb_buf_text(&guide), R_OK) != 0) { /* a build tree */
        jb_buf_clear(&guide);
        jb_buf_fmt(&guide, "docs/%s", name);
    }
    jb_buf_fmt(&zh, "下一步：进入该目录，cmake -S . -B build && cmake --build build && "
                    "ctest --test-dir build --output-on-failure；写法见 %s", jb_buf_text(&guide));
    jb_buf_fmt(&en, "next: in that directory, cmake -S . -B build && cmake --build build && "
                    "ctest --test-dir build --output-on-failure; how to go on: %s", jb_buf_text(&guide));
    jb_cli_close(o, jb_buf_text(&zh), jb_buf_text(&en));
    jb_buf_free(&guide);
    jb_buf_free(&zh);
    jb_buf_free(&en);
}

int jb_cmd_new(const jb_options *o)
{
    const char *dir = o->n_operands > 2 && *o->operands[2] ? o->operands[2] : ".";
    project *p = jb_alloc(sizeof *p);
    jb_buf product;
    *p = (project){.kind = o->operands[0], .name = o->operands[1], .diags = jb_diags_new()};
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    int bad = check_kind(p);
    bad = check_name(p) != 0 || bad; /* both are told at once */
    if (!bad && check_type(p) == 0 && check_target(p, dir) == 0 && write_project(p, dir) == 0) {
        jb_buf_fmt(&product, "%s\n", p->target);
    }
    int code = jb_cli_report(o, p->diags, 0);
    code = jb_cli_product(o, &product, code);
    if (code == 0) {
        say_next(o);
    }
    jb_buf_free(&product);
    jb_diags_free(p->diags);
    free(p);
    return code;
}
