// SPDX-License-Identifier: Apache-2.0
#include "cli/session_impl.h"

#include "cli/commands.h"

#include "base/arena.h"
#include "data/figure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void pack_names(jb_buf *request, const jb_names *names)
{
    jb_pack_u64(request, names->n);
    for (size_t i = 0; i < names->n; i++) {
        jb_pack_str(request, names->items[i]);
    }
}

static void ask_page(jb_issue *issue)
{
    jb_buf request;
    jb_job job = jb_page_job(&issue->arg);
    jb_buf_init(&request, JB_BUF_MAX_BLOCK);
    jb_pack_blob(&request, issue->group->signatures.data, issue->group->signatures.len);
    pack_names(&request, &issue->failed);
    pack_names(&request, &issue->unwritten);
    if (!issue->page) {
        issue->page = jb_worker_start(&job);
    }
    jb_worker_ask(issue->page, JB_OP_PAGE, &request);
    jb_buf_free(&request);
}

static jb_path *unpack_paths(jb_unpack *u, size_t *n, int with_temp)
{
    uint64_t count = jb_unpack_u64(u);
    if (u->failed || count > 4096) {
        u->failed = 1;
        *n = 0;
        return NULL;
    }
    jb_path *paths = jb_alloc((size_t)(count + 1) * sizeof *paths);
    *n = 0;
    for (uint64_t i = 0; i < count; i++) {
        const char *renderer = jb_unpack_str(u), *path = jb_unpack_str(u);
        const char *temp = with_temp ? jb_unpack_str(u) : renderer;
        if (u->failed || !renderer || !path || !temp) {
            u->failed = 1;
            break;
        }
        paths[*n].renderer = jb_copy_text(with_temp ? temp : renderer);
        paths[(*n)++].path = jb_copy_text(path);
    }
    return paths;
}

/* Output files that are still to be made. */
static size_t files_left(const jb_issue *issue)
{
    size_t n = 0;
    for (size_t i = 0; i < issue->n_paths; i++) {
        n += !jb_names_have(&issue->unwritten, issue->paths[i].renderer);
    }
    return n;
}

static void report_loss(jb_session *s, jb_issue *issue, const jb_death *death, const jb_diags *said,
                        const jb_names *lost, size_t first)
{
    int of_renderer = lost == &issue->unwritten, in_check = s->options->command != JB_CMD_RUN;
    jb_lost_report(s, in_check ? "E0544" : of_renderer ? "E1300" : "E0541", issue->config, death, said, lost, first);
    for (size_t i = 0; of_renderer && i < issue->n_paths; i++) {
        for (size_t k = first; k < lost->n; k++) {
            if (strcmp(issue->paths[i].renderer, lost->items[k]) == 0) {
                jb_diag_note_at(s->diags, "E1303", NULL, issue->paths[i].path);
            }
        }
    }
}

/* A section whose plugin fails is replaced by a placeholder, a renderer's files are left out, and the document is
 * begun again. 1: begun again. A renderer that says itself what is wrong is believed: that ends the run. */
static int with_placeholder(jb_session *s, jb_issue *issue, const jb_death *death, const jb_diags *said)
{
    const char *kind = jb_lost_kind(death);
    int of_renderer = strcmp(kind, "renderer") == 0;
    jb_names *lost = of_renderer ? &issue->unwritten : &issue->failed;
    size_t before = lost->n;
    int explained = of_renderer && death->cause == JB_CAUSE_FAULT && death->crumb.explained;
    if ((!of_renderer && strcmp(kind, "section") != 0) || explained) {
        (void)jb_session_fatal(s, death, "E0547", "page");
        jb_death_details(s->diags, said, s->options->zh);
        return -1;
    }
    if (s->options->strict) {
        return jb_session_give_up(s, death, said, 0);
    }
    if (issue->restarts == JB_MAX_RESTARTS || jb_lose(issue->config, death, &issue->culprits, lost) == 0) {
        return jb_session_give_up(s, death, said, issue->restarts);
    }
    if (of_renderer && issue->n_paths && files_left(issue) == 0) {
        (void)jb_session_fatal(s, death, "E0547", "page");
        jb_death_details(s->diags, said, s->options->zh);
        return -1;
    }
    issue->restarts++;
    report_loss(s, issue, death, said, lost, before);
    jb_worker_end(issue->page);
    issue->page = NULL;
    ask_page(issue);
    return 1;
}

