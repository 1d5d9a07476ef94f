// SPDX-License-Identifier: Apache-2.0
/* Layers, drop-ins, inheritance, references, and the tree shown again. */
#include "files.h"

static void layers_in_their_order(void **state)
{
    (void)state;
    jb_diags *d;
    put("简报.ini", "[report]\ntitle = 主\ninclude = parts/*.ini\nissuer = 主\n[profile "
                    "\"公开\"]\ninclude = 公开.ini\n"
                    "[vars]\na = main\n");
    put("parts/20.ini", "[vars]\na = 20\nb = 20\nc = 20\nd = 20\ne = 20\n");
    put("parts/100.ini", "[vars]\nb = 100\nf = 100\n");
    put("简报.ini.d/b.ini", "[section \"x\"]\ntype = text\n");
    put("简报.ini.d/a.ini", "[section \"y\"]\ntype = text\n");
    put("简报.ini.d/readme.txt", "no configuration");
    put("公开.ini", "[report]\ntitle = 公开\n[vars]\nc = profile\nd = profile\ne = profile\n");
    put("with.ini", "[vars]\nd = with\ne = with\n");
    static const char *const with[] = {"with.ini"}, *const set[] = {"vars.e=set",
                                                                    "section.x.type=table"};
    jb_config *c = load_with(&(jb_load_options){.file = "简报.ini",
                                                .with = with,
                                                .n_with = 1,
                                                .set = set,
                                                .n_set = 2,
                                                .profile = "公开",
                                                .as_of = "2022-08-16"},
                             &d);
    expect_clean(d);
    assert_string_equal(text_of(c, "report", NULL, "title"), "公开");
    assert_string_equal(text_of(c, "report", NULL, "issuer"), "主");
    assert_string_equal(text_of(c, "report", NULL, "as_of"), "2022-08-16");
    assert_string_equal(text_of(c, "vars", NULL, "a"), "main");
    assert_string_equal(text_of(c, "vars", NULL, "b"), "20"); /* "100" sorts before "20" */
    assert_string_equal(text_of(c, "vars", NULL, "c"), "profile");
    assert_string_equal(text_of(c, "vars", NULL, "d"), "with");
    assert_string_equal(text_of(c, "vars", NULL, "e"), "set");
    assert_string_equal(text_of(c, "vars", NULL, "f"), "100");
    assert_string_equal(jb_section_name(jb_config_at(c, "section", 0)), "y");
    assert_true(jb_section_is_dropin(jb_config_at(c, "section", 0)));
    assert_false(
        jb_section_is_dropin(jb_config_find(c, "section", "x"))); /* --set gave it its type */
    assert_false(jb_section_is_dropin(jb_config_find(c, "report", NULL)));
    assert_int_equal(value(c, "vars", NULL, "b")->place.line, 3);
    assert_string_equal(value(c, "vars", NULL, "b")->place.file, "parts/20.ini");
    close_config(c, d);
}

static void a_type_replaces_the_section(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\n[source \"p\"]\ntype = csv\npath = a.csv\nheader = 3\n");
    put("db.ini", "[source \"p\"]\ntype = sqlite\ntable = t\n");
    static const char *const with[] = {"db.ini"};
    jb_config *c = load_with(&(jb_load_options){.file = "a.ini", .with = with, .n_with = 1}, &d);
    expect_clean(d);
    const jb_section_cfg *s = jb_config_find(c, "source", "p");
    assert_int_equal(jb_section_n_values(s), 2);
    assert_string_equal(jb_section_type(s), "sqlite");
    assert_null(jb_section_get(s, "path"));
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_config_origins(c, &b, 0);
    assert_non_null(strstr(jb_buf_text(&b), "  type = sqlite  ← db.ini:2\n    × csv  ← a.ini:4\n"));
    assert_non_null(
        strstr(jb_buf_text(&b), "  × path = a.csv  ← a.ini:5\n  × header = 3  ← a.ini:6\n"));
    jb_buf_clear(&b);
    jb_config_origins(c, &b, 1);
    assert_non_null(strstr(jb_buf_text(&b),
                           "\"key\":\"type\",\"value\":\"sqlite\",\"file\":\"db.ini\",\"line\":2"));
    jb_buf_free(&b);
    close_config(c, d);
}

