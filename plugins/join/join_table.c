// SPDX-License-Identifier: Apache-2.0
/* The right source in memory. Rows whose key has a NULL never match, so they are not kept. */
#include "join.h"

#include <stdio.h>

void jn_table_free(jn_table *t)
{
    uint64_t i;
    for (i = 0; t->cols != NULL && i < t->n_columns; i++)
        if (t->has[i])
            jb_col_free(&t->cols[i]);
    free(t->has);
    free(t->cols);
    free(t->hash);
    free(t->key_at);
    free(t->ordinal);
    free(t->more);
    free(t->last);
    free(t->keys.at);
    free(t->slots);
    free(t);
}

/* ---- cells ---- */

int jn_push_null(jb_col *c)
{
    static const uint8_t zero[16];
    if (c->type.kind == 'u') {
        if (jb_col_text(c, "", 0) != 0)
            return -1;
    } else if (c->type.kind == 'b') {
        jb_col_bool(c, 0);
    } else {
        memcpy(c->values + (size_t)c->length * c->width, zero, c->width);
        jb_col_mark(c, 1);
    }
    c->length--; /* marked again, as NULL */
    jb_col_mark(c, 0);
    return 0;
}

int jn_push(jb_col *c, const struct ArrowArray *a, int64_t row)
{
    size_t n;
    const char *text;
    if (jb_is_null(a, row))
        return jn_push_null(c);
    switch (c->type.kind) {
    case 'u':
        text = jb_utf8_cell(a, row, &n);
        return jb_col_text(c, text, n);
    case 'b':
        jb_col_bool(c, jb_bool_cell(a, row));
        return 0;
    default:
        memcpy(c->values + (size_t)c->length * c->width,
               (const uint8_t *)a->buffers[1] + (size_t)(a->offset + row) * c->width, c->width);
        jb_col_mark(c, 1);
        return 0;
    }
}

int jn_push_stored(jb_col *c, const jb_col *from, uint32_t row)
{
    if (!((from->valid[row >> 3] >> (row & 7)) & 1))
        return jn_push_null(c);
    if (c->type.kind == 'u') {
        int32_t at[2];
        memcpy(at, from->values + (size_t)row * 4, 8);
        return jb_col_text(c, (const char *)from->bytes + at[0], (size_t)(at[1] - at[0]));
    }
    if (c->type.kind == 'b') {
        jb_col_bool(c, from->values[row >> 3] >> (row & 7) & 1);
        return 0;
    }
    memcpy(c->values + (size_t)c->length * c->width, from->values + (size_t)row * c->width,
           c->width);
    jb_col_mark(c, 1);
    return 0;
}

/* ---- the hash ---- */

static int same_key(const jn_table *t, uint32_t row, const uint8_t *key, size_t n)
{
    uint64_t end = row + 1 < t->rows ? t->key_at[row + 1] : t->keys.n;
    return end - t->key_at[row] == n &&
           (n == 0 || memcmp(t->keys.at + t->key_at[row], key, n) == 0);
}

static uint64_t slot_of(const jn_table *t, uint64_t hash, const uint8_t *key, size_t n)
{
    uint64_t at = hash & (t->n_slots - 1);
    while (t->slots[at] != 0 &&
           !(t->hash[t->slots[at] - 1] == hash && same_key(t, t->slots[at] - 1, key, n)))
        at = (at + 1) & (t->n_slots - 1);
    return at;
}

uint32_t jn_table_find(const jn_table *t, const uint8_t *key, size_t n)
{
    uint64_t at;
    if (t->n_slots == 0)
        return JN_NONE;
    at = slot_of(t, jn_hash(key, n), key, n);
    return t->slots[at] != 0 ? t->slots[at] - 1 : JN_NONE;
}

