// SPDX-License-Identifier: Apache-2.0
/* renderer text: UTF-8, one paragraph a line, tables in columns of display width. */
#include "jianbao/plugin_util.h"

static const jb_host *host;
static const jb_doc_api *doc;

typedef struct out {
    jb_ctx *ctx;
    jb_sink sink;
    jb_status status;
} out;

static void put(out *o, const char *text, size_t n)
{
    if (o->status == JB_OK && n > 0)
        o->status = o->sink.write(o->sink.self, text, n);
}

static void line(out *o, const char *text)
{
    put(o, text, strlen(text));
    put(o, "\n", 1);
}

static int is(const jb_node *node, const char *kind)
{
    return strcmp(doc->kind(node), kind) == 0;
}

static int attr_is(const jb_node *node, const char *attr, const char *value)
{
    const char *a = doc->attr(node, attr);
    return a != NULL && strcmp(a, value) == 0;
}

/* ---- width on a terminal ---- */

static uint32_t next_char(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    uint32_t cp = s[0];
    int n = cp >= 0xf0 ? 3 : cp >= 0xe0 ? 2 : cp >= 0xc0 ? 1 : 0, i;
    cp = n == 3 ? cp & 7u : n == 2 ? cp & 15u : n == 1 ? cp & 31u : cp;
    for (i = 1; i <= n && (s[i] & 0xc0u) == 0x80u; i++)
        cp = cp << 6 | (s[i] & 0x3fu);
    *p += i;
    return cp;
}

static size_t width(const char *text)
{
    size_t w = 0;
    while (*text != '\0') {
        uint32_t cp = next_char(&text);
        int wide = (cp >= 0x1100 && cp <= 0x115f) || (cp >= 0x2e80 && cp <= 0xa4cf) ||
                   (cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0xf900 && cp <= 0xfaff) ||
                   (cp >= 0xfe30 && cp <= 0xfe6f) || (cp >= 0xff01 && cp <= 0xff60) ||
                   (cp >= 0xffe0 && cp <= 0xffe6) || (cp >= 0x20000 && cp <= 0x3fffd) ||
                   cp == 0x2014 || cp == 0x2026 || cp == 0x201c || cp == 0x201d;
        w += wide ? 2 : 1;
    }
    return w;
}

static void blanks(out *o, size_t n)
{
    while (n-- > 0)
        put(o, " ", 1);
}

/* ---- tables ---- */

enum { MAX_COLUMNS = 64 };

typedef struct grid {
    size_t n;
    size_t width[MAX_COLUMNS];
    int right[MAX_COLUMNS];
    size_t decimals[MAX_COLUMNS]; /* characters after the point, the point not counted */
} grid;

/* Where a number's fraction begins: what is padded on its right so that points stand in line. */
static size_t tail(const char *text, size_t decimals)
{
    const char *p = text, *dot;
    if (*p == '-')
        p++;
    if (*p < '0' || *p > '9' || decimals == 0)
        return 0;
    dot = strchr(p, '.');
    if (dot == NULL)
        return decimals + 1;
    p = dot + 1;
    while (*p >= '0' && *p <= '9')
        p++;
    return decimals > (size_t)(p - dot - 1) ? decimals - (size_t)(p - dot - 1) : 0;
}

static void measure(const jb_node *table, grid *g)
{
    const jb_node *n, *cell;
    size_t i, w;
    const char *d;
    memset(g, 0, sizeof *g);
    for (n = doc->first(table); n != NULL; n = doc->next(n)) {
        if (is(n, "column") && g->n < MAX_COLUMNS) {
            g->right[g->n] = attr_is(n, "align", "decimal") || attr_is(n, "align", "right");
            d = doc->attr(n, "decimals");
            g->decimals[g->n] = d != NULL ? (size_t)strtoul(d, NULL, 10) % 40 : 0;
            g->n++;
        }
        if (!is(n, "row"))
            continue;
        for (i = 0, cell = doc->first(n); cell != NULL && i < g->n; cell = doc->next(cell), i++) {
            const char *text = doc->plain(cell);
            w = width(text) + (g->right[i] ? tail(text, g->decimals[i]) : 0);
            g->width[i] = w > g->width[i] ? w : g->width[i];
        }
    }
}

