// SPDX-License-Identifier: Apache-2.0
/* Numbers in words, and parts that add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "doc/format.h"
#include "doc/template_impl.h"

#include <stdlib.h>
#include <string.h>

static void expect(void (*format)(jb_i128, int32_t, jb_buf *), const char *number, const char *want)
{
    jb_i128 v = 0;
    int32_t scale = 0;
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_TEXT);
    assert_int_equal(jb_dec_parse(number, strlen(number), &v, &scale), 0);
    format(v, scale, &out);
    assert_string_equal(jb_buf_text(&out), want);
    jb_buf_free(&out);
}

static void test_cn(void **state)
{
    static const char *const cases[][2] = {{"0", "零"},
                                           {"1", "一"},
                                           {"10", "十"},
                                           {"12", "十二"},
                                           {"20", "二十"},
                                           {"100", "一百"},
                                           {"103", "一百零三"},
                                           {"110", "一百一十"},
                                           {"1000", "一千"},
                                           {"1001", "一千零一"},
                                           {"1010", "一千零一十"},
                                           {"10000", "一万"},
                                           {"10003", "一万零三"},
                                           {"100000", "十万"},
                                           {"120000", "十二万"},
                                           {"1001000", "一百万一千"},
                                           {"1000100", "一百万零一百"},
                                           {"100000000", "一亿"},
                                           {"100000001", "一亿零一"},
                                           {"110000000", "一亿一千万"},
                                           {"1000000000000", "一万亿"},
                                           {"-15", "负十五"},
                                           {"3.14", "三点一四"},
                                           {"0.05", "零点零五"},
                                           {"10000000000000000", "一亿亿"}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(jb_format_cn, cases[i][0], cases[i][1]);
}

static void money(jb_i128 fen, int32_t scale, jb_buf *out)
{
    (void)scale;
    jb_format_upper_money(fen, out);
}

static void test_upper(void **state)
{
    static const char *const cases[][2] = {{"12300000", "壹拾贰万叁仟元整"},
                                           {"0", "零元整"},
                                           {"1", "壹分"},
                                           {"10", "壹角整"},
                                           {"50", "伍角整"},
                                           {"105", "壹元零伍分"},
                                           {"150", "壹元伍角整"},
                                           {"155", "壹元伍角伍分"},
                                           {"100506", "壹仟零伍元零陆分"},
                                           {"-100", "负壹元整"},
                                           {"10000000000", "壹亿元整"},
                                           {"1000000", "壹万元整"}};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(money, cases[i][0], cases[i][1]);
    expect(jb_format_upper, "103", "壹佰零叁");
    expect(jb_format_upper, "10", "壹拾");
}

/* Every numeral is read back by a reader that knows nothing of how it was written. */
static int64_t read_cn(const char *s)
{
    static const char *const digits[] = {"零", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const struct {
        const char *word;
        int64_t v;
    } units[] = {{"十", 10}, {"百", 100}, {"千", 1000}};
    int64_t total = 0, section = 0, digit = 0, i;
    int some = 0;
    while (*s != '\0') {
        for (i = 0; i < 10; i++)
            if (strncmp(s, digits[i], 3) == 0) {
                digit = i;
                some = 1;
            }
        for (i = 0; i < 3; i++)
            if (strncmp(s, units[i].word, 3) == 0) {
                section += (some && digit > 0 ? digit : 1) * units[i].v;
                digit = 0;
                some = 0;
            }
        if (strncmp(s, "万", 3) == 0) {
            section = (section + digit) * 10000;
            total += section;
            section = digit = 0;
        } else if (strncmp(s, "亿", 3) == 0) {
            total = (total + section + digit) * 100000000;
            section = digit = 0;
        }
        s += 3;
    }
    return total + section + digit;
}

static void test_cn_reads_back(void **state)
{
    uint64_t seed = 20220816;
    int i;
    jb_buf out;
    (void)state;
    jb_buf_init(&out, JB_BUF_MAX_TEXT);
    for (i = 0; i < 20000; i++) {
        int64_t v;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        v = (int64_t)(seed >> 20) % (i % 3 == 0 ? 1000 : i % 3 == 1 ? 10000000 : 1000000000000);
        jb_buf_clear(&out);
        jb_format_cn(v, 0, &out);
        assert_int_equal(read_cn(jb_buf_text(&out)), v);
    }
    jb_buf_free(&out);
}

/* Random tables of shares: the printed parts add up to 100 and none is a whole last place away from
 * its value. */
static void test_balance(void **state)
{
    uint64_t seed = 7;
    int round;
    (void)state;
    for (round = 0; round < 3000; round++) {
        jb_value v[40];
        jb_i128 parts[40], sum = 0, amounts[40], total = 0, unit;
        int n, i, decimals = round % 4;
        memset(v, 0, sizeof v);
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        n = 1 + (int)(seed >> 33) % 40;
        for (i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            amounts[i] = (jb_i128)(seed >> 40) % (round % 5 == 0 ? 3 : 100000);
            total += amounts[i];
        }
        if (total == 0)
            continue;
        for (i = 0; i < n; i++) {
            v[i].kind = JB_K_DEC;
            v[i].scale = 6;
            assert_int_equal(jb_dec_divide(amounts[i] * 100, 0, total, 0, 6, &v[i].num), 0);
        }
        assert_int_equal(jb_balance(v, n, decimals, parts), 0);
        unit = jb_pow10(6 - decimals);
        for (i = 0; i < n; i++) {
            jb_i128 off = parts[i] * unit - v[i].num;
            sum += parts[i];
            assert_true(off < unit && off > -unit);
        }
        assert_true(sum == 100 * jb_pow10(decimals));
    }
}

static void test_not_a_whole(void **state)
{
    jb_value v[2];
    jb_i128 parts[2];
    (void)state;
    memset(v, 0, sizeof v);
    v[0].kind = v[1].kind = JB_K_INT;
    v[0].num = 10;
    v[1].num = 20;
    assert_int_equal(jb_balance(v, 2, 1, parts), -1);
    v[1].kind = JB_K_NULL;
    assert_int_equal(jb_balance(v, 2, 1, parts), -1);
    assert_int_equal(jb_balance(v, 0, 1, parts), -1);
}

static void test_dates(void **state)
{
    jb_buf out;
    (void)state;
    jb_buf_init(&out, JB_BUF_MAX_TEXT);
    assert_int_equal(jb_format_date_text("2022-08-06", &out), 0);
    assert_string_equal(jb_buf_text(&out), "2022年8月6日");
    assert_int_equal(jb_format_date_text("年内", &out), -1);
    jb_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cn),
        cmocka_unit_test(test_upper),
        cmocka_unit_test(test_cn_reads_back),
        cmocka_unit_test(test_balance),
        cmocka_unit_test(test_not_a_whole),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
