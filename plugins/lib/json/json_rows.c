// SPDX-License-Identifier: Apache-2.0
/* The way to the list of records, and one record after another. */
#include "json/json_impl.h"

#include <stdio.h>

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
        if (jb_json_add_key(j, j->level_object[level], name, j->t.n_token) != 0)
            return -1;
        if (segment != NULL && strcmp(name, segment) == 0) {
            j->t.n_text = 0;
            return 1;
        }
        jb_json_list_name(j->found, sizeof j->found, name, j->t.n_token);
        j->t.n_text = 0;
        if (jb_json_pass(j, jb_json_token(&j->t), level + 1) != 0)
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
    if (jb_json_read_record(j, token, 0) < 0)
        return -1;
    if (j->record == 1) { /* one object that holds lists is no table of one row */
        j->pending = jb_json_token(&j->t);
        j->has_pending = 1;
        if (j->pending == JB_JSON_FAILED)
            return -1;
        if (j->pending == JB_JSON_END && j->lists)
            return jb_json_bad(&j->t, "E1219", j->found, NULL);
    }
    return jb_json_give_row(j, out);
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
        st = jb_json_read_record(j, token, j->n_segments + 1);
    } while (st == 0);
    return st < 0 ? -1 : jb_json_give_row(j, out);
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
