// SPDX-License-Identifier: Apache-2.0
#include "typeset/canvas.h"

#include "corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <math.h>
#include <string.h>

typedef struct {
    jb_ts_fonts *fonts;
    jb_ts_arena *arena;
    jb_ts_items *items;
    jb_ts_canvas *canvas;
    const jb_canvas *c;
} fixture;

static int set_up(void **state)
{
    fixture *f = g_new0(fixture, 1);
    f->fonts = corpus_fonts(NULL, "");
    f->arena = jb_ts_arena_new();
    f->items = jb_ts_items_new();
    f->canvas = jb_ts_canvas_new(f->fonts, f->arena, f->items, 10, 20);
    f->c = jb_ts_canvas_verbs(f->canvas);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    jb_ts_canvas_free(f->canvas);
    jb_ts_items_free(f->items);
    jb_ts_arena_free(f->arena);
    jb_ts_fonts_free(f->fonts);
    g_free(f);
    return 0;
}

static const jb_ts_item *drawn(fixture *f, size_t *n)
{
    return jb_ts_items_keep(f->items, f->arena, n);
}

static void a_path_is_moved_and_painted_once(void **state)
{
    fixture *f = *state;
    const double xy[] = {0, 0, 5, 0, 5, 5};
    f->c->path(f->c->self, "ML", xy, 4);
    f->c->path(f->c->self, "LZ", xy + 4, 2);
    f->c->paint(f->c->self, 0xFF0000FF, 0, 0, NULL, 0);
    f->c->paint(f->c->self, 0xFF0000FF, 0, 0, NULL, 0); /* the path has been forgotten */
    size_t n;
    const jb_ts_item *items = drawn(f, &n);
    assert_int_equal(n, 1);
    assert_string_equal(items[0].path->ops, "MLLZ");
    assert_int_equal(items[0].path->n_xy, 6);
    assert_true(fabs(items[0].path->xy[4] - 15) < 1e-9 && fabs(items[0].path->xy[5] - 25) < 1e-9);
}

static void text_is_anchored_by_its_measure(void **state)
{
    fixture *f = *state;
    double width, ascent, descent;
    f->c->measure(f->c->self, "label", "东湖区43", &width, &ascent, &descent);
    assert_true(width > 9 * 3.8 && width < 9 * 4.4 && fabs(ascent + descent - 9) < 1e-6);
    f->c->text(f->c->self, 100, 50, JB_ANCHOR_END, "label", 0xFF, "东湖区43");
    size_t n;
    const jb_ts_item *items = drawn(f, &n);
    assert_true(n >= 1);
    assert_true(fabs(items[0].x - (110 - width)) < 1e-3 && fabs(items[0].y - 70) < 1e-9);
    f->c->text(f->c->self, 100, 50, JB_ANCHOR_MIDDLE, "no such style", 0xFF, "东湖区43");
    items = drawn(f, &n);
    assert_true(fabs(items[0].x - (110 - width / 2)) < 1e-3);
}

static void nonsense_is_not_drawn(void **state)
{
    fixture *f = *state;
    const double bad[] = {NAN, 0, INFINITY, 1};
    f->c->path(f->c->self, "ML", bad, 4);
    f->c->paint(f->c->self, 0xFF, 0, 0, NULL, 0);
    f->c->path(f->c->self, "MLLL", bad + 1, 2); /* fewer numbers than asked for */
    f->c->text(f->c->self, NAN, 0, JB_ANCHOR_START, "label", 0xFF, "文");
    f->c->text(f->c->self, 0, 0, JB_ANCHOR_START, "label", 0xFF, "\xFF\xFE");
    f->c->clip(f->c->self, 0, 0, NAN, 1);
    f->c->end_group(f->c->self);
    size_t n;
    drawn(f, &n);
    assert_int_equal(n, 0);
}

static void groups_are_closed_and_figures_do_not_nest(void **state)
{
    fixture *f = *state;
    f->c->group(f->c->self, "外");
    f->c->group(f->c->self, "内");
    for (int i = 0; i < 100; i++)
        f->c->group(f->c->self, NULL);
    jb_ts_canvas_free(f->canvas);
    size_t n, open = 0, tags = 0, depth = 0;
    const jb_ts_item *items = drawn(f, &n);
    for (size_t i = 0; i < n; i++) {
        tags += items[i].type == JB_TS_ITEM_TAG;
        open += items[i].type == JB_TS_ITEM_TAG || items[i].type == JB_TS_ITEM_SAVE;
        open -= items[i].type == JB_TS_ITEM_END_TAG || items[i].type == JB_TS_ITEM_RESTORE;
        depth = MAX(depth, open);
    }
    assert_int_equal(open, 0);
    assert_int_equal(tags, 1);
    assert_true(depth > 2 && depth < 40);
    f->canvas = jb_ts_canvas_new(f->fonts, f->arena, f->items, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_path_is_moved_and_painted_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_is_anchored_by_its_measure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nonsense_is_not_drawn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(groups_are_closed_and_figures_do_not_nest, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
