// SPDX-License-Identifier: Apache-2.0
#include "grid/grid.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)256 << 10)

void jb_files_free(jb_files *f)
{
    uint64_t i;
    for (i = 0; i < f->n; i++)
        free(f->files[i].path);
    free(f->files);
    memset(f, 0, sizeof *f);
}

static jb_status fail_at(const jb_grid_env *env, jb_ctx *ctx, const char *code, const char *path,
                         const char *arg)
{
    jb_fault at;
    memset(&at, 0, sizeof at);
    at.file = path;
    return jb_grid_fail(env, ctx, JB_E_DATA, code, &at, arg, NULL);
}

static const char *open_code(int error)
{
    return error == ENOENT || error == ENOTDIR ? "E0601"
           : error == EACCES || error == EPERM ? "E0603"
                                               : "E0605";
}

/* Pipes are not waited for. */
static jb_status open_path(const jb_grid_env *env, jb_ctx *ctx, const char *path, int *fd,
                           struct stat *st)
{
    const char *code = NULL;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return fail_at(env, ctx, open_code(errno), path, path);
    if (fstat(*fd, st) != 0)
        code = "E0605";
    else if (S_ISDIR(st->st_mode))
        code = "E0604";
    else if (!S_ISREG(st->st_mode))
        code = "E0619";
    if (code == NULL)
        return JB_OK;
    close(*fd);
    *fd = -1;
    return fail_at(env, ctx, code, path, path);
}

static jb_status add(const jb_grid_env *env, jb_ctx *ctx, const char *path, jb_files *out)
{
    jb_file *f = &out->files[out->n];
    struct stat st;
    int fd;
    jb_status r = open_path(env, ctx, path, &fd, &st);
    if (r != JB_OK)
        return r;
    close(fd);
    f->path = strdup(path);
    if (f->path == NULL)
        return jb_grid_no_memory(env, ctx);
    f->size = (uint64_t)st.st_size;
    f->mtime_s = (int64_t)st.st_mtim.tv_sec;
    f->mtime_ns = (int64_t)st.st_mtim.tv_nsec;
    out->n++;
    return JB_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static jb_status add_all(const jb_grid_env *env, jb_ctx *ctx, char **paths, size_t n, jb_files *out)
{
    jb_status st = JB_OK;
    size_t i;
    out->files = calloc(n, sizeof *out->files);
    if (out->files == NULL)
        return jb_grid_no_memory(env, ctx);
    for (i = 0; i < n && st == JB_OK; i++)
        st = add(env, ctx, paths[i], out);
    return st;
}

jb_status jb_files_find(const jb_grid_env *env, jb_ctx *ctx, const char *path, jb_files *out)
{
    struct stat st;
    glob_t found;
    jb_status r;
    memset(out, 0, sizeof *out);
    if (stat(path, &st) == 0 || strpbrk(path, "*?[") == NULL) {
        char *one = (char *)(uintptr_t)path; /* a name with a bracket is still a name */
        r = add_all(env, ctx, &one, 1, out);
    } else {
        memset(&found, 0, sizeof found);
        switch (glob(path, GLOB_NOSORT, NULL, &found)) {
        case 0: /* glob would sort by the locale */
            qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, by_bytes);
            r = add_all(env, ctx, found.gl_pathv, found.gl_pathc, out);
            break;
        case GLOB_NOSPACE:
            r = jb_grid_no_memory(env, ctx);
            break;
        default:
            r = jb_grid_fail(env, ctx, JB_E_DATA, "E0602", NULL, path, NULL);
        }
        globfree(&found);
    }
    if (r != JB_OK)
        jb_files_free(out);
    return r;
}

jb_status jb_file_open(const jb_grid_env *env, jb_ctx *ctx, const jb_file *f, int *fd)
{
    struct stat st;
    jb_status r = open_path(env, ctx, f->path, fd, &st);
    if (r != JB_OK)
        return r;
    if ((uint64_t)st.st_size == f->size && (int64_t)st.st_mtim.tv_sec == f->mtime_s &&
        (int64_t)st.st_mtim.tv_nsec == f->mtime_ns)
        return JB_OK;
    close(*fd);
    *fd = -1;
    return fail_at(env, ctx, "E0617", f->path, NULL);
}

jb_status jb_file_read(const jb_grid_env *env, jb_ctx *ctx, const jb_file *f, int fd, void *to,
                       size_t room, size_t *got)
{
    ssize_t n;
    do
        n = read(fd, to, room);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    return n < 0 ? fail_at(env, ctx, "E0605", f->path, NULL) : JB_OK;
}

static jb_status hash_file(const jb_grid_env *env, jb_ctx *ctx, const jb_file *f, uint8_t *block,
                           uint64_t h[2])
{
    size_t got = 0, i;
    int fd;
    jb_status st = jb_file_open(env, ctx, f, &fd);
    if (st != JB_OK)
        return st;
    do {
        st = jb_file_read(env, ctx, f, fd, block, BLOCK, &got);
        for (i = 0; i < got; i++) {
            h[i & 1] = (h[i & 1] ^ block[i]) * 0x100000001b3u;
        }
        h[0] ^= h[1] >> 31;
        if (st == JB_OK && env->host->cancelled(ctx))
            st = JB_E_CANCELLED;
    } while (st == JB_OK && got > 0);
    close(fd);
    return st;
}

jb_status jb_files_hash(const jb_grid_env *env, jb_ctx *ctx, jb_files *files)
{
    uint8_t *block = malloc(BLOCK);
    uint64_t h[2] = {0xcbf29ce484222325u, 0x84222325cbf29ce4u}, i, bytes = 0;
    jb_status st = block == NULL ? jb_grid_no_memory(env, ctx) : JB_OK;
    for (i = 0; i < files->n && st == JB_OK; i++) {
        st = hash_file(env, ctx, &files->files[i], block, h);
        bytes += files->files[i].size;
        h[1] ^= files->files[i].size;
    }
    free(block);
    snprintf(files->version, sizeof files->version,
             "%" PRIu64 " files %" PRIu64 " bytes %016" PRIx64, files->n, bytes,
             h[0] ^ (h[1] << 13 | h[1] >> 51));
    return st;
}
