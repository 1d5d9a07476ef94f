// SPDX-License-Identifier: Apache-2.0
/* Generated columns, and memory that shows who reads too far, writes, or keeps. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "kit/kit_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint64_t kit_dice(uint64_t *seed, uint64_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return n ? (*seed >> 33) % n : 0;
}

static const char *text_cell(jb_arena *a, uint64_t i, int flavour)
{
    static const char *const odd[] = {"",           "a", "简报", "𠮷野家𪚥", "　空　格　",
                                      "a,\"b\"\nc", "0", "-1.5", "é",        "\xf4\x8f\xbf\xbf"};
    if (flavour == KIT_TEXTS && i % 13 == 12) {
        char *longest = jb_arena_alloc(a, 70001);
        memset(longest, 'x', 70000);
        return longest;
    }
    if (flavour == KIT_TEXTS) {
        return odd[i % (sizeof odd / sizeof odd[0])];
    }
    return jb_arena_fmt(a, "项目%llu", (unsigned long long)(flavour == KIT_TIES ? i % 3 : i % 997));
}

static jb_value cell(jb_arena *a, const char *format, uint64_t *seed, int flavour)
{
    int32_t precision, scale;
    char kind = jb_format_kind(format, &precision, &scale);
    jb_value v = {.kind = JB_K_INT};
    uint64_t d = kit_dice(seed, 1u << 30);
    int64_t n = flavour == KIT_TIES ? (int64_t)(d % 3) : (int64_t)(d % 2000001) - 1000000;
    if (flavour == KIT_NULLS || (flavour == KIT_MIXED && kit_dice(seed, 7) == 0)) {
        return (jb_value){.kind = JB_K_NULL};
    }
    v.num = n;
    if (kind == 'u') {
        v.kind = JB_K_TEXT;
        v.text = text_cell(a, d, flavour);
    } else if (kind == 'g') {
        v.kind = JB_K_FLOAT;
        v.f = flavour == KIT_HUGE ? 1.7e308 : (double)n / 4; /* sums of these are exact */
    } else if (kind == 'D') {
        v.kind = JB_K_DATE;
        v.num = flavour == KIT_HUGE ? 2932896 : n % 20000;
    } else if (kind == 'b') {
        v.kind = JB_K_BOOL;
        v.num = n & 1;
    } else if (flavour == KIT_HUGE) {
        v.num = kind == 'l' ? (jb_i128)INT64_MAX : jb_pow10(precision) - 1;
    }
    return v;
}

kit_cells *kit_cells_new(jb_arena *a, int64_t n, uint32_t n_cols, const char *const *formats,
                         int flavour)
{
    kit_cells *c = jb_arena_alloc(a, sizeof *c);
    uint64_t seed = 20220819u + (uint64_t)n;
    *c = (kit_cells){.n = n, .n_cols = n_cols, .formats = formats};
    c->v = jb_arena_alloc(a, (size_t)(n + 1) * (n_cols + 1) * sizeof *c->v);
    for (uint32_t i = 0; i < n_cols; i++) {
        for (int64_t row = 0; row < n; row++) {
            c->v[(int64_t)i * n + row] = cell(a, formats[i], &seed, flavour);
        }
    }
    return c;
}

/* ---- memory ---- */

typedef struct block {
    char *at;
    size_t size;
    int closed;
    struct block *next;
} block;

struct kit_mem {
    block *first;
};

kit_mem *kit_mem_new(void)
{
    kit_mem *m = jb_alloc(sizeof *m);
    m->first = NULL;
    return m;
}

void *kit_mem_get(kit_mem *m, size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE),
           padded = (n + 15) & ~(size_t)15; /* as decimals are aligned */
    size_t size = ((padded ? padded : 16) + page - 1) / page * page;
    char *at = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED || mprotect(at + size, page, PROT_NONE) != 0) {
        fputs("jianbao: out of memory\n", stderr);
        exit(1);
    }
    block *b = jb_alloc(sizeof *b);
    *b = (block){at, size, 0, m->first};
    m->first = b;
    return at + size - (padded ? padded : 16);
}

