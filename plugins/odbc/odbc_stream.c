// SPDX-License-Identifier: Apache-2.0
/* Rows in blocks: the driver fills arrays of a thousand rows at a time, and what did not fit into
 * its cell is asked for again. A driver that cannot do that, over columns of unknown length, is
 * read row by row. */
#include "odbc_source.h"

#include <stdio.h>

#define BOUND_MAX 1024u              /* bytes of a text in a block */
#define BLOCK_MAX ((size_t)32 << 20) /* bytes of a block */
#define PIECE 16384u                 /* bytes asked for at once of a long text */

typedef struct cells {
    char *values;
    SQLLEN *lengths;
    size_t width;
} cells;

typedef struct stream {
    dbt_batch batch;
    const od_source *src;
    const char *key;
    od_conn *conn;
    SQLHSTMT stmt;
    char **names;
    jb_type *types;
    od_field *fields;
    uint64_t n; /* columns of the answer */
    cells *cells;
    SQLULEN rows, fetched, at; /* of a block: most, there, next */
    SQLUSMALLINT *status;
    int bound; /* in blocks; else cell by cell with SQLGetData */
    int ended;
    od_bound keep;
    char *text; /* a long or converted text */
    size_t room;
    jb_status failed;
} stream;

static void stream_drop(void *self)
{
    stream *s = self;
    uint64_t k;
    if (s->stmt != SQL_NULL_HSTMT) {
        if (!s->ended)
            (void)SQLCancel(s->stmt);
        (void)SQLFreeHandle(SQL_HANDLE_STMT, s->stmt);
    }
    if (s->conn != NULL)
        od_conn_give(s->src, s->conn, s->failed != JB_OK);
    for (k = 0; s->cells != NULL && k < s->n; k++) {
        free(s->cells[k].values);
        free(s->cells[k].lengths);
    }
    free(s->cells);
    free(s->status);
    od_bound_free(&s->keep);
    dbt_batch_free(&s->batch);
    od_free_names(s->names, s->n);
    free(s->types);
    free(s->fields);
    free(s->text);
    free(s);
}

static jb_status broken(stream *s)
{
    return od_fail_handle(s->src, s->batch.ctx, SQL_HANDLE_STMT, s->stmt, "E1097", s->key);
}

static int room_for(stream *s, size_t n)
{
    size_t room = s->room > 0 ? s->room : PIECE;
    char *more;
    while (room < n)
        room *= 2;
    if (room == s->room)
        return 0;
    more = realloc(s->text, room);
    if (more == NULL)
        return -1;
    s->text = more;
    s->room = room;
    return 0;
}

/* ---- cells ---- */

/* A decimal as drivers write it: ".50" is "0.50". */
static jb_status push_decimal(stream *s, uint64_t k, const char *text, size_t n)
{
    char own[64];
    size_t sign = n > 0 && *text == '-';
    if (n <= sign || text[sign] != '.' || n + 1 >= sizeof own)
        return dbt_cell(&s->batch, k, text, n, 0);
    memcpy(own, text, sign);
    own[sign] = '0';
    memcpy(own + sign + 1, text + sign, n - sign);
    return dbt_cell(&s->batch, k, own, n + 1, 0);
}

static jb_status push_number(stream *s, uint64_t k, const void *value)
{
    const od_field *f = &s->fields[k];
    jb_col *col = &s->batch.cols[k];
    char text[48];
    size_t n;
    int64_t i = 0;
    double d = 0;
    int how;
    if (s->batch.skipped)
        return JB_OK;
    memcpy(f->c_type == SQL_C_DOUBLE ? (void *)&d : (void *)&i, value, 8);
    if (s->batch.nulls.n == 0) {
        how = f->c_type == SQL_C_DOUBLE ? dbt_push_double(col, d) : dbt_push_int(col, i);
        if (how == JB_CELL_OK)
            return JB_OK;
    } else {
        how = JB_CELL_BAD;
    }
    n = f->c_type == SQL_C_DOUBLE ? dbt_double_text(d, text)
                                  : (size_t)snprintf(text, sizeof text, "%lld", (long long)i);
    if (s->batch.nulls.n == 0)
        return dbt_cell_done(&s->batch, k, how, NULL, text, n);
    if (dbt_nulls_has(&s->batch.nulls, text, n)) {
        jb_col_null(col);
        return JB_OK;
    }
    how = f->c_type == SQL_C_DOUBLE ? dbt_push_double(col, d) : dbt_push_int(col, i);
    return dbt_cell_done(&s->batch, k, how, NULL, text, n);
}

