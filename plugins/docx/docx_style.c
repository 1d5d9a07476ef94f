// SPDX-License-Identifier: Apache-2.0
/* Styles and fonts. What a reader may want to change in one place is a style. */
#include "docx.h"

#include <string.h>

/* ---- fonts ---- */

typedef struct role {
    const char *key, *office; /* of the layout; what offices own */
} role;

static const role roles[] = {{"body", "仿宋_GB2312"}, {"title", "方正小标宋简体"},
                             {"heading1", "黑体"},    {"heading2", "楷体_GB2312"},
                             {"table", "宋体"},       {"latin_font", "Times New Roman"}};

/* One name of a layout's list as a family: without blanks around it, and without the style that a
 * PostScript name ends with. 0: a file, or nothing. */
static int family(const char *at, size_t n, char *out, size_t room)
{
    static const char *const tails[] = {"-Regular", "-Bold", "-Medium", "-Light"};
    size_t i;
    while (n > 0 && (*at == ' ' || *at == '\t')) {
        at++;
        n--;
    }
    while (n > 0 && (at[n - 1] == ' ' || at[n - 1] == '\t'))
        n--;
    for (i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        size_t len = strlen(tails[i]);
        if (n > len && memcmp(at + n - len, tails[i], len) == 0)
            n -= len;
    }
    if (n == 0 || n >= room || memchr(at, '/', n) != NULL)
        return 0;
    memcpy(out, at, n);
    out[n] = '\0';
    return 1;
}

/* The k-th usable name of the layout's list, from 0. */
static int listed(const docx *d, const char *key, size_t k, char *out, size_t room)
{
    static const char *const marks[] = {",", "，", "、"};
    char name[40] = "layout.";
    const char *list;
    size_t i;
    memcpy(name + 7, key, strlen(key) + 1);
    list = docx_attr(d, d->root, name);
    while (list != NULL) {
        const char *end = NULL, *next = NULL;
        for (i = 0; i < sizeof marks / sizeof marks[0]; i++) {
            const char *mark = strstr(list, marks[i]);
            if (mark != NULL && (end == NULL || mark < end)) {
                end = mark;
                next = mark + strlen(marks[i]);
            }
        }
        if (family(list, end != NULL ? (size_t)(end - list) : strlen(list), out, room) && k-- == 0)
            return 1;
        list = next;
    }
    return 0;
}

static const char *office(const char *key)
{
    size_t i;
    for (i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].key, key) == 0)
            return roles[i].office;
    return roles[0].office;
}

/* The layout's first name. A free font that stands in where the PDF is made is named second: the
 * document is read where the offices' own fonts are. */
void docx_font(const docx *d, const char *key, char *out, size_t room)
{
    const char *own = office(key);
    size_t k;
    for (k = 0; listed(d, key, k, out, room); k++) {
        const char *p = out;
        int han = 0;
        while (*p != '\0')
            han |= docx_next(&p) >= 0x2e80;
        if (han || strcmp(key, "latin_font") == 0)
            return;
    }
    if (strlen(own) < room)
        memcpy(out, own, strlen(own) + 1);
    else
        out[0] = '\0';
}

void docx_font_table(const docx *d, docx_buf *out)
{
    char name[96], other[96];
    size_t i, k;
    docx_raw(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:fonts "
                  "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\n");
    for (i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        int latin = strcmp(roles[i].key, "latin_font") == 0;
        docx_font(d, roles[i].key, name, sizeof name);
        docx_raw(out, "<w:font w:name=\"");
        docx_esc(out, name);
        docx_raw(out, "\">");
        for (k = 0; listed(d, roles[i].key, k, other, sizeof other) && strcmp(other, name) == 0;
             k++)
            other[0] = '\0';
        if (other[0] != '\0' && k < 8 && listed(d, roles[i].key, k, other, sizeof other)) {
            docx_raw(out, "<w:altName w:val=\"");
            docx_esc(out, other);
            docx_raw(out, "\"/>");
        }
        docx_raw(out, latin ? "<w:charset w:val=\"00\"/>" : "<w:charset w:val=\"86\"/>");
        docx_raw(out, "</w:font>\n");
    }
    docx_raw(out, "</w:fonts>\n");
}

