// SPDX-License-Identifier: Apache-2.0
#include "kit/metric.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FENCE = 64, FENCE_BYTE = 0xC7, RAW_BYTE = 0xA5 };

static const char *const TYPES[KIT_TYPES - 1] = {"l", "d:14,2,64", "d:30,4", "g", "tdD", "u", "b"};

int kit_enter(const kit_bound *b, const char *phase)
{
    return jb_crumb_take(b->inst->card, phase);
}

/* ---- binding ---- */

static size_t count_columns(const jb_args *args)
{
    size_t n = 0;
    for (size_t i = 0; i < jb_args_count(args); i++) {
        const jb_setting *s = jb_args_at(args, i);
        n += s->param->type == JB_T_COLUMN ? s->n_items : 0;
    }
    return n;
}

static const char *bad_shape(const kit_bound *b)
{
    if (!b->out.release || !b->out.format || strcmp(b->out.format, "+s") != 0) {
        return "its schema is no struct";
    }
    if (b->out.n_children < 1 ||
        strcmp(b->out.children[0]->name ? b->out.children[0]->name : "", "value") != 0) {
        return "the first child of its schema is not \"value\"";
    }
    if (b->shape.state_size == 0 || b->shape.state_size > (1u << 20)) {
        return "state_size is 0 or more than 1 MiB";
    }
    if ((b->shape.flags & JB_UNIT_OF_COLUMN) && b->shape.unit_column >= b->n_cols) {
        return "unit_column is not among its columns";
    }
    for (int64_t i = 0; i < b->out.n_children; i++) {
        jb_coltype type;
        const char *hint = NULL;
        if (jb_coltype_of(b->out.children[i], &type, &hint) != 0) {
            return "a child of its schema has an unknown format";
        }
    }
    return NULL;
}

static int make_input(kit_bound *b, int types)
{
    size_t at = 0;
    if (jb_schema_make(&b->in, "+s", "", b->n_cols) != 0) {
        return -1;
    }
    for (uint32_t i = 0; i < b->n_cols; i++) {
        char name[16];
        b->formats[i] = TYPES[types == KIT_TYPES - 1 ? i % (KIT_TYPES - 1) : (uint32_t)types];
        snprintf(name, sizeof name, "c%u", i + 1);
        at += (size_t)snprintf(b->label + at, sizeof b->label - at, "%s%s", i ? " " : "",
                               b->formats[i]);
        at = at < sizeof b->label ? at : sizeof b->label - 1;
        if (jb_schema_make(b->in.children[i], b->formats[i], name, 0) != 0) {
            return -1;
        }
    }
    return 0;
}

int kit_bind(kit *k, const kit_setting *s, int types, kit_bound *b)
{
    jb_ctx ctx;
    memset(b, 0, sizeof *b);
    b->k = k;
    b->inst = kit_instance(k, s);
    if (!b->inst) {
        return 1;
    }
    b->m = jb_type_iface(k->type, JB_METRIC);
    b->partial = jb_type_iface(k->type, JB_METRIC_PARTIAL);
    b->n_cols = (uint32_t)count_columns(b->inst->args);
    b->n_cols = b->n_cols < 16 ? b->n_cols : 16;
    if (make_input(b, types) != 0) {
        return 1;
    }
    b->shape.size = sizeof b->shape;
    jb_ctx_begin(&ctx, b->inst, "bind", k->diags, NULL);
    jb_status status =
        jb_ctx_end(&ctx, b->m->bind(&ctx, b->inst->self, &b->in, &b->out, &b->shape));
    if (status != JB_OK) {
        if (b->out.release) {
            return kit_fail(k, "bind 失败（%s），却留下了结果的类型",
                            "bind failed for %s and yet left a schema", b->label);
        }
        if (status != JB_E_CONFIG && status != JB_E_UNSUPPORTED) {
            return kit_fail(k, "bind 拒绝列类型 %s 用的状态是 %d，应是 JB_E_CONFIG",
                            "bind refuses %s with status %d, JB_E_CONFIG was due", b->label,
                            status);
        }
        return 1;
    }
    const char *why = bad_shape(b);
    return why ? kit_fail(k, "bind（%s）：%s", "bind (%s): %s", b->label, why) : 0;
}

void kit_unbind(kit_bound *b)
{
    if (b->out.release) {
        b->out.release(&b->out);
    }
    if (b->in.release) {
        b->in.release(&b->in);
    }
    jb_instance_free(b->inst);
    b->inst = NULL;
}

/* ---- states: fenced, and not clean before state_init ---- */

static void **new_states(kit_bound *b, uint32_t n)
{
    void **states = jb_alloc((n + 1) * sizeof *states);
    size_t size = (b->shape.state_size + 15) & ~(size_t)15;
    for (uint32_t g = 0; g < n; g++) {
        char *raw = jb_alloc(size + 2 * FENCE + 16);
        memset(raw, FENCE_BYTE, size + 2 * FENCE + 16);
        char *at = raw + FENCE;
        at += (16 - ((uintptr_t)at & 15)) & 15;
        memcpy(at - sizeof raw - 8, &raw, sizeof raw);
        memset(at, RAW_BYTE, b->shape.state_size);
        int slot = kit_enter(b, "state_init");
        b->m->state_init(b->inst->self, at);
        jb_crumb_give(slot);
        states[g] = at;
    }
    return states;
}

