// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "csv.h"
#include "csv/csv_messages.h"

static void integers(void **state)
{
    static const struct {
        const char *text;
        int how;
        int64_t value;
    } cases[] = {
        {"0", JB_CELL_OK, 0},
        {"-12", JB_CELL_OK, -12},
        {"+7", JB_CELL_OK, 7},
        {"007", JB_CELL_OK, 7},
        {"12.00", JB_CELL_OK, 12},
        {"1,234,567", JB_CELL_OK, 1234567},
        {"１２３", JB_CELL_OK, 123},
        {"－５", JB_CELL_OK, -5},
        {"１，２３４", JB_CELL_OK, 1234},
        {"9223372036854775807", JB_CELL_OK, INT64_MAX},
        {"-9223372036854775808", JB_CELL_OK, INT64_MIN},
        {"9223372036854775808", JB_CELL_RANGE, 0},
        {"99999999999999999999999999999999999999999", JB_CELL_RANGE, 0},
        {"12.5", JB_CELL_BAD, 0},
        {"1,23", JB_CELL_BAD, 0},
        {",123", JB_CELL_BAD, 0},
        {"1234,567", JB_CELL_BAD, 0},
        {"1,234,56", JB_CELL_BAD, 0},
        {"12a", JB_CELL_BAD, 0},
        {"-", JB_CELL_BAD, 0},
        {"1e3", JB_CELL_BAD, 0},
        {"1 2", JB_CELL_BAD, 0},
        {"0x10", JB_CELL_BAD, 0},
        {"十二", JB_CELL_BAD, 0},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 0;
        assert_int_equal(jb_parse_int(cases[i].text, strlen(cases[i].text), &v), cases[i].how);
        assert_int_equal(v, cases[i].value);
    }
}

static void decimals(void **state)
{
    static const struct {
        const char *text;
        int32_t p, s;
        int how;
        int64_t value;
    } cases[] = {
        {"12.3", 14, 2, JB_CELL_OK, 1230},
        {"12.34", 14, 2, JB_CELL_OK, 1234},
        {"-0.05", 14, 2, JB_CELL_OK, -5},
        {".5", 14, 2, JB_CELL_OK, 50},
        {"12.3400", 14, 2, JB_CELL_OK, 1234},
        {"12.345", 14, 2, JB_CELL_SCALE, 0},
        {"1,234.5", 14, 2, JB_CELL_OK, 123450},
        {"１２．３", 14, 2, JB_CELL_OK, 1230},
        {"999.99", 5, 2, JB_CELL_OK, 99999},
        {"1000", 5, 2, JB_CELL_RANGE, 0},
        {"-1000.00", 5, 2, JB_CELL_RANGE, 0},
        {"999999999999999999", 18, 0, JB_CELL_OK, 999999999999999999},
        {"1000000000000000000", 18, 0, JB_CELL_RANGE, 0},
        {"99999999999999999", 18, 2, JB_CELL_RANGE, 0},
        {"0.1.2", 14, 2, JB_CELL_BAD, 0},
        {"5.", 14, 2, JB_CELL_BAD, 0},
        {".", 14, 2, JB_CELL_BAD, 0},
        {"1.2,345", 14, 4, JB_CELL_BAD, 0},
        {"nan", 14, 2, JB_CELL_BAD, 0},
        {"待定", 14, 2, JB_CELL_BAD, 0},
    };
    size_t i;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 0;
        jb_i128 wide = 0;
        jb_type t;
        jb_type_make('d', cases[i].p, cases[i].s, &t);
        assert_int_equal(jb_parse_dec64(cases[i].text, strlen(cases[i].text), &t, &v),
                         cases[i].how);
        assert_int_equal(v, cases[i].value);
        assert_int_equal(jb_parse_dec128(cases[i].text, strlen(cases[i].text), &t, &wide),
                         cases[i].how);
        assert_true(wide == cases[i].value);
    }
}

static void dates(void **state)
{
    static const char *const good[] = {
        "2022-8-16",  "2022-08-16",    "2022.8.16", "2022.08.16",         "2022/8/16",
        "2022/08/16", "2022年8月16日", "20220816",  "２０２２－８－１６", "2022年08月16日"};
    static const char *const bad[] = {"2022-13-1",    "2022-2-29",  "2022-8-32",    "2022-8",
                                      "2022-8/16",    "2022.8-16",  "8月16日",      "2022年8月",
                                      "2022年8月16",  "20220231",   "2022-08-16 x", "2022-08-16-1",
                                      "220816",       "2022-008-1", "0000-01-01",   "2022年8-16",
                                      "2022-8月16日", "99999-1-1",  "2022-00-10",   "2022816"};
    size_t i;
    int32_t days;
    int compact;
    (void)state;
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        days = 0;
        assert_int_equal(jb_parse_date(good[i], strlen(good[i]), &days, &compact), JB_CELL_OK);
        assert_int_equal(days, 19220);
    }
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(jb_parse_date(bad[i], strlen(bad[i]), &days, &compact), JB_CELL_BAD);
    assert_int_equal(jb_parse_date("2024-2-29", 9, &days, &compact), JB_CELL_OK);
}

