// SPDX-License-Identifier: Apache-2.0
/* Joins: keys of any exact type, missing partners, double counting, clashes. */
#include "lab.h"

#define PROJECTS                                                                                   \
    "[source \"项目\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = id l, name u, v l\n"     \
    "rows =\n  1 | 甲 | 10\n  2 | 乙 | 20\n   | 丙 | 40\n  3 | 丁 | 80\n  2 | 戊 | 160\n"
#define STAGES                                                                                             \
    "[source \"进度\"]\ntype = inline_table\nparts = 2\ncolumns = 编号 d6.1, stage u, paid d8.2\n"     \
    "unit.paid = 万元\nrows =\n  2.0 | 开工 | 1.5\n  1 | 签约 | 2.25\n  9 | 竣工 | 4\n   | 无 | " \
    "8\n"
#define JOINED "[source \"全\"]\ntype = join\nleft = 项目\nright = 进度\non = id = 编号\n"
#define SUM "[metric \"x\"]\ntype = sum\nsource = 全\ncolumn = v\n"
#define COUNT "[metric \"x\"]\ntype = count\nsource = 全\n"

static void test_rows(void **state)
{
    (void)state;
    lab_expect(PROJECTS STAGES JOINED SUM, NULL, "x", "310");
    lab_expect(PROJECTS STAGES JOINED SUM "group_by = stage\n", NULL, "x",
               "开工=180 签约=10 (null)=120");
    lab_expect(PROJECTS STAGES JOINED "keep = matched\n" SUM, NULL, "x", "190");
    lab_expect(PROJECTS STAGES JOINED "keep = matched\n" COUNT, NULL, "x", "3");
    lab_expect(PROJECTS STAGES JOINED "[metric \"x\"]\ntype = sum\nsource = 全\ncolumn = paid\n",
               NULL, "x", "5.25");
    lab_expect(PROJECTS STAGES JOINED COUNT "where = 编号 = 2\n", NULL, "x", "2");
    lab *l = lab_open(PROJECTS STAGES JOINED COUNT "names = name\n", NULL, 3, 2);
    assert_string_equal(lab_names(l, "x"), "甲、乙、丙、丁、戊");
    lab_close(l);
}

#define PAIR(columns_a, rows_a, more_a, columns_b, rows_b, more_b, on)                             \
    "[source \"a\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = " columns_a                   \
    "\nrows =\n  " rows_a "\n" more_a "[source \"b\"]\ntype = inline_table\ncolumns = " columns_b  \
    "\nrows =\n  " rows_b "\n" more_b                                                              \
    "[source \"全\"]\ntype = join\nleft = a\nright = b\non = " on "\n"

static void test_keys(void **state)
{
    (void)state;
    lab_expect(PAIR("k u", "a\n  b\n  a", "", "k u, w u", "a | x", "", "k") COUNT "group_by = w\n",
               NULL, "x", "x=2 (null)=1");
    lab_expect(PAIR("k tdD", "2022-01-02", "", "d tdD, w u", "2022-01-02 | x", "", "k ＝ d") COUNT
               "group_by = w\n",
               NULL, "x", "x=1");
    lab_expect(PAIR("k b", "1\n  0", "", "k b, w u", "1 | x", "", "k") COUNT "where = w = \"x\"\n",
               NULL, "x", "1");
    /* of two columns, none of them alone unique */
    lab_expect(PAIR("k u, n l", "a | 1\n  a | 2\n  b | 1", "", "k u, m d30.4, w u",
                    "a | 1.0000 | x\n  a | 2 | y\n  b | 2 | z", "", "k, n = m") COUNT
               "group_by = w\n",
               NULL, "x", "x=1 y=1 (null)=1");
    /* the parts of a key are kept apart */
    lab_expect(PAIR("k u, n u", "ab | c", "", "k u, n u, w u", "a | bc | x", "", "k, n") COUNT
               "where = w is null\n",
               NULL, "x", "1");
    /* a key in another unit: 1 万元 is 10000 元 */
    lab_expect(PAIR("k l", "1\n  3", "unit.k = 万元\n", "k d9.1, w u", "10000 | x\n  20000 | y",
                    "unit.k = 元\n", "k") COUNT "where = w = \"x\"\n",
               NULL, "x", "1");
    /* the right side's own condition makes its keys unique */
    lab_expect(PAIR("k u", "a", "", "k u, w l", "a | 1\n  a | 2", "where = w = 2\n",
                    "k") "[metric \"x\"]\ntype = sum\nsource = 全\ncolumn = w\n",
               NULL, "x", "2");
    /* empty text is a key, NULL is none */
    lab_expect(PAIR("z l, k u", "1 | \"\"\n  2 | x\n  3 |", "", "w l, k u", "1 | \"\"\n  2 |", "",
                    "k") "[metric \"x\"]\ntype = sum\nsource = 全\ncolumn = w\n",
               NULL, "x", "1");
}

