// SPDX-License-Identifier: Apache-2.0
/* Lines, words and tags. A tag begins and ends on one line; its braces may be full-width. */
#include "doc/template_impl.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

typedef struct lexer {
    jb_template *t;
    jb_diags *diags;
    jb_ttoken *items;
    size_t n, cap;
    jb_buf text; /* words since the last tag */
    size_t text_at;
    int failed; /* how often something was reported */
} lexer;

static size_t open_brace(const char *p, size_t n)
{
    if (n >= 1 && p[0] == '{')
        return 1;
    return n >= 3 && memcmp(p, "｛", 3) == 0 ? 3 : 0;
}

static size_t close_brace(const char *p, size_t n)
{
    if (n >= 1 && p[0] == '}')
        return 1;
    return n >= 3 && memcmp(p, "｝", 3) == 0 ? 3 : 0;
}

static size_t quote_at(const char *p, size_t n)
{
    if (n >= 1 && p[0] == '"')
        return 1;
    return n >= 3 && (memcmp(p, "“", 3) == 0 || memcmp(p, "”", 3) == 0 || memcmp(p, "＂", 3) == 0)
               ? 3
               : 0;
}

size_t jb_t_quoted(const char *text, size_t n, size_t at)
{
    size_t q = at < n ? quote_at(text + at, n - at) : 0, i;
    int ascii = q == 1;
    if (q == 0)
        return 0;
    for (i = at + q; i < n;) {
        size_t c = quote_at(text + i, n - i);
        if (c == 0 || (ascii && c != 1)) {
            i++;
            continue;
        }
        if (ascii && i + 1 < n && text[i + 1] == '"') {
            i += 2;
            continue;
        }
        return i + c - at;
    }
    return 0;
}

const char *jb_t_unquote(jb_arena *arena, const char *text, size_t n)
{
    size_t q = quote_at(text, n), i, len = 0, tail = text[n - 1] == '"' ? 1 : 3;
    char *out = jb_arena_alloc(arena, n + 1);
    for (i = q; i < n - tail; i++) {
        out[len++] = text[i];
        if (q == 1 && text[i] == '"' && i + 1 < n && text[i + 1] == '"')
            i++;
    }
    out[len] = '\0';
    return out;
}

static size_t blank(const char *p, size_t n)
{
    if (n >= 1 && (*p == ' ' || *p == '\t' || *p == '\r'))
        return 1;
    return n >= 3 && memcmp(p, "\u3000", 3) == 0 ? 3 : 0;
}

void jb_t_trim(const char *text, size_t *at, size_t *n)
{
    size_t b;
    while (*n > 0 && (b = blank(text + *at, *n)) > 0) {
        *at += b;
        *n -= b;
    }
    for (;;) {
        if (*n >= 1 && blank(text + *at + *n - 1, 1))
            *n -= 1;
        else if (*n >= 3 && blank(text + *at + *n - 3, 3) == 3)
            *n -= 3;
        else
            return;
    }
}

jb_tword jb_t_word(const char *text, size_t n)
{
    static const struct {
        const char *word;
        jb_tword id;
    } words[] = {{"if", JB_TW_IF},   {"else", JB_TW_ELSE},   {"end", JB_TW_END},
                 {"for", JB_TW_FOR}, {"block", JB_TW_BLOCK}, {"ref", JB_TW_REF}};
    size_t i, len = 0;
    while (len < n && text[len] >= 'a' && text[len] <= 'z')
        len++;
    if (len == 0 || (len < n && blank(text + len, n - len) == 0))
        return JB_TW_NONE;
    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i].word) == len && memcmp(words[i].word, text, len) == 0)
            return words[i].id;
    return JB_TW_NONE;
}

static jb_ttoken *push(lexer *l, jb_ttok kind, size_t at, size_t len)
{
    jb_ttoken *tok;
    l->items = jb_grow(l->items, l->n, &l->cap, sizeof *l->items);
    tok = &l->items[l->n++];
    memset(tok, 0, sizeof *tok);
    tok->kind = kind;
    tok->at = at;
    tok->len = len;
    return tok;
}

static void flush_text(lexer *l, size_t end)
{
    jb_ttoken *tok;
    if (l->text.len == 0)
        return;
    tok = push(l, JB_TT_TEXT, l->text_at, end - l->text_at);
    tok->text = jb_arena_strndup(l->t->arena, l->text.data, l->text.len);
    jb_buf_clear(&l->text);
}

/* The tag that opens at `at`: its length with braces, 0 when it is not closed before `end`. */
static size_t tag_length(const char *text, size_t at, size_t end)
{
    size_t i = at, depth = 0, b;
    while (i < end) {
        if ((b = open_brace(text + i, end - i)) > 0) {
            depth++;
            i += b;
        } else if ((b = close_brace(text + i, end - i)) > 0) {
            i += b;
            if (--depth == 0)
                return i - at;
        } else if (quote_at(text + i, end - i) > 0) {
            b = jb_t_quoted(text, end, i);
            i += b > 0 ? b : 1;
        } else {
            i++;
        }
    }
    return 0;
}

