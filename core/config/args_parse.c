// SPDX-License-Identifier: Apache-2.0
#include "config/args_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with an optional sign; 0 when it is none, -1 when it is out of range. */
static int parse_int(const char *text, size_t n, int64_t *out)
{
    size_t i = n && (*text == '-' || *text == '+');
    int negative = *text == '-';
    uint64_t v = 0, most = (uint64_t)INT64_MAX + (uint64_t)negative;
    int over = 0;
    if (i == n) {
        return 0;
    }
    for (; i < n; i++) {
        if (!is_digit(text[i])) {
            return 0;
        }
        uint64_t digit = (uint64_t)(text[i] - '0');
        over = over || v > (most - digit) / 10;
        v = over ? v : v * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - v) : (int64_t)v;
    return over ? -1 : 1;
}

static int is_number(const char *text)
{
    size_t i = *text == '-' || *text == '+', digits = 0;
    for (; is_digit(text[i]); i++) {
        digits++;
    }
    if (text[i] == '.') {
        for (i++; is_digit(text[i]); i++) {
            digits++;
        }
    }
    return digits > 0 && text[i] == 0;
}

static int within_range(const char *range, double v)
{
    const char *dots = range ? strstr(range, "..") : NULL;
    if (!dots) {
        return 1;
    }
    return !((dots > range && v < strtod(range, NULL)) || (dots[2] && v > strtod(dots + 2, NULL)));
}

/* A number with a unit from a table: "90s". Fractions are not needed and not taken. */
typedef struct suffix {
    const char *text;
    int64_t factor;
} suffix;

static int parse_scaled(const char *text, const suffix *units, size_t n_units, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits;
    int64_t v;
    unit += *unit == ' ';
    if (!digits || parse_int(text, digits, &v) != 1) {
        return 0;
    }
    for (size_t i = 0; i < n_units; i++) {
        if (strcmp(unit, units[i].text) == 0 && v <= INT64_MAX / units[i].factor) {
            *out = v * units[i].factor;
            return 1;
        }
    }
    return 0;
}

static int parse_duration(const char *text, int64_t *out)
{
    static const suffix units[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    return parse_scaled(text, units, sizeof units / sizeof units[0], out);
}

static int parse_size(const char *text, int64_t *out)
{
    static const suffix units[] = {
        {"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    return parse_scaled(text, units, sizeof units / sizeof units[0], out);
}

static int parse_bool(const char *text, int64_t *out)
{
    static const char *const words[][2] = {{"no", "yes"}, {"false", "true"}, {"0", "1"}};
    for (size_t i = 0; i < 3; i++) {
        for (int v = 0; v < 2; v++) {
            if (strcmp(text, words[i][v]) == 0) {
                *out = v;
                return 1;
            }
        }
    }
    return 0;
}

int jb_arg_date(const char *text, int64_t *days)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') {
        return 0;
    }
    for (size_t i = 0; i < 10; i++) {
        if (i != 4 && i != 7 && !is_digit(text[i])) {
            return 0;
        }
    }
    int y = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    int m = (text[5] - '0') * 10 + (text[6] - '0'), day = (text[8] - '0') * 10 + (text[9] - '0');
    int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (y < 1 || m < 1 || m > 12 || day < 1 || day > lengths[m - 1] + (leap && m == 2)) {
        return 0;
    }
    /* Years from March, so that the leap day is the last of its year. */
    int64_t year = m <= 2 ? y - 1 : y, era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return 1;
}

static int in_enum(const char *range, const char *text)
{
    size_t n = strlen(text);
    for (const char *p = range; p && *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && strncmp(p, text, n) == 0) {
            return 1;
        }
        p += len + (p[len] == '|');
    }
    return 0;
}

const char *jb_item_range(jb_arena *a, const jb_param *p)
{
    jb_buf b;
    if (p->type != JB_T_ENUM || !p->range) {
        return p->range ? p->range : "";
    }
    jb_buf_init(&b, JB_BUF_MAX_TEXT);
    for (const char *r = p->range; *r; r++) {
        jb_buf_str(&b, *r == '|' ? " | " : "");
        jb_buf_add(&b, r, *r != '|');
    }
    const char *out = jb_arena_strdup(a, jb_buf_text(&b));
    jb_buf_free(&b);
    return out;
}

