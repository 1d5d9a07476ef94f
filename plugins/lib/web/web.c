// SPDX-License-Identifier: Apache-2.0
/* A pull over libcurl's multi interface: the write callback fills a buffer and pauses the transfer
 * when it is full; reading empties it and drives the transfer on. Redirects are followed here, one
 * request each, so that what goes where is decided here. */
#include "web/web_wait.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BUFFER_BYTES ((size_t)256 << 10) /* pause beyond; one callback more may come (16 KiB) */
#define HEADERS_MAX ((size_t)64 << 10)
#define FIRST_WAIT_MS 200
#define SLICE_MS 150

struct jb_web {
    jb_web_ask ask;
    char *url;    /* of the request that runs; after redirects not that of ask */
    int own_host; /* url is on the host of ask: secrets may go there */
    CURL *easy;
    CURLM *multi;
    struct curl_slist *lines;
    char *heads; /* "Name: value\0…" of the last answer */
    size_t n_heads;
    uint8_t *buf, *given; /* given: what the caller holds */
    size_t n;
    uint64_t total;
    int paused, done, headed, too_large;
    CURLcode result;
    int64_t waited, silent; /* ms */
    int tries;
    char error[CURL_ERROR_SIZE];
};

static size_t take_body(char *p, size_t size, size_t count, void *self)
{
    jb_web *w = self;
    size_t n = size * count;
    if (w->n + n > BUFFER_BYTES + CURL_MAX_WRITE_SIZE || (w->n > 0 && w->n + n > BUFFER_BYTES)) {
        w->paused = 1;
        return CURL_WRITEFUNC_PAUSE;
    }
    w->total += n;
    if (w->ask.max_bytes > 0 && w->total > w->ask.max_bytes) {
        w->too_large = 1;
        return 0;
    }
    memcpy(w->buf + w->n, p, n);
    w->n += n;
    w->headed = 1;
    w->silent = 0;
    return n;
}

/* Keeps the headers of the last answer; a status line begins anew (100 Continue). */
static size_t take_header(char *p, size_t size, size_t count, void *self)
{
    jb_web *w = self;
    size_t n = size * count, len = n;
    char *more;
    w->silent = 0;
    while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r'))
        len--;
    if (len >= 5 && strncasecmp(p, "HTTP/", 5) == 0) {
        w->n_heads = 0;
        return n;
    }
    if (len == 0) {
        long status = 0;
        (void)curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status);
        w->headed = status >= 200;
        return n;
    }
    if (w->n_heads + len + 1 > HEADERS_MAX || memchr(p, '\0', len) != NULL)
        return n;
    more = realloc(w->heads, w->n_heads + len + 1);
    if (more == NULL)
        return 0;
    w->heads = more;
    memcpy(w->heads + w->n_heads, p, len);
    w->heads[w->n_heads + len] = '\0';
    w->n_heads += len + 1;
    return n;
}

const char *jb_web_header(const jb_web *w, const char *name)
{
    size_t at = 0, len = strlen(name);
    while (at < w->n_heads) {
        const char *line = w->heads + at;
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            line += len + 1;
            while (*line == ' ' || *line == '\t')
                line++;
            return line;
        }
        at += strlen(line) + 1;
    }
    return NULL;
}

void jb_web_poll_with(jb_web *w, int (*cancelled)(void *), void *with)
{
    w->ask.cancelled = cancelled;
    w->ask.cancel_with = with;
}

int jb_web_tries(const jb_web *w)
{
    return w->tries;
}

static int add_lines(jb_web *w, const char *const *lines, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) {
        struct curl_slist *more = curl_slist_append(w->lines, lines[i]);
        if (more == NULL)
            return -1;
        w->lines = more;
    }
    return 0;
}

static void end_request(jb_web *w)
{
    if (w->easy != NULL && w->multi != NULL)
        (void)curl_multi_remove_handle(w->multi, w->easy);
    curl_easy_cleanup(w->easy);
    curl_slist_free_all(w->lines);
    w->easy = NULL;
    w->lines = NULL;
}

