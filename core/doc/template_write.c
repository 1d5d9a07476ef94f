// SPDX-License-Identifier: Apache-2.0
/* A checked text becomes blocks and runs. */
#include "doc/doc_impl.h"
#include "doc/format.h"
#include "doc/template_impl.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { DONE = 0, FAILED = -1, LOST = -3 };

typedef struct writer {
    jb_tenv env;
    jb_node *parent; /* several lines: blocks go below it */
    jb_node *node;   /* where runs go now; NULL: no paragraph is open */
    char mode;       /* of the line that has begun and has no text yet; 0: none has */
    int items;       /* 一是 … run into the open paragraph */
    const char *sep; /* waits for the next text of its loop */
    jb_unit unit;    /* of the number just printed without its unit */
    int has_unit;
} writer;

static int write_list(writer *w, const jb_tnode *node);

/* ---- paragraphs ---- */

static void text_run(jb_node *node, const char *text, const char *style)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_TEXT, .text = text, .style = style};
    jb_node_run(node, &run);
}

static void lead_run(writer *w)
{
    char text[112];
    jb_format_cn_int(++w->items, text, sizeof text - 4);
    memcpy(text + strlen(text), "是", sizeof "是");
    text_run(w->node, text, "lead");
}

/* A line that has begun gets its paragraph when there is something to print on it. */
static void open_line(writer *w)
{
    char mode = w->mode;
    if (w->sep != NULL && w->node != NULL) {
        text_run(w->node, w->sep, "");
        w->sep = NULL;
    }
    if (mode == 0 && w->node != NULL)
        return;
    w->mode = 0; /* words after a tag whose line was left out begin a paragraph too */
    if (mode == '+' && w->node != NULL) {
        lead_run(w);
        return;
    }
    w->node = jb_node_add(w->parent, mode == '-' ? "item" : "para");
    w->items = 0;
    if (mode == '+')
        lead_run(w);
}

static void begin_line(writer *w, char mode)
{
    w->has_unit = 0;
    if (w->sep != NULL && w->node != NULL) { /* a separator belongs to the line that ends here */
        text_run(w->node, w->sep, "");
        w->sep = NULL;
    }
    w->mode = mode;
}

static void write_text(writer *w, const char *text)
{
    size_t n = 0;
    if (text[0] == '\0')
        return;
    open_line(w);
    if (w->has_unit)
        n = jb_t_unit_prefix(w->env.scope->units, &w->unit, text);
    w->has_unit = 0;
    if (n > 0) {
        text_run(w->node, jb_arena_strndup(w->env.scratch, text, n), "unit");
        text += n;
    }
    text_run(w->node, text, "");
}

/* ---- values ---- */

static const char *joined_key(writer *w, const jb_fig *fig, int64_t row)
{
    const char *key = "";
    uint32_t i;
    for (i = 0; i < fig->n_keys; i++) {
        const char *part = fig->keys[i][row] != NULL ? fig->keys[i][row] : "";
        key = i == 0 ? part : jb_arena_fmt(w->env.scratch, "%s\x1f%s", key, part);
    }
    return key;
}

/* What an expression stands for while writing. */
typedef struct result {
    jb_tvalue v;
    int there;          /* 0: no such row, or the value is missing */
    const char *reason; /* why, in a word of the catalogue's */
} result;

static void row_result(writer *w, const jb_fig *fig, int64_t row, result *out)
{
    out->v.figure = fig;
    out->v.row = row;
    out->v.target = fig->name != NULL ? fig->name : "";
    out->v.value.kind = JB_K_NULL;
    out->reason = row < 0 ? "absent" : "null";
    if (row < 0 || row >= fig->n_rows)
        return;
    out->v.value = fig->values[row];
    out->v.key = joined_key(w, fig, row);
    out->there = out->v.value.kind != JB_K_NULL;
}

static int64_t find_row(writer *w, const jb_texpr *e, const jb_fig *fig)
{
    const char *keys[8] = {NULL};
    size_t i;
    if (e->n_keys != fig->n_keys)
        return -1;
    for (i = 0; i < e->n_keys; i++) {
        const jb_tframe *f;
        jb_value value;
        jb_kind kind;
        int32_t scale;
        const char *unit;
        keys[i] = e->keys[i].text;
        if (e->keys[i].bind == NULL)
            continue;
        f = jb_t_frame(&w->env, e->keys[i].bind);
        if (f == NULL ||
            !jb_t_field(f->figure, f->row, e->keys[i].field, &value, &kind, &scale, &unit))
            return -1;
        keys[i] = value.kind == JB_K_TEXT ? value.text : NULL;
    }
    return jb_fig_row(fig, keys);
}

/* NAME, NAME[…] and NAME.field are looked up, so that the run knows whose row it is. 0: looked up.
 */
