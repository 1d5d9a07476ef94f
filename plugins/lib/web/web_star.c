// SPDX-License-Identifier: Apache-2.0
/* A server, or a proxy before it, may tell in its words what it was given: what was secret in the
 * question is starred in the answer's. */
#include "web/web_wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORTEST ((size_t)3) /* shorter secrets would star half of every sentence */
#define BEGINNING ((size_t)6)

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

/* The value of "Name: value", and each word of it: "Bearer x" is two. */
static void star_header(char *text, const char *line)
{
    const char *at = strchr(line, ':');
    size_t n;
    if (at == NULL)
        return;
    at += 1 + strspn(at + 1, " \t");
    star(text, at, strlen(at));
    for (; *at != '\0'; at += n + strspn(at + n, " \t")) {
        n = strcspn(at, " \t");
        if (n >= BEGINNING && strncmp(at, "Bearer", n) != 0)
            star(text, at, n);
    }
}

/* user:password as Basic sends it. */
static void star_basic(char *text, const char *user, const char *password)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(user) + 1 + strlen(password), at = 0, i;
    char *plain = malloc(n + 3), *out = malloc(n / 3 * 4 + 5);
    if (plain != NULL && out != NULL) {
        memset(plain, 0, n + 3);
        (void)snprintf(plain, n + 1, "%s:%s", user, password);
        for (i = 0; i < n; i += 3) {
            uint32_t v = (uint32_t)(unsigned char)plain[i] << 16 |
                         (uint32_t)(unsigned char)plain[i + 1] << 8 |
                         (uint32_t)(unsigned char)plain[i + 2];
            out[at++] = digits[v >> 18];
            out[at++] = digits[v >> 12 & 63];
            out[at++] = digits[v >> 6 & 63];
            out[at++] = digits[v & 63];
        }
        /* the last digits are of fewer bytes, or padding */
        star(text, out, at > 4 && n % 3 != 0 ? at - 3 : at);
        memset(plain, 0, n);
        memset(out, 0, at);
    }
    free(plain);
    free(out);
}

void jb_web_star(const jb_web_ask *ask, char *text)
{
    size_t i;
    for (i = 0; i < ask->n_secrets; i++)
        star_header(text, ask->secrets[i]);
    if (ask->password != NULL) {
        star_basic(text, ask->user != NULL ? ask->user : "", ask->password);
        star(text, ask->password, strlen(ask->password));
    }
}
