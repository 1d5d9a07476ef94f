// SPDX-License-Identifier: Apache-2.0
/* One partition as a stream: windows of records, column by column into typed cells, batch by batch.
 * Columns nobody asked for are never looked at beyond their separators. */
#include "csv.h"

#include "arrow/arrow_dict.h"

#define CHUNK 1024u                       /* records parsed together: they stay in the cache */
#define BATCH_TEXT_MAX ((size_t)64 << 20) /* a batch ends early rather than grow past this */
#define BATCH_ROWS 8192                   /* when the host does not say */
#define SAMPLE CHUNK                      /* records that decide whether a column has few values */
#define DICT_KEPT 4096u /* texts of a dictionary that goes on into the next batch */

typedef struct want {
    uint32_t column, field; /* of the table; in this file */
    int declared;
    jb_type type;
} want;

typedef struct bad_cell {
    uint32_t record, want; /* indexes into records[] and wants[] */
    int how;
} bad_cell;

typedef struct stream {
    const csv_source *src;
    jb_ctx *ctx;
    csv_window w;
    csv_nulls nulls;
    int64_t batch_rows, length;
    uint64_t n_wants;
    want *wants;
    jb_col *cols;
    jb_dict *dicts; /* of columns of kind 'x' */
    csv_record *records;
    bad_cell *bad;
    size_t n_bad, cap_bad;
    char *scratch;
    size_t cap_scratch;
} stream;

static void stream_drop(void *self)
{
    stream *s = self;
    uint64_t i;
    csv_window_close(&s->w);
    csv_nulls_free(&s->nulls);
    for (i = 0; s->cols != NULL && i < s->n_wants; i++)
        jb_col_free(&s->cols[i]);
    for (i = 0; s->dicts != NULL && i < s->n_wants; i++)
        jb_dict_free(&s->dicts[i]);
    free(s->dicts);
    free(s->wants);
    free(s->cols);
    free(s->records);
    free(s->bad);
    free(s->scratch);
    free(s);
}

static int is_null_text(const stream *s, const csv_cell *c)
{
    const char *p = c->s;
    size_t n = c->n;
    if (s->nulls.n == 0 || c->quoted)
        return 0;
    jb_trim(&p, &n);
    return csv_nulls_has(&s->nulls, p, n);
}

/* A cell's text with its doubled quotes undone. CSV_SLACK bytes from there on can be read. */
static int plain_text(stream *s, csv_cell *c)
{
    if (!c->doubled)
        return 0;
    if (s->cap_scratch < c->n + CSV_SLACK) {
        char *p = realloc(s->scratch, c->n + CSV_SLACK);
        if (p == NULL)
            return -1;
        s->scratch = p;
        s->cap_scratch = c->n + CSV_SLACK;
    }
    c->n = csv_undouble(c->s, c->n, s->scratch);
    c->s = s->scratch;
    return 0;
}

static int push_text(stream *s, jb_col *col, csv_cell *c)
{
    int32_t code;
    if (plain_text(s, c) != 0)
        return -1;
    if (col->type.kind == 'u')
        return jb_col_text(col, c->s, c->n);
    code = jb_dict_code(col->dict, c->s, c->n);
    if (code >= 0)
        jb_col_code(col, code);
    return code < 0 ? -1 : 0;
}

static int note_bad(stream *s, size_t record, uint64_t wanted, int how)
{
    if (s->n_bad == s->cap_bad) {
        size_t cap = s->cap_bad > 0 ? s->cap_bad * 2 : 64;
        bad_cell *p = realloc(s->bad, cap * sizeof *p);
        if (p == NULL)
            return -1;
        s->bad = p;
        s->cap_bad = cap;
    }
    s->bad[s->n_bad++] = (bad_cell){(uint32_t)record, (uint32_t)wanted, how};
    return 0;
}

/* Parses one column of n records. Cells that do not fit become NULL and are noted. 0 or -1. */
static int parse_column(stream *s, uint64_t k, size_t n)
{
    jb_col *col = &s->cols[k];
    uint32_t field = s->wants[k].field;
    size_t i;
    if (jb_col_reserve(col, (int64_t)n) != 0)
        return -1;
    for (i = 0; i < n; i++) {
        csv_cell c = csv_cell_at(&s->w, s->records[i].entry + field);
        if ((c.n == 0 && !c.quoted) || is_null_text(s, &c)) {
            jb_col_null(col);
        } else if (col->type.kind == 'u' || col->type.kind == 'x') {
            if (push_text(s, col, &c) != 0)
                return -1;
        } else {
            int how = jb_col_parse(col, c.s, c.n);
            if (how == JB_CELL_OK)
                continue;
            jb_col_null(col);
            if (note_bad(s, i, k, how) != 0)
                return -1;
        }
    }
    return 0;
}

