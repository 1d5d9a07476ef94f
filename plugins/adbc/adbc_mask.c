// SPDX-License-Identifier: Apache-2.0
/* Texts that mean NULL, in columns that are handed over as the driver made them: only the validity
 * is written anew. Binary floats have no one text and are left alone. */
#include "adbc_source.h"

#include <stdio.h>

typedef struct masked { /* what a masked column holds on to */
    struct ArrowArray inner;
    const void *buffers[3];
    uint8_t *valid;
} masked;

static void masked_release(struct ArrowArray *a)
{
    masked *m = a->private_data;
    if (m->inner.release != NULL)
        m->inner.release(&m->inner);
    free(m->valid);
    free(m);
    a->release = NULL;
}

static int64_t integer_at(char format, const void *values, int64_t i)
{
    switch (format) {
    case 'c':
        return ((const int8_t *)values)[i];
    case 'C':
        return ((const uint8_t *)values)[i];
    case 's':
        return ((const int16_t *)values)[i];
    case 'S':
        return ((const uint16_t *)values)[i];
    case 'i':
        return ((const int32_t *)values)[i];
    case 'I':
        return ((const uint32_t *)values)[i];
    default:
        return ((const int64_t *)values)[i];
    }
}

/* The text of cell i (counted from the buffers' beginning). NULL: this format is not looked at. */
static const char *cell_text(const struct ArrowSchema *s, const struct ArrowArray *a, int64_t i,
                             char own[48], size_t *n)
{
    const char *f = s->format;
    int32_t p, scale, y, m, d;
    jb_i128 wide;
    char kind;
    if (s->dictionary != NULL) {
        int64_t at = integer_at(f[0], a->buffers[1], i);
        if (at < 0 || at >= a->dictionary->length)
            return NULL;
        return cell_text(s->dictionary, a->dictionary, a->dictionary->offset + at, own, n);
    }
    if (f[0] == 'u' || f[0] == 'U') {
        const int32_t *o = a->buffers[1];
        const int64_t *w = a->buffers[1];
        int64_t from = f[0] == 'u' ? o[i] : w[i], to = f[0] == 'u' ? o[i + 1] : w[i + 1];
        if (from < 0 || to < from) /* the host says what is wrong with it */
            return NULL;
        *n = (size_t)(to - from);
        return *n > 0 ? (const char *)a->buffers[2] + from : "";
    }
    if (f[0] != '\0' && f[1] == '\0' && strchr("cCsSiIl", f[0]) != NULL) {
        *n = (size_t)snprintf(own, 48, "%lld", (long long)integer_at(f[0], a->buffers[1], i));
        return own;
    }
    kind = jb_format_kind(f, &p, &scale);
    if (kind == 'D') {
        jb_civil_from_days(((const int32_t *)a->buffers[1])[i], &y, &m, &d);
        *n = (size_t)snprintf(own, 48, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
        return own;
    }
    if (kind == 'd' || kind == 'h') {
        int64_t narrow = 0;
        memcpy(kind == 'd' ? (void *)&narrow : (void *)&wide,
               (const char *)a->buffers[1] + (size_t)i * (kind == 'd' ? 8 : 16),
               kind == 'd' ? 8 : 16);
        *n = jb_dec_text(kind == 'd' ? (jb_i128)narrow : wide, scale, own);
        return own;
    }
    return NULL;
}

static int is_null_text(const char *p, size_t n, char *const *texts, uint64_t n_texts, int blank)
{
    uint64_t i;
    jb_trim(&p, &n);
    if (n == 0)
        return blank;
    for (i = 0; i < n_texts; i++) {
        const char *text = texts[i];
        size_t len = strlen(text);
        jb_trim(&text, &len);
        if (len == n && memcmp(text, p, n) == 0)
            return 1;
    }
    return 0;
}

int ad_mask(const struct ArrowSchema *s, struct ArrowArray *col, char *const *texts, uint64_t n,
            int blank)
{
    int64_t i, end = col->offset + col->length, nulls = 0;
    masked *m;
    char own[48];
    if (col->length == 0 || col->n_buffers < 2 || col->n_buffers > 3 || col->buffers[1] == NULL)
        return 0;
    m = calloc(1, sizeof *m);
    if (m == NULL)
        return -1;
    m->valid = calloc(1, (size_t)end / 8 + 1);
    if (m->valid == NULL) {
        free(m);
        return -1;
    }
    for (i = col->offset; i < end; i++) {
        const uint8_t *had = col->buffers[0];
        int valid = had == NULL || col->null_count == 0 || ((had[i >> 3] >> (i & 7)) & 1);
        size_t len = 0;
        const char *text = valid ? cell_text(s, col, i, own, &len) : NULL;
        if (text != NULL && is_null_text(text, len, texts, n, blank))
            valid = 0;
        m->valid[i >> 3] = (uint8_t)(m->valid[i >> 3] | valid << (i & 7));
        nulls += !valid;
    }
    m->inner = *col;
    for (i = 1; i < col->n_buffers; i++)
        m->buffers[i] = col->buffers[i];
    m->buffers[0] = m->valid;
    col->buffers = m->buffers;
    col->null_count = nulls;
    col->private_data = m;
    col->release = masked_release;
    return 0;
}
