// SPDX-License-Identifier: Apache-2.0
#include "csv.h"

#define VALUE_MAX 240u /* the host shortens further */

/* A NUL-terminated copy of the value, cut at a character. */
static const char *value_text(const csv_place *at, char *out)
{
    size_t n;
    if (at->value == NULL)
        return NULL;
    n = at->n_value;
    if (n > VALUE_MAX - 4)
        for (n = VALUE_MAX - 4; n > 0 && ((unsigned char)at->value[n] & 0xc0) == 0x80; n--)
            ;
    memcpy(out, at->value, n);
    out[n] = '\0';
    if (n < at->n_value)
        memcpy(out + n, "…", sizeof "…");
    return out;
}

static void fill(jb_fault *f, const char **args, char *value, const char *code, const csv_place *at,
                 const char *arg1, const char *arg2)
{
    memset(f, 0, sizeof *f);
    args[0] = arg1;
    args[1] = arg2;
    f->size = (uint32_t)sizeof *f;
    f->status = JB_E_DATA;
    f->code = code;
    f->args = args;
    f->n_args = arg1 == NULL ? 0u : arg2 == NULL ? 1u : 2u;
    if (at == NULL)
        return;
    f->file = at->file;
    f->line = at->line;
    f->row = at->row;
    f->column = at->column;
    f->value = value_text(at, value);
}

jb_status csv_fail(const csv_source *src, jb_ctx *ctx, const char *code, const csv_place *at,
                   const char *arg1, const char *arg2)
{
    const char *args[2];
    char value[VALUE_MAX];
    jb_fault f;
    fill(&f, args, value, code, at, arg1, arg2);
    if (strcmp(code, "E0627") == 0 || strcmp(code, "E0628") == 0)
        f.status = JB_E_CONFIG; /* a name the table lacks is the configuration's mistake */
    return src->host->fail(ctx, &f);
}

int32_t csv_refuse(const csv_source *src, jb_ctx *ctx, const char *code, const csv_place *at,
                   const char *arg1, const char *arg2)
{
    const char *args[2];
    char value[VALUE_MAX];
    jb_fault f;
    fill(&f, args, value, code, at, arg1, arg2);
    if (src->rows == NULL) { /* a host without the service: the strictest answer */
        src->host->fail(ctx, &f);
        return JB_ROW_STOP;
    }
    return src->rows->refuse(ctx, &f);
}

jb_status csv_no_memory(const csv_source *src, jb_ctx *ctx)
{
    jb_fault f;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = JB_E_MEMORY;
    f.code = "E0606";
    return src->host->fail(ctx, &f);
}
