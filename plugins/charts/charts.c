// SPDX-License-Identifier: Apache-2.0
/* Chart types: vector, on the canvas, publication defaults with nothing but data given. */
#include "charts.h"
#include "chart_geo.h"
#include "chart_data.h"

#include "jianbao/plugin_util.h"

#include <stdio.h>

/* The one writable datum a plugin keeps: the host, given once before anything else is called. */
static const jb_host *the_host;

static jb_status init(const jb_host *host)
{
    the_host = host;
    return JB_OK;
}

const jb_host *charts_host(void)
{
    return the_host;
}

const jb_doc_api *charts_doc(void)
{
    return (const jb_doc_api *)the_host->query(JB_HOST_DOC);
}

/* Percentages of the target, ascending. */
static jb_status read_bands(jb_ctx *ctx, const jb_args *args, chart_self *s)
{
    const char *const *item;
    uint64_t n, i;
    if (the_host->get_list == NULL || !the_host->get_list(args, "bands", &item, &n))
        return JB_OK;
    for (i = 0; i < n; i++) {
        double v = strtod(item[i], NULL) / 100;
        if (i >= 4 || !(v > (i > 0 ? s->band[i - 1] : 0)))
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E1381", "bands", item[i], NULL, NULL);
        s->band[s->n_bands++] = v;
    }
    return JB_OK;
}

static size_t items_of(const jb_args *args, const char *key)
{
    const char *const *item;
    uint64_t n = 0;
    return the_host->get_list != NULL && the_host->get_list(args, key, &item, &n) ? (size_t)n : 0;
}

static void destroy(void *self)
{
    chart_self *s = (chart_self *)self;
    if (s != NULL)
        chart_map_free(s->map);
    free(self);
}

/* Settings of all types; a key that a type does not have is not set. */
static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    chart_self *s = (chart_self *)calloc(1, sizeof *s);
    const char *order = "auto", *style = "";
    jb_status status;
    if (s == NULL)
        return jb_fail_text(the_host, ctx, JB_E_MEMORY, NULL, "out of memory");
    the_host->get_str(args, "order", &order);
    the_host->get_str(args, "style", &style);
    the_host->get_str(args, "path", &s->path);
    the_host->get_str(args, "name", &s->key);
    s->args = args;
    s->order = strcmp(order, "value") == 0   ? CHART_ORDER_VALUE
               : strcmp(order, "given") == 0 ? CHART_ORDER_GIVEN
                                             : CHART_ORDER_AUTO;
    s->stacked = strcmp(style, "stacked") == 0;
    s->donut = strcmp(style, "donut") == 0;
    s->second = items_of(args, "target") + items_of(args, "versus");
    status = read_bands(ctx, args, s);
    if (status != JB_OK) {
        destroy(s);
        return status;
    }
    *self = s;
    return JB_OK;
}

/* Numbers with one key at most, of one unit, all grouped or none. */
static jb_status check_figures(jb_ctx *ctx, const jb_figure *data, uint64_t n)
{
    uint64_t i;
    for (i = 0; i < n; i++) {
        int32_t precision, scale;
        const char *name = data[i].name != NULL ? data[i].name : "";
        char kind =
            jb_format_kind(data[i].schema->children[data[i].n_keys]->format, &precision, &scale);
        if (kind == '\0' || strchr("lgdh", kind) == NULL)
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0792", "metric", name, NULL, NULL);
        if (data[i].n_keys > 1)
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0793", "metric", name, NULL, NULL);
        if (strcmp(data[i].unit, data[0].unit) != 0 && data[i].unit[0] != '\0')
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0794", "metric", data[0].unit,
                                data[i].unit, NULL);
    }
    return JB_OK;
}

