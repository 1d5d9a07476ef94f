// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1: how ClickHouse spells the host's typed trees.
 *
 * The marks for values ({jb_1}) are no SQL of any version: what is not replaced is refused by the
 * server. + - * are absent, because its integers wrap; LIKE is, because _ is a byte there. A sum
 * that has wrapped is far from the same sum in floats: it stops the query. */
#include "clickhouse.h"

#include <stdio.h>

static const jb_sql_form forms[] = {
    {"ident", "\"\""},
    {"param", "{jb_#}"},
    {"and", "($1 AND $2)"},
    {"or", "($1 OR $2)"},
    {"not", "(NOT $1)"},
    {"=", "($1 = $2)"},
    {"<>", "($1 <> $2)"},
    {"<", "($1 < $2)"},
    {"<=", "($1 <= $2)"},
    {">", "($1 > $2)"},
    {">=", "($1 >= $2)"},
    {"in", "($1 IN ($2))"},
    {"between", "($1 BETWEEN $2 AND $3)"},
    {"is_null", "($1 IS NULL)"},
    {"year", "toYear($1)"},
    {"quarter", "toQuarter($1)"},
    {"month", "toMonth($1)"},
    {"decimal", "toDecimal128($1, $2)"},
    {"case", "CASE WHEN $1 THEN $2 END"},
    {"count", "COUNT($1)"},
    {"sum", "if(COUNT($1) = 0, NULL, if(throwIf(abs(toFloat64(SUM($1)) - SUM(toFloat64($1))) > "
            "1 + 1e-9 * SUM(abs(toFloat64($1)))) = 0, SUM($1), NULL))"},
    {"min", "if(COUNT($1) = 0, NULL, MIN($1))"},
    {"max", "if(COUNT($1) = 0, NULL, MAX($1))"},
    {"distinct", "DISTINCT $1"},
    {"null", "NULL"},
};

/* A column as it streams: converted, or plain. */
static void put_exposed(dbt_sql *s, const ch_source *src, uint64_t i)
{
    const ch_type *t = &src->found[i];
    const jb_type *type = &src->types[i];
    char number[32];
    if ((t->kind == CH_DECIMAL || t->kind == CH_INT) && (type->kind == 'd' || type->kind == 'h')) {
        snprintf(number, sizeof number, ", %d)", (int)type->scale);
        dbt_put(s, "toDecimal128(");
        ch_put_name(s, src->names[i]);
        dbt_put(s, number);
    } else if (t->kind == CH_FIXED) {
        dbt_put(s, "replaceRegexpOne(toString(");
        ch_put_name(s, src->names[i]);
        dbt_put(s, "), '\\\\x00+$', '')");
    } else {
        ch_put_column(s, src->names[i], t);
    }
    dbt_put(s, " AS ");
    ch_put_name(s, src->names[i]);
}

static jb_status from(jb_ctx *ctx, void *self, const char **out)
{
    ch_source *src = self;
    dbt_sql sql = {0};
    uint64_t i;
    if (src->names == NULL)
        return jb_fail_text(src->host, ctx, JB_E_INTERNAL, NULL, "from() needs schema() before it");
    if (!src->pushable)
        return JB_E_UNSUPPORTED;
    if (src->from_text == NULL) {
        if (src->converts) {
            for (i = 0; i < src->n_columns; i++) {
                dbt_put(&sql, i > 0 ? ", " : "(SELECT ");
                put_exposed(&sql, src, i);
            }
            dbt_put(&sql, " FROM ");
            dbt_put(&sql, src->base);
            dbt_put(&sql, ") AS jb_t");
        } else {
            dbt_put(&sql, src->base);
        }
        src->from_text = dbt_sql_take(&sql);
    }
    *out = src->from_text;
    return *out != NULL ? JB_OK : ch_no_memory(src, ctx);
}

/* An answer in text with its names and types in front, taken line by line. */
typedef struct answer {
    dbt_batch batch;
    char *text, *at;
} answer;

static void answer_drop(void *self)
{
    answer *a = self;
    dbt_batch_free(&a->batch);
    free(a->text);
    free(a);
}

