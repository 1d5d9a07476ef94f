// SPDX-License-Identifier: Apache-2.0
/* jb.source.sql/1: how ClickHouse spells the host's typed trees.
 *
 * The marks for values ({jb_1}) are no SQL of any version: what is not replaced is refused by the
 * server. + - * are absent, because its integers wrap; LIKE is, because _ is a byte there. A sum
 * that has wrapped is far from the same sum in floats: it stops the query. */
#include "clickhouse.h"

#include <stdio.h>

#define LINE_MAX_BYTES ((size_t)256 << 20)

/* Whatever the version, these mean the same. */
#define COMMON_FORMS \
    {"ident", "\"\""},                                                                             \
    {"param", "{jb_#}"},                                                                           \
    {"not", "(NOT $1)"},                                                                           \
    {"=", "($1 = $2)"},                                                                            \
    {"<>", "($1 <> $2)"},                                                                          \
    {"<", "($1 < $2)"},                                                                            \
    {"<=", "($1 <= $2)"},                                                                          \
    {">", "($1 > $2)"},                                                                            \
    {">=", "($1 >= $2)"},                                                                          \
    {"is_null", "($1 IS NULL)"},                                                                   \
    {"year", "toYear($1)"},                                                                        \
    {"quarter", "toQuarter($1)"},                                                                  \
    {"month", "toMonth($1)"},                                                                      \
    {"decimal", "toDecimal128($1, $2)"},                                                           \
    {"case", "CASE WHEN $1 THEN $2 END"},                                                          \
    {"count", "toInt64(COUNT($1))"},                                                               \
    {"sum", "if(COUNT($1) = 0, NULL, if(throwIf(abs(toFloat64(SUM($1)) - SUM(toFloat64($1))) > "   \
            "1 + 1e-9 * SUM(abs(toFloat64($1)))) = 0, SUM($1), NULL))"},                           \
    {"min", "if(COUNT($1) = 0, NULL, MIN($1))"},                                                   \
    {"max", "if(COUNT($1) = 0, NULL, MAX($1))"},                                                   \
    {"distinct", "DISTINCT $1"},                                                                   \
    {"null", "NULL"}

static const jb_sql_form forms[] = {
    {"and", "($1 AND $2)"},
    {"or", "($1 OR $2)"},
    {"in", "($1 IN ($2))"},
    {"between", "($1 BETWEEN $2 AND $3)"},
    COMMON_FORMS,
};

/* In 18.16 NULL AND 0 is NULL, NULL OR 0 is 0, and NULL IN (1) is 0, which shows under a NOT. So
 * where there are NULLs, truth is counted: 0, 1 unknown, 2. Otherwise the forms are those that an
 * index knows. */
