// SPDX-License-Identifier: Apache-2.0
/* Parsing, typing, units, canonical texts and refusals of expressions over rows. */
#include "help.h"

#include <stdlib.h>

static const column COLUMNS[] = {
    {"name", JB_K_TEXT, 0, NULL},
    {"amount", JB_K_DEC, 2, "万元"},
    {"contract", JB_K_DEC, 2, "万美元"},
    {"sign_date", JB_K_DATE, 0, NULL},
    {"reg_date", JB_K_DATE, 0, NULL},
    {"valid", JB_K_BOOL, 0, NULL},
    {"n", JB_K_INT, 0, NULL},
    {"land", JB_K_DEC, 1, "亩"},
    {"rate", JB_K_DEC, 4, NULL},
    {"f", JB_K_FLOAT, 0, NULL},
    {"pct", JB_K_DEC, 1, "%"},
    {"industry", JB_K_TEXT, 0, NULL},
    {"people", JB_K_INT, 0, "人"},
    {"10亿以上", JB_K_INT, 0, NULL},
    {"plant", JB_K_DEC, 0, "平方米"},
    {"区县", JB_K_TEXT, 0, NULL},
    {"points", JB_K_DEC, 1, "百分点"},
};

static int setup(void **state)
{
    world *w = malloc(sizeof *w);
    world_open(w, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0], 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static void canonical(world *w, const char *text, const char *want)
{
    const char *have = jb_expr_canonical(must(w, text));
    if (strcmp(have, want) != 0) {
        fail_msg("%s\n  is     %s\n  wanted %s", text, have, want);
    }
}

static void literals_take_the_unit_they_meet(void **state)
{
    world *w = *state;
    canonical(w, "amount >= 1亿元", "amount >= 10000万元");
    canonical(w, "amount >= 10000", "amount >= 10000万元");
    canonical(w, "1亿元 <= amount", "10000万元 <= amount");
    canonical(w, "amount > 5千元", "amount > 0.5万元");
    canonical(w, "amount between 1亿元 and 10 亿元", "amount between 10000万元 and 100000万元");
    canonical(w, "amount in (1亿元, 5000万元)", "amount in (10000万元, 5000万元)");
    canonical(w, "contract > 0.2亿美元", "contract > 2000万美元");
    canonical(w, "land > 10公顷", "land > 150亩");
    canonical(w, "plant > 10万平方米", "plant > 100000平方米");
    canonical(w, "rate > 5%", "rate > 0.05");
    canonical(w, "pct > 5%", "pct > 5%");
    canonical(w, "pct > 5", "pct > 5%");
    canonical(w, "people >= 1.5万人", "people >= 15000人");
    canonical(w, "people >= 200", "people >= 200人");
    canonical(w, "n > 10亿", "n > 1000000000");
    canonical(w, "amount > 2 * 1亿元 + 50万元", "amount > 20050万元");
}

static void unlike_scales_compare_exactly(void **state)
{
    world *w = *state;
    /* 1 亩 = 2000/3 平方米: both sides are brought to whole numbers, nothing is rounded. */
    canonical(w, "plant > land", "plant * 3 > land * 2000");
    canonical(w, "land > plant", "land > plant * 0.0015");
    canonical(w, "land > 500平方米", "land > 0.75亩");
    canonical(w, "plant = 1亩", "plant * 3 = 2000平方米");
    canonical(w, "plant in (500平方米, 1亩)", "plant = 500平方米 or plant * 3 = 2000平方米");
    canonical(w, "plant between 1亩 and 1公顷", "plant * 3 >= 2000平方米 and plant <= 10000平方米");
}

static void folding_and_spelling_do_not_matter(void **state)
{
    world *w = *state;
    static const char *const same[] = {"amount>=10000 and industry=\"制造业\"",
                                       "（amount ≥ 1亿元） and industry ＝ “制造业”",
                                       "(amount　>= 10000.00) AND (((industry = \"制造业\")))",
                                       "｛amount｝>=10000万元 And industry=“制造业\"",
                                       "amount >= 100百万元 and {industry} = ＂制造业＂"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        canonical(w, same[i], "amount >= 10000万元 and industry = \"制造业\"");
    }
    canonical(w, "valid or (valid and (valid and not valid))",
              "valid or valid and valid and not valid");
    canonical(w, "(valid or valid) and valid", "(valid or valid) and valid");
    canonical(w, "n - (n - 1) * 2", "n - (n - 1) * 2");
    canonical(w, "name not in (\"合计\", \"小计\")", "not name in (\"合计\", \"小计\")");
    canonical(w, "name is not null", "not name is null");
    canonical(w, "name <> \"a\"\"b\"", "name <> \"a\"\"b\"");
    canonical(w, "{10亿以上} > 1", "{10亿以上} > 1");
    canonical(w, "区县 = \"东湖区\"", "区县 = \"东湖区\"");
    canonical(w, "sign_date >= \"2022年8月16日\"", "sign_date >= \"2022-08-16\"");
    canonical(w, "sign_date < date(\"2022.8.1\")", "sign_date < \"2022-08-01\"");
    canonical(w, "in_period(sign_date) or in_period(reg_date)",
              "in_period(sign_date) or in_period(reg_date)");
    canonical(w, "reg_date - sign_date > 30", "reg_date - sign_date > 30");
    canonical(w, "YEAR(sign_date) = 2022", "year(sign_date) = 2022");
    canonical(w, "coalesce(rate, 1.50) + 2.0 = 2.50", "coalesce(rate, 1.50) + 2.0 = 2.5");
    canonical(w, "coalesce(sign_date, date(\"2022.8.1\")) = reg_date",
              "coalesce(sign_date, date(\"2022-08-01\")) = reg_date");
    canonical(w, "round(amount × 2 ÷ 3, 2) = 0", "round(amount * 2 / 3, 2) = 0万元");
}

static void kinds_scales_and_units_of_results(void **state)
{
    world *w = *state;
    static const struct {
        const char *text;
        jb_kind kind;
        int32_t scale;
        const char *unit;
        int divides;
    } cases[] = {
        {"amount", JB_K_DEC, 2, "万元", 0},
        {"amount * 2", JB_K_DEC, 2, "万元", 0},
        {"amount / land", JB_K_DEC, 12, "万元/亩", 1},
        {"amount / 1亿元", JB_K_DEC, 12, "", 1},
        {"amount + 1亿元", JB_K_DEC, 2, "万元", 0},
        {"amount * rate", JB_K_DEC, 6, "万元", 0},
        {"n + 1", JB_K_INT, 0, "", 0},
        {"n / 2", JB_K_DEC, 12, "", 1},
        {"f * 2", JB_K_FLOAT, 0, "", 0},
        {"pct - pct", JB_K_DEC, 1, "百分点", 0},
        {"pct + points", JB_K_DEC, 1, "%", 0},
        {"pct - points", JB_K_DEC, 1, "%", 0},
        {"points - points", JB_K_DEC, 1, "百分点", 0},
        {"amount * pct", JB_K_DEC, 5, "万元", 0},
        {"convert(contract, 6.8)", JB_K_DEC, 3, "万元", 0},
        {"convert(contract, rate = rate)", JB_K_DEC, 6, "万元", 0},
        {"if(valid, amount, 0)", JB_K_DEC, 2, "万元", 0},
        {"coalesce(amount, 1亿元)", JB_K_DEC, 2, "万元", 0},
        {"coalesce(0, n, rate)", JB_K_DEC, 4, "", 0},
        {"if(valid, sign_date, \"2022-01-01\")", JB_K_DATE, 0, "", 0},
        {"quarter(sign_date)", JB_K_INT, 0, "", 0},
        {"sign_date + 30", JB_K_DATE, 0, "", 0},
        {"length(name)", JB_K_INT, 0, "", 0},
        {"round(f, 2)", JB_K_DEC, 2, "", 0},
        {"land / land * land", JB_K_DEC, 12, "亩", 1},
        {"amount / land * land", JB_K_DEC, 12, "万元", 1},
        {"-amount", JB_K_DEC, 2, "万元", 0},
        {"plant + land", JB_K_DEC, 12, "平方米", 1},
        {"land + plant", JB_K_DEC, 4, "亩", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        jb_expr *e = must(w, cases[i].text);
        if (jb_expr_kind(e) != cases[i].kind || jb_expr_scale(e) != cases[i].scale ||
            strcmp(jb_expr_unit(e)->text, cases[i].unit) != 0 ||
            jb_expr_divides(e) != cases[i].divides) {
            fail_msg("%s: kind %d scale %d unit %s divides %d", cases[i].text, (int)jb_expr_kind(e),
                     jb_expr_scale(e), jb_expr_unit(e)->text, jb_expr_divides(e));
        }
    }
}

static void wrong_units_are_refused_with_a_caret(void **state)
{
    world *w = *state;
    refused(w, "amount > contract", "E0207", 1);
    refused(w, "valid and amount + contract > 1", "E0207", 11);
    refused(w, "amount > land", "E0267", 1);
    refused(w, "amount > n", "E0266", 1);
    refused(w, "n >= 1亿元", "E0266", 1);
    refused(w, "pct > points", "E0265", 1);
    refused(w, "coalesce(amount, land) > 0", "E0267", 1);
    refused(w, "amount > 1亿园", "E0253", 10);
    refused(w, "10亿以上 > 1", "E0253", 1);
    refused(w, "convert(amount, 6.8) > 0", "E0257", 1);
    refused(w, "convert(land, 6.8) > 0", "E0257", 1);
    refused(w, "amount in (1亿元, 5亩)", "E0267", 1);
}

static void slips_have_codes_and_places(void **state)
{
    world *w = *state;
    refused(w, "", "E0240", 1);
    refused(w, "amount >=", "E0240", 10);
    refused(w, "amount >= and", "E0241", 11);
    refused(w, "amount 1", "E0241", 8);
    refused(w, "name = \"东湖", "E0242", 8);
    refused(w, "(valid or valid", "E0243", 16);
    refused(w, "区县 = \"a\" 且 valid", "E0241", 10);
    refused(w, "区县 = 'a'", "E0248", 6);
    refused(w, "valid && valid", "E0247", 7);
    refused(w, "n == 1", "E0241", 4);
    refused(w, "区县 = “东湖区” and industri = \"a\"", "E0301", 16);
    refused(w, "industry = 制造业", "E0301", 12);
    refused(w, "yaer(sign_date) = 1", "E0249", 1);
    refused(w, "year(sign_date, 1) = 1", "E0250", 1);
    refused(w, "name = 5", "E0252", 1);
    refused(w, "n = \"5\"", "E0252", 1);
    refused(w, "name = null", "E0254", 8);
    refused(w, "sign_date > \"下周\"", "E0255", 13);
    refused(w, "name and valid", "E0251", 1);
    refused(w, "not n", "E0251", 5);
    refused(w, "name like n", "E0251", 11);
    refused(w, "year(name) = 1", "E0251", 6);
    refused(w, "sum(n) > 1", "E0269", 1);
    refused(w, "n > 999999999999999999999999999999999999999", "E0260", 5);
    refused(w, "n > 99999999999999999999 * 99999999999999999999", "E0260", 5);
    refused(w, "{}", "E0241", 1);
    refused(w, "{abc", "E0243", 1);
    refused(w, "n ; 1", "E0247", 3);
    refused(w, "name.x = 1", "E0261", 1);
    refused(w, "sign_date + 1.5 > \"2022-01-01\"", "E0252", 1);
    w->scope.has_period = 0;
    refused(w, "in_period(sign_date)", "E0268", 1);
    w->scope.has_period = 1;
}

static void hints_name_the_neighbour(void **state)
{
    world *w = *state;
    jb_diag_view v;
    size_t at = jb_diags_count(w->diags);
    refused(w, "industri = \"a\"", "E0301", 1);
    assert_true(jb_diags_at(w->diags, at, &v));
    assert_non_null(strstr(v.hint[1], "industry"));
    assert_int_equal(v.exit_code, 2);
    refused(w, "industry = 制造业", "E0301", 12);
    assert_true(jb_diags_at(w->diags, at + 1, &v));
    assert_non_null(strstr(v.hint[1], "\"制造业\""));
}

static void a_condition_is_bool(void **state)
{
    world *w = *state;
    jb_origin origin = {place_in_text, "amount", 0};
    jb_expr *e = jb_expr_parse(w->arena, "amount", 6, &origin, w->diags);
    assert_int_equal(jb_expr_check_condition(e, &w->scope, w->diags), -1);
    e = jb_expr_parse(w->arena, "valid", 5, &origin, w->diags);
    assert_int_equal(jb_expr_check_condition(e, &w->scope, w->diags), 0);
}

static void names_and_flags_are_known_before_check(void **state)
{
    world *w = *state;
    const char *text = "{10亿以上} / n > 1 and in_period(d) or n = 2", *const * names, *one;
    jb_expr *e = jb_expr_parse(w->arena, text, strlen(text), NULL, w->diags);
    assert_int_equal(jb_expr_names(e, &names), 3);
    assert_string_equal(names[0], "10亿以上");
    assert_string_equal(names[1], "n");
    assert_string_equal(names[2], "d");
    assert_true(jb_expr_uses_period(e) && jb_expr_divides(e) && !jb_expr_is_name(e, &one));
    e = jb_expr_parse(w->arena, " amount ", 8, NULL, w->diags);
    assert_true(jb_expr_is_name(e, &one));
    assert_string_equal(one, "amount");
}

static void and_joins_typed_conditions(void **state)
{
    world *w = *state;
    jb_expr *a = must(w, "amount >= 1亿元 or valid"),
            *b = must(w, "industry = \"制造业\" and valid");
    jb_expr *both = jb_expr_and(w->arena, a, b);
    assert_string_equal(jb_expr_canonical(both),
                        "(amount >= 10000万元 or valid) and industry = \"制造业\" and valid");
    assert_ptr_equal(jb_expr_and(w->arena, a, NULL), a);
    assert_ptr_equal(jb_expr_and(w->arena, NULL, b), b);
    const char *const *names;
    assert_int_equal(jb_expr_names(both, &names), 3);
}

static char *repeat(const char *part, size_t n, const char *tail)
{
    size_t len = strlen(part);
    char *text = malloc(len * n + strlen(tail) + 1);
    for (size_t i = 0; i < n; i++) {
        memcpy(text + i * len, part, len);
    }
    memcpy(text + n * len, tail, strlen(tail) + 1);
    return text;
}

static void hostile_texts_are_refused_early(void **state)
{
    world *w = *state;
    static const struct {
        const char *part;
        size_t n;
        const char *tail, *code;
    } cases[] = {
        {"(", 100000, "", "E0245"},
        {"not ", 100000, "valid", "E0245"},
        {"-", 100000, "1", "E0245"},
        {"n + ", 50000, "1 > 0", "E0245"},
        {"n * ", 1000, "1 > 0", "E0245"},
        {"if(valid,", 5000, "", "E0245"},
        {"valid and ", 90000, "valid", "E0246"},
        {"aaaaaaaaaa", 110000, "", "E0246"},
        {"x[", 50000, "", "E0245"},
        {"1,", 100000, "", "E0241"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = repeat(cases[i].part, cases[i].n, cases[i].tail);
        refused(w, text, cases[i].code, 0);
        free(text);
    }
    /* Chains within brackets within chains: no level is deep, the tree is. */
    char deep[60000];
    size_t len = 0;
    for (int i = 0; i < 60; i++) {
        deep[len++] = '(';
    }
    deep[len++] = 'n';
    for (int i = 0; i < 60; i++) {
        for (int k = 0; k < 100; k++) {
            memcpy(deep + len, "+1", 2);
            len += 2;
        }
        deep[len++] = ')';
    }
    deep[len] = '\0';
    refused(w, deep, "E0245", 0);
    char *wide = repeat("n = 1 or ", 5000, "n = 2"); /* long, but flat: fine */
    assert_non_null(world_expr(w, wide));
    free(wide);
}

static void bad_bytes_are_refused(void **state)
{
    world *w = *state;
    static const char *const texts[] = {"n = \xff", "\xe4\xb8", "n\xc0\x80 = 1", "\xed\xa0\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        refused(w, texts[i], "E0247", 0);
    }
    assert_null(jb_expr_parse(w->arena, "n\0 = 1", 6, NULL, w->diags));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(literals_take_the_unit_they_meet, setup, teardown),
        cmocka_unit_test_setup_teardown(unlike_scales_compare_exactly, setup, teardown),
        cmocka_unit_test_setup_teardown(folding_and_spelling_do_not_matter, setup, teardown),
        cmocka_unit_test_setup_teardown(kinds_scales_and_units_of_results, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_units_are_refused_with_a_caret, setup, teardown),
        cmocka_unit_test_setup_teardown(slips_have_codes_and_places, setup, teardown),
        cmocka_unit_test_setup_teardown(hints_name_the_neighbour, setup, teardown),
        cmocka_unit_test_setup_teardown(a_condition_is_bool, setup, teardown),
        cmocka_unit_test_setup_teardown(names_and_flags_are_known_before_check, setup, teardown),
        cmocka_unit_test_setup_teardown(and_joins_typed_conditions, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_texts_are_refused_early, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_bytes_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
