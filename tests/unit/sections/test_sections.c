// SPDX-License-Identifier: Apache-2.0
/* Built-in sections and renderers, through the host as any plugin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../page/fixture.h"

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

#define TEXT                                                                                       \
    "[report]\ntitle = 汇报\nissuer = 市产业办\n[renderer \"t\"]\ntype = text\npath = a.txt\n"
#define HEAD "汇报\n\n"

static void expect_text(const char *ini, const char *want)
{
    issue is;
    issue_begin(&is);
    issue_make(&is, ini, city, NULL, NULL);
    if (is.text == NULL || strcmp(is.text, want) != 0)
        print_error("codes %s\nwant\n%s\ngot\n%s\n", is.codes, want,
                    is.text != NULL ? is.text : "(nothing)");
    assert_non_null(is.text);
    assert_string_equal(is.text, want);
    issue_end(&is);
}

static void expect_codes(const char *ini, const char *codes)
{
    issue is;
    issue_begin(&is);
    issue_make(&is, ini, city, NULL, NULL);
    if (strcmp(is.codes, codes) != 0)
        print_error("%s\nwant %s got %s\n", ini, codes, is.codes);
    assert_string_equal(is.codes, codes);
    issue_end(&is);
}

static void test_table_by_key(void **state)
{
    (void)state;
    expect_text(TEXT "[section \"排名\"]\ntype = table\nrows = district\nstub = "
                     "县（市、区）\ncaption = 各区进展\n"
                     "columns =\n  新项目（个）: 分区\n  进度: 进度 | % 1\n  份额（%）: 份额 | % "
                     "1\n  位次: 位次\n"
                     "sort = 分区 desc\ntotal = yes\n",
                HEAD "表1　各区进展\n"
                     "县（市、区）  新项目（个）    进度  份额（%）  位次\n"
                     "南川区                  31  120.0%       33.4     1\n"
                     "东湖区                  12   98.5%       33.3     2\n"
                     "高新区                  12      —         —     2\n"
                     "西山区                   0   40.0%       33.3     4\n"
                     "合计                    55      —      100.0    —\n");
}

static void test_table_tree(void **state)
{
    issue is;
    (void)state;
    issue_begin(&is);
    issue_make(
        &is,
        TEXT
        "[section \"排名\"]\ntype = table\nrows = district\ncolumns = 区: district, 进度 | % 1\n",
        city, NULL, NULL);
    assert_string_equal(is.codes, "");
    assert_non_null(
        strstr(is.json, "{\"kind\":\"column\",\"attrs\":{\"align\":\"left\",\"label\":\"区\"}}"));
    assert_non_null(strstr(
        is.json,
        "{\"kind\":\"column\",\"attrs\":{\"align\":\"decimal\",\"decimals\":\"1\",\"digits\":\"3\","
        "\"figure\":\"进度\",\"label\":\"进度\",\"unit\":\"%\"}}"));
    assert_non_null(strstr(
        is.json,
        "{\"kind\":\"row\",\"attrs\":{\"key\":\"西山区\",\"role\":\"body\"},\"children\":[\n"));
    assert_non_null(strstr(
        is.json,
        "{\"kind\":\"cell\",\"runs\":[{\"kind\":\"figure\",\"text\":\"40.0%\",\"target\":\"进度\","
        "\"key\":\"西山区\",\"value\":\"40\"}]}"));
    assert_non_null(
        strstr(is.json, "{\"kind\":\"cell\",\"attrs\":{\"kind\":\"missing\"},\"runs\":[\"—\"]}"));
    assert_string_equal(is.figures, "进度");
    issue_end(&is);
}

static void test_table_of_rows(void **state)
{
    (void)state;
    expect_text(TEXT "[section \"明细\"]\ntype = table\nof = 前三\ncolumns = 序号: rank, 项目: "
                     "name, 总投资（亿元）: amount | 亿元 2, 万元数: value\n",
                HEAD "序号  项目    总投资（亿元）   万元数\n"
                     "1     甲科技            0.03  300万元\n"
                     "2     乙产业            0.02  200万元\n"
                     "3     丙生物            0.01  100万元\n");
}

static void test_table_refused(void **state)
{
    (void)state;
    expect_codes(TEXT "[section \"a\"]\ntype = table\ncolumns = 分区\n", "E0770:7");
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = district\nof = 前三\ncolumns = 分区\n",
                 "E0770:7");
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = district\ncolumns = 甲: , 分区\n",
                 "E0772:10");
    expect_codes(TEXT
                 "[section \"a\"]\ntype = table\nrows = district\ncolumns = 甲: 分区, 乙: 分區\n",
                 "E0412:10"); /* as a text says it: the nearest figure */
    expect_codes(TEXT "[section \"a\"]\ntype = table\nof = 前三\ncolumns = 投资: amuont\n",
                 "E0773:10"); /* the nearest field */
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = district\ncolumns = 日: date\n",
                 "E0773:10"); /* a text would print it, a table has no such column */
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = district\ncolumns = 新项目\n",
                 "E0774:10");
    expect_codes(TEXT "[section \"a\"]\ntype = table\nof = 新项目\ncolumns = 新项目\n", "E0775:9");
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = 街道\ncolumns = 分区\n", "E0776:9");
    /* the slip of 10⁴ in a table's clothes */
    expect_codes(TEXT
                 "[section \"a\"]\ntype = table\nof = 前三\ncolumns = 总投资（亿元）: amount\n",
                 "E0728:10");
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = district\ncolumns = 分区 | 亿元 1\n",
                 "E0717:10");
    expect_codes(TEXT "[section \"a\"]\ntype = table\nrows = district\n", "E0202:7");
}

