// SPDX-License-Identifier: Apache-2.0
/* Finding and loading a driver. It runs in this process with all its rights, so it is held to what
 * the program asks of its own plugins: nobody but root and the user may be able to change it.
 * Neither the current directory nor LD_LIBRARY_PATH is looked at. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "adbc_source.h"

#include <dlfcn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MULTIARCH "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define MULTIARCH "aarch64-linux-gnu"
#elif defined(__riscv)
#define MULTIARCH "riscv64-linux-gnu"
#else
#define MULTIARCH "loongarch64-linux-gnu"
#endif

static const char places[] = "/usr/local/lib, /usr/lib";

/* A bare name, "duckdb" or "libduckdb.so", in the system's folders. */
static char *find_by_name(const char *name)
{
    static const char *const folders[] = {"/usr/local/lib/" MULTIARCH, "/usr/local/lib",
                                          "/usr/lib/" MULTIARCH, "/usr/lib64", "/usr/lib"};
    static const char *const before[] = {"", "lib", ""}, *const after[] = {"", ".so", ".so"};
    char path[AD_PATH_MAX];
    size_t i, k;
    struct stat st;
    for (k = 0; k < sizeof before / sizeof *before; k++) {
        for (i = 0; i < sizeof folders / sizeof *folders; i++) {
            int n = snprintf(path, sizeof path, "%s/%s%s%s", folders[i], before[k], name, after[k]);
            if (n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0 && S_ISREG(st.st_mode))
                return realpath(path, NULL);
        }
    }
    return NULL;
}

/* Of the file and of the folder that holds it. */
static int is_trusted(const char *file)
{
    char path[AD_PATH_MAX];
    struct stat st;
    int folder;
    if ((size_t)snprintf(path, sizeof path, "%s", file) >= sizeof path)
        return 0;
    for (folder = 0; folder < 2; folder++) {
        if (stat(path[0] != '\0' ? path : "/", &st) != 0 ||
            (st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
            return 0;
        *strrchr(path, '/') = '\0';
    }
    return 1;
}

jb_status ad_find(ad_source *src, jb_ctx *ctx)
{
    char path[AD_PATH_MAX];
    struct stat st;
    int n;
    free(src->library);
    src->library = NULL;
    if (strchr(src->driver, '/') == NULL) {
        src->library = find_by_name(src->driver);
        if (src->library == NULL)
            return ad_fail(src, ctx, JB_E_DATA, "E1121", "driver", src->driver, places);
    } else {
        n = src->driver[0] == '/' ? snprintf(path, sizeof path, "%s", src->driver)
                                  : snprintf(path, sizeof path, "%s/%s", src->folder, src->driver);
        if (n < 0 || (size_t)n >= sizeof path || (src->library = realpath(path, NULL)) == NULL ||
            stat(src->library, &st) != 0 || !S_ISREG(st.st_mode))
            return ad_fail(src, ctx, JB_E_DATA, "E1120", "driver", path, NULL);
    }
    if (!is_trusted(src->library))
        return ad_fail(src, ctx, JB_E_CONFIG, "E1122", "driver", src->library, NULL);
    return JB_OK;
}

/* An object's address as that of a function, which C has no cast for. */
static adbc_entry entry_at(void *handle, const char *name)
{
    void *symbol = dlsym(handle, name);
    adbc_entry entry = NULL;
    memcpy(&entry, &symbol, sizeof entry);
    return entry;
}

static const char *missing_member(const adbc_driver *d)
{
    if (d->database_new == NULL || d->database_init == NULL || d->database_release == NULL)
        return "Database";
    if (d->connection_new == NULL || d->connection_init == NULL || d->connection_release == NULL)
        return "Connection";
    if (d->statement_new == NULL || d->statement_set_sql_query == NULL ||
        d->statement_execute_query == NULL || d->statement_release == NULL)
        return "Statement";
    return NULL;
}

jb_status ad_load(const ad_source *src, jb_ctx *ctx, adbc_driver *driver, int *dialect)
{
    static const char *const usual[] = {"AdbcDriverInit", "duckdb_adbc_init"};
    adbc_error error = {0};
    adbc_entry entry = NULL;
    const char *wanted = src->entry, *missing;
    size_t i;
    /* Never closed: engines leave threads and their destructors behind. */
    void *handle = dlopen(src->library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == NULL) {
        const char *why = dlerror();
        return ad_fail(src, ctx, JB_E_DATA, "E1123", "driver", src->library,
                       why != NULL ? why : "");
    }
    for (i = 0; wanted == NULL && i < sizeof usual / sizeof *usual; i++)
        if (entry_at(handle, usual[i]) != NULL)
            wanted = usual[i];
    if (wanted != NULL)
        entry = entry_at(handle, wanted);
    if (entry == NULL)
        return ad_fail(src, ctx, JB_E_DATA, "E1124", src->entry != NULL ? "entrypoint" : "driver",
                       src->library, wanted != NULL ? wanted : "AdbcDriverInit");
    if (*dialect == AD_AUTO && entry_at(handle, "duckdb_adbc_init") != NULL)
        *dialect = AD_DUCKDB;
    memset(driver, 0, sizeof *driver);
    if (entry(ADBC_VERSION, driver, &error) != ADBC_OK)
        return ad_fail_driver(src, ctx, JB_E_DATA, "E1125", "driver", src->library, &error);
    ad_error_drop(&error);
    missing = missing_member(driver);
    if (missing != NULL)
        return ad_fail(src, ctx, JB_E_DATA, "E1126", "driver", src->library, missing);
    return JB_OK;
}
