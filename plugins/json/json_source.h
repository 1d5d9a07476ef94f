// SPDX-License-Identifier: Apache-2.0
/* The json source: lists of records in files, or one object a line.
 *
 * A json_source is changed only by [main] calls and read by streams on any thread. */
#ifndef JB_JSON_SOURCE_H
#define JB_JSON_SOURCE_H

#include "json/json_rows.h"

typedef struct json_source {
    jb_grid_env env;
    const char *path, *rows;
    jb_files files;
    jb_json_columns columns; /* of the first records of every file */
    jb_type *types;
    int typed;
} json_source;

/* jb.source/1 */
jb_status json_schema(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);
jb_status json_parts(jb_ctx *, void *self, const jb_scan *, uint64_t *n);
jb_status json_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
jb_status json_version(jb_ctx *, void *self, const char **out);
void json_forget(json_source *);

#endif
