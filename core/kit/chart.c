// SPDX-License-Identifier: Apache-2.0
/* Checks of jb.chart/1 on a canvas that records: inside the box, no text on another, whatever the
 * data. */
#include "kit/kit_impl.h"

#include "doc/doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXTS = 2000 };

typedef struct mark {
    double x0, y0, x1, y1;
    char text[80];
} mark;

typedef struct canvas {
    jb_buf *log;
    mark texts[MAX_TEXTS];
    size_t n;
    double x0, y0, x1, y1;   /* of all paths */
    int depth, crossed, odd; /* group levels; ended more than begun; a call that makes no sense */
} canvas;

static double size_of(const char *style)
{
    return strcmp(style, "title") == 0                                  ? 12
           : strcmp(style, "axis") == 0 || strcmp(style, "source") == 0 ? 8
                                                                        : 9;
}

static void measure(void *self, const char *style, const char *s, double *w, double *a, double *d)
{
    double size = size_of(style ? style : ""), width = 0;
    (void)self;
    for (; s && *s; s++) {
        width += ((unsigned char)*s & 0xc0) == 0x80 ? 0
                 : (unsigned char)*s < 0x80         ? size / 2
                                                    : size;
    }
    *w = width;
    *a = size * 0.86;
    *d = size * 0.14;
}

static void text(void *self, double x, double y, uint32_t anchor, const char *style, uint32_t color,
                 const char *s)
{
    canvas *c = self;
    double w, a, d;
    if (!s || !style || anchor > JB_ANCHOR_END || jb_utf8_invalid(s, strlen(s)) != strlen(s)) {
        c->odd = 1;
        return;
    }
    measure(NULL, style, s, &w, &a, &d);
    x -= anchor == JB_ANCHOR_END ? w : anchor == JB_ANCHOR_MIDDLE ? w / 2 : 0;
    jb_buf_fmt(c->log, "text %.2f %.2f %s %08x %s\n", x, y, style, color, s);
    if (c->n < MAX_TEXTS && *s && (color & 0xff)) {
        mark *m = &c->texts[c->n++];
        *m = (mark){x, y - a, x + w, y + d, ""};
        snprintf(m->text, sizeof m->text, "%.24s", s);
    }
}

static void path(void *self, const char *ops, const double *xy, uint64_t n)
{
    canvas *c = self;
    uint64_t need = 0;
    for (const char *o = ops; o && *o; o++) {
        need += *o == 'M' || *o == 'L' ? 2u : *o == 'C' ? 6u : 0u;
        c->odd |= !strchr("MLCZ", *o);
    }
    c->odd |= !ops || need != n;
    for (uint64_t i = 0; i + 1 < n && !c->odd; i += 2) {
        c->odd |= !(xy[i] > -1e6 && xy[i] < 1e6 && xy[i + 1] > -1e6 && xy[i + 1] < 1e6);
        c->x0 = xy[i] < c->x0 ? xy[i] : c->x0;
        c->x1 = xy[i] > c->x1 ? xy[i] : c->x1;
        c->y0 = xy[i + 1] < c->y0 ? xy[i + 1] : c->y0;
        c->y1 = xy[i + 1] > c->y1 ? xy[i + 1] : c->y1;
        jb_buf_fmt(c->log, "%.2f %.2f ", xy[i], xy[i + 1]);
    }
    jb_buf_fmt(c->log, "path %s\n", ops ? ops : "NULL");
}

static void paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                  uint64_t n)
{
    canvas *c = self;
    c->odd |= n > 0 && !dash;
    jb_buf_fmt(c->log, "paint %08x %08x %.2f %llu\n", fill, stroke, width, (unsigned long long)n);
}

static void clip(void *self, double x, double y, double w, double h)
{
    canvas *c = self;
    jb_buf_fmt(c->log, "clip %.2f %.2f %.2f %.2f\n", x, y, w, h);
}

static void group(void *self, const char *alt)
{
    canvas *c = self;
    c->depth++;
    jb_buf_fmt(c->log, "group %s\n", alt ? alt : "");
}

static void end_group(void *self)
{
    canvas *c = self;
    c->crossed |= --c->depth < 0;
    jb_buf_str(c->log, "end\n");
}

/* ---- what must hold ---- */

