// SPDX-License-Identifier: Apache-2.0
#include "config/args_impl.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* A setting with what its type needs beside the public part. */
typedef struct slot {
    jb_setting s;
    jb_pair *pairs; /* KEYED: REST → text */
    const jb_value_cfg **values;
    size_t n_values, cap_values, cap_pairs;
    int used; /* set, defaulted or refused */
} slot;

struct jb_args {
    jb_arena *arena;
    const jb_config *config;
    const jb_section_cfg *section;
    jb_diags *diags;
    slot *slots;
    size_t n;
};

static const jb_param *param_at(const jb_param_table *t, uint32_t i)
{
    union {
        const unsigned char *bytes;
        const jb_param *param;
    } u = {.param = t->params};
    u.bytes += (size_t)i * t->stride;
    return u.param;
}

static void make_slots(jb_args *a, const jb_param_table *tables, size_t n_tables)
{
    size_t total = 0;
    for (size_t t = 0; t < n_tables; t++) {
        total += tables[t].n;
    }
    a->slots = jb_arena_alloc(a->arena, (total + 1) * sizeof *a->slots);
    for (size_t t = 0; t < n_tables; t++) {
        for (uint32_t i = 0; i < tables[t].n; i++) {
            const jb_param *p = param_at(&tables[t], i);
            int doubled = 0;
            for (size_t k = 0; k < a->n; k++) {
                /* The host's own key wins over a component's of the same name. A family beside it
                 * is another key. */
                const jb_param *q = a->slots[k].s.param;
                doubled = doubled || (strcmp(q->key, p->key) == 0 &&
                                      ((q->flags ^ p->flags) & JB_P_KEYED) == 0);
            }
            if (!doubled) {
                a->slots[a->n++].s.param = p;
            }
        }
    }
}

static const char *rest_of(const jb_param *p, const char *key)
{
    size_t n = strlen(p->key);
    return (p->flags & JB_P_KEYED) && strncmp(key, p->key, n) == 0 && key[n] == '.' && key[n + 1]
               ? key + n + 1
               : NULL;
}

static slot *find_slot(const jb_args *a, const char *key)
{
    for (size_t i = 0; i < a->n; i++) {
        const jb_param *p = a->slots[i].s.param;
        if (!(p->flags & JB_P_KEYED) && strcmp(p->key, key) == 0) {
            return &a->slots[i];
        }
    }
    for (size_t i = 0; i < a->n; i++) {
        if (rest_of(a->slots[i].s.param, key)) {
            return &a->slots[i];
        }
    }
    return NULL;
}

/* ---- what is refused ----------------------------------------------------------------------------
 */

static int is_allowed_beside(const char *key, const char *const *also, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(also[i], key) == 0) {
            return 1;
        }
    }
    /* `type` chose the table; `doc` is a note for whoever maintains the file; where the other two
     * may stand was checked when they were followed. */
    static const char *const always[] = {"type", "doc", "inherit", "and"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        if (strcmp(always[i], key) == 0) {
            return 1;
        }
    }
    return 0;
}

static void report_unknown(jb_args *a, const jb_value_cfg *v, const char *const *also,
                           size_t n_also)
{
    const char **names = jb_arena_alloc(a->arena, (a->n + n_also + 1) * sizeof *names);
    jb_buf all;
    size_t n = 0;
    jb_buf_init(&all, JB_BUF_MAX_TEXT);
    size_t word = strcspn(v->key, ".");
    const char *head = jb_arena_strndup(a->arena, v->key, word), *near = NULL;
    for (size_t i = 0; i < a->n; i++) {
        const jb_param *p = a->slots[i].s.param;
        int family = (p->flags & JB_P_KEYED) != 0;
        if (family && strcmp(p->key, v->key) == 0) {
            jb_diag(a->diags, "E0216", &v->key_place, v->key);
            jb_buf_free(&all);
            return;
        }
        names[n++] = p->key;
        jb_buf_fmt(&all, "%s%s%s", all.len ? " " : "", p->key, family ? ".…" : "");
    }
    for (size_t i = 0; i < n_also; i++) {
        names[n++] = also[i];
        jb_buf_fmt(&all, "%s%s", all.len ? " " : "", also[i]);
    }
    near = jb_nearest(v->key, names, n);
    near = near ? near : jb_nearest(head, names, n);
    jb_place at = v->key_place;
    slot *meant = near ? find_slot(a, near) : NULL;
    if (meant && meant->s.param->type == JB_T_SECRET) {
        at.flags |= JB_PLACE_QUIET; /* a misspelt password is still one */
    }
    jb_diag(a->diags, "E0201", &at, a->section->header, v->key, near ? near : "");
    jb_diag_note_at(a->diags, "E0220", NULL, jb_buf_text(&all));
    jb_buf_free(&all);
}

