// SPDX-License-Identifier: Apache-2.0
/* LIST values: items by separator outside quotes and brackets, or one a line. */
#include "config/config_impl.h"

#include <string.h>

typedef struct splitter {
    jb_arena *arena;
    const char *text;
    const char **items;
    size_t *offsets;
    size_t n, cap_items, cap_offsets;
} splitter;

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static size_t wide_space(const char *at, size_t n)
{
    return n >= 3 && memcmp(at, "　", 3) == 0 ? 3 : 0;
}

static void add(splitter *s, size_t from, size_t to)
{
    while (from < to && (is_space(s->text[from]) || wide_space(s->text + from, to - from))) {
        from += is_space(s->text[from]) ? 1 : 3;
    }
    for (;;) {
        if (to > from && is_space(s->text[to - 1])) {
            to--;
        } else if (to - from >= 3 && wide_space(s->text + to - 3, 3)) {
            to -= 3;
        } else {
            break;
        }
    }
    if (from == to) {
        return;
    }
    int quoted = to - from >= 2 && s->text[from] == '"' &&
                 memchr(s->text + from + 1, '"', to - from - 1) == s->text + to - 1;
    from += (size_t)quoted;
    to -= (size_t)quoted;
    s->items = jb_arena_more(s->arena, s->items, s->n, &s->cap_items, sizeof *s->items);
    s->offsets = jb_arena_more(s->arena, s->offsets, s->n, &s->cap_offsets, sizeof *s->offsets);
    s->items[s->n] = jb_arena_strndup(s->arena, s->text + from, to - from);
    s->offsets[s->n++] = from;
}

/* Length of a separator at `at`. */
static size_t separator(const char *at)
{
    return *at == ',' ? 1 : strncmp(at, "，", 3) == 0 || strncmp(at, "、", 3) == 0 ? 3 : 0;
}

/* +1 for an opening bracket, -1 for a closing one, with its length. */
static int bracket(const char *at, size_t *n)
{
    static const char *const open[] = {"(", "[", "{", "（", "【", "“", "｛", "［"};
    static const char *const close[] = {")", "]", "}", "）", "】", "”", "｝", "］"};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        if (strncmp(at, open[i], strlen(open[i])) == 0) {
            *n = strlen(open[i]);
            return 1;
        }
        if (strncmp(at, close[i], strlen(close[i])) == 0) {
            *n = strlen(close[i]);
            return -1;
        }
    }
    return 0;
}

static void split_at_separators(splitter *s)
{
    size_t from = 0, i = 0;
    int depth = 0, quoted = 0;
    while (s->text[i]) {
        size_t n = 1;
        int turn = 0;
        if (s->text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (turn = bracket(s->text + i, &n)) != 0) {
            depth = depth + turn > 0 ? depth + turn : 0;
        } else if (!quoted && !depth && (s->text[i] == '\n' || (n = separator(s->text + i)) != 0)) {
            add(s, from, i);
            from = i + n;
        } else {
            n = 1;
        }
        i += n;
    }
    add(s, from, i);
}

static void split_at_lines(splitter *s)
{
    for (size_t from = 0;;) {
        size_t n = strcspn(s->text + from, "\n");
        add(s, from, from + n);
        if (!s->text[from + n]) {
            return;
        }
        from += n + 1;
    }
}

/* A list that begins on the line below its key has one item a line, unless a line ends with a
 * separator: then it is a long line that was wrapped. */
static int is_by_lines(const char *text)
{
    if (!strchr(text, '\n') || !jb_indent(text, strlen(text))) {
        return 0;
    }
    for (const char *end = strchr(text, '\n'); end; end = strchr(end + 1, '\n')) {
        const char *p = end;
        while (p > text && (p[-1] == ' ' || p[-1] == '\t')) {
            p--;
        }
        if ((p - text >= 1 && separator(p - 1) == 1) || (p - text >= 3 && separator(p - 3) == 3)) {
            return 0;
        }
    }
    return 1;
}

size_t jb_list_split(jb_arena *a, const char *text, const char *const **items,
                     const size_t **offsets)
{
    splitter s = {.arena = a, .text = text};
    if (is_by_lines(text)) {
        split_at_lines(&s);
    } else {
        split_at_separators(&s);
    }
    *items = s.items;
    *offsets = s.offsets;
    return s.n;
}
