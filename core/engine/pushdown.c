// SPDX-License-Identifier: Apache-2.0
/* Sending the statements, reading their answers, feeding the metrics. */
#include "engine/pushdown.h"

#include "engine/batch.h"
#include "engine/bytes.h"
#include "engine/finish.h"
#include "engine/pool.h"
#include "engine/rows_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One statement's answer while it is read. */
typedef struct answer {
    const jb_push_view *view;
    const jb_push_stmt *stmt;
    jb_result *r;
    jb_diags *diags;
    jb_ctx ctx;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    jb_scratch *scratch;
    jb_vector *vectors; /* lead, then slots */
    uint32_t *rows, *groups, *sel, *kept;
    int64_t cap;
} answer;

/* ---- which rows are a set's ---- */

static int64_t whole(const answer *x, size_t column, uint32_t row)
{
    jb_value v;
    jb_vector_cell(&x->vectors[column], row, &v);
    return v.kind == JB_K_INT ? (int64_t)v.num : -1;
}

static int is_of(const answer *x, size_t set, uint32_t row)
{
    const jb_push_stmt *s = x->stmt;
    if (s->mode == JB_PUSH_UNION) {
        return whole(x, 0, row) == (int64_t)set;
    }
    uint64_t grouped = 0;
    for (size_t k = 0; k < s->lead; k++) {
        grouped |= (uint64_t)(whole(x, k, row) == 1) << k;
    }
    return s->mode != JB_PUSH_SETS || grouped == s->sets[set].grouped;
}

/* ---- keys of an answer row ---- */

static void pack_key(const answer *x, const jb_mgroup *g, const size_t *slots, size_t *at,
                     uint32_t row, jb_buf *b)
{
    char text[400];
    const char *p = text;
    uint32_t n = 0;
    jb_value v = {.kind = JB_K_TEXT}, second;
    size_t slot = slots[(*at)++];
    if (slot == JB_PUSH_CONSTANT) {
        v.text = x->view->source->name;
        v.num = (jb_i128)strlen(v.text);
    } else {
        jb_vector_cell(&x->vectors[x->stmt->lead + slot], row, &v);
    }
    int null = v.kind == JB_K_NULL;
    if (g->part && g->part != 'y') {
        jb_vector_cell(&x->vectors[x->stmt->lead + slots[(*at)++]], row, &second);
        n = null ? 0
                 : (uint32_t)snprintf(text, sizeof text, g->part == 'q' ? "%04d-Q%d" : "%04d-%02d",
                                      (int)v.num, (int)second.num);
    } else if (g->part && !null) {
        n = (uint32_t)snprintf(text, sizeof text, "%04d", (int)v.num);
    } else if (v.kind == JB_K_TEXT) {
        p = v.text;
        n = (uint32_t)v.num;
    } else if (!null) {
        n = (uint32_t)jb_value_print(&v, text, sizeof text);
    }
    jb_buf_char(b, !null);
    jb_buf_add(b, &n, 4);
    jb_buf_add(b, p, n);
}

static int too_many(const answer *x)
{
    const jb_msource *s = x->r->plan->source;
    jb_diag(x->diags, "E0373", &s->place, s->name);
    return -1;
}

static int number_groups(answer *x, const jb_push_set *set, size_t n)
{
    const jb_keyset *keyset = &x->r->plan->keysets[set->keyset];
    int status = 0;
    jb_buf packed;
    jb_buf_init(&packed, JB_BUF_MAX_TEXT);
    for (size_t i = 0; i < n && status == 0; i++) {
        size_t at = 0;
        jb_buf_clear(&packed);
        for (size_t k = 0; k < keyset->n_groups; k++) {
            pack_key(x, &keyset->groups[k], set->keys, &at, x->rows[i], &packed);
        }
        x->groups[i] = jb_groups_find(&x->r->groups[set->keyset], jb_buf_text(&packed), packed.len);
        if (x->groups[i] == UINT32_MAX || packed.failed) {
            status = too_many(x);
        }
    }
    jb_buf_free(&packed);
    return status;
}

/* ---- absorbing ---- */

/* Rows of the set in which the pair kept something; their groups and counts. */
static size_t count_rows(answer *x, const jb_push_pair *p, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t count = 1;
        if (p->count != SIZE_MAX) {
            count = whole(x, x->stmt->lead + p->count, x->rows[i]);
            if (count > 0) {
                uint32_t g = x->groups[i];
                jb_result_counts(x->r, p->pair, (size_t)g + 1)[g] += count;
                x->r->kept += count;
            }
        }
        if (count > 0) {
            x->sel[kept] = x->rows[i];
            x->kept[kept++] = x->groups[i];
        }
    }
    return kept;
}

