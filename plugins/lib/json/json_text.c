// SPDX-License-Identifier: Apache-2.0
/* Tokens of a JSON text. Strings come out decoded and checked, numbers as they are written. */
#include "json/json_rows.h"

#include <inttypes.h>
#include <stdio.h>

#define BUF_BYTES ((size_t)64 << 10)
#define NUMBER_MAX 512u

int jb_json_text_open(jb_json_text *t, const jb_json_input *in)
{
    memset(t, 0, sizeof *t);
    t->in = *in;
    t->line = 1;
    t->buf = malloc(BUF_BYTES);
    t->text = malloc(256);
    t->cap_text = 256;
    return t->buf != NULL && t->text != NULL ? 0 : -1;
}

void jb_json_text_close(jb_json_text *t)
{
    free(t->buf);
    free(t->text);
    t->buf = NULL;
    t->text = NULL;
}

int jb_json_bad(jb_json_text *t, const char *code, const char *arg1, const char *arg2)
{
    jb_json_error *e = &t->error;
    if (e->status != JB_OK)
        return JB_JSON_FAILED;
    e->status = strcmp(code, "E1216") == 0 ? JB_E_MEMORY : JB_E_DATA;
    e->code = code;
    e->line = t->line;
    snprintf(e->arg1, sizeof e->arg1, "%.*s", (int)sizeof e->arg1 - 1, arg1 != NULL ? arg1 : "");
    snprintf(e->arg2, sizeof e->arg2, "%.*s", (int)sizeof e->arg2 - 1, arg2 != NULL ? arg2 : "");
    return JB_JSON_FAILED;
}

/* A failure with the byte read last as its place. */
static int bad_here(jb_json_text *t, const char *code, const char *what)
{
    char place[24];
    uint64_t at = t->offset + t->at;
    snprintf(place, sizeof place, "%" PRIu64, at > t->line_at ? at - t->line_at : 1);
    return jb_json_bad(t, code, what, place);
}

static int bad_byte(jb_json_text *t, const char *code, int c)
{
    char what[16];
    if (c > 0x20 && c < 0x7f)
        snprintf(what, sizeof what, "“%c”", (char)c);
    else
        snprintf(what, sizeof what, "0x%02x", (unsigned)c);
    return bad_here(t, code, what);
}

/* More bytes; 1, 0 at the end, -1 failed. */
static int fill(jb_json_text *t)
{
    jb_status st;
    if (t->error.status != JB_OK)
        return -1;
    if (t->ended)
        return 0;
    t->offset += t->n;
    t->at = t->n = 0;
    st = t->in.read(t->in.self, t->buf, BUF_BYTES, &t->n);
    if (st != JB_OK) {
        t->n = 0;
        t->error.status = st;
        return -1;
    }
    t->ended = t->n == 0;
    return !t->ended;
}

/* The next byte, or -1 at the end or after a failure. */
static int next_byte(jb_json_text *t)
{
    if (t->at == t->n && fill(t) <= 0)
        return -1;
    return t->buf[t->at++];
}

static int peek_byte(jb_json_text *t)
{
    if (t->at == t->n && fill(t) <= 0)
        return -1;
    return t->buf[t->at];
}

static int cut_off(jb_json_text *t)
{
    return jb_json_bad(t, "E1211", NULL, NULL);
}

int jb_json_room(jb_json_text *t, size_t n)
{
    size_t cap = (t->n_text + n) * 2 + 64;
    char *p;
    if (t->cap_text - t->n_text > n)
        return 0;
    if (t->n_text + n > JB_JSON_RECORD_MAX)
        return jb_json_bad(t, "E1215", "16 MiB", NULL);
    p = realloc(t->text, cap);
    if (p == NULL)
        return jb_json_bad(t, "E1216", NULL, NULL);
    t->text = p;
    t->cap_text = cap;
    return 0;
}

static int append(jb_json_text *t, const void *s, size_t n)
{
    if (jb_json_room(t, n) != 0)
        return JB_JSON_FAILED;
    memcpy(t->text + t->n_text, s, n);
    t->n_text += n;
    return 0;
}

/* ---- strings ---- */

