// SPDX-License-Identifier: Apache-2.0
/* The odbc source: a table or SELECT of any database that has an ODBC driver, through unixODBC.
 *
 * Instances with the same settings share one session: its connections each stand in one read-only
 * transaction and serve one stream at a time. */
#ifndef JB_ODBC_SOURCE_H
#define JB_ODBC_SOURCE_H

#include "dbtable/dbtable.h"

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#define OD_NAME_MAX 512u /* bytes of a column's name */
#define OD_TEXT_MAX 1024u

#define OD_OTHER 0
#define OD_POSTGRES 1
#define OD_SQLITE 2

typedef struct od_conn {
    struct od_conn *next;
    SQLHDBC dbc;
} od_conn;

typedef struct od_session {
    struct od_session *next;
    char *id;       /* the whole connection text; never printed */
    unsigned users; /* [main] */
    SQLHENV env;
    int engine;        /* OD_* */
    char product[64];  /* what it calls itself */
    int wide_text;     /* statements and names go as UTF-16 */
    int wide_data;     /* so do texts that are fetched */
    char quote[2];     /* around names, and the mark to double; '\0': this engine quotes nothing */
    int rereads;       /* a cell of the current row can be read again with SQLGetData */
    int block_rereads; /* also in a block of rows */
    char busy;         /* a lock around idle, held for a few instructions */
    od_conn *idle;     /* [worker] */
} od_session;

/* What the driver tells of a column. */
typedef struct od_field {
    SQLSMALLINT sql_type;
    SQLULEN size;
    SQLSMALLINT digits;
    SQLSMALLINT c_type; /* as it is fetched: SQL_C_CHAR, SQL_C_WCHAR, SQL_C_SBIGINT, SQL_C_DOUBLE */
    uint32_t flags;     /* DBT_PADDED DBT_FLOAT */
    int binary;         /* bytes, which are no text */
} od_field;

typedef struct od_source {
    const jb_host *host;
    const jb_rows_api *rows;
    const char *dsn, *connection, *user, *password, *table, *query;
    int64_t timeout_ms, fetch_rows;
    od_session *session;
    char *from; /* what stands behind FROM */
    char **names;
    jb_type *types;
    char *declared; /* 1: types[i] is what the configuration says */
    od_field *fields;
    uint64_t n_columns;
    dbt_nulls nulls; /* of the last schema() */
    char *pushed;    /* FROM of pushed-down queries; NULL: rows only */
} od_source;

/* ---- odbc_fault.c ---- */

#define OD_N_MESSAGES 24u
extern const jb_message od_messages[OD_N_MESSAGES];
extern const dbt_codes od_codes;
jb_status od_fail(const od_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  const char *arg1, const char *arg2);
jb_status od_no_memory(const od_source *, jb_ctx *);
/* What the driver says of the last call on a handle, without secrets. `code`: for what is not told
 * apart by its SQLSTATE. */
jb_status od_fail_handle(const od_source *, jb_ctx *, SQLSMALLINT kind, SQLHANDLE, const char *code,
                         const char *key);
/* UTF-8 to UTF-16 and back; NUL-terminated, malloc'ed; NULL: out of memory. Bytes that are no text
 * become U+FFFD. n: SQLWCHARs, or SQL_NTS. */
SQLWCHAR *od_wide(const char *text);
size_t od_narrow(const SQLWCHAR *, size_t n, char *out, size_t room);

/* ---- odbc_session.c ---- */

jb_status od_session_join(od_source *, jb_ctx *); /* [main] */
void od_session_leave(od_source *);               /* [main] */
jb_status od_conn_take(const od_source *, jb_ctx *, od_conn **);
void od_conn_give(const od_source *, od_conn *, int failed);
/* A statement on a connection, with its time limit. */
jb_status od_statement(const od_source *, jb_ctx *, od_conn *, SQLHSTMT *);
/* Executes; `wide`: as UTF-16. An ODBC return code. */
SQLRETURN od_execute(SQLHSTMT, const char *sql, int wide);

/* ---- odbc_schema.c ---- */

jb_status od_describe(od_source *, jb_ctx *, const jb_scan *);
void od_forget(od_source *);
/* The columns of an executed statement; *names is one malloc'ed list of malloc'ed texts. answer: of
 * a query whose types the engine worked out: numbers without digits come as their text. */
jb_status od_columns(const od_source *, jb_ctx *, SQLHSTMT, int answer, char ***names,
                     jb_type **types, od_field **fields, uint64_t *n);
void od_free_names(char **names, uint64_t n);
/* odbc_sqlite.c: its driver calls a decimal a text; the table's declaration says more. */
jb_status od_sqlite_types(od_source *, jb_ctx *);
void od_put_name(const od_source *, dbt_sql *, const char *name);

/* ---- odbc_stream.c ---- */

/* Runs a statement on a connection of its own and streams `wants`, which are its columns in order.
 */
typedef struct od_plan {
    const char *sql, *key;
    const jb_sql_value *values;
    uint64_t n_values;
    const jb_scan *scan;   /* NULL: none */
    const dbt_want *wants; /* NULL: all columns, as they come */
    uint64_t n;
} od_plan;
jb_status od_query(const od_source *, jb_ctx *, const od_plan *, struct ArrowArrayStream *out);

/* ---- odbc_push.c ---- */

jb_status od_push_from(od_source *, jb_ctx *);
/* Parameters as text with the type the value has; `keep` holds what must outlive execution. */
typedef struct od_bound {
    SQLLEN *lengths;
    void **texts; /* as UTF-16, or bytes for a driver that takes those */
    uint64_t n;
} od_bound;
jb_status od_bind(const od_source *, jb_ctx *, SQLHSTMT, const jb_sql_value *, uint64_t n,
                  od_bound *keep);
void od_bound_free(od_bound *);
extern const jb_source_sql od_sql;

#endif