/* ---- echoes ---- */

/* Metrics that are configured but could not be typed: why has been said where they stand, so that the sections
 * that print them need not call them unknown. */
typedef struct untyped {
    const char **names;
    size_t n;
} untyped;

/* 1: the text names it: in quotes, or as its last word. */
static int names_it(const char *text, const char *name)
{
    static const char open[] = "“", close[] = "”";
    size_t n = strlen(name);
    for (const char *p = strstr(text, name); p; p = strstr(p + 1, name)) {
        size_t before = (size_t)(p - text);
        int ascii = before >= 1 && p[-1] == '"' && p[n] == '"';
        int chinese = before >= sizeof open - 1 && memcmp(p - (sizeof open - 1), open, sizeof open - 1) == 0 &&
                      strncmp(p + n, close, sizeof close - 1) == 0;
        int last = before >= 1 && p[-1] == ' ' && p[n] == '\0';
        if (ascii || chinese || last) {
            return 1;
        }
    }
    return 0;
}

static int is_no_echo(const jb_diag_view *v, void *data)
{
    const untyped *u = data;
    for (size_t i = 0; i < u->n && v->severity == JB_SEV_ERROR; i++) {
        if (names_it(v->text[0], u->names[i]) || names_it(v->text[1], u->names[i])) {
            return 0;
        }
    }
    return 1;
}

static void drop_echoes(const jb_issue *issue, jb_diags *said)
{
    const jb_buf *block = &issue->group->signatures;
    jb_figure_set *typed = jb_figure_set_read(block->data, block->len);
    size_t n = jb_config_count(issue->config, "metric");
    untyped u = {.names = jb_alloc((n + 1) * sizeof *u.names)};
    for (size_t i = 0; typed && i < n; i++) {
        const char *name = jb_section_name(jb_config_at(issue->config, "metric", i));
        if (!jb_figure_find(typed, name)) {
            u.names[u.n++] = name;
        }
    }
    if (u.n) {
        jb_diags_keep(said, is_no_echo, &u);
    }
    free(u.names);
    jb_figure_set_free(typed);
}

/* 1: a plugin failed by its own fault and the document was begun again. */
static int read_page(jb_session *s, jb_issue *issue, const jb_buf *reply)
{
    jb_unpack u = {(const unsigned char *)reply->data, (const unsigned char *)reply->data + reply->len, 0};
    jb_death death;
    jb_diags *said = jb_diags_new();
    int failed = jb_unpack_failure(&u, &death), bad = jb_unpack_diags(&u, said);
    issue->has_page = (int)jb_unpack_u64(&u);
    jb_paths_free(issue->paths, issue->n_paths);
    issue->paths = unpack_paths(&u, &issue->n_paths, 0);
    if (bad || u.failed) {
        bad = jb_session_garbled(s, "page");
    } else if (failed && jb_diags_errors(said)) {
        bad = with_placeholder(s, issue, &death, said);
    } else {
        if (jb_diags_errors(s->diags)) {
            drop_echoes(issue, said);
        }
        jb_diags_join(s->diags, said);
        if (issue->unwritten.n && issue->n_paths && files_left(issue) == 0) {
            jb_diag0(s->diags, "E1302", NULL); /* how each failed has been told */
            bad = -1;
        }
    }
    jb_diags_free(said);
    return bad;
}