/* value: n bytes as the driver gave them. */
static jb_status push_text(stream *s, uint64_t k, const char *value, size_t n)
{
    const od_field *f = &s->fields[k];
    if (f->c_type == SQL_C_WCHAR) {
        size_t units = n / sizeof(SQLWCHAR);
        SQLWCHAR *copy = NULL;
        const SQLWCHAR *wide = (const SQLWCHAR *)(const void *)value;
        jb_status st;
        if (value == s->text) { /* the room is written to while it is read */
            copy = malloc(n + sizeof *copy);
            if (copy == NULL)
                return od_no_memory(s->src, s->batch.ctx);
            memcpy(copy, value, n);
            wide = copy;
        }
        if (room_for(s, units * 3 + 4) != 0) {
            free(copy);
            return od_no_memory(s->src, s->batch.ctx);
        }
        n = od_narrow(wide, units, s->text, s->room);
        free(copy);
        st = dbt_cell(&s->batch, k, s->text, n, f->flags);
        return st;
    }
    if (f->sql_type == SQL_DECIMAL || f->sql_type == SQL_NUMERIC)
        return push_decimal(s, k, value, n);
    return dbt_cell(&s->batch, k, value, n, f->flags);
}

static jb_status push(stream *s, uint64_t k, const char *value, SQLLEN length)
{
    const od_field *f = &s->fields[k];
    if (length == SQL_NULL_DATA)
        return dbt_cell(&s->batch, k, NULL, 0, 0);
    if (f->binary)
        return s->batch.skipped ? JB_OK : dbt_cell_done(&s->batch, k, JB_CELL_BAD, "E1108", "", 0);
    if (f->c_type == SQL_C_SBIGINT || f->c_type == SQL_C_DOUBLE)
        return push_number(s, k, value);
    return push_text(s, k, value, (size_t)length);
}

/* The whole cell of the current row in pieces, into s->text. */
static jb_status get_long(stream *s, uint64_t k, SQLLEN *length)
{
    const od_field *f = &s->fields[k];
    size_t used = 0, end = f->c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 1;
    SQLRETURN r;
    for (;;) {
        SQLLEN left = 0;
        if (room_for(s, used + PIECE) != 0)
            return od_no_memory(s->src, s->batch.ctx);
        r = SQLGetData(s->stmt, (SQLUSMALLINT)(k + 1), f->c_type, s->text + used,
                       (SQLLEN)(s->room - used), &left);
        if (r == SQL_NO_DATA)
            break;
        if (!SQL_SUCCEEDED(r))
            return broken(s);
        if (left == SQL_NULL_DATA) {
            *length = SQL_NULL_DATA;
            return JB_OK;
        }
        if (f->c_type == SQL_C_SBIGINT || f->c_type == SQL_C_DOUBLE) {
            *length = 8;
            return JB_OK;
        }
        if (left != SQL_NO_TOTAL && (size_t)left + end <= s->room - used) {
            used += (size_t)left;
            break;
        }
        used = s->room - end; /* filled but for the end mark */
    }
    *length = (SQLLEN)used;
    return JB_OK;
}

static int was_cut(const stream *s, uint64_t k, SQLLEN length)
{
    size_t end = s->fields[k].c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 1;
    if (s->fields[k].c_type == SQL_C_SBIGINT || s->fields[k].c_type == SQL_C_DOUBLE ||
        length == SQL_NULL_DATA || s->fields[k].binary)
        return 0;
    return length == SQL_NO_TOTAL || length < 0 || (size_t)length + end > s->cells[k].width;
}

/* A cell that did not fit into the block. */
static jb_status again(stream *s, uint64_t k)
{
    SQLLEN length = 0;
    jb_status st;
    if (!s->src->session->rereads)
        return od_fail(s->src, s->batch.ctx, JB_E_DATA, "E1109", s->key, NULL, NULL);
    if (s->rows > 1 && !SQL_SUCCEEDED(SQLSetPos(s->stmt, (SQLSETPOSIROW)(s->at + 1), SQL_POSITION,
                                                SQL_LOCK_NO_CHANGE)))
        return od_fail(s->src, s->batch.ctx, JB_E_DATA, "E1109", s->key, NULL, NULL);
    st = get_long(s, k, &length);
    return st == JB_OK ? push(s, k, s->text, length) : st;
}

static jb_status bound_row(stream *s)
{
    uint64_t k;
    jb_status st = JB_OK;
    if (s->status[s->at] == SQL_ROW_ERROR)
        return broken(s);
    for (k = 0; st == JB_OK && k < s->batch.n; k++) {
        const cells *c = &s->cells[k];
        SQLLEN length = c->lengths[s->at];
        st = was_cut(s, k, length) ? again(s, k) : push(s, k, c->values + s->at * c->width, length);
    }
    return st;
}

