// SPDX-License-Identifier: Apache-2.0
#include "snapshot.h"

#include <unistd.h>

#define CHUNK_BYTES ((size_t)64 << 10)

struct snap_chunk {
    snap_chunk *next;
    size_t used, room;
    char bytes[];
};

typedef struct reader {
    const snap_source *src;
    jb_ctx *ctx;
    const jb_file *file;
    int fd;
    jb_json_text t;
    snap_issue *issue;
    const char *code; /* what is wrong with the contents */
} reader;

/* ---- texts ---- */

const char *snap_text(snap_issue *issue, const char *s, size_t n)
{
    snap_chunk *c = issue->chunks;
    char *to;
    if (c == NULL || c->room - c->used <= n) {
        size_t room = n + 1 > CHUNK_BYTES ? n + 1 : CHUNK_BYTES;
        c = malloc(sizeof *c + room);
        if (c == NULL)
            return NULL;
        c->used = 0;
        c->room = room;
        c->next = issue->chunks;
        issue->chunks = c;
    }
    to = c->bytes + c->used;
    memcpy(to, s, n);
    to[n] = '\0';
    c->used += n + 1;
    return to;
}

void snap_issue_free(snap_issue *issue)
{
    uint64_t i;
    while (issue->chunks != NULL) {
        snap_chunk *next = issue->chunks->next;
        free(issue->chunks);
        issue->chunks = next;
    }
    for (i = 0; i < issue->n; i++)
        free(issue->figures[i].cells);
    free(issue->figures);
    memset(issue, 0, sizeof *issue);
}

static int no_memory(reader *r)
{
    return jb_json_bad(&r->t, "E1216", NULL, NULL);
}

/* The shape is not that of an issue. */
static int odd(reader *r)
{
    r->code = "E1231";
    return -1;
}

/* The token read last as a lasting text; it leaves the reader's. NULL: out of memory. */
static const char *keep(reader *r)
{
    const char *s = snap_text(r->issue, r->t.text + r->t.token, r->t.n_token);
    r->t.n_text = 0;
    if (s == NULL)
        no_memory(r);
    return s;
}

static int is_name(const reader *r, const char *name)
{
    return strcmp(r->t.text + r->t.token, name) == 0;
}

/* A value that is a text or null (*out NULL). */
static int text_or_null(reader *r, const char **out)
{
    int token = jb_json_token(&r->t);
    *out = NULL;
    if (token == JB_JSON_NULL)
        return 0;
    if (token == JB_JSON_FAILED || token == JB_JSON_END)
        return jb_json_unexpected(&r->t, token);
    if (token != JB_JSON_STRING)
        return odd(r);
    *out = keep(r);
    return *out != NULL ? 0 : -1;
}

static int skip_value(reader *r, uint32_t depth)
{
    r->t.n_text = 0;
    return jb_json_skip(&r->t, jb_json_token(&r->t), depth);
}

/* ---- a figure ---- */

static int32_t column_of(const snap_figure *f, const char *name, uint32_t from, uint32_t to)
{
    uint32_t i;
    for (i = from; i < to; i++)
        if (strcmp(f->names[i], name) == 0)
            return (int32_t)i;
    return -1;
}

/* One object of texts, {"name": "text" | null}; names and values are appended. */
typedef struct pairs {
    const char *names[SNAP_NAMES_MAX], *values[SNAP_NAMES_MAX];
    uint32_t n;
} pairs;

static int read_pairs(reader *r, pairs *p)
{
    int token = jb_json_token(&r->t), more, first = 1;
    p->n = 0;
    if (token != '{')
        return token == JB_JSON_FAILED || token == JB_JSON_END ? jb_json_unexpected(&r->t, token)
                                                               : odd(r);
    for (; (more = jb_json_member(&r->t, first)) == 1; first = 0) {
        if (p->n == SNAP_NAMES_MAX)
            return odd(r);
        p->names[p->n] = keep(r);
        if (p->names[p->n] == NULL || text_or_null(r, &p->values[p->n]) != 0)
            return -1;
        p->n++;
    }
    return more;
}