static int check_drawing(kit *k, const canvas *c, double w, double h, const char *what)
{
    const double e = 0.5;
    if (c->odd) {
        return kit_fail(k, "%s：给画布的参数不对",
                        "%s: it calls the canvas with arguments that make no sense", what);
    }
    if (c->depth != 0 || c->crossed) {
        return kit_fail(k, "%s：group 与 end_group 不成对", "%s: group and end_group do not match",
                        what);
    }
    if (c->x0 <= c->x1 && (c->x0 < -e || c->y0 < -e || c->x1 > w + e || c->y1 > h + e)) {
        return kit_fail(k, "%s：画到 %.0f×%.0f 的框外：%.1f,%.1f 至 %.1f,%.1f",
                        "%s: it draws outside its box of %.0f×%.0f: %.1f,%.1f to %.1f,%.1f", what,
                        w, h, c->x0, c->y0, c->x1, c->y1);
    }
    for (size_t i = 0; i < c->n; i++) {
        const mark *a = &c->texts[i];
        if (a->x0 < -e || a->x1 > w + e || a->y0 < -e || a->y1 > h + e) {
            return kit_fail(k, "%s：“%s”写到框外", "%s: \"%s\" leaves the box", what, a->text);
        }
        for (size_t j = 0; j < i; j++) {
            const mark *b = &c->texts[j];
            if (a->x0 < b->x1 - e && b->x0 < a->x1 - e && a->y0 < b->y1 - e && b->y0 < a->y1 - e) {
                return kit_fail(k, "%s：“%s”压在“%s”上", "%s: \"%s\" lies on \"%s\"", what, a->text,
                                b->text);
            }
        }
    }
    return 0;
}

typedef struct dataset {
    int64_t rows;
    int flavour, two;
    const char *unit, *label;
} dataset;

static const dataset SETS[] = {
    {5, KIT_TEXTS, 0, "个", "5 个区"},     {1, KIT_TEXTS, 0, "个", "1 个区"},
    {40, KIT_TEXTS, 0, "万元", "40 个区"}, {12, KIT_HUGE, 0, "万元", "有正有负"},
    {9, KIT_MIXED, 0, "%", "有缺失"},      {6, KIT_NULLS, 0, "个", "全部缺失"},
    {8, KIT_TIES, 0, "个", "全部相同"},    {7, KIT_TEXTS, 1, "个", "两个指标"},
    {0, KIT_TEXTS, 0, "个", "没有行"}};
enum { N_SETS = sizeof SETS / sizeof SETS[0] };

static int accepts(kit *k, jb_instance *inst, const jb_chart *chart, const jb_figure *data,
                   uint64_t n)
{
    jb_ctx ctx;
    if (!JB_HAS(jb_chart, chart, check)) {
        return 1;
    }
    jb_ctx_begin(&ctx, inst, "check", k->diags, NULL);
    return jb_ctx_end(&ctx, chart->check(&ctx, inst->self, data, n)) == JB_OK;
}

/* 0 drawn, 1 refused, -1 a verdict is said. */
static int draw(kit *k, jb_instance *inst, const dataset *set, double width, jb_buf *log)
{
    const jb_chart *chart = jb_type_iface(k->type, JB_CHART);
    jb_doc *doc = jb_doc_new();
    jb_node *node = jb_node_add(jb_doc_root(doc), "chart");
    canvas *c = jb_arena_alloc(k->arena, sizeof *c);
    jb_figure shapes[2];
    double height = width * 0.6;
    const char *said = NULL;
    jb_ctx ctx;
    int r = 0;
    jb_node_set(node, "name", "kit");
    for (int i = 0; i <= set->two; i++) {
        jb_fig *f = kit_fig(jb_doc_arena(doc), i ? "乙数" : "甲数", 1, set->rows,
                            set->flavour == KIT_TEXTS ? 0 : 2, set->unit, set->flavour);
        jb_fig shape = *f;
        jb_node_data(node, f);
        shape.n_rows = 0;
        shape.flags |= JB_FIG_SHAPE;
        jb_fig_view(&shape, jb_doc_arena(doc), &shapes[i]);
    }
    *c = (canvas){.log = log, .x0 = 1e9, .y0 = 1e9, .x1 = -1e9, .y1 = -1e9};
    if (!accepts(k, inst, chart, shapes, 1u + (unsigned)set->two)) {
        r = 1;
    }
    if (r == 0 && JB_HAS(jb_chart, chart, height)) {
        jb_ctx_begin(&ctx, inst, "draw", k->diags, NULL);
        if (jb_ctx_end(&ctx, chart->height(&ctx, inst->self, node, width, &height)) != JB_OK ||
            !(height > 0) || height > 20 * width) {
            r = kit_fail(k, "%s：height 给出 %.1f", "%s: height gives %.1f", set->label, height);
        }
    }
    if (r == 0) {
        jb_canvas face = {.size = sizeof face,
                          .self = c,
                          .path = path,
                          .paint = paint,
                          .text = text,
                          .measure = measure,
                          .clip = clip,
                          .group = group,
                          .end_group = end_group};
        jb_ctx_begin(&ctx, inst, "draw", k->diags, NULL);
        if (jb_ctx_end(&ctx, chart->draw(&ctx, inst->self, node, width, height, &face)) != JB_OK) {
            r = kit_fail(k, "%s：draw 失败：%s", "%s: draw fails: %s", set->label, kit_reason(k));
        } else {
            r = check_drawing(k, c, width, height, set->label);
        }
    }
    if (r == 0 && JB_HAS(jb_chart, chart, describe)) {
        jb_ctx_begin(&ctx, inst, "draw", k->diags, NULL);
        if (jb_ctx_end(&ctx, chart->describe(&ctx, inst->self, node, &said)) != JB_OK || !said ||
            jb_utf8_invalid(said, strlen(said)) != strlen(said)) {
            r = kit_fail(k, "%s：describe 没有给出一句话", "%s: describe gives no sentence",
                         set->label);
        }
        jb_buf_fmt(log, "%s\n", r == 0 ? said : "");
    }
    jb_doc_free(doc);
    return r;
}

