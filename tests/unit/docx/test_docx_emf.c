// SPDX-License-Identifier: Apache-2.0
/* Metafiles: whole records whatever a chart draws. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "docx.h"

#include <math.h>
#include <string.h>

static uint32_t word(const docx_buf *b, size_t at)
{
    uint32_t v;
    assert_true(at + 4 <= b->n);
    memcpy(&v, b->p + at, 4);
    return v;
}

/* Walks the records; returns how many are of a type. */
static unsigned walk(const docx_buf *b, uint32_t type)
{
    size_t at = 0;
    uint32_t records = 0, found = 0, last = 0, depth = 0;
    assert_int_equal(b->failed, 0);
    while (at < b->n) {
        uint32_t size = word(b, at + 4);
        last = word(b, at);
        assert_true(size >= 8 && size % 4 == 0 && at + size <= b->n);
        found += last == type;
        depth += last == 33;
        depth -= last == 34;
        assert_true(depth < 1000);
        records++;
        at += size;
    }
    assert_int_equal(at, b->n);
    assert_int_equal(last, 14);
    assert_int_equal(depth, 0);
    assert_int_equal(word(b, 40), 0x464d4520);
    assert_int_equal(word(b, 48), b->n);
    assert_int_equal(word(b, 52), records);
    return found;
}

static void ordinary(void **state)
{
    docx_emf *e = docx_emf_new(400, 200, "黑体");
    const jb_canvas *c = docx_emf_canvas(e);
    double curve[] = {0, 0, 1, 1, 2, 2, 3, 3}, dash[] = {4, 3};
    docx_buf out;
    (void)state;
    c->group(c->self, NULL);
    c->clip(c->self, 0, 0, 10, 10);
    c->path(c->self, "MCZ", curve, 8);
    c->paint(c->self, 0xff000080, 0x0000ffff, 1.5, dash, 2);
    c->text(c->self, 100, 50, JB_ANCHOR_END, "value", 0x000000ff, "增长12.5%");
    c->end_group(c->self);
    out = docx_emf_finish(e);
    assert_int_equal(walk(&out, 63), 1); /* filled and stroked */
    docx_drop(&out);
}

static void measures(void **state)
{
    docx_emf *e = docx_emf_new(400, 200, "黑体");
    const jb_canvas *c = docx_emf_canvas(e);
    double w, a, d;
    docx_buf out;
    (void)state;
    c->measure(c->self, "label", "东湖", &w, &a, &d);
    assert_true(fabs(w - 18) < 1e-9 && fabs(a + d - 9) < 1e-9);
    c->measure(c->self, "axis", "100", &w, NULL, NULL);
    assert_true(fabs(w - 3 * 0.556 * 8) < 1e-9);
    out = docx_emf_finish(e);
    walk(&out, 0);
    docx_drop(&out);
}

static void hostile(void **state)
{
    docx_emf *e = docx_emf_new(
        400, 200,
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十");
    const jb_canvas *c = docx_emf_canvas(e);
    double nan_xy[] = {NAN, 0, INFINITY, 1}, big[] = {1e300, -1e300, 1e12, 5}, ok[] = {1, 2, 3, 4},
           dash[40];
    char text[2000];
    docx_buf out;
    int i;
    (void)state;
    for (i = 0; i < 40; i++)
        dash[i] = i % 2 ? NAN : 1;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    c->path(c->self, "ML", nan_xy, 4);
    c->path(c->self, "ML", big, 4);
    c->paint(c->self, 0xffu, 0xffu, 1e300, dash, 40);
    c->path(c->self, "MLQ", ok, 4);
    c->path(c->self, "MLLLL", ok, 4);
    c->path(c->self, "L", ok, 2);
    c->path(c->self, "ZZ", ok, 0);
    c->paint(c->self, 0, 0xffu, NAN, NULL, 0);
    c->paint(c->self, 0xffu, 0, 0, NULL, 0);
    c->text(c->self, NAN, 0, 0, "label", 0xff, "x");
    c->text(c->self, 0, 0, 77, "", 0xff, text);
    c->text(c->self, 0, 0, 0, "label", 0xff,
            "a\xff\xf0\x9f\x98\x80"
            "b汉\xe6");
    c->clip(c->self, NAN, 0, 1, 1);
    c->clip(c->self, 0, 0, 1, 1); /* outside any group */
    for (i = 0; i < 100; i++)
        c->group(c->self, "x");
    for (i = 0; i < 30; i++)
        c->end_group(c->self);
    out = docx_emf_finish(e); /* 70 still open */
    assert_int_equal(walk(&out, 30), 0);
    docx_drop(&out);
    e = docx_emf_new(1, 1, "黑体");
    docx_emf_canvas(e)->end_group(docx_emf_canvas(e)->self);
    out = docx_emf_finish(e);
    walk(&out, 0);
    docx_drop(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ordinary), cmocka_unit_test(measures),
                                       cmocka_unit_test(hostile)};
    return cmocka_run_group_tests_name("docx_emf", tests, NULL, NULL);
}
