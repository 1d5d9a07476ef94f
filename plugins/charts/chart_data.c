// SPDX-License-Identifier: Apache-2.0
#include "chart_data.h"

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

/* Bytes of a number at the start: digits, or the signs one to ten. */
static size_t number_length(const char *t)
{
    static const char *const sign[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    size_t at = 0, before, i;
    do {
        before = at;
        at += t[at] >= '0' && t[at] <= '9';
        for (i = 0; i < sizeof sign / sizeof *sign; i++)
            at += strncmp(t + at, sign[i], 3) == 0 ? 3u : 0u;
    } while (at > before);
    return at;
}

/* 一月, 3月, 第二季度, 上半年: stages that have an order of their own. */
static int is_stage(const char *t)
{
    static const char *const unit[] = {"月", "月份", "季度", "周", "年", "日", "旬", "阶段", "期"};
    const char *p = strncmp(t, "第", 3) == 0 ? t + 3 : t;
    size_t n = number_length(p), i;
    for (i = 0; n > 0 && i < sizeof unit / sizeof *unit; i++)
        if (strcmp(p + n, unit[i]) == 0)
            return 1;
    return strcmp(t, "上半年") == 0 || strcmp(t, "下半年") == 0;
}

#define FLOAT_SCALE 9 /* decimals kept of a floating value */

/* The shortest decimal text of a double as an integer × 10^-FLOAT_SCALE; -1: too large. */
static int exact_of_double(double v, jb_i128 *out)
{
    char text[40];
    int digits, exponent;
    jb_i128 n = 0;
    const char *p;
    if (!(v > -1e28 && v < 1e28))
        return -1;
    for (digits = 0; digits < 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    for (p = text; *p != '\0' && *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            n = n * 10 + (*p - '0');
    exponent = *p == 'e' ? (int)strtol(p + 1, NULL, 10) : 0;
    digits = digits > 16 ? 17 : digits;
    if (jb_dec_rescale(text[0] == '-' ? -n : n, digits - exponent > 0 ? digits - exponent : 0,
                       FLOAT_SCALE, out) != 0)
        return -1;
    return digits - exponent < 0 ? jb_dec_mul(*out, jb_pow10(exponent - digits), out) : 0;
}

/* Cell `row` into category c. */
static void put_value(chart_series *s, size_t c, const struct ArrowArray *a, char kind, int64_t row)
{
    if (jb_is_null(a, row))
        return;
    if (kind == 'g') {
        s->value[c] = ((const double *)a->buffers[1])[a->offset + row];
        s->present[c] =
            exact_of_double(s->value[c], &s->exact[c]) == 0; /* NaN and the like: missing */
        return;
    }
    s->exact[c] = jb_int_cell(a, kind, row);
    s->value[c] = (double)s->exact[c] / (double)jb_pow10(s->scale);
    s->present[c] = 1;
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

static chart_series *new_series(chart_data *d, const jb_figure *f, const char *name, int scale)
{
    chart_series *s = &d->series[d->n_series];
    s->name = name;
    s->unit = f->unit != NULL ? f->unit : "";
    s->scale = scale;
    s->additive = (f->flags & JB_FIG_ADDITIVE) != 0;
    s->value = (double *)calloc(CHART_MAX_CATEGORIES, sizeof *s->value);
    s->exact = (jb_i128 *)calloc(CHART_MAX_CATEGORIES, sizeof *s->exact);
    s->present = (unsigned char *)calloc(CHART_MAX_CATEGORIES, 1);
    d->n_series++;
    return s->value != NULL && s->exact != NULL && s->present != NULL ? s : NULL;
}

/* Kind of a figure's values, '\0' when there is nothing to draw. */
static char kind_of(const jb_figure *f, int *scale)
{
    int32_t precision, digits;
    char kind;
    if ((f->flags & JB_FIG_LOST) != 0 || f->array == NULL)
        return '\0';
    kind = jb_format_kind(f->schema->children[f->n_keys]->format, &precision, &digits);
    *scale = kind == 'g' ? FLOAT_SCALE : (int)digits;
    return kind != '\0' && strchr("lgdh", kind) != NULL ? kind : '\0';
}

/* A ranking is told apart by what it ranks, not by its places: the first text field. */
static const struct ArrowArray *labels_of(const jb_figure *f)
{
    int64_t i;
    for (i = f->n_keys + 1; (f->flags & JB_FIG_ROWS) != 0 && i < f->schema->n_children; i++)
        if (strcmp(f->schema->children[i]->format, "u") == 0 &&
            f->schema->children[i]->name[0] != '.' &&
            strcmp(f->schema->children[i]->name, "names") != 0)
            return f->array->children[i];
    return f->array->children[0];
}

static int load_keyed(chart_data *d, const jb_figure *f)
{
    int scale;
    char kind = kind_of(f, &scale);
    chart_series *s;
    int64_t row;
    if (kind == '\0' || f->n_keys == 0)
        return 0;
    s = new_series(d, f, f->name != NULL ? f->name : "", scale);
    for (row = 0; s != NULL && row < f->array->length; row++) {
        long c = category_of(d, key_text(labels_of(f), row));
        if (c >= 0)
            put_value(s, (size_t)c, f->array->children[f->n_keys], kind, row);
    }
    return s != NULL ? 0 : -1;
}

/* One value for every category: a target that all share. */
static int load_scalar(chart_data *d, const jb_figure *f)
{
    int scale;
    char kind = kind_of(f, &scale);
    chart_series *s;
    size_t c;
    if (kind == '\0' || f->array->length == 0)
        return 0;
    s = new_series(d, f, f->name != NULL ? f->name : "", scale);
    for (c = 0; s != NULL && c < d->n; c++)
        put_value(s, c, f->array->children[f->n_keys], kind, 0);
    return s != NULL ? 0 : -1;
}

/* Figures of one value each, as the categories of one series; their decimals are brought to the
 * longest. */
static int load_figures(chart_data *d, const jb_figure *f, size_t n, int second)
{
    chart_series *s = NULL;
    size_t i;
    int scale = 0, own;
    for (i = 0; i < n; i++)
        scale = kind_of(&f[i], &own) != '\0' && own > scale ? own : scale;
    for (i = 0; i < n; i++) {
        char kind = kind_of(&f[i], &own);
        long c = second ? (long)i : category_of(d, strdup(f[i].name != NULL ? f[i].name : ""));
        if (kind == '\0' || f[i].array->length == 0 || c < 0)
            continue;
        if (s == NULL && (s = new_series(d, &f[i], "", own)) == NULL)
            return -1;
        s->scale = own;
        put_value(s, (size_t)c, f[i].array->children[0], kind, 0);
        if (jb_dec_rescale(s->exact[c], own, scale, &s->exact[c]) != 0)
            s->present[c] = 0;
        s->scale = scale;
    }
    return 0;
}

/* Keyed figures first, for their categories are those of all; the check has seen to it that figures
 * and what they are held against do not change places by that. */
static int load(chart_data *d, const jb_figure *f, size_t n, size_t second)
{
    size_t first = n - second, i, keyed = 0, before;
    for (i = 0; i < n; i++)
        keyed += f[i].n_keys > 0;
    if (keyed == 0 &&
        (load_figures(d, f, first, 0) != 0 ||
         (d->n_series == 1 && second > 1 && load_figures(d, f + first, second, 1) != 0)))
        return -1;
    if (keyed == 0 && second > 1) {
        d->n_second = d->n_series > 1;
        return 0;
    }
    for (i = 0; i < n && d->n_series < CHART_MAX_SERIES * 2; i++) {
        before = d->n_series;
        if (f[i].n_keys > 0 && load_keyed(d, &f[i]) != 0)
            return -1;
        d->n_second += i >= first ? d->n_series - before : 0;
    }
    for (i = keyed == 0 ? first : 0; i < n && d->n_series < CHART_MAX_SERIES * 2; i++) {
        before = d->n_series;
        if (f[i].n_keys == 0 && load_scalar(d, &f[i]) != 0)
            return -1;
        d->n_second += i >= first ? d->n_series - before : 0;
    }
    return 0;
}

int chart_data_load(const jb_doc_api *doc, const jb_node *node, size_t second, chart_data *d)
{
    jb_figure *f = (jb_figure *)calloc(CHART_MAX_FIGURES * 2, sizeof *f);
    uint64_t i, n = doc->n_data(node);
    size_t c, got = 0;
    int failed;
    memset(d, 0, sizeof *d);
    d->category = (char **)calloc(CHART_MAX_CATEGORIES, sizeof *d->category);
    for (i = 0; f != NULL && i < n && got < CHART_MAX_FIGURES * 2; i++) {
        f[got].size = (uint32_t)sizeof *f;
        got += doc->data(node, i, &f[got]) == JB_OK;
    }
    if (second >= got)
        second = got / 2;
    failed = f == NULL || d->category == NULL || load(d, f, got, second) != 0;
    free(f);
    if (failed) {
        chart_data_free(d);
        return -1;
    }
    d->natural = d->n > 0;
    for (c = 0; c < d->n; c++)
        d->natural = d->natural && (chart_is_period(d->category[c]) || is_stage(d->category[c]));
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
        free(d->series[i].exact);
        free(d->series[i].present);
    }
    memset(d, 0, sizeof *d);
}

static int is_rest(const char *name)
{
    return strncmp(name, "其他", 6) == 0 || strncmp(name, "其它", 6) == 0;
}

static int goes_before(const chart_data *d, int rest_last, size_t a, size_t b)
{
    const chart_series *s = &d->series[0];
    if (rest_last && is_rest(d->category[a]) != is_rest(d->category[b]))
        return is_rest(d->category[b]);
    if (s->present[a] != s->present[b])
        return s->present[a] > s->present[b];
    return s->present[a] && s->exact[a] > s->exact[b];
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
        jb_i128 e = s->exact[a];
        unsigned char p = s->present[a];
        s->value[a] = s->value[b];
        s->exact[a] = s->exact[b];
        s->present[a] = s->present[b];
        s->value[b] = v;
        s->exact[b] = e;
        s->present[b] = p;
    }
}

void chart_data_sort(chart_data *d, int rest_last)
{
    size_t i, j; /* insertion sort: stable, and a few hundred categories at most */
    if (d->n_series == 0)
        return;
    for (i = 1; i < d->n; i++)
        for (j = i; j > 0 && goes_before(d, rest_last, j, j - 1); j--)
            swap_categories(d, j, j - 1);
}

size_t chart_data_extreme(const chart_data *d, size_t series, int sign)
{
    const chart_series *s = &d->series[series];
    size_t i, best = d->n;
    for (i = 0; series < d->n_series && i < d->n; i++)
        if (s->present[i] && (best == d->n || (sign > 0 ? s->exact[i] > s->exact[best]
                                                        : s->exact[i] < s->exact[best])))
            best = i;
    return best;
}
