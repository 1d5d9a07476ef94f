// SPDX-License-Identifier: Apache-2.0
#include "csv.h"

#include <stdio.h>

/* Walks to record number src->header (from 1; empty lines count, as a spreadsheet counts them).
 * *begin, *end: its raw bytes, without and with the line end. */
static jb_status find_head(const csv_source *src, jb_ctx *ctx, int fd, csv_file *f, uint64_t *begin,
                           uint64_t *end)
{
    csv_place at = {.file = f->path};
    char want[24], have[24];
    csv_skim s;
    uint64_t left = src->header, records = 0;
    uint8_t *block = malloc(CSV_BLOCK_BYTES);
    jb_status st = JB_OK;
    if (block == NULL)
        return csv_no_memory(src, ctx);
    csv_skim_init(&s, src->delim, f->body);
    *begin = f->body;
    while (left > 0) {
        size_t got, used = 0;
        if (csv_pread(fd, block, CSV_BLOCK_BYTES, s.at, &got) != 0) {
            st = csv_fail(src, ctx, "E0605", &at, NULL, NULL);
            break;
        }
        while (left > 0 && used < got) {
            int ended;
            uint64_t record = s.record, line = s.record_line;
            used += csv_skim_run(&s, block + used, got - used, s.record + 1, &ended);
            if (ended) {
                *begin = record;
                f->head_line = line + 1;
                left--;
                records++;
            }
        }
        if (s.at - s.record > CSV_RECORD_MAX || (got == 0 && s.in_quote)) {
            st = csv_skim_fail(src, ctx, f, &s);
            break;
        }
        if (got == 0) {
            if (s.at > s.record) { /* a last line without its end */
                *begin = s.record;
                f->head_line = s.record_line + 1;
                csv_skim_finish(&s);
                s.record = s.at;
                left--;
                records++;
            }
            break;
        }
    }
    free(block);
    if (st == JB_OK && left > 0) {
        snprintf(want, sizeof want, "%llu", (unsigned long long)src->header);
        snprintf(have, sizeof have, "%llu", (unsigned long long)records);
        st = csv_fail(src, ctx, "E0608", &at, want, have);
    }
    *end = f->data = s.record;
    f->data_line = s.lines + 1;
    return st;
}

/* A heading: blanks cut at both ends, line breaks taken out. */
static char *clean(const csv_cell *c)
{
    char *out = malloc(c->n + 1);
    const char *s = out;
    size_t n, i, k = 0;
    if (out == NULL)
        return NULL;
    if (c->doubled) {
        n = csv_undouble(c->s, c->n, out);
    } else {
        memcpy(out, c->s, c->n);
        n = c->n;
    }
    jb_trim(&s, &n);
    for (i = 0; i < n; i++)
        if (s[i] != '\n' && s[i] != '\r')
            out[k++] = s[i];
    out[k] = '\0';
    return out;
}

static jb_status keep_heads(const csv_source *src, jb_ctx *ctx, csv_file *f, const csv_window *w)
{
    csv_place at = {.file = f->path, .line = f->head_line};
    size_t i;
    int any = 0, bad = 0;
    f->heads = calloc(w->n_ix, sizeof *f->heads);
    if (f->heads == NULL)
        return csv_no_memory(src, ctx);
    for (i = 1; i <= w->n_ix; i++) {
        csv_cell c = csv_cell_at(w, (uint32_t)i);
        char *head = clean(&c);
        if (head == NULL)
            return csv_no_memory(src, ctx);
        f->heads[f->n_fields++] = head;
        any |= head[0] != '\0';
        bad |= (w->ix[i] & CSV_BAD) != 0;
    }
    if (bad)
        return csv_fail(src, ctx, "E0629", &at, NULL, NULL);
    return any ? JB_OK : csv_fail(src, ctx, "E0609", &at, NULL, NULL);
}

/* One column, but the heading holds what is usually a delimiter. */
static void warn_delimiter(const csv_source *src, jb_ctx *ctx, const csv_file *f)
{
    static const char marks[] = ",;\t|";
    static const char *const names[] = {",", ";", "tab", "|"};
    const char *m;
    for (m = marks; *m != '\0'; m++) {
        const char *args[1] = {names[m - marks]};
        jb_fault fault;
        if (f->n_fields != 1 || strchr(f->heads[0], *m) == NULL || *m == (char)src->delim)
            continue;
        memset(&fault, 0, sizeof fault);
        fault.size = (uint32_t)sizeof fault;
        fault.status = JB_E_DATA;
        fault.code = "E0641";
        fault.args = args;
        fault.n_args = 1;
        fault.key = "delimiter";
        fault.file = f->path;
        fault.line = f->head_line;
        src->host->warn(ctx, &fault);
        return;
    }
}

