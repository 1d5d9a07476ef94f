// SPDX-License-Identifier: Apache-2.0
#include "engine/period.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t trim(const char **text, size_t n)
{
    while (n > 0 && is_blank(**text)) {
        (*text)++;
        n--;
    }
    while (n > 0 && is_blank((*text)[n - 1])) {
        n--;
    }
    return n;
}

static int same(const char *text, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(text, word, n) == 0;
}

static int parse_range(const char *text, size_t n, const char *dots, jb_period_spec *out)
{
    const char *a = text, *b = dots + 2;
    size_t na = trim(&a, (size_t)(dots - text));
    size_t nb = trim(&b, (size_t)(text + n - (dots + 2)));
    if (jb_date_parse(a, na, &out->from) != 0 || jb_date_parse(b, nb, &out->to) != 0) {
        return -1;
    }
    out->kind = JB_PERIOD_RANGE;
    return out->from > out->to ? -2 : 0;
}

/* `last N days` */
static int parse_days(const char *text, size_t n, jb_period_spec *out)
{
    int days = 0, used = 0;
    char copy[40];
    if (n >= sizeof copy) {
        return -1;
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (sscanf(copy, "last %6d days%n", &days, &used) != 1 || (size_t)used != n || days < 1) {
        return -1;
    }
    out->kind = JB_PERIOD_DAYS;
    out->days = days;
    return 0;
}

int jb_period_parse(const char *text, jb_period_spec *out)
{
    static const struct {
        const char *word;
        jb_period_kind kind;
    } words[] = {{"all", JB_PERIOD_ALL},
                 {"year_to_date", JB_PERIOD_YEAR},
                 {"quarter", JB_PERIOD_QUARTER},
                 {"month", JB_PERIOD_MONTH},
                 {"week", JB_PERIOD_WEEK}};
    size_t n = trim(&text, strlen(text));
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (same(text, n, words[i].word)) {
            out->kind = words[i].kind;
            return 0;
        }
    }
    const char *dots = strstr(text, "..");
    return dots && dots < text + n ? parse_range(text, n, dots, out) : parse_days(text, n, out);
}

int jb_period_is_relative(const jb_period_spec *spec)
{
    return spec->kind != JB_PERIOD_ALL && spec->kind != JB_PERIOD_RANGE;
}

jb_period jb_period_at(const jb_period_spec *spec, int32_t as_of)
{
    jb_period p = {.from = as_of, .to = as_of, .set = spec->kind != JB_PERIOD_ALL};
    int32_t y, m, d;
    jb_civil_from_days(as_of, &y, &m, &d);
    switch (spec->kind) {
    case JB_PERIOD_ALL:
        p.from = p.to = 0;
        break;
    case JB_PERIOD_RANGE:
        p.from = spec->from;
        p.to = spec->to;
        break;
    case JB_PERIOD_YEAR:
        p.from = jb_days_from_civil(y, 1, 1);
        break;
    case JB_PERIOD_QUARTER:
        p.from = jb_days_from_civil(y, (m - 1) / 3 * 3 + 1, 1);
        break;
    case JB_PERIOD_MONTH:
        p.from = as_of - d + 1;
        break;
    case JB_PERIOD_WEEK: { /* day 0 was a Thursday; weeks begin on Monday */
        int32_t weekday = (as_of + 3) % 7;
        p.from = as_of - (weekday < 0 ? weekday + 7 : weekday);
        break;
    }
    case JB_PERIOD_DAYS:
        p.from = as_of - spec->days + 1;
        break;
    }
    return p;
}

static int is_month_end(int32_t days)
{
    int32_t y, m, d;
    jb_civil_from_days(days, &y, &m, &d);
    return d == jb_days_in_month(y, m);
}

static int32_t month_end(int32_t days)
{
    int32_t y, m, d;
    jb_civil_from_days(days, &y, &m, &d);
    return days + jb_days_in_month(y, m) - d;
}

jb_period jb_period_shift(jb_period p, uint32_t shift)
{
    static const int32_t months[] = {0, 12, 3, 1}; /* by JB_SHIFT_* */
    int32_t y, m, d;
    if (!p.set || shift == 0) {
        return p;
    }
    if (shift >= sizeof months / sizeof months[0]) {
        int32_t length = p.to - p.from + 1;
        p.from -= length;
        p.to -= length;
        return p;
    }
    jb_civil_from_days(p.from, &y, &m, &d);
    int whole = d == 1 && is_month_end(p.to);
    p.from = jb_date_add_months(p.from, -months[shift]);
    p.to = jb_date_add_months(p.to, -months[shift]);
    if (whole) {
        p.to = month_end(p.to);
    }
    return p;
}

void jb_period_print(jb_period p, char out[32])
{
    char from[11], to[11];
    out[0] = '\0';
    if (p.set) {
        jb_date_print(p.from, from);
        jb_date_print(p.to, to);
        snprintf(out, 32, "%s..%s", from, to);
    }
}
