// SPDX-License-Identifier: Apache-2.0
/* The json plugin's data. */
#include "json_source.h"

static const jb_host *host;
static const jb_rows_api *rows;

static const jb_grid_codes codes = {.memory = "E1216",
                                    .misfit = "E1226",
                                    .type = "E1227",
                                    .scale = "E1228",
                                    .range = "E1229",
                                    .list = "E1225",
                                    .error = "E1225",
                                    .unknown = "E1225"}; /* JSON has neither */

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    json_source *src = calloc(1, sizeof *src);
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1216", NULL, NULL, NULL, NULL);
    src->env = (jb_grid_env){host, rows, &codes, 0};
    src->path = src->rows = "";
    host->get_str(args, "path", &src->path);
    host->get_str(args, "rows", &src->rows);
    *self = src;
    return JB_OK;
}

static void destroy(void *self)
{
    json_forget(self);
    free(self);
}

static const jb_source source = {sizeof(jb_source), 0,         json_schema,
                                 json_parts,        json_scan, json_version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_PATH, JB_P_REQUIRED, 0, "path", NULL, NULL,
     "A file, or a pattern such as data/*.json; one JSON text, or one object a line.",
     "文件，或“台账/*.json”一类的通配；一个 JSON，或每行一个对象。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "rows", NULL, NULL,
     "Where the list of records is: names joined by dots, such as data.items; without it the top.",
     "记录列表的位置：用点连接的名称，如 data.items；不写就是最外层。"},
};

static const jb_message messages[] = {
    JB_GRID_MESSAGES,
    JB_JSON_MESSAGES,
    JB_MESSAGE("E1225", "a list does not fit into a cell", "一个单元格里放不下列表",
               "leave the column out, or take the list itself as the table with `rows`",
               "不要用这一列，或用 rows 把这个列表本身作为表格"),
    JB_MESSAGE("E1226", "does not fit {1}, which the first records suggested",
               "不符合 {1}，而前面的记录都是这种类型",
               "declare the type of this column with type.COLUMN, or correct the value",
               "请用 type.列名 声明这一列的类型，或改正这个值"),
    JB_MESSAGE("E1227", "this is no {1}", "不是 {1}",
               "correct the value, or name texts that mean “no value” with `null`",
               "请改正这个值；表示“无”的写法可用 null 列出"),
    JB_MESSAGE("E1228", "more decimals than {1} holds", "小数位数超出 {1}",
               "correct the value, or declare more decimals, such as type.COLUMN = decimal(14,4)",
               "请改正这个值，或声明更多的小数位，如 type.列名 = decimal(14,4)"),
    JB_MESSAGE("E1229", "too large for {1}", "数值超出 {1} 的范围",
               "declare a wider type: decimal(18,2)",
               "请核对数值；确实这么大时声明更宽的类型，如 decimal(18,2)"),
};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "source",
    .name = "json",
    .title = "JSON file",
    .title_zh = "JSON 文件",
    .help = "Records out of JSON files: a list of objects, a list of lists under headings, or one "
            "object a line; numbers exactly as written.",
    .help_zh =
        "JSON 文件里的记录：对象的列表、带表头的列表，或每行一个对象；数字照原样，不经浮点。",
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
    .id = "jianbao.json",
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
