// SPDX-License-Identifier: Apache-2.0
#include "cli/jobs.h"
#include "cli/progress.h"

#include "base/arena.h"
#include "data/figure.h"
#include "page/page.h"
#include "plugin/registry.h"
#include "plugin/sandbox.h"
#include "plugin/scout.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_LIMIT_MS = 60 * 1000 };

extern char **environ;

typedef struct page_state {
    const jb_job_arg *arg;
    jb_registry *registry;
    jb_diags *early; /* said while the registry was made */
    jb_page *page;
    jb_figure_set *signatures;
    jb_figure_set *figures;
    const char **failed, **unwritten;
    unsigned holds; /* JB_SANDBOX_*: what fences this process in */
} page_state;

/* 1: some section that is left writes ${env:NAME}. Sources are wiped by then, so a password's variable goes. */
static int is_mentioned(const jb_config *config, const char *name, size_t n)
{
    static const char *const kinds[] = {"report", "host", "section", "renderer", "layout", "plugin"};
    static const char before[] = "${env:";
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        size_t count = jb_config_count(config, kinds[k]);
        for (size_t i = 0; i < count; i++) {
            const jb_section_cfg *s = jb_config_at(config, kinds[k], i);
            for (size_t v = 0; v < jb_section_n_values(s); v++) {
                const char *p = jb_section_value(s, v)->raw;
                while (p && (p = strstr(p, before)) != NULL) {
                    p += sizeof before - 1;
                    if (strncmp(p, name, n) == 0 && (p[n] == '}' || p[n] == ':')) {
                        return 1;
                    }
                }
            }
        }
    }
    return 0;
}

static int keeps(const jb_config *config, const char *entry)
{
    static const char *const kept[] = {"LANG=", "TZ=", "HOME="};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strncmp(entry, kept[i], strlen(kept[i])) == 0) {
            return 1;
        }
    }
    return strncmp(entry, "LC_", 3) == 0 || strncmp(entry, "XDG_", 4) == 0 ||
           is_mentioned(config, entry, strcspn(entry, "="));
}

/* Wiped, not only dropped: the strings lie in this process's memory. */
static void clear_environment(const jb_config *config)
{
    char **to = environ;
    for (char **from = environ; *from; from++) {
        if (keeps(config, *from)) {
            *to++ = *from;
        } else {
            volatile char *p = *from;
            while (*p) {
                *p++ = '\0';
            }
        }
    }
    *to = NULL;
}

/* Before any plugin is loaded: their constructors run in here too. */
static unsigned fence_in(const jb_job_arg *arg)
{
    if (jb_sandbox_wanted(arg->config) == JB_SANDBOX_OFF) {
        return 0;
    }
    jb_sandbox *s = jb_sandbox_new();
    jb_sandbox_system(s);
    jb_sandbox_declared(s, arg->config, 0);
    if (arg->write_dir) {
        jb_sandbox_write(s, arg->write_dir);
        (void)setenv("TMPDIR", arg->write_dir, 1); /* a library's own temporary files: nowhere else is open */
    }
    return jb_sandbox_enter(s, 0);
}

unsigned jb_page_confine(const jb_job_arg *arg)
{
    jb_config_wipe_kind(arg->config, "source");
    clear_environment(arg->config);
    return fence_in(arg);
}

/* Loads the files of what the configuration names, before anyone asks: the data worker reads schemas meanwhile.
 * Nothing of a plugin runs yet but its constructors. */
static void load_ahead(page_state *s)
{
    static const char *const kinds[] = {"section", "renderer"};
    const jb_registry_options options = {.config = s->arg->config,
                                         .safe = s->arg->options->safe,
                                         .scouted = s->arg->scouted,
                                         .kinds = JB_KINDS_PAGE};
    s->early = jb_diags_new();
    s->registry = jb_registry_new(&options, s->early);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        size_t n = jb_config_count(s->arg->config, kinds[k]);
        for (size_t i = 0; i < n; i++) {
            const jb_section_cfg *section = jb_config_at(s->arg->config, kinds[k], i);
            const jb_value_cfg *chart = jb_section_get(section, "chart");
            const char *type = jb_section_type(section);
            if (type) {
                jb_registry_load_ahead(s->registry, kinds[k], type);
            }
            if (chart && chart->text) {
                jb_registry_load_ahead(s->registry, "chart", chart->text);
            }
        }
    }
}

