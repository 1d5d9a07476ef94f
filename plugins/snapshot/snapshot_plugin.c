// SPDX-License-Identifier: Apache-2.0
/* The snapshot plugin's data. */
#include "snapshot.h"

static const jb_host *host;
static const jb_rows_api *rows;

static const jb_grid_codes codes = {.memory = "E1235",
                                    .misfit = "E1239",
                                    .type = "E1240",
                                    .scale = "E1241",
                                    .range = "E1242",
                                    .list = "E1240",
                                    .error = "E1240",
                                    .unknown = "E1240"};

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    snap_source *src = calloc(1, sizeof *src);
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1235", NULL, NULL, NULL, NULL);
    src->env = (jb_grid_env){host, rows, &codes, 1};
    src->path = "";
    host->get_str(args, "path", &src->path);
    host->get_str(args, "figure", &src->figure);
    *self = src;
    return JB_OK;
}

static void destroy(void *self)
{
    snap_forget(self);
    free(self);
}

static const jb_source source = {sizeof(jb_source), 0, snap_schema, NULL, snap_scan, snap_version};
static const jb_source_issue issue = {sizeof(jb_source_issue), 0, snap_choose, snap_figure_of};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}, {JB_SOURCE_ISSUE, &issue}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_PATH, JB_P_REQUIRED, 0, "path", NULL, NULL,
     "What the renderer json wrote of earlier issues: a file, or a pattern such as issues/*.json, "
     "of which the newest before the report's as_of counts.",
     "往期由 json 输出的文件：一个文件，或“往期/*.json”一类的通配，取截至日早于本期的最新一期。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "figure", NULL, NULL,
     "The figure that is the table: its keys, value and fields; without it all figures, with the "
     "columns figure, unit, key, value.",
     "作为表格的指标：它的分组、value 和其他字段；不写就是全部指标，列为 "
     "figure、unit、key、value。"},
};

static const jb_message messages[] = {
    JB_GRID_MESSAGES,
    JB_JSON_MESSAGES,
    JB_MESSAGE("E1231", "{1} is no issue that the renderer json wrote",
               "{1} 不是 json 输出的往期简报",
               "keep only those files in the folder, or narrow `path`",
               "该文件夹里只放往期文件，或把 path 写得更窄"),
    JB_MESSAGE(
        "E1232", "no issue before {1} among {2} files", "{2} 个文件中没有 {1} 之前的一期",
        "the first issue has none before it: its figures are missing, so give the text an or \"…\"",
        "第一期没有上期：上期的数按缺值处理，正文里用 or \"…\" 写明"),
    JB_MESSAGE("E1233", "that issue has no figure “{1}”; it has {2}",
               "那一期没有指标“{1}”，有：{2}", "write the name as it was then", "请按当时的名称写"),
    JB_MESSAGE("E1234", "{1} was written by a later release", "{1} 是更高版本写的",
               "update this program", "请更新本程序"),
    JB_MESSAGE("E1235", "out of memory while reading an earlier issue", "读取往期时内存不足", NULL,
               NULL),
    JB_MESSAGE("E1236", "the file is larger than {1}", "文件超过 {1}",
               "no issue is so large; is it the right file?", "简报没有这么大，请核对文件"),
    JB_MESSAGE("E1237", "{1} is a draft and is passed over", "{1} 是草稿，已略过",
               "drafts are no issues; keep them elsewhere", "草稿不是正式的一期，请另放"),
    JB_MESSAGE("E1238", "figure “{1}” of that issue has a value that is not of its type",
               "那一期的指标“{1}”有不符合类型的值", "the file was changed by hand; restore it",
               "文件被手工改过，请恢复原件"),
    JB_MESSAGE("E1239", "does not fit {1}, which the other values suggested",
               "不符合 {1}，而其他值都是这种类型", "declare the type with type.COLUMN",
               "请用 type.列名 声明类型"),
    JB_MESSAGE("E1240", "this is no {1}", "不是 {1}", "declare the type that the values have",
               "请按值的类型声明"),
    JB_MESSAGE("E1241", "more decimals than {1} holds", "小数位数超出 {1}",
               "declare more decimals, such as type.value = decimal(18,6)",
               "请声明更多的小数位，如 type.value = decimal(18,6)"),
    JB_MESSAGE("E1242", "too large for {1}", "数值超出 {1} 的范围",
               "declare a wider type: decimal(38,2)", "请声明更宽的类型：decimal(38,2)"),
};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "source",
    .name = "snapshot",
    .title = "Earlier issue",
    .title_zh = "往期简报",
    .help =
        "Figures of an earlier issue with their exact values and units, for `versus = last_issue` "
        "or as a table.",
    .help_zh = "往期简报的指标，精确值和计量单位照旧，用于 versus = last_issue 或作为表格。",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof *ifaces,
    .create = create,
    .destroy = destroy,
};
static const jb_component *const components[] = {&component};

const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0,
    .id = "jianbao.snapshot",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof *components,
    .messages = messages,
    .n_messages = sizeof messages / sizeof *messages,
    .message_stride = sizeof(jb_message),
    .init = init,
};
