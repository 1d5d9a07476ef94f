// SPDX-License-Identifier: Apache-2.0
/* One database for each set of options, whatever number of sources reads it, so that all of them
 * see one state: every connection keeps the transaction it began with. DuckDB opens files read-only
 * here, and nobody can write to them meanwhile. */
#include "adbc_source.h"

#include <stdio.h>
#include <sys/stat.h>

static ad_session *sessions; /* of this run [main] */

static void lock(const ad_session *s)
{
    char *busy = (char *)(uintptr_t)&s->busy;
    while (__atomic_test_and_set(busy, __ATOMIC_ACQUIRE))
        ;
}

static void unlock(const ad_session *s)
{
    char *busy = (char *)(uintptr_t)&s->busy;
    __atomic_clear(busy, __ATOMIC_RELEASE);
}

/* What tells sessions apart. Never shown: it holds the secrets. */
static char *identity(const ad_source *src)
{
    dbt_sql t = {0};
    uint64_t i;
    dbt_put(&t, src->library);
    dbt_put(&t, "\x1f");
    dbt_put(&t, src->entry != NULL ? src->entry : "");
    for (i = 0; i < src->n_options; i++) {
        dbt_put(&t, "\x1f");
        dbt_put(&t, src->options[i].key);
        dbt_put(&t, "\x1e");
        dbt_put(&t, src->options[i].value);
    }
    dbt_put(&t, "\x1f");
    dbt_put(&t, src->folder);
    dbt_put_n(&t, &"012345"[src->dialect], 1);
    return dbt_sql_take(&t);
}

static jb_status set_option(const ad_source *src, jb_ctx *ctx, ad_session *s, const char *key,
                            const char *value)
{
    adbc_error error = {0};
    if (s->driver.database_set_option == NULL)
        return ad_fail(src, ctx, JB_E_CONFIG, "E1126", "driver", src->library, "DatabaseSetOption");
    if (s->driver.database_set_option(&s->database, key, value, &error) != ADBC_OK)
        return ad_fail_driver(src, ctx, JB_E_CONFIG, "E1127", "option", key, &error);
    ad_error_drop(&error);
    return JB_OK;
}

static const ad_option *option(const ad_source *src, const char *key)
{
    uint64_t i;
    for (i = 0; i < src->n_options; i++)
        if (strcmp(src->options[i].key, key) == 0)
            return &src->options[i];
    return NULL;
}

static int is_file_option(const ad_source *src, const char *key)
{
    const ad_option *o = option(src, key);
    return o != NULL && o->value[0] != '\0' && o->value[0] != ':' && strchr(o->value, ':') == NULL;
}

/* Path of the database file, against the folder of the configuration. 0: no such option. */
int ad_file_path(const ad_source *src, const char *key, char *out, size_t room)
{
    const ad_option *o = option(src, key);
    int n;
    if (!is_file_option(src, key))
        return 0;
    n = o->value[0] == '/' ? snprintf(out, room, "%s", o->value)
                           : snprintf(out, room, "%s/%s", src->folder, o->value);
    return n > 0 && (size_t)n < room;
}

/* What is said of DuckDB unless the configuration says otherwise: files are only read, relative
 * ones lie beside the configuration, and no extension is fetched from anywhere. */
static jb_status duckdb_defaults(const ad_source *src, jb_ctx *ctx, ad_session *s)
{
    jb_status st = JB_OK;
    if (is_file_option(src, "path") && option(src, "access_mode") == NULL)
        st = set_option(src, ctx, s, "access_mode", "READ_ONLY");
    if (st == JB_OK && option(src, "autoinstall_known_extensions") == NULL)
        st = set_option(src, ctx, s, "autoinstall_known_extensions", "false");
    if (st == JB_OK && option(src, "file_search_path") == NULL)
        st = set_option(src, ctx, s, "file_search_path", src->folder);
    return st;
}

static jb_status set_options(ad_source *src, jb_ctx *ctx, ad_session *s)
{
    char path[AD_PATH_MAX];
    struct stat file;
    jb_status st = s->dialect == AD_DUCKDB ? duckdb_defaults(src, ctx, s) : JB_OK;
    uint64_t i;
    for (i = 0; st == JB_OK && i < src->n_options; i++) {
        const ad_option *o = &src->options[i];
        const char *value = o->value;
        if (strcmp(o->key, "path") == 0 && ad_file_path(src, "path", path, sizeof path)) {
            if (stat(path, &file) != 0 && option(src, "access_mode") == NULL)
                return ad_fail(src, ctx, JB_E_DATA, "E1128", "option", path, NULL);
            value = path;
        }
        if (strcmp(o->key, "uri") == 0 && ad_file_path(src, "uri", path, sizeof path) &&
            stat(path, &file) == 0)
            value = path;
        st = set_option(src, ctx, s, o->key, value);
    }
    return st;
}

