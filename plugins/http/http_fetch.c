// SPDX-License-Identifier: Apache-2.0
#include "http.h"

#include <errno.h>
#include <stdio.h>

#define HEAD_BYTES 4096u

jb_status http_fail(const http_source *src, jb_ctx *ctx, jb_status status, const char *code,
                    const char *key, const char *place, const char *arg1, const char *arg2)
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
    f.file = place;
    return (src->env.host->fail)(ctx, &f);
}

jb_status http_no_memory(const http_source *src, jb_ctx *ctx)
{
    return http_fail(src, ctx, JB_E_MEMORY, "E1190", NULL, NULL, NULL, NULL);
}

static jb_status fail_web(const http_source *src, jb_ctx *ctx, const jb_web_fault *why)
{
    char number[24];
    switch (why->kind) {
    case JB_WEB_CANCELLED:
        return JB_E_CANCELLED;
    case JB_WEB_MEMORY:
        return http_no_memory(src, ctx);
    case JB_WEB_CREDENTIALS:
        return http_fail(src, ctx, JB_E_CONFIG, "E1180", "url", why->place, NULL, NULL);
    case JB_WEB_URL:
        return http_fail(src, ctx, JB_E_CONFIG, "E1181", "url", NULL, NULL, NULL);
    case JB_WEB_RESOLVE:
        return http_fail(src, ctx, JB_E_DATA, "E1182", "url", why->place, why->place, NULL);
    case JB_WEB_CONNECT:
        return http_fail(src, ctx, JB_E_DATA, "E1183", "url", why->place, why->place, NULL);
    case JB_WEB_TLS:
        return http_fail(src, ctx, JB_E_DATA, "E1184", "ca", why->place, why->text, NULL);
    case JB_WEB_TIMEOUT:
        snprintf(number, sizeof number, "%lld", (long long)((src->timeout_ms + 999) / 1000));
        return http_fail(src, ctx, JB_E_DATA, "E1185", "timeout", why->place, number, NULL);
    case JB_WEB_CUT:
        return http_fail(src, ctx, JB_E_DATA, "E1186", NULL, why->place, why->text, NULL);
    case JB_WEB_TOO_LARGE:
        return http_fail(src, ctx, JB_E_DATA, "E1187", "max_size", why->place, why->text, NULL);
    case JB_WEB_STATUS:
        snprintf(number, sizeof number, "%d", why->status);
        return http_fail(src, ctx, JB_E_DATA, "E1188", NULL, why->place, number, why->text);
    case JB_WEB_REDIRECT:
        return http_fail(src, ctx, JB_E_DATA, "E1189", "url", why->place, why->text, NULL);
    default:
        return http_fail(src, ctx, JB_E_DATA, "E1198", NULL, why->place, why->text, NULL);
    }
}

typedef struct stop {
    const jb_host *host;
    jb_ctx *ctx;
} stop;

static int cancelled(void *with)
{
    const stop *s = with;
    return s->host->cancelled(s->ctx);
}

/* JSON begins with { or [, whatever the header says; a web page is neither. */
static jb_status choose_format(http_source *src, jb_ctx *ctx, const jb_web *w, const uint8_t *p,
                               size_t n, const char *place)
{
    const char *type = jb_web_header(w, "content-type");
    size_t i = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == '\r' || p[i] == '\n'))
        i++;
    if (src->wanted != HTTP_AUTO)
        src->format = src->wanted;
    else if (i < n && (p[i] == '{' || p[i] == '['))
        src->format = HTTP_JSON;
    else if ((type != NULL && strncmp(type, "text/html", 9) == 0) || (i < n && p[i] == '<'))
        return http_fail(src, ctx, JB_E_DATA, "E1191", "format", place, type != NULL ? type : "<…>",
                         NULL);
    else
        src->format = HTTP_CSV;
    return JB_OK;
}

