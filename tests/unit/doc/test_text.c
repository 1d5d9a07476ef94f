// SPDX-License-Identifier: Apache-2.0
/* The text language: what is printed, what is refused and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"

#include "base/str.h"
#include "doc/doc.h"
#include "doc/template.h"

#include <stdlib.h>

typedef struct world {
    jb_figure_set *figures, *shapes;
    jb_units *units;
    jb_tcache *cache;
    jb_tscope scope;
} world;

static world w;

static int has_block(void *data, const char *name)
{
    (void)data;
    return strcmp(name, "排名") == 0;
}

static int setup(void **state)
{
    (void)state;
    jb_diags *d = jb_diags_new();
    jb_load_options options = {.file = JB_SOURCE_DIR "/tests/unit/doc/empty.ini"};
    jb_config *config = jb_config_load(&options, d);
    memset(&w, 0, sizeof w);
    w.figures = fake_city();
    w.shapes = fake_shapes(w.figures);
    w.units = jb_units_new(config, d);
    w.cache = jb_tcache_new();
    w.scope.units = w.units;
    w.scope.as_of = "2022-08-16";
    w.scope.date = "2022-08-19";
    w.scope.period = "2022-01-01..2022-08-16";
    w.scope.has_block = has_block;
    w.scope.cache = w.cache;
    jb_config_free(config);
    jb_diags_free(d);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    jb_tcache_free(w.cache);
    jb_units_free(w.units);
    jb_figure_set_free(w.shapes);
    jb_figure_set_free(w.figures);
    return 0;
}

static jb_place at_offset(const void *data, size_t offset, size_t n)
{
    jb_place p = {.file = "t", .line = 1};
    (void)data;
    p.col =
        (uint32_t)offset + 1; /* in bytes, so that expected places can be counted in the source */
    p.end_col = (uint32_t)(offset + n) + 1;
    return p;
}

/* Plain text, or "E0716@7" of the first message. The caller frees. */
static char *print(const char *text, int one_line, int json)
{
    jb_arena *arena = jb_arena_new();
    jb_diags *d = jb_diags_new();
    jb_origin origin = {.place = at_offset};
    jb_doc *doc = jb_doc_new();
    jb_node *node = one_line ? jb_node_add(jb_doc_root(doc), "para") : jb_doc_root(doc);
    jb_template *t = jb_template_parse(arena, text, strlen(text), one_line, &origin, d);
    jb_diag_view v;
    jb_buf out;
    int status = -1;
    w.scope.figures = w.shapes;
    if (t != NULL && jb_template_check(t, &w.scope, d) == 0) {
        w.scope.figures = w.figures;
        status = jb_template_write(t, &w.scope, node, d);
    }
    jb_buf_init(&out, JB_BUF_MAX_TEXT);
    if (jb_diags_at(d, 0, &v)) {
        jb_buf_fmt(&out, "%s@%u", v.code, v.place.col);
        assert_non_null(v.place.file);
    } else if (status == -3) {
        jb_buf_str(&out, "LOST");
    } else {
        assert_int_equal(status, 0);
        jb_doc_number(doc);
        if (json)
            jb_doc_json(doc, &out);
        else
            jb_buf_str(&out, jb_node_plain(jb_doc_root(doc)));
    }
    char *copy = malloc(out.len + 1);
    memcpy(copy, jb_buf_text(&out), out.len + 1);
    jb_buf_free(&out);
    jb_doc_free(doc);
    jb_diags_free(d);
    jb_arena_free(arena);
    return copy;
}

typedef struct pair {
    const char *text, *want;
} pair;

static void run_pairs(const pair *pairs, size_t n, int one_line)
{
    size_t i, bad = 0;
    for (i = 0; i < n; i++) {
        char *got = print(pairs[i].text, one_line, 0);
        if (strcmp(got, pairs[i].want) != 0) {
            print_error("%s\n  want %s\n  got  %s\n", pairs[i].text, pairs[i].want, got);
            bad++;
        }
        free(got);
    }
    assert_int_equal(bad, 0);
}
#define PAIRS(p, one) run_pairs((p), sizeof(p) / sizeof((p)[0]), (one))

