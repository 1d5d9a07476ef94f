// SPDX-License-Identifier: Apache-2.0
#include "help.h"

#include <stdlib.h>
#include <unistd.h>

static jb_units *us;

static jb_unit unit(const char *text)
{
    jb_unit u;
    if (jb_unit_parse(us, text, strlen(text), &u, NULL)) {
        fail_msg("no unit %s", text);
    }
    assert_string_equal(u.text, text);
    return u;
}

static void converts(int64_t v, int32_t scale, const char *from, const char *to, int32_t to_scale,
                     int64_t want)
{
    jb_i128 out;
    jb_unit a = unit(from), b = unit(to);
    assert_int_equal(jb_unit_convert(&a, &b, v, scale, to_scale, &out), 0);
    assert_true(out == want);
}

static void scales_are_exact(void **state)
{
    (void)state;
    converts(1, 0, "亿元", "万元", 0, 10000);
    converts(12345, 0, "万元", "亿元", 4, 12345);
    converts(12345, 0, "万元", "亿元", 1, 12);
    converts(15, 0, "亩", "公顷", 0, 1);
    converts(1, 0, "公顷", "亩", 0, 15);
    converts(3, 0, "亩", "平方米", 0, 2000);
    converts(1, 0, "亩", "平方米", 2, 66667);
    converts(1, 0, "平方公里", "万平方米", 0, 100);
    converts(2000, 0, "万美元", "亿美元", 1, 2);
    converts(1, 0, "万元/亩", "元/亩", 0, 10000);
    converts(5, 0, "千万元", "亿元", 1, 5);
    converts(36, 0, "小时", "天", 1, 15);
}

static void dimensions_are_told_apart(void **state)
{
    (void)state;
    jb_unit yuan = unit("万元"), usd = unit("万美元"), eur = unit("欧元"), mu = unit("亩"),
            pct = unit("%"), point = unit("百分点"), ge = unit("个"), jia = unit("家"),
            none = unit("");
    assert_true(jb_unit_same_dimension(&ge, &jia));
    assert_false(jb_unit_same_dimension(&yuan, &usd));
    assert_false(jb_unit_same_dimension(&usd, &eur));
    assert_false(jb_unit_same_dimension(&pct, &point));
    assert_true(jb_unit_is_scaled(&yuan) && jb_unit_is_scaled(&mu) && jb_unit_is_scaled(&pct) &&
                jb_unit_is_scaled(&point));
    assert_false(jb_unit_is_scaled(&ge) || jb_unit_is_scaled(&none));
    jb_unit wan_ren = unit("万人");
    assert_true(jb_unit_is_counter(&wan_ren) && jb_unit_is_scaled(&wan_ren));
    assert_true(jb_unit_is_none(&none) && !jb_unit_is_none(&ge));
    assert_true(jb_unit_is_money(&usd) && !jb_unit_is_money(&mu));
}

static void products_and_quotients_have_names(void **state)
{
    (void)state;
    jb_unit yuan = unit("万元"), yi = unit("亿元"), mu = unit("亩"), ge = unit("个"),
            pct = unit("%"), out;
    jb_unit_divide(us, &yuan, &mu, &out);
    assert_string_equal(out.text, "万元/亩");
    jb_unit per = out, again = unit("万元/亩");
    assert_true(jb_unit_same_dimension(&per, &again) && per.num == again.num &&
                per.den == again.den);
    jb_unit_multiply(us, &per, &mu, &out);
    assert_string_equal(out.text, "万元");
    jb_unit_divide(us, &yuan, &yi, &out);
    assert_true(jb_unit_is_none(&out));
    jb_unit_divide(us, &yuan, &ge, &out);
    assert_string_equal(out.text, "万元/个");
    jb_unit_multiply(us, &yuan, &pct, &out);
    assert_string_equal(out.text, "万元");
    jb_unit_divide(us, &yuan, &per, &out);
    assert_string_equal(out.text, "亩");
}

static void the_longest_word_at_the_beginning_counts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit;
    } cases[] = {{"亿元，同比", "亿元"},   {"万元/亩。", "万元/亩"},
                 {"个百分点", "个百分点"}, {"个项目", "个"},
                 {"平方公里", "平方公里"}, {"万平方米厂房", "万平方米"},
                 {"人次", "人次"},         {"%。", "%"},
                 {"万亿元", "万亿元"},     {"美元", "美元"},
                 {"千米", "千米"},         {"和", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        jb_unit u;
        size_t n = jb_unit_prefix(us, cases[i].text, strlen(cases[i].text), &u);
        assert_int_equal(n, strlen(cases[i].unit));
        if (n) {
            assert_string_equal(u.text, cases[i].unit);
        }
    }
}