#define LEAST_OF(a, b) "(nullIf(least(ifNull(" a " * 2, 1), ifNull(" b " * 2, 1)), 1) = 2)"
static const jb_sql_form null_forms[] = {
    {"and", LEAST_OF("$1", "$2")},
    {"or", "(nullIf(greatest(ifNull($1 * 2, 1), ifNull($2 * 2, 1)), 1) = 2)"},
    {"in", "if($1 IS NULL, NULL, $1 IN ($2))"},
    {"between", LEAST_OF("($1 >= $2)", "($1 <= $3)")},
    COMMON_FORMS,
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
    } else if ((t->kind == CH_INT || t->kind == CH_UINT) &&
               type->kind == 'b') { /* a stream refuses 2; so does this */
        dbt_put(s, "if(throwIf(ifNull("); /* NULL NOT IN (0, 1) is 1 here */
        ch_put_name(s, src->names[i]);
        dbt_put(s, ", 0) NOT IN (0, 1)) = 0, ");
        ch_put_name(s, src->names[i]);
        dbt_put(s, ", NULL)");
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

/* An answer in text, names and types in its first two lines, taken line by line as it comes. */
typedef struct answer {
    const ch_source *src;
    dbt_batch batch;
    jb_web *web;
    ch_stop stop;
    char *text; /* n bytes, of which those before at are used up */
    size_t at, n, cap;
    char **fields; /* room for batch.n */
    size_t *lengths;
    int ended;
} answer;

static void answer_drop(void *self)
{
    answer *a = self;
    jb_web_close(a->web);
    dbt_batch_free(&a->batch);
    free(a->text);
    free(a->fields);
    free(a->lengths);
    free(a);
}

/* Drops what is used up and appends what comes next. */
static jb_status answer_fill(answer *a)
{
    const uint8_t *p;
    size_t n;
    jb_web_fault why;
    if (jb_web_read(a->web, &p, &n, &why) != JB_WEB_OK)
        return ch_fail_web(a->src, a->batch.ctx, &why, NULL);
    a->ended = n == 0;
    if (a->at > 0)
        memmove(a->text, a->text + a->at, a->n - a->at);
    a->n -= a->at;
    a->at = 0;
    if (a->n + n + 1 > a->cap) {
        size_t cap = (a->n + n + 1) * 2;
        char *more = cap < LINE_MAX_BYTES ? realloc(a->text, cap) : NULL;
        if (more == NULL)
            return ch_no_memory(a->src, a->batch.ctx);
        a->text = more;
        a->cap = cap;
    }
    if (n > 0)
        memcpy(a->text + a->n, p, n);
    a->n += n;
    a->text[a->n] = '\0';
    return JB_OK;
}

/* The next whole line, NULL at the end. */
static jb_status answer_line(answer *a, char **line)
{
    *line = NULL;
    for (;;) {
        jb_status st;
        if (a->n > a->at && memchr(a->text + a->at, '\n', a->n - a->at) != NULL) {
            *line = a->text + a->at;
            return JB_OK;
        }
        if (a->ended)
            return a->n == a->at
                       ? JB_OK
                       : ch_fail(a->src, a->batch.ctx, JB_E_DATA, "E1176", NULL, "–", NULL);
        st = answer_fill(a);
        if (st != JB_OK)
            return st;
    }
}

static jb_status answer_next(void *self, struct ArrowArray *out)
{
    answer *a = self;
    char *line, *next, row[24];
    jb_status st = JB_OK;
    uint64_t k;
    while (st == JB_OK && !dbt_batch_full(&a->batch)) {
        st = answer_line(a, &line);
        if (st != JB_OK || line == NULL)
            break;
        snprintf(row, sizeof row, "%llu", (unsigned long long)a->batch.row + 1);
        if (ch_fields(line, a->fields, a->lengths, (size_t)a->batch.n, &next) != a->batch.n)
            st = ch_fail(a->src, a->batch.ctx, JB_E_DATA, "E1176", NULL, row, NULL);
        else
            st = dbt_row_begin(&a->batch);
        a->at = (size_t)(next - a->text);
        for (k = 0; st == JB_OK && k < a->batch.n; k++)
            st = dbt_cell(&a->batch, k, a->fields[k], a->lengths[k], 0);
        if (st == JB_OK)
            dbt_row_end(&a->batch);
    }
    return st == JB_OK ? dbt_batch_finish(&a->batch, out) : st;
}

static size_t count_fields(const char *line)
{
    size_t n = 1;
    for (; *line != '\0' && *line != '\n'; line++)
        n += *line == '\t';
    return n;
}

/* Types of the columns from the first two lines; results are taken by position, so names are not
 * kept. */
static jb_status answer_head(answer *a, dbt_want **wants, size_t *n)
{
    char *line = NULL, *next;
    size_t i;
    jb_status st = answer_line(a, &line);
    *n = line != NULL ? count_fields(line) : 0;
    a->fields = calloc(*n + 1, sizeof *a->fields);
    a->lengths = calloc(*n + 1, sizeof *a->lengths);
    *wants = calloc(*n + 1, sizeof **wants);
    if (st == JB_OK && (a->fields == NULL || a->lengths == NULL || *wants == NULL))
        st = ch_no_memory(a->src, a->batch.ctx);
    if (st == JB_OK && line != NULL) {
        (void)ch_fields(line, a->fields, a->lengths, *n, &next);
        a->at = (size_t)(next - a->text);
        st = answer_line(a, &line);
    }
    if (st == JB_OK && (line == NULL || ch_fields(line, a->fields, a->lengths, *n, &next) != *n))
        st = ch_fail(a->src, a->batch.ctx, JB_E_DATA, "E1176", NULL, "0", NULL);
    for (i = 0; st == JB_OK && i < *n; i++) {
        ch_type t;
        (*wants)[i].name = "";
        (*wants)[i].column = (uint32_t)i;
        ch_type_parse(a->fields[i] != NULL ? a->fields[i] : "", &t, &(*wants)[i].type);
    }
    if (st == JB_OK)
        a->at = (size_t)(next - a->text);
    return st;
}

/* Makes the stream; owns web. */
static jb_status answer_stream(const ch_source *src, jb_ctx *ctx, jb_web *web,
                               struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {answer_next, answer_drop};
    answer *a = calloc(1, sizeof *a);
    dbt_want *wants = NULL;
    size_t n = 0;
    jb_status st;
    if (a == NULL) {
        jb_web_close(web);
        return ch_no_memory(src, ctx);
    }
    a->src = src;
    a->web = web;
    a->batch.host = src->host;
    a->batch.rows = src->rows;
    a->batch.ctx = ctx;
    a->batch.codes = &ch_codes;
    a->batch.place = src->table != NULL ? src->table : src->place;
    a->stop = (ch_stop){src->host, ctx};
    jb_web_poll_with(web, ch_cancelled, &a->stop);
    st = answer_head(a, &wants, &n);
    if (st == JB_OK && (dbt_batch_init(&a->batch, wants, n, NULL) != 0 ||
                        dbt_stream_make(out, &ops, a, wants, n) != 0))
        st = ch_no_memory(src, ctx);
    if (st != JB_OK)
        answer_drop(a);
    free(wants);
    return st;
}

static jb_status query(jb_ctx *ctx, void *self, const char *sql, const jb_sql_value *values,
                       uint64_t n_values, struct ArrowArrayStream *out)
{
    const ch_source *src = self;
    dbt_sql s = {0};
    char *statement;
    jb_web *web = NULL;
    jb_status st;
    int bad = ch_put_statement(&s, sql, src->from_text, values, n_values);
    if (bad != 0) {
        dbt_sql_free(&s);
        return ch_fail(src, ctx, JB_E_DATA, "E1163", NULL,
                       bad == -2 ? "a date outside 1970–2105 (pushdown = off)"
                                 : "a value that cannot be written",
                       NULL);
    }
    dbt_put(&s, " FORMAT TabSeparatedWithNamesAndTypes");
    statement = dbt_sql_take(&s);
    if (statement == NULL)
        return ch_no_memory(src, ctx);
    st = ch_open(src, ctx, statement, CH_WHOLE, NULL, &web);
    free(statement);
    return st == JB_OK ? answer_stream(src, ctx, web, out) : st;
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

static jb_status ask_table(const ch_source *src, jb_ctx *ctx, const char *select,
                           const char *from_table, const char *name_column, const char *rest,
                           char **out)
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
    if (ch_fields(text, fields, lengths, 5, &next) == 5 && fields[0] != NULL &&
        strcmp(fields[0], "0") != 0 && fields[1] != NULL && fields[2] != NULL && fields[3] != NULL)
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
    st = ask_table(src, ctx, "SELECT sum(rows) ", "FROM system.parts", "table", " AND active",
                   &text);
    if (st != JB_OK)
        return st;
    text[strcspn(text, "\n")] = '\0';
    st = jb_parse_int(text, strlen(text), rows) == JB_CELL_OK && *rows > 0 ? JB_OK
                                                                           : JB_E_UNSUPPORTED;
    free(text);
    return st;
}

/* Processor time of server and client over a million rows of 11 columns, see docs/scale.md. */
static const jb_sql_cost cost = {.size = sizeof(jb_sql_cost),
                                 .query = 5e6,
                                 .row = 2,
                                 .aggregate = 8,
                                 .group = 12,
                                 .distinct = 800,
                                 .deliver = 5,
                                 .cell = 20};

static jb_status dialect(jb_ctx *ctx, void *self, const jb_sql_form **out, uint64_t *n,
                         const jb_sql_cost **costs)
{
    const ch_source *src = self;
    uint64_t i;
    (void)ctx;
    *out = src->converts ? null_forms : forms;
    for (i = 0; i < src->n_columns; i++)
        if (src->found[i].nullable)
            *out = null_forms;
    *n = sizeof forms / sizeof *forms;
    *costs = &cost;
    return JB_OK;
}

const jb_source_sql ch_sql = {.size = sizeof(jb_source_sql),
                              .forms = forms,
                              .n_forms = sizeof forms / sizeof *forms,
                              .from = from,
                              .query = query,
                              .estimate = estimate,
                              .cost = &cost,
                              .dialect = dialect};