static void test_numbers(void **state)
{
    static const pair pairs[] = {
        {"项目{新项目}个", "项目43个"},
        {"项目{ 新项目 }个", "项目43个"},
        {"项目｛新项目｝个", "项目43个"},
        {"{新签约额}万元", "123456.50万元"},
        {"{新签约额 | 亿元 1}", "12.3亿元"},
        {"{新签约额 | 亿元 2}", "12.35亿元"},
        {"{新签约额 ｜ 亿元 1}", "12.3亿元"},
        {"{新签约额 | 亿元}", "12.34565亿元"},
        {"{新签约额 | 元 0}", "1234565000元"},
        {"{新签约额 | 1}万元", "123456.5万元"},
        {"{新签约额 | 0}万元", "123457万元"},
        {"{占比 | % 2}", "65.12%"},
        {"{占比 | % 0}", "65%"},
        {"{占比}%", "65.116279%"},
        {"{占比 | 1}%", "65.1%"},
        {"{空置面积 | 万平方米 1}", "123.5万平方米"},
        {"{空置面积}平方米", "1234567平方米"},
        {"{外资}万美元", "24000万美元"},
        {"{10亿以上}个", "11个"},
        {"{ {10亿以上} / 新项目 | 4}", "0.2558"},
        {"{平均}", "3.5"},
        {"{分区[\"东湖区\"]}个", "12个"},
        {"{分区[“东湖区”]}个", "12个"},
        {"{新项目 - 分区[\"东湖区\"]}个", "31个"},
        {"{sum(分区)}个", "55个"},
        {"{{新项目}", "{新项目}"},
        {"a } b", "a } b"},
        {"{缺 | % 1 | or \"无基数\"}", "无基数"},
        {"{分区[\"北岭区\"] | or \"—\"}个", "—个"},
        {"{新签约额 | 0 | or \"a|b\"}万元", "123457万元"},
        {"截至{as_of | date}", "截至2022年8月16日"},
        {"{date | date}", "2022年8月19日"},
        {"{as_of}", "2022-08-16"},
        {"{period | date}", "2022年1月1日至2022年8月16日"},
        {"{if date > as_of}晚{else}早{end}", "晚"},
    };
    (void)state;
    PAIRS(pairs, 1);
}

static void test_words(void **state)
{
    static const pair pairs[] = {
        {"{新项目 | cn}个", "四十三个"},
        {"{新签约额 | 0 | cn}万元", "十二万三千四百五十七万元"},
        {"{平均 | cn}", "三点五"},
        {"{新签约额 | upper}", "壹拾贰亿叁仟肆佰伍拾陆万伍仟元整"},
        {"{新项目 | upper}", "肆拾叁"},
        {"{同比 | trend 1}", "增长12.3%"},
        {"{降了 | trend 2}", "下降8.92%"},
        {"{降了 | trend 0}", "下降9%"},
        {"{微降 | trend 1}", "持平"},
        {"{微降 | trend 2}", "下降0.04%"},
        {"{同比 | trend}", "增长12.3%"},
        {"{份额变化 | trend 1}", "提高1.2个百分点"},
        {"{差 | trend 0}", "减少3个"},
        {"{差 | trend}", "减少3个"},
        {"{由负转正的 | trend 1}", "由负转正"},
        {"{新项目 - 10亿以上 | trend}", "E0226"},
        {"{新签约额 | 亿元 1 | trend}", "增加12.3亿元"},
        {"{新项目 | names 3}", "甲科技、乙产业、丙生物等"},
        {"{新项目 | names 4}", "甲科技、乙产业、丙生物、丁数码"},
        {"{新项目 | names 9}", "甲科技、乙产业、丙生物、丁数码"},
        {"{新项目 | names}", "甲科技、乙产业、丙生物、丁数码"},
        {"{前三 | names 2}", "甲科技、乙产业等"},
        {"{文件 | names}", "《甲意见》《乙方案》、通知"},
        {"{位次[\"东湖区\"] | rank}", "第2位"},
        {"{分区[\"南川区\"] | rank}", "第1位"},
        {"{分区[\"高新区\"] | rank}", "第2位"},
        {"{分区[\"西山区\"] | rank}", "第4位"},
    };
    (void)state;
    /* a name that begins with digits needs braces inside an expression; that one line is judged
     * apart */
    size_t i, bad = 0;
    for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *got = print(pairs[i].text, 1, 0);
        int prefix = pairs[i].want[0] == 'E';
        if (prefix ? got[0] != 'E' : strcmp(got, pairs[i].want) != 0) {
            print_error("%s\n  want %s\n  got  %s\n", pairs[i].text, pairs[i].want, got);
            bad++;
        }
        free(got);
    }
    assert_int_equal(bad, 0);
}