static int widen_slots(jn_table *t)
{
    uint64_t n = t->n_slots > 0 ? t->n_slots * 2 : 1024, i;
    uint32_t *old = t->slots, *more = calloc((size_t)n, sizeof *more);
    uint64_t n_old = t->n_slots;
    if (more == NULL)
        return -1;
    for (i = 0; i < n_old; i++) {
        uint64_t at;
        if (old[i] == 0)
            continue;
        at = t->hash[old[i] - 1] & (n - 1);
        while (more[at] != 0)
            at = (at + 1) & (n - 1);
        more[at] = old[i];
    }
    free(old);
    t->slots = more;
    t->n_slots = n;
    return 0;
}

static int grow(void **p, uint64_t cap, size_t each)
{
    void *more = realloc(*p, (size_t)cap * each);
    if (more == NULL)
        return -1;
    *p = more;
    return 0;
}

static int widen_rows(jn_table *t)
{
    uint64_t cap = t->cap > 0 ? (uint64_t)t->cap * 2 : 1024;
    if (cap >= JN_NONE)
        return -1;
    if (grow((void **)&t->hash, cap, sizeof *t->hash) != 0 ||
        grow((void **)&t->key_at, cap, sizeof *t->key_at) != 0 ||
        grow((void **)&t->ordinal, cap, sizeof *t->ordinal) != 0 ||
        grow((void **)&t->more, cap, sizeof *t->more) != 0 ||
        grow((void **)&t->last, cap, sizeof *t->last) != 0)
        return -1;
    t->cap = (uint32_t)cap;
    return 0;
}

static int keep_key(jn_table *t, const jn_bytes *key)
{
    while (key->n > t->keys.cap - t->keys.n) {
        size_t cap = t->keys.cap > 0 ? t->keys.cap * 2 : 4096;
        uint8_t *more = realloc(t->keys.at, cap);
        if (more == NULL)
            return -1;
        t->keys.at = more;
        t->keys.cap = cap;
    }
    if (key->n > 0)
        memcpy(t->keys.at + t->keys.n, key->at, key->n);
    t->keys.n += key->n;
    return 0;
}

/* *first: the row that has the key already, or JN_NONE. 0 ok, -1 out of memory. */
static int insert(jn_table *t, const jn_bytes *key, uint32_t *first)
{
    uint64_t hash = jn_hash(key->at, key->n), at;
    uint32_t row = t->rows;
    if ((t->rows == t->cap && widen_rows(t) != 0) ||
        ((uint64_t)t->rows * 2 >= t->n_slots && widen_slots(t) != 0))
        return -1;
    at = slot_of(t, hash, key->at, key->n);
    *first = t->slots[at] != 0 ? t->slots[at] - 1 : JN_NONE;
    t->hash[row] = hash;
    t->key_at[row] = t->keys.n;
    t->ordinal[row] = t->seen;
    t->more[row] = JN_NONE;
    t->last[row] = row;
    if (keep_key(t, key) != 0)
        return -1;
    if (*first == JN_NONE) {
        t->slots[at] = row + 1;
    } else {
        t->more[t->last[*first]] = row;
        t->last[*first] = row;
    }
    t->rows++;
    return 0;
}

/* ---- building ---- */

typedef struct build {
    jn_source *j;
    jb_ctx *ctx;
    jn_table *t;
    jb_scan scan;
    jb_column *asked;
    uint64_t *column; /* by column asked for, after the keys: which of the join's */
    uint32_t n;
    jn_cells cells;
    jn_bytes key;
} build;

static jb_status duplicate(build *b, int64_t row, uint32_t first)
{
    char key[512], was[24], now[24];
    const char *args[4];
    jn_key_text(&b->cells, row, key, sizeof key);
    (void)snprintf(was, sizeof was, "%llu", (unsigned long long)b->t->ordinal[first]);
    (void)snprintf(now, sizeof now, "%llu", (unsigned long long)b->t->seen);
    args[0] = key;
    args[1] = b->j->names[JN_RIGHT];
    args[2] = was;
    args[3] = now;
    return jn_fail(b->j, b->ctx, JB_E_DATA, "E1013", "right", 0, args, 4);
}

