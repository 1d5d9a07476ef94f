// SPDX-License-Identifier: Apache-2.0
/* Aggregate metrics through the whole engine, each computed by hand. */
#include "lab.h"

#define TABLE                                                                                      \
    "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\n"                                       \
    "columns = name u, district u, amount d14.2, big d30.2, n l, f g, day tdD, ok b\n"             \
    "unit.amount = 万元\n"                                                                       \
    "rows =\n"                                                                                     \
    "  甲 | 东湖区 | 100.10 | 1.00 | 3 | 0.5  | 2022-01-05 | 1\n"                              \
    "  乙 | 东湖区 | 200.20 | 2.00 | 1 | 0.25 | 2022-02-28 | 0\n"                              \
    "  丙 | 西山区 | 200.20 | 3.00 | 2 |      | 2022-08-16 | 1\n"                              \
    "  丁 | 西山区 |        |      |   |      |            |\n"                                \
    "  戊 | 南川区 | 0.05   | 4.50 | 7 | 1    | 2021-08-10 | 1\n"                              \
    "  己 |        | 50.00  | 0.50 | 7 | 1    | 2021-12-31 | 0\n"                                 \
    "  庚 | 东湖区 | -10.00 | 9.99 | 5 | 2    | 2022-08-17 | 1\n"
#define METRIC "[metric \"x\"]\nsource = p\n"

static void test_counts(void **state)
{
    (void)state;
    lab_expect(TABLE METRIC "type = count\n", NULL, "x", "7");
    lab_expect(TABLE METRIC "type = count\nwhere = amount > 100\n", NULL, "x", "3");
    lab_expect(TABLE METRIC "type = count\nwhere = amount > 100亿元\n", NULL, "x", "0");
    lab_expect(TABLE METRIC "type = count\nwhere = not (amount > 100)\n", NULL, "x",
               "3"); /* NULL is neither */
    lab_expect(TABLE METRIC "type = count\ngroup_by = district\n", NULL, "x",
               "东湖区=3 南川区=1 西山区=2 (null)=1");
    lab_expect(TABLE METRIC "type = count_distinct\ncolumn = amount\n", NULL, "x", "5");
    lab_expect(TABLE METRIC "type = count_distinct\ncolumn = district\n", NULL, "x", "3");
    lab_expect(TABLE METRIC "type = count_distinct\ncolumn = f\n", NULL, "x", "4");
    lab_expect(TABLE METRIC "type = count_distinct\ncolumn = ok\n", NULL, "x", "2");
    lab_expect(TABLE METRIC "type = count_distinct\ncolumn = n\nwhere = n > 100\n", NULL, "x", "0");
    lab_expect(TABLE METRIC "type = count_distinct\ncolumn = day\ngroup_by = district\n", NULL, "x",
               "东湖区=3 南川区=1 西山区=1 (null)=1");
}

static void test_sums(void **state)
{
    (void)state;
    lab_expect(TABLE METRIC "type = sum\ncolumn = amount\n", NULL, "x", "540.55");
    lab_expect(TABLE METRIC "type = sum\ncolumn = big\n", NULL, "x", "20.99");
    lab_expect(TABLE METRIC "type = sum\ncolumn = n\n", NULL, "x", "25");
    lab_expect(TABLE METRIC "type = sum\ncolumn = f\n", NULL, "x", "4.75");
    lab_expect(TABLE METRIC "type = sum\ncolumn = amount * 2\n", NULL, "x", "1081.10");
    lab_expect(TABLE METRIC "type = sum\ncolumn = amount\nwhere = n > 100\n", NULL, "x", "0.00");
    lab_expect(TABLE METRIC "type = sum\ncolumn = amount\nwhere = name = \"丁\"\n", NULL, "x", "-");
    lab_expect(TABLE METRIC "type = sum\ncolumn = amount\ngroup_by = district\n", NULL, "x",
               "东湖区=290.30 南川区=0.05 西山区=200.20 (null)=50.00");
    lab_expect(TABLE METRIC "type = mean\ncolumn = amount\n", NULL, "x", "90.091667");
    lab_expect(TABLE METRIC "type = mean\ncolumn = f\n", NULL, "x", "0.95");
    lab_expect(TABLE METRIC "type = mean\ncolumn = n\nwhere = n > 100\n", NULL, "x", "-");
}

static void test_extremes(void **state)
{
    (void)state;
    lab_expect(TABLE METRIC "type = min\ncolumn = amount\n", NULL, "x", "-10.00");
    lab_expect(TABLE METRIC "type = max\ncolumn = big\n", NULL, "x", "9.99");
    lab_expect(TABLE METRIC "type = max\ncolumn = day\n", NULL, "x", "2022-08-17");
    lab_expect(TABLE METRIC "type = min\ncolumn = name\n", NULL, "x", "丁");
    lab_expect(TABLE METRIC "type = max\ncolumn = name\n", NULL, "x", "甲");
    lab_expect(TABLE METRIC "type = min\ncolumn = f\ngroup_by = district\n", NULL, "x",
               "东湖区=0.25 南川区=1 西山区=- (null)=1");
}

