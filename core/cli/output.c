// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE    /* flock */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "cli/output.h"

#include "base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, COPY_BYTES = 64 << 10 };
#define TEMP_NAME ".jianbao-"

int jb_make_dirs(const char *path, int whole)
{
    char part[PATH_BYTES];
    size_t n = strlen(path);
    if (n >= sizeof part) {
        return ENAMETOOLONG;
    }
    memcpy(part, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (part[i] != '/' && !(whole && part[i] == '\0')) {
            continue;
        }
        char c = part[i];
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) {
            return errno;
        }
        part[i] = c;
    }
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    (void)remove(path);
    return 0;
}

/* A live run holds a lock on its directory; one that was killed left it without. */
static int lock_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void remove_litter(const char *out_dir)
{
    char path[PATH_BYTES];
    DIR *d = opendir(out_dir);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (strncmp(e->d_name, TEMP_NAME, sizeof TEMP_NAME - 1) != 0 ||
            strlen(e->d_name) != sizeof TEMP_NAME - 1 + 6 ||
            snprintf(path, sizeof path, "%s/%s", out_dir, e->d_name) >= (int)sizeof path) {
            continue;
        }
        int fd = lock_directory(path);
        if (fd >= 0) {
            (void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
            close(fd);
        }
    }
    if (d) {
        closedir(d);
    }
}

/* Another run that tidies up may take the new directory for litter before it is locked: try again. */
static int make_locked(char *dir, size_t base, int *lock)
{
    struct stat by_fd, by_name;
    for (int tries = 0; tries < 8; tries++) {
        memcpy(dir + base, "XXXXXX", 6);
        if (!mkdtemp(dir)) {
            return errno;
        }
        *lock = lock_directory(dir);
        if (*lock >= 0 && fstat(*lock, &by_fd) == 0 && stat(dir, &by_name) == 0 && by_fd.st_ino == by_name.st_ino) {
            return 0;
        }
        if (*lock >= 0) {
            close(*lock);
        }
    }
    return EBUSY;
}

char *jb_temp_dir_make(const char *out_dir, int *lock, jb_diags *diags)
{
    size_t n = strlen(out_dir), name = sizeof TEMP_NAME - 1;
    int error = jb_make_dirs(out_dir, 1);
    char *dir = jb_alloc(n + name + 8);
    memcpy(dir, out_dir, n);
    dir[n] = '/';
    memcpy(dir + n + 1, TEMP_NAME "XXXXXX", name + 7);
    *lock = -1;
    if (error == 0) {
        remove_litter(out_dir);
        error = make_locked(dir, n + 1 + name, lock);
    }
    if (error != 0) {
        jb_diag(diags, "E0808", NULL, out_dir, strerror(error));
        free(dir);
        return NULL;
    }
    return dir;
}

void jb_temp_dir_remove(char *dir, int lock)
{
    if (dir) {
        (void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        free(dir);
    }
    if (lock >= 0) {
        close(lock);
    }
}

static int sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    int bad = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0) {
        close(fd);
    }
    return bad;
}

static int sync_directory_of(const char *path)
{
    char dir[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    memcpy(dir, path, n);
    dir[n] = '\0';
    return sync_path(n ? dir : slash ? "/" : ".", O_DIRECTORY);
}

/* The target lies on another file system: copy beside it, then rename there. */
static int copy_beside(const char *temp, const char *target)
{
    char beside[PATH_BYTES], *block = jb_alloc(COPY_BYTES);
    int n = snprintf(beside, sizeof beside, "%s.jianbao-XXXXXX", target);
    FILE *in = fopen(temp, "rb");
    int fd = n > 0 && n < (int)sizeof beside ? mkstemp(beside) : -1;
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    int error = in && out ? 0 : errno ? errno : EIO;
    size_t got;
    while (!error && (got = fread(block, 1, COPY_BYTES, in)) > 0) {
        error = fwrite(block, 1, got, out) == got ? 0 : errno;
    }
    if (!error && (ferror(in) || fflush(out) != 0 || fsync(fd) != 0)) {
        error = errno ? errno : EIO;
    }
    if (in) {
        fclose(in);
    }
    if (out && fclose(out) != 0 && !error) {
        error = errno;
    }
    struct stat st;
    if (!error && (stat(temp, &st) != 0 || chmod(beside, st.st_mode & 0777) != 0 || rename(beside, target) != 0)) {
        error = errno;
    }
    if (error && fd >= 0) {
        (void)remove(beside);
    }
    free(block);
    return error;
}

static int move_into_place(const char *temp, const char *target)
{
    mode_t mask = umask(0);
    umask(mask);
    int error = sync_path(temp, 0);
    if (error == 0 && chmod(temp, 0644 & ~mask) != 0) {
        error = errno;
    }
    if (error == 0 && rename(temp, target) != 0) {
        error = errno == EXDEV ? copy_beside(temp, target) : errno;
    }
    return error ? error : sync_directory_of(target);
}

int jb_output_install(const char *temp_dir, const char *temp, const char *out_dir, const char *path, jb_buf *shown,
                      jb_diags *diags)
{
    size_t n = strlen(temp_dir);
    /* The worker that names the file runs strangers' code: nothing but what lies in its own directory is moved. */
    if (strncmp(temp, temp_dir, n) != 0 || temp[n] != '/' || strstr(temp + n, "/../")) {
        jb_diag(diags, "E0815", NULL, "page");
        return -1;
    }
    jb_buf_clear(shown);
    if (path[0] == '/' || strcmp(out_dir, ".") == 0) {
        jb_buf_str(shown, path);
    } else {
        jb_buf_fmt(shown, "%s%s%s", out_dir, out_dir[strlen(out_dir) - 1] == '/' ? "" : "/", path);
    }
    const char *target = jb_buf_text(shown);
    int error = strlen(target) >= PATH_BYTES ? ENAMETOOLONG : jb_make_dirs(target, 0);
    error = error ? error : move_into_place(temp, target);
    if (error) {
        jb_diag(diags, "E0808", NULL, target, strerror(error));
        return -1;
    }
    return 0;
}