/* What every request has in common; each option by itself, a failure in any is one of all. */
static int set_common(jb_web *w)
{
    const jb_web_ask *a = &w->ask;
    CURL *e = w->easy;
    int bad = 0;
    long connect = (long)(a->connect_ms > 0 ? a->connect_ms : 10000);
    bad |= curl_easy_setopt(e, CURLOPT_URL, w->url) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_PROXY, a->proxy != NULL ? a->proxy : "") != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_NOPROXY, "") != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) != CURLE_OK;
    if (a->ca != NULL)
        bad |= curl_easy_setopt(e, CURLOPT_CAINFO, a->ca) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, connect) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_USERAGENT, "jianbao") != CURLE_OK;
    if (a->compressed)
        bad |= curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip, deflate") != CURLE_OK;
    if (a->body != NULL) {
        bad |= curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)a->n_body) != CURLE_OK;
        bad |= curl_easy_setopt(e, CURLOPT_POSTFIELDS, a->body) != CURLE_OK;
    }
    bad |= curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_WRITEDATA, w) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_HEADERDATA, w) != CURLE_OK;
    bad |= curl_easy_setopt(e, CURLOPT_ERRORBUFFER, w->error) != CURLE_OK;
    return bad;
}

static int begin_request(jb_web *w)
{
    const jb_web_ask *a = &w->ask;
    int bad;
    end_request(w);
    w->n = w->n_heads = 0;
    w->total = 0;
    w->paused = w->done = w->headed = w->too_large = 0;
    w->silent = 0;
    w->error[0] = '\0';
    w->easy = curl_easy_init();
    if (w->easy == NULL)
        return -1;
    bad = set_common(w);
    if (a->body != NULL &&
        add_lines(w, (const char *const[]){"Expect:", "Content-Type: text/plain; charset=UTF-8"},
                  2) != 0)
        bad = 1;
    if (add_lines(w, a->headers, a->n_headers) != 0)
        bad = 1;
    if (w->own_host && add_lines(w, a->secrets, a->n_secrets) != 0)
        bad = 1;
    if (w->own_host && a->user != NULL) {
        bad |= curl_easy_setopt(w->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) != CURLE_OK;
        bad |= curl_easy_setopt(w->easy, CURLOPT_USERNAME, a->user) != CURLE_OK;
        bad |= curl_easy_setopt(w->easy, CURLOPT_PASSWORD,
                                a->password != NULL ? a->password : "") != CURLE_OK;
    }
    bad |= w->lines != NULL && curl_easy_setopt(w->easy, CURLOPT_HTTPHEADER, w->lines) != CURLE_OK;
    return bad || curl_multi_add_handle(w->multi, w->easy) != CURLM_OK ? -1 : 0;
}

/* One step: what there is to do, or a short wait. JB_WEB_OK or a fault. */
static int drive(jb_web *w, jb_web_fault *why)
{
    const jb_web_ask *a = &w->ask;
    int running = 0, left;
    int64_t began = jb_web_now(), took;
    CURLMsg *m;
    if (jb_web_cancelled(a))
        return jb_web_say(why, JB_WEB_CANCELLED, w->url, "");
    if (curl_multi_perform(w->multi, &running) != CURLM_OK)
        return jb_web_say(why, JB_WEB_OTHER, w->url, "curl_multi_perform");
    while ((m = curl_multi_info_read(w->multi, &left)) != NULL) {
        if (m->msg == CURLMSG_DONE) {
            w->done = 1;
            w->result = m->data.result;
        }
    }
    if (w->done || w->paused || w->n > 0)
        return JB_WEB_OK;
    if (curl_multi_poll(w->multi, NULL, 0, SLICE_MS, NULL) != CURLM_OK)
        return jb_web_say(why, JB_WEB_OTHER, w->url, "curl_multi_poll");
    took = jb_web_now() - began;
    w->waited += took;
    w->silent += took;
    if ((a->total_ms > 0 && w->waited > a->total_ms) || (a->idle_ms > 0 && w->silent > a->idle_ms))
        return jb_web_say(why, JB_WEB_TIMEOUT, w->url, "");
    return JB_WEB_OK;
}

