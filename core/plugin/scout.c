// SPDX-License-Identifier: Apache-2.0
#include "plugin/scout.h"

#include "plugin/registry_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 100000 };

typedef struct seen {
    char *path;
    unsigned kinds;
    jb_diags *why; /* NULL: accepted */
} seen;

struct jb_scouted {
    seen *files;
    size_t n, cap;
};

int jb_scout_wanted(const jb_config *config, int safe)
{
    const jb_section_cfg *host = jb_config_find(config, "host", "");
    return !safe && (jb_config_count(config, "plugin") > 0 || (host && jb_section_get(host, "plugins")));
}

static unsigned kinds_of(const char *kind)
{
    return strcmp(kind, "source") == 0 || strcmp(kind, "metric") == 0 ? JB_KINDS_DATA : JB_KINDS_PAGE;
}

void jb_scouted_add(jb_scouted *s, const char *path, const jb_plugin *plugin, const jb_diags *why)
{
    seen file = {0};
    file.path = jb_alloc(strlen(path) + 1);
    memcpy(file.path, path, strlen(path) + 1);
    for (uint64_t i = 0; plugin && i < plugin->n_components; i++) {
        file.kinds |= kinds_of(plugin->components[i]->kind);
    }
    if (why) {
        file.why = jb_diags_new();
        jb_diags_join(file.why, why);
    }
    s->files = jb_grow(s->files, s->n, &s->cap, sizeof *s->files);
    s->files[s->n++] = file;
}

void jb_scouted_claim(jb_scouted *s, const char *path, const char *kind)
{
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->files[i].path, path) == 0) {
            s->files[i].kinds |= kinds_of(kind);
            return;
        }
    }
    jb_scouted_add(s, path, NULL, NULL);
    s->files[s->n - 1].kinds = kinds_of(kind);
}

void jb_scout(const jb_config *config, int safe, jb_buf *out)
{
    jb_scouted found = {0};
    jb_diags *told = jb_diags_new(); /* the workers say it again */
    const jb_registry_options options = {.config = config, .safe = safe, .scouting = &found};
    jb_registry *reg = jb_registry_new(&options, told);
    for (size_t i = 0; i < reg->n_dirs; i++) {
        if (!reg->dirs[i].installed) {
            jb_dir_scout(reg, &reg->dirs[i]);
        }
    }
    jb_pack_u64(out, found.n);
    for (size_t i = 0; i < found.n; i++) {
        jb_buf why;
        jb_buf_init(&why, JB_BUF_MAX_BLOCK);
        if (found.files[i].why) {
            jb_diags_write(found.files[i].why, &why);
        }
        jb_pack_str(out, found.files[i].path);
        jb_pack_u64(out, found.files[i].kinds);
        jb_pack_u64(out, why.len);
        jb_buf_add(out, why.data, why.len);
        jb_buf_free(&why);
        free(found.files[i].path);
        jb_diags_free(found.files[i].why);
    }
    free(found.files);
    jb_registry_free(reg);
    jb_diags_free(told);
}

jb_scouted *jb_scouted_read(const void *bytes, size_t n)
{
    jb_unpack u = {bytes, (const unsigned char *)bytes + n, 0};
    jb_scouted *s = jb_alloc(sizeof *s);
    *s = (jb_scouted){0};
    uint64_t count = jb_unpack_u64(&u);
    for (uint64_t i = 0; i < count && i < MOST_FILES && !u.failed; i++) {
        const char *path = jb_unpack_str(&u);
        uint64_t kinds = jb_unpack_u64(&u), len = jb_unpack_u64(&u);
        jb_diags *why = NULL;
        if (u.failed || !path || len > (uint64_t)(u.end - u.at)) {
            u.failed = 1;
            break;
        }
        if (len) {
            why = jb_diags_new();
            u.failed |= jb_diags_read(why, u.at, (size_t)len) != 0;
            u.at += len;
        }
        jb_scouted_add(s, path, NULL, why);
        s->files[s->n - 1].kinds = (unsigned)kinds;
        jb_diags_free(why);
    }
    if (u.failed || count > MOST_FILES) {
        jb_scouted_free(s);
        return NULL;
    }
    return s;
}

void jb_scouted_free(jb_scouted *s)
{
    for (size_t i = 0; s && i < s->n; i++) {
        free(s->files[i].path);
        jb_diags_free(s->files[i].why);
    }
    if (s) {
        free(s->files);
        free(s);
    }
}

int jb_scouted_kinds(const jb_scouted *s, const char *path, const jb_diags **why)
{
    *why = NULL;
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->files[i].path, path) == 0) {
            *why = s->files[i].why;
            return *why ? 0 : (int)s->files[i].kinds;
        }
    }
    return -1;
}
