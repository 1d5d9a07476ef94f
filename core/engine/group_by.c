// SPDX-License-Identifier: Apache-2.0
#include "engine/group_by.h"

#include <string.h>

static const struct {
    const char *word;
    char part;
} parts[] = {{"year", 'y'}, {"quarter", 'q'}, {"month", 'm'}};

/* `month(d)`: the inside of the brackets, of either width. NULL: not of that form. */
static const char *date_part(const char *item, size_t *n, char *part)
{
    size_t len = strlen(item), open = 0, close = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t w = strlen(parts[i].word);
        if (strncmp(item, parts[i].word, w) != 0) {
            continue;
        }
        while (item[w] == ' ') {
            w++;
        }
        open = item[w] == '(' ? 1 : strncmp(item + w, "（", 3) == 0 ? 3 : 0;
        close = len > 0 && item[len - 1] == ')'                ? 1
                : len > 3 && strcmp(item + len - 3, "）") == 0 ? 3
                                                               : 0;
        if (open && close && w + open + close < len) {
            *part = parts[i].part;
            *n = len - w - open - close;
            return item + w + open;
        }
    }
    return NULL;
}

static int read_group(jb_model *m, jb_metric_model *metric, const jb_setting *s, size_t i)
{
    const char *item = s->items[i];
    size_t n = strlen(item);
    jb_mgroup *g = &metric->groups[i];
    jb_origin origin = jb_model_origin(metric->instance->args, s, i);
    jb_place place = jb_args_place(metric->instance->args, "group_by", i + 1);
    const char *inside = date_part(item, &n, &g->part);
    if (inside) {
        origin.base += (size_t)(inside - item);
    }
    g->name = jb_arena_strdup(m->arena, item);
    if (g->name[0] == '{' && g->name[strlen(g->name) - 1] == '}') {
        g->name = jb_arena_strndup(m->arena, item + 1, strlen(item) - 2);
    }
    for (size_t k = 0; k < i; k++) {
        if (strcmp(metric->groups[k].name, g->name) == 0) {
            jb_diag(m->diags, "E0286", &place, g->name);
            return -1;
        }
    }
    g->expr = jb_model_row_expr(m, metric->source, inside ? inside : item, n, &origin, 0);
    if (!g->expr) {
        return -1;
    }
    jb_kind kind = jb_expr_kind(g->expr);
    if (g->part ? kind != JB_K_DATE : kind == JB_K_NULL || kind == JB_K_FLOAT) {
        jb_diag(m->diags, g->part ? "E0281" : "E0287", &place,
                g->part ? jb_expr_text(g->expr) : item);
        return -1;
    }
    g->declared = jb_model_keys_find(m, g->name);
    return 0;
}

int jb_group_by_read(jb_model *m, jb_metric_model *metric)
{
    const jb_setting *s = jb_args_get(metric->instance->args, "group_by");
    int failed = 0;
    if (!s) {
        return 0;
    }
    if (s->n_items > JB_ENGINE_KEYS) {
        jb_place place = jb_args_place(metric->instance->args, "group_by", 0);
        jb_diag0(m->diags, "E0291", &place);
        return -1;
    }
    metric->groups = jb_arena_alloc(m->arena, (s->n_items + 1) * sizeof *metric->groups);
    metric->n_groups = s->n_items;
    for (size_t i = 0; i < s->n_items; i++) {
        failed |= read_group(m, metric, s, i) != 0;
    }
    return failed ? -1 : 0;
}

/* Where the word `by` stands between blanks outside quotes and brackets; n when nowhere. */
static size_t find_by(const char *text, size_t n)
{
    int depth = 0, quoted = 0;
    for (size_t i = 0; i + 3 < n; i++) {
        char c = text[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '(' || c == '{')) {
            depth++;
        } else if (!quoted && (c == ')' || c == '}')) {
            depth--;
        } else if (!quoted && depth == 0 && c == ' ' && strncmp(text + i, " by ", 4) == 0) {
            return i;
        }
    }
    return n;
}

static size_t trim_end(const char *text, size_t n)
{
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
        n--;
    }
    return n;
}

static int take_word(const char *text, size_t *n, const char *word)
{
    size_t w = strlen(word), end = trim_end(text, *n);
    if (end > w && text[end - w - 1] == ' ' && memcmp(text + end - w, word, w) == 0) {
        *n = trim_end(text, end - w);
        return 1;
    }
    return 0;
}

/* COLUMN [by COLUMN [asc|desc]] */
int jb_names_read(jb_model *m, jb_metric_model *metric)
{
    const jb_setting *s = jb_args_get(metric->instance->args, "names");
    if (!s) {
        return 0;
    }
    const char *text = s->text;
    size_t n = trim_end(text, strlen(text)), by = find_by(text, n);
    jb_origin origin = jb_model_origin(metric->instance->args, s, 0);
    metric->names = jb_model_row_expr(m, metric->source, text, trim_end(text, by), &origin, 0);
    if (metric->names && jb_expr_kind(metric->names) == JB_K_NULL) {
        metric->names = NULL;
    }
    if (!metric->names || by == n) {
        return metric->names ? 0 : -1;
    }
    size_t start = by + 4, len = n - start;
    metric->names_order = take_word(text + start, &len, "desc") ? -1 : 1;
    if (metric->names_order > 0) {
        take_word(text + start, &len, "asc");
    }
    origin.base += start;
    metric->names_by = jb_model_row_expr(m, metric->source, text + start, len, &origin, 0);
    return metric->names_by ? 0 : -1;
}
