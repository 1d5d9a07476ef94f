// SPDX-License-Identifier: Apache-2.0
#include "dbtable/dbtable.h"

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

int dbt_same_name(const char *a, const char *b)
{
    for (; *a != '\0' && lower(*a) == lower(*b); a++, b++)
        ;
    return lower(*a) == lower(*b);
}

uint32_t dbt_find(const char *const *names, uint64_t n, const char *name, uint32_t *out)
{
    uint32_t pass, i, found = 0;
    if (name[0] == '#' && name[1] >= '1' && name[1] <= '9') {
        char *end;
        unsigned long k = strtoul(name + 1, &end, 10);
        if (*end == '\0' && k <= n)
            return *out = (uint32_t)k - 1, 1;
    }
    for (pass = 0; pass < 2 && found == 0; pass++) {
        for (i = 0; i < n; i++) {
            if (pass == 0 ? strcmp(names[i], name) == 0 : dbt_same_name(names[i], name)) {
                *out = i;
                found++;
            }
        }
    }
    return found;
}

const jb_column *dbt_column(const jb_scan *scan, uint32_t i)
{
    const char *at = (const char *)scan->columns + (size_t)i * scan->column_stride;
    return (const jb_column *)(const void *)at;
}

int dbt_want_of(const char *const *names, const jb_type *types, uint64_t n, const jb_column *c,
                dbt_want *out)
{
    uint32_t found = dbt_find(names, n, c->name, &out->column);
    if (found != 1)
        return found == 0 ? DBT_NO_COLUMN : DBT_SEVERAL;
    out->name = names[out->column];
    out->declared = c->format != NULL && jb_type_parse(c->format, &out->type) == 0;
    if (!out->declared)
        out->type = types[out->column];
    return DBT_FOUND;
}