static void protect(kit_mem *m, int how, int close_it)
{
    for (block *b = m->first; b && !b->closed; b = b->next) {
        (void)mprotect(b->at, b->size, how);
        b->closed = close_it;
    }
}

void kit_mem_seal(kit_mem *m)
{
    protect(m, PROT_READ, 0);
}

void kit_mem_close(kit_mem *m)
{
    protect(m, PROT_NONE, 1);
}

void kit_mem_free(kit_mem *m)
{
    while (m->first) {
        block *b = m->first;
        m->first = b->next;
        munmap(b->at, b->size + (size_t)sysconf(_SC_PAGESIZE));
        free(b);
    }
    free(m);
}

/* ---- columns ---- */

static void fill_texts(kit_mem *m, const jb_value *v, const uint32_t *rows, int64_t n,
                       const void **buffers)
{
    int32_t *off = kit_mem_get(m, ((size_t)n + 1) * 4);
    size_t total = 0;
    for (int64_t i = 0; i < n; i++) {
        const jb_value *c = &v[rows[i]];
        off[i] = (int32_t)total;
        total += c->kind == JB_K_TEXT ? strlen(c->text) : 0;
    }
    off[n] = (int32_t)total;
    char *bytes = kit_mem_get(m, total ? total : 1);
    for (int64_t i = 0; i < n; i++) {
        memcpy(bytes + off[i], v[rows[i]].kind == JB_K_TEXT ? v[rows[i]].text : "",
               (size_t)(off[i + 1] - off[i]));
    }
    buffers[1] = off;
    buffers[2] = bytes;
}

static void put(char kind, char *data, int64_t i, const jb_value *v)
{
    int64_t narrow = (int64_t)v->num;
    int32_t day = (int32_t)v->num;
    switch (kind) {
    case 'b':
        data[i >> 3] = (char)(data[i >> 3] | (int)(v->num & 1) << (i & 7));
        break;
    case 'g':
        memcpy(data + i * 8, &v->f, 8);
        break;
    case 'D':
        memcpy(data + i * 4, &day, 4);
        break;
    case 'h':
        memcpy(data + i * 16, &v->num, 16);
        break;
    default:
        memcpy(data + i * 8, &narrow, 8);
        break;
    }
}

void kit_column(kit_mem *m, const kit_cells *c, uint32_t col, const uint32_t *rows, int64_t n,
                struct ArrowArray *out)
{
    int32_t precision, scale;
    char kind = jb_format_kind(c->formats[col], &precision, &scale);
    const jb_value *v = &c->v[(int64_t)col * c->n];
    const void **buffers = kit_mem_get(m, 3 * sizeof *buffers);
    uint8_t *valid = kit_mem_get(m, (size_t)(n + 7) / 8);
    int64_t nulls = 0;
    for (int64_t i = 0; i < n; i++) {
        nulls += v[rows[i]].kind == JB_K_NULL;
        valid[i >> 3] = (uint8_t)(valid[i >> 3] | (v[rows[i]].kind != JB_K_NULL) << (i & 7));
    }
    buffers[0] = nulls ? valid : NULL;
    if (kind == 'u') {
        fill_texts(m, v, rows, n, buffers);
    } else {
        size_t each = kind == 'h' ? 16 : kind == 'D' ? 4 : 8;
        char *data = kit_mem_get(m, kind == 'b' ? (size_t)(n + 7) / 8 : (size_t)n * each);
        for (int64_t i = 0; i < n; i++) {
            if (v[rows[i]].kind != JB_K_NULL) {
                put(kind, data, i, &v[rows[i]]);
            }
        }
        buffers[1] = data;
    }
    *out = (struct ArrowArray){
        .length = n, .null_count = nulls, .n_buffers = kind == 'u' ? 3 : 2, .buffers = buffers};
}
