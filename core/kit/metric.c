// SPDX-License-Identifier: Apache-2.0
/* Checks of jb.metric/1: what a figure is must not depend on batches, partitions, groups or their
 * order. */
#include "kit/metric.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 700, GROUPS = 5, MANY = 100000 };

typedef int one_check(kit_bound *, const kit_cells *);

/* Runs `check` for every setting and type of columns that the metric takes. Returns how many there
 * were. */
static int each(kit *k, int64_t rows, int flavour, one_check *check)
{
    int taken = 0;
    for (int full = 0; full < 2 && k->status == JB_KIT_OK; full++) {
        kit_setting *s = kit_setting_new(k, 0, full);
        for (int types = 0; s && types < KIT_TYPES && k->status == JB_KIT_OK; types++) {
            kit_bound b;
            if (kit_bind(k, s, types, &b) == 0) {
                jb_arena *a = jb_arena_new();
                taken++;
                (void)check(&b, kit_cells_new(a, rows, b.n_cols, b.formats, flavour));
                jb_arena_free(a);
            }
            int alone = b.n_cols == 0; /* the types of columns make no difference */
            kit_unbind(&b);
            if (alone) {
                break;
            }
        }
        kit_setting_free(s);
    }
    if (!taken && k->status == JB_KIT_OK) {
        const char *why = kit_reason(k);
        kit_skip(k, "没有它肯接受的列（%s）；用 --ini 给一段",
                 "it takes no generated columns (%s); give a section with --ini", *why ? why : "-");
    }
    return taken;
}

/* Group of each row; some rows are not kept, the last group stays empty. */
static uint32_t *make_groups(int64_t n)
{
    uint32_t *g = jb_alloc(((size_t)n + 1) * sizeof *g);
    uint64_t seed = 77;
    for (int64_t i = 0; i < n; i++) {
        g[i] = kit_dice(&seed, 3) == 0 ? UINT32_MAX : (uint32_t)kit_dice(&seed, GROUPS - 1);
    }
    return g;
}

static const kit_cut PLAIN = {.parts = 1, .batch = 8192, .n_groups = 1, .only = -1, .seed = 1};

/* A status that is no verdict yet: nothing generated is beyond what a metric can say "overflow" to.
 */
static int must(kit_bound *b, int status, const char *zh, const char *en)
{
    if (status > 0 && status != JB_E_OVERFLOW) {
        return kit_fail(b->k, "%s 失败（列 %s）：%s", "%s fails (columns %s): %s",
                        b->k->zh ? zh : en, b->label, kit_reason(b->k));
    }
    return status;
}

/* Both ways of computing must agree. */
static int compare(kit_bound *b, const kit_cells *c, const kit_cut *one, const kit_cut *two,
                   const char *zh, const char *en)
{
    jb_buf x, y;
    jb_buf_init(&x, JB_BUF_MAX_BLOCK);
    jb_buf_init(&y, JB_BUF_MAX_BLOCK);
    int r = must(b, kit_compute(b, c, one, &x), zh, en), s = 0;
    if (r >= 0) {
        s = must(b, kit_compute(b, c, two, &y), zh, en);
    }
    if (r >= 0 && s >= 0 && (r > 0) != (s > 0)) {
        kit_fail(b->k, "%s（列 %s）：一种算法报溢出，另一种没有",
                 "%s (columns %s): one way overflows and the other does not", b->k->zh ? zh : en,
                 b->label);
    } else if (r == 0 && s == 0) {
        kit_equal(b->k, jb_arena_fmt(b->k->arena, "%s（列 %s）", zh, b->label),
                  jb_arena_fmt(b->k->arena, "%s (columns %s)", en, b->label), &x, &y);
    }
    (void)kit_reason(b->k);
    jb_buf_free(&x);
    jb_buf_free(&y);
    return b->k->status;
}

/* ---- the checks ---- */

static int bind_only(kit_bound *b, const kit_cells *c)
{
    (void)b;
    (void)c;
    return 0;
}

static void check_types(kit *k)
{
    int n = each(k, 1, KIT_MIXED, bind_only);
    jb_diag_view v;
    for (size_t i = 0; jb_diags_at(k->diags, i, &v); i++) {
        if (strcmp(v.code, "E0550") == 0 || strcmp(v.code, "E0551") == 0 ||
            strcmp(v.code, "E0552") == 0) {
            kit_fail(k, "bind：%s", "bind: %s", v.text[k->zh]);
        }
    }
    kit_note(k, "接受 %d 种", "takes %d kinds of columns", n);
}

static int simple(kit_bound *b, const kit_cells *c)
{
    jb_buf out;
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    must(b, kit_compute(b, c, &PLAIN, &out), "计算", "computing");
    (void)kit_reason(b->k);
    jb_buf_free(&out);
    return 0;
}

