// SPDX-License-Identifier: Apache-2.0
/* Text to tree by recursive descent; depth and size are bounded. and/or chains are one node with
 * many kids, so that a long `where` is flat. */
#include "data/expr_impl.h"

#include "base/str.h"

#include <string.h>

typedef struct parser {
    jb_expr *e;
    jb_diags *diags;
    jb_token token;
    size_t end; /* of the token before */
    int depth;
    size_t nodes;
} parser;

static jb_ex *parse_or(parser *);

static jb_ex *fail(parser *p, const char *code)
{
    const jb_token *t = &p->token;
    const char *text = jb_arena_strndup(p->e->arena, p->e->text + t->at, t->len < 60 ? t->len : 60);
    /* A cut in the middle of a character would not be UTF-8. */
    JB_EX_FAIL(p->e, p->diags, t->at, t->len, code, t->len < 60 ? text : "…");
    return NULL;
}

/* What is wrong with the token at hand, which does not fit. */
static jb_ex *unexpected(parser *p)
{
    if (p->token.kind == JB_TOK_BAD) {
        return fail(p, p->token.bad);
    }
    return fail(p, p->token.kind == JB_TOK_END ? "E0240" : "E0241");
}

static void next(parser *p)
{
    p->end = p->token.at + p->token.len;
    jb_ex_lex(p->e->arena, p->e->text, p->e->n, p->end, &p->token);
}

static int is_punct(const parser *p, int c)
{
    return p->token.kind == JB_TOK_PUNCT && p->token.punct == c;
}

static int is_word(const parser *p, const char *word)
{
    return p->token.kind == JB_TOK_WORD && strcmp(p->token.text, word) == 0;
}

static int take(parser *p, int c)
{
    if (!is_punct(p, c)) {
        return 0;
    }
    next(p);
    return 1;
}

static int take_word(parser *p, const char *word)
{
    if (!is_word(p, word)) {
        return 0;
    }
    next(p);
    return 1;
}

static jb_ex *node(parser *p, jb_ex_op op, uint32_t n, size_t at)
{
    if (++p->nodes > JB_EX_MAX_NODES) {
        return fail(p, "E0246");
    }
    return jb_ex_node(p->e->arena, op, n, at, p->end - at);
}

/* Nested levels, of brackets or of left-leaning chains, are what recursion later walks. */
static int deeper(parser *p)
{
    if (++p->depth > JB_EX_MAX_DEPTH) {
        fail(p, "E0245");
        return 0;
    }
    return 1;
}

typedef struct list {
    jb_ex **items;
    size_t n, cap;
} list;

static void push(parser *p, list *l, jb_ex *item)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        jb_ex **more = jb_arena_alloc(p->e->arena, cap * sizeof *more);
        if (l->n) {
            memcpy(more, l->items, l->n * sizeof *more);
        }
        l->items = more;
        l->cap = cap;
    }
    l->items[l->n++] = item;
}

static jb_ex *from_list(parser *p, jb_ex_op op, const list *l, size_t at)
{
    jb_ex *x = node(p, op, 0, at);
    if (x) {
        x->kids = l->items;
        x->n = (uint32_t)l->n;
    }
    return x;
}

static jb_ex *expect(parser *p, int c, jb_ex *x)
{
    if (!x) {
        return NULL;
    }
    if (!is_punct(p, c)) {
        return p->token.kind == JB_TOK_END ? fail(p, "E0243") : unexpected(p);
    }
    next(p);
    return x;
}

static void remember(jb_expr *e, const char *name)
{
    for (size_t i = 0; i < e->n_names; i++) {
        if (strcmp(e->names[i], name) == 0) {
            return;
        }
    }
    if (e->n_names == e->cap_names) {
        size_t cap = e->cap_names ? e->cap_names * 2 : 8;
        const char **more = jb_arena_alloc(e->arena, cap * sizeof *more);
        for (size_t i = 0; i < e->n_names; i++) {
            more[i] = e->names[i];
        }
        e->names = more;
        e->cap_names = cap;
    }
    e->names[e->n_names++] = name;
}

/* `convert(x, rate = r)`: the name is sugar. */
static void skip_rate(parser *p)
{
    if (p->token.kind == JB_TOK_NAME && strcmp(p->token.text, "rate") == 0) {
        jb_token after;
        jb_ex_lex(p->e->arena, p->e->text, p->e->n, p->token.at + p->token.len, &after);
        if (after.kind == JB_TOK_PUNCT && after.punct == '=') {
            next(p);
            next(p);
        }
    }
}

