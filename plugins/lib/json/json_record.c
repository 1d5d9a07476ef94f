// SPDX-License-Identifier: Apache-2.0
/* One record: an object with its nested ones flattened, or a list under headings. */
#include "json/json_impl.h"

#include <inttypes.h>
#include <stdio.h>

static int read_value(jb_json *j, int token, uint32_t depth, size_t name, size_t n_name);

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
void jb_json_list_name(char *to, size_t room, const char *name, size_t n)
{
    size_t have = strlen(to);
    if (have + n + 4 >= room || n > 100)
        return;
    snprintf(to + have, room - have, "%s%.*s", have > 0 ? "、" : "", (int)n, name);
}

/* ---- names ---- */

int jb_json_add_key(jb_json *j, uint64_t object, const char *name, size_t n)
{
    char shown[120];
    switch (jb_json_keys_add(&j->keys, object, name, n)) {
    case 0:
        return 0;
    case 1:
        shown[0] = '\0';
        jb_json_list_name(shown, sizeof shown, name, n);
        return jb_json_bad(&j->t, "E1213", shown, NULL);
    case -1:
        return no_memory(j);
    default:
        return jb_json_bad(&j->t, "E1215", "1000000", NULL);
    }
}

/* ---- values nobody reads ---- */

static int skip_object(jb_json *j, uint32_t depth)
{
    uint32_t keys = j->keys.n;
    uint64_t object = ++j->objects;
    size_t text = j->t.n_text;
    int more, first = 1;
    while ((more = jb_json_member(&j->t, first)) == 1) {
        if (jb_json_add_key(j, object, j->t.text + j->t.token, j->t.n_token) != 0)
            return -1;
        j->t.n_text = text;
        if (jb_json_pass(j, jb_json_token(&j->t), depth) != 0)
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
        if (jb_json_pass(j, token, depth) != 0)
            return -1;
        token = jb_json_token(&j->t);
        if (token == ']')
            return 0;
        if (token != ',')
            return jb_json_unexpected(&j->t, token);
        token = jb_json_token(&j->t);
    }
}

int jb_json_pass(jb_json *j, int token, uint32_t depth)
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
            jb_json_add_key(j, record, j->t.text + name, n) != 0)
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
        if (jb_json_pass(j, token, depth) != 0)
            return -1;
        if (token == '[' && j->state == IN_LINES && j->record == 1) {
            j->lists = 1;
            jb_json_list_name(j->found, sizeof j->found, j->t.text + name, n_name);
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

int jb_json_read_record(jb_json *j, int token, uint32_t depth)
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
        if (jb_json_pass(j, token, depth) != 0)
            return -1;
        odd(j, "E1220", j->record, 0);
    }
    return 1;
}

int jb_json_give_row(jb_json *j, const jb_json_row **out)
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
