// SPDX-License-Identifier: Apache-2.0
/* The command source's data, and its table as columns. */
#include "command.h"

#include "arrow/arrow_parse.h"
#include "arrow/arrow_stream.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH_ROWS 8192

static const jb_host *host;
static const jb_rows_api *rows;

static jb_status init(const jb_host *h)
{
    host = h;
    rows = h->query(JB_HOST_ROWS);
    return JB_OK;
}

static jb_status no_memory(const command_source *src, jb_ctx *ctx)
{
    return jb_fail_code(host, ctx, JB_E_MEMORY, "E0672", NULL, src->argv[0], NULL, NULL);
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    command_source *src = calloc(1, sizeof *src);
    int64_t yes = 0;
    if (src == NULL)
        return JB_E_MEMORY;
    src->host = host;
    src->rows = rows;
    src->dir = ".";
    (void)host->get_list(args, "argv", &src->argv, &src->n_argv);
    (void)host->get_str(args, "dir", &src->dir);
    (void)host->get_i64(args, "timeout", &src->timeout_ms);
    (void)host->get_i64(args, "memory", &src->memory);
    src->header = host->get_i64(args, "header", &yes) && yes;
    src->network = host->get_i64(args, "network", &yes) && yes;
    if (src->n_argv == 0 || src->argv[0][0] == '\0' || src->timeout_ms <= 0) {
        const char *key = src->timeout_ms <= 0 ? "timeout" : "argv";
        free(src);
        return jb_fail_code(host, ctx, JB_E_CONFIG, "E0676", key, key, NULL, NULL);
    }
    *self = src;
    return JB_OK;
}

static void destroy(void *self)
{
    command_source *src = self;
    for (uint64_t i = 0; src->heads != NULL && i < src->n_fields; i++)
        free(src->heads[i]);
    free(src->heads);
    free(src->types);
    free(src->out);
    free(src);
}

/* ---- reading ---- */

