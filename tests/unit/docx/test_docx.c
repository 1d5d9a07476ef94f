// SPDX-License-Identifier: Apache-2.0
/* What an ordinary document becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "docx_buf.h"
#include "fake_doc.h"

#include <stdlib.h>
#include <string.h>

static int clean(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void attributes(jb_node *root)
{
    fake_set(root, "title", "汇报 <A&B>");
    fake_set(root, "issuer", "市产业办");
    fake_set(root, "date", "2022-08-19");
    fake_set(root, "generator", "jianbao 0.1.0");
    fake_set(root, "layout.body", "FandolFang-Regular, 仿宋, /a/b.ttf");
}

static jb_node *row(jb_node *table, const char *role, const char *a, const char *b)
{
    jb_node *r = fake_add(table, "row");
    fake_set(r, "role", role);
    fake_text(r, "cell", a);
    fake_run(fake_add(r, "cell"), JB_RUN_FIGURE, b, "");
    return r;
}

static void sample(void)
{
    jb_node *root = fake_root(), *s = fake_add(root, "section"), *n, *c;
    attributes(root);
    fake_set(s, "name", "甲");
    n = fake_text(s, "heading", "总体");
    fake_set(n, "level", "1");
    fake_set(n, "number", "一、");
    n = fake_text(s, "para", "新项目");
    fake_run(n, JB_RUN_FIGURE, "43", "");
    fake_run(n, JB_RUN_TEXT, "个", "unit");
    fake_run(n, JB_RUN_TEXT, "，见", "");
    fake_run(n, JB_RUN_REF, "排名", "");
    n = fake_text(s, "heading", "要点。");
    fake_set(n, "level", "3");
    fake_set(n, "number", "1.");
    fake_set(n, "place", "run-in");
    fake_text(s, "para", "后文。");
    n = fake_text(s, "table", "各区");
    fake_set(n, "name", "排名");
    fake_set(n, "number", "表1");
    fake_set(n, "source", "数据来源：台账");
    fake_set(fake_add(n, "column"), "align", "left");
    c = fake_add(n, "column");
    fake_set(c, "align", "decimal");
    fake_set(c, "decimals", "2");
    row(n, "head", "区", "数");
    row(n, "body", "东湖区", "12.34");
    row(n, "body", "西山区", "5");
    row(n, "total", "合计", "17.34");
    n = fake_text(s, "chart", "走势");
    fake_set(n, "name", "图");
    fake_set(n, "number", "图1");
    n = fake_add(fake_add(root, "section"), "signature");
    fake_set(n, "issuer", "市产业办");
    fake_set(n, "date", "2022年8月19日");
}

static int has(const char *part, const char *text)
{
    const char *bytes = fake_part(part, NULL);
    return bytes != NULL && strstr(bytes, text) != NULL;
}

static void words_in_order(void **state)
{
    (void)state;
    sample();
    assert_int_equal(fake_render("plain"), JB_OK);
    assert_string_equal(fake_codes, "");
    assert_null(fake_check_xml());
    assert_string_equal(fake_words(),
                        "汇报 <A&B>\n一、总体\n新项目43个，见排名\n1.要点。后文。\n"
                        "表1\u3000各区\n区\n数\n东湖区\n12.34\n西山区\n5\n合计\n17.34\n"
                        "数据来源：台账\n\n图1\u3000走势\n市产业办\n2022年8月19日\n");
}

static void looks(void **state)
{
    const char *doc = "word/document.xml";
    (void)state;
    sample();
    assert_int_equal(fake_render("marked"), JB_OK);
    assert_true(has(doc, "<w:pStyle w:val=\"Heading1\"/>"));
    assert_true(has(doc, "<w:outlineLvl w:val=\"2\"/>")); /* the run-in heading */
    assert_true(has(doc, "<w:rStyle w:val=\"JbFigure\"/>"));
    assert_true(has(doc, "<w:hyperlink w:anchor=\"b1\""));
    assert_true(has(doc, "w:name=\"b1\""));
    assert_true(has(doc, "<w:tblHeader/>"));
    assert_true(has(doc, "descr=\"东湖区 &lt; 西山区 &amp; &quot;其他&quot;\""));
    assert_true(has("word/styles.xml", "w:fill=\"DDEBF7\""));
    assert_true(
        has("word/styles.xml", "w:eastAsia=\"仿宋\"")); /* the office's name before the free one */
    assert_true(has("word/fontTable.xml", "FandolFang"));
    assert_true(has("word/settings.xml", "evenAndOddHeaders"));
    assert_true(has("word/footer1.xml", " PAGE "));
    assert_true(has("docProps/core.xml", "<dc:title>汇报 &lt;A&amp;B&gt;</dc:title>"));
    assert_true(has("docProps/core.xml", "<dc:creator>市产业办</dc:creator>"));
    assert_true(has("docProps/core.xml", ">2022-08-19T00:00:00Z<"));
    assert_int_equal(fake_render("plain"), JB_OK);
    assert_false(has("word/styles.xml", "w:fill=\"DDEBF7\""));
}

static void page_numbers(void **state)
{
    (void)state;
    attributes(fake_root());
    fake_set(fake_root(), "layout.page_number", "none");
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_false(has("word/document.xml", "footerReference"));
    assert_true(has("word/document.xml", "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"));
}

static void landscape_is_a_section(void **state)
{
    jb_node *s;
    const char *xml, *turned;
    (void)state;
    fake_text(fake_add(fake_root(), "section"), "para", "前");
    s = fake_add(fake_root(), "section");
    fake_set(s, "page", "landscape");
    fake_text(s, "para", "横");
    assert_int_equal(fake_render(NULL), JB_OK);
    xml = fake_part("word/document.xml", NULL);
    turned = strstr(xml, "w:orient=\"landscape\"");
    assert_non_null(turned);
    assert_null(strstr(turned + 1, "<w:sectPr>")); /* the last: no empty page behind it */
}

static void same_bytes(void **state)
{
    unsigned char *first;
    size_t n;
    (void)state;
    sample();
    assert_int_equal(fake_render("plain"), JB_OK);
    n = fake_n;
    first = malloc(n);
    memcpy(first, fake_file, n);
    assert_int_equal(fake_render("plain"), JB_OK);
    assert_int_equal(fake_n, n);
    assert_memory_equal(first, fake_file, n);
    free(first);
}

static void escapes(void **state)
{
    docx_buf b = {0};
    (void)state;
    docx_esc(&b,
             "a<b>&\"c\n\x01\x7f\xff\xc0\x80\xed\xa0\x80\xef\xbf\xbe\xf4\x90\x80\x80汉\xe6\xb1");
    assert_string_equal(b.p, "a&lt;b&gt;&amp;&quot;c \uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
                             "汉\uFFFD");
    docx_drop(&b);
    docx_run_text(&b, "甲\n乙\t]]>\x0b");
    assert_string_equal(b.p,
                        "<w:t xml:space=\"preserve\">甲</w:t><w:br/><w:t xml:space=\"preserve\">"
                        "乙</w:t><w:tab/><w:t xml:space=\"preserve\">]]&gt;\uFFFD</w:t>");
    docx_drop(&b);
    assert_int_equal(docx_width("汉a，1"), 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(words_in_order, clean),
        cmocka_unit_test_teardown(looks, clean),
        cmocka_unit_test_teardown(page_numbers, clean),
        cmocka_unit_test_teardown(landscape_is_a_section, clean),
        cmocka_unit_test_teardown(same_bytes, clean),
        cmocka_unit_test_teardown(escapes, clean),
    };
    return cmocka_run_group_tests_name("docx", tests, NULL, NULL);
}