static jb_status store(http_source *src, jb_ctx *ctx, const void *p, size_t n, const char *place)
{
    char limit[32];
    if (src->spool.size + n > (uint64_t)src->max_size) {
        snprintf(limit, sizeof limit, "%lld", (long long)src->max_size);
        return http_fail(src, ctx, JB_E_DATA, "E1187", "max_size", place, limit, NULL);
    }
    if (jb_spool_add(&src->spool, p, n) != 0)
        return http_fail(src, ctx, JB_E_DATA, "E1195", NULL, place, strerror(errno), NULL);
    return JB_OK;
}

/* CSV: the line of the headings is kept once, and taken off every further page. */
typedef struct heading {
    char *text;
    size_t n, cap;
    int done, quoted;
} heading;

/* Takes bytes of the first line from p; how many, or SIZE_MAX without memory. */
static size_t take_heading(heading *h, const uint8_t *p, size_t n)
{
    size_t i = 0;
    while (i < n && !h->done) {
        if (h->n + 1 >= h->cap) {
            size_t cap = h->cap * 2 + 256;
            char *more = realloc(h->text, cap);
            if (more == NULL)
                return SIZE_MAX;
            h->text = more;
            h->cap = cap;
        }
        h->quoted ^= p[i] == '"';
        h->done = p[i] == '\n' && !h->quoted;
        h->text[h->n++] = (char)p[i++];
    }
    return i;
}

static jb_status end_heading(http_source *src, jb_ctx *ctx, heading *h, const char *place)
{
    char number[24];
    while (h->n > 0 && (h->text[h->n - 1] == '\n' || h->text[h->n - 1] == '\r'))
        h->n--;
    if (src->first == NULL) {
        jb_status st = h->n > 0 ? store(src, ctx, h->text, h->n, place) : JB_OK;
        src->first = h->text;
        src->n_first = h->n;
        h->text = NULL;
        return st == JB_OK && src->n_first > 0 ? store(src, ctx, "\n", 1, place) : st;
    }
    if (h->n == 0 || (h->n == src->n_first && memcmp(h->text, src->first, h->n) == 0))
        return JB_OK;
    snprintf(number, sizeof number, "%zu", src->n_pages + 1);
    return http_fail(src, ctx, JB_E_DATA, "E1194", NULL, place, number, NULL);
}

/* The body of one answer into the file. */
static jb_status take_body(http_source *src, jb_ctx *ctx, jb_web *w, http_page *page, int paged)
{
    heading h = {0};
    jb_web_fault why;
    int begun = src->n_pages > 0, ended = 0;
    jb_status st = JB_OK;
    while (st == JB_OK && !ended) {
        const uint8_t *p;
        size_t n, used = 0;
        if (jb_web_read(w, &p, &n, &why) != JB_WEB_OK) {
            st = fail_web(src, ctx, &why);
            break;
        }
        ended = n == 0;
        if (!begun && st == JB_OK)
            st = choose_format(src, ctx, w, p, n, page->place);
        begun = 1;
        if (st == JB_OK && paged && src->format == HTTP_CSV && (!h.done || ended)) {
            int was = h.done;
            used = ended ? 0 : take_heading(&h, p, n);
            if (used == SIZE_MAX)
                st = http_no_memory(src, ctx);
            else if (!was && (h.done || ended)) {
                st = end_heading(src, ctx, &h, page->place);
                page->at = src->spool.size;
            }
        }
        if (st == JB_OK && n > used)
            st = store(src, ctx, p + used, n - used, page->place);
    }
    free(h.text);
    page->size = src->spool.size - page->at;
    return st;
}

static int add_page(http_source *src, const char *url)
{
    char place[300];
    http_page *more = realloc(src->pages, (src->n_pages + 1) * sizeof *more);
    if (more == NULL)
        return -1;
    src->pages = more;
    jb_web_place(url, place, sizeof place);
    more[src->n_pages] = (http_page){src->spool.size, 0, strdup(place)};
    return more[src->n_pages].place != NULL ? 0 : -1;
}

static void remember_tag(http_source *src, const jb_web *w)
{
    const char *tag = jb_web_header(w, "etag");
    if (tag == NULL)
        tag = jb_web_header(w, "last-modified");
    snprintf(src->tag, sizeof src->tag, "%s", tag != NULL ? tag : "");
}

