// SPDX-License-Identifier: Apache-2.0
/* The renderer as the host sees it, and its file as a reader sees it. */
#include "bbox.h"
#include "corpus.h"
#include "fake_host.h"
#include "typeset/compose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FILE_NAME JB_BINARY_DIR "/test_typeset.pdf"

static jb_node *new_report(void)
{
    jb_node *root = fake_document();
    fake_set(root, "title", "全市招商引资工作情况汇报");
    fake_set(root, "issuer", "市产业办");
    fake_set(root, "date", "2022-08-19");
    fake_set(root, "layout.font_dirs", JB_BINARY_DIR "/fonts");
    fake_set(root, "layout.latin_font", "Times New Roman, Liberation Serif");
    return root;
}

static jb_node *new_section(jb_node *parent, const char *name, const char *level,
                            const char *number, const char *title)
{
    jb_node *section = fake_add(parent, "section");
    fake_set(section, "name", name);
    jb_node *heading = fake_add(section, "heading");
    fake_set(heading, "level", level);
    fake_set(heading, "number", number);
    fake_set(heading, "place", "own-line");
    fake_text(heading, title);
    return section;
}

static void sign(jb_node *root, const char *issuer, const char *date)
{
    jb_node *signature = fake_add(fake_add(root, "section"), "signature");
    fake_set(signature, "issuer", issuer);
    fake_set(signature, "date", date);
}

static void save(const unsigned char *bytes, size_t n)
{
    assert_true(g_file_set_contents(FILE_NAME, (const char *)bytes, (gssize)n, NULL));
}

static void render_to_file(void)
{
    const unsigned char *bytes;
    size_t n;
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_OK);
    assert_true(n > 1000 && memcmp(bytes, "%PDF-1.5", 8) == 0);
    save(bytes, n);
}

/* Text lines of the type area: words of one page and height joined. */
typedef struct {
    size_t page;
    double y, x0, x1;
} text_line;

static GArray *lines_of(const bbox_words *words)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(text_line));
    for (size_t i = 0; i < words->n; i++) {
        const bbox_word *w = &words->words[i];
        double base = w->y1;
        if (w->y0 > 262 * JB_TS_MM)
            continue;
        text_line *known = NULL;
        for (guint k = 0; k < lines->len && !known; k++) {
            text_line *line = &g_array_index(lines, text_line, k);
            if (line->page == w->page && fabs(line->y - base) < 4)
                known = line;
        }
        if (known) {
            known->x0 = MIN(known->x0, w->x0);
            known->x1 = MAX(known->x1, w->x1);
        } else {
            text_line line = {w->page, base, w->x0, w->x1};
            g_array_append_val(lines, line);
        }
    }
    return lines;
}

static void the_page_measures_as_the_standard_says(void **state)
{
    (void)state;
    jb_node *root = new_report();
    jb_node *section = new_section(root, "总体", "1", "一、", "总体情况");
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 40 * 28; i++)
        g_string_append(text, "国");
    fake_text(fake_add(section, "para"), text->str);
    g_string_free(text, TRUE);
    render_to_file();
    bbox_words words = bbox_read(FILE_NAME);
    assert_true(words.n > 40);
    GArray *lines = lines_of(&words);
    double before = 0;
    size_t full = 0, steps = 0;
    for (guint i = 0; i < lines->len; i++) {
        const text_line *line = &g_array_index(lines, text_line, i);
        if (line->x1 < 180 * JB_TS_MM || line->page != 1)
            continue;
        full++;
        assert_true(fabs(line->x0 / JB_TS_MM - 28) < 0.02);
        assert_true(fabs(line->x1 / JB_TS_MM - 184) < 0.02);
        if (before > 0) {
            assert_true(fabs((line->y - before) / JB_TS_MM - 10.449) < 0.01);
            steps++;
        }
        before = line->y;
    }
    assert_int_equal(full, 22);
    assert_int_equal(steps, 21);
    g_array_free(lines, TRUE);
    bbox_free(&words);
}

/* Body lines start at 28 mm and end at 184 mm; a closing mark set half wide at the end has its
 * blank half beyond the edge. */