/* The text of the first vendor name in an answer of GetInfo (a dense union, its texts the first
 * child). */
static void read_vendor(const struct ArrowArray *a, char *out, size_t room)
{
    const struct ArrowArray *u = a->n_children == 2 ? a->children[1] : NULL;
    const int32_t *at;
    const char *text;
    size_t n;
    if (u == NULL || a->length < 1 || u->n_buffers != 2 || u->n_children < 1 ||
        ((const int8_t *)u->buffers[0])[u->offset] != 0)
        return;
    at = (const int32_t *)u->buffers[1] + u->offset;
    if (*at < 0 || *at >= u->children[0]->length || u->children[0]->n_buffers != 3)
        return;
    text = jb_utf8_cell(u->children[0], *at, &n);
    n = n < room - 1 ? n : room - 1;
    memcpy(out, text, n);
    out[n] = '\0';
}

static int vendor_dialect(const char *vendor)
{
    static const struct {
        const char *word;
        int dialect;
    } known[] = {{"duckdb", AD_DUCKDB}, {"postgresql", AD_POSTGRES}, {"sqlite", AD_SQLITE}};
    size_t i, k;
    for (i = 0; i < sizeof known / sizeof *known; i++) {
        for (k = 0; known[i].word[k] != '\0' && (vendor[k] | 0x20) == known[i].word[k]; k++)
            ;
        if (known[i].word[k] == '\0')
            return known[i].dialect;
    }
    return AD_ANSI;
}

/* Asks the driver whose it is; an engine nobody knows still gets its columns selected. */
static int ask_dialect(ad_session *s, ad_conn *conn)
{
    static const uint32_t codes[] = {ADBC_INFO_VENDOR};
    struct ArrowArrayStream stream = {0};
    struct ArrowArray array = {0};
    adbc_error error = {0};
    char vendor[64] = "";
    if (s->driver.connection_get_info == NULL ||
        s->driver.connection_get_info(&conn->handle, codes, 1, &stream, &error) != ADBC_OK) {
        ad_error_drop(&error);
        return AD_ANSI;
    }
    if (stream.get_next(&stream, &array) == 0 && array.release != NULL) {
        read_vendor(&array, vendor, sizeof vendor);
        array.release(&array);
    }
    if (stream.release != NULL)
        stream.release(&stream);
    ad_error_drop(&error);
    return vendor_dialect(vendor);
}

/* ---- connections ---- */

static void connection_option(const ad_session *s, ad_conn *conn, const char *key,
                              const char *value)
{
    adbc_error error = {0};
    if (s->driver.connection_set_option != NULL) /* whoever has no such option does without */
        (void)s->driver.connection_set_option(&conn->handle, key, value, &error);
    ad_error_drop(&error);
}

static void drop_connection(const ad_session *s, ad_conn *conn)
{
    adbc_error error = {0};
    if (conn->handle.private_data != NULL)
        (void)s->driver.connection_release(&conn->handle, &error);
    ad_error_drop(&error);
    free(conn);
}

static jb_status new_connection(const ad_source *src, jb_ctx *ctx, ad_session *s, ad_conn **out)
{
    adbc_error error = {0};
    ad_conn *conn = calloc(1, sizeof *conn);
    adbc_status st;
    if (conn == NULL)
        return ad_no_memory(src, ctx);
    conn->handle.driver = &s->driver;
    if (s->driver.connection_new(&conn->handle, &error) != ADBC_OK) {
        conn->handle.private_data = NULL;
        drop_connection(s, conn);
        return ad_fail_driver(src, ctx, JB_E_DATA, "E1129", NULL, NULL, &error);
    }
    st = s->driver.connection_init(&conn->handle, &s->database, &error);
    if (st != ADBC_OK) {
        drop_connection(s, conn);
        return ad_fail_driver(src, ctx, JB_E_DATA,
                              st == ADBC_UNAUTHENTICATED || st == ADBC_UNAUTHORIZED ? "E1130"
                                                                                    : "E1129",
                              NULL, NULL, &error);
    }
    ad_error_drop(&error);
    if (s->dialect != AD_DUCKDB) {
        connection_option(s, conn, "adbc.connection.readonly", "true");
        connection_option(s, conn, "adbc.connection.transaction.isolation_level",
                          "adbc.connection.transaction.isolation.repeatable_read");
    }
    connection_option(s, conn, "adbc.connection.autocommit", "false");
    *out = conn;
    return JB_OK;
}