static void inherit_chains(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini",
        "[report]\ntitle = x\n"
        "[metric \"丙\"]\ninherit = 乙\nand = c = 3\n"
        "[metric \"乙\"]\ninherit = 甲\nand = b = 2\nunit = 家\n"
        "[metric \"甲\"]\ntype = count\nsource = s\nwhere = a = 1\nunit = 个\nand = d = 4\n"
        "[metric \"丁\"]\ninherit = 丙\nwhere = z = 0\n");
    jb_config *c = load("a.ini", &d);
    expect_clean(d);
    const jb_section_cfg *s = jb_config_find(c, "metric", "丙");
    assert_string_equal(jb_section_type(s), "count");
    assert_string_equal(text_of(c, "metric", "丙", "where"), "a = 1");
    assert_string_equal(text_of(c, "metric", "丙", "unit"), "家");
    assert_int_equal(jb_section_n_and(s), 3);
    assert_string_equal(jb_section_and(s, 0)->text, "d = 4");
    assert_string_equal(jb_section_and(s, 1)->text, "b = 2");
    assert_string_equal(jb_section_and(s, 2)->text, "c = 3");
    s = jb_config_find(c, "metric", "丁");
    assert_int_equal(jb_section_n_and(s), 0); /* a where of its own replaces the whole condition */
    assert_string_equal(text_of(c, "metric", "丁", "where"), "z = 0");
    assert_int_equal(value(c, "metric", "丙", "where")->place.line, 13);
    close_config(c, d);
}

static void a_chain_of_three_thousand(void **state)
{
    (void)state;
    jb_diags *d;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_buf_str(&b, "[report]\ntitle = x\n");
    for (int i = 0; i < 3000; i++) {
        jb_buf_fmt(&b, "[metric \"m%d\"]\ninherit = m%d\n", i, i + 1);
    }
    jb_buf_str(&b, "[metric \"m3000\"]\ntype = count\n");
    put("a.ini", jb_buf_text(&b));
    jb_buf_free(&b);
    jb_config *c = load("a.ini", &d);
    expect_clean(d);
    assert_string_equal(jb_section_type(jb_config_find(c, "metric", "m0")), "count");
    close_config(c, d);
}

static void references_are_expanded_once(void **state)
{
    (void)state;
    jb_diags *d;
    setenv("JB_T_SET", "环境${vars:x}", 1);
    setenv("JB_T_EMPTY", "", 1);
    unsetenv("JB_T_UNSET");
    put("a.ini", "[host]\nenv = JB_T_SET, JB_T_EMPTY, JB_T_UNSET\n[vars]\nx = $$甲\n"
                 "[report]\ntitle = ${vars:x}与${report:issuer}$ $$ ${env:JB_T_SET}\nissuer = 办\n"
                 "doc = ${env:JB_T_EMPTY:-空}${env:JB_T_UNSET:-缺}\n"
                 "[section \"s\"]\ntype = text\ntext =\n    首${report:issuer}行\n    "
                 "${file:正文/a.txt}\n    ; ${bad:x}\n    尾\n");
    put("正文/a.txt", "\xef\xbb\xbf第一行\r\n第二${vars:x}行\n");
    jb_config *c = load("a.ini", &d);
    expect_clean(d);
    assert_null(value(c, "section", "s", "text")->text); /* waits for someone to ask */
    assert_string_equal(text_of(c, "report", NULL, "title"), "$甲与办$ $ 环境${vars:x}");
    assert_string_equal(text_of(c, "report", NULL, "doc"), "空缺");
    const char *text = text_of(c, "section", "s", "text");
    assert_string_equal(text, "    首办行\n    第一行\n第二${vars:x}行\n    ; ${bad:x}\n    尾");
    const jb_value_cfg *v = value(c, "section", "s", "text");
    jb_place p = jb_value_place(v, (size_t)(strstr(text, "二") - text), 3);
    assert_string_equal(p.file, "正文/a.txt");
    assert_int_equal(p.line, 2);
    assert_int_equal(p.col, 2);
    assert_int_equal(p.end_col, 3);
    p = jb_value_place(v, (size_t)(strstr(text, "尾") - text), 3);
    assert_string_equal(p.file, "a.ini");
    assert_int_equal(p.line, 15);
    assert_int_equal(p.col, 5);
    p = jb_value_place(v, (size_t)(strstr(text, "行") - text), 3);
    assert_int_equal(p.line, 12);
    assert_int_equal(p.col, 22);
    p = jb_value_place(v, (size_t)(strstr(text, "办") - text), 3);
    assert_int_equal(p.col, 6);
    assert_int_equal(p.end_col, 22);
    close_config(c, d);
}

