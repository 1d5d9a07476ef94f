// SPDX-License-Identifier: Apache-2.0
/* Derived metrics through the whole engine, each computed by hand. */
#include "lab.h"

#define TABLE                                                                                      \
    "[report]\ntitle = t\nperiod = year_to_date\n"                                                 \
    "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\n"                                       \
    "columns = d u, v d14.2, n l, f g, day tdD\nunit.v = 万元\n"                                 \
    "rows =\n"                                                                                     \
    "  东 | 10.00 | 1 | 0.5 | 2022-01-10\n"                                                       \
    "  东 | 20.00 | 2 | 0.5 | 2022-07-10\n"                                                       \
    "  西 | 30.00 | 3 | 1.5 | 2022-08-16\n"                                                       \
    "  西 | 5.00  | 4 |     | 2021-03-01\n"                                                       \
    "  东 | 15.00 | 5 | 2   | 2021-08-16\n"                                                       \
    "  南 | 7.00  | 6 | 2   | 2021-08-17\n"                                                       \
    "  南 | 8.00  | 7 | 2   | 2020-02-01\n"                                                       \
    "[metric \"n\"]\ntype = count\nsource = p\nat = day\nunit = 个\n"                             \
    "[metric \"s\"]\ntype = sum\nsource = p\ncolumn = v\nat = day\n"                               \
    "[metric \"g\"]\ninherit = s\ngroup_by = d\n"                                                  \
    "[metric \"c\"]\ninherit = n\ngroup_by = d\n"                                                  \
    "[metric \"all\"]\ntype = count\nsource = p\ngroup_by = d\n"                                   \
    "[metric \"fs\"]\ntype = sum\nsource = p\ncolumn = f\n"
#define AS_OF "2022-08-16"

static void expect(const char *metrics, const char *figure, const char *value)
{
    char ini[6000];
    snprintf(ini, sizeof ini, "%s%s", TABLE, metrics);
    lab_expect(ini, AS_OF, figure, value);
}

static void refuses(const char *metrics, const char *code)
{
    char ini[6000];
    snprintf(ini, sizeof ini, "%s%s", TABLE, metrics);
    lab_refuses(ini, AS_OF, code);
}

static void test_base(void **state)
{
    (void)state;
    expect("", "n", "3");
    expect("", "s", "60.00");
    expect("", "g", "东=30.00 西=30.00");
    expect("", "all", "东=3 南=2 西=2");
}

static void test_ratio(void **state)
{
    (void)state;
    expect("[metric \"x\"]\ntype = ratio\nof = n\nto = sum(all)\n", "x", "42.857143");
    expect("[metric \"x\"]\ntype = ratio\nof = g\nto = s\n", "x", "东=50 西=50");
    expect("[metric \"x\"]\ntype = ratio\nof = c\nto = all\n", "x", "东=66.666667 西=50");
    expect("[metric \"x\"]\ntype = ratio\nof = n\nto = n - 3\n", "x", "-");
    expect("[metric \"x\"]\ntype = ratio\nof = s\nto = 1亿元\n", "x", "0.6");
    refuses("[metric \"x\"]\ntype = ratio\nof = s\nto = n\n", "E0573");
    expect("[metric \"x\"]\ntype = progress\nof = n\ntarget = 8\n", "x", "37.5");
    expect("[metric \"x\"]\ntype = progress\nof = c\ntarget = all\n", "x", "东=66.666667 西=50");
}

static void test_unit_of_ratio(void **state)
{
    lab *l = lab_open(
        TABLE "[metric \"x\"]\ntype = ratio\nof = n\nto = n\n"
              "[metric \"y\"]\ntype = growth\nof = x\nversus = last_year\nmode = difference\n"
              "[metric \"z\"]\ntype = growth\nof = s\nversus = last_year\nmode = difference\n"
              "[metric \"亩均\"]\ntype = formula\nexpr = s / 2\n",
        AS_OF, 1, 1);
    (void)state;
    assert_string_equal(lab_unit(l, "x"), "%");
    assert_string_equal(lab_unit(l, "y"), "百分点");
    assert_string_equal(lab_unit(l, "z"), "万元");
    assert_string_equal(lab_unit(l, "亩均"), "万元");
    lab_close(l);
}

static void test_share(void **state)
{
    (void)state;
    expect("[metric \"x\"]\ntype = share\nof = all\n", "x",
           "东=42.857143 南=28.571429 西=28.571429");
    refuses("[metric \"x\"]\ntype = share\nof = n\n", "E0574");
}

