// SPDX-License-Identifier: Apache-2.0
/* What the files of the reader of records share; nobody else includes it. */
#ifndef JB_LIB_JSON_IMPL_H
#define JB_LIB_JSON_IMPL_H

#include "json/json_rows.h"

enum { AT_START, IN_LIST, IN_LINES, AT_END };

#define PATH_MAX_LEVELS (JB_JSON_DEPTH_MAX / 2)

/* A field while its record grows: places in the text, which may move. */
typedef struct cell {
    size_t name, n_name, s, n;
    uint32_t kind;
} cell;

struct jb_json {
    jb_json_text t;
    jb_json_keys keys;
    char *path;
    char *segments[PATH_MAX_LEVELS];
    uint32_t n_segments;
    uint64_t level_object[PATH_MAX_LEVELS]; /* objects on the path that are still open */
    uint32_t level_keys[PATH_MAX_LEVELS];
    uint64_t objects; /* serial number of the object opened last */
    int state, pending, has_pending;
    uint64_t record;
    int lists; /* a top object held lists: their names are in found */
    char found[192];
    char **heads;
    uint32_t n_heads;
    cell *cells;
    jb_json_field *fields;
    uint32_t n_cells, cap_cells;
    jb_json_row row;
};

/* ---- json_record.c ---- */

/* A name into a list of names of bounded size; one that does not fit is left out. */
void jb_json_list_name(char *to, size_t room, const char *name, size_t n);
/* Notes a name of an open object; 0, or -1: it is there already, or too many. */
int jb_json_add_key(jb_json *, uint64_t object, const char *name, size_t n);
/* Passes over the value that begins with `token`; names that occur twice are found. 0 or -1. */
int jb_json_pass(jb_json *, int token, uint32_t depth);
/* Reads the record that begins with `token`. 1: there is a row; 0: these were headings; -1. */
int jb_json_read_record(jb_json *, int token, uint32_t depth);
/* The record read last as a row; returns 1. */
int jb_json_give_row(jb_json *, const jb_json_row **out);

#endif
