// SPDX-License-Identifier: Apache-2.0
/* The only place where names and values become SQL. ClickHouse 18.16 has no parameters over HTTP,
 * so values are written out; the alphabet is so small that nothing can end a quote or begin a
 * comment. */
#include "clickhouse.h"

#include <stdio.h>

#define DIGITS "0123456789"
#define FIRST_DAY 0    /* 1970-01-01, the first day of a Date */
#define LAST_DAY 49672 /* 2105-12-31, the last that 18.16 takes */

static int is_plain(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void put_escaped(dbt_sql *s, char quote, const char *text, size_t n)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t i;
    dbt_put_n(s, &quote, 1);
    for (i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        char out[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
        if (is_plain(c))
            dbt_put_n(s, text + i, 1);
        else
            dbt_put_n(s, out, 4);
    }
    dbt_put_n(s, &quote, 1);
}

void ch_put_name(dbt_sql *s, const char *name)
{
    put_escaped(s, '`', name, strlen(name));
}

void ch_put_text(dbt_sql *s, const char *text, size_t n)
{
    put_escaped(s, '\'', text, n);
}

static void put_call(dbt_sql *s, const char *function, const char *text, const char *rest)
{
    dbt_put(s, function);
    dbt_put(s, "('");
    dbt_put(s, text);
    dbt_put(s, rest);
}

/* Digits with an optional sign, and a point when `point`. */
static int is_number(const char *t, int point)
{
    size_t whole, part = 0;
    t += *t == '-' || *t == '+';
    whole = strspn(t, DIGITS);
    t += whole;
    if (point && *t == '.') {
        part = strspn(t + 1, DIGITS);
        t += 1 + part;
    }
    return whole + part > 0 && whole + part <= JB_DEC_DIGITS && *t == '\0';
}

static int is_float(const char *t)
{
    char *end;
    if (strspn(t, DIGITS "+-.eE") != strlen(t) || strlen(t) > 40 || *t == '\0')
        return 0;
    (void)strtod(t, &end);
    return *end == '\0';
}

static int put_date(dbt_sql *s, const char *text)
{
    int32_t days;
    int compact;
    if (strlen(text) != 10 || strspn(text, DIGITS "-") != 10 ||
        jb_parse_date(text, 10, &days, &compact) != JB_CELL_OK)
        return -1;
    if (days < FIRST_DAY || days > LAST_DAY)
        return -2;
    put_call(s, "toDate", text, "')");
    return 0;
}

int ch_put_value(dbt_sql *s, const jb_sql_value *v)
{
    int32_t p = 0, scale = 0;
    char kind = jb_format_kind(v->format, &p, &scale), rest[24];
    int64_t i;
    if (v->text == NULL) {
        dbt_put(s, "NULL");
        return 0;
    }
    switch (kind) {
    case 'l':
        if (!is_number(v->text, 0) || jb_parse_int(v->text, strlen(v->text), &i) != JB_CELL_OK)
            return -1;
        put_call(s, "toInt64", v->text, "')");
        return 0;
    case 'b':
        if (strcmp(v->text, "1") != 0 && strcmp(v->text, "0") != 0)
            return -1;
        dbt_put(s, v->text);
        return 0;
    case 'g':
        if (!is_float(v->text))
            return -1;
        put_call(s, "toFloat64", v->text, "')");
        return 0;
    case 'd':
    case 'h':
        if (!is_number(v->text, 1) || scale < 0 || scale > JB_DEC_DIGITS)
            return -1;
        snprintf(rest, sizeof rest, "', %d)", (int)scale);
        put_call(s, "toDecimal128", v->text, rest);
        return 0;
    case 'D':
        return put_date(s, v->text);
    case 'u':
        ch_put_text(s, v->text, strlen(v->text));
        return 0;
    default:
        return -1;
    }
}

static const jb_sql_value *value_at(const jb_sql_value *values, uint64_t n, uint64_t i)
{
    const char *at = (const char *)values;
    while (i > 0 && i < n) {
        at += ((const jb_sql_value *)(const void *)at)->size;
        i--;
    }
    return (const jb_sql_value *)(const void *)at;
}

/* A printed name "…" with quotes doubled; the text behind it, NULL when it has no end. */
static const char *put_quoted(dbt_sql *s, const char *p)
{
    dbt_sql name = {0};
    for (p++; *p != '\0'; p++) {
        if (*p == '"' && p[1] != '"')
            break;
        p += *p == '"';
        dbt_put_n(&name, p, 1);
    }
    if (*p == '"' && !name.failed)
        ch_put_name(s, name.text != NULL ? name.text : "");
    s->failed |= name.failed;
    dbt_sql_free(&name);
    return *p == '"' ? p + 1 : NULL;
}

int ch_put_statement(dbt_sql *s, const char *sql, const char *from, const jb_sql_value *values,
                     uint64_t n)
{
    size_t n_from = from != NULL ? strlen(from) : 0;
    const char *p = sql;
    while (p != NULL && *p != '\0') {
        if (n_from > 0 && strncmp(p, from, n_from) == 0) {
            dbt_put_n(s, from, n_from);
            p += n_from;
        } else if (*p == '"') {
            p = put_quoted(s, p);
        } else if (strncmp(p, "{jb_", 4) == 0) {
            char *end;
            unsigned long k = strtoul(p + 4, &end, 10);
            int bad;
            if (p[4] < '1' || p[4] > '9' || *end != '}' || k > n)
                return -1;
            bad = ch_put_value(s, value_at(values, n, k - 1));
            if (bad != 0)
                return bad;
            p = end + 1;
        } else {
            dbt_put_n(s, p++, 1);
        }
    }
    return p != NULL ? 0 : -1;
}
