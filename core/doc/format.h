// SPDX-License-Identifier: Apache-2.0
/* Numbers and dates as official prose prints them (GB/T 15835): no exponent, no grouping. Pure
 * functions. [any] */
#ifndef JB_DOC_FORMAT_H
#define JB_DOC_FORMAT_H

#include "base/buf.h"
#include "data/value.h"

/* A number as a scaled integer: INT, DEC, and FLOAT by its shortest text. 0 ok, -1 no number or too
 * large. */
int jb_format_decimal(const jb_value *, jb_i128 *num, int32_t *scale);
/* num × 10^-scale rounded half away from zero to `decimals` digits. 0 ok, -2 overflow. */
int jb_format_round(jb_i128 num, int32_t scale, int32_t decimals, jb_i128 *out);
void jb_format_number(jb_i128 num, int32_t scale, jb_buf *out);
/* Drops zeros at the end of the fraction. */
void jb_format_trim(jb_i128 *num, int32_t *scale);

/* 一百零三; a fraction is read digit by digit: 三点一四. */
void jb_format_cn(jb_i128 num, int32_t scale, jb_buf *out);
void jb_format_cn_int(int n, char *out, size_t cap);
/* 大写: 壹佰零叁. */
void jb_format_upper(jb_i128 num, int32_t scale, jb_buf *out);
/* 大写金额 of an amount in 分: 壹拾贰万叁仟元整. */
void jb_format_upper_money(jb_i128 fen, jb_buf *out);

/* 2022年8月16日 */
void jb_format_date(int32_t days, jb_buf *out);
/* The same of a text YYYY-MM-DD, or A至B of a period A..B. 0 ok, -1 no such text. */
int jb_format_date_text(const char *text, jb_buf *out);
#endif
