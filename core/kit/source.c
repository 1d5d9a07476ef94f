// SPDX-License-Identifier: Apache-2.0
/* Checks of jb.source/1: the same rows whatever is asked for, in arrays that are what the schema
 * says. */
#include "kit/kit_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 64, MAX_ROWS = 20000, CANCEL_MS = 1000 };

typedef struct scan {
    kit *k;
    kit_setting *setting;
    jb_instance *inst;
    const jb_source *s;
    struct ArrowSchema schema;
    uint32_t n; /* columns looked at */
    int64_t batch_rows;
    int order; /* 0 all, 1 reversed, 2 the last one only, 3 by "#N" */
    int stop;  /* batches after which the stream is given up; 0: none */
    jb_buf columns[MAX_COLUMNS];
    int64_t rows;
} scan;

static int open_source(kit *k, scan *s)
{
    jb_ctx ctx;
    jb_scan what = {.size = sizeof what, .column_stride = sizeof(jb_column), .batch_rows = 8192};
    *s = (scan){.k = k, .batch_rows = 8192};
    s->setting = kit_setting_new(k, 0, 0);
    s->inst = s->setting ? kit_instance(k, s->setting) : NULL;
    s->s = jb_type_iface(k->type, JB_SOURCE);
    for (int i = 0; i < MAX_COLUMNS; i++) {
        jb_buf_init(&s->columns[i], JB_BUF_MAX_BLOCK);
    }
    if (s->inst) {
        jb_ctx_begin(&ctx, s->inst, "schema", k->diags, NULL);
        jb_status status = jb_ctx_end(&ctx, s->s->schema(&ctx, s->inst->self, &what, &s->schema));
        if (status == JB_OK && s->schema.release && s->schema.n_children > 0) {
            s->n =
                s->schema.n_children < MAX_COLUMNS ? (uint32_t)s->schema.n_children : MAX_COLUMNS;
            return 0;
        }
    }
    const char *why = kit_reason(k);
    kit_skip(k, "打不开（%s）；用 --ini 给一段",
             "it cannot be opened (%s); give a section with --ini", *why ? why : "-");
    return -1;
}

static void close_source(scan *s)
{
    for (int i = 0; i < MAX_COLUMNS; i++) {
        jb_buf_free(&s->columns[i]);
    }
    if (s->schema.release) {
        s->schema.release(&s->schema);
    }
    jb_instance_free(s->inst);
    kit_setting_free(s->setting);
}

/* ---- one partition ---- */

static uint32_t column_of(const scan *s, uint32_t i)
{
    return s->order == 1 ? s->n - 1 - i : s->order == 2 ? s->n - 1 : i;
}

static int check_stream_schema(scan *s, const struct ArrowSchema *have, uint32_t n)
{
    if (!have->format || strcmp(have->format, "+s") != 0 || have->n_children != (int64_t)n) {
        return kit_fail(s->k, "流的类型不是要的那 %u 列",
                        "the stream's schema is not the %u columns asked for", n);
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct ArrowSchema *c = s->schema.children[column_of(s, i)];
        const struct ArrowSchema *texts = have->children[i]->dictionary; /* may come or go */
        const char *format = texts ? texts->format : have->children[i]->format;
        if (c->dictionary && format && strcmp(format, c->dictionary->format) == 0) {
            continue;
        }
        if (!format || !c->format || strcmp(format, c->format) != 0) {
            return kit_fail(s->k, "第 %u 列在 schema 里是 %s，在流里是 %s",
                            "column %u is %s in schema() and %s in the stream", column_of(s, i) + 1,
                            c->format ? c->format : "NULL", format ? format : "NULL");
        }
    }
    return 0;
}

