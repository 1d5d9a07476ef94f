// SPDX-License-Identifier: Apache-2.0
/* The structural index, 64 bytes at a time: one bit a byte for quotes, delimiters, line ends and
 * carriage returns. Blocks in which every quote stands where it may are indexed from the bits
 * alone; any other block goes through the state machine, so that both say the same of every input.
 */
#include "csv_machine.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define BLOCK 64u

typedef struct bits {
    uint64_t quote, delim, line, cr;
} bits;

/* Bit i of the result is the parity of bits 0 … i. */
static inline uint64_t parity_up_to(uint64_t x)
{
    x ^= x << 1;
    x ^= x << 2;
    x ^= x << 4;
    x ^= x << 8;
    x ^= x << 16;
    x ^= x << 32;
    return x;
}

static inline void machine_takes(machine *m, size_t base, const bits *b)
{
    uint64_t hits = b->quote | b->delim | b->line | b->cr;
    for (; hits != 0; hits &= hits - 1)
        hit(m, base + (size_t)__builtin_ctzll(hits));
}

/* Entries for the separators of a well-formed block. */
static inline void emit(machine *m, size_t base, uint64_t ends, uint64_t lines)
{
    size_t n = m->n, field = m->field, last = SIZE_MAX;
    uint32_t flags = m->flags & ~CSV_QUOTED; /* seen again in the text */
    for (; ends != 0; ends &= ends - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(ends);
        size_t pos = base + bit;
        uint32_t end = (uint32_t)(lines >> bit & 1);
        if (m->buf[field] == '"')
            flags |= CSV_QUOTED;
        m->out[n++] = (uint32_t)pos | flags | (end << 31);
        last = end ? n : last;
        field = pos + 1;
        flags = 0;
    }
    m->n = n;
    m->field = field;
    m->flags = flags;
    if (last != SIZE_MAX) {
        m->end->n = last;
        m->end->consumed = CSV_AT(m->out[last - 1]) + 1u;
    }
}

static inline void block(machine *m, size_t base, const bits *b)
{
    uint64_t inside, ends, starts, opens, closes, lines, returns;
    if (m->mode == CLOSED || m->cr != 0) {
        machine_takes(m, base, b);
        return;
    }
    if ((b->quote | b->cr) == 0) {
        if (m->mode == PLAIN)
            emit(m, base, b->delim | b->line, b->line);
        return;
    }
    inside = parity_up_to(b->quote) ^ (m->mode == INSIDE ? ~(uint64_t)0 : 0);
    lines = b->line & ~inside;
    returns = b->cr & ~inside; /* each stands before its line end */
    ends = (b->delim & ~inside) | lines;
    starts = ends << 1 | (m->field == base);
    opens = b->quote & inside;
    closes = b->quote & ~inside;
    /* A quote opens a field or doubles the one before it; behind a closing one the field ends. The
     * block's last byte leaves open what follows: then the machine looks. */
    if ((opens & ~(starts | closes << 1)) != 0 || closes >> 63 != 0 ||
        (closes << 1 & ~(ends | opens | returns)) != 0 || (returns & ~(lines >> 1)) != 0) {
        machine_takes(m, base, b);
        return;
    }
    emit(m, base, ends, lines);
    m->mode = inside >> 63 != 0 ? INSIDE : PLAIN;
    if (m->mode == INSIDE) { /* a well-formed field opens where it begins */
        m->quote = m->field;
        m->flags |= CSV_QUOTED;
    }
}

static inline void begin(machine *m, const uint8_t *buf, size_t from, uint8_t delim, uint32_t *out,
                         csv_index_end *end)
{
    *m =
        (machine){.buf = buf, .out = out, .field = from, .mode = PLAIN, .delim = delim, .end = end};
    end->n = end->all = 0;
    end->consumed = from;
    end->quote = 0;
}

/* The last bytes, fewer than a block. */
static inline void finish(machine *m, size_t from, size_t to)
{
    size_t i;
    for (i = from; i < to; i++) {
        uint8_t c = m->buf[i];
        if (c == '"' || c == '\n' || c == '\r' || c == m->delim)
            hit(m, i);
    }
    m->end->all = m->n;
    if (m->mode == INSIDE)
        m->end->quote = m->quote;
}

