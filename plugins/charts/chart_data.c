// SPDX-License-Identifier: Apache-2.0
#include "chart_data.h"

#include "jianbao/plugin_util.h"

#include <stdio.h>

int chart_is_period(const char *t)
{
    size_t i;
    for (i = 0; i < 4; i++)
        if (t[i] < '0' || t[i] > '9')
            return 0;
    if (t[4] == '\0')
        return 1;
    if (t[4] != '-')
        return 0;
    if (t[5] == 'Q')
        return t[6] >= '1' && t[6] <= '4' && t[7] == '\0';
    return t[5] >= '0' && t[5] <= '1' && t[6] >= '0' && t[6] <= '9' && t[7] == '\0';
}

void chart_key_text(const char *key, int with_year, char *out, size_t cap)
{
    if (!chart_is_period(key))
        snprintf(out, cap, "%s", key);
    else if (key[4] == '\0')
        snprintf(out, cap, "%s年", key);
    else if (key[5] == 'Q')
        snprintf(out, cap, with_year ? "%.4s年%c季度" : "%.0s%c季度", key, key[6]);
    else
        snprintf(out, cap, with_year ? "%.4s年%d月" : "%.0s%d月", key,
                 (key[5] - '0') * 10 + key[6] - '0');
}

/* A cell as a double; geometry needs no more. */
static double cell_double(const struct ArrowArray *a, char kind, int32_t scale, int64_t row)
{
    if (kind == 'g')
        return ((const double *)a->buffers[1])[a->offset + row];
    return (double)jb_int_cell(a, kind, row) / (double)jb_pow10(scale);
}

static char *key_text(const struct ArrowArray *keys, int64_t row)
{
    static const char none[] = "（空）";
    const char *bytes = none;
    size_t n = sizeof none - 1;
    char *copy;
    if (!jb_is_null(keys, row))
        bytes = jb_utf8_cell(keys, row, &n);
    copy = (char *)malloc(n + 1);
    if (copy != NULL) {
        memcpy(copy, bytes, n);
        copy[n] = '\0';
    }
    return copy;
}

/* Index of a category, added when new; -1 when there are too many or memory is out. */
static long category_of(chart_data *d, char *text)
{
    size_t i;
    if (text == NULL)
        return -1;
    for (i = 0; i < d->n; i++) {
        if (strcmp(d->category[i], text) == 0) {
            free(text);
            return (long)i;
        }
    }
    if (d->n == CHART_MAX_CATEGORIES) {
        free(text);
        return -1;
    }
    d->category[d->n] = text;
    return (long)d->n++;
}

static int load_series(chart_data *d, const jb_figure *f)
{
    chart_series *s = &d->series[d->n_series];
    int32_t precision, scale;
    char kind;
    int64_t row;
    const struct ArrowArray *values;
    if ((f->flags & JB_FIG_LOST) != 0 || f->array == NULL)
        return 0;
    kind = jb_format_kind(f->schema->children[f->n_keys]->format, &precision, &scale);
    if (strchr("lgdh", kind) == NULL || kind == '\0')
        return 0;
    s->name = f->name;
    s->unit = f->unit;
    s->scale = scale;
    s->value = (double *)calloc(CHART_MAX_CATEGORIES, sizeof *s->value);
    s->present = (unsigned char *)calloc(CHART_MAX_CATEGORIES, 1);
    d->n_series++;
    if (s->value == NULL || s->present == NULL)
        return -1;
    values = f->array->children[f->n_keys];
    for (row = 0; row < f->array->length; row++) {
        long c = f->n_keys > 0 ? category_of(d, key_text(f->array->children[0], row))
                               : category_of(d, strdup(f->name != NULL ? f->name : ""));
        if (c < 0)
            continue;
        if (!jb_is_null(values, row)) {
            s->value[c] = cell_double(values, kind, scale, row);
            s->present[c] = 1;
        }
    }
    return 0;
}

int chart_data_load(const jb_doc_api *doc, const jb_node *node, chart_data *d)
{
    uint64_t i, n = doc->n_data(node);
    size_t c;
    memset(d, 0, sizeof *d);
    d->category = (char **)calloc(CHART_MAX_CATEGORIES, sizeof *d->category);
    if (d->category == NULL)
        return -1;
    for (i = 0; i < n && d->n_series < CHART_MAX_SERIES; i++) {
        jb_figure f;
        memset(&f, 0, sizeof f);
        f.size = (uint32_t)sizeof f;
        if (doc->data(node, i, &f) == JB_OK && load_series(d, &f) != 0) {
            chart_data_free(d);
            return -1;
        }
    }
    d->natural = d->n > 0;
    for (c = 0; c < d->n; c++)
        d->natural = d->natural && chart_is_period(d->category[c]);
    return 0;
}

void chart_data_free(chart_data *d)
{
    size_t i;
    for (i = 0; d->category != NULL && i < d->n; i++)
        free(d->category[i]);
    free(d->category);
    for (i = 0; i < d->n_series; i++) {
        free(d->series[i].value);
        free(d->series[i].present);
    }
    memset(d, 0, sizeof *d);
}

static int goes_before(const chart_series *s, size_t a, size_t b)
{
    if (s->present[a] != s->present[b])
        return s->present[a] > s->present[b];
    return s->present[a] && s->value[a] > s->value[b];
}

static void swap_categories(chart_data *d, size_t a, size_t b)
{
    size_t k;
    char *text = d->category[a];
    d->category[a] = d->category[b];
    d->category[b] = text;
    for (k = 0; k < d->n_series; k++) {
        chart_series *s = &d->series[k];
        double v = s->value[a];
        unsigned char p = s->present[a];
        s->value[a] = s->value[b];
        s->present[a] = s->present[b];
        s->value[b] = v;
        s->present[b] = p;
    }
}

void chart_data_sort(chart_data *d)
{
    size_t i, j; /* insertion sort: stable, and a few hundred categories at most */
    if (d->n_series == 0)
        return;
    for (i = 1; i < d->n; i++)
        for (j = i; j > 0 && goes_before(&d->series[0], j, j - 1); j--)
            swap_categories(d, j, j - 1);
}
