// SPDX-License-Identifier: Apache-2.0
#include "base/str.h"

#include <string.h>

enum { LONGEST = 64 };

/* Code points with case and full-width forms folded, so that TITLE and ｔｉｔｌｅ are near title.
 */
static size_t fold(const char *text, uint32_t *out)
{
    size_t n = 0;
    while (*text) {
        if (n == LONGEST) {
            return 0;
        }
        uint32_t cp = jb_utf8_next(&text);
        if (cp >= 0xff01 && cp <= 0xff5e) {
            cp -= 0xfee0;
        }
        out[n++] = cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    }
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance with transpositions (optimal string alignment). */
static size_t distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    size_t row[3][LONGEST + 1];
    size_t *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= nb; j++) {
        before[j] = 0;
        last[j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            now[j] = least(last[j - 1] + cost, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[nb];
}

const char *jb_nearest(const char *wanted, const char *const *names, size_t n)
{
    uint32_t a[LONGEST], b[LONGEST];
    size_t na = fold(wanted, a);
    if (na == 0) {
        return NULL;
    }
    const char *best = NULL;
    size_t best_distance = LONGEST;
    for (size_t i = 0; i < n; i++) {
        size_t nb = names[i] ? fold(names[i], b) : 0;
        if (nb == 0) {
            continue;
        }
        size_t longer = na > nb ? na : nb;
        size_t allowed = longer < 6 ? 1 : longer / 3;
        size_t d = distance(a, na, b, nb);
        /* Two texts without a character in common are not near, however short they are. */
        if (d <= allowed && d < longer && d < best_distance) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