static void test_control(void **state)
{
    static const pair pairs[] = {
        {"{if 新项目 > 40}多{else}少{end}", "多"},
        {"{if 新项目 > 50}多{else if 新项目 > 40}中{else}少{end}", "中"},
        {"{if 缺}有{else}缺{end}", "缺"},
        {"{if 分区[\"西山区\"]}零也是数{end}", "零也是数"},
        {"{if 分区[\"北岭区\"]}有{else}无{end}", "无"},
        {"{for r in 分区 sort value desc limit 3 sep \"、\"}{r.district}（{r}个）{end}",
         "南川区（31个）、东湖区（12个）、高新区（12个）"},
        {"{for r in 分区 sep \"、\"}{r.district}{r}{end}个",
         "东湖区12、西山区0、南川区31、高新区12个"},
        {"{for r in 分区 where r > 0 sort district sep \"，\"}{r.district}{end}",
         "东湖区，南川区，高新区"},
        {"{for r in 进度 sort value desc sep \"、\"}{r.district}{r | % 1 | or \"缺\"}{end}",
         "南川区120.0%、东湖区98.5%、西山区40.0%、高新区缺"},
        {"{for r in 分区 sep \"、\"}{r.district}第{位次[r.district]}{end}",
         "东湖区第2、西山区第4、南川区第1、高新区第2"},
        {"{for r in 前三 sep \"、\"}{r.name}{r.amount | 万元 0}{end}",
         "甲科技300万元、乙产业200万元、丙生物100万元"},
        {"{for r in 分区 sep \"、\"}{if r > 0}{r.district}{end}{end}", "东湖区、南川区、高新区"},
        {"{for r in 份额 sep \"、\"}{r | % 1}{end}", "33.3%、33.3%、33.4%"},
        {"{for a in 分区 limit 2 sep \"；\"}{for b in 份额 limit 2 sep "
         "\"、\"}{a.district}{b.district}{end}{end}",
         "东湖区东湖区、东湖区西山区；西山区东湖区、西山区西山区"},
        {"{for r in 前三 where r.landed}{r.name}{r.landed}{end}", "甲科技是丙生物是"},
        {"{if 新项目 > 1}{新签约额}{else}{新签约额}{end}万元", "123456.50万元"},
    };
    (void)state;
    PAIRS(pairs, 1);
}

static void test_paragraphs(void **state)
{
    static const pair pairs[] = {
        {"第一段。\n\n　　第二段。", "第一段。\n第二段。"},
        {"; 先不写\n  ; 也不写\n写。", "写。"},
        {"# 不是注释", "# 不是注释"},
        {"总起。\n+ 聚焦甲。\n+ 聚焦乙。\n另起。\n+ 又一。",
         "总起。一是聚焦甲。二是聚焦乙。\n另起。一是又一。"},
        {"总起。\n- 甲。\n- 乙。\n中间。\n- 丙。", "总起。\n一是甲。\n二是乙。\n中间。\n一是丙。"},
        {"+ 无总起。", "一是无总起。"},
        {"{if 新项目}\n有。\n{else}\n无。\n{end}", "有。"},
        {"甲。\n{if 缺}乙。{end}\n丙。", "甲。\n丙。"},
        {"甲。\n+ {if 缺}不写。{end}\n+ 写。", "甲。一是写。"},
        {"{for r in 分区 where r > 0}\n- {r.district}{r}个。\n{end}",
         "一是东湖区12个。\n二是南川区31个。\n三是高新区12个。"},
        {"前。\r\n后。\r\n", "前。\n后。"},
        {"{if 缺}\n甲。\n{end}乙。", "乙。"},
        {"一。\n{if 缺}\n甲。\n{else}乙。\n{end}丙。", "一。\n乙。\n丙。"},
        {"一。\n{if 缺}\n甲。{end}乙。", "一。乙。"},
        {"{if 缺}\n甲。{end}乙。", "乙。"},
        {"-5度", "-5度"},
        {"+5", "+5"},
        {"见{ref 排名}。", "见排名。"},
    };
    (void)state;
    PAIRS(pairs, 0);
}

