// SPDX-License-Identifier: Apache-2.0
/* The plugin, and its renderer `pdf`. */
#include "book.h"
#include "pdfout.h"
#include "pictures.h"

#include <stdlib.h>

const char *const jb_cairo_kinds[JB_CAIRO_KINDS] = {
    "document", "section", "heading", "para", "item",      "table",       "column",
    "row",      "cell",    "chart",   "note", "signature", "placeholder", "pagebreak"};

/* The one writable datum a plugin keeps: the host, given once before anything else is called. */
static const jb_host *the_host;

static jb_status init(const jb_host *host)
{
    the_host = host;
    return JB_OK;
}

const jb_host *jb_cairo_host(void)
{
    return the_host;
}

typedef struct {
    jb_sink sink;
    jb_status status;
} file;

static cairo_status_t write_out(void *closure, const unsigned char *bytes, unsigned n)
{
    file *f = closure;
    if (f->status == JB_OK)
        f->status = f->sink.write(f->sink.self, bytes, n);
    return f->status == JB_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static jb_status write_pdf(jb_book *book)
{
    const jb_out_api *out = the_host->query(JB_HOST_OUT);
    file f = {0};
    if (!out)
        return jb_book_fail(book, JB_E_INTERNAL, "E0967", JB_HOST_OUT, NULL, NULL);
    jb_status status = out->open(book->ctx, "", &f.sink);
    if (status != JB_OK)
        return status;
    jb_pdf_meta meta = {.title = jb_book_attr(book, book->root, "title"),
                        .author = jb_book_attr(book, book->root, "issuer"),
                        .date = jb_book_attr(book, book->root, "date")};
    cairo_status_t result = jb_pdf_write(&book->pages, &meta, write_out, &f);
    if (f.status != JB_OK) /* the host knows why its file could not be written */
        return f.status;
    if (result != CAIRO_STATUS_SUCCESS)
        return jb_book_fail(book, JB_E_RENDER, "E0968", cairo_status_to_string(result), NULL, NULL);
    return JB_OK;
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    jb_book book;
    (void)self;
    jb_status status = jb_book_make(&book, the_host, ctx, doc);
    if (status != JB_OK)
        return status;
    status = write_pdf(&book);
    jb_book_free(&book);
    return status;
}

static const jb_renderer renderer = {.size = sizeof renderer,
                                     .kinds = jb_cairo_kinds,
                                     .n_kinds = JB_CAIRO_KINDS,
                                     .render = render};

static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};

static const jb_component pdf = {
    .size = sizeof pdf,
    .kind = "renderer",
    .name = "pdf",
    .title = "PDF pages by GB/T 9704",
    .title_zh = "PDF（GB/T 9704 版面）",
    .help =
        "Sets the document on A4 pages of 22 lines of 28 characters and writes a PDF with outline, "
        "structure and embedded fonts. Fonts and page numbers are keys of the layout.",
    .help_zh =
        "按 GB/T 9704 的版心（每页22行、每行28字）排版并输出 PDF，带目录书签、结构标记，字体嵌入。"
        "字体与页码在 [layout] 中设置。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
};

static const jb_component *const components[] = {&pdf, &jb_cairo_svg, &jb_cairo_png};

#define MESSAGE(code_, en_, zh_, hint_en_, hint_zh_)                                               \
    {                                                                                              \
        .size = sizeof(jb_message), .code = code_, .en = en_, .zh = zh_, .hint_en = hint_en_,      \
        .hint_zh = hint_zh_                                                                        \
    }

static const jb_message messages[] = {
    MESSAGE("E0960", "fonts that are not installed, and what is used instead: {2}",
            "以下字体没有安装，已改用其他字体：{2}",
            "install the fonts, name their folder in font_dirs, or list others in the layout",
            "请安装这些字体，或用 font_dirs 指明所在文件夹，或在 [layout] 中改列其他字体"),
    MESSAGE("E0961", "{1} characters are not in their font and were taken from another: {2}",
            "有{1}个字符所用字体缺字，已从其他字体借用：{2}",
            "list a font that has them first, if the difference matters",
            "介意字形差别的，请把含这些字的字体列在前面"),
    MESSAGE("E0962", "no font has these {1} characters: {2}", "所有字体都缺以下{1}个字符：{2}",
            "add a font that has them at the end of the layout's list",
            "请在 [layout] 的字体列表末尾补充含这些字的字体"),
    MESSAGE("E0963", "no font of the list for {1} is installed, beginning with \"{2}\"",
            "{1} 所列的字体一个也没有安装（首选“{2}”）",
            "install fonts-noto-cjk, or name a font file in the layout",
            "请安装 fonts-noto-cjk，或在 [layout] 中写明字体文件"),
    MESSAGE("E0970",
            "no font of latin_font is installed, beginning with \"{1}\"; digits and letters "
            "are set in the fonts of the text",
            "latin_font 所列的字体一个也没有安装（首选“{1}”），数字和字母改用正文各自的字体",
            "install the font, or remove latin_font from the layout",
            "请安装该字体，或从 [layout] 中删去 latin_font"),
    MESSAGE("E0964", "blocks of kind \"{1}\" are unknown here; their text was printed",
            "不认识“{1}”类内容，已按纯文字输出", NULL, NULL),
    MESSAGE("E0965", "table \"{1}\" is wider than the page even in the smallest type",
            "表格“{1}”用最小字号仍超出版心宽度",
            "use fewer columns, or shorter words without a break",
            "请减少列数，或缩短不能断行的文字"),
    MESSAGE("E0969", "table \"{1}\" has no columns, or more than 64", "表格“{1}”没有列，或超过64列",
            "give it between 1 and 64 columns", "请设 1 至 64 列"),
    MESSAGE("E0966", "{1} table rows were given but {2} were printed",
            "应输出表格 {1} 行，实际输出 {2} 行",
            "this is a fault of the renderer, please report it", "这是排版程序的错误，请报告"),
    MESSAGE("E0967", "the host does not offer {1}", "宿主程序没有提供 {1}", NULL, NULL),
    MESSAGE("E0968", "the PDF could not be written: {1}", "无法写出 PDF：{1}", NULL, NULL),
    MESSAGE("E0971", "the picture could not be made: {1}", "无法生成图片：{1}",
            "try fewer dots an inch, or a narrower picture", "请减小 dpi 或 width"),
    MESSAGE("E0972", "\"{1}\" is neither a page nor a range of pages",
            "“{1}”不是页码，也不是页码范围", "write 3 or 3-5; at most 64 of them",
            "请写成 3 或 3-5，至多64项"),
    MESSAGE("E0973", "the document has no chart called \"{1}\"", "文稿中没有名为“{1}”的图",
            "name a section of type chart that is printed in this issue",
            "请写 type = chart 的节名，且该节在本期印出"),
    MESSAGE("E0974", "pages and chart exclude each other", "pages 与 chart 不能同时写",
            "remove one of them", "请删去其中一个"),
    MESSAGE("E0975", "none of these pages exists: the document has {1}",
            "所列的页都不存在：文稿共 {1} 页", NULL, NULL),
};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof jb_plugin_v1,
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.cairo",
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
