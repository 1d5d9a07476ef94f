// SPDX-License-Identifier: Apache-2.0
/* Chart types `bar` and `line`: vector, on the canvas, publication defaults with nothing but data given. */
#include "charts.h"
#include "chart_data.h"
#include "chart_scale.h"

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

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    chart_self *s = (chart_self *)calloc(1, sizeof *s);
    const char *order = "auto";
    (void)ctx;
    if (s == NULL)
        return JB_E_MEMORY;
    the_host->get_str(args, "order", &order);
    s->order = strcmp(order, "value") == 0   ? CHART_ORDER_VALUE
               : strcmp(order, "given") == 0 ? CHART_ORDER_GIVEN
                                             : CHART_ORDER_AUTO;
    *self = s;
    return JB_OK;
}

static void destroy(void *self)
{
    free(self);
}

/* Numbers with one key, one unit, at most four series. */
static jb_status check(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    uint64_t i;
    (void)self;
    if (n > CHART_MAX_SERIES)
        return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0791", "metric", NULL, NULL, NULL);
    for (i = 0; i < n; i++) {
        int32_t precision, scale;
        const char *name = data[i].name != NULL ? data[i].name : "";
        char kind = jb_format_kind(data[i].schema->children[data[i].n_keys]->format, &precision, &scale);
        if (kind == '\0' || strchr("lgdh", kind) == NULL)
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0792", "metric", name, NULL, NULL);
        if (data[i].n_keys > 1)
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0793", "metric", name, NULL, NULL);
        if (strcmp(data[i].unit, data[0].unit) != 0)
            return jb_fail_code(the_host, ctx, JB_E_CONFIG, "E0794", "metric", data[0].unit,
                                data[i].unit, NULL);
    }
    return JB_OK;
}

static void number_of(const chart_data *d, const chart_scale *s, size_t i, char *out)
{
    chart_number(d->series[0].value[i] / s->divisor, s->decimals, out);
}

static jb_status describe(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    chart_self *me = (chart_self *)self;
    chart_data d;
    chart_scale s;
    size_t i, most, least;
    char high[64], low[64], top[200], bottom[200];
    (void)ctx;
    if (chart_data_load(charts_doc(), node, &d) != 0)
        return JB_E_MEMORY;
    *out = me->sentence;
    for (i = 0, most = least = d.n; d.n_series > 0 && i < d.n; i++) {
        if (!d.series[0].present[i])
            continue;
        most = most == d.n || d.series[0].value[i] > d.series[0].value[most] ? i : most;
        least = least == d.n || d.series[0].value[i] < d.series[0].value[least] ? i : least;
    }
    if (most == d.n) {
        snprintf(me->sentence, sizeof me->sentence, "图：无数据。");
    } else {
        chart_scale_make(&d, 1, &s);
        number_of(&d, &s, most, high);
        number_of(&d, &s, least, low);
        chart_key_text(d.category[most], 1, top, sizeof top);
        chart_key_text(d.category[least], 1, bottom, sizeof bottom);
        snprintf(me->sentence, sizeof me->sentence, "图：%.200s，共%zu项，最高为%s（%s%s），最低为%s（%s%s）。",
                 d.series[0].name != NULL ? d.series[0].name : "", d.n, top, high, s.unit, bottom,
                 low, s.unit);
    }
    chart_data_free(&d);
    return JB_OK;
}

static const jb_chart bar_table = {
    .size = sizeof(jb_chart), .check = check, .height = bar_height, .draw = bar_draw, .describe = describe};
static const jb_chart line_table = {
    .size = sizeof(jb_chart), .check = check, .height = line_height, .draw = line_draw, .describe = describe};
static const jb_iface bar_ifaces[] = {{JB_CHART, &bar_table}};
static const jb_iface line_ifaces[] = {{JB_CHART, &line_table}};

static const jb_param bar_params[] = {
    {.size = sizeof(jb_param), .type = JB_T_ENUM, .key = "order", .def = "auto", .range = "auto|value|given",
     .help = "Order of the bars: by value unless the keys are periods (auto), by value, or as the figure has them.",
     .help_zh = "条的次序：auto 按数值（时间除外），value 按数值，given 按指标原有次序。"}};

static const jb_component bar = {
    .size = sizeof(jb_component), .kind = "chart", .name = "bar", .title = "Bars", .title_zh = "条形图",
    .help = "Bars from zero; horizontal when names are many or long.",
    .help_zh = "从零起的条；名称多或长时自动改为横条。",
    .params = bar_params, .n_params = 1, .param_stride = sizeof(jb_param),
    .ifaces = bar_ifaces, .n_ifaces = 1, .create = create, .destroy = destroy};
static const jb_component line = {
    .size = sizeof(jb_component), .kind = "chart", .name = "line", .title = "Lines", .title_zh = "折线图",
    .help = "Lines over periods or other ordered keys; a gap where a value is missing.",
    .help_zh = "按时间或其他次序连线；缺数处断开。",
    .ifaces = line_ifaces, .n_ifaces = 1, .create = create, .destroy = destroy};

static const jb_message messages[] = {
    {.size = sizeof(jb_message), .code = "E0791", .en = "a chart shows at most 4 figures",
     .zh = "一张图最多画4个指标", .hint_en = "make several charts, or a table", .hint_zh = "分成几张图，或改用表格"},
    {.size = sizeof(jb_message), .code = "E0792", .en = "figure \"{1}\" is not a number",
     .zh = "指标“{1}”不是数值，不能画图"},
    {.size = sizeof(jb_message), .code = "E0793", .en = "figure \"{1}\" has more than one key",
     .zh = "指标“{1}”有不止一个分组键", .hint_en = "group by one column", .hint_zh = "只按一列分组"},
    {.size = sizeof(jb_message), .code = "E0794", .en = "figures of different units in one chart: {1} and {2}",
     .zh = "一张图里计量单位不同：{1} 与 {2}", .hint_en = "make two charts; there is no second axis",
     .hint_zh = "分成两张图；不提供双轴"}};

static const jb_component *const components[] = {&bar, &line};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC, .size = sizeof(jb_plugin), .abi_major = JB_ABI_MAJOR, .abi_needs = 0,
    .id = "jianbao.charts", .version = "0.1.0", .license = "Apache-2.0", .url = "",
    .components = components, .n_components = 2,
    .messages = messages, .n_messages = 4, .message_stride = sizeof(jb_message), .init = init};
