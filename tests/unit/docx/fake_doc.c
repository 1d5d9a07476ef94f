// SPDX-License-Identifier: Apache-2.0
#include "fake_doc.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { ATTRS = 12 };

struct jb_node {
    const char *kind, *attrs[ATTRS][2];
    size_t n_attrs, n_runs, cap_runs;
    jb_run *runs;
    jb_node *first, *last, *next, *all;
    char *plain;
};

static jb_node *all;
void (*fake_draw)(const jb_canvas *);
size_t fake_disk, fake_n;
unsigned char *fake_file;
char fake_codes[512];

jb_node *fake_add(jb_node *parent, const char *kind)
{
    jb_node *n = calloc(1, sizeof *n);
    n->kind = kind;
    n->all = all;
    all = n;
    if (parent != NULL && parent->last != NULL)
        parent->last->next = n;
    else if (parent != NULL)
        parent->first = n;
    if (parent != NULL)
        parent->last = n;
    return n;
}

static jb_node *root;

jb_node *fake_root(void)
{
    if (root == NULL)
        root = fake_add(NULL, "document");
    return root;
}

void fake_set(jb_node *node, const char *attr, const char *value)
{
    node->attrs[node->n_attrs][0] = attr;
    node->attrs[node->n_attrs++][1] = value;
}

void fake_run(jb_node *node, uint32_t kind, const char *text, const char *style)
{
    jb_run *r;
    if (node->n_runs == node->cap_runs) {
        node->cap_runs = node->cap_runs > 0 ? 2 * node->cap_runs : 2;
        node->runs = realloc(node->runs, node->cap_runs * sizeof *node->runs);
    }
    r = &node->runs[node->n_runs++];
    memset(r, 0, sizeof *r);
    r->size = (uint32_t)sizeof *r;
    r->kind = kind;
    r->text = text;
    r->style = style;
    r->target = kind == JB_RUN_REF ? text : "";
    r->key = "";
}

jb_node *fake_text(jb_node *parent, const char *kind, const char *text)
{
    jb_node *n = fake_add(parent, kind);
    fake_run(n, JB_RUN_TEXT, text, "");
    return n;
}

void fake_reset(void)
{
    while (all != NULL) {
        jb_node *n = all;
        all = n->all;
        free(n->runs);
        free(n->plain);
        free(n);
    }
    root = NULL;
    free(fake_file);
    fake_file = NULL;
    fake_n = fake_disk = 0;
    fake_draw = NULL;
    fake_codes[0] = '\0';
}

/* ---- the host ---- */

static const jb_node *doc_root(const jb_doc *d)
{
    (void)d;
    return root;
}
static const jb_node *doc_first(const jb_node *n)
{
    return n->first;
}
static const jb_node *doc_next(const jb_node *n)
{
    return n->next;
}
static const char *doc_kind(const jb_node *n)
{
    return n->kind;
}
static const char *doc_attr(const jb_node *n, const char *attr)
{
    size_t i;
    for (i = 0; i < n->n_attrs; i++)
        if (strcmp(n->attrs[i][0], attr) == 0)
            return n->attrs[i][1];
    return NULL;
}
static uint64_t doc_n_runs(const jb_node *n)
{
    return n->n_runs;
}
static const jb_run *doc_run(const jb_node *n, uint64_t i)
{
    return &n->runs[i];
}
static const char *doc_plain(const jb_node *node)
{
    jb_node *n = (jb_node *)(uintptr_t)node;
    size_t i, len = 1;
    for (i = 0; i < n->n_runs; i++)
        len += strlen(n->runs[i].text);
    free(n->plain);
    n->plain = calloc(len, 1);
    for (i = 0; i < n->n_runs; i++)
        memcpy(n->plain + strlen(n->plain), n->runs[i].text, strlen(n->runs[i].text));
    return n->plain;
}

static jb_status chart_height(jb_ctx *c, const jb_node *n, double width, double *out)
{
    (void)c, (void)n;
    *out = width / 2;
    return JB_OK;
}
static jb_status chart_draw(jb_ctx *ctx, const jb_node *n, double w, double h, const jb_canvas *c)
{
    double line[] = {0, 0, w, h}, box[] = {1, 1, 9, 1, 9, 9, 1, 9};
    (void)ctx, (void)n;
    if (fake_draw != NULL) {
        fake_draw(c);
        return JB_OK;
    }
    c->group(c->self, "图");
    c->path(c->self, "ML", line, 4);
    c->paint(c->self, 0, 0x112233ff, 1, NULL, 0);
    c->path(c->self, "MLLLZ", box, 8);
    c->paint(c->self, 0xff0000ff, 0, 0, NULL, 0);
    c->text(c->self, 5, 5, JB_ANCHOR_START, "label", 0xff, "东湖区 12.5%");
    c->end_group(c->self);
    return JB_OK;
}
static jb_status chart_describe(jb_ctx *c, const jb_node *n, const char **out)
{
    (void)c, (void)n;
    *out = "东湖区 < 西山区 & \"其他\"";
    return JB_OK;
}

static size_t cap;

static jb_status sink_write(void *self, const void *bytes, uint64_t n)
{
    (void)self;
    if (fake_disk > 0 && fake_n + n > fake_disk)
        return JB_E_RENDER;
    if (fake_n + n > cap || fake_file == NULL) {
        cap = 2 * (fake_n + (size_t)n);
        fake_file = realloc(fake_file, cap);
    }
    memcpy(fake_file + fake_n, bytes, (size_t)n);
    fake_n += (size_t)n;
    return JB_OK;
}
static jb_status out_open(jb_ctx *c, const char *suffix, jb_sink *out)
{
    (void)c, (void)suffix;
    memset(out, 0, sizeof *out);
    out->write = sink_write;
    return JB_OK;
}

