// SPDX-License-Identifier: Apache-2.0
#include "pictures.h"

#include "book.h"
#include "pngout.h"
#include "svgout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RANGES = 64, MAX_PAGE = 100000 };
#define DEFAULT_DPI 150.0

typedef struct {
    unsigned first, last;
} range;

/* One renderer section. */
typedef struct {
    const char *chart; /* NULL: pages */
    double width;      /* points */
    double dpi;        /* 0: svg */
    range ranges[MAX_RANGES];
    size_t n_ranges; /* 0: all pages */
} pictures;

static jb_status refuse(jb_ctx *ctx, const char *code, const char *key, uint64_t item,
                        const char *value)
{
    const char *args[1] = {value};
    jb_fault fault = {.size = (uint32_t)sizeof fault,
                      .status = JB_E_CONFIG,
                      .code = code,
                      .args = args,
                      .n_args = value ? 1 : 0,
                      .key = key,
                      .item = item};
    return (jb_cairo_host()->fail)(ctx, &fault);
}

/* "3" or "3-5"; false: neither. */
static bool read_range(const char *text, range *out)
{
    char *end;
    if (!g_ascii_isdigit(*text))
        return false;
    guint64 first = g_ascii_strtoull(text, &end, 10), last = first;
    while (*end == ' ')
        end++;
    if (*end == '-') {
        for (text = end + 1; *text == ' ';)
            text++;
        if (!g_ascii_isdigit(*text))
            return false;
        last = g_ascii_strtoull(text, &end, 10);
    }
    if (*end || first < 1 || first > last || last > MAX_PAGE)
        return false;
    *out = (range){.first = (unsigned)first, .last = (unsigned)last};
    return true;
}

static jb_status read_pages(jb_ctx *ctx, const jb_args *args, pictures *p)
{
    const char *const *items;
    uint64_t n = 0;
    if (!jb_cairo_host()->get_list(args, "pages", &items, &n))
        return JB_OK;
    if (p->chart)
        return refuse(ctx, "E0974", "pages", 0, NULL);
    for (uint64_t i = 0; i < n; i++)
        if (p->n_ranges == MAX_RANGES || !read_range(items[i], &p->ranges[p->n_ranges++]))
            return refuse(ctx, "E0972", "pages", i + 1, items[i]);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const jb_host *host = jb_cairo_host();
    pictures *p = g_new0(pictures, 1);
    double width = 0;
    host->get_str(args, "chart", &p->chart);
    host->get_f64(args, "width", &width);
    p->width = width * JB_TS_MM;
    jb_status status = read_pages(ctx, args, p);
    if (status == JB_OK)
        *self = p;
    else
        g_free(p);
    return status;
}

static jb_status create_png(jb_ctx *ctx, const jb_args *args, void **self)
{
    int64_t dpi = (int64_t)DEFAULT_DPI;
    jb_status status = create(ctx, args, self);
    if (status == JB_OK) {
        jb_cairo_host()->get_i64(args, "dpi", &dpi);
        ((pictures *)*self)->dpi = (double)dpi;
    }
    return status;
}

static bool wanted(const pictures *p, size_t page)
{
    for (size_t i = 0; i < p->n_ranges; i++)
        if (page >= p->ranges[i].first && page <= p->ranges[i].last)
            return true;
    return p->n_ranges == 0;
}

static jb_status send(jb_book *book, const char *suffix, const void *bytes, size_t n)
{
    const jb_out_api *out = book->host->query(JB_HOST_OUT);
    jb_sink sink;
    if (!out)
        return jb_book_fail(book, JB_E_INTERNAL, "E0967", JB_HOST_OUT, NULL, NULL);
    jb_status status = out->open(book->ctx, suffix, &sink);
    return status == JB_OK ? sink.write(sink.self, bytes, n) : status;
}

static jb_status write_svg(jb_book *book, const jb_ts_page *page, const char *suffix,
                           jb_outlines *outlines)
{
    GString *file = g_string_new(NULL);
    jb_svg_write(file, page, outlines, jb_book_attr(book, book->root, "title"));
    jb_status status = send(book, suffix, file->str, file->len);
    g_string_free(file, TRUE);
    return status;
}

static jb_status write_png(jb_book *book, const jb_ts_page *page, const char *suffix,
                           jb_outlines *outlines, double dpi)
{
    GByteArray *file = g_byte_array_new();
    cairo_status_t result = jb_png_write(file, page, outlines, dpi);
    jb_status status =
        result == CAIRO_STATUS_SUCCESS
            ? send(book, suffix, file->data, file->len)
            : jb_book_fail(book, JB_E_RENDER, "E0971", cairo_status_to_string(result), NULL, NULL);
    g_byte_array_free(file, TRUE);
    return status;
}

