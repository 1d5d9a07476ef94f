// SPDX-License-Identifier: Apache-2.0
/* The aggregate metrics: figures computed from the rows of one source. */
#include "metrics.h"

const jb_host *m_host;

static jb_status init(const jb_host *host)
{
    m_host = host;
    return JB_OK;
}

#define M_MESSAGE(code, en, zh, hint_en, hint_zh)                                                  \
    {                                                                                              \
        sizeof(jb_message), 0, code, en, zh, hint_en, hint_zh                                      \
    }

static const jb_message messages[] = {
    M_MESSAGE("E0560", "out of memory while computing", "计算时内存不足",
              "narrow the condition, or compute on a larger machine",
              "请缩小条件范围，或换内存更大的机器"),
    M_MESSAGE("E0561", "a result leaves the range of 38 digits", "结果超出 38 位数字的范围",
              "state the column in a larger unit, or look for a wrong value in the data",
              "请为该列改用更大的计量单位，或检查数据中是否有错误的数值"),
    M_MESSAGE("E0562", "this metric cannot be computed from a column of type {1}",
              "该类指标不能用 {1} 类型的列计算",
              "choose a column of numbers, or declare its type with type.COLUMN in the source",
              "请选用数值列，或在数据源中用 type.列名 声明其类型"),
    M_MESSAGE("E0563", "q has more than 12 decimals", "q 的小数超过 12 位", "write q such as 0.9",
              "请写成 0.9 这样的数"),
};

static const jb_component *const components[] = {
    &m_component_count,  &m_component_count_distinct,
    &m_component_sum,    &m_component_mean,
    &m_component_min,    &m_component_max,
    &m_component_median, &m_component_quantile,
    &m_component_top,
};

const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0,
    .id = "metrics",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = M_COUNT(components),
    .messages = messages,
    .n_messages = (uint32_t)M_COUNT(messages),
    .message_stride = sizeof(jb_message),
    .init = init,
};
