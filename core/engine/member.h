// SPDX-License-Identifier: Apache-2.0
/* Sources made of other sources: jb.host.source/1, members linked and counted. Private to
 * core/engine.
 *
 * A composite names its members by REF parameters. What it reads of a member are the rows the
 * member's `where` keeps, in normalised types under the member's own names; cells that do not fit
 * and rows refused are the member's, by its `on_error`, and counted for it. */
#ifndef JB_ENGINE_MEMBER_H
#define JB_ENGINE_MEMBER_H

#include "engine/plan.h"

#include <stdatomic.h>

/* One item of a REF parameter of a source. */
typedef struct jb_member {
    jb_msource *source;
    const char *key;
    size_t item;       /* from 0 */
    jb_place place;    /* of the item */
    const char **read; /* columns that a dry run asked for, the member's `where` included */
    size_t n_read;
    _Atomic int64_t rows, kept, skipped, nulled; /* of the last scan */
} jb_member;

extern const jb_source_api jb_member_service;

/* After all sources are made: their members. */
void jb_members_link(jb_model *);
jb_member *jb_members_at(const jb_msource *, size_t i); /* NULL past the last */
/* When its members are open: how many sources a scan reads; too many break it, reported. */
void jb_members_weigh(jb_msource *, jb_diags *);
/* Before and after a scan of a composite: counts to zero; rows and cells refused, told at each
 * member's place. Members of members included. [main] */
void jb_members_reset(jb_msource *);
void jb_members_report(const jb_msource *, jb_diags *);
/* Which columns a scan would read of each member, into `read`; no data is read. [main] */
void jb_members_dry(jb_model *, jb_msource *, const jb_scan *, jb_diags *);

/* What a composite's schema says of a column it does not offer: that members lack it, or that its
 * types differ. 1: reported at `place`. */
int jb_members_missing(const jb_msource *, const char *column, const jb_place *place, jb_diags *);

/* member_scan.c */
typedef struct jb_member_ask { /* one read of one member; all in `arena` */
    jb_arena *arena;
    jb_member *member;
    jb_msource view; /* the member with the columns' types as they are asked of its source */
    int *projected;  /* of view.columns, ascending */
    size_t n_projected;
    jb_scan scan;
    struct jb_member_column *out;
    size_t n_out;
} jb_member_ask;

typedef struct jb_member_column { /* a column as the composite gets it */
    int index;                    /* of view.columns */
    jb_coltype type;
    int converts; /* of another unit: value × num / den */
    jb_i128 num, den;
    const char *name, *unit;
    int implied; /* as in jb_mcolumn */
    char format[40];
} jb_member_column;

/* Resolves the columns of `scan`; failures are reported in ctx. */
jb_status jb_member_ask_make(jb_ctx *, jb_member *, const jb_scan *, jb_arena *,
                             jb_member_ask *out);
/* Takes the arena over. Opens nothing before the first get_next. */
void jb_member_stream(jb_ctx *, const jb_member_ask *, struct ArrowArrayStream *out);
/* A schema of the columns, with units. */
void jb_member_schema(const jb_member_column *, size_t n, struct ArrowSchema *out);

/* member_cells.c: n rows of a column cast and converted, as a vector; a cell that does not fit is
 * handed to `refuse`, which answers JB_ROW_*. 0 ok, -1 stopped. Memory from `scratch`, `room` (16
 * bytes a row) and `bits` (a bit a row). */
typedef struct jb_member_cast {
    const jb_member_column *column;
    const jb_mcolumn *from;
    jb_scratch *scratch;
    void *room;
    uint8_t *bits, *drop; /* drop: bit set for a row to be left out */
    int *any_dropped;
    void *data;
    int (*refuse)(void *data, const jb_member_column *, int64_t row);
} jb_member_cast;
int jb_member_convert(const jb_member_cast *, const jb_vector *in, int64_t rows, jb_vector *out);
/* The type a value of `from` has after × num/den, exact where decimals can be. */
jb_coltype jb_member_converted_type(const jb_coltype *from, jb_i128 num, jb_i128 den);
/* The rows `sel` of a vector (NULL: the first n) as an array that owns its memory. 0 ok, -1 too
 * much text. */
int jb_member_gather(const jb_vector *, const uint32_t *sel, uint64_t n, struct ArrowArray *out);

/* member_print.c: lines of `plan` and of `check --data` */
void jb_members_plan(jb_model *, const jb_source_plan *, jb_arena *, jb_buf *, int json, int zh);
void jb_members_counts(const jb_msource *, jb_buf *, int json, int zh);

#endif
