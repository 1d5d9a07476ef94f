// SPDX-License-Identifier: Apache-2.0
#include "engine/plan_push.h"

void jb_plan_json_field(jb_buf *b, const char *name, const char *text, int first)
{
    jb_buf_str(b, first ? "" : ",");
    jb_buf_json(b, name);
    jb_buf_char(b, ':');
    jb_buf_json(b, text);
}

/* A source without SQL that was not asked to push needs no words about it. */
static int is_silent(const jb_msource *s, const jb_push_choice *c)
{
    return !c->pushed && c->n_views == 0 && s->pushdown == JB_PUSH_AUTO;
}

static const char *way(const jb_push_choice *c)
{
    return !c->pushed ? "scan" : c->scanned ? "both" : "push";
}

/* Costs are rough: milliseconds, no fractions. */
static long long milliseconds(double nanoseconds)
{
    return (long long)(nanoseconds / 1e6 + 0.5);
}

static void text_statements(const jb_push_choice *c, jb_buf *b, int zh)
{
    for (size_t v = 0; c->pushed && v < c->n_views; v++) {
        for (size_t i = 0; i < c->lists[v].n; i++) {
            const jb_push_stmt *s = &c->lists[v].items[i];
            jb_buf_str(b, "  SQL");
            if (c->views[v].source != c->views[v].over) {
                jb_buf_fmt(b, " %s", c->views[v].source->name);
            }
            jb_buf_fmt(b, zh ? "（绑定 %zu 个值）：%s\n" : " (%zu bound values): %s\n", s->n_values,
                       s->sql);
        }
    }
}

void jb_plan_text_push(const jb_msource *s, const jb_push_choice *c, jb_buf *b, int zh)
{
    static const char *const words[][2] = {
        {"scan", "扫描"}, {"both", "下推并扫描"}, {"push", "下推"}};
    if (is_silent(s, c)) {
        return;
    }
    const char *const *word = words[!c->pushed ? 0 : c->scanned ? 1 : 2];
    jb_buf_fmt(b, zh ? "  方式：%s（%s" : "  way: %s (%s", word[zh != 0], c->why ? c->why : "");
    if (c->rows >= 0) {
        jb_buf_fmt(b,
                   zh ? "；约 %lld 行，下推约 %lld 毫秒，扫描约 %lld 毫秒"
                      : "; about %lld rows, pushed %lld ms, scanned %lld ms",
                   (long long)c->rows, milliseconds(c->cost_push), milliseconds(c->cost_scan));
    }
    jb_buf_str(b, zh ? "）\n" : ")\n");
    text_statements(c, b, zh);
    for (size_t i = 0; i < c->n_left; i++) {
        jb_buf_fmt(b, zh ? "  不能下推 %s：%s\n" : "  cannot be pushed: %s: %s\n",
                   c->left[i].metric, c->left[i].why);
    }
    if (c->filter) {
        jb_buf_fmt(b,
                   zh ? "  扫描只取（绑定 %zu 个值）：%s\n"
                      : "  scanned where (%zu bound values): %s\n",
                   c->n_filter_values, c->filter);
    }
}

static void json_statements(const jb_push_choice *c, jb_buf *b)
{
    int first = 1;
    jb_buf_str(b, ",\"pushed\":[");
    for (size_t v = 0; c->pushed && v < c->n_views; v++) {
        for (size_t i = 0; i < c->lists[v].n; i++, first = 0) {
            jb_buf_str(b, first ? "{" : ",{");
            jb_plan_json_field(b, "source", c->views[v].source->name, 1);
            jb_plan_json_field(b, "sql", c->lists[v].items[i].sql, 0);
            jb_buf_fmt(b, ",\"bound\":%zu}", c->lists[v].items[i].n_values);
        }
    }
    jb_buf_char(b, ']');
}

void jb_plan_json_push(const jb_msource *s, const jb_push_choice *c, jb_buf *b)
{
    (void)s;
    jb_plan_json_field(b, "way", way(c), 0);
    jb_plan_json_field(b, "why", c->why ? c->why : "", 0);
    if (c->rows >= 0) {
        jb_buf_fmt(b, ",\"rows\":%lld,\"push_ms\":%lld,\"scan_ms\":%lld", (long long)c->rows,
                   milliseconds(c->cost_push), milliseconds(c->cost_scan));
    }
    json_statements(c, b);
    jb_buf_str(b, ",\"not_pushed\":[");
    for (size_t i = 0; i < c->n_left; i++) {
        jb_buf_str(b, i ? ",{" : "{");
        jb_plan_json_field(b, "name", c->left[i].metric, 1);
        jb_plan_json_field(b, "why", c->left[i].why, 0);
        jb_buf_char(b, '}');
    }
    jb_buf_char(b, ']');
    if (c->filter) {
        jb_plan_json_field(b, "filter", c->filter, 0);
        jb_buf_fmt(b, ",\"filter_bound\":%zu", c->n_filter_values);
    }
}
