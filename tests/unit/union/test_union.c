// SPDX-License-Identifier: Apache-2.0
/* Members of a union under our names: types, units, conditions, refusals, partitions, threads. */
#include "lab.h"

#define EAST                                                                                       \
    "[source \"东湖\"]\ntype = inline_table\nparts = %PARTS%\n"                                  \
    "columns = 项目 u, 总投资 l, 日期 tdD\nname.name = 项目\nname.amount = 总投资\n"   \
    "name.day = 日期\nunit.amount = 万元\n"                                                    \
    "rows =\n  甲 | 1200 | 2022-01-05\n  乙 | 3400 | 2022-02-05\n  丙 |  | 2022-03-01\n"
#define WEST                                                                                             \
    "[source \"西山\"]\ntype = inline_table\nparts = 2\n"                                              \
    "columns = 名称 u, 金额 d14.2, 签约 tdD, 备注 u\nname.name = 名称\nname.amount = 金额\n" \
    "name.day = 签约\nunit.amount = 元\nwhere = name != \"合计\"\n"                                 \
    "rows =\n  丁 | 12000000.55 | 2022-03-01 | x\n  戊 | 88000000 | 2022-04-02 |\n"                    \
    "  合计 | 100000000.55 | 2022-04-02 |\n"
#define CITY "[source \"全市\"]\ntype = union\nmembers = 东湖, 西山\n"
#define SUM "[metric \"x\"]\ntype = sum\nsource = 全市\ncolumn = amount\n"
#define COUNT "[metric \"x\"]\ntype = count\nsource = 全市\n"

/* Figures equal with any number of partitions in one member, and of threads. */
static void test_rows(void **state)
{
    (void)state;
    lab_expect(EAST WEST CITY COUNT, NULL, "x", "5");
    lab_expect(EAST WEST CITY SUM, NULL, "x", "14600.000055");
    lab_expect(EAST WEST CITY SUM "group_by = member\n", NULL, "x",
               "东湖=4600.000000 西山=10000.000055");
    lab_expect(EAST WEST CITY COUNT "group_by = month(day)\n", NULL, "x",
               "2022-01=1 2022-02=1 2022-03=2 2022-04=1");
    lab_expect(EAST WEST CITY "where = amount > 1000万元\n" COUNT, NULL, "x", "4");
    lab_expect(EAST WEST CITY COUNT "where = member = \"西山\"\n", NULL, "x", "2");
    lab_expect(EAST WEST CITY COUNT "where = name = \"合计\"\n", NULL, "x", "0");
}

static void test_unit(void **state)
{
    (void)state;
    lab *l = lab_open(EAST WEST CITY SUM, NULL, 2, 2);
    lab_value(l, "x");
    assert_string_equal(lab_unit(l, "x"), "万元");
    lab_close(l);
    /* the first member that has the column says the unit */
    l = lab_open(EAST WEST "[source \"全市\"]\ntype = union\nmembers = 西山, 东湖\n" SUM, NULL, 2,
                 2);
    assert_string_equal(lab_value(l, "x"), "146000000.55");
    assert_string_equal(lab_unit(l, "x"), "元");
    lab_close(l);
    /* one that does not come out even keeps twelve decimals */
    lab_expect("[source \"a\"]\ntype = inline_table\ncolumns = s l\nrows = 1\nunit.s = 公顷\n"
               "[source \"b\"]\ntype = inline_table\ncolumns = s l\nrows = 1\nunit.s = 亩\n"
               "[source \"全市\"]\ntype = union\nmembers = a, b\n"
               "[metric \"x\"]\ntype = sum\nsource = 全市\ncolumn = s\n",
               NULL, "x", "1.066666666667");
}

#define TWO(columns_a, rows_a, more_a, columns_b, rows_b, more_b)                                  \
    "[source \"a\"]\ntype = inline_table\ncolumns = " columns_a "\nrows =\n  " rows_a "\n" more_a  \
    "[source \"b\"]\ntype = inline_table\ncolumns = " columns_b "\nrows =\n  " rows_b "\n" more_b  \
    "[source \"全市\"]\ntype = union\nmembers = a, b\n"
