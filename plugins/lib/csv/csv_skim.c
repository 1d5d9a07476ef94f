// SPDX-License-Identifier: Apache-2.0
/* Record ends in raw bytes. Quotes count as in csv_index.c: one opens only where a field begins.
 * Works on GB18030 as it stands, whose second bytes are never a quote, comma or line end. */
#include "csv.h"

#define ONES 0x0101010101010101u
#define HIGHS 0x8080808080808080u

void csv_skim_init(csv_skim *s, uint8_t delim, uint64_t at)
{
    memset(s, 0, sizeof *s);
    s->delim = delim;
    s->prev = '\n'; /* as if behind a line end: a quote may open here */
    s->at = s->record = at;
    s->closed = UINT64_MAX - 1;
}

static void on_quote(csv_skim *s, uint64_t pos, uint8_t before)
{
    if (s->in_quote) {
        s->in_quote = 0;
        s->closed = pos;
    } else if (pos == s->closed + 1) { /* a doubled quote: still inside */
        s->in_quote = 1;
    } else if (before == s->delim || pos == s->record) {
        s->in_quote = 1;
        s->quote = pos;
        s->quote_line = s->lines;
    }
}

/* The record ends before pos. Lines with nothing on them are no records. */
static void on_record(csv_skim *s, uint64_t pos)
{
    uint64_t n = pos - s->record;
    s->rows += !(n == 0 || (n == 1 && s->first == '\r'));
    s->record = pos + 1;
    s->record_line = s->lines;
    s->closed = UINT64_MAX - 1;
}

/* A bit at the top of each byte that equals c (exact: no carry between bytes). */
static uint64_t equal(uint64_t w, uint8_t c)
{
    uint64_t x = w ^ (ONES * c);
    return ~(((x & ~HIGHS) + ~HIGHS) | x) & HIGHS;
}

size_t csv_skim_run(csv_skim *s, const uint8_t *p, size_t n, uint64_t stop, int *ended)
{
    size_t i = 0;
    *ended = 0;
    while (i < n) {
        uint64_t hits;
        size_t step = 8, k;
        if (n - i >= 8) {
            uint64_t w;
            memcpy(&w, p + i, 8);
            hits = equal(w, '"') | equal(w, '\n');
        } else {
            for (hits = 0, step = n - i, k = 0; k < step; k++)
                if (p[i + k] == '"' || p[i + k] == '\n')
                    hits |= (uint64_t)0x80 << (8 * k);
        }
        if (s->record >= s->at + i && s->record < s->at + i + step)
            s->first = p[s->record - s->at];
        for (; hits != 0; hits &= hits - 1) {
            size_t j = i + (size_t)(__builtin_ctzll(hits) >> 3);
            uint64_t pos = s->at + j;
            if (p[j] == '"') {
                on_quote(s, pos, j > 0 ? p[j - 1] : s->prev);
                continue;
            }
            s->lines++;
            if (s->in_quote)
                continue;
            on_record(s, pos);
            if (s->record - s->at < i + step)
                s->first = p[s->record - s->at];
            if (s->record >= stop) {
                s->prev = '\n';
                s->at = s->record;
                return *ended = 1, j + 1;
            }
        }
        i += step;
    }
    if (n > 0)
        s->prev = p[n - 1];
    s->at += n;
    return n;
}

void csv_skim_finish(csv_skim *s)
{
    if (s->at > s->record)
        on_record(s, s->at);
}
