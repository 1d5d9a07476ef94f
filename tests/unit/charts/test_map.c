// SPDX-License-Identifier: Apache-2.0
/* Maps: a strict reader of GeoJSON, and 200 made-up cities on which nothing overlaps and every area
 * is named. */
#include "record.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "chart_paint.h"
#include "charts.h"

static jb_node node;
static record r;
static char path[] = "charts_map_test.geojson";
static const uint8_t yes[MAX_ROWS] = {1, 1, 1, 1, 1, 1, 1, 1};

static void put(const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* A patchwork of columns × rows quadrangles with crooked corners. */
static void put_city(size_t columns, size_t rows, const char *const *names, double shake)
{
    FILE *f = fopen(path, "wb");
    double x[9][9], y[9][9];
    size_t i, k;
    assert_non_null(f);
    for (i = 0; i <= columns; i++) {
        for (k = 0; k <= rows; k++) {
            x[i][k] = 114 + 0.3 * ((double)i + shake * ((double)(next_random() % 100) / 100 - 0.5));
            y[i][k] = 30 + 0.3 * ((double)k + shake * ((double)(next_random() % 100) / 100 - 0.5));
        }
    }
    fputs("{\"type\":\"FeatureCollection\",\"crs\":{\"a\":[1,2]},\"features\":[", f);
    for (i = 0; i < columns * rows; i++) {
        size_t a = i % columns, b = i / columns;
        fprintf(
            f,
            "%s{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[[[%.6f,%.6f],[%.6f,%.6f],[%.6f,"
            "%.6f],[%.6f,%.6f],"
            "[%.6f,%.6f]]],\"type\":\"Polygon\"},\"properties\":{\"code\":%zu,\"name\":\"%s\"}}",
            i > 0 ? "," : "", x[a][b], y[a][b], x[a + 1][b], y[a + 1][b], x[a + 1][b + 1],
            y[a + 1][b + 1], x[a][b + 1], y[a][b + 1], x[a][b], y[a][b], i, names[i]);
    }
    fputs("]}", f);
    fclose(f);
}

static int contains(const record *rec, const char *part)
{
    size_t i;
    for (i = 0; i < rec->n; i++)
        if (strstr(rec->text[i].text, part) != NULL)
            return 1;
    return 0;
}

/* 13 (and 3, 12): whatever the city, every area is named in the map or beside it; missing ones are
 * hatched. */
static void rule_13_every_area_is_named(void **state)
{
    static char text[MAX_ROWS][64];
    const char *names[MAX_ROWS];
    const jb_args args = {.path = path};
    int set;
    (void)state;
    seed_random(13);
    for (set = 0; set < 200; set++) {
        size_t columns = 1 + next_random() % 8, rows = 1 + next_random() % 5, n = columns * rows, i,
               hatched = 0;
        int64_t values[MAX_ROWS], span = (int64_t[]){1, 100, 10000, 5000000}[next_random() % 4];
        uint8_t present[MAX_ROWS];
        int missing = 0, left_out;
        for (i = 0; i < n; i++) {
            snprintf(text[i], sizeof text[i], "%s%zu%s",
                     next_random() % 5 == 0 ? "高新技术产业开发" : "东", i,
                     next_random() % 2 ? "区" : "县");
            names[i] = text[i];
            values[i] =
                (int64_t)(next_random() % (uint32_t)(span + 1)) - (set % 7 == 0 ? span / 2 : 0);
            present[i] = set % 3 != 0 || next_random() % 6 != 0;
            missing |= !present[i];
        }
        put_city(columns, rows, names, 0.6);
        memset(&node, 0, sizeof node);
        add_figure(&node, "完成率", "%", names, values, present, (int64_t)n, "d:18,2,64");
        draw_chart("map", &args, &node, 442, 0, &r);
        left_out = contains(&r, "项未列出");
        for (i = 0; i < n && !left_out; i++)
            if (!contains(&r, names[i]) && !contains(&r, "…"))
                fail_msg("set %d: %s is not named", set, names[i]);
        assert_true(n > 30 || !left_out);
        for (i = 0; i < r.n_paths; i++)
            hatched += r.path[i].stroke == 0x999999ffu;
        assert_true((hatched > 0) == missing && contains(&r, "缺数") == missing);
        draw_chart("map", &args, &node, 300, 160, &r);
        free_node(&node);
    }
}

static void rule_13_classes_are_round_and_few(void **state)
{
    static const char *const names[] = {"甲区", "乙区", "丙区", "丁区", "戊区", "己区"};
    const jb_args args = {.path = path};
    (void)state;
    seed_random(5);
    put_city(3, 2, names, 0.2);
    memset(&node, 0, sizeof node);
    add_figure(&node, "完成率", "%", names, (const int64_t[]){4230, 5010, 7770, 8330, 6470, 4670},
               yes, 6, "d:18,2,64");
    draw_chart("map", &args, &node, 442, 0, &r);
    assert_true(has_text(&r, "40～50") && has_text(&r, "80～90"));
    assert_true(has_text(&r, "甲区 42.3") && has_text(&r, "丁区 83.3"));
    assert_non_null(strstr(r.sentence, "最高为丁区（83.3%），最低为甲区（42.3%）"));
    warned_code[0] = '\0';
    assert_int_equal(check_chart("map", &args, &node), JB_OK);
    assert_string_equal(warned_code, "");
    node.figure[0].flags |= JB_FIG_ADDITIVE; /* a total */
    assert_int_equal(check_chart("map", &args, &node), JB_OK);
    assert_string_equal(warned_code, "E1390");
    free_node(&node);
}

#define AREA(coordinates, type)                                                                    \
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"         \
    "\"name\":\"甲\"},"                                                                           \
    "\"geometry\":{\"type\":\"" type "\",\"coordinates\":" coordinates "}}]}"

static void what_is_no_map_is_refused(void **state)
{
    static const struct {
        const char *text, *code;
    } bad[] = {{"", "E1384"},
               {"[]", "E1384"},
               {"{\"type\":\"FeatureCollection\",\"features\":[]}", "E1384"},
               {AREA("[114,30]", "Point"), "E1384"},
               {AREA("[[[114,30],[115,30],[115,31],[114,30]]]", "MultiPolygon"), "E1384"},
               {AREA("[[[114,30],[115,30],[115,31],[114,31]]]", "Polygon"), "E1385"},
               {AREA("[[[114,30],[114,30]]]", "Polygon"), "E1385"},
               {AREA("[[[12677000,3500000],[115,30],[115,31],[114,30]]]", "Polygon"), "E1386"},
               {AREA("[[[114],[115,30],[115,31],[114]]]", "Polygon"), "E1384"},
               {AREA("[[[[[114,30]]]]]", "Polygon"), "E1384"},
               {AREA("[[[114,30],[115,30],[115,31],[114,30]]", "Polygon"), "E1383"},
               {"{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[2,2],["
                "2,3],[1,2]]]},"
                "\"properties\":{\"Name\":\"甲\"}}]}",
                "E1388"}};
    static const char *const keys[] = {"甲"};
    const jb_args args = {.path = path}, none = {.path = "no-such-file.geojson"};
    size_t i;
    (void)state;
    memset(&node, 0, sizeof node);
    add_figure(&node, "率", "%", keys, (const int64_t[]){1}, yes, 1, "l");
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        put(bad[i].text);
        fault_code[0] = '\0';
        if (check_chart("map", &args, &node) == JB_OK || strcmp(fault_code, bad[i].code) != 0)
            fail_msg("%zu: %s gives %s", i, bad[i].text, fault_code);
    }
    assert_int_equal(check_chart("map", &none, &node), JB_E_CONFIG);
    assert_string_equal(fault_code, "E1389");
    put(AREA("[[[[114,30],[115,30],[115,31],[114,30]],[[114.5,30.1],[114.6,30.1],[114.6,30.2],[114."
             "5,30.1]]],"
             "[[[116,30,5],[117,30,5],[117,31,5],[116,30,5]]]]",
             "MultiPolygon"));
    assert_int_equal(check_chart("map", &args, &node), JB_OK);
    draw_chart("map", &args, &node, 442, 0, &r);
    assert_true(has_text(&r, "甲 1"));
    free_node(&node);
}

