// SPDX-License-Identifier: Apache-2.0
/* A source that hands another one through, and asks for a column in another unit. Frozen as an author of version 1.1
 * may have written it. */
#include "plugin.h"

#include <stdlib.h>
#include <string.h>

static const jb_host *host;
static const jb_source_api *sources;

typedef struct through {
    const char *column, *unit;
} through;

static jb_status init(const jb_host *h)
{
    host = h;
    sources = h->query(JB_HOST_SOURCE);
    return sources ? JB_OK : JB_E_UNSUPPORTED;
}

static jb_status create(jb_ctx *ctx, const jb_args *args, void **self)
{
    through *t = calloc(1, sizeof *t);
    (void)ctx;
    if (!t)
        return JB_E_MEMORY;
    host->get_str(args, "column", &t->column);
    host->get_str(args, "unit_wanted", &t->unit);
    *self = t;
    return JB_OK;
}

static jb_status schema(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowSchema *out)
{
    (void)self;
    (void)scan;
    return sources->schema(ctx, "of", 0, out);
}

/* The host's wish, with our unit for one column. */
static jb_scan wish(const through *t, const jb_scan *scan, jb_column *columns)
{
    jb_scan mine = *scan;
    for (uint32_t i = 0; i < scan->n_columns && i < 64; i++) {
        const char *from = (const char *)scan->columns + (size_t)i * scan->column_stride;
        memset(&columns[i], 0, sizeof columns[i]);
        memcpy(&columns[i], from, scan->column_stride < sizeof(jb_column) ? scan->column_stride : sizeof(jb_column));
        columns[i].size = (uint32_t)sizeof(jb_column);
        columns[i].unit = t->column && strcmp(columns[i].name, t->column) == 0 ? t->unit : NULL;
    }
    mine.size = (uint32_t)sizeof mine;
    mine.columns = columns;
    mine.column_stride = (uint32_t)sizeof(jb_column);
    mine.where = NULL;
    mine.values = NULL;
    mine.n_values = 0;
    return mine;
}

static jb_status parts(jb_ctx *ctx, void *self, const jb_scan *scan, uint64_t *n)
{
    jb_column columns[64];
    jb_scan mine = wish(self, scan, columns);
    return sources->parts(ctx, "of", 0, &mine, n);
}

static jb_status scan_part(jb_ctx *ctx, void *self, const jb_scan *scan, struct ArrowArrayStream *out)
{
    jb_column columns[64];
    jb_scan mine = wish(self, scan, columns);
    return sources->scan(ctx, "of", 0, &mine, out);
}

static jb_status version(jb_ctx *ctx, void *self, const char **out)
{
    (void)self;
    return sources->version(ctx, "of", 0, out);
}

static const jb_source source = {sizeof(jb_source), 0, schema, parts, scan_part, version};
static const jb_iface ifaces[] = {{JB_SOURCE, &source}};
static const jb_param params[] = {
    {sizeof(jb_param), JB_T_REF, JB_P_REQUIRED, 0, "of", NULL, "source", "The source handed through.", "转手的数据源。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "column", NULL, NULL, "A column.", "一列。"},
    {sizeof(jb_param), JB_T_STR, 0, 0, "unit_wanted", NULL, NULL, "Its unit.", "它的单位。"},
};
static const jb_component component = {sizeof(jb_component), JB_C_REENTRANT, "source", "museum_through", "Through", "转手",
                                       "Hands a source through.", "把一个数据源转手。", params, 3, sizeof(jb_param), ifaces, 1,
                                       create, free};
static const jb_component *const components[] = {&component};
const jb_plugin jb_plugin_v1 = {JB_MAGIC, sizeof(jb_plugin), JB_ABI_MAJOR, 1, "museum.through", "1.1", "Apache-2.0", "",
                                components, 1, NULL, 0, sizeof(jb_message), init, NULL};
