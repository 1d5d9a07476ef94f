// SPDX-License-Identifier: Apache-2.0
/* The reader in front of stock inih. It takes a file apart into headers and values that may span
 * lines, keeps their places, and hands inih one short line for each: the line itself where inih
 * cannot misread it, else a token. inih's answer must be what was handed in; only then the value
 * enters the tree. */
#include "config/ini_file.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>

enum { LITERAL_MAX = 40, TOKEN_MAX = 24 };

typedef struct text_line {
    const char *s;
    size_t n;
    uint32_t no;
    int bad; /* refused, already reported: as if it were not there */
} text_line;

typedef struct reader {
    jb_arena *arena;
    jb_diags *diags;
    const char *file;
    const char *at, *end;
    uint32_t line_no;
    text_line peek;
    int have_peek;
    jb_ini_file *out;
    jb_ini_section *section; /* NULL: before the first header, or below a refused one */
    int below_refused;
    jb_map *headers, *keys; /* header text, key → place of the first one */
    /* What inih was handed last. */
    jb_ini_value *pending;
    size_t tokens;
    char section_text[LITERAL_MAX + 1], key_text[LITERAL_MAX + 1], value_text[LITERAL_MAX + 1];
} reader;

static jb_place place_at(const reader *r, const text_line *l, size_t from, size_t n)
{
    jb_place p = {.file = r->file, .line = l->no, .col = 1 + (uint32_t)jb_utf8_count(l->s, from)};
    p.end_col = p.col + (uint32_t)jb_utf8_count(l->s + from, n);
    return p;
}

static void mark_damaged(reader *r)
{
    if (r->section) {
        r->section->damaged = 1;
    }
}

static void check_line(reader *r, text_line *l)
{
    size_t offset = 0;
    char hex[8] = "";
    const char *code = jb_text_fault(l->s, l->n, &offset, hex);
    if (code) {
        jb_place p = {
            .file = r->file, .line = l->no, .col = 1 + (uint32_t)jb_utf8_count(l->s, offset)};
        jb_diag(r->diags, code, &p, hex);
        l->bad = 1;
        mark_damaged(r);
    }
}

static const text_line *peek_line(reader *r)
{
    if (r->have_peek) {
        return &r->peek;
    }
    if (r->at == r->end) {
        return NULL;
    }
    const char *nl = memchr(r->at, '\n', (size_t)(r->end - r->at));
    size_t n = nl ? (size_t)(nl - r->at) : (size_t)(r->end - r->at);
    r->peek = (text_line){.s = r->at, .n = n, .no = ++r->line_no};
    r->at = nl ? nl + 1 : r->end;
    if (n && r->peek.s[n - 1] == '\r') {
        r->peek.n--;
    }
    check_line(r, &r->peek);
    r->have_peek = 1;
    return &r->peek;
}

static void take_line(reader *r)
{
    r->have_peek = 0;
}

static int is_blank(const text_line *l)
{
    return l->bad || jb_indent(l->s, l->n) == l->n;
}

static size_t without_trailing_blanks(const char *s, size_t n)
{
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t')) {
        n--;
    }
    return n;
}

/* ---- values ------------------------------------------------------------------------------------
 */

typedef struct collector {
    jb_buf text;
    jb_ini_line *lines;
    size_t n, cap;
    int has_comments;
} collector;

static void collect(reader *r, collector *c, const char *s, size_t n, uint32_t line, uint32_t col)
{
    if (c->n) {
        jb_buf_char(&c->text, '\n');
    }
    c->lines = jb_arena_more(r->arena, c->lines, c->n, &c->cap, sizeof *c->lines);
    c->lines[c->n++] = (jb_ini_line){c->text.len, line, col};
    jb_buf_add(&c->text, s, n);
}

/* Takes the indented lines that follow, with the blank ones between them. */
static void collect_continuation(reader *r, collector *c)
{
    uint32_t first_blank = 0, blanks = 0;
    for (const text_line *l; (l = peek_line(r)) != NULL; take_line(r)) {
        if (is_blank(l)) {
            first_blank = blanks++ ? first_blank : l->no;
            continue;
        }
        size_t indent = jb_indent(l->s, l->n);
        if (!indent) {
            if (l->s[0] == ';' || l->s[0] == '#') {
                continue;
            }
            return;
        }
        for (uint32_t i = 0; i < blanks && c->n; i++) {
            collect(r, c, "", 0, first_blank + i, 1);
        }
        blanks = 0;
        c->has_comments |= l->s[indent] == ';' || l->s[indent] == '#';
        collect(r, c, l->s, without_trailing_blanks(l->s, l->n), l->no, 1);
    }
}

