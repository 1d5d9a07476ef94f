// SPDX-License-Identifier: Apache-2.0
/* The cut into partitions: at the first record start at or past every part_bytes, whatever the
 * cores. One sequential pass, which also hashes the bytes, so that version() costs nothing. */
#include "csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

jb_status csv_skim_fail(const csv_source *src, jb_ctx *ctx, const csv_file *f, const csv_skim *s)
{
    csv_place at = {.file = f->path, .line = s->record_line + 1, .row = s->rows + 1};
    csv_part part = {.begin = s->record, .end = s->at};
    csv_source one = *src;
    csv_window w;
    char limit[16];
    jb_status st;
    if (!s->in_quote || f->heads == NULL) {
        if (s->in_quote) {
            at.line = s->quote_line + 1;
            at.row = 0;
        }
        snprintf(limit, sizeof limit, "%u", (unsigned)(CSV_RECORD_MAX >> 20));
        return csv_fail(src, ctx, s->in_quote ? "E0620" : "E0624", &at, limit, NULL);
    }
    one.files = (csv_file *)(uintptr_t)f; /* the window, which only reads it, knows the column */
    part.line = at.line;
    part.row = at.row;
    st = csv_window_open(&w, &one, ctx, &part);
    if (st != JB_OK)
        return st;
    do
        st = csv_window_next(&w, ctx);
    while (st == JB_OK && !w.ended);
    csv_window_close(&w);
    if (st != JB_OK)
        return st;
    at.line = s->quote_line + 1;
    return csv_fail(src, ctx, "E0620", &at, NULL, NULL);
}

/* In GB18030 a delimiter above '?' can be the second half of a character: such a file stays whole.
 */
static int can_cut(const csv_source *src, const csv_file *f)
{
    return !f->gb18030 || src->delim < 0x40;
}

static uint64_t next_cut(const csv_source *src, const csv_file *f, uint64_t at)
{
    return can_cut(src, f) ? (at / src->part_bytes + 1) * src->part_bytes : UINT64_MAX;
}

static void skim_body(const csv_source *src, const csv_file *f, csv_skim *s)
{
    csv_skim_init(s, src->delim, f->data);
    s->lines = s->record_line = f->data_line - 1;
}

static int is_stuck(const csv_source *src, const csv_file *f, const csv_skim *s)
{
    return s->at - s->record > CSV_RECORD_MAX && can_cut(src, f);
}

jb_status csv_part_first(const csv_source *src, jb_ctx *ctx, const csv_file *f, uint64_t *end,
                         int *rows)
{
    csv_place at = {.file = f->path};
    uint8_t *block = malloc(CSV_BLOCK_BYTES);
    uint64_t cut = next_cut(src, f, f->data);
    csv_skim s;
    int fd = -1, ended = 0;
    jb_status st;
    if (block == NULL)
        return csv_no_memory(src, ctx);
    if (cut == UINT64_MAX) /* kept whole: its beginning will do */
        cut = f->data + src->part_bytes;
    skim_body(src, f, &s);
    st = csv_file_reopen(src, ctx, f, &fd);
    while (st == JB_OK && !ended && s.at < f->size) {
        size_t got;
        if (csv_pread(fd, block, CSV_BLOCK_BYTES, s.at, &got) != 0 || got == 0) {
            st = csv_fail(src, ctx, got == 0 ? "E0617" : "E0605", &at, NULL, NULL);
            break;
        }
        csv_skim_run(&s, block, got, cut, &ended);
        if (is_stuck(src, f, &s))
            st = csv_skim_fail(src, ctx, f, &s);
    }
    if (st == JB_OK && !ended) {
        if (s.in_quote && can_cut(src, f))
            st = csv_skim_fail(src, ctx, f, &s);
        csv_skim_finish(&s);
    }
    if (fd >= 0)
        close(fd);
    free(block);
    *end = ended ? s.at : f->size;
    *rows = s.rows > 0;
    return st;
}

typedef struct cutter {
    csv_source *src;
    jb_ctx *ctx;
    uint8_t *block;
    uint64_t hash[4];
    uint64_t cap;
} cutter;

static void hash_bytes(uint64_t h[4], const uint8_t *p, size_t n)
{
    static const uint64_t k = 0x9e3779b97f4a7c15u;
    uint64_t w[4];
    size_t i, lane;
    for (i = 0; i + 32 <= n; i += 32) {
        memcpy(w, p + i, 32);
        for (lane = 0; lane < 4; lane++) {
            h[lane] = (h[lane] ^ w[lane]) * k;
            h[lane] ^= h[lane] >> 29;
        }
    }
    if (i < n) {
        memset(w, 0, sizeof w);
        memcpy(w, p + i, n - i);
        for (lane = 0; lane < 4; lane++)
            h[lane] = (h[lane] ^ w[lane] ^ (n - i)) * k;
    }
}

