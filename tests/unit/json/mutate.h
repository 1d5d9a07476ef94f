// SPDX-License-Identifier: Apache-2.0
/* A seeded mutation of some bytes: flips, cuts, doublings, bytes that matter to parsers. */
#ifndef JB_TEST_MUTATE_H
#define JB_TEST_MUTATE_H

#include <stdint.h>
#include <string.h>

static inline uint64_t mutate_random(uint64_t *seed)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* One to four changes to a copy of `from`; returns the new length, at most `room`. */
static inline size_t mutate(uint64_t *seed, const void *from, size_t n, void *to, size_t room)
{
    static const uint8_t marks[] = {0,   1,    '"',  '{',  '}',  '[',  ']', ',',
                                    ':', '\\', '9',  'e',  '-',  '<',  '>', '&',
                                    '/', 0x7f, 0x80, 0xe4, 0xff, '\n', ' ', '='};
    uint8_t *p = to;
    uint64_t changes = 1 + mutate_random(seed) % 4;
    memcpy(p, from, n);
    while (changes-- > 0 && n > 2) {
        size_t at = (size_t)(mutate_random(seed) % n);
        size_t len = 1 + (size_t)(mutate_random(seed) % 16);
        if (len > n - at)
            len = n - at;
        switch (mutate_random(seed) % 6) {
        case 0:
            p[at] = (uint8_t)(p[at] ^ 1u << mutate_random(seed) % 8);
            break;
        case 1:
            p[at] = marks[mutate_random(seed) % sizeof marks];
            break;
        case 2: /* take out */
            memmove(p + at, p + at + len, n - at - len);
            n -= len;
            break;
        case 3: /* twice */
            if (n + len > room)
                break;
            memmove(p + at + len, p + at, n - at);
            n += len;
            break;
        case 4: /* cut off */
            n = mutate_random(seed) % 4 == 0 ? at + 1 : n;
            break;
        default:
            memset(p + at, marks[mutate_random(seed) % sizeof marks], len);
        }
    }
    return n;
}

#endif
