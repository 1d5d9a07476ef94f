// SPDX-License-Identifier: Apache-2.0
/* Landlock by its three system calls: glibc has no wrappers, and the header of an older kernel lacks later rights. */
#define _GNU_SOURCE /* O_PATH */
#include "plugin/sandbox.h"

#include "base/arena.h"
#include "plugin/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights on files by the Landlock version that brought them. */
enum {
    FS_EXECUTE = 1 << 0,
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_REMOVE_FILE = 1 << 5,
    FS_MAKE_REG = 1 << 8,
    FS_TRUNCATE = 1 << 14,
    FS_VERSION_1 = (1 << 13) - 1,
    FS_REFER = 1 << 13,     /* version 2 */
    FS_IOCTL_DEV = 1 << 15, /* version 5 */
    NET_BIND_CONNECT = 3,   /* version 4 */
    SCOPE_ALL = 3           /* version 6: abstract sockets, signals */
};

/* struct landlock_ruleset_attr as version 6 has it; an older kernel takes the front part. */
typedef struct ruleset {
    uint64_t fs, net, scoped;
} ruleset;

typedef struct entry {
    char *path;
    uint64_t rights;
} entry;

struct jb_sandbox {
    entry *entries;
    size_t n, cap;
};

static int landlock_version(void)
{
    long v = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return v > 0 ? (int)v : 0;
}

unsigned jb_sandbox_offered(int *landlock)
{
    int version = landlock_version();
    if (landlock) {
        *landlock = version;
    }
    return (version ? JB_SANDBOX_FILES : 0) | (jb_sandbox_calls_offered() ? JB_SANDBOX_CALLS : 0);
}

jb_sandbox *jb_sandbox_new(void)
{
    jb_sandbox *s = jb_alloc(sizeof *s);
    *s = (jb_sandbox){0};
    return s;
}

static void add(jb_sandbox *s, const char *path, uint64_t rights)
{
    size_t n = strlen(path) + 1;
    s->entries = jb_grow(s->entries, s->n, &s->cap, sizeof *s->entries);
    s->entries[s->n] = (entry){.path = jb_alloc(n), .rights = rights};
    memcpy(s->entries[s->n++].path, path, n);
}

void jb_sandbox_read(jb_sandbox *s, const char *path)
{
    add(s, path, FS_READ_FILE | FS_READ_DIR);
}

void jb_sandbox_write(jb_sandbox *s, const char *path)
{
    add(s, path, FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_REMOVE_FILE | FS_MAKE_REG | FS_TRUNCATE);
}

static void allow(int rules, const entry *e, uint64_t handled)
{
    const uint64_t of_files = FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE | FS_EXECUTE;
    struct stat st;
    struct landlock_path_beneath_attr beneath = {.allowed_access = e->rights & handled};
    beneath.parent_fd = open(e->path, O_PATH | O_CLOEXEC);
    if (beneath.parent_fd < 0) {
        return;
    }
    if (fstat(beneath.parent_fd, &st) == 0) {
        if (!S_ISDIR(st.st_mode)) {
            beneath.allowed_access &= of_files;
        }
        (void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    }
    close(beneath.parent_fd);
}

static int restrict_files(const jb_sandbox *s, unsigned may)
{
    int version = landlock_version();
    if (!version) {
        return -1;
    }
    ruleset r = {.fs = FS_VERSION_1 | (version >= 2 ? FS_REFER : 0) | (version >= 3 ? FS_TRUNCATE : 0) |
                       (version >= 5 ? FS_IOCTL_DEV : 0)};
    if (may & JB_SANDBOX_MAY_EXEC) {
        r.fs &= ~(uint64_t)FS_EXECUTE;
    }
    if (version >= 4 && !(may & JB_SANDBOX_MAY_CONNECT)) {
        r.net = NET_BIND_CONNECT;
    }
    if (version >= 6) {
        r.scoped = SCOPE_ALL;
    }
    size_t known = version >= 6 ? sizeof r : version >= 4 ? offsetof(ruleset, scoped) : offsetof(ruleset, net);
    int rules = (int)syscall(SYS_landlock_create_ruleset, &r, known, 0);
    if (rules < 0) {
        return -1;
    }
    for (size_t i = 0; i < s->n; i++) {
        allow(rules, &s->entries[i], r.fs);
    }
    long bad = syscall(SYS_landlock_restrict_self, rules, 0);
    close(rules);
    return bad ? -1 : 0;
}

unsigned jb_sandbox_enter(jb_sandbox *s, unsigned may)
{
    unsigned holds = 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        holds |= restrict_files(s, may) == 0 ? JB_SANDBOX_FILES : 0;
        holds |= jb_sandbox_calls_filter(may) == 0 ? JB_SANDBOX_CALLS : 0;
    }
    for (size_t i = 0; i < s->n; i++) {
        free(s->entries[i].path);
    }
    free(s->entries);
    free(s);
    return holds;
}