static jb_status write_pages(jb_book *book, const pictures *p)
{
    jb_outlines *outlines = jb_outlines_new();
    const char *ending = p->dpi > 0 ? "png" : "svg";
    jb_status status = JB_OK;
    size_t written = 0;
    for (size_t i = 0; i < book->pages.n_pages && status == JB_OK; i++) {
        const jb_ts_page *page = &book->pages.pages[i];
        char suffix[32] = "";
        if (!wanted(p, i + 1))
            continue;
        if (!p->chart)
            g_snprintf(suffix, sizeof suffix, "-%zu.%s", i + 1, ending);
        status = p->dpi > 0 ? write_png(book, page, suffix, outlines, p->dpi)
                            : write_svg(book, page, suffix, outlines);
        written++;
    }
    jb_outlines_free(outlines);
    if (status == JB_OK && written == 0) {
        char n[24];
        g_snprintf(n, sizeof n, "%zu", book->pages.n_pages);
        return refuse(book->ctx, "E0975", "pages", 0, n);
    }
    return status;
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *doc)
{
    const pictures *p = self;
    jb_book book;
    jb_status status = p->chart ? jb_book_make_picture(&book, jb_cairo_host(), ctx, doc, p->chart,
                                                       p->width, "chart")
                                : jb_book_make(&book, jb_cairo_host(), ctx, doc);
    if (status != JB_OK)
        return status;
    status = write_pages(&book, p);
    jb_book_free(&book);
    return status;
}

static void destroy(void *self)
{
    g_free(self);
}

static const jb_renderer renderer = {
    .size = sizeof renderer, .kinds = jb_cairo_kinds, .n_kinds = JB_CAIRO_KINDS, .render = render};

static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};

#define PARAMS_OF_BOTH                                                                             \
    {sizeof(jb_param),                                                                             \
     JB_T_STR,                                                                                     \
     JB_P_LIST,                                                                                    \
     0,                                                                                            \
     "pages",                                                                                      \
     NULL,                                                                                         \
     NULL,                                                                                         \
     "Which pages, such as 1, 3-5; all when not set.",                                             \
     "输出哪些页，如 1, 3-5；不写则输出各页。"},                                                   \
        {sizeof(jb_param),                                                                         \
         JB_T_REF,                                                                                 \
         0,                                                                                        \
         0,                                                                                        \
         "chart",                                                                                  \
         NULL,                                                                                     \
         "section",                                                                                \
         "Only the chart of this section, with its caption, as one file.",                         \
         "只输出该节的图（连同图题），成一个文件。"},                                              \
    {                                                                                              \
        sizeof(jb_param), JB_T_NUM, 0, 0, "width", "156", "40..600",                               \
            "Width of that picture in millimetres; text keeps its size.",                          \
            "该图的宽度，毫米；字号不变。"                                           \
    }

static const jb_param svg_params[] = {PARAMS_OF_BOTH};
static const jb_param png_params[] = {
    PARAMS_OF_BOTH,
    {sizeof(jb_param), JB_T_INT, 0, 0, "dpi", "150", "36..600", "Dots an inch.", "每英寸点数。"},
};

#define PICTURES(name_, params_, create_, title_, title_zh_, help_, help_zh_)                      \
    {                                                                                              \
        .size = sizeof(jb_component), .kind = "renderer", .name = name_, .title = title_,          \
        .title_zh = title_zh_, .help = help_, .help_zh = help_zh_, .params = params_,              \
        .n_params = sizeof params_ / sizeof params_[0], .param_stride = sizeof(jb_param),          \
        .ifaces = ifaces, .n_ifaces = sizeof ifaces / sizeof ifaces[0], .create = create_,         \
        .destroy = destroy                                                                         \
    }

const jb_component jb_cairo_svg = PICTURES(
    "svg", svg_params, create, "Pages or a chart as SVG", "SVG 图（各页或单图）",
    "The pages of the PDF, a file each (NAME-1.svg …), or one chart; text as outlines, so no "
    "font is needed.",
    "把 PDF 的各页各存为一个 SVG（名称-1.svg …），或只存一幅图；文字为轮廓，不需要字体。");
const jb_component jb_cairo_png =
    PICTURES("png", png_params, create_png, "Pages or a chart as PNG", "PNG 图（各页或单图）",
             "The pages of the PDF, a file each (NAME-1.png …), or one chart.",
             "把 PDF 的各页各存为一个 PNG（名称-1.png …），或只存一幅图。");
