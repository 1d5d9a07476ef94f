// SPDX-License-Identifier: Apache-2.0
/* What will run, for people and for programs: sources, columns read, scans, SQL, derived figures,
 * rules. */
#include "engine/member.h"
#include "engine/plan_push.h"
#include "engine/run.h"

#include <string.h>

static void text_variant(jb_buf *b, const jb_variant *v)
{
    char period[32];
    jb_period_print(v->metric->dated ? v->period : (jb_period){0}, period);
    jb_buf_fmt(b, "    %s (%s)%s%s\n", v->metric->name, v->metric->type, *period ? " " : "",
               period);
}

/* The columns that come over as rows; of what is only pushed those the database reads. */
static const jb_source_plan *read_part(const jb_source_plan *p, const jb_push_choice *c)
{
    return c->scanned ? c->scanned : p;
}

static void text_source(const jb_runner *r, const jb_source_plan *p, const jb_push_choice *c,
                        jb_buf *b, int zh)
{
    const jb_msource *s = p->source;
    const jb_source_plan *read = read_part(p, c);
    jb_buf_fmt(b,
               zh ? "数据源 %s（%s）：扫描 %d 次，读 %zu/%zu 列，条件 %zu 种，分组 %zu 种，"
                    "指标 %zu 个\n"
                  : "source %s (%s): %d scan, %zu of %zu columns, %zu selections, %zu key sets, "
                    "%zu metrics\n",
               s->name, s->type, c->scanned != NULL, read->n_projected, s->n_columns,
               p->n_selections, p->n_keysets, p->n_variants);
    jb_buf_str(b, zh ? "  列：" : "  columns: ");
    for (size_t i = 0; i < read->n_projected; i++) {
        jb_buf_fmt(b, "%s%s", i ? (zh ? "、" : ", ") : "", s->columns[read->projected[i]].name);
    }
    jb_buf_char(b, '\n');
    const char *version = jb_source_version(p->source, r->arena);
    if (*version) {
        jb_buf_fmt(b, zh ? "  数据状态：%s\n" : "  state of the data: %s\n", version);
    }
    jb_members_plan(r->model, p, r->arena, b, 0, zh);
    if (s->where) {
        jb_buf_fmt(b, zh ? "  只读：%s\n" : "  where: %s\n", jb_expr_canonical(s->where));
    }
    jb_plan_text_push(s, c, b, zh);
    for (size_t i = 0; i < p->n_pairs; i++) {
        const jb_pair_plan *pair = &p->pairs[i];
        const jb_expr *cond = p->selections[pair->selection].cond;
        const jb_keyset *k = &p->keysets[pair->keyset];
        jb_buf_fmt(b, zh ? "  条件：%s" : "  condition: %s",
                   cond ? jb_expr_canonical(cond)
                   : zh ? "全部"
                        : "all rows");
        for (size_t g = 0; g < k->n_groups; g++) {
            jb_buf_fmt(b, "%s%s", g ? ", " : zh ? "；分组：" : "; by ", k->groups[g].name);
        }
        jb_buf_char(b, '\n');
        for (size_t v = 0; v < pair->n_variants; v++) {
            text_variant(b, p->variants[pair->variants[v]]);
        }
    }
}

static void text_rest(const jb_model *m, jb_buf *b, int zh)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_metrics; i++) {
        n += m->metrics[i].derive != NULL && m->metrics[i].shape;
    }
    jb_buf_fmt(b, zh ? "派生指标 %zu 个\n" : "%zu derived metrics\n", n);
    for (size_t i = 0; i < m->n_metrics; i++) {
        const jb_metric_model *metric = &m->metrics[i];
        const char *const *names;
        if (!metric->derive || !metric->shape) {
            continue;
        }
        jb_buf_fmt(b, "  %s (%s)", metric->name, metric->type);
        for (size_t k = 0; k < metric->n_inputs; k++) {
            size_t count = jb_expr_names(metric->inputs[k].expr, &names);
            for (size_t j = 0; j < count; j++) {
                jb_buf_fmt(b, "%s%s", j || k ? ", " : " ← ", names[j]);
            }
        }
        jb_buf_char(b, '\n');
    }
    jb_buf_fmt(b, zh ? "核对规则 %zu 条\n" : "%zu rules\n", m->n_rules);
    for (size_t i = 0; i < m->n_rules; i++) {
        for (size_t k = 0; k < m->rules[i].n; k++) {
            jb_buf_fmt(b, "  %s: %s\n", m->rules[i].name,
                       jb_expr_text(m->rules[i].asserts[k].expr));
        }
    }
}

/* ---- JSON ---- */

