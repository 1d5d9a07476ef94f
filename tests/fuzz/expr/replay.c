// SPDX-License-Identifier: Apache-2.0
/* The fuzz target without a fuzzer: every seed line as it is, then deterministic mutations of it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t seed = 42;

static size_t pick(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed >> 11) % n;
}

/* Cuts, repeats, swaps and spoils bytes. */
static size_t mutate(uint8_t *b, size_t n, size_t cap)
{
    for (size_t k = pick(4) + 1; k > 0 && n > 1; k--) {
        size_t i = pick(n), m = pick(n - i) + 1;
        switch (pick(5)) {
        case 0:
            memmove(b + i, b + i + m, n - i - m);
            n -= m;
            break;
        case 1:
            if (n + m < cap) {
                memmove(b + i + m, b + i, n - i);
                n += m;
            }
            break;
        case 2:
            b[i] = (uint8_t)pick(256);
            break;
        case 3:
            b[i] = (uint8_t) "()[]{}\"+-*/<>=.,0 "[pick(18)];
            break;
        default:
            memmove(b + i, b + pick(n - m + 1), m);
        }
    }
    return n;
}

int main(int argc, char **argv)
{
    char line[2000];
    uint8_t b[8000];
    long runs = 0, rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 200;
    FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!f) {
        fprintf(stderr, "usage: %s SEEDS [ROUNDS]\n", argv[0]);
        return 2;
    }
    while (fgets(line, sizeof line, f)) {
        size_t len = strcspn(line, "\n");
        for (long i = 0; i < 2 * rounds; i++) {
            b[0] = (uint8_t)(i & 1);
            memcpy(b + 1, line, len);
            size_t n = i < 2 ? len + 1 : mutate(b, len + 1, sizeof b);
            b[0] = (uint8_t)(i & 1);
            LLVMFuzzerTestOneInput(b, n);
            runs++;
        }
    }
    fclose(f);
    printf("%ld inputs\n", runs);
    return runs > 0 ? 0 : 1;
}
