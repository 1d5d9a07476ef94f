// SPDX-License-Identifier: Apache-2.0
/* jb.host.source/1 inside the kit: two small tables stand for whatever sources a REF parameter names, so that a
 * source made of sources is tested without a report. They have columns of every type, NULLs and Chinese text; the
 * first column, "kit" (what a text parameter is generated as), has each value once, to join by. */
#include "kit/kit_impl.h"

#include "jianbao/plugin_util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_COLUMNS = 7, MOST_ASKED = 64, N_ROWS = 300, N_PARTS = 2, NAME = 40 };

/* As the host hands columns on: decimals in 64 bits where they fit. `other`: the names below a second parameter, as a
 * source that puts columns side by side wants them apart; the members of one list have the same. */
static const struct {
    const char *name, *other, *format, *unit;
} COLUMNS[N_COLUMNS] = {{"kit", "kit", "u", NULL},          {"文字", "文字二", "u", NULL},
                        {"整数", "整数二", "l", NULL},      {"金额", "金额二", "d:14,2,64", "万元"},
                        {"浮点", "浮点二", "g", NULL},      {"日期", "日期二", "tdD", NULL},
                        {"真假", "真假二", "b", NULL}};

typedef struct which {
    uint64_t table; /* 0, 1: which rows */
    int other;      /* which names */
} which;

static const char *name_of(uint32_t column, int other)
{
    return other ? COLUMNS[column].other : COLUMNS[column].name;
}

typedef struct reading { /* a stream over one part of one member */
    uint32_t column[MOST_ASKED], n; /* a column may be asked for twice */
    int64_t at, end, step;
    uint64_t member;
    int other;
} reading;

static int column_named(const char *name, int other)
{
    for (int i = 0; name && i < N_COLUMNS; i++) {
        if (strcmp(name_of((uint32_t)i, other), name) == 0) {
            return i;
        }
    }
    char *end = NULL;
    long n = name && name[0] == '#' ? strtol(name + 1, &end, 10) : 0;
    return n >= 1 && n <= N_COLUMNS && *end == '\0' ? (int)n - 1 : -1;
}

/* Which of the two tables: those of one list parameter differ, and so do those of two parameters. */
static int member_of(jb_ctx *ctx, const char *key, uint64_t item, which *out)
{
    const jb_args *args = ctx->instance->args;
    uint64_t seen = 0;
    int params = 0;
    for (size_t i = 0; i < jb_args_count(args); i++) {
        const jb_setting *s = jb_args_at(args, i);
        if (s->param->type != JB_T_REF || !s->param->range || strcmp(s->param->range, "source") != 0) {
            continue;
        }
        if (key && strcmp(s->param->key, key) == 0 && item < s->n_items) {
            *out = (which){(seen + item) % 2, params > 0};
            return 0;
        }
        seen += s->n_items;
        params++;
    }
    ctx->failed = 1;
    jb_diag(ctx->diags, "E0765", NULL, ctx->instance->type->plugin->id, "source", ctx->phase);
    return -1;
}

static int put_columns(struct ArrowSchema *out, const uint32_t *column, uint32_t n, int other)
{
    if (jb_schema_make(out, "+s", "", n) != 0) {
        return -1;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t c = column ? column[i] : i;
        struct ArrowSchema *child = out->children[i];
        if (jb_schema_make(child, COLUMNS[c].format, name_of(c, other), 0) != 0 ||
            (COLUMNS[c].unit && jb_schema_put(child, "unit", COLUMNS[c].unit) != 0)) {
            out->release(out);
            return -1;
        }
    }
    return 0;
}

/* ---- rows ---- */

/* Row `row` of a member: the second has other keys from the middle on, and other values. */
static int is_null(uint32_t column, uint64_t member, int64_t row)
{
    return column > 0 && (row * 7 + (int64_t)column + (int64_t)member) % 11 == 0;
}

static void put_cell(struct ArrowArray *a, uint32_t column, uint64_t member, int64_t row, int64_t i)
{
    int64_t n = (row * 37 + (int64_t)member * 5) % 1000 - 300;
    double f = (double)n / 4;
    int64_t cents = n * 125;
    int32_t day = 18993 + (int32_t)(row % 300);
    const char format = COLUMNS[column].format[0];
    if (is_null(column, member, row)) {
        return;
    }
    if (format == 'l') {
        jb_set_cell(a, i, &n, sizeof n);
    } else if (format == 'g') {
        jb_set_cell(a, i, &f, sizeof f);
    } else if (format == 'd') {
        jb_set_cell(a, i, &cents, sizeof cents);
    } else {
        jb_set_cell(a, i, &day, sizeof day);
    }
}

static int put_bools(struct ArrowArray *a, const reading *r, int64_t n)
{
    const size_t bytes[2] = {(size_t)n / 8 + 1, (size_t)n / 8 + 1};
    if (jb_array_make(a, n, 2, bytes, 0) != 0) {
        return -1;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t row = r->at + i;
        if (!is_null(N_COLUMNS - 1, r->member, row)) {
            uint8_t *bits = (uint8_t *)(uintptr_t)a->buffers[1];
            bits[i >> 3] = (uint8_t)(bits[i >> 3] | (row % 3 == 0) << (i & 7));
            jb_set_valid(a, i);
        }
    }
    return 0;
}