static int kind_of(CURLcode c)
{
    switch (c) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return JB_WEB_RESOLVE;
    case CURLE_COULDNT_CONNECT:
        return JB_WEB_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return JB_WEB_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
        return JB_WEB_TLS;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
        return JB_WEB_CUT;
    case CURLE_OUT_OF_MEMORY:
        return JB_WEB_MEMORY;
    default:
        return JB_WEB_OTHER;
    }
}

static int fail_transfer(jb_web *w, jb_web_fault *why)
{
    char limit[32];
    if (w->too_large) {
        snprintf(limit, sizeof limit, "%llu", (unsigned long long)w->ask.max_bytes);
        return jb_web_say(why, JB_WEB_TOO_LARGE, w->url, limit);
    }
    return jb_web_say(why, kind_of(w->result), w->url,
                      w->error[0] != '\0' ? w->error : curl_easy_strerror(w->result));
}

/* Waits for the head of the answer, or its failure. */
static int await_head(jb_web *w, jb_web_fault *why)
{
    while (!w->headed && !w->done && w->n == 0) {
        int kind = drive(w, why);
        if (kind != JB_WEB_OK)
            return kind;
    }
    if (w->done && (w->result != CURLE_OK || w->too_large) && w->n == 0)
        return fail_transfer(w, why);
    if (!w->headed && w->n == 0) /* to the library that is an answer without a body */
        return jb_web_say(why, JB_WEB_CUT, w->url, "connection closed within the header");
    return JB_WEB_OK;
}

