// SPDX-License-Identifier: Apache-2.0
/* One session for each set of settings, so that all sources of a run on one database see one state:
 * its first connection serves every scan that does not run beside another, in one transaction of
 * the strictest kind that the driver offers. */
#include "odbc_source.h"

#include <stdio.h>
#include <strings.h>

static od_session *sessions; /* of this run [main] */

static void lock(od_session *s)
{
    while (__atomic_test_and_set(&s->busy, __ATOMIC_ACQUIRE))
        ;
}

static void unlock(od_session *s)
{
    __atomic_clear(&s->busy, __ATOMIC_RELEASE);
}

/* A number or pointer as an attribute's value. */
static SQLPOINTER as_value(SQLULEN v)
{
    return (SQLPOINTER)(uintptr_t)v;
}

/* ---- the connection text ---- */

static void put_part(dbt_sql *t, const char *key, const char *value)
{
    if (t->n > 0 && t->text[t->n - 1] != ';')
        dbt_put(t, ";");
    dbt_put(t, key);
    if (strpbrk(value, ";{}[](),?*=!@ %+") == NULL) {
        dbt_put(t, value);
        return;
    }
    dbt_put(t, "{");
    for (; *value != '\0'; value++)
        dbt_put_n(t, *value == '}' ? "}}" : value, *value == '}' ? 2 : 1);
    dbt_put(t, "}");
}

static int has_part(const char *text, const char *key)
{
    size_t n = strlen(key);
    for (; *text != '\0'; text += strcspn(text, ";"), text += *text == ';')
        if (strncasecmp(text, key, n) == 0 && text[n] == '=')
            return 1;
    return 0;
}

static void put_extra(dbt_sql *t, const char *key, const char *value)
{
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(key, "="), key);
    if (!has_part(t->text != NULL ? t->text : "", name))
        put_part(t, key, value);
}

/* PostgreSQL's driver would keep the whole answer in memory unless it is told to use a cursor; the
 * engine is known only after a first connection. (SQLite's does so in every transaction.) */
static char *connection_text(const od_source *src, int engine)
{
    dbt_sql t = {0};
    char number[24];
    if (src->connection != NULL)
        dbt_put(&t, src->connection);
    else
        put_part(&t, "DSN=", src->dsn);
    if (src->user != NULL)
        put_part(&t, "UID=", src->user);
    if (src->password != NULL)
        put_part(&t, "PWD=", src->password);
    if (engine == OD_POSTGRES) {
        snprintf(number, sizeof number, "%lld", (long long)src->fetch_rows);
        put_extra(&t, "UseDeclareFetch=", "1");
        put_extra(&t, "Fetch=", number);
        put_extra(&t, "BoolsAsChar=", "0"); /* a BOOLEAN is not the text "1" */
    }
    return dbt_sql_take(&t);
}

/* ---- connecting ---- */

static void drop_connection(od_conn *c)
{
    if (c->dbc != SQL_NULL_HDBC) {
        (void)SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK);
        (void)SQLDisconnect(c->dbc);
        (void)SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
    }
    free(c);
}

static jb_status connect_text(const od_source *src, jb_ctx *ctx, const od_session *s,
                              const char *text, od_conn **out)
{
    SQLWCHAR *wide = od_wide(text), back[OD_TEXT_MAX];
    od_conn *c = calloc(1, sizeof *c);
    SQLULEN seconds = (SQLULEN)((src->timeout_ms + 999) / 1000);
    SQLSMALLINT n = 0;
    jb_status st = JB_OK;
    if (wide == NULL || c == NULL ||
        !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, s->env, &c->dbc))) {
        free(wide);
        free(c);
        return od_no_memory(src, ctx);
    }
    if (seconds > 0)
        (void)SQLSetConnectAttr(c->dbc, SQL_ATTR_LOGIN_TIMEOUT, as_value(seconds), SQL_IS_UINTEGER);
    (void)SQLSetConnectAttr(c->dbc, SQL_ATTR_ACCESS_MODE, as_value(SQL_MODE_READ_ONLY),
                            SQL_IS_UINTEGER);
    if (!SQL_SUCCEEDED(SQLDriverConnectW(c->dbc, NULL, wide, SQL_NTS, back,
                                         (SQLSMALLINT)OD_TEXT_MAX, &n, SQL_DRIVER_NOPROMPT))) {
        st = od_fail_handle(src, ctx, SQL_HANDLE_DBC, c->dbc, "E1094",
                            src->dsn != NULL ? "dsn" : "connection");
        (void)SQLFreeHandle(SQL_HANDLE_DBC, c->dbc);
        c->dbc = SQL_NULL_HDBC;
        drop_connection(c);
        c = NULL;
    }
    memset(wide, 0, strlen(text) * sizeof *wide);
    memset(back, 0, sizeof back);
    free(wide);
    *out = c;
    return st;
}

