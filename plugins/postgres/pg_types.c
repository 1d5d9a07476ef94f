// SPDX-License-Identifier: Apache-2.0
#include "pg_source.h"

/* A numeric's modifier tells its digits: ((p << 16) | s) + 4, s in 11 bits with a sign. */
static int numeric_digits(int modifier, int32_t *p, int32_t *s)
{
    int m = modifier - 4;
    if (modifier < 4)
        return -1;
    *p = (m >> 16) & 0xffff;
    *s = ((m & 0x7ff) ^ 1024) - 1024;
    if (*s < 0) { /* numeric(3,-2): whole hundreds */
        *p -= *s;
        *s = 0;
    }
    if (*s > *p)
        *p = *s;
    return *p <= JB_DEC_DIGITS ? 0 : -1;
}

void pg_type_of(Oid oid, int modifier, pg_field *field, jb_type *out)
{
    int32_t p, s;
    field->flags = 0;
    switch (oid) {
    case 16:
        field->wire = PG_BOOL;
        jb_type_make('b', 0, 0, out);
        return;
    case 20:
    case 21:
    case 23:
        field->wire = oid == 20 ? PG_INT8 : oid == 21 ? PG_INT2 : PG_INT4;
        jb_type_make('l', 0, 0, out);
        return;
    case 700:
    case 701:
        field->wire = oid == 700 ? PG_FLOAT4 : PG_FLOAT8;
        jb_type_make('g', 0, 0, out);
        return;
    case 1700:
        field->wire = PG_NUMERIC;
        if (numeric_digits(modifier, &p, &s) == 0)
            jb_type_make('d', p, s, out);
        else
            jb_type_make('u', 0, 0, out);
        return;
    case 1082:
    case 1114:
    case 1184:
        field->wire = oid == 1082 ? PG_DATE : oid == 1114 ? PG_STAMP : PG_STAMPTZ;
        jb_type_make('D', 0, 0, out);
        return;
    case 1042:
        field->flags = DBT_PADDED;
        field->wire = PG_TEXT;
        break;
    case 25:
    case 1043:
        field->wire = PG_TEXT;
        break;
    default:
        field->wire = PG_OTHER;
    }
    jb_type_make('u', 0, 0, out);
}

const char *pg_cast_for(const jb_type *type, pg_field *field)
{
    char kind = type->kind;
    int number = kind == 'l' || kind == 'd' || kind == 'h';
    switch (field->wire) {
    case PG_TEXT:
        return "";
    case PG_BOOL:
        if (kind == 'b' || kind == 'g' || number)
            return "";
        break;
    case PG_INT2:
    case PG_INT4:
    case PG_INT8:
        if (kind != 'u')
            return "";
        break;
    case PG_FLOAT4:
    case PG_FLOAT8:
        if (kind == 'g' || number)
            return "";
        break;
    case PG_NUMERIC:
        if (number)
            return "";
        if (kind == 'g') {
            field->wire = PG_FLOAT8;
            return "::pg_catalog.float8";
        }
        break;
    case PG_DATE:
    case PG_STAMP:
        if (kind == 'D')
            return "";
        break;
    case PG_STAMPTZ:
        if (kind == 'D') {
            field->wire = PG_STAMP;
            return "::pg_catalog.timestamp";
        }
        break;
    default:
        break;
    }
    field->wire = PG_TEXT;
    return "::pg_catalog.text";
}
