// SPDX-License-Identifier: Apache-2.0
/* The fifteen rules of a chart that needs no explaining, each as a test. The parts of 10, 14 and 15
 * that the page is answerable for (caption, source, missing glyphs, sizes in the file) are in
 * tests/e2e-charts. */
#include "record.h"

#include <math.h>

#include "chart_paint.h"
#include "chart_scale.h"

static jb_node node;
static record r;
static const uint8_t yes[8] = {1, 1, 1, 1, 1, 1, 1, 1};
static const char *const regions[] = {"东湖区", "西山区", "南川区", "北岭区", "江口县", "云溪县"};
static const char *const months[] = {"2022-01", "2022-02", "2022-03",
                                     "2022-04", "2022-05", "2022-06"};

static int clear(void **state)
{
    (void)state;
    free_node(&node);
    memset(&node, 0, sizeof node);
    warned_code[0] = '\0';
    return 0;
}

static void add(const char *name, const char *const *keys, int64_t n, const int64_t *values)
{
    add_figure(&node, name, "个", keys, values, yes, n, "l");
}

/* 1: bars begin at zero; a line that does not says so with a break mark. */
static void rule_01_zero(void **state)
{
    size_t i, marks = 0;
    chart_data d;
    chart_scale s;
    (void)state;
    add("价", months, 6, (const int64_t[]){1000, 1004, 1002, 1007, 1003, 1009});
    assert_int_equal(chart_data_load(test_doc, &node, 0, &d), 0);
    chart_scale_make(&d, 1, &s);
    assert_true(s.lo == 0 && !s.broken);
    chart_scale_make(&d, 0, &s);
    assert_true(s.broken && s.lo > 900);
    chart_data_free(&d);
    draw_chart("line", NULL, &node, 442, 0, &r);
    for (i = 0; i < r.n_paths; i++)
        marks += strcmp(r.path[i].ops, "MLLL") == 0;
    assert_int_equal(marks, 1);
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_true(has_text(&r, "0"));
    for (i = 0; i < r.n_paths; i++) /* lengths are as the values */
        if (r.path[i].fill == chart_palette[0])
            assert_true(r.path[i].y1 - r.path[i].y0 > 80);
}

/* 2: series are named where they are drawn: no legend for up to four, in the kinds of data offices
 * have. */
static void rule_02_direct_labels(void **state)
{
    static const char *const names[] = {"本期", "上年同期", "目标", "序时"};
    static const int64_t values[4][6] = {{13, 12, 11, 10, 8, 7},
                                         {8, 20, 11, 11, 10, 6},
                                         {17, 16, 12, 9, 9, 15},
                                         {10, 10, 9, 8, 6, 9}};
    static const char *const types[] = {"bar", "line", "bar"};
    size_t n, t;
    (void)state;
    for (n = 1; n <= 4; n++) {
        add(names[n - 1], regions, 6, values[n - 1]);
        for (t = 0; t < 3; t++) {
            draw_chart(types[t], &(jb_args){.style = t == 2 ? "stacked" : "grouped"}, &node, 442, 0,
                       &r);
            if (n > 1)
                assert_true(has_text(&r, names[n - 1]));
            /* a legend would stand in the line of the unit */
            size_t i;
            for (i = 0; n > 1 && i < n; i++)
                assert_true(find_text(&r, names[i])->y0 > find_text(&r, "单位：个")->y1);
        }
    }
    /* where there is no room, above the plot and in data order */
    clear(NULL);
    add("本期新签约和新注册的亿元以上项目个数合计", regions, 6, values[0]);
    add("上年同期新签约和新注册的亿元以上项目个数合计", regions, 6, values[1]);
    draw_chart("bar", NULL, &node, 300, 0, &r);
    assert_true(count_fill(&r, chart_palette[0]) == 7 && count_fill(&r, chart_palette[1]) == 7);
}

static void measure(void *self, const char *style, const char *s, double *w, double *a, double *d)
{
    (void)self, (void)style;
    *w = 5 * (double)strlen(s);
    *a = 8;
    *d = 2;
}

