// SPDX-License-Identifier: Apache-2.0
#include "record.h"

static uint64_t fake_n_data(const jb_node *node)
{
    return node->n;
}

static jb_status fake_data(const jb_node *node, uint64_t i, jb_figure *out)
{
    *out = node->figure[i];
    return JB_OK;
}

static const jb_doc_api doc_api = {
    .size = sizeof(jb_doc_api), .n_data = fake_n_data, .data = fake_data};
const jb_doc_api *const test_doc = &doc_api;

static int32_t fake_get_str(const jb_args *args, const char *key, const char **out)
{
    const char *v = args == NULL                ? NULL
                    : strcmp(key, "style") == 0 ? args->style
                    : strcmp(key, "order") == 0 ? args->order
                    : strcmp(key, "path") == 0  ? args->path
                    : strcmp(key, "name") == 0  ? "name"
                                                : NULL;
    if (v != NULL)
        *out = v;
    return v != NULL;
}

static int32_t fake_get_list(const jb_args *args, const char *key, const char *const **out,
                             uint64_t *n)
{
    static const char *const any[MAX_FIGURES];
    if (args == NULL)
        return 0;
    if (strcmp(key, "bands") == 0 && args->bands != NULL) {
        *out = args->bands;
        *n = args->n_bands;
        return 1;
    }
    if (strcmp(key, "versus") == 0 && args->second > 0) {
        *out = any;
        *n = args->second;
        return 1;
    }
    return 0;
}

char fault_code[16], warned_code[16];

static jb_status fake_fail(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    snprintf(fault_code, sizeof fault_code, "%s", f->code != NULL ? f->code : "");
    return f->status;
}

static void fake_warn(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    snprintf(warned_code, sizeof warned_code, "%s", f->code);
}

static const void *fake_query(const char *id)
{
    return strcmp(id, JB_HOST_DOC) == 0 ? &doc_api : NULL;
}

const jb_host test_host = {.size = sizeof(jb_host),
                           .query = fake_query,
                           .fail = fake_fail,
                           .warn = fake_warn,
                           .get_str = fake_get_str,
                           .get_list = fake_get_list};

/* ---- the canvas ---- */

static void measure(void *self, const char *style, const char *s, double *w, double *a, double *d)
{
    double size = strcmp(style, "axis") == 0 ? 8 : 9, width = 0;
    (void)self;
    for (; *s != '\0'; s++)
        if (((unsigned char)*s & 0xc0) != 0x80)
            width += (unsigned char)*s < 0x80 ? size / 2 : size;
    *w = width;
    *a = size * 0.86;
    *d = size * 0.14;
}

static void text(void *self, double x, double y, uint32_t anchor, const char *style, uint32_t color,
                 const char *s)
{
    record *r = (record *)self;
    one_text *t = &r->text[r->n];
    double w, a, d;
    measure(NULL, style, s, &w, &a, &d);
    assert_true(r->n < MAX_TEXTS);
    r->n++;
    x -= anchor == JB_ANCHOR_END ? w : anchor == JB_ANCHOR_MIDDLE ? w / 2 : 0;
    t->x0 = x;
    t->x1 = x + w;
    t->y0 = y - a;
    t->y1 = y + d;
    t->color = color;
    snprintf(t->text, sizeof t->text, "%s", s);
    snprintf(t->style, sizeof t->style, "%s", style);
}

static void path(void *self, const char *ops, const double *xy, uint64_t n)
{
    record *r = (record *)self;
    one_path *p = &r->path[r->n_paths];
    uint64_t i;
    assert_true(r->n_paths < MAX_PATHS);
    *p = (one_path){.x0 = 1e9, .y0 = 1e9, .x1 = -1e9, .y1 = -1e9};
    snprintf(p->ops, sizeof p->ops, "%.39s", ops);
    for (i = 0; i + 1 < n; i += 2) {
        assert_true(xy[i] > -1e6 && xy[i] < 1e6 && xy[i + 1] > -1e6 && xy[i + 1] < 1e6);
        p->x0 = xy[i] < p->x0 ? xy[i] : p->x0;
        p->x1 = xy[i] > p->x1 ? xy[i] : p->x1;
        p->y0 = xy[i + 1] < p->y0 ? xy[i + 1] : p->y0;
        p->y1 = xy[i + 1] > p->y1 ? xy[i + 1] : p->y1;
    }
    r->px0 = p->x0 < r->px0 ? p->x0 : r->px0;
    r->px1 = p->x1 > r->px1 ? p->x1 : r->px1;
    r->py0 = p->y0 < r->py0 ? p->y0 : r->py0;
    r->py1 = p->y1 > r->py1 ? p->y1 : r->py1;
}

static void paint(void *self, uint32_t fill, uint32_t stroke, double width, const double *dash,
                  uint64_t n)
{
    record *r = (record *)self;
    one_path *p = &r->path[r->n_paths++];
    (void)dash;
    p->fill = fill;
    p->stroke = stroke;
    p->width = width;
    p->n_dash = n;
}

static void clip(void *self, double x, double y, double w, double h)
{
    (void)self, (void)x, (void)y, (void)w, (void)h;
}

static void group(void *self, const char *alt)
{
    (void)self, (void)alt;
}

static void end_group(void *self)
{
    (void)self;
}

