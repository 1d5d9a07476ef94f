// SPDX-License-Identifier: Apache-2.0
/* section table: figures side by side, a row a key; or the rows of a ranking. */
#include "table.h"

#include <stdio.h>

static const jb_host *host;

static void destroy(void *self)
{
    table_columns_free(self);
    free(self);
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    table *t = calloc(1, sizeof *t);
    const char *text = NULL;
    jb_status status;
    if (t == NULL)
        return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    t->args = args;
    host->get_str(args, "rows", &t->rows);
    host->get_str(args, "caption", &t->caption);
    host->get_str(args, "source", &t->source);
    host->get_str(args, "stub", &t->stub);
    host->get_i64(args, "total", &t->total);
    t->has_of = host->get_str(args, "of", &text);
    t->has_sort = host->get_str(args, "sort", &text);
    if ((t->rows != NULL) == t->has_of) {
        free(t);
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E0770", NULL, NULL, NULL, NULL);
    }
    status = table_parse(ctx, host, t);
    if (status != JB_OK) {
        destroy(t);
        return status;
    }
    *self = t;
    return JB_OK;
}

static jb_status services(table_call *c, jb_ctx *ctx, table *t)
{
    memset(c, 0, sizeof *c);
    c->ctx = ctx;
    c->host = host;
    c->t = t;
    c->doc = host->query(JB_HOST_DOC);
    c->text = host->query(JB_HOST_TEXT);
    c->figures = host->query(JB_HOST_FIGURES);
    if (c->doc == NULL || c->text == NULL || c->figures == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "the host offers no document");
    return JB_OK;
}

/* ---- cells ---- */

static jb_status words(table_call *c, jb_node *node, const char *text)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .text = text, .style = ""};
    return c->doc->run(c->ctx, node, &run);
}

static jb_status key_cell(table_call *c, jb_node *cell, const table_column *col, const table_row *r)
{
    const struct ArrowArray *keys;
    char text[1024];
    size_t n;
    const char *at;
    if (!c->t->has_of)
        return words(c, cell, r->key != NULL ? r->key : "（空）");
    keys = c->of.array->children[col->key];
    if (jb_is_null(keys, r->row))
        return words(c, cell, "（空）");
    at = jb_utf8_cell(keys, r->row, &n);
    if (n >= sizeof text) { /* at a character's edge */
        n = sizeof text - 1;
        while (n > 0 && ((unsigned char)at[n] & 0xc0u) == 0x80u)
            n--;
    }
    memcpy(text, at, n);
    text[n] = '\0';
    return words(c, cell, text);
}

static int64_t row_of(const table_call *c, const table_column *col, const table_row *r)
{
    if (col->what == TABLE_FIELD)
        return r->row;
    if (!c->t->has_of)
        return table_find_row(&col->figure, r->key, r->order);
    return table_find_key(&col->figure, &c->of, r->row);
}

/* A value that is missing is printed as —, and said to be missing. */
static jb_status mark_missing(table_call *c, jb_node *cell, const table_column *col,
                              const jb_figure *f, int64_t row)
{
    int64_t i, child = f->n_keys;
    if (col->what == TABLE_FIELD) {
        for (i = 0; i < f->schema->n_children; i++)
            if (strcmp(f->schema->children[i]->name, col->name) == 0)
                child = i;
    }
    return jb_is_null(f->array->children[child], row) ? c->doc->set(c->ctx, cell, "kind", "missing")
                                                      : JB_OK;
}

static jb_status value_cell(table_call *c, jb_node *cell, const table_column *col,
                            const table_row *r)
{
    const jb_figure *f = col->what == TABLE_FIELD ? &c->of : &col->figure;
    int64_t row = row_of(c, col, r);
    jb_bind bind = {.size = (uint32_t)sizeof bind, .name = "r", .figure = f, .row = (uint64_t)row};
    jb_status status;
    if (row < 0) {
        status = c->doc->set(c->ctx, cell, "kind", "missing");
        return status == JB_OK ? words(c, cell, "—") : status;
    }
    status = mark_missing(c, cell, col, f, row);
    return status == JB_OK ? c->text->emit(c->ctx, cell, "columns", col->item, col->text, &bind, 1)
                           : status;
}

