// SPDX-License-Identifier: Apache-2.0
/* Everything a plugin declares is data; all of it is checked here before anything of it is used. */
#include "config/args.h"
#include "base/str.h"
#include "plugin/loader.h"

#include <stdio.h>
#include <string.h>

typedef struct subject {
    const char *file;
    const jb_place *place;
    jb_diags *diags;
} subject;

static const char *const KINDS[] = {"source", "metric", "section", "chart", "renderer"};
enum { N_KINDS = 5, MAX_COMPONENTS = 4096, MAX_PARAMS = 1024, MAX_TEXT = 4096 };

static int refuse(const subject *s, const char *where, const char *name, const char *what)
{
    char text[512];
    snprintf(text, sizeof text, "%.160s%s%.160s%s: %.160s", where, name ? " \"" : "", name ? name : "",
             name ? "\"" : "", what);
    jb_diag(s->diags, "E0521", s->place, s->file, text);
    return -1;
}

static int is_word(const char *t)
{
    size_t n = t ? strnlen(t, 65) : 0;
    if (n == 0 || n > 64 || t[0] < 'a' || t[0] > 'z') {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (!((t[i] >= 'a' && t[i] <= 'z') || (t[i] >= '0' && t[i] <= '9') || t[i] == '_')) {
            return 0;
        }
    }
    return 1;
}

/* Reverse-DNS or a plain word. */
static int is_id(const char *t)
{
    size_t n = t ? strnlen(t, 129) : 0;
    if (n == 0 || n > 128) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)t[i];
        int alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && (i == 0 || !strchr("._-", c))) {
            return 0;
        }
    }
    return 1;
}

static int is_text(const char *t, int may_be_null)
{
    if (!t) {
        return may_be_null;
    }
    size_t n = strnlen(t, MAX_TEXT + 1);
    return n <= MAX_TEXT && jb_utf8_invalid(t, n) == n;
}

const jb_param *jb_component_param(const jb_component *c, uint32_t i)
{
    return (const jb_param *)(const void *)((const char *)c->params + (size_t)i * c->param_stride);
}

const jb_message *jb_plugin_message(const jb_plugin *p, uint32_t i)
{
    return (const jb_message *)(const void *)((const char *)p->messages + (size_t)i * p->message_stride);
}

static int check_param(const subject *s, const jb_component *c, uint32_t i)
{
    const jb_param *p = jb_component_param(c, i);
    char why[256] = "";
    if (p->size < offsetof(jb_param, help_zh) + sizeof p->help_zh || p->size > c->param_stride) {
        return refuse(s, c->name, NULL, "a parameter has a wrong size");
    }
    if (!is_word(p->key)) {
        return refuse(s, c->name, is_text(p->key, 0) ? p->key : NULL, "parameter key is not a word");
    }
    if (p->type < JB_T_STR || p->type > JB_T_KEY) {
        return refuse(s, c->name, p->key, "unknown parameter type (a newer header?)");
    }
    if (!is_text(p->def, 1) || !is_text(p->range, 1) || !is_text(p->help, 1) || !is_text(p->help_zh, 1)) {
        return refuse(s, c->name, p->key, "text is not UTF-8 or too long");
    }
    if ((p->type == JB_T_ENUM || p->type == JB_T_REF || p->type == JB_T_COMPONENT) &&
        (!p->range || !*p->range)) {
        return refuse(s, c->name, p->key, "this type of parameter needs a range");
    }
    for (uint32_t k = 0; k < i; k++) {
        if (strcmp(jb_component_param(c, k)->key, p->key) == 0) {
            return refuse(s, c->name, p->key, "parameter declared twice");
        }
    }
    if (p->def) {
        jb_setting parsed = {0};
        if (jb_param_parse(p, p->def, &parsed, why, sizeof why) != 0) {
            char text[400];
            snprintf(text, sizeof text, "its default \"%.100s\" does not parse: %.250s", p->def, why);
            return refuse(s, c->name, p->key, text);
        }
    }
    return 0;
}

