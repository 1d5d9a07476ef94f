// SPDX-License-Identifier: Apache-2.0
/* The way to the list of records, and one record after another. */
#include "json/json_rows.h"

#include <inttypes.h>
#include <stdio.h>

enum { AT_START, IN_LIST, IN_LINES, AT_END };

#define PATH_MAX_LEVELS (JB_JSON_DEPTH_MAX / 2)

/* A field while its record grows: places in the text, which may move. */
typedef struct cell {
    size_t name, n_name, s, n;
    uint32_t kind;
} cell;

struct jb_json {
    jb_json_text t;
    jb_json_keys keys;
    char *path;
    char *segments[PATH_MAX_LEVELS];
    uint32_t n_segments;
    uint64_t level_object[PATH_MAX_LEVELS]; /* objects on the path that are still open */
    uint32_t level_keys[PATH_MAX_LEVELS];
    uint64_t objects; /* serial number of the object opened last */
    int state, pending, has_pending;
    uint64_t record;
    int lists; /* a top object held lists: their names are in found */
    char found[192];
    char **heads;
    uint32_t n_heads;
    cell *cells;
    jb_json_field *fields;
    uint32_t n_cells, cap_cells;
    jb_json_row row;
};

static int read_value(jb_json *j, int token, uint32_t depth, size_t name, size_t n_name);

/* ---- opening and closing ---- */

static int split_path(jb_json *j, const char *rows)
{
    char *p;
    j->path = strdup(rows);
    if (j->path == NULL)
        return -1;
    for (p = j->path; *p != '\0';) {
        j->segments[j->n_segments++] = p;
        if (j->n_segments == PATH_MAX_LEVELS) /* no such name will be found */
            break;
        p += strcspn(p, ".");
        if (*p == '.')
            *p++ = '\0';
    }
    return 0;
}

jb_json *jb_json_open(const jb_json_input *in, const char *rows)
{
    jb_json *j = calloc(1, sizeof *j);
    if (j == NULL)
        return NULL;
    if (jb_json_text_open(&j->t, in) != 0 || split_path(j, rows) != 0) {
        jb_json_close(j);
        return NULL;
    }
    return j;
}

void jb_json_close(jb_json *j)
{
    uint32_t i;
    if (j == NULL)
        return;
    for (i = 0; i < j->n_heads; i++)
        free(j->heads[i]);
    free(j->heads);
    free(j->cells);
    free(j->fields);
    free(j->path);
    jb_json_keys_free(&j->keys);
    jb_json_text_close(&j->t);
    free(j);
}

const jb_json_error *jb_json_failure(const jb_json *j)
{
    return &j->t.error;
}

static int no_memory(jb_json *j)
{
    return jb_json_bad(&j->t, "E1216", NULL, NULL);
}

static int too_deep(jb_json *j)
{
    char limit[16];
    snprintf(limit, sizeof limit, "%u", JB_JSON_DEPTH_MAX);
    return jb_json_bad(&j->t, "E1214", limit, NULL);
}

/* Texts into a bounded argument, never half a character. */
static void list_name(char *to, size_t room, const char *name, size_t n)
{
    size_t have = strlen(to);
    if (have + n + 4 >= room || n > 100)
        return;
    snprintf(to + have, room - have, "%s%.*s", have > 0 ? "、" : "", (int)n, name);
}

/* ---- names ---- */

static int add_key(jb_json *j, uint64_t object, const char *name, size_t n)
{
    char shown[120];
    switch (jb_json_keys_add(&j->keys, object, name, n)) {
    case 0:
        return 0;
    case 1:
        shown[0] = '\0';
        list_name(shown, sizeof shown, name, n);
        return jb_json_bad(&j->t, "E1213", shown, NULL);
    case -1:
        return no_memory(j);
    default:
        return jb_json_bad(&j->t, "E1215", "1000000", NULL);
    }
}

/* ---- values nobody reads ---- */

static int skip(jb_json *j, int token, uint32_t depth);

static int skip_object(jb_json *j, uint32_t depth)
{
    uint32_t keys = j->keys.n;
    uint64_t object = ++j->objects;
    size_t text = j->t.n_text;
    int more, first = 1;
    while ((more = jb_json_member(&j->t, first)) == 1) {
        if (add_key(j, object, j->t.text + j->t.token, j->t.n_token) != 0)
            return -1;
        j->t.n_text = text;
        if (skip(j, jb_json_token(&j->t), depth) != 0)
            return -1;
        first = 0;
    }
    jb_json_keys_cut(&j->keys, keys);
    return more;
}

static int skip_list(jb_json *j, uint32_t depth)
{
    int token = jb_json_token(&j->t);
    if (token == ']')
        return 0;
    for (;;) {
        if (skip(j, token, depth) != 0)
            return -1;
        token = jb_json_token(&j->t);
        if (token == ']')
            return 0;
        if (token != ',')
            return jb_json_unexpected(&j->t, token);
        token = jb_json_token(&j->t);
    }
}

