// SPDX-License-Identifier: Apache-2.0
/* Checks of jb.section/1, through the page worker's own code: a document of this section alone. */
#include "kit/kit_impl.h"

#include "doc/doc.h"
#include "page/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the tree ---- */

static int bad_text(const char *t)
{
    size_t n = t ? strlen(t) : 0;
    if (t && jb_utf8_invalid(t, n) != n) {
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)t[i] < 0x20 && t[i] != '\n' && t[i] != '\x1f') {
            return 1;
        }
    }
    return 0;
}

static int check_run(kit *k, const char *kind, const jb_run *r)
{
    if (bad_text(r->text) || bad_text(r->style) || bad_text(r->target) || bad_text(r->key) ||
        bad_text(r->value)) {
        return kit_fail(k, "%s 的文字里有控制字符或不是 UTF-8",
                        "a text of %s holds control characters or is not UTF-8", kind);
    }
    if ((r->kind == JB_RUN_TEXT || r->kind == JB_RUN_FIGURE || r->kind == JB_RUN_REF) && !r->text) {
        return kit_fail(k, "%s 有一段没有文字", "a run of %s has no text", kind);
    }
    if ((r->kind == JB_RUN_FIGURE || r->kind == JB_RUN_REF) && (!r->target || !*r->target)) {
        return kit_fail(k, "%s 里的一个数没有说是哪个指标",
                        "a figure in %s does not say which figure it is", kind);
    }
    return 0;
}

static size_t count_kind(const jb_node *n, const char *kind)
{
    size_t count = 0;
    for (const jb_node *c = jb_node_first(n); c; c = jb_node_next(c)) {
        count += strcmp(jb_node_kind(c), kind) == 0;
    }
    return count;
}

static int check_tree(kit *k, const jb_node *n, const jb_node *table)
{
    static const struct {
        const char *kind, *parent;
    } inside[] = {{"column", "table"}, {"row", "table"}, {"cell", "row"}};
    const char *kind = jb_node_kind(n);
    table = strcmp(kind, "table") == 0 ? n : table;
    if (strcmp(kind, "row") == 0 && table && count_kind(n, "cell") != count_kind(table, "column")) {
        return kit_fail(k, "表有 %zu 列，一行有 %zu 格",
                        "a table of %zu columns has a row of %zu cells",
                        count_kind(table, "column"), count_kind(n, "cell"));
    }
    for (size_t i = 0; i < jb_node_n_runs(n); i++) {
        if (check_run(k, kind, jb_node_get_run(n, i)) != 0) {
            return -1;
        }
    }
    for (const jb_node *c = jb_node_first(n); c; c = jb_node_next(c)) {
        for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
            if (strcmp(jb_node_kind(c), inside[i].kind) == 0 &&
                strcmp(kind, inside[i].parent) != 0) {
                return kit_fail(k, "%s 放在了 %s 里", "a %s is inside a %s", inside[i].kind, kind);
            }
        }
        if (check_tree(k, c, table) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- one document ---- */

/* 0 written; 1 these settings are refused; -1 a verdict is said. */
static int write_page(kit *k, int variant, int full, int missing, jb_buf *out)
{
    (void)kit_reason(k); /* what the settings before were refused for */
    kit_setting *s = kit_setting_new(k, variant, full);
    jb_figure_set *shapes = kit_figures(1, missing), *values = kit_figures(0, missing);
    jb_page_options options = {
        .as_of = "2022-08-16", .date = "2022-08-19", .period = "2022-01-01..2022-08-16"};
    jb_page *page = s ? jb_page_make(s->config, k->registry, shapes, &options, k->diags) : NULL;
    const jb_output *files;
    size_t n;
    int r = page && !jb_diags_errors(k->diags) ? 0 : 1;
    if (r == 0 && jb_page_run(page, values, k->ask->dir, NULL, &files, &n, k->diags) != 0) {
        jb_diag_view v;
        /* a template that prints a missing figure is stopped by the host: that is how it should be
         */
        int by_host =
            jb_cancel_is_set() || (missing && jb_diags_at(k->diags, 0, &v) && v.exit_code == 4);
        r = by_host ? 1
                    : kit_fail(k, "check 放行，write 失败：%s",
                               "check lets it pass and write fails: %s", kit_reason(k));
    }
    if (r == 0) {
        r = check_tree(k, jb_doc_root((jb_doc *)(uintptr_t)jb_page_doc(page)), NULL);
        jb_page_json(page, out);
        jb_buf_char(out, '\n');
    }
    jb_page_free(page);
    jb_figure_set_free(shapes);
    jb_figure_set_free(values);
    kit_setting_free(s);
    return r;
}

static int each(kit *k, int missing, jb_buf *out)
{
    int taken = 0;
    const char *why = "";
    jb_buf mine;
    jb_buf_init(&mine, JB_BUF_MAX_BLOCK);
    for (int i = 0; i < KIT_FIGURES * 2 && k->status == JB_KIT_OK; i++) {
        const char *held = "";
        taken += write_page(k, i / 2, i % 2, missing, &mine) == 0;
        held = kit_reason(k);
        why = *held ? held : why;
    }
    if (out) {
        jb_buf_str(out, jb_buf_text(&mine));
    }
    jb_buf_free(&mine);
    if (!taken && k->status == JB_KIT_OK && !missing) {
        kit_skip(k, "猜不出可用的设置（%s）；用 --ini 给一段",
                 "no settings could be guessed (%s); give a section with --ini", *why ? why : "-");
    }
    return taken;
}

static void check_write(kit *k)
{
    int n = each(k, 0, NULL);
    kit_note(k, "%d 种设置", "%d settings", n);
}

static void check_missing(kit *k)
{
    if (each(k, 1, NULL) == 0) {
        kit_skip(k, "它印缺失的数，由主程序拦下",
                 "it prints missing figures, which the host refuses");
    }
}

static int exercise(kit *k, jb_buf *out)
{
    return each(k, 0, out) > 0 ? 0 : -1;
}

static void check_same(kit *k)
{
    kit_check_same(k, exercise);
}

static void check_memory(kit *k)
{
    kit_check_memory(k, exercise);
}

static void check_quiet(kit *k)
{
    kit_check_quiet(k, exercise);
}

static void check_cancel(kit *k)
{
    kit_check_cancel(k, exercise);
}

const kit_check kit_section_checks[] = {
    {{"create", "同一设置可建两次、毁两次", "an instance can be made and destroyed twice", 0},
     kit_check_create},
    {{"write", "写出的树合规", "it writes a valid tree", 0}, check_write},
    {{"missing", "指标缺失时也写得出", "it writes when figures are missing", 0}, check_missing},
    {{"same", "两次运行相同", "two runs are equal", 1}, check_same},
    {{"memory", "重复 200 次内存不涨", "memory does not grow over 200 repetitions", 0},
     check_memory},
    {{"quiet", "不写标准输出", "nothing on standard output", 0}, check_quiet},
    {{"cancel", "取消后一秒内停下", "it stops within a second of being cancelled", 0},
     check_cancel},
    {{NULL, NULL, NULL, 0}, NULL}};
