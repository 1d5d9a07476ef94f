// SPDX-License-Identifier: Apache-2.0
/* Inside of expressions. Private to core/data.
 *
 * Two trees: the parser's (as written) and the checker's (typed; units resolved into exact
 * factors). The second is what evaluation, SQL and the canonical text read. Both are immutable once
 * made. */
#ifndef JB_DATA_EXPR_IMPL_H
#define JB_DATA_EXPR_IMPL_H

#include "data/expr.h"

/* Input that only an attacker writes is refused before it can exhaust stack or time. */
enum { JB_EX_MAX_BYTES = 1 << 20, JB_EX_MAX_DEPTH = 200, JB_EX_MAX_NODES = 50000 };

typedef enum jb_ex_op {
    JB_EX_LIT,   /* value; before check a number may have a suffix (name) */
    JB_EX_NAME,  /* name: column, figure, or row bound by a loop */
    JB_EX_FIELD, /* kids[0].name2: field of a bound row or of a figure */
    JB_EX_INDEX, /* kids[0][kids[1] …] */
    JB_EX_CALL,  /* parsed only: function `fn` */
    JB_EX_AND,
    JB_EX_OR,
    JB_EX_NOT,
    JB_EX_EQ,
    JB_EX_NE,
    JB_EX_LT,
    JB_EX_LE,
    JB_EX_GT,
    JB_EX_GE,
    JB_EX_IN,
    JB_EX_BETWEEN,
    JB_EX_ISNULL,
    JB_EX_LIKE,
    JB_EX_ADD,
    JB_EX_SUB,
    JB_EX_MUL,
    JB_EX_DIV,
    JB_EX_NEG,
    JB_EX_DATEDIFF, /* date - date: days */
    JB_EX_DATEADD,  /* date + kids[1] days */
    JB_EX_SCALE,    /* × factor_num / factor_den, at `scale` digits: exact, or a quotient */
    JB_EX_ABS,
    JB_EX_ROUND,
    JB_EX_COALESCE,
    JB_EX_IF,
    JB_EX_YEAR,
    JB_EX_QUARTER,
    JB_EX_MONTH,
    JB_EX_DAY,
    JB_EX_LENGTH,
    JB_EX_PERIOD,
    JB_EX_CONVERT,
    JB_EX_DATE,
    JB_EX_SUM,
    JB_EX_MIN,
    JB_EX_MAX,
    JB_EX_COUNT,
    JB_EX_ANY,
    JB_EX_ALL
} jb_ex_op;

typedef struct jb_ex jb_ex;
struct jb_ex {
    uint8_t op, kind;
    uint8_t divides; /* a quotient is in it */
    uint8_t literal; /* no name is in it: a bare number takes the unit it meets */
    uint8_t keyed;   /* over figures: may have several rows */
    uint8_t derived; /* NAME: the bound row itself, or a constant of the scope: read through
                        env.field */
    int32_t scale;   /* DEC */
    uint32_t n;
    jb_ex **kids;
    size_t at, len; /* range in the text */
    const char *name, *name2;
    jb_value value; /* LIT */
    int32_t column; /* NAME over rows; ROUND: digits */
    const jb_fig *figure;
    jb_i128 factor_num, factor_den;
    jb_unit unit;
};

struct jb_expr {
    jb_arena *arena;
    const char *text;
    size_t n;
    jb_origin origin;
    jb_ex *parsed, *typed;
    const char **names;
    size_t n_names, cap_names;
    int divides, uses_period;
    const char *canonical;
};

/* ---- tokens ---- */
typedef enum jb_tok {
    JB_TOK_END,
    JB_TOK_NAME,
    JB_TOK_WORD /* keyword */,
    JB_TOK_NUMBER,
    JB_TOK_TEXT,
    JB_TOK_PUNCT,
    JB_TOK_BAD
} jb_tok;

typedef struct jb_token {
    jb_tok kind;
    int punct; /* a character, or 'l' <=, 'g' >=, 'n' <> */
    size_t at, len;
    const char *text;   /* NAME, WORD (lower case), TEXT: contents; in the arena */
    const char *suffix; /* NUMBER: the word glued to it, NULL none */
    jb_i128 number;
    int32_t scale;
    const char *bad; /* BAD: code of the message */
} jb_token;