static int look_up(writer *w, const jb_texpr *e, result *out)
{
    const jb_tframe *f = jb_t_frame(&w->env, e->name);
    const jb_fig *fig = f != NULL ? f->figure : jb_figure_find(w->env.scope->figures, e->name);
    jb_kind kind;
    int32_t scale;
    const char *unit;
    if (fig == NULL)
        return -1;
    if ((fig->flags & JB_FIG_LOST) != 0)
        return LOST;
    if (e->form == JB_TF_NAME) {
        row_result(w, fig, f != NULL ? f->row : fig->n_rows > 0 ? 0 : -1, out);
        return 0;
    }
    if (e->form == JB_TF_INDEX) {
        row_result(w, fig, find_row(w, e, fig), out);
        return 0;
    }
    if (f == NULL || !jb_t_field(fig, f->row, e->field, &out->v.value, &kind, &scale, &unit))
        return -1;
    if (strcmp(e->field, "value") == 0) {
        row_result(w, fig, f->row, out);
        return 0;
    }
    out->v.target = fig->name != NULL ? fig->name : "";
    out->v.key = f->row >= 0 && f->row < fig->n_rows ? joined_key(w, fig, f->row) : "";
    out->there = out->v.value.kind != JB_K_NULL;
    out->reason = "null";
    return 0;
}

static int evaluate(writer *w, const jb_texpr *e, result *out)
{
    jb_figures_env fe;
    jb_fig *fig = NULL;
    int status = -1;
    memset(out, 0, sizeof *out);
    out->v.key = "";
    out->v.unit = jb_expr_unit(e->expr);
    if (e->form != JB_TF_EXPR)
        status = look_up(w, e, out);
    if (status != -1)
        return status;
    jb_t_figures_env(&w->env, &fe);
    status = jb_expr_eval_figures(e->expr, &fe, w->env.scratch, &fig);
    if (status == -3)
        return LOST;
    if (status != 0) {
        JB_T_FAIL(w->env.t, w->env.diags, e->at, e->len, "E0725", e->text);
        return FAILED;
    }
    if (fig->n_keys > 0) {
        JB_T_FAIL(w->env.t, w->env.diags, e->at, e->len, "E0713", e->text, fig->key_names[0]);
        return FAILED;
    }
    out->v.target = e->text;
    out->v.trims = jb_expr_divides(e->expr);
    out->reason = "null";
    if (fig->n_rows > 0)
        out->v.value = fig->values[0];
    out->there = out->v.value.kind != JB_K_NULL;
    return DONE;
}

static int missing(writer *w, const jb_tnode *node, const result *r)
{
    int absent = r->reason != NULL && strcmp(r->reason, "absent") == 0;
    JB_T_FAIL(w->env.t, w->env.diags, node->at, node->len, absent ? "E0726" : "E0712",
              node->expr->text);
    return FAILED;
}

static int write_print(writer *w, const jb_tnode *node)
{
    const jb_tspec *spec = node->spec;
    result r;
    size_t before;
    int status = evaluate(w, node->expr, &r);
    if (status != DONE)
        return status;
    if (!r.there && !(spec->names && r.v.figure != NULL && r.v.row >= 0)) {
        if (spec->or_text == NULL)
            return missing(w, node, &r);
        write_text(w, spec->or_text);
        return DONE;
    }
    if (r.v.value.kind == JB_K_TEXT && node->expr->form == JB_TF_FIELD && !spec->date) {
        write_text(w, r.v.value.text);
        return DONE;
    }
    if (r.v.value.kind == JB_K_BOOL && (!spec->cell || spec->cell_label != NULL)) {
        write_text(w, r.v.value.num != 0 ? "是" : "否");
        return DONE;
    }
    if (spec->names &&
        (r.v.figure == NULL || (r.v.figure->names == NULL && r.v.figure->n_keys == 0))) {
        JB_T_FAIL(w->env.t, w->env.diags, spec->at, spec->len, "E0718", "names", node->expr->text);
        return FAILED;
    }
    open_line(w);
    before = w->node->n_runs;
    status = jb_t_print(&w->env, spec, &r.v, w->node);
    if (status == -2)
        JB_T_FAIL(w->env.t, w->env.diags, node->at, node->len, "E0725", node->expr->text);
    if (status != 0)
        return FAILED;
    w->has_unit = w->node->n_runs > before && !spec->names && !spec->date && !spec->has_unit &&
                  !spec->trend && !spec->upper && !spec->rank && r.v.value.kind != JB_K_TEXT;
    w->unit = *r.v.unit;
    return DONE;
}

/* 1 true, 0 false. A bare figure is true unless missing. */
static int condition(writer *w, const jb_texpr *e, int *out)
{
    result r;
    int status = evaluate(w, e, &r);
    if (status != DONE)
        return status;
    *out = r.there && (r.v.value.kind != JB_K_BOOL || r.v.value.num != 0);
    return DONE;
}

static int write_if(writer *w, const jb_tnode *node)
{
    const jb_tbranch *b;
    int yes = 1, status;
    for (b = node->branches; b != NULL; b = b->next) {
        yes = 1;
        if (b->cond != NULL && (status = condition(w, b->cond, &yes)) != DONE)
            return status;
        if (yes)
            return write_list(w, b->body);
    }
    return DONE;
}

