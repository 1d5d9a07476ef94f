// SPDX-License-Identifier: Apache-2.0
#ifndef JB_TYPESET_KINSOKU_H
#define JB_TYPESET_KINSOKU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a character is to the line breaker and to the punctuation squeeze. */
enum {
    JB_TS_HAN,   /* Han, kana, full-width letters: one cell, breaks on both sides */
    JB_TS_OPEN,  /* “ ‘ （ 《 …: never ends a line; blank on its left can go */
    JB_TS_STOP,  /* 。 ？ ！: never begins a line; blank on its right can go, last of all */
    JB_TS_PAUSE, /* ， 、 ； ：: likewise */
    JB_TS_CLOSE, /* ” ’ ） 》 …: likewise */
    JB_TS_MID,   /* · ・ */
    JB_TS_DASH,  /* — – ～ …: never begins a line, no gap is stretched beside it */
    JB_TS_DIGIT, /* 0-9 and * (a masked figure) */
    JB_TS_LATIN, /* other letters and ASCII marks */
    JB_TS_SPACE,
    JB_TS_BREAK, /* a line break in the text */
    JB_TS_OTHER
};

/* One character of a paragraph. */
typedef struct {
    uint32_t ch;
    uint32_t offset; /* byte offset in the paragraph's text */
    uint8_t cls;     /* JB_TS_HAN … */
    bool wide;       /* takes one whole cell */
    bool break_before;
    bool must_break; /* a forced break before this character */
    bool figure;     /* belongs to a figure run: never broken inside */
    bool unit;       /* belongs to a unit run: glued to what is before it */
    bool figure_end; /* last character of a figure run */
    bool cluster;    /* a grapheme begins here */
} jb_ts_char;

/* Fills ch, offset and cls of every character of valid UTF-8 text; `chars` has room for one entry
 * per byte. Returns how many. Figure marks are left to the caller. */
size_t jb_ts_classify(const char *text, size_t len, jb_ts_char *chars);

/* Sets break_before and must_break: Pango's opportunities, less what the rules for official
 * documents forbid (closing and opening marks, numbers and their units, 〔2022〕15号, 1—6月, ……).
 */
void jb_ts_find_breaks(const char *text, size_t len, jb_ts_char *chars, size_t n);

/* Forbids breaks inside words common in titles of official documents. */
void jb_ts_keep_phrases(jb_ts_char *chars, size_t n);

/* How good a title line ends before `chars[i]`: 0 neutral, less is better. */
int jb_ts_phrase_cost(const jb_ts_char *chars, size_t n, size_t i);

/* Marks that never begin (or end) a line; for tests and other checks. */
bool jb_ts_never_begins(uint32_t ch);
bool jb_ts_never_ends(uint32_t ch);

#endif
