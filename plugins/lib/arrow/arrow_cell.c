// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrow_parse.h"

#include <stdio.h>

static int push_parsed(jb_col *col, const char *s, size_t n)
{
    int64_t i = 0;
    int32_t days = 0;
    jb_i128 wide = 0;
    double d = 0;
    int flag = 0, how;
    switch (col->type.kind) {
    case 'l':
        how = jb_parse_int(s, n, &i);
        if (how == JB_CELL_OK)
            jb_col_i64(col, i);
        return how;
    case 'd':
        how = jb_parse_dec64(s, n, &col->type, &i);
        if (how == JB_CELL_OK)
            jb_col_i64(col, i);
        return how;
    case 'D':
        how = jb_parse_date(s, n, &days, &flag);
        if (how == JB_CELL_OK)
            jb_col_date(col, days);
        return how;
    case 'h':
        how = jb_parse_dec128(s, n, &col->type, &wide);
        if (how == JB_CELL_OK)
            jb_col_i128(col, wide);
        return how;
    case 'g':
        how = jb_parse_float(s, n, &d);
        if (how == JB_CELL_OK)
            jb_col_f64(col, d);
        return how;
    default:
        how = jb_parse_bool(s, n, &flag);
        if (how == JB_CELL_OK)
            jb_col_bool(col, flag);
        return how;
    }
}

int jb_col_parse(jb_col *col, const char *s, size_t n)
{
    const char *p = s;
    size_t left = n;
    int how;
    if (n > 0) {
        how = push_parsed(col, p, left);
        if (how == JB_CELL_OK)
            return how;
        jb_trim(&p, &left);
        if (left > 0)
            return left < n ? push_parsed(col, p, left) : how;
    }
    jb_col_null(col);
    return JB_CELL_OK;
}

void jb_type_text(const jb_type *t, char *out, size_t room)
{
    if (t->kind == 'd' || t->kind == 'h')
        snprintf(out, room, "decimal(%d,%d)", (int)t->precision, (int)t->scale);
    else
        snprintf(out, room, "%s",
                 t->kind == 'l'   ? "int"
                 : t->kind == 'D' ? "date"
                 : t->kind == 'g' ? "float"
                 : t->kind == 'u' ? "text"
                                  : "bool");
}