static int skip(jb_json *j, int token, uint32_t depth)
{
    size_t text = j->t.token; /* of a string or number just read */
    switch (token) {
    case '{':
        return depth >= JB_JSON_DEPTH_MAX ? too_deep(j) : skip_object(j, depth + 1);
    case '[':
        return depth >= JB_JSON_DEPTH_MAX ? too_deep(j) : skip_list(j, depth + 1);
    case JB_JSON_STRING:
    case JB_JSON_NUMBER:
        j->t.n_text = text;
        return 0;
    case JB_JSON_TRUE:
    case JB_JSON_FALSE:
    case JB_JSON_NULL:
        return 0;
    default:
        return jb_json_unexpected(&j->t, token);
    }
}

/* ---- one record ---- */

static int add_cell(jb_json *j, size_t name, size_t n_name, uint32_t kind, size_t s, size_t n)
{
    if (j->n_cells == j->cap_cells) {
        uint32_t cap = j->cap_cells > 0 ? j->cap_cells * 2 : 32;
        cell *cells = realloc(j->cells, cap * sizeof *cells);
        jb_json_field *fields;
        if (cells != NULL)
            j->cells = cells;
        fields = realloc(j->fields, cap * sizeof *fields);
        if (fields != NULL)
            j->fields = fields;
        if (cells == NULL || fields == NULL)
            return no_memory(j);
        j->cap_cells = cap;
    }
    if (j->n_cells == JB_GRID_COLUMNS_MAX) {
        char limit[16];
        snprintf(limit, sizeof limit, "%u", JB_GRID_COLUMNS_MAX);
        return jb_json_bad(&j->t, "E1224", limit, NULL);
    }
    j->cells[j->n_cells++] = (cell){name, n_name, s, n, kind};
    return 0;
}

/* prefix.key as one NUL-terminated name. */
static int full_name(jb_json *j, size_t prefix, size_t n_prefix, size_t *name, size_t *n)
{
    jb_json_text *t = &j->t;
    char *to;
    *name = t->token;
    *n = t->n_token;
    if (n_prefix == 0)
        return 0;
    if (jb_json_room(t, n_prefix + t->n_token + 2) != 0)
        return -1;
    to = t->text + t->n_text;
    memcpy(to, t->text + prefix, n_prefix);
    to[n_prefix] = '.';
    memcpy(to + n_prefix + 1, t->text + t->token, t->n_token + 1);
    *name = t->n_text;
    *n = n_prefix + 1 + t->n_token;
    t->n_text += *n + 1;
    return 0;
}

static int add_bool(jb_json *j, size_t name, size_t n_name, const char *word)
{
    size_t n = strlen(word), at = j->t.n_text;
    if (jb_json_room(&j->t, n + 1) != 0)
        return -1;
    memcpy(j->t.text + at, word, n + 1);
    j->t.n_text += n + 1;
    return add_cell(j, name, n_name, JB_V_BOOL, at, n);
}

/* The members of an object of the record; names get the prefix. */
static int read_object(jb_json *j, uint64_t record, uint32_t depth, size_t prefix, size_t n_prefix)
{
    int more, first = 1;
    while ((more = jb_json_member(&j->t, first)) == 1) {
        size_t name, n;
        int token;
        if (full_name(j, prefix, n_prefix, &name, &n) != 0 ||
            add_key(j, record, j->t.text + name, n) != 0)
            return -1;
        token = jb_json_token(&j->t);
        if (token == '{') {
            if (depth >= JB_JSON_DEPTH_MAX)
                return too_deep(j);
            if (read_object(j, record, depth + 1, name, n) != 0)
                return -1;
        } else if (read_value(j, token, depth, name, n) != 0) {
            return -1;
        }
        first = 0;
    }
    return more;
}

/* A value that becomes one cell. */
static int read_value(jb_json *j, int token, uint32_t depth, size_t name, size_t n_name)
{
    switch (token) {
    case JB_JSON_STRING:
        return add_cell(j, name, n_name, JB_V_TEXT, j->t.token, j->t.n_token);
    case JB_JSON_NUMBER:
        return add_cell(j, name, n_name, JB_V_NUMBER, j->t.token, j->t.n_token);
    case JB_JSON_TRUE:
    case JB_JSON_FALSE:
        return add_bool(j, name, n_name, token == JB_JSON_TRUE ? "true" : "false");
    case JB_JSON_NULL:
        return add_cell(j, name, n_name, JB_V_NULL, 0, 0);
    default:
        if (skip(j, token, depth) != 0)
            return -1;
        if (token == '[' && j->state == IN_LINES && j->record == 1) {
            j->lists = 1;
            list_name(j->found, sizeof j->found, j->t.text + name, n_name);
        }
        return add_cell(j, name, n_name, JB_V_LIST, 0, 0);
    }
}