static void *page_start(void *arg)
{
    page_state *s = jb_alloc(sizeof *s);
    *s = (page_state){.arg = arg};
    if (!s->arg->options->in_process) {
        s->holds = jb_page_confine(arg);
    }
    load_ahead(s);
    return s;
}

static void page_stop(void *state)
{
    page_state *s = state;
    jb_page_free(s->page);
    jb_registry_free(s->registry);
    jb_diags_free(s->early);
    jb_figure_set_free(s->signatures);
    jb_figure_set_free(s->figures);
    free(s->failed);
    free(s->unwritten);
    free(s);
}

static jb_figure_set *unpack_set(jb_unpack *u)
{
    size_t n;
    const void *bytes = jb_unpack_blob(u, &n);
    return bytes && n ? jb_figure_set_read(bytes, n) : NULL;
}

static void make_page(page_state *s, jb_unpack *u, jb_buf *reply)
{
    jb_diags *diags = jb_diags_new();
    const jb_output *paths;
    size_t n = 0, n_failed, n_unwritten;
    s->signatures = unpack_set(u);
    s->failed = jb_unpack_own_names(u, &n_failed);
    s->unwritten = jb_unpack_own_names(u, &n_unwritten);
    const jb_page_options page = {
        .only = s->arg->options->only,
        .draft = s->arg->options->draft,
        .strict = s->arg->options->strict,
        .as_of = s->arg->as_of,
        .date = s->arg->date,
        .period = s->signatures && s->signatures->period && *s->signatures->period ? s->signatures->period : NULL,
        .failed = s->failed,
        .n_failed = n_failed,
        .unwritten = s->unwritten,
        .n_unwritten = n_unwritten};
    jb_sandbox_report(s->arg->config, s->holds, diags);
    jb_diags_join(diags, s->early);
    if (s->signatures) {
        s->page = jb_page_make(s->arg->config, s->registry, s->signatures, &page, diags);
    }
    n = s->page ? jb_page_paths(s->page, &paths) : 0;
    jb_pack_failure(reply);
    jb_pack_diags(reply, diags);
    jb_pack_u64(reply, s->page != NULL);
    jb_pack_u64(reply, n);
    for (size_t i = 0; i < n; i++) {
        jb_pack_str(reply, paths[i].renderer);
        jb_pack_str(reply, paths[i].path);
    }
    jb_diags_free(diags);
}

static void write_page(page_state *s, jb_unpack *u, jb_buf *reply)
{
    jb_diags *diags = jb_diags_new(), *notes = jb_diags_new();
    const jb_output *outputs = NULL;
    size_t n = 0;
    s->figures = unpack_set(u);
    const char *dir = jb_unpack_str(u);
    int status = JB_E_INTERNAL, unreadable = jb_unpack_diags(u, notes) != 0;
    if (s->page && s->figures && dir && !unreadable) {
        status = jb_page_run(s->page, s->figures, dir, jb_diags_count(notes) ? notes : NULL, &outputs, &n, diags);
    }
    jb_pack_failure(reply);
    jb_pack_diags(reply, diags);
    jb_pack_u64(reply, (uint64_t)status);
    jb_pack_u64(reply, s->page ? jb_page_placeholders(s->page) : 0);
    jb_pack_u64(reply, n);
    for (size_t i = 0; i < n; i++) {
        jb_pack_str(reply, outputs[i].renderer);
        jb_pack_str(reply, outputs[i].path);
        jb_pack_str(reply, outputs[i].temp);
    }
    jb_diags_free(notes);
    jb_diags_free(diags);
}

static void page_serve(void *state, uint32_t op, jb_unpack *request, jb_buf *reply)
{
    page_state *s = state;
    if (op == JB_OP_PAGE) {
        make_page(s, request, reply);
    } else if (op == JB_OP_WRITE) {
        write_page(s, request, reply);
    }
}

jb_job jb_page_job(const jb_job_arg *arg)
{
    return (jb_job){.start = page_start,
                    .serve = page_serve,
                    .stop = page_stop,
                    .arg = (void *)(uintptr_t)arg,
                    .limit_ms = PAGE_LIMIT_MS,
                    .progress = jb_progress_wanted(arg->options),
                    .in_process = arg->options->in_process};
}