/* A value of one line means the same on the line below its key. */
static void unindent_single_line(collector *c)
{
    size_t indent = c->n == 1 && !c->has_comments ? jb_indent(c->text.data, c->text.len) : 0;
    if (indent) {
        c->lines[0].col += (uint32_t)jb_utf8_count(c->text.data, indent);
        memmove(c->text.data, c->text.data + indent, c->text.len - indent + 1);
        c->text.len -= indent;
    }
}

static jb_place first_character(const reader *r, const collector *c, jb_place otherwise)
{
    const char *text = jb_buf_text(&c->text);
    size_t indent = jb_indent(text, strlen(text));
    if (!c->n) {
        return otherwise;
    }
    jb_place p = {.file = r->file,
                  .line = c->lines[0].line,
                  .col = c->lines[0].col + (uint32_t)jb_utf8_count(text, indent)};
    size_t first = strcspn(text, "\n");
    p.end_col = p.col + (uint32_t)jb_utf8_count(text + indent, first - indent);
    return p;
}

static int accept_value(reader *r, const jb_ini_value *v, size_t n)
{
    if (!r->section) {
        if (!r->below_refused) {
            jb_diag(r->diags, "E0118", &v->key_place, v->key);
        }
        return 0;
    }
    if (n > JB_INI_VALUE_MAX) {
        jb_diag0(r->diags, "E0122", &v->place);
        return 0;
    }
    const jb_place *before = jb_map_get(r->keys, v->key);
    if (before) {
        jb_diag(r->diags, "E0114", &v->key_place, v->key);
        jb_diag_note_at(r->diags, "E0190", before, "");
        return 0;
    }
    return 1;
}

/* The value that begins in this line, into r->pending; 0 when it is refused. */
static int read_value(reader *r, const text_line *first)
{
    text_line l = *first;
    jb_ini_value v = {0};
    size_t from = 0;
    jb_place at = place_at(r, &l, 0, without_trailing_blanks(l.s, l.n));
    take_line(r);
    int ok = jb_ini_parse_key(r->arena, l.s, l.n, &at, &v.key, &from, r->diags);
    collector c = {0};
    jb_buf_init(&c.text, JB_INI_FILE_MAX + 2);
    from += ok ? jb_indent(l.s + from, l.n - from) : 0;
    size_t n = ok ? without_trailing_blanks(l.s + from, l.n - from) : 0;
    jb_place empty = place_at(r, &l, from, 0);
    if (n) {
        collect(r, &c, l.s + from, n, l.no, empty.col);
    }
    collect_continuation(r, &c);
    if (ok) {
        unindent_single_line(&c);
        v.key_place = place_at(r, &l, 0, strlen(v.key));
        v.place = first_character(r, &c, empty);
        v.lines = c.lines;
        v.n_lines = c.n;
        v.has_comments = c.has_comments;
        ok = accept_value(r, &v, c.text.len);
    }
    if (ok) {
        v.raw = jb_arena_strndup(r->arena, jb_buf_text(&c.text), c.text.len);
        r->pending = jb_arena_alloc(r->arena, sizeof v);
        *r->pending = v;
        jb_map_put(r->keys, v.key, &r->pending->key_place);
    }
    if (!ok) {
        mark_damaged(r);
    }
    if (c.text.data) {
        jb_wipe(c.text.data, c.text.len); /* it may be a secret */
    }
    jb_buf_free(&c.text);
    return ok;
}

/* ---- headers -----------------------------------------------------------------------------------
 */

static int read_header(reader *r, const text_line *first)
{
    text_line l = *first;
    const char *kind, *name;
    jb_place at = place_at(r, &l, 0, without_trailing_blanks(l.s, l.n));
    take_line(r);
    r->section = NULL;
    r->below_refused = 1;
    if (!jb_ini_parse_header(r->arena, l.s, l.n, &at, &kind, &name, r->diags)) {
        return 0;
    }
    jb_ini_file *f = r->out;
    const char *text = jb_ini_header_text(r->arena, kind, name);
    const jb_place *before = jb_map_get(r->headers, text);
    if (before) {
        jb_diag(r->diags, "E0113", &at, text);
        jb_diag_note_at(r->diags, "E0190", before, "");
        return 0;
    }
    jb_place *kept = jb_arena_alloc(r->arena, sizeof *kept);
    *kept = at;
    jb_map_put(r->headers, text, kept);
    jb_map_free(r->keys);
    r->keys = jb_map_new();
    f->sections = jb_arena_more(r->arena, f->sections, f->n, &f->cap, sizeof *f->sections);
    r->section = &f->sections[f->n++];
    *r->section = (jb_ini_section){.kind = kind, .name = name, .place = at};
    return 1;
}

