// SPDX-License-Identifier: Apache-2.0
/* Types of the columns nobody declared: from every row of the first part that has rows.
 * date  every cell is a date; int  no decimals; decimal  fixed digits; text  anything else, and
 * codes with leading zeros, and columns without a value. Never bool, never float. */
#include "csv.h"

#define TAKE 256u

typedef struct guess {
    int seen, date, number, text;
    int32_t whole, scale; /* most digits before and behind the point */
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

static void look_at_records(guess *g, const csv_window *w, const csv_record *recs, size_t n,
                            uint32_t n_columns, const csv_nulls *nulls)
{
    const csv_file *f = w->rd.file;
    size_t i;
    uint32_t c;
    for (i = 0; i < n; i++) {
        for (c = 0; c < n_columns; c++) {
            csv_cell cell;
            if (g[c].text)
                continue;
            cell = csv_cell_at(w, recs[i].entry + f->field_of[c]);
            jb_trim(&cell.s, &cell.n);
            if (cell.n == 0 || (!cell.quoted && csv_nulls_has(nulls, cell.s, cell.n)))
                continue;
            look(&g[c], cell.s, cell.n);
        }
    }
}

static void conclude(const guess *g, jb_type *out)
{
    int32_t digits = g->whole + g->scale;
    if (!g->seen || g->text)
        jb_type_make('u', 0, 0, out);
    else if (g->date)
        jb_type_make('D', 0, 0, out);
    else if (g->scale == 0 && g->whole <= 18)
        jb_type_make('l', 0, 0, out);
    else if (digits <= 18) /* room for larger numbers further down */
        jb_type_make('d', 18, g->scale, out);
    else if (digits <= JB_DEC_DIGITS)
        jb_type_make('h', JB_DEC_DIGITS, g->scale, out);
    else
        jb_type_make('u', 0, 0, out);
}

/* The first part with rows; *any is 0 when no file has one. */
static jb_status find_part(const csv_source *src, jb_ctx *ctx, csv_part *part, int *any)
{
    jb_status st = JB_OK;
    memset(part, 0, sizeof *part);
    *any = 0;
    for (part->file = 0; part->file < src->n_files; part->file++) {
        const csv_file *f = &src->files[part->file];
        if (f->data >= f->size)
            continue;
        part->begin = f->data;
        part->line = f->data_line;
        part->row = 1;
        st = csv_part_first(src, ctx, f, &part->end, any);
        if (st != JB_OK || *any)
            return st;
    }
    return st;
}

static jb_status look_at_part(csv_source *src, jb_ctx *ctx, const csv_part *part, guess *g,
                              const csv_nulls *nulls)
{
    csv_window w;
    csv_record recs[TAKE], odd;
    const char *why;
    jb_status st = csv_window_open(&w, src, ctx, part);
    if (st != JB_OK)
        return st;
    for (st = csv_window_next(&w, ctx); st == JB_OK && !w.ended; st = csv_window_next(&w, ctx)) {
        while (w.next <= w.n_ix) { /* malformed records are refused when they are scanned */
            size_t n = csv_window_take(&w, recs, TAKE, &odd, &why);
            look_at_records(g, &w, recs, n, src->files[0].n_fields, nulls);
        }
        if (src->host->cancelled(ctx))
            st = JB_E_CANCELLED;
        if (st != JB_OK)
            break;
    }
    csv_window_close(&w);
    return st;
}

jb_status csv_infer(csv_source *src, jb_ctx *ctx, const jb_scan *scan, const jb_type *declared)
{
    uint32_t n = src->files[0].n_fields, c;
    guess *g = calloc(n, sizeof *g);
    jb_type *types = calloc(n, sizeof *types);
    csv_nulls nulls;
    csv_part part;
    int any = 0;
    jb_status st = JB_OK;
    if (csv_nulls_init(&nulls, scan->null_texts, scan->n_null_texts) != 0 || g == NULL ||
        types == NULL)
        st = csv_no_memory(src, ctx);
    for (c = 0; st == JB_OK && c < n; c++) {
        g[c].date = g[c].number = 1;
        g[c].text = declared[c].kind != '\0';
    }
    if (st == JB_OK)
        st = find_part(src, ctx, &part, &any);
    if (st == JB_OK && any)
        st = look_at_part(src, ctx, &part, g, &nulls);
    for (c = 0; st == JB_OK && c < n; c++) {
        if (declared[c].kind != '\0')
            types[c] = declared[c];
        else
            conclude(&g[c], &types[c]);
    }
    csv_nulls_free(&nulls);
    free(g);
    if (st != JB_OK) {
        free(types);
        return st;
    }
    free(src->types);
    src->types = types;
    src->typed = 1;
    return JB_OK;
}
