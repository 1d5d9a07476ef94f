// SPDX-License-Identifier: Apache-2.0
#include "page.h"

#include <glib.h>
#include <string.h>

struct jb_ts_items {
    GArray *array;
};

jb_ts_items *jb_ts_items_new(void)
{
    jb_ts_items *items = g_new0(jb_ts_items, 1);
    items->array = g_array_new(FALSE, FALSE, sizeof(jb_ts_item));
    return items;
}

void jb_ts_items_free(jb_ts_items *items)
{
    if (!items)
        return;
    g_array_free(items->array, TRUE);
    g_free(items);
}

void jb_ts_items_add(jb_ts_items *items, const jb_ts_item *item)
{
    g_array_append_vals(items->array, item, 1);
}

void jb_ts_items_append(jb_ts_items *items, jb_ts_items *from, double dx, double dy)
{
    for (guint i = 0; i < from->array->len; i++) {
        jb_ts_item item = g_array_index(from->array, jb_ts_item, i);
        item.x += dx;
        item.y += dy;
        g_array_append_val(items->array, item);
    }
    g_array_set_size(from->array, 0);
}

const jb_ts_item *jb_ts_items_keep(jb_ts_items *items, jb_ts_arena *arena, size_t *n)
{
    *n = items->array->len;
    jb_ts_item *copy = jb_ts_alloc(arena, *n * sizeof *copy);
    if (*n > 0)
        memcpy(copy, items->array->data, *n * sizeof *copy);
    g_array_set_size(items->array, 0);
    return copy;
}

void jb_ts_items_line(jb_ts_items *items, const jb_ts_line *line, double x, double y)
{
    for (size_t i = 0; i < line->n_runs; i++) {
        const jb_ts_glyphs *run = &line->runs[i];
        jb_ts_item item = {.type = JB_TS_ITEM_GLYPHS,
                           .x = x + run->x,
                           .y = y,
                           .w = run->width,
                           .h = run->size,
                           .color = run->color,
                           .glyphs = run};
        jb_ts_items_add(items, &item);
    }
    for (size_t i = 0, end; i < line->n_runs; i = end) {
        const jb_ts_glyphs *run = &line->runs[i];
        for (end = i + 1; end < line->n_runs && line->runs[end].target == run->target; end++)
            continue;
        const jb_ts_glyphs *last = &line->runs[end - 1];
        jb_ts_item link = {.type = JB_TS_ITEM_LINK,
                           .x = x + run->x,
                           .y = y - JB_TS_ASCENT * run->size,
                           .w = last->x + last->width - run->x,
                           .h = run->size,
                           .name = run->target};
        if (run->target)
            jb_ts_items_add(items, &link);
    }
}

void jb_ts_items_rect(jb_ts_items *items, double x, double y, double w, double h, uint32_t color)
{
    jb_ts_item item = {.type = JB_TS_ITEM_RECT, .x = x, .y = y, .w = w, .h = h, .color = color};
    jb_ts_items_add(items, &item);
}

void jb_ts_items_tag(jb_ts_items *items, const char *name, const char *alt)
{
    jb_ts_item item = {.type = JB_TS_ITEM_TAG, .name = name, .alt = alt};
    jb_ts_items_add(items, &item);
}

void jb_ts_items_end(jb_ts_items *items, int type)
{
    jb_ts_item item = {.type = (uint8_t)type};
    jb_ts_items_add(items, &item);
}
