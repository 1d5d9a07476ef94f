// SPDX-License-Identifier: Apache-2.0
/* Which columns there are, under which names and of which types. */
#include "adbc_source.h"

static void free_texts(char **list, uint64_t n)
{
    uint64_t i;
    for (i = 0; list != NULL && i < n; i++)
        free(list[i]);
    free(list);
}

static void forget_columns(ad_source *src)
{
    free_texts(src->names, src->n_columns);
    free_texts(src->formats, src->n_columns);
    free_texts(src->declared, src->n_columns);
    free(src->cast);
    src->names = src->formats = src->declared = NULL;
    src->cast = NULL;
    src->n_columns = 0;
}

void ad_forget(ad_source *src)
{
    forget_columns(src);
    free_texts(src->nulls, src->n_nulls);
    free(src->from);
    free(src->pushed);
    src->nulls = NULL;
    src->n_nulls = 0;
    src->from = src->pushed = NULL;
}

/* Does the host take this format? Else it is read as text, if the engine can tell it so. */
static int wants_cast(const char *f)
{
    const char *bits;
    if (f[0] != '\0' && f[1] == '\0')
        return strchr("bcCsSiIlLfguUzZ", f[0]) == NULL;
    if (f[0] == 'd' && f[1] == ':') {
        bits = strchr(f, ',');
        bits = bits != NULL ? strchr(bits + 1, ',') : NULL;
        return (bits != NULL && strcmp(bits, ",256") == 0) || strchr(f, '-') != NULL;
    }
    if (strncmp(f, "td", 2) == 0 || strncmp(f, "ts", 2) == 0 || f[0] == '+' || f[0] == 'w' ||
        strcmp(f, "vz") == 0)
        return 0; /* dates and times are fine; lists and bytes are no text in any case */
    return 1;
}

static int take_column(ad_source *src, uint64_t i, const struct ArrowSchema *c)
{
    src->names[i] = strdup(c->name != NULL ? c->name : "");
    src->cast[i] =
        (char)(src->session->dialect != AD_NONE && c->dictionary == NULL && wants_cast(c->format));
    src->formats[i] = strdup(src->cast[i] ? "u" : c->dictionary != NULL ? "dictionary" : c->format);
    return src->names[i] != NULL && src->formats[i] != NULL ? 0 : -1;
}

static jb_status take_columns(ad_source *src, jb_ctx *ctx, const struct ArrowSchema *s)
{
    uint64_t n = (uint64_t)s->n_children, i;
    forget_columns(src);
    src->names = calloc((size_t)n + 1, sizeof *src->names);
    src->formats = calloc((size_t)n + 1, sizeof *src->formats);
    src->declared = calloc((size_t)n + 1, sizeof *src->declared);
    src->cast = calloc((size_t)n + 1, 1);
    if (src->names == NULL || src->formats == NULL || src->declared == NULL || src->cast == NULL)
        return ad_no_memory(src, ctx);
    for (i = 0; i < n; i++, src->n_columns++) {
        if (take_column(src, i, s->children[i]) != 0) {
            src->n_columns++;
            return ad_no_memory(src, ctx);
        }
    }
    return JB_OK;
}

/* The schema of a query's answer. */
static jb_status schema_of(const ad_source *src, jb_ctx *ctx, const char *sql, const char *key,
                           struct ArrowSchema *out)
{
    struct ArrowArrayStream stream;
    jb_status st = ad_query(src, ctx, sql, NULL, 0, key, NULL, &stream);
    if (st != JB_OK)
        return st;
    st = stream.get_schema(&stream, out);
    stream.release(&stream);
    return st;
}