/* Everything on a connection reads one state, where the engine can do that. */
static void begin(const od_conn *c)
{
    static const SQLUINTEGER levels[] = {SQL_TXN_REPEATABLE_READ, SQL_TXN_SERIALIZABLE};
    SQLUINTEGER offered = 0;
    SQLSMALLINT n = 0;
    size_t i;
    if (!SQL_SUCCEEDED(SQLGetInfo(c->dbc, SQL_TXN_ISOLATION_OPTION, &offered, sizeof offered, &n)))
        offered = 0;
    for (i = 0; i < sizeof levels / sizeof *levels; i++)
        if ((offered & levels[i]) != 0 &&
            SQL_SUCCEEDED(SQLSetConnectAttr(c->dbc, SQL_ATTR_TXN_ISOLATION, as_value(levels[i]),
                                            SQL_IS_UINTEGER)))
            break;
    (void)SQLSetConnectAttr(c->dbc, SQL_ATTR_AUTOCOMMIT, as_value(SQL_AUTOCOMMIT_OFF),
                            SQL_IS_UINTEGER);
}

/* ---- how the driver takes and gives text ---- */

SQLRETURN od_execute(SQLHSTMT stmt, const char *sql, int wide)
{
    SQLWCHAR *text;
    SQLRETURN r;
    if (!wide)
        return SQLExecDirect(stmt, (SQLCHAR *)(uintptr_t)sql, SQL_NTS);
    text = od_wide(sql);
    r = text != NULL ? SQLExecDirectW(stmt, text, SQL_NTS) : SQL_ERROR;
    free(text);
    return r;
}

/* Sends one Han character one way and reads it back the other. */
static int round_trip(const od_conn *c, int wide_text, int wide_data)
{
    SQLHSTMT stmt;
    char narrow[32] = "";
    SQLWCHAR wide[16] = {0};
    SQLLEN n = 0;
    int ok = 0;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, &stmt)))
        return 0;
    if (SQL_SUCCEEDED(od_execute(stmt, "SELECT '中'", wide_text)) &&
        SQL_SUCCEEDED(SQLFetch(stmt))) {
        if (wide_data)
            ok = SQL_SUCCEEDED(SQLGetData(stmt, 1, SQL_C_WCHAR, wide, sizeof wide, &n)) &&
                 wide[0] == 0x4e2d && wide[1] == 0;
        else
            ok = SQL_SUCCEEDED(SQLGetData(stmt, 1, SQL_C_CHAR, narrow, sizeof narrow, &n)) &&
                 strcmp(narrow, "中") == 0;
    }
    (void)SQLFreeHandle(SQL_HANDLE_STMT, stmt);
    (void)SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK);
    return ok;
}

/* UTF-16 where nothing else is known to work; bytes where they are UTF-8, which is faster. */
static void learn_text(od_session *s, const od_conn *c)
{
    int text, data;
    s->wide_text = s->wide_data = 1;
    for (text = 1; text >= 0; text--) {
        for (data = 0; data <= 1; data++) {
            if (round_trip(c, text, data)) {
                s->wide_text = text;
                s->wide_data = data;
                return;
            }
        }
    }
}

static void learn_engine(od_session *s, const od_conn *c)
{
    static const struct {
        const char *name;
        int engine;
    } known[] = {{"PostgreSQL", OD_POSTGRES}, {"Kingbase", OD_POSTGRES}, {"SQLite", OD_SQLITE}};
    SQLWCHAR wide[64] = {0};
    SQLUINTEGER bits = 0;
    SQLSMALLINT n = 0;
    size_t i;
    (void)SQLGetInfoW(c->dbc, SQL_DBMS_NAME, wide, sizeof wide, &n);
    for (i = 0; i < 63 && wide[i] != 0; i++)
        ;
    od_narrow(wide, i, s->product, sizeof s->product);
    for (i = 0; i < sizeof known / sizeof *known; i++)
        if (strncasecmp(s->product, known[i].name, strlen(known[i].name)) == 0)
            s->engine = known[i].engine;
    memset(wide, 0, sizeof wide);
    (void)SQLGetInfoW(c->dbc, SQL_IDENTIFIER_QUOTE_CHAR, wide, sizeof wide, &n);
    s->quote[0] = s->quote[1] =
        wide[0] == 0 || wide[0] == ' ' || wide[0] > 0x7f ? '\0' : (char)wide[0];
    if (wide[0] == '[')
        s->quote[1] = ']';
    if (!SQL_SUCCEEDED(SQLGetInfo(c->dbc, SQL_GETDATA_EXTENSIONS, &bits, sizeof bits, &n)))
        bits = 0;
    s->rereads = (bits & SQL_GD_BOUND) != 0 && (bits & SQL_GD_ANY_ORDER) != 0;
    s->block_rereads = s->rereads && (bits & SQL_GD_BLOCK) != 0;
}

