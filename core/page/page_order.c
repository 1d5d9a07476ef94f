// SPDX-License-Identifier: Apache-2.0
/* Which section stands where: file order, `in`, `after`, the signature last. */
#include "page/page_impl.h"

#include <string.h>

static const char *nearest(const jb_page *page, const char *wanted)
{
    const char **names = jb_arena_alloc(page->arena, (page->n_items + 1) * sizeof *names);
    size_t i;
    const char *near;
    for (i = 0; i < page->n_items; i++)
        names[i] = page->items[i]->name;
    near = jb_nearest(wanted, names, page->n_items);
    return near != NULL ? near : "";
}

static jb_place place_of(const jb_page_item *item, const char *key)
{
    return item->instance != NULL ? jb_args_place(item->instance->args, key, 0)
                                  : jb_section_place(item->cfg);
}

static int is_signature(const jb_page_item *item)
{
    return item->instance != NULL &&
           strcmp(item->instance->type->component->name, "signature") == 0;
}

/* The section a key names; NULL also when it is switched off, which is no error. */
static jb_page_item *named(jb_page *page, jb_page_item *item, const char *key, const char *name,
                           jb_diags *diags)
{
    jb_page_item *found = jb_page_find(page, name);
    jb_place place = place_of(item, key);
    if (found == NULL && jb_config_find(page->config, "section", name) == NULL)
        jb_diag(diags, "E0750", &place, key, name, nearest(page, name));
    return found;
}

static void find_parent(jb_page *page, jb_page_item *item, jb_diags *diags)
{
    jb_place place = place_of(item, "in");
    if (item->in == NULL)
        return;
    if (strcmp(item->in, "appendix") == 0 && jb_page_find(page, "appendix") == NULL) {
        jb_diag(diags, "E0763", &place, item->name);
        item->broken = 1;
        return;
    }
    item->parent = named(page, item, "in", item->in, diags);
    if (item->parent == NULL) /* its chapter is switched off, or reported as unknown */
        item->skipped = 1;
}

/* A section goes with the chapter it is in. */
static void skip_below(jb_page *page)
{
    size_t i;
    for (i = 0; i < page->n_items; i++) {
        const jb_page_item *up = page->items[i];
        while (up != NULL && !up->skipped)
            up = up->parent;
        page->items[i]->skipped = up != NULL;
    }
}

static void refuse_cycles(jb_page *page, jb_diags *diags)
{
    size_t i, steps;
    for (i = 0; i < page->n_items; i++) {
        jb_page_item *item = page->items[i], *up = item->parent;
        jb_place place = place_of(item, "in");
        for (steps = 0; up != NULL && up != item && steps <= page->n_items; steps++)
            up = up->parent;
        if (up == NULL)
            continue;
        jb_diag(diags, "E0752", &place, "in", item->name);
        item->parent = NULL;
    }
}

static void append(jb_page *page, jb_page_item *item)
{
    jb_page_item **first = item->parent != NULL ? &item->parent->first : &page->first;
    jb_page_item **last = item->parent != NULL ? &item->parent->last : &page->last;
    if (*last != NULL)
        (*last)->next = item;
    else
        *first = item;
    *last = item;
}

/* Depth-first along `after`, so that what follows X comes directly behind X, in file order. state:
 * 1 under way, 2 placed. */
static void place_after(jb_page *page, jb_page_item *item, jb_page_item *const *anchor, char *state)
{
    size_t i;
    append(page, item);
    for (i = 0; i < page->n_items; i++) {
        jb_page_item *next = page->items[i];
        if (anchor[i] != item || state[i] != 0 || next->parent != item->parent)
            continue;
        state[i] = 2;
        place_after(page, next, anchor, state);
    }
}

static void find_anchor(jb_page *page, jb_page_item *item, jb_page_item **anchor, jb_diags *diags)
{
    jb_place place = place_of(item, "after");
    *anchor = NULL;
    if (item->after == NULL || (*anchor = named(page, item, "after", item->after, diags)) == NULL)
        return;
    if (*anchor == item) {
        jb_diag(diags, "E0752", &place, "after", item->name);
        *anchor = NULL;
    } else if (item->in == NULL) {
        item->parent = (*anchor)->parent;
    } else if ((*anchor)->parent != item->parent) {
        jb_diag(diags, "E0751", &place, item->name, item->after, item->in);
        *anchor = NULL;
    }
}

static void report_loops(jb_page *page, char *state, jb_diags *diags)
{
    size_t i;
    for (i = 0; i < page->n_items; i++) {
        jb_page_item *item = page->items[i];
        jb_place place = place_of(item, "after");
        if (state[i] != 0)
            continue;
        jb_diag(diags, "E0752", &place, "after", item->name);
        state[i] = 2;
        append(page, item);
    }
}

void jb_page_order(jb_page *page, jb_diags *diags)
{
    jb_page_item **anchor = jb_arena_alloc(page->arena, (page->n_items + 1) * sizeof *anchor);
    char *state = jb_arena_alloc(page->arena, page->n_items + 1);
    size_t i;
    int last;
    for (i = 0; i < page->n_items; i++)
        find_parent(page, page->items[i], diags);
    refuse_cycles(page, diags);
    for (i = 0; i < page->n_items; i++)
        find_anchor(page, page->items[i], &anchor[i], diags);
    refuse_cycles(page, diags);
    for (last = 0; last <= 1; last++) {
        for (i = 0; i < page->n_items; i++) {
            jb_page_item *item = page->items[i];
            int at_end = is_signature(item) && item->in == NULL && item->after == NULL;
            if (anchor[i] != NULL || state[i] != 0 || at_end != last)
                continue;
            state[i] = 2;
            place_after(page, item, anchor, state);
        }
    }
    report_loops(page, state, diags);
    skip_below(page);
}