/* No rows: as one empty batch, and as none at all. */
static int empty(kit_bound *b, const kit_cells *c)
{
    uint32_t *none = jb_alloc(((size_t)c->n + 1) * sizeof *none);
    for (int64_t i = 0; i < c->n; i++) {
        none[i] = UINT32_MAX;
    }
    kit_cut batches = PLAIN, nothing = PLAIN;
    batches.group = nothing.group = none; /* batches of which no row is kept */
    nothing.only = 0;                     /* a table without rows */
    compare(b, c, &batches, &nothing, "空表", "no rows");
    free(none);
    return 0;
}

static void check_empty(kit *k)
{
    each(k, 20, KIT_MIXED, empty);
}

static void check_one_row(kit *k)
{
    each(k, 1, KIT_TIES, simple);
}

static int cuts(kit_bound *b, const kit_cells *c)
{
    static const int parts[] = {2, 7, 7, 3};
    static const int64_t batches[] = {8192, 64, 1, 100};
    uint32_t *group = make_groups(c->n);
    for (size_t i = 0; i < 4; i++) {
        kit_cut one = PLAIN, other = PLAIN;
        one.group = other.group = group;
        one.n_groups = other.n_groups = GROUPS;
        other.parts = parts[i];
        other.batch = batches[i];
        other.seed = 100 + i;
        if (compare(b, c, &one, &other, "1 份与几份", "one partition against several") !=
            JB_KIT_OK) {
            break;
        }
    }
    free(group);
    return 0;
}

static void check_nulls(kit *k)
{
    each(k, 50, KIT_NULLS, cuts);
}

static void check_texts(kit *k)
{
    each(k, 60, KIT_TEXTS, cuts);
}

static void check_ties(kit *k)
{
    each(k, 300, KIT_TIES, cuts);
}

static void check_partitions(kit *k)
{
    each(k, ROWS, KIT_MIXED, cuts);
}

static void check_many(kit *k)
{
    each(k, MANY, KIT_MIXED, simple);
}

/* Each group alone, as a table of its own, is the reference. */
static int groups(kit_bound *b, const kit_cells *c)
{
    jb_buf together, apart, counts;
    uint32_t *group = make_groups(c->n);
    kit_cut cut = PLAIN;
    jb_buf_init(&together, JB_BUF_MAX_BLOCK);
    jb_buf_init(&apart, JB_BUF_MAX_BLOCK);
    jb_buf_init(&counts, JB_BUF_MAX_BLOCK);
    cut.group = group;
    cut.batch = 128;
    cut.n_groups = GROUPS;
    int r = must(b, kit_compute(b, c, &cut, &together), "分组", "grouping");
    cut.n_groups = 1;
    for (int g = 0; g < GROUPS && r == 0; g++) {
        jb_buf one;
        jb_buf_init(&one, JB_BUF_MAX_BLOCK);
        cut.only = g;
        r = must(b, kit_compute(b, c, &cut, &one), "单独一组", "a group alone");
        const char *text = jb_buf_text(&one),
                   *blank = b->m->flags & JB_M_ROWS ? strchr(text, ' ') : NULL;
        if (blank) { /* the number of rows stands before them */
            jb_buf_add(&counts, text, (size_t)(blank - text) + 1);
            text = blank + 1;
        }
        jb_buf_str(&apart, text);
        jb_buf_free(&one);
    }
    jb_buf_str(&counts, jb_buf_text(&apart));
    if (r == 0) {
        kit_equal(
            b->k, jb_arena_fmt(b->k->arena, "分组算与逐组单算（列 %s）", b->label),
            jb_arena_fmt(b->k->arena, "grouped against each group alone (columns %s)", b->label),
            &together, &counts);
    }
    (void)kit_reason(b->k);
    jb_buf_free(&together);
    jb_buf_free(&apart);
    jb_buf_free(&counts);
    free(group);
    return 0;
}

static void check_groups(kit *k)
{
    each(k, ROWS, KIT_MIXED, groups);
}

/* (a + b) + c, a + (b + c), and into a state that has seen nothing. */
static int merges(kit_bound *b, const kit_cells *c)
{
    kit_cut one = PLAIN, other = PLAIN;
    one.parts = other.parts = 5;
    one.seed = other.seed = 9;
    other.fold = 1;
    if (compare(b, c, &one, &other, "合并的先后", "the order of merging") == JB_KIT_OK) {
        other.fold = 2;
        compare(b, c, &one, &other, "并入空状态", "merging into an empty state");
    }
    return 0;
}

static void check_merge(kit *k)
{
    const jb_metric *m = jb_type_iface(k->type, JB_METRIC);
    if ((m->flags & JB_M_ORDERED) || !m->merge) {
        kit_skip(k, "JB_M_ORDERED：不合并", "JB_M_ORDERED: nothing is merged");
        return;
    }
    each(k, ROWS, KIT_MIXED, merges);
}

static int twice(kit_bound *b, const kit_cells *c)
{
    jb_buf out;
    kit_cut cut = PLAIN;
    jb_buf_init(&out, JB_BUF_MAX_BLOCK);
    cut.twice = 1;
    must(b, kit_compute(b, c, &cut, &out), "finish", "finish");
    (void)kit_reason(b->k);
    jb_buf_free(&out);
    return 0;
}

