// SPDX-License-Identifier: Apache-2.0
/* `columns`: what is written, and what each of them turns out to be. */
#include "table.h"

static char *copy(const char *from, size_t n)
{
    char *out = malloc(n + 1);
    if (out != NULL) {
        memcpy(out, from, n);
        out[n] = '\0';
    }
    return out;
}

/* text[*from, *to) without blanks at its ends. */
static void trim(const char *text, size_t *from, size_t *to)
{
    for (;;) {
        if (*to > *from && (text[*from] == ' ' || text[*from] == '\t'))
            ++*from;
        else if (*to >= *from + 3 && memcmp(text + *from, "\u3000", 3) == 0)
            *from += 3;
        else
            break;
    }
    for (;;) {
        if (*to > *from && (text[*to - 1] == ' ' || text[*to - 1] == '\t'))
            --*to;
        else if (*to >= *from + 3 && memcmp(text + *to - 3, "\u3000", 3) == 0)
            *to -= 3;
        else
            return;
    }
}

/* Splits at the first colon, of either width. */
static void split_label(const char *text, size_t *label, size_t *rest)
{
    size_t n = strcspn(text, ":");
    const char *wide = strstr(text, "：");
    *rest = n + 1;
    if (wide != NULL && (size_t)(wide - text) < n) {
        n = (size_t)(wide - text);
        *rest = n + 3;
    }
    *label = n;
    if (text[n] == '\0') { /* no label: the name is it */
        *label = 0;
        *rest = 0;
    }
}

static int parse_column(const char *text, table_column *c)
{
    size_t label, rest, from, to, bar, end = strlen(text);
    split_label(text, &label, &rest);
    from = 0;
    to = label;
    trim(text, &from, &to);
    c->label = to > from ? copy(text + from, to - from) : NULL;
    bar = rest + strcspn(text + rest, "|");
    {
        const char *wide = strstr(text + rest, "｜");
        if (wide != NULL && (size_t)(wide - text) < bar)
            bar = (size_t)(wide - text);
    }
    from = rest;
    to = bar;
    trim(text, &from, &to);
    if (to > from + 1 && text[from] == '{' && text[to - 1] == '}') {
        from++;
        to--;
        trim(text, &from, &to);
    }
    c->name = copy(text + from, to - from);
    if (c->label == NULL)
        c->label = copy(text + from, to - from);
    c->filters = copy(text + bar, end - bar);
    return c->label != NULL && c->name != NULL && c->filters != NULL && c->name[0] != '\0' ? 0 : -1;
}

static table_column *next_column(table *t)
{
    table_column *c;
    if (t->n_columns == TABLE_MAX_COLUMNS)
        return NULL;
    c = &t->columns[t->n_columns++];
    memset(c, 0, sizeof *c);
    return c;
}

jb_status table_parse(jb_ctx *ctx, const jb_host *host, table *t)
{
    const char *const *items = NULL;
    uint64_t n = 0, i;
    int own_key = 0;
    table_call call = {.ctx = ctx, .host = host, .t = t};
    host->get_list(t->args, "columns", &items, &n);
    if (t->rows != NULL) {
        table_column *stub = next_column(t);
        stub->label =
            copy(t->stub != NULL ? t->stub : t->rows, strlen(t->stub != NULL ? t->stub : t->rows));
        stub->name = copy(t->rows, strlen(t->rows));
        stub->filters = copy("", 0);
        if (stub->label == NULL || stub->name == NULL || stub->filters == NULL)
            return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
    }
    for (i = 0; i < n; i++) {
        table_column *c = next_column(t);
        if (c == NULL)
            return table_fail(&call, "columns", i + 1, "E0771", items[i]);
        if (parse_column(items[i], c) != 0)
            return table_fail(&call, "columns", i + 1, "E0772", items[i]);
        c->item = i + 1;
        own_key |= t->rows != NULL && strcmp(c->name, t->rows) == 0;
    }
    if (own_key) { /* the user has said where the key stands and what it is called */
        free(t->columns[0].label);
        free(t->columns[0].name);
        free(t->columns[0].filters);
        memmove(t->columns, t->columns + 1, (t->n_columns - 1) * sizeof *t->columns);
        t->n_columns--;
    }
    return JB_OK;
}

void table_columns_free(table *t)
{
    size_t i;
    for (i = 0; i < t->n_columns; i++) {
        free(t->columns[i].label);
        free(t->columns[i].name);
        free(t->columns[i].filters);
        free(t->columns[i].text);
        free(t->columns[i].total);
    }
    t->n_columns = 0;
}

jb_status table_fail(const table_call *c, const char *key, uint64_t item, const char *code,
                     const char *value)
{
    const char *args[1] = {value};
    jb_fault f;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = JB_E_CONFIG;
    f.code = code;
    f.args = args;
    f.n_args = 1;
    f.key = key;
    f.item = item;
    return c->host->fail(c->ctx, &f);
}

/* ---- templates ---- */

typedef struct text {
    char *at;
    size_t n, cap;
    int failed;
} text;

static void put(text *t, const char *s, size_t n)
{
    if (t->failed)
        return;
    if (t->n + n + 1 > t->cap) {
        size_t cap = (t->n + n + 1) * 2;
        char *wider = realloc(t->at, cap);
        if (wider == NULL) {
            t->failed = 1;
            return;
        }
        t->at = wider;
        t->cap = cap;
    }
    memcpy(t->at + t->n, s, n);
    t->n += n;
    t->at[t->n] = '\0';
}