static void test_many(void **state)
{
#define TWICE                                                                                      \
    PAIR("k u, v l", "a | 1\n  b | 2\n  a | 4", "", "k u, w u", "a | x\n  b | y\n  a | z", "", "k")
    (void)state;
    lab_expect(TWICE "many = yes\n" SUM, NULL, "x", "12");
    lab_expect(TWICE "many = yes\n" SUM "group_by = w\n", NULL, "x", "x=5 y=2 z=5");
    lab_refuses(TWICE SUM, NULL, "E1013");
    lab *l = lab_open(TWICE SUM, NULL, 1, 1);
    assert_non_null(strstr(lab_print(l), "the key a is in “b” more than once: records 1 and 3"));
    lab_close(l);
    l = lab_open(TWICE "many = yes\n" COUNT "names = w\n", NULL, 1, 1);
    assert_string_equal(lab_names(l, "x"), "x、z、y、x、z");
    lab_close(l);
}

/* More rows than a batch, and than the first table of slots. */
static void test_long(void **state)
{
    size_t cap = 1 << 20, n = 0;
    char *ini = malloc(cap);
    (void)state;
    n += (size_t)snprintf(ini + n, cap - n,
                          "[source \"a\"]\ntype = inline_table\nparts = %%PARTS%%\n"
                          "columns = k l, v l\nrows =\n");
    for (int i = 0; i < 9000; i++) {
        n += (size_t)snprintf(ini + n, cap - n, "  %d | 1\n", i % 3000);
    }
    n += (size_t)snprintf(ini + n, cap - n,
                          "[source \"b\"]\ntype = inline_table\ncolumns = k l, w l\nrows =\n");
    for (int i = 0; i < 4000; i++) {
        n += (size_t)snprintf(ini + n, cap - n, "  %d | 2\n", i / 2);
    }
    snprintf(ini + n, cap - n,
             "[source \"全\"]\ntype = join\nleft = a\nright = b\non = k\nmany = yes\n" SUM
             "[metric \"y\"]\ntype = sum\nsource = 全\ncolumn = w\n");
    lab_expect(ini, NULL, "x", "15000"); /* 6000 rows twice, 3000 once */
    lab_expect(ini, NULL, "y", "24000");
    free(ini);
}

static void test_refused(void **state)
{
    static const struct {
        const char *ini, *code;
    } cases[] = {
        {PAIR("k u, w u", "a | 1", "", "k u, w u", "a | x", "", "k") COUNT, "E1010"},
        {PAIR("k u", "a", "", "k u, w u", "a | x", "", "q") COUNT, "E1011"},
        {PAIR("k u", "a", "", "k u, w u", "a | x", "", "k = q") COUNT, "E1011"},
        {PAIR("k u", "a", "", "k l, w u", "1 | x", "", "k") COUNT, "E1012"},
        {PAIR("k g", "1.5", "", "k g, w u", "1.5 | x", "", "k") COUNT, "E1014"},
        {PAIR("k u", "a", "", "k u, w u", "a | x", "", "k = = k") COUNT, "E1015"},
        {PAIR("k u", "a", "", "k u, w u", "a | x", "", "k =") COUNT, "E1015"},
        {PAIR("k l", "1", "unit.k = 万元\n", "k l, w u", "1 | x", "unit.k = 亩\n", "k") COUNT,
         "E1021"},
        {PROJECTS "[source \"全\"]\ntype = join\nleft = 项目\nright = 项目\non = id\n" COUNT,
         "E1016"},
        {PROJECTS "[source \"全\"]\ntype = join\nleft = 项目\nright = 全\non = id\n" COUNT,
         "E1020"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lab_refuses(cases[i].ini, NULL, cases[i].code);
    }
}

/* A join of a union, and a union of joins. */
static void test_composed(void **state)
{
    (void)state;
    lab_expect("[source \"a1\"]\ntype = inline_table\ncolumns = k u, v l\nrows = a | 1\n"
               "[source \"a2\"]\ntype = inline_table\ncolumns = k u, v d6.1\nrows = b | 2.5\n"
               "[source \"a\"]\ntype = union\nmembers = a1, a2\n"
               "[source \"b\"]\ntype = inline_table\ncolumns = k u, w u\nrows =\n  a | x\n  b | y\n"
               "[source \"全\"]\ntype = join\nleft = a\nright = b\non = k\n" SUM
               "group_by = w, member\n",
               NULL, "x", "x/a1=1.0 y/a2=2.5");
    lab_expect(PROJECTS STAGES JOINED
               "[source \"又\"]\ntype = join\nleft = 项目\nright = 进度\non = id = 编号\n"
               "keep = matched\n[source \"合\"]\ntype = union\nmembers = 全, 又\n"
               "[metric \"x\"]\ntype = count\nsource = 合\ngroup_by = member, stage\n",
               NULL, "x", "全/开工=2 全/签约=1 全/(null)=2 又/开工=2 又/签约=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),    cmocka_unit_test(test_keys),
        cmocka_unit_test(test_many),    cmocka_unit_test(test_long),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_composed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
