// SPDX-License-Identifier: Apache-2.0
#include "fake_host.h"

#include <glib.h>
#include <string.h>

struct jb_node {
    char *kind;
    GHashTable *attrs;
    GArray *runs;
    GPtrArray *children;
    jb_node *next;
    char *plain;
};

typedef struct {
    char *code;
    char *args[3];
} reported;

static struct {
    jb_node *root;
    GPtrArray *nodes;
    GPtrArray *strings;
    GPtrArray *reports;
    GString *codes;
    GByteArray *out;
    bool bad_output, bad_chart;
} fake;

static const char *keep(const char *text)
{
    char *copy = g_strdup(text ? text : "");
    g_ptr_array_add(fake.strings, copy);
    return copy;
}

static void free_node(gpointer data)
{
    jb_node *node = data;
    g_free(node->kind);
    g_free(node->plain);
    g_hash_table_destroy(node->attrs);
    g_array_free(node->runs, TRUE);
    g_ptr_array_free(node->children, TRUE);
    g_free(node);
}

static void free_report(gpointer data)
{
    reported *r = data;
    g_free(r->code);
    for (int i = 0; i < 3; i++)
        g_free(r->args[i]);
    g_free(r);
}

void fake_free(void)
{
    if (!fake.nodes)
        return;
    g_ptr_array_free(fake.nodes, TRUE);
    g_ptr_array_free(fake.strings, TRUE);
    g_ptr_array_free(fake.reports, TRUE);
    g_string_free(fake.codes, TRUE);
    g_byte_array_free(fake.out, TRUE);
    memset(&fake, 0, sizeof fake);
}

static jb_node *new_node(const char *kind)
{
    jb_node *node = g_new0(jb_node, 1);
    node->kind = g_strdup(kind);
    node->attrs = g_hash_table_new(g_str_hash, g_str_equal);
    node->runs = g_array_new(FALSE, FALSE, sizeof(jb_run));
    node->children = g_ptr_array_new();
    g_ptr_array_add(fake.nodes, node);
    return node;
}

jb_node *fake_document(void)
{
    fake_free();
    fake.nodes = g_ptr_array_new_with_free_func(free_node);
    fake.strings = g_ptr_array_new_with_free_func(g_free);
    fake.reports = g_ptr_array_new_with_free_func(free_report);
    fake.codes = g_string_new(NULL);
    fake.out = g_byte_array_new();
    fake.root = new_node("document");
    return fake.root;
}

jb_node *fake_add(jb_node *parent, const char *kind)
{
    jb_node *node = new_node(kind);
    if (parent->children->len > 0)
        ((jb_node *)parent->children->pdata[parent->children->len - 1])->next = node;
    g_ptr_array_add(parent->children, node);
    return node;
}

void fake_set(jb_node *node, const char *name, const char *value)
{
    g_hash_table_insert(node->attrs, (gpointer)(uintptr_t)keep(name),
                        (gpointer)(uintptr_t)keep(value));
}

void fake_run(jb_node *node, uint32_t kind, const char *text, const char *style, const char *target)
{
    jb_run run = {.size = sizeof run,
                  .kind = kind,
                  .text = keep(text),
                  .style = keep(style),
                  .target = target ? keep(target) : NULL};
    g_array_append_val(node->runs, run);
}

void fake_text(jb_node *node, const char *text)
{
    fake_run(node, JB_RUN_TEXT, text, "", NULL);
}

/* ---- the document interface ---- */

static const jb_node *doc_root(const jb_doc *doc)
{
    (void)doc;
    return fake.root;
}

static const jb_node *doc_first(const jb_node *node)
{
    return node->children->len > 0 ? node->children->pdata[0] : NULL;
}

static const jb_node *doc_next(const jb_node *node)
{
    return node->next;
}

static const char *doc_kind(const jb_node *node)
{
    return node->kind;
}

static const char *doc_attr(const jb_node *node, const char *name)
{
    return g_hash_table_lookup(node->attrs, name);
}

static uint64_t doc_n_runs(const jb_node *node)
{
    return node->runs->len;
}

static const jb_run *doc_get_run(const jb_node *node, uint64_t i)
{
    return &g_array_index(node->runs, jb_run, i);
}

static const char *doc_plain(const jb_node *node)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < node->runs->len; i++)
        g_string_append(text, g_array_index(node->runs, jb_run, i).text);
    for (guint i = 0; i < node->children->len; i++) {
        if (text->len > 0)
            g_string_append_c(text, '\n');
        g_string_append(text, doc_plain(node->children->pdata[i]));
    }
    jb_node *mutable = (jb_node *)(uintptr_t)node;
    g_free(mutable->plain);
    mutable->plain = g_string_free(text, FALSE);
    return node->plain;
}

static const jb_doc_api doc_api = {.size = sizeof doc_api,
                                   .root = doc_root,
                                   .first = doc_first,
                                   .next = doc_next,
                                   .kind = doc_kind,
                                   .attr = doc_attr,
                                   .n_runs = doc_n_runs,
                                   .get_run = doc_get_run,
                                   .plain = doc_plain};

/* ---- a chart ---- */

