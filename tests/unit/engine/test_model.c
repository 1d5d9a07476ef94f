// SPDX-License-Identifier: Apache-2.0
/* What the model refuses, and what it says before it computes: signatures, plan, probe. */
#include "lab.h"

#define TABLE                                                                                      \
    "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\n"                                       \
    "columns = name u, district u, amount d14.2, day tdD\nunit.amount = 万元\n"                  \
    "rows =\n  甲 | 东湖区 | 1.5 | 2022-01-05\n  乙 | 西山区 | 2 | 2022-03-05\n"
#define METRIC "[metric \"x\"]\nsource = p\n"

static void test_refused(void **state)
{
    static const struct {
        const char *ini, *code;
    } cases[] = {
        {"[source \"p\"]\ntype = inline_table\ncolumns = a u\ntype.a = number\n", "E0271"},
        {"[source \"p\"]\ntype = inline_table\ncolumns = a u\nname.b = 标题\n", "E0272"},
        {"[source \"p\"]\ntype = inline_table\ncolumns = a u\ntype.b = int\n", "E0273"},
        {"[source \"p\"]\ntype = inline_table\ncolumns = a u\nname.b = c\ntype.b = int\nunit.b = "
         "元\n",
         "E0272"},
        {"[source \"p\"]\ntype = inline_table\ncolumns = a l\nunit.a = 斤两\n", "E0274"},
        {"[source \"p\"]\ntype = inline_table\ncolumns = a tdD\nunit.a = 元\n", "E0275"},
        {"[source \"p\"]\ntype = inline_table\ncolumns = a l\nwhere = a + 1\n", "E0294"},
        {TABLE METRIC "type = count\nunit = 斤两\n", "E0274"},
        {TABLE METRIC "type = top\nby = amount\ncolumns = name\nnames = name\n", "E1299"},
        {TABLE METRIC "type = count\nunit = 公斤\n", "E0295"},
        {TABLE METRIC "type = count\nunit = 万元\n", "E0295"},
        {"[keys \"c\"]\nvalues = a, b, a\n" TABLE, "E0276"},
        {"[keys \"c\"]\nunknown = keep\n" TABLE, "E0277"},
        {"[keys \"c\"]\nvalues = q.c\n" TABLE, "E0460"},
        {"[keys \"c\"]\nvalues = p.c\n" TABLE, "E0273"},
        {TABLE METRIC "type = count\nat = day\nperiod = year_to_dat\n", "E0278"},
        {TABLE METRIC "type = count\nat = day\nperiod = 2022-02-01..2022-01-01\n", "E0279"},
        {TABLE METRIC "type = count\nat = day\nperiod = month\n", "E0280"},
        {TABLE METRIC "type = count\nat = amount\nperiod = all\n", "E0281"},
        {TABLE METRIC "type = count\ngroup_by = month(amount)\n", "E0281"},
        {TABLE METRIC "type = count\ngroup_by = name, name\n", "E0286"},
        {TABLE METRIC "type = sum\ncolumn = name\n", "E0562"},
        {TABLE METRIC "type = count\nwhere = amount\n", "E0294"},
        {"[report]\ntitle = t\nperiod = sometimes\n" TABLE, "E0278"},
        {"[report]\ntitle = t\nperiod = month\n" TABLE METRIC
         "type = count\nat = day\n[metric \"y\"]\ninherit = x\n",
         "E0280"},
        {TABLE "[metric \"x\"]\ntype = count\nsource = q\n", "E0213"},
        {TABLE METRIC "type = quantile\ncolumn = amount\nq = 0.1234567890123\n", "E0563"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lab_refuses(cases[i].ini, NULL, cases[i].code);
    }
}

/* A period that nothing needs asks for no date. */
static void test_period_not_needed(void **state)
{
    (void)state;
    lab_expect("[report]\ntitle = t\nperiod = month\n" TABLE METRIC "type = count\n", NULL, "x",
               "2");
}

static void test_reading_fails(void **state)
{
    lab *l = lab_open("[source \"p\"]\ntype = inline_table\nparts = 3\nfail_at = 2\ncolumns = a "
                      "u\nrows =\n  x\n  y\n  z\n" METRIC "type = count\n",
                      NULL, 1, 3);
    (void)state;
    assert_null(l->figures);
    assert_int_equal(lab_has(l, "E0364"), 1);
    assert_int_equal(jb_diags_exit(l->diags), 3);
    lab_close(l);
}

/* A broken metric does not hide the signatures of the others, nor does it fill the page with
 * follow-up errors. */
static void test_signatures(void **state)
{
    lab *l = lab_open(TABLE METRIC
                      "type = count\nunit = 个\ngroup_by = district\n"
                      "[metric \"bad\"]\ntype = count\nsource = p\nwhere = nothing > 1\n"
                      "[metric \"after\"]\ntype = ratio\nof = bad\nto = x\n"
                      "[metric \"r\"]\ntype = share\nof = x\n"
                      "[metric \"t\"]\ntype = top\nsource = p\nby = amount\ncolumns = name, day\n",
                      NULL, 1, 1);
    (void)state;
    assert_int_equal(jb_diags_errors(l->diags), 1);
    jb_figure_set *s = jb_model_signatures(l->model);
    assert_non_null(s);
    assert_int_equal(s->n, 3);
    const jb_fig *x = jb_figure_find(s, "x"), *r = jb_figure_find(s, "r"),
                 *t = jb_figure_find(s, "t");
    assert_true(x && r && t);
    assert_int_equal(x->flags & JB_FIG_SHAPE, JB_FIG_SHAPE);
    assert_string_equal(x->key_names[0], "district");
    assert_string_equal(r->unit, "%");
    assert_int_equal(r->n_keys, 1);
    assert_int_equal(t->n_fields, 2);
    assert_string_equal(t->fields[1].name, "day");
    assert_int_equal(t->fields[1].kind, JB_K_DATE);
    assert_string_equal(t->unit, "万元");
    assert_int_equal(t->flags & JB_FIG_ROWS, JB_FIG_ROWS);
    jb_figure_set_free(s);
    lab_close(l);
}

/* Rows that [keys] declare are in the signature, so that a key that is none of them is a slip. */
static void test_declared_rows(void **state)
{
    static const char *const keys = "[keys \"district\"]\nvalues = 南川区, 东湖区, 西山区\n";
    static const struct {
        const char *keys, *assert_, *code; /* code NULL: taken */
    } cases[] = {
        {"", "x[\"东湖区\"] = 1", NULL},
        {"", "x[\"东湖\"] = 1", "E0262"},
        {"", "sum(x) = 1 + x[\"丁区\"]", "E0262"},
        {"", "s[\"丁区\"] <= 100", "E0262"}, /* derived figures keep the keys */
        {"", "s[\"南川区\"] <= 100", NULL},
        {"", "f[\"丁区\"] > 0", "E0262"},
        {"unknown = keep\n", "f[\"丁区\"] > 0", NULL},
        {"unknown = keep\n", "x[\"丁区\"] = 1", NULL},
        {"", "y[\"东湖区\", \"甲\"] = 1", NULL}, /* names are not declared */
        {"[keys \"name\"]\nvalues = 甲, 乙\n", "y[\"东湖区\", \"甲\"] = 1", NULL},
        {"[keys \"name\"]\nvalues = 甲, 乙\n", "y[\"东湖区\", \"丙\"] = 1", "E0262"},
        {"[keys \"name\"]\nvalues = 甲, 乙\n", "y[\"甲\", \"东湖区\"] = 1", "E0262"},
    };
    char ini[4096];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(ini, sizeof ini,
                 "%s%s%s" METRIC "type = count\ngroup_by = district\n"
                 "[metric \"y\"]\ntype = count\nsource = p\ngroup_by = district, name\n"
                 "[metric \"s\"]\ntype = share\nof = x\n"
                 "[metric \"f\"]\ntype = formula\nexpr = 1 + x * s\n"
                 "[rule \"r\"]\nassert = %s\n",
                 keys, cases[i].keys, TABLE, cases[i].assert_);
        lab *l = lab_open(ini, NULL, 1, 1);
        if (cases[i].code ? !lab_has(l, cases[i].code) : !l->figures) {
            fprintf(stderr, "%s\n%s", cases[i].assert_, lab_print(l));
        }
        assert_true(cases[i].code ? lab_has(l, cases[i].code) == 1 : l->figures != NULL);
        lab_close(l);
    }
    snprintf(ini, sizeof ini,
             "%s%s" METRIC "type = count\ngroup_by = district\n"
             "[rule \"r\"]\nassert = x[\"高新\"] + x[\"西区\"] = 1\n[rule \"s\"]\nassert = "
             "x[\"西区\"] = 1\n",
             keys, TABLE);
    lab *l = lab_open(ini, NULL, 1, 1);
    assert_non_null(strstr(lab_print(l), "[keys] lists: 南川区 东湖区 西山区"));
    assert_non_null(strstr(lab_print(l), "did you mean 西山区?"));
    jb_figure_set *s = jb_model_signatures(l->model);
    const jb_fig *x = jb_figure_find(s, "x");
    assert_int_equal(x->n_rows, 3);
    assert_string_equal(x->keys[0][2], "西山区");
    assert_int_equal(x->values[0].kind, JB_K_NULL);
    jb_figure_set_free(s);
    lab_close(l);
}