/* ---- to inih and back --------------------------------------------------------------------------
 */

static int inih_is_safe_with(const char *text)
{
    return strlen(text) <= LITERAL_MAX / 2 && !strpbrk(text, ";#:\n\t[]=") && text[0] != ' ';
}

static void hand_header(reader *r, char *buf, size_t size)
{
    const jb_ini_section *s = r->section;
    const char *text = *s->name ? jb_arena_fmt(r->arena, "%s \"%s\"", s->kind, s->name) : s->kind;
    if (strlen(text) <= LITERAL_MAX && inih_is_safe_with(s->name) && strlen(text) + 4 < size) {
        (void)snprintf(r->section_text, sizeof r->section_text, "%s", text);
    } else {
        (void)snprintf(r->section_text, sizeof r->section_text, "s%zu", ++r->tokens);
    }
    (void)snprintf(buf, size, "[%s]\n", r->section_text);
}

static void hand_value(reader *r, char *buf, size_t size)
{
    const jb_ini_value *v = r->pending;
    if (inih_is_safe_with(v->key) && inih_is_safe_with(v->raw) &&
        strlen(v->key) + strlen(v->raw) + 5 < size) {
        (void)snprintf(r->key_text, sizeof r->key_text, "%s", v->key);
        (void)snprintf(r->value_text, sizeof r->value_text, "%s", v->raw);
    } else {
        (void)snprintf(r->key_text, sizeof r->key_text, "k%zu", ++r->tokens);
        (void)snprintf(r->value_text, sizeof r->value_text, "v%zu", r->tokens);
    }
    (void)snprintf(buf, size, "%s = %s\n", r->key_text, r->value_text);
}

static void report_disagreement(reader *r)
{
    if (r->pending) {
        jb_diag0(r->diags, "E0124", &r->pending->key_place);
        r->pending = NULL;
    }
}

static int next_for_inih(void *user, char *buf, size_t size)
{
    reader *r = user;
    report_disagreement(r);
    for (const text_line *l; size >= TOKEN_MAX && (l = peek_line(r)) != NULL;) {
        char first = l->n ? l->s[0] : 0;
        if (is_blank(l) || first == ';' || first == '#') {
            take_line(r);
            continue;
        }
        size_t indent = jb_indent(l->s, l->n);
        if (indent) {
            if (l->s[indent] != ';' && l->s[indent] != '#') {
                jb_place p = place_at(r, l, 0, indent);
                jb_diag0(r->diags, "E0119", &p);
                mark_damaged(r);
                /* One accident, one message: what hangs below it is not looked at. */
                collector skipped = {0};
                jb_buf_init(&skipped.text, JB_INI_FILE_MAX + 2);
                collect_continuation(r, &skipped);
                jb_buf_free(&skipped.text);
            } else {
                take_line(r);
            }
            continue;
        }
        int header = first == '[' || (l->n >= 3 && memcmp(l->s, "［", 3) == 0);
        if (header ? read_header(r, l) : read_value(r, l)) {
            (header ? hand_header : hand_value)(r, buf, size);
            return 1;
        }
    }
    return 0;
}

static void take_from_inih(void *user, const char *section, const char *key, const char *value)
{
    reader *r = user;
    jb_ini_section *s = r->section;
    if (!r->pending || !s || strcmp(section, r->section_text) != 0 ||
        strcmp(key, r->key_text) != 0 || strcmp(value, r->value_text) != 0) {
        report_disagreement(r);
        return;
    }
    s->values = jb_arena_more(r->arena, s->values, s->n, &s->cap, sizeof *s->values);
    s->values[s->n++] = *r->pending;
    r->pending = NULL;
}

jb_ini_file *jb_ini_read(jb_arena *a, const char *file, const char *bytes, size_t n, jb_diags *d)
{
    jb_ini_file *out = jb_arena_alloc(a, sizeof *out);
    out->name = jb_arena_strdup(a, file);
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    reader r = {
        .arena = a, .diags = d, .file = out->name, .at = bytes, .end = bytes + n, .out = out};
    r.headers = jb_map_new();
    r.keys = jb_map_new();
    jb_ini_feed feed = {next_for_inih, take_from_inih, &r};
    int status = jb_ini_run(&feed);
    report_disagreement(&r);
    jb_map_free(r.headers);
    jb_map_free(r.keys);
    if (status != 0 || r.at != r.end || r.have_peek) {
        jb_place p = {.file = out->name, .line = r.line_no};
        jb_diag0(d, "E0124", &p);
    }
    return out;
}
