// SPDX-License-Identifier: Apache-2.0
/* Settings: every type parsed and refused, lists, families, places, and all errors of a section in
 * one run. */
#include "files.h"

#include "config/schema.h"

#define P(key, type, flags, def, range)                                                            \
    {                                                                                              \
        sizeof(jb_param), JB_T_##type, (flags), 0, key, def, range, "", ""                         \
    }

static const jb_param PARAMS[] = {
    P("source", REF, JB_P_REQUIRED, NULL, "source"),
    P("n", INT, 0, "7", "1..100"),
    P("x", NUM, 0, NULL, "..1.5"),
    P("on", BOOL, 0, "yes", NULL),
    P("mode", ENUM, 0, NULL, "relative|difference"),
    P("file", PATH, 0, NULL, NULL),
    P("files", PATH, JB_P_LIST, NULL, NULL),
    P("wait", DURATION, 0, "15m", NULL),
    P("room", SIZE, 0, NULL, NULL),
    P("day", DATE, 0, NULL, NULL),
    P("where", COLUMN, 0, NULL, NULL),
    P("columns", TEMPLATE, JB_P_LIST, NULL, NULL),
    P("sort", FIGURE, JB_P_ORDER, NULL, NULL),
    P("tie", COLUMN, JB_P_LIST | JB_P_ORDER, NULL, NULL),
    P("password", SECRET, 0, NULL, NULL),
    P("body", TEXT, 0, NULL, NULL),
    P("unit", STR, JB_P_KEYED, NULL, NULL),
    P("kind", ENUM, JB_P_KEYED, NULL, "a|b"),
    P("unit", STR, 0, NULL, NULL),
    P("ints", INT, JB_P_LIST, NULL, NULL),
};
static const jb_param_table TABLE = {PARAMS, sizeof PARAMS / sizeof PARAMS[0], sizeof(jb_param)};
static const char *const ALSO[] = {"inherit", "and"};

typedef struct opened {
    jb_config *c;
    jb_diags *d;
    jb_args *a;
} opened;

static opened open_args(const char *settings)
{
    opened o;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_fmt(&b, "[report]\ntitle = x\n[source \"项目\"]\ntype = csv\n[metric \"m\"]\n%s",
               settings);
    put("a.ini", jb_buf_text(&b));
    jb_buf_free(&b);
    o.c = load("a.ini", &o.d);
    o.a = jb_args_make(o.c, jb_config_find(o.c, "metric", "m"), &TABLE, 1, ALSO, 2, o.d);
    return o;
}

static void drop(opened *o)
{
    jb_args_free(o->a);
    close_config(o->c, o->d);
}

