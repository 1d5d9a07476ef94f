// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700 /* nftw */
#include "cli/commands.h"
#include "cli/output.h"
#include "plugin/search.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct names {
    char **items; /* paths below the share directory */
    size_t n, cap;
} names;

/* nftw passes no argument; the walk is over before anything else runs. */
static names *walked;
static size_t skipped;

static int remember(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)at;
    if (type == FTW_F) {
        const char *name = path + skipped;
        size_t n = strlen(name) + 1;
        walked->items = jb_grow(walked->items, walked->n, &walked->cap, sizeof *walked->items);
        walked->items[walked->n] = jb_alloc(n);
        memcpy(walked->items[walked->n++], name, n);
    }
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int copy_file(const char *from, const char *to)
{
    char block[16384];
    ssize_t n;
    int error = jb_make_dirs(to, 0);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = error == 0 && in >= 0 ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    if (error == 0 && (in < 0 || out < 0)) {
        error = errno;
    }
    while (error == 0 && (n = read(in, block, sizeof block)) != 0) {
        if (n < 0 || write(out, block, (size_t)n) != n) {
            error = errno ? errno : EIO;
        }
    }
    if (in >= 0) {
        close(in);
    }
    if (out >= 0 && close(out) != 0 && error == 0) {
        error = errno;
    }
    return error;
}

static void join_path(char out[JB_PATH_MAX], const char *dir, const char *name)
{
    if (snprintf(out, JB_PATH_MAX, "%s/%s", dir, name) >= JB_PATH_MAX) {
        out[0] = '\0'; /* fails to open, with a message that names it */
    }
}

static void copy_all(const char *share, const char *dir, const names *files, jb_diags *diags, jb_buf *product)
{
    char from[JB_PATH_MAX], to[JB_PATH_MAX];
    for (size_t i = 0; i < files->n; i++) { /* all are looked at before the first is written */
        struct stat st;
        join_path(to, dir, files->items[i]);
        if (lstat(to, &st) == 0) {
            jb_diag(diags, "E0809", NULL, to);
        }
    }
    for (size_t i = 0; i < files->n && !jb_diags_errors(diags); i++) {
        join_path(from, share, files->items[i]);
        join_path(to, dir, files->items[i]);
        int error = copy_file(from, to);
        if (error) {
            jb_diag(diags, "E0808", NULL, to, strerror(error));
        } else {
            jb_buf_fmt(product, "%s\n", strcmp(dir, ".") == 0 ? files->items[i] : to);
        }
    }
}

int jb_cmd_init(const jb_options *o)
{
    const char *dir = o->n_operands ? o->operands[0] : ".";
    char share[JB_PATH_MAX] = "", init[JB_PATH_MAX];
    jb_diags *diags = jb_diags_new();
    names files = {0};
    jb_buf product;
    jb_buf_init(&product, JB_BUF_MAX_TEXT);
    (void)jb_home_share(share);
    join_path(init, share, "init");
    walked = &files;
    skipped = strlen(init) + 1;
    if (nftw(init, remember, 8, FTW_PHYS) != 0 || files.n == 0) {
        jb_diag(diags, "E0816", NULL, init, strerror(files.n == 0 && errno == 0 ? ENOENT : errno));
    } else {
        qsort(files.items, files.n, sizeof *files.items, by_name);
        int error = jb_make_dirs(dir, 1);
        if (error) {
            jb_diag(diags, "E0808", NULL, dir, strerror(error));
        } else {
            copy_all(init, dir, &files, diags, &product);
        }
    }
    walked = NULL;
    int code = jb_cli_report(o, diags, 0);
    code = jb_cli_product(o, &product, code);
    if (code == 0) {
        jb_cli_close(o, "下一步：进入该目录，jianbao run 简报.ini", "next: in that directory, jianbao run 简报.ini");
    }
    for (size_t i = 0; i < files.n; i++) {
        free(files.items[i]);
    }
    free(files.items);
    jb_buf_free(&product);
    jb_diags_free(diags);
    return code;
}