/* ---- styles ---- */

typedef struct style {
    const char *type, *id, *name, *based, *next, *link;
    const char *ppr;  /* properties of the paragraph */
    const char *font; /* role of the layout; NULL: as what it is based on */
    int latin;        /* digits and letters from the same font */
    const char *rpr;
} style;

#define EXACT "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"592\" w:lineRule=\"exact\"/>"
#define INDENT "<w:ind w:firstLineChars=\"200\" w:firstLine=\"632\"/>"
/* No gap between Han and Latin, as the PDF is set. */
#define CHINESE                                                                                    \
    "<w:widowControl/><w:kinsoku/><w:autoSpaceDE w:val=\"0\"/>"                                    \
    "<w:autoSpaceDN w:val=\"0\"/><w:snapToGrid w:val=\"0\"/>"
#define SINGLE(before, after)                                                                      \
    "<w:spacing w:before=\"" before "\" w:after=\"" after "\" w:line=\"240\" "                     \
                                                          "w:lineRule=\"auto\"/>"
#define CENTER "<w:jc w:val=\"center\"/>"
#define PLAIN "<w:spacing w:val=\"0\"/>"
#define HEADING(level) EXACT INDENT "<w:jc w:val=\"left\"/><w:outlineLvl w:val=\"" level "\"/>"
#define KEEP "<w:keepNext/><w:keepLines/>"
#define BOX(side) "<w:" side " w:val=\"dashed\" w:sz=\"6\" w:space=\"8\" w:color=\"666666\"/>"