void jb_ex_lex(jb_arena *, const char *text, size_t n, size_t at, jb_token *out);
/* Characters a name may begin with, and may contain. */
int jb_ex_name_start(uint32_t cp);
int jb_ex_name_part(uint32_t cp);

/* ---- functions ---- */
enum { JB_FN_ROWS = 1, JB_FN_FIGURES = 2 };
typedef struct jb_ex_fn {
    const char *name;
    jb_ex_op op;
    uint8_t least, most; /* arguments; most 255: any number */
    uint8_t where;       /* JB_FN_* */
} jb_ex_fn;
const jb_ex_fn *jb_ex_function(const char *name);
const char *const *jb_ex_function_names(size_t *n);
/* Names side by side, for a message; after `most` of them "…". */
const char *jb_ex_words(jb_arena *, const char *const *names, size_t n, size_t most);
const char *jb_ex_function_name(jb_ex_op);

/* ---- helpers ---- */
jb_place jb_ex_place(const jb_expr *, size_t at, size_t len);
#define JB_EX_FAIL(e, diags, at, len, code, ...)                                                   \
    do {                                                                                           \
        jb_place place_ = jb_ex_place((e), (at), (len));                                           \
        jb_diag((diags), (code), &place_, __VA_ARGS__);                                            \
    } while (0)
const char *jb_kind_name(jb_kind); /* "text", "date" … as in type.COLUMN */
jb_ex *jb_ex_node(jb_arena *, jb_ex_op, uint32_t n_kids, size_t at, size_t len);
static inline int jb_kind_is_number(int k)
{
    return k == JB_K_INT || k == JB_K_DEC || k == JB_K_FLOAT;
}
void jb_ex_canonise(jb_expr *); /* sets ->canonical of a typed expression */
/* The text of an operator, as printed. */
const char *jb_ex_op_text(jb_ex_op);

/* One operation over values, NULLs and all: what figures, constants and the tests of rows use.
 * 0 ok, -2 overflow. AND/OR/NOT/IN/IF/COALESCE included; aggregates are not. */
int jb_ex_apply(const jb_ex *, const jb_value *args, const jb_period *, jb_value *out);
/* a × b ÷ 10^drop, half away from zero. 0 ok, else overflow. */
int jb_dec_mul_round(jb_i128 a, jb_i128 b, int32_t drop, jb_i128 *out);
/* LIKE with % and _ (a character). */
int jb_ex_like(const char *text, size_t n, const char *pattern, size_t m);
/* A number at another kind and scale. 0 ok, -2 overflow. */
int jb_ex_cast(const jb_value *, int kind, int32_t scale, jb_value *out);

/* ---- typing (expr_check.c, expr_units.c) ---- */
typedef struct jb_ex_check {
    jb_expr *e;
    const jb_scope *scope;
    jb_diags *diags;
} jb_ex_check;
jb_ex *jb_ex_type(jb_ex_check *, const jb_ex *parsed);
jb_ex *jb_ex_type_call(jb_ex_check *, const jb_ex *parsed);
jb_ex *jb_ex_type_literal(jb_ex_check *, const jb_ex *parsed);
jb_ex *jb_ex_type_name(jb_ex_check *, const jb_ex *parsed);
jb_ex *jb_ex_type_field(jb_ex_check *, const jb_ex *parsed);
jb_ex *jb_ex_type_index(jb_ex_check *, const jb_ex *parsed);
/* Brings kids to one unit (and kind) before `node` compares or adds them. `exact`: both sides may
 * be scaled, as in a comparison; else the result is in the first one's unit, given in *unit. 0 ok.
 */
int jb_ex_meet(jb_ex_check *, jb_ex *node, jb_ex **a, jb_ex **b, int exact, jb_unit *unit);
jb_ex *jb_ex_scaled(jb_ex_check *, jb_ex *, jb_i128 num, jb_i128 den,
                    const jb_unit *); /* ×num/den */
/* What a node inherits from its kids: keys, literalness, quotients. 0 ok, -1: their keys differ,
 * reported. */
int jb_ex_inherit(jb_ex_check *, jb_ex *);
jb_ex *jb_ex_fold(jb_ex_check *, jb_ex *); /* evaluates a node of literals; NULL reported */
int jb_ex_same_kind(jb_ex_check *, jb_ex *node, jb_ex **a,
                    jb_ex **b); /* text → date, DEC scales; 0 ok */
#endif
