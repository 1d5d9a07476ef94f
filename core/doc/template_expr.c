// SPDX-License-Identifier: Apache-2.0
/* What stands inside tags: expressions, the head of a {for}, filters. */
#include "doc/template_impl.h"

#include "base/str.h"

#include <string.h>

/* A place in text[at, end) that is being read word by word. */
typedef struct cursor {
    jb_template *t;
    size_t at, end;
} cursor;

static void skip_blanks(cursor *c)
{
    size_t n = c->end - c->at;
    jb_t_trim(c->t->text, &c->at, &n);
}

/* A word: up to a blank; a quoted text is one word, {name with blanks} too. */
static size_t word_length(const cursor *c)
{
    const char *text = c->t->text;
    size_t i = c->at, q;
    int depth = 0;
    while (i < c->end) {
        if ((q = jb_t_quoted(text, c->end, i)) > 0) {
            i += q;
            continue;
        }
        if (text[i] == '{')
            depth++;
        else if (text[i] == '}')
            depth--;
        else if (depth <= 0 && (text[i] == ' ' || text[i] == '\t' ||
                                (c->end - i >= 3 && memcmp(text + i, "\u3000", 3) == 0)))
            break;
        i++;
    }
    return i - c->at;
}

static int word_is(const cursor *c, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(c->t->text + c->at, word, n) == 0;
}

/* ---- simple forms ---- */

static int name_char(unsigned char c)
{
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* Full-width punctuation is no part of a name; nothing else here needs to know which. */
static size_t name_length(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && name_char((unsigned char)text[i])) {
        const char *p = text + i;
        uint32_t cp;
        if ((unsigned char)text[i] < 0x80) {
            i++;
            continue;
        }
        cp = jb_utf8_next(&p);
        if (jb_fold_fullwidth(cp) != cp || (cp >= 0x2000 && cp < 0x2e80) ||
            (cp >= 0x3000 && cp < 0x3005) || (cp >= 0x3008 && cp < 0x3021) || cp == 0xd7 ||
            cp == 0xf7)
            break;
        i = (size_t)(p - text);
    }
    return i;
}

/* NAME or {NAME} at the cursor, NULL when there is none. */
static const char *read_name(cursor *c)
{
    const char *text = c->t->text;
    size_t n;
    if (c->at < c->end && text[c->at] == '{') {
        const char *close = memchr(text + c->at, '}', c->end - c->at);
        size_t at = c->at + 1, len;
        if (close == NULL)
            return NULL;
        len = (size_t)(close - text) - at;
        c->at = (size_t)(close - text) + 1;
        jb_t_trim(text, &at, &len);
        return jb_arena_strndup(c->t->arena, text + at, len);
    }
    n = name_length(text + c->at, c->end - c->at);
    c->at += n;
    return n > 0 ? jb_arena_strndup(c->t->arena, text + c->at - n, n) : NULL;
}

static int take(cursor *c, char mark)
{
    skip_blanks(c);
    if (c->at >= c->end || c->t->text[c->at] != mark)
        return 0;
    c->at++;
    skip_blanks(c);
    return 1;
}

/* "text" or bind.field; 0 when it is something else. */
static int read_key(cursor *c, jb_tkey *key)
{
    size_t q = jb_t_quoted(c->t->text, c->end, c->at);
    memset(key, 0, sizeof *key);
    if (q > 0) {
        key->text = jb_t_unquote(c->t->arena, c->t->text + c->at, q);
        c->at += q;
        return 1;
    }
    key->bind = read_name(c);
    if (key->bind == NULL || !take(c, '.'))
        return 0;
    key->field = read_name(c);
    return key->field != NULL;
}

/* Finds out whether an expression is no more than NAME, NAME[key …] or NAME.field. */
static void find_form(jb_texpr *e, jb_template *t)
{
    cursor c = {t, e->at, e->at + e->len};
    jb_tkey keys[8];
    const char *name = read_name(&c);
    e->form = JB_TF_EXPR;
    if (name == NULL ||
        (name[0] >= '0' && name[0] <= '9' && t->text[e->at] != '{' && e->len != strlen(name)))
        return;
    e->name = name;
    skip_blanks(&c);
    if (c.at == c.end) {
        e->form = JB_TF_NAME;
        return;
    }
    if (take(&c, '.')) {
        e->field = read_name(&c);
        skip_blanks(&c);
        if (e->field != NULL && c.at == c.end)
            e->form = JB_TF_FIELD;
        return;
    }
    if (!take(&c, '['))
        return;
    for (;;) {
        if (e->n_keys == 8 || !read_key(&c, &keys[e->n_keys]))
            return;
        e->n_keys++;
        if (!take(&c, ','))
            break;
    }
    if (!take(&c, ']') || c.at != c.end)
        return;
    e->keys = jb_arena_alloc(t->arena, e->n_keys * sizeof *keys);
    memcpy(e->keys, keys, e->n_keys * sizeof *keys);
    e->form = JB_TF_INDEX;
}