static void test_refused(void **state)
{
    static const pair pairs[] = {
        {"{新签约额}亿元", "E0716@1"},
        {"新签约{新签约额}，", "E0716@10"},
        {"{新签约额}", "E0716@1"},
        {"{新签约额}元", "E0716@1"},
        {"{新签约额}万元/亩", "E0716@1"},
        {"{占比}个", "E0716@1"},
        {"{份额变化}%", "E0716@1"},
        {"{for r in 前三 sep \"、\"}{r}{end}万元", "E0716@28"},
        {"{if 新项目}{新签约额}{end}亿元", "E0716@15"},
        {"{新签约额}{if 新项目}万元{end}", "E0716@1"},
        {"{新项目", "E0701@1"},
        {"甲{新项目\"}\"", "E0701@4"},
        {"{}", "E0702@1"},
        {"{ | 1}", "E0702@1"},
        {"{if}", "E0702@1"},
        {"{新项目 | 立方米}", "E0703@14"},
        {"{新项目 | trends 1}", "E0703@14"},
        {"{新项目 | }", "E0704@13"},
        {"{新项目 | trend 99}", "E0704@14"},
        {"{新项目 | or 无}", "E0704@14"},
        {"{新项目 | names 甲}", "E0704@14"},
        {"{end}", "E0705@1"},
        {"{else}", "E0705@1"},
        {"{if 新项目}{else}{else}{end}", "E0705@21"},
        {"{for r in 分区}{else}{end}", "E0705@18"},
        {"{for r 分区}{end}", "E0706@6"},
        {"{for r in 分区 limit 0}{end}", "E0706@6"},
        {"{for r in 分区 sep 、}{end}", "E0706@6"},
        {"{if 新项目}{else 新项目}{end}", "E0706@21"},
        {"{if 新项目}", "E0707@1"},
        {"{for r in 分区}甲", "E0707@1"},
        {"{block 排名}", "E0708@1"},
        {"一\n二", "E0710@5"},
        {"{issuer}", "E0711@2"},
        {"{缺 | % 1}", "E0712@1"},
        {"{分区}个", "E0713@2"},
        {"{新项目 | % 1}", "E0717@14"},
        {"{新签约额 | 平方米 1}", "E0717@17"},
        {"{占比 | names}", "E0718@9"},
        {"{新项目 | date}", "E0718@12"},
        {"{空置面积 | upper}", "E0718@15"},
        {"{新项目 | rank}", "E0718@12"},
        {"{新项目 | cn | trend}", "E0718@12"},
        {"{for 新项目 in 分区}{end}", "E0719@6"},
        {"{for r in 新项目}{end}", "E0720@11"},
        {"{for r in 分区 sort amount}{end}", "E0721@23"},
        {"{for r in 分区 where r + 1}{end}", "E0722@24"},
        {"{ref 不存在}", "E0723@1"},
        {"{新项目 > 3}", "E0724@2"},
        {"{分区[\"北岭区\"]}个", "E0726@1"},
        {"{新项目 | cell}", "E0727@12"},
    };
    (void)state;
    PAIRS(pairs, 1);
}

static void test_lost(void **state)
{
    static const pair pairs[] = {{"{丢失}个", "LOST"},
                                 {"{丢失 | or \"无\"}个", "LOST"},
                                 {"{if 丢失}甲{end}", "LOST"},
                                 {"{丢失 + 1}个", "LOST"}};
    (void)state;
    PAIRS(pairs, 1);
}

