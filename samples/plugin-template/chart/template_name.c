// SPDX-License-Identifier: MIT-0
/* chart template_name: a line from zero and a dot for each row, its name on the left, its value on
 * the right. A missing value is a dash. Lengths are points, y grows downwards. To make it yours:
 * `draw`, `height`, `describe`. */
#include <jianbao/plugin_util.h>

#include <stdio.h>

#define INK 0x222222ffu
#define SOFT 0x808080ffu
#define BLUE 0x2c5d8fffu
#define ROW_HEIGHT 20.0
#define GAP 8.0

static const jb_host *host;

/* One instance: what describe() gave lives until the next call. */
typedef struct template_name {
    char sentence[512];
} template_name;

/* The rows of the first figure of a node. */
typedef struct rows {
    jb_figure f;
    const struct ArrowArray *value;
    char kind; /* jb_format_kind */
    int32_t scale;
    int64_t n;
} rows;

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    (void)args;
    *self = calloc(1, sizeof(template_name));
    return *self != NULL ? JB_OK : jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
}

/* Refuses before any data is read what cannot be drawn. */
static jb_status check(jb_ctx *ctx, void *self, const jb_figure *data, uint64_t n)
{
    int32_t precision, scale;
    (void)self;
    for (uint64_t i = 0; i < n; i++) {
        char kind =
            jb_format_kind(data[i].schema->children[data[i].n_keys]->format, &precision, &scale);
        if (n != 1 || data[i].n_keys != 1 || (kind != 'l' && kind != 'd' && kind != 'h'))
            return jb_fail_text(host, ctx, JB_E_CONFIG, "metric",
                                "one figure with one key, of integers or decimals");
    }
    return JB_OK;
}

static void load(const jb_node *node, rows *out)
{
    const jb_doc_api *doc = host->query(JB_HOST_DOC);
    int32_t precision;
    memset(out, 0, sizeof *out);
    if (doc->n_data(node) == 0 || doc->data(node, 0, &out->f) != JB_OK || out->f.array == NULL ||
        (out->f.flags & JB_FIG_LOST) != 0)
        return;
    out->value = out->f.array->children[out->f.n_keys];
    out->kind =
        jb_format_kind(out->f.schema->children[out->f.n_keys]->format, &precision, &out->scale);
    out->n = out->f.array->length;
}

/* Name and value of a row as text. The number is as exact as the figure. */
static void texts(const rows *r, int64_t i, char name[128], char value[96])
{
    const struct ArrowArray *key = r->f.array->children[0];
    char number[48];
    size_t n = 0;
    const char *text = jb_is_null(key, i) ? NULL : jb_utf8_cell(key, i, &n);
    snprintf(name, 128, "%.*s", text != NULL && n < 128 ? (int)n : 9,
             text != NULL && n < 128 ? text : "（空）");
    snprintf(value, 96, "—");
    if (!jb_is_null(r->value, i)) {
        jb_dec_text(jb_int_cell(r->value, r->kind, i), r->scale, number);
        snprintf(value, 96, "%s%s", number, r->f.unit);
    }
}

/* For lengths on paper a double is good enough; printed numbers never pass through one. */
static double size_of(const rows *r, int64_t i)
{
    double v = jb_is_null(r->value, i) ? 0 : (double)jb_int_cell(r->value, r->kind, i);
    return v > 0 ? v : 0;
}

static double text_width(const jb_canvas *c, const char *style, const char *text)
{
    double width, ascent, descent;
    c->measure(c->self, style, text, &width, &ascent, &descent);
    return width;
}

static void draw_row(const jb_canvas *c, double x0, double x1, double y, const char *name,
                     const char *value)
{
    const double line[4] = {x0, y, x1, y};
    const double dot[8] = {x1 - 3, y, x1, y - 3, x1 + 3, y, x1, y + 3};
    c->text(c->self, x0 - GAP, y + 4, JB_ANCHOR_END, "label", INK, name);
    if (x1 > x0) {
        c->path(c->self, "ML", line, 4);
        c->paint(c->self, 0, BLUE, 1.5, NULL, 0);
        c->path(c->self, "MLLLZ", dot, 8);
        c->paint(c->self, BLUE, 0, 0, NULL, 0);
    }
    c->text(c->self, x1 + GAP, y + 4, JB_ANCHOR_START, "value", INK, value);
}

static jb_status draw(jb_ctx *ctx, void *self, const jb_node *node, double width, double height,
                      const jb_canvas *c)
{
    char name[128], value[96];
    double left = 0, right = 0, most = 0, step;
    rows r;
    (void)ctx;
    (void)self;
    load(node, &r);
    for (int64_t i = 0; i < r.n; i++) {
        double w;
        texts(&r, i, name, value);
        left = (w = text_width(c, "label", name)) > left ? w : left;
        right = (w = text_width(c, "value", value)) > right ? w : right;
        most = (w = size_of(&r, i)) > most ? w : most;
    }
    left += GAP;
    right += 2 * GAP;
    step = r.n > 0 ? height / (double)r.n : height;
    for (int64_t i = 0; i < r.n; i++) {
        double room = width - left - right, y = step * ((double)i + 0.5);
        texts(&r, i, name, value);
        draw_row(c, left, left + (most > 0 && room > 0 ? room * size_of(&r, i) / most : 0), y, name,
                 value);
    }
    const double axis[4] = {left, 0, left, height};
    c->path(c->self, "ML", axis, 4);
    c->paint(c->self, 0, SOFT, 0.5, NULL, 0);
    return JB_OK;
}

static jb_status height(jb_ctx *ctx, void *self, const jb_node *node, double width, double *out)
{
    rows r;
    (void)ctx;
    (void)self;
    (void)width;
    load(node, &r);
    *out = ROW_HEIGHT * (double)(r.n > 0 ? r.n : 1);
    return JB_OK;
}

/* What is shown, in one sentence, for those who do not see it. */
static jb_status describe(jb_ctx *ctx, void *self, const jb_node *node, const char **out)
{
    template_name *me = self;
    char name[128], value[96];
    size_t at;
    rows r;
    (void)ctx;
    load(node, &r);
    *out = me->sentence;
    at = (size_t)snprintf(me->sentence, sizeof me->sentence, "图，%lld项", (long long)r.n);
    for (int64_t i = 0; i < r.n && i < 3; i++) { /* every text is short enough for three to fit */
        texts(&r, i, name, value);
        at += (size_t)snprintf(me->sentence + at, sizeof me->sentence - at, "%s%.90s%.48s",
                               i == 0 ? "：" : "，", name, value);
    }
    snprintf(me->sentence + at, sizeof me->sentence - at, "%s。", r.n > 3 ? "等" : "");
    return JB_OK;
}

static const jb_chart chart = {
    .size = sizeof(jb_chart), .check = check, .height = height, .draw = draw, .describe = describe};
static const jb_iface ifaces[] = {{JB_CHART, &chart}};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "chart",
    .name = "template_name",
    .title = "Dots",
    .title_zh = "点线图",
    .help = "A line from zero and a dot for each row.",
    .help_zh = "每行一条从零起的线和一个点。",
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
    .create = create,
    .destroy = free,
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
    .abi_needs = 0, /* N once a member marked "since 1.N" must be there */
    .id = "local.template_name",
    .version = "0.1.0",
    .license = "MIT-0",
    .url = "",
    .components = components,
    .n_components = sizeof components / sizeof components[0],
    .init = init,
};
