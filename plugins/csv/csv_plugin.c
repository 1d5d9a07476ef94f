// SPDX-License-Identifier: Apache-2.0
/* The csv plugin's data, and the calls that the host makes on its main thread. */
#include "csv.h"

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

/* One ASCII mark that can stand between fields; 0: not one. */
static uint8_t delimiter(const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    if (text[0] != '\0' && text[1] == '\0' && strchr(",;|:^~!#$%&*+/=@ \t", text[0]) != NULL)
        return (uint8_t)text[0];
    return 0;
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
    src->delim = delimiter(text);
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

/* Formats the configuration declares, by column of the table. */
static jb_status declare(const csv_source *src, jb_ctx *ctx, const jb_scan *scan, jb_type *types)
{
    const char *at = (const char *)scan->columns;
    uint32_t k, column;
    for (k = 0; k < scan->n_columns; k++, at += scan->column_stride) {
        const jb_column *c = (const jb_column *)(const void *)at;
        jb_status st;
        if (c->format == NULL || !csv_column_known(src, c->name))
            continue;
        st = csv_column_find(src, ctx, c->name, &column);
        if (st != JB_OK)
            return st;
        if (jb_type_parse(c->format, &types[column]) != 0)
            types[column].kind = '\0';
    }
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    csv_source *src = self;
    jb_type *declared;
    jb_status st = csv_files_open(src, ctx);
    if (st != JB_OK)
        return st;
    declared = calloc(src->files[0].n_fields, sizeof *declared);
    if (declared == NULL)
        return csv_no_memory(src, ctx);
    st = declare(src, ctx, scan, declared);
    if (st == JB_OK)
        st = csv_infer(src, ctx, scan, declared);
    free(declared);
    if (st == JB_OK && jb_struct_schema((const char *const *)src->files[0].heads, src->types,
                                        src->files[0].n_fields, out) != 0)
        st = csv_no_memory(src, ctx);
    return st;
}

static jb_status cut(csv_source *src, jb_ctx *ctx)
{
    jb_status st = JB_OK;
    if (src->n_files == 0)
        st = csv_files_open(src, ctx);
    if (st == JB_OK && !src->parted)
        st = csv_parts_make(src, ctx);
    return st;
}

/* At least one, so that an empty table still has a stream. */
static jb_status parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    csv_source *src = self;
    jb_status st = cut(src, ctx);
    (void)scan;
    *n = src->n_parts > 0 ? src->n_parts : 1;
    return st;
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    csv_source *src = self;
    jb_status st = cut(src, ctx);
    *out = src->version;
    return st;
}

static const jb_source source = {sizeof(jb_source), 0, schema, parts, csv_scan, version};
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
                                csv_messages,
                                CSV_N_MESSAGES,
                                sizeof(jb_message),
                                init,
                                NULL};
