// SPDX-License-Identifier: Apache-2.0
/* The vector indexes say what the portable one says, of every input: separators, quotes and
 * carriage returns thrown together at random, at every distance from the ends of a block. */
#include "csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { LONGEST = 700, ROUNDS = 60000 };

static uint64_t state = 88172645463325252u;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

/* Mostly well-formed in one half of the rounds, noise in the other. */
static size_t make(uint8_t *p, int noise)
{
    static const char odd[] = "\",\n\r\"a";
    size_t n = 0, want = draw(LONGEST);
    while (n < want) {
        if (noise) {
            p[n++] = (uint8_t)odd[draw(draw(3) ? 6 : 2)];
            continue;
        }
        uint32_t length = draw(40), quoted = draw(2), i;
        if (quoted)
            p[n++] = '"';
        for (i = 0; i < length && n < want; i++) {
            uint32_t c = draw(12);
            p[n++] = quoted && c < 3 ? (uint8_t) ",\n\r"[c] : (uint8_t)('a' + c);
            if (quoted && c == 5) {
                p[n++] = '"';
                p[n++] = '"';
            }
        }
        if (quoted && draw(50))
            p[n++] = '"';
        if (draw(4) == 0 && draw(30))
            p[n++] = '\r';
        p[n] = p[n - (n > 0)] == '\r' && n > 0 ? '\n' : draw(5) ? ',' : '\n';
        n++;
    }
    return n;
}

static void same(csv_index_fn *index, const uint8_t *p, size_t from, size_t to)
{
    static uint32_t want[LONGEST * 2], have[LONGEST * 2];
    csv_index_end a, b;
    size_t i;
    csv_index_portable(p, from, to, ',', want, &a);
    index(p, from, to, ',', have, &b);
    assert_int_equal(a.all, b.all);
    assert_int_equal(a.n, b.n);
    assert_int_equal(a.consumed, b.consumed);
    assert_int_equal(a.quote, b.quote);
    for (i = 0; i < a.all; i++)
        assert_int_equal(want[i], have[i]);
}

static void compare(csv_index_fn *index)
{
    static uint8_t text[LONGEST * 2];
    int round;
    for (round = 0; round < ROUNDS; round++) {
        size_t n = make(text + 1, round & 1), from = 1 + draw(3);
        if (from <= n + 1)
            same(index, text, from, n + 1);
    }
}

static void chosen(void **unused)
{
    (void)unused;
    compare(csv_index_choose());
}

#if defined(__x86_64__)
static void avx2(void **unused)
{
    (void)unused;
    if (!__builtin_cpu_supports("avx2"))
        skip();
    compare(csv_index_avx2);
}

static void avx512(void **unused)
{
    (void)unused;
    if (!__builtin_cpu_supports("avx512bw"))
        skip();
    compare(csv_index_avx512);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen),
#if defined(__x86_64__)
        cmocka_unit_test(avx2),
        cmocka_unit_test(avx512),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
