// SPDX-License-Identifier: Apache-2.0
/* Who is lost when a plugin fails: the instance that was being called, and sometimes all that its component makes. */
#include "cli/session_impl.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int jb_names_have(const jb_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->items[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

void jb_names_add(jb_names *names, const char *name)
{
    names->items = jb_grow(names->items, names->n, &names->cap, sizeof *names->items);
    names->items[names->n++] = jb_copy_text(name);
}

void jb_names_free(jb_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        free(names->items[i]);
    }
    free(names->items);
    *names = (jb_names){0};
}

const char *jb_lost_kind(const jb_death *death)
{
    static const char *const kinds[] = {"source", "metric", "section", "renderer"};
    const char *said = *death->crumb.instance ? death->crumb.instance : death->crumb.component;
    for (size_t i = 0; death->in_plugin && i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t n = strlen(kinds[i]);
        if (strncmp(said, kinds[i], n) == 0 && (said[n] == ' ' || said[n] == '/')) {
            return kinds[i];
        }
    }
    return death->in_plugin && strncmp(said, "chart/", 6) == 0 ? "section" : "";
}

/* NAME of `kind "NAME"`; a name too long for a crumb is cut there, and stays unfound here. */
static char *instance_name(const jb_crumb *c)
{
    const char *open = strchr(c->instance, '"');
    char *name = jb_copy_text(open ? open + 1 : "");
    size_t n = strlen(name);
    if (n && name[n - 1] == '"') {
        name[n - 1] = '\0';
    }
    return name;
}

static int is_type(const char *text, const char *name)
{
    const char *slash = text ? strrchr(text, '/') : NULL;
    return text && strcmp(slash ? slash + 1 : text, name) == 0;
}

/* `component` is "metric/count"; a chart's is named by the section that wants it drawn. */
static int uses(const jb_section_cfg *section, const char *component)
{
    const char *slash = strchr(component, '/');
    char kind[24] = "";
    if (!slash || (size_t)(slash - component) >= sizeof kind) {
        return 0;
    }
    memcpy(kind, component, (size_t)(slash - component));
    if (strcmp(kind, jb_section_kind(section)) == 0) {
        return is_type(jb_section_type(section), slash + 1);
    }
    const jb_value_cfg *v = jb_section_get(section, kind);
    return v && is_type(v->text, slash + 1);
}

/* What fails before there is an instance, or before it knows what it is asked for, would fail for the next one too. */
static int is_hopeless(const char *phase)
{
    return strcmp(phase, "create") == 0 || strcmp(phase, "bind") == 0 || strcmp(phase, "init") == 0;
}

size_t jb_lose(const jb_config *config, const jb_death *death, jb_names *culprits, jb_names *lost)
{
    const jb_crumb *c = &death->crumb;
    const char *kind = jb_lost_kind(death);
    size_t before = lost->n;
    char *name = instance_name(c);
    if (*c->instance && jb_names_have(lost, name)) {
        free(name);
        return 0;
    }
    if (*c->instance) {
        jb_names_add(lost, name);
    }
    free(name);
    int again = *c->component && jb_names_have(culprits, c->component);
    for (size_t i = 0; (again || is_hopeless(c->phase)) && i < jb_config_count(config, kind); i++) {
        const jb_section_cfg *section = jb_config_at(config, kind, i);
        if (uses(section, c->component) && !jb_names_have(lost, jb_section_name(section))) {
            jb_names_add(lost, jb_section_name(section));
        }
    }
    if (!again) {
        jb_names_add(culprits, c->component);
    }
    return lost->n - before;
}

void jb_lost_report(jb_session *s, const char *code, const jb_config *config, const jb_death *death,
                    const jb_diags *said, const jb_names *lost, size_t first)
{
    const char *kind = jb_lost_kind(death);
    size_t from = first + (*death->crumb.instance != '\0');
    jb_death_report(s->diags, code, death, s->options->zh);
    jb_death_details(s->diags, said, s->options->zh);
    for (size_t i = from; i < lost->n; i++) {
        const jb_section_cfg *section = jb_config_find(config, kind, lost->items[i]);
        jb_place place = section ? jb_section_place(section) : (jb_place){0};
        jb_diag_note_at(s->diags, "E1301", section ? &place : NULL, kind, lost->items[i]);
    }
}

int jb_session_give_up(jb_session *s, const jb_death *death, const jb_diags *said, int restarts)
{
    char times[16];
    jb_death_report(s->diags, "E0540", death, s->options->zh);
    jb_death_details(s->diags, said, s->options->zh);
    if (restarts) {
        snprintf(times, sizeof times, "%d", restarts);
        jb_diag(s->diags, "E0545", NULL, times);
    }
    return -1;
}
