// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "web/web.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

/* A file that never had a name, or has lost it at once. */
static int nameless(void)
{
    const char *dir = getenv("TMPDIR");
    char path[4096];
    int fd;
    if (dir == NULL || dir[0] != '/' || strlen(dir) > sizeof path - 32)
        dir = "/tmp";
    fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    snprintf(path, sizeof path, "%s/jianbao-XXXXXX", dir);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static int write_all(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return -1;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

int jb_spool_open(jb_spool *s)
{
    memset(s, 0, sizeof *s);
    s->hash = FNV_START;
    s->fd = memfd_create("jianbao", MFD_CLOEXEC);
    if (s->fd >= 0)
        return 0;
    s->on_disk = 1;
    s->fd = nameless();
    return s->fd >= 0 ? 0 : -1;
}

static int to_disk(jb_spool *s)
{
    char block[65536];
    uint64_t at = 0;
    int fd = nameless();
    if (fd < 0)
        return -1;
    while (at < s->size) {
        ssize_t k = pread(s->fd, block, sizeof block, (off_t)at);
        if (k <= 0 || write_all(fd, block, (size_t)k) != 0) {
            close(fd);
            return -1;
        }
        at += (uint64_t)k;
    }
    close(s->fd);
    s->fd = fd;
    s->on_disk = 1;
    return 0;
}

int jb_spool_add(jb_spool *s, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    size_t i;
    if (!s->on_disk && s->size + n > JB_SPOOL_MEMORY && to_disk(s) != 0)
        return -1;
    if (write_all(s->fd, bytes, n) != 0)
        return -1;
    for (i = 0; i < n; i++)
        s->hash = (s->hash ^ p[i]) * FNV_PRIME;
    s->size += n;
    return 0;
}

void jb_spool_close(jb_spool *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}
