// SPDX-License-Identifier: Apache-2.0
/* A database's table as a source: names, SQL text, cells and batches, the same for every engine.
 *
 * A source finds out names and types of its columns (its own work), answers the host's wishes with
 * dbt_want_of, writes a SELECT with dbt_sql, and fills a dbt_batch cell by cell. Nothing here keeps
 * state outside the structs; one owner per struct. */
#ifndef JB_LIB_DBTABLE_H
#define JB_LIB_DBTABLE_H

#include "arrow/arrow_column.h"
#include "arrow/arrow_parse.h"
#include "arrow/arrow_stream.h"

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

/* ---- names (dbtable_names.c) ---- */

/* Without regard to the case of ASCII letters, as databases compare names. */
int dbt_same_name(const char *a, const char *b);
/* How many of the names `name` means: "#N" is the Nth, others by exact spelling, else without
 * regard to case. *out is one of them. */
uint32_t dbt_find(const char *const *names, uint64_t n, const char *name, uint32_t *out);
/* The i-th column of a scan. */
const jb_column *dbt_column(const jb_scan *, uint32_t i);

/* One column to deliver. */
typedef struct dbt_want {
    const char *name; /* as the database spells it; not copied */
    uint32_t column;  /* its number in the table, from 0 */
    int declared;     /* the configuration wants this type; otherwise it is the column's own */
    jb_type type;
} dbt_want;

#define DBT_FOUND 0
#define DBT_NO_COLUMN 1
#define DBT_SEVERAL 2 /* names that differ in nothing, or in case only */
int dbt_want_of(const char *const *names, const jb_type *types, uint64_t n, const jb_column *,
                dbt_want *out);

/* ---- SQL text (dbtable_sql.c) ---- */

/* Grows; `failed` is set when memory is out, and everything after it does nothing. Zero to begin.
 */
typedef struct dbt_sql {
    char *text; /* NUL-terminated, NULL while empty */
    size_t n, cap;
    int failed;
} dbt_sql;

void dbt_put(dbt_sql *, const char *text);
void dbt_put_n(dbt_sql *, const char *text, size_t n);
/* A quoted name. marks: the quote, and the mark to double inside, as in the form "ident". */
void dbt_put_ident(dbt_sql *, const char *name, const char marks[2]);
/* "(query)" without the semicolons behind it, also where a comment follows; a comment at its end
 * cannot swallow the parenthesis. */
void dbt_put_subquery(dbt_sql *, const char *query);
/* The text, to be freed with free(); NULL: out of memory. The struct is empty afterwards. */
char *dbt_sql_take(dbt_sql *);
void dbt_sql_free(dbt_sql *);
/* True when the first word, past blanks and comments, is SELECT, WITH or VALUES. A guard for the
 * message's sake: it proves nothing about the rest. */
int dbt_is_select(const char *sql);

/* ---- texts that mean NULL (dbtable_nulls.c) ---- */

typedef struct dbt_nulls {
    char *block;
    const char *const *texts; /* without blanks around */
    uint64_t n;
} dbt_nulls;

int dbt_nulls_init(dbt_nulls *, const jb_scan *); /* copies; 0 or -1; scan NULL: none */
void dbt_nulls_free(dbt_nulls *);                 /* may be called twice */
int dbt_nulls_has(const dbt_nulls *, const char *text, size_t n);

/* ---- cells (dbtable_cell.c) ---- */

#define DBT_PADDED 1u /* CHAR(n): blanks at the end do not belong to the text */
#define DBT_FLOAT 2u  /* the text of a binary float: a decimal column takes it rounded */

#define DBT_CELL_TEXT 11 /* not valid UTF-8, or a NUL in it */

/* One cell into a column with room (jb_col_reserve). JB_CELL_*, DBT_CELL_TEXT, -1 out of memory;
 * other than JB_CELL_OK nothing was added. Text: decimals exact, "2022-08-16 10:30:00" in a date
 * column is the date as stored (a year BC is refused), bool also t and f, blanks only are NULL but
 * in a text column. */
int dbt_push_text(jb_col *, const char *text, size_t n, uint32_t flags);
int dbt_push_int(jb_col *, int64_t);
/* In a decimal column rounded half away from zero on the shortest decimal text; NaN and infinity
 * are refused. */
int dbt_push_double(jb_col *, double);
/* Shortest text that reads back as the same number, without exponent below 10^15. */
size_t dbt_double_text(double, char out[40]);

/* ---- batches (dbtable_batch.c) ---- */

/* The plugin's codes of refused cells; {1} is the type. */
typedef struct dbt_codes {
    const char *declared; /* not of the type the configuration declares */
    const char *found;    /* not of the type found out */
    const char *scale, *range, *utf8;
    const char *memory; /* out of memory */
} dbt_codes;

typedef struct dbt_batch {
    const jb_host *host;
    const jb_rows_api *rows;
    jb_ctx *ctx;
    const dbt_codes *codes;
    const char *place; /* the table, for messages; not copied */
    dbt_want *wants;
    jb_col *cols;
    uint64_t n;
    dbt_nulls nulls;
    uint64_t row; /* rows taken so far: the number of the current one, from 1 */
    int64_t length, batch_rows;
    int skipped; /* the current row is left out */
} dbt_batch;

/* Copies the wants (not their names) and null texts. host, rows, ctx, codes and place must be set;
 * scan may be NULL. 0, or -1: out of memory, free it all the same. */
int dbt_batch_init(dbt_batch *, const dbt_want *, uint64_t n, const jb_scan *);
void dbt_batch_free(dbt_batch *);
/* A row begins; then every cell in order; then it ends. */
jb_status dbt_row_begin(dbt_batch *);
/* text NULL: NULL. A cell that does not fit is put before the host: stop, skip the row, or NULL. */
jb_status dbt_cell(dbt_batch *, uint64_t k, const char *text, size_t n, uint32_t flags);
/* What came of a push by the plugin's own hand; `code`: for a `how` that codes do not know, else
 * NULL; text: the value for the message. */
jb_status dbt_cell_done(dbt_batch *, uint64_t k, int how, const char *code, const char *text,
                        size_t n);
void dbt_row_end(dbt_batch *);
/* A stream whose columns are the wants (jb_stream_make). */
int dbt_stream_make(struct ArrowArrayStream *out, const jb_stream_ops *, void *self,
                    const dbt_want *, uint64_t n);
int dbt_batch_full(const dbt_batch *); /* rows or bytes: what was collected should be handed over */
/* The rows so far; out is not touched when there are none. */
jb_status dbt_batch_finish(dbt_batch *, struct ArrowArray *out);
/* Reports a refused cell or (column NULL) row through jb.host.rows/1; JB_ROW_*. A host without that
 * service gets the strictest answer. */
int32_t dbt_refuse(const jb_host *, const jb_rows_api *, jb_ctx *, const char *code,
                   const char *place, uint64_t row, const char *column, const char *value, size_t n,
                   const char *arg1);

#endif
