// SPDX-License-Identifier: Apache-2.0
/* URLs: what is allowed, and what of them may be shown. */
#include "web/web_wait.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int jb_web_start(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

void jb_web_stop(void)
{
    curl_global_cleanup();
}

/* One part as a text to free with curl_free; NULL: not there. */
static char *part_of(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    return curl_url_get(u, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) ==
                   CURLUE_OK
               ? text
               : NULL;
}

static CURLU *parse(const char *url)
{
    CURLU *u = curl_url();
    if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK) {
        curl_url_cleanup(u);
        return NULL;
    }
    return u;
}

void jb_web_place(const char *url, char *out, size_t room)
{
    CURLU *u = parse(url);
    char *scheme, *host, *port, *path;
    if (u == NULL) { /* not even the scheme is sure: nothing of it is shown */
        snprintf(out, room, "%s", "URL");
        return;
    }
    scheme = part_of(u, CURLUPART_SCHEME);
    host = part_of(u, CURLUPART_HOST);
    path = part_of(u, CURLUPART_PATH);
    port = NULL;
    if (curl_url_get(u, CURLUPART_PORT, &port, 0) != CURLUE_OK)
        port = NULL;
    snprintf(out, room, "%s://%s%s%s%s", scheme != NULL ? scheme : "", host != NULL ? host : "",
             port != NULL ? ":" : "", port != NULL ? port : "", path != NULL ? path : "");
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(path);
    curl_url_cleanup(u);
}

int jb_web_check_url(const char *url, jb_web_fault *why)
{
    CURLU *u = parse(url);
    char *scheme, *user, *password, *host;
    int kind = JB_WEB_OK;
    memset(why, 0, sizeof *why);
    if (u == NULL)
        return jb_web_say(why, JB_WEB_URL, NULL, "");
    scheme = part_of(u, CURLUPART_SCHEME);
    user = part_of(u, CURLUPART_USER);
    password = part_of(u, CURLUPART_PASSWORD);
    host = part_of(u, CURLUPART_HOST);
    if (user != NULL || password != NULL)
        kind = jb_web_say(why, JB_WEB_CREDENTIALS, url, "");
    else if (scheme == NULL ||
             (strcasecmp(scheme, "http") != 0 && strcasecmp(scheme, "https") != 0))
        kind = jb_web_say(why, JB_WEB_URL, url, scheme);
    else if (host == NULL || host[0] == '\0')
        kind = jb_web_say(why, JB_WEB_URL, url, "");
    curl_free(scheme);
    curl_free(user);
    curl_free(password);
    curl_free(host);
    curl_url_cleanup(u);
    return kind;
}

static int same_part(CURLU *a, CURLU *b, CURLUPart part)
{
    char *x = part_of(a, part), *y = part_of(b, part);
    int same = x != NULL && y != NULL && strcasecmp(x, y) == 0;
    curl_free(x);
    curl_free(y);
    return same;
}

int jb_web_same_host(const char *a, const char *b, int *same_scheme)
{
    CURLU *x = parse(a), *y = parse(b);
    int same = 0;
    *same_scheme = 0;
    if (x != NULL && y != NULL) {
        *same_scheme = same_part(x, y, CURLUPART_SCHEME);
        same = *same_scheme && same_part(x, y, CURLUPART_HOST) && same_part(x, y, CURLUPART_PORT);
    }
    curl_url_cleanup(x);
    curl_url_cleanup(y);
    return same;
}

static char *copy(const char *text)
{
    size_t n = strlen(text) + 1;
    char *out = malloc(n);
    if (out != NULL)
        memcpy(out, text, n);
    return out;
}

char *jb_web_join(const char *base, const char *link, jb_web_fault *why)
{
    CURLU *u = parse(base);
    char *full = NULL, *out = NULL;
    int scheme;
    memset(why, 0, sizeof *why);
    if (u != NULL && curl_url_set(u, CURLUPART_URL, link, 0) == CURLUE_OK)
        (void)curl_url_get(u, CURLUPART_URL, &full, 0);
    curl_url_cleanup(u);
    if (full == NULL)
        jb_web_say(why, JB_WEB_URL, NULL, "");
    else if (jb_web_check_url(full, why) == JB_WEB_OK && !jb_web_same_host(base, full, &scheme))
        jb_web_say(why, JB_WEB_REDIRECT, full, "");
    if (full != NULL && why->kind == JB_WEB_OK) {
        out = copy(full);
        if (out == NULL)
            jb_web_say(why, JB_WEB_MEMORY, NULL, "");
    }
    curl_free(full);
    return out;
}

char *jb_web_with_query(const char *url, const char *name, const char *value)
{
    CURLU *u = parse(url);
    char *n = curl_easy_escape(NULL, name, 0), *v = curl_easy_escape(NULL, value, 0);
    size_t room = n != NULL && v != NULL ? strlen(n) + strlen(v) + 2 : 0;
    char *both = room > 0 ? malloc(room) : NULL, *full = NULL, *out = NULL;
    if (both != NULL && u != NULL) {
        snprintf(both, room, "%s=%s", n, v);
        if (curl_url_set(u, CURLUPART_QUERY, both, CURLU_APPENDQUERY) == CURLUE_OK &&
            curl_url_get(u, CURLUPART_URL, &full, 0) == CURLUE_OK)
            out = copy(full);
    }
    curl_free(full);
    free(both);
    curl_free(n);
    curl_free(v);
    curl_url_cleanup(u);
    return out;
}
