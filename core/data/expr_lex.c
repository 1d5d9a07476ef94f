// SPDX-License-Identifier: Apache-2.0
#include "data/expr_impl.h"

#include "base/str.h"

#include <string.h>

/* Letters of any script: everything above ASCII that is neither punctuation, symbol nor blank. */
static int letter(uint32_t cp)
{
    return (cp >= 0xc0 && cp < 0x2000 && cp != 0xd7 && cp != 0xf7) ||
           (cp >= 0x3005 && cp <= 0x3007) || (cp >= 0x2c00 && cp < 0x2e00) ||
           (cp >= 0x3041 && cp < 0xd7fc) || (cp >= 0xf900 && cp < 0xfe00) ||
           (cp >= 0xff21 && cp <= 0xff3a) || (cp >= 0xff41 && cp <= 0xff5a) ||
           (cp >= 0xff66 && cp <= 0xffdc) || (cp >= 0x20000 && cp < 0xe0000);
}

int jb_ex_name_start(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_' || letter(cp);
}

int jb_ex_name_part(uint32_t cp)
{
    return jb_ex_name_start(cp) || (cp >= '0' && cp <= '9') || (cp >= 0xff10 && cp <= 0xff19);
}

/* The twin an input method produces: ｛ → {, ≥ → 'g' and so on. */
static int fold(uint32_t cp)
{
    switch (cp) {
    case 0x2264:
    case 0x2266:
        return 'l';
    case 0x2265:
    case 0x2267:
        return 'g';
    case 0x2260:
        return 'n';
    case 0x00d7:
        return '*';
    case 0x00f7:
        return '/';
    case 0x2212:
        return '-';
    default:
        cp = jb_fold_fullwidth(cp);
        return cp < 0x80 && cp > 0x20 && !jb_ex_name_part(cp) ? (int)cp : 0;
    }
}

static uint32_t peek(const char *text, size_t n, size_t at, size_t *len)
{
    const char *p = text + at;
    if (at >= n) {
        *len = 0;
        return 0;
    }
    uint32_t cp = jb_utf8_next(&p);
    *len = (size_t)(p - (text + at));
    if (*len == 0 || *len > n - at) {
        *len = 1; /* NUL in the text, or a cut sequence: shows up as an unknown character */
        cp = 0xfffd;
    }
    return cp;
}

static size_t skip_blanks(const char *text, size_t n, size_t at)
{
    for (;;) {
        size_t len, start = at;
        uint32_t cp = peek(text, n, at, &len);
        if (len &&
            (cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0x3000 || cp == 0xa0)) {
            at += len;
        }
        if (at == start) {
            return at;
        }
    }
}

static size_t run_of_name(const char *text, size_t n, size_t at)
{
    size_t len;
    for (uint32_t cp = peek(text, n, at, &len); len && jb_ex_name_part(cp);
         cp = peek(text, n, at, &len)) {
        at += len;
    }
    return at;
}

static int bad(jb_token *t, size_t at, size_t len, const char *code)
{
    t->kind = JB_TOK_BAD;
    t->at = at;
    t->len = len;
    t->bad = code;
    return 0;
}

static void lex_number(jb_arena *a, const char *text, size_t n, size_t at, jb_token *t)
{
    size_t end = at, len;
    while (end < n && text[end] >= '0' && text[end] <= '9') {
        end++;
    }
    if (end + 1 < n && text[end] == '.' && text[end + 1] >= '0' && text[end + 1] <= '9') {
        for (end++; end < n && text[end] >= '0' && text[end] <= '9'; end++) {
        }
    }
    t->kind = JB_TOK_NUMBER;
    if (jb_dec_parse(text + at, end - at, &t->number, &t->scale) || t->scale > JB_DEC_DIGITS) {
        bad(t, at, end - at, "E0260");
        return;
    }
    size_t from = end;
    uint32_t cp = peek(text, n, end, &len);
    if (len && (cp == '%' || cp == 0xff05 || cp == 0x2030)) {
        end += len;
        t->suffix = cp == 0x2030 ? "‰" : "%";
    } else if (len && jb_ex_name_start(cp)) {
        end = run_of_name(text, n, end);
        t->suffix = jb_arena_strndup(a, text + from, end - from);
    }
    t->len = end - at;
}

