// SPDX-License-Identifier: Apache-2.0
/* One chart by itself, on a page that is just large enough. */
#include "book.h"

#include "typeset/canvas.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define MARGIN 9.0
#define BELOW 3.0 /* between drawing and caption */
#define MOST_HEIGHT 4000.0
#define HEIGHT_OF_WIDTH 0.45 /* when the chart leaves it to us */

static const jb_node *find_chart(const jb_book *book, const jb_node *node, const char *name)
{
    for (; node; node = book->doc->next(node)) {
        const char *is = jb_book_attr(book, node, "name");
        if (is && strcmp(is, name) == 0 && strcmp(book->doc->kind(node), "chart") == 0)
            return node;
        const jb_node *below = find_chart(book, book->doc->first(node), name);
        if (below)
            return below;
    }
    return NULL;
}

static jb_status no_chart(jb_book *book, const char *name, const char *key)
{
    jb_fault fault = {.size = (uint32_t)sizeof fault,
                      .status = JB_E_CONFIG,
                      .code = "E0973",
                      .args = &name,
                      .n_args = 1,
                      .key = key};
    book->status = JB_E_CONFIG;
    return book->host->fail(book->ctx, &fault);
}

static void set_page(jb_book *book, jb_ts_items *items, double width, double height)
{
    jb_ts_items *moved = jb_ts_items_new();
    jb_ts_page *page = jb_ts_alloc(book->arena, sizeof *page);
    jb_ts_items_append(moved, items, MARGIN, MARGIN);
    *page = (jb_ts_page){.width = width, .height = height, .number = 1};
    page->items = jb_ts_items_keep(moved, book->arena, &page->n_items);
    book->pages = (jb_ts_pages){.pages = page, .n_pages = 1};
    jb_ts_items_free(moved);
}

static void draw(jb_book *book, const jb_node *node, const jb_chart_api *charts, double width)
{
    double height = 0;
    book->sheet = jb_ts_sheet_gbt9704();
    book->sheet.measure = width - 2 * MARGIN;
    if (charts->height(book->ctx, node, book->sheet.measure, &height) != JB_OK || !(height > 0))
        height = book->sheet.measure * HEIGHT_OF_WIDTH;
    height = ceil(MIN(height, MOST_HEIGHT));
    jb_ts_items *items = jb_ts_items_new(), *below = jb_ts_items_new();
    jb_book_draw_chart(book, node, charts, items, height);
    double captions = jb_book_chart_captions(book, node, below, BELOW) + BELOW;
    jb_ts_items_append(items, below, 0, height);
    if (book->status == JB_OK)
        set_page(book, items, width, ceil(height + captions + 2 * MARGIN));
    jb_ts_items_free(items);
    jb_ts_items_free(below);
}

jb_status jb_book_make_picture(jb_book *book, const jb_host *host, jb_ctx *ctx, const jb_doc *doc,
                               const char *name, double width, const char *key)
{
    if (jb_book_open(book, host, ctx, doc) == JB_OK) {
        const jb_chart_api *charts = host->query(JB_HOST_CHART);
        const jb_node *node = find_chart(book, book->doc->first(book->root), name);
        if (!charts)
            jb_book_fail(book, JB_E_INTERNAL, "E0967", JB_HOST_CHART, NULL, NULL);
        else if (!node)
            no_chart(book, name, key);
        else
            draw(book, node, charts, width);
    }
    jb_book_tell_fonts(book);
    jb_status status = book->status;
    if (status != JB_OK)
        jb_book_free(book);
    return status;
}
