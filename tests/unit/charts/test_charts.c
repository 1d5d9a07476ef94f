// SPDX-License-Identifier: Apache-2.0
/* Every chart type over generated data: no two texts touch, nothing leaves the canvas, and every
 * number that is written as a value is a number of the data. Data sets come from a small generator
 * with a fixed seed. */
#include "record.h"

#include "chart_scale.h"

#define SETS 240

typedef struct dataset {
    jb_node node;
    int64_t rows;
    size_t series;
    int scale;
} dataset;

static const char *const series_names[] = {"新项目", "上年同期新签约项目", "目标", "完成"};

/* Long names, zeros, negatives, ties, missing, one category, forty; whole numbers and decimals of
 * any size. */
static void make(dataset *d, int shape, size_t series, int negatives)
{
    static char names[MAX_ROWS][160];
    const char *keys[MAX_ROWS];
    int64_t values[MAX_ROWS], i;
    uint8_t present[MAX_ROWS];
    int64_t span = (int64_t[]){1, 12, 1000, 98765, 123456789, 9000000000000}[next_random() % 6];
    int flavour = (int)(next_random() % 8);
    size_t s;
    memset(d, 0, sizeof *d);
    d->rows = flavour == 0 ? 1 : flavour == 1 ? 40 : 2 + (int64_t)(next_random() % 12);
    d->series = series;
    d->scale = span > 90000 ? 2 : 0;
    for (i = 0; i < d->rows; i++) {
        size_t chars = 1 + next_random() % (next_random() % 4 == 0 ? 30 : 5), k;
        names[i][0] = '\0';
        for (k = 0; k < chars; k++)
            strncat(names[i], "县", sizeof names[i] - strlen(names[i]) - 8);
        snprintf(names[i] + strlen(names[i]), 4, "%d", (int)i);
        if (shape % 2)
            snprintf(names[i], sizeof names[i], "%d-%02d", 2019 + (int)i / 12, (int)i % 12 + 1);
        keys[i] = names[i];
    }
    for (s = 0; s < series; s++) {
        for (i = 0; i < d->rows; i++) {
            values[i] = flavour == 2   ? 0
                        : flavour == 3 ? span
                                       : (int64_t)(((uint64_t)next_random() << 20 | next_random()) %
                                                   (uint64_t)(span + 1));
            if (negatives && next_random() % 5 == 0)
                values[i] -= span / 2;
            present[i] = flavour == 4 ? 0 : next_random() % 9 != 0;
        }
        add_figure(&d->node, series_names[s],
                   (const char *[]){"万元", "个", "%", ""}[next_random() % 4 * (s == 0)], keys,
                   values, present, d->rows, d->scale ? "d:18,2,64" : "l");
        d->node.figure[s].unit = d->node.figure[0].unit;
    }
}

/* The texts that may stand as values: of each cell, as the chart's one scale writes it. */
static int is_value_of(const dataset *d, size_t second, const char *text)
{
    chart_data data;
    chart_scale s;
    size_t k, i;
    char one[64];
    int found = strcmp(text, "–") == 0;
    assert_int_equal(chart_data_load(test_doc, &d->node, second, &data), 0);
    if (data.n_series > 0)
        chart_scale_make(&data, 1, &s);
    for (k = 0; k < data.n_series && !found; k++) {
        for (i = 0; i < data.n && !found; i++) {
            chart_value_text(&data, k, i, &s, one);
            found = strcmp(one, text) == 0;
        }
    }
    chart_data_free(&data);
    return found;
}

static void values_are_data(const dataset *d, size_t second, const record *r)
{
    size_t i;
    for (i = 0; i < r->n; i++)
        if (strcmp(r->text[i].style, "value") == 0 && strchr(r->text[i].text, '%') == NULL &&
            !is_value_of(d, second, r->text[i].text))
            fail_msg("\"%s\" is no number of the data", r->text[i].text);
}

static void sweep(const char *type, const jb_args *args, size_t most_series, int negatives,
                  int exact)
{
    static record r;
    static const double box[][2] = {{442, 0}, {300, 190}, {200, 0}};
    static dataset d;
    size_t i, k;
    seed_random(20220816);
    for (i = 0; i < SETS; i++) {
        size_t second = args != NULL ? (size_t)args->second : 0;
        size_t series = second > 0 ? 2 : most_series > 1 ? 1 + next_random() % most_series : 1;
        make(&d, (int)i, series, negatives);
        for (k = 0; k < sizeof box / sizeof *box; k++) {
            draw_chart(type, args, &d.node, box[k][0], box[k][1], &r);
            if (exact)
                values_are_data(&d, second, &r);
        }
        free_node(&d.node);
    }
}

static void bars(void **state)
{
    (void)state;
    sweep("bar", NULL, 4, 1, 1);
}

static void stacked_bars(void **state)
{
    (void)state;
    sweep("bar", &(jb_args){.style = "stacked"}, 4, 1, 0); /* totals are sums of the data */
}

static void lines(void **state)
{
    (void)state;
    sweep("line", NULL, 4, 1, 0);
}

