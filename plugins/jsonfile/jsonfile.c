// SPDX-License-Identifier: Apache-2.0
/* renderer json: the document's tree and every figure, in the shape of `figures --json`, so that a
 * later issue can read back what this one printed. */
#include "jianbao/plugin_util.h"

#include <stdio.h>

static const jb_host *host;

typedef struct out {
    jb_ctx *ctx;
    jb_sink sink;
    jb_status status;
    const jb_doc_api *doc;
    const jb_text_api *text;
} out;

static void put(out *o, const char *bytes, size_t n)
{
    if (o->status == JB_OK && n > 0)
        o->status = o->sink.write(o->sink.self, bytes, n);
}

static void raw(out *o, const char *text)
{
    put(o, text, strlen(text));
}

static void string_n(out *o, const char *text, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    size_t i, from = 0;
    raw(o, "\"");
    for (i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        char escape[7] = {'\\', 'u', '0', '0', 0, 0, 0};
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        put(o, text + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            escape[1] = (char)c;
            put(o, escape, 2);
        } else {
            escape[4] = hex[c >> 4];
            escape[5] = hex[c & 15];
            put(o, escape, 6);
        }
    }
    put(o, text + from, n - from);
    raw(o, "\"");
}

static void string(out *o, const char *text)
{
    if (text == NULL)
        raw(o, "null");
    else
        string_n(o, text, strlen(text));
}

static void member(out *o, const char *name, const char *text)
{
    if (text == NULL)
        return;
    raw(o, ",\"");
    raw(o, name);
    raw(o, "\":");
    string(o, text);
}

/* ---- the tree ---- */

static void run(out *o, const jb_run *r)
{
    static const char *const kinds[] = {"?", "text", "figure", "ref", "break"};
    raw(o, "{\"kind\":\"");
    raw(o, kinds[r->kind <= JB_RUN_BREAK ? r->kind : 0]);
    raw(o, "\"");
    member(o, "text", r->text);
    if (r->style[0] != '\0')
        member(o, "style", r->style);
    if (r->target[0] != '\0')
        member(o, "target", r->target);
    if (r->key[0] != '\0')
        member(o, "key", r->key);
    if (r->kind == JB_RUN_FIGURE) {
        raw(o, ",\"value\":");
        string(o, r->value);
    }
    raw(o, "}");
}

static const char *const attributes[] = {"name",   "type",  "level",    "number", "place",  "n",
                                         "role",   "label", "align",    "unit",   "figure", "key",
                                         "kind",   "chart", "subtitle", "source", "issuer", "date",
                                         "reason", "page",  "total"};

static void node(out *o, const jb_node *n)
{
    const jb_node *child;
    uint64_t i;
    size_t a;
    raw(o, "{\"block\":");
    string(o, o->doc->kind(n));
    for (a = 0; a < sizeof attributes / sizeof attributes[0]; a++)
        member(o, attributes[a], o->doc->attr(n, attributes[a]));
    if (o->doc->n_runs(n) > 0) {
        raw(o, ",\"runs\":[");
        for (i = 0; i < o->doc->n_runs(n); i++) {
            raw(o, i > 0 ? "," : "");
            run(o, o->doc->get_run(n, i));
        }
        raw(o, "]");
    }
    for (child = o->doc->first(n); child != NULL; child = o->doc->next(child)) {
        raw(o, child == o->doc->first(n) ? ",\"children\":[\n" : ",\n");
        node(o, child);
    }
    raw(o, o->doc->first(n) != NULL ? "]}" : "}");
}

static void head(out *o, const jb_node *root)
{
    static const char *const names[] = {"title",  "issuer",    "date", "as_of",
                                        "period", "generator", "draft"};
    size_t i;
    raw(o, "{\"version\":1");
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        member(o, names[i], o->doc->attr(root, names[i]));
}

/* ---- figures ---- */

static void key_value(out *o, const struct ArrowArray *a, int64_t row)
{
    size_t n;
    const char *text;
    if (jb_is_null(a, row)) {
        raw(o, "null");
        return;
    }
    text = jb_utf8_cell(a, row, &n);
    string_n(o, text, n);
}

/* A value as `figures` prints it: exact, by the host's own hand. */
static void value(out *o, const jb_figure *f, int64_t column, int64_t row,
                  const char *template_text)
{
    jb_bind bind = {.size = (uint32_t)sizeof bind, .name = "r", .figure = f, .row = (uint64_t)row};
    const char *printed;
    if (jb_is_null(f->array->children[column], row)) {
        raw(o, "null");
        return;
    }
    if (o->status == JB_OK)
        o->status = o->text->format(o->ctx, NULL, 0, template_text, &bind, 1, &printed);
    if (o->status == JB_OK)
        string(o, printed);
}

