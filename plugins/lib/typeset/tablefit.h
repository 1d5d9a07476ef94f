// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_TABLEFIT_H
#define JB_TYPESET_TABLEFIT_H

#include "table.h"

enum { JB_TS_MAX_COLUMNS = 64 };

typedef struct {
    double x, width;    /* inner box, without padding */
    uint8_t align;      /* never AUTO */
    double whole, part; /* DECIMAL: widest before and from the point on */
} jb_ts_column;

typedef struct {
    jb_ts_style body, head;
    double pad; /* on both sides of a column */
    jb_ts_column columns[JB_TS_MAX_COLUMNS];
} jb_ts_fit;

/* Chooses the type size and the columns' widths. JB_TS_TABLE_OK or why not. */
int jb_ts_fit_columns(jb_ts_fonts *fonts, const jb_ts_table *table, double measure, jb_ts_fit *fit);

/* The cell's runs in the table's style; the array is in the arena. A heading's unit in parentheses
 * is kept whole. */
const jb_ts_run *jb_ts_cell_runs(jb_ts_arena *arena, const jb_ts_table_cell *cell,
                                 const jb_ts_style *style, bool head, size_t *n);

/* The cell's text, joined, and the bytes before the point (or what stands for it). */
const char *jb_ts_cell_text(jb_ts_arena *arena, const jb_ts_table_cell *cell, size_t *len);
size_t jb_ts_whole_part(const char *text, size_t len);

#endif
