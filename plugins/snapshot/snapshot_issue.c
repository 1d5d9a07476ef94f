// SPDX-License-Identifier: Apache-2.0
#include "snapshot.h"

#include <glob.h>
#include <stdio.h>

jb_status snap_fail(const snap_source *src, jb_ctx *ctx, const char *code, const char *path,
                    const char *arg1, const char *arg2)
{
    jb_fault at;
    memset(&at, 0, sizeof at);
    at.file = path;
    return jb_grid_fail(&src->env, ctx, JB_E_DATA, code, &at, arg1, arg2);
}

static void warn(const snap_source *src, jb_ctx *ctx, const char *code, const char *path,
                 const char *arg2)
{
    const char *args[2] = {path, arg2};
    jb_fault f;
    memset(&f, 0, sizeof f);
    f.size = (uint32_t)sizeof f;
    f.status = JB_E_DATA;
    f.code = code;
    f.args = args;
    f.n_args = arg2 != NULL ? 2 : 1;
    f.key = "path";
    f.file = arg2 != NULL ? NULL : path;
    src->env.host->warn(ctx, &f);
}

void snap_forget(snap_source *src)
{
    snap_issue_free(&src->issue);
    jb_files_free(&src->files);
    free(src->cells);
    src->cells = NULL;
    src->table = NULL;
    src->file = NULL;
    src->chosen = 0;
    src->n_columns = 0;
    src->n_rows = 0;
    src->version[0] = '\0';
}

/* The day an issue is placed at: its as-of date, or the date it bears. */
static const char *day_of(const snap_issue *issue)
{
    return issue->as_of[0] != '\0' ? issue->as_of : issue->date;
}

/* 1 when a is to be preferred: later as-of, then later date; files come in order of their names. */
static int is_newer(const snap_issue *a, const snap_issue *b)
{
    int order = strcmp(day_of(a), day_of(b));
    return order > 0 || (order == 0 && strcmp(a->date, b->date) >= 0);
}

/* One file of the pattern: whether it is the best so far. */
static jb_status consider(snap_source *src, jb_ctx *ctx, const jb_file *file, int alone,
                          snap_issue *best)
{
    snap_issue head;
    const char *code;
    jb_status st = snap_read(src, ctx, file, 1, !alone, &head, &code);
    if (st != JB_OK && code == NULL)
        return st;
    if (st != JB_OK && alone)
        return snap_fail(src, ctx, code, file->path, file->path, NULL);
    if (st != JB_OK) {
        warn(src, ctx, code, file->path, NULL);
        return JB_OK;
    }
    if (head.draft && !alone) {
        warn(src, ctx, "E1237", file->path, NULL);
    } else if ((src->as_of[0] == '\0' || strcmp(day_of(&head), src->as_of) < 0) &&
               (src->file == NULL || is_newer(&head, best))) {
        *best = head;
        src->file = file;
    }
    snap_issue_free(&head);
    return JB_OK;
}

/* The first issue of all has none before it, which is no fault: its figures are missing. */
static jb_status none_before(snap_source *src, jb_ctx *ctx)
{
    char total[24];
    const char *day = src->as_of[0] != '\0' ? src->as_of : "—";
    snprintf(total, sizeof total, "%llu", (unsigned long long)src->files.n);
    if (strpbrk(src->path, "*?[") == NULL)
        return snap_fail(src, ctx, "E1232", NULL, day, total);
    warn(src, ctx, "E1232", day, total);
    snprintf(src->version, sizeof src->version, "-");
    src->chosen = 1;
    return JB_OK;
}

static int matches_nothing(const char *pattern)
{
    glob_t found;
    int got = glob(pattern, 0, NULL, &found);
    globfree(&found);
    return got == GLOB_NOMATCH && strpbrk(pattern, "*?[") != NULL;
}

