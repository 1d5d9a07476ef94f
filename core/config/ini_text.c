// SPDX-License-Identifier: Apache-2.0
/* Files and texts as a whole: read, checked for what text must not hold. */
#include "config/ini_file.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void jb_wipe(void *bytes, size_t n)
{
    for (volatile unsigned char *p = bytes; n; n--) {
        *p++ = 0;
    }
}

/* Not realloc: what is left behind may hold a secret. */
static char *widened(char *buf, size_t n, size_t room)
{
    char *wider = jb_alloc(room);
    memcpy(wider, buf, n);
    jb_wipe(buf, n);
    free(buf);
    return wider;
}

int jb_read_whole(const char *path, size_t max, char **bytes, size_t *n)
{
    /* A fifo would wait for ever, a device would never end: only plain files are text. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    struct stat st;
    int error = fstat(fd, &st) != 0   ? errno
                : S_ISDIR(st.st_mode) ? EISDIR
                : S_ISREG(st.st_mode) ? 0
                                      : EINVAL;
    if (error) {
        close(fd);
        return error;
    }
    /* As much room as the file needs: a worker would pay for every page of the heap that was touched before it. */
    size_t room = (uint64_t)st.st_size < max ? (size_t)st.st_size + 1 : max + 1, got = 0;
    char *buf = jb_alloc(room + 1);
    ssize_t r;
    while (got <= max && (r = read(fd, buf + got, room - got)) != 0) {
        if (r < 0) {
            error = errno;
            break;
        }
        got += (size_t)r;
        if (got == room && got <= max) { /* it has grown meanwhile */
            room = room < max / 2 ? room * 2 : max + 1;
            buf = widened(buf, got, room + 1);
        }
    }
    close(fd);
    if (error || got > max) {
        jb_wipe(buf, got);
        free(buf);
        return error ? error : -1;
    }
    *bytes = buf;
    *n = got;
    return 0;
}

const char *jb_text_fault(const char *text, size_t n, size_t *offset, char *hex)
{
    size_t valid = jb_utf8_invalid(text, n);
    for (size_t i = 0; i < valid; i++) {
        unsigned char c = (unsigned char)text[i];
        int c1 = c == 0xc2 && i + 1 < valid && (unsigned char)text[i + 1] < 0xa0;
        if (c == 0) {
            *offset = i;
            return "E0103";
        }
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f || c1) {
            *offset = i;
            (void)snprintf(hex, 5, "%04X", c1 ? (unsigned char)text[i + 1] : c);
            return "E0105";
        }
    }
    if (valid == n) {
        return NULL;
    }
    *offset = valid;
    return "E0104";
}

char *jb_ini_blank_comments(jb_arena *a, const char *raw)
{
    char *text = jb_arena_strdup(a, raw);
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        size_t n = end ? (size_t)(end - line) : strlen(line), indent = jb_indent(line, n);
        /* The first line of a value that begins right after "=" is no comment: it is not a whole
         * line. */
        if (indent && indent < n && (line[indent] == ';' || line[indent] == '#')) {
            memset(line, ' ', n);
        }
        line = end ? end + 1 : NULL;
    }
    return text;
}

void *jb_arena_more(jb_arena *a, void *items, size_t n, size_t *cap, size_t each)
{
    if (n < *cap) {
        return items;
    }
    size_t want = *cap ? *cap * 2 : 4;
    void *more = jb_arena_alloc(a, want * each);
    if (n) {
        memcpy(more, items, n * each);
    }
    *cap = want;
    return more;
}