static void a_secret_appears_nowhere_else(void **state)
{
    (void)state;
    jb_diags *d;
    setenv("JB_T_PW", "hunter2", 1);
    put("a.ini",
        "[report]\ntitle = x\n[host]\nenv = JB_T_PW\n[section \"s\"]\ntitle = ${env:JB_T_PW}\n"
        "[source \"p\"]\ntype = postgres\npassword = ${env:JB_T_PW}\n[source \"q\"]\npassword = "
        "${env:JB_T_PW}\n");
    jb_config *c = load("a.ini", &d);
    expect_clean(d);
    assert_string_equal(jb_value_text(c, value(c, "source", "p", "password"), 1, d), "hunter2");
    assert_string_equal(jb_value_text(c, value(c, "source", "q", "password"), 1, d), "hunter2");
    expect_clean(d);
    assert_null(jb_value_text(c, value(c, "section", "s", "title"), 0, d));
    expect_one(d, "E0167", "a.ini", 6, 9);
    jb_config_wipe_kind(c, "source");
    assert_int_equal(jb_config_count(c, "source"), 0);
    assert_null(jb_config_find(c, "source", "p"));
    close_config(c, d);
    /* The other way round. */
    c = load("a.ini", &d);
    assert_string_equal(jb_value_text(c, value(c, "section", "s", "title"), 0, d), "hunter2");
    assert_null(jb_value_text(c, value(c, "source", "p", "password"), 1, d));
    expect_one(d, "E0167", "a.ini", 6, 0);
    close_config(c, d);
}

static void dropins_may_add_and_change_when_told(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\n[metric \"m\"]\ntype = count\nsource = s\n");
    put("a.ini.d/1.ini", "[plugin \"东湖率\"]\npath = my.so\n[metric \"东湖\"]\ninherit = m\nand = "
                         "district = \"东湖区\"\n"
                         "[section \"t\"]\ntype = text\ntext = ${file:正文.txt}\n[rule "
                         "\"r\"]\nassert = a = a\nseverity = warn\n"
                         "[accept \"r\"]\nbecause = x\n[keys \"own\"]\nvalues = a\n");
    put("a.ini.d/正文.txt", "字");
    jb_config *c = load("a.ini", &d);
    expect_clean(d);
    assert_string_equal(text_of(c, "section", "t", "text"), "字");
    assert_string_equal(text_of(c, "metric", "东湖", "source"), "s");
    close_config(c, d);
    put("a.ini.d/2.ini", "[metric \"东湖\"]\nunit = 个\n");
    c = load("a.ini", &d);
    expect_one(d, "E0140", "a.ini.d/2.ini", 1, 1);
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_BLOCK);
    jb_diags_write(d, &b);
    jb_diag_view view;
    jb_diags_at(d, 0, &view);
    assert_int_equal(view.n_notes, 1); /* the other place */
    jb_buf_free(&b);
    assert_null(jb_section_get(jb_config_find(c, "metric", "东湖"), "unit"));
    close_config(c, d);
    put("a.ini.d/2.ini", "[metric \"m\"]\nunit = 家\n");
    put("a.ini", "[host]\ndropins = change\n[report]\ntitle = x\n[metric \"m\"]\ntype = "
                 "count\nsource = s\n");
    c = load("a.ini", &d);
    expect_clean(d);
    assert_string_equal(text_of(c, "metric", "m", "unit"), "家");
    close_config(c, d);
}

static void dropins_reach_nothing_that_is_not_theirs(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\nlayout = gbt9704\n[metric \"m\"]\ntype = count\ngroup_by = "
                 "district\n");
    put("a.ini.d/1.ini", "[keys \"district\"]\nvalues = a\n");
    jb_config *c = load("a.ini", &d);
    expect_one(d, "E0144", "a.ini.d/1.ini", 1, 1);
    close_config(c, d);
    put("a.ini.d/1.ini", "[layout \"gbt9704\"]\nbody = 宋体\n");
    c = load("a.ini", &d);
    expect_one(d, "E0144", "a.ini.d/1.ini", 1, 1);
    close_config(c, d);
    /* A link is no way out of its folder. */
    put("a.ini.d/1.ini", "[section \"t\"]\ntype = text\ntext = ${file:link.txt}\n");
    assert_int_equal(symlink("../a.ini", "a.ini.d/link.txt"), 0);
    c = load("a.ini", &d);
    expect_one(d, "E0142", "a.ini.d/1.ini", 3, 8);
    close_config(c, d);
}

