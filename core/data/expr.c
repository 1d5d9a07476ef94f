// SPDX-License-Identifier: Apache-2.0
#include "data/expr_impl.h"

#include <string.h>

static const jb_ex_fn FUNCTIONS[] = {
    {"abs", JB_EX_ABS, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"round", JB_EX_ROUND, 1, 2, JB_FN_ROWS | JB_FN_FIGURES},
    {"coalesce", JB_EX_COALESCE, 2, 255, JB_FN_ROWS | JB_FN_FIGURES},
    {"if", JB_EX_IF, 3, 3, JB_FN_ROWS | JB_FN_FIGURES},
    {"year", JB_EX_YEAR, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"quarter", JB_EX_QUARTER, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"month", JB_EX_MONTH, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"day", JB_EX_DAY, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"date", JB_EX_DATE, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"length", JB_EX_LENGTH, 1, 1, JB_FN_ROWS | JB_FN_FIGURES},
    {"convert", JB_EX_CONVERT, 2, 2, JB_FN_ROWS | JB_FN_FIGURES},
    {"in_period", JB_EX_PERIOD, 1, 1, JB_FN_ROWS},
    {"sum", JB_EX_SUM, 1, 1, JB_FN_FIGURES},
    {"min", JB_EX_MIN, 1, 1, JB_FN_FIGURES},
    {"max", JB_EX_MAX, 1, 1, JB_FN_FIGURES},
    {"count", JB_EX_COUNT, 1, 1, JB_FN_FIGURES},
    {"any", JB_EX_ANY, 1, 1, JB_FN_FIGURES},
    {"all", JB_EX_ALL, 1, 1, JB_FN_FIGURES},
};
enum { N_FUNCTIONS = sizeof FUNCTIONS / sizeof FUNCTIONS[0] };

static const char *const FUNCTION_NAMES[] = {
    "abs",    "round",   "coalesce",  "if",  "year", "quarter", "month", "day", "date",
    "length", "convert", "in_period", "sum", "min",  "max",     "count", "any", "all"};

/* Function names, like keywords, are read without regard to case. */
static int same_word(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char x = (char)(*a >= 'A' && *a <= 'Z' ? *a + 32 : *a);
        if (x != *b) {
            return 0;
        }
    }
    return *a == *b;
}

const jb_ex_fn *jb_ex_function(const char *name)
{
    for (size_t i = 0; i < N_FUNCTIONS; i++) {
        if (same_word(name, FUNCTIONS[i].name)) {
            return &FUNCTIONS[i];
        }
    }
    return NULL;
}

const char *const *jb_ex_function_names(size_t *n)
{
    *n = N_FUNCTIONS;
    return FUNCTION_NAMES;
}

const char *jb_ex_words(jb_arena *a, const char *const *names, size_t n, size_t most)
{
    jb_buf all;
    jb_buf_init(&all, JB_BUF_MAX_TEXT);
    for (size_t i = 0; i < n && i < most; i++) {
        jb_buf_fmt(&all, "%s%s", i ? " " : "", names[i]);
    }
    jb_buf_str(&all, n > most ? " …" : "");
    const char *text = jb_arena_strdup(a, jb_buf_text(&all));
    jb_buf_free(&all);
    return text;
}

const char *jb_ex_function_name(jb_ex_op op)
{
    for (size_t i = 0; i < N_FUNCTIONS; i++) {
        if (FUNCTIONS[i].op == op) {
            return FUNCTIONS[i].name;
        }
    }
    return NULL;
}

const char *jb_ex_op_text(jb_ex_op op)
{
    switch (op) {
    case JB_EX_AND:
        return "and";
    case JB_EX_OR:
        return "or";
    case JB_EX_NOT:
        return "not";
    case JB_EX_EQ:
        return "=";
    case JB_EX_NE:
        return "<>";
    case JB_EX_LT:
        return "<";
    case JB_EX_LE:
        return "<=";
    case JB_EX_GT:
        return ">";
    case JB_EX_GE:
        return ">=";
    case JB_EX_IN:
        return "in";
    case JB_EX_BETWEEN:
        return "between";
    case JB_EX_ISNULL:
        return "is null";
    case JB_EX_LIKE:
        return "like";
    case JB_EX_ADD:
    case JB_EX_DATEADD:
        return "+";
    case JB_EX_SUB:
    case JB_EX_DATEDIFF:
    case JB_EX_NEG:
        return "-";
    case JB_EX_MUL:
        return "*";
    case JB_EX_DIV:
        return "/";
    case JB_EX_INDEX:
        return "[]";
    default:
        return jb_ex_function_name(op) ? jb_ex_function_name(op) : "";
    }
}