static void test_unknown_names(void **state)
{
    static const char *const texts[] = {
        "{新項目}个",   "{if 不存在 > 1}{end}", "{for r in 不存在}{end}",
        "{r.district}", "{分区[r.district]}个", "{for r in 分区}{r.县}{end}"};
    size_t i;
    (void)state;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *got = print(texts[i], 1, 0);
        assert_int_equal(got[0], 'E');
        free(got);
    }
}

static void test_tree(void **state)
{
    char *got = print("总起{新项目}个，{新签约额 | 亿元 1}。\n+ 甲{占比}%。\n{block 排名}\n- "
                      "乙{新项目 | names 1}。",
                      0, 1);
    (void)state;
    assert_string_equal(
        got,
        "{\"kind\":\"document\",\"children\":[\n"
        " {\"kind\":\"para\",\"runs\":[\"总起\",{\"kind\":\"figure\",\"text\":\"43\",\"target\":"
        "\"新项目\",\"value\":\"43\"},"
        "{\"kind\":\"text\",\"text\":\"个\",\"style\":\"unit\"},\"，\","
        "{\"kind\":\"figure\",\"text\":\"12.3亿元\",\"target\":\"新签约额\",\"value\":\"123456."
        "50\"},\"。\","
        "{\"kind\":\"text\",\"text\":\"一是\",\"style\":\"lead\"},\"甲\","
        "{\"kind\":\"figure\",\"text\":\"65.116279\",\"target\":\"占比\",\"value\":\"65.116279\"},"
        "{\"kind\":\"text\",\"text\":\"%\",\"style\":\"unit\"},\"。\"]},\n"
        " {\"kind\":\"section\",\"attrs\":{\"name\":\"排名\",\"placed\":\"yes\"}},\n"
        " {\"kind\":\"item\",\"attrs\":{\"n\":\"1\"},\"runs\":[{\"kind\":\"text\",\"text\":"
        "\"一是\",\"style\":\"lead\"},\"乙\","
        "{\"kind\":\"figure\",\"text\":\"甲科技等\",\"style\":\"names\",\"target\":\"新项目\","
        "\"value\":\"43\"},\"。\"]}]}\n");
    free(got);
}

/* What is wrong in one text is told at once. */
static void test_all_errors(void **state)
{
    static const char text[] =
        "{新项目\n{新项目 | or}\n{}\n{if 新项目}\n{新项目 | 99}\n甲{block 排名}\n";
    static const char *const want[] = {"E0701", "E0702", "E0708", "E0704", "E0704"};
    jb_arena *arena = jb_arena_new();
    jb_diags *d = jb_diags_new();
    jb_diag_view v;
    size_t i;
    (void)state;
    assert_null(jb_template_parse(arena, text, strlen(text), 0, NULL, d));
    assert_int_equal(jb_diags_count(d), 5);
    for (i = 0; i < 5 && jb_diags_at(d, i, &v); i++)
        assert_string_equal(v.code, want[i]);
    jb_diags_free(d);
    jb_arena_free(arena);
}

static void test_hostile(void **state)
{
    size_t n = (size_t)1 << 20, i;
    char *big = malloc(n + 64), *got;
    (void)state;
    memset(big, '{', n);
    big[n] = '\0';
    free(print(big, 1, 0)); /* pairs of braces: braces */
    for (i = 0; i < n; i++)
        big[i] = i % 2 == 0 ? '{' : ' ';
    got = print(big, 1, 0);
    assert_string_equal(got, "E0701@1");
    free(got);
    memset(big, '"', n);
    big[0] = '{';
    got = print(big, 1, 0);
    assert_int_equal(got[0], 'E');
    free(got);
    for (i = 0; i + 12 < n; i += 12)
        memcpy(big + i, "{if 1 > 0}\n ", 12);
    big[i] = '\0';
    got = print(big, 0, 0);
    assert_true(strncmp(got, "E0709@", 6) == 0);
    free(got);
    for (i = 0; i + 3 < n; i += 3) /* one paragraph of a megabyte comes out whole */
        memcpy(big + i, "字", 3);
    big[i] = '\0';
    got = print(big, 0, 0);
    assert_int_equal(strlen(got), i);
    free(got);
    free(big);
}