static void puts_text(text *t, const char *s)
{
    put(t, s, strlen(s));
}

/* {HEAD | filters | cell "LABEL" | or "—"}: the unit stands in the head when the head names it. */
static char *cell_template(const char *before, const char *name, const char *after,
                           const table_column *c)
{
    text t = {0};
    const char *p;
    puts_text(&t, "{");
    puts_text(&t, before);
    puts_text(&t, name);
    puts_text(&t, after);
    puts_text(&t, " ");
    puts_text(&t, c->filters);
    puts_text(&t, " | cell \"");
    for (p = c->label; *p != '\0'; p++) {
        if (*p == '"')
            put(&t, p, 1);
        put(&t, p, 1);
    }
    puts_text(&t, "\" | or \"—\"}");
    if (t.failed) {
        free(t.at);
        return NULL;
    }
    return t.at;
}

/* ---- what a column is ---- */

static const struct ArrowSchema *field_of(const jb_figure *f, const char *name)
{
    int64_t i;
    for (i = 0; i < f->schema->n_children && name[0] != '.'; i++)
        if (strcmp(f->schema->children[i]->name, name) == 0)
            return f->schema->children[i];
    return NULL;
}

static int is_numeric(const struct ArrowSchema *s, const table_column *c)
{
    static const char *const words[] = {"trend", "names", "date", "rank", "cn", "upper"};
    int32_t precision, scale;
    char kind = jb_format_kind(s->format, &precision, &scale);
    size_t i;
    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(c->filters, words[i]) != NULL)
            return 0;
    return kind == 'l' || kind == 'g' || kind == 'd' || kind == 'h';
}

static const struct ArrowSchema *value_of(const jb_figure *f)
{
    return f->schema->children[f->n_keys];
}

static int key_of(const jb_figure *f, const char *name)
{
    uint32_t i;
    for (i = 0; i < f->n_keys; i++)
        if (strcmp(f->schema->children[i]->name, name) == 0)
            return (int)i;
    return -1;
}

/* A column of the figure whose rows are printed: 1 it is. */
static int resolve_field(table_call *call, table_column *c)
{
    const struct ArrowSchema *field;
    int key = key_of(&call->of, c->name);
    if (key >= 0) {
        c->what = TABLE_KEY;
        c->key = (uint32_t)key;
        return 1;
    }
    field = field_of(&call->of, c->name);
    if (field == NULL)
        return 0;
    c->what = TABLE_FIELD;
    c->numeric = is_numeric(field, c);
    c->text = strcmp(c->name, "value") == 0 ? cell_template("r", "", "", c)
                                            : cell_template("r.{", c->name, "}", c);
    if (strcmp(c->name, "value") == 0 && (call->of.flags & JB_FIG_ADDITIVE) != 0 &&
        call->of.name != NULL && (call->of.flags & JB_FIG_EXPR) == 0)
        c->total = cell_template("sum({", call->of.name, "})", c);
    return 1;
}

static jb_status resolve_figure(table_call *call, table_column *c)
{
    const table *t = call->t;
    if (call->figures->find(call->ctx, c->name, &c->figure) != JB_OK)
        return table_unknown(call, c);
    if (c->figure.n_keys != 1 ||
        (t->rows != NULL && strcmp(c->figure.schema->children[0]->name, t->rows) != 0))
        return table_fail(call, "columns", c->item, "E0774", c->name);
    c->what = TABLE_FIGURE;
    c->numeric = is_numeric(value_of(&c->figure), c);
    c->text = cell_template("r", "", "", c);
    if ((c->figure.flags & JB_FIG_ADDITIVE) != 0)
        c->total = cell_template("sum({", c->name, "})", c);
    return JB_OK;
}

static jb_status check_template(table_call *call, const table_column *c)
{
    jb_bind bind = {.size = (uint32_t)sizeof bind, .name = "r"};
    jb_status status;
    bind.figure = c->what == TABLE_FIGURE ? &c->figure : &call->of;
    status = call->text->check(call->ctx, "columns", c->item, c->text, &bind, 1);
    if (status == JB_OK && c->total != NULL && call->t->total)
        status = call->text->check(call->ctx, "columns", c->item, c->total, NULL, 0);
    return status;
}

jb_status table_resolve(table_call *call)
{
    table *t = call->t;
    jb_status status = JB_OK;
    size_t i;
    if (t->has_of) {
        status = call->figures->get(call->ctx, "of", 0, &call->of);
        if (status == JB_OK && call->of.n_keys == 0)
            return table_fail(call, "of", 0, "E0775", call->of.name);
    }
    for (i = 0; i < t->n_columns && status == JB_OK; i++) {
        table_column *c = &t->columns[i];
        free(c->text);
        free(c->total);
        c->text = c->total = NULL;
        if (t->rows != NULL && strcmp(c->name, t->rows) == 0) {
            c->what = TABLE_KEY;
            c->key = 0;
            continue;
        }
        if (!t->has_of || !resolve_field(call, c))
            status = resolve_figure(call, c);
        if (status == JB_OK && c->what != TABLE_KEY && c->text == NULL)
            status = jb_fail_text(call->host, call->ctx, JB_E_MEMORY, NULL, "out of memory");
        if (status == JB_OK && c->what != TABLE_KEY)
            status = check_template(call, c);
    }
    return status;
}