/* amounts sorted: -10 0.05 50 100.10 200.20 200.20 */
static void test_quantiles(void **state)
{
    (void)state;
    lab_expect(TABLE METRIC "type = median\ncolumn = amount\n", NULL, "x", "75.05");
    lab_expect(TABLE METRIC "type = median\ncolumn = n\n", NULL, "x", "4"); /* 1 2 3 5 7 7 */
    lab_expect(TABLE METRIC "type = quantile\ncolumn = amount\nq = 0.9\n", NULL, "x", "200.2");
    lab_expect(TABLE METRIC "type = quantile\ncolumn = amount\nq = 0\n", NULL, "x", "-10");
    lab_expect(TABLE METRIC "type = quantile\ncolumn = amount\nq = 1\n", NULL, "x", "200.2");
    /* place 0.333 × 5 = 1.665: 0.05 + 0.665 × 49.95 = 33.26675 */
    lab_expect(TABLE METRIC "type = quantile\ncolumn = amount\nq = 0.333\n", NULL, "x", "33.26675");
    lab_expect(TABLE METRIC "type = median\ncolumn = f\n", NULL, "x", "1");
    lab_expect(TABLE METRIC "type = median\ncolumn = amount\ngroup_by = district\n", NULL, "x",
               "东湖区=100.1 南川区=0.05 西山区=200.2 (null)=50");
}

static void test_top(void **state)
{
    (void)state;
    lab_expect(TABLE METRIC
               "type = top\nby = amount\nlimit = 3\ncolumns = name, district\ntie = name\n",
               NULL, "x", "1=200.20:丙,西山区 2=200.20:乙,东湖区 3=100.10:甲,东湖区");
    lab_expect(TABLE METRIC "type = top\nby = amount\nlimit = 2\ncolumns = name\n", NULL, "x",
               "1=200.20:乙 2=200.20:丙"); /* no tie: as the source has them */
    lab_expect(TABLE METRIC
               "type = top\nby = n\norder = asc\nlimit = 2\ncolumns = name, day, ok, f\n",
               NULL, "x", "1=1:乙,2022-02-28,false,0.25 2=2:丙,2022-08-16,true,-");
    lab_expect(TABLE METRIC "type = top\nby = amount\ncolumns = name\nwhere = n > 100\n", NULL, "x",
               "");
    lab_expect(
        TABLE METRIC
        "type = top\nby = amount\nlimit = 1\ncolumns = name\ntie = name\ngroup_by = district\n",
        NULL, "x", "东湖区/1=200.20:乙 南川区/1=0.05:戊 西山区/1=200.20:丙 (null)/1=50.00:己");
}

static void test_periods(void **state)
{
    (void)state;
    lab_expect("[report]\ntitle = t\nperiod = year_to_date\n" TABLE METRIC
               "type = count\nat = day\n",
               "2022-08-16", "x", "3");
    lab_expect(TABLE METRIC "type = count\nat = day\n", "2022-08-16", "x", "7");
    lab_expect(TABLE METRIC "type = count\nat = day\nperiod = last 7 days\n", "2022-08-16", "x",
               "1");
    lab_expect(TABLE METRIC
               "type = count\nperiod = 2021-12-31..2022-01-05\nwhere = in_period(day) and ok\n",
               NULL, "x", "1");
    lab_expect("[report]\ntitle = t\nperiod = year_to_date\n" TABLE METRIC "type = count\n",
               "2022-08-16", "x", "7");
    lab_expect(TABLE METRIC
               "type = count\nat = day\nperiod = 2021-01-01..2022-12-31\ngroup_by = month(day)\n",
               NULL, "x", "2021-08=1 2021-12=1 2022-01=1 2022-02=1 2022-08=2");
    lab_expect(TABLE METRIC "type = sum\ncolumn = amount\ngroup_by = quarter(day), ok\n", NULL, "x",
               "2021-Q3/true=0.05 2021-Q4/false=50.00 2022-Q1/false=200.20 2022-Q1/true=100.10 "
               "2022-Q3/true=190.20 (null)/(null)=-");
    lab_expect(TABLE METRIC "type = count\ngroup_by = year(day)\n", NULL, "x",
               "2021=2 2022=4 (null)=1");
}

