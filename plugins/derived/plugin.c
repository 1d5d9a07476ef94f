// SPDX-License-Identifier: Apache-2.0
/* The derived metrics: figures computed from other figures. */
#include "derived.h"

const jb_host *d_host;

static jb_status init(const jb_host *host)
{
    d_host = host;
    return JB_OK;
}

#define D_MESSAGE(code, en, zh, hint_en, hint_zh)                                                  \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

static const jb_message messages[] = {
    D_MESSAGE("E0570", "out of memory while computing", "计算时内存不足", NULL, NULL),
    D_MESSAGE("E0571", "a result leaves the range of 38 digits", "结果超出 38 位数字的范围",
              "state the figures in a larger unit", "请改用更大的计量单位"),
    D_MESSAGE("E0572", "\"{1}\" is not a number", "“{1}”不是数值",
              "name a figure whose values are numbers", "请选用值为数的指标"),
    D_MESSAGE("E0573", "units do not meet: \"{1}\" is in {2}, the other figure in {3}",
              "计量单位不一致：“{1}”的单位是{2}，另一指标是{3}",
              "for a quotient of unlike units use type = formula",
              "单位不同的两数相除请用 type = formula"),
    D_MESSAGE("E0574", "a share needs a grouped figure, \"{1}\" has one value",
              "占比需要分组的指标，“{1}”只有一个值", "give the metric a group_by",
              "请给该指标写上 group_by"),
    D_MESSAGE("E0575", "a given figure needs either value or items",
              "given 须写 value 或 items，且只写一个",
              "value = 52000 for a number, items = a, b for a list",
              "数写 value = 52000，名单写 items = 甲, 乙"),
    D_MESSAGE("E0576", "\"{1}\" is not a plain number", "“{1}”不是数",
              "digits and one point, such as 1234.5", "只用数字和小数点，例如 1234.5"),
};

static const jb_component *const components[] = {
    &d_component_ratio, &d_component_share, &d_component_progress, &d_component_growth,
    &d_component_shift, &d_component_rank,  &d_component_formula,  &d_component_given,
};

const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0,
    .id = "derived",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = D_COUNT(components),
    .messages = messages,
    .n_messages = (uint32_t)D_COUNT(messages),
    .message_stride = sizeof(jb_message),
    .init = init,
};
