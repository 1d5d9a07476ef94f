// SPDX-License-Identifier: Apache-2.0
#include "odbc_source.h"

#include <stdio.h>
#include <strings.h>

#define SHORTEST 3u /* shorter secrets would star half of every sentence */

jb_status od_fail(const od_source *src, jb_ctx *ctx, jb_status status, const char *code,
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

jb_status od_no_memory(const od_source *src, jb_ctx *ctx)
{
    return od_fail(src, ctx, JB_E_MEMORY, "E1110", NULL, NULL, NULL);
}

/* ---- UTF-8 and UTF-16 ---- */

static size_t put_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

size_t od_narrow(const SQLWCHAR *in, size_t n, char *out, size_t room)
{
    size_t used = 0, i;
    for (i = 0; i < n; i++) {
        uint32_t c = in[i];
        char one[4];
        size_t k;
        if (c >= 0xd800 && c < 0xdc00 && i + 1 < n && in[i + 1] >= 0xdc00 && in[i + 1] < 0xe000)
            c = 0x10000 + ((c - 0xd800) << 10) + (in[++i] - 0xdc00u);
        else if (c >= 0xd800 && c < 0xe000)
            c = 0xfffd;
        k = put_utf8(c, one);
        if (used + k >= room)
            break;
        memcpy(out + used, one, k);
        used += k;
    }
    if (room > 0)
        out[used] = '\0';
    return used;
}

SQLWCHAR *od_wide(const char *text)
{
    size_t n = strlen(text), at = 0, used = 0;
    SQLWCHAR *out = malloc((n + 1) * sizeof *out); /* never more units than bytes */
    if (out == NULL)
        return NULL;
    while (at < n) {
        uint8_t b = (uint8_t)text[at];
        uint32_t c = 0xfffd;
        size_t len = b < 0x80 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc0 ? 2 : 0, k;
        int why;
        if (len == 0 || at + len > n ||
            jb_utf8_check((const uint8_t *)text + at, len, &why) != len) {
            len = 1;
        } else {
            c = len == 1 ? b : b & (0x7fu >> len);
            for (k = 1; k < len; k++)
                c = c << 6 | ((uint8_t)text[at + k] & 0x3fu);
        }
        at += len;
        if (c >= 0x10000) {
            out[used++] = (SQLWCHAR)(0xd7c0 + (c >> 10));
            out[used++] = (SQLWCHAR)(0xdc00 + (c & 0x3ff));
        } else {
            out[used++] = (SQLWCHAR)c;
        }
    }
    out[used] = 0;
    return out;
}

/* ---- what the driver says ---- */

static void star(char *text, const char *secret, size_t n)
{
    char *at;
    for (at = text; n >= SHORTEST && *at != '\0'; at++)
        if (strncmp(at, secret, n) == 0)
            memset(at, '*', n);
}

/* "…;PWD=HERE;…" and "PASSWORD={HERE}" of a connection text. */
static void star_parts(char *text, const char *connection)
{
    const char *p = connection;
    while (*p != '\0') {
        size_t name = strcspn(p, "=;");
        const char *value = p + name + (p[name] == '=');
        size_t n = *value == '{' ? strcspn(value, "}") : strcspn(value, ";");
        if (p[name] == '=' && (strncasecmp(p, "pwd", 3) == 0 || strncasecmp(p, "pass", 4) == 0 ||
                               strncasecmp(p, "secret", 6) == 0 || strncasecmp(p, "token", 5) == 0))
            star(text, value + (*value == '{'), n - (*value == '{'));
        p = value + n;
        p += strcspn(p, ";");
        p += *p == ';';
    }
}

static void scrub(const od_source *src, char *text)
{
    if (src->password != NULL)
        star(text, src->password, strlen(src->password));
    if (src->connection != NULL)
        star_parts(text, src->connection);
}

/* Bytes of another encoding would not be a message. */
static void only_utf8(char *text)
{
    size_t n = strlen(text), at = 0;
    int why;
    while ((at += jb_utf8_check((const uint8_t *)text + at, n - at, &why)) < n)
        text[at++] = '?';
}

static void read_message(const od_source *src, SQLSMALLINT kind, SQLHANDLE handle, char state[6],
                         char *text, size_t room)
{
    SQLWCHAR wide_state[6] = {0}, wide[OD_TEXT_MAX];
    SQLCHAR narrow_state[6] = {0};
    SQLINTEGER native = 0;
    SQLSMALLINT n = 0;
    text[0] = '\0';
    memcpy(state, "?????", 6);
    if (src->session != NULL && !src->session->wide_text) {
        if (SQL_SUCCEEDED(SQLGetDiagRec(kind, handle, 1, narrow_state, &native, (SQLCHAR *)text,
                                        (SQLSMALLINT)room, &n)))
            memcpy(state, narrow_state, 6);
        only_utf8(text);
    } else if (SQL_SUCCEEDED(SQLGetDiagRecW(kind, handle, 1, wide_state, &native, wide,
                                            (SQLSMALLINT)OD_TEXT_MAX, &n))) {
        size_t length = 0;
        while (length < OD_TEXT_MAX - 1 && wide[length] != 0)
            length++;
        od_narrow(wide, length, text, room);
        od_narrow(wide_state, 5, state, 6);
    }
    scrub(src, text);
}

/* Which sentence tells it best. */
static const char *code_of(const char *state, const char *text, const char *code)
{
    if (strcmp(state, "IM002") == 0)
        return "E1091";
    if (strcmp(state, "IM003") == 0 || strcmp(state, "IM004") == 0 ||
        (strcmp(state, "01000") == 0 && strstr(text, "Can't open lib") != NULL))
        return "E1092";
    if (strncmp(state, "28", 2) == 0 || strstr(text, "authentication failed") != NULL)
        return "E1093";
    if (strncmp(state, "HYT", 3) == 0 || strcmp(state, "57014") == 0 ||
        strstr(text, "statement timeout") != NULL)
        return "E1095";
    return code;
}

jb_status od_fail_handle(const od_source *src, jb_ctx *ctx, SQLSMALLINT kind, SQLHANDLE handle,
                         const char *code, const char *key)
{
    char text[OD_TEXT_MAX], state[6];
    read_message(src, kind, handle, state, text, sizeof text);
    if (src->host->cancelled(ctx))
        return JB_E_CANCELLED;
    code = code_of(state, text, code);
    return od_fail(src, ctx, JB_E_DATA, code, key, text[0] != '\0' ? text : "?", state);
}
