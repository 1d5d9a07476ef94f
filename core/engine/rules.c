// SPDX-License-Identifier: Apache-2.0
/* Rules over computed figures: what holds, what is broken and by which values, what was explained.
 */
#include "engine/model.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 5 };

typedef struct verdict {
    size_t broken; /* rows that are false */
    size_t known;  /* rows that are true or false */
    int64_t rows[SHOWN];
} verdict;

static verdict judge(const jb_fig *f)
{
    verdict v = {0};
    for (int64_t i = 0; i < f->n_rows; i++) {
        if (f->values[i].kind != JB_K_BOOL) {
            continue; /* a missing operand decides nothing */
        }
        v.known++;
        if (f->values[i].num == 0) {
            if (v.broken < SHOWN) {
                v.rows[v.broken] = i;
            }
            v.broken++;
        }
    }
    return v;
}

static const char *value_text(jb_arena *a, const jb_fig *f, int64_t row)
{
    char text[400];
    if (row < 0 || row >= f->n_rows || f->values[row].kind == JB_K_NULL) {
        return jb_lang_zh() ? "（缺）" : "(missing)";
    }
    if (f->values[row].kind == JB_K_TEXT) {
        return f->values[row].text;
    }
    const char *value = jb_fig_value_text(f, &f->values[row], text);
    return jb_arena_fmt(a, "%s%s", value ? value : "", f->unit ? f->unit : "");
}

static const char *keys_text(jb_arena *a, const jb_fig *f, int64_t row)
{
    const char *out = "";
    for (uint32_t k = 0; k < f->n_keys; k++) {
        const char *key = f->keys[k][row] ? f->keys[k][row] : jb_lang_zh() ? "（空）" : "(null)";
        out = jb_arena_fmt(a, "%s%s%s", out, k ? " / " : "", key);
    }
    return out;
}

/* Row of `f` that belongs to row `row` of the verdict: by key, or the only one. */
static int64_t row_of(const jb_fig *f, const jb_fig *by, int64_t row)
{
    const char *keys[16];
    if (f->n_keys == 0) {
        return 0;
    }
    for (uint32_t k = 0; k < f->n_keys && k < 16 && k < by->n_keys; k++) {
        keys[k] = by->keys[k][row];
    }
    return f->n_keys == by->n_keys ? jb_fig_row(f, keys) : -1;
}

static jb_fig *evaluate(const jb_expr *e, const jb_figure_set *set, jb_arena *a, int *status)
{
    jb_figures_env env = {.figures = set};
    jb_fig *f = NULL;
    *status = jb_expr_eval_figures(e, &env, a, &f);
    if (*status == 0) {
        f->unit = jb_expr_unit(e)->text;
        f->name = NULL;
        f->type = "";
    }
    return *status == 0 ? f : NULL;
}

/* "43 <> 42", or for a row "东湖区: 3 <> 4". */
static void note_rows(const jb_massert *s, const jb_figure_set *set, const jb_fig *result,
                      const verdict *v, jb_arena *a, jb_diags *diags)
{
    int status = 0;
    jb_fig *left = s->left ? evaluate(s->left, set, a, &status) : NULL;
    jb_fig *right = s->right ? evaluate(s->right, set, a, &status) : NULL;
    for (size_t i = 0; i < v->broken && i < SHOWN; i++) {
        int64_t row = v->rows[i];
        const char *key = result->n_keys ? keys_text(a, result, row) : "";
        if (left && right) {
            jb_diag_note_at(diags, "E0910", &s->place, key, *key ? ": " : "",
                            value_text(a, left, row_of(left, result, row)),
                            value_text(a, right, row_of(right, result, row)), jb_expr_text(s->left),
                            jb_expr_text(s->right));
        } else if (*key) {
            jb_diag_note_at(diags, "E0911", &s->place, key);
        }
    }
    if (v->broken > SHOWN) {
        jb_diag_note_at(diags, "E0912", &s->place, jb_arena_fmt(a, "%zu", v->broken));
    }
}

