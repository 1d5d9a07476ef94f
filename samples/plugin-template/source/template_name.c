// SPDX-License-Identifier: MIT-0
/* source template_name: a text file, one record a line, four fields parted by "|", an empty field
 * is NULL; the four are name, district, amount with two decimals, date as 2022-08-16.
 * To make it yours: COLUMNS, `read_cell` and `load`. */
#include <jianbao/plugin_util.h>

#include <errno.h>
#include <stdio.h>

#define N_COLUMNS 4
#define FILE_MAX_BYTES ((size_t)1 << 28)

static const jb_host *host;

static const struct {
    const char *name, *format; /* Arrow formats: u text, l integer, d:p,s,64 decimal, tdD date */
} COLUMNS[N_COLUMNS] = {
    {"name", "u"}, {"district", "u"}, {"amount", "d:14,2,64"}, {"sign_date", "tdD"}};

/* One instance: the file, read when first needed. */
typedef struct template_name {
    const char *path;
    char *text;
    size_t n;
} template_name;

typedef struct cell {
    const char *text; /* of "u" */
    size_t n;
    int64_t number;
    int set;
} cell;

/* One pass over the file. Only the columns that the host asks for are made. */
typedef struct stream {
    const template_name *me;
    const jb_rows_api *rows; /* NULL: a host without it */
    jb_ctx *ctx;             /* lives until the stream is released */
    const char *at;
    uint64_t line; /* of `at`, from 1 */
    int64_t batch_rows;
    uint32_t n_wanted, wanted[N_COLUMNS];
    jb_status failed;
} stream;

static jb_status no_memory(jb_ctx *ctx)
{
    return jb_fail_text(host, ctx, JB_E_MEMORY, NULL, "out of memory");
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    template_name *me = calloc(1, sizeof *me);
    if (me == NULL)
        return no_memory(ctx);
    host->get_str(args, "path", &me->path); /* required, and absolute by now */
    *self = me;
    return JB_OK;
}

static void destroy(void *self)
{
    free(((template_name *)self)->text);
    free(self);
}

static jb_status load(jb_ctx *ctx, template_name *me)
{
    FILE *f = me->text == NULL ? fopen(me->path, "rb") : NULL;
    if (me->text != NULL)
        return JB_OK;
    if (f == NULL)
        return jb_fail_text(host, ctx, JB_E_DATA, "path", strerror(errno));
    for (size_t room = 1 << 16; me->n + 1 < room && room <= FILE_MAX_BYTES; room *= 2) {
        char *more = realloc(me->text, room);
        if (more == NULL)
            break;
        me->text = more;
        me->n += fread(me->text + me->n, 1, room - 1 - me->n, f);
        if (feof(f) || ferror(f))
            break;
    }
    int whole = me->text != NULL && feof(f) && !ferror(f) && memchr(me->text, '\0', me->n) == NULL;
    fclose(f);
    if (!whole) {
        free(me->text);
        me->text = NULL;
        me->n = 0;
        return jb_fail_text(host, ctx, JB_E_DATA, "path",
                            "the file cannot be read, is too large, or is no text");
    }
    me->text[me->n] = '\0';
    return JB_OK;
}

static int make_schema(const uint32_t *which, uint32_t n, struct ArrowSchema *out)
{
    if (jb_schema_make(out, "+s", "", n) != 0)
        return -1;
    for (uint32_t i = 0; i < n; i++) {
        if (jb_schema_make(out->children[i], COLUMNS[which[i]].format, COLUMNS[which[i]].name, 0) !=
            0) {
            out->release(out);
            return -1;
        }
    }
    return 0;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    const uint32_t all[N_COLUMNS] = {0, 1, 2, 3};
    jb_status status = load(ctx, self);
    (void)scan; /* declared types: the host casts */
    if (status != JB_OK)
        return status;
    return make_schema(all, N_COLUMNS, out) == 0 ? JB_OK : no_memory(ctx);
}

/* ---- records ---- */

/* The next line, without its end; 0 at the end of the file. */
static int next_line(stream *s, const char **line, size_t *n)
{
    size_t left = s->me->n - (size_t)(s->at - s->me->text);
    const char *end = left > 0 ? memchr(s->at, '\n', left) : NULL;
    if (left == 0)
        return 0;
    *line = s->at;
    *n = end != NULL ? (size_t)(end - s->at) : left;
    s->at += end != NULL ? *n + 1 : *n;
    s->line++;
    *n -= *n > 0 && (*line)[*n - 1] == '\r';
    return 1;
}

