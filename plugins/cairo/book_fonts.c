// SPDX-License-Identifier: Apache-2.0
/* Fonts of a book: those its layout names, and what is told about them. */
#include "book.h"
#include "fontdirs.h"

#include <glib.h>
#include <string.h>

/* The words around a character of a block, to find it by. */
static char *words_around(const jb_book *book, const jb_node *node, uint32_t ch)
{
    enum { BEFORE = 6, AFTER = 6 };
    const char *plain = node ? book->doc->plain(node) : "";
    const char *at = g_utf8_strchr(plain, -1, ch);
    if (!at)
        return g_strdup("");
    const char *from = at, *to = at;
    for (int i = 0; i < BEFORE && from > plain; i++)
        from = g_utf8_prev_char(from);
    for (int i = 0; i <= AFTER && *to; i++)
        to = g_utf8_next_char(to);
    return g_strdelimit(g_strndup(from, (gsize)(to - from)), "\n", ' ');
}

/* By role; without "layout." they are the keys a user writes. */
static const char *const font_keys[JB_TS_ROLES] = {"layout.body",     "layout.title",
                                                   "layout.heading1", "layout.heading2",
                                                   "layout.table",    "layout.latin_font"};

enum { MAX_TOLD = 12 };

/* Digits half an em wide in the colour of 仿宋; FandolFang's own are heavy and of uneven width. */
#define DEFAULT_LATIN "Times New Roman, Liberation Serif"

/* One more entry of a list that is told at the end, once, however many there are. */
static void note_font(jb_book_list *list, const char *entry)
{
    if (!list->text)
        list->text = g_string_new(NULL);
    if (list->n++ < MAX_TOLD)
        g_string_append_printf(list->text, "%s%s", list->n > 1 ? "; " : "", entry);
}

static void on_font_event(void *data, const jb_ts_font_event *event)
{
    jb_book *book = data;
    const char *key = font_keys[event->role] + strlen("layout.");
    if (event->kind == JB_TS_FONT_SUBSTITUTED) {
        if (event->role == JB_TS_ROLE_LATIN && book->own_latin_choice)
            return; /* nobody asked for it: without it digits come from the text's fonts */
        if (event->used) {
            char *entry = g_strdup_printf("%s → %s (%s)", event->wanted, event->used, key);
            note_font(&book->substituted, entry);
            g_free(entry);
        } else if (event->role == JB_TS_ROLE_LATIN)
            jb_book_warn(book, "E0970", event->wanted, NULL, NULL);
        else if (book->status == JB_OK)
            jb_book_fail(book, JB_E_RENDER, "E0963", key, event->wanted, NULL);
        return;
    }
    char utf8[8] = {0};
    g_unichar_to_utf8(event->ch, utf8);
    char *words = words_around(book, event->place, event->ch);
    int borrowed = event->kind == JB_TS_FONT_FALLBACK;
    char *entry = g_strdup_printf("%s U+%04X “%s” %s%s%s", utf8, event->ch, words, event->wanted,
                                  borrowed ? " → " : "", borrowed ? event->used : "");
    note_font(borrowed ? &book->borrowed : &book->missing, entry);
    g_free(entry);
    g_free(words);
}

static void tell_list(jb_book *book, const char *code, jb_book_list *list)
{
    char count[24];
    if (!list->text)
        return;
    g_snprintf(count, sizeof count, "%zu", list->n);
    jb_book_warn(book, code, count, list->text->str, NULL);
}

void jb_book_tell_fonts(jb_book *book)
{
    tell_list(book, "E0960", &book->substituted);
    tell_list(book, "E0961", &book->borrowed);
    tell_list(book, "E0962", &book->missing);
}

void jb_book_free_fonts(jb_book *book)
{
    jb_book_list *lists[] = {&book->substituted, &book->borrowed, &book->missing};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (lists[i]->text)
            g_string_free(lists[i]->text, TRUE);
    jb_ts_fonts_free(book->fonts);
}

jb_status jb_book_open_fonts(jb_book *book)
{
    jb_ts_fonts_config config = {.report = on_font_event, .report_data = book};
    for (int r = 0; r < JB_TS_ROLES; r++)
        config.families[r] = jb_book_attr(book, book->root, font_keys[r]);
    if (!config.families[JB_TS_ROLE_LATIN]) {
        config.families[JB_TS_ROLE_LATIN] = DEFAULT_LATIN;
        book->own_latin_choice = true;
    }
    char **dirs = jb_font_dirs(jb_book_attr(book, book->root, "layout.font_dirs"));
    config.dirs = (const char *const *)dirs;
    config.n_dirs = g_strv_length(dirs);
    book->fonts = jb_ts_fonts_new(&config);
    g_strfreev(dirs);
    if (!book->fonts)
        return jb_book_fail(book, JB_E_RENDER, "E0967", "fontconfig", NULL, NULL);
    return JB_OK;
}
