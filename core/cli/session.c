// SPDX-License-Identifier: Apache-2.0
#include "cli/session_impl.h"

#include "base/arena.h"
#include "data/value.h"
#include "plugin/scout.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- opening and closing --------------------------------------------------------------------------------- */

/* The sections that decide what is computed, as one text; equal texts may share a scan. */
static void data_text(const jb_config *config, jb_buf *out)
{
    static const char *const kinds[] = {"host", "report", "keys", "unit", "source", "metric", "rule", "accept", "plugin"};
    static const char *const report_keys[] = {"date", "as_of", "period"};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        size_t n = jb_config_count(config, kinds[k]);
        for (size_t i = 0; i < n; i++) {
            const jb_section_cfg *s = jb_config_at(config, kinds[k], i);
            jb_pack_str(out, kinds[k]);
            jb_pack_str(out, jb_section_name(s));
            for (size_t v = 0; v < jb_section_n_values(s); v++) {
                const jb_value_cfg *value = jb_section_value(s, v);
                int counts = strcmp(kinds[k], "report") != 0;
                for (size_t r = 0; r < 3 && !counts; r++) {
                    counts = strcmp(value->key, report_keys[r]) == 0;
                }
                if (counts) {
                    jb_pack_str(out, value->key);
                    jb_pack_str(out, value->raw);
                    jb_pack_str(out, value->text);
                    jb_pack_str(out, jb_value_dir(value));
                }
            }
            for (size_t a = 0; a < jb_section_n_and(s); a++) {
                jb_pack_str(out, jb_section_and(s, a)->raw);
            }
        }
    }
}

static void group_issue(jb_session *s, jb_issue *issue, jb_buf *texts)
{
    size_t mine = (size_t)(issue - s->issues);
    for (size_t i = 0; i < mine; i++) {
        if (texts[i].len == texts[mine].len && memcmp(texts[i].data, texts[mine].data, texts[mine].len) == 0) {
            issue->group = s->issues[i].group;
            return;
        }
    }
    issue->group = &s->groups[s->n_groups++];
    *issue->group = (jb_group){.arg = issue->arg, .rules = jb_diags_new()};
    jb_buf_init(&issue->group->signatures, JB_BUF_MAX_BLOCK);
    jb_buf_init(&issue->group->figures, JB_BUF_MAX_BLOCK);
    if (mine > 0 && s->issues[0].profile && issue->profile) {
        jb_diag(s->diags, "E0819", NULL, s->issues[0].profile, issue->profile);
    }
}

/* A date of [report] as YYYY-MM-DD in `out`, `fallback` when it is not set or none. */
static const char *report_date(jb_session *s, jb_config *config, const char *key, const char *fallback, char out[11])
{
    const char *text = jb_report_value(config, key, s->diags);
    int32_t days;
    if (!text) {
        return fallback;
    }
    if (jb_date_parse(text, strlen(text), &days) != 0) {
        return fallback; /* told where the section was checked */
    }
    jb_date_print(days, out);
    return out;
}

static void open_issue(jb_session *s, jb_issue *issue, const char *profile, int in_check)
{
    const jb_options *o = s->options;
    const jb_load_options load = {.file = o->operands[o->command == JB_CMD_CONFIG],
                                  .with = o->with.items,
                                  .n_with = o->with.n,
                                  .set = o->set.items,
                                  .n_set = o->set.n,
                                  .profile = profile,
                                  .as_of = o->as_of};
    *issue = (jb_issue){.profile = profile, .temp_lock = -1};
    issue->config = jb_config_load(&load, s->diags);
    const char *date = report_date(s, issue->config, "date", NULL, issue->date);
    const char *as_of = o->as_of ? o->as_of : report_date(s, issue->config, "as_of", date, issue->as_of);
    issue->arg = (jb_job_arg){.options = o, .config = issue->config, .as_of = as_of, .date = date, .in_check = in_check};
}

int jb_session_open(jb_session *s, const jb_options *o, int in_check)
{
    *s = (jb_session){.options = o, .diags = jb_diags_new()};
    size_t n = o->profiles.n ? o->profiles.n : 1;
    s->issues = jb_alloc(n * sizeof *s->issues);
    s->groups = jb_alloc(n * sizeof *s->groups);
    jb_buf *texts = jb_alloc(n * sizeof *texts);
    for (size_t i = 0; i < n; i++) {
        jb_buf_init(&texts[i], JB_BUF_MAX_BLOCK);
        open_issue(s, &s->issues[i], o->profiles.n ? o->profiles.items[i] : NULL, in_check);
        s->n_issues++;
        data_text(s->issues[i].config, &texts[i]);
        group_issue(s, &s->issues[i], texts);
    }
    for (size_t i = 0; i < n; i++) {
        jb_buf_free(&texts[i]);
    }
    free(texts);
    const char *file = o->operands[o->command == JB_CMD_CONFIG];
    return jb_diags_errors(s->diags) && access(file, R_OK) != 0 ? -1 : 0;
}

void jb_paths_free(jb_path *paths, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(paths[i].renderer);
        free(paths[i].path);
    }
    free(paths);
}

void jb_session_close(jb_session *s)
{
    for (size_t i = 0; i < s->n_issues; i++) {
        jb_issue *issue = &s->issues[i];
        (s->hurry ? jb_worker_kill : jb_worker_end)(issue->page);
        jb_temp_dir_remove(issue->temp_dir, issue->temp_lock);
        jb_paths_free(issue->paths, issue->n_paths);
        jb_paths_free(issue->files, issue->n_files);
        jb_scouted_free(issue->scouted);
        jb_names_free(&issue->failed);
        jb_names_free(&issue->unwritten);
        jb_names_free(&issue->culprits);
    }
    for (size_t i = 0; i < s->n_groups; i++) {
        jb_group *g = &s->groups[i];
        (s->hurry ? jb_worker_kill : jb_worker_end)(g->data);
        jb_buf_free(&g->signatures);
        jb_buf_free(&g->figures);
        jb_diags_free(g->rules);
        jb_names_free(&g->untyped);
        jb_names_free(&g->skip);
        jb_names_free(&g->culprits);
    }
    for (size_t i = 0; i < s->n_issues; i++) {
        jb_config_free(s->issues[i].config);
    }
    free(s->issues);
    free(s->groups);
    jb_diags_free(s->diags);
}

/* ---- the end --------------------------------------------------------------------------------------------------------- */

void jb_session_print(jb_session *s)
{
    jb_diags_sort(s->diags);
    if (jb_diags_count(s->diags)) {
        if (s->options->log_json) {
            jb_diags_json(s->diags, stderr, s->options->zh);
        } else {
            jb_diags_print(s->diags, stderr, s->options->zh, s->options->ink);
        }
    }
    jb_diags_free(s->diags);
    s->diags = jb_diags_new();
}

int jb_session_finish(jb_session *s, int fallback)
{
    int code = jb_diags_exit(s->diags);
    jb_session_print(s);
    s->hurry = s->interrupted || code != 0;
    if (s->interrupted) {
        return 128 + jb_signals_got();
    }
    return code ? code : fallback;
}