/* Figures [0, n) that are drawn as such: all by a key (at most `most`), or all of one value. */
static jb_status check_shapes(jb_ctx *ctx, const jb_figure *data, uint64_t n, uint64_t most)
{
    char count[24];
    uint64_t i, keyed = 0;
    for (i = 0; i < n; i++)
        keyed += data[i].n_keys > 0;
    if (keyed > 0 && keyed < n)
        return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E1380", "metric", NULL, NULL, NULL);
    snprintf(count, sizeof count, "%llu", (unsigned long long)n);
    if (keyed > most && most == 1)
        return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0799", "metric", count, NULL, NULL);
    if (keyed > most || n > CHART_MAX_FIGURES)
        return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0791", "metric", NULL, NULL, NULL);
    return JB_OK;
}

static jb_status check_many(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    jb_status status = check_shapes(ctx, data, n, CHART_MAX_SERIES);
    (void)self;
    return status == JB_OK ? check_figures(ctx, data, n) : status;
}

static jb_status check_one(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    jb_status status = check_shapes(ctx, data, n, 1);
    (void)self;
    return status == JB_OK ? check_figures(ctx, data, n) : status;
}

/* One figure and another, or several single values and as many others (or one for all). */
static jb_status check_against(jb_ctx *ctx, const chart_self *s, const jb_figure *data, uint64_t n,
                               const char *key)
{
    uint64_t second = s->second > 0 ? s->second : 1, first;
    jb_status status;
    if (n < 2 || second >= n)
        return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0795", "metric", key, NULL, NULL);
    first = n - second;
    if (second > 1 && second != first)
        return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E1382", key, key, NULL, NULL);
    status = check_shapes(ctx, data, first, 1);
    if (status == JB_OK && data[0].n_keys == 0 && data[first].n_keys > 0)
        status = jb_fail_code(the_host, ctx, JB_E_CONFIG, "E1380", key, NULL, NULL, NULL);
    return status == JB_OK ? check_figures(ctx, data, n) : status;
}

static jb_status check_target(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    return check_against(ctx, (const chart_self *)self, data, n, "target");
}

static jb_status check_change(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    return check_against(ctx, (const chart_self *)self, data, n, "versus");
}

static jb_status check_map(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    jb_status status = check_one(ctx, self, data, n);
    return status == JB_OK ? map_check(ctx, self, data, n) : status;
}

/* ---- what there is, as data ---- */

static const jb_param bar_params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_ENUM,
     .key = "order",
     .def = "auto",
     .range = "auto|value|given",
     .help = "Order of the bars: by value unless the keys are periods (auto), by value, or as the "
             "figure has them.",
     .help_zh = "条的次序：auto 按数值（时间除外），value 按数值，given 按指标原有次序。"},
    {.size = sizeof(jb_param),
     .type = JB_T_ENUM,
     .key = "style",
     .def = "grouped",
     .range = "grouped|stacked",
     .help = "Several figures side by side, or stacked into a total.",
     .help_zh = "多个指标时：grouped 并列，stacked 堆叠成合计。"}};
static const jb_param share_params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_ENUM,
     .key = "style",
     .def = "bar",
     .range = "bar|donut",
     .help = "Sorted bars, or a ring where there are few clearly different parts.",
     .help_zh = "bar 排序的条；donut 环形，仅用于份数少且差别明显时。"}};
static const jb_param target_params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_FIGURE,
     .flags = JB_P_LIST,
     .key = "target",
     .help = "What metric is to reach: a figure by the same key, one value for all, or one for "
             "each of metric.",
     .help_zh = "目标：按相同键分组的指标、共用的一个数，或与 metric 逐个对应。"},
    {.size = sizeof(jb_param),
     .type = JB_T_NUM,
     .flags = JB_P_LIST,
     .key = "bands",
     .help = "Percentages of the target up to which bands are shaded, ascending, at most four.",
     .help_zh = "底色分段的上限，为目标的百分数，由小到大，至多四个。"}};
static const jb_param change_params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_FIGURE,
     .flags = JB_P_LIST,
     .key = "versus",
     .help = "What metric is compared with, such as the same figure a year ago.",
     .help_zh = "对比的指标，如上年同期数。"}};
