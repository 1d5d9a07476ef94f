// SPDX-License-Identifier: Apache-2.0
/* The same conclusions as the csv source: date when every cell is one, int, decimal, else text;
 * never bool, never float. */
#include "grid/grid.h"

void jb_guess_init(jb_guess *g)
{
    memset(g, 0, sizeof *g);
    g->date = g->number = 1;
}

static void look_number(jb_guess *g, const char *s, size_t n)
{
    jb_i128 v;
    int32_t scale, digits = 0;
    int zeros;
    if (jb_parse_number(s, n, &v, &scale, &zeros) != 0 || zeros) {
        g->number = 0;
        return;
    }
    for (v = v < 0 ? -v : v; v > 0; v /= 10)
        digits++;
    if (digits - scale > g->whole)
        g->whole = digits - scale;
    if (scale > g->scale)
        g->scale = scale;
}

static void look_date(jb_guess *g, const char *s, size_t n)
{
    int32_t days;
    int compact;
    if (jb_parse_date(s, n, &days, &compact) != JB_CELL_OK)
        g->date = 0;
}

void jb_guess_look(jb_guess *g, const jb_value *v, int text_numbers)
{
    char plain[JB_PLAIN_MAX];
    const char *s = v->s;
    size_t n = v->n;
    if (v->kind == JB_V_NULL || v->kind == JB_V_ERROR || v->kind == JB_V_UNKNOWN || g->text)
        return;
    if (v->kind == JB_V_TEXT) {
        jb_trim(&s, &n);
        if (n == 0)
            return;
    }
    g->seen = 1;
    if (v->kind == JB_V_NUMBER && jb_number_plain(s, n, plain, &n) == 0)
        s = plain;
    if (v->kind == JB_V_BOOL || v->kind == JB_V_LIST)
        g->date = g->number = 0;
    if (v->kind == JB_V_DATE || (v->kind == JB_V_TEXT && !text_numbers))
        g->number = 0;
    if (v->kind == JB_V_NUMBER && !text_numbers)
        g->date = 0;
    if (g->date)
        look_date(g, s, n);
    if (g->number)
        look_number(g, s, n);
    g->text = !g->date && !g->number;
}

void jb_guess_conclude(const jb_guess *g, jb_type *out)
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

jb_status jb_grid_infer(const jb_grid_env *env, jb_ctx *ctx, jb_grid *grid, const jb_scan *scan,
                        uint64_t rows, const jb_type *declared, jb_type *types)
{
    jb_guess *g = calloc((size_t)grid->n_columns + 1, sizeof *g);
    jb_value *row = calloc((size_t)grid->n_columns + 1, sizeof *row);
    jb_status st = g == NULL || row == NULL ? jb_grid_no_memory(env, ctx) : JB_OK;
    uint32_t c;
    uint64_t r;
    int more = 1;
    for (c = 0; st == JB_OK && c < grid->n_columns; c++)
        jb_guess_init(&g[c]);
    for (r = 0; st == JB_OK && more && r < rows; r++) {
        st = grid->next(grid->self, ctx, row, &more);
        for (c = 0; st == JB_OK && more && c < grid->n_columns; c++)
            if (!g[c].text && !jb_grid_is_null_text(scan, &row[c]))
                jb_guess_look(&g[c], &row[c], env->text_numbers);
    }
    for (c = 0; st == JB_OK && c < grid->n_columns; c++) {
        if (declared != NULL && declared[c].kind != '\0')
            types[c] = declared[c];
        else
            jb_guess_conclude(&g[c], &types[c]);
    }
    free(g);
    free(row);
    return st;
}
