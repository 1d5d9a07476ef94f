// SPDX-License-Identifier: Apache-2.0
/* The http source: JSON or CSV behind an address. Everything is fetched once, at schema(), into an
 * unnamed file; streams read that, so all of a run see one state.
 *
 *   http_fetch  pages, one after another, into the file
 *   http_page   where the next page is
 *   http_json   records of the pages; CSV goes through the reader of the csv source
 *
 * An http_source is changed by [main] calls only and read by streams on any thread. */
#ifndef JB_HTTP_H
#define JB_HTTP_H

#include "csv/csv.h"
#include "csv/csv_messages.h"
#include "json/json_rows.h"
#include "web/web.h"

#define HTTP_AUTO 0
#define HTTP_CSV 1
#define HTTP_JSON 2

typedef struct http_page {
    uint64_t at, size; /* in the file */
    char *place;       /* its address without query, for messages */
} http_page;

typedef struct http_source {
    jb_grid_env env;
    const char *url, *rows, *user, *password, *ca, *proxy, *next;
    const char *page_param, *size_param;
    int64_t page_start, page_size;
    int64_t timeout_ms, connect_ms, retries, max_size, max_pages;
    int format;              /* HTTP_AUTO until the first answer */
    int wanted;              /* as configured */
    int asks_link;           /* Link headers are followed */
    char **lines, **secrets; /* headers as they are sent */
    size_t n_lines, n_secrets;
    /* what was fetched */
    int fetched;
    jb_spool spool;
    http_page *pages;
    size_t n_pages;
    char *first; /* CSV: the line of the headings, which every page repeats */
    size_t n_first;
    char tag[160]; /* ETag or Last-Modified of a single page */
    char version[200];
    /* JSON */
    jb_json_columns columns;
    jb_type *types;
    int typed;
    /* CSV */
    csv_source csv;
    char csv_path[48];
} http_source;

jb_status http_fail(const http_source *, jb_ctx *, jb_status, const char *code, const char *key,
                    const char *place, const char *arg1, const char *arg2);
jb_status http_no_memory(const http_source *, jb_ctx *);

/* Fetches everything, once. [main] */
jb_status http_fetch(http_source *, jb_ctx *);
void http_forget(http_source *);

/* ---- http_page.c ---- */

/* What the page just fetched says of the next one. */
typedef struct http_seen {
    const char *url;   /* of the page */
    uint64_t at, size; /* its bytes in the file */
    const char *link;  /* Link header, NULL: none */
    uint64_t number;   /* from 0 */
} http_seen;
/* Address of the first page; freed by the caller. NULL: out of memory. */
char *http_first_url(const http_source *);
/* Address of the next page, NULL: there is none. */
jb_status http_next_url(const http_source *, jb_ctx *, const http_seen *, char **out);

/* ---- http_json.c ---- */

jb_status http_json_schema(http_source *, jb_ctx *, const jb_scan *, struct ArrowSchema *out);
jb_status http_json_scan(const http_source *, jb_ctx *, const jb_scan *,
                         struct ArrowArrayStream *out);
/* How many records a page has; used by paging with numbers. */
jb_status http_json_count(const http_source *, jb_ctx *, uint64_t at, uint64_t size, uint64_t *n);

#define HTTP_N_OWN 25u
#define HTTP_N_MESSAGES (HTTP_N_OWN + CSV_N_MESSAGES + JB_JSON_N_MESSAGES)
extern const jb_message http_messages[HTTP_N_MESSAGES];
extern const jb_grid_codes http_codes;

#endif