static int hex4(jb_json_text *t, uint32_t *out)
{
    int i, c;
    *out = 0;
    for (i = 0; i < 4; i++) {
        c = next_byte(t);
        if (c < 0)
            return cut_off(t);
        if (c >= '0' && c <= '9')
            *out = *out << 4 | (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            *out = *out << 4 | (uint32_t)((c | 32) - 'a' + 10);
        else
            return bad_byte(t, "E1210", c);
    }
    return 0;
}

static int bad_unit(jb_json_text *t, uint32_t unit)
{
    char what[16];
    snprintf(what, sizeof what, "\\u%04x", (unsigned)unit);
    return bad_here(t, "E1212", what);
}

static int append_point(jb_json_text *t, uint32_t c)
{
    uint8_t u[4];
    size_t n;
    if (c < 0x80) {
        u[0] = (uint8_t)c;
        n = 1;
    } else if (c < 0x800) {
        u[0] = (uint8_t)(0xc0 | c >> 6);
        u[1] = (uint8_t)(0x80 | (c & 63));
        n = 2;
    } else if (c < 0x10000) {
        u[0] = (uint8_t)(0xe0 | c >> 12);
        u[1] = (uint8_t)(0x80 | (c >> 6 & 63));
        u[2] = (uint8_t)(0x80 | (c & 63));
        n = 3;
    } else {
        u[0] = (uint8_t)(0xf0 | c >> 18);
        u[1] = (uint8_t)(0x80 | (c >> 12 & 63));
        u[2] = (uint8_t)(0x80 | (c >> 6 & 63));
        u[3] = (uint8_t)(0x80 | (c & 63));
        n = 4;
    }
    return append(t, u, n);
}

static int unicode_escape(jb_json_text *t)
{
    uint32_t hi, lo;
    if (hex4(t, &hi) != 0)
        return -1;
    if (hi == 0 || (hi >= 0xdc00 && hi < 0xe000))
        return bad_unit(t, hi);
    if (hi < 0xd800 || hi >= 0xe000)
        return append_point(t, hi);
    if (peek_byte(t) != '\\')
        return t->error.status != JB_OK ? -1 : bad_unit(t, hi);
    next_byte(t);
    if (peek_byte(t) != 'u')
        return t->error.status != JB_OK ? -1 : bad_unit(t, hi);
    next_byte(t);
    if (hex4(t, &lo) != 0)
        return -1;
    if (lo < 0xdc00 || lo >= 0xe000)
        return bad_unit(t, hi);
    return append_point(t, 0x10000 + ((hi - 0xd800) << 10) + (lo - 0xdc00));
}

static int escape(jb_json_text *t)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int c = next_byte(t);
    const char *at;
    if (c < 0)
        return cut_off(t);
    if (c == 'u')
        return unicode_escape(t);
    at = c != 0 ? strchr(from, c) : NULL;
    if (at == NULL)
        return bad_byte(t, "E1210", c);
    return append(t, to + (at - from), 1);
}

/* Checks what was appended since `from`; escapes cannot have made it bad. */
static int check_utf8(jb_json_text *t, size_t from)
{
    int why;
    char what[16];
    size_t n = t->n_text - from, good = jb_utf8_check((const uint8_t *)t->text + from, n, &why);
    if (good == n)
        return 0;
    snprintf(what, sizeof what, "0x%02x", (unsigned)(uint8_t)t->text[from + good]);
    return bad_here(t, "E1212", what);
}

/* Behind the opening quote. */
static int string(jb_json_text *t)
{
    size_t from = t->n_text;
    for (;;) {
        size_t i = t->at;
        uint8_t c;
        if (t->at == t->n && fill(t) <= 0)
            return cut_off(t);
        for (i = t->at; i < t->n && t->buf[i] >= 0x20 && t->buf[i] != '"' && t->buf[i] != '\\'; i++)
            ;
        if (append(t, t->buf + t->at, i - t->at) != 0)
            return -1;
        t->at = i;
        if (i == t->n)
            continue;
        c = t->buf[t->at++];
        if (c == '"')
            break;
        if (c != '\\')
            return bad_byte(t, "E1212", c);
        if (escape(t) != 0)
            return -1;
    }
    if (check_utf8(t, from) != 0)
        return -1;
    t->token = from;
    t->n_token = t->n_text - from;
    return append(t, "", 1) != 0 ? -1 : JB_JSON_STRING;
}

/* ---- numbers and words ---- */

static int is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static int in_number(int c)
{
    return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* Whether s is a number by the grammar: -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)? */
static int is_number(const char *s)
{
    if (*s == '-')
        s++;
    if (!is_digit(*s))
        return 0;
    if (*s++ != '0')
        while (is_digit(*s))
            s++;
    if (*s == '.') {
        if (!is_digit(*++s))
            return 0;
        while (is_digit(*s))
            s++;
    }
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '+' || *s == '-';
        if (!is_digit(*s))
            return 0;
        while (is_digit(*s))
            s++;
    }
    return *s == '\0';
}