static int row_room(reader *r, snap_figure *f)
{
    uint64_t cap = f->cap > 0 ? f->cap * 2 : 16;
    const char **p;
    if (f->n_rows < f->cap)
        return 0;
    p = realloc((void *)(uintptr_t)f->cells, (size_t)cap * f->n_names * sizeof *p);
    if (p == NULL)
        return no_memory(r);
    f->cells = p;
    f->cap = cap;
    return 0;
}

/* Columns of the figure as its first row has them. */
static int take_columns(reader *r, snap_figure *f, const pairs *key, const pairs *fields)
{
    uint32_t i;
    if (key->n + 1 + fields->n > SNAP_NAMES_MAX)
        return odd(r);
    for (i = 0; i < key->n; i++)
        f->names[i] = key->names[i];
    f->names[key->n] = "value";
    for (i = 0; i < fields->n; i++)
        f->names[key->n + 1 + i] = fields->names[i];
    f->n_keys = key->n;
    f->n_names = key->n + 1 + fields->n;
    return 0;
}

static int take_row(reader *r, snap_figure *f, const pairs *key, const char *value,
                    const pairs *fields)
{
    const char **row;
    uint32_t i;
    if (f->n_rows == 0 && take_columns(r, f, key, fields) != 0)
        return -1;
    if (key->n != f->n_keys || key->n + 1 + fields->n != f->n_names)
        return odd(r);
    if (row_room(r, f) != 0)
        return -1;
    row = f->cells + f->n_rows * f->n_names;
    for (i = 0; i < f->n_names; i++) {
        const char *name = i < key->n    ? key->names[i]
                           : i == key->n ? "value"
                                         : fields->names[i - key->n - 1];
        if (strcmp(name, f->names[i]) != 0)
            return odd(r);
        row[i] = i < key->n ? key->values[i] : i == key->n ? value : fields->values[i - key->n - 1];
    }
    f->n_rows++;
    return 0;
}

static int read_row(reader *r, snap_figure *f)
{
    pairs key, fields;
    const char *value = NULL;
    int more, first = 1, seen = 0;
    key.n = fields.n = 0;
    for (; (more = jb_json_member(&r->t, first)) == 1; first = 0) {
        int st;
        if (is_name(r, "key")) {
            r->t.n_text = 0;
            st = read_pairs(r, &key);
            seen |= 1;
        } else if (is_name(r, "value")) {
            r->t.n_text = 0;
            st = text_or_null(r, &value);
            seen |= 2;
        } else if (is_name(r, "fields")) {
            r->t.n_text = 0;
            st = read_pairs(r, &fields);
        } else {
            st = skip_value(r, 5);
        }
        if (st != 0)
            return -1;
    }
    if (more != 0)
        return -1;
    return seen == 3 ? take_row(r, f, &key, value, &fields) : odd(r);
}

static int read_rows(reader *r, snap_figure *f)
{
    int token = jb_json_token(&r->t), more, first = 1;
    if (token != '[')
        return token == JB_JSON_FAILED || token == JB_JSON_END ? jb_json_unexpected(&r->t, token)
                                                               : odd(r);
    for (; (more = jb_json_element(&r->t, first, &token)) == 1; first = 0) {
        if (token != '{')
            return token == JB_JSON_END ? jb_json_unexpected(&r->t, token) : odd(r);
        if (read_row(r, f) != 0)
            return -1;
    }
    return more;
}

/* "keys": key columns of a figure that has no rows. */
static int read_keys(reader *r, snap_figure *f)
{
    int token = jb_json_token(&r->t), more, first = 1;
    uint32_t n = 0;
    const char *names[SNAP_NAMES_MAX];
    if (token != '[')
        return jb_json_skip(&r->t, token, 4);
    for (; (more = jb_json_element(&r->t, first, &token)) == 1; first = 0) {
        if (token != JB_JSON_STRING || n + 1 >= SNAP_NAMES_MAX)
            return token == JB_JSON_END ? jb_json_unexpected(&r->t, token) : odd(r);
        names[n] = keep(r);
        if (names[n++] == NULL)
            return -1;
    }
    if (more == 0 && f->n_rows == 0) {
        memcpy(f->names, names, n * sizeof *names);
        f->names[n] = "value";
        f->n_keys = n;
        f->n_names = n + 1;
    }
    return more;
}

