// SPDX-License-Identifier: Apache-2.0
/* A union's members as views: each answers for itself, in its own spelling; columns meet by name.
 * Where a member's column is not what the union's is to the last digit, rows are read instead. */
#include "engine/pushdown.h"

#include <string.h>

enum { NO_COLUMN = -1, LABEL = -2 };

static const jb_source_members *members_of(const jb_msource *s)
{
    return s->instance ? jb_type_iface(s->instance->type, JB_SOURCE_MEMBERS) : NULL;
}

size_t jb_push_members(const jb_model *m, const jb_msource *s, jb_arena *a, jb_msource ***out)
{
    const jb_source_members *iface = members_of(s);
    const char *const *names = NULL;
    uint64_t n = 0;
    *out = NULL;
    if (!iface || !jb_args_get_list(s->instance->args, iface->key, &names, &n)) {
        return 0;
    }
    *out = (jb_msource **)jb_arena_alloc(a, (size_t)(n + 1) * sizeof **out);
    for (uint64_t i = 0; i < n; i++) {
        (*out)[i] = jb_model_source(m, names[i]);
        if (!(*out)[i]) {
            return 0;
        }
    }
    return (size_t)n;
}

static int same_unit(const jb_unit *a, const jb_unit *b)
{
    return jb_unit_is_none(a) || jb_unit_is_none(b) ||
           (jb_unit_same_dimension(a, b) && a->num * b->den == a->den * b->num);
}

static int same_column(const jb_mcolumn *ours, const jb_mcolumn *theirs)
{
    return !theirs->refused && ours->type.kind == theirs->type.kind &&
           (ours->type.kind != JB_K_DEC || ours->type.scale == theirs->type.scale) &&
           same_unit(&ours->unit, &theirs->unit);
}

/* Where each column of the union is in the member. */
static int *map_columns(const jb_msource *over, const jb_msource *member, const char *label,
                        jb_arena *a)
{
    int *map = jb_arena_alloc(a, (over->n_columns + 1) * sizeof *map);
    for (size_t i = 0; i < over->n_columns; i++) {
        const jb_mcolumn *c = &over->columns[i];
        int at = jb_source_column(member, c->heading);
        map[i] = label && strcmp(c->heading, label) == 0           ? LABEL
                 : at >= 0 && same_column(c, &member->columns[at]) ? at
                                                                   : NO_COLUMN;
    }
    return map;
}

/* Why a source, or a member, answers nothing; NULL: it may. */
static const char *silent(const jb_msource *s, jb_arena *a)
{
    if (s->broken || !s->sql || !s->sql->from || !s->sql->query) {
        return jb_push_reason(a, "E0383", s->name);
    }
    return s->on_error != JB_ROW_STOP ? jb_push_reason(a, "E1261", s->name) : NULL;
}

static const char *silent_union(const jb_msource *s, jb_arena *a)
{
    return s->on_error != JB_ROW_STOP ? jb_push_reason(a, "E1261", s->name)
           : s->n_nulls > 0           ? jb_push_reason(a, "E1262", s->name)
                                      : NULL;
}

static jb_push_view *one_view(jb_msource *s, jb_arena *a)
{
    jb_push_view *view = jb_arena_alloc(a, sizeof *view);
    view->source = s;
    view->over = s;
    return view;
}

int jb_push_views(jb_model *m, jb_msource *s, jb_arena *a, jb_push_view **out, size_t *n,
                  const char **why, jb_diags *diags)
{
    const jb_source_members *iface = members_of(s);
    const char *label = NULL;
    jb_msource **members;
    *n = 1;
    if (!iface) {
        *why = silent(s, a);
        *out = one_view(s, a);
        return *why ? -1 : 0;
    }
    *n = jb_push_members(m, s, a, &members);
    *why = *n == 0 ? jb_push_reason(a, "E0383", s->name) : silent_union(s, a);
    *out = jb_arena_alloc(a, (*n + 1) * sizeof **out);
    if (JB_HAS(jb_source_members, iface, label)) {
        jb_args_get_str(s->instance->args, iface->label, &label);
    }
    for (size_t i = 0; i < *n && !*why; i++) {
        if (jb_source_open(m, members[i], diags) != 0) {
            *why = jb_push_reason(a, "E0383", members[i]->name);
            break;
        }
        *why = members[i]->pushdown == JB_PUSH_OFF ? jb_push_reason(a, "E1268", members[i]->name)
                                                   : silent(members[i], a);
        (*out)[i] = (jb_push_view){
            .source = members[i], .over = s, .columns = map_columns(s, members[i], label, a)};
    }
    return *why ? -1 : 0;
}