/* A lost figure has no rows, declared or not. */
static void test_lost_declared(void **state)
{
    lab *l = lab_open_skipping("[keys \"district\"]\nvalues = 东湖区, 西山区\n" TABLE METRIC
                               "type = count\ngroup_by = district\n",
                               NULL, "x");
    (void)state;
    assert_string_equal(lab_value(l, "x"), "lost");
    assert_int_equal(jb_figure_find(l->figures, "x")->n_rows, 0);
    lab_close(l);
}

/* Slips are told together: a name that no metric has, also beside an operand that is broken. */
static void test_names_beside_broken(void **state)
{
    lab *l = lab_open(TABLE METRIC "type = count\nwhere = amuont > 1\n"
                                   "[metric \"all\"]\ntype = count\nsource = p\n"
                                   "[metric \"q\"]\ntype = ratio\nof = x\nto = al\n"
                                   "[metric \"f\"]\ntype = formula\nexpr = x + alll + q\n"
                                   "[rule \"r\"]\nassert = sum(x) = ball\n",
                      NULL, 1, 1);
    (void)state;
    const char *said = lab_print(l);
    assert_int_equal(lab_has(l, "E0301"), 1);
    assert_int_equal(lab_has(l, "E0412"), 3);
    assert_int_equal(jb_diags_errors(l->diags), 4);
    assert_non_null(strstr(said, "unknown metric \"al\""));
    assert_non_null(strstr(said, "unknown metric \"alll\""));
    assert_non_null(strstr(said, "unknown metric \"ball\""));
    assert_non_null(strstr(said, "did you mean all?"));
    lab_close(l);
}

