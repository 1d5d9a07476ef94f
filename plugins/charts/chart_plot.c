// SPDX-License-Identifier: Apache-2.0
#include "chart_plot.h"

#include "charts.h"

#include <math.h>
#include <stdio.h>

int chart_plot_begin(chart_plot *p, const jb_canvas *c, const jb_node *node, size_t second,
                     double w, double h)
{
    memset(p, 0, sizeof *p);
    p->c = c;
    p->w = w;
    p->h = h > 60 ? h - 4 : h; /* air above the caption */
    if (chart_data_load(charts_doc(), node, second, &p->d) != 0)
        return -1;
    chart_text_height(c, "value", &p->ascent, &p->descent);
    if (p->d.n_series == 0)
        p->d.n = 0;
    if (p->d.n == 0)
        chart_text(c, w / 2, h / 2, JB_ANCHOR_MIDDLE, "label", CHART_SOFT, "无数据");
    return 0;
}

void chart_plot_end(chart_plot *p)
{
    chart_data_free(&p->d);
}

double chart_x(const chart_plot *p, double v)
{
    return p->x0 + (v - p->s.lo) / (p->s.hi - p->s.lo) * (p->x1 - p->x0);
}

double chart_y(const chart_plot *p, double v)
{
    return p->y1 - (v - p->s.lo) / (p->s.hi - p->s.lo) * (p->y1 - p->y0);
}

double chart_baseline(const chart_plot *p, double middle)
{
    return middle + (p->ascent - p->descent) / 2;
}

/* ---- axes ---- */

static void grid(const chart_plot *p, int across)
{
    chart_boxes placed = {0};
    size_t i, n = chart_scale_ticks(&p->s);
    uint32_t anchor = across ? JB_ANCHOR_MIDDLE : JB_ANCHOR_END;
    char text[64];
    for (i = 0; i < n; i++) {
        double v = p->s.lo + (double)i * p->s.step, at = across ? chart_x(p, v) : chart_y(p, v), x,
               y;
        int zero = p->s.broken ? i == 0 : fabs(v) < p->s.step / 1e6;
        chart_box box;
        if (!zero && across)
            chart_line_to(p->c, at, p->y0, at, p->y1, CHART_GRID, 0.5);
        else if (!zero)
            chart_line_to(p->c, p->x0, at, p->x1, at, CHART_GRID, 0.5);
        chart_number(v / p->s.divisor, p->s.tick_decimals, text);
        x = across ? at : p->x0 - 4;
        y = across ? p->y1 + p->ascent + 3 : at + p->ascent / 2 - 1;
        box = chart_text_box(p->c, x, y, anchor, "axis", text);
        if (box.x0 < 0 || box.x1 > p->w || box.y0 < 0 || box.y1 > p->h ||
            !chart_boxes_free_at(&placed, &box) || chart_boxes_add(&placed, &box) != 0)
            continue;
        chart_text(p->c, x, y, anchor, "axis", CHART_SOFT, text);
    }
    free(placed.at);
}

void chart_grid_x(const chart_plot *p)
{
    grid(p, 1);
}

void chart_grid_y(const chart_plot *p)
{
    grid(p, 0);
}

void chart_zero_x(const chart_plot *p)
{
    double x = chart_x(p, p->s.broken ? p->s.lo : 0);
    chart_line_to(p->c, x, p->y0, x, p->y1, CHART_BASE, 0.8);
    if (p->s.broken) {
        double xy[8] = {x, p->y1, x + 3, p->y1 + 3, x + 6, p->y1 - 3, x + 9, p->y1};
        p->c->path(p->c->self, "MLLL", xy, 8);
        p->c->paint(p->c->self, 0, CHART_BASE, 0.8, NULL, 0);
    }
}

void chart_zero_y(const chart_plot *p)
{
    double y = chart_y(p, p->s.broken ? p->s.lo : 0);
    chart_line_to(p->c, p->x0, y, p->x1, y, CHART_BASE, 0.8);
    if (p->s.broken) {
        double xy[8] = {p->x0, y, p->x0 + 3, y - 3, p->x0 - 3, y - 6, p->x0, y - 9};
        p->c->path(p->c->self, "MLLL", xy, 8);
        p->c->paint(p->c->self, 0, CHART_BASE, 0.8, NULL, 0);
    }
}

double chart_tick_room(const chart_plot *p)
{
    char text[64];
    double most = 0;
    size_t i, n = chart_scale_ticks(&p->s);
    for (i = 0; i < n; i++) {
        chart_number((p->s.lo + (double)i * p->s.step) / p->s.divisor, p->s.tick_decimals, text);
        most = fmax(most, chart_text_width(p->c, "axis", text));
    }
    return most + 6;
}

double chart_widest_value(const chart_plot *p, size_t from, size_t to)
{
    char text[64];
    double most = 0;
    size_t s, i;
    for (s = from; s < to; s++) {
        for (i = 0; i < p->d.n; i++) {
            chart_value_text(&p->d, s, i, &p->s, text);
            most = fmax(most, chart_text_width(p->c, "value", text));
        }
    }
    return most;
}

