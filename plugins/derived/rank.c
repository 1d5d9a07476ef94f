// SPDX-License-Identifier: Apache-2.0
/* rank: competition rank (1, 2, 2, 4) of the rows of a figure. */
#include "derived.h"

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    const char *order = "desc";
    int *direction = malloc(sizeof *direction);
    if (direction == NULL)
        return d_fail_memory(ctx);
    d_host->get_str(args, "order", &order);
    *direction = strcmp(order, "asc") == 0 ? 1 : -1;
    *self = direction;
    return JB_OK;
}

static void destroy(void *self)
{
    free(self);
}

typedef struct place {
    d_number value;
    int64_t row;
} place;

static int ascending(const void *a, const void *b)
{
    return d_compare(((const place *)a)->value, ((const place *)b)->value);
}

static int descending(const void *a, const void *b)
{
    return ascending(b, a);
}

static jb_status eval(jb_ctx *ctx, void *self, const jb_figure *in, uint64_t n, jb_derived *out)
{
    int direction = *(const int *)self;
    struct ArrowArray *value;
    int64_t rows, set = 0;
    (void)n;
    jb_status status = d_need_number(ctx, "of", in);
    if (status == JB_OK)
        status = d_result(ctx, in, "l", out, &value, &rows);
    if (status != JB_OK)
        return status;
    place *places = calloc((size_t)rows + 1, sizeof *places);
    if (places == NULL) {
        d_drop(out);
        return d_fail_memory(ctx);
    }
    for (int64_t i = 0; i < rows; i++) {
        places[set].value = d_value(in, i);
        places[set].row = i;
        set += places[set].value.set;
    }
    qsort(places, (size_t)set, sizeof *places, direction > 0 ? ascending : descending);
    for (int64_t i = 0, rank = 1; i < set; i++) {
        if (i > 0 && d_compare(places[i].value, places[i - 1].value) != 0)
            rank = i + 1;
        jb_set_cell(value, places[i].row, &rank, 8);
    }
    free(places);
    return JB_OK;
}

static const jb_derive derive = {
    .size = sizeof(jb_derive), .flags = JB_DERIVE_KEEPS_KEYS, .eval = eval};
static const jb_iface ifaces[] = {{JB_DERIVE, &derive}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_FIGURE, JB_P_REQUIRED, 0, "of", NULL, NULL, "The figure ranked.",
     "参加排名的指标。"},
    {sizeof(jb_param), JB_T_ENUM, 0, 0, "order", "desc", "asc|desc",
     "desc: the largest is first; asc: the smallest.", "desc 大者在前，asc 小者在前。"},
};

const jb_component d_component_rank = {
    .size = sizeof(jb_component),
    .kind = "metric",
    .name = "rank",
    .title = "Rank",
    .title_zh = "位次",
    .help = "Competition rank 1, 2, 2, 4 of each row; rows without a value have none.",
    .help_zh = "各行的位次，并列同位、后位顺延；缺值的行没有位次。",
    .params = params,
    .n_params = D_COUNT(params),
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};