static jb_status chart_height(jb_ctx *ctx, const jb_node *node, double width, double *out)
{
    (void)ctx;
    (void)node;
    *out = width * 0.4;
    return JB_OK;
}

static jb_status chart_draw(jb_ctx *ctx, const jb_node *node, double width, double height,
                            const jb_canvas *c)
{
    static const char *const names[] = {"东湖区", "西山区", "南川区", "北塔区"};
    (void)ctx;
    (void)node;
    if (fake.bad_chart)
        return JB_E_DATA;
    double x = 60, slot = height / 4, text_width, ascent, descent;
    c->group(c->self, "各区新项目数：东湖区最多");
    c->clip(c->self, 0, 0, width, height);
    for (int i = 0; i < 4; i++) {
        double w = (width - x - 60) * (4 - i) / 4, y = slot * i;
        double box[8] = {x, y + 4, x + w, y + 4, x + w, y + slot - 4, x, y + slot - 4};
        c->path(c->self, "MLLLZ", box, 8);
        c->paint(c->self, i == 0 ? 0x1F4E79FF : 0x9DB4C8FF, 0, 0, NULL, 0);
        c->measure(c->self, "label", names[i], &text_width, &ascent, &descent);
        c->text(c->self, x - 6, y + slot / 2 + ascent / 2, JB_ANCHOR_END, "label", 0x000000FF,
                names[i]);
        c->text(c->self, x + w + 4, y + slot / 2 + ascent / 2, JB_ANCHOR_START, "value", 0x000000FF,
                "43");
    }
    c->end_group(c->self);
    return JB_OK;
}

static jb_status chart_describe(jb_ctx *ctx, const jb_node *node, const char **out)
{
    (void)ctx;
    (void)node;
    *out = "各区新项目数";
    return JB_OK;
}

static const jb_chart_api chart_api = {.size = sizeof chart_api,
                                       .height = chart_height,
                                       .draw = chart_draw,
                                       .describe = chart_describe};

/* ---- output and reports ---- */

static jb_status sink_write(void *self, const void *bytes, uint64_t n)
{
    (void)self;
    if (fake.bad_output)
        return JB_E_INTERNAL;
    g_byte_array_append(fake.out, bytes, (guint)n);
    return JB_OK;
}

static jb_status out_open(jb_ctx *ctx, const char *suffix, jb_sink *out)
{
    (void)ctx;
    (void)suffix;
    *out = (jb_sink){.size = sizeof *out, .write = sink_write};
    return JB_OK;
}

static const jb_out_api out_api = {.size = sizeof out_api, .open = out_open};

static void note(const jb_fault *fault)
{
    reported *r = g_new0(reported, 1);
    r->code = g_strdup(fault->code ? fault->code : "text");
    for (uint64_t i = 0; i < fault->n_args && i < 3; i++)
        r->args[i] = g_strdup(fault->args[i]);
    g_ptr_array_add(fake.reports, r);
    g_string_append_printf(fake.codes, "%s ", r->code);
}

static jb_status host_fail(jb_ctx *ctx, const jb_fault *fault)
{
    (void)ctx;
    note(fault);
    return fault->status;
}

static void host_warn(jb_ctx *ctx, const jb_fault *fault)
{
    (void)ctx;
    note(fault);
}

static const void *host_query(const char *id)
{
    if (strcmp(id, JB_HOST_DOC) == 0)
        return &doc_api;
    if (strcmp(id, JB_HOST_CHART) == 0)
        return &chart_api;
    return strcmp(id, JB_HOST_OUT) == 0 ? &out_api : NULL;
}

static const jb_host host = {.size = sizeof host,
                             .version = "test",
                             .query = host_query,
                             .fail = host_fail,
                             .warn = host_warn};

jb_status fake_render(const char *name, const unsigned char **bytes, size_t *n)
{
    g_byte_array_set_size(fake.out, 0);
    jb_status status = JB_E_UNSUPPORTED;
    jb_plugin_v1.init(&host);
    for (uint64_t i = 0; i < jb_plugin_v1.n_components; i++) {
        const jb_component *c = jb_plugin_v1.components[i];
        if (strcmp(c->name, name) != 0)
            continue;
        const jb_renderer *renderer = c->ifaces[0].table;
        status = renderer->render(NULL, NULL, (const jb_doc *)fake.root);
    }
    *bytes = fake.out->data;
    *n = fake.out->len;
    return status;
}

const char *fake_reports(void)
{
    return fake.codes->str;
}

size_t fake_count(const char *code)
{
    size_t n = 0;
    for (guint i = 0; i < fake.reports->len; i++)
        n += strcmp(((reported *)fake.reports->pdata[i])->code, code) == 0;
    return n;
}

const char *fake_arg(const char *code, size_t i)
{
    for (guint k = fake.reports->len; k > 0; k--) {
        const reported *r = fake.reports->pdata[k - 1];
        if (strcmp(r->code, code) == 0 && i < 3 && r->args[i])
            return r->args[i];
    }
    return "";
}

void fake_break_output(bool broken)
{
    fake.bad_output = broken;
}

void fake_break_chart(bool broken)
{
    fake.bad_chart = broken;
}