static const style styles[] = {
    {"paragraph", "JbBody", "公文正文", "Normal", NULL, NULL, EXACT INDENT, NULL, 0, ""},
    {"paragraph", "Title", "Title", "Normal", "JbBody", NULL,
     KEEP
     "<w:spacing w:before=\"1184\" w:after=\"592\" w:line=\"704\" w:lineRule=\"exact\"/>" CENTER,
     "title", 0, PLAIN "<w:sz w:val=\"44\"/><w:szCs w:val=\"44\"/>"},
    {"paragraph", "Heading1", "heading 1", "Normal", "JbBody", "Heading1Char", KEEP HEADING("0"),
     "heading1", 0, ""},
    {"paragraph", "Heading2", "heading 2", "Normal", "JbBody", "Heading2Char", KEEP HEADING("1"),
     "heading2", 0, ""},
    {"paragraph", "Heading3", "heading 3", "Normal", "JbBody", "Heading3Char", KEEP HEADING("2"),
     NULL, 0, ""},
    {"paragraph", "Heading4", "heading 4", "Normal", "JbBody", "Heading4Char", KEEP HEADING("3"),
     NULL, 0, ""},
    {"character", "Heading1Char", "标题 1 字符", NULL, NULL, "Heading1", NULL, "heading1", 0, ""},
    {"character", "Heading2Char", "标题 2 字符", NULL, NULL, "Heading2", NULL, "heading2", 0, ""},
    {"character", "Heading3Char", "标题 3 字符", NULL, NULL, "Heading3", NULL, NULL, 0, ""},
    {"character", "Heading4Char", "标题 4 字符", NULL, NULL, "Heading4", NULL, NULL, 0, ""},
    {"character", "JbStrong", "着重", NULL, NULL, NULL, NULL, "heading1", 0, ""},
    {"character", "JbLead", "条目序词", NULL, NULL, NULL, NULL, NULL, 0, ""},
    {"paragraph", "JbTableCaption", "表题", "Normal", NULL, NULL, KEEP SINGLE("120", "60") CENTER,
     "heading1", 1, PLAIN "<w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>"},
    {"paragraph", "JbCaption", "图题", "Normal", "JbBody", NULL, SINGLE("0", "120") CENTER,
     "heading1", 1, PLAIN "<w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>"},
    {"paragraph", "JbCaptionKeep", "图题（连下）", "JbCaption", NULL, NULL, KEEP SINGLE("0", "20"),
     NULL, 0, ""},
    {"paragraph", "JbSource", "表注", "Normal", "JbBody", NULL, SINGLE("40", "200"), "table", 0,
     PLAIN "<w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>"},
    {"paragraph", "JbChartSource", "图注", "JbSource", "JbBody", NULL, SINGLE("0", "200") CENTER,
     NULL, 0, ""},
    {"paragraph", "JbSubtitle", "图副题", "JbChartSource", "JbBody", NULL, "", NULL, 0, ""},
    {"paragraph", "JbSubtitleKeep", "图副题（连下）", "JbChartSource", NULL, NULL,
     KEEP SINGLE("0", "0"), NULL, 0, ""},
    {"paragraph", "JbFigurePlace", "图", "Normal", "JbCaption", NULL,
     "<w:keepNext/>" SINGLE("160", "60") CENTER, NULL, 0, PLAIN},
    {"paragraph", "JbGap", "表后空", "Normal", "JbBody", NULL,
     "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"160\" w:lineRule=\"exact\"/>", NULL, 0,
     "<w:sz w:val=\"2\"/><w:szCs w:val=\"2\"/>"},
    {"paragraph", "JbNote", "注释", "Normal", "JbBody", NULL, EXACT INDENT, "table", 0,
     PLAIN "<w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/>"},
    {"paragraph", "JbSignature", "落款", "Normal", NULL, NULL, EXACT "<w:jc w:val=\"right\"/>",
     NULL, 0, ""},
    {"paragraph", "JbSignatureKeep", "落款（连下）", "JbSignature", NULL, NULL, "<w:keepNext/>",
     NULL, 0, ""},
    {"paragraph", "JbPlaceholder", "未生成", "Normal", "JbBody", NULL,
     "<w:pBdr>" BOX("top") BOX("left") BOX("bottom")
         BOX("right") "</w:pBdr><w:shd w:val=\"clear\" "
                      "w:color=\"auto\" w:fill=\"F4F4F4\"/>" SINGLE("300", "300") CENTER,
     "heading1", 0, ""},
    {"paragraph", "JbDraft", "草稿标记", "Normal", NULL, NULL, EXACT CENTER, "heading1", 0,
     "<w:color w:val=\"888888\"/>"},
    {"paragraph", "Footer", "footer", "Normal", NULL, NULL, SINGLE("0", "0"), "table", 1,
     PLAIN "<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>"},
    {"paragraph", "Header", "header", "Normal", NULL, NULL, SINGLE("0", "0") CENTER, "heading1", 0,
     "<w:color w:val=\"888888\"/>" PLAIN "<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/>"},
};

static void fonts(const docx *d, docx_buf *out, const char *key, int latin)
{
    char han[96], west[96];
    docx_font(d, key, han, sizeof han);
    docx_font(d, "latin_font", west, sizeof west);
    docx_raw(out, "<w:rFonts w:ascii=\"");
    docx_esc(out, latin ? han : west);
    docx_raw(out, "\" w:hAnsi=\"");
    docx_esc(out, latin ? han : west);
    docx_raw(out, "\" w:eastAsia=\"");
    docx_esc(out, han);
    docx_raw(out, "\" w:cs=\"");
    docx_esc(out, west);
    docx_raw(out, "\"/>");
}