/* Words and tags of text[at, end). */
static void lex_span(lexer *l, size_t at, size_t end)
{
    const char *text = l->t->text;
    size_t i = at, b, len;
    jb_ttoken *tok;
    l->text_at = at;
    while (i < end) {
        b = open_brace(text + i, end - i);
        if (b == 0) {
            if (l->text.len == 0)
                l->text_at = i;
            jb_buf_char(&l->text, text[i++]);
            continue;
        }
        if (open_brace(text + i + b, end - i - b) == b &&
            memcmp(text + i, text + i + b, b) == 0) { /* {{ is a brace */
            if (l->text.len == 0)
                l->text_at = i;
            jb_buf_add(&l->text, text + i, b);
            i += 2 * b;
            continue;
        }
        flush_text(l, i);
        len = tag_length(text, i, end);
        if (len == 0) { /* told, and the rest of the line passed over: the next may have its own */
            JB_T_FAIL(l->t, l->diags, i, b, "E0701", jb_t_quote(l->t, i, end - i));
            l->failed++;
            return;
        }
        tok = push(l, JB_TT_TAG, i, len);
        tok->in = i + b;
        tok->n = len - b - (text[i + len - 1] == '}' ? 1 : 3);
        jb_t_trim(text, &tok->in, &tok->n);
        if (tok->n == 0) {
            JB_T_FAIL(l->t, l->diags, i, len, "E0702", "{}");
            l->failed++;
            l->n--;
        }
        i += len;
    }
    flush_text(l, end);
}

static int is_blank_text(const char *s)
{
    size_t n = strlen(s), at = 0;
    jb_t_trim(s, &at, &n);
    return n == 0;
}

/* Tokens from `from` on are one line's: is there nothing in it but {if} {else} {end} {for} and
 * {block}? */
static int only_tags(lexer *l, size_t from)
{
    size_t i, tags = 0;
    for (i = from; i < l->n; i++) {
        const jb_ttoken *tok = &l->items[i];
        if (tok->kind == JB_TT_TEXT) {
            if (!is_blank_text(tok->text))
                return 0;
            continue;
        }
        switch (jb_t_word(l->t->text + tok->in, tok->n)) {
        case JB_TW_NONE:
        case JB_TW_REF:
            return 0;
        default:
            tags++;
        }
    }
    return tags > 0;
}

static void drop_blanks(lexer *l, size_t from)
{
    size_t i, kept = from;
    for (i = from; i < l->n; i++)
        if (l->items[i].kind != JB_TT_TEXT)
            l->items[kept++] = l->items[i];
    l->n = kept;
}

/* A line that begins with {end} or {else} begins after it: what that tag ends began on a line
 * before. */
static void begin_after_end(lexer *l, size_t from)
{
    size_t i;
    for (i = from; i < l->n && l->items[i].kind == JB_TT_TAG; i++) {
        jb_tword word = jb_t_word(l->t->text + l->items[i].in, l->items[i].n);
        jb_ttoken line = l->items[i - 1];
        if (word != JB_TW_END && word != JB_TW_ELSE)
            return;
        l->items[i - 1] = l->items[i];
        l->items[i] = line;
    }
}

/* {block} shares a line with words: refused. */
static void block_in_words(lexer *l, size_t from)
{
    size_t i;
    for (i = from; i < l->n; i++) {
        const jb_ttoken *tok = &l->items[i];
        if (tok->kind != JB_TT_TAG || jb_t_word(l->t->text + tok->in, tok->n) != JB_TW_BLOCK)
            continue;
        JB_T_FAIL(l->t, l->diags, tok->at, tok->len, "E0708", jb_t_quote(l->t, tok->at, tok->len));
        l->failed++;
        return;
    }
}

static void lex_line(lexer *l, size_t at, size_t end)
{
    const char *text = l->t->text;
    size_t n = end - at, from;
    char mode = 'p';
    jb_t_trim(text, &at, &n);
    if (n == 0 || text[at] == ';')
        return;
    if (n >= 2 && (text[at] == '+' || text[at] == '-') && blank(text + at + 1, n - 1) > 0) {
        mode = text[at++];
        n--;
        jb_t_trim(text, &at, &n);
    }
    push(l, JB_TT_LINE, at, n)->mode = mode;
    from = l->n;
    lex_span(l, at, at + n);
    if (mode == 'p' && only_tags(l, from)) {
        memmove(l->items + from - 1, l->items + from, (l->n - from) * sizeof *l->items);
        l->n--;
        drop_blanks(l, from - 1);
        return;
    }
    if (mode == 'p')
        begin_after_end(l, from);
    block_in_words(l, from);
}

static void lex_one_line(lexer *l)
{
    const char *text = l->t->text, *nl;
    size_t at = 0, n = l->t->n, end;
    jb_t_trim(text, &at, &n);
    nl = memchr(text + at, '\n', n);
    if (nl != NULL) {
        end = (size_t)(nl - text);
        JB_T_FAIL(l->t, l->diags, end + 1, 1, "E0710", jb_t_quote(l->t, at, end - at));
        l->failed++;
        return;
    }
    lex_span(l, at, at + n);
    block_in_words(l, 0);
}

static void lex_lines(lexer *l)
{
    size_t at = 0, end;
    while (at < l->t->n && l->failed < JB_T_MAX_ERRORS) {
        const char *nl = memchr(l->t->text + at, '\n', l->t->n - at);
        end = nl != NULL ? (size_t)(nl - l->t->text) : l->t->n;
        lex_line(l, at, end);
        at = end + 1;
    }
}

jb_ttoken *jb_t_lex(jb_template *t, int *failed, jb_diags *diags)
{
    lexer l = {.t = t, .diags = diags};
    jb_ttoken *out;
    jb_buf_init(&l.text, JB_BUF_MAX_TEXT);
    if (t->one_line)
        lex_one_line(&l);
    else
        lex_lines(&l);
    push(&l, JB_TT_END, t->n, 0);
    out = jb_arena_alloc(t->arena, l.n * sizeof *out);
    memcpy(out, l.items, l.n * sizeof *out);
    *failed = l.failed;
    jb_buf_free(&l.text);
    free(l.items);
    return out;
}
