// SPDX-License-Identifier: Apache-2.0
/* Chart types drawn on a recording canvas: no two texts touch, nothing leaves the canvas, bars start at zero,
 * missing is not zero. Data sets come from a small generator with a fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "chart_data.h"
#include "chart_scale.h"
#include "jianbao/plugin_util.h"

#define MAX_TEXTS 1000
#define MAX_ROWS 64

/* ---- a document with one node ---- */

struct jb_node {
    uint64_t n;
    jb_figure figure[4];
    struct ArrowSchema schema[4];
    struct ArrowArray array[4];
};

static uint64_t fake_n_data(const jb_node *node)
{
    return node->n;
}

static jb_status fake_data(const jb_node *node, uint64_t i, jb_figure *out)
{
    *out = node->figure[i];
    return JB_OK;
}

static const jb_doc_api doc_api = {.size = sizeof(jb_doc_api), .n_data = fake_n_data, .data = fake_data};

static int32_t fake_get_str(const jb_args *args, const char *key, const char **out)
{
    (void)args;
    (void)key;
    (void)out;
    return 0;
}

static char fault_code[16];

static jb_status fake_fail(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    snprintf(fault_code, sizeof fault_code, "%s", f->code);
    return f->status;
}

static const void *fake_query(const char *id)
{
    return strcmp(id, JB_HOST_DOC) == 0 ? &doc_api : NULL;
}

static const jb_host host = {
    .size = sizeof(jb_host), .query = fake_query, .fail = fake_fail, .get_str = fake_get_str};

/* ---- a canvas that records ---- */

typedef struct record {
    double x0[MAX_TEXTS], y0[MAX_TEXTS], x1[MAX_TEXTS], y1[MAX_TEXTS];
    char text[MAX_TEXTS][96];
    size_t n;
    double px0, py0, px1, py1; /* extent of all paths */
} record;

static void measure(void *self, const char *style, const char *s, double *w, double *a, double *d)
{
    double size = strcmp(style, "axis") == 0 ? 8 : 9, width = 0;
    (void)self;
    for (; *s != '\0'; s++)
        if (((unsigned char)*s & 0xc0) != 0x80)
            width += (unsigned char)*s < 0x80 ? size / 2 : size;
    *w = width;
    *a = size * 0.86;
    *d = size * 0.14;
}

static void text(void *self, double x, double y, uint32_t anchor, const char *style, uint32_t color,
                 const char *s)
{
    record *r = (record *)self;
    double w, a, d;
    (void)color;
    measure(NULL, style, s, &w, &a, &d);
    assert_true(r->n < MAX_TEXTS);
    x -= anchor == JB_ANCHOR_END ? w : anchor == JB_ANCHOR_MIDDLE ? w / 2 : 0;
    r->x0[r->n] = x;
    r->x1[r->n] = x + w;
    r->y0[r->n] = y - a;
    r->y1[r->n] = y + d;
    snprintf(r->text[r->n++], 96, "%s", s);
}

static void path(void *self, const char *ops, const double *xy, uint64_t n)
{
    record *r = (record *)self;
    uint64_t i;
    (void)ops;
    for (i = 0; i + 1 < n; i += 2) {
        r->px0 = xy[i] < r->px0 ? xy[i] : r->px0;
        r->px1 = xy[i] > r->px1 ? xy[i] : r->px1;
        r->py0 = xy[i + 1] < r->py0 ? xy[i + 1] : r->py0;
        r->py1 = xy[i + 1] > r->py1 ? xy[i + 1] : r->py1;
    }
}

static void paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                  uint64_t n)
{
    (void)self;
    (void)fill;
    (void)stroke;
    (void)width;
    (void)dash;
    (void)n;
}

static jb_canvas canvas_on(record *r)
{
    jb_canvas c = {.size = sizeof c, .self = r, .path = path, .paint = paint, .text = text, .measure = measure};
    memset(r, 0, sizeof *r);
    r->px0 = r->py0 = 1e9;
    r->px1 = r->py1 = -1e9;
    return c;
}

static void expect_clean(const record *r, double w, double h)
{
    size_t i, j;
    const double e = 0.01;
    for (i = 0; i < r->n; i++) {
        if (r->x0[i] < -e || r->x1[i] > w + e || r->y0[i] < -e || r->y1[i] > h + e)
            fail_msg("\"%s\" leaves the canvas: %.1f..%.1f, %.1f..%.1f of %.0f×%.0f", r->text[i],
                     r->x0[i], r->x1[i], r->y0[i], r->y1[i], w, h);
        for (j = 0; j < i; j++)
            if (r->x0[i] < r->x1[j] - e && r->x0[j] < r->x1[i] - e && r->y0[i] < r->y1[j] - e &&
                r->y0[j] < r->y1[i] - e)
                fail_msg("\"%s\" touches \"%s\"", r->text[i], r->text[j]);
    }
    assert_true(r->px0 >= -e && r->py0 >= -e && r->px1 <= w + e && r->py1 <= h + e);
}

