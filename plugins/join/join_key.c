// SPDX-License-Identifier: Apache-2.0
/* Keys as bytes: equal for equal values, whatever number type a side has. */
#include "join.h"

#include <stdio.h>

static int add(jn_bytes *b, const void *bytes, size_t n)
{
    if (n > b->cap - b->n) {
        size_t cap = b->cap > 0 ? b->cap : 256;
        uint8_t *more;
        while (cap - b->n < n)
            cap *= 2;
        more = realloc(b->at, cap);
        if (more == NULL)
            return -1;
        b->at = more;
        b->cap = cap;
    }
    if (n > 0)
        memcpy(b->at + b->n, bytes, n);
    b->n += n;
    return 0;
}

static int add_number(jn_bytes *out, jb_i128 v, int32_t scale)
{
    while (scale > 0 && v % 10 == 0) { /* 1.50 is 1.5, and 2.00 is the int 2 */
        v /= 10;
        scale--;
    }
    return add(out, &v, sizeof v) != 0 || add(out, &scale, sizeof scale) != 0 ? -1 : 0;
}

int jn_encode(const jn_cells *c, int64_t row, jn_bytes *out)
{
    uint64_t i;
    out->n = 0;
    for (i = 0; i < c->n; i++) {
        const struct ArrowArray *a = c->column[i];
        int64_t at = row + c->offset;
        int bad;
        if (jb_is_null(a, at))
            return 0;
        if (c->kind[i] == 'u') {
            size_t n;
            const char *text = jb_utf8_cell(a, at, &n);
            bad = add(out, &n, sizeof n) != 0 || add(out, text, n) != 0;
        } else if (c->kind[i] == 'b') {
            int bit = jb_bool_cell(a, at);
            bad = add(out, &bit, sizeof bit) != 0;
        } else {
            bad = add_number(out, jb_int_cell(a, c->kind[i], at), c->scale[i]) != 0;
        }
        if (bad)
            return -1;
    }
    return 1;
}

uint64_t jn_hash(const uint8_t *p, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ (uint64_t)n, w;
    for (; n >= 8; n -= 8, p += 8) {
        memcpy(&w, p, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (n > 0)
        memcpy(&w, p, n);
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 29;
}

void jn_key_text(const jn_cells *c, int64_t row, char *out, size_t cap)
{
    size_t used = 0;
    uint64_t i;
    out[0] = '\0';
    for (i = 0; i < c->n && used < cap; i++) {
        const struct ArrowArray *a = c->column[i];
        int64_t at = row + c->offset;
        char text[64];
        const char *shown = text;
        size_t n = 0;
        int wrote;
        if (c->kind[i] == 'u') {
            shown = jb_utf8_cell(a, at, &n);
        } else if (c->kind[i] == 'b') {
            shown = jb_bool_cell(a, at) ? "true" : "false";
            n = strlen(shown);
        } else if (c->kind[i] == 'D') {
            int32_t y, m, d;
            jb_civil_from_days((int32_t)jb_int_cell(a, 'D', at), &y, &m, &d);
            n = (size_t)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)y, (int)m, (int)d);
        } else {
            n = jb_dec_text(jb_int_cell(a, c->kind[i], at), c->scale[i], text);
        }
        if (n > 60) {
            n = 60;
            while (n > 0 && ((unsigned char)shown[n] & 0xC0) == 0x80)
                n--; /* never half a character */
        }
        wrote = snprintf(out + used, cap - used, "%s%.*s", i > 0 ? " / " : "", (int)n, shown);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}
