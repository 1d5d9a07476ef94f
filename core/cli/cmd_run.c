// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/session.h"

#include <stdio.h>

/* Broken rules of all groups; their messages join the session's. */
static size_t rules(jb_session *s, size_t *unchecked)
{
    size_t broken = 0;
    *unchecked = 0;
    for (size_t i = 0; i < s->n_groups; i++) {
        broken += s->groups[i].broken;
        *unchecked += s->groups[i].unchecked;
    }
    return broken;
}

static void tell_rules(jb_session *s)
{
    for (size_t i = 0; i < s->n_groups; i++) {
        jb_diags_join(s->diags, s->groups[i].rules);
    }
}

static int incomplete(const jb_session *s, size_t unchecked)
{
    for (size_t i = 0; i < s->n_groups; i++) {
        unchecked += s->groups[i].skip.n + s->groups[i].untyped.n;
    }
    for (size_t i = 0; i < s->n_issues; i++) {
        unchecked += s->issues[i].failed.n + s->issues[i].unwritten.n + s->issues[i].n_placeholders;
    }
    return unchecked > 0;
}

/* A metric without figures is no reason to go on under --strict. */
static int is_refused(jb_session *s)
{
    const char *lost = NULL;
    for (size_t i = 0; i < s->n_groups && !lost; i++) {
        const jb_group *g = &s->groups[i];
        lost = g->untyped.n ? g->untyped.items[0] : g->skip.n ? g->skip.items[0] : NULL;
    }
    if (s->options->strict && lost) {
        jb_diag(s->diags, "E0546", NULL, lost);
    }
    return s->options->strict && lost;
}

static int compute_and_write(jb_session *s)
{
    const jb_options *o = s->options;
    size_t unchecked;
    jb_session_prepare_pages(s);
    int bad = jb_session_models(s);
    if (!bad && !jb_diags_errors(s->diags)) {
        jb_session_ask_figures(s, NULL, 0); /* the scan runs while the sections are checked */
    }
    bad = bad || s->interrupted ? bad : jb_session_pages(s);
    if (bad || jb_diags_errors(s->diags)) {
        return jb_session_finish(s, bad ? 1 : 0);
    }
    if (jb_session_figures(s, NULL, 0) != 0 || jb_diags_errors(s->diags)) {
        return jb_session_finish(s, 1);
    }
    size_t broken = rules(s, &unchecked);
    if ((broken && !o->draft) || (unchecked && o->strict)) {
        tell_rules(s);
        int code = jb_session_finish(s, 4);
        jb_cli_close(o, "没有出稿，原有文件未动", "nothing was issued; previous files are untouched");
        return s->interrupted ? code : 4;
    }
    if (is_refused(s)) {
        return jb_session_finish(s, 9);
    }
    if (jb_session_write(s) != 0 || jb_session_install(s) != 0) {
        tell_rules(s);
        return jb_session_finish(s, 1);
    }
    int code = jb_session_finish(s, incomplete(s, unchecked) ? 5 : 0);
    tell_rules(s); /* in a draft they are told, but do not count */
    jb_session_print(s);
    return code;
}

int jb_cmd_run(const jb_options *o)
{
    jb_session s;
    int code = jb_session_open(&s, o, 0) != 0 ? jb_session_finish(&s, 2) : compute_and_write(&s);
    if (s.interrupted) {
        jb_cli_close(o, "已中断，没有写出任何文件", "interrupted; nothing was written");
    }
    jb_session_close(&s);
    return code;
}
