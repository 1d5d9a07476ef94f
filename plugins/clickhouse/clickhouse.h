// SPDX-License-Identifier: Apache-2.0
/* The clickhouse source: a table or SELECT of a ClickHouse server over HTTP.
 *
 *   clickhouse_ask      one statement to the server, and what its failures mean
 *   clickhouse_types    names of types -> what a column delivers
 *   clickhouse_literal  names and values as SQL that can be nothing else
 *   clickhouse_rows     RowBinary -> rows; clickhouse_scan the stream over it
 *   clickhouse_sql      jb.source.sql/1
 *
 * A ch_source is changed by [main] calls only and read by streams on any thread; every statement
 * has a connection of its own. */
#ifndef JB_CLICKHOUSE_H
#define JB_CLICKHOUSE_H

#include "dbtable/dbtable.h"
#include "web/web.h"

/* What a RowBinary cell is made of. */
#define CH_INT 'i'     /* width bytes, signed */
#define CH_UINT 'n'    /* width bytes, unsigned */
#define CH_FLOAT 'f'   /* 4 or 8 bytes */
#define CH_DECIMAL 'd' /* 4, 8 or 16 bytes, scaled */
#define CH_DATE 'D'    /* 2 bytes unsigned or 4 signed: days */
#define CH_STRING 's'  /* length, bytes */
#define CH_FIXED 'x'   /* width bytes, NULs at the end are padding */
#define CH_BOOL 'b'    /* 1 byte */
#define CH_NOTHING '0' /* Nullable(Nothing): always NULL */

typedef struct ch_type {
    char kind;
    uint32_t width; /* bytes, 0: CH_STRING */
    int nullable;
    int32_t precision, scale;
    /* How the column must be asked for, with $ for its name: "toDate($)"; NULL: as it is. */
    const char *cast;
} ch_type;

typedef struct ch_source {
    const jb_host *host;
    const jb_rows_api *rows;
    const char *url, *database, *user, *password, *table, *query, *ca, *proxy;
    int64_t timeout_ms, connect_ms;
    int plain;  /* the user may not change settings (he is read-only already) */
    int probed; /* version asked for */
    char version[48];
    char place[300]; /* url without anything secret, for messages */
    char *base;      /* what stands behind FROM */
    char *from_text; /* what from() gives; NULL: not made yet */
    char **names;
    ch_type *found; /* as the server has them */
    jb_type *types; /* as they are delivered */
    uint64_t n_columns;
    int converts;    /* a declared type, null text or cast stands between the two */
    int pushable;    /* every column can be given by SQL as it streams */
    char token[160]; /* of the table's state when schema() saw it; "": cannot be known */
    char token_now[160];
} ch_source;

/* ---- clickhouse_ask.c ---- */

/* How a statement is to be answered. */
#define CH_WHOLE                                                                                   \
    1u /* the server answers when it has everything: a failure is never in mid-answer */
#define CH_SINGLE 2u /* one thread there: rows come in the order of the table */

/* What a request polls while it waits. */
typedef struct ch_stop {
    const jb_host *host;
    jb_ctx *ctx;
} ch_stop;
int ch_cancelled(void *stop);

/* Sends a statement and opens its answer. Reports failures; `key` is the parameter to blame for a
 * mistake in the statement (NULL: none). */
jb_status ch_open(const ch_source *, jb_ctx *, const char *sql, uint32_t flags, const char *key,
                  jb_web **out);
/* A short answer as text, freed by the caller. */
jb_status ch_text(const ch_source *, jb_ctx *, const char *sql, const char *key, char **out);
/* Reports what the transport or the server says. */
jb_status ch_fail_web(const ch_source *, jb_ctx *, const jb_web_fault *, const char *key);
/* Reports a failure that the server wrote into an answer: "Code: 241, …". */
jb_status ch_fail_said(const ch_source *, jb_ctx *, const char *said, const char *key);
jb_status ch_fail(const ch_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  const char *arg1, const char *arg2);
jb_status ch_no_memory(const ch_source *, jb_ctx *);
/* Asks for the version once and finds out whether settings may be sent. [main] */
jb_status ch_probe(ch_source *, jb_ctx *);
/* Splits one line of TabSeparated in place, undoing its escapes; the number of fields, at most max.
 * *next is behind the line. A field \N becomes NULL. */
size_t ch_fields(char *line, char **fields, size_t *lengths, size_t max, char **next);

#define CH_N_MESSAGES 30u
extern const jb_message ch_messages[CH_N_MESSAGES];
extern const dbt_codes ch_codes;

/* ---- clickhouse_types.c ---- */

/* By the server's name of a type, such as Nullable(Decimal(14, 2)). Unknown ones become text there.
 */
void ch_type_parse(const char *text, ch_type *found, jb_type *out);
/* Names and types of all columns. [main] */
jb_status ch_describe(ch_source *, jb_ctx *);
void ch_forget(ch_source *);

/* ---- clickhouse_literal.c ---- */

/* A name or text as SQL. Every byte that is no ASCII letter or digit is written \xNN, so that no
 * content whatever can end the quotes. */
void ch_put_name(dbt_sql *, const char *name);
void ch_put_text(dbt_sql *, const char *text, size_t n);
/* A value by its format. 0; -1: not of that format, nothing was written; -2: a date that ClickHouse
 * cannot hold. */
int ch_put_value(dbt_sql *, const jb_sql_value *);
/* Puts values for the marks {jb_1}, {jb_2} … of a printed statement, and writes its quoted names
 * ("x""y") our way. `from` is copied as it stands. 0; -1: a mark without value, or a value that is
 * refused; -2 as above. */
int ch_put_statement(dbt_sql *, const char *sql, const char *from, const jb_sql_value *,
                     uint64_t n);

/* ---- clickhouse_rows.c ---- */

/* Stands behind the cells of every row, so that text the server appends to a broken answer can
 * never be taken for a row. */
#define CH_ROW_END 0x9e37c0b1u
#define CH_ROW_END_SQL "toUInt32(2654453937)"

/* Bytes of the row at p with its end mark; 0: not all of it is there yet. SIZE_MAX: what is there
 * cannot be a row. */
size_t ch_row_size(const ch_type *, uint64_t n, const uint8_t *p, size_t have);
/* A row that ch_row_size has measured, into the batch. */
jb_status ch_row_take(dbt_batch *, const ch_type *, const uint8_t *p);
/* The server's last words in what is left of a broken answer; NULL: there are none. */
const char *ch_last_words(const uint8_t *p, size_t n, char *out, size_t room);

/* ---- clickhouse_scan.c, clickhouse_sql.c ---- */

jb_status ch_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
jb_status ch_version(jb_ctx *, void *self, const char **out);
/* The state of the table as text; "" when it cannot be known. */
jb_status ch_token(const ch_source *, jb_ctx *, char *out, size_t room);
/* A column as it is asked for. */
void ch_put_column(dbt_sql *, const char *name, const ch_type *);
extern const jb_source_sql ch_sql;

#endif
