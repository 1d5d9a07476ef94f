// SPDX-License-Identifier: Apache-2.0
/* Printing the query: operations spelled by the source's own forms, literals bound, identifiers as
 * found. */
#include "engine/pushdown.h"

#include <string.h>

static const char *form(const jb_source_sql *sql, const char *op)
{
    for (uint64_t i = 0; i < sql->n_forms; i++) {
        if (strcmp(sql->forms[i].op, op) == 0) {
            return sql->forms[i].text;
        }
    }
    return NULL;
}

/* `text` with $1 and $2 replaced. */
static const char *expand(jb_arena *a, const char *text, const char *one, const char *two)
{
    const char *out = "";
    while (*text) {
        size_t n = strcspn(text, "$");
        out = jb_arena_fmt(a, "%s%.*s", out, (int)n, text);
        text += n;
        if (text[0] == '$' && (text[1] == '1' || text[1] == '2')) {
            out = jb_arena_fmt(a, "%s%s", out, text[1] == '1' ? one : two);
            text += 2;
        } else if (*text) {
            out = jb_arena_fmt(a, "%s$", out);
            text++;
        }
    }
    return out;
}

static const char *column_heading(void *data, int32_t column)
{
    const jb_msource *s = data;
    return s->columns[column].heading;
}

typedef struct printer {
    const jb_msource *source;
    jb_arena *arena;
    jb_sql_out out;
} printer;

/* An expression as text; its literals join the bound values. NULL: it has no form there. */
static const char *print(printer *p, const jb_expr *e, jb_period period)
{
    jb_buf text;
    const char *copy = NULL;
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    p->out.text = &text;
    p->out.period = period;
    if (jb_expr_sql(e, p->source->sql, &p->out) == 0 && !text.failed) {
        copy = jb_arena_strdup(p->arena, jb_buf_text(&text));
    }
    jb_buf_free(&text);
    return copy;
}

static const char *append(jb_arena *a, const char *list, const char *item)
{
    return *list ? jb_arena_fmt(a, "%s, %s", list, item) : item;
}

/* Columns that make the text of one key: the value, or the parts of a date. */
static int print_key(printer *p, const jb_mgroup *g, const char **list)
{
    static const char *const ops[] = {"year", "quarter", "month"};
    const jb_source_sql *sql = p->source->sql;
    const char *value = print(p, g->expr, (jb_period){0});
    int wanted = g->part == 0 ? 0 : g->part == 'y' ? 1 : g->part == 'q' ? 3 : 5; /* bits of ops */
    if (!value) {
        return -1;
    }
    if (!wanted) {
        *list = append(p->arena, *list, value);
    }
    for (int i = 0; i < 3; i++) {
        const char *text = form(sql, ops[i]);
        if (!(wanted >> i & 1)) {
            continue;
        }
        if (!text) {
            return -1;
        }
        *list = append(p->arena, *list, expand(p->arena, text, value, ""));
    }
    return 0;
}

static const char *print_partial(printer *p, const jb_variant *v, const jb_partial *partial)
{
    static const char *const ops[] = {"", "count", "sum", "min", "max"};
    if (partial->op == 0 || partial->op >= sizeof ops / sizeof ops[0]) {
        return NULL;
    }
    const char *text = form(p->source->sql, ops[partial->op]), *value = "*";
    if (!text || (partial->column < 0 && partial->op != JB_PARTIAL_COUNT)) {
        return NULL;
    }
    if (partial->column >= 0) {
        const jb_expr *e = v->metric->columns[partial->column];
        value = print(p, e, v->period);
        const char *decimal = form(p->source->sql, "decimal");
        if (value && decimal && partial->op != JB_PARTIAL_COUNT && jb_expr_kind(e) == JB_K_DEC) {
            value = expand(p->arena, decimal, value,
                           jb_arena_fmt(p->arena, "%d", (int)jb_expr_scale(e)));
        } else if (value && !decimal && partial->op == JB_PARTIAL_SUM &&
                   jb_expr_kind(e) == JB_K_DEC) {
            return NULL; /* a sum in binary floats would not be exact */
        }
    }
    return value ? expand(p->arena, text, value, "") : NULL;
}

static int refuse(jb_arena *a, const char **why, const char *code, const char *what)
{
    jb_buf text;
    const char *args[] = {what};
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    jb_catalog_format(jb_catalog_find(code), jb_lang_zh(), args, 1, &text);
    *why = jb_arena_strdup(a, jb_buf_text(&text));
    jb_buf_free(&text);
    return -1;
}

static int print_metrics(printer *p, const jb_source_plan *plan, size_t pair, const char **list,
                         const char **why)
{
    for (size_t i = 0; i < plan->pairs[pair].n_variants; i++) {
        const jb_variant *v = plan->variants[plan->pairs[pair].variants[i]];
        if (v->metric->names || !v->metric->partial) {
            return refuse(p->arena, why, v->metric->names ? "E0380" : "E0381", v->metric->name);
        }
        for (uint64_t k = 0; k < v->metric->partial->n_partials; k++) {
            const char *text = print_partial(p, v, &v->metric->partial->partials[k]);
            if (!text) {
                return refuse(p->arena, why, "E0382", v->metric->name);
            }
            *list = append(p->arena, *list, text);
        }
    }
    return 0;
}

int jb_push_sql(jb_model *m, const jb_source_plan *plan, size_t pair, jb_arena *a,
                jb_push_query *out, const char **why, jb_diags *diags)
{
    const jb_selection *selection = &plan->selections[plan->pairs[pair].selection];
    const jb_keyset *keyset = &plan->keysets[plan->pairs[pair].keyset];
    const jb_msource *source = plan->source;
    const char *keys = "", *from = NULL, *where = NULL, *count;
    printer p = {.source = source, .arena = a};
    jb_ctx ctx;
    (void)m;
    p.out.arena = a;
    p.out.column = column_heading;
    p.out.data = (void *)(uintptr_t)source;
    if (!source->sql || !(count = form(source->sql, "count"))) {
        return refuse(a, why, "E0383", source->name);
    }
    for (size_t i = 0; i < keyset->n_groups; i++) {
        if (print_key(&p, &keyset->groups[i], &keys) != 0) {
            return refuse(a, why, "E0384", keyset->groups[i].name);
        }
    }
    if (p.out.n_values > 0) { /* a bound value would not stand for itself in GROUP BY */
        return refuse(a, why, "E0384", keyset->groups[0].name);
    }
    const char *list = append(a, keys, expand(a, count, "*", ""));
    if (print_metrics(&p, plan, pair, &list, why) != 0) {
        return -1;
    }
    jb_expr *cond = jb_expr_and(a, source->where, selection->cond);
    if (cond && !(where = print(&p, cond, selection->period))) {
        return refuse(a, why, "E0385", jb_expr_text(cond));
    }
    jb_ctx_begin(&ctx, source->instance, "from", diags, NULL);
    jb_status status = source->sql->from(&ctx, source->instance->self, &from);
    if (jb_ctx_end(&ctx, status) != JB_OK) {
        return refuse(a, why, "E0383", source->name);
    }
    out->sql = jb_arena_fmt(a, "SELECT %s FROM %s%s%s%s%s", list, from, where ? " WHERE " : "",
                            where ? where : "", *keys ? " GROUP BY " : "", keys);
    out->values = p.out.values;
    out->n_values = p.out.n_values;
    return 0;
}
