// SPDX-License-Identifier: Apache-2.0
#include "csv.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

static void file_free(csv_file *f)
{
    uint32_t i;
    for (i = 0; f->heads != NULL && i < f->n_fields; i++)
        free(f->heads[i]);
    free(f->heads);
    free(f->field_of);
    free(f->path);
    free(f->at);
}

void csv_files_close(csv_source *src)
{
    uint64_t i;
    for (i = 0; i < src->n_files; i++)
        file_free(&src->files[i]);
    free(src->files);
    free(src->types);
    free(src->parts);
    src->files = NULL;
    src->types = NULL;
    src->parts = NULL;
    src->n_files = src->n_parts = 0;
    src->typed = src->parted = 0;
}

static const char *open_code(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "E0601";
    case EACCES:
    case EPERM:
        return "E0603";
    default:
        return "E0605";
    }
}

/* Opens `where`, called `path`, for reading and notes size and time. Pipes are not waited for. */
static jb_status open_file(const csv_source *src, jb_ctx *ctx, const char *where, const char *path,
                           int *fd, struct stat *st)
{
    csv_place at = {.file = path};
    const char *code = NULL;
    *fd = open(where, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return csv_fail(src, ctx, open_code(errno), &at, path, NULL);
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
    return csv_fail(src, ctx, code, &at, path, NULL);
}

jb_status csv_file_reopen(const csv_source *src, jb_ctx *ctx, const csv_file *f, int *fd)
{
    struct stat st;
    csv_place at = {.file = f->path};
    jb_status r = open_file(src, ctx, f->at != NULL ? f->at : f->path, f->path, fd, &st);
    if (r != JB_OK)
        return r;
    if ((uint64_t)st.st_size == f->size && (int64_t)st.st_mtim.tv_sec == f->mtime_s &&
        (int64_t)st.st_mtim.tv_nsec == f->mtime_ns)
        return JB_OK;
    close(*fd);
    *fd = -1;
    return csv_fail(src, ctx, "E0617", &at, NULL, NULL);
}

static jb_status look_at(csv_source *src, jb_ctx *ctx, const char *path)
{
    csv_file *f = &src->files[src->n_files];
    const char *name = src->label != NULL ? src->label : path;
    struct stat st;
    int fd;
    jb_status r = open_file(src, ctx, path, name, &fd, &st);
    if (r != JB_OK)
        return r;
    memset(f, 0, sizeof *f);
    f->path = strdup(name);
    f->at = src->label != NULL ? strdup(path) : NULL;
    src->n_files++;
    if (f->path == NULL || (src->label != NULL && f->at == NULL)) {
        close(fd);
        return csv_no_memory(src, ctx);
    }
    f->size = (uint64_t)st.st_size;
    f->mtime_s = (int64_t)st.st_mtim.tv_sec;
    f->mtime_ns = (int64_t)st.st_mtim.tv_nsec;
    r = csv_sniff(src, ctx, fd, f);
    if (r == JB_OK)
        r = csv_head_read(src, ctx, fd, f);
    close(fd);
    return r;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static jb_status look_at_all(csv_source *src, jb_ctx *ctx, char **paths, size_t n)
{
    jb_status r = JB_OK;
    size_t i;
    src->files = calloc(n, sizeof *src->files);
    if (src->files == NULL)
        return csv_no_memory(src, ctx);
    for (i = 0; i < n && r == JB_OK; i++)
        r = look_at(src, ctx, paths[i]);
    return r == JB_OK ? csv_heads_match(src, ctx) : r;
}

jb_status csv_files_open(csv_source *src, jb_ctx *ctx)
{
    struct stat st;
    jb_status r;
    glob_t found;
    csv_files_close(src);
    if (stat(src->path, &st) == 0 || strpbrk(src->path, "*?[") == NULL) {
        char *one = (char *)(uintptr_t)src->path; /* a name with a bracket is still a name */
        r = look_at_all(src, ctx, &one, 1);
    } else {
        memset(&found, 0, sizeof found);
        switch (glob(src->path, GLOB_NOSORT, NULL, &found)) {
        case 0: /* glob would sort by the locale */
            qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, by_bytes);
            r = look_at_all(src, ctx, found.gl_pathv, found.gl_pathc);
            break;
        case GLOB_NOSPACE:
            r = csv_no_memory(src, ctx);
            break;
        default:
            r = csv_fail(src, ctx, "E0602", NULL, src->path, NULL);
        }
        globfree(&found);
    }
    if (r != JB_OK)
        csv_files_close(src);
    return r;
}
