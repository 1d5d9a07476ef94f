// SPDX-License-Identifier: Apache-2.0
#include "clickhouse.h"

#include <stdio.h>

#define SAID_MAX 600u
#define TEXT_MAX ((size_t)16 << 20)

const dbt_codes ch_codes = {.declared = "E1170",
                            .found = "E1171",
                            .scale = "E1172",
                            .range = "E1173",
                            .utf8 = "E1174",
                            .memory = "E1166"};

jb_status ch_fail(const ch_source *src, jb_ctx *ctx, jb_status status, const char *code,
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
    f.file = src->place;
    return (src->host->fail)(ctx, &f);
}

jb_status ch_no_memory(const ch_source *src, jb_ctx *ctx)
{
    return ch_fail(src, ctx, JB_E_MEMORY, "E1166", NULL, NULL, NULL);
}

/* The number behind "Code: "; 0: there is none. */
static long code_of(const char *said)
{
    const char *at = strstr(said, "Code: ");
    return at != NULL ? strtol(at + 6, NULL, 10) : 0;
}

/* The reason without its wrapping: "Code: 60, e.displayText() = DB::Exception: REASON, e.what() =
 * …". */
static void reason_of(const char *said, char *out, size_t room)
{
    const char *from = strstr(said, "DB::Exception: "), *to;
    size_t n;
    from = from != NULL ? from + 15 : said;
    to = strstr(from, ", e.what()");
    n = to != NULL ? (size_t)(to - from) : strlen(from);
    if (n >= room)
        for (n = room - 1; n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80; n--)
            ;
    memcpy(out, from, n);
    out[n] = '\0';
}

jb_status ch_fail_said(const ch_source *src, jb_ctx *ctx, const char *said, const char *key)
{
    char reason[SAID_MAX], seconds[24];
    const char *which = src->query != NULL ? "query" : "table";
    reason_of(said, reason, sizeof reason);
    switch (code_of(said)) {
    case 60:
        return ch_fail(src, ctx, JB_E_DATA, "E1157", which, reason, NULL);
    case 81:
        return ch_fail(src, ctx, JB_E_DATA, "E1158", src->database != NULL ? "database" : which,
                       reason, NULL);
    case 16:
    case 47:
        return ch_fail(src, ctx, JB_E_DATA, "E1159", key, reason, NULL);
    case 192:
    case 193:
    case 194:
    case 195:
    case 516:
        return ch_fail(src, ctx, JB_E_DATA, "E1156", src->user != NULL ? "user" : NULL,
                       src->user != NULL ? src->user : "default", NULL);
    case 291:
    case 497:
        return ch_fail(src, ctx, JB_E_DATA, "E1160", src->user != NULL ? "user" : NULL, reason,
                       NULL);
    case 159:
        snprintf(seconds, sizeof seconds, "%lld", (long long)((src->timeout_ms + 999) / 1000));
        return ch_fail(src, ctx, JB_E_DATA, "E1161", "timeout", seconds, NULL);
    case 241:
        return ch_fail(src, ctx, JB_E_DATA, "E1162", NULL, reason, NULL);
    case 62:
        return ch_fail(src, ctx, JB_E_DATA, "E1163", key, reason, NULL);
    default:
        return ch_fail(src, ctx, JB_E_DATA, "E1164", key, reason, NULL);
    }
}

