// SPDX-License-Identifier: Apache-2.0
/* The xlsx plugin's data. */
#include "xlsx.h"

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    xlsx_source *src = calloc(1, sizeof *src);
    const char *range = NULL, *header = "1", *merged = "fill", *empty = "null";
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1049", NULL, NULL, NULL, NULL);
    src->env = (jb_grid_env){host, rows, &xlsx_codes, 1};
    src->path = "";
    host->get_str(args, "path", &src->path);
    host->get_str(args, "sheet", &src->sheet);
    host->get_str(args, "range", &range);
    host->get_str(args, "header", &header);
    host->get_str(args, "merged", &merged);
    host->get_str(args, "empty", &empty);
    src->keep_empty = strcmp(empty, "text") == 0;
    src->merged = strcmp(merged, "first") == 0 ? XLSX_MERGED_FIRST
                  : strcmp(merged, "all") == 0 ? XLSX_MERGED_ALL
                                               : XLSX_MERGED_FILL;
    if (range != NULL && xlsx_range_parse(range, &src->range) != 0) {
        free(src);
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E1042", "range", range, NULL, NULL);
    }
    if (xlsx_header_parse(header, &src->head1, &src->head2) != 0) {
        free(src);
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E1043", "header", header, NULL, NULL);
    }
    *self = src;
    return JB_OK;
}

static void destroy(void *self)
{
    xlsx_forget(self);
    free(self);
}

static const jb_source source = {sizeof(jb_source), 0,         xlsx_schema,
                                 xlsx_parts,        xlsx_scan, xlsx_version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_PATH, JB_P_REQUIRED, 0, "path", NULL, NULL,
     "A workbook, or a pattern such as data/*.xlsx; all files must have the same headings.",
     "工作簿，或“台账/*.xlsx”一类的通配；各文件表头须相同。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "sheet", NULL, NULL,
     "The sheet by name, or by number from 1; without it the first visible one.",
     "工作表的名称，或从 1 起的序号；不写就是第一个可见的。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "range", NULL, NULL,
     "The part of the sheet that is the table: A1:H200, A3:H or A:H; without it all that is used.",
     "表格所在区域：A1:H200、A3:H 或 A:H；不写就是全部用到的单元格。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "header", "1", NULL,
     "Which row holds the headings, counted within the range; 2-3 for headings in two rows, joined "
     "by a slash.",
     "表头在第几行（从区域首行数起）；占两行时写 2-3，上下级用“/”连接。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "merged", "fill", "fill|first|all",
     "Merged cells below the headings: texts and dates hold in every cell, numbers in the first "
     "(fill); all values in the first (first) or in every cell (all).",
     "表头以下的合并单元格：文字和日期各格都算、数字只算第一格（fill）；只算第一格（first）；"
     "各格都算（all）。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "empty", "null", "null|text",
     "What a cell with a text of no characters is: as good as no cell (null), or an empty text.",
     "内容是空文字的单元格：当作没有（null），或当作空文字（text）。"},
};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "source",
    .name = "xlsx",
    .title = "Excel workbook",
    .title_zh = "Excel 工作簿",
    .help = "One sheet of a workbook (.xlsx): values as shown to 15 digits, dates by their format, "
            "merged cells and headings in several rows; hidden rows are read, empty ones are not.",
    .help_zh = "工作簿（.xlsx）的一个工作表：数值按显示的 15 位有效数字，日期按格式识别，支持合并"
               "单元格和多行表头；隐藏行照读，空行不算。",
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
    .id = "jianbao.xlsx",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof *components,
    .messages = xlsx_messages,
    .n_messages = XLSX_N_MESSAGES,
    .message_stride = sizeof(jb_message),
    .init = init,
};
