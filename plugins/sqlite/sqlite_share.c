// SPDX-License-Identifier: Apache-2.0
/* One state for all scans and queries of a run: the first source of a database file opens a
 * connection that holds a read transaction until the last source of the file is destroyed. The list
 * below is that per-run cache.
 *
 * With a rollback journal the transaction's lock lets further connections of this process in and no
 * writer commit. In WAL mode writers go on, and a further connection would see what they wrote; so
 * the holder itself, serialised by SQLite, runs everything. */
#include "sqlite_source.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define PROGRESS_STEPS 100000 /* about a millisecond */

struct sq_file {
    sq_file *next;
    dev_t dev;
    ino_t ino;
    int refs, wal;
    sqlite3 *holder;
    char version[96];
};

static sq_file *files; /* [main] only */

/* Counter of changes in the header, read through SQLite's own file: closing one of ours would drop
 * its locks. */
static uint32_t change_counter(sqlite3 *db)
{
    sqlite3_file *f = NULL;
    unsigned char b[4] = {0, 0, 0, 0};
    if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &f) == SQLITE_OK && f != NULL &&
        f->pMethods != NULL)
        (void)f->pMethods->xRead(f, b, 4, 24);
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void name_version(const sq_source *src, sq_file *f, const struct stat *st)
{
    struct stat wal;
    char *path = f->wal ? sqlite3_mprintf("%s-wal", src->path) : NULL;
    int n = snprintf(f->version, sizeof f->version, "sqlite %u %lld %lld.%09ld",
                     (unsigned)change_counter(f->holder), (long long)st->st_size,
                     (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
    if (path != NULL && stat(path, &wal) == 0 && n > 0 && (size_t)n < sizeof f->version)
        snprintf(f->version + n, sizeof f->version - (size_t)n, " wal %lld",
                 (long long)wal.st_size);
    sqlite3_free(path);
}

/* The transaction begins with its first read. */
static int hold(sq_file *f)
{
    sqlite3_stmt *stmt = NULL;
    int st = sqlite3_prepare_v2(f->holder, "PRAGMA journal_mode", -1, &stmt, NULL);
    if (st == SQLITE_OK) {
        st = sqlite3_step(stmt);
        if (st == SQLITE_ROW)
            f->wal = sqlite3_stricmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
        st = st == SQLITE_ROW || st == SQLITE_DONE ? SQLITE_OK : st;
    }
    sqlite3_finalize(stmt);
    if (st == SQLITE_OK)
        st = sqlite3_exec(f->holder, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    return st;
}

jb_status sq_attach(sq_source *src, jb_ctx *ctx)
{
    struct stat at;
    sq_file *f;
    jb_status st;
    if (src->file != NULL)
        return JB_OK;
    if (stat(src->path, &at) != 0)
        return sq_fail(src, ctx, JB_E_DATA, errno == EACCES ? "E0659" : "E0650", "path", src->path,
                       NULL);
    for (f = files; f != NULL && (f->dev != at.st_dev || f->ino != at.st_ino); f = f->next)
        ;
    if (f == NULL) {
        f = calloc(1, sizeof *f);
        if (f == NULL)
            return sq_no_memory(src, ctx);
        f->dev = at.st_dev;
        f->ino = at.st_ino;
        st = sq_open_file(src, ctx, SQLITE_OPEN_FULLMUTEX, &f->holder);
        if (st == JB_OK && hold(f) != SQLITE_OK)
            st = sq_fail_db(src, ctx, f->holder);
        if (st != JB_OK) {
            sqlite3_close(f->holder);
            free(f);
            return st;
        }
        name_version(src, f, &at);
        f->next = files;
        files = f;
    }
    f->refs++;
    src->file = f;
    return JB_OK;
}

void sq_detach(sq_source *src)
{
    sq_file *f = src->file, **at = &files;
    src->file = NULL;
    if (f == NULL || --f->refs > 0)
        return;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    sqlite3_close(f->holder);
    free(f);
}

/* As a progress handler: 1 ends the statement. */
static int is_cancelled(void *ctx)
{
    return sq_host->cancelled(ctx) != 0;
}

jb_status sq_open(const sq_source *src, jb_ctx *ctx, sqlite3 **db)
{
    jb_status st;
    if (src->file->wal) {
        *db = src->file->holder;
        return JB_OK;
    }
    st = sq_open_file(src, ctx, SQLITE_OPEN_NOMUTEX, db);
    if (st == JB_OK) /* a sort or an aggregate gives no row for long */
        sqlite3_progress_handler(*db, PROGRESS_STEPS, is_cancelled, ctx);
    return st;
}

void sq_close(const sq_source *src, sqlite3 *db)
{
    if (db != src->file->holder)
        sqlite3_close(db);
}

const char *sq_version(const sq_source *src)
{
    return src->file->version;
}
