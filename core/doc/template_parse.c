// SPDX-License-Identifier: Apache-2.0
/* Tokens to a tree: what is between {if}, {else}, {for} and {end}. */
#include "doc/template_impl.h"

#include "base/str.h"

#include <string.h>

typedef struct open_tag { /* an {if} or {for} that waits for its {end} */
    jb_tnode *node;
    jb_tnode **tail; /* where the list goes on after it */
} open_tag;

typedef struct parser {
    jb_template *t;
    jb_diags *diags;
    open_tag open[JB_T_MAX_DEPTH];
    size_t depth;
    jb_tnode **tail;
} parser;

jb_place jb_t_place(const jb_template *t, size_t at, size_t len)
{
    jb_place none = {0};
    return t->origin.place != NULL ? t->origin.place(t->origin.data, t->origin.base + at, len)
                                   : none;
}

const char *jb_t_quote(const jb_template *t, size_t at, size_t len)
{
    size_t n = len < 60 ? len : 60;
    while (n < len && n > 0 && ((unsigned char)t->text[at + n] & 0xc0u) == 0x80u)
        n--;
    return jb_arena_fmt(t->arena, "%.*s%s", (int)n, t->text + at, n < len ? "…" : "");
}

static jb_tnode *append(parser *p, jb_tkind kind, const jb_ttoken *tok)
{
    jb_tnode *node = jb_arena_alloc(p->t->arena, sizeof *node);
    node->kind = kind;
    node->at = tok->at;
    node->len = tok->len;
    node->parent = p->depth > 0 ? p->open[p->depth - 1].node : NULL;
    *p->tail = node;
    p->tail = &node->next;
    return node;
}

static int push_open(parser *p, jb_tnode *node, jb_tnode **body)
{
    if (p->depth == JB_T_MAX_DEPTH) {
        JB_T_FAIL(p->t, p->diags, node->at, node->len, "E0709",
                  jb_t_quote(p->t, node->at, node->len), "64");
        return -1;
    }
    p->open[p->depth].node = node;
    p->open[p->depth].tail = p->tail;
    p->depth++;
    p->tail = body;
    return 0;
}

/* The rest of a tag after its first word of `skip` bytes. */
static void rest(const jb_template *t, const jb_ttoken *tok, size_t skip, size_t *at, size_t *n)
{
    *at = tok->in + skip;
    *n = tok->n - skip;
    jb_t_trim(t->text, at, n);
}

static int parse_if(parser *p, const jb_ttoken *tok)
{
    jb_tnode *node = append(p, JB_TN_IF, tok);
    jb_tbranch *branch = jb_arena_alloc(p->t->arena, sizeof *branch);
    size_t at, n;
    rest(p->t, tok, 2, &at, &n);
    node->branches = branch;
    if (n == 0) {
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0702", "{if}");
        return -1;
    }
    branch->cond = jb_t_expr(p->t, at, n, p->diags);
    return branch->cond != NULL ? push_open(p, node, &branch->body) : -1;
}

static int parse_else(parser *p, const jb_ttoken *tok)
{
    jb_tnode *node = p->depth > 0 ? p->open[p->depth - 1].node : NULL;
    jb_tbranch *last, *branch;
    size_t at, n;
    rest(p->t, tok, 4, &at, &n);
    if (node == NULL || node->kind != JB_TN_IF) {
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0705", jb_t_quote(p->t, tok->at, tok->len),
                  "{if}");
        return -1;
    }
    for (last = node->branches; last->next != NULL; last = last->next) {
    }
    if (last->cond == NULL) { /* after {else} nothing but {end} */
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0705", jb_t_quote(p->t, tok->at, tok->len),
                  "{if}");
        return -1;
    }
    branch = jb_arena_alloc(p->t->arena, sizeof *branch);
    last->next = branch;
    p->tail = &branch->body;
    if (n == 0)
        return 0;
    if (jb_t_word(p->t->text + at, n) != JB_TW_IF || n <= 2) {
        JB_T_FAIL(p->t, p->diags, at, n, "E0706", jb_t_quote(p->t, at, n));
        return -1;
    }
    at += 2;
    n -= 2;
    jb_t_trim(p->t->text, &at, &n);
    branch->cond = jb_t_expr(p->t, at, n, p->diags);
    return branch->cond != NULL ? 0 : -1;
}

static int parse_for(parser *p, const jb_ttoken *tok)
{
    jb_tnode *node = append(p, JB_TN_FOR, tok);
    size_t at, n;
    rest(p->t, tok, 3, &at, &n);
    node->loop = jb_t_loop(p->t, at, n, p->diags);
    return node->loop != NULL ? push_open(p, node, &node->loop->body) : -1;
}

static int parse_end(parser *p, const jb_ttoken *tok)
{
    if (p->depth == 0 || tok->n != 3) {
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0705", jb_t_quote(p->t, tok->at, tok->len),
                  "{if} / {for}");
        return -1;
    }
    p->tail = p->open[--p->depth].tail;
    return 0;
}