/* ---- data ---- */

static uint32_t seed;

static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void add_figure(jb_node *node, const char *name, const char *unit, const char *const *keys,
                       const int64_t *values, const uint8_t *present, int64_t n, const char *format)
{
    uint64_t k = node->n++;
    struct ArrowSchema *s = &node->schema[k];
    struct ArrowArray *a = &node->array[k];
    int64_t i;
    assert_int_equal(jb_schema_make(s, "+s", "", 2), 0);
    assert_int_equal(jb_schema_make(s->children[0], "u", "district", 0), 0);
    assert_int_equal(jb_schema_make(s->children[1], format, "value", 0), 0);
    assert_int_equal(jb_array_make(a, n, 1, (const size_t[]){0}, 2), 0);
    assert_int_equal(jb_column_utf8(a->children[0], n, keys), 0);
    assert_int_equal(jb_column_make(a->children[1], n, 8), 0);
    for (i = 0; i < n; i++)
        if (present[i])
            jb_set_cell(a->children[1], i, &values[i], 8);
    node->figure[k] = (jb_figure){.size = sizeof(jb_figure), .n_keys = 1, .name = name, .unit = unit,
                                  .period = "", .as_of = "", .source = "", .schema = s, .array = a};
}

static void free_node(jb_node *node)
{
    uint64_t i;
    for (i = 0; i < node->n; i++) {
        node->schema[i].release(&node->schema[i]);
        node->array[i].release(&node->array[i]);
    }
}

static const jb_chart *chart_named(const char *name, const jb_component **component)
{
    uint64_t i;
    for (i = 0; i < jb_plugin_v1.n_components; i++) {
        *component = jb_plugin_v1.components[i];
        if (strcmp((*component)->name, name) == 0)
            return (const jb_chart *)(*component)->ifaces[0].table;
    }
    fail_msg("no chart %s", name);
    return NULL;
}

/* Draws, with the height the chart asks for unless `height` is given. */
static void draw(const char *name, const jb_node *node, double width, double height, record *r)
{
    const jb_component *component = NULL;
    const jb_chart *chart = chart_named(name, &component);
    jb_canvas c = canvas_on(r);
    void *self = NULL;
    const char *sentence = NULL;
    assert_int_equal(component->create(NULL, NULL, &self), JB_OK);
    if (height == 0)
        assert_int_equal(chart->height(NULL, self, node, width, &height), JB_OK);
    assert_int_equal(chart->draw(NULL, self, node, width, height, &c), JB_OK);
    assert_int_equal(chart->describe(NULL, self, node, &sentence), JB_OK);
    assert_true(strlen(sentence) > 6);
    component->destroy(self);
    expect_clean(r, width, height);
}

static void random_node(jb_node *node, int months)
{
    static char names[MAX_ROWS][128];
    const char *keys[MAX_ROWS];
    int64_t values[MAX_ROWS];
    uint8_t present[MAX_ROWS];
    int64_t n = 1 + (int64_t)(next_random() % 40), i;
    size_t series = 1 + next_random() % 4, s;
    int64_t span = (int64_t[]){1, 12, 1000, 98765, 123456789}[next_random() % 5];
    memset(node, 0, sizeof *node);
    for (i = 0; i < n; i++) {
        size_t chars = 1 + next_random() % (next_random() % 4 == 0 ? 30 : 5), k;
        names[i][0] = '\0';
        for (k = 0; k < chars; k++)
            strncat(names[i], "县", sizeof names[i] - strlen(names[i]) - 8);
        snprintf(names[i] + strlen(names[i]), 4, "%d", (int)i);
        if (months)
            snprintf(names[i], sizeof names[i], "%d-%02d", 2019 + (int)i / 12, (int)i % 12 + 1);
        keys[i] = names[i];
    }
    for (s = 0; s < series; s++) {
        for (i = 0; i < n; i++) {
            values[i] = (int64_t)(next_random() % (uint32_t)(span + 1)) -
                        (next_random() % 5 == 0 ? span / 2 : 0);
            present[i] = next_random() % 9 != 0;
        }
        add_figure(node, (const char *[]){"新项目", "上年同期新签约项目", "目标", "完成"}[s], "万元", keys,
                   values, present, n, span > 90000 ? "d:18,2,64" : "l");
    }
}

