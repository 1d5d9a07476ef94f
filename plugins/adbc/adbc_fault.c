// SPDX-License-Identifier: Apache-2.0
#include "adbc_source.h"

#include <stdio.h>

#define TEXT_MAX 1024u
#define BEGINNING 6u
#define SHORTEST 3u /* shorter secrets would star half of every sentence */

jb_status ad_fail(const ad_source *src, jb_ctx *ctx, jb_status status, const char *code,
                  const char *key, const char *arg1, const char *arg2)
{
    const char *args[2] = {arg1, arg2};
    jb_fault f;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = status;
    f.code = code;
    f.args = args;
    f.n_args = arg1 == NULL ? 0u : arg2 == NULL ? 1u : 2u;
    f.key = key;
    return src->host->fail(ctx, &f);
}

jb_status ad_no_memory(const ad_source *src, jb_ctx *ctx)
{
    return ad_fail(src, ctx, JB_E_MEMORY, "E1139", NULL, NULL, NULL);
}

void ad_error_drop(adbc_error *e)
{
    if (e->release != NULL)
        e->release(e);
    memset(e, 0, sizeof *e);
}

/* ---- secrets ---- */

int ad_is_secret_name(const char *option)
{
    static const char *const words[] = {"password", "passwd", "pwd",
                                        "secret",   "token",  "credential"};
    size_t i, k;
    const char *p;
    for (i = 0; i < sizeof words / sizeof *words; i++)
        for (p = option; *p != '\0'; p++) {
            for (k = 0; words[i][k] != '\0' && (p[k] | 0x20) == words[i][k]; k++)
                ;
            if (words[i][k] == '\0')
                return 1;
        }
    return 0;
}

/* Every place of a secret; at the end, where the text may be cut, its beginning as well. */
static void star(char *text, const char *secret, size_t n)
{
    size_t left = strlen(text);
    if (n < SHORTEST)
        return;
    for (; left > 0; text++, left--) {
        size_t same = left < n ? left : n;
        if ((same == n || same >= BEGINNING) && memcmp(text, secret, same) == 0)
            memset(text, '*', same);
    }
}

/* Passwords inside a connection text: "//user:HERE@host" and "password=HERE". */
static void star_parts(char *text, const char *value)
{
    const char *p = strstr(value, "://"), *end, *colon;
    if (p != NULL && (end = strchr(p + 3, '@')) != NULL) {
        colon = memchr(p + 3, ':', (size_t)(end - p - 3));
        if (colon != NULL)
            star(text, colon + 1, (size_t)(end - colon - 1));
    }
    for (p = value; (p = strchr(p, '=')) != NULL; p++) {
        char name[24];
        size_t n = 0;
        const char *first = p;
        while (first > value && n < sizeof name - 1 && strchr(" ;&?", first[-1]) == NULL) {
            first--;
            n++;
        }
        memcpy(name, first, n);
        name[n] = '\0';
        if (ad_is_secret_name(name))
            star(text, p + 1 + (p[1] == '\''), strcspn(p + 1 + (p[1] == '\''), " ;&'"));
    }
}

void ad_scrub(const ad_source *src, const char *text, char *out, size_t room)
{
    uint64_t i;
    size_t n = strlen(text);
    if (n >= room)
        for (n = room - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
            ;
    memcpy(out, text, n);
    out[n] = '\0';
    for (i = 0; i < src->n_options; i++) {
        const ad_option *o = &src->options[i];
        if (o->secret)
            star(out, o->value, strlen(o->value));
        star_parts(out, o->value); /* a driver may tell a URI as a path of its own making */
    }
    while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == ' '))
        out[--n] = '\0';
}

jb_status ad_fail_driver(const ad_source *src, jb_ctx *ctx, jb_status status, const char *code,
                         const char *key, const char *arg, adbc_error *e)
{
    char text[TEXT_MAX];
    ad_scrub(src, e->message != NULL ? e->message : "", text, sizeof text);
    ad_error_drop(e);
    return arg != NULL ? ad_fail(src, ctx, status, code, key, arg, text)
                       : ad_fail(src, ctx, status, code, key, text, NULL);
}
