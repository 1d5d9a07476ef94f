// SPDX-License-Identifier: Apache-2.0
#include "charts.h"

#define MESSAGE(code_, en_, zh_, hint_en_, hint_zh_)                                               \
    {.size = sizeof(jb_message), .code = code_, .en = en_, .zh = zh_, .hint_en = hint_en_,         \
     .hint_zh = hint_zh_}

const jb_message charts_messages[CHARTS_N_MESSAGES] = {
    MESSAGE("E0791", "a chart shows at most 4 figures", "一张图最多画4个指标",
            "make several charts, or a table", "分成几张图，或改用表格"),
    MESSAGE("E0792", "figure \"{1}\" is not a number", "指标“{1}”不是数值，不能画图", NULL, NULL),
    MESSAGE("E0793", "figure \"{1}\" has more than one key", "指标“{1}”有不止一个分组键",
            "group by one column", "只按一列分组"),
    MESSAGE("E0794", "figures of different units in one chart: {1} and {2}",
            "一张图里计量单位不同：{1} 与 {2}", "make two charts; there is no second axis",
            "分成两张图；不提供双轴"),
    MESSAGE("E0795", "this chart holds one figure against another, and there is none: {1} is not set",
            "此图要拿一个指标与另一个对照，但没有写 {1}", "name the other figure with {1} =",
            "用 {1} = 写明对照的指标"),
    MESSAGE("E0796",
            "drawn as sorted bars: a ring is read wrongly with more than 5 parts, with missing ones, with parts "
            "below 2% or nearly equal",
            "改画成排序的条：多于5份、有缺数、有不足2%或相近的份额，环形图会看错",
            "leave style out, or join the small parts into 其他", "不写 style，或把小份合并为“其他”"),
    MESSAGE("E0797", "\"{1}\" is below zero: there are no shares of such a whole",
            "“{1}”为负数，算不出占比", "use chart = bar", "请用 chart = bar"),
    MESSAGE("E0798", "\"{1}\" is below zero: drawn as bars, for such stages are no funnel",
            "“{1}”为负数，不成漏斗，改画成条", "use chart = bar", "请用 chart = bar"),
    MESSAGE("E0799", "this chart shows one figure, and {1} are given", "此图只画一个指标，这里写了{1}个",
            "make several charts", "分成几张图"),
    MESSAGE("E1380", "figures by a key and figures of one value cannot stand in one chart",
            "分组的指标与单个数值的指标不能画在一张图里", "group all of them, or none",
            "都分组，或都不分组"),
    MESSAGE("E1381", "\"{1}\" is not an ascending list of at most four percentages",
            "“{1}”不是由小到大、至多四个的百分数", "for example bands = 60, 80, 100",
            "例如 bands = 60, 80, 100"),
    MESSAGE("E1382", "this chart is given more than one figure of {1}", "此图的 {1} 只能写一个指标",
            "one for all, or as many as metric has", "写一个，或与 metric 个数相同"),
};