static int absorb(answer *x, const jb_push_pair *p, size_t which, int64_t rows, size_t n)
{
    jb_result *r = x->r;
    size_t variant = p->variants[which], n_groups;
    const jb_metric_model *metric = r->plan->variants[variant]->metric;
    size_t n_partials = (size_t)metric->partial->n_partials;
    n_groups = r->groups[r->plan->pairs[p->pair].keyset].n;
    struct ArrowArray *columns = jb_alloc((n_partials + 1) * sizeof *columns);
    const void **buffers = jb_alloc((n_partials + 1) * 3 * sizeof *buffers);
    jb_ctx ctx;
    for (size_t k = 0; k < n_partials; k++) {
        const jb_vector *v = &x->vectors[x->stmt->lead + p->partials[which][k]];
        jb_vector_to_arrow(v, rows, &buffers[k * 3], &columns[k]);
    }
    for (size_t i = 0; i < n; i++) {
        jb_result_state(r, variant, x->kept[i]);
    }
    jb_batch b = {.size = sizeof b,
                  .columns = columns,
                  .n_columns = n_partials,
                  .rows = rows,
                  .sel = (int64_t)n == rows ? NULL : x->sel,
                  .n = (uint64_t)n,
                  .group = x->kept,
                  .state = jb_result_states(r, variant, n_groups)};
    jb_ctx_begin(&ctx, metric->instance, "absorb", x->diags, NULL);
    jb_status got = metric->partial->absorb(&ctx, metric->instance->self, &b);
    int status = jb_ctx_end(&ctx, got) == JB_OK ? 0 : -1;
    free(columns);
    free(buffers);
    return status;
}

static int take_set(answer *x, size_t which, int64_t rows)
{
    const jb_push_set *set = &x->stmt->sets[which];
    size_t n = 0;
    int status = 0;
    for (int64_t row = 0; row < rows; row++) {
        if (is_of(x, which, (uint32_t)row)) {
            x->rows[n++] = (uint32_t)row;
        }
    }
    if (n > 0 && number_groups(x, set, n) != 0) {
        return -1;
    }
    for (size_t p = 0; n > 0 && p < set->n_pairs && status == 0; p++) {
        size_t kept = count_rows(x, &set->pairs[p], n);
        for (size_t v = 0; kept > 0 && v < set->pairs[p].n_variants && status == 0; v++) {
            status = absorb(x, &set->pairs[p], v, rows, kept);
        }
    }
    return status;
}

static void make_room(answer *x, int64_t rows)
{
    size_t n = (size_t)rows + 1;
    if (rows < x->cap) {
        return;
    }
    x->cap = rows + 1;
    x->rows = jb_realloc(x->rows, n * sizeof *x->rows);
    x->groups = jb_realloc(x->groups, n * sizeof *x->groups);
    x->sel = jb_realloc(x->sel, n * sizeof *x->sel);
    x->kept = jb_realloc(x->kept, n * sizeof *x->kept);
}

/* ---- reading ---- */

static int bad_answer(answer *x, const char *why)
{
    const jb_msource *s = x->view->source;
    if (!x->ctx.failed) {
        jb_diag(x->diags, "E0364", &s->place, s->name, why ? why : "");
    }
    x->ctx.failed = 1;
    return -1;
}

static int convert(answer *x, const struct ArrowArray *array)
{
    const char *why = jb_array_check(&x->schema, array, 1);
    int64_t row;
    jb_scratch_reset(x->scratch);
    for (size_t c = 0; c < x->stmt->lead + x->stmt->n_slots && !why; c++) {
        struct ArrowArray part = jb_array_child(array, (int64_t)c);
        jb_coltype type = {.kind = JB_K_INT};
        if (c >= x->stmt->lead) {
            type = x->stmt->slots[c - x->stmt->lead];
        }
        if (jb_vector_from_arrow(x->schema.children[c], &part, &type, x->scratch, &x->vectors[c],
                                 &row) != 0) {
            why = "a value that does not fit its type";
        }
    }
    return why ? bad_answer(x, why) : 0;
}

static int take_array(answer *x, const struct ArrowArray *array)
{
    x->r->delivered += array->length;
    x->r->bytes += jb_array_bytes(&x->schema, array);
    int status = array->length > 0 ? convert(x, array) : 0;
    make_room(x, array->length);
    for (size_t i = 0; array->length > 0 && i < x->stmt->n_sets && status == 0; i++) {
        status = take_set(x, i, array->length);
    }
    return status;
}