static int read_date(const char *text, size_t n, int64_t *out)
{
    char copy[11];
    int y, m, d, end = 0;
    if (n != 10)
        return -1;
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (sscanf(copy, "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || end != 10 || m < 1 || m > 12 ||
        d < 1 || d > jb_days_in_month(y, m))
        return -1;
    *out = jb_days_from_civil(y, m, d);
    return 0;
}

/* Well-formed UTF-8 only: the host takes a source that lets other bytes through for broken. */
static int is_utf8(const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text, *end = s + n;
    while (s < end) {
        uint32_t cp = *s++;
        int more = cp < 0x80                 ? 0
                   : cp >= 0xc2 && cp < 0xe0 ? 1
                   : cp >= 0xe0 && cp < 0xf0 ? 2
                   : cp >= 0xf0 && cp < 0xf5 ? 3
                                             : -1;
        uint32_t least = more == 2 ? 0x800 : more == 3 ? 0x10000 : 0;
        if (more < 0 || end - s < more)
            return 0;
        for (cp &= more > 0 ? 0x3fu >> more : 0x7fu; more > 0; more--, s++) {
            if ((*s & 0xc0) != 0x80)
                return 0;
            cp = cp << 6 | (*s & 0x3fu);
        }
        if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
            return 0;
    }
    return 1;
}

/* One field as a value of its column; -1: it is none. */
static int read_cell(uint32_t column, const char *text, size_t n, cell *out)
{
    *out = (cell){.text = text, .n = n, .set = n > 0};
    if (COLUMNS[column].format[0] == 'u')
        return is_utf8(text, n) ? 0 : -1;
    if (n == 0)
        return 0;
    if (COLUMNS[column].format[0] == 't')
        return read_date(text, n, &out->number);
    jb_i128 v;
    int32_t scale;
    if (jb_dec_parse(text, n, &v, &scale) != 0 || scale > 2 ||
        jb_dec_rescale(v, scale, 2, &v) != 0 || v >= jb_pow10(14) || v <= -jb_pow10(14))
        return -1;
    out->number = (int64_t)v;
    return 0;
}

/* Tells the host of a record or cell that cannot be taken; it knows what the configuration wants:
 * JB_ROW_*. */
static int32_t refuse(const stream *s, const char *why, const char *column, const char *text,
                      size_t n)
{
    const char *args[1] = {why};
    char value[256];
    snprintf(value, sizeof value, "%.*s", (int)(n < 240 && is_utf8(text, n) ? n : 0), text);
    jb_fault f = {.size = sizeof f,
                  .status = JB_E_DATA,
                  .args = args,
                  .n_args = 1,
                  .file = s->me->path,
                  .line = s->line,
                  .row = s->line,
                  .column = column,
                  .value = value};
    if (s->rows == NULL)
        return host->fail(s->ctx, &f), JB_ROW_STOP;
    return s->rows->refuse(s->ctx, &f);
}

/* The wanted cells of one line: JB_OK, JB_E_DATA (stop) or -1 (skip it). */
static jb_status read_record(const stream *s, const char *line, size_t n, cell *cells)
{
    const char *field[N_COLUMNS + 1];
    size_t fields = 0;
    for (const char *p = line; fields <= N_COLUMNS; p++) {
        field[fields++] = p;
        p = memchr(p, '|', n - (size_t)(p - line));
        if (p == NULL)
            break;
    }
    if (fields != N_COLUMNS)
        return refuse(s, "four fields are wanted", NULL, line, n) == JB_ROW_STOP ? JB_E_DATA : -1;
    for (uint32_t i = 0; i < s->n_wanted; i++) {
        uint32_t c = s->wanted[i];
        const char *end = c + 1 < N_COLUMNS ? field[c + 1] - 1 : line + n;
        if (read_cell(c, field[c], (size_t)(end - field[c]), &cells[i]) == 0)
            continue;
        int32_t then = refuse(s, "not a value of this column", COLUMNS[c].name, field[c],
                              (size_t)(end - field[c]));
        if (then != JB_ROW_NULL)
            return then == JB_ROW_STOP ? JB_E_DATA : -1;
        cells[i].set = 0;
    }
    return JB_OK;
}

/* ---- the stream ---- */

static int make_batch(const stream *s, int64_t rows, size_t bytes, struct ArrowArray *out)
{
    const size_t none[1] = {0};
    const size_t text[3] = {(size_t)rows / 8 + 1, ((size_t)rows + 1) * sizeof(int32_t), bytes + 1};
    if (jb_array_make(out, rows, 1, none, s->n_wanted) != 0)
        return -1;
    for (uint32_t i = 0; i < s->n_wanted; i++) {
        char kind = COLUMNS[s->wanted[i]].format[0];
        if ((kind == 'u' ? jb_array_make(out->children[i], rows, 3, text, 0)
                         : jb_column_make(out->children[i], rows, kind == 't' ? 4 : 8)) != 0) {
            out->release(out);
            return -1;
        }
    }
    return 0;
}

static void store(const stream *s, const cell *cells, int64_t row, struct ArrowArray *out)
{
    for (uint32_t i = 0; i < s->n_wanted; i++) {
        struct ArrowArray *a = out->children[i];
        char kind = COLUMNS[s->wanted[i]].format[0];
        if (kind == 'u') {
            int32_t *offsets = (int32_t *)(uintptr_t)a->buffers[1];
            size_t n = cells[i].set ? cells[i].n : 0;
            memcpy((char *)(uintptr_t)a->buffers[2] + offsets[row], cells[i].text, n);
            offsets[row + 1] = offsets[row] + (int32_t)n;
            if (cells[i].set)
                jb_set_valid(a, row);
        } else if (cells[i].set) { /* little-endian: the low bytes are the narrow value */
            jb_set_cell(a, row, &cells[i].number, kind == 't' ? 4 : 8);
        }
    }
}

/* How many records the next batch may hold, and their bytes. */
static int64_t look_ahead(const stream *s, size_t *bytes)
{
    stream ahead = *s;
    const char *line;
    size_t n;
    int64_t rows = 0;
    while (rows < s->batch_rows && next_line(&ahead, &line, &n))
        rows++;
    *bytes = (size_t)(ahead.at - s->at);
    return *bytes <= INT32_MAX ? rows : -1;
}

static int get_next(struct ArrowArrayStream *arrow, struct ArrowArray *out)
{
    stream *s = arrow->private_data;
    cell cells[N_COLUMNS];
    const char *line;
    size_t n, bytes;
    int64_t room = look_ahead(s, &bytes), row = 0;
    memset(out, 0, sizeof *out); /* a batch without release is the end */
    if (s->failed != JB_OK || room == 0 || host->cancelled(s->ctx))
        return s->failed != JB_OK ? s->failed : room == 0 ? JB_OK : JB_E_CANCELLED;
    if (room < 0 || make_batch(s, room, bytes, out) != 0)
        return s->failed = no_memory(s->ctx);
    for (int64_t i = 0; i < room && next_line(s, &line, &n); i++) {
        jb_status status =
            n > 0 ? read_record(s, line, n, cells) : -1; /* an empty line is no record */
        if (status == JB_OK)
            store(s, cells, row++, out);
        if (status == JB_E_DATA) {
            out->release(out);
            return s->failed = status;
        }
    }
    out->length = row;
    for (uint32_t i = 0; i < s->n_wanted; i++)
        out->children[i]->length = row;
    return JB_OK;
}

static int get_schema(struct ArrowArrayStream *arrow, struct ArrowSchema *out)
{
    const stream *s = arrow->private_data;
    return make_schema(s->wanted, s->n_wanted, out) == 0 ? JB_OK : JB_E_MEMORY;
}

static const char *get_last_error(struct ArrowArrayStream *arrow)
{
    (void)arrow;
    return NULL; /* failures are reported through the host */
}

static void release(struct ArrowArrayStream *arrow)
{
    free(arrow->private_data);
    arrow->release = NULL;
}

/* "amount", or "#3" for the third column. */
static int find_column(const char *name, uint32_t *out)
{
    for (uint32_t c = 0; c < N_COLUMNS; c++) {
        const char number[3] = {'#', (char)('1' + (int)c), '\0'};
        if (strcmp(name, COLUMNS[c].name) == 0 || strcmp(name, number) == 0)
            return *out = c, 0;
    }
    return -1;
}

static jb_status scan(jb_ctx *ctx, void *self, const jb_scan *wanted, struct ArrowArrayStream *out)
{
    template_name *me = self;
    stream *s = calloc(1, sizeof *s);
    jb_status status = s != NULL ? load(ctx, me) : no_memory(ctx);
    const char *at =
        (const char *)wanted->columns; /* the host's jb_column may be longer than ours */
    for (uint32_t i = 0; status == JB_OK && i < wanted->n_columns;
         i++, at += wanted->column_stride) {
        const jb_column *column = (const jb_column *)(const void *)at;
        if (i >= N_COLUMNS || find_column(column->name, &s->wanted[i]) != 0)
            status = jb_fail_text(host, ctx, JB_E_CONFIG, NULL, "the table has no such column");
    }
    if (status != JB_OK) {
        free(s);
        return status;
    }
    s->me = me;
    s->rows = host->query(JB_HOST_ROWS);
    s->ctx = ctx;
    s->at = me->text;
    s->batch_rows = wanted->batch_rows;
    s->n_wanted = wanted->n_columns;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release, s};
    return JB_OK;
}

static const jb_source source = {.size = sizeof(jb_source), .schema = schema, .scan = scan};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};

static const jb_param params[] = {
    {.size = sizeof(jb_param),
     .type = JB_T_PATH,
     .flags = JB_P_REQUIRED,
     .key = "path",
     .help = "The file; relative to the INI file that names it.",
     .help_zh = "文件；相对路径从写它的 INI 文件算起。"},
};
static const jb_component component = {
    .size = sizeof(jb_component),
    .flags = JB_C_REENTRANT,
    .kind = "source",
    .name = "template_name",
    .title = "Lines of fields",
    .title_zh = "竖线分隔文本",
    .help = "A text file, one record a line, fields parted by |.",
    .help_zh = "一行一条记录、字段以 | 分隔的文本文件。",
    .params = params,
    .n_params = sizeof params / sizeof params[0],
    .param_stride = sizeof(jb_param),
    .ifaces = ifaces,
    .n_ifaces = sizeof ifaces / sizeof ifaces[0],
    .create = create,
    .destroy = destroy,
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
