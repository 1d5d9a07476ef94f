// SPDX-License-Identifier: Apache-2.0
/* The sqlite source: a table, view or SELECT of a database file, opened read-only.
 *
 * Every stream has a connection of its own, so [worker] calls share nothing but the constant part
 * of sq_source. */
#ifndef JB_SQLITE_SOURCE_H
#define JB_SQLITE_SOURCE_H

#include "dbtable/dbtable.h"

#include <sqlite3.h>

typedef struct sq_file sq_file;

extern const jb_host *sq_host; /* set by init */

typedef struct sq_source {
    const jb_host *host;
    const jb_rows_api *rows;
    const char *path, *table, *query; /* one of the last two is NULL */
    char *from;     /* what stands behind FROM: a quoted name, or "(query) AS t" */
    int whole_scan; /* the name is a table, so NOT INDEXED keeps its row order */
    char **names;   /* columns as the database spells them */
    jb_type *types;
    uint64_t n_columns;
    sq_file *file;   /* the run's hold on the database; NULL before schema() */
    char *native;    /* which columns need no conversion: every cell is an integer for certain */
    int wide;        /* some decimal has over 15 digits: decimals are texts in pushed queries */
    dbt_nulls nulls; /* of the last schema() */
    char *pushed;    /* FROM text of pushed-down queries; NULL: not made yet */
} sq_source;

/* ---- sqlite_fault.c
 * ------------------------------------------------------------------------------ */

jb_status sq_fail(const sq_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  const char *arg1, const char *arg2);
/* A failure that SQLite reports. */
jb_status sq_fail_db(const sq_source *, jb_ctx *, sqlite3 *);
jb_status sq_no_memory(const sq_source *, jb_ctx *);
#define SQ_N_MESSAGES 18u
extern const jb_message sq_messages[SQ_N_MESSAGES];

/* ---- sqlite_open.c
 * ------------------------------------------------------------------------------- */

/* A connection of its own; flags SQLITE_OPEN_NOMUTEX or FULLMUTEX. */
jb_status sq_open_file(const sq_source *, jb_ctx *, int flags, sqlite3 **);
/* Prepares one statement that must be a SELECT; `key` is the parameter to blame. */
jb_status sq_prepare(const sq_source *, jb_ctx *, sqlite3 *, const char *sql, const char *key,
                     sqlite3_stmt **);
/* Sets from and whole_scan. */
jb_status sq_resolve(sq_source *, jb_ctx *, sqlite3 *);
/* Fills native. */
jb_status sq_find_native(sq_source *, jb_ctx *, sqlite3 *);
/* SELECT of the columns wanted, or of all with wants NULL. Freed by sqlite3_free; NULL: out of
 * memory. */
char *sq_select(const sq_source *, const dbt_want *wants, uint64_t n);
/* The same with a condition over the columns as from() gives them; NULL: there is no such form. */
char *sq_select_where(const sq_source *, const dbt_want *wants, uint64_t n, const char *where);
/* Binds parameters from number 1 on; an SQLite result code. */
int sq_bind(sqlite3_stmt *, const jb_sql_value *values, uint64_t n);

/* ---- sqlite_share.c ---- */

/* Takes hold of the database's present state for the run. [main] */
jb_status sq_attach(sq_source *, jb_ctx *);
void sq_detach(sq_source *);
/* A connection that sees this state; given back by sq_close. [any] */
jb_status sq_open(const sq_source *, jb_ctx *, sqlite3 **);
void sq_close(const sq_source *, sqlite3 *);
/* Changes when the file does. */
const char *sq_version(const sq_source *);

/* ---- sqlite_types.c
 * ------------------------------------------------------------------------------ */

/* By the declared type of a result column; 0, or -1 when only the rows can tell. */
int sq_declared_type(const char *decltype_text, jb_type *out);

typedef struct sq_guess {
    int64_t ints, reals, texts, dates;
} sq_guess;
void sq_guess_value(sq_guess *, int storage, const char *text, size_t n);
/* `empty`: the kind of a column without any value. */
void sq_guess_type(const sq_guess *, char empty, jb_type *out);
/* Names and types of all columns, looking at the first rows where the declaration does not tell. */
jb_status sq_describe(sq_source *, jb_ctx *, sqlite3 *);

/* ---- sqlite_cell.c
 * ------------------------------------------------------------------------------- */

#define SQ_CELL_BLOB 10

typedef struct sq_cell {
    int storage; /* SQLITE_INTEGER … SQLITE_NULL */
    int64_t i;
    double r;
    const char *text; /* of TEXT; valid until the next step */
    size_t n;
} sq_cell;

sq_cell sq_cell_at(sqlite3_stmt *, int column);
sq_cell sq_cell_of(sqlite3_value *); /* a protected value */
/* A cell of any storage class into a column that has room: JB_CELL_* or SQ_CELL_*, -1 out of
 * memory. */
int sq_push(jb_col *, const sq_cell *);
int sq_is_null(const dbt_nulls *, const sq_cell *); /* NULL, or a text that means it */
/* The cell as text, for messages and text columns; `own` holds numbers. */
const char *sq_cell_text(const sq_cell *, char own[40], size_t *n);

/* ---- sqlite_stream.c, sqlite_sql.c
 * ---------------------------------------------------------------- */

jb_status sq_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);

/* Rows that were already fetched to find out types, in front of those still to come. */
typedef struct sq_ahead {
    sqlite3_value **values; /* n_rows * n_columns */
    uint64_t n_rows, n_columns;
    int ended; /* the statement has no more */
} sq_ahead;
void sq_ahead_free(sq_ahead *);

/* Makes a stream; takes over db, stmt and what ahead points to, also on failure. at: the number of
 * each wanted column in the statement. ahead may be NULL. */
jb_status sq_stream(const sq_source *, jb_ctx *, sqlite3 *, sqlite3_stmt *, const dbt_want *,
                    const int *at, uint64_t n, const jb_scan *, sq_ahead *ahead,
                    struct ArrowArrayStream *out);
/* Fills pushed, or leaves it NULL where names do not allow it; -1 out of memory. */
int sq_make_pushed(sq_source *);
extern const jb_source_sql sq_sql;

/* ---- sqlite_exact.c ---- */

/* The functions of pushed-down queries; an SQLite result code. */
int sq_add_functions(sqlite3 *db);
int sq_add_arithmetic(sqlite3 *db); /* sqlite_arith.c; called by it */

#endif
