// SPDX-License-Identifier: Apache-2.0
/* Before any worker: what do the plugin files of others offer? A child that is fenced like a page worker opens them and
 * says so; only when there are such files. */
#include "cli/session_impl.h"

#include "base/arena.h"
#include "plugin/scout.h"

#include <stdlib.h>

enum { SCOUT_LIMIT_MS = 20 * 1000 };

static void *scout_start(void *arg)
{
    (void)jb_page_confine(arg); /* before the first file is opened: its constructors run in here */
    return arg;
}

static void scout_serve(void *state, uint32_t op, jb_unpack *request, jb_buf *reply)
{
    const jb_job_arg *arg = state;
    (void)op;
    (void)request;
    jb_scout(arg->config, arg->options->safe, reply);
}

static void scout_stop(void *state)
{
    (void)state;
}

static int read_scout(jb_session *s, jb_issue *issue, jb_worker *w)
{
    jb_buf reply;
    jb_death death;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    int r = jb_worker_wait(w, &reply, &death), bad = 0;
    if (r == JB_INTERRUPTED) {
        bad = jb_session_stop(s);
    } else if (r == JB_DIED) {
        bad = jb_session_fatal(s, &death, "E0544", "plugin");
    } else {
        issue->scouted = jb_scouted_read(reply.data, reply.len);
        bad = issue->scouted ? 0 : jb_session_garbled(s, "plugin");
        issue->arg.scouted = issue->scouted;
    }
    jb_buf_free(&reply);
    jb_worker_kill(w);
    return bad;
}

int jb_session_scout(jb_session *s)
{
    if (s->scouted) {
        return s->scouted < 0 ? -1 : 0;
    }
    jb_worker **workers = jb_alloc((s->n_issues + 1) * sizeof *workers);
    s->scouted = 1;
    for (size_t i = 0; i < s->n_issues; i++) {
        const jb_job job = {.start = scout_start, .serve = scout_serve, .stop = scout_stop, .arg = &s->issues[i].arg,
                            .limit_ms = SCOUT_LIMIT_MS};
        workers[i] = NULL;
        if (!s->options->in_process && jb_scout_wanted(s->issues[i].config, s->options->safe)) {
            workers[i] = jb_worker_start(&job);
            jb_worker_ask(workers[i], 0, NULL);
        }
    }
    for (size_t i = 0; i < s->n_issues; i++) {
        if (workers[i] && read_scout(s, &s->issues[i], workers[i]) != 0) {
            s->scouted = -1;
        }
    }
    free(workers);
    for (size_t i = 0; i < s->n_issues; i++) { /* a group is of its first issue */
        jb_group *g = s->issues[i].group;
        if (g->arg.config == s->issues[i].arg.config) {
            g->arg.scouted = s->issues[i].arg.scouted;
        }
    }
    return s->scouted < 0 ? -1 : 0;
}
