// SPDX-License-Identifier: Apache-2.0
/* Parsing of one item by its parameter. Internal to core/config. */
#ifndef JB_CONFIG_ARGS_IMPL_H
#define JB_CONFIG_ARGS_IMPL_H

#include "base/buf.h"
#include "config/args.h"
#include "config/config_impl.h"

typedef struct jb_item {
    int64_t i64;
    double f64;
} jb_item;

/* NULL: fine; else the code of the message to give, whose arguments are key, text, range and near.
 */
const char *jb_item_parse(const jb_param *, const char *text, jb_item *out);
/* "a、b、c" of an ENUM's range or "lo..hi"; and the nearest of an ENUM. */
const char *jb_item_range(jb_arena *, const jb_param *);
const char *jb_item_near(jb_arena *, const jb_param *, const char *text);
/* Takes " asc" or " desc" off the end of `text` of `n` bytes: 1 or -1, 0 when there is none. */
int jb_item_order(const char *text, size_t *n);
/* Days since 1970-01-01 of "2022-08-16"; 0 when it is not a date. */
int jb_arg_date(const char *text, int64_t *days);
#endif