static void every_type_is_read(void **state)
{
    (void)state;
    opened o = open_args(
        "type = t\nsource = 项目\nx = -0.25\non = no\nmode = difference\nfile = 台账/a.csv\n"
        "files = a.csv, /b.csv\nroom = 64MiB\nday = 2024-02-29\nand = a\nwhere =\n    a = 1\n    "
        "and b\n"
        "sort = 新项目 desc\ntie = a asc, b\nbody =\n    一\n    # 二\n    ; 三\n"
        "unit.金额.万 = 万元\nunit.x = 亩\nunit = 个\nkind.k = b\nints = 1，2、-3\n");
    const char *text;
    const char *const *items;
    const jb_pair *pairs;
    int64_t i;
    double x;
    int32_t order;
    uint64_t n;
    char cwd[512], want[600];
    expect_clean(o.d);
    assert_int_equal(jb_args_get_str(o.a, "source", &text), 1);
    assert_string_equal(text, "项目");
    assert_int_equal(jb_args_get_i64(o.a, "n", &i), 1);
    assert_int_equal(i, 7);
    assert_null(jb_args_get(o.a, "n")->value); /* from the default */
    assert_int_equal(jb_args_get_f64(o.a, "x", &x), 1);
    assert_true(x > -0.2501 && x < -0.2499);
    assert_int_equal(jb_args_get_i64(o.a, "on", &i), 1);
    assert_int_equal(i, 0);
    assert_int_equal(jb_args_get_i64(o.a, "wait", &i), 1);
    assert_int_equal(i, 15 * 60 * 1000);
    assert_int_equal(jb_args_get_i64(o.a, "room", &i), 1);
    assert_int_equal(i, 64 << 20);
    assert_int_equal(jb_args_get_i64(o.a, "day", &i), 1);
    assert_int_equal(i, 19782);
    assert_non_null(getcwd(cwd, sizeof cwd));
    (void)snprintf(want, sizeof want, "%s/台账/a.csv", cwd);
    assert_int_equal(jb_args_get_str(o.a, "file", &text), 1);
    assert_string_equal(text, want);
    assert_int_equal(jb_args_get_list(o.a, "files", &items, &n), 1);
    assert_int_equal(n, 2);
    assert_string_equal(items[1], "/b.csv");
    assert_int_equal(jb_args_get_str(o.a, "where", &text), 1);
    assert_string_equal(text, "    a = 1\n    and b");
    assert_int_equal(jb_args_get_str(o.a, "sort", &text), 1);
    assert_string_equal(text, "新项目");
    assert_int_equal(jb_args_get_order(o.a, "sort", &order), 1);
    assert_int_equal(order, -1);
    assert_int_equal(jb_args_get_list(o.a, "tie", &items, &n), 1);
    assert_string_equal(items[0], "a");
    assert_int_equal(jb_args_get_str(o.a, "body", &text), 1);
    assert_string_equal(text, "    一\n    # 二\n    ; 三");
    assert_int_equal(jb_args_get_keyed(o.a, "unit", &pairs, &n), 1);
    assert_int_equal(n, 2);
    assert_string_equal(pairs[0].key, "金额.万");
    assert_string_equal(pairs[1].value, "亩");
    assert_int_equal(jb_args_get_str(o.a, "unit", &text), 1);
    assert_string_equal(text, "个");
    assert_int_equal(jb_args_get_list(o.a, "ints", &items, &n), 1);
    assert_int_equal(n, 3);
    assert_string_equal(items[2], "-3");
    assert_int_equal(jb_args_get_str(o.a, "mode", &text), 1);
    assert_int_equal(jb_args_get_str(o.a, "columns", &text), 0);
    jb_place p = jb_args_place(o.a, "ints", 3);
    assert_int_equal(p.line, 29);
    assert_int_equal(p.col, 12);
    assert_int_equal(p.end_col, 14);
    p = jb_args_place(o.a, "unit.x", 0);
    assert_int_equal(p.line, 26);
    p = jb_args_place(o.a, "columns", 0);
    assert_int_equal(p.line, 5);
    drop(&o);
}

static void every_type_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *line, *code;
        uint32_t col;
    } cases[] = {
        {"n = 1.5", "E0203", 5},
        {"n = 0", "E0205", 5},
        {"n = 99999999999999999999", "E0205", 5},
        {"x = 1e5", "E0204", 5},
        {"x = 1.6", "E0205", 5},
        {"x = .", "E0204", 5},
        {"on = Yes", "E0206", 6},
        {"mode = realtive", "E0217", 8},
        {"file =", "E0208", 7},
        {"wait = 10", "E0209", 8},
        {"wait = 9999999999999999h", "E0209", 8},
        {"room = 1GB", "E0210", 8},
        {"day = 2023-02-29", "E0211", 7},
        {"day = 2022-8-16", "E0211", 7},
        {"mode = relative\n  difference", "E0212", 8},
        {"ints = 1, 二, 3", "E0203", 11},
        {"kind.z = c", "E0217", 10},
        {"kind = a", "E0216", 1},
        {"colums = a", "E0201", 1},
        {"and_ = 1", "E0201", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "source = 项目\n%s\n", cases[i].line);
        opened o = open_args(text);
        expect_one(o.d, cases[i].code, "a.ini", 7, cases[i].col);
        drop(&o);
    }
}

