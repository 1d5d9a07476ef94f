// SPDX-License-Identifier: Apache-2.0
/* versus = last_issue: the figure as an earlier issue printed it; and sources of different days. */
#include "lab.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

#define ISSUE(as_of, value)                                                                        \
    "{\"version\":1,\"title\":\"周报\",\"date\":\"" as_of "\",\"as_of\":\"" as_of                  \
    "\",\"figures\":[{\"name\":\"投资\",\"unit\":\"万元\",\"rows\":[{\"key\":{},\"value\":"    \
    "\"" value "\"}],\"keys\":[],\"types\":{\"value\":\"d:38,2\"}},"                               \
    "{\"name\":\"分区\",\"unit\":\"个\",\"rows\":[{\"key\":{\"d\":\"东\"},\"value\":\"4\"},"   \
    "{\"key\":{\"d\":\"北\"},\"value\":\"2\"}],\"keys\":[\"d\"],\"types\":{\"value\":\"l\"}},"    \
    "{\"name\":\"占地\",\"unit\":\"亩\",\"rows\":[{\"key\":{},\"value\":\"15\"}],\"keys\":[],"  \
    "\"types\":{\"value\":\"d:38,2\"}}]}\n"

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/jb-issue-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    put("a.json", ISSUE("2022-08-09", "2500"));
    put("b.json", ISSUE("2022-08-02", "1"));
    put("c.json", ISSUE("2022-08-16", "3")); /* of the same day: not an earlier one */
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"a.json", "b.json", "c.json"};
    char path[128];
    (void)state;
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static lab *with(const char *sources, const char *metrics)
{
    char ini[4000];
    snprintf(ini, sizeof ini,
             "%s[source \"p\"]\ntype = inline_table\ncolumns = d u, v d14.2\nunit.v = 万元\n"
             "rows =\n  东 | 10.00\n  东 | 20.00\n  西 | 30.00\n"
             "[metric \"投资\"]\ntype = sum\nsource = p\ncolumn = v\nunit = 亿元\n"
             "[metric \"分区\"]\ntype = count\nsource = p\ngroup_by = d\nunit = 个\n"
             "[metric \"占地\"]\ntype = sum\nsource = p\ncolumn = v\n"
             "[metric \"新\"]\ntype = count\nsource = p\n%s",
             sources, metrics);
    return lab_open(ini, "2022-08-16", 1, 1);
}

static const char *issues(const char *name)
{
    static char text[2][200];
    static int turn;
    turn = !turn;
    snprintf(text[turn], sizeof text[turn], "[source \"%s\"]\ntype = snapshot\npath = %s/*.json\n",
             name, folder);
    return text[turn];
}

static void expect(const char *metric, const char *value, const char *unit)
{
    lab *l = with(issues("往期"), metric);
    if (!l->figures) {
        fail_msg("%s", lab_print(l));
    }
    assert_string_equal(lab_value(l, "x"), value);
    assert_string_equal(lab_unit(l, "x"), unit);
    lab_close(l);
}

static void refuses(const char *sources, const char *metric, const char *code, int exit_code)
{
    lab *l = with(sources, metric);
    if (lab_has(l, code) != 1) {
        fail_msg("%s, not %s", lab_print(l), code);
    }
    assert_null(l->figures);
    assert_int_equal(jb_diags_exit(l->diags), exit_code);
    lab_close(l);
}

static void test_shift(void **state)
{
    (void)state;
    /* 2500 万元 of the newest issue before this one, in 亿元 as today's figure */
    expect("[metric \"x\"]\ntype = shift\nof = 投资\nversus = last_issue\n", "0.25", "亿元");
    expect("[metric \"x\"]\ntype = shift\nof = 分区\nversus = last_issue\n", "东=4 北=2", "个");
    expect("[metric \"x\"]\ntype = growth\nof = 投资\nversus = last_issue\nmode = difference\n",
           "-0.244", "亿元");
    expect("[metric \"x\"]\ntype = growth\nof = 分区\nversus = last_issue\nissue = 往期\n",
           "东=-50 西=-", "%");
}