/* ---- loops ---- */

typedef struct ordered {
    jb_value value;
    int64_t row;
    int descending;
} ordered;

static int by_value(const void *a, const void *b)
{
    const ordered *x = a, *y = b;
    int c;
    if ((x->value.kind == JB_K_NULL) != (y->value.kind == JB_K_NULL))
        return x->value.kind == JB_K_NULL ? 1 : -1; /* the missing come last, either way */
    c = x->value.kind == JB_K_NULL ? 0 : jb_value_compare(&x->value, &y->value);
    if (c != 0)
        return x->descending ? -c : c;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Rows that are kept, in order; *n of them. */
static int choose_rows(writer *w, const jb_tloop *loop, jb_tframe *frame, ordered *rows, int64_t *n)
{
    const jb_fig *fig = frame->figure;
    jb_kind kind;
    int32_t scale;
    const char *unit;
    int64_t i;
    int keep, status;
    *n = 0;
    for (i = 0; i < fig->n_rows; i++) {
        frame->row = i;
        keep = 1;
        if (loop->where != NULL && (status = condition(w, loop->where, &keep)) != DONE)
            return status;
        if (!keep)
            continue;
        rows[*n].row = i;
        rows[*n].descending = loop->descending;
        if (loop->sort != NULL)
            jb_t_field(fig, i, loop->sort, &rows[*n].value, &kind, &scale, &unit);
        ++*n;
    }
    if (loop->sort != NULL)
        qsort(rows, (size_t)*n, sizeof *rows, by_value);
    if (loop->limit > 0 && loop->limit < *n)
        *n = loop->limit;
    return DONE;
}

static int write_for(writer *w, const jb_tnode *node)
{
    const jb_tloop *loop = node->loop;
    const char *outer_sep = w->sep;
    jb_tframe frame = {.name = loop->bind, .up = w->env.top};
    ordered *rows;
    int64_t n, i;
    int status;
    frame.figure = jb_figure_find(w->env.scope->figures, loop->figure);
    if (frame.figure == NULL || (frame.figure->flags & JB_FIG_LOST) != 0)
        return LOST;
    rows = jb_arena_alloc(w->env.scratch, (size_t)(frame.figure->n_rows + 1) * sizeof *rows);
    w->env.top = &frame;
    status = choose_rows(w, loop, &frame, rows, &n);
    for (i = 0; i < n && status == DONE; i++) {
        frame.row = rows[i].row;
        if (i > 0 && loop->sep != NULL && w->sep == NULL)
            w->sep = loop->sep;
        status = write_list(w, loop->body);
    }
    if (w->sep == loop->sep)
        w->sep = outer_sep; /* nothing came after it */
    w->env.top = frame.up;
    return status;
}

/* ---- the rest ---- */

static void write_block(writer *w, const jb_tnode *node)
{
    jb_node *place = jb_node_add(w->parent, "section");
    jb_node_set(place, "name", node->text);
    jb_node_set(place, "placed", "yes");
    w->node = NULL;
    w->mode = 0;
    w->has_unit = 0;
}

static void write_ref(writer *w, const jb_tnode *node)
{
    jb_run run = {.size = (uint32_t)sizeof run, .kind = JB_RUN_REF, .text = "", .style = ""};
    run.target = node->text;
    open_line(w);
    w->has_unit = 0;
    jb_node_run(w->node, &run);
}

static int write_list(writer *w, const jb_tnode *node)
{
    int status = DONE;
    for (; node != NULL && status == DONE; node = node->next) {
        switch (node->kind) {
        case JB_TN_LINE:
            begin_line(w, node->mode);
            break;
        case JB_TN_TEXT:
            write_text(w, node->text);
            break;
        case JB_TN_PRINT:
            status = write_print(w, node);
            break;
        case JB_TN_IF:
            status = write_if(w, node);
            break;
        case JB_TN_FOR:
            status = write_for(w, node);
            break;
        case JB_TN_BLOCK:
            write_block(w, node);
            break;
        case JB_TN_REF:
            write_ref(w, node);
            break;
        }
    }
    return status;
}

int jb_template_write(jb_template *t, const jb_tscope *scope, jb_node *node, jb_diags *diags)
{
    writer w;
    jb_tframe *frames;
    size_t i;
    int status;
    memset(&w, 0, sizeof w);
    w.env.t = t;
    w.env.scope = scope;
    w.env.diags = diags;
    w.env.scratch = jb_arena_new();
    w.parent = node;
    w.node = t->one_line ? node : NULL;
    frames = jb_arena_alloc(w.env.scratch, (scope->n_binds + 1) * sizeof *frames);
    for (i = 0; i < scope->n_binds; i++) {
        frames[i].name = scope->binds[i].name;
        frames[i].figure = scope->binds[i].figure;
        frames[i].row = scope->binds[i].row;
        frames[i].up = w.env.top;
        w.env.top = &frames[i];
    }
    status = write_list(&w, t->first);
    jb_arena_free(w.env.scratch);
    return status;
}
