// SPDX-License-Identifier: Apache-2.0
/* The canonical text of a typed tree: what two spellings of one condition have in common, and what
 * the trace prints as the definition of a figure. */
#include "data/expr_impl.h"

#include "base/buf.h"

#include <string.h>

static void put(jb_buf *, const jb_ex *, int level);

/* Binding strength; an operand that binds less than its place wants is bracketed. */
static int level_of(const jb_ex *x)
{
    switch (x->op) {
    case JB_EX_OR:
        return 1;
    case JB_EX_AND:
        return 2;
    case JB_EX_NOT:
        return 3;
    case JB_EX_EQ:
    case JB_EX_NE:
    case JB_EX_LT:
    case JB_EX_LE:
    case JB_EX_GT:
    case JB_EX_GE:
    case JB_EX_IN:
    case JB_EX_BETWEEN:
    case JB_EX_ISNULL:
    case JB_EX_LIKE:
        return 4;
    case JB_EX_ADD:
    case JB_EX_SUB:
    case JB_EX_DATEADD:
    case JB_EX_DATEDIFF:
        return 5;
    case JB_EX_MUL:
    case JB_EX_DIV:
    case JB_EX_SCALE:
        return 6;
    case JB_EX_NEG:
        return 7;
    default:
        return 9;
    }
}

static void put_text(jb_buf *b, const char *text)
{
    jb_buf_char(b, '"');
    for (; *text; text++) {
        if (*text == '"') {
            jb_buf_char(b, '"');
        }
        jb_buf_char(b, *text);
    }
    jb_buf_char(b, '"');
}

/* compared: 1.50 and 1.5 are one number there, and a date is known by what it meets; elsewhere
 * scale and kind are part of the meaning. */
static void put_literal(jb_buf *b, const jb_ex *x, int compared)
{
    char text[400];
    if (x->kind == JB_K_NULL) {
        jb_buf_str(b, "null");
        return;
    }
    if (x->kind == JB_K_TEXT) {
        put_text(b, x->value.text);
        return;
    }
    size_t n = jb_value_print(&x->value, text, sizeof text);
    if (compared && x->kind == JB_K_DEC && x->value.scale > 0) {
        while (n > 0 && text[n - 1] == '0') {
            text[--n] = '\0';
        }
        if (n > 0 && text[n - 1] == '.') {
            text[--n] = '\0';
        }
    }
    if (x->kind == JB_K_DATE) {
        jb_buf_str(b, compared ? "" : "date(");
        put_text(b, text);
        jb_buf_str(b, compared ? "" : ")");
        return;
    }
    jb_buf_str(b, text);
    jb_buf_str(b, jb_unit_is_none(&x->unit) ? "" : x->unit.text);
}

static void put_name(jb_buf *b, const char *name)
{
    jb_token t;
    jb_arena *a = jb_arena_new();
    jb_ex_lex(a, name, strlen(name), 0, &t);
    int plain = t.kind == JB_TOK_NAME && t.len == strlen(name) && *name != '{';
    jb_arena_free(a);
    jb_buf_fmt(b, plain ? "%s" : "{%s}", name);
}

static void put_chain(jb_buf *b, const jb_ex *x, int level, int *first)
{
    for (uint32_t i = 0; i < x->n; i++) {
        if (x->kids[i]->op == x->op) {
            put_chain(b, x->kids[i], level, first);
            continue;
        }
        if (!*first) {
            jb_buf_fmt(b, " %s ", jb_ex_op_text((jb_ex_op)x->op));
        }
        *first = 0;
        put(b, x->kids[i], level + 1);
    }
}

/* An operand of a comparison. */
static void put_side(jb_buf *b, const jb_ex *x, int level)
{
    if (x->op == JB_EX_LIT) {
        put_literal(b, x, 1);
    } else {
        put(b, x, level);
    }
}

