// SPDX-License-Identifier: Apache-2.0
#include "lab.h"

#include "engine/period.h"

static void check(const char *spec, const char *as_of, uint32_t shift, const char *want)
{
    jb_period_spec s;
    int32_t days;
    char text[32];
    assert_int_equal(jb_period_parse(spec, &s), 0);
    assert_int_equal(jb_date_parse(as_of, strlen(as_of), &days), 0);
    jb_period_print(jb_period_shift(jb_period_at(&s, days), shift), text);
    if (strcmp(text, want) != 0) {
        fprintf(stderr, "%s at %s, shift %u\n", spec, as_of, shift);
    }
    assert_string_equal(text, want);
}

static void test_where_they_lie(void **state)
{
    (void)state;
    check("year_to_date", "2022-08-16", 0, "2022-01-01..2022-08-16");
    check("year_to_date", "2022-01-01", 0, "2022-01-01..2022-01-01");
    check("quarter", "2022-08-16", 0, "2022-07-01..2022-08-16");
    check("quarter", "2022-12-31", 0, "2022-10-01..2022-12-31");
    check("month", "2022-08-16", 0, "2022-08-01..2022-08-16");
    check("week", "2022-08-16", 0, "2022-08-15..2022-08-16"); /* a Tuesday */
    check("week", "2022-08-15", 0, "2022-08-15..2022-08-15");
    check("week", "2022-08-21", 0, "2022-08-15..2022-08-21");
    check("last 7 days", "2022-08-16", 0, "2022-08-10..2022-08-16");
    check("last 1 days", "2022-08-16", 0, "2022-08-16..2022-08-16");
    check("2022-01-01..2022-06-30", "2022-08-16", 0, "2022-01-01..2022-06-30");
    check(" 2022.1.1 .. 2022年6月30日 ", "2022-08-16", 0, "2022-01-01..2022-06-30");
    check("all", "2022-08-16", 0, "");
}

static void test_shifts(void **state)
{
    (void)state;
    check("year_to_date", "2022-08-16", JB_SHIFT_LAST_YEAR, "2021-01-01..2021-08-16");
    check("year_to_date", "2024-02-29", JB_SHIFT_LAST_YEAR, "2023-01-01..2023-02-28");
    check("2024-02-29..2024-03-05", "2022-01-01", JB_SHIFT_LAST_YEAR, "2023-02-28..2023-03-05");
    check("2022-02-01..2022-02-28", "2022-01-01", JB_SHIFT_LAST_MONTH, "2022-01-01..2022-01-31");
    check("2023-02-01..2023-02-28", "2022-01-01", JB_SHIFT_LAST_YEAR, "2022-02-01..2022-02-28");
    check("2025-02-01..2025-02-28", "2022-01-01", JB_SHIFT_LAST_YEAR, "2024-02-01..2024-02-29");
    check("month", "2022-08-16", JB_SHIFT_LAST_MONTH, "2022-07-01..2022-07-16");
    check("month", "2022-03-30", JB_SHIFT_LAST_MONTH, "2022-02-01..2022-02-28");
    check("month", "2022-08-31", JB_SHIFT_LAST_MONTH, "2022-07-01..2022-07-31");
    check("quarter", "2022-08-16", JB_SHIFT_LAST_QUARTER, "2022-04-01..2022-05-16");
    check("2022-01-01..2022-03-31", "2022-01-01", JB_SHIFT_LAST_QUARTER, "2021-10-01..2021-12-31");
    check("last 7 days", "2022-08-16", JB_SHIFT_PREVIOUS, "2022-08-03..2022-08-09");
    check("year_to_date", "2022-01-10", JB_SHIFT_PREVIOUS, "2021-12-22..2021-12-31");
    check("all", "2022-08-16", JB_SHIFT_LAST_YEAR, "");
}

static void test_refused(void **state)
{
    static const char *const bad[] = {
        "",           "yesterday",     "last 0 days", "last days",
        "last 7 day", "last 7 days x", "2022-01-01",  "2022-13-01..2022-12-31",
        "a..b",       "YEAR",          "..",          "last -3 days"};
    jb_period_spec s;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(jb_period_parse(bad[i], &s), -1);
    }
    assert_int_equal(jb_period_parse("2022-02-01..2022-01-31", &s), -2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_where_they_lie),
                                       cmocka_unit_test(test_shifts),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