static jb_place item_place(const slot *s, const jb_value_cfg *v, size_t offset, size_t n)
{
    jb_place p = jb_value_place(v, offset, n);
    if (s->s.param->type == JB_T_SECRET) {
        p.flags |= JB_PLACE_QUIET;
    }
    return p;
}

static const char *shortened(jb_arena *a, const char *text)
{
    const char *p = text;
    for (int i = 0; i < 40 && *p && *p != '\n'; i++) {
        (void)jb_utf8_next(&p);
    }
    return *p ? jb_arena_fmt(a, "%.*s…", (int)(p - text), text) : text;
}

static void report_bad(jb_args *a, const slot *s, const jb_value_cfg *v, const char *code,
                       const char *text, size_t offset)
{
    const jb_param *p = s->s.param;
    const char *shown = p->type == JB_T_SECRET ? "…" : shortened(a->arena, text);
    jb_place at = v ? item_place(s, v, offset, strlen(text)) : a->section->place;
    jb_diag(a->diags, code, &at, v ? v->key : p->key, shown, jb_item_range(a->arena, p),
            jb_item_near(a->arena, p, text));
}

static int check_ref(jb_args *a, const slot *s, const jb_value_cfg *v, const char *text,
                     size_t offset)
{
    const jb_param *p = s->s.param;
    /* The default of a reference is built in and needs no section. */
    if (p->type != JB_T_REF || !p->range || (p->def && strcmp(p->def, text) == 0) ||
        jb_config_find(a->config, p->range, text)) {
        return 1;
    }
    const char *near = jb_tree_near(a->config, p->range, text);
    if ((!near || !*near) && p->def) {
        near = jb_nearest(text, &p->def, 1);
    }
    jb_place at = v ? item_place(s, v, offset, strlen(text)) : a->section->place;
    jb_diag(a->diags, "E0213", &at, jb_ini_header_text(a->arena, p->range, text), near ? near : "");
    return 0;
}

/* ---- one value ----------------------------------------------------------------------------------
 */

static const char *absolute(jb_args *a, const jb_value_cfg *v, const char *path)
{
    v = v ? v : jb_section_get(a->section, "type"); /* a default: beside the file that chose the component */
    return jb_path_join(a->arena, v ? jb_value_dir(v) : a->config->cwd, path);
}

/* Checks `n` items of a setting; items are replaced where their type changes them. */
static int parse_items(jb_args *a, slot *s, const jb_value_cfg *v, const char **items,
                       const size_t *offsets, size_t n)
{
    const jb_param *p = s->s.param;
    int ok = 1;
    for (size_t i = 0; i < n; i++) {
        jb_item parsed;
        size_t len = strlen(items[i]);
        int order = p->flags & JB_P_ORDER ? jb_item_order(items[i], &len) : 0;
        if (order) {
            items[i] = jb_arena_strndup(a->arena, items[i], len);
            s->s.order = i == 0 ? order : s->s.order;
        }
        const char *code = jb_item_parse(p, items[i], &parsed);
        if (code) {
            report_bad(a, s, v, code, items[i], offsets[i]);
            ok = 0;
            continue;
        }
        ok = (!*items[i] || check_ref(a, s, v, items[i], offsets[i])) && ok;
        if (i == 0) {
            s->s.i64 = parsed.i64;
            s->s.f64 = parsed.f64;
        }
        if (p->type == JB_T_PATH) {
            items[i] = absolute(a, v, items[i]);
        }
    }
    return ok;
}