#define ADD "[metric \"x\"]\ntype = sum\nsource = 全市\ncolumn = v\n"

static void test_types(void **state)
{
    (void)state;
    lab_expect(TWO("v l", "1", "", "v d6.2", "2.25", "") ADD, NULL, "x", "3.25");
    lab_expect(TWO("v d6.3", "1.125", "", "v d20.1", "2.5", "") ADD, NULL, "x", "3.625");
    lab_expect(TWO("v g", "1.5", "", "v d6.2", "2.25", "") ADD, NULL, "x", "3.75");
    lab_expect(TWO("v l", "9223372036854775807", "", "v d6.2", "0.25", "") ADD, NULL, "x",
               "9223372036854775807.25");
    /* what is declared for the union is asked of each member */
    lab_expect(TWO("v u", "1.5", "", "v d6.2", "2.25", "") "type.v = decimal(10,2)\n" ADD, NULL,
               "x", "3.75");
    lab_expect(TWO("v u", "1.5", "where = v != \"x\"\n", "v d6.2", "2.25",
                   "") "type.v = decimal(10,2)\n" ADD,
               NULL, "x", "3.75");
    /* text without any value follows the others */
    lab_expect(TWO("w u, v u", "a |", "", "w u, v d6.2", "b | 2.25", "") ADD, NULL, "x", "2.25");
    lab_expect(TWO("w u, v tdD", "a | 2022-01-02", "", "w u, v u", "b |",
                   "") "[metric \"x\"]\ntype = count\nsource = 全市\ngroup_by = month(v)\n",
               NULL, "x", "2022-01=1 (null)=1");
    lab_expect(TWO("v u", "a", "", "v u", "b",
                   "") "[metric \"x\"]\ntype = count\nsource = 全市\ngroup_by = v\n",
               NULL, "x", "a=1 b=1");
    lab_expect(TWO("v b", "1", "", "v b", "0",
                   "") "[metric \"x\"]\ntype = count\nsource = 全市\nwhere = v\n",
               NULL, "x", "1");
}

