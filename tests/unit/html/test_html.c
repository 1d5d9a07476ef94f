// SPDX-License-Identifier: Apache-2.0
/* The web page's parts: escaping, numbers, widths, SVG, tables, and a document of every kind of
 * block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../typeset/fake_host.h"
#include "html.h"

static char got[1 << 16];

static jb_status keep(void *self, const void *bytes, uint64_t n)
{
    (void)self;
    assert_true(strlen(got) + n < sizeof got);
    strncat(got, bytes, n);
    return JB_OK;
}

static html *fresh(void)
{
    html *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->sink.write = keep;
    got[0] = '\0';
    return h;
}

static const char *done(html *h)
{
    html_flush(h);
    free(h);
    return got;
}

static void escapes(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
        {"一\x01\x02\x1b二\x7f三", "一二三"},
        {"\xc2\x85x\xc2\x9f", "x"},                         /* C1 */
        {"a\xef\xbf\xbe\xef\xbf\xbf z\xef\xb7\x90", "a z"}, /* noncharacters */
        {"\xf0\x9f\xbf\xbf.", "."},                         /* U+1FFFF */
        {"a\xff z\xc3", "a\xef\xbf\xbd z\xef\xbf\xbd"},     /* stray, cut at the end */
        {"\xc0\xbc\xe0\x80\xbc",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* overlong < */
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},         /* surrogate */
        {"\xe4\xb8", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"甲\x1f乙", "甲乙"},
        {"𠮷", "𠮷"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        html *h = fresh();
        html_text(h, cases[i].text);
        assert_string_equal(done(h), cases[i].want);
    }
    html *h = fresh();
    html_parts(h, "甲\x1f乙<");
    html_text(h, NULL);
    assert_string_equal(done(h), "甲、乙&lt;");
}