static void shares(void **state)
{
    (void)state;
    sweep("share", NULL, 1, 1, 1);
    sweep("share", &(jb_args){.style = "donut"}, 1, 0, 0); /* the whole is a sum */
}

static void funnels(void **state)
{
    (void)state;
    sweep("funnel", NULL, 1, 1, 1);
}

static void targets(void **state)
{
    static const char *const bands[] = {"60", "80", "100"};
    (void)state;
    sweep("target", &(jb_args){.second = 1, .bands = bands, .n_bands = 3}, 2, 1, 1);
}

static void changes(void **state)
{
    (void)state;
    sweep("change", &(jb_args){.second = 1}, 2, 1, 0);
}

/* Same input, same picture. */
static void drawn_alike_twice(void **state)
{
    static record a, b;
    static dataset d;
    static const char *const types[] = {"bar", "line", "share", "funnel"};
    size_t i, k;
    (void)state;
    seed_random(7);
    for (i = 0; i < 20; i++) {
        make(&d, (int)i, 1, 1);
        for (k = 0; k < 4; k++) {
            draw_chart(types[k], NULL, &d.node, 442, 0, &a);
            draw_chart(types[k], NULL, &d.node, 442, 0, &b);
            assert_memory_equal(&a, &b, sizeof a);
        }
        free_node(&d.node);
    }
}

static void check_refuses_what_cannot_be_shown(void **state)
{
    static jb_node node;
    const char *keys[] = {"甲"};
    const int64_t one[] = {1};
    const uint8_t yes[] = {1};
    int i;
    (void)state;
    memset(&node, 0, sizeof node);
    add_figure(&node, "a", "个", keys, one, yes, 1, "l");
    assert_int_equal(check_chart("bar", NULL, &node), JB_OK);
    assert_int_equal(check_chart("target", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0795");
    add_figure(&node, "b", "万元", keys, one, yes, 1, "l");
    assert_int_equal(check_chart("bar", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0794");
    assert_int_equal(check_chart("share", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0799");
    for (i = 0; i < 3; i++)
        add_figure(&node, "c", "个", keys, one, yes, 1, "l");
    assert_int_equal(check_chart("bar", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0791");
    add_figure(&node, "d", "个", NULL, one, yes, 1, "l");
    assert_int_equal(check_chart("bar", NULL, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E1380");
    assert_int_equal(
        check_chart("target", &(jb_args){.bands = (const char *const[]){"80", "60"}, .n_bands = 2},
                    &node),
        JB_E_CONFIG);
    assert_string_equal(fault_code, "E1381");
    free_node(&node);
}

/* Figures of one value each are bars of one chart, whatever their decimals. */
static void single_figures_stand_side_by_side(void **state)
{
    static record r;
    static jb_node node;
    const uint8_t yes[] = {1};
    (void)state;
    memset(&node, 0, sizeof node);
    add_figure(&node, "线索", "个", NULL, (const int64_t[]){120}, yes, 1, "l");
    add_figure(&node, "洽谈", "个", NULL, (const int64_t[]){6000}, yes, 1, "d:18,2,64");
    add_figure(&node, "签约", "个", NULL, (const int64_t[]){15}, yes, 1, "l");
    draw_chart("funnel", NULL, &node, 442, 0, &r);
    assert_true(has_text(&r, "线索") && has_text(&r, "120") && has_text(&r, "60") &&
                has_text(&r, "15"));
    assert_true(has_text(&r, "50.0%") && has_text(&r, "25.0%"));
    assert_non_null(strstr(r.sentence, "由线索的120个到签约的15个，为其12.5%"));
    free_node(&node);
}

static void numbers_read_well(void **state)
{
    const chart_scale one = {.decimals = 1}, wan = {.power = 4, .decimals = 2};
    char t[64];
    (void)state;
    chart_number(1234567.891, 1, t);
    assert_string_equal(t, "1,234,567.9");
    chart_number(-12, 0, t);
    assert_string_equal(t, "−12");
    chart_number(-0.04, 1, t);
    assert_string_equal(t, "0.0");
    chart_exact_number(125, 2, &one, t); /* half away from zero, as the text says it */
    assert_string_equal(t, "1.3");
    chart_exact_number(-25, 2, &one, t);
    assert_string_equal(t, "−0.3");
    chart_exact_number(123456789, 0, &wan, t);
    assert_string_equal(t, "12,345.68");
    chart_percent(1, 3, t);
    assert_string_equal(t, "33.3%");
    chart_percent(1, 0, t);
    assert_string_equal(t, "–");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars),
        cmocka_unit_test(stacked_bars),
        cmocka_unit_test(lines),
        cmocka_unit_test(shares),
        cmocka_unit_test(funnels),
        cmocka_unit_test(targets),
        cmocka_unit_test(changes),
        cmocka_unit_test(drawn_alike_twice),
        cmocka_unit_test(check_refuses_what_cannot_be_shown),
        cmocka_unit_test(single_figures_stand_side_by_side),
        cmocka_unit_test(numbers_read_well),
    };
    jb_plugin_v1.init(&test_host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