static void texts_never_touch(void **state)
{
    static record r;
    int i;
    (void)state;
    seed = 20220816;
    for (i = 0; i < 200; i++) {
        jb_node node;
        random_node(&node, i % 2);
        draw("bar", &node, 442, 0, &r);
        draw("line", &node, 442, 0, &r);
        draw("bar", &node, 300, 160, &r);
        draw("line", &node, 300, 160, &r);
        free_node(&node);
    }
}

static int has_text(const record *r, const char *wanted)
{
    size_t i;
    for (i = 0; i < r->n; i++)
        if (strcmp(r->text[i], wanted) == 0)
            return 1;
    return 0;
}

static void bars_say_what_they_show(void **state)
{
    static record r;
    jb_node node = {0};
    const char *keys[] = {"东湖区", "云溪县", "高新区"};
    (void)state;
    add_figure(&node, "新项目", "个", keys, (const int64_t[]){12, 0, 31}, (const uint8_t[]){1, 0, 1}, 3, "l");
    draw("bar", &node, 442, 0, &r);
    assert_true(has_text(&r, "12") && has_text(&r, "31"));
    assert_true(has_text(&r, "–")); /* missing is drawn as missing */
    assert_false(has_text(&r, "0"));
    assert_true(has_text(&r, "单位：个"));
    free_node(&node);
}

static void one_scale_word(void **state)
{
    jb_node node = {0};
    chart_data d;
    chart_scale s;
    const char *keys[] = {"甲", "乙"};
    (void)state;
    add_figure(&node, "投资", "万元", keys, (const int64_t[]){123456789, 250000000}, (const uint8_t[]){1, 1}, 2,
               "d:18,2,64");
    assert_int_equal(chart_data_load(&doc_api, &node, &d), 0);
    chart_scale_make(&d, 1, &s);
    assert_string_equal(s.unit, "亿元");
    assert_true(s.lo == 0);
    assert_in_range(chart_scale_ticks(&s), 3, 7);
    assert_int_equal(s.decimals, 2);
    chart_data_free(&d);
    free_node(&node);
}

static void line_axis_breaks_only_far_from_zero(void **state)
{
    jb_node node = {0};
    chart_data d;
    chart_scale s;
    const char *keys[] = {"2022-01", "2022-02", "2022-03"};
    (void)state;
    add_figure(&node, "价", "元", keys, (const int64_t[]){1000, 1010, 1020}, (const uint8_t[]){1, 1, 1}, 3, "l");
    assert_int_equal(chart_data_load(&doc_api, &node, &d), 0);
    assert_true(d.natural);
    chart_scale_make(&d, 0, &s);
    assert_true(s.broken && s.lo > 900);
    chart_scale_make(&d, 1, &s);
    assert_true(!s.broken && s.lo == 0);
    chart_data_free(&d);
    free_node(&node);
}

static void check_refuses_what_cannot_be_shown(void **state)
{
    const jb_component *component;
    const jb_chart *bar = chart_named("bar", &component);
    jb_node node = {0};
    jb_figure five[5];
    const char *keys[] = {"甲"};
    int i;
    (void)state;
    add_figure(&node, "a", "个", keys, (const int64_t[]){1}, (const uint8_t[]){1}, 1, "l");
    add_figure(&node, "b", "万元", keys, (const int64_t[]){1}, (const uint8_t[]){1}, 1, "l");
    assert_int_equal(bar->check(NULL, NULL, node.figure, 1), JB_OK);
    assert_int_equal(bar->check(NULL, NULL, node.figure, 2), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0794");
    for (i = 0; i < 5; i++)
        five[i] = node.figure[0];
    assert_int_equal(bar->check(NULL, NULL, five, 5), JB_E_CONFIG);
    assert_string_equal(fault_code, "E0791");
    free_node(&node);
}

static void numbers_read_well(void **state)
{
    char t[64];
    (void)state;
    chart_number(1234567.891, 1, t);
    assert_string_equal(t, "1,234,567.9");
    chart_number(-12, 0, t);
    assert_string_equal(t, "−12");
    chart_number(-0.04, 1, t);
    assert_string_equal(t, "0.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_never_touch),
        cmocka_unit_test(bars_say_what_they_show),
        cmocka_unit_test(one_scale_word),
        cmocka_unit_test(line_axis_breaks_only_far_from_zero),
        cmocka_unit_test(check_refuses_what_cannot_be_shown),
        cmocka_unit_test(numbers_read_well),
    };
    jb_plugin_v1.init(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
