// SPDX-License-Identifier: Apache-2.0
/* Label placement: each label has places it may take, the better first; who matters more chooses
 * first, and who finds nothing may push one other away. Deterministic: no chance, no order but the
 * caller's. */
#include "chart_paint.h"

#include <math.h>
#include <stdlib.h>

typedef struct solver {
    const jb_canvas *c;
    chart_label *label;
    chart_box *box; /* [label × CHART_CANDIDATES] */
    size_t n;
    const chart_boxes *obstacles;
    double w, h;
} solver;

static int touch(const chart_box *a, const chart_box *b)
{
    return a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1 && b->y0 < a->y1;
}

static const chart_box *box_of(const solver *s, size_t i, size_t k)
{
    return &s->box[i * CHART_CANDIDATES + k];
}

/* Labels in the way of candidate k of label i: 0 none, 1 the one in *who, 2 more, 3 an obstacle or
 * the edge. */
static int in_the_way(const solver *s, size_t i, size_t k, size_t *who)
{
    const chart_box *b = box_of(s, i, k);
    size_t j;
    int found = 0;
    if (b->x0 < 0 || b->y0 < 0 || b->x1 > s->w || b->y1 > s->h ||
        (s->obstacles != NULL && !chart_boxes_free_at(s->obstacles, b)))
        return 3;
    for (j = 0; j < s->n; j++) {
        if (j == i || s->label[j].placed == 0 ||
            !touch(b, box_of(s, j, (size_t)s->label[j].placed - 1)))
            continue;
        if (found++ > 0)
            return 2;
        *who = j;
    }
    return found;
}

static int take_free(solver *s, size_t i)
{
    size_t k, who;
    for (k = 0; k < s->label[i].n; k++) {
        if (in_the_way(s, i, k, &who) == 0) {
            s->label[i].placed = (int)k + 1;
            return 1;
        }
    }
    return 0;
}

/* Takes a place another holds that can go elsewhere. */
static int push_away(solver *s, size_t i)
{
    size_t k, who = 0;
    for (k = 0; k < s->label[i].n; k++) {
        int before;
        if (in_the_way(s, i, k, &who) != 1 || s->label[who].priority > s->label[i].priority)
            continue;
        before = s->label[who].placed;
        s->label[who].placed = 0;
        s->label[i].placed = (int)k + 1;
        if (take_free(s, who))
            return 1;
        s->label[who].placed = before;
        s->label[i].placed = 0;
    }
    return 0;
}

int chart_labels_solve(const jb_canvas *c, chart_label *labels, size_t n,
                       const chart_boxes *obstacles, double w, double h)
{
    solver s = {.c = c, .label = labels, .n = n, .obstacles = obstacles, .w = w, .h = h};
    size_t i, k;
    int dropped = 0, level, most = 0, least = 0;
    s.box = (chart_box *)calloc(n * CHART_CANDIDATES + 1, sizeof *s.box);
    if (s.box == NULL)
        return -1;
    for (i = 0; i < n; i++) {
        labels[i].placed = 0;
        most = labels[i].priority > most ? labels[i].priority : most;
        least = labels[i].priority < least ? labels[i].priority : least;
        for (k = 0; k < labels[i].n; k++)
            s.box[i * CHART_CANDIDATES + k] =
                chart_text_box(c, labels[i].x[k], labels[i].y[k], labels[i].anchor[k],
                               labels[i].style, labels[i].text);
    }
    for (level = most; level >= least; level--)
        for (i = 0; i < n; i++)
            if (labels[i].priority == level && !take_free(&s, i))
                dropped += !push_away(&s, i);
    free(s.box);
    return dropped;
}

void chart_labels_draw(const jb_canvas *c, const chart_label *labels, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const chart_label *l = &labels[i];
        size_t k = (size_t)(l->placed > 0 ? l->placed - 1 : 0);
        chart_box b;
        if (l->placed == 0)
            continue;
        b = chart_text_box(c, l->x[k], l->y[k], l->anchor[k], l->style, l->text);
        if (l->leader_from > 0 && k >= l->leader_from) /* to the nearest point of the text's box */
            chart_line_to(c, l->to_x, l->to_y, fmin(fmax(l->to_x, b.x0 - 1), b.x1 + 1),
                          fmin(fmax(l->to_y, b.y0 + 2), b.y1 - 1), CHART_BASE, 0.4);
        chart_text(c, l->x[k], l->y[k], l->anchor[k], l->style, l->color, l->text);
    }
}