static void every_line_of_prose_fills_the_measure(void **state)
{
    (void)state;
    jb_node *root = new_report();
    jb_node *section = new_section(root, "总体", "1", "一、", "总体情况");
    for (unsigned i = 0; i < 40; i++) {
        char *text = corpus_paragraph(i + 900, 300);
        fake_text(fake_add(section, "para"), text);
        g_free(text);
    }
    render_to_file();
    bbox_words words = bbox_read(FILE_NAME);
    GArray *lines = lines_of(&words);
    size_t full = 0, odd = 0;
    for (guint i = 0; i < lines->len; i++) {
        const text_line *line = &g_array_index(lines, text_line, i);
        double x0 = line->x0 / JB_TS_MM, x1 = line->x1 / JB_TS_MM;
        bool begins = fabs(x0 - 28) < 0.05 || fabs(x0 - 28 - 2 * 156.0 / 28) < 0.05 || x0 > 40;
        bool ends = x1 < 181 || fabs(x1 - 184) < 0.05 || (x1 > 184 && x1 < 184 + 2.85);
        assert_true(begins);
        odd += !ends;
        full += x1 > 183.9;
    }
    assert_true(full > 250);
    /* · and — at a line's end are narrower than their cell in some fonts. */
    assert_true(odd * 100 <= full * 2);
    g_array_free(lines, TRUE);
    bbox_free(&words);
}

static void the_text_comes_back_exactly(void **state)
{
    (void)state;
    jb_node *root = new_report();
    jb_node *section = new_section(root, "总体", "1", "一、", "总体情况");
    GString *want = g_string_new("全市招商引资工作情况汇报一、总体情况");
    for (unsigned i = 0; i < 5; i++) {
        char *text = corpus_paragraph(i + 70, 60); /* all on page 1: no page number in between */
        fake_text(fake_add(section, "para"), text);
        for (const char *p = text; *p; p++)
            if (*p != ' ')
                g_string_append_c(want, *p);
        g_free(text);
    }
    g_string_append(want, "—1—");
    render_to_file();
    char *got = bbox_run("pdftotext '" FILE_NAME "' -", 1);
    assert_string_equal(got, want->str);
    g_free(got);
    g_string_free(want, TRUE);
    char *fonts = bbox_run("pdffonts '" FILE_NAME "'", 0);
    char **rows = g_strsplit(fonts, "\n", -1);
    size_t n = 0;
    for (char **p = rows + 2; p[0] && **p; p++, n++)
        assert_non_null(strstr(*p, " yes yes yes"));
    assert_true(n >= 3);
    g_strfreev(rows);
    g_free(fonts);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
    (void)state;
    GBytes *first = NULL;
    for (int round = 0; round < 2; round++) {
        jb_node *root = new_report();
        jb_node *section = new_section(root, "总体", "1", "一、", "总体情况");
        char *text = corpus_paragraph(5, 900);
        fake_text(fake_add(section, "para"), text);
        g_free(text);
        const unsigned char *bytes;
        size_t n;
        assert_int_equal(fake_render("pdf", &bytes, &n), JB_OK);
        if (!first) {
            first = g_bytes_new(bytes, n);
            continue;
        }
        assert_int_equal(n, g_bytes_get_size(first));
        assert_memory_equal(bytes, g_bytes_get_data(first, NULL), n);
    }
    g_bytes_unref(first);
}

static jb_node *add_table(jb_node *section, size_t rows)
{
    static const char *const heads[] = {"县（市、区）", "新项目（个）", "总投资（亿元）"};
    static const char *const aligns[] = {"left", "decimal", "decimal"};
    jb_node *table = fake_add(section, "table");
    fake_set(table, "name", "排名");
    fake_set(table, "number", "表1");
    fake_text(table, "各区情况");
    for (int i = 0; i < 3; i++)
        fake_set(fake_add(table, "column"), "align", aligns[i]);
    jb_node *row = fake_add(table, "row");
    fake_set(row, "role", "head");
    for (int i = 0; i < 3; i++)
        fake_text(fake_add(row, "cell"), heads[i]);
    for (size_t r = 0; r < rows; r++) {
        char text[64];
        row = fake_add(table, "row");
        fake_set(row, "role", r + 1 == rows ? "total" : "body");
        g_snprintf(text, sizeof text, "某区%zu号", r);
        fake_text(fake_add(row, "cell"), text);
        fake_text(fake_add(row, "cell"), "12");
        fake_set(fake_add(row, "cell"), "kind", "missing");
    }
    return table;
}

