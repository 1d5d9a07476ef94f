// SPDX-License-Identifier: Apache-2.0
#include "lab.h"

#define TABLE                                                                                      \
    "[report]\ntitle = t\n"                                                                        \
    "[source \"p\"]\ntype = inline_table\nparts = 2\ncolumns = d u, v d14.2\nunit.v = 万元\n"    \
    "rows =\n  东 | 10\n  东 | 20\n  西 | 30\n  南 | 1\n"                                      \
    "[metric \"n\"]\ntype = count\nsource = p\nunit = 个\n"                                       \
    "[metric \"g\"]\ntype = count\nsource = p\ngroup_by = d\n"                                     \
    "[metric \"big\"]\ninherit = g\nwhere = v > 15\n"                                              \
    "[metric \"m\"]\ntype = max\nsource = p\ncolumn = v\nwhere = v > 1000\n"

static jb_rules_result judge(const char *rules, const char *date, char *out, size_t cap)
{
    char ini[4096];
    jb_rules_result r;
    snprintf(ini, sizeof ini, "%s%s", TABLE, rules);
    lab *l = lab_open(ini, date, 1, 1);
    if (!l->figures) {
        fprintf(stderr, "%s", lab_print(l));
    }
    assert_non_null(l->figures);
    jb_model_rules(l->model, l->figures, &r, l->diags);
    snprintf(out, cap, "%d:%s", jb_diags_exit(l->diags), lab_print(l));
    lab_close(l);
    return r;
}

static void test_that_hold(void **state)
{
    char out[4096];
    (void)state;
    jb_rules_result r =
        judge("[rule \"r\"]\nassert =\n    sum(g) = n\n    g <= n\n    n > 3 and n < 5\n", NULL,
              out, sizeof out);
    assert_int_equal(r.checked, 3);
    assert_int_equal(r.broken_errors + r.broken_warnings + r.unchecked, 0);
    assert_string_equal(out, "0:");
}

static void test_broken(void **state)
{
    char out[4096];
    (void)state;
    jb_rules_result r =
        judge("[rule \"r\"]\nassert = sum(g) = n + 1\nbecause = 区县合计\n", NULL, out, sizeof out);
    assert_int_equal(r.broken_errors, 1);
    assert_int_equal(out[0], '4');
    assert_non_null(strstr(out, "E0900"));
    assert_non_null(strstr(out, "sum(g) is 4, n + 1 is 5个"));
    assert_non_null(strstr(out, "n = 4个, from source p, 4 rows counted"));
    assert_non_null(strstr(out, "区县合计"));
}

static void test_keyed(void **state)
{
    char out[4096];
    (void)state;
    jb_rules_result r = judge("[rule \"r\"]\nassert = g <= 1\n", NULL, out, sizeof out);
    assert_int_equal(r.broken_errors, 1);
    assert_non_null(strstr(out, "东: g is 2, 1 is 1"));
    assert_null(strstr(out, "西:"));
}

static void test_warn_and_accept(void **state)
{
    static const char warn[] = "[rule \"r\"]\nseverity = warn\nassert = n = 5\n";
    char rules[600], out[4096];
    (void)state;
    jb_rules_result r = judge(warn, NULL, out, sizeof out);
    assert_int_equal(r.broken_warnings, 1);
    assert_int_equal(out[0], '0');
    assert_non_null(strstr(out, "E0901"));
    snprintf(rules, sizeof rules, "%s[accept \"r\"]\nbecause = 已核实\nuntil = 2022-08-19\n", warn);
    r = judge(rules, "2022-08-19", out, sizeof out);
    assert_int_equal(r.accepted, 1);
    assert_int_equal(r.broken_warnings, 0);
    assert_non_null(strstr(out, "已核实"));
    r = judge(rules, "2022-08-20", out, sizeof out);
    assert_int_equal(r.accepted, 0);
    assert_int_equal(r.broken_warnings, 1);
    assert_non_null(strstr(out, "E0903"));
}

static void test_missing_and_lost(void **state)
{
    char out[4096];
    jb_rules_result r = judge("[rule \"r\"]\nassert = m > 5\n", NULL, out, sizeof out);
    (void)state;
    assert_int_equal(r.broken_errors, 0);
    assert_non_null(strstr(out, "E0905"));
    lab *l = lab_open_skipping(TABLE "[rule \"r\"]\nassert = n = 4\n", NULL, "n");
    jb_model_rules(l->model, l->figures, &r, l->diags);
    assert_int_equal(r.unchecked, 1);
    assert_int_equal(lab_has(l, "E0904"), 1);
    lab_close(l);
}

static void test_refused(void **state)
{
    (void)state;
    lab_refuses(TABLE "[rule \"r\"]\nassert = n\n", NULL, "E0294");
    lab_refuses(TABLE "[rule \"r\"]\nassert = n = 4\n[accept \"r\"]\nbecause = x\n", NULL, "E0292");
    lab_refuses(TABLE "[rule \"r\"]\nassert = n = 4\n[accept \"q\"]\nbecause = x\n", NULL, "E0462");
    lab_refuses(TABLE "[rule \"r\"]\nseverity = warn\nassert = n = 4\n[accept \"r\"]\nbecause = "
                      "x\nuntil = 2022-01-01\n",
                NULL, "E0293");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_that_hold),
                                       cmocka_unit_test(test_broken),
                                       cmocka_unit_test(test_keyed),
                                       cmocka_unit_test(test_warn_and_accept),
                                       cmocka_unit_test(test_missing_and_lost),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
