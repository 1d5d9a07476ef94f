// SPDX-License-Identifier: Apache-2.0
/* Checks of jb.derive/1: figures in, one figure out, the same types as were promised for empty
 * ones. */
#include "kit/kit_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHAPES = 5, MAX_INPUTS = 128 };

typedef struct inputs {
    jb_figure in[MAX_INPUTS];
    size_t n;
} inputs;

/* 0 scalars, 1 scalars of money, 2 grouped, 3 grouped with scalars, 4 % */
static jb_fig *input(jb_arena *a, int shape, size_t i, int flavour, int64_t rows)
{
    static const char *const names[] = {"甲数", "乙数", "丙数", "丁数"};
    int grouped = shape == 2 || (shape == 3 && i == 0);
    int money = shape == 1 || shape == 3;
    return kit_fig(a, names[i % 4], grouped ? 1u : 0u, grouped ? rows : 1,
                   money || shape == 4 ? 2 : 0,
                   shape == 4 ? "%"
                   : money    ? "万元"
                              : "个",
                   flavour);
}

static jb_status plan(kit *k, jb_instance *inst, const jb_derive *d, struct jb_plan *p)
{
    jb_ctx ctx;
    if (!JB_HAS(jb_derive, d, plan)) {
        return JB_OK;
    }
    jb_ctx_begin(&ctx, inst, "plan", k->diags, NULL);
    return jb_ctx_end(&ctx, d->plan(&ctx, inst->self, p));
}

static void gather(kit *k, jb_instance *inst, const struct jb_plan *p, int shape, int flavour,
                   int64_t rows, int empty, inputs *all)
{
    size_t figure = 0;
    all->n = 0;
    for (size_t i = 0; i <= jb_args_count(inst->args) + p->n; i++) {
        const jb_setting *s = NULL;
        if (i < jb_args_count(inst->args)) {
            s = jb_args_at(inst->args, i);
            s = s->param->type == JB_T_FIGURE ? s : NULL;
        } else if (i > jb_args_count(inst->args)) {
            s = jb_args_get(inst->args, p->asks[i - jb_args_count(inst->args) - 1].key);
        }
        for (size_t item = 0; s && item < s->n_items && all->n < MAX_INPUTS; item++) {
            jb_fig *f = input(k->arena, shape, figure++, flavour, rows);
            f->n_rows = empty ? 0 : f->n_rows;
            f->flags |= empty ? JB_FIG_SHAPE : 0u;
            jb_fig_view(f, k->arena, &all->in[all->n++]);
        }
    }
}

static void give_back(jb_derived *out)
{
    if (out->schema.release) {
        out->schema.release(&out->schema);
    }
    if (out->array.release) {
        out->array.release(&out->array);
    }
}

/* 0 ok (printed), 1 refused (reported), -1 a verdict is said. */
static int eval(kit *k, jb_instance *inst, const jb_derive *d, const inputs *all, int empty,
                jb_buf *types, jb_buf *text)
{
    jb_derived out = {.size = sizeof out};
    jb_ctx ctx;
    char why[200] = "";
    jb_ctx_begin(&ctx, inst, "eval", k->diags, NULL);
    jb_status status = jb_ctx_end(&ctx, d->eval(&ctx, inst->self, all->in, all->n, &out));
    int r = status == JB_OK ? 0 : 1;
    if (status != JB_OK && (out.schema.release || out.array.release)) {
        r = kit_fail(k, "eval 失败了却留下结果", "eval failed and yet left a result");
    } else if (status == JB_OK) {
        jb_fig *f =
            jb_fig_from_arrow(k->arena, &out.schema, &out.array, out.n_keys, why, sizeof why);
        if (!f) {
            r = kit_fail(k, "eval 的结果不合规：%s", "the result of eval is not valid: %s", why);
        } else if (empty && f->n_rows > 0 && all->n > 0) {
            r = kit_fail(k, "只问类型时给了 %lld 行", "asked for types only it gave %lld rows",
                         (long long)f->n_rows);
        } else {
            kit_print_schema(&out.schema, types);
            jb_buf_fmt(types, "%u keys, unit %s\n", out.n_keys, out.unit ? out.unit : "-");
            kit_print_fig(f, text);
        }
    }
    give_back(&out);
    if (r == 0 && (out.schema.release || out.array.release)) {
        r = kit_fail(k, "release 之后 release 没有置空", "release is not NULL after release");
    }
    return r;
}

