// SPDX-License-Identifier: Apache-2.0
/* The page worker: order, headings, conditions, placeholders, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static jb_figure_set *city;

static int setup(void **state)
{
    (void)state;
    city = fake_city();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    jb_figure_set_free(city);
    return 0;
}

#define REPORT                                                                                     \
    "[report]\ntitle = 汇报\nissuer = 市产业办\n[renderer \"t\"]\ntype = text\npath = "      \
    "往期/a.txt\n"
/* REPORT is six lines: a test's own text begins at line 7 */

static void expect_text(const char *ini, const jb_page_options *o, const char *want)
{
    issue is;
    issue_begin(&is);
    issue_make(&is, ini, city, o, NULL);
    if (is.text == NULL || strcmp(is.text, want) != 0)
        print_error("codes %s\nwant\n%s\ngot\n%s\n", is.codes, want,
                    is.text != NULL ? is.text : "(nothing)");
    assert_non_null(is.text);
    assert_string_equal(is.text, want);
    assert_int_equal(is.status, 0);
    issue_end(&is);
}

static void expect_codes(const char *ini, const jb_page_options *o, const char *codes,
                         int exit_code)
{
    issue is;
    issue_begin(&is);
    issue_make(&is, ini, city, o, NULL);
    if (strcmp(is.codes, codes) != 0)
        print_error("%s\n", ini);
    assert_string_equal(is.codes, codes);
    assert_int_equal(is.exit_code, exit_code);
    assert_string_equal(is.paths, ""); /* nothing was left to be issued */
    issue_end(&is);
}

static void test_order(void **state)
{
    (void)state;
    expect_text(REPORT
                "[section \"落款\"]\ntype = signature\n"
                "[section \"导语\"]\ntype = text\ntext = 开头。\n"
                "[section \"总\"]\ntype = text\ntitle = 总体\ntext = 总。\n"
                "[section \"问题\"]\ntype = text\ntitle = 问题\ntext = 问。\n"
                "[section \"东湖\"]\ntype = text\nin = 总\nafter = 甲\ntitle = 东湖\ntext = 湖。\n"
                "[section \"甲\"]\ntype = text\nin = 总\ntitle = 甲节\ntext = 甲。\n"
                "[section \"乙\"]\ntype = text\nin = 总\ntitle = 乙节\ntext = 乙。\n"
                "[section \"丙\"]\ntype = text\nafter = 导语\ntitle = 丙节\ntext = 丙。\n",
                NULL,
                "汇报\n\n开头。\n一、丙节\n丙。\n二、总体\n总。\n（一）甲节\n甲。\n（二）东湖\n湖。"
                "\n（三）乙节\n乙。\n三、问题\n问。\n"
                "市产业办\n2022年8月19日\n");
}

static void test_conditions(void **state)
{
    (void)state;
    expect_text(
        REPORT
        "[section \"a\"]\ntype = text\ntitle = 有\nwhen = 新项目 > 40\ntext = 甲\n"
        "[section \"b\"]\ntype = text\ntitle = 无\nwhen = 新项目 > 50\ntext = 乙\n"
        "[section \"b1\"]\ntype = text\nin = b\ntitle = 也无\ntext = 乙一\n"
        "[section \"c\"]\ntype = text\ntitle = 关\nenabled = no\ntext = {不存在}\n"
        "[section \"d\"]\ntype = text\ntitle = 缺\nwhen = 缺\ntext = 丁\n"
        "[section \"e\"]\ntype = text\ntitle = “{新项目 | cn}”个\nheading = run-in\ntext = 戊\n",
        NULL, "汇报\n\n一、有\n甲\n二、“四十三”个。戊\n");
}

static void test_chapter_off(void **state)
{
    (void)state;
    expect_text(REPORT "[section \"a\"]\ntype = text\nenabled = no\ntitle = 甲\n"
                       "[section \"a1\"]\ntype = text\nin = a\ntitle = 甲一\ntext = {不存在}\n"
                       "[section \"a2\"]\ntype = text\nin = a1\ntitle = 甲二\ntext = 二。\n"
                       "[section \"b\"]\ntype = text\nafter = a\ntitle = 乙\ntext = 乙。\n",
                NULL, "汇报\n\n一、乙\n乙。\n");
}

