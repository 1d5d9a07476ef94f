// SPDX-License-Identifier: Apache-2.0
/* Page, settings, properties, relations; all of it into one archive. */
#include "docx.h"
#include "jianbao/plugin_util.h"
#include "zip/zipout.h"

#include <stdio.h>

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

enum { OUTER, CENTERED, NONE };

static int number_place(const docx *d)
{
    const char *place = docx_attr(d, d->root, "layout.page_number");
    if (place != NULL && strcmp(place, "center") == 0)
        return CENTERED;
    return place != NULL && strcmp(place, "none") == 0 ? NONE : OUTER;
}

static int is_draft(const docx *d)
{
    return docx_attr(d, d->root, "draft") != NULL;
}

void docx_section(docx *d, int landscape)
{
    int numbers = number_place(d);
    docx_raw(&d->body, "<w:sectPr>");
    if (is_draft(d))
        docx_raw(&d->body, "<w:headerReference w:type=\"default\" r:id=\"rIdH1\"/>"
                           "<w:headerReference w:type=\"even\" r:id=\"rIdH1\"/>");
    if (numbers != NONE)
        docx_fmt(&d->body,
                 "<w:footerReference w:type=\"default\" r:id=\"rIdF1\"/>"
                 "<w:footerReference w:type=\"even\" r:id=\"rIdF%d\"/>",
                 numbers == OUTER ? 2 : 1);
    if (landscape)
        docx_fmt(&d->body,
                 "<w:pgSz w:w=\"%d\" w:h=\"%d\" w:orient=\"landscape\"/><w:pgMar w:top=\"%d\" "
                 "w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"1000\" w:footer=\"900\" "
                 "w:gutter=\"0\"/>",
                 DOCX_PAGE_H, DOCX_PAGE_W, DOCX_LEFT, DOCX_BOTTOM, DOCX_RIGHT, DOCX_TOP);
    else
        docx_fmt(
            &d->body,
            "<w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" "
            "w:left=\"%d\" w:header=\"1000\" w:footer=\"%d\" w:gutter=\"0\"/>",
            DOCX_PAGE_W, DOCX_PAGE_H, DOCX_TOP, DOCX_RIGHT, DOCX_BOTTOM, DOCX_LEFT, DOCX_FOOTER);
    docx_raw(&d->body, "</w:sectPr>");
}

/* — 1 —: on odd pages at the right, on even ones at the left, a cell from the edge; or in the
 * middle. */
static void footer(const docx *d, docx_buf *out, int even)
{
    int place = number_place(d);
    docx_raw(out, XML "<w:ftr " W "><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>");
    if (place == CENTERED)
        docx_raw(out, "<w:jc w:val=\"center\"/>");
    else
        docx_raw(out, even ? "<w:ind w:left=\"280\"/><w:jc w:val=\"left\"/>"
                           : "<w:ind w:right=\"280\"/><w:jc w:val=\"right\"/>");
    docx_raw(out, "</w:pPr><w:r><w:rPr><w:rFonts w:hint=\"eastAsia\"/></w:rPr>"
                  "<w:t xml:space=\"preserve\">— </w:t></w:r>"
                  "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "
                  "xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar "
                  "w:fldCharType=\"separate\"/></w:r>");
    docx_raw(out,
             "<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:rPr>"
             "<w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t xml:space=\"preserve\"> —</w:t></w:r>"
             "</w:p></w:ftr>\n");
}

static void draft_header(docx_buf *out)
{
    docx_raw(out,
             XML "<w:hdr " W "><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr><w:r><w:rPr>"
                 "<w:rFonts w:hint=\"eastAsia\"/></w:rPr><w:t>草稿</w:t></w:r></w:p></w:hdr>\n");
}

static void settings(const docx *d, docx_buf *out)
{
    docx_raw(out, XML "<w:settings " W "><w:zoom w:percent=\"100\"/>");
    if (number_place(d) == OUTER)
        docx_raw(out, "<w:evenAndOddHeaders/>");
    docx_raw(out, "<w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat>"
                  "<w:compatSetting w:name=\"compatibilityMode\" "
                  "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
                  "<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>\n");
}

static int is_date(const char *text)
{
    int i;
    for (i = 0; text != NULL && i < 10; i++)
        if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return 0;
    return text != NULL && text[10] == '\0';
}

static void element(docx_buf *out, const char *tag, const char *text)
{
    if (text == NULL)
        return;
    docx_fmt(out, "<%s>", tag);
    docx_esc(out, text);
    docx_fmt(out, "</%s>", tag);
}