static jb_status take_row(build *b, const struct ArrowArray *a, int64_t row)
{
    uint32_t first, i;
    int got;
    b->t->seen++;
    got = jn_encode(&b->cells, row, &b->key);
    if (got <= 0)
        return got == 0 ? JB_OK : jn_no_memory(b->j, b->ctx);
    if (insert(b->t, &b->key, &first) != 0)
        return jn_fail(b->j, b->ctx, JB_E_DATA, "E1017", "right", 0, &b->j->names[JN_RIGHT], 1);
    if (first != JN_NONE && !b->j->many)
        return duplicate(b, row, first);
    for (i = (uint32_t)b->j->n_keys; i < b->n; i++) {
        jb_col *c = &b->t->cols[b->column[i]];
        if (jb_col_reserve(c, 1) != 0 || jn_push(c, a->children[i], row + a->offset) != 0)
            return jn_fail(b->j, b->ctx, JB_E_DATA, "E1017", "right", 0, &b->j->names[JN_RIGHT], 1);
    }
    return JB_OK;
}

static jb_status take_batch(build *b, const struct ArrowArray *a)
{
    jb_status st = JB_OK;
    uint64_t k;
    int64_t i;
    for (k = 0; k < b->cells.n; k++)
        b->cells.column[k] = a->children[k];
    b->cells.offset = a->offset;
    for (i = 0; st == JB_OK && i < a->length; i++)
        st = take_row(b, a, i);
    return st == JB_OK && b->j->host->cancelled(b->ctx) ? JB_E_CANCELLED : st;
}

static jb_status take_part(build *b, uint64_t part)
{
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray a;
    jb_status st;
    uint64_t k;
    memset(&stream, 0, sizeof stream);
    b->scan.part = part;
    st = b->j->api->scan(b->ctx, "right", 0, &b->scan, &stream);
    if (st != JB_OK)
        return st;
    st = stream.get_schema(&stream, &schema);
    if (st == JB_OK) {
        for (k = 0; k < b->cells.n; k++) {
            int32_t precision;
            b->cells.kind[k] =
                jb_format_kind(schema.children[k]->format, &precision, &b->cells.scale[k]);
        }
        schema.release(&schema);
    }
    while (st == JB_OK) {
        memset(&a, 0, sizeof a);
        st = stream.get_next(&stream, &a);
        if (st != JB_OK || a.release == NULL)
            break;
        st = take_batch(b, &a);
        a.release(&a);
    }
    stream.release(&stream);
    return st;
}

/* Keys first, then the columns that are wanted. */
static jb_status prepare(build *b, const jb_scan *scan)
{
    const jn_source *j = b->j;
    uint64_t i;
    b->t->n_columns = j->n_columns;
    b->t->cols = calloc((size_t)j->n_columns + 1, sizeof *b->t->cols);
    b->asked = calloc((size_t)(j->n_keys + j->n_columns), sizeof *b->asked);
    b->column = calloc((size_t)(j->n_keys + j->n_columns), sizeof *b->column);
    if (b->t->cols == NULL || b->asked == NULL || b->column == NULL)
        return jn_no_memory(j, b->ctx);
    for (i = 0; i < j->n_keys; i++, b->n++) {
        b->asked[b->n].name = j->keys[i].name[JN_RIGHT];
        b->asked[b->n].unit = j->keys[i].unit;
    }
    for (i = 0; i < j->n_columns; i++) {
        jb_type type;
        if (!b->t->has[i])
            continue;
        if (jb_type_parse(j->columns[i].format, &type) != 0)
            return jb_fail_text(j->host, b->ctx, JB_E_INTERNAL, NULL, j->columns[i].format);
        jb_col_init(&b->t->cols[i], &type);
        b->column[b->n] = i;
        b->asked[b->n].format = j->columns[i].format;
        b->asked[b->n++].name = j->columns[i].name;
    }
    for (i = 0; i < b->n; i++)
        b->asked[i].size = (uint32_t)sizeof *b->asked;
    b->cells.n = j->n_keys;
    b->scan.size = (uint32_t)sizeof b->scan;
    b->scan.columns = b->asked;
    b->scan.n_columns = b->n;
    b->scan.column_stride = (uint32_t)sizeof *b->asked;
    b->scan.batch_rows = scan->batch_rows;
    b->scan.null_texts = scan->null_texts;
    b->scan.n_null_texts = scan->n_null_texts;
    return JB_OK;
}

