// SPDX-License-Identifier: Apache-2.0
#include "base/diag_impl.h"
#include "base/str.h"

#include "jianbao/plugin.h"

#include <stdlib.h>
#include <string.h>

jb_diags *jb_diags_new(void)
{
    jb_diags *d = jb_alloc(sizeof *d);
    d->arena = jb_arena_new();
    return d;
}

void jb_diags_free(jb_diags *d)
{
    if (!d) {
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        free(d->items[i].notes);
    }
    free(d->items);
    jb_arena_free(d->arena);
    free(d);
}

static const char *keep(jb_diags *d, const char *text)
{
    return text ? jb_arena_strdup(d->arena, text) : NULL;
}

static jb_place keep_place(jb_diags *d, jb_place place)
{
    place.file = keep(d, place.file);
    return place;
}

jb_diag_item *jb_diags_push(jb_diags *d, const jb_diag_item *from)
{
    d->items = jb_grow(d->items, d->n, &d->cap, sizeof *d->items);
    jb_diag_item *item = &d->items[d->n++];
    *item = (jb_diag_item){.severity = from->severity, .exit_code = from->exit_code};
    item->code = jb_arena_strdup(d->arena, from->code ? from->code : "");
    item->place = keep_place(d, from->place);
    for (int i = 0; i < 2; i++) {
        item->text[i] = jb_arena_strdup(d->arena, from->text[i] ? from->text[i] : "");
        item->hint[i] = keep(d, from->hint[i]);
    }
    return item;
}

/* The first of the hints separated by "||" whose arguments are all there; NULL when none is. */
static const char *fill_hint(const char *hints, const char *const *args, size_t n, jb_buf *out)
{
    while (hints) {
        const char *bar = strstr(hints, "||");
        size_t len = bar ? (size_t)(bar - hints) : strlen(hints);
        char *one = jb_alloc(len + 1);
        memcpy(one, hints, len);
        jb_buf_clear(out);
        int complete = jb_message_fill(one, args, n, out);
        free(one);
        if (complete) {
            return jb_buf_text(out);
        }
        hints = bar ? bar + 2 : NULL;
    }
    return NULL;
}

enum { MAX_ARGS = 9 }; /* {1} … {9} */

/* The arguments as a Chinese text takes them: the C library's words for an errno are in Chinese. */
typedef struct zh_args {
    const char *of[MAX_ARGS];
    char number[MAX_ARGS][JB_ERRNO_TEXT];
} zh_args;

static const char *const *in_chinese(zh_args *zh, const char *const *args, size_t n)
{
    for (size_t i = 0; i < n && i < MAX_ARGS; i++) {
        zh->of[i] = args[i] ? jb_errno_zh(args[i], zh->number[i]) : NULL;
    }
    return zh->of;
}

/* Texts in both languages ([0] en, [1] zh), filled in and added. */
static void add(jb_diags *d, jb_diag_item item, const char *const *given, size_t n)
{
    jb_buf bufs[4];
    zh_args zh;
    n = n < MAX_ARGS ? n : MAX_ARGS;
    for (int i = 0; i < 2; i++) {
        const char *const *args = i ? in_chinese(&zh, given, n) : given;
        jb_buf *text = &bufs[i], *hint = &bufs[2 + i];
        jb_buf_init(text, JB_BUF_MAX_TEXT);
        jb_buf_init(hint, JB_BUF_MAX_TEXT);
        (void)jb_message_fill(item.text[i], args, n, text);
        item.text[i] = jb_buf_text(text);
        item.hint[i] = fill_hint(item.hint[i], args, n, hint);
    }
    jb_diags_push(d, &item);
    for (int i = 0; i < 4; i++) {
        jb_buf_free(&bufs[i]);
    }
}

void jb_diag_addv(jb_diags *d, const char *code, const jb_place *place, const char *const *args,
                  size_t n)
{
    const jb_catalog_entry *e = jb_catalog_find(code);
    const char *const unknown[] = {code};
    if (!e) {
        e = jb_catalog_find("E0001");
        args = unknown;
        n = 1;
    }
    add(d,
        (jb_diag_item){.code = e->code,
                       .severity = e->severity,
                       .exit_code = e->exit_code,
                       .place = place ? *place : (jb_place){0},
                       .text = {e->en, e->zh},
                       .hint = {e->hint_en, e->hint_zh}},
        args, n);
}

void jb_diag_add_message(jb_diags *d, const jb_message *m, int severity, int exit_code,
                         const jb_place *place, const char *const *args, size_t n)
{
    const char *en = m->en ? m->en : "";
    add(d,
        (jb_diag_item){.code = m->code,
                       .severity = severity,
                       .exit_code = exit_code,
                       .place = place ? *place : (jb_place){0},
                       .text = {en, m->zh ? m->zh : en},
                       .hint = {JB_HAS(jb_message, m, hint_en) ? m->hint_en : NULL,
                                JB_HAS(jb_message, m, hint_zh) ? m->hint_zh : NULL}},
        args, n);
}

void jb_diag_add_text(jb_diags *d, const char *code, int severity, int exit_code,
                      const jb_place *place, const char *text, const char *hint)
{
    jb_diags_push(d, &(jb_diag_item){.code = code,
                                     .severity = severity,
                                     .exit_code = exit_code,
                                     .place = place ? *place : (jb_place){0},
                                     .text = {text, text},
                                     .hint = {hint, hint}});
}

void jb_diags_push_note(jb_diags *d, const jb_diag_line *from)
{
    if (!d->n) {
        return;
    }
    jb_diag_item *item = &d->items[d->n - 1];
    item->notes = jb_grow(item->notes, item->n_notes, &item->cap_notes, sizeof *item->notes);
    item->notes[item->n_notes++] = (jb_diag_line){keep_place(d, from->place),
                                                  {keep(d, from->text[0]), keep(d, from->text[1])}};
}