static jb_status answer_next(void *self, struct ArrowArray *out)
{
    answer *a = self;
    jb_status st = JB_OK;
    char **fields = calloc((size_t)a->batch.n + 1, sizeof *fields);
    size_t *lengths = calloc((size_t)a->batch.n + 1, sizeof *lengths);
    if (fields == NULL || lengths == NULL)
        st = jb_fail_code(a->batch.host, a->batch.ctx, JB_E_MEMORY, "E1166", NULL, NULL, NULL, NULL);
    while (st == JB_OK && *a->at != '\0' && !dbt_batch_full(&a->batch)) {
        char row[24];
        uint64_t k;
        snprintf(row, sizeof row, "%llu", (unsigned long long)a->batch.row + 1);
        if (ch_fields(a->at, fields, lengths, (size_t)a->batch.n, &a->at) != a->batch.n)
            st = jb_fail_code(a->batch.host, a->batch.ctx, JB_E_DATA, "E1176", NULL, row, NULL, NULL);
        else
            st = dbt_row_begin(&a->batch);
        for (k = 0; st == JB_OK && k < a->batch.n; k++)
            st = dbt_cell(&a->batch, k, fields[k], lengths[k], 0);
        if (st == JB_OK)
            dbt_row_end(&a->batch);
    }
    free(fields);
    free(lengths);
    return st == JB_OK ? dbt_batch_finish(&a->batch, out) : st;
}

static size_t count_fields(const char *line)
{
    size_t n = 1;
    for (; *line != '\0' && *line != '\n'; line++)
        n += *line == '\t';
    return n;
}

/* Reads names and types; makes the stream. Owns text. */
static jb_status answer_stream(const ch_source *src, jb_ctx *ctx, char *text, struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {answer_next, answer_drop};
    size_t n = count_fields(text), i;
    answer *a = calloc(1, sizeof *a);
    char **names = calloc(n, sizeof *names), **types = calloc(n, sizeof *types), *at = text;
    size_t *lengths = calloc(n, sizeof *lengths);
    dbt_want *wants = calloc(n, sizeof *wants);
    jb_status st = JB_OK;
    if (a == NULL || names == NULL || types == NULL || lengths == NULL || wants == NULL)
        st = ch_no_memory(src, ctx);
    else if (ch_fields(at, names, lengths, n, &at) != n || ch_fields(at, types, lengths, n, &at) != n)
        st = ch_fail(src, ctx, JB_E_DATA, "E1176", NULL, "0", NULL);
    for (i = 0; st == JB_OK && i < n; i++) {
        ch_type t;
        wants[i].name = names[i] != NULL ? names[i] : "";
        wants[i].column = (uint32_t)i;
        ch_type_parse(types[i] != NULL ? types[i] : "", &t, &wants[i].type);
    }
    if (st == JB_OK) {
        a->text = text;
        a->at = at;
        a->batch.host = src->host;
        a->batch.rows = src->rows;
        a->batch.ctx = ctx;
        a->batch.codes = &ch_codes;
        a->batch.place = src->table != NULL ? src->table : src->place;
        text = NULL;
        if (dbt_batch_init(&a->batch, wants, n, NULL) != 0 || dbt_stream_make(out, &ops, a, wants, n) != 0)
            st = ch_no_memory(src, ctx);
        else
            a = NULL;
    }
    if (a != NULL)
        answer_drop(a);
    free(text);
    free(names);
    free(types);
    free(lengths);
    free(wants);
    return st;
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    const ch_source *src = self;
    dbt_sql s = {0};
    char *statement, *text = NULL;
    jb_status st;
    int bad = ch_put_statement(&s, sql, src->from_text, values, n_values);
    if (bad != 0) {
        dbt_sql_free(&s);
        return ch_fail(src, ctx, JB_E_DATA, "E1163", NULL,
                       bad == -2 ? "a date outside 1970–2105 (pushdown = off)" : "a value that cannot be written", NULL);
    }
    dbt_put(&s, " FORMAT TabSeparatedWithNamesAndTypes");
    statement = dbt_sql_take(&s);
    if (statement == NULL)
        return ch_no_memory(src, ctx);
    st = ch_text(src, ctx, statement, NULL, &text);
    free(statement);
    return st == JB_OK ? answer_stream(src, ctx, text, out) : st;
}