static jb_status total_cell(table_call *c, jb_node *cell, const table_column *col, int first)
{
    jb_status status;
    if (first)
        return words(c, cell, "合计");
    if (col->total != NULL)
        return c->text->emit(c->ctx, cell, "columns", col->item, col->total, NULL, 0);
    status = c->doc->set(c->ctx, cell, "kind", "blank");
    return status == JB_OK ? words(c, cell, "—") : status;
}

/* ---- columns ---- */

/* How far a printed number reaches to either side of its point; 0 when the text is no number. */
static int measure(const char *text, size_t *before, size_t *after)
{
    size_t i = text[0] == '-' ? 1 : 0, start = i;
    while (text[i] >= '0' && text[i] <= '9')
        i++;
    if (i == start)
        return 0;
    *before = i;
    *after = 0;
    if (text[i] == '.') {
        start = ++i;
        while (text[i] >= '0' && text[i] <= '9')
            i++;
        *after = i - start;
    }
    return 1;
}

typedef struct reach {
    size_t before, after;
} reach;

static void widen(reach *w, const char *text)
{
    size_t before, after;
    if (!measure(text, &before, &after))
        return;
    w->before = before > w->before ? before : w->before;
    w->after = after > w->after ? after : w->after;
}

static jb_status describe_column(table_call *c, jb_node *node, const table_column *col)
{
    const jb_figure *f = col->what == TABLE_FIGURE ? &col->figure : &c->of;
    jb_status status = c->doc->set(c->ctx, node, "label", col->label);
    if (status == JB_OK)
        status = c->doc->set(c->ctx, node, "align",
                             col->numeric                ? "decimal"
                             : col->what == TABLE_FIGURE ? "center"
                                                         : "left");
    if (status == JB_OK && col->numeric && f->name != NULL)
        status = c->doc->set(c->ctx, node, "figure", f->name);
    if (status == JB_OK && col->numeric && col->what == TABLE_FIGURE)
        status = c->doc->set(c->ctx, node, "unit", f->unit);
    return status;
}

static jb_status set_reach(table_call *c, jb_node *const *nodes, const reach *w)
{
    char text[24];
    size_t i;
    jb_status status = JB_OK;
    for (i = 0; i < c->t->n_columns && status == JB_OK; i++) {
        if (!c->t->columns[i].numeric)
            continue;
        snprintf(text, sizeof text, "%zu", w[i].before);
        status = c->doc->set(c->ctx, nodes[i], "digits", text);
        snprintf(text, sizeof text, "%zu", w[i].after);
        if (status == JB_OK)
            status = c->doc->set(c->ctx, nodes[i], "decimals", text);
    }
    return status;
}

/* ---- the table ---- */

static jb_status begin(table_call *c, jb_node *parent, jb_node **out)
{
    const table *t = c->t;
    const char *name = c->doc->attr(parent, "name"), *printed;
    jb_status status = JB_OK;
    *out = c->doc->add(c->ctx, parent, "table");
    if (*out == NULL)
        return JB_E_INTERNAL;
    if (name != NULL)
        status = c->doc->set(c->ctx, *out, "name", name);
    if (status == JB_OK && t->caption != NULL)
        status = c->text->emit(c->ctx, *out, "caption", 0, t->caption, NULL, 0);
    if (status == JB_OK && t->total)
        status = c->doc->set(c->ctx, *out, "total", "yes");
    if (status != JB_OK || t->source == NULL)
        return status;
    status = c->text->format(c->ctx, "source", 0, t->source, NULL, 0, &printed);
    return status == JB_OK ? c->doc->set(c->ctx, *out, "source", printed) : status;
}

