// SPDX-License-Identifier: Apache-2.0
/* Trees that no good section writes: every word still comes out, in a file that is well formed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int clean(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void unknown_kinds(void **state)
{
    (void)state;
    fake_text(fake_root(), "hologram", "第一行\n\n第二行");
    fake_text(fake_add(fake_root(), "section"), "para", "正文");
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_string_equal(fake_codes, " E0981");
    assert_null(fake_check_xml());
    assert_string_equal(fake_words(), "第一行\n第二行\n正文\n");
}

static void control_characters(void **state)
{
    static const char *const kinds[] = {"para",        "item",  "heading", "note",
                                        "placeholder", "table", "chart"};
    size_t i;
    (void)state;
    fake_set(fake_root(), "title", "\x01]]>\xff<w:p>&#0;");
    fake_set(fake_root(), "issuer", "\x1f\xfe\"'");
    fake_set(fake_root(), "date", "2022-08-1\x02");
    fake_set(fake_root(), "layout.title", "\x03, \"<x>\", 字体\x04&");
    fake_set(fake_root(), "draft", "yes");
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        jb_node *n = fake_text(fake_root(), kinds[i], "甲\x02<&>\"\xf0\x9f\xf0\x9f\x98\x80乙");
        fake_set(n, "name", "\x05<名>");
        fake_set(n, "number", "&\x06");
        fake_set(n, "source", "\"\x07");
        fake_run(n, 99, "种", "\"<style>");
        fake_run(n, JB_RUN_BREAK, "", "");
        fake_run(n, JB_RUN_REF, "\x05<名>", "");
    }
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_null(fake_check_xml());
    assert_non_null(strstr(fake_words(), "甲\uFFFD<&>\"\uFFFD😀乙种"));
}

static void table_of(unsigned columns, unsigned rows)
{
    jb_node *t = fake_add(fake_root(), "table"), *r;
    unsigned i, k;
    fake_set(t, "name", "大表");
    for (i = 0; i < columns; i++)
        fake_set(fake_add(t, "column"), "align", i % 2 ? "decimal" : "left");
    for (k = 0; k < rows; k++) {
        r = fake_add(t, "row");
        fake_set(r, "role", k == 0 ? "head" : "body");
        for (i = 0; i < columns; i++)
            fake_text(r, "cell", i % 2 ? "-123.45" : "县（市、区）");
    }
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what))
        n++;
    return n;
}

static void widest_table(void **state)
{
    (void)state;
    table_of(63, 3);
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_string_equal(fake_codes, "");
    assert_int_equal(count(fake_part("word/document.xml", NULL), "<w:tc>"), 189);
}

static void too_wide_table(void **state)
{
    (void)state;
    table_of(64, 3);
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_string_equal(fake_codes, " E0982");
    assert_null(fake_check_xml());
    assert_int_equal(count(fake_words(), "县（市、区）"), 96);
    assert_null(strstr(fake_part("word/document.xml", NULL), "<w:tbl>"));
}

static void long_table(void **state)
{
    (void)state;
    table_of(6, 20001);
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_null(fake_check_xml());
    assert_int_equal(count(fake_words(), "-123.45"), 60003);
}

static void crooked_tables(void **state)
{
    jb_node *t = fake_add(fake_root(), "table"), *r;
    (void)state;
    fake_add(t, "column");              /* no row at all */
    t = fake_add(fake_root(), "table"); /* no column, one row */
    fake_text(fake_add(t, "row"), "cell", "孤");
    t = fake_add(fake_root(), "table"); /* rows shorter and longer than the columns */
    fake_set(fake_add(t, "column"), "decimals", "99999999999999999999");
    fake_add(t, "column");
    fake_add(t, "row");
    r = fake_add(t, "row");
    fake_text(r, "cell", "一");
    fake_text(r, "cell", "二");
    fake_text(r, "cell", "三");
    fake_set(fake_add(r, "cell"), "kind", "missing");
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_null(fake_check_xml());
    assert_non_null(strstr(fake_words(), "孤\n"));
    assert_non_null(strstr(fake_words(), "一\n二\n三\n—\n"));
}

static void long_word(void **state)
{
    size_t n = 1u << 20;
    char *text = malloc(n + 1);
    jb_node *t = fake_add(fake_root(), "table");
    (void)state;
    memset(text, 'x', n);
    text[n] = '\0';
    fake_add(t, "column");
    fake_text(fake_add(t, "row"), "cell", text);
    fake_text(fake_root(), "para", text);
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_null(fake_check_xml());
    assert_true(strlen(fake_words()) > 2 * n);
    free(text);
}

static void nothing(void **state)
{
    (void)state;
    fake_root();
    assert_int_equal(fake_render(NULL), JB_OK);
    assert_null(fake_check_xml());
    assert_string_equal(fake_words(), "");
}

static void full_disk(void **state)
{
    (void)state;
    fake_text(fake_root(), "para", "正文");
    fake_disk = 100;
    assert_int_equal(fake_render(NULL), JB_E_RENDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(unknown_kinds, clean),
        cmocka_unit_test_teardown(control_characters, clean),
        cmocka_unit_test_teardown(widest_table, clean),
        cmocka_unit_test_teardown(too_wide_table, clean),
        cmocka_unit_test_teardown(long_table, clean),
        cmocka_unit_test_teardown(crooked_tables, clean),
        cmocka_unit_test_teardown(long_word, clean),
        cmocka_unit_test_teardown(nothing, clean),
        cmocka_unit_test_teardown(full_disk, clean),
    };
    return cmocka_run_group_tests_name("docx_bad", tests, NULL, NULL);
}