jb_status ad_conn_take(const ad_source *src, jb_ctx *ctx, ad_conn **out)
{
    ad_session *s = src->session;
    ad_conn *conn;
    lock(s);
    conn = s->idle;
    if (conn != NULL)
        s->idle = conn->next;
    unlock(s);
    *out = conn;
    return conn != NULL ? JB_OK : new_connection(src, ctx, s, out);
}

void ad_conn_give(const ad_source *src, ad_conn *conn, int failed)
{
    ad_session *s = src->session;
    adbc_error error = {0};
    if (failed && (s->driver.connection_rollback == NULL ||
                   s->driver.connection_rollback(&conn->handle, &error) != ADBC_OK)) {
        ad_error_drop(&error);
        drop_connection(s, conn);
        return;
    }
    ad_error_drop(&error);
    lock(s);
    conn->next = s->idle;
    s->idle = conn;
    unlock(s);
}

/* ---- sessions ---- */

static void close_session(ad_session *s)
{
    adbc_error error = {0};
    ad_conn *next;
    for (; s->idle != NULL; s->idle = next) {
        next = s->idle->next;
        if (s->driver.connection_rollback != NULL)
            (void)s->driver.connection_rollback(&s->idle->handle, &error);
        ad_error_drop(&error);
        drop_connection(s, s->idle);
    }
    if (s->has_database)
        (void)s->driver.database_release(&s->database, &error);
    ad_error_drop(&error);
    if (s->has_driver && s->driver.release != NULL)
        (void)s->driver.release(&s->driver, &error);
    ad_error_drop(&error);
    free(s->id);
    free(s);
}

static jb_status open_database(ad_source *src, jb_ctx *ctx, ad_session *s)
{
    adbc_error error = {0};
    jb_status st = ad_load(src, ctx, &s->driver, &s->dialect);
    adbc_status done;
    if (st != JB_OK)
        return st;
    s->has_driver = 1;
    s->database.driver = &s->driver;
    if (s->driver.database_new(&s->database, &error) != ADBC_OK)
        return ad_fail_driver(src, ctx, JB_E_DATA, "E1129", NULL, NULL, &error);
    s->has_database = 1;
    ad_error_drop(&error);
    st = set_options(src, ctx, s);
    if (st != JB_OK)
        return st;
    done = s->driver.database_init(&s->database, &error);
    if (done != ADBC_OK)
        return ad_fail_driver(src, ctx, JB_E_DATA,
                              done == ADBC_UNAUTHENTICATED || done == ADBC_UNAUTHORIZED ? "E1130"
                                                                                        : "E1129",
                              NULL, NULL, &error);
    ad_error_drop(&error);
    return JB_OK;
}

static jb_status open_session(ad_source *src, jb_ctx *ctx, ad_session *s)
{
    ad_conn *conn;
    jb_status st;
    s->dialect = src->dialect;
    st = open_database(src, ctx, s);
    if (st != JB_OK)
        return st;
    src->session = s;
    st = ad_conn_take(src, ctx, &conn);
    if (st == JB_OK && s->dialect == AD_AUTO)
        s->dialect = ask_dialect(s, conn);
    if (st == JB_OK)
        ad_conn_give(src, conn, 0);
    else
        src->session = NULL;
    return st;
}

jb_status ad_session_join(ad_source *src, jb_ctx *ctx)
{
    ad_session *s;
    char *id;
    jb_status st;
    if (src->session != NULL)
        return JB_OK;
    st = ad_find(src, ctx);
    if (st != JB_OK)
        return st;
    id = identity(src);
    if (id == NULL)
        return ad_no_memory(src, ctx);
    for (s = sessions; s != NULL; s = s->next) {
        if (strcmp(s->id, id) == 0) {
            free(id);
            s->users++;
            src->session = s;
            return JB_OK;
        }
    }
    s = calloc(1, sizeof *s);
    if (s == NULL) {
        free(id);
        return ad_no_memory(src, ctx);
    }
    s->id = id;
    st = open_session(src, ctx, s);
    if (st != JB_OK) {
        close_session(s);
        return st;
    }
    s->users = 1;
    s->next = sessions;
    sessions = s;
    return JB_OK;
}

void ad_session_leave(ad_source *src)
{
    ad_session **at, *s = src->session;
    src->session = NULL;
    if (s == NULL || --s->users > 0)
        return;
    for (at = &sessions; *at != NULL; at = &(*at)->next) {
        if (*at == s) {
            *at = s->next;
            break;
        }
    }
    close_session(s);
}
