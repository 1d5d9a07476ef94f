// SPDX-License-Identifier: Apache-2.0
/* growth and shift: a figure against, or in, an earlier period. The host computes it again for that
 * period. */
#include "derived.h"

typedef struct growth {
    uint32_t shift;
    int32_t difference;
} growth;

static uint32_t shift_of(const jb_args *args)
{
    static const char *const names[] = {"last_year", "last_quarter", "last_month", "previous",
                                        "last_issue"};
    const char *versus = "";
    d_host->get_str(args, "versus", &versus);
    for (uint32_t i = 0; i < D_COUNT(names); i++) {
        if (strcmp(versus, names[i]) == 0)
            return i + 1; /* JB_SHIFT_* count in this order */
    }
    return JB_SHIFT_LAST_YEAR;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *mode = "relative";
    growth *g = calloc(1, sizeof *g);
    if (g == NULL)
        return d_fail_memory(ctx);
    d_host->get_str(args, "mode", &mode);
    g->shift = shift_of(args);
    g->difference = strcmp(mode, "difference") == 0;
    *self = g;
    return JB_OK;
}

static jb_status plan(jb_ctx *ctx, void *self, jb_plan *p)
{
    const jb_plan_api *api = d_host->query(JB_HOST_PLAN);
    if (api == NULL)
        return jb_fail_text(d_host, ctx, JB_E_INTERNAL, NULL, "jb.host.plan/1 is not offered");
    return api->ask(ctx, p, "of", ((const growth *)self)->shift);
}

/* A relative growth carries both values, so that a text can say 由负转正, which no rate tells. They
 * are the host's words (a name with a point is none of a user's) and are printed nowhere. */
static jb_status make_growth(jb_ctx *ctx, const growth *g, const jb_figure *in, jb_derived *out,
                             struct ArrowArray **value, int64_t *rows)
{
    char format[32], now[32], then[32];
    const d_field fields[] = {{".now", now}, {".then", then}};
    if (g->difference) {
        d_difference_format(&in[0], &in[1], format, sizeof format);
        return d_result(ctx, &in[0], format, out, value, rows);
    }
    d_own_format(&in[0], now, sizeof now);
    d_own_format(&in[1], then, sizeof then);
    return d_result_fields(ctx, &in[0], d_quotient_format(&in[0], &in[1]), fields, D_COUNT(fields),
                           out, value, rows);
}

/* in[0]: now, in[1]: then. */
static jb_status eval_growth(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n,
                             jb_derived *out)
{
    const growth *g = self;
    struct ArrowArray *value;
    int64_t rows;
    (void)n;
    jb_status status = d_need_number(ctx, "of", &in[0]);
    if (status != JB_OK)
        return status;
    status = make_growth(ctx, g, in, out, &value, &rows);
    for (int64_t i = 0; status == JB_OK && i < rows; i++) {
        d_number now = d_value(&in[0], i), then = d_value(&in[1], i), v;
        int failed = d_subtract(now, then, &v);
        if (!failed && !g->difference)
            failed = d_percent(v, d_absolute(then), &v);
        if (failed) {
            d_drop(out);
            return d_fail_overflow(ctx);
        }
        d_store(value, i, v);
        if (!g->difference) {
            d_store(out->array.children[out->n_keys + 1], i, now);
            d_store(out->array.children[out->n_keys + 2], i, then);
        }
    }
    if (!g->difference)
        out->unit = "%";
    else
        out->unit = strcmp(in[0].unit, "%") == 0 ? "百分点" : in[0].unit;
    return status;
}

/* in[1] as it is: its own keys, which may differ from those of today. */
static jb_status eval_shift(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n,
                            jb_derived *out)
{
    (void)self;
    (void)n;
    out->unit = in[1].unit;
    return d_result_copy(ctx, &in[1], out);
}

static const jb_derive growth_derive = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_KEEPS_KEYS, .plan = plan, .eval = eval_growth};
static const jb_derive shift_derive = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_RAW, .plan = plan, .eval = eval_shift};
static const jb_iface growth_ifaces[] = {{JB_DERIVE, &growth_derive}};
static const jb_iface shift_ifaces[] = {{JB_DERIVE, &shift_derive}};

static const jb_param growth_params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "The figure compared.",
     "相比较的指标。"},
    {sizeof(jb_param), JB_T_ENUM, JB_P_REQUIRED, 0, "versus", NULL,
     "last_year|last_quarter|last_month|previous|last_issue",
     "Which earlier period, or the figure as an earlier issue printed it.",
     "与哪一时期相比；last_issue 为上期印出的数。"},
    {sizeof(jb_param), JB_T_REF, 0, 0, "issue", NULL, "source",
     "For last_issue: the source of earlier issues; not needed when there is one only.",
     "last_issue 用：往期所在的数据源；只有一个时不必写。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "mode", "relative", "relative|difference",
     "relative: in percent of the base; difference: now minus then.",
     "relative 为增减百分比，difference 为增减数。"},
};
static const jb_param shift_params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "The figure wanted.",
     "所要的指标。"},
    {sizeof(jb_param), JB_T_ENUM, JB_P_REQUIRED, 0, "versus", NULL,
     "last_year|last_quarter|last_month|previous|last_issue",
     "In which earlier period, or as an earlier issue printed it.",
     "哪一时期的数；last_issue 为上期印出的数。"},
    {sizeof(jb_param), JB_T_REF, 0, 0, "issue", NULL, "source",
     "For last_issue: the source of earlier issues; not needed when there is one only.",
     "last_issue 用：往期所在的数据源；只有一个时不必写。"},
};

static void destroy(void *self)
{
    free(self);
}

const jb_component d_component_growth = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "growth",
    .title = "Growth",
    .title_zh = "增减",
    .help = "Change of a figure against an earlier period.",
    .help_zh = "指标与以前某一时期相比的增减。",
    .params = growth_params,
    .n_params = D_COUNT(growth_params),
    .param_stride = sizeof(jb_param),
    .ifaces = growth_ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};

const jb_component d_component_shift = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "shift",
    .title = "Earlier period",
    .title_zh = "以前时期的数",
    .help = "The same figure in an earlier period.",
    .help_zh = "同一指标在以前某一时期的数。",
    .params = shift_params,
    .n_params = D_COUNT(shift_params),
    .param_stride = sizeof(jb_param),
    .ifaces = shift_ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};
