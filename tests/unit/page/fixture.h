// SPDX-License-Identifier: Apache-2.0
/* A report from an INI text and figures built by hand: checked, written, rendered, all in this
 * process. */
#ifndef JB_TEST_PAGE_FIXTURE_H
#define JB_TEST_PAGE_FIXTURE_H

#include "../doc/fake.h"

#include "base/buf.h"
#include "config/config.h"
#include "page/page.h"
#include "plugin/registry.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct issue {
    char dir[64];
    char codes[512]; /* codes of all messages, "E0716:5 E0750:9": code and line */
    int exit_code;
    int status;        /* of jb_page_run; -100: not run, the check failed */
    char *json;        /* tree */
    char *text;        /* first output file */
    char paths[512];   /* outputs, joined by blanks */
    char figures[512]; /* names read */
    size_t placeholders;
} issue;

static inline char *fixture_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *out = calloc(1, (size_t)4 << 20);
    size_t n = f != NULL ? fread(out, 1, ((size_t)4 << 20) - 1, f) : 0;
    out[n] = '\0';
    if (f != NULL)
        fclose(f);
    return out;
}

static inline void fixture_put(const issue *is, const char *name, const char *text)
{
    char path[400];
    FILE *f;
    snprintf(path, sizeof path, "%s/%s", is->dir, name);
    f = fopen(path, "wb");
    if (f == NULL)
        abort();
    fputs(text, f);
    fclose(f);
}

static inline void fixture_codes(issue *is, const jb_diags *d)
{
    jb_diag_view v;
    size_t i, n = strlen(is->codes);
    for (i = 0; jb_diags_at(d, i, &v) && n + 32 < sizeof is->codes; i++)
        n += (size_t)snprintf(is->codes + n, sizeof is->codes - n, "%s%s:%u", n > 0 ? " " : "",
                              v.code, v.place.line);
    if (getenv("JB_TEST_SHOW") != NULL)
        jb_diags_print(d, stderr, 1, 0);
}

static inline void issue_begin(issue *is)
{
    memset(is, 0, sizeof *is);
    snprintf(is->dir, sizeof is->dir, "/tmp/jianbao-page-XXXXXX");
    if (mkdtemp(is->dir) == NULL)
        abort();
}

static inline void issue_end(issue *is)
{
    char command[128];
    free(is->json);
    free(is->text);
    snprintf(command, sizeof command, "rm -rf '%s'", is->dir);
    if (system(command) != 0)
        abort();
}

static inline void fixture_run(issue *is, jb_page *page, const jb_figure_set *figures,
                               const jb_diags *notes, jb_diags *d)
{
    const jb_output *outputs;
    const char *const *names;
    size_t n, i, at = 0;
    char out[96];
    jb_buf tree;
    n = jb_page_figures(page, &names);
    for (i = 0; i < n && at + 40 < sizeof is->figures; i++)
        at += (size_t)snprintf(is->figures + at, sizeof is->figures - at, "%s%s", i > 0 ? " " : "",
                               names[i]);
    if (jb_diags_errors(d) > 0)
        return;
    snprintf(out, sizeof out, "%s/out", is->dir);
    mkdir(out, 0777);
    if (getenv("JB_TEST_ONCE") == NULL) { /* a page may be run again, with other figures */
        jb_figure_set *copy;
        jb_buf block;
        jb_diags *unheard = jb_diags_new();
        jb_buf_init(&block, JB_BUF_MAX_BLOCK);
        jb_figure_set_write(figures, &block);
        copy = jb_figure_set_read(block.data, block.len);
        if (copy != NULL)
            (void)jb_page_run(page, copy, out, notes, &outputs, &n, unheard);
        for (i = 0; copy != NULL && i < n; i++)
            (void)unlink(outputs[i].temp);
        jb_figure_set_free(copy);
        jb_buf_free(&block);
        jb_diags_free(unheard);
    }
    is->status = jb_page_run(page, figures, out, notes, &outputs, &n, d);
    is->placeholders = jb_page_placeholders(page);
    for (i = 0, at = 0; i < n && at + 100 < sizeof is->paths; i++)
        at += (size_t)snprintf(is->paths + at, sizeof is->paths - at, "%s%s", i > 0 ? " " : "",
                               outputs[i].path);
    is->text = n > 0 ? fixture_file(outputs[0].temp) : NULL;
    jb_buf_init(&tree, JB_BUF_MAX_TEXT);
    jb_page_json(page, &tree);
    is->json = calloc(1, tree.len + 1);
    memcpy(is->json, jb_buf_text(&tree), tree.len);
    jb_buf_free(&tree);
}

/* options: NULL or what to set beside the dates. */
static inline void issue_make(issue *is, const char *ini, const jb_figure_set *figures,
                              const jb_page_options *options, const jb_diags *notes)
{
    char path[96], head[512];
    jb_load_options load = {.file = path};
    jb_registry_options reg = {0};
    jb_page_options o = {
        .as_of = "2022-08-16", .date = "2022-08-19", .period = "2022-01-01..2022-08-16"};
    jb_diags *d = jb_diags_new();
    jb_figure_set *shapes = fake_shapes(figures);
    char *whole = calloc(1, strlen(ini) + sizeof head);
    jb_registry *registry;
    jb_page *page;
    if (options != NULL) {
        o.only = options->only;
        o.draft = options->draft;
        o.strict = options->strict;
        o.failed = options->failed;
        o.n_failed = options->n_failed;
    }
    /* after the text, so that lines of messages are those of the text */
    snprintf(head, sizeof head,
             "\n[host]\nplugins = " JB_BINARY_DIR "/plugins, " JB_BINARY_DIR "/tests/naughty\n");
    memcpy(whole, ini, strlen(ini));
    memcpy(whole + strlen(ini), head, strlen(head) + 1);
    fixture_put(is, "r.ini", whole);
    free(whole);
    snprintf(path, sizeof path, "%s/r.ini", is->dir);
    is->status = -100;
    jb_config *config = jb_config_load(&load, d);
    reg.config = config;
    registry = jb_registry_new(&reg, d);
    page = jb_diags_errors(d) == 0 ? jb_page_make(config, registry, shapes, &o, d) : NULL;
    if (page != NULL)
        fixture_run(is, page, figures, notes, d);
    fixture_codes(is, d);
    is->exit_code = jb_diags_exit(d);
    jb_page_free(page);
    jb_registry_free(registry);
    jb_config_free(config);
    jb_diags_free(d);
    jb_figure_set_free(shapes);
}
#endif
