// SPDX-License-Identifier: Apache-2.0
/* The http plugin's data, its settings, and the calls that the host makes. */
#include "http.h"

#include <stdio.h>
#include <strings.h>

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return jb_web_start() == 0 ? JB_OK : JB_E_MEMORY;
}

static void destroy(void *self)
{
    http_source *src = self;
    size_t i;
    http_forget(src);
    for (i = 0; i < src->n_lines; i++)
        free(src->lines[i]);
    for (i = 0; i < src->n_secrets; i++)
        free(src->secrets[i]);
    free(src->lines);
    free(src->secrets);
    free(src);
}

/* "Name: value" as a header; NULL: out of memory. */
static char *header_line(const char *name, const char *value)
{
    size_t n = strlen(name) + strlen(value) + 3;
    char *line = malloc(n);
    if (line != NULL)
        snprintf(line, n, "%s: %s", name, value);
    return line;
}

static int is_header(const char *name, const char *value)
{
    size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    const unsigned char *p = (const unsigned char *)value;
    for (; *p != '\0'; p++)
        if (*p < 0x20 && *p != '\t')
            return 0;
    return n > 0 && name[n] == '\0' && strcasecmp(name, "Host") != 0 &&
           strcasecmp(name, "Content-Length") != 0;
}

static jb_status add_header(const http_source *src, jb_ctx *ctx, const char *key, const char *name,
                            const char *value, char ***list, size_t *n)
{
    char **more;
    if (!is_header(name, value))
        return http_fail(src, ctx, JB_E_CONFIG, "E1197", key, NULL, name, NULL);
    more = realloc(*list, (*n + 1) * sizeof *more);
    if (more == NULL)
        return http_no_memory(src, ctx);
    *list = more;
    more[*n] = header_line(name, value);
    if (more[*n] == NULL)
        return http_no_memory(src, ctx);
    ++*n;
    return JB_OK;
}

static jb_status add_headers(http_source *src, jb_ctx *ctx, const jb_args *args)
{
    const jb_pair *pairs = NULL;
    const char *token = NULL;
    uint64_t n = 0, i;
    jb_status st = JB_OK;
    if (host->get_keyed(args, "header", &pairs, &n))
        for (i = 0; i < n && st == JB_OK; i++)
            st = add_header(src, ctx, "header", pairs[i].key, pairs[i].value, &src->lines,
                            &src->n_lines);
    n = 0;
    if (st == JB_OK && host->get_keyed(args, "secret_header", &pairs, &n))
        for (i = 0; i < n && st == JB_OK; i++)
            st = add_header(src, ctx, "secret_header", pairs[i].key, pairs[i].value, &src->secrets,
                            &src->n_secrets);
    if (st == JB_OK && host->get_str(args, "token", &token)) {
        char *bearer = malloc(strlen(token) + 8);
        if (bearer == NULL)
            return http_no_memory(src, ctx);
        snprintf(bearer, strlen(token) + 8, "Bearer %s", token);
        st = add_header(src, ctx, "token", "Authorization", bearer, &src->secrets, &src->n_secrets);
        free(bearer);
    }
    return st;
}

