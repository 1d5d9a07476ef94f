// SPDX-License-Identifier: Apache-2.0
#include "charts.h"

#define MESSAGE(code_, en_, zh_, hint_en_, hint_zh_)                                               \
    {                                                                                              \
        .size = sizeof(jb_message), .code = code_, .en = en_, .zh = zh_, .hint_en = hint_en_,      \
        .hint_zh = hint_zh_                                                                        \
    }

const jb_message charts_messages[CHARTS_N_MESSAGES] = {
    MESSAGE("E0791", "a chart shows at most 4 figures", "一张图最多画4个指标",
            "make several charts, or a table", "分成几张图，或改用表格"),
    MESSAGE("E0792", "figure \"{1}\" is not a number", "指标“{1}”不是数值，不能画图", NULL, NULL),
    MESSAGE("E0793", "figure \"{1}\" has more than one key", "指标“{1}”有不止一个分组键",
            "group by one column", "只按一列分组"),
    MESSAGE("E0794", "figures of different units in one chart: {1} and {2}",
            "一张图里计量单位不同：{1} 与 {2}", "make two charts; there is no second axis",
            "分成两张图；不提供双轴"),
    MESSAGE("E0795",
            "this chart holds one figure against another, and there is none: {1} is not set",
            "此图要拿一个指标与另一个对照，但没有写 {1}",
            "name the other figure with {1} =", "用 {1} = 写明对照的指标"),
    MESSAGE("E0796",
            "drawn as sorted bars: a ring is read wrongly with more than 5 parts, with missing "
            "ones, with parts "
            "below 2% or nearly equal",
            "改画成排序的条：多于5份、有缺数、有不足2%或相近的份额，环形图会看错",
            "leave style out, or join the small parts into 其他",
            "不写 style，或把小份合并为“其他”"),
    MESSAGE("E0797", "\"{1}\" is below zero: there are no shares of such a whole",
            "“{1}”为负数，算不出占比", "use chart = bar", "请用 chart = bar"),
    MESSAGE("E0798", "\"{1}\" is below zero: drawn as bars, for such stages are no funnel",
            "“{1}”为负数，不成漏斗，改画成条", "use chart = bar", "请用 chart = bar"),
    MESSAGE("E0799", "this chart shows one figure, and {1} are given",
            "此图只画一个指标，这里写了{1}个", "make several charts", "分成几张图"),
    MESSAGE("E1380", "figures by a key and figures of one value cannot stand in one chart",
            "分组的指标与单个数值的指标不能画在一张图里", "group all of them, or none",
            "都分组，或都不分组"),
    MESSAGE("E1381", "\"{1}\" is not an ascending list of at most four percentages",
            "“{1}”不是由小到大、至多四个的百分数", "for example bands = 60, 80, 100",
            "例如 bands = 60, 80, 100"),
    MESSAGE("E1382", "this chart is given more than one figure of {1}", "此图的 {1} 只能写一个指标",
            "one for all, or as many as metric has", "写一个，或与 metric 个数相同"),
    MESSAGE("E1383", "the map file is not valid JSON: {1}", "地图文件不是有效的 JSON：{1}",
            "export it again as GeoJSON", "请重新导出为 GeoJSON"),
    MESSAGE("E1384", "the map file is no collection of areas: \"{1}\" is not what belongs here",
            "地图文件不是区域的集合：此处的“{1}”不对",
            "a GeoJSON FeatureCollection of Polygon or MultiPolygon",
            "应为 GeoJSON 的 FeatureCollection，图形为 Polygon 或 MultiPolygon"),
    MESSAGE("E1385", "the border of an area is not closed", "区域边界没有闭合",
            "the last point of a ring repeats the first", "每一圈的末点须与首点相同"),
    MESSAGE("E1386", "\"{1}\" is no longitude or latitude", "“{1}”不是经度或纬度",
            "GeoJSON has degrees; convert projected coordinates",
            "GeoJSON 以度为单位，投影坐标请先转换"),
    MESSAGE("E1387", "the map file has too many areas or points", "地图文件的区域或点过多",
            "simplify the borders: 400 areas and 400,000 points at most",
            "请简化边界：至多400个区域、40万个点"),
    MESSAGE("E1388", "area {1} of the map file has no name", "地图文件的第{1}个区域没有名称",
            "say with name = which property holds it", "用 name = 写明名称所在的属性"),
    MESSAGE("E1389", "the map file cannot be read: {1}: {2}", "无法读取地图文件：{1}：{2}", NULL,
            NULL),
    MESSAGE("E1390",
            "a map shades rates; {1} is a total, and large areas will look better than they are",
            "地图宜画比率；{1}是总量，面积大的区域会显得突出", "draw a rate, or the total as bars",
            "改画比率，总量用条形图"),
};