/* "types": of the value and the fields, as Arrow formats. Those of columns not there add none. */
static int take_types(reader *r, snap_figure *f)
{
    pairs p;
    uint32_t i;
    if (read_pairs(r, &p) != 0)
        return -1;
    for (i = 0; i < p.n; i++) {
        int32_t c = column_of(f, p.names[i], i == 0 ? f->n_keys : f->n_keys + 1, f->n_names);
        if (c >= 0)
            f->types[c] = p.values[i];
        else if (f->n_rows == 0 && f->n_names < SNAP_NAMES_MAX && i > 0) {
            f->types[f->n_names] = p.values[i];
            f->names[f->n_names++] = p.names[i];
        }
    }
    return 0;
}

static int read_flag(reader *r, int *out)
{
    int token = jb_json_token(&r->t);
    *out = token == JB_JSON_TRUE;
    return jb_json_skip(&r->t, token, 4);
}

static int figure_member(reader *r, snap_figure *f)
{
    if (is_name(r, "name") || is_name(r, "unit")) {
        const char **to = is_name(r, "name") ? &f->name : &f->unit;
        r->t.n_text = 0;
        return text_or_null(r, to);
    }
    if (is_name(r, "rows"))
        return r->t.n_text = 0, read_rows(r, f);
    if (is_name(r, "keys"))
        return r->t.n_text = 0, read_keys(r, f);
    if (is_name(r, "types"))
        return r->t.n_text = 0, take_types(r, f);
    if (is_name(r, "additive"))
        return r->t.n_text = 0, read_flag(r, &f->additive);
    if (is_name(r, "lost"))
        return r->t.n_text = 0, read_flag(r, &f->lost);
    return skip_value(r, 3);
}

static int read_figure(reader *r)
{
    snap_issue *issue = r->issue;
    snap_figure *f;
    int more, first = 1;
    if (issue->n == issue->cap) {
        uint64_t cap = issue->cap > 0 ? issue->cap * 2 : 16;
        f = realloc(issue->figures, (size_t)cap * sizeof *f);
        if (f == NULL)
            return no_memory(r);
        issue->figures = f;
        issue->cap = cap;
    }
    f = &issue->figures[issue->n++];
    memset(f, 0, sizeof *f);
    f->names[0] = "value";
    f->n_names = 1;
    for (; (more = jb_json_member(&r->t, first)) == 1; first = 0)
        if (figure_member(r, f) != 0)
            return -1;
    if (more == 0 && f->name == NULL)
        return odd(r);
    if (f->unit == NULL)
        f->unit = "";
    return more;
}

static int read_figures(reader *r)
{
    int token = jb_json_token(&r->t), more, first = 1;
    if (token != '[')
        return token == JB_JSON_FAILED || token == JB_JSON_END ? jb_json_unexpected(&r->t, token)
                                                               : odd(r);
    for (; (more = jb_json_element(&r->t, first, &token)) == 1; first = 0) {
        if (token != '{')
            return token == JB_JSON_END ? jb_json_unexpected(&r->t, token) : odd(r);
        if (read_figure(r) != 0)
            return -1;
    }
    return more;
}

/* ---- a file ---- */

static jb_status read_bytes(void *self, void *to, size_t room, size_t *got)
{
    reader *r = self;
    if (r->src->env.host->cancelled(r->ctx))
        return JB_E_CANCELLED;
    return jb_file_read(&r->src->env, r->ctx, r->file, r->fd, to, room, got);
}