/* Whether a figure has example names is known before there are rows. */
static void test_names_in_signature(void **state)
{
    lab *l = lab_open(TABLE METRIC "type = count\nnames = name\n"
                                   "[metric \"y\"]\ntype = count\nsource = p\n"
                                   "[metric \"g\"]\ntype = given\nitems = 甲, 乙\nfrom = 文件\n"
                                   "[metric \"v\"]\ntype = given\nvalue = 2\nfrom = 文件\n",
                      NULL, 1, 1);
    (void)state;
    jb_figure_set *s = jb_model_signatures(l->model);
    assert_int_equal(s->n, 4);
    assert_non_null(jb_figure_find(s, "x")->names);
    assert_null(jb_figure_find(s, "y")->names);
    assert_non_null(jb_figure_find(s, "g")->names);
    assert_null(jb_figure_find(s, "v")->names);
    jb_figure_set_free(s);
    lab_close(l);
}

/* Conditions, key sets and columns that several metrics share are computed once. */
static void test_plan(void **state)
{
    lab *l = lab_open(TABLE METRIC
                      "type = count\nwhere = amount > 1\n"
                      "[metric \"y\"]\ntype = sum\nsource = p\ncolumn = amount\nwhere = amount>1\n"
                      "[metric \"z\"]\ntype = count\nsource = p\ngroup_by = district\n"
                      "[metric \"r\"]\ntype = ratio\nof = x\nto = sum(z)\n"
                      "[rule \"q\"]\nassert = x <= sum(z)\n",
                      NULL, 1, 1);
    jb_buf b;
    (void)state;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_model_plan(l->model, &b, 0, 0);
    assert_non_null(strstr(
        jb_buf_text(&b),
        "source p (inline_table): 1 scan, 2 of 4 columns, 2 selections, 2 key sets, 3 metrics"));
    assert_non_null(strstr(jb_buf_text(&b), "columns: district, amount"));
    assert_non_null(strstr(jb_buf_text(&b), "r (ratio) ← x, z"));
    assert_non_null(strstr(jb_buf_text(&b), "q: x <= sum(z)"));
    jb_buf_clear(&b);
    jb_model_plan(l->model, &b, 1, 0);
    assert_non_null(strstr(jb_buf_text(&b), "\"columns\":[\"district\",\"amount\"]"));
    jb_buf_free(&b);
    lab_close(l);
}

