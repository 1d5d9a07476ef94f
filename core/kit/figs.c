// SPDX-License-Identifier: Apache-2.0
/* Generated figures, and the set of them that sections and renderers see. */
#include "kit/kit_impl.h"

#include <string.h>

static const char *const NAMES[] = {"总数", "金额", "占比", "分区", "分区金额", "分区占比"};

jb_fig *kit_fig(jb_arena *a, const char *name, uint32_t n_keys, int64_t rows, int32_t scale,
                const char *unit, int flavour)
{
    jb_fig *f = jb_arena_alloc(a, sizeof *f);
    uint64_t seed = 8u + (uint64_t)rows;
    *f = (jb_fig){.name = name,
                  .type = "count",
                  .unit = unit,
                  .kind = scale ? JB_K_DEC : JB_K_INT,
                  .scale = scale,
                  .n_keys = n_keys,
                  .n_rows = rows,
                  .period = "2022-01-01..2022-08-16",
                  .as_of = "2022-08-16",
                  .source = "kit",
                  .definition = "kit"};
    f->flags = strcmp(unit, "%") == 0 ? 0 : JB_FIG_ADDITIVE;
    f->values = jb_arena_alloc(a, ((size_t)rows + 1) * sizeof *f->values);
    if (n_keys) {
        f->key_names = jb_arena_alloc(a, sizeof *f->key_names);
        f->key_names[0] = "district";
        f->keys = jb_arena_alloc(a, sizeof *f->keys);
        f->keys[0] = jb_arena_alloc(a, ((size_t)rows + 1) * sizeof(char *));
    }
    for (int64_t i = 0; i < rows; i++) {
        int64_t v = (int64_t)kit_dice(&seed, 9000) + 100;
        f->values[i] = (jb_value){
            .kind = (uint8_t)f->kind, .scale = scale, .num = flavour == KIT_TIES ? 1200 : v};
        if (flavour == KIT_NULLS || (flavour == KIT_MIXED && rows > 1 && i % 5 == 4)) {
            f->values[i] = (jb_value){.kind = JB_K_NULL};
        } else if (flavour == KIT_HUGE && i % 2) {
            f->values[i].num = -v;
        }
        if (n_keys) {
            f->keys[0][i] = jb_arena_fmt(a, "第%d区", (int)i + 1);
        }
    }
    return f;
}

jb_figure_set *kit_figures(int shape, int missing)
{
    jb_figure_set *set = jb_figure_set_new();
    int flavour = missing ? KIT_NULLS : KIT_TEXTS;
    static const char *const units[] = {"个", "万元", "%"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        jb_fig *f = kit_fig(set->arena, NAMES[i], i >= 3,
                            shape    ? 0
                            : i >= 3 ? 5
                                     : 1,
                            i % 3 ? 2 : 0, units[i % 3], flavour);
        f->flags |= shape ? JB_FIG_SHAPE : 0u;
        jb_figure_set_add(set, f);
    }
    set->as_of = "2022-08-16";
    set->date = "2022-08-19";
    set->period = "2022-01-01..2022-08-16";
    return set;
}

/* The figure that variant `variant` puts into the i-th FIGURE parameter. */
const char *kit_figure_name(int variant, size_t i)
{
    static const char *const choice[KIT_FIGURES][2] = {{"分区", "分区"},
                                                       {"总数", "总数"},
                                                       {"分区占比", "分区占比"},
                                                       {"分区金额", "金额"},
                                                       {"占比", "总数"}};
    return choice[variant][i ? 1 : 0];
}