static void json_pair(const jb_source_plan *p, size_t i, jb_buf *b)
{
    const jb_pair_plan *pair = &p->pairs[i];
    const jb_expr *cond = p->selections[pair->selection].cond;
    const jb_keyset *k = &p->keysets[pair->keyset];
    char period[32];
    jb_buf_char(b, '{');
    jb_plan_json_field(b, "where", cond ? jb_expr_canonical(cond) : "", 1);
    jb_buf_str(b, ",\"group_by\":[");
    for (size_t g = 0; g < k->n_groups; g++) {
        jb_buf_str(b, g ? "," : "");
        jb_buf_json(b, k->groups[g].name);
    }
    jb_buf_str(b, "],\"metrics\":[");
    for (size_t v = 0; v < pair->n_variants; v++) {
        const jb_variant *variant = p->variants[pair->variants[v]];
        jb_period_print(variant->metric->dated ? variant->period : (jb_period){0}, period);
        jb_buf_str(b, v ? ",{" : "{");
        jb_plan_json_field(b, "name", variant->metric->name, 1);
        jb_plan_json_field(b, "type", variant->metric->type, 0);
        jb_plan_json_field(b, "period", period, 0);
        jb_buf_char(b, '}');
    }
    jb_buf_str(b, "]}");
}

static void json_source(const jb_runner *r, const jb_source_plan *p, const jb_push_choice *c,
                        jb_buf *b)
{
    const jb_msource *s = p->source;
    const jb_source_plan *read = read_part(p, c);
    jb_buf_char(b, '{');
    jb_plan_json_field(b, "name", s->name, 1);
    jb_plan_json_field(b, "type", s->type, 0);
    jb_plan_json_field(b, "version", jb_source_version(p->source, r->arena), 0);
    jb_buf_fmt(b, ",\"scans\":%d,\"columns\":[", c->scanned != NULL);
    for (size_t i = 0; i < read->n_projected; i++) {
        jb_buf_str(b, i ? "," : "");
        jb_buf_json(b, s->columns[read->projected[i]].name);
    }
    jb_buf_char(b, ']');
    jb_plan_json_push(s, c, b);
    jb_plan_json_field(b, "where", s->where ? jb_expr_canonical(s->where) : "", 0);
    jb_members_plan(r->model, p, r->arena, b, 1, 0);
    jb_buf_str(b, ",\"selections\":[");
    for (size_t i = 0; i < p->n_pairs; i++) {
        jb_buf_str(b, i ? "," : "");
        json_pair(p, i, b);
    }
    jb_buf_str(b, "]}");
}

static void json_rest(const jb_model *m, jb_buf *b)
{
    int first = 1;
    jb_buf_str(b, "],\"derived\":[");
    for (size_t i = 0; i < m->n_metrics; i++) {
        const jb_metric_model *metric = &m->metrics[i];
        if (metric->derive && metric->shape) {
            jb_buf_str(b, first ? "{" : ",{");
            jb_plan_json_field(b, "name", metric->name, 1);
            jb_plan_json_field(b, "type", metric->type, 0);
            jb_buf_char(b, '}');
            first = 0;
        }
    }
    jb_buf_str(b, "],\"rules\":[");
    for (size_t i = 0; i < m->n_rules; i++) {
        jb_buf_str(b, i ? ",{" : "{");
        jb_plan_json_field(b, "name", m->rules[i].name, 1);
        jb_plan_json_field(b, "severity", m->rules[i].warn ? "warn" : "error", 0);
        jb_buf_str(b, ",\"assert\":[");
        for (size_t k = 0; k < m->rules[i].n; k++) {
            jb_buf_str(b, k ? "," : "");
            jb_buf_json(b, jb_expr_text(m->rules[i].asserts[k].expr));
        }
        jb_buf_str(b, "]}");
    }
    jb_buf_char(b, ']');
}

void jb_model_plan(const jb_model *model, jb_buf *b, int json, int zh)
{
    jb_model *m = (jb_model *)(uintptr_t)model; /* planning fills arenas only */
    jb_figure_set *set = jb_figure_set_new();
    jb_diags *quiet = jb_diags_new();
    jb_runner r;
    int first = 1;
    jb_runner_start(&r, m, set->arena, quiet);
    jb_runner_demand_all(&r, NULL, 0);
    jb_buf_str(b, json ? "{\"version\":1,\"sources\":[" : "");
    for (size_t i = 0; i < m->n_sources; i++) {
        if (!r.plans[i]) {
            continue;
        }
        jb_push_choice choice;
        jb_push_choose(m, r.plans[i], r.arena, &choice, quiet);
        if (json) {
            jb_buf_str(b, first ? "" : ",");
            json_source(&r, r.plans[i], &choice, b);
        } else {
            text_source(&r, r.plans[i], &choice, b, zh);
        }
        first = 0;
    }
    if (json) {
        json_rest(m, b);
        jb_buf_str(b, "}\n");
    } else {
        text_rest(m, b, zh);
    }
    jb_runner_stop(&r);
    jb_diags_free(quiet);
    jb_figure_set_free(set);
}
