// SPDX-License-Identifier: Apache-2.0
/* ratio, progress and share: quotients in percent. */
#include "derived.h"

/* in[0] ÷ in[1] × 100 row by row; keys of whichever is grouped. */
static jb_status eval_quotient(jb_ctx *ctx, const char *second, const jb_figure *in,
                               jb_derived *out)
{
    const jb_figure *keys = in[0].n_keys > 0 ? &in[0] : &in[1];
    struct ArrowArray *value;
    int64_t rows;
    jb_status status = d_need_number(ctx, "of", &in[0]);
    if (status == JB_OK)
        status = d_need_number(ctx, second, &in[1]);
    if (status == JB_OK)
        status = d_need_same_unit(ctx, second, &in[0], &in[1]);
    if (status == JB_OK)
        status = d_result(ctx, keys, d_quotient_format(&in[0], &in[1]), out, &value, &rows);
    for (int64_t i = 0; status == JB_OK && i < rows; i++) {
        d_number n;
        if (d_percent(d_value(&in[0], i), d_value(&in[1], i), &n) != 0) {
            d_drop(out);
            return d_fail_overflow(ctx);
        }
        d_store(value, i, n);
    }
    out->unit = "%";
    return status;
}

static jb_status eval_ratio(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n,
                            jb_derived *out)
{
    (void)self;
    (void)n;
    return eval_quotient(ctx, "to", in, out);
}

static jb_status eval_progress(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n,
                               jb_derived *out)
{
    (void)self;
    (void)n;
    return eval_quotient(ctx, "target", in, out);
}

static jb_status eval_share(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n,
                            jb_derived *out)
{
    struct ArrowArray *value;
    d_number total, part;
    int64_t rows;
    (void)self;
    (void)n;
    jb_status status = d_need_number(ctx, "of", in);
    if (status == JB_OK && in->n_keys == 0)
        status = jb_fail_code(d_host, ctx, JB_E_CONFIG, "E0574", "of", in->name, NULL, NULL);
    if (status == JB_OK)
        status = d_result(ctx, in, d_quotient_format(in, in), out, &value, &rows);
    memset(&total, 0, sizeof total);
    for (int64_t i = 0; status == JB_OK && i < rows; i++) {
        if (d_add(total, d_value(in, i), &total) != 0)
            status = d_fail_overflow(ctx);
    }
    for (int64_t i = 0; status == JB_OK && i < rows; i++) {
        if (d_percent(d_value(in, i), total, &part) != 0)
            status = d_fail_overflow(ctx);
        else
            d_store(value, i, part);
    }
    if (status != JB_OK)
        d_drop(out);
    out->unit = "%";
    out->flags = JB_ADDITIVE;
    return status;
}

static const jb_derive ratio = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_KEEPS_KEYS, .eval = eval_ratio};
static const jb_derive progress = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_KEEPS_KEYS, .eval = eval_progress};
static const jb_derive share = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_KEEPS_KEYS, .eval = eval_share};
static const jb_iface ratio_ifaces[] = {{JB_DERIVE, &ratio}};
static const jb_iface progress_ifaces[] = {{JB_DERIVE, &progress}};
static const jb_iface share_ifaces[] = {{JB_DERIVE, &share}};

static const jb_param ratio_params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "The part.", "分子。"},
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "to", NULL, NULL, "The whole.", "分母。"},
};
static const jb_param progress_params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "What was reached.",
     "完成数。"},
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "target", NULL, NULL,
     "The target: a figure or a number.", "目标：指标或数。"},
};
static const jb_param share_params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "A grouped figure.",
     "分组的指标。"},
};

const jb_component d_component_ratio = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "ratio",
    .title = "Ratio in percent",
    .title_zh = "占比",
    .help = "One figure in percent of another; missing when the other is zero or missing.",
    .help_zh = "一个指标占另一个指标的百分比；分母为零或缺值时缺值。",
    .params = ratio_params,
    .n_params = D_COUNT(ratio_params),
    .param_stride = sizeof(jb_param),
    .ifaces = ratio_ifaces,
    .n_ifaces = 1,
};

const jb_component d_component_progress = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "progress",
    .title = "Completion in percent",
    .title_zh = "完成率",
    .help = "How much of a target is reached, in percent.",
    .help_zh = "目标的完成率。",
    .params = progress_params,
    .n_params = D_COUNT(progress_params),
    .param_stride = sizeof(jb_param),
    .ifaces = progress_ifaces,
    .n_ifaces = 1,
};

const jb_component d_component_share = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "share",
    .title = "Shares of the total",
    .title_zh = "构成比",
    .help = "Each row of a grouped figure in percent of the total of its rows.",
    .help_zh = "分组指标各行占合计的百分比。",
    .params = share_params,
    .n_params = D_COUNT(share_params),
    .param_stride = sizeof(jb_param),
    .ifaces = share_ifaces,
    .n_ifaces = 1,
};
