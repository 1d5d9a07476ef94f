// SPDX-License-Identifier: Apache-2.0
/* Columns in SQL as a stream would deliver their cells, so that a condition, key or sum over there
 * sees what it would see here. A cell that a stream refuses makes the statement fail. */
#include "pg_source.h"

#include <stdio.h>

void pg_put_column(const pg_source *src, dbt_sql *s, uint64_t i)
{
    char name[24];
    if (src->query == NULL) {
        dbt_put_ident(s, src->names[i], "\"\"");
        return;
    }
    snprintf(name, sizeof name, "c%u", (unsigned)i + 1);
    dbt_put(s, name);
}

/* `text` with $ for the column, @ for its wanted decimal's digits "(p,s)" and % for the scale. */
static void put(const pg_source *src, dbt_sql *s, uint64_t i, const char *text)
{
    char digits[32];
    for (; *text != '\0'; text++) {
        if (*text == '$') {
            pg_put_column(src, s, i);
        } else if (*text == '@') {
            snprintf(digits, sizeof digits, "(%d,%d)", (int)src->types[i].precision,
                     (int)src->types[i].scale);
            dbt_put(s, digits);
        } else if (*text == '%') {
            snprintf(digits, sizeof digits, "%d", (int)src->types[i].scale);
            dbt_put(s, digits);
        } else {
            dbt_put_n(s, text, 1);
        }
    }
}

/* A text that no number and no date can be read from (dates pass over punctuation): the statement
 * fails at the first such row. */
#define ELSE_FAIL(type) " WHEN $ IS NOT NULL THEN ('jianbao ' || $::text)::" type " END"

static const char *decimal_form(const pg_source *src, uint64_t i)
{
    switch (src->fields[i].wire) {
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
        return "$::numeric@";
    case PG_NUMERIC:
        if (!src->declared[i])
            return "CASE WHEN $ <> 'NaN'::numeric THEN $" ELSE_FAIL("numeric");
        return "CASE WHEN $ = trunc($, %) AND $ < 'Infinity'::numeric AND $ > '-Infinity'::numeric"
               " THEN $::numeric@" ELSE_FAIL("numeric");
    case PG_FLOAT4:
    case PG_FLOAT8:
        return "CASE WHEN $ - $ = 0 THEN round($::text::numeric, %)::numeric@" ELSE_FAIL("numeric");
    default:
        return NULL;
    }
}

static const char *form_of(const pg_source *src, uint64_t i)
{
    char wire = src->fields[i].wire;
    switch (src->types[i].kind) {
    case 'u':
        return wire == PG_TEXT && src->fields[i].flags == 0 ? "$ COLLATE \"C\""
                                                            : "$::text COLLATE \"C\"";
    case 'l':
        return wire == PG_INT8 ? "$" : wire == PG_INT2 || wire == PG_INT4 ? "$::int8" : NULL;
    case 'd':
    case 'h':
        return decimal_form(src, i);
    case 'g':
        return wire == PG_FLOAT8   ? "CASE WHEN $ - $ = 0 THEN $" ELSE_FAIL("float8")
               : wire == PG_FLOAT4 ? "CASE WHEN $ - $ = 0 THEN $::text::float8" ELSE_FAIL("float8")
                                   : NULL;
    case 'D':
        return wire == PG_DATE
                   ? "CASE WHEN $ BETWEEN '0001-01-01' AND '9999-12-31' THEN $" ELSE_FAIL("date")
               : wire == PG_STAMP || wire == PG_STAMPTZ
                   ? "CASE WHEN $::date BETWEEN '0001-01-01' AND '9999-12-31' THEN "
                     "$::date" ELSE_FAIL("date")
                   : NULL;
    case 'b':
        return wire == PG_BOOL ? "$" : NULL;
    default:
        return NULL;
    }
}

/* The cell's text, as pg_cell_text gives it, is one that means NULL. */
static void put_nulls(const pg_source *src, dbt_sql *s, uint64_t i)
{
    char wire = src->fields[i].wire;
    uint64_t k;
    put(src, s, i,
        wire == PG_STAMP || wire == PG_STAMPTZ ? "CASE WHEN btrim($::date::text, "
                                               : "CASE WHEN btrim($::text, ");
    dbt_put(s, "' \t\r\n\xc2\xa0\xe3\x80\x80\xef\xbb\xbf') IN (");
    for (k = 0; k < src->nulls.n; k++) {
        if (k > 0)
            dbt_put(s, ", ");
        dbt_put_ident(s, src->nulls.texts[k], "''");
    }
    dbt_put(s, ") AND ");
    put(src, s, i,
        "btrim($::text, ' \t\r\n\xc2\xa0\xe3\x80\x80\xef\xbb\xbf') <> '' THEN NULL ELSE ");
}

int pg_put_converted(const pg_source *src, dbt_sql *s)
{
    uint64_t i;
    for (i = 0; i < src->n_columns; i++) {
        const char *form = form_of(src, i);
        if (form == NULL)
            return 1;
        dbt_put(s, i > 0 ? ", " : "");
        if (src->nulls.n > 0)
            put_nulls(src, s, i);
        put(src, s, i, form);
        dbt_put(s, src->nulls.n > 0 ? " END AS " : " AS ");
        dbt_put_ident(s, src->names[i], "\"\"");
    }
    return s->failed ? -1 : 0;
}
