// SPDX-License-Identifier: Apache-2.0
/* Columns and types of a table out of its first records: what json and http find out alike. */
#ifndef JB_LIB_JSON_LOOK_H
#define JB_LIB_JSON_LOOK_H

#include "json/json_rows.h"

/* Zeroed, then the first four are set; the caller's. */
typedef struct jb_json_look {
    const jb_grid_env *env;
    jb_ctx *ctx;
    const jb_scan *scan;
    jb_json_columns *columns; /* grows with the names that occur */
    jb_guess *guesses;        /* one a column */
    uint32_t n;
} jb_json_look;

/* A record: its names become columns, its cells are looked at. Reports. */
jb_status jb_json_look_at(jb_json_look *, const jb_json_row *);
/* A table without a record knows of the columns that were declared, and of no others. */
jb_status jb_json_look_at_none(jb_json_look *);
/* Type of every column, declared or concluded; *types to be freed with free(), also after a
 * failure. */
jb_status jb_json_look_types(const jb_json_look *, jb_type **types);
void jb_json_look_free(jb_json_look *);

#endif
