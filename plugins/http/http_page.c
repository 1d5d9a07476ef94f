// SPDX-License-Identifier: Apache-2.0
/* Where the next page is: a number in the query, a path inside the JSON answer, or the Link header.
 */
#include "http.h"

#include <stdio.h>
#include <strings.h>
#include <unistd.h>

static char *copy(const char *text, size_t n)
{
    char *out = malloc(n + 1);
    if (out != NULL) {
        memcpy(out, text, n);
        out[n] = '\0';
    }
    return out;
}

/* The URL with its page's number and size. */
static char *numbered(const http_source *src, uint64_t number)
{
    char text[32], *url, *sized;
    snprintf(text, sizeof text, "%lld", (long long)src->page_start + (long long)number);
    url = jb_web_with_query(src->url, src->page_param, text);
    if (url == NULL || src->size_param == NULL || src->page_size <= 0)
        return url;
    snprintf(text, sizeof text, "%lld", (long long)src->page_size);
    sized = jb_web_with_query(url, src->size_param, text);
    free(url);
    return sized;
}

char *http_first_url(const http_source *src)
{
    return src->page_param != NULL ? numbered(src, 0) : copy(src->url, strlen(src->url));
}

typedef struct bytes {
    int fd;
    uint64_t at, end;
} bytes;

static jb_status read_bytes(void *self, void *to, size_t room, size_t *got)
{
    bytes *b = self;
    uint64_t left = b->end - b->at;
    if (csv_pread(b->fd, to, left < room ? (size_t)left : room, b->at, got) != 0)
        return JB_E_DATA;
    b->at += *got;
    return JB_OK;
}

/* Passes over the rest of a value that begins with `token`. 0 or -1. */
static int skip(jb_json_text *t, int token)
{
    int depth = 0;
    for (;; token = jb_json_token(t)) {
        t->n_text = 0;
        if (token == '{' || token == '[')
            depth++;
        else if (token == '}' || token == ']')
            depth--;
        else if (token == JB_JSON_FAILED || token == JB_JSON_END)
            return -1;
        if (depth == 0)
            return 0;
    }
}

/* The text or number at a path of names joined by dots; NULL: nothing there. Freed by the caller.
 */
static char *text_at(const http_source *src, const char *path, uint64_t at, uint64_t size)
{
    bytes b = {src->spool.fd, at, at + size};
    jb_json_input in = {&b, read_bytes};
    jb_json_text t;
    char *out = NULL;
    int token;
    if (jb_json_text_open(&t, &in) != 0)
        return NULL;
    token = jb_json_token(&t);
    while (token == '{' && *path != '\0') {
        size_t n = strcspn(path, ".");
        int found = 0;
        t.n_text = 0;
        while (!found && (token = jb_json_token(&t)) == JB_JSON_STRING) {
            found = t.n_token == n && memcmp(t.text + t.token, path, n) == 0;
            t.n_text = 0;
            if (jb_json_token(&t) != ':')
                break;
            token = jb_json_token(&t);
            if (!found && (skip(&t, token) != 0 || jb_json_token(&t) != ','))
                break;
        }
        if (!found)
            break;
        path += n + (path[n] == '.');
        if (*path == '\0' && (token == JB_JSON_STRING || token == JB_JSON_NUMBER))
            out = copy(t.text + t.token, t.n_token);
    }
    jb_json_text_close(&t);
    return out;
}

/* The address of rel="next" in a Link header: <url>; rel="next", <url>; rel="last". */
static char *link_next(const char *link)
{
    const char *p = link;
    while (p != NULL && (p = strchr(p, '<')) != NULL) {
        const char *end = strchr(p, '>'), *stop, *rel;
        if (end == NULL)
            return NULL;
        stop = strchr(end, '<');
        rel = strstr(end, "rel=");
        if (rel != NULL && (stop == NULL || rel < stop)) {
            rel += 4 + (rel[4] == '"');
            if (strncasecmp(rel, "next", 4) == 0 &&
                (rel[4] == '"' || rel[4] == ',' || rel[4] == ';' || rel[4] == '\0'))
                return copy(p + 1, (size_t)(end - p) - 1);
        }
        p = stop;
    }
    return NULL;
}

/* A number for the next page, as long as pages come full. */
static jb_status next_number(const http_source *src, jb_ctx *ctx, const http_seen *seen, char **out)
{
    uint64_t n = 0;
    jb_status st = JB_OK;
    if (src->format == HTTP_JSON)
        st = http_json_count(src, ctx, seen->at, seen->size, &n);
    else
        n = seen->size > 0; /* only what stands below the headings is kept */
    if (st != JB_OK || n == 0 ||
        (src->format == HTTP_JSON && src->page_size > 0 && n < (uint64_t)src->page_size))
        return st;
    *out = numbered(src, seen->number + 1);
    return *out != NULL ? JB_OK : http_no_memory(src, ctx);
}

jb_status http_next_url(const http_source *src, jb_ctx *ctx, const http_seen *seen, char **out)
{
    jb_web_fault why;
    char *link = NULL, number[24];
    jb_status st = JB_OK;
    *out = NULL;
    if (src->page_param != NULL)
        return next_number(src, ctx, seen, out);
    if (src->next != NULL && src->format == HTTP_JSON)
        link = text_at(src, src->next, seen->at, seen->size);
    else if (src->asks_link && seen->link != NULL)
        link = link_next(seen->link);
    if (link == NULL || link[0] == '\0') {
        free(link);
        return JB_OK;
    }
    *out = jb_web_join(seen->url, link, &why);
    if (*out == NULL)
        st = why.kind == JB_WEB_MEMORY
                 ? http_no_memory(src, ctx)
                 : http_fail(src, ctx, JB_E_DATA, why.kind == JB_WEB_REDIRECT ? "E1193" : "E1181",
                             NULL, src->pages[0].place, why.place, NULL);
    if (st == JB_OK && strcmp(*out, seen->url) == 0) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)seen->number + 1);
        st = http_fail(src, ctx, JB_E_DATA, "E1196", NULL, src->pages[0].place, number, NULL);
    }
    if (st != JB_OK) {
        free(*out);
        *out = NULL;
    }
    free(link);
    return st;
}