static jb_status new_connection(const od_source *src, jb_ctx *ctx, od_session *s, od_conn **out)
{
    char *text = connection_text(src, s->engine);
    jb_status st = text != NULL ? connect_text(src, ctx, s, text, out) : od_no_memory(src, ctx);
    free(text);
    if (st == JB_OK)
        begin(*out);
    return st;
}

jb_status od_conn_take(const od_source *src, jb_ctx *ctx, od_conn **out)
{
    od_session *s = src->session;
    od_conn *c;
    lock(s);
    c = s->idle;
    if (c != NULL)
        s->idle = c->next;
    unlock(s);
    *out = c;
    return c != NULL ? JB_OK : new_connection(src, ctx, s, out);
}

void od_conn_give(const od_source *src, od_conn *c, int failed)
{
    od_session *s = src->session;
    if (failed && !SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, c->dbc, SQL_ROLLBACK))) {
        drop_connection(c);
        return;
    }
    lock(s);
    c->next = s->idle;
    s->idle = c;
    unlock(s);
}

jb_status od_statement(const od_source *src, jb_ctx *ctx, od_conn *c, SQLHSTMT *out)
{
    SQLULEN seconds = (SQLULEN)((src->timeout_ms + 999) / 1000);
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, c->dbc, out))) {
        *out = SQL_NULL_HSTMT;
        return od_fail_handle(src, ctx, SQL_HANDLE_DBC, c->dbc, "E1094", NULL);
    }
    (void)SQLSetStmtAttr(*out, SQL_ATTR_CURSOR_TYPE, as_value(SQL_CURSOR_FORWARD_ONLY),
                         SQL_IS_UINTEGER);
    if (seconds > 0)
        (void)SQLSetStmtAttr(*out, SQL_ATTR_QUERY_TIMEOUT, as_value(seconds), SQL_IS_UINTEGER);
    return JB_OK;
}

/* ---- sessions ---- */

static void close_session(od_session *s)
{
    od_conn *next;
    for (; s->idle != NULL; s->idle = next) {
        next = s->idle->next;
        drop_connection(s->idle);
    }
    if (s->env != SQL_NULL_HENV)
        (void)SQLFreeHandle(SQL_HANDLE_ENV, s->env);
    if (s->id != NULL)
        memset(s->id, 0, strlen(s->id));
    free(s->id);
    free(s);
}

static jb_status open_session(od_source *src, jb_ctx *ctx, od_session *s)
{
    od_conn *c = NULL;
    jb_status st;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &s->env)) ||
        !SQL_SUCCEEDED(
            SQLSetEnvAttr(s->env, SQL_ATTR_ODBC_VERSION, as_value(SQL_OV_ODBC3), SQL_IS_UINTEGER)))
        return od_fail(src, ctx, JB_E_DATA, "E1111", NULL, NULL, NULL);
    st = connect_text(src, ctx, s, s->id, &c);
    if (st != JB_OK)
        return st;
    learn_engine(s, c);
    learn_text(s, c);
    if (s->engine == OD_POSTGRES) { /* once more, with a cursor */
        drop_connection(c);
        return new_connection(src, ctx, s, &s->idle);
    }
    begin(c);
    s->idle = c;
    return JB_OK;
}

jb_status od_session_join(od_source *src, jb_ctx *ctx)
{
    od_session *s;
    char *id;
    jb_status st;
    if (src->session != NULL)
        return JB_OK;
    id = connection_text(src, OD_OTHER);
    if (id == NULL)
        return od_no_memory(src, ctx);
    for (s = sessions; s != NULL; s = s->next) {
        if (strcmp(s->id, id) == 0) {
            memset(id, 0, strlen(id));
            free(id);
            s->users++;
            src->session = s;
            return JB_OK;
        }
    }
    s = calloc(1, sizeof *s);
    if (s == NULL) {
        free(id);
        return od_no_memory(src, ctx);
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
    src->session = s;
    return JB_OK;
}

void od_session_leave(od_source *src)
{
    od_session **at, *s = src->session;
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