static int take_batch(scan *s, const struct ArrowSchema *schema, struct ArrowArray *a,
                      uint64_t part)
{
    const char *why = jb_array_check(schema, a, 1);
    if (why) {
        return kit_fail(s->k, "第 %llu 部分的一批不合规：%s",
                        "a batch of part %llu is not valid: %s", (unsigned long long)part + 1, why);
    }
    if (a->length > s->batch_rows) {
        return kit_fail(s->k, "一批 %lld 行，要的是至多 %lld 行",
                        "a batch of %lld rows where at most %lld were asked for",
                        (long long)a->length, (long long)s->batch_rows);
    }
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowArray child = jb_array_child(a, i);
        kit_print_column(schema->children[i], &child, &s->columns[column_of(s, (uint32_t)i)]);
    }
    s->rows += a->length;
    return 0;
}

static int pull(scan *s, jb_ctx *ctx, struct ArrowArrayStream *stream,
                const struct ArrowSchema *schema, uint64_t part)
{
    for (int batches = 0; s->rows < MAX_ROWS; batches++) {
        struct ArrowArray a = {0};
        int slot = jb_crumb_take(s->inst->card, "scan");
        int64_t since = kit_now_ms();
        int status = stream->get_next(stream, &a);
        jb_crumb_give(slot);
        if (jb_cancel_is_set() && kit_now_ms() - since > CANCEL_MS) {
            status = kit_fail(s->k, "取消之后 get_next 还用了 %lld 毫秒",
                              "get_next went on for %lld ms after it was cancelled",
                              (long long)(kit_now_ms() - since));
        } else if (status != 0 && !jb_cancel_is_set()) {
            const char *said = stream->get_last_error ? stream->get_last_error(stream) : NULL;
            status = kit_fail(s->k, "get_next 返回 %d：%s", "get_next returns %d: %s", status,
                              ctx->failed ? kit_reason(s->k)
                              : said      ? said
                                          : "-");
        }
        if (status != 0 || !a.release) {
            return status < 0 ? -1 : 0;
        }
        status = take_batch(s, schema, &a, part);
        a.release(&a);
        if (a.release) {
            return kit_fail(s->k, "一批的 release 之后 release 没有置空",
                            "release of a batch is not NULL after release");
        }
        if (status != 0 || (s->stop && batches + 1 >= s->stop)) {
            return status;
        }
    }
    return 0;
}

/* What is asked for: of parts() the same as of scan(), as the host does. */
static jb_scan wanted(scan *s, uint64_t part)
{
    jb_column *columns = jb_arena_alloc(s->k->arena, (s->n + 1) * sizeof *columns);
    uint32_t n = s->order == 2 ? 1 : s->n;
    for (uint32_t i = 0; i < n; i++) {
        const char *name = s->schema.children[column_of(s, i)]->name;
        columns[i] = (jb_column){.size = sizeof *columns, .name = name};
        if (s->order == 3) {
            columns[i].name = jb_arena_fmt(s->k->arena, "#%u", i + 1);
        }
    }
    return (jb_scan){.size = sizeof(jb_scan),
                     .columns = columns,
                     .n_columns = n,
                     .column_stride = sizeof(jb_column),
                     .batch_rows = s->batch_rows,
                     .part = part};
}

static int read_part(scan *s, uint64_t part)
{
    uint32_t n = s->order == 2 ? 1 : s->n;
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    jb_ctx ctx;
    jb_scan what = wanted(s, part);
    jb_ctx_begin(&ctx, s->inst, "scan", s->k->diags, NULL);
    jb_status status = s->s->scan(&ctx, s->inst->self, &what, &stream);
    jb_crumb_give(ctx.slot);
    ctx.slot = -1;
    int r = 0;
    if (status != JB_OK) {
        r = status == JB_E_CANCELLED && jb_cancel_is_set()
                ? 0
                : kit_fail(s->k, "scan 失败：%s", "scan fails: %s", kit_reason(s->k));
    } else if (!stream.get_schema || !stream.get_next || !stream.release) {
        r = kit_fail(s->k, "流缺函数", "the stream lacks functions");
    } else if (stream.get_schema(&stream, &schema) != 0) {
        r = kit_fail(s->k, "get_schema 失败", "get_schema fails");
    } else if ((r = check_stream_schema(s, &schema, n)) == 0) {
        r = pull(s, &ctx, &stream, &schema, part);
    }
    if (schema.release) {
        schema.release(&schema);
    }
    if (stream.release) {
        int slot = jb_crumb_take(s->inst->card, "release");
        stream.release(&stream);
        jb_crumb_give(slot);
        if (stream.release) {
            r = kit_fail(s->k, "流 release 之后 release 没有置空",
                         "release of the stream is not NULL after release");
        }
    }
    return r;
}

