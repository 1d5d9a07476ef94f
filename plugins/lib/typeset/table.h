// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_TABLE_H
#define JB_TYPESET_TABLE_H

#include "flow.h"

enum { JB_TS_CELL_AUTO, JB_TS_CELL_LEFT, JB_TS_CELL_CENTER, JB_TS_CELL_RIGHT, JB_TS_CELL_DECIMAL };

typedef struct {
    const jb_ts_run *runs; /* styles are replaced by the table's */
    size_t n_runs;
} jb_ts_table_cell;

typedef struct {
    const char *title;     /* 表1 …; NULL: none. The table is then 续 on further pages */
    const char *continued; /* line above a continuation, such as 续表1; NULL: none */
    const char *note;      /* below the table; NULL: none */
    const jb_ts_table_cell *cells; /* n_rows × n_cols, heading rows first */
    size_t n_rows, n_cols;
    size_t n_head;        /* heading rows, printed again on every page */
    size_t n_total;       /* rows at the end that sum up; never alone on a page */
    const uint8_t *align; /* of every column, JB_TS_CELL_*; NULL: all AUTO */
    const void *place;
} jb_ts_table;

/* What became of a table; body rows printed must equal body rows given. */
typedef struct {
    size_t rows_in, rows_out;
    double font_size;
    size_t split_rows; /* rows taller than a page, continued on the next */
} jb_ts_table_report;

/*
 * Makes a block of a table: columns fitted to their content within the measure, number columns
 * aligned on the decimal point, thick rules above and below, a thin one under the heading, none
 * between columns. Text is 小四, 五号 or 小五, the largest that fits. Lives in `arena`.
 * JB_TS_TABLE_OK, or why it cannot be.
 */
enum { JB_TS_TABLE_OK, JB_TS_TABLE_COLUMNS /* none, or more than 64 */, JB_TS_TABLE_WIDE };
int jb_ts_table_block(jb_ts_fonts *fonts, jb_ts_arena *arena, const jb_ts_sheet *sheet,
                      const jb_ts_table *table, jb_ts_block *block, jb_ts_table_report *report);

/* True for a number as reports print it: sign, digits with separators or a mask such as ***, then %
 * or a unit (12.3亿元). */
bool jb_ts_is_number(const char *text, size_t len);

/* True for what stands where a number is missing: nothing, — – - … / */
bool jb_ts_is_absent(const char *text, size_t len);

#endif
