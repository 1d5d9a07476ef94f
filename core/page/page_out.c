// SPDX-License-Identifier: Apache-2.0
/* Files of a renderer, under a temporary name beside their own until all of them are whole. */
#include "page/page_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JB_OUT_BUFFER = 1 << 16 };

typedef struct file {
    const char *path; /* relative to the output directory */
    const char *temp;
    int fd;
    int error; /* errno of the first failure */
    jb_ctx *ctx; /* of the render call, which the sink does not outlive */
    size_t n;
    unsigned char buffer[JB_OUT_BUFFER];
    struct file *next;
} file;

struct jb_page_files {
    jb_page_item *item;
    const char *dir;
    file *first;
    file **tail;
};

static int flush(file *f)
{
    size_t done = 0;
    while (done < f->n && f->error == 0) {
        ssize_t w = write(f->fd, f->buffer + done, f->n - done);
        if (w > 0)
            done += (size_t)w;
        else if (w < 0 && errno != EINTR)
            f->error = errno;
    }
    f->n = 0;
    return f->error == 0 ? 0 : -1;
}

static jb_status sink_write(void *self, const void *bytes, uint64_t n)
{
    file *f = self;
    const unsigned char *p = bytes;
    while (n > 0 && f->error == 0) {
        size_t room = JB_OUT_BUFFER - f->n, part = n < room ? (size_t)n : room;
        memcpy(f->buffer + f->n, p, part);
        f->n += part;
        p += part;
        n -= part;
        if (f->n == JB_OUT_BUFFER)
            (void)flush(f);
    }
    if (f->error != 0)
        f->ctx->failed = 1; /* the host's own trouble, reported when the files end: no plugin is to blame */
    return f->error == 0 ? JB_OK : JB_E_RENDER;
}

/* DIR/2.part: whatever path the file will have, it is made in the private directory, which whoever owns it
 * removes with all that is in it. */
static const char *temp_name(const jb_page_files *files)
{
    size_t n = files->item->page->n_outputs;
    for (const file *f = files->first; f != NULL; f = f->next)
        n++;
    return jb_arena_fmt(files->item->page->arena, "%s/%zu.part", files->dir, n);
}

/* 简报.svg and "-1.svg" → 简报-1.svg */
static const char *suffixed(jb_arena *arena, const char *path, const char *suffix)
{
    const char *base = strrchr(path, '/'), *dot;
    if (suffix == NULL || suffix[0] == '\0')
        return path;
    base = base != NULL ? base + 1 : path;
    dot = strrchr(base, '.');
    if (dot == NULL || dot == base)
        return jb_arena_fmt(arena, "%s%s", path, suffix);
    return jb_arena_fmt(arena, "%.*s%s", (int)(dot - path), path, suffix);
}

static int taken(const jb_page_files *files, const char *path)
{
    const jb_page *page = files->item->page;
    const file *f;
    size_t i;
    for (f = files->first; f != NULL; f = f->next)
        if (strcmp(f->path, path) == 0)
            return 1;
    for (i = 0; i < page->n_outputs; i++)
        if (strcmp(page->outputs[i].path, path) == 0)
            return 1;
    for (i = 0; i < page->n_paths; i++) /* a suffix may not reach another renderer's file */
        if (strcmp(page->paths[i].path, path) == 0 &&
            strcmp(page->paths[i].renderer, files->item->name) != 0)
            return 1;
    return 0;
}

static jb_status refuse(jb_ctx *ctx, const char *code, const char *path, const char *why)
{
    jb_place place = jb_ctx_place(ctx, "path", 0);
    jb_diag(ctx->diags, code, &place, path, why);
    ctx->failed = 1;
    return JB_E_RENDER;
}

/* The files of the renderer that is being called. */
static jb_page_files *files_of(jb_page_item *item)
{
    return item != NULL ? item->files : NULL;
}

static jb_status out_open(jb_ctx *ctx, const char *suffix, jb_sink *out)
{
    jb_page_files *files = files_of(jb_page_caller(ctx));
    jb_arena *arena;
    const char *path;
    file *f;
    int error;
    if (files == NULL || strcmp(ctx->phase, "render") != 0 ||
        (suffix != NULL && strchr(suffix, '/') != NULL))
        return refuse(ctx, "E0767", suffix != NULL ? suffix : "", ctx->phase);
    arena = files->item->page->arena;
    path = suffixed(arena, files->item->path, suffix);
    if (taken(files, path))
        return refuse(ctx, "E0768", path, "");
    f = jb_alloc(sizeof *f);
    memset(f, 0, sizeof *f);
    f->path = path;
    f->ctx = ctx;
    f->temp = temp_name(files);
    f->fd = open(f->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (f->fd < 0) {
        error = errno;
        free(f);
        return refuse(ctx, "E0756", path, strerror(error));
    }
    *files->tail = f;
    files->tail = &f->next;
    out->size = (uint32_t)sizeof *out;
    out->reserved = 0;
    out->self = f;
    out->write = sink_write;
    return JB_OK;
}

const jb_out_api jb_page_out_api = {.size = sizeof(jb_out_api), .open = out_open};

jb_page_files *jb_page_files_begin(jb_page_item *item, const char *out_dir)
{
    jb_page_files *files = jb_arena_alloc(item->page->arena, sizeof *files);
    files->item = item;
    files->dir = out_dir;
    files->tail = &files->first;
    item->files = files;
    return files;
}

static void add_output(jb_page *page, const char *renderer, const file *f)
{
    if (page->n_outputs == page->cap_outputs) {
        jb_output *wider;
        page->cap_outputs = page->cap_outputs == 0 ? 4 : page->cap_outputs * 2;
        wider = jb_arena_alloc(page->arena, page->cap_outputs * sizeof *wider);
        if (page->n_outputs > 0)
            memcpy(wider, page->outputs, page->n_outputs * sizeof *wider);
        page->outputs = wider;
    }
    page->outputs[page->n_outputs].renderer = renderer;
    page->outputs[page->n_outputs].path = f->path;
    page->outputs[page->n_outputs++].temp = f->temp;
}

int jb_page_files_end(jb_page_files *files, int keep, jb_diags *diags)
{
    jb_page_item *item = files->item;
    jb_place place = jb_args_place(item->instance->args, "path", 0);
    file *f, *next;
    int failed = 0;
    for (f = files->first; f != NULL; f = f->next) {
        (void)flush(f);
        if (f->error == 0 && keep && fsync(f->fd) != 0)
            f->error = errno;
        if (close(f->fd) != 0 && f->error == 0)
            f->error = errno;
        if (f->error != 0) {
            jb_diag(diags, "E0756", &place, f->path, strerror(f->error));
            failed = 1;
        }
    }
    for (f = files->first; f != NULL; f = next) {
        next = f->next;
        if (keep && !failed)
            add_output(item->page, item->name, f);
        else
            (void)unlink(f->temp);
        free(f);
    }
    item->files = NULL;
    return failed ? -1 : 0;
}

void jb_page_discard(jb_page *page)
{
    size_t i;
    for (i = 0; i < page->n_outputs; i++)
        (void)unlink(page->outputs[i].temp);
    page->n_outputs = 0;
}
