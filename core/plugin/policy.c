// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE /* memfd_create, F_ADD_SEALS */
#include "plugin/policy.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, FILE_MAX = 256 << 20, MEMFD_EXEC = 0x10 };

static void read_keys(jb_policy *p, const jb_config *config, const jb_value_cfg *v, jb_diags *diags)
{
    const char *const *items;
    const size_t *offsets;
    const char *text = jb_value_text(config, v, 0, diags);
    size_t n = text ? jb_value_list(config, text, &items, &offsets) : 0;
    p->keys = jb_alloc((n + 1) * sizeof *p->keys);
    for (size_t i = 0; i < n; i++) {
        char path[PATH_BYTES];
        jb_place place = jb_value_place(v, offsets[i], strlen(items[i]));
        snprintf(path, sizeof path, "%s%s%s", items[i][0] == '/' ? "" : jb_value_dir(v), items[i][0] == '/' ? "" : "/",
                 items[i]);
        p->n_keys += jb_key_read(path, &place, &p->keys[p->n_keys], diags) == 0;
    }
}

void jb_policy_read(jb_policy *p, const jb_config *config, jb_diags *diags)
{
    const jb_section_cfg *host = jb_config_find(config, "host", "");
    const jb_value_cfg *require = host ? jb_section_get(host, "require") : NULL;
    const jb_value_cfg *keys = host ? jb_section_get(host, "keys") : NULL;
    const char *word = require ? jb_value_text(config, require, 0, diags) : NULL;
    *p = (jb_policy){0};
    if (keys) {
        read_keys(p, config, keys, diags);
    }
    if (word && strcmp(word, "pinned") == 0) {
        p->require = JB_REQUIRE_PINNED;
    } else if (word && strcmp(word, "signed") == 0) {
        p->require = JB_REQUIRE_SIGNED;
        if (!keys) {
            jb_diag(diags, "E0533", &require->place, "");
        }
    }
}

void jb_policy_free(jb_policy *p)
{
    free(p->keys);
    *p = (jb_policy){0};
}

int jb_claim_matters(const jb_claim *c)
{
    return c && ((c->sha256 && *c->sha256) || (c->policy && c->policy->require != JB_REQUIRE_NOTHING));
}

/* ---- one file ---- */

static int read_whole(const char *path, unsigned char **bytes, size_t *n)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    int bad = fstat(fd, &st) != 0;
    if (!bad && (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)) {
        errno = EFBIG;
        bad = 1;
    }
    *n = 0;
    *bytes = bad ? NULL : jb_alloc((size_t)st.st_size + 1);
    while (!bad && *n < (size_t)st.st_size) {
        ssize_t got = read(fd, *bytes + *n, (size_t)st.st_size - *n);
        bad = got < 0 && errno != EINTR;
        if (got == 0) {
            break;
        }
        *n += got > 0 ? (size_t)got : 0;
    }
    int error = errno;
    close(fd);
    if (bad) {
        free(*bytes);
        errno = error;
    }
    return bad ? -1 : 0;
}

static int sealed_copy(const char *path, const unsigned char *bytes, size_t n)
{
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    char label[128];
    snprintf(label, sizeof label, "%.120s", name);
    int fd = memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING | MEMFD_EXEC);
    if (fd < 0 && errno == EINVAL) { /* a kernel before 6.3 */
        fd = memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    for (size_t done = 0; fd >= 0 && done < n;) {
        ssize_t put = write(fd, bytes + done, n - done);
        if (put < 0 && errno != EINTR) {
            int error = errno;
            close(fd);
            errno = error;
            return -1;
        }
        done += put > 0 ? (size_t)put : 0;
    }
    if (fd >= 0) {
        (void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    }
    return fd;
}

/* What the site requires beyond the pin's own check. */
static int is_allowed(const jb_claim *c, const char *path, const char *actual, const jb_place *place, jb_diags *diags)
{
    const jb_policy *p = c->policy;
    int pinned = c->sha256 && *c->sha256 && !c->foreign;
    if (!p || p->require == JB_REQUIRE_NOTHING || (p->require == JB_REQUIRE_PINNED && pinned)) {
        return 0;
    }
    if (p->require == JB_REQUIRE_SIGNED || p->n_keys) {
        return jb_signature_holds(path, actual, p->keys, p->n_keys, place, diags);
    }
    jb_diag(diags, c->sha256 && *c->sha256 ? "E0535" : "E0527", place, path);
    return -1;
}

int jb_claim_check(const jb_claim *c, const char *path, const jb_place *place, jb_diags *diags)
{
    unsigned char *bytes;
    char actual[65];
    size_t n;
    int fd = -1;
    if (read_whole(path, &bytes, &n) != 0) {
        jb_diag(diags, "E0510", place, path, strerror(errno));
        return -1;
    }
    jb_bytes_sha256(bytes, n, actual);
    if (c->sha256 && *c->sha256 && strcasecmp(c->sha256, actual) != 0) {
        jb_diag(diags, "E0528", place, path, c->sha256, actual);
    } else if (is_allowed(c, path, actual, place, diags) == 0) {
        fd = sealed_copy(path, bytes, n);
        if (fd < 0) {
            jb_diag(diags, "E0510", place, path, strerror(errno));
        }
    }
    free(bytes);
    return fd;
}