const char *jb_item_near(jb_arena *a, const jb_param *p, const char *text)
{
    enum { MOST = 64 };
    const char *words[MOST];
    size_t n = 0;
    for (const char *r = p->range; r && *r && n < MOST;) {
        size_t len = strcspn(r, "|");
        words[n++] = jb_arena_strndup(a, r, len);
        r += len + (r[len] == '|');
    }
    const char *near = jb_nearest(text, words, n);
    return near ? near : "";
}

int jb_item_order(const char *text, size_t *n)
{
    static const struct {
        const char *word;
        int order;
    } words[] = {{"asc", 1}, {"desc", -1}};
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(words[i].word);
        if (*n > len + 1 && strncmp(text + *n - len, words[i].word, len) == 0 &&
            (text[*n - len - 1] == ' ' || text[*n - len - 1] == '\t')) {
            *n -= len;
            while (*n && (text[*n - 1] == ' ' || text[*n - 1] == '\t')) {
                --*n;
            }
            return words[i].order;
        }
    }
    return 0;
}

static int takes_lines(const jb_param *p)
{
    static const uint32_t types[] = {JB_T_TEXT, JB_T_COLUMN, JB_T_FIGURE};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (p->type == types[i]) {
            return 1;
        }
    }
    return 0;
}

static int may_be_empty(const jb_param *p)
{
    return (p->type == JB_T_STR || p->type == JB_T_TEMPLATE || p->type == JB_T_TEXT) &&
           !(p->flags & JB_P_REQUIRED);
}

static const char *parse_integer(const jb_param *p, const char *text, jb_item *out)
{
    int ok = parse_int(text, strlen(text), &out->i64);
    out->f64 = (double)out->i64;
    return !ok ? "E0203" : ok < 0 || !within_range(p->range, out->f64) ? "E0205" : NULL;
}

const char *jb_item_parse(const jb_param *p, const char *text, jb_item *out)
{
    *out = (jb_item){0};
    if (!*text) {
        return may_be_empty(p) ? NULL : "E0208";
    }
    if (strchr(text, '\n') && !takes_lines(p)) {
        return "E0212";
    }
    switch (p->type) {
    case JB_T_INT:
        return parse_integer(p, text, out);
    case JB_T_NUM:
        out->f64 = is_number(text) ? strtod(text, NULL) : 0;
        return !is_number(text) ? "E0204" : within_range(p->range, out->f64) ? NULL : "E0205";
    case JB_T_BOOL:
        return parse_bool(text, &out->i64) ? NULL : "E0206";
    case JB_T_ENUM:
        return in_enum(p->range, text) ? NULL : "E0217";
    case JB_T_DURATION:
        return parse_duration(text, &out->i64) ? NULL : "E0209";
    case JB_T_SIZE:
        return parse_size(text, &out->i64) ? NULL : "E0210";
    case JB_T_DATE:
        return jb_arg_date(text, &out->i64) ? NULL : "E0211";
    default:
        return NULL;
    }
}

/* Without a configuration there is nothing to allocate in: items stay NULL, each is checked. */
int jb_param_parse(const jb_param *p, const char *text, jb_setting *out, char *why, size_t why_size)
{
    jb_arena *a = jb_arena_new();
    const char *const *items = &text;
    const size_t *offsets;
    size_t n = p->flags & JB_P_LIST ? jb_list_split(a, text, &items, &offsets) : 1;
    int ok = 1;
    *out = (jb_setting){
        .param = p, .text = text, .n_items = n, .order = p->flags & JB_P_ORDER ? 1 : 0};
    for (size_t i = 0; i < n && ok; i++) {
        size_t len = strlen(items[i]);
        int order = p->flags & JB_P_ORDER ? jb_item_order(items[i], &len) : 0;
        const char *item = jb_arena_strndup(a, items[i], len);
        jb_item parsed;
        const char *code = jb_item_parse(p, item, &parsed);
        out->order = order ? order : out->order;
        if (i == 0) {
            out->i64 = parsed.i64;
            out->f64 = parsed.f64;
        }
        if (code) {
            const char *const args[] = {p->key, item, jb_item_range(a, p),
                                        jb_item_near(a, p, item)};
            jb_buf b;
            jb_buf_init(&b, JB_BUF_MAX_TEXT);
            jb_catalog_format(jb_catalog_find(code), 0, args, 4, &b);
            (void)snprintf(why, why_size, "%s", jb_buf_text(&b));
            jb_buf_free(&b);
            ok = 0;
        }
    }
    jb_arena_free(a);
    return ok ? 0 : -1;
}
