// SPDX-License-Identifier: Apache-2.0
/* Listings made from what plugins declare. They load plugins, so they run in a worker as well. */
#include "cli/jobs.h"
#include "cli/listing.h"

#include "base/arena.h"
#include "base/str.h"
#include "plugin/registry.h"

#include <stdlib.h>
#include <string.h>

typedef struct tool_state {
    const jb_job_arg *arg;
    jb_registry *registry;
    jb_diags *diags;
} tool_state;

static void *tool_start(void *arg)
{
    tool_state *s = jb_alloc(sizeof *s);
    *s = (tool_state){.arg = arg, .diags = jb_diags_new()};
    return s;
}

static void tool_stop(void *state)
{
    tool_state *s = state;
    jb_registry_free(s->registry);
    jb_diags_free(s->diags);
    free(s);
}

static void show(tool_state *s, const char *name, int json, int zh, jb_buf *text)
{
    size_t n = jb_registry_count(s->registry), shown = 0;
    const char **names = jb_alloc((2 * n + 1) * sizeof *names);
    if (json) {
        jb_buf_str(text, "{\"version\":1,\"types\":[");
    }
    for (size_t i = 0; i < n; i++) {
        const jb_type *t = jb_registry_at(s->registry, i);
        const char *slash = strchr(name, '/');
        int match = strcmp(t->component->name, slash ? slash + 1 : name) == 0 || strcmp(t->plugin->id, name) == 0;
        if (slash) {
            match = match && strncmp(t->plugin->id, name, (size_t)(slash - name)) == 0;
        }
        names[2 * i] = t->component->name;
        names[2 * i + 1] = t->plugin->id;
        if (match && json) {
            jb_buf_str(text, shown ? "," : "");
            jb_type_json(t, 1, text);
        } else if (match) {
            jb_buf_str(text, shown ? "\n" : "");
            jb_type_show(t, zh, text);
        }
        shown += (size_t)match;
    }
    if (json) {
        jb_buf_str(text, "]}\n");
    }
    if (!shown) {
        jb_diag(s->diags, "E0814", NULL, name, jb_nearest(name, names, 2 * n));
    }
    free(names);
}

static void explain(tool_state *s, const char *code, int json, int zh, jb_buf *text)
{
    const char *plugin = NULL;
    const jb_message *m = jb_registry_message(s->registry, code, &plugin);
    if (!m) {
        jb_diag(s->diags, "E0813", NULL, code);
        return;
    }
    const jb_catalog_entry e = {.code = m->code, .severity = JB_SEV_ERROR, .exit_code = -1,
                                .zh = m->zh ? m->zh : m->en, .en = m->en, .hint_zh = m->hint_zh, .hint_en = m->hint_en};
    jb_explain_text(&e, plugin, json, zh, text);
}

static void tool_serve(void *state, uint32_t op, jb_unpack *u, jb_buf *reply)
{
    tool_state *s = state;
    const char *name = op == JB_OP_SHOW || op == JB_OP_EXPLAIN ? jb_unpack_str(u) : NULL;
    int json = (int)jb_unpack_u64(u), zh = (int)jb_unpack_u64(u);
    const jb_registry_options options = {.config = s->arg->config, .safe = s->arg->options->safe};
    jb_buf text;
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    s->registry = jb_registry_new(&options, s->diags);
    jb_registry_load_all(s->registry, s->diags);
    switch (op) {
    case JB_OP_LIST:
        jb_types_list(s->registry, json, zh, &text);
        break;
    case JB_OP_SHOW:
        show(s, name ? name : "", json, zh, &text);
        break;
    case JB_OP_REFERENCE:
        jb_types_reference(s->registry, &text);
        break;
    case JB_OP_MESSAGES:
        jb_errors_page(s->registry, &text);
        break;
    case JB_OP_INDEX:
        jb_registry_index(s->registry, &text);
        break;
    case JB_OP_EXPLAIN:
        explain(s, name ? name : "", json, zh, &text);
        break;
    default:
        break;
    }
    jb_pack_diags(reply, s->diags);
    jb_pack_str(reply, jb_buf_text(&text));
    jb_buf_free(&text);
}

jb_job jb_tool_job(const jb_job_arg *arg)
{
    return (jb_job){.start = tool_start,
                    .serve = tool_serve,
                    .stop = tool_stop,
                    .arg = (void *)(uintptr_t)arg,
                    .limit_ms = 60 * 1000};
}