static void test_only(void **state)
{
    static const jb_page_options only = {.only = "b"};
    issue is;
    const char *ini =
        REPORT "[section \"a\"]\ntype = text\ntitle = 甲\ntext = {新签约额 | 亿元 1}\n"
               "[section \"b\"]\ntype = text\nin = a\ntitle = 乙\ntext = {新项目}个\n"
               "[section \"b1\"]\ntype = text\nin = b\ntitle = 丙\ntext = {分区[\"东湖区\"]}个\n";
    (void)state;
    expect_text(ini, &only, "汇报\n\n一、乙\n43个\n（一）丙\n12个\n");
    issue_begin(&is);
    issue_make(&is, ini, city, &only, NULL);
    assert_string_equal(is.figures, "新项目 分区");
    issue_end(&is);
}

static void test_placeholders(void **state)
{
    static const char *const failed[] = {"坏"};
    static const jb_page_options o = {.failed = failed, .n_failed = 1};
    issue is;
    const char *ini = REPORT
        "[section \"a\"]\ntype = text\ntitle = 甲\ntext = 甲。\n"
        "[section \"坏\"]\ntype = text\ntitle = 乙\ntext = 乙。\n"
        "[section \"失\"]\ntype = text\ntitle = 丙\ntext =\n  先写{新项目}个。\n  再写{丢失}个。\n"
        "[section \"d\"]\ntype = text\ntitle = 丁\nwhen = 丢失 > 1\ntext = 丁。\n"
        "[section \"e\"]\ntype = text\ntitle = 戊\ntext = 戊。\n";
    (void)state;
    expect_text(
        ini, &o,
        "汇报\n\n一、甲\n甲。\n二、乙\n【此处内容未能生成：坏】\n三、丙\n【此处内容未能生成：失】\n"
        "四、丁\n【此处内容未能生成：d】\n五、戊\n戊。\n");
    issue_begin(&is);
    issue_make(&is, ini, city, &o, NULL);
    assert_int_equal(is.placeholders, 3);
    assert_int_equal(is.exit_code, 0);
    assert_string_equal(is.codes, "E0759:15 E0759:21");
    issue_end(&is);
    static const jb_page_options strict = {.strict = 1};
    expect_codes(ini, &strict, "E0760:15 E0760:21", 1);
}

static void test_blocks(void **state)
{
    (void)state;
    expect_text(REPORT "[section \"a\"]\ntype = text\ntitle = 甲\ntext =\n  前，见{ref 表}。\n  "
                       "{block 表}\n  后。\n"
                       "[section \"表\"]\ntype = table\ntitle = 各区情况\nrows = district\ncolumns "
                       "= 项目（个）: 分区\n"
                       "[section \"b\"]\ntype = text\ntitle = 乙\ntext = 乙。\n",
                NULL,
                "汇报\n\n一、甲\n前，见表1。\n表1　各区情况\ndistrict  项目（个）\n东湖区          "
                "  12\n西山区             0\n"
                "南川区            31\n高新区            12\n后。\n二、乙\n乙。\n");
}

