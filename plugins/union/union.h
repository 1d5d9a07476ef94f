// SPDX-License-Identifier: Apache-2.0
/* union: the rows of several sources, one after another, columns meeting by name. Which member a
 * row came from is a column. Batches are passed on, nothing is gathered. */
#ifndef JB_PLUGIN_UNION_H
#define JB_PLUGIN_UNION_H

#include <jianbao/plugin.h>
#include <jianbao/plugin_util.h>

#define UN_FORMAT 32u

typedef struct un_column {
    char *name, *unit;
    char format[UN_FORMAT];
    uint8_t *has; /* by member */
} un_column;

typedef struct un_source {
    const jb_host *host;
    const jb_source_api *api;
    const char *const *members;
    uint64_t n_members;
    const char *label; /* name of the column that says which member a row came from */
    int keep;          /* a column that some members lack is kept, NULL there */
    /* set by schema() and parts(), const while streams run */
    un_column *columns;
    uint64_t n_columns;
    uint64_t *parts; /* by member; NULL: not asked yet */
    char version[64];
} un_source;

extern const jb_source un_iface;

jb_status un_fail(const un_source *, jb_ctx *, jb_status, const char *code, const char *key,
                  uint64_t item, const char *a1, const char *a2);
jb_status un_no_memory(const un_source *, jb_ctx *);
void un_columns_free(un_column *, uint64_t n);
jb_status un_schema(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);

/* union_types.c */
typedef struct un_type {
    char kind; /* of jb_format_kind, 'h' becoming 'd' */
    int32_t precision, scale;
    int implied; /* by its unit only: the member's source found nothing to tell by, or a bad cell */
} un_type;
un_type un_type_of(const char *format);
void un_type_format(const un_type *, char out[UN_FORMAT]);
void un_type_words(const un_type *, char out[UN_FORMAT]); /* as `type.` says it */
/* *a becomes what holds both. 0 ok, -1 nothing does. */
int un_type_meet(un_type *a, const un_type *b);

/* union_scan.c */
jb_status un_parts(jb_ctx *, void *self, const jb_scan *, uint64_t *n);
jb_status un_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
jb_status un_version(jb_ctx *, void *self, const char **out);

#endif
