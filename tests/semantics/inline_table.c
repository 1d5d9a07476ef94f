// SPDX-License-Identifier: Apache-2.0
/* A source for tests: `columns = NAME FORMAT, …`, `rows` one line each with cells parted by |,
 * `parts` partitions of equal length. An empty cell is NULL, "" is empty text. Formats: u l g b tdD
 * dP.S. */
#include "odd.h"

#include <errno.h>
#include <stdio.h>

static const jb_host *host;

typedef struct table {
    const char *const *columns;
    const char *const *rows;
    uint64_t n_columns, n_rows, parts;
    char names[16][64];
    char formats[16][32];
    int64_t fail_at;
    const char *lie;
} table;

static jb_status init(const jb_host *h)
{
    host = h;
    odd_use(h);
    return JB_OK;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    table *t = calloc(1, sizeof *t);
    int64_t parts = 1;
    t->fail_at = -1;
    host->get_list(args, "columns", &t->columns, &t->n_columns);
    if (!host->get_list(args, "rows", &t->rows, &t->n_rows))
        t->n_rows = 0;
    host->get_i64(args, "parts", &parts);
    host->get_i64(args, "fail_at", &t->fail_at);
    t->lie = "";
    host->get_str(args, "lie", &t->lie);
    t->parts = (uint64_t)parts;
    for (uint64_t c = 0; c < t->n_columns && c < 16; c++) {
        const char *blank = strrchr(t->columns[c], ' ');
        if (blank == NULL) {
            free(t);
            return jb_fail_text(host, ctx, JB_E_CONFIG, "columns", "NAME FORMAT is wanted");
        }
        snprintf(t->names[c], sizeof t->names[c], "%.*s", (int)(blank - t->columns[c]),
                 t->columns[c]);
        /* d14.2 is written for d:14,2: a comma would part the list */
        int precision, scale;
        if (sscanf(blank + 1, "d%d.%d", &precision, &scale) == 2)
            snprintf(t->formats[c], sizeof t->formats[c], "d:%d,%d%s", precision, scale,
                     precision > 18 ? "" : ",64");
        else
            snprintf(t->formats[c], sizeof t->formats[c], "%s", blank + 1);
    }
    *self = t;
    return JB_OK;
}

static int schema_of(const table *t, const uint64_t *which, uint64_t n, struct ArrowSchema *out)
{
    if (jb_schema_make(out, "+s", "", (int64_t)n) != 0)
        return -1;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t c = which != NULL ? which[i] : i;
        if (jb_schema_make(out->children[i], t->formats[c], t->names[c], 0) != 0)
            return -1;
    }
    return 0;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    (void)ctx;
    (void)scan;
    return schema_of(self, NULL, ((table *)self)->n_columns, out) == 0 ? JB_OK : JB_E_MEMORY;
}

static jb_status parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    (void)ctx;
    (void)scan;
    *n = ((table *)self)->parts;
    return JB_OK;
}

typedef struct stream {
    const table *t;
    uint64_t which[16], n, at, end;
    int64_t batch;
} stream;

/* Cell c of a row; 0: NULL. */
static int cell(const char *row, uint64_t c, char *out, size_t cap)
{
    while (c-- > 0) {
        row = strchr(row, '|');
        if (row == NULL)
            return 0;
        row++;
    }
    size_t n = strcspn(row, "|");
    while (n > 0 && row[0] == ' ') {
        row++;
        n--;
    }
    while (n > 0 && row[n - 1] == ' ')
        n--;
    snprintf(out, cap, "%.*s", (int)n, row);
    return n > 0;
}

static int fill(const stream *s, uint64_t i, struct ArrowArray *out, int64_t rows)
{
    const table *t = s->t;
    int32_t precision, scale, from, y, m, d;
    char kind = jb_format_kind(t->formats[s->which[i]], &precision, &scale), text[200];
    jb_i128 v;
    if (kind == 'u') {
        char(*texts)[200] = calloc((size_t)rows + 1, sizeof *texts);
        const char **list = calloc((size_t)rows + 1, sizeof *list);
        for (int64_t r = 0; r < rows; r++) {
            int set = cell(t->rows[s->at + (uint64_t)r], s->which[i], texts[r], 200);
            list[r] = !set ? NULL : strcmp(texts[r], "\"\"") == 0 ? "" : texts[r];
        }
        int failed = jb_column_utf8(out, rows, list);
        free(texts);
        free(list);
        return failed;
    }
    if (jb_column_make(out, rows, kind == 'D' ? 4 : kind == 'h' ? 16 : 8) != 0)
        return -1;
    for (int64_t r = 0; r < rows; r++) {
        if (!cell(t->rows[s->at + (uint64_t)r], s->which[i], text, sizeof text))
            continue;
        if (kind == 'g') {
            double f = strtod(text, NULL);
            jb_set_cell(out, r, &f, 8);
        } else if (kind == 'D' && sscanf(text, "%d-%d-%d", &y, &m, &d) == 3) {
            int32_t days = jb_days_from_civil(y, m, d);
            jb_set_cell(out, r, &days, 4);
        } else if (kind == 'b') {
            uint8_t *bits = (uint8_t *)(uintptr_t)out->buffers[1];
            bits[r >> 3] = (uint8_t)(bits[r >> 3] | (text[0] == '1' ? 1u << (r & 7) : 0u));
            jb_set_valid(out, r);
        } else if (jb_dec_parse(text, strlen(text), &v, &from) == 0 &&
                   jb_dec_rescale(v, from, scale, &v) == 0) {
            jb_set_cell(out, r, &v, kind == 'h' ? 16 : 8);
        }
    }
    return 0;
}