static void row(out *o, const jb_node *node, const grid *g)
{
    const jb_node *cell;
    size_t i = 0, after = 0; /* blanks owed before the next cell: none end a line */
    for (cell = doc->first(node); cell != NULL && i < g->n; cell = doc->next(cell), i++) {
        const char *text = doc->plain(cell);
        size_t pad = g->width[i] - width(text),
               behind = g->right[i] ? tail(text, g->decimals[i]) : pad;
        blanks(o, after + (pad - behind));
        put(o, text, strlen(text));
        after = behind + 2;
    }
    put(o, "\n", 1);
}

static void caption(out *o, const jb_node *node)
{
    const char *number = doc->attr(node, "number");
    uint64_t i;
    if (doc->n_runs(node) == 0)
        return;
    if (number != NULL) {
        put(o, number, strlen(number));
        put(o, "\u3000", 3);
    }
    for (i = 0; i < doc->n_runs(node); i++)
        put(o, doc->get_run(node, i)->text, strlen(doc->get_run(node, i)->text));
    put(o, "\n", 1);
}

static void table(out *o, const jb_node *node)
{
    grid g;
    const jb_node *n;
    measure(node, &g);
    caption(o, node);
    for (n = doc->first(node); n != NULL; n = doc->next(n))
        if (is(n, "row"))
            row(o, n, &g);
    if (doc->attr(node, "source") != NULL)
        line(o, doc->attr(node, "source"));
}

static void chart(out *o, const jb_node *node)
{
    const jb_chart_api *api = host->query(JB_HOST_CHART);
    const char *sentence = NULL;
    jb_status status;
    caption(o, node);
    if (doc->attr(node, "subtitle") != NULL)
        line(o, doc->attr(node, "subtitle"));
    if (api != NULL && o->status == JB_OK) {
        status = api->describe(o->ctx, node, &sentence);
        if (status == JB_OK && sentence != NULL && sentence[0] != '\0')
            line(o, sentence);
        else if (status != JB_OK && status != JB_E_UNSUPPORTED)
            o->status = status;
    }
    if (doc->attr(node, "source") != NULL)
        line(o, doc->attr(node, "source"));
}

/* ---- blocks ---- */

/* 1: the heading stays on the line of the paragraph after it. */
static int runs_in(const jb_node *node)
{
    const jb_node *next = doc->next(node);
    return is(node, "heading") && attr_is(node, "place", "run-in") && next != NULL &&
           is(next, "para");
}

static void block(out *o, const jb_node *node)
{
    const jb_node *n;
    if (is(node, "section")) {
        for (n = doc->first(node); n != NULL; n = doc->next(n))
            block(o, n);
    } else if (is(node, "table")) {
        table(o, node);
    } else if (is(node, "chart")) {
        chart(o, node);
    } else if (runs_in(node)) {
        put(o, doc->plain(node), strlen(doc->plain(node)));
    } else {
        line(o, doc->plain(node));
    }
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *d)
{
    const jb_out_api *api = host->query(JB_HOST_OUT);
    out o = {.ctx = ctx, .status = JB_OK};
    const jb_node *root, *n;
    const char *title;
    (void)self;
    doc = host->query(JB_HOST_DOC);
    if (api == NULL || doc == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    o.status = api->open(ctx, NULL, &o.sink);
    if (o.status != JB_OK)
        return o.status;
    root = doc->root(d);
    title = doc->attr(root, "title");
    if (doc->attr(root, "draft") != NULL)
        line(&o, "【草稿】");
    if (title != NULL) {
        line(&o, title);
        put(&o, "\n", 1);
    }
    for (n = doc->first(root); n != NULL; n = doc->next(n))
        block(&o, n);
    return o.status;
}

static const char *const kinds[] = {"heading", "para", "item",      "table",
                                    "chart",   "note", "signature", "placeholder"};
static const jb_renderer renderer = {.size = sizeof(jb_renderer),
                                     .kinds = kinds,
                                     .n_kinds = sizeof kinds / sizeof kinds[0],
                                     .render = render};
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "renderer",
    .name = "text",
    .title = "Plain text",
    .title_zh = "纯文本",
    .help = "UTF-8 text, one paragraph a line.",
    .help_zh = "UTF-8 纯文本，一行一段。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
};
static const jb_component *const components[] = {&component};

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.textfile",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
