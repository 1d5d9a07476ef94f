// SPDX-License-Identifier: Apache-2.0
/* The parsed form of a text. Private to core/doc.
 *
 * lex (lines, words, tags) → parse (a tree) → check (names, types, units) → write (runs and
 * blocks). */
#ifndef JB_DOC_TEMPLATE_IMPL_H
#define JB_DOC_TEMPLATE_IMPL_H

#include "doc/template.h"

enum { JB_T_MAX_DEPTH = 64, JB_T_MAX_DECIMALS = 12, JB_T_MAX_ERRORS = 20 };

/* ---- tokens ---- */
typedef enum jb_ttok { JB_TT_LINE, JB_TT_TEXT, JB_TT_TAG, JB_TT_END } jb_ttok;

typedef struct jb_ttoken {
    jb_ttok kind;
    char mode;        /* LINE: 'p' paragraph, '+' runs into the one above, '-' an item of its own */
    size_t at, len;   /* range in the text; TAG: with its braces */
    size_t in, n;     /* TAG: what is between the braces, blanks trimmed */
    const char *text; /* TEXT: {{ undone */
} jb_ttoken;

/* ---- the tree ---- */

/* What an expression is in its simplest form: it then names a figure's row, and keeps that identity
 * in print. */
typedef enum jb_tform { JB_TF_EXPR, JB_TF_NAME, JB_TF_INDEX, JB_TF_FIELD } jb_tform;

typedef struct jb_tkey { /* F["text"] or F[bind.field] */
    const char *text, *bind, *field;
} jb_tkey;

typedef struct jb_texpr {
    size_t at, len;
    const char *text; /* as written */
    jb_expr *expr;
    jb_tform form;
    const char *name, *field; /* NAME, INDEX: a figure or bound name; FIELD: name.field */
    jb_tkey *keys;
    size_t n_keys;
} jb_texpr;

typedef struct jb_tspec {
    size_t at, len;   /* of all filters */
    const char *word; /* a filter that is no word of ours: a unit, judged when units are known */
    size_t word_at, word_len;
    int has_unit;
    jb_unit unit;
    int decimals; /* -1: as it is */
    int cn, upper, trend, names, rank, date, cell;
    int limit;              /* names: how many, 0 all */
    const char *cell_label; /* NULL: none given */
    const char *or_text;    /* NULL: none */
} jb_tspec;

typedef enum jb_tkind {
    JB_TN_LINE,
    JB_TN_TEXT,
    JB_TN_PRINT,
    JB_TN_IF,
    JB_TN_FOR,
    JB_TN_BLOCK,
    JB_TN_REF
} jb_tkind;

typedef struct jb_tnode jb_tnode;

typedef struct jb_tbranch {
    jb_texpr *cond; /* NULL: else */
    jb_tnode *body;
    struct jb_tbranch *next;
} jb_tbranch;

typedef struct jb_tloop {
    const char *bind, *figure, *sort, *sep;
    size_t figure_at, figure_len, sort_at, sort_len, bind_at, bind_len;
    jb_texpr *where;
    int descending;
    int64_t limit; /* 0: none */
    jb_tnode *body;
} jb_tloop;

struct jb_tnode {
    jb_tkind kind;
    char mode;
    size_t at, len;
    const char *text; /* TEXT; BLOCK, REF: the name */
    jb_texpr *expr;   /* PRINT */
    jb_tspec *spec;   /* PRINT */
    jb_tbranch *branches;
    jb_tloop *loop;
    jb_tnode *next;
    jb_tnode *parent; /* the IF or FOR it is in */
};

struct jb_template {
    jb_arena *arena;
    const char *text;
    size_t n;
    int one_line;
    jb_origin origin;
    jb_tnode *first;
    const char **names, **blocks;
    size_t n_names, cap_names, n_blocks, cap_blocks;
};

/* ---- shared helpers ---- */
jb_place jb_t_place(const jb_template *, size_t at, size_t len);
#define JB_T_FAIL(t, diags, at, len, code, ...)                                                    \
    do {                                                                                           \
        jb_place place_ = jb_t_place((t), (at), (len));                                            \
        jb_diag((diags), (code), &place_, __VA_ARGS__);                                            \
    } while (0)
