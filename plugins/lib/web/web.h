// SPDX-License-Identifier: Apache-2.0
/* One HTTP request whose answer is pulled: bytes come when they are asked for, into a bounded
 * buffer, on the caller's thread. The one home of libcurl.
 *
 * What it promises to whoever holds credentials: they travel in headers only, to the host of the
 * URL and to no other (a redirect to another host goes without them, one to another scheme is
 * refused); certificates are always checked; proxies of the environment are ignored; no text it
 * gives out holds a password, a token or what stands behind "?" of a URL.
 *
 * Nothing here is kept between requests; a jb_web belongs to one thread at a time. */
#ifndef JB_LIB_WEB_H
#define JB_LIB_WEB_H

#include <stddef.h>
#include <stdint.h>

/* What went wrong. */
#define JB_WEB_OK 0
#define JB_WEB_MEMORY 1
#define JB_WEB_CANCELLED 2
#define JB_WEB_URL 3         /* not an http or https URL; text says why */
#define JB_WEB_CREDENTIALS 4 /* user:password@ inside the URL */
#define JB_WEB_RESOLVE 5     /* no such host */
#define JB_WEB_CONNECT 6     /* nobody answers there */
#define JB_WEB_TLS 7         /* the certificate is not trusted, or no TLS */
#define JB_WEB_TIMEOUT 8     /* the total time, or too slow */
#define JB_WEB_CUT 9         /* the answer ended too early */
#define JB_WEB_TOO_LARGE 10
#define JB_WEB_STATUS 11   /* status >= 400; text is the first line of the body */
#define JB_WEB_REDIRECT 12 /* too many, or to where it must not go; text is the place */
#define JB_WEB_OTHER 13    /* text is what the library says */

typedef struct jb_web_fault {
    int kind;
    int status;      /* of HTTP; 0: no answer yet */
    char text[600];  /* UTF-8; may be empty */
    char place[300]; /* the URL without query and credentials */
} jb_web_fault;

/* A request. Texts are not copied by jb_web_open but while it runs; all may be released after it.
 */
typedef struct jb_web_ask {
    const char *url;
    const char *const *headers; /* "Name: value"; sent wherever a redirect leads */
    size_t n_headers;
    const char *const *secrets; /* likewise, but to the URL's own host only */
    size_t n_secrets;
    const char *user, *password; /* Basic; NULL: none. To the URL's own host only */
    const char *body;            /* POST; NULL: GET */
    size_t n_body;
    const char *ca;     /* file of trusted certificates; NULL: the system's */
    const char *proxy;  /* NULL: none */
    int64_t connect_ms; /* 0: 10 s */
    int64_t total_ms;   /* all time spent waiting for this answer, pauses of the caller not counted;
                           0: no bound */
    int64_t idle_ms;    /* the longest silence; 0: no bound */
    uint64_t max_bytes; /* of the decoded body; 0: no bound */
    uint32_t retries; /* further tries after a failed connection, 429, 502, 503, 504 — before the
                         first byte of the answer was taken */
    int64_t wait_ms;  /* bound of all waiting between tries; 0: 30 s */
    uint32_t redirects;       /* how many to follow */
    int compressed;           /* offer gzip; max_bytes counts what comes out of it */
    int (*cancelled)(void *); /* polled at least five times a second; NULL: never */
    void *cancel_with;
} jb_web_ask;

typedef struct jb_web jb_web;

/* Once before and after everything else. [main] */
int jb_web_start(void); /* 0 or -1 */
void jb_web_stop(void);

/* Checks a URL without asking anybody: JB_WEB_OK, JB_WEB_URL or JB_WEB_CREDENTIALS. */
int jb_web_check_url(const char *url, jb_web_fault *why);
/* The URL without query, fragment and credentials; out holds `room` bytes. */
void jb_web_place(const char *url, char *out, size_t room);
/* What stands in `link` as an address, seen from `base` ("/next?p=2"), on the same scheme, host and
 * port; freed by the caller. NULL: another host or no URL (why says), or out of memory. */
char *jb_web_join(const char *base, const char *link, jb_web_fault *why);
/* `url` with "name=value" added to its query, both escaped; freed by the caller. */
char *jb_web_with_query(const char *url, const char *name, const char *value);

/* Asks and waits for the head of the answer. JB_WEB_OK: *out is to be closed. Else why is filled.
 */
int jb_web_open(const jb_web_ask *, jb_web **out, jb_web_fault *why);
/* The next bytes, at least one, valid until the next call; *n = 0 at the end of a whole answer. */
int jb_web_read(jb_web *, const uint8_t **bytes, size_t *n, jb_web_fault *why);
/* A header of the answer by its name; NULL: it has none. */
const char *jb_web_header(const jb_web *, const char *name);
/* Polls with this from now on, in place of what the request named; NULL: not at all. */
void jb_web_poll_with(jb_web *, int (*cancelled)(void *), void *with);
int jb_web_tries(const jb_web *); /* 1: the first try succeeded */
void jb_web_close(jb_web *);      /* takes NULL */

/* ---- web_spool.c: an answer kept for reading several times ---- */

/* Bytes in an unnamed file that nobody else can open: memory up to JB_SPOOL_MEMORY, then a file
 * without a name below $TMPDIR or /tmp. */
#define JB_SPOOL_MEMORY ((uint64_t)16 << 20)
typedef struct jb_spool {
    int fd;              /* -1: closed */
    uint64_t size, hash; /* FNV-1a of all bytes */
    int on_disk;
} jb_spool;

int jb_spool_open(jb_spool *);                             /* 0 or -1 (errno) */
int jb_spool_add(jb_spool *, const void *bytes, size_t n); /* 0 or -1 (errno) */
void jb_spool_close(jb_spool *);                           /* takes a zeroed one with fd -1 */

#endif
