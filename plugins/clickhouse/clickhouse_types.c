// SPDX-License-Identifier: Apache-2.0
#include "clickhouse.h"

/* toString of a nullable enumeration fails over the 0 that stands below a NULL (18.16). */
#define NULL_ENUM                                                                                  \
    "if(isNull($), NULL, arrayElement(arrayMap(jb_y -> toString(assumeNotNull(jb_y)), "            \
    "arrayFilter(jb_y -> isNotNull(jb_y), [$])), 1))"

/* "Name(…)": the text inside the brackets, copied; 0 when it is not that. */
static int inside(const char *text, const char *name, char *out, size_t room)
{
    size_t n = strlen(name), len = strlen(text);
    if (strncmp(text, name, n) != 0 || text[n] != '(' || text[len - 1] != ')' ||
        len - n - 2 >= room)
        return 0;
    memcpy(out, text + n + 1, len - n - 2);
    out[len - n - 2] = '\0';
    return 1;
}

typedef struct known {
    const char *name;
    char kind;
    uint32_t width;
    char arrow;
    const char *cast;
} known;

static const known plain_types[] = {
    {"Int8", CH_INT, 1, 'l', NULL},
    {"Int16", CH_INT, 2, 'l', NULL},
    {"Int32", CH_INT, 4, 'l', NULL},
    {"Int64", CH_INT, 8, 'l', NULL},
    {"UInt8", CH_UINT, 1, 'l', NULL},
    {"UInt16", CH_UINT, 2, 'l', NULL},
    {"UInt32", CH_UINT, 4, 'l', NULL},
    {"UInt64", CH_UINT, 8, 'l', NULL},
    {"Float32", CH_FLOAT, 4, 'g', NULL},
    {"Float64", CH_FLOAT, 8, 'g', NULL},
    {"Date", CH_DATE, 2, 'D', NULL},
    {"Date32", CH_DATE, 4, 'D', NULL},
    {"DateTime", CH_DATE, 2, 'D', "toDate($)"},
    {"String", CH_STRING, 0, 'u', NULL},
    {"Bool", CH_BOOL, 1, 'b', NULL},
    {"Nothing", CH_NOTHING, 0, 'u', NULL},
};

static int decimal(const char *text, ch_type *t, jb_type *out)
{
    char body[32], *end;
    long p, s;
    if (!inside(text, "Decimal", body, sizeof body))
        return 0;
    p = strtol(body, &end, 10);
    if (*end != ',')
        return 0;
    s = strtol(end + 1, &end, 10);
    if (*end != '\0' || p < 1 || p > JB_DEC_DIGITS || s < 0 || s > p)
        return 0;
    t->kind = CH_DECIMAL;
    t->width = p <= 9 ? 4 : p <= 18 ? 8 : 16;
    t->precision = (int32_t)p;
    t->scale = (int32_t)s;
    jb_type_make('d', (int32_t)p, (int32_t)s, out);
    return 1;
}

void ch_type_parse(const char *text, ch_type *t, jb_type *out)
{
    char a[256], b[256];
    size_t i;
    memset(t, 0, sizeof *t);
    if (inside(text, "LowCardinality", a, sizeof a)) /* in rows it is the type inside */
        text = a;
    if (inside(text, "Nullable", b, sizeof b)) {
        t->nullable = 1;
        text = b;
    }
    for (i = 0; i < sizeof plain_types / sizeof *plain_types; i++) {
        const known *k = &plain_types[i];
        if (strcmp(text, k->name) == 0) {
            t->kind = k->kind;
            t->width = k->width;
            t->cast = k->cast;
            jb_type_make(k->arrow, 0, 0, out);
            return;
        }
    }
    if (decimal(text, t, out))
        return;
    jb_type_make('u', 0, 0, out);
    if (strncmp(text, "DateTime", 8) == 0) { /* DateTime('zone'), DateTime64(3, 'zone') */
        t->kind = CH_DATE;
        t->width = 2;
        t->cast = "toDate($)";
        jb_type_make('D', 0, 0, out);
    } else if (inside(text, "FixedString", a, sizeof a) && strtoul(a, NULL, 10) > 0 &&
               strtoul(a, NULL, 10) < (1u << 24)) {
        t->kind = CH_FIXED;
        t->width = (uint32_t)strtoul(a, NULL, 10);
    } else { /* names of an enumeration, UUID, arrays …: as the server prints them */
        t->kind = CH_STRING;
        t->cast = t->nullable && strncmp(text, "Enum", 4) == 0 ? NULL_ENUM : "toString($)";
    }
}

void ch_forget(ch_source *src)
{
    uint64_t i;
    for (i = 0; src->names != NULL && i < src->n_columns; i++)
        free(src->names[i]);
    free(src->names);
    free(src->found);
    free(src->types);
    src->names = NULL;
    src->found = NULL;
    src->types = NULL;
    src->n_columns = 0;
}

static int add_column(ch_source *src, const char *name, const char *type)
{
    size_t n = (size_t)src->n_columns + 1, len = strlen(name) + 1;
    char **names = realloc(src->names, n * sizeof *names);
    ch_type *found;
    jb_type *types;
    if (names != NULL)
        src->names = names;
    found = realloc(src->found, n * sizeof *found);
    if (found != NULL)
        src->found = found;
    types = realloc(src->types, n * sizeof *types);
    if (types != NULL)
        src->types = types;
    if (names == NULL || found == NULL || types == NULL || (names[n - 1] = malloc(len)) == NULL)
        return -1;
    memcpy(names[n - 1], name, len);
    ch_type_parse(type, &found[n - 1], &types[n - 1]);
    src->n_columns++;
    return 0;
}

jb_status ch_describe(ch_source *src, jb_ctx *ctx)
{
    dbt_sql sql = {0};
    char *text = NULL, *line, *next;
    char *statement;
    jb_status st;
    ch_forget(src);
    dbt_put(&sql, "DESCRIBE TABLE (SELECT * FROM ");
    dbt_put(&sql, src->base);
    dbt_put(&sql, ") FORMAT TabSeparated");
    statement = dbt_sql_take(&sql);
    if (statement == NULL)
        return ch_no_memory(src, ctx);
    st = ch_text(src, ctx, statement, src->query != NULL ? "query" : "table", &text);
    free(statement);
    if (st != JB_OK)
        return st;
    for (line = text; *line != '\0'; line = next) {
        char *fields[2];
        size_t lengths[2];
        int why;
        if (ch_fields(line, fields, lengths, 2, &next) < 2 || fields[0] == NULL ||
            fields[1] == NULL)
            continue;
        if (strlen(fields[0]) != lengths[0] ||
            jb_utf8_check((const uint8_t *)fields[0], lengths[0], &why) != lengths[0])
            st = ch_fail(src, ctx, JB_E_DATA, "E1168", NULL, NULL, NULL);
        else if (add_column(src, fields[0], fields[1]) != 0)
            st = ch_no_memory(src, ctx);
        if (st != JB_OK)
            break;
    }
    free(text);
    if (st == JB_OK && src->n_columns == 0)
        st = ch_fail(src, ctx, JB_E_DATA, "E1169", NULL, NULL, NULL);
    return st;
}
