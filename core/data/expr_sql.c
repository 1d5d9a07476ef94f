// SPDX-License-Identifier: Apache-2.0
/* A typed tree as SQL in a source's own spellings. Literals are bound, never printed; what has no
 * form there, and every division or rounding, is not sent at all: then the rows come here instead.
 */
#include "data/expr_impl.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

/* Longer ones are rather read here: engines limit the number of parameters and the depth of a
 * statement. */
enum { LONGEST_CHAIN = 200, LONGEST_LIST = 1000 };

typedef struct printer {
    const jb_source_sql *sql;
    jb_sql_out *out;
} printer;

static char *print(printer *, const jb_ex *);

static const char *form(const printer *p, const char *op)
{
    for (uint64_t i = 0; i < p->sql->n_forms; i++) {
        if (strcmp(p->sql->forms[i].op, op) == 0) {
            return p->sql->forms[i].text;
        }
    }
    return NULL;
}

/* The form with its operands in place of $1 … $9; NULL when the source has no such operation. */
static char *fill(printer *p, const char *op, const char *const *args, size_t n)
{
    const char *f = form(p, op);
    if (!f) {
        return NULL;
    }
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (; *f; f++) {
        if (f[0] == '$' && f[1] >= '1' && f[1] <= '9') {
            size_t i = (size_t)(f[1] - '1');
            jb_buf_str(&b, i < n ? args[i] : "");
            f++;
        } else {
            jb_buf_char(&b, *f);
        }
    }
    char *text = b.failed ? NULL : jb_arena_strdup(p->out->arena, jb_buf_text(&b));
    jb_buf_free(&b);
    return text;
}

/* "ident" is the quote and the mark to double inside. */
static char *identifier(printer *p, const char *name)
{
    const char *f = form(p, "ident");
    if (!f || strlen(f) != 2) {
        return NULL;
    }
    size_t n = strlen(name);
    char *text = jb_arena_alloc(p->out->arena, 2 * n + 3), *q = text;
    *q++ = f[0];
    for (; *name; name++) {
        if (*name == f[1]) {
            *q++ = f[1];
        }
        *q++ = *name;
    }
    /* [x] closes with ] */
    *q++ = f[0] == '[' ? ']' : f[0];
    *q = '\0';
    return text;
}

static char *bind(printer *p, const char *format, const char *text)
{
    jb_sql_out *o = p->out;
    const char *f = form(p, "param");
    if (!f) {
        return NULL;
    }
    if (o->n_values == o->cap_values) {
        size_t cap = o->cap_values ? o->cap_values * 2 : 8;
        jb_sql_value *more = jb_arena_alloc(o->arena, cap * sizeof *more);
        if (o->n_values) {
            memcpy(more, o->values, o->n_values * sizeof *more);
        }
        o->values = more;
        o->cap_values = cap;
    }
    jb_sql_value *v = &o->values[o->n_values++];
    v->size = (uint32_t)sizeof *v;
    v->format = format;
    v->text = text;
    const char *mark = strchr(f, '#');
    return mark ? jb_arena_fmt(o->arena, "%.*s%zu%s", (int)(mark - f), f, o->n_values, mark + 1)
                : jb_arena_strdup(o->arena, f);
}

static char *literal(printer *p, const jb_ex *x)
{
    char text[400];
    const jb_value *v = &x->value;
    const char *format = "u";
    switch (v->kind) {
    case JB_K_NULL:
        return bind(p, "u", NULL);
    case JB_K_TEXT:
        return bind(p, "u", v->text);
    case JB_K_BOOL:
        return bind(p, "l", v->num ? "1" : "0");
    case JB_K_INT:
        format = "l";
        break;
    case JB_K_FLOAT:
        format = "g";
        break;
    case JB_K_DATE:
        format = "tdD";
        break;
    default:
        format = jb_arena_fmt(p->out->arena, "d:38,%d", (int)v->scale);
    }
    jb_value_print(v, text, sizeof text);
    return bind(p, format, jb_arena_strdup(p->out->arena, text));
}

