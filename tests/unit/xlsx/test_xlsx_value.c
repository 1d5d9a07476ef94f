// SPDX-License-Identifier: Apache-2.0
/* What a stored text means: numbers to 15 digits, days, formats that show dates, escapes, places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "xlsx.h"

static void shows(const char *stored, const char *want)
{
    char out[JB_PLAIN_MAX];
    size_t n = 0;
    assert_int_equal(xlsx_number_text(stored, strlen(stored), out, &n), 0);
    out[n] = '\0';
    assert_string_equal(out, want);
}

static void numbers_as_seen(void **state)
{
    char out[JB_PLAIN_MAX];
    size_t n;
    (void)state;
    shows("0.30000000000000004", "0.3");
    shows("0.1", "0.1");
    shows("12.50", "12.5");
    shows("1.0000000000000002", "1");
    shows("2.9999999999999996", "3");
    shows("9.9999999999999995E-2", "0.1");
    shows("99.999999999999999", "100");
    shows("-99.999999999999999", "-100");
    shows("123456789012345.67", "123456789012346");
    shows("999999999999999.9", "1000000000000000");
    shows("0.000012345678901234567", "0.0000123456789012346");
    shows("1.2345678901234568E+17", "123456789012346000");
    shows("123456789012345678", "123456789012345678"); /* written as an integer: meant as one */
    shows("1E-3", "0.001");
    shows("-0", "0");
    shows("44789.75", "44789.75");
    assert_int_equal(xlsx_number_text("abc", 3, out, &n), -1);
    assert_int_equal(xlsx_number_text("", 0, out, &n), -1);
    assert_int_equal(xlsx_number_text("1E999", 5, out, &n), -1);
}

static void day(const char *serial, int is_1904, const char *want)
{
    char out[16];
    size_t n = 0;
    int st = xlsx_date_text(serial, strlen(serial), is_1904, out, &n);
    if (want == NULL) {
        assert_int_equal(st, -1);
        return;
    }
    assert_int_equal(st, 0);
    assert_string_equal(out, want);
}

static void days(void **state)
{
    (void)state;
    day("44789", 0, "2022-08-16");
    day("44789.999988", 0, "2022-08-16"); /* the time is dropped, never rounded up */
    day("1", 0, "1900-01-01");
    day("59", 0, "1900-02-28");
    day("60", 0, NULL); /* 29 February 1900 */
    day("61", 0, "1900-03-01");
    day("0", 0, NULL);
    day("0.5", 0, NULL);
    day("-1", 0, NULL);
    day("2958465", 0, "9999-12-31");
    day("2958466", 0, NULL);
    day("4.4789E4", 0, "2022-08-16");
    day("0", 1, "1904-01-01");
    day("43327", 1, "2022-08-16");
    day("x", 0, NULL);
}

static void formats(void **state)
{
    static const char *const dates[] = {"yyyy-mm-dd",
                                        "m/d/yy",
                                        "yyyy\"年\"m\"月\"d\"日\"",
                                        "[$-804]aaaa d",
                                        "[$-F800]dddd\\,\\ mmmm",
                                        "e\"年\"m",
                                        "mmm-yy",
                                        "yyyy/m/d h:mm",
                                        "mm",
                                        "[Red]m\"月\""};
    static const char *const others[] = {
        "General",       "0.00",          "#,##0",         "0\"days\"", "[Red]0.00", "mm:ss",
        "h:mm:ss AM/PM", "[h]:mm",        "\\d0",          "0_d",       "@",         "0.00E+00",
        "\"ymd\"0",      "[$¥-804]#,##0", "General\"元\"", ""};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof dates / sizeof *dates; i++)
        if (!xlsx_format_is_date(dates[i]))
            fail_msg("%s", dates[i]);
    for (i = 0; i < sizeof others / sizeof *others; i++)
        if (xlsx_format_is_date(others[i]))
            fail_msg("%s", others[i]);
    assert_true(xlsx_builtin_is_date(14) && xlsx_builtin_is_date(31) && xlsx_builtin_is_date(58));
    assert_false(xlsx_builtin_is_date(0) || xlsx_builtin_is_date(10) || xlsx_builtin_is_date(49));
}

static void unescaped(const char *from, const char *want)
{
    char text[64];
    size_t n = strlen(from);
    memcpy(text, from, n + 1);
    n = xlsx_unescape(text, n);
    text[n] = '\0';
    assert_string_equal(text, want);
}

static void escapes(void **state)
{
    (void)state;
    unescaped("a_x000D_b", "a\rb");
    unescaped("_x005F_x0041_", "_x0041_");
    unescaped("_x4E1C_", "东");
    unescaped("_x0000_", "_x0000_"); /* no text holds NUL */
    unescaped("_xD83D_", "_xD83D_");
    unescaped("_x12G4_ _x12_", "_x12G4_ _x12_");
    unescaped("_x000", "_x000");
}

static void ranges(void **state)
{
    xlsx_range r;
    uint32_t a, b;
    char name[8];
    (void)state;
    assert_int_equal(xlsx_range_parse("B3:H200", &r), 0);
    assert_true(r.col1 == 2 && r.row1 == 3 && r.col2 == 8 && r.row2 == 200);
    assert_int_equal(xlsx_range_parse("$A$3:h", &r), 0);
    assert_true(r.col1 == 1 && r.row1 == 3 && r.col2 == 8 && r.row2 == 0);
    assert_int_equal(xlsx_range_parse("C:F", &r), 0);
    assert_true(r.col1 == 3 && r.row1 == 0 && r.col2 == 6 && r.row2 == 0);
    assert_int_equal(xlsx_range_parse("", &r), -1);
    assert_int_equal(xlsx_range_parse("H1:A1", &r), -1);
    assert_int_equal(xlsx_range_parse("A9:A1", &r), -1);
    assert_int_equal(xlsx_range_parse("A1:XFE1", &r), -1);
    assert_int_equal(xlsx_range_parse("A1:B1048577", &r), -1);
    assert_int_equal(xlsx_range_parse("A1 B2", &r), -1);
    assert_int_equal(xlsx_header_parse("2-3", &a, &b), 0);
    assert_true(a == 2 && b == 3);
    assert_int_equal(xlsx_header_parse("4", &a, &b), 0);
    assert_true(a == 4 && b == 4);
    assert_int_equal(xlsx_header_parse("0", &a, &b), -1);
    assert_int_equal(xlsx_header_parse("3-2", &a, &b), -1);
    assert_int_equal(xlsx_header_parse("1-99", &a, &b), -1);
    assert_int_equal(xlsx_header_parse("x", &a, &b), -1);
    xlsx_column_name(16384, name);
    assert_string_equal(name, "XFD");
    xlsx_column_name(27, name);
    assert_string_equal(name, "AA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_seen), cmocka_unit_test(days),   cmocka_unit_test(formats),
        cmocka_unit_test(escapes),         cmocka_unit_test(ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
