// SPDX-License-Identifier: Apache-2.0
/* What it costs to have partial results made, or to read the rows and make them here. Nanoseconds
 * on one core; the engine's share is what its plugin measured (jb_sql_cost), ours is below. */
#include "engine/push_select.h"

/* Our share of a scan, measured on one core of the machine of docs/performance.md over 1 M rows with
 * one to twenty metrics: per row, per column, per key set, per condition, per metric, per exact
 * distinct set (half a million values). What the source takes to deliver is not in it. */
static const struct {
    double row, cell, keyset, selection, metric, distinct;
} own = {.row = 10, .cell = 8, .keyset = 35, .selection = 4, .metric = 2, .distinct = 180};

double jb_cost_scan(const jb_source_plan *plan, int64_t rows, const jb_sql_cost *c)
{
    double row = c->deliver + own.row;
    row += (c->cell + own.cell) * (double)plan->n_projected;
    row += own.selection * (double)plan->n_selections;
    for (size_t i = 0; i < plan->n_keysets; i++) {
        row += plan->keysets[i].n_groups > 0 ? own.keyset : 0;
    }
    for (size_t i = 0; i < plan->n_variants; i++) {
        row += jb_push_is_distinct(plan->variants[i]) ? own.distinct : own.metric;
    }
    return c->query + row * (double)rows;
}

double jb_cost_push(const jb_push_list *list, int64_t rows, const jb_sql_cost *c)
{
    double sum = 0, n = (double)rows;
    for (size_t i = 0; i < list->n; i++) {
        const jb_push_stmt *s = &list->items[i];
        double row = c->row * (double)s->n_selects;
        if (s->mode == JB_PUSH_DISTINCT) {
            row += c->distinct;
        } else {
            row += c->aggregate * (double)s->n_aggregates + c->group * (double)s->n_keyed;
        }
        sum += c->query + row * n;
    }
    return sum;
}