jb_status ch_fail_web(const ch_source *src, jb_ctx *ctx, const jb_web_fault *why, const char *key)
{
    char number[24];
    switch (why->kind) {
    case JB_WEB_CANCELLED:
        return JB_E_CANCELLED;
    case JB_WEB_MEMORY:
        return ch_no_memory(src, ctx);
    case JB_WEB_CREDENTIALS:
        return ch_fail(src, ctx, JB_E_CONFIG, "E1151", "url", NULL, NULL);
    case JB_WEB_URL:
        return ch_fail(src, ctx, JB_E_CONFIG, "E1152", "url", NULL, NULL);
    case JB_WEB_RESOLVE:
        return ch_fail(src, ctx, JB_E_DATA, "E1153", "url", why->place, NULL);
    case JB_WEB_CONNECT:
        return ch_fail(src, ctx, JB_E_DATA, "E1154", "url", why->place, NULL);
    case JB_WEB_TLS:
        return ch_fail(src, ctx, JB_E_DATA, "E1155", "ca", why->text, NULL);
    case JB_WEB_TIMEOUT:
        snprintf(number, sizeof number, "%lld", (long long)((src->timeout_ms + 999) / 1000));
        return ch_fail(src, ctx, JB_E_DATA, "E1161", "timeout", number, NULL);
    case JB_WEB_CUT:
        return ch_fail(src, ctx, JB_E_DATA, "E1165", NULL, why->text, NULL);
    case JB_WEB_STATUS:
        if (code_of(why->text) != 0)
            return ch_fail_said(src, ctx, why->text, key);
        if (why->status == 401 || why->status == 403)
            return ch_fail(src, ctx, JB_E_DATA, "E1156", src->user != NULL ? "user" : NULL,
                           src->user != NULL ? src->user : "default", NULL);
        snprintf(number, sizeof number, "%d", why->status);
        return ch_fail(src, ctx, JB_E_DATA, "E1167", "url", number, why->text);
    default:
        return ch_fail(src, ctx, JB_E_DATA, "E1167", "url",
                       why->kind == JB_WEB_REDIRECT ? "3xx" : "–", why->text);
    }
}

int ch_cancelled(void *with)
{
    const ch_stop *s = with;
    return s->host->cancelled(s->ctx);
}

/* The URL with the settings of one statement. */
static char *address(const ch_source *src, uint32_t flags)
{
    dbt_sql s = {0};
    char *url, *next, number[24];
    const char *pairs[12][2];
    size_t n = 0, i;
    int64_t seconds = (src->timeout_ms + 999) / 1000;
    snprintf(number, sizeof number, "%lld", (long long)seconds);
    if (src->database != NULL)
        pairs[n][0] = "database", pairs[n++][1] = src->database;
    if (flags & CH_WHOLE)
        pairs[n][0] = "wait_end_of_query", pairs[n++][1] = "1";
    if (!src->plain) {
        pairs[n][0] = "readonly", pairs[n++][1] = "2";
        pairs[n][0] = "join_use_nulls", pairs[n++][1] = "1";
        if (seconds > 0)
            pairs[n][0] = "max_execution_time", pairs[n++][1] = number;
        if (flags & CH_SINGLE)
            pairs[n][0] = "max_threads", pairs[n++][1] = "1";
    }
    dbt_put(&s, src->url);
    url = dbt_sql_take(&s);
    for (i = 0; i < n && url != NULL; i++) {
        next = jb_web_with_query(url, pairs[i][0], pairs[i][1]);
        free(url);
        url = next;
    }
    return url;
}

static int ask(const ch_source *src, jb_ctx *ctx, const char *sql, uint32_t flags, jb_web **out,
               jb_web_fault *why)
{
    ch_stop with = {src->host, ctx};
    jb_web_ask a;
    char *url = address(src, flags);
    int kind;
    memset(&a, 0, sizeof a);
    memset(why, 0, sizeof *why);
    why->kind = JB_WEB_MEMORY;
    if (url == NULL)
        return JB_WEB_MEMORY;
    a.url = url;
    a.user = src->user != NULL ? src->user : src->password != NULL ? "default" : NULL;
    a.password = src->password;
    a.body = sql;
    a.n_body = strlen(sql);
    a.ca = src->ca;
    a.proxy = src->proxy;
    a.connect_ms = src->connect_ms;
    a.total_ms =
        src->timeout_ms > 0 ? src->timeout_ms + 2000 : 0; /* the server's own limit comes first */
    a.retries = 2;
    a.wait_ms = 3000;
    a.cancelled = ch_cancelled;
    a.cancel_with = &with;
    kind = jb_web_open(&a, out, why);
    if (kind == JB_WEB_OK)
        jb_web_poll_with(*out, NULL, NULL); /* `with` ends here; a stream sets its own */
    free(url);
    return kind;
}