/* Where each operand comes from: section, value, source and rows counted. */
static void note_origins(const jb_massert *s, const jb_figure_set *set, jb_arena *a,
                         jb_diags *diags)
{
    const char *const *names;
    size_t n = jb_expr_names(s->expr, &names);
    for (size_t i = 0; i < n; i++) {
        const jb_fig *f = jb_figure_find(set, names[i]);
        const char *value, *rows = "";
        if (!f) {
            continue;
        }
        value = f->n_keys == 0
                    ? value_text(a, f, 0)
                    : jb_arena_fmt(a, jb_lang_zh() ? "%lld 行" : "%lld rows", (long long)f->n_rows);
        if (f->rows_counted) {
            int64_t total = 0;
            for (int64_t r = 0; r < f->n_rows; r++) {
                total += f->rows_counted[r] > 0 ? f->rows_counted[r] : 0;
            }
            rows = jb_arena_fmt(a, "%lld", (long long)total);
        }
        if (*rows) {
            jb_diag_note_at(diags, "E0913", &f->place, f->name, value, f->source, rows);
        } else {
            jb_diag_note_at(diags, "E0914", &f->place, f->name, value,
                            *f->source ? f->source : f->definition);
        }
    }
}

static int accepted(const jb_model *m, const jb_mrule *rule)
{
    int32_t date;
    if (!rule->has_accept) {
        return 0;
    }
    if (!rule->has_until) {
        return 1;
    }
    return m->options.date && jb_date_parse(m->options.date, strlen(m->options.date), &date) == 0 &&
           date <= rule->until;
}

static void report(const jb_model *m, const jb_mrule *rule, const jb_massert *s, const jb_fig *f,
                   const verdict *v, const jb_figure_set *set, jb_arena *a, jb_rules_result *out,
                   jb_diags *diags)
{
    int silenced = accepted(m, rule);
    const char *code = !rule->warn ? "E0900" : silenced ? "E0902" : "E0901";
    jb_diag(diags, code, &s->place, rule->name, jb_expr_text(s->expr),
            silenced         ? rule->accept_because
            : *rule->because ? rule->because
            : jb_lang_zh()   ? "数据或口径至少有一处不对"
                             : "data or a definition is wrong");
    note_rows(s, set, f, v, a, diags);
    if (!silenced) {
        note_origins(s, set, a, diags);
    }
    if (rule->has_accept && !silenced) {
        char until[11];
        jb_date_print(rule->until, until);
        jb_diag(diags, "E0903", &rule->accept_place, rule->name, until);
    }
    out->accepted += silenced != 0;
    out->broken_warnings += rule->warn && !silenced;
    out->broken_errors += !rule->warn;
}

static void check(const jb_model *m, const jb_mrule *rule, const jb_massert *s,
                  const jb_figure_set *set, jb_arena *a, jb_rules_result *out, jb_diags *diags)
{
    int status = 0;
    jb_fig *f = s->lost ? NULL : evaluate(s->expr, set, a, &status);
    if (s->lost || status == -3) {
        out->unchecked++;
        jb_diag(diags, "E0904", &s->place, rule->name, jb_expr_text(s->expr));
        return;
    }
    out->checked++;
    if (!f) {
        jb_diag(diags, "E0906", &s->place, rule->name, jb_expr_text(s->expr));
        out->broken_errors++;
        return;
    }
    verdict v = judge(f);
    if (v.broken > 0) {
        report(m, rule, s, f, &v, set, a, out, diags);
    } else if (v.known == 0 && f->n_rows > 0) {
        jb_diag(diags, "E0905", &s->place, rule->name, jb_expr_text(s->expr));
    }
}

void jb_model_rules(const jb_model *m, const jb_figure_set *set, jb_rules_result *out,
                    jb_diags *diags)
{
    jb_arena *a = jb_arena_new();
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < m->n_rules; i++) {
        for (size_t k = 0; k < m->rules[i].n; k++) {
            check(m, &m->rules[i], &m->rules[i].asserts[k], set, a, out, diags);
        }
    }
    jb_arena_free(a);
}