/* last year to 16 August: 5 + 15; grouped 东 15, 西 5; 南 only on the 17th */
static void test_growth(void **state)
{
    (void)state;
    expect("[metric \"x\"]\ntype = growth\nof = s\nversus = last_year\n", "x", "200");
    expect("[metric \"x\"]\ntype = growth\nof = g\nversus = last_year\n", "x", "东=100 西=500");
    expect("[metric \"x\"]\ntype = growth\nof = n\nversus = last_year\nmode = difference\n", "x",
           "1");
    expect("[metric \"x\"]\ntype = shift\nof = g\nversus = last_year\n", "x", "东=15 西=5");
    expect("[metric \"x\"]\ntype = shift\nof = n\nversus = previous\n", "x",
           "2"); /* 228 days: 2021-05-18..12-31 */
    expect("[metric \"m\"]\ninherit = n\nperiod = month\n"
           "[metric \"x\"]\ntype = growth\nof = m\nversus = last_month\n",
           "x", "0"); /* 1 against 1 */
    expect("[metric \"m\"]\ninherit = n\nperiod = 2020-06-01..2020-12-31\n"
           "[metric \"x\"]\ntype = growth\nof = m\nversus = last_year\n",
           "x", "-"); /* base 0 */
}

/* What a relative growth compares goes with it, for 由负转正, and is printed nowhere. */
static void test_growth_carries(void **state)
{
    char ini[4096];
    jb_buf json;
    (void)state;
    snprintf(ini, sizeof ini, "%s%s", TABLE,
             "[metric \"x\"]\ntype = growth\nof = g\nversus = last_year\n"
             "[metric \"y\"]\ntype = growth\nof = n\nversus = last_year\nmode = difference\n"
             "[metric \"z\"]\ntype = share\nof = x\n");
    lab *l = lab_open(ini, AS_OF, 2, 1);
    assert_non_null(l->figures);
    const jb_fig *x = jb_figure_find(l->figures, "x"), *y = jb_figure_find(l->figures, "y");
    assert_true(x && y);
    assert_int_equal(x->n_fields, 2);
    assert_int_equal(jb_fig_printed_fields(x), 0);
    assert_string_equal(x->fields[0].name, ".now");
    assert_string_equal(x->fields[1].name, ".then");
    assert_int_equal(x->fields[0].values[0].num, 30 * jb_pow10(x->fields[0].scale));
    assert_int_equal(x->fields[1].values[0].num, 15 * jb_pow10(x->fields[1].scale));
    assert_int_equal(y->n_fields, 0);
    jb_buf_init(&json, JB_BUF_MAX_TEXT);
    jb_figure_set_json(l->figures, NULL, 0, &json);
    assert_null(strstr(jb_buf_text(&json), "fields"));
    assert_non_null(strstr(jb_buf_text(&json), "{\"key\":{\"d\":\"东\"},\"value\":\"100\"}"));
    jb_buf_free(&json);
    lab_close(l);
}

/* A shift passes through derived figures, twice if asked twice, and leaves undated ones alone. */
static void test_shift_of_derived(void **state)
{
    (void)state;
    expect("[metric \"r\"]\ntype = ratio\nof = n\nto = sum(all)\n"
           "[metric \"x\"]\ntype = shift\nof = r\nversus = last_year\n",
           "x", "28.571429"); /* 2 of 7 */
    expect("[metric \"r\"]\ntype = ratio\nof = n\nto = sum(all)\n"
           "[metric \"x\"]\ntype = growth\nof = r\nversus = last_year\nmode = difference\n",
           "x", "14.285714");
    expect("[metric \"a\"]\ntype = shift\nof = n\nversus = last_year\n"
           "[metric \"x\"]\ntype = shift\nof = a\nversus = last_year\n",
           "x", "1"); /* 2020-02-01 */
    expect("[metric \"a\"]\ntype = growth\nof = n\nversus = last_year\n"
           "[metric \"x\"]\ntype = shift\nof = a\nversus = last_year\n",
           "x", "100"); /* 2 against 1 */
    refuses("[metric \"x\"]\ntype = growth\nof = all\nversus = last_year\n", "E0289");
    refuses("[metric \"x\"]\ntype = shift\nof = n\nversus = last_issue\n", "E1272");
}

