// SPDX-License-Identifier: Apache-2.0
#include "config/schema.h"

#include <string.h>

#define PARAM(key, type, flags, def, range, en, zh)                                                \
    {                                                                                              \
        sizeof(jb_param), JB_T_##type, (flags), 0, (key), (def), (range), (en), (zh)               \
    }
#define TABLE(params)                                                                              \
    {                                                                                              \
        (params), sizeof(params) / sizeof((params)[0]), sizeof(jb_param)                           \
    }

static const jb_param REPORT[] = {
    PARAM("title", TEMPLATE, JB_P_REQUIRED, NULL, NULL, "Title of the document.", "文件标题。"),
    PARAM("issuer", TEMPLATE, 0, NULL, NULL, "Who issues it.", "印发单位。"),
    PARAM("date", DATE, 0, NULL, NULL, "Date of the document.", "成文日期。"),
    PARAM("as_of", DATE, 0, NULL, NULL, "Data cut-off; the date when not set.",
          "数据截至日期；默认同成文日期。"),
    PARAM("period", STR, 0, NULL, NULL,
          "A..B, year_to_date, quarter, month, week, last N days or all, ending at as_of.",
          "统计期间：A..B、year_to_date、quarter、month、week、last N days 或 all，止于 as_of。"),
    PARAM("layout", REF, 0, "gbt9704", "layout", "Name of the page layout: gbt9704 or a [layout].",
          "版式名称：gbt9704，或某个 [layout] 的名称。"),
    PARAM("include", STR, JB_P_LIST, NULL, NULL, "Files read before this one; patterns allowed.",
          "先读入的文件，可用通配符。"),
};

static const jb_param HOST[] = {
    PARAM("env", STR, JB_P_LIST, NULL, NULL, "Environment variables that ${env:} may read.",
          "${env:} 可以读的环境变量。"),
    PARAM("dropins", ENUM, 0, "add", "add|change", "Whether drop-ins may change what exists.",
          "附加配置只能增加（add）还是可以改动（change）。"),
    PARAM("plugins", PATH, JB_P_LIST, NULL, NULL, "Directories searched for plugins.",
          "查找插件的目录。"),
    PARAM("allow", STR, JB_P_LIST, NULL, NULL, "Component types that are off unless named here.",
          "默认关闭、在此列出才可用的组件。"),
    PARAM("require", ENUM, 0, NULL, "pinned|signed", "What a plugin must have to be loaded.",
          "载入插件的要求。"),
    PARAM("keys", PATH, JB_P_LIST, NULL, NULL, "Public key files whose signatures are trusted.",
          "受信任的公钥文件。"),
    PARAM("sandbox", ENUM, 0, "auto", "auto|off|require",
          "Whether the page worker is fenced in: where the kernel can, never, or not without it.",
          "排版进程的沙箱：内核支持就用、不用、不支持就不出稿。"),
};

static const jb_param KEYS[] = {
    PARAM("values", STR, JB_P_LIST, NULL, NULL, "All keys in their order, or source.column.",
          "全部取值及次序，或 数据源.列。"),
    PARAM("source", STR, 0, NULL, NULL, "A source that holds all keys.", "载有全部取值的数据源。"),
    PARAM("column", STR, 0, NULL, NULL, "Its column; the name of this section when not set.",
          "该数据源的列；默认与本节同名。"),
    PARAM("unknown", ENUM, 0, "error", "error|keep", "What happens to other keys in the data.",
          "数据中出现其他取值时怎么办。"),
};

static const jb_param UNIT[] = {
    PARAM("is", STR, JB_P_REQUIRED, NULL, NULL, "The unit in terms of a known one: 10000 平方米.",
          "用已有单位表示，如 10000 平方米。"),
};

static const jb_param RULE[] = {
    PARAM("assert", FIGURE, JB_P_LIST | JB_P_REQUIRED, NULL, NULL, "Statements that must hold.",
          "必须成立的关系，一行一条。"),
    PARAM("severity", ENUM, 0, "error", "error|warn", "Whether a broken rule stops the report.",
          "不成立时停止（error）还是提示（warn）。"),
    PARAM("because", STR, 0, NULL, NULL, "Why the rule holds.", "理由。"),
};

