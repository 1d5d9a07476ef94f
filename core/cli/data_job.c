// SPDX-License-Identifier: Apache-2.0
#include "cli/jobs.h"
#include "cli/progress.h"

#include "base/arena.h"
#include "data/figure.h"
#include "engine/engine.h"
#include "plugin/registry.h"
#include "plugin/sandbox.h"
#include "plugin/scout.h"

#include <stdlib.h>
#include <string.h>

enum { DATA_LIMIT_MS = 120 * 1000 };

typedef struct data_state {
    const jb_job_arg *arg;
    jb_registry *registry;
    jb_model *model;
    const char **lost; /* as long as the model */
} data_state;

void jb_pack_diags(jb_buf *out, const jb_diags *diags)
{
    jb_buf block;
    jb_buf_init(&block, JB_BUF_MAX_BLOCK);
    jb_diags_write(diags, &block);
    jb_pack_blob(out, block.data, block.len);
    jb_buf_free(&block);
}

int jb_unpack_diags(jb_unpack *u, jb_diags *into)
{
    size_t n;
    const void *bytes = jb_unpack_blob(u, &n);
    return !bytes ? -1 : n == 0 ? 0 : jb_diags_read(into, bytes, n);
}

void jb_pack_failure(jb_buf *out)
{
    jb_crumb crumb;
    int failed = jb_failure_take(&crumb);
    jb_pack_blob(out, &crumb, failed ? sizeof crumb : 0);
}

const char *jb_report_value(const jb_config *config, const char *key, jb_diags *diags)
{
    const jb_section_cfg *report = jb_config_find(config, "report", "");
    const jb_value_cfg *v = report ? jb_section_get(report, key) : NULL;
    const char *text = v ? jb_value_text(config, v, 0, diags) : NULL;
    return text && *text ? text : NULL;
}

static void pack_set(jb_buf *out, const jb_figure_set *set)
{
    jb_buf block;
    jb_buf_init(&block, JB_BUF_MAX_BLOCK);
    if (set) {
        jb_figure_set_write(set, &block);
    }
    jb_pack_blob(out, block.data, block.len);
    jb_buf_free(&block);
}

const char **jb_unpack_names(jb_unpack *u, size_t *n)
{
    uint64_t count = jb_unpack_u64(u);
    if (count > 65536) {
        u->failed = 1;
        count = 0;
    }
    const char **names = jb_alloc((size_t)(count + 1) * sizeof *names);
    for (uint64_t i = 0; i < count; i++) {
        names[i] = jb_unpack_str(u);
    }
    *n = u->failed ? 0 : (size_t)count;
    return names;
}

/* Sources read files or talk to servers, so the fence of this worker has gates, and is put up only where some
 * [plugin] asks for it. */
static void fence_in(const jb_config *config)
{
    static const char *const of_files[] = {"csv", "sqlite", "xlsx", "json", "command"};
    unsigned may = 0;
    size_t n = jb_config_count(config, "source");
    for (size_t i = 0; i < n; i++) {
        const char *type = jb_section_type(jb_config_at(config, "source", i));
        int only_files = 0;
        for (size_t k = 0; type && k < sizeof of_files / sizeof *of_files; k++) {
            only_files |= strcmp(type, of_files[k]) == 0;
        }
        may |= only_files ? 0 : JB_SANDBOX_MAY_CONNECT;
        may |= type && strcmp(type, "command") == 0 ? JB_SANDBOX_MAY_EXEC : 0;
    }
    jb_sandbox *s = jb_sandbox_new();
    jb_sandbox_system(s);
    jb_sandbox_declared(s, config, 1);
    if (may & JB_SANDBOX_MAY_EXEC) {
        jb_sandbox_read(s, "/usr");
        jb_sandbox_read(s, "/bin");
    }
    (void)jb_sandbox_enter(s, may); /* the page worker says what does not hold */
}

static void *data_start(void *arg)
{
    data_state *s = jb_alloc(sizeof *s);
    *s = (data_state){.arg = arg};
    if (!s->arg->options->in_process && jb_sandbox_asked(s->arg->config)) {
        fence_in(s->arg->config);
    }
    return s;
}

static void data_stop(void *state)
{
    data_state *s = state;
    jb_model_free(s->model);
    jb_registry_free(s->registry);
    free(s->lost);
    free(s);
}