static int issue_page(jb_session *s, jb_issue *issue)
{
    jb_buf reply;
    int bad = 1;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    while (bad > 0) {
        jb_death death;
        int r = jb_worker_wait(issue->page, &reply, &death);
        bad = r == JB_ANSWERED      ? read_page(s, issue, &reply)
              : r == JB_INTERRUPTED ? jb_session_stop(s)
                                    : with_placeholder(s, issue, &death, NULL);
    }
    jb_buf_free(&reply);
    return bad;
}

/* Two profiles that write one file; within a profile the page worker has compared. */
static void compare_paths(jb_session *s)
{
    for (size_t i = 1; i < s->n_issues; i++) {
        for (size_t p = 0; p < s->issues[i].n_paths; p++) {
            const jb_path *mine = &s->issues[i].paths[p];
            const jb_section_cfg *at = jb_config_find(s->issues[i].config, "renderer", mine->renderer);
            jb_place place = at ? jb_section_place(at) : (jb_place){0};
            for (size_t j = 0; j < i; j++) {
                for (size_t q = 0; q < s->issues[j].n_paths; q++) {
                    if (strcmp(mine->path, s->issues[j].paths[q].path) == 0) {
                        jb_diag(s->diags, "E0810", &place, mine->path, s->issues[j].profile, s->issues[i].profile);
                    }
                }
            }
        }
    }
}

/* The fence of a page worker is closed before it loads a plugin, so its directory has to be there by then. An output
 * directory that is still to be made is made when there is something to put into it: until then the nearest one
 * above it serves. What goes wrong is told by jb_session_write, after all that is wrong with the configuration. */
static void make_room(jb_session *s, jb_issue *issue)
{
    jb_diags *unheard = jb_diags_new();
    char *at = jb_copy_text(s->options->out_dir ? s->options->out_dir : ".");
    while (access(at, F_OK) != 0 && errno == ENOENT) {
        char *slash = strrchr(at, '/');
        if (!slash) {
            at[0] = '.';
            at[1] = '\0';
        } else if (slash == at) {
            at[1] = '\0';
        } else {
            *slash = '\0';
        }
        if (strcmp(at, ".") == 0 || strcmp(at, "/") == 0) {
            break;
        }
    }
    issue->temp_dir = jb_temp_dir_make(at, &issue->temp_lock, unheard);
    issue->arg.write_dir = issue->temp_dir;
    free(at);
    jb_diags_free(unheard);
}

void jb_session_prepare_pages(jb_session *s)
{
    if (jb_session_scout(s) != 0) {
        return; /* jb_session_models says so */
    }
    for (size_t i = 0; i < s->n_issues && !s->options->in_process; i++) {
        jb_issue *issue = &s->issues[i];
        jb_job job = jb_page_job(&issue->arg);
        if (s->options->command == JB_CMD_RUN) {
            make_room(s, issue);
        }
        issue->page = jb_worker_start(&job);
    }
}

int jb_session_pages(jb_session *s)
{
    int bad = 0;
    for (size_t i = 0; i < s->n_issues; i++) {
        if (s->issues[i].group->has_model) {
            ask_page(&s->issues[i]);
        }
    }
    for (size_t i = 0; i < s->n_issues && !s->interrupted; i++) {
        if (s->issues[i].group->has_model) {
            bad |= issue_page(s, &s->issues[i]);
        }
    }
    if (!bad) {
        compare_paths(s);
    }
    return bad;
}

static void ask_write(jb_session *s, jb_issue *issue)
{
    jb_buf request;
    jb_buf_init(&request, JB_BUF_MAX_BLOCK);
    jb_pack_blob(&request, issue->group->figures.data, issue->group->figures.len);
    jb_pack_str(&request, issue->temp_dir);
    if (s->options->draft && issue->group->broken) {
        jb_pack_diags(&request, issue->group->rules);
    } else {
        jb_pack_blob(&request, "", 0);
    }
    jb_worker_ask(issue->page, JB_OP_WRITE, &request);
    jb_buf_free(&request);
}