void jb_diag_note(jb_diags *d, const jb_place *place, const char *text)
{
    jb_diags_push_note(d, &(jb_diag_line){place ? *place : (jb_place){0}, {text, text}});
}

void jb_diag_notev(jb_diags *d, const char *code, const jb_place *place, const char *const *args,
                   size_t n)
{
    const jb_catalog_entry *e = jb_catalog_find(code);
    jb_buf text[2];
    zh_args zh;
    n = n < MAX_ARGS ? n : MAX_ARGS;
    for (int i = 0; i < 2; i++) {
        jb_buf_init(&text[i], JB_BUF_MAX_TEXT);
        if (e) {
            jb_catalog_format(e, i, i ? in_chinese(&zh, args, n) : args, n, &text[i]);
        } else {
            jb_buf_str(&text[i], code);
        }
    }
    jb_diags_push_note(d, &(jb_diag_line){place ? *place : (jb_place){0},
                                          {jb_buf_text(&text[0]), jb_buf_text(&text[1])}});
    jb_buf_free(&text[0]);
    jb_buf_free(&text[1]);
}

int jb_diags_at(const jb_diags *d, size_t i, jb_diag_view *out)
{
    if (i >= d->n) {
        return 0;
    }
    const jb_diag_item *it = &d->items[i];
    *out = (jb_diag_view){it->code,
                          it->severity,
                          it->exit_code,
                          it->place,
                          {it->text[0], it->text[1]},
                          {it->hint[0], it->hint[1]},
                          it->n_notes};
    return 1;
}

size_t jb_diags_count(const jb_diags *d)
{
    return d->n;
}

size_t jb_diags_errors(const jb_diags *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        n += d->items[i].severity == JB_SEV_ERROR;
    }
    return n;
}

int jb_diags_exit(const jb_diags *d)
{
    static const int gravest_first[] = {2, 3, 4, 9, 1};
    enum { N = sizeof gravest_first / sizeof gravest_first[0] };
    int other = 0;
    size_t best = N;
    for (size_t i = 0; i < d->n; i++) {
        if (d->items[i].severity != JB_SEV_ERROR) {
            continue;
        }
        size_t k = 0;
        while (k < N && gravest_first[k] != d->items[i].exit_code) {
            k++;
        }
        best = k < best ? k : best;
        if (k == N && !other) {
            /* An error always means failure, whatever its maker forgot to say. */
            other = d->items[i].exit_code ? d->items[i].exit_code : 1;
        }
    }
    return best < N ? gravest_first[best] : other;
}

void jb_diags_join(jb_diags *into, const jb_diags *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const jb_diag_item *item = &from->items[i];
        jb_diags_push(into, item);
        for (size_t k = 0; k < item->n_notes; k++) {
            jb_diags_push_note(into, &item->notes[k]);
        }
    }
}

static int order_u32(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int order_places(const jb_place *a, const jb_place *b)
{
    if (!a->file || !b->file) {
        return (a->file == NULL) - (b->file == NULL);
    }
    int c = strcmp(a->file, b->file);
    c = c ? c : order_u32(a->line, b->line);
    return c ? c : order_u32(a->col, b->col);
}

static int same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static int same(const jb_diag_item *a, const jb_diag_item *b)
{
    if (order_places(&a->place, &b->place) != 0 || a->severity != b->severity ||
        !same_text(a->code, b->code) || a->n_notes != b->n_notes) {
        return 0;
    }
    for (int i = 0; i < 2; i++) {
        if (!same_text(a->text[i], b->text[i]) || !same_text(a->hint[i], b->hint[i])) {
            return 0;
        }
    }
    for (size_t k = 0; k < a->n_notes; k++) {
        if (order_places(&a->notes[k].place, &b->notes[k].place) != 0 ||
            !same_text(a->notes[k].text[0], b->notes[k].text[0])) {
            return 0;
        }
    }
    return 1;
}

/* Bottom-up merge sort: stable, and n log n for the thousands of refused rows a bad file gives. */
static void sort_items(jb_diag_item *items, size_t n)
{
    jb_diag_item *spare = jb_alloc(n * sizeof *spare);
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * width) {
            size_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
            size_t a = lo, b = mid;
            for (size_t k = lo; k < hi; k++) {
                int left =
                    a < mid && (b >= hi || order_places(&items[a].place, &items[b].place) <= 0);
                spare[k] = items[left ? a++ : b++];
            }
        }
        memcpy(items, spare, n * sizeof *items);
    }
    free(spare);
}

void jb_diags_sort(jb_diags *d)
{
    if (d->n < 2) {
        return;
    }
    sort_items(d->items, d->n);
    size_t kept = 0;
    for (size_t i = 0; i < d->n; i++) {
        int doubled = 0;
        for (size_t k = kept; k > 0 && !doubled; k--) {
            if (order_places(&d->items[k - 1].place, &d->items[i].place) != 0) {
                break;
            }
            doubled = same(&d->items[k - 1], &d->items[i]);
        }
        if (doubled) {
            free(d->items[i].notes);
        } else {
            d->items[kept++] = d->items[i];
        }
    }
    d->n = kept;
}

void jb_diags_keep(jb_diags *d, int (*wanted)(const jb_diag_view *, void *data), void *data)
{
    jb_diag_view v;
    size_t kept = 0;
    for (size_t i = 0; i < d->n; i++) {
        (void)jb_diags_at(d, i, &v);
        if (wanted(&v, data)) {
            d->items[kept++] = d->items[i];
        } else {
            free(d->items[i].notes);
        }
    }
    d->n = kept;
}