static const char *cell_code(const want *w, int how)
{
    if (!w->declared)
        return "E0637";
    if (how == JB_CELL_SCALE)
        return "E0632";
    if (how == JB_CELL_RANGE)
        return "E0633";
    switch (w->type.kind) {
    case 'l':
        return "E0630";
    case 'D':
        return "E0634";
    case 'b':
        return "E0635";
    case 'g':
        return "E0636";
    default:
        return "E0631";
    }
}

static int32_t refuse_cell(const stream *s, const bad_cell *b)
{
    const want *w = &s->wants[b->want];
    const csv_record *r = &s->records[b->record];
    uint32_t entry = r->entry + w->field;
    csv_cell c = csv_cell_at(&s->w, entry);
    csv_place at = {.file = s->w.rd.file->path, .row = s->w.row + r->row};
    char type[32];
    jb_type_text(&w->type, type, sizeof type);
    at.line = csv_window_line(&s->w, entry);
    at.column = s->src->files[0].heads[w->column];
    at.value = c.s;
    at.n_value = c.n;
    return csv_refuse(s->src, s->ctx, cell_code(w, b->how), &at, type, NULL);
}

static int in_order(const void *a, const void *b)
{
    const bad_cell *x = a, *y = b;
    if (x->record != y->record)
        return x->record < y->record ? -1 : 1;
    return x->want < y->want ? -1 : x->want > y->want;
}

/* Reports the noted cells in the file's order; rows to be left out are taken from records[]. */
static jb_status settle(stream *s, size_t *n)
{
    size_t i = 0, from, to;
    qsort(s->bad, s->n_bad, sizeof *s->bad, in_order);
    for (to = from = 0; from < *n; from++) {
        int keep = 1;
        for (; i < s->n_bad && s->bad[i].record == from; i++) {
            int32_t answer = keep ? refuse_cell(s, &s->bad[i]) : JB_ROW_SKIP;
            if (answer == JB_ROW_STOP)
                return JB_E_DATA;
            keep = keep && answer == JB_ROW_NULL;
        }
        if (keep)
            to++;
        else
            s->records[from].entry = 0;
    }
    if (to == *n)
        return JB_OK;
    for (to = from = 0; from < *n; from++)
        if (s->records[from].entry != 0)
            s->records[to++] = s->records[from];
    *n = to;
    return JB_OK;
}

static jb_status parse_chunk(stream *s, size_t n)
{
    size_t all = n;
    uint64_t k;
    jb_status st;
    int again;
    for (again = 0;; again++) {
        s->n_bad = 0;
        for (k = 0; k < s->n_wants; k++)
            if (parse_column(s, k, n) != 0)
                return csv_no_memory(s->src, s->ctx);
        if (s->n_bad == 0 || again)
            break;
        st = settle(s, &n);
        if (st != JB_OK)
            return st;
        if (n == all)
            break;
        for (k = 0; k < s->n_wants; k++) /* rows fell out: once more without them */
            jb_col_truncate(&s->cols[k], s->length);
    }
    s->length += (int64_t)n;
    return JB_OK;
}

static int is_full(const stream *s)
{
    uint64_t k;
    for (k = 0; k < s->n_wants; k++)
        if (s->cols[k].n_bytes > BATCH_TEXT_MAX)
            return 1;
    return s->length >= s->batch_rows;
}

/* A dictionary that has grown begins anew, so that what a batch carries stays in proportion. */
static void begin_batch(stream *s)
{
    uint64_t k;
    s->length = 0;
    for (k = 0; k < s->n_wants; k++)
        if (s->dicts[k].n > DICT_KEPT)
            jb_dict_clear(&s->dicts[k]);
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    csv_record odd;
    const char *why;
    jb_status st;
    begin_batch(s);
    if (s->src->host->cancelled(s->ctx))
        return JB_E_CANCELLED;
    while (!s->w.ended && !is_full(s)) {
        size_t room = (size_t)(s->batch_rows - s->length), n;
        if (s->w.next > s->w.n_ix) {
            st = csv_window_next(&s->w, s->ctx);
            if (st != JB_OK)
                return st;
            continue;
        }
        n = csv_window_take(&s->w, s->records, room < CHUNK ? room : CHUNK, &odd, &why);
        st = parse_chunk(s, n);
        if (st == JB_OK && why != NULL &&
            csv_window_refuse(&s->w, s->ctx, &odd, why) == JB_ROW_STOP)
            st = JB_E_DATA;
        if (st != JB_OK)
            return st;
    }
    if (s->length == 0)
        return JB_OK;
    if (jb_struct_finish(s->cols, s->n_wants, s->length, out) != 0)
        return csv_no_memory(s->src, s->ctx);
    return JB_OK;
}