/* 10亿以上 alone in braces is a name, though it begins like a number. */
static int is_name_of_digits(const char *text, size_t n)
{
    size_t i = 0;
    if (n == 0 || text[0] < '0' || text[0] > '9' || name_length(text, n) != n)
        return 0;
    while (i < n && text[i] >= '0' && text[i] <= '9')
        i++;
    return i < n;
}

jb_texpr *jb_t_expr(jb_template *t, size_t at, size_t n, jb_diags *diags)
{
    jb_texpr *e = jb_arena_alloc(t->arena, sizeof *e);
    jb_origin origin = t->origin;
    const char *text = t->text + at;
    size_t len = n;
    e->at = at;
    e->len = n;
    e->text = jb_arena_strndup(t->arena, t->text + at, n);
    origin.base += at;
    if (is_name_of_digits(text, n)) {
        text = jb_arena_fmt(t->arena, "{%s}", e->text);
        len = n + 2;
        origin.base -= origin.base > 0 ? 1 : 0;
        e->form = JB_TF_NAME;
        e->name = e->text;
    } else {
        text = e->text;
        find_form(e, t);
    }
    e->expr = jb_expr_parse(t->arena, text, len, &origin, diags);
    return e->expr != NULL ? e : NULL;
}

/* ---- {for NAME in FIGURE [where EXPR] [sort FIELD [asc|desc]] [limit N] [sep "…"]} ---- */

static int clause_word(const cursor *c, size_t n)
{
    return word_is(c, n, "where") || word_is(c, n, "sort") || word_is(c, n, "limit") ||
           word_is(c, n, "sep");
}

static int read_where(cursor *c, jb_tloop *loop, jb_diags *diags)
{
    size_t from = c->at, to = c->at, n;
    while (c->at < c->end) {
        n = word_length(c);
        if (clause_word(c, n))
            break;
        c->at += n;
        to = c->at;
        skip_blanks(c);
    }
    if (to == from)
        return -1;
    loop->where = jb_t_expr(c->t, from, to - from, diags);
    return loop->where != NULL ? 0 : -2;
}

static int read_number(cursor *c, size_t n, int64_t *out)
{
    size_t i;
    int64_t v = 0;
    if (n == 0 || n > 9)
        return -1;
    for (i = 0; i < n; i++) {
        char d = c->t->text[c->at + i];
        if (d < '0' || d > '9')
            return -1;
        v = v * 10 + (d - '0');
    }
    c->at += n;
    *out = v;
    return 0;
}

static int read_sort(cursor *c, jb_tloop *loop)
{
    size_t n;
    loop->sort_at = c->at;
    loop->sort = read_name(c);
    if (loop->sort != NULL && c->at < c->end && c->t->text[c->at] == '.') { /* sort r.amount */
        if (strcmp(loop->sort, loop->bind) != 0)
            return -1;
        c->at++;
        loop->sort = read_name(c);
    } else if (loop->sort != NULL && strcmp(loop->sort, loop->bind) == 0) {
        loop->sort = "value";
    }
    loop->sort_len = c->at - loop->sort_at;
    skip_blanks(c);
    n = word_length(c);
    if (word_is(c, n, "desc") || word_is(c, n, "asc")) {
        loop->descending = word_is(c, n, "desc");
        c->at += n;
    }
    return loop->sort != NULL ? 0 : -1;
}

static int read_clause(cursor *c, jb_tloop *loop, jb_diags *diags)
{
    size_t n = word_length(c), q;
    if (word_is(c, n, "where") && loop->where == NULL) {
        c->at += n;
        skip_blanks(c);
        return read_where(c, loop, diags);
    }
    if (word_is(c, n, "sort") && loop->sort == NULL) {
        c->at += n;
        skip_blanks(c);
        return read_sort(c, loop);
    }
    if (word_is(c, n, "limit") && loop->limit == 0) {
        c->at += n;
        skip_blanks(c);
        return read_number(c, word_length(c), &loop->limit) == 0 && loop->limit > 0 ? 0 : -1;
    }
    if (word_is(c, n, "sep") && loop->sep == NULL) {
        c->at += n;
        skip_blanks(c);
        q = jb_t_quoted(c->t->text, c->end, c->at);
        if (q == 0)
            return -1;
        loop->sep = jb_t_unquote(c->t->arena, c->t->text + c->at, q);
        c->at += q;
        return 0;
    }
    return -1;
}