static void tell_size(const build *b)
{
    const jn_table *t = b->t;
    uint64_t bytes = t->keys.cap + (uint64_t)t->cap * 32 + t->n_slots * sizeof *t->slots, i;
    char text[256];
    for (i = 0; i < t->n_columns; i++)
        if (t->has[i])
            bytes += t->cols[i].cap_bytes + (uint64_t)t->cols[i].capacity * t->cols[i].width;
    (void)snprintf(text, sizeof text, "%.100s: %u rows in memory, %llu KiB", b->j->names[JN_RIGHT],
                   (unsigned)t->rows, (unsigned long long)(bytes / 1024));
    b->j->host->log(b->ctx, JB_LOG_INFO, text);
}

/* Which of the join's columns scans need of the right source: those asked for, or all when the host
 * does not say yet. 0 ok. */
static int needs(const jn_source *j, const jb_scan *scan, uint8_t *out)
{
    uint64_t c;
    uint32_t i;
    for (c = 0; scan->n_columns == 0 && c < j->n_columns; c++)
        out[c] = j->columns[c].side == JN_RIGHT;
    for (i = 0; i < scan->n_columns; i++) {
        int64_t at = jn_find(j, jn_asked(scan, i)->name);
        if (at < 0)
            return -1;
        if (j->columns[at].side == JN_RIGHT)
            out[at] = 1;
    }
    return 0;
}

static int has_all(const jn_table *t, const uint8_t *wanted)
{
    uint64_t c;
    for (c = 0; c < t->n_columns; c++)
        if (wanted[c] && !t->has[c])
            return 0;
    return 1;
}

const jn_table *jn_table_for(const jn_source *j, const jb_scan *scan)
{
    const jn_table *t;
    for (t = j->tables; t != NULL; t = t->next) {
        int enough = 1;
        uint32_t i;
        for (i = 0; enough && i < scan->n_columns; i++) {
            int64_t at = jn_find(j, jn_asked(scan, i)->name);
            enough = at >= 0 && (j->columns[at].side == JN_LEFT || t->has[at]);
        }
        if (enough)
            return t;
    }
    return NULL;
}

static jb_status fill(build *b, const jb_scan *scan)
{
    uint64_t n = 1, part;
    jb_status st = prepare(b, scan);
    if (st == JB_OK)
        st = b->j->api->parts(b->ctx, "right", 0, &b->scan, &n);
    for (part = 0; st == JB_OK && part < n; part++)
        st = take_part(b, part);
    free(b->asked);
    free(b->column);
    free(b->key.at);
    return st;
}

jb_status jn_table_need(jn_source *j, jb_ctx *ctx, const jb_scan *scan)
{
    const jn_table *t;
    build b;
    jb_status st;
    uint8_t *wanted = calloc((size_t)j->n_columns + 1, 1);
    if (wanted == NULL || needs(j, scan, wanted) != 0) {
        free(wanted);
        return jn_no_memory(j, ctx);
    }
    for (t = j->tables; t != NULL; t = t->next) {
        if (has_all(t, wanted)) {
            free(wanted);
            return JB_OK;
        }
    }
    memset(&b, 0, sizeof b);
    b.j = j;
    b.ctx = ctx;
    b.t = calloc(1, sizeof *b.t);
    if (b.t == NULL) {
        free(wanted);
        return jn_no_memory(j, ctx);
    }
    b.t->has = wanted;
    st = fill(&b, scan);
    if (st != JB_OK) {
        jn_table_free(b.t);
        return st;
    }
    tell_size(&b);
    b.t->next = j->tables;
    j->tables = b.t;
    return JB_OK;
}