static void set_names_what_exists(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\n[metric \"新项目\"]\ntype = count\n");
    static const char *const bad[] = {
        "metric.新项木.where=a", "report", "report=x", "metric.x=1", "bogus.x=1", "report.标题=1"};
    static const char *const codes[] = {"E0131", "E0130", "E0130", "E0130", "E0130", "E0121"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        jb_config *c =
            load_with(&(jb_load_options){.file = "a.ini", .set = &bad[i], .n_set = 1}, &d);
        jb_diag_view v;
        assert_int_equal(jb_diags_errors(d), 1);
        assert_int_equal(jb_diags_at(d, 0, &v), 1);
        assert_string_equal(v.code, codes[i]);
        assert_non_null(strstr(v.place.file, "--set"));
        close_config(c, d);
    }
    static const char *const good[] = {"metric.新项目.where=a = \"x.y\"", "metric.新.source=s",
                                       "metric.新.type=sum", "section.文.type=text",
                                       "section.文.text=a\nb"};
    jb_config *c = load_with(&(jb_load_options){.file = "a.ini", .set = good, .n_set = 5}, &d);
    expect_clean(d);
    assert_string_equal(text_of(c, "metric", "新项目", "where"), "a = \"x.y\"");
    assert_string_equal(text_of(c, "metric", "新", "source"), "s");
    assert_string_equal(text_of(c, "section", "文", "text"), "a\n    b");
    close_config(c, d);
}

static void profile_must_exist(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\n[profile \"公开\"]\ninclude = b.ini\n");
    jb_config *c = load_with(&(jb_load_options){.file = "a.ini", .profile = "内部"}, &d);
    expect_one(d, "E0132", "a.ini", 0, 0);
    close_config(c, d);
}

static void include_is_literal_about_its_folder(void **state)
{
    (void)state;
    jb_diags *d;
    put("a[1]/a.ini", "[report]\ntitle = x\ninclude = *.part\n");
    put("a[1]/b.part", "[vars]\na = 1\n");
    put("a1/b.part", "[vars]\na = 2\n");
    jb_config *c = load("a[1]/a.ini", &d);
    expect_clean(d);
    assert_string_equal(text_of(c, "vars", NULL, "a"), "1");
    assert_string_equal(value(c, "vars", NULL, "a")->place.file, "a[1]/b.part");
    close_config(c, d);
}

static char *dumped(const jb_config *c)
{
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    jb_config_dump(c, &b);
    char *out = strdup(jb_buf_text(&b));
    jb_buf_free(&b);
    return out;
}

static void same_tree(const jb_config *a, const jb_config *b)
{
    static const char *const kinds[] = {"host",   "report", "vars",    "keys",
                                        "source", "metric", "section", "rule"};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        assert_int_equal(jb_config_count(a, kinds[k]), jb_config_count(b, kinds[k]));
        for (size_t i = 0; i < jb_config_count(a, kinds[k]); i++) {
            const jb_section_cfg *x = jb_config_at(a, kinds[k], i),
                                 *y = jb_config_at(b, kinds[k], i);
            assert_string_equal(jb_section_name(x), jb_section_name(y));
            assert_int_equal(jb_section_n_and(x), jb_section_n_and(y));
            for (size_t n = 0; n < jb_section_n_values(x); n++) {
                const jb_value_cfg *v = jb_section_value(x, n), *w = jb_section_get(y, v->key);
                if (strcmp(v->key, "include") == 0) {
                    continue;
                }
                assert_non_null(w);
                assert_string_equal(v->raw, w->raw);
                assert_string_equal(jb_value_as_text(v)->raw, jb_value_as_text(w)->raw);
            }
        }
    }
}

static void a_dump_reads_back_as_the_same_tree(void **state)
{
    (void)state;
    jb_diags *d, *e;
    put("a.ini", "[report]\ntitle = ${vars:x} ; # =\ninclude = b.ini\n[vars]\nx = $$\nempty =\n"
                 "[metric \"二; 三#\"]\ninherit = 一\nand = a = 1\n[metric \"一\"]\ntype = "
                 "count\nwhere = a\n    and b\n\n    ; c\n    or d\n"
                 "[section \"s\"]\ntype = text\ntext =\n    　　一\n\n\t二\n    ; 停\n    # 三\n"
                 "[keys \"k\"]\nvalues =\n    甲\n    # 注\n    乙\n");
    put("b.ini", "[source \"p\"]\ntype = csv\nname.金额 = 总投资（万元）\npassword = plain\n[rule "
                 "\"r\"]\nassert = 一 = 一\n");
    jb_config *c = load("a.ini", &d);
    expect_clean(d);
    char *first = dumped(c);
    assert_null(strstr(first, "plain"));
    put("c.ini", first);
    jb_config *again = load("c.ini", &e);
    expect_clean(e);
    char *second = dumped(again);
    assert_string_equal(first, second);
    put("b.ini", "[source \"p\"]\ntype = csv\nname.金额 = 总投资（万元）\npassword = "
                 "********\n[rule \"r\"]\nassert = 一 = 一\n");
    close_config(c, d);
    c = load("a.ini", &d);
    same_tree(c, again);
    same_tree(again, c);
    free(first);
    free(second);
    close_config(c, d);
    close_config(again, e);
}