/* An officer's own words, as she would write them. */
static void test_officer(void **state)
{
    static const char text[] =
        "今年以来，我办把项目质量放在突出位置，以签约促落地。\n"
        "+ 聚焦项目质量。截至{as_of | "
        "date}，新签约和新注册亿元以上项目{新项目}个（其中注册{10亿以上}个），{if 同比}同比{同比 | "
        "trend 1}，{end}"
        "占{占比 | % 2}；高新区{分区[\"高新区\"]}个。\n"
        "; 下面这句本周先不写\n"
        "; 外资产业园一期已于月初封顶。\n"
        "+ 聚焦重点工程。总投资超10亿元的项目{10亿以上}个（{新项目 | names 3}）；{if 缺 > "
        "0}已有{缺}%，{else}尚无，{end}协议外资{外资}万美元。\n"
        "办好推介活动，较多的有{for r in 分区 sort value desc limit 3 sep "
        "\"、\"}{r.district}（{r}个）{end}"
        "{if 新项目 > {10亿以上}}；比大项目多{新项目 - {10亿以上}}个{end}。\n";
    char *got = print(text, 0, 0);
    (void)state;
    assert_string_equal(
        got,
        "今年以来，我办把项目质量放在突出位置，以签约促落地。一是聚焦项目质量。截至2022年8月16日，"
        "新签约和新注册亿元以上项目43个"
        "（其中注册11个），同比增长12.3%，占65.12%"
        "；高新区12个。二是聚焦重点工程。总投资超10亿元的项目11个（甲科技、乙产业、丙生物等）；"
        "尚无，协议外资24000万美元。\n"
        "办好推介活动，较多的有南川区（31个）、东湖区（12个）、高新区（12个）；比大项目多32个。");
    free(got);
}

/* Whatever happens to a text, it is printed or refused with a place; never more. */
static void test_mutations(void **state)
{
    static const char seed_text[] =
        "总{新项目 | trend 1}{if 同比 > 1}甲{else if 缺}乙{else}丙{end}\n+ {for r in 分区 where r "
        "> 0 sort value desc limit 3 sep \"、\"}"
        "{r.district}{r | or \"无\"}{end}\n- {前三 | names 2}{占比 | % "
        "2}{分区[\"东湖区\"]}｛新签约额 ｜ 亿元 1｝\n{block 排名}\n";
    static const char *const pieces[] = {"{", "}",   "|",    "\"", "{end}", "{else}", "[",
                                         "]", "(",   "\n",   "｛", "“",     "+ ",     "0",
                                         ".", "for", " in ", "\t", "names", "{{"};
    uint64_t seed = 1;
    int i, k;
    (void)state;
    for (i = 0; i < 4000; i++) {
        char text[2048];
        size_t n = sizeof seed_text - 1;
        memcpy(text, seed_text, n + 1);
        for (k = 0; k < 1 + i % 4; k++) {
            size_t at, len;
            const char *piece;
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            at = (size_t)(seed >> 33) % n;
            while (at > 0 && ((unsigned char)text[at] & 0xc0u) == 0x80u)
                at--;
            piece = pieces[(seed >> 20) % (sizeof pieces / sizeof pieces[0])];
            len = strlen(piece);
            if ((seed >> 60) % 2 == 0) { /* put in, or cut what follows */
                memmove(text + at + len, text + at, n - at + 1);
                memcpy(text + at, piece, len);
                n += len;
            } else if (at > 4) {
                text[at] = '\0';
                n = at;
            }
        }
        free(print(text, i % 5 == 0, 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),       cmocka_unit_test(test_words),
        cmocka_unit_test(test_control),       cmocka_unit_test(test_paragraphs),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_lost),
        cmocka_unit_test(test_unknown_names), cmocka_unit_test(test_tree),
        cmocka_unit_test(test_hostile),       cmocka_unit_test(test_all_errors),
        cmocka_unit_test(test_officer),       cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