static void test_missing(void **state)
{
    (void)state;
    lab *l = with(issues("往期"), "[metric \"x\"]\ntype = shift\nof = 新\nversus = last_issue\n"
                                  "[metric \"y\"]\ntype = growth\nof = 新\nversus = last_issue\n");
    assert_string_equal(lab_value(l, "x"), "-");
    assert_int_equal(lab_has(l, "E1277"), 2);
    assert_string_equal(lab_value(l, "新"), "3");
    lab_close(l);
}

static void test_refused(void **state)
{
    static const char shift[] = "[metric \"x\"]\ntype = shift\nof = 投资\nversus = last_issue\n";
    char two[500], named[300];
    (void)state;
    refuses("", shift, "E1272", 2);
    snprintf(two, sizeof two, "%s%s", issues("甲"), issues("乙"));
    refuses(two, shift, "E1274", 2);
    snprintf(named, sizeof named, "%sissue = p\n", shift);
    refuses(issues("往期"), named, "E1273", 2);
    refuses(issues("往期"),
            "[metric \"x\"]\ntype = shift\nof = 投资 + 1亿元\nversus = last_issue\n", "E1278", 2);
    refuses(issues("往期"), "[metric \"x\"]\ntype = shift\nof = 占地\nversus = last_issue\n",
            "E1275", 3); /* 亩 then, 万元 now */
}

/* ---- days ---- */

static int warned(const char *report, const char *one, const char *two, const char *code)
{
    char ini[2000];
    snprintf(ini, sizeof ini,
             "[report]\ntitle = t\n[source \"p\"]\ntype = inline_table\ncolumns = n l\n%s"
             "rows =\n  1\n[source \"q\"]\ntype = inline_table\ncolumns = n l\n%srows =\n  1\n"
             "[metric \"a\"]\ntype = count\nsource = p\n[metric \"b\"]\ntype = count\nsource = q\n",
             one, two);
    lab *l = lab_open(ini, report, 1, 1);
    assert_non_null(l->figures);
    int n = lab_has(l, code);
    lab_close(l);
    return n;
}

static void test_days(void **state)
{
    (void)state;
    assert_int_equal(warned("2022-08-16", "", "", "E1280"), 0);
    assert_int_equal(warned("2022-08-16", "as_of = 2022-08-16\n", "", "E1280"), 0);
    assert_int_equal(warned("2022-08-16", "as_of = 2022-08-09\n", "as_of = 2022-08-16\n", "E1280"),
                     1);
    assert_int_equal(warned(NULL, "as_of = 2022-08-09\n", "as_of = 2022-08-16\n", "E1281"), 1);
    assert_int_equal(warned(NULL, "as_of = 2022-08-09\n", "as_of = 2022-08-09\n", "E1281"), 0);
}

static int probed(const char *one, const char *two, const char *code)
{
    char ini[2000];
    jb_buf b;
    snprintf(ini, sizeof ini,
             "[report]\ntitle = t\nperiod = month\n"
             "[source \"p\"]\ntype = inline_table\ncolumns = day tdD\nrows =\n  %s\n"
             "[source \"q\"]\ntype = inline_table\ncolumns = day tdD\nrows =\n  %s\n  2021-01-01\n"
             "[metric \"a\"]\ntype = count\nsource = p\nat = day\n"
             "[metric \"b\"]\ntype = count\nsource = q\nat = day\n",
             one, two);
    lab *l = lab_open(ini, "2022-08-16", 1, 1);
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_model_probe(l->model, &b, 0, 0, l->diags);
    jb_buf_free(&b);
    int n = lab_has(l, code);
    lab_close(l);
    return n;
}

static void test_old_tables(void **state)
{
    (void)state;
    assert_int_equal(probed("2022-08-16", "2022-08-10", "E1283"), 0);
    assert_int_equal(probed("2022-08-16", "2022-07-31", "E1283"), 0); /* 16 days: the period */
    assert_int_equal(probed("2022-08-16", "2022-07-30", "E1283"), 1);
    assert_int_equal(probed("2022-12-31", "2022-07-30", "E1283"), 0); /* plans are not data yet */
    assert_int_equal(probed("2022-08-17", "2022-08-16", "E1282"), 1);
    assert_int_equal(probed("2022-08-16", "2022-08-16", "E1282"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shift), cmocka_unit_test(test_missing),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_days),
                                       cmocka_unit_test(test_old_tables)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
