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
static const char *const font_keys[JB_TS_ROLES] = {"layout.body_font",     "layout.title_font",
                                                   "layout.heading1_font", "layout.heading2_font",
                                                   "layout.song_font",     "layout.latin_font"};

static void on_font_event(void *data, const jb_ts_font_event *event)
{
    jb_book *book = data;
    const char *key = font_keys[event->role] + strlen("layout.");
    if (event->kind == JB_TS_FONT_SUBSTITUTED) {
        if (event->used)
            jb_book_warn(book, "E0960", event->wanted, event->used, key);
        else if (event->role == JB_TS_ROLE_LATIN)
            jb_book_warn(book, "E0970", event->wanted, NULL, NULL);
        else if (book->status == JB_OK)
            jb_book_fail(book, JB_E_RENDER, "E0963", key, event->wanted, NULL);
        return;
    }
    char name[16], utf8[8] = {0};
    g_unichar_to_utf8(event->ch, utf8);
    g_snprintf(name, sizeof name, " U+%04X", event->ch);
    char *shown = g_strconcat(utf8, name, NULL);
    char *words = words_around(book, event->place, event->ch);
    if (event->kind == JB_TS_FONT_FALLBACK) {
        char *change = g_strconcat(event->wanted, " → ", event->used, NULL);
        jb_book_warn(book, "E0961", shown, words, change);
        g_free(change);
    } else {
        jb_book_warn(book, "E0962", shown, words, event->wanted);
    }
    g_free(shown);
    g_free(words);
}

jb_status jb_book_open_fonts(jb_book *book)
{
    jb_ts_fonts_config config = {.report = on_font_event, .report_data = book};
    for (int r = 0; r < JB_TS_ROLES; r++)
        config.families[r] = jb_book_attr(book, book->root, font_keys[r]);
    char **dirs = jb_font_dirs(jb_book_attr(book, book->root, "layout.font_dirs"));
    config.dirs = (const char *const *)dirs;
    config.n_dirs = g_strv_length(dirs);
    book->fonts = jb_ts_fonts_new(&config);
    g_strfreev(dirs);
    if (!book->fonts)
        return jb_book_fail(book, JB_E_RENDER, "E0967", "fontconfig", NULL, NULL);
    return JB_OK;
}
