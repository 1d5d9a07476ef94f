// SPDX-License-Identifier: Apache-2.0
/* Where renderers may write. */
#include "page/page_impl.h"

#include <string.h>

const char *jb_path_plain(jb_arena *arena, const char *path)
{
    char *out = jb_arena_alloc(arena, strlen(path) + 2);
    size_t n = 0;
    const char *p = path;
    if (*p == '/')
        out[n++] = '/';
    while (*p != '\0') {
        size_t len = strcspn(p, "/");
        if (len > 0 && !(len == 1 && p[0] == '.')) {
            if (n > 0 && out[n - 1] != '/')
                out[n++] = '/';
            memcpy(out + n, p, len);
            n += len;
        }
        p += len;
        p += *p == '/' ? 1 : 0;
    }
    out[n] = '\0';
    return out;
}

static int has_parent(const char *path)
{
    const char *p = path;
    while (*p != '\0') {
        size_t len = strcspn(p, "/");
        if (len == 2 && p[0] == '.' && p[1] == '.')
            return 1;
        p += len;
        p += *p == '/' ? 1 : 0;
    }
    return 0;
}

static int has_control(const char *path)
{
    for (; *path != '\0'; path++)
        if ((unsigned char)*path < 0x20 || *path == 0x7f)
            return 1;
    return 0;
}

/* 简报.pdf → 简报-草稿.pdf: a draft never lies where the issued file does. */
static const char *draft_name(jb_arena *arena, const char *path)
{
    const char *base = strrchr(path, '/'), *dot;
    base = base != NULL ? base + 1 : path;
    dot = strrchr(base, '.');
    if (dot == NULL || dot == base)
        return jb_arena_fmt(arena, "%s-草稿", path);
    return jb_arena_fmt(arena, "%.*s-草稿%s", (int)(dot - path), path, dot);
}

const char *jb_page_path(jb_page_item *item, jb_diags *diags)
{
    const char *text = NULL, *path;
    jb_place place = jb_args_place(item->instance->args, "path", 0);
    size_t n;
    if (!jb_args_get_str(item->instance->args, "path", &text))
        return NULL; /* reported as a missing key */
    n = strlen(text);
    path = jb_path_plain(item->page->arena, text);
    if (path[0] == '\0' || text[n - 1] == '/' || has_control(text)) {
        jb_diag(diags, "E0764", &place, text);
        return NULL;
    }
    if (jb_section_is_dropin(item->cfg) && (path[0] == '/' || has_parent(path))) {
        jb_diag(diags, "E0755", &place, text);
        return NULL;
    }
    return item->page->options.draft ? draft_name(item->page->arena, path) : path;
}