const char *jb_kind_name(jb_kind kind)
{
    static const char *const names[] = {"null", "bool", "int", "decimal", "float", "date", "text"};
    return (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : "?";
}

jb_ex *jb_ex_node(jb_arena *a, jb_ex_op op, uint32_t n_kids, size_t at, size_t len)
{
    jb_ex *x = jb_arena_alloc(a, sizeof *x);
    x->op = (uint8_t)op;
    x->n = n_kids;
    x->at = at;
    x->len = len;
    x->unit.num = x->unit.den = 1;
    x->unit.text = "";
    if (n_kids) {
        x->kids = jb_arena_alloc(a, n_kids * sizeof *x->kids);
    }
    return x;
}

jb_place jb_ex_place(const jb_expr *e, size_t at, size_t len)
{
    jb_place none = {0};
    return e->origin.place ? e->origin.place(e->origin.data, e->origin.base + at, len ? len : 1)
                           : none;
}

static jb_place place_of_value(const void *data, size_t offset, size_t n)
{
    return jb_value_place(data, offset, n);
}

jb_origin jb_origin_of_value(const jb_value_cfg *value, size_t base)
{
    jb_origin o = {place_of_value, value, base};
    return o;
}

jb_kind jb_expr_kind(const jb_expr *e)
{
    return e->typed ? (jb_kind)e->typed->kind : JB_K_NULL;
}

int32_t jb_expr_scale(const jb_expr *e)
{
    return e->typed && e->typed->kind == JB_K_DEC ? e->typed->scale : 0;
}

const jb_unit *jb_expr_unit(const jb_expr *e)
{
    return e->typed ? &e->typed->unit : &e->parsed->unit;
}

int jb_expr_divides(const jb_expr *e)
{
    return e->typed ? e->typed->divides : e->divides;
}

int jb_expr_keyed(const jb_expr *e)
{
    return e->typed ? e->typed->keyed : 0;
}

int jb_expr_is_wide(const jb_expr *e)
{
    return e->typed && e->typed->kind == JB_K_DEC && e->typed->op != JB_EX_NAME;
}

const char *jb_expr_text(const jb_expr *e)
{
    return e->text;
}

size_t jb_expr_names(const jb_expr *e, const char *const **out)
{
    *out = e->names;
    return e->n_names;
}

int jb_expr_is_name(const jb_expr *e, const char **name)
{
    if (e->parsed->op != JB_EX_NAME) {
        return 0;
    }
    *name = e->parsed->name;
    return 1;
}

int jb_expr_uses_period(const jb_expr *e)
{
    return e->uses_period;
}

jb_expr *jb_expr_and(jb_arena *arena, jb_expr *a, jb_expr *b)
{
    if (!a || !b) {
        return a ? a : b;
    }
    jb_expr *e = jb_arena_alloc(arena, sizeof *e);
    *e = *a;
    e->arena = arena;
    e->text = jb_arena_fmt(arena, "(%s) and (%s)", a->text, b->text);
    e->n = strlen(e->text);
    e->canonical = NULL;
    e->divides = a->divides || b->divides;
    e->uses_period = a->uses_period || b->uses_period;
    e->parsed = jb_ex_node(arena, JB_EX_AND, 2, a->parsed->at, a->parsed->len);
    e->parsed->kids[0] = a->parsed;
    e->parsed->kids[1] = b->parsed;
    if (a->typed && b->typed) {
        e->typed = jb_ex_node(arena, JB_EX_AND, 2, a->parsed->at, a->parsed->len);
        e->typed->kind = JB_K_BOOL;
        e->typed->kids[0] = a->typed;
        e->typed->kids[1] = b->typed;
        e->typed->divides = a->typed->divides || b->typed->divides;
        e->typed->keyed = a->typed->keyed || b->typed->keyed;
        e->typed->figure = a->typed->keyed ? a->typed->figure : b->typed->figure;
        jb_ex_canonise(e);
    }
    e->names = jb_arena_alloc(arena, (a->n_names + b->n_names + 1) * sizeof *e->names);
    e->n_names = e->cap_names = 0;
    for (size_t i = 0; i < a->n_names + b->n_names; i++) {
        const char *name = i < a->n_names ? a->names[i] : b->names[i - a->n_names];
        size_t k = 0;
        while (k < e->n_names && strcmp(e->names[k], name) != 0) {
            k++;
        }
        if (k == e->n_names) {
            e->names[e->n_names++] = name;
        }
    }
    return e;
}

static int reads_period(const jb_ex *x)
{
    int found = x->op == JB_EX_PERIOD;
    for (uint32_t i = 0; i < x->n && !found; i++) {
        found = reads_period(x->kids[i]);
    }
    return found;
}

static size_t count_parts(const jb_ex *x)
{
    size_t n = 0;
    for (uint32_t i = 0; x->op == JB_EX_AND && i < x->n; i++) {
        n += count_parts(x->kids[i]);
    }
    return x->op == JB_EX_AND ? n : 1;
}

static void take_parts(jb_arena *arena, const jb_expr *whole, jb_ex *x, jb_expr **list, size_t *n)
{
    for (uint32_t i = 0; x->op == JB_EX_AND && i < x->n; i++) {
        take_parts(arena, whole, x->kids[i], list, n);
    }
    if (x->op == JB_EX_AND) {
        return;
    }
    jb_expr *e = jb_arena_alloc(arena, sizeof *e);
    *e = *whole; /* names and text stay those of the whole */
    e->arena = arena;
    e->typed = x;
    e->uses_period = reads_period(x);
    jb_ex_canonise(e);
    list[(*n)++] = e;
}

size_t jb_expr_conjuncts(jb_arena *arena, jb_expr *e, jb_expr ***out)
{
    size_t n = 0;
    *out = NULL;
    if (!e || !e->typed) {
        return 0;
    }
    *out = jb_arena_alloc(arena, count_parts(e->typed) * sizeof(jb_expr *));
    take_parts(arena, e, e->typed, *out, &n);
    return n;
}
