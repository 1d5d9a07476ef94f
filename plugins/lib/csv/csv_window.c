// SPDX-License-Identifier: Apache-2.0
#include "csv.h"

#include <stdio.h>

jb_status csv_window_open(csv_window *w, const csv_source *src, jb_ctx *ctx, const csv_part *part)
{
    jb_status st;
    memset(w, 0, sizeof *w);
    w->index = csv_index_choose();
    w->line = part->line;
    w->row = part->row;
    w->next = 1;
    st = csv_reader_open(&w->rd, src, ctx, &src->files[part->file], part->begin, part->end);
    return st;
}

void csv_window_close(csv_window *w)
{
    csv_reader_close(&w->rd);
    free(w->ix);
    w->ix = NULL;
}

uint64_t csv_count_lines(const uint8_t *p, size_t n)
{
    uint64_t lines = 0;
    size_t i;
    for (i = 0; i < n; i++)
        lines += p[i] == '\n';
    return lines;
}

static const char *heading(const csv_window *w, size_t field)
{
    const csv_file *f = w->rd.file;
    return field < f->n_fields ? f->heads[field] : NULL;
}

/* A quote without end: the place is that of the quote, `open` its offset in the text. */
static jb_status fail_quote(const csv_window *w, jb_ctx *ctx, const csv_index_end *end)
{
    const uint8_t *buf = w->rd.buf;
    size_t field = 0, start = 1, i, stop;
    uint64_t rows = 0;
    uint32_t e;
    csv_place at = {.file = w->rd.file->path};
    for (e = 1; e <= end->n; e++) { /* records before it in this window */
        size_t pos = CSV_AT(w->ix[e]);
        if ((w->ix[e] & CSV_END) == 0)
            continue;
        rows += !(pos == start || (pos == start + 1 && buf[start] == '\r'));
        start = pos + 1;
    }
    field = end->all - end->n;
    stop = w->rd.n + 1;
    for (i = end->quote + 1; i < stop && i < end->quote + 60 && buf[i] != '\n'; i++)
        ;
    at.line = w->line + csv_count_lines(buf + 1, end->quote - 1);
    at.row = w->row + rows;
    at.column = heading(w, field);
    at.value = (const char *)buf + end->quote;
    at.n_value = i - end->quote;
    while (at.n_value > 0 && i < stop && (buf[end->quote + at.n_value] & 0xc0) == 0x80)
        at.n_value--;
    return csv_fail(w->rd.src, ctx, "E0620", &at, NULL, NULL);
}

static jb_status fail_long(const csv_window *w, jb_ctx *ctx)
{
    csv_place at = {.file = w->rd.file->path, .line = w->line, .row = w->row};
    char limit[16];
    snprintf(limit, sizeof limit, "%u", (unsigned)(CSV_RECORD_MAX >> 20));
    return csv_fail(w->rd.src, ctx, "E0624", &at, limit, NULL);
}

static int grow_index(csv_window *w)
{
    size_t need = w->rd.cap + 2; /* one entry a byte at worst; untouched pages cost nothing */
    uint32_t *p;
    if (w->cap_ix >= need)
        return 0;
    p = realloc(w->ix, need * sizeof *p);
    if (p == NULL)
        return -1;
    w->ix = p;
    w->cap_ix = need;
    return 0;
}

/* Indexes the text; at the end of the part the last record may lack its line end. */
static jb_status index_text(csv_window *w, jb_ctx *ctx, int last)
{
    csv_index_end end;
    if (grow_index(w) != 0)
        return csv_no_memory(w->rd.src, ctx);
    w->ix[0] = 0;
    if (last && w->rd.n > 0 && w->rd.buf[w->rd.n] != '\n')
        w->rd.buf[1 + w->rd.n++] = '\n';
    w->index(w->rd.buf, 1, 1 + w->rd.n, w->rd.src->delim, w->ix + 1, &end);
    if (last && end.quote != 0)
        return fail_quote(w, ctx, &end);
    if (end.n == 0 && w->rd.n > CSV_RECORD_MAX)
        return end.quote != 0 ? fail_quote(w, ctx, &end) : fail_long(w, ctx);
    w->n_ix = end.n;
    w->text = end.consumed - 1;
    return JB_OK;
}