static char *column(printer *p, const jb_ex *x)
{
    const char *same = p->out->constant ? p->out->constant(p->out->data, x->column) : NULL;
    if (same) {
        return bind(p, "u", same);
    }
    const char *name = p->out->column ? p->out->column(p->out->data, x->column) : NULL;
    return name ? identifier(p, name) : NULL;
}

/* ---- decimals: a column may be a binary float over there ----
 * Its declared scale is given to it by the source's form "decimal", as it is to streamed rows. What
 * the form yields (a rounded number, a scaled integer) is the source's affair: every operand of a
 * comparison goes through it, at one scale, so both sides are of one make. */

static char *at_scale(printer *p, const char *text, int32_t scale)
{
    const char *const args[] = {text, jb_arena_fmt(p->out->arena, "%d", (int)scale)};
    return text ? fill(p, "decimal", args, 2) : NULL;
}

static char *literal_at(printer *p, const jb_ex *x, int32_t scale)
{
    char text[48];
    const char *f = form(p, "decimal"), *param = form(p, "param");
    jb_value v = x->value;
    jb_i128 n;
    if (v.kind == JB_K_NULL || v.kind == JB_K_FLOAT || !param) {
        return NULL;
    }
    int32_t have = v.kind == JB_K_DEC ? v.scale : 0;
    if (jb_dec_rescale(v.num, have, scale, &n) || jb_dec_compare(n, scale, v.num, have) != 0) {
        return NULL; /* more digits than the column has: only rows compare that exactly */
    }
    const char *again = strstr(f, "$1") ? strstr(strstr(f, "$1") + 2, "$1") : NULL;
    if (again && !strchr(param, '#')) {
        return NULL; /* a nameless parameter cannot be used twice */
    }
    jb_dec_text(n, scale, text);
    const char *format = scale ? jb_arena_fmt(p->out->arena, "d:38,%d", (int)scale) : "l";
    return at_scale(p, bind(p, format, jb_arena_strdup(p->out->arena, text)), scale);
}

static char *decimal(printer *p, const jb_ex *x, int32_t scale)
{
    const char *args[2];
    char text[48];
    switch (x->op) {
    case JB_EX_LIT:
        return literal_at(p, x, scale);
    case JB_EX_NAME:
        return x->kind == JB_K_INT || (x->kind == JB_K_DEC && x->scale == scale)
                   ? at_scale(p, column(p, x), scale)
                   : NULL;
    case JB_EX_ADD:
    case JB_EX_SUB:
        args[0] = decimal(p, x->kids[0], scale);
        args[1] = args[0] ? decimal(p, x->kids[1], scale) : NULL;
        return args[1] ? fill(p, jb_ex_op_text((jb_ex_op)x->op), args, 2) : NULL;
    case JB_EX_SCALE:
        if (x->factor_den != 1 || x->column != 0) {
            return NULL;
        }
        args[0] = decimal(p, x->kids[0], scale);
        jb_dec_text(x->factor_num, 0, text);
        args[1] = args[0] ? bind(p, "l", jb_arena_strdup(p->out->arena, text)) : NULL;
        return args[1] ? fill(p, "*", args, 2) : NULL;
    default:
        return NULL;
    }
}

/* An operand of a comparison: through "decimal" when one of its operands is a decimal that is not a
 * literal. */
static char *operand(printer *p, const jb_ex *x, uint32_t i)
{
    int32_t scale = -1;
    for (uint32_t k = 0; k < x->n; k++) {
        const jb_ex *kid = x->kids[k];
        if (kid->kind == JB_K_DEC && kid->op != JB_EX_LIT && kid->scale > scale) {
            scale = kid->scale;
        }
    }
    return scale >= 0 && form(p, "decimal") ? decimal(p, x->kids[i], scale) : print(p, x->kids[i]);
}

static char *unary(printer *p, const char *op, const jb_ex *x)
{
    const char *a = print(p, x->kids[0]);
    return a ? fill(p, op, &a, 1) : NULL;
}

static char *binary(printer *p, const char *op, const jb_ex *x)
{
    const char *args[2];
    args[0] = operand(p, x, 0);
    args[1] = args[0] ? operand(p, x, 1) : NULL;
    return args[1] ? fill(p, op, args, 2) : NULL;
}