static int fence_holds(const kit_bound *b, const void *state)
{
    const unsigned char *at = state;
    for (size_t i = 1; i <= 8; i++) {
        if (at[-(ptrdiff_t)i] != FENCE_BYTE) {
            return 0;
        }
    }
    for (size_t i = 0; i < FENCE - 16; i++) {
        if (at[b->shape.state_size + i] != FENCE_BYTE) {
            return 0;
        }
    }
    return 1;
}

static int check_fences(kit_bound *b, void **states, uint32_t n, const char *phase)
{
    for (uint32_t g = 0; g < n; g++) {
        if (!fence_holds(b, states[g])) {
            return kit_fail(b->k, "%s 写到了状态之外（列 %s，状态 %llu 字节）",
                            "%s wrote outside its state (columns %s, state of %llu bytes)", phase,
                            b->label, (unsigned long long)b->shape.state_size);
        }
    }
    return 0;
}

static void drop_states(kit_bound *b, void **states, uint32_t n)
{
    for (uint32_t g = 0; g < n; g++) {
        char *raw;
        memcpy(&raw, (char *)states[g] - sizeof raw - 8, sizeof raw);
        if (JB_HAS(jb_metric, b->m, state_drop)) {
            int slot = kit_enter(b, "state_drop");
            b->m->state_drop(b->inst->self, states[g]);
            jb_crumb_give(slot);
        }
        free(raw);
    }
    free(states);
}

/* ---- feeding ---- */

static int kept(const kit_cut *cut, int64_t row)
{
    return !cut->group || (cut->group[row] != UINT32_MAX &&
                           (cut->only < 0 || cut->group[row] == (uint32_t)cut->only));
}

static int feed_batch(kit_bound *b, const kit_cells *c, const kit_cut *cut, const uint32_t *rows,
                      int64_t n, void **states)
{
    kit_mem *mem = b->mem;
    struct ArrowArray *columns = kit_mem_get(mem, (b->n_cols + 1) * sizeof *columns);
    uint32_t *sel = kit_mem_get(mem, (size_t)n * 4), *group = kit_mem_get(mem, (size_t)n * 4);
    jb_batch batch = {.size = sizeof batch,
                      .columns = columns,
                      .n_columns = b->n_cols,
                      .rows = n,
                      .state = states};
    jb_ctx ctx;
    for (uint32_t i = 0; i < b->n_cols; i++) {
        kit_column(mem, c, i, rows, n, &columns[i]);
    }
    batch.n = (uint64_t)n;
    if (cut->group && cut->only < 0) {
        batch.n = 0;
        for (int64_t i = 0; i < n; i++) {
            if (kept(cut, rows[i])) {
                group[batch.n] = cut->group[rows[i]];
                sel[batch.n++] = (uint32_t)i;
            }
        }
        batch.sel = batch.n == (uint64_t)n ? NULL : sel;
        batch.group = group;
    }
    kit_mem_seal(mem);
    jb_ctx_begin(&ctx, b->inst, "update", b->k->diags, NULL);
    jb_status status = jb_ctx_end(&ctx, b->m->update(&ctx, b->inst->self, &batch));
    kit_mem_close(mem); /* whatever it kept of the batch may not be touched any more */
    return status;
}

static int feed(kit_bound *b, const kit_cells *c, const kit_cut *cut, const uint32_t *rows,
                int64_t n, void **states)
{
    int status = 0;
    for (int64_t at = 0; at < n && status == 0; at += cut->batch) {
        int64_t part = n - at < cut->batch ? n - at : cut->batch;
        status = feed_batch(b, c, cut, rows + at, part, states);
    }
    return status;
}

/* ---- merging ---- */

static int merge(kit_bound *b, void **into, void **from, uint32_t n)
{
    int status = 0;
    for (uint32_t g = 0; g < n && status == 0; g++) {
        jb_ctx ctx;
        jb_ctx_begin(&ctx, b->inst, "merge", b->k->diags, NULL);
        status = jb_ctx_end(&ctx, b->m->merge(&ctx, b->inst->self, into[g], from[g]));
    }
    return status;
}

static int fold(kit_bound *b, const kit_cut *cut, void ***parts, int n_parts, void ***total)
{
    int status = 0;
    if (cut->fold == 2) {
        *total = new_states(b, cut->n_groups);
        for (int p = 0; p < n_parts && status == 0; p++) {
            status = merge(b, *total, parts[p], cut->n_groups);
        }
        return status;
    }
    for (int p = 1; p < n_parts && status == 0; p++) {
        int q = n_parts - p;
        status = cut->fold ? merge(b, parts[q - 1], parts[q], cut->n_groups)
                           : merge(b, parts[0], parts[p], cut->n_groups);
    }
    *total = parts[0];
    return status;
}