jb_status ch_open(const ch_source *src, jb_ctx *ctx, const char *sql, uint32_t flags,
                  const char *key, jb_web **out)
{
    jb_web_fault why;
    return ask(src, ctx, sql, flags, out, &why) == JB_WEB_OK ? JB_OK
                                                             : ch_fail_web(src, ctx, &why, key);
}

static jb_status gather(const ch_source *src, jb_ctx *ctx, jb_web *w, const char *key, char **out)
{
    dbt_sql text = {0};
    jb_web_fault why;
    for (;;) {
        const uint8_t *p;
        size_t n;
        if (jb_web_read(w, &p, &n, &why) != JB_WEB_OK) {
            dbt_sql_free(&text);
            return ch_fail_web(src, ctx, &why, key);
        }
        if (n == 0)
            break;
        dbt_put_n(&text, (const char *)p, n);
        if (text.n > TEXT_MAX || text.failed || src->host->cancelled(ctx)) {
            int stopped = !text.failed && text.n <= TEXT_MAX;
            dbt_sql_free(&text);
            return stopped ? JB_E_CANCELLED : ch_no_memory(src, ctx);
        }
    }
    dbt_put(&text, "");
    if (text.text == NULL)
        dbt_put_n(&text, "\0", 1);
    *out = dbt_sql_take(&text);
    return *out != NULL ? JB_OK : ch_no_memory(src, ctx);
}

jb_status ch_text(const ch_source *src, jb_ctx *ctx, const char *sql, const char *key, char **out)
{
    jb_web *w;
    jb_status st = ch_open(src, ctx, sql, CH_WHOLE, key, &w);
    if (st != JB_OK)
        return st;
    st = gather(src, ctx, w, key, out);
    jb_web_close(w);
    return st;
}

jb_status ch_probe(ch_source *src, jb_ctx *ctx)
{
    static const char sql[] = "SELECT version() FORMAT TabSeparated";
    jb_web_fault why;
    jb_web *w = NULL;
    char *text = NULL;
    jb_status st;
    int kind;
    if (src->probed)
        return JB_OK;
    kind = ask(src, ctx, sql, CH_WHOLE, &w, &why);
    if (kind == JB_WEB_STATUS && code_of(why.text) == 164) { /* a read-only user may set nothing */
        src->plain = 1;
        kind = ask(src, ctx, sql, CH_WHOLE, &w, &why);
    }
    if (kind != JB_WEB_OK)
        return ch_fail_web(src, ctx, &why, "url");
    st = gather(src, ctx, w, "url", &text);
    jb_web_close(w);
    if (st != JB_OK)
        return st;
    text[strcspn(text, "\r\n")] = '\0';
    if (text[0] < '1' || text[0] > '9' || strspn(text, "0123456789.") < 3)
        st = ch_fail(src, ctx, JB_E_DATA, "E1175", "url", NULL, NULL);
    snprintf(src->version, sizeof src->version, "%.40s", text);
    free(text);
    src->probed = st == JB_OK;
    return st;
}

static char unescaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case '0':
        return '\0';
    case 'a':
        return '\a';
    case 'v':
        return '\v';
    default:
        return c;
    }
}

size_t ch_fields(char *line, char **fields, size_t *lengths, size_t max, char **next)
{
    char *p = line, *to = line;
    size_t n = 0;
    int null = 0, more = 1;
    while (more) {
        char *begin = to;
        for (null = 0; *p != '\0' && *p != '\t' && *p != '\n'; p++) {
            if (*p != '\\') {
                *to++ = *p;
                continue;
            }
            p++;
            if (*p == '\0')
                break;
            null |= *p == 'N' && to == begin;
            *to++ = unescaped(*p);
        }
        null &= to == begin + 1; /* \N alone, not the letter N */
        more = *p == '\t';
        if (n < max) {
            fields[n] = null ? NULL : begin;
            lengths[n] = (size_t)(to - begin);
        }
        n++;
        p += *p != '\0';
        *to++ = '\0'; /* never beyond p: at least the separator was read */
    }
    *next = p;
    return n;
}