static void unknown_units_name_a_neighbour(void **state)
{
    (void)state;
    jb_unit u;
    const char *near = NULL;
    assert_int_equal(jb_unit_parse(us, "平方公理", strlen("平方公理"), &u, &near), -1);
    assert_string_equal(near, "平方公里");
    assert_int_equal(jb_unit_parse(us, "元元", strlen("元元"), &u, &near), -1);
    assert_int_equal(jb_unit_parse(us, "万元/", strlen("万元/"), &u, &near), -1);
    assert_int_equal(jb_unit_parse(us, "/亩", strlen("/亩"), &u, &near), -1);
}

static void conversion_overflows_loudly(void **state)
{
    (void)state;
    jb_i128 out;
    jb_unit a = unit("万亿元"), b = unit("元");
    assert_int_equal(jb_unit_convert(&a, &b, jb_pow10(30), 0, 0, &out), -2);
    jb_unit u = a;
    for (int i = 0; i < 20; i++) { /* 万亿元^20 leaves the range: marked, not wrapped */
        jb_unit_multiply(us, &u, &a, &u);
    }
    assert_true(u.num == 0);
}

/* A configuration that holds only units. */
static jb_units *declared(const char *text, jb_diags *diags)
{
    char path[] = "/tmp/jianbao-unit-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    fputs("[report]\ntitle = 单位\n", f);
    fputs(text, f);
    fclose(f);
    jb_load_options options = {.file = path};
    jb_config *config = jb_config_load(&options, diags);
    jb_units *units = jb_units_new(config, diags);
    jb_config_free(config);
    unlink(path);
    return units;
}

static void offices_declare_their_own(void **state)
{
    (void)state;
    jb_diags *diags = jb_diags_new();
    jb_units *own =
        declared("[unit \"标准厂房\"]\nis = 1.5万平方米\n[unit \"连片\"]\nis = 2 标准厂房\n"
                 "[unit \"瑞郎\"]\nis = base\n[unit \"万平方米\"]\nis = 10000 平方米\n"
                 "[unit \"座次\"]\nis = 个\n",
                 diags);
    jb_unit a, b;
    jb_i128 out;
    assert_int_equal(jb_diags_errors(diags), 0);
    assert_int_equal(jb_unit_parse(own, "连片", strlen("连片"), &a, NULL), 0);
    assert_int_equal(jb_unit_parse(own, "平方米", strlen("平方米"), &b, NULL), 0);
    assert_int_equal(jb_unit_convert(&a, &b, 1, 0, 0, &out), 0);
    assert_true(out == 30000);
    assert_int_equal(jb_unit_parse(own, "万瑞郎", strlen("万瑞郎"), &a, NULL), 0);
    assert_true(jb_unit_is_scaled(&a) && !jb_unit_same_dimension(&a, &b));
    assert_int_equal(jb_unit_parse(own, "座次", strlen("座次"), &a, NULL), 0);
    assert_true(jb_unit_is_counter(&a) && !jb_unit_is_scaled(&a));
    jb_units_free(own);
    jb_diags_free(diags);
}

static void bad_declarations_have_codes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } cases[] = {{"[unit \"甲\"]\nis = 10 乙\n", "E0263"},
                 {"[unit \"甲\"]\nis = 0 元\n", "E0263"},
                 {"[unit \"甲\"]\nis = 1.2.3 元\n", "E0263"},
                 {"[unit \"甲\"]\nis = 10\n", "E0263"},
                 {"[unit \"甲\"]\nis = 99999999999999999999999999999999999999 元\n", "E0263"},
                 {"[unit \"甲\"]\nis = 甲\n", "E0263"},
                 {"[unit \"万元\"]\nis = 1000 元\n", "E0264"},
                 {"[unit \"个\"]\nis = 元\n", "E0264"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        jb_diags *diags = jb_diags_new();
        jb_diag_view v;
        jb_units *own = declared(cases[i].text, diags);
        if (!jb_diags_at(diags, 0, &v) || strcmp(v.code, cases[i].code) != 0) {
            fail_msg("%s: %s", cases[i].text, jb_diags_count(diags) ? v.code : "accepted");
        }
        assert_int_equal(v.place.line, 4);
        jb_units_free(own);
        jb_diags_free(diags);
    }
}

static int setup(void **state)
{
    (void)state;
    us = jb_units_new(NULL, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    jb_units_free(us);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_are_exact),
        cmocka_unit_test(dimensions_are_told_apart),
        cmocka_unit_test(products_and_quotients_have_names),
        cmocka_unit_test(the_longest_word_at_the_beginning_counts),
        cmocka_unit_test(unknown_units_name_a_neighbour),
        cmocka_unit_test(conversion_overflows_loudly),
        cmocka_unit_test(offices_declare_their_own),
        cmocka_unit_test(bad_declarations_have_codes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
