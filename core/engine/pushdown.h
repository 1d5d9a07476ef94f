// SPDX-License-Identifier: Apache-2.0
/* Push-down: statements of partials that a database (or each member of a union) answers and the
 * metrics absorb, so that groups cross the wire and never rows. Averages, divisions and rounding
 * stay here. Private to core/engine. */
#ifndef JB_ENGINE_PUSHDOWN_H
#define JB_ENGINE_PUSHDOWN_H

#include "engine/group.h"

/* ---- who answers, and in whose spelling ---- */

/* A source that answers SQL, seen through the source that expressions are typed over: the same, or
 * the union it is a member of. */
typedef struct jb_push_view {
    jb_msource *source;
    const jb_msource *over;
    const int *columns; /* [column of over] -> of source; -1: none, -2: the label. NULL: the same */
} jb_push_view;

/* push_members.c: the views of a source: itself, or each of its members. 0 ok; -1 it cannot be
 * pushed, *why is the reason in the language of messages. */
int jb_push_views(jb_model *, jb_msource *, jb_arena *, jb_push_view **out, size_t *n,
                  const char **why, jb_diags *);
/* The members of a union by name, in order. 0: it is none. */
size_t jb_push_members(const jb_model *, const jb_msource *, jb_arena *, jb_msource ***out);

/* ---- statements (push_sql.c, push_print.c) ---- */

#define JB_PUSH_AT_ONCE 32        /* members that are asked at the same time */
#define JB_PUSH_CONSTANT SIZE_MAX /* a key that is the same in all rows: the member's name */

typedef struct jb_push_pair {      /* a pair's part of a statement's answer */
    size_t pair, count;            /* count: its slot */
    const size_t *variants;        /* of the plan */
    const size_t *const *partials; /* [variant][partial]: slots */
    size_t n_variants;
} jb_push_pair;

typedef struct jb_push_set { /* the rows of one key set */
    size_t keyset;
    const size_t *keys; /* slots; JB_PUSH_CONSTANT */
    uint64_t grouped;   /* grouping sets: bit i clear when key slot i is of this set */
    jb_push_pair *pairs;
    size_t n_pairs;
} jb_push_set;

enum { JB_PUSH_ONE, JB_PUSH_UNION, JB_PUSH_SETS, JB_PUSH_DISTINCT };

typedef struct jb_push_stmt {
    const char *sql;
    const jb_sql_value *values;
    size_t n_values;
    int mode;
    size_t lead; /* columns before the slots: the tag, or what is grouped */
    const jb_coltype *slots;
    size_t n_slots;
    jb_push_set *sets;
    size_t n_sets;
    size_t n_selects, n_aggregates, n_keyed; /* for the cost: over all its SELECTs */
} jb_push_stmt;

typedef struct jb_push_list {
    jb_push_stmt *items;
    size_t n;
} jb_push_list;

/* Why a variant cannot be pushed, in the language of messages; NULL: it can. */
const char *jb_push_refuses(const jb_push_view *, const jb_source_plan *, size_t variant,
                            jb_arena *);
/* The statements of a plan whose variants can all be pushed. 0 ok, -1 with *why. */
int jb_push_print(const jb_push_view *, const jb_source_plan *, jb_arena *, jb_push_list *out,
                  const char **why, jb_diags *);
/* What rows of a scan must at least fulfil, as far as it can be said in the source's SQL: sets
 * where, values, n_values. */
void jb_push_filter(const jb_source_plan *, jb_arena *, jb_scan *);

/* ---- the choice (push_choice.c) ---- */

typedef struct jb_push_left { /* a metric that is scanned because it cannot be pushed */
    const char *metric, *why;
} jb_push_left;

typedef struct jb_push_choice {
    jb_source_plan *pushed, *scanned; /* NULL: nothing of that kind */
    jb_push_view *views;
    jb_push_list *lists; /* by view */
    size_t n_views;
    jb_push_left *left;
    size_t n_left;
    const char *why;             /* why it is done this way, in the language of messages */
    int64_t rows;                /* -1: not asked, or unknown */
    double cost_push, cost_scan; /* nanoseconds; 0: not reckoned */
    int refused;                 /* pushdown = require, and something cannot be */
    jb_variant **from, **to;     /* variants of the whole plan, and who computes them */
    size_t n_variants;
    const char *filter; /* of the scan; NULL: none */
    size_t n_filter_values;
} jb_push_choice;

/* Closes the plan and decides. `out` lives in the arena. -1: refused, reported as E0377. */
int jb_push_choose(jb_model *, jb_source_plan *, jb_arena *, jb_push_choice *out, jb_diags *);
/* Results of the parts to the variants of the whole plan. */
void jb_push_gather(const jb_push_choice *);

/* Estimated work in nanoseconds (cost.c). */
double jb_cost_scan(const jb_source_plan *, int64_t rows, const jb_sql_cost *);
double jb_cost_push(const jb_push_list *, int64_t rows, const jb_sql_cost *);

/* ---- doing it (pushdown.c) ---- */

/* Fills the result of every variant of choice->pushed. 0 ok, -1 reported. */
int jb_push_run(jb_model *, const jb_push_choice *, jb_arena *out, jb_diags *);
/* One member's (or the source's own) answers into `r`; any thread. */
int jb_push_absorb(const jb_push_view *, const jb_push_list *, jb_result *r, jb_diags *);

/* ---- verifying (verify.c) ---- */

/* Computes the pushed part again from rows and compares. 0 equal; -1 reported. */
int jb_push_verify(jb_model *, const jb_push_choice *, jb_diags *);

/* A message of the catalogue as text in the language of messages. */
const char *jb_push_reason(jb_arena *, const char *code, const char *what);

#endif
