// SPDX-License-Identifier: Apache-2.0
/* 舍位平衡: printed parts of a whole add up to 100, each at most one unit of the last place from
 * its exact value. */
#include "doc/format.h"
#include "doc/template_impl.h"

#include <stdlib.h>
#include <string.h>

typedef struct part {
    jb_i128 rest; /* what rounding down left, in units of the exact scale */
    int64_t row;
} part;

static int by_rest(const void *a, const void *b)
{
    const part *x = a, *y = b;
    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Rounded towards minus infinity; what is left in *rest. */
static jb_i128 floor_div(jb_i128 a, jb_i128 b, jb_i128 *rest)
{
    jb_i128 q = a / b;
    *rest = a % b;
    if (*rest < 0) {
        *rest += b;
        q--;
    }
    return q;
}

int jb_balance(const jb_value *values, int64_t n, int decimals, jb_i128 *out)
{
    jb_i128 step, left, sum = 0, whole;
    part *parts;
    int64_t i;
    int32_t scale = decimals;
    if (n <= 0)
        return -1;
    for (i = 0; i < n; i++) {
        if (values[i].kind != JB_K_INT && values[i].kind != JB_K_DEC)
            return -1;
        if (values[i].kind == JB_K_DEC && values[i].scale > scale)
            scale = values[i].scale;
    }
    if (scale > 20)
        return -1;
    parts = malloc((size_t)n * sizeof *parts);
    if (parts == NULL)
        return -1;
    step = jb_pow10(scale - decimals);
    for (i = 0; i < n; i++) {
        jb_i128 v;
        if (jb_dec_rescale(values[i].num, values[i].kind == JB_K_DEC ? values[i].scale : 0, scale,
                           &v) != 0) {
            free(parts);
            return -1;
        }
        out[i] = floor_div(v, step, &parts[i].rest);
        parts[i].row = i;
        sum += out[i];
    }
    whole = 100 * jb_pow10(decimals);
    left = whole - sum;
    if (left < 0 || left > n) { /* not the parts of one whole */
        free(parts);
        return -1;
    }
    qsort(parts, (size_t)n, sizeof *parts, by_rest);
    for (i = 0; i < (int64_t)left; i++)
        out[parts[i].row]++;
    free(parts);
    return 0;
}

/* ---- worked out once per figure and precision ---- */

typedef struct entry {
    const jb_fig *figure;
    int decimals;
    const jb_i128 *parts; /* NULL: they cannot be balanced */
    struct entry *next;
} entry;

struct jb_tcache {
    jb_arena *arena;
    entry *first;
};

jb_tcache *jb_tcache_new(void)
{
    jb_arena *arena = jb_arena_new();
    jb_tcache *c = jb_arena_alloc(arena, sizeof *c);
    c->arena = arena;
    return c;
}

void jb_tcache_free(jb_tcache *c)
{
    if (c != NULL)
        jb_arena_free(c->arena);
}

const jb_i128 *jb_t_balanced(jb_tenv *env, const jb_fig *fig, int decimals)
{
    jb_tcache *cache = env->scope->cache;
    jb_arena *arena = cache != NULL ? cache->arena : env->scratch;
    jb_i128 *parts;
    entry *e;
    for (e = cache != NULL ? cache->first : NULL; e != NULL; e = e->next)
        if (e->figure == fig && e->decimals == decimals)
            return e->parts;
    parts = jb_arena_alloc(arena, (size_t)(fig->n_rows + 1) * sizeof *parts);
    if (jb_balance(fig->values, fig->n_rows, decimals, parts) != 0)
        parts = NULL;
    if (cache != NULL) {
        e = jb_arena_alloc(arena, sizeof *e);
        e->figure = fig;
        e->decimals = decimals;
        e->parts = parts;
        e->next = cache->first;
        cache->first = e;
    }
    return parts;
}