static void test_refused(void **state)
{
    (void)state;
    expect_codes(REPORT
                 "[section \"a\"]\ntype = text\nin = 总休\n[section \"总体\"]\ntype = text\n",
                 NULL, "E0750:9", 2);
    expect_codes(REPORT "[section \"a\"]\ntype = text\nafter = b\n", NULL, "E0750:9", 2);
    expect_codes(REPORT
                 "[section \"a\"]\ntype = text\nin = b\n[section \"b\"]\ntype = text\nin = a\n",
                 NULL, "E0752:9", 2);
    expect_codes(
        REPORT "[section \"a\"]\ntype = text\nafter = b\n[section \"b\"]\ntype = text\nafter = a\n",
        NULL, "E0752:9 E0752:12", 2);
    expect_codes(REPORT "[section \"a\"]\ntype = text\nafter = a\n", NULL, "E0752:9", 2);
    expect_codes(REPORT
                 "[section \"a\"]\ntype = text\n[section \"b\"]\ntype = text\nin = a\n"
                 "[section \"c\"]\ntype = text\nafter = b\nin = d\n[section \"d\"]\ntype = text\n",
                 NULL, "E0751:14", 2);
    expect_codes(REPORT "[section \"a\"]\ntype = text\nin = appendix\n", NULL, "E0763:9", 2);
    expect_codes(REPORT "[section \"a\"]\ntype = text\nwhen = 新项目 + 1\n", NULL, "E0761:9", 2);
    expect_codes(REPORT
                 "[section \"a\"]\ntype = text\ntext =\n  第一段。\n  金额{新签约额}亿元。\n",
                 NULL, "E0716:11", 2);
    expect_codes(REPORT "[section \"a\"]\ntype = text\ntitle = {新签约额}\n", NULL, "E0716:9", 2);
    expect_codes(REPORT "[section \"a\"]\ntype = text\ntext = {缺 | % 1}\n", NULL, "E0712:9", 4);
    expect_codes(REPORT "[renderer \"u\"]\ntype = text\npath = 往期//./a.txt\n", NULL, "E0754:7",
                 2);
    expect_codes(REPORT "[renderer \"u\"]\ntype = text\npath = 往期/\n", NULL, "E0764:9", 2);
}

static void test_file_of_text(void **state)
{
    issue is;
    (void)state;
    issue_begin(&is);
    fixture_put(&is, "a.txt", "第一段。\n\n第二段{新签约额}亿元。\n");
    issue_make(&is, REPORT "[section \"a\"]\ntype = text\ntext = ${file:a.txt}\n", city, NULL,
               NULL);
    assert_string_equal(is.codes, "E0716:3"); /* the line in the text file, not in the INI */
    issue_end(&is);
}

static size_t files_in(const char *dir)
{
    DIR *d = opendir(dir);
    size_t n = 0;
    while (d != NULL && readdir(d) != NULL)
        n++;
    if (d != NULL)
        closedir(d);
    return n;
}

