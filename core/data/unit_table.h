// SPDX-License-Identifier: Apache-2.0
/* The built-in units and number words. Private to core/data. */
#ifndef JB_DATA_UNIT_TABLE_H
#define JB_DATA_UNIT_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum jb_dimension {
    JB_DIM_YUAN,
    JB_DIM_USD,
    JB_DIM_EUR,
    JB_DIM_HKD,
    JB_DIM_JPY,
    JB_DIM_GBP,
    JB_DIM_LAST_MONEY = JB_DIM_GBP,
    JB_DIM_AREA,
    JB_DIM_PERCENT,
    JB_DIM_POINT,
    JB_DIM_COUNTER,
    JB_DIM_MASS,
    JB_DIM_LENGTH,
    JB_DIM_TIME,
    JB_DIM_ENERGY,
    JB_DIM_DECLARED, /* first of those that [unit] declares */
    JB_DIM_NONE = -1
};

typedef struct jb_unit_row {
    const char *text;
    int8_t dim;
    int32_t num, den; /* of the dimension's base: 元, 平方米, 1, 吨, 米, 天, 千瓦时 */
} jb_unit_row;

/* Number words: 万 in 万元, 万人 and 10万. */
typedef struct jb_multiple {
    const char *text;
    int64_t factor;
} jb_multiple;

extern const jb_unit_row JB_UNIT_ROWS[];
extern const size_t JB_N_UNIT_ROWS;
extern const jb_multiple JB_MULTIPLES[];
extern const size_t JB_N_MULTIPLES;
#endif
