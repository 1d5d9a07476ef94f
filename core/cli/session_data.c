// SPDX-License-Identifier: Apache-2.0
#include "cli/session_impl.h"

#include <string.h>

static void pack_names(jb_buf *request, const jb_names *names)
{
    jb_pack_u64(request, names->n);
    for (size_t i = 0; i < names->n; i++) {
        jb_pack_str(request, names->items[i]);
    }
}

static void ask_model(jb_group *g)
{
    jb_job job = jb_data_job(&g->arg);
    jb_buf request;
    jb_buf_init(&request, JB_BUF_MAX_BLOCK);
    pack_names(&request, &g->untyped);
    g->data = jb_worker_start(&job);
    jb_worker_ask(g->data, JB_OP_MODEL, &request);
    jb_buf_free(&request);
}

/* A metric whose plugin fails is left out and the work begun again; anything else ends the run. 1: begun again. */
static int without_metric(jb_session *s, jb_group *g, jb_names *lost, const jb_death *death, const jb_diags *said)
{
    const char *kind = jb_lost_kind(death);
    const uint32_t goes_on = JB_CMD_RUN | JB_CMD_FIGURES;
    size_t before = lost->n;
    if (strcmp(kind, "metric") != 0) {
        (void)jb_session_fatal(s, death, strcmp(kind, "source") == 0 ? "E0543" : "E0544", "data");
        jb_death_details(s->diags, said, s->options->zh);
        return -1;
    }
    if (g->restarts == JB_MAX_RESTARTS || jb_lose(g->arg.config, death, &g->culprits, lost) == 0) {
        return jb_session_give_up(s, death, said, g->restarts);
    }
    g->restarts++;
    jb_lost_report(s, s->options->command & goes_on ? "E0542" : "E0544", g->arg.config, death, said, lost, before);
    jb_worker_end(g->data);
    ask_model(g);
    return 1; /* under --strict too: its rules are told as unchecked before the run is refused */
}

/* 1: a metric's plugin failed by its own fault before it had types, and the model is being made without it. */
static int unpack_model(jb_session *s, jb_group *g, const jb_buf *reply)
{
    jb_unpack u = {(const unsigned char *)reply->data, (const unsigned char *)reply->data + reply->len, 0};
    jb_death death;
    jb_diags *said = jb_diags_new();
    size_t n;
    int failed = jb_unpack_failure(&u, &death), bad = jb_unpack_diags(&u, said);
    g->has_model = (int)jb_unpack_u64(&u);
    const void *bytes = jb_unpack_blob(&u, &n);
    jb_buf_clear(&g->signatures);
    jb_buf_add(&g->signatures, bytes ? bytes : "", n);
    if (bad || u.failed) {
        bad = jb_session_garbled(s, "data");
    } else if (failed && jb_diags_errors(said) && strcmp(jb_lost_kind(&death), "metric") == 0) {
        bad = without_metric(s, g, &g->untyped, &death, said);
    } else {
        jb_diags_join(s->diags, said);
    }
    jb_diags_free(said);
    return bad;
}

static int read_model(jb_session *s, jb_group *g)
{
    jb_buf reply;
    int bad = 1;
    jb_buf_init(&reply, JB_BUF_MAX_BLOCK);
    while (bad > 0) {
        jb_death death;
        int r = jb_worker_wait(g->data, &reply, &death);
        bad = r == JB_ANSWERED      ? unpack_model(s, g, &reply)
              : r == JB_INTERRUPTED ? jb_session_stop(s)
                                    : without_metric(s, g, &g->untyped, &death, NULL);
    }
    jb_buf_free(&reply);
    return bad;
}

int jb_session_models(jb_session *s)
{
    int bad = jb_session_scout(s);
    if (bad) {
        return bad;
    }
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
    pack_names(&request, &g->skip);
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

/* 1: a metric's plugin failed by its own fault, the scan is to be repeated without it. */
static int read_figures(jb_session *s, jb_group *g, const jb_buf *reply)
{
    jb_unpack u = {(const unsigned char *)reply->data, (const unsigned char *)reply->data + reply->len, 0};
    jb_death death;
    jb_diags *said = jb_diags_new();
    size_t n;
    int failed = jb_unpack_failure(&u, &death);
    int of_metric = failed && strcmp(jb_lost_kind(&death), "metric") == 0;
    int of_source = failed && strcmp(jb_lost_kind(&death), "source") == 0;
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
        bad = without_metric(s, g, &g->skip, &death, said);
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
                                    : without_metric(s, g, &g->skip, &death, NULL);
        if (bad > 0) {
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
        jb_worker_dismiss(s->groups[i].data); /* it lets go of its sources while the pages are written */
    }
    return bad;
}
