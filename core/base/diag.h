// SPDX-License-Identifier: Apache-2.0
/* Diagnostics: what was refused, where, why, and what to do, in two languages.
 *
 * Messages live in core/base/messages/<module>.def, one JB_MESSAGE line each, with {1}…{9} for arguments;
 * a plugin's messages arrive as data (jb_message). A jb_diags collects; nothing is printed before
 * jb_diags_print. Not thread-safe: each task fills its own and they are joined in task order. */
#ifndef JB_BASE_DIAG_H
#define JB_BASE_DIAG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct jb_buf;
struct jb_message;

enum { JB_SEV_NOTE = 0, JB_SEV_WARN = 1, JB_SEV_ERROR = 2 };

/* A place in a text file. line and col count from 1 (col in characters); 0: unknown. end_col is one past
 * the last character to underline, 0: one character. */
typedef struct jb_place {
    const char *file; /* as the user would name it; NULL: no place */
    uint32_t line, col, end_col;
    uint32_t flags; /* JB_PLACE_QUIET */
} jb_place;

#define JB_PLACE_QUIET 1u /* the line holds a secret: it is named, never shown */

typedef struct jb_diags jb_diags;

jb_diags *jb_diags_new(void);
void jb_diags_free(jb_diags *);

/* Adds message `code` ("E0412") of the catalogue; args are copied. A code that is not in the catalogue is a
 * programming error and becomes E0001. A hint that uses an argument which is empty or absent is left out; of
 * several, separated by "||", the first that can be given is. */
void jb_diag_addv(jb_diags *, const char *code, const jb_place *, const char *const *args, size_t n);
#define jb_diag(d, code, place, ...)                                                               \
    jb_diag_addv((d), (code), (place), (const char *const[]){__VA_ARGS__},                         \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
#define jb_diag0(d, code, place) jb_diag_addv((d), (code), (place), NULL, 0)

/* Adds a message whose texts a plugin supplies; exit_code as jb_diags_exit would report it. */
void jb_diag_add_message(jb_diags *, const struct jb_message *, int severity, int exit_code,
                         const jb_place *, const char *const *args, size_t n);
/* Adds an already formatted text; code may be "". hint may be NULL. */
void jb_diag_add_text(jb_diags *, const char *code, int severity, int exit_code, const jb_place *,
                      const char *text, const char *hint);
/* Appends a further line to the last message (value, origin, chain of includes). */
void jb_diag_note(jb_diags *, const jb_place *, const char *text);
/* Likewise with a NOTE of the catalogue, so that it is in the reader's language. */
void jb_diag_notev(jb_diags *, const char *code, const jb_place *, const char *const *args, size_t n);
#define jb_diag_note_at(d, code, place, ...)                                                       \
    jb_diag_notev((d), (code), (place), (const char *const[]){__VA_ARGS__},                        \
                  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* One collected message, i from 0; valid until the next change. NULL past the last. */
typedef struct jb_diag_view {
    const char *code;
    int severity, exit_code;
    jb_place place;
    const char *text[2], *hint[2]; /* [0] en, [1] zh; hint may be NULL */
    size_t n_notes;
} jb_diag_view;
int jb_diags_at(const jb_diags *, size_t i, jb_diag_view *out); /* 1: filled */

size_t jb_diags_errors(const jb_diags *);
size_t jb_diags_count(const jb_diags *);
/* Exit code of the gravest error: configuration (2) wins over data (3), then rules (4), rendering (9),
 * internal (1); 0 without errors. */
int jb_diags_exit(const jb_diags *);
void jb_diags_join(jb_diags *into, const jb_diags *from); /* copies, in order */
/* Sorts by file, line, col where a place is known, those without a place last; stable. Drops exact doubles. */
void jb_diags_sort(jb_diags *);

/* Drops the messages for which `wanted` answers 0. */
void jb_diags_keep(jb_diags *, int (*wanted)(const jb_diag_view *, void *data), void *data);

/* Text form as DESIGN 12: `file:line:col: error[E0412]: …`, the source line, caret by display width,
 * hint. `zh` chooses the language; `color` ANSI. */
void jb_diags_print(const jb_diags *, FILE *, int zh, int color);
/* {"version":1,"diagnostics":[{"code","severity","file","line","col","message","hint","notes"}]} */
void jb_diags_json(const jb_diags *, FILE *, int zh);

/* Crossing a process border. read returns 0, or -1 when the bytes are not such a block. */
void jb_diags_write(const jb_diags *, struct jb_buf *);
int jb_diags_read(jb_diags *into, const void *bytes, size_t n);

/* One catalogue entry, for `explain` and docs/errors.md. */
typedef struct jb_catalog_entry {
    const char *code;
    int severity, exit_code;
    const char *zh, *en, *hint_zh, *hint_en;
} jb_catalog_entry;
const jb_catalog_entry *jb_catalog_find(const char *code);
const jb_catalog_entry *jb_catalog_at(size_t i); /* NULL past the last; sorted by code */

/* The catalogue text of `code` in a language with arguments filled in, appended to a buffer. */
void jb_catalog_format(const jb_catalog_entry *, int zh, const char *const *args, size_t n,
                       struct jb_buf *out);

/* 1 when messages are to be Chinese: LC_ALL, LC_MESSAGES, LANG in that order begin with "zh". */
int jb_lang_zh(void);

#endif
