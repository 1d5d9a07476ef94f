// SPDX-License-Identifier: Apache-2.0
/* The postgres source: a table, view or SELECT of a PostgreSQL database, through libpq.
 *
 * All sources of one run on one database share a pg_server: one snapshot, which the first
 * connection exports and further ones join, so that every scan and query sees one state.
 * Connections are lent by pg_borrow and given back by pg_return; each is used by one thread at a
 * time. */
#ifndef JB_PG_SOURCE_H
#define JB_PG_SOURCE_H

#include "dbtable/dbtable.h"

#include <libpq-fe.h>

/* ---- types (pg_types.c) ---- */

/* How a cell comes over the wire, in binary. */
#define PG_TEXT 't'
#define PG_BOOL 'b'
#define PG_INT2 '2'
#define PG_INT4 '4'
#define PG_INT8 '8'
#define PG_FLOAT4 'f'
#define PG_FLOAT8 'g'
#define PG_NUMERIC 'n'
#define PG_DATE 'd'
#define PG_STAMP 's'   /* timestamp without time zone */
#define PG_STAMPTZ 'z' /* is never sent: read as a timestamp of the session's zone */
#define PG_OTHER 'o'   /* is never sent: read as its text */

typedef struct pg_field {
    char wire;
    uint32_t flags; /* DBT_PADDED */
} pg_field;

/* By type oid and modifier; returns 0. *out is a numeric's decimal only when the modifier tells its
 * digits, else text. */
void pg_type_of(Oid oid, int modifier, pg_field *field, jb_type *out);
/* What to cast a column to so that a cell of `type` can be made of it ("" : nothing, "::text" …);
 * *field becomes what then comes over the wire. */
const char *pg_cast_for(const jb_type *type, pg_field *field);

/* ---- cells (pg_cell.c) ---- */

#define PG_CELL_SPECIAL 20 /* NaN, infinity, a year before 1 or after 9999 */

/* One binary cell into a column with room: JB_CELL_*, DBT_CELL_TEXT, PG_CELL_SPECIAL, -1. */
int pg_push(jb_col *, const pg_field *, const uint8_t *, size_t n);
/* The cell as PostgreSQL prints it, for messages and null texts; own holds what is no text. */
const char *pg_cell_text(const pg_field *, const uint8_t *, size_t n, char own[64], size_t *len);

/* ---- connections ---- */

typedef struct pg_conn pg_conn;
struct pg_conn {
    PGconn *pq;
    pg_conn *next;
    int mode; /* settings it has now, PG_MODE_*; -1: those of a new session */
    int64_t timeout_ms;
    int serial;   /* 0: the first one, which holds the snapshot */
    int rollback; /* the current use failed: back to its savepoint */
    int silent;   /* nobody answers any more: nothing is asked of it, not even to stop */
};

typedef struct pg_server pg_server;

typedef struct pg_source {
    const jb_host *host;
    const jb_rows_api *rows;
    const char *service, *conninfo, *user, *password;
    const char *table, *query; /* one of them is NULL */
    int64_t timeout_ms, connect_ms;
    pg_server *server;
    char *base;   /* behind FROM: a quoted name, or (query) AS t with columns c1, c2 … */
    char *place;  /* the table or the database, for messages; no secret in it */
    char *pushed; /* FROM text of pushed queries; NULL: not made, or some column has none */
    int is_table; /* rows have a physical order */
    int has_float, has_bool;
    char **names;
    pg_field *fields;
    jb_type *types; /* as a stream delivers them */
    char *declared; /* the configuration said so */
    uint64_t n_columns;
    dbt_nulls nulls; /* of the last schema() */
    char version[96];
} pg_source;

#define PG_MODE_TABLE 0 /* rows in physical order, one process */
#define PG_MODE_QUERY 1 /* one process */
#define PG_MODE_PUSH 2  /* as the server likes */

/* pg_connect.c: a new connection, or NULL after a report. */
PGconn *pg_connect(const pg_source *, jb_ctx *);
/* Waits a moment for the socket to be readable; `deadline` in monotonic ms, 0: none.
 * JB_OK: try again; JB_E_CANCELLED; JB_E_DATA: too late (no report). */
jb_status pg_wait(const pg_source *, jb_ctx *, PGconn *, int64_t deadline);
int64_t pg_now(void);

/* pg_session.c: finds or makes the server of this source. [main] */
jb_status pg_attach(pg_source *, jb_ctx *);
void pg_detach(pg_source *);
/* A connection in the run's snapshot, inside a savepoint; NULL after a report. [any] */
pg_conn *pg_borrow(const pg_source *, jb_ctx *, int mode, jb_status *st);
/* Gives it back; what is still running on it is cancelled. NULL: nothing to do. [any] */
void pg_return(const pg_source *, pg_conn *);
const char *pg_server_token(const pg_source *);
void pg_server_set_token(const pg_source *, const char *);

/* pg_run.c: sends one statement with typed parameters; binary results. JB_OK or reported. */
jb_status pg_send(const pg_source *, jb_ctx *, pg_conn *, const char *sql,
                  const jb_sql_value *values, uint64_t n);
/* The next result: *out NULL at the end. A failed one is reported, with `key` to blame. */
jb_status pg_next(const pg_source *, jb_ctx *, pg_conn *, const char *key, PGresult **out);
/* Both, for a statement of one result; to be cleared by the caller. */
jb_status pg_ask(const pg_source *, jb_ctx *, pg_conn *, const char *key, const char *sql,
                 const jb_sql_value *values, uint64_t n, PGresult **out);

/* pg_resolve.c: base, names, types of the table or query. */
jb_status pg_resolve(pg_source *, jb_ctx *, pg_conn *);
/* `"schema"."table"` and the like in parts: unquoted text or "quoted"; at most 3. -1: no such form.
 */
int pg_split_name(const char *text, char parts[3][256], int quoted[3]);

/* pg_stream.c */
jb_status pg_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
/* Rows of a sent statement in single-row mode; takes over the connection, also on failure. */
jb_status pg_stream_rows(const pg_source *, jb_ctx *, pg_conn *, PGresult *first, const dbt_want *,
                         const pg_field *, uint64_t n, const jb_scan *,
                         struct ArrowArrayStream *out);

/* pg_from.c: the columns as a stream delivers them. 0, -1 out of memory, 1: some column has no form
 * in SQL that gives the same answers. */
int pg_put_converted(const pg_source *, dbt_sql *);
/* One raw column as FROM base gives it: its own quoted name, or "c3" of a query. */
void pg_put_column(const pg_source *, dbt_sql *, uint64_t i);

/* pg_sql.c */
extern const jb_source_sql pg_sql;

/* ---- faults (pg_fault.c, pg_messages.c) ---- */

jb_status pg_fail(const pg_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  const char *arg1, const char *arg2);
jb_status pg_no_memory(const pg_source *, jb_ctx *);
/* What the server or libpq says of a failed statement. res may be NULL: the connection's own words.
 */
jb_status pg_fail_result(const pg_source *, jb_ctx *, PGconn *, const PGresult *, const char *key);
/* A failed connection. */
jb_status pg_fail_connect(const pg_source *, jb_ctx *, PGconn *);
/* First line of a message, valid UTF-8, without the password. */
void pg_clean(const pg_source *, PGconn *, const char *text, char *out, size_t room);
#define PG_N_MESSAGES 26u
extern const jb_message pg_messages[PG_N_MESSAGES];
extern const dbt_codes pg_codes;

#endif
