// SPDX-License-Identifier: Apache-2.0
#include "csv.h"

int csv_nulls_init(csv_nulls *z, const char *const *texts, uint64_t n)
{
    size_t total = 0;
    uint64_t i;
    char *block;
    const char **copy;
    size_t *lengths;
    memset(z, 0, sizeof *z);
    if (n == 0)
        return 0;
    for (i = 0; i < n; i++)
        total += strlen(texts[i]) + 1;
    block = malloc((size_t)n * (sizeof *copy + sizeof *lengths) + total);
    if (block == NULL)
        return -1;
    copy = (const char **)(void *)block;
    lengths = (size_t *)(void *)(block + (size_t)n * sizeof *copy);
    block = (char *)(lengths + n);
    for (i = 0; i < n; i++) {
        const char *s = texts[i];
        size_t len = strlen(s);
        jb_trim(&s, &len);
        memcpy(block, s, len);
        copy[i] = block;
        lengths[i] = len;
        if (len > 0)
            z->first[(unsigned char)s[0]] = 1;
        block += len;
    }
    z->texts = copy;
    z->lengths = lengths;
    z->n = n;
    return 0;
}

void csv_nulls_free(csv_nulls *z)
{
    free((void *)(uintptr_t)z->texts);
    z->texts = NULL;
    z->n = 0;
}

int csv_nulls_has(const csv_nulls *z, const char *s, size_t n)
{
    uint64_t i;
    if (n == 0 || !z->first[(unsigned char)s[0]])
        return 0;
    for (i = 0; i < z->n; i++)
        if (z->lengths[i] == n && memcmp(z->texts[i], s, n) == 0)
            return 1;
    return 0;
}

size_t csv_undouble(const char *s, size_t n, char *to)
{
    size_t i, out = 0;
    for (i = 0; i < n; i++) {
        to[out++] = s[i];
        if (s[i] == '"')
            i++; /* the index saw to it that the second one is there */
    }
    return out;
}