static void run(kit *k, size_t first, size_t last, jb_buf *out)
{
    static const double widths[] = {440, 300, 200};
    jb_buf log;
    int drawn = 0;
    jb_buf_init(&log, JB_BUF_MAX_BLOCK);
    for (int full = 0; full < 2; full++) {
        kit_setting *s = kit_setting_new(k, 0, full);
        jb_instance *inst = s ? kit_instance(k, s) : NULL;
        for (size_t i = first; inst && i <= last; i++) {
            for (size_t w = 0; w < sizeof widths / sizeof widths[0] && k->status == JB_KIT_OK;
                 w++) {
                drawn += draw(k, inst, &SETS[i], widths[w], &log) == 0;
            }
        }
        jb_instance_free(inst);
        kit_setting_free(s);
    }
    if (!drawn && k->status == JB_KIT_OK) {
        const char *why = kit_reason(k);
        kit_skip(k, "它不接受这样的数据（%s）", "it does not take such data (%s)",
                 *why ? why : "-");
    }
    (void)kit_reason(k);
    if (out) {
        jb_buf_str(out, jb_buf_text(&log));
    }
    jb_buf_free(&log);
}

static void check_draw(kit *k)
{
    run(k, 0, 0, NULL);
}

static void check_one(kit *k)
{
    run(k, 1, 1, NULL);
}

static void check_forty(kit *k)
{
    run(k, 2, 2, NULL);
}

static void check_negative(kit *k)
{
    run(k, 3, 3, NULL);
}

static void check_missing(kit *k)
{
    run(k, 4, 5, NULL);
}

static void check_ties(kit *k)
{
    run(k, 6, 6, NULL);
}

static void check_two(kit *k)
{
    run(k, 7, 7, NULL);
}

static void check_no_rows(kit *k)
{
    run(k, 8, 8, NULL);
}

static int exercise(kit *k, jb_buf *out)
{
    run(k, 0, 4, out);
    return k->status == JB_KIT_OK ? 0 : -1;
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

const kit_check kit_chart_checks[] = {
    {{"create", "同一设置可建两次、毁两次", "an instance can be made and destroyed twice", 0},
     kit_check_create},
    {{"draw", "画在框内，文字不相压", "it draws inside its box, no text on another", 0},
     check_draw},
    {{"one", "只有一类", "one category", 0}, check_one},
    {{"forty", "四十类", "forty categories", 0}, check_forty},
    {{"negative", "有负数", "negative values", 0}, check_negative},
    {{"missing", "有缺失，全部缺失", "missing values, and nothing else", 0}, check_missing},
    {{"ties", "全部相同", "equal values", 0}, check_ties},
    {{"two", "两个指标", "two figures", 0}, check_two},
    {{"no_rows", "没有行", "no rows", 0}, check_no_rows},
    {{"same", "两次运行相同", "two runs are equal", 1}, check_same},
    {{"memory", "重复 200 次内存不涨", "memory does not grow over 200 repetitions", 0},
     check_memory},
    {{"quiet", "不写标准输出", "nothing on standard output", 0}, check_quiet},
    {{NULL, NULL, NULL, 0}, NULL}};
