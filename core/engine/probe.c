// SPDX-License-Identifier: Apache-2.0
/* `check --data`: every source opened and read once; what is in it, what was refused, which keys
 * are unknown or missing. */
#include "engine/member.h"
#include "engine/dates.h"
#include "engine/run.h"

#include <string.h>

static void text_line(const jb_msource *s, const jb_scan_totals *t, const char *latest, jb_buf *b,
                      int zh)
{
    jb_buf_fmt(b,
               zh ? "%s：%lld 行，采用 %lld 行，拒收 %lld 行 %lld 格"
                  : "%s: %lld rows, %lld used, %lld rows and %lld cells refused",
               s->name, (long long)t->rows, (long long)t->kept, (long long)t->skipped,
               (long long)t->nulled);
    if (*latest) {
        jb_buf_fmt(b, zh ? "，数据截至 %s" : ", data up to %s", latest);
    }
    jb_buf_char(b, '\n');
    jb_members_counts(s, b, 0, zh);
    for (size_t i = 0; i < t->n_unknown; i++) {
        jb_buf_fmt(b, zh ? "  名单以外：%s\n" : "  unknown keys: %s\n", t->unknown[i]);
    }
    for (size_t i = 0; i < t->n_missing; i++) {
        jb_buf_fmt(b, zh ? "  没有数据：%s\n" : "  keys without rows: %s\n", t->missing[i]);
    }
}

static void json_list(jb_buf *b, const char *name, const char *const *items, size_t n)
{
    jb_buf_fmt(b, ",\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        jb_buf_str(b, i ? "," : "");
        jb_buf_json(b, items[i]);
    }
    jb_buf_char(b, ']');
}

static void json_line(const jb_msource *s, const jb_scan_totals *t, const char *latest, jb_buf *b)
{
    jb_buf_str(b, "{\"source\":");
    jb_buf_json(b, s->name);
    jb_buf_fmt(
        b, ",\"rows\":%lld,\"used\":%lld,\"refused_rows\":%lld,\"refused_cells\":%lld,\"as_of\":",
        (long long)t->rows, (long long)t->kept, (long long)t->skipped, (long long)t->nulled);
    if (*latest) {
        jb_buf_json(b, latest);
    } else {
        jb_buf_str(b, "null");
    }
    json_list(b, "unknown_keys", t->unknown, t->n_unknown);
    json_list(b, "missing_keys", t->missing, t->n_missing);
    jb_members_counts(s, b, 1, 0);
    jb_buf_char(b, '}');
}

/* A source that no metric reads is still opened, and all its columns are read. */
static jb_source_plan *whole_source(jb_runner *r, jb_msource *s)
{
    jb_source_plan *p = jb_plan_source(r->arena, s, 1);
    p->projected = jb_arena_alloc(r->arena, (s->n_columns + 1) * sizeof *p->projected);
    for (size_t i = 0; i < s->n_columns; i++) {
        if (!s->columns[i].refused) {
            p->projected[p->n_projected++] = (int)i;
        }
    }
    return p;
}

static int probe_source(jb_runner *r, jb_msource *s, jb_scan_totals *t)
{
    jb_source_plan *plan = r->plans[s - r->model->sources];
    if (jb_source_open(r->model, s, r->diags) != 0) {
        return -1;
    }
    if (plan) {
        jb_plan_close(r->arena, plan);
    } else {
        plan = whole_source(r, s);
    }
    plan->as_of = r->model->has_as_of ? r->model->as_of : INT32_MAX;
    return jb_scan_run(r->model, plan, r->out, r->diags, t);
}

void jb_model_probe(jb_model *m, jb_buf *b, int json, int zh, jb_diags *diags)
{
    jb_figure_set *set = jb_figure_set_new();
    jb_dates_found *found = jb_arena_alloc(set->arena, (m->n_sources + 1) * sizeof *found);
    size_t n_found = 0;
    jb_runner r;
    int first = 1;
    jb_runner_start(&r, m, set->arena, diags);
    r.probe = 1;
    jb_runner_demand_all(&r, NULL, 0);
    jb_runner_keys(&r);
    jb_buf_str(b, json ? "{\"version\":1,\"sources\":[" : "");
    for (size_t i = 0; i < m->n_sources; i++) {
        jb_scan_totals t = {0};
        char latest[11] = "";
        if (m->sources[i].broken || probe_source(&r, &m->sources[i], &t) != 0) {
            continue;
        }
        if (t.has_latest) {
            jb_date_print(t.latest, latest);
        }
        found[n_found++] = (jb_dates_found){&m->sources[i], t.has_latest, t.has_newest, t.oldest,
                                            t.newest};
        if (json) {
            jb_buf_str(b, first ? "" : ",");
            json_line(&m->sources[i], &t, latest, b);
        } else {
            text_line(&m->sources[i], &t, latest, b, zh);
        }
        first = 0;
    }
    jb_buf_str(b, json ? "]}\n" : "");
    jb_dates_declared(m, diags);
    jb_dates_compare(m, found, n_found, diags);
    jb_runner_stop(&r);
    jb_figure_set_free(set);
}
