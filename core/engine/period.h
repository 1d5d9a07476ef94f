// SPDX-License-Identifier: Apache-2.0
/* Reporting periods: how they are written, where they lie, and where they lay earlier. Pure. */
#ifndef JB_ENGINE_PERIOD_H
#define JB_ENGINE_PERIOD_H

#include "data/expr.h"

typedef enum jb_period_kind {
    JB_PERIOD_ALL,
    JB_PERIOD_RANGE, /* A..B, inclusive */
    JB_PERIOD_YEAR,  /* year_to_date, quarter, month, week: from the calendar start to as_of */
    JB_PERIOD_QUARTER,
    JB_PERIOD_MONTH,
    JB_PERIOD_WEEK,
    JB_PERIOD_DAYS /* last N days, as_of included */
} jb_period_kind;

typedef struct jb_period_spec {
    jb_period_kind kind;
    int32_t from, to; /* RANGE */
    int32_t days;     /* DAYS */
} jb_period_spec;

/* 0 ok; -1 not a period; -2 a range whose end is before its beginning. */
int jb_period_parse(const char *text, jb_period_spec *out);
/* 1 when it lies relative to as_of. */
int jb_period_is_relative(const jb_period_spec *);
jb_period jb_period_at(const jb_period_spec *, int32_t as_of);
/* The period `shift` (JB_SHIFT_*) earlier: whole months map to whole months, 29 February to 28;
 * `previous` is the same number of days just before. `all` stays what it is. */
jb_period jb_period_shift(jb_period, uint32_t shift);
/* "2022-01-01..2022-08-16", "" for all. */
void jb_period_print(jb_period, char out[32]);

#endif