static int parse_named(parser *p, const jb_ttoken *tok, jb_tkind kind, size_t skip)
{
    jb_tnode *node = append(p, kind, tok);
    size_t at, n;
    rest(p->t, tok, skip, &at, &n);
    node->text = jb_arena_strndup(p->t->arena, p->t->text + at, n);
    if (n == 0) {
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0702", jb_t_quote(p->t, tok->at, tok->len));
        return -1;
    }
    if (kind == JB_TN_BLOCK && p->t->one_line) {
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0708", jb_t_quote(p->t, tok->at, tok->len));
        return -1;
    }
    return 0;
}

/* First `|` outside quotes and brackets, or n. */
static size_t bar_at(const char *text, size_t n)
{
    size_t i = 0, q;
    int depth = 0;
    while (i < n) {
        if ((q = jb_t_quoted(text, n, i)) > 0) {
            i += q;
            continue;
        }
        if (text[i] == '{' || text[i] == '(' || text[i] == '[')
            depth++;
        else if (text[i] == '}' || text[i] == ')' || text[i] == ']')
            depth--;
        else if (depth <= 0 && (text[i] == '|' || (n - i >= 3 && memcmp(text + i, "｜", 3) == 0)))
            return i;
        i++;
    }
    return n;
}

static int parse_print(parser *p, const jb_ttoken *tok)
{
    jb_tnode *node = append(p, JB_TN_PRINT, tok);
    const char *text = p->t->text;
    size_t at = tok->in, n = bar_at(text + at, tok->n), from = at + n;
    jb_t_trim(text, &at, &n);
    if (n == 0) {
        JB_T_FAIL(p->t, p->diags, tok->at, tok->len, "E0702", jb_t_quote(p->t, tok->at, tok->len));
        return -1;
    }
    node->expr = jb_t_expr(p->t, at, n, p->diags);
    node->spec = jb_t_spec(p->t, from, tok->in + tok->n - from, p->diags);
    return node->expr != NULL && node->spec != NULL ? 0 : -1;
}

static int parse_tag(parser *p, const jb_ttoken *tok)
{
    switch (jb_t_word(p->t->text + tok->in, tok->n)) {
    case JB_TW_IF:
        return parse_if(p, tok);
    case JB_TW_ELSE:
        return parse_else(p, tok);
    case JB_TW_END:
        return parse_end(p, tok);
    case JB_TW_FOR:
        return parse_for(p, tok);
    case JB_TW_BLOCK:
        return parse_named(p, tok, JB_TN_BLOCK, 5);
    case JB_TW_REF:
        return parse_named(p, tok, JB_TN_REF, 3);
    case JB_TW_NONE:
        break;
    }
    return parse_print(p, tok);
}

static int is_control(const parser *p, const jb_ttoken *tok)
{
    jb_tword word = jb_t_word(p->t->text + tok->in, tok->n);
    return word != JB_TW_NONE && word != JB_TW_BLOCK && word != JB_TW_REF;
}

static int parse_all(parser *p)
{
    int failed = 0, broken;
    const jb_ttoken *tok = jb_t_lex(p->t, &broken, p->diags);
    p->tail = &p->t->first;
    for (; tok->kind != JB_TT_END && failed < JB_T_MAX_ERRORS; tok++) {
        if (tok->kind == JB_TT_LINE) {
            append(p, JB_TN_LINE, tok)->mode = tok->mode;
        } else if (tok->kind == JB_TT_TEXT) {
            append(p, JB_TN_TEXT, tok)->text = tok->text;
        } else if (broken && is_control(p, tok)) {
            continue; /* a tag is missing: whether the others match says nothing */
        } else if (parse_tag(p, tok) != 0) {
            failed++;
            if (is_control(p, tok))
                return -1; /* what is open is no longer known: further messages would be noise */
        }
    }
    if (p->depth > 0 && failed < JB_T_MAX_ERRORS) {
        const jb_tnode *open = p->open[p->depth - 1].node;
        JB_T_FAIL(p->t, p->diags, open->at, open->len, "E0707",
                  jb_t_quote(p->t, open->at, open->len));
        return -1;
    }
    return failed || broken ? -1 : 0;
}

jb_template *jb_template_parse(jb_arena *arena, const char *text, size_t n, int one_line,
                               const jb_origin *origin, jb_diags *diags)
{
    parser p;
    jb_template *t = jb_arena_alloc(arena, sizeof *t);
    memset(&p, 0, sizeof p);
    t->arena = arena;
    t->text = jb_arena_strndup(arena, text, n);
    t->n = n;
    t->one_line = one_line;
    if (origin != NULL)
        t->origin = *origin;
    p.t = t;
    p.diags = diags;
    return parse_all(&p) == 0 ? t : NULL;
}