static const jb_doc_api doc_api = {.size = sizeof(jb_doc_api),
                                   .root = doc_root,
                                   .first = doc_first,
                                   .next = doc_next,
                                   .kind = doc_kind,
                                   .attr = doc_attr,
                                   .n_runs = doc_n_runs,
                                   .get_run = doc_run,
                                   .plain = doc_plain};
static const jb_chart_api chart_api = {.size = sizeof(jb_chart_api),
                                       .height = chart_height,
                                       .draw = chart_draw,
                                       .describe = chart_describe};
static const jb_out_api out_api = {.size = sizeof(jb_out_api), .open = out_open};

static const void *query(const char *id)
{
    return strcmp(id, JB_HOST_DOC) == 0     ? (const void *)&doc_api
           : strcmp(id, JB_HOST_CHART) == 0 ? (const void *)&chart_api
           : strcmp(id, JB_HOST_OUT) == 0   ? (const void *)&out_api
                                            : NULL;
}
static void note(const jb_fault *f)
{
    size_t n = strlen(fake_codes);
    snprintf(fake_codes + n, sizeof fake_codes - n, " %s", f->code != NULL ? f->code : "-");
}
static jb_status fail_(jb_ctx *c, const jb_fault *f)
{
    (void)c;
    note(f);
    return f->status;
}
static void warn_(jb_ctx *c, const jb_fault *f)
{
    (void)c;
    note(f);
}
static int32_t cancelled(const jb_ctx *c)
{
    (void)c;
    return 0;
}
static const char *setting;
static int32_t get_str(const jb_args *a, const char *key, const char **out)
{
    (void)a, (void)key;
    *out = setting;
    return setting != NULL;
}

jb_status fake_render(const char *figures)
{
    static const jb_host host = {.size = sizeof host,
                                 .query = query,
                                 .fail = fail_,
                                 .warn = warn_,
                                 .cancelled = cancelled,
                                 .get_str = get_str};
    const jb_component *c = jb_plugin_v1.components[0];
    const jb_renderer *r = c->ifaces[0].table;
    void *self = NULL;
    jb_status status;
    setting = figures;
    fake_root();
    free(fake_file);
    fake_file = NULL;
    fake_n = 0;
    fake_codes[0] = '\0';
    jb_plugin_v1.init(&host);
    status = c->create(NULL, NULL, &self);
    if (status == JB_OK)
        status = r->render(NULL, self, NULL);
    c->destroy(self);
    return status;
}

/* ---- looking at the file ---- */

static zip_t *open_file(void)
{
    zip_error_t error;
    zip_source_t *s;
    zip_error_init(&error);
    s = zip_source_buffer_create(fake_file, fake_n, 0, &error);
    return s != NULL ? zip_open_from_source(s, ZIP_RDONLY | ZIP_CHECKCONS, &error) : NULL;
}

const char *fake_part(const char *name, size_t *n)
{
    static char *bytes;
    zip_t *zip = open_file();
    zip_stat_t st;
    zip_file_t *f;
    free(bytes);
    bytes = NULL;
    if (zip == NULL)
        return NULL;
    if (zip_stat(zip, name, 0, &st) == 0 && (f = zip_fopen(zip, name, 0)) != NULL) {
        bytes = calloc((size_t)st.size + 1, 1);
        if (zip_fread(f, bytes, st.size) == (zip_int64_t)st.size && n != NULL)
            *n = (size_t)st.size;
        zip_fclose(f);
    }
    zip_discard(zip);
    return bytes;
}

const char *fake_check_xml(void)
{
    static char why[256];
    zip_t *zip = open_file();
    zip_int64_t i, n = zip != NULL ? zip_get_num_entries(zip, 0) : 0;
    if (n == 0)
        return "no archive";
    why[0] = '\0';
    for (i = 0; i < n && why[0] == '\0'; i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0), *text;
        size_t len = 0;
        XML_Parser p;
        if (strstr(name, ".emf") != NULL)
            continue;
        text = fake_part(name, &len);
        p = XML_ParserCreate(NULL);
        if (text == NULL || XML_Parse(p, text, (int)len, 1) != XML_STATUS_OK)
            snprintf(why, sizeof why, "%s: %s", name, XML_ErrorString(XML_GetErrorCode(p)));
        XML_ParserFree(p);
    }
    zip_discard(zip);
    return why[0] != '\0' ? why : NULL;
}

typedef struct words {
    char *text;
    size_t n, room;
    int inside;
} words;

static void add(words *w, const char *text, size_t n)
{
    if (w->n + n < w->room) {
        memcpy(w->text + w->n, text, n);
        w->n += n;
    }
}
static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **atts)
{
    words *w = data;
    (void)atts;
    w->inside = strcmp(name, "w:t") == 0;
}
static void XMLCALL on_end(void *data, const XML_Char *name)
{
    words *w = data;
    w->inside = 0;
    if (strcmp(name, "w:p") == 0)
        add(w, "\n", 1);
}
static void XMLCALL on_text(void *data, const XML_Char *text, int n)
{
    words *w = data;
    if (w->inside)
        add(w, text, (size_t)n);
}

const char *fake_words(void)
{
    static char *kept;
    size_t n = 0;
    const char *xml = fake_part("word/document.xml", &n);
    words w = {.room = n + 1};
    XML_Parser p = XML_ParserCreate(NULL);
    free(kept);
    kept = w.text = calloc(n + 2, 1);
    XML_SetUserData(p, &w);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    if (xml != NULL)
        XML_Parse(p, xml, (int)n, 1);
    XML_ParserFree(p);
    return kept;
}