static void test_probe(void **state)
{
    lab *l = lab_open("[keys \"district\"]\nvalues = 东湖区, 南川区\n" TABLE METRIC
                      "type = count\ngroup_by = district\nwhere = day > \"2022-01-01\"\n",
                      NULL, 1, 1);
    jb_buf b;
    (void)state;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_model_probe(l->model, &b, 0, 0, l->diags);
    assert_string_equal(jb_buf_text(&b),
                        "p: 2 rows, 2 used, 0 rows and 0 cells refused, data up to 2022-03-05\n"
                        "  unknown keys: district: 西山区\n"
                        "  keys without rows: district: 南川区\n");
    jb_buf_clear(&b);
    jb_model_probe(l->model, &b, 1, 0, l->diags);
    assert_string_equal(
        jb_buf_text(&b),
        "{\"version\":1,\"sources\":[{\"source\":\"p\",\"rows\":2,\"used\":2,\"refused_rows\":0,"
        "\"refused_cells\":0,\"as_of\":\"2022-03-05\",\"unknown_keys\":[\"district: 西山区\"],"
        "\"missing_keys\":[\"district: 南川区\"]}]}\n");
    jb_buf_free(&b);
    lab_close(l);
}

/* A cell that does not fit its declared type follows on_error. */
static void test_on_error(void **state)
{
#define BAD                                                                                        \
    "[source \"p\"]\ntype = inline_table\nparts = %PARTS%\ncolumns = a u, b u\ntype.b = "          \
    "int\nrows =\n"                                                                                \
    "  x|1\n  y|abc\n  z|3\n  w|\n"
    (void)state;
    lab_refuses(BAD METRIC "type = sum\ncolumn = b\n", NULL, "E0366");
    lab_expect(BAD "on_error = null\n" METRIC "type = sum\ncolumn = b\n", NULL, "x", "4");
    lab_expect(BAD "on_error = null\n" METRIC "type = count\nwhere = b is null\n", NULL, "x", "2");
    lab_expect(BAD "on_error = skip\n" METRIC "type = count\nwhere = b is null\n", NULL, "x", "1");
}

static int write_rows(char *ini, size_t cap, const char *tail, int rows)
{
    int n = snprintf(ini, cap,
                     "[source \"p\"]\ntype = inline_table\nparts = %%PARTS%%\ncolumns = k u, v u\n"
                     "type.v = int\non_error = null\n%srows =\n",
                     tail);
    for (int i = 0; i < rows; i++) {
        n += i == 15000 ? snprintf(ini + n, cap - (size_t)n, " a|bad\n")
                        : snprintf(ini + n, cap - (size_t)n, " %c|%d\n", "ab"[i % 2], i);
    }
    return n;
}

