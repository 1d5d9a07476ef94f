// SPDX-License-Identifier: Apache-2.0
#include "cli/session_impl.h"

#include "base/arena.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *signal_name(int number)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"}, {SIGFPE, "SIGFPE"},
                 {SIGILL, "SIGILL"},   {SIGKILL, "SIGKILL"}, {SIGSYS, "SIGSYS"}, {SIGTRAP, "SIGTRAP"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].number == number) {
            return names[i].name;
        }
    }
    return NULL;
}

void jb_death_words(const jb_death *death, int zh, char *out, size_t cap)
{
    const char *name = signal_name(death->number);
    switch (death->cause) {
    case JB_CAUSE_TIME:
        snprintf(out, cap, "%s", zh ? "超时" : "ran past its time limit");
        break;
    case JB_CAUSE_MEMORY:
        snprintf(out, cap, "%s", zh ? "用内存超限" : "used more memory than its limit");
        break;
    case JB_CAUSE_FAULT:
        snprintf(out, cap, "%s", zh ? "报告失败" : "reported a failure of its own");
        break;
    case JB_CAUSE_EXIT:
        snprintf(out, cap, zh ? "擅自结束了进程（退出码 %d）" : "ended the process (exit code %d)", death->number);
        break;
    default:
        if (name) {
            snprintf(out, cap, zh ? "崩溃（%s）" : "crashed (%s)", name);
        } else {
            snprintf(out, cap, zh ? "崩溃（信号 %d）" : "crashed (signal %d)", death->number);
        }
        break;
    }
}

void jb_death_report(jb_diags *diags, const char *code, const jb_death *death, int zh)
{
    char words[96];
    const jb_crumb *c = &death->crumb;
    jb_place place = {.file = c->file, .line = c->line, .col = c->line ? 1 : 0};
    if (!death->in_plugin) {
        return;
    }
    jb_death_words(death, zh, words, sizeof words);
    jb_diag(diags, code, *c->file ? &place : NULL, c->plugin, c->phase, words);
    if (*c->instance) {
        jb_diag_note(diags, NULL, c->instance);
    }
}

char *jb_copy_text(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = jb_alloc(n);
    memcpy(copy, text, n);
    return copy;
}

int jb_session_stop(jb_session *s)
{
    s->interrupted = 1;
    return -1;
}

/* A death that no repetition can help. */
int jb_session_fatal(jb_session *s, const jb_death *death, const char *code, const char *worker)
{
    if (death->in_plugin) {
        jb_death_report(s->diags, code, death, s->options->zh);
    } else {
        char words[96];
        jb_death_words(death, s->options->zh, words, sizeof words);
        jb_diag(s->diags, "E0815", NULL, worker);
        jb_diag_note(s->diags, NULL, words);
    }
    return -1;
}

int jb_session_garbled(jb_session *s, const char *worker)
{
    jb_diag(s->diags, "E0815", NULL, worker);
    return -1;
}

int jb_unpack_failure(jb_unpack *u, jb_death *death)
{
    size_t n;
    const void *bytes = jb_unpack_blob(u, &n);
    *death = (jb_death){.cause = JB_CAUSE_FAULT};
    if (!bytes || n != sizeof death->crumb) {
        return 0;
    }
    memcpy(&death->crumb, bytes, n);
    death->in_plugin = 1;
    return 1;
}

void jb_death_details(jb_diags *into, const jb_diags *said, int zh)
{
    jb_diag_view v;
    char text[512];
    for (size_t i = 0; said && jb_diags_at(said, i, &v); i++) {
        if (v.severity == JB_SEV_ERROR) {
            snprintf(text, sizeof text, "%.20s: %.450s", v.code, v.text[zh]);
            jb_diag_note(into, v.place.file ? &v.place : NULL, text);
        }
    }
}
