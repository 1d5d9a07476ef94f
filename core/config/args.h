// SPDX-License-Identifier: Apache-2.0
/* Settings of one instance: a section checked against a component's parameters. */
#ifndef JB_CONFIG_ARGS_H
#define JB_CONFIG_ARGS_H

#include "config/config.h"
#include "jianbao/plugin.h"

/* One parsed setting; `value` is NULL when it comes from the default. */
typedef struct jb_setting {
    const jb_param *param;
    const jb_value_cfg *value; /* for place and raw text; NULL: default */
    const char *text;          /* interpolated text */
    const char *const *items;  /* LIST: items; otherwise one item, the text */
    const size_t *offsets;     /* byte offsets of items in text */
    size_t n_items;
    int64_t i64;               /* INT BOOL DURATION SIZE DATE */
    double f64;
    int32_t order;             /* JB_P_ORDER: 1 or -1; the word is removed from the item */
} jb_setting;

/* Checks `section` against the tables in `params` (n tables: the host's own keys of that kind first, then the
 * component's, then a spliced component's). Unknown keys, bad values, missing REQUIRED are reported with the nearest
 * spelling. Keys in `also` (e.g. "inherit", "and") are allowed and skipped, as `type`, `doc`, `inherit` and `and` always are. Never NULL; lives until jb_args_free. */
typedef struct jb_param_table {
    const jb_param *params;
    uint32_t n, stride;
} jb_param_table;
jb_args *jb_args_make(const jb_config *, const jb_section_cfg *, const jb_param_table *, size_t n_tables,
                      const char *const *also, size_t n_also, jb_diags *);
void jb_args_free(jb_args *);
const jb_section_cfg *jb_args_section(const jb_args *);
const jb_setting *jb_args_get(const jb_args *, const char *key); /* NULL: neither set nor defaulted */
size_t jb_args_count(const jb_args *);                           /* settings in parameter order */
const jb_setting *jb_args_at(const jb_args *, size_t i);
/* Place to blame for a parameter: its value, or the section header. item from 1, 0 = whole. */
jb_place jb_args_place(const jb_args *, const char *key, size_t item);

/* Parse one default or value by a parameter's rules, to check a plugin's defaults. 0 ok, else `why` says in English
 * what is wrong. items stay NULL (each is checked), a PATH is not made absolute, a REF not looked up. */
int jb_param_parse(const jb_param *, const char *text, jb_setting *out, char *why, size_t why_size);
/* The functions behind jb_host.get_*. */
int32_t jb_args_get_str(const jb_args *, const char *key, const char **out);
int32_t jb_args_get_i64(const jb_args *, const char *key, int64_t *out);
int32_t jb_args_get_f64(const jb_args *, const char *key, double *out);
int32_t jb_args_get_list(const jb_args *, const char *key, const char *const **out, uint64_t *n);
int32_t jb_args_get_keyed(const jb_args *, const char *key, const jb_pair **out, uint64_t *n);
int32_t jb_args_get_order(const jb_args *, const char *key, int32_t *out);
#endif