static void bools_and_floats(void **state)
{
    static const char *const yes[] = {"1", "true", "TRUE", "True", "是"};
    static const char *const no[] = {"0", "false", "FALSE", "否"};
    static const char *const neither[] = {"yes", "是的", "2", "t", "对"};
    size_t i;
    int v;
    double d;
    (void)state;
    for (i = 0; i < sizeof yes / sizeof *yes; i++) {
        assert_int_equal(jb_parse_bool(yes[i], strlen(yes[i]), &v), JB_CELL_OK);
        assert_int_equal(v, 1);
    }
    for (i = 0; i < sizeof no / sizeof *no; i++) {
        assert_int_equal(jb_parse_bool(no[i], strlen(no[i]), &v), JB_CELL_OK);
        assert_int_equal(v, 0);
    }
    for (i = 0; i < sizeof neither / sizeof *neither; i++)
        assert_int_equal(jb_parse_bool(neither[i], strlen(neither[i]), &v), JB_CELL_BAD);
    assert_int_equal(jb_parse_float("1.5e3", 5, &d), JB_CELL_OK);
    assert_true(d == 1500.0);
    assert_int_equal(jb_parse_float("-0.25", 5, &d), JB_CELL_OK);
    assert_true(d == -0.25);
    assert_int_equal(jb_parse_float("1e999", 5, &d), JB_CELL_RANGE);
    assert_int_equal(jb_parse_float("nan", 3, &d), JB_CELL_BAD);
    assert_int_equal(jb_parse_float("inf", 3, &d), JB_CELL_BAD);
    assert_int_equal(jb_parse_float("e", 1, &d), JB_CELL_BAD);
    assert_int_equal(jb_parse_float("1e", 2, &d), JB_CELL_BAD);
    assert_int_equal(jb_parse_float("0x1p3", 5, &d), JB_CELL_BAD);
}

static void utf8(void **state)
{
    static const struct {
        const char *text;
        size_t valid;
        int why;
    } cases[] = {
        {"abcdefghij", 10, JB_TEXT_OK},
        {"中文字符与ascii混排", 26, JB_TEXT_OK},
        {"\xf0\x9f\x98\x80 12345678", 13, JB_TEXT_OK},
        {"\xc0\x80", 0, JB_TEXT_BAD},         /* overlong */
        {"ab\xed\xa0\x80xx", 2, JB_TEXT_BAD}, /* surrogate */
        {"\xf4\x90\x80\x80", 0, JB_TEXT_BAD}, /* past U+10FFFF */
        {"\xe0\x80\x80z", 0, JB_TEXT_BAD},    /* overlong */
        {"\x80", 0, JB_TEXT_BAD},
        {"abc\xe4\xb8", 3, JB_TEXT_CUT},
        {"abc\xe4"
         "b89012345",
         3, JB_TEXT_BAD},
        {"\xe4\xb8\xad\xe4\xb8", 3, JB_TEXT_CUT},
    };
    size_t i;
    int why;
    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = jb_utf8_check((const uint8_t *)cases[i].text, strlen(cases[i].text), &why);
        assert_int_equal(why, cases[i].why);
        assert_int_equal(n, cases[i].valid);
    }
    assert_int_equal(jb_utf8_check((const uint8_t *)"abcdefg\0hijk", 12, &why), 7);
    assert_int_equal(why, JB_TEXT_NUL);
}

static const jb_message csv_messages[CSV_N_MESSAGES] = {CSV_MESSAGES};

static void messages_are_whole(void **state)
{
    size_t i, j;
    (void)state;
    for (i = 0; i < CSV_N_MESSAGES; i++) {
        assert_non_null(csv_messages[i].code);
        assert_non_null(csv_messages[i].en);
        assert_non_null(csv_messages[i].zh);
        assert_int_equal(csv_messages[i].size, sizeof(jb_message));
        assert_int_equal(strncmp(csv_messages[i].code, "E06", 3), 0);
        assert_int_equal(csv_messages[i].hint_en == NULL, csv_messages[i].hint_zh == NULL);
        for (j = 0; j < i; j++)
            assert_string_not_equal(csv_messages[i].code, csv_messages[j].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers), cmocka_unit_test(decimals),
        cmocka_unit_test(dates),    cmocka_unit_test(bools_and_floats),
        cmocka_unit_test(utf8),     cmocka_unit_test(messages_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