static int read_answer(answer *x)
{
    struct ArrowArrayStream *stream = &x->stream;
    int64_t columns = (int64_t)(x->stmt->lead + x->stmt->n_slots);
    if (stream->get_schema(stream, &x->schema) != 0) {
        return bad_answer(x, stream->get_last_error(stream));
    }
    if (x->schema.n_children != columns) {
        return bad_answer(x, "not the columns asked for");
    }
    for (;;) {
        struct ArrowArray array = {0};
        if (jb_cancel_is_set()) {
            return -1;
        }
        if (stream->get_next(stream, &array) != 0) {
            return bad_answer(x, stream->get_last_error(stream));
        }
        if (!array.release) {
            return 0;
        }
        int status = take_array(x, &array);
        array.release(&array);
        if (status != 0) {
            return -1;
        }
    }
}

static int run_statement(const jb_push_view *view, const jb_push_stmt *stmt, jb_result *r,
                         jb_diags *diags)
{
    answer x = {.view = view, .stmt = stmt, .r = r, .diags = diags};
    jb_msource *source = view->source;
    jb_rows_task task = {.on_error = JB_ROW_STOP};
    x.scratch = jb_scratch_new();
    x.vectors = jb_alloc((stmt->lead + stmt->n_slots + 1) * sizeof *x.vectors);
    jb_ctx_begin(&x.ctx, source->instance, "query", diags, &task);
    jb_status status = source->sql->query(&x.ctx, source->instance->self, stmt->sql, stmt->values,
                                          stmt->n_values, &x.stream);
    int failed = status != JB_OK || read_answer(&x) != 0;
    if (x.schema.release) {
        x.schema.release(&x.schema);
    }
    if (x.stream.release) {
        x.stream.release(&x.stream);
    }
    x.ctx.failed = status != JB_OK ? x.ctx.failed : 0; /* what the stream refused is told already */
    failed |= jb_ctx_end(&x.ctx, status) != JB_OK;
    jb_scratch_free(x.scratch);
    free(x.vectors);
    free(x.rows);
    free(x.groups);
    free(x.sel);
    free(x.kept);
    return failed ? -1 : 0;
}

int jb_push_absorb(const jb_push_view *view, const jb_push_list *list, jb_result *r,
                   jb_diags *diags)
{
    int status = 0;
    for (size_t i = 0; i < list->n && status == 0; i++) {
        status = run_statement(view, &list->items[i], r, diags);
    }
    return status;
}

/* ---- all members at once, merged in their order ---- */

typedef struct crew {
    const jb_push_choice *choice;
    jb_result **results;
    jb_diags **diags;
    jb_result *total;
    jb_diags *out;
} crew;

static int run_member(void *data, size_t task, int worker)
{
    crew *c = data;
    (void)worker;
    c->diags[task] = jb_diags_new();
    c->results[task] = jb_result_new(c->choice->pushed);
    return jb_push_absorb(&c->choice->views[task], &c->choice->lists[task], c->results[task],
                          c->diags[task]);
}

static int take_member(void *data, size_t task, int status)
{
    crew *c = data;
    jb_result *r = c->results[task];
    c->results[task] = NULL;
    jb_diags_join(c->out, c->diags[task]);
    if (status == 0 && c->choice->n_views > 1) {
        jb_source_tell(c->choice->views[task].source, r->delivered, r->bytes);
    }
    if (status == 0 && !c->total) {
        c->total = r;
        return 0;
    }
    if (status == 0) {
        status = jb_result_merge(c->total, r, c->out);
    }
    jb_result_free(r);
    return status;
}

int jb_push_run(jb_model *m, const jb_push_choice *choice, jb_arena *out, jb_diags *diags)
{
    size_t n = choice->n_views;
    crew c = {.choice = choice, .out = diags};
    c.results = jb_alloc((n + 1) * sizeof(jb_result *));
    c.diags = jb_alloc((n + 1) * sizeof(jb_diags *));
    memset(c.results, 0, (n + 1) * sizeof(jb_result *));
    memset(c.diags, 0, (n + 1) * sizeof(jb_diags *));
    /* a member waits for its server: each has a thread, whatever the number of cores */
    jb_pool_work work = {.n_tasks = n,
                         .threads = n > JB_PUSH_AT_ONCE ? JB_PUSH_AT_ONCE : (int)n,
                         .data = &c,
                         .run = run_member,
                         .take = take_member};
    int status = jb_pool_run(&work);
    if (status == 0 && c.total) {
        jb_source_tell(choice->pushed->source, c.total->delivered, c.total->bytes);
        status = jb_finish(m, c.total, out, diags);
    }
    for (size_t i = 0; i < n; i++) {
        jb_result_free(c.results[i]);
        if (c.diags[i]) {
            jb_diags_free(c.diags[i]);
        }
    }
    free(c.results);
    free(c.diags);
    jb_result_free(c.total);
    return status;
}
