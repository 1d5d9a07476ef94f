// SPDX-License-Identifier: Apache-2.0
/* Encoding of a file: byte order mark, else UTF-8 when the beginning is valid UTF-8, else GB18030.
 */
#include "csv.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#define SNIFF_BYTES ((size_t)1 << 20)
#define SNIFF_MAX ((size_t)4 << 20) /* as far as a file of ASCII only is followed */

static int starts(const uint8_t *p, size_t n, const char *mark, size_t len)
{
    return n >= len && memcmp(p, mark, len) == 0;
}

/* Bytes that are part of a sequence of several, and bytes that fit nowhere. A damaged UTF-8 file
 * has many of the first kind; in GB18030 text nearly every character is of the second. */
static void weigh(const uint8_t *p, size_t n, size_t *good, size_t *bad)
{
    size_t i = 0;
    *good = *bad = 0;
    while (i < n) {
        int why;
        size_t k = jb_utf8_check(p + i, n - i, &why), j;
        for (j = i; j < i + k; j++)
            *good += (p[j] & 0xc0) == 0xc0;
        i += k;
        if (why == JB_TEXT_CUT)
            break;
        if (i < n) {
            *bad += why == JB_TEXT_BAD;
            i++;
        }
    }
}

/* Whether the bytes decode, but for a character cut at the end. *bad_at: first byte that does not.
 */
static int is_gb18030(const uint8_t *p, size_t n, size_t *bad_at)
{
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    char out[4096], *in = (char *)(uintptr_t)p;
    size_t left = n;
    int ok = 1;
    *bad_at = 0;
    if (cd == (iconv_t)-1)
        return 0;
    while (left > 0) {
        char *to = out;
        size_t room = sizeof out;
        if (iconv(cd, &in, &left, &to, &room) != (size_t)-1 || errno == E2BIG)
            continue;
        ok = errno == EINVAL;
        *bad_at = (size_t)(in - (const char *)p);
        break;
    }
    iconv_close(cd);
    return ok;
}

/* Neither encoding: names the first byte that is not UTF-8. */
static jb_status fail_text(const csv_source *src, jb_ctx *ctx, const csv_file *f, const uint8_t *p,
                           size_t at_byte, const char *code)
{
    csv_place at = {.file = f->path};
    char offset[24], bytes[8];
    at.line = 1 + csv_count_lines(p, at_byte);
    snprintf(offset, sizeof offset, "%llu", (unsigned long long)at_byte);
    snprintf(bytes, sizeof bytes, "%02X", p[at_byte]);
    return csv_fail(src, ctx, code, &at, offset, bytes);
}

/* UTF-8 or GB18030 by the bytes p[0..n), the beginning of the file; whole: all of it. */
static jb_status decide(const csv_source *src, jb_ctx *ctx, csv_file *f, const uint8_t *p, size_t n,
                        int whole)
{
    size_t good, bad, gb_bad, at;
    int why;
    at = jb_utf8_check(p, n, &why);
    if (why == JB_TEXT_OK || why == JB_TEXT_NUL || (why == JB_TEXT_CUT && !whole))
        return JB_OK;
    weigh(p, n, &good, &bad);
    if (why == JB_TEXT_CUT && good > 0)
        return JB_OK; /* the reader reports the cut */
    if (good > bad)
        return fail_text(src, ctx, f, p, at, "E0612");
    if (!is_gb18030(p, n, &gb_bad))
        return fail_text(src, ctx, f, p, at, "E0614");
    f->gb18030 = 1;
    return JB_OK;
}

static jb_status refuse_kind(const csv_source *src, jb_ctx *ctx, const csv_file *f,
                             const uint8_t *p, size_t n, int *refused)
{
    csv_place at = {.file = f->path};
    *refused = 1;
    if (n == 0 || (n == 3 && starts(p, n, "\xef\xbb\xbf", 3)))
        return csv_fail(src, ctx, "E0607", &at, NULL, NULL);
    if (starts(p, n, "\xff\xfe", 2) || starts(p, n, "\xfe\xff", 2))
        return csv_fail(src, ctx, "E0611", &at, NULL, NULL);
    if (starts(p, n, "PK\x03\x04", 4) || starts(p, n, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
        return csv_fail(src, ctx, "E0610", &at, NULL, NULL);
    *refused = 0;
    return JB_OK;
}

jb_status csv_sniff(const csv_source *src, jb_ctx *ctx, int fd, csv_file *f)
{
    csv_place at = {.file = f->path};
    uint8_t *p = malloc(SNIFF_MAX);
    size_t n = 0, i = 0;
    jb_status st;
    int refused;
    if (p == NULL)
        return csv_no_memory(src, ctx);
    if (csv_pread(fd, p, SNIFF_BYTES, 0, &n) != 0) {
        free(p);
        return csv_fail(src, ctx, "E0605", &at, NULL, NULL);
    }
    st = refuse_kind(src, ctx, f, p, n, &refused);
    if (refused) {
        free(p);
        return st;
    }
    if (starts(p, n, "\xef\xbb\xbf", 3)) {
        f->body = 3;
        f->gb18030 = 0;
    } else if (starts(p, n, "\x84\x31\x95\x33", 4)) {
        f->body = 4;
        f->gb18030 = 1;
    } else if (strcmp(src->encoding, "auto") != 0) {
        f->gb18030 = strcmp(src->encoding, "gb18030") == 0;
    } else {
        while (i < n && p[i] < 0x80)
            i++;
        if (i == SNIFF_BYTES && csv_pread(fd, p, SNIFF_MAX, 0, &n) != 0)
            n = SNIFF_BYTES;
        st = decide(src, ctx, f, p, n, n == f->size);
    }
    free(p);
    return st;
}
