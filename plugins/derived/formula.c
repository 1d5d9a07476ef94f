// SPDX-License-Identifier: Apache-2.0
/* formula: an expression over figures under a name of its own. The host evaluates it. */
#include "derived.h"

static jb_status eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n, jb_derived *out)
{
    (void)self;
    (void)n;
    return d_result_copy(ctx, in, out);
}

static const jb_derive derive = {.size = sizeof(jb_derive),
                                 .flags =
                                     JB_DERIVE_RAW | JB_DERIVE_UNIT_OF_INPUT | JB_DERIVE_KEEPS_KEYS,
                                 .eval = eval};
static const jb_iface ifaces[] = {{JB_DERIVE, &derive}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "expr", NULL, NULL,
     "An expression over figures.", "由指标构成的算式。"},
};

const jb_component d_component_formula = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "formula",
    .title = "Formula",
    .title_zh = "算式",
    .help = "An expression over figures; 6 decimals if a division is in it.",
    .help_zh = "由指标构成的算式；含除法时保留 6 位小数。",
    .params = params,
    .n_params = 1,
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
};