static const jb_param map_params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_PATH,
     .flags = JB_P_REQUIRED,
     .key = "path",
     .help = "A GeoJSON file of the areas, from an approved source, supplied by the office.",
     .help_zh = "各区域边界的 GeoJSON 文件，由本单位提供，须来自经审核的底图。"},
    {.size = sizeof(jb_param),
     .type = JB_T_STR,
     .key = "name",
     .def = "name",
     .help = "The property of an area that holds the key of the figure.",
     .help_zh = "区域的哪个属性与指标的键对应。"}};

#define CHART(id, check_, say_)                                                                    \
    static const jb_chart id##_table = {.size = sizeof(jb_chart),                                  \
                                        .check = check_,                                           \
                                        .height = id##_height,                                     \
                                        .draw = id##_draw,                                         \
                                        .describe = say_};                                         \
    static const jb_iface id##_ifaces[] = {{JB_CHART, &id##_table}}

#define COMPONENT(id, params_, n_, title_, title_zh_, help_, help_zh_)                             \
    static const jb_component id = {.size = sizeof(jb_component),                                  \
                                    .kind = "chart",                                               \
                                    .name = #id,                                                   \
                                    .title = title_,                                               \
                                    .title_zh = title_zh_,                                         \
                                    .help = help_,                                                 \
                                    .help_zh = help_zh_,                                           \
                                    .params = params_,                                             \
                                    .n_params = n_,                                                \
                                    .param_stride = sizeof(jb_param),                              \
                                    .ifaces = id##_ifaces,                                         \
                                    .n_ifaces = 1,                                                 \
                                    .create = create,                                              \
                                    .destroy = destroy}

CHART(bar, check_many, say_bar);
CHART(line, check_many, say_line);
CHART(share, check_one, say_share);
CHART(funnel, check_one, say_funnel);
CHART(target, check_target, say_target);
CHART(change, check_change, say_change);
CHART(map, check_map, say_map);

COMPONENT(bar, bar_params, 2, "Bars", "条形图",
          "Bars from zero; horizontal when names are many or long.",
          "从零起的条；名称多或长时自动改为横条。");
COMPONENT(line, NULL, 0, "Lines", "折线图",
          "Lines over periods or other ordered keys; a gap where a value is missing.",
          "按时间或其他次序连线；缺数处断开。");
COMPONENT(share, share_params, 1, "Parts of a whole", "构成图",
          "Parts of a whole as sorted bars with their shares, or a ring of few parts.",
          "各部分占总体的份额：排序的条；份数少时可用环形。");
COMPONENT(funnel, NULL, 0, "Funnel", "漏斗图",
          "Stages of a process in their order, with the part that went on to each.",
          "按次序排列的各环节，以及上一环节进入本环节的比例。");
COMPONENT(target, target_params, 2, "Actual and target", "目标对照图",
          "Actual against target, with the rate reached; bands if wanted.",
          "完成数与目标的对照及完成率；可加分段底色。");
COMPONENT(change, change_params, 1, "Then and now", "变动图",
          "Each key then and now, and the way between.", "每一项的前后两个数及其变动。");
COMPONENT(map, map_params, 2, "Map", "地图", "Areas shaded by class of a rate, every area named.",
          "按比率分级着色的区域图，每个区域标名。");

static const jb_component *const components[] = {&bar,    &line,   &share, &funnel,
                                                 &target, &change, &map};

JB_EXPORT const jb_plugin jb_plugin_v1 = {.magic = JB_MAGIC,
                                          .size = sizeof(jb_plugin),
                                          .abi_major = JB_ABI_MAJOR,
                                          .abi_needs = 0,
                                          .id = "jianbao.charts",
                                          .version = "0.2.0",
                                          .license = "Apache-2.0",
                                          .url = "",
                                          .components = components,
                                          .n_components = sizeof components / sizeof *components,
                                          .messages = charts_messages,
                                          .n_messages = CHARTS_N_MESSAGES,
                                          .message_stride = sizeof(jb_message),
                                          .init = init};