/* One combination of shape of inputs, kind of values and number of rows. */
static int one(kit *k, const kit_setting *s, int shape, int flavour, int64_t rows, jb_buf *out)
{
    const jb_derive *d = jb_type_iface(k->type, JB_DERIVE);
    struct jb_plan p = {0};
    inputs *all = jb_arena_alloc(k->arena, sizeof *all);
    jb_buf promised, given, nothing;
    jb_instance *inst = kit_instance(k, s);
    if (!inst) {
        return 1;
    }
    jb_buf_init(&promised, JB_BUF_MAX_TEXT);
    jb_buf_init(&given, JB_BUF_MAX_TEXT);
    jb_buf_init(&nothing, JB_BUF_MAX_TEXT);
    p.args = inst->args;
    int r = plan(k, inst, d, &p) != JB_OK;
    if (r == 0) {
        gather(k, inst, &p, shape, flavour, rows, 1, all);
        r = eval(k, inst, d, all, 1, &promised, &nothing);
    }
    if (r == 0) {
        gather(k, inst, &p, shape, flavour, rows, 0, all);
        r = eval(k, inst, d, all, 0, &given, out);
        if (r == 1) {
            r = kit_fail(k, "问类型时答应，算的时候失败：%s",
                         "it accepts these types and then fails: %s", kit_reason(k));
        } else if (r == 0) {
            r = kit_equal(k, "算出的类型与先前答应的不同",
                          "the result's types differ from those promised", &promised, &given);
        }
    }
    jb_buf_free(&promised);
    jb_buf_free(&given);
    jb_buf_free(&nothing);
    jb_instance_free(inst);
    return r;
}

static void each(kit *k, int first, int last, int flavour, int64_t rows, jb_buf *out)
{
    jb_buf mine;
    int taken = 0;
    jb_buf_init(&mine, JB_BUF_MAX_BLOCK);
    for (int full = 0; full < 2; full++) {
        kit_setting *s = kit_setting_new(k, 0, full);
        for (int shape = first; s && shape <= last && k->status == JB_KIT_OK; shape++) {
            taken += one(k, s, shape, flavour, rows, &mine) == 0;
        }
        kit_setting_free(s);
    }
    if (!taken && k->status == JB_KIT_OK) {
        const char *why = kit_reason(k);
        kit_skip(k, "它不接受这样的指标（%s）", "it does not take such figures (%s)",
                 *why ? why : "-");
    }
    if (out) {
        jb_buf_str(out, jb_buf_text(&mine));
    }
    (void)kit_reason(k);
    jb_buf_free(&mine);
}

static void check_scalar(kit *k)
{
    each(k, 0, 1, KIT_TEXTS, 1, NULL);
}

static void check_percent(kit *k)
{
    each(k, 4, 4, KIT_TEXTS, 1, NULL);
}

static void check_keyed(kit *k)
{
    each(k, 2, 3, KIT_TEXTS, 7, NULL);
}

static void check_missing(kit *k)
{
    each(k, 0, SHAPES - 1, KIT_NULLS, 7, NULL);
}

static void check_ties(kit *k)
{
    each(k, 2, 3, KIT_TIES, 40, NULL);
}

static void check_negative(kit *k)
{
    each(k, 2, 3, KIT_HUGE, 40, NULL);
}

static void check_no_rows(kit *k)
{
    each(k, 2, 3, KIT_TEXTS, 0, NULL);
}

static int exercise(kit *k, jb_buf *out)
{
    each(k, 0, SHAPES - 1, KIT_MIXED, 12, out);
    return k->status == JB_KIT_OK && out->len > 0 ? 0 : -1;
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

const kit_check kit_derive_checks[] = {
    {{"create", "同一设置可建两次、毁两次", "an instance can be made and destroyed twice", 0},
     kit_check_create},
    {{"scalar", "单个的数", "single figures", 0}, check_scalar},
    {{"percent", "百分数", "percentages", 0}, check_percent},
    {{"keyed", "分组的数，算出的类型如先前答应", "grouped figures, of the types promised", 0},
     check_keyed},
    {{"no_rows", "一行也没有的分组", "grouped figures without rows", 0}, check_no_rows},
    {{"missing", "全部缺失", "nothing but missing values", 0}, check_missing},
    {{"ties", "全部相同", "equal values", 0}, check_ties},
    {{"negative", "有正有负", "positive and negative values", 0}, check_negative},
    {{"same", "两次运行相同", "two runs are equal", 1}, check_same},
    {{"memory", "重复 200 次内存不涨", "memory does not grow over 200 repetitions", 0},
     check_memory},
    {{"quiet", "不写标准输出", "nothing on standard output", 0}, check_quiet},
    {{NULL, NULL, NULL, 0}, NULL}};
