// SPDX-License-Identifier: Apache-2.0
/* The csv plugin's data, and the calls that the host makes on its main thread. */
#include "csv/csv.h"
#include "csv/csv_messages.h"

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
    csv_source *src = calloc(1, sizeof *src);
    const char *text = ",";
    int64_t header = 1;
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E0606", NULL, NULL, NULL, NULL);
    src->host = host;
    src->rows = rows;
    src->part_bytes = CSV_PART_BYTES;
    src->encoding = "auto";
    host->get_str(args, "path", &src->path);
    host->get_str(args, "encoding", &src->encoding);
    host->get_str(args, "delimiter", &text);
    host->get_i64(args, "header", &header);
    src->header = (uint64_t)header;
    src->delim = csv_delimiter(text);
    if (src->delim == 0) {
        free(src);
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E0642", "delimiter", text, NULL, NULL);
    }
    *self = src;
    return JB_OK;
}

static void destroy(void *self)
{
    csv_files_close(self);
    free(self);
}

static const jb_source source = {sizeof(jb_source), 0, csv_schema, csv_parts_of, csv_scan, csv_version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_PATH, JB_P_REQUIRED, 0, "path", NULL, NULL,
     "A file, or a pattern such as data/projects*.csv; all files must have the same headings.",
     "文件，或“台账/项目*.csv”一类的通配；各文件表头须相同。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "encoding", "auto", "auto|utf-8|gb18030",
     "Encoding of the files; auto takes UTF-8 when the beginning is valid UTF-8, else GB18030.",
     "文件编码；auto：开头是有效的 UTF-8 就按 UTF-8，否则按 GB18030。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "delimiter", ",", NULL,
     "The mark between fields: one ASCII character, or the word tab.",
     "字段之间的分隔符：一个半角符号，或写 tab。"},
    {sizeof(jb_param), JB_T_INT, 0, 0, "header", "1", "1..1000",
     "Which row holds the headings; rows above it are skipped.", "表头在第几行；它上面的行不读。"},
};

static const jb_message messages[CSV_N_MESSAGES] = {CSV_MESSAGES};

static const jb_component component = {
    sizeof(jb_component),
    JB_C_REENTRANT,
    "source",
    "csv",
    "CSV file",
    "CSV 文件",
    "Tables in text files with separators: quoted fields, title rows, UTF-8 or GB18030.",
    "带分隔符的文本表格：可有引号、标题行，编码为 UTF-8 或 GB18030。",
    params,
    sizeof params / sizeof *params,
    sizeof *params,
    ifaces,
    sizeof ifaces / sizeof *ifaces,
    create,
    destroy};
static const jb_component *const components[] = {&component};

const jb_plugin jb_plugin_v1 = {JB_MAGIC,
                                sizeof(jb_plugin),
                                JB_ABI_MAJOR,
                                JB_ABI_MINOR,
                                "csv",
                                "0.1.0",
                                "Apache-2.0",
                                "",
                                components,
                                sizeof components / sizeof *components,
                                messages,
                                CSV_N_MESSAGES,
                                sizeof(jb_message),
                                init,
                                NULL};