/* The page worker knows its private directory only; people know the one they named. */
static void note_directory(const jb_session *s, jb_diags *said)
{
    jb_buf note;
    jb_buf_init(&note, JB_BUF_MAX_TEXT);
    jb_buf_fmt(&note, "%s: %s", s->options->zh ? "输出目录" : "output directory", s->options->out_dir ? s->options->out_dir : ".");
    jb_diag_note(said, NULL, jb_buf_text(&note));
    jb_buf_free(&note);
}

/* 1: as for read_page. */
static int read_written(jb_session *s, jb_issue *issue, const jb_buf *reply)
{
    jb_unpack u = {(const unsigned char *)reply->data, (const unsigned char *)reply->data + reply->len, 0};
    jb_death death;
    jb_diags *said = jb_diags_new();
    int failed = jb_unpack_failure(&u, &death), bad = jb_unpack_diags(&u, said);
    int status = (int)jb_unpack_u64(&u);
    issue->n_placeholders = (size_t)jb_unpack_u64(&u);
    issue->files = unpack_paths(&u, &issue->n_files, 1);
    if (bad || u.failed) {
        bad = jb_session_garbled(s, "page");
    } else if (failed && status != 0) {
        bad = with_placeholder(s, issue, &death, said);
    } else {
        bad = status == 0 ? 0 : -1;
        if (bad && jb_diags_count(said)) {
            note_directory(s, said);
        }
        jb_diags_join(s->diags, said);
    }
    jb_diags_free(said);
    return bad;
}

static int issue_write(jb_session *s, jb_issue *issue)
{
    jb_buf reply;
    int bad = 1;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    while (bad > 0) {
        jb_death death;
        int r = jb_worker_wait(issue->page, &reply, &death);
        bad = r == JB_ANSWERED      ? read_written(s, issue, &reply)
              : r == JB_INTERRUPTED ? jb_session_stop(s)
                                    : with_placeholder(s, issue, &death, NULL);
        if (bad > 0) {
            jb_paths_free(issue->files, issue->n_files);
            issue->files = NULL;
            issue->n_files = 0;
            bad = issue_page(s, issue) == 0 ? 1 : -1;
            if (bad > 0) {
                ask_write(s, issue);
            }
        }
    }
    jb_buf_free(&reply);
    return bad;
}

int jb_session_write(jb_session *s)
{
    const char *out_dir = s->options->out_dir ? s->options->out_dir : ".";
    int bad = 0;
    for (size_t i = 0; i < s->n_issues; i++) {
        if (!s->issues[i].temp_dir) {
            s->issues[i].temp_dir = jb_temp_dir_make(out_dir, &s->issues[i].temp_lock, s->diags);
        }
        if (!s->issues[i].temp_dir) {
            return -1;
        }
        ask_write(s, &s->issues[i]);
    }
    for (size_t i = 0; i < s->n_issues && !s->interrupted; i++) {
        bad |= issue_write(s, &s->issues[i]);
        jb_worker_dismiss(s->issues[i].page); /* its plugins are taken down while the files are moved */
    }
    return bad;
}

int jb_session_install(jb_session *s)
{
    const char *out_dir = s->options->out_dir ? s->options->out_dir : ".";
    jb_buf shown;
    int bad = 0;
    jb_buf_init(&shown, JB_BUF_MAX_TEXT);
    for (size_t i = 0; i < s->n_issues && !bad; i++) {
        const jb_issue *issue = &s->issues[i];
        for (size_t f = 0; f < issue->n_files && !bad; f++) {
            bad = jb_output_install(issue->temp_dir, issue->files[f].renderer, out_dir, issue->files[f].path, &shown,
                                    s->diags);
            if (!bad) {
                puts(jb_buf_text(&shown));
            }
        }
    }
    jb_buf_free(&shown);
    return jb_cli_flush(s->diags) == 0 ? bad : -1;
}