/* One page: its bytes into the file, and the address of the one behind it. */
static jb_status fetch_page(http_source *src, jb_ctx *ctx, const char *url, char **next)
{
    stop with = {src->env.host, ctx};
    int paged = src->page_param != NULL || src->asks_link;
    jb_web_fault why;
    jb_web_ask a;
    jb_web *w = NULL;
    http_seen seen = {.url = url, .number = src->n_pages};
    jb_status st;
    memset(&a, 0, sizeof a);
    a.url = url;
    a.headers = (const char *const *)src->lines;
    a.n_headers = src->n_lines;
    a.secrets = (const char *const *)src->secrets;
    a.n_secrets = src->n_secrets;
    a.user = src->user;
    a.password = src->password;
    a.ca = src->ca;
    a.proxy = src->proxy;
    a.connect_ms = src->connect_ms;
    a.total_ms = src->timeout_ms;
    a.idle_ms = src->timeout_ms < 60000 ? src->timeout_ms : 60000;
    a.max_bytes = (uint64_t)src->max_size;
    a.retries = (uint32_t)src->retries;
    a.redirects = 5;
    a.compressed = 1;
    a.cancelled = cancelled;
    a.cancel_with = &with;
    if (add_page(src, url) != 0)
        return http_no_memory(src, ctx);
    if (jb_web_open(&a, &w, &why) != JB_WEB_OK)
        st = fail_web(src, ctx, &why);
    else
        st = take_body(src, ctx, w, &src->pages[src->n_pages], paged);
    seen.at = src->pages[src->n_pages].at;
    seen.size = src->pages[src->n_pages].size;
    src->n_pages++;
    if (st == JB_OK) {
        remember_tag(src, w);
        seen.link = jb_web_header(w, "link");
        st = http_next_url(src, ctx, &seen, next);
    }
    /* a page that does not end its last line must not run into the next one's first */
    if (st == JB_OK && *next != NULL && src->format == HTTP_CSV && seen.size > 0)
        st = store(src, ctx, "\n", 1, src->pages[0].place);
    jb_web_close(w);
    return st;
}

void http_forget(http_source *src)
{
    size_t i;
    for (i = 0; i < src->n_pages; i++)
        free(src->pages[i].place);
    free(src->pages);
    free(src->first);
    src->pages = NULL;
    src->first = NULL;
    src->n_pages = 0;
    jb_spool_close(&src->spool);
    jb_json_columns_free(&src->columns);
    memset(&src->columns, 0, sizeof src->columns);
    free(src->types);
    src->types = NULL;
    src->typed = src->fetched = 0;
    csv_files_close(&src->csv);
}

jb_status http_fetch(http_source *src, jb_ctx *ctx)
{
    char limit[24], *url, *next = NULL;
    jb_status st = JB_OK;
    if (src->fetched)
        return JB_OK;
    http_forget(src);
    if (jb_spool_open(&src->spool) != 0)
        return http_fail(src, ctx, JB_E_DATA, "E1195", NULL, NULL, strerror(errno), NULL);
    url = http_first_url(src);
    if (url == NULL)
        return http_no_memory(src, ctx);
    while (url != NULL && st == JB_OK) {
        next = NULL;
        st = fetch_page(src, ctx, url, &next);
        free(url);
        url = next;
        if (st == JB_OK && url != NULL && src->n_pages >= (size_t)src->max_pages) {
            snprintf(limit, sizeof limit, "%lld", (long long)src->max_pages);
            st = http_fail(src, ctx, JB_E_DATA, "E1192", "max_pages", src->pages[0].place, limit,
                           NULL);
        }
    }
    free(url);
    src->fetched = st == JB_OK;
    if (src->n_pages == 1 && src->tag[0] != '\0')
        snprintf(src->version, sizeof src->version, "%s", src->tag);
    else
        snprintf(src->version, sizeof src->version, "%llu-%016llx",
                 (unsigned long long)src->spool.size, (unsigned long long)src->spool.hash);
    return st;
}
