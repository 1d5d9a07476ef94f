// SPDX-License-Identifier: Apache-2.0
/* SQLite's driver tells DECIMAL(14,2) as a text of 14: the digits are asked of the database. What
 * it keeps there may be binary, so a cell is rounded as a float is. */
#include "odbc_source.h"

#include <strings.h>

/* "decimal(14,2)", in any case; 0, or -1: another type, or one without digits. */
static int decimal_of(const char *text, size_t n, jb_type *out)
{
    static const char *const words[] = {"decimal", "numeric", "number"};
    size_t i, at = 0;
    int32_t part[2] = {0, 0};
    int k = 0;
    for (i = 0; i < sizeof words / sizeof *words && at == 0; i++)
        if (n > strlen(words[i]) && strncasecmp(text, words[i], strlen(words[i])) == 0)
            at = strlen(words[i]);
    while (at > 0 && at < n && text[at] == ' ')
        at++;
    if (at == 0 || at >= n || text[at++] != '(')
        return -1;
    for (; at < n && text[at] != ')'; at++) {
        if (text[at] == ',' && k == 0)
            k = 1;
        else if (text[at] >= '0' && text[at] <= '9' && part[k] < 100)
            part[k] = part[k] * 10 + (text[at] - '0');
        else if (text[at] != ' ')
            return -1;
    }
    if (at >= n || part[0] < 1 || part[0] > JB_DEC_DIGITS || part[1] > part[0])
        return -1;
    jb_type_make('d', part[0], part[1], out);
    return 0;
}

static void take(od_source *src, const struct ArrowArray *name, const struct ArrowArray *type,
                 int64_t row)
{
    size_t n, m;
    const char *s = jb_utf8_cell(name, row, &n), *t = jb_utf8_cell(type, row, &m);
    uint64_t i;
    for (i = 0; i < src->n_columns; i++)
        if (strlen(src->names[i]) == n && memcmp(src->names[i], s, n) == 0 &&
            src->types[i].kind == 'u' && decimal_of(t, m, &src->types[i]) == 0)
            src->fields[i].flags = DBT_FLOAT;
}

jb_status od_sqlite_types(od_source *src, jb_ctx *ctx)
{
    const char *dot = strrchr(src->table, '.');
    struct ArrowArrayStream stream;
    struct ArrowArray a = {0};
    dbt_sql t = {0};
    od_plan plan = {.key = "table"};
    int64_t i;
    char *sql;
    jb_status st;
    dbt_put(&t, "SELECT name, type FROM pragma_table_info(");
    dbt_put_ident(&t, dot != NULL ? dot + 1 : src->table, "''");
    dbt_put(&t, ")");
    sql = dbt_sql_take(&t);
    plan.sql = sql;
    st = sql != NULL ? od_query(src, ctx, &plan, &stream) : od_no_memory(src, ctx);
    free(sql);
    if (st != JB_OK)
        return st;
    while ((st = stream.get_next(&stream, &a)) == JB_OK && a.release != NULL) {
        for (i = 0; i < a.length && a.n_children == 2; i++)
            if (!jb_is_null(a.children[0], i) && !jb_is_null(a.children[1], i))
                take(src, a.children[0], a.children[1], i);
        a.release(&a);
    }
    stream.release(&stream);
    return st;
}
