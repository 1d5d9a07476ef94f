// SPDX-License-Identifier: Apache-2.0
/* Plugins that do not keep the contract: each lie is named, nothing is computed, nothing crashes.
 */
#include "lab.h"

#define TABLE                                                                                      \
    "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = t u, n l\n"                   \
    "rows =\n  a|1\n  b|2\n  c|\n  a|4\n  b|5\n  d|6\n  c|7\n"

static void test_order_matters(void **state)
{
    (void)state;
    lab_expect(TABLE "[metric \"x\"]\ntype = last\nsource = p\ncolumn = n\n", NULL, "x", "7");
    lab_expect(TABLE "[metric \"x\"]\ntype = last\nsource = p\ncolumn = n\ngroup_by = t\n", NULL,
               "x", "a=4 b=5 c=7 d=6");
    lab_expect(TABLE "[metric \"x\"]\ntype = last\nsource = p\ncolumn = n\nwhere = n < 5\n", NULL,
               "x", "4");
}

static void test_metric(void **state)
{
    static const struct {
        const char *how, *code;
    } cases[] = {{"no value", "E0283"},       {"huge state", "E0283"},    {"no schema", "E0283"},
                 {"silent failure", "E0550"}, {"told and fine", "E0551"}, {"one row more", "E0371"},
                 {"short column", "E0371"},   {"nothing", "E0371"}};
    char ini[1000];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(ini, sizeof ini,
                 "%s[metric \"x\"]\ntype = wrong\nsource = p\ncolumn = n\nhow = %s\n", TABLE,
                 cases[i].how);
        lab_refuses(ini, NULL, cases[i].code);
    }
    lab_expect(TABLE "[metric \"x\"]\ntype = wrong\nsource = p\ncolumn = n\n", NULL, "x", "7");
}

static void test_derived(void **state)
{
    static const char *const hows[] = {"nothing", "keys", "type", "short", "rows"};
    char ini[1000];
    (void)state;
    for (size_t i = 0; i < sizeof hows / sizeof hows[0]; i++) {
        snprintf(ini, sizeof ini,
                 "%s[metric \"n\"]\ntype = count\nsource = p\n"
                 "[metric \"x\"]\ntype = wrong_derive\nof = n\nhow = %s\n",
                 TABLE, hows[i]);
        lab_refuses(ini, NULL, "E0371");
    }
}

static void test_source(void **state)
{
    static const char *const lies[] = {"other schema", "short column", "bad offsets", "bad text"};
    char ini[1000];
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        snprintf(ini, sizeof ini,
                 "%slie = %s\n[metric \"x\"]\ntype = count\nsource = p\nwhere = t = \"a\"\n", TABLE,
                 lies[i]);
        lab *l = lab_open(ini, NULL, 1, 1);
        if (lab_has(l, "E0365") != 1) {
            fprintf(stderr, "%s: %s", lies[i], lab_print(l));
        }
        assert_int_equal(lab_has(l, "E0365"), 1);
        assert_int_equal(jb_diags_exit(l->diags), 3);
        assert_null(l->figures);
        lab_close(l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_matters), cmocka_unit_test(test_metric),
        cmocka_unit_test(test_derived), cmocka_unit_test(test_source)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
