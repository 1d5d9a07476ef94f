// SPDX-License-Identifier: Apache-2.0
/* docs/errors.md: every message of the program and of the plugins it found, in order of code. */
#include "cli/listing.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    const char *code, *zh, *en, *hint_zh, *hint_en, *from;
    int severity;
} entry;

static int by_code(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->code, ((const entry *)b)->code);
}

/* Appends the messages of one plugin, once however many components it has. */
static size_t add_plugin(const jb_plugin *p, entry *to)
{
    size_t n = 0;
    for (uint32_t i = 0; i < p->n_messages; i++) {
        const jb_message *m = (const jb_message *)(const void *)((const char *)p->messages +
                                                                 (size_t)i * p->message_stride);
        to[n++] = (entry){m->code, m->zh ? m->zh : m->en, m->en, m->hint_zh, m->hint_en,
                          p->id,   JB_SEV_ERROR};
    }
    return n;
}

static int is_new_plugin(const jb_registry *r, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (jb_registry_at(r, k)->plugin == jb_registry_at(r, i)->plugin) {
            return 0;
        }
    }
    return 1;
}

/* A hint may hold two forms, the second for when there is nothing to name. */
static void add_hint(const char *hint, jb_buf *out)
{
    const char *bar = strstr(hint, "||");
    jb_buf_add(out, hint, bar ? (size_t)(bar - hint) : strlen(hint));
}

static void print_entry(const entry *e, jb_buf *out)
{
    static const char *const severities[] = {"note", "warning", "error"};
    jb_buf_fmt(out, "### %s\n\n%s\n\n%s\n", e->code, e->zh, e->en);
    if (e->hint_zh && e->hint_en) {
        jb_buf_str(out, "\n→ ");
        add_hint(e->hint_zh, out);
        jb_buf_str(out, "\n\n→ ");
        add_hint(e->hint_en, out);
        jb_buf_char(out, '\n');
    }
    jb_buf_fmt(out, "\n*%s*\n\n", e->from ? e->from : severities[e->severity]);
}

void jb_errors_page(const jb_registry *r, jb_buf *out)
{
    size_t n = 0, cap = 0;
    while (jb_catalog_at(cap)) {
        cap++;
    }
    for (size_t i = 0; i < jb_registry_count(r); i++) {
        cap += jb_registry_at(r, i)->plugin->n_messages;
    }
    entry *all = jb_alloc((cap + 1) * sizeof *all);
    const jb_catalog_entry *e;
    while ((e = jb_catalog_at(n)) != NULL) {
        all[n++] = (entry){e->code, e->zh, e->en, e->hint_zh, e->hint_en, NULL, e->severity};
    }
    for (size_t i = 0; i < jb_registry_count(r); i++) {
        if (is_new_plugin(r, i)) {
            n += add_plugin(jb_registry_at(r, i)->plugin, all + n);
        }
    }
    qsort(all, n, sizeof *all, by_code);
    jb_buf_str(out, "# 错误代码 · Messages\n\n"
                    "Made by `jianbao plugins messages`; `jianbao explain CODE` shows one. {1}, "
                    "{2} … stand for what was found.\n\n");
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(all[i].code, all[i - 1].code) !=
                          0) { /* plugins share helpers, and their messages */
            print_entry(&all[i], out);
        }
    }
    free(all);
}
