// SPDX-License-Identifier: Apache-2.0
#include "cli/session_impl.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ask_model(jb_group *g)
{
    jb_job job = jb_data_job(&g->arg);
    g->data = jb_worker_start(&job);
    jb_worker_ask(g->data, JB_OP_MODEL, NULL);
}

static int read_model(jb_session *s, jb_group *g)
{
    jb_death death;
    jb_buf reply;
    size_t n;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    int r = jb_worker_wait(g->data, &reply, &death), bad = -1;
    if (r == JB_ANSWERED) {
        jb_unpack u = {(const unsigned char *)reply.data, (const unsigned char *)reply.data + reply.len, 0};
        bad = jb_unpack_diags(&u, s->diags);
        g->has_model = (int)jb_unpack_u64(&u);
        const void *bytes = jb_unpack_blob(&u, &n);
        jb_buf_clear(&g->signatures);
        jb_buf_add(&g->signatures, bytes ? bytes : "", n);
        bad = bad || u.failed ? jb_session_garbled(s, "data") : 0;
    } else if (r == JB_INTERRUPTED) {
        bad = jb_session_stop(s);
    } else {
        int source = strncmp(death.crumb.instance, "source ", 7) == 0;
        bad = jb_session_fatal(s, &death, source ? "E0543" : "E0544", "data");
    }
    jb_buf_free(&reply);
    return bad;
}

int jb_session_models(jb_session *s)
{
    int bad = 0;
    for (size_t i = 0; i < s->n_groups; i++) {
        ask_model(&s->groups[i]);
    }
    for (size_t i = 0; i < s->n_groups && !s->interrupted; i++) {
        bad |= read_model(s, &s->groups[i]);
    }
    return bad;
}

static void ask_figures(jb_group *g, const char *const *names, size_t n)
{
    jb_buf request;
    jb_buf_init(&request, JB_BUF_MAX_BLOCK);
    jb_pack_u64(&request, n);
    for (size_t i = 0; i < n; i++) {
        jb_pack_str(&request, names[i]);
    }
    jb_pack_u64(&request, g->skip.n);
    for (size_t i = 0; i < g->skip.n; i++) {
        jb_pack_str(&request, g->skip.items[i]);
    }
    jb_worker_ask(g->data, JB_OP_RUN, &request);
    jb_buf_free(&request);
}

void jb_session_ask_figures(jb_session *s, const char *const *names, size_t n)
{
    for (size_t i = 0; i < s->n_groups; i++) {
        if (s->groups[i].has_model) {
            ask_figures(&s->groups[i], names, n);
        }
    }
}

/* A metric whose plugin dies is left out and the scan repeated; anything else ends the run. 1: repeat. */
static int without_metric(jb_session *s, jb_group *g, const jb_death *death, const jb_diags *said)
{
    char *name = death->in_plugin ? jb_crumb_name(&death->crumb, "metric") : NULL;
    if (!name) {
        int source = strncmp(death->crumb.instance, "source ", 7) == 0;
        return jb_session_fatal(s, death, source ? "E0543" : "E0544", "data");
    }
    if (jb_list_has(&g->skip, name) || g->restarts == JB_MAX_RESTARTS) {
        char times[8];
        snprintf(times, sizeof times, "%d", g->restarts);
        jb_death_report(s->diags, "E0540", death, s->options->zh);
        jb_death_details(s->diags, said, s->options->zh);
        jb_diag(s->diags, "E0545", NULL, times);
        free(name);
        return -1;
    }
    g->restarts++;
    g->skip.items[g->skip.n++] = name;
    jb_death_report(s->diags, "E0542", death, s->options->zh);
    jb_death_details(s->diags, said, s->options->zh);
    return 1; /* under --strict too: its rules are told as unchecked before the run is refused */
}

/* 1: a metric's plugin failed by its own fault, the scan is to be repeated without it. */
static int read_figures(jb_session *s, jb_group *g, const jb_buf *reply)
{
    jb_unpack u = {(const unsigned char *)reply->data, (const unsigned char *)reply->data + reply->len, 0};
    jb_death death;
    jb_diags *said = jb_diags_new();
    size_t n;
    int failed = jb_unpack_failure(&u, &death);
    int of_metric = failed && strncmp(death.crumb.instance, "metric ", 7) == 0;
    int of_source = failed && strncmp(death.crumb.instance, "source ", 7) == 0;
    int bad = jb_unpack_diags(&u, said);
    int ok = (int)jb_unpack_u64(&u);
    const void *bytes = jb_unpack_blob(&u, &n);
    jb_buf_clear(&g->figures);
    jb_buf_add(&g->figures, bytes ? bytes : "", n);
    g->broken = (size_t)jb_unpack_u64(&u);
    g->unchecked = (size_t)jb_unpack_u64(&u);
    bad |= jb_unpack_diags(&u, g->rules);
    if (bad || u.failed) {
        bad = jb_session_garbled(s, "data");
    } else if (of_metric && !ok) {
        bad = without_metric(s, g, &death, said);
    } else if (of_source && !ok) {
        jb_death_report(s->diags, "E0543", &death, s->options->zh);
        jb_death_details(s->diags, said, s->options->zh);
        bad = -1;
    } else {
        jb_diags_join(s->diags, said);
        bad = ok ? 0 : -1;
    }
    jb_diags_free(said);
    return bad;
}

static int group_figures(jb_session *s, jb_group *g, const char *const *names, size_t n)
{
    jb_buf reply;
    int bad = 1;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    while (bad > 0) {
        jb_death death;
        int r = jb_worker_wait(g->data, &reply, &death);
        bad = r == JB_ANSWERED      ? read_figures(s, g, &reply)
              : r == JB_INTERRUPTED ? jb_session_stop(s)
                                    : without_metric(s, g, &death, NULL);
        if (bad > 0) {
            jb_worker_end(g->data);
            ask_model(g);
            if (read_model(s, g) != 0) { /* the same words as before: the printer drops doubles */
                bad = -1;
            } else {
                ask_figures(g, names, n);
            }
        }
    }
    jb_buf_free(&reply);
    return bad;
}

int jb_session_figures(jb_session *s, const char *const *names, size_t n)
{
    int bad = 0;
    for (size_t i = 0; i < s->n_groups && !s->interrupted; i++) {
        bad |= group_figures(s, &s->groups[i], names, n);
    }
    return bad;
}