static int put_texts(struct ArrowArray *a, const reading *r, uint32_t column, int64_t n)
{
    static const char *const words[] = {"东湖区", "西山区", "", "𠮷野家", "a,\"b\"", "　空　格　"};
    const char **texts = jb_alloc(((size_t)n + 1) * sizeof *texts);
    char(*keys)[NAME] = jb_alloc(((size_t)n + 1) * sizeof *keys);
    for (int64_t i = 0; i < n; i++) {
        int64_t row = r->at + i;
        snprintf(keys[i], NAME, "%s%lld", r->member && row >= N_ROWS / 2 ? "别的" : "项目", (long long)row);
        texts[i] = is_null(column, r->member, row) ? NULL : column ? words[(uint64_t)row % 6] : keys[i];
    }
    int bad = jb_column_utf8(a, n, texts);
    free(keys);
    free(texts);
    return bad;
}

static int put_column(struct ArrowArray *a, const reading *r, uint32_t column, int64_t n)
{
    const char format = COLUMNS[column].format[0];
    if (format == 'u') {
        return put_texts(a, r, column, n);
    }
    if (format == 'b') {
        return put_bools(a, r, n);
    }
    if (jb_column_make(a, n, format == 't' ? 4 : 8) != 0) {
        return -1;
    }
    for (int64_t i = 0; i < n; i++) {
        put_cell(a, column, r->member, r->at + i, i);
    }
    return 0;
}

/* ---- streams ---- */

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const reading *r = stream->private_data;
    return put_columns(out, r->column, r->n, r->other) == 0 ? 0 : 12;
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static const size_t none[1] = {0};
    reading *r = stream->private_data;
    int64_t n = r->end - r->at < r->step ? r->end - r->at : r->step;
    memset(out, 0, sizeof *out);
    if (n <= 0) {
        return 0;
    }
    if (jb_array_make(out, n, 1, none, r->n) != 0) {
        return 12;
    }
    for (uint32_t i = 0; i < r->n; i++) {
        if (put_column(out->children[i], r, r->column[i], n) != 0) {
            out->release(out);
            return 12;
        }
    }
    r->at += n;
    return 0;
}

static const char *stream_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "out of memory";
}

static void stream_release(struct ArrowArrayStream *stream)
{
    free(stream->private_data);
    stream->release = NULL;
}

/* ---- the service ---- */

static jb_status members_schema(jb_ctx *ctx, const char *key, uint64_t item, struct ArrowSchema *out)
{
    which member;
    if (member_of(ctx, key, item, &member) != 0) {
        return JB_E_INTERNAL;
    }
    return put_columns(out, NULL, N_COLUMNS, member.other) == 0 ? JB_OK : JB_E_MEMORY;
}

static jb_status members_parts(jb_ctx *ctx, const char *key, uint64_t item, const jb_scan *scan, uint64_t *n)
{
    which member;
    (void)scan;
    *n = N_PARTS;
    return member_of(ctx, key, item, &member) == 0 ? JB_OK : JB_E_INTERNAL;
}

static jb_status members_scan(jb_ctx *ctx, const char *key, uint64_t item, const jb_scan *scan,
                              struct ArrowArrayStream *out)
{
    which member;
    if (member_of(ctx, key, item, &member) != 0) {
        return JB_E_INTERNAL;
    }
    reading *r = jb_alloc(sizeof *r);
    int known = scan->n_columns <= MOST_ASKED && scan->part < N_PARTS;
    *r = (reading){.member = member.table, .other = member.other, .n = scan->n_columns, .step = scan->batch_rows > 0 ? scan->batch_rows : N_ROWS};
    for (uint32_t i = 0; known && i < scan->n_columns; i++) {
        const jb_column *c = (const void *)((const char *)scan->columns + (size_t)i * scan->column_stride);
        int at = column_named(c->name, member.other);
        known = at >= 0;
        r->column[i] = (uint32_t)at;
    }
    if (!known) {
        free(r);
        ctx->failed = 1;
        jb_diag(ctx->diags, "E0765", NULL, ctx->instance->type->plugin->id, "source.scan", ctx->phase);
        return JB_E_INTERNAL;
    }
    r->at = (int64_t)scan->part * (N_ROWS / N_PARTS);
    r->end = r->at + N_ROWS / N_PARTS;
    *out = (struct ArrowArrayStream){stream_schema, stream_next, stream_error, stream_release, r};
    return JB_OK;
}

static jb_status members_version(jb_ctx *ctx, const char *key, uint64_t item, const char **out)
{
    which member;
    *out = "1";
    return member_of(ctx, key, item, &member) == 0 ? JB_OK : JB_E_INTERNAL;
}

const jb_source_api kit_members = {.size = sizeof(jb_source_api), .schema = members_schema, .parts = members_parts,
                                   .scan = members_scan, .version = members_version};