/* The functions an interface cannot do without; a missing one is found here, not at a jump to address zero. */
#define NEED(T, member) offsetof(T, member)
typedef struct need {
    const char *id;
    size_t size;
    size_t members[5]; /* 0 ends: offset 0 is `size` */
} need;
static const need NEEDS[] = {
    {JB_SOURCE, sizeof(jb_source), {NEED(jb_source, schema), NEED(jb_source, scan)}},
    {JB_SOURCE_SQL, sizeof(jb_source_sql), {NEED(jb_source_sql, from), NEED(jb_source_sql, query)}},
    {JB_METRIC,
     sizeof(jb_metric),
     {NEED(jb_metric, bind), NEED(jb_metric, state_init), NEED(jb_metric, update), NEED(jb_metric, finish)}},
    {JB_METRIC_PARTIAL, sizeof(jb_metric_partial), {NEED(jb_metric_partial, absorb)}},
    {JB_DERIVE, sizeof(jb_derive), {NEED(jb_derive, eval)}},
    {JB_SECTION, sizeof(jb_section), {NEED(jb_section, write)}},
    {JB_CHART, sizeof(jb_chart), {NEED(jb_chart, draw)}},
    {JB_RENDERER, sizeof(jb_renderer), {NEED(jb_renderer, render)}},
};

static int check_iface(const subject *s, const jb_component *c, const jb_iface *f)
{
    uint32_t size;
    if (!is_text(f->id, 0) || !f->table) {
        return refuse(s, c->name, is_text(f->id, 0) ? f->id : NULL, "interface without id or table");
    }
    memcpy(&size, f->table, sizeof size);
    for (size_t i = 0; i < sizeof NEEDS / sizeof NEEDS[0]; i++) {
        if (strcmp(NEEDS[i].id, f->id) != 0) {
            continue;
        }
        if (size < NEEDS[i].size) {
            return refuse(s, c->name, f->id, "its table is shorter than version 1.0 of the interface");
        }
        for (size_t k = 0; k < 5 && NEEDS[i].members[k]; k++) {
            const void *function;
            memcpy(&function, (const char *)f->table + NEEDS[i].members[k], sizeof function);
            if (!function) {
                return refuse(s, c->name, f->id, "a function that is not optional is NULL");
            }
        }
        if (strcmp(f->id, JB_METRIC) == 0) {
            const jb_metric *m = f->table;
            if (!m->merge && !(m->flags & JB_M_ORDERED)) {
                return refuse(s, c->name, f->id, "merge is NULL and JB_M_ORDERED is not set");
            }
        }
    }
    return 0;
}

static int offers(const jb_component *c, const char *id)
{
    for (uint64_t i = 0; i < c->n_ifaces; i++) {
        if (strcmp(c->ifaces[i].id, id) == 0) {
            return 1;
        }
    }
    return 0;
}

static int check_kind(const subject *s, const jb_component *c)
{
    static const char *const ids[N_KINDS][2] = {{JB_SOURCE, JB_SOURCE},
                                                {JB_METRIC, JB_DERIVE},
                                                {JB_SECTION, JB_SECTION},
                                                {JB_CHART, JB_CHART},
                                                {JB_RENDERER, JB_RENDERER}};
    for (int k = 0; k < N_KINDS; k++) {
        if (strcmp(c->kind, KINDS[k]) == 0) {
            return offers(c, ids[k][0]) || offers(c, ids[k][1])
                       ? 0
                       : refuse(s, c->name, c->kind, "it does not offer the interface of its kind");
        }
    }
    return refuse(s, c->name, c->kind, "unknown kind of component");
}