static uint64_t count_parts(scan *s)
{
    jb_scan what = wanted(s, 0);
    uint64_t n = 1;
    jb_ctx ctx;
    if (!JB_HAS(jb_source, s->s, parts)) {
        return 1;
    }
    jb_ctx_begin(&ctx, s->inst, "parts", s->k->diags, NULL);
    if (jb_ctx_end(&ctx, s->s->parts(&ctx, s->inst->self, &what, &n)) != JB_OK) {
        kit_fail(s->k, "parts 失败：%s", "parts fails: %s", kit_reason(s->k));
    }
    return n;
}

static int read_all(scan *s)
{
    uint64_t n = count_parts(s);
    s->rows = 0;
    for (int i = 0; i < MAX_COLUMNS; i++) {
        jb_buf_clear(&s->columns[i]);
    }
    for (uint64_t p = 0; p < n && s->rows < MAX_ROWS && s->k->status == JB_KIT_OK; p++) {
        if (read_part(s, p) != 0) {
            return -1;
        }
    }
    return s->k->status == JB_KIT_OK ? 0 : -1;
}

/* ---- checks ---- */

static void check_schema(kit *k)
{
    scan a, b;
    jb_buf x, y;
    jb_buf_init(&x, JB_BUF_MAX_TEXT);
    jb_buf_init(&y, JB_BUF_MAX_TEXT);
    if (open_source(k, &a) == 0) {
        if (open_source(k, &b) == 0) {
            kit_print_schema(&a.schema, &x);
            kit_print_schema(&b.schema, &y);
            kit_equal(k, "两次问到的列不同", "the columns differ between two calls", &x, &y);
            kit_note(k, "%u 列", "%u columns", a.n);
            if (count_parts(&a) != count_parts(&b)) {
                kit_fail(k, "两次问到的份数不同", "the number of parts differs between two calls");
            }
        }
        close_source(&b);
    }
    close_source(&a);
    jb_buf_free(&x);
    jb_buf_free(&y);
}

static void compare(kit *k, int64_t batch_rows, int order, const char *zh, const char *en)
{
    scan a, b;
    if (open_source(k, &a) == 0) {
        if (open_source(k, &b) == 0) {
            b.batch_rows = batch_rows;
            b.order = order;
            if (read_all(&a) == 0 && read_all(&b) == 0) {
                for (uint32_t i = order == 2 ? a.n - 1 : 0; i < a.n && a.rows < MAX_ROWS; i++) {
                    kit_equal(k, zh, en, &a.columns[i], &b.columns[i]);
                }
            }
        }
        close_source(&b);
    }
    close_source(&a);
}

static void check_arrays(kit *k)
{
    scan s;
    if (open_source(k, &s) == 0 && read_all(&s) == 0) {
        kit_note(k, "%lld 行", "%lld rows", (long long)s.rows);
    }
    close_source(&s);
}

static void check_batches(kit *k)
{
    compare(k, 1000, 0, "每批 8192 行与 1000 行", "batches of 8192 rows against 1000");
    compare(k, 1, 0, "每批 8192 行与 1 行", "batches of 8192 rows against 1");
}

static void check_projection(kit *k)
{
    compare(k, 8192, 1, "各列倒着要", "columns in reverse order");
    compare(k, 8192, 2, "只要最后一列", "the last column alone");
    compare(k, 8192, 3, "按 #N 要", "columns by #N");
}