static int parse_text(jb_args *a, slot *s, const jb_value_cfg *v, const char *text)
{
    static const size_t zero = 0;
    const char **items;
    s->s.text = text;
    s->s.order = s->s.param->flags & JB_P_ORDER ? 1 : 0;
    if (s->s.param->flags & JB_P_LIST) {
        const char *const *split;
        s->s.n_items = jb_list_split(a->arena, text, &split, &s->s.offsets);
        items = jb_arena_alloc(a->arena, (s->s.n_items + 1) * sizeof *items);
        for (size_t i = 0; i < s->s.n_items; i++) {
            items[i] = split[i];
        }
        if (!s->s.n_items && (s->s.param->flags & JB_P_REQUIRED)) {
            report_bad(a, s, v, "E0208", text, 0);
            return 0;
        }
    } else {
        items = jb_arena_alloc(a->arena, sizeof *items);
        items[0] = text;
        s->s.n_items = 1;
        s->s.offsets = &zero;
    }
    s->s.items = items;
    int ok = parse_items(a, s, v, items, s->s.offsets, s->s.n_items);
    if (!(s->s.param->flags & JB_P_LIST) &&
        (s->s.param->type == JB_T_PATH || s->s.param->flags & JB_P_ORDER)) {
        s->s.text = items[0];
    }
    return ok;
}

static void add_pair(jb_args *a, slot *s, const jb_value_cfg *v, const char *text)
{
    static const size_t zero = 0;
    const char *item = text;
    if (!parse_items(a, s, v, &item, &zero, 1)) {
        return;
    }
    s->pairs = jb_arena_more(a->arena, s->pairs, s->n_values, &s->cap_pairs, sizeof *s->pairs);
    s->values = jb_arena_more(a->arena, s->values, s->n_values, &s->cap_values, sizeof *s->values);
    s->pairs[s->n_values] = (jb_pair){rest_of(s->s.param, v->key), item};
    s->values[s->n_values++] = v;
    s->s.value = s->values[0];
    s->s.text = s->pairs[0].value;
}

static void take_value(jb_args *a, slot *s, const jb_value_cfg *v)
{
    const jb_param *p = s->s.param;
    int secret = p->type == JB_T_SECRET;
    v = p->type == JB_T_TEXT ? jb_value_as_text(v) : v;
    const char *text = jb_value_text(a->config, v, secret, a->diags);
    s->used = 1;
    if (p->flags & JB_P_DEPRECATED) {
        jb_diag(a->diags, "E0215", &v->key_place, v->key, p->help ? p->help : "");
    }
    if (!text) {
        return;
    }
    if (secret && !strstr(v->raw, "${")) {
        jb_place at = item_place(s, v, 0, 0);
        jb_diag(a->diags, "E0214", &at, v->key);
    }
    if (p->flags & JB_P_KEYED) {
        add_pair(a, s, v, text);
        return;
    }
    s->s.value = v;
    if (!parse_text(a, s, v, text)) {
        s->s.text = NULL;
    }
}

static void finish_slot(jb_args *a, slot *s)
{
    const jb_param *p = s->s.param;
    if (p->flags & JB_P_KEYED) {
        const char **items = jb_arena_alloc(a->arena, (s->n_values + 1) * sizeof *items);
        for (size_t i = 0; i < s->n_values; i++) {
            items[i] = s->pairs[i].value;
        }
        s->s.items = items;
        s->s.n_items = s->n_values;
    }
    if (s->used) {
        return;
    }
    if (p->flags & JB_P_REQUIRED) {
        if (a->section->damaged) {
            return; /* it may be the very line that was refused */
        }
        jb_diag(a->diags, "E0202", &a->section->place, a->section->header, p->key);
    } else if (p->def && !parse_text(a, s, NULL, p->def)) {
        s->s.text = NULL;
    }
}