static jb_ex *parse_call(parser *p, const jb_token *name)
{
    const jb_ex_fn *fn = jb_ex_function(name->text);
    if (!fn) {
        size_t n;
        const char *const *names = jb_ex_function_names(&n);
        const char *near = jb_nearest(name->text, names, n);
        JB_EX_FAIL(p->e, p->diags, name->at, name->len, "E0249", name->text, near ? near : "",
                   jb_ex_words(p->e->arena, names, n, n));
        return NULL;
    }
    list args = {0};
    next(p); /* ( */
    while (!is_punct(p, ')')) {
        if (args.n && !take(p, ',')) {
            return p->token.kind == JB_TOK_END ? fail(p, "E0243") : unexpected(p);
        }
        if (fn->op == JB_EX_CONVERT && args.n == 1) {
            skip_rate(p);
        }
        jb_ex *arg = parse_or(p);
        if (!arg) {
            return NULL;
        }
        push(p, &args, arg);
    }
    next(p);
    if (args.n < fn->least || (fn->most != 255 && args.n > fn->most)) {
        const char *want = fn->least == fn->most ? jb_arena_fmt(p->e->arena, "%d", fn->least)
                           : fn->most == 255
                               ? jb_arena_fmt(p->e->arena, "≥ %d", fn->least)
                               : jb_arena_fmt(p->e->arena, "%d–%d", fn->least, fn->most);
        const char *have = jb_arena_fmt(p->e->arena, "%zu", args.n);
        JB_EX_FAIL(p->e, p->diags, name->at, p->end - name->at, "E0250", fn->name, want, have);
        return NULL;
    }
    p->e->uses_period |= fn->op == JB_EX_PERIOD;
    jb_ex *x = from_list(p, JB_EX_CALL, &args, name->at);
    if (x) {
        x->name = fn->name;
    }
    return x;
}

static jb_ex *parse_postfix(parser *p, jb_ex *x)
{
    while (x) {
        if (is_punct(p, '.')) {
            next(p);
            if (p->token.kind != JB_TOK_NAME && p->token.kind != JB_TOK_WORD) {
                return unexpected(p);
            }
            const char *field = p->token.text;
            next(p);
            jb_ex *f = node(p, JB_EX_FIELD, 1, x->at);
            if (!f) {
                return NULL;
            }
            f->kids[0] = x;
            f->name2 = field;
            x = f;
        } else if (is_punct(p, '[')) {
            list parts = {0};
            push(p, &parts, x);
            do {
                next(p); /* [ or , */
                jb_ex *part = parse_or(p);
                if (!part) {
                    return NULL;
                }
                push(p, &parts, part);
            } while (is_punct(p, ','));
            if (!expect(p, ']', x)) {
                return NULL;
            }
            x = from_list(p, JB_EX_INDEX, &parts, x->at);
        } else {
            return x;
        }
        if (!deeper(p)) {
            return NULL;
        }
    }
    return NULL;
}

static jb_ex *literal(parser *p, jb_value value, const char *suffix)
{
    size_t at = p->token.at;
    int number = p->token.kind == JB_TOK_NUMBER;
    next(p);
    if (number && !suffix && p->token.kind == JB_TOK_NAME && p->e->text[p->token.at] != '{' &&
        p->token.len == strlen(p->token.text)) {
        suffix = p->token.text; /* `1 亿元`: two operands side by side mean nothing else */
        next(p);
    }
    jb_ex *x = node(p, JB_EX_LIT, 0, at);
    if (x) {
        x->value = value;
        x->kind = value.kind;
        x->scale = value.scale;
        x->name = suffix;
    }
    return x;
}