static jb_status loose_row(stream *s)
{
    uint64_t k;
    SQLLEN length = 0;
    jb_status st = JB_OK;
    for (k = 0; st == JB_OK && k < s->batch.n; k++) {
        if (s->fields[k].binary) { /* only whether there is something */
            char one[2];
            if (!SQL_SUCCEEDED(
                    SQLGetData(s->stmt, (SQLUSMALLINT)(k + 1), SQL_C_BINARY, one, 0, &length)))
                return broken(s);
            st = push(s, k, one, length);
            continue;
        }
        st = get_long(s, k, &length);
        if (st == JB_OK)
            st = push(s, k, s->text, length);
    }
    return st;
}

/* ---- rows ---- */

static jb_status next_block(stream *s)
{
    SQLRETURN r;
    s->at = 0;
    s->fetched = 0;
    if (s->src->host->cancelled(s->batch.ctx))
        return JB_E_CANCELLED;
    r = SQLFetch(s->stmt);
    if (r == SQL_NO_DATA) {
        s->ended = 1;
        return JB_OK;
    }
    if (!SQL_SUCCEEDED(r))
        return broken(s);
    if (!s->bound)
        s->fetched = 1;
    return JB_OK;
}

static jb_status stream_next(void *self, struct ArrowArray *out)
{
    stream *s = self;
    jb_status st = JB_OK;
    while (st == JB_OK && !s->ended && !dbt_batch_full(&s->batch)) {
        if (s->at >= s->fetched) {
            st = next_block(s);
            continue;
        }
        st = dbt_row_begin(&s->batch);
        if (st == JB_OK)
            st = s->bound ? bound_row(s) : loose_row(s);
        s->at++;
        if (st == JB_OK)
            dbt_row_end(&s->batch);
    }
    s->failed = st;
    return st == JB_OK ? dbt_batch_finish(&s->batch, out) : st;
}

/* ---- opening ---- */

static size_t width_of(const od_field *f)
{
    size_t n = f->size > 0 && f->size < BOUND_MAX ? (size_t)f->size * 4 + 2 : BOUND_MAX;
    switch (f->c_type) {
    case SQL_C_SBIGINT:
    case SQL_C_DOUBLE:
        return 8;
    default:
        break;
    }
    if (f->sql_type == SQL_DECIMAL || f->sql_type == SQL_NUMERIC)
        n = 64;
    n = n < 48 ? 48 : n > BOUND_MAX ? BOUND_MAX : n;
    return (n + 7) & ~(size_t)7;
}

static int is_text(const od_field *f)
{
    return (f->c_type == SQL_C_CHAR || f->c_type == SQL_C_WCHAR) && !f->binary &&
           f->sql_type != SQL_DECIMAL && f->sql_type != SQL_NUMERIC;
}

/* Texts whose length nobody knows, from a driver that cannot be asked twice. */
static int must_be_loose(const stream *s)
{
    uint64_t k;
    if (s->src->fetch_rows == 1)
        return 1;
    for (k = 0; k < s->n && !s->src->session->rereads; k++)
        if (is_text(&s->fields[k]) &&
            (s->fields[k].size == 0 || s->fields[k].size * 4 + 2 > BOUND_MAX))
            return 1;
    return 0;
}

/* How many rows at a time: one, where a text that does not fit can only be had of the current row.
 */
static SQLULEN block_rows(const stream *s)
{
    SQLULEN rows = (SQLULEN)s->src->fetch_rows;
    size_t row = 0;
    uint64_t k;
    for (k = 0; k < s->n; k++) {
        row += width_of(&s->fields[k]) + sizeof(SQLLEN);
        if (is_text(&s->fields[k]) && s->src->session->rereads && !s->src->session->block_rereads)
            return 1;
    }
    while (rows > 1 && rows * row > BLOCK_MAX)
        rows /= 2;
    return rows;
}

static int set_block(stream *s)
{
    SQLULEN had = 1;
    s->rows = block_rows(s);
    if (!SQL_SUCCEEDED(SQLSetStmtAttr(s->stmt, SQL_ATTR_ROW_ARRAY_SIZE,
                                      (SQLPOINTER)(uintptr_t)s->rows, SQL_IS_UINTEGER)))
        s->rows = 1;
    if (SQL_SUCCEEDED(SQLGetStmtAttr(s->stmt, SQL_ATTR_ROW_ARRAY_SIZE, &had, sizeof had, NULL)) &&
        had >= 1 && had < s->rows)
        s->rows = had;
    s->status = calloc((size_t)s->rows, sizeof *s->status);
    return s->status != NULL &&
                   SQL_SUCCEEDED(
                       SQLSetStmtAttr(s->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &s->fetched, 0)) &&
                   SQL_SUCCEEDED(SQLSetStmtAttr(s->stmt, SQL_ATTR_ROW_STATUS_PTR, s->status, 0))
               ? 0
               : -1;
}

