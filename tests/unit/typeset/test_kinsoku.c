// SPDX-License-Identifier: Apache-2.0
#include "typeset/kinsoku.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>

/* The text with '|' wherever a line may break. */
static char *breaks_of(const char *text)
{
    jb_ts_char chars[256];
    size_t n = jb_ts_classify(text, strlen(text), chars);
    jb_ts_find_breaks(text, strlen(text), chars, n);
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < n; i++) {
        if (chars[i].break_before)
            g_string_append_c(out, '|');
        g_string_append_unichar(out, chars[i].ch);
    }
    return g_string_free(out, FALSE);
}

static void expect(const char *text, const char *breaks)
{
    char *got = breaks_of(text);
    assert_string_equal(got, breaks);
    g_free(got);
}

static void marks_stay_with_their_words(void **state)
{
    (void)state;
    expect("落实，推进。", "落|实，|推|进。");
    expect("“三个”（见《通知》）", "“三|个”|（见|《通|知》）");
    expect("东、西", "东、|西");
    expect("是！”他", "是！”|他");
}

static void numbers_keep_their_units(void **state)
{
    (void)state;
    expect("计43个项目", "计|43个|项|目");
    expect("达5.6万美元左右", "达|5.6万美元|左|右");
    expect("升1.2个百分点", "升|1.2个百分点");
    expect("占12.5%的", "占|12.5%|的");
    expect("世界500强", "世|界|500强");
    expect("2022年8月16日", "2022年|8月|16日");
    expect("第12条", "第12条");
    expect("占1,234.5亩地", "占|1,234.5亩|地");
    expect("共***个**科技", "共|***个|**科|技");
}

static void ranges_and_document_numbers_are_whole(void **state)
{
    (void)state;
    expect("在1—6月间", "在|1—6月|间");
    expect("2021—2025年", "2021—2025年");
    expect("约3～5个", "约|3～5个");
    expect("达63%～68%", "达|63%～68%");
    expect("办〔2022〕15号文", "办|〔2022〕15号|文");
    expect("9亿～16亿", "9亿～16亿");
}

static void dashes_and_dots_are_whole(void **state)
{
    (void)state;
    expect("等……待", "等……|待");
    expect("成效——明显", "成|效——|明|显");
    expect("甲·乙", "甲·|乙");
}

static void western_words_are_whole(void **state)
{
    (void)state;
    expect("用industrial park建", "用|industrial |park|建");
    expect("A股it’s好", "A|股|it’s|好");
}

static void phrases_of_titles_are_whole(void **state)
{
    (void)state;
    const char *text = "全市招商引资工作情况";
    jb_ts_char chars[64];
    size_t n = jb_ts_classify(text, strlen(text), chars);
    jb_ts_find_breaks(text, strlen(text), chars, n);
    jb_ts_keep_phrases(chars, n);
    static const bool want[] = {false, false, true, false, false, false, true, false, true, false};
    assert_int_equal(n, 10);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(chars[i].break_before, want[i]);
}

static void figures_are_whole(void **state)
{
    (void)state;
    const char *text = "共十二三个月";
    jb_ts_char chars[64];
    size_t n = jb_ts_classify(text, strlen(text), chars);
    for (size_t i = 1; i <= 3; i++)
        chars[i].figure = true;
    chars[3].figure_end = true;
    jb_ts_find_breaks(text, strlen(text), chars, n);
    assert_true(chars[1].break_before);
    for (size_t i = 2; i < n; i++)
        assert_false(chars[i].break_before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_stay_with_their_words),
        cmocka_unit_test(numbers_keep_their_units),
        cmocka_unit_test(ranges_and_document_numbers_are_whole),
        cmocka_unit_test(dashes_and_dots_are_whole),
        cmocka_unit_test(western_words_are_whole),
        cmocka_unit_test(phrases_of_titles_are_whole),
        cmocka_unit_test(figures_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