static void expect_clean(const record *r)
{
    size_t i, j;
    const double e = 0.01;
    for (i = 0; i < r->n; i++) {
        const one_text *a = &r->text[i];
        if (a->x0 < -e || a->x1 > r->width + e || a->y0 < -e || a->y1 > r->height + e)
            fail_msg("\"%s\" leaves the canvas: %.1f..%.1f, %.1f..%.1f of %.0f×%.0f", a->text,
                     a->x0, a->x1, a->y0, a->y1, r->width, r->height);
        for (j = 0; j < i; j++) {
            const one_text *b = &r->text[j];
            if (a->x0 < b->x1 - e && b->x0 < a->x1 - e && a->y0 < b->y1 - e && b->y0 < a->y1 - e)
                fail_msg("\"%s\" touches \"%s\" (%.0f×%.0f)", a->text, b->text, r->width,
                         r->height);
        }
    }
    if (r->n_paths > 0 &&
        !(r->px0 >= -e && r->py0 >= -e && r->px1 <= r->width + e && r->py1 <= r->height + e))
        fail_msg("paths leave the canvas: %.1f..%.1f, %.1f..%.1f of %.0f×%.0f", r->px0, r->px1,
                 r->py0, r->py1, r->width, r->height);
}

/* ---- data ---- */

static uint32_t seed;

void seed_random(uint32_t s)
{
    seed = s;
}

uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

void add_figure(jb_node *node, const char *name, const char *unit, const char *const *keys,
                const int64_t *values, const uint8_t *present, int64_t n, const char *format)
{
    uint64_t k = node->n++;
    struct ArrowSchema *s = &node->schema[k];
    struct ArrowArray *a = &node->array[k];
    int64_t n_keys = keys != NULL, i;
    assert_true(k < MAX_FIGURES);
    assert_int_equal(jb_schema_make(s, "+s", "", n_keys + 1), 0);
    if (keys != NULL)
        assert_int_equal(jb_schema_make(s->children[0], "u", "district", 0), 0);
    assert_int_equal(jb_schema_make(s->children[n_keys], format, "value", 0), 0);
    assert_int_equal(jb_array_make(a, n, 1, (const size_t[]){0}, n_keys + 1), 0);
    if (keys != NULL)
        assert_int_equal(jb_column_utf8(a->children[0], n, keys), 0);
    assert_int_equal(jb_column_make(a->children[n_keys], n, 8), 0);
    for (i = 0; i < n; i++)
        if (present[i])
            jb_set_cell(a->children[n_keys], i, &values[i], 8);
    node->figure[k] = (jb_figure){.size = sizeof(jb_figure),
                                  .n_keys = (uint32_t)n_keys,
                                  .name = name,
                                  .unit = unit,
                                  .period = "",
                                  .as_of = "",
                                  .source = "",
                                  .schema = s,
                                  .array = a};
}

void free_node(jb_node *node)
{
    uint64_t i;
    for (i = 0; i < node->n; i++) {
        node->schema[i].release(&node->schema[i]);
        node->array[i].release(&node->array[i]);
    }
    node->n = 0;
}

const jb_chart *chart_named(const char *name, const jb_component **component)
{
    uint64_t i;
    for (i = 0; i < jb_plugin_v1.n_components; i++) {
        *component = jb_plugin_v1.components[i];
        if (strcmp((*component)->name, name) == 0)
            return (const jb_chart *)(*component)->ifaces[0].table;
    }
    fail_msg("no chart %s", name);
    return NULL;
}

jb_status check_chart(const char *name, const jb_args *args, const jb_node *node)
{
    const jb_component *component = NULL;
    const jb_chart *chart = chart_named(name, &component);
    void *self = NULL;
    jb_status status = component->create(NULL, args, &self);
    if (status != JB_OK)
        return status;
    status = chart->check(NULL, self, node->figure, node->n);
    component->destroy(self);
    return status;
}

void draw_chart(const char *name, const jb_args *args, const jb_node *node, double width,
                double height, record *r)
{
    const jb_component *component = NULL;
    const jb_chart *chart = chart_named(name, &component);
    jb_canvas c = {.size = sizeof c,
                   .self = r,
                   .path = path,
                   .paint = paint,
                   .text = text,
                   .measure = measure,
                   .clip = clip,
                   .group = group,
                   .end_group = end_group};
    void *self = NULL;
    const char *sentence = NULL;
    memset(r, 0, sizeof *r);
    r->px0 = r->py0 = 1e9;
    r->px1 = r->py1 = -1e9;
    assert_int_equal(component->create(NULL, args, &self), JB_OK);
    if (height == 0)
        assert_int_equal(chart->height(NULL, self, node, width, &height), JB_OK);
    r->width = width;
    r->height = height;
    assert_int_equal(chart->draw(NULL, self, node, width, height, &c), JB_OK);
    assert_int_equal(chart->describe(NULL, self, node, &sentence), JB_OK);
    snprintf(r->sentence, sizeof r->sentence, "%s", sentence);
    assert_true(strlen(sentence) > 6);
    component->destroy(self);
    expect_clean(r);
}

const one_text *find_text(const record *r, const char *wanted)
{
    size_t i;
    for (i = 0; i < r->n; i++)
        if (strcmp(r->text[i].text, wanted) == 0)
            return &r->text[i];
    return NULL;
}

int has_text(const record *r, const char *wanted)
{
    return find_text(r, wanted) != NULL;
}

size_t count_text(const record *r, const char *wanted)
{
    size_t i, n = 0;
    for (i = 0; i < r->n; i++)
        n += strcmp(r->text[i].text, wanted) == 0;
    return n;
}

size_t count_fill(const record *r, uint32_t fill)
{
    size_t i, n = 0;
    for (i = 0; i < r->n_paths; i++)
        n += r->path[i].fill == fill;
    return n;
}

size_t count_stroke(const record *r, uint32_t stroke)
{
    size_t i, n = 0;
    for (i = 0; i < r->n_paths; i++)
        n += r->path[i].stroke == stroke;
    return n;
}
