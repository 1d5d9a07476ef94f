// SPDX-License-Identifier: Apache-2.0
/* The structural index, portable version: eight bytes at a time are searched for the four
 * characters that matter, a small state machine looks only at those. */
#include "csv_machine.h"

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

static uint64_t equal(uint64_t w, uint8_t c)
{
    uint64_t x = w ^ (ONES * c);
    return ~(((x & ~HIGHS) + ~HIGHS) | x) & HIGHS;
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
