// SPDX-License-Identifier: Apache-2.0
#include "union.h"

#include <stdio.h>

un_type un_type_of(const char *format)
{
    un_type t;
    t.kind = jb_format_kind(format, &t.precision, &t.scale);
    if (t.kind == 'h')
        t.kind = 'd';
    t.implied = 0;
    return t;
}

void un_type_format(const un_type *t, char out[UN_FORMAT])
{
    switch (t->kind) {
    case 'd':
        (void)snprintf(out, UN_FORMAT, t->precision > 18 ? "d:%d,%d" : "d:%d,%d,64",
                       (int)t->precision, (int)t->scale);
        break;
    case 'D':
        (void)snprintf(out, UN_FORMAT, "tdD");
        break;
    default:
        (void)snprintf(out, UN_FORMAT, "%c", t->kind);
    }
}

void un_type_words(const un_type *t, char out[UN_FORMAT])
{
    static const char kinds[] = "blguD";
    static const char *const words[] = {"bool", "int", "float", "text", "date"};
    const char *at = t->kind != '\0' ? strchr(kinds, t->kind) : NULL;
    if (t->kind == 'd')
        (void)snprintf(out, UN_FORMAT, "decimal(%d,%d)", (int)t->precision, (int)t->scale);
    else
        (void)snprintf(out, UN_FORMAT, "%s", at != NULL ? words[at - kinds] : "?");
}

static int is_number(char kind)
{
    return kind == 'l' || kind == 'd' || kind == 'g';
}

static int32_t whole_digits(const un_type *t)
{
    return t->kind == 'l' ? 19 : t->precision - t->scale;
}

int un_type_meet(un_type *a, const un_type *b)
{
    int32_t whole = whole_digits(a), other = whole_digits(b);
    if (a->kind == b->kind && a->kind != 'd')
        return a->kind == '\0' ? -1 : 0;
    if (!is_number(a->kind) || !is_number(b->kind))
        return -1;
    if (a->kind == 'g' || b->kind == 'g') {
        a->kind = 'g';
        a->precision = a->scale = 0;
        return 0;
    }
    whole = other > whole ? other : whole;
    a->kind = 'd';
    a->scale = b->scale > a->scale ? b->scale : a->scale; /* an int's is 0 */
    a->precision = whole + a->scale;
    if (a->precision > JB_DEC_DIGITS) /* a value that does not fit is refused when it comes */
        a->precision = JB_DEC_DIGITS;
    return 0;
}