jb_status snap_choose(jb_ctx *ctx, void *self, const char *as_of)
{
    snap_source *src = self;
    snap_issue best;
    const char *code;
    uint64_t i;
    jb_status st;
    snap_forget(src);
    snprintf(src->as_of, sizeof src->as_of, "%.10s", as_of);
    memset(&best, 0, sizeof best);
    if (matches_nothing(src->path))
        return none_before(src, ctx);
    st = jb_files_find(&src->env, ctx, src->path, &src->files);
    for (i = 0; st == JB_OK && i < src->files.n; i++) {
        int alone = src->files.n == 1 && strcmp(src->files.files[0].path, src->path) == 0;
        st = consider(src, ctx, &src->files.files[i], alone, &best);
    }
    if (st != JB_OK)
        return st;
    if (src->file == NULL)
        return none_before(src, ctx);
    st = snap_read(src, ctx, src->file, 0, 0, &src->issue, &code);
    if (st == JB_E_DATA && code != NULL)
        return snap_fail(src, ctx, code, src->file->path, src->file->path, NULL);
    src->chosen = st == JB_OK;
    return st;
}

const snap_figure *snap_find(const snap_issue *issue, const char *name)
{
    uint64_t i;
    for (i = 0; i < issue->n; i++)
        if (strcmp(issue->figures[i].name, name) == 0 && !issue->figures[i].lost)
            return &issue->figures[i];
    return NULL;
}

void snap_type(const snap_figure *f, uint32_t c, jb_type *out)
{
    jb_guess g;
    uint64_t i;
    if (c < f->n_keys) {
        jb_type_make('u', 0, 0, out);
        return;
    }
    if (f->types[c] != NULL && jb_type_parse(f->types[c], out) == 0)
        return;
    jb_guess_init(&g);
    for (i = 0; i < f->n_rows; i++) {
        const char *s = f->cells[i * f->n_names + c];
        jb_value v = {s == NULL ? JB_V_NULL : JB_V_TEXT, s, s == NULL ? 0 : strlen(s)};
        jb_guess_look(&g, &v, 1);
    }
    if (!g.seen && c == f->n_keys)
        jb_type_make('l', 0, 0, out); /* a figure of which nothing is known is a number */
    else
        jb_guess_conclude(&g, out);
}

/* One column of the figure; 0, 1 a cell is not of its type, -1 out of memory. */
static int fill_column(const snap_figure *f, uint32_t c, jb_col *col)
{
    uint64_t i;
    if (jb_col_reserve(col, (int64_t)f->n_rows) != 0)
        return -1;
    for (i = 0; i < f->n_rows; i++) {
        const char *s = f->cells[i * f->n_names + c];
        int st = 0;
        if (s == NULL)
            jb_col_null(col);
        else if (col->type.kind == 'u')
            st = jb_col_text(col, s, strlen(s));
        else if (jb_col_parse(col, s, strlen(s)) != JB_CELL_OK)
            st = 1;
        if (st != 0)
            return st;
    }
    return 0;
}

static jb_status give(const snap_source *src, jb_ctx *ctx, const snap_figure *f,
                      struct jb_derived *out)
{
    jb_type types[SNAP_NAMES_MAX];
    jb_col cols[SNAP_NAMES_MAX];
    uint32_t c;
    int st = 0;
    for (c = 0; c < f->n_names; c++) {
        snap_type(f, c, &types[c]);
        jb_col_init(&cols[c], &types[c]);
    }
    for (c = 0; c < f->n_names && st == 0; c++)
        st = fill_column(f, c, &cols[c]);
    if (st == 0 && jb_struct_schema(f->names, types, f->n_names, &out->schema) != 0)
        st = -1;
    if (st == 0 && jb_struct_finish(cols, f->n_names, (int64_t)f->n_rows, &out->array) != 0) {
        out->schema.release(&out->schema);
        st = -1;
    }
    for (c = 0; c < f->n_names; c++)
        jb_col_free(&cols[c]);
    if (st > 0)
        return snap_fail(src, ctx, "E1238", src->file->path, f->name, NULL);
    return st == 0 ? JB_OK : jb_grid_no_memory(&src->env, ctx);
}

jb_status snap_figure_of(jb_ctx *ctx, void *self, const char *name, struct jb_derived *out)
{
    snap_source *src = self;
    const snap_figure *f;
    jb_status st = src->chosen ? JB_OK : snap_choose(ctx, src, "");
    if (st != JB_OK)
        return st;
    f = snap_find(&src->issue, name);
    if (f == NULL)
        return JB_E_UNSUPPORTED;
    st = give(src, ctx, f, out);
    if (st != JB_OK)
        return st;
    out->n_keys = f->n_keys;
    out->unit = f->unit;
    out->flags = f->additive ? JB_ADDITIVE : 0;
    return JB_OK;
}
