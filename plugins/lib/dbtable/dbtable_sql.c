// SPDX-License-Identifier: Apache-2.0
#include "dbtable/dbtable.h"

#define SQL_MAX ((size_t)16 << 20)

void dbt_put_n(dbt_sql *s, const char *text, size_t n)
{
    if (s->failed)
        return;
    if (n >= s->cap - s->n || s->text == NULL) {
        size_t cap = (s->n + n + 64) * 2;
        char *grown = n < SQL_MAX && cap < SQL_MAX ? realloc(s->text, cap) : NULL;
        if (grown == NULL) {
            s->failed = 1;
            return;
        }
        s->text = grown;
        s->cap = cap;
    }
    memcpy(s->text + s->n, text, n);
    s->n += n;
    s->text[s->n] = '\0';
}

void dbt_put(dbt_sql *s, const char *text)
{
    dbt_put_n(s, text, strlen(text));
}

void dbt_put_ident(dbt_sql *s, const char *name, const char marks[2])
{
    dbt_put_n(s, marks, 1);
    for (; *name != '\0'; name++) {
        if (*name == marks[1])
            dbt_put_n(s, name, 1);
        dbt_put_n(s, name, 1);
    }
    dbt_put_n(s, marks + (marks[0] != '"' && marks[0] != '`' ? 1 : 0), 1);
}

/* Past the quoted text or comment at s; s itself when there is none. */
static const char *past_quiet(const char *s)
{
    const char *end;
    if (*s == '\'' || *s == '"') {
        end = strchr(s + 1, *s);
        return end != NULL ? end + 1 : s + strlen(s);
    }
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*') {
        end = strstr(s + 2, "*/");
        return end != NULL ? end + 2 : s + strlen(s);
    }
    return s;
}

/* Where the statement ends: at semicolons behind which only blanks and comments follow. */
static size_t statement_length(const char *query)
{
    const char *s = query, *semicolon = NULL;
    while (*s != '\0') {
        const char *next = past_quiet(s);
        if (next > s) {
            if (*s == '\'' || *s == '"')
                semicolon = NULL;
            s = next;
            continue;
        }
        if (*s == ';')
            semicolon = semicolon != NULL ? semicolon : s;
        else if (strchr(" \t\r\n", *s) == NULL)
            semicolon = NULL;
        s++;
    }
    return semicolon != NULL ? (size_t)(semicolon - query) : (size_t)(s - query);
}

void dbt_put_subquery(dbt_sql *s, const char *query)
{
    dbt_put(s, "(");
    dbt_put_n(s, query, statement_length(query));
    dbt_put(s, "\n)");
}

char *dbt_sql_take(dbt_sql *s)
{
    char *text = s->failed ? NULL : s->text;
    if (text == NULL)
        free(s->text);
    memset(s, 0, sizeof *s);
    return text;
}

void dbt_sql_free(dbt_sql *s)
{
    free(s->text);
    memset(s, 0, sizeof *s);
}

/* First word of a statement, past blanks and comments. */
static const char *first_word(const char *s)
{
    for (;;) {
        while (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n' || *s == '(')
            s++;
        if (s[0] == '-' && s[1] == '-') {
            s += strcspn(s, "\n");
        } else if (s[0] == '/' && s[1] == '*') {
            s = strstr(s + 2, "*/");
            if (s == NULL)
                return "";
            s += 2;
        } else {
            return s;
        }
    }
}

int dbt_is_select(const char *sql)
{
    static const char *const words[] = {"SELECT", "WITH", "VALUES"};
    const char *s = first_word(sql);
    size_t i, k;
    for (i = 0; i < sizeof words / sizeof *words; i++) {
        for (k = 0; words[i][k] != '\0' && (s[k] & ~0x20) == words[i][k]; k++)
            ;
        if (words[i][k] == '\0')
            return 1;
    }
    return 0;
}
