// SPDX-License-Identifier: Apache-2.0
/* Checks of jb.renderer/1: a document with every kind of block there is, and one that nobody knows.
 */
#include "kit/kit_impl.h"

#include "doc/doc.h"

#include <stdlib.h>
#include <string.h>

static jb_node *block(jb_node *parent, const char *kind, const char *words)
{
    jb_node *n = jb_node_add(parent, kind);
    if (words) {
        const jb_run run = {.size = sizeof run, .kind = JB_RUN_TEXT, .text = words, .style = ""};
        jb_node_run(n, &run);
    }
    return n;
}

static void figure_run(jb_node *n, const char *printed, const char *value)
{
    const jb_run run = {.size = sizeof run,
                        .kind = JB_RUN_FIGURE,
                        .text = printed,
                        .style = "",
                        .target = "总数",
                        .key = "",
                        .value = value};
    const jb_run unit = {.size = sizeof unit, .kind = JB_RUN_TEXT, .text = "个", .style = "unit"};
    jb_node_run(n, &run);
    jb_node_run(n, &unit);
}

static void table(jb_node *parent, int rows)
{
    jb_node *t = block(parent, "table", "各区情况"), *row;
    static const char *const labels[] = {"县区", "数量（个）"};
    jb_node_set(t, "name", "情况");
    for (int i = 0; i < 2; i++) {
        jb_node *c = block(t, "column", NULL);
        jb_node_set(c, "label", labels[i]);
        jb_node_set(c, "align", i ? "decimal" : "left");
        jb_node_set(c, "digits", i ? "4" : NULL);
        jb_node_set(c, "decimals", i ? "2" : NULL);
        jb_node_set(c, "figure", i ? "分区" : NULL);
    }
    for (int r = 0; r <= rows; r++) {
        row = block(t, "row", NULL);
        jb_node_set(row, "role", r == 0 ? "head" : "body");
        for (int i = 0; i < 2; i++) {
            jb_node *c = block(row, "cell",
                               r == 0   ? labels[i]
                               : i == 0 ? "东湖区"
                               : r % 3  ? "1234.50"
                                        : NULL);
            if (r > 0 && i == 1 && r % 3 == 0) {
                jb_node_set(c, "kind", "missing");
            }
        }
    }
}

static void section(jb_node *root, int strange, kit *k)
{
    jb_node *s = block(root, "section", NULL), *n;
    jb_node_set(s, "name", "总体");
    jb_node_set(s, "type", "text");
    jb_node_set(s, "level", "1");
    block(s, "heading", "总体情况");
    n = block(s, "para", "全市共有新项目");
    figure_run(n, "43", "43");
    n = block(s, "para", "　𠮷野家，A+B≥1.5，“引文”，很长的一段文字要折行：");
    for (int i = 0; i < 40; i++) {
        figure_run(n, "1234.56", "1234.56");
    }
    n = block(s, "item", "一是项目质量好。");
    jb_node_set(n, "n", "1");
    table(s, 60);
    n = block(s, "chart", "各区对比");
    jb_node_set(n, "name", "对比");
    jb_node_set(n, "chart", "bar");
    jb_node_data(n, kit_fig(k->arena, "分区", 1, 5, 0, "个", KIT_TEXTS));
    n = block(s, "note", "数据来源：样本");
    jb_node_set(n, "role", "source");
    n = block(s, "placeholder", "【此处内容未能生成：样本】");
    jb_node_set(n, "name", "样本");
    jb_node_set(n, "reason", "failed");
    if (strange) {
        n = block(s, "kit_hologram", "没有人认识的一块");
        jb_node_set(n, "depth", "3");
        block(n, "kit_layer", "里面的一层");
    }
    n = block(s, "signature", NULL);
    jb_node_set(n, "issuer", "某市");
    jb_node_set(n, "date", "2022年8月19日");
}

static jb_doc *sample(kit *k, int full, int strange)
{
    jb_doc *doc = jb_doc_new();
    jb_node *root = jb_doc_root(doc);
    jb_node_set(root, "title", "样本简报");
    jb_node_set(root, "issuer", "某市");
    jb_node_set(root, "date", "2022-08-19");
    jb_node_set(root, "as_of", "2022-08-16");
    jb_node_set(root, "generator", "jianbao");
    jb_node_set(root, "layout", "gbt9704");
    if (full) {
        section(root, strange, k);
    }
    jb_doc_number(doc);
    return doc;
}

