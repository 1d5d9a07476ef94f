// SPDX-License-Identifier: Apache-2.0
/* The plugin: renderer `xlsx`. */
#define _GNU_SOURCE
#include "xlsxout.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* The one writable datum a plugin keeps: the host, given once before anything else is called. */
static const jb_host *the_host;

static jb_status init(const jb_host *host)
{
    the_host = host;
    return JB_OK;
}

/* What the library wrote into the memory file, to the host's own. */
static void hand_over(xo_book *b, int fd, const jb_sink *sink)
{
    char block[16384];
    off_t at = 0;
    ssize_t n;
    while (b->status == JB_OK && (n = pread(fd, block, sizeof block, at)) != 0) {
        if (n < 0) {
            xo_fail(b, "E0990", "read", NULL);
            return;
        }
        b->status = sink->write(sink->self, block, (uint64_t)n);
        at += n;
    }
    if (b->status == JB_OK && at == 0)
        xo_fail(b, "E0990", "nothing was written", NULL);
}

/* The library writes to a name: that of a file in memory, so nothing half made lies anywhere. */
static void write_book(xo_book *b, const jb_sink *sink)
{
    char name[48];
    lxw_error error;
    int fd = memfd_create("xlsx", MFD_CLOEXEC);
    FILE *probe = lxw_tmpfile(NULL); /* the library crashes where it cannot have temporary files */
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (probe == NULL) {
        xo_fail(b, "E0990", "tmpfile", NULL);
    } else if (fd < 0 || !xo_open(b, name)) {
        xo_fail(b, "E0990", "memfd_create", NULL);
    } else {
        xo_figures(b);
        xo_tables(b, b->doc->first(b->root));
        free(b->widths);
        error = workbook_close(b->book); /* frees it, come what may */
        if (error != LXW_NO_ERROR)
            xo_fail(b, "E0990", lxw_strerror(error), NULL);
        hand_over(b, fd, sink);
    }
    if (probe != NULL)
        fclose(probe);
    if (fd >= 0)
        close(fd);
    free(b->formats);
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    const jb_out_api *out = the_host->query(JB_HOST_OUT);
    xo_book b;
    jb_sink sink;
    jb_status status;
    (void)self;
    memset(&b, 0, sizeof b);
    b.host = the_host;
    b.ctx = ctx;
    b.doc = the_host->query(JB_HOST_DOC);
    b.text = the_host->query(JB_HOST_TEXT);
    b.figures = the_host->query(JB_HOST_FIGURES);
    if (out == NULL || b.doc == NULL || b.text == NULL || b.figures == NULL)
        return jb_fail_code(the_host, ctx, JB_E_INTERNAL, "E0994", NULL, NULL, NULL, NULL);
    status = out->open(ctx, NULL, &sink);
    if (status != JB_OK)
        return status;
    b.root = b.doc->root(doc);
    write_book(&b, &sink);
    return b.status;
}

static const jb_renderer renderer = {.size = sizeof renderer,
                                     .render = render}; /* takes tables, passes by the rest */
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};

static const jb_component component = {
    .size = sizeof component,
    .kind = "renderer",
    .name = "xlsx",
    .title = "Excel workbook (XLSX)",
    .title_zh = "Excel 工作簿（XLSX）",
    .help = "All figures on one sheet with key, unit, period, as-of date and source, and a sheet "
            "for each "
            "table of the report, with real numbers.",
    .help_zh = "全部指标一张表，列出分组、单位、期间、截至日期和数据来源；简报中每个表格各占一张表"
               "，数字可以直接计算。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
};
static const jb_component *const components[] = {&component};

#define MESSAGE(code_, en_, zh_, hint_en_, hint_zh_)                                               \
    {                                                                                              \
        .size = sizeof(jb_message), .code = code_, .en = en_, .zh = zh_, .hint_en = hint_en_,      \
        .hint_zh = hint_zh_                                                                        \
    }

static const jb_message messages[] = {
    MESSAGE("E0990", "the workbook could not be written: {1}", "无法写出工作簿：{1}",
            "check the free memory and the room in the folder of temporary files",
            "请检查可用内存和临时文件夹的剩余空间"),
    MESSAGE(
        "E0991", "a text in row {2} of sheet \"{1}\" is longer than the 32767 characters of a cell",
        "工作表“{1}”第 {2} 行有文字超过单元格上限 32767 字", "shorten the text", "请缩短这段文字"),
    MESSAGE("E0992", "\"{1}\" has more columns than the 16384 of a sheet",
            "“{1}”的列数超过工作表上限 16384 列", "use fewer columns", "请减少列数"),
    MESSAGE("E0993", "\"{1}\" has more rows than the 1048576 of a sheet",
            "“{1}”的行数超过工作表上限 1048576 行", "use fewer rows", "请减少行数"),
    MESSAGE("E0994", "the host offers no document or figures", "宿主程序没有提供文档或指标", NULL,
            NULL),
};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof jb_plugin_v1,
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.xlsxout",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .messages = messages,
    .n_messages = sizeof messages / sizeof messages[0],
    .message_stride = sizeof(jb_message),
    .init = init,
};
