// SPDX-License-Identifier: Apache-2.0
/* One sheet of all figures: a row for every value, exact. */
#include "xlsxout.h"

#include <stdio.h>

typedef struct list {
    xo_book *b;
    uint32_t row, keys; /* next row; key columns */
    unsigned sheets;
} list;

/* A field that is printed somewhere: not the list of names, not what is only carried along. */
static int is_shown(const jb_figure *f, int64_t c)
{
    const char *name = f->schema->children[c]->name;
    return c == f->n_keys || (strcmp(name, "names") != 0 && name[0] != '.' && strlen(name) <= 1024);
}

static int is_number(const struct ArrowSchema *column)
{
    const char *f = column->format;
    return strncmp(f, "d:", 2) == 0 || strcmp(f, "l") == 0 || strcmp(f, "g") == 0;
}

static void head(list *l)
{
    static const char *const labels[] = {"栏目", "值", "单位", "期间", "截至", "数据来源"};
    char label[32];
    uint32_t c = 0, k;
    snprintf(label, sizeof label, l->sheets > 0 ? "指标 %u" : "指标", l->sheets + 1);
    l->sheets++;
    xo_sheet(l->b, label, l->keys + 8);
    xo_text(l->b, 0, c++, XO_HEAD | XO_CENTER, "指标");
    xo_text(l->b, 0, c++, XO_HEAD | XO_CENTER, "分组项");
    for (k = 1; k <= l->keys; k++) {
        snprintf(label, sizeof label, l->keys > 1 ? "分组%u" : "分组", k);
        xo_text(l->b, 0, c++, XO_HEAD | XO_CENTER, label);
    }
    for (k = 0; k < sizeof labels / sizeof labels[0]; k++)
        xo_text(l->b, 0, c++, XO_HEAD | XO_CENTER, labels[k]);
    if (l->b->status == JB_OK)
        worksheet_freeze_panes(l->b->sheet, 1, 1);
    if (l->b->status == JB_OK)
        worksheet_repeat_rows(l->b->sheet, 0, 0);
    l->row = 1;
}

static void tail(list *l)
{
    if (l->b->status == JB_OK)
        worksheet_autofilter(l->b->sheet, 0, 0, l->row - 1, (lxw_col_t)(l->keys + 7));
    xo_end_sheet(l->b);
}

static void text_n(list *l, uint32_t column, const char *text, size_t n)
{
    char *copy = malloc(n + 1);
    if (copy == NULL) {
        xo_fail(l->b, "E0990", "malloc", NULL);
        return;
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    xo_text(l->b, l->row, column, XO_PLAIN, copy);
    free(copy);
}

static void key_names(list *l, const jb_figure *f)
{
    char all[512] = "";
    size_t n = 0;
    uint32_t k;
    for (k = 0; k < f->n_keys; k++) {
        const char *name = f->schema->children[k]->name;
        if (n + strlen(name) + 4 < sizeof all)
            n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", k > 0 ? "、" : "", name);
    }
    xo_text(l->b, l->row, 1, XO_PLAIN, all);
}

/* The exact value, printed by the host's own hand; a number where a cell can hold it exactly. */
static void value(list *l, const jb_figure *f, int64_t c, int64_t row, uint32_t column)
{
    jb_bind bind = {.size = (uint32_t)sizeof bind, .name = "r", .figure = f, .row = (uint64_t)row};
    char template_text[1200];
    const char *printed;
    xo_number number;
    if (l->b->status != JB_OK)
        return;
    if (jb_is_null(f->array->children[c], row)) {
        xo_text(l->b, l->row, column, XO_PLAIN, "");
        return;
    }
    if (c == f->n_keys)
        snprintf(template_text, sizeof template_text, "{r | cell}");
    else
        snprintf(template_text, sizeof template_text, "{r.{%s} | cell}",
                 f->schema->children[c]->name);
    l->b->status = l->b->text->format(l->b->ctx, NULL, 0, template_text, &bind, 1, &printed);
    if (l->b->status != JB_OK)
        return;
    if (is_number(f->schema->children[c]) && xo_parse(printed, 0, &number))
        xo_value(l->b, l->row, column, XO_PLAIN, printed, &number);
    else
        xo_text(l->b, l->row, column, XO_PLAIN | XO_RIGHT, printed);
}

static void provenance(list *l, const jb_figure *f, int64_t c)
{
    const char *texts[] = {c == f->n_keys && f->unit != NULL ? f->unit : "", f->period, f->as_of,
                           f->source};
    uint32_t k;
    for (k = 0; k < 4; k++)
        xo_text(l->b, l->row, l->keys + 4 + k, XO_PLAIN, texts[k] != NULL ? texts[k] : "");
}

static void line(list *l, const jb_figure *f, int64_t row, int64_t c)
{
    uint32_t k;
    size_t n;
    if (l->row >= XO_ROWS_MAX) {
        tail(l);
        head(l);
    }
    xo_text(l->b, l->row, 0, XO_PLAIN, f->name);
    key_names(l, f);
    for (k = 0; k < l->keys; k++) {
        const struct ArrowArray *a = k < f->n_keys && row >= 0 ? f->array->children[k] : NULL;
        if (a == NULL || jb_is_null(a, row)) {
            xo_text(l->b, l->row, 2 + k, XO_PLAIN, "");
        } else {
            const char *text = jb_utf8_cell(a, row, &n);
            text_n(l, 2 + k, text, n);
        }
    }
    xo_text(l->b, l->row, l->keys + 2, XO_PLAIN,
            c == f->n_keys ? "值" : f->schema->children[c]->name);
    if (row >= 0)
        value(l, f, c, row, l->keys + 3);
    else
        xo_text(l->b, l->row, l->keys + 3, XO_PLAIN, "未能计算");
    provenance(l, f, c);
    l->row++;
}

static void figure(list *l, const jb_figure *f)
{
    int64_t row, c;
    if ((f->flags & JB_FIG_LOST) != 0) {
        line(l, f, -1, f->n_keys);
        return;
    }
    for (row = 0; row < f->array->length && l->b->status == JB_OK; row++)
        for (c = f->n_keys; c < f->schema->n_children; c++)
            if (is_shown(f, c))
                line(l, f, row, c);
}

void xo_figures(xo_book *b)
{
    list l = {.b = b, .keys = 1};
    jb_figure f;
    uint64_t i;
    for (i = 0; b->figures->at(b->ctx, i, &f) == JB_OK; i++)
        l.keys = f.n_keys > l.keys ? f.n_keys : l.keys;
    head(&l);
    for (i = 0; b->status == JB_OK && b->figures->at(b->ctx, i, &f) == JB_OK; i++) {
        figure(&l, &f);
        if (b->host->cancelled(b->ctx))
            b->status = JB_E_CANCELLED;
    }
    tail(&l);
}