/* 0 rendered; 1 refused; -1 a verdict is said. */
static int render(kit *k, int full, int strange, int64_t room, jb_buf *out)
{
    const jb_renderer *r = jb_type_iface(k->type, JB_RENDERER);
    kit_setting *s = kit_setting_new(k, 0, 0);
    jb_instance *inst = s ? kit_instance(k, s) : NULL;
    kit_files *files = jb_arena_alloc(k->arena, sizeof *files);
    jb_ctx ctx;
    int result = 1;
    files->k = k;
    files->room = room;
    if (inst) {
        jb_doc *doc = sample(k, full, strange);
        jb_ctx_begin(&ctx, inst, "render", k->diags, files);
        jb_status status = r->render(&ctx, inst->self, doc);
        if (room >= 0 && status != JB_OK) {
            ctx.failed = 1; /* the host has reported that writing failed */
        }
        status = jb_ctx_end(&ctx, status);
        size_t bytes = 0;
        for (size_t i = 0; i < files->n; i++) {
            bytes += files->sink[i].bytes.len;
            jb_buf_fmt(out, "%s %zu\n", files->sink[i].suffix, files->sink[i].bytes.len);
            jb_buf_add(out, jb_buf_text(&files->sink[i].bytes), files->sink[i].bytes.len);
        }
        result = status == JB_OK ? 0 : 1;
        if (status == JB_OK && bytes == 0) {
            result = kit_fail(k, "说成功了，却什么也没写", "it says JB_OK and has written nothing");
        }
        jb_doc_free(doc);
    }
    kit_files_free(files);
    jb_instance_free(inst);
    kit_setting_free(s);
    return result;
}

static void must(kit *k, int full, int strange)
{
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    if (render(k, full, strange, -1, &out) > 0) {
        kit_fail(k, "render 失败：%s", "render fails: %s", kit_reason(k));
    } else {
        kit_note(k, "%zu 字节", "%zu bytes", out.len);
    }
    jb_buf_free(&out);
}

static void check_render(kit *k)
{
    must(k, 1, 0);
}

static void check_empty(kit *k)
{
    must(k, 0, 0);
}

static void check_unknown(kit *k)
{
    must(k, 1, 1);
}

static void check_full_disk(kit *k)
{
    jb_buf whole, part;
    jb_buf_init(&whole, JB_BUF_MAX_BLOCK);
    jb_buf_init(&part, JB_BUF_MAX_BLOCK);
    if (render(k, 1, 0, -1, &whole) != 0) {
        kit_skip(k, "render 失败", "render fails");
    }
    for (int64_t room = 0; room <= 1000 && k->status == JB_KIT_OK; room += 500) {
        jb_buf_clear(&part);
        if (whole.len > (size_t)room + 200 && render(k, 1, 0, room, &part) == 0) {
            kit_fail(k, "第 %lld 字节写不进去，它却说成功",
                     "writing failed at byte %lld and it says JB_OK", (long long)room);
        }
        (void)kit_reason(k);
    }
    jb_buf_free(&whole);
    jb_buf_free(&part);
}

static int exercise(kit *k, jb_buf *out)
{
    return render(k, 1, 1, -1, out) == 0 ? 0 : -1;
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

const kit_check kit_renderer_checks[] = {
    {{"create", "同一设置可建两次、毁两次", "an instance can be made and destroyed twice", 0},
     kit_check_create},
    {{"render", "写得出样本文档", "it writes the sample document", 0}, check_render},
    {{"empty", "写得出没有内容的文档", "it writes a document without content", 0}, check_empty},
    {{"unknown", "遇到不认识的块也写得出", "blocks of unknown kinds do not stop it", 0},
     check_unknown},
    {{"full_disk", "写不进去时不说成功", "it does not claim success when writing fails", 0},
     check_full_disk},
    {{"same", "两次运行相同", "two runs are equal", 1}, check_same},
    {{"memory", "重复 200 次内存不涨", "memory does not grow over 200 repetitions", 0},
     check_memory},
    {{"quiet", "不写标准输出", "nothing on standard output", 0}, check_quiet},
    {{"cancel", "取消后一秒内停下", "it stops within a second of being cancelled", 0},
     check_cancel},
    {{NULL, NULL, NULL, 0}, NULL}};