static size_t count_in(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p += strlen(what))
        n++;
    return n;
}

static void a_whole_report_has_its_parts(void **state)
{
    (void)state;
    jb_node *root = new_report();
    jb_node *first = new_section(root, "总体", "1", "一、", "总体情况");
    jb_node *second = new_section(first, "质量", "2", "（一）", "聚焦质量");
    jb_node *para = fake_add(second, "para");
    fake_text(para, "详见");
    fake_run(para, JB_RUN_REF, "表1", "", "排名");
    fake_run(para, JB_RUN_REF, "某图", "", "没有的名称");
    fake_text(para, "。");
    add_table(second, 61);
    jb_node *chart = fake_add(second, "chart");
    fake_set(chart, "number", "图1");
    fake_text(chart, "东湖区最多");
    fake_text(fake_add(second, "placeholder"), "【此处内容未能生成：考核】");
    fake_text(fake_add(second, "hologram"), "一种未来的内容");
    sign(root, "市产业办", "2022年8月19日");
    render_to_file();
    assert_int_equal(fake_count("E0964"), 1);
    char *text = bbox_run("pdftotext '" FILE_NAME "' -", 1);
    for (int r = 0; r < 61; r++) {
        char row[32];
        g_snprintf(row, sizeof row, "某区%d号", r);
        assert_int_equal(count_in(text, row), 1);
    }
    assert_true(count_in(text, "续表1") >= 1);
    assert_int_equal(count_in(text, "县（市、区）"), count_in(text, "续表1") + 1);
    assert_int_equal(count_in(text, "【此处内容未能生成：考核】"), 1);
    assert_int_equal(count_in(text, "一种未来的内容"), 1);
    assert_int_equal(count_in(text, "图1东湖区最多"), 1);
    g_free(text);
    char *tree = bbox_run("pdfinfo -struct-text '" FILE_NAME "'", 0);
    assert_non_null(strstr(tree, "H1 (block)"));
    assert_non_null(strstr(tree, "H3 (block)"));
    assert_non_null(strstr(tree, "Table"));
    assert_non_null(strstr(tree, "TD"));
    assert_non_null(strstr(tree, "Figure"));
    assert_non_null(strstr(tree, "\"详见表1某图。\""));
    g_free(tree);
    char *info = bbox_run("pdfinfo -isodates '" FILE_NAME "'", 0);
    assert_non_null(strstr(info, "市产业办"));
    assert_int_equal(count_in(info, "2022-08-19T00:00:00Z"),
                     2); /* made and changed: never the clock */
    g_free(info);
}

static size_t annotations(void)
{
    char *data = NULL;
    gsize n = 0;
    size_t links = 0;
    assert_true(g_file_get_contents(FILE_NAME, &data, &n, NULL));
    for (gsize i = 0; i + 13 < n; i++)
        links += memcmp(data + i, "/Subtype /Link", 14) == 0;
    g_free(data);
    return links;
}

/* A section and its table bear one name; a section without heading, or an empty one, has no place.
 */
static void references_lead_somewhere_or_are_plain_text(void **state)
{
    (void)state;
    jb_node *root = new_report();
    jb_node *section = new_section(root, "排名", "1", "一、", "排名");
    jb_node *para = fake_add(section, "para");
    fake_run(para, JB_RUN_REF, "表1", "", "排名");
    fake_run(para, JB_RUN_REF, "无题", "", "无题");
    fake_run(para, JB_RUN_REF, "空题", "", "空题");
    add_table(section, 3);
    jb_node *bare = fake_add(root, "section");
    fake_set(bare, "name", "无题");
    fake_text(fake_add(bare, "para"), "正文");
    jb_node *empty = fake_add(root, "section");
    fake_set(empty, "name", "空题");
    fake_add(empty, "heading");
    render_to_file();
    assert_int_equal(annotations(), 1);
}