static void all_errors_in_one_run(void **state)
{
    (void)state;
    opened o = open_args("n = x\ndya = 2022-01-01\non = ja\nwhere = fine\n");
    jb_diag_view v;
    assert_int_equal(jb_diags_errors(o.d), 4); /* and `source` is missing */
    assert_int_equal(jb_diags_at(o.d, 1, &v), 1);
    assert_string_equal(v.code, "E0201");
    assert_string_equal(v.hint[1], "相近的：day");
    assert_int_equal(v.n_notes, 1); /* the list of keys */
    const char *text;
    assert_int_equal(jb_args_get_str(o.a, "where", &text), 1);
    assert_int_equal(jb_args_get_str(o.a, "n", &text),
                     0); /* a refused value is not replaced by the default */
    drop(&o);
    o = open_args("source = 项木\n");
    expect_one(o.d, "E0213", "a.ini", 6, 10);
    jb_diags_at(o.d, 0, &v);
    assert_string_equal(v.hint[0], "did you mean 项目?");
    drop(&o);
}

static void secrets_are_not_shown(void **state)
{
    (void)state;
    opened o = open_args("source = 项目\npasword = hunter2\n");
    expect_one(o.d, "E0201", "a.ini", 7, 1);
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    jb_diags_print(o.d, f, 0, 0);
    fclose(f);
    assert_null(strstr(text, "hunter2"));
    free(text);
    drop(&o);
    o = open_args("source = 项目\npassword = hunter2\n");
    expect_clean(o.d);
    assert_int_equal(jb_diags_count(o.d), 1); /* a warning: plain text */
    drop(&o);
}

static void lists_split_outside_quotes_and_brackets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *items[5];
    } cases[] = {
        {"东湖区，西山区、南川区, \"a, b\"", {"东湖区", "西山区", "南川区", "a, b"}},
        {"县（市、区）: district, f(a, b), {x[\"a,b\"]}",
         {"县（市、区）: district", "f(a, b)", "{x[\"a,b\"]}"}},
        {"a,, b,", {"a", "b"}},
        {"    a, b\n    c、d", {"a, b", "c、d"}},
        {"    a, b,\n    c", {"a", "b", "c"}},
        {"a, b,\n    c\n    d", {"a", "b", "c", "d"}},
        {"    一\n\n　　二  ", {"一", "二"}},
        {"", {NULL}},
        {"\"甲\" | or \"—\", 乙", {"\"甲\" | or \"—\"", "乙"}},
        {") a, b", {") a", "b"}},
    };
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\n");
    jb_config *c = load("a.ini", &d);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const *items;
        const size_t *offsets;
        size_t n = jb_value_list(c, cases[i].text, &items, &offsets), k = 0;
        for (; cases[i].items[k]; k++) {
            assert_true(k < n);
            assert_string_equal(items[k], cases[i].items[k]);
            assert_memory_equal(cases[i].text + offsets[k], items[k], strlen(items[k]));
        }
        assert_int_equal(n, k);
    }
    close_config(c, d);
}

static void defaults_of_all_schemas_are_valid(void **state)
{
    (void)state;
    static const char *const kinds[] = {"report", "host",    "keys",   "unit",   "rule",
                                        "accept", "profile", "plugin", "layout", "batch"};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        jb_param_table t = jb_config_schema(kinds[k]);
        assert_true(t.n > 0);
        for (uint32_t i = 0; i < t.n; i++) {
            jb_setting s;
            char why[200] = "";
            assert_true(t.params[i].help && t.params[i].help_zh);
            if (t.params[i].def) {
                assert_int_equal(jb_param_parse(&t.params[i], t.params[i].def, &s, why, sizeof why),
                                 0);
            }
        }
    }
    assert_int_equal(jb_config_schema("vars").n, 0);
    jb_setting s;
    char why[200] = "";
    assert_int_equal(jb_param_parse(&PARAMS[1], "abc", &s, why, sizeof why), -1);
    assert_string_equal(why, "\"abc\" of n is not an integer");
    assert_int_equal(jb_param_parse(&PARAMS[19], "1, 2, x", &s, why, sizeof why), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(every_type_is_read),
        CONFIG_TEST(every_type_refuses),
        CONFIG_TEST(all_errors_in_one_run),
        CONFIG_TEST(secrets_are_not_shown),
        CONFIG_TEST(lists_split_outside_quotes_and_brackets),
        cmocka_unit_test(defaults_of_all_schemas_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