/* ---- finishing ---- */

static int print_result(kit_bound *b, const kit_cut *cut, const struct ArrowArray *out,
                        const uint64_t *rows_of, jb_buf *text)
{
    uint64_t total = 0;
    const char *why = jb_array_check(&b->out, out, 1);
    for (uint32_t g = 0; rows_of && g < cut->n_groups; g++) {
        total += rows_of[g];
        jb_buf_fmt(text, "%llu ", (unsigned long long)rows_of[g]);
    }
    total = rows_of ? total : cut->n_groups;
    if (why) {
        return kit_fail(b->k, "finish 给的表不合规（列 %s）：%s",
                        "finish gave a table that is not valid (columns %s): %s", b->label, why);
    }
    if ((uint64_t)out->length != total) {
        return kit_fail(b->k, "finish 给了 %lld 行，应是 %llu 行（列 %s）",
                        "finish gave %lld rows, %llu were due (columns %s)", (long long)out->length,
                        (unsigned long long)total, b->label);
    }
    kit_print_rows(&b->out, out, text);
    return 0;
}

static int finish(kit_bound *b, const kit_cut *cut, void **states, jb_buf *text)
{
    struct ArrowArray out = {0};
    int rows = (b->m->flags & JB_M_ROWS) != 0;
    uint64_t *rows_of = jb_alloc((cut->n_groups + 1) * sizeof *rows_of);
    memset(rows_of, 0, (cut->n_groups + 1) * sizeof *rows_of);
    jb_ctx ctx;
    jb_ctx_begin(&ctx, b->inst, "finish", b->k->diags, NULL);
    int status = jb_ctx_end(&ctx, b->m->finish(&ctx, b->inst->self, states, cut->n_groups, &out,
                                               rows ? rows_of : NULL));
    if (status == 0) {
        status = print_result(b, cut, &out, rows ? rows_of : NULL, text);
    }
    if (out.release) {
        int slot = kit_enter(b, "release");
        out.release(&out);
        jb_crumb_give(slot);
        if (out.release) {
            status = kit_fail(b->k, "release 之后 release 没有置空",
                              "release is not NULL after release");
        }
    }
    free(rows_of);
    return status;
}

static int finish_twice(kit_bound *b, const kit_cut *cut, void **states, jb_buf *text)
{
    jb_buf again;
    size_t from = text->len;
    int status = finish(b, cut, states, text);
    if (status || !cut->twice) {
        return status;
    }
    jb_buf first;
    jb_buf_init(&first, JB_BUF_MAX_BLOCK);
    jb_buf_init(&again, JB_BUF_MAX_BLOCK);
    jb_buf_add(&first, jb_buf_text(text) + from, text->len - from);
    status = finish(b, cut, states, &again);
    if (status == 0) {
        status = kit_equal(b->k, "finish 两次结果不同",
                           "finish gives another result the second time", &first, &again);
    }
    jb_buf_free(&first);
    jb_buf_free(&again);
    return status;
}

/* ---- all of it ---- */

int kit_compute(kit_bound *b, const kit_cells *c, const kit_cut *cut, jb_buf *out)
{
    uint32_t *rows = jb_alloc(((size_t)c->n + 1) * sizeof *rows);
    int n_parts = (b->m->flags & JB_M_ORDERED) || !b->m->merge ? 1 : cut->parts, status = 0;
    void ***parts = jb_alloc((size_t)n_parts * sizeof *parts), **total = NULL;
    uint64_t seed = cut->seed;
    int64_t n = 0, at = 0;
    b->mem = kit_mem_new();
    for (int64_t i = 0; i < c->n; i++) {
        if (cut->only < 0 || kept(cut, i)) {
            rows[n++] = (uint32_t)i;
        }
    }
    for (int p = 0; p < n_parts; p++) {
        int64_t end = p + 1 == n_parts ? n : at + (int64_t)kit_dice(&seed, (uint64_t)(n - at) + 1);
        parts[p] = new_states(b, cut->n_groups);
        if (status == 0) {
            status = cut->absorb ? kit_absorb(b, c, cut, parts[p])
                                 : feed(b, c, cut, rows + at, end - at, parts[p]);
        }
        if (status == 0) {
            status = check_fences(b, parts[p], cut->n_groups, "update");
        }
        at = end;
    }
    if (status == 0) {
        status = fold(b, cut, parts, n_parts, &total);
    }
    if (status == 0) {
        status = finish_twice(b, cut, total, out);
    }
    for (int p = 0; p < n_parts; p++) {
        status = status ? status : check_fences(b, parts[p], cut->n_groups, "merge");
        drop_states(b, parts[p], cut->n_groups);
    }
    if (cut->fold == 2 && total) {
        drop_states(b, total, cut->n_groups);
    }
    kit_mem_free(b->mem);
    b->mem = NULL;
    free(parts);
    free(rows);
    return status;
}