static void fields(out *o, const jb_figure *f, int64_t row)
{
    int64_t c;
    int first = 1;
    for (c = (int64_t)f->n_keys + 1; c < f->schema->n_children; c++) {
        const char *name = f->schema->children[c]->name;
        char template_text[1200];
        if (strcmp(name, "names") == 0 || name[0] == '.' || strlen(name) > 1024)
            continue;
        raw(o, first ? ",\"fields\":{" : ",");
        first = 0;
        string(o, name);
        raw(o, ":");
        snprintf(template_text, sizeof template_text, "{r.{%s} | cell}", name);
        value(o, f, c, row, template_text);
    }
    raw(o, first ? "" : "}");
}

/* What a reader needs to take the figure up again: key columns even without rows, exact types, and
 * whether rows add up. */
static void shape(out *o, const jb_figure *f)
{
    int64_t c;
    raw(o, ",\"keys\":[");
    for (c = 0; c < (int64_t)f->n_keys; c++) {
        raw(o, c > 0 ? "," : "");
        string(o, f->schema->children[c]->name);
    }
    raw(o, "],\"types\":{");
    for (c = f->n_keys; c < f->schema->n_children; c++) {
        const char *name = f->schema->children[c]->name;
        if (c > (int64_t)f->n_keys && (strcmp(name, "names") == 0 || name[0] == '.'))
            continue;
        raw(o, c > (int64_t)f->n_keys ? "," : "");
        string(o, c == (int64_t)f->n_keys ? "value" : name);
        raw(o, ":");
        string(o, f->schema->children[c]->format);
    }
    raw(o, (f->flags & JB_FIG_ADDITIVE) != 0 ? "},\"additive\":true" : "}");
}

static void figure(out *o, const jb_figure *f)
{
    int64_t row;
    uint32_t k;
    raw(o, "{\"name\":");
    string(o, f->name);
    raw(o, ",\"unit\":");
    string(o, f->unit);
    raw(o, ",\"rows\":[");
    for (row = 0; row < f->array->length; row++) {
        raw(o, row > 0 ? ",{\"key\":{" : "{\"key\":{");
        for (k = 0; k < f->n_keys; k++) {
            raw(o, k > 0 ? "," : "");
            string(o, f->schema->children[k]->name);
            raw(o, ":");
            key_value(o, f->array->children[k], row);
        }
        raw(o, "},\"value\":");
        value(o, f, (int64_t)f->n_keys, row, "{r | cell}");
        fields(o, f, row);
        raw(o, "}");
    }
    raw(o, "]");
    shape(o, f);
    member(o, "period", f->period != NULL && f->period[0] != '\0' ? f->period : NULL);
    member(o, "as_of", f->as_of != NULL && f->as_of[0] != '\0' ? f->as_of : NULL);
    member(o, "source", f->source != NULL && f->source[0] != '\0' ? f->source : NULL);
    raw(o, (f->flags & JB_FIG_LOST) != 0 ? ",\"lost\":true}" : "}");
}

static void figures(out *o, const jb_figures_api *api)
{
    jb_figure f;
    uint64_t i;
    raw(o, ",\"figures\":[");
    for (i = 0; o->status == JB_OK && api->at(o->ctx, i, &f) == JB_OK; i++) {
        raw(o, i > 0 ? ",\n" : "\n");
        figure(o, &f);
    }
    raw(o, "]");
}

static jb_status render(jb_ctx *ctx, void *self, const jb_doc *d)
{
    const jb_out_api *api = host->query(JB_HOST_OUT);
    const jb_figures_api *figures_api = host->query(JB_HOST_FIGURES);
    out o = {.ctx = ctx, .status = JB_OK};
    const jb_node *root, *n;
    (void)self;
    o.doc = host->query(JB_HOST_DOC);
    o.text = host->query(JB_HOST_TEXT);
    if (api == NULL || o.doc == NULL || o.text == NULL || figures_api == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    o.status = api->open(ctx, NULL, &o.sink);
    if (o.status != JB_OK)
        return o.status;
    root = o.doc->root(d);
    head(&o, root);
    member(&o, "text", o.doc->plain(root));
    figures(&o, figures_api);
    raw(&o, ",\"document\":[");
    for (n = o.doc->first(root); n != NULL; n = o.doc->next(n)) {
        raw(&o, n == o.doc->first(root) ? "\n" : ",\n");
        node(&o, n);
    }
    raw(&o, "]}\n");
    return o.status;
}

static const jb_renderer renderer = {.size = sizeof(jb_renderer),
                                     .render = render}; /* knows every kind */
static const jb_iface ifaces[] = {{JB_RENDERER, &renderer}};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "renderer",
    .name = "json",
    .title = "JSON",
    .title_zh = "JSON",
    .help = "The document's tree and all figures with their exact values.",
    .help_zh = "文档树和全部指标的精确值。",
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
    .id = "jianbao.jsonfile",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .init = init,
};
