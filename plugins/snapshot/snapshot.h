// SPDX-License-Identifier: Apache-2.0
/* The snapshot source: figures of an earlier issue, out of what the renderer json wrote then.
 *
 *   snapshot_read   one file: its head, its figures
 *   snapshot_issue  which issue is meant; a figure of it (jb.source.issue/1)
 *   snapshot_table  the same as a table (jb.source/1)
 *
 * Changed only by [main] calls and read by streams on any thread. */
#ifndef JB_SNAPSHOT_H
#define JB_SNAPSHOT_H

#include "json/json_rows.h"

#define SNAP_FILE_MAX ((uint64_t)256 << 20)
#define SNAP_NAMES_MAX 64u /* key columns and fields of one figure */

typedef struct snap_chunk snap_chunk;

/* cells: rows of n_keys keys, the value, n_fields fields; NULL is null. */
typedef struct snap_figure {
    const char *name, *unit;
    const char *names[SNAP_NAMES_MAX]; /* keys, "value", fields */
    const char *types[SNAP_NAMES_MAX]; /* Arrow formats; NULL: not told */
    uint32_t n_keys, n_names;
    int additive, lost;
    const char **cells;
    uint64_t n_rows, cap;
} snap_figure;

typedef struct snap_issue {
    char as_of[16], date[16];
    int draft, has_figures;
    int64_t version;
    snap_figure *figures;
    uint64_t n, cap;
    snap_chunk *chunks; /* all texts */
    uint64_t bytes;
} snap_issue;

typedef struct snap_source {
    jb_grid_env env;
    const char *path, *figure;
    jb_files files;
    char as_of[16]; /* what choose() was asked */
    int chosen;
    const jb_file *file; /* the issue's, of files */
    snap_issue issue;
    char version[96];
    /* the table of the last schema() */
    const snap_figure *table; /* NULL: all figures, long */
    const char *columns[SNAP_NAMES_MAX];
    jb_type types[SNAP_NAMES_MAX];
    uint32_t n_columns;
    const char **cells; /* of the long table: n_rows * 4 */
    uint64_t n_rows;
} snap_source;

/* A failure for `path` (NULL: none). */
jb_status snap_fail(const snap_source *, jb_ctx *, const char *code, const char *path,
                    const char *arg1, const char *arg2);

/* ---- snapshot_read.c ---- */

/* Reads a file; `heads`: stop where the figures begin. JB_E_DATA without a report and *code set:
 * what is wrong with it (E1231 no issue, E1234 a later format); other failures are reported. With
 * `quiet`, malformed JSON is E1231 too. */
jb_status snap_read(const snap_source *, jb_ctx *, const jb_file *, int heads, int quiet,
                    snap_issue *, const char **code);
void snap_issue_free(snap_issue *);
const char *snap_text(snap_issue *, const char *s, size_t n); /* a copy; NULL: out of memory */

/* ---- snapshot_issue.c ---- */

jb_status snap_choose(jb_ctx *, void *self, const char *as_of);
jb_status snap_figure_of(jb_ctx *, void *self, const char *name, struct jb_derived *out);
const snap_figure *snap_find(const snap_issue *, const char *name);
/* Type of column c of a figure: as told, or by its cells. */
void snap_type(const snap_figure *, uint32_t c, jb_type *out);
void snap_forget(snap_source *);

/* ---- snapshot_table.c ---- */

jb_status snap_schema(jb_ctx *, void *self, const jb_scan *, struct ArrowSchema *out);
jb_status snap_scan(jb_ctx *, void *self, const jb_scan *, struct ArrowArrayStream *out);
jb_status snap_version(jb_ctx *, void *self, const char **out);

#endif