static jb_status read_settings(http_source *src, jb_ctx *ctx, const jb_args *args)
{
    const char *format = "auto", *delimiter = ",", *encoding = "auto";
    int64_t header = 1, link = 0;
    jb_web_fault why;
    int kind;
    host->get_str(args, "url", &src->url);
    host->get_str(args, "rows", &src->rows);
    host->get_str(args, "user", &src->user);
    host->get_str(args, "password", &src->password);
    host->get_str(args, "ca", &src->ca);
    host->get_str(args, "proxy", &src->proxy);
    host->get_str(args, "next", &src->next);
    host->get_str(args, "page_param", &src->page_param);
    host->get_str(args, "page_size_param", &src->size_param);
    host->get_i64(args, "page_start", &src->page_start);
    host->get_i64(args, "page_size", &src->page_size);
    host->get_i64(args, "link", &link);
    host->get_i64(args, "timeout", &src->timeout_ms);
    host->get_i64(args, "connect_timeout", &src->connect_ms);
    host->get_i64(args, "retries", &src->retries);
    host->get_i64(args, "max_size", &src->max_size);
    host->get_i64(args, "max_pages", &src->max_pages);
    host->get_str(args, "format", &format);
    host->get_str(args, "encoding", &encoding);
    host->get_str(args, "delimiter", &delimiter);
    host->get_i64(args, "header_row", &header);
    src->asks_link = (int)link;
    src->wanted = strcmp(format, "csv") == 0    ? HTTP_CSV
                  : strcmp(format, "json") == 0 ? HTTP_JSON
                                                : HTTP_AUTO;
    if ((src->page_param != NULL) + (src->next != NULL) + src->asks_link > 1)
        return http_fail(src, ctx, JB_E_CONFIG, "E1199", NULL, NULL, "page_param, next, link",
                         NULL);
    kind = jb_web_check_url(src->url, &why);
    if (kind != JB_WEB_OK)
        return http_fail(src, ctx, JB_E_CONFIG, kind == JB_WEB_CREDENTIALS ? "E1180" : "E1181",
                         "url", kind == JB_WEB_CREDENTIALS ? why.place : NULL, NULL, NULL);
    src->csv.host = host;
    src->csv.rows = rows;
    src->csv.encoding = encoding;
    src->csv.header = (uint64_t)header;
    src->csv.part_bytes = CSV_PART_BYTES;
    src->csv.delim = csv_delimiter(delimiter);
    if (src->csv.delim == 0)
        return http_fail(src, ctx, JB_E_CONFIG, "E0642", "delimiter", NULL, delimiter, NULL);
    return add_headers(src, ctx, args);
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    http_source *src = calloc(1, sizeof *src);
    jb_status st;
    if (src == NULL)
        return jb_fail_code(host, ctx, JB_E_MEMORY, "E1190", NULL, NULL, NULL, NULL);
    src->env = (jb_grid_env){.host = host, .rows = rows, .codes = &http_codes};
    src->spool.fd = -1;
    src->rows = "";
    st = read_settings(src, ctx, args);
    if (st != JB_OK) {
        destroy(src);
        return st;
    }
    *self = src;
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    http_source *src = self;
    jb_status st = http_fetch(src, ctx);
    if (st != JB_OK)
        return st;
    if (src->format == HTTP_JSON)
        return http_json_schema(src, ctx, scan, out);
    /* opened anew for every part, so that parts have places of their own */
    snprintf(src->csv_path, sizeof src->csv_path, "/proc/self/fd/%d", src->spool.fd);
    src->csv.path = src->csv_path;
    src->csv.label = src->pages[0].place;
    return csv_schema(ctx, &src->csv, scan, out);
}

static jb_status parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    http_source *src = self;
    *n = 1;
    return src->format == HTTP_CSV && src->fetched ? csv_parts_of(ctx, &src->csv, scan, n) : JB_OK;
}

static jb_status scan_one(jb_ctx *ctx, void *self, const jb_scan *scan,
                          struct ArrowArrayStream *out)
{
    http_source *src = self;
    if (!src->fetched || (src->format == HTTP_JSON && !src->typed))
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "scan() needs schema() before it");
    return src->format == HTTP_JSON ? http_json_scan(src, ctx, scan, out)
                                    : csv_scan(ctx, &src->csv, scan, out);
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    http_source *src = self;
    jb_status st = http_fetch(src, ctx);
    *out = src->version;
    return st;
}

