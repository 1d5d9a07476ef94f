// SPDX-License-Identifier: Apache-2.0
#include "web/web_wait.h"

#include <string.h>
#include <time.h>

#define SLICE_MS 100

int64_t jb_web_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int jb_web_cancelled(const jb_web_ask *ask)
{
    return ask->cancelled != NULL && ask->cancelled(ask->cancel_with);
}

int jb_web_sleep(const jb_web_ask *ask, int64_t ms)
{
    while (ms > 0) {
        int64_t slice = ms < SLICE_MS ? ms : SLICE_MS;
        struct timespec t = {0, (long)slice * 1000000L};
        if (jb_web_cancelled(ask))
            return 1;
        nanosleep(&t, NULL);
        ms -= slice;
    }
    return jb_web_cancelled(ask);
}

/* Length of the character at p when it is valid UTF-8, else 0. */
static size_t character(const unsigned char *p)
{
    size_t n = *p < 0x80                 ? 1
               : *p >= 0xc2 && *p < 0xe0 ? 2
               : *p >= 0xe0 && *p < 0xf0 ? 3
               : *p >= 0xf0 && *p < 0xf5 ? 4
                                         : 0;
    size_t i;
    for (i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

int jb_web_say(jb_web_fault *why, int kind, const char *url, const char *text)
{
    const unsigned char *p = (const unsigned char *)(text != NULL ? text : "");
    size_t at = 0;
    why->kind = kind;
    if (url != NULL)
        jb_web_place(url, why->place, sizeof why->place);
    while (*p != '\0' && *p != '\n' && *p != '\r') {
        size_t n = *p < 0x20 || *p == 0x7f ? 0 : character(p);
        if (at + (n > 0 ? n : 1) >= sizeof why->text)
            break;
        if (n == 0) {
            why->text[at++] = *p == '\t' ? ' ' : '?';
            p++;
            continue;
        }
        memcpy(why->text + at, p, n);
        at += n;
        p += n;
    }
    why->text[at] = '\0';
    return kind;
}