static jb_node *add_row(table_call *c, jb_node *table_node, const char *role, const char *key)
{
    jb_node *row = c->doc->add(c->ctx, table_node, "row");
    if (row == NULL || c->doc->set(c->ctx, row, "role", role) != JB_OK)
        return NULL;
    if (key != NULL && c->doc->set(c->ctx, row, "key", key) != JB_OK)
        return NULL;
    return row;
}

/* r NULL: the total; head: labels. */
static jb_status write_row(table_call *c, jb_node *table_node, const table_row *r, int head,
                           reach *w)
{
    const char *role = head ? "head" : r != NULL ? "body" : "total";
    jb_node *row = add_row(c, table_node, role, r != NULL ? r->key : NULL), *cell;
    jb_status status = row != NULL ? JB_OK : JB_E_INTERNAL;
    size_t i;
    for (i = 0; i < c->t->n_columns && status == JB_OK; i++) {
        const table_column *col = &c->t->columns[i];
        cell = c->doc->add(c->ctx, row, "cell");
        if (cell == NULL)
            return JB_E_INTERNAL;
        if (head)
            status = words(c, cell, col->label);
        else if (r == NULL)
            status = total_cell(c, cell, col, i == 0);
        else if (col->what == TABLE_KEY)
            status = key_cell(c, cell, col, r);
        else
            status = value_cell(c, cell, col, r);
        if (!head && status == JB_OK && col->numeric)
            widen(&w[i], c->doc->plain(cell));
    }
    return status;
}

static jb_status write_rows(table_call *c, jb_node *table_node, const table_row *rows, size_t n)
{
    jb_node *columns[TABLE_MAX_COLUMNS];
    reach w[TABLE_MAX_COLUMNS];
    jb_status status = JB_OK;
    size_t i;
    memset(w, 0, sizeof w);
    for (i = 0; i < c->t->n_columns && status == JB_OK; i++) {
        columns[i] = c->doc->add(c->ctx, table_node, "column");
        if (columns[i] == NULL)
            return JB_E_INTERNAL;
        status = describe_column(c, columns[i], &c->t->columns[i]);
    }
    if (status == JB_OK)
        status = write_row(c, table_node, NULL, 1, w);
    for (i = 0; i < n && status == JB_OK; i++)
        status =
            host->cancelled(c->ctx) ? JB_E_CANCELLED : write_row(c, table_node, &rows[i], 0, w);
    if (status == JB_OK && c->t->total)
        status = write_row(c, table_node, NULL, 0, w);
    return status == JB_OK ? set_reach(c, columns, w) : status;
}

static jb_status write_table(jb_ctx *ctx, void *self, jb_node *parent)
{
    table_call c;
    table_row *rows = NULL;
    size_t n = 0;
    jb_node *node;
    jb_status status = services(&c, ctx, self);
    if (status == JB_OK)
        status = table_resolve(&c);
    if (status == JB_OK)
        status = table_rows(&c, &rows, &n);
    if (status == JB_OK)
        status = begin(&c, parent, &node);
    if (status == JB_OK)
        status = write_rows(&c, node, rows, n);
    free(rows);
    return status;
}

static jb_status check(jb_ctx *ctx, void *self)
{
    table_call c;
    const table *t = self;
    const char *const *keys;
    uint64_t n;
    jb_figure by;
    jb_status status = services(&c, ctx, self);
    if (status == JB_OK && t->rows != NULL && c.figures->keys(ctx, t->rows, &keys, &n) != JB_OK)
        return table_fail(&c, "rows", 0, "E0776", t->rows);
    if (status == JB_OK)
        status = table_resolve(&c);
    if (status == JB_OK && t->has_sort) {
        status = c.figures->get(ctx, "sort", 0, &by);
        if (status == JB_OK && by.n_keys != 1)
            return table_fail(&c, "sort", 0, "E0774", by.name);
    }
    if (status == JB_OK && t->caption != NULL)
        status = c.text->check(ctx, "caption", 0, t->caption, NULL, 0);
    if (status == JB_OK && t->source != NULL)
        status = c.text->check(ctx, "source", 0, t->source, NULL, 0);
    return status;
}