/* The disk is full in the middle of one file: none is left, and the file is named. */
static void test_nothing_half(void **state)
{
    issue is;
    char path[128];
    struct rlimit before, small;
    (void)state;
    issue_begin(&is);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1024;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    issue_make(&is,
               "[report]\ntitle = 题\n[renderer \"t\"]\ntype = text\npath = 往期/a.txt\n"
               "[renderer \"j\"]\ntype = json\npath = a.json\n",
               city, NULL, NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_string_equal(is.codes, "E0756:8");
    assert_int_equal(is.exit_code, 9);
    assert_string_equal(is.paths, "");
    snprintf(path, sizeof path, "%s/out", is.dir);
    assert_int_equal(files_in(path), 2); /* . and .. */
    issue_end(&is);
}

static void test_draft(void **state)
{
    static const jb_page_options o = {.draft = 1};
    jb_diags *notes = jb_diags_new();
    issue is;
    (void)state;
    jb_diag_add_text(notes, "E0900", JB_SEV_ERROR, 4, NULL, "分区合计 40 ≠ 全市 43", NULL);
    issue_begin(&is);
    issue_make(&is, REPORT "[section \"a\"]\ntype = text\ntext = 甲。\n", city, &o, notes);
    assert_string_equal(is.paths, "往期/a-草稿.txt");
    assert_string_equal(
        is.text,
        "【草稿】\n汇报\n\n甲。\n草稿：下列核对规则未通过，不得印发。\n分区合计 40 ≠ 全市 43\n");
    issue_end(&is);
    jb_diags_free(notes);
}

static void test_root(void **state)
{
    issue is;
    (void)state;
    issue_begin(&is);
    issue_make(&is,
               "[report]\ntitle = 全市{新项目}个\nissuer = 市产业办\nlayout = 我的\n"
               "[layout \"我的\"]\nbody = 仿宋_GB2312, FandolFang\npage_number = center\n",
               city, NULL, NULL);
    assert_string_equal(is.codes, "");
    assert_string_equal(is.json, "{\"kind\":\"document\",\"attrs\":{\"as_of\":\"2022-08-16\","
                                 "\"date\":\"2022-08-19\",\"generator\":\"jianbao 0.1.0\","
                                 "\"issuer\":\"市产业办\",\"layout\":\"我的\",\"layout.body\":"
                                 "\"仿宋_GB2312, FandolFang\","
                                 "\"layout.page_number\":\"center\",\"period\":\"2022-01-01..2022-"
                                 "08-16\",\"title\":\"全市43个\"}}\n");
    issue_end(&is);
}

static void test_twice_the_same(void **state)
{
    const char *ini = REPORT "[section \"a\"]\ntype = text\ntitle = 甲\ntext = {for r in 分区 sort "
                             "value desc}{r.district}{end}{份额[\"东湖区\"] | % 1}\n";
    issue a, b;
    (void)state;
    issue_begin(&a);
    issue_begin(&b);
    issue_make(&a, ini, city, NULL, NULL);
    issue_make(&b, ini, city, NULL, NULL);
    assert_string_equal(a.codes, "");
    assert_string_equal(a.json, b.json);
    assert_string_equal(a.text, b.text);
    issue_end(&a);
    issue_end(&b);
}

#define NAUGHTY(what) REPORT "[section \"n\"]\ntype = naughty\ndo = " what "\n"

static void test_naughty(void **state)
{
    (void)state;
    expect_codes(NAUGHTY("keep") "[section \"m\"]\ntype = naughty\ndo = elsewhere\n", NULL,
                 "E0765:10", 1);
    expect_codes(NAUGHTY("bytes"), NULL, "E0766:7", 1);
    expect_codes(NAUGHTY("own"), NULL, "E0766:7", 1);
    expect_codes(NAUGHTY("out"), NULL, "E0767:7", 1);
    expect_codes(NAUGHTY("silent"), NULL, "E0550:7", 1);
    expect_codes(NAUGHTY("unit"), NULL, "E0716:7", 2);
    expect_codes(NAUGHTY("cell"), NULL, "E0727:7", 2);
}

static void test_unknown_kind(void **state)
{
    issue is;
    (void)state;
    issue_begin(&is);
    issue_make(&is, NAUGHTY("card"), city, NULL, NULL);
    assert_string_equal(is.codes, "E0758:4"); /* told, and printed as text */
    assert_string_equal(is.text, "汇报\n\n卡片43个\n");
    issue_end(&is);
}

static void test_dropin_stays_inside(void **state)
{
    static const char *const paths[] = {"/tmp/x.txt", "../x.txt", "a/../../x.txt"};
    char text[200], dir[128];
    size_t i;
    (void)state;
    for (i = 0; i < 3; i++) {
        issue is;
        issue_begin(&is);
        snprintf(dir, sizeof dir, "%s/r.ini.d", is.dir);
        mkdir(dir, 0777);
        snprintf(text, sizeof text, "[renderer \"u\"]\ntype = text\npath = %s\n", paths[i]);
        fixture_put(&is, "r.ini.d/70-u.ini", text);
        issue_make(&is, REPORT, city, NULL, NULL);
        assert_string_equal(is.codes, "E0755:3");
        issue_end(&is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_chapter_off),
        cmocka_unit_test(test_only),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_file_of_text),
        cmocka_unit_test(test_nothing_half),
        cmocka_unit_test(test_draft),
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_twice_the_same),
        cmocka_unit_test(test_naughty),
        cmocka_unit_test(test_unknown_kind),
        cmocka_unit_test(test_dropin_stays_inside),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
