// SPDX-License-Identifier: Apache-2.0
#include "help.h"

#include <stdlib.h>

static void prints(jb_value v, const char *want)
{
    char text[400];
    size_t n = jb_value_print(&v, text, sizeof text);
    assert_string_equal(text, want);
    assert_int_equal(n, strlen(want));
}

static jb_value dec(int64_t n, int32_t scale)
{
    return (jb_value){.kind = JB_K_DEC, .scale = scale, .num = n};
}

static jb_value flt(double f)
{
    return (jb_value){.kind = JB_K_FLOAT, .f = f};
}

static void values_print_exactly(void **state)
{
    (void)state;
    prints(dec(1230, 2), "12.30");
    prints(dec(-5, 3), "-0.005");
    prints(dec(0, 2), "0.00");
    prints((jb_value){.kind = JB_K_INT, .num = INT64_MIN}, "-9223372036854775808");
    prints((jb_value){.kind = JB_K_BOOL, .num = 1}, "true");
    prints((jb_value){.kind = JB_K_DATE, .num = 19220}, "2022-08-16");
    prints((jb_value){0}, "");
    prints(flt(0.1), "0.1");
    prints(flt(-0.0), "0");
    prints(flt(1e22), "10000000000000000000000");
    prints(flt(1.5e-7), "0.00000015");
    prints(flt(123456.789), "123456.789");
    prints(flt(0.1 + 0.2), "0.30000000000000004");
    prints(flt(-2.5), "-2.5");
}

static void floats_round_trip_without_exponent(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        double f;
        memcpy(&f, &seed, sizeof f);
        char text[400];
        jb_value v = flt(f);
        if (f - f != 0) {
            continue;
        }
        jb_value_print(&v, text, sizeof text);
        if (strlen(text) < 399) {
            assert_true(strtod(text, NULL) == f);
        }
        assert_null(strpbrk(text, "eE"));
    }
}

static void doubles_become_decimals_by_their_text(void **state)
{
    (void)state;
    jb_i128 n;
    /* 1.005 is 1.00499999999999989… in binary; what the user wrote decides. */
    assert_int_equal(jb_double_to_dec(1.005, 2, &n), 0);
    assert_true(n == 101);
    assert_int_equal(jb_double_to_dec(-2.5, 0, &n), 0);
    assert_true(n == -3);
    assert_int_equal(jb_double_to_dec(1e300, 2, &n), -2);
    assert_int_equal(jb_double_to_dec(0.0 / 1.0, 2, &n), 0);
    assert_true(n == 0);
    assert_int_equal(jb_double_to_dec(1e-30, 6, &n), 0);
    assert_true(n == 0);
}

static void numbers_of_different_scale_compare_exactly(void **state)
{
    (void)state;
    jb_value a = dec(150, 2), b = dec(15, 1), huge = {.kind = JB_K_DEC, .num = jb_pow10(37)},
             tiny = {.kind = JB_K_DEC, .num = jb_pow10(37), .scale = 37}, f = flt(0.1),
             tenth = dec(1, 1);
    assert_int_equal(jb_value_compare(&a, &b), 0);
    assert_int_equal(jb_value_compare(&huge, &tiny), 1);
    assert_int_equal(jb_value_compare(&tiny, &huge), -1);
    assert_int_equal(jb_value_compare(&f, &tenth), 0);
    jb_value minus = {.kind = JB_K_DEC, .num = -jb_pow10(37)};
    assert_int_equal(jb_value_compare(&minus, &tiny), -1);
    jb_value x = {.kind = JB_K_TEXT, .text = "东湖区"}, y = {.kind = JB_K_TEXT, .text = "西山区"};
    assert_int_equal(jb_value_compare(&x, &y), -1);
}

static void five_written_dates_are_one(void **state)
{
    (void)state;
    static const char *const same[] = {"2022-08-16", "2022-8-16",     "2022.8.16",
                                       "2022/8/16",  "2022年8月16日", "20220816",
                                       "2022.08.16", "2022年08月16日"};
    static const char *const wrong[] = {
        "",           "2022-13-01", "2022-02-29", "2022-8",      "2022-8-16 ",
        "22-8-16",    "2022.8/16",  "2022-0-1",   "2022年8月16", "202208160",
        "2022-8-160", "待定",       "0000-01-01", "2022--8-16"};
    int32_t days;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_int_equal(jb_date_parse(same[i], strlen(same[i]), &days), 0);
        assert_int_equal(days, 19220);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(jb_date_parse(wrong[i], strlen(wrong[i]), &days), -1);
    }
    assert_int_equal(jb_date_parse("2024-02-29", 10, &days), 0);
}

static void months_end_at_the_months_end(void **state)
{
    (void)state;
    char text[11];
    static const struct {
        const char *from;
        int32_t months;
        const char *to;
    } cases[] = {{"2024-02-29", -12, "2023-02-28"}, {"2022-03-31", -1, "2022-02-28"},
                 {"2022-01-31", 1, "2022-02-28"},   {"2022-12-15", 1, "2023-01-15"},
                 {"2022-01-15", -1, "2021-12-15"},  {"2022-08-16", -12, "2021-08-16"},
                 {"2022-08-31", 3, "2022-11-30"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t days;
        assert_int_equal(jb_date_parse(cases[i].from, 10, &days), 0);
        jb_date_print(jb_date_add_months(days, cases[i].months), text);
        assert_string_equal(text, cases[i].to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_print_exactly),
        cmocka_unit_test(floats_round_trip_without_exponent),
        cmocka_unit_test(doubles_become_decimals_by_their_text),
        cmocka_unit_test(numbers_of_different_scale_compare_exactly),
        cmocka_unit_test(five_written_dates_are_one),
        cmocka_unit_test(months_end_at_the_months_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