jb_tloop *jb_t_loop(jb_template *t, size_t at, size_t n, jb_diags *diags)
{
    cursor c = {t, at, at + n};
    jb_tloop *loop = jb_arena_alloc(t->arena, sizeof *loop);
    int status = 0;
    loop->bind_at = at;
    loop->bind = read_name(&c);
    loop->bind_len = c.at - at;
    skip_blanks(&c);
    if (loop->bind == NULL || !word_is(&c, word_length(&c), "in"))
        goto malformed;
    c.at += 2;
    skip_blanks(&c);
    loop->figure_at = c.at;
    loop->figure = read_name(&c);
    loop->figure_len = c.at - loop->figure_at;
    skip_blanks(&c);
    if (loop->figure == NULL)
        goto malformed;
    while (c.at < c.end && status == 0) {
        status = read_clause(&c, loop, diags);
        skip_blanks(&c);
    }
    if (status == -2)
        return NULL;
    if (status == 0)
        return loop;
malformed:
    JB_T_FAIL(t, diags, at, n, "E0706", jb_t_quote(t, at, n));
    return NULL;
}

/* ---- filters: | WORD arguments | … ---- */

static int bad_argument(cursor *c, jb_diags *diags, size_t at, size_t n)
{
    JB_T_FAIL(c->t, diags, at, n > 0 ? n : 1, "E0704", jb_t_quote(c->t, at, n));
    return -1;
}

/* An optional number of at most `most`. */
static int read_optional(cursor *c, int64_t most, int *out)
{
    size_t n;
    int64_t v = 0;
    skip_blanks(c);
    n = word_length(c);
    if (n == 0)
        return 0;
    if (read_number(c, n, &v) != 0 || v > most)
        return -1;
    *out = (int)v;
    return 0;
}

static int read_text(cursor *c, const char **out, int required)
{
    size_t q;
    skip_blanks(c);
    q = jb_t_quoted(c->t->text, c->end, c->at);
    if (q == 0)
        return required || c->at < c->end ? -1 : 0;
    *out = jb_t_unquote(c->t->arena, c->t->text + c->at, q);
    c->at += q;
    return 0;
}

static int read_filter_word(cursor *c, size_t n, jb_tspec *s)
{
    size_t at = c->at;
    c->at += n;
    if (at + n == c->at && n > 0) {
        cursor w = {c->t, at, at + n};
        if (word_is(&w, n, "cn"))
            return s->cn = 1, 0;
        if (word_is(&w, n, "upper"))
            return s->upper = 1, 0;
        if (word_is(&w, n, "rank"))
            return s->rank = 1, 0;
        if (word_is(&w, n, "date"))
            return s->date = 1, 0;
        if (word_is(&w, n, "trend"))
            return s->trend = 1, read_optional(c, JB_T_MAX_DECIMALS, &s->decimals);
        if (word_is(&w, n, "names"))
            return s->names = 1, read_optional(c, 100000, &s->limit);
        if (word_is(&w, n, "cell"))
            return s->cell = 1, read_text(c, &s->cell_label, 0);
        if (word_is(&w, n, "or"))
            return read_text(c, &s->or_text, 1);
    }
    if (s->word != NULL)
        return -1;
    s->word = jb_arena_strndup(c->t->arena, c->t->text + at, n);
    s->word_at = at;
    s->word_len = n;
    return read_optional(c, JB_T_MAX_DECIMALS, &s->decimals);
}

/* `6` alone is a number of decimals. */
static int read_filter(cursor *c, jb_tspec *s)
{
    size_t n;
    skip_blanks(c);
    n = word_length(c);
    if (n > 0 && c->t->text[c->at] >= '0' && c->t->text[c->at] <= '9')
        return read_optional(c, JB_T_MAX_DECIMALS, &s->decimals);
    return n > 0 ? read_filter_word(c, n, s) : -1;
}

/* A filter ends at the next bar outside quotes. */
static size_t filter_end(const jb_template *t, size_t at, size_t end)
{
    size_t q;
    while (at < end) {
        if ((q = jb_t_quoted(t->text, end, at)) > 0) {
            at += q;
            continue;
        }
        if (t->text[at] == '|' || (end - at >= 3 && memcmp(t->text + at, "｜", 3) == 0))
            return at;
        at++;
    }
    return end;
}

jb_tspec *jb_t_spec(jb_template *t, size_t at, size_t n, jb_diags *diags)
{
    jb_tspec *s = jb_arena_alloc(t->arena, sizeof *s);
    size_t end = at + n, from;
    s->at = at;
    s->len = n;
    s->decimals = -1;
    while (at < end) {
        cursor c = {t, at + (t->text[at] == '|' ? 1 : 3), end};
        c.end = filter_end(t, c.at, end);
        skip_blanks(&c);
        from = c.at;
        at = c.end;
        if (read_filter(&c, s) != 0) {
            bad_argument(&c, diags, from, c.end - from);
            return NULL;
        }
        skip_blanks(&c);
        if (c.at < c.end) {
            bad_argument(&c, diags, c.at, c.end - c.at);
            return NULL;
        }
    }
    return s;
}
