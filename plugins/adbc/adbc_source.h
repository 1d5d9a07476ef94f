// SPDX-License-Identifier: Apache-2.0
/* The adbc source: a table or SELECT of any engine that has an ADBC driver, a shared object that is
 * loaded by its path. Batches go through as the driver made them.
 *
 * Instances with the same driver and options share one session: one database, and connections that
 * each stand in one transaction. A connection serves one stream at a time. */
#ifndef JB_ADBC_SOURCE_H
#define JB_ADBC_SOURCE_H

#include "adbc_abi.h"
#include "dbtable/dbtable.h"

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define AD_PATH_MAX 4096u

/* What SQL the engine speaks. */
#define AD_AUTO 0
#define AD_NONE 1 /* a query as it stands, nothing around it */
#define AD_ANSI 2 /* SELECT of quoted columns */
#define AD_DUCKDB 3
#define AD_POSTGRES 4
#define AD_SQLITE 5

typedef struct ad_option {
    char *key, *value; /* one block at key */
    int secret;
} ad_option;

typedef struct ad_conn {
    struct ad_conn *next;
    adbc_handle handle;
} ad_conn;

typedef struct ad_session {
    struct ad_session *next;
    char *id;       /* driver, entry point and options; never printed */
    unsigned users; /* [main] */
    int dialect;
    adbc_driver driver;
    adbc_handle database;
    int has_driver, has_database;
    char busy;     /* a lock around idle, held for a few instructions */
    ad_conn *idle; /* [worker] */
} ad_session;

typedef struct ad_source {
    const jb_host *host;
    const char *driver, *entry, *folder, *table, *query; /* one of the last two is NULL */
    int dialect;                                         /* as the configuration says */
    char *library;                                       /* where the driver was found */
    ad_option *options;
    uint64_t n_options;
    ad_session *session;
    char *from;      /* what stands behind FROM; the query itself with AD_NONE */
    char **names;    /* columns as the engine spells them */
    char **formats;  /* as the driver gives them; of those cast in SQL, "u" */
    char **declared; /* as the configuration declares them; NULL: it does not */
    char *cast;      /* 1: this column is cast to text in SQL */
    uint64_t n_columns;
    char **nulls; /* texts that mean NULL, of the last schema() */
    uint64_t n_nulls;
    char *pushed; /* FROM of pushed-down queries */
    char version[64];
} ad_source;

/* ---- adbc_fault.c ---- */

#define AD_N_MESSAGES 23u
extern const jb_message ad_messages[AD_N_MESSAGES];
jb_status ad_fail(const ad_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  const char *arg1, const char *arg2);
/* A failure that the driver reports: its sentence without secrets is {1}, or {2} when `arg` is
 * given. Releases the error. */
jb_status ad_fail_driver(const ad_source *, jb_ctx *, jb_status, const char *code, const char *key,
                         const char *arg, adbc_error *);
jb_status ad_no_memory(const ad_source *, jb_ctx *);
/* The text with every secret in it starred, at most room - 1 bytes. */
void ad_scrub(const ad_source *, const char *text, char *out, size_t room);
int ad_is_secret_name(const char *option);
void ad_error_drop(adbc_error *);

/* ---- adbc_load.c ---- */

/* Finds the driver's file; sets src->library. */
jb_status ad_find(ad_source *, jb_ctx *);
/* Loads src->library and fills the driver's table. *dialect is set when the file tells the engine.
 */
jb_status ad_load(const ad_source *, jb_ctx *, adbc_driver *, int *dialect);

/* ---- adbc_session.c ---- */

jb_status ad_session_join(ad_source *, jb_ctx *); /* [main] */
void ad_session_leave(ad_source *);               /* [main] */
/* A connection in its transaction, for one stream. */
jb_status ad_conn_take(const ad_source *, jb_ctx *, ad_conn **);
/* Path of the file that option `key` names, against the folder. 0: none, or no file. */
int ad_file_path(const ad_source *, const char *key, char *out, size_t room);
void ad_conn_give(const ad_source *, ad_conn *, int failed);

/* ---- adbc_sql.c ---- */

/* Whether a query is one SELECT that can be put in brackets. */
int ad_is_select(const char *sql);
/* FROM text of src->query. NULL: out of memory. */
char *ad_subquery(const char *query);
/* FROM text of a table's name: attempt 0 the name as it stands, 1 its parts between dots, 2 those
 * in small letters. *none: no such attempt. NULL: out of memory. */
char *ad_table_name(const char *table, int attempt, int *none);
/* SELECT of columns by number, with a condition (NULL: none). */
char *ad_select(const ad_source *, const uint32_t *columns, uint64_t n, const char *where);

/* ---- adbc_schema.c ---- */

jb_status ad_describe(ad_source *, jb_ctx *, const jb_scan *);
void ad_forget(ad_source *);
/* ---- adbc_stream.c ---- */

typedef struct ad_want {
    const char *name, *format; /* format NULL: any */
    int text_to_value;         /* a text column declared as something else: blanks are NULL */
} ad_want;

/* What is to become of an answer. wants[i]: what is expected of the i-th delivered column. */
typedef struct ad_shape {
    const uint32_t *pick; /* which columns, in this order; NULL: all */
    const ad_want *wants;
    uint64_t n;
    int64_t batch_rows; /* at most; 0: as they come */
} ad_shape;

/* Runs a query on a connection of its own; the stream gives it back. shape NULL: the answer as it
 * is. */
jb_status ad_query(const ad_source *, jb_ctx *, const char *sql, const jb_sql_value *,
                   uint64_t n_values, const char *key, const ad_shape *,
                   struct ArrowArrayStream *out);

/* ---- adbc_slice.c ---- */

typedef struct ad_held ad_held;        /* a batch that is handed over in pieces */
ad_held *ad_hold(struct ArrowArray *); /* takes it over; NULL: out of memory, and it does not */
void ad_held_drop(ad_held *);
int64_t ad_held_rows(const ad_held *);
/* Some of its columns (pick NULL: the first n), rows from `start`. 0 or -1. */
int ad_held_piece(ad_held *, int64_t start, int64_t length, const uint32_t *pick, uint64_t n,
                  struct ArrowArray *out);
/* A copy of some columns' schema. 0 or -1. */
int ad_schema_pick(const struct ArrowSchema *, const uint32_t *pick, uint64_t n,
                   struct ArrowSchema *out);

/* ---- adbc_bind.c ---- */

/* Bound values as a record batch of one row. 0, -1 out of memory, or 1 + the index of a value that
 * cannot be had in its format. */
int64_t ad_values(const jb_sql_value *, uint64_t n, struct ArrowSchema *, struct ArrowArray *);

/* ---- adbc_mask.c ---- */

/* Marks cells as NULL whose text is one of the texts given (blanks around it do not count), or,
 * with `blank`, nothing but blanks. *col is replaced. 0 or -1 out of memory. */
int ad_mask(const struct ArrowSchema *, struct ArrowArray *col, char *const *texts, uint64_t n,
            int blank);

/* ---- adbc_push.c ---- */

/* Makes src->pushed; it stays NULL when this source can only be streamed. */
jb_status ad_push_from(ad_source *, jb_ctx *);
extern const jb_source_sql ad_sql;

#endif