/* 7.3.5.2: issuer two cells from the right, date beginning two cells right of it. */
static void the_signature_stands_where_it_must(void **state)
{
    (void)state;
    static const struct {
        const char *issuer;
        bool longer_date;
    } cases[] = {{"市产业办", true}, {"某某市产业发展和招商引资工作领导小组办公室", false}};
    for (size_t i = 0; i < 2; i++) {
        jb_node *root = new_report();
        fake_text(fake_add(fake_add(root, "section"), "para"), "请审阅。");
        sign(root, cases[i].issuer, "2022年8月19日");
        render_to_file();
        bbox_words words = bbox_read(FILE_NAME);
        double cell = 156.0 / 28, right = 184 - 2 * cell;
        double issuer0 = 0, issuer1 = 0, date0 = 0, date1 = 0;
        for (size_t k = 0; k < words.n; k++) {
            const bbox_word *w = &words.words[k];
            if (strcmp(w->text, cases[i].issuer) == 0) {
                issuer0 = w->x0 / JB_TS_MM;
                issuer1 = w->x1 / JB_TS_MM;
            } else if (strcmp(w->text, "2022年8月19日") == 0) {
                date0 = w->x0 / JB_TS_MM;
                date1 = w->x1 / JB_TS_MM;
            }
        }
        assert_true(fabs(date0 - issuer0 - 2 * cell) < 0.05);
        assert_true(fabs((cases[i].longer_date ? date1 : issuer1) - right) < 0.05);
        bbox_free(&words);
    }
}

static void failures_are_told(void **state)
{
    (void)state;
    const unsigned char *bytes;
    size_t n;
    fake_text(fake_add(fake_add(new_report(), "section"), "para"), "正文");
    fake_break_output(true);
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_E_INTERNAL);
    fake_break_output(false);
    fake_add(fake_add(new_report(), "section"), "chart");
    fake_break_chart(true);
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_E_DATA);
    assert_int_equal(n, 0);
    fake_break_chart(false);
    jb_node *root = new_report(); /* a report without anything still is a page */
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_OK);
    fake_set(root, "layout.body", "没有这种字体, 也没有这种");
    fake_text(fake_add(fake_add(root, "section"), "para"), "正文");
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_E_RENDER);
    assert_int_equal(fake_count("E0963"), 1);
}

static void fonts_are_told(void **state)
{
    (void)state;
    const unsigned char *bytes;
    size_t n;
    jb_node *root = new_report();
    fake_set(root, "layout.body", "没有这种字体, Liberation Serif, Noto Serif CJK SC");
    fake_text(fake_add(fake_add(root, "section"), "para"), "董事长张喆出席");
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_OK);
    assert_true(fake_count("E0960") >= 1);
    assert_true(fake_count("E0961") >= 1);
    fake_set(root, "layout.latin_font", "没有这种西文");
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_OK);
    assert_int_equal(fake_count("E0970"), 0); /* no digit, no letter: never looked for */
    fake_text(fake_add(fake_add(root, "section"), "para"), "A股3家");
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_OK);
    assert_int_equal(fake_count("E0970"), 1);
    assert_int_equal(fake_count("E0962"), 0);
    fake_set(root, "strict", "yes");
    assert_int_equal(fake_render("pdf", &bytes, &n), JB_E_RENDER);
}

static void a_draft_is_marked_on_every_page(void **state)
{
    (void)state;
    jb_node *root = new_report();
    fake_set(root, "draft", "yes");
    fake_text(fake_add(fake_add(root, "section"), "para"), "正文");
    jb_node *note = fake_add(root, "note");
    fake_set(note, "role", "draft");
    fake_text(note, "规则“合计”不成立。");
    render_to_file();
    char *text = bbox_run("pdftotext '" FILE_NAME "' -", 1);
    assert_int_equal(count_in(text, "草稿"), 2);
    g_free(text);
    text = bbox_run("pdftotext -f 2 -l 2 '" FILE_NAME "' -", 1);
    assert_int_equal(count_in(text, "规则“合计”不成立。"), 1);
    g_free(text);
}

static int clean_up(void **state)
{
    (void)state;
    fake_free();
    return remove(FILE_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_measures_as_the_standard_says),
        cmocka_unit_test(every_line_of_prose_fills_the_measure),
        cmocka_unit_test(the_text_comes_back_exactly),
        cmocka_unit_test(the_same_document_gives_the_same_bytes),
        cmocka_unit_test(a_whole_report_has_its_parts),
        cmocka_unit_test(references_lead_somewhere_or_are_plain_text),
        cmocka_unit_test(the_signature_stands_where_it_must),
        cmocka_unit_test(failures_are_told),
        cmocka_unit_test(fonts_are_told),
        cmocka_unit_test(a_draft_is_marked_on_every_page),
    };
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
