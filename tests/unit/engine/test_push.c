// SPDX-License-Identifier: Apache-2.0
/* Push-down: what the database aggregates and the host absorbs equals what the host computes from
 * the rows. */
#include "lab.h"

#include <sqlite3.h>
#include <unistd.h>

static char path[64];

static int setup(void **state)
{
    static const char make[] =
        "CREATE TABLE t (\"名 称\" TEXT, Kind TEXT, amount REAL, n INTEGER, day TEXT);"
        "INSERT INTO t VALUES ('甲','a',1.005,3,'2022-01-05'),('乙','a',2.5,4,'2022-02-28'),"
        "('丙','b',NULL,NULL,NULL),('丁',NULL,7.25,1,'2021-12-31'),('戊','b',0.1,2,'2022-08-16'),"
        "('己','b',0.2,9,'2022-08-17');";
    sqlite3 *db;
    int fd;
    (void)state;
    snprintf(path, sizeof path, "/tmp/jb-push-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0 || sqlite3_open(path, &db) != SQLITE_OK) {
        return -1;
    }
    int status = sqlite3_exec(db, make, NULL, NULL, NULL);
    sqlite3_close(db);
    return status;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static lab *with(const char *pushdown, const char *metrics)
{
    char ini[4000];
    snprintf(
        ini, sizeof ini,
        "[source \"p\"]\ntype = sqlite\npath = %s\ntable = t\nname.name = 名 称\nname.kind = KIND\n"
        "type.amount = decimal(12,2)\ntype.day = date\nunit.amount = 万元\nwhere = name <> \"无\"\n"
        "pushdown = %s\n%s",
        path, pushdown, metrics);
    return lab_open(ini, "2022-08-16", 1, 1);
}

static void check(const char *metric, const char *value)
{
    char metrics[1000];
    snprintf(metrics, sizeof metrics, "[metric \"x\"]\nsource = p\n%s", metric);
    lab *streamed = with("off", metrics), *pushed = with("require", metrics);
    if (strcmp(lab_value(pushed, "x"), value) != 0) {
        fprintf(stderr, "%s%s", metric, lab_print(pushed));
    }
    assert_string_equal(lab_value(streamed, "x"), value);
    assert_string_equal(lab_value(pushed, "x"), value);
    lab_close(streamed);
    lab_close(pushed);
}

static void test_equal(void **state)
{
    (void)state;
    check("type = count\n", "6");
    check("type = count\nwhere = amount > 1万元 and kind = \"a\"\n", "2");
    check("type = count\nwhere = n > 100\n", "0");
    check("type = count\ngroup_by = kind\n", "a=2 b=3 (null)=1");
    check("type = sum\ncolumn = amount\n", "11.06"); /* 1.005 is 1.01 as a decimal(12,2), in both */
    check("type = sum\ncolumn = amount\nwhere = n > 100\n", "0.00");
    check("type = sum\ncolumn = amount\nwhere = name = \"丙\"\n", "-");
    check("type = sum\ncolumn = n\ngroup_by = kind\n", "a=7 b=11 (null)=1");
    check("type = mean\ncolumn = amount\ngroup_by = kind\n", "a=1.755 b=0.15 (null)=7.25");
    check("type = min\ncolumn = amount\n", "0.10");
    check("type = max\ncolumn = day\nwhere = kind in (\"a\", \"c\")\n", "2022-02-28");
    check("type = max\ncolumn = name\ngroup_by = kind\n", "a=甲 b=戊 (null)=丁");
    check("type = count\nat = day\nperiod = year_to_date\n", "3");
    check("type = count\ngroup_by = quarter(day), kind\n",
          "2021-Q4/(null)=1 2022-Q1/a=2 2022-Q3/b=2 (null)/b=1");
    check("type = count\ngroup_by = month(day)\n",
          "2021-12=1 2022-01=1 2022-02=1 2022-08=2 (null)=1");
    check("type = count\ngroup_by = year(day)\n", "2021=1 2022=4 (null)=1");
}

/* What cannot be pushed is an error that says why, when pushing is required. */
static void test_refused(void **state)
{
    static const char *const metrics[] = {"type = median\ncolumn = n\n",
                                          "type = count\nnames = name\n",
                                          "type = count\nwhere = length(name) > 1\n"};
    char text[300];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "[metric \"x\"]\nsource = p\n%s", metrics[i]);
        lab *l = with("require", text);
        assert_null(l->figures);
        assert_int_equal(lab_has(l, "E0377"), 1);
        assert_int_equal(jb_diags_exit(l->diags), 2);
        lab_close(l);
    }
}

static void test_plan_shows_sql(void **state)
{
    lab *l = with("require",
                  "[metric \"x\"]\nsource = p\ntype = count\nwhere = kind = \"x' or 1=1 --\"\n");
    jb_buf b;
    (void)state;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_model_plan(l->model, &b, 1, 0);
    assert_non_null(strstr(jb_buf_text(&b), "\"sql\":\"SELECT COUNT(*) FROM (SELECT "));
    const char *sql = strstr(jb_buf_text(&b), "\"sql\"");
    const char *end = strstr(sql, "\"bound\""), *literal = strstr(sql, "1=1");
    assert_non_null(end);
    assert_true(!literal || literal > end); /* literals are bound, never printed */
    assert_string_equal(lab_value(l, "x"), "0");
    jb_buf_free(&b);
    lab_close(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_plan_shows_sql)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