/* The elements of a list record. */
static int read_list(jb_json *j, uint32_t depth)
{
    int token = jb_json_token(&j->t);
    if (token == ']')
        return 0;
    for (;;) {
        if (read_value(j, token, depth, 0, 0) != 0)
            return -1;
        token = jb_json_token(&j->t);
        if (token == ']')
            return 0;
        if (token != ',')
            return jb_json_unexpected(&j->t, token);
        token = jb_json_token(&j->t);
    }
}

static int keep_heads(jb_json *j)
{
    uint32_t i, k;
    if (j->n_cells == 0)
        return jb_json_bad(&j->t, "E1223", NULL, NULL);
    j->heads = calloc(j->n_cells, sizeof *j->heads);
    if (j->heads == NULL)
        return no_memory(j);
    for (i = 0; i < j->n_cells; i++) {
        const cell *c = &j->cells[i];
        if (c->kind != JB_V_TEXT)
            return jb_json_bad(&j->t, "E1223", NULL, NULL);
        j->heads[i] = strdup(j->t.text + c->s);
        if (j->heads[i] == NULL)
            return no_memory(j);
        j->n_heads++;
        for (k = 0; k < i; k++)
            if (strcmp(j->heads[k], j->heads[i]) == 0)
                return jb_json_bad(&j->t, "E1223", NULL, NULL);
    }
    return 0;
}

static void odd(jb_json *j, const char *code, uint64_t a, uint64_t b)
{
    j->row.odd = code;
    snprintf(j->row.arg1, sizeof j->row.arg1, "%" PRIu64, a);
    snprintf(j->row.arg2, sizeof j->row.arg2, "%" PRIu64, b);
}

/* Reads the record that begins with `token`. 1: there is a row; 0: these were headings; -1. */
static int read_record(jb_json *j, int token, uint32_t depth)
{
    uint32_t keys = j->keys.n;
    uint64_t object = ++j->objects;
    memset(&j->row, 0, sizeof j->row);
    j->row.line = j->t.line;
    j->n_cells = 0;
    j->record++;
    if (token == '{' && j->heads == NULL) {
        if (read_object(j, object, depth + 1, 0, 0) != 0)
            return -1;
        jb_json_keys_cut(&j->keys, keys);
    } else if (token == '[' && (j->heads != NULL || j->record == 1) && j->state == IN_LIST) {
        if (read_list(j, depth + 1) != 0)
            return -1;
        if (j->heads == NULL) {
            j->record = 0;
            return keep_heads(j);
        }
        if (j->n_cells != j->n_heads)
            odd(j, "E1222", j->n_cells, j->n_heads);
    } else {
        if (skip(j, token, depth) != 0)
            return -1;
        odd(j, "E1220", j->record, 0);
    }
    return 1;
}

static int give_row(jb_json *j, const jb_json_row **out)
{
    uint32_t i;
    for (i = 0; i < j->n_cells; i++) {
        const cell *c = &j->cells[i];
        jb_json_field *f = &j->fields[i];
        f->name = j->heads == NULL ? j->t.text + c->name : i < j->n_heads ? j->heads[i] : "";
        f->n_name = j->heads == NULL ? c->n_name : strlen(f->name);
        f->value = (jb_value){c->kind, j->t.text + c->s, c->n};
    }
    j->row.fields = j->fields;
    j->row.n = j->row.odd == NULL ? j->n_cells : 0;
    j->row.record = j->record;
    *out = &j->row;
    return 1;
}

/* ---- the way in and out ---- */

static int not_there(jb_json *j, const char *code, uint32_t level)
{
    char path[192] = "";
    uint32_t i;
    for (i = 0; i <= level && i < j->n_segments; i++) {
        size_t have = strlen(path);
        if (have + strlen(j->segments[i]) + 2 < sizeof path)
            snprintf(path + have, sizeof path - have, "%s%s", i > 0 ? "." : "", j->segments[i]);
    }
    return jb_json_bad(&j->t, code, path, j->found[0] != '\0' ? j->found : "—");
}

/* Members of the path's open object up to its end (segment NULL), or to the one called so. */
static int walk_members(jb_json *j, uint32_t level, const char *segment, int first)
{
    int more;
    while ((more = jb_json_member(&j->t, first)) == 1) {
        const char *name = j->t.text + j->t.token;
        if (add_key(j, j->level_object[level], name, j->t.n_token) != 0)
            return -1;
        if (segment != NULL && strcmp(name, segment) == 0) {
            j->t.n_text = 0;
            return 1;
        }
        list_name(j->found, sizeof j->found, name, j->t.n_token);
        j->t.n_text = 0;
        if (skip(j, jb_json_token(&j->t), level + 1) != 0)
            return -1;
        first = 0;
    }
    return more;
}