static int status_of(jb_web *w)
{
    long status = 0;
    (void)curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

/* A status that is a failure: the body's first line says why. */
static int fail_status(jb_web *w, jb_web_fault *why)
{
    jb_web_fault unread;
    char line[600];
    size_t n;
    why->status = status_of(w);
    memset(&unread, 0, sizeof unread);
    while (!w->done && !w->paused && memchr(w->buf, '\n', w->n) == NULL &&
           drive(w, &unread) == JB_WEB_OK && w->n < sizeof line) {
        if (w->n > 0 && !w->done) { /* drive() does not wait while there are bytes */
            int64_t began = jb_web_now();
            (void)curl_multi_poll(w->multi, NULL, 0, SLICE_MS, NULL);
            w->silent += jb_web_now() - began;
            if (w->silent > 1000)
                break;
        }
    }
    n = w->n < sizeof line - 1 ? w->n : sizeof line - 1;
    memcpy(line, w->buf, n);
    line[n] = '\0';
    (void)jb_web_say(why, JB_WEB_STATUS, w->url, line);
    jb_web_star(&w->ask, why->text);
    return why->kind;
}

/* Takes the address that the answer points to. */
static int follow(jb_web *w, uint32_t *hops, jb_web_fault *why)
{
    char *to = NULL;
    size_t n;
    int scheme = 0;
    (void)curl_easy_getinfo(w->easy, CURLINFO_REDIRECT_URL, &to);
    why->status = status_of(w);
    if (to == NULL)
        return jb_web_say(why, JB_WEB_REDIRECT, w->url, "");
    if (*hops >= w->ask.redirects || jb_web_check_url(to, why) != JB_WEB_OK) {
        char place[300];
        jb_web_place(to, place, sizeof place);
        return jb_web_say(why, JB_WEB_REDIRECT, w->url, place);
    }
    w->own_host = jb_web_same_host(w->ask.url, to, &scheme);
    if (!scheme) {
        char place[300];
        jb_web_place(to, place, sizeof place);
        return jb_web_say(why, JB_WEB_REDIRECT, w->url, place);
    }
    (*hops)++;
    n = strlen(to) + 1;
    free(w->url);
    w->url = malloc(n);
    if (w->url == NULL)
        return jb_web_say(why, JB_WEB_MEMORY, NULL, "");
    memcpy(w->url, to, n);
    return JB_WEB_OK;
}

/* One try with all its redirects. */
static int attempt(jb_web *w, jb_web_fault *why)
{
    uint32_t hops = 0;
    for (;;) {
        int kind, status;
        if (begin_request(w) != 0)
            return jb_web_say(why, JB_WEB_MEMORY, w->url, "");
        kind = await_head(w, why);
        if (kind != JB_WEB_OK)
            return kind;
        status = status_of(w);
        if (status >= 400)
            return fail_status(w, why);
        if (status < 300 || status == 304)
            return JB_WEB_OK;
        kind = follow(w, &hops, why);
        if (kind != JB_WEB_OK)
            return kind;
    }
}

/* How long to wait before another try; -1: there is no sense in one. */
static int64_t wait_before(const jb_web *w, const jb_web_fault *why, int tries)
{
    curl_off_t after = 0;
    int64_t wait = FIRST_WAIT_MS;
    int again = why->kind == JB_WEB_CONNECT || why->kind == JB_WEB_CUT ||
                (why->kind == JB_WEB_STATUS &&
                 (why->status == 429 || (why->status >= 502 && why->status <= 504)));
    if (!again || (uint32_t)tries > w->ask.retries)
        return -1;
    while (--tries > 0 && wait < 8000)
        wait *= 2;
    if (why->kind == JB_WEB_STATUS && w->easy != NULL)
        (void)curl_easy_getinfo(w->easy, CURLINFO_RETRY_AFTER, &after);
    return after > 0 && after * 1000 > wait ? (int64_t)after * 1000 : wait;
}

static int set_url(jb_web *w)
{
    size_t n = strlen(w->ask.url) + 1;
    free(w->url);
    w->url = malloc(n);
    if (w->url == NULL)
        return -1;
    memcpy(w->url, w->ask.url, n);
    w->own_host = 1;
    return 0;
}

int jb_web_open(const jb_web_ask *ask, jb_web **out, jb_web_fault *why)
{
    jb_web *w = calloc(1, sizeof *w);
    int64_t budget = ask->wait_ms > 0 ? ask->wait_ms : 30000;
    int kind = jb_web_check_url(ask->url, why);
    if (kind != JB_WEB_OK || w == NULL) {
        free(w);
        return w == NULL ? jb_web_say(why, JB_WEB_MEMORY, NULL, "") : kind;
    }
    w->ask = *ask;
    w->multi = curl_multi_init();
    w->buf = malloc(BUFFER_BYTES + CURL_MAX_WRITE_SIZE);
    w->given = malloc(BUFFER_BYTES + CURL_MAX_WRITE_SIZE);
    if (w->multi == NULL || w->buf == NULL || w->given == NULL) {
        jb_web_close(w);
        return jb_web_say(why, JB_WEB_MEMORY, NULL, "");
    }
    for (;;) {
        int64_t wait;
        memset(why, 0, sizeof *why);
        w->tries++;
        kind = set_url(w) == 0 ? attempt(w, why) : jb_web_say(why, JB_WEB_MEMORY, NULL, "");
        if (kind == JB_WEB_OK) {
            *out = w;
            return kind;
        }
        wait = wait_before(w, why, w->tries);
        if (wait < 0 || wait > budget)
            break;
        budget -= wait;
        if (jb_web_sleep(ask, wait)) {
            kind = jb_web_say(why, JB_WEB_CANCELLED, ask->url, "");
            break;
        }
    }
    jb_web_close(w);
    return kind;
}

int jb_web_read(jb_web *w, const uint8_t **bytes, size_t *n, jb_web_fault *why)
{
    uint8_t *full;
    memset(why, 0, sizeof *why);
    *n = 0;
    while (w->n == 0) {
        int kind;
        if (w->done) {
            return w->result != CURLE_OK || w->too_large ? fail_transfer(w, why) : JB_WEB_OK;
        }
        if (w->paused) {
            w->paused = 0;
            (void)curl_easy_pause(w->easy, CURLPAUSE_CONT);
            if (w->n > 0)
                break;
        }
        kind = drive(w, why);
        if (kind != JB_WEB_OK)
            return kind;
    }
    full = w->buf;
    w->buf = w->given;
    w->given = full;
    *bytes = full;
    *n = w->n;
    w->n = 0;
    return JB_WEB_OK;
}

void jb_web_close(jb_web *w)
{
    if (w == NULL)
        return;
    end_request(w);
    if (w->multi != NULL)
        (void)curl_multi_cleanup(w->multi);
    free(w->heads);
    free(w->buf);
    free(w->given);
    free(w->url);
    free(w);
}