jb_status csv_window_next(csv_window *w, jb_ctx *ctx)
{
    csv_reader *r = &w->rd;
    w->line += w->text > 0 ? csv_count_lines(r->buf + 1, w->text) : 0;
    w->row += w->n_rows;
    w->n_rows = 0;
    w->n_ix = 0;
    w->next = 1;
    for (;;) {
        size_t before = r->n - w->text;
        jb_status st = csv_reader_fill(r, ctx, w->text);
        int last = r->at == r->end && r->fault == JB_TEXT_OK && r->n_raw == 0 && r->tail == 0;
        w->text = 0;
        if (st == JB_OK && r->n == before && r->fault != JB_TEXT_OK)
            return csv_reader_fail(r, ctx, w->line + csv_count_lines(r->buf + 1, r->n));
        if (st == JB_OK && r->n == 0 && last) {
            w->ended = 1;
            return JB_OK;
        }
        if (st == JB_OK)
            st = index_text(w, ctx, last);
        if (st != JB_OK || w->n_ix > 0)
            return st;
    }
}

/* A single field of nothing but blanks where several are due: a line someone left empty. */
static int is_blank(const csv_window *w, uint32_t entry)
{
    csv_cell c = csv_cell_at(w, entry);
    if (c.n == 0)
        return !c.quoted;
    if (c.quoted || w->rd.file->n_fields == 1)
        return 0;
    jb_trim(&c.s, &c.n);
    return c.n == 0;
}

/* Does a record of the right number of sound fields begin at entry e? Nearly always it does. */
static int is_regular(const csv_window *w, size_t e)
{
    size_t n = w->rd.file->n_fields, i;
    const uint32_t *ix = w->ix + e;
    uint32_t seen = 0;
    if (n < 2 || n > w->n_ix + 1 - e)
        return 0;
    for (i = 0; i + 1 < n; i++)
        seen |= ix[i];
    return (seen & (CSV_END | CSV_BAD)) == 0 && (ix[n - 1] & (CSV_END | CSV_BAD)) == CSV_END;
}

size_t csv_window_take(csv_window *w, csv_record *out, size_t max, csv_record *odd,
                       const char **why)
{
    size_t taken = 0, e = w->next;
    uint32_t n_fields = w->rd.file->n_fields;
    *why = NULL;
    while (taken < max && e <= w->n_ix) {
        size_t first = e;
        uint32_t seen = 0;
        if (is_regular(w, e)) {
            out[taken].entry = (uint32_t)e;
            out[taken++].row = (uint32_t)w->n_rows++;
            e += n_fields;
            continue;
        }
        while ((w->ix[e] & CSV_END) == 0)
            seen |= w->ix[e++];
        seen |= w->ix[e++];
        if (e - first == 1 && is_blank(w, (uint32_t)first)) {
            csv_cell c = csv_cell_at(w, (uint32_t)first);
            w->n_rows += c.n > 0; /* csv_skim counts it too */
            continue;
        }
        odd->entry = out[taken].entry = (uint32_t)first;
        odd->row = out[taken].row = (uint32_t)w->n_rows++;
        if ((seen & CSV_BAD) != 0) {
            *why = "E0621";
            break;
        }
        if (e - first != n_fields) {
            *why = "E0623";
            break;
        }
        taken++;
    }
    w->next = e;
    return taken;
}

uint64_t csv_window_line(const csv_window *w, uint32_t entry)
{
    return w->line + csv_count_lines(w->rd.buf + 1, CSV_AT(w->ix[entry - 1]));
}

int32_t csv_window_refuse(const csv_window *w, jb_ctx *ctx, const csv_record *r, const char *why)
{
    csv_place at = {.file = w->rd.file->path, .row = w->row + r->row};
    char got[16], want[16];
    const char *name;
    uint32_t e = r->entry;
    const char *buf = (const char *)w->rd.buf;
    at.line = csv_window_line(w, e);
    if (strcmp(why, "E0621") == 0) { /* which field, and is it the quote or a bare CR? */
        size_t from, to;
        while ((w->ix[e] & CSV_BAD) == 0)
            e++;
        from = CSV_AT(w->ix[e - 1]) + 1u;
        to = CSV_AT(w->ix[e]);
        name = heading(w, e - r->entry); /* no at.column: the row is refused, not the cell */
        at.value = buf + from;
        at.n_value = to - from;
        if (memchr(buf + from, '"', to - from) == NULL)
            why = "E0622";
        return csv_refuse(w->rd.src, ctx, why, &at, name != NULL ? name : "", NULL);
    }
    while ((w->ix[e] & CSV_END) == 0)
        e++;
    at.value = buf + CSV_AT(w->ix[r->entry - 1]) + 1;
    at.n_value = CSV_AT(w->ix[e]) - CSV_AT(w->ix[r->entry - 1]) - 1u;
    if (at.n_value > 0 && at.value[at.n_value - 1] == '\r')
        at.n_value--;
    snprintf(got, sizeof got, "%u", (unsigned)(e - r->entry + 1));
    snprintf(want, sizeof want, "%u", (unsigned)w->rd.file->n_fields);
    return csv_refuse(w->rd.src, ctx, why, &at, got, want);
}