/* A column with a unit is one of numbers, also where there is nothing to tell it by. */
static void test_unit_implies_number(void **state)
{
    (void)state;
    lab_expect("[source \"p\"]\ntype = inline_table\ncolumns = a u\nunit.a = 元\n" METRIC
               "type = sum\ncolumn = a\n",
               NULL, "x", "0.000000");
    lab_expect("[source \"p\"]\ntype = inline_table\ncolumns = a u\nunit.a = 元\nrows =\n  1.5\n  "
               "2\n" METRIC "type = sum\ncolumn = a\n",
               NULL, "x", "3.500000");
    lab_refuses("[source \"p\"]\ntype = inline_table\ncolumns = a u\nunit.a = 元\nrows =\n  1.5\n  "
                "约2\n" METRIC "type = sum\ncolumn = a\n",
                NULL, "E0366");
}

/* So does being used as a date. */
static void test_use_implies_date(void **state)
{
#define DATES                                                                                      \
    "[source \"p\"]\ntype = inline_table\ncolumns = a u, b u, c u\nrows =\n  "                     \
    "2022-1-5|2022.2.6|2022年3月7日\n"
    (void)state;
    lab_expect(DATES METRIC "type = count\nat = a\nperiod = 2022-01-01..2022-01-31\n", NULL, "x",
               "1");
    lab_expect(
        DATES METRIC
        "type = count\nperiod = 2022-01-01..2022-01-31\nwhere = in_period( b ) or in_period(a)\n",
        NULL, "x", "1");
    lab_expect(DATES METRIC "type = count\ngroup_by = month(c), a\n", NULL, "x",
               "2022-03/2022-1-5=1");
    lab_refuses(DATES "  2022-01-05||\n  昨天||\n" METRIC
                      "type = count\nat = a\nperiod = 2022-01-01..2022-01-31\n",
                NULL, "E0366");
    lab_expect("[source \"p\"]\ntype = inline_table\ncolumns = a u\n" METRIC
               "type = count\nat = a\nperiod = 2022-01-01..2022-01-31\n",
               NULL, "x", "0");
}

/* More rows than a batch holds, delivered in pieces or all at once; one cell far down is bad. */
static void test_many_rows(void **state)
{
    static const char *const tails[] = {"", "lie = big batches\n"};
    enum { ROWS = 20000 };
    char *ini = calloc(1, ROWS * 16 + 1000), want[64];
    (void)state;
    for (size_t t = 0; t < 2; t++) {
        size_t n = (size_t)write_rows(ini, ROWS * 16, tails[t], ROWS);
        snprintf(ini + n, 1000,
                 "[metric \"x\"]\ntype = sum\nsource = p\ncolumn = v\n"
                 "[metric \"c\"]\ntype = count\nsource = p\nwhere = v > 9000\ngroup_by = k\n");
        snprintf(want, sizeof want, "%d", ROWS / 2 * (ROWS - 1) - 15000);
        lab_expect(ini, NULL, "x", want);
        lab_expect(ini, NULL, "c", "a=5498 b=5500");
    }
    lab *l = lab_open(ini, NULL, 1, 1);
    assert_int_equal(lab_has(l, "E0368"), 1);
    assert_int_equal(jb_diags_exit(l->diags), 0);
    assert_non_null(strstr(lab_print(l), "record 15001"));
    assert_int_equal(lab_has(l, "E0367"), 1);
    lab_close(l);
    free(ini);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_period_not_needed),
                                       cmocka_unit_test(test_reading_fails),
                                       cmocka_unit_test(test_signatures),
                                       cmocka_unit_test(test_declared_rows),
                                       cmocka_unit_test(test_lost_declared),
                                       cmocka_unit_test(test_names_beside_broken),
                                       cmocka_unit_test(test_names_in_signature),
                                       cmocka_unit_test(test_plan),
                                       cmocka_unit_test(test_probe),
                                       cmocka_unit_test(test_on_error),
                                       cmocka_unit_test(test_many_rows),
                                       cmocka_unit_test(test_unit_implies_number),
                                       cmocka_unit_test(test_use_implies_date)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