static char *chain(printer *p, const char *op, const jb_ex *x)
{
    char *text = x->n <= LONGEST_CHAIN ? print(p, x->kids[0]) : NULL;
    for (uint32_t i = 1; text && i < x->n; i++) {
        const char *args[2] = {text, print(p, x->kids[i])};
        text = args[1] ? fill(p, op, args, 2) : NULL;
    }
    return text;
}

static char *in_list(printer *p, const jb_ex *x)
{
    const char *args[2] = {operand(p, x, 0), NULL};
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    int ok = args[0] != NULL && x->n <= LONGEST_LIST;
    for (uint32_t i = 1; ok && i < x->n; i++) {
        const char *item = operand(p, x, i);
        ok = item != NULL;
        jb_buf_str(&b, i > 1 ? ", " : "");
        jb_buf_str(&b, item ? item : "");
    }
    char *text = NULL;
    if (ok && !b.failed) {
        args[1] = jb_arena_strdup(p->out->arena, jb_buf_text(&b));
        text = fill(p, "in", args, 2);
    }
    jb_buf_free(&b);
    return text;
}

static char *range(printer *p, const char *v, const char *lo, const char *hi)
{
    const char *const args[] = {v, lo, hi};
    return v && lo && hi ? fill(p, "between", args, 3) : NULL;
}

static char *between(printer *p, const jb_ex *x)
{
    const char *v = operand(p, x, 0);
    const char *lo = v ? operand(p, x, 1) : NULL;
    return range(p, v, lo, lo ? operand(p, x, 2) : NULL);
}

static char *period(printer *p, const jb_ex *x)
{
    char from[11], to[11];
    const jb_period *d = &p->out->period;
    const char *v = print(p, x->kids[0]);
    if (!v) {
        return NULL;
    }
    if (!d->set) { /* all of time: any date that is one */
        const char *null = fill(p, "is_null", &v, 1);
        return null ? fill(p, "not", &null, 1) : NULL;
    }
    jb_date_print(d->from, from);
    jb_date_print(d->to, to);
    const char *lo = bind(p, "tdD", jb_arena_strdup(p->out->arena, from));
    return range(p, v, lo, lo ? bind(p, "tdD", jb_arena_strdup(p->out->arena, to)) : NULL);
}

static char *print(printer *p, const jb_ex *x)
{
    switch (x->op) {
    case JB_EX_LIT:
        return literal(p, x);
    case JB_EX_NAME:
        return column(p, x);
    case JB_EX_AND:
    case JB_EX_OR:
        return chain(p, jb_ex_op_text((jb_ex_op)x->op), x);
    case JB_EX_NOT:
        return unary(p, "not", x);
    case JB_EX_EQ:
    case JB_EX_NE:
    case JB_EX_LT:
    case JB_EX_LE:
    case JB_EX_GT:
    case JB_EX_GE:
    case JB_EX_LIKE:
        return binary(p, jb_ex_op_text((jb_ex_op)x->op), x);
    case JB_EX_IN:
        return in_list(p, x);
    case JB_EX_BETWEEN:
        return between(p, x);
    case JB_EX_ISNULL:
        return unary(p, "is_null", x);
    case JB_EX_PERIOD:
        return period(p, x);
    case JB_EX_ADD:
    case JB_EX_SUB:
    case JB_EX_MUL: /* of integers; decimals are exact only in a comparison, through "decimal" */
        return x->kind == JB_K_INT ? binary(p, jb_ex_op_text((jb_ex_op)x->op), x) : NULL;
    case JB_EX_YEAR:
    case JB_EX_QUARTER:
    case JB_EX_MONTH:
        return unary(p, jb_ex_function_name((jb_ex_op)x->op), x);
    default: /* no form says what these mean over there */
        return NULL;
    }
}

int jb_expr_sql(const jb_expr *e, const jb_source_sql *sql, jb_sql_out *out)
{
    printer p = {sql, out};
    size_t before = out->n_values;
    char *text = e->typed ? print(&p, e->typed) : NULL;
    if (!text) {
        out->n_values = before;
        return -1;
    }
    jb_buf_str(out->text, text);
    return out->text->failed ? -1 : 0;
}