static void test_missing(void **state)
{
    (void)state;
    lab_refuses(EAST WEST CITY COUNT "where = 备注 = \"x\"\n", NULL, "E1023");
    lab_expect(EAST WEST CITY "missing = null\n" COUNT "where = 备注 = \"x\"\n", NULL, "x", "1");
    lab_expect(EAST WEST CITY "missing = null\n" COUNT "where = 备注 is null\n", NULL, "x", "4");
    static const char *const formats[] = {"v l", "v g", "v b", "v tdD", "v d6.2", "v d30.2", "v u"};
    static const char *const cells[] = {"1", "1.5", "1", "2022-01-02", "1.25", "1.25", "x"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        char ini[1024];
        snprintf(ini, sizeof ini,
                 "[source \"a\"]\ntype = inline_table\ncolumns = k u\nrows = p\n"
                 "[source \"b\"]\ntype = inline_table\ncolumns = k u, %s\nrows = q | %s\n"
                 "[source \"全市\"]\ntype = union\nmembers = a, b\nmissing = null\n" COUNT
                 "where = v is null\nnames = k\n",
                 formats[i], cells[i]);
        lab_expect(ini, NULL, "x", "1");
        lab *l = lab_open(ini, NULL, 1, 1);
        assert_string_equal(lab_names(l, "x"), "p");
        lab_close(l);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *ini, *code;
    } cases[] = {
        {TWO("v u", "甲", "", "v d6.2", "2.25", "") ADD, "E1024"},
        {TWO("v tdD", "2022-01-01", "", "v d6.2", "2.25", "") ADD, "E1024"},
        {TWO("v l", "1", "unit.v = 万元\n", "v l", "1", "unit.v = 亩\n") ADD, "E1021"},
        {TWO("v l", "1", "unit.v = 万元\n", "v l", "1", "") ADD, "E1021"},
        {TWO("v l", "1", "", "v l", "1", "unit.v = 万元\n") ADD, "E1021"},
        {TWO("v l", "1", "unit.v = 万元\n", "v l", "1", "unit.v = 元\n") "unit.v = 元\n" ADD,
         "E1022"},
        {TWO("v l, member u", "1 | x", "", "v l", "1", "") ADD, "E1001"},
        {TWO("v l", "1", "", "w l", "1", "") ADD, "E1003"},
        {EAST "[source \"全市\"]\ntype = union\nmembers = 东湖, 东湖\n" COUNT, "E1002"},
        {"[source \"全市\"]\ntype = union\nmembers = 全市\n" COUNT, "E1020"},
        {EAST "[source \"全市\"]\ntype = union\nmembers = 东湖, b\n"
              "[source \"b\"]\ntype = union\nmembers = c\n[source \"c\"]\ntype = union\nmembers = "
              "全市\n" COUNT,
         "E1020"},
        {EAST "[source \"全市\"]\ntype = union\nmembers = 东胡\n" COUNT, "E0213"},
        {"[source \"全市\"]\ntype = union\n" COUNT, "E0202"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lab_refuses(cases[i].ini, NULL, cases[i].code);
    }
    /* 2^63 - 1 亿元 in 元: a cell that leaves its range is the member's */
    lab_refuses(TWO("v l", "1", "unit.v = 元\n", "v l", "9223372036854775807", "unit.v = 亿元\n")
                    ADD,
                NULL, "E0366");
}

/* One message for one mistake: a union over a broken source says nothing of its own. */
static void test_broken_quietly(void **state)
{
    (void)state;
    lab *l = lab_open("[source \"a\"]\ntype = inline_table\ncolumns = v l\nname.w = 没有\n"
                      "[source \"全市\"]\ntype = union\nmembers = a\n" COUNT,
                      NULL, 1, 1);
    assert_int_equal(lab_has(l, "E0272"), 1);
    assert_int_equal((int)jb_diags_errors(l->diags), 1);
    lab_close(l);
    l = lab_open("[source \"全市\"]\ntype = union\nmembers = b\n"
                 "[source \"b\"]\ntype = union\nmembers = 全市\n" COUNT,
                 NULL, 1, 1);
    assert_int_equal((int)jb_diags_errors(l->diags), 1);
    assert_non_null(strstr(lab_print(l), "全市 → b → 全市"));
    lab_close(l);
    l = lab_open(EAST WEST CITY COUNT "where = 备注 = \"x\"\n", NULL, 1, 1);
    assert_int_equal((int)jb_diags_errors(l->diags), 1);
    assert_non_null(strstr(lab_print(l), "“东湖”"));
    assert_non_null(strstr(l->text, "name.备注 = HEADING"));
    lab_close(l);
}

static void test_nested(void **state)
{
    static const char three[] =
        EAST WEST "[source \"南川\"]\ntype = inline_table\ncolumns = name u, amount d6.1, day tdD\n"
                  "unit.amount = 亿元\nrows = 己 | 1.5 | 2022-05-01\n"
                  "[source \"北片\"]\ntype = union\nmembers = 东湖, 西山\nmember = 区\n"
                  "[source \"全市\"]\ntype = union\nmembers = 北片, 南川\nmember = 片\n";
    char ini[4096];
    (void)state;
    snprintf(ini, sizeof ini, "%s%s", three, COUNT);
    lab_expect(ini, NULL, "x", "6");
    snprintf(ini, sizeof ini, "%s%sgroup_by = 片\n", three, SUM);
    lab_expect(ini, NULL, "x", "北片=14600.000055 南川=15000.000000");
    snprintf(ini, sizeof ini,
             "%s%s[metric \"y\"]\ntype = count\nsource = 东湖\n"
             "[metric \"z\"]\ntype = sum\nsource = 北片\ncolumn = amount\n",
             three, SUM);
    lab_expect(ini, NULL, "x", "29600.000055");
    lab_expect(ini, NULL, "y", "3");
    lab_expect(ini, NULL, "z", "14600.000055");
}

/* Refused rows are the member's, counted once over all partitions. */
static void test_refused_rows(void **state)
{
    static const char bad[] =
        "[source \"a\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = k u, v u\n"
        "type.v = int\non_error = skip\nrows =\n  p | 1\n  q | x\n  r | 2\n  s | y\n"
        "[source \"b\"]\ntype = inline_table\ncolumns = k u, v l\nrows = t | 4\n"
        "[source \"全市\"]\ntype = union\nmembers = a, b\n";
    char ini[2048];
    (void)state;
    snprintf(ini, sizeof ini, "%s%s", bad, ADD);
    lab_expect(ini, NULL, "x", "7");
    lab *l = lab_open(ini, NULL, 3, 2);
    assert_int_equal(lab_has(l, "E0367"), 1);
    assert_non_null(strstr(lab_print(l), "\"a\": 2 rows left out"));
    lab_close(l);
    snprintf(ini, sizeof ini, "%s", TWO("v u", "x", "type.v = int\n", "v l", "2", "") ADD);
    lab_refuses(ini, NULL, "E0366");
    snprintf(ini, sizeof ini, "%s",
             TWO("v u", "x", "type.v = int\non_error = null\n", "v l", "2", "") ADD);
    lab_expect(ini, NULL, "x", "2");
    /* a number out of range only after conversion goes the same way */
    snprintf(ini, sizeof ini, "%s",
             TWO("v l", "1", "unit.v = 元\n", "v l", "9223372036854775807",
                 "unit.v = 亿元\non_error = null\n") ADD);
    lab_expect(ini, NULL, "x", "1");
    snprintf(ini, sizeof ini, "%s",
             TWO("v l", "1", "unit.v = 元\n", "v l", "9223372036854775807",
                 "unit.v = 亿元\non_error = skip\n") COUNT);
    lab_expect(ini, NULL, "x", "2");
    snprintf(ini, sizeof ini, "%s",
             TWO("v l", "1", "unit.v = 元\n", "v l", "9223372036854775807",
                 "unit.v = 亿元\non_error = skip\n") COUNT "where = v > 0元 or v is null\n");
    lab_expect(ini, NULL, "x", "1");
}

/* Twenty levels that double: told at once, not after a million reads. */
static void test_doubling(void **state)
{
    char ini[8192];
    size_t n = (size_t)snprintf(ini, sizeof ini,
                                "[source \"a0\"]\ntype = inline_table\ncolumns = v l\nrows = 1\n"
                                "[source \"b0\"]\ntype = inline_table\ncolumns = v l\nrows = 2\n");
    (void)state;
    for (int i = 1; i <= 20; i++) {
        n += (size_t)snprintf(ini + n, sizeof ini - n,
                              "[source \"a%d\"]\ntype = union\nmembers = a%d, b%d\nmember = m%d\n"
                              "[source \"b%d\"]\ntype = union\nmembers = a%d, b%d\nmember = m%d\n",
                              i, i - 1, i - 1, i, i, i - 1, i - 1, i);
    }
    snprintf(ini + n, sizeof ini - n, "[metric \"x\"]\ntype = count\nsource = a20\n");
    lab *l = lab_open(ini, NULL, 1, 1);
    assert_int_equal(lab_has(l, "E1029"), 2); /* a14 and b14; what is above them says nothing */
    assert_int_equal((int)jb_diags_errors(l->diags), 2);
    lab_close(l);
}

static void test_fails_in_the_middle(void **state)
{
    (void)state;
    lab_refuses(TWO("v l", "1", "", "v l", "1\n  2\n  3", "fail_at = 1\n") ADD, NULL, "E0364");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_unit),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_broken_quietly),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_refused_rows),
        cmocka_unit_test(test_doubling),       cmocka_unit_test(test_fails_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