static uint64_t hash_end(const uint64_t h[4])
{
    uint64_t v = h[0];
    size_t lane;
    for (lane = 1; lane < 4; lane++) {
        v = (v << 23 | v >> 41) ^ h[lane];
        v *= 0xff51afd7ed558ccdu;
        v ^= v >> 32;
    }
    return v;
}

static jb_status add_part(cutter *c, uint64_t file, const csv_skim *s)
{
    csv_source *src = c->src;
    csv_part *p;
    if (src->n_parts == c->cap) {
        uint64_t cap = c->cap > 0 ? c->cap * 2 : 16;
        p = realloc(src->parts, (size_t)cap * sizeof *p);
        if (p == NULL)
            return csv_no_memory(src, c->ctx);
        src->parts = p;
        c->cap = cap;
    }
    p = &src->parts[src->n_parts++];
    p->file = file;
    p->begin = s->record;
    p->end = src->files[file].size;
    p->line = s->record_line + 1;
    p->row = s->rows + 1;
    return JB_OK;
}

/* Skims one block of the body, adding a part wherever one begins. */
static jb_status cut_block(cutter *c, uint64_t k, csv_skim *s, const uint8_t *p, size_t n,
                           uint64_t *cut)
{
    csv_source *src = c->src;
    const csv_file *f = &src->files[k];
    size_t used = 0;
    jb_status st = JB_OK;
    while (used < n && st == JB_OK) {
        int ended;
        used += csv_skim_run(s, p + used, n - used, *cut, &ended);
        if (!ended)
            break;
        *cut = next_cut(src, f, s->at);
        if (s->at == f->size)
            break;
        src->parts[src->n_parts - 1].end = s->at;
        st = add_part(c, k, s);
    }
    if (st == JB_OK && is_stuck(src, f, s))
        st = csv_skim_fail(src, c->ctx, f, s);
    return st;
}

static jb_status cut_file(cutter *c, uint64_t k)
{
    csv_source *src = c->src;
    const csv_file *f = &src->files[k];
    csv_place at = {.file = f->path};
    uint64_t pos = 0, cut = next_cut(src, f, f->data);
    csv_skim s;
    int fd;
    jb_status st = csv_file_reopen(src, c->ctx, f, &fd);
    if (st != JB_OK)
        return st;
    skim_body(src, f, &s);
    if (f->data < f->size)
        st = add_part(c, k, &s);
    while (st == JB_OK && pos < f->size) {
        size_t got, skip;
        if (csv_pread(fd, c->block, CSV_BLOCK_BYTES, pos, &got) != 0 || got == 0) {
            st = csv_fail(src, c->ctx, got == 0 ? "E0617" : "E0605", &at, NULL, NULL);
            break;
        }
        hash_bytes(c->hash, c->block, got);
        skip = f->data > pos ? (size_t)(f->data - pos) : 0;
        if (skip < got)
            st = cut_block(c, k, &s, c->block + skip, got - skip, &cut);
        pos += got;
        if (st == JB_OK && src->host->cancelled(c->ctx))
            st = JB_E_CANCELLED;
    }
    if (st == JB_OK && s.in_quote && can_cut(src, f))
        st = csv_skim_fail(src, c->ctx, f, &s);
    close(fd);
    return st;
}

jb_status csv_parts_make(csv_source *src, jb_ctx *ctx)
{
    cutter c = {.src = src, .ctx = ctx, .hash = {1, 2, 3, 4}};
    uint64_t k, bytes = 0;
    jb_status st = JB_OK;
    free(src->parts);
    src->parts = NULL;
    src->n_parts = 0;
    src->parted = 0;
    c.block = malloc(CSV_BLOCK_BYTES);
    if (c.block == NULL)
        return csv_no_memory(src, ctx);
    for (k = 0; k < src->n_files && st == JB_OK; k++) {
        st = cut_file(&c, k);
        bytes += src->files[k].size;
    }
    free(c.block);
    if (st != JB_OK)
        return st;
    snprintf(src->version, sizeof src->version, "%" PRIu64 " files %" PRIu64 " bytes %016" PRIx64,
             src->n_files, bytes, hash_end(c.hash));
    src->parted = 1;
    return JB_OK;
}
