// SPDX-License-Identifier: Apache-2.0
#include "docx.h"

#include <stdio.h>
#include <stdlib.h>

#define CHART_HEIGHT 200.0

/* One more picture; its number from 1, 0 when there are too many. */
static size_t keep(docx *d, docx_buf picture)
{
    if (d->n_pictures == d->cap_pictures) {
        size_t cap = d->cap_pictures > 0 ? 2 * d->cap_pictures : 16;
        docx_buf *p = realloc(d->pictures, cap * sizeof *p);
        if (p == NULL) {
            d->body.failed = 1;
            docx_drop(&picture);
            return 0;
        }
        d->pictures = p;
        d->cap_pictures = cap;
    }
    d->pictures[d->n_pictures++] = picture;
    return d->n_pictures;
}

static void place(docx *d, size_t n, double width, double height, const char *alt)
{
    long cx = (long)(width * 12700), cy = (long)(height * 12700);
    docx_p(d, "JbFigurePlace", "");
    docx_raw(&d->body,
             "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">");
    docx_fmt(&d->body,
             "<wp:extent cx=\"%ld\" cy=\"%ld\"/><wp:docPr id=\"%zu\" name=\"图%zu\" descr=\"", cx,
             cy, n, n);
    docx_esc(&d->body, alt);
    docx_raw(&d->body, "\"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect=\"1\"/>"
                       "</wp:cNvGraphicFramePr><a:graphic><a:graphicData uri=\""
                       "http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>");
    docx_fmt(
        &d->body,
        "<pic:nvPicPr><pic:cNvPr id=\"%zu\" name=\"chart%zu.emf\"/><pic:cNvPicPr/></pic:nvPicPr>"
        "<pic:blipFill><a:blip r:embed=\"rIdC%zu\"/><a:stretch><a:fillRect/></a:stretch>"
        "</pic:blipFill>",
        n, n, n);
    docx_fmt(&d->body,
             "<pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"%ld\" cy=\"%ld\"/></a:xfrm>"
             "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>",
             cx, cy);
    docx_raw(&d->body, "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>");
    docx_p_end(d);
}

static void draw(docx *d, const jb_node *node, const char *alt)
{
    double width = (d->landscape ? DOCX_PAGE_H - DOCX_TOP - DOCX_BOTTOM : DOCX_MEASURE) / 20.0;
    double height = 0, most = d->landscape ? 300 : 560;
    char han[96];
    docx_emf *emf;
    docx_buf picture;
    size_t n;
    if (d->charts->height(d->ctx, node, width, &height) != JB_OK || !(height > 0))
        height = CHART_HEIGHT;
    height = height > most ? most : height;
    docx_font(d, "heading1", han, sizeof han);
    emf = docx_emf_new(width, height, han);
    if (emf == NULL) {
        d->body.failed = 1;
        return;
    }
    d->status = d->charts->draw(d->ctx, node, width, height, docx_emf_canvas(emf));
    picture = docx_emf_finish(emf);
    n = d->status == JB_OK ? keep(d, picture) : 0;
    if (n > 0)
        place(d, n, width, height, alt);
    else if (d->status != JB_OK)
        docx_drop(&picture);
}

void docx_chart(docx *d, const jb_node *node)
{
    const char *alt = NULL, *subtitle = docx_attr(d, node, "subtitle");
    const char *source = docx_attr(d, node, "source");
    if (d->charts == NULL) {
        docx_warn(d, "E0983", JB_HOST_CHART);
    } else if (d->n_pictures >= DOCX_CHARTS_MAX) {
        docx_warn(d, "E0984", docx_attr(d, node, "name"));
        if (d->charts->describe(d->ctx, node, &alt) == JB_OK && alt != NULL)
            docx_line(d, "JbSource", alt);
    } else {
        if (d->charts->describe(d->ctx, node, &alt) != JB_OK || alt == NULL)
            alt = "";
        draw(d, node, alt);
    }
    docx_caption(d, node, subtitle != NULL || source != NULL ? "JbCaptionKeep" : "JbCaption");
    if (subtitle != NULL)
        docx_line(d, source != NULL ? "JbSubtitleKeep" : "JbSubtitle", subtitle);
    if (source != NULL)
        docx_line(d, "JbChartSource", source);
    d->keep_at = 0;
}