static int get_schema(struct ArrowArrayStream *a, struct ArrowSchema *out)
{
    const stream *s = a->private_data;
    if (strcmp(s->t->lie, "other schema") == 0)
        return schema_of(s->t, s->which, s->n - 1, out) == 0 ? 0 : ENOMEM;
    return schema_of(s->t, s->which, s->n, out) == 0 ? 0 : ENOMEM;
}

static int get_next(struct ArrowArrayStream *a, struct ArrowArray *out)
{
    stream *s = a->private_data;
    const size_t none[1] = {0};
    int64_t rows = (int64_t)(s->end - s->at);
    memset(out, 0, sizeof *out);
    if (rows <= 0)
        return 0;
    if (s->t->fail_at >= 0 && s->t->fail_at < (int64_t)s->end && s->t->fail_at >= (int64_t)s->at)
        return EIO;
    if (strcmp(s->t->lie, "big batches") != 0)
        rows = rows < s->batch ? rows : s->batch;
    if (jb_array_make(out, rows, 1, none, (int64_t)s->n) != 0)
        return ENOMEM;
    out->null_count = 0;
    for (uint64_t i = 0; i < s->n; i++) {
        if (fill(s, i, out->children[i], rows) != 0)
            return ENOMEM;
    }
    s->at += (uint64_t)rows;
    if (strcmp(s->t->lie, "short column") == 0)
        out->children[0]->length = rows - 1;
    if (strcmp(s->t->lie, "bad offsets") == 0)
        ((int32_t *)(uintptr_t)out->children[0]->buffers[1])[0] = 1 << 30;
    if (strcmp(s->t->lie, "bad text") == 0)
        ((char *)(uintptr_t)out->children[0]->buffers[2])[0] = (char)0xff;
    return 0;
}

static const char *last_error(struct ArrowArrayStream *a)
{
    (void)a;
    return "the test wanted this failure";
}

static void release(struct ArrowArrayStream *a)
{
    free(a->private_data);
    a->release = NULL;
}

static jb_status scan(jb_ctx *ctx, void *self, const jb_scan *ask, struct ArrowArrayStream *out)
{
    const table *t = self;
    stream *s = calloc(1, sizeof *s);
    (void)ctx;
    s->t = t;
    s->n = ask->n_columns;
    s->batch = ask->batch_rows;
    s->at = t->n_rows * ask->part / t->parts;
    s->end = t->n_rows * (ask->part + 1) / t->parts;
    for (uint64_t i = 0; i < s->n; i++) {
        const jb_column *column =
            (const jb_column *)(const void *)((const char *)ask->columns + i * ask->column_stride);
        while (s->which[i] + 1 < t->n_columns && strcmp(t->names[s->which[i]], column->name) != 0)
            s->which[i]++;
    }
    *out = (struct ArrowArrayStream){get_schema, get_next, last_error, release, s};
    return JB_OK;
}

static const jb_source source = {
    .size = sizeof(jb_source), .schema = schema, .parts = parts, .scan = scan};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

static const jb_param params[] = {
    {sizeof(jb_param), JB_T_STR, JB_P_LIST | JB_P_REQUIRED, 0, "columns", NULL, NULL, "NAME FORMAT",
     "列 格式"},
    {sizeof(jb_param), JB_T_STR, JB_P_LIST, 0, "rows", NULL, NULL, "One line each.", "每行一条。"},
    {sizeof(jb_param), JB_T_INT, 0, 0, "parts", "1", "1..64", "Partitions.", "分块数。"},
    {sizeof(jb_param), JB_T_INT, 0, 0, "fail_at", NULL, NULL, "Row at which reading fails.",
     "读到此行失败。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "lie", NULL, NULL, "Breaks the contract.", "不守约定。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .kind = "source",
    .name = "inline_table",
    .title = "Inline table",
    .title_zh = "内联表",
    .help = "A table written in the configuration.",
    .help_zh = "写在配置里的表。",
    .params = params,
    .n_params = 5,
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = free,
};
static const jb_component *const components[] = {&component, &odd_last, &odd_wrong,
                                                 &odd_wrong_derive};

const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .id = "inline-table",
    .version = "1",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 4,
    .message_stride = sizeof(jb_message),
    .init = init,
};
