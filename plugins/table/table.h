// SPDX-License-Identifier: Apache-2.0
/* section table: its parts. */
#ifndef JB_PLUGIN_TABLE_H
#define JB_PLUGIN_TABLE_H

#include "jianbao/plugin_util.h"

enum { TABLE_MAX_COLUMNS = 64 };

typedef enum table_what {
    TABLE_KEY,   /* the row's key */
    TABLE_FIELD, /* a field of the figure whose rows are printed */
    TABLE_FIGURE /* a figure with the same key */
} table_what;

/* One item of `columns`: LABEL: NAME [| filters]. */
typedef struct table_column {
    char *label, *name, *filters; /* filters begin with '|', or are "" */
    char *text;                   /* template of a cell, with the row bound to r */
    char *total;                  /* template of the total; NULL: none */
    uint64_t item;                /* from 1; 0: the key column made for `rows` */
    table_what what;
    uint32_t key; /* KEY: which */
    int numeric;
    jb_figure figure; /* FIGURE */
} table_column;

typedef struct table {
    const jb_args *args;
    const char *rows, *caption, *source, *stub;
    int64_t total;
    table_column columns[TABLE_MAX_COLUMNS];
    size_t n_columns;
    int has_of, has_sort;
} table;

/* One row to print: its key (one column; NULL text: the NULL group) or its place in the figure
 * `of`. */
typedef struct table_row {
    const char *key;
    int64_t row;
    /* what it is sorted by */
    int known;
    double number;
    jb_i128 exact;
    int64_t order;
} table_row;

typedef struct table_call {
    jb_ctx *ctx;
    const jb_host *host;
    const jb_doc_api *doc;
    const jb_text_api *text;
    const jb_figures_api *figures;
    table *t;
    jb_figure of;
} table_call;

/* table_columns.c */
jb_status table_parse(jb_ctx *, const jb_host *, table *);
jb_status table_resolve(table_call *); /* what each column is; checks it */
void table_columns_free(table *);
jb_status table_fail(const table_call *, const char *key, uint64_t item, const char *code,
                     const char *value);
/* table_near.c: refuses a column that names nothing, with the nearest name. */
jb_status table_unknown(const table_call *, const table_column *);
/* table_rows.c */
jb_status table_rows(table_call *, table_row **rows, size_t *n);
/* Row with that key, looked for at `guess` first; -1 none. */
int64_t table_find_row(const jb_figure *, const char *key, int64_t guess);
/* The row of a figure that has the key of another's row; -1 none. */
int64_t table_find_key(const jb_figure *, const jb_figure *from, int64_t from_row);
#endif