static jb_ex *parse_primary(parser *p)
{
    jb_token t = p->token;
    jb_value v;
    memset(&v, 0, sizeof v);
    if (t.kind == JB_TOK_NUMBER) {
        v.kind = t.scale || t.number > INT64_MAX ? JB_K_DEC : JB_K_INT;
        v.scale = t.scale;
        v.num = t.number;
        return literal(p, v, t.suffix);
    }
    if (t.kind == JB_TOK_TEXT) {
        v.kind = JB_K_TEXT;
        v.text = t.text;
        return literal(p, v, NULL);
    }
    if (is_word(p, "null")) {
        return literal(p, v, NULL);
    }
    if (is_word(p, "true") || is_word(p, "false")) {
        v.kind = JB_K_BOOL;
        v.num = is_word(p, "true");
        return literal(p, v, NULL);
    }
    if (t.kind == JB_TOK_NAME) {
        int braced = p->e->text[t.at] == '{' || t.len != strlen(t.text);
        next(p);
        if (!braced && is_punct(p, '(')) {
            return parse_postfix(p, parse_call(p, &t));
        }
        jb_ex *x = node(p, JB_EX_NAME, 0, t.at);
        if (x) {
            x->name = t.text;
            remember(p->e, t.text);
        }
        return parse_postfix(p, x);
    }
    if (is_punct(p, '(')) {
        next(p);
        jb_ex *x = expect(p, ')', parse_or(p));
        return parse_postfix(p, x);
    }
    return unexpected(p);
}

static jb_ex *parse_unary(parser *p)
{
    size_t at = p->token.at;
    int c = is_punct(p, '-') ? '-' : is_punct(p, '+') ? '+' : 0;
    int before = p->depth;
    if (!deeper(p)) {
        return NULL;
    }
    jb_ex *x;
    if (c) {
        next(p);
        x = parse_unary(p);
        if (x && c == '-') {
            jb_ex *minus = node(p, JB_EX_NEG, 1, at);
            if (minus) {
                minus->kids[0] = x;
            }
            x = minus;
        }
    } else {
        x = parse_primary(p);
    }
    p->depth = before;
    return x;
}

static jb_ex *binary(parser *p, jb_ex_op op, jb_ex *a, jb_ex *b)
{
    jb_ex *x = a && b ? node(p, op, 2, a->at) : NULL;
    if (x) {
        x->kids[0] = a;
        x->kids[1] = b;
    }
    return x;
}

static jb_ex *parse_product(parser *p)
{
    int before = p->depth;
    jb_ex *x = parse_unary(p);
    while (x && (is_punct(p, '*') || is_punct(p, '/'))) {
        jb_ex_op op = is_punct(p, '*') ? JB_EX_MUL : JB_EX_DIV;
        next(p);
        p->e->divides |= op == JB_EX_DIV;
        x = deeper(p) ? binary(p, op, x, parse_unary(p)) : NULL;
    }
    p->depth = before;
    return x;
}

static jb_ex *parse_sum(parser *p)
{
    int before = p->depth;
    jb_ex *x = parse_product(p);
    while (x && (is_punct(p, '+') || is_punct(p, '-'))) {
        jb_ex_op op = is_punct(p, '+') ? JB_EX_ADD : JB_EX_SUB;
        next(p);
        x = deeper(p) ? binary(p, op, x, parse_product(p)) : NULL;
    }
    p->depth = before;
    return x;
}

static jb_ex *parse_in(parser *p, jb_ex *x)
{
    list items = {0};
    push(p, &items, x);
    if (!is_punct(p, '(')) {
        return unexpected(p);
    }
    do {
        next(p);
        jb_ex *item = parse_sum(p);
        if (!item) {
            return NULL;
        }
        push(p, &items, item);
    } while (is_punct(p, ','));
    return expect(p, ')', x) ? from_list(p, JB_EX_IN, &items, x->at) : NULL;
}

static jb_ex *parse_between(parser *p, jb_ex *x)
{
    jb_ex *lo = parse_sum(p);
    if (!lo) {
        return NULL;
    }
    if (!take_word(p, "and")) {
        return unexpected(p);
    }
    jb_ex *hi = parse_sum(p);
    jb_ex *b = hi ? node(p, JB_EX_BETWEEN, 3, x->at) : NULL;
    if (b) {
        b->kids[0] = x;
        b->kids[1] = lo;
        b->kids[2] = hi;
    }
    return b;
}

static jb_ex *negate(parser *p, jb_ex *x, int negative)
{
    if (!x || !negative) {
        return x;
    }
    jb_ex *no = node(p, JB_EX_NOT, 1, x->at);
    if (no) {
        no->kids[0] = x;
    }
    return no;
}

static jb_ex *parse_is(parser *p, jb_ex *x)
{
    int negative = take_word(p, "not");
    if (!take_word(p, "null")) {
        return unexpected(p);
    }
    jb_ex *test = node(p, JB_EX_ISNULL, 1, x->at);
    if (test) {
        test->kids[0] = x;
    }
    return negate(p, test, negative);
}