static void test_table_lost(void **state)
{
    (void)state;
    jb_figure_set *set = fake_city();
    jb_fig *f = fake_keyed(set, "分区丢失", "count", "个", "district", "东湖区=1");
    issue is;
    f->flags |= JB_FIG_LOST;
    f->n_rows = 0;
    issue_begin(&is);
    issue_make(&is,
               TEXT "[section \"排名\"]\ntype = table\ntitle = 排名\nrows = district\ncolumns = "
                    "分区, 分区丢失\n",
               set, NULL, NULL);
    assert_string_equal(is.codes, "E0759:7");
    assert_string_equal(is.text, HEAD "一、排名\n【此处内容未能生成：排名】\n");
    issue_end(&is);
    jb_figure_set_free(set);
}

static void test_null_group(void **state)
{
    (void)state;
    jb_figure_set *set = jb_figure_set_new();
    issue is;
    fake_keyed(set, "分业", "count", "个", "industry", "制造业=3|服务业=2|~=1");
    issue_begin(&is);
    issue_make(
        &is,
        "[report]\ntitle = 汇报\n[renderer \"t\"]\ntype = text\npath = a.txt\n"
        "[section \"a\"]\ntype = table\nrows = industry\ncolumns = 个数: 分业\ntotal = yes\n",
        set, NULL, NULL);
    assert_string_equal(
        is.text,
        HEAD "industry  个数\n制造业       3\n服务业       2\n（空）       1\n合计         6\n");
    issue_end(&is);
    jb_figure_set_free(set);
}

static void test_problems(void **state)
{
    (void)state;
    expect_text(TEXT "[section \"问题\"]\ntype = problems\ntitle = 存在问题\nof = 进度\nbelow = "
                     "99\nintro = 主要是：\n"
                     "text = {r.district}仅完成年度目标的{r | % 1}。\n",
                HEAD "一、存在问题\n主要是：\n一是东湖区仅完成年度目标的98.5%"
                     "。\n二是西山区仅完成年度目标的40.0%。\n");
    expect_text(
        TEXT
        "[section \"问题\"]\ntype = problems\ntitle = 存在问题\nof = 占比, 进度\nbelow = 98.5\n",
        HEAD "一、存在问题\n一是占比为65.1%。\n二是西山区进度为40.0%。\n");
    expect_text(TEXT
                "[section \"问题\"]\ntype = problems\ntitle = 存在问题\nof = 进度\nbelow = 10\n"
                "[section \"b\"]\ntype = text\ntitle = 打算\ntext = 好。\n",
                HEAD "一、打算\n好。\n");
    expect_text(TEXT "[section \"问题\"]\ntype = problems\ntitle = 存在问题\nof = 进度\nbelow = "
                     "10\nnone = 无。\n",
                HEAD "一、存在问题\n无。\n");
    expect_codes(TEXT "[section \"问题\"]\ntype = problems\nof = 进度\ntext = {r}，{r.distrikt}\n",
                 "E0716:10 E0261:10"); /* r is a row: its fields are named */
    expect_codes(TEXT "[section \"问题\"]\ntype = problems\nof = 进步\n", "E0412:9");
}

static void test_signature(void **state)
{
    (void)state;
    expect_text(TEXT "[section \"落款\"]\ntype = signature\ntext = 市产业办公室\n",
                HEAD "市产业办公室\n2022年8月19日\n");
    expect_codes("[report]\ntitle = 题\n[section \"落款\"]\ntype = signature\n", "E0711:3");
}