static void label(chart_label *l, const char *text, int priority, double x0, double x1)
{
    memset(l, 0, sizeof *l);
    snprintf(l->text, sizeof l->text, "%s", text);
    l->style = "label";
    l->priority = priority;
    l->x[0] = x0;
    l->x[1] = x1;
    l->y[0] = l->y[1] = 20;
    l->n = 2;
}

/* 3: nothing overlaps or is clipped (test_charts, over all types); no text is rotated, for the
 * canvas cannot. Where two want one place the one with another place moves; one that finds none is
 * dropped, the less important first. */
static void rule_03_no_overlap(void **state)
{
    const jb_canvas c = {.size = sizeof c, .measure = measure};
    chart_label l[3];
    (void)state;
    label(&l[0], "aaaa", 1, 10, 60);
    label(&l[1], "bbbb", 0, 10, 15);
    assert_int_equal(chart_labels_solve(&c, l, 2, NULL, 100, 30), 1); /* b has no place beside a */
    assert_true(l[0].placed == 1 && l[1].placed == 0);
    l[1].priority = 1;
    assert_int_equal(chart_labels_solve(&c, l, 2, NULL, 100, 30),
                     0); /* as important: a makes way */
    assert_true(l[0].placed == 2 && l[1].placed == 1);
    label(&l[2], "cccc", 2, 90, 95); /* would leave the canvas */
    assert_int_equal(chart_labels_solve(&c, l, 3, NULL, 100, 30), 1);
    assert_true(l[2].placed == 0 && l[0].placed && l[1].placed);
    add("数", months, 6, (const int64_t[]){5, 5, 5, 5, 5, 5});
    add("数二", months, 6, (const int64_t[]){5, 5, 5, 5, 5, 5});
    add("数三", months, 6, (const int64_t[]){5, 5, 5, 5, 5, 5});
    draw_chart("line", NULL, &node, 200, 120, &r);
    assert_true(count_text(&r, "5") < 18);
}

/* 4: more than seven categories, or a name wider than its slot: rows, sorted unless the order says
 * something. */
