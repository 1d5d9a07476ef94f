// SPDX-License-Identifier: Apache-2.0
/* Exact values: what a cell, a literal or a figure holds. */
#ifndef JB_DATA_VALUE_H
#define JB_DATA_VALUE_H

#include "jianbao/plugin_util.h"

#include <stddef.h>

/* Types of expressions, columns and figures. */
typedef enum jb_kind {
    JB_K_NULL,  /* the literal null: fits every type */
    JB_K_BOOL,
    JB_K_INT,   /* int64; a decimal of scale 0 in arithmetic */
    JB_K_DEC,   /* scaled integer on 128 bits */
    JB_K_FLOAT,
    JB_K_DATE,  /* days since 1970-01-01 */
    JB_K_TEXT
} jb_kind;

typedef struct jb_value {
    uint8_t kind;    /* JB_K_NULL: missing */
    int32_t scale;   /* JB_K_DEC */
    jb_i128 num;     /* BOOL INT DEC DATE */
    double f;        /* FLOAT */
    const char *text; /* TEXT; owner as the container says */
} jb_value;

#define JB_SCALE_QUOTIENT 12 /* digits an intermediate quotient keeps */
#define JB_SCALE_RESULT 6    /* digits a final quotient keeps */

/* Exact text of a value: "12.30", "2022-08-16", "true"; floats shortest round-trip without exponent. NULL values
 * give "". out >= 400 bytes for floats, 48 otherwise; TEXT is not copied here. Returns the length. */
size_t jb_value_print(const jb_value *, char *out, size_t cap);
/* -1 0 1; numbers of different scale compare exactly; texts by code point. Both not NULL and of one family. */
int jb_value_compare(const jb_value *, const jb_value *);
/* The same for two scaled integers. Never overflows. */
int jb_dec_compare(jb_i128 a, int32_t a_scale, jb_i128 b, int32_t b_scale);
/* Nearest double of a number. */
double jb_value_double(const jb_value *);
/* The double's shortest round-trip decimal text at `scale`, half away from zero. 0 ok, -1 not finite, -2 overflow. */
int jb_double_to_dec(double, int32_t scale, jb_i128 *out);
/* YYYY-MM-DD or the other written forms of DESIGN 6; 0 ok. */
int jb_date_parse(const char *, size_t n, int32_t *days);
void jb_date_print(int32_t days, char out[11]);
/* d + n months, clipped to the month's end (29 Feb → 28). */
int32_t jb_date_add_months(int32_t days, int32_t months);
#endif