static jb_ex *parse_comparison(parser *p)
{
    static const struct {
        int punct;
        jb_ex_op op;
    } ops[] = {{'=', JB_EX_EQ}, {'n', JB_EX_NE}, {'<', JB_EX_LT},
               {'l', JB_EX_LE}, {'>', JB_EX_GT}, {'g', JB_EX_GE}};
    jb_ex *x = parse_sum(p);
    if (!x) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (is_punct(p, ops[i].punct)) {
            next(p);
            return binary(p, ops[i].op, x, parse_sum(p));
        }
    }
    if (take_word(p, "is")) {
        return parse_is(p, x);
    }
    int negative = take_word(p, "not");
    if (take_word(p, "in")) {
        return negate(p, parse_in(p, x), negative);
    }
    if (take_word(p, "between")) {
        return negate(p, parse_between(p, x), negative);
    }
    if (take_word(p, "like")) {
        return negate(p, binary(p, JB_EX_LIKE, x, parse_sum(p)), negative);
    }
    return negative ? unexpected(p) : x;
}

static jb_ex *parse_not(parser *p)
{
    size_t at = p->token.at;
    if (!is_word(p, "not")) {
        return parse_comparison(p);
    }
    next(p);
    if (!deeper(p)) {
        return NULL;
    }
    jb_ex *x = parse_not(p);
    p->depth--;
    jb_ex *no = x ? node(p, JB_EX_NOT, 1, at) : NULL;
    if (no) {
        no->kids[0] = x;
    }
    return no;
}

static jb_ex *parse_chain(parser *p, const char *word, jb_ex_op op, jb_ex *(*part)(parser *))
{
    list parts = {0};
    jb_ex *x = part(p);
    if (!x || !is_word(p, word)) {
        return x;
    }
    push(p, &parts, x);
    while (take_word(p, word)) {
        jb_ex *more = part(p);
        if (!more) {
            return NULL;
        }
        push(p, &parts, more);
    }
    return from_list(p, op, &parts, x->at);
}

static jb_ex *parse_and(parser *p)
{
    return parse_chain(p, "and", JB_EX_AND, parse_not);
}

static jb_ex *parse_or(parser *p)
{
    if (!deeper(p)) {
        return NULL;
    }
    jb_ex *x = parse_chain(p, "or", JB_EX_OR, parse_and);
    p->depth--;
    return x;
}

/* Chains inside brackets inside chains add up: the tree itself is measured too, without recursion.
 */
static int too_high(const parser *p, jb_ex *root)
{
    enum { HIGHEST = 2 * JB_EX_MAX_DEPTH };
    struct {
        jb_ex *node;
        uint32_t next;
    } path[HIGHEST];
    int top = 0;
    path[0].node = root;
    path[0].next = 0;
    while (top >= 0) {
        if (path[top].next == path[top].node->n) {
            top--;
            continue;
        }
        jb_ex *kid = path[top].node->kids[path[top].next++];
        if (++top == HIGHEST) {
            JB_EX_FAIL(p->e, p->diags, kid->at, kid->len, "E0245", "");
            return 1;
        }
        path[top].node = kid;
        path[top].next = 0;
    }
    return 0;
}

jb_expr *jb_expr_parse(jb_arena *a, const char *text, size_t n, const jb_origin *origin,
                       jb_diags *diags)
{
    jb_expr *e = jb_arena_alloc(a, sizeof *e);
    parser p;
    e->arena = a;
    if (origin) {
        e->origin = *origin;
    }
    if (n > JB_EX_MAX_BYTES) {
        JB_EX_FAIL(e, diags, 0, 1, "E0246", "");
        return NULL;
    }
    e->text = jb_arena_strndup(a, text, n);
    e->n = n;
    memset(&p, 0, sizeof p);
    p.e = e;
    p.diags = diags;
    size_t invalid = jb_utf8_invalid(e->text, n);
    if (invalid < n || memchr(text, '\0', n)) {
        JB_EX_FAIL(e, diags, invalid < n ? invalid : strlen(e->text), 1, "E0247", "\\x");
        return NULL;
    }
    next(&p);
    jb_ex *x = parse_or(&p);
    if (!x) {
        return NULL;
    }
    if (p.token.kind != JB_TOK_END) {
        unexpected(&p);
        return NULL;
    }
    if (too_high(&p, x)) {
        return NULL;
    }
    e->parsed = x;
    return e;
}
