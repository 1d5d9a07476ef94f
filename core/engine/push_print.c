// SPDX-License-Identifier: Apache-2.0
#include "engine/push_print.h"

#include <string.h>

enum { LABEL = -2 };

/* ---- columns ---- */

/* NULL: the source cannot be asked for this column as it is read here. */
static const char *heading_of(const jb_msource *s, int at)
{
    const jb_mcolumn *c = at >= 0 && (size_t)at < s->n_columns ? &s->columns[at] : NULL;
    if (!c || c->refused || c->implied || c->used_as_date) { /* over there it is text */
        return NULL;
    }
    /* asked for by number: its heading names several columns */
    return strcmp(c->ask, c->heading) == 0 ? c->heading : NULL;
}

static int column_at(const jb_printer *p, int32_t column)
{
    return p->own || !p->view->columns ? column : p->view->columns[column];
}

static const char *find_column(void *data, int32_t column)
{
    const jb_printer *p = data;
    return heading_of(p->view->source, column_at(p, column));
}

static const char *find_constant(void *data, int32_t column)
{
    const jb_printer *p = data;
    return column_at(p, column) == LABEL ? p->view->source->name : NULL;
}

void jb_printer_start(jb_printer *p, const jb_push_view *view, jb_arena *a)
{
    memset(p, 0, sizeof *p);
    p->view = view;
    p->sql = view->source->sql;
    p->arena = a;
    p->out.arena = a;
    p->out.column = find_column;
    p->out.constant = find_constant;
    p->out.data = p;
}

int jb_printer_is_label(const jb_printer *p, const jb_expr *e)
{
    const char *name;
    if (!jb_expr_is_name(e, &name)) {
        return 0;
    }
    int at = jb_source_column(p->view->over, name);
    return at >= 0 && !p->own && p->view->columns && p->view->columns[at] == LABEL;
}

/* ---- forms ---- */

const char *jb_printer_form(const jb_printer *p, const char *op)
{
    for (uint64_t i = 0; p->sql && i < p->sql->n_forms; i++) {
        if (strcmp(p->sql->forms[i].op, op) == 0) {
            return p->sql->forms[i].text;
        }
    }
    return NULL;
}

const char *jb_printer_fill(const jb_printer *p, const char *op, const char *one, const char *two)
{
    const char *f = jb_printer_form(p, op), *copy = NULL;
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (; f && *f; f++) {
        if (f[0] == '$' && (f[1] == '1' || f[1] == '2')) {
            const char *operand = *++f == '1' ? one : two;
            jb_buf_str(&b, operand ? operand : "");
        } else {
            jb_buf_char(&b, *f);
        }
    }
    if (f && !b.failed) {
        copy = jb_arena_strdup(p->arena, jb_buf_text(&b));
    }
    jb_buf_free(&b);
    return copy;
}

const char *jb_printer_join(const jb_printer *p, const char *op, const char *one, const char *two)
{
    return !one || !two ? (one ? one : two) : jb_printer_fill(p, op, one, two);
}

/* ---- expressions ---- */

const char *jb_printer_expr(jb_printer *p, const jb_expr *e, jb_period period)
{
    jb_buf text;
    const char *copy = NULL;
    size_t before = p->out.n_values;
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    p->out.text = &text;
    p->out.period = period;
    if (jb_expr_sql(e, p->sql, &p->out) == 0 && !text.failed) {
        copy = jb_arena_strdup(p->arena, jb_buf_text(&text));
    } else {
        p->out.n_values = before;
    }
    jb_buf_free(&text);
    return copy;
}

const char *jb_printer_value(jb_printer *p, const jb_expr *e, jb_period period)
{
    size_t before = p->out.n_values;
    const char *name, *text = jb_printer_expr(p, e, period);
    if (!text || jb_expr_kind(e) != JB_K_DEC) {
        return text;
    }
    /* only a plain column is given its scale: what is computed from several has lost it by then */
    text = jb_expr_is_name(e, &name)
               ? jb_printer_fill(p, "decimal", text,
                                 jb_arena_fmt(p->arena, "%d", (int)jb_expr_scale(e)))
               : NULL;
    p->out.n_values = text ? p->out.n_values : before;
    return text;
}

const char *jb_printer_base(jb_printer *p, int *failed)
{
    const jb_msource *own = p->view->source, *over = p->view->over;
    const char *first = NULL, *second = NULL;
    if (own != over && own->where) {
        p->own = 1;
        first = jb_printer_expr(p, own->where, (jb_period){0});
        p->own = 0;
        *failed |= !first;
    }
    if (over->where) {
        second = jb_printer_expr(p, over->where, (jb_period){0});
        *failed |= !second;
    }
    if (first && second && !jb_printer_form(p, "and")) {
        *failed = 1;
        return first;
    }
    return jb_printer_join(p, "and", first, second);
}

const char *jb_printer_null(const jb_printer *p, const jb_coltype *type)
{
    static const char *const ops[] = {
        [JB_K_BOOL] = "null_bool", [JB_K_INT] = "null_int",   [JB_K_DEC] = "null_decimal",
        [JB_K_DATE] = "null_date", [JB_K_TEXT] = "null_text",
    };
    const char *op = (size_t)type->kind < sizeof ops / sizeof ops[0] ? ops[type->kind] : NULL;
    const char *scale = jb_arena_fmt(p->arena, "%d", (int)type->scale);
    const char *text = op ? jb_printer_fill(p, op, scale, "") : NULL;
    return text ? text : jb_printer_fill(p, "null", "", "");
}
