// SPDX-License-Identifier: Apache-2.0
/* Names inside a text: constants of the report, rows bound by loops and sections, figures. */
#include "doc/template_impl.h"

#include <string.h>

const jb_tframe *jb_t_frame(const jb_tenv *env, const char *name)
{
    const jb_tframe *f;
    for (f = env->top; f != NULL; f = f->up)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

int jb_t_constant(const jb_tscope *scope, const char *name, jb_value *out)
{
    const char *text;
    int32_t days;
    int is_date = strcmp(name, "as_of") == 0 || strcmp(name, "date") == 0;
    memset(out, 0, sizeof *out);
    if (is_date)
        text = name[0] == 'a' ? scope->as_of : scope->date;
    else if (strcmp(name, "period") == 0)
        text = scope->period;
    else if (strcmp(name, "issuer") == 0)
        text = scope->issuer;
    else
        return 0;
    if (text == NULL || text[0] == '\0')
        return 1;
    if (is_date && jb_date_parse(text, strlen(text), &days) == 0) {
        out->kind = JB_K_DATE;
        out->num = days;
    } else {
        out->kind = JB_K_TEXT;
        out->text = text;
    }
    return 1;
}

static void text_value(jb_value *out, const char *text)
{
    memset(out, 0, sizeof *out);
    if (text == NULL)
        return;
    out->kind = JB_K_TEXT;
    out->text = text;
}

int jb_t_field(const jb_fig *fig, int64_t row, const char *field, jb_value *out, jb_kind *kind,
               int32_t *scale, const char **unit)
{
    int known = row >= 0 && row < fig->n_rows;
    uint32_t i;
    memset(out, 0, sizeof *out);
    *unit = "";
    *scale = 0;
    for (i = 0; i < fig->n_keys; i++) {
        if (strcmp(fig->key_names[i], field) != 0)
            continue;
        *kind = JB_K_TEXT;
        if (known)
            text_value(out, fig->keys[i][row]);
        return 1;
    }
    for (i = 0; i < fig->n_fields; i++) {
        const jb_fig_field *f = &fig->fields[i];
        if (strcmp(f->name, field) != 0)
            continue;
        *kind = f->kind;
        *scale = f->kind == JB_K_DEC ? f->scale : 0;
        *unit = f->unit != NULL ? f->unit : "";
        if (known)
            *out = f->values[row];
        return 1;
    }
    if (strcmp(field, "value") == 0) {
        *kind = fig->kind;
        *scale = fig->kind == JB_K_DEC ? fig->scale : 0;
        *unit = fig->unit != NULL ? fig->unit : "";
        if (known)
            *out = fig->values[row];
        return 1;
    }
    if (strcmp(field, "name") == 0) { /* so that one template serves several figures */
        *kind = JB_K_TEXT;
        text_value(out, fig->name != NULL ? fig->name : "");
        return 1;
    }
    return 0;
}

/* ---- what expressions ask for ---- */

static void no_unit(jb_unit *unit)
{
    memset(unit, 0, sizeof *unit);
    unit->num = unit->den = 1;
    unit->text = "";
}

static void symbol(const jb_tenv *env, jb_symbol *out, jb_kind kind, int32_t scale,
                   const char *unit)
{
    memset(out, 0, sizeof *out);
    out->kind = kind;
    out->scale = scale;
    out->column = -1;
    if (unit == NULL || unit[0] == '\0' ||
        jb_unit_parse(env->scope->units, unit, strlen(unit), &out->unit, NULL) != 0)
        no_unit(&out->unit);
}

static void remember(jb_template *t, const char *name)
{
    size_t i;
    for (i = 0; i < t->n_names; i++)
        if (strcmp(t->names[i], name) == 0)
            return;
    if (t->n_names == t->cap_names) {
        const char **wider;
        t->cap_names = t->cap_names == 0 ? 8 : t->cap_names * 2;
        wider = jb_arena_alloc(t->arena, t->cap_names * sizeof *wider);
        if (t->n_names > 0)
            memcpy(wider, t->names, t->n_names * sizeof *wider);
        t->names = wider;
    }
    t->names[t->n_names++] = name;
}

static int find(void *data, const char *name, jb_symbol *out)
{
    jb_tenv *env = data;
    const jb_fig *fig = jb_figure_find(env->scope->figures, name);
    jb_value value;
    if (fig != NULL) {
        symbol(env, out, fig->kind, fig->scale, fig->unit);
        out->figure = fig;
        remember(env->t, fig->name);
        return 1;
    }
    if (!jb_t_constant(env->scope, name, &value)) {
        if (env->scope->missing != NULL)
            env->scope->missing(env->scope->data, name);
        return 0;
    }
    if (value.kind == JB_K_NULL)
        env->unset = name[0] == 'a'   ? "as_of"
                     : name[0] == 'd' ? "date"
                     : name[0] == 'p' ? "period"
                                      : "issuer";
    symbol(env, out, value.kind == JB_K_NULL ? JB_K_TEXT : (jb_kind)value.kind, 0, "");
    return 1;
}

static size_t names(void *data, const char *const **out)
{
    jb_tenv *env = data;
    const jb_figure_set *set = env->scope->figures;
    const char **list =
        jb_arena_alloc(env->scratch, (set->n + env->scope->n_known + 1) * sizeof *list);
    size_t i, n = 0;
    for (i = 0; i < env->scope->n_known; i++)
        list[n++] = env->scope->known[i];
    for (i = 0; i < set->n; i++)
        if (set->figs[i]->name != NULL)
            list[n++] = set->figs[i]->name;
    *out = list;
    return n;
}

static int find_field(void *data, const char *bind, const char *field, jb_symbol *out)
{
    jb_tenv *env = data;
    const jb_tframe *f = jb_t_frame(env, bind);
    jb_value value;
    jb_kind kind;
    int32_t scale;
    const char *unit;
    if (f == NULL ||
        !jb_t_field(f->figure, -1, field != NULL ? field : "value", &value, &kind, &scale, &unit))
        return 0;
    symbol(env, out, kind, scale, unit);
    out->figure = f->figure;
    return 1;
}

static int field_value(void *data, const char *bind, const char *field, jb_value *out)
{
    const jb_tenv *env = data;
    const jb_tframe *f = jb_t_frame(env, bind);
    jb_kind kind;
    int32_t scale;
    const char *unit;
    int known = f != NULL ? jb_t_field(f->figure, f->row, field != NULL ? field : "value", out,
                                       &kind, &scale, &unit)
                          : jb_t_constant(env->scope, bind, out);
    return known ? 0 : -1;
}

void jb_t_scope(jb_tenv *env, jb_scope *out)
{
    memset(out, 0, sizeof *out);
    out->over_figures = 1;
    out->units = env->scope->units;
    out->data = env;
    out->find = find;
    out->names = names;
    out->find_field = find_field;
}

void jb_t_figures_env(jb_tenv *env, jb_figures_env *out)
{
    memset(out, 0, sizeof *out);
    out->figures = env->scope->figures;
    out->data = env;
    out->field = field_value;
}

size_t jb_template_names(const jb_template *t, const char *const **out)
{
    *out = t->names;
    return t->n_names;
}

size_t jb_template_blocks(const jb_template *t, const char *const **out)
{
    *out = t->blocks;
    return t->n_blocks;
}
