// SPDX-License-Identifier: Apache-2.0
/* join: the columns of a second source beside those of a first, where keys are equal. The right
 * source is held in memory, hashed by key; the left one streams through, its order and partitions
 * kept. */
#ifndef JB_PLUGIN_JOIN_H
#define JB_PLUGIN_JOIN_H

#include "arrow/arrow_column.h"

#define JN_KEYS 16
#define JN_NONE UINT32_MAX

enum { JN_LEFT, JN_RIGHT };

typedef struct jn_column { /* as the join offers it */
    char *name, *unit;
    char format[JB_FORMAT_MAX];
    int side;
} jn_column;

typedef struct jn_key {
    char *name[2], *unit; /* by side; unit: of the left column */
} jn_key;

/* Key cells of a batch. */
typedef struct jn_cells {
    const struct ArrowArray *column[JN_KEYS];
    char kind[JN_KEYS]; /* of jb_format_kind */
    int32_t scale[JN_KEYS];
    uint64_t n;
    int64_t offset; /* of the struct array */
} jn_cells;

typedef struct jn_bytes {
    uint8_t *at;
    size_t n, cap;
} jn_bytes;

/* The right source, or those of its columns that scans asked for. Const once built. */
typedef struct jn_table {
    struct jn_table *next;
    uint8_t *has; /* by column of the join */
    jb_col *cols; /* likewise; only where `has` */
    uint64_t n_columns;
    uint32_t rows, cap;
    uint64_t *hash, *key_at, *ordinal; /* by row: hash of the key, where it begins, record number */
    uint32_t *more, *last; /* by row: the next of the same key; of a first one: the last */
    jn_bytes keys;
    uint32_t *slots; /* rows + 1; 0 empty */
    uint64_t n_slots;
    uint64_t seen; /* records delivered */
} jn_table;

typedef struct jn_source {
    const jb_host *host;
    const jb_source_api *api;
    const char *names[2];
    const char *const *on;
    uint64_t n_on;
    int matched, many;
    /* set by schema() and parts(), const while streams run */
    jn_key keys[JN_KEYS];
    uint64_t n_keys;
    jn_column *columns;
    uint64_t n_columns;
    jn_table *tables; /* newest first */
    char version[64];
} jn_source;

extern const char *const jn_sides[2]; /* the parameters "left" and "right" */

jb_status jn_fail(const jn_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  uint64_t item, const char *const *args, uint64_t n);
jb_status jn_no_memory(const jn_source *, jb_ctx *);
void jn_forget_schema(jn_source *);
char *jn_copy(const char *text, size_t n);
/* Index of a column by name or "#N"; -1 none. */
int64_t jn_find(const jn_source *, const char *name);
const jb_column *jn_asked(const jb_scan *, uint32_t i);

/* join_schema.c */
jb_status jn_schema(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);

/* join_key.c */
/* Appends the key of a row to empty bytes: equal bytes for equal keys. 1 ok, 0 a part of it is
 * NULL, -1 out of memory. */
int jn_encode(const jn_cells *, int64_t row, jn_bytes *out);
uint64_t jn_hash(const uint8_t *, size_t n);
/* The key for people. */
void jn_key_text(const jn_cells *, int64_t row, char *out, size_t cap);

/* join_table.c */
void jn_table_free(jn_table *);
/* A table that has what `scan` needs, built now unless one is there. [main] */
jb_status jn_table_need(jn_source *, jb_ctx *, const jb_scan *);
const jn_table *jn_table_for(const jn_source *, const jb_scan *);
/* The first row of a key, JN_NONE when there is none. */
uint32_t jn_table_find(const jn_table *, const uint8_t *key, size_t n);
/* Appends a cell of an array, or of row `row` of another column, to a column. 0 or -1. */
int jn_push(jb_col *, const struct ArrowArray *, int64_t row);
int jn_push_stored(jb_col *, const jb_col *, uint32_t row);
int jn_push_null(jb_col *);

/* join_scan.c */
jb_status jn_parts(jb_ctx *, void *self, const jb_scan *, uint64_t *n);
jb_status jn_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);

#endif