static int walk_in(jb_json *j)
{
    uint32_t level;
    int token = jb_json_token(&j->t);
    for (level = 0; level < j->n_segments; level++) {
        int found;
        if (token != '{') {
            if (token == JB_JSON_FAILED || token == JB_JSON_END)
                return jb_json_unexpected(&j->t, token);
            return not_there(j, "E1217", level);
        }
        j->level_object[level] = ++j->objects;
        j->level_keys[level] = j->keys.n;
        j->found[0] = '\0';
        found = walk_members(j, level, j->segments[level], 1);
        if (found <= 0)
            return found < 0 ? -1 : not_there(j, "E1217", level);
        token = jb_json_token(&j->t);
    }
    if (token == '[') {
        j->state = IN_LIST;
        return 0;
    }
    if (token == JB_JSON_FAILED || token == JB_JSON_END)
        return jb_json_unexpected(&j->t, token);
    if (j->n_segments > 0)
        return not_there(j, "E1218", j->n_segments);
    if (token != '{')
        return jb_json_unexpected(&j->t, token);
    j->state = IN_LINES;
    j->pending = token;
    j->has_pending = 1;
    j->found[0] = '\0';
    return 0;
}

/* Everything behind the list, which must be well-formed too. */
static int walk_out(jb_json *j)
{
    uint32_t level;
    int token;
    for (level = j->n_segments; level-- > 0;) {
        if (walk_members(j, level, NULL, 0) < 0)
            return -1;
        jb_json_keys_cut(&j->keys, j->level_keys[level]);
    }
    token = jb_json_token(&j->t);
    if (token == JB_JSON_FAILED)
        return -1;
    if (token != JB_JSON_END)
        return jb_json_bad(&j->t, "E1221", NULL, NULL);
    j->state = AT_END;
    return 0;
}

/* The token a record begins with; 0: no more records. */
static int next_in_list(jb_json *j, int first)
{
    int token = jb_json_token(&j->t);
    if (token == ']')
        return walk_out(j);
    if (first)
        return token == JB_JSON_END ? jb_json_unexpected(&j->t, token) : token;
    if (token != ',')
        return jb_json_unexpected(&j->t, token);
    token = jb_json_token(&j->t);
    return token == JB_JSON_END ? jb_json_unexpected(&j->t, token) : token;
}

static int next_line(jb_json *j, const jb_json_row **out)
{
    int token = j->has_pending ? j->pending : jb_json_token(&j->t);
    j->has_pending = 0;
    j->t.n_text = 0;
    if (token == JB_JSON_FAILED)
        return -1;
    if (token == JB_JSON_END) {
        j->state = AT_END;
        return 0;
    }
    if (read_record(j, token, 0) < 0)
        return -1;
    if (j->record == 1) { /* one object that holds lists is no table of one row */
        j->pending = jb_json_token(&j->t);
        j->has_pending = 1;
        if (j->pending == JB_JSON_FAILED)
            return -1;
        if (j->pending == JB_JSON_END && j->lists)
            return jb_json_bad(&j->t, "E1219", j->found, NULL);
    }
    return give_row(j, out);
}

static int next_row(jb_json *j, const jb_json_row **out)
{
    int first = 0, token, st;
    if (j->state == AT_START) {
        if (walk_in(j) != 0)
            return -1;
        first = 1;
    }
    if (j->state == AT_END)
        return 0;
    if (j->state == IN_LINES)
        return next_line(j, out);
    do {
        token = next_in_list(j, first);
        first = 0;
        j->t.n_text = token == JB_JSON_STRING || token == JB_JSON_NUMBER ? j->t.n_text : 0;
        if (token <= 0)
            return token;
        st = read_record(j, token, j->n_segments + 1);
    } while (st == 0);
    return st < 0 ? -1 : give_row(j, out);
}

int jb_json_next(jb_json *j, const jb_json_row **out)
{
    int st = j->t.error.status != JB_OK ? -1 : next_row(j, out);
    if (st < 0)
        j->t.error.record = j->record;
    return st;
}

jb_status jb_json_report(const jb_json *j, const jb_grid_env *env, jb_ctx *ctx, const char *file,
                         const char *key)
{
    const jb_json_error *e = &j->t.error;
    jb_fault at;
    if (e->code == NULL)
        return e->status;
    memset(&at, 0, sizeof at);
    at.file = file;
    at.line = e->line;
    at.row = e->record;
    if (strcmp(e->code, "E1217") == 0 || strcmp(e->code, "E1218") == 0 ||
        strcmp(e->code, "E1219") == 0)
        at.key = key;
    return jb_grid_fail(env, ctx, e->status, e->code, &at, e->arg1, e->arg2);
}