/* The only dates in the file are the report's own. */
static void core_properties(const docx *d, docx_buf *out)
{
    static const char *const marks[] = {"created", "modified"};
    const char *date = docx_attr(d, d->root, "date");
    int i;
    if (!is_date(date))
        date = docx_attr(d, d->root, "as_of");
    docx_raw(out, XML "<cp:coreProperties xmlns:cp=\"" PACKAGE "/metadata/core-properties\" "
                      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                      "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
    element(out, "dc:title", docx_attr(d, d->root, "title"));
    element(out, "dc:creator", docx_attr(d, d->root, "issuer"));
    element(out, "dc:language", "zh-CN");
    for (i = 0; i < 2 && is_date(date); i++)
        docx_fmt(out, "<dcterms:%s xsi:type=\"dcterms:W3CDTF\">%sT00:00:00Z</dcterms:%s>", marks[i],
                 date, marks[i]);
    docx_raw(out, "</cp:coreProperties>\n");
}

static void app_properties(const docx *d, docx_buf *out)
{
    docx_raw(out, XML "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/"
                      "extended-properties\">");
    element(out, "Application", docx_attr(d, d->root, "generator"));
    element(out, "Company", docx_attr(d, d->root, "issuer"));
    docx_raw(out, "</Properties>\n");
}

static void content_types(const docx *d, docx_buf *out)
{
    static const char *const parts[][2] = {
        {"document", "document.main"}, {"styles", "styles"},  {"settings", "settings"},
        {"fontTable", "fontTable"},    {"footer1", "footer"}, {"footer2", "footer"},
        {"header1", "header"}};
    size_t i;
    docx_raw(out, XML "<Types xmlns=\"" PACKAGE "/content-types\"><Default Extension=\"rels\" "
                      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                      "<Default Extension=\"emf\" ContentType=\"image/x-emf\"/>");
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
        docx_fmt(out, "<Override PartName=\"/word/%s.xml\" ContentType=\"" WORD_TYPE "%s+xml\"/>",
                 parts[i][0], parts[i][1]);
    docx_raw(out, "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
                  "vnd.openxmlformats-package.core-properties+xml\"/><Override "
                  "PartName=\"/docProps/app.xml\" ContentType=\"application/"
                  "vnd.openxmlformats-officedocument.extended-properties+xml\"/></Types>\n");
    (void)d;
}

static void relation(docx_buf *out, const char *id, const char *type, const char *target)
{
    docx_fmt(out, "<Relationship Id=\"%s\" Type=\"%s\" Target=\"%s\"/>", id, type, target);
}

static void package_relations(docx_buf *out)
{
    docx_raw(out, XML "<Relationships xmlns=\"" PACKAGE "/relationships\">");
    relation(out, "rId1", OFFICE "/officeDocument", "word/document.xml");
    relation(out, "rId2", PACKAGE "/relationships/metadata/core-properties", "docProps/core.xml");
    relation(out, "rId3", OFFICE "/extended-properties", "docProps/app.xml");
    docx_raw(out, "</Relationships>\n");
}

static void relations(const docx *d, docx_buf *out)
{
    size_t i;
    docx_raw(out, XML "<Relationships xmlns=\"" PACKAGE "/relationships\">");
    relation(out, "rId1", OFFICE "/styles", "styles.xml");
    relation(out, "rId2", OFFICE "/settings", "settings.xml");
    relation(out, "rId3", OFFICE "/fontTable", "fontTable.xml");
    relation(out, "rIdF1", OFFICE "/footer", "footer1.xml");
    relation(out, "rIdF2", OFFICE "/footer", "footer2.xml");
    relation(out, "rIdH1", OFFICE "/header", "header1.xml");
    for (i = 1; i <= d->n_pictures; i++) {
        char id[32], target[48];
        snprintf(id, sizeof id, "rIdC%zu", i);
        snprintf(target, sizeof target, "media/chart%zu.emf", i);
        relation(out, id, OFFICE "/image", target);
    }
    docx_raw(out, "</Relationships>\n");
}

enum { FIXED = 11, NAME = 48 };

static jb_status send(docx *d, const jb_sink *sink, const jb_zip_part *parts, size_t n)
{
    void *bytes;
    size_t size;
    char why[160];
    jb_status status;
    if (jb_zip_write(parts, n, &bytes, &size, why, sizeof why) != 0)
        return jb_fail_code(d->host, d->ctx, JB_E_RENDER, "E0980", NULL, why, NULL, NULL);
    status = sink->write(sink->self, bytes, size);
    free(bytes);
    return status;
}

jb_status docx_pack(docx *d, const jb_sink *sink)
{
    static const char *const names[FIXED] = {
        "[Content_Types].xml", "_rels/.rels",        "word/document.xml", "word/styles.xml",
        "word/settings.xml",   "word/fontTable.xml", "word/footer1.xml",  "word/footer2.xml",
        "word/header1.xml",    "docProps/core.xml",  "docProps/app.xml"};
    docx_buf bufs[FIXED + 1] = {{0}};
    size_t n = FIXED + 1 + d->n_pictures, i;
    jb_zip_part *parts = calloc(n, sizeof *parts);
    char(*media)[NAME] = calloc(d->n_pictures + 1, NAME);
    int failed = parts == NULL || media == NULL || d->body.failed;
    jb_status status;
    content_types(d, &bufs[0]);
    package_relations(&bufs[1]);
    docx_styles(d, &bufs[3]);
    settings(d, &bufs[4]);
    docx_font_table(d, &bufs[5]);
    footer(d, &bufs[6], 0);
    footer(d, &bufs[7], 1);
    draft_header(&bufs[8]);
    core_properties(d, &bufs[9]);
    app_properties(d, &bufs[10]);
    relations(d, &bufs[FIXED]);
    for (i = 0; i <= FIXED; i++)
        failed |= bufs[i].failed;
    for (i = 0; i < n && !failed; i++) {
        const docx_buf *b = i == 2 ? &d->body : i <= FIXED ? &bufs[i] : &d->pictures[i - FIXED - 1];
        if (i > FIXED)
            snprintf(media[i - FIXED - 1], NAME, "word/media/chart%zu.emf", i - FIXED);
        parts[i].name = i < FIXED    ? names[i]
                        : i == FIXED ? "word/_rels/document.xml.rels"
                                     : media[i - FIXED - 1];
        parts[i].bytes = b->p;
        parts[i].n = b->n;
        failed |= b->failed;
    }
    status = failed ? jb_fail_text(d->host, d->ctx, JB_E_MEMORY, NULL, "out of memory")
                    : send(d, sink, parts, n);
    for (i = 0; i <= FIXED; i++)
        docx_drop(&bufs[i]);
    free(parts);
    free(media);
    return status;
}
