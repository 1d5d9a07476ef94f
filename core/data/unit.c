// SPDX-License-Identifier: Apache-2.0
#include "data/unit.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/unit_table.h"

#include <stdlib.h>
#include <string.h>

/* Numerators and denominators stay below this, so that the product of two never leaves 128 bits. */
#define SCALE_LIMIT ((jb_i128)1000000000000000000)

struct jb_units {
    jb_arena *arena;
    jb_unit *named; /* built-in ones first, then declared ones */
    size_t n, cap;
    const char **names;
    size_t n_names, cap_names;
    jb_map *texts; /* composed texts, so that each is kept once */
    int n_bases;
};

static jb_i128 gcd(jb_i128 a, jb_i128 b)
{
    while (b != 0) {
        jb_i128 r = a % b;
        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

/* num/den = a/b × c/d reduced; -1 when it leaves the range. All positive, each below 2^127. */
static int fraction(jb_i128 a, jb_i128 b, jb_i128 c, jb_i128 d, jb_i128 *num, jb_i128 *den)
{
    jb_i128 g = gcd(a, d), h = gcd(c, b);
    if (g == 0 || h == 0 || __builtin_mul_overflow(a / g, c / h, num) ||
        __builtin_mul_overflow(b / h, d / g, den)) {
        *num = 0;
        *den = 1;
        return -1;
    }
    return 0;
}

static const char *keep(jb_units *us, const char *text)
{
    const char *known = jb_map_get(us->texts, text);
    if (!known) {
        char *copy = jb_arena_strdup(us->arena, text);
        jb_map_put(us->texts, copy, copy);
        known = copy;
    }
    return known;
}

static void add_named(jb_units *us, const jb_unit *u)
{
    us->named = jb_grow(us->named, us->n, &us->cap, sizeof *us->named);
    us->named[us->n++] = *u;
    us->names = jb_grow(us->names, us->n_names, &us->cap_names, sizeof *us->names);
    us->names[us->n_names++] = u->text;
}

/* A named unit or number word × named unit at the beginning of text; the longest. */
static size_t match_simple(jb_units *us, const char *text, size_t n, jb_unit *out)
{
    size_t best = 0;
    int64_t best_factor = 1;
    const jb_unit *best_unit = NULL;
    for (size_t m = 0; m <= JB_N_MULTIPLES; m++) {
        const char *word = m < JB_N_MULTIPLES ? JB_MULTIPLES[m].text : "";
        size_t skip = strlen(word);
        if (skip > n || memcmp(text, word, skip) != 0) {
            continue;
        }
        int64_t factor = m < JB_N_MULTIPLES ? JB_MULTIPLES[m].factor : 1;
        if (skip > best) {
            best = skip;
            best_factor = factor;
            best_unit = NULL;
        }
        for (size_t i = 0; i < us->n; i++) {
            const jb_unit *u = &us->named[i];
            size_t len = strlen(u->text);
            int takes = factor == 1 || !(jb_unit_is_percent(u) || jb_unit_is_point(u));
            /* A declared or built-in whole word wins over number word × unit of the same length. */
            if (takes && len <= n - skip && memcmp(text + skip, u->text, len) == 0 &&
                (skip + len > best || (skip == 0 && len >= best))) {
                best = skip + len;
                best_factor = factor;
                best_unit = u;
            }
        }
    }
    if (best == 0) {
        return 0;
    }
    memset(out, 0, sizeof *out);
    out->num = out->den = 1;
    if (best_unit) {
        *out = *best_unit;
    }
    if (best_factor != 1) {
        fraction(out->num, out->den, best_factor, 1, &out->num, &out->den);
        char word[64];
        size_t len = best < sizeof word - 1 ? best : sizeof word - 1;
        memcpy(word, text, len);
        word[len] = '\0';
        out->text = keep(us, word);
    }
    return best;
}

/* a × b or a ÷ b without choosing a name. */
static int combine(const jb_unit *a, const jb_unit *b, int sign, jb_unit *out)
{
    jb_unit u;
    memset(&u, 0, sizeof u);
    u.text = "";
    for (int i = 0; i < JB_UNIT_DIMS; i++) {
        int d = a->dim[i] + sign * b->dim[i];
        if (d > 100 || d < -100) {
            *out = u;
            out->den = 1;
            return -1;
        }
        u.dim[i] = (int8_t)d;
    }
    int bad = sign > 0 ? fraction(a->num, a->den, b->num, b->den, &u.num, &u.den)
                       : fraction(a->num, a->den, b->den, b->num, &u.num, &u.den);
    if (!bad && (u.num > SCALE_LIMIT || u.den > SCALE_LIMIT)) {
        u.num = 0;
        u.den = 1;
        bad = -1;
    }
    *out = u;
    return bad;
}

size_t jb_unit_prefix(jb_units *us, const char *text, size_t n, jb_unit *out)
{
    jb_unit whole, part;
    size_t at = match_simple(us, text, n, &whole);
    if (at == 0) {
        return 0;
    }
    *out = whole;
    for (;;) {
        int times = n - at >= 2 && memcmp(text + at, "·", 2) == 0;
        if (at >= n || (text[at] != '/' && !times)) {
            return at;
        }
        size_t mark = times ? 2 : 1;
        size_t len = match_simple(us, text + at + mark, n - at - mark, &part);
        if (len == 0 || combine(&whole, &part, times ? 1 : -1, &whole)) {
            return at;
        }
        at += mark + len;
        char word[256];
        if (at >= sizeof word) {
            return at - mark - len;
        }
        memcpy(word, text, at);
        word[at] = '\0';
        whole.text = keep(us, word);
        *out = whole;
    }
}

int jb_unit_parse(jb_units *us, const char *text, size_t n, jb_unit *out, const char **near)
{
    if (near) {
        *near = NULL;
    }
    if (n == 0) {
        memset(out, 0, sizeof *out);
        out->num = out->den = 1;
        out->text = "";
        return 0;
    }
    if (jb_unit_prefix(us, text, n, out) == n) {
        return 0;
    }
    if (near && n < 200) {
        char word[200];
        memcpy(word, text, n);
        word[n] = '\0';
        *near = jb_nearest(word, us->names, us->n_names);
    }
    return -1;
}

/* ---- declared units ---- */

/* "10000 平方米", "元", "base": a unit's value in others. 0 ok. */
static int parse_is(jb_units *us, const char *text, jb_unit *out)
{
    size_t n = strlen(text);
    size_t at = jb_indent(text, n), digits = at;
    jb_i128 v = 1;
    int32_t scale = 0;
    while (n > at && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
        n--;
    }
    if (n - at == 4 && memcmp(text + at, "base", 4) == 0) {
        if (JB_DIM_DECLARED + us->n_bases >= JB_UNIT_DIMS) {
            return -1;
        }
        memset(out, 0, sizeof *out);
        out->dim[JB_DIM_DECLARED + us->n_bases++] = 1;
        out->num = out->den = 1;
        return 0;
    }
    while (digits < n && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.')) {
        digits++;
    }
    if (digits > at && (jb_dec_parse(text + at, digits - at, &v, &scale) || v <= 0 ||
                        v > SCALE_LIMIT || scale > 18)) {
        return -1;
    }
    at = digits + jb_indent(text + digits, n - digits);
    if (at >= n || jb_unit_parse(us, text + at, n - at, out, NULL)) {
        return -1;
    }
    if (fraction(out->num, out->den, v, jb_pow10(scale), &out->num, &out->den) ||
        out->num > SCALE_LIMIT || out->den > SCALE_LIMIT) {
        return -1;
    }
    return 0;
}

static void declare(jb_units *us, const jb_config *config, const jb_section_cfg *section,
                    jb_diags *diags)
{
    const char *name = jb_section_name(section);
    const jb_value_cfg *value = jb_section_get(section, "is");
    jb_place place = value ? value->place : jb_section_place(section);
    const char *text = value ? jb_value_text(config, value, 0, diags) : NULL;
    if (value && !text) {
        return;
    }
    jb_unit u, old;
    if (!text || !*name || parse_is(us, text, &u)) {
        jb_diag(diags, "E0263", &place, name, text ? text : "");
        return;
    }
    if (jb_unit_parse(us, name, strlen(name), &old, NULL) == 0 &&
        (!jb_unit_same_dimension(&old, &u) || old.num != u.num || old.den != u.den)) {
        jb_diag(diags, "E0264", &place, name);
        return;
    }
    u.text = jb_arena_strdup(us->arena, name);
    add_named(us, &u);
}

jb_units *jb_units_new(const jb_config *config, jb_diags *diags)
{
    jb_units *us = jb_alloc(sizeof *us);
    memset(us, 0, sizeof *us);
    us->arena = jb_arena_new();
    us->texts = jb_map_new();
    for (size_t i = 0; i < JB_N_UNIT_ROWS; i++) {
        const jb_unit_row *row = &JB_UNIT_ROWS[i];
        jb_unit u;
        memset(&u, 0, sizeof u);
        if (row->dim >= 0) {
            u.dim[row->dim] = 1;
        }
        u.num = row->num;
        u.den = row->den;
        u.text = row->text;
        add_named(us, &u);
    }
    for (size_t i = 0; config && i < jb_config_count(config, "unit"); i++) {
        declare(us, config, jb_config_at(config, "unit", i), diags);
    }
    return us;
}

void jb_units_free(jb_units *us)
{
    if (us) {
        jb_map_free(us->texts);
        jb_arena_free(us->arena);
        free(us->named);
        free(us->names);
        free(us);
    }
}

/* ---- questions ---- */

int jb_unit_same_dimension(const jb_unit *a, const jb_unit *b)
{
    return memcmp(a->dim, b->dim, sizeof a->dim) == 0;
}

static int only(const jb_unit *u, int dim)
{
    for (int i = 0; i < JB_UNIT_DIMS; i++) {
        if (u->dim[i] != (i == dim)) {
            return 0;
        }
    }
    return 1;
}

int jb_unit_is_none(const jb_unit *u)
{
    return only(u, JB_DIM_NONE) && u->num == u->den;
}

int jb_unit_is_counter(const jb_unit *u)
{
    return only(u, JB_DIM_COUNTER);
}

int jb_unit_is_percent(const jb_unit *u)
{
    return only(u, JB_DIM_PERCENT);
}

int jb_unit_is_point(const jb_unit *u)
{
    return only(u, JB_DIM_POINT);
}

int jb_unit_is_scaled(const jb_unit *u)
{
    return !jb_unit_is_none(u) && !(jb_unit_is_counter(u) && u->num == u->den);
}

int jb_unit_is_money(const jb_unit *u)
{
    for (int i = 0; i <= JB_DIM_LAST_MONEY; i++) {
        if (u->dim[i] != 0) {
            return 1;
        }
    }
    return 0;
}

int jb_unit_factor(const jb_unit *from, const jb_unit *to, jb_i128 *num, jb_i128 *den)
{
    return fraction(from->num, from->den, to->den, to->num, num, den) ? -2 : 0;
}

int jb_unit_convert(const jb_unit *from, const jb_unit *to, jb_i128 v, int32_t scale,
                    int32_t to_scale, jb_i128 *out)
{
    jb_i128 num, den;
    if (jb_unit_factor(from, to, &num, &den) || jb_dec_mul(v, num, &v)) {
        return -2;
    }
    return den == 1 ? (jb_dec_rescale(v, scale, to_scale, out) ? -2 : 0)
                    : (jb_dec_divide(v, scale, den, 0, to_scale, out) ? -2 : 0);
}

/* ---- products and quotients ---- */

/* The first component of a's or b's text that has the dimension of `u` (万元 of 万元/亩 × 公顷):
 * names are taken from what the user wrote before any other. */
static int name_of(jb_units *us, const jb_unit *a, const jb_unit *b, jb_unit *u)
{
    const jb_unit *from[] = {a, b};
    jb_unit part;
    for (int k = 0; k < 2; k++) {
        const char *p = from[k]->text;
        while (*p) {
            size_t len = match_simple(us, p, strlen(p), &part);
            if (len && jb_unit_same_dimension(&part, u)) {
                *u = part;
                return 1;
            }
            p += len ? len : 1;
            while (*p && (*p == '/' || (unsigned char)*p == 0xc2 || (unsigned char)*p == 0xb7)) {
                p++;
            }
        }
        if (jb_unit_same_dimension(from[k], u)) {
            *u = *from[k];
            return 1;
        }
    }
    return 0;
}

static void none(jb_unit *out)
{
    memset(out, 0, sizeof *out);
    out->num = out->den = 1;
    out->text = "";
}

void jb_unit_multiply(jb_units *us, const jb_unit *a, const jb_unit *b, jb_unit *out)
{
    jb_unit u, left = *a, right = *b;
    if (jb_unit_is_percent(&right) || only(&right, JB_DIM_NONE)) {
        *out = left;
        return;
    }
    if (jb_unit_is_percent(&left) || only(&left, JB_DIM_NONE)) {
        *out = right;
        return;
    }
    if (combine(&left, &right, 1, &u)) {
        *out = u;
        return;
    }
    if (only(&u, JB_DIM_NONE)) {
        none(out);
        return;
    }
    if (!name_of(us, &left, &right, &u)) {
        char *text = jb_arena_fmt(us->arena, "%s·%s", left.text, right.text);
        u.text = keep(us, text);
    }
    *out = u;
}

void jb_unit_divide(jb_units *us, const jb_unit *a, const jb_unit *b, jb_unit *out)
{
    jb_unit u, left = *a, right = *b;
    if (jb_unit_same_dimension(&left, &right)) {
        none(out);
        return;
    }
    if (jb_unit_is_percent(&right) || only(&right, JB_DIM_NONE)) {
        *out = left;
        return;
    }
    if (combine(&left, &right, -1, &u)) {
        *out = u;
        return;
    }
    if (!name_of(us, &left, &right, &u)) {
        const char *top = *left.text ? left.text : "1";
        /* x ÷ (p/q) is x·q/p: a text never needs brackets. */
        const char *slash = strchr(right.text, '/');
        char *text = slash ? jb_arena_fmt(us->arena, "%s·%s/%.*s", top, slash + 1,
                                          (int)(slash - right.text), right.text)
                           : jb_arena_fmt(us->arena, "%s/%s", top, right.text);
        u.text = keep(us, text);
    }
    *out = u;
}
