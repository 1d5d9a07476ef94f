// SPDX-License-Identifier: Apache-2.0
/* Text of the statements this source writes itself: identifiers as found and quoted, nothing else
 * of the configuration but the query in brackets. */
#include "adbc_source.h"

/* Past one quoted text, comment or dollar-quoted text at s; s itself when there is none. */
static const char *past_quoted(const char *s)
{
    const char *end;
    size_t n;
    if (*s == '\'' || *s == '"') { /* a doubled mark is two texts side by side */
        end = strchr(s + 1, *s);
        return end != NULL ? end + 1 : s + strlen(s);
    }
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*') {
        end = strstr(s + 2, "*/");
        return end != NULL ? end + 2 : s + strlen(s);
    }
    if (s[0] == '$' && !(s[1] >= '0' && s[1] <= '9')) {
        n = strcspn(s + 1, "$ \t\r\n'\"();,") + 2; /* $tag$ */
        for (end = s[n - 1] == '$' ? strchr(s + n, '$') : NULL; end != NULL;
             end = strchr(end + 1, '$'))
            if (strncmp(end, s, n) == 0)
                return end + n;
    }
    return s;
}

/* Bytes of the first statement, without the semicolon; *depth: brackets left open, -1 when one is
 * closed that was not open. */
static size_t statement(const char *sql, int *depth)
{
    const char *s = sql;
    *depth = 0;
    while (*s != '\0' && *s != ';' && *depth >= 0) {
        const char *past = past_quoted(s);
        if (past > s) {
            s = past;
            continue;
        }
        *depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
        s++;
    }
    return (size_t)(s - sql);
}

static const char *past_blanks(const char *s)
{
    for (;;) {
        const char *past = *s == '-' || *s == '/' ? past_quoted(s) : s;
        if (past == s && strchr(" \t\r\n;", *s) != NULL && *s != '\0')
            past = s + 1;
        if (past == s)
            return s;
        s = past;
    }
}

static int starts(const char *s, const char *word)
{
    for (; *word != '\0'; s++, word++)
        if ((*s | 0x20) != *word)
            return 0;
    return !((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_');
}

int ad_is_select(const char *sql)
{
    static const char *const words[] = {"select", "with", "values", "from"};
    const char *s = past_blanks(sql);
    int depth, known = *s == '(';
    size_t i;
    for (i = 0; i < sizeof words / sizeof *words; i++)
        known |= starts(s, words[i]);
    s += statement(s, &depth);
    return known && depth == 0 && *past_blanks(s) == '\0';
}

char *ad_subquery(const char *query)
{
    dbt_sql t = {0};
    const char *s = past_blanks(query);
    int depth;
    dbt_put(&t, "(");
    dbt_put_n(&t, s, statement(s, &depth));
    dbt_put(&t, "\n) AS t"); /* the query may end in a comment */
    return dbt_sql_take(&t);
}

char *ad_table_name(const char *table, int attempt, int *none)
{
    dbt_sql t = {0};
    dbt_sql part = {0};
    const char *s = table;
    *none = attempt > 2 || (attempt == 1 && strchr(table, '.') == NULL) || *table == '\0';
    if (*none)
        return NULL;
    if (attempt == 0) {
        dbt_put_ident(&t, table, "\"\"");
        return dbt_sql_take(&t);
    }
    for (;; s++) {
        char c = *s;
        if (c == '.' || c == '\0') {
            dbt_put_ident(&t, part.n > 0 ? part.text : "", "\"\"");
            part.n = 0;
            if (c == '\0')
                break;
            dbt_put(&t, ".");
            continue;
        }
        if (attempt == 2 && c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        dbt_put_n(&part, &c, 1);
    }
    t.failed |= part.failed;
    dbt_sql_free(&part);
    return dbt_sql_take(&t);
}

char *ad_select(const ad_source *src, const uint32_t *columns, uint64_t n, const char *where)
{
    dbt_sql t = {0};
    uint64_t i;
    if (src->session->dialect == AD_NONE) {
        dbt_put(&t, src->from);
        return dbt_sql_take(&t);
    }
    dbt_put(&t, n > 0 ? "SELECT " : "SELECT 1");
    for (i = 0; i < n; i++) {
        uint32_t c = columns != NULL ? columns[i] : (uint32_t)i;
        dbt_put(&t, i > 0 ? ", " : "");
        if (src->cast[c]) {
            dbt_put(&t, "CAST(");
            dbt_put_ident(&t, src->names[c], "\"\"");
            dbt_put(&t, " AS VARCHAR) AS ");
        }
        dbt_put_ident(&t, src->names[c], "\"\"");
    }
    dbt_put(&t, " FROM ");
    dbt_put(&t, src->from);
    if (where != NULL) {
        dbt_put(&t, " WHERE ");
        dbt_put(&t, where);
    }
    return dbt_sql_take(&t);
}
