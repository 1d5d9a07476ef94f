// SPDX-License-Identifier: Apache-2.0
/* Charts: drawn twice, for wide and for narrow windows, because a drawing that is only scaled down
 * to a telephone cannot be read there. The style sheet shows one of them. */
#include "html.h"

#define WIDE 442.2 /* the type area of the paper form: same drawing */
#define NARROW 300.0

static void line(html *h, const char *name, const char *text)
{
    if (text == NULL)
        return;
    html_raw(h, "<p class=\"");
    html_raw(h, name);
    html_raw(h, "\">");
    html_text(h, text);
    html_raw(h, "</p>\n");
}

static void caption(html *h, const jb_node *node)
{
    const char *number = html_attr(h, node, "number"), *subtitle = html_attr(h, node, "subtitle");
    if (h->doc->n_runs(node) == 0 && number == NULL && subtitle == NULL)
        return;
    html_raw(h, "<figcaption><p>");
    html_text(h, number);
    if (number != NULL && h->doc->n_runs(node) > 0)
        html_raw(h, "　");
    html_runs(h, node);
    html_raw(h, "</p>\n");
    line(h, "small", subtitle);
    html_raw(h, "</figcaption>\n");
}

void html_chart(html *h, const jb_node *node)
{
    static const struct {
        double width;
        const char *name;
    } forms[] = {{WIDE, "wide"}, {NARROW, "narrow"}};
    html_raw(h, "<figure");
    html_id(h, node);
    html_raw(h, ">\n");
    for (size_t i = 0; h->charts != NULL && h->status == JB_OK && i < 2; i++) {
        jb_status status = html_svg(h, node, forms[i].width, forms[i].name);
        if (h->status == JB_OK)
            h->status = status;
    }
    caption(h, node);
    line(h, "small source", html_attr(h, node, "source"));
    html_raw(h, "</figure>\n");
}