static void rule_04_rows(void **state)
{
    static const char *const many[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"};
    static const char *const wide[] = {"高新技术产业开发区管理委员会", "经济技术开发区", "东湖区",
                                       "西山区"};
    static const char *const quarters[] = {"一季度", "二季度", "三季度", "四季度"};
    static const int64_t up[] = {1, 2, 3, 4, 5, 6, 7, 8};
    (void)state;
    add("数", many, 7, up);
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_true(find_text(&r, "庚")->y0 == find_text(&r, "甲")->y0); /* columns */
    assert_true(find_text(&r, "庚")->x0 < find_text(&r, "甲")->x0);  /* sorted */
    clear(NULL);
    add("数", many, 8, up);
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_true(find_text(&r, "辛")->y0 < find_text(&r, "甲")->y0); /* rows, largest first */
    clear(NULL);
    add("数", wide, 4, up);
    draw_chart("bar", NULL, &node, 300, 0, &r);
    assert_true(find_text(&r, "西山区")->y0 < find_text(&r, "东湖区")->y0);
    clear(NULL);
    add("数", quarters, 4, up);
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_true(find_text(&r, "一季度")->x0 <
                find_text(&r, "四季度")->x0); /* natural order is kept */
}

/* 5: at most four hues; a fifth series is refused, a ring of five parts has one colour and greys.
 */
static void rule_05_four_hues(void **state)
{
    size_t i, hues = 0;
    (void)state;
    for (i = 0; i < 5; i++)
        add("数", regions, 3, (const int64_t[]){1, 2, 3});
    assert_int_equal(check_chart("bar", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0791");
    clear(NULL);
    add("数", regions, 5, (const int64_t[]){50, 30, 20, 10, 5});
    draw_chart("share", &(jb_args){.style = "donut"}, &node, 442, 0, &r);
    for (i = 0; i < r.n_paths; i++) {
        uint32_t f = r.path[i].fill;
        hues += (f & 0xff) != 0 &&
                ((f >> 24 & 0xff) != (f >> 16 & 0xff) || (f >> 16 & 0xff) != (f >> 8 & 0xff));
    }
    assert_int_equal(hues, 1);
}

/* 7: gridlines along the value axis only, thin and light, before the data; the zero line darker, no
 * frame. */
static void rule_07_few_gridlines(void **state)
{
    size_t i, last_grid = 0, first_bar = MAX_PATHS;
    (void)state;
    add("数", regions, 6, (const int64_t[]){12, 7, 9, 3, 5, 1});
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_in_range(count_stroke(&r, CHART_GRID), 2, 5);
    assert_int_equal(count_stroke(&r, CHART_BASE), 1);
    for (i = 0; i < r.n_paths; i++) {
        last_grid = r.path[i].stroke == CHART_GRID ? i : last_grid;
        first_bar = r.path[i].fill == chart_palette[0] && first_bar == MAX_PATHS ? i : first_bar;
        if (r.path[i].stroke == CHART_GRID) {
            assert_true(r.path[i].width <= 0.5);
            assert_true(r.path[i].x0 == r.path[i].x1 || r.path[i].y0 == r.path[i].y1);
        }
    }
    assert_true(last_grid < first_bar);
    assert_int_equal(r.n_paths, count_stroke(&r, CHART_GRID) + 1 + 6); /* nothing else is drawn */
}

/* 8: three to six ticks at 1, 2, 2.5 or 5 × 10ⁿ whatever the data; the unit once. */
static void rule_08_ticks(void **state)
{
    int i;
    (void)state;
    seed_random(8);
    for (i = 0; i < 3000; i++) {
        int64_t span = (int64_t)pow(10, next_random() % 13) + 1, v[3];
        chart_data d;
        chart_scale s;
        size_t k, n;
        for (k = 0; k < 3; k++)
            v[k] = (int64_t)(((uint64_t)next_random() << 20 | next_random()) % (uint64_t)span) -
                   (next_random() % 3 == 0 ? span / 2 : 0);
        clear(NULL);
        add_figure(&node, "数", "万元", regions, v, yes, 3, i % 2 ? "l" : "d:18,2,64");
        assert_int_equal(chart_data_load(test_doc, &node, 0, &d), 0);
        for (k = 0; k < 2; k++) {
            double lead;
            chart_scale_make(&d, (int)k, &s);
            n = chart_scale_ticks(&s);
            lead = s.step / pow(10, floor(log10(s.step) + 1e-9));
            if (n < 3 || n > 6 ||
                !(fabs(lead - 1) < 1e-6 || fabs(lead - 2) < 1e-6 || fabs(lead - 2.5) < 1e-6 ||
                  fabs(lead - 5) < 1e-6))
                fail_msg("%zu ticks of %g from %g to %g", n, s.step, s.lo, s.hi);
        }
        chart_data_free(&d);
    }
    draw_chart("bar", NULL, &node, 442, 0, &r);
    for (i = 0; i < (int)r.n; i++)
        if (strncmp(r.text[i].text, "单位", 6) != 0)
            assert_null(strstr(r.text[i].text, "元"));
}

/* 9: one scale word for all labels, chosen from the largest; equal decimals; thousands separators.
 */
static void rule_09_one_scale(void **state)
{
    (void)state;
    add_figure(&node, "投资", "万元", regions, (const int64_t[]){250000000, 123456789, 5000}, yes,
               3, "d:18,2,64");
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_true(has_text(&r, "单位：亿元") && has_text(&r, "250.00") && has_text(&r, "123.46") &&
                has_text(&r, "0.01"));
    clear(NULL);
    add("数", regions, 3, (const int64_t[]){34567, 1234, 8});
    draw_chart("bar", NULL, &node, 442, 0, &r);
    assert_true(has_text(&r, "34,567") && has_text(&r, "1,234") && has_text(&r, "单位：个"));
}

/* 10: the unit is in the chart; caption, number and source are the page's. */
static void rule_10_unit_stated(void **state)
{
    static const char *const types[] = {"bar", "line", "share", "funnel"};
    size_t i;
    (void)state;
    add("数", regions, 3, (const int64_t[]){3, 2, 1});
    for (i = 0; i < 4; i++) {
        draw_chart(types[i], NULL, &node, 442, 0, &r);
        assert_int_equal(count_text(&r, "单位：个"), 1);
    }
}

/* 11: no ring of more than five or of near-equal parts: sorted bars and a warning. No second axis.
 */
static void rule_11_no_pie(void **state)
{
    const jb_args ring = {.style = "donut"};
    (void)state;
    add("数", regions, 6, (const int64_t[]){60, 50, 40, 30, 20, 10});
    draw_chart("share", &ring, &node, 442, 0, &r);
    assert_string_equal(warned_code, "E0796");
    assert_int_equal(count_fill(&r, chart_palette[0]), 6);
    clear(NULL);
    add("数", regions, 3, (const int64_t[]){50, 49, 10});
    draw_chart("share", &ring, &node, 442, 0, &r);
    assert_string_equal(warned_code, "E0796");
    clear(NULL);
    add("数", regions, 3, (const int64_t[]){50, 30, 20});
    draw_chart("share", &ring, &node, 442, 0, &r);
    assert_string_equal(warned_code, "");
    assert_true(has_text(&r, "东湖区 50.0%（50）") && has_text(&r, "合计") && has_text(&r, "100"));
    add_figure(&node, "金额", "万元", regions, (const int64_t[]){1, 2, 3}, yes, 3, "l");
    assert_int_equal(check_chart("line", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0794");
}

/* 12: missing is a gap in a line and a dash in bars, never a zero. */
static void rule_12_missing(void **state)
{
    static const uint8_t gap[] = {1, 1, 0, 1, 1, 1};
    static const char *const types[] = {"bar", "share", "funnel"};
    size_t i, lines = 0;
    (void)state;
    add_figure(&node, "数", "个", months, (const int64_t[]){5, 6, 0, 7, 8, 9}, gap, 6, "l");
    draw_chart("line", NULL, &node, 442, 0, &r);
    for (i = 0; i < r.n_paths; i++)
        lines += r.path[i].stroke == chart_palette[0];
    assert_int_equal(lines, 2);
    assert_non_null(strstr(r.sentence, "1项缺数"));
    for (i = 0; i < 3; i++) {
        draw_chart(types[i], NULL, &node, 442, 0, &r);
        assert_true(has_text(&r, "–"));
        assert_int_equal(count_fill(&r, chart_palette[0]), 5);
        assert_true(i != 1 || (has_text(&r, "占已有") && !has_text(&r, "占比")));
    }
    clear(NULL);
    add_figure(&node, "数", "个", months, (const int64_t[]){5, 6, 0, 7, 8, 9}, gap, 6, "l");
    add("数二", months, 6, (const int64_t[]){1, 1, 1, 1, 1, 1});
    draw_chart("bar", &(jb_args){.style = "stacked"}, &node, 442, 0, &r);
    assert_true(has_text(&r, "缺1项")); /* a sum of some parts is not the total */
    draw_chart("change", NULL, &node, 442, 0, &r);
    assert_true(has_text(&r, "–"));
}

/* 15: the sentence has the figures that matter, as they are printed. */
static void rule_15_sentence(void **state)
{
    (void)state;
    add("新项目", months, 6, (const int64_t[]){5, 16, 4, 7, 8, 9});
    draw_chart("line", NULL, &node, 442, 0, &r);
    assert_string_equal(
        r.sentence,
        "折线图：新项目，共6项，最高为2022年2月（16个），最低为2022年3月（4个），由2022年1月的"
        "5个到2022年6月的9个，增加4个。");
    add("上年", months, 6, (const int64_t[]){5, 5, 5, 5, 9, 5});
    draw_chart("change", NULL, &node, 442, 0, &r);
    assert_non_null(strstr(r.sentence, "3项上升，2项下降，1项持平"));
    draw_chart("target", NULL, &node, 442, 0, &r);
    assert_non_null(strstr(r.sentence, "4项达到目标，2项未达到"));
    assert_true(has_text(&r, "320.0%"));
}

int main(void)
{
#define RULE(f) cmocka_unit_test_setup_teardown(f, clear, clear)
    const struct CMUnitTest tests[] = {
        RULE(rule_01_zero),   RULE(rule_02_direct_labels), RULE(rule_03_no_overlap),
        RULE(rule_04_rows),   RULE(rule_05_four_hues),     RULE(rule_07_few_gridlines),
        RULE(rule_08_ticks),  RULE(rule_09_one_scale),     RULE(rule_10_unit_stated),
        RULE(rule_11_no_pie), RULE(rule_12_missing),       RULE(rule_15_sentence)};
    jb_plugin_v1.init(&test_host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