static void one(const docx *d, docx_buf *out, const style *s)
{
    docx_fmt(out, "<w:style w:type=\"%s\" w:styleId=\"%s\"", s->type, s->id);
    docx_raw(out, strncmp(s->id, "Jb", 2) == 0 ? " w:customStyle=\"1\">" : ">");
    docx_fmt(out, "<w:name w:val=\"%s\"/>", s->name);
    if (s->based != NULL)
        docx_fmt(out, "<w:basedOn w:val=\"%s\"/>", s->based);
    if (s->next != NULL)
        docx_fmt(out, "<w:next w:val=\"%s\"/>", s->next);
    if (s->link != NULL)
        docx_fmt(out, "<w:link w:val=\"%s\"/>", s->link);
    docx_raw(out, "<w:qFormat/>");
    if (s->ppr != NULL && s->ppr[0] != '\0') {
        docx_raw(out, "<w:pPr>");
        docx_raw(out, s->ppr);
        docx_raw(out, "</w:pPr>");
    }
    docx_raw(out, "<w:rPr>");
    if (s->font != NULL)
        fonts(d, out, s->font, s->latin);
    docx_raw(out, s->rpr);
    docx_raw(out, "</w:rPr></w:style>\n");
}

static void defaults(const docx *d, docx_buf *out)
{
    docx_raw(out, "<w:docDefaults><w:rPrDefault><w:rPr>");
    fonts(d, out, "body", 0);
    docx_raw(out, "<w:kern w:val=\"0\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/>"
                  "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr>"
                  "</w:rPrDefault><w:pPrDefault><w:pPr>" CHINESE "</w:pPr></w:pPrDefault>"
                  "</w:docDefaults>\n");
    docx_raw(out, "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
                  "w:val=\"Normal\"/><w:qFormat/><w:pPr>" CHINESE EXACT
                  "<w:jc w:val=\"both\"/></w:pPr><w:rPr><w:spacing w:val=\"-4\"/></w:rPr>"
                  "</w:style>\n");
}

static void figure_style(const docx *d, docx_buf *out)
{
    docx_raw(out,
             "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"JbFigure\"><w:name "
             "w:val=\"计算值\"/><w:qFormat/><w:rPr>");
    docx_raw(out, d->marked ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"DDEBF7\"/>" : "");
    docx_raw(out, "</w:rPr></w:style>\n");
}

static void table_styles(const docx *d, docx_buf *out)
{
    static const int sizes[] = {21, 18, 15, 13};
    size_t i;
    for (i = 0; i < 8; i++) {
        int head = i % 2 == 0, size = sizes[i / 2];
        docx_fmt(
            out,
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"JbTable%s%d\"><w:name "
            "w:val=\"%s %d.%d\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/>",
            head ? "Head" : "Text", size, head ? "表头" : "表格文字", size / 2, size % 2 * 5);
        docx_raw(out, "<w:pPr>");
        docx_raw(out, head ? "<w:keepNext/>" : "");
        docx_raw(out, SINGLE("40", "40"));
        docx_raw(out, head ? CENTER : "<w:jc w:val=\"left\"/>");
        docx_raw(out, "</w:pPr><w:rPr>");
        fonts(d, out, head ? "heading1" : "table", head);
        docx_fmt(out, PLAIN "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr></w:style>\n", size,
                 size);
    }
    docx_raw(
        out,
        "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name "
        "w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/></w:tblPr>"
        "</w:style>\n<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"JbTable\">"
        "<w:name w:val=\"公文表格\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>");
    docx_raw(out, "<w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>"
                  "<w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>");
    docx_raw(out,
             "</w:tblBorders><w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" "
             "w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tcPr><w:vAlign w:val=\"center\"/>"
             "</w:tcPr></w:style>\n");
}

void docx_styles(const docx *d, docx_buf *out)
{
    size_t i;
    docx_raw(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles "
                  "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\n");
    defaults(d, out);
    for (i = 0; i < sizeof styles / sizeof styles[0]; i++)
        one(d, out, &styles[i]);
    figure_style(d, out);
    table_styles(d, out);
    docx_raw(out, "</w:styles>\n");
}