static void test_rank(void **state)
{
    static const char table[] =
        "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = d u, v l\n"
        "rows =\n  a|5\n  b|7\n  c|7\n  d|1\n  e|\n  f|9\n"
        "[metric \"m\"]\ntype = sum\nsource = p\ncolumn = v\ngroup_by = d\n";
    char ini[2000];
    (void)state;
    snprintf(ini, sizeof ini, "%s%s", table, "[metric \"x\"]\ntype = rank\nof = m\n");
    lab_expect(ini, NULL, "x", "a=4 b=2 c=2 d=5 e=- f=1");
    snprintf(ini, sizeof ini, "%s%s", table, "[metric \"x\"]\ntype = rank\nof = m\norder = asc\n");
    lab_expect(ini, NULL, "x", "a=2 b=3 c=3 d=1 e=- f=5");
}

static void test_formula(void **state)
{
    (void)state;
    expect("[metric \"x\"]\ntype = formula\nexpr = n / 7\n", "x", "0.428571");
    expect("[metric \"x\"]\ntype = formula\nexpr = g / c\n", "x", "东=15 西=30");
    expect("[metric \"x\"]\ntype = formula\nexpr = max(g) - min(g)\n", "x", "0");
    expect("[metric \"x\"]\ntype = formula\nexpr = c + n\n", "x", "东=5 西=4");
    expect("[metric \"x\"]\ntype = formula\nexpr = coalesce(n / 0, 9)\n", "x", "9");
    refuses("[metric \"x\"]\ntype = formula\nexpr = s + n\n", "E0267");
}

static void test_given(void **state)
{
    lab *l = lab_open("[metric \"x\"]\ntype = given\nitems = 项目组, 办公室、招商组\nfrom = "
                      "市委办8号\nunit = 个\n"
                      "[metric \"y\"]\ntype = given\nvalue = 52000.50\nunit = 亩\nfrom = 张某\n"
                      "[metric \"z\"]\ntype = ratio\nof = 1公顷\nto = y\n",
                      NULL, 1, 1);
    (void)state;
    if (!l->figures) {
        fprintf(stderr, "%s", lab_print(l));
    }
    assert_string_equal(lab_value(l, "x"), "3");
    assert_string_equal(lab_names(l, "x"), "项目组、办公室、招商组");
    assert_string_equal(lab_value(l, "y"), "52000.50");
    assert_string_equal(lab_unit(l, "y"), "亩");
    assert_string_equal(lab_value(l, "z"), "0.028846"); /* 15 ÷ 52000.5 × 100 */
    lab_close(l);
    lab_refuses("[metric \"x\"]\ntype = given\nvalue = 4\nitems = a\nfrom = b\n", NULL, "E0575");
    lab_refuses("[metric \"x\"]\ntype = given\nfrom = b\n", NULL, "E0575");
    lab_refuses("[metric \"x\"]\ntype = given\nvalue = 4\n", NULL, "E0202");
}

static void test_floats(void **state)
{
    (void)state;
    expect("[metric \"x\"]\ntype = ratio\nof = fs\nto = 17\n", "x", "50"); /* 8.5 of 17 */
}

static void test_refused(void **state)
{
    (void)state;
    refuses("[metric \"a\"]\ntype = formula\nexpr = b + 1\n[metric \"b\"]\ntype = formula\nexpr = "
            "c2 + 1\n"
            "[metric \"c2\"]\ntype = formula\nexpr = a + 1\n",
            "E0461");
    refuses("[metric \"x\"]\ntype = formula\nexpr = x + 1\n", "E0461");
    refuses("[metric \"k\"]\ntype = count\nsource = p\ngroup_by = n\n"
            "[metric \"x\"]\ntype = ratio\nof = k\nto = c\n",
            "E0288");
}

/* A lost plugin's figures are lost, and what derives from them. */
static void test_lost(void **state)
{
    lab *l = lab_open_skipping(TABLE "[metric \"x\"]\ntype = ratio\nof = n\nto = sum(all)\n", AS_OF,
                               "n");
    (void)state;
    assert_string_equal(lab_value(l, "n"), "lost");
    assert_string_equal(lab_value(l, "x"), "lost");
    assert_string_equal(lab_value(l, "s"), "60.00");
    lab_close(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_base),
                                       cmocka_unit_test(test_ratio),
                                       cmocka_unit_test(test_unit_of_ratio),
                                       cmocka_unit_test(test_share),
                                       cmocka_unit_test(test_growth),
                                       cmocka_unit_test(test_growth_carries),
                                       cmocka_unit_test(test_shift_of_derived),
                                       cmocka_unit_test(test_rank),
                                       cmocka_unit_test(test_formula),
                                       cmocka_unit_test(test_given),
                                       cmocka_unit_test(test_floats),
                                       cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