/* Damaged files are refused or drawn; nothing else happens. */
static void damaged_files_do_no_harm(void **state)
{
    static const char *const keys[] = {"甲区", "乙区", "丙区", "丁区"};
    static char good[8192], text[8200];
    const jb_args args = {.path = path};
    size_t n;
    int i;
    FILE *f;
    (void)state;
    seed_random(99);
    put_city(2, 2, keys, 0.5);
    f = fopen(path, "rb");
    assert_non_null(f);
    n = fread(good, 1, sizeof good - 1, f);
    fclose(f);
    memset(&node, 0, sizeof node);
    add_figure(&node, "率", "%", keys, (const int64_t[]){1, 2, 3, 4}, yes, 4, "l");
    for (i = 0; i < 1500; i++) {
        size_t len = n, k;
        memcpy(text, good, n + 1);
        for (k = 0; k <= next_random() % 3; k++)
            text[next_random() % n] = "{}[],:\"0-e.x9"[next_random() % 13];
        if (next_random() % 4 == 0)
            len = next_random() % n;
        f = fopen(path, "wb");
        assert_non_null(f);
        fwrite(text, 1, len, f);
        fclose(f);
        if (check_chart("map", &args, &node) == JB_OK)
            draw_chart("map", &args, &node, 442, 0, &r);
    }
    free_node(&node);
}

/* The shades of the classes grow darker in steps that grey shows too. */
static void rule_06_shades_are_apart(void **state)
{
    static const char *const names[] = {"甲区", "乙区", "丙区", "丁区", "戊区"};
    const jb_args args = {.path = path};
    double lum[8];
    size_t i, n = 0;
    (void)state;
    seed_random(6);
    put_city(5, 1, names, 0);
    memset(&node, 0, sizeof node);
    add_figure(&node, "率", "%", names, (const int64_t[]){5, 15, 25, 35, 45}, yes, 5, "l");
    draw_chart("map", &args, &node, 442, 0, &r);
    for (i = 0; i < r.n_paths; i++)
        if (r.path[i].stroke == CHART_BASE && (r.path[i].fill & 0xff) == 0xff)
            lum[n++] = cbrt(chart_luminance(r.path[i].fill)) * 116 - 16;
    assert_int_equal(n, 5);
    for (i = 1; i < n; i++)
        assert_true(lum[i - 1] - lum[i] >= 12);
    free_node(&node);
}

static int clean_up(void **state)
{
    (void)state;
    return unlink(path) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_13_every_area_is_named),
        cmocka_unit_test(rule_13_classes_are_round_and_few),
        cmocka_unit_test(rule_06_shades_are_apart),
        cmocka_unit_test(what_is_no_map_is_refused),
        cmocka_unit_test(damaged_files_do_no_harm),
    };
    jb_plugin_v1.init(&test_host);
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