static const jb_section section = {
    .size = sizeof(jb_section), .check = check, .write = write_table};
static const jb_iface ifaces[] = {{JB_SECTION, &section}};
#define P(type, flags, key, def, en, zh)                                                           \
    {                                                                                              \
        sizeof(jb_param), JB_T_##type, (flags), 0, (key), (def), NULL, (en), (zh)                  \
    }
static const jb_param params[] = {
    P(FIGURE, 0, "of", NULL, "A figure whose rows are printed, such as top.",
      "逐行印出的指标，如 top。"),
    P(KEY, 0, "rows", NULL, "A key: one row for each of its values.",
      "按哪个键逐行，如 district。"),
    P(STR, JB_P_REQUIRED | JB_P_LIST, "columns", NULL,
      "LABEL: FIGURE or FIELD [| filter], one a column.",
      "每列写“列标题: 指标或字段 [| 过滤器]”。"),
    P(FIGURE, JB_P_ORDER, "sort", NULL, "The figure rows are sorted by; desc may follow.",
      "按哪个指标排序，可加 desc。"),
    P(BOOL, 0, "total", "no", "A last row with sums of what may be summed.",
      "末行合计；不可相加的列印“—”。"),
    P(STR, 0, "stub", NULL, "Head of the key column.", "首列的列标题。"),
    P(TEMPLATE, 0, "caption", NULL, "Caption; with one the table has a number.",
      "表题；有表题才编表号。"),
    P(TEMPLATE, 0, "source", NULL, "Source line below the table.", "表下的资料来源行。"),
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "section",
    .name = "table",
    .title = "Table",
    .title_zh = "表",
    .help = "A table of figures, a row for each key, or of the rows of a ranking.",
    .help_zh = "按键逐行列出指标的表，或明细表。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};
static const jb_component *const components[] = {&component};

#define M(code, en, zh, hint_en, hint_zh)                                                          \
    {                                                                                              \
        sizeof(jb_message), 0, (code), (en), (zh), (hint_en), (hint_zh)                            \
    }
static const jb_message messages[] = {
    M("E0770", "a table needs either rows or of", "表要写 rows 或 of 其中之一",
      "rows = district, or of = a top figure", "如 rows = district，或 of = 某个 top 指标"),
    M("E0771", "a table has at most 64 columns: {1}", "一张表最多 64 列：{1}", "make two tables",
      "拆成两张表"),
    M("E0772", "a column has no figure: {1}", "这一列没有写指标：{1}", "LABEL: FIGURE | filter",
      "写成 列标题: 指标 | 过滤器"),
    M("E0773", "there is no figure or field called {1}", "没有名为“{1}”的指标或字段",
      "did you mean {2}?||check the name: a figure, or a field of the rows",
      "相近的：{2}||核对名称：指标名，或行里的字段名"),
    M("E0774", "{1} is not grouped by the key of the rows", "“{1}”不是按本表的行分组的",
      "use a metric with the same group_by", "用 group_by 相同的指标"),
    M("E0775", "{1} is one number, it has no rows", "“{1}”是一个数，没有行",
      "use top or a grouped metric", "用 top 或分组的指标"),
    M("E0776", "no figure is grouped by {1}", "没有按 {1} 分组的指标",
      "name the group_by of the columns", "写各列指标的 group_by"),
};

static jb_status init(const jb_host *h)
{
    host = h;
    return JB_OK;
}

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.table",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .messages = messages,
    .n_messages = sizeof messages / sizeof messages[0],
    .message_stride = sizeof(jb_message),
    .init = init,
};