static int check_component(const subject *s, const jb_plugin *p, uint64_t i)
{
    const jb_component *c = p->components[i];
    if (!c) {
        return refuse(s, "component", NULL, "is NULL");
    }
    if (c->size < offsetof(jb_component, destroy) + sizeof c->destroy) {
        return refuse(s, "component", NULL, "is shorter than version 1.0");
    }
    if (!is_word(c->name) || !is_word(c->kind)) {
        return refuse(s, "component", is_text(c->name, 0) ? c->name : NULL,
                      "kind and name must be words of a-z, 0-9 and _");
    }
    if (!is_text(c->title, 1) || !is_text(c->title_zh, 1) || !is_text(c->help, 1) || !is_text(c->help_zh, 1)) {
        return refuse(s, c->name, NULL, "text is not UTF-8 or too long");
    }
    if ((c->n_params && !c->params) || (c->n_ifaces && !c->ifaces) || c->n_params > MAX_PARAMS ||
        c->n_ifaces > MAX_PARAMS) {
        return refuse(s, c->name, NULL, "its tables are NULL or too long");
    }
    if (c->n_params && (c->param_stride < offsetof(jb_param, help_zh) + sizeof(char *) ||
                        c->param_stride % sizeof(void *) != 0)) {
        return refuse(s, c->name, NULL, "its param_stride is wrong");
    }
    for (uint64_t k = 0; k < i; k++) {
        if (strcmp(p->components[k]->name, c->name) == 0 && strcmp(p->components[k]->kind, c->kind) == 0) {
            return refuse(s, c->kind, c->name, "declared twice");
        }
    }
    for (uint32_t k = 0; k < c->n_params; k++) {
        if (check_param(s, c, k) != 0) {
            return -1;
        }
    }
    for (uint64_t k = 0; k < c->n_ifaces; k++) {
        if (check_iface(s, c, &c->ifaces[k]) != 0) {
            return -1;
        }
    }
    return check_kind(s, c);
}

static int check_messages(const subject *s, const jb_plugin *p)
{
    if (p->n_messages && (!p->messages || p->message_stride % sizeof(void *) != 0 ||
                          p->message_stride < offsetof(jb_message, hint_zh) + sizeof(char *))) {
        return refuse(s, "messages", NULL, "the table or its stride is wrong");
    }
    for (uint32_t i = 0; i < p->n_messages; i++) {
        const jb_message *m = jb_plugin_message(p, i);
        if (!is_text(m->code, 0) || !is_text(m->en, 0) || !is_text(m->zh, 1) || !is_text(m->hint_en, 1) ||
            !is_text(m->hint_zh, 1)) {
            return refuse(s, "messages", NULL, "a code or text is missing or not UTF-8");
        }
    }
    return 0;
}

/* Size, magic and versions, in the order in which each makes the next readable. */
static int check_handshake(const subject *s, const jb_plugin *p, size_t st_size)
{
    char a[24], b[24];
    const size_t least = offsetof(jb_plugin, deinit) + sizeof p->deinit;
    if (st_size < 4 * sizeof(uint32_t) || p->magic != JB_MAGIC) {
        jb_diag(s->diags, "E0518", s->place, s->file);
        return -1;
    }
    snprintf(a, sizeof a, "%u", p->abi_major);
    snprintf(b, sizeof b, "%u", JB_ABI_MAJOR);
    if (p->abi_major != JB_ABI_MAJOR) {
        jb_diag(s->diags, "E0519", s->place, s->file, a, b);
        return -1;
    }
    snprintf(a, sizeof a, "1.%u", p->abi_needs);
    snprintf(b, sizeof b, "1.%u", JB_ABI_MINOR);
    if (p->abi_needs > JB_ABI_MINOR) {
        jb_diag(s->diags, "E0520", s->place, s->file, a, b);
        return -1;
    }
    snprintf(a, sizeof a, "%u", p->size);
    snprintf(b, sizeof b, "%zu", p->size > st_size ? st_size : least);
    if (p->size > st_size || p->size < least) {
        jb_diag(s->diags, "E0526", s->place, s->file, a, b);
        return -1;
    }
    return 0;
}

int jb_plugin_verify(const jb_plugin *p, size_t st_size, const char *file, const jb_place *place,
                     jb_diags *diags)
{
    subject s = {file, place, diags};
    if (check_handshake(&s, p, st_size) != 0) {
        return -1;
    }
    if (!is_id(p->id)) {
        return refuse(&s, "id", NULL, "must be letters, digits and . _ -");
    }
    if (!is_text(p->version, 0) || !is_text(p->license, 1) || !is_text(p->url, 1)) {
        return refuse(&s, "version", NULL, "is missing or not UTF-8");
    }
    if ((p->n_components && !p->components) || p->n_components > MAX_COMPONENTS) {
        return refuse(&s, "components", NULL, "NULL or more than 4096");
    }
    if (check_messages(&s, p) != 0) {
        return -1;
    }
    for (uint64_t i = 0; i < p->n_components; i++) {
        if (check_component(&s, p, i) != 0) {
            return -1;
        }
    }
    return 0;
}