static void check_stop(kit *k)
{
    scan s, fresh;
    if (open_source(k, &s) == 0) {
        s.batch_rows = 3;
        s.stop = 1;
        if (read_all(&s) == 0 && open_source(k, &fresh) == 0) {
            s.stop = 0;
            s.batch_rows = 8192;
            if (read_all(&s) == 0 && read_all(&fresh) == 0) {
                for (uint32_t i = 0; i < s.n; i++) {
                    kit_equal(k, "放掉之后再读", "read again after it was given up",
                              &fresh.columns[i], &s.columns[i]);
                }
            }
            close_source(&fresh);
        }
    }
    close_source(&s);
}

static void check_cancel(kit *k)
{
    scan s;
    if (open_source(k, &s) == 0) {
        s.batch_rows = 1;
        s.stop = 2;
        if (read_all(&s) == 0) {
            jb_cancel_set();
            s.stop = 0;
            int64_t since = kit_now_ms();
            (void)read_all(&s);
            if (kit_now_ms() - since > CANCEL_MS) {
                kit_fail(k, "取消之后还用了 %lld 毫秒",
                         "it went on for %lld ms after it was cancelled",
                         (long long)(kit_now_ms() - since));
            }
        }
    }
    close_source(&s);
}

static void check_version(kit *k)
{
    scan s;
    const char *text = NULL;
    jb_buf x, y;
    jb_buf_init(&x, JB_BUF_MAX_TEXT);
    jb_buf_init(&y, JB_BUF_MAX_TEXT);
    if (open_source(k, &s) == 0 && !JB_HAS(jb_source, s.s, version)) {
        kit_skip(k, "没有 version", "it has no version()");
    }
    for (int i = 0; i < 2 && k->status == JB_KIT_OK; i++) {
        jb_ctx ctx;
        jb_ctx_begin(&ctx, s.inst, "version", k->diags, NULL);
        if (jb_ctx_end(&ctx, s.s->version(&ctx, s.inst->self, &text)) == JB_OK) {
            jb_buf_str(i ? &y : &x, text ? text : "");
        }
    }
    if (k->status == JB_KIT_OK) {
        kit_equal(k, "数据没变，version 变了", "version() changes though the data did not", &x, &y);
    }
    close_source(&s);
    jb_buf_free(&x);
    jb_buf_free(&y);
}

static int exercise(kit *k, jb_buf *out)
{
    scan s;
    int r = -1;
    if (open_source(k, &s) == 0) {
        s.batch_rows = 64;
        r = read_all(&s);
        kit_print_schema(&s.schema, out);
        for (uint32_t i = 0; i < s.n; i++) {
            jb_buf_str(out, jb_buf_text(&s.columns[i]));
        }
    }
    close_source(&s);
    return r;
}

static void check_same(kit *k)
{
    kit_check_same(k, exercise);
}

static void check_memory(kit *k)
{
    kit_check_memory(k, exercise);
}

static void check_quiet(kit *k)
{
    kit_check_quiet(k, exercise);
}

const kit_check kit_source_checks[] = {
    {{"create", "同一设置可建两次、毁两次", "an instance can be made and destroyed twice", 0},
     kit_check_create},
    {{"schema", "列两次问到的相同", "the columns are the same twice", 0}, check_schema},
    {{"arrays", "每一批都合规，类型如 schema 所说",
      "every batch is valid and of the schema's types", 0},
     check_arrays},
    {{"batches", "结果与每批行数无关", "rows do not depend on the size of batches", 0},
     check_batches},
    {{"projection", "只要几列、倒着要，值都相同", "a column is the same whatever else is asked for",
      0},
     check_projection},
    {{"stop", "读一半放掉，还能再读", "it can be given up half-way and read again", 0}, check_stop},
    {{"cancel", "取消后一秒内停下", "it stops within a second of being cancelled", 0},
     check_cancel},
    {{"version", "数据不变则 version 不变", "version() is stable while the data is", 0},
     check_version},
    {{"same", "两次运行相同", "two runs are equal", 1}, check_same},
    {{"memory", "重复 200 次内存不涨", "memory does not grow over 200 repetitions", 0},
     check_memory},
    {{"quiet", "不写标准输出", "nothing on standard output", 0}, check_quiet},
    {{NULL, NULL, NULL, 0}, NULL}};
