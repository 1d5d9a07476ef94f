// SPDX-License-Identifier: Apache-2.0
#include "data/unit_table.h"

/* Counters: labels of one dimension. */
#define C(text) {text, JB_DIM_COUNTER, 1, 1}

const jb_unit_row JB_UNIT_ROWS[] = {
    {"元", JB_DIM_YUAN, 1, 1},
    {"人民币", JB_DIM_YUAN, 1, 1},
    {"美元", JB_DIM_USD, 1, 1},
    {"欧元", JB_DIM_EUR, 1, 1},
    {"港元", JB_DIM_HKD, 1, 1},
    {"港币", JB_DIM_HKD, 1, 1},
    {"日元", JB_DIM_JPY, 1, 1},
    {"英镑", JB_DIM_GBP, 1, 1},
    {"平方米", JB_DIM_AREA, 1, 1},
    {"平米", JB_DIM_AREA, 1, 1},
    {"㎡", JB_DIM_AREA, 1, 1},
    {"亩", JB_DIM_AREA, 2000, 3}, /* 15 亩 are one 公顷 */
    {"公顷", JB_DIM_AREA, 10000, 1},
    {"平方公里", JB_DIM_AREA, 1000000, 1},
    {"平方千米", JB_DIM_AREA, 1000000, 1},
    {"%", JB_DIM_PERCENT, 1, 100},
    {"％", JB_DIM_PERCENT, 1, 100},
    {"‰", JB_DIM_PERCENT, 1, 1000},
    {"百分点", JB_DIM_POINT, 1, 100},
    {"个百分点", JB_DIM_POINT, 1, 100},
    {"吨", JB_DIM_MASS, 1, 1},
    {"公斤", JB_DIM_MASS, 1, 1000},
    {"千克", JB_DIM_MASS, 1, 1000},
    {"米", JB_DIM_LENGTH, 1, 1},
    {"公里", JB_DIM_LENGTH, 1000, 1},
    {"千米", JB_DIM_LENGTH, 1000, 1},
    {"天", JB_DIM_TIME, 1, 1},
    {"小时", JB_DIM_TIME, 1, 24},
    {"分钟", JB_DIM_TIME, 1, 1440},
    {"千瓦时", JB_DIM_ENERGY, 1, 1},
    {"倍", JB_DIM_NONE, 1, 1},
    /* Months and years have no fixed length, so they only count. */
    C("个"), C("家"), C("名"), C("次"), C("期"), C("条"), C("场"), C("项"), C("人"), C("人次"), C("户"),
    C("宗"), C("件"), C("篇"), C("处"), C("批"), C("批次"), C("份"), C("台"), C("套"), C("辆"), C("座"),
    C("栋"), C("幢"), C("间"), C("所"), C("位"), C("组"), C("支"), C("对"), C("只"), C("头"), C("株"),
    C("例"), C("起"), C("笔"), C("单"), C("款"), C("种"), C("类"), C("届"), C("张"), C("本"), C("部"),
    C("集"), C("版"), C("页"), C("字"), C("岁"), C("村"), C("班次"), C("工作日"), C("周"), C("个月"),
    C("月"), C("季度"), C("年"),
};
const size_t JB_N_UNIT_ROWS = sizeof JB_UNIT_ROWS / sizeof JB_UNIT_ROWS[0];

const jb_multiple JB_MULTIPLES[] = {
    {"千", 1000},          {"万", 10000},          {"十万", 100000},       {"百万", 1000000},
    {"千万", 10000000},    {"亿", 100000000},      {"十亿", 1000000000},   {"百亿", 10000000000},
    {"千亿", 100000000000}, {"万亿", 1000000000000},
};
const size_t JB_N_MULTIPLES = sizeof JB_MULTIPLES / sizeof JB_MULTIPLES[0];
