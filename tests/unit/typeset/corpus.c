// SPDX-License-Identifier: Apache-2.0
#include "corpus.h"

#include <glib.h>
#include <string.h>

static size_t events[3];

static const char *const words[] = {
    "全市",         "招商引资", "工作",           "扎实",         "推进",     "新签约",
    "亿元以上",     "项目",     "高新技术开发区", "县（市、区）", "主要领导", "外出走访联络",
    "制造业",       "第三产业", "营商环境",       "持续",         "优化",     "要求",
    "各部门",       "狠抓落实", "目标任务",       "的",           "和",       "对",
    "在",           "已",       "建立健全",       "一把手工程",   "重点企业", "投资强度",
    "落户",         "园区",     "储备在谈",       "实际利用外资", "同比增长", "较上年同期",
    "成立领导小组", "统筹协调", "要素保障",       "专班",         "人才",     "用地",
    "服务"};
static const char *const units[] = {"个", "家",       "亿元",     "万元", "万美元",
                                    "%",  "个百分点", "平方米",   "亩",   "次",
                                    "强", "期",       "万平方米", "名"};
static const char *const odd[] = {"“三个聚焦”",
                                  "“1+3”工作体系",
                                  "《关于做好招商引资工作的实施意见》",
                                  "某政办〔2022〕15号",
                                  "1—6月",
                                  "2021—2025年",
                                  "3～5个",
                                  "63%～68%",
                                  "9亿～16亿元",
                                  "2022年8月16日",
                                  "***个",
                                  "**.**%",
                                  "（其中注册项目17个）",
                                  "……",
                                  "——",
                                  "（“保联”机制）",
                                  "《某市“十四五”规划》",
                                  "GB/T 9704—2012",
                                  "World 500强",
                                  "第12条",
                                  "（一）",
                                  "A股上市公司",
                                  "PPP项目",
                                  "12:30",
                                  "1,234,567.89元",
                                  "“*****”",
                                  "苹果·香蕉",
                                  "-8.92%",
                                  "＋",
                                  "5G",
                                  "B2B",
                                  "industrial park"};
static const char *const marks[] = {"，", "，", "，", "、", "、", "；",
                                    "：", "。", "。", "！", "？"};

static unsigned next(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

#define PICK(set) set[next(&state) % G_N_ELEMENTS(set)]

char *corpus_paragraph(unsigned seed, size_t chars)
{
    unsigned state = seed * 2654435761U + 12345U;
    GString *text = g_string_new(NULL);
    bool mark = true; /* two marks of a clause never meet by accident */
    while ((size_t)g_utf8_strlen(text->str, -1) < chars) {
        unsigned r = next(&state) % 100;
        if (r < 58) {
            g_string_append(text, PICK(words));
        } else if (r < 74) {
            unsigned whole = next(&state) % 100000;
            if (next(&state) % 3 == 0)
                g_string_append_printf(text, "%u.%u", whole % 1000, next(&state) % 100);
            else
                g_string_append_printf(text, "%u", whole);
            g_string_append(text, PICK(units));
        } else if (r < 84) {
            g_string_append(text, PICK(odd));
        } else if (!mark) {
            g_string_append(text, PICK(marks));
            mark = true;
            continue;
        }
        mark = false;
    }
    g_string_append(text, "。");
    return g_string_free(text, FALSE);
}

static void count(void *data, const jb_ts_font_event *event)
{
    (void)data;
    events[event->kind]++;
}

size_t corpus_font_events(int kind)
{
    return events[kind];
}

jb_ts_fonts *corpus_fonts(const char *body, const char *latin)
{
    static const char *const dirs[] = {JB_BINARY_DIR "/fonts"};
    jb_ts_fonts_config config = {.dirs = dirs, .n_dirs = 1, .report = count};
    config.families[JB_TS_ROLE_BODY] = body;
    config.families[JB_TS_ROLE_LATIN] = latin;
    memset(events, 0, sizeof events);
    return jb_ts_fonts_new(&config);
}
