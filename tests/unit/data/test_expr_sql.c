// SPDX-License-Identifier: Apache-2.0
/* Expressions as SQL: forms, bound literals, quoted identifiers, and what is not sent. */
#include "help.h"

static const column COLUMNS[] = {
    {"name", JB_K_TEXT, 0, NULL},     {"amount", JB_K_DEC, 2, "万元"},
    {"d", JB_K_DATE, 0, NULL},        {"n", JB_K_INT, 0, NULL},
    {"v", JB_K_BOOL, 0, NULL},        {"f", JB_K_FLOAT, 0, NULL},
    {"plan", JB_K_DEC, 2, "万元"},    {"area", JB_K_DEC, 1, "亩"},
    {"plant", JB_K_DEC, 1, "平方米"},
};
static const char *const HEADINGS[] = {"项目\"名称\"", "总投资（万元）", "d",    "n", "v", "f",
                                       "plan",         "area",           "plant"};

static const jb_sql_form FORMS[] = {
    {"ident", "\"\""},          {"param", "$#"},
    {"and", "($1 and $2)"},     {"or", "($1 or $2)"},
    {"not", "(not $1)"},        {"=", "$1 = $2"},
    {"<>", "$1 <> $2"},         {"<", "$1 < $2"},
    {"<=", "$1 <= $2"},         {">", "$1 > $2"},
    {">=", "$1 >= $2"},         {"+", "($1 + $2)"},
    {"-", "($1 - $2)"},         {"*", "($1 * $2)"},
    {"in", "$1 in ($2)"},       {"between", "$1 between $2 and $3"},
    {"is_null", "$1 is null"},  {"year", "y($1)"},
    {"decimal", "dec($1, $2)"},
};

static const char *heading(void *data, int32_t i)
{
    (void)data;
    return HEADINGS[i];
}

static void prints(const char *text, const char *want, const char *values, size_t n_forms,
                   const char *param)
{
    world w;
    jb_buf b, bound;
    jb_sql_form forms[32];
    world_open(&w, COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0], 0);
    memcpy(forms, FORMS, n_forms * sizeof *forms);
    forms[1].text = param;
    jb_source_sql sql = {.size = sizeof sql, .forms = forms, .n_forms = n_forms};
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_init(&bound, JB_BUF_MAX_TEXT);
    jb_sql_out out = {.text = &b, .arena = w.arena, .column = heading, .period = {18993, 19220, 1}};
    int status = jb_expr_sql(must(&w, text), &sql, &out);
    if (status != (want ? 0 : -1) || (want && strcmp(jb_buf_text(&b), want) != 0)) {
        fail_msg("%s\n  is     %d %s\n  wanted %s", text, status, jb_buf_text(&b),
                 want ? want : "nothing");
    }
    for (size_t i = 0; i < out.n_values; i++) {
        jb_buf_fmt(&bound, "%s%s:%s", i ? " " : "", out.values[i].format,
                   out.values[i].text ? out.values[i].text : "NULL");
    }
    if (values && strcmp(jb_buf_text(&bound), values) != 0) {
        fail_msg("%s binds %s, wanted %s", text, jb_buf_text(&bound), values);
    }
    jb_buf_free(&b);
    jb_buf_free(&bound);
    world_close(&w);
}

enum { ALL = sizeof FORMS / sizeof FORMS[0] };

static void conditions_are_printed_by_the_forms(void **state)
{
    (void)state;
    prints("name = \"x'; drop\"", "\"项目\"\"名称\"\"\" = $1", "u:x'; drop", ALL, "$#");
    prints("amount >= 1亿元", "dec(\"总投资（万元）\", 2) >= dec($1, 2)", "d:38,2:10000.00", ALL,
           "$#");
    prints("amount >= 1亿元 and (in_period(d) or name is not null)",
           "(dec(\"总投资（万元）\", 2) >= dec($1, 2) and (\"d\" between $2 and $3 or (not "
           "\"项目\"\"名称\"\"\" is null)))",
           "d:38,2:10000.00 tdD:2022-01-01 tdD:2022-08-16", ALL, "$#");
    prints("name not in (\"合计\", \"小计\")", "(not \"项目\"\"名称\"\"\" in ($1, $2))",
           "u:合计 u:小计", ALL, "$#");
    prints("n + 1 > 2 and n > 1.5", "((\"n\" + $1) > $2 and \"n\" > $3)", "l:1 l:2 d:38,1:1.5", ALL,
           "$#");
    prints("d >= \"2022-08-16\" or v", "(\"d\" >= $1 or \"v\")", "tdD:2022-08-16", ALL, "$#");
    prints("amount + plan > 5", "(dec(\"总投资（万元）\", 2) + dec(\"plan\", 2)) > dec($1, 2)",
           "d:38,2:5.00", ALL, "$#");
    prints("plant > area", "(dec(\"plant\", 1) * $1) > (dec(\"area\", 1) * $2)", "l:3 l:2000", ALL,
           "$#");
    prints("amount in (1, 2.5) and amount between 1 and plan",
           "(dec(\"总投资（万元）\", 2) in (dec($1, 2), dec($2, 2)) and "
           "dec(\"总投资（万元）\", 2) between dec($3, 2) and dec(\"plan\", 2))",
           NULL, ALL, "$#");
    prints("amount", "\"总投资（万元）\"", "", ALL, "$#");
    prints("year(d) = 2022", "y(\"d\") = $1", "l:2022", ALL, "$#");
    prints("f > 1.5", "\"f\" > $1", "d:38,1:1.5", ALL, "$#");
    prints("n in (1, null)", "\"n\" in ($1, $2)", "l:1 u:NULL", ALL, "$#");
    prints("n = 1 or n = 2", "(\"n\" = ? or \"n\" = ?)", "l:1 l:2", ALL, "?");
}

static void what_has_no_exact_form_is_not_sent(void **state)
{
    (void)state;
    prints("amount / 2 > 1", NULL, "", ALL, "$#");
    prints("amount * 2 > 1", NULL, "", ALL, "$#");
    prints("amount > 1.005", NULL, "", ALL, "$#"); /* finer than the column */
    prints("amount + plan", NULL, "", ALL, "$#");
    prints("f + 1 > 2", NULL, "", ALL, "$#");
    prints("round(f, 1) > 2", NULL, "", ALL, "$#");
    prints("name like \"%x\"", NULL, "", ALL, "$#");
    prints("quarter(d) = 1", NULL, "", ALL, "$#");
    prints("coalesce(n, 0) > 1", NULL, "", ALL, "$#");
    prints("if(v, n, 0) > 1", NULL, "", ALL, "$#");
    prints("n = 1 and length(name) > 1", NULL, "", ALL, "$#"); /* nothing stays bound */
    prints("n = 1", NULL, "", 5, "$#");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_are_printed_by_the_forms),
        cmocka_unit_test(what_has_no_exact_form_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