const char **jb_unpack_own_names(jb_unpack *u, size_t *n)
{
    const char **names = jb_unpack_names(u, n);
    size_t bytes = 0;
    for (size_t i = 0; i < *n; i++) {
        bytes += strlen(names[i]) + 1;
    }
    const char **copy = jb_alloc((*n + 1) * sizeof *copy + bytes);
    char *at = (char *)(copy + *n + 1);
    for (size_t i = 0; i < *n; i++) {
        size_t len = strlen(names[i]) + 1;
        memcpy(at, names[i], len);
        copy[i] = at;
        at += len;
    }
    free(names);
    return copy;
}

static void make_model(data_state *s, jb_unpack *u, jb_buf *reply)
{
    size_t n_lost;
    jb_diags *diags = jb_diags_new();
    const jb_registry_options options = {.config = s->arg->config,
                                         .safe = s->arg->options->safe,
                                         .scouted = s->arg->scouted,
                                         .kinds = JB_KINDS_DATA};
    s->lost = jb_unpack_own_names(u, &n_lost);
    const jb_engine_options engine = {.threads = s->arg->options->threads,
                                      .verify = s->arg->options->verify,
                                      .as_of = s->arg->as_of,
                                      .date = s->arg->date,
                                      .in_check = s->arg->in_check,
                                      .lost = s->lost,
                                      .n_lost = n_lost};
    s->registry = jb_registry_new(&options, diags);
    s->model = jb_model_make(s->arg->config, s->registry, &engine, diags);
    jb_figure_set *signatures = s->model ? jb_model_signatures(s->model) : NULL;
    jb_pack_failure(reply);
    jb_pack_diags(reply, diags);
    jb_pack_u64(reply, s->model != NULL);
    pack_set(reply, signatures);
    jb_figure_set_free(signatures);
    jb_diags_free(diags);
}

static void run(data_state *s, jb_unpack *u, jb_buf *reply)
{
    size_t n, n_skip;
    const char **names = jb_unpack_names(u, &n), **skip = jb_unpack_names(u, &n_skip);
    jb_diags *diags = jb_diags_new(), *rules = jb_diags_new();
    jb_rules_result result = {0};
    jb_figure_set *set = NULL;
    if (!u->failed && s->model) {
        set = jb_model_run(s->model, n ? names : NULL, n, skip, n_skip, diags);
    }
    if (set && n == 0) { /* rules look at all figures */
        jb_model_rules(s->model, set, &result, rules);
    }
    jb_pack_failure(reply);
    jb_pack_diags(reply, diags);
    jb_pack_u64(reply, set != NULL);
    pack_set(reply, set);
    jb_pack_u64(reply, result.broken_errors);
    jb_pack_u64(reply, result.unchecked);
    jb_pack_diags(reply, rules);
    jb_figure_set_free(set);
    jb_diags_free(rules);
    jb_diags_free(diags);
    free(names);
    free(skip);
}

static void probe(data_state *s, jb_unpack *u, jb_buf *reply)
{
    int json = (int)jb_unpack_u64(u), zh = (int)jb_unpack_u64(u);
    jb_diags *diags = jb_diags_new();
    jb_buf text;
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    if (s->model) {
        jb_model_probe(s->model, &text, json, zh, diags);
    }
    jb_pack_diags(reply, diags);
    jb_pack_str(reply, jb_buf_text(&text));
    jb_buf_free(&text);
    jb_diags_free(diags);
}

static void plan(data_state *s, jb_unpack *u, jb_buf *reply)
{
    int json = (int)jb_unpack_u64(u), zh = (int)jb_unpack_u64(u);
    jb_buf text;
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    if (s->model) {
        jb_model_plan(s->model, &text, json, zh);
    }
    jb_pack_str(reply, jb_buf_text(&text));
    jb_buf_free(&text);
}

static void data_serve(void *state, uint32_t op, jb_unpack *request, jb_buf *reply)
{
    data_state *s = state;
    switch (op) {
    case JB_OP_MODEL:
        make_model(s, request, reply);
        break;
    case JB_OP_RUN:
        run(s, request, reply);
        break;
    case JB_OP_PROBE:
        probe(s, request, reply);
        break;
    case JB_OP_PLAN:
        plan(s, request, reply);
        break;
    default:
        break;
    }
}

jb_job jb_data_job(const jb_job_arg *arg)
{
    return (jb_job){.start = data_start,
                    .serve = data_serve,
                    .stop = data_stop,
                    .arg = (void *)(uintptr_t)arg,
                    .limit_ms = DATA_LIMIT_MS,
                    .progress = jb_progress_wanted(arg->options),
                    .in_process = arg->options->in_process};
}