static void test_keys(void **state)
{
    static const char keys[] = "[keys \"district\"]\nvalues = 西山区, 北岭区, 东湖区, 南川区\n";
    char ini[4096];
    (void)state;
    snprintf(ini, sizeof ini, "%s%s%s", keys, TABLE METRIC,
             "type = count\ngroup_by = district\nwhere = n > 2\n");
    lab_expect(ini, NULL, "x", "西山区=0 北岭区=0 东湖区=2 南川区=1 (null)=1");
    snprintf(ini, sizeof ini, "%s%s%s", keys, TABLE METRIC,
             "type = mean\ncolumn = n\ngroup_by = district\n");
    lab_expect(ini, NULL, "x", "西山区=2 北岭区=- 东湖区=3 南川区=7 (null)=7");
    snprintf(ini, sizeof ini, "%s%s%s", keys, TABLE METRIC,
             "type = sum\ncolumn = n\ngroup_by = ok, district\nwhere = ok\n");
    lab_expect(ini, NULL, "x", "true/西山区=2 true/北岭区=0 true/东湖区=8 true/南川区=7");
    snprintf(ini, sizeof ini, "[keys \"district\"]\nvalues = 东湖区\nunknown = keep\n%s%s",
             TABLE METRIC, "type = count\ngroup_by = district\n");
    lab_expect(ini, NULL, "x", "东湖区=3 南川区=1 西山区=2 (null)=1");
    snprintf(ini, sizeof ini, "[keys \"district\"]\nvalues = p.district\n%s%s", TABLE METRIC,
             "type = count\ngroup_by = district\nwhere = n = 1\n");
    lab_expect(ini, NULL, "x", "东湖区=1 西山区=0 南川区=0");
    snprintf(ini, sizeof ini, "[keys \"district\"]\nvalues = 东湖区, 西山区\n%s%s", TABLE METRIC,
             "type = count\ngroup_by = district\n");
    lab_refuses(ini, NULL, "E0375");
}

static void test_source_keys(void **state)
{
    (void)state;
    lab_expect(
        "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = a=x u, 数:量 l, c l\n"
        "name.id = #1\nname.q = #2\nwhere = id not in (\"合计\")\nand = c > 0\n"
        "rows =\n  一|5|1\n  二|6|1\n  三|7|0\n  合计|18|1\n" METRIC "type = sum\ncolumn = q\n",
        NULL, "x", "11");
}

static void test_names(void **state)
{
    lab *l;
    (void)state;
    l = lab_open(TABLE METRIC "type = count\nwhere = n >= 2\nnames = name by amount desc\n", NULL,
                 7, 2);
    assert_string_equal(lab_value(l, "x"), "5");
    assert_string_equal(lab_names(l, "x"), "丙、甲、己、戊、庚");
    lab_close(l);
    l = lab_open(TABLE METRIC "type = count\nnames = name\ngroup_by = district\n", NULL, 2, 2);
    assert_string_equal(lab_names(l, "x"), "甲、乙、庚 / 戊 / 丙、丁 / 己");
    lab_close(l);
    l = lab_open(TABLE METRIC "type = count\nnames = name by n asc\nwhere = district is not null\n",
                 NULL, 7, 1);
    assert_string_equal(lab_names(l, "x"), "乙、丙、甲、庚、戊、丁");
    lab_close(l);
}

static void test_units(void **state)
{
    lab *l;
    (void)state;
    l = lab_open(TABLE METRIC "type = sum\ncolumn = amount\n", NULL, 1, 1);
    assert_string_equal(lab_unit(l, "x"), "万元");
    lab_close(l);
    l = lab_open(TABLE METRIC "type = sum\ncolumn = amount\nunit = 亿元\n", NULL, 1, 1);
    assert_string_equal(lab_value(l, "x"), "0.054055");
    assert_string_equal(lab_unit(l, "x"), "亿元");
    lab_close(l);
    l = lab_open(TABLE METRIC "type = sum\ncolumn = amount\nunit = 元\n", NULL, 1, 1);
    assert_string_equal(lab_value(l, "x"), "5405500.00");
    lab_close(l);
    l = lab_open(TABLE METRIC "type = count\nunit = 个\n", NULL, 1, 1);
    assert_string_equal(lab_unit(l, "x"), "个");
    lab_close(l);
    l = lab_open(TABLE METRIC "type = sum\ncolumn = n\nunit = 家\n", NULL, 1, 1);
    assert_string_equal(lab_unit(l, "x"), "家");
    lab_close(l);
    lab_refuses(TABLE METRIC "type = sum\ncolumn = amount\nunit = 亩\n", NULL, "E0284");
}

/* Sums of 38 digits are exact; one more digit is an error, never a wrong number. */
static void test_overflow(void **state)
{
    static const char wide[] =
        "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = a d38.0\nrows =\n"
        "  99999999999999999999999999999999999998\n  1\n";
    char ini[2048];
    (void)state;
    snprintf(ini, sizeof ini, "%s%s", wide, METRIC "type = sum\ncolumn = a\n");
    lab_expect(ini, NULL, "x", "99999999999999999999999999999999999999");
    snprintf(ini, sizeof ini, "%s%s", wide, "  1\n" METRIC "type = sum\ncolumn = a\n");
    lab_refuses(ini, NULL, "E0561");
    snprintf(ini, sizeof ini, "%s%s", wide,
             "  99999999999999999999999999999999999998\n" METRIC "type = mean\ncolumn = a\n");
    lab_refuses(ini, NULL, "E0561");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),   cmocka_unit_test(test_sums),
        cmocka_unit_test(test_extremes), cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_top),      cmocka_unit_test(test_periods),
        cmocka_unit_test(test_keys),     cmocka_unit_test(test_source_keys),
        cmocka_unit_test(test_names),    cmocka_unit_test(test_units),
        cmocka_unit_test(test_overflow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