static jb_status open_reader(const command_source *src, jb_ctx *ctx, command_reader *r)
{
    *r = (command_reader){.at = (const char *)src->out, .line = 1, .n_fields = src->n_fields};
    r->end = r->at + src->n_out;
    if (src->n_out >= 3 && memcmp(r->at, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
    r->cells = calloc(src->n_fields + 1, sizeof *r->cells);
    if (r->cells == NULL)
        return no_memory(src, ctx);
    if (src->header && src->n_fields > 0) {
        (void)command_read(r); /* the headings, read before */
        r->row = 0;
    }
    return JB_OK;
}

static jb_fault fault_at(const command_source *src, const char *code, const command_reader *r)
{
    return (jb_fault){.size = (uint32_t)sizeof(jb_fault),
                      .status = JB_E_DATA,
                      .code = code,
                      .file = src->argv[0],
                      .line = r->this_line,
                      .row = r->row};
}

static jb_status broken(const command_source *src, jb_ctx *ctx, const command_reader *r, int how)
{
    jb_fault f = fault_at(src, how == -1 ? "E0678" : "E0679", r);
    f.line = r->line;
    f.row = r->row + 1;
    return host->fail(ctx, &f);
}

static char *copy_head(const command_cell *c)
{
    char *text = malloc(c->n + 1);
    const char *p = text;
    size_t n;
    if (text == NULL)
        return NULL;
    n = c->doubled ? command_undouble(c, text) : c->n;
    if (!c->doubled)
        memcpy(text, c->s, n);
    jb_trim(&p, &n);
    memmove(text, p, n);
    text[n] = '\0';
    return text;
}

static jb_status read_heads(command_source *src, jb_ctx *ctx)
{
    command_reader r = {0};
    command_cell *cells;
    char name[24];
    jb_status st = open_reader(src, ctx, &r);
    int got = st == JB_OK ? command_read(&r) : 0;
    free(r.cells);
    if (st != JB_OK)
        return st;
    if (got < 0)
        return broken(src, ctx, &r, got);
    if (got == 0)
        return jb_fail_code(host, ctx, JB_E_DATA, "E0677", NULL, src->argv[0], NULL, NULL);
    uint64_t n = r.n;
    cells = calloc(n, sizeof *cells);
    src->heads = calloc(n, sizeof *src->heads);
    r = (command_reader){.at = (const char *)src->out, .end = (const char *)src->out + src->n_out, .cells = cells, .n_fields = n};
    if (src->n_out >= 3 && memcmp(r.at, "\xef\xbb\xbf", 3) == 0)
        r.at += 3;
    src->n_fields = cells != NULL && src->heads != NULL ? n : 0;
    if (src->n_fields > 0)
        (void)command_read(&r);
    for (uint64_t i = 0; st == JB_OK && i < src->n_fields; i++) {
        int len = snprintf(name, sizeof name, "c%llu", (unsigned long long)i + 1);
        const command_cell own = {.s = name, .n = (size_t)len};
        src->heads[i] = copy_head(src->header ? &cells[i] : &own);
        if (src->heads[i] == NULL)
            st = no_memory(src, ctx);
    }
    free(cells);
    return src->n_fields > 0 ? st : no_memory(src, ctx);
}

/* Runs the program at most once a process. */
static jb_status ready(command_source *src, jb_ctx *ctx)
{
    uint64_t hash = 14695981039346656037u;
    char at[24];
    int why = 0;
    if (src->out != NULL)
        return src->n_fields > 0 ? JB_OK : JB_E_INTERNAL;
    jb_status st = command_run(src, ctx);
    if (st != JB_OK)
        return st;
    size_t good = jb_utf8_check(src->out, src->n_out, &why);
    if (good != src->n_out) {
        snprintf(at, sizeof at, "%zu", good + 1);
        st = jb_fail_code(host, ctx, JB_E_DATA, "E0680", "argv", src->argv[0], at, NULL);
    }
    for (size_t i = 0; i < src->n_out; i++)
        hash = (hash ^ src->out[i]) * 1099511628211u;
    snprintf(src->version, sizeof src->version, "%zu-%016llx", src->n_out, (unsigned long long)hash);
    return st == JB_OK ? read_heads(src, ctx) : st;
}

/* ---- types ---- */

typedef struct guess {
    int seen, date, number, text;
    int32_t whole, scale;
} guess;

static void look(guess *g, const char *s, size_t n)
{
    jb_i128 v;
    int32_t days, scale, digits = 0;
    int compact, zeros;
    g->seen = 1;
    if (g->date && jb_parse_date(s, n, &days, &compact) != JB_CELL_OK)
        g->date = 0;
    if (g->number && (jb_parse_number(s, n, &v, &scale, &zeros) != 0 || zeros))
        g->number = 0;
    if (g->number) {
        for (v = v < 0 ? -v : v; v > 0; v /= 10)
            digits++;
        if (digits - scale > g->whole)
            g->whole = digits - scale;
        if (scale > g->scale)
            g->scale = scale;
    }
    g->text = !g->date && !g->number;
}

static void conclude(const guess *g, jb_type *out)
{
    int32_t digits = g->whole + g->scale;
    if (!g->seen || g->text || digits > JB_DEC_DIGITS)
        jb_type_make('u', 0, 0, out);
    else if (g->date)
        jb_type_make('D', 0, 0, out);
    else if (g->scale == 0 && g->whole <= 18)
        jb_type_make('l', 0, 0, out);
    else
        jb_type_make(digits <= 18 ? 'd' : 'h', digits <= 18 ? 18 : JB_DEC_DIGITS, g->scale, out);
}

static int means_null(const command_cell *c, const jb_scan *scan)
{
    const char *p = c->s;
    size_t n = c->n;
    if (c->quoted)
        return 0;
    jb_trim(&p, &n);
    for (uint64_t i = 0; i < scan->n_null_texts; i++)
        if (strlen(scan->null_texts[i]) == n && memcmp(scan->null_texts[i], p, n) == 0)
            return 1;
    return n == 0;
}

static jb_status infer(command_source *src, jb_ctx *ctx, const jb_scan *scan, jb_type *types)
{
    command_reader r;
    guess *g = calloc(src->n_fields, sizeof *g);
    int got = 1;
    jb_status st = g == NULL ? no_memory(src, ctx) : open_reader(src, ctx, &r);
    if (st != JB_OK) {
        free(g);
        return st;
    }
    for (uint64_t i = 0; i < src->n_fields; i++)
        g[i].date = g[i].number = 1;
    while ((got = command_read(&r)) == 1) { /* what is malformed is refused when it is scanned */
        for (uint64_t i = 0; i < src->n_fields && i < r.n; i++) {
            const char *p = r.cells[i].s;
            size_t n = r.cells[i].n;
            jb_trim(&p, &n);
            if (n > 0 && !g[i].text && !means_null(&r.cells[i], scan))
                look(&g[i], p, n);
        }
        if ((r.row & 4095) == 0 && host->cancelled(ctx))
            break;
    }
    for (uint64_t i = 0; i < src->n_fields; i++)
        if (types[i].kind == '\0')
            conclude(&g[i], &types[i]);
    free(g);
    free(r.cells);
    return host->cancelled(ctx) ? JB_E_CANCELLED : JB_OK;
}

static int find_column(const command_source *src, const char *name, uint64_t *out)
{
    if (name[0] == '#') {
        char *end;
        unsigned long n = strtoul(name + 1, &end, 10);
        *out = n - 1;
        if (name[1] != '\0' && *end == '\0' && n >= 1 && n <= src->n_fields)
            return 0;
    }
    for (*out = 0; *out < src->n_fields; ++*out)
        if (strcmp(src->heads[*out], name) == 0)
            return 0;
    return -1;
}

static const jb_column *column_at(const jb_scan *scan, uint32_t k)
{
    return (const jb_column *)(const void *)((const char *)scan->columns + (size_t)k * scan->column_stride);
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    command_source *src = self;
    jb_status st = ready(src, ctx);
    if (st != JB_OK)
        return st;
    jb_type *types = calloc(src->n_fields, sizeof *types);
    if (types == NULL)
        return no_memory(src, ctx);
    for (uint32_t k = 0; k < scan->n_columns; k++) {
        const jb_column *c = column_at(scan, k);
        uint64_t column;
        if (c->format != NULL && find_column(src, c->name, &column) == 0 &&
            jb_type_parse(c->format, &types[column]) != 0)
            types[column].kind = '\0';
    }
    st = infer(src, ctx, scan, types);
    if (st == JB_OK && jb_struct_schema((const char *const *)src->heads, types, src->n_fields, out) != 0)
        st = no_memory(src, ctx);
    if (st != JB_OK) {
        free(types);
        return st;
    }
    free(src->types);
    src->types = types;
    return JB_OK;
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    command_source *src = self;
    jb_status st = ready(src, ctx);
    *out = src->version;
    return st;
}

/* ---- the stream ---- */

typedef struct stream {
    const command_source *src;
    jb_ctx *ctx;
    command_reader r;
    jb_scan nulls;
    uint64_t n;
    uint64_t *column;
    jb_col *cols;
    char *scratch;
    size_t cap;
    int64_t batch;
} stream;

static void stream_drop(void *self)
{
    stream *s = self;
    for (uint64_t i = 0; s->cols != NULL && i < s->n; i++)
        jb_col_free(&s->cols[i]);
    for (uint64_t i = 0; s->nulls.null_texts != NULL && i < s->nulls.n_null_texts; i++)
        free((void *)(uintptr_t)s->nulls.null_texts[i]);
    free((void *)(uintptr_t)s->nulls.null_texts);
    free(s->r.cells);
    free(s->column);
    free(s->cols);
    free(s->scratch);
    free(s);
}

static int push_text(stream *s, jb_col *col, const command_cell *c)
{
    if (!c->doubled)
        return jb_col_text(col, c->s, c->n);
    if (s->cap < c->n) {
        char *grown = realloc(s->scratch, c->n);
        if (grown == NULL)
            return -1;
        s->scratch = grown;
        s->cap = c->n;
    }
    return jb_col_text(col, s->scratch, command_undouble(c, s->scratch));
}

static int32_t refuse_cell(stream *s, uint64_t k)
{
    const command_cell *c = &s->r.cells[s->column[k]];
    char type[32], value[64];
    const char *args[] = {type};
    jb_fault f = fault_at(s->src, "E0682", &s->r);
    jb_type_text(&s->cols[k].type, type, sizeof type);
    snprintf(value, sizeof value, "%.*s", c->n < 40 ? (int)c->n : 40, c->s);
    f.args = args;
    f.n_args = 1;
    f.column = s->src->heads[s->column[k]];
    f.value = value;
    return rows->refuse(s->ctx, &f);
}

static int32_t refuse_shape(stream *s)
{
    char want[24], have[24];
    const char *args[] = {want, have};
    jb_fault f = fault_at(s->src, "E0681", &s->r);
    snprintf(want, sizeof want, "%llu", (unsigned long long)s->src->n_fields);
    snprintf(have, sizeof have, "%llu", (unsigned long long)s->r.n);
    f.args = args;
    f.n_args = 2;
    return rows->refuse(s->ctx, &f);
}

/* One record into the columns. JB_ROW_NULL: it is there; SKIP: nothing was added; STOP. -1: out of memory. */
static int32_t push_record(stream *s, int64_t length)
{
    int32_t answer = JB_ROW_NULL;
    for (uint64_t k = 0; k < s->n && answer == JB_ROW_NULL; k++) {
        jb_col *col = &s->cols[k];
        const command_cell *c = &s->r.cells[s->column[k]];
        if (jb_col_reserve(col, 1) != 0)
            return -1;
        if (means_null(c, &s->nulls)) {
            jb_col_null(col);
        } else if (col->type.kind == 'u') {
            if (push_text(s, col, c) != 0)
                return -1;
        } else if (jb_col_parse(col, c->s, c->n) != JB_CELL_OK) {
            answer = refuse_cell(s, k);
            if (answer == JB_ROW_NULL)
                jb_col_null(col);
        }
    }
    for (uint64_t k = 0; answer != JB_ROW_NULL && k < s->n; k++)
        if (s->cols[k].length > length)
            jb_col_truncate(&s->cols[k], length);
    return answer;
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    int64_t length = 0;
    int got = 1;
    if (host->cancelled(s->ctx))
        return JB_E_CANCELLED;
    while (length < s->batch && (got = command_read(&s->r)) == 1) {
        int32_t answer = s->r.n != s->src->n_fields ? refuse_shape(s) : push_record(s, length);
        if (answer < 0)
            return no_memory(s->src, s->ctx);
        if (answer == JB_ROW_STOP)
            return JB_E_DATA;
        length += answer == JB_ROW_NULL && s->r.n == s->src->n_fields;
    }
    if (got < 0)
        return broken(s->src, s->ctx, &s->r, got);
    if (length == 0)
        return JB_OK;
    return jb_struct_finish(s->cols, s->n, length, out) != 0 ? no_memory(s->src, s->ctx) : JB_OK;
}

static int copy_nulls(stream *s, const jb_scan *scan)
{
    const char **texts = calloc(scan->n_null_texts + 1, sizeof *texts);
    s->nulls.null_texts = texts;
    for (uint64_t i = 0; texts != NULL && i < scan->n_null_texts; i++) {
        size_t n = strlen(scan->null_texts[i]) + 1;
        char *copy = malloc(n);
        if (copy == NULL)
            return -1;
        memcpy(copy, scan->null_texts[i], n);
        texts[i] = copy;
        s->nulls.n_null_texts = i + 1;
    }
    return texts != NULL ? 0 : -1;
}

static jb_status open_stream(stream *s, const jb_scan *scan, struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    const char **names = calloc(s->n + 1, sizeof *names);
    jb_type *types = calloc(s->n + 1, sizeof *types);
    jb_status st = names == NULL || types == NULL || s->column == NULL || s->cols == NULL || copy_nulls(s, scan) != 0
                       ? no_memory(s->src, s->ctx)
                       : open_reader(s->src, s->ctx, &s->r);
    for (uint32_t k = 0; st == JB_OK && k < s->n; k++) {
        const jb_column *c = column_at(scan, k);
        if (find_column(s->src, c->name, &s->column[k]) != 0) {
            st = jb_fail_code(host, s->ctx, JB_E_CONFIG, "E0683", NULL, s->src->argv[0], c->name, NULL);
            break;
        }
        types[k] = ((const jb_type *)s->src->types)[s->column[k]];
        if (c->format != NULL && jb_type_parse(c->format, &types[k]) != 0)
            types[k] = ((const jb_type *)s->src->types)[s->column[k]];
        names[k] = s->src->heads[s->column[k]];
        jb_col_init(&s->cols[k], &types[k]);
    }
    if (st == JB_OK && jb_stream_make(out, &ops, s, names, types, s->n) != 0)
        st = no_memory(s->src, s->ctx);
    free(names);
    free(types);
    return st;
}

static jb_status scan_it(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const command_source *src = self;
    if (src->types == NULL)
        return jb_fail_text(host, ctx, JB_E_INTERNAL, NULL, "scan() needs schema() before it");
    stream *s = calloc(1, sizeof *s);
    if (s == NULL)
        return no_memory(src, ctx);
    s->src = src;
    s->ctx = ctx;
    s->n = scan->n_columns;
    s->batch = scan->batch_rows > 0 ? scan->batch_rows : BATCH_ROWS;
    s->column = calloc(s->n + 1, sizeof *s->column);
    s->cols = calloc(s->n + 1, sizeof *s->cols);
    jb_status st = open_stream(s, scan, out);
    if (st != JB_OK)
        stream_drop(s);
    return st;
}

/* ---- the object ---- */

static const jb_source source = {.size = sizeof(jb_source), .schema = schema, .scan = scan_it, .version = version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

#define PARAM(TYPE, FLAGS, KEY, DEF, EN, ZH) {sizeof(jb_param), TYPE, FLAGS, 0, KEY, DEF, NULL, EN, ZH}
static const jb_param params[] = {
    PARAM(JB_T_STR, JB_P_REQUIRED | JB_P_LIST, "argv", NULL,
          "The program and its arguments, one item each; no shell looks at them.", "程序和它的各个参数，一项一个；不经过 shell。"),
    PARAM(JB_T_PATH, 0, "dir", ".", "The directory it runs in; relative arguments are found from there.",
          "在哪个目录里运行；相对路径从那里算起。"),
    PARAM(JB_T_DURATION, 0, "timeout", "60s", "It is killed when it takes longer.", "超过这个时间就终止它。"),
    PARAM(JB_T_SIZE, 0, "memory", "2GiB", "Address space it may have.", "它可用的地址空间。"),
    PARAM(JB_T_BOOL, 0, "header", "yes", "The first record holds the headings; else columns are c1, c2 …",
          "第一行是表头；否则各列叫 c1、c2……"),
    PARAM(JB_T_BOOL, 0, "network", "no", "It may open network connections.", "允许它连网。"),
};

#define M(CODE, EN, ZH, HINT_EN, HINT_ZH) {sizeof(jb_message), 0, CODE, EN, ZH, HINT_EN, HINT_ZH}
static const jb_message messages[] = {
    M("E0670", "{1} cannot be started: {2}", "{1} 启动不了：{2}", "a bare name is searched in /usr/local/bin, /usr/bin, /bin",
      "不带路径的名字只在 /usr/local/bin、/usr/bin、/bin 里找"),
    M("E0671", "{1} did not end within {2} s and was killed", "{1} 在 {2} 秒内没有结束，已终止", "timeout = 5m gives it longer",
      "timeout = 5m 可以放宽"),
    M("E0672", "out of memory for the output of {1}", "内存不够存放 {1} 的输出", NULL, NULL),
    M("E0673", "{1} wrote more than {2}", "{1} 的输出超过 {2}", "let it write to a file and read that as csv",
      "让它写成文件，用 csv 读"),
    M("E0674", "{1} ended with {2} and said: {3}", "{1} 以 {2} 结束，并说：{3}", NULL, NULL),
    M("E0675", "{1} ended with {2} and said nothing", "{1} 以 {2} 结束，什么也没说", NULL, NULL),
    M("E0676", "{1} is empty", "{1} 是空的", NULL, NULL),
    M("E0677", "{1} wrote nothing: not even headings", "{1} 没有输出，连表头都没有", NULL, NULL),
    M("E0678", "a quote that opens here is never closed", "这里的引号没有闭合", NULL, NULL),
    M("E0679", "a quote in a field that does not begin with one, or text behind a closing quote",
      "引号出现在不以引号开头的字段里，或闭合引号后面还有文字", "double quotes inside a quoted field", "字段里的引号要写两个，整个字段再加引号"),
    M("E0680", "the output of {1} is not UTF-8 at byte {2}", "{1} 的输出在第 {2} 字节处不是 UTF-8", NULL, NULL),
    M("E0681", "{1} fields are needed, this record has {2}", "应有 {1} 个字段，这一条有 {2} 个", NULL, NULL),
    M("E0682", "this is not of type {1}", "这不是 {1} 类型的值", "on_error = skip leaves such rows out, null empties the cell",
      "on_error = skip 略去这样的行，null 把这一格当空"),
    M("E0683", "the output of {1} has no column \"{2}\"", "{1} 的输出没有“{2}”这一列", NULL, NULL),
};

static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_OFF | JB_C_REENTRANT,
    .kind = "source",
    .name = "command",
    .title = "Output of a program",
    .title_zh = "程序的输出",
    .help = "Runs a program, fenced in, and reads the CSV it prints. Off unless [host] allow = command.",
    .help_zh = "在沙箱里运行一个程序，读它打印的 CSV。[host] allow = command 才可用。",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .param_stride = sizeof *params,
    .ifaces = ifaces,
    .n_ifaces = 1,
    .create = create,
    .destroy = destroy,
};
static const jb_component *const components[] = {&component};

JB_EXPORT const jb_plugin jb_plugin_v1 = {
    .magic = JB_MAGIC,
    .size = sizeof(jb_plugin),
    .abi_major = JB_ABI_MAJOR,
    .id = "jianbao.command",
    .version = "0.1.0",
    .license = "Apache-2.0",
    .url = "",
    .components = components,
    .n_components = 1,
    .messages = messages,
    .n_messages = sizeof messages / sizeof *messages,
    .message_stride = sizeof *messages,
    .init = init,
};