/* Ten bytes of a date as the renderer writes it; others are no date. */
static int read_day(reader *r, char *to)
{
    const char *s;
    int32_t days;
    int compact;
    if (text_or_null(r, &s) != 0)
        return -1;
    if (s != NULL && strlen(s) == 10 && jb_parse_date(s, 10, &days, &compact) == JB_CELL_OK &&
        s[4] == '-')
        memcpy(to, s, 11);
    return 0;
}

static int read_version(reader *r)
{
    int token = jb_json_token(&r->t);
    if (token != JB_JSON_NUMBER)
        return jb_json_skip(&r->t, token, 1);
    r->issue->version = strcmp(r->t.text + r->t.token, "1") == 0 ? 1 : 2;
    r->t.n_text = 0;
    return 0;
}

/* 1: enough was read. */
static int top_member(reader *r, int heads)
{
    if (is_name(r, "version"))
        return r->t.n_text = 0, read_version(r);
    if (is_name(r, "as_of"))
        return r->t.n_text = 0, read_day(r, r->issue->as_of);
    if (is_name(r, "date"))
        return r->t.n_text = 0, read_day(r, r->issue->date);
    if (is_name(r, "draft")) {
        r->issue->draft = 1;
        return skip_value(r, 1);
    }
    if (is_name(r, "figures")) {
        r->t.n_text = 0;
        r->issue->has_figures = 1;
        return heads ? 1 : read_figures(r);
    }
    return skip_value(r, 1);
}

static int read_top(reader *r, int heads)
{
    int token = jb_json_token(&r->t), more = 0, first = 1, st;
    if (token != '{')
        return token == JB_JSON_FAILED || token == JB_JSON_END ? jb_json_unexpected(&r->t, token)
                                                               : odd(r);
    for (; (more = jb_json_member(&r->t, first)) == 1; first = 0) {
        st = top_member(r, heads);
        if (st != 0)
            return st < 0 ? -1 : 0;
    }
    if (more != 0)
        return -1;
    token = jb_json_token(&r->t);
    return token == JB_JSON_END ? 0 : jb_json_unexpected(&r->t, token);
}

static const char *judge(const snap_issue *issue)
{
    if (issue->version == 0 || !issue->has_figures)
        return "E1231";
    if (issue->version != 1)
        return "E1234";
    return issue->as_of[0] == '\0' && issue->date[0] == '\0' ? "E1231" : NULL;
}

static jb_status report(reader *r, int quiet, const char **code)
{
    const jb_json_error *e = &r->t.error;
    jb_fault at;
    if (r->code != NULL || (quiet && e->code != NULL && e->status == JB_E_DATA)) {
        *code = "E1231";
        return JB_E_DATA;
    }
    if (e->code == NULL)
        return e->status;
    memset(&at, 0, sizeof at);
    at.file = r->file->path;
    at.line = e->line;
    return jb_grid_fail(&r->src->env, r->ctx, e->status, e->code, &at, e->arg1, e->arg2);
}

jb_status snap_read(const snap_source *src, jb_ctx *ctx, const jb_file *file, int heads, int quiet,
                    snap_issue *out, const char **code)
{
    reader r = {.src = src, .ctx = ctx, .file = file, .fd = -1, .issue = out};
    jb_json_input in = {&r, read_bytes};
    jb_status st;
    memset(out, 0, sizeof *out);
    *code = NULL;
    if (file->size > SNAP_FILE_MAX)
        return snap_fail(src, ctx, "E1236", file->path, "256 MiB", NULL);
    st = jb_file_open(&src->env, ctx, file, &r.fd);
    if (st != JB_OK)
        return st;
    if (jb_json_text_open(&r.t, &in) != 0)
        st = jb_grid_no_memory(&src->env, ctx);
    else if (read_top(&r, heads) != 0)
        st = report(&r, quiet, code);
    else if ((*code = judge(out)) != NULL)
        st = JB_E_DATA;
    jb_json_text_close(&r.t);
    close(r.fd);
    if (st != JB_OK)
        snap_issue_free(out);
    return st;
}
