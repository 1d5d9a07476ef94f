// SPDX-License-Identifier: Apache-2.0
/* The tree: numbers, plain text, what is forgotten and what is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "doc/doc_impl.h"

#include <string.h>

static void words(jb_node *node, const char *text)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .text = text};
    jb_node_run(node, &run);
}

static jb_node *section(jb_node *parent, const char *name, const char *title)
{
    jb_node *s = jb_node_add(parent, "section");
    jb_node_set(s, "name", name);
    if (title != NULL)
        words(jb_node_add(s, "heading"), title);
    return s;
}

static const char *number(jb_node *section_node)
{
    return jb_node_attr(jb_node_first(section_node), "number");
}

static void test_numbers(void **state)
{
    jb_doc *doc = jb_doc_new();
    jb_node *root = jb_doc_root(doc);
    jb_node *intro = section(root, "导语", NULL), *a = section(root, "a", "甲"),
            *b = section(root, "b", "乙");
    jb_node *a1 = section(a, "a1", "一"), *gap = section(a, "gap", NULL),
            *a2 = section(gap, "a2", "二");
    jb_node *deep = section(a1, "d", "三"), *deeper = section(deep, "e", "四"),
            *deepest = section(deeper, "f", "五");
    (void)state;
    words(jb_node_add(intro, "para"), "导语。");
    jb_doc_number(doc);
    assert_string_equal(number(a), "一、");
    assert_string_equal(number(b), "二、");
    assert_string_equal(number(a1), "（一）");
    assert_string_equal(number(a2), "（二）"); /* a section without a title is no level */
    assert_string_equal(number(deep), "1.");
    assert_string_equal(number(deeper), "（1）");
    assert_string_equal(number(deepest), "（1）");
    assert_string_equal(jb_node_attr(jb_node_first(deepest), "level"), "4");
    jb_doc_free(doc);
}

static void test_items_and_captions(void **state)
{
    jb_doc *doc = jb_doc_new();
    jb_node *s = section(jb_doc_root(doc), "s", NULL), *n, *table, *bare, *chart, *para;
    jb_run ref = {.size = (uint32_t)sizeof ref, .kind = JB_RUN_REF, .target = "图甲"};
    int i;
    (void)state;
    for (i = 0; i < 12; i++)
        words(jb_node_add(s, "item"), "项");
    n = jb_node_first(s);
    para = jb_node_add(s, "para");
    words(para, "见");
    jb_node_run(para, &ref);
    words(jb_node_add(s, "item"), "又");
    table = jb_node_add(s, "table");
    words(table, "表题");
    bare = jb_node_add(s, "table");
    chart = jb_node_add(s, "chart");
    jb_node_set(chart, "name", "图甲");
    words(chart, "图题");
    jb_doc_number(doc);
    assert_string_equal(jb_node_get_run(n, 0)->text, "一是");
    for (i = 0; i < 11; i++)
        n = jb_node_next(n);
    assert_string_equal(jb_node_plain(n), "十二是项");
    assert_string_equal(jb_node_plain(para), "见图1");
    assert_string_equal(jb_node_plain(jb_node_next(para)), "一是又");
    assert_string_equal(jb_node_attr(table, "number"), "表1");
    assert_null(jb_node_attr(bare, "number"));
    assert_string_equal(jb_node_attr(chart, "number"), "图1");
    jb_doc_number(doc); /* numbering twice changes nothing */
    assert_string_equal(jb_node_plain(jb_node_next(para)), "一是又");
    jb_doc_free(doc);
}

static void test_run_in(void **state)
{
    jb_doc *doc = jb_doc_new();
    jb_node *s = section(jb_doc_root(doc), "s", "开展宣传"), *heading = jb_node_first(s);
    (void)state;
    jb_node_set(heading, "place", "run-in");
    words(jb_node_add(s, "para"), "用好媒体。");
    jb_doc_number(doc);
    assert_string_equal(jb_node_plain(jb_doc_root(doc)), "一、开展宣传。用好媒体。");
    jb_doc_free(doc);
}

static void test_runs(void **state)
{
    jb_doc *doc = jb_doc_new();
    jb_node *p = jb_node_add(jb_doc_root(doc), "para");
    jb_run strong = {
        .size = (uint32_t)sizeof strong, .kind = JB_RUN_TEXT, .text = "重", .style = "strong"};
    int i;
    (void)state;
    for (i = 0; i < 1000; i++)
        words(p, "字");
    jb_node_run(p, &strong);
    words(p, "");
    words(p, "尾");
    assert_int_equal(jb_node_n_runs(p), 3);
    assert_int_equal(strlen(jb_node_get_run(p, 0)->text), 3000);
    assert_string_equal(jb_node_get_run(p, 2)->text, "尾");
    assert_null(jb_node_get_run(p, 3));
    assert_int_equal(strlen(jb_node_plain(p)), 3006);
    words(p, "再");
    assert_int_equal(strlen(jb_node_plain(p)), 3009); /* what was kept is made anew */
    jb_doc_free(doc);
}

static void test_clear_and_remove(void **state)
{
    jb_doc *doc = jb_doc_new();
    jb_node *root = jb_doc_root(doc), *s = section(root, "s", "题"), *t = section(root, "t", NULL);
    (void)state;
    jb_node_set(s, "type", "text");
    jb_node_set(s, "a", "1");
    jb_node_set(s, "a", NULL);
    assert_null(jb_node_attr(s, "a"));
    jb_node_clear(s);
    assert_string_equal(jb_node_attr(s, "name"), "s");
    assert_null(jb_node_attr(s, "type"));
    assert_null(jb_node_first(s));
    assert_true(jb_node_is_below(t, root));
    assert_false(jb_node_is_below(t, s));
    jb_node_remove(s);
    assert_ptr_equal(jb_node_first(root), t);
    jb_node_remove(t);
    assert_null(jb_node_first(root));
    words(jb_node_add(root, "para"), "在");
    assert_string_equal(jb_node_plain(root), "在");
    jb_doc_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),          cmocka_unit_test(test_items_and_captions),
        cmocka_unit_test(test_run_in),           cmocka_unit_test(test_runs),
        cmocka_unit_test(test_clear_and_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