/* Opened by " it ends at the next ", where "" stands for one; opened by “ at the next quote of any
 * shape. */
static void lex_text(jb_arena *a, const char *text, size_t n, size_t at, jb_token *t)
{
    size_t len, out = 0;
    peek(text, n, at, &len);
    int ascii = len == 1 && text[at] == '"' && memchr(text + at + 1, '"', n - at - 1) != NULL;
    size_t i = at + len, scan = i;
    for (;;) { /* find the end first, so that the copy has the right size */
        uint32_t cp = peek(text, n, scan, &len);
        if (!len) {
            bad(t, at, n - at, "E0242");
            return;
        }
        if (ascii && cp == '"' && scan + 1 < n && text[scan + 1] == '"') {
            scan += 2;
            continue;
        }
        if (ascii ? cp == '"' : jb_fold_fullwidth(cp) == '"') {
            break;
        }
        scan += len;
    }
    char *copy = jb_arena_alloc(a, scan - i + 1);
    while (i < scan) {
        if (ascii && text[i] == '"') {
            i++;
        }
        copy[out++] = text[i++];
    }
    copy[out] = '\0';
    t->kind = JB_TOK_TEXT;
    t->text = copy;
    t->len = scan + len - at;
}

static void lex_braced(jb_arena *a, const char *text, size_t n, size_t at, size_t skip, jb_token *t)
{
    size_t i = at + skip, len, from = skip_blanks(text, n, i);
    size_t end = from;
    for (i = from;; i += len) {
        uint32_t cp = peek(text, n, i, &len);
        if (!len) {
            bad(t, at, n - at, "E0243");
            return;
        }
        if (fold(cp) == '}') {
            break;
        }
        if (skip_blanks(text, n, i) == i) {
            end = i + len;
        }
    }
    t->kind = end > from ? JB_TOK_NAME : JB_TOK_BAD;
    t->bad = "E0241";
    t->text = jb_arena_strndup(a, text + from, end - from);
    t->len = i + len - at;
}

static int keyword(const char *text, size_t n, char out[8])
{
    static const char *const words[] = {"and", "or",   "not",  "in",   "between",
                                        "is",  "null", "like", "true", "false"};
    if (n > 7) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    }
    out[n] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], out) == 0) {
            return 1;
        }
    }
    return 0;
}

static void lex_punct(const char *text, size_t n, size_t at, int c, size_t len, jb_token *t)
{
    size_t more = 0;
    int next = at + len < n ? fold(peek(text, n, at + len, &more)) : 0;
    t->kind = JB_TOK_PUNCT;
    t->punct = c;
    t->len = len;
    if ((c == '<' && (next == '=' || next == '>')) || (c == '>' && next == '=') ||
        (c == '!' && next == '=')) {
        t->punct = c == '!' || next == '>' ? 'n' : c == '<' ? 'l' : 'g';
        t->len += more;
    } else if (!strchr("()[],.+-*/=<>lgn", c)) {
        bad(t, at, len, c == '\'' ? "E0248" : "E0247");
    }
}

void jb_ex_lex(jb_arena *a, const char *text, size_t n, size_t at, jb_token *t)
{
    size_t len;
    char word[8];
    memset(t, 0, sizeof *t);
    at = skip_blanks(text, n, at);
    t->at = at;
    uint32_t cp = peek(text, n, at, &len);
    int c = fold(cp);
    if (!len) {
        t->kind = JB_TOK_END;
    } else if (cp >= '0' && cp <= '9') {
        lex_number(a, text, n, at, t);
    } else if (jb_ex_name_start(cp)) {
        t->len = run_of_name(text, n, at) - at;
        t->kind = keyword(text + at, t->len, word) ? JB_TOK_WORD : JB_TOK_NAME;
        t->text = t->kind == JB_TOK_WORD ? jb_arena_strdup(a, word)
                                         : jb_arena_strndup(a, text + at, t->len);
    } else if (c == '"') {
        lex_text(a, text, n, at, t);
    } else if (c == '{') {
        lex_braced(a, text, n, at, len, t);
    } else if (c) {
        lex_punct(text, n, at, c, len, t);
    } else {
        bad(t, at, len, "E0247");
    }
}