static jb_status describe_from(ad_source *src, jb_ctx *ctx, const char *key)
{
    dbt_sql t = {0};
    struct ArrowSchema s = {0};
    jb_status st;
    char *sql;
    if (src->session->dialect != AD_NONE)
        dbt_put(&t, "SELECT * FROM ");
    dbt_put(&t, src->from);
    if (src->session->dialect != AD_NONE)
        dbt_put(&t, " WHERE 1 = 0");
    sql = dbt_sql_take(&t);
    if (sql == NULL)
        return ad_no_memory(src, ctx);
    st = schema_of(src, ctx, sql, key, &s);
    free(sql);
    if (st == JB_OK)
        st = take_columns(src, ctx, &s);
    if (s.release != NULL)
        s.release(&s);
    return st;
}

/* A table is tried under its name as it stands, then by its parts, then in small letters; when none
 * is there, the engine's word on the first is told. A host for the tries that must stay silent. */
static jb_status silent(jb_ctx *ctx, const jb_fault *f)
{
    (void)ctx;
    return f->status;
}

static jb_status describe_table(ad_source *src, jb_ctx *ctx)
{
    const jb_host *host = src->host;
    jb_host quiet;
    jb_status st = JB_E_DATA;
    int attempt, none = 0;
    memset(&quiet, 0, sizeof quiet);
    memcpy(&quiet, host, host->size < sizeof quiet ? host->size : sizeof quiet);
    quiet.fail = silent;
    for (attempt = 0; attempt <= 2 && st != JB_OK && st != JB_E_MEMORY; attempt++) {
        char *from = ad_table_name(src->table, attempt, &none);
        if (none)
            continue;
        free(src->from);
        src->from = from;
        src->host = &quiet;
        st = from != NULL ? describe_from(src, ctx, "table") : JB_E_MEMORY;
        src->host = host;
    }
    if (st == JB_OK)
        return st;
    free(src->from);
    src->from = ad_table_name(src->table, 0, &none);
    return src->from != NULL ? describe_from(src, ctx, "table") : ad_no_memory(src, ctx);
}

static int copy_nulls(ad_source *src, const jb_scan *scan)
{
    src->nulls = calloc((size_t)scan->n_null_texts + 1, sizeof *src->nulls);
    if (src->nulls == NULL)
        return -1;
    for (; src->n_nulls < scan->n_null_texts; src->n_nulls++) {
        src->nulls[src->n_nulls] = strdup(scan->null_texts[src->n_nulls]);
        if (src->nulls[src->n_nulls] == NULL)
            return -1;
    }
    return 0;
}

static jb_status take_declared(ad_source *src, jb_ctx *ctx, const jb_scan *scan)
{
    uint32_t i, at;
    for (i = 0; i < scan->n_columns; i++) {
        const jb_column *c = dbt_column(scan, i);
        uint32_t n = dbt_find((const char *const *)src->names, src->n_columns, c->name, &at);
        if (n > 1)
            return ad_fail(src, ctx, JB_E_CONFIG, "E1136", NULL, c->name, NULL);
        if (n == 0 || c->format == NULL) /* the host names the line of the configuration */
            continue;
        free(src->declared[at]);
        src->declared[at] = strdup(c->format);
        if (src->declared[at] == NULL)
            return ad_no_memory(src, ctx);
    }
    return JB_OK;
}

jb_status ad_describe(ad_source *src, jb_ctx *ctx, const jb_scan *scan)
{
    jb_status st;
    ad_forget(src);
    if (src->table != NULL && src->session->dialect == AD_NONE)
        return ad_fail(src, ctx, JB_E_CONFIG, "E1141", "table", NULL, NULL);
    if (src->table != NULL) {
        st = describe_table(src, ctx);
    } else {
        if (src->session->dialect != AD_NONE && !ad_is_select(src->query))
            return ad_fail(src, ctx, JB_E_CONFIG, "E1131", "query", src->query, NULL);
        src->from = src->session->dialect == AD_NONE ? strdup(src->query) : ad_subquery(src->query);
        st = src->from != NULL ? describe_from(src, ctx, "query") : ad_no_memory(src, ctx);
    }
    if (st == JB_OK && copy_nulls(src, scan) != 0)
        st = ad_no_memory(src, ctx);
    if (st == JB_OK)
        st = take_declared(src, ctx, scan);
    return st;
}