double chart_widest_name(const chart_plot *p)
{
    char text[200];
    double most = 0;
    size_t i;
    for (i = 0; i < p->d.n; i++) {
        chart_key_text(p->d.category[i], 1, text, sizeof text);
        most = fmax(most, chart_text_width(p->c, "label", text));
    }
    return most;
}

/* ---- rows ---- */

/* Em widths of a text, near enough to choose a height before there is a canvas. */
static double ems(const char *t)
{
    double n = 0;
    for (; *t != '\0'; t++)
        n += ((unsigned char)*t & 0xc0) == 0x80 ? 0 : (unsigned char)*t < 0x80 ? 0.55 : 1;
    return n;
}

double chart_rows_height(const chart_data *d, double width, double lines, double extra)
{
    double longest = 0;
    size_t i;
    for (i = 0; i < d->n; i++)
        longest = fmax(longest, ems(d->category[i]) * 9);
    if (longest > width * CHART_NAME_SHARE && lines < 2)
        lines = 2;
    return (lines * 10.5 + CHART_ROW_GAP) * (double)(d->n > 0 ? d->n : 1) + extra;
}

void chart_rows_lay(chart_plot *p, double left, double right, double foot, double least)
{
    double line = p->ascent + p->descent, most;
    p->names = fmin(chart_widest_name(p), p->w * CHART_NAME_SHARE);
    /* values before names: names can be cut */
    p->names = fmax(fmin(p->names, p->w - left - right - 28), fmin(p->names, 18));
    p->x0 = p->names + 8 + left;
    p->x1 = fmax(p->x0 + 16, p->w - right);
    p->y0 = p->top;
    p->y1 = p->h - foot;
    p->shown = p->d.n;
    if (chart_widest_name(p) > p->names)
        p->y1 -= line; /* a note may be needed */
    if (least * (double)p->shown > p->y1 - p->y0) {
        double fit = floor((p->h - foot - line - p->y0) / least);
        p->y1 = p->h - foot - line;
        p->shown = fit < 1 ? 1 : (size_t)fit;
        p->shown = p->shown > p->d.n ? p->d.n : p->shown;
    }
    most = fmax(least * 1.4, 2 * line + CHART_ROW_GAP + 6);
    p->slot = fmin((p->y1 - p->y0) / (double)p->shown, most);
    p->y1 = p->y0 + p->slot * (double)p->shown;
}

double chart_row_y(const chart_plot *p, size_t i)
{
    return p->y0 + p->slot * (double)i;
}

/* Bytes of the text that fit into a line. */
static size_t fitting(const chart_plot *p, const char *text)
{
    char part[200];
    size_t n = 0, next;
    for (;;) {
        for (next = n + 1; ((unsigned char)text[next] & 0xc0) == 0x80; next++)
            ;
        if (text[n] == '\0' || next >= sizeof part)
            return n;
        memcpy(part, text, next);
        part[next] = '\0';
        if (chart_text_width(p->c, "label", part) > p->names)
            return n;
        n = next;
    }
}

void chart_row_name(chart_plot *p, size_t i)
{
    char text[400], fitted[400];
    double middle = chart_row_y(p, i) + p->slot / 2, line = p->ascent + p->descent;
    chart_key_text(p->d.category[i],
                   i == 0 || !p->d.natural ||
                       strncmp(p->d.category[i], p->d.category[i - 1], 4) != 0,
                   text, sizeof text);
    if (chart_text_width(p->c, "label", text) > p->names + 0.01 && p->slot >= 2 * line + 1) {
        char first[400];
        size_t n = fitting(p, text);
        memcpy(first, text, n);
        first[n] = '\0';
        p->shortened |= chart_fit(p->c, "label", text + n, p->names, fitted, sizeof fitted);
        chart_text(p->c, p->names, chart_baseline(p, middle - line / 2), JB_ANCHOR_END, "label",
                   CHART_INK, first);
        middle += line / 2;
    } else {
        p->shortened |= chart_fit(p->c, "label", text, p->names + 0.01, fitted, sizeof fitted);
    }
    chart_text(p->c, p->names, chart_baseline(p, middle), JB_ANCHOR_END, "label", CHART_INK,
               fitted);
}

void chart_rows_note(const chart_plot *p)
{
    char note[160] = "", fitted[160];
    size_t n = 0;
    if (p->shown < p->d.n)
        n = (size_t)snprintf(note, sizeof note, "另有%zu项未列出", p->d.n - p->shown);
    if (p->shortened)
        snprintf(note + n, sizeof note - n, "%s名称带“…”的已缩短", n > 0 ? "；" : "注：");
    if (note[0] == '\0')
        return;
    chart_fit(p->c, "axis", note, p->w, fitted, sizeof fitted);
    chart_text(p->c, 0, p->h - p->descent, JB_ANCHOR_START, "axis", CHART_SOFT, fitted);
}