static const jb_source source = {sizeof(jb_source), 0, schema, parts, scan_one, version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

#define P(type, flags, key, def, range, en, zh)                                                    \
    {                                                                                              \
        sizeof(jb_param), type, flags, 0, key, def, range, en, zh                                  \
    }

static const jb_param params[] = {
    P(JB_T_STR, JB_P_REQUIRED, "url", NULL, NULL, "The address, http or https.",
      "网址，http 或 https。"),
    P(JB_T_ENUM, 0, "format", "auto", "auto|csv|json", "What comes; auto looks at it.",
      "内容的格式；auto 看内容判断。"),
    P(JB_T_STR, 0, "rows", NULL, NULL, "JSON: where the list of records is, such as data.items.",
      "JSON：记录列表的位置，如 data.items。"),
    P(JB_T_ENUM, 0, "encoding", "auto", "auto|utf-8|gb18030", "CSV: its encoding, as in csv.",
      "CSV：编码，同 csv。"),
    P(JB_T_STR, 0, "delimiter", ",", NULL, "CSV: the mark between fields, as in csv.",
      "CSV：分隔符，同 csv。"),
    P(JB_T_INT, 0, "header_row", "1", "1..1000", "CSV: which row holds the headings.",
      "CSV：表头在第几行。"),
    P(JB_T_STR, JB_P_KEYED, "header", NULL, NULL, "A request header: header.Accept = …",
      "请求头：header.Accept = …"),
    P(JB_T_SECRET, JB_P_KEYED, "secret_header", NULL, NULL,
      "A request header that is a secret, such as secret_header.X-Api-Key; sent to the host of url "
      "only.",
      "保密的请求头，如 secret_header.X-Api-Key；只发给 url 的主机。"),
    P(JB_T_SECRET, 0, "token", NULL, NULL, "A token, sent as Authorization: Bearer.",
      "令牌，以 Authorization: Bearer 发送。"),
    P(JB_T_STR, 0, "user", NULL, NULL, "A user, for Basic.", "用户（Basic 认证）。"),
    P(JB_T_SECRET, 0, "password", NULL, NULL,
      "The user's password; sent in a header, never in the URL.",
      "口令；放在请求头里传送，不进网址。"),
    P(JB_T_STR, 0, "page_param", NULL, NULL,
      "Paging by number: the parameter of the query that holds it.", "按页码翻页：网址参数名。"),
    P(JB_T_INT, 0, "page_start", "1", "0..", "The first page's number.", "第一页的页码。"),
    P(JB_T_STR, 0, "page_size_param", NULL, NULL,
      "The parameter that asks for page_size records a page.", "每页条数的网址参数名。"),
    P(JB_T_INT, 0, "page_size", NULL, "1..", "Records a page; one with fewer is the last.",
      "每页条数；不满一页就是最后一页。"),
    P(JB_T_STR, 0, "next", NULL, NULL,
      "JSON: where the address of the next page stands, such as paging.next.",
      "JSON：下一页网址的位置，如 paging.next。"),
    P(JB_T_BOOL, 0, "link", "no", NULL, "Follow the header Link: …; rel=next.",
      "按 Link 响应头（rel=next）翻页。"),
    P(JB_T_INT, 0, "max_pages", "1000", "1..100000", "More pages than this are refused.",
      "页数上限。"),
    P(JB_T_SIZE, 0, "max_size", "256MiB", NULL, "More bytes than this, of all pages, are refused.",
      "各页合计的字节上限。"),
    P(JB_T_DURATION, 0, "timeout", "60s", NULL, "How long one page may take.",
      "一页最多用多长时间。"),
    P(JB_T_DURATION, 0, "connect_timeout", "10s", NULL, "How long to wait for a connection.",
      "等待连接的时间。"),
    P(JB_T_INT, 0, "retries", "3", "0..10",
      "Further tries after a failed connection, 429, 502, 503 or 504.",
      "连接失败或 429、502、503、504 时重试的次数。"),
    P(JB_T_PATH, 0, "ca", NULL, NULL, "A file of certificates to trust in place of the system's.",
      "可信证书文件，代替系统自带的。"),
    P(JB_T_STR, 0, "proxy", NULL, NULL,
      "A proxy, such as http://host:3128; those of the environment are ignored.",
      "代理，如 http://主机:3128；不理会环境变量里的代理。"),
};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "source",
    .name = "http",
    .title = "JSON or CSV over HTTP",
    .title_zh = "网络接口（JSON、CSV）",
    .help = "Records of a web interface: JSON or CSV, page after page, fetched once a run.",
    .help_zh = "网络接口给出的记录：JSON 或 CSV，可翻页，每次运行只取一次。",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof *ifaces,
    .create = create,
    .destroy = destroy,
};
static const jb_component *const components[] = {&component};

const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .abi_needs = 0,
    .id = "http",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof *components,
    .messages = http_messages,
    .n_messages = HTTP_N_MESSAGES,
    .message_stride = sizeof(jb_message),
    .init = init,
    .deinit = jb_web_stop,
};
