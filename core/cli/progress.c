// SPDX-License-Identifier: Apache-2.0
#define _DEFAULT_SOURCE /* TIOCGWINSZ */
#include "cli/progress.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, REDRAW_MS = 200, PERMILLE_MAX = 1000, COLUMNS_WHEN_UNKNOWN = 80 };

int jb_progress_wanted(const jb_options *o)
{
    if (o->quiet || o->log_json || o->verbose || !isatty(2)) {
        return JB_PROGRESS_NONE;
    }
    return o->zh ? JB_PROGRESS_ZH : JB_PROGRESS_EN;
}

/* A call that says how far it is, before one that does not; among equals the innermost. */
static int pick(const jb_crumb *crumbs, jb_crumb *out)
{
    int found = 0;
    for (int i = 0; crumbs && i < JB_CRUMB_SLOTS; i++) {
        if (!__atomic_load_n(&crumbs[i].busy, __ATOMIC_ACQUIRE)) {
            continue;
        }
        jb_crumb c = crumbs[i]; /* it may change under our hands: a wrong word on the screen for a moment */
        c.instance[sizeof c.instance - 1] = '\0';
        c.phase[sizeof c.phase - 1] = '\0';
        int says = c.permille > 0 && c.permille <= PERMILLE_MAX, said = out->permille > 0 && out->permille <= PERMILLE_MAX;
        if (!found || says > said || (says == said && c.order > out->order)) {
            *out = c;
            found = 1;
        }
    }
    return found;
}

static size_t columns(void)
{
    struct winsize size;
    return ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : COLUMNS_WHEN_UNKNOWN;
}

/* The bytes of `text` that fit into `room` columns. */
static size_t fitting(const char *text, size_t room)
{
    const char *p = text;
    while (*p) {
        const char *next = p;
        (void)jb_utf8_next(&next);
        if (jb_utf8_display_width(text, (size_t)(next - text)) > room) {
            break;
        }
        p = next;
    }
    return (size_t)(p - text);
}

static void draw(jb_progress *p, const char *text)
{
    size_t n = fitting(text, columns() - 1), width = jb_utf8_display_width(text, n);
    jb_buf line;
    jb_buf_init(&line, JB_BUF_MAX_TEXT);
    jb_buf_char(&line, '\r');
    jb_buf_add(&line, text, n);
    for (size_t i = width; i < p->width; i++) { /* blanks, not an escape sequence: any terminal knows them */
        jb_buf_char(&line, ' ');
    }
    jb_buf_str(&line, p->width > width ? "\r" : "");
    (void)fwrite(jb_buf_text(&line), 1, line.len, stderr);
    (void)fflush(stderr);
    jb_buf_free(&line);
    p->width = width;
}

void jb_progress_show(jb_progress *p, const jb_crumb *crumbs, int64_t now_ms)
{
    jb_crumb c = {.permille = 0};
    jb_buf text;
    if (p->how == JB_PROGRESS_NONE || now_ms - p->since_ms < PATIENCE_MS ||
        (p->drawn_ms && now_ms - p->drawn_ms < REDRAW_MS)) {
        return;
    }
    int zh = p->how == JB_PROGRESS_ZH, known = pick(crumbs, &c);
    jb_buf_init(&text, JB_BUF_MAX_TEXT);
    if (known && jb_utf8_invalid(c.instance, strlen(c.instance)) == strlen(c.instance)) {
        jb_buf_fmt(&text, "[%s] %s ", c.instance, c.phase);
    }
    if (known && c.permille > 0 && c.permille <= PERMILLE_MAX) {
        jb_buf_fmt(&text, "%u%% ", c.permille / 10);
    }
    jb_buf_fmt(&text, zh ? "已用 %lld 秒" : "%lld s", (long long)(now_ms - p->since_ms) / 1000);
    draw(p, jb_buf_text(&text));
    jb_buf_free(&text);
    p->drawn_ms = now_ms;
}

void jb_progress_clear(jb_progress *p)
{
    if (p->drawn_ms) {
        draw(p, "");
        p->drawn_ms = 0;
    }
}
