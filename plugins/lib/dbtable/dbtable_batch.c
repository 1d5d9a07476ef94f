// SPDX-License-Identifier: Apache-2.0
#include "dbtable/dbtable.h"

#define BATCH_ROWS 8192
#define BATCH_ROWS_MAX 65536
#define BATCH_TEXT_MAX ((size_t)64 << 20)
#define VALUE_MAX 240u

static jb_status no_memory(const dbt_batch *b)
{
    return jb_fail_code(b->host, b->ctx, JB_E_MEMORY, b->codes->memory, NULL, NULL, NULL, NULL);
}

int dbt_batch_init(dbt_batch *b, const dbt_want *wants, uint64_t n, const jb_scan *scan)
{
    uint64_t k;
    int64_t rows = scan != NULL ? scan->batch_rows : 0;
    b->n = 0;
    b->batch_rows = rows <= 0 ? BATCH_ROWS : rows > BATCH_ROWS_MAX ? BATCH_ROWS_MAX : rows;
    b->wants = malloc(((size_t)n + 1) * sizeof *b->wants);
    b->cols = calloc((size_t)n + 1, sizeof *b->cols);
    if (b->wants == NULL || b->cols == NULL)
        return -1;
    for (k = 0; k < n; k++) {
        b->wants[k] = wants[k];
        jb_col_init(&b->cols[k], &wants[k].type);
    }
    b->n = n;
    return dbt_nulls_init(&b->nulls, scan);
}

void dbt_batch_free(dbt_batch *b)
{
    uint64_t k;
    for (k = 0; k < b->n; k++)
        jb_col_free(&b->cols[k]);
    free(b->cols);
    free(b->wants);
    dbt_nulls_free(&b->nulls);
    b->cols = NULL;
    b->wants = NULL;
    b->n = 0;
}

jb_status dbt_row_begin(dbt_batch *b)
{
    uint64_t k;
    b->row++;
    b->skipped = 0;
    if (b->length > 0)
        return JB_OK;
    for (k = 0; k < b->n; k++)
        if (jb_col_reserve(&b->cols[k], b->batch_rows) != 0)
            return no_memory(b);
    return JB_OK;
}

static void copy_value(char out[VALUE_MAX + 1], const char *value, size_t n)
{
    if (n > VALUE_MAX)
        for (n = VALUE_MAX; n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80; n--)
            ;
    if (n > 0)
        memcpy(out, value, n);
    out[n] = '\0';
}

int32_t dbt_refuse(const jb_host *host, const jb_rows_api *rows, jb_ctx *ctx, const char *code,
                   const char *place, uint64_t row, const char *column, const char *value, size_t n,
                   const char *arg1)
{
    const char *args[1] = {arg1};
    char text[VALUE_MAX + 1];
    jb_fault f;
    memset(&f, 0, sizeof f);
    copy_value(text, value, value != NULL ? n : 0);
    f.size = (uint32_t)sizeof f;
    f.status = JB_E_DATA;
    f.code = code;
    f.args = args;
    f.n_args = arg1 != NULL;
    f.file = place;
    f.row = row;
    f.column = column;
    f.value = text;
    if (rows == NULL) {
        (host->fail)(ctx, &f);
        return JB_ROW_STOP;
    }
    return rows->refuse(ctx, &f);
}

static const char *code_of(const dbt_batch *b, uint64_t k, int how)
{
    switch (how) {
    case DBT_CELL_TEXT:
        return b->codes->utf8;
    case JB_CELL_SCALE:
        return b->codes->scale;
    case JB_CELL_RANGE:
        return b->codes->range;
    default:
        return b->wants[k].declared ? b->codes->declared : b->codes->found;
    }
}

jb_status dbt_cell_done(dbt_batch *b, uint64_t k, int how, const char *code, const char *text,
                        size_t n)
{
    char type[32];
    uint64_t done;
    if (how == JB_CELL_OK)
        return JB_OK;
    if (how < 0)
        return no_memory(b);
    jb_type_text(&b->wants[k].type, type, sizeof type);
    switch (dbt_refuse(b->host, b->rows, b->ctx, code != NULL ? code : code_of(b, k, how), b->place,
                       b->row, b->wants[k].name, text, n, type)) {
    case JB_ROW_NULL:
        jb_col_null(&b->cols[k]);
        return JB_OK;
    case JB_ROW_SKIP:
        for (done = 0; done < k; done++)
            jb_col_truncate(&b->cols[done], b->length);
        b->skipped = 1;
        return JB_OK;
    default:
        return JB_E_DATA;
    }
}

jb_status dbt_cell(dbt_batch *b, uint64_t k, const char *text, size_t n, uint32_t flags)
{
    int how;
    if (b->skipped)
        return JB_OK;
    if (text == NULL || dbt_nulls_has(&b->nulls, text, n)) {
        jb_col_null(&b->cols[k]);
        return JB_OK;
    }
    how = dbt_push_text(&b->cols[k], text, n, flags);
    return how == JB_CELL_OK ? JB_OK : dbt_cell_done(b, k, how, NULL, text, n);
}

void dbt_row_end(dbt_batch *b)
{
    if (!b->skipped)
        b->length++;
}

int dbt_batch_full(const dbt_batch *b)
{
    uint64_t k;
    if (b->length >= b->batch_rows)
        return 1;
    for (k = 0; k < b->n; k++)
        if (b->cols[k].n_bytes > BATCH_TEXT_MAX)
            return 1;
    return 0;
}

jb_status dbt_batch_finish(dbt_batch *b, struct ArrowArray *out)
{
    if (b->length == 0)
        return JB_OK;
    if (jb_struct_finish(b->cols, b->n, b->length, out) != 0)
        return no_memory(b);
    b->length = 0;
    return JB_OK;
}

int dbt_stream_make(struct ArrowArrayStream *out, const jb_stream_ops *ops, void *self,
                    const dbt_want *wants, uint64_t n)
{
    const char **names = calloc((size_t)n + 1, sizeof *names);
    jb_type *types = calloc((size_t)n + 1, sizeof *types);
    uint64_t k;
    int st = -1;
    if (names != NULL && types != NULL) {
        for (k = 0; k < n; k++) {
            names[k] = wants[k].name;
            types[k] = wants[k].type;
        }
        st = jb_stream_make(out, ops, self, names, types, n);
    }
    free(names);
    free(types);
    return st;
}
