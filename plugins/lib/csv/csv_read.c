// SPDX-License-Identifier: Apache-2.0
/* Raw bytes of one part as checked UTF-8, block by block. Whatever cannot be text is kept back as a
 * pending fault until the records before it are used up, so that faults come in the file's order.
 */
#include "csv.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <unistd.h>

int csv_pread(int fd, void *to, size_t n, uint64_t at, size_t *got)
{
    *got = 0;
    while (*got < n) {
        ssize_t k = pread(fd, (char *)to + *got, n - *got, (off_t)(at + *got));
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        if (k == 0)
            break;
        *got += (size_t)k;
    }
    return 0;
}

jb_status csv_reader_open(csv_reader *r, const csv_source *src, jb_ctx *ctx, const csv_file *file,
                          uint64_t begin, uint64_t end)
{
    jb_status st;
    memset(r, 0, sizeof *r);
    r->fd = -1;
    r->src = src;
    r->file = file;
    r->at = begin;
    r->end = end;
    st = csv_file_reopen(src, ctx, file, &r->fd);
    if (st != JB_OK)
        return st;
    r->cap = CSV_BLOCK_BYTES * 3 / 2 + 8;
    r->buf = malloc(r->cap + CSV_SLACK);
    if (file->gb18030)
        r->raw = malloc(CSV_BLOCK_BYTES);
    if (r->buf == NULL || (file->gb18030 && r->raw == NULL)) {
        csv_reader_close(r);
        return csv_no_memory(src, ctx);
    }
    r->buf[0] = '\n';
    if (file->gb18030) {
        iconv_t cd = iconv_open("UTF-8", "GB18030");
        if (cd == (iconv_t)-1) {
            csv_place at = {.file = file->path};
            csv_reader_close(r);
            return csv_fail(src, ctx, "E0618", &at, NULL, NULL);
        }
        r->decoder = cd;
    }
    return JB_OK;
}

void csv_reader_close(csv_reader *r)
{
    if (r->fd >= 0)
        close(r->fd);
    if (r->decoder != NULL)
        iconv_close((iconv_t)r->decoder);
    free(r->raw);
    free(r->buf);
    r->fd = -1;
    r->decoder = NULL;
    r->raw = r->buf = NULL;
}

/* Reads up to n raw bytes of the part. */
static jb_status take(csv_reader *r, jb_ctx *ctx, uint8_t *to, size_t n, size_t *got)
{
    csv_place at = {.file = r->file->path};
    if (n > r->end - r->at)
        n = (size_t)(r->end - r->at);
    if (csv_pread(r->fd, to, n, r->at, got) != 0)
        return csv_fail(r->src, ctx, "E0605", &at, NULL, NULL);
    if (*got < n) /* the file shrank since it was cut into parts */
        return csv_fail(r->src, ctx, "E0617", &at, NULL, NULL);
    r->at += n;
    return JB_OK;
}

static jb_status fill_utf8(csv_reader *r, jb_ctx *ctx)
{
    uint8_t *text = r->buf + 1 + r->n;
    size_t got, valid, total;
    int why;
    jb_status st = take(r, ctx, text + r->tail, CSV_BLOCK_BYTES, &got);
    if (st != JB_OK)
        return st;
    total = r->tail + got;
    valid = jb_utf8_check(text, total, &why);
    r->n += valid;
    r->tail = total - valid;
    if (why == JB_TEXT_CUT && r->at < r->end)
        return JB_OK;
    r->fault = why;
    r->fault_at = r->at - r->tail;
    return JB_OK;
}

static jb_status fill_gb18030(csv_reader *r, jb_ctx *ctx)
{
    size_t got, left, room = CSV_BLOCK_BYTES * 3 / 2;
    char *in = (char *)r->raw, *out = (char *)r->buf + 1 + r->n;
    const uint8_t *nul;
    jb_status st = take(r, ctx, r->raw + r->n_raw, CSV_BLOCK_BYTES - r->n_raw, &got);
    if (st != JB_OK)
        return st;
    left = r->n_raw + got;
    nul = memchr(r->raw, 0, left);
    if (nul != NULL) {
        r->fault = JB_TEXT_NUL;
        left = (size_t)(nul - r->raw);
        r->fault_at = r->at - (r->n_raw + got) + left;
    }
    if (iconv((iconv_t)r->decoder, &in, &left, &out, &room) == (size_t)-1 && left > 0) {
        int cut = errno == EINVAL;
        if (!cut || nul != NULL || r->at == r->end) {
            r->fault = cut && nul == NULL ? JB_TEXT_CUT : JB_TEXT_BAD;
            r->fault_at = r->at - (r->n_raw + got) + (uint64_t)(in - (char *)r->raw);
        }
    }
    r->n = (size_t)(out - (char *)r->buf) - 1;
    memmove(r->raw, in, left);
    r->n_raw = left;
    return JB_OK;
}

/* Room for a decoded block behind the text. */
static int make_room(csv_reader *r)
{
    size_t need = r->n + r->tail + CSV_BLOCK_BYTES * 3 / 2 + 8, cap = r->cap;
    uint8_t *p;
    if (need <= cap)
        return 0;
    while (cap < need)
        cap *= 2;
    p = realloc(r->buf, cap + CSV_SLACK);
    if (p == NULL)
        return -1;
    r->buf = p;
    r->cap = cap;
    return 0;
}

jb_status csv_reader_fill(csv_reader *r, jb_ctx *ctx, size_t drop)
{
    r->n -= drop;
    memmove(r->buf + 1, r->buf + 1 + drop, r->n + r->tail);
    if (r->fault != JB_TEXT_OK || r->at == r->end)
        return JB_OK;
    if (make_room(r) != 0)
        return csv_no_memory(r->src, ctx);
    return r->file->gb18030 ? fill_gb18030(r, ctx) : fill_utf8(r, ctx);
}

jb_status csv_reader_fail(const csv_reader *r, jb_ctx *ctx, uint64_t line)
{
    csv_place at = {.file = r->file->path, .line = line};
    char offset[24], bytes[16];
    uint8_t raw[4];
    size_t got = 0, i;
    snprintf(offset, sizeof offset, "%llu", (unsigned long long)r->fault_at);
    if (csv_pread(r->fd, raw, sizeof raw, r->fault_at, &got) != 0)
        got = 0;
    bytes[0] = '\0';
    for (i = 0; i < got; i++)
        snprintf(bytes + i * 3, sizeof bytes - i * 3, "%02X ", raw[i]);
    if (got > 0)
        bytes[got * 3 - 1] = '\0';
    return csv_fail(r->src, ctx,
                    r->fault == JB_TEXT_NUL   ? "E0615"
                    : r->fault == JB_TEXT_CUT ? "E0616"
                    : r->file->gb18030        ? "E0613"
                                              : "E0612",
                    &at, offset, bytes);
}