static jb_status find_wants(stream *s, const jb_scan *scan, const csv_file *f, const char **names,
                            jb_type *types)
{
    const char *at = (const char *)scan->columns;
    uint64_t k;
    for (k = 0; k < s->n_wants; k++, at += scan->column_stride) {
        const jb_column *c = (const jb_column *)(const void *)at;
        want *w = &s->wants[k];
        jb_status st = csv_column_find(s->src, s->ctx, c->name, &w->column);
        if (st != JB_OK)
            return st;
        w->field = f->field_of[w->column];
        w->declared = c->format != NULL && jb_type_parse(c->format, &w->type) == 0;
        if (!w->declared)
            w->type = s->src->types[w->column];
        jb_col_init(&s->cols[k], &w->type);
        names[k] = s->src->files[0].heads[w->column];
        types[k] = w->type;
    }
    return JB_OK;
}

/* ---- which text columns have few values: told from the first records ---- */

/* Does column k repeat itself in these records? 1 yes, 0 no, -1 out of memory. */
static int repeats(stream *s, uint64_t k, size_t n)
{
    jb_dict *d = &s->dicts[k];
    size_t i;
    for (i = 0; i < n && d->n <= SAMPLE / 8; i++) {
        csv_cell c = csv_cell_at(&s->w, s->records[i].entry + s->wants[k].field);
        if (plain_text(s, &c) != 0 || jb_dict_code(d, c.s, c.n) < 0)
            return -1;
    }
    i = d->n;
    jb_dict_clear(d);
    return i <= n / 8;
}

static jb_status choose_dictionaries(stream *s, jb_type *types)
{
    size_t next, n;
    uint64_t rows, k;
    csv_record odd;
    const char *why;
    jb_status st = csv_window_next(&s->w, s->ctx);
    if (st != JB_OK || s->w.ended)
        return st;
    next = s->w.next;
    rows = s->w.n_rows;
    n = csv_window_take(&s->w, s->records, SAMPLE, &odd, &why);
    s->w.next = next; /* to be taken again */
    s->w.n_rows = rows;
    for (k = 0; k < s->n_wants; k++) {
        int few = types[k].kind == 'u' ? repeats(s, k, n) : 0;
        if (few < 0)
            return csv_no_memory(s->src, s->ctx);
        if (few > 0) {
            jb_type_make('x', 0, 0, &types[k]);
            jb_col_init(&s->cols[k], &types[k]);
            s->cols[k].dict = &s->dicts[k];
        }
    }
    return JB_OK;
}

static jb_status open_stream(stream *s, const jb_scan *scan, struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    const csv_part none = {0, 0, 0, 1, 1}; /* files with headings only: one part without rows */
    const csv_part *part = scan->part < s->src->n_parts ? &s->src->parts[scan->part] : &none;
    const char **names = calloc(s->n_wants + 1, sizeof *names);
    jb_type *types = calloc(s->n_wants + 1, sizeof *types);
    jb_status st = JB_OK;
    s->wants = calloc(s->n_wants + 1, sizeof *s->wants);
    s->cols = calloc(s->n_wants + 1, sizeof *s->cols);
    s->dicts = calloc(s->n_wants + 1, sizeof *s->dicts);
    s->records = malloc((CHUNK + 1) * sizeof *s->records);
    if (names == NULL || types == NULL || s->wants == NULL || s->cols == NULL || s->dicts == NULL ||
        s->records == NULL || csv_nulls_init(&s->nulls, scan->null_texts, scan->n_null_texts) != 0)
        st = csv_no_memory(s->src, s->ctx);
    if (st == JB_OK)
        st = find_wants(s, scan, &s->src->files[part->file], names, types);
    if (st == JB_OK)
        st = csv_window_open(&s->w, s->src, s->ctx, part);
    if (st == JB_OK)
        st = choose_dictionaries(s, types);
    if (st == JB_OK && jb_stream_make(out, &ops, s, names, types, s->n_wants) != 0)
        st = csv_no_memory(s->src, s->ctx);
    free(names);
    free(types);
    return st;
}

jb_status csv_scan(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    const csv_source *src = self;
    stream *s;
    jb_status st;
    if (!src->typed || !src->parted)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL,
                            "scan() needs schema() and parts() before it");
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return csv_no_memory(src, ctx);
    s->src = src;
    s->ctx = ctx;
    s->w.rd.fd = -1;
    s->n_wants = scan->n_columns;
    s->batch_rows = scan->batch_rows > 0 ? scan->batch_rows : BATCH_ROWS;
    st = open_stream(s, scan, out);
    if (st != JB_OK)
        stream_drop(s);
    return st;
}