/* text[at, at+len) in the arena, shortened to what a message can show. */
const char *jb_t_quote(const jb_template *, size_t at, size_t len);

/* lex: all tokens, END last. *failed: how often something was reported; what is wrong is left out,
 * so that the rest can be judged too. */
jb_ttoken *jb_t_lex(jb_template *, int *failed, jb_diags *);
/* First word of a tag, 0 when the tag is an expression. */
typedef enum jb_tword {
    JB_TW_NONE,
    JB_TW_IF,
    JB_TW_ELSE,
    JB_TW_END,
    JB_TW_FOR,
    JB_TW_BLOCK,
    JB_TW_REF
} jb_tword;
jb_tword jb_t_word(const char *text, size_t n);
/* Trims blanks (and U+3000) at both ends of text[*at, *at+*n). */
void jb_t_trim(const char *text, size_t *at, size_t *n);
/* Length of the quoted text at text[at] with its quotes, 0 when there is none or it has no end. */
size_t jb_t_quoted(const char *text, size_t n, size_t at);
/* Contents of a quoted text of that length. */
const char *jb_t_unquote(jb_arena *, const char *text, size_t n);

/* parse */
jb_texpr *jb_t_expr(jb_template *, size_t at, size_t n, jb_diags *);
jb_tspec *jb_t_spec(jb_template *, size_t at, size_t n, jb_diags *);
jb_tloop *jb_t_loop(jb_template *, size_t at, size_t n, jb_diags *);

/* ---- names in scope, while checking and while writing ---- */
typedef struct jb_tframe {
    const char *name;
    const jb_fig *figure;
    int64_t row; /* -1 while checking */
    const struct jb_tframe *up;
} jb_tframe;

typedef struct jb_tenv {
    jb_template *t;
    const jb_tscope *scope;
    const jb_tframe *top;
    jb_diags *diags;
    jb_arena *scratch;
    const char *unset; /* a constant that was asked for and is not set */
} jb_tenv;

const jb_tframe *jb_t_frame(const jb_tenv *, const char *name);
void jb_t_scope(jb_tenv *, jb_scope *out);
void jb_t_figures_env(jb_tenv *, jb_figures_env *out);
/* A constant: as_of, date, period, issuer. 1: it is one; value.kind JB_K_NULL when not set. */
int jb_t_constant(const jb_tscope *, const char *name, jb_value *out);
/* A field of a row: key, "value", field or "name". 1: there is one. unit may be NULL. row < 0:
 * types only. */
int jb_t_field(const jb_fig *, int64_t row, const char *field, jb_value *out, jb_kind *kind,
               int32_t *scale, const char **unit);

/* ---- filters ---- */
/* What is to be printed. */
typedef struct jb_tvalue {
    jb_value value;
    const jb_fig *figure; /* whose row it is; NULL: an expression's or a field's value */
    int64_t row;
    const char *target, *key; /* identity of the run */
    const jb_unit *unit;
    int trims; /* a quotient: zeros at the end are not printed */
} jb_tvalue;

/* Says whether the filters fit a value of that kind and unit; resolves the unit. 0 ok, -1 reported.
 */
int jb_t_spec_check(jb_tenv *, const jb_texpr *, jb_tspec *, jb_kind, const jb_unit *,
                    const jb_fig *);
/* The unit the text after the number must begin with; NULL: none is needed. */
const jb_unit *jb_t_spec_unit(const jb_tspec *, jb_kind, const jb_unit *);
/* Appends runs to node. A value that is not NULL. 0 ok, -2 overflow. */
int jb_t_print(jb_tenv *, const jb_tspec *, const jb_tvalue *, jb_node *node);

/* Parts of a share figure at `decimals`, balanced to 100: as many as it has rows; NULL when they
 * cannot be. */
const jb_i128 *jb_t_balanced(jb_tenv *, const jb_fig *, int decimals);
/* The same for n values at `scale`: largest remainders get the missing units. 0 ok, -1 cannot be.
 */
int jb_balance(const jb_value *values, int64_t n, int decimals, jb_i128 *out);

/* Text begins with the unit as it is written after a number: bytes, 0 no. */
size_t jb_t_unit_prefix(jb_units *, const jb_unit *, const char *text);
#endif
