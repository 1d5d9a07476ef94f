// SPDX-License-Identifier: Apache-2.0
/* Workbooks a test makes for itself: the parts of a small one, each of which it may replace. */
#ifndef JB_TEST_WORKBOOK_H
#define JB_TEST_WORKBOOK_H

#include "scratch.h"

#include <unistd.h>
#include <zip.h>

#define WB_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define WB_MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

typedef struct wb_part {
    const char *name;
    const char *text; /* NULL: left out */
    size_t n;         /* 0: strlen(text) */
} wb_part;

typedef struct workbook {
    wb_part parts[16];
    size_t n;
    int stored; /* not compressed */
} workbook;

static inline void wb_set(workbook *w, const char *name, const char *text)
{
    size_t i;
    for (i = 0; i < w->n && strcmp(w->parts[i].name, name) != 0; i++)
        ;
    if (i == w->n)
        w->n++;
    w->parts[i] = (wb_part){name, text, 0};
}

#define WB_SHEET "xl/worksheets/sheet1.xml"

/* One visible sheet 表 without cells; styles: 0 general, 1 date 14, 2 yyyy"年"m"月", 3 mm:ss, 4
 * 0.00. */
static inline void wb_init(workbook *w)
{
    memset(w, 0, sizeof *w);
    wb_set(w, "_rels/.rels",
           "<Relationships><Relationship Id=\"a\" Type=\"" WB_REL "/officeDocument\" "
           "Target=\"xl/workbook.xml\"/></Relationships>");
    wb_set(w, "xl/workbook.xml",
           "<workbook " WB_MAIN " xmlns:r=\"" WB_REL "\"><workbookPr/><sheets>"
           "<sheet name=\"藏\" sheetId=\"7\" state=\"hidden\" r:id=\"r2\"/>"
           "<sheet name=\"表\" sheetId=\"8\" r:id=\"r1\"/></sheets></workbook>");
    wb_set(
        w, "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"" WB_REL "/worksheet\" "
        "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"" WB_REL
        "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"r3\" Type=\"" WB_REL
        "/styles\" Target=\"styles.xml\"/><Relationship Id=\"r4\" Type=\"" WB_REL
        "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>");
    wb_set(w, "xl/styles.xml",
           "<styleSheet " WB_MAIN "><numFmts>"
           "<numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
           "<numFmt numFmtId=\"165\" formatCode=\"mm:ss\"/></numFmts>"
           "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
           "<xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"2\"/>"
           "</cellXfs></styleSheet>");
    wb_set(w, "xl/sharedStrings.xml",
           "<sst " WB_MAIN "><si><t>甲</t></si><si><r><t>东</t></r><r><t xml:space=\"preserve\">湖 "
           "</t></r><rPh sb=\"0\" "
           "eb=\"1\"><t>dong</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>"
           "</sst>");
    wb_set(w, "xl/worksheets/sheet2.xml",
           "<worksheet " WB_MAIN
           "><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>藏</t>"
           "</is></c></row></sheetData></worksheet>");
    wb_set(w, WB_SHEET, "<worksheet " WB_MAIN "><sheetData/></worksheet>");
}

/* Writes it; the path lives until the next but one. */
static inline const char *wb_save(const workbook *w, const char *name)
{
    const char *path = scratch_path(name);
    int code;
    size_t i;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (z == NULL)
        abort();
    for (i = 0; i < w->n; i++) {
        const wb_part *p = &w->parts[i];
        zip_source_t *s;
        zip_int64_t at;
        if (p->text == NULL)
            continue;
        s = zip_source_buffer(z, p->text, p->n > 0 ? p->n : strlen(p->text), 0);
        at = zip_file_add(z, p->name, s, ZIP_FL_ENC_UTF_8);
        if (at < 0 ||
            (w->stored && zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0) != 0))
            abort();
    }
    if (zip_close(z) != 0)
        abort();
    return path;
}

#endif