static int number(jb_json_text *t)
{
    char text[NUMBER_MAX + 1];
    size_t n = 0;
    while (in_number(peek_byte(t))) {
        if (n == NUMBER_MAX)
            return jb_json_bad(t, "E1215", "512", NULL);
        text[n++] = (char)next_byte(t);
    }
    if (t->error.status != JB_OK)
        return -1;
    text[n] = '\0';
    if (!is_number(text)) {
        if (t->ended)
            return cut_off(t);
        text[n < 40 ? n : 40] = '\0';
        return bad_here(t, "E1210", text);
    }
    t->token = t->n_text;
    t->n_token = n;
    return append(t, text, n + 1) != 0 ? -1 : JB_JSON_NUMBER;
}

static int word(jb_json_text *t, const char *rest, int kind)
{
    for (; *rest != '\0'; rest++) {
        int c = next_byte(t);
        if (c < 0)
            return cut_off(t);
        if (c != *rest)
            return bad_byte(t, "E1210", c);
    }
    return kind;
}

/* A byte order mark at the very beginning is passed over. */
static int skip_mark(jb_json_text *t)
{
    if (next_byte(t) == 0xbb && next_byte(t) == 0xbf)
        return 0;
    return bad_byte(t, "E1210", 0xef);
}

int jb_json_token(jb_json_text *t)
{
    for (;;) {
        int c = next_byte(t);
        switch (c) {
        case -1:
            return t->error.status != JB_OK ? JB_JSON_FAILED : JB_JSON_END;
        case '\n':
            t->line++;
            t->line_at = t->offset + t->at;
            continue;
        case ' ':
        case '\t':
        case '\r':
            continue;
        case '"':
            return string(t);
        case 't':
            return word(t, "rue", JB_JSON_TRUE);
        case 'f':
            return word(t, "alse", JB_JSON_FALSE);
        case 'n':
            return word(t, "ull", JB_JSON_NULL);
        case '{':
        case '}':
        case '[':
        case ']':
        case ',':
        case ':':
            return c;
        default:
            if (c == 0xef && t->offset + t->at == 1) {
                if (skip_mark(t) != 0)
                    return JB_JSON_FAILED;
                continue;
            }
            if (c != '-' && !is_digit(c))
                return bad_byte(t, "E1210", c);
            t->at--;
            return number(t);
        }
    }
}

int jb_json_unexpected(jb_json_text *t, int token)
{
    char mark[8];
    if (token == JB_JSON_FAILED)
        return JB_JSON_FAILED;
    if (token == JB_JSON_END)
        return cut_off(t);
    snprintf(mark, sizeof mark, "“%c”", (char)token);
    return bad_here(t, "E1210",
                    token == JB_JSON_STRING   ? "“\"”"
                    : token == JB_JSON_NUMBER ? "0–9"
                    : token == JB_JSON_TRUE   ? "true"
                    : token == JB_JSON_FALSE  ? "false"
                    : token == JB_JSON_NULL   ? "null"
                                              : mark);
}

/* ---- objects and lists ---- */

int jb_json_member(jb_json_text *t, int first)
{
    int token = jb_json_token(t);
    if (token == '}')
        return 0;
    if (!first) {
        if (token != ',')
            return jb_json_unexpected(t, token);
        token = jb_json_token(t);
    }
    if (token != JB_JSON_STRING)
        return jb_json_unexpected(t, token);
    token = jb_json_token(t);
    return token == ':' ? 1 : jb_json_unexpected(t, token);
}

int jb_json_element(jb_json_text *t, int first, int *token)
{
    *token = jb_json_token(t);
    if (*token == ']')
        return 0;
    if (!first) {
        if (*token != ',')
            return jb_json_unexpected(t, *token);
        *token = jb_json_token(t);
    }
    return *token == JB_JSON_FAILED ? -1 : 1;
}

int jb_json_skip(jb_json_text *t, int token, uint32_t depth)
{
    size_t text = token == JB_JSON_STRING || token == JB_JSON_NUMBER ? t->token : t->n_text;
    int more, first = 1;
    char limit[16];
    if (token == '{' || token == '[') {
        snprintf(limit, sizeof limit, "%u", JB_JSON_DEPTH_MAX);
        if (depth >= JB_JSON_DEPTH_MAX)
            return jb_json_bad(t, "E1214", limit, NULL);
    }
    switch (token) {
    case '{':
        for (; (more = jb_json_member(t, first)) == 1; first = 0) {
            t->n_text = text;
            if (jb_json_skip(t, jb_json_token(t), depth + 1) != 0)
                return -1;
        }
        break;
    case '[':
        for (; (more = jb_json_element(t, first, &token)) == 1; first = 0)
            if (jb_json_skip(t, token, depth + 1) != 0)
                return -1;
        break;
    case JB_JSON_STRING:
    case JB_JSON_NUMBER:
    case JB_JSON_TRUE:
    case JB_JSON_FALSE:
    case JB_JSON_NULL:
        more = 0;
        break;
    default:
        return jb_json_unexpected(t, token);
    }
    t->n_text = text;
    return more;
}
