// SPDX-License-Identifier: Apache-2.0
/* The structural index, portable version: eight bytes at a time are searched for the four
 * characters that matter, a small state machine looks only at those. */
#include "csv.h"

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

enum { PLAIN, INSIDE, CLOSED };

typedef struct machine {
    const uint8_t *buf;
    uint32_t *out;
    size_t n;      /* entries so far */
    size_t field;  /* start of the field */
    size_t closed; /* last closing quote */
    size_t quote;  /* last opening quote */
    size_t cr;     /* last carriage return outside quotes, 0: none in this field */
    uint32_t flags;
    int mode;
    uint8_t delim;
    csv_index_end *end;
} machine;

static uint64_t equal(uint64_t w, uint8_t c)
{
    uint64_t x = w ^ (ONES * c);
    return ~(((x & ~HIGHS) + ~HIGHS) | x) & HIGHS;
}

static void field_ends(machine *m, size_t pos, uint32_t how)
{
    uint32_t flags = m->flags | how;
    if (m->cr != 0 && !(how == CSV_END && m->cr + 1 == pos))
        flags |= CSV_BAD;
    if (m->mode == CLOSED && m->closed + 1 + (m->cr != 0) != pos)
        flags |= CSV_BAD; /* something stands behind the closing quote */
    m->out[m->n++] = (uint32_t)pos | flags;
    m->field = pos + 1;
    m->flags = 0;
    m->cr = 0;
    m->mode = PLAIN;
    if (how == CSV_END) {
        m->end->n = m->n;
        m->end->consumed = pos + 1;
    }
}

static void quote(machine *m, size_t pos)
{
    if (m->mode == INSIDE) {
        m->mode = CLOSED;
        m->closed = pos;
    } else if (m->mode == CLOSED && pos == m->closed + 1) {
        m->mode = INSIDE;
    } else if (m->mode == PLAIN && pos == m->field) {
        m->mode = INSIDE;
        m->quote = pos;
        m->flags |= CSV_QUOTED;
    } else {
        m->flags |= CSV_BAD;
    }
}

static void hit(machine *m, size_t pos)
{
    uint8_t c = m->buf[pos];
    if (c == '"') {
        quote(m, pos);
    } else if (m->mode == INSIDE) {
        return;
    } else if (c == m->delim) {
        field_ends(m, pos, 0);
    } else if (c == '\n') {
        field_ends(m, pos, CSV_END);
    } else {
        if (m->cr != 0)
            m->flags |= CSV_BAD;
        m->cr = pos;
    }
}

void csv_index_portable(const uint8_t *buf, size_t from, size_t to, uint8_t delim, uint32_t *out,
                        csv_index_end *end)
{
    machine m = {.buf = buf, .out = out, .field = from, .mode = PLAIN, .delim = delim, .end = end};
    size_t i = from;
    end->n = end->all = 0;
    end->consumed = from;
    end->quote = 0;
    for (; i + 8 <= to; i += 8) {
        uint64_t w, hits;
        memcpy(&w, buf + i, 8);
        hits = equal(w, '"') | equal(w, '\n') | equal(w, '\r') | equal(w, delim);
        for (; hits != 0; hits &= hits - 1)
            hit(&m, i + (size_t)(__builtin_ctzll(hits) >> 3));
    }
    for (; i < to; i++)
        if (buf[i] == '"' || buf[i] == '\n' || buf[i] == '\r' || buf[i] == delim)
            hit(&m, i);
    end->all = m.n;
    if (m.mode == INSIDE)
        end->quote = m.quote;
}

csv_index_fn *csv_index_choose(void)
{
    return csv_index_portable;
}
