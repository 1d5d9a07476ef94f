// SPDX-License-Identifier: Apache-2.0
#include "dbtable/dbtable.h"

int dbt_nulls_init(dbt_nulls *z, const jb_scan *scan)
{
    uint64_t i, n = scan != NULL ? scan->n_null_texts : 0;
    size_t total = 1;
    const char **list;
    char *at;
    memset(z, 0, sizeof *z);
    for (i = 0; i < n; i++)
        total += strlen(scan->null_texts[i]) + 1;
    z->block = malloc((size_t)n * sizeof *list + total);
    if (z->block == NULL)
        return -1;
    list = (const char **)(void *)z->block;
    at = z->block + (size_t)n * sizeof *list;
    for (i = 0; i < n; i++) {
        const char *text = scan->null_texts[i];
        size_t len = strlen(text);
        jb_trim(&text, &len);
        memcpy(at, text, len);
        at[len] = '\0';
        list[i] = at;
        at += len + 1;
    }
    z->texts = list;
    z->n = n;
    return 0;
}

void dbt_nulls_free(dbt_nulls *z)
{
    free(z->block);
    memset(z, 0, sizeof *z);
}

int dbt_nulls_has(const dbt_nulls *z, const char *text, size_t n)
{
    uint64_t i;
    if (z->n == 0 || text == NULL)
        return 0;
    jb_trim(&text, &n);
    for (i = 0; i < z->n; i++)
        if (n > 0 && strlen(z->texts[i]) == n && memcmp(z->texts[i], text, n) == 0)
            return 1;
    return 0;
}
