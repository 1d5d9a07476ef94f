// SPDX-License-Identifier: Apache-2.0
/* Figures whose plugin failed before their types were known: nothing can be checked of what names them, and nothing
 * wrong can be said of it. */
#include "page/page_impl.h"

#include <string.h>

/* A set of its own, over the same figures. */
void jb_page_part_lost(jb_page *page, const jb_figure_set *all)
{
    jb_figure_set *typed = jb_arena_alloc(page->arena, sizeof *typed);
    size_t i;
    *typed = *all;
    typed->figs = jb_arena_alloc(page->arena, (all->n + 1) * sizeof(jb_fig *));
    typed->n = typed->cap = 0;
    page->lost = jb_arena_alloc(page->arena, (all->n + 1) * sizeof *page->lost);
    for (i = 0; i < all->n; i++) {
        if ((all->figs[i]->flags & JB_FIG_LOST) != 0)
            page->lost[page->n_lost++] = all->figs[i]->name;
        else
            typed->figs[typed->n++] = all->figs[i];
    }
    page->signatures = typed;
}

int jb_page_is_lost(const jb_page *page, const char *figure)
{
    size_t i;
    for (i = 0; i < page->n_lost; i++)
        if (strcmp(page->lost[i], figure) == 0)
            return 1;
    return 0;
}

/* 0: that a figure is unknown, said of one that is only lost. */
static int stands(const jb_diag_view *v, void *data)
{
    const jb_page *page = data;
    size_t i;
    if (strcmp(v->code, "E0412") != 0)
        return 1;
    for (i = 0; i < page->n_lost; i++)
        if (strstr(v->text[0], jb_arena_fmt(page->arena, "\"%s\"", page->lost[i])) != NULL)
            return 0;
    return 1;
}

void jb_page_forgive(jb_page *page, jb_diags *diags)
{
    if (page->n_lost > 0)
        jb_diags_keep(diags, stands, page);
}