/* The same numbers on every machine. */
static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void random_value(unsigned *seed, jb_buf *b)
{
    static const char *const pieces[] = {"a",      "=",   ";",    "#",  " ",         "　", "字",
                                         "[x]",    "\"",  ":",    "$$", "、",        "，", "\n  ",
                                         "\n\n\t", "{f}", "\n　", "，", "${vars:k}", "\\"};
    for (unsigned n = next_random(seed) % 12; n > 0; n--) {
        jb_buf_str(b, pieces[next_random(seed) % (sizeof pieces / sizeof pieces[0])]);
    }
}

static void any_tree_dumps_to_itself(void **state)
{
    (void)state;
    unsigned seed = 2022;
    for (int round = 0; round < 300; round++) {
        jb_diags *d, *e;
        jb_buf b;
        jb_buf_init(&b, JB_BUF_MAX_TEXT);
        jb_buf_str(&b, "[report]\ntitle = x\n[vars]\nk = v\n");
        for (unsigned s = 0; s < 4; s++) {
            jb_buf_fmt(&b, "[section \"节%u; #\"]\n", s);
            for (unsigned k = 0; k < 5; k++) {
                jb_buf_fmt(&b, k ? "k%u.列 =" : "text =", k);
                random_value(&seed, &b);
                jb_buf_char(&b, '\n');
            }
        }
        put("a.ini", jb_buf_text(&b));
        jb_buf_free(&b);
        jb_config *c = load("a.ini", &d);
        expect_clean(d);
        char *text = dumped(c);
        put("b.ini", text);
        jb_config *again = load("b.ini", &e);
        expect_clean(e);
        same_tree(c, again);
        same_tree(again, c);
        char *second = dumped(again);
        assert_string_equal(text, second);
        free(text);
        free(second);
        close_config(c, d);
        close_config(again, e);
    }
}

static void a_dropin_includes_only_its_own(void **state)
{
    (void)state;
    jb_diags *d;
    put("a.ini", "[report]\ntitle = x\n");
    put("secret.ini", "[vars]\npw = hunter2\nbroken line\n");
    put("a.ini.d/1.ini", "[report]\ninclude = ../secret.ini\n");
    jb_config *c = load("a.ini", &d);
    expect_one(d, "E0140", "a.ini.d/1.ini", 1, 1);
    assert_null(jb_config_find(c, "vars", NULL));
    close_config(c, d);
    put("a.ini.d/1.ini", "[profile \"p\"]\ninclude = ../secret.ini, own.part\n");
    put("a.ini.d/own.part", "[report]\ntitle = mine\n");
    c = load_with(&(jb_load_options){.file = "a.ini", .profile = "p"}, &d);
    assert_int_equal(jb_diags_errors(d), 2);
    jb_diag_view v;
    jb_diags_at(d, 0, &v);
    assert_string_equal(v.code, "E0142");
    jb_diags_at(d, 1, &v);
    assert_string_equal(v.code, "E0140"); /* its profile is still a drop-in */
    assert_string_equal(text_of(c, "report", NULL, "title"), "x");
    close_config(c, d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIG_TEST(layers_in_their_order),
        CONFIG_TEST(a_type_replaces_the_section),
        CONFIG_TEST(inherit_chains),
        CONFIG_TEST(a_chain_of_three_thousand),
        CONFIG_TEST(references_are_expanded_once),
        CONFIG_TEST(a_secret_appears_nowhere_else),
        CONFIG_TEST(dropins_may_add_and_change_when_told),
        CONFIG_TEST(dropins_reach_nothing_that_is_not_theirs),
        CONFIG_TEST(set_names_what_exists),
        CONFIG_TEST(profile_must_exist),
        CONFIG_TEST(include_is_literal_about_its_folder),
        CONFIG_TEST(a_dump_reads_back_as_the_same_tree),
        CONFIG_TEST(any_tree_dumps_to_itself),
        CONFIG_TEST(a_dropin_includes_only_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