static jb_status bind_cells(stream *s)
{
    uint64_t k;
    s->cells = calloc((size_t)s->n + 1, sizeof *s->cells);
    if (s->cells == NULL)
        return od_no_memory(s->src, s->batch.ctx);
    if (set_block(s) != 0)
        return s->status == NULL ? od_no_memory(s->src, s->batch.ctx) : broken(s);
    for (k = 0; k < s->batch.n; k++) {
        cells *c = &s->cells[k];
        c->width = width_of(&s->fields[k]);
        c->values = malloc(c->width * (size_t)s->rows);
        c->lengths = calloc((size_t)s->rows, sizeof *c->lengths);
        if (c->values == NULL || c->lengths == NULL)
            return od_no_memory(s->src, s->batch.ctx);
        if (!SQL_SUCCEEDED(SQLBindCol(s->stmt, (SQLUSMALLINT)(k + 1),
                                      s->fields[k].binary ? SQL_C_BINARY : s->fields[k].c_type,
                                      c->values, (SQLLEN)c->width, c->lengths)))
            return broken(s);
    }
    s->bound = 1;
    return JB_OK;
}

static jb_status execute(stream *s, const od_plan *plan)
{
    int wide = s->src->session->wide_text;
    SQLRETURN r;
    jb_status st = JB_OK;
    if (plan->n_values > 0)
        st = od_bind(s->src, s->batch.ctx, s->stmt, plan->values, plan->n_values, &s->keep);
    if (st != JB_OK)
        return st;
    r = od_execute(s->stmt, plan->sql, wide);
    if (!SQL_SUCCEEDED(r) && r != SQL_NO_DATA)
        return od_fail_handle(s->src, s->batch.ctx, SQL_HANDLE_STMT, s->stmt, "E1096", plan->key);
    return od_columns(s->src, s->batch.ctx, s->stmt, plan->wants == NULL, &s->names, &s->types,
                      &s->fields, &s->n);
}

/* What came is what schema() told of; wants that nobody had are made of what came. */
static jb_status take_wants(stream *s, const od_plan *plan)
{
    const od_source *src = s->src;
    dbt_want *own = NULL;
    uint64_t k, n = plan->wants != NULL ? plan->n : s->n;
    int failed;
    for (k = 0; plan->wants != NULL && k < n; k++)
        if (k >= s->n || !dbt_same_name(s->names[k], plan->wants[k].name) ||
            s->fields[k].c_type != src->fields[plan->wants[k].column].c_type)
            return od_fail(src, s->batch.ctx, JB_E_DATA, "E1102", plan->key, plan->wants[k].name,
                           NULL);
    if (plan->wants == NULL) {
        own = calloc((size_t)n + 1, sizeof *own);
        for (k = 0; own != NULL && k < n; k++)
            own[k] = (dbt_want){.name = s->names[k], .column = (uint32_t)k, .type = s->types[k]};
        if (own == NULL)
            return od_no_memory(src, s->batch.ctx);
    }
    failed = dbt_batch_init(&s->batch, own != NULL ? own : plan->wants, n, plan->scan);
    free(own);
    return failed != 0 ? od_no_memory(src, s->batch.ctx) : JB_OK;
}

static jb_status open_stream(stream *s, const od_plan *plan)
{
    jb_status st = od_conn_take(s->src, s->batch.ctx, &s->conn);
    if (st == JB_OK)
        st = od_statement(s->src, s->batch.ctx, s->conn, &s->stmt);
    if (st == JB_OK)
        st = execute(s, plan);
    if (st == JB_OK)
        st = take_wants(s, plan);
    if (st == JB_OK && !must_be_loose(s))
        st = bind_cells(s);
    return st;
}

jb_status od_query(const od_source *src, jb_ctx *ctx, const od_plan *plan,
                   struct ArrowArrayStream *out)
{
    static const jb_stream_ops ops = {stream_next, stream_drop};
    stream *s = calloc(1, sizeof *s);
    jb_status st;
    if (s == NULL)
        return od_no_memory(src, ctx);
    s->src = src;
    s->key = plan->key;
    s->batch.host = src->host;
    s->batch.rows = src->rows;
    s->batch.ctx = ctx;
    s->batch.codes = &od_codes;
    s->batch.place = src->table != NULL ? src->table : "query";
    st = open_stream(s, plan);
    if (st == JB_OK && dbt_stream_make(out, &ops, s, s->batch.wants, s->batch.n) != 0)
        st = od_no_memory(src, ctx);
    if (st != JB_OK) {
        s->failed = st;
        stream_drop(s);
    }
    return st;
}