/* database = …, table = … for the tables of the server that describe themselves. */
static void put_which(dbt_sql *s, const ch_source *src)
{
    const char *dot = src->database == NULL ? strchr(src->table, '.') : NULL;
    dbt_put(s, "database = ");
    if (dot != NULL && dot != src->table && dot[1] != '\0')
        ch_put_text(s, src->table, (size_t)(dot - src->table));
    else if (src->database != NULL)
        ch_put_text(s, src->database, strlen(src->database));
    else
        dbt_put(s, "currentDatabase()");
    dbt_put(s, " AND ");
}

static jb_status ask_table(const ch_source *src, jb_ctx *ctx, const char *select, const char *from_table,
                           const char *name_column, const char *rest, char **out)
{
    dbt_sql s = {0};
    const char *dot = src->database == NULL ? strchr(src->table, '.') : NULL;
    const char *name = dot != NULL && dot != src->table && dot[1] != '\0' ? dot + 1 : src->table;
    char *statement;
    jb_status st;
    dbt_put(&s, select);
    dbt_put(&s, from_table);
    dbt_put(&s, " WHERE ");
    put_which(&s, src);
    dbt_put(&s, name_column);
    dbt_put(&s, " = ");
    ch_put_text(&s, name, strlen(name));
    dbt_put(&s, rest);
    dbt_put(&s, " FORMAT TabSeparated");
    statement = dbt_sql_take(&s);
    if (statement == NULL)
        return ch_no_memory(src, ctx);
    st = ch_text(src, ctx, statement, NULL, out);
    free(statement);
    return st;
}

/* Of the MergeTree family: what its parts say, which merging in the background does not change. */
jb_status ch_token(const ch_source *src, jb_ctx *ctx, char *out, size_t room)
{
    char *text = NULL, *fields[5], *next;
    size_t lengths[5];
    jb_status st;
    out[0] = '\0';
    if (src->query != NULL)
        return JB_OK;
    st = ask_table(src, ctx,
                   "SELECT count(), sum(rows), max(max_block_number), max(data_version), "
                   "groupBitXor(cityHash64(partition_id, min_date, max_date)) ",
                   "FROM system.parts", "table", " AND active", &text);
    if (st != JB_OK)
        return st;
    if (ch_fields(text, fields, lengths, 5, &next) == 5 && fields[0] != NULL && strcmp(fields[0], "0") != 0 &&
        fields[1] != NULL && fields[2] != NULL && fields[3] != NULL)
        snprintf(out, room, "%s-%s-%s", fields[1], fields[2], fields[3]);
    free(text);
    return JB_OK;
}

jb_status ch_version(jb_ctx *ctx, void *self, const char **out)
{
    ch_source *src = self;
    jb_status st = ch_token(src, ctx, src->token_now, sizeof src->token_now);
    *out = src->token_now;
    return st;
}

static jb_status estimate(jb_ctx *ctx, void *self, int64_t *rows)
{
    ch_source *src = self;
    char *text = NULL;
    jb_status st;
    if (src->query != NULL)
        return JB_E_UNSUPPORTED;
    st = ask_table(src, ctx, "SELECT sum(rows) ", "FROM system.parts", "table", " AND active", &text);
    if (st != JB_OK)
        return st;
    text[strcspn(text, "\n")] = '\0';
    st = jb_parse_int(text, strlen(text), rows) == JB_CELL_OK && *rows > 0 ? JB_OK : JB_E_UNSUPPORTED;
    free(text);
    return st;
}

/* Nanoseconds on one core; 1 M rows of the benchmark's table, see docs/sources.md. */
static const jb_sql_cost cost = {.size = sizeof(jb_sql_cost),
                                 .query = 6e6,
                                 .row = 6,
                                 .aggregate = 12,
                                 .group = 30,
                                 .distinct = 150,
                                 .deliver = 60,
                                 .cell = 40};

const jb_source_sql ch_sql = {.size = sizeof(jb_source_sql),
                              .forms = forms,
                              .n_forms = sizeof forms / sizeof *forms,
                              .from = from,
                              .query = query,
                              .estimate = estimate,
                              .cost = &cost};