static void put_items(jb_buf *b, const jb_ex *x, uint32_t from)
{
    for (uint32_t i = from; i < x->n; i++) {
        jb_buf_str(b, i > from ? ", " : "");
        if (x->op == JB_EX_IN) {
            put_side(b, x->kids[i], 0);
        } else {
            put(b, x->kids[i], 0);
        }
    }
}

static void put_call(jb_buf *b, const jb_ex *x)
{
    jb_buf_fmt(b, "%s(", jb_ex_function_name((jb_ex_op)x->op));
    put_items(b, x, 0);
    if (x->op == JB_EX_ROUND) {
        jb_buf_fmt(b, ", %d", (int)x->column);
    }
    jb_buf_char(b, ')');
}

static void put_scale(jb_buf *b, const jb_ex *x)
{
    char text[48];
    put(b, x->kids[0], 6);
    jb_dec_text(x->factor_num, x->column, text);
    jb_buf_fmt(b, " * %s", text);
    if (x->factor_den != 1) {
        jb_dec_text(x->factor_den, 0, text);
        jb_buf_fmt(b, " / %s", text);
    }
}

static void put_open(jb_buf *b, const jb_ex *x, int level)
{
    int first = 1;
    switch (x->op) {
    case JB_EX_LIT:
        put_literal(b, x, 0);
        return;
    case JB_EX_NAME:
    case JB_EX_FIELD:
        put_name(b, x->name);
        if (x->op == JB_EX_FIELD) {
            jb_buf_char(b, '.');
            jb_buf_str(b, x->name2);
        }
        return;
    case JB_EX_INDEX:
        put(b, x->kids[0], level);
        jb_buf_char(b, '[');
        put_items(b, x, 1);
        jb_buf_char(b, ']');
        return;
    case JB_EX_AND:
    case JB_EX_OR:
        put_chain(b, x, level, &first);
        return;
    case JB_EX_NOT:
    case JB_EX_NEG:
        jb_buf_str(b, x->op == JB_EX_NOT ? "not " : "-");
        put(b, x->kids[0], level);
        return;
    case JB_EX_ISNULL:
        put(b, x->kids[0], level + 1);
        jb_buf_str(b, " is null");
        return;
    case JB_EX_IN:
        put_side(b, x->kids[0], level + 1);
        jb_buf_str(b, " in (");
        put_items(b, x, 1);
        jb_buf_char(b, ')');
        return;
    case JB_EX_BETWEEN:
        put_side(b, x->kids[0], level + 1);
        jb_buf_str(b, " between ");
        put_side(b, x->kids[1], level + 1);
        jb_buf_str(b, " and ");
        put_side(b, x->kids[2], level + 1);
        return;
    case JB_EX_SCALE:
        put_scale(b, x);
        return;
    default:
        break;
    }
    if (level == 9) {
        put_call(b, x);
        return;
    }
    if (level == 4) { /* comparisons do not chain */
        put_side(b, x->kids[0], 5);
        jb_buf_fmt(b, " %s ", jb_ex_op_text((jb_ex_op)x->op));
        put_side(b, x->kids[1], 5);
        return;
    }
    put(b, x->kids[0], level);
    jb_buf_fmt(b, " %s ", jb_ex_op_text((jb_ex_op)x->op));
    put(b, x->kids[1], level + 1);
}

static void put(jb_buf *b, const jb_ex *x, int level)
{
    int own = level_of(x);
    if (own < level) {
        jb_buf_char(b, '(');
    }
    put_open(b, x, own);
    if (own < level) {
        jb_buf_char(b, ')');
    }
}

void jb_ex_canonise(jb_expr *e)
{
    jb_buf b;
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    const jb_ex *x = e->typed;
    /* The last rounding of a quotient goes without saying. */
    put(&b, x->op == JB_EX_ROUND && x->divides ? x->kids[0] : x, 0);
    e->canonical = jb_arena_strdup(e->arena, jb_buf_text(&b));
    jb_buf_free(&b);
}

const char *jb_expr_canonical(const jb_expr *e)
{
    return e->canonical ? e->canonical : e->text;
}