static const jb_param ACCEPT[] = {
    PARAM("because", STR, JB_P_REQUIRED, NULL, NULL, "Why the warning is right to be silenced.",
          "核实情况说明。"),
    PARAM("until", DATE, 0, NULL, NULL, "Last date of the document for which it holds.",
          "到哪一天为止（含当日，按成文日期）。"),
};

static const jb_param PROFILE[] = {
    PARAM("include", STR, JB_P_LIST | JB_P_REQUIRED, NULL, NULL, "Files laid over the report.",
          "叠加的配置文件。"),
};

static const jb_param PLUGIN[] = {
    PARAM("path", PATH, JB_P_REQUIRED, NULL, NULL, "The shared object.", "插件文件。"),
    PARAM("sha256", STR, 0, NULL, NULL, "Hash the file must have.", "文件应有的散列值。"),
    PARAM("sandbox", BOOL, 0, NULL, NULL, "Whether the plugin is confined.",
          "是否限制插件的权限。"),
    PARAM("limit.time", DURATION, 0, NULL, NULL, "Longest time of one call.", "单次调用的时限。"),
    PARAM("limit.memory", SIZE, 0, NULL, NULL, "Most memory it may use.", "内存上限。"),
};

static const jb_param BATCH[] = {
    PARAM("by", STR, JB_P_REQUIRED, NULL, NULL, "The key list: one copy for each of its values.",
          "按哪个取值表分份。"),
    PARAM("include", STR, JB_P_LIST, NULL, NULL, "Files laid over each copy.",
          "每一份叠加的配置文件。"),
};

#define FONT(key, en, zh)                                                                          \
    PARAM(key, STR, JB_P_LIST, NULL, NULL, "Fonts for " en ", in order of preference.",            \
          zh "字体，按优先次序。")

static const jb_param LAYOUT[] = {
    PARAM("page_number", ENUM, 0, NULL, "outer|center|none", "Where the page number stands.",
          "页码位置。"),
    FONT("title", "the title", "标题"),
    FONT("body", "the text", "正文"),
    FONT("heading1", "headings of level 1", "一级标题"),
    FONT("heading2", "headings of level 2", "二级标题"),
    FONT("table", "tables and page numbers", "表格和页码"),
    FONT("latin_font", "letters and digits", "西文"),
    PARAM("font_dirs", PATH, JB_P_LIST, NULL, NULL, "Directories with font files.",
          "字体文件所在目录。"),
};

static const struct {
    const char *kind;
    jb_param_table table;
} SCHEMAS[] = {
    {"report", TABLE(REPORT)},   {"host", TABLE(HOST)},     {"keys", TABLE(KEYS)},
    {"unit", TABLE(UNIT)},       {"rule", TABLE(RULE)},     {"accept", TABLE(ACCEPT)},
    {"profile", TABLE(PROFILE)}, {"plugin", TABLE(PLUGIN)}, {"layout", TABLE(LAYOUT)},
    {"batch", TABLE(BATCH)},
};
enum { N_SCHEMAS = sizeof SCHEMAS / sizeof SCHEMAS[0] };

jb_param_table jb_config_schema(const char *kind)
{
    for (size_t i = 0; i < N_SCHEMAS; i++) {
        if (strcmp(SCHEMAS[i].kind, kind) == 0) {
            return SCHEMAS[i].table;
        }
    }
    return (jb_param_table){0};
}

void jb_config_check(const jb_config *c, jb_diags *d)
{
    static const char *const also[] = {"inherit"};
    if (!jb_config_find(c, "report", NULL) && !jb_diags_errors(d)) {
        jb_place at = {.file = jb_config_file(c)};
        jb_diag(d, "E0202", &at, "[report]", "title");
    }
    for (size_t i = 0; i < N_SCHEMAS; i++) {
        const char *kind = SCHEMAS[i].kind;
        int heir = strcmp(kind, "rule") == 0 || strcmp(kind, "layout") == 0;
        size_t n = jb_config_count(c, kind);
        for (size_t k = 0; k < n; k++) {
            const jb_section_cfg *s = jb_config_at(c, kind, k);
            jb_args_free(jb_args_make(c, s, &SCHEMAS[i].table, 1, also, (size_t)heir, d));
        }
    }
}
