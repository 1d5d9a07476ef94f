// SPDX-License-Identifier: Apache-2.0
/* --verify-pushdown: what a database aggregated is computed again from its rows, and compared to
 * the last digit. */
#include "engine/pushdown.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 20 };

typedef struct check {
    jb_diags *diags;
    const jb_variant *v;
    size_t n_found;
} check;

static const char *key_text(const jb_fig *f, int64_t row, jb_arena *a)
{
    const char *text = "";
    for (uint32_t k = 0; k < f->n_keys; k++) {
        const char *key = f->keys[k][row];
        text = jb_arena_fmt(a, "%s%s%s=%s", text, k ? ", " : "", f->key_names[k],
                            key ? key : "(null)");
    }
    return text;
}

static const char *value_text(const jb_fig *f, int64_t row, jb_arena *a)
{
    char text[400];
    const jb_value *v = row >= 0 ? &f->values[row] : NULL;
    if (!v) {
        return "-";
    }
    if (v->kind == JB_K_TEXT) {
        return jb_arena_fmt(a, "“%.200s”", v->text);
    }
    if (v->kind == JB_K_NULL) {
        return "-";
    }
    jb_value_print(v, text, sizeof text);
    return jb_arena_strdup(a, text);
}

static int same_value(const jb_value *a, const jb_value *b)
{
    if (a->kind != b->kind) {
        return 0;
    }
    switch (a->kind) {
    case JB_K_NULL:
        return 1;
    case JB_K_TEXT:
        return strcmp(a->text, b->text) == 0;
    case JB_K_FLOAT:
        return memcmp(&a->f, &b->f, sizeof a->f) == 0;
    default:
        return a->num == b->num && a->scale == b->scale;
    }
}

static void differ(check *c, const char *key, const char *pushed, const char *streamed)
{
    const jb_metric_model *metric = c->v->metric;
    char period[32];
    jb_period_print(metric->dated ? c->v->period : (jb_period){0}, period);
    if (c->n_found++ < SHOWN) {
        jb_diag(c->diags, "E1270", &metric->place, metric->name, key, pushed, streamed, period);
    }
}

static void compare(check *c, const jb_fig *pushed, const jb_fig *streamed, jb_arena *a)
{
    const char *row[JB_ENGINE_KEYS + 1];
    for (int64_t i = 0; i < pushed->n_rows; i++) {
        for (uint32_t k = 0; k < pushed->n_keys; k++) {
            row[k] = pushed->keys[k][i];
        }
        int64_t at = pushed->n_keys > 0 ? jb_fig_row(streamed, row) : i;
        at = at < streamed->n_rows ? at : -1;
        if (at < 0 || !same_value(&pushed->values[i], &streamed->values[at]) ||
            pushed->rows_counted[i] != streamed->rows_counted[at]) {
            differ(c, key_text(pushed, i, a), value_text(pushed, i, a),
                   value_text(streamed, at, a));
        }
    }
    for (int64_t i = 0; i < streamed->n_rows; i++) {
        for (uint32_t k = 0; k < streamed->n_keys; k++) {
            row[k] = streamed->keys[k][i];
        }
        if (streamed->n_keys > 0 && jb_fig_row(pushed, row) < 0) {
            differ(c, key_text(streamed, i, a), "-", value_text(streamed, i, a));
        }
    }
}

int jb_push_verify(jb_model *m, const jb_push_choice *choice, jb_diags *diags)
{
    jb_arena *a = jb_arena_new();
    jb_source_plan *plan = jb_plan_source(a, choice->pushed->source, 0);
    check c = {.diags = diags};
    plan->unfiltered = 1;
    for (size_t i = 0; i < choice->pushed->n_variants; i++) {
        const jb_variant *v = choice->pushed->variants[i];
        jb_plan_add(a, plan, v->metric, v->period);
    }
    jb_plan_close(a, plan);
    jb_msource *s = choice->pushed->source;
    const int64_t rows = s->rows, bytes = s->bytes;
    int status = jb_scan_run(m, plan, a, diags, NULL);
    s->rows = rows; /* what the check itself took over is not what the figures cost */
    s->bytes = bytes;
    for (size_t i = 0; i < choice->pushed->n_variants && status == 0; i++) {
        c.v = choice->pushed->variants[i];
        compare(&c, c.v->result, plan->variants[i]->result, a);
    }
    if (c.n_found > SHOWN) {
        char n[24];
        snprintf(n, sizeof n, "%zu", c.n_found);
        jb_diag(diags, "E1271", &plan->source->place, plan->source->name, n);
    }
    jb_arena_free(a);
    return status != 0 || c.n_found > 0 ? -1 : 0;
}