static void test_chart(void **state)
{
    issue is;
    (void)state;
    issue_begin(&is);
    issue_make(&is,
               TEXT "[section \"图\"]\ntype = chart\nchart = bar\nmetric = 分区\n[section "
                    "\"b\"]\ntype = text\ntext = 见{ref 图}。\n",
               city, NULL, NULL);
    assert_string_equal(is.codes, "");
    assert_non_null(strstr(
        is.json,
        "{\"kind\":\"chart\",\"attrs\":{\"chart\":\"bar\",\"name\":\"图\",\"number\":\"图1\","
        "\"source\":\"数据来源：projects；截至2022年8月16日\"},\"runs\":[\"分区\"],\"data\":["
        "\"分区\"]}"));
    assert_non_null(strstr(is.text, "图1　分区\n"));
    assert_non_null(strstr(is.text, "31")); /* the chart says in a sentence what it shows */
    assert_non_null(strstr(is.text, "见图1。\n"));
    issue_end(&is);
    issue_begin(&is);
    issue_make(&is,
               TEXT "[section \"图\"]\ntype = chart\nchart = bar\nmetric = 分区\ntitle = "
                    "项目\n[section \"b\"]\ntype = text\ntext =\n  甲\n  {block 图}\n",
               city, NULL, NULL);
    assert_non_null(strstr(is.text, "甲\n图1　项目\n")); /* placed, its title is its caption */
    issue_end(&is);
}

static void test_json(void **state)
{
    issue is;
    (void)state;
    issue_begin(&is);
    issue_make(&is,
               "[report]\ntitle = 题\"引\"\n[renderer \"j\"]\ntype = json\npath = a.json\n[section "
               "\"a\"]\ntype = text\ntext = {新签约额 | 亿元 1}\n",
               city, NULL, NULL);
    assert_string_equal(is.codes, "");
    assert_non_null(
        strstr(is.text, "{\"version\":1,\"title\":\"题\\\"引\\\"\",\"date\":\"2022-08-19\""));
    assert_non_null(strstr(is.text, "{\"name\":\"新签约额\",\"unit\":\"万元\",\"rows\":[{\"key\":{}"
                                    ",\"value\":\"123456.50\"}]"));
    assert_non_null(strstr(
        is.text,
        "{\"name\":\"占比\",\"unit\":\"%\",\"rows\":[{\"key\":{},\"value\":\"65.116279\"}]"));
    assert_non_null(strstr(is.text,
                           "{\"key\":{\"rank\":\"1\"},\"value\":\"300\",\"fields\":{"
                           "\"name\":\"甲科技\",\"amount\":\"300\",\"landed\":\"true\"}}"));
    assert_non_null(strstr(is.text, "{\"key\":{\"district\":\"高新区\"},\"value\":null}"));
    assert_non_null(strstr(is.text, "{\"kind\":\"figure\",\"text\":\"12.3亿元\",\"target\":"
                                    "\"新签约额\",\"value\":\"123456.50\"}"));
    assert_non_null(strstr(is.text, "\"lost\":true"));
    issue_end(&is);
}

/* What json prints of figures is what `figures --json` prints. */
static void test_json_agrees(void **state)
{
    issue is;
    jb_buf want;
    const char *row;
    size_t n;
    (void)state;
    issue_begin(&is);
    issue_make(&is, "[report]\ntitle = 题\n[renderer \"j\"]\ntype = json\npath = a.json\n", city,
               NULL, NULL);
    jb_buf_init(&want, JB_BUF_MAX_TEXT);
    jb_figure_set_json(city, NULL, 0, &want);
    /* every "value":… of the one, in order, is in the other */
    const char *got = strstr(is.text, "\"figures\"");
    for (row = jb_buf_text(&want), n = 0; (row = strstr(row, "},\"value\":")) != NULL; n++) {
        size_t len = 2 + strcspn(row + 2, ",}");
        const char *mine = strstr(got, "},\"value\":");
        assert_non_null(mine);
        assert_memory_equal(row, mine, len);
        row += len;
        got = mine + len;
    }
    assert_true(n > 30);
    jb_buf_free(&want);
    issue_end(&is);
}

/* The whole tree of a small report. JB_TEST_GOLDEN=1 writes it anew, to be read before it is
 * committed. */
static void test_golden(void **state)
{
    const char *file = JB_SOURCE_DIR "/tests/unit/sections/golden.json";
    char *ini = fixture_file(JB_SOURCE_DIR "/tests/unit/sections/golden.ini");
    char *want = fixture_file(file);
    issue is;
    (void)state;
    issue_begin(&is);
    issue_make(&is, ini, city, NULL, NULL);
    assert_string_equal(is.codes, "E0759:47");
    if (getenv("JB_TEST_GOLDEN") != NULL) {
        FILE *f = fopen(file, "wb");
        assert_non_null(f);
        fputs(is.json, f);
        fclose(f);
    } else {
        assert_string_equal(is.json, want);
    }
    issue_end(&is);
    free(want);
    free(ini);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_by_key),  cmocka_unit_test(test_table_tree),
        cmocka_unit_test(test_table_of_rows), cmocka_unit_test(test_table_refused),
        cmocka_unit_test(test_table_lost),    cmocka_unit_test(test_null_group),
        cmocka_unit_test(test_problems),      cmocka_unit_test(test_signature),
        cmocka_unit_test(test_chart),         cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_agrees),   cmocka_unit_test(test_golden),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
