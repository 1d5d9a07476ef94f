// SPDX-License-Identifier: Apache-2.0
/* One cell's text to a value, the same for every source: exact numbers, the five ways of writing a
 * date, full-width digits, thousands separators. Blanks and bad UTF-8 are found here too. All
 * [any]. */
#ifndef JB_LIB_ARROW_PARSE_H
#define JB_LIB_ARROW_PARSE_H

#include "arrow/arrow_column.h"

#define JB_TEXT_OK 0
#define JB_TEXT_NUL 1
#define JB_TEXT_BAD 2
#define JB_TEXT_CUT 3 /* the bytes end inside a character */

/* Length of the valid UTF-8 prefix without NUL; *why says what follows it. */
size_t jb_utf8_check(const uint8_t *p, size_t n, int *why);
/* Bytes of the blank (ASCII space, tab, CR, LF, U+00A0, U+3000, U+FEFF) at p; 0: none. */
size_t jb_blank_at(const char *p, size_t n);
size_t jb_blank_before(const char *p, size_t n); /* the blank that ends at p + n */
/* Cuts blanks at both ends. */
void jb_trim(const char **p, size_t *n);

#define JB_CELL_OK 0
#define JB_CELL_BAD 1   /* not of that type */
#define JB_CELL_RANGE 2 /* too large */
#define JB_CELL_SCALE 3 /* more decimals than the column holds */

/* Cells are trimmed already and not empty. */
int jb_parse_int(const char *s, size_t n, int64_t *out);
int jb_parse_dec64(const char *s, size_t n, const jb_type *, int64_t *out);
int jb_parse_dec128(const char *s, size_t n, const jb_type *, jb_i128 *out);
int jb_parse_float(const char *s, size_t n, double *out);
int jb_parse_bool(const char *s, size_t n, int *out);
/* *compact: written as 20220816. */
int jb_parse_date(const char *s, size_t n, int32_t *days, int *compact);
/* Any decimal number, with thousands separators and full-width digits. *zeros: leading zeros as
 * codes have them. -1 not a number, -2 over 38 digits. */
int jb_parse_number(const char *s, size_t n, jb_i128 *value, int32_t *scale, int *zeros);

/* A cell of any kind but 'u', which needs room in the column (jb_col_reserve). Blanks around it do
 * not count, and nothing but blanks is NULL. Other than JB_CELL_OK: nothing was added. */
int jb_col_parse(jb_col *, const char *s, size_t n);
/* The type as a configuration writes it: "decimal(14,2)". */
void jb_type_text(const jb_type *, char *out, size_t room);

#endif
