// SPDX-License-Identifier: Apache-2.0
#include "adbc_source.h"

static int wide_number(const char *text, int32_t scale, jb_i128 *out)
{
    jb_i128 v;
    int32_t have;
    return jb_dec_parse(text, strlen(text), &v, &have) != 0 || have > scale ||
                   jb_dec_rescale(v, have, scale, out) != 0
               ? -1
               : 0;
}

static int day_number(const char *s, int32_t *days)
{
    int32_t part[3] = {0, 0, 0};
    int k;
    for (k = 0; k < 3; k++) {
        if (*s < '0' || *s > '9')
            return -1;
        for (; *s >= '0' && *s <= '9'; s++)
            part[k] = part[k] * 10 + (*s - '0');
        if (*s == '-')
            s++;
    }
    *days = jb_days_from_civil(part[0], part[1], part[2]);
    return *s == '\0' ? 0 : -1;
}

/* One cell; 0, -1 out of memory, 1 not a value of its format. */
static int cell(const jb_sql_value *v, struct ArrowArray *a)
{
    int32_t p, s, days;
    char kind = jb_format_kind(v->format, &p, &s), *end;
    size_t width = kind == 'D' ? 4 : kind == 'd' || kind == 'h' ? 16 : 8;
    double d;
    jb_i128 wide;
    int64_t i;
    if (kind == 'u')
        return jb_column_utf8(a, 1, &v->text);
    if (kind == '\0' || kind == 'b')
        return 1;
    if (jb_column_make(a, 1, width) != 0)
        return -1;
    if (v->text == NULL)
        return 0;
    if (kind == 'D') {
        if (day_number(v->text, &days) != 0)
            return 1;
        jb_set_cell(a, 0, &days, 4);
    } else if (kind == 'g') {
        d = strtod(v->text, &end);
        if (*end != '\0' || end == v->text)
            return 1;
        jb_set_cell(a, 0, &d, 8);
    } else {
        if (wide_number(v->text, s, &wide) != 0)
            return 1;
        if (width == 16) {
            jb_set_cell(a, 0, &wide, 16);
        } else {
            i = (int64_t)wide;
            if (i != wide)
                return 1;
            jb_set_cell(a, 0, &i, 8);
        }
    }
    return 0;
}

/* 64-bit decimals are younger than ADBC: values go as 128 bits. */
static int format_of(const jb_sql_value *v, struct ArrowSchema *s)
{
    char text[24];
    size_t n = strcspn(v->format, ",");
    size_t all = v->format[0] == 'd' && v->format[n] == ','
                     ? n + 1 + strcspn(v->format + n + 1, ",")
                     : strlen(v->format);
    if (all >= sizeof text)
        return -1;
    memcpy(text, v->format, all);
    text[all] = '\0';
    return jb_schema_make(s, text, "", 0);
}

int64_t ad_values(const jb_sql_value *values, uint64_t n, struct ArrowSchema *schema,
                  struct ArrowArray *array)
{
    static const size_t none[1] = {0};
    const char *at = (const char *)values;
    uint64_t i;
    int bad = 0;
    if (jb_schema_make(schema, "+s", "", (int64_t)n) != 0)
        return -1;
    if (jb_array_make(array, 1, 1, none, (int64_t)n) != 0) {
        jb_schema_release(schema);
        return -1;
    }
    array->null_count = 0;
    for (i = 0; i < n && bad == 0; i++) {
        const jb_sql_value *v = (const jb_sql_value *)(const void *)at;
        bad = format_of(v, schema->children[i]) != 0 ? -1 : cell(v, array->children[i]);
        at += v->size;
    }
    if (bad == 0)
        return 0;
    jb_schema_release(schema);
    jb_array_release(array);
    return bad < 0 ? -1 : (int64_t)i;
}