jb_status csv_head_read(const csv_source *src, jb_ctx *ctx, int fd, csv_file *f)
{
    csv_source one = *src; /* the window reads this file alone */
    csv_part part;
    csv_window w;
    jb_status st;
    memset(&part, 0, sizeof part);
    st = find_head(src, ctx, fd, f, &part.begin, &part.end);
    if (st != JB_OK)
        return st;
    one.files = f;
    part.line = f->head_line;
    part.row = 1;
    st = csv_window_open(&w, &one, ctx, &part);
    if (st != JB_OK)
        return st;
    st = csv_window_next(&w, ctx);
    while (st == JB_OK && !w.ended && w.n_ix == 0)
        st = csv_window_next(&w, ctx);
    if (st == JB_OK)
        st = keep_heads(src, ctx, f, &w);
    csv_window_close(&w);
    if (st == JB_OK)
        warn_delimiter(src, ctx, f);
    return st;
}

static int same_heads(const csv_file *a, const csv_file *b)
{
    uint32_t i;
    for (i = 0; a->n_fields == b->n_fields && i < a->n_fields; i++)
        if (strcmp(a->heads[i], b->heads[i]) != 0)
            return 0;
    return a->n_fields == b->n_fields;
}

/* How often the heading occurs; *where is its last place. */
static uint32_t count_head(const csv_file *f, const char *head, uint32_t *where)
{
    uint32_t i, n = 0;
    for (i = 0; i < f->n_fields; i++) {
        if (strcmp(f->heads[i], head) == 0) {
            *where = i;
            n++;
        }
    }
    return n;
}

/* Headings in another order are found by name, so every name must be there once in both. */
static jb_status match(const csv_source *src, jb_ctx *ctx, const csv_file *first, csv_file *f)
{
    csv_place at = {.file = f->path, .line = f->head_line};
    uint32_t i, other = 0;
    for (i = 0; i < first->n_fields; i++) {
        uint32_t n = count_head(f, first->heads[i], &f->field_of[i]);
        at.column = first->heads[i];
        if (n == 0)
            return csv_fail(src, ctx, "E0625", &at, first->heads[i], first->path);
        if (n > 1 || count_head(first, first->heads[i], &other) > 1)
            return csv_fail(src, ctx, "E0640", &at, first->heads[i], first->path);
    }
    for (i = 0; i < f->n_fields; i++) {
        at.column = f->heads[i];
        if (count_head(first, f->heads[i], &other) == 0)
            return csv_fail(src, ctx, "E0626", &at, f->heads[i], first->path);
    }
    return JB_OK;
}

jb_status csv_heads_match(csv_source *src, jb_ctx *ctx)
{
    const csv_file *first = &src->files[0];
    uint64_t k;
    uint32_t i;
    for (k = 0; k < src->n_files; k++) {
        csv_file *f = &src->files[k];
        jb_status st;
        f->field_of = calloc(first->n_fields, sizeof *f->field_of);
        if (f->field_of == NULL)
            return csv_no_memory(src, ctx);
        if (same_heads(first, f)) {
            for (i = 0; i < first->n_fields; i++)
                f->field_of[i] = i;
            continue;
        }
        st = match(src, ctx, first, f);
        if (st != JB_OK)
            return st;
    }
    return JB_OK;
}

/* N of "#N", 0 when the name is none. */
static uint32_t numbered(const char *name)
{
    uint32_t k = 0;
    const char *p = name + 1;
    if (name[0] != '#' || *p < '1' || *p > '9')
        return 0;
    for (; *p >= '0' && *p <= '9' && k < 1000000; p++)
        k = k * 10 + (uint32_t)(*p - '0');
    return *p == '\0' ? k : 0;
}

int csv_column_known(const csv_source *src, const char *name)
{
    const csv_file *f = &src->files[0];
    uint32_t k = numbered(name), at;
    return (k != 0 && k <= f->n_fields) || count_head(f, name, &at) > 0;
}

jb_status csv_column_find(const csv_source *src, jb_ctx *ctx, const char *name, uint32_t *out)
{
    const csv_file *f = &src->files[0];
    csv_place at = {.file = f->path, .line = f->head_line, .column = name};
    uint32_t n, k = numbered(name);
    char total[16];
    if (k != 0 && k <= f->n_fields)
        return *out = k - 1, JB_OK;
    n = k != 0 ? 0 : count_head(f, name, out);
    if (n == 1)
        return JB_OK;
    snprintf(total, sizeof total, "%u", n == 0 ? (unsigned)f->n_fields : (unsigned)n);
    return csv_fail(src, ctx, n == 0 ? "E0627" : "E0628", &at, name, total);
}