static void numbers(void **state)
{
    static const struct {
        double value;
        const char *want;
    } cases[] = {{0, "0"},         {-0.001, "0"},     {1.5, "1.5"},          {100, "100"},
                 {-2.25, "-2.25"}, {1.0 / 3, "0.33"}, {1e300, "1000000000"}, {10, "10"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        html *h = fresh();
        html_number(h, cases[i].value);
        assert_string_equal(done(h), cases[i].want);
    }
    html *h = fresh();
    html_number(h, (double)strtof("nan", NULL));
    html_number(h, (double)strtof("inf", NULL));
    assert_string_equal(done(h), "00");
}

static void widths(void **state)
{
    (void)state;
    assert_float_equal(html_measure("东湖区"), 3, 1e-9);
    assert_float_equal(html_measure("1234"), 2.4, 1e-9);
    assert_float_equal(html_measure("e\xcc\x81"), html_measure("e"), 1e-9);
    assert_true(html_measure("WWWW") > html_measure("iiii"));
    assert_float_equal(html_measure(""), 0, 1e-9);
    assert_true(html_measure("\xff\xfe") > 0);
}

static const char *page(void)
{
    const unsigned char *bytes;
    size_t n;
    assert_int_equal(fake_render("html", &bytes, &n), JB_OK);
    assert_true(n < sizeof got);
    memcpy(got, bytes, n);
    got[n] = '\0';
    return strstr(got, "<body");
}

static size_t times(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

static jb_node *cell(jb_node *row, const char *text)
{
    jb_node *n = fake_add(row, "cell");
    if (text != NULL)
        fake_text(n, text);
    return n;
}

static jb_node *row(jb_node *table, const char *role, const char *name, const char *value)
{
    jb_node *n = fake_add(table, "row");
    fake_set(n, "role", role);
    cell(n, name);
    return cell(n, value);
}

static jb_node *table(jb_node *root)
{
    jb_node *t = fake_add(root, "table"), *c;
    fake_set(t, "name", "表");
    c = fake_add(t, "column");
    fake_set(c, "align", "left");
    c = fake_add(t, "column");
    fake_set(c, "align", "decimal");
    fake_set(c, "decimals", "2");
    return t;
}

static void tables(void **state)
{
    (void)state;
    jb_node *t = table(fake_document());
    fake_text(t, "题<");
    fake_set(t, "number", "表1");
    fake_set(t, "source", "数据来源：某处");
    row(t, "head", "县区", "数");
    row(t, "body", "甲", "1.25");
    row(t, "body", "乙", "-3");
    row(t, "total", "小计", "7.5%");
    fake_set(row(t, "body", "丙", NULL), "kind", "missing");
    row(t, "body", "丁", "持平");
    row(t, "total", "合计", "9.00");
    const char *body = page();
    assert_non_null(strstr(body, "<caption>表1　题&lt;</caption>"));
    assert_non_null(strstr(
        body, "<thead>\n<tr><th scope=\"col\">县区</th><th scope=\"col\">数</th></tr>\n</thead>"));
    assert_non_null(strstr(body, "<tr><th scope=\"row\">甲</th><td class=\"n\">1.25</td></tr>"));
    assert_non_null(strstr(body, "calc(.7em + 2.5ch)\">-3</td>"));
    assert_non_null(strstr(body, "calc(.7em + 1.0ch)\">7.5%</td>"));
    assert_non_null(strstr(body, "<td>—</td>"));
    assert_non_null(strstr(body, "<td class=\"c\">持平</td>"));
    assert_non_null(strstr(body, "<tfoot>\n<tr><th scope=\"row\">合计</th>"));
    assert_int_equal(times(body, "<tfoot>"), 1);
    assert_int_equal(times(body, "<tr>"), 7);
    assert_non_null(strstr(body, "<p class=\"small source\">数据来源：某处</p>"));
    fake_free();
}

static void blocks(void **state)
{
    (void)state;
    jb_node *root = fake_document(), *s, *n;
    fake_set(root, "title", "题\x01目</title><script>");
    fake_set(root, "draft", "yes");
    s = fake_add(root, "section");
    fake_set(s, "name", "总体");
    n = fake_add(s, "heading");
    fake_set(n, "level", "9");
    fake_set(n, "number", "（1）");
    fake_set(n, "place", "run-in");
    fake_text(n, "稳。");
    n = fake_add(s, "para");
    fake_run(n, JB_RUN_FIGURE, "43", "", "新项目");
    fake_run(n, JB_RUN_TEXT, "个", "unit", NULL);
    fake_run(n, JB_RUN_BREAK, "", "", NULL);
    fake_run(n, JB_RUN_REF, "见总体", "", "总体");
    fake_run(n, JB_RUN_REF, "见别处", "", "没有");
    fake_run(n, JB_RUN_TEXT, "要紧", "strong", NULL);
    fake_text(fake_add(s, "item"), "一是甲");
    fake_text(fake_add(s, "item"), "二是乙");
    fake_text(fake_add(s, "note"), "备注");
    fake_text(fake_add(s, "item"), "一是丙");
    fake_text(fake_add(s, "placeholder"), "【未能生成】");
    fake_add(s, "pagebreak");
    n = fake_add(s, "hologram");
    fake_text(n, "一行\n二行<");
    n = fake_add(s, "signature");
    fake_set(n, "issuer", "某市&");
    fake_set(n, "date", "2022年8月19日");
    const char *body = page();
    assert_non_null(strstr(got, "<title>题目&lt;/title&gt;&lt;script&gt;</title>"));
    assert_null(strstr(got, "<script"));
    assert_non_null(strstr(body, "<body class=\"draft\">"));
    assert_non_null(strstr(body, "<section id=\"b1\">"));
    assert_non_null(strstr(
        body, "<div class=\"run-in\"><h5>（1）稳。</h5>\n<p><span class=\"q\"><data value=\"\""));
    assert_non_null(strstr(body, "title=\"新项目&#10;缺值\">43</data>个</span><br>"));
    assert_non_null(
        strstr(body, "<a href=\"#b1\">见总体</a>见别处<strong>要紧</strong></p></div>"));
    assert_int_equal(times(body, "<ul>"), 2);
    assert_int_equal(times(body, "<li>"), 3);
    assert_non_null(strstr(body, "<p>一行</p>\n<p>二行&lt;</p>"));
    assert_non_null(strstr(body, "<p>某市&amp;</p><p>2022年8月19日</p>"));
    assert_string_equal(fake_reports(), "");
    fake_free();
}

static void charts(void **state)
{
    (void)state;
    jb_node *root = fake_document(), *n;
    for (int i = 0; i < 2; i++) {
        n = fake_add(root, "chart");
        fake_set(n, "number", i == 0 ? "图1" : "图2");
        fake_text(n, "各区");
    }
    const char *body = page();
    assert_int_equal(times(body, "<svg class=\"wide\""), 2);
    assert_int_equal(times(body, "<svg class=\"narrow\""), 2);
    assert_int_equal(times(body, "role=\"img\" aria-label=\"各区新项目数\""), 4);
    assert_int_equal(times(body, "<g>"), times(body, "</g></g>"));
    for (char id[] = "id=\"c1\""; id[5] <= '4'; id[5]++)
        assert_int_equal(times(body, id), 1);
    assert_non_null(strstr(body, "<path d=\"M60 4"));
    assert_non_null(strstr(body, "<figcaption><p>图1　各区</p>"));
    fake_break_chart(true);
    const unsigned char *bytes;
    size_t size;
    assert_int_not_equal(fake_render("html", &bytes, &size), JB_OK);
    fake_break_chart(false);
    fake_break_output(true);
    assert_int_not_equal(fake_render("html", &bytes, &size), JB_OK);
    fake_break_output(false);
    fake_free();
}

/* Groups left open, clips outside of groups, depth beyond all measure: still well-formed. */
static jb_status wild(jb_ctx *ctx, const jb_node *node, double w, double height, const jb_canvas *c)
{
    const double line[4] = {0, 0, w, height};
    (void)ctx, (void)node;
    c->clip(c->self, 0, 0, 9, 9);
    c->end_group(c->self);
    for (int i = 0; i < 100; i++)
        c->group(c->self, i == 3 ? "<四>" : NULL);
    c->clip(c->self, 0, 0, -1, 5);
    for (int i = 0; i < 60; i++)
        c->end_group(c->self);
    c->clip(c->self, 1, 1, 2, 2);
    c->path(c->self, "MX", line, 4);
    c->path(c->self, "MLL", line, 4);
    c->paint(c->self, 0xff, 0xff, 1, NULL, 0);
    for (int i = 0; i < 3000; i++)
        c->path(c->self, "ML", line, 4);
    c->paint(c->self, 0, 0x11223380, 1, (const double[]){-4, 2}, 2);
    c->paint(c->self, 0xff, 0, 1, NULL, 0);
    c->text(c->self, 1, 2, 7, NULL, 0xff0000ff, "<&");
    return JB_OK;
}

static jb_status no_height(jb_ctx *ctx, const jb_node *node, double width, double *out)
{
    (void)ctx, (void)node, (void)width, (void)out;
    return JB_E_UNSUPPORTED;
}

static jb_status says(jb_ctx *ctx, const jb_node *node, const char **out)
{
    (void)ctx, (void)node;
    *out = "说\"明";
    return JB_OK;
}

static void wild_canvas(void **state)
{
    static const jb_chart_api api = {
        .size = sizeof api, .height = no_height, .draw = wild, .describe = says};
    html *h = fresh();
    (void)state;
    h->charts = &api;
    assert_int_equal(html_svg(h, NULL, 200, "wide"), JB_OK);
    const char *svg = done(h);
    assert_int_equal(times(svg, "<g>") + times(svg, "<g "), times(svg, "</g>"));
    assert_non_null(strstr(svg, "viewBox=\"0 0 200 90\" role=\"img\" aria-label=\"说&quot;明\">"));
    assert_non_null(strstr(svg, "<title>&lt;四&gt;</title>"));
    assert_int_equal(times(svg, "<clipPath"), 1);
    assert_int_equal(times(svg, "<path"), 1); /* unsound paths and an empty one are left out */
    assert_non_null(
        strstr(svg, "fill=\"none\" stroke=\"#112233\" stroke-opacity=\"0.5\" stroke-width=\"1\" "
                    "stroke-dasharray=\"0 2\"/>"));
    assert_non_null(strstr(svg, "font-size=\"9\" fill=\"#ff0000\">&lt;&amp;</text>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes),     cmocka_unit_test(numbers), cmocka_unit_test(widths),
        cmocka_unit_test(tables),      cmocka_unit_test(blocks),  cmocka_unit_test(charts),
        cmocka_unit_test(wild_canvas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
