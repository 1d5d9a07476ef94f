// SPDX-License-Identifier: Apache-2.0
/* jb.source/1 of a csv_source: the calls that the host makes on its main thread. */
#include "csv.h"

uint8_t csv_delimiter(const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    if (text[0] != '\0' && text[1] == '\0' && strchr(",;|:^~!#$%&*+/=@ \t", text[0]) != NULL)
        return (uint8_t)text[0];
    return 0;
}

/* Formats the configuration declares, by column of the table. */
static jb_status declare(const csv_source *src, jb_ctx *ctx, const jb_scan *scan, jb_type *types)
{
    const char *at = (const char *)scan->columns;
    uint32_t k, column;
    for (k = 0; k < scan->n_columns; k++, at += scan->column_stride) {
        const jb_column *c = (const jb_column *)(const void *)at;
        jb_status st;
        if (c->format == NULL || !csv_column_known(src, c->name))
            continue;
        st = csv_column_find(src, ctx, c->name, &column);
        if (st != JB_OK)
            return st;
        if (jb_type_parse(c->format, &types[column]) != 0)
            types[column].kind = '\0';
    }
    return JB_OK;
}

jb_status csv_schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    csv_source *src = self;
    jb_type *declared;
    jb_status st = csv_files_open(src, ctx);
    if (st != JB_OK)
        return st;
    declared = calloc(src->files[0].n_fields, sizeof *declared);
    if (declared == NULL)
        return csv_no_memory(src, ctx);
    st = declare(src, ctx, scan, declared);
    if (st == JB_OK)
        st = csv_infer(src, ctx, scan, declared);
    free(declared);
    if (st == JB_OK && jb_struct_schema((const char *const *)src->files[0].heads, src->types,
                                        src->files[0].n_fields, out) != 0)
        st = csv_no_memory(src, ctx);
    return st;
}

static jb_status cut(csv_source *src, jb_ctx *ctx)
{
    jb_status st = JB_OK;
    if (src->n_files == 0)
        st = csv_files_open(src, ctx);
    if (st == JB_OK && !src->parted)
        st = csv_parts_make(src, ctx);
    return st;
}

/* At least one, so that an empty table still has a stream. */
jb_status csv_parts_of(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    csv_source *src = self;
    jb_status st = cut(src, ctx);
    (void)scan;
    *n = src->n_parts > 0 ? src->n_parts : 1;
    return st;
}

jb_status csv_version(jb_ctx *ctx, void *self, const char **out)
{
    csv_source *src = self;
    jb_status st = cut(src, ctx);
    *out = src->version;
    return st;
}