#if defined(__x86_64__)

__attribute__((target("avx512f,avx512bw"))) void csv_index_avx512(const uint8_t *buf, size_t from,
                                                                  size_t to, uint8_t delim,
                                                                  uint32_t *out, csv_index_end *end)
{
    const __m512i quote = _mm512_set1_epi8('"'), sep = _mm512_set1_epi8((char)delim);
    const __m512i line = _mm512_set1_epi8('\n'), cr = _mm512_set1_epi8('\r');
    machine m;
    size_t i;
    begin(&m, buf, from, delim, out, end);
    for (i = from; i + BLOCK <= to; i += BLOCK) {
        __m512i v = _mm512_loadu_si512((const void *)(buf + i));
        bits b = {_mm512_cmpeq_epi8_mask(v, quote), _mm512_cmpeq_epi8_mask(v, sep),
                  _mm512_cmpeq_epi8_mask(v, line), _mm512_cmpeq_epi8_mask(v, cr)};
        block(&m, i, &b);
    }
    finish(&m, i, to);
}

__attribute__((target("avx2"))) static inline uint64_t equal_avx2(__m256i low, __m256i high,
                                                                  __m256i what)
{
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, what));
    uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, what));
    return a | (uint64_t)b << 32;
}

__attribute__((target("avx2"))) void csv_index_avx2(const uint8_t *buf, size_t from, size_t to,
                                                    uint8_t delim, uint32_t *out,
                                                    csv_index_end *end)
{
    const __m256i quote = _mm256_set1_epi8('"'), sep = _mm256_set1_epi8((char)delim);
    const __m256i line = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r');
    machine m;
    size_t i;
    begin(&m, buf, from, delim, out, end);
    for (i = from; i + BLOCK <= to; i += BLOCK) {
        __m256i low = _mm256_loadu_si256((const void *)(buf + i));
        __m256i high = _mm256_loadu_si256((const void *)(buf + i + 32));
        bits b = {equal_avx2(low, high, quote), equal_avx2(low, high, sep),
                  equal_avx2(low, high, line), equal_avx2(low, high, cr)};
        block(&m, i, &b);
    }
    finish(&m, i, to);
}

csv_index_fn *csv_index_choose(void)
{
    if (__builtin_cpu_supports("avx512bw"))
        return csv_index_avx512;
    return __builtin_cpu_supports("avx2") ? csv_index_avx2 : csv_index_portable;
}

#elif defined(__aarch64__)

static inline uint64_t equal_neon(const uint8x16_t *v, uint8_t c)
{
    static const uint8_t weight[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t what = vdupq_n_u8(c), w = vld1q_u8(weight);
    uint8x16_t a = vpaddq_u8(vandq_u8(vceqq_u8(v[0], what), w), vandq_u8(vceqq_u8(v[1], what), w));
    uint8x16_t b = vpaddq_u8(vandq_u8(vceqq_u8(v[2], what), w), vandq_u8(vceqq_u8(v[3], what), w));
    a = vpaddq_u8(a, b);
    a = vpaddq_u8(a, a);
    return vgetq_lane_u64(vreinterpretq_u64_u8(a), 0);
}

static void csv_index_neon(const uint8_t *buf, size_t from, size_t to, uint8_t delim, uint32_t *out,
                           csv_index_end *end)
{
    machine m;
    size_t i;
    begin(&m, buf, from, delim, out, end);
    for (i = from; i + BLOCK <= to; i += BLOCK) {
        uint8x16_t v[4] = {vld1q_u8(buf + i), vld1q_u8(buf + i + 16), vld1q_u8(buf + i + 32),
                           vld1q_u8(buf + i + 48)};
        bits b = {equal_neon(v, '"'), equal_neon(v, delim), equal_neon(v, '\n'),
                  equal_neon(v, '\r')};
        block(&m, i, &b);
    }
    finish(&m, i, to);
}

csv_index_fn *csv_index_choose(void)
{
    return csv_index_neon;
}

#else

csv_index_fn *csv_index_choose(void)
{
    return csv_index_portable;
}

#endif