static void check_finish(kit *k)
{
    each(k, ROWS, KIT_MIXED, twice);
}

/* Two of the largest values: no sum, mean or extreme of them is below zero, whichever way they
 * meet. */
static int limits(kit_bound *b, const kit_cells *c)
{
    for (int parts = 1; parts <= 2; parts++) {
        jb_buf out;
        kit_cut cut = PLAIN;
        cut.parts = parts;
        cut.seed = 3;
        jb_buf_init(&out, JB_BUF_MAX_BLOCK);
        int r = must(b, kit_compute(b, c, &cut, &out), "极值", "the largest values");
        const char *text = jb_buf_text(&out),
                   *blank = b->m->flags & JB_M_ROWS ? strchr(text, ' ') : NULL;
        text = blank ? blank + 1 : text;
        if (r == 0 && text[0] == '-' && text[1] >= '0' && text[1] <= '9') {
            kit_fail(b->k, "两个最大的值（列 %s）得出负数 %.*s：溢出没有报告，绕回去了",
                     "of the two largest values (columns %s) it makes %.*s: an overflow wrapped "
                     "and was not reported",
                     b->label, (int)strcspn(text, "|"), text);
        }
        if (r == 0 && (strncmp(text, "inf", 3) == 0 || strncmp(text, "nan", 3) == 0)) {
            kit_fail(b->k, "浮点溢出成了 %.*s（列 %s）", "a float became %.*s (columns %s)",
                     (int)strcspn(text, "|"), text, b->label);
        }
        (void)kit_reason(b->k);
        jb_buf_free(&out);
    }
    return 0;
}

static void check_overflow(kit *k)
{
    each(k, 2, KIT_HUGE, limits);
}

static int partials(kit_bound *b, const kit_cells *c)
{
    uint32_t *group = make_groups(c->n);
    kit_cut rows = PLAIN, answer = PLAIN;
    rows.group = answer.group = group;
    rows.n_groups = answer.n_groups = GROUPS;
    answer.absorb = 1;
    compare(b, c, &rows, &answer, "逐行与下推", "rows against absorbed partials");
    free(group);
    return 0;
}

static void check_partial(kit *k)
{
    if (!jb_type_iface(k->type, JB_METRIC_PARTIAL)) {
        kit_skip(k, "没有 " JB_METRIC_PARTIAL, "it does not offer " JB_METRIC_PARTIAL);
        return;
    }
    each(k, ROWS, KIT_MIXED, partials);
}

/* ---- the shared ones ---- */

static int collect(kit_bound *b, const kit_cells *c)
{
    uint32_t *group = make_groups(c->n);
    kit_cut cut = PLAIN;
    cut.parts = 2;
    cut.batch = 64;
    cut.group = group;
    cut.n_groups = GROUPS;
    int status = kit_compute(b, c, &cut, b->k->out);
    jb_buf_fmt(b->k->out, "%s %d\n", b->label, status);
    free(group);
    return 0;
}

static int exercise(kit *k, jb_buf *out)
{
    k->out = out;
    return each(k, 200, KIT_MIXED, collect) > 0 ? 0 : -1;
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

const kit_check kit_metric_checks[] = {
    {{"create", "同一设置可建两次、毁两次", "an instance can be made and destroyed twice", 0},
     kit_check_create},
    {{"types", "不接受的列类型要说明理由", "columns it does not take are refused with a reason", 0},
     check_types},
    {{"empty", "没有行", "no rows", 0}, check_empty},
    {{"one_row", "一行", "one row", 0}, check_one_row},
    {{"nulls", "全是 NULL", "nothing but NULL", 0}, check_nulls},
    {{"texts", "空的、很长的、四字节的文字", "empty, long and four-byte texts", 0}, check_texts},
    {{"ties", "许多相同的值", "many equal values", 0}, check_ties},
    {{"many_rows", "十万行", "100,000 rows", 0}, check_many},
    {{"partitions", "1、2、7 份结果相同", "1, 2 and 7 partitions are equal", 0}, check_partitions},
    {{"groups", "分组算等于逐组单算", "grouped equals each group alone", 0}, check_groups},
    {{"merge", "合并可结合", "merging is associative", 0}, check_merge},
    {{"finish", "finish 两次相同", "finish twice gives the same", 0}, check_finish},
    {{"overflow", "溢出要报告", "an overflow is reported", 0}, check_overflow},
    {{"partial", "下推等于逐行", "absorbed partials equal rows", 0}, check_partial},
    {{"same", "两次运行相同", "two runs are equal", 1}, check_same},
    {{"memory", "重复 200 次内存不涨", "memory does not grow over 200 repetitions", 0},
     check_memory},
    {{"quiet", "不写标准输出", "nothing on standard output", 0}, check_quiet},
    {{"cancel", "取消后一秒内停下", "it stops within a second of being cancelled", 0},
     check_cancel},
    {{NULL, NULL, NULL, 0}, NULL}};