jb_args *jb_args_make(const jb_config *c, const jb_section_cfg *section,
                      const jb_param_table *tables, size_t n_tables, const char *const *also,
                      size_t n_also, jb_diags *d)
{
    jb_args *a = jb_alloc(sizeof *a);
    a->arena = jb_arena_new();
    a->config = c;
    a->section = section;
    a->diags = d;
    make_slots(a, tables, n_tables);
    for (size_t i = 0; i < jb_section_n_values(section); i++) {
        const jb_value_cfg *v = jb_section_value(section, i);
        slot *s = find_slot(a, v->key);
        if (s) {
            take_value(a, s, v);
        } else if (!is_allowed_beside(v->key, also, n_also)) {
            report_unknown(a, v, also, n_also);
        }
    }
    for (size_t i = 0; i < a->n; i++) {
        finish_slot(a, &a->slots[i]);
    }
    a->diags = NULL;
    return a;
}

void jb_args_free(jb_args *a)
{
    if (a) {
        jb_arena_free(a->arena);
        free(a);
    }
}

/* ---- reading ------------------------------------------------------------------------------------
 */

const jb_section_cfg *jb_args_section(const jb_args *a)
{
    return a->section;
}

static const slot *set_slot(const jb_args *a, const char *key, uint32_t keyed)
{
    for (size_t i = 0; i < a->n; i++) {
        const slot *s = &a->slots[i];
        if (strcmp(s->s.param->key, key) == 0 && (s->s.param->flags & JB_P_KEYED) == keyed) {
            return s->s.text ? s : NULL;
        }
    }
    return NULL;
}

const jb_setting *jb_args_get(const jb_args *a, const char *key)
{
    const slot *s = set_slot(a, key, 0);
    s = s ? s : set_slot(a, key, JB_P_KEYED);
    return s ? &s->s : NULL;
}

size_t jb_args_count(const jb_args *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        n += a->slots[i].s.text != NULL;
    }
    return n;
}

const jb_setting *jb_args_at(const jb_args *a, size_t i)
{
    for (size_t k = 0; k < a->n; k++) {
        if (a->slots[k].s.text && i-- == 0) {
            return &a->slots[k].s;
        }
    }
    return NULL;
}

jb_place jb_args_place(const jb_args *a, const char *key, size_t item)
{
    const jb_value_cfg *whole = key ? jb_section_get(a->section, key) : NULL;
    const slot *s = key ? set_slot(a, key, 0) : NULL;
    const slot *family = key && !s ? set_slot(a, key, JB_P_KEYED) : NULL;
    if (family && family->n_values) {
        size_t i = item && item <= family->n_values ? item - 1 : 0;
        return item_place(family, family->values[i], 0, strlen(family->pairs[i].value));
    }
    if (!s || !s->s.value) {
        return whole ? whole->place : a->section->place;
    }
    if (!item || item > s->s.n_items) {
        return item_place(s, s->s.value, jb_indent(s->s.text, strlen(s->s.text)),
                          strlen(s->s.text));
    }
    return item_place(s, s->s.value, s->s.offsets[item - 1], strlen(s->s.items[item - 1]));
}

int32_t jb_args_get_str(const jb_args *a, const char *key, const char **out)
{
    const slot *s = set_slot(a, key, 0);
    if (s) {
        *out = s->s.text;
    }
    return s != NULL;
}

int32_t jb_args_get_i64(const jb_args *a, const char *key, int64_t *out)
{
    const slot *s = set_slot(a, key, 0);
    if (s) {
        *out = s->s.i64;
    }
    return s != NULL;
}

int32_t jb_args_get_f64(const jb_args *a, const char *key, double *out)
{
    const slot *s = set_slot(a, key, 0);
    if (s) {
        *out = s->s.f64;
    }
    return s != NULL;
}

int32_t jb_args_get_list(const jb_args *a, const char *key, const char *const **out, uint64_t *n)
{
    const slot *s = set_slot(a, key, 0);
    if (s) {
        *out = s->s.items;
        *n = s->s.n_items;
    }
    return s != NULL;
}

int32_t jb_args_get_keyed(const jb_args *a, const char *key, const jb_pair **out, uint64_t *n)
{
    const slot *s = set_slot(a, key, JB_P_KEYED);
    if (s) {
        *out = s->pairs;
        *n = s->n_values;
    }
    return s != NULL;
}

int32_t jb_args_get_order(const jb_args *a, const char *key, int32_t *out)
{
    const slot *s = set_slot(a, key, 0);
    if (s) {
        *out = s->s.order;
    }
    return s != NULL;
}
